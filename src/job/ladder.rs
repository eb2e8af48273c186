//! The ladder as an answer: every tier judged by formulas with the ranges of its assumptions, rungs between the tiers, dates and
//! the next cheapest step.

use super::{analyse, between, frame};
use crate::answer::Answer;
use crate::answer::roadmap::RoadmapAnswer;
use crate::assess::flips;
use crate::diag::Diagnostic;
use crate::plan::ladder::{dates, next_step};
use crate::plan::roadmap::roadmap;
use crate::plan::tiers::rung;
use crate::scenario::{Scenario, SourceFile};
use crate::stats::figure::Figure;

/// What is asked of the ladder.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// One tier alone; `None`: all.
    pub tier: Option<&'a str>,
    /// Rungs between the tiers, tenants.
    pub at: &'a [u32],
    /// The book that judges; `None`: the scenario's own choice.
    pub prices: Option<&'a str>,
    /// Seed of the roadmap.
    pub seed: u64,
}

/// The ladder; the frame is that of its first tier. Work: two analyses per assumption and tier, and a search for the breaking load
/// per choice of every knob.
pub fn ladder(scenario: &Scenario, files: &[SourceFile], asked: Asked) -> Result<Answer, Vec<Diagnostic>> {
    let mut climb = Climb::default();
    while climb.step(scenario, files, asked)? {}
    climb.answer(scenario, files, asked)
}

/// The ladder on the way, tier by tier.
#[derive(Default)]
pub struct Climb {
    /// With the tiers so far.
    first: Option<Answer>,
    /// How many these are.
    tiers: usize,
    roadmap: Option<RoadmapAnswer>,
}

impl Climb {
    /// One more tier; `true` while there are more. Scenario and question are the same every time.
    pub fn step(
        &mut self,
        scenario: &Scenario,
        files: &[SourceFile],
        asked: Asked,
    ) -> Result<bool, Vec<Diagnostic>> {
        let mut tiers = scenario.tiers.iter().filter(|id| asked.tier.is_none_or(|asked| asked == *id));
        let Some(tier) = tiers.nth(self.tiers) else { return Ok(false) };
        self.tiers += 1;
        let analysis = analyse(scenario, tier, asked.prices)?;
        let mut step = rung(&analysis, None, files);
        flips::look(scenario, &analysis, &mut step.targets);
        step.next_step = next_step(scenario, tier);
        self.roadmap = roadmap(&analysis.model.roadmap, asked.seed);
        let answer = self.first.get_or_insert_with(|| frame(&analysis, &step, files));
        answer.tiers.insert(tier.clone(), step);
        Ok(tiers.next().is_some())
    }

    /// Tiers that have been looked at.
    pub fn tiers(&self) -> usize {
        self.tiers
    }

    /// The answer, once there are no more tiers.
    pub fn answer(
        self,
        scenario: &Scenario,
        files: &[SourceFile],
        asked: Asked,
    ) -> Result<Answer, Vec<Diagnostic>> {
        let Some(mut answer) = self.first else {
            // Asking for a tier that is not there says so, with what is.
            return analyse(scenario, asked.tier.unwrap_or_default(), asked.prices)
                .map(|_| Answer::default());
        };
        for tenants in asked.at {
            let found = between(scenario, f64::from(*tenants), asked.prices)?;
            answer.tiers.insert(tenants.to_string(), rung(&found, None, files));
        }
        answer.tiers.sort_by(|_, a, _, b| a.tenants.total_cmp(&b.tenants));
        let finish = self.roadmap.as_ref().and_then(|found| found.finish_s.get("p90"));
        dates(scenario, &mut answer.tiers, finish.and_then(|finish: &Figure| finish.value));
        Ok(answer)
    }
}
