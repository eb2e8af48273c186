//! What a journey's mean time is made of: waiting, service, network, stream and retries, by component.

use super::Part;
use super::compiled::{Branch, Compiled, FALLBACKS, NONE};
use super::respond;
use super::solution::Solution;
use crate::model::ComponentIx;

/// The five parts, in the order of the sums below.
const PARTS: [&str; 5] = ["waiting", "service", "network", "stream", "retry"];
const WAITING: usize = 0;
const SERVICE: usize = 1;
const NETWORK: usize = 2;
const STREAM: usize = 3;
const RETRY: usize = 4;

/// Parts of the mean time of answered requests of a journey, largest first; they add up to the mean. In a parallel group
/// each branch counts by its share of the sum of the branches.
///
/// For a journey whose time grows without bound: one part `waiting` per overloaded component, its seconds standing for the
/// load offered over the load it can carry.
pub fn makeup(all: &Compiled, s: &Solution, journey: usize) -> Vec<Part> {
    let j = &all.journeys[journey];
    let Some(entry) = s.entry(all, journey) else { return Vec::new() };
    let first = j.nodes.start as usize;
    let n = j.nodes.len();
    if !entry.ok.is_finite() {
        return overload(all, s, journey);
    }
    let mut sums = vec![[0.0; 5]; n];
    let (mut now, mut back) = (vec![0.0; n], vec![0.0; n]);
    back[0] = 1.0;
    for _ in 0..2_000 {
        std::mem::swap(&mut now, &mut back);
        back.fill(0.0);
        for i in 0..n {
            let weight = now[i];
            if weight <= 0.0 {
                continue;
            }
            let (node, state) = (&all.nodes[first + i], &s.nodes[first + i]);
            let miss = 1.0 - node.hit;
            // What sharing adds to the work is waiting too.
            let work = node.work.map_or(0.0, |(work, _)| work.mean).min(state.work.mean);
            sums[i][WAITING] += weight * (state.wait.mean + state.work.mean - work);
            sums[i][SERVICE] += weight * (node.hit * node.hit_latency.mean + miss * node.latency.mean + work);
            sums[i][STREAM] += weight * miss * node.stream.map_or(0.0, |m| m.mean);
            for group in node.groups.clone() {
                let branches = all.group(group);
                let share = respond::critical_share(all, s, branches);
                for branch in branches {
                    calls(all, s, branch, weight * miss * share, |leg, callee, times| {
                        let to = callee as usize - first;
                        let (l, state) = (&all.legs[leg as usize], &s.legs[leg as usize]);
                        sums[to][NETWORK] += times.0 * state.cut * l.network.mean;
                        sums[to][RETRY] += times.0 * state.lost + times.1 * state.bad.mean;
                        let passed = times.0 * state.cut;
                        if to > i { now[to] += passed } else { back[to] += passed }
                    });
                }
            }
        }
        if !j.loops || back.iter().all(|b| *b < 1e-12) {
            break;
        }
    }
    let total: f64 = sums.iter().flatten().sum();
    let scale = if total > 0.0 { entry.ok.mean / total } else { 0.0 };
    let mut parts = Vec::new();
    for (i, sum) in sums.iter().enumerate() {
        let component = ComponentIx::new(all.nodes[first + i].component as usize);
        for (part, seconds) in PARTS.iter().zip(sum) {
            if *seconds > 0.0 {
                parts.push(Part { component, part, seconds: seconds * scale });
            }
        }
    }
    parts.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    parts
}

/// Calls of a branch in requests that end well: (calls that succeed by themselves, calls handed to the fallback).
fn calls(
    all: &Compiled,
    s: &Solution,
    branch: &Branch,
    weight: f64,
    mut to: impl FnMut(u32, u32, (f64, f64)),
) {
    let made = weight * branch.probability * branch.count;
    let (first, miss) = match branch.miss {
        None => (made, None),
        Some((hit, leg)) => (made * (2.0 - hit), Some((leg, made * (1.0 - hit)))),
    };
    for (mut leg, mut amount) in [Some((branch.leg, first)), miss].into_iter().flatten() {
        for _ in 0..=FALLBACKS {
            if leg == NONE || amount <= 0.0 {
                break;
            }
            let (l, state) = (&all.legs[leg as usize], &s.legs[leg as usize]);
            let well = 1.0 - state.failed;
            let by_itself = if l.fallback == NONE || well <= 0.0 { 1.0 } else { (1.0 - state.own) / well };
            if l.node != NONE {
                to(leg, l.node, (amount * by_itself, amount * (1.0 - by_itself)));
            }
            amount *= 1.0 - by_itself;
            leg = l.fallback;
        }
    }
}

fn overload(all: &Compiled, s: &Solution, journey: usize) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for n in all.journeys[journey].nodes.clone() {
        let c = all.nodes[n as usize].component;
        let desk = &s.desks[c as usize];
        if desk.overloaded() && s.nodes[n as usize].visits > 0.0 {
            let seconds = pressure(desk.load, desk.carried);
            parts.push(Part { component: ComponentIx::new(c as usize), part: PARTS[WAITING], seconds });
        }
    }
    parts.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    parts
}

/// Offered load over what can be carried.
pub fn pressure(load: Option<f64>, carried: f64) -> f64 {
    let by_rate = if carried > 0.0 { 1.0 / carried } else { f64::MAX };
    load.unwrap_or(0.0).max(if carried < 1.0 { by_rate } else { 0.0 })
}
