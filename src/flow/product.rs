//! Where exactness ends: which nodes are reached by Poisson streams, or as in a product-form network, so that the exact
//! formulas of single queues hold there.
//!
//! Source: F. Baskett, K. M. Chandy, R. R. Muntz, F. G. Palacios, "Open, closed, and mixed networks of queues with
//! different classes of customers" (1975).

use super::compiled::{Compiled, Leg, NONE, Node};
use super::desk::Desk;
use crate::model::station::{Balance, Discipline};

/// Whether a station lets a Poisson stream through as a Poisson stream, whatever else stands in the network: no queue, or
/// first come first served with exponential work of one mean, or processor sharing; no limit of any kind.
pub fn is_quasi_reversible<'a>(desk: &Desk, mut nodes: impl Iterator<Item = &'a Node>) -> bool {
    let unlimited =
        desk.slots.is_none() && desk.queue.is_none() && desk.patience.is_none() && desk.limits.is_empty();
    let one_queue = desk.replicas == 1 || (desk.balance == Balance::Random && desk.replicas > 0);
    if !(unlimited && (one_queue || desk.servers.is_none())) {
        return false;
    }
    if desk.servers.is_none() || desk.discipline == Discipline::ProcessorSharing {
        return true;
    }
    let mut mean = None;
    desk.discipline == Discipline::Fifo
        && nodes.all(|node| match node.work {
            None => true,
            Some((work, _)) => {
                node.exponential && (*mean.get_or_insert(work.mean) / work.mean - 1.0).abs() < 1e-12
            }
        })
}

/// Whether a call is made once and waited for.
pub fn is_plain(leg: &Leg) -> bool {
    leg.timeout.is_infinite() && leg.retry.is_none() && leg.breaker.is_none() && leg.node != NONE
}

/// Marks the nodes. O(nodes + branches).
pub fn mark(all: &mut Compiled) {
    let quasi: Vec<bool> = (0..all.n_components)
        .map(|c| {
            let nodes = all.nodes_of(c).iter().map(|n| &all.nodes[*n as usize]);
            all.stations[c].as_ref().is_some_and(|desk| is_quasi_reversible(desk, nodes))
        })
        .collect();
    for j in 0..all.journeys.len() {
        mark_journey(all, j, &quasi);
    }
}

fn mark_journey(all: &mut Compiled, j: usize, quasi: &[bool]) {
    let journey = &all.journeys[j];
    let range = journey.nodes.start as usize..journey.nodes.end as usize;
    if range.is_empty() {
        return;
    }
    let is_quasi = |n: usize| quasi[all.nodes[n].component as usize];
    let poisson = journey.closed.is_none() && journey.gaps_scv == Some((1.0, 0.0));
    if journey.loops {
        let clean = poisson
            && range.clone().all(|n| {
                is_quasi(n)
                    && all.nodes[n].groups.clone().all(|g| {
                        all.group(g).len() == 1
                            && all
                                .group(g)
                                .iter()
                                .flat_map(Compiled::legs_of)
                                .all(|l| is_plain(&all.legs[l as usize]))
                    })
            });
        range.for_each(|n| all.nodes[n].poisson = clean);
        return;
    }
    // Whether a node and all it calls let a stream through; callees stand after their callers.
    let first = range.start;
    let mut through = vec![false; range.len()];
    for n in range.clone().rev() {
        through[n - first] = is_quasi(n)
            && all.nodes[n].groups.clone().all(|g| {
                all.group(g).len() == 1
                    && all.group(g).iter().flat_map(Compiled::legs_of).all(|l| {
                        let leg = &all.legs[l as usize];
                        is_plain(leg) && through[leg.node as usize - first]
                    })
            });
    }
    let mut clean = vec![true; range.len()];
    let mut seen = vec![false; range.len()];
    clean[0] = poisson;
    for n in range.clone() {
        let mut so_far = clean[n - first] && is_quasi(n);
        for g in all.nodes[n].groups.clone() {
            let group = all.group(g);
            let before = so_far;
            for branch in group {
                let mut before = before;
                for l in Compiled::legs_of(branch) {
                    let leg = &all.legs[l as usize];
                    let mut next = l;
                    for _ in 0..super::compiled::FALLBACKS {
                        let Some(leg) = all.legs.get(next as usize) else { break };
                        if leg.node != NONE {
                            let to = leg.node as usize - first;
                            let again = std::mem::replace(&mut seen[to], true)
                                || branch.count > 1.0
                                || (branch.miss.is_some() && l == branch.leg);
                            // Those asked at once are reached alike, as if each were alone, when nobody else comes there.
                            let leaf = all.nodes[leg.node as usize].groups.is_empty();
                            let alone = leaf
                                && all.nodes_of(all.nodes[leg.node as usize].component as usize).len() == 1;
                            let fine = before
                                && (group.len() == 1 || (alone && branch.miss.is_none()))
                                && !branch.popular
                                && is_plain(leg)
                                && leg.fallback == NONE
                                && (!again || through[to]);
                            clean[to] &= fine;
                        }
                        next = leg.fallback;
                    }
                    let on = is_plain(leg) && through[leg.node as usize - first];
                    (so_far, before) = (so_far && group.len() == 1 && on, before && on);
                }
            }
        }
    }
    for n in range {
        all.nodes[n].poisson = clean[n - first];
    }
}
