//! The memo: at most five sentences that somebody who reads nothing else must know. What no design in reach mends, the
//! least change that mends the rest, then what is found by rule, by the money at stake.

use crate::answer::shown;
use crate::answer::verdict::{TargetAnswer, Verdict};
use crate::answer::{FindingAnswer, FindingKind, TierAnswer};
use crate::plan::optimise::{self, Ask, QUICK};
use crate::plan::tiers::gated;
use crate::scenario::{Scenario, SourceFile};
use crate::sim::Sequential;
use crate::text::numbers::both;
use crate::text::{Phrase, audit as say};
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
    let failing = |tier: &TierAnswer| gated(tier).values().any(|t| t.verdict == Verdict::Fail);
    let mut all = Vec::new();
    let mut told: Vec<String> = Vec::new();
    if let Some((id, tier)) = tiers.iter().find(|(_, tier)| failing(tier)) {
        let ask = Ask { scenario, files, tier: id, book: None, budget: QUICK, runs: None };
        if let Ok(found) = optimise::optimise(&ask, &Sequential) {
            for (target, reach) in found.out_of_reach.iter().take(OUT_OF_REACH) {
                let Some(judged) = tier.targets.get(target) else { continue };
                let best = both(|lang| shown::figure(&reach.best, lang).join());
                all.push(say::out_of_reach(&judged.name, &tiers_of(tiers, target), &judged.why, &best));
                told.push(target.clone());
            }
            let least = found.suggestions.get("least-change").or_else(|| found.suggestions.get("cheapest"));
            if let Some(least) = least.filter(|s| !s.design.changes.is_empty()) {
                let words: Vec<&Phrase> = least.design.changes.iter().map(|change| &change.words).collect();
                let dearer = least.design.cost.value.zip(found.current.cost.value).map(|(a, b)| a - b);
                let unit = &least.design.cost.unit;
                all.push(say::least_change(id, &words, dearer, unit.split('/').next().unwrap_or_default()));
            }
        }
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
            all.push(finding.words.then(&finding.fix));
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
