//! Look-ups of caches at a load without failures: what decides how much of a cache with a time to live is fresh.

use super::station::Popularity;
use super::{ComponentIx, JourneyIx, Model};
use crate::stats::che::Lookups;
use crate::units::Probability;
use std::collections::BTreeMap;

/// Most sweeps along the calls.
const SWEEPS: usize = 200;

/// Look-ups per second by component in an hour of the week, nothing failing; closed sessions not counted.
pub fn lookups(model: &Model, hour: usize) -> Vec<f64> {
    let mut all = vec![0.0; model.graph.node_count()];
    for journey in model.journey_indices() {
        let rate = model.arrivals(journey, hour).as_per_second();
        all.iter_mut().zip(visits(model, journey, rate).1).for_each(|(sum, seen)| *sum += seen);
    }
    all
}

/// Visits and look-ups by component at so many requests of a journey, nothing failing.
pub fn visits(model: &Model, journey: JourneyIx, requests: f64) -> (Vec<f64>, Vec<f64>) {
    let n = model.graph.node_count();
    let entry = model.journeys[journey.0 as usize].entry.index();
    let (mut visits, mut seen) = (vec![0.0; n], vec![0.0; n]);
    for _ in 0..SWEEPS {
        let mut next = vec![0.0; n];
        next[entry] = requests;
        seen.fill(0.0);
        for from in model.graph.node_indices() {
            let Some(station) = &model.graph[from].station else { continue };
            let program = station.program(journey);
            let runs = visits[from.index()] * program.hit.complement().get();
            for branch in program.steps.iter().flatten() {
                let made = runs * branch.probability.get() * f64::from(branch.count);
                let to = |call| model.graph.edge_endpoints(call).map_or(0, |ends| ends.1.index());
                next[to(branch.call)] += made;
                if let Some(miss) = &branch.miss {
                    let missed = made * miss.hit.complement().get();
                    seen[to(branch.call)] += made;
                    next[to(branch.call)] += missed;
                    next[to(miss.call)] += missed;
                }
            }
        }
        if next == visits {
            break;
        }
        visits = next;
    }
    (visits, seen)
}

/// A cache as the formulas see it.
pub fn lookups_of(popularity: &Popularity) -> Lookups {
    Lookups::new(popularity.zipf, popularity.capacity, popularity.evicts, popularity.answered.get())
}

/// Fills in which share of the fetches for a cache is answered, by the stated errors of those who are asked; of several, the
/// mean.
fn answered(model: &mut Model) {
    let ends = |call| model.graph.edge_endpoints(call).map(|ends| ends.1);
    let mut seen: BTreeMap<ComponentIx, (f64, f64)> = BTreeMap::new();
    for station in model.graph.node_weights().filter_map(|c| c.station.as_ref()) {
        for branch in station.programs.iter().flat_map(|p| &p.steps).flatten() {
            let Some(miss) = branch.miss.filter(|miss| miss.popular) else { continue };
            let (Some(cache), Some(asked)) = (ends(branch.call), ends(miss.call)) else { continue };
            let errors = model.graph[asked].station.as_ref().map_or(0.0, |s| s.error_ratio.get());
            let sum = seen.entry(cache).or_default();
            *sum = (sum.0 + 1.0 - errors, sum.1 + 1.0);
        }
    }
    for (cache, (sum, n)) in seen {
        let popularity = model.graph[cache].station.as_mut().and_then(|s| s.popularity.as_mut());
        if let Some(popularity) = popularity {
            popularity.answered = Probability::clamp(sum / n);
        }
    }
}

/// Fills in the hit ratios that popularity decides, at the busiest hour. Look-ups depend on the hits of other caches, so
/// this goes round until nothing changes much.
pub fn fill_hits(model: &mut Model) {
    answered(model);
    let caches: Vec<_> = model
        .graph
        .node_indices()
        .filter_map(|ix| {
            let popularity = model.graph[ix].station.as_ref()?.popularity?;
            Some((ix, popularity, lookups_of(&popularity)))
        })
        .collect();
    if caches.is_empty() {
        return;
    }
    let hour = model.profile.busiest_hour();
    for _ in 0..20 {
        let rates = lookups(model, hour);
        for (ix, popularity, cache) in &caches {
            let life = |ttl: crate::units::Duration| rates[ix.index()] * ttl.as_seconds();
            let hit = Probability::clamp(cache.steady(popularity.ttl.map_or(f64::INFINITY, life)));
            let ends = |call| model.graph.edge_endpoints(call).map(|ends| ends.1);
            let mut to_set = Vec::new();
            for from in model.graph.node_indices() {
                let programs = model.graph[from].station.iter().flat_map(|s| s.programs.iter().enumerate());
                for (j, program) in programs {
                    for (g, group) in program.steps.iter().enumerate() {
                        for (b, branch) in group.iter().enumerate() {
                            let popular = branch.miss.is_some_and(|m| m.popular);
                            if popular && ends(branch.call) == Some(*ix) {
                                to_set.push((from, j, g, b));
                            }
                        }
                    }
                }
            }
            for (from, j, g, b) in to_set {
                let station = model.graph[from].station.as_mut();
                let branch = station.and_then(|s| s.programs.get_mut(j)?.steps.get_mut(g)?.get_mut(b));
                if let Some(miss) = branch.and_then(|b| b.miss.as_mut()) {
                    miss.hit = hit;
                }
            }
        }
        if caches.iter().all(|c| c.1.ttl.is_none()) {
            break;
        }
    }
}
