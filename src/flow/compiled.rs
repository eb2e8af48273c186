//! A model as flat arrays: who visits whom, with which moments, in which order to solve. Made once per model; an hour of
//! the week or another number of users is then solved without looking at the model again.

use super::moments::{Moments, third_moment};
use super::retry;
use crate::model::call::{Breaker, Retry};
use crate::model::station::{Balance, Discipline, Limit, LimitUnit, OnEmpty, Servers, Station};
use crate::model::workload::{Arrivals, Process};
use crate::model::{CallIx, ComponentIx, JourneyIx, Model};
use std::ops::Range;

/// No index.
pub const NONE: u32 = u32::MAX;

/// The compiled model.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// Components of the model.
    pub n_components: usize,
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
    /// Stations by component.
    pub stations: Vec<Option<Desk>>,
    /// Nodes of each component, as ranges of `nodes_by_component`.
    pub component_nodes: Vec<Range<u32>>,
    /// See `component_nodes`.
    pub nodes_by_component: Vec<u32>,
    /// Components that serve, callees first where there is no loop.
    pub order: Vec<u32>,
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
    /// Rank in priority queues.
    pub rank: u8,
    /// Users and their think time, for closed sessions.
    pub closed: Option<(u32, Moments)>,
    /// Whether the nodes contain a loop.
    pub loops: bool,
    /// Whether anything streams.
    pub streams: bool,
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
    /// Its legs.
    pub legs: Range<u32>,
    /// Whether requests reach it as a Poisson stream, or as in a product-form network.
    pub poisson: bool,
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
    /// Retries.
    pub retry: Option<Retry>,
    /// Breaker.
    pub breaker: Option<Breaker>,
    /// The leg taken when this one has failed for good.
    pub fallback: u32,
    /// Whether its failure is the caller's.
    pub required: bool,
}

/// A station without its journeys.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Active replicas.
    pub replicas: u32,
    /// Servers of one replica; `None`: without limit.
    pub servers: Option<u32>,
    /// Slots of one replica.
    pub slots: Option<u32>,
    /// Places to wait at one replica.
    pub queue: Option<u32>,
    /// Mean patience, and whether it is exponential.
    pub patience: Option<(f64, bool)>,
    /// Order of service.
    pub discipline: Discipline,
    /// Balancer.
    pub balance: Balance,
    /// Rate limits.
    pub limits: Vec<Bucket>,
    /// Share that fails by itself.
    pub error_ratio: f64,
}

/// A rate limit.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    /// Units per second.
    pub rate: f64,
    /// Units it holds.
    pub burst: f64,
    /// Whether it counts tokens rather than requests.
    pub tokens: bool,
    /// Whether requests wait for it.
    pub waits: bool,
}

impl Compiled {
    /// Compiles a model. O(components + journeys x the calls they can reach).
    pub fn of(model: &Model) -> Self {
        let n = model.graph.node_count();
        let mut this = Self {
            n_components: n,
            nodes: Vec::new(),
            journeys: Vec::with_capacity(model.journeys.len()),
            groups: Vec::new(),
            branches: Vec::new(),
            legs: Vec::new(),
            stations: model.graph.node_weights().map(|c| c.station.as_ref().map(desk)).collect(),
            component_nodes: Vec::new(),
            nodes_by_component: Vec::new(),
            order: Vec::new(),
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
        for component in &order {
            scratch.node_of[component.index()] = self.nodes.len() as u32;
            self.nodes.push(node(model, *component, j));
        }
        for (i, component) in order.iter().enumerate() {
            let Some(station) = &model.graph[*component].station else { continue };
            let (from, leg) = (self.groups.len() as u32, self.legs.len() as u32);
            for group in &station.program(j).steps {
                let start = self.branches.len() as u32;
                for branch in group {
                    let leg = self.leg(model, branch.call, scratch);
                    let miss = branch.miss.map(|m| (m.hit.get(), self.leg(model, m.call, scratch)));
                    self.branches.push(Branch {
                        probability: branch.probability.get(),
                        count: f64::from(branch.count),
                        leg,
                        miss,
                    });
                }
                self.groups.push(start..self.branches.len() as u32);
            }
            let node = &mut self.nodes[first as usize + i];
            (node.groups, node.legs) = (from..self.groups.len() as u32, leg..self.legs.len() as u32);
        }
        let nodes = first..self.nodes.len() as u32;
        self.journeys.push(Journey {
            streams: self.nodes[first as usize..].iter().any(|n| n.stream.is_some()),
            nodes,
            legs: first_leg..self.legs.len() as u32,
            gaps_scv: gaps_scv(&journey.process),
            rank: journey.priority,
            closed: match &journey.arrivals {
                Arrivals::Closed { population, think } => Some((*population, Moments::of(think))),
                _ => None,
            },
            loops,
        });
        order.iter().for_each(|c| scratch.node_of[c.index()] = NONE);
        self.legs[first_leg as usize..].iter().for_each(|leg| scratch.leg_of[leg.call.index()] = NONE);
    }

    /// The leg of a call, made when it is first needed, fallbacks with it.
    fn leg(&mut self, model: &Model, call: CallIx, scratch: &mut Scratch) -> u32 {
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
            next = policy.fallback.filter(|f| scratch.leg_of[f.index()] == NONE);
            let fallback = match (policy.fallback, next) {
                (None, _) => NONE,
                (Some(_), Some(_)) => self.legs.len() as u32 + 1,
                (Some(known), None) => scratch.leg_of[known.index()],
            };
            self.legs.push(Leg {
                call,
                node: to.map_or(NONE, |c| scratch.node_of[c.index()]),
                network: Moments::of_option(edge.network.as_ref()),
                timeout: policy.timeout.map_or(f64::INFINITY, |t| t.as_seconds()),
                retry: policy.retry,
                breaker: policy.breaker,
                fallback: if fallback == first && self.legs.len() as u32 == first { NONE } else { fallback },
                required: policy.required,
            });
        }
        first
    }

    /// Callees first: depth-first finishing order over the union of all journeys' calls.
    fn order_components(&mut self) {
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

/// Components that a journey can reach, callers first, and whether there is a loop among them.
fn reachable(model: &Model, entry: ComponentIx, j: JourneyIx) -> (Vec<ComponentIx>, bool) {
    let serves = |c: ComponentIx| model.graph[c].station.is_some();
    if !serves(entry) {
        return (Vec::new(), false);
    }
    // Callees of the reached components, in the order of the program.
    let mut callees: Vec<(u32, Vec<u32>)> = Vec::new();
    let mut at = vec![NONE; model.graph.node_count()];
    let mut waiting = vec![entry];
    while let Some(c) = waiting.pop() {
        if at[c.index()] != NONE {
            continue;
        }
        at[c.index()] = callees.len() as u32;
        let mut list = Vec::new();
        let station = model.graph[c].station.as_ref();
        let calls = station.into_iter().flat_map(|s| s.program(j).steps.iter().flatten());
        for call in calls.flat_map(|b| [Some(b.call), b.miss.map(|m| m.call)]).flatten() {
            let mut next = Some(call);
            for _ in 0..=FALLBACKS {
                let Some(call) = next else { break };
                if let Some((_, to)) = model.graph.edge_endpoints(call).filter(|ends| serves(ends.1)) {
                    list.push(to.index() as u32);
                    waiting.push(to);
                }
                next = model.graph[call].policy.fallback;
            }
        }
        callees.push((c.index() as u32, list));
    }
    let lists = |c: u32| &callees[at[c as usize] as usize].1;
    let (mut order, loops) = depth_first(model.graph.node_count(), &[entry.index() as u32], lists);
    order.reverse();
    (order.into_iter().map(|c| ComponentIx::new(c as usize)).collect(), loops)
}

/// Depth-first search without recursion: nodes in finishing order, and whether an edge leads back.
fn depth_first<'a>(n: usize, starts: &[u32], next: impl Fn(u32) -> &'a Vec<u32>) -> (Vec<u32>, bool) {
    // 0: not seen, 1: on the path, 2: finished.
    let mut state = vec![0u8; n];
    let (mut order, mut loops) = (Vec::new(), false);
    let mut path: Vec<(u32, usize)> = Vec::new();
    for start in starts {
        if state[*start as usize] != 0 {
            continue;
        }
        state[*start as usize] = 1;
        path.push((*start, 0));
        while let Some((at, done)) = path.last_mut() {
            let here = *at;
            match next(here).get(*done) {
                Some(to) => {
                    *done += 1;
                    match state[*to as usize] {
                        0 => {
                            state[*to as usize] = 1;
                            path.push((*to, 0));
                        }
                        1 => loops = true,
                        _ => {}
                    }
                }
                None => {
                    state[here as usize] = 2;
                    order.push(here);
                    path.pop();
                }
            }
        }
    }
    (order, loops)
}

fn node(model: &Model, component: ComponentIx, j: JourneyIx) -> Node {
    let station = model.graph[component].station.as_ref().expect("only components that serve are reached");
    let i = j.0 as usize;
    let program = station.program(j);
    let latency = Moments::of_option(station.latency[i].as_ref());
    let work = station.work[i].as_ref();
    let stream = station.stream[i].as_ref();
    use crate::stats::distribution::Distribution::{Erlang, Exponential};
    Node {
        component: component.index() as u32,
        journey: u32::from(j.0),
        groups: 0..0,
        hit: program.hit.get(),
        hit_latency: program.hit_latency.as_ref().map_or(latency, Moments::of),
        latency,
        work: work.map(|w| (Moments::of(w), third_moment(w))),
        exponential: work.is_some_and(|w| matches!(w, Exponential(_) | Erlang { k: 1, .. })),
        stream: stream.map(|s| {
            let mean = s.mean_duration().as_seconds();
            Moments::new(mean, s.scv_duration() * mean * mean)
        }),
        tokens: stream.map_or((0.0, 0.0), |s| (s.tokens_in.mean(), s.tokens_out.mean())),
        legs: 0..0,
        poisson: false,
    }
}

fn desk(station: &Station) -> Desk {
    Desk {
        replicas: station.active_replicas() as u32,
        servers: match station.servers {
            Servers::Count(c) => Some(c.max(1)),
            Servers::Infinite => None,
        },
        slots: station.slots,
        queue: station.queue,
        patience: station
            .patience
            .as_ref()
            .map(|p| (p.mean(), matches!(p, crate::stats::distribution::Distribution::Exponential(_)))),
        discipline: station.discipline,
        balance: station.balance,
        limits: station.limits.iter().map(bucket).collect(),
        error_ratio: station.error_ratio.get(),
    }
}

fn bucket(limit: &Limit) -> Bucket {
    Bucket {
        rate: limit.rate.as_per_second(),
        burst: limit.burst,
        tokens: limit.takes == LimitUnit::Tokens,
        waits: limit.on_empty == OnEmpty::Queue,
    }
}

/// Squared coefficient of variation of the gaps between arrivals, as a constant and a factor of the rate; `None` where
/// there is none. Batches and modulated streams by their index of dispersion for long times.
///
/// Source: W. Whitt, "The queueing network analyzer" (1983); H. Heffes, D. M. Lucantoni, "A Markov modulated
/// characterization of packetized voice" (1986) for the index; batches of size B: E\[B²\] / E\[B\].
fn gaps_scv(process: &Process) -> Option<(f64, f64)> {
    match process {
        Process::Poisson => Some((1.0, 0.0)),
        Process::Deterministic => Some((0.0, 0.0)),
        Process::Renewal(gaps) => Some((gaps.scv(), 0.0)),
        Process::Batch(sizes) => {
            let m = Moments::of(sizes);
            Some((if m.mean > 0.0 { m.second() / m.mean } else { 1.0 }, 0.0))
        }
        Process::Mmpp { factor, stay } => Some((1.0, modulation(factor, stay))),
        Process::Trace(_) => None,
    }
}

/// How much the index of dispersion of a cyclic modulated Poisson stream of rate 1 exceeds 1: twice the stationary mean
/// of (f - 1) g, where g solves the Poisson equation of the cycle, g_(i+1) = g_i - stay_i (f_i - 1).
fn modulation(factor: &[f64], stay: &[f64]) -> f64 {
    let total: f64 = stay.iter().sum();
    let mean: f64 = factor.iter().zip(stay).map(|(f, s)| f * s).sum::<f64>() / total;
    if mean.is_nan() || mean <= 0.0 || !mean.is_finite() {
        return 0.0;
    }
    let (mut g, mut sum) = (0.0, 0.0);
    for (f, s) in factor.iter().zip(stay) {
        let excess = f / mean - 1.0;
        sum += s / total * excess * g;
        g -= s * excess;
    }
    2.0 * sum
}

impl Leg {
    /// Attempts and time lost of a call whose attempts fail with this chance after this time.
    pub fn attempts(&self, failure: f64, failed_time: Moments) -> retry::Attempts {
        retry::attempts(failure, failed_time, self.retry.as_ref())
    }
}
