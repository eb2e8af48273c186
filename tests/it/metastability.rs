//! Metastable failures: the shipped retry storm, through the command line, as it is and with edits of its text. Whether it
//! collapses is a chance, the share of replications that stay down, with its interval; never the yes or no of one run.
//!
//! Source: N. Bronson et al., "Metastable failures in distributed systems" (HotOS 2021): a trigger, and a loop that keeps
//! the overload up after it has gone.

use serde_json::Value;
use std::io::Write;
use std::process::{Command, Stdio};

const STORM: &str = include_str!("../../scenarios/retry-storm.toml");
/// The callers of the shipped file, who retry without limit, and the line that takes their place.
const RETRY: &str = "retry = { extra = 3, base = \"50ms\", cap = \"1s\", jitter = \"full\" }";
const BUDGET: &str =
    "retry = { extra = 3, base = \"50ms\", cap = \"1s\", jitter = \"full\", budget = \"10%\" }";

/// The answer of `plimsoll simulate` for this text and its fault.
fn simulated(text: &str, replications: u32) -> Value {
    let replications = replications.to_string();
    let mut child = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(["simulate", "-", "--fault", "half-gone", "--replications", &replications, "--format", "json"])
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn edited(from: &str, to: &str) -> String {
    let alone = format!("\n{from}\n");
    assert_eq!(STORM.matches(&alone).count(), 1, "{from}");
    STORM.replace(&alone, &format!("\n{to}\n"))
}

/// Chance of collapse: value, bounds, replications.
fn chance(answer: &Value) -> (f64, f64, f64, f64) {
    let chance = &answer["faults"]["half-gone"]["collapse_probability"];
    let number = |key: &str| chance[key].as_f64().unwrap_or_else(|| panic!("{key}: {chance}"));
    assert_eq!(chance["kind"], "simulated");
    (number("value"), number("low"), number("high"), number("n"))
}

/// Wilson's interval of 95 % for so many of so many.
fn wilson(hits: f64, n: f64) -> (f64, f64) {
    let z = 1.959_963_985;
    let (p, zz) = (hits / n, z * z);
    let (centre, half) = (p + zz / (2.0 * n), z * (p * (1.0 - p) / n + zz / (4.0 * n * n)).sqrt());
    ((centre - half) / (1.0 + zz / n), (centre + half) / (1.0 + zz / n))
}

fn is_share(found: (f64, f64, f64, f64), hits: f64, n: f64) {
    let (low, high) = wilson(hits, n);
    assert_eq!((found.0, found.3), (hits / n, n));
    assert!(
        (found.1 - low).abs() < 1e-6 && (found.2 - high).abs() < 1e-6,
        "{found:?} against {low} to {high}"
    );
}

/// Share of the requests that still fail in the last ten minutes of the run, half an hour after the trigger has gone.
fn failing_at_the_end(answer: &Value) -> f64 {
    let values = answer["series"]["order.error_ratio"]["values"].as_array().unwrap();
    assert!(values.len() >= 35, "five minutes, the fault, and half an hour: {}", values.len());
    values[values.len() - 10..].iter().map(|v| v.as_f64().unwrap()).sum::<f64>() / 10.0
}

#[test]
fn the_shipped_storm_stays_after_its_trigger_has_gone() {
    let answer = simulated(STORM, 4);
    let fault = &answer["faults"]["half-gone"];
    assert_eq!(fault["recovery"], "stuck");
    is_share(chance(&answer), 4.0, 4.0);
    assert!(failing_at_the_end(&answer) > 0.5, "{}", failing_at_the_end(&answer));
    assert_eq!(fault["recovered_after_s"]["value"], Value::Null);
    // Before the trigger all was well.
    let errors = &answer["series"]["order.error_ratio"]["values"];
    assert!((0..5).all(|minute| errors[minute].as_f64().unwrap() < 0.001), "{errors}");
}

#[test]
fn without_retries_with_a_budget_or_with_a_breaker_it_recovers() {
    let breaker = format!("{RETRY}\nbreaker = {{ errors = \"50%\", over = \"10s\", open = \"5s\" }}");
    for (what, text) in [
        ("no retries", edited(RETRY, "")),
        ("a budget", edited(RETRY, BUDGET)),
        ("a breaker", edited(RETRY, &breaker)),
    ] {
        let answer = simulated(&text, 4);
        let fault = &answer["faults"]["half-gone"];
        assert_eq!(fault["recovery"], "recovered", "{what}: {fault}");
        is_share(chance(&answer), 0.0, 4.0);
        assert!(failing_at_the_end(&answer) < 0.01, "{what}: {}", failing_at_the_end(&answer));
        assert!(fault["recovered_after_s"]["value"].as_f64().unwrap() < 300.0, "{what}: {fault}");
        // The trigger hurt all the same: half of the capacity was gone for a minute.
        assert!(fault["error_ratio"]["order"]["value"].as_f64().unwrap() > 0.1, "{what}: {fault}");
    }
}

#[test]
fn at_the_edge_some_runs_collapse_and_some_do_not() {
    // What is left during the fault carries 100 requests a second.
    let answer = simulated(&edited("arrivals = \"140/s\"", "arrivals = \"94/s\""), 12);
    let found = chance(&answer);
    let hits = (found.0 * 12.0).round();
    assert!(hits > 0.0 && hits < 12.0, "{found:?}");
    is_share(found, hits, 12.0);
    // Well below the edge none does.
    is_share(chance(&simulated(&edited("arrivals = \"140/s\"", "arrivals = \"70/s\""), 4)), 0.0, 4.0);
}
