//! The tier ladder: for every tier its verdicts, bills, uptime, times and breaking loads, from the engines that have run.

use crate::answer::TierAnswer;
use crate::answer::availability::AvailabilityAnswer;
use crate::answer::verdict::TargetAnswer;
use crate::assess::missing::placed;
use crate::assess::{Analysis, Evidence, judge};
use crate::scenario::SourceFile;
use crate::sim::Measured;
use indexmap::IndexMap;

/// One rung: analytic answers, replaced by measured ones where there are any.
pub fn rung(analysis: &Analysis, measured: Option<&Measured>, files: &[SourceFile]) -> TierAnswer {
    let model = &analysis.model;
    let (journeys, components) = match measured {
        Some(m) => (&m.journeys, &m.components),
        None => (&analysis.flow.journeys, &analysis.flow.components),
    };
    let mut written: Vec<usize> = (0..model.journeys.len().min(journeys.len())).collect();
    written.sort_by_key(|j| model.journeys[*j].at.order());
    let mut seen: IndexMap<_, _> = IndexMap::new();
    for j in written {
        let mut answer = journeys[j].clone();
        if let Some(up) = analysis.journeys_up.get(j) {
            answer.availability = up.clone();
        }
        seen.insert(model.journeys[j].id.clone(), answer);
    }
    // What serves requests, and the machines of which the credits are known.
    let known = |ix: &crate::model::ComponentIx| {
        model.graph[*ix].station.is_some() || components.get(ix.index()).is_some_and(|c| c.credits.is_some())
    };
    let serving = model.as_written().into_iter().filter(known);
    let answered = |ix: crate::model::ComponentIx| {
        Some((model.graph[ix].id.clone(), components.get(ix.index())?.clone()))
    };
    let mut components: IndexMap<_, _> = serving.filter_map(answered).collect();
    for (component, bistable) in model.graph.node_weights().zip(&analysis.bistable) {
        if let Some(answer) = components.get_mut(&component.id) {
            answer.bistable.clone_from(bistable);
        }
    }
    TierAnswer {
        name: model.tier.name.clone(),
        tenants: model.tier.tenants,
        users: model.tier.users,
        targets: judge(&Evidence { analysis, measured, files }),
        cost: analysis.bills.get(&model.prices).cloned(),
        books: analysis.bills.clone(),
        recovery: analysis.recovery.clone(),
        availability: analysis.uptime.values().next().map(|found| {
            let never_failing = placed(&found.never_failing, model, files);
            AvailabilityAnswer { never_failing, ..found.clone() }
        }),
        journeys: seen,
        components,
        breaking_load: analysis.breaking.clone(),
        overload: measured.and_then(|m| m.overload.clone()),
        faults: IndexMap::new(),
        growth: None,
        next_step: None,
        precision: None,
        digest: None,
    }
}

/// The verdicts of a rung that a gate looks at: its targets, its claims, and what the team expects of the faults that
/// ran (`<fault>.expect-<n>`).
pub fn gated(rung: &TierAnswer) -> IndexMap<String, TargetAnswer> {
    let mut all = rung.targets.clone();
    for (id, fault) in &rung.faults {
        for (n, expected) in fault.expects.iter().enumerate() {
            all.insert(format!("{id}.expect-{}", n + 1), expected.clone());
        }
    }
    all
}
