//! Answers to inverse questions: the most load, the smallest fault, the uptime a vendor must reach.

use crate::stats::figure::Figure;
use crate::text::Phrase;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// What was asked, answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SolveAnswer {
    /// The load at which each latency and error objective first fails, by objective id; empty when that was not asked.
    pub load: IndexMap<String, LoadLimit>,
    /// The smallest faults that break an objective, least severe first; empty when that was not asked.
    pub faults: Vec<WorstFault>,
    /// Objectives that fail without any fault: nothing can break them any more.
    pub broken: Vec<String>,
    /// How long each single point of failure may be out in a month, by event.
    pub outages: IndexMap<String, OutageLimit>,
    /// The uptime that each vendor must reach, by event; empty when that was not asked.
    pub vendor_uptime: IndexMap<String, VendorUptime>,
}

/// The load that breaks an objective.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LoadLimit {
    /// Name of the objective.
    pub name: Phrase,
    /// Users, by formula; unknown when none in the searched range breaks it.
    pub users: Figure,
    /// Tenants, by formula.
    pub tenants: Figure,
    /// Tenants by simulation: the objective holds at `low` and fails at `high`; unknown where that was not looked at.
    pub simulated_tenants: Figure,
    /// The component that breaks it.
    pub component: Option<String>,
}

/// A fault, or a pair of them, that breaks an objective.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WorstFault {
    /// What happens.
    pub what: Phrase,
    /// Ids of the objectives it breaks.
    pub breaks: Vec<String>,
    /// Share of what was there that is lost; of a pair 1 - (1 - a)(1 - b).
    pub severity: Figure,
    /// The same by simulation: objectives hold at `low` and one fails at `high`; unknown where that was not looked at.
    pub simulated_severity: Figure,
    /// How long it has to last for the objective to fail over the whole hour, seconds, at `lasts_severity`; unknown where
    /// that was not looked at, or 20 minutes of the worst of it are too short.
    pub lasts_s: Figure,
    /// The share lost at which that is so: the smallest, or where that would have to last for more than 20 minutes the first
    /// of 2, 4, 8, 16 times as much.
    pub lasts_severity: Figure,
    /// Of a pair, how much later than the first the second may begin for the objective to fail, each lasting that long,
    /// seconds; unknown where that was not looked at.
    pub apart_s: Figure,
    /// The fault as a piece of the scenario file.
    pub patch: String,
    /// The command that replays it once the piece is in the file.
    pub command: String,
}

/// How long something may be out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OutageLimit {
    /// Minutes of a 30-day month in which its outages use up the error budget, all else failing as expected.
    pub minutes: Figure,
    /// What it is expected to take, minutes of a 30-day month.
    pub expected_min: Figure,
}

/// The uptime that something must reach for the objective to hold, all else as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VendorUptime {
    /// Needed; 0 when the objective holds without it, unknown when it fails even if this never does.
    pub needed: Figure,
    /// Expected from failure data.
    pub expected: Figure,
    /// Whether the expectation is enough.
    pub enough: bool,
}
