//! Inverse questions against closed forms, and against the simulator.

use crate::giving_up_sim::model_of;
use plimsoll::assess::{Analysis, analyse};
use plimsoll::plan::hour::Runs;
use plimsoll::plan::solve::{faults, load, outages, vendor_uptime};
use plimsoll::recovery::Memo;
use plimsoll::sim::Sequential;
use std::sync::Arc;

const RUNS: Runs = Runs { seed: 1, replications: 4, warmup_s: 60.0, duration_s: 3600.0 };

fn analysis(text: &str) -> Analysis {
    analyse(Arc::new(model_of(text)), &mut Memo::default())
}

/// M/M/1 at 20/s and 100/s: responses are exponential with 80/s.
fn queue(target: &str) -> Analysis {
    analysis(&text(target))
}

fn text(target: &str) -> String {
    format!(
        r#"
schema = 1
name = "one queue"
[journey.job]
entry = "desk"
arrivals = "20/s"
[component.desk]
kind = "station"
servers = 1
work = "exponential(mean=10ms)"
mtbf = "100h"
mttr = "3min"
{target}
"#
    )
}

fn near(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{found} against {expected}");
}

#[test]
fn the_smallest_faults_of_one_queue_are_those_of_its_formula() {
    // p95 = ln 20 / (µ - λ) < 100 ms: µ - λ at least 29.957/s.
    let analysis = queue("[target.fast]\njourney = \"job\"\np95 = \"100ms\"\n");
    let (found, broken) = faults(&analysis, "f.toml", RUNS, &Sequential);
    assert!(broken.is_empty());
    let slack = 20_f64.ln() / 0.1;
    let size = |words: &str| {
        let fault = found
            .iter()
            .find(|f| f.what.en.contains(words) && !f.what.en.contains(" while "))
            .unwrap_or_else(|| panic!("{words}: {found:?}"));
        (fault.severity.value.unwrap(), fault)
    };
    // Capacity: 100 (1 - s) - 20 = slack. Load: 100 - 20 f = slack, s = 1 - 1/f. Errors: 5 % failed are too late.
    near(size("capacity").0, 1.0 - (20.0 + slack) / 100.0, 1e-4);
    near(size("times the load").0, 1.0 - 20.0 / (100.0 - slack), 1e-4);
    let (errors, least) = size("fail");
    near(errors, 0.05, 1e-4);
    assert_eq!(found[0].what, least.what, "the least severe comes first");
    // By simulation the same, and as a piece of the file.
    let (low, high) = (least.simulated_severity.low.unwrap(), least.simulated_severity.high.unwrap());
    assert!(low < 0.0525 && high > 0.0475 && high < 0.07, "{low} to {high}");
    assert!(
        least.patch.contains("[fault.worst]\nwhat = \"error-rate\"\non = \"desk\"\nerrors = \""),
        "{}",
        least.patch
    );
    assert_eq!(least.command, "plimsoll simulate f.toml --tier base --seed 1 --fault worst");
    assert_eq!(least.breaks, ["fast"]);
    // 5 % of the hour's requests have to fail: of four times that for a quarter of an hour, and of less 20 minutes are too
    // short.
    let (size, lasts) = (least.lasts_severity.value.unwrap(), least.lasts_s.value.unwrap());
    near(size, 4.0 * high, 1e-9);
    near(size * lasts / 3600.0, 0.05, 0.1);
    assert!(least.patch.contains("for = \"3600s\""), "the piece is the smallest: {}", least.patch);
    assert_eq!(least.apart_s.value, None, "one alone");
}

#[test]
fn a_pair_is_smaller_in_each_part_than_either_alone() {
    let analysis = queue("[target.fast]\njourney = \"job\"\np95 = \"100ms\"\n");
    let (found, _) = faults(&analysis, "f.toml", RUNS, &Sequential);
    let pairs: Vec<_> = found.iter().filter(|f| f.what.en.contains(" while ")).collect();
    assert!(!pairs.is_empty());
    for pair in &pairs {
        // The piece can be put into the file as it is.
        let model = model_of(&format!(
            "{}{}",
            text("[target.fast]\njourney = \"job\"\np95 = \"100ms\"\n"),
            pair.patch
        ));
        assert_eq!(model.faults.len(), 2, "{}", pair.patch);
        assert!(pair.patch.matches("[fault.").count() == 2, "{}", pair.patch);
        if let Some(apart) = pair.apart_s.value {
            assert!((0.0..=1200.0).contains(&apart) && pair.lasts_s.value.is_some());
        }
        if pair.simulated_severity.value.is_some() {
            assert!(pair.command.ends_with("--fault worst-1,worst-2"), "{}", pair.command);
        }
    }
}

#[test]
fn a_target_that_fails_anyway_is_named_and_left_out() {
    let analysis = queue("[target.fast]\njourney = \"job\"\np95 = \"10ms\"\n");
    let (found, broken) = faults(&analysis, "f.toml", RUNS, &Sequential);
    assert!(found.is_empty());
    assert_eq!(broken, ["fast"]);
}

#[test]
fn the_most_load_of_one_queue_is_that_of_its_formula_and_the_simulation_agrees() {
    let text = |users: &str| {
        format!(
            "schema = 1\nname = \"l\"\n[load]\nactive = \"office-jp\"\ntenants = 10\nusers = {users}\n[journey.job]\nentry = \"desk\"\nrate = \"3600/h\"\n[component.desk]\nkind = \"station\"\nservers = 1\nwork = \"exponential(mean=10ms)\"\n[target.fast]\njourney = \"job\"\np95 = \"100ms\"\n"
        )
    };
    let analysis = analysis(&text("40"));
    let limits = load(&analysis, RUNS, &Sequential);
    let limit = &limits["fast"];
    let most = 100.0 - 20_f64.ln() / 0.1;
    let share = analysis.model.profile.share(analysis.model.profile.busiest_hour());
    near(limit.users.value.unwrap() * share, most, 1e-3);
    near(limit.tenants.value.unwrap() * 4.0 * share, most, 1e-3);
    let (low, high) = (limit.simulated_tenants.low.unwrap(), limit.simulated_tenants.high.unwrap());
    assert!(low < high && high / low < 1.04, "{low} to {high}");
    assert!(low * 4.0 * share < most * 1.06 && high * 4.0 * share > most * 0.94, "{low} to {high}");
    assert_eq!(limit.component.as_deref(), Some("desk"));
}

#[test]
fn a_lone_vendor_must_reach_the_target_itself() {
    let analysis = queue("[target.up]\nuptime = \"99.9%\"\njourneys = [\"job\"]\n");
    let vendors = vendor_uptime(&analysis);
    near(vendors["desk"].needed.value.unwrap(), 0.999, 1e-9);
    near(vendors["desk"].expected.value.unwrap(), 100.0 / 100.05, 1e-9);
    assert!(vendors["desk"].enough);
    let outages = outages(&analysis);
    near(outages["desk"].minutes.value.unwrap(), 43.2, 1e-6);
}
