//! Faults on the timeline: what breaks, where, when and for how long.

use super::{ComponentIx, JourneyIx, RegionIx, ZoneIx};
use crate::diag::Span;
use crate::stats::distribution::Distribution;
use crate::text::Phrase;
use crate::units::{Duration, Probability, Rate};

/// One fault.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Id in the scenario.
    pub id: String,
    /// Name to show.
    pub name: Phrase,
    /// What happens.
    pub what: FaultKind,
    /// How many replicas of the component it strikes, the first ones; `None`: all.
    pub count: Option<u32>,
    /// Start, counted from the end of the warm-up.
    pub at: Duration,
    /// How long, on average.
    pub lasts: Duration,
    /// How long it lasts in one replication, where that differs from run to run, in seconds.
    pub spread: Option<Distribution>,
    /// What the team expects to hold.
    pub expects: Vec<Expectation>,
    /// Where it stands in the file.
    pub span: Span,
}

impl Fault {
    /// The field that says that it is over as it begins; `None`: it lasts, or acts at once.
    pub fn idle_length(&self) -> Option<&'static str> {
        let at_once = matches!(
            self.what,
            FaultKind::ReplicaCrash(..)
                | FaultKind::CacheFlush(_)
                | FaultKind::BadDeploy(..)
                | FaultKind::DiskFull(_)
        );
        (!at_once && self.spread.is_none() && self.lasts <= Duration::ZERO).then_some("for")
    }
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
    /// A component works at a lower speed: this share of its capacity is lost.
    CapacityLoss(ComponentIx, Probability),
    /// A share of a component's requests is answered with 429 at once.
    Throttled(ComponentIx, Probability),
    /// A zone cannot be reached: as if down, but nothing restarts and no cache is cold when it is back.
    ZoneCut(ZoneIx),
    /// A region cannot be reached.
    RegionCut(RegionIx),
    /// The disk of a component is full: no request succeeds, and a standby's disk is as full.
    DiskFull(ComponentIx),
    /// A bad version of a component is out: a share of its requests fails, all take longer by so much.
    BadDeploy(ComponentIx, Probability, Duration),
    /// Requests of attackers come on top of those of the users.
    Attack(Attack),
}

impl FaultKind {
    /// The field whose value makes the fault change nothing; `None`: it changes something.
    pub fn idle_field(&self) -> Option<&'static str> {
        match self {
            Self::LatencyAdded(_, add) if add.as_seconds() <= 0.0 => Some("add"),
            Self::ErrorRate(_, share) if share.get() <= 0.0 => Some("errors"),
            Self::BadDeploy(_, share, add) if share.get() <= 0.0 && add.as_seconds() <= 0.0 => Some("errors"),
            Self::CapacityLoss(_, share) | Self::Throttled(_, share) if share.get() <= 0.0 => Some("share"),
            Self::LoadSpike(_, times) if *times == 1.0 => Some("times"),
            Self::Attack(attack) if attack.rate.as_per_second() <= 0.0 => Some("rate"),
            _ => None,
        }
    }

    /// Where it strikes, where that is one component.
    pub fn component(&self) -> Option<ComponentIx> {
        match self {
            Self::ComponentDown(c)
            | Self::ReplicaCrash(c, _)
            | Self::LatencyAdded(c, ..)
            | Self::ErrorRate(c, ..)
            | Self::CacheFlush(c)
            | Self::CapacityLoss(c, ..)
            | Self::Throttled(c, ..)
            | Self::DiskFull(c)
            | Self::BadDeploy(c, ..) => Some(*c),
            _ => None,
        }
    }
}

/// Requests of attackers: they go the way of a journey, and are not counted among its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attack {
    /// The way they go.
    pub journey: JourneyIx,
    /// How many come.
    pub rate: Rate,
    /// Addresses they come from; `None`: never the same one twice, so that no rate rule sees them.
    pub sources: Option<f64>,
    /// Whether they are tries to log in.
    pub logins: bool,
    /// Share of these that get in; `None`: unknown.
    pub success: Option<Probability>,
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
