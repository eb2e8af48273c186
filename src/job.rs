//! Jobs: the only door for shells. Text goes in, answers come out; everything long is a loop of bounded steps.

use crate::answer::Answer;
use crate::diag::Diagnostic;
use crate::scenario::SourceFile;
use serde::{Deserialize, Serialize};

/// What a shell asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Job {
    /// Judge the scenario by simulation; replaces a job under way.
    Assess {
        /// Stamp of the text; every reply carries it.
        revision: u64,
        /// The scenario and what it extends.
        files: Vec<SourceFile>,
        /// Which tiers.
        tiers: Tiers,
        /// A fault to simulate instead of the healthy busiest hour, by id.
        fault: Option<String>,
        /// Seed.
        seed: u64,
    },
    /// Stop and send what there is.
    Stop,
}

/// Which tiers a job is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Tiers {
    /// All of them.
    All,
    /// The one with this id.
    One(String),
}

/// What comes back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// How far the work has come.
    Progress {
        /// Of the job's text.
        revision: u64,
        /// 0..=1.
        done: f64,
        /// Replications that have ended.
        replications: u32,
        /// Events simulated.
        events: u64,
    },
    /// The answer.
    Done {
        /// Of the job's text.
        revision: u64,
        /// The answer.
        answer: Box<Answer>,
        /// True when it was stopped before its end; then there is no digest.
        partial: bool,
    },
    /// The text is no valid scenario.
    Rejected {
        /// Of the job's text.
        revision: u64,
        /// Why.
        diagnostics: Vec<Diagnostic>,
    },
}

/// How much to do in one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// About so many events.
    pub events: u64,
}

/// The analytic answer, at once: every tier, no simulation. Deciding nothing that simulation decides.
pub fn screen(_files: &[SourceFile], _tier: Option<&str>) -> Result<Answer, Vec<Diagnostic>> {
    unimplemented!()
}
