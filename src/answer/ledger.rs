//! The ledger of an uptime: everything that takes the service down, with its minutes.

use crate::stats::figure::Figure;
use crate::text::Phrase;
use serde::{Deserialize, Serialize};

/// One line of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// Stable within the scenario: kind and cause, `release.api`.
    pub id: String,
    /// In words.
    pub what: Phrase,
    /// Minutes of a 30-day month; `None`: not counted, and not known.
    pub minutes: Option<f64>,
    /// The 5th of 100 draws of the facts, ascending.
    pub range_low: Option<f64>,
    /// The 95th of them.
    pub range_high: Option<f64>,
    /// Where it comes from: fact ids joined by ` x `, a table or field of the file with its line.
    pub source: String,
    /// `failure`, `zone`, `zone-leak`, `region`, `provider`, `vendors`, `failover`, `failed-failover`, `detection`, `release`,
    /// `stopping`, `operator`, `certificate` or `brown-out`.
    pub kind: String,
    /// `assumption`: rests on a shipped fact; `stated`: the file says so; `computed`: follows from design and load; `left-out`:
    /// not counted.
    pub basis: String,
}

/// How an uptime comes out when all facts and assumptions with a range are drawn at once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Drawn {
    /// Draws that meet the target.
    pub passing: u32,
    /// Of so many.
    pub of: u32,
    /// The middle one, with the 5th and the 95th as its range.
    pub minutes: Figure,
    /// The assumption that decides most: its path; `None` where all draws agree.
    pub decided_by: Option<DecidedBy>,
}

/// The assumption whose value tells best how a target ends.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DecidedBy {
    /// Its path: `fact."rate.provider.global"`.
    pub path: String,
    /// Its fact, where it is one.
    pub fact: Option<String>,
    /// The value that parts passing from failing draws best, as it would be written in the file.
    pub at: String,
    /// Whether values above it fail.
    pub fails_above: bool,
    /// Share of the variation of the outcome that goes with it: the square of the rank correlation.
    pub share: f64,
}
