//! Calls and programs: straight hops (`to`), the journeys' steps, policies (`[call]`), balancers and endless loops.

use super::steps::{Step, parse_list};
use super::tables::{BREAKER, CALL, POOL, RETRY};
use super::validate::MAX_CALLS;
use crate::diag::{Diagnostic, Span};
use crate::fields::Reader;
use crate::fields::check::MAX_HINTS;
use crate::fields::node::{Node, Table};
use crate::model::call::{Breaker, Call, Jitter, Policy, Pool, Retry, Switch};
use crate::model::station::{Balance, Branch, HealthCheck, Miss};
use crate::model::{CallIx, ComponentIx, JourneyIx, Model};
use crate::text::Phrase;
use crate::text::diagnostics as say;
use crate::text::unused;
use crate::units::{Duration, Probability};
use indexmap::IndexMap;
use std::collections::BTreeMap;

/// Adds calls to a model whose components and journeys are there.
pub struct Wiring<'a> {
    /// The model.
    pub model: &'a mut Model,
    /// What is wrong.
    pub diagnostics: &'a mut Vec<Diagnostic>,
    ids: IndexMap<String, ComponentIx>,
    calls: BTreeMap<(ComponentIx, ComponentIx), CallIx>,
    made: BTreeMap<CallIx, bool>,
    /// Names of nothing so far.
    unknown: usize,
}

impl<'a> Wiring<'a> {
    /// Starts with the model's components.
    pub fn new(model: &'a mut Model, diagnostics: &'a mut Vec<Diagnostic>) -> Self {
        let ids = model.graph.node_indices().map(|ix| (model.graph[ix].id.clone(), ix)).collect();
        Self { model, diagnostics, ids, calls: BTreeMap::new(), made: BTreeMap::new(), unknown: 0 }
    }

    fn call(&mut self, from: ComponentIx, to: ComponentIx, at: Span) -> CallIx {
        if let Some(call) = self.calls.get(&(from, to)) {
            return *call;
        }
        let call = self.model.graph.add_edge(from, to, Call { at, ..Call::default() });
        self.calls.insert((from, to), call);
        if self.calls.len() == MAX_CALLS + 1 {
            let error = Diagnostic::error("too-many", at, say::too_many("call", MAX_CALLS + 1, MAX_CALLS));
            self.diagnostics.push(error.help(say::too_many_help(MAX_CALLS)));
        }
        call
    }

    /// The component a step or hop names, if requests can be sent there.
    fn target(&mut self, id: &str, at: Span) -> Option<ComponentIx> {
        let Some(ix) = self.ids.get(id).copied() else {
            self.unknown += 1;
            let names = self.ids.keys().map(String::as_str);
            let near =
                if self.unknown > MAX_HINTS { None } else { crate::diag::nearest_name(id, names.clone()) };
            let help = match near {
                Some(near) => say::did_you_mean(near),
                None => say::one_of(&names.take(say::MOST_NAMED).collect::<Vec<_>>()),
            };
            let error = Diagnostic::error(
                "unknown-reference",
                at,
                say::unknown_reference("構成要素", "component", id),
            );
            self.diagnostics.push(error.help(help));
            return None;
        };
        let component = &self.model.graph[ix];
        if component.station.is_none() {
            let error = Diagnostic::error("serves-nothing", at, say::serves_nothing(id, component.kind));
            self.diagnostics.push(error.help(say::serves_nothing_help()));
            return None;
        }
        Some(ix)
    }

    /// Straight hops: what a component calls for every journey unless the journey's steps say otherwise.
    pub fn hops(&mut self, components: &IndexMap<String, Reader>) {
        for (id, read) in components {
            let Some((to, at)) = read.text("to").zip(read.node("to").map(|n| n.span)) else { continue };
            if read.text("kind") == Some("queue") {
                self.queue_calls(id, at);
                continue;
            }
            let Some(from) = self.ids.get(id).copied().filter(|ix| self.model.graph[*ix].station.is_some())
            else {
                continue;
            };
            let Some(target) = self.target(to, at) else { continue };
            let call = self.call(from, target, at);
            self.made.insert(call, true);
            let hop = Branch { call, probability: Probability::ONE, count: 1, miss: None };
            if let Some(station) = &mut self.model.graph[from].station {
                for program in &mut station.programs {
                    program.steps = vec![vec![hop]];
                }
            }
        }
    }

    /// The steps of every journey.
    pub fn steps(&mut self, root: &Table) {
        let journeys = root.table("journey").into_iter().flat_map(Table::tables);
        for (id, _, table) in journeys {
            let Some(journey) = self.model.journey(id) else { continue };
            let Some(steps) = table.table("steps") else { continue };
            for (component, entry) in &steps.entries {
                let Some(from) = self.target(component, entry.key) else { continue };
                if self.model.graph[from].kind == "queue" {
                    self.queue_calls(component, entry.key);
                    continue;
                }
                let groups = parse_list(&entry.node, self.diagnostics);
                let groups = groups.into_iter().map(|g| (self.group(from, &g.steps), g.quorum));
                let (steps, quorum) = groups.filter(|g| !g.0.is_empty()).unzip();
                if let Some(station) = &mut self.model.graph[from].station {
                    let program = &mut station.programs[journey.0 as usize];
                    (program.steps, program.quorum) = (steps, quorum);
                }
            }
        }
    }

    /// What is handed to a queue is not waited for, and its consumers are not modelled.
    fn queue_calls(&mut self, id: &str, at: Span) {
        let error = Diagnostic::error("queue-calls", at, unused::queue_calls(id));
        self.diagnostics.push(error.help(unused::queue_calls_help()));
    }

    fn group(&mut self, from: ComponentIx, steps: &[Step]) -> Vec<Branch> {
        let mut branches = Vec::new();
        for step in steps {
            let Some(to) = self.target(&step.to, step.at) else { continue };
            let call = self.call(from, to, step.at);
            self.made.insert(call, true);
            let miss = match &step.miss {
                None => None,
                Some((hit, id)) => {
                    let Some(other) = self.target(id, step.at) else { continue };
                    let call = self.call(from, other, step.at);
                    self.made.insert(call, true);
                    let popular = hit.is_none();
                    if popular && self.model.graph[to].station.as_ref().is_none_or(|s| s.popularity.is_none())
                    {
                        let error = Diagnostic::error("no-hit-ratio", step.at, say::no_hit_ratio(&step.to));
                        self.diagnostics.push(error.help(say::no_hit_ratio_help()));
                    }
                    Some(Miss { hit: hit.unwrap_or_default(), popular, call })
                }
            };
            branches.push(Branch { call, probability: step.probability, count: step.count, miss });
        }
        branches
    }

    /// Names that lead elsewhere while what they lead to does not answer.
    pub fn switches(&mut self, components: &IndexMap<String, Reader>) {
        for (id, read) in components.iter().filter(|(_, read)| read.text("kind") == Some("dns")) {
            let Some(node) = read.node("failover") else { continue };
            let Some(other) = read.sub("failover") else { continue };
            let (Some(from), Some(target)) = (self.ids.get(id).copied(), other.text("to")) else { continue };
            let at = other.node("to").map_or(node.span, |n| n.span);
            let usual = read.text("to").and_then(|to| self.ids.get(to).copied());
            let Some(call) = usual.and_then(|to| self.calls.get(&(from, to)).copied()) else {
                let error = Diagnostic::error("bad-failover", node.span, say::failover_of_nothing(id));
                self.diagnostics.push(error.help(say::failover_of_nothing_help()));
                continue;
            };
            let Some(to) = self.target(target, at) else { continue };
            if usual == Some(to) || to == from {
                let error = Diagnostic::error("bad-failover", at, say::failover_to_itself(id, target));
                self.diagnostics.push(error.help(say::failover_to_itself_help()));
                continue;
            }
            let to = self.call(from, to, at);
            self.made.insert(to, true);
            let each = other.time("interval").unwrap_or_default();
            self.model.graph[call].policy.switch = Some(Switch {
                to,
                detection: each * f64::from(other.count("threshold").unwrap_or(1)),
                ttl: other.time("ttl").unwrap_or_default(),
                stale: other.share("stale").unwrap_or_default(),
            });
        }
    }

    /// Networks and policies of `[call."a -> b"]`.
    pub fn policies(&mut self, root: &Table) {
        let mut fallbacks: BTreeMap<CallIx, bool> = BTreeMap::new();
        let mut stated: Vec<(CallIx, Span)> = Vec::new();
        let mut known = BTreeMap::new();
        for (id, at, table) in root.table("call").into_iter().flat_map(Table::tables) {
            let ends = id.split_once("->").map(|(a, b)| (a.trim(), b.trim()));
            let Some((from, to)) = ends.filter(|(a, b)| !a.is_empty() && !b.is_empty()) else {
                let error = Diagnostic::error("bad-call", at, say::bad_call(id));
                self.diagnostics.push(error.help(say::bad_call_help()));
                continue;
            };
            let (Some(from), Some(to)) = (self.target(from, at), self.target(to, at)) else { continue };
            let call = self.call(from, to, at);
            if let Some(first) = known.insert(call, at) {
                let (from, to) = (&self.model.graph[from].id, &self.model.graph[to].id);
                let error = Diagnostic::error("call-twice", at, say::call_twice(from, to));
                self.diagnostics
                    .push(error.help(say::call_twice_help()).label(first, Phrase::same("[call]")));
            }
            let read = Reader::new(table, CALL);
            let fallback = read.node("fallback").and_then(Node::text).map(str::to_owned).and_then(|id| {
                let at = read.node("fallback").map_or(at, |n| n.span);
                self.target(&id, at).map(|other| self.call(from, other, at))
            });
            if let Some(fallback) = fallback {
                fallbacks.insert(fallback, true);
            }
            let only = read.texts("fallback-for");
            let fallback_for = only.into_iter().filter_map(|id| self.model.journey(id)).collect();
            let edge = &mut self.model.graph[call];
            edge.at = at;
            edge.network = read.spread("network");
            let switch = edge.policy.switch;
            edge.policy = Policy { fallback_for, switch, ..policy(&read, table, fallback) };
            stated.push((call, at));
        }
        for (call, at) in stated {
            if !self.made.contains_key(&call) && !fallbacks.contains_key(&call) {
                let (from, to) = self.model.graph.edge_endpoints(call).unwrap_or_default();
                let (from, to) = (&self.model.graph[from].id, &self.model.graph[to].id);
                let warning = Diagnostic::warning("unused-call", at, say::unused_call(from, to));
                self.diagnostics.push(warning.help(say::unused_call_help()));
            }
        }
    }

    /// The clients' networks, on the calls they make.
    pub fn networks(&mut self, components: &IndexMap<String, Reader>) {
        for (id, read) in components.iter().filter(|(_, r)| r.text("kind") == Some("client")) {
            let (Some(from), Some(network)) = (self.ids.get(id).copied(), read.spread("network")) else {
                continue;
            };
            for ((caller, _), call) in &self.calls {
                let edge = &mut self.model.graph[*call];
                if *caller == from && edge.network.is_none() {
                    edge.network = Some(network.clone());
                }
            }
        }
    }

    /// What a balancer decides for the components it calls.
    pub fn fronts(&mut self, fronts: &[(ComponentIx, (Balance, Option<HealthCheck>))]) {
        for (front, (balance, health)) in fronts {
            let targets: Vec<_> =
                self.calls.keys().filter(|(from, _)| from == front).map(|(_, to)| *to).collect();
            for target in targets {
                if let Some(station) = &mut self.model.graph[target].station {
                    station.balance = *balance;
                    station.health = health.or(station.health);
                }
            }
        }
    }

    /// Reports loops of calls that never end, one for each journey.
    pub fn loops(&mut self) {
        for journey in self.model.journey_indices() {
            if let Some(path) = endless(self.model, journey) {
                let j = &self.model.journeys[journey.0 as usize];
                let names: Vec<_> = path.iter().map(|ix| self.model.graph[*ix].id.as_str()).collect();
                let error =
                    Diagnostic::error("endless-loop", j.at, say::endless_loop(&names.join(" -> "), &j.id));
                self.diagnostics.push(error.help(say::endless_loop_help()));
            }
        }
    }
}

fn policy(read: &Reader, table: &Table, fallback: Option<CallIx>) -> Policy {
    let retry = table.table("retry").map(|t| Reader::new(t, RETRY)).and_then(|r| {
        Some(Retry {
            extra: r.count("extra")?,
            base: r.time("base")?,
            cap: r.time("cap")?,
            jitter: match r.text("jitter") {
                Some("full") => Jitter::Full,
                Some("equal") => Jitter::Equal,
                _ => Jitter::None,
            },
            budget: r.share("budget"),
        })
    });
    let breaker = table.table("breaker").map(|t| Reader::new(t, BREAKER)).and_then(|b| {
        Some(Breaker { errors: b.share("errors")?, over: b.time("over")?, open: b.time("open")? })
    });
    Policy {
        timeout: read.time("timeout").filter(|t| *t > Duration::ZERO),
        cancel: read.flag("cancel").unwrap_or(false),
        hedge: read.time("hedge").filter(|t| *t > Duration::ZERO),
        pool: table.table("pool").map(|t| Reader::new(t, POOL)).and_then(|pool| {
            Some(Pool {
                size: pool.count("size")?.max(1),
                queue: pool.count("queue"),
                timeout: pool.time("timeout").filter(|t| *t > Duration::ZERO),
            })
        }),
        retry,
        retry_after: table
            .table("retry")
            .is_some_and(|t| Reader::new(t, RETRY).flag("retry-after").unwrap_or(false)),
        breaker,
        fallback,
        required: read.flag("required").unwrap_or(true),
        ..Policy::default()
    }
}

/// Mean number of direct calls from each component to others, for one journey. A fallback, and where a name may lead else,
/// count as if they were always needed: then the answer below holds even when everything fails.
fn weights(model: &Model, journey: JourneyIx) -> BTreeMap<ComponentIx, BTreeMap<ComponentIx, f64>> {
    let mut weights: BTreeMap<ComponentIx, BTreeMap<ComponentIx, f64>> = BTreeMap::new();
    for from in model.graph.node_indices() {
        let Some(station) = &model.graph[from].station else { continue };
        let program = station.program(journey);
        let goes_on = program.hit.complement().get();
        for branch in program.steps.iter().flatten() {
            let each = goes_on * branch.probability.get() * f64::from(branch.count);
            let mut add = |mut call: CallIx, weight: f64| {
                for _ in 0..8 {
                    let switch = model.graph[call].policy.switch.map(|switch| switch.to);
                    for call in switch.into_iter().chain([call]) {
                        let Some((_, to)) = model.graph.edge_endpoints(call) else { return };
                        *weights.entry(from).or_default().entry(to).or_default() += weight;
                    }
                    match model.graph[call].policy.fallback_of(journey) {
                        Some(next) if next != call => call = next,
                        _ => return,
                    }
                }
            };
            // A cache-aside fills the cache after a miss: the first call is then made twice.
            let misses = branch.miss.map_or(0.0, |m| m.hit.complement().get());
            add(branch.call, each * (1.0 + misses));
            if let Some(miss) = branch.miss {
                add(miss.call, each * misses);
            }
        }
    }
    weights
}

/// A loop of calls whose mean number of calls grows round by round, if there is one among those the journey reaches.
/// Power iteration on each strongly connected part: legal if its spectral radius is below 1.
fn endless(model: &Model, journey: JourneyIx) -> Option<Vec<ComponentIx>> {
    let weights = weights(model, journey);
    let mut graph = petgraph::graphmap::DiGraphMap::<ComponentIx, f64>::new();
    let mut open = vec![model.journeys[journey.0 as usize].entry];
    let mut seen: std::collections::BTreeSet<ComponentIx> = open.iter().copied().collect();
    while let Some(from) = open.pop() {
        for (to, weight) in weights.get(&from).into_iter().flatten().filter(|(_, w)| **w > 0.0) {
            graph.add_edge(from, *to, *weight);
            if seen.insert(*to) {
                open.push(*to);
            }
        }
    }
    for part in petgraph::algo::kosaraju_scc(&graph) {
        let own_loop = part.len() == 1 && graph.contains_edge(part[0], part[0]);
        if (part.len() > 1 || own_loop) && radius(&graph, &part) >= 1.0 - 1e-9 {
            let mut path = part;
            path.reverse();
            path.push(path[0]);
            return Some(path);
        }
    }
    None
}

/// Spectral radius of the mean-call matrix of a strongly connected part, from below and above by Collatz-Wielandt on
/// the matrix plus the identity (which makes it primitive).
fn radius(graph: &petgraph::graphmap::DiGraphMap<ComponentIx, f64>, part: &[ComponentIx]) -> f64 {
    let index: BTreeMap<ComponentIx, usize> = part.iter().enumerate().map(|(i, ix)| (*ix, i)).collect();
    let mut v = vec![1.0; part.len()];
    let mut highest = f64::INFINITY;
    for _ in 0..300 {
        let mut next = v.clone();
        for (from, i) in &index {
            for (_, to, weight) in graph.edges(*from) {
                if let Some(j) = index.get(&to) {
                    next[*i] += weight * v[*j];
                }
            }
        }
        let ratios = || next.iter().zip(&v).map(|(a, b)| a / b);
        let lowest = ratios().fold(f64::INFINITY, f64::min);
        highest = ratios().fold(0.0, f64::max);
        if highest - lowest < 1e-9 {
            break;
        }
        let size = next.iter().copied().fold(0.0, f64::max);
        v = next.into_iter().map(|x| (x / size).max(1e-300)).collect();
    }
    highest - 1.0
}
