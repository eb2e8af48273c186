//! Laws of the simulator on random small networks. The arrivals are a trace with an end, and every run goes on until all
//! is quiet, so that the laws hold exactly, not on average: what comes goes, Little's law at every station, busy time is
//! work done. Then what holds path by path under common random numbers, and that a run depends on its seed alone.

use crate::theory_sim::{run, run_with, settings};
use plimsoll::model::build::{call, component, empty, journey, station};
use plimsoll::model::call::{Jitter, Policy, Retry};
use plimsoll::model::station::{Balance, Discipline, Servers, Station};
use plimsoll::model::workload::Process;
use plimsoll::model::{ComponentIx, Model};
use plimsoll::sim::{Executor, Measured, Sequential};
use plimsoll::stats::distribution::Distribution;
use plimsoll::stats::figure::Figure;
use plimsoll::units::{Duration, Probability};
use proptest::prelude::*;
use rayon::prelude::*;
use std::sync::Arc;

/// What one component is like.
#[derive(Clone, Debug)]
struct Desk {
    replicas: usize,
    servers: u32,
    endless: bool,
    work: f64,
    latency: f64,
    room: Option<u32>,
    slots: Option<u32>,
    discipline: Discipline,
    balance: Balance,
    /// Whom it calls, as offsets to later ones, with chance and count; calls of one step run in parallel.
    calls: Vec<Vec<(usize, f64, u32)>>,
    network: f64,
    /// Time limit, attempts beyond the first.
    limit: Option<(f64, u32)>,
}

/// A network and its arrivals.
#[derive(Clone, Debug)]
struct Sketch {
    desks: Vec<Desk>,
    /// Entry, priority and gaps in seconds of each journey.
    journeys: Vec<(usize, u8, Vec<f64>)>,
    seed: u64,
}

fn desks() -> impl Strategy<Value = Desk> {
    use Discipline::{Fifo, NonPreemptive, PreemptiveResume, ProcessorSharing};
    let discipline = prop::sample::select(vec![Fifo, NonPreemptive, PreemptiveResume, ProcessorSharing]);
    let balance = prop::sample::select(vec![
        Balance::RoundRobin,
        Balance::Random,
        Balance::LeastOutstanding,
        Balance::PowerOfTwo,
    ]);
    let step = prop::collection::vec((1usize..4, 0.2f64..1.2, 1u32..3), 1..3);
    let room = prop_oneof![3 => Just(None), 1 => (0u32..5).prop_map(Some)];
    let slots = prop_oneof![3 => Just(None), 1 => (1u32..6).prop_map(Some)];
    let limit = prop_oneof![2 => Just(None), 1 => (0.005f64..0.05, 0u32..3).prop_map(Some)];
    (
        (1usize..4, 1u32..4, prop::bool::weighted(0.15)),
        (0.001f64..0.02, 0.0f64..0.01, room, slots),
        (discipline, balance),
        (prop::collection::vec(step, 0..3), 0.0f64..0.004, limit),
    )
        .prop_map(|(size, time, order, (calls, network, limit))| Desk {
            replicas: size.0,
            servers: size.1,
            endless: size.2,
            work: time.0,
            latency: time.1,
            room: time.2,
            slots: time.3,
            discipline: order.0,
            balance: order.1,
            calls,
            network,
            limit,
        })
}

fn sketches() -> impl Strategy<Value = Sketch> {
    let gaps = prop::collection::vec(0.0f64..0.02, 100..300);
    let journeys = prop::collection::vec((0usize..2, 0u8..3, gaps), 1..3);
    (prop::collection::vec(desks(), 2..6), journeys, 0u64..1_000_000)
        .prop_map(|(desks, journeys, seed)| Sketch { desks, journeys, seed })
}

fn trace(gaps: &[f64]) -> Process {
    let times = gaps.iter().scan(0.0, |at, gap| {
        *at += gap;
        Some(*at)
    });
    Process::Trace(times.collect())
}

/// The network; no call is required, so that a failure below never fails the caller.
fn model(sketch: &Sketch) -> Model {
    let mut model = empty();
    let ids: Vec<ComponentIx> = sketch
        .desks
        .iter()
        .enumerate()
        .map(|(i, d)| {
            let desk = Station {
                servers: if d.endless { Servers::Infinite } else { Servers::Count(d.servers) },
                latency: vec![Some(Distribution::Exponential(d.latency))],
                queue: d.room,
                slots: d.slots,
                discipline: d.discipline,
                balance: d.balance,
                ..station(d.replicas, d.servers, Distribution::Constant(d.work))
            };
            component(&mut model, &format!("c{i}"), desk)
        })
        .collect();
    for (j, (entry, priority, gaps)) in sketch.journeys.iter().enumerate() {
        journey(&mut model, &format!("j{j}"), ids[*entry], 1.0);
        model.journeys[j].process = trace(gaps);
        model.journeys[j].priority = *priority;
    }
    for j in model.journey_indices() {
        for (i, d) in sketch.desks.iter().enumerate() {
            for step in &d.calls {
                let mut group = Vec::new();
                for (offset, chance, count) in step {
                    let Some(to) = ids.get(i + offset) else { continue };
                    let edge = call(&mut model, j, ids[i], *to);
                    let retry = d.limit.map(|limit| Retry {
                        extra: limit.1,
                        base: Duration::millis(3.0),
                        cap: Duration::millis(10.0),
                        jitter: Jitter::Full,
                        budget: None,
                    });
                    model.graph[edge].policy = Policy {
                        timeout: d.limit.map(|limit| Duration::seconds(limit.0)),
                        retry,
                        required: false,
                        ..Policy::default()
                    };
                    model.graph[edge].network = Some(Distribution::Exponential(d.network));
                    let steps =
                        &mut model.graph[ids[i]].station.as_mut().unwrap().programs[j.0 as usize].steps;
                    let mut branch = steps.pop().unwrap()[0];
                    (branch.probability, branch.count) = (Probability::clamp(*chance), *count);
                    group.push(branch);
                }
                if !group.is_empty() {
                    model.graph[ids[i]].station.as_mut().unwrap().programs[j.0 as usize].steps.push(group);
                }
            }
        }
    }
    model
}

/// Long enough for all to be quiet, seconds.
const LONG: f64 = 2000.0;

fn value(figure: &Figure) -> f64 {
    figure.value.unwrap_or(0.0)
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-7 * a.abs().max(b.abs()) + 1e-9
}

fn busy_time(m: &Measured, c: usize) -> f64 {
    value(&m.components[c].in_service_mean) * LONG
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150,
        rng_seed: proptest::test_runner::RngSeed::Fixed(41),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_comes_goes_and_little_and_the_utilisation_law_hold_to_the_digit(sketch in sketches()) {
        let m = run(model(&sketch), settings(sketch.seed, 1, 0.0, LONG));
        for (i, (desk, c)) in sketch.desks.iter().zip(&m.components).enumerate() {
            let came = (value(&c.arrivals_per_s) * LONG).round();
            let answered = (value(&c.throughput_per_s) * LONG).round();
            let blocked = (value(&c.blocked_ratio) * came).round();
            prop_assert_eq!(came, answered + blocked, "c{}", i);
            prop_assert!(desk.room.is_some() || blocked == 0.0);
            // Little: whoever is turned away takes no time, but for its latency where the line is behind that.
            let inside = value(&c.in_system_mean) * LONG;
            let times = answered * value(&c.response_s.mean);
            if blocked == 0.0 || desk.slots.is_some() {
                prop_assert!(near(inside, times), "c{}: {} inside, {} in all responses", i, inside, times);
            } else {
                prop_assert!(inside >= times * (1.0 - 1e-9), "c{}: {} inside, {} in all responses", i, inside, times);
            }
            let waited = answered * value(&c.wait_s.mean);
            prop_assert!(near(value(&c.queue_mean) * LONG, waited), "c{}: waiting {}", i, waited);
            // The virtual clock of shared servers rounds every end up to a nanosecond.
            let work = answered * (desk.work * 1e9).round() * 1e-9;
            prop_assert!((busy_time(&m, i) - work).abs() <= 2e-9 * came + 1e-7, "c{}: busy {}, work {}", i, busy_time(&m, i), work);
        }
        for ((entry, _, gaps), j) in sketch.journeys.iter().zip(&m.journeys) {
            prop_assert_eq!((value(&j.arrivals_per_s) * LONG).round(), gaps.len() as f64);
            let lost = (value(&j.error_ratio) * gaps.len() as f64).round();
            prop_assert_eq!((value(&j.throughput_per_s) * LONG).round() + lost, gaps.len() as f64);
            prop_assert!(lost == 0.0 || sketch.desks[*entry].room.is_some(), "only the entry can turn a user away");
        }
    }

    #[test]
    fn visits_are_calls_made(sketch in sketches()) {
        // Without limits of any kind every component is asked once per call of its callers, by chance and count.
        let mut sketch = sketch;
        for desk in &mut sketch.desks {
            (desk.room, desk.limit) = (None, None);
            desk.calls.iter_mut().flatten().for_each(|c| c.1 = 1.0);
        }
        let m = run(model(&sketch), settings(sketch.seed, 1, 0.0, LONG));
        let mut expected = vec![0.0; sketch.desks.len()];
        sketch.journeys.iter().for_each(|(entry, _, gaps)| expected[*entry] += gaps.len() as f64);
        for (i, desk) in sketch.desks.iter().enumerate() {
            for (offset, _, count) in desk.calls.iter().flatten() {
                if i + offset < expected.len() {
                    expected[i + offset] += expected[i] * f64::from(*count);
                }
            }
        }
        for (c, expected) in m.components.iter().zip(expected) {
            prop_assert_eq!((value(&c.arrivals_per_s) * LONG).round(), expected);
        }
    }

    #[test]
    fn no_order_of_service_makes_or_loses_work(
        gaps in prop::collection::vec(0.0f64..0.025, 300), more in prop::collection::vec(0.0f64..0.05, 150), seed in 0u64..1_000_000,
    ) {
        // One server: it is idle at the same times, whoever is served first.
        let idle = |discipline: Discipline| {
            let mut model = empty();
            let desk = Station { discipline, ..station(1, 1, Distribution::lognormal_mean_scv(0.01, 3.0)) };
            let desk = component(&mut model, "desk", desk);
            for (i, gaps) in [&gaps, &more].into_iter().enumerate() {
                journey(&mut model, &format!("j{i}"), desk, 1.0);
                model.journeys[i].process = trace(gaps);
                model.journeys[i].priority = 1 - i as u8;
            }
            let m = run(model, settings(seed, 1, 0.0, LONG));
            (value(&m.components[0].empty_probability) * LONG, busy_time(&m, 0))
        };
        let first = idle(Discipline::Fifo);
        for discipline in [Discipline::NonPreemptive, Discipline::PreemptiveResume, Discipline::ProcessorSharing] {
            let other = idle(discipline);
            prop_assert!((first.0 - other.0).abs() < 1e-6, "{:?}: idle {} and {}", discipline, first.0, other.0);
            prop_assert!((first.1 - other.1).abs() < 1e-6, "{:?}: busy {} and {}", discipline, first.1, other.1);
        }
    }

    #[test]
    fn with_more_servers_or_less_to_do_no_request_waits_longer(
        gaps in prop::collection::vec(0.0f64..0.01, 300), others in prop::collection::vec(0.0f64..0.02, 150),
        servers in 1u32..5, less in 0.5f64..1.0, seed in 0u64..1_000_000,
    ) {
        // First come, first served, the same draws: every wait is as long or shorter, so all quantiles and means are.
        let waits = |servers: u32, work: f64, crowded: bool| {
            let mut model = empty();
            let work = Distribution::lognormal_mean_scv(0.015 * work * f64::from(servers.min(4)), 2.0);
            let desk = component(&mut model, "desk", station(1, servers, work));
            journey(&mut model, "job", desk, 1.0);
            model.journeys[0].process = trace(&gaps);
            if crowded {
                journey(&mut model, "other", desk, 1.0);
                model.journeys[1].process = trace(&others);
            }
            let m = run(model, settings(seed, 1, 0.0, LONG));
            let r = &m.journeys[0].response_s;
            [&r.mean, &r.p50, &r.p90, &r.p95, &r.p99, &r.p999].map(value)
        };
        let work = |of: u32| f64::from(servers.min(4)) / f64::from(of.min(4));
        let base = waits(servers, 1.0, true);
        for (what, other) in [
            ("a server more", waits(servers + 1, work(servers + 1), true)),
            ("less work", waits(servers, less, true)),
            ("fewer requests", waits(servers, 1.0, false)),
        ] {
            for (shorter, longer) in other.iter().zip(base) {
                prop_assert!(*shorter <= longer + 1e-9, "{}: {:?} after {:?}", what, other, base);
            }
        }
    }
}

/// All cores.
struct Parallel;

impl Executor for Parallel {
    fn each<T: Send>(&self, items: &mut [T], work: impl Fn(&mut T) + Sync + Send) {
        items.par_iter_mut().for_each(work);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 40,
        rng_seed: proptest::test_runner::RngSeed::Fixed(43),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_run_depends_on_its_seed_and_not_on_how_it_is_cut(sketch in sketches(), step in 1u64..500) {
        let mut model = model(&sketch);
        for journey in &mut model.journeys {
            journey.process = Process::Poisson;
            journey.arrivals = plimsoll::model::workload::Arrivals::Fixed(plimsoll::units::Rate::per_second(40.0));
        }
        let model = Arc::new(model);
        let settings = |seed| settings(seed, 3, 0.5, 4.0);
        let whole = run_with(&model, settings(sketch.seed), u64::MAX, &Sequential);
        let cut = run_with(&model, settings(sketch.seed), step, &Parallel);
        prop_assert_eq!(whole.digest.unwrap(), cut.digest.unwrap());
        prop_assert_eq!(whole.events, cut.events);
        let other = run_with(&model, settings(sketch.seed + 1), u64::MAX, &Sequential);
        prop_assert_ne!(whole.digest, other.digest);
    }
}

/// A front that holds its slots until a back of one server has answered, at this load.
fn held(rate: f64) -> plimsoll::model::Model {
    crate::giving_up_sim::model_of(&format!(
        r#"
schema = 1
name = "held"
[journey.job]
entry = "front"
arrivals = "{rate}/s"
[component.front]
kind = "station"
servers = 100
slots = 20
work = "1ms"
to = "back"
[component.back]
kind = "station"
servers = 1
work = "exponential(mean=10ms)"
[target.slow]
journey = "job"
p95 = "1s"
"#
    ))
}

#[test]
fn an_overloaded_component_behind_held_slots_is_said_to_be_overloaded() {
    use plimsoll::flow;
    // The back does 100/s. Spared by a front that backs up it would recover, and so on: there is no steady state.
    for rate in [101.0, 107.0, 150.0, 400.0] {
        let flow = flow::solve(&held(rate), 0);
        let back = &flow.components[0];
        assert!(
            (back.utilisation.value.unwrap() - rate / 100.0).abs() < 1e-6,
            "{rate}: {:?}",
            back.utilisation
        );
        assert_eq!(flow.journeys[0].response_s.p95.value, None, "{rate}");
        assert!((flow.journeys[0].throughput_per_s.value.unwrap() - 100.0).abs() < 0.1, "{rate}");
        assert_eq!(flow.saturated.first().map(|c| c.index()), Some(0), "{rate}");
    }
    // Just below it answers, and simulation says the same.
    let flow = flow::solve(&held(90.0), 0);
    let mean = flow.journeys[0].response_s.mean.value.unwrap();
    let m = crate::theory_sim::run(held(90.0), crate::theory_sim::settings(1, 4, 300.0, 3000.0));
    let simulated = m.journeys[0].response_s.mean.value.unwrap();
    assert!((mean / simulated - 1.0).abs() < 0.15, "{mean} against {simulated}");
}
