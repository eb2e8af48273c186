//! How the times of a solved load are distributed: along each journey as mixtures, so that a response is never quicker than the
//! constants on its way, and a hit is told from a miss. Means stay those of the solved load; this gives their percentiles, and
//! the chance that an answer comes too late.
//!
//! Journeys of very many visits, and those whose calls lead back, keep to one gamma above the constants.

use super::compiled::{Branch, Compiled, Leg, NONE};
use super::fork_join::together;
use super::mix::Mix;
use super::moments::{Moments, Wait};
use super::respond::forked;
use super::retry::backoff;
use super::solution::{LegState, NodeState, Solution};
use super::visits::{hit_and_miss, reach};
use crate::stats::distribution::Distribution;
use crate::text::flow as words;
use std::sync::OnceLock;

/// Most visited components of a journey for which mixtures are made. Our choice: the sum of more is hardly told from a gamma.
const MOST_NODES: usize = 40;
/// Attempts with less than this chance are left out.
const LEAST: f64 = 1e-7;

/// A distribution that is no gamma, cut into slices when it is first asked for.
#[derive(Clone, Debug)]
pub struct Sliced {
    of: Distribution,
    mix: OnceLock<Mix>,
}

impl Sliced {
    /// `None` where a gamma says it all.
    pub fn new(distribution: Option<&Distribution>) -> Option<Self> {
        let gamma = |d: &Distribution| {
            use Distribution::{Constant, Erlang, Exponential, Gamma};
            matches!(d, Constant(_) | Exponential(_) | Erlang { .. } | Gamma { .. })
        };
        let of = distribution.filter(|d| !gamma(d))?.clone();
        Some(Self { of, mix: OnceLock::new() })
    }

    fn mix(&self) -> &Mix {
        self.mix.get_or_init(|| Mix::of(&self.of))
    }
}

/// The distributions of a node that are no gammas.
#[derive(Clone, Debug, Default)]
pub struct NodeShapes {
    /// Work.
    pub work: Option<Sliced>,
    /// Latency.
    pub latency: Option<Sliced>,
    /// Latency of a hit.
    pub hit: Option<Sliced>,
}

/// A visit: the time until the reply of those answered well, and until the first token.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Until the reply.
    pub ok: Mix,
    /// Until the first token, where something streams.
    pub first: Option<Mix>,
}

/// The visits of a journey from node `from` on, by node from there; `None` where they are too many or lead back.
pub fn visits(all: &Compiled, s: &Solution, from: usize) -> Option<Vec<Option<Shape>>> {
    let journey = &all.journeys[all.nodes[from].journey as usize];
    let range = from..journey.nodes.end as usize;
    if journey.loops {
        return None;
    }
    // Callees stand behind their callers.
    let mut reached = vec![false; range.len()];
    reached[0] = true;
    let mut count = 0;
    for n in range.clone() {
        if !reached[n - from] {
            continue;
        }
        count += 1;
        if count > MOST_NODES {
            return None;
        }
        for leg in all.nodes[n].legs.clone().map(|l| &all.legs[l as usize]).filter(|l| l.node != NONE) {
            reached[leg.node as usize - from] = true;
        }
    }
    let mut found = vec![None; range.len()];
    for n in range.rev().filter(|n| reached[*n - from]) {
        let shape = Visit { all, s, from, done: &found }.node(n);
        found[n - from] = Some(shape);
    }
    Some(found)
}

/// The least time that a visit takes when it ends well: its constants. Without those of calls where calls lead back.
pub fn floors(all: &Compiled, s: &Solution, journey: usize) -> Vec<f64> {
    let journey = &all.journeys[journey];
    let first = journey.nodes.start as usize;
    let mut floors = vec![0.0; journey.nodes.len()];
    for n in journey.nodes.clone().rev().map(|n| n as usize) {
        let node = &all.nodes[n];
        let constant = |m: Moments| if m.variance <= 0.0 && m.mean.is_finite() { m.mean } else { 0.0 };
        let work = constant(node.work.map_or(Moments::ZERO, |w| w.0));
        let mut own = work + constant(node.latency) + node.stream.map_or(0.0, constant);
        if node.hit > 0.0 {
            own = own.min(work + constant(node.hit_latency));
        } else if !journey.loops {
            for group in node.groups.clone() {
                let least = |b: &Branch| {
                    let leg = &all.legs[b.leg as usize];
                    let certain = b.probability >= 1.0
                        && leg.fallback == NONE
                        && leg.node != NONE
                        && leg.required
                        && s.legs[b.leg as usize].cut >= 1.0;
                    let callee = || floors[leg.node as usize - first] + constant(leg.network);
                    if certain { b.count * callee() } else { 0.0 }
                };
                own += all.group(group).iter().map(least).fold(0.0, f64::max);
            }
        }
        floors[n - first] = own;
    }
    floors
}

/// The response of a journey: its mixture, or else one gamma above its constants.
pub fn response(all: &Compiled, s: &Solution, journey: usize) -> Option<Shape> {
    let entry = s.entry(all, journey)?;
    if all.rough || !entry.ok.is_finite() {
        return None;
    }
    let start = all.journeys[journey].nodes.start as usize;
    if let Some(mut found) = visits(all, s, start) {
        return found[0].take();
    }
    let floor = floors(all, s, journey).first().copied().unwrap_or(0.0);
    Some(Shape { ok: Mix::from_floor(floor, entry.ok), first: entry.first.map(Mix::gamma) })
}

struct Visit<'a> {
    all: &'a Compiled,
    s: &'a Solution,
    from: usize,
    done: &'a [Option<Shape>],
}

fn sliced(sliced: Option<&Sliced>, moments: Moments) -> Mix {
    sliced.map_or_else(|| Mix::gamma(moments), |s| s.mix().clone())
}

impl Visit<'_> {
    fn node(&self, n: usize) -> Shape {
        let (node, state, shapes) = (&self.all.nodes[n], &self.s.nodes[n], &self.all.shapes[n]);
        let desk = &self.s.desks[node.component as usize];
        let latency = sliced(shapes.latency.as_ref(), node.latency);
        let stated = node.work.map_or(Moments::ZERO, |w| w.0);
        let begun = self.begun(n, stated);
        let stream = Mix::gamma(node.stream.unwrap_or(Moments::ZERO));
        let mut ok = begun.then(&latency);
        let streams = node.stream.is_some().then(|| ok.clone());
        let mut first = None;
        let mut calls = Mix::constant(0.0);
        let mut failed = 1.0;
        for group in node.groups.clone() {
            let branches = self.all.group(group);
            if first.is_none() && streams.is_none() {
                first = self.first_of(branches).map(|f| ok.then(&calls).then(&f));
            }
            let mut good = 1.0;
            let arms: Vec<(f64, Mix)> = branches
                .iter()
                .map(|b| {
                    let (mix, well) = self.branch(b);
                    good *= 1.0 - b.probability * (1.0 - well);
                    (b.probability, mix)
                })
                .collect();
            calls = calls.then(&match &arms[..] {
                [(chance, only)] => {
                    let well = (1.0 - (1.0 - good) / chance.max(1e-300)).max(0.0);
                    let made = (chance * well / good.max(1e-300)).min(1.0);
                    only.clone().or(made, Mix::constant(0.0))
                }
                _ => match forked(self.all, self.s, branches) {
                    // Equal queues: as slow as one another, or independent.
                    Some((time, _)) => {
                        let one = arms[0].1.clone();
                        let n = arms.len() as u32;
                        let (floor, mean) = (one.floor(), one.moments().mean);
                        let same = together(n, mean - floor, time.mean - floor);
                        one.or(same, Mix::slowest(arms))
                    }
                    None => Mix::slowest(arms),
                },
            });
            failed *= good;
        }
        ok = ok.then(&stream).then(&calls);
        if node.hit > 0.0 {
            let hits = begun.then(&sliced(shapes.hit.as_ref(), node.hit_latency));
            let share = node.hit / (node.hit + (1.0 - node.hit) * failed).max(1e-300);
            ok = hits.or(share, ok);
        }
        // One queue alone whose response is known: better than a wait and the work put together.
        let alone =
            node.groups.is_empty() && node.stream.is_none() && node.hit <= 0.0 && stated.variance > 0.0;
        if alone && desk.method.name == words::MM1.name && state.wait.mean > 0.0 {
            let response = state.wait.mean + state.work.mean;
            ok = latency.then(&Mix::gamma(Moments::new(response, response * response)));
        }
        Shape { ok: ok.with_mean(state.ok.mean), first: streams.or(first) }
    }

    /// Until the work is done.
    fn begun(&self, n: usize, stated: Moments) -> Mix {
        let (node, state) = (&self.all.nodes[n], &self.s.nodes[n]);
        let desk = &self.s.desks[node.component as usize];
        let chance = if desk.wait.chance > 0.0 { desk.wait.chance } else { 1.0 };
        let wait = Mix::wait(Wait::new(chance, state.wait));
        let as_stated = (state.work.variance - stated.variance).abs() <= 1e-9 * stated.variance
            && (state.work.mean - stated.mean).abs() <= 1e-9 * stated.mean;
        let work = match &self.all.shapes[n].work {
            Some(shape) if as_stated => shape.mix().clone(),
            // Shared servers stretch the work; its shape stays.
            Some(shape) if state.work.mean >= stated.mean && state.work.variance.is_finite() => {
                shape.mix().clone().stretched(state.work)
            }
            _ if state.work.mean > 0.0 && !as_stated => Mix::from_floor(constant(stated), state.work),
            _ => Mix::gamma(state.work),
        };
        wait.then(&work)
    }

    fn visit(&self, leg: &Leg) -> Option<&Shape> {
        self.done.get((leg.node as usize).checked_sub(self.from)?)?.as_ref()
    }

    /// The time of a call that ends well, and until its first token.
    fn leg(&self, leg: u32) -> Shape {
        let (l, state) = (&self.all.legs[leg as usize], &self.s.legs[leg as usize]);
        let network = sliced(self.all.networks[leg as usize].as_ref(), l.network);
        let Some(callee) = self.visit(l) else {
            return Shape { ok: Mix::gamma(state.ok), first: state.first.map(Mix::gamma) };
        };
        let one = network.then(&callee.ok);
        let first = callee.first.as_ref().map(|f| network.then(f));
        let (one, first) = match first {
            // A limit is met by the start of the answer.
            Some(first) if l.timeout.is_finite() && state.cut < 1.0 => {
                (one, Some(first.truncated(l.timeout)))
            }
            None if l.timeout.is_finite() => (one.truncated(l.timeout), None),
            first => (one, first),
        };
        let ok = tried(l, state, &one);
        let first = first.map(|f| tried(l, state, &f));
        if l.fallback == NONE || state.own <= LEAST {
            return Shape { ok, first };
        }
        let next = self.leg_behind(l.fallback);
        let well = 1.0 - state.failed;
        let by_itself = if well > 0.0 { ((1.0 - state.own) / well).clamp(0.0, 1.0) } else { 0.0 };
        let lost = Mix::gamma(state.lost_for_good);
        let first = match (first, next.first) {
            (Some(a), Some(b)) => Some(a.or(by_itself, lost.then(&b))),
            (a, b) => a.or(b.map(|b| lost.then(&b))),
        };
        Shape { ok: ok.or(by_itself, lost.then(&next.ok)), first }
    }

    /// A fallback, whose own fallback is behind it by its moments.
    fn leg_behind(&self, leg: u32) -> Shape {
        let (l, state) = (&self.all.legs[leg as usize], &self.s.legs[leg as usize]);
        match self.visit(l) {
            Some(callee) if l.fallback == NONE && l.timeout.is_infinite() && state.attempts == 1.0 => {
                let network = sliced(self.all.networks[leg as usize].as_ref(), l.network);
                Shape { ok: network.then(&callee.ok), first: callee.first.as_ref().map(|f| network.then(f)) }
            }
            _ => Shape { ok: Mix::gamma(state.ok), first: state.first.map(Mix::gamma) },
        }
    }

    /// All rounds of a branch that end well, and the chance that they do.
    fn branch(&self, branch: &Branch) -> (Mix, f64) {
        let legs = &self.s.legs;
        let reach = reach(branch, self.all, legs);
        let (leg, required) = (&legs[branch.leg as usize], self.all.legs[branch.leg as usize].required);
        let any = |leg: u32| {
            let (l, state) = (&self.all.legs[leg as usize], &legs[leg as usize]);
            let ok = self.leg(leg).ok;
            if l.required { ok } else { ok.or(1.0 - state.failed, Mix::gamma(state.bad)) }
        };
        let round = match hit_and_miss(branch, legs) {
            None => any(branch.leg),
            Some((hit, m)) => {
                let found = self.leg(branch.leg).ok;
                let missed = any(m);
                let looked = (1.0 - leg.failed) * (1.0 - hit);
                let without = if required { 0.0 } else { leg.failed };
                let fill = found.clone().or(1.0 - legs[m as usize].failed, Mix::constant(0.0));
                let filled = found.then(&missed).then(&fill);
                let after = Mix::blend([(looked, filled), (without, Mix::gamma(leg.bad).then(&missed))]);
                let hits = ((1.0 - leg.failed) * hit / reach.round.max(1e-300)).min(1.0);
                if looked + without > 0.0 { found.or(hits, after) } else { found }
            }
        };
        (round.repeat(branch.count as u32), reach.ok)
    }

    /// The branch whose first token comes first.
    fn first_of(&self, branches: &[Branch]) -> Option<Mix> {
        let streams = |b: &&Branch| b.probability > 0.0 && self.s.legs[b.leg as usize].first.is_some();
        let mean = |b: &Branch| self.s.legs[b.leg as usize].first.map_or(f64::INFINITY, |f| f.mean);
        let soonest = branches.iter().filter(streams).reduce(|a, b| if mean(b) < mean(a) { b } else { a });
        self.leg(soonest?.leg).first
    }
}

fn constant(m: Moments) -> f64 {
    if m.variance <= 0.0 { m.mean } else { 0.0 }
}

/// The time of a call that succeeds at its first or a later attempt.
fn tried(leg: &Leg, state: &LegState, one: &Mix) -> Mix {
    let Some(retry) = leg.retry.filter(|_| state.failure > LEAST && state.attempts > 1.0) else {
        return one.clone();
    };
    let failed = Mix::gamma(state.failed_time);
    let (mut parts, mut chance, mut lost) = (Vec::new(), 1.0, Mix::constant(0.0));
    for k in 1..=retry.extra.saturating_add(1) {
        parts.push((chance, lost.then(one)));
        chance *= state.failure * state.grant;
        if chance < LEAST || parts.len() > 40 {
            break;
        }
        lost = lost.then(&failed).then(&Mix::gamma(backoff(&retry, k)));
    }
    Mix::blend(parts)
}

/// The time of one attempt of a call whose answers may come too late, when that can be told better than by its moments: the
/// callee's mixture through the network, until the start of the answer.
pub fn attempt(all: &Compiled, s: &Solution, leg: u32, callee: &NodeState) -> Option<Mix> {
    let (leg, network) = (&all.legs[leg as usize], &all.networks[leg as usize]);
    let start = leg.network.then(callee.first.unwrap_or(callee.ok));
    // Far within the limit: at most one in 400 by Cantelli's inequality, and hardly that by its moments.
    let far = start.mean + 20.0 * start.variance.sqrt() < leg.timeout;
    if far || !start.is_finite() {
        return None;
    }
    let found = visits(all, s, leg.node as usize)?.into_iter().next()??;
    let network = sliced(network.as_ref(), leg.network);
    Some(network.then(found.first.as_ref().unwrap_or(&found.ok)))
}
