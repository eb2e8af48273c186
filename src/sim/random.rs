//! Failures at random, from failure data: every unit, zone, region and provider alternates between working and failed, with
//! its mean time between failures and mean time to repair (exponential both), over the measured time of a replication.
//!
//! Choices where the model is silent: all begin well; a unit takes down with it what stands on it; a place that fails in
//! part hits each unit in it by a coin of its own; where only an availability is known, episodes last one hour.

use super::clock::Instant;
use super::faults::{Effect, FaultPlan, Reach};
use super::plan::Plan;
use super::pods::floating;
use crate::model::failure::{EPISODE_WITHOUT_DATA, Outage, carrier};
use crate::model::{ComponentIx, Model};
use crate::stats::distribution::Distribution;
use crate::stats::maths::ln;
use crate::stats::rng::{Draws, Key, Stream};
use crate::units::{Duration, HOURS_PER_YEAR};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Failures that one replication may have; runs of which more are expected are refused before (`estimate::failures`).
pub const MOST: usize = 100_000;

/// One thing that fails at random.
#[derive(Clone, Debug)]
pub struct Random {
    /// What: `api/2`, `zone tokyo/a`.
    pub name: String,
    /// Failures per ns while it works.
    rate: f64,
    /// Time to repair, ns.
    repair: Distribution,
    /// Chance that each of the groups is hit.
    severity: f64,
    /// The component whose units wait for one crew with it, and how many that repairs at once.
    crew: Option<(u32, u32)>,
    /// What goes down with it, in groups that are hit or not together.
    groups: Vec<Reach>,
    stream: Stream,
}

/// Everything that fails, as far as requests can notice.
pub fn all(model: &Model, plan: &Plan) -> Vec<Random> {
    let mut list = Vec::new();
    let mut add = |name: String, outage: &Outage, groups: Vec<Reach>, crew: Option<(u32, u32)>| {
        let hits = |group: &Reach| !group.replicas.is_empty() || !group.machines.is_empty();
        let groups: Vec<Reach> = groups.into_iter().filter(hits).collect();
        if outage.per_year > 0.0 && !groups.is_empty() {
            let hour = 3.6e12;
            let stream = Stream::new("random failure", &name);
            list.push(Random {
                rate: outage.per_year / HOURS_PER_YEAR / hour,
                repair: Outage::length(outage.repair.as_hours() * hour, outage.scv),
                severity: outage.severity.get(),
                crew,
                groups,
                stream,
                name,
            });
        }
    };
    let machines = |ix: ComponentIx| plan.machines_of(ix.index(), usize::MAX);
    let all = |ix: ComponentIx| Reach {
        replicas: plan.components[ix.index()].replicas.iter().map(|r| r as u32).collect(),
        machines: machines(ix),
        zones: Vec::new(),
    };
    // Pods go down with their machines.
    let stands = |r: &u32| floating(plan, plan.replicas[*r as usize].component).is_none();
    for (number, provider) in model.providers.iter().enumerate() {
        let its =
            |ix: &ComponentIx| model.graph[*ix].failure.provider.is_some_and(|p| usize::from(p.0) == number);
        if let Some(outage) = &provider.outage {
            let hit = model.graph.node_indices().filter(its).map(all).collect();
            add(format!("provider {}", provider.id), outage, hit, None);
        }
    }
    for (number, region) in model.regions.iter().enumerate() {
        let here = |zone: Option<u16>| {
            zone.and_then(|z| model.zones.get(usize::from(z)))
                .is_some_and(|z| usize::from(z.region.0) == number)
        };
        let its = |ix: ComponentIx| {
            let whole = model.graph[ix].failure.region.is_some_and(|r| usize::from(r.0) == number);
            let its = |r: &u32| stands(r) && (whole || here(plan.replicas[*r as usize].zone));
            Reach {
                replicas: all(ix).replicas.into_iter().filter(its).collect(),
                machines: machines(ix)
                    .into_iter()
                    .filter(|m| here(plan.machines[*m as usize].zone))
                    .collect(),
                zones: Vec::new(),
            }
        };
        if let Some(outage) = &region.outage {
            add(format!("region {}", region.id), outage, model.graph.node_indices().map(its).collect(), None);
        }
    }
    for (number, zone) in model.zones.iter().enumerate() {
        let here = |zone: Option<u16>| zone.is_some_and(|z| usize::from(z) == number);
        let replicas = (0..plan.replicas.len() as u32)
            .filter(|r| stands(r) && here(plan.replicas[*r as usize].zone))
            .map(|r| Reach { replicas: vec![r], ..Reach::default() });
        let machines = (0..plan.machines.len() as u32)
            .filter(|m| !plan.machines[*m as usize].added && here(plan.machines[*m as usize].zone))
            .map(|m| Reach { machines: vec![m], ..Reach::default() });
        if let Some(outage) = &zone.outage {
            add(format!("zone {}", zone.id), outage, replicas.chain(machines).collect(), None);
        }
    }
    let above = above(model);
    for ix in model.graph.node_indices() {
        let component = &model.graph[ix];
        if let Some(up) = component.failure.availability {
            let per_year =
                up.complement().get() / up.get().max(1e-12) / EPISODE_WITHOUT_DATA * HOURS_PER_YEAR;
            let repair = Duration::hours(EPISODE_WITHOUT_DATA);
            let outage = Outage::new(per_year, repair);
            add(component.id.clone(), &outage, vec![all(ix)], None);
        }
        let failure = &component.failure;
        let (own, common) = failure.shares();
        let part = |outage: &Outage, share: f64| Outage { per_year: outage.per_year * share, ..*outage };
        let units: Vec<Reach> =
            (0..failure.units.len()).map(|unit| carried(model, plan, &above, ix, unit)).collect();
        for (number, unit) in units.iter().enumerate() {
            for outage in &failure.unit_outages {
                let name = failure.unit_name(&component.id, number);
                let crew = failure.crew.filter(|crew| (*crew as usize) < units.len());
                let crew = crew.map(|crew| (ix.index() as u32, crew));
                add(name, &part(outage, own), vec![unit.clone()], crew);
            }
        }
        for outage in &failure.unit_outages {
            let name = format!("common cause {}", component.id);
            add(name, &part(outage, common), vec![together(&units)], None);
        }
    }
    list
}

/// A unit: its component, and its number there.
type Place = (ComponentIx, usize);

/// What stands on each unit. O(units).
fn above(model: &Model) -> BTreeMap<Place, Vec<Place>> {
    let mut above: BTreeMap<Place, Vec<Place>> = BTreeMap::new();
    for ix in model.graph.node_indices() {
        for (number, unit) in model.graph[ix].failure.units.iter().enumerate() {
            if let Some(below) = carrier(model, ix, unit) {
                above.entry(below).or_default().push((ix, number));
            }
        }
    }
    above
}

/// Several as one.
fn together<'a>(groups: impl IntoIterator<Item = &'a Reach>) -> Reach {
    let mut all = Reach::default();
    for group in groups {
        all.replicas.extend(&group.replicas);
        all.machines.extend(&group.machines);
    }
    all
}

/// A unit, and the replicas that stand on it; pods go down with their machine wherever they stand then.
fn carried(
    model: &Model,
    plan: &Plan,
    above: &BTreeMap<Place, Vec<Place>>,
    ix: ComponentIx,
    unit: usize,
) -> Reach {
    if let Some(machine) = plan.machines_of(ix.index(), usize::MAX).get(unit) {
        return Reach { machines: vec![*machine], ..Reach::default() };
    }
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    let mut stack = vec![(ix, unit)];
    while let Some((ix, unit)) = stack.pop() {
        if !seen.insert((ix, unit)) {
            continue;
        }
        if unit < model.graph[ix].station.as_ref().map_or(0, |s| s.replicas.len()) {
            found.push(plan.components[ix.index()].replicas.from + unit as u32);
        }
        stack.extend(above.get(&(ix, unit)).into_iter().flatten());
    }
    Reach { replicas: found, ..Reach::default() }
}

/// What fails in one replication, between two instants.
pub fn drawn(list: &[Random], key: Key, from: Instant, to: Instant) -> Vec<FaultPlan> {
    let mut faults = Vec::new();
    for (number, random) in list.iter().enumerate() {
        if let Some((team, size)) = random.crew {
            if list[..number].iter().all(|other| other.crew.is_none_or(|crew| crew.0 != team)) {
                let members = list.iter().enumerate().filter(|(_, r)| r.crew.is_some_and(|c| c.0 == team));
                waiting(&members.collect::<Vec<_>>(), size, key, (from as f64, to as f64), &mut faults);
            }
            continue;
        }
        let mut draws = key.draws(random.stream);
        let mut now = from as f64;
        loop {
            now -= ln(draws.uniform()) / random.rate;
            if now >= to as f64 || faults.len() >= MOST {
                break;
            }
            let ends = now + random.repair.draw(|| draws.uniform());
            let hit =
                random.groups.iter().filter(|_| random.severity >= 1.0 || draws.uniform() < random.severity);
            faults.push(down(number, together(hit), now, ends.min(to as f64)));
            now = ends;
        }
    }
    faults
}

/// One failure as a fault.
fn down(index: usize, reach: Reach, began: f64, ends: f64) -> FaultPlan {
    FaultPlan {
        index,
        start: began as Instant,
        end: ends as Instant,
        effects: vec![Effect::Down(reach)],
        lasts: Default::default(),
    }
}

/// What one unit that waits for a crew is up to.
#[derive(Clone, Copy)]
enum Phase {
    /// Works until then.
    Works(f64),
    /// Failed then, and waits.
    Waits(f64),
    /// Failed at the first instant, and is well at the second.
    Repaired(f64, f64),
}

/// Failures of units of which a crew repairs `size` at once, first come, first served. O(units x failures).
fn waiting(
    members: &[(usize, &Random)],
    size: u32,
    key: Key,
    (from, to): (f64, f64),
    faults: &mut Vec<FaultPlan>,
) {
    let mut draws: Vec<Draws> = members.iter().map(|(_, random)| key.draws(random.stream)).collect();
    let gap = |random: &Random, draws: &mut Draws| -ln(draws.uniform()) / random.rate;
    let works = |(random, draws): (&Random, &mut Draws)| Phase::Works(from + gap(random, draws));
    let mut phases: Vec<Phase> = members.iter().map(|m| m.1).zip(&mut draws).map(works).collect();
    let (mut line, mut busy) = (VecDeque::new(), 0);
    let mut failed = |m: usize, began: f64, ends: f64| {
        let (number, random) = members[m];
        faults.push(down(number, together(&random.groups), began, ends));
    };
    for _ in 0..MOST {
        let next = |phase: &Phase| match phase {
            Phase::Works(until) | Phase::Repaired(_, until) => *until,
            Phase::Waits(_) => f64::INFINITY,
        };
        let first = phases.iter().map(next).enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
        let Some((m, now)) = first.filter(|(_, now)| *now < to) else { break };
        match phases[m] {
            Phase::Repaired(began, _) => {
                failed(m, began, now);
                phases[m] = Phase::Works(now + gap(members[m].1, &mut draws[m]));
                busy -= 1;
            }
            _ => {
                phases[m] = Phase::Waits(now);
                line.push_back(m);
            }
        }
        if let Some(next) = (busy < size).then(|| line.pop_front()).flatten()
            && let Phase::Waits(began) = phases[next]
        {
            let length = members[next].1.repair.draw(|| draws[next].uniform());
            phases[next] = Phase::Repaired(began, now + length);
            busy += 1;
        }
    }
    for (m, phase) in phases.iter().enumerate() {
        if let Phase::Waits(began) | Phase::Repaired(began, _) = phase {
            failed(m, *began, to);
        }
    }
}
