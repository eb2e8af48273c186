//! The smallest fault that breaks an objective: every single blow and pairs of them by formula, the smallest of each by
//! simulation, made as small and as short as it can be.
//!
//! A blow holds for the whole busiest hour while its size is looked for. Objectives that fail without one are left out.
//! Work: single blows x 24 + pairs x 12 hours by formula, and some twenty simulated hours.

use super::blow::{self, Blow, MOST};
use super::failed_by_simulation;
use crate::answer::solve::WorstFault;
use crate::assess::{Analysis, applies};
use crate::flow;
use crate::model::Model;
use crate::model::fault::Fault;
use crate::model::objective::{Goal, Objective};
use crate::plan::hour::{Runs, simulated};
use crate::sim::{Executor, Faults};
use crate::stats::figure::Figure;
use crate::text::Phrase;
use crate::text::solve as say;
use crate::units::Duration;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Single blows of each kind, by size, of which pairs are tried.
const PAIRED: usize = 5;
/// Steps of a bisection by formula.
const STEPS: u32 = 24;
/// Steps of a bisection by simulation.
const SIMULATED_STEPS: u32 = 5;
/// Longest fault in the judged hour, seconds: it is over, and what it leaves behind, before the hour is.
const LONGEST_S: f64 = 1200.0;
/// Of a pair each blow is at most so much of the size at which it breaks something alone.
const HELPED: f64 = 0.9;
/// Pairs in the answer.
const PAIRS_SHOWN: usize = 4;
/// The judged hour, seconds: how long a fault is written to last where less is not known to be enough.
const HOUR_S: f64 = 3600.0;
/// Limit that added latency is measured against where there is no latency objective, seconds. Assumption.
const LIMIT_S: f64 = 1.0;

/// One or two blows.
#[derive(Clone, Debug, PartialEq)]
struct Found {
    blows: Vec<(Blow, f64)>,
    breaks: Vec<String>,
}

impl Found {
    fn severity(&self) -> f64 {
        1.0 - self.blows.iter().map(|(_, size)| 1.0 - size).product::<f64>()
    }

    /// The same, its parts of any size scaled by `by`.
    fn scaled(&self, model: &Model, by: f64) -> Self {
        let scale = |(blow, size): &(Blow, f64)| match blow.fixed(model) {
            Some(fixed) => (*blow, fixed),
            None => (*blow, (size * by).min(MOST)),
        };
        Self { blows: self.blows.iter().map(scale).collect(), breaks: self.breaks.clone() }
    }
}

struct Search<'a> {
    model: &'a Model,
    /// Those that hold without a blow.
    goals: Vec<&'a Objective>,
    limit_s: f64,
}

impl Search<'_> {
    fn under(&self, blows: &[(Blow, f64)]) -> Model {
        let mut model = self.model.clone();
        blows.iter().for_each(|(blow, size)| blow.apply(&mut model, *size, self.limit_s));
        model
    }

    /// Objectives that fail, by formula.
    fn failed(&self, blows: &[(Blow, f64)]) -> Vec<String> {
        let margins =
            flow::margins(&self.under(blows), &self.goals.iter().map(|o| &o.goal).collect::<Vec<_>>());
        let missed = self.goals.iter().zip(margins).filter(|(_, m)| m.is_ok_and(|margin| margin < 0.0));
        missed.map(|(objective, _)| objective.id.clone()).collect()
    }

    /// The smallest size of the last of these blows that breaks something with the others as they are.
    fn smallest(&self, others: &[(Blow, f64)], blow: Blow) -> Option<Found> {
        let with = |size: f64| {
            let mut blows = others.to_vec();
            blows.push((blow, size));
            let breaks = self.failed(&blows);
            (!breaks.is_empty()).then_some(Found { blows, breaks })
        };
        if let Some(size) = blow.fixed(self.model) {
            return with(size);
        }
        let (mut low, mut high) = (0.0, MOST);
        let mut found = with(high)?;
        for _ in 0..STEPS {
            let middle = 0.5 * (low + high);
            match with(middle) {
                Some(breaks) => (found, high) = (breaks, middle),
                None => low = middle,
            }
        }
        Some(found)
    }
}

/// The smallest faults and pairs of faults, least severe first, and the objectives that fail without any.
pub fn faults(
    analysis: &Analysis,
    file: &str,
    runs: Runs,
    executor: &impl Executor,
) -> (Vec<WorstFault>, Vec<String>) {
    let model = &*analysis.model;
    let load = |o: &&Objective| matches!(o.goal, Goal::Latency { .. } | Goal::Errors { .. });
    let all: Vec<&Objective> =
        model.objectives.iter().filter(|o| applies(o, &model.tier.id)).filter(load).collect();
    let margins = flow::margins(model, &all.iter().map(|o| &o.goal).collect::<Vec<_>>());
    let holds = |margin: &Result<f64, &str>| margin.is_ok_and(|m| m >= 0.0);
    let broken = all.iter().zip(&margins).filter(|(_, m)| !holds(m)).map(|(o, _)| o.id.clone()).collect();
    let goals: Vec<&Objective> =
        all.iter().zip(&margins).filter(|(_, m)| holds(m)).map(|(o, _)| *o).collect();
    let limits = goals.iter().filter_map(|o| match &o.goal {
        Goal::Latency { below, .. } => Some(below.as_seconds()),
        _ => None,
    });
    let limit_s = limits.fold(f64::INFINITY, f64::min);
    let limit_s = if limit_s.is_finite() { limit_s } else { LIMIT_S };
    if goals.is_empty() {
        return (Vec::new(), broken);
    }
    let search = Search { model, goals, limit_s };
    let mut singles: Vec<Found> =
        blow::all(model).into_iter().filter_map(|blow| search.smallest(&[], blow)).collect();
    sort(&mut singles);
    let mut pairs = pairs(&search, &singles);
    sort(&mut pairs);
    // The smallest of every kind, and of every two kinds.
    let kinds = |found: &Found| found.blows.iter().map(|(blow, _)| blow.kind()).collect::<BTreeSet<_>>();
    let mut shown = Vec::new();
    for (list, most) in [(&singles, usize::MAX), (&pairs, PAIRS_SHOWN)] {
        let mut seen = BTreeSet::new();
        for (place, found) in list.iter().filter(|found| seen.insert(kinds(found))).take(most).enumerate() {
            shown.push(answer(&search, found, file, (place == 0).then_some((runs, executor))));
        }
    }
    shown.sort_by(|a, b| a.severity.value.unwrap_or(1.0).total_cmp(&b.severity.value.unwrap_or(1.0)));
    (shown, broken)
}

fn sort(list: &mut [Found]) {
    list.sort_by(|a, b| a.severity().total_cmp(&b.severity()));
}

/// Pairs that are less severe than either alone would have to be: of sizes that break nothing alone.
fn pairs(search: &Search, singles: &[Found]) -> Vec<Found> {
    let model = search.model;
    let mut parts: Vec<Blow> = Vec::new();
    for found in singles {
        let blow = found.blows[0].0;
        if parts.iter().filter(|other| other.kind() == blow.kind()).count() < PAIRED {
            parts.push(blow);
        }
    }
    // What comes in one size and breaks nothing alone may with another.
    let harmless = |blow: &Blow| blow.fixed(model).is_some() && singles.iter().all(|s| s.blows[0].0 != *blow);
    parts.extend(blow::all(model).into_iter().filter(harmless));
    let alone = |blow: Blow| singles.iter().find(|s| s.blows[0].0 == blow).map(|s| s.blows[0].1);
    // Where the other one does not make it smaller, it is no pair.
    let helped = |with: (Blow, f64), blow: Blow| {
        let found = search.smallest(&[with], blow)?;
        alone(blow).is_none_or(|size| found.blows[1].1 < HELPED * size).then_some(found)
    };
    let mut pairs = Vec::new();
    for (i, a) in parts.iter().enumerate() {
        // Two of a kind are one, spread out.
        for b in parts[i + 1..].iter().filter(|b| b.kind() != a.kind()) {
            match (a.fixed(model), b.fixed(model)) {
                // Both in one size: only if neither does it alone.
                (Some(x), Some(_)) if alone(*a).is_none() && alone(*b).is_none() => {
                    pairs.extend(search.smallest(&[(*a, x)], *b));
                }
                (Some(x), None) if alone(*a).is_none() => pairs.extend(helped((*a, x), *b)),
                (None, Some(x)) if alone(*b).is_none() => pairs.extend(helped((*b, x), *a)),
                (None, None) => {
                    if let (Some(x), Some(y)) = (alone(*a), alone(*b)) {
                        pairs.extend(together(search, (*a, x), (*b, y)));
                    }
                }
                _ => {}
            }
        }
    }
    pairs
}

/// Two blows, each at the same share of the size at which it breaks something alone.
fn together(search: &Search, a: (Blow, f64), b: (Blow, f64)) -> Option<Found> {
    let (mut low, mut high) = (0.0, HELPED);
    let with = |t: f64| {
        let blows = vec![(a.0, a.1 * t), (b.0, b.1 * t)];
        let breaks = search.failed(&blows);
        (!breaks.is_empty()).then_some(Found { blows, breaks })
    };
    let mut found = with(high)?;
    for _ in 0..STEPS / 2 {
        let middle = 0.5 * (low + high);
        match with(middle) {
            Some(breaks) => (found, high) = (breaks, middle),
            None => low = middle,
        }
    }
    Some(found)
}

fn answer(
    search: &Search,
    found: &Found,
    file: &str,
    simulate: Option<(Runs, &impl Executor)>,
) -> WorstFault {
    let model = search.model;
    let mut answer = WorstFault {
        breaks: found.breaks.clone(),
        severity: Figure::analytic(found.severity(), "1", BY_FORMULA),
        simulated_severity: Figure::unknown("1"),
        lasts_s: Figure::unknown("s"),
        lasts_severity: Figure::unknown("1"),
        apart_s: Figure::unknown("s"),
        ..WorstFault::default()
    };
    let (mut written, mut seed, mut shortest_s) = (found.clone(), 1, None);
    if let Some((runs, executor)) = simulate {
        seed = runs.seed;
        // What was stopped on the way says nothing.
        let done = |found| Some(found).filter(|_| !executor.stopped());
        if let Some((holds, breaks)) = bracket(search, found, runs, executor).and_then(done) {
            let [low, high] = [&holds, &breaks].map(Found::severity);
            answer.simulated_severity =
                Figure::simulated(high, Some((low, high)), "1", u64::from(runs.replications), BRACKET);
            let by = trigger(search, &breaks, runs, executor);
            if let Some((trigger, lasts)) = by.filter(|_| !executor.stopped()) {
                answer.lasts_severity =
                    Figure::simulated(trigger.severity(), None, "1", u64::from(runs.replications), SHORTEST);
                if let Some(lasts) = lasts.value.filter(|_| trigger.blows.len() == 2) {
                    let apart = apart(search, &trigger, lasts, runs, executor);
                    answer.apart_s = if executor.stopped() { Figure::unknown("s") } else { apart };
                }
                shortest_s = lasts.value.filter(|_| trigger == breaks);
                answer.lasts_s = lasts;
            }
            written = breaks;
        }
    }
    let parts = written.blows.iter().map(|(blow, size)| blow.words(model, *size, search.limit_s));
    answer.what = parts.reduce(|a, b| say::and(&a, &b)).unwrap_or_else(|| Phrase::same(""));
    let lasts = shortest_s.unwrap_or(HOUR_S);
    let name =
        |i: usize| if written.blows.len() == 1 { "worst".to_owned() } else { format!("worst-{}", i + 1) };
    let patches = written.blows.iter().enumerate();
    let patches = patches.map(|(i, (blow, size))| blow.patch(model, &name(i), *size, search.limit_s, lasts));
    answer.patch = patches.collect::<Vec<_>>().join("\n");
    let names: Vec<String> = (0..written.blows.len()).map(name).collect();
    answer.command = format!(
        "plimsoll simulate {file} --tier {} --seed {seed} --fault {}",
        model.tier.id,
        names.join(",")
    );
    answer
}

const BY_FORMULA: &str = "bisection by formula, the fault holding for the whole hour";
const BRACKET: &str = "bisection by simulation: holds at low, fails at high";
const APART: &str =
    "bisection by simulation of how much later the second begins: fails at low, holds at high";
const SHORTEST: &str = "bisection by simulation of how long the fault lasts";

/// By simulation: a size at which all objectives hold, and a little more at which one fails. `None` when the simulation
/// does not see what the formula sees, even at twice the size.
fn bracket(search: &Search, found: &Found, runs: Runs, executor: &impl Executor) -> Option<(Found, Found)> {
    let model = search.model;
    let fails = |by: f64| {
        let blows = found.scaled(model, by);
        let failed =
            failed_by_simulation(Arc::new(search.under(&blows.blows)), &search.goals, runs, executor);
        (!failed.is_empty()).then_some(Found { breaks: failed, ..blows })
    };
    let (mut low, mut high) = (0.5, 2.0);
    let mut breaks = fails(high)?;
    if found.blows.iter().all(|(blow, _)| blow.fixed(model).is_some()) {
        return Some((Found { blows: Vec::new(), breaks: Vec::new() }, breaks));
    }
    if fails(low).is_some() {
        low = 0.0;
    }
    for _ in 0..SIMULATED_STEPS {
        let middle = 0.5 * (low + high);
        match fails(middle) {
            Some(found) => (breaks, high) = (found, middle),
            None => low = middle,
        }
    }
    Some((found.scaled(model, low), breaks))
}

/// The first of these blows, and of 2, 4, 8 and 16 times as much, of which 20 minutes are enough, and how long they have to
/// last, from the begin of the hour, for an objective to fail over all of it.
fn trigger(search: &Search, found: &Found, runs: Runs, executor: &impl Executor) -> Option<(Found, Figure)> {
    let mut seen: Option<Found> = None;
    for by in [1.0, 2.0, 4.0, 8.0, 16.0] {
        let blows = found.scaled(search.model, by);
        if seen.as_ref() == Some(&blows) {
            break;
        }
        if let Some(lasts) = shortest(search, &blows, runs, executor) {
            return Some((blows, lasts));
        }
        seen = Some(blows);
    }
    None
}

/// How long they have to last; `None` when 20 minutes are too short.
fn shortest(search: &Search, found: &Found, runs: Runs, executor: &impl Executor) -> Option<Figure> {
    let fails = |seconds: f64| fails_with(search, found, seconds, 0.0, runs, executor);
    if !fails(LONGEST_S) {
        return None;
    }
    let (low, high) = halved(fails);
    Some(Figure::simulated(high, Some((low, high)), "s", u64::from(runs.replications), SHORTEST))
}

/// Two times between none and the longest fault, of which only the second is long enough.
fn halved(enough: impl Fn(f64) -> bool) -> (f64, f64) {
    let (mut low, mut high) = (0.0, LONGEST_S);
    for _ in 0..SIMULATED_STEPS {
        let middle = 0.5 * (low + high);
        if enough(middle) { high = middle } else { low = middle }
    }
    (low, high)
}

/// How much later than the first the second of two blows may begin, for an objective to fail over all of the hour.
fn apart(search: &Search, found: &Found, lasts: f64, runs: Runs, executor: &impl Executor) -> Figure {
    let holds = |later: f64| !fails_with(search, found, lasts, later, runs, executor);
    if !holds(LONGEST_S) {
        return Figure::simulated(LONGEST_S, None, "s", u64::from(runs.replications), APART);
    }
    let (low, high) = halved(holds);
    Figure::simulated(low, Some((low, high)), "s", u64::from(runs.replications), APART)
}

/// Whether an objective fails over all of the hour when the first blow begins with it and each of the others so much later,
/// and each lasts so long.
fn fails_with(
    search: &Search,
    found: &Found,
    lasts: f64,
    later: f64,
    runs: Runs,
    executor: &impl Executor,
) -> bool {
    let mut model = search.model.clone();
    let blows = found.blows.iter().enumerate();
    let at = |i: usize| Duration::seconds(if i == 0 { 0.0 } else { later });
    model.faults = blows.map(|(i, (blow, size))| as_fault(search, *blow, *size, at(i), lasts)).collect();
    let measured = simulated(Arc::new(model), Faults::All, runs, executor).measured();
    search.goals.iter().any(|o| super::missed(search.model, &o.goal, &measured))
}

/// A blow as a fault of the model, so long after the begin of the measured time.
fn as_fault(search: &Search, blow: Blow, size: f64, at: Duration, seconds: f64) -> Fault {
    Fault {
        id: "worst".to_owned(),
        name: Phrase::same("worst"),
        what: blow.fault(size, search.limit_s),
        at,
        lasts: Duration::seconds(seconds),
        count: None,
        spread: None,
        expects: Vec::new(),
        span: Default::default(),
    }
}
