//! Who is to blame: cut sets with their minutes, importance of each event, and downtime by cause.
//!
//! A **cut set** here is a smallest set of events that takes the journeys down, the hits of partly failing places being
//! conditions, not members: "zone a, where it hits the database". Each moment of downtime is counted once: the sets are taken
//! by falling chance, and a set gets the time in which it holds and none before it does. A set's time is split equally
//! among its members. The time of sets beyond the listed ones goes to the events whose chance it raises, in proportion to that
//! rise; so the parts add up to the downtime.

use super::bdd::{Chances, Function, NEVER};
use super::cuts::Cuts;
use super::event::Part;
use super::month::{Episodes, Length};
use super::system::System;
use crate::answer::availability::{CutSet, Importance, Share};
use crate::model::ComponentIx;
use crate::units::{HOURS_PER_YEAR, MINUTES_PER_30_DAYS};
use indexmap::{IndexMap, IndexSet};
use std::collections::BTreeMap;

/// Cut sets listed, and looked at in each group of hours.
pub const MOST_SETS: usize = 200;
/// Sets with their conditions that are looked at to find them.
const MOST_WITH_CONDITIONS: usize = 1_000;
/// Nodes for the diagrams of sets.
const MOST_NODES: usize = 150_000;
/// Nodes that the search for causes may add to the diagram.
const NODES_FOR_BLAME: usize = 300_000;

/// Downtime by cause.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Blame {
    /// Most downtime first.
    pub cut_sets: Vec<CutSet>,
    /// Minutes per 30 days of the sets that are not listed.
    pub others: f64,
    /// By event, most important first.
    pub importance: IndexMap<String, Importance>,
    /// By cause, largest first; the shares add to 1.
    pub attribution: Vec<Share>,
    /// Outages per 30 days and their lengths, by cut set.
    pub episodes: Episodes,
}

/// Finds the causes. O(groups x sets x diagram) at worst.
pub fn blame(system: &mut System, chances: &mut Chances) -> Blame {
    let by_group = system.unavailability(chances);
    let total = system.mean(&by_group);
    let birnbaum = birnbaum(system, chances, &by_group);
    let mut cuts = Cuts::new(MOST_NODES);
    let mut minutes: IndexMap<Vec<u32>, Found> = IndexMap::new();
    let mut rest = Rest { minutes: 0.0, by_event: vec![0.0; system.events.list.len()] };
    let all = system.events.list.iter().map(|event| event.chance / event.lasts).collect();
    let mut sure = Chances::new(all);
    let mut takes_part = vec![0.0; system.events.list.len()];
    system.bdd.allow(NODES_FOR_BLAME, 60 * NODES_FOR_BLAME as u64);
    for (group, unavailability) in by_group.iter().enumerate() {
        let weight = system.groups[group].weight();
        let mut left = *unavailability;
        let mut so_far = NEVER;
        let mut with: BTreeMap<u32, Function> = BTreeMap::new();
        for candidate in candidates(system, &mut cuts, group, chances) {
            let Some(more) = system.bdd.and_not(candidate.holds, so_far) else { break };
            let Some(both) = system.bdd.or(so_far, candidate.holds) else { break };
            so_far = both;
            let share = chances.of(&system.bdd, more);
            if share <= 0.0 {
                continue;
            }
            left -= share;
            for event in &candidate.events {
                let before = with.get(event).copied().unwrap_or(NEVER);
                let Some(both) = system.bdd.or(before, candidate.holds) else { break };
                with.insert(*event, both);
            }
            // What would be lost if nothing were back before its place is: so much longer the same outages would last.
            let whole =
                share * sure.of(&system.bdd, candidate.holds) / chances.of(&system.bdd, candidate.holds);
            let found = minutes.entry(candidate.events).or_default();
            found.minutes += weight * share * MINUTES_PER_30_DAYS;
            found.whole += weight * whole * MINUTES_PER_30_DAYS;
            found.probability = found.probability.max(candidate.probability);
            found.through.extend(candidate.through);
        }
        if left > 1e-9 * unavailability {
            rest.add(system, chances, group, so_far, weight * left * MINUTES_PER_30_DAYS);
        }
        for (event, function) in with {
            takes_part[event as usize] += weight * chances.of(&system.bdd, function);
        }
    }
    minutes.sort_by(|a, x, b, y| y.minutes.total_cmp(&x.minutes).then(a.len().cmp(&b.len())).then(a.cmp(b)));
    finish(system, minutes, rest, total, &birnbaum, &takes_part)
}

/// Downtime of sets that are not listed.
struct Rest {
    minutes: f64,
    by_event: Vec<f64>,
}

impl Rest {
    /// P(event | rest) - P(event) = q (1 - q) Birnbaum(rest) / P(rest): where that is positive the event is to blame.
    fn add(
        &mut self,
        system: &mut System,
        chances: &mut Chances,
        group: usize,
        listed: Function,
        minutes: f64,
    ) {
        self.minutes += minutes;
        let [down] = system.down[group][..] else { return };
        let Some(rest) = system.bdd.and_not(down, listed) else { return };
        chances.of(&system.bdd, rest);
        let rise = chances.birnbaum(&system.bdd, &[(rest, 1.0)]);
        let weights: Vec<f64> = system
            .events
            .list
            .iter()
            .zip(rise)
            .map(|(event, rise)| match event.part {
                Part::Hit => 0.0,
                _ => (event.chance * (1.0 - event.chance) * rise).max(0.0),
            })
            .collect();
        let total: f64 = weights.iter().sum();
        if total > 0.0 {
            for (event, weight) in self.by_event.iter_mut().zip(weights) {
                *event += minutes * weight / total;
            }
        }
    }
}

#[derive(Default)]
struct Found {
    minutes: f64,
    /// The same if all that is hit stayed down as long as its place.
    whole: f64,
    probability: f64,
    through: IndexSet<u32>,
}

struct Candidate {
    events: Vec<u32>,
    /// Hits on which it depends.
    through: Vec<u32>,
    /// True when these events and enough hits hold.
    holds: Function,
    probability: f64,
}

/// Cut sets of a group, hits taken out of the sets and into a condition, most probable first.
fn candidates(system: &mut System, cuts: &mut Cuts, group: usize, chances: &mut Chances) -> Vec<Candidate> {
    let list = &system.events.list;
    let chance: Vec<f64> = list.iter().map(|event| event.chance).collect();
    let conditions = list.iter().any(|event| event.part == Part::Hit);
    let most = if conditions { MOST_WITH_CONDITIONS } else { MOST_SETS };
    let mut sets: IndexMap<Vec<u32>, Vec<u32>> = IndexMap::new();
    let parts = system.down[group].clone();
    for part in &parts {
        for set in cuts.most_probable(&system.bdd, *part, &chance, most).unwrap_or_default() {
            let (hits, events): (Vec<u32>, Vec<u32>) =
                set.iter().partition(|v| list[**v as usize].part == Part::Hit);
            let through = sets.entry(events).or_default();
            through.extend(hits.into_iter().filter(|hit| !through.contains(hit)).collect::<Vec<_>>());
        }
    }
    let mut candidates: Vec<Candidate> = Vec::new();
    // Found by falling chance, so the first are the ones to keep.
    for (events, through) in sets.into_iter().take(MOST_SETS) {
        let Some(holds) = holds(system, &parts, &events, !through.is_empty()) else { continue };
        let probability = chances.of(&system.bdd, holds);
        candidates.push(Candidate { events, through, holds, probability });
    }
    candidates.sort_by(|a, b| {
        b.probability
            .total_cmp(&a.probability)
            .then(a.events.len().cmp(&b.events.len()))
            .then(a.events.cmp(&b.events))
    });
    candidates
}

/// All of these events, and enough hits for them to take the journeys down without any other event.
fn holds(system: &mut System, parts: &[Function], events: &[u32], conditional: bool) -> Option<Function> {
    let all = system.bdd.cube(events)?;
    if !conditional {
        return Some(all);
    }
    let list = &system.events.list;
    let mut enough = NEVER;
    for part in parts {
        let fixed = |variable: u32| match list[variable as usize].part {
            Part::Hit => None,
            _ => Some(events.binary_search(&variable).is_ok()),
        };
        let here = system.bdd.restrict(*part, fixed)?;
        enough = system.bdd.or(enough, here)?;
    }
    system.bdd.and(all, enough)
}

/// Mean over the week, per event.
fn birnbaum(system: &System, chances: &mut Chances, by_group: &[f64]) -> Vec<f64> {
    let mut weighted = Vec::new();
    for (group, parts) in system.down.iter().enumerate() {
        for part in parts {
            // Where parts are taken as independent, one matters only while the others hold.
            let own = 1.0 - chances.of(&system.bdd, *part);
            let others = if own > 0.0 { ((1.0 - by_group[group]) / own).min(1.0) } else { 0.0 };
            let others = if parts.len() == 1 { 1.0 } else { others };
            weighted.push((*part, system.groups[group].weight() * others));
        }
    }
    chances.birnbaum(&system.bdd, &weighted)
}

fn finish(
    system: &System,
    found: IndexMap<Vec<u32>, Found>,
    rest: Rest,
    unavailability: f64,
    birnbaum: &[f64],
    takes_part: &[f64],
) -> Blame {
    let list = &system.events.list;
    let mut causes: IndexMap<(String, &'static str), f64> = IndexMap::new();
    let mut blame = Blame { others: rest.minutes, ..Blame::default() };
    for (event, minutes) in list.iter().zip(&rest.by_event).filter(|(_, minutes)| **minutes > 0.0) {
        *causes.entry((event.cause.clone(), event.part.word())).or_default() += minutes;
    }
    for (events, found) in found {
        for event in &events {
            let event = &list[*event as usize];
            *causes.entry((event.cause.clone(), event.part.word())).or_default() +=
                found.minutes / events.len() as f64;
        }
        add_episodes(&mut blame.episodes, system, &events, (found.minutes, found.whole));
        if blame.cut_sets.len() == MOST_SETS {
            blame.others += found.minutes;
            continue;
        }
        let name = |variable: &u32| list[*variable as usize].name.clone();
        blame.cut_sets.push(CutSet {
            events: events.iter().map(name).collect(),
            through: found.through.iter().map(name).collect(),
            probability: found.probability,
            minutes_per_30d: found.minutes,
        });
    }
    let nobodys = rest.minutes - rest.by_event.iter().sum::<f64>();
    if nobodys > 1e-9 * rest.minutes {
        causes.insert(("other".to_owned(), Part::Outage.word()), nobodys);
    }
    if rest.minutes > 0.0 {
        let minutes = blame.episodes.mean_minutes().unwrap_or(60.0);
        blame.episodes.add(rest.minutes / minutes, Length::Exponential(minutes));
    }
    causes.sort_by(|a, x, b, y| y.total_cmp(x).then(a.cmp(b)));
    let total: f64 = causes.values().sum();
    blame.attribution = causes
        .into_iter()
        .map(|((cause, part), amount)| Share {
            cause,
            part: part.to_owned(),
            share: amount / total,
            amount,
            unit: "min/30d".to_owned(),
        })
        .collect();
    let mut events: Vec<usize> =
        (0..list.len()).filter(|v| !matches!(list[*v].part, Part::Hit | Part::BrownOut)).collect();
    events.sort_by(|a, b| {
        takes_part[*b].total_cmp(&takes_part[*a]).then(birnbaum[*b].total_cmp(&birnbaum[*a]))
    });
    for v in events {
        let share = if unavailability > 0.0 { takes_part[v] / unavailability } else { 0.0 };
        let importance = Importance {
            birnbaum: birnbaum[v],
            fussell_vesely: share.min(1.0),
            unavailability: list[v].chance,
        };
        blame.importance.insert(list[v].name.clone(), importance);
    }
    blame
}

/// The outages of a cut set. Of one event they last as it does. Of several at once their mean is that of exponential repairs,
/// which end it at the sum of their rates, whatever the distributions are; their shape is taken to be exponential.
fn add_episodes(episodes: &mut Episodes, system: &System, events: &[u32], (minutes, whole): (f64, f64)) {
    let shorter = if whole > 0.0 { (minutes / whole).min(1.0) } else { 1.0 };
    let members: Vec<_> = events.iter().map(|v| &system.events.list[*v as usize]).collect();
    let ending: Vec<_> =
        members.iter().filter_map(|event| event.mean_hours.map(|hours| (hours, event.scv))).collect();
    let length = match ending[..] {
        [] => {
            episodes.certain += minutes;
            return;
        }
        [(hours, 0.0)] if members.iter().all(|event| event.chain.is_none()) => Length::Fixed(hours * 60.0),
        [(hours, scv)] if scv != 1.0 && members.iter().all(|event| event.chain.is_none()) => {
            Length::Lognormal(hours * 60.0, scv)
        }
        _ => {
            // Units of one chain end it together, as the chain says for so many.
            let mut chained: BTreeMap<ComponentIx, usize> = BTreeMap::new();
            let mut rate = 0.0;
            for event in &members {
                match (event.chain, event.mean_hours) {
                    (Some(chain), _) => *chained.entry(chain).or_default() += 1,
                    (None, Some(hours)) => rate += 1.0 / hours.max(f64::MIN_POSITIVE),
                    (None, None) => {}
                }
            }
            for (chain, down) in chained {
                let hours = system.events.chains.get(&chain).and_then(|chain| chain.times.get(down));
                rate += hours.map_or(0.0, |hours| 1.0 / hours.max(f64::MIN_POSITIVE));
            }
            Length::Exponential(60.0 / rate.max(f64::MIN_POSITIVE))
        }
    };
    let length = match length {
        Length::Exponential(mean) => Length::Exponential(mean * shorter),
        Length::Fixed(mean) => Length::Fixed(mean * shorter),
        Length::Lognormal(mean, scv) => Length::Lognormal(mean * shorter, scv),
    };
    let mean = length.mean().max(60.0 / HOURS_PER_YEAR * 1e-6);
    episodes.add(minutes / mean, length);
}
