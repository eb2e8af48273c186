//! How many units of each component a load needs: the fewest with which the goals still hold, hour by hour of the week.

use super::compiled::Compiled;
use super::goals::{Stand, blame, goals_of_load, stand};
use super::product;
use super::solution::Solution;
use super::solve_load::{Trial, idle, solve};
use super::spares;
use super::week::{distinct, over, piecewise};
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
///
/// Replicas that scale automatically are those that scaling settles at in each hour: see [`scaled`].
///
/// Where a name may lead elsewhere, a component needs the more of what it needs with all names as they are, and with all of
/// them leading elsewhere. A fallback needs more than there is in the hours in which it cannot carry what it stands in for.
pub fn needs(model: &Model) -> Needs {
    let mut needs = needs_as_it_is(model);
    if let Some(other) = crate::model::switch::switched(model) {
        needs.raise(&needs_as_it_is(&other));
    }
    for (spare, hours) in spares::too_small(model) {
        if let Some(units) = needs.components.get_mut(spare.index()) {
            hours.into_iter().for_each(|hour| units[hour] = None);
        }
    }
    needs
}

fn needs_as_it_is(model: &Model) -> Needs {
    let mut all = Compiled::as_stated(model);
    let week = distinct(model);
    let nothing = idle(&all);
    let callers = all.callers();
    let goals: Vec<&Goal> =
        goals_of_load(model).into_iter().filter(|g| stand(&all, &nothing, g) == Stand::Met).collect();
    let mut solved: Vec<Option<Trial>> = vec![None; week.len()];
    let wholes = over(&week, |at| {
        let s = solve(&all, &week[at].rates);
        let whole = whole(&all, &s, &goals);
        solved[at] = Some(Trial::new(s));
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
                    let rates = &week[from + at].rates;
                    let trial = solved[from + at].get_or_insert_with(|| Trial::new(solve(&all, rates)));
                    Some(fewest(&mut all, &callers, c, trial, &kept))
                };
                piecewise(same, fewest)
            } else {
                continue;
            };
            by_load[from..from + same].copy_from_slice(&found);
        }
        from += same;
    }
    let stated: Vec<u32> =
        all.stations.iter().map(|desk| desk.as_ref().map_or(1, |desk| desk.replicas)).collect();
    scaled(model, &mut all, &callers, &goals, &mut by_load, &stated);
    let hours = |loads: Vec<Option<u32>>| {
        let mut hours = vec![Some(1); HOURS_PER_WEEK];
        for (load, units) in week.iter().zip(loads) {
            load.hours.iter().for_each(|hour| hours[*hour] = units);
        }
        hours
    };
    Needs { components: by_load.into_iter().map(hours).collect() }
}

/// What automatic scaling adds and takes away, load by load of the week. Where the stated units are too few, those are tried that
/// scaling settles at. Of `n` that stand of which `k` are needed the stated ones stand for all: as large a share of them must
/// work, and no more may be lost than of the `n`. The minutes that scaling takes are not counted.
fn scaled(
    model: &Model,
    all: &mut Compiled,
    callers: &[Vec<u32>],
    goals: &[&Goal],
    by_load: &mut [Vec<Option<u32>>],
    stated: &[u32],
) {
    let scaling = Compiled::of(model);
    let scales: Vec<usize> = (0..all.n_components)
        .filter(|c| scaling.stations[*c].as_ref().is_some_and(|desk| desk.scaling.is_some()))
        .collect();
    if scales.is_empty() {
        return;
    }
    for (at, load) in distinct(model).iter().enumerate() {
        let settled = solve(&scaling, &load.rates);
        let settles =
            |c: usize| Some(settled.desks[c].replicas).filter(|n| *n > 0).unwrap_or(stated[c].max(1));
        let standing: Vec<u32> = scales.iter().map(|c| settles(*c)).collect();
        if by_load.iter().any(|by_load| by_load[at].is_none()) {
            scales.iter().zip(&standing).for_each(|(c, n)| drop(set_units(all, *c, *n)));
            let s = solve(all, &load.rates);
            let whole = whole(all, &s, goals);
            let kept: Vec<&Goal> =
                goals.iter().zip(&whole.kept).filter(|(_, kept)| **kept).map(|(goal, _)| *goal).collect();
            let mut trial = Trial::new(s);
            for (c, by_load) in by_load.iter_mut().enumerate() {
                if whole.short.contains(&c) {
                    by_load[at] = None;
                } else if matters(all, c) {
                    by_load[at] = Some(fewest(all, callers, c, &mut trial, &kept));
                } else {
                    by_load[at] = by_load[at].or(Some(1));
                }
            }
            scales.iter().for_each(|c| drop(set_units(all, *c, stated[*c])));
        }
        for (c, n) in scales.iter().zip(standing) {
            if let Some(k) = by_load[*c][at].map(|k| k.min(n)) {
                let share = (u64::from(stated[*c]) * u64::from(k)).div_ceil(u64::from(n)) as u32;
                by_load[*c][at] = Some(share.max((stated[*c] + k).saturating_sub(n)).max(1));
            }
        }
    }
}

fn whole(all: &Compiled, s: &Solution, goals: &[&Goal]) -> Whole {
    let mut short: Vec<usize> =
        (0..all.n_components).filter(|c| s.desks[*c].why.is_none() && s.desks[*c].overloaded()).collect();
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
fn fewest(all: &mut Compiled, callers: &[Vec<u32>], c: usize, trial: &mut Trial, goals: &[&Goal]) -> u32 {
    let Some(desk) = &all.stations[c] else { return 1 };
    let units = desk.replicas;
    let limited = desk.queue.is_some() || desk.patience.is_some();
    // Fewer than the offered work would be overloaded.
    let offered = trial.base().desks[c].load.filter(|_| !limited).unwrap_or(0.0) * f64::from(units);
    let least = (offered as u32).saturating_add(1).min(units);
    let mut holds = |k: u32| {
        if k == units {
            return true;
        }
        let mut changed = set_units(all, c, k);
        changed.push(c);
        let whole;
        let s = if trial.again(all, &changed, callers) {
            trial.tried()
        } else {
            whole = solve(all, &trial.base().rates);
            &whole
        };
        let calm = |i: usize| !s.desks[i].overloaded() || (i != c && trial.base().desks[i].overloaded());
        (0..all.n_components).all(calm) && goals.iter().all(|goal| stand(all, s, goal) == Stand::Met)
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

/// Gives a component so many units; returns the components that are now reached by streams of another sort.
fn set_units(all: &mut Compiled, c: usize, units: u32) -> Vec<usize> {
    let sort = |all: &Compiled| {
        let nodes = all.nodes_of(c).iter().map(|n| &all.nodes[*n as usize]);
        all.stations[c].as_ref().is_some_and(|desk| product::is_quasi_reversible(desk, nodes))
    };
    let before = sort(all);
    if let Some(desk) = &mut all.stations[c] {
        desk.replicas = units;
    }
    if sort(all) == before {
        return Vec::new();
    }
    let before: Vec<bool> = all.nodes.iter().map(|n| n.poisson).collect();
    product::mark(all);
    let other = all.nodes.iter().zip(before).filter(|(node, before)| node.poisson != *before);
    other.map(|(node, _)| node.component as usize).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Span;
    use crate::model::objective::Objective;
    use crate::model::{JourneyIx, build};
    use crate::stats::distribution::Distribution;
    use crate::text::Phrase;
    use crate::units::{Duration, Probability};

    fn goal(model: &mut Model, goal: Goal) {
        let (id, name) = ("g".to_owned(), Phrase::same("g"));
        model.objectives.push(Objective {
            id,
            name,
            goal,
            quote: None,
            tiers: Vec::new(),
            at: Span::default(),
        });
    }

    fn p95(seconds: f64) -> Goal {
        let below = Duration::seconds(seconds);
        Goal::Latency { journey: JourneyIx(0), measure: Default::default(), quantile: 0.95, below }
    }

    /// A front of four replicas before a back of two, `load` erlangs each.
    fn chain(load: f64) -> Model {
        let mut model = build::empty();
        let work = || Distribution::Exponential(0.01);
        let front = build::component(&mut model, "front", build::station(4, 1, work()));
        let back = build::component(&mut model, "back", build::station(2, 1, work()));
        let j = build::journey(&mut model, "j", front, load * 100.0);
        build::call(&mut model, j, front, back);
        model
    }

    fn at_first(model: &Model) -> Vec<Option<u32>> {
        needs(model).components.iter().map(|hours| hours[0]).collect()
    }

    #[test]
    fn without_goals_the_work_must_fit() {
        assert_eq!(at_first(&chain(1.5)), [Some(2), Some(2)]);
        assert_eq!(at_first(&chain(0.5)), [Some(1), Some(1)]);
    }

    #[test]
    fn only_what_is_too_small_is_short_of_units() {
        let mut model = chain(2.5);
        goal(&mut model, p95(0.5));
        assert_eq!(at_first(&model), [Some(3), None]);
    }

    #[test]
    fn what_fails_without_load_asks_for_nothing() {
        let mut model = chain(0.5);
        goal(&mut model, p95(0.001));
        assert_eq!(at_first(&model), [Some(1), Some(1)]);
    }

    #[test]
    fn a_full_queue_asks_for_units_when_errors_count() {
        let mut model = chain(0.5);
        for station in model.graph.node_weights_mut().filter_map(|c| c.station.as_mut()) {
            station.queue = Some(2);
        }
        assert_eq!(at_first(&model), [Some(1), Some(1)]);
        // Alone M/M/1/3 at one half turns 1/15 away; two of them at a quarter turn 1/85 away.
        goal(&mut model, Goal::Errors { journey: JourneyIx(0), below: Probability::clamp(0.05) });
        assert_eq!(at_first(&model), [Some(2), Some(2)]);
    }
}
