//! How long a request is held by a component and what it calls, where nothing waits: a bound from below on its time there, by what
//! the file states, for where no formula knows the time itself.

use crate::flow::moments::Moments;
use crate::model::station::{Branch, Station};
use crate::model::{CallIx, ComponentIx, JourneyIx, Model};

/// Most components one inside the other; deeper calls count as taking no time.
const DEEPEST: usize = 12;

/// Mean and standard deviation of the time that a request of a journey takes at a component, nothing waiting and nothing
/// failing: its work, its latency, what it streams, and its calls, cut off at their time limits. O(calls ^ depth), for the few
/// calls that one component makes.
pub fn held(model: &Model, of: ComponentIx, journey: JourneyIx) -> (f64, f64) {
    let found = at(model, of, journey, 0);
    (found.mean, found.variance.max(0.0).sqrt())
}

fn at(model: &Model, ix: ComponentIx, journey: JourneyIx, depth: usize) -> Moments {
    let Some(station) = model.graph[ix].station.as_ref().filter(|_| depth < DEEPEST) else {
        return Moments::ZERO;
    };
    let program = station.program(journey);
    let missed = program.steps.iter().fold(alone(station, journey, false), |sum, group| {
        let branches = group.iter().map(|branch| made(model, branch, journey, depth));
        // The slowest of a parallel group takes at least as long as any one of it.
        let longest = branches.max_by(|a, b| a.mean.total_cmp(&b.mean));
        sum.then(longest.unwrap_or(Moments::ZERO))
    });
    alone(station, journey, true).or(program.hit.get(), missed)
}

/// What a request takes at a station itself; `hit`: where the answer is already there.
fn alone(station: &Station, journey: JourneyIx, hit: bool) -> Moments {
    let i = usize::from(journey.0);
    let latency = Moments::of_option(station.latency[i].as_ref());
    if hit {
        return station.program(journey).hit_latency.as_ref().map_or(latency, Moments::of);
    }
    let work = Moments::of_option(station.work[i].as_ref());
    let stream = station.stream[i].as_ref().map_or(Moments::ZERO, |stream| {
        let mean = stream.mean_duration().as_seconds();
        Moments::new(mean, stream.scv_duration() * mean * mean)
    });
    latency.then(work).then(stream)
}

fn made(model: &Model, branch: &Branch, journey: JourneyIx, depth: usize) -> Moments {
    let called = |call: CallIx| {
        let Some((_, to)) = model.graph.edge_endpoints(call) else { return Moments::ZERO };
        let made = &model.graph[call];
        let there = at(model, to, journey, depth + 1).then(Moments::of_option(made.network.as_ref()));
        let limit = made.policy.timeout.map_or(f64::INFINITY, |limit| limit.as_seconds());
        if there.mean > limit { Moments::constant(limit) } else { there }
    };
    let first = called(branch.call);
    let one = match &branch.miss {
        Some(miss) => first.or(miss.hit.get(), first.then(called(miss.call))),
        None => first,
    };
    one.repeat(f64::from(branch.count)).or(branch.probability.get(), Moments::ZERO)
}
