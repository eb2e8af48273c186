//! Limits at their worst moment: quotas at the peak minute, CPU credits at an autoscaling threshold, time limits of calls
//! against the edge's.

use super::{Case, Found};
use crate::fields::facts;
use crate::model::release::Signal;
use crate::model::station::LimitUnit;
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
    let by_users = model.journeys.iter().any(|j| matches!(j.arrivals, Arrivals::PerActiveUser(_)));
    let mut all = Vec::new();
    for ix in model.graph.node_indices().filter(|_| by_users) {
        let component = &model.graph[ix];
        let Some(station) = &component.station else { continue };
        let Some(arrivals) = case.analysis.flow.components[ix.index()].arrivals_per_s.value else { continue };
        let load = &case.analysis.loads.components[ix.index()];
        for limit in &station.limits {
            let takes = match limit.takes {
                LimitUnit::Requests => 1.0,
                _ if load.requests > 0.0 => {
                    // What is asked for, not what is let through.
                    let of = station.stream.iter().zip(&load.by_journey).filter_map(|(stream, requests)| {
                        let stream = stream.as_ref()?;
                        Some((stream.tokens_in.mean() + stream.tokens_out.mean()) * requests)
                    });
                    of.sum::<f64>() / load.requests
                }
                _ => continue,
            };
            let mean = arrivals * takes * 60.0;
            let quota = limit.rate.as_per_second() * 60.0;
            // What the mean hour exceeds, the engines say themselves.
            if mean > quota || mean * peak[1] <= quota || quota <= 0.0 {
                continue;
            }
            let used = |factor: f64| mean * factor / quota;
            let tokens = limit.takes != LimitUnit::Requests;
            all.push(Found {
                of: component.id.clone(),
                cause: say::quota_peak(&component.id, tokens, [mean, mean * peak[1], quota], peak),
                value: Figure { method: Some(PEAK.to_owned()), ..Figure::assumed(used(peak[1]), "1") }
                    .range(used(peak[0]), used(peak[2])),
                fix: say::raise_quota(&component.id, tokens, mean * peak[2]),
                money: Figure::unknown(&case.money_unit()),
                at: component.at,
            });
        }
    }
    all
}

/// Burstable machines that are only to grow at a use of CPU that they cannot keep up.
pub fn credits_threshold(case: &Case) -> Vec<Found> {
    let model = case.model;
    let mut all = Vec::new();
    for ix in model.graph.node_indices() {
        let component = &model.graph[ix];
        let Some(credits) = component.credits else { continue };
        let threshold = model
            .alerts
            .iter()
            .filter(|alert| alert.signal == Some(Signal::Busy(ix)))
            .map(|alert| alert.above)
            .fold(None, |least: Option<f64>, x| Some(least.map_or(x, |y| y.min(x))));
        let Some(threshold) = threshold.filter(|t| *t > credits.baseline) else { continue };
        let lasts = credits.lasts(threshold * credits.vcpu).map(|d| d.as_hours());
        all.push(Found {
            of: component.id.clone(),
            cause: say::credits_threshold(
                &component.id,
                threshold,
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

/// Calls that may go on for longer than the edge waits for their answer.
pub fn beyond_edge(case: &Case) -> Vec<Found> {
    let model = case.model;
    let mut all: Vec<Found> = Vec::new();
    for ix in model.graph.node_indices() {
        let Some(edge) = edge_limit(model, ix) else { continue };
        for call in behind(model, ix) {
            let Some((from, to)) = model.graph.edge_endpoints(call) else { continue };
            let Some(longest) = longest(model, call) else { continue };
            let of = format!("{}-{}", model.graph[from].id, model.graph[to].id);
            if longest <= edge.1 * (1.0 + 1e-9) || all.iter().any(|found| found.of == of) {
                continue;
            }
            let name = format!("{} -> {}", model.graph[from].id, model.graph[to].id);
            all.push(Found {
                of,
                cause: say::beyond_edge(&name, longest, &model.graph[ix].id, edge.1, edge.0),
                value: Figure::exact(longest, "s"),
                fix: say::shorter(&name, edge.1),
                money: Figure::unknown(&case.money_unit()),
                at: model.graph[call].at,
            });
        }
    }
    all
}

/// How long an edge waits for an answer to begin, seconds, with the fact that says so.
fn edge_limit(model: &Model, ix: ComponentIx) -> Option<(&'static str, f64)> {
    let id = "fo.cf.response_timeout";
    // The shipped limit is CloudFront's; other networks' are not on record.
    let component = &model.graph[ix];
    let aws = component.failure.provider.is_some_and(|p| model.providers[usize::from(p.0)].id == "aws");
    let seconds = facts::estimate(id)?[1];
    (component.kind == "cdn" && aws).then_some((id, seconds))
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

/// The longest a caller waits for this call: every attempt to its time limit, the waits between, then the fallback.
/// `None`: it has no time limit of its own.
fn longest(model: &Model, call: CallIx) -> Option<f64> {
    let policy = &model.graph[call].policy;
    let one = policy.timeout?.as_seconds();
    let mut whole = one;
    if let Some(retry) = policy.retry {
        let mut wait = retry.base.as_seconds();
        for _ in 0..retry.extra.min(1000) {
            whole += wait.min(retry.cap.as_seconds()) + one;
            wait *= 2.0;
        }
    }
    // A fallback of a fallback is looked at as a call of its own.
    let other = policy.fallback.and_then(|ix| model.graph[ix].policy.timeout);
    Some(whole + other.map_or(0.0, |t| t.as_seconds()))
}
