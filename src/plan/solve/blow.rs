//! Blows that a design may take, each with one size between 0 (nothing) and 1 (all of it): applied to a model for the whole
//! hour, and written as a fault of the scenario file.
//!
//! Sizes are shares of what was there: capacity lost, requests failed or turned away, replicas gone, zones gone. Arrivals that
//! double leave half of the capacity for each, so a spike of `f` has the size 1 - 1/f; latency of `d` against the tightest
//! limit `L` of all latency objectives has d / (d + L). A scale of our own: it orders blows, no more.

use crate::model::fault::FaultKind;
use crate::model::station::Servers;
use crate::model::workload::Arrivals;
use crate::model::{ComponentIx, Model, ZoneIx};
use crate::stats::distribution::Distribution;
use crate::text::Phrase;
use crate::text::numbers::{both, duration, percent, plain};
use crate::text::{Lang, solve as say};
use crate::units::{Duration, Probability};

/// Largest size of what can be taken in parts.
pub const MOST: f64 = 0.98;

/// One kind of blow at one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Blow {
    /// Arrivals of all journeys multiply.
    Spike,
    /// A component loses capacity.
    Capacity(ComponentIx),
    /// A share of a component's requests fails.
    Errors(ComponentIx),
    /// A component takes longer.
    Latency(ComponentIx),
    /// So many replicas of a component are gone.
    Replicas(ComponentIx, u32),
    /// A zone is gone.
    Zone(ZoneIx),
    /// A component is gone.
    Down(ComponentIx),
}

/// Every blow that some request of the model can feel.
pub fn all(model: &Model) -> Vec<Blow> {
    let mut blows = vec![Blow::Spike];
    for ix in model.graph.node_indices() {
        let component = &model.graph[ix];
        let Some(station) = &component.station else { continue };
        if component.kind == "client" {
            continue;
        }
        let works = station.work.iter().any(Option::is_some) && matches!(station.servers, Servers::Count(_));
        if works {
            blows.push(Blow::Capacity(ix));
        }
        blows.extend([Blow::Errors(ix), Blow::Latency(ix), Blow::Down(ix)]);
        let active = station.active_replicas() as u32;
        blows.extend((1..active).map(|n| Blow::Replicas(ix, n)));
    }
    blows.extend((0..model.zones.len()).map(|zone| Blow::Zone(ZoneIx(zone as u16))));
    blows
}

impl Blow {
    /// A number of its kind.
    pub fn kind(self) -> u8 {
        match self {
            Self::Spike => 0,
            Self::Capacity(_) => 1,
            Self::Errors(_) => 2,
            Self::Latency(_) => 3,
            Self::Replicas(..) => 4,
            Self::Zone(_) => 5,
            Self::Down(_) => 6,
        }
    }

    /// Its size where that is given; `None`: any.
    pub fn fixed(self, model: &Model) -> Option<f64> {
        match self {
            Self::Spike | Self::Capacity(_) | Self::Errors(_) | Self::Latency(_) => None,
            Self::Down(_) => Some(1.0),
            Self::Zone(_) => Some(1.0 / model.zones.len().max(1) as f64),
            Self::Replicas(ix, n) => {
                let active = model.graph[ix].station.as_ref().map_or(1, |s| s.active_replicas());
                Some(f64::from(n) / active.max(1) as f64)
            }
        }
    }

    /// The model under it.
    pub fn apply(self, model: &mut Model, size: f64, limit_s: f64) {
        match self {
            Self::Spike => {
                let times = times(size);
                model.tier.users *= times;
                for journey in &mut model.journeys {
                    if let Arrivals::Fixed(rate) = &mut journey.arrivals {
                        *rate = *rate * times;
                    }
                }
            }
            Self::Capacity(ix) => {
                if let Some(station) = &mut model.graph[ix].station {
                    let slower = |work: &mut Distribution| *work = work.scale(1.0 / (1.0 - size));
                    station.work.iter_mut().flatten().for_each(slower);
                }
            }
            Self::Errors(ix) => {
                if let Some(station) = &mut model.graph[ix].station {
                    let kept = station.error_ratio.complement().get() * (1.0 - size);
                    station.error_ratio = Probability::clamp(1.0 - kept);
                }
            }
            Self::Latency(ix) => {
                let add = latency(size, limit_s);
                let n = model.journeys.len();
                if let Some(station) = &mut model.graph[ix].station {
                    station.latency.resize(n, None);
                    for time in &mut station.latency {
                        *time = Some(later(time.as_ref(), add));
                    }
                    for program in &mut station.programs {
                        program.hit_latency = program.hit_latency.as_ref().map(|time| later(Some(time), add));
                    }
                }
            }
            Self::Replicas(ix, n) => {
                if let Some(station) = &mut model.graph[ix].station {
                    let active = station.replicas.iter_mut().filter(|r| r.active);
                    active.take(n as usize).for_each(|r| r.active = false);
                }
            }
            Self::Down(ix) => {
                if let Some(station) = &mut model.graph[ix].station {
                    station.replicas.iter_mut().for_each(|r| r.active = false);
                }
            }
            Self::Zone(at) => {
                for component in model.graph.node_weights_mut() {
                    let takes_over = component.failure.failover.is_some();
                    let Some(station) = &mut component.station else { continue };
                    let mut lost = 0;
                    for replica in &mut station.replicas {
                        if replica.zone.is_some_and(|z| z == at) && replica.active {
                            replica.active = false;
                            lost += 1;
                        }
                    }
                    // The hour is that after the takeover.
                    let standby = station
                        .replicas
                        .iter_mut()
                        .filter(|r| takes_over && !r.active && r.zone.is_none_or(|z| z != at));
                    standby.take(lost).for_each(|r| r.active = true);
                }
            }
        }
    }

    /// As a fault of the model.
    pub fn fault(self, size: f64, limit_s: f64) -> FaultKind {
        let share = Probability::clamp(size);
        match self {
            Self::Spike => FaultKind::LoadSpike(None, times(size)),
            Self::Capacity(ix) => FaultKind::CapacityLoss(ix, share),
            Self::Errors(ix) => FaultKind::ErrorRate(ix, share),
            Self::Latency(ix) => FaultKind::LatencyAdded(ix, Duration::seconds(latency(size, limit_s))),
            Self::Replicas(ix, n) => FaultKind::ReplicaCrash(ix, n),
            Self::Zone(zone) => FaultKind::ZoneOutage(zone),
            Self::Down(ix) => FaultKind::ComponentDown(ix),
        }
    }

    /// In words.
    pub fn words(self, model: &Model, size: f64, limit_s: f64) -> Phrase {
        let id = |ix: ComponentIx| model.graph[ix].id.clone();
        match self {
            Self::Spike => say::spike(&plain(times(size))),
            Self::Capacity(ix) => say::capacity(&id(ix), &percent(size).join()),
            Self::Errors(ix) => say::errors(&id(ix), &percent(size).join()),
            Self::Latency(ix) => {
                let add = latency(size, limit_s);
                let add = both(|lang: Lang| duration(add, lang).join());
                say::latency(&id(ix), &add)
            }
            Self::Replicas(ix, n) => say::replicas(&id(ix), n),
            Self::Down(ix) => say::down(&id(ix)),
            Self::Zone(zone) => say::zone(&model.zones[usize::from(zone.0)].id),
        }
    }

    /// The same as a table of the scenario file.
    pub fn patch(self, model: &Model, fault: &str, size: f64, limit_s: f64, lasts_s: f64) -> String {
        let id = |ix: ComponentIx| model.graph[ix].id.as_str();
        let round = |x: f64| {
            // Three digits, and never less than was found.
            let mut unit = 1.0;
            while x * unit < 100.0 && unit < 1e9 {
                unit *= 10.0;
            }
            (x * unit).ceil() / unit
        };
        let share = |field: &str| format!("{field} = \"{}%\"\n", round(100.0 * size));
        let on = |what: &str, on: &str| format!("what = \"{what}\"\non = \"{on}\"\n");
        let what = match self {
            Self::Spike => format!("what = \"load-spike\"\ntimes = {:?}\n", round(times(size))),
            Self::Capacity(ix) => on("capacity-loss", id(ix)) + &share("share"),
            Self::Errors(ix) => on("error-rate", id(ix)) + &share("errors"),
            Self::Latency(ix) => {
                let ms = (latency(size, limit_s) * 1e3).ceil();
                on("latency-added", id(ix)) + &format!("add = \"{ms}ms\"\n")
            }
            Self::Replicas(ix, n) => on("replica-crash", id(ix)) + &format!("count = {n}\n"),
            Self::Down(ix) => on("component-down", id(ix)),
            Self::Zone(zone) => on("zone-outage", &model.zones[usize::from(zone.0)].id),
        };
        let seconds = lasts_s.ceil();
        format!("[fault.{fault}]\n{what}at = \"0s\"\nfor = \"{seconds}s\"\n")
    }
}

/// Factor on the load of a size.
fn times(size: f64) -> f64 {
    1.0 / (1.0 - size)
}

/// Latency of a size, seconds.
fn latency(size: f64, limit_s: f64) -> f64 {
    limit_s * size / (1.0 - size)
}

/// The same time and so much more; its spread stays.
fn later(time: Option<&Distribution>, add: f64) -> Distribution {
    match time {
        None => Distribution::Constant(add),
        Some(Distribution::Constant(time)) => Distribution::Constant(time + add),
        Some(time) => {
            let mean = time.mean() + add;
            Distribution::lognormal_mean_scv(mean, time.variance() / (mean * mean))
        }
    }
}
