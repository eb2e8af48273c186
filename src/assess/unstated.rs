//! Tokens that nobody states are no zero: a pass that rests on a quota or a stream of unknown size is taken back.

use super::Evidence;
use crate::answer::verdict::{TargetAnswer, Verdict};
use crate::model::objective::{Goal, Measure, Objective};
use crate::model::{JourneyIx, Model, Unstated};
use crate::text::{Lang, Phrase, unused as say};

/// Takes back a pass that what no journey states could turn, and says what to state. A fail stays: more tokens make nothing faster.
pub fn weigh(answer: &mut TargetAnswer, evidence: &Evidence, objective: &Objective) {
    if answer.verdict == Verdict::Fail {
        return;
    }
    let model = &evidence.analysis.model;
    let Some(open) = model.unstated.iter().find(|one| matters(model, one, &objective.goal)) else { return };
    let (component, journey) =
        (&model.graph[open.component].id, &model.journeys[usize::from(open.journey.0)].id);
    let said = say::tokens_open(component, journey);
    let both = |lang: Lang, gap: &str| format!("{}{gap}{}", answer.why.get(lang), said.get(lang));
    answer.why = Phrase::new(both(Lang::Ja, ""), both(Lang::En, " "));
    answer.verdict = Verdict::Unsure;
    answer.settled_by = Some(say::no_tokens_help(journey));
}

/// Whether a goal depends on it: by the stream of its own journey, or by a quota that its requests meet.
fn matters(model: &Model, one: &Unstated, goal: &Goal) -> bool {
    let meets = |journey: JourneyIx| {
        crate::model::traffic::visits(model, journey, 1.0).0[one.component.index()] > 0.0
    };
    match goal {
        Goal::Latency { journey, measure, .. } => {
            let own = *journey == one.journey && one.streams && *measure == Measure::FullAnswer;
            own || one.limited && meets(*journey)
        }
        Goal::Errors { journey, .. } => one.limited && meets(*journey),
        Goal::Capacity { .. } => one.limited || one.streams,
        _ => false,
    }
}
