//! What one replication leaves behind.

use super::clock::Instant;
use super::measure::{ComponentCounts, JourneyCounts};
use super::plan::{Machine, Plan};
use super::recovery::Watch;
use super::state::{Desk, State};
use serde::{Deserialize, Serialize};

/// Counts of a replication, and its time averages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Seconds measured.
    pub seconds: f64,
    /// By component.
    pub components: Vec<ComponentOutcome>,
    /// By journey.
    pub journeys: Vec<JourneyCounts>,
    /// By machine that carried pods: share of the time without credits, and mean cores used in the rest of it.
    pub dry: Vec<Option<(f64, f64)>>,
    /// How it came through its faults.
    pub watch: Watch,
    /// When each fault of the plan ended.
    pub ends: Vec<Instant>,
    /// What failed at random: number in the plan's list, and how long it was down, ns.
    pub random: Vec<(u32, u64)>,
    /// Events, the warm-up included.
    pub events: u64,
}

/// Counts and time averages of a component.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// Mean replicas wanted that are not ready.
    pub pending: f64,
}

impl Outcome {
    /// Of a replication that has ended, or as it stands.
    pub fn of(p: &Plan, mut state: State) -> Self {
        let now = state.now;
        if !state.measuring {
            // Nothing was measured yet: averages over no time are not asked for.
            state.desks.iter_mut().for_each(|desk| desk.counts.restart(now));
        }
        let span = now.saturating_sub(p.warm);
        let over = |area: u128| if span > 0 { area as f64 / span as f64 } else { f64::NAN };
        let books = |(plan, m): (&Machine, &mut super::machines::Machine)| {
            m.settle(now, p.warm, plan);
            m.carried.then(|| (over(u128::from(m.dry_time)), m.used / span.saturating_sub(m.dry_time) as f64))
        };
        let components = std::mem::take(&mut state.desks)
            .into_iter()
            .zip(&p.components)
            .map(|(Desk { counts, .. }, component)| ComponentOutcome {
                busy: component.in_servers(over(counts.busy.area(now))),
                waiting: over(counts.waiting.area(now)),
                system: over(counts.system.area(now)),
                empty: over(u128::from(counts.empty(now))),
                up: over(counts.up.area(now)),
                pending: over(counts.pending.area(now)),
                counts,
            })
            .collect();
        let drawn = state.faults.split_off(p.faults.len().min(state.faults.len()));
        let ends = state.faults.iter().map(|fault| fault.end).collect();
        let random = drawn.iter().map(|fault| (fault.index as u32, fault.end - fault.start)).collect();
        Self {
            seconds: span as f64 * 1e-9,
            components,
            journeys: std::mem::take(&mut state.journeys),
            dry: p.machines.iter().zip(&mut state.machines).map(books).collect(),
            watch: state.watch,
            ends,
            random,
            events: state.events,
        }
    }
}
