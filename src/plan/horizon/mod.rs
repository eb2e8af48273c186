//! What happens over days, weeks or months, at any scale: hours from formulas with a fluid backlog (`flow::hours`), and
//! windows simulated request by request where a formula is weakest: the heaviest load, every fault, loads without a
//! formula. What a window measured replaces the formula for the hours it stands for. Outside the windows the work does not
//! grow with the rate of requests; a window is cut to a number of events.

mod fill;
mod mixture;
mod windows;

use crate::answer::horizon::{HorizonAnswer, WindowAnswer};
use crate::flow::hours::{Course, course};
use crate::model::Model;
use crate::sim::{Executor, Faults, Histograms, Measured, Progress, Study};
use crate::units::Duration;
use std::sync::Arc;
use windows::{What, Window};

/// What to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Everything random follows from it.
    pub seed: u64,
    /// First hour of the week, 0 = Monday 00:00.
    pub hour: usize,
    /// How long.
    pub length: Duration,
    /// Replications of a window.
    pub replications: u32,
    /// Warm-up of a window.
    pub warmup: Duration,
    /// Which of the model's faults happen; their times count from the start of the span.
    pub faults: Faults,
}

/// A span under way. `step` it until it says so.
pub struct Horizon {
    model: Arc<Model>,
    span: Span,
    course: Course,
    windows: Vec<Window>,
    /// By window; `None`: not run yet, or too large.
    seen: Vec<Option<Seen>>,
    next: usize,
    study: Option<Study>,
    ended: Progress,
}

/// What a window measured.
struct Seen {
    measured: Measured,
    times: Histograms,
}

impl Horizon {
    /// Solves all hours and chooses the windows; nothing is simulated yet.
    pub fn start(model: Arc<Model>, span: Span) -> Self {
        let course = course(&model, span.hour, span.length.as_seconds());
        let windows = windows::choose(&model, &span, &course);
        let seen = windows.iter().map(|_| None).collect();
        Self { model, span, course, windows, seen, next: 0, study: None, ended: Progress::default() }
    }

    /// About `events` events in every replication under way. `true` while there is more to do.
    pub fn step(&mut self, events: u64, executor: &impl Executor) -> bool {
        let Some(window) = self.windows.get(self.next) else { return false };
        if window.settings.is_some() {
            let study = self.study.get_or_insert_with(|| window.study());
            if study.step(events, executor) {
                return true;
            }
            let progress = study.progress();
            self.ended.events += progress.events;
            self.ended.replications += progress.replications;
            self.seen[self.next] = Some(Seen { measured: study.measured(), times: study.histograms() });
            self.study = None;
        }
        self.next += 1;
        self.next < self.windows.len()
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        let now = self.study.as_ref().map(Study::progress).unwrap_or_default();
        Progress {
            events: self.ended.events + now.events,
            replications: self.ended.replications + now.replications,
            done: (self.next as f64 + now.done) / self.windows.len().max(1) as f64,
        }
    }

    /// Whether every window that is to run has run.
    pub fn complete(&self) -> bool {
        self.next >= self.windows.len()
    }

    /// Windows of the span and their parts in it.
    fn summary(&self) -> HorizonAnswer {
        let stands_for = |w: usize| -> f64 { fill::seconds(&self.course, &self.windows[w].covers) };
        let window = |(w, window): (usize, &Window)| {
            let run = self.seen[w].as_ref();
            WindowAnswer {
                what: match &window.what {
                    What::Peak => "peak".to_owned(),
                    What::Overload => "overload".to_owned(),
                    What::NoFormula => "no-formula".to_owned(),
                    What::Faults(ids) => ids.join(", "),
                },
                start_s: window.start,
                length_s: window.length,
                measured_s: window.settings.as_ref().map_or(0.0, |s| s.duration.as_seconds()),
                stands_for_s: if run.is_some() { stands_for(w) } else { 0.0 },
                replications: run.map_or(0, |r| r.measured.replications),
                events: run.map_or(window.events as u64, |r| r.measured.events),
            }
        };
        let windows: Vec<WindowAnswer> = self.windows.iter().enumerate().map(window).collect();
        let backlogs = self.course.stretches.iter().filter(|s| s.backlog).map(|s| s.length);
        HorizonAnswer {
            length_s: self.span.length.as_seconds(),
            states: self.course.states.len() as u32,
            backlog_s: backlogs.fold(0.0, |sum, s| sum + s),
            simulated_s: windows.iter().fold(0.0, |sum, w| sum + w.stands_for_s),
            windows,
        }
    }
}
