//! Inverse questions: the most load that holds, the smallest fault that does not, the uptime a vendor must reach.

mod blow;
mod fault;

pub use blow::Blow;
pub use fault::faults;

use super::hour::{Runs, simulated};
use crate::answer::availability::{AvailabilityAnswer, Importance};
use crate::answer::solve::{LoadLimit, OutageLimit, VendorUptime};
use crate::answer::times::JourneyAnswer;
use crate::assess::{Analysis, beyond};
use crate::avail;
use crate::avail::missing::{bounded, missing};
use crate::model::Model;
use crate::model::objective::{Goal, Measure, Objective};
use crate::sim::{Executor, Faults, Measured};
use crate::stats::figure::Figure;
use crate::units::MINUTES_PER_30_DAYS;
use indexmap::IndexMap;
use std::borrow::Cow;
use std::sync::Arc;

/// Relative width that a bracket of loads is narrowed to by simulation.
const WIDTH: f64 = 0.03;
/// Most halvings of a bracket: from a factor of two down to that takes five.
const HALVINGS: u32 = 40;
/// Requests of a replication that are enough; our choice.
const ENOUGH: f64 = 600_000.0;
/// Shortest stretch of an hour that is simulated all the same, seconds.
const SHORTEST_S: f64 = 300.0;

/// Objectives that the simulated hour misses, by central value.
fn failed_by_simulation(
    model: Arc<Model>,
    goals: &[&Objective],
    runs: Runs,
    executor: &impl Executor,
) -> Vec<String> {
    let measured = simulated(model.clone(), Faults::None, runs, executor).measured();
    goals.iter().filter(|o| missed(&model, &o.goal, &measured)).map(|o| o.id.clone()).collect()
}

/// Whether a latency or error goal is missed: as `check` judges it, by the central value.
fn missed(model: &Model, goal: &Goal, measured: &Measured) -> bool {
    let journey = |j: &crate::model::JourneyIx| -> &JourneyAnswer { &measured.journeys[usize::from(j.0)] };
    let failing = |seen: &JourneyAnswer| beyond::unmet(seen).map_or(1.0, |unmet| unmet.0);
    let overloaded = |j: &crate::model::JourneyIx| {
        let found = measured.overload.as_ref().filter(|found| found.is_certain());
        found.is_some_and(|found| found.reaches(&model.journeys[usize::from(j.0)].id))
    };
    match goal {
        Goal::Errors { journey: j, .. } | Goal::Latency { journey: j, .. } if overloaded(j) => true,
        Goal::Errors { journey: j, below } => failing(journey(j)) > below.get(),
        Goal::Latency { journey: j, measure, quantile, below } => {
            let seen = journey(j);
            let times = match measure {
                Measure::FirstToken => seen.first_token_s.as_ref().unwrap_or(&seen.response_s),
                Measure::FullAnswer => &seen.response_s,
            };
            // Nothing answered is not in time; a quantile that is not kept cannot be judged.
            let late = match times.quantile(*quantile) {
                Some(time) => time.value.is_none_or(|time| time > below.as_seconds()),
                None => false,
            };
            late || failing(seen) > 1.0 - quantile
        }
        _ => false,
    }
}

/// The load at which each objective first fails: by formula, and for the first of them by simulation.
pub fn load(analysis: &Analysis, runs: Runs, executor: &impl Executor) -> IndexMap<String, LoadLimit> {
    let model = &analysis.model;
    let mut limits: IndexMap<String, LoadLimit> = IndexMap::new();
    for objective in &model.objectives {
        let Some(found) = analysis.breaking.get(&objective.id) else { continue };
        let limit = LoadLimit {
            name: objective.name.clone(),
            users: found.users.clone(),
            tenants: found.tenants.clone(),
            simulated_tenants: Figure::unknown("tenants"),
            component: found.component.clone(),
        };
        limits.insert(objective.id.clone(), limit);
    }
    limits.sort_by(|_, a, _, b| {
        let users = |limit: &LoadLimit| limit.users.value.unwrap_or(f64::INFINITY);
        users(a).total_cmp(&users(b))
    });
    let first = limits.iter().next().and_then(|(id, limit)| Some((id.clone(), limit.users.value?)));
    if let Some((id, users)) = first
        && let Some(objective) = model.objectives.iter().find(|o| o.id == id)
        && let Some((low, high)) = bracket(analysis, objective, users, runs, executor)
    {
        let per_tenant = if model.tier.tenants > 0.0 { model.tier.users / model.tier.tenants } else { 1.0 };
        let n = u64::from(runs.replications);
        let bounds = Some((low / per_tenant, high / per_tenant));
        limits[0].simulated_tenants = Figure::simulated(low / per_tenant, bounds, "tenants", n, BRACKET);
    }
    limits
}

const BRACKET: &str = "bisection by simulation: holds at low, fails at high";

/// A shorter stretch of the hour where it has very many requests: they are enough for a percentile.
fn shortened(model: &Model, runs: Runs) -> Runs {
    let hour = model.profile.busiest_hour();
    let rate: f64 = model.rates(hour).iter().sum();
    let least = SHORTEST_S.min(runs.duration_s);
    let duration_s = (ENOUGH / rate.max(f64::MIN_POSITIVE)).clamp(least, runs.duration_s);
    Runs { duration_s, ..runs }
}

/// Users at which an objective holds, and a few per cent more at which it fails, by simulation.
fn bracket(
    analysis: &Analysis,
    objective: &Objective,
    users: f64,
    runs: Runs,
    executor: &impl Executor,
) -> Option<(f64, f64)> {
    let fails = |users: f64| {
        let mut model = Model::clone(&analysis.model);
        model.tier.users = users;
        let runs = shortened(&model, runs);
        let model = Arc::new(model);
        let measured = simulated(model.clone(), Faults::None, runs, executor).measured();
        missed(&model, &objective.goal, &measured)
    };
    let (mut low, mut high) = (users * 0.9, users * 1.1);
    for _ in 0..6 {
        if !fails(low) {
            break;
        }
        (high, low) = (low, low * 0.8);
    }
    for _ in 0..6 {
        if high > low * 1.2 || fails(high) {
            break;
        }
        (low, high) = (high, high * 1.2);
    }
    for _ in 0..HALVINGS {
        if high / low - 1.0 <= WIDTH || executor.stopped() {
            break;
        }
        let middle = 0.5 * (low + high);
        if fails(middle) { high = middle } else { low = middle }
    }
    // What was not simulated to its end says nothing.
    (!executor.stopped()).then_some((low, high))
}

/// How long each single point of failure may be out in a month until the uptime objective is missed, all else failing as
/// expected: the error budget less what the others take. Exact, as the unavailability is linear in the chance of each event.
pub fn outages(analysis: &Analysis) -> IndexMap<String, OutageLimit> {
    let judged = uptime_of(analysis);
    let sets = judged.as_ref().map_or(&[][..], |(found, _)| &found.cut_sets);
    let minutes = |share: f64| Figure::analytic(share * MINUTES_PER_30_DAYS, "min/30d", LINEAR);
    let mut limits = IndexMap::new();
    for (event, needed, expected) in linear(judged.as_ref()) {
        if sets.iter().any(|set| set.events[..] == [event.as_str()]) {
            let may = needed.map_or(0.0, |q: f64| q.clamp(0.0, 1.0));
            limits.insert(event, OutageLimit { minutes: minutes(may), expected_min: minutes(expected) });
        }
    }
    limits
}

const LINEAR: &str = "decision diagram, linear in the chance of each event";

/// The uptime that each provider, region and component without copies must reach.
pub fn vendor_uptime(analysis: &Analysis) -> IndexMap<String, VendorUptime> {
    let mut answers = IndexMap::new();
    for (event, needed, expected) in linear(uptime_of(analysis).as_ref()) {
        let answer = VendorUptime {
            needed: match needed {
                Some(most) => Figure::analytic(1.0 - most.min(1.0), "1", LINEAR),
                None => Figure { method: Some(EVEN_WITHOUT.to_owned()), ..Figure::unknown("1") },
            },
            expected: Figure::analytic(1.0 - expected, "1", LINEAR),
            enough: needed.is_some_and(|most| expected <= most),
        };
        answers.insert(event, answer);
    }
    answers
}

const EVEN_WITHOUT: &str = "the objective fails even if this never does";

/// The uptime that is judged first, and the share of the time that it may be down. What has no failure data is as bad here as its
/// bound, so that it is asked for an uptime too, and nothing is enough because something else counts as never failing.
fn uptime_of(analysis: &Analysis) -> Option<(Cow<'_, AvailabilityAnswer>, f64)> {
    let model = &analysis.model;
    model.objectives.iter().find_map(|objective| {
        let Goal::Uptime { journeys, at_least } = &objective.goal else { return None };
        let found = analysis.uptime.get(&objective.id)?;
        let missing = missing(model, journeys);
        let found = if missing.is_empty() {
            Cow::Borrowed(found)
        } else {
            let worst = bounded(model, &missing);
            Cow::Owned(avail::together(&worst, &analysis.needs, journeys, Some(*at_least)))
        };
        Some((found, at_least.complement().get()))
    })
}

/// For every event that matters: the most that it may be down, and what is expected. `None`: even never is too much.
fn linear(judged: Option<&(Cow<AvailabilityAnswer>, f64)>) -> Vec<(String, Option<f64>, f64)> {
    let Some((found, allowed)) = judged else { return Vec::new() };
    let Some(up) = found.availability.value else { return Vec::new() };
    let spare = allowed - (1.0 - up);
    let of = |(event, i): (&String, &Importance)| {
        (i.birnbaum > 0.0 && i.unavailability > 0.0).then(|| {
            let most = i.unavailability + spare / i.birnbaum;
            (event.clone(), (most >= 0.0).then_some(most), i.unavailability)
        })
    };
    found.importance.iter().filter_map(of).collect()
}
