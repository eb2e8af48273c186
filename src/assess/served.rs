//! Requests that fail while nothing is broken: an uptime made of failures and brown-outs does not see them, so that it must not
//! pass by them.
//!
//! What may fail is what the file says of the journey: its error target, what its percentiles leave out, or else what the uptime
//! itself leaves. The hour that is looked at is the busiest one, simulated where it was, else by formulas where they know it. An
//! hour that counts as a brown-out is counted already.

use super::{Evidence, applies, beyond, latency};
use crate::answer::verdict::Verdict;
use crate::model::JourneyIx;
use crate::model::objective::{Goal, Objective};
use crate::model::traffic::visits;
use crate::text::{Phrase, ledger as words};
use crate::units::Probability;

/// How long somebody waits where no percentile says it, seconds. Assumption: what load balancers and browsers wait at most by default.
const PATIENCE_S: f64 = 60.0;

/// Why an uptime that passes has not earned it, by the first of its journeys that is not served.
pub fn unserved(evidence: &Evidence, objective: &Objective, at_least: Probability) -> Option<Phrase> {
    let Goal::Uptime { journeys, .. } = &objective.goal else { return None };
    let model = &evidence.analysis.model;
    let all = model.journey_indices().filter(|j| journeys.is_empty() || journeys.contains(j));
    all.filter(|journey| !counted(evidence, *journey)).find_map(|journey| {
        let id = &model.journeys[usize::from(journey.0)].id;
        let may = may_fail(evidence, journey).unwrap_or(at_least.complement().get());
        if let Some(found) = evidence.measured.and_then(|m| m.overload.as_ref())
            && found.reaches(id)
        {
            return Some(words::unserved(id, None).then(&found.sentence()));
        }
        let seen = latency::journey_answer(evidence, journey);
        if let Some((share, _)) = beyond::unmet(seen).filter(|(_, low)| *low > may) {
            return Some(words::unserved(id, Some((share, may))));
        }
        let run = evidence.analysis.rundowns.iter().find(|run| run.of(journey))?;
        let late = run.late(patience(evidence, journey));
        let group = &model.graph[run.group].id;
        (late > may).then(|| words::unserved(id, None).then(&super::say::runs_down(group, run)))
    })
}

/// Percentiles of an uptime's journeys that are missed though nothing is too small: a slow design is slow, and does not count as
/// down. `None`: there are none.
pub fn slow(evidence: &Evidence, objective: &Objective) -> Option<Phrase> {
    let Goal::Uptime { journeys, .. } = &objective.goal else { return None };
    let model = &evidence.analysis.model;
    let missed = |other: &&Objective| match &other.goal {
        Goal::Latency { journey, measure, quantile, below } => {
            (journeys.is_empty() || journeys.contains(journey))
                && !counted(evidence, *journey)
                && latency::latency(evidence, other, *journey, *measure, *quantile, *below).verdict
                    == Verdict::Fail
        }
        _ => false,
    };
    let ids: Vec<String> = model
        .objectives
        .iter()
        .filter(|other| applies(other, &model.tier.id))
        .filter(missed)
        .map(|other| format!("`{}`", other.id))
        .collect();
    (!ids.is_empty()).then(|| words::slow(&ids.join(", ")))
}

/// Whether the busiest hour is one in which something that the journey needs is too small: that is a brown-out.
fn counted(evidence: &Evidence, journey: JourneyIx) -> bool {
    let analysis = evidence.analysis;
    let hour = analysis.model.profile.busiest_hour();
    let (visited, _) = visits(&analysis.model, journey, 1.0);
    let short =
        |ix: usize| analysis.needs.components.get(ix).and_then(|hours| hours.get(hour)) == Some(&None);
    (0..visited.len()).any(|ix| visited[ix] > 0.0 && short(ix))
}

/// Share of a journey's requests that may fail, by the strictest of its targets; `None`: it has none.
fn may_fail(evidence: &Evidence, journey: JourneyIx) -> Option<f64> {
    let may = |goal: &Goal| match goal {
        Goal::Errors { journey: of, below } if *of == journey => Some(below.get()),
        Goal::Latency { journey: of, quantile, .. } if *of == journey => Some(1.0 - quantile),
        _ => None,
    };
    goals(evidence).filter_map(may).reduce(f64::min)
}

/// How long somebody waits for a journey's answer, seconds: the longest time that a percentile of it allows.
fn patience(evidence: &Evidence, journey: JourneyIx) -> f64 {
    let time = |goal: &Goal| match goal {
        Goal::Latency { journey: of, below, .. } if *of == journey => Some(below.as_seconds()),
        _ => None,
    };
    goals(evidence).filter_map(time).reduce(f64::max).unwrap_or(PATIENCE_S)
}

fn goals<'a>(evidence: &'a Evidence) -> impl Iterator<Item = &'a Goal> {
    let model = &evidence.analysis.model;
    model.objectives.iter().filter(|objective| applies(objective, &model.tier.id)).map(|o| &o.goal)
}
