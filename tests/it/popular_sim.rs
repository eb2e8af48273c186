//! Caches whose hit ratio follows from what is asked of them: steady state by Che, and filling up after a flush.

use crate::giving_up_sim::model_of;
use crate::theory_sim::{run, settings};
use plimsoll::model::Model;
use plimsoll::sim::{Faults, Measured, Settings};
use plimsoll::stats::che::{Forgets, Zipf, hit_ratio};

fn text(popularity: &str) -> String {
    format!(
        r#"
schema = 1
name = "cache"
[journey.read]
entry = "front"
arrivals = "200/s"
steps.front = ["redis miss rds"]
[component.front]
kind = "station"
[component.redis]
kind = "cache"
popularity = {popularity}
[component.rds]
kind = "station"
latency = "10ms"
[fault.flush]
what = "cache-flush"
on = "redis"
at = "10min"
for = "1min"
"#
    )
}

fn hits(model: &Model, m: &Measured) -> f64 {
    m.components[model.component("redis").unwrap().index()].hit_ratio.value.unwrap()
}

fn near(found: f64, expected: f64, within: f64) {
    assert!((found - expected).abs() <= within, "{found} against {expected}");
}

#[test]
fn the_hit_ratio_is_ches_in_both_engines() {
    let zipf = Zipf { items: 100_000, exponent: 0.8 };
    for (popularity, forgets) in [
        ("{ keys = 100000, zipf = 0.8, capacity = 5000 }", Forgets { capacity: Some(5000), ttl: None }),
        ("{ keys = 100000, zipf = 0.8, ttl = \"2min\" }", Forgets { capacity: None, ttl: Some(120.0) }),
        (
            "{ keys = 100000, zipf = 0.8, capacity = 9000, ttl = \"1min\" }",
            Forgets { capacity: Some(9000), ttl: Some(60.0) },
        ),
    ] {
        let expected = hit_ratio(zipf, 200.0, forgets);
        let model = model_of(&text(popularity));
        let flow = plimsoll::flow::solve(&model, 0);
        // Things are there at once here, and after 10 ms there: of the first, asked for four times a second, one more in a cycle
        // of hundreds is a miss.
        near(flow.components[2].hit_ratio.value.unwrap(), expected, 1e-4);
        near(flow.components[1].visits.value.unwrap(), 1.0 - expected, 1e-4);
        let m = run(model.clone(), settings(1, 4, 10.0, 300.0));
        near(hits(&model, &m), expected, 0.006);
    }
}

#[test]
fn one_key_with_a_time_to_live() {
    // 200 look-ups a second, fetched in 10 ms, kept for 20: three misses until the first answer, the last of them answered
    // 10 ms + 10 ms - (1 - e^-2) 5 ms after the first came; then 20 ms, then 5 ms until somebody asks.
    let cycle = 0.02 - (1.0 - f64::exp(-2.0)) * 0.005 + 0.02 + 0.005;
    let model = model_of(&text("{ keys = 1, zipf = 0, ttl = \"20ms\" }"));
    let m = run(model.clone(), settings(1, 4, 10.0, 300.0));
    near(hits(&model, &m), 1.0 - 3.0 / (200.0 * cycle), 0.01);
}

#[test]
fn after_a_flush_every_key_is_fetched_once_more() {
    let model = model_of(&text("{ keys = 3000, zipf = 0 }"));
    let m = run(model.clone(), Settings { faults: Faults::One(0), ..settings(1, 4, 60.0, 60.0) });
    let rds = &m.components[1];
    let seconds = 600.0 + 60.0 + 1800.0;
    let misses = rds.arrivals_per_s.value.unwrap() * seconds;
    near(misses, 3000.0, 60.0);
    // Before it nothing misses.
    let calm = run(model, settings(1, 2, 60.0, 60.0));
    assert_eq!(calm.components[1].arrivals_per_s.value, Some(0.0));
}

#[test]
fn a_ttl_follows_the_load() {
    let model = model_of(&text("{ keys = 1, zipf = 0, ttl = \"20ms\" }"));
    let mut quiet = model.clone();
    quiet.journeys[0].arrivals =
        plimsoll::model::workload::Arrivals::Fixed(plimsoll::units::Rate::per_second(50.0));
    let m = run(quiet.clone(), settings(1, 4, 10.0, 600.0));
    // As above at 50 a second: 1.5 misses a cycle, in both engines.
    let cycle = 0.02 - (1.0 - f64::exp(-0.5)) * 0.02 + 0.02 + 0.02;
    near(hits(&quiet, &m), 1.0 - 1.5 / (50.0 * cycle), 0.01);
    let flow = plimsoll::flow::solve(&quiet, 0).components[2].hit_ratio.value.unwrap();
    near(flow, 1.0 - 1.5 / (50.0 * cycle), 1e-4);
}

#[test]
fn a_step_without_a_share_needs_a_popularity() {
    let wrong = text("{ keys = 10, zipf = 1 }").replace("popularity", "x-popularity");
    let files = [plimsoll::scenario::SourceFile { name: "it.toml".to_owned(), text: wrong }];
    let reading = plimsoll::scenario::read(&files);
    assert!(reading.scenario.is_none());
    assert!(reading.diagnostics.iter().any(|d| d.code == "no-hit-ratio"), "{:?}", reading.diagnostics);
}
