//! The native half of the comparison: the same functions as in the browser, timed by the wall clock as there. Prints one
//! line of JSON with the milliseconds of every round.

use plimsoll_bench_web::{answer, closed_form, hours, run, wait};
use std::time::Instant;

fn timed(work: impl FnOnce() -> f64) -> (f64, f64) {
    let start = Instant::now();
    let out = work();
    (out, start.elapsed().as_secs_f64() * 1e3)
}

fn main() {
    let rounds: u32 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(5);
    let mut parts = Vec::new();
    for job in [1, 2] {
        for engine in [0, 1] {
            run(engine, job, 0);
        }
        let mut times = [Vec::new(), Vec::new()];
        let mut per = [0.0; 2];
        let mut waits = [0.0; 2];
        for round in 1..=rounds {
            for engine in [0, 1] {
                let (events, ms) = timed(|| run(engine, job, round));
                waits[engine as usize] += wait() / f64::from(rounds);
                per[engine as usize] += events / f64::from(rounds);
                times[engine as usize].push(ms);
            }
        }
        let [bare, ours] = times;
        parts.push(format!(
            "{{\"job\":{job},\"bare\":{bare:?},\"ours\":{ours:?},\"events\":{per:?},\"waits\":{waits:?},\"closed\":{}}}",
            closed_form(job)
        ));
    }
    let times = |work: extern "C" fn() -> f64| (0..40).map(|_| timed(|| work()).1).collect::<Vec<_>>();
    let (answers, states) = (times(answer), times(hours));
    println!("{{\"jobs\":[{}],\"answer\":{answers:?},\"hours\":{states:?}}}", parts.join(","));
}
