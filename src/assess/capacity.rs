//! Judges capacity objectives: the tier must hold the promised users while every latency and error target holds.

use super::say;
use super::{Evidence, blank};
use crate::answer::verdict::{TargetAnswer, TargetKind, Verdict};
use crate::model::objective::Objective;
use crate::stats::figure::Figure;
use indexmap::IndexMap;

/// Users carried. The value is the lowest breaking load of the tier's latency and error targets (analytic), zero when one of them fails
/// without any load; the verdict
/// follows the verdicts of those targets, which are in `earlier`, as long as the tier has the promised users.
pub fn judge(
    evidence: &Evidence,
    objective: &Objective,
    users: f64,
    earlier: &IndexMap<String, TargetAnswer>,
) -> TargetAnswer {
    let mut answer = blank(evidence, objective, TargetKind::Capacity, users, "users");
    answer.below = false;
    let analysis = evidence.analysis;
    let lowest = analysis
        .breaking
        .iter()
        .filter_map(|(id, load)| load.users.value.map(|users| (id, load, users)))
        .min_by(|a, b| a.2.total_cmp(&b.2));
    if let Some(load) = analysis.breaking.values().find(|load| load.at_zero) {
        answer.value = Figure::analytic(0.0, "users", "a target fails without any load");
        answer.blame = load.component.clone();
    } else if let Some((_, load, _)) = lowest {
        answer.value = load.users.clone();
        answer.blame = load.component.clone();
    } else {
        answer.value = Figure::unknown("users");
    }
    let served =
        |kind: TargetKind| matches!(kind, TargetKind::Latency | TargetKind::AiLatency | TargetKind::Errors);
    let verdicts = earlier.values().filter(|t| served(t.kind)).map(|t| t.verdict);
    let worst = verdicts.max().unwrap_or(Verdict::Unsure);
    answer.verdict = if analysis.model.tier.users >= users { worst } else { Verdict::Unsure };
    let failing: Vec<&TargetAnswer> =
        earlier.values().filter(|t| served(t.kind) && t.verdict == worst && worst != Verdict::Pass).collect();
    if answer.blame.is_none() {
        answer.blame = failing.first().and_then(|t| t.blame.clone());
    }
    answer.why = say::capacity(&answer, analysis.model.tier.users, failing.first().map(|t| &t.name));
    answer
}
