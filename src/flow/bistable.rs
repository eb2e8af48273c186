//! Bistability: loads at which a component has two steady states. In the healthy one it serves what is asked of it; in
//! the collapsed one callers give up, try again, and the work for answers nobody waits for keeps it overloaded. Both are
//! ends of the same fixed point, reached from below and from above.
//!
//! Covered: time limits with orphaned work, retries with budgets, fallbacks, breakers (an open one sends nothing), bounded
//! queues, patience, rate limits, slots held across calls, and the autoscaler once it has settled. Not covered, and then
//! unknown: recalled work, second requests, pools, quorums and closed sessions.
//!
//! Source: N. Bronson, A. Aghayev, A. Charapko, T. Zhu, "Metastable failures in distributed systems", HotOS (2021): a
//! load that is stable until a trigger, and a sustaining effect that keeps the failure alive after it.

use super::compiled::{Compiled, Leg, NONE};
use super::figures::{figure, unknown};
use super::solution::Solution;
use super::solve_load::{Start, solve_from};
use super::why::unsolved;
use crate::answer::times::BistableAnswer;
use crate::model::{ComponentIx, Model};
use crate::text::flow as words;

/// Largest multiple of the stated load that is searched.
const MOST: f64 = 1e6;
/// Relative distance at which a bound counts as found.
const TOLERANCE: f64 = 1e-4;
/// Narrowest interval that is reported, as a share of its upper end. Our choice: next to saturation the formulas are not
/// better than this.
const NARROW: f64 = 0.05;
/// Smallest multiple of the stated load that is searched: what is overloaded there counts as overloaded at any load.
const LEAST: f64 = 1e-9;
/// Most halvings of a bracket. From the largest to the smallest multiple searched, and on to the tolerance, it takes 64.
const HALVINGS: u32 = 80;
/// Most components looked at, those with the highest load first. Our choice: bounds the work on very large models.
const LOOKED_AT: usize = 16;

/// By component: the loads between which it can be healthy or collapsed, at the busiest hour's mixture of journeys; `None`
/// where there is no such interval.
///
/// Without calls that give up and are then made again, nothing is solved; else about 40 solutions per component behind
/// such calls.
pub fn bistable(model: &Model) -> Vec<Option<BistableAnswer>> {
    let all = Compiled::of(model);
    let mut answers = vec![None; all.n_components];
    let behind = behind(&all);
    if behind.is_empty() {
        return answers;
    }
    let hour = model.profile.busiest_hour();
    let rates = model.rates(hour);
    let load = Load { all: &all, rates };
    let now = load.at(1.0, Start::Healthy);
    let mut ranked: Vec<(f64, usize)> = behind.into_iter().map(|c| (pressure(&all, &now, c), c)).collect();
    ranked.retain(|(pressure, _)| *pressure > 0.0);
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    for (_, c) in ranked.into_iter().take(LOOKED_AT) {
        // A queue without formula has no load to search for.
        let found = match now.desks[c].why {
            Some(_) => Some(Interval { from: f64::NAN, to: f64::NAN, collapsed: now.clone() }),
            None => load.interval(c),
        };
        answers[c] = found.map(|found| answer(model, &load, c, &found));
    }
    answers
}

/// Whether failures of a call make more calls: it gives up, and then tries again or somewhere else.
pub(super) fn sustains(leg: &Leg) -> bool {
    leg.timeout.is_finite() && (leg.retry.is_some_and(|r| r.extra > 0) || leg.fallback != NONE)
}

/// Components with servers or lines that are reached through a call that makes more calls when it fails.
fn behind(all: &Compiled) -> Vec<usize> {
    let mut reached = vec![false; all.nodes.len()];
    let mut waiting: Vec<u32> = all.legs.iter().filter(|l| sustains(l)).map(|l| l.node).collect();
    while let Some(n) = waiting.pop() {
        if n == NONE || std::mem::replace(&mut reached[n as usize], true) {
            continue;
        }
        waiting.extend(all.nodes[n as usize].legs.clone().map(|l| all.legs[l as usize].node));
    }
    let mut found: Vec<usize> = (0..all.nodes.len())
        .filter(|n| reached[*n])
        .map(|n| all.nodes[n].component as usize)
        .filter(|c| {
            all.stations[*c].as_ref().is_some_and(|desk| {
                desk.servers.is_some() || desk.slots.is_some() || desk.limits.iter().any(|l| l.waits)
            })
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Work offered to a component over what its servers can do, what it turns away or loses in the queue included.
fn pressure(all: &Compiled, s: &Solution, c: usize) -> f64 {
    let desk = &s.desks[c];
    let Some(servers) = all.stations[c].as_ref().and_then(|d| d.full) else {
        return if desk.arrivals > 0.0 { desk.busy.max(f64::MIN_POSITIVE) } else { 0.0 };
    };
    let work = |n: &u32| {
        let work = all.nodes[*n as usize].work.map_or(0.0, |w| w.0.mean);
        s.nodes[*n as usize].arrivals * work
    };
    let offered: f64 = all.nodes_of(c).iter().map(work).sum();
    offered * (1.0 - desk.throttled) / (servers * f64::from(desk.replicas.max(1)))
}

/// Whether more is asked of a component than it can do, whatever becomes of the rest.
pub(super) fn over(all: &Compiled, s: &Solution, c: usize) -> bool {
    s.desks[c].overloaded() || !s.desks[c].wait.all().is_finite() || pressure(all, s, c) >= 1.0
}

/// Bounds as multiples of the stated load, and the collapsed state between them.
struct Interval {
    from: f64,
    to: f64,
    collapsed: Solution,
}

/// The busiest hour, at multiples of its load.
struct Load<'a> {
    all: &'a Compiled,
    rates: Vec<f64>,
}

impl Load<'_> {
    fn at(&self, factor: f64, start: Start) -> Solution {
        let rates: Vec<f64> = self.rates.iter().map(|r| r * factor).collect();
        solve_from(self.all, &rates, start)
    }

    /// Bisection of a property that holds from some load on: a load below which it does not hold and one at which it
    /// does.
    fn bisect(
        &self,
        mut low: f64,
        mut high: f64,
        holds: impl Fn(&Solution) -> bool,
        start: Start,
    ) -> (f64, f64) {
        for _ in 0..HALVINGS {
            if high - low <= TOLERANCE * high || high <= LEAST {
                break;
            }
            let middle = 0.5 * (low + high);
            if holds(&self.at(middle, start)) { high = middle } else { low = middle }
        }
        (low, high)
    }

    /// Loads at which `c` is healthy from below and collapsed from above.
    fn interval(&self, c: usize) -> Option<Interval> {
        let overloaded = |s: &Solution| over(self.all, s, c);
        let (mut low, mut high) = (0.0, 1.0);
        while !overloaded(&self.at(high, Start::Healthy)) {
            (low, high) = (high, 2.0 * high);
            if high > MOST {
                return None;
            }
        }
        let (to, least) = self.bisect(low, high, overloaded, Start::Healthy);
        if least <= LEAST {
            // Overloaded at any load: there is no healthy state beside the other.
            return None;
        }
        let edge = to * (1.0 - NARROW);
        let collapsed = self.at(edge, Start::Collapsed);
        if to <= 0.0 || !overloaded(&collapsed) {
            return None;
        }
        let (_, from) = self.bisect(0.0, edge, overloaded, Start::Collapsed);
        Some(Interval { from, to, collapsed })
    }
}

fn answer(model: &Model, load: &Load, c: usize, found: &Interval) -> BistableAnswer {
    let all = load.all;
    let s = &found.collapsed;
    // The call that adds the most attempts, direct calls before those further up.
    let added = |l: usize| {
        let (leg, state) = (&all.legs[l], &s.legs[l]);
        let to = all.nodes.get(leg.node as usize)?;
        let more = s.nodes[leg.node as usize].arrivals * (1.0 - 1.0 / state.attempts.max(1.0));
        sustains(leg).then_some((to.component as usize == c, more, l))
    };
    let visits = |l: &usize| {
        let j = all.journeys.iter().position(|j| j.legs.contains(&(*l as u32)));
        j.is_some_and(|j| all.nodes_of(c).iter().any(|n| all.nodes[*n as usize].journey as usize == j))
    };
    let most = (0..all.legs.len())
        .filter(visits)
        .filter_map(added)
        .reduce(|a, b| if b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)).is_gt() { b } else { a });
    let leg = most.map_or(0, |m| m.2);
    let j = all.journeys.iter().position(|j| j.legs.contains(&(leg as u32))).unwrap_or(0);
    let name = |ix: ComponentIx| model.graph[ix].id.as_str();
    let ends = model.graph.edge_endpoints(all.legs[leg].call);
    let closed = |n: &u32| all.journeys[all.nodes[*n as usize].journey as usize].closed.is_some();
    let simulated = |n: &u32| unsolved_by_design(all, s, all.nodes[*n as usize].journey as usize);
    let nodes = all.nodes_of(c);
    let why = if let Some(why) = s.desks[c].why {
        Some(why)
    } else if nodes.iter().any(closed) {
        Some(words::NO_FORMULA)
    } else if !s.settled {
        Some(words::UNSETTLED)
    } else {
        nodes.iter().filter(|n| s.nodes[**n as usize].visits > 0.0).find_map(simulated)
    };
    let bound = |value: f64, unit: &str| match why {
        Some(why) => unknown(unit, why),
        None => figure(value, unit, words::BISTABLE),
    };
    let rate = load.rates[j];
    BistableAnswer {
        from: bound(found.from * rate, "1/s"),
        to: bound(found.to * rate, "1/s"),
        now: figure(rate, "1/s", words::STATED),
        from_load: bound(found.from, "1"),
        to_load: bound(found.to, "1"),
        journey: model.journeys[j].id.clone(),
        call: ends.map_or_else(String::new, |(a, b)| format!("{} -> {}", name(a), name(b))),
    }
}

/// Why a journey is for the simulation only, CPU credits aside: without them a collapse only lasts at lower loads.
fn unsolved_by_design(all: &Compiled, s: &Solution, j: usize) -> Option<&'static str> {
    let journey = &all.journeys[j];
    let recalls = journey.legs.clone().any(|l| s.legs[l as usize].recalls);
    unsolved(all, s, j).filter(|_| journey.why.is_some() || recalls)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::build;
    use crate::model::call::{Breaker, Jitter, Policy, Retry};
    use crate::model::station::Balance;
    use crate::stats::distribution::Distribution;
    use crate::stats::maths::exp;
    use crate::units::{Duration, Probability};

    fn policy(extra: u32, budget: Option<f64>) -> Policy {
        let retry = Retry {
            extra,
            base: Duration::millis(50.0),
            cap: Duration::seconds(1.0),
            jitter: Jitter::Full,
            budget: budget.map(Probability::clamp),
        };
        Policy { timeout: Some(Duration::millis(500.0)), retry: Some(retry), ..Policy::default() }
    }

    /// A front before one server of 100/s, at 10/s.
    fn pair(policy: Policy) -> Model {
        let mut model = build::empty();
        let front = build::component(&mut model, "front", build::delay(Distribution::Constant(0.001)));
        let mut station = build::station(1, 1, Distribution::Exponential(0.01));
        station.balance = Balance::Random;
        let back = build::component(&mut model, "back", station);
        let j = build::journey(&mut model, "job", front, 10.0);
        let call = build::call(&mut model, j, front, back);
        model.graph[call].policy = policy;
        model
    }

    fn bounds(model: &Model) -> Option<(f64, f64)> {
        let found = bistable(model).into_iter().flatten().next()?;
        Some((found.from.value.unwrap(), found.to.value.unwrap()))
    }

    fn near(found: f64, expected: f64) {
        assert!((found / expected - 1.0).abs() < 2e-3, "{found} against {expected}");
    }

    /// Largest load with a healthy fixed point of M/M/1 at `rate`: the maximum of L / (1 + p + ... ) over the load L with
    /// its retries, where p = exp(-(rate - L) timeout).
    fn healthy_up_to(rate: f64, attempts: i32, timeout: f64) -> f64 {
        let calls = |load: f64| {
            let p = exp(-(rate - load) * timeout);
            load / (0..attempts).map(|k| p.powi(k)).sum::<f64>()
        };
        (1..100_000).map(|i| calls(rate * f64::from(i) / 100_000.0)).fold(0.0, f64::max)
    }

    #[test]
    fn four_attempts_hold_a_collapse_down_to_a_quarter_of_the_capacity() {
        let (from, to) = bounds(&pair(policy(3, None))).unwrap();
        near(from, 100.0 / 4.0);
        near(to, healthy_up_to(100.0, 4, 0.5));
        let found = bistable(&pair(policy(3, None))).into_iter().flatten().next().unwrap();
        assert_eq!((found.call.as_str(), found.journey.as_str()), ("front -> back", "job"));
        near(found.from_load.value.unwrap(), 2.5);
    }

    #[test]
    fn two_attempts_hold_it_down_to_a_half() {
        let (from, to) = bounds(&pair(policy(1, None))).unwrap();
        near(from, 50.0);
        near(to, healthy_up_to(100.0, 2, 0.5));
    }

    #[test]
    fn layers_multiply() {
        // front -> middle twice, middle -> back three times: back sees six attempts of a failed call.
        let mut model = pair(policy(1, None));
        let (front, back) = (model.component("front").unwrap(), model.component("back").unwrap());
        let middle = build::component(&mut model, "middle", build::delay(Distribution::Constant(0.001)));
        let j = crate::model::JourneyIx(0);
        let front_program = &mut model.graph[front].station.as_mut().unwrap().programs[0].steps;
        front_program.clear();
        let outer = build::call(&mut model, j, front, middle);
        let inner = build::call(&mut model, j, middle, back);
        model.graph[outer].policy = policy(1, None);
        model.graph[inner].policy = policy(2, None);
        let (from, _) = bounds(&model).unwrap();
        near(from, 100.0 / 6.0);
        let found = bistable(&model).into_iter().flatten().next().unwrap();
        assert_eq!(found.call, "middle -> back");
    }

    #[test]
    fn what_ends_a_storm_leaves_no_interval() {
        // A budget of a tenth: 1.1 attempts hold a collapse only from 91 % of the capacity on.
        assert_eq!(bounds(&pair(policy(3, Some(0.1)))), None);
        // One half: from two thirds on.
        let (from, _) = bounds(&pair(policy(3, Some(0.5)))).unwrap();
        near(from, 100.0 / 1.5);
        // Without time limits nobody gives up; without retries nobody tries again.
        assert_eq!(bounds(&pair(Policy { timeout: None, ..policy(3, None) })), None);
        assert_eq!(bounds(&pair(Policy { retry: None, ..policy(3, None) })), None);
        // An open breaker sends nothing, and the queue drains.
        let breaker = Breaker {
            errors: Probability::clamp(0.5),
            over: Duration::seconds(10.0),
            open: Duration::seconds(5.0),
        };
        assert_eq!(bounds(&pair(Policy { breaker: Some(breaker), ..policy(3, None) })), None);
        // A short line turns away at once what it cannot serve in time, so no work is done in vain.
        let mut short = pair(policy(3, None));
        let back = short.component("back").unwrap();
        short.graph[back].station.as_mut().unwrap().queue = Some(10);
        assert_eq!(bounds(&short), None);
    }

    #[test]
    fn a_line_longer_than_the_time_limit_collapses_like_an_endless_one() {
        let mut long = pair(policy(3, None));
        let back = long.component("back").unwrap();
        long.graph[back].station.as_mut().unwrap().queue = Some(500);
        let (from, _) = bounds(&long).unwrap();
        // Full, it takes 5 s: every answer is late. Less is asked of it at 25/s than it can do.
        assert!((25.0..27.0).contains(&from), "{from}");
    }

    #[test]
    fn a_queue_without_formula_ends_the_search_and_says_why() {
        use crate::model::workload::Process;
        // Work of infinite variance: the mean wait is infinite at any load. A trace: no formula for its gaps.
        let mut heavy = pair(policy(3, None));
        let back = heavy.component("back").unwrap();
        let work = Distribution::Pareto { alpha: 1.5, min: 0.001, max: f64::INFINITY };
        heavy.graph[back].station.as_mut().unwrap().work = vec![Some(work)];
        let mut trace = pair(policy(3, None));
        trace.journeys[0].process = Process::Trace(vec![0.0, 0.01, 0.02]);
        for (model, why) in [(heavy, words::HEAVY), (trace, words::NO_ARRIVALS_FORMULA)] {
            let found = bistable(&model).into_iter().flatten().next().unwrap();
            assert_eq!((found.from.value, found.to.value), (None, None));
            assert_eq!(found.from.method.as_deref(), Some(why));
            let flow = crate::flow::solve(&model, 0);
            assert_eq!(
                (flow.journeys[0].response_s.p95.value, flow.journeys[0].error_ratio.value),
                (None, None)
            );
        }
    }

    #[test]
    fn recalled_work_is_for_the_simulation() {
        let model = pair(Policy { cancel: true, ..policy(3, None) });
        let found = bistable(&model).into_iter().flatten().next().unwrap();
        assert_eq!(found.from.value, None);
        assert_eq!(found.from.method.as_deref(), Some(words::RECALLED));
    }
}
