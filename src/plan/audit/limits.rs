//! Limits at their worst moment: quotas at the peak minute, CPU credits at an autoscaling threshold, time limits of calls
//! against the edge's.

use super::{Case, Found};
use crate::fields::facts;
use crate::model::release::Signal;
use crate::model::station::{Limit, LimitUnit};
use crate::model::workload::Arrivals;
use crate::model::{CallIx, ComponentIx, Model};
use crate::stats::figure::Figure;
use crate::text::audit as say;

/// The peak minute over the mean minute of the busiest hour.
const PEAK: &str = "lat.chat.peak_factor";

/// Quotas that the busiest hour keeps within on average and its peak minute does not.
pub fn quota_peak(case: &Case) -> Vec<Found> {
    let Some(peak) = facts::fact(PEAK)
        .and_then(|fact| fact.value.map(|v| [fact.low.unwrap_or(v), v, fact.high.unwrap_or(v)]))
    else {
        return Vec::new();
    };
    let model = case.model;
    let mut all = Vec::new();
    for ix in model.graph.node_indices() {
        let component = &model.graph[ix];
        let Some(station) = &component.station else { continue };
        let load = &case.analysis.loads.components[ix.index()];
        // Users who wait for their answers do not come in peaks. What is asked for counts, not what is let through.
        let open = |j: &usize| !matches!(model.journeys[*j].arrivals, Arrivals::Closed { .. });
        let requests = |j: usize| load.by_journey.get(j).copied().unwrap_or(0.0);
        let counted: f64 = (0..model.journeys.len()).filter(open).map(requests).sum();
        let Some(arrivals) = case.analysis.flow.components[ix.index()].arrivals_per_s.value else { continue };
        if load.requests <= 0.0 || counted <= 0.0 {
            continue;
        }
        for limit in &station.limits {
            let takes = |j: usize| match (limit.takes, station.stream.get(j).and_then(Option::as_ref)) {
                (LimitUnit::Requests, _) => 1.0,
                (_, Some(stream)) => {
                    limit.charge.in_the_end(stream.tokens_in.mean(), stream.tokens_out.mean())
                }
                (_, None) => 0.0,
            };
            let of = |only: &dyn Fn(&usize) -> bool| {
                let all = (0..model.journeys.len()).filter(|j| only(j)).map(|j| takes(j) * requests(j));
                all.sum::<f64>() / load.requests * arrivals * 60.0
            };
            let (steady, mean) = (of(&|j| !open(j)), of(&open));
            let quota = limit.rate.as_per_second() * 60.0;
            // What the mean hour exceeds, the engines say themselves.
            if steady + mean > quota || steady + mean * peak[1] <= quota || quota <= 0.0 {
                continue;
            }
            let used = |factor: f64| (steady + mean * factor) / quota;
            let tokens = limit.takes != LimitUnit::Requests;
            all.push(Found {
                of: component.id.clone(),
                cause: say::quota_peak(
                    &component.id,
                    tokens,
                    [steady + mean, steady + mean * peak[1], quota],
                    peak,
                ),
                value: Figure { method: Some(PEAK.to_owned()), ..Figure::assumed(used(peak[1]), "1") }
                    .range(used(peak[0]), used(peak[2])),
                fix: say::raise_quota(&component.id, field(component.kind, limit), steady + mean * peak[2]),
                money: Figure::unknown(&case.money_unit()),
                at: component.at,
            });
        }
    }
    all
}

/// The field that states a limit.
fn field(kind: &str, limit: &Limit) -> &'static str {
    match (kind, limit.takes, limit.charge.input > 0.0, limit.charge.output > 0.0) {
        ("llm-api", LimitUnit::Requests, ..) => "rpm",
        ("llm-api", _, true, true) => "tpm",
        // What counts input only is stated as `in`, or is a provider's `tpm` that does.
        ("llm-api", _, true, false) => "in`/`tpm",
        ("llm-api", ..) => "out",
        _ => "limits.rate",
    }
}

/// Burstable machines that are only to grow at a use of CPU that they cannot keep up, and that their pods can reach.
pub fn credits_threshold(case: &Case) -> Vec<Found> {
    let model = case.model;
    let mut all = Vec::new();
    for ix in model.graph.node_indices() {
        let component = &model.graph[ix];
        let Some(credits) = component.credits else { continue };
        let alerts = model.alerts.iter().filter(|alert| alert.signal == Some(Signal::Busy(ix)));
        let thresholds = alerts.map(|alert| alert.above).chain(scales_at(model, ix));
        let least = thresholds.fold(None, |least: Option<f64>, x| Some(least.map_or(x, |y| y.min(x))));
        let Some(threshold) = least.filter(|t| *t > credits.baseline) else { continue };
        let stands = model.graph.node_weights().any(|c| c.on == Some(ix) && c.station.is_some());
        // Pods without a limit can use all of it.
        let most = super::capacity::share_of_machines(model, ix).unwrap_or(if stands { 1.0 } else { 0.0 });
        if most <= credits.baseline {
            continue;
        }
        let lasts = credits.lasts(threshold.min(most) * credits.vcpu).map(|d| d.as_hours());
        all.push(Found {
            of: component.id.clone(),
            cause: say::credits_threshold(
                &component.id,
                (threshold, most),
                credits.baseline,
                lasts,
                credits.unlimited,
            ),
            value: Figure::exact(credits.baseline, "1"),
            fix: say::below_baseline(&component.id, credits.baseline),
            money: Figure::unknown(&case.money_unit()),
            at: component.at,
        });
    }
    all
}

/// The use of a group's CPU at which the pods on it begin to grow: all of them at what their autoscaler aims at, those without one
/// left out.
fn scales_at(model: &Model, ix: ComponentIx) -> Option<f64> {
    let (nodes, vcpu) = (model.graph[ix].nodes.as_ref()?, model.graph[ix].credits?.vcpu);
    let on_it = model.graph.node_weights().filter(|c| c.on == Some(ix)).filter_map(|c| c.station.as_ref());
    let aims: Vec<f64> = on_it
        .filter_map(|s| {
            Some(s.scaling.as_ref().filter(|s| s.max > s.min)?.aims.cpu? * s.active_replicas() as f64)
        })
        .collect();
    let cores = vcpu * f64::from(nodes.there);
    (!aims.is_empty() && cores > 0.0).then(|| aims.iter().sum::<f64>() / cores)
}

/// Calls that may go on for longer than what is in front of them waits for their answer.
pub fn beyond_edge(case: &Case) -> Vec<Found> {
    let model = case.model;
    let mut all: Vec<Found> = Vec::new();
    let limit = |ix: ComponentIx| Some((model.graph[ix].station.as_ref()?.gives_up?.as_seconds(), ix));
    let mut edges: Vec<(f64, ComponentIx)> = model.graph.node_indices().filter_map(limit).collect();
    // Of several on the way the one that waits the shortest.
    edges.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    for (edge, ix) in edges {
        for call in behind(model, ix) {
            let Some((from, to)) = model.graph.edge_endpoints(call) else { continue };
            // A call of its own with a time limit goes before what it waits else.
            let Some(parts) = longest(model, call).filter(|_| from != ix) else { continue };
            let of = format!("{}-{}", model.graph[from].id, model.graph[to].id);
            if parts.whole() <= edge * (1.0 + 1e-9) || all.iter().any(|found| found.of == of) {
                continue;
            }
            let name = format!("{} -> {}", model.graph[from].id, model.graph[to].id);
            all.push(Found {
                of,
                cause: say::beyond_edge(
                    &name,
                    parts.whole(),
                    &model.graph[ix].id,
                    edge,
                    source(model, ix, edge),
                ),
                value: Figure::exact(parts.whole(), "s"),
                fix: match parts.fits(edge) {
                    Some(each) => say::shorter(&name, each, edge),
                    None => say::fewer_tries(&name, edge),
                },
                money: Figure::unknown(&case.money_unit()),
                at: model.graph[call].at,
            });
        }
    }
    all
}

/// The fact that a time limit at the edge is, where it is one.
fn source(model: &Model, ix: ComponentIx, limit: f64) -> &'static str {
    let fact = match model.graph[ix].kind {
        "cdn" => "fo.cf.response_timeout",
        _ => "fo.alb.idle",
    };
    let shipped = facts::estimate(fact).is_some_and(|[_, mid, _]| (mid - limit).abs() < 1e-9);
    if shipped { fact } else { "time-limit" }
}

/// All calls that requests may make behind a component.
fn behind(model: &Model, from: ComponentIx) -> Vec<CallIx> {
    let mut seen = vec![false; model.graph.node_count()];
    let (mut stack, mut calls) = (vec![from], Vec::new());
    while let Some(ix) = stack.pop() {
        if std::mem::replace(&mut seen[ix.index()], true) {
            continue;
        }
        for call in model.graph.edge_indices() {
            if let Some((a, b)) = model.graph.edge_endpoints(call)
                && a == ix
            {
                calls.push(call);
                stack.push(b);
            }
        }
    }
    calls
}

/// The longest a caller waits for a call, in parts.
struct Longest {
    /// Time limit of one attempt, seconds.
    one: f64,
    /// Attempts.
    attempts: f64,
    /// Waits between them, and the time limit of the fallback.
    rest: f64,
}

impl Longest {
    fn whole(&self) -> f64 {
        self.one * self.attempts + self.rest
    }

    /// The time limit of an attempt with which all of it ends within a limit, in tenths of a second, or in milliseconds below one;
    /// `None`: what is left over is nothing.
    fn fits(&self, limit: f64) -> Option<f64> {
        let each = (limit - self.rest) / self.attempts;
        let grain = if each >= 1.0 { 10.0 } else { 1000.0 };
        let each = (each * grain + 1e-6).floor() / grain;
        (each > 0.0).then_some(each)
    }
}

/// The longest a caller waits for this call: every attempt to its time limit, the waits between, then the fallback.
/// `None`: it has no time limit of its own.
fn longest(model: &Model, call: CallIx) -> Option<Longest> {
    let policy = &model.graph[call].policy;
    let mut parts = Longest { one: policy.timeout?.as_seconds(), attempts: 1.0, rest: 0.0 };
    if let Some(retry) = policy.retry {
        let mut wait = retry.base.as_seconds();
        for _ in 0..retry.extra.min(1000) {
            parts.rest += wait.min(retry.cap.as_seconds());
            parts.attempts += 1.0;
            wait *= 2.0;
        }
    }
    // A fallback of a fallback is looked at as a call of its own.
    let other = policy.fallback.and_then(|ix| Some(longest(model, ix)?.whole()));
    parts.rest += other.unwrap_or(0.0);
    Some(parts)
}
