//! One replication of a job's study as a message, and the helper that runs it. A pool of helpers needs no agreement: who
//! runs what does not show in the answer.

use super::{Budget, Reply};
use crate::model::Model;
use crate::scenario::SourceFile;
use crate::sim::Settings;
use crate::sim::away::Away;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One replication of a job's study, with all that is needed to run it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Stamp of the job it belongs to.
    pub revision: u64,
    /// The study it belongs to, by its place in the job's list.
    pub study: u32,
    /// Which replication.
    pub replication: u32,
    /// Length of the warm-up, ns.
    pub warm_ns: u64,
    /// How it is run.
    pub settings: Settings,
    /// The architecture.
    pub of: Source,
}

/// Where the model of a study comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// The scenario and what it extends.
    pub files: Vec<SourceFile>,
    /// Platform whose overlay applies.
    pub platform: Option<String>,
    /// The tier.
    pub tier: String,
}

/// Runs replications for somebody else, one at a time. Keeps the last model, as the next part is mostly of the same.
#[derive(Default)]
pub struct Helper {
    model: Option<(Source, Arc<Model>)>,
    under_way: Option<(u64, u32, Away)>,
}

impl Helper {
    /// Begins a part, in place of the one under way. One whose text is no scenario is ignored: the job itself refuses it.
    pub fn start(&mut self, part: Part) {
        self.under_way = None;
        if self.model.as_ref().is_none_or(|(of, _)| *of != part.of) {
            self.model = compile(&part.of).map(|model| (part.of, model));
        }
        if let Some((_, model)) = &self.model {
            let away = Away::start(model, &part.settings, (part.replication, part.warm_ns));
            self.under_way = Some((part.revision, part.study, away));
        }
    }

    /// Drops what is under way.
    pub fn stop(&mut self) {
        self.under_way = None;
    }

    /// One bounded step: a [`Reply::Progress`], at the end a [`Reply::Helped`]; `None` when there is nothing to do.
    pub fn step(&mut self, budget: Budget) -> Option<Reply> {
        let (revision, study, away) = self.under_way.as_mut()?;
        let (revision, study) = (*revision, *study);
        if let Some(fragment) = away.step(budget.events) {
            self.under_way = None;
            return Some(Reply::Helped { revision, study, fragment });
        }
        let (done, events) = away.progress();
        Some(Reply::Progress { revision, done, replications: 0, events })
    }
}

fn compile(of: &Source) -> Option<Arc<Model>> {
    let scenario = super::open_on(&of.files, of.platform.as_ref()).ok()?;
    super::compiled(&scenario, &of.tier, None).ok()
}
