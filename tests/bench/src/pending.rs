//! A million pending events: a station without a limit of servers that holds a million requests at a time.

use crate::jobs::{median, timed};
use crate::{ours, target};
use plimsoll::model::build;
use plimsoll::sim::{Sequential, Study};
use plimsoll::stats::distribution::Distribution;
use std::sync::Arc;

/// Requests at a time, on average.
const PENDING: f64 = 1e6;
/// Mean latency, seconds.
const LATENCY_S: f64 = 100.0;
/// Turns of the clock that are timed.
const TURNS: u64 = 4_000_000;

/// ns of CPU per event with a million pending.
pub fn once(seed: u64) -> f64 {
    let mut model = build::empty();
    let entry = build::component(&mut model, "far", build::delay(Distribution::Exponential(LATENCY_S)));
    build::journey(&mut model, "call", entry, PENDING / LATENCY_S);
    let mut study = Study::start(Arc::new(model), ours::settings(seed, 1e6));
    // After five mean latencies 99 % of as many requests are under way as ever will be.
    while study.progress().done * 1e6 < 5.0 * LATENCY_S {
        study.step(100_000, &Sequential);
    }
    let before = study.progress().events;
    let (_, cpu_s) = timed(|| study.step(TURNS, &Sequential));
    cpu_s * 1e9 / (study.progress().events - before) as f64
}

/// Prints the table's part.
pub fn report(rounds: u64) {
    println!("a million pending events: every turn of the clock is an arrival or a completion");
    target("ns of CPU per event", median((1..=rounds).map(once).collect()), "<=", 300.0);
    println!();
}
