//! The most that the vendors' contracts promise for a set of journeys: promises in series multiply, of a call and its
//! fallback one is enough. Nothing here looks at failure data.
//!
//! A component that we run ourselves (its units stand on units of another) has no contract of its own: those of what carries
//! it count. A component that can neither fail nor belongs to anybody (a client) needs none. Each component counts once.

use super::bdd::{Bdd, Chances, Function, NEVER};
use super::structure::{Gate, Structure};
use super::system::too_few;
use crate::model::failure::carrier;
use crate::model::{Component, ComponentIx, JourneyIx, Model};
use indexmap::IndexSet;
use std::collections::BTreeMap;

/// Nodes for the diagram of promises.
const MOST_NODES: usize = 1_000_000;

/// What the contracts say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ceiling {
    /// Promised for all journeys together; `None` where something needed has no promise.
    pub promised: Option<f64>,
    /// The same if everything without a promise never failed; `None` when nothing has one.
    pub of_promises: Option<f64>,
    /// Needed components without a promise.
    pub without: Vec<String>,
    /// The component with the weakest promise in series, and that promise.
    pub weakest: Option<(String, f64)>,
}

/// Reads the contracts. O(components) for a structure without fallbacks.
pub fn ceiling(model: &Model, journeys: &[JourneyIx]) -> Ceiling {
    let structure = Structure::of(model, journeys);
    let mut signers: IndexSet<ComponentIx> = IndexSet::new();
    let mut by: BTreeMap<ComponentIx, Vec<u32>> = BTreeMap::new();
    for component in structure.components() {
        let chain = chain(model, component);
        by.insert(component, chain.into_iter().map(|signer| signers.insert_full(signer).0 as u32).collect());
    }
    let promise =
        |ix: &ComponentIx| model.graph[*ix].failure.sla.map(|sla| sla.get()).filter(|sla| *sla > 0.0);
    let without =
        signers.iter().filter(|ix| promise(ix).is_none()).map(|ix| model.graph[*ix].id.clone()).collect();
    let in_series =
        structure.series.iter().flat_map(|ix| by[ix].iter().map(|place| &signers[*place as usize]));
    let weakest = in_series
        .filter_map(|ix| promise(ix).map(|p| (model.graph[*ix].id.clone(), p)))
        .min_by(|a, b| a.1.total_cmp(&b.1));
    let mut answer = Ceiling { without, weakest, ..Ceiling::default() };
    let Some((bdd, broken)) = diagram(&structure, &by) else { return answer };
    let chance = |missing: f64| {
        let of_variable = signers.iter().map(|ix| promise(ix).map_or(missing, |p| 1.0 - p)).collect();
        1.0 - Chances::new(of_variable).of(&bdd, broken)
    };
    if !signers.is_empty() {
        answer.promised = Some(chance(1.0)).filter(|p| *p > 0.0);
    }
    if signers.iter().any(|ix| promise(ix).is_some()) {
        answer.of_promises = Some(chance(0.0));
    }
    answer
}

/// The components whose contracts count for this one.
fn chain(model: &Model, component: ComponentIx) -> Vec<ComponentIx> {
    let mut all = vec![component];
    let mut place = 0;
    while place < all.len() {
        let ix = all[place];
        let below = model.graph[ix].failure.units.iter().find_map(|unit| carrier(model, ix, unit));
        all.extend(below.map(|(below, _)| below).filter(|below| !all.contains(below)));
        place += 1;
    }
    all.retain(|ix| needs_a_promise(model, *ix));
    all
}

fn needs_a_promise(model: &Model, ix: ComponentIx) -> bool {
    let Component { failure, .. } = &model.graph[ix];
    let carried = failure.units.iter().any(|unit| carrier(model, ix, unit).is_some());
    let cannot_fail = failure.known
        && failure.units.is_empty()
        && failure.availability.is_none()
        && failure.provider.is_none()
        && failure.region.is_none();
    failure.sla.is_some() || !(carried || cannot_fail)
}

fn diagram(structure: &Structure, by: &BTreeMap<ComponentIx, Vec<u32>>) -> Option<(Bdd, Function)> {
    let mut bdd = Bdd::new(MOST_NODES);
    let mut gates: Vec<Function> = Vec::new();
    let all = |bdd: &mut Bdd, gates: &[Function], own: &[ComponentIx], inner: &[usize]| -> Option<Function> {
        let mut variables: Vec<u32> = own.iter().flat_map(|ix| by[ix].iter().copied()).collect();
        variables.sort_unstable();
        variables.dedup();
        let mut broken = NEVER;
        for variable in variables.into_iter().rev() {
            let variable = bdd.variable(variable)?;
            broken = bdd.or(variable, broken)?;
        }
        for gate in inner {
            broken = bdd.or(gates[*gate], broken)?;
        }
        Some(broken)
    };
    for gate in &structure.gates {
        let broken = match gate {
            Gate::All(own, inner) => all(&mut bdd, &gates, own, inner)?,
            Gate::Either(a, b) | Gate::Switch(a, b, _) => bdd.and(gates[*a], gates[*b])?,
            Gate::AtLeast(needed, of) => too_few(&mut bdd, *needed, of, &gates)?,
        };
        gates.push(broken);
    }
    let broken = all(&mut bdd, &gates, &structure.series, &structure.choices)?;
    Some((bdd, broken))
}
