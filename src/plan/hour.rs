//! The busiest hour of a model, simulated: what alerts watch and inverse questions try.

use crate::flow;
use crate::model::Model;
use crate::sim::{Ends, Executor, Faults, Load, Settings, Study, Warmup};
use crate::units::Duration;
use std::sync::Arc;

/// Events of each replication between two looks at the clock.
pub const STEP: u64 = 200_000;

/// How hours are simulated.
#[derive(Clone, Copy, Debug)]
pub struct Runs {
    /// Seed.
    pub seed: u64,
    /// Replications of each.
    pub replications: u32,
    /// Warm-up and measured time, seconds.
    pub warmup_s: f64,
    /// See `warmup_s`.
    pub duration_s: f64,
}

/// Runs the hour with these faults to its end.
pub fn simulated(model: Arc<Model>, faults: Faults, runs: Runs, executor: &impl Executor) -> Study {
    let mut study = begun(model, faults, runs);
    while !executor.stopped() && study.step(STEP, executor) {}
    study
}

/// The hour with these faults, at its begin.
pub fn begun(model: Arc<Model>, faults: Faults, runs: Runs) -> Study {
    let settings = settings(&model, faults, runs);
    Study::start(model, settings)
}

/// How that is run.
pub fn settings(model: &Model, faults: Faults, runs: Runs) -> Settings {
    let hour = model.profile.busiest_hour();
    Settings {
        seed: runs.seed,
        replications: runs.replications,
        warmup: Warmup::Fixed(Duration::seconds(runs.warmup_s)),
        duration: Duration::seconds(runs.duration_s),
        ends: Ends::AfterFaults,
        step: None,
        hour,
        load: Load::Constant,
        faults,
        standing: flow::standing(model, hour),
    }
}
