//! Answers about recovery: how long until the journeys serve again after an event, how much data is lost, and which steps
//! decide.

use super::availability::Share;
use crate::stats::figure::Figure;
use crate::text::Phrase;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A time over the ways an event may go.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Median, s.
    pub p50: Figure,
    /// 90 % of the time at most this.
    pub p90: Figure,
    /// 95 % of the time at most this: what is judged.
    pub p95: Figure,
    /// Longest found.
    pub max: Figure,
    /// What the p95 is at least, where something that the file does not state makes the figures above unknown.
    pub at_least: Figure,
    /// Chance to stay within the target; unknown without a target for this event.
    pub meets_target_probability: Figure,
    /// Share of the cases in which it never ends: nothing to restore from. The figures above are unknown where they fall into
    /// these.
    pub never: f64,
}

/// One event and what it takes to come back from it. Of several cases (each zone, each component) the worst.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RecoveryAnswer {
    /// Name of the event.
    pub name: Phrase,
    /// The case: a zone, a region, a component; empty for a release.
    pub of: String,
    /// What stands ready in another region: `backup-restore`, `pilot-light`, ...; `None`: nothing is needed, or nothing is
    /// there.
    pub strategy: Option<String>,
    /// The region it is brought back in, where that is another one.
    pub to: Option<String>,
    /// Time until all journeys serve again.
    pub rto_s: Spread,
    /// The same if nobody had to notice and decide, health checks began the procedure; where somebody has to as it stands.
    pub without_people_s: Option<Spread>,
    /// Data lost, as the time before the event from which nothing is left.
    pub rpo_s: Spread,
    /// Chance to stay within both targets.
    pub meets_target_probability: Figure,
    /// The steps that decide, by their share of the time; the shares add to 1.
    pub critical_path: Vec<Share>,
    /// All steps, in order.
    pub steps: Vec<StepAnswer>,
    /// What the data lost depends on, by component.
    pub losses: Vec<LossAnswer>,
    /// What stands in the way or is taken for granted.
    pub notes: Vec<Phrase>,
    /// Of every case the p95 of both times.
    pub cases: IndexMap<String, CaseAnswer>,
    /// What this strategy adds to the monthly bill, where that was asked; unknown where a price is missing.
    pub monthly_cost: Option<Figure>,
}

/// One step of a recovery.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StepAnswer {
    /// Its name in the file: `restore-rds`.
    pub id: String,
    /// What is done.
    pub name: Phrase,
    /// To which component, where it is about one.
    pub component: Option<String>,
    /// Mean time from the event to its start.
    pub starts_s: Figure,
    /// Mean length.
    pub takes_s: Figure,
    /// Share of the cases in which it lies on the critical path.
    pub critical: f64,
    /// Ids of the steps it waits for.
    pub after: Vec<String>,
    /// Fact that its length comes from; `None`: from the file.
    pub source: Option<String>,
}

/// Data of one component.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LossAnswer {
    /// Whose.
    pub component: String,
    /// p95 of the time lost; unknown when all is lost, or when it is not known.
    pub p95_s: Figure,
    /// Whether it is not known.
    pub unknown: bool,
    /// Why that much.
    pub why: Phrase,
    /// Fact it comes from; `None`: from the file or from the way it is built.
    pub source: Option<String>,
}

/// The p95 of one case.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CaseAnswer {
    /// Time until all journeys serve again.
    pub rto_p95_s: Figure,
    /// Data lost.
    pub rpo_p95_s: Figure,
}
