//! How often each call is made: first attempts per second in the busiest hour, from the programs and the arrivals.
//! Retries and failures are left out, so that the width of a line says what the design asks for.

use super::Line;
use crate::model::call::Policy;
use crate::model::station::Branch;
use crate::model::{CallIx, JourneyIx, Model};
use indexmap::{IndexMap, IndexSet};
use petgraph::visit::EdgeRef;

/// Most sweeps: longer chains of calls than this are cut.
const SWEEPS: usize = 64;

/// Calls per pair of components, in the order of the model.
pub fn calls(model: &Model) -> Vec<Line> {
    let mut rates = vec![0.0; model.graph.edge_count()];
    let hour = model.profile.busiest_hour();
    for journey in model.journey_indices() {
        add(model, journey, model.arrivals(journey, hour).as_per_second(), &mut rates);
    }
    let backups: IndexSet<CallIx> =
        model.graph.edge_weights().flat_map(|call| others(&call.policy)).collect();
    let mut pairs: IndexMap<(usize, usize), Line> = IndexMap::new();
    for edge in model.graph.edge_references() {
        let (from, to) = (edge.source().index(), edge.target().index());
        let rate = rates[edge.id().index()];
        let fallback = rate == 0.0 && backups.contains(&edge.id());
        let line = pairs.entry((from, to)).or_insert(Line { from, to, rate: 0.0, fallback });
        line.rate += rate;
        line.fallback &= fallback;
    }
    pairs.into_values().collect()
}

/// Calls made in place of one with this policy.
fn others(policy: &Policy) -> impl Iterator<Item = CallIx> {
    policy.fallback.into_iter().chain(policy.switch.map(|switch| switch.to))
}

/// Adds one journey: visits by sweeps along the calls, until nothing changes. O(sweeps x calls).
fn add(model: &Model, journey: JourneyIx, rate: f64, rates: &mut [f64]) {
    let entry = model.journeys[usize::from(journey.0)].entry.index();
    let mut visits = vec![0.0; model.graph.node_count()];
    let mut made = vec![0.0; rates.len()];
    for _ in 0..SWEEPS {
        made.iter_mut().for_each(|made| *made = 0.0);
        for ix in model.graph.node_indices() {
            let Some(station) = &model.graph[ix].station else { continue };
            let program = station.program(journey);
            let runs = visits[ix.index()] * (1.0 - f64::from(program.hit));
            for branch in program.steps.iter().flatten() {
                call(branch, runs, &mut made);
            }
        }
        let mut next = vec![0.0; visits.len()];
        next[entry] = rate;
        for edge in model.graph.edge_references() {
            next[edge.target().index()] += made[edge.id().index()];
        }
        if next == visits {
            break;
        }
        visits = next;
    }
    rates.iter_mut().zip(&made).for_each(|(total, made)| *total += made);
}

fn call(branch: &Branch, runs: f64, made: &mut [f64]) {
    let times = runs * f64::from(branch.probability) * f64::from(branch.count);
    made[branch.call.index()] += times;
    if let Some(miss) = &branch.miss {
        let missed = times * (1.0 - f64::from(miss.hit));
        made[miss.call.index()] += missed;
        made[branch.call.index()] += missed;
    }
}
