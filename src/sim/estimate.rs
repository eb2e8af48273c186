//! How many events a study will take, about, before it is run: so that what nobody can wait for is refused with its cause, and
//! a long run says how long.
//!
//! Counted are the visits of every request along its calls, with the attempts that stated errors and second requests bring, times
//! the events that a visit takes. Of closed sessions, as many requests as their users can send when nothing makes them wait. What an
//! overload adds is not known before: a replication that goes far beyond its estimate ends ([`budget`]).

use super::Settings;
use crate::model::fault::FaultKind;
use crate::model::station::Servers;
use crate::model::traffic::visits;
use crate::model::workload::{Arrivals, Process};
use crate::model::{CallIx, ComponentIx, JourneyIx, Model};
use crate::units::{HOURS_PER_WEEK, HOURS_PER_YEAR};

/// Events of one visit: it arrives, it is served, the answer travels. Measured on the shipped scenarios.
const PER_VISIT: f64 = 3.0;
/// Failures at random that one replication may be expected to have: half of those it can hold.
pub const MOST_FAILURES: f64 = super::random::MOST as f64 / 2.0;
/// Most events of a job: half an hour on a core, minutes on several. Nobody waits longer for an answer than it takes to ask for less.
pub const MOST: f64 = 2e10;
/// How many times its estimate a replication may go on, and events that it may take in any case: ten seconds. Our choice: retries
/// and queues of an overload multiply what comes by less, and what is more tells nothing new.
const BEYOND: f64 = 10.0;
/// See [`BEYOND`].
const FREE: f64 = 1e8;
/// Events per second of one core: an order of magnitude, of a machine of 2024.
pub const PER_SECOND: f64 = 1e7;

/// Events of all replications of a study.
pub fn events(model: &Model, settings: &Settings) -> f64 {
    let rates = model.journey_indices().map(|j| rate(model, settings, j));
    rates.sum::<f64>() * seconds(model, settings) * f64::from(settings.replications)
}

/// Most events of one replication.
pub fn budget(model: &Model, settings: &Settings) -> u64 {
    let one = events(model, &Settings { replications: 1, ..settings.clone() });
    (BEYOND * one).max(FREE).min(super::overload::MOST_EVENTS as f64) as u64
}

/// Longest measured time for which one replication without warm-up can be run, seconds.
pub fn longest(model: &Model, settings: &Settings) -> f64 {
    let each: f64 = model.journey_indices().map(|j| rate(model, settings, j)).sum();
    MOST / each.max(f64::MIN_POSITIVE)
}

/// Failures at random of one replication, expected, and the component that has most of them.
pub fn failures(model: &Model, settings: &Settings) -> (f64, Option<ComponentIx>) {
    let years = seconds(model, settings) / (3600.0 * HOURS_PER_YEAR);
    let units = |ix: ComponentIx| {
        let failure = &model.graph[ix].failure;
        let each: f64 = failure.unit_outages.iter().map(|outage| outage.per_year).sum();
        each * failure.units.len() as f64 * years
    };
    let places = model.regions.iter().filter_map(|region| region.outage);
    let zones = model.zones.iter().filter_map(|zone| zone.outage);
    let providers = model.providers.iter().filter_map(|provider| provider.outage);
    let others: f64 = places.chain(zones).chain(providers).map(|outage| outage.per_year * years).sum();
    let worst = model.graph.node_indices().max_by(|a, b| units(*a).total_cmp(&units(*b)));
    (model.graph.node_indices().map(units).sum::<f64>() + others, worst)
}

/// The journey that takes most of them.
pub fn heaviest(model: &Model, settings: &Settings) -> Option<JourneyIx> {
    model.journey_indices().max_by(|a, b| rate(model, settings, *a).total_cmp(&rate(model, settings, *b)))
}

/// Seconds of one replication.
fn seconds(model: &Model, settings: &Settings) -> f64 {
    let warmup = match settings.warmup {
        super::Warmup::Fixed(length) => length.as_seconds(),
        super::Warmup::Auto => settings.duration.as_seconds(),
    };
    let after = |at: f64, lasts: f64| at + lasts + (2.0 * lasts).max(1800.0);
    let faults = model.faults.iter().enumerate().filter(|(ix, _)| match &settings.faults {
        super::Faults::One(one) => one == ix,
        super::Faults::Some(some) => some.contains(ix),
        super::Faults::All => true,
        super::Faults::None | super::Faults::Random => false,
    });
    let ends = faults.map(|(_, f)| after(f.at.as_seconds(), f.lasts.as_seconds()));
    let longest = ends.fold(settings.duration.as_seconds(), f64::max);
    warmup + if settings.ends == super::Ends::OnTime { settings.duration.as_seconds() } else { longest }
}

/// Events per second of a journey, of its attackers and spikes too.
fn rate(model: &Model, settings: &Settings, journey: JourneyIx) -> f64 {
    let of = &model.journeys[journey.0 as usize];
    let hour = settings.hour % HOURS_PER_WEEK;
    let times = model.faults.iter().map(|fault| match &fault.what {
        FaultKind::LoadSpike(on, times) if on.is_none_or(|on| on == journey) => *times,
        _ => 1.0,
    });
    let spike = times.fold(1.0, f64::max);
    let users = match &of.arrivals {
        Arrivals::Closed { population, think } => {
            let each = think.mean() + alone(model, journey);
            let asked = if each > 0.0 { f64::from(*population) / each } else { f64::INFINITY };
            asked.min(capacity(model, journey))
        }
        _ if settings.load == super::Load::Profile => {
            let hours = (seconds(model, settings) / 3600.0).ceil().clamp(1.0, HOURS_PER_WEEK as f64) as usize;
            let of =
                |passed: usize| model.arrivals(journey, (hour + passed) % HOURS_PER_WEEK).as_per_second();
            (0..hours).map(of).sum::<f64>() / hours as f64
        }
        _ => model.arrivals(journey, hour).as_per_second(),
    };
    let users = match &of.process {
        Process::Trace(times) => times.len() as f64 / seconds(model, settings).max(1.0),
        _ => users,
    };
    users * spike * attempted(model, journey).max(1.0) * PER_VISIT
}

/// What becomes of a visit of a component when nothing waits.
#[derive(Clone, Copy, PartialEq)]
struct Visit {
    /// Visits that it leads to, itself among them.
    visits: f64,
    /// Chance that it fails, by what is stated.
    fails: f64,
    /// How long it takes, s.
    takes: f64,
}

/// Visits of one request of a journey, all attempts counted: from the last callee back, until nothing changes.
fn attempted(model: &Model, journey: JourneyIx) -> f64 {
    let j = journey.0 as usize;
    let entry = model.journeys[j].entry.index();
    let mut seen = vec![Visit { visits: 1.0, fails: 0.0, takes: 0.0 }; model.graph.node_count()];
    for _ in 0..SWEEPS {
        let before = seen.clone();
        for ix in model.graph.node_indices() {
            let Some(station) = &model.graph[ix].station else { continue };
            let mean = |time: Option<&Option<crate::stats::distribution::Distribution>>| {
                time.and_then(Option::as_ref).map_or(0.0, |time| time.mean())
            };
            let program = station.program(journey);
            let mut all = Visit { visits: 0.0, fails: 0.0, takes: 0.0 };
            for (g, group) in program.steps.iter().enumerate() {
                let (mut well, mut longest) = (1.0, 0.0_f64);
                for branch in group {
                    let times = branch.probability.get() * f64::from(branch.count);
                    let first = call(model, &before, branch.call, journey, 0);
                    let mut round = first;
                    if let Some(miss) = &branch.miss {
                        let other = call(model, &before, miss.call, journey, 0);
                        let missed = miss.hit.complement().get();
                        round.visits += missed * (other.visits + first.visits);
                        round.takes += missed * (other.takes + first.takes);
                        round.fails += missed * other.fails;
                    }
                    all.visits += (1.0 - all.fails) * times * round.visits;
                    well *= 1.0 - (times * round.fails).min(1.0);
                    longest = longest.max(times * round.takes);
                }
                all.takes += longest;
                if program.quorum(g).is_none() {
                    all.fails = 1.0 - (1.0 - all.fails) * well;
                }
            }
            let runs = program.hit.complement().get() * (1.0 - station.error_ratio.get());
            seen[ix.index()] = Visit {
                visits: (1.0 + runs * all.visits).min(MOST_VISITS),
                fails: station.error_ratio.get() + runs * all.fails,
                takes: mean(station.latency.get(j)) + mean(station.work.get(j)) + runs * all.takes,
            };
        }
        if seen == before {
            break;
        }
    }
    seen[entry].visits
}

/// Sweeps along the calls, and visits from which on it does not matter how many.
const SWEEPS: usize = 200;
/// See [`SWEEPS`].
const MOST_VISITS: f64 = 1e15;
/// Fallbacks followed.
const FALLBACKS: u32 = 8;

/// A call with all its attempts. A breaker that opens sends nothing; second requests go out to at most as many as take so long
/// (Markov's inequality).
fn call(model: &Model, seen: &[Visit], call_ix: CallIx, journey: JourneyIx, depth: u32) -> Visit {
    let (Some(edge), Some(ends)) = (model.graph.edge_weight(call_ix), model.graph.edge_endpoints(call_ix))
    else {
        return Visit { visits: 0.0, fails: 0.0, takes: 0.0 };
    };
    let policy = &edge.policy;
    let one = seen[ends.1.index()];
    let extra = policy.retry.filter(|_| policy.breaker.is_none()).map_or(0, |retry| retry.extra);
    let (mut attempts, mut reach) = (0.0, 1.0);
    for _ in 0..=extra {
        attempts += reach;
        reach *= one.fails;
    }
    if let Some(budget) = policy.retry.and_then(|retry| retry.budget) {
        attempts = attempts.min(1.0 + budget.get());
    }
    let seconds = policy.hedge.map_or(0.0, |after| (one.takes / after.as_seconds().max(1e-9)).min(1.0));
    let mut all = Visit {
        visits: attempts * (1.0 + seconds) * one.visits,
        fails: reach,
        takes: attempts * one.takes + edge.network.as_ref().map_or(0.0, |network| network.mean()),
    };
    if let Some(next) = policy.fallback_of(journey).filter(|_| depth < FALLBACKS && reach > 0.0) {
        let next = call(model, seen, next, journey, depth + 1);
        all.visits += reach * next.visits;
        all.takes += reach * next.takes;
        all.fails *= next.fails;
    }
    if !policy.required {
        all.fails = 0.0;
    }
    all
}

/// Most requests of a journey per second that its components can serve.
fn capacity(model: &Model, journey: JourneyIx) -> f64 {
    let seen = visits(model, journey, 1.0).0;
    let j = journey.0 as usize;
    let most = |(ix, visits): (petgraph::graph::NodeIndex, &f64)| {
        let station = model.graph[ix].station.as_ref()?;
        let Servers::Count(servers) = station.servers else { return None };
        let work = visits * station.work.get(j)?.as_ref()?.mean();
        let replicas = station.replicas.len() + station.scaling.as_ref().map_or(0, |s| s.more.len());
        (work > 0.0).then(|| f64::from(servers) * replicas as f64 / work)
    };
    model.graph.node_indices().zip(&seen).filter_map(most).fold(f64::INFINITY, f64::min)
}

/// What a request takes when it is alone, not more, seconds: its way through the first component on.
fn alone(model: &Model, journey: JourneyIx) -> f64 {
    let seen = visits(model, journey, 1.0).0;
    let j = journey.0 as usize;
    let mean = |time: Option<&crate::stats::distribution::Distribution>| time.map_or(0.0, |time| time.mean());
    let station = |(ix, visits): (petgraph::graph::NodeIndex, &f64)| {
        let station = model.graph[ix].station.as_ref()?;
        let work = mean(station.work.get(j).and_then(Option::as_ref));
        let latency = mean(station.latency.get(j).and_then(Option::as_ref));
        let streams = station.stream.get(j).is_some_and(Option::is_some);
        Some(visits * (work + latency + if streams { 0.1 } else { 0.0 }))
    };
    let own: f64 = model.graph.node_indices().zip(&seen).filter_map(station).sum();
    own + model.graph.edge_weights().map(|call| mean(call.network.as_ref())).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::build;
    use crate::model::call::{Jitter, Policy, Retry};
    use crate::stats::distribution::Distribution;
    use crate::units::{Duration, Probability};

    #[test]
    fn attempts_that_stated_errors_and_second_requests_bring_are_counted() {
        let mut model = build::empty();
        let delay = || build::delay(Distribution::Constant(0.001));
        let [a, b, c] = ["a", "b", "c"].map(|id| build::component(&mut model, id, delay()));
        let j = build::journey(&mut model, "j", a, 1.0);
        let calls = [build::call(&mut model, j, a, b), build::call(&mut model, j, b, c)];
        assert!((attempted(&model, j) - 3.0).abs() < 1e-12);
        let retry = Retry {
            extra: 2,
            base: Duration::millis(1.0),
            cap: Duration::millis(1.0),
            jitter: Jitter::None,
            budget: None,
        };
        calls.iter().for_each(|call| model.graph[*call].policy.retry = Some(retry));
        model.graph[c].station.as_mut().unwrap().error_ratio = Probability::ONE;
        // Three times b, each with three times c.
        assert!((attempted(&model, j) - (1.0 + 3.0 * (1.0 + 3.0))).abs() < 1e-12);
        model.graph[c].station.as_mut().unwrap().error_ratio = Probability::clamp(0.5);
        // 1 + 1/2 + 1/4 attempts; then b fails once in eight.
        let inner = 1.0 + 1.75;
        assert!((attempted(&model, j) - (1.0 + (1.0 + 0.125 + 1.0 / 64.0) * inner)).abs() < 1e-12);
        // A second request after a microsecond: always. After 4 ms: at most as often as one takes so long.
        model.graph[c].station.as_mut().unwrap().error_ratio = Probability::ZERO;
        for (after, second) in [(1e-6, 1.0), (0.004, 0.25)] {
            model.graph[calls[1]].policy =
                Policy { hedge: Some(Duration::seconds(after)), ..Policy::default() };
            assert!((attempted(&model, j) - (3.0 + second)).abs() < 1e-12);
        }
    }
}
