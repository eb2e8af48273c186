//! A call from one component to another: the network between them and the policy. Whether and how often it is made
//! stands in the station's program.

use super::{CallIx, JourneyIx};
use crate::diag::Span;
use crate::stats::distribution::Distribution;
use crate::units::{Duration, Probability};

/// One edge of the graph.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// Round-trip time of the network between the two, added to every call; half goes out, half comes back.
    pub network: Option<Distribution>,
    /// What the caller does about slow and failed calls.
    pub policy: Policy,
    /// Where it stands in the file.
    pub at: Span,
}

/// What a caller does about slow and failed calls.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Longest wait for an answer; the callee goes on working unless `cancel` is set.
    pub timeout: Option<Duration>,
    /// Whether a caller that gives up recalls the work: it leaves the callee's lines and servers at once.
    pub cancel: bool,
    /// A second request when no answer has come after this long; the first answer wins, the other is recalled.
    pub hedge: Option<Duration>,
    /// Calls under way at once, over all replicas of the caller: a connection pool, or a bulkhead.
    pub pool: Option<Pool>,
    /// More attempts after the first.
    pub retry: Option<Retry>,
    /// Whether a retry waits at least as long as a 429 asks for.
    pub retry_after: bool,
    /// Stops calling what keeps failing.
    pub breaker: Option<Breaker>,
    /// The call made when this one has failed for good.
    pub fallback: Option<CallIx>,
    /// Journeys whose requests may go there; empty: all.
    pub fallback_for: Vec<JourneyIx>,
    /// Where names lead instead while the callee does not answer health checks.
    pub switch: Option<Switch>,
    /// Whether the request fails when this call fails for good (and has no fallback, or that failed too).
    pub required: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            timeout: None,
            cancel: false,
            hedge: None,
            pool: None,
            retry: None,
            retry_after: false,
            breaker: None,
            fallback: None,
            fallback_for: Vec::new(),
            switch: None,
            required: true,
        }
    }
}

impl Policy {
    /// The call made for a journey when this one has failed for good.
    pub fn fallback_of(&self, journey: JourneyIx) -> Option<CallIx> {
        self.fallback.filter(|_| self.fallback_for.is_empty() || self.fallback_for.contains(&journey))
    }

    /// The calls that a journey may make in place of this one: where the name leads else, and the fallback.
    pub fn others_of(&self, journey: JourneyIx) -> impl Iterator<Item = CallIx> + use<> {
        self.switch.map(|switch| switch.to).into_iter().chain(self.fallback_of(journey))
    }
}

/// A name that leads elsewhere while health checks of the callee fail (DNS failover).
///
/// The checks ask for a page that needs all that requests cannot do without ([`super::switch::behind`]): it is there while
/// each of these components has a replica up. Assumption: checks that look no deeper than the balancer would miss a lost
/// database.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Switch {
    /// The call made instead.
    pub to: CallIx,
    /// From the loss until names lead elsewhere, and from the return until they lead back.
    pub detection: Duration,
    /// How long an answer is kept: a request goes by one between this old and new, evenly.
    pub ttl: Duration,
    /// Share of the requests of those who keep an answer for good.
    pub stale: Probability,
}

impl Switch {
    /// Mean time from the loss until requests go elsewhere, those who keep an answer for good aside.
    pub fn window(&self) -> Duration {
        self.detection + self.ttl * 0.5
    }
}

/// A limit of calls under way at once, with a line in front of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pool {
    /// Places, at least 1.
    pub size: u32,
    /// Calls that may wait for one; more are rejected. 0 makes a bulkhead that never lets wait; `None`: no limit.
    pub queue: Option<u32>,
    /// Longest wait for a place; `None`: for ever.
    pub timeout: Option<Duration>,
}

/// More attempts after a failed one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Retry {
    /// Attempts beyond the first.
    pub extra: u32,
    /// Wait before the first of them; doubles each time.
    pub base: Duration,
    /// Longest such wait.
    pub cap: Duration,
    /// Whether the wait is drawn uniformly between zero and its length.
    pub jitter: Jitter,
    /// Retries allowed as a share of first attempts; `None`: no budget.
    pub budget: Option<Probability>,
}

/// How a retry's wait is spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Jitter {
    /// Always the full length.
    #[default]
    None,
    /// Uniform between zero and the length.
    Full,
    /// Half fixed, half uniform.
    Equal,
}

/// A circuit breaker.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Breaker {
    /// Share of failed calls that opens it.
    pub errors: Probability,
    /// Window over which the share is taken.
    pub over: Duration,
    /// How long it stays open before it lets one call through.
    pub open: Duration,
}
