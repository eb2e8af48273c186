//! The model compiled for one study: flat arrays, ids as hashes, times in nanoseconds. Built once, shared by all
//! replications, never changed.

use super::arrivals::SourcePlan;
use super::clock::Instant;
use super::draw::Sampler;
use super::faults::FaultPlan;
use super::popular::Popular;
use super::random::Random;
use crate::model::JourneyIx;
use crate::model::scaling::Aims;
use crate::model::station::{Balance, Discipline};
use crate::stats::rng::Stream;

/// Everything the replications share. A class is a pair of component and journey: `component * journeys + journey`.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// How many journeys there are.
    pub n_journeys: u32,
    /// By journey.
    pub sources: Vec<SourcePlan>,
    /// By component.
    pub components: Vec<Component>,
    /// By component and journey.
    pub classes: Vec<Class>,
    /// Of all programs.
    pub groups: Vec<Group>,
    /// Of all groups.
    pub branches: Vec<Branch>,
    /// By call.
    pub edges: Vec<Edge>,
    /// Names that may lead elsewhere.
    pub names: Vec<super::names::Name>,
    /// Of all components.
    pub replicas: Vec<Replica>,
    /// Machines that can run short of credits, or that have to be added.
    pub machines: Vec<Machine>,
    /// Groups of machines that carry pods.
    pub fleets: Vec<Fleet>,
    /// Components that are groups of burstable machines.
    pub groups_of_machines: Vec<MachineGroup>,
    /// Faults of this study.
    pub faults: Vec<FaultPlan>,
    /// What fails at random.
    pub random: Vec<Random>,
    /// Of the journeys of attackers, which stand behind the users': the one they go the way of, and the share of their tries
    /// to log in that fail; `None` for those that do not try.
    pub attackers: Vec<(JourneyIx, Option<f64>)>,
    /// End of the warm-up.
    pub warm: Instant,
    /// End of the run.
    pub end: Instant,
    /// From the one to the other: what arrives then is measured.
    pub window: Instant,
    /// Until then nothing is planned that could make a backlog for a while; 0: never.
    pub steady_until: Instant,
    /// Events after which a replication ends, done or not: far beyond what it should take.
    pub most_events: u64,
    /// Length of a bucket of the time series.
    pub bucket: Instant,
    /// One request in 2^this is traced for the make-up of its time.
    pub trace_bits: u32,
    /// Seed of the study.
    pub seed: u64,
}

/// What the plan says of a class, looked up once on the way of a visit.
#[derive(Clone, Copy)]
pub struct Site<'p> {
    /// The class.
    pub class: &'p Class,
    /// Its component.
    pub component: &'p Component,
    /// The component's index.
    pub c: usize,
}

impl Component {
    /// Whether those inside a replica share its servers.
    #[inline(always)]
    pub fn shares(&self) -> bool {
        self.discipline == Discipline::ProcessorSharing && self.servers != u32::MAX
    }

    /// Parts of the `n`th server to be taken of a replica.
    #[inline]
    pub fn parts_of(&self, n: u32) -> u32 {
        if n == self.servers { self.last } else { self.parts }
    }

    /// So many parts as servers.
    pub fn in_servers(&self, parts: f64) -> f64 {
        parts / f64::from(self.parts)
    }

    /// Cores that so many busy parts use.
    pub fn cores(&self, parts: u32) -> f64 {
        self.in_servers(f64::from(parts)) * self.cpu
    }
}

impl Plan {
    /// The machines of a component that are there from the start, at most so many.
    pub fn machines_of(&self, component: usize, most: usize) -> Vec<u32> {
        let fleet = self.fleets.iter().find(|fleet| fleet.component as usize == component);
        let there = |m: &usize| !self.machines[*m].added;
        fleet.into_iter().flat_map(|f| f.machines.iter()).filter(there).map(|m| m as u32).take(most).collect()
    }

    /// Whether what arrived then is measured.
    #[inline(always)]
    pub fn counts(&self, arrived: Instant) -> bool {
        arrived.wrapping_sub(self.warm) < self.window
    }

    /// What is said of this class.
    #[inline(always)]
    pub fn site(&self, class: u32) -> Site<'_> {
        let class = &self.classes[class as usize];
        let c = class.component as usize;
        Site { class, component: &self.components[c], c }
    }
}

/// A range of indices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// First.
    pub from: u32,
    /// One past the last.
    pub to: u32,
}

impl Range {
    /// The indices.
    #[inline]
    pub fn iter(self) -> std::ops::Range<usize> {
        self.from as usize..self.to as usize
    }
}

/// Branches that run in parallel.
#[derive(Clone, Copy, Debug, Default)]
pub struct Group {
    /// The branches.
    pub branches: Range,
    /// Answers that let the request go on; 0: all, and then it waits for all ends.
    pub quorum: u32,
}

/// One component.
#[derive(Clone, Debug)]
pub struct Component {
    /// Its replicas.
    pub replicas: Range,
    /// CPU that a busy server uses, cores.
    pub cpu: f64,
    /// Parts in which busy servers are counted: one of each server, or a thousand where the last one has less.
    pub parts: u32,
    /// Parts of the last server.
    pub last: u32,
    /// Automatic scaling.
    pub scaling: Option<Scaling>,
    /// What its pods need, where its replicas are pods.
    pub pod: Option<Pod>,
    /// Replicas that automatic scaling has settled at before the run begins; `None`: those of the model.
    pub stands: Option<u32>,
    /// Whether its servers slow down when their machine has no credits, or too few cores for all pods on it.
    pub burst: bool,
    /// Servers of one replica; `u32::MAX`: without limit.
    pub servers: u32,
    /// The same when all are busy, the last counted by its parts.
    pub full: f64,
    /// Slots of one replica; `u32::MAX`: without limit.
    pub slots: u32,
    /// Longest queue of one replica; `u32::MAX`: without limit.
    pub queue: u32,
    /// Order of service.
    pub discipline: Discipline,
    /// Whether a fault may turn requests away before any limit.
    pub refuses: bool,
    /// Replicas without which it does not serve; 0 and 1 say nothing.
    pub needs: u32,
    /// Requests that may be inside at once; `u32::MAX`: without limit.
    pub connections: u32,
    /// Whether requests may not get in: connections, rate limits, such a fault, or too few replicas.
    pub gated: bool,
    /// Whether one of its limits gives tokens back that were not used.
    pub settles: bool,
    /// Whether a fault may take some of its capacity.
    pub slowed: bool,
    /// Whether nothing can interrupt or slow down a request in service.
    pub plain: bool,
    /// Spreading over replicas.
    pub balance: Balance,
    /// Patience of those who wait.
    pub patience: Sampler,
    /// Share of requests that fail by themselves.
    pub error: f64,
    /// Rate limits.
    pub limits: Vec<Limit>,
    /// Interval, failed checks, good checks and timeout of the health check, times in ns.
    pub health: Option<(Instant, u32, u32, Instant)>,
    /// How long until a standby takes over.
    pub failover: Option<Instant>,
    /// Ranks of the waiting line: 1 without priorities.
    pub ranks: u32,
    /// Whether somebody looks things up here: a cache.
    pub cache: bool,
    /// Of a cache whose hits follow from what is asked of it.
    pub popular: Option<Box<Popular>>,
    /// What draws at this component are for.
    pub streams: Streams,
}

/// Streams of a component.
#[derive(Clone, Copy, Debug, Default)]
pub struct Streams {
    /// Work.
    pub work: Stream,
    /// Latency.
    pub latency: Stream,
    /// Patience.
    pub patience: Stream,
    /// Own errors.
    pub error: Stream,
    /// Hits.
    pub hit: Stream,
    /// Choice of replica.
    pub balance: Stream,
    /// Input tokens.
    pub tokens_in: Stream,
    /// Output tokens.
    pub tokens_out: Stream,
    /// Speed of the stream.
    pub speed: Stream,
    /// Health-check phases.
    pub health: Stream,
    /// Requests that a fault turns away.
    pub refuse: Stream,
}

/// A rate limit.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// Tokens per nanosecond.
    pub rate: f64,
    /// Most tokens.
    pub burst: f64,
    /// Counted anew every so long, ns; 0: a bucket that fills all the time.
    pub window: Instant,
    /// Whether LLM tokens are counted, not requests.
    pub tokens: bool,
    /// Whether requests wait instead of failing.
    pub waits: bool,
    /// How many may; `u32::MAX`: without limit.
    pub queue: u32,
    /// What a request of a language model takes.
    pub charge: crate::model::station::Charge,
}

/// How a component serves a journey.
#[derive(Clone, Debug, Default)]
pub struct Class {
    /// Time on a server.
    pub work: Sampler,
    /// Time without a server.
    pub latency: Sampler,
    /// The same on a hit.
    pub hit_latency: Sampler,
    /// Chance of a hit; 0 where there is no cache.
    pub hit: f64,
    /// Input tokens, output tokens, speed.
    pub stream: Option<Box<crate::model::station::Stream>>,
    /// Groups of the program.
    pub groups: Range,
    /// Rank in the waiting line, 0 first.
    pub rank: u32,
    /// The component.
    pub component: u32,
    /// The journey.
    pub journey: u32,
}

/// One call of a program.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The call.
    pub edge: u32,
    /// Chance that it is made.
    pub probability: f64,
    /// How often.
    pub count: u32,
    /// Cache-aside: the chance of a hit and the call made on a miss.
    pub miss: Option<(f64, u32)>,
    /// Whether the cache's popularity decides on the hit.
    pub popular: bool,
    /// Label of this place in the programs: the same whatever else the scenario holds.
    pub label: u64,
    /// Whether the first call from here carries its caller's key on: true for the first way to reach a component, so
    /// that a hop more or less in between changes no draw.
    pub inherits: bool,
    /// The same for the call made on a miss.
    pub miss_inherits: bool,
    /// Draws for the choice to call.
    pub chance: Stream,
    /// Draws for the hit.
    pub hit: Stream,
}

/// One call of the graph with its policy.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Who is called.
    pub callee: u32,
    /// Network round trip.
    pub network: Sampler,
    /// Its draws.
    pub network_stream: Stream,
    /// Longest wait; 0: for ever.
    pub timeout: Instant,
    /// Whether a caller that gives up recalls the work.
    pub cancel: bool,
    /// When a second request goes out; 0: never.
    pub hedge: Instant,
    /// Limit of calls under way.
    pub pool: Option<Pool>,
    /// More attempts.
    pub retry: Option<Retry>,
    /// Circuit breaker.
    pub breaker: Option<Breaker>,
    /// Called when this has failed for good.
    pub fallback: Option<u32>,
    /// Journeys whose requests may go there; empty: all.
    pub fallback_for: Vec<u32>,
    /// The name that decides where it goes; `NONE`: none does.
    pub name: u32,
    /// Whether its failure fails the request.
    pub required: bool,
    /// Label of its attempts.
    pub label: u64,
    /// Draws for the jitter.
    pub jitter_stream: Stream,
}

/// A limit of calls under way.
#[derive(Clone, Copy, Debug)]
pub struct Pool {
    /// Places.
    pub size: u32,
    /// Calls that may wait; `u32::MAX`: without limit.
    pub queue: u32,
    /// Longest wait, ns; 0: for ever.
    pub timeout: Instant,
}

/// More attempts after a failed one, times in ns.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    /// Attempts beyond the first.
    pub extra: u32,
    /// First wait.
    pub base: Instant,
    /// Longest wait.
    pub cap: Instant,
    /// Fixed share of the wait; the rest is drawn.
    pub fixed: f64,
    /// Retries per first attempt; infinite without a budget.
    pub budget: f64,
    /// Whether the wait that a 429 names is kept.
    pub heeds: bool,
}

/// A circuit breaker, times in ns.
#[derive(Clone, Copy, Debug)]
pub struct Breaker {
    /// Failed share that opens it.
    pub errors: f64,
    /// Window.
    pub over: Instant,
    /// Time it stays open.
    pub open: Instant,
}

/// One replica.
#[derive(Clone, Copy, Debug)]
pub struct Replica {
    /// Whose.
    pub component: u32,
    /// Where, if bound to a zone.
    pub zone: Option<u16>,
    /// Whether it takes requests at the start.
    pub active: bool,
    /// The machine it stands on at first; `NONE`: on none.
    pub machine: u32,
    /// Time that work takes beyond its own, as a multiple of it: below 0 where it is faster.
    pub drag: f64,
    /// Its waiting lines: first of `ranks` queues; the queue before it is the line for slots.
    pub queues: u32,
}

/// Automatic scaling, times in ns.
#[derive(Clone, Copy, Debug)]
pub struct Scaling {
    /// What it aims at.
    pub aims: Aims,
    /// Fewest replicas.
    pub min: u32,
    /// Most.
    pub max: u32,
}

/// What a component's pods need, times in ns.
#[derive(Clone, Copy, Debug)]
pub struct Pod {
    /// The fleet they stand in; `NONE`: in none.
    pub fleet: u32,
    /// Cores that one asks for.
    pub cpu: f64,
    /// Memory that one asks for, bytes.
    pub memory: f64,
    /// Until one is ready.
    pub start: Instant,
    /// Until its image is there.
    pub pull: Instant,
}

/// Machines that carry pods, times in ns.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// The component.
    pub component: u32,
    /// Its machines.
    pub machines: Range,
    /// From a pod that finds no room to a machine that is ready.
    pub start: Instant,
    /// From the loss of a machine until its pods are wanted elsewhere.
    pub evict: Instant,
    /// Whether a lost machine is replaced.
    pub replaced: bool,
}

/// One machine.
#[derive(Clone, Debug)]
pub struct Machine {
    /// Its fleet.
    pub fleet: u32,
    /// Whether it slows down without credits.
    pub throttled: bool,
    /// Cores that its pods may use together: all but what the kubelet sets aside and its own pods ask for.
    pub cpu: f64,
    /// Cores that it earns.
    pub sustained: f64,
    /// Most core-nanoseconds that it saves up.
    pub most: f64,
    /// Core-nanoseconds at the start.
    pub balance: f64,
    /// Where it stands at first.
    pub zone: Option<u16>,
    /// Whether it has to be added first.
    pub added: bool,
    /// Room for pods.
    pub room: Room,
}

/// Room for pods.
#[derive(Clone, Copy, Debug, Default)]
pub struct Room {
    /// Cores.
    pub cpu: f64,
    /// Memory, bytes.
    pub memory: f64,
    /// Pods.
    pub pods: u32,
}

/// A group of burstable machines.
#[derive(Clone, Debug)]
pub struct MachineGroup {
    /// The component.
    pub component: u32,
    /// One of them.
    pub credits: crate::model::credits::Credits,
    /// How many there are.
    pub count: u32,
    /// Components on them.
    pub members: Vec<u32>,
}
