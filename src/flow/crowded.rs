//! What the formulas leave to the simulator: pods that want more CPU than their machines have, databases that run out of
//! connections, and answers that may come later than the edge waits. Deliberately not here: how long requests take then.

use super::compiled::Compiled;
use super::solution::Solution;
use crate::model::{CallIx, ComponentIx, Model};

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

/// How long the caller of a call waits for the start of an answer by itself, seconds.
pub fn waits(model: &Model, call: CallIx) -> f64 {
    let caller = model.graph.edge_endpoints(call).and_then(|ends| model.graph[ends.0].station.as_ref());
    caller.and_then(|station| station.gives_up).map_or(f64::INFINITY, |limit| limit.as_seconds())
}

/// Whether answers to a journey may begin later than a caller waits: half of its patience on average.
pub fn cut(all: &Compiled, s: &Solution, j: usize) -> bool {
    all.journeys[j].legs.clone().map(|l| &all.legs[l as usize]).any(|leg| {
        let Some(callee) = s.nodes.get(leg.node as usize).filter(|_| leg.edge.is_finite()) else {
            return false;
        };
        let mean = callee.first.map_or(callee.ok.mean, |first| first.mean) + leg.network.mean;
        mean.is_finite() && mean > 0.5 * leg.edge
    })
}
