//! A station as the formulas see it, without its journeys: servers, lines, limits and what scales it.

use super::bucket::Bucket;
use super::moments::Moments;
use crate::model::scaling::Aims;
use crate::model::station::{Balance, Discipline};
use crate::stats::che::Lookups;
use crate::stats::distribution::Distribution;

/// A station without its journeys.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Active replicas.
    pub replicas: u32,
    /// Servers of one replica; `None`: without limit.
    pub servers: Option<u32>,
    /// The same when all are busy, the last counted by its speed: less under a CPU limit that is not of whole cores.
    pub full: Option<f64>,
    /// Slots of one replica.
    pub slots: Option<u32>,
    /// Places to wait at one replica.
    pub queue: Option<u32>,
    /// Patience of those who wait.
    pub patience: Option<Patience>,
    /// Order of service.
    pub discipline: Discipline,
    /// Balancer.
    pub balance: Balance,
    /// Rate limits.
    pub limits: Vec<Bucket>,
    /// Share that fails by itself.
    pub error_ratio: f64,
    /// Automatic scaling.
    pub scaling: Option<Scaler>,
    /// For a cache whose hits depend on its load.
    pub popularity: Option<Keys>,
    /// For a cache by popularity, the share of the fetches that is stated to fail.
    pub unanswered: f64,
    /// Connections that it accepts; `None`: without limit.
    pub connections: Option<u32>,
    /// What a backlog carried over from earlier does, while there is one.
    pub backlog: Option<Backlog>,
    /// A field of the station that no formula honours: every journey that comes here is then unknown, with this reason.
    pub why: Option<&'static str>,
}

/// A cache whose keys live for a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Keys {
    /// The cache.
    pub lookups: Lookups,
    /// How long a key lives, seconds.
    pub ttl: f64,
    /// Whether those who miss the same key at once share a fetch.
    pub shared: bool,
}

/// Automatic scaling of a station's replicas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaler {
    /// What it aims at.
    pub aims: Aims,
    /// Cores that a busy server takes.
    pub cpu: f64,
    /// Fewest replicas.
    pub min: u32,
    /// Most, and no more than there is room for.
    pub max: u32,
}

/// A backlog over a stretch of time: it stands in place of the queue's own formula.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backlog {
    /// Wait of those who come in this stretch.
    pub wait: Moments,
    /// Served per arrival: below 1 while it grows, above 1 while it drains.
    pub carried: f64,
}

/// How long a request waits before it gives up, as far as the formulas tell patiences apart: by the mean in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Patience {
    /// Exponential.
    Exponential(f64),
    /// The same for all.
    Constant(f64),
    /// Any other; taken as exponential.
    Other(f64),
}

impl Patience {
    /// That of a distribution.
    pub fn of(distribution: &Distribution) -> Self {
        let mean = distribution.mean();
        match distribution {
            Distribution::Exponential(_) => Self::Exponential(mean),
            Distribution::Constant(_) => Self::Constant(mean),
            _ => Self::Other(mean),
        }
    }

    /// Rate of giving up, per second.
    pub fn rate(self) -> f64 {
        let (Self::Exponential(mean) | Self::Constant(mean) | Self::Other(mean)) = self;
        1.0 / mean.max(1e-9)
    }
}
