//! The ladder between its rungs: when growth brings the load to each tier and past what it carries, and the cheapest single
//! change that carries the next tier's load.

use super::growth::{date, growth, months, next_larger};
use super::optimise::knobs::{Source, knobs};
use super::optimise::{cost_of, in_words};
use crate::answer::{BreakingLoad, GrowthAnswer, NextStepAnswer, TierAnswer};
use crate::assess::{books, breaking_loads, glance};
use crate::recovery::Memo;
use crate::scenario::{Change, Scenario, lower};
use crate::stats::figure::Figure;
use crate::units::BILLING_HOURS_PER_MONTH;
use indexmap::IndexMap;
use std::sync::Arc;

const COMPOUND: &str = "compound growth from the first tier";
const ROADMAP: &str = "P90 of the roadmap";
const CHANGED: &str = "difference of bills at list prices";
/// Load that a step is to carry where there is no next tier, as a multiple of the tier's own. Our choice.
const FURTHER: f64 = 2.0;
const SECONDS_PER_MONTH: f64 = BILLING_HOURS_PER_MONTH * 3600.0;

/// Fills in the dates of all rungs. `roadmap_s`: how long it takes to be ready for a step, in seconds; `None`: not known.
pub fn dates(scenario: &Scenario, rungs: &mut IndexMap<String, TierAnswer>, roadmap_s: Option<f64>) {
    let Some(growth) = growth(scenario) else { return };
    let Some(first) = rungs.values().map(|t| t.tenants).filter(|n| *n > 0.0).min_by(f64::total_cmp) else {
        return;
    };
    let after = |tenants: f64| -> Figure {
        let at = |monthly: f64| months(first, tenants, monthly);
        let Some(value) = at(growth.monthly) else { return Figure::unknown("months") };
        let mut figure = Figure::analytic(value, "months", COMPOUND);
        if let Some((low, high)) = growth.range {
            // Without growth it is never reached: the upper end is open.
            (figure.range_low, figure.range_high) = (at(high), at(low));
        }
        figure
    };
    let dated = |months: Option<f64>| Some(date(growth.start? + months?.floor() as i64));
    let sizes: Vec<f64> = rungs.values().map(|t| t.tenants).collect();
    for tier in rungs.values_mut() {
        let larger = sizes.iter().copied().filter(|n| *n > tier.tenants).min_by(f64::total_cmp);
        let carries = first_to_break(tier.breaking_load.values()).and_then(|load| load.tenants.value);
        let reached = after(tier.tenants);
        let holds = carries.map_or_else(|| Figure::unknown("months"), after);
        let lead = roadmap_s.map(|seconds| seconds / SECONDS_PER_MONTH);
        let ends =
            [holds.value, larger.and_then(|n| after(n).value)].into_iter().flatten().min_by(f64::total_cmp);
        tier.growth = Some(GrowthAnswer {
            reached: dated(reached.value),
            holds_until: dated(holds.value),
            start_by: ends.zip(lead).and_then(|(ends, lead)| dated(Some(ends - lead))),
            reached_months: reached,
            holds_months: holds,
            lead_months: lead
                .map_or_else(|| Figure::unknown("months"), |x| Figure::analytic(x, "months", ROADMAP)),
        });
    }
}

/// The first to break of those targets that hold at some load.
pub fn first_to_break<'a>(loads: impl IntoIterator<Item = &'a BreakingLoad>) -> Option<&'a BreakingLoad> {
    let known = loads.into_iter().filter(|load| !load.at_zero && load.tenants.value.is_some());
    known.min_by(|a, b| a.tenants.value.unwrap_or(0.0).total_cmp(&b.tenants.value.unwrap_or(0.0)))
}

/// The cheapest single change with which this tier's design carries the next tier's load, or twice its own if it is the last;
/// `None` when it carries that as it is, or nothing is known to break it. If no single change is enough, the one that carries
/// most. By formulas, at list prices. Work: a search for the breaking load per change.
pub fn next_step(scenario: &Scenario, tier: &str) -> Option<NextStepAnswer> {
    let model = lower(scenario, tier, &[]).ok()?;
    let wanted = next_larger(scenario, tier).unwrap_or(FURTHER * model.tier.tenants);
    let root = crate::scenario::tree(scenario, tier).ok()?;
    let book = books::list(&model);
    let knobs = knobs(&Source { root: &root, model: &model, book: &book, lasts_months: None });
    let mut memo = Memo::default();
    let mut look = |changes: &[Change]| {
        let mut model = lower(scenario, tier, changes).ok()?;
        book.clone_into(&mut model.prices);
        let analysis = glance(Arc::new(model), &mut memo);
        let carries = first_to_break(breaking_loads(&analysis.model).values())?.tenants.value?;
        Some((carries, cost_of(&analysis)?.value?, analysis.model.currency.code()))
    };
    let (now, cost, _) = look(&[])?;
    if now >= wanted {
        return None;
    }
    // Only what can move load: machines, replicas, databases, caches, models; not ways of buying or strategies.
    let moves = |id: &str| !(id.ends_with(".purchase") || id == "region");
    let mut best: Option<(bool, f64, f64, NextStepAnswer)> = None;
    for knob in knobs.iter().filter(|knob| moves(&knob.id)) {
        for choice in &knob.choices[1..] {
            let Some((carries, money, currency)) = look(&choice.changes) else { continue };
            let (enough, more) = (carries >= wanted, money - cost);
            let better = best.as_ref().is_none_or(|(known, most, least, _)| match (enough, known) {
                (true, false) => true,
                (false, true) => false,
                (true, true) => more < *least,
                (false, false) => carries > *most,
            });
            if better && carries > now * 1.01 {
                let answer = NextStepAnswer {
                    change: in_words(knob, choice),
                    cost: Figure::analytic(more, &format!("{currency}/month"), CHANGED),
                    carries: Figure::analytic(carries, "tenants", "search for the breaking load"),
                    carried: Figure::analytic(now, "tenants", "search for the breaking load"),
                    wanted,
                    enough,
                };
                best = Some((enough, carries, more, answer));
            }
        }
    }
    best.map(|(.., answer)| answer)
}
