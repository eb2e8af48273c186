//! Machines, alerts and autoscaling against what the pods' limits let them use.
//!
//! The most CPU that pods can use is replicas (with what autoscaling may add) times their CPU limit; nothing else runs on
//! the machines as far as the scenario says. A rule that waits for more can never act.

use super::{Case, Found};
use crate::model::release::Signal;
use crate::model::scaling::TOLERANCE;
use crate::model::station::{Servers, Station};
use crate::model::{ComponentIx, Model};
use crate::stats::figure::Figure;
use crate::text::audit as say;

/// Machines count as idle below this share of what they offer (assumption: half is a reserve nobody would dispute).
const IDLE: f64 = 0.5;

/// What the pods on a group of machines can use at most.
struct Carried {
    pods: u32,
    cores: f64,
    memory: f64,
    /// Whether one of them may grow by automatic scaling.
    grows: bool,
}

/// CPU that one replica can use at most, cores; `None`: it has no limit.
fn limit(station: &Station) -> Option<f64> {
    match station.servers {
        Servers::Count(n) => Some((f64::from(n) - 1.0 + station.last) * station.cpu),
        Servers::Infinite => None,
    }
}

/// The most replicas of a component.
fn most(station: &Station) -> u32 {
    station
        .scaling
        .as_ref()
        .map_or(station.replicas.len() as u32, |s| s.max.max(station.replicas.len() as u32))
}

/// `None` where a pod has no limit, or nothing runs there.
fn carried(model: &Model, on: ComponentIx) -> Option<Carried> {
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
        let line = case.list().and_then(|bill| {
            let its = |l: &&crate::answer::bill::BillLine| {
                l.component.as_ref() == Some(&component.id) && l.item.starts_with("compute.hour")
            };
            bill.lines.iter().find(its)
        });
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

/// Alerts on a use of CPU that the limits never let happen.
pub fn alert_never(case: &Case) -> Vec<Found> {
    let mut all = Vec::new();
    for alert in &case.model.alerts {
        let Some(Signal::Busy(ix)) = alert.signal else { continue };
        let (Some(nodes), Some(vcpu), Some(on_it)) =
            (&case.model.graph[ix].nodes, cores(case.model, ix), carried(case.model, ix))
        else {
            continue;
        };
        let share = on_it.cores / (vcpu * f64::from(nodes.there));
        if share > alert.above {
            continue;
        }
        all.push(Found {
            of: alert.id.clone(),
            cause: say::alert_never(&alert.id, &alert.when, &case.model.graph[ix].id, share),
            value: Figure::exact(share, "1"),
            fix: say::watch_pods(&largest(case.model, ix)),
            money: Figure::unknown(&case.money_unit()),
            at: alert.at,
        });
    }
    all
}

/// The pods that can use the most CPU of these machines.
fn largest(model: &Model, on: ComponentIx) -> String {
    let uses = |c: &&crate::model::Component| {
        let station = c.station.as_ref();
        station.and_then(|s| Some(limit(s)? * f64::from(most(s)))).unwrap_or(0.0)
    };
    let here = model.graph.node_weights().filter(|c| c.on == Some(on) && c.station.is_some());
    here.max_by(|a, b| uses(a).total_cmp(&uses(b))).map(|c| c.id.clone()).unwrap_or_default()
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
        let (Some(scaling), Some(limit)) = (&station.scaling, limit(station)) else { continue };
        let Some(aim) = scaling.aims.cpu.filter(|_| scaling.aims.concurrency.is_none()) else { continue };
        if scaling.max > scaling.min && limit <= aim * (1.0 + TOLERANCE) {
            add(
                say::pods_never_added(&component.id, aim, limit),
                say::raise_limit(&component.id, aim * (1.0 + TOLERANCE)),
                Figure::exact(limit / aim, "1"),
            );
        }
    }
    all
}
