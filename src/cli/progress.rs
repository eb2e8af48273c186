//! Works a job off on all cores, with a bar on a terminal, and stops cleanly on Ctrl-C.

use super::args::Common;
use crate::answer::Answer;
use crate::diag::Diagnostic;
use crate::job::running::{Running, Step};
use crate::job::{Budget, Job, Reply};
use crate::sim::{Executor, estimate};
use crate::text::{Lang, overload as words};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Events of each replication between two looks at the clock and at Ctrl-C.
const STEP: Budget = Budget { events: 200_000 };

/// Replications spread over the threads.
pub struct Threads(rayon::ThreadPool);

impl Executor for Threads {
    fn each<T: Send>(&self, items: &mut [T], work: impl Fn(&mut T) + Sync + Send) {
        self.0.install(|| items.par_iter_mut().for_each(work));
    }

    fn at_once(&self) -> usize {
        self.0.current_num_threads()
    }

    fn stopped(&self) -> bool {
        interrupted()
    }
}

/// As many threads as asked for; from now on Ctrl-C stops what runs on them.
pub fn threads(common: &Common) -> Threads {
    stopped_by_user();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(common.jobs.unwrap_or(0)).build();
    Threads(pool.unwrap_or_else(|_| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .use_current_thread()
            .build()
            .expect("this thread exists")
    }))
}

/// Events from which on a run says beforehand how long it will take.
const LONG: f64 = 1e9;

/// The answer of a job, and whether it was stopped before its end. `budget`: the most CPU seconds of this process; what is
/// then open is unsure.
pub fn run(job: Job, common: &Common, budget: Option<f64>) -> Result<(Answer, bool), Vec<Diagnostic>> {
    let started = Instant::now();
    let stop = stopped_by_user();
    let threads = threads(common);
    let bar = bar(common);
    let mut running = Running::start(job);
    let events = running.estimate();
    if !common.show.quiet && (events >= LONG || budget.is_some() && events > 0.0) {
        let seconds = events / estimate::PER_SECOND;
        eprintln!("{}", words::estimate(events, seconds).get(common.show.lang()));
    }
    let reply = loop {
        if stop.load(Ordering::Relaxed) {
            break running.stop();
        }
        if budget.is_some_and(|most| cpu_seconds(started, &threads) >= most) {
            break running.exhausted();
        }
        match running.step_on(STEP, &threads) {
            Step::Done(reply) => break reply,
            Step::More(Reply::Progress { done, replications, events, .. }) => {
                bar.set_position((done * 1000.0) as u64);
                let place =
                    running.place().map_or_else(String::new, |(n, of, tier)| format!("{n}/{of} {tier} "));
                bar.set_message(so_far(&place, replications, events, common.show.lang()));
            }
            Step::More(_) => {}
        }
    };
    bar.finish_and_clear();
    match reply {
        Reply::Done { answer, partial, .. } => Ok((*answer, partial)),
        Reply::Rejected { diagnostics, .. } => Err(diagnostics),
        Reply::Progress { .. } | Reply::Helped { .. } | Reply::Asking { .. } => Err(Vec::new()),
    }
}

/// CPU time of this process: as the system counts it, else that of all threads since the start.
fn cpu_seconds(started: Instant, threads: &Threads) -> f64 {
    let counted = std::fs::read_to_string("/proc/self/stat").ok().and_then(|stat| {
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        let ticks = |field: Option<&str>| field?.parse::<f64>().ok();
        // In hundredths of a second, whatever the kernel's own clock (`USER_HZ`).
        Some((ticks(fields.next())? + ticks(fields.next())?) / 100.0)
    });
    counted.unwrap_or_else(|| started.elapsed().as_secs_f64() * threads.at_once() as f64)
}

fn so_far(place: &str, replications: u32, events: u64, lang: Lang) -> String {
    let millions = events as f64 / 1e6;
    match lang {
        Lang::Ja => format!("{place}反復 {replications}、{millions:.1} 百万イベント(Ctrl-C で中断)"),
        Lang::En => format!("{place}{replications} replications, {millions:.1} M events (Ctrl-C stops)"),
    }
}

fn bar(common: &Common) -> ProgressBar {
    let target = if common.show.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let bar = ProgressBar::with_draw_target(Some(1000), target);
    if let Ok(style) = ProgressStyle::with_template("{bar:24} {percent:>3} %  {eta:>4}  {msg}") {
        bar.set_style(style);
    }
    bar
}

/// Whether Ctrl-C was pressed.
pub fn interrupted() -> bool {
    stopped_by_user().load(Ordering::Relaxed)
}

/// Set by the first Ctrl-C; a second one ends the process at once.
fn stopped_by_user() -> &'static AtomicBool {
    static STOP: OnceLock<AtomicBool> = OnceLock::new();
    let flag = STOP.get_or_init(|| AtomicBool::new(false));
    // A second call finds the handler in place: that is no error.
    let _ = ctrlc::set_handler(|| {
        if STOP.get().is_some_and(|flag| flag.swap(true, Ordering::Relaxed)) {
            std::process::exit(130);
        }
    });
    flag
}
