//! What mends a target that the optimiser does not vary: how releases are made, and where the component stands that a fault takes
//! down.

use crate::answer::verdict::TargetAnswer;
use crate::assess::{flips, glance, releases::on_errors};
use crate::model::Model;
use crate::model::fault::FaultKind;
use crate::model::release::{Release, Rollout};
use crate::recovery::Memo;
use crate::recovery::sample::Sampler;
use crate::scenario::{Change, Scenario, lower};
use crate::text::{Phrase, memo as say};
use crate::units::MINUTES_PER_30_DAYS;
use std::sync::Arc;

/// Of a hundred times that a balancer takes to hear of a pod that goes, a pause is longer than so many.
const NEARLY_ALL: f64 = 0.99;

/// The largest part of a downtime, and what there is to do about it.
pub struct Lever {
    /// In words.
    pub words: Phrase,
    /// Whether a change was laid over and judged.
    pub tried: bool,
}

/// The largest part of an uptime's downtime; where that is the team's own releases, what another way of making them comes to.
pub fn of(scenario: &Scenario, tier: &str, target: &str, judged: &TargetAnswer) -> Option<Lever> {
    let by_release = |part: &str| matches!(part, "release" | "stopping");
    let releases = judged.attribution.iter().filter(|share| by_release(&share.part));
    let minutes: f64 = releases.clone().map(|share| share.amount).sum();
    let other = judged.attribution.iter().filter(|share| !by_release(&share.part));
    let other = other.max_by(|a, b| a.amount.total_cmp(&b.amount));
    if other.is_some_and(|other| other.amount >= minutes) || minutes <= 0.0 {
        let other = other?;
        let kind = if other.part.is_empty() { "outage" } else { other.part.as_str() };
        let what = crate::text::ledger::what(if kind == "outage" { "failure" } else { kind }, &other.cause);
        return Some(Lever { words: say::largest_part(&what, other.amount), tried: false });
    }
    let model = lower(scenario, tier, &[]).ok()?;
    let mut causes: Vec<&str> = releases.map(|share| share.cause.as_str()).collect();
    causes.sort_unstable();
    causes.dedup();
    let part = say::largest_part(&say::releases_of(&causes), minutes);
    let allowed = (1.0 - judged.target) * MINUTES_PER_30_DAYS;
    let mut memo = Memo::default();
    let mut best: Option<(Vec<Change>, f64)> = None;
    for changes in ways(&model, &causes) {
        let Ok(changed) = lower(scenario, tier, &changes) else { continue };
        let verdicts = flips::verdicts(&glance(Arc::new(changed), &mut memo));
        let Some(share) = verdicts.get(target).and_then(|t| t.value.value) else { continue };
        let down = (1.0 - share) * MINUTES_PER_30_DAYS;
        // The least change that is enough, else the one that brings most.
        if best.as_ref().is_none_or(|(_, least)| *least > allowed && down < least * (1.0 - 1e-6)) {
            best = Some((changes, down));
        }
    }
    let Some((changes, down)) = best else { return Some(Lever { words: part, tried: false }) };
    let written: Vec<String> = changes.iter().map(|c| format!("{} = {}", c.path, c.text)).collect();
    Some(Lever { words: part.then(&say::by_releasing(&written, down, allowed)), tried: true })
}

/// Ways of making these components' releases otherwise, the least change first.
fn ways(model: &Model, causes: &[&str]) -> Vec<Vec<Change>> {
    let here: Vec<&Release> =
        model.releases.iter().filter(|r| causes.contains(&model.graph[r.of].id.as_str())).collect();
    let change = |path: String, text: &str| Change { path, text: format!("\"{text}\"") };
    let of =
        |release: &Release, field: &str, text: &str| change(format!("deploy.{}.{field}", release.id), text);
    // A pause as long as the balancer may take to hear of it, where that is longer than what is stated.
    let pause = |release: &&Release| {
        let stops = release.stops.as_ref().filter(|_| release.rollout != Rollout::BlueGreen)?;
        let most = Sampler::new(&stops.deregistration.seconds, "deregistration").at(NEARLY_ALL).ceil();
        (stops.pause < most).then(|| of(release, "pre-stop", &format!("{most}s")))
    };
    let pauses: Vec<Change> = here.iter().filter_map(pause).collect();
    let mut automatic: Vec<Change> =
        here.iter().filter(|r| !r.automatic).map(|r| of(r, "rollback", "automatic")).collect();
    if !automatic.is_empty() && on_errors(model).is_none() {
        automatic.push(change("alert.errors.when".to_owned(), "errors > 5%"));
    }
    let switched: Vec<Change> = here
        .iter()
        .filter(|r| r.rollout == Rollout::Rolling)
        .map(|r| of(r, "strategy", "blue-green"))
        .collect();
    let both = [pauses.clone(), automatic.clone()].concat();
    let all = [switched.clone(), automatic.clone()].concat();
    let mut ways = vec![pauses, automatic, both, switched, all];
    ways.retain(|changes| !changes.is_empty());
    ways
}

/// That the component to blame for what a zone's fault does stands in that zone alone.
pub fn zone(scenario: &Scenario, tier: &str, fault: &str, blame: &str) -> Option<Phrase> {
    let model = lower(scenario, tier, &[]).ok()?;
    let fault = model.faults.iter().find(|f| f.id == fault)?;
    if !matches!(fault.what, FaultKind::ZoneOutage(_) | FaultKind::ZoneCut(_)) {
        return None;
    }
    let component = &model.graph[model.component(blame)?];
    let mut zones: Vec<_> = component.failure.units.iter().filter_map(|unit| unit.zone).collect();
    zones.sort_unstable();
    zones.dedup();
    (zones.len() == 1).then(|| say::one_zone(blame, component.kind == "database"))
}
