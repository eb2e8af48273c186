//! One replication run away from its study, by a helper that has compiled the same model for itself. What comes back is
//! the same bits as if the study had run it.

use super::Settings;
use super::clock::Instant;
use super::compile::compile;
use super::outcome::Outcome;
use super::plan::Plan;
use super::state::State;
use crate::model::Model;
use serde::{Deserialize, Serialize};

/// A replication under way. `step` it until it is there.
pub struct Away {
    plan: Plan,
    replication: u32,
    state: Box<State>,
}

/// What a replication leaves behind, on its way to the study it belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fragment {
    /// Its number.
    pub replication: u32,
    pub(super) outcome: Box<Outcome>,
}

impl Away {
    /// Prepares a replication as [`super::Study::lend`] named it: with its number and its warm-up.
    pub fn start(model: &Model, settings: &Settings, (replication, warm): (u32, Instant)) -> Self {
        let plan = compile(model, settings, warm);
        let state = Box::new(State::new(&plan, replication));
        Self { plan, replication, state }
    }

    /// Works off at most about `events` events; what it leaves behind once it has ended.
    pub fn step(&mut self, events: u64) -> Option<Fragment> {
        if self.state.step(&self.plan, events.max(1)) {
            return None;
        }
        let outcome = Box::new(Outcome::of(&self.plan, std::mem::take(&mut self.state)));
        Some(Fragment { replication: self.replication, outcome })
    }

    /// How far it has come: 0..=1, and the events so far.
    pub fn progress(&self) -> (f64, u64) {
        ((self.state.now as f64 / self.plan.end as f64).min(1.0), self.state.events)
    }
}
