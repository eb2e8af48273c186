//! What stands behind a name that may lead elsewhere, and the model in which all such names do.

use super::call::Switch;
use super::station::Branch;
use super::{CallIx, ComponentIx, JourneyIx, Model};
use crate::units::Probability;
use std::collections::BTreeSet;

/// How the name that a component stands for leads elsewhere, where it may.
pub fn switch_of(model: &Model, ix: ComponentIx) -> Option<Switch> {
    model.graph.edges(ix).find_map(|call| call.weight().policy.switch)
}

/// What the requests that make the call `usual` cannot do without when they make `call` instead (or the same): its target,
/// and from there on what required calls without a fallback or a quorum lead to, however seldom they are made.
/// O(journeys x calls).
pub fn behind(model: &Model, usual: CallIx, call: CallIx) -> Vec<ComponentIx> {
    let Some((from, to)) = model.graph.edge_endpoints(call) else { return Vec::new() };
    let mut all = BTreeSet::from([to]);
    for journey in model.journey_indices() {
        let station = model.graph[from].station.as_ref();
        let made = station.into_iter().flat_map(|s| s.program(journey).steps.iter().flatten());
        if made.into_iter().any(|branch| branch.call == usual && branch.probability > Probability::ZERO) {
            needed(model, journey, to, &mut all);
        }
    }
    all.into_iter().collect()
}

fn needed(model: &Model, journey: JourneyIx, from: ComponentIx, all: &mut BTreeSet<ComponentIx>) {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(component) = open.pop() {
        if !seen.insert(component) {
            continue;
        }
        all.insert(component);
        let Some(station) = &model.graph[component].station else { continue };
        let program = station.program(journey);
        for (group, branches) in program.steps.iter().enumerate() {
            if program.quorum(group).is_some() {
                continue;
            }
            for call in made(branches) {
                let policy = &model.graph[call].policy;
                if policy.required && policy.others_of(journey).next().is_none() {
                    open.extend(model.graph.edge_endpoints(call).map(|ends| ends.1));
                }
            }
        }
    }
}

/// The calls that these branches make, however seldom.
pub fn made<'a>(branches: impl IntoIterator<Item = &'a Branch>) -> impl Iterator<Item = CallIx> {
    let made = branches.into_iter().filter(|b| b.probability > Probability::ZERO && b.count > 0);
    made.flat_map(|branch| [Some(branch.call), branch.miss.map(|miss| miss.call)]).flatten()
}

/// The model in which every name that may lead elsewhere does; `None` where none may.
pub fn switched(model: &Model) -> Option<Model> {
    model.graph.edge_weights().find(|call| call.policy.switch.is_some())?;
    let mut other = model.clone();
    let elsewhere = |call: &mut CallIx| {
        if let Some(switch) = model.graph[*call].policy.switch {
            *call = switch.to;
        }
    };
    for component in other.graph.node_weights_mut() {
        let programs = component.station.iter_mut().flat_map(|s| &mut s.programs);
        for branch in programs.flat_map(|p| p.steps.iter_mut().flatten()) {
            elsewhere(&mut branch.call);
            if let Some(miss) = &mut branch.miss {
                elsewhere(&mut miss.call);
            }
        }
    }
    Some(other)
}
