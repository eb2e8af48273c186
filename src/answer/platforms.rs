//! Answers about platforms: the same journeys on other clouds, side by side.

use super::verdict::TargetAnswer;
use crate::stats::figure::Figure;
use crate::text::Phrase;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// The design on one cloud.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlatformAnswer {
    /// Whether it is the cloud that the scenario is written for.
    pub home: bool,
    /// The price book.
    pub book: String,
    /// Bill of a month; unknown when something used has no price.
    pub cost: Figure,
    /// What of it has a price: a lower bound.
    pub known: Figure,
    /// The same without the tokens of language models.
    pub without_tokens: Figure,
    /// Uses without a price, as component and item.
    pub unpriced: Vec<String>,
    /// What the vendors' contracts promise at most, of those that promise.
    pub sla_ceiling: Figure,
    /// Components that every journey needs and whose vendor promises nothing.
    pub without_sla: Vec<String>,
    /// Expected from failure data.
    pub availability: Figure,
    /// Targets, by formulas.
    pub targets: IndexMap<String, TargetAnswer>,
    /// What stands for what.
    pub equivalents: Vec<EquivalentAnswer>,
    /// Components without an equivalent on sale: they are as they were.
    pub missing: Vec<String>,
    /// What a commitment of a year takes off machines; unknown where no fact tells.
    pub one_year_off: Figure,
    /// Upper over lower end of the priced part of the bill, over the ranges of its prices.
    pub spread: Figure,
    /// Regions in Japan with prices.
    pub regions_in_japan: Vec<String>,
    /// What the plan says of it, looked at.
    pub claims: IndexMap<String, PlatformClaim>,
}

/// What stands for a machine type, class or size.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EquivalentAnswer {
    /// The component.
    pub component: String,
    /// Where the scenario is written for.
    pub here: String,
    /// On this cloud.
    pub there: String,
}

/// What a plan says for or against a platform.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlatformClaim {
    /// The plan's words.
    pub quote: String,
    /// Whether it speaks for the platform.
    pub merit: bool,
    /// Whether figures bear it out; `None`: they cannot say.
    pub holds: Option<bool>,
    /// The figures, in words.
    pub finding: Phrase,
}
