//! Request-level discrete-event simulation.
//!
//! | file | what it is |
//! |---|---|
//! | `compile` `plan` | the model as flat arrays, shared by all replications |
//! | `clock` | the event queue, on integer nanoseconds |
//! | `state` | one replication under way and its loop of events |
//! | `arrivals` `draw` | when requests arrive, how long things take: keyed draws |
//! | `users` | users' requests: how they are sent, and what is counted when they end |
//! | `request` | visits and calls in slabs, waiting lines |
//! | `admission` `station` `sharing` | rate limits, balancer, slots; servers, priorities, processor sharing |
//! | `calls` | programs, quorums, attempts, retries, second requests, fallbacks, cache-aside |
//! | `edge` `recall` | time limits, pools, retry budgets and breakers of a call; giving up and recalling work |
//! | `popular` `store` `aside` | caches: what is asked for, what they hold and forget |
//! | `fleet` `pods` `machines` `scaling` | where pods stand; CPU credits; automatic scaling of replicas |
//! | `faults` `strikes` `hurt` `recovery` | what breaks and when, and whether the run comes back |
//! | `measure` `makeup` | what is counted, and what the time of a request is made of |
//! | `estimate` | events of a study, before it is run |
//! | `overload` | the bounds of a replication, and the proof that it cannot keep up |
//! | `study` `away` | replications worked off here, and lent to helpers |
//! | `warmup` `outcome` `results` `aftermath` `expect` `digest` | from replications to answers with intervals |
//!
//! Everything is integer arithmetic or plain floating point and `libm`, and every draw is keyed (see `stats::rng`):
//! the same model, settings and seed give the same bits on every target, whatever the size of the steps and the number
//! of threads. Choices where the model's pages are silent stand at the head of the file that makes them.

mod admission;
mod aftermath;
mod arrivals;
mod aside;
pub mod attack;
pub mod away;
mod calls;
mod clock;
mod compile;
mod digest;
mod draw;
mod edge;
pub mod estimate;
mod expect;
mod failing;
mod faults;
mod fleet;
mod hurt;
mod machines;
mod makeup;
mod measure;
mod names;
mod outcome;
pub mod overload;
mod plan;
mod pods;
mod popular;
mod random;
mod recall;
mod recovery;
mod request;
mod results;
mod scaling;
mod sharing;
mod state;
mod station;
mod store;
mod strikes;
mod study;
#[cfg(test)]
mod twins;
mod users;
mod warmup;

use crate::answer::availability::Share;
use crate::answer::overload::OverloadAnswer;
use crate::answer::times::{ComponentAnswer, JourneyAnswer};
use crate::answer::{FaultAnswer, RandomFaultAnswer, Series};
use crate::model::{JourneyIx, Model};
use crate::stats::histogram::Histogram;
use crate::units::Duration;
use away::Fragment;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Most buckets of a time series; shorter ones than fit are made longer.
pub const MOST_BUCKETS: u64 = 20_000;

/// What to run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Everything random follows from it.
    pub seed: u64,
    /// Independent replications, at least 1.
    pub replications: u32,
    /// How long the run warms up at the load of its first hour; not measured.
    pub warmup: Warmup,
    /// Measured time after the warm-up.
    pub duration: Duration,
    /// Whether faults lengthen it.
    pub ends: Ends,
    /// Length of a bucket of the time series; `None`: a minute, or an hour where more than a day is measured.
    pub step: Option<Duration>,
    /// First hour of the week, 0 = Monday 00:00.
    pub hour: usize,
    /// Whether the load stays that of the first hour (judging the busiest hour) or follows the profile.
    pub load: Load,
    /// Which of the model's faults happen.
    pub faults: Faults,
    /// By component, the replicas that automatic scaling had settled at before the run began (`flow::standing`), so that a
    /// judged hour does not begin with the fewest; empty: as many as the model says.
    pub standing: Vec<u32>,
}

/// How long a run warms up.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Warmup {
    /// So long.
    Fixed(Duration),
    /// Detected by MSER-5, under constant load only.
    Auto,
}

/// How the load changes over a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Load {
    /// The first hour's load throughout.
    Constant,
    /// Hour by hour along the week.
    Profile,
}

/// When a run with faults ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ends {
    /// Not before the end of every fault + max(30 min, twice its length): long enough to see what it leaves behind.
    AfterFaults,
    /// After the stated time, whatever faults do.
    OnTime,
}

/// Which faults happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Faults {
    /// None.
    None,
    /// The one at this index in the model.
    One(usize),
    /// Those at these indices, on one timeline.
    Some(Vec<usize>),
    /// All of them, on one timeline.
    All,
    /// None of them: what fails is drawn from the failure data, anew in each replication.
    Random,
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
    model: Arc<Model>,
    settings: Settings,
    inner: study::Inner,
}

/// Runs a batch of independent pieces of work; natively on all cores, in a worker one after the other.
pub trait Executor {
    /// Applies `work` to every item. The order must not matter to the result.
    fn each<T: Send>(&self, items: &mut [T], work: impl Fn(&mut T) + Sync + Send);

    /// How many items it works on at a time: replications under way need memory. Does not matter to the result either.
    fn at_once(&self) -> usize {
        1
    }

    /// Whether somebody wants an end: what there is then is said, and nothing more is begun.
    fn stopped(&self) -> bool {
        false
    }
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
    /// By journey index: make-up of the time to the first token, near its p95; empty for journeys without one.
    pub before_token: Vec<Vec<Share>>,
    /// Named series: `<journey>.arrivals_per_s`, `<journey>.p95_s`, `<journey>.error_ratio`, `<component>.utilisation`.
    pub series: IndexMap<String, Series>,
    /// By fault id.
    pub faults: IndexMap<String, FaultAnswer>,
    /// What failed at random, by name.
    pub random: IndexMap<String, RandomFaultAnswer>,
    /// That the load cannot be carried.
    pub overload: Option<OverloadAnswer>,
    /// Replications that ended.
    pub replications: u32,
    /// Events simulated.
    pub events: u64,
    /// Results as f64 bits in id order, hashed; `None` unless every replication ended.
    pub digest: Option<u64>,
}

/// The times behind the quantiles of a study, all its ended replications together.
#[derive(Clone, Debug, Default)]
pub struct Histograms {
    /// By journey: whole answers and first tokens.
    pub journeys: Vec<[Histogram; 2]>,
    /// By component: waits and responses.
    pub components: Vec<[Histogram; 2]>,
}

/// What one replication saw, bucket by bucket from the end of the warm-up: what a monitoring system would have recorded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// Length of a bucket, seconds.
    pub step_s: f64,
    /// By journey, those of attackers behind the users'.
    pub journeys: Vec<Vec<Seen>>,
    /// Of each journey of attackers: the one they go the way of, and the share of their tries to log in that fail.
    pub attackers: Vec<(JourneyIx, Option<f64>)>,
    /// By component: share of its servers that is busy; empty without servers.
    pub utilisation: Vec<Vec<f64>>,
}

/// One bucket of a journey.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seen {
    /// Requests sent.
    pub arrivals: f64,
    /// Requests that ended.
    pub ended: f64,
    /// Of these, those that failed.
    pub failed: f64,
    /// p95 of those answered, seconds; `None` when none was.
    pub p95: Option<f64>,
}

impl Study {
    /// Prepares the replications.
    pub fn start(model: Arc<Model>, settings: Settings) -> Self {
        let inner = study::Inner::new(&model, &settings);
        Self { model, settings, inner }
    }

    /// Works off at most about `events` events in every replication under way, of which there are twice as many as the executor
    /// works on at a time, at most [`study::TOGETHER`]. `true` while there is more to do.
    pub fn step(&mut self, events: u64, executor: &impl Executor) -> bool {
        self.inner.step(&self.model, &self.settings, events, executor)
    }

    /// What is run, with the replications that [`Study::extend`] has added.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Raises the number of replications. The result is that of a study that was started with so many.
    pub fn extend(&mut self, replications: u32) {
        self.settings.replications = self.settings.replications.max(replications);
        self.inner.extend(replications);
    }

    /// A replication that nobody has begun, to be run elsewhere by [`away::Away`]: its number, and its warm-up in ns.
    /// `None` when there is none to spare.
    pub fn lend(&mut self) -> Option<(u32, u64)> {
        self.inner.lend()
    }

    /// How far a lent replication has come: 0..=1, and its events.
    pub fn heard(&mut self, replication: u32, done: f64, events: u64) {
        self.inner.heard(replication, done, events);
    }

    /// Whether this replication has yet to end.
    pub fn wants(&self, replication: u32) -> bool {
        self.inner.wants(replication)
    }

    /// Takes what a lent replication left behind. One that has ended here already is ignored.
    pub fn take(&mut self, fragment: Fragment) {
        self.inner.take(fragment.replication, fragment.outcome);
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        self.inner.progress()
    }

    /// What was measured so far (replications that have ended; when none has, the running ones as they are).
    pub fn measured(&self) -> Measured {
        self.inner.measured(&self.model, &self.settings)
    }

    /// What the replications that have ended saw, in their order.
    pub fn timelines(&self) -> Vec<Timeline> {
        self.inner.timelines()
    }

    /// The times of the replications that have ended, for mixing with those of other studies.
    pub fn histograms(&self) -> Histograms {
        self.inner.histograms()
    }
}
