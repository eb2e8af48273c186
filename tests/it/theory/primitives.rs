//! Cases of our own for every serving primitive, each against a closed form worked out here from its source, through the
//! simulator and, where it has a formula, through the analytic engine. `CASES` is the table of all of them.

mod holding;
mod limits;
mod order;
mod waiting;

use crate::theory_sim::{run, settings};
use plimsoll::flow;
use plimsoll::model::Model;
use plimsoll::model::workload::Arrivals;
use serde_json::Value;
use std::collections::BTreeSet;

/// One model and what theory says about it.
pub struct Case {
    /// What it is.
    pub name: &'static str,
    /// Where the formula stands.
    pub source: &'static str,
    /// The model.
    pub model: Model,
    /// How long it is simulated, seconds over all replications.
    pub seconds: f64,
    /// How far the simulated figures may be off, as a share of what is expected.
    pub within: f64,
    /// The figures.
    pub expected: Vec<Expected>,
}

/// One figure: `<id of a journey or component>.<path in its answer>`.
pub struct Expected {
    path: &'static str,
    value: f64,
    /// How far the analytic engine may be off, as a share; `None` where it has no formula for this.
    flow: Option<f64>,
}

/// Known to both engines, the analytic one to the digits of the formula.
pub fn both(path: &'static str, value: f64) -> Expected {
    Expected { path, value, flow: Some(1e-6) }
}

/// Known to both, the analytic engine by an approximation that is off by at most this share.
pub fn about(path: &'static str, value: f64, off: f64) -> Expected {
    Expected { path, value, flow: Some(off) }
}

/// Known to the simulator only.
pub fn simulated(path: &'static str, value: f64) -> Expected {
    Expected { path, value, flow: None }
}

type Cases = fn() -> Vec<Case>;

/// The serving primitives, and slots that are held across calls; with their cases.
const CASES: [(&str, Cases); 9] = [
    ("multi-server FIFO queue", waiting::cases),
    ("processor sharing", order::sharing),
    ("priority", order::priority),
    ("delay", holding::delay),
    ("slots held across calls", holding::slots),
    ("token bucket", limits::bucket),
    ("pool", limits::pool),
    ("cache", holding::cache),
    ("burst credits", limits::credits),
];

fn cases(primitive: &str) -> Vec<Case> {
    CASES.iter().find(|c| c.0 == primitive).unwrap().1()
}

#[test]
fn every_primitive_has_three_cases() {
    for (primitive, cases) in CASES {
        let cases = cases();
        let names: BTreeSet<&str> = cases.iter().map(|c| c.name).collect();
        assert!(names.len() >= 3 && names.len() == cases.len(), "{primitive}: {names:?}");
        for case in cases {
            assert!(case.source.len() > 10 && !case.expected.is_empty(), "{primitive}: {}", case.name);
            println!("{primitive} | {} | {}", case.name, case.source);
        }
    }
}

/// The figure at `path` in the answers of one engine.
fn figure(model: &Model, journeys: &[Value], components: &[Value], path: &str) -> Value {
    let (id, rest) = path.split_once('.').unwrap();
    let answer = match model.journey(id) {
        Some(j) => &journeys[usize::from(j.0)],
        None => &components[model.component(id).unwrap().index()],
    };
    answer
        .pointer(&format!("/{}", rest.replace('.', "/")))
        .unwrap_or_else(|| panic!("no {path} in {answer}"))
        .clone()
}

fn values<T: serde::Serialize>(answers: &[T]) -> Vec<Value> {
    answers.iter().map(|a| serde_json::to_value(a).unwrap()).collect()
}

/// Replications of each case.
const RUNS: f64 = 8.0;

fn check(primitive: &str) {
    let mut wrong = Vec::new();
    for case in cases(primitive) {
        let length = case.seconds / RUNS;
        let f = flow::solve(&case.model, 0);
        let closed = case.model.journeys.iter().any(|j| matches!(j.arrivals, Arrivals::Closed { .. }));
        let warm = if closed { 0.1 } else { 0.03 };
        let m = run(case.model.clone(), settings(17, RUNS as u32, warm * length, length));
        let analytic = (values(&f.journeys), values(&f.components));
        let measured = (values(&m.journeys), values(&m.components));
        for expected in &case.expected {
            let (path, value) = (expected.path, expected.value);
            let name = format!("{primitive}, {}, {path}", case.name);
            let found = figure(&case.model, &measured.0, &measured.1, path);
            let number = |key: &str| found[key].as_f64();
            let half = number("low").zip(number("high")).map_or(0.0, |(low, high)| 0.5 * (high - low));
            // Three half-widths of the interval, and a little for the width of a bucket; never more than stated.
            let off = number("value").map_or(f64::INFINITY, |v| (v - value).abs());
            if off > case.within * value || off > 3.0 * half + 0.25 * case.within * value {
                wrong.push(format!("{name}: simulated {found} against {value}"));
            }
            if let Some(share) = expected.flow {
                let found = figure(&case.model, &analytic.0, &analytic.1, path)["value"].as_f64();
                if found.is_none_or(|v| (v - value).abs() > share * value) {
                    wrong.push(format!("{name}: analytic {found:?} against {value}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn waiting_lines() {
    check("multi-server FIFO queue");
}

#[test]
fn shared_servers() {
    check("processor sharing");
}

#[test]
fn priorities() {
    check("priority");
}

#[test]
fn delays() {
    check("delay");
}

#[test]
fn slots() {
    check("slots held across calls");
}

#[test]
fn token_buckets() {
    check("token bucket");
}

#[test]
fn pools() {
    check("pool");
}

#[test]
fn caches() {
    check("cache");
}

#[test]
fn burst_credits() {
    check("burst credits");
}
