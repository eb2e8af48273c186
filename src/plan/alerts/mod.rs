//! What the rules of a scenario notice: every fault and the hour without one, simulated, and each rule evaluated on each
//! replication as a monitoring system would. A fault that no rule notices is missed; what fires without one is a false alarm.
//!
//! A rule notices a fault when it begins to fire from the begin of the fault until half an hour after its end (what comes
//! later is another story), and was silent when it began.

mod rule;

pub use rule::{Firing, firings, values};

use crate::answer::alerts::{AlertAnswer, DetectionAnswer, MarkAnswer, SightAnswer};
use crate::model::Model;
use crate::model::fault::Fault;
use crate::model::release::{Alert, Signal};
use crate::plan::hour::{Runs, STEP, begun};
use crate::recovery::sample::{chance, quantile, sorted};
use crate::sim::{Executor, Faults, Study, Timeline};
use crate::stats::figure::Figure;
use crate::stats::interval::Mean;
use indexmap::IndexMap;
use std::sync::Arc;

/// How long after its end a fault can still be noticed, seconds.
const AFTER: f64 = 1800.0;

/// What every rule sees, and who notices each fault. O(faults x simulating one + rules x buckets).
pub fn alerts(
    model: &Arc<Model>,
    runs: Runs,
    executor: &impl Executor,
) -> (IndexMap<String, AlertAnswer>, IndexMap<String, DetectionAnswer>) {
    let mut watching = Watching::new(model, runs);
    while !executor.stopped() && watching.step(STEP, executor) {}
    watching.answer()
}

/// Every rule watching the hour without a fault and then each fault, one after the other, in bounded steps.
pub struct Watching {
    model: Arc<Model>,
    runs: Runs,
    /// Studies that have ended: the hour without a fault, then the faults in their order.
    ended: usize,
    study: Study,
    rules: IndexMap<String, AlertAnswer>,
    detections: IndexMap<String, DetectionAnswer>,
}

impl Watching {
    /// At the begin.
    pub fn new(model: &Arc<Model>, runs: Runs) -> Self {
        let study = begun(model.clone(), Faults::None, runs);
        let (rules, detections) = (IndexMap::new(), IndexMap::new());
        Self { model: model.clone(), runs, ended: 0, study, rules, detections }
    }

    /// About so many events more in every replication under way; `true` while there is more.
    pub fn step(&mut self, events: u64, executor: &impl Executor) -> bool {
        if self.ended > self.model.faults.len() {
            return false;
        }
        if self.study.step(events, executor) {
            return true;
        }
        self.look();
        self.ended += 1;
        if self.ended <= self.model.faults.len() {
            self.study = begun(self.model.clone(), Faults::One(self.ended - 1), self.runs);
        }
        self.ended <= self.model.faults.len()
    }

    /// Share of the work that is done.
    pub fn done(&self) -> f64 {
        let all = self.model.faults.len() + 1;
        ((self.ended as f64 + self.study.progress().done) / all as f64).min(1.0)
    }

    /// What the rules saw in the study that has just ended.
    fn look(&mut self) {
        let (model, timelines) = (&self.model, self.study.timelines());
        let Some(fault) = self.ended.checked_sub(1).map(|i| &model.faults[i]) else {
            let first = |alert: &Alert| (alert.id.clone(), without_faults(model, alert, &timelines));
            self.rules = model.alerts.iter().map(first).collect();
            return;
        };
        let watching = model.alerts.iter().filter(|alert| rule::is_modelled(model, alert));
        let sights: Vec<Sights> = watching.map(|alert| Sights::of(model, alert, &timelines)).collect();
        for sights in &sights {
            if let Some(answer) = self.rules.get_mut(&sights.alert.id) {
                answer.faults.insert(fault.id.clone(), sights.answer(fault));
            }
        }
        self.detections.insert(fault.id.clone(), detection(fault, &timelines, &sights));
    }

    /// What every rule saw, and who noticed each fault; once, at the end.
    pub fn answer(&mut self) -> (IndexMap<String, AlertAnswer>, IndexMap<String, DetectionAnswer>) {
        for alert in &self.model.alerts {
            if let Some(answer) = self.rules.get_mut(&alert.id) {
                answer.suggested = suggested(alert, answer);
            }
        }
        (std::mem::take(&mut self.rules), std::mem::take(&mut self.detections))
    }
}

/// What one rule saw in each replication, and when it fired.
struct Sights<'a> {
    alert: &'a Alert,
    /// Length of a bucket, seconds.
    step: f64,
    /// By replication, by bucket.
    values: Vec<Vec<Option<f64>>>,
    /// By replication.
    firings: Vec<Vec<Firing>>,
}

impl<'a> Sights<'a> {
    fn of(model: &Model, alert: &'a Alert, timelines: &[Timeline]) -> Self {
        let step = timelines.first().map_or(1.0, |t| t.step_s);
        let values: Vec<_> = timelines.iter().map(|t| values(model, alert, t)).collect();
        let firings = values.iter().map(|list| firings(alert, list, step)).collect();
        Self { alert, step, values, firings }
    }

    /// When a rule that was silent at the begin of the fault first fires in a replication, seconds from there.
    fn noticed(&self, replication: usize, fault: &Fault) -> Option<f64> {
        let (begin, end) = span(fault);
        let all = &self.firings[replication];
        if all.iter().any(|f| f.from <= begin && f.to.is_none_or(|to| to > begin)) {
            return None;
        }
        let first = all.iter().find(|f| f.from > begin)?;
        (first.from <= end + AFTER).then_some(first.from - begin)
    }

    fn answer(&self, fault: &Fault) -> SightAnswer {
        let (begin, end) = span(fault);
        let n = self.values.len();
        let after: Vec<f64> = (0..n).filter_map(|i| self.noticed(i, fault)).collect();
        let peak = |list: &Vec<Option<f64>>| {
            let during = list.iter().enumerate().filter(|(i, _)| {
                let at = (*i + 1) as f64 * self.step;
                at > begin && at <= end + self.step
            });
            during.filter_map(|(_, value)| *value).reduce(f64::max)
        };
        let peaks = sorted(self.values.iter().filter_map(peak));
        let unit = unit(self.alert);
        let detected_probability = chance(after.len(), n);
        let (after_s, after_p95_s) = times(after);
        SightAnswer {
            detected_probability,
            after_s,
            after_p95_s,
            peak: Figure { unit: unit.to_owned(), ..quantile(&peaks, 0.5) },
        }
    }
}

/// Begin and end of a fault, seconds from the end of the warm-up.
fn span(fault: &Fault) -> (f64, f64) {
    (fault.at.as_seconds(), (fault.at + fault.lasts).as_seconds())
}

fn length(timeline: &Timeline) -> f64 {
    timeline.journeys.first().map_or(0.0, |list| list.len() as f64 * timeline.step_s)
}

/// The unit of what a rule looks at.
fn unit(alert: &Alert) -> &'static str {
    match alert.signal {
        Some(Signal::Quantile(..)) => "s",
        Some(Signal::Arrivals(_) | Signal::FailedLogins(_)) => "1/s",
        _ => "1",
    }
}

fn without_faults(model: &Model, alert: &Alert, quiet: &[Timeline]) -> AlertAnswer {
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
    let sights = Sights::of(model, alert, quiet);
    let hours = quiet.iter().map(length).sum::<f64>() / 3600.0 / quiet.len() as f64;
    let counts: Vec<f64> = sights.firings.iter().map(|list| list.len() as f64 / hours).collect();
    let highest = sights.values.iter().flatten().flatten().copied().reduce(f64::max);
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

/// Median and p95 of some times.
fn times(list: Vec<f64>) -> (Figure, Figure) {
    let list = sorted(list);
    (quantile(&list, 0.5), quantile(&list, 0.95))
}

fn detection(fault: &Fault, timelines: &[Timeline], rules: &[Sights]) -> DetectionAnswer {
    let mut after = Vec::new();
    let mut firsts: IndexMap<&str, usize> = IndexMap::new();
    let (mut failed, mut ended) = (0.0, 0.0);
    let (begin, end) = span(fault);
    for (i, timeline) in timelines.iter().enumerate() {
        let noticed = rules.iter().filter_map(|rule| Some((rule.noticed(i, fault)?, rule.alert.id.as_str())));
        if let Some((at, id)) = noticed.reduce(|a, b| if b.0 < a.0 { b } else { a }) {
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
    let n = timelines.len();
    let detected_probability = chance(after.len(), n);
    let (after_s, after_p95_s) = times(after);
    DetectionAnswer {
        modelled: true,
        detected_probability,
        after_s,
        after_p95_s,
        first: firsts.iter().max_by_key(|f| *f.1).map(|f| (*f.0).to_owned()),
        error_ratio: if ended > 0.0 {
            Figure::simulated(failed / ended, None, "1", n as u64, "all requests of all replications")
        } else {
            Figure::unknown("1")
        },
        timeline: marks(rules, begin),
        name: fault.name.clone(),
    }
}

/// What the rules do in the first replication, from the begin of the fault on.
fn marks(rules: &[Sights], begin: f64) -> Vec<MarkAnswer> {
    let mut marks = Vec::new();
    for rule in rules {
        for firing in rule.firings.iter().take(1).flatten() {
            let mark = |at: f64, fires| MarkAnswer { at_s: at - begin, alert: rule.alert.id.clone(), fires };
            marks.push(mark(firing.from, true));
            marks.extend(firing.to.map(|to| mark(to, false)));
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
