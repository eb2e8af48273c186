//! Faults on the timeline: what breaks, where, when and for how long.

use super::{ComponentIx, JourneyIx, RegionIx, ZoneIx};
use crate::diag::Span;
use crate::text::Phrase;
use crate::units::{Duration, Probability};

/// One fault.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Id in the scenario.
    pub id: String,
    /// Name to show.
    pub name: Phrase,
    /// What happens.
    pub what: FaultKind,
    /// Start, counted from the end of the warm-up.
    pub at: Duration,
    /// How long.
    pub lasts: Duration,
    /// What the team expects to hold.
    pub expects: Vec<Expectation>,
    /// Where it stands in the file.
    pub span: Span,
}

/// What happens during a fault.
#[derive(Clone, Debug, PartialEq)]
pub enum FaultKind {
    /// Everything in a zone is down.
    ZoneOutage(ZoneIx),
    /// Everything in a region is down.
    RegionOutage(RegionIx),
    /// All replicas of a component are down.
    ComponentDown(ComponentIx),
    /// So many replicas of a component are down.
    ReplicaCrash(ComponentIx, u32),
    /// Every request at a component takes longer.
    LatencyAdded(ComponentIx, Duration),
    /// A share of a component's requests fails.
    ErrorRate(ComponentIx, Probability),
    /// A component's caches forget everything.
    CacheFlush(ComponentIx),
    /// Arrivals of a journey (or of all) are multiplied.
    LoadSpike(Option<JourneyIx>, f64),
    /// Declared in the file, not modelled yet; holds the kind's name.
    NotModelled(String),
}

/// One thing the team expects of a fault: `api.errors < 1%`.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// The words as written.
    pub text: String,
    /// What is measured.
    pub metric: Metric,
    /// It holds when the metric is below this (seconds or fraction).
    pub below: f64,
}

/// What an expectation or an alert measures.
#[derive(Clone, Debug, PartialEq)]
pub enum Metric {
    /// Share of failed requests of a journey.
    Errors(JourneyIx),
    /// A response-time quantile of a journey.
    Quantile(JourneyIx, f64),
    /// Time until the run is back to normal.
    Recovered,
}
