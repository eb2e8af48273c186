//! Which replicas stand on which machines, where that matters: machines that slow down without credits, and pods that
//! automatic scaling may add.

use super::plan::{Machine, MachineGroup, Plan};
use crate::model::scaling::Place;
use crate::model::{ComponentIx, Model};
use std::collections::BTreeMap;

/// Fills in the machines, and on which of them the replicas stand.
pub fn machines(model: &Model, plan: &mut Plan) {
    for group in model.graph.node_indices() {
        let Some(credits) = model.graph[group].credits else { continue };
        let on = |ix: &ComponentIx| model.graph[*ix].on == Some(group) && model.graph[*ix].station.is_some();
        plan.groups_of_machines.push(MachineGroup {
            component: group.index() as u32,
            credits,
            count: model.graph[group].failure.units.len() as u32,
            members: model.graph.node_indices().filter(on).map(|ix| ix.index() as u32).collect(),
        });
    }
    let mut known: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    for ix in model.graph.node_indices() {
        let node = &model.graph[ix];
        let (Some(station), range) = (&node.station, plan.components[ix.index()].replicas) else { continue };
        let first = station.replicas.len();
        let throttles = |group: ComponentIx| model.graph[group].credits.is_some_and(|c| !c.unlimited);
        if station.scaling.is_none() && !node.on.is_some_and(throttles) {
            continue;
        }
        let standing: Vec<Option<u32>> =
            (0..first).map(|i| node.failure.units.get(i).and_then(|unit| unit.on)).collect();
        let more = station.scaling.as_ref().map_or(&[][..], |s| s.more.as_slice());
        for (i, r) in range.iter().enumerate() {
            let place = match i.checked_sub(first) {
                None => Place { node: standing[i], ..Place::default() },
                Some(later) => more[later],
            };
            let replica = &mut plan.replicas[r];
            (replica.added, replica.nowhere) = (place.added, place.nowhere);
            replica.pulls = i >= first && !standing.contains(&place.node);
            let Some((group, machine)) = node.on.zip(place.node) else { continue };
            let credits = model.graph[group].credits;
            let m = *known.entry((group.index() as u32, machine)).or_insert_with(|| {
                plan.machines.push(Machine {
                    group: group.index() as u32,
                    throttled: credits.is_some_and(|c| !c.unlimited),
                    sustained: credits.map_or(f64::INFINITY, |c| c.sustained()),
                    most: credits.map_or(0.0, |c| c.most() * 1e9),
                    // A machine that is added has saved nothing up.
                    balance: credits
                        .map_or(0.0, |c| if place.added { 0.0 } else { c.most() * c.balance * 1e9 }),
                    replicas: Vec::new(),
                });
                plan.machines.len() as u32 - 1
            });
            plan.machines[m as usize].replicas.push(r as u32);
            plan.replicas[r].machine = m;
        }
    }
}
