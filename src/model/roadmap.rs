//! The plan's roadmap: phases and tasks, how long they take and what they wait for; and the controls that the file speaks of.

use super::recovery::Takes;
use crate::diag::Span;
use crate::text::Phrase;

/// Phases and tasks, in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Roadmap {
    /// Phases.
    pub phases: Vec<Phase>,
    /// Tasks.
    pub tasks: Vec<Task>,
}

/// One phase.
#[derive(Clone, Debug)]
pub struct Phase {
    /// Id in the scenario.
    pub id: String,
    /// Name to show.
    pub name: Phrase,
    /// Phases that must end first, by index.
    pub after: Vec<usize>,
    /// How long it takes; `None`: as long as its tasks.
    pub takes: Option<Takes>,
    /// Where it stands in the file.
    pub at: Span,
}

/// One task.
#[derive(Clone, Debug)]
pub struct Task {
    /// Id in the scenario.
    pub id: String,
    /// Name to show.
    pub name: Phrase,
    /// Its phase, by index.
    pub phase: Option<usize>,
    /// Tasks that must end first, by index.
    pub after: Vec<usize>,
    /// How long it takes; `None`: not stated.
    pub takes: Option<Takes>,
    /// Ids of what it delivers: components, controls.
    pub delivers: Vec<String>,
    /// Whether it is done.
    pub done: bool,
    /// Where it stands in the file.
    pub at: Span,
}

/// One control that the file speaks of.
#[derive(Clone, Debug)]
pub struct Control {
    /// Id in the scenario.
    pub id: String,
    /// The plan's own words.
    pub quote: Option<String>,
    /// What shows it.
    pub evidence: Option<Phrase>,
    /// Whether it is a report over a period of observation: the framework `soc2` as a whole, without a criterion.
    pub observed: bool,
    /// Whether it is done.
    pub done: bool,
    /// Where it stands in the file.
    pub at: Span,
}
