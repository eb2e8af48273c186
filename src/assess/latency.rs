//! Judges latency and error objectives: simulation decides, flow screens.

use super::say;
use super::{Evidence, beyond, blank, limit};
use crate::answer::availability::Share;
use crate::answer::shown::because;
use crate::answer::times::{Cause, FailureAnswer, JourneyAnswer};
use crate::answer::verdict::{TargetAnswer, TargetKind, Verdict};
use crate::flow::Part;
use crate::flow::rundown::Rundown;
use crate::model::objective::{Measure, Objective};
use crate::model::workload::Process;
use crate::model::{JourneyIx, Model};
use crate::stats::figure::{Figure, FigureKind};
use crate::text::flow::{NONE_IN_THE_RUN, OVERLOADED};
use crate::text::overload as words;
use crate::units::{Duration, Probability};

/// A quantile of a journey's time against its limit.
///
/// The quantile is over all requests of the busiest hour, so failed ones count as infinitely slow: once more than
/// `1 - quantile` of them fail, the target fails whatever the answered ones took.
pub fn latency(
    evidence: &Evidence,
    objective: &Objective,
    journey: JourneyIx,
    measure: Measure,
    quantile: f64,
    below: Duration,
) -> TargetAnswer {
    let model = &evidence.analysis.model;
    let streams = model.graph.node_weights().filter_map(|c| c.station.as_ref());
    let kind = if streams.into_iter().any(|s| s.stream[journey.0 as usize].is_some())
        && visits_stream(evidence, journey)
    {
        TargetKind::AiLatency
    } else {
        TargetKind::Latency
    };
    let mut answer = blank(evidence, objective, kind, below.as_seconds(), "s");
    answer.of = Some(model.journeys[journey.0 as usize].id.clone());
    answer.percentile = Some(percentile(quantile));
    let seen = journey_answer(evidence, journey);
    answer.value = time_of(seen, measure, quantile);
    answer.attribution = attribution(evidence, journey, measure);
    answer.blame = blame(evidence, &answer.attribution);

    let failing = &seen.error_ratio;
    let unmet = beyond::unmet(seen);
    let too_many = unmet.is_some_and(|(_, low)| low > 1.0 - quantile);
    let left = seen.unfinished_ratio.value.filter(|left| *left > 0.0);
    let overloaded = overload(evidence, journey);
    if too_many {
        answer.verdict = Verdict::Fail;
        let parts = because(&seen.failures).unwrap_or_else(|| say::bottleneck(answer.blame.as_deref()));
        answer.why = match left {
            Some(left) => words::unmet(failing.value.unwrap_or(0.0) * (1.0 - left), left, 1.0 - quantile),
            None => say::latency_errors(failing, quantile),
        };
        answer.why = answer.why.then(&parts);
        answer.blame = most_failing(seen).or(answer.blame);
    } else if answer.value.value.is_none() && overloaded.is_some() {
        answer.verdict = Verdict::Fail;
        answer.blame = overloaded;
        let busy = worst_utilisation(evidence, answer.blame.as_deref());
        answer.why = say::latency_overload(answer.blame.as_deref(), busy);
    } else {
        answer.verdict = limit::verdict(&answer.value, answer.target, true);
        answer.why = say::latency(&answer);
    }
    if answer.value.kind == FigureKind::Analytic {
        answer.settled_by = Some(say::by_simulation());
    } else if answer.verdict == Verdict::Unsure {
        let by = if evidence.measured.is_some() { say::by_replications() } else { say::by_simulation() };
        answer.settled_by = Some(by);
    }
    nobody_came(evidence, journey, &mut answer);
    if let Some(against) = beyond::against(evidence, journey) {
        against.apply(&mut answer);
    }
    let late = |run: &&Rundown| run.late(below.as_seconds()) > 1.0 - quantile;
    if let Some(run) = rundown(evidence, journey).filter(late).filter(|_| answer.verdict != Verdict::Fail) {
        answer.verdict = Verdict::Fail;
        answer.settled_by = None;
        answer.value = Figure::unknown("s");
        runs_down(evidence, run, &mut answer);
    }
    beyond::empty(evidence, journey, &mut answer, |then| {
        let failing = limit::verdict(&then.error_ratio, 1.0 - quantile, true);
        let time = time_of(then, measure, quantile);
        // A line without end.
        let endless = time.value.is_none() && time.method.as_deref() == Some(OVERLOADED);
        let late = if endless { Verdict::Fail } else { limit::verdict(&time, below.as_seconds(), true) };
        (failing.max(late), Figure { low: None, high: None, ..time })
    });
    answer
}

/// Where no request came while it was looked at, more of the same settles nothing.
fn nobody_came(evidence: &Evidence, journey: JourneyIx, answer: &mut TargetAnswer) {
    if answer.verdict == Verdict::Unsure && answer.value.method.as_deref() == Some(NONE_IN_THE_RUN) {
        let process = &evidence.analysis.model.journeys[usize::from(journey.0)].process;
        answer.settled_by = Some(words::by_requests(matches!(process, Process::Trace(_))));
    }
}

/// Machines under a journey that run out of credits.
fn rundown<'a>(evidence: &'a Evidence, journey: JourneyIx) -> Option<&'a Rundown> {
    evidence.analysis.rundowns.iter().find(|run| run.of(journey))
}

/// The day on which nothing is left decides.
fn runs_down(evidence: &Evidence, run: &Rundown, answer: &mut TargetAnswer) {
    let group = evidence.analysis.model.graph[run.group].id.clone();
    answer.why = say::runs_down(&group, run);
    answer.blame = Some(group);
}

/// The failed share of a journey's requests against its limit.
pub fn errors(
    evidence: &Evidence,
    objective: &Objective,
    journey: JourneyIx,
    below: Probability,
) -> TargetAnswer {
    let mut answer = blank(evidence, objective, TargetKind::Errors, below.get(), "1");
    answer.of = Some(evidence.analysis.model.journeys[journey.0 as usize].id.clone());
    let seen = journey_answer(evidence, journey);
    answer.value = seen.error_ratio.clone();
    answer.attribution = error_causes(seen);
    answer.blame = most_failing(seen)
        .or_else(|| overload(evidence, journey))
        .or_else(|| blame(evidence, &attribution(evidence, journey, Measure::FullAnswer)));
    answer.verdict = limit::verdict(&answer.value, answer.target, true);
    let overloaded = evidence.measured.is_none() && overload(evidence, journey).is_some();
    if overloaded && answer.verdict == Verdict::Pass {
        // A queue without end refuses nobody and serves nobody in time: no failures is no good news.
        answer.verdict = Verdict::Unsure;
    }
    answer.why = say::errors(&answer);
    if let Some(parts) = because(&seen.failures).filter(|_| answer.verdict != Verdict::Pass) {
        answer.why = answer.why.then(&parts);
    }
    let left = seen.unfinished_ratio.value.unwrap_or(0.0);
    let worst = beyond::unmet(seen).map_or(0.0, |(unmet, _)| unmet);
    if answer.verdict == Verdict::Pass && left > 0.0 && worst > answer.target {
        // They would have to end well, all of them.
        answer.verdict = Verdict::Unsure;
        answer.why = answer.why.then(&words::unfinished(None, left));
        answer.settled_by = Some(words::by_longer_runs());
    } else if answer.value.kind == FigureKind::Analytic || answer.value.value.is_none() {
        answer.settled_by = Some(say::by_simulation());
    } else if answer.verdict == Verdict::Unsure {
        answer.settled_by = Some(say::by_replications());
    }
    nobody_came(evidence, journey, &mut answer);
    if let Some(against) = beyond::against(evidence, journey) {
        against.apply(&mut answer);
    }
    if let Some(run) = rundown(evidence, journey).filter(|_| answer.verdict != Verdict::Fail) {
        // The hour that was looked at is one with credits.
        answer.verdict = Verdict::Unsure;
        answer.settled_by = Some(say::by_days(run));
        runs_down(evidence, run, &mut answer);
    }
    beyond::empty(evidence, journey, &mut answer, |then| {
        (limit::verdict(&then.error_ratio, below.get(), true), then.error_ratio.clone())
    });
    answer
}

/// `p95` for 0.95, `p99.9` for 0.999.
pub fn percentile(quantile: f64) -> String {
    let percent = format!("{:.3}", quantile * 100.0);
    format!("p{}", percent.trim_end_matches('0').trim_end_matches('.'))
}

pub fn journey_answer<'a>(evidence: &'a Evidence, journey: JourneyIx) -> &'a JourneyAnswer {
    let ix = journey.0 as usize;
    match evidence.measured {
        Some(measured) => &measured.journeys[ix],
        None => &evidence.analysis.flow.journeys[ix],
    }
}

fn time_of(seen: &JourneyAnswer, measure: Measure, quantile: f64) -> Figure {
    let times = match measure {
        Measure::FullAnswer => Some(&seen.response_s),
        Measure::FirstToken => seen.first_token_s.as_ref(),
    };
    // A first token of which nothing is known is unknown for the reason of the whole answer.
    let why = || seen.response_s.mean.method.clone().filter(|_| seen.response_s.mean.value.is_none());
    let unknown = || Figure { method: why(), ..Figure::unknown("s") };
    times.and_then(|t| t.quantile(quantile)).cloned().unwrap_or_else(unknown)
}

/// Whether requests of the journey reach a component that streams.
fn visits_stream(evidence: &Evidence, journey: JourneyIx) -> bool {
    evidence.analysis.flow.journeys[journey.0 as usize].first_token_s.is_some()
}

/// What the time is made of: measured near the judged quantile, else the analytic mean. Adds to 1.
///
/// Of a first token only what comes before it.
fn attribution(evidence: &Evidence, journey: JourneyIx, measure: Measure) -> Vec<Share> {
    let ix = journey.0 as usize;
    let seen = evidence.measured.map(|measured| match measure {
        Measure::FullAnswer => &measured.makeup[ix],
        Measure::FirstToken => &measured.before_token[ix],
    });
    match seen {
        Some(seen) if !seen.is_empty() => seen.clone(),
        _ => {
            let parts = evidence.analysis.flow.makeup[ix].iter();
            let counts = |p: &&Part| measure == Measure::FullAnswer || p.part != STREAM;
            shares(&evidence.analysis.model, &parts.filter(counts).cloned().collect::<Vec<_>>())
        }
    }
}

/// The part that comes after the first token.
const STREAM: &str = "stream";

fn shares(model: &Model, parts: &[Part]) -> Vec<Share> {
    let whole: f64 = parts.iter().map(|p| p.seconds).sum();
    let share = |p: &Part| Share {
        cause: model.graph[p.component].id.clone(),
        part: p.part.to_owned(),
        share: p.seconds / whole,
        amount: p.seconds,
        unit: "s".to_owned(),
    };
    if whole > 0.0 && whole.is_finite() { parts.iter().map(share).collect() } else { Vec::new() }
}

/// The component with the largest share, its parts taken together; what saturates goes first.
fn blame(evidence: &Evidence, attribution: &[Share]) -> Option<String> {
    let mut totals: indexmap::IndexMap<&str, f64> = indexmap::IndexMap::new();
    for share in attribution {
        *totals.entry(&share.cause).or_default() += share.share;
    }
    let model = &evidence.analysis.model;
    let saturated = |id: &str| evidence.analysis.flow.saturated.iter().any(|ix| model.graph[*ix].id == id);
    totals
        .into_iter()
        .max_by(|a, b| {
            (saturated(a.0), a.1).partial_cmp(&(saturated(b.0), b.1)).unwrap_or(std::cmp::Ordering::Equal)
        })
        .map(|(id, _)| id.to_owned())
}

/// The worst saturated component that this journey visits.
fn overload(evidence: &Evidence, journey: JourneyIx) -> Option<String> {
    let analysis = evidence.analysis;
    let visited = |ix: &&crate::model::ComponentIx| {
        analysis.flow.makeup[journey.0 as usize].is_empty()
            || analysis.flow.makeup[journey.0 as usize].iter().any(|p| p.component == **ix)
    };
    let worst = analysis.flow.saturated.iter().find(visited).or_else(|| analysis.flow.saturated.first());
    worst.map(|ix| analysis.model.graph[*ix].id.clone())
}

fn worst_utilisation(evidence: &Evidence, component: Option<&str>) -> Option<f64> {
    let ix = evidence.analysis.model.component(component?)?;
    evidence.analysis.flow.components[ix.index()].utilisation.value
}

/// The component at which most of a journey's failures begin.
fn most_failing(seen: &JourneyAnswer) -> Option<String> {
    seen.failures.first().map(|most| most.component.clone())
}

/// Failed requests by component and cause, or where that is not known by cause, as shares of all failures.
fn error_causes(seen: &JourneyAnswer) -> Vec<Share> {
    if let (Some(all), [_, ..]) = (seen.error_ratio.value, &seen.failures[..]) {
        let one = |f: &FailureAnswer| {
            let share = f.share.value.unwrap_or(0.0);
            let (cause, part) = (f.component.clone(), f.cause.id().to_owned());
            Share { cause, part, share, amount: share * all, unit: "1".to_owned() }
        };
        return seen.failures.iter().map(one).collect();
    }
    let causes = seen.errors.each();
    let whole: f64 = causes.iter().filter_map(|(_, figure)| figure.value).sum();
    if whole <= 0.0 {
        return Vec::new();
    }
    let share = |(cause, figure): (Cause, &Figure)| {
        let amount = figure.value.unwrap_or(0.0);
        let cause = cause.id().to_owned();
        Share { cause, part: String::new(), share: amount / whole, amount, unit: "1".to_owned() }
    };
    causes.into_iter().map(share).filter(|s| s.amount > 0.0).collect()
}
