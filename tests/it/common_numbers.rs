//! Common random numbers: two designs that are driven by the same keyed draws differ by what the change does, not by luck.
//! On the plan's 1,000-tenant tier, the interval of the difference is compared with that of independent seeds.

use plimsoll::scenario::{SourceFile, lower, read};
use plimsoll::sim::{Ends, Faults, Load, Sequential, Settings, Study, Warmup};
use plimsoll::stats::interval::Mean;
use plimsoll::units::Duration;
use std::sync::Arc;

const RUNS: u64 = 10;

/// Mean and p95 of the chat's response in each of the runs with these seeds.
fn chat(text: &str, seeds: std::ops::Range<u64>) -> Vec<(f64, f64)> {
    let file = SourceFile { name: "plan.toml".to_owned(), text: text.to_owned() };
    let model = Arc::new(lower(&read(&[file]).scenario.unwrap(), "t1000", &[]).unwrap());
    let chat = model.journey("chat").unwrap();
    let run = |seed| {
        let settings = Settings {
            seed,
            replications: 1,
            warmup: Warmup::Fixed(Duration::seconds(60.0)),
            duration: Duration::seconds(600.0),
            ends: Ends::AfterFaults,
            step: None,
            hour: model.profile.busiest_hour(),
            load: Load::Constant,
            faults: Faults::None,
            standing: Vec::new(),
        };
        let mut study = Study::start(model.clone(), settings);
        while study.step(10_000_000, &Sequential) {}
        let response = study.measured().journeys[chat.0 as usize].response_s.clone();
        (response.mean.value.unwrap(), response.p95.value.unwrap())
    };
    seeds.map(run).collect()
}

/// Half the width of the 95 % interval of the mean difference.
fn half(a: &[(f64, f64)], b: &[(f64, f64)], of: impl Fn(&(f64, f64)) -> f64) -> f64 {
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| of(b) - of(a)).collect();
    Mean::of(&differences).unwrap().half_width.unwrap()
}

#[test]
fn the_same_draws_tighten_what_a_change_does() {
    let plan = include_str!("../../scenarios/secure-ai-chat.toml");
    let (hit, pods) = ("redis 90% miss rds", "\nreplicas = 3\nslots");
    assert!(plan.matches(hit).count() == 1 && plan.matches(pods).count() == 1, "the plan says it once");
    let base = chat(plan, 0..RUNS);
    for (what, changed) in [
        ("redis hit ratio + 5 points", plan.replace(hit, "redis 95% miss rds")),
        ("api 3 -> 4 pods", plan.replace(pods, "\nreplicas = 4\nslots")),
    ] {
        let (same, other) = (chat(&changed, 0..RUNS), chat(&changed, RUNS..2 * RUNS));
        let tighter = |of: fn(&(f64, f64)) -> f64| half(&base, &other, of) / half(&base, &same, of);
        let (mean, p95) = (tighter(|r| r.0), tighter(|r| r.1));
        println!("{what}: interval of the difference {mean:.1}x (mean) and {p95:.1}x (p95) tighter");
        assert!(mean >= 5.0, "{what}: mean {mean}");
        assert!(p95 >= 3.0, "{what}: p95 {p95}");
    }
}
