//! Judges uptime objectives: the expectation from failure data decides, the contract's ceiling stands beside it.

use super::say;
use super::{Analysis, Evidence, blank, limit, missing};
use crate::answer::availability::{AvailabilityAnswer, YearsAnswer};
use crate::answer::verdict::{TargetAnswer, TargetKind};
use crate::avail::years::Span;
use crate::model::loads::Needs;
use crate::model::objective::{Goal, Objective};
use crate::model::{JourneyIx, Model};
use crate::stats::figure::Figure;
use crate::units::{MINUTES_PER_30_DAYS, Probability};
use indexmap::IndexMap;

/// Availability of each uptime objective's journeys together; of all journeys under `""` when there is none. `alone`: each
/// journey by itself, by index.
pub fn together(model: &Model, needs: &Needs, alone: &[Figure]) -> IndexMap<String, AvailabilityAnswer> {
    by_objective(model, |journeys, target| crate::avail::together_of(model, needs, journeys, target, alone))
}

/// [`together`] with the availability and the minutes down alone: what a comparison of designs needs.
pub fn glance(model: &Model, needs: &Needs) -> IndexMap<String, AvailabilityAnswer> {
    by_objective(model, |journeys, _| {
        let availability = crate::avail::alone(model, needs, journeys);
        let minutes = |x: Option<f64>| x.map(|x| (1.0 - x) * MINUTES_PER_30_DAYS);
        let downtime_min_per_30d = Figure {
            value: minutes(availability.value),
            low: minutes(availability.high),
            high: minutes(availability.low),
            unit: "min/30d".to_owned(),
            ..availability.clone()
        };
        let (never_failing, at_bounds) = crate::avail::at_bounds(model, needs, journeys);
        AvailabilityAnswer {
            availability,
            downtime_min_per_30d,
            never_failing,
            at_bounds,
            ..AvailabilityAnswer::default()
        }
    })
}

fn by_objective(
    model: &Model,
    of: impl Fn(&[JourneyIx], Option<Probability>) -> AvailabilityAnswer,
) -> IndexMap<String, AvailabilityAnswer> {
    let mut answers = IndexMap::new();
    for objective in &model.objectives {
        if let Goal::Uptime { journeys, at_least } = &objective.goal {
            answers.insert(objective.id.clone(), of(journeys, Some(*at_least)));
        }
    }
    if answers.is_empty() {
        let all: Vec<_> = model.journey_indices().collect();
        answers.insert(String::new(), of(&all, None));
    }
    answers
}

/// The first of [`together`]'s answers, played month by month.
pub fn played(analysis: &Analysis, span: Span) -> Option<YearsAnswer> {
    let model = &analysis.model;
    let goal = model.objectives.iter().find_map(|objective| match &objective.goal {
        Goal::Uptime { journeys, at_least } => Some((journeys.clone(), Some(*at_least))),
        _ => None,
    });
    let (journeys, target) = goal.unwrap_or_else(|| (model.journey_indices().collect(), None));
    crate::avail::played(model, &analysis.needs, &journeys, target, span)
}

/// Expected uptime against its limit.
pub fn judge(evidence: &Evidence, objective: &Objective, at_least: Probability) -> TargetAnswer {
    let mut answer = blank(evidence, objective, TargetKind::Uptime, at_least.get(), "1");
    answer.below = false;
    if let Some(found) = evidence.analysis.uptime.get(&objective.id) {
        answer.value = found.availability.clone();
        answer.attribution = found.attribution.clone();
        answer.blame = found.attribution.first().map(|share| share.cause.clone());
        answer.verdict = limit::verdict(&answer.value, answer.target, false);
        missing::weigh(&mut answer, found, &evidence.analysis.model, evidence.files);
        answer.why = say::uptime(&answer, found);
    }
    answer
}
