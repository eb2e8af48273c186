//! The shipped plan at 1,000 tenants over its busiest day: every policy, journey and statistic, at the shipped rates.

use crate::jobs::{median, timed};
use crate::{ours, target};
use plimsoll::model::Model;
use plimsoll::scenario::{self, examples};
use plimsoll::sim::{Faults, Load, Measured, Settings, Warmup};
use plimsoll::units::Duration;
use std::process::Command;
use std::sync::Arc;

/// The first argument of a process that runs the plan and tells its memory.
pub const MEMORY: &str = "plan-memory";
/// Hours of the day whose load is looked at.
const DAY: f64 = 24.0;

fn model() -> Arc<Model> {
    shipped("secure-ai-chat")
}

/// A shipped scenario, at 1,000 tenants when it has such a tier.
fn shipped(name: &str) -> Arc<Model> {
    let name = format!("{name}.toml");
    let text = examples::text(&name).expect("a shipped scenario");
    let scenario = scenario::read(&examples::with_bases(&name, text)).scenario.expect("a valid scenario");
    let tier = if scenario.tiers.iter().any(|t| t == "t1000") { "t1000" } else { &scenario.tiers[0] };
    Arc::new(scenario::lower(&scenario, tier, &[]).expect("a valid tier"))
}

/// Every shipped scenario with all its faults, three replications of an hour each: what the digests are to cover.
pub fn all_digests() -> Vec<(&'static str, u64)> {
    let digest = |name| {
        let model = shipped(name);
        let settings = Settings { replications: 3, faults: Faults::All, ..settings(&model, 1, 1.0) };
        (name, ours::study(model, settings).digest.unwrap_or(0))
    };
    examples::NAMES.into_iter().map(digest).collect()
}

/// Midnight of the busiest day and so many hours from there, the load following the profile.
fn settings(model: &Model, seed: u64, hours: f64) -> Settings {
    Settings {
        hour: model.profile.busiest_hour() / 24 * 24,
        load: Load::Profile,
        warmup: Warmup::Fixed(Duration::seconds(600.0)),
        ..ours::settings(seed, hours * 3600.0)
    }
}

/// Prints the table's part.
pub fn report(rounds: u64) {
    let model = model();
    let mut rows = Vec::new();
    for round in 0..rounds {
        let settings = settings(&model, 1 + round, DAY);
        let (measured, cpu_s) = timed(|| ours::study(model.clone(), settings));
        let (requests, events) = ours::counts(&measured, DAY * 3600.0);
        rows.push((cpu_s, requests, events, measured.events as f64));
    }
    let of = |value: fn(&(f64, f64, f64, f64)) -> f64| median(rows.iter().map(value).collect());
    println!(
        "the plan, t1000, one day: {:.2e} requests, {:.1} events and {:.1} turns of the clock each, {:.2} s of CPU, \
         {:.3} us/request, {:.0} ns per turn of the clock",
        of(|r| r.1),
        of(|r| r.2 / r.1),
        of(|r| r.3 / r.1),
        of(|r| r.0),
        of(|r| r.0 * 1e6 / r.1),
        of(|r| r.0 * 1e9 / r.3),
    );
    target("ns of CPU per event", of(|r| r.0 * 1e9 / r.2), "<=", 150.0);
    let (hour, day) = (child(1.0), child(DAY));
    println!("  peak memory of a process of its own: {hour:.0} MB for one hour, {day:.0} MB for the day");
    target("MB for the day", day, "<=", 200.0);
    target("MB more for the day than for one hour", day - hour, "<=", 5.0);
    println!();
}

/// One day, and its seconds.
pub fn day(seed: u64) -> (Measured, f64) {
    let model = model();
    (ours::study(model.clone(), settings(&model, seed, DAY)), DAY * 3600.0)
}

/// Peak memory in MB of a process that runs the plan for so many hours.
fn child(hours: f64) -> f64 {
    let this = std::env::current_exe().expect("a program");
    let out = Command::new(this).args([MEMORY, &hours.to_string()]).output().expect("a process");
    String::from_utf8_lossy(&out.stdout).trim().parse().unwrap_or(f64::NAN)
}

/// Runs the plan and prints this process's peak memory in MB.
pub fn memory(hours: f64) {
    let model = model();
    let settings = settings(&model, 1, hours);
    ours::study(model, settings);
    // SAFETY: all-zero is a valid `rusage`, and the call only writes to it.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    println!("{}", usage.ru_maxrss as f64 * 1024.0 * 1e-6);
}
