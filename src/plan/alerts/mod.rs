//! What the rules of a scenario notice: every fault and the hour without one, simulated, and each rule evaluated on each
//! replication as a monitoring system would. A fault that no rule notices is missed; what fires without one is a false alarm.
//!
//! A rule notices a fault when it begins to fire from the begin of the fault until half an hour after its end (what comes
//! later is another story), and was silent when it began.

mod rule;

pub use rule::{Firing, firings, values};

use crate::answer::alerts::{AlertAnswer, DetectionAnswer, MarkAnswer, SightAnswer};
use crate::model::Model;
use crate::model::fault::{Fault, FaultKind};
use crate::model::release::{Alert, Signal};
use crate::recovery::sample::{chance, quantile};
use crate::sim::{Executor, Faults, Load, Settings, Study, Timeline, Warmup};
use crate::stats::figure::Figure;
use crate::stats::interval::Mean;
use crate::units::Duration;
use indexmap::IndexMap;
use std::sync::Arc;

/// How long after its end a fault can still be noticed, seconds.
const AFTER: f64 = 1800.0;
/// Events of each replication between two looks at the clock.
const STEP: u64 = 200_000;

/// How it is run.
#[derive(Clone, Copy, Debug)]
pub struct Runs {
    /// Seed.
    pub seed: u64,
    /// Replications of the hour without a fault, and of each fault.
    pub replications: u32,
    /// Warm-up and measured time, seconds.
    pub warmup_s: f64,
    /// See `warmup_s`.
    pub duration_s: f64,
}

/// What every rule sees, and who notices each fault. O(faults x simulating one + rules x buckets).
pub fn alerts(
    model: &Arc<Model>,
    runs: Runs,
    executor: &impl Executor,
) -> (IndexMap<String, AlertAnswer>, IndexMap<String, DetectionAnswer>) {
    let quiet = run(model, runs, Faults::None, executor);
    let hours = quiet.iter().map(length).sum::<f64>() / 3600.0;
    let mut rules: IndexMap<String, AlertAnswer> = IndexMap::new();
    for alert in &model.alerts {
        rules.insert(alert.id.clone(), without_faults(model, alert, &quiet, hours));
    }
    let mut detections = IndexMap::new();
    for (i, fault) in model.faults.iter().enumerate() {
        let simulated = !matches!(fault.what, FaultKind::NotModelled(_));
        let timelines = if simulated { run(model, runs, Faults::One(i), executor) } else { Vec::new() };
        for alert in model.alerts.iter().filter(|a| rule::is_modelled(model, a)) {
            if let Some(answer) = rules.get_mut(&alert.id).filter(|_| simulated) {
                answer.faults.insert(fault.id.clone(), sight(model, alert, fault, &timelines));
            }
        }
        detections.insert(fault.id.clone(), detection(model, fault, &timelines, simulated));
    }
    for alert in &model.alerts {
        if let Some(answer) = rules.get_mut(&alert.id) {
            answer.suggested = suggested(alert, answer);
        }
    }
    (rules, detections)
}

fn run(model: &Arc<Model>, runs: Runs, faults: Faults, executor: &impl Executor) -> Vec<Timeline> {
    let settings = Settings {
        seed: runs.seed,
        replications: runs.replications,
        warmup: Warmup::Fixed(Duration::seconds(runs.warmup_s)),
        duration: Duration::seconds(runs.duration_s),
        hour: model.profile.busiest_hour(),
        load: Load::Constant,
        faults,
    };
    let mut study = Study::start(model.clone(), settings);
    while study.step(STEP, executor) {}
    study.timelines()
}

fn length(timeline: &Timeline) -> f64 {
    timeline.journeys.first().map_or(0.0, |list| list.len() as f64 * timeline.step_s)
}

/// The unit of what a rule looks at.
fn unit(alert: &Alert) -> &'static str {
    match alert.signal {
        Some(Signal::Quantile(..)) => "s",
        Some(Signal::Arrivals(_)) => "1/s",
        _ => "1",
    }
}

fn without_faults(model: &Model, alert: &Alert, quiet: &[Timeline], hours: f64) -> AlertAnswer {
    let unit = unit(alert);
    let mut answer = AlertAnswer {
        name: alert.name.clone(),
        when: alert.when.clone(),
        route: alert.route.clone(),
        modelled: rule::is_modelled(model, alert),
        threshold: Figure::exact(alert.above, unit),
        false_alarms_per_h: Figure::unknown("1/h"),
        quiet_peak: Figure::unknown(unit),
        faults: IndexMap::new(),
        suggested: Figure::unknown(unit),
    };
    if !answer.modelled || quiet.is_empty() {
        return answer;
    }
    let seen: Vec<Vec<Option<f64>>> = quiet.iter().map(|t| values(model, alert, t)).collect();
    let per_run = hours / quiet.len() as f64;
    let counts: Vec<f64> = seen
        .iter()
        .zip(quiet)
        .map(|(values, t)| firings(alert, values, t.step_s).len() as f64 / per_run)
        .collect();
    let highest = seen.iter().flatten().flatten().copied().reduce(f64::max);
    if let Some(found) = Mean::of(&counts) {
        let bounds = found.bounds().map(|b| (b.0.max(0.0), b.1));
        answer.false_alarms_per_h =
            Figure::simulated(found.mean, bounds, "1/h", found.n, "replications, 95 % Student t");
    }
    if let Some(highest) = highest {
        let n = quiet.len() as u64;
        answer.quiet_peak = Figure::simulated(highest, None, unit, n, "highest of all replications");
    }
    answer
}

/// When a rule that was silent at the begin of the fault first fires, seconds from there.
fn noticed(alert: &Alert, fault: &Fault, values: &[Option<f64>], step: f64) -> Option<f64> {
    let (begin, end) = (fault.at.as_seconds(), (fault.at + fault.lasts).as_seconds());
    let all = firings(alert, values, step);
    if all.iter().any(|f| f.from <= begin && f.to.is_none_or(|to| to > begin)) {
        return None;
    }
    let first = all.iter().find(|f| f.from > begin)?;
    (first.from <= end + AFTER).then_some(first.from - begin)
}

fn sight(model: &Model, alert: &Alert, fault: &Fault, timelines: &[Timeline]) -> SightAnswer {
    let (begin, end) = (fault.at.as_seconds(), (fault.at + fault.lasts).as_seconds());
    let mut after = Vec::new();
    let mut peaks = Vec::new();
    for timeline in timelines {
        let values = values(model, alert, timeline);
        after.extend(noticed(alert, fault, &values, timeline.step_s));
        let during = values.iter().enumerate().filter(|(i, _)| {
            let at = (*i + 1) as f64 * timeline.step_s;
            at > begin && at <= end + timeline.step_s
        });
        peaks.extend(during.filter_map(|(_, value)| *value).reduce(f64::max));
    }
    let (p50, p95) = times(after.clone());
    peaks.sort_by(f64::total_cmp);
    let unit = unit(alert);
    SightAnswer {
        detected_probability: chance(after.len(), timelines.len()),
        after_s: p50,
        after_p95_s: p95,
        peak: if peaks.is_empty() {
            Figure::unknown(unit)
        } else {
            Figure { unit: unit.to_owned(), ..quantile(&peaks, 0.5) }
        },
    }
}

/// Median and p95 of some times.
fn times(mut list: Vec<f64>) -> (Figure, Figure) {
    list.sort_by(f64::total_cmp);
    if list.is_empty() {
        return (Figure::unknown("s"), Figure::unknown("s"));
    }
    (quantile(&list, 0.5), quantile(&list, 0.95))
}

fn detection(model: &Model, fault: &Fault, timelines: &[Timeline], simulated: bool) -> DetectionAnswer {
    let rules: Vec<&Alert> = model.alerts.iter().filter(|a| rule::is_modelled(model, a)).collect();
    let mut after = Vec::new();
    let mut firsts: IndexMap<&str, usize> = IndexMap::new();
    let (mut failed, mut ended) = (0.0, 0.0);
    let (begin, end) = (fault.at.as_seconds(), (fault.at + fault.lasts).as_seconds());
    for timeline in timelines {
        let sights = rules.iter().filter_map(|alert| {
            let values = values(model, alert, timeline);
            Some((noticed(alert, fault, &values, timeline.step_s)?, alert.id.as_str()))
        });
        if let Some((at, id)) = sights.reduce(|a, b| if b.0 < a.0 { b } else { a }) {
            after.push(at);
            *firsts.entry(id).or_default() += 1;
        }
        for seen in timeline.journeys.iter().flat_map(|list| list.iter().enumerate()) {
            let at = (seen.0 as f64 + 0.5) * timeline.step_s;
            if at > begin && at < end {
                (failed, ended) = (failed + seen.1.failed, ended + seen.1.ended);
            }
        }
    }
    let (p50, p95) = times(after.clone());
    let n = timelines.len();
    DetectionAnswer {
        name: fault.name.clone(),
        modelled: simulated,
        detected_probability: if simulated { chance(after.len(), n) } else { Figure::unknown("1") },
        after_s: p50,
        after_p95_s: p95,
        first: firsts.iter().max_by_key(|f| *f.1).map(|f| (*f.0).to_owned()),
        error_ratio: if ended > 0.0 {
            Figure::simulated(failed / ended, None, "1", n as u64, "all requests of all replications")
        } else {
            Figure::unknown("1")
        },
        timeline: timelines.first().map(|t| marks(model, &rules, fault, t)).unwrap_or_default(),
    }
}

/// What the rules do in the first replication, from the begin of the fault on.
fn marks(model: &Model, rules: &[&Alert], fault: &Fault, timeline: &Timeline) -> Vec<MarkAnswer> {
    let begin = fault.at.as_seconds();
    let mut marks = Vec::new();
    for alert in rules {
        let values = values(model, alert, timeline);
        for firing in firings(alert, &values, timeline.step_s) {
            let mut mark = |at: f64, fires| {
                marks.push(MarkAnswer { at_s: at - begin, alert: alert.id.clone(), fires });
            };
            mark(firing.from, true);
            if let Some(to) = firing.to {
                mark(to, false);
            }
        }
    }
    marks.retain(|mark| mark.at_s > 0.0);
    marks.sort_by(|a, b| a.at_s.total_cmp(&b.at_s));
    marks
}

/// A threshold halfway (geometrically) between the highest value without a fault and the lowest peak among the faults that
/// rise above it; unknown when none does, or when the rule has no false alarm and misses none of those.
fn suggested(alert: &Alert, answer: &AlertAnswer) -> Figure {
    let unit = unit(alert);
    let Some(quiet) = answer.quiet_peak.value else { return Figure::unknown(unit) };
    // A tenth above what is normal anyway: less is noise.
    let rises = |peak: f64| peak > 1.1 * quiet && peak > 0.0;
    let peaks = answer.faults.values().filter_map(|f| f.peak.value).filter(|p| rises(*p));
    let Some(lowest) = peaks.reduce(f64::min) else { return Figure::unknown(unit) };
    if alert.above >= quiet && alert.above < lowest {
        return Figure::unknown(unit);
    }
    let between = if quiet > 0.0 { (quiet * lowest).sqrt() } else { 0.5 * lowest };
    let n = answer.quiet_peak.n.unwrap_or(0);
    Figure::simulated(between, None, unit, n, "between the quiet peak and the lowest peak of a fault")
}
