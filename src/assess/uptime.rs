//! Judges uptime objectives: the expectation from failure data decides, the contract's ceiling stands beside it.

use super::say;
use super::{Analysis, Evidence, blank, draws, limit, missing, served};
use crate::answer::availability::{AvailabilityAnswer, YearsAnswer};
use crate::answer::verdict::{TargetAnswer, TargetKind, Verdict};
use crate::avail::years::Span;
use crate::model::loads::Needs;
use crate::model::objective::{Goal, Objective};
use crate::model::{JourneyIx, Model};
use crate::stats::figure::Figure;
use crate::text::{Lang, Phrase, deploys, ledger as ledger_words};
use crate::units::{MINUTES_PER_30_DAYS, Probability};
use indexmap::IndexMap;

/// Availability of each uptime objective's journeys together; of all journeys under `""` when there is none. `alone`: each
/// journey by itself, by index.
pub fn together(model: &Model, needs: &Needs, alone: &[Figure]) -> IndexMap<String, AvailabilityAnswer> {
    by_objective(model, |journeys, target| {
        let mut answer = crate::avail::together_of(model, needs, journeys, target, alone);
        answer.ledger = super::ledger::ledger(model, &answer);
        answer
    })
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
        over_ranges(&mut answer, found);
        while_pods_stop(&mut answer, &evidence.analysis.model, objective);
        without_people(&mut answer, &evidence.analysis.model);
        if answer.verdict == Verdict::Pass
            && let Some(open) = served::unserved(evidence, objective, at_least)
        {
            answer.verdict = Verdict::Unsure;
            answer.settled_by.get_or_insert_with(ledger_words::settled_by_serving);
            answer.why = answer.why.then(&open);
        } else if answer.verdict == Verdict::Pass
            && let Some(slow) = served::slow(evidence, objective)
        {
            answer.why = answer.why.then(&slow);
        }
    }
    answer
}

/// Takes a pass back where pods that stop cut off requests that take nobody knows how long: what is counted of them is a bound.
fn while_pods_stop(answer: &mut TargetAnswer, model: &Model, objective: &Objective) {
    let Goal::Uptime { journeys, .. } = &objective.goal else { return };
    let counted = |journey: &&JourneyIx| journeys.is_empty() || journeys.contains(journey);
    let open =
        model.operations.releases.iter().find_map(|way| Some((way, way.unknown.iter().find(counted)?)));
    let Some((way, journey)) = open.filter(|_| answer.verdict != Verdict::Fail) else { return };
    answer.verdict = Verdict::Unsure;
    answer.settled_by.get_or_insert_with(|| deploys::settled_by(&way.id));
    let open = deploys::cut_unknown(&way.of, &model.journeys[usize::from(journey.0)].id, &way.id);
    let both = |lang: Lang, gap: &str| format!("{}{gap}{}", answer.why.get(lang), open.get(lang));
    answer.why = Phrase::new(both(Lang::Ja, "") + "。", both(Lang::En, " ") + ".");
}

/// Takes a pass back that the errors of operators would turn, where the file says nothing of them: what is not counted never
/// earns a pass. They are taken as the shipped facts have them.
fn without_people(answer: &mut TargetAnswer, model: &Model) {
    let open = answer.verdict == Verdict::Pass && model.operations.operator.is_none();
    let Some(value) = answer.value.value.filter(|_| open) else { return };
    let worst = answer.at_bounds.map_or(value, |bound| bound.min(value));
    let with = worst * (1.0 - crate::scenario::operator_errors().unavailability());
    if with >= answer.target {
        return;
    }
    answer.verdict = Verdict::Unsure;
    answer.settled_by.get_or_insert_with(ledger_words::settled_by_people);
    answer.why = answer.why.then(&ledger_words::without_people(worst - with, with));
}

/// Puts beside a verdict how many draws of the facts pass. They decide, except that what is open for want of data stays open
/// unless they fail.
fn over_ranges(answer: &mut TargetAnswer, found: &AvailabilityAnswer) {
    let Some(drawn) = &found.drawn else { return };
    let by_draws = draws::verdict(drawn);
    if answer.verdict != Verdict::Unsure || by_draws == Verdict::Fail {
        answer.verdict = by_draws;
    }
    answer.share_passing = Some(f64::from(drawn.passing) / f64::from(drawn.of.max(1)));
    answer.decided_by.clone_from(&drawn.decided_by);
    (answer.value.range_low, answer.value.range_high) = {
        let share = |minutes: Option<f64>| minutes.map(|minutes| 1.0 - minutes / MINUTES_PER_30_DAYS);
        (share(drawn.minutes.range_high), share(drawn.minutes.range_low))
    };
    if by_draws == Verdict::Unsure && answer.settled_by.is_none() {
        answer.settled_by = drawn.decided_by.as_ref().map(draws::settled_by);
    }
    answer.why = answer.why.then(&draws::words(drawn));
}
