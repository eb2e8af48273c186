//! A model as flat arrays: who visits whom, with which moments, in which order to solve. Made once per model; an hour of
//! the week or another number of users is then solved without looking at the model again.

use super::batches::Sizes;
use super::crowded::{Carriers, carriers, waits};
use super::desk::Desk;
use super::lower::{desk, gaps_scv, node};
use super::moments::Moments;
use super::order::{depth_first, reachable};
use super::retry;
use super::shapes::{NodeShapes, Sliced};
use crate::model::call::{Breaker, Retry};
use crate::model::credits::Credits;
use crate::model::station::Station;
use crate::model::workload::{Arrivals, Process};
use crate::model::{CallIx, ComponentIx, JourneyIx, Model};
use crate::text::flow as words;
use std::ops::Range;
use std::sync::Arc;

/// No index.
pub const NONE: u32 = u32::MAX;

/// The compiled model.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// Components of the model.
    pub n_components: usize,
    /// Whether one gamma is enough for the percentiles of a path.
    pub rough: bool,
    /// A component as one journey visits it; the nodes of a journey stand together, callers before callees where there is
    /// no loop.
    pub nodes: Vec<Node>,
    /// Nodes of each journey.
    pub journeys: Vec<Journey>,
    /// Branches of each group, as ranges of `branches`.
    pub groups: Vec<Range<u32>>,
    /// Calls of the programs.
    pub branches: Vec<Branch>,
    /// A call as one journey makes it.
    pub legs: Vec<Leg>,
    /// By node, what is no gamma.
    pub shapes: Vec<NodeShapes>,
    /// By leg, the network where it is no gamma.
    pub networks: Vec<Option<Sliced>>,
    /// Stations by component.
    pub stations: Vec<Option<Desk>>,
    /// Nodes of each component, as ranges of `nodes_by_component`.
    pub component_nodes: Vec<Range<u32>>,
    /// See `component_nodes`.
    pub nodes_by_component: Vec<u32>,
    /// Components that serve, callees first where there is no loop.
    pub order: Vec<u32>,
    /// Groups of burstable machines, and what stands on them.
    pub bursts: Vec<Burst>,
    /// Groups of machines that carry pods.
    pub carriers: Vec<Carriers>,
    /// Whether a component can come back to itself through calls.
    pub loops: bool,
}

/// One journey.
#[derive(Clone, Debug)]
pub struct Journey {
    /// Its nodes; the first is its entry. Empty when the entry serves no requests.
    pub nodes: Range<u32>,
    /// Its legs.
    pub legs: Range<u32>,
    /// Squared coefficient of variation of its gaps, as `a + b x rate`; `None`: not known in closed form.
    pub gaps_scv: Option<(f64, f64)>,
    /// Sizes of its batches, where it sends batches.
    pub batch: Option<Arc<Sizes>>,
    /// Rank in priority queues.
    pub rank: u8,
    /// Users and their think time, for closed sessions.
    pub closed: Option<(u32, Moments)>,
    /// Whether the nodes contain a loop.
    pub loops: bool,
    /// Whether anything streams.
    pub streams: bool,
    /// Why only the simulation answers it, when that is so: what its program, its calls or its stations do has no formula.
    pub why: Option<&'static str>,
}

/// A component as one journey visits it.
#[derive(Clone, Debug)]
pub struct Node {
    /// The component.
    pub component: u32,
    /// The journey.
    pub journey: u32,
    /// Its program, as a range of `groups`.
    pub groups: Range<u32>,
    /// Chance that it answers from its cache.
    pub hit: f64,
    /// Latency on a hit.
    pub hit_latency: Moments,
    /// Latency otherwise.
    pub latency: Moments,
    /// Work, and its third moment; `None`: it needs no server.
    pub work: Option<(Moments, f64)>,
    /// Whether the work is exponential.
    pub exponential: bool,
    /// Stream after the latency.
    pub stream: Option<Moments>,
    /// Tokens of a request, in and out, means.
    pub tokens: (f64, f64),
    /// Mean square of both together.
    pub tokens_square: f64,
    /// Its legs.
    pub legs: Range<u32>,
    /// Whether requests reach it more often than the traffic equations say: behind a second request.
    pub hedged: bool,
    /// Whether requests reach it as a Poisson stream, or as in a product-form network.
    pub poisson: bool,
    /// Whether its journey's batches reach it as they were sent.
    pub batched: bool,
}

/// One call of a program.
#[derive(Clone, Copy, Debug)]
pub struct Branch {
    /// Chance that it is made.
    pub probability: f64,
    /// Rounds, one after the other.
    pub count: f64,
    /// The call.
    pub leg: u32,
    /// Cache-aside: chance of a hit, and the call made on a miss.
    pub miss: Option<(f64, u32)>,
    /// Whether the chance follows from how often the cache is asked.
    pub popular: bool,
}

/// A call as one journey makes it.
#[derive(Clone, Copy, Debug)]
pub struct Leg {
    /// The model's call.
    pub call: CallIx,
    /// The callee as this journey visits it; [`NONE`] when it serves nothing.
    pub node: u32,
    /// Round trip of the network.
    pub network: Moments,
    /// Time limit, seconds; infinite without.
    pub timeout: f64,
    /// How long the caller waits for the start of an answer where the call states no limit, seconds; infinite without.
    pub edge: f64,
    /// Retries.
    pub retry: Option<Retry>,
    /// Breaker.
    pub breaker: Option<Breaker>,
    /// The leg taken when this one has failed for good.
    pub fallback: u32,
    /// Whether its failure is the caller's.
    pub required: bool,
    /// Whether work given up is recalled.
    pub cancel: bool,
    /// Whether it sends second requests.
    pub hedge: bool,
    /// Why only the simulation answers its policy, when that is so.
    pub why: Option<&'static str>,
}

/// A group of burstable machines.
#[derive(Clone, Debug)]
pub struct Burst {
    /// The group.
    pub component: u32,
    /// One of them.
    pub credits: Credits,
    /// How many.
    pub count: u32,
    /// Components on them, and the cores that a busy server of each uses.
    pub members: Vec<(u32, f64)>,
}

impl Compiled {
    /// The same with the units as stated, for what is lost: an autoscaler takes minutes to replace that.
    pub fn as_stated(model: &Model) -> Self {
        let mut all = Self::of(model);
        all.stations.iter_mut().flatten().for_each(|desk| desk.scaling = None);
        all
    }

    /// Compiles a model. O(components + journeys x the calls they can reach).
    pub fn of(model: &Model) -> Self {
        let n = model.graph.node_count();
        let mut this = Self {
            n_components: n,
            rough: model.rough,
            nodes: Vec::new(),
            journeys: Vec::with_capacity(model.journeys.len()),
            groups: Vec::new(),
            branches: Vec::new(),
            legs: Vec::new(),
            shapes: Vec::new(),
            networks: Vec::new(),
            stations: model.graph.node_weights().map(|c| c.station.as_ref().map(desk)).collect(),
            component_nodes: Vec::new(),
            nodes_by_component: Vec::new(),
            order: Vec::new(),
            bursts: super::lower::bursts(model),
            carriers: carriers(model),
            loops: false,
        };
        let mut scratch = Scratch { node_of: vec![NONE; n], leg_of: vec![NONE; model.graph.edge_count()] };
        for j in model.journey_indices() {
            this.add_journey(model, j, &mut scratch);
        }
        let mut count = vec![0u32; n + 1];
        this.nodes.iter().for_each(|node| count[node.component as usize + 1] += 1);
        for c in 0..n {
            count[c + 1] += count[c];
            this.component_nodes.push(count[c]..count[c]);
        }
        this.nodes_by_component = vec![0; this.nodes.len()];
        for (i, node) in this.nodes.iter().enumerate() {
            let range = &mut this.component_nodes[node.component as usize];
            this.nodes_by_component[range.end as usize] = i as u32;
            range.end += 1;
        }
        this.order_components();
        super::product::mark(&mut this);
        super::batches::mark(&mut this);
        this
    }

    /// Nodes of a component.
    pub fn nodes_of(&self, component: usize) -> &[u32] {
        let range = &self.component_nodes[component];
        &self.nodes_by_component[range.start as usize..range.end as usize]
    }

    /// Branches of a group.
    pub fn group(&self, group: u32) -> &[Branch] {
        let range = &self.groups[group as usize];
        &self.branches[range.start as usize..range.end as usize]
    }

    /// All legs that a branch may use directly (fallbacks not included).
    pub fn legs_of(branch: &Branch) -> impl Iterator<Item = u32> + use<> {
        [Some(branch.leg), branch.miss.map(|m| m.1)].into_iter().flatten()
    }

    fn add_journey(&mut self, model: &Model, j: JourneyIx, scratch: &mut Scratch) {
        let journey = &model.journeys[j.0 as usize];
        let (first, first_leg) = (self.nodes.len() as u32, self.legs.len() as u32);
        let (order, loops) = reachable(model, journey.entry, j);
        let order: Vec<_> =
            order.into_iter().filter_map(|c| Some((c, model.graph[c].station.as_ref()?))).collect();
        for (component, station) in &order {
            scratch.node_of[component.index()] = self.nodes.len() as u32;
            self.nodes.push(node(station, *component, j));
            self.shapes.push(super::lower::shapes(station, j));
        }
        for (i, (_, station)) in order.iter().enumerate() {
            let (from, leg) = (self.groups.len() as u32, self.legs.len() as u32);
            for group in &station.program(j).steps {
                let start = self.branches.len() as u32;
                for branch in group {
                    let leg = self.leg(model, j, branch.call, scratch);
                    let miss = branch.miss.map(|m| (m.hit.get(), self.leg(model, j, m.call, scratch)));
                    self.branches.push(Branch {
                        probability: branch.probability.get(),
                        count: f64::from(branch.count),
                        leg,
                        miss,
                        popular: branch.miss.is_some_and(|m| m.popular),
                    });
                }
                self.groups.push(start..self.branches.len() as u32);
            }
            let node = &mut self.nodes[first as usize + i];
            (node.groups, node.legs) = (from..self.groups.len() as u32, leg..self.legs.len() as u32);
        }
        let nodes = first..self.nodes.len() as u32;
        self.spread_hedges(nodes.clone());
        let quorum = |s: &Station| (0..s.program(j).steps.len()).any(|i| s.program(j).quorum(i).is_some());
        let by_station = |c: &ComponentIx| self.stations[c.index()].as_ref().and_then(|desk| desk.why);
        let why = order
            .iter()
            .any(|(_, station)| quorum(station) || !station.speeds.is_empty())
            .then_some(words::ONLY_SIMULATED)
            .or_else(|| self.legs[first_leg as usize..].iter().find_map(|leg| leg.why))
            .or_else(|| order.iter().find_map(|(c, _)| by_station(c)));
        self.journeys.push(Journey {
            why,
            streams: self.nodes[first as usize..].iter().any(|n| n.stream.is_some()),
            nodes,
            legs: first_leg..self.legs.len() as u32,
            gaps_scv: gaps_scv(&journey.process),
            batch: match &journey.process {
                Process::Batch(sizes) => Some(Arc::new(Sizes::of(sizes))),
                _ => None,
            },
            rank: journey.priority,
            closed: match &journey.arrivals {
                Arrivals::Closed { population, think } => Some((*population, Moments::of(think))),
                _ => None,
            },
            loops,
        });
        order.iter().for_each(|(c, _)| scratch.node_of[c.index()] = NONE);
        self.legs[first_leg as usize..].iter().for_each(|leg| scratch.leg_of[leg.call.index()] = NONE);
    }

    /// Marks the nodes behind second requests: once per node of a chain, twice where calls lead back.
    fn spread_hedges(&mut self, nodes: Range<u32>) {
        for i in nodes.clone().chain(nodes) {
            let node = &self.nodes[i as usize];
            for leg in node.legs.clone() {
                let leg = &self.legs[leg as usize];
                if leg.node != NONE && (leg.hedge || self.nodes[i as usize].hedged) {
                    self.nodes[leg.node as usize].hedged = true;
                }
            }
        }
    }

    /// The leg of a call, made when it is first needed, fallbacks with it.
    fn leg(&mut self, model: &Model, j: JourneyIx, call: CallIx, scratch: &mut Scratch) -> u32 {
        let asked = scratch.leg_of[call.index()];
        if asked != NONE {
            return asked;
        }
        let first = self.legs.len() as u32;
        let mut next = Some(call);
        while let Some(call) = next {
            let (edge, policy) = (&model.graph[call], &model.graph[call].policy);
            let to = model.graph.edge_endpoints(call).map(|ends| ends.1);
            scratch.leg_of[call.index()] = self.legs.len() as u32;
            next = policy.fallback_of(j).filter(|f| scratch.leg_of[f.index()] == NONE);
            let fallback = match (policy.fallback_of(j), next) {
                (None, _) => NONE,
                (Some(_), Some(_)) => self.legs.len() as u32 + 1,
                (Some(known), None) => scratch.leg_of[known.index()],
            };
            self.networks.push(Sliced::new(edge.network.as_ref()));
            self.legs.push(Leg {
                call,
                node: to.map_or(NONE, |c| scratch.node_of[c.index()]),
                network: Moments::of_option(edge.network.as_ref()),
                timeout: policy.timeout.map_or(f64::INFINITY, |t| t.as_seconds()),
                edge: policy.timeout.map_or(waits(model, call), |_| f64::INFINITY),
                retry: policy.retry,
                breaker: policy.breaker,
                fallback: if fallback == first && self.legs.len() as u32 == first { NONE } else { fallback },
                required: policy.required,
                cancel: policy.cancel,
                hedge: policy.hedge.is_some(),
                why: (policy.hedge.is_some() || policy.pool.is_some()).then_some(words::ONLY_SIMULATED),
            });
        }
        first
    }

    /// Components that each component may call, once per call of each journey.
    fn callees(&self) -> Vec<Vec<u32>> {
        let mut next: Vec<Vec<u32>> = vec![Vec::new(); self.n_components];
        for node in &self.nodes {
            for group in node.groups.clone() {
                for branch in self.group(group) {
                    for leg in Self::legs_of(branch) {
                        let mut leg = leg;
                        for _ in 0..=retry_chain(self.legs.len()) {
                            if leg == NONE {
                                break;
                            }
                            let l = &self.legs[leg as usize];
                            if l.node != NONE {
                                next[node.component as usize].push(self.nodes[l.node as usize].component);
                            }
                            leg = l.fallback;
                        }
                    }
                }
            }
        }
        next
    }

    /// Components that may call each component, in ascending order.
    pub fn callers(&self) -> Vec<Vec<u32>> {
        let mut callers: Vec<Vec<u32>> = vec![Vec::new(); self.n_components];
        for (from, list) in self.callees().iter().enumerate() {
            for to in list {
                if callers[*to as usize].last() != Some(&(from as u32)) {
                    callers[*to as usize].push(from as u32);
                }
            }
        }
        callers
    }

    /// Callees first: depth-first finishing order over the union of all journeys' calls.
    fn order_components(&mut self) {
        let next = self.callees();
        let starts: Vec<u32> = self.nodes.iter().map(|n| n.component).collect();
        let (mut order, loops) = depth_first(self.n_components, &starts, |c| &next[c as usize]);
        order.retain(|c| self.stations[*c as usize].is_some());
        (self.order, self.loops) = (order, loops);
    }
}

/// Longest chain of fallbacks that is followed.
pub const FALLBACKS: usize = 8;

fn retry_chain(legs: usize) -> usize {
    legs.min(FALLBACKS)
}

struct Scratch {
    node_of: Vec<u32>,
    leg_of: Vec<u32>,
}

impl Leg {
    /// Attempts and time lost of a call whose attempts fail with this chance after this time.
    pub fn attempts(&self, failure: f64, failed_time: Moments) -> retry::Attempts {
        retry::attempts(failure, failed_time, self.retry.as_ref())
    }
}
