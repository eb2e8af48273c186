//! From replications to answers about what went wrong: overload, faults, attacks, failures at random.

use super::attack::Course;
use super::clock::Instant;
use super::expect::judge;
use super::faults::Effect;
use super::measure::During;
use super::outcome::Outcome;
use super::overload::{Overload, Why};
use super::plan::Plan;
use super::recovery::FINENESS_S;
use super::results::{Seen, WILSON, failures, merge, over, quantile, share};
use crate::answer::overload::{OverloadAnswer, SeenBy};
use crate::answer::{AttackAnswer, FaultAnswer, RandomFaultAnswer, Recovery};
use crate::model::Model;
use crate::model::fault::FaultKind;
use crate::stats::figure::Figure;
use crate::stats::interval::wilson;
use indexmap::IndexMap;
use petgraph::graph::NodeIndex;

/// How the requests of an attack are counted.
const COURSE: &str = "rate x duration, less what the rate rule stops";

/// How a replication came through a fault that ended at `end`. One that ended early by overload did not come back.
fn ending(outcome: &Outcome, end: Instant) -> (Recovery, Option<f64>) {
    match &outcome.overload {
        Some(found) if !matches!(found.why, Why::Events | Why::Room) => (Recovery::Stuck, None),
        Some(_) => (Recovery::Unknown, None),
        None => outcome.watch.verdict(end),
    }
}

/// The mean time to recover. Each is known to half a bucket, which its interval shows as well.
fn recovered_after(verdicts: &[(Recovery, Option<f64>)]) -> Figure {
    let mut figure = over(verdicts.iter().filter_map(|v| v.1), "s");
    if figure.value.is_some_and(|seconds| seconds > 0.0) {
        figure.low = figure.low.map(|low| (low - FINENESS_S).max(0.0));
        figure.high = figure.high.map(|high| high + FINENESS_S);
    }
    figure
}

/// That the load cannot be carried, in those replications that found it so.
pub fn overload(model: &Model, outcomes: &[&Outcome]) -> Option<OverloadAnswer> {
    let found: Vec<&Overload> = outcomes.iter().filter_map(|o| o.overload.as_ref()).collect();
    let worst = found.iter().map(|o| o.why).min_by_key(|why| *why as u32)?;
    let mut votes = vec![0_u32; model.graph.node_count()];
    found.iter().for_each(|o| votes[o.component as usize] += 1);
    let most = (0..votes.len()).rev().max_by_key(|c| votes[*c])?;
    let there = || found.iter().filter(|o| o.component as usize == most);
    let suffers = |j: &usize| found.iter().any(|o| o.suffers.get(*j) == Some(&true));
    Some(OverloadAnswer {
        from_s: over(there().map(|o| o.from_s), "s"),
        component: model.graph[NodeIndex::new(most)].id.clone(),
        growth_per_s: over(there().map(|o| o.growth), "1/s"),
        seen_by: match worst {
            Why::Drift => SeenBy::Drift,
            Why::Limit => SeenBy::Limit,
            Why::Room => SeenBy::Room,
            Why::Events => SeenBy::Events,
        },
        pool: there().find_map(|o| o.pool).and_then(|call| {
            let (from, to) = model.graph.edge_endpoints(petgraph::graph::EdgeIndex::new(call as usize))?;
            Some(format!("{} -> {}", model.graph[from].id, model.graph[to].id))
        }),
        replications: found.len() as u32,
        of: outcomes.len() as u32,
        journeys: (0..model.journeys.len()).filter(suffers).map(|j| model.journeys[j].id.clone()).collect(),
    })
}

/// What became of one fault.
pub fn fault(
    model: &Model,
    outcomes: &[&Outcome],
    plan: &Plan,
    fault: &super::faults::FaultPlan,
) -> (String, FaultAnswer) {
    let at = plan.faults.iter().position(|f| f.index == fault.index).unwrap_or(0);
    let of = &model.faults[fault.index];
    let verdicts: Vec<(Recovery, Option<f64>)> =
        outcomes.iter().map(|o| ending(o, o.ends.get(at).copied().unwrap_or(fault.end))).collect();
    let count = |what| verdicts.iter().filter(|v| v.0 == what).count() as u64;
    let kinds = [Recovery::Stuck, Recovery::Draining, Recovery::Recovered];
    // Of equals the worse one: the last maximum would hide it.
    let recovery = kinds
        .into_iter()
        .rev()
        .max_by_key(|kind| count(*kind))
        .filter(|kind| count(*kind) > 0)
        .unwrap_or(Recovery::Unknown);
    let known = verdicts.len() as u64 - count(Recovery::Unknown);
    let stuck = count(Recovery::Stuck);
    let collapse = match known {
        0 => Figure::unknown("1"),
        n => Figure::simulated(stuck as f64 / n as f64, wilson(stuck, n), "1", n, WILSON),
    };
    let during = |j: usize| outcomes.iter().map(move |o| &o.journeys[j].faults[at]);
    let ids = || model.journeys.iter().map(|j| j.id.clone()).enumerate();
    // Nobody waits so long for an answer: what had not ended with the run has failed.
    let errors = |j: usize| share(during(j).map(|d| (d.failed + d.unfinished, d.ended + d.unfinished)));
    let quantile_of = |j: usize, q: f64| {
        let list: Vec<Seen> = during(j).map(|d| (&d.response, d.unfinished)).collect();
        quantile(&list, &merge(list.iter().map(|seen| seen.0)), q)
    };
    let p95 = |j: usize| quantile_of(j, 0.95);
    let minutes = of.lasts.as_seconds() / 60.0;
    let burnt = |o: &Outcome| {
        let sum = o
            .journeys
            .iter()
            .map(|j| &j.faults[at])
            .fold((0, 0), |s, d| (s.0 + d.failed + d.unfinished, s.1 + d.ended + d.unfinished));
        if sum.1 > 0 { sum.0 as f64 / sum.1 as f64 * minutes } else { f64::NAN }
    };
    let mut answer = FaultAnswer {
        name: of.name.clone(),
        recovery,
        recovered_after_s: recovered_after(&verdicts),
        collapse_probability: collapse,
        error_ratio: ids().map(|(j, id)| (id, errors(j))).collect(),
        p95_s: ids().map(|(j, id)| (id, p95(j))).collect(),
        failures: ids()
            .map(|(j, id)| {
                (id, failures(model, &during(j).map(|d| (&d.failures, d.failed)).collect::<Vec<_>>()))
            })
            .filter(|(_, found)| !found.is_empty())
            .collect(),
        budget_min: over(outcomes.iter().map(|o| burnt(o)), "min"),
        expects: Vec::new(),
        overload: overload(model, outcomes),
        attack: attack(model, outcomes, plan, at),
    };
    answer.expects =
        of.expects.iter().map(|e| judge(model, of, e, &answer, &verdicts, &quantile_of)).collect();
    (of.id.clone(), answer)
}

/// What became of the requests of an attack, where this fault of the plan is one.
fn attack(model: &Model, outcomes: &[&Outcome], plan: &Plan, at: usize) -> Option<AttackAnswer> {
    let fault = &model.faults[plan.faults[at].index];
    let FaultKind::Attack(attack) = &fault.what else { return None };
    let journey = plan.faults[at].effects.iter().find_map(|effect| match effect {
        Effect::Attack(j) => Some(usize::from(*j)),
        _ => None,
    })?;
    let course = Course::of(model, attack);
    let (sent, through) = course.requests(fault.lasts);
    let counts = || outcomes.iter().map(move |o| &o.journeys[journey].faults[at]);
    let answered = |d: &During| (d.ended - d.failed) as f64;
    let minutes = fault.lasts.as_seconds() / 60.0;
    let success = attack.success.map(crate::units::Probability::get);
    let tries = |share: f64, per: f64, unit: &str| match attack.logins {
        true => over(counts().map(|d| answered(d) * share / per), unit),
        false => Figure::unknown(unit),
    };
    Some(AttackAnswer {
        sent: Figure::analytic(sent, "requests", COURSE),
        let_through: Figure::analytic(through, "requests", COURSE),
        acts_after_s: course
            .acts
            .map_or(Figure::unknown("s"), |t| Figure::analytic(t.as_seconds(), "s", COURSE)),
        error_ratio: share(counts().map(|d| (d.failed, d.ended))),
        failed_logins_per_min: tries(1.0 - success.unwrap_or(0.0), minutes, "1/min"),
        accounts: success.map_or(Figure::unknown("accounts"), |s| tries(s, 1.0, "accounts")),
        cost: Figure::default(),
    })
}

/// What failed at random, by name; things that never did are left out.
pub fn random(plan: &Plan, outcomes: &[&Outcome]) -> IndexMap<String, RandomFaultAnswer> {
    let mut answers = IndexMap::new();
    let mut of: IndexMap<&str, Vec<(f64, f64)>> = IndexMap::new();
    for (replication, outcome) in outcomes.iter().enumerate() {
        for (index, length) in &outcome.random {
            let name = plan.random[*index as usize].name.as_str();
            let list = of.entry(name).or_insert_with(|| vec![(0.0, 0.0); outcomes.len()]);
            list[replication].0 += 1.0;
            list[replication].1 += *length as f64 * 1e-9;
        }
    }
    for (name, list) in of {
        let failures = over(list.iter().map(|f| f.0), "failures");
        answers.insert(
            name.to_owned(),
            RandomFaultAnswer { failures, down_s: over(list.iter().map(|f| f.1), "s") },
        );
    }
    answers.sort_by(|_, a, _, b| b.down_s.value.unwrap_or(0.0).total_cmp(&a.down_s.value.unwrap_or(0.0)));
    answers
}
