//! What the formulas leave to the simulator: pods that want more CPU than their machines have, and databases that run out of
//! connections. Deliberately not here: how long requests take then.

use super::compiled::Compiled;
use super::solution::Solution;
use crate::model::{ComponentIx, Model};

/// Mean requests inside, as a share of the connections, from which on the chance to find them all taken is not looked away
/// from. At half of 20 connections Erlang's loss is below 0.2 %, and it falls with their number.
const NOTICED: f64 = 0.5;

/// A group of machines that carry pods.
#[derive(Clone, Debug)]
pub struct Carriers {
    /// Cores that the pods may use together, over all machines.
    cpu: f64,
    /// Components on them, and the cores that a busy server of each uses.
    members: Vec<(u32, f64)>,
}

/// The groups of machines that carry pods: those that are there, and those that scaling may add.
pub fn carriers(model: &Model) -> Vec<Carriers> {
    let group = |ix: ComponentIx| {
        let on = |c: &ComponentIx| model.graph[*c].on == Some(ix);
        let member = |c: ComponentIx| Some((c.index() as u32, model.graph[c].station.as_ref()?.cpu));
        let nodes = model.graph[ix].nodes.as_ref()?;
        Some(Carriers {
            cpu: nodes.cpu * nodes.zones.len() as f64,
            members: model.graph.node_indices().filter(on).filter_map(member).collect(),
        })
    };
    model.graph.node_indices().filter_map(group).collect()
}

/// Whether the pods on the machines of a component want more cores than there are: they slow each other down.
pub fn crowded(all: &Compiled, s: &Solution, c: usize) -> bool {
    all.carriers.iter().any(|group| {
        let wanted = || group.members.iter().map(|(m, cpu)| s.desks[*m as usize].busy * cpu).sum::<f64>();
        group.members.iter().any(|m| m.0 as usize == c) && wanted() > group.cpu
    })
}

/// Whether a component has so many requests inside, on average, that some may find no connection.
pub fn short_of_connections(all: &Compiled, s: &Solution, c: usize) -> bool {
    let Some(desk) = &all.stations[c] else { return false };
    let Some(connections) = desk.connections else { return false };
    let state = &s.desks[c];
    let nodes = all.nodes_of(c).iter().map(|n| (&all.nodes[*n as usize], &s.nodes[*n as usize]));
    let passing: f64 = nodes.map(|(node, at)| at.arrivals * node.latency.mean).sum();
    let inside = state.busy + state.queue + passing;
    inside.is_finite() && inside > NOTICED * f64::from(connections)
}
