//! Answers about alerts: what fires when, what nobody notices, and what fires without reason.

use crate::stats::figure::Figure;
use crate::text::Phrase;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// One rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AlertAnswer {
    /// Name to show.
    pub name: Phrase,
    /// The rule as written.
    pub when: String,
    /// Where it goes.
    pub route: Option<String>,
    /// Whether Plimsoll models what it looks at; if not, nothing below is known.
    pub modelled: bool,
    /// It fires above this.
    pub threshold: Figure,
    /// Without a fault, in the judged hour: how often it begins to fire, per hour.
    pub false_alarms_per_h: Figure,
    /// The highest value that it looked at without a fault.
    pub quiet_peak: Figure,
    /// By fault.
    pub faults: IndexMap<String, SightAnswer>,
    /// A threshold between what is seen without a fault and with the faults it can see; unknown when there is none.
    pub suggested: Figure,
}

/// What a rule does in a fault.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SightAnswer {
    /// Chance that it fires from the begin of the fault until half an hour after its end, when it was silent before.
    pub detected_probability: Figure,
    /// From the begin of the fault until it fires, where it does: median.
    pub after_s: Figure,
    /// The same, 95 % at most.
    pub after_p95_s: Figure,
    /// Median of the highest value it looked at.
    pub peak: Figure,
}

/// Who notices a fault.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DetectionAnswer {
    /// Name of the fault.
    pub name: Phrase,
    /// Whether Plimsoll simulates it.
    pub modelled: bool,
    /// Chance that some rule fires.
    pub detected_probability: Figure,
    /// From its begin until the first one fires, where one does: median.
    pub after_s: Figure,
    /// The same, 95 % at most.
    pub after_p95_s: Figure,
    /// The rule that is mostly the first; `None` when none fires.
    pub first: Option<String>,
    /// Share of the requests that fail while it lasts; unknown when it is not simulated.
    pub error_ratio: Figure,
    /// What happens in a typical replication: seconds from the begin of the fault, the rule, and whether it fires or ends.
    pub timeline: Vec<MarkAnswer>,
}

/// A rule begins or ceases to fire.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MarkAnswer {
    /// Seconds from the begin of the fault.
    pub at_s: f64,
    /// The rule.
    pub alert: String,
    /// Whether it begins.
    pub fires: bool,
}
