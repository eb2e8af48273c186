//! What the figures of a long span rest on: hours from formulas, and windows simulated request by request.

use serde::{Deserialize, Serialize};

/// A span of hours.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HorizonAnswer {
    /// Its length.
    pub length_s: f64,
    /// Distinct states that were solved.
    pub states: u32,
    /// Time with a backlog that is carried over.
    pub backlog_s: f64,
    /// Time whose figures come from windows.
    pub simulated_s: f64,
    /// The windows, in the order in which they ran.
    pub windows: Vec<WindowAnswer>,
}

/// A window simulated request by request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WindowAnswer {
    /// `peak`, `overload`, `no-formula`, or the ids of its faults.
    pub what: String,
    /// Where it begins, from the start of the span.
    pub start_s: f64,
    /// How long the stretch is that it looks at.
    pub length_s: f64,
    /// How much of that was measured in each replication; 0: too large, not simulated.
    pub measured_s: f64,
    /// How much of the span its figures stand for.
    pub stands_for_s: f64,
    /// Replications that ended.
    pub replications: u32,
    /// Events simulated; of a window that is too large, those it would have taken.
    pub events: u64,
}
