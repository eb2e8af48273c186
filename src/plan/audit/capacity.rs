//! Machines, alerts and autoscaling against what the pods' limits let them use.
//!
//! The most CPU that pods can use is replicas (with what autoscaling may add) times their CPU limit; nothing else runs on
//! the machines as far as the scenario says. A rule that waits for more can never act.

use super::holding::{self, limit};
use super::{Case, Found};
use crate::model::release::Signal;
use crate::model::scaling::TOLERANCE;
use crate::model::station::Station;
use crate::model::{ComponentIx, Model};
use crate::stats::figure::Figure;
use crate::text::{Phrase, audit as say};

/// Machines count as idle below this share of what they offer (assumption: half is a reserve nobody would dispute).
const IDLE: f64 = 0.5;

/// What the pods on a group of machines can use at most.
pub struct Carried {
    /// Pods, those of automatic scaling included.
    pub pods: u32,
    /// Cores that they can use.
    pub cores: f64,
    memory: f64,
    /// Whether one of them may grow by automatic scaling.
    grows: bool,
}

/// The most replicas of a component.
fn most(station: &Station) -> u32 {
    station
        .scaling
        .as_ref()
        .map_or(station.replicas.len() as u32, |s| s.max.max(station.replicas.len() as u32))
}

/// `None` where a pod has no limit, or nothing runs there.
pub fn carried(model: &Model, on: ComponentIx) -> Option<Carried> {
    let mut sum = Carried { pods: 0, cores: 0.0, memory: 0.0, grows: false };
    for component in model.graph.node_weights().filter(|c| c.on == Some(on)) {
        let (Some(station), Some(pods)) = (&component.station, &component.pods) else { continue };
        let n = most(station);
        sum.pods += n;
        sum.cores += f64::from(n) * limit(station)?;
        sum.memory += f64::from(n) * pods.memory;
        sum.grows |= station.scaling.as_ref().is_some_and(|s| s.max > s.min);
    }
    (sum.pods > 0).then_some(sum)
}

/// CPU of a machine, cores.
fn cores(model: &Model, ix: ComponentIx) -> Option<f64> {
    let component = &model.graph[ix];
    component.credits.map(|c| c.vcpu).or_else(|| component.nodes.as_ref().map(|n| n.cpu))
}

/// Bigger or more machines than the pods' limits can use.
pub fn idle_machines(case: &Case) -> Vec<Found> {
    let mut all = Vec::new();
    for ix in case.model.graph.node_indices() {
        let component = &case.model.graph[ix];
        let (Some(nodes), Some(vcpu), Some(on_it)) =
            (&component.nodes, cores(case.model, ix), carried(case.model, ix))
        else {
            continue;
        };
        let there = f64::from(nodes.there);
        let share = on_it.cores / (vcpu * there);
        let mut zones = nodes.zones.clone();
        zones.sort_unstable();
        zones.dedup();
        let needed = (on_it.cores / nodes.cpu)
            .max(on_it.memory / nodes.memory)
            .max(f64::from(on_it.pods) / f64::from(nodes.pods))
            .ceil()
            .max(zones.len() as f64);
        if share >= IDLE || needed >= there {
            continue;
        }
        let lines = case.list(&component.id).0;
        let line = lines.into_iter().find(|line| line.item.starts_with("compute.hour"));
        let money = line.map_or_else(
            || Figure::unknown(&case.money_unit()),
            |line| line.amount.over(there / (there - needed), &case.money_unit()),
        );
        all.push(Found {
            of: component.id.clone(),
            cause: say::idle_machines(&component.id, vcpu * there, on_it.cores, share),
            value: Figure::exact(share, "1"),
            fix: say::fewer_machines(&component.id, needed as u32),
            money,
            at: component.at,
        });
    }
    all
}

/// Alerts on what never happens.
pub fn alert_never(case: &Case) -> Vec<Found> {
    let model = case.model;
    let mut all = Vec::new();
    for alert in &model.alerts {
        let never = match alert.signal {
            Some(Signal::Busy(ix)) => busy_never(model, ix, alert.above).map(|(most, fix)| {
                (say::alert_never(&alert.id, &alert.when, &model.graph[ix].id, most), most, fix)
            }),
            Some(Signal::Errors(_)) if alert.above >= 1.0 => {
                Some((say::alert_of_all(&alert.id, &alert.when), 1.0, say::below_all(&alert.id)))
            }
            Some(Signal::Quantile(journey, _)) => {
                answered_within(model, journey).filter(|limit| alert.above >= *limit).map(|limit| {
                    (say::alert_too_slow(&alert.id, &alert.when, limit), limit, say::below(&alert.id, limit))
                })
            }
            _ => None,
        };
        let Some((cause, most, fix)) = never else { continue };
        let unit = if matches!(alert.signal, Some(Signal::Quantile(..))) { "s" } else { "1" };
        all.push(Found {
            of: alert.id.clone(),
            cause,
            value: Figure::exact(most, unit),
            fix,
            money: Figure::unknown(&case.money_unit()),
            at: alert.at,
        });
    }
    all
}

/// The largest share that a component can be busy, where that is no more than `above`, and what to look at instead.
fn busy_never(model: &Model, ix: ComponentIx, above: f64) -> Option<(f64, Phrase)> {
    let component = &model.graph[ix];
    if component.nodes.is_some() {
        let share = share_of_machines(model, ix)?;
        return (share <= above).then(|| (share, say::watch_pods(&largest(model, ix))));
    }
    let (most, limit) = (holding::most(model, ix)?, limit(component.station.as_ref()?)?);
    let share = if limit > 0.0 { (most / limit).min(1.0) } else { 1.0 };
    (share <= above).then(|| (share, say::lower_alert(share)))
}

/// The largest share of the CPU of a group of machines that its pods can use, all of autoscaling added.
pub fn share_of_machines(model: &Model, ix: ComponentIx) -> Option<f64> {
    let nodes = model.graph[ix].nodes.as_ref()?;
    let on_it = carried(model, ix)?;
    Some((on_it.cores / (cores(model, ix)? * f64::from(nodes.there))).min(1.0))
}

/// The longest that an answered request of a journey takes, seconds: where its users come in at something that only passes it on and
/// has a time limit of its own. `None`: nothing limits it.
fn answered_within(model: &Model, journey: crate::model::JourneyIx) -> Option<f64> {
    let entry = model.journeys[usize::from(journey.0)].entry;
    let station = model.graph[entry].station.as_ref()?;
    let timed = |list: &[Option<crate::stats::distribution::Distribution>]| {
        list.get(usize::from(journey.0)).is_some_and(Option::is_some)
    };
    let program = station.program(journey);
    let [step] = program.steps.as_slice() else { return None };
    let [branch] = step.as_slice() else { return None };
    let policy = &model.graph[branch.call].policy;
    let alone =
        policy.retry.is_none() && policy.fallback.is_none() && branch.count == 1 && branch.miss.is_none();
    let limit = policy.timeout.filter(|_| alone)?.as_seconds();
    // Its own work comes on top, of which nothing says how long it is at most.
    (!timed(&station.work) && (!timed(&station.latency) || constant(station, journey).is_some()))
        .then(|| limit + constant(station, journey).unwrap_or(0.0))
}

fn constant(station: &Station, journey: crate::model::JourneyIx) -> Option<f64> {
    let latency = station.latency.get(usize::from(journey.0))?.as_ref()?;
    (latency.scv() == 0.0).then(|| latency.mean())
}

/// The pods that can use the most CPU of these machines.
fn largest(model: &Model, on: ComponentIx) -> String {
    let uses = |ix: &ComponentIx| {
        let station = model.graph[*ix].station.as_ref();
        station.and_then(|s| Some(limit(s)? * f64::from(most(s)))).unwrap_or(0.0)
    };
    let here = model.graph.node_indices();
    let here = here.filter(|ix| model.graph[*ix].on == Some(on) && model.graph[*ix].station.is_some());
    here.max_by(|a, b| uses(a).total_cmp(&uses(b))).map(|ix| model.graph[ix].id.clone()).unwrap_or_default()
}

/// Autoscaling that can never add anything.
pub fn scale_never(case: &Case) -> Vec<Found> {
    let mut all = Vec::new();
    for ix in case.model.graph.node_indices() {
        let component = &case.model.graph[ix];
        let mut add = |cause, fix, value| {
            all.push(Found {
                of: component.id.clone(),
                cause,
                value,
                fix,
                money: Figure::unknown(&case.money_unit()),
                at: component.at,
            });
        };
        if let (Some(nodes), Some(on_it)) = (&component.nodes, carried(case.model, ix))
            && nodes.zones.len() > nodes.there as usize
            && !on_it.grows
        {
            let of = largest(case.model, ix);
            let most = nodes.zones.len() as u32;
            add(
                say::nodes_never_added(&component.id, nodes.there, most, on_it.pods),
                say::scale_pods(&of),
                Figure::exact(f64::from(on_it.pods), "1"),
            );
        }
        let Some(station) = &component.station else { continue };
        let Some(scaling) = &station.scaling else { continue };
        if let Some((fits, nodes)) = fits(case.model, ix).filter(|(fits, _)| *fits < scaling.max) {
            add(
                say::max_never_fits(&component.id, scaling.max, fits, &nodes),
                say::room_for(&component.id, &nodes, fits),
                Figure::exact(f64::from(fits), "1"),
            );
            continue;
        }
        let (Some(limit), Some(most)) = (limit(station), holding::most(case.model, ix)) else { continue };
        let Some(aim) = scaling.aims.cpu.filter(|_| scaling.aims.concurrency.is_none()) else { continue };
        if scaling.max > scaling.min && most < limit && most <= aim * (1.0 + TOLERANCE) {
            add(
                say::pods_wait(&component.id, aim, most, station.slots.unwrap_or(0)),
                say::scale_by_requests(&component.id),
                Figure::exact(most / aim, "1"),
            );
        } else if scaling.max > scaling.min && limit <= aim * (1.0 + TOLERANCE) {
            add(
                say::pods_never_added(&component.id, aim, limit),
                say::raise_limit(&component.id, aim * (1.0 + TOLERANCE)),
                Figure::exact(limit / aim, "1"),
            );
        }
    }
    all
}

/// How many replicas of a component its machines hold, all that may be added among them and nothing else growing there, where that is
/// known, and whose machines these are.
fn fits(model: &Model, ix: ComponentIx) -> Option<(u32, String)> {
    let component = &model.graph[ix];
    let (pods, on) = (component.pods?, component.on?);
    let nodes = model.graph[on].nodes.as_ref()?;
    let count = nodes.zones.len().max(nodes.there as usize) as f64;
    let others =
        model.graph.node_indices().filter(|other| *other != ix && model.graph[*other].on == Some(on));
    let (mut cpu, mut memory, mut number) = (0.0, 0.0, 0.0);
    for other in others {
        let (Some(its), Some(station)) = (model.graph[other].pods, &model.graph[other].station) else {
            continue;
        };
        let n = station.replicas.len() as f64;
        (cpu, memory, number) = (cpu + n * its.cpu, memory + n * its.memory, number + n);
    }
    // What fits on one machine, and what is left of all of them: the smaller is a bound.
    let whole = |each: f64, one: f64, taken: f64| {
        if each > 0.0 {
            (count * (one / each + 1e-9).floor()).min(((count * one - taken) / each + 1e-9).floor())
        } else {
            f64::INFINITY
        }
    };
    let n = whole(pods.cpu, nodes.cpu, cpu)
        .min(whole(pods.memory, nodes.memory, memory))
        .min(f64::from(nodes.pods) * count - number);
    n.is_finite().then(|| (n.max(0.0) as u32, model.graph[on].id.clone()))
}
