//! Answers about availability: the expectation, the contract's ceiling, and what is to blame.

use crate::stats::figure::Figure;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// How often a set of journeys is up together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AvailabilityAnswer {
    /// Share of the time, expected from failure data.
    pub availability: Figure,
    /// The rest, in minutes of a 30-day month.
    pub downtime_min_per_30d: Figure,
    /// Chance that a month meets the uptime target.
    pub meets_target_probability: Figure,
    /// The most that the vendors' contracts promise; unknown where one of them promises nothing.
    pub sla_ceiling: Figure,
    /// Components without a promise, which leave the ceiling unknown.
    pub without_sla: Vec<String>,
    /// Components about whose failures nothing is known: they count as never failing, and the report says so.
    pub without_data: Vec<String>,
    /// Each journey alone.
    pub journeys: IndexMap<String, Figure>,
    /// Smallest sets of events that take a journey down, largest share first.
    pub cut_sets: Vec<CutSet>,
    /// How much each event matters.
    pub importance: IndexMap<String, Importance>,
    /// Downtime by cause; the shares add to 1.
    pub attribution: Vec<Share>,
}

/// A smallest set of events that together take the journeys down.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CutSet {
    /// Ids of the events: a component (`rds`), one unit (`api/2`), a zone (`zone tokyo/a`), a region, a provider.
    pub events: Vec<String>,
    /// Chance that all of them hold at a time, in the busiest hour.
    pub probability: f64,
    /// Minutes of downtime per 30 days from exactly this set.
    pub minutes_per_30d: f64,
}

/// How much one event matters.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Importance {
    /// Birnbaum: change of unavailability over change of the event's chance.
    pub birnbaum: f64,
    /// Fussell-Vesely: share of the unavailability in which the event takes part.
    pub fussell_vesely: f64,
    /// The event's own unavailability.
    pub unavailability: f64,
}

/// A part of a whole, by cause.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// What: a component's id, a zone, a region.
    pub cause: String,
    /// What about it: `waiting`, `service`, `network`, `retry`, `failover`, `outage`, `line`; empty when nothing more is known.
    pub part: String,
    /// 0..=1.
    pub share: f64,
    /// The same in the target's unit.
    pub amount: f64,
    /// Unit of the amount.
    pub unit: String,
}
