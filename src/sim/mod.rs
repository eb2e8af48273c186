//! Request-level discrete-event simulation.

use crate::answer::availability::Share;
use crate::answer::times::{ComponentAnswer, JourneyAnswer};
use crate::answer::{FaultAnswer, Series};
use crate::model::Model;
use crate::units::Duration;
use indexmap::IndexMap;
use std::sync::Arc;

/// What to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Everything random follows from it.
    pub seed: u64,
    /// Independent replications, at least 1.
    pub replications: u32,
    /// How long the run warms up at the load of its first hour; not measured.
    pub warmup: Warmup,
    /// Measured time after the warm-up; a fault lengthens it to its end + max(30 min, twice its length).
    pub duration: Duration,
    /// First hour of the week, 0 = Monday 00:00.
    pub hour: usize,
    /// Whether the load stays that of the first hour (judging the busiest hour) or follows the profile.
    pub load: Load,
    /// Which of the model's faults happen.
    pub faults: Faults,
}

/// How long a run warms up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Warmup {
    /// So long.
    Fixed(Duration),
    /// Detected by MSER-5, under constant load only.
    Auto,
}

/// How the load changes over a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// The first hour's load throughout.
    Constant,
    /// Hour by hour along the week.
    Profile,
}

/// Which faults happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Faults {
    /// None.
    None,
    /// The one at this index in the model.
    One(usize),
    /// All of them, on one timeline.
    All,
}

/// How far a study has come.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// Events so far, all replications.
    pub events: u64,
    /// 0..=1.
    pub done: f64,
    /// Replications that have ended.
    pub replications: u32,
}

/// A set of replications under way. `step` it until it says so.
pub struct Study {
    _model: Arc<Model>,
}

/// Runs a batch of independent pieces of work; natively on all cores, in a worker one after the other.
pub trait Executor {
    /// Applies `work` to every item. The order must not matter to the result.
    fn each<T: Send>(&self, items: &mut [T], work: impl Fn(&mut T) + Sync + Send);
}

/// One after the other.
pub struct Sequential;

impl Executor for Sequential {
    fn each<T: Send>(&self, items: &mut [T], work: impl Fn(&mut T) + Sync + Send) {
        items.iter_mut().for_each(work);
    }
}

/// What a study measured.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// By journey index.
    pub journeys: Vec<JourneyAnswer>,
    /// By component index.
    pub components: Vec<ComponentAnswer>,
    /// By journey index: make-up of the time of the requests near the judged quantile (0.95 unless asked), largest first.
    pub makeup: Vec<Vec<Share>>,
    /// Named series: `<journey>.arrivals_per_s`, `<journey>.p95_s`, `<journey>.error_ratio`, `<component>.utilisation`.
    pub series: IndexMap<String, Series>,
    /// By fault id.
    pub faults: IndexMap<String, FaultAnswer>,
    /// Replications that ended.
    pub replications: u32,
    /// Events simulated.
    pub events: u64,
    /// Results as f64 bits in id order, hashed; `None` unless every replication ended.
    pub digest: Option<u64>,
}

impl Study {
    /// Prepares the replications.
    pub fn start(model: Arc<Model>, _settings: Settings) -> Self {
        Self { _model: model }
    }

    /// Works off at most about `events` events in every replication still running. `true` while there is more to do.
    pub fn step(&mut self, _events: u64, _executor: &impl Executor) -> bool {
        unimplemented!()
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        unimplemented!()
    }

    /// What was measured so far (replications that have ended; when none has, the running ones as they are).
    pub fn measured(&self) -> Measured {
        unimplemented!()
    }
}
