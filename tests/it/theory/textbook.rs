//! Formulas of the textbooks, worked out here, against whole models.

use plimsoll::flow::{self, Flow};
use plimsoll::model::build::{call, component, delay, empty, journey, station};
use plimsoll::model::station::{Balance, Discipline, Servers, Station};
use plimsoll::stats::distribution::Distribution;
use plimsoll::stats::figure::{Figure, FigureKind};
use plimsoll::stats::maths::exp;

fn single(rate: f64, station: Station) -> Flow {
    let mut model = empty();
    let desk = component(&mut model, "s", station);
    journey(&mut model, "job", desk, rate);
    flow::solve(&model, 0)
}

fn near(figure: &Figure, expected: f64) {
    let value = figure.value.unwrap();
    assert!((value - expected).abs() <= 1e-9 * expected.abs(), "{value} against {expected}: {figure:?}");
    assert_eq!(figure.kind, FigureKind::Exact, "{figure:?}");
}

#[test]
fn processor_sharing_does_not_care_about_the_shape_of_the_work() {
    // M/G/1-PS: mean response S / (1 - rho). Kleinrock, vol. 2, sec. 4.4.
    for work in [
        Distribution::Exponential(0.01),
        Distribution::lognormal_mean_scv(0.01, 4.0),
        Distribution::Constant(0.01),
    ] {
        let shared = Station { discipline: Discipline::ProcessorSharing, ..station(1, 1, work) };
        let f = single(70.0, shared);
        near(&f.journeys[0].response_s.mean, 0.01 / 0.3);
        near(&f.components[0].utilisation, 0.7);
    }
}

#[test]
fn urgent_requests_overtake() {
    // W0 = rho S = 7 ms. Cobham: W1 = W0 / (1 - r1), W2 = W0 / ((1 - r1)(1 - r)). With interruption: R1 = S / (1 - r1),
    // R2 = S / ((1 - r1)(1 - r)) for equal exponential work. Kleinrock, vol. 2, sec. 3.4.
    for (discipline, first, second) in [
        (Discipline::NonPreemptive, 0.01 + 0.007 / 0.7, 0.01 + 0.007 / (0.7 * 0.3)),
        (Discipline::PreemptiveResume, 0.01 / 0.7, 0.01 / (0.7 * 0.3)),
    ] {
        let mut model = empty();
        let desk = Station { discipline, ..station(1, 1, Distribution::Exponential(0.01)) };
        let desk = component(&mut model, "desk", desk);
        journey(&mut model, "urgent", desk, 30.0);
        journey(&mut model, "other", desk, 40.0);
        model.journeys[1].priority = 5;
        let f = flow::solve(&model, 0);
        near(&f.journeys[0].response_s.mean, first);
        near(&f.journeys[1].response_s.mean, second);
    }
}

#[test]
fn impatient_callers_leave() {
    // Erlang A with patience as long as the service: the number inside is Poisson with mean a, so the share that leaves is
    // 1 - (1 - e^-a) / a. Palm (1957).
    let a = 1.2;
    let patience = Some(Distribution::Exponential(0.01));
    let f = single(100.0 * a, Station { patience, ..station(1, 1, Distribution::Exponential(0.01)) });
    let leave = 1.0 - (1.0 - exp(-a)) / a;
    near(&f.components[0].abandoned_ratio, leave);
    let rejected = f.journeys[0].errors.rejected.value.unwrap();
    assert!((rejected - leave).abs() < 1e-12, "{rejected} against {leave}");
}

#[test]
fn endless_servers_hold_what_little_says() {
    let endless = Station { servers: Servers::Infinite, ..station(1, 1, Distribution::Exponential(0.3)) };
    let s = &single(50.0, endless).components[0];
    near(&s.in_system_mean, 15.0);
    near(&s.empty_probability, exp(-15.0));
    assert_eq!(s.wait_s.p99.value, Some(0.0));
}

#[test]
fn dealt_in_turn_waits_less_than_by_chance() {
    // Two replicas in turn: E2/M/1 with sigma the root in (0, 1) of x = (2a / (2a + mu (1 - x)))^2, a each one's rate; mean
    // wait sigma S / (1 - sigma). By chance: M/M/1 each.
    let at = |balance| single(160.0, Station { balance, ..station(2, 1, Distribution::Exponential(0.01)) });
    let (mu, a) = (100.0, 80.0);
    let mut x = 0.5_f64;
    for _ in 0..10_000 {
        let next = 2.0 * a / (2.0 * a + mu * (1.0 - x));
        x = next * next;
    }
    near(&at(Balance::RoundRobin).components[0].wait_s.mean, x * 0.01 / (1.0 - x));
    near(&at(Balance::Random).components[0].wait_s.mean, 0.04);
}

#[test]
fn a_tandem_is_the_sum_of_its_queues() {
    // Jackson: M/M/1 at 0.5 and at 0.8 behind each other: 20 ms + 50 ms, and 30 ms of network.
    let mut model = empty();
    let front = component(&mut model, "front", station(1, 1, Distribution::Exponential(0.01)));
    let back = component(&mut model, "back", station(1, 1, Distribution::Exponential(0.016)));
    let disk = component(&mut model, "disk", delay(Distribution::Constant(0.005)));
    let job = journey(&mut model, "job", front, 50.0);
    let edge = call(&mut model, job, front, back);
    model.graph[edge].network = Some(Distribution::Constant(0.03));
    call(&mut model, job, front, disk);
    let f = flow::solve(&model, 0);
    near(&f.journeys[0].response_s.mean, 0.02 + 0.08 + 0.03 + 0.005);
    let total: f64 = f.makeup[0].iter().map(|p| p.seconds).sum();
    assert!((total - 0.135).abs() < 1e-12, "{total}");
    near(&f.components[back.index()].queue_mean, 0.8 * 0.8 / 0.2);
}

#[test]
fn overload_is_said_and_not_guessed() {
    let f = single(120.0, station(1, 1, Distribution::Exponential(0.01)));
    near(&f.components[0].utilisation, 1.2);
    assert_eq!(f.saturated.len(), 1);
    let j = &f.journeys[0];
    assert_eq!((j.response_s.mean.value, j.response_s.p95.value), (None, None));
    assert!((j.throughput_per_s.value.unwrap() - 100.0).abs() < 1e-9);
}
