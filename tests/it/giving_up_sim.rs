//! Callers that do not wait for everything: quorums, second requests, recalled work, pools; against closed forms.

use crate::policies_sim::pair;
use crate::theory_sim::{run, settings};
use plimsoll::model::build::{delay, station};
use plimsoll::model::call::{Policy, Pool};
use plimsoll::model::station::{Servers, Station};
use plimsoll::model::{ComponentIx, Model};
use plimsoll::scenario::SourceFile;
use plimsoll::sim::Measured;
use plimsoll::stats::distribution::Distribution;
use plimsoll::stats::figure::Figure;
use plimsoll::units::{Duration, Probability};
use serde_json::Value;

fn value(figure: &Figure) -> f64 {
    figure.value.unwrap()
}

fn near(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected, "{found} against {expected}");
}

/// As many servers as ever needed, with a mean service of 10 ms.
fn wide() -> Station {
    station(1, 10_000, Distribution::Exponential(0.01))
}

/// Two of three answers are enough; each fails with chance `fails`.
fn two_of_three(fails: f64, cancel: bool) -> (Measured, ComponentIx) {
    let leaf = Station { error_ratio: Probability::new(fails).unwrap(), ..wide() };
    let (mut model, leaf, _) = pair(leaf, 500.0, Policy { cancel, ..Policy::default() });
    let entry = model.component("front").unwrap();
    let program = &mut model.graph[entry].station.as_mut().unwrap().programs[0];
    program.steps = vec![vec![program.steps[0][0]; 3]];
    program.quorum = vec![Some(2)];
    (run(model, settings(3, 4, 1.0, 100.0)), leaf)
}

#[test]
fn a_quorum_waits_for_the_second_of_three() {
    let cases: Value = serde_json::from_str(include_str!("../data/public-cases.json")).unwrap();
    let case = cases.as_array().unwrap().iter().find(|c| c["id"] == "max-of-n-exponentials").unwrap();
    let expected = case["expected"]["quorum"]["mean_s"].as_f64().unwrap();
    let (m, leaf) = two_of_three(0.0, false);
    near(value(&m.journeys[0].response_s.mean), expected, 0.01);
    // The third answer is not waited for, but its work is done all the same.
    near(value(&m.components[leaf.index()].in_service_mean), 500.0 * 3.0 * 0.01, 0.01);
    // Recalled at the second answer: E[X1 + 2 X2] of three exponentials, 10 ms (1/3 + 2 (1/3 + 1/2)).
    let (m, leaf) = two_of_three(0.0, true);
    near(value(&m.journeys[0].response_s.mean), expected, 0.01);
    near(value(&m.components[leaf.index()].in_service_mean), 500.0 * 0.02, 0.01);
}

#[test]
fn a_quorum_fails_when_it_cannot_be_met_any_more() {
    let q: f64 = 0.2;
    let (m, _) = two_of_three(q, false);
    near(value(&m.journeys[0].error_ratio), q.powi(3) + 3.0 * q.powi(2) * (1.0 - q), 0.03);
}

#[test]
fn a_second_request_cuts_the_tail_for_a_price() {
    let (mean, after) = (0.01_f64, 0.015_f64);
    let policy = Policy { hedge: Some(Duration::seconds(after)), ..Policy::default() };
    let (model, back, _) = pair(wide(), 500.0, policy);
    let m = run(model, settings(3, 4, 1.0, 200.0));
    // Beyond the delay two memoryless services race: P(T > t) = e^(-t/m) up to d, then e^(-t/m) e^(-(t-d)/m).
    let sent = (-after / mean).exp();
    near(value(&m.journeys[0].response_s.mean), mean * (1.0 - sent) + sent * mean / 2.0, 0.01);
    near(value(&m.journeys[0].attempts_mean), 1.0 + sent, 0.005);
    let p99 = (mean * 100.0_f64.ln() + after) / 2.0;
    near(value(&m.journeys[0].response_s.p99), p99, 0.02);
    // The loser leaves its server when the winner answers: work done is that of one service.
    near(value(&m.components[back.index()].in_service_mean), 500.0 * mean, 0.01);
    near(value(&m.components[back.index()].visits), 1.0 + sent, 0.005);
}

#[test]
fn a_second_request_saves_a_call_whose_first_has_failed() {
    let back = Station { error_ratio: Probability::new(0.3).unwrap(), ..delay(Distribution::Constant(0.1)) };
    let policy = Policy { hedge: Some(Duration::millis(50.0)), ..Policy::default() };
    let (model, ..) = pair(back, 200.0, policy);
    let m = run(model, settings(3, 4, 1.0, 100.0));
    near(value(&m.journeys[0].error_ratio), 0.09, 0.05);
    // 70 % answer after 100 ms, of the rest 70 % after 150 ms.
    near(value(&m.journeys[0].response_s.mean), (0.7 * 0.1 + 0.21 * 0.15) / 0.91, 0.005);
}

#[test]
fn recalled_work_leaves_at_once_and_orphans_stay() {
    let policy = |cancel| Policy { timeout: Some(Duration::millis(50.0)), cancel, ..Policy::default() };
    let slow = || Station { servers: Servers::Count(100), ..station(1, 100, Distribution::Constant(0.2)) };
    for (cancel, held) in [(false, 0.2), (true, 0.05)] {
        let (model, back, _) = pair(slow(), 50.0, policy(cancel));
        let m = run(model, settings(1, 4, 10.0, 200.0));
        assert_eq!(value(&m.journeys[0].errors.timeout), 1.0);
        near(value(&m.components[back.index()].in_service_mean), 50.0 * held, 0.03);
    }
}

/// One server, limit 1 s on wait and service, twice the load it can carry.
#[test]
fn recalling_saves_an_overloaded_server_from_dead_work() {
    let busy = |cancel| {
        let policy = Policy { timeout: Some(Duration::seconds(1.0)), cancel, ..Policy::default() };
        let (model, back, _) = pair(station(1, 1, Distribution::Exponential(0.05)), 40.0, policy);
        (run(model, settings(1, 4, 100.0, 400.0)), back)
    };
    let (orphaned, _) = busy(false);
    assert!(value(&orphaned.journeys[0].throughput_per_s) < 0.5, "all work is for nobody");
    let (recalled, back) = busy(true);
    near(value(&recalled.components[back.index()].utilisation), 1.0, 0.001);
    // Nearly every service is finished for somebody: those in line hold no server when they give up.
    let useful = value(&recalled.journeys[0].throughput_per_s);
    assert!((17.0..20.0).contains(&useful), "{useful}");
}

#[test]
fn a_bulkhead_without_line_is_a_loss_system() {
    let pool = Pool { size: 5, queue: Some(0), timeout: None };
    let (model, ..) =
        pair(delay(Distribution::Exponential(0.3)), 10.0, Policy { pool: Some(pool), ..Policy::default() });
    let m = run(model, settings(5, 8, 10.0, 2000.0));
    // Erlang B for 3 erlangs on 5 places: 3^5/5! over the sum of 3^k/k!.
    near(value(&m.journeys[0].errors.rejected), 2.025 / 18.4, 0.03);
}

#[test]
fn a_pool_with_a_line_is_a_queue_and_its_wait_is_waiting() {
    let pool = Pool { size: 2, queue: None, timeout: None };
    let (model, back, _) =
        pair(delay(Distribution::Exponential(0.1)), 15.0, Policy { pool: Some(pool), ..Policy::default() });
    let m = run(model, settings(5, 8, 20.0, 2000.0));
    // M/M/2 at 75 %: W = s / (1 - rho^2).
    near(value(&m.journeys[0].response_s.mean), 0.1 / (1.0 - 0.75 * 0.75), 0.03);
    near(value(&m.components[back.index()].in_system_mean), 1.5, 0.02);
    let waiting = m.makeup[0].iter().find(|s| s.part == "waiting").unwrap();
    assert_eq!(waiting.cause, "back");
    assert!(m.makeup[0].iter().all(|s| s.part != "retry"), "a wait is no retry");
    let pool = Pool { timeout: Some(Duration::millis(1.0)), ..pool };
    let (model, ..) =
        pair(delay(Distribution::Exponential(0.1)), 15.0, Policy { pool: Some(pool), ..Policy::default() });
    let m = run(model, settings(5, 8, 20.0, 500.0));
    // Hardly any patience: Erlang B for 1.5 erlangs on 2 places, a little less.
    let blocked = 1.125 / 3.625;
    let lost = value(&m.journeys[0].errors.rejected);
    assert!(lost < blocked * 1.02 && lost > blocked * 0.94, "{lost} against {blocked}");
}

const TEXT: &str = r#"
schema = 1
name = "quorum"
[journey.read]
entry = "front"
arrivals = "100/s"
steps.front = [["2 of", "a", "b", "c"], "d"]
[component.front]
kind = "station"
[component.a]
kind = "station"
latency = "10ms"
[component.b]
kind = "station"
latency = "20ms"
[component.c]
kind = "station"
latency = "30ms"
[component.d]
kind = "station"
latency = "exponential(mean=50ms)"
[call."front -> d"]
timeout = "1s"
cancel = true
hedge = "20ms"
pool = { size = 50, queue = 0 }
"#;

/// The model of a scenario without tiers.
pub fn model_of(text: &str) -> Model {
    let files = [SourceFile { name: "it.toml".to_owned(), text: text.to_owned() }];
    let reading = plimsoll::scenario::read(&files);
    let scenario = reading.scenario.unwrap_or_else(|| panic!("{:?}", reading.diagnostics));
    plimsoll::scenario::lower(&scenario, "base", &[]).unwrap()
}

#[test]
fn a_scenario_can_ask_for_all_of_it_and_flow_does_not_guess() {
    let model = model_of(TEXT);
    let flow = plimsoll::flow::solve(&model, 0);
    assert_eq!(flow.journeys[0].response_s.mean.value, None);
    assert_eq!(flow.components[3].arrivals_per_s.value, None);
    let loads = plimsoll::flow::loads(&model);
    assert!(loads.components[3].requests.is_nan(), "nobody knows how many second requests there are");
    assert!(loads.components[1].requests > 0.0);
    let m = run(model, settings(1, 4, 1.0, 100.0));
    let e = (-0.4_f64).exp();
    near(value(&m.journeys[0].response_s.mean), 0.02 + 0.05 * (1.0 - e) + 0.025 * e, 0.01);
}
