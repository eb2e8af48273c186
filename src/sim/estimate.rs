//! How many events a study will take, about, before it is run: so that what nobody can wait for is refused with its cause, and
//! a long run says how long.
//!
//! Counted are the visits of every request along its calls, nothing failing and nothing tried again, times the events that a
//! visit takes. Of closed sessions, as many requests as their users can send when nothing makes them wait.

use super::Settings;
use crate::model::fault::FaultKind;
use crate::model::station::Servers;
use crate::model::traffic::visits;
use crate::model::workload::{Arrivals, Process};
use crate::model::{ComponentIx, JourneyIx, Model};
use crate::units::{HOURS_PER_WEEK, HOURS_PER_YEAR};

/// Events of one visit: it arrives, it is served, the answer travels. Measured on the shipped scenarios.
const PER_VISIT: f64 = 3.0;
/// Failures at random that one replication may be expected to have: half of those it can hold.
pub const MOST_FAILURES: f64 = super::random::MOST as f64 / 2.0;
/// Most events of a job: most of a day on a core.
pub const MOST: f64 = 3e11;
/// Events per second of one core: an order of magnitude, of a machine of 2024.
pub const PER_SECOND: f64 = 1e7;

/// Events of all replications of a study.
pub fn events(model: &Model, settings: &Settings) -> f64 {
    let rates = model.journey_indices().map(|j| rate(model, settings, j));
    rates.sum::<f64>() * seconds(model, settings) * f64::from(settings.replications)
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
        _ => model.arrivals(journey, hour).as_per_second(),
    };
    let users = match &of.process {
        Process::Trace(times) => times.len() as f64 / seconds(model, settings).max(1.0),
        _ => users,
    };
    let each: f64 = visits(model, journey, 1.0).0.iter().sum();
    users * spike * each.max(1.0) * PER_VISIT
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
