//! What runs down over days: CPU credits in standard mode. A load that the busiest hour carries with credits saved up may be
//! more than the machines earn: then the day on which nothing is left decides, not that hour.
//!
//! A fluid: in steps of a minute the machines work off what comes in, at full speed while credits are left and at what they earn
//! when they are not; work that is not done waits. It begins with what is saved up, at the quietest hour of the week, and goes
//! on for two weeks. What single requests do within a minute the simulation of an hour tells.

use super::compiled::Compiled;
use super::solve_load::solve;
use super::week::distinct;
use crate::model::{ComponentIx, JourneyIx, Model};
use crate::units::HOURS_PER_WEEK;

/// Seconds of a step, and steps of an hour.
const STEP_S: f64 = 60.0;
const STEPS: usize = 60;
/// Hours played.
const HOURS: usize = 2 * HOURS_PER_WEEK;

/// One group of machines that runs out of credits.
#[derive(Clone, Debug)]
pub struct Rundown {
    /// The group.
    pub group: ComponentIx,
    /// Hours from the start until nothing is left while more is wanted than is earned.
    pub after_h: f64,
    /// The hour of the week then.
    pub hour: usize,
    /// Cores that each machine is asked for then, and cores that it earns.
    pub wanted: f64,
    /// See `wanted`.
    pub earns: f64,
    /// Journeys whose requests are served there.
    journeys: Vec<JourneyIx>,
    /// How long work waits, by step, s.
    waits: Vec<f64>,
}

impl Rundown {
    /// Whether a journey has to do with it.
    pub fn of(&self, journey: JourneyIx) -> bool {
        self.journeys.contains(&journey)
    }

    /// The largest share of an hour's requests that wait longer than a limit, s.
    pub fn late(&self, limit: f64) -> f64 {
        let share = |hour: &[f64]| hour.iter().filter(|wait| **wait > limit).count() as f64 / STEPS as f64;
        self.waits.chunks(STEPS).map(share).fold(0.0, f64::max)
    }
}

/// The groups that run out, in the order of the components. O(distinct hours x solve + hours x steps).
pub fn rundowns(model: &Model) -> Vec<Rundown> {
    let throttled = |ix: &ComponentIx| model.graph[*ix].credits.is_some_and(|c| !c.unlimited);
    let groups: Vec<ComponentIx> = model.graph.node_indices().filter(throttled).collect();
    if groups.is_empty() {
        return Vec::new();
    }
    let all = Compiled::of(model);
    // Cores wanted by hour of the week and component.
    let mut wanted = vec![Vec::new(); HOURS_PER_WEEK];
    for hours in distinct(model) {
        let solution = solve(&all, &hours.rates);
        let cores: Vec<f64> = model
            .graph
            .node_indices()
            .map(|ix| {
                let cpu = model.graph[ix].station.as_ref().map_or(0.0, |station| station.cpu);
                solution.desks[ix.index()].busy * cpu
            })
            .collect();
        hours.hours.iter().for_each(|hour| wanted[*hour].clone_from(&cores));
    }
    groups.into_iter().filter_map(|group| played(model, group, &wanted)).collect()
}

fn played(model: &Model, group: ComponentIx, wanted: &[Vec<f64>]) -> Option<Rundown> {
    let credits = model.graph[group].credits?;
    let machines = model.graph[group].failure.units.len().max(1) as f64;
    let members: Vec<ComponentIx> =
        model.graph.node_indices().filter(|ix| model.graph[*ix].on == Some(group)).collect();
    let cores = |hour: usize| members.iter().map(|ix| wanted[hour][ix.index()]).sum::<f64>() / machines;
    let limit = |ix: &ComponentIx| {
        let station = model.graph[*ix].station.as_ref()?;
        Some(station.full()? * station.cpu * station.active_replicas() as f64)
    };
    let limits: Option<f64> = members.iter().map(limit).sum();
    let full = limits.map_or(credits.vcpu, |cores| (cores / machines).min(credits.vcpu));
    let earns = credits.sustained();
    let first = (0..HOURS_PER_WEEK).min_by(|a, b| cores(*a).total_cmp(&cores(*b)))?;
    let (mut saved, mut behind, mut found) = (credits.most() * credits.balance, 0.0, None);
    let mut waits = Vec::with_capacity(HOURS * STEPS);
    for step in 0..HOURS * STEPS {
        let hour = (first + step / STEPS) % HOURS_PER_WEEK;
        let comes = cores(hour);
        let speed = if saved > 0.0 { full } else { earns.min(full) };
        let used = (comes + behind / STEP_S).min(speed);
        if saved <= 0.0 && comes > earns && found.is_none() {
            found = Some((step as f64 / STEPS as f64, hour, comes));
        }
        behind = (behind + (comes - used) * STEP_S).max(0.0);
        saved = (saved + (earns - used) * STEP_S).clamp(0.0, credits.most());
        waits.push(behind / speed.max(f64::MIN_POSITIVE));
    }
    let (after_h, hour, comes) = found?;
    let serves = |j: &JourneyIx| {
        let seen = crate::model::traffic::visits(model, *j, 1.0).0;
        members.iter().any(|ix| seen[ix.index()] > 0.0)
    };
    let journeys = model.journey_indices().filter(serves).collect();
    Some(Rundown { group, after_h, hour, wanted: comes, earns, journeys, waits })
}
