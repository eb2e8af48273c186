//! What one replication leaves behind.

use super::measure::{ComponentCounts, JourneyCounts};
use super::plan::Plan;
use super::recovery::Watch;
use super::state::State;

/// Counts of a replication, and its time averages.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Seconds measured.
    pub seconds: f64,
    /// By component.
    pub components: Vec<ComponentOutcome>,
    /// By journey.
    pub journeys: Vec<JourneyCounts>,
    /// How it came through its faults.
    pub watch: Watch,
    /// Events, the warm-up included.
    pub events: u64,
}

/// Counts and time averages of a component.
#[derive(Clone, Debug)]
pub struct ComponentOutcome {
    /// Counts.
    pub counts: ComponentCounts,
    /// Mean number of busy servers.
    pub busy: f64,
    /// Mean number waiting.
    pub waiting: f64,
    /// Mean number in the component.
    pub system: f64,
    /// Share of the time it is empty.
    pub empty: f64,
    /// Mean replicas that are up and active.
    pub up: f64,
}

impl Outcome {
    /// Of a replication that has ended, or as it stands.
    pub fn of(p: &Plan, mut state: State) -> Self {
        let now = state.now;
        if !state.measuring {
            // Nothing was measured yet: averages over no time are not asked for.
            state.components.iter_mut().for_each(|c| c.restart(now));
        }
        let span = now.saturating_sub(p.warm);
        let over = |area: u128| if span > 0 { area as f64 / span as f64 } else { f64::NAN };
        let components = std::mem::take(&mut state.components)
            .into_iter()
            .map(|mut counts| ComponentOutcome {
                busy: over(counts.busy.area(now)),
                waiting: over(counts.waiting.area(now)),
                system: over(counts.system.area(now)),
                empty: over(u128::from(counts.system.zero(now))),
                up: over(counts.up.area(now)),
                counts,
            })
            .collect();
        Self {
            seconds: span as f64 * 1e-9,
            components,
            journeys: std::mem::take(&mut state.journeys),
            watch: state.watch,
            events: state.events,
        }
    }
}
