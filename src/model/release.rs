//! How changes reach production, and what watches them there: pipelines, ways of rolling out, alerts.

use super::recovery::Takes;
use super::{ComponentIx, JourneyIx};
use crate::diag::Span;
use crate::stats::distribution::Distribution;
use crate::text::Phrase;

/// The way of a change into production.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// Id in the scenario.
    pub id: String,
    /// Name to show.
    pub name: Phrase,
    /// Stages, each after those it waits for.
    pub stages: Vec<Stage>,
    /// Releases a day.
    pub per_day: f64,
}

/// A stage of a pipeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Its name.
    pub id: String,
    /// How long it takes, seconds.
    pub takes: Distribution,
    /// Indices of earlier stages that it waits for.
    pub after: Vec<usize>,
}

/// How a new version takes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rollout {
    /// Pods are replaced a few at a time.
    Rolling,
    /// A full second set, and one switch.
    BlueGreen,
    /// A growing share of the requests, with a look at each step.
    Canary,
    /// Pods first, with the change switched off; then a growing share of users.
    Flag,
}

impl Rollout {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Rolling, Self::BlueGreen, Self::Canary, Self::Flag];

    /// Its word in the file.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Rolling => "rolling",
            Self::BlueGreen => "blue-green",
            Self::Canary => "canary",
            Self::Flag => "flag",
        }
    }

    /// The way of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.id() == word)
    }
}

/// How a component's new versions are rolled out.
#[derive(Clone, Debug)]
pub struct Release {
    /// Id in the scenario.
    pub id: String,
    /// Name to show.
    pub name: Phrase,
    /// Of what.
    pub of: ComponentIx,
    /// How.
    pub rollout: Rollout,
    /// Shares of the requests, step by step, the last one 1.
    pub steps: Vec<f64>,
    /// How long a step is looked at.
    pub bake: Takes,
    /// Chance that a release is bad: low, central, high.
    pub bad: [f64; 3],
    /// Share of its requests that a bad release fails.
    pub fails: Distribution,
    /// Whether an alert takes it back; else people do.
    pub automatic: bool,
    /// Share of the pods replaced at once by a rolling update.
    pub surge: f64,
    /// Until a pod serves.
    pub start: Takes,
    /// The switch between two sets of pods, or back, or of a flag.
    pub switch: Takes,
    /// Until people have noticed a bad release and taken it back.
    pub manual: Takes,
    /// Releases a day by this way; `None`: those of the pipeline.
    pub per_day: Option<f64>,
    /// How its pods stop; `None`: it has none.
    pub stops: Option<Stops>,
}

/// How a pod that is replaced stops.
#[derive(Clone, Debug, PartialEq)]
pub struct Stops {
    /// Until whoever spreads the requests has heard that it is gone.
    pub deregistration: Takes,
    /// Seconds between that it is told to go and that it stops serving.
    pub pause: f64,
    /// Seconds between that it is told to go and that it is killed.
    pub grace: f64,
}

/// A rule that raises an alert.
#[derive(Clone, Debug)]
pub struct Alert {
    /// Id in the scenario.
    pub id: String,
    /// Name to show.
    pub name: Phrase,
    /// The rule as written.
    pub when: String,
    /// What is looked at; `None`: something that Plimsoll does not model.
    pub signal: Option<Signal>,
    /// It fires above this, in the signal's SI unit.
    pub above: f64,
    /// How long that must hold, seconds.
    pub lasts: f64,
    /// How often it is looked at, seconds.
    pub every: f64,
    /// Over how long the signal is taken, seconds.
    pub over: f64,
    /// Where it goes.
    pub route: Option<String>,
    /// Where it stands in the file.
    pub at: Span,
}

/// What an alert looks at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Signal {
    /// Share of requests that fail: of a journey, or of all.
    Errors(Option<JourneyIx>),
    /// A quantile of a journey's response, seconds.
    Quantile(JourneyIx, f64),
    /// Requests of a journey per second.
    Arrivals(JourneyIx),
    /// Tries to log in by a journey that did not get in, per second: those of attackers.
    FailedLogins(JourneyIx),
    /// Share of a component's servers that is busy; of a group of machines, of the CPU of what runs on it.
    Busy(ComponentIx),
}
