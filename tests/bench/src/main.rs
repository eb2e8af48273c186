//! Plimsoll against a bare event loop of the same model and against its peers, in one table on this machine.
//!
//! `plimsoll-bench [ROUNDS]`: in every round each engine does each job once, in turn, with a seed of the round; shown are
//! medians over the rounds, and ratios are medians of the rounds' ratios, so that a machine with other work to do
//! disturbs them little. Times are CPU time. What was learned stands in the README beside it.
//!
//! `plimsoll-bench profile JOB [SEEDS]`: Plimsoll alone on one job, 0 to 2, or on the `plan` or on `pending`, to be run under a
//! profiler; `digests` in place of a job prints those of every shipped scenario with its faults.

mod bare;
mod jobs;
mod nexosim;
mod ours;
mod pending;
mod plan;
mod simcore;
mod wide;

use jobs::{JOBS, Job, Run, median, timed};

/// An engine: its name and how it does a job.
type Engine = (&'static str, fn(&'static Job, u64) -> Run);

const ENGINES: [Engine; 4] =
    [("bare loop", bare::run), ("plimsoll", ours::run), ("simcore", simcore::run), ("NeXosim", nexosim::run)];
const BARE: usize = 0;
const OURS: usize = 1;
const SIMCORE: usize = 2;
const NEXOSIM: usize = 3;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [what, hours] = &arguments[..]
        && what == plan::MEMORY
    {
        return plan::memory(hours.parse().expect("hours"));
    }
    if let [what, job, seeds @ ..] = &arguments[..]
        && what == "profile"
    {
        return profile(job, seeds.first().map_or(5, |n| n.parse().expect("a number of seeds")));
    }
    let rounds: u64 = arguments.first().map_or(7, |n| n.parse().expect("a number of rounds"));
    println!("{rounds} rounds, CPU time, medians; an event is an external arrival or a service completion\n");
    println!(
        "{:<13} {:<10} {:>7} {:>9} {:>11} {:>8} {:>14} {:>11} {:>11} {:>7}",
        "job",
        "engine",
        "Mev/s",
        "ns/event",
        "us/request",
        "of bare",
        "plimsoll is",
        "mean wait s",
        "closed form",
        "error"
    );
    for job in &JOBS {
        compare(job, rounds);
    }
    plan::report(rounds.min(3));
    pending::report(rounds.min(3));
    wide::report(rounds.min(3));
}

/// Runs Plimsoll alone a few times, for a profiler: on a job by number, or else on the plan. The digests tell whether a
/// change for speed has changed a result.
fn profile(job: &str, seeds: u64) {
    if job == "digests" {
        return plan::all_digests().iter().for_each(|(name, digest)| println!("{digest:016x} {name}"));
    }
    if job == "pending" {
        return (1..=seeds).for_each(|seed| println!("{:.1} ns of CPU per event", pending::once(seed)));
    }
    let job = job.parse().ok().and_then(|at: usize| JOBS.get(at));
    let mut digest = 0u64;
    let mut runs = Vec::new();
    for seed in 1..=seeds {
        let ((measured, seconds), cpu_s) = timed(|| match job {
            Some(job) => ours::measure(job, seed),
            None => plan::day(seed),
        });
        digest = digest.rotate_left(1) ^ measured.digest.unwrap_or(0);
        runs.push(cpu_s * 1e9 / ours::counts(&measured, seconds).1);
    }
    println!("{:.1} ns of CPU per event, {runs:.1?}, digests {digest:016x}", median(runs.clone()));
}

/// All engines on one job.
fn compare(job: &'static Job, rounds: u64) {
    let mut runs: [Vec<Run>; 4] = Default::default();
    for round in 0..rounds {
        for turn in 0..ENGINES.len() {
            let engine = (turn + round as usize) % ENGINES.len();
            let (run, cpu_s) = timed(|| ENGINES[engine].1(job, 1 + round));
            runs[engine].push(Run { cpu_s, ..run });
        }
    }
    let per_event = |run: &Run| run.cpu_s * 1e9 / run.events;
    let ratio = |of: usize, to: usize| {
        median(runs[of].iter().zip(&runs[to]).map(|(a, b)| per_event(a) / per_event(b)).collect())
    };
    let exact = job.closed_form();
    for (engine, (name, _)) in ENGINES.iter().enumerate() {
        let of = |value: fn(&Run) -> f64| median(runs[engine].iter().map(value).collect());
        let ns = median(runs[engine].iter().map(per_event).collect());
        let us = of(|r| r.cpu_s * 1e6 / r.requests);
        let wait = runs[engine].iter().map(|r| r.wait_s).sum::<f64>() / rounds as f64;
        let against =
            if engine == OURS { String::new() } else { format!("{:.2}x as fast", ratio(engine, OURS)) };
        println!(
            "{:<13} {name:<10} {:>7.1} {ns:>9.1} {us:>11.3} {:>8.2} {against:>14} {wait:>11.6} {exact:>11.6} {:>+6.1}%",
            job.name,
            1e3 / ns,
            ratio(BARE, engine),
            100.0 * (wait / exact - 1.0),
        );
    }
    let fair = ratio(SIMCORE, BARE);
    if fair < 2.0 {
        println!("{:<13} the bare loop is no limit here: simcore takes only {fair:.2}x its time", "");
    }
    if job.stations[0].servers > 1 {
        target("events per second of the bare loop's", ratio(BARE, OURS), ">=", 0.6);
        target("times as fast as simcore (stretch 1.8)", ratio(SIMCORE, OURS), ">=", 1.3);
        target("times as fast as NeXosim (stretch 5)", ratio(NEXOSIM, OURS), ">=", 3.5);
    }
    println!();
}

/// Prints a figure beside its target. `sense` is `>=` or `<=`.
pub fn target(what: &str, value: f64, sense: &str, limit: f64) {
    let met = if sense == ">=" { value >= limit } else { value <= limit };
    println!("  {} {value:.2} {what}, target {sense} {limit}", if met { "met   " } else { "MISSED" });
}
