//! Overload: more work arrives than is done, so that the run would tell its own length and nothing else. It ends early, and
//! says since when, at which component and by how many requests per second the backlog grows.
//!
//! Two ways to see it. *Drift*: while nothing is planned to happen, the backlog is looked at once a minute. It is proven to
//! grow when ten minutes or more have passed since measuring began or replicas last came or went, its mean change is above
//! zero by a one-sided Student t test at one in a million, it does not slow down, the component goes on working. *The limit*: requests under way need memory, and a replication has
//! at most [`MOST_VISITS`] visits, [`MOST_CALLS`] calls and [`MOST_EVENTS_AHEAD`] events ahead: below 300 MB in all.
//!
//! Choices: what waits for a slot, a server, a rate limit or a place in a pool is backlog, and so is what shares servers
//! beyond their number; a long latency is not. A fault of the plan may make a backlog for as long as it lasts: from its
//! begin on only the limit ends the run. When the run is over, what came after the last fault is looked at the same way. The component named is the one whose servers have no time left: from where the line
//! grows, along the calls that are waited for. The thresholds are our choice.

use super::arrivals::Process;
use super::clock::{Event, Instant, Target};
use super::draw::nanos;
use super::plan::Plan;
use super::request::{At, NONE, Stage};
use super::state::State;
use crate::stats::interval::student_quantile;
use serde::{Deserialize, Serialize};

/// Most visits under way in one replication, those of callers who have given up among them, 128 bytes each.
pub const MOST_VISITS: u32 = 1 << 20;
/// Most calls under way, 88 bytes each.
pub const MOST_CALLS: u32 = 1 << 19;
/// Most events ahead, 16 bytes each. Those that nobody waits for any more are dropped before this counts.
pub const MOST_EVENTS_AHEAD: usize = 1 << 21;
/// Events between two looks at the bounds.
pub const LOOK: u64 = 1 << 16;
/// Most events of one replication: half of what the clock can number.
pub const MOST_EVENTS: u64 = 1 << 34;
/// Most events at one instant: far above a batch of 100,000 requests with a hundred calls each.
const MOST_AT_ONCE: u64 = 1 << 26;
/// Time between two looks at the backlog, seconds.
const EACH_S: f64 = 60.0;
/// Fewest changes of the backlog that prove anything.
const FEWEST: usize = 10;
/// Chance that a backlog without drift looks like one that grows, at one look.
const CHANCE: f64 = 1e-6;
/// Smallest backlog that is looked at.
const SMALLEST: u32 = 100;
/// What the second half of the changes must be of the first: less is a backlog that slows down.
const LASTS: f64 = 0.7;
/// Least that a component does between two looks, of the mean: less is one that stands still for a while.
const WORKS: f64 = 0.5;
/// Longest cycle of a rate that changes by itself over which ten minutes say something, seconds.
const CYCLE_S: f64 = 60.0;
/// Share of a journey's requests that are stuck in the backlog from which on it suffers from it.
const SUFFERS: f64 = 0.01;

/// Why a replication ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// The backlog is proven to grow.
    Drift,
    /// No more requests can be kept.
    Limit,
    /// So many are under way at once, hardly any of them waiting, that there is no room for more: no overload.
    Room,
    /// Too many events, or no time passes between them.
    Events,
}

/// An overload of one replication.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overload {
    /// How it was seen.
    pub why: Why,
    /// Since when the backlog grows, seconds from the end of the warm-up; not before.
    pub from_s: f64,
    /// The component that cannot keep up.
    pub component: u32,
    /// The call whose pool cannot, where that is what it is.
    pub pool: Option<u32>,
    /// By how many requests per second the backlog grows.
    pub growth: f64,
    /// By journey: whether its requests are in the backlog.
    pub suffers: Vec<bool>,
}

/// The backlog at one instant.
#[derive(Clone, Debug, Default)]
pub struct Look {
    at: Instant,
    /// By component: what waits.
    waiting: Vec<u32>,
    /// By component: what it has done since measuring began, up to a constant: requests that left it, or server-microseconds where
    /// all inside share the servers, since of ever more who share ever fewer get done.
    done: Vec<u64>,
    /// Replicas that are up, all together.
    up: u64,
}

/// Whether nothing is planned that could make a backlog for a while, until which instant.
pub fn steady_until(p: &Plan, constant: bool) -> Instant {
    let even = |process: &Process| match process {
        Process::Mmpp(states) => states.iter().map(|s| s.1).sum::<f64>() <= CYCLE_S * 1e9,
        Process::Trace(_) => false,
        _ => true,
    };
    if !constant || !p.random.is_empty() || !p.sources.iter().all(|s| even(&s.process)) {
        return 0;
    }
    p.faults.iter().map(|f| f.start).min().unwrap_or(Instant::MAX)
}

impl State {
    /// Looks at the bounds of a replication, every [`LOOK`] events.
    #[cold]
    #[inline(never)]
    pub fn look(&mut self, p: &Plan) {
        self.look_at = self.events + LOOK;
        let still = self.now == self.looked.0;
        if !still {
            self.looked = (self.now, self.events);
        }
        if self.events >= p.most_events || (still && self.events - self.looked.1 >= MOST_AT_ONCE) {
            return self.overloaded(p, Why::Events);
        }
        if self.clock.len() <= MOST_EVENTS_AHEAD {
            return;
        }
        self.forget_stale();
        // Half of it, so that this is not done over and over.
        if self.clock.len() > MOST_EVENTS_AHEAD / 2 {
            self.overloaded(p, Why::Limit);
        }
    }

    /// Drops the events that nobody waits for.
    fn forget_stale(&mut self) {
        let (frames, calls, replicas) = (&self.frames, &self.calls, &self.replicas);
        self.clock.retain(|event: Event| match event.target {
            Target::Frame => frames[event.index].ticket == event.ticket,
            Target::Call => calls[event.index].parent != NONE && calls[event.index].ticket == event.ticket,
            Target::Replica => replicas[event.index as usize].ticket == event.ticket,
            Target::Source | Target::Edge | Target::Control => true,
        });
    }

    /// There is no room for another visit or call.
    #[cold]
    #[inline(never)]
    pub fn full(&mut self, p: &Plan) {
        self.overloaded(p, Why::Limit);
        // What else would follow at this instant is nobody's failure: the run is over.
        self.todo.clear();
    }

    /// Looks at the backlog, where a minute has passed since the last time.
    pub fn look_at_backlog(&mut self, p: &Plan) {
        let due = self.looks.last().map_or(p.warm, |look| look.at) + nanos(EACH_S);
        if self.now < due || self.draining {
            return;
        }
        let waiting = self.waiting(p);
        let done = self.desks.iter().zip(&p.components).map(|(desk, component)| {
            let counts = &desk.counts;
            if component.shares() {
                return (counts.busy.lifetime(self.now) / 1000) as u64;
            }
            counts.entered.wrapping_sub(u64::from(counts.system.value))
        });
        let up = self.desks.iter().map(|d| u64::from(d.counts.up.value)).sum();
        let look = Look { at: self.now, waiting: by_component(p, &waiting), done: done.collect(), up };
        if self.looks.last().is_some_and(|last| last.up != up) || self.looks.len() >= 2 * 1440 {
            self.looks.clear();
        }
        self.looks.push(look);
        if self.now < p.steady_until
            && let Some(component) = drifts(&self.looks)
        {
            self.overload(p, Why::Drift, &waiting, component);
        }
    }

    /// By class: requests that wait. Users of closed sessions are never more than they are, so that their lines do not count.
    fn waiting(&self, p: &Plan) -> Vec<u32> {
        let mut waiting = vec![0; p.classes.len()];
        let open: Vec<bool> =
            p.sources.iter().map(|source| !matches!(source.process, Process::Closed(..))).collect();
        for f in 0..self.frames.places() {
            let frame = &self.frames[f];
            let waits = match frame.at {
                At::Slot | At::Server | At::Limit => true,
                At::Work => p.components[p.classes[frame.class as usize].component as usize].shares(),
                _ => false,
            };
            waiting[frame.class as usize] +=
                u32::from(waits && open[p.classes[frame.class as usize].journey as usize]);
        }
        for c in 0..self.calls.places() {
            let call = &self.calls[c];
            if call.parent != NONE && call.stage == Stage::Line && open[call.journey as usize] {
                let callee = p.edges[call.edge as usize].callee;
                waiting[(callee * p.n_journeys + call.journey) as usize] += 1;
            }
        }
        waiting
    }

    /// The run is over: there is too much under way.
    fn overloaded(&mut self, p: &Plan, why: Why) {
        if self.overload.is_some() {
            return;
        }
        let waiting = self.waiting(p);
        let now = by_component(p, &waiting);
        let largest = |of: &[u32]| (0..of.len()).max_by_key(|c| (of[*c], std::cmp::Reverse(*c))).unwrap_or(0);
        if why == Why::Limit {
            let mut inside = vec![0; p.components.len()];
            let there = (0..self.frames.places()).map(|f| &self.frames[f]);
            for frame in there.filter(|frame| !matches!(frame.at, At::Free | At::Calls)) {
                inside[p.classes[frame.class as usize].component as usize] += 1_u32;
            }
            if 2 * now.iter().sum::<u32>() < inside.iter().sum::<u32>() {
                return self.overload(p, Why::Room, &waiting, largest(&inside));
            }
        }
        self.overload(p, why, &waiting, largest(&now));
    }

    /// The call to a component whose line for a place in its pool is most of what waits there, unless the servers of the component
    /// are what is waited for.
    fn pool(&self, p: &Plan, at: usize, waiting: u32) -> Option<u32> {
        let (component, counts) = (&p.components[at], &self.desks[at].counts);
        let servers = component.full * f64::from(counts.up.value);
        if component.servers != u32::MAX
            && component.in_servers(f64::from(counts.busy.value)) >= 0.9 * servers
        {
            return None;
        }
        let mut lines = vec![0_u32; p.edges.len()];
        for call in (0..self.calls.places()).map(|c| &self.calls[c]) {
            if call.parent != NONE
                && call.stage == Stage::Line
                && p.edges[call.edge as usize].callee as usize == at
            {
                lines[call.edge as usize] += 1;
            }
        }
        let longest = (0..lines.len()).max_by_key(|e| (lines[*e], std::cmp::Reverse(*e)))?;
        (2 * lines[longest] > waiting).then_some(longest as u32)
    }

    /// Whether the backlog still grows once all faults are over: then the run was overloaded, and came back from nothing.
    pub fn look_after_faults(&mut self, p: &Plan) {
        let over = self.faults.iter().map(|fault| fault.end).max().unwrap_or(0);
        if p.steady_until == 0 || over == 0 || self.overload.is_some() {
            return;
        }
        let after = self.looks.partition_point(|look| look.at < over + nanos(EACH_S));
        if let Some(component) = drifts(&self.looks[after..]) {
            let waiting = self.waiting(p);
            self.overload = Some(Box::new(self.found(p, Why::Drift, &waiting, component)));
        }
    }

    /// Ends the run by the backlog at a component.
    fn overload(&mut self, p: &Plan, why: Why, waiting: &[u32], at: usize) {
        self.overload = Some(Box::new(self.found(p, why, waiting, at)));
        self.stop(p, self.now);
        self.ended = true;
    }

    /// What is said of the backlog at a component.
    fn found(&self, p: &Plan, why: Why, waiting: &[u32], at: usize) -> Overload {
        let now = by_component(p, waiting)[at];
        let reference = match why {
            // Since it was a quarter of what it is: what was there before it began to grow says nothing of its speed.
            Why::Drift => {
                let quarter = |look: &&Look| 4 * u64::from(look.waiting[at]) <= u64::from(now);
                self.looks.iter().rev().find(quarter).or(self.looks.first())
            }
            // The newest look that is old enough to say how fast it goes.
            _ => self.looks.iter().rev().find(|look| self.now - look.at >= nanos(1.0)),
        };
        let (then, before) = reference.map_or((0, 0), |look| (look.at, look.waiting[at]));
        let growth = (f64::from(now) - f64::from(before)) / ((self.now - then).max(1) as f64 * 1e-9);
        let since = if growth > 0.0 { f64::from(now) / growth } else { 0.0 };
        let seconds = |at: Instant| (at as f64 - p.warm as f64) * 1e-9;
        let from_s = (seconds(self.now) - since).max(seconds(then).min(0.0)).max(0.0);
        let pool = if why == Why::Room { None } else { self.pool(p, at, now) };
        let component = if pool.is_some() || why == Why::Room { at } else { self.culprit(p, at) };
        let journeys = p.n_journeys as usize;
        let suffers = |j: usize| {
            let mine: u32 = (0..p.components.len()).map(|c| waiting[c * journeys + j]).sum();
            let sent = self.sources[j].ordinal.max(1);
            mine >= SMALLEST / 4 && f64::from(mine) >= SUFFERS * sent as f64
                || matches!(why, Why::Events | Why::Room)
        };
        let suffers = (0..journeys).map(suffers).collect();
        Overload { why, from_s, component: component as u32, pool, growth, suffers }
    }

    /// From a component whose line grows along the calls that those inside wait for, to the one whose own servers are busy.
    fn culprit(&self, p: &Plan, mut at: usize) -> usize {
        for _ in 0..p.components.len() {
            let (component, counts) = (&p.components[at], &self.desks[at].counts);
            let servers = component.full * f64::from(counts.up.value);
            let busy = component.in_servers(f64::from(counts.busy.value));
            if component.slots == u32::MAX || busy >= 0.9 * servers {
                break;
            }
            let mut called = vec![0_u32; p.components.len()];
            let mut inside = 0;
            for c in 0..self.calls.places() {
                let call = &self.calls[c];
                if call.parent == NONE || call.stage == Stage::Between {
                    continue;
                }
                let from = p.classes[self.frames[call.parent].class as usize].component as usize;
                if from == at {
                    called[p.edges[call.edge as usize].callee as usize] += 1;
                    inside += 1;
                }
            }
            let next = (0..called.len()).max_by_key(|c| (called[*c], std::cmp::Reverse(*c))).unwrap_or(at);
            if next == at || called[next] * 2 < inside || called[next] == 0 {
                break;
            }
            at = next;
        }
        at
    }
}

/// Sums by component of numbers by class.
fn by_component(p: &Plan, classes: &[u32]) -> Vec<u32> {
    classes.chunks(p.n_journeys.max(1) as usize).map(|own| own.iter().sum()).collect()
}

/// The component whose backlog is proven to grow, the one that grows most.
fn drifts(looks: &[Look]) -> Option<usize> {
    let (first, last) = (looks.first()?, looks.last()?);
    if looks.len() <= FEWEST {
        return None;
    }
    let grown = |c: usize| i64::from(last.waiting[c]) - i64::from(first.waiting[c]);
    let c = (0..last.waiting.len()).max_by_key(|c| (grown(*c), std::cmp::Reverse(*c)))?;
    if grown(c) < i64::from(SMALLEST) {
        return None;
    }
    let pairs = || looks.windows(2);
    let changes: Vec<f64> =
        pairs().map(|w| f64::from(w[1].waiting[c]) - f64::from(w[0].waiting[c])).collect();
    let done: Vec<f64> = pairs().map(|w| w[1].done[c].wrapping_sub(w[0].done[c]) as f64).collect();
    let n = changes.len() as f64;
    let mean = changes.iter().sum::<f64>() / n;
    let squares: f64 = changes.iter().map(|d| (d - mean) * (d - mean)).sum();
    let error = (squares / (n - 1.0) / n).sqrt();
    let proven = mean > student_quantile(1.0 - CHANCE, n - 1.0) * error;
    let half = changes.len() / 2;
    let sum = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    let lasts = sum(&changes[half..]) >= LASTS * sum(&changes[..half]);
    let works = done.iter().all(|d| *d > 0.0 && *d >= WORKS * sum(&done));
    (proven && lasts && works).then_some(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks at a backlog of one component, once a minute.
    fn looks(waiting: impl Fn(usize) -> u32, left: impl Fn(usize) -> u64, n: usize) -> Vec<Look> {
        let one = |i| Look { at: i as u64, waiting: vec![waiting(i)], done: vec![left(i)], up: 1 };
        (0..n).map(one).collect()
    }

    #[test]
    fn only_a_backlog_that_goes_on_growing_while_work_is_done_is_overload() {
        let noise = |i: usize| (i as u32 * 7919) % 23;
        let steady = |i: usize| 100 * i as u64;
        assert_eq!(drifts(&looks(|i| 60 * i as u32 + noise(i), steady, 12)), Some(0));
        assert_eq!(drifts(&looks(|i| 60 * i as u32 + noise(i), steady, 10)), None, "too early to say");
        assert_eq!(drifts(&looks(|i| 900 + 40 * noise(i), steady, 60)), None, "it only varies");
        assert_eq!(
            drifts(&looks(|i| 60 * i as u32, |i| if i < 6 { 0 } else { 900 }, 12)),
            None,
            "it stands still"
        );
        let slows = |i: usize| (1000.0 * (1.0 - (-(i as f64) / 5.0).exp())) as u32;
        assert_eq!(drifts(&looks(slows, steady, 20)), None, "it slows down");
        assert_eq!(drifts(&looks(|i| 5 * i as u32, steady, 12)), None, "too small to say");
    }
}
