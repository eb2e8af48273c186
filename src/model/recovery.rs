//! How what is lost comes back: how long each kind of repair takes, what is kept elsewhere, and the procedures that the
//! file states. What has to be done in which order after which event is the business of `recovery`.

use super::{ComponentIx, RegionIx};
use crate::diag::Span;
use crate::stats::distribution::Distribution;
use crate::text::Phrase;

/// What a design has to come back from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// One component by itself: a host, a node, a pod.
    Component,
    /// A zone, with all that stands in it.
    Zone,
    /// A region, with all that stands in it.
    Region,
    /// Data that somebody destroyed, in all live copies at once.
    DataLoss,
    /// A release that has to be taken back.
    BadDeploy,
}

impl Event {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Component, Self::Zone, Self::Region, Self::DataLoss, Self::BadDeploy];

    /// Its word in the file.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Component => "component",
            Self::Zone => "zone",
            Self::Region => "region",
            Self::DataLoss => "data-loss",
            Self::BadDeploy => "bad-deploy",
        }
    }

    /// The event of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.id() == word)
    }
}

/// What stands ready in another region.
///
/// Source: AWS, "Disaster Recovery of Workloads on AWS: Recovery in the Cloud" (whitepaper, 2021), the four strategies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strategy {
    /// Copies of the data; everything is made anew.
    BackupRestore,
    /// The data are replicated and the cluster is there; machines and pods are started when needed.
    PilotLight,
    /// Everything runs at a reduced size.
    WarmStandby,
    /// Everything runs at full size and takes part of the load.
    ActiveActive,
}

impl Strategy {
    /// All of them, cheapest first.
    pub const ALL: [Self; 4] = [Self::BackupRestore, Self::PilotLight, Self::WarmStandby, Self::ActiveActive];

    /// Its word in the file.
    pub const fn id(self) -> &'static str {
        match self {
            Self::BackupRestore => "backup-restore",
            Self::PilotLight => "pilot-light",
            Self::WarmStandby => "warm-standby",
            Self::ActiveActive => "active-active",
        }
    }

    /// The strategy of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|strategy| strategy.id() == word)
    }
}

/// A length of time, and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Takes {
    /// Seconds; where something is missing, what it takes at least.
    pub seconds: Distribution,
    /// Fact id; `None`: as the file states it.
    pub source: Option<String>,
    /// Why the length is not known, and what has to be stated; `None`: it is known.
    pub missing: Option<Phrase>,
}

impl Takes {
    /// As the file states it.
    pub const fn stated(seconds: Distribution) -> Self {
        Self { seconds, source: None, missing: None }
    }

    /// Not known, for want of this.
    pub const fn unknown(missing: Phrase) -> Self {
        Self { seconds: Distribution::Constant(0.0), source: None, missing: Some(missing) }
    }

    /// So many times as long.
    #[must_use]
    pub fn times(&self, factor: f64) -> Self {
        Self { seconds: self.seconds.scale(factor), ..self.clone() }
    }

    /// A three-point estimate (PERT). Without a range, always the same.
    pub fn three_point(low: f64, likeliest: f64, high: f64, source: Option<String>) -> Self {
        let seconds = if low < high {
            Distribution::Pert { low, mode: likeliest.clamp(low, high), high }
        } else {
            Distribution::Constant(likeliest)
        };
        Self { seconds, source, missing: None }
    }

    /// This and then another, as one estimate: end by end.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        let ends = |takes: &Self| match takes.seconds {
            Distribution::Pert { low, mode, high } => [low, mode, high],
            ref other => [other.mean(); 3],
        };
        let ([a, b, c], [d, e, f]) = (ends(self), ends(next));
        let source = match (&self.source, &next.source) {
            (Some(first), Some(second)) => Some(format!("{first} + {second}")),
            (first, second) => first.clone().or(second.clone()),
        };
        let missing = self.missing.clone().or_else(|| next.missing.clone());
        Self { missing, ..Self::three_point(a + d, b + e, c + f, source) }
    }
}

/// How a component comes back, as far as its kind knows. `None`: not in this way.
#[derive(Clone, Debug, Default)]
pub struct Restore {
    /// Whether it keeps the data of record.
    pub keeps_data: bool,
    /// A standby in another zone takes over.
    pub failover: Option<Takes>,
    /// A lost unit is replaced by itself.
    pub replace: Option<Takes>,
    /// It is made anew in another place, once what carries it is there.
    pub create: Option<Takes>,
    /// Its data are restored from a backup into a new one.
    pub restore: Option<Takes>,
    /// A replica in another region becomes the one that is written to.
    pub promote: Option<Takes>,
    /// How far such a replica, or a standby in another region, is behind.
    pub lag: Option<Takes>,
    /// Whether it is filled again once it is back, and how long that takes.
    pub warm: Option<Takes>,
    /// Regions that hold a replica of it all the time.
    pub replicas: Vec<RegionIx>,
    /// How far a copy of its backups in another region is behind, where one is kept.
    pub copy_lag: Option<Takes>,
    /// Callers find the new one.
    pub repoint: Option<Takes>,
}

/// A backup of a component's data.
#[derive(Clone, Debug)]
pub struct Backup {
    /// Of what.
    pub of: ComponentIx,
    /// Longest time between two points that can be restored.
    pub every: Option<Takes>,
    /// How long a point can be restored, s; `None`: as long as it takes.
    pub keep: Option<f64>,
    /// Copies in other regions, and how far each is behind.
    pub copies: Vec<(RegionIx, Takes)>,
}

/// A procedure that the file states for an event.
#[derive(Clone, Debug)]
pub struct Procedure {
    /// After what.
    pub event: Event,
    /// What stands ready elsewhere.
    pub strategy: Option<Strategy>,
    /// Where to.
    pub to: Option<RegionIx>,
    /// Whether it begins without a person who notices and decides.
    pub automatic: bool,
    /// Steps with their lengths: in place of what Plimsoll takes for a step of this name, or steps of their own.
    pub takes: Vec<(String, Distribution)>,
    /// Those of them that are steps of its own.
    pub own: std::collections::BTreeSet<String>,
    /// What each of these steps waits for, in place of the usual order.
    pub after: Vec<(String, Vec<String>)>,
    /// Where it stands in the file.
    pub at: Span,
}
