//! Questions about one tier that the page asks of a worker of its own, answered by the engines that the command line uses, in
//! steps that leave room to stop.

use super::ladder::{Asked, Climb};
use super::running::Step;
use super::{Budget, DURATION_S, Reply, WARMUP_S, analyse, frame, open};
use crate::answer::Answer;
use crate::assess::{Analysis, tornado};
use crate::diag::Diagnostic;
use crate::plan::alerts::Watching;
use crate::plan::hour::Runs;
use crate::plan::tiers::rung;
use crate::plan::{controls, deploys, optimise, platforms, roadmap};
use crate::scenario::{Scenario, SourceFile};
use crate::sim::Sequential;
use serde::{Deserialize, Serialize};

/// Seed of what is drawn at random.
const SEED: u64 = 1;
/// Events that take about as long as looking at a design: the unit of a step's budget is events.
const EVENTS_PER_DESIGN: u64 = 10_000;
/// Replications of a suggestion's hour, as the command line takes unless asked.
const SUGGESTION_REPLICATIONS: u32 = 4;

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

/// A question under way. Longer ones are worked off in bounded steps; what takes a moment is answered in one.
pub struct Asking {
    revision: u64,
    work: Result<Box<Work>, Vec<Diagnostic>>,
}

struct Work {
    scenario: Scenario,
    files: Vec<SourceFile>,
    tier: String,
    question: Question,
    long: Long,
}

/// What a long question has come to.
enum Long {
    None,
    Ladder(Box<Climb>),
    Search(Box<optimise::Kept>),
    Alerts(Box<(Analysis, Watching)>),
}

impl Asking {
    /// Reads the scenario.
    pub fn start(revision: u64, files: Vec<SourceFile>, tier: String, question: Question) -> Self {
        Self { revision, work: Work::new(files, tier, question).map(Box::new) }
    }

    /// One bounded step.
    pub fn step(&mut self, budget: Budget) -> Step {
        let revision = self.revision;
        let refused = |diagnostics| Step::Done(Reply::Rejected { revision, diagnostics });
        let work = match &mut self.work {
            Ok(work) => work,
            Err(diagnostics) => return refused(std::mem::take(diagnostics)),
        };
        match work.step(budget) {
            Ok(Some(answer)) => {
                Step::Done(Reply::Done { revision, answer: Box::new(answer), partial: false })
            }
            Ok(None) => {
                let (done, looked_at) = work.progress();
                Step::More(Reply::Asking { revision, done, looked_at })
            }
            Err(diagnostics) => refused(diagnostics),
        }
    }
}

impl Work {
    fn new(files: Vec<SourceFile>, tier: String, question: Question) -> Result<Self, Vec<Diagnostic>> {
        let scenario = open(&files)?;
        let long = match question {
            Question::Ladder => Long::Ladder(Box::default()),
            Question::Optimise | Question::OptimiseThoroughly => Long::Search(Box::default()),
            Question::Alerts => {
                let analysis = analyse(&scenario, &tier, None)?;
                let watching = Watching::new(&analysis.model, hours(2));
                Long::Alerts(Box::new((analysis, watching)))
            }
            _ => Long::None,
        };
        Ok(Self { scenario, files, tier, question, long })
    }

    /// The answer once it is there.
    fn step(&mut self, budget: Budget) -> Result<Option<Answer>, Vec<Diagnostic>> {
        let Self { scenario, files, tier, question, long } = self;
        let framed = |analysis: &Analysis| {
            let mut answer = frame(analysis, &rung(analysis, None, files), files);
            answer.series.clear();
            answer
        };
        match long {
            Long::None => {
                let analysis = analyse(scenario, tier, None)?;
                let mut answer = framed(&analysis);
                at_once(scenario, &analysis, *question, &mut answer)?;
                Ok(Some(answer))
            }
            Long::Ladder(climb) => {
                let asked = Asked { seed: SEED, ..Asked::default() };
                if climb.step(scenario, files, asked)? {
                    return Ok(None);
                }
                std::mem::take(&mut **climb).answer(scenario, files, asked).map(Some)
            }
            Long::Search(kept) => {
                let thoroughly = *question == Question::OptimiseThoroughly;
                let budget_of = if thoroughly { optimise::THOROUGH } else { optimise::QUICK };
                let runs = thoroughly.then_some(hours(SUGGESTION_REPLICATIONS));
                let ask = optimise::Ask { scenario, files, tier, book: None, budget: budget_of, runs };
                let designs = (budget.events / EVENTS_PER_DESIGN).max(1) as usize;
                let events = budget.events / u64::from(SUGGESTION_REPLICATIONS);
                let most = optimise::Most { designs, events };
                let Some(found) = optimise::step(&ask, kept, most, &Sequential)? else { return Ok(None) };
                let mut answer = framed(&analyse(scenario, tier, None)?);
                answer.optimise.insert(tier.clone(), found);
                Ok(Some(answer))
            }
            Long::Alerts(both) => {
                if both.1.step(budget.events, &Sequential) {
                    return Ok(None);
                }
                let mut answer = framed(&both.0);
                (answer.alerts, answer.detection) = both.1.answer();
                Ok(Some(answer))
            }
        }
    }

    /// Share that is done, where that is known, and designs looked at.
    fn progress(&self) -> (Option<f64>, u64) {
        match &self.long {
            Long::None => (None, 0),
            Long::Ladder(climb) => (Some(climb.tiers() as f64 / self.scenario.tiers.len().max(1) as f64), 0),
            Long::Search(kept) => (kept.simulated(), kept.looked_at() as u64),
            Long::Alerts(both) => (Some(both.1.done()), 0),
        }
    }
}

/// So many runs of a judged hour.
fn hours(replications: u32) -> Runs {
    Runs { seed: SEED, replications, warmup_s: WARMUP_S, duration_s: DURATION_S }
}

/// What takes a moment.
fn at_once(
    scenario: &Scenario,
    analysis: &Analysis,
    question: Question,
    answer: &mut Answer,
) -> Result<(), Vec<Diagnostic>> {
    let model = &analysis.model;
    match question {
        Question::Platforms => answer.platforms = platforms::platforms(scenario, &model.tier.id)?,
        Question::Controls => answer.controls = controls::controls(model),
        Question::Roadmap => answer.roadmap = roadmap::roadmap(&model.roadmap, SEED),
        Question::Sensitivity => answer.sensitivity = tornado::tornado(scenario, analysis),
        Question::Releases => {
            let (releases, ways) = deploys::deploys(analysis);
            (answer.releases, answer.deploys) = (Some(releases), ways);
        }
        // In steps, above.
        Question::Optimise | Question::OptimiseThoroughly | Question::Ladder | Question::Alerts => {}
    }
    Ok(())
}
