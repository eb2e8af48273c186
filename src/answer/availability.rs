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
    /// The same expectation when hours in which not even all units meet the objectives are not counted as down: the
    /// hardware alone.
    pub without_brownouts: Figure,
    /// Hours of the week that are down because not even all units meet the objectives.
    pub brownout_hours_per_week: Figure,
    /// Downtime of one 30-day month in minutes: `p50`, `p90`, `p95`, `p99`.
    pub monthly_downtime_min: IndexMap<String, Figure>,
    /// Chance that a month meets the uptime target.
    pub meets_target_probability: Figure,
    /// The most that the vendors' contracts promise; unknown where one of them promises nothing.
    pub sla_ceiling: Figure,
    /// The contracts of those that do promise, as if all others never failed: no change to the application gets beyond it.
    pub sla_ceiling_of_promises: Figure,
    /// The needed component with the weakest promise; `None` when nothing in series has one.
    pub sla_weakest: Option<String>,
    /// Needed components without a promise. One of them in series leaves the ceiling unknown.
    pub without_sla: Vec<String>,
    /// Components about whose failures nothing is known: they count as never failing, and the report says so.
    pub without_data: Vec<String>,
    /// The same things with zones, regions and providers, each with what it could be as bad as.
    pub never_failing: Vec<NeverFailing>,
    /// The availability with each of these at its bound; unknown where nothing counts as never failing.
    pub at_bounds: Figure,
    /// Each journey alone.
    pub journeys: IndexMap<String, Figure>,
    /// Smallest sets of events that take a journey down, largest share first.
    pub cut_sets: Vec<CutSet>,
    /// Downtime from cut sets that are not listed.
    pub other_cut_sets_min_per_30d: Figure,
    /// How much each event matters, mean over the week; most important first.
    pub importance: IndexMap<String, Importance>,
    /// Downtime by cause; the shares add to 1.
    pub attribution: Vec<Share>,
    /// Everything that makes up the downtime, and what is ruled out or left out.
    pub ledger: Vec<super::ledger::LedgerEntry>,
    /// How it comes out over the ranges of facts and assumptions; `None` where that was not looked at.
    pub drawn: Option<super::ledger::Drawn>,
    /// The same months played one by one; `None` where that was not asked for, or nothing is known.
    pub years: Option<YearsAnswer>,
}

/// Something that counts as never failing because nothing is known about its failures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NeverFailing {
    /// Its id, as in the file: `payments`, `tokyo/a`, `tokyo`, `stripe`.
    pub id: String,
    /// `component`, `units` (each of a component's), `zone`, `region` or `provider`.
    pub what: String,
    /// It is taken to be up at least this share of the time.
    pub bound: f64,
    /// Where that comes from: fact ids joined by ` x `, `contract` for a promise in the file, `services` for what is known of a
    /// provider's services, `assumption`.
    pub basis: String,
    /// File it stands in.
    pub file: String,
    /// Line, from 1; 0 where it is not known.
    pub line: u32,
}

/// Months of operation played one by one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct YearsAnswer {
    /// How many, of 30 days each.
    pub months: u64,
    /// Seed.
    pub seed: u64,
    /// Share of the time up.
    pub availability: Figure,
    /// The rest, in minutes of a 30-day month.
    pub downtime_min_per_30d: Figure,
    /// Downtime of a month in minutes: `p50`, `p90`, `p95`, `p99`, `p999`.
    pub monthly_downtime_min: IndexMap<String, Figure>,
    /// Share of months that meet the uptime target.
    pub meets_target_probability: Figure,
    /// Share of months without any downtime.
    pub no_downtime_probability: Figure,
    /// Outages per year of 8,760 h; brown-outs not counted.
    pub outages_per_year: Figure,
    /// Length of an outage in minutes: `p50`, `p95`, `p99`; empty when there was none.
    pub outage_min: IndexMap<String, Figure>,
    /// Twenty equally likely months: their downtime in minutes, ascending (a quantile dot plot).
    pub dots: Vec<f64>,
    /// Downtime by cause; the shares add to 1.
    pub attribution: Vec<Share>,
}

/// A smallest set of events that together take the journeys down.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CutSet {
    /// Ids of the events: a component (`rds`), one unit (`api/2`), a zone (`zone tokyo/a`), a region, a provider.
    pub events: Vec<String>,
    /// What a zone, region or provider among the events has to hit when it fails only in part; empty when it takes down
    /// all that stands in it.
    pub through: Vec<String>,
    /// Chance that all of them hold at a time (and hit what they have to), in the hour that needs the most.
    pub probability: f64,
    /// Minutes of downtime per 30 days in which this set holds and no more probable one does.
    pub minutes_per_30d: f64,
}

/// How much one event matters.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Importance {
    /// Birnbaum: change of unavailability over change of the event's chance.
    pub birnbaum: f64,
    /// Fussell-Vesely: share of the unavailability in which a cut set with this event holds.
    pub fussell_vesely: f64,
    /// The event's own unavailability.
    pub unavailability: f64,
}

/// A part of a whole, by cause.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// What: a component's id, a zone, a region.
    pub cause: String,
    /// What about it: `waiting`, `service`, `network`, `retry`, `failover`, `detection`, `outage`,
    /// `brown-out`, `line`; empty when nothing more is known.
    pub part: String,
    /// 0..=1.
    pub share: f64,
    /// The same in the target's unit.
    pub amount: f64,
    /// Unit of the amount.
    pub unit: String,
}
