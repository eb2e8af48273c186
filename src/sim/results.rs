//! From replications to answers: means with Student-t intervals over replications, quantiles of the merged histograms with
//! the interval of the replications' quantiles, always in replication order.

use super::aftermath::{fault, overload, random};
use super::digest::digest;
use super::makeup::{Makeup, PARTS};
use super::measure::Failures;
use super::outcome::{ComponentOutcome, Outcome};
use super::plan::Plan;
use super::{Measured, Settings};
use crate::answer::Series;
use crate::answer::availability::Share;
use crate::answer::times::{
    Cause, ComponentAnswer, CreditsAnswer, Errors, FailureAnswer, JourneyAnswer, Replicas, Times,
};
use crate::model::Model;
use crate::stats::figure::Figure;
use crate::stats::histogram::Histogram;
use crate::stats::interval::{Mean, none_in_one_more, wilson};
use crate::text::flow as words;
use indexmap::IndexMap;
use petgraph::graph::NodeIndex;
use std::collections::BTreeSet;

/// How intervals of means are got.
const METHOD: &str = "replications, 95 % Student t";
/// How intervals of shares are got where nothing was seen.
pub const WILSON: &str = "95 % Wilson";

/// Merges the outcomes, in replication order.
pub fn measured(
    model: &Model,
    settings: &Settings,
    plan: &Plan,
    outcomes: &[&Outcome],
    complete: bool,
) -> Measured {
    let journeys: Vec<JourneyAnswer> =
        (0..model.journeys.len()).map(|j| journey(model, plan, outcomes, j)).collect();
    let components = model.graph.node_indices().map(|c| component(plan, outcomes, c.index())).collect();
    let whole = |(j, answer): (usize, &JourneyAnswer)| {
        makeup(model, outcomes, |o| &o.journeys[j].makeup, answer.response_s.p95.value)
    };
    let token = |(j, answer): (usize, &JourneyAnswer)| {
        let p95 = answer.first_token_s.as_ref().and_then(|t| t.p95.value);
        makeup(model, outcomes, |o| &o.journeys[j].before_token, p95)
    };
    let before_token = journeys.iter().enumerate().map(token).collect();
    let makeup = journeys.iter().enumerate().map(whole).collect();
    let mut measured = Measured {
        makeup,
        before_token,
        series: series(model, plan, outcomes),
        faults: plan.faults.iter().map(|f| fault(model, outcomes, plan, f)).collect(),
        random: random(plan, outcomes),
        journeys,
        components,
        overload: overload(model, outcomes),
        replications: outcomes.len() as u32,
        events: outcomes.iter().map(|o| o.events).sum(),
        digest: None,
    };
    if complete {
        measured.digest = Some(digest(settings, &measured));
    }
    measured
}

/// The mean of one number per replication; those without one are left out. Never below zero.
pub fn over(values: impl Iterator<Item = f64>, unit: &str) -> Figure {
    let values: Vec<f64> = values.filter(|v| v.is_finite()).collect();
    match Mean::of(&values) {
        None => Figure::unknown(unit),
        Some(mean) => {
            let positive = |(low, high): (f64, f64)| (low.max(0.0), high);
            let bounds = mean.bounds().map(positive);
            Figure::simulated(mean.mean, bounds, unit, mean.n, METHOD).one_run(mean.one_more().map(positive))
        }
    }
}

/// A share of things that happened to some of many, one pair (happened, all) per replication.
pub fn share(pairs: impl Iterator<Item = (u64, u64)>) -> Figure {
    let pairs: Vec<(u64, u64)> = pairs.collect();
    let sum = pairs.iter().fold((0, 0), |s, p| (s.0 + p.0, s.1 + p.1));
    if sum.0 == 0 && sum.1 > 0 {
        // Not seen once: zero, with the bound that so many tries allow.
        let each = sum.1 as f64 / pairs.len() as f64;
        let most = none_in_one_more(pairs.len() as u64) / each;
        let run = (pairs.len() > 1).then_some((0.0, most.min(1.0)));
        return Figure::simulated(0.0, wilson(0, sum.1), "1", sum.1, WILSON).one_run(run);
    }
    let ratio = |p: (u64, u64)| if p.1 > 0 { p.0 as f64 / p.1 as f64 } else { f64::NAN };
    let mut figure = over(pairs.into_iter().map(ratio), "1");
    figure.high = figure.high.map(|h| h.min(1.0));
    figure.run_high = figure.run_high.map(|h| h.min(1.0));
    figure
}

/// The times of one replication, and how many are not known since their requests had not ended: longer than all others.
pub type Seen<'a> = (&'a Histogram, u64);

/// A quantile of so many times of which some are not known; `None` where it is one of those.
fn among((times, longer): Seen, q: f64) -> Option<f64> {
    let n = times.count() as f64;
    let at = q * (n + longer as f64) / n;
    times.quantile(if longer == 0 { q } else { at }).filter(|_| at <= 1.0)
}

/// A quantile in seconds.
pub fn quantile(list: &[Seen], merged: &Histogram, q: f64) -> Figure {
    let longer = list.iter().map(|seen| seen.1).sum();
    let Some(value) = among((merged, longer), q) else { return Figure::unknown("s") };
    let each: Vec<f64> = list.iter().filter_map(|seen| among(*seen, q)).collect();
    let all_known = each.len() == list.iter().filter(|seen| seen.0.count() > 0).count();
    let enough = all_known && each.len() >= 2 && merged.count() as f64 >= 10.0 / (1.0 - q) - 1e-6;
    let mean = Mean::of(&each).filter(|_| enough);
    let seconds = |(low, high): (f64, f64)| (low.max(0.0) * 1e-9, high * 1e-9);
    let bounds = mean.and_then(|m| m.half_width).map(|h| seconds((value - h, value + h)));
    let run = mean.and_then(|m| m.one_more()).map(seconds);
    Figure::simulated(value * 1e-9, bounds, "s", each.len() as u64, METHOD).one_run(run)
}

/// All of them in one.
pub fn merge<'a>(histograms: impl Iterator<Item = &'a Histogram>) -> Histogram {
    histograms.fold(Histogram::default(), |mut all, h| {
        all.merge(h);
        all
    })
}

/// Share of times that are not known beyond which nothing is said of their mean.
const BLIND: f64 = 1e-3;

fn times<'a>(list: impl Iterator<Item = Seen<'a>>) -> Times {
    let list: Vec<Seen> = list.collect();
    let merged = merge(list.iter().map(|seen| seen.0));
    let longer: u64 = list.iter().map(|seen| seen.1).sum();
    let blind = longer as f64 > BLIND * (merged.count() + longer) as f64;
    let seconds = |ns: Option<f64>| ns.map_or(f64::NAN, |ns| ns * 1e-9);
    let known = || list.iter().filter(|_| !blind).map(|seen| seen.0);
    let mut std = over(known().map(|h| seconds(h.std())), "s");
    if let Some(whole) = merged.std().filter(|_| !blind) {
        let half = std.low.zip(std.high).map(|(low, high)| 0.5 * (high - low));
        std.value = Some(whole * 1e-9);
        std.low = half.map(|h| (whole * 1e-9 - h).max(0.0));
        std.high = half.map(|h| whole * 1e-9 + h);
    }
    Times {
        mean: over(known().map(|h| seconds(h.mean())), "s"),
        std,
        p50: quantile(&list, &merged, 0.5),
        p90: quantile(&list, &merged, 0.9),
        p95: quantile(&list, &merged, 0.95),
        p99: quantile(&list, &merged, 0.99),
        p999: quantile(&list, &merged, 0.999),
    }
}

fn journey(model: &Model, plan: &Plan, outcomes: &[&Outcome], j: usize) -> JourneyAnswer {
    let counts = || outcomes.iter().map(|o| (&o.journeys[j], o.seconds));
    let failed = |cause: Option<usize>| {
        share(counts().map(|(c, _)| {
            let all: u64 = c.failed.iter().sum();
            (cause.map_or(all, |i| c.failed[i]), c.answered + all)
        }))
    };
    let streams = plan
        .classes
        .iter()
        .any(|class| class.journey as usize == j && class.stream.is_some())
        .then(|| times(outcomes.iter().map(|o| (&o.journeys[j].first_token, o.journeys[j].silent))));
    let none = counts().all(|(c, _)| c.arrivals == 0);
    let why = if none { words::NONE_IN_THE_RUN } else { words::NONE_ENDED };
    let because = |figure: Figure| match figure.value {
        None => Figure { method: Some(why.to_owned()), ..figure },
        Some(_) => figure,
    };
    let all = times(outcomes.iter().map(|o| (&o.journeys[j].response, o.journeys[j].unfinished)));
    JourneyAnswer {
        arrivals_per_s: over(counts().map(|(c, s)| c.arrivals as f64 / s), "1/s"),
        throughput_per_s: over(counts().map(|(c, s)| c.throughput as f64 / s), "1/s"),
        response_s: Times {
            mean: because(all.mean),
            p50: because(all.p50),
            p90: because(all.p90),
            p95: because(all.p95),
            p99: because(all.p99),
            p999: because(all.p999),
            ..all
        },
        first_token_s: streams.filter(|t| t.mean.value.is_some()),
        unfinished_ratio: share(counts().map(|(c, _)| (c.unfinished, c.arrivals))),
        error_ratio: because(failed(None)),
        errors: Errors {
            timeout: failed(Some(0)),
            rejected: failed(Some(1)),
            throttled: failed(Some(2)),
            unavailable: failed(Some(3)),
            dependency: failed(Some(4)),
        },
        availability: Figure::unknown("1"),
        attempts_mean: over(counts().map(|(c, _)| c.attempts as f64 / c.calls as f64), "1"),
        failures: failures(
            model,
            &counts().map(|(c, _)| (&c.failures, c.failed.iter().sum())).collect::<Vec<_>>(),
        ),
    }
}

/// Where and why requests fail, by replication with how many do; most first.
pub fn failures(model: &Model, counts: &[(&Failures, u64)]) -> Vec<FailureAnswer> {
    let places: BTreeSet<(usize, usize)> = counts.iter().flat_map(|(failures, _)| failures.all()).collect();
    let one = |(component, cause): (usize, usize)| FailureAnswer {
        component: model.graph[NodeIndex::new(component)].id.clone(),
        cause: Cause::ALL[cause],
        share: share(counts.iter().map(|(failures, all)| (failures.of(component, cause), *all))),
    };
    let mut found: Vec<FailureAnswer> = places.into_iter().map(one).collect();
    found.sort_by(|a, b| b.share.value.unwrap_or(0.0).total_cmp(&a.share.value.unwrap_or(0.0)));
    found
}

fn component(plan: &Plan, outcomes: &[&Outcome], c: usize) -> ComponentAnswer {
    let of = || outcomes.iter().map(|o| (&o.components[c], o.seconds));
    let per_s = |count: fn(&ComponentOutcome) -> u64| over(of().map(|(o, s)| count(o) as f64 / s), "1/s");
    let component = &plan.components[c];
    let range = component.replicas;
    if range.from == range.to {
        return ComponentAnswer { credits: credits(plan, outcomes, c), ..ComponentAnswer::default() };
    }
    let utilisation = if component.servers == u32::MAX {
        Figure::unknown("1")
    } else {
        over(of().map(|(o, _)| o.busy / (component.full * o.up)), "1")
    };
    let requests = |o: &Outcome| o.journeys.iter().map(|j| j.arrivals).sum::<u64>() as f64;
    let lookups: u64 = of().map(|(o, _)| o.counts.lookups).sum();
    let ends = |pick: fn((u32, u32)) -> u32| of().map(move |(o, _)| pick(o.counts.up_range));
    ComponentAnswer {
        arrivals_per_s: per_s(|o| o.counts.arrivals),
        throughput_per_s: per_s(|o| o.counts.answered),
        utilisation,
        wait_s: times(outcomes.iter().map(|o| (&o.components[c].counts.wait, 0))),
        response_s: times(outcomes.iter().map(|o| (&o.components[c].counts.response, 0))),
        queue_mean: over(of().map(|(o, _)| o.waiting), "1"),
        in_service_mean: over(of().map(|(o, _)| o.busy), "1"),
        in_system_mean: over(of().map(|(o, _)| o.system), "1"),
        wait_probability: share(of().map(|(o, _)| (o.counts.queued, o.counts.entered))),
        empty_probability: over(of().map(|(o, _)| o.empty), "1"),
        blocked_ratio: share(of().map(|(o, _)| (o.counts.blocked, o.counts.arrivals))),
        abandoned_ratio: share(of().map(|(o, _)| (o.counts.abandoned, o.counts.arrivals))),
        replicas: Replicas {
            min: ends(|r| r.0).min().map_or(Figure::unknown("1"), |n| Figure::exact(f64::from(n), "1")),
            mean: over(of().map(|(o, _)| o.up), "1"),
            max: ends(|r| r.1).max().map_or(Figure::unknown("1"), |n| Figure::exact(f64::from(n), "1")),
            pending: component.scaling.is_some().then(|| over(of().map(|(o, _)| o.pending), "1")),
        },
        visits: over(outcomes.iter().map(|o| o.components[c].counts.arrivals as f64 / requests(o)), "1"),
        credits: None,
        bistable: None,
        hit_ratio: if component.cache && lookups > 0 {
            share(of().map(|(o, _)| (o.counts.hits, o.counts.lookups)))
        } else {
            Figure::unknown("1")
        },
    }
}

/// What a group of burstable machines spends.
fn credits(plan: &Plan, outcomes: &[&Outcome], c: usize) -> Option<CreditsAnswer> {
    let group = plan.groups_of_machines.iter().find(|g| g.component as usize == c)?;
    let fleet = plan.fleets.iter().find(|fleet| fleet.component as usize == c);
    let throttled = |m: &usize| plan.machines[*m].throttled;
    let mine: Vec<usize> = fleet.into_iter().flat_map(|f| f.machines.iter()).filter(throttled).collect();
    let mean = |o: &Outcome, of: fn((f64, f64)) -> f64| {
        let carried: Vec<f64> = mine.iter().filter_map(|m| o.dry[*m]).map(of).collect();
        carried.iter().sum::<f64>() / carried.len() as f64
    };
    let uses = |o: &&Outcome| {
        if !mine.is_empty() {
            return mean(o, |d| d.1);
        }
        let cores = |m: &u32| o.components[*m as usize].busy * plan.components[*m as usize].cpu;
        group.members.iter().map(cores).sum::<f64>() / f64::from(group.count)
    };
    let lasts = |o: &&Outcome| group.credits.lasts(uses(o)).map(|d| d.as_seconds());
    let dry = |o: &&Outcome| mean(o, |d| d.0);
    let all: Option<Vec<f64>> = outcomes.iter().map(lasts).collect();
    Some(CreditsAnswer {
        use_ratio: over(outcomes.iter().map(|o| uses(o) / group.credits.sustained()), "1"),
        lasts_s: all.map_or(Figure::unknown("s"), |all| over(all.into_iter(), "s")),
        dry_ratio: if mine.is_empty() { Figure::unknown("1") } else { over(outcomes.iter().map(dry), "1") },
    })
}

fn makeup(
    model: &Model,
    outcomes: &[&Outcome],
    of: impl Fn(&Outcome) -> &Makeup,
    p95: Option<f64>,
) -> Vec<Share> {
    let Some(p95) = p95 else { return Vec::new() };
    let mut merged = Makeup::default();
    outcomes.iter().for_each(|o| merged.merge(of(o)));
    let parts = merged.near(p95 * 1e9);
    let whole: f64 = parts.iter().map(|p| p.1).sum();
    let name = |part: u32| {
        let component = petgraph::graph::NodeIndex::new(part as usize / PARTS.len());
        model.graph.node_weight(component).map_or(String::new(), |c| c.id.clone())
    };
    parts
        .into_iter()
        .map(|(part, time)| Share {
            cause: name(part),
            part: PARTS[part as usize % PARTS.len()].to_owned(),
            share: time / whole,
            amount: time * 1e-9,
            unit: "s".to_owned(),
        })
        .collect()
}

fn series(model: &Model, plan: &Plan, outcomes: &[&Outcome]) -> IndexMap<String, Series> {
    let step = plan.bucket as f64 * 1e-9;
    let seconds = outcomes.iter().map(|o| o.seconds).fold(0.0, f64::max);
    let length = |i: usize| (seconds - i as f64 * step).min(step);
    let list = |unit: &str, values: Vec<Option<f64>>| Series {
        start_s: 0.0,
        step_s: step,
        unit: unit.to_owned(),
        values,
    };
    let mut out = IndexMap::new();
    let n = outcomes.len() as f64;
    for (j, journey) in model.journeys.iter().enumerate() {
        let buckets = outcomes.iter().map(|o| o.journeys[j].series.len()).min().unwrap_or(0);
        let at = |i: usize| outcomes.iter().map(move |o| o.journeys[j].series[i]);
        let arrivals = |i| Some(at(i).map(|p| f64::from(p.arrivals)).sum::<f64>() / n / length(i));
        let p95 = |i| {
            let values: Vec<f64> = at(i).filter(|p| p.p95 > 0.0).map(|p| f64::from(p.p95) * 1e-9).collect();
            Mean::of(&values).map(|m| m.mean)
        };
        let errors = |i| {
            let sum = at(i).fold((0.0, 0.0), |s, p| (s.0 + f64::from(p.failed), s.1 + f64::from(p.ended)));
            (sum.1 > 0.0).then(|| sum.0 / sum.1)
        };
        let id = &journey.id;
        out.insert(format!("{id}.arrivals_per_s"), list("1/s", (0..buckets).map(arrivals).collect()));
        out.insert(format!("{id}.p95_s"), list("s", (0..buckets).map(p95).collect()));
        out.insert(format!("{id}.error_ratio"), list("1", (0..buckets).map(errors).collect()));
    }
    for ix in model.graph.node_indices() {
        let of = |o: &&Outcome| o.components[ix.index()].counts.utilisation.clone();
        let lists: Vec<Vec<f32>> = outcomes.iter().map(of).collect();
        let buckets = lists.iter().map(Vec::len).min().unwrap_or(0);
        if buckets > 0 {
            let mean = |i: usize| Some(lists.iter().map(|l| f64::from(l[i])).sum::<f64>() / n);
            let name = format!("{}.utilisation", model.graph[ix].id);
            out.insert(name, list("1", (0..buckets).map(mean).collect()));
        }
    }
    out
}
