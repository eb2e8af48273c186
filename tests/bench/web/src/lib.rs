//! The jobs of the benchmark as plain functions over numbers, so that a browser and a native program call the same code:
//! the bare loop, Plimsoll, and the analytic answers that the page gives after an edit.

#[path = "../../src/bare.rs"]
mod bare;
#[path = "../../src/jobs.rs"]
#[allow(dead_code)]
mod jobs;
#[path = "../../src/ours.rs"]
mod ours;

use plimsoll::scenario::{SourceFile, examples};
use std::sync::atomic::{AtomicU64, Ordering};

/// Mean wait of the last run, as bits.
static WAIT: AtomicU64 = AtomicU64::new(0);

/// Runs a job once (0: M/M/1, 1: M/M/8, 2: web stack) with an engine (0: bare loop, 1: Plimsoll); the number of events.
#[unsafe(no_mangle)]
pub extern "C" fn run(engine: u32, job: u32, seed: u32) -> f64 {
    let job = &jobs::JOBS[job as usize];
    let run = if engine == 0 { bare::run(job, u64::from(seed)) } else { ours::run(job, u64::from(seed)) };
    WAIT.store(run.wait_s.to_bits(), Ordering::Relaxed);
    run.events
}

/// Mean wait of a request of the last run, seconds.
#[unsafe(no_mangle)]
pub extern "C" fn wait() -> f64 {
    f64::from_bits(WAIT.load(Ordering::Relaxed))
}

/// Mean wait by closed form.
#[unsafe(no_mangle)]
pub extern "C" fn closed_form(job: u32) -> f64 {
    jobs::JOBS[job as usize].closed_form()
}

fn plan() -> Vec<SourceFile> {
    examples::with_bases("secure-ai-chat.toml", examples::text("secure-ai-chat").expect("it is shipped"))
}

/// What the page does with the plan's text after an edit: read it and answer every tier. The number of tiers.
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> f64 {
    let files = plan();
    let reading = plimsoll::scenario::read(&files);
    let scenario = reading.scenario.expect("it is sound");
    // The page keeps what an edit leaves as it was; each call here is as the page's first, without it.
    let mut memo = plimsoll::recovery::Memo::default();
    plimsoll::job::screen_of(&scenario, &files, None, &mut memo).map_or(0.0, |answer| answer.tiers.len() as f64)
}

/// Steady state of every tier at each of the 24 hours of the busiest day, from the text. The number of steady states.
#[unsafe(no_mangle)]
pub extern "C" fn hours() -> f64 {
    let files = plan();
    let scenario = plimsoll::scenario::read(&files).scenario.expect("it is sound");
    let mut solved = 0;
    for tier in &scenario.tiers {
        let model = scenario.model(tier).expect("it is sound");
        solved += plimsoll::flow::day::day(&model).hours.len();
    }
    solved as f64
}
