//! The numbers of one solved load: by journey, node, leg and component. Plain floats; `report` makes figures of them.

use super::compiled::Compiled;
use super::moments::{Moments, Wait};
use crate::text::flow as words;
use crate::text::flow::Method;

/// Failed over sent, by cause.
pub type Causes = [f64; 5];
/// Index in [`Causes`]: the answer came too late for its caller.
pub const TIMEOUT: usize = 0;
/// A full queue, or lost patience.
pub const REJECTED: usize = 1;
/// A rate limit.
pub const THROTTLED: usize = 2;
/// Nobody there.
pub const UNAVAILABLE: usize = 3;
/// An error of the callee's own.
pub const DEPENDENCY: usize = 4;

/// Sum of all causes.
pub fn total(causes: &Causes) -> f64 {
    causes.iter().sum::<f64>().clamp(0.0, 1.0)
}

/// A component as one journey visits it.
#[derive(Clone, Copy, Debug)]
pub struct NodeState {
    /// Requests that reach it per request of the journey, retries included.
    pub visits: f64,
    /// Requests per second.
    pub arrivals: f64,
    /// Wait of those served: rate limit, slot and server.
    pub wait: Moments,
    /// Work, stretched by sharing.
    pub work: Moments,
    /// Share of arrivals that get in and do not give up.
    pub admitted: f64,
    /// Share of the admitted that is ever served: of its own class, where some go first.
    pub carried: f64,
    /// Share of visits that ever end, well or not: the rest stays in a line that grows without bound, here or further on.
    pub passes: f64,
    /// Share of arrivals that run the program (admitted, no own error, no hit, ever served).
    pub runs: f64,
    /// Time until the reply, of those answered well.
    pub ok: Moments,
    /// Time from slot to reply whatever the outcome, work included.
    pub held: Moments,
    /// The part of `held` without a server: latency, stream and calls.
    pub delay: Moments,
    /// Chances to fail.
    pub causes: Causes,
    /// Time until the reply, of those that fail.
    pub bad: Moments,
    /// Time until the first token, where something streams.
    pub first: Option<Moments>,
}

/// A call as one journey makes it.
#[derive(Clone, Copy, Debug)]
pub struct LegState {
    /// Mean attempts.
    pub attempts: f64,
    /// Chance that it fails for good before its fallback.
    pub own: f64,
    /// Chances that it fails for good, fallback included.
    pub causes: Causes,
    /// The sum of `causes`.
    pub failed: f64,
    /// Time of those that succeed.
    pub ok: Moments,
    /// Time of those that fail.
    pub bad: Moments,
    /// Time until the first token of those that succeed.
    pub first: Option<Moments>,
    /// Of `ok`, by itself and not by its fallback: mean time lost before the last attempt.
    pub lost: f64,
    /// Factor by which a time limit shortens the mean of successful attempts.
    pub cut: f64,
    /// Share of calls that ever end.
    pub passes: f64,
    /// Whether its breaker would open, or that of its fallback.
    pub breaks: bool,
    /// Whether its own breaker would open.
    pub opens: bool,
    /// Of a call to a cache whose hits depend on its load: the chance of a hit.
    pub hit: Option<f64>,
    /// Whether enough work is recalled to change the callee's load.
    pub recalls: bool,
    /// Chance that one attempt fails, and how long that takes.
    pub failure: f64,
    /// See `failure`.
    pub failed_time: Moments,
    /// Chance that one attempt is given up at its time limit.
    pub late: f64,
    /// Share of wanted retries that the budget grants.
    pub grant: f64,
    /// Time until it is given up, before its fallback.
    pub lost_for_good: Moments,
}

/// A component.
#[derive(Clone, Copy, Debug)]
pub struct DeskState {
    /// Requests per second, over all replicas and journeys.
    pub arrivals: f64,
    /// Share turned away by a rate limit.
    pub throttled: f64,
    /// Tokens of a request that rate limits let through over those of all.
    pub size: f64,
    /// Share turned away by a full queue.
    pub blocked: f64,
    /// Share that gives up.
    pub abandoned: f64,
    /// Share that finds nobody.
    pub unavailable: f64,
    /// Replicas that serve: where the autoscaler settles, when there is one.
    pub replicas: u32,
    /// Offered load over servers; above 1 in overload. `None` without servers or work.
    pub load: Option<f64>,
    /// Mean busy servers.
    pub busy: f64,
    /// Wait of those served.
    pub wait: Wait,
    /// Mean number waiting.
    pub queue: f64,
    /// Chance that an admitted request waits.
    pub waits: f64,
    /// Chance that nobody is in it; `None`: no formula.
    pub empty: Option<f64>,
    /// Share of the admitted that is ever served.
    pub carried: f64,
    /// Formula of the wait.
    pub method: Method,
    /// Response of those served where it is known exactly: chance to wait, mean wait of those, service.
    pub response: Option<(f64, f64, f64)>,
    /// Why there is no formula for its queue, when there is none.
    pub why: Option<&'static str>,
}

/// A solved load.
#[derive(Clone, Debug)]
pub struct Solution {
    /// Requests per second, by journey.
    pub rates: Vec<f64>,
    /// By node.
    pub nodes: Vec<NodeState>,
    /// By leg.
    pub legs: Vec<LegState>,
    /// By component.
    pub desks: Vec<DeskState>,
    /// By journey: exact flag and method of closed sessions, and their mean response.
    pub closed: Vec<Option<Method>>,
    /// By component: mean wait per visit that closed sessions cause, seconds.
    pub closed_wait: Vec<Option<f64>>,
    /// The same by node, where each journey has its own.
    pub closed_waits: Vec<Option<f64>>,
    /// Whether anything can fail or is held up: then rates are a fixed point.
    pub fails: bool,
    /// Sweeps taken; the most when it did not settle.
    pub sweeps: u32,
    /// False when the fixed point did not settle.
    pub settled: bool,
    /// Largest relative change of the last round.
    pub change: f64,
    /// Whether every component is asked for all that was offered, as if nothing before it backed up. So it is where a
    /// component without a limit is overloaded behind slots that are held until it answers: what it is spared by those who
    /// back up would let it recover, and that would overload it again.
    pub offered: bool,
    /// By component: share of look-ups, of all misses, that come while their key is being fetched. Empty without such caches.
    pub during: Vec<f64>,
    /// By component: whether late answers may bring it down at this load. Empty where nothing can.
    pub may_fall: Vec<bool>,
}

impl NodeState {
    /// Before anything is known.
    pub const START: Self = Self {
        visits: 0.0,
        arrivals: 0.0,
        wait: Moments::ZERO,
        work: Moments::ZERO,
        admitted: 1.0,
        carried: 1.0,
        passes: 1.0,
        runs: 1.0,
        ok: Moments::ZERO,
        held: Moments::ZERO,
        delay: Moments::ZERO,
        causes: [0.0; 5],
        bad: Moments::ZERO,
        first: None,
    };
}

impl LegState {
    /// Before anything is known.
    pub const START: Self = Self {
        attempts: 1.0,
        own: 0.0,
        causes: [0.0; 5],
        failed: 0.0,
        ok: Moments::ZERO,
        bad: Moments::ZERO,
        first: None,
        lost: 0.0,
        cut: 1.0,
        passes: 1.0,
        breaks: false,
        opens: false,
        hit: None,
        recalls: false,
        failure: 0.0,
        failed_time: Moments::ZERO,
        late: 0.0,
        grant: 1.0,
        lost_for_good: Moments::ZERO,
    };

    /// Time whatever the outcome.
    pub fn any(&self) -> Moments {
        self.ok.or(1.0 - self.failed, self.bad)
    }
}

impl DeskState {
    /// Without requests.
    pub const IDLE: Self = Self {
        arrivals: 0.0,
        throttled: 0.0,
        size: 1.0,
        blocked: 0.0,
        abandoned: 0.0,
        unavailable: 0.0,
        replicas: 0,
        load: None,
        busy: 0.0,
        wait: Wait::NONE,
        queue: 0.0,
        waits: 0.0,
        empty: None,
        carried: 1.0,
        method: words::INFINITE,
        response: None,
        why: None,
    };

    /// Whether it cannot carry what arrives, however long the queue.
    pub fn overloaded(&self) -> bool {
        self.carried < 1.0 || self.load.is_some_and(|l| l >= 1.0)
    }
}

impl Solution {
    /// Before anything is solved.
    pub fn start(all: &Compiled, rates: &[f64]) -> Self {
        Self {
            rates: rates.to_vec(),
            nodes: vec![NodeState::START; all.nodes.len()],
            legs: vec![LegState::START; all.legs.len()],
            desks: vec![DeskState::IDLE; all.n_components],
            closed: vec![None; all.journeys.len()],
            closed_wait: Vec::new(),
            closed_waits: Vec::new(),
            fails: false,
            sweeps: 0,
            settled: true,
            change: 0.0,
            offered: false,
            during: Vec::new(),
            may_fall: Vec::new(),
        }
    }

    /// Mean wait of those who want a server of a component, over all journeys.
    pub fn worked_wait(&self, all: &Compiled, c: usize) -> Option<f64> {
        let (mut rate, mut waited) = (0.0, 0.0);
        for n in all.nodes_of(c).iter().map(|n| *n as usize).filter(|n| all.nodes[*n].work.is_some()) {
            let state = &self.nodes[n];
            if state.arrivals > 0.0 {
                rate += state.arrivals;
                waited += state.arrivals * state.wait.mean;
            }
        }
        (rate > 0.0).then(|| waited / rate)
    }

    /// The entry of a journey.
    pub fn entry(&self, all: &Compiled, journey: usize) -> Option<&NodeState> {
        let nodes = &all.journeys[journey].nodes;
        (!nodes.is_empty()).then(|| &self.nodes[nodes.start as usize])
    }
}
