//! How arrivals are spread, from the scenario's text to the queue: against the closed forms of GI/M/1 and of batches.

use crate::giving_up_sim::model_of;
use crate::theory_sim::{run, settings};
use plimsoll::sim::Measured;

/// One exponential server at 100/s, half loaded by arrivals of this process.
fn queue(process: &str, seconds: f64) -> Measured {
    let model = model_of(&format!(
        "schema = 1\nname = \"queue\"\n[journey.job]\nentry = \"desk\"\narrivals = \"50/s\"\nprocess = \"{process}\"\n\
         [component.desk]\nkind = \"station\"\nservers = 1\nwork = \"exponential(mean=10ms)\"\n"
    ));
    run(model, settings(9, 8, 20.0, seconds))
}

fn near(m: &Measured, expected: f64, relative: f64) {
    let found = m.journeys[0].response_s.mean.value.unwrap();
    assert!((found - expected).abs() <= relative * expected, "{found} against {expected}");
    let rate = m.journeys[0].arrivals_per_s.value.unwrap();
    assert!((rate - 50.0).abs() < 1.0, "{rate}");
}

/// Mean response of GI/M/1 at 100/s: 1 / (mu (1 - sigma)), sigma the root of sigma = A*(mu (1 - sigma)) below 1.
fn gi_m_1(transform: impl Fn(f64) -> f64) -> f64 {
    let sigma = (0..10_000).fold(0.0, |sigma: f64, _| transform(100.0 * (1.0 - sigma)));
    1.0 / (100.0 * (1.0 - sigma))
}

#[test]
fn equal_gaps_make_d_m_1() {
    near(&queue("deterministic", 1000.0), gi_m_1(|s| (-s / 50.0).exp()), 0.01);
}

#[test]
fn renewal_gaps_make_gi_m_1() {
    near(&queue("erlang(k=2, mean=1)", 1000.0), gi_m_1(|s| (100.0 / (100.0 + s)).powi(2)), 0.015);
}

#[test]
fn an_interrupted_poisson_stream_queues_like_its_renewal_twin() {
    // On and off for 100 ms each, 100/s while on. Kuczura (1973): gaps are hyperexponential.
    let (rate, leave) = (100.0, 10.0);
    let gaps = |s: f64| rate * (s + leave) / (s * s + (rate + 2.0 * leave) * s + rate * leave);
    near(&queue("mmpp(2x 100ms, 0x 100ms)", 2000.0), gi_m_1(gaps), 0.03);
}

#[test]
fn batches_wait_for_their_own() {
    // Batches of four: L = rho (1 + E[X^2] / E[X]) / (2 (1 - rho)), here 2.5 in the system.
    near(&queue("batch(mean=4)", 2000.0), 2.5 / 50.0, 0.02);
}

#[test]
fn a_trace_comes_when_it_says() {
    let model = model_of(
        "schema = 1\nname = \"trace\"\n[journey.job]\nentry = \"desk\"\narrivals = \"1/s\"\n\
         process = \"trace(1s, 1s, 5s)\"\n[component.desk]\nkind = \"station\"\nservers = 1\nwork = \"100ms\"\n",
    );
    let m = run(model, settings(1, 2, 0.0, 10.0));
    let response = &m.journeys[0].response_s;
    assert!((m.journeys[0].arrivals_per_s.value.unwrap() - 0.3).abs() < 1e-12);
    // 100 ms, 200 ms behind the first, 100 ms.
    assert!((response.mean.value.unwrap() - 0.4 / 3.0).abs() < 1e-9);
}
