//! Promises that need something the roadmap or the recovery plan does not have: an audit's observation period, a rehearsal.

use super::{Case, Found};
use crate::fields::facts;
use crate::model::objective::Goal;
use crate::model::recovery::Event;
use crate::plan::roadmap;
use crate::stats::distribution::Distribution;
use crate::stats::figure::Figure;
use crate::text::audit as say;

/// Observation period of a SOC 2 Type II report, months (fact `cmp.soc2_artifact`).
const OBSERVED_MONTHS: [f64; 2] = [3.0, 12.0];
/// Seconds of a mean month.
const MONTH_S: f64 = 730.0 * 3600.0;
/// Chance that a failover nobody has rehearsed fails or misses its time.
const UNTESTED: &str = "rate.dr.untested_fail";
/// The control by which the scenario says that recovery is rehearsed.
const REHEARSED: &str = "dr-test";

/// Recovery times that are promised of a failover that nobody has tried.
pub fn unrehearsed(case: &Case) -> Vec<Found> {
    let model = case.model;
    if model.controls.iter().any(|control| control.id == REHEARSED && control.done) {
        return Vec::new();
    }
    let Some([low, mid, high]) = facts::estimate(UNTESTED) else { return Vec::new() };
    let elsewhere =
        |event: &String| matches!(Event::of(event), Some(Event::Zone | Event::Region | Event::DataLoss));
    let promised = model.objectives.iter().find(|o| match &o.goal {
        Goal::Rto { events, .. } => events.is_empty() || events.iter().any(elsewhere),
        _ => false,
    });
    let Some(target) = promised else { return Vec::new() };
    vec![Found {
        of: target.id.clone(),
        cause: say::unrehearsed(&target.id, [low, mid, high]),
        value: Figure { method: Some(UNTESTED.to_owned()), ..Figure::assumed(mid, "1") }.range(low, high),
        fix: say::rehearse(),
        money: Figure::unknown(&case.money_unit()),
        at: target.at,
    }]
}

/// The roadmap's length, seconds: its phases no shorter than they say, whatever their tasks take.
fn whole(model: &crate::model::Model) -> Option<f64> {
    let by_tasks = roadmap::at_means(&model.roadmap)?;
    let phases = model.roadmap.phases.iter().map(|phase| roadmap::Step {
        takes: phase
            .takes
            .as_ref()
            .map_or_else(|| Distribution::Constant(0.0), |takes| takes.seconds.clone()),
        after: phase.after.clone(),
    });
    let phases: Vec<roadmap::Step> = phases.collect();
    let means: Vec<f64> = phases.iter().map(|step| step.takes.mean()).collect();
    Some(by_tasks.max(roadmap::schedule(&phases, &means).ends))
}

/// A SOC 2 Type II report that the roadmap has no time for.
pub fn audit_late(case: &Case) -> Vec<Found> {
    let model = case.model;
    let Some(control) = model.controls.iter().find(|control| control.observed && !control.done) else {
        return Vec::new();
    };
    let Some(whole) = whole(model) else { return Vec::new() };
    let months = whole / MONTH_S;
    if months >= OBSERVED_MONTHS[0] {
        return Vec::new();
    }
    let [low, high] = OBSERVED_MONTHS;
    let mid = 0.5 * (low + high);
    vec![Found {
        of: control.id.clone(),
        cause: say::audit_late(&control.id, OBSERVED_MONTHS, whole / 604_800.0),
        value: Figure { method: Some("cmp.soc2_artifact".to_owned()), ..Figure::assumed(mid * MONTH_S, "s") }
            .range(low * MONTH_S, high * MONTH_S),
        fix: say::observe(&control.id),
        money: Figure::unknown(&case.money_unit()),
        at: control.at,
    }]
}
