//! Events beside the failures of parts: what a failing zone takes with it beyond what stands in it, releases, people and
//! certificates. Each takes all journeys down by itself.
//!
//! - A **leak** is a failure of a zone that also takes down what is spread over zones. Failures of a zone that leak and those that
//!   do not are two processes (a thinned Poisson process), so the zone's own event keeps the rest. It lasts as long as the zone
//!   (assumption), and is asked for only where a needed component, or what carries it, stands in that zone and in another.
//! - **Releases** count as long as all their failed requests, as full outage, would have taken: what an error budget counts.
//!   Of those that pass the component only the share of these journeys.
//! - **Vendors together**: see [`together`].

use super::event::{Event, Part};
use super::events::Maker;
use crate::model::failure::{EPISODE_WITHOUT_DATA, Failure, Outage};
use crate::model::{ComponentIx, JourneyIx, Model, ZoneIx};
use crate::units::Probability;
use std::collections::BTreeSet;

/// Events that take everything down whatever else holds, in the order of the ledger; zones' leaks are not among them.
pub fn series(model: &Model, journeys: &[JourneyIx], needed: &[ComponentIx]) -> Vec<Event> {
    let operations = &model.operations;
    let mut all = Vec::new();
    for found in &operations.releases {
        let passing = found.passing(journeys.iter().map(|journey| usize::from(journey.0)));
        for (name, part, loss) in
            [("release", Part::Release, &found.bad), ("stopping pods", Part::Stopping, &found.stopping)]
        {
            let (chance, hours) = (loss.share() * passing, loss.hours * passing);
            all.push(event(&format!("{name} {}", found.of), &found.of, part, chance, hours, loss.scv));
        }
    }
    if let Some(outage) = operations.operator {
        all.push(of(&outage, "operator error", Part::Operator));
    }
    if let Some(outage) =
        operations.certificate.filter(|_| needed.iter().any(|ix| operations.public.contains(ix)))
    {
        all.push(of(&outage, "certificate", Part::Certificate));
    }
    all
}

/// The part of a zone's failures that leaks, and what is left of them.
pub fn leak(model: &Model, zone: ZoneIx, needed: &[ComponentIx], outage: Outage) -> (Option<Event>, Outage) {
    let Some(share) =
        model.operations.zone_leak.filter(|_| needed.iter().any(|ix| spans(&model.graph[*ix].failure, zone)))
    else {
        return (None, outage);
    };
    let of_all = |share: Probability| Outage { per_year: outage.per_year * share.get(), ..outage };
    let name = format!("zone {}", model.zones[usize::from(zone.0)].id);
    let leaks = Outage { severity: Probability::ONE, ..of_all(share) };
    let event = Event {
        name: format!("{name}, beyond it"),
        cause: name,
        part: Part::Leak,
        ..of(&leaks, "", Part::Leak)
    };
    (Some(event), of_all(share.complement()))
}

fn spans(failure: &Failure, zone: ZoneIx) -> bool {
    let zones: BTreeSet<ZoneIx> = failure.units.iter().filter_map(|unit| unit.zone).collect();
    zones.len() > 1 && zones.contains(&zone)
}

/// Outages of a vendor that also hit the one that stands in for it: a share of the first one's, an event of its own. What is left
/// of each is its own; both together are as often down as their data say, but never less than the common part.
pub struct Together {
    /// The second vendor: goes down with the first.
    pub second: ComponentIx,
    /// The first.
    pub first: ComponentIx,
    /// Share of the time in which both are down for that reason.
    pub chance: f64,
}

/// The pairs among these components.
pub fn together(model: &Model, needed: &[ComponentIx]) -> Vec<Together> {
    let down = |ix: ComponentIx| model.graph[ix].failure.availability.map_or(0.0, |a| a.complement().get());
    let share = model.operations.vendors_together.get();
    let here = model.operations.vendors.iter().filter(|(a, b)| needed.contains(a) && needed.contains(b));
    here.map(|(first, second)| Together { second: *second, first: *first, chance: share * down(*first) })
        .collect()
}

/// Chance that a component is down for reasons of its own, given what it shares.
pub fn own_share(model: &Model, ix: ComponentIx, shared: &[Together]) -> f64 {
    let down = model.graph[ix].failure.availability.map_or(0.0, |a| a.complement().get());
    let common = shared.iter().filter(|pair| pair.first == ix || pair.second == ix);
    // Independent of each other: down = 1 - (1 - own)(1 - common).
    common.fold(down, |own, pair| ((own - pair.chance) / (1.0 - pair.chance).max(f64::MIN_POSITIVE)).max(0.0))
}

/// A failed failover: as often as there is one, times the chance that it does not work, times how long people take.
pub fn failed_failover(model: &Model, id: &str, per_hour: f64) -> Option<Event> {
    let failed = model.operations.failed_failover?;
    let hours = failed.lasts.as_hours();
    let chance = per_hour * failed.chance.get() * hours;
    Some(event(&format!("failed failover {id}"), id, Part::FailedFailover, chance, hours, 1.0))
}

fn of(outage: &Outage, name: &str, part: Part) -> Event {
    let hours = outage.repair.as_hours();
    event(name, name, part, outage.unavailability(), hours, outage.scv)
}

fn event(name: &str, cause: &str, part: Part, chance: f64, hours: f64, scv: f64) -> Event {
    let mean_hours = Some(hours).filter(|hours| *hours > 0.0);
    Event {
        name: name.to_owned(),
        cause: cause.to_owned(),
        part,
        chance,
        mean_hours,
        scv,
        partial: false,
        chain: None,
        lasts: 1.0,
    }
}

impl Maker<'_> {
    /// Something that takes everything down.
    pub(super) fn series(&mut self, event: Event) {
        let variable = self.add(event);
        self.events.series.extend(variable);
    }

    /// Vendors that fail together.
    pub(super) fn vendors(&mut self) {
        for pair in &self.together {
            let id = |ix: ComponentIx| self.model.graph[ix].id.as_str();
            let name = format!("{} with {}", id(pair.first), id(pair.second));
            let event = Event {
                cause: name.clone(),
                name,
                part: Part::Together,
                chance: pair.chance.min(1.0),
                mean_hours: Some(EPISODE_WITHOUT_DATA),
                scv: 1.0,
                partial: false,
                lasts: 1.0,
                chain: None,
            };
            if event.chance > 0.0 {
                self.events.list.push(event);
                let variable = self.events.list.len() as u32 - 1;
                for ix in [pair.first, pair.second] {
                    self.events.components.entry(ix).or_default().together.push(variable);
                }
            }
        }
    }
}
