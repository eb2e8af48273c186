//! A call from one component to another: the network between them and the policy. Whether and how often it is made
//! stands in the station's program.

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
    pub fallback: Option<super::CallIx>,
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
            required: true,
        }
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
