//! From the failure function to the answer: the expectation, the months, the causes and the contracts.

use super::Sketch;
use super::blame::blame;
use super::ceiling::ceiling;
use super::event::Part;
use super::missing::{Missing, Thing, bounded, missing};
use super::system::System;
use crate::answer::availability::{AvailabilityAnswer, NeverFailing};
use crate::model::loads::Needs;
use crate::model::{JourneyIx, Model};
use crate::stats::figure::Figure;
use crate::units::{HOURS_PER_WEEK, MINUTES_PER_30_DAYS, Probability};
use std::collections::BTreeMap;

const EXACT: &str = "decision diagram over the 168 hours of the week";
const WINDOWS: &str =
    "decision diagram over the 168 hours of the week; failover and detection windows as rate x duration";
const BOUND: &str = "decision diagrams of parts taken as independent: a lower bound of availability";
const ROUGH: &str = "decision diagram over the 168 hours of the week; repairs of a crew, and after a common cause, as if exponential";
const TOO_LARGE: &str = "too large for a decision diagram";
const NO_DATA: &str = "no failure data";
const MONTHS: &str =
    "compound Poisson outages by cut set, each as long as stated or else exponential, Panjer recursion";
const CONTRACTS: &str = "contracts in series, fallbacks in parallel";
const BOUNDS: &str = "what has no failure data at its contract, or else as bad as assumed";
const SOME_CONTRACTS: &str = "contracts of those that promise, as if the others never failed";

/// Share of the time that some journeys are down, and the chances of all that can happen to them, by cause and part. `None`: not
/// known.
pub fn sketch(model: &Model, needs: &Needs, journeys: &[JourneyIx]) -> Option<Sketch> {
    let system = system(model, needs, journeys)?;
    if without_data(model, &system).1 {
        return None;
    }
    let (mut chances, _) = system.chances();
    let mut by_cause: BTreeMap<(String, &'static str), f64> = BTreeMap::new();
    for event in &system.events.list {
        *by_cause.entry((event.cause.clone(), event.part.word())).or_default() += event.chance;
    }
    Some(Sketch { down: system.mean(&system.unavailability(&mut chances)), chances: by_cause })
}

/// One journey or several together, as a figure.
pub fn figure(model: &Model, needs: &Needs, journeys: &[JourneyIx]) -> Figure {
    let Some(system) = system(model, needs, journeys) else { return unknown("1", TOO_LARGE) };
    if without_data(model, &system).1 {
        return unknown("1", NO_DATA);
    }
    let (mut chances, _) = system.chances();
    let down = system.mean(&system.unavailability(&mut chances));
    of(&system, 1.0 - down, "1")
}

/// What counts as never failing, and the availability with each of these at its bound.
pub fn at_bounds(model: &Model, needs: &Needs, journeys: &[JourneyIx]) -> (Vec<NeverFailing>, Figure) {
    let missing = missing(model, journeys);
    if missing.is_empty() {
        return (Vec::new(), Figure::unknown("1"));
    }
    let worst = figure(&bounded(model, &missing), needs, journeys);
    (
        missing.iter().map(|one| listed(model, one)).collect(),
        Figure { method: Some(BOUNDS.to_owned()), ..worst },
    )
}

/// The chance of a month that meets the target when all that has no data is as bad as its bound; `None` where nothing counts as
/// never failing.
fn chance_at_bounds(
    model: &Model,
    needs: &Needs,
    journeys: &[JourneyIx],
    target: Probability,
) -> Option<f64> {
    let missing = missing(model, journeys);
    let mut system = (!missing.is_empty()).then(|| system(&bounded(model, &missing), needs, journeys))??;
    let (mut chances, _) = system.chances();
    let episodes = blame(&mut system, &mut chances).episodes;
    Some(episodes.chance_at_most(target.complement().get() * MINUTES_PER_30_DAYS))
}

fn listed(model: &Model, one: &Missing) -> NeverFailing {
    let (what, id) = match one.thing {
        Thing::Component(ix) => ("component", &model.graph[ix].id),
        Thing::Units(ix) => ("units", &model.graph[ix].id),
        Thing::Zone(ix) => ("zone", &model.zones[usize::from(ix.0)].id),
        Thing::Region(ix) => ("region", &model.regions[usize::from(ix.0)].id),
        Thing::Provider(ix) => ("provider", &model.providers[usize::from(ix.0)].id),
    };
    NeverFailing {
        id: id.clone(),
        what: what.to_owned(),
        bound: one.bound,
        basis: one.basis.clone(),
        ..NeverFailing::default()
    }
}

/// Everything about some journeys together; `alone` has each journey by itself, by index.
pub fn together(
    model: &Model,
    needs: &Needs,
    journeys: &[JourneyIx],
    target: Option<Probability>,
    alone: &[Figure],
) -> AvailabilityAnswer {
    let contracts = ceiling(model, journeys);
    let contract = |value: Option<f64>, method: &str| match value {
        Some(value) => Figure { method: Some(method.to_owned()), ..Figure::exact(value, "1") },
        None => unknown("1", method),
    };
    let mut answer = AvailabilityAnswer {
        sla_ceiling: contract(contracts.promised, CONTRACTS),
        sla_ceiling_of_promises: contract(contracts.of_promises, SOME_CONTRACTS),
        without_sla: contracts.without,
        sla_weakest: contracts.weakest.map(|(id, _)| id),
        ..AvailabilityAnswer::default()
    };
    (answer.never_failing, answer.at_bounds) = at_bounds(model, needs, journeys);
    for ix in journeys {
        let id = model.journeys[ix.0 as usize].id.clone();
        answer.journeys.insert(id, alone[ix.0 as usize].clone());
    }
    let Some(mut system) = system(model, needs, journeys) else { return all_unknown(answer, TOO_LARGE) };
    let (without, nothing_known) = without_data(model, &system);
    answer.without_data = without;
    let places =
        answer.never_failing.iter().filter(|one| matches!(&*one.what, "zone" | "region" | "provider"));
    answer.without_data.extend(places.map(|one| format!("{} {}", one.what, one.id)));
    if nothing_known {
        return all_unknown(answer, NO_DATA);
    }
    let (mut chances, mut steady) = system.chances();
    let down = system.mean(&system.unavailability(&mut chances));
    let without_brownouts = system.mean(&system.unavailability(&mut steady));
    answer.availability = of(&system, 1.0 - down, "1");
    answer.downtime_min_per_30d = of(&system, down * MINUTES_PER_30_DAYS, "min/30d");
    answer.without_brownouts = of(&system, 1.0 - without_brownouts, "1");
    answer.brownout_hours_per_week = Figure::exact(brownout_hours(&system), "h/week");
    let blame = blame(&mut system, &mut chances);
    let episodes = blame.episodes;
    answer.cut_sets = blame.cut_sets;
    answer.other_cut_sets_min_per_30d = Figure::analytic(blame.others, "min/30d", EXACT);
    answer.importance = blame.importance;
    answer.attribution = blame.attribution;
    answer.meets_target_probability = match target {
        Some(target) => Figure::analytic(
            episodes.chance_at_most(target.complement().get() * MINUTES_PER_30_DAYS),
            "1",
            MONTHS,
        ),
        None => Figure::unknown("1"),
    };
    let chance = answer.meets_target_probability.value;
    if let Some((value, worst)) = chance.zip(target.and_then(|t| chance_at_bounds(model, needs, journeys, t)))
    {
        answer.meets_target_probability = answer.meets_target_probability.range(worst.min(value), value);
    }
    let names = ["p50", "p90", "p95", "p99"];
    for (name, minutes) in names.into_iter().zip(episodes.quantiles([0.5, 0.9, 0.95, 0.99])) {
        answer.monthly_downtime_min.insert(name.to_owned(), Figure::analytic(minutes, "min", MONTHS));
    }
    answer
}

fn system(model: &Model, needs: &Needs, journeys: &[JourneyIx]) -> Option<System> {
    System::new(model, needs, journeys)
}

fn unknown(unit: &str, method: &str) -> Figure {
    Figure { method: Some(method.to_owned()), ..Figure::unknown(unit) }
}

/// A figure of the kind that this system allows.
fn of(system: &System, value: f64, unit: &str) -> Figure {
    if !system.is_exact() {
        Figure::analytic(value, unit, BOUND)
    } else if system.is_rough() {
        Figure::analytic(value, unit, ROUGH)
    } else if system.has_windows() {
        Figure::analytic(value, unit, WINDOWS)
    } else {
        Figure { method: Some(EXACT.to_owned()), ..Figure::exact(value, unit) }
    }
}

fn all_unknown(mut answer: AvailabilityAnswer, method: &str) -> AvailabilityAnswer {
    answer.availability = unknown("1", method);
    answer.downtime_min_per_30d = unknown("min/30d", method);
    answer.without_brownouts = unknown("1", method);
    answer.brownout_hours_per_week = unknown("h/week", method);
    answer.other_cut_sets_min_per_30d = unknown("min/30d", method);
    answer.meets_target_probability = unknown("1", method);
    answer
}

/// Needed components (and what carries them) about whose failures nothing is known, and whether that is all of them.
pub fn without_data(model: &Model, system: &System) -> (Vec<String>, bool) {
    let involved = system.events.components.keys();
    let without: Vec<_> = involved.filter(|ix| !model.graph[**ix].failure.known).collect();
    let nothing = without.len() == system.events.components.len();
    (without.into_iter().map(|ix| model.graph[*ix].id.clone()).collect(), nothing)
}

/// Hours of the week in which brown-outs alone take the journeys down.
fn brownout_hours(system: &System) -> f64 {
    let only = |variable: u32| system.events.list[variable as usize].part == Part::BrownOut;
    let down = system.down.iter().zip(&system.groups);
    let hours = down.filter(|(parts, _)| parts.iter().any(|part| system.bdd.holds(*part, only)));
    hours.map(|(_, group)| f64::from(group.hours)).sum::<f64>().min(HOURS_PER_WEEK as f64)
}
