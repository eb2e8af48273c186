//! Caches whose hits follow from how often their keys are asked for: the hit ratio at a load, with the time and the failures of the
//! fetches, and where that is more than the formulas know.

use super::compiled::{Compiled, NONE};
use super::figures::cache_hits;
use super::solution::Solution;
use super::visits::hit_and_miss;
use crate::stats::che::Fetches;
use crate::text::flow as words;

/// Look-ups during fetches, as a share of all misses, from which on misses come in clumps. Our choice: up to there a queue behind
/// the cache hardly feels that every tenth miss comes with another.
const CLUMPS: f64 = 0.1;
/// Share of the fetches that fail beyond what the hit ratio allows for, from which on it is no answer.
const FAILED: f64 = 0.01;

/// Hit ratios of caches with a time to live, from how often they are asked and what a fetch takes; returns the largest change of one.
pub(super) fn popular_hits(all: &Compiled, s: &mut Solution) -> f64 {
    if all.stations.iter().flatten().all(|desk| desk.popularity.is_none()) {
        return 0.0;
    }
    let mut change: f64 = 0.0;
    let looked = cache_hits(all, s);
    let fetches = fetches(all, s);
    let mut hits = vec![None; all.n_components];
    s.during = vec![0.0; all.n_components];
    for (c, desk) in all.stations.iter().enumerate() {
        let Some(cache) = desk.as_ref().and_then(|desk| desk.popularity.as_ref()) else { continue };
        let rate = looked[c].0;
        let (time, failed) = fetches[c];
        let asked = Fetches { time: rate * time, failed, shared: cache.shared };
        let steady = cache.lookups.fetched(rate * cache.ttl, asked);
        hits[c] = Some(steady.hits);
        let missed = 1.0 - steady.hits + if cache.shared { steady.during } else { 0.0 };
        s.during[c] = if missed > 0.0 { steady.during / missed } else { 0.0 };
    }
    for (leg, state) in all.legs.iter().zip(&mut s.legs) {
        let Some(node) = all.nodes.get(leg.node as usize) else { continue };
        if let Some(hit) = hits[node.component as usize] {
            change = change.max((hit - state.hit.unwrap_or(0.0)).abs());
            state.hit = Some(hit);
        }
    }
    change
}

/// By cache: mean time of a fetch that brings something, and share of those that do not, over all who ask it.
fn fetches(all: &Compiled, s: &Solution) -> Vec<(f64, f64)> {
    let mut sums = vec![(0.0, 0.0, 0.0); all.n_components];
    for (node, state) in all.nodes.iter().zip(&s.nodes) {
        for branch in node.groups.clone().flat_map(|g| all.group(g)).filter(|branch| branch.popular) {
            let Some((_, miss)) = hit_and_miss(branch, &s.legs) else { continue };
            let leg = &all.legs[branch.leg as usize];
            let fetch = &s.legs[miss as usize];
            if leg.node == NONE {
                continue;
            }
            let weight = (state.arrivals * branch.probability * branch.count).max(1e-300);
            let time = if fetch.ok.mean.is_finite() { fetch.ok.mean } else { 0.0 };
            let sum = &mut sums[all.nodes[leg.node as usize].component as usize];
            *sum = (sum.0 + weight, sum.1 + weight * time, sum.2 + weight * fetch.failed);
        }
    }
    let mean = |(weight, time, failed): (f64, f64, f64)| match weight > 0.0 {
        true => (time / weight, (failed / weight).clamp(0.0, 1.0)),
        false => (0.0, 0.0),
    };
    sums.into_iter().map(mean).collect()
}

/// Why the hits of a cache that a journey asks are for the simulation only, when they are: those who wait for the fetch of another
/// have no formula; nor have queues, limits and connections that many misses of one key reach at once; nor has a cache without a
/// time to live that failed fetches do not fill.
pub(super) fn unsolved(all: &Compiled, s: &Solution, j: usize) -> Option<&'static str> {
    for node in all.journeys[j].nodes.clone().map(|n| &all.nodes[n as usize]) {
        for branch in node.groups.clone().flat_map(|g| all.group(g)).filter(|branch| branch.popular) {
            let (leg, Some((_, miss))) = (&all.legs[branch.leg as usize], branch.miss) else { continue };
            let fetch = &s.legs[miss as usize];
            if leg.node == NONE {
                continue;
            }
            let c = all.nodes[leg.node as usize].component as usize;
            let desk = all.stations[c].as_ref();
            match desk.and_then(|desk| desk.popularity.as_ref()) {
                // Nothing is ever in it, and the hits say so.
                Some(_) if fetch.failed >= 1.0 - 1e-12 => {}
                Some(cache) => {
                    let clumps = s.during.get(c).is_some_and(|share| *share > CLUMPS);
                    if clumps && (cache.shared || limited(all, all.legs[miss as usize].node)) {
                        return Some(words::FETCHED);
                    }
                }
                None => {
                    let counted = desk.map_or(0.0, |desk| desk.unanswered);
                    if fetch.failed - counted > FAILED {
                        return Some(words::UNFILLED);
                    }
                }
            }
        }
    }
    None
}

/// Whether anything that a visit of a node leads to can be full.
fn limited(all: &Compiled, from: u32) -> bool {
    let mut seen = vec![false; all.nodes.len()];
    let mut waiting = vec![from];
    while let Some(n) = waiting.pop() {
        if n == NONE || std::mem::replace(&mut seen[n as usize], true) {
            continue;
        }
        let node = &all.nodes[n as usize];
        let full = |desk: &super::desk::Desk| {
            desk.servers.is_some()
                || desk.slots.is_some()
                || !desk.limits.is_empty()
                || desk.connections.is_some()
        };
        if all.stations[node.component as usize].as_ref().is_some_and(full) {
            return true;
        }
        waiting.extend(node.legs.clone().map(|l| all.legs[l as usize].node));
    }
    false
}
