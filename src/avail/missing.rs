//! What an availability counts as never failing because nothing is known about it, and how bad it could be: components, zones,
//! regions and providers without failure data, each with a bound.
//!
//! | what | bound |
//! |---|---|
//! | a component whose vendor promises something | that promise |
//! | a machine or replica without one | 99.9 % each (assumption) |
//! | somebody else's service without one | 99.5 % (assumption) |
//! | a zone | as often and as long as the upper ends of `rate.az.tokyo` and `rate.az.duration` say |
//! | a region | the worst on record: `rate.region.use1`, `rate.region.duration` |
//! | a provider whose services stand in for each other | the best of what is known or bounded of them |
//!
//! A promise is a refund and no physical limit; it bounds an expectation only where there is no data. Places that are not
//! named in the file at all are not listed: nothing is known about them but that they are not modelled.

use super::structure::{Gate, Structure};
use crate::fields::facts;
use crate::fields::value::fact_unit;
use crate::model::failure::{EPISODE_WITHOUT_DATA, Outage, carrier};
use crate::model::{ComponentIx, JourneyIx, Model, ProviderIx, RegionIx, ZoneIx};
use crate::units::{Duration, HOURS_PER_YEAR, Probability};
use std::collections::BTreeSet;

/// A machine of which nothing is known is up so much of the time. Assumption.
pub const MACHINE: f64 = 0.999;
/// Somebody else's service without a promise is up so much of the time. Assumption.
pub const VENDOR: f64 = 0.995;

/// One thing without failure data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// A component as a whole.
    Component(ComponentIx),
    /// Each unit of a component.
    Units(ComponentIx),
    /// A zone.
    Zone(ZoneIx),
    /// A region.
    Region(RegionIx),
    /// A provider.
    Provider(ProviderIx),
}

/// What an availability counts as never failing.
#[derive(Clone, Debug, PartialEq)]
pub struct Missing {
    /// What.
    pub thing: Thing,
    /// It is up at least so much of the time: each unit, where it is about units.
    pub bound: f64,
    /// Fact ids behind the bound, joined by ` x `; `contract` for a promise stated in the file, `assumption` for ours.
    pub basis: String,
}

/// All that these journeys need, or that carries what they need, and that has no failure data: components in the order in which
/// requests reach them, then zones, regions and providers. O(units + calls).
pub fn missing(model: &Model, journeys: &[JourneyIx]) -> Vec<Missing> {
    let structure = Structure::of(model, journeys);
    let needed = with_carriers(model, structure.components());
    let mut all: Vec<Missing> = needed.iter().filter_map(|ix| component(model, *ix)).collect();
    let (mut zones, mut regions) = (BTreeSet::new(), BTreeSet::new());
    for ix in &needed {
        let failure = &model.graph[*ix].failure;
        regions.extend(failure.region);
        for zone in failure.units.iter().filter_map(|unit| unit.zone) {
            zones.insert(zone);
            regions.insert(model.zones[usize::from(zone.0)].region);
        }
    }
    for zone in zones.into_iter().filter(|zone| model.zones[usize::from(zone.0)].outage.is_none()) {
        let (bound, basis) = on_record("rate.az.tokyo", "rate.az.duration", true);
        all.push(Missing { thing: Thing::Zone(zone), bound, basis });
    }
    for region in regions.into_iter().filter(|region| model.regions[usize::from(region.0)].outage.is_none()) {
        let (bound, basis) = on_record("rate.region.use1", "rate.region.duration", false);
        all.push(Missing { thing: Thing::Region(region), bound, basis });
    }
    all.extend(providers(model, &structure));
    all
}

/// The model with each of these as bad as its bound.
pub fn bounded(model: &Model, missing: &[Missing]) -> Model {
    let mut model = Model::clone(model);
    for one in missing {
        let bound = Probability::clamp(one.bound);
        let outage = Some(outage_of(one.bound));
        match one.thing {
            Thing::Component(ix) => model.graph[ix].failure.availability = Some(bound),
            Thing::Units(ix) => model.graph[ix].failure.unit_outages = outage.into_iter().collect(),
            Thing::Zone(zone) => model.zones[usize::from(zone.0)].outage = outage,
            Thing::Region(region) => model.regions[usize::from(region.0)].outage = outage,
            Thing::Provider(provider) => model.providers[usize::from(provider.0)].outage = outage,
        }
        if let Thing::Component(ix) | Thing::Units(ix) = one.thing {
            model.graph[ix].failure.known = true;
        }
    }
    model
}

fn with_carriers(model: &Model, mut all: Vec<ComponentIx>) -> Vec<ComponentIx> {
    let mut known: BTreeSet<ComponentIx> = all.iter().copied().collect();
    let mut place = 0;
    while place < all.len() {
        let ix = all[place];
        let below = model.graph[ix].failure.units.iter().filter_map(|unit| carrier(model, ix, unit));
        let new: BTreeSet<ComponentIx> = below.map(|(below, _)| below).collect();
        all.extend(new.into_iter().filter(|below| known.insert(*below)));
        place += 1;
    }
    all
}

fn component(model: &Model, ix: ComponentIx) -> Option<Missing> {
    let failure = &model.graph[ix].failure;
    if failure.known {
        return None;
    }
    let assumed = || "assumption".to_owned();
    Some(match failure.sla {
        Some(sla) => {
            let basis = failure.sla_source.clone().unwrap_or_else(|| "contract".to_owned());
            Missing { thing: Thing::Component(ix), bound: sla.get(), basis }
        }
        None if failure.units.is_empty() => {
            Missing { thing: Thing::Component(ix), bound: VENDOR, basis: assumed() }
        }
        None => Missing { thing: Thing::Units(ix), bound: MACHINE, basis: assumed() },
    })
}

/// Providers without data of which several services stand in choices: there a common failure is not in the data of each.
/// While one of them works its provider does, so it is up at least as much as the best of them.
fn providers(model: &Model, structure: &Structure) -> Vec<Missing> {
    let mut in_choices: BTreeSet<(ProviderIx, ComponentIx)> = BTreeSet::new();
    for gate in &structure.gates {
        let Gate::All(own, _) = gate else { continue };
        let provider = |ix: &ComponentIx| Some((model.graph[*ix].failure.provider?, *ix));
        in_choices.extend(own.iter().filter_map(provider));
    }
    let mut found = Vec::new();
    for (number, provider) in model.providers.iter().enumerate() {
        let ix = ProviderIx(number as u16);
        let services: Vec<ComponentIx> =
            in_choices.iter().filter(|(p, _)| *p == ix).map(|(_, service)| *service).collect();
        if provider.outage.is_some() || services.len() < 2 {
            continue;
        }
        let best = services.iter().filter_map(|service| {
            let failure = &model.graph[*service].failure;
            failure.availability.or(failure.sla.filter(|_| !failure.known)).map(Probability::get)
        });
        let bound = best.fold(VENDOR, f64::max);
        let basis = if bound > VENDOR { "services" } else { "assumption" };
        found.push(Missing { thing: Thing::Provider(ix), bound, basis: basis.to_owned() });
    }
    found
}

/// An hour at a time, so often that it is up for this share of the time.
fn outage_of(bound: f64) -> Outage {
    let up = bound.max(f64::MIN_POSITIVE);
    Outage::new(
        (1.0 - up) / up * HOURS_PER_YEAR / EPISODE_WITHOUT_DATA,
        Duration::hours(EPISODE_WITHOUT_DATA),
    )
}

/// A share of the time from a rate fact and a fact of how long it lasts: of their upper ends, or of their central values.
fn on_record(rate: &str, lasts: &str, upper: bool) -> (f64, String) {
    let si = |id: &str| {
        let fact = facts::fact(id)?;
        let value = if upper { fact.high.or(fact.value) } else { fact.value };
        Some(value? * fact_unit(fact.unit)?.0)
    };
    let down = si(rate).zip(si(lasts)).map(|(rate, lasts)| rate * lasts);
    match down {
        Some(down) => (1.0 / (1.0 + down), format!("{rate} x {lasts}")),
        None => (MACHINE, "assumption".to_owned()),
    }
}
