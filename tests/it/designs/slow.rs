//! A slow event simulator of small networks: lists that are scanned, numbers that are drawn one after the other, nothing
//! shared with the engine but the meaning of a scenario. It knows stations (first come first served, or by priority, with
//! or without interruption), balancers, slots, waiting rooms, pools, time limits with retries, cache-aside, parallel
//! groups, token buckets, open and closed classes, and replicas that are scaled by the CPU they use.

use super::dice::Dice;
use super::scaler::{LOOKS, Scaler};
use super::tally::Seen;
use super::{Balance, Design, Discipline, Load};
use std::collections::{BTreeMap, VecDeque};

pub type Id = usize;
pub const NOBODY: Id = usize::MAX;

#[derive(Clone, Copy, PartialEq)]
pub enum Event {
    /// A request of an open class comes.
    Arrive(usize),
    /// A user of a closed class sends.
    Send(usize),
    /// A visit's latency is over.
    Reach(Id),
    /// A visit's work ends, unless it was interrupted since.
    Done(Id, u32),
    /// A call's time limit.
    Limit(Id, u32),
    /// A call's back-off is over.
    Again(Id),
    /// An autoscaler looks.
    Sync(usize),
    /// A replica is ready, unless it was taken back since.
    Ready(usize, usize, u32),
}

#[derive(Clone, Copy)]
pub struct Visit {
    pub comp: usize,
    pub replica: usize,
    pub journey: usize,
    pub call: Id,
    pub arrived: f64,
    pub left: f64,
    pub began: f64,
    pub epoch: u32,
    pub group: usize,
    pub pending: usize,
    pub failed: bool,
    /// A user's own request, not one of a call.
    pub user: bool,
    /// It has a place at its replica; those turned away have none.
    pub inside: bool,
}

/// Which call of a branch is under way.
#[derive(Clone, Copy, PartialEq)]
pub enum Phase {
    First,
    Miss,
    Fill,
}

pub struct Attempting {
    pub parent: Id,
    pub group: usize,
    pub branch: usize,
    pub phase: Phase,
    pub rounds: u32,
    pub attempt: u32,
    pub epoch: u32,
    pub placed: bool,
    pub visit: Id,
}

#[derive(Default, Clone)]
pub struct Place {
    used: usize,
    inside: usize,
    busy: Vec<Id>,
    line: VecDeque<Id>,
    door: VecDeque<Id>,
    /// Whether new requests may go there, and how often that has changed.
    pub ready: bool,
    pub turned: u32,
}

pub struct Slow<'a> {
    pub design: &'a Design,
    pub dice: Dice,
    pub now: f64,
    pub serial: u64,
    pub events: BTreeMap<(u64, u64), Event>,
    pub visits: Vec<Visit>,
    pub calls: Vec<Attempting>,
    pub places: Vec<Vec<Place>>,
    pub turns: Vec<usize>,
    pub tokens: Vec<(f64, f64)>,
    pub pools: BTreeMap<(usize, usize), (usize, VecDeque<Id>)>,
    pub scalers: Vec<Scaler>,
    pub warm: f64,
    pub batch: f64,
    pub seen: Vec<Seen>,
}

const BATCHES: usize = 4;

/// Plays a design several times, each for so long after so much warm-up. What was sent in time counts, whenever it ends.
/// `standing`: by component, how many replicas there are at the beginning; empty: as stated.
pub fn play(design: &Design, seed: u64, lengths: (f64, f64), standing: &[u32]) -> Vec<Seen> {
    let mut all = vec![Seen::default(); design.journeys.len()];
    for run in 0..super::REPLICATIONS {
        let seen = once(design, seed.wrapping_mul(1_000).wrapping_add(u64::from(run)), lengths, standing);
        for (sum, one) in all.iter_mut().zip(seen) {
            sum.failing.push(one.failing());
            sum.sums.extend(one.sums);
            sum.failed += one.failed;
            sum.ended += one.ended;
            sum.sent += one.sent;
        }
    }
    all
}

fn once(design: &Design, seed: u64, (warm, seconds): (f64, f64), standing: &[u32]) -> Vec<Seen> {
    let begins = |i: usize, c: &super::Comp| standing.get(i).map_or(c.replicas, |n| *n as usize);
    let places = |(i, c): (usize, &super::Comp)| {
        let all = c.scale.map_or(c.replicas, |scale| scale.most);
        (0..all).map(|r| Place { ready: r < begins(i, c), ..Place::default() }).collect()
    };
    let scalers = |(i, c): (usize, &super::Comp)| Scaler {
        wanted: begins(i, c),
        asked: vec![(0.0, begins(i, c))],
        ..Scaler::default()
    };
    let mut slow = Slow {
        design,
        dice: Dice(seed),
        now: 0.0,
        serial: 0,
        events: BTreeMap::new(),
        visits: Vec::new(),
        calls: Vec::new(),
        places: design.comps.iter().enumerate().map(places).collect(),
        turns: vec![0; design.comps.len()],
        tokens: design.comps.iter().map(|c| (c.limit.map_or(0.0, |l| l.1), 0.0)).collect(),
        pools: BTreeMap::new(),
        scalers: design.comps.iter().enumerate().map(scalers).collect(),
        warm,
        batch: seconds / BATCHES as f64,
        seen: vec![Seen { sums: vec![(0.0, 0); BATCHES], ..Seen::default() }; design.journeys.len()],
    };
    for (j, journey) in design.journeys.iter().enumerate() {
        match journey.load {
            Load::Open(rate) => {
                let gap = slow.dice.exponential(1.0 / rate);
                slow.after(gap, Event::Arrive(j));
            }
            Load::Closed(n, think) => {
                for _ in 0..n {
                    let gap = slow.dice.exponential(think);
                    slow.after(gap, Event::Send(j));
                }
            }
        }
    }
    for (c, _) in design.comps.iter().enumerate().filter(|(_, comp)| comp.scale.is_some()) {
        slow.after(LOOKS, Event::Sync(c));
    }
    while let Some((key, event)) = slow.events.pop_first() {
        slow.now = f64::from_bits(key.0);
        let open = slow.seen.iter().any(|seen| seen.ended < seen.sent);
        if slow.now > warm + seconds && (!open || slow.now > warm + 2.0 * seconds) {
            break;
        }
        slow.take(event);
    }
    slow.seen
}

impl Slow<'_> {
    pub(super) fn after(&mut self, wait: f64, event: Event) {
        self.serial += 1;
        // Positive numbers order as their bits do.
        self.events.insert(((self.now + wait).to_bits(), self.serial), event);
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Arrive(j) => {
                if let Load::Open(rate) = self.design.journeys[j].load {
                    let gap = self.dice.exponential(1.0 / rate);
                    self.after(gap, Event::Arrive(j));
                }
                self.visit(self.design.journeys[j].entry, j, NOBODY);
            }
            Event::Send(j) => {
                self.visit(self.design.journeys[j].entry, j, NOBODY);
            }
            Event::Reach(v) => self.queue(v),
            Event::Done(v, epoch) if self.visits[v].epoch == epoch => {
                let (c, r) = (self.visits[v].comp, self.visits[v].replica);
                self.places[c][r].busy.retain(|other| *other != v);
                self.count(c, -1);
                self.serve(c, r);
                self.program(v);
            }
            Event::Limit(call, epoch) if self.calls[call].epoch == epoch => {
                let visit = self.calls[call].visit;
                self.visits[visit].call = NOBODY;
                self.failed(call);
            }
            Event::Again(call) => self.send(call),
            Event::Sync(c) => self.look(c),
            Event::Ready(c, r, turned) => {
                let place = &mut self.places[c][r];
                place.ready |= place.turned == turned;
            }
            Event::Done(..) | Event::Limit(..) => {}
        }
    }

    /// A request reaches a component.
    pub fn visit(&mut self, comp: usize, journey: usize, call: Id) -> Id {
        let v = self.visits.len();
        self.visits.push(Visit {
            comp,
            replica: 0,
            journey,
            call,
            arrived: self.now,
            left: 0.0,
            began: 0.0,
            epoch: 0,
            group: 0,
            pending: 0,
            failed: false,
            user: call == NOBODY,
            inside: false,
        });
        if call != NOBODY {
            self.calls[call].visit = v;
        } else if self.counts(self.now) {
            self.seen[journey].sent += 1;
        }
        let what = &self.design.comps[comp];
        if let Some((rate, burst)) = what.limit {
            let (tokens, at) = self.tokens[comp];
            let now = (tokens + (self.now - at) * rate).min(burst);
            self.tokens[comp] = (now, self.now);
            if now < 1.0 {
                self.answer(v, false);
                return v;
            }
            self.tokens[comp].0 -= 1.0;
        }
        let ready: Vec<usize> =
            (0..self.places[comp].len()).filter(|r| self.places[comp][*r].ready).collect();
        let inside = |i: usize| self.places[comp][ready[i]].inside;
        let n = ready.len();
        let i = match what.balance {
            Balance::RoundRobin => {
                self.turns[comp] = (self.turns[comp] + 1) % n;
                self.turns[comp]
            }
            Balance::Random => self.dice.below(n),
            // Of equals the next in turn.
            Balance::Least => {
                let first = self.turns[comp];
                let i = (0..n).map(|k| (first + k) % n).min_by_key(|i| inside(*i)).unwrap_or(0);
                self.turns[comp] = i + 1;
                i
            }
            Balance::TwoChoices => {
                let a = self.dice.below(n);
                let b = (a + 1 + self.dice.below((n - 1).max(1))) % n;
                if inside(b) < inside(a) { b } else { a }
            }
        };
        let r = ready[i];
        self.visits[v].replica = r;
        // Who may interrupt somebody needs no place in the line; who is interrupted keeps one.
        let rank = |v: Id| self.design.journeys[self.visits[v].journey].priority;
        let interrupts = what.discipline == Discipline::Preemptive
            && self.places[comp][r].busy.iter().any(|other| rank(*other) > rank(v));
        let place = &mut self.places[comp][r];
        if let Some(slots) = what.slots {
            if place.used >= slots {
                if what.room.is_some_and(|room| place.door.len() >= room) {
                    self.answer(v, false);
                    return v;
                }
                place.inside += 1;
                place.door.push_back(v);
                self.visits[v].inside = true;
                return v;
            }
            place.used += 1;
        } else if let (Some(room), Some(servers)) = (what.room, what.servers)
            && place.busy.len() >= servers
            && place.line.len() >= room
            && !interrupts
        {
            self.answer(v, false);
            return v;
        }
        self.places[comp][r].inside += 1;
        self.visits[v].inside = true;
        self.begin(v);
        v
    }

    fn begin(&mut self, v: Id) {
        let latency = self.design.comps[self.visits[v].comp].latency;
        if latency > 0.0 { self.after(latency, Event::Reach(v)) } else { self.queue(v) }
    }

    /// A visit wants a server.
    fn queue(&mut self, v: Id) {
        let (c, r) = (self.visits[v].comp, self.visits[v].replica);
        let what = &self.design.comps[c];
        let Some(servers) = what.servers else { return self.program(v) };
        self.visits[v].left = self.dice.work(what.work);
        let rank = |v: Id, all: &Vec<Visit>| self.design.journeys[all[v].journey].priority;
        if self.places[c][r].busy.len() >= servers && what.discipline == Discipline::Preemptive {
            let worst = self.places[c][r].busy.iter().copied().max_by(|a, b| {
                let by = |v: &Id| (rank(*v, &self.visits), self.visits[*v].began);
                by(a).0.cmp(&by(b).0).then(by(a).1.total_cmp(&by(b).1))
            });
            if let Some(worst) = worst.filter(|w| rank(*w, &self.visits) > rank(v, &self.visits)) {
                let done = self.now - self.visits[worst].began;
                self.visits[worst].left -= done;
                self.visits[worst].epoch += 1;
                self.places[c][r].busy.retain(|other| *other != worst);
                self.count(c, -1);
                // It goes on before those of its class that have not begun.
                self.places[c][r].line.push_front(worst);
            }
        }
        self.places[c][r].line.push_back(v);
        self.serve(c, r);
    }

    /// Gives free servers to those that wait.
    fn serve(&mut self, c: usize, r: usize) {
        let what = &self.design.comps[c];
        let Some(servers) = what.servers else { return };
        while self.places[c][r].busy.len() < servers && !self.places[c][r].line.is_empty() {
            let rank = |v: Id| match what.discipline {
                Discipline::Fifo => 0,
                _ => self.design.journeys[self.visits[v].journey].priority,
            };
            let line = &self.places[c][r].line;
            let first = (0..line.len()).min_by_key(|i| (rank(line[*i]), *i)).unwrap_or(0);
            let v = self.places[c][r].line.remove(first).expect("it is there");
            self.places[c][r].busy.push(v);
            self.count(c, 1);
            self.visits[v].began = self.now;
            let (left, epoch) = (self.visits[v].left, self.visits[v].epoch);
            self.after(left, Event::Done(v, epoch));
        }
    }

    /// The next group of calls, or the answer.
    pub fn program(&mut self, v: Id) {
        loop {
            let (comp, group) = (self.visits[v].comp, self.visits[v].group);
            let groups = &self.design.comps[comp].groups;
            if self.visits[v].failed || group >= groups.len() {
                let ok = !self.visits[v].failed;
                return self.answer(v, ok);
            }
            self.visits[v].group += 1;
            let mut started = Vec::new();
            for (branch, call) in groups[group].iter().enumerate() {
                if call.chance < 1.0 && !self.dice.chance(call.chance) {
                    continue;
                }
                started.push(self.calls.len());
                self.calls.push(Attempting {
                    parent: v,
                    group,
                    branch,
                    phase: Phase::First,
                    rounds: call.times,
                    attempt: 0,
                    epoch: 0,
                    placed: false,
                    visit: NOBODY,
                });
            }
            if !started.is_empty() {
                self.visits[v].pending = started.len();
                for call in started {
                    self.send(call);
                }
                return;
            }
        }
    }

    /// Whether what is sent then counts.
    fn counts(&self, sent: f64) -> bool {
        (self.warm..self.warm + self.batch * BATCHES as f64).contains(&sent)
    }

    /// A visit ends.
    pub fn answer(&mut self, v: Id, ok: bool) {
        let Visit { comp, replica, journey, call, arrived, user, inside, .. } = self.visits[v];
        if inside {
            let place = &mut self.places[comp][replica];
            place.inside -= 1;
            if self.design.comps[comp].slots.is_some() {
                match place.door.pop_front() {
                    Some(next) => self.begin(next),
                    None => place.used -= 1,
                }
            }
        }
        if call != NOBODY {
            self.calls[call].epoch += 1;
            return if ok { self.answered(call) } else { self.failed(call) };
        }
        // What its caller gave up is nobody's.
        if !user {
            return;
        }
        if self.counts(arrived) {
            let batch = (((arrived - self.warm) / self.batch) as usize).min(BATCHES - 1);
            let seen = &mut self.seen[journey];
            seen.ended += 1;
            if ok {
                seen.sums[batch].0 += self.now - arrived;
                seen.sums[batch].1 += 1;
            } else {
                seen.failed += 1;
            }
        }
        self.think(journey);
    }

    pub fn think(&mut self, journey: usize) {
        if let Load::Closed(_, think) = self.design.journeys[journey].load {
            let gap = self.dice.exponential(think);
            self.after(gap, Event::Send(journey));
        }
    }
}
