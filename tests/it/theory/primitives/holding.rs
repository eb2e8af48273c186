//! What holds requests without a line of its own: delays, slots that are held across calls, and caches in front of others.

use super::waiting::{S, erlang_b, erlang_c, single};
use super::{Case, about, both, simulated};
use crate::giving_up_sim::model_of;
use crate::twins::steady;
use plimsoll::model::Model;
use plimsoll::model::build::{call, component, delay as endless, empty, journey, station};
use plimsoll::model::station::{Servers, Station};
use plimsoll::model::workload::Process;
use plimsoll::stats::distribution::Distribution;

/// `front`, then `back`, for a journey `job`.
fn tandem(rate: f64, front: Station, back: Station) -> Model {
    let mut model = empty();
    let front = component(&mut model, "front", front);
    let back = component(&mut model, "back", back);
    let job = journey(&mut model, "job", front, rate);
    call(&mut model, job, front, back);
    model
}

pub fn delay() -> Vec<Case> {
    let mut cases = Vec::new();
    // 1.2 erlangs on endless servers: the number inside is Poisson whatever the time they take.
    for (name, station) in [
        ("M/LN/oo", endless(Distribution::lognormal_mean_scv(S, 4.0))),
        ("M/D/oo", endless(Distribution::Constant(S))),
        (
            "M/E3/oo, as servers",
            Station { servers: Servers::Infinite, ..station(1, 1, Distribution::Erlang { k: 3, mean: S }) },
        ),
    ] {
        cases.push(Case {
            name,
            source: "Mirasol (1963); Gross et al., section 2.6: Poisson with mean lambda S",
            model: single(1.2 / S, station),
            seconds: 5e5 * S / 1.2,
            within: 0.015,
            expected: vec![
                both("desk.in_system_mean", 1.2),
                both("desk.empty_probability", (-1.2_f64).exp()),
                both("job.response_s.mean", S),
            ],
        });
    }
    // What leaves is Poisson again; the two times add.
    let (front, back) = (Distribution::Exponential(S), Distribution::Uniform { low: 0.0, high: 2.0 * S });
    let spread = (S * S + S * S / 3.0).sqrt();
    cases.push(Case {
        name: "two in a row",
        source: "Burke (1956) and Mirasol (1963): the output of M/G/oo is Poisson",
        model: tandem(1.2 / S, endless(front), endless(back)),
        seconds: 5e5 * S / 1.2,
        within: 0.015,
        expected: vec![
            both("back.in_system_mean", 1.2),
            both("back.empty_probability", (-1.2_f64).exp()),
            both("front.in_system_mean", 2.4),
            both("job.response_s.mean", 2.0 * S),
            both("job.response_s.std", spread),
        ],
    });
    // Batches of four that all stay for the same time: nobody is there when no batch came in that time.
    let mut batches = single(1.2 / S, endless(Distribution::Constant(S)));
    batches.journeys[0].process = Process::Batch(Distribution::Constant(4.0));
    cases.push(Case {
        name: "batches of four, constant",
        source: "Gross et al., section 3.1 (bulk input), in M[X]/D/oo: e^-(lambda S / 4)",
        model: batches,
        seconds: 1e6 * S / 1.2,
        within: 0.02,
        expected: vec![
            both("desk.in_system_mean", 1.2),
            simulated("desk.empty_probability", (-0.3_f64).exp()),
        ],
    });
    // Quantiles of the distributions themselves, by their inverses.
    let weibull = |q: f64| S * (-(1.0 - q).ln()).powf(1.0 / 0.7);
    let pareto = |q: f64| S * (1.0 - q).powf(-1.0 / 3.5);
    let triangle = |q: f64| 4.0 * S - ((1.0 - q) * 3.0 * S * 2.0 * S).sqrt();
    let quantiles = |of: &dyn Fn(f64) -> f64| {
        vec![
            simulated("job.response_s.p50", of(0.5)),
            simulated("job.response_s.p90", of(0.9)),
            simulated("job.response_s.p99", of(0.99)),
        ]
    };
    for (name, time, expected) in [
        ("Weibull times", Distribution::Weibull { shape: 0.7, scale: S }, quantiles(&weibull)),
        ("Pareto times", Distribution::Pareto { alpha: 3.5, min: S, max: f64::INFINITY }, quantiles(&pareto)),
        (
            "triangular times",
            Distribution::Triangular { low: S, mode: 2.0 * S, high: 4.0 * S },
            quantiles(&triangle),
        ),
    ] {
        let source = "Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions (1994): the inverse";
        let model = single(100.0, endless(time));
        cases.push(Case { name, source, model, seconds: 5_000.0, within: 0.015, expected });
    }
    cases
}

pub fn slots() -> Vec<Case> {
    let mut cases = Vec::new();
    // Five slots, nobody waits: a slot is held for 2 S here and S at the next, 3 erlangs in all.
    let front = |slots, queue| Station {
        slots: Some(slots),
        queue,
        ..endless(Distribution::Uniform { low: 0.0, high: 4.0 * S })
    };
    let back = || endless(Distribution::Exponential(S));
    let lost = erlang_b(5, 3.0);
    cases.push(Case {
        name: "five slots, no line",
        source: "Erlang (1917); Sevastyanov (1957): loss depends on the mean time held only",
        model: tandem(1.0 / S, front(5, Some(0)), back()),
        seconds: 1e6 * S,
        within: 0.02,
        expected: vec![
            both("front.blocked_ratio", lost),
            both("job.errors.rejected", lost),
            both("front.in_system_mean", 3.0 * (1.0 - lost)),
            both("back.arrivals_per_s", (1.0 - lost) / S),
        ],
    });
    // Three slots held for one exponential call.
    let waits = erlang_c(3, 2.4);
    let mean = waits * S / 0.6;
    let front = Station { slots: Some(3), ..endless(Distribution::Constant(0.0)) };
    cases.push(Case {
        name: "three slots, one exponential call",
        source: "Erlang (1917): M/M/3, the slots are the servers",
        model: tandem(2.4 / S, front, back()),
        seconds: 2e6 * S / 2.4,
        within: 0.04,
        expected: vec![
            both("front.wait_s.mean", mean),
            both("front.wait_probability", waits),
            both("job.response_s.mean", mean + S),
        ],
    });
    // Two slots, each in turn a delay and one shared server; three may wait. States: inside or in line, at the server.
    let front = Station {
        slots: Some(2),
        queue: Some(3),
        latency: vec![Some(Distribution::Exponential(S))],
        ..station(1, 1, Distribution::Exponential(S))
    };
    let state = |n: usize, served: usize| n * 3 + served;
    let mut rates = Vec::new();
    for n in 0..=5 {
        for served in 0..=n.min(2) {
            let delayed = n.min(2) - served;
            if n < 5 {
                rates.push((state(n, served), state(n + 1, served), 0.9));
            }
            if delayed > 0 {
                rates.push((state(n, served), state(n, served + 1), delayed as f64));
            }
            if served > 0 {
                rates.push((state(n, served), state(n - 1, served - 1), 1.0));
            }
        }
    }
    let p = steady(18, &rates);
    cases.push(Case {
        name: "two slots, a delay and a server inside",
        source: "balance equations, solved here; flow by Chandy, Herzog & Woo, Parametric analysis of queuing networks (1975)",
        model: single(0.9 / S, front),
        seconds: 1e6 * S / 0.9,
        within: 0.02,
        expected: vec![
            about("desk.blocked_ratio", p[15..].iter().sum(), 0.1),
            about("desk.utilisation", (0..=5).map(|n| p[n * 3 + 1] + p[n * 3 + 2]).sum(), 0.03),
        ],
    });
    cases
}

/// A cache by popularity; fetches take next to no time, as in the formulas.
fn cached(popularity: &str) -> Model {
    model_of(&format!(
        r#"
schema = 1
name = "cache"
[journey.job]
entry = "front"
arrivals = "100/s"
steps.front = ["redis miss rds"]
[component.front]
kind = "station"
[component.redis]
kind = "cache"
popularity = {popularity}
[component.rds]
kind = "station"
latency = "100us"
"#
    ))
}

/// Hit ratio of a least-recently-used cache, over all ordered contents: the keys last asked for, each in turn.
fn king(p: &[f64], capacity: usize) -> f64 {
    fn go(p: &[f64], taken: &mut Vec<usize>, capacity: usize, chance: f64, left: f64) -> f64 {
        if taken.len() == capacity {
            return chance * (1.0 - left);
        }
        let mut sum = 0.0;
        for i in 0..p.len() {
            if !taken.contains(&i) {
                taken.push(i);
                sum += go(p, taken, capacity, chance * p[i] / left, left - p[i]);
                taken.pop();
            }
        }
        sum
    }
    go(p, &mut Vec::new(), capacity, 1.0, 1.0)
}

pub fn cache() -> Vec<Case> {
    let mut cases = Vec::new();
    let reads = |hit: f64| vec![both("redis.hit_ratio", hit), both("rds.visits", 1.0 - hit)];
    cases.push(Case {
        name: "LRU, all keys alike",
        source: "King, Analysis of demand paging algorithms (1971): the share of the keys that fits",
        model: cached("{ keys = 2000, zipf = 0, capacity = 500 }"),
        seconds: 4_000.0,
        within: 0.02,
        expected: reads(0.25),
    });
    // Twenty keys, each asked for five times a second, forgotten 400 ms after the fetch: two hits per fetch.
    cases.push(Case {
        name: "time to live, all keys alike",
        source: "Jung, Berger & Balakrishnan, Modeling TTL-based internet caches (2003): r T / (1 + r T)",
        model: cached("{ keys = 20, zipf = 0, ttl = \"400ms\" }"),
        seconds: 4_000.0,
        within: 0.02,
        // The formula knows the fetch too, which takes a few hundred microseconds.
        expected: vec![about("redis.hit_ratio", 2.0 / 3.0, 5e-4), about("rds.visits", 1.0 / 3.0, 5e-4)],
    });
    let weights: Vec<f64> = (1..=16).map(|i| f64::from(i).powf(-0.8)).collect();
    let whole: f64 = weights.iter().sum();
    let popular: Vec<f64> = weights.iter().map(|w| w / whole).collect();
    let hit = king(&popular, 4);
    cases.push(Case {
        name: "LRU, Zipf 0.8, four of sixteen keys",
        source: "King (1971) over all contents; Che's fixed point is within 1.5 % (Fricker, Robert & Roberts 2012)",
        model: cached("{ keys = 16, zipf = 0.8, capacity = 4 }"),
        seconds: 4_000.0,
        within: 0.02,
        expected: vec![
            about("redis.hit_ratio", hit, 0.015),
            about("rds.visits", 1.0 - hit, 0.015),
        ],
    });
    // A stated hit ratio: one look-up, and on a miss the database and the filling.
    let text = r#"
schema = 1
name = "cache"
[journey.job]
entry = "front"
arrivals = "100/s"
steps.front = ["redis 80% miss rds"]
[component.front]
kind = "station"
[component.redis]
kind = "station"
latency = "exponential(mean=1ms)"
[component.rds]
kind = "station"
latency = "exponential(mean=10ms)"
"#;
    cases.push(Case {
        name: "stated hit ratio",
        source: "expectation: look-up, and on a miss database and filling",
        model: model_of(text),
        seconds: 5_000.0,
        within: 0.02,
        expected: vec![
            both("job.response_s.mean", 0.001 + 0.2 * (0.010 + 0.001)),
            both("rds.visits", 0.2),
            both("redis.visits", 1.2),
        ],
    });
    cases
}
