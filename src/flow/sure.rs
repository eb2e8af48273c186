//! Which rates and times of a solved load are exact. Rates: where requests reach a component as often as the traffic equations say, whatever
//! takes how long. Behind failures, limits, overload, and caches whose hits are approximate, they are not.

use super::compiled::{Branch, Compiled, FALLBACKS, NONE};
use super::respond::forked;
use super::solution::{Solution, total};
use crate::text::flow as words;
use crate::text::flow::Method;

/// What of a solved load is exact.
pub struct Sure {
    /// By node, the formula of its rate.
    pub traffic: Vec<Method>,
    /// By node, whether the mean time of a visit is exact.
    pub times: Vec<bool>,
}

impl Sure {
    /// Of a solved load. O(nodes + legs).
    pub fn of(all: &Compiled, s: &Solution) -> Self {
        let traffic = traffic(all, s);
        Self { times: times(all, s, &traffic), traffic }
    }
}

/// How well the rate of a node is known: the formula, worst of all on its way.
fn worse(a: Method, b: Method) -> Method {
    if a.exact { b } else { a }
}

/// By node, the formula of its rate.
fn traffic(all: &Compiled, s: &Solution) -> Vec<Method> {
    let mut found = vec![words::TRAFFIC; all.nodes.len()];
    for j in 0..all.journeys.len() {
        journey(all, s, j, &mut found);
    }
    found
}

fn journey(all: &Compiled, s: &Solution, j: usize, found: &mut [Method]) {
    let journey = &all.journeys[j];
    if journey.nodes.is_empty() {
        return;
    }
    if let Some(method) = s.closed[j].filter(|m| !m.exact) {
        found[journey.nodes.start as usize] = method;
    }
    let mut all_of_them = words::TRAFFIC;
    for n in journey.nodes.clone().map(|n| n as usize) {
        let state = &s.nodes[n];
        let whole = state.admitted >= 1.0 && state.carried >= 1.0;
        let mut so_far = if whole { found[n] } else { worse(found[n], words::TRAFFIC_FIXED_POINT) };
        for group in all.nodes[n].groups.clone() {
            let mut after = so_far;
            for branch in all.group(group) {
                after = worse(after, calls(all, s, branch, so_far, found));
            }
            so_far = after;
        }
        all_of_them = worse(all_of_them, so_far);
    }
    if journey.loops {
        for n in journey.nodes.clone() {
            found[n as usize] = worse(found[n as usize], all_of_them);
        }
    }
}

/// Marks whom a branch calls; returns how well it is known what comes after it.
fn calls(all: &Compiled, s: &Solution, branch: &Branch, before: Method, found: &mut [Method]) -> Method {
    let mut after = before;
    let by_hits = if branch.popular { worse(before, words::TRAFFIC_HITS) } else { before };
    let legs = [Some((branch.leg, before)), branch.miss.map(|m| (m.1, by_hits))];
    for (mut leg, mut known) in legs.into_iter().flatten() {
        for _ in 0..=FALLBACKS {
            if leg == NONE {
                break;
            }
            let (l, state) = (&all.legs[leg as usize], &s.legs[leg as usize]);
            if state.attempts != 1.0 || branch.count > 1.0 && state.failed > 0.0 {
                known = worse(known, words::TRAFFIC_FIXED_POINT);
            }
            if l.node != NONE {
                // The filling of a cache depends on its misses.
                let filled = if branch.popular { worse(known, words::TRAFFIC_HITS) } else { known };
                found[l.node as usize] = worse(found[l.node as usize], filled);
            }
            if state.own > 0.0 || state.passes < 1.0 {
                after = worse(after, words::TRAFFIC_FIXED_POINT);
            }
            if state.own <= 0.0 {
                break;
            }
            known = worse(known, words::TRAFFIC_FIXED_POINT);
            leg = l.fallback;
        }
    }
    after
}

/// By node, whether the mean time of a visit is exact: its queue and all that it calls are, one after the other or as a pair of
/// equal queues, and nothing fails or is cut off.
fn times(all: &Compiled, s: &Solution, traffic: &[Method]) -> Vec<bool> {
    let mut found = vec![false; all.nodes.len()];
    for journey in &all.journeys {
        for n in journey.nodes.clone().rev().map(|n| n as usize) {
            let (node, state) = (&all.nodes[n], &s.nodes[n]);
            let calls = |l: u32| {
                let (leg, state) = (&all.legs[l as usize], &s.legs[l as usize]);
                let whole = state.attempts == 1.0 && state.failed == 0.0;
                let uncut = leg.timeout.is_infinite() || state.cut == 1.0;
                // Where calls lead back, a callee may stand before its caller: all of them are looked at below.
                let known = leg.node != NONE && (found[leg.node as usize] || journey.loops);
                whole && uncut && known
            };
            let group = |g: u32| {
                let branches = all.group(g);
                let one = branches.len() == 1 || forked(all, s, branches).is_some_and(|f| f.1.exact);
                one && branches.iter().all(|b| !b.popular && Compiled::legs_of(b).all(calls))
            };
            found[n] = s.desks[node.component as usize].method.exact
                && traffic[n].exact
                && total(&state.causes) == 0.0
                && node.groups.clone().all(group);
        }
        let nodes = journey.nodes.start as usize..journey.nodes.end as usize;
        if journey.loops && !found[nodes.clone()].iter().all(|f| *f) {
            found[nodes].fill(false);
        }
    }
    found
}
