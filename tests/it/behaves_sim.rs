//! How systems behave, against closed forms and small simulations of their own: what a cache holds, replicas that are not
//! alike, capacity that is lost and comes back, the replicas a component needs, the line of a rate limit.

use crate::giving_up_sim::model_of;
use crate::theory_sim::{run, settings};
use plimsoll::answer::Recovery;
use plimsoll::model::Model;
use plimsoll::sim::{Faults, Measured, Settings};
use plimsoll::stats::figure::Figure;

fn value(figure: &Figure) -> f64 {
    figure.value.unwrap()
}

fn near(found: f64, expected: f64, within: f64) {
    assert!((found - expected).abs() <= within, "{found} against {expected}");
}

fn component<'m>(m: &'m Measured, model: &Model, id: &str) -> &'m plimsoll::answer::times::ComponentAnswer {
    &m.components[model.component(id).unwrap().index()]
}

/// One run with its first fault, and what the journey's errors are while it lasts.
pub fn struck(text: &str, replications: u32) -> (Measured, f64) {
    let m = run(model_of(text), Settings { faults: Faults::One(0), ..settings(1, replications, 20.0, 20.0) });
    let errors = value(&m.faults[0].error_ratio[0]);
    (m, errors)
}

/// A page behind a cache: what the cache is asked for, what the backend is, and how often somebody asks.
fn page(popularity: &str, backend: &str, per_second: f64) -> String {
    format!(
        r#"
schema = 1
name = "cache"
[journey.read]
entry = "front"
arrivals = "{per_second}/s"
steps.front = ["memo miss back"]
[component.front]
kind = "station"
[component.memo]
kind = "cache"
popularity = {popularity}
[component.back]
kind = "station"
{backend}
"#
    )
}

#[test]
fn what_is_not_answered_is_never_in_the_cache() {
    let all = "{ keys = 20, zipf = 0.5, ttl = \"1h\" }";
    let late = "latency = \"10ms\"\n[call.\"front -> back\"]\ntimeout = \"5ms\"";
    let refused = "latency = \"10ms\"\nlimits = { rate = \"1/h\", burst = 1, on-empty = \"queue\" }\n[call.\"front -> back\"]\ntimeout = \"5ms\"";
    for backend in ["latency = \"1ms\"\nerrors = \"100%\"", late, refused] {
        for popularity in [all, "{ keys = 20, zipf = 0.5, ttl = \"1h\", coalesce = true }"] {
            let model = model_of(&page(popularity, backend, 50.0));
            let m = run(model.clone(), settings(1, 2, 20.0, 40.0));
            near(value(&m.journeys[0].error_ratio), 1.0, 0.0);
            near(value(&component(&m, &model, "memo").hit_ratio), 0.0, 0.0);
        }
    }
    // The formula knows of stated errors.
    let flow = plimsoll::flow::solve(&model_of(&page(all, "latency = \"1ms\"\nerrors = \"100%\"", 50.0)), 0);
    near(value(&flow.journeys[0].error_ratio), 1.0, 1e-9);
}

#[test]
fn one_hot_key_is_fetched_by_all_who_come_before_the_answer() {
    // A page takes L = 1 s and lives T = 10 s, a = 20 requests/s, servers enough. A cycle begins with the first miss: 1 + a L
    // fetches until its answer, the last of them answered at L + E[last of those within L] = 2 L - (1 - e^(-aL)) / a; then T, then
    // 1/a until somebody asks.
    let (a, l, t) = (20.0, 1.0, 10.0);
    let cycle = 2.0 * l - (1.0 - f64::exp(-a * l)) / a + t + 1.0 / a;
    let text = page("{ keys = 1, zipf = 0, ttl = \"10s\" }", "latency = \"1s\"", a);
    let model = model_of(&text);
    let m = run(model.clone(), settings(1, 2, 20.0, 4000.0));
    near(value(&component(&m, &model, "back").arrivals_per_s), (1.0 + a * l) / cycle, 0.03);
    near(value(&component(&m, &model, "memo").hit_ratio), 1.0 - (1.0 + a * l) / cycle / a, 0.002);
    // Those who share a fetch ask once a cycle: L, T, and 1/a.
    let model = model_of(&text.replace("\"10s\" }", "\"10s\", coalesce = true }"));
    let m = run(model.clone(), settings(1, 2, 20.0, 4000.0));
    near(value(&component(&m, &model, "back").arrivals_per_s), 1.0 / (l + t + 1.0 / a), 0.003);
    // They wait for what is left of it: L/2 on average, a L of them each cycle, and the one who fetches L.
    let waits = (a * l * l / 2.0 + l) / (a * (l + t + 1.0 / a));
    near(value(&m.journeys[0].response_s.mean), waits, 0.01);
}

#[test]
fn every_order_of_forgetting_is_that_of_the_obvious_cache() {
    let (keys, room, exponent) = (200_usize, 25_usize, 0.8);
    let weights: Vec<f64> = (1..=keys).map(|i| (i as f64).powf(-exponent)).collect();
    let whole: f64 = weights.iter().sum();
    let obvious = |evict: &str| {
        let (mut list, mut state, mut hits) = (Vec::<(usize, u32)>::new(), 99u64, 0);
        let n = 120_000;
        for i in 0..n {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let mut u = (state >> 11) as f64 / (1u64 << 53) as f64 * whole;
            let key = weights.iter().position(|w| {
                u -= w;
                u < 0.0
            });
            let key = key.unwrap_or(keys - 1);
            match list.iter().position(|(k, _)| *k == key) {
                Some(at) => {
                    hits += i32::from(i >= n / 2);
                    if evict != "fifo" {
                        let (key, uses) = list.remove(at);
                        list.insert(0, (key, uses + 1));
                    }
                }
                None => {
                    if list.len() == room {
                        let least = list.iter().map(|(_, uses)| *uses).min();
                        let out = list.iter().rposition(|(_, uses)| evict != "lfu" || Some(*uses) == least);
                        list.remove(out.unwrap());
                    }
                    list.insert(0, (key, 1));
                }
            }
        }
        f64::from(hits) / f64::from(n / 2)
    };
    for (evict, within) in [("lru", 0.008), ("fifo", 0.008), ("lfu", 0.02)] {
        let popularity =
            format!("{{ keys = {keys}, zipf = {exponent}, capacity = {room}, evict = \"{evict}\" }}");
        let model = model_of(&page(&popularity, "latency = \"1us\"", 100.0));
        let m = run(model.clone(), settings(1, 1, 10.0, 400.0));
        let found = value(&component(&m, &model, "memo").hit_ratio);
        let expected = obvious(evict);
        near(found, expected, within);
        // The formula, an approximation, is near: that by use takes the most wanted for always there.
        let flow = plimsoll::flow::solve(&model, 0);
        near(value(&flow.components[2].hit_ratio), expected, if evict == "lfu" { 0.05 } else { 0.01 });
    }
}

/// Replicas behind a balancer, one of them struck.
fn one_of(replicas: u32, balance: &str, fault: &str) -> String {
    format!(
        r#"
schema = 1
name = "one of many"
[journey.rpc]
entry = "lb"
arrivals = "300/s"
[component.lb]
kind = "load-balancer"
to = "back"
balance = "{balance}"
[component.back]
kind = "station"
replicas = {replicas}
latency = "lognormal(p50=100ms, sigma=0.03)"
[call."lb -> back"]
timeout = "500ms"
[fault.one]
on = "back"
at = "10s"
for = "60s"
count = 1
{fault}
"#
    )
}

#[test]
fn one_slow_replica_of_eight_is_an_eighth_in_turn_and_next_to_nothing_by_load() {
    let slow = "what = \"latency-added\"\nadd = \"2s\"";
    near(struck(&one_of(8, "round-robin", slow), 1).1, 0.125, 0.005);
    // By load it holds as many as the others, n = 300/s x 0.1 s / 7 about, each for 2.1 s, orphans included.
    let (_, by_load) = struck(&one_of(8, "least-outstanding", slow), 1);
    near(by_load, 300.0 * 0.1 / 7.0 / 2.1 / 300.0, 0.003);
}

#[test]
fn one_failing_replica_fails_its_share() {
    let failing = "what = \"error-rate\"\nerrors = \"40%\"";
    near(struck(&one_of(5, "round-robin", failing), 1).1, 0.4 / 5.0, 0.01);
    near(struck(&one_of(5, "least-outstanding", failing), 1).1, 0.4 / 5.0, 0.01);
    // Without `count` all of them do.
    near(struck(&one_of(5, "random", failing).replace("count = 1\n", ""), 1).1, 0.4, 0.02);
    // One of five down, and known to be: the others take its requests.
    let (m, errors) = struck(&one_of(5, "round-robin", "what = \"component-down\""), 1);
    assert!(errors < 0.01, "{errors}");
    near(value(&m.components[0].replicas.min), 4.0, 0.0);
}

#[test]
fn one_of_two_replicas_at_half_speed_is_a_slower_queue() {
    let text = r#"
schema = 1
name = "unequal"
[journey.job]
entry = "desk"
arrivals = "80/s"
[component.desk]
kind = "station"
replicas = 2
balance = "random"
work = "exponential(mean=10ms)"
[fault.half]
what = "capacity-loss"
on = "desk"
share = "50%"
count = 1
at = "0s"
for = "2000s"
"#;
    // Half of the requests each: M/M/1 at 100/s and at 50/s.
    let (m, _) = struck(text, 2);
    let p95 = value(&m.faults[0].p95_s[0]);
    // P(R > t) = (e^(-60 t) + e^(-10 t)) / 2 = 0.05.
    near(p95, 0.2303, 0.015);
}

/// A desk at half its capacity loses 95 % of it for ten minutes.
fn drains(desk: &str) -> Measured {
    let text = format!(
        r#"
schema = 1
name = "drain"
[journey.job]
entry = "desk"
arrivals = "5/s"
[component.desk]
kind = "station"
work = "exponential(mean=100ms)"
{desk}
[fault.slow]
what = "capacity-loss"
on = "desk"
share = "95%"
at = "300s"
for = "600s"
"#
    );
    struck(&text, 2).0
}

#[test]
fn a_backlog_drains_at_the_restored_speed() {
    // Work comes at 0.5 s a second and leaves at 0.05: 270 s of it wait at the end, and shrink by 0.5 a second.
    for desk in ["", "discipline = \"preemptive\"", "discipline = \"processor-sharing\""] {
        let m = drains(desk);
        assert_eq!(m.faults[0].recovery, Recovery::Recovered, "{desk}");
        near(value(&m.faults[0].recovered_after_s), 540.0, 60.0);
    }
}

#[test]
fn with_fewer_replicas_than_it_needs_a_component_refuses() {
    let text = |needs: u32, lost: u32| {
        format!(
            r#"
schema = 1
name = "in sync"
[journey.write]
entry = "log"
arrivals = "100/s"
[region.r]
zones = ["a", "b", "c"]
[component.log]
kind = "station"
replicas = 3
needs = {needs}
zones = ["r/a", "r/b", "r/c"]
servers = 8
work = "1ms"
[fault.lost]
what = "replica-crash"
on = "log"
count = {lost}
at = "10s"
for = "30s"
"#
        )
    };
    for (needs, lost, fails) in [(2, 1, 0.0), (2, 2, 1.0), (3, 1, 1.0), (1, 2, 0.0)] {
        let (m, errors) = struck(&text(needs, lost), 1);
        near(errors, fails, 0.001);
        assert_eq!(m.faults[0].recovery, Recovery::Recovered);
    }
    let zone =
        text(3, 1).replace("\"replica-crash\"\non = \"log\"\ncount = 1", "\"zone-outage\"\non = \"r/b\"");
    near(struck(&zone, 1).1, 1.0, 0.001);
    near(struck(&zone.replace("needs = 3", "needs = 2"), 1).1, 0.0, 0.001);
}

#[test]
fn a_limits_line_has_an_end() {
    // Forty at once on a bucket of 10 with a line of 20: ten are refused; the last of the line waits 20 / rate = 4 s.
    for limits in [
        "limits = { rate = \"5/s\", burst = 10, on-empty = \"queue\", queue = 20 }",
        "limits = { rate = \"5/s\", burst = 10, on-empty = \"queue\" }\nqueue = 20",
    ] {
        let times: Vec<&str> = vec!["1s"; 40];
        let text = format!(
            r#"
schema = 1
name = "line"
[journey.job]
entry = "gate"
arrivals = "40/h"
process = "trace({})"
[component.gate]
kind = "station"
{limits}
"#,
            times.join(", ")
        );
        let m = run(model_of(&text), settings(1, 1, 0.0, 60.0));
        near(value(&m.journeys[0].errors.throttled), 10.0 / 40.0, 1e-12);
        // Ten wait nothing, twenty i / rate: (1 + .. + 20) / 5 / 30 on average.
        near(value(&m.journeys[0].response_s.mean), 210.0 / 5.0 / 30.0, 1e-6);
    }
}

#[test]
fn the_regions_of_a_balancer_have_no_order() {
    let text = |first: &str, second: &str| {
        format!(
            r#"
schema = 1
name = "two regions"
[region.one]
zones = ["hall"]
[region.two]
zones = ["hall"]
[journey.r]
entry = "lb"
arrivals = "50/s"
[component.lb]
kind = "load-balancer"
to = "app"
zones = ["{first}", "{second}"]
latency = "1ms"
[component.app]
kind = "station"
replicas = 2
servers = 8
zones = ["one/hall", "two/hall"]
work = "exponential(mean=5ms)"
[fault.lost]
what = "region-outage"
on = "one"
at = "10s"
for = "60s"
"#
        )
    };
    let (_, here) = struck(&text("one/hall", "two/hall"), 2);
    let (_, there) = struck(&text("two/hall", "one/hall"), 2);
    near(here, there, 1e-3);
    assert!(here < 0.01, "{here}");
    // A balancer in one place alone goes with it.
    let (_, alone) = struck(
        &text("one/hall", "two/hall")
            .replace("[\"one/hall\", \"two/hall\"]\nlatency", "[\"one/hall\"]\nlatency"),
        1,
    );
    near(alone, 1.0, 1e-3);
}
