//! Answers about sensitivity: how far each assumption moves each target within its range.

use super::verdict::{TargetKind, Verdict};
use crate::stats::figure::Figure;
use crate::text::Phrase;
use serde::{Deserialize, Serialize};

/// One target under every assumption with a range.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SensitivityAnswer {
    /// Name to show.
    pub name: Phrase,
    /// What kind of target.
    pub kind: TargetKind,
    /// Its value at the central values of all assumptions.
    pub value: Figure,
    /// Its verdict there.
    pub verdict: Verdict,
    /// The limit.
    pub target: f64,
    /// The assumptions that move it, largest swing first: a tornado.
    pub bars: Vec<Bar>,
}

/// One assumption and what its range does to a target.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bar {
    /// Path of the assumption: `journey.chat.rate`.
    pub path: String,
    /// Lower end of its range, as written.
    pub low: String,
    /// Upper end of its range, as written.
    pub high: String,
    /// The target's value at the lower end; unknown where there is none (overload).
    pub at_low: Figure,
    /// The same at the upper end.
    pub at_high: Figure,
    /// Verdict at the lower end.
    pub verdict_low: Verdict,
    /// Verdict at the upper end.
    pub verdict_high: Verdict,
    /// Distance of the two values; `None` where one of them is unknown, which counts as the widest.
    pub swing: Option<f64>,
    /// The value of the assumption at which the verdict flips; `None` where it does not.
    pub flips_at: Option<String>,
}
