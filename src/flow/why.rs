//! What the formulas do not know, and why: the one place that decides which journeys and components are unknown to the analytic
//! engine. A field that no formula honours says so where a model becomes numbers: in [`super::desk::Desk`] (`why`, for a station),
//! in [`super::compiled::Leg`] (`why`, for a call) or in [`super::compiled::Journey`] (`why`, for a program); a load that no
//! formula fits, in [`super::solution::DeskState`] (`why`). All journeys that meet it are then unknown, with that sentence.

use super::compiled::{Burst, Compiled};
use super::crowded::{crowded, cut, short_of_connections};
use super::figures::cores;
use super::solution::{Solution, total};
use crate::model::call::Jitter;
use crate::model::station::Discipline;
use crate::text::flow as words;
use std::collections::BTreeSet;

/// Why a journey, and with it every component that it visits, is for the simulation only, when it is.
pub(super) fn unsolved(all: &Compiled, s: &Solution, j: usize) -> Option<&'static str> {
    let journey = &all.journeys[j];
    if journey.why.is_some() {
        return journey.why;
    }
    if journey.nodes.clone().any(|n| runs_dry(all, s, all.nodes[n as usize].component as usize)) {
        return Some(words::ONLY_SIMULATED);
    }
    let on = |n: u32| all.nodes[n as usize].component as usize;
    if journey.nodes.clone().any(|n| crowded(all, s, on(n))) {
        return Some(words::CROWDED);
    }
    if journey.nodes.clone().any(|n| short_of_connections(all, s, on(n))) {
        return Some(words::CONNECTIONS);
    }
    if let Some(why) = super::caches::unsolved(all, s, j) {
        return Some(why);
    }
    if journey.nodes.clone().any(|n| s.may_fall.get(on(n)).is_some_and(|falls| *falls)) {
        return Some(words::TWO_STATES);
    }
    if journey.closed.is_some() && journey.nodes.clone().any(|n| one_line(all, s, n)) {
        return Some(words::ONE_LINE);
    }
    if cut(all, s, j) {
        return Some(words::CUT);
    }
    if journey.legs.clone().any(|l| s.legs[l as usize].recalls) {
        return Some(words::RECALLED);
    }
    if journey.legs.clone().any(|l| meets_again(all, s, l)) {
        return Some(words::RETRIED_LIMIT);
    }
    let limited = journey.legs.clone().any(|l| all.legs[l as usize].timeout.is_finite());
    (limited && (without_formula(all, s, j).is_some() || endless(all, s, j))).then_some(words::LATE_UNKNOWN)
}

/// Share of attempts that a rate limit turns away from which on what becomes of their retries matters; and the share from which on
/// it turns away so many, whatever came before, that spread-out retries meet it as if they were new.
///
/// Our choice, against the simulator at buckets of 1 to 100 requests: between them, or with retries that all come after the
/// same time, means are off by up to 70 % and failures by a factor of three; beyond, with jitter, within 6 %.
const TURNED_AWAY: [f64; 2] = [1e-3, 0.5];

/// Ratio of mean works from which on a line that two closed classes share has no product form worth the name. Our choice.
const DIFFERS: f64 = 1.2;

/// Whether users of another closed journey wait in the line of a node, with other work: the wait is the same for all of them, which
/// no product form knows.
fn one_line(all: &Compiled, s: &Solution, n: u32) -> bool {
    let node = &all.nodes[n as usize];
    let c = node.component as usize;
    let in_order =
        |desk: &super::desk::Desk| desk.servers.is_some() && desk.discipline != Discipline::ProcessorSharing;
    let Some((work, _)) = node.work.filter(|_| all.stations[c].as_ref().is_some_and(in_order)) else {
        return false;
    };
    all.nodes_of(c).iter().filter(|other| s.nodes[**other as usize].visits > 0.0).any(|other| {
        let other = &all.nodes[*other as usize];
        let closed = all.journeys[other.journey as usize].closed.is_some();
        let mean = other.work.map_or(work.mean, |w| w.0.mean);
        closed && mean.max(work.mean) > DIFFERS * mean.min(work.mean)
    })
}

/// Whether retries of a call meet the rate limit in the state in which it turned them away.
fn meets_again(all: &Compiled, s: &Solution, l: u32) -> bool {
    let (leg, state) = (&all.legs[l as usize], &s.legs[l as usize]);
    let Some(callee) = all.nodes.get(leg.node as usize) else { return false };
    let away = s.desks[callee.component as usize].throttled;
    let spread_out = leg.retry.is_some_and(|r| r.jitter != Jitter::None);
    state.attempts > 1.0 && away > TURNED_AWAY[0] && !(spread_out && away >= TURNED_AWAY[1])
}

/// Why a queue that a journey stands in has no formula, when one has none.
fn without_formula(all: &Compiled, s: &Solution, j: usize) -> Option<&'static str> {
    let visited = all.journeys[j].nodes.clone().filter(|n| s.nodes[*n as usize].visits > 0.0);
    visited.map(|n| all.nodes[n as usize].component as usize).find_map(|c| s.desks[c].why)
}

/// Whether a journey stands in a queue whose wait has a mean and no variance: how often it is long is not known.
fn endless(all: &Compiled, s: &Solution, j: usize) -> bool {
    let visited = all.journeys[j].nodes.clone().filter(|n| s.nodes[*n as usize].visits > 0.0);
    visited.map(|n| s.nodes[n as usize].wait).any(|wait| wait.is_finite() && !wait.variance.is_finite())
}

/// Whether no figure of what a journey does is known, and not its times only.
pub(super) fn hides(why: &str) -> bool {
    ![words::OVERLOADED, words::ALL_FAIL, words::HEAVY, words::NO_FORMULA].contains(&why)
}

/// Relative change of the last round from which on a fixed point that did not settle is no answer.
const SETTLED: f64 = 1e-3;

/// Whether a journey meets one on its way that is for the simulation only: what that one does there is not known.
fn beside_unsolved(all: &Compiled, s: &Solution, j: usize) -> bool {
    let visits = |j: usize| {
        let nodes = all.journeys[j].nodes.clone();
        nodes.filter(|n| s.nodes[*n as usize].visits > 0.0).map(|n| all.nodes[n as usize].component)
    };
    let mut others = (0..all.journeys.len()).filter(|k| *k != j && unsolved(all, s, *k).is_some()).peekable();
    if others.peek().is_none() {
        return false;
    }
    let mine: BTreeSet<u32> = visits(j).collect();
    others.any(|k| visits(k).any(|c| mine.contains(&c)))
}

/// Why a journey's time is unknown, when it is.
pub(super) fn trouble(all: &Compiled, s: &Solution, j: usize) -> Option<&'static str> {
    let nodes = &all.journeys[j].nodes;
    if nodes.is_empty() {
        return Some(words::NO_FORMULA);
    }
    if let Some(why) = unsolved(all, s, j) {
        return Some(why);
    }
    let breaks = all.journeys[j].legs.clone().any(|l| s.legs[l as usize].breaks);
    if breaks {
        return Some(words::BREAKER);
    }
    if beside_unsolved(all, s, j) {
        return Some(words::ONLY_SIMULATED);
    }
    if let Some(why) = without_formula(all, s, j) {
        return Some(why);
    }
    if !s.settled && s.change > SETTLED {
        return Some(words::UNSETTLED);
    }
    let entry = &s.nodes[nodes.start as usize];
    if !entry.ok.is_finite() {
        return Some(words::OVERLOADED);
    }
    (total(&entry.causes) >= 1.0 - 1e-12).then_some(words::ALL_FAIL)
}

/// Whether the machines of a component run out of credits at this load and slow down.
fn runs_dry(all: &Compiled, s: &Solution, c: usize) -> bool {
    let slows = |burst: &Burst| {
        let member = burst.members.iter().any(|m| m.0 as usize == c);
        member && !burst.credits.unlimited && cores(s, burst) > burst.credits.sustained()
    };
    all.bursts.iter().any(slows)
}
