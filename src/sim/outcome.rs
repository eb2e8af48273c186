//! What one replication leaves behind.

use super::clock::Instant;
use super::measure::{ComponentCounts, JourneyCounts};
use super::overload::Overload;
use super::plan::{Machine, Plan};
use super::recovery::Watch;
use super::request::{At, NONE};
use super::state::State;
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
    /// That more arrived than could be done: then it ended early.
    pub overload: Option<Overload>,
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

/// Averages over the window of a replication, or over what there is of it.
#[derive(Clone, Debug)]
pub struct Averages {
    seconds: f64,
    /// By component: busy, waiting, in system, empty, up, pending.
    levels: Vec<[f64; 6]>,
    /// By component: fewest and most replicas.
    ranges: Vec<(u32, u32)>,
    dry: Vec<Option<(f64, f64)>>,
}

impl Averages {
    /// Up to now.
    pub fn of(p: &Plan, state: &mut State) -> Self {
        let now = state.now;
        let span = now.saturating_sub(p.warm);
        let over = |area: u128| if span > 0 { area as f64 / span as f64 } else { f64::NAN };
        let books = |(plan, m): (&Machine, &mut super::machines::Machine)| {
            m.settle(now, p.warm, plan);
            m.carried.then(|| (over(u128::from(m.dry_time)), m.used / span.saturating_sub(m.dry_time) as f64))
        };
        let dry = p.machines.iter().zip(&mut state.machines).map(books).collect();
        let counts = || state.desks.iter().map(|desk| &desk.counts);
        let levels = counts().zip(&p.components).map(|(counts, component)| {
            [
                component.in_servers(over(counts.busy.area(now))),
                over(counts.waiting.area(now)),
                over(counts.system.area(now)),
                over(u128::from(counts.empty(now))),
                over(counts.up.area(now)),
                over(counts.pending.area(now)),
            ]
        });
        Self {
            seconds: span as f64 * 1e-9,
            levels: levels.collect(),
            ranges: counts().map(|counts| counts.up_range).collect(),
            dry,
        }
    }
}

impl Outcome {
    /// Of a replication that has ended, or as it stands.
    pub fn of(p: &Plan, mut state: State) -> Self {
        if state.averages.is_none() && !state.measuring {
            // Nothing was measured yet: averages over no time are not asked for.
            let now = state.now;
            state.desks.iter_mut().for_each(|desk| desk.counts.restart(now));
        }
        let averages = state.averages.take();
        let averages = averages.map_or_else(|| Averages::of(p, &mut state), |averages| *averages);
        unfinished(p, &mut state);
        let desks = std::mem::take(&mut state.desks);
        let components = desks.into_iter().zip(averages.levels).zip(averages.ranges);
        let components = components.map(|((desk, [busy, waiting, system, empty, up, pending]), range)| {
            let mut counts = desk.counts;
            counts.up_range = range;
            ComponentOutcome { counts, busy, waiting, system, empty, up, pending }
        });
        let drawn = state.faults.split_off(p.faults.len().min(state.faults.len()));
        Self {
            seconds: averages.seconds,
            components: components.collect(),
            journeys: std::mem::take(&mut state.journeys),
            dry: averages.dry,
            watch: state.watch,
            ends: state.faults.iter().map(|fault| fault.end).collect(),
            random: drawn.iter().map(|fault| (fault.index as u32, fault.end - fault.start)).collect(),
            overload: state.overload.map(|overload| *overload),
            events: state.events,
        }
    }
}

/// Counts the requests of the window that have not ended.
fn unfinished(p: &Plan, state: &mut State) {
    for f in 0..state.frames.places() {
        let frame = &state.frames[f];
        let of_a_user = frame.caller == NONE && !matches!(frame.at, At::Free | At::Thinking);
        if !of_a_user || !p.counts(frame.arrived) {
            continue;
        }
        let counts = &mut state.journeys[p.classes[frame.class as usize].journey as usize];
        counts.unfinished += 1;
        counts.silent += u64::from(frame.back == 0);
        for (fault, during) in state.faults.iter().zip(&mut counts.faults) {
            during.unfinished += u64::from((fault.start..fault.end).contains(&frame.arrived));
        }
    }
}
