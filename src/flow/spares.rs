//! Whether what is called in place of another can carry what that carries: fallbacks, hour by hour of the week.
//!
//! With a component away, its calls fail and the fallbacks take them. A fallback is too small in the hours in which then a goal is missed
//! that it meets without load, or more requests of a journey fail than its goals leave out, be it without load. A time that it misses
//! even without load (a slower model) is no reason: who names it as fallback has taken that. Errors are no answers.
//!
//! Covered: fallbacks that nobody calls otherwise, of components that are called. One that has work of its own would have to be told
//! apart from that.

use super::compiled::Compiled;
use super::goals::{Stand, goals_of_load, journey_of, stand};
use super::solution::{Solution, total};
use super::solve_load::{idle, solve};
use super::week::{distinct, over};
use crate::model::objective::Goal;
use crate::model::switch::made;
use crate::model::{CallIx, ComponentIx, JourneyIx, Model};
use crate::units::Probability;
use std::collections::{BTreeMap, BTreeSet};

/// Fallbacks that are too small, with the hours of the week. O(components with a fallback x distinct loads).
pub fn too_small(model: &Model) -> Vec<(ComponentIx, Vec<usize>)> {
    let usual = reached(model);
    let mut spares: BTreeMap<ComponentIx, BTreeSet<ComponentIx>> = BTreeMap::new();
    for call in model.graph.edge_indices() {
        let Some(fallback) = model.graph[call].policy.fallback else { continue };
        let ends = model.graph.edge_endpoints(call).zip(model.graph.edge_endpoints(fallback));
        if let Some(((_, of), (_, spare))) = ends
            && usual.contains(&of)
            && !usual.contains(&spare)
        {
            spares.entry(of).or_default().insert(spare);
        }
    }
    let mut found = Vec::new();
    for (of, spares) in spares {
        let hours = short(model, of);
        found.extend(spares.into_iter().filter(|_| !hours.is_empty()).map(|spare| (spare, hours.clone())));
    }
    found
}

/// Components that requests reach while nothing fails.
fn reached(model: &Model) -> BTreeSet<ComponentIx> {
    let mut all = BTreeSet::new();
    for journey in model.journey_indices() {
        let mut seen = BTreeSet::new();
        let mut open = vec![model.journeys[usize::from(journey.0)].entry];
        while let Some(component) = open.pop() {
            if !seen.insert(component) {
                continue;
            }
            let Some(station) = &model.graph[component].station else { continue };
            let calls = made(station.program(journey).steps.iter().flatten());
            open.extend(calls.filter_map(|call| model.graph.edge_endpoints(call)).map(|ends| ends.1));
        }
        all.extend(seen);
    }
    all
}

/// Hours of the week in which what stands in for a component cannot carry its load.
fn short(model: &Model, of: ComponentIx) -> Vec<usize> {
    let mut away = model.clone();
    let Some(station) = &mut away.graph[of].station else { return Vec::new() };
    station.error_ratio = Probability::ONE;
    let all = Compiled::as_stated(&away);
    let goals = goals_of_load(model);
    let nothing = idle(&all);
    let met: Vec<&Goal> = goals.iter().copied().filter(|g| stand(&all, &nothing, g) == Stand::Met).collect();
    let whole = Compiled::as_stated(model);
    let healthy = idle(&whole);
    let answered = |g: &&Goal| {
        !fails(&all, &nothing, g)
            || journey_of(g).is_some_and(|j| stood_in_for(model, j, of)) && !fails(&whole, &healthy, g)
    };
    let answered: Vec<&Goal> = goals.into_iter().filter(answered).collect();
    let week = distinct(model);
    let short = over(&week, |at| {
        let s = solve(&all, &week[at].rates);
        met.iter().any(|g| stand(&all, &s, g) == Stand::Missed) || answered.iter().any(|g| fails(&all, &s, g))
    });
    let hours = week.iter().zip(short).filter(|(_, short)| *short);
    hours.flat_map(|(load, _)| load.hours.iter().copied()).collect()
}

/// Whether each call of a journey to a component has a fallback.
fn stood_in_for(model: &Model, journey: JourneyIx, of: ComponentIx) -> bool {
    let calls = |ix: ComponentIx| {
        let station = model.graph[ix].station.as_ref();
        station.map_or_else(Vec::new, |s| made(s.program(journey).steps.iter().flatten()).collect())
    };
    let to = |call: &CallIx| model.graph.edge_endpoints(*call).is_some_and(|ends| ends.1 == of);
    let mut all = model.graph.node_indices().flat_map(calls).filter(to).peekable();
    all.peek().is_some() && all.all(|call| model.graph[call].policy.fallback.is_some())
}

/// Whether more requests fail than a goal leaves out, however fast the others are.
fn fails(all: &Compiled, s: &Solution, goal: &Goal) -> bool {
    let (journey, most) = match goal {
        Goal::Latency { journey, quantile, .. } => (*journey, 1.0 - quantile),
        Goal::Errors { journey, below } => (*journey, below.get()),
        _ => return false,
    };
    s.entry(all, usize::from(journey.0)).is_some_and(|entry| total(&entry.causes) > most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Span;
    use crate::flow::needs;
    use crate::model::build;
    use crate::model::objective::Objective;
    use crate::stats::distribution::Distribution;
    use crate::text::Phrase;
    use crate::units::Duration;

    /// A front that calls `first` 80 times a second, and `second` in its place: one server with room for ten.
    fn model(second_s: f64) -> (Model, ComponentIx) {
        let mut model = build::empty();
        let station = |work: f64| build::station(1, 1, Distribution::Exponential(work));
        let front = build::component(&mut model, "front", build::delay(Distribution::Constant(0.0)));
        let first = build::component(&mut model, "first", station(0.005));
        let mut small = station(second_s);
        small.queue = Some(10);
        let second = build::component(&mut model, "second", small);
        let j = build::journey(&mut model, "j", front, 80.0);
        let call = build::call(&mut model, j, front, first);
        let spare = model.graph.add_edge(front, second, Default::default());
        model.graph[call].policy.fallback = Some(spare);
        let below = Duration::seconds(0.5);
        model.objectives.push(Objective {
            id: "g".to_owned(),
            name: Phrase::same("g"),
            goal: Goal::Latency { journey: JourneyIx(0), measure: Default::default(), quantile: 0.95, below },
            quote: None,
            tiers: Vec::new(),
            at: Span::default(),
        });
        (model, second)
    }

    #[test]
    fn a_fallback_that_cannot_carry_the_load_does_not_count_as_one() {
        // 80/s to 100/s: few are refused. To 50/s: three in eight.
        let (enough, second) = model(0.01);
        assert_eq!(needs(&enough).components[second.index()][0], Some(1));
        let (small, second) = model(0.02);
        assert_eq!(needs(&small).components[second.index()][0], None);
        assert_eq!(too_small(&small).len(), 1);
    }

    #[test]
    fn a_slower_fallback_is_one_while_it_has_room() {
        // Half a second is missed without load already: that is no reason.
        let (mut slow, second) = model(0.02);
        slow.graph[second].station = Some(build::delay(Distribution::Constant(1.0)));
        assert_eq!(needs(&slow).components[second.index()][0], Some(1));
    }

    #[test]
    fn a_fallback_that_fails_more_than_may_fail_is_none() {
        // 3 % of its answers are errors, and a p95 leaves out 5 %; 30 % are not.
        let (mut model, second) = model(0.001);
        let errors = |model: &mut Model, share: f64| {
            let station = model.graph[second].station.as_mut().expect("there");
            station.error_ratio = Probability::clamp(share);
        };
        errors(&mut model, 0.03);
        assert_eq!(needs(&model).components[second.index()][0], Some(1));
        errors(&mut model, 0.3);
        assert!(needs(&model).components[second.index()].iter().all(Option::is_none));
    }

    #[test]
    fn one_that_has_work_of_its_own_is_left_alone() {
        let (mut model, second) = model(0.02);
        let front = model.component("front").expect("there");
        build::journey(&mut model, "own", front, 1.0);
        build::call(&mut model, JourneyIx(1), front, second);
        assert!(too_small(&model).is_empty());
    }
}
