//! What a set of journeys needs: the components that all have to be up, the pairs of ways of which one is enough, and the
//! groups of ways of which some are.
//! Built from the calls alone; how components fail is not looked at here.
//!
//! - A component that is called at all is needed in full, however seldom it is called (a step made with 5 %, the origin
//!   behind a CDN's cache, the database behind a cache): a journey is up when every one of its requests can be served.
//! - A call that is not `required` is not needed; what is called on its miss is.
//! - A call with a fallback needs its target or the fallback; so does a call by a name that may lead elsewhere. A fallback that leads back to the same call, or that is
//!   nested deeper than [`DEEPEST`], counts as absent.
//! - A group with a quorum needs that many of its calls, required or not. A call of it that is made by chance only helps
//!   those requests that make it, so the quorum has to come from the others; where they are too few, all are needed.

use crate::model::station::Branch;
use crate::model::{CallIx, ComponentIx, JourneyIx, Model};
use std::collections::BTreeMap;

/// Fallbacks of fallbacks that are followed.
pub const DEEPEST: usize = 100;

/// Index of a gate in [`Structure::gates`].
pub type GateIx = usize;

/// A condition on components.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gate {
    /// All of these.
    All(Vec<ComponentIx>, Vec<GateIx>),
    /// The first or the second.
    Either(GateIx, GateIx),
    /// The same, by a name that this component lets lead elsewhere.
    Switch(GateIx, GateIx, ComponentIx),
    /// At least so many of these.
    AtLeast(usize, Vec<GateIx>),
}

/// What some journeys need.
#[derive(Clone, Debug, Default)]
pub struct Structure {
    /// Conditions; a gate refers to earlier ones only.
    pub gates: Vec<Gate>,
    /// Components that must all be up, in the order in which requests reach them.
    pub series: Vec<ComponentIx>,
    /// Gates that must all hold as well.
    pub choices: Vec<GateIx>,
}

impl Structure {
    /// What these journeys need together. O(components + calls), times the number of calls with a fallback.
    pub fn of(model: &Model, journeys: &[JourneyIx]) -> Self {
        let mut structure = Self::default();
        let mut in_series = vec![false; model.graph.node_count()];
        for journey in journeys {
            let mut builder =
                Builder { model, journey: *journey, gates: &mut structure.gates, known: BTreeMap::new() };
            let entry = model.journeys[journey.0 as usize].entry;
            let (own, choices) = builder.closure(&[entry], 0);
            for component in own {
                if !std::mem::replace(&mut in_series[component.index()], true) {
                    structure.series.push(component);
                }
            }
            structure.choices.extend(choices);
        }
        structure.choices.sort_unstable();
        structure.choices.dedup();
        structure
    }

    /// Every component that stands anywhere in the structure, each once, series first.
    pub fn components(&self) -> Vec<ComponentIx> {
        let mut all = self.series.clone();
        for gate in &self.gates {
            if let Gate::All(own, _) = gate {
                all.extend(own);
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        all.retain(|component| seen.insert(*component));
        all
    }
}

struct Builder<'a> {
    model: &'a Model,
    journey: JourneyIx,
    gates: &'a mut Vec<Gate>,
    /// What a call needs: a gate; `None` while that is being found out.
    known: BTreeMap<CallIx, Option<GateIx>>,
}

impl Builder<'_> {
    /// All that is needed behind these components: components in series, in the order of a depth-first walk, and gates.
    fn closure(&mut self, from: &[ComponentIx], depth: usize) -> (Vec<ComponentIx>, Vec<GateIx>) {
        let model = self.model;
        let mut seen = vec![false; model.graph.node_count()];
        let mut own = Vec::new();
        let mut gates = Vec::new();
        let mut stack: Vec<ComponentIx> = from.to_vec();
        while let Some(component) = stack.pop() {
            if std::mem::replace(&mut seen[component.index()], true) {
                continue;
            }
            own.push(component);
            let mut next = Vec::new();
            let (calls, quorums) = self.calls(component);
            for call in calls {
                let policy = &model.graph[call].policy;
                if policy.others_of(self.journey).next().is_some() && depth < DEEPEST {
                    gates.extend(self.choice(call, depth));
                } else {
                    next.extend(target(model, call));
                }
            }
            for (needed, ways) in quorums {
                if depth < DEEPEST {
                    gates.push(self.quorum(needed, &ways, depth));
                } else {
                    next.extend(ways.into_iter().flatten().filter_map(|call| target(model, call)));
                }
            }
            stack.extend(next.into_iter().rev());
        }
        gates.sort_unstable();
        gates.dedup();
        (own, gates)
    }

    /// The gate of a quorum over these ways, each of one or two calls. A way that leads back into itself counts as up.
    fn quorum(&mut self, needed: usize, ways: &[Vec<CallIx>], depth: usize) -> GateIx {
        let mut of = Vec::with_capacity(ways.len());
        for way in ways {
            let mut gates: Vec<GateIx> = way.iter().filter_map(|call| self.choice(*call, depth)).collect();
            gates.dedup();
            of.push(if let [one] = gates[..] { one } else { self.add(Gate::All(Vec::new(), gates)) });
        }
        self.add(Gate::AtLeast(needed, of))
    }

    /// The gate of a call and its fallback, if it has one; `None` inside itself.
    fn choice(&mut self, call: CallIx, depth: usize) -> Option<GateIx> {
        if let Some(known) = self.known.get(&call) {
            return *known;
        }
        self.known.insert(call, None);
        let first = self.all(&[call], depth);
        let policy = &self.model.graph[call].policy;
        let mut gate = first;
        if let Some(second) = policy.switch.and_then(|switch| self.other(switch.to, depth, first)) {
            let (from, _) = self.model.graph.edge_endpoints(call)?;
            gate = self.add(Gate::Switch(first, second, from));
        }
        if let Some(second) = policy.fallback_of(self.journey).and_then(|call| self.other(call, depth, gate))
        {
            gate = self.add(Gate::Either(gate, second));
        }
        self.known.insert(call, Some(gate));
        Some(gate)
    }

    /// The gate of a call made in place of another; `None` inside itself.
    fn other(&mut self, call: CallIx, depth: usize, first: GateIx) -> Option<GateIx> {
        if self.known.get(&call) == Some(&None) {
            return None;
        }
        let goes_on = self.model.graph[call].policy.others_of(self.journey).next().is_some();
        Some(if depth < DEEPEST && goes_on {
            self.choice(call, depth + 1).unwrap_or(first)
        } else {
            self.all(&[call], depth)
        })
    }

    /// What stands behind the targets of these calls, without their fallbacks.
    fn all(&mut self, calls: &[CallIx], depth: usize) -> GateIx {
        let targets: Vec<ComponentIx> = calls.iter().filter_map(|call| target(self.model, *call)).collect();
        let (own, gates) = self.closure(&targets, depth + 1);
        self.add(Gate::All(own, gates))
    }

    fn add(&mut self, gate: Gate) -> GateIx {
        self.gates.push(gate);
        self.gates.len() - 1
    }

    /// The calls that a component cannot do without when it serves the journey, and the ways of which it needs so many.
    fn calls(&self, component: ComponentIx) -> (Vec<CallIx>, Vec<Quorum>) {
        let (mut all, mut quorums) = (Vec::new(), Vec::new());
        let Some(station) = &self.model.graph[component].station else { return (all, quorums) };
        let Some(program) = station.programs.get(self.journey.0 as usize) else { return (all, quorums) };
        if program.hit.get() >= 1.0 {
            return (all, quorums);
        }
        let required = |call: &CallIx| self.model.graph[*call].policy.required;
        for (group, branches) in program.steps.iter().enumerate() {
            let made = || branches.iter().filter(|b| b.probability.get() > 0.0 && b.count > 0);
            let Some(needed) = program.quorum(group).map(|k| k as usize) else {
                all.extend(made().flat_map(|b| both(b, required(&b.call))).filter(required));
                continue;
            };
            let always: Vec<_> = made().filter(|b| b.probability.get() >= 1.0).collect();
            if needed < always.len() {
                quorums.push((needed, always.into_iter().map(|b| both(b, true).collect()).collect()));
            } else if needed == always.len() {
                all.extend(always.into_iter().flat_map(|b| both(b, true)));
            } else {
                all.extend(made().flat_map(|b| both(b, true)));
            }
        }
        (all, quorums)
    }
}

/// Ways, each of one or two calls, and how many of them are needed.
type Quorum = (usize, Vec<Vec<CallIx>>);

/// The calls of a branch: a cache and what is behind it, as far as that is ever called.
fn both(branch: &Branch, needs_cache: bool) -> impl Iterator<Item = CallIx> {
    let miss = branch.miss.filter(|miss| miss.hit.get() < 1.0 || !needs_cache).map(|miss| miss.call);
    [Some(branch.call), miss].into_iter().flatten()
}

fn target(model: &Model, call: CallIx) -> Option<ComponentIx> {
    model.graph.edge_endpoints(call).map(|(_, to)| to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::build;
    use crate::stats::distribution::Distribution;

    fn model(ids: &[&str]) -> (Model, Vec<ComponentIx>, JourneyIx) {
        let mut model = build::empty();
        let station = build::station(1, 1, Distribution::Constant(0.01));
        let ixs: Vec<_> = ids.iter().map(|id| build::component(&mut model, id, station.clone())).collect();
        let journey = build::journey(&mut model, "j", ixs[0], 1.0);
        (model, ixs, journey)
    }

    #[test]
    fn a_fallback_makes_a_choice_and_an_optional_call_needs_nothing() {
        let (mut model, c, j) = model(&["api", "first", "second", "log"]);
        let first = build::call(&mut model, j, c[0], c[1]);
        let second = model.graph.add_edge(c[0], c[2], Default::default());
        model.graph[first].policy.fallback = Some(second);
        let log = build::call(&mut model, j, c[0], c[3]);
        model.graph[log].policy.required = false;
        let structure = Structure::of(&model, &[j]);
        assert_eq!(structure.series, [c[0]]);
        assert_eq!(structure.choices.len(), 1);
        assert_eq!(structure.components(), [c[0], c[1], c[2]]);
    }

    #[test]
    fn a_quorum_needs_some_of_its_calls() {
        let (mut model, c, j) = model(&["api", "a", "b", "c"]);
        for to in &c[1..] {
            build::call(&mut model, j, c[0], *to);
        }
        let program = &mut model.graph[c[0]].station.as_mut().unwrap().programs[0];
        program.steps = vec![program.steps.concat()];
        program.quorum = vec![Some(2)];
        let structure = Structure::of(&model, &[j]);
        assert_eq!((structure.series.clone(), structure.choices.len()), (vec![c[0]], 1));
        let Gate::AtLeast(2, ways) = &structure.gates[structure.choices[0]] else { panic!("{structure:?}") };
        assert_eq!(ways.len(), 3);
        // One that is made by chance only: of the other two both are needed.
        let program = &mut model.graph[c[0]].station.as_mut().unwrap().programs[0];
        program.steps[0][2].probability = crate::units::Probability::clamp(0.5);
        assert_eq!(Structure::of(&model, &[j]).series, [c[0], c[1], c[2]]);
    }

    #[test]
    fn a_loop_of_calls_and_fallbacks_ends() {
        let (mut model, c, j) = model(&["a", "b"]);
        let there = build::call(&mut model, j, c[0], c[1]);
        let back = build::call(&mut model, j, c[1], c[0]);
        model.graph[there].policy.fallback = Some(back);
        model.graph[back].policy.fallback = Some(there);
        let structure = Structure::of(&model, &[j]);
        assert_eq!(structure.series, [c[0]]);
        assert_eq!(structure.components(), [c[0], c[1]]);
    }
}
