//! Laws of the simulator: what holds for every model, whatever the numbers; and that the same seed is the same run.

use crate::theory_sim::{front, run, run_with, settings};
use plimsoll::model::build::{call, component, delay, empty, journey, station};
use plimsoll::model::station::{Balance, Discipline, Station};
use plimsoll::model::{ComponentIx, Model};
use plimsoll::sim::{Executor, Faults, Load, Measured, Sequential, Settings, Study, Warmup};
use plimsoll::stats::distribution::Distribution;
use plimsoll::units::Probability;
use proptest::prelude::*;
use rayon::prelude::*;
use std::sync::Arc;

/// All cores.
struct Parallel;

impl Executor for Parallel {
    fn each<T: Send>(&self, items: &mut [T], work: impl Fn(&mut T) + Sync + Send) {
        items.par_iter_mut().for_each(work);
    }
}

/// A front with two backs behind it, one of them a pool of replicas.
fn three_tiers(
    rate: f64,
    servers: u32,
    replicas: usize,
    discipline: Discipline,
) -> (Model, [ComponentIx; 3]) {
    let mut model = empty();
    let web = Station { slots: Some(64), ..station(2, 4, Distribution::lognormal_mean_scv(0.004, 2.0)) };
    let web = component(&mut model, "web", web);
    let api = Station {
        discipline,
        balance: Balance::PowerOfTwo,
        ..station(replicas, servers, Distribution::Exponential(0.01))
    };
    let api = component(&mut model, "api", api);
    let disk = component(&mut model, "disk", delay(Distribution::Exponential(0.02)));
    let job = journey(&mut model, "job", web, rate);
    call(&mut model, job, web, api);
    let edge = call(&mut model, job, web, disk);
    model.graph[edge].network = Some(Distribution::Constant(0.002));
    (model, [web, api, disk])
}

fn value(figure: &plimsoll::stats::figure::Figure) -> f64 {
    figure.value.unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn little_and_utilisation_hold_at_every_station(
        load in 0.2f64..0.85, servers in 1u32..4, replicas in 1usize..4,
        shared in proptest::bool::ANY, seed in 0u64..1000,
    ) {
        let discipline = if shared { Discipline::ProcessorSharing } else { Discipline::Fifo };
        let rate = load * f64::from(servers) * replicas as f64 / 0.01;
        let (model, stations) = three_tiers(rate, servers, replicas, discipline);
        let m = run(model, settings(seed, 2, 5.0, 20_000.0 / rate));
        for c in stations {
            let s = &m.components[c.index()];
            let little = value(&s.arrivals_per_s) * value(&s.response_s.mean);
            prop_assert!((value(&s.in_system_mean) - little).abs() < 0.05 * little + 0.01, "{} against {little}", value(&s.in_system_mean));
            let queue = value(&s.arrivals_per_s) * value(&s.wait_s.mean);
            prop_assert!((value(&s.queue_mean) - queue).abs() < 0.05 * queue + 0.01);
        }
        let api = &m.components[stations[1].index()];
        let offered = value(&api.throughput_per_s) * 0.01 / f64::from(servers) / replicas as f64;
        prop_assert!((value(&api.utilisation) - offered).abs() < 0.05, "{} against {offered}", value(&api.utilisation));
        // What goes in comes out, but for the few still under way at the two ends.
        let j = &m.journeys[0];
        let lost = (value(&j.arrivals_per_s) - value(&j.throughput_per_s)) * 20_000.0 / rate;
        prop_assert!(lost.abs() < 3.0 * value(&m.components[0].in_system_mean) + 60.0, "{lost} requests are missing");
        for c in stations {
            prop_assert!((value(&m.components[c.index()].visits) - 1.0).abs() < 0.02);
        }
    }

    #[test]
    fn more_servers_never_wait_longer(load in 0.5f64..1.3, servers in 1u32..5, seed in 0u64..1000) {
        let waits = |servers: u32, rate: f64| {
            let mut model = empty();
            let desk = component(&mut model, "s", station(1, servers, Distribution::lognormal_mean_scv(0.01, 3.0)));
            journey(&mut model, "job", desk, rate);
            let m = run(model, settings(seed, 2, 0.0, 4000.0 / rate));
            // A backlog at the end of an overloaded run hides the longest waits; the number waiting counts them.
            value(&m.components[desk.index()].queue_mean)
        };
        let rate = load * f64::from(servers) / 0.01;
        let (few, more) = (waits(servers, rate), waits(servers + 1, rate));
        prop_assert!(more <= few + 1e-9, "{more} against {few}");
    }
}

fn digest(model: &Arc<Model>, seed: u64, step: u64, executor: &impl Executor) -> u64 {
    run_with(model, settings(seed, 4, 1.0, 30.0), step, executor).digest.unwrap()
}

#[test]
fn the_digest_depends_on_the_seed_and_on_nothing_else() {
    let model = Arc::new(three_tiers(120.0, 2, 2, Discipline::Fifo).0);
    let whole = digest(&model, 1, u64::MAX, &Sequential);
    assert_eq!(whole, digest(&model, 1, u64::MAX, &Sequential), "the same run again");
    assert_eq!(whole, digest(&model, 1, 1, &Sequential), "one event per step");
    assert_eq!(whole, digest(&model, 1, 997, &Parallel), "all cores");
    assert_ne!(whole, digest(&model, 2, u64::MAX, &Sequential), "another seed");
}

#[test]
fn a_run_can_be_looked_at_and_left_at_any_time() {
    let model = Arc::new(three_tiers(120.0, 2, 2, Discipline::Fifo).0);
    let mut study = Study::start(model, settings(1, 3, 1.0, 50.0));
    assert_eq!(study.measured().journeys[0].response_s.mean.value, None);
    let mut last = 0.0;
    let mut steps = 0;
    while study.step(2_000, &Sequential) {
        let progress = study.progress();
        assert!(progress.done >= last && progress.done <= 1.0);
        last = progress.done;
        let m = study.measured();
        assert_eq!(m.digest, None, "an unfinished run proves nothing");
        steps += 1;
    }
    assert!(steps > 5);
    assert_eq!(study.progress().replications, 3);
    assert!(study.measured().digest.is_some());
}

#[test]
fn a_hop_in_between_changes_no_draw_behind_it() {
    let through = |hop: bool| {
        let mut model = empty();
        let entry = component(&mut model, "entry", front());
        let middle = hop.then(|| component(&mut model, "hop", front()));
        let back = component(&mut model, "back", station(1, 1, Distribution::Exponential(0.01)));
        let job = journey(&mut model, "job", entry, 80.0);
        match middle {
            Some(middle) => {
                call(&mut model, job, entry, middle);
                call(&mut model, job, middle, back);
            }
            None => {
                call(&mut model, job, entry, back);
            }
        }
        let m = run(model, settings(1, 2, 0.0, 100.0));
        m.components[back.index()].wait_s.clone()
    };
    assert_eq!(through(false), through(true));
}

#[test]
fn common_random_numbers_make_differences_sharp() {
    // Two designs that differ in one server: with the same seed their difference varies far less than with two seeds.
    let mean = |servers: u32, seed: u64| {
        let model = three_tiers(150.0, servers, 1, Discipline::Fifo).0;
        value(&run(model, settings(seed, 1, 0.0, 60.0)).journeys[0].response_s.mean)
    };
    let spread = |other: u64| {
        let d: Vec<f64> = (0..20).map(|seed| mean(2, seed) - mean(3, seed + other)).collect();
        plimsoll::stats::interval::Mean::of(&d).unwrap().half_width.unwrap()
    };
    let (common, independent) = (spread(0), spread(1000));
    assert!(common < independent, "{common} against {independent}");
    // The lighter the difference, the sharper: one work 2 % shorter behind a station that is not the bottleneck.
    let light = |factor: f64, seed: u64| {
        let mut model = three_tiers(100.0, 2, 1, Discipline::Fifo).0;
        let disk = model.component("disk").unwrap();
        model.graph[disk].station.as_mut().unwrap().latency[0] =
            Some(Distribution::Exponential(0.02 * factor));
        value(&run(model, settings(seed, 1, 0.0, 60.0)).journeys[0].response_s.mean)
    };
    let spread = |other: u64| {
        let d: Vec<f64> = (0..20).map(|seed| light(1.0, seed) - light(0.98, seed + other)).collect();
        plimsoll::stats::interval::Mean::of(&d).unwrap().half_width.unwrap()
    };
    let (common, independent) = (spread(0), spread(1000));
    assert!(5.0 * common < independent, "{common} against {independent}");
}

#[test]
fn the_load_follows_the_hours_when_asked_to() {
    let mut model = empty();
    let desk = component(&mut model, "desk", station(1, 1, Distribution::Constant(0.001)));
    journey(&mut model, "job", desk, 1.0);
    model.tier.users = 100.0;
    model.journeys[0].arrivals =
        plimsoll::model::workload::Arrivals::PerActiveUser(plimsoll::units::Rate::per_second(0.02));
    for hour in 0..168 {
        model.profile.active[hour] = if hour % 2 == 0 { 0.5 } else { 0.1 };
    }
    let base = settings(1, 4, 60.0, 4.0 * 3600.0);
    let m = run(model.clone(), Settings { load: Load::Profile, ..base.clone() });
    assert!((value(&m.journeys[0].arrivals_per_s) - 0.6).abs() < 0.02);
    let series = &m.series["job.arrivals_per_s"];
    let hour = |h: usize| series.values[h * 60..(h + 1) * 60].iter().map(|v| v.unwrap()).sum::<f64>() / 60.0;
    for (h, expected) in [1.0, 0.2, 1.0, 0.2].into_iter().enumerate() {
        assert!((hour(h) / expected - 1.0).abs() < 0.1, "hour {h}: {}", hour(h));
    }
    let m = run(model, base);
    assert!((value(&m.journeys[0].arrivals_per_s) - 1.0).abs() < 0.02);
}

#[test]
fn an_unknown_warm_up_is_found() {
    let mut model = empty();
    let desk = component(&mut model, "desk", station(1, 1, Distribution::Exponential(0.01)));
    journey(&mut model, "job", desk, 80.0);
    let m = run(model, Settings { warmup: Warmup::Auto, ..settings(1, 8, 0.0, 1000.0) });
    let mean = &m.journeys[0].response_s.mean;
    assert!((value(mean) / 0.05 - 1.0).abs() < 0.06, "{mean:?}");
    assert_eq!(m.replications, 8);
}

#[test]
fn the_parts_of_a_slow_request_add_up_to_its_time() {
    let (model, _) = three_tiers(150.0, 2, 1, Discipline::Fifo);
    let m: Measured = run(model, settings(1, 4, 5.0, 200.0));
    let parts = &m.makeup[0];
    let p95 = value(&m.journeys[0].response_s.p95);
    let whole: f64 = parts.iter().map(|p| p.amount).sum();
    assert!((whole / p95 - 1.0).abs() < 0.1, "{whole} against {p95}");
    assert!((parts.iter().map(|p| p.share).sum::<f64>() - 1.0).abs() < 1e-9);
    let of = |cause: &str, part: &str| {
        parts.iter().find(|p| p.cause == cause && p.part == part).map_or(0.0, |p| p.amount)
    };
    assert!((of("disk", "network") - 0.002).abs() < 1e-4);
    assert!(of("disk", "service") > 0.02 && of("api", "service") > 0.005);
}

#[test]
fn turned_away_and_impatient_requests_are_counted_once() {
    let mut model = empty();
    let desk = Station {
        queue: Some(3),
        patience: Some(Distribution::Exponential(0.02)),
        error_ratio: Probability::new(0.1).unwrap(),
        ..station(1, 1, Distribution::Exponential(0.01))
    };
    let desk = component(&mut model, "desk", desk);
    journey(&mut model, "job", desk, 150.0);
    let m = run(model, Settings { faults: Faults::None, ..settings(1, 4, 5.0, 500.0) });
    let (j, s) = (&m.journeys[0], &m.components[desk.index()]);
    let parts = value(&j.errors.rejected) + value(&j.errors.dependency);
    assert!((parts - value(&j.error_ratio)).abs() < 1e-12);
    let away = value(&s.blocked_ratio) + value(&s.abandoned_ratio);
    assert!((away - value(&j.errors.rejected)).abs() < 1e-3);
    let served = 1.0 - value(&j.errors.rejected);
    assert!((value(&j.errors.dependency) / served - 0.1).abs() < 0.01);
}
