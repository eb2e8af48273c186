//! The memo: at most five sentences that somebody who reads nothing else must know. What nothing that the search varies mends, the
//! least change that mends the rest, the fault that does most against what is expected of it, then what is found by rule, by the
//! money at stake.

use super::lever;
use crate::answer::shown;
use crate::answer::verdict::{TargetAnswer, TargetKind, Verdict};
use crate::answer::{FaultAnswer, FindingAnswer, FindingKind, TierAnswer};
use crate::plan::optimise::{self, Ask, QUICK};
use crate::scenario::{Scenario, SourceFile};
use crate::sim::Sequential;
use crate::text::numbers::both;
use crate::text::{Phrase, memo as say};
use indexmap::IndexMap;

/// Sentences.
const MOST: usize = 5;
/// Of these, about targets that nothing in reach mends.
const OUT_OF_REACH: usize = 2;

/// The memo of these tiers. The optimiser looks at the first tier that fails, by formulas only.
pub fn memo(
    scenario: &Scenario,
    files: &[SourceFile],
    tiers: &IndexMap<String, TierAnswer>,
    findings: &[FindingAnswer],
) -> Vec<Phrase> {
    let mut all = Vec::new();
    let mut told: Vec<String> = Vec::new();
    let faults = faults(tiers);
    let failing = |tier: &TierAnswer| tier.targets.values().any(|t| t.verdict == Verdict::Fail);
    if let Some((id, tier)) = tiers.iter().find(|(_, tier)| failing(tier)) {
        let ask = Ask { scenario, files, tier: id, book: None, budget: QUICK, runs: None };
        if let Ok(found) = optimise::optimise(&ask, &Sequential) {
            // What passes, or is merely open, is no miss of the plan.
            let missed = found.out_of_reach.iter().filter_map(|(target, reach)| {
                let judged = tier.targets.get(target).filter(|t| t.verdict == Verdict::Fail)?;
                Some((target, reach, judged))
            });
            for (target, reach, judged) in missed.take(OUT_OF_REACH) {
                let at = tiers_of(tiers, target);
                let by_lever = (judged.kind == TargetKind::Uptime)
                    .then(|| lever::of(scenario, id, target, judged))
                    .flatten();
                let best = reach.best.value.map(|_| both(|lang| shown::figure(&reach.best, lang).join()));
                all.push(match by_lever {
                    Some(lever) if lever.tried => {
                        say::fails(&judged.name, &at, &judged.why).then(&lever.words)
                    }
                    Some(lever) => {
                        say::out_of_search(&judged.name, &at, &judged.why, best.as_ref()).then(&lever.words)
                    }
                    None => say::out_of_search(&judged.name, &at, &judged.why, best.as_ref()),
                });
                told.push(target.clone());
            }
            let least = found.suggestions.get("least-change").or_else(|| found.suggestions.get("cheapest"));
            if let Some(least) = least.filter(|s| !s.design.changes.is_empty()) {
                let words: Vec<&Phrase> = least.design.changes.iter().map(|change| &change.words).collect();
                let dearer = least.design.cost.value.zip(found.current.cost.value).map(|(a, b)| a - b);
                let unit = least.design.cost.unit.split('/').next().unwrap_or_default();
                let names: Vec<&Phrase> = faults.iter().map(|fault| &fault.answer.name).collect();
                all.push(say::least_change(id, &words, dearer, unit, &names));
            }
        }
    }
    if let Some(worst) = faults.first() {
        let words = say::fault(&worst.answer.name, &worst.tiers, &worst.expected.name, &worst.expected.why);
        let blame = worst
            .expected
            .blame
            .as_deref()
            .and_then(|blame| lever::zone(scenario, &worst.tiers[0], &worst.id, blame));
        all.push(blame.map_or(words.clone(), |fix| words.then(&fix)));
    }
    let mut computed: Vec<&FindingAnswer> =
        findings.iter().filter(|f| f.kind == FindingKind::Computed).collect();
    // By the money at stake; what is not about money keeps its place after that.
    computed.sort_by(|a, b| b.money.value.unwrap_or(-1.0).total_cmp(&a.money.value.unwrap_or(-1.0)));
    let mut rules: Vec<&str> = Vec::new();
    for finding in computed {
        let rule = super::RULES.iter().map(|rule| rule.code).find(|code| finding.code.starts_with(code));
        let rule = rule.unwrap_or(&finding.code);
        if all.len() < MOST && !rules.contains(&rule) {
            rules.push(rule);
            // Rules about money say their amount themselves.
            let stake = finding.money.value.filter(|_| rule == "idle-machines");
            let stake =
                stake.map(|_| say::at_stake(&both(|lang| shown::figure(&finding.money, lang).join())));
            let words = stake.map_or(finding.words.clone(), |stake| finding.words.then(&stake));
            all.push(words.then(&finding.fix));
        }
    }
    for (id, target) in failing_targets(tiers) {
        if all.len() < MOST && !told.contains(&id) {
            all.push(say::fails(&target.name, &tiers_of(tiers, &id), &target.why));
            told.push(id);
        }
    }
    all.truncate(MOST);
    all
}

/// A fault of which something is expected that does not hold.
struct Broken<'a> {
    id: String,
    answer: &'a FaultAnswer,
    /// The expectation that fails.
    expected: &'a TargetAnswer,
    /// Tiers in which one fails.
    tiers: Vec<String>,
    /// The largest share of a journey's requests that fails while it lasts.
    errors: f64,
}

/// Every fault of which an expectation fails, the one that fails most requests first.
fn faults(tiers: &IndexMap<String, TierAnswer>) -> Vec<Broken<'_>> {
    let mut all: Vec<Broken> = Vec::new();
    for (tier, rung) in tiers {
        for (id, answer) in &rung.faults {
            let failing = || answer.expects.iter().filter(|e| e.verdict == Verdict::Fail);
            // Of several the one about errors says what becomes of the users.
            let Some(expected) = failing().find(|e| e.unit == "1").or_else(|| failing().next()) else {
                continue;
            };
            let errors = answer.error_ratio.values().filter_map(|f| f.value).fold(0.0, f64::max);
            match all.iter_mut().find(|one| one.id == *id) {
                Some(one) => one.tiers.push(tier.clone()),
                None => {
                    all.push(Broken { id: id.clone(), answer, expected, tiers: vec![tier.clone()], errors })
                }
            }
        }
    }
    all.sort_by(|a, b| b.errors.total_cmp(&a.errors));
    all
}

/// Tiers in which a target fails.
fn tiers_of(tiers: &IndexMap<String, TierAnswer>, target: &str) -> Vec<String> {
    let fails = |tier: &TierAnswer| tier.targets.get(target).is_some_and(|t| t.verdict == Verdict::Fail);
    tiers.iter().filter(|(_, tier)| fails(tier)).map(|(id, _)| id.clone()).collect()
}

/// Every failing target, each as its first tier says it.
fn failing_targets(tiers: &IndexMap<String, TierAnswer>) -> IndexMap<String, TargetAnswer> {
    let mut all = IndexMap::new();
    for (id, target) in tiers.values().flat_map(|tier| &tier.targets) {
        if target.verdict == Verdict::Fail && !all.contains_key(id) {
            all.insert(id.clone(), target.clone());
        }
    }
    all
}
