//! Work that arrives faster than it is done never meets a target, whatever share of it happened to finish: by the proof of
//! the simulation, by the requests that it left without an end, or by formulas.

use super::Evidence;
use crate::answer::times::JourneyAnswer;
use crate::answer::verdict::{TargetAnswer, Verdict};
use crate::model::JourneyIx;
use crate::model::traffic::visits;
use crate::stats::figure::Figure;
use crate::text::{Phrase, overload as words};

/// Share of busy servers from which on a component is seen to be at its limit.
const FULL: f64 = 0.95;
/// Share of requests without an end that a component at its limit leaves for sure.
const LEFT: f64 = 0.005;

/// What stands against a target of a journey.
pub struct Against {
    /// The best verdict that is left.
    best: Verdict,
    component: String,
    why: Phrase,
}

impl Against {
    /// Takes a verdict down to what is left.
    pub fn apply(self, answer: &mut TargetAnswer) {
        if answer.verdict > self.best {
            return;
        }
        answer.verdict = self.best;
        answer.why = self.why;
        answer.blame = Some(self.component);
        answer.settled_by = (self.best == Verdict::Unsure).then(words::by_longer_runs);
    }
}

/// What stands against a target of this journey, if anything does. Previews by formulas know it by themselves.
pub fn against(evidence: &Evidence, journey: JourneyIx) -> Option<Against> {
    let measured = evidence.measured?;
    let model = &evidence.analysis.model;
    let id = &model.journeys[journey.0 as usize].id;
    if let Some(found) = measured.overload.as_ref().filter(|found| found.reaches(id)) {
        let best = if found.is_certain() { Verdict::Fail } else { Verdict::Unsure };
        return Some(Against { best, component: found.component.clone(), why: found.sentence() });
    }
    let flow = &evidence.analysis.flow;
    let (visited, _) = visits(model, journey, 1.0);
    let endless = |ix: &&crate::model::ComponentIx| {
        let station = model.graph[**ix].station.as_ref();
        visited[ix.index()] > 0.0 && station.is_some_and(|s| s.queue.is_none() && s.patience.is_none())
    };
    let ix = flow.saturated.iter().find(endless)?;
    let load = flow.components[ix.index()].utilisation.value?;
    let busy = measured.components[ix.index()].utilisation.value.unwrap_or(0.0);
    let left = measured.journeys[journey.0 as usize].unfinished_ratio.value.unwrap_or(0.0);
    let best = if busy >= FULL && left >= LEFT { Verdict::Fail } else { Verdict::Unsure };
    let component = model.graph[*ix].id.clone();
    Some(Against { best, why: words::beyond_capacity(&component, load), component })
}

/// A rate limit whose bucket is full when a run begins and empty later: the state without it decides, where it is the worse one.
pub fn empty(
    evidence: &Evidence,
    journey: JourneyIx,
    answer: &mut TargetAnswer,
    judge: impl Fn(&JourneyAnswer) -> (Verdict, Figure),
) {
    let analysis = evidence.analysis;
    for limit in &analysis.overdrawn {
        let Some((verdict, value)) = limit.then(journey).map(&judge) else { continue };
        if verdict <= answer.verdict {
            continue;
        }
        let component = analysis.model.graph[limit.component].id.clone();
        (answer.verdict, answer.value) = (verdict, value);
        answer.why = words::bucket_empties(&component, limit.after_h, limit.wanted, limit.gains);
        answer.settled_by = (verdict == Verdict::Unsure).then(words::by_longer_runs);
        answer.blame = Some(component);
    }
}

/// Share of a journey's requests that failed or did not end, and the lower end of its interval.
pub fn unmet(seen: &JourneyAnswer) -> Option<(f64, f64)> {
    let (failed, left) = (&seen.error_ratio, &seen.unfinished_ratio);
    let ended = 1.0 - left.value.unwrap_or(0.0);
    let all = |failed: Option<f64>, left: Option<f64>| {
        failed.map(|failed| failed * ended).map_or(left, |failed| Some(failed + left.unwrap_or(0.0)))
    };
    let value = all(failed.value, left.value)?;
    Some((value, all(failed.low.or(failed.value), left.low.or(left.value)).unwrap_or(value)))
}
