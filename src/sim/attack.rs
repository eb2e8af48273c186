//! Attacks: their requests are a journey of their own, which goes the way of the one they attack and is not reported among
//! the users'. What a firewall's rate rule lets through is worked out here, not simulated: it depends on time alone.
//!
//! Choices where the model is silent: all addresses send alike; the rule acts on all of them once each has sent as many
//! requests as it allows and its lag has passed, and from then on lets through as many as it allows. What it stops costs the
//! firewall and what stands before it a request, and nothing behind it.

use super::{Faults, Settings};
use crate::model::fault::{Attack, Fault, FaultKind};
use crate::model::station::RateRule;
use crate::model::workload::Arrivals;
use crate::model::{ComponentIx, JourneyIx, Model};
use crate::units::{Duration, Probability, Rate};
use std::borrow::Cow;

/// Whether this fault of the model happens.
pub fn happens(faults: &Faults, index: usize) -> bool {
    match faults {
        Faults::None | Faults::Random => false,
        Faults::One(one) => index == *one,
        Faults::Some(some) => some.contains(&index),
        Faults::All => true,
    }
}

/// The model with a journey for every attack that happens, after its own, in the order of the faults.
pub fn with_attackers<'a>(model: &'a Model, settings: &Settings) -> Cow<'a, Model> {
    let mut attacked = Cow::Borrowed(model);
    for (index, fault) in model.faults.iter().enumerate() {
        if let (true, FaultKind::Attack(attack)) = (happens(&settings.faults, index), &fault.what) {
            add_journey(attacked.to_mut(), &fault.id, attack.journey, Rate::ZERO);
        }
    }
    attacked
}

/// Adds a journey that goes the way of another one.
pub fn add_journey(model: &mut Model, fault: &str, like: JourneyIx, rate: Rate) -> JourneyIx {
    let j = usize::from(like.0);
    let mut journey = model.journeys[j].clone();
    journey.id = format!("{} under {fault}", journey.id);
    journey.arrivals = Arrivals::Fixed(rate);
    journey.process = crate::model::workload::Process::Poisson;
    model.journeys.push(journey);
    let n = model.journeys.len();
    for component in model.graph.node_weights_mut() {
        component.works.like(j, n);
        let Some(station) = &mut component.station else { continue };
        copy(&mut station.work, j, n);
        copy(&mut station.latency, j, n);
        copy(&mut station.stream, j, n);
        copy(&mut station.programs, j, n);
    }
    JourneyIx(n as u16 - 1)
}

/// The list by journey, now of `n`, the last like that of `j`.
fn copy<T: Clone + Default>(list: &mut Vec<T>, j: usize, n: usize) {
    let last = list.get(j).cloned().unwrap_or_default();
    list.resize_with(n - 1, T::default);
    list.push(last);
}

/// How an attack goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Course {
    /// Requests that come.
    pub sent: Rate,
    /// From the begin until the rule acts; `None`: never.
    pub acts: Option<Duration>,
    /// Requests let through from then on.
    pub then: Rate,
}

impl Course {
    /// Of an attack on this model.
    pub fn of(model: &Model, attack: &Attack) -> Self {
        let free = Self { sent: attack.rate, acts: None, then: attack.rate };
        let (Some((_, rule)), Some(sources)) = (guard(model, attack.journey), attack.sources) else {
            return free;
        };
        let allowed = sources * rule.limit / rule.window.as_seconds();
        let rate = attack.rate.as_per_second();
        if rate <= allowed {
            return free;
        }
        let until_limit = Duration::seconds(rule.limit * sources / rate);
        Self { acts: Some(until_limit + rule.lag), then: Rate::per_second(allowed), ..free }
    }

    /// Requests sent, and those let through, in so long.
    pub fn requests(&self, lasts: Duration) -> (f64, f64) {
        let lasts = lasts.as_seconds();
        let free = self.acts.map_or(lasts, |acts| acts.as_seconds().min(lasts));
        let sent = self.sent.as_per_second();
        (sent * lasts, sent * free + self.then.as_per_second() * (lasts - free))
    }
}

/// The firewall with a rate rule on the way of a journey; the first in the order of a depth-first walk.
pub fn guard(model: &Model, journey: JourneyIx) -> Option<(ComponentIx, RateRule)> {
    let j = usize::from(journey.0);
    let mut seen = vec![false; model.graph.node_count()];
    let mut stack = vec![model.journeys.get(j)?.entry];
    while let Some(ix) = stack.pop() {
        if std::mem::replace(&mut seen[ix.index()], true) {
            continue;
        }
        let Some(station) = &model.graph[ix].station else { continue };
        if let Some(rule) = station.guard {
            return Some((ix, rule));
        }
        let branches = station.programs.get(j).into_iter().flat_map(|program| program.steps.iter().flatten());
        let calls = branches.filter_map(|branch| model.graph.edge_endpoints(branch.call));
        let next: Vec<ComponentIx> = calls.map(|(_, to)| to).collect();
        stack.extend(next.into_iter().rev());
    }
    None
}

/// See [`super::plan::Plan::attackers`].
pub fn attackers(model: &Model, settings: &Settings) -> Vec<(JourneyIx, Option<f64>)> {
    let happening = model.faults.iter().enumerate().filter(|(i, _)| happens(&settings.faults, *i));
    let attack = |(_, fault): (usize, &Fault)| match &fault.what {
        FaultKind::Attack(a) => {
            Some((a.journey, a.logins.then(|| 1.0 - a.success.map_or(0.0, Probability::get))))
        }
        _ => None,
    };
    happening.filter_map(attack).collect()
}
