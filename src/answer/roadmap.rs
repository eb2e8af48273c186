//! Answers about the roadmap: when it ends, what decides, how much slack the rest has.

use crate::stats::figure::Figure;
use crate::text::Phrase;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// The roadmap from now on, seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RoadmapAnswer {
    /// Until all is done: `p10`, `p50`, `p90`.
    pub finish_s: IndexMap<String, Figure>,
    /// Sum of the means along the critical path (PERT).
    pub expected_s: Figure,
    /// Ids along the critical path at mean lengths, first to last.
    pub critical_path: Vec<String>,
    /// Phases, and tasks with a length of their own, by id.
    pub steps: IndexMap<String, StepAnswer>,
    /// Tasks that are done.
    pub done: u32,
    /// All tasks.
    pub tasks: u32,
    /// Tasks still open, by phase.
    pub open: IndexMap<String, Vec<Phrase>>,
}

/// One phase, or one task with a length of its own, at mean lengths.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StepAnswer {
    /// Name to show.
    pub name: Phrase,
    /// Phase of a task; `None` for a phase.
    pub phase: Option<String>,
    /// What is left of it, mean.
    pub takes_s: Figure,
    /// Earliest begin.
    pub starts_s: Figure,
    /// Earliest end.
    pub ends_s: Figure,
    /// How much later it may end without the whole ending later.
    pub slack_s: Figure,
    /// Share of the runs in which it is on the critical path.
    pub critical: f64,
    /// Tasks of it that are done, and all; of a task itself.
    pub done: (u32, u32),
    /// What it delivers.
    pub delivers: Vec<String>,
}
