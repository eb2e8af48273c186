//! Answers about targets: pass, fail or unsure, with one sentence why and what is to blame.

use super::availability::{NeverFailing, Share};
use super::ledger::DecidedBy;
use crate::stats::figure::Figure;
use crate::text::Phrase;
use serde::{Deserialize, Serialize};

/// How a target ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It holds.
    Pass,
    /// Nobody can say yet.
    #[default]
    Unsure,
    /// It does not hold.
    Fail,
}

/// What a target is about, for grouping and for the six chips.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TargetKind {
    /// A latency of a journey without LLM stream.
    #[default]
    Latency,
    /// A latency of a journey that streams tokens.
    AiLatency,
    /// Share of failed requests.
    Errors,
    /// Uptime.
    Uptime,
    /// Time to recover.
    Rto,
    /// Data lost.
    Rpo,
    /// Monthly bill.
    Cost,
    /// Tenants and users carried.
    Capacity,
    /// A claim of the plan.
    Claim,
    /// What a team expects of a fault.
    Expectation,
}

/// One target, judged.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TargetAnswer {
    /// Pass, fail or unsure.
    pub verdict: Verdict,
    /// What it is about.
    pub kind: TargetKind,
    /// Name to show.
    pub name: Phrase,
    /// What the engines found, in the target's unit; unknown when not modelled.
    pub value: Figure,
    /// The limit, in the same unit.
    pub target: f64,
    /// Whether the value must stay below the limit (latency, cost) or above (uptime, capacity).
    pub below: bool,
    /// Unit, SI.
    pub unit: String,
    /// The journey, component or fault it is about, where there is one.
    pub of: Option<String>,
    /// The percentile it is judged at: `p95`.
    pub percentile: Option<String>,
    /// The plan's own words.
    pub quote: Option<String>,
    /// One sentence.
    pub why: Phrase,
    /// The component to blame most; `None` when nothing is.
    pub blame: Option<String>,
    /// What would settle an unsure verdict.
    pub settled_by: Option<Phrase>,
    /// True when no assumption's range flips it alone; `None` when that was not looked at.
    pub robust: Option<bool>,
    /// Whether the value has no upper end over the ranges of the assumptions: at one of their ends, or more, nothing is steady.
    pub overloads: bool,
    /// Assumptions that flip it, and where.
    pub flips_if: Vec<Flip>,
    /// What an uptime counts as never failing, because nothing is known about its failures.
    pub never_failing: Vec<NeverFailing>,
    /// The value with each of these at its bound.
    pub at_bounds: Option<f64>,
    /// Share of the draws of all facts and assumptions that pass; `None` where they were not drawn.
    pub share_passing: Option<f64>,
    /// The assumption that decides, where the draws do not agree.
    pub decided_by: Option<DecidedBy>,
    /// What the value is made of; the shares add to 1.
    pub attribution: Vec<Share>,
    /// File it stands in.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
}

/// An assumption that flips a verdict within its range.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Flip {
    /// Path in the scenario: `journey.api.rate`.
    pub path: String,
    /// The value at which it flips, as it would be written in the file.
    pub at: String,
    /// One phrase: "rate of journey api above 47/h".
    pub words: Phrase,
}
