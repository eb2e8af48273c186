//! A study: replications worked off in bounded steps, few at a time, at most [`TOGETHER`], so that memory stays bounded; those
//! that have ended keep only what they measured. With an unknown warm-up a pilot run comes first.
//!
//! Replications may be lent to helpers. A lent one belongs to whoever ends it first: when nothing else is left, the study
//! runs it as well, so that a helper that is lost delays the study and never hangs it. Both outcomes would be the same.

use super::clock::Instant;
use super::compile::compile;
use super::draw::nanos;
use super::outcome::Outcome;
use super::plan::Plan;
use super::state::State;
use super::warmup::mser5;
use super::{Executor, Faults, Histograms, Load, Measured, Progress, Seen, Settings, Timeline, Warmup};
use crate::model::Model;
use std::sync::Arc;

/// Replications under way at a time.
pub const TOGETHER: usize = 16;
/// Warm-up where it cannot be detected because the load follows the profile.
const PROFILE_WARMUP_S: f64 = 600.0;
/// Most responses that the pilot run remembers.
const PILOT_RESPONSES: usize = 2_000_000;

/// The replications of a study.
pub struct Inner {
    pilot: Option<Box<(Plan, State)>>,
    plan: Arc<Plan>,
    /// In order: the replication of this number is at this index.
    runs: Vec<Run>,
    /// Whether any replication was ever lent: then the study itself runs one at a time, and leaves the rest to others.
    lends: bool,
}

enum Run {
    Waiting(u32),
    /// Run elsewhere; how far it has come as last heard.
    Lent {
        done: f64,
        events: u64,
    },
    Active(Box<State>),
    Ended(Box<Outcome>),
}

impl Inner {
    /// Compiles; nothing runs yet.
    pub fn new(model: &Model, settings: &Settings) -> Self {
        let warm = match settings.warmup {
            Warmup::Fixed(length) => Some(nanos(length.as_seconds())),
            Warmup::Auto if settings.load == Load::Profile => Some(nanos(PROFILE_WARMUP_S)),
            Warmup::Auto => None,
        };
        let pilot = warm.is_none().then(|| {
            let plan = compile(model, &Settings { faults: Faults::None, ..settings.clone() }, 0);
            // A replication of its own number: its draws are nobody else's.
            let mut state = State::new(&plan, u32::MAX);
            state.pilot = Some(Vec::new());
            Box::new((plan, state))
        });
        let mut inner = Self { pilot, plan: Arc::default(), runs: Vec::new(), lends: false };
        if let Some(warm) = warm {
            inner.prepare(model, settings, warm);
        }
        inner
    }

    fn prepare(&mut self, model: &Model, settings: &Settings, warm: Instant) {
        self.plan = Arc::new(compile(model, settings, warm));
        self.runs = (0..settings.replications.max(1)).map(Run::Waiting).collect();
    }

    /// See [`super::Study::extend`].
    pub fn extend(&mut self, replications: u32) {
        self.runs.extend((self.runs.len() as u32..replications).map(Run::Waiting));
    }

    /// See [`super::Study::lend`].
    pub fn lend(&mut self) -> Option<(u32, Instant)> {
        let waiting = self.runs.iter().filter(|r| matches!(r, Run::Waiting(_))).count();
        let busy = self.runs.iter().any(|r| matches!(r, Run::Active(_)));
        if waiting < if busy { 1 } else { 2 } {
            return None;
        }
        let at = self.runs.iter().rposition(|r| matches!(r, Run::Waiting(_)))?;
        self.runs[at] = Run::Lent { done: 0.0, events: 0 };
        self.lends = true;
        Some((at as u32, self.plan.warm))
    }

    /// See [`super::Study::heard`].
    pub fn heard(&mut self, replication: u32, share: f64, so_far: u64) {
        if let Some(Run::Lent { done, events }) = self.runs.get_mut(replication as usize) {
            (*done, *events) = (share, so_far);
        }
    }

    /// See [`super::Study::take`].
    pub fn take(&mut self, replication: u32, outcome: Box<Outcome>) {
        if self.wants(replication) {
            self.runs[replication as usize] = Run::Ended(outcome);
        }
    }

    /// See [`super::Study::wants`].
    pub fn wants(&self, replication: u32) -> bool {
        self.runs.get(replication as usize).is_some_and(|run| !matches!(run, Run::Ended(_)))
    }

    /// See [`super::Study::step`].
    pub fn step(
        &mut self,
        model: &Model,
        settings: &Settings,
        events: u64,
        executor: &impl Executor,
    ) -> bool {
        if let Some(pilot) = &mut self.pilot {
            let (plan, state) = &mut **pilot;
            let more = state.step(plan, events.max(1));
            let responses = state.pilot.as_deref().unwrap_or(&[]);
            if more && responses.len() < PILOT_RESPONSES {
                return true;
            }
            let warm = mser5(responses);
            self.pilot = None;
            self.prepare(model, settings, warm);
            return true;
        }
        // Twice as many as are worked on, so that none waits for a longer one.
        let together = match executor.at_once() {
            _ if self.lends => 1,
            0 | 1 => 1,
            several => TOGETHER.min(2 * several),
        };
        if self.lends && !self.runs.iter().any(Run::is_here) {
            self.take_back();
        }
        let plan = &*self.plan;
        let mut active: Vec<&mut Run> = self.runs.iter_mut().filter(|r| r.is_here()).take(together).collect();
        executor.each(&mut active, |run| run.step(plan, events.max(1)));
        self.runs.iter().any(|r| !matches!(r, Run::Ended(_)))
    }

    /// Runs here what somebody else has not brought back: of those lent, the one that has come least far.
    fn take_back(&mut self) {
        let done = |run: &Run| if let Run::Lent { done, .. } = run { *done } else { f64::INFINITY };
        let slowest = self.runs.iter_mut().enumerate().min_by(|a, b| done(a.1).total_cmp(&done(b.1)));
        if let Some((at, run)) = slowest
            && matches!(run, Run::Lent { .. })
        {
            *run = Run::Waiting(at as u32);
        }
    }

    /// See [`super::Study::progress`].
    pub fn progress(&self) -> Progress {
        if let Some(pilot) = &self.pilot {
            let (plan, state) = &**pilot;
            let share = (state.now as f64 / plan.end as f64).min(1.0);
            return Progress { events: state.events, done: 0.1 * share, replications: 0 };
        }
        let mut progress = Progress::default();
        for run in &self.runs {
            match run {
                Run::Waiting(_) => {}
                Run::Active(state) => {
                    progress.events += state.events;
                    progress.done += (state.now as f64 / self.plan.end as f64).min(1.0);
                }
                Run::Lent { done, events } => {
                    progress.events += events;
                    progress.done += done;
                }
                Run::Ended(outcome) => {
                    progress.events += outcome.events;
                    progress.done += 1.0;
                    progress.replications += 1;
                }
            }
        }
        progress.done /= self.runs.len() as f64;
        progress
    }

    /// See [`super::Study::measured`].
    pub fn measured(&self, model: &Model, settings: &Settings) -> Measured {
        let ended: Vec<&Outcome> = self
            .runs
            .iter()
            .filter_map(|r| match r {
                Run::Ended(outcome) => Some(&**outcome),
                _ => None,
            })
            .collect();
        let complete = !ended.is_empty() && ended.len() == self.runs.len();
        if !ended.is_empty() {
            return super::results::measured(model, settings, &self.plan, &ended, complete);
        }
        let running: Vec<Outcome> = self
            .runs
            .iter()
            .filter_map(|r| match r {
                Run::Active(state) => Some(Outcome::of(&self.plan, (**state).clone())),
                _ => None,
            })
            .collect();
        let mut so_far =
            super::results::measured(model, settings, &self.plan, &running.iter().collect::<Vec<_>>(), false);
        so_far.replications = 0;
        so_far
    }
}

impl Inner {
    /// See [`super::Study::timelines`].
    pub fn timelines(&self) -> Vec<Timeline> {
        let seen = |point: &super::measure::Point| Seen {
            arrivals: f64::from(point.arrivals),
            ended: f64::from(point.ended),
            failed: f64::from(point.failed),
            p95: (point.p95 > 0.0).then(|| f64::from(point.p95) * 1e-9),
        };
        let one = |run: &Run| match run {
            Run::Ended(outcome) => Some(Timeline {
                step_s: self.plan.bucket as f64 / 1e9,
                attackers: self.plan.attackers.clone(),
                journeys: outcome.journeys.iter().map(|j| j.series.iter().map(seen).collect()).collect(),
                utilisation: outcome
                    .components
                    .iter()
                    .map(|c| c.counts.utilisation.iter().map(|share| f64::from(*share)).collect())
                    .collect(),
            }),
            _ => None,
        };
        self.runs.iter().filter_map(one).collect()
    }

    /// See [`super::Study::histograms`].
    pub fn histograms(&self) -> Histograms {
        let mut all = Histograms::default();
        for run in &self.runs {
            let Run::Ended(outcome) = run else { continue };
            all.journeys.resize_with(outcome.journeys.len(), Default::default);
            all.components.resize_with(outcome.components.len(), Default::default);
            for (sum, j) in all.journeys.iter_mut().zip(&outcome.journeys) {
                sum[0].merge(&j.response);
                sum[1].merge(&j.first_token);
            }
            for (sum, c) in all.components.iter_mut().zip(&outcome.components) {
                sum[0].merge(&c.counts.wait);
                sum[1].merge(&c.counts.response);
            }
        }
        all
    }
}

impl Run {
    /// Whether there is something to do here.
    fn is_here(&self) -> bool {
        matches!(self, Self::Waiting(_) | Self::Active(_))
    }

    fn step(&mut self, plan: &Plan, events: u64) {
        if let Self::Waiting(replication) = self {
            *self = Self::Active(Box::new(State::new(plan, *replication)));
        }
        if let Self::Active(state) = self
            && !state.step(plan, events)
        {
            *self = Self::Ended(Box::new(Outcome::of(plan, std::mem::take(state))));
        }
    }
}
