//! Machines that carry pods, and which pods stand on them at first; groups of machines with CPU credits.

use super::draw::nanos;
use super::plan::{Fleet, Machine, MachineGroup, Plan, Pod, Range, Room};
use super::request::NONE;
use crate::model::{ComponentIx, Model};

/// Fills in the fleets, their machines, and on which of them the replicas stand.
pub fn machines(model: &Model, plan: &mut Plan) {
    for group in model.graph.node_indices() {
        let node = &model.graph[group];
        if let Some(credits) = node.credits {
            let on =
                |ix: &ComponentIx| model.graph[*ix].on == Some(group) && model.graph[*ix].station.is_some();
            plan.groups_of_machines.push(MachineGroup {
                component: group.index() as u32,
                credits,
                count: node.failure.units.len() as u32,
                members: model.graph.node_indices().filter(on).map(|ix| ix.index() as u32).collect(),
            });
        }
        let Some(nodes) = &node.nodes else { continue };
        let from = plan.machines.len() as u32;
        plan.machines.extend(nodes.zones.iter().zip(0..).map(|(zone, i)| {
            let added = i >= nodes.there;
            Machine {
                fleet: plan.fleets.len() as u32,
                throttled: node.credits.is_some_and(|c| !c.unlimited),
                cpu: nodes.cpu,
                sustained: node.credits.map_or(f64::INFINITY, |c| c.sustained()),
                most: node.credits.map_or(0.0, |c| c.most() * 1e9),
                // A machine that is added has saved nothing up.
                balance: node.credits.map_or(0.0, |c| if added { 0.0 } else { c.most() * c.balance * 1e9 }),
                zone: zone.map(|z| z.0),
                added,
                room: Room { cpu: nodes.cpu, memory: nodes.memory, pods: nodes.pods },
            }
        }));
        plan.fleets.push(Fleet {
            component: group.index() as u32,
            machines: Range { from, to: plan.machines.len() as u32 },
            start: nanos(nodes.start.as_seconds()),
            evict: nanos(nodes.evict.as_seconds()),
            replaced: nodes.replaced,
        });
    }
    for ix in model.graph.node_indices() {
        let (node, c) = (&model.graph[ix], ix.index());
        let Some(pods) = node.pods else { continue };
        let fleet =
            node.on.and_then(|on| plan.fleets.iter().position(|f| f.component as usize == on.index()));
        plan.components[c].pod = Some(Pod {
            fleet: fleet.map_or(NONE, |f| f as u32),
            cpu: pods.cpu,
            memory: pods.memory,
            start: nanos(pods.start.as_seconds()),
            pull: nanos(pods.pull.as_seconds()),
        });
        let Some(machines) = fleet.map(|f| plan.fleets[f].machines) else { continue };
        plan.components[c].burst = machines.iter().any(|m| plan.machines[m].throttled);
        for (r, unit) in plan.components[c].replicas.iter().zip(&node.failure.units) {
            let on = unit.on.map(|on| machines.from + on).filter(|m| *m < machines.to);
            plan.replicas[r].machine = on.unwrap_or(NONE);
        }
    }
    for fleet in 0..plan.fleets.len() {
        if crowded(plan, fleet as u32) {
            let on = |c: &&mut super::plan::Component| c.pod.is_some_and(|pod| pod.fleet == fleet as u32);
            plan.components.iter_mut().filter(on).for_each(|c| c.burst = true);
        }
    }
}

/// Whether the pods that may come together on one machine of a fleet may use more cores than it has.
fn crowded(plan: &Plan, fleet: u32) -> bool {
    let Some(room) = plan.fleets[fleet as usize].machines.iter().map(|m| plan.machines[m].room).next() else {
        return false;
    };
    let mut uses = 0.0;
    for component in &plan.components {
        let Some(pod) = component.pod.filter(|pod| pod.fleet == fleet) else { continue };
        let all = component.replicas.iter().len() as f64;
        let fit = if pod.cpu > 0.0 { (room.cpu / pod.cpu + 1e-9).floor() } else { f64::INFINITY };
        let limit = if component.servers == u32::MAX { 0.0 } else { component.full * component.cpu };
        uses += all.min(fit).min(f64::from(room.pods)) * limit;
    }
    uses > room.cpu + 1e-9
}
