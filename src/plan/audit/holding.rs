//! The most CPU that a replica can use: its limit, and, where it holds only so many requests at once, what these work while they
//! wait for what they call. At the times that calls usually take: what fails at once waits for nothing.

use crate::model::station::{Servers, Station};
use crate::model::{ComponentIx, JourneyIx, Model};

/// Calls deep that are looked into.
const DEEP: u32 = 12;

/// CPU limit of one replica, cores; `None`: it has no limit.
pub fn limit(station: &Station) -> Option<f64> {
    match station.servers {
        Servers::Count(n) => Some((f64::from(n) - 1.0 + station.last) * station.cpu),
        Servers::Infinite => None,
    }
}

/// The most cores that one replica can use; `None`: it has no limit.
pub fn most(model: &Model, ix: ComponentIx) -> Option<f64> {
    let station = model.graph[ix].station.as_ref()?;
    let limit = limit(station)?;
    let Some(slots) = station.slots else { return Some(limit) };
    // Of n requests that are held, the share of the time in which they work; the journey that works most of its time is a bound
    // for every mixture.
    let works = model.journey_indices().filter_map(|journey| {
        let work = mean(&station.work, journey);
        let comes = crate::model::traffic::visits(model, journey, 1.0).0[ix.index()] > 0.0;
        if work <= 0.0 || !comes {
            return None;
        }
        Some(work / held(model, ix, journey, DEEP).max(work))
    });
    let share = works.fold(0.0, f64::max);
    if share <= 0.0 {
        return Some(limit);
    }
    Some(limit.min(f64::from(slots) * share * station.cpu))
}

fn mean(list: &[Option<crate::stats::distribution::Distribution>], journey: JourneyIx) -> f64 {
    list.get(usize::from(journey.0)).and_then(Option::as_ref).map_or(0.0, |d| d.mean())
}

/// Mean time that a request of a journey is in a component with nobody else there, seconds; at least so much.
fn held(model: &Model, ix: ComponentIx, journey: JourneyIx, deep: u32) -> f64 {
    let Some(station) = model.graph[ix].station.as_ref().filter(|_| deep > 0) else { return 0.0 };
    let stream = station.stream.get(usize::from(journey.0)).and_then(Option::as_ref);
    let own = mean(&station.work, journey)
        + mean(&station.latency, journey)
        + stream.map_or(0.0, |stream| stream.mean_duration().as_seconds());
    let program = station.program(journey);
    let call = |call: crate::model::CallIx| {
        let Some((_, to)) = model.graph.edge_endpoints(call) else { return 0.0 };
        let edge = &model.graph[call];
        let time = edge.network.as_ref().map_or(0.0, |d| d.mean()) + held(model, to, journey, deep - 1);
        edge.policy.timeout.map_or(time, |limit| time.min(limit.as_seconds()))
    };
    let group = |branches: &Vec<crate::model::station::Branch>| {
        let one = |b: &crate::model::station::Branch| {
            let miss = b.miss.as_ref().map_or(0.0, |miss| miss.hit.complement().get() * call(miss.call));
            b.probability.get() * f64::from(b.count) * (call(b.call) + miss)
        };
        branches.iter().map(one).fold(0.0, f64::max)
    };
    // A group that needs only some of its answers may go on earlier.
    let whole = |i: &usize| program.quorum(*i).is_none();
    let calls: f64 = (0..program.steps.len()).filter(whole).map(|i| group(&program.steps[i])).sum();
    own + program.hit.complement().get() * calls
}
