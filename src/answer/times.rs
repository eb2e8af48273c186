//! Answers per journey and per component: rates, times, errors, queues.

use crate::stats::figure::Figure;
use serde::{Deserialize, Serialize};

/// A time: its mean, spread and quantiles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Times {
    /// Mean.
    pub mean: Figure,
    /// Standard deviation.
    pub std: Figure,
    /// Median.
    pub p50: Figure,
    /// 90 % are faster.
    pub p90: Figure,
    /// 95 % are faster.
    pub p95: Figure,
    /// 99 % are faster.
    pub p99: Figure,
    /// 99.9 % are faster.
    pub p999: Figure,
}

impl Times {
    /// All unknown.
    pub fn unknown() -> Self {
        let u = || Figure::unknown("s");
        Self { mean: u(), std: u(), p50: u(), p90: u(), p95: u(), p99: u(), p999: u() }
    }

    /// The figure at quantile `q` (0.5, 0.9, 0.95, 0.99 or 0.999); `None` for another.
    pub fn quantile(&self, q: f64) -> Option<&Figure> {
        [(0.5, &self.p50), (0.9, &self.p90), (0.95, &self.p95), (0.99, &self.p99), (0.999, &self.p999)]
            .into_iter()
            .find(|(at, _)| (at - q).abs() < 1e-9)
            .map(|(_, figure)| figure)
    }
}

/// What users of one journey see.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct JourneyAnswer {
    /// Requests sent.
    pub arrivals_per_s: Figure,
    /// Requests answered.
    pub throughput_per_s: Figure,
    /// From sending to the whole answer, network included; answered requests only.
    pub response_s: Times,
    /// From sending to the first token; `None` where nothing streams.
    pub first_token_s: Option<Times>,
    /// Neither answered nor failed when the run ended, over sent. Percentiles count those as slower than all others; a mean that
    /// more than one in a thousand of them would change is unknown. Formulas do not know it.
    pub unfinished_ratio: Figure,
    /// Failed over those that ended.
    pub error_ratio: Figure,
    /// The same by cause; the parts add to the whole.
    pub errors: Errors,
    /// Share of the time the journey is up.
    pub availability: Figure,
    /// Mean attempts per call that the journey's components make (1 without retries).
    pub attempts_mean: Figure,
    /// Where and why its requests fail, most first; empty where none did, and where formulas speak.
    pub failures: Vec<FailureAnswer>,
}

/// Requests that fail at one component by one cause.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FailureAnswer {
    /// The component whose failure it is: who refused, was not there, or did not answer in time. Of a call with fallbacks the last.
    pub component: String,
    /// Why.
    pub cause: Cause,
    /// Share of all requests of the journey that failed.
    pub share: Figure,
}

/// Why a request fails, as in [`Errors`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cause {
    /// The answer came too late for its caller.
    Timeout,
    /// A full queue turned it away, or it lost patience.
    Rejected,
    /// A rate limit turned it away.
    Throttled,
    /// Nobody there to serve it.
    Unavailable,
    /// An error of its own.
    Dependency,
}

impl Cause {
    /// All of them, in the order of [`Errors`].
    pub const ALL: [Self; 5] =
        [Self::Timeout, Self::Rejected, Self::Throttled, Self::Unavailable, Self::Dependency];

    /// As in the JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Rejected => "rejected",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::Dependency => "dependency",
        }
    }
}

/// Failed over sent, by cause.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Errors {
    /// The answer came too late for its caller.
    pub timeout: Figure,
    /// A full queue turned it away, or it lost patience.
    pub rejected: Figure,
    /// A rate limit turned it away.
    pub throttled: Figure,
    /// Nobody there to serve it.
    pub unavailable: Figure,
    /// What it called answered with an error of its own.
    pub dependency: Figure,
}

impl Errors {
    /// Each with its cause, in the order of [`Cause::ALL`].
    pub fn each(&self) -> [(Cause, &Figure); 5] {
        [
            (Cause::Timeout, &self.timeout),
            (Cause::Rejected, &self.rejected),
            (Cause::Throttled, &self.throttled),
            (Cause::Unavailable, &self.unavailable),
            (Cause::Dependency, &self.dependency),
        ]
    }
}

/// What one component does.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ComponentAnswer {
    /// Requests that reach it, retries included.
    pub arrivals_per_s: Figure,
    /// Requests it answers.
    pub throughput_per_s: Figure,
    /// Busy servers over servers; above 1 in the analytic answer means overload. Unknown without servers.
    pub utilisation: Figure,
    /// Wait for a slot or server.
    pub wait_s: Times,
    /// Wait, latency, work and its own calls.
    pub response_s: Times,
    /// Mean number waiting.
    pub queue_mean: Figure,
    /// Mean number holding a server.
    pub in_service_mean: Figure,
    /// Mean number in the component.
    pub in_system_mean: Figure,
    /// Share of requests that wait at all.
    pub wait_probability: Figure,
    /// Share of the time nobody is in it.
    pub empty_probability: Figure,
    /// Share of requests a full queue turns away.
    pub blocked_ratio: Figure,
    /// Share of requests that lose patience.
    pub abandoned_ratio: Figure,
    /// Replicas.
    pub replicas: Replicas,
    /// Visits per journey request, over all journeys.
    pub visits: Figure,
    /// Share of look-ups answered here; unknown where there is no cache.
    pub hit_ratio: Figure,
    /// CPU credits of burstable machines; `None` for all else.
    pub credits: Option<CreditsAnswer>,
    /// Loads between which it can be healthy or collapsed; `None` where there are none.
    pub bistable: Option<BistableAnswer>,
}

/// Loads between which a component has two steady states: healthy, and collapsed under the retries of its callers. Below
/// `from` it recovers from any disturbance, above `to` it collapses without one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BistableAnswer {
    /// Lowest load that keeps a collapse alive, requests per second of `journey`.
    pub from: Figure,
    /// Highest load that a healthy state carries.
    pub to: Figure,
    /// The stated load.
    pub now: Figure,
    /// `from` as a multiple of all stated arrivals.
    pub from_load: Figure,
    /// `to` as a multiple of all stated arrivals.
    pub to_load: Figure,
    /// The journey whose requests are counted.
    pub journey: String,
    /// The call whose retries keep the collapse alive: `front -> back`.
    pub call: String,
}

impl BistableAnswer {
    /// Whether the stated load can stay collapsed; `None` when that is not known.
    pub fn at_risk(&self) -> Option<bool> {
        Some(self.from_load.value? <= 1.0)
    }
}

/// CPU credits of burstable machines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CreditsAnswer {
    /// CPU used over CPU earned while there are credits, mean over the machines; above 1 the savings shrink.
    pub use_ratio: Figure,
    /// How long full savings last at this load; unknown when they last for ever.
    pub lasts_s: Figure,
    /// Share of the time without credits, throttled to the baseline; unknown where that never throttles.
    pub dry_ratio: Figure,
}

/// How many replicas there were.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Replicas {
    /// Fewest.
    pub min: Figure,
    /// Mean over time.
    pub mean: Figure,
    /// Most.
    pub max: Figure,
    /// Pods wanted by the autoscaler that are not ready, mean over time: starting, waiting for a node, or fitting nowhere.
    pub pending: Option<Figure>,
}
