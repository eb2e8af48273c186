//! The public reference cases of queueing that the analytic engine answers, each inside its stated tolerance; and that
//! every case is answered by somebody or stands in `OF_COST`.

use plimsoll::flow::{self, Flow, bounds, fork_join, mva, retry};
use plimsoll::model::Model;
use plimsoll::model::build::{call, component, delay, empty, journey, station};
use plimsoll::model::call::{Jitter, Retry};
use plimsoll::model::scaling;
use plimsoll::model::station::{Branch, Station};
use plimsoll::model::workload::Arrivals;
use plimsoll::model::{ComponentIx, JourneyIx};
use plimsoll::stats::distribution::Distribution;
use plimsoll::stats::figure::Figure;
use plimsoll::units::{Duration, Probability};
use serde_json::Value;
use std::collections::BTreeSet;

/// Cases that no engine answers: the prices of functions.
const OF_COST: [&str; 1] = ["aws-lambda-examples"];

/// Cases of the availability engine, and the file that runs them.
const OF_AVAILABILITY: [&str; 2] = ["rbd-3tier", "error-budget"];
const AVAILABILITY: &str = include_str!("../theory_avail.rs");

/// Cases that run here.
const CASES: [(&str, Check); 10] = [
    ("mm1-rho50", one_server),
    ("mmc-eye-clinic", clinic),
    ("erlangB-15-lines", fifteen_lines),
    ("mg1-lognormal-scv4", general_service),
    ("closed-jain-timesharing", time_sharing),
    ("jackson-feedback", feedback),
    ("max-of-n-exponentials", slowest_branch),
    ("retry-amplification", retries),
    ("hpa-formula", autoscaler),
    ("pert-14-activities", project),
];

struct Case(Value);

/// A test of one case.
type Check = fn(&Case);

impl Case {
    /// Whether a figure is known and meets the expectation at `path`.
    fn meets(&self, path: &str, figure: &Figure) {
        let value = figure.value.unwrap_or_else(|| panic!("{} {path}: {figure:?}", self.0["id"]));
        self.near(path, value);
    }

    fn near(&self, path: &str, value: f64) {
        let expected = self.0["expected"].pointer(path).and_then(Value::as_f64).unwrap();
        let relative = self.0["tolerance"]["analytic"]["rel"].as_f64().unwrap();
        // Expectations are printed with twelve digits.
        let wide = relative * expected.abs();
        assert!((value - expected).abs() <= wide, "{} {path}: {value} against {expected}", self.0["id"]);
    }
}

fn all_cases() -> Vec<Value> {
    serde_json::from_str(include_str!("../../data/public-cases.json")).unwrap()
}

#[test]
fn every_case_is_answered_or_named() {
    let ids: BTreeSet<String> = all_cases().iter().map(|c| c["id"].as_str().unwrap().to_owned()).collect();
    let named = CASES.iter().map(|c| c.0).chain(OF_AVAILABILITY).chain(OF_COST);
    let answered: Vec<String> = named.map(str::to_owned).collect();
    assert_eq!(answered.len(), ids.len(), "a case is named twice, or is new, or is gone");
    assert_eq!(answered.into_iter().collect::<BTreeSet<_>>(), ids);
    for id in OF_AVAILABILITY {
        assert!(AVAILABILITY.contains(&format!("(\"{id}\")")), "{id} does not run");
    }
}

#[test]
fn every_case_of_this_engine_is_met() {
    for case in all_cases() {
        if let Some((_, check)) = CASES.iter().find(|(id, _)| case["id"] == *id) {
            check(&Case(case));
        }
    }
}

/// One station fed by Poisson arrivals.
fn single(rate: f64, station: Station) -> Flow {
    let mut model = empty();
    let desk = component(&mut model, "s", station);
    journey(&mut model, "job", desk, rate);
    flow::solve(&model, 0)
}

fn one_server(case: &Case) {
    let f = single(50.0, station(1, 1, Distribution::Exponential(0.01)));
    let (s, j) = (&f.components[0], &f.journeys[0]);
    case.meets("/utilization", &s.utilisation);
    case.meets("/throughput_per_s", &j.throughput_per_s);
    case.meets("/mean_response_s", &j.response_s.mean);
    case.meets("/mean_wait_s", &s.wait_s.mean);
    case.meets("/mean_in_system", &s.in_system_mean);
    case.meets("/mean_in_queue", &s.queue_mean);
    case.meets("/prob_empty", &s.empty_probability);
    case.meets("/p50_response_s", &j.response_s.p50);
    case.meets("/p90_response_s", &j.response_s.p90);
    case.meets("/p95_response_s", &j.response_s.p95);
    case.meets("/p99_response_s", &j.response_s.p99);
    case.meets("/p99.9_response_s", &j.response_s.p999);
}

fn clinic(case: &Case) {
    let f = single(1.0 / 600.0, station(1, 3, Distribution::Exponential(1200.0)));
    let (s, j) = (&f.components[0], &f.journeys[0]);
    case.meets("/utilization", &s.utilisation);
    case.meets("/prob_wait", &s.wait_probability);
    case.meets("/mean_wait_s", &s.wait_s.mean);
    case.meets("/mean_response_s", &j.response_s.mean);
    case.meets("/mean_in_queue", &s.queue_mean);
    case.meets("/mean_in_system", &s.in_system_mean);
    for (name, wait, response) in [
        ("p90", &s.wait_s.p90, &j.response_s.p90),
        ("p95", &s.wait_s.p95, &j.response_s.p95),
        ("p99", &s.wait_s.p99, &j.response_s.p99),
    ] {
        case.meets(&format!("/{name}_wait_s"), wait);
        case.meets(&format!("/{name}_response_s"), response);
    }
}

fn fifteen_lines(case: &Case) {
    let rate = case.0["model"]["arrivals"]["rate_per_s"].as_f64().unwrap();
    let f = single(rate, Station { queue: Some(0), ..station(1, 15, Distribution::Exponential(180.0)) });
    let s = &f.components[0];
    case.near("/offered_erlangs", rate * 180.0);
    case.meets("/blocking", &s.blocked_ratio);
    case.meets("/blocking", &f.journeys[0].errors.rejected);
    case.meets("/carried_erlangs", &s.in_service_mean);
    case.meets("/utilization", &s.utilisation);
}

fn general_service(case: &Case) {
    let f = single(70.0, station(1, 1, Distribution::lognormal_mean_scv(0.01, 4.0)));
    let s = &f.components[0];
    case.meets("/utilization", &s.utilisation);
    case.meets("/mean_wait_s", &s.wait_s.mean);
    case.meets("/std_wait_s", &s.wait_s.std);
    case.meets("/mean_response_s", &f.journeys[0].response_s.mean);
    case.meets("/mean_in_system", &s.in_system_mean);
}

fn autoscaler(case: &Case) {
    let tolerance = case.0["model"]["tolerance"].as_f64().unwrap();
    for (i, input) in case.0["model"]["inputs"].as_array().unwrap().iter().enumerate() {
        let [current, metric, target] = [0, 1, 2].map(|k| input[k].as_f64().unwrap());
        let replicas = current as u32;
        let seen = scaling::Seen { replicas, ready: replicas, metric };
        assert_eq!(scaling::desired(seen, target, tolerance), case.0["expected"]["desired"][i], "{input}");
    }
}

/// A caller that takes no time.
fn front() -> Station {
    delay(Distribution::Constant(0.0))
}

fn branch(model: &mut Model, job: JourneyIx, from: ComponentIx, to: ComponentIx) -> &mut Branch {
    call(model, job, from, to);
    let program = &mut model.graph[from].station.as_mut().unwrap().programs[job.0 as usize];
    &mut program.steps.last_mut().unwrap()[0]
}

fn time_sharing(case: &Case) {
    let stations = [("cpu", 16, 0.125), ("diskA", 10, 0.3), ("diskB", 5, 0.2)];
    let centres = stations.map(|(_, visits, s)| mva::Centre { demand: f64::from(visits) * s, servers: 1.0 });
    let asymptotes = bounds::asymptotes(4.0, &centres);
    case.near("/max_throughput_per_s", asymptotes.throughput);
    case.near("/N_star", asymptotes.knee);
    assert_eq!(stations[asymptotes.bottleneck.unwrap()].0, case.0["expected"]["bottleneck"]);
    for users in [1, 2, 5, 20] {
        let mut model = empty();
        let entry = component(&mut model, "front", front());
        let desks =
            stations.map(|(id, _, s)| component(&mut model, id, station(1, 1, Distribution::Exponential(s))));
        let job = journey(&mut model, "job", entry, 0.0);
        model.journeys[0].arrivals =
            Arrivals::Closed { population: users, think: Distribution::Exponential(4.0) };
        for (desk, (_, visits, _)) in desks.iter().zip(stations) {
            branch(&mut model, job, entry, *desk).count = visits;
        }
        let f = flow::solve(&model, 0);
        let at = |what: &str| format!("/results/N{users}/{what}");
        case.meets(&at("response_s"), &f.journeys[0].response_s.mean);
        case.meets(&at("throughput_per_s"), &f.journeys[0].throughput_per_s);
        for (desk, (id, ..)) in desks.iter().zip(stations) {
            case.meets(&at(&format!("queue/{id}")), &f.components[desk.index()].in_system_mean);
            case.meets(&at(&format!("utilization/{id}")), &f.components[desk.index()].utilisation);
        }
    }
}

fn feedback(case: &Case) {
    let mut model = empty();
    let desk = component(&mut model, "s", station(1, 1, Distribution::Exponential(0.01)));
    let job = journey(&mut model, "job", desk, 60.0);
    branch(&mut model, job, desk, desk).probability = Probability::new(0.25).unwrap();
    let f = flow::solve(&model, 0);
    let s = &f.components[0];
    case.meets("/stations/s/arrival_rate_per_s", &s.arrivals_per_s);
    case.meets("/stations/s/utilization", &s.utilisation);
    case.meets("/stations/s/visits", &s.visits);
    case.meets("/mean_response_s", &f.journeys[0].response_s.mean);
    // The outer visit lasts as long as the inner one, so the station's own time and number are wait and service alone.
    case.near("/stations/s/mean_response_s", s.wait_s.mean.value.unwrap() + 0.01);
    case.near("/mean_in_system", s.queue_mean.value.unwrap() + s.in_service_mean.value.unwrap());
}

/// Means by the engine, percentiles by the formula: a journey's percentiles are a preview.
fn slowest_branch(case: &Case) {
    for n in [2, 10, 100] {
        let mut model = empty();
        let entry = component(&mut model, "front", front());
        let leaf = component(&mut model, "leaf", delay(Distribution::Exponential(0.01)));
        let job = journey(&mut model, "job", entry, 1.0);
        let one = *branch(&mut model, job, entry, leaf);
        model.graph[entry].station.as_mut().unwrap().programs[0].steps = vec![vec![one; n]];
        let f = flow::solve(&model, 0);
        case.meets(&format!("/n{n}/mean_max_s"), &f.journeys[0].response_s.mean);
        let at = |q: f64| fork_join::slowest_exponential_quantile(n as u32, 0.01, q);
        case.near(&format!("/n{n}/p50_s"), at(0.5));
        case.near(&format!("/n{n}/p99_s"), at(0.99));
        // The preview is a gamma with the right mean and variance; the tail of a maximum is heavier, by 6 % for a hundred.
        let preview = f.journeys[0].response_s.p99.value.unwrap();
        assert!((preview / at(0.99) - 1.0).abs() < 0.07, "{preview} against {}", at(0.99));
    }
    case.near("/quorum/mean_s", fork_join::quorum_exponential(2, 3, 0.01).mean);
}

fn retries(case: &Case) {
    let layered = |layers: usize, fails: f64| {
        let mut model = empty();
        let names: Vec<String> = (0..layers).map(|i| format!("layer-{i}")).collect();
        let callers: Vec<ComponentIx> = names.iter().map(|id| component(&mut model, id, front())).collect();
        let back = Station { error_ratio: Probability::clamp(fails), ..delay(Distribution::Constant(0.001)) };
        let back = component(&mut model, "back", back);
        let job = journey(&mut model, "job", callers[0], 10.0);
        for (i, from) in callers.iter().enumerate() {
            let to = callers.get(i + 1).copied().unwrap_or(back);
            let edge = call(&mut model, job, *from, to);
            let (base, cap) = (Duration::millis(1.0), Duration::millis(1.0));
            let policy = Retry { extra: 2, base, cap, jitter: Jitter::Full, budget: None };
            model.graph[edge].policy.retry = Some(policy);
        }
        let f = flow::solve(&model, 0);
        (f.journeys[0].clone(), f.components[back.index()].clone())
    };
    let (job, _) = layered(1, 0.2);
    case.meets("/mean_attempts", &job.attempts_mean);
    case.near("/success_prob", 1.0 - job.error_ratio.value.unwrap());
    case.meets("/load_amplification_if_all_fail", &layered(1, 1.0).1.visits);
    for n in [1, 2, 3, 5] {
        let path = format!("/layered_amplification/{n}");
        case.meets(&path, &layered(n, 1.0).1.visits);
        case.near(&path, retry::layered_amplification(3, n as u32));
    }
}

/// The critical path of a project at its PERT means; and by a deadline, by the normal approximation along that path.
fn project(case: &Case) {
    use plimsoll::plan::roadmap::{Step, critical_path, schedule};
    use plimsoll::stats::maths::normal_quantile;
    let tasks = case.0["model"]["tasks"].as_array().unwrap();
    let ids: Vec<&str> = tasks.iter().map(|t| t["id"].as_str().unwrap()).collect();
    let place = |id: &Value| ids.iter().position(|other| *id == **other).unwrap();
    let steps: Vec<Step> = tasks
        .iter()
        .map(|task| {
            let [low, mode, high] = [0, 1, 2].map(|i| task["pert"][i].as_f64().unwrap());
            let takes = match low < high {
                true => Distribution::Pert { low, mode, high },
                false => Distribution::Constant(low),
            };
            Step { takes, after: task["after"].as_array().unwrap().iter().map(place).collect() }
        })
        .collect();
    let means: Vec<f64> = steps.iter().map(|step| step.takes.mean()).collect();
    let found = schedule(&steps, &means);
    case.near("/expected_duration", found.ends);
    for (i, id) in ids.iter().enumerate() {
        case.near(&format!("/early_finish/{id}"), found.early_finish[i]);
        let slack = case.0["expected"]["slack"][id].as_f64().unwrap();
        assert!((found.slack[i] - slack).abs() < 1e-6, "{id}: {} against {slack}", found.slack[i]);
    }
    let path = critical_path(&steps, &means);
    let named: Vec<&str> = path.iter().map(|i| ids[*i]).collect();
    assert_eq!(serde_json::to_value(named).unwrap(), case.0["expected"]["critical_path"]);
    // PERT's own variance, ((high - low) / 6)², which a beta distribution has only nearly.
    let variance: f64 = path
        .iter()
        .map(|i| {
            let width = tasks[*i]["pert"][2].as_f64().unwrap() - tasks[*i]["pert"][0].as_f64().unwrap();
            (width / 6.0).powi(2)
        })
        .sum();
    case.near("/variance", variance);
    case.near("/p99_pert", found.ends + normal_quantile(0.99) * variance.sqrt());
}
