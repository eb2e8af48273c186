//! What runs down over hours and days: CPU credits in standard mode, and buckets of rate limits that begin full. A load that the busiest hour carries with credits saved up may be
//! more than the machines earn, or than the limit gains: then the day on which nothing is left decides, not that hour.
//!
//! A fluid: in steps of a minute the machines work off what comes in, at full speed while credits are left and at what they earn
//! when they are not; work that is not done waits. It begins with what is saved up, at the quietest hour of the week, and goes
//! on for two weeks. What single requests do within a minute the simulation of an hour tells.

use super::bucket::Bucket;
use super::compiled::Compiled;
use super::solution::Solution;
use super::solve_load::solve;
use super::week::distinct;
use crate::answer::times::JourneyAnswer;
use crate::model::{ComponentIx, JourneyIx, Model};
use crate::units::HOURS_PER_WEEK;

/// Seconds of a step, and steps of an hour.
const STEP_S: f64 = 60.0;
const STEPS: usize = 60;
/// Hours played.
const HOURS: usize = 2 * HOURS_PER_WEEK;

/// A rate limit that is overdrawn: its bucket, full at first, is empty after a while.
#[derive(Clone, Debug)]
pub struct Overdrawn {
    /// The component that has it.
    pub component: ComponentIx,
    /// Hours from the start, at the quietest hour of the week, until it is empty.
    pub after_h: f64,
    /// What a second of the worst hour asks of it, and what it gains.
    pub wanted: f64,
    /// See `wanted`.
    pub gains: f64,
    /// By journey, where requests of it go there: what the worst hour is like once the bucket is empty.
    then: Vec<Option<JourneyAnswer>>,
}

impl Overdrawn {
    /// What becomes of a journey, where it has to do with it.
    pub fn then(&self, journey: JourneyIx) -> Option<&JourneyAnswer> {
        self.then.get(journey.0 as usize)?.as_ref()
    }
}

/// The limits that are empty one day, where that takes more than the minutes that any run begins with. O(distinct hours x solve).
pub fn overdrawn(model: &Model) -> Vec<Overdrawn> {
    let limited = |ix: &ComponentIx| model.graph[*ix].station.as_ref().is_some_and(|s| !s.limits.is_empty());
    let components: Vec<ComponentIx> = model.graph.node_indices().filter(limited).collect();
    if components.is_empty() {
        return Vec::new();
    }
    let all = Compiled::of(model);
    // Full, it refuses nobody.
    let mut full = all.clone();
    full.stations.iter_mut().flatten().for_each(|desk| desk.limits.clear());
    let week = distinct(model);
    let asked = |s: &Solution, ix: ComponentIx, limit: &Bucket| -> f64 {
        let nodes = full.nodes_of(ix.index()).iter().map(|n| *n as usize);
        nodes.map(|n| s.nodes[n].arrivals * full.nodes[n].size(limit).0).sum()
    };
    let heaviest = week.iter().max_by(|a, b| a.rates.iter().sum::<f64>().total_cmp(&b.rates.iter().sum()));
    let Some(busy) = heaviest.map(|hours| solve(&full, &hours.rates)) else { return Vec::new() };
    let over = |ix: &ComponentIx| {
        let limits = all.stations[ix.index()].iter().flat_map(|desk| &desk.limits);
        limits.into_iter().any(|limit| asked(&busy, *ix, limit) > limit.rate)
    };
    let components: Vec<ComponentIx> = components.into_iter().filter(over).collect();
    if components.is_empty() {
        return Vec::new();
    }
    let solved: Vec<Solution> = week.iter().map(|hours| solve(&full, &hours.rates)).collect();
    let mut found = Vec::new();
    for ix in components {
        let Some(desk) = &all.stations[ix.index()] else { continue };
        for limit in &desk.limits {
            let mut wanted = vec![0.0; HOURS_PER_WEEK];
            for (hours, s) in week.iter().zip(&solved) {
                let asked = asked(s, ix, limit);
                hours.hours.iter().for_each(|hour| wanted[*hour] = asked);
            }
            let Some(after_h) = empties(&wanted, limit.rate, limit.burst) else { continue };
            let worst = (0..week.len())
                .max_by(|a, b| wanted[week[*a].hours[0]].total_cmp(&wanted[week[*b].hours[0]]));
            let Some(hours) = worst.map(|at| &week[at]) else { continue };
            let answers = super::figures::flow(&all, &solve(&all, &hours.rates), hours.hours[0]).journeys;
            let goes = |j: &JourneyIx| crate::model::traffic::visits(model, *j, 1.0).0[ix.index()] > 0.0;
            let then = model.journey_indices().zip(answers).map(|(j, answer)| goes(&j).then_some(answer));
            found.push(Overdrawn {
                component: ix,
                after_h,
                wanted: wanted[hours.hours[0]],
                gains: limit.rate,
                then: then.collect(),
            });
        }
    }
    found
}

/// Hours until a bucket, full at the quietest hour, is empty, if it ever is; `None` too where that is a matter of minutes.
fn empties(wanted: &[f64], rate: f64, burst: f64) -> Option<f64> {
    const MINUTES_H: f64 = 0.1;
    let first = (0..wanted.len()).min_by(|a, b| wanted[*a].total_cmp(&wanted[*b]))?;
    let mut left = burst;
    for passed in 0..HOURS {
        let spent = (wanted[(first + passed) % wanted.len()] - rate) * 3600.0;
        if spent > 0.0 && left <= spent {
            let after = passed as f64 + left / spent;
            return Some(after).filter(|hours| *hours > MINUTES_H);
        }
        left = (left - spent).min(burst);
    }
    // A little more than it gains, and a large bucket.
    let week: f64 = wanted.iter().map(|wanted| (wanted - rate) * 3600.0).sum();
    (week > 0.0 && left < burst).then(|| HOURS as f64 + left / week * HOURS_PER_WEEK as f64)
}

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
