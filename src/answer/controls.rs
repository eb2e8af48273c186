//! Answers about controls: what the graph shows, what it contradicts, what is only said.

use crate::text::Phrase;
use serde::{Deserialize, Serialize};

/// What is known of a control.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The graph contradicts it.
    Gap,
    /// Neither the graph nor the plan has it.
    #[default]
    Absent,
    /// The plan says so; nothing in the scenario shows it.
    Stated,
    /// The graph shows a part of it.
    Part,
    /// People have put evidence into the scenario.
    Declared,
    /// The graph shows it.
    Met,
}

impl State {
    /// All of them, worst first.
    pub const ALL: [Self; 6] = [Self::Gap, Self::Absent, Self::Stated, Self::Part, Self::Declared, Self::Met];
}

/// One control.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ControlAnswer {
    /// What is known.
    pub state: State,
    /// What has to hold.
    pub control: String,
    /// The rule, as it would be evaluated with full knowledge.
    pub predicate: String,
    /// The plan's own words; empty where it has none.
    pub quote: String,
    /// One sentence: what shows it, or what contradicts it.
    pub why: Phrase,
    /// What an auditor would ask to see.
    pub evidence: String,
    /// Ids in SOC 2 (trust services criteria).
    pub soc2: Vec<String>,
    /// Ids in ISO/IEC 27001:2022, annex A.
    pub iso27001: Vec<String>,
    /// Articles of the GDPR.
    pub gdpr: Vec<String>,
    /// Requirements of PCI DSS 4.
    pub pci_dss: Vec<String>,
    /// A piece of the scenario that would mend a gap; empty where there is none.
    pub fix: String,
    /// Remarks of the facts; empty where there are none.
    pub note: String,
    /// Fact id.
    pub source: String,
}
