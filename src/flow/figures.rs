//! Figures from a solved load: every number with its unit, its kind and the formula behind it.

use super::compiled::{Burst, Compiled};
use super::desk::Desk;
use super::erlang::response_quantile;
use super::makeup::{makeup, pressure};
use super::moments::Moments;
use super::shapes::response;
use super::solution::{
    Causes, DEPENDENCY, DeskState, REJECTED, Solution, THROTTLED, TIMEOUT, UNAVAILABLE, total,
};
use super::sure::Sure;
use super::tail::tail;
use super::visits::hit_and_miss;
use super::why::{hides, trouble, unsolved};
use super::{Flow, Part};
use crate::answer::times::{ComponentAnswer, CreditsAnswer, Errors, JourneyAnswer, Replicas, Times};
use crate::model::ComponentIx;
use crate::stats::figure::Figure;
use crate::text::flow as words;
use crate::text::flow::Method;

/// A figure by a method; not finite is unknown.
pub fn figure(value: f64, unit: &str, method: Method) -> Figure {
    if method.exact && value.is_finite() {
        Figure { method: Some(method.name.to_owned()), ..Figure::exact(value, unit) }
    } else {
        Figure::analytic(value, unit, &method.shown())
    }
}

/// An unknown figure that says why.
pub fn unknown(unit: &str, why: &str) -> Figure {
    Figure { method: Some(why.to_owned()), ..Figure::unknown(unit) }
}

fn unknown_times(why: &str) -> Times {
    let u = || unknown("s", why);
    Times { mean: u(), std: u(), p50: u(), p90: u(), p95: u(), p99: u(), p999: u() }
}

/// Times from moments and a quantile function.
fn times(m: Moments, mean: Method, quantile: impl Fn(f64) -> f64, by: Method) -> Times {
    let q = |q: f64| figure(quantile(q), "s", by);
    let spread = if by.exact { mean } else { Method { name: mean.name, exact: false } };
    Times {
        mean: figure(m.mean, "s", mean),
        std: figure(m.variance.sqrt(), "s", spread),
        p50: q(0.5),
        p90: q(0.9),
        p95: q(0.95),
        p99: q(0.99),
        p999: q(0.999),
    }
}

/// Whether the mean time of a journey is exact, and the best name for how it was got.
fn mean_method(all: &Compiled, s: &Solution, j: usize, sure: &Sure) -> Method {
    if let Some(method) = s.closed[j] {
        let straight = all.journeys[j]
            .nodes
            .clone()
            .all(|n| all.nodes[n as usize].groups.clone().all(|g| all.group(g).len() == 1));
        return Method { exact: method.exact && straight && !s.fails, ..method };
    }
    let journey = &all.journeys[j];
    let mut only = None;
    let mut fork_join = false;
    for n in journey.nodes.clone() {
        let node = &all.nodes[n as usize];
        if node.work.is_some() {
            let method = s.desks[node.component as usize].method;
            only = Some(if only.is_none() { Some(method) } else { None });
        }
        fork_join |= node.groups.clone().any(|g| all.group(g).len() > 1);
    }
    let exact = journey.nodes.clone().next().is_some_and(|entry| sure.times[entry as usize]);
    match only.flatten() {
        _ if exact && fork_join => words::FORK_JOIN,
        Some(method) if exact => method,
        _ if exact => words::SUM,
        _ => words::SUM_APPROXIMATE,
    }
}

/// Cores that each machine of a group uses, mean.
pub(super) fn cores(s: &Solution, burst: &Burst) -> f64 {
    let used = burst.members.iter().map(|(c, cpu)| s.desks[*c as usize].busy * cpu).sum::<f64>();
    used / f64::from(burst.count.max(1))
}

/// What a group of burstable machines spends; `None` for anything else.
fn credits(all: &Compiled, s: &Solution, c: usize) -> Option<CreditsAnswer> {
    let burst = all.bursts.iter().find(|b| b.component as usize == c)?;
    let uses = cores(s, burst);
    let spends = burst.credits.lasts(uses).map(|d| d.as_seconds());
    let by = words::UTILISATION_APPROXIMATE;
    Some(CreditsAnswer {
        use_ratio: figure(uses / burst.credits.sustained(), "1", by),
        lasts_s: spends.map_or(unknown("s", words::LASTS), |lasts| figure(lasts, "s", by)),
        dry_ratio: unknown("1", words::NOT_FLOW),
    })
}

fn journey(all: &Compiled, s: &Solution, j: usize, sure: &Sure) -> JourneyAnswer {
    let compiled = &all.journeys[j];
    let rate = s.rates[j];
    let why = trouble(all, s, j);
    let traffic = match s.closed[j] {
        Some(method) => method,
        None => words::STATED,
    };
    let unknown_state = why.is_some_and(hides);
    let mut answer = JourneyAnswer {
        arrivals_per_s: figure(rate, "1/s", traffic),
        throughput_per_s: Figure::unknown("1/s"),
        response_s: unknown_times(why.unwrap_or(words::NO_FORMULA)),
        first_token_s: compiled.streams.then(|| unknown_times(why.unwrap_or(words::NO_FORMULA))),
        unfinished_ratio: Figure::unknown("1"),
        error_ratio: unknown("1", why.unwrap_or(words::NO_FORMULA)),
        errors: errors_unknown(why.unwrap_or(words::NO_FORMULA)),
        availability: unknown("1", words::NOT_FLOW),
        attempts_mean: Figure::unknown("1"),
        failures: Vec::new(),
    };
    let Some(entry) = s.entry(all, j) else { return answer };
    let failed = total(&entry.causes);
    let method = if failed > 0.0 || may_fail(all, j) { words::FAILURES } else { words::NO_FAILURES };
    if !unknown_state {
        answer.error_ratio = figure(failed, "1", method);
        answer.errors = errors(&entry.causes, method);
        answer.attempts_mean = attempts(all, s, j);
        let carried = rate * (1.0 - failed) * entry.passes;
        let by = if s.fails { words::TRAFFIC_FIXED_POINT } else { traffic };
        answer.throughput_per_s = figure(carried, "1/s", by);
    }
    if why.is_some() {
        return answer;
    }
    let mean = mean_method(all, s, j, sure);
    let shape = response(all, s, j);
    answer.response_s = match tail(all, s, compiled) {
        Some(t) => times(entry.ok, mean, |q| t.quantile(q), t.method),
        None => match &shape {
            Some(shape) => times(entry.ok, mean, |q| shape.ok.quantile(q), words::MIXTURE),
            None => times(entry.ok, mean, |q| entry.ok.quantile(q), words::GAMMA),
        },
    };
    let mean = Method { exact: false, ..mean };
    answer.first_token_s = entry.first.filter(|_| compiled.streams).map(|f| {
        match shape.as_ref().and_then(|shape| shape.first.as_ref()) {
            Some(first) => times(f, mean, |q| first.quantile(q), words::MIXTURE),
            None => times(f, mean, |q| f.quantile(q), words::GAMMA),
        }
    });
    answer
}

/// Whether anything on the way of a journey can fail, be it ever so seldom.
fn may_fail(all: &Compiled, j: usize) -> bool {
    let refuses = |desk: &Desk| {
        let bounded = desk.queue.is_some() || desk.patience.is_some() || desk.connections.is_some();
        bounded || !desk.limits.is_empty() || desk.error_ratio > 0.0 || desk.replicas == 0
    };
    let (nodes, mut legs) = (all.journeys[j].nodes.clone(), all.journeys[j].legs.clone());
    let of = |n: u32| all.stations[all.nodes[n as usize].component as usize].as_ref();
    nodes.filter_map(of).any(refuses)
        || legs.any(|l| all.legs[l as usize].timeout.is_finite() || all.legs[l as usize].edge.is_finite())
}

/// Mean attempts per call over all calls of a journey.
fn attempts(all: &Compiled, s: &Solution, j: usize) -> Figure {
    let (mut calls, mut made, mut retries) = (0.0, 0.0, false);
    for n in all.journeys[j].nodes.clone() {
        let (node, state) = (&all.nodes[n as usize], &s.nodes[n as usize]);
        let mut left = state.visits * state.runs;
        for g in node.groups.clone() {
            let mut ok = 1.0;
            for branch in all.group(g) {
                let reach = super::visits::reach(branch, all, &s.legs);
                let times = left * branch.probability;
                ok *= 1.0 - branch.probability * (1.0 - reach.ok);
                let miss = branch.miss.map(|m| (m.1, reach.miss));
                for (leg, per) in [Some((branch.leg, reach.first)), miss].into_iter().flatten() {
                    calls += times * per;
                    made += times * per * s.legs[leg as usize].attempts;
                    retries |= s.legs[leg as usize].attempts > 1.0;
                }
            }
            left *= ok;
        }
    }
    if calls > 0.0 {
        figure(made / calls, "1", if retries { words::FAILURES } else { words::NO_FAILURES })
    } else {
        figure(1.0, "1", words::NO_FAILURES)
    }
}

fn errors(causes: &Causes, method: Method) -> Errors {
    let cause = |i: usize| figure(causes[i], "1", method);
    Errors {
        timeout: cause(TIMEOUT),
        rejected: cause(REJECTED),
        throttled: cause(THROTTLED),
        unavailable: cause(UNAVAILABLE),
        dependency: cause(DEPENDENCY),
    }
}

fn errors_unknown(why: &str) -> Errors {
    let u = || unknown("1", why);
    Errors { timeout: u(), rejected: u(), throttled: u(), unavailable: u(), dependency: u() }
}

/// `hits` by component, `simulated` by journey: why it is for the simulation only.
fn component(
    all: &Compiled,
    s: &Solution,
    c: usize,
    hits: &[(f64, f64)],
    simulated: &[Option<&'static str>],
    sure: &Sure,
) -> ComponentAnswer {
    let Some(desk) = &all.stations[c] else {
        return ComponentAnswer { credits: credits(all, s, c), ..all_unknown("serves no requests") };
    };
    let visited = |n: &&u32| s.nodes[**n as usize].visits > 0.0;
    let by_simulation = |n: &u32| simulated[all.nodes[*n as usize].journey as usize];
    if let Some(why) = all.nodes_of(c).iter().filter(visited).find_map(by_simulation) {
        return all_unknown(why);
    }
    let state = &s.desks[c];
    let (mut traffic, mut out, mut timely) = (words::TRAFFIC, words::TRAFFIC, true);
    for n in all.nodes_of(c).iter().map(|n| *n as usize).filter(|n| s.nodes[*n].visits > 0.0) {
        let state = &s.nodes[n];
        traffic = if traffic.exact { sure.traffic[n] } else { traffic };
        timely &= sure.times[n];
        let whole = state.passes >= 1.0 && total(&state.causes) <= 0.0;
        let mine = if whole { sure.traffic[n] } else { words::TRAFFIC_FIXED_POINT };
        out = if out.exact { mine } else { out };
    }
    let (mut answered, mut served, mut ok, mut second, mut inside, mut plain) =
        (0.0, 0.0, 0.0, 0.0, 0.0, true);
    for n in all.nodes_of(c) {
        let (node, state) = (&all.nodes[*n as usize], &s.nodes[*n as usize]);
        let rate = state.arrivals * (1.0 - total(&state.causes));
        plain &=
            node.groups.is_empty() && node.latency.mean == 0.0 && node.hit == 0.0 && node.stream.is_none();
        if rate > 0.0 {
            answered += rate * state.passes;
            served += rate;
            ok += rate * state.ok.mean;
            second += rate * state.ok.second();
        }
        if state.arrivals > 0.0 {
            inside += state.arrivals * state.admitted * (state.wait.mean + state.held.mean);
        }
    }
    let why = if state.why.is_some() {
        state.why
    } else if state.arrivals <= 0.0 {
        Some(words::NOTHING_ARRIVES)
    } else if state.carried < 1.0 || !state.wait.all().is_finite() {
        Some(words::OVERLOADED)
    } else {
        None
    };
    let method = Method { exact: state.method.exact && traffic.exact, ..state.method };
    let exact = method.exact;
    let little = if exact && timely { words::LITTLE } else { words::LITTLE_APPROXIMATE };
    let by = |value: f64, unit: &str, method: Method| match why {
        Some(why) if why != words::NOTHING_ARRIVES => unknown(unit, why),
        _ => figure(value, unit, method),
    };
    let response =
        if served > 0.0 { Moments::from_second(ok / served, second / served) } else { Moments::ZERO };
    let known = |m: Method| m.exact || m == words::MVA_SPREAD;
    let whole = match (plain, timely) {
        (true, _) if known(method) => method,
        (_, true) => words::SUM,
        _ => words::SUM_APPROXIMATE,
    };
    let utilisation = match state.load {
        Some(load) => {
            let limited = desk.queue.is_some() || desk.patience.is_some() || !desk.limits.is_empty();
            let exact = traffic.exact && (!limited || state.method.exact) && desk.scaling.is_none();
            figure(load, "1", if exact { words::UTILISATION } else { words::UTILISATION_APPROXIMATE })
        }
        None if desk.servers.is_some() => figure(0.0, "1", words::UTILISATION),
        None => unknown("1", "no servers"),
    };
    let journeys: f64 = s.rates.iter().sum();
    let replicas = || match desk.scaling {
        Some(_) => figure(f64::from(state.replicas), "1", words::SCALED),
        None => figure(f64::from(desk.replicas), "1", words::STATED),
    };
    ComponentAnswer {
        arrivals_per_s: figure(state.arrivals, "1/s", traffic),
        throughput_per_s: figure(answered, "1/s", out),
        utilisation,
        wait_s: wait_times(state, method, why),
        response_s: match (why, state.response.filter(|_| plain && exact)) {
            (Some(why), _) => unknown_times(why),
            (None, Some((chance, wait, service))) => {
                times(response, whole, |q| response_quantile(chance, wait, service, q), method)
            }
            (None, None) => times(response, whole, |q| response.quantile(q), words::GAMMA),
        },
        queue_mean: by(state.queue, "1", method),
        in_service_mean: figure(
            state.busy,
            "1",
            if out.exact && traffic.exact { words::UTILISATION } else { words::UTILISATION_APPROXIMATE },
        ),
        in_system_mean: by(inside, "1", little),
        wait_probability: by(state.waits, "1", method),
        empty_probability: match (why, state.empty) {
            (Some(w), _) if state.why == Some(w) => unknown("1", w),
            (_, Some(empty)) => figure(empty, "1", method),
            _ => unknown("1", words::NO_FORMULA),
        },
        blocked_ratio: refused(state.blocked, desk.queue.is_some(), method),
        abandoned_ratio: refused(state.abandoned, desk.patience.is_some(), method),
        replicas: Replicas { min: replicas(), mean: replicas(), max: replicas(), pending: None },
        credits: None,
        bistable: None,
        visits: if journeys > 0.0 {
            figure(state.arrivals / journeys, "1", traffic)
        } else {
            unknown("1", words::NOTHING_ARRIVES)
        },
        hit_ratio: if hits[c].0 > 0.0 {
            figure(hits[c].1 / hits[c].0, "1", hit_method(all, c))
        } else {
            unknown("1", "no cache")
        },
    }
}

/// How the hit ratio of a component is got: as it is stated, or from what is asked for how often.
fn hit_method(all: &Compiled, c: usize) -> Method {
    let popular = |n: &u32| {
        let callers = all.branches.iter().filter(|b| b.popular);
        callers.map(|b| &all.legs[b.leg as usize]).any(|leg| leg.node == *n)
    };
    if !all.nodes_of(c).iter().any(popular) {
        return words::STATED;
    }
    match all.stations[c].as_ref().and_then(|desk| desk.popularity.as_ref()) {
        Some(cache) if cache.lookups.fits() => words::TTL,
        _ => words::CHE,
    }
}

fn refused(share: f64, possible: bool, method: Method) -> Figure {
    figure(share, "1", if possible { method } else { words::NO_FAILURES })
}

fn wait_times(state: &DeskState, method: Method, why: Option<&str>) -> Times {
    if let Some(why) = why {
        return unknown_times(why);
    }
    let exponential =
        [words::MM1, words::MMC, words::EM1, words::INFINITE].iter().any(|m| m.name == method.name);
    let by = if exponential && method.exact { method } else { words::GAMMA_WAIT };
    times(state.wait.all(), method, |q| state.wait.quantile(q), by)
}

fn all_unknown(why: &str) -> ComponentAnswer {
    let u = |unit: &str| unknown(unit, why);
    ComponentAnswer {
        arrivals_per_s: u("1/s"),
        throughput_per_s: u("1/s"),
        utilisation: u("1"),
        wait_s: unknown_times(why),
        response_s: unknown_times(why),
        queue_mean: u("1"),
        in_service_mean: u("1"),
        in_system_mean: u("1"),
        wait_probability: u("1"),
        empty_probability: u("1"),
        blocked_ratio: u("1"),
        abandoned_ratio: u("1"),
        replicas: Replicas { min: u("1"), mean: u("1"), max: u("1"), pending: None },
        visits: u("1"),
        hit_ratio: u("1"),
        credits: None,
        bistable: None,
    }
}

/// Look-ups and hits by component: of a cache in front (a CDN) and of caches that are looked aside.
pub(super) fn cache_hits(all: &Compiled, s: &Solution) -> Vec<(f64, f64)> {
    let mut hits = vec![(0.0, 0.0); all.n_components];
    for (node, state) in all.nodes.iter().zip(&s.nodes) {
        // Without load every journey counts the same.
        let rate = if state.arrivals > 0.0 { state.arrivals } else { 1e-12 * state.visits };
        if node.hit > 0.0 {
            let all_of_them = &mut hits[node.component as usize];
            all_of_them.0 += rate;
            all_of_them.1 += rate * node.hit;
        }
        for branch in node.groups.clone().flat_map(|g| all.group(g)) {
            let Some((hit, _)) = hit_and_miss(branch, &s.legs) else { continue };
            let leg = &all.legs[branch.leg as usize];
            if leg.node != super::compiled::NONE {
                let looks = rate * state.runs * branch.probability * branch.count;
                let cache = &mut hits[all.nodes[leg.node as usize].component as usize];
                cache.0 += looks;
                cache.1 += looks * hit;
            }
        }
    }
    hits
}

/// The answer for one hour.
pub fn flow(all: &Compiled, s: &Solution, hour: usize) -> Flow {
    let hits = cache_hits(all, s);
    let sure = Sure::of(all, s);
    let simulated: Vec<_> = (0..all.journeys.len()).map(|j| unsolved(all, s, j)).collect();
    let mut saturated: Vec<usize> =
        (0..all.n_components).filter(|c| s.desks[*c].why.is_none() && s.desks[*c].overloaded()).collect();
    let worst = |c: &usize| pressure(s.desks[*c].load, s.desks[*c].carried);
    saturated.sort_by(|a, b| worst(b).total_cmp(&worst(a)).then(a.cmp(b)));
    let parts = |j: usize| -> Vec<Part> { makeup(all, s, j) };
    Flow {
        hour,
        journeys: (0..all.journeys.len()).map(|j| journey(all, s, j, &sure)).collect(),
        components: (0..all.n_components).map(|c| component(all, s, c, &hits, &simulated, &sure)).collect(),
        saturated: saturated.into_iter().map(ComponentIx::new).collect(),
        makeup: (0..all.journeys.len()).map(parts).collect(),
    }
}

#[cfg(test)]
mod tests {
    use crate::model::build::{call, component, empty, journey, station};
    use crate::model::call::Pool;
    use crate::stats::distribution::Distribution;

    #[test]
    fn a_journey_that_meets_an_unanswerable_one_is_not_answered_either() {
        let mut model = empty();
        let desk = || station(1, 1, Distribution::Exponential(0.01));
        let [shared, other] = ["shared", "other"].map(|id| component(&mut model, id, desk()));
        let hard = journey(&mut model, "hard", shared, 10.0);
        let pooled = call(&mut model, hard, shared, other);
        model.graph[pooled].policy.pool = Some(Pool { size: 5, queue: None, timeout: None });
        journey(&mut model, "meets", shared, 10.0);
        let alone = component(&mut model, "alone", desk());
        journey(&mut model, "free", alone, 10.0);
        let flow = crate::flow::solve(&model, 0);
        let mean = |j: usize| flow.journeys[j].response_s.mean.value;
        assert_eq!((mean(0), mean(1)), (None, None));
        assert_eq!(flow.journeys[1].error_ratio.value, None);
        assert!((mean(2).unwrap() - 0.01 / 0.9).abs() < 1e-12);
    }
}
