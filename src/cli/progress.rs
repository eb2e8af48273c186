//! Works a job off on all cores, with a bar on a terminal, and stops cleanly on Ctrl-C.

use super::args::Common;
use crate::answer::Answer;
use crate::diag::Diagnostic;
use crate::job::running::{Running, Step};
use crate::job::{Budget, Job, Reply};
use crate::sim::Executor;
use crate::text::Lang;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

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
}

/// As many threads as asked for.
pub fn threads(common: &Common) -> Threads {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(common.jobs.unwrap_or(0)).build();
    Threads(pool.unwrap_or_else(|_| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .use_current_thread()
            .build()
            .expect("this thread exists")
    }))
}

/// The answer of a job, and whether it was stopped before its end.
pub fn run(job: Job, common: &Common) -> Result<(Answer, bool), Vec<Diagnostic>> {
    let stop = stopped_by_user();
    let threads = threads(common);
    let bar = bar(common);
    let mut running = Running::start(job);
    let reply = loop {
        if stop.load(Ordering::Relaxed) {
            break running.stop();
        }
        match running.step_on(STEP, &threads) {
            Step::Done(reply) => break reply,
            Step::More(Reply::Progress { done, replications, events, .. }) => {
                bar.set_position((done * 1000.0) as u64);
                let place =
                    running.place().map_or_else(String::new, |(n, of, tier)| format!("{n}/{of} {tier} "));
                bar.set_message(words(&place, replications, events, common.show.lang()));
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

fn words(place: &str, replications: u32, events: u64, lang: Lang) -> String {
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
