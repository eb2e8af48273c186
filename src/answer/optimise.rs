//! Answers of the optimiser: the cheapest design that meets every target in reach, and what else there is.

use super::verdict::TargetAnswer;
use crate::stats::figure::Figure;
use crate::text::Phrase;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// One tier, optimised.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OptimiseAnswer {
    /// The price book that the costs are of.
    pub book: String,
    /// What can be changed, by knob.
    pub knobs: IndexMap<String, Vec<Phrase>>,
    /// The design as it stands.
    pub current: DesignAnswer,
    /// By fault of the scenario, what the team expects of it and what the design as it stands does; empty unless simulated.
    pub current_expects: IndexMap<String, Vec<TargetAnswer>>,
    /// Targets that no design of the space meets, with the best that one comes to.
    pub out_of_reach: IndexMap<String, ReachAnswer>,
    /// `cheapest`, `least-change` and `best`; the same design is not said twice.
    pub suggestions: IndexMap<String, SuggestionAnswer>,
    /// Designs that meet every target in reach and are not dominated in cost, downtime and latency, cheapest first.
    pub front: Vec<DesignAnswer>,
    /// What a minute of downtime costs, as the scenario states it; unknown where it does not.
    pub minute_of_downtime: Figure,
    /// What single changes do to the design as it stands.
    pub levers: Vec<LeverAnswer>,
    /// Designs that were looked at.
    pub looked_at: u64,
    /// Designs that there are.
    pub designs: f64,
    /// Whether the cheapest is proved to be: every other design is dearer or misses a target.
    pub proved: bool,
}

/// One design.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DesignAnswer {
    /// What is changed.
    pub changes: Vec<ChangeAnswer>,
    /// Money per month.
    pub cost: Figure,
    /// Minutes down in 30 days.
    pub downtime_min: Figure,
    /// The largest share of a latency limit that is used, of the targets in reach.
    pub latency: Figure,
    /// Targets that it misses, those out of reach left out.
    pub misses: Vec<String>,
}

/// One decision of a design.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChangeAnswer {
    /// The knob.
    pub knob: String,
    /// In words.
    pub words: Phrase,
    /// Values to put, by path as the tier sees it: `component.api.replicas`.
    pub values: IndexMap<String, String>,
}

/// A design that is suggested.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SuggestionAnswer {
    /// What it is.
    pub design: DesignAnswer,
    /// Its targets: by simulation where that decides, unless nothing was simulated.
    pub targets: IndexMap<String, TargetAnswer>,
    /// Whether the simulation found every target in reach to hold; `None`: not simulated.
    pub confirmed: Option<bool>,
    /// By fault of the scenario, what the team expects of it, simulated; not a condition of the search.
    pub expects: IndexMap<String, Vec<TargetAnswer>>,
    /// The load at which the first of its latency and error targets fails, tenants; those out of reach left out.
    pub breaks_at: Figure,
    /// A scenario file that lays it over the one that was read.
    pub patch: String,
}

/// The best that can be had of a target out of reach.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReachAnswer {
    /// Name to show.
    pub name: Phrase,
    /// The best value; unknown when it cannot be judged.
    pub best: Figure,
    /// The limit.
    pub target: f64,
    /// What is to blame.
    pub blame: Option<String>,
    /// One sentence, of the best design for it.
    pub why: Phrase,
}

/// What one change does, alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LeverAnswer {
    /// The change.
    pub change: ChangeAnswer,
    /// Whether it is work rather than something to buy: a better hit ratio, an index, leaner code.
    pub effort: bool,
    /// What it adds to the bill of a month.
    pub cost: Figure,
    /// What it adds to the minutes down in 30 days.
    pub downtime_min: Figure,
    /// What it adds to each latency target's value, seconds.
    pub latency_s: IndexMap<String, Figure>,
    /// Targets that it makes hold.
    pub fixes: Vec<String>,
    /// Targets that it breaks.
    pub breaks: Vec<String>,
    /// Money per minute of downtime avoided, where it costs money and avoids some: it pays if a minute down costs more.
    pub per_minute_avoided: Figure,
    /// Of a commitment: months of use after which it has paid off against paying by the hour.
    pub pays_after_months: Figure,
}
