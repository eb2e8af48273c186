//! Exact availability from the structure: shared zones, regions and providers counted once. An expectation from failure
//! data and the ceiling of the contracts stand side by side and never mix.
//!
//! ```text
//! calls -structure-> what is needed --+
//! Needs -hours-> k(h), brown-outs ----+-system-> failure function -bdd-> availability, importance
//! Failure -events-> basic events -----+               |
//!                                                     +-cuts, blame-> causes -month-> spread of months
//!                                                     +-years-> months played one by one
//! releases, people, certificates, leaks of zones -operations-> further events
//! SLAs -ceiling-> what contracts promise
//! no data -missing-> what counts as never failing, and how bad it could be
//! ```
//!
//! Not modelled here: repair crews shared between components (one component's units may share one), common causes between
//! components other than places, providers and vendors that stand in for each other.

mod alias;
mod answer;
pub mod bdd;
mod blame;
pub mod ceiling;
pub mod counted;
pub mod cuts;
mod event;
mod events;
mod groups;
mod hours;
pub mod markov;
pub mod missing;
pub mod month;
mod operations;
pub mod outages;
mod stacks;
mod store;
mod structure;
mod system;
mod teams;
pub mod years;

use crate::answer::availability::{AvailabilityAnswer, YearsAnswer};
use crate::model::loads::Needs;
use crate::model::{JourneyIx, Model};
use crate::stats::figure::Figure;
use crate::units::Probability;

/// Availability of every journey alone, in index order.
///
/// Unknown when nothing is known about any component the journey needs. Fast: one diagram per journey.
pub fn journeys(model: &Model, needs: &Needs) -> Vec<Figure> {
    model.journey_indices().map(|journey| answer::figure(model, needs, &[journey])).collect()
}

/// Availability of these journeys together and nothing else: one diagram.
pub fn alone(model: &Model, needs: &Needs, journeys: &[JourneyIx]) -> Figure {
    answer::figure(model, needs, journeys)
}

/// What the availability of these journeys counts as never failing because nothing is known about it, and the availability with
/// each of these at its bound: unknown where there is no such thing, or where the diagram is too large.
pub fn at_bounds(
    model: &Model,
    needs: &Needs,
    journeys: &[JourneyIx],
) -> (Vec<crate::answer::availability::NeverFailing>, Figure) {
    answer::at_bounds(model, needs, journeys)
}

/// What a comparison of many draws needs.
#[derive(Clone, Debug, Default)]
pub struct Sketch {
    /// Share of the time down.
    pub down: f64,
    /// Chances of events, by cause and part as the attribution names them.
    pub chances: std::collections::BTreeMap<(String, &'static str), f64>,
}

/// Share of the time that these journeys are down, and what can happen to them; `None`: not known. One diagram.
pub fn sketch(model: &Model, needs: &Needs, journeys: &[JourneyIx]) -> Option<Sketch> {
    answer::sketch(model, needs, journeys)
}

/// Availability of these journeys together, with cut sets, importance, ceiling and attribution. `target` is the uptime
/// the chance of a good month is asked for; `None` leaves that unknown.
///
/// An hour for which `needs` says nothing needs one unit of each component. Components without data count as never failing
/// and are listed; when nothing at all is known the figures are unknown. Without journeys all is up.
pub fn together(
    model: &Model,
    needs: &Needs,
    journeys: &[JourneyIx],
    target: Option<Probability>,
) -> AvailabilityAnswer {
    together_of(model, needs, journeys, target, &self::journeys(model, needs))
}

/// [`together`] where each journey alone, by index, is known already.
pub fn together_of(
    model: &Model,
    needs: &Needs,
    journeys: &[JourneyIx],
    target: Option<Probability>,
    alone: &[Figure],
) -> AvailabilityAnswer {
    answer::together(model, needs, journeys, target, alone)
}

/// Months of these journeys together, played one by one: what [`together`] computes, but with outages that overlap and cross
/// the ends of months. `None` where the diagram is too large or nothing is known about failures.
pub fn played(
    model: &Model,
    needs: &Needs,
    journeys: &[JourneyIx],
    target: Option<Probability>,
    span: years::Span,
) -> Option<YearsAnswer> {
    let system = system::System::new(model, needs, journeys)?;
    (!answer::without_data(model, &system).1).then(|| years::play(&system, target, span))
}
