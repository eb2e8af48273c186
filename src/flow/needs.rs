//! How many units of each component a load needs: the fewest with which the goals still hold, hour by hour of the week.

use super::compiled::Compiled;
use super::goals::{Stand, blame, goals_of_load, stand};
use super::product;
use super::solution::Solution;
use super::solve_load::{idle, solve};
use super::week::{distinct, piecewise};
use crate::model::Model;
use crate::model::loads::Needs;
use crate::model::objective::Goal;
use crate::units::HOURS_PER_WEEK;

/// What one load does with all units in place.
#[derive(Clone, Debug, PartialEq)]
struct Whole {
    /// By goal: whether fewer units must keep it. Goals that fail with all units, and those without a formula, are not.
    kept: Vec<bool>,
    /// Components for which even all units are too few.
    short: Vec<usize>,
}

/// The fewest units of each component with which the goals hold, by hour of the week.
///
/// A goal that fails without load is no reason for units and is left out. Where one fails with all units, the components
/// that are overloaded or else to blame need more than there is (`None`); the others need what keeps the rest. More load
/// never needs fewer units for the same goals, so hours between two that need the same are not solved.
pub fn needs(model: &Model) -> Needs {
    let mut all = Compiled::of(model);
    let week = distinct(model);
    let nothing = idle(&all);
    let goals: Vec<&Goal> =
        goals_of_load(model).into_iter().filter(|g| stand(&all, &nothing, g) == Stand::Met).collect();
    let mut solved: Vec<Option<Solution>> = vec![None; week.len()];
    let wholes = piecewise(week.len(), |at| {
        let s = solve(&all, &week[at].rates);
        let whole = whole(&all, &s, &goals);
        solved[at] = Some(s);
        whole
    });
    let mut by_load: Vec<Vec<Option<u32>>> = vec![vec![Some(1); week.len()]; all.n_components];
    let mut from = 0;
    while from < week.len() {
        let same = wholes[from..].iter().take_while(|w| **w == wholes[from]).count();
        let kept: Vec<&Goal> =
            goals.iter().zip(&wholes[from].kept).filter(|(_, kept)| **kept).map(|(goal, _)| *goal).collect();
        for (c, by_load) in by_load.iter_mut().enumerate() {
            let found = if wholes[from].short.contains(&c) {
                vec![None; same]
            } else if matters(&all, c) {
                let fewest = |at: usize| {
                    let base = solved[from + at].get_or_insert_with(|| solve(&all, &week[from + at].rates));
                    Some(fewest(&mut all, c, &week[from + at].rates, base, &kept))
                };
                piecewise(same, fewest)
            } else {
                continue;
            };
            by_load[from..from + same].copy_from_slice(&found);
        }
        from += same;
    }
    let hours = |loads: Vec<Option<u32>>| {
        let mut hours = vec![Some(1); HOURS_PER_WEEK];
        for (load, units) in week.iter().zip(loads) {
            load.hours.iter().for_each(|hour| hours[*hour] = units);
        }
        hours
    };
    Needs { components: by_load.into_iter().map(hours).collect() }
}

fn whole(all: &Compiled, s: &Solution, goals: &[&Goal]) -> Whole {
    let mut short: Vec<usize> =
        (0..all.n_components).filter(|c| s.desks[*c].known && s.desks[*c].overloaded()).collect();
    let mut kept = Vec::with_capacity(goals.len());
    for goal in goals {
        let stand = stand(all, s, goal);
        if stand == Stand::Missed
            && let Some(c) = blame(all, s, goal)
        {
            short.push(c.index());
        }
        kept.push(stand == Stand::Met);
    }
    short.sort_unstable();
    short.dedup();
    Whole { kept, short }
}

/// Whether the number of units of a component changes anything: several take requests, and requests can wait for them.
fn matters(all: &Compiled, c: usize) -> bool {
    all.stations[c].as_ref().is_some_and(|d| d.replicas > 1 && (d.servers.is_some() || d.slots.is_some()))
}

/// Fewest units of component `c`, all of which are enough. At most 1 + log2(units) solutions.
fn fewest(all: &mut Compiled, c: usize, rates: &[f64], base: &Solution, goals: &[&Goal]) -> u32 {
    let Some(desk) = &all.stations[c] else { return 1 };
    let units = desk.replicas;
    let limited = desk.queue.is_some() || desk.patience.is_some();
    // Fewer than the offered work would be overloaded.
    let offered = base.desks[c].load.filter(|_| !limited).unwrap_or(0.0) * f64::from(units);
    let least = (offered as u32).saturating_add(1).min(units);
    let mut holds = |k: u32| {
        if k == units {
            return true;
        }
        set_units(all, c, k);
        let s = solve(all, rates);
        let calm =
            (0..all.n_components).all(|i| !s.desks[i].overloaded() || (i != c && base.desks[i].overloaded()));
        calm && goals.iter().all(|goal| stand(all, &s, goal) == Stand::Met)
    };
    let (mut low, mut high) = (least, units);
    let mut next = least;
    while low < high {
        if holds(next) {
            high = next
        } else {
            low = next + 1
        }
        next = low + (high - low) / 2;
    }
    set_units(all, c, units);
    high
}

fn set_units(all: &mut Compiled, c: usize, units: u32) {
    if let Some(desk) = &mut all.stations[c] {
        desk.replicas = units;
    }
    product::mark(all);
}
