//! Which stretches of a span are simulated request by request, and how much of each.

use super::Span;
use crate::flow;
use crate::flow::hours::{Course, Stretch};
use crate::model::Model;
use crate::sim::attack::happens;
use crate::sim::{Ends, Faults, Load, Settings, Study, Warmup};
use crate::units::{Duration, HOURS_PER_WEEK};
use std::sync::Arc;

/// Most events of a window, all replications together. Our choice: about ten seconds of one core.
pub const EVENTS: f64 = 6e7;
/// Events of a simulation per request and per visit of a component. Assumption: the shipped plan takes 1.5, calls with
/// time limits and network take more.
const EVENTS_PER_VISIT: f64 = 3.0;
/// Shortest replication that is worth a warm-up of its own, seconds. Our choice.
const LEAST: f64 = 240.0;
/// Seconds before a fault that its window begins, at least.
const BEFORE: f64 = 600.0;
/// Seconds after a fault that its window goes on, at least; twice the fault if that is longer. As in a run of its own.
const AFTER: f64 = 1800.0;
/// Seconds in a week.
const WEEK: f64 = 3600.0 * HOURS_PER_WEEK as f64;

/// Why a window is looked at.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// The heaviest load.
    Peak,
    /// The heaviest load is more than the system carries: from before its backlog begins until it has drained.
    Overload,
    /// No formula answers this load.
    NoFormula,
    /// Faults, by id.
    Faults(Vec<String>),
}

/// A stretch to simulate.
#[derive(Clone, Debug)]
pub struct Window {
    /// Why.
    pub what: What,
    /// Where it begins, from the start of the span, seconds.
    pub start: f64,
    /// Its length, seconds.
    pub length: f64,
    /// Stretches of the span whose figures it gives, in order.
    pub covers: Vec<usize>,
    /// Whether it follows the hours; else it stays at one load.
    pub follows: bool,
    /// What to run; `None`: it would take too many events.
    pub settings: Option<Settings>,
    /// Events that it takes, estimated.
    pub events: f64,
    model: Arc<Model>,
}

impl Window {
    /// Starts its simulation.
    pub fn study(&self) -> Study {
        let settings = self.settings.clone().unwrap_or(Settings {
            seed: 0,
            replications: 1,
            warmup: Warmup::Fixed(Duration::ZERO),
            duration: Duration::ZERO,
            ends: Ends::AfterFaults,
            step: None,
            hour: 0,
            load: Load::Constant,
            faults: Faults::None,
            standing: Vec::new(),
        });
        Study::start(self.model.clone(), settings)
    }
}

/// The windows of a span: its faults, its heaviest load, and every load without a formula.
pub fn choose(model: &Arc<Model>, span: &Span, course: &Course) -> Vec<Window> {
    let mut windows = faults(model, span, course);
    let mut free = vec![true; course.stretches.len()];
    let take = |window: &Window, free: &mut [bool]| {
        window.covers.iter().for_each(|s| free[*s] = false);
    };
    windows.iter().for_each(|w| take(w, &mut free));
    let heaviest = |free: &[bool], wanted: &dyn Fn(&Stretch) -> bool| {
        let open = course.stretches.iter().enumerate().filter(|(i, s)| free[*i] && wanted(s));
        open.reduce(|a, b| if b.1.load > a.1.load { b } else { a }).map(|(i, _)| i)
    };
    if let Some(at) = heaviest(&free, &|_| true) {
        let window = if course.stretches[at].backlog {
            overload(model, span, course, at)
        } else {
            steady(model, span, course, at, What::Peak, &free)
        };
        take(&window, &mut free);
        windows.push(window);
    }
    let unknown = |s: &Stretch| {
        let state = &course.states[s.state];
        !s.backlog
            && (state.journeys.iter().any(|j| j.why.is_some())
                || state.components.iter().any(|c| c.why.is_some()))
    };
    while let Some(at) = heaviest(&free, &unknown) {
        let window = steady(model, span, course, at, What::NoFormula, &free);
        take(&window, &mut free);
        windows.push(window);
    }
    windows
}

/// One load, at rest: it stands for every hour with this load and without a backlog.
fn steady(model: &Arc<Model>, span: &Span, course: &Course, at: usize, what: What, free: &[bool]) -> Window {
    let of = course.stretches[at];
    let same = |(i, s): (usize, &Stretch)| (free[i] && !s.backlog && s.load == of.load).then_some(i);
    let rate = EVENTS_PER_VISIT * course.states[of.state].visits;
    let (replications, warmup, measured) = cut(rate, span);
    Window {
        what,
        start: of.start,
        length: 3600.0,
        covers: course.stretches.iter().enumerate().filter_map(same).collect(),
        follows: false,
        events: rate * f64::from(replications) * (warmup + measured),
        settings: Some(Settings {
            seed: span.seed,
            replications,
            warmup: Warmup::Fixed(Duration::seconds(warmup)),
            duration: Duration::seconds(measured),
            ends: Ends::AfterFaults,
            step: None,
            hour: of.hour,
            load: Load::Constant,
            faults: Faults::None,
            standing: flow::standing(model, of.hour),
        }),
        model: model.clone(),
    }
}

/// Replications, warm-up and measured time of an hour at so many events per second: shorter first, then fewer.
fn cut(rate: f64, span: &Span) -> (u32, f64, f64) {
    let (asked, warmup) = (span.replications.max(1), span.warmup.as_seconds());
    let affordable = EVENTS / rate.max(1e-9);
    if affordable >= f64::from(asked) * (warmup + 3600.0) {
        return (asked, warmup, 3600.0);
    }
    let replications = ((affordable / LEAST) as u32).clamp(asked.min(2), asked);
    let each = affordable / f64::from(replications);
    let warmup = warmup.min(each / 4.0);
    (replications, warmup, (each - warmup).min(3600.0))
}

/// Whole hours of the span from `from` to `to` seconds, run along the profile; `None` settings when that is too much.
fn following(
    model: Arc<Model>,
    span: &Span,
    course: &Course,
    what: What,
    (from, to): (f64, f64),
    faults: Faults,
) -> Window {
    let length = span.length.as_seconds();
    let start = 3600.0 * (from.max(0.0) / 3600.0).floor();
    let end = (3600.0 * (to / 3600.0).ceil()).min(length.max(start));
    let warmup = span.warmup.as_seconds();
    let inside = |s: &Stretch| s.start >= start && s.start < end;
    let covers: Vec<usize> =
        course.stretches.iter().enumerate().filter(|(_, s)| inside(s)).map(|(i, _)| i).collect();
    let visits = |i: &usize| course.states[course.stretches[*i].state].visits * course.stretches[*i].length;
    let first = covers.first().map_or(0.0, |i| course.states[course.stretches[*i].state].visits);
    // A fault may make its window end after the span.
    let whole = covers.iter().map(visits).sum::<f64>() * ((to - start) / (end - start).max(1.0)).max(1.0);
    let each = EVENTS_PER_VISIT * (whole + first * warmup);
    let replications = ((EVENTS / each.max(1e-9)) as u32).min(span.replications.max(1));
    let hour = (span.hour + (start / 3600.0) as usize) % HOURS_PER_WEEK;
    let settings = (replications > 0).then(|| Settings {
        seed: span.seed,
        replications,
        warmup: Warmup::Fixed(span.warmup),
        duration: Duration::seconds(end - start),
        ends: Ends::AfterFaults,
        step: None,
        hour,
        load: Load::Profile,
        faults,
        standing: flow::standing(&model, hour),
    });
    Window {
        what,
        start,
        length: end - start,
        covers: if settings.is_some() { covers } else { Vec::new() },
        follows: true,
        events: each * f64::from(replications.max(1)),
        settings,
        model,
    }
}

/// A window around every fault; faults close to each other share one.
fn faults(model: &Arc<Model>, span: &Span, course: &Course) -> Vec<Window> {
    let happens = |i: &usize| happens(&span.faults, *i);
    let reach = |i: usize| {
        let fault = &model.faults[i];
        let (at, lasts) = (fault.at.as_seconds(), fault.lasts.as_seconds());
        (at - BEFORE, at + lasts + AFTER.max(2.0 * lasts))
    };
    let mut groups: Vec<((f64, f64), Vec<usize>)> = Vec::new();
    let mut order: Vec<usize> = (0..model.faults.len()).filter(happens).collect();
    order.retain(|i| model.faults[*i].at.as_seconds() < span.length.as_seconds());
    order.sort_by(|a, b| reach(*a).0.total_cmp(&reach(*b).0));
    for i in order {
        let (from, to) = reach(i);
        match groups.last_mut().filter(|(last, _)| from < 3600.0 * (last.1 / 3600.0).ceil()) {
            Some((last, list)) => {
                last.1 = last.1.max(to);
                list.push(i);
            }
            None => groups.push(((from, to), vec![i])),
        }
    }
    let window = |(reach, list): ((f64, f64), Vec<usize>)| {
        let start = 3600.0 * (reach.0.max(0.0) / 3600.0).floor();
        let mut model = (**model).clone();
        let keep = |i: &usize| {
            let fault = &model.faults[*i];
            let at = Duration::seconds(fault.at.as_seconds() - start);
            crate::model::fault::Fault { at, ..fault.clone() }
        };
        model.faults = list.iter().map(keep).collect();
        let ids = model.faults.iter().map(|f| f.id.clone()).collect();
        following(Arc::new(model), span, course, What::Faults(ids), reach, Faults::All)
    };
    groups.into_iter().map(window).collect()
}

/// The backlog around stretch `at`, from the hour before it begins to the hour after it has drained; in later weeks too,
/// where the same hours begin without one.
fn overload(model: &Arc<Model>, span: &Span, course: &Course, at: usize) -> Window {
    let list = &course.stretches;
    let first = (0..at).rev().take_while(|i| list[*i].backlog).last().unwrap_or(at);
    let last = (at..list.len()).take_while(|i| list[*i].backlog).last().unwrap_or(at);
    let (from, to) = (list[first].start - 1.0, list[last].start + list[last].length + 1.0);
    let mut window = following(model.clone(), span, course, What::Overload, (from, to), Faults::None);
    if window.settings.is_some() {
        let one = window.covers.clone();
        for week in 1..=(span.length.as_seconds() / WEEK) as u32 {
            let shift = f64::from(week) * WEEK;
            let start = window.start + shift;
            let Some(begin) = list.iter().position(|s| s.start >= start) else { break };
            let again: Vec<usize> = (begin..list.len()).take(one.len()).collect();
            let same = |(a, b): (&usize, &usize)| {
                (list[*a].start + shift - list[*b].start).abs() < 1.0 && list[*a].backlog == list[*b].backlog
            };
            let alone = begin == 0 || !list[begin - 1].backlog;
            if alone && again.len() == one.len() && one.iter().zip(&again).all(same) {
                window.covers.extend(again);
            }
        }
    }
    window
}
