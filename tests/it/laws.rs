//! Laws of the analytic engine: what holds for every model, whatever the numbers.

use plimsoll::flow::{self, Flow};
use plimsoll::model::build::{call, component, empty, journey, station};
use plimsoll::model::objective::{Goal, Measure, Objective};
use plimsoll::model::station::{Balance, Station};
use plimsoll::model::workload::Arrivals;
use plimsoll::model::{ComponentIx, JourneyIx, Model};
use plimsoll::stats::distribution::Distribution;
use plimsoll::stats::figure::Figure;
use plimsoll::text::Phrase;
use plimsoll::units::{Duration, Probability, Rate};
use proptest::prelude::*;

/// What a percentile changes by at most when other pieces of a mixture become one.
const MERGED: f64 = 0.05;

/// What one component is like.
#[derive(Clone, Debug)]
struct Desk {
    replicas: usize,
    servers: u32,
    work: f64,
    scv: f64,
    balance: Balance,
    latency: f64,
    /// Whom it calls, as offsets to later ones, with chance and count.
    calls: Vec<(usize, f64, u32)>,
}

/// A whole model: components that call later ones only, and two journeys.
#[derive(Clone, Debug)]
struct Sketch {
    boxes: Vec<Desk>,
    /// Entry and relative rate.
    journeys: Vec<(usize, f64)>,
    /// Utilisation of the busiest component.
    load: f64,
    /// Seconds per time unit.
    clock: f64,
}

fn boxes() -> impl Strategy<Value = Desk> {
    let balance = prop::sample::select(vec![Balance::RoundRobin, Balance::Random, Balance::LeastOutstanding]);
    let scv = prop::sample::select(vec![0.0, 0.5, 1.0, 3.0]);
    let calls = prop::collection::vec((1usize..4, 0.1f64..1.0, 1u32..3), 0..3);
    (1usize..5, 1u32..5, 0.001f64..0.05, scv, balance, 0.0f64..0.02, calls).prop_map(
        |(replicas, servers, work, scv, balance, latency, calls)| Desk {
            replicas,
            servers,
            work,
            scv,
            balance,
            latency,
            calls,
        },
    )
}

fn sketches() -> impl Strategy<Value = Sketch> {
    let journeys = prop::collection::vec((0usize..2, 0.1f64..1.0), 1..3);
    (prop::collection::vec(boxes(), 2..7), journeys, 0.05f64..0.93)
        .prop_map(|(boxes, journeys, load)| Sketch { boxes, journeys, load, clock: 1.0 })
}

fn work(mean: f64, scv: f64) -> Distribution {
    match scv {
        0.0 => Distribution::Constant(mean),
        1.0 => Distribution::Exponential(mean),
        _ => Distribution::lognormal_mean_scv(mean, scv),
    }
}

/// The model at `rate` times its relative rates.
fn at_rate(sketch: &Sketch, rate: f64) -> Model {
    let mut model = empty();
    let clock = sketch.clock;
    let ids: Vec<ComponentIx> = sketch
        .boxes
        .iter()
        .enumerate()
        .map(|(i, b)| {
            let latency = vec![Some(Distribution::Constant(b.latency * clock))];
            let desk = station(b.replicas, b.servers, work(b.work * clock, b.scv));
            let desk = Station { balance: b.balance, latency, ..desk };
            component(&mut model, &format!("c{i}"), desk)
        })
        .collect();
    for (j, (entry, relative)) in sketch.journeys.iter().enumerate() {
        journey(&mut model, &format!("j{j}"), ids[*entry], relative * rate / clock);
    }
    for j in model.journey_indices() {
        for (i, b) in sketch.boxes.iter().enumerate() {
            for (offset, chance, count) in &b.calls {
                let Some(to) = ids.get(i + offset) else { continue };
                call(&mut model, j, ids[i], *to);
                let steps = &mut model.graph[ids[i]].station.as_mut().unwrap().programs[j.0 as usize].steps;
                let branch = &mut steps.last_mut().unwrap()[0];
                (branch.probability, branch.count) = (Probability::clamp(*chance), *count);
            }
        }
    }
    model
}

fn busiest(flow: &Flow) -> f64 {
    flow.components.iter().filter_map(|c| c.utilisation.value).fold(0.0, f64::max)
}

/// Rate at which the busiest component is as busy as the sketch says.
fn rate(sketch: &Sketch) -> f64 {
    sketch.load / busiest(&flow::solve(&at_rate(sketch, 1e-3), 0)) * 1e-3
}

fn model(sketch: &Sketch) -> Model {
    at_rate(sketch, rate(sketch))
}

fn value(figure: &Figure) -> f64 {
    figure.value.unwrap_or_else(|| panic!("unknown: {figure:?}"))
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()) + 1e-15
}

/// A p95 limit on the first journey.
fn with_limit(mut model: Model, seconds: f64) -> Model {
    let below = Duration::seconds(seconds);
    let (journey, measure) = (JourneyIx(0), Measure::FullAnswer);
    model.objectives.push(Objective {
        id: "p95".to_owned(),
        name: Phrase::same("p95"),
        goal: Goal::Latency { journey, measure, quantile: 0.95, below },
        quote: None,
        tiers: Vec::new(),
        at: plimsoll::diag::Span::default(),
    });
    model
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, rng_seed: proptest::test_runner::RngSeed::Fixed(11), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn busy_servers_are_rate_times_work(sketch in sketches()) {
        let flow = flow::solve(&model(&sketch), 0);
        for (b, c) in sketch.boxes.iter().zip(&flow.components) {
            let busy = value(&c.arrivals_per_s) * b.work;
            prop_assert!(near(value(&c.in_service_mean), busy));
            let servers = b.replicas as f64 * f64::from(b.servers);
            prop_assert!(near(value(&c.utilisation), busy / servers), "{} {}", value(&c.utilisation), busy / servers);
        }
        prop_assert!(near(busiest(&flow), sketch.load));
        prop_assert!(flow.saturated.is_empty());
    }

    #[test]
    fn what_calls_is_what_arrives(sketch in sketches()) {
        let model = model(&sketch);
        let flow = flow::solve(&model, 0);
        let mut expected = vec![0.0; sketch.boxes.len()];
        for j in &model.journeys {
            let Arrivals::Fixed(rate) = &j.arrivals else { unreachable!() };
            expected[j.entry.index()] += rate.as_per_second();
        }
        for (i, b) in sketch.boxes.iter().enumerate() {
            for (offset, chance, count) in &b.calls {
                if i + offset < expected.len() {
                    expected[i + offset] += expected[i] * chance * f64::from(*count);
                }
            }
        }
        let sent: f64 = flow.journeys.iter().map(|j| value(&j.arrivals_per_s)).sum();
        for (c, expected) in flow.components.iter().zip(expected) {
            prop_assert!(near(value(&c.arrivals_per_s), expected), "{} {expected}", value(&c.arrivals_per_s));
            prop_assert!(near(value(&c.throughput_per_s), expected));
            prop_assert!(near(value(&c.visits), expected / sent));
        }
        for j in &flow.journeys {
            prop_assert!(near(value(&j.throughput_per_s), value(&j.arrivals_per_s)));
            prop_assert_eq!(value(&j.error_ratio), 0.0);
        }
    }

    #[test]
    fn those_inside_are_rate_times_time(sketch in sketches()) {
        let flow = flow::solve(&model(&sketch), 0);
        for c in &flow.components {
            let rate = value(&c.arrivals_per_s);
            if rate > 0.0 {
                prop_assert!(near(value(&c.in_system_mean), rate * value(&c.response_s.mean)));
                prop_assert!(near(value(&c.queue_mean), rate * value(&c.wait_s.mean)));
            }
        }
        // The parts of a mean add up to it.
        for (j, parts) in flow.journeys.iter().zip(&flow.makeup) {
            let sum: f64 = parts.iter().map(|p| p.seconds).sum();
            prop_assert!(near(sum, value(&j.response_s.mean)));
        }
    }

    #[test]
    fn more_load_is_never_faster(sketch in sketches(), more in 1.0f64..1.05) {
        let less = flow::solve(&model(&sketch), 0);
        let more = flow::solve(&model(&Sketch { load: sketch.load * more, ..sketch }), 0);
        for (a, b) in less.journeys.iter().zip(&more.journeys) {
            prop_assert!(value(&b.response_s.mean) >= value(&a.response_s.mean) * (1.0 - 1e-9));
            // Which pieces of a mixture become one changes with the load, and a percentile with it.
            let (a, b) = (value(&a.response_s.p95), value(&b.response_s.p95));
            prop_assert!(b >= a * (1.0 - MERGED), "{} after {}", b, a);
        }
    }

    #[test]
    fn more_servers_are_never_slower(sketch in sketches(), which in 0usize..7, replica in proptest::bool::ANY) {
        let rate = rate(&sketch);
        let few = flow::solve(&at_rate(&sketch, rate), 0);
        let mut larger = sketch.clone();
        let which = which % sketch.boxes.len();
        if replica { larger.boxes[which].replicas += 1 } else { larger.boxes[which].servers += 1 }
        let many = flow::solve(&at_rate(&larger, rate), 0);
        for (a, b) in few.journeys.iter().zip(&many.journeys) {
            let (a, b) = (value(&a.response_s.mean), value(&b.response_s.mean));
            prop_assert!(b <= a * (1.0 + 1e-9), "{b} after {a}");
        }
        let (a, b) = (&few.components[which], &many.components[which]);
        if value(&a.arrivals_per_s) > 0.0 {
            prop_assert!(value(&b.wait_s.mean) <= value(&a.wait_s.mean) * (1.0 + 1e-9) + 1e-15);
        }
        prop_assert!(value(&b.utilisation) <= value(&a.utilisation));
    }

    #[test]
    fn a_slower_clock_changes_times_alone(sketch in sketches(), clock in 0.01f64..100.0) {
        let rate = rate(&sketch);
        let now = flow::solve(&at_rate(&sketch, rate), 0);
        let slow = flow::solve(&at_rate(&Sketch { clock, ..sketch }, rate), 0);
        for (a, b) in now.journeys.iter().zip(&slow.journeys) {
            for (a, b) in [(&a.response_s.mean, &b.response_s.mean), (&a.response_s.p99, &b.response_s.p99)] {
                prop_assert!((value(b) / clock / value(a) - 1.0).abs() < 1e-7, "{} {}", value(b) / clock, value(a));
            }
        }
        for (a, b) in now.components.iter().zip(&slow.components) {
            prop_assert!(near(value(&a.utilisation), value(&b.utilisation)));
            prop_assert!((value(&a.queue_mean) - value(&b.queue_mean)).abs() <= 1e-9 * value(&a.queue_mean) + 1e-12);
        }
    }

    #[test]
    fn a_limit_breaks_where_the_time_reaches_it(sketch in sketches(), slack in 1.01f64..3.0) {
        let rate = rate(&sketch);
        let now = flow::solve(&at_rate(&sketch, rate), 0);
        let limit = value(&now.journeys[0].response_s.p95) * slack;
        let model = with_limit(at_rate(&sketch, rate), limit);
        let found = flow::breaking(&model, &model.objectives[0].goal);
        // The model has one user, so users are multiples of its load.
        let users = value(&found.users);
        let p95 = |times: f64| flow::solve(&at_rate(&sketch, rate * times), 0).journeys[0].response_s.p95.value;
        prop_assert!(users > 1.0);
        prop_assert!(p95(users).is_none_or(|s| s > limit * (1.0 - MERGED)));
        prop_assert!(p95(users * (1.0 - 1.1e-4)).is_some_and(|s| s <= limit * (1.0 + MERGED)));
        prop_assert!(found.component.is_some());
    }

    #[test]
    fn needed_units_are_enough_and_no_fewer_are(sketch in sketches(), slack in 1.01f64..3.0, quiet in 0.0f64..1.0) {
        let rate = rate(&sketch);
        let limit = value(&flow::solve(&at_rate(&sketch, rate), 0).journeys[0].response_s.p95) * slack;
        let mut model = with_limit(at_rate(&sketch, rate), limit);
        for j in &mut model.journeys {
            let Arrivals::Fixed(rate) = j.arrivals else { unreachable!() };
            j.arrivals = Arrivals::PerActiveUser(Rate::per_second(rate.as_per_second()));
        }
        model.profile.active[..100].fill(quiet);
        let needs = flow::needs(&model);
        for (c, hours) in needs.components.iter().enumerate() {
            let (by_night, by_day) = (hours[0].unwrap(), hours[100].unwrap());
            prop_assert!(by_night <= by_day && by_day as usize <= sketch.boxes[c].replicas);
            prop_assert!(hours[..100].iter().all(|k| *k == Some(by_night)));
            prop_assert!(hours[100..].iter().all(|k| *k == Some(by_day)));
            let holds = |units: u32| {
                let mut fewer = sketch.clone();
                fewer.boxes[c].replicas = units as usize;
                let flow = flow::solve(&at_rate(&fewer, rate), 0);
                flow.saturated.is_empty() && flow.journeys[0].response_s.p95.value.is_some_and(|s| s <= limit)
            };
            prop_assert!(holds(by_day));
            prop_assert!(by_day == 1 || !holds(by_day - 1));
        }
    }

    #[test]
    fn a_month_is_730_hours_of_the_rates(sketch in sketches()) {
        let model = model(&sketch);
        let (flow, loads) = (flow::solve(&model, 0), flow::loads(&model));
        for (c, load) in flow.components.iter().zip(&loads.components) {
            prop_assert!(near(load.requests, value(&c.arrivals_per_s) * 730.0 * 3600.0));
            prop_assert!(near(load.by_journey.iter().sum(), load.requests));
        }
    }
}
