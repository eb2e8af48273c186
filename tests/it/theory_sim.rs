//! The simulator against theory: the public reference cases of queueing, each inside its stated tolerance, and how often
//! an interval covers the truth.

use plimsoll::model::build::{call, component, delay, empty, journey, station};
use plimsoll::model::call::{Jitter, Retry};
use plimsoll::model::scaling::{Aims, Place, Scaling};
use plimsoll::model::station::{Branch, Servers, Station};
use plimsoll::model::workload::{Arrivals, Process};
use plimsoll::model::{ComponentIx, JourneyIx, Model};
use plimsoll::sim::{Ends, Executor, Faults, Load, Measured, Sequential, Settings, Study, Warmup};
use plimsoll::stats::distribution::Distribution;
use plimsoll::stats::figure::Figure;
use plimsoll::units::{Duration, Probability};
use serde_json::Value;
use std::sync::Arc;

/// A run without faults at constant load.
pub fn settings(seed: u64, replications: u32, warmup_s: f64, duration_s: f64) -> Settings {
    Settings {
        seed,
        replications,
        warmup: Warmup::Fixed(Duration::seconds(warmup_s)),
        duration: Duration::seconds(duration_s),
        ends: Ends::AfterFaults,
        step: None,
        hour: 0,
        load: Load::Constant,
        faults: Faults::None,
        standing: Vec::new(),
    }
}

pub fn run_with(model: &Arc<Model>, settings: Settings, step: u64, executor: &impl Executor) -> Measured {
    let mut study = Study::start(Arc::clone(model), settings);
    while study.step(step, executor) {}
    study.measured()
}

pub fn run(model: Model, settings: Settings) -> Measured {
    run_with(&Arc::new(model), settings, 1 << 20, &Sequential)
}

fn case(id: &str) -> Value {
    let cases: Value = serde_json::from_str(include_str!("../data/public-cases.json")).unwrap();
    cases.as_array().unwrap().iter().find(|c| c["id"] == id).unwrap().clone()
}

/// Whether a figure meets the case's expectation at `path` within the tolerance for `metric`: near enough, or its interval
/// holds the value and is not wider than twice the tolerance.
fn meets(case: &Value, path: &str, metric: &str, figure: &Figure) {
    let expected = case["expected"].pointer(path).and_then(Value::as_f64).unwrap();
    let own = &case["tolerance"]["per_metric"][metric]["simulation"];
    let tolerance = if own.is_null() { &case["tolerance"]["simulation"] } else { own };
    let wide = match (tolerance["abs"].as_f64(), tolerance["rel"].as_f64()) {
        (Some(abs), _) => abs,
        (None, rel) => rel.unwrap() * expected,
    };
    let value = figure.value.unwrap();
    let covered = figure
        .low
        .zip(figure.high)
        .is_some_and(|(low, high)| low <= expected && expected <= high && 0.5 * (high - low) <= 2.0 * wide);
    assert!(
        (value - expected).abs() <= wide || covered,
        "{} {path}: {value} ({:?} to {:?}) against {expected} within {wide}",
        case["id"],
        figure.low,
        figure.high
    );
}

/// One station fed by Poisson arrivals, as long as `requests` requests take, over 8 replications.
fn single(rate: f64, station: Station, requests: f64) -> (Measured, JourneyIx, ComponentIx) {
    let mut model = empty();
    let desk = component(&mut model, "s", station);
    let job = journey(&mut model, "job", desk, rate);
    let seconds = requests / rate / 8.0;
    (run(model, settings(11, 8, 0.02 * seconds, seconds)), job, desk)
}

#[test]
fn one_server_at_half_load() {
    let case = case("mm1-rho50");
    let (m, _, s) = single(50.0, station(1, 1, Distribution::Exponential(0.01)), 1e6);
    let (journey, desk) = (&m.journeys[0], &m.components[s.index()]);
    meets(&case, "/utilization", "", &desk.utilisation);
    meets(&case, "/throughput_per_s", "", &journey.throughput_per_s);
    meets(&case, "/mean_response_s", "", &journey.response_s.mean);
    meets(&case, "/mean_wait_s", "", &desk.wait_s.mean);
    meets(&case, "/mean_in_system", "", &desk.in_system_mean);
    meets(&case, "/mean_in_queue", "", &desk.queue_mean);
    meets(&case, "/prob_empty", "", &desk.empty_probability);
    meets(&case, "/p50_response_s", "", &journey.response_s.p50);
    meets(&case, "/p90_response_s", "", &journey.response_s.p90);
    meets(&case, "/p95_response_s", "", &journey.response_s.p95);
    meets(&case, "/p99_response_s", "", &journey.response_s.p99);
    meets(&case, "/p99.9_response_s", "p99.9_response_s", &journey.response_s.p999);
}

#[test]
fn three_doctors_in_the_eye_clinic() {
    let case = case("mmc-eye-clinic");
    let (m, _, s) = single(6.0 / 3600.0, station(1, 3, Distribution::Exponential(1200.0)), 2e6);
    let (journey, desk) = (&m.journeys[0], &m.components[s.index()]);
    meets(&case, "/utilization", "", &desk.utilisation);
    meets(&case, "/prob_wait", "", &desk.wait_probability);
    meets(&case, "/mean_wait_s", "", &desk.wait_s.mean);
    meets(&case, "/mean_response_s", "", &journey.response_s.mean);
    meets(&case, "/mean_in_queue", "", &desk.queue_mean);
    meets(&case, "/mean_in_system", "", &desk.in_system_mean);
    for (q, wait, response) in [
        ("p90", &desk.wait_s.p90, &journey.response_s.p90),
        ("p95", &desk.wait_s.p95, &journey.response_s.p95),
        ("p99", &desk.wait_s.p99, &journey.response_s.p99),
    ] {
        meets(&case, &format!("/{q}_wait_s"), &format!("{q}_wait_s"), wait);
        meets(&case, &format!("/{q}_response_s"), &format!("{q}_response_s"), response);
    }
}

#[test]
fn fifteen_lines_without_a_queue() {
    let case = case("erlangB-15-lines");
    let lines = Station { queue: Some(0), ..station(1, 15, Distribution::Exponential(180.0)) };
    let (m, _, s) = single(8.108 / 180.0, lines, 5e6);
    let desk = &m.components[s.index()];
    meets(&case, "/blocking", "blocking", &desk.blocked_ratio);
    meets(&case, "/carried_erlangs", "", &desk.in_service_mean);
    meets(&case, "/utilization", "", &desk.utilisation);
    let (lost, failed) = (desk.blocked_ratio.value.unwrap(), m.journeys[0].errors.rejected.value.unwrap());
    assert!((lost - failed).abs() < 1e-5, "every call that is blocked fails: {lost} against {failed}");
}

#[test]
fn a_skewed_service_time() {
    let case = case("mg1-lognormal-scv4");
    let (m, _, s) = single(70.0, station(1, 1, Distribution::lognormal_mean_scv(0.01, 4.0)), 1e7);
    let (journey, desk) = (&m.journeys[0], &m.components[s.index()]);
    meets(&case, "/utilization", "", &desk.utilisation);
    meets(&case, "/mean_wait_s", "", &desk.wait_s.mean);
    meets(&case, "/std_wait_s", "std_wait_s", &desk.wait_s.std);
    meets(&case, "/mean_response_s", "", &journey.response_s.mean);
    meets(&case, "/mean_in_system", "", &desk.in_system_mean);
}

/// A front that takes no time and calls others.
pub fn front() -> Station {
    delay(Distribution::Constant(0.0))
}

fn branch(model: &mut Model, j: JourneyIx, from: ComponentIx, to: ComponentIx) -> &mut Branch {
    call(model, j, from, to);
    let program = &mut model.graph[from].station.as_mut().unwrap().programs[j.0 as usize];
    &mut program.steps.last_mut().unwrap()[0]
}

#[test]
fn a_time_sharing_system_with_thinking_users() {
    let case = case("closed-jain-timesharing");
    for users in [1, 2, 5, 20] {
        let mut model = empty();
        let entry = component(&mut model, "front", front());
        let stations = [("cpu", 16, 0.125), ("diskA", 10, 0.3), ("diskB", 5, 0.2)];
        let desks =
            stations.map(|(id, _, s)| component(&mut model, id, station(1, 1, Distribution::Exponential(s))));
        let job = journey(&mut model, "job", entry, 0.0);
        model.journeys[0].arrivals =
            Arrivals::Closed { population: users, think: Distribution::Exponential(4.0) };
        for (desk, (_, visits, _)) in desks.iter().zip(stations) {
            branch(&mut model, job, entry, *desk).count = visits;
        }
        let m = run(model, settings(3, 8, 2_000.0, 40_000.0));
        let at = |what: &str| format!("/results/N{users}/{what}");
        meets(&case, &at("response_s"), "", &m.journeys[0].response_s.mean);
        meets(&case, &at("throughput_per_s"), "", &m.journeys[0].throughput_per_s);
        for (desk, (id, ..)) in desks.iter().zip(stations) {
            meets(&case, &at(&format!("queue/{id}")), "", &m.components[desk.index()].in_system_mean);
            meets(&case, &at(&format!("utilization/{id}")), "", &m.components[desk.index()].utilisation);
        }
    }
}

#[test]
fn a_station_that_calls_itself_again() {
    let case = case("jackson-feedback");
    let mut model = empty();
    let desk = component(&mut model, "s", station(1, 1, Distribution::Exponential(0.01)));
    let job = journey(&mut model, "job", desk, 60.0);
    branch(&mut model, job, desk, desk).probability = Probability::new(0.25).unwrap();
    let m = run(model, settings(5, 8, 100.0, 2e6 / 60.0 / 8.0));
    let s = &m.components[desk.index()];
    meets(&case, "/stations/s/arrival_rate_per_s", "", &s.arrivals_per_s);
    meets(&case, "/stations/s/utilization", "", &s.utilisation);
    meets(&case, "/stations/s/visits", "", &s.visits);
    meets(&case, "/mean_response_s", "", &m.journeys[0].response_s.mean);
    // The outer visit lasts as long as the inner one, so the station's own time and number are wait and service alone.
    let sum = |a: &Figure, b: f64| Figure { value: a.value.map(|v| v + b), ..Figure::unknown("") };
    meets(&case, "/stations/s/mean_response_s", "", &sum(&s.wait_s.mean, 0.01));
    meets(&case, "/mean_in_system", "", &sum(&s.queue_mean, s.in_service_mean.value.unwrap()));
}

#[test]
fn a_parallel_group_lasts_as_long_as_its_slowest_branch() {
    // The case's quorum (2 of 3) cannot be said in the model yet.
    let case = case("max-of-n-exponentials");
    for (n, requests) in [(2, 1e6), (10, 5e5), (100, 1.5e5)] {
        let mut model = empty();
        let entry = component(&mut model, "front", front());
        let leaf = component(&mut model, "leaf", delay(Distribution::Exponential(0.01)));
        let job = journey(&mut model, "job", entry, 100.0);
        let one = *branch(&mut model, job, entry, leaf);
        model.graph[entry].station.as_mut().unwrap().programs[0].steps = vec![vec![one; n]];
        let m = run(model, settings(2, 4, 1.0, requests / 400.0));
        let times = &m.journeys[0].response_s;
        meets(&case, &format!("/n{n}/mean_max_s"), "", &times.mean);
        meets(&case, &format!("/n{n}/p50_s"), "", &times.p50);
        meets(&case, &format!("/n{n}/p99_s"), "", &times.p99);
    }
}

/// A chain of `layers` callers above a component that fails with this chance; each makes three attempts.
fn layers(layers: usize, fails: f64, rate: f64) -> (Model, ComponentIx) {
    let mut model = empty();
    let ids: Vec<String> = (0..layers).map(|i| format!("layer-{i}")).collect();
    let callers: Vec<ComponentIx> = ids.iter().map(|id| component(&mut model, id, front())).collect();
    let back = Station { error_ratio: Probability::clamp(fails), ..delay(Distribution::Constant(0.001)) };
    let back = component(&mut model, "back", back);
    let job = journey(&mut model, "job", callers[0], rate);
    for (i, from) in callers.iter().enumerate() {
        let to = callers.get(i + 1).copied().unwrap_or(back);
        let edge = call(&mut model, job, *from, to);
        model.graph[edge].policy.retry = Some(Retry {
            extra: 2,
            base: Duration::millis(1.0),
            cap: Duration::millis(1.0),
            jitter: Jitter::Full,
            budget: None,
        });
    }
    (model, back)
}

#[test]
fn retries_multiply_the_load() {
    let case = case("retry-amplification");
    let (model, _) = layers(1, 0.2, 1000.0);
    let m = run(model, settings(4, 4, 1.0, 250.0));
    meets(&case, "/mean_attempts", "", &m.journeys[0].attempts_mean);
    let answered = 1.0 - m.journeys[0].error_ratio.value.unwrap();
    let answered = Figure { value: Some(answered), ..Figure::unknown("1") };
    meets(&case, "/success_prob", "", &answered);
    let (model, back) = layers(1, 1.0, 1000.0);
    let m = run(model, settings(4, 2, 1.0, 20.0));
    meets(&case, "/load_amplification_if_all_fail", "", &m.components[back.index()].visits);
    assert_eq!(m.journeys[0].error_ratio.value, Some(1.0));
    assert_eq!(m.journeys[0].errors.dependency.value, Some(1.0));
    for n in [1, 2, 3, 5] {
        let (model, back) = layers(n, 1.0, 20.0);
        let m = run(model, settings(4, 2, 10.0, 200.0));
        meets(&case, &format!("/layered_amplification/{n}"), "", &m.components[back.index()].visits);
    }
}

#[test]
fn an_autoscaler_settles_where_its_formula_says() {
    let case = case("hpa-formula");
    for (input, desired) in case["model"]["inputs"].as_array().unwrap().iter().zip(0..) {
        let [pods, metric, target] = [0, 1, 2].map(|i| input[i].as_f64().unwrap());
        let desired = case["expected"]["desired"][desired].as_f64();
        // Pods that ask for 0.4 of the core that they may use, by so many small works that a sync period sees the mean; 0.1
        // points less than the input, so that where the ratio gives a whole number no nanosecond decides.
        let (request, rate) = (0.4, 500.0);
        let cores = pods * request * (metric - 0.1) / 100.0;
        let aims = Aims { cpu: Some(target / 100.0 * request), concurrency: None };
        let scaling = Scaling { aims, min: 1, max: 200, more: vec![Place::default(); 100] };
        let desk = station(pods as usize, 1, Distribution::Constant(cores / rate));
        let mut model = empty();
        let desk = component(&mut model, "pods", Station { scaling: Some(scaling), ..desk });
        journey(&mut model, "job", desk, rate);
        model.journeys[0].process = Process::Deterministic;
        // A lower number is taken after five minutes only.
        let m = run(model, settings(1, 1, 340.0, 60.0));
        let replicas = &m.components[desk.index()].replicas;
        assert_eq!((replicas.min.value, replicas.max.value), (desired, desired), "{input}");
    }
}

#[test]
fn pods_that_wait_for_a_model_are_scaled_by_the_requests_in_them() {
    // 100 requests a second, each 2 s with a model and 1 ms on a CPU: 200.1 inside (Little's law), at nine a pod 23 pods. Their
    // CPU, a tenth of a core in all, asks for one.
    let replicas = |aims: Aims, start: usize| {
        let scaling = Scaling { aims, min: 1, max: 200, more: vec![Place::default(); 100] };
        let desk = station(start, 1, Distribution::Constant(0.001));
        let mut model = empty();
        let desk = component(&mut model, "pods", Station { scaling: Some(scaling), ..desk });
        let llm = component(&mut model, "model", delay(Distribution::Constant(2.0)));
        let job = journey(&mut model, "job", desk, 100.0);
        call(&mut model, job, desk, llm);
        model.journeys[0].process = Process::Deterministic;
        let formula = plimsoll::flow::standing(&model, 0)[desk.index()];
        let m = run(model, settings(1, 1, 340.0, 60.0));
        let simulated = &m.components[desk.index()].replicas;
        assert_eq!(simulated.min.value, simulated.max.value);
        (formula, simulated.max.value.unwrap() as u32)
    };
    let (cpu, concurrency) = (Some(0.14), Some(9.0));
    assert_eq!(replicas(Aims { cpu, concurrency }, 4), (23, 23));
    assert_eq!(replicas(Aims { cpu: None, concurrency }, 60), (23, 23));
    assert_eq!(replicas(Aims { cpu, concurrency: None }, 4), (1, 1));
}

#[test]
fn every_case_with_a_tolerance_for_simulation_is_simulated() {
    let cases: Value = serde_json::from_str(include_str!("../data/public-cases.json")).unwrap();
    for case in cases.as_array().unwrap() {
        let id = case["id"].as_str().unwrap();
        // That of the three tiers is for Monte Carlo; the decision diagram is exact (`theory_avail`).
        if case["tolerance"]["simulation"].is_object() && id != "rbd-3tier" {
            assert!(include_str!("theory_sim.rs").contains(&format!("case(\"{id}\")")), "{id}");
        }
    }
}

#[test]
fn the_interval_covers_the_truth_as_often_as_it_says() {
    // M/M/1 at load 0.8: mean response 50 ms. Of 100 intervals of 95 %, 88 to 100 cover it.
    let mut model = empty();
    let desk = component(&mut model, "desk", station(1, 1, Distribution::Exponential(0.01)));
    journey(&mut model, "job", desk, 80.0);
    let model = Arc::new(model);
    let covered = (0..100)
        .filter(|seed| {
            let m = run_with(&model, settings(*seed, 10, 30.0, 200.0), 1 << 20, &Sequential);
            let mean = &m.journeys[0].response_s.mean;
            mean.low.unwrap() <= 0.05 && 0.05 <= mean.high.unwrap()
        })
        .count();
    assert!((88..=100).contains(&covered), "{covered} of 100 intervals cover the theory");
}

#[test]
fn many_servers_at_high_load() {
    // M/M/8 at load 0.9: Erlang C gives a wait of 8.7692 ms at 10 ms of work and 720/s (0.876916 services).
    let (m, _, s) = single(720.0, station(1, 8, Distribution::Exponential(0.01)), 4e6);
    let wait = &m.components[s.index()].wait_s.mean;
    assert!((wait.value.unwrap() / 0.00876916 - 1.0).abs() < 0.04, "{wait:?}");
}

#[test]
fn processor_sharing_does_not_care_about_the_shape_of_the_work() {
    // M/G/1-PS: mean response S / (1 - rho) whatever the distribution. Kleinrock, vol. 2, sec. 4.4.
    for work in [
        Distribution::Exponential(0.01),
        Distribution::lognormal_mean_scv(0.01, 4.0),
        Distribution::Constant(0.01),
    ] {
        let shared = Station {
            discipline: plimsoll::model::station::Discipline::ProcessorSharing,
            ..station(1, 1, work.clone())
        };
        let (m, _, s) = single(70.0, shared, 2e6);
        let mean = m.journeys[0].response_s.mean.value.unwrap();
        assert!((mean * 0.3 / 0.01 - 1.0).abs() < 0.02, "{work:?}: {mean}");
        let busy = m.components[s.index()].utilisation.value.unwrap();
        assert!((busy - 0.7).abs() < 0.01, "{busy}");
    }
}

#[test]
fn urgent_requests_overtake() {
    // Two classes of M/M/1, 30/s and 40/s at 10 ms. Non-preemptive: W1 = W0 / (1 - r1), W2 = W0 / ((1 - r1)(1 - r)), with
    // W0 = r S = 7 ms (Cobham 1954). Preemptive-resume: class 1 is an M/M/1 of its own, R1 = S / (1 - r1), and
    // R2 = S / ((1 - r1)(1 - r)) (Kleinrock, vol. 2, sec. 3.4; equal exponential services).
    use plimsoll::model::station::Discipline::{NonPreemptive, PreemptiveResume};
    for (discipline, first, second) in [
        (NonPreemptive, 0.01 + 0.007 / 0.7, 0.01 + 0.007 / (0.7 * 0.3)),
        (PreemptiveResume, 0.01 / 0.7, 0.01 / (0.7 * 0.3)),
    ] {
        let mut model = empty();
        let desk = Station { discipline, ..station(1, 1, Distribution::Exponential(0.01)) };
        let desk = component(&mut model, "desk", desk);
        journey(&mut model, "urgent", desk, 30.0);
        journey(&mut model, "other", desk, 40.0);
        model.journeys[1].priority = 5;
        let m = run(model, settings(6, 8, 100.0, 4000.0));
        for (j, expected) in [first, second].into_iter().enumerate() {
            let mean = m.journeys[j].response_s.mean.value.unwrap();
            assert!((mean / expected - 1.0).abs() < 0.025, "{discipline:?} {j}: {mean} against {expected}");
        }
    }
}

#[test]
fn impatient_callers_leave() {
    // M/M/1 with exponential patience of the same mean as the service (Erlang A with theta = mu): the number in system is
    // Poisson with mean a = lambda / mu, so the share that leaves is 1 - (1 - e^-a) / a. Palm (1957).
    let a = 1.2_f64;
    let desk = Station {
        patience: Some(Distribution::Exponential(0.01)),
        ..station(1, 1, Distribution::Exponential(0.01))
    };
    let (m, _, s) = single(100.0 * a, desk, 1e6);
    let expected = 1.0 - (1.0 - (-a).exp()) / a;
    let found = m.components[s.index()].abandoned_ratio.value.unwrap();
    assert!((found / expected - 1.0).abs() < 0.02, "{found} against {expected}");
    let inside = m.components[s.index()].in_system_mean.value.unwrap();
    assert!((inside / a - 1.0).abs() < 0.02, "{inside} against {a}");
}

#[test]
fn infinitely_many_servers_hold_what_little_says() {
    let endless = Station { servers: Servers::Infinite, ..station(1, 1, Distribution::Exponential(0.3)) };
    let (m, _, s) = single(50.0, endless, 5e5);
    let inside = m.components[s.index()].in_system_mean.value.unwrap();
    assert!((inside / 15.0 - 1.0).abs() < 0.01, "{inside}");
    assert_eq!(m.components[s.index()].wait_s.p99.value, Some(0.0));
}
