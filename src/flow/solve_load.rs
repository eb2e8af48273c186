//! The fixed point of one load: visits from failures, stations from visits, times and failures from stations, until
//! nothing changes. Without failures, limits and loops one round is enough.

use super::bistable::{over, sustains};
use super::caches::popular_hits;
use super::closed;
use super::compiled::{Compiled, Leg};
use super::moments::Moments;
use super::respond;
use super::serve::serve;
use super::solution::{LegState, Solution, total};
use super::visits;

/// Most rounds of the fixed point.
const MOST_ROUNDS: u32 = 400;
/// Rounds after which steps are halved, so that a swinging fixed point settles.
const CALM_ROUNDS: u32 = 30;
/// Most sweeps over components that call each other in a circle.
const MOST_SWEEPS: usize = 2_000;

/// Where the fixed point starts: where there are two steady states, each start finds its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Everything works.
    Healthy,
    /// Every call that can time out does, and is tried as often as its policy allows; an open breaker sends nothing.
    Collapsed,
}

/// Solves the model for `rates` requests per second by journey (closed journeys: ignored).
pub fn solve(all: &Compiled, rates: &[f64]) -> Solution {
    let mut s = solve_from(all, rates, Start::Healthy);
    s.may_fall = may_fall(all, rates, &s);
    s
}

/// Chance of an attempt to come too late from which on it is not looked away from that it may be the first of many. Our choice: a
/// queue in which one in a million waits so long does that about once in a day.
const LATE: f64 = 1e-6;

/// By component, whether it is carried and there is a second state at this load in which it is not, with answers that come late
/// now and then and are asked for again: what separates the two is then only a matter of time.
fn may_fall(all: &Compiled, rates: &[f64], s: &Solution) -> Vec<bool> {
    let kindles = |(leg, state): (&Leg, &LegState)| sustains(leg) && state.late > LATE;
    if !all.legs.iter().zip(&s.legs).any(kindles) {
        return Vec::new();
    }
    let other = solve_from(all, rates, Start::Collapsed);
    (0..all.n_components)
        .map(|c| all.stations[c].is_some() && over(all, &other, c) && !over(all, s, c))
        .collect()
}

/// Solves the model without any load: nobody waits for anybody.
pub fn idle(all: &Compiled) -> Solution {
    let open = all.journeys.iter().all(|j| j.closed.is_none());
    let rates = vec![0.0; all.journeys.len()];
    if open {
        return solve(all, &rates);
    }
    let mut alone = all.clone();
    alone.journeys.iter_mut().for_each(|j| j.closed = None);
    solve(&alone, &rates)
}

/// Solves the model for `rates` from a chosen start.
pub fn solve_from(all: &Compiled, rates: &[f64], start: Start) -> Solution {
    let s = iterate(all, rates, start, false);
    if s.settled { s } else { iterate(all, rates, start, true) }
}

/// The fixed point; `offered` as in [`Solution::offered`].
fn iterate(all: &Compiled, rates: &[f64], start: Start, offered: bool) -> Solution {
    let mut s = Solution { offered, ..Solution::start(all, rates) };
    if start == Start::Collapsed {
        for (leg, state) in all.legs.iter().zip(&mut s.legs) {
            if leg.timeout.is_finite() {
                let tries = leg.attempts(1.0, Moments::constant(leg.timeout));
                *state = LegState { attempts: tries.mean, own: 1.0, failed: 1.0, ..LegState::START };
            }
        }
    }
    let mut scratch = Vec::new();
    let mut before: Vec<f64> = Vec::new();
    let mut turning = 0.0;
    for round in 1..=MOST_ROUNDS {
        s.sweeps = round;
        for (j, journey) in all.journeys.iter().enumerate() {
            let rate = s.rates[j];
            visits::solve(all, journey, rate, &mut s, &mut scratch);
        }
        let other_hits = popular_hits(all, &mut s);
        closed::solve(all, &mut s);
        // Damping, and the end.
        if round > 1 {
            let mut change: f64 = other_hits;
            for (node, old) in s.nodes.iter_mut().zip(&before) {
                let size = node.arrivals.abs().max(old.abs());
                if size > 0.0 {
                    change = change.max((node.arrivals - old).abs() / size);
                }
                if round > CALM_ROUNDS {
                    node.arrivals = 0.5 * (node.arrivals + old);
                }
            }
            // Both what flows and, where calls lead back, the times of the last round.
            s.change = change.max(turning);
            s.settled = change < 1e-11 && turning < 1e-9;
            if s.settled {
                break;
            }
        }
        before.clear();
        before.extend(s.nodes.iter().map(|n| n.arrivals));
        turning = stations(all, &mut s);
        if start == Start::Collapsed {
            s.legs.iter_mut().filter(|l| l.opens).for_each(|l| l.attempts = 0.0);
        }
        s.fails = s.nodes.iter().any(|n| n.runs < 1.0 && n.arrivals > 0.0 && n.admitted < 1.0)
            || s.nodes.iter().any(|n| n.arrivals > 0.0 && total(&n.causes) > 0.0)
            || s.desks.iter().any(|d| d.carried < 1.0)
            || s.legs.iter().any(|l| l.failed > 0.0 || l.attempts > 1.0);
    }
    s
}

/// A solved load on which changes of single components are tried out: only they and their callers are solved again, and
/// put back afterwards.
#[derive(Clone, Debug)]
pub struct Trial {
    /// As solved.
    base: Solution,
    /// With the change.
    tried: Solution,
    /// Components in which the two differ.
    dirty: Vec<bool>,
}

impl Trial {
    /// Nothing tried yet.
    pub fn new(base: Solution) -> Self {
        Self { tried: base.clone(), dirty: vec![false; base.desks.len()], base }
    }

    /// The load as solved.
    pub fn base(&self) -> &Solution {
        &self.base
    }

    /// The load with the change.
    pub fn tried(&self) -> &Solution {
        &self.tried
    }

    /// Solves again after components `changed` were changed. False when that changes what arrives anywhere, or where
    /// components call each other in a circle: then all must be solved. `callers` are those of each component.
    pub fn again(&mut self, all: &Compiled, changed: &[usize], callers: &[Vec<u32>]) -> bool {
        self.put_back(all);
        if all.loops || !self.base.settled || self.base.closed.iter().any(Option::is_some) {
            return false;
        }
        changed.iter().for_each(|c| self.dirty[*c] = true);
        for c in all.order.iter().map(|c| *c as usize) {
            if !self.dirty[c] {
                continue;
            }
            component(all, c, &mut self.tried);
            if !all.nodes_of(c).iter().all(|n| self.flows_on(all, *n as usize)) {
                return false;
            }
            callers[c].iter().for_each(|c| self.dirty[*c as usize] = true);
        }
        true
    }

    /// Whether a node calls others as often as before.
    fn flows_on(&self, all: &Compiled, n: usize) -> bool {
        let legs = all.nodes[n].legs.clone();
        self.tried.nodes[n].runs == self.base.nodes[n].runs
            && legs
                .map(|l| (&self.tried.legs[l as usize], &self.base.legs[l as usize]))
                .all(|(a, b)| a.attempts == b.attempts && a.own == b.own && a.failed == b.failed)
    }

    fn put_back(&mut self, all: &Compiled) {
        for c in (0..all.n_components).filter(|c| std::mem::take(&mut self.dirty[*c])) {
            self.tried.desks[c] = self.base.desks[c];
            for n in all.nodes_of(c) {
                let n = *n as usize;
                self.tried.nodes[n] = self.base.nodes[n];
                let legs = all.nodes[n].legs.start as usize..all.nodes[n].legs.end as usize;
                self.tried.legs[legs.clone()].copy_from_slice(&self.base.legs[legs]);
            }
        }
    }
}

/// One pass over the stations, callees first; several where they call each other in a circle. Returns
/// the largest relative change of the last one there.
fn stations(all: &Compiled, s: &mut Solution) -> f64 {
    let sweeps = if all.loops { MOST_SWEEPS } else { 1 };
    let mut last = 0.0;
    for _ in 0..sweeps {
        let mut change: f64 = 0.0;
        for c in &all.order {
            change = change.max(component(all, *c as usize, s));
        }
        last = if all.loops { change } else { 0.0 };
        if change < 1e-13 {
            break;
        }
    }
    last
}

/// Solves one component and its nodes; returns the largest relative change of a node's time.
fn component(all: &Compiled, c: usize, s: &mut Solution) -> f64 {
    let Some(desk) = &all.stations[c] else { return 0.0 };
    let nodes = all.nodes_of(c);
    for n in nodes {
        let node = &all.nodes[*n as usize];
        respond::legs(all, node, s);
        if desk.slots.is_some()
            || desk.servers.is_none()
            || !node.groups.is_empty()
            || node.latency.mean > 0.0
        {
            let program = respond::program(all, node, s);
            s.nodes[*n as usize].delay = respond::delay(node, desk.error_ratio, &program);
        }
    }
    serve(all, c, s);
    if s.offered && s.desks[c].carried <= 0.0 {
        // It waits for what it calls; that is where less is carried.
        s.desks[c].carried = 1.0;
        nodes.iter().for_each(|n| s.nodes[*n as usize].carried = 1.0);
    }
    let mut change: f64 = 0.0;
    for n in nodes {
        let node = &all.nodes[*n as usize];
        let program = respond::program(all, node, s);
        let state = &mut s.nodes[*n as usize];
        let old = state.ok.mean;
        respond::node(node, &s.desks[c], desk.error_ratio, &program, s.offered, state);
        if old != state.ok.mean {
            let size = state.ok.mean.abs().max(old.abs());
            change = change.max(if size.is_finite() { (state.ok.mean - old).abs() / size } else { 1.0 });
        }
    }
    change
}
