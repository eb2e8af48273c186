//! A slow event simulator of small networks: lists that are scanned, numbers that are drawn one after the other, nothing
//! shared with the engine but the meaning of a scenario. It knows stations (first come first served, or by priority, with
//! or without interruption), balancers, slots, waiting rooms, pools, time limits with retries, cache-aside, parallel
//! groups, token buckets, open and closed classes.

use super::dice::Dice;
use super::tally::Seen;
use super::{Balance, Call, Design, Discipline, Load};
use std::collections::{BTreeMap, VecDeque};

type Id = usize;
const NOBODY: Id = usize::MAX;

#[derive(Clone, Copy, PartialEq)]
enum Event {
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
}

#[derive(Clone, Copy)]
struct Visit {
    comp: usize,
    replica: usize,
    journey: usize,
    call: Id,
    arrived: f64,
    left: f64,
    began: f64,
    epoch: u32,
    group: usize,
    pending: usize,
    failed: bool,
    /// A user's own request, not one of a call.
    user: bool,
    /// It has a place at its replica; those turned away have none.
    inside: bool,
}

/// Which call of a branch is under way.
#[derive(Clone, Copy, PartialEq)]
enum Phase {
    First,
    Miss,
    Fill,
}

struct Attempting {
    parent: Id,
    group: usize,
    branch: usize,
    phase: Phase,
    rounds: u32,
    attempt: u32,
    epoch: u32,
    placed: bool,
    visit: Id,
}

#[derive(Default, Clone)]
struct Place {
    used: usize,
    inside: usize,
    busy: Vec<Id>,
    line: VecDeque<Id>,
    door: VecDeque<Id>,
}

pub struct Slow<'a> {
    design: &'a Design,
    dice: Dice,
    now: f64,
    serial: u64,
    events: BTreeMap<(u64, u64), Event>,
    visits: Vec<Visit>,
    calls: Vec<Attempting>,
    places: Vec<Vec<Place>>,
    turns: Vec<usize>,
    tokens: Vec<(f64, f64)>,
    pools: BTreeMap<(usize, usize), (usize, VecDeque<Id>)>,
    warm: f64,
    batch: f64,
    seen: Vec<Seen>,
}

const BATCHES: usize = 30;

/// Plays a design for so long after so much warm-up.
pub fn play(design: &Design, seed: u64, warm: f64, seconds: f64) -> Vec<Seen> {
    let places = design.comps.iter().map(|c| vec![Place::default(); c.replicas]).collect();
    let mut slow = Slow {
        design,
        dice: Dice(seed),
        now: 0.0,
        serial: 0,
        events: BTreeMap::new(),
        visits: Vec::new(),
        calls: Vec::new(),
        places,
        turns: vec![0; design.comps.len()],
        tokens: design.comps.iter().map(|c| (c.limit.map_or(0.0, |l| l.1), 0.0)).collect(),
        pools: BTreeMap::new(),
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
    while let Some((key, event)) = slow.events.pop_first() {
        slow.now = f64::from_bits(key.0);
        if slow.now > warm + seconds {
            break;
        }
        slow.take(event);
    }
    slow.seen
}

impl Slow<'_> {
    fn after(&mut self, wait: f64, event: Event) {
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
                self.serve(c, r);
                self.program(v);
            }
            Event::Limit(call, epoch) if self.calls[call].epoch == epoch => {
                let visit = self.calls[call].visit;
                self.visits[visit].call = NOBODY;
                self.failed(call);
            }
            Event::Again(call) => self.send(call),
            Event::Done(..) | Event::Limit(..) => {}
        }
    }

    /// A request reaches a component.
    fn visit(&mut self, comp: usize, journey: usize, call: Id) -> Id {
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
        let inside = |r: usize| self.places[comp][r].inside;
        let n = what.replicas;
        let r = match what.balance {
            Balance::RoundRobin => {
                self.turns[comp] = (self.turns[comp] + 1) % n;
                self.turns[comp]
            }
            Balance::Random => self.dice.below(n),
            Balance::Least => (0..n).min_by_key(|r| inside(*r)).unwrap_or(0),
            Balance::TwoChoices => {
                let a = self.dice.below(n);
                let b = (a + 1 + self.dice.below((n - 1).max(1))) % n;
                if self.places[comp][b].inside < self.places[comp][a].inside { b } else { a }
            }
        };
        self.visits[v].replica = r;
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
            self.visits[v].began = self.now;
            let (left, epoch) = (self.visits[v].left, self.visits[v].epoch);
            self.after(left, Event::Done(v, epoch));
        }
    }

    /// The next group of calls, or the answer.
    fn program(&mut self, v: Id) {
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

    fn branch(&self, call: Id) -> &Call {
        let c = &self.calls[call];
        &self.design.comps[self.visits[c.parent].comp].groups[c.group][c.branch]
    }

    /// Whom the present call calls.
    fn target(&self, call: Id) -> usize {
        let branch = self.branch(call);
        match (self.calls[call].phase, branch.miss) {
            (Phase::Miss, Some((_, behind))) => behind,
            _ => branch.to,
        }
    }

    /// The pool of the present call.
    fn pool(&self, call: Id) -> Option<((usize, usize), usize)> {
        let pair = (self.visits[self.calls[call].parent].comp, self.target(call));
        self.design.pools.get(&pair).map(|size| (pair, *size))
    }

    /// An attempt of a call goes out, or waits for its place in the pool.
    fn send(&mut self, call: Id) {
        if let Some((pool, size)) = self.pool(call)
            && !self.calls[call].placed
        {
            let (used, line) = self.pools.entry(pool).or_default();
            if *used >= size {
                line.push_back(call);
                return;
            }
            *used += 1;
            self.calls[call].placed = true;
        }
        let branch = *self.branch(call);
        let to = self.target(call);
        let journey = self.visits[self.calls[call].parent].journey;
        self.calls[call].epoch += 1;
        if let Some((limit, ..)) = branch.limit.filter(|_| self.calls[call].phase == Phase::First) {
            let epoch = self.calls[call].epoch;
            self.after(limit, Event::Limit(call, epoch));
        }
        self.visit(to, journey, call);
    }

    fn leave_pool(&mut self, call: Id) {
        if !std::mem::take(&mut self.calls[call].placed) {
            return;
        }
        let Some((pool, _)) = self.pool(call) else { return };
        let (used, line) = self.pools.get_mut(&pool).expect("it was entered");
        if let Some(next) = line.pop_front() {
            self.calls[next].placed = true;
            self.send(next);
        } else {
            *used -= 1;
        }
    }

    /// A visit ends.
    fn answer(&mut self, v: Id, ok: bool) {
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
        if arrived >= self.warm {
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

    fn think(&mut self, journey: usize) {
        if let Load::Closed(_, think) = self.design.journeys[journey].load {
            let gap = self.dice.exponential(think);
            self.after(gap, Event::Send(journey));
        }
    }

    fn answered(&mut self, call: Id) {
        self.leave_pool(call);
        let branch = *self.branch(call);
        let next = match (self.calls[call].phase, branch.miss) {
            (Phase::First, Some((hit, _))) if !self.dice.chance(hit) => Some(Phase::Miss),
            (Phase::Miss, _) => Some(Phase::Fill),
            _ => None,
        };
        if next.is_none() {
            self.calls[call].rounds -= 1;
            if self.calls[call].rounds == 0 {
                return self.ended(call);
            }
        }
        self.calls[call].phase = next.unwrap_or(Phase::First);
        self.calls[call].attempt = 0;
        self.send(call);
    }

    fn failed(&mut self, call: Id) {
        self.calls[call].epoch += 1;
        self.leave_pool(call);
        if let Some((_, extra, base)) =
            self.branch(call).limit.filter(|_| self.calls[call].phase == Phase::First)
            && self.calls[call].attempt < extra
        {
            let wait = base * f64::from(1_u32 << self.calls[call].attempt.min(20));
            self.calls[call].attempt += 1;
            return self.after(wait, Event::Again(call));
        }
        if self.calls[call].phase == Phase::Fill {
            // The filling of a cache may fail without harm.
            return self.answered(call);
        }
        let parent = self.calls[call].parent;
        self.visits[parent].failed = true;
        self.ended(call);
    }

    fn ended(&mut self, call: Id) {
        let parent = self.calls[call].parent;
        self.visits[parent].pending -= 1;
        if self.visits[parent].pending == 0 {
            self.program(parent);
        }
    }
}
