//! Questions about one tier that the page asks of a worker of its own: answered whole, without bounded steps, by the engines
//! that the command line uses.

use super::ladder::{Asked, ladder};
use super::{DURATION_S, Reply, WARMUP_S, analyse, frame, open};
use crate::answer::Answer;
use crate::assess::tornado;
use crate::diag::Diagnostic;
use crate::plan::hour::Runs;
use crate::plan::tiers::rung;
use crate::plan::{alerts, controls, deploys, optimise, platforms, roadmap};
use crate::scenario::SourceFile;
use crate::sim::Sequential;
use serde::{Deserialize, Serialize};

/// Seed of what is drawn at random.
const SEED: u64 = 1;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    /// The cheapest designs, at once.
    Optimise,
    /// The same with a proof.
    OptimiseThoroughly,
    /// The design on every cloud.
    Platforms,
    /// Controls as checks on the graph.
    Controls,
    /// The roadmap.
    Roadmap,
    /// What moves which target.
    Sensitivity,
    /// Ways of rolling out.
    Releases,
    /// All tiers: dates, bands and the next cheapest step.
    Ladder,
    /// What the alerts notice, from two replications of each hour.
    Alerts,
}

impl Question {
    /// A word of its own, for hooks and stamps.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Optimise => "optimise",
            Self::OptimiseThoroughly => "optimise-thoroughly",
            Self::Platforms => "platforms",
            Self::Controls => "controls",
            Self::Roadmap => "roadmap",
            Self::Sensitivity => "sensitivity",
            Self::Releases => "releases",
            Self::Ladder => "ladder",
            Self::Alerts => "alerts",
        }
    }
}

/// The answer, as a reply.
pub fn reply(revision: u64, files: &[SourceFile], tier: &str, question: Question) -> Reply {
    match answer(files, tier, question) {
        Ok(answer) => Reply::Done { revision, answer: Box::new(answer), partial: false },
        Err(diagnostics) => Reply::Rejected { revision, diagnostics },
    }
}

/// The answer: the frame of the tier with the part that was asked for.
pub fn answer(files: &[SourceFile], tier: &str, question: Question) -> Result<Answer, Vec<Diagnostic>> {
    let scenario = open(files)?;
    if question == Question::Ladder {
        return ladder(&scenario, files, Asked { seed: SEED, ..Asked::default() });
    }
    let analysis = analyse(&scenario, tier, None)?;
    let mut answer = frame(&analysis, &rung(&analysis, None, files), files);
    answer.series.clear();
    let search = |budget| {
        let ask = optimise::Ask { scenario: &scenario, files, tier, book: None, budget, runs: None };
        optimise::optimise(&ask, &Sequential).map(|found| [(tier.to_owned(), found)].into_iter().collect())
    };
    match question {
        Question::Optimise => answer.optimise = search(optimise::QUICK)?,
        Question::OptimiseThoroughly => answer.optimise = search(optimise::THOROUGH)?,
        Question::Platforms => answer.platforms = platforms::platforms(&scenario, tier)?,
        Question::Controls => answer.controls = controls::controls(&analysis.model),
        Question::Roadmap => answer.roadmap = roadmap::roadmap(&analysis.model.roadmap, SEED),
        Question::Sensitivity => answer.sensitivity = tornado::tornado(&scenario, &analysis),
        // Answered above: it is about all tiers.
        Question::Ladder => {}
        Question::Alerts => {
            let runs = Runs { seed: SEED, replications: 2, warmup_s: WARMUP_S, duration_s: DURATION_S };
            (answer.alerts, answer.detection) = alerts::alerts(&analysis.model, runs, &Sequential);
        }
        Question::Releases => {
            let (releases, ways) = deploys::deploys(&analysis);
            (answer.releases, answer.deploys) = (Some(releases), ways);
        }
    }
    Ok(answer)
}
