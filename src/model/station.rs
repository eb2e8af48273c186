//! How a component serves requests: replicas behind a balancer, each a queue in front of servers, with slots that a
//! request holds from admission to reply, and a program of calls per journey.

use super::scaling::Scaling;
use super::{CallIx, JourneyIx, ZoneIx};
use crate::stats::che::{Evicts, Zipf};
use crate::stats::distribution::Distribution;
use crate::units::{Duration, Probability, Rate};

/// How a component serves requests.
///
/// A request that arrives at a replica (1) waits for a slot, when slots are limited, (2) spends its `latency` there
/// without holding a server, (3) waits for one of the `servers` and holds it for its `work`, (4) runs the program's
/// calls, and (5) replies and gives its slot back.
#[derive(Clone, Debug)]
pub struct Station {
    /// One queue each. A station with one shared queue has one replica with many servers.
    pub replicas: Vec<Replica>,
    /// Speed of each replica as a multiple of what its work says, in their order, round and round; empty: all alike.
    pub speeds: Vec<f64>,
    /// Servers of each replica.
    pub servers: Servers,
    /// Speed of the last of a replica's servers: below 1 where a CPU limit is not of whole cores. Only where requests share
    /// the servers, so that together they work at min(n, servers - 1 + last) times the speed of one.
    pub last: f64,
    /// Requests one replica holds at once, waits for its calls included; `None`: no limit.
    pub slots: Option<u32>,
    /// Requests that may wait at one replica before a server (or, with `slots`, before a slot); `None`: no limit.
    /// An arrival beyond it is rejected.
    pub queue: Option<u32>,
    /// How long a request waits for a server or slot before it gives up; `None`: for ever.
    pub patience: Option<Distribution>,
    /// CPU that a busy server uses, cores.
    pub cpu: f64,
    /// Automatic scaling of the replicas.
    pub scaling: Option<Scaling>,
    /// Time a request holds a server, by journey: CPU time over the CPU limit. `None`: it needs no server.
    pub work: Vec<Option<Distribution>>,
    /// Time that passes without holding a server, by journey: processing or provider latency.
    pub latency: Vec<Option<Distribution>>,
    /// Tokens streamed back after the latency, by journey; the latency is then the time to the first token.
    pub stream: Vec<Option<Stream>>,
    /// What the component calls, by journey.
    pub programs: Vec<Program>,
    /// In which order waiting requests are served.
    pub discipline: Discipline,
    /// How arrivals are spread over the replicas.
    pub balance: Balance,
    /// How a dead replica is noticed; `None`: at once.
    pub health: Option<HealthCheck>,
    /// Rate limits, all of which a request must pass.
    pub limits: Vec<Limit>,
    /// How long it waits for the start of an answer of what it calls, where a call states no time limit of its own: what ends
    /// connections at the edge of a network. Felt in simulation.
    pub gives_up: Option<Duration>,
    /// Requests that may be inside at once, over all replicas; more are rejected: the connections that a database accepts.
    /// `None`: without limit.
    pub connections: Option<u32>,
    /// Share of requests that fail by themselves.
    pub error_ratio: Probability,
    /// For a firewall, from how many requests of one address it lets no more through.
    pub guard: Option<RateRule>,
    /// For a cache, what is asked of it and how it forgets; `None`: its hit ratios are stated where it is looked up.
    pub popularity: Option<Popularity>,
}

/// A rate rule of a firewall: once an address has sent more than `limit` requests within `window`, no more than that of it
/// are let through; it takes `lag` until that is noticed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateRule {
    /// Requests of one address.
    pub limit: f64,
    /// Over how long they are counted.
    pub window: Duration,
    /// From the request over the limit until it acts.
    pub lag: Duration,
}

/// What is asked of a cache: keys by a Zipf law; how it forgets, and how it is filled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Popularity {
    /// How often each key is asked for.
    pub zipf: Zipf,
    /// Keys that it holds; `None`: all.
    pub capacity: Option<u64>,
    /// How long a key lives, from its fetch; `None`: for ever.
    pub ttl: Option<Duration>,
    /// Which key goes when it is full.
    pub evicts: Evicts,
    /// Whether those who miss a key that is being fetched wait for that fetch, instead of fetching it too.
    pub coalesce: bool,
    /// Share of the fetches that are answered, by the stated errors of those who are asked: what formulas go by.
    pub answered: Probability,
}

/// One replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replica {
    /// Where it runs; `None`: not bound to a zone (a regional or global service).
    pub zone: Option<ZoneIx>,
    /// Whether it takes requests now; a standby does not.
    pub active: bool,
}

/// Servers of one replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Servers {
    /// So many; at least 1.
    Count(u32),
    /// Never a wait: a delay station.
    Infinite,
}

/// In which order a replica serves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Discipline {
    /// First come, first served.
    #[default]
    Fifo,
    /// All at once, each at an equal share of the servers (at most one server each).
    ProcessorSharing,
    /// By the journey's priority; a more urgent request interrupts, the interrupted one goes on later.
    PreemptiveResume,
    /// By the journey's priority; nobody is interrupted.
    NonPreemptive,
}

/// How arrivals are spread over replicas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Balance {
    /// In turn.
    #[default]
    RoundRobin,
    /// By chance.
    Random,
    /// To the one with the fewest requests; of equals to the next in turn.
    LeastOutstanding,
    /// The less loaded of two by chance.
    PowerOfTwo,
}

/// How a load balancer notices that a replica is dead, and that it is back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HealthCheck {
    /// Time between checks.
    pub interval: Duration,
    /// Failed checks in a row until it is taken out.
    pub unhealthy: u32,
    /// Good checks in a row until it is taken in.
    pub healthy: u32,
    /// How long one check waits.
    pub timeout: Duration,
}

impl HealthCheck {
    /// Longest time from death to removal: `unhealthy` intervals and one timeout.
    pub fn detection(&self) -> Duration {
        self.interval * f64::from(self.unhealthy) + self.timeout
    }

    /// Time from return to readmission.
    pub fn readmission(&self) -> Duration {
        self.interval * f64::from(self.healthy)
    }
}

/// A rate limit over one minute or one second, as a token bucket.
#[derive(Clone, Debug)]
pub struct Limit {
    /// Tokens gained per second.
    pub rate: Rate,
    /// Tokens the bucket holds.
    pub burst: f64,
    /// What a request takes.
    pub takes: LimitUnit,
    /// What happens to a request that finds too few tokens.
    pub on_empty: OnEmpty,
    /// Requests that may wait for tokens, where they do; more get a 429. `None`: no limit.
    pub queue: Option<u32>,
    /// What a request of a language model takes, where tokens are counted.
    pub charge: Charge,
    /// Counted anew every so long, `burst` at a time, as some vendors do; `None`: a bucket that fills all the time.
    pub window: Option<Duration>,
}

impl Limit {
    /// A limit without an end of its line, that counts the tokens used.
    pub fn new(rate: Rate, burst: f64, takes: LimitUnit, on_empty: OnEmpty) -> Self {
        Self { rate, burst, takes, on_empty, queue: None, charge: Charge::USED, window: None }
    }
}

/// What a limit of tokens counts of a request, taken when it comes in. One that takes more than the limit ever holds passes
/// when it is full, and is paid for afterwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Charge {
    /// Per input token.
    pub input: f64,
    /// Per output token.
    pub output: f64,
    /// Output tokens reserved when the request comes in; `None`: those that it will use.
    pub reserve: Option<f64>,
    /// Whether what was reserved and not used is given back when the answer has ended.
    pub settles: bool,
}

impl Charge {
    /// All tokens used.
    pub const USED: Self = Self { input: 1.0, output: 1.0, reserve: None, settles: false };

    /// What a request takes with so many tokens in and out.
    #[inline]
    pub fn of(&self, tokens_in: f64, tokens_out: f64) -> f64 {
        self.input * tokens_in + self.output * self.reserve.unwrap_or(tokens_out)
    }

    /// What it has taken in the end.
    pub fn in_the_end(&self, tokens_in: f64, tokens_out: f64) -> f64 {
        if self.settles {
            self.input * tokens_in + self.output * tokens_out
        } else {
            self.of(tokens_in, tokens_out)
        }
    }
}

/// What a rate limit does with a request that finds too few tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnEmpty {
    /// It fails at once: 429.
    #[default]
    Throttle,
    /// It waits in order until there are enough.
    Queue,
}

/// What a rate limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitUnit {
    /// One per request.
    Requests,
    /// Input and output tokens of the request.
    Tokens,
}

/// A streamed answer: tokens at a speed.
#[derive(Clone, Debug)]
pub struct Stream {
    /// Input tokens of a request.
    pub tokens_in: Distribution,
    /// Output tokens of a request.
    pub tokens_out: Distribution,
    /// Output tokens per second.
    pub speed: Distribution,
}

impl Stream {
    /// Mean length of the stream: E\[tokens\] times E\[1/speed\], the two being independent.
    pub fn mean_duration(&self) -> Duration {
        // E[1/speed] by the delta method, exact for a constant speed.
        let mean = self.speed.mean();
        Duration::seconds(self.tokens_out.mean() / mean * (1.0 + self.speed.scv()))
    }

    /// Squared coefficient of variation of the length, same approximation.
    pub fn scv_duration(&self) -> f64 {
        let (a, b) = (self.tokens_out.scv(), self.speed.scv());
        a + b + a * b
    }
}

/// What a component calls when it serves a journey.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// Chance that the answer is already here (a CDN's cache hit), so that no call is made.
    pub hit: Probability,
    /// Latency on a hit, in place of the station's own.
    pub hit_latency: Option<Distribution>,
    /// Groups run one after the other; the branches of one group run in parallel.
    pub steps: Vec<Vec<Branch>>,
    /// By group, how many answers let the request go on (k of n); missing or `None`: all.
    pub quorum: Vec<Option<u32>>,
}

impl Program {
    /// Answers that group `group` needs, when fewer than all of its branches.
    pub fn quorum(&self, group: usize) -> Option<u32> {
        let branches = self.steps.get(group).map_or(0, Vec::len);
        self.quorum.get(group).copied().flatten().filter(|k| (*k as usize) < branches)
    }
}

/// One call of a program.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Branch {
    /// The call.
    pub call: CallIx,
    /// Chance that it is made at all.
    pub probability: Probability,
    /// How often, one after the other.
    pub count: u32,
    /// Cache-aside: after a miss call this, then the first again to fill it.
    pub miss: Option<Miss>,
}

/// The second half of cache-aside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Miss {
    /// Chance of a hit; where `popular`, that at the busiest hour in steady state.
    pub hit: Probability,
    /// Whether the cache's popularity decides, not a stated chance.
    pub popular: bool,
    /// The call made on a miss.
    pub call: CallIx,
}

impl Station {
    /// Servers of one replica when all are busy, the last counted by its speed; `None`: without limit.
    pub fn full(&self) -> Option<f64> {
        match self.servers {
            Servers::Count(c) => Some(f64::from(c.max(1)) - 1.0 + self.last),
            Servers::Infinite => None,
        }
    }

    /// Replicas that take requests when nothing is broken.
    pub fn active_replicas(&self) -> usize {
        self.replicas.iter().filter(|r| r.active).count()
    }

    /// The program for a journey.
    pub fn program(&self, journey: JourneyIx) -> &Program {
        &self.programs[journey.0 as usize]
    }
}
