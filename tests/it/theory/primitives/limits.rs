//! What limits the rate or the number of requests: token buckets, pools, and the CPU credits of burstable machines.

use super::waiting::{S, birth_death, constant_patience, erlang_b, erlang_c, md1_within, single};
use super::{Case, about, both, simulated};
use crate::giving_up_sim::model_of;
use plimsoll::model::Model;
use plimsoll::model::build::{call, component, delay, empty, journey};
use plimsoll::model::call::Pool;
use plimsoll::model::station::{Limit, LimitUnit, OnEmpty, Station, Stream};
use plimsoll::stats::distribution::Distribution;
use plimsoll::units::{Duration, Rate};

/// Rate of all buckets, per second.
const RATE: f64 = 50.0;

fn limited(burst: f64, takes: LimitUnit, on_empty: OnEmpty) -> Station {
    let size = if takes == LimitUnit::Tokens { 500.0 } else { 1.0 };
    let limit = Limit::new(Rate::per_second(RATE * size), burst * size, takes, on_empty);
    Station { limits: vec![limit], ..delay(Distribution::Constant(0.001)) }
}

/// Share turned away by a bucket of `burst` requests at `rho` requests per token: the deficit is the workload of an M/D/1
/// that admits nobody above burst - 1. With g = P(W <= burst - 1) / P(W = 0) of M/D/1, the admitted share is g / (1 + rho g).
fn turned_away(rho: f64, burst: u32) -> f64 {
    // P(W <= t) / P(W = 0) by the series of M/D/1, which holds at any load.
    let g = md1_within(rho, f64::from(burst - 1)) / (1.0 - rho);
    1.0 - g / (1.0 + rho * g)
}

/// Mean wait at a bucket of `burst` that makes requests wait: what the M/D/1 workload exceeds burst - 1 by.
fn held_up(rho: f64, burst: u32) -> f64 {
    let (saved, steps) = (f64::from(burst - 1), 40_000);
    let mean = rho / (2.0 * (1.0 - rho));
    // E[(W - s)+] = E[W] - the integral of P(W > t) from 0 to s, by Simpson's rule.
    let h = saved / f64::from(steps);
    let beyond = |i: u32| 1.0 - md1_within(rho, f64::from(i) * h);
    let weight = |i: u32| if i == 0 || i == steps { 1.0 } else { f64::from(2 + 2 * (i % 2)) };
    let below: f64 = (0..=steps).map(|i| weight(i) * beyond(i)).sum::<f64>() * h / 3.0;
    (mean - below) / RATE
}

pub fn bucket() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, source, rho, burst, lost) in [
        (
            "no saving",
            "Bertsekas & Gallager, Data Networks (1992), section 3.3: M/G/1/1, rho / (1 + rho)",
            0.8,
            1,
            0.8 / 1.8,
        ),
        (
            "a burst of five, overloaded",
            "Tijms, A First Course in Stochastic Models (2003), section 9.6: limited workload",
            1.2,
            5,
            turned_away(1.2, 5),
        ),
        ("a burst of three", "Tijms (2003), section 9.6", 0.7, 3, turned_away(0.7, 3)),
        ("a large burst, overloaded", "fluid limit: 1 - rate / arrivals", 2.0, 200, 0.5),
    ] {
        cases.push(Case {
            name,
            source,
            model: single(rho * RATE, limited(f64::from(burst), LimitUnit::Requests, OnEmpty::Throttle)),
            seconds: 4e5 / RATE / rho,
            within: 0.02,
            expected: vec![
                both("job.errors.throttled", lost),
                both("job.throughput_per_s", rho * RATE * (1.0 - lost)),
            ],
        });
    }
    // Tokens of a language model: 400 in and 100 out a request, two requests in the bucket.
    let mut desk = limited(2.0, LimitUnit::Tokens, OnEmpty::Throttle);
    let fixed = Distribution::Constant;
    desk.stream =
        vec![Some(Stream { tokens_in: fixed(400.0), tokens_out: fixed(100.0), speed: fixed(1000.0) })];
    let g = 0.9_f64.exp();
    cases.push(Case {
        name: "LLM tokens, two requests' worth",
        source: "Tijms (2003), section 9.6: g = e^rho for a burst of two",
        model: single(0.9 * RATE, desk),
        seconds: 4e5 / RATE,
        within: 0.02,
        expected: vec![
            both("job.errors.throttled", 1.0 - g / (1.0 + 0.9 * g)),
            both("job.response_s.mean", 0.001 + 0.1),
        ],
    });
    // Requests that wait for their token.
    for (name, burst, off) in [("waiting, no saving", 1, 1e-6), ("waiting, a burst of four", 4, 0.15)] {
        let wait = held_up(0.8, burst);
        cases.push(Case {
            name,
            source: "Erlang (1909): the wait is the part of the M/D/1 workload beyond the burst",
            model: single(0.8 * RATE, limited(f64::from(burst), LimitUnit::Requests, OnEmpty::Queue)),
            seconds: 1e6 / RATE,
            within: 0.04,
            expected: vec![
                about("desk.wait_s.mean", wait, off),
                about("job.response_s.mean", wait + 0.001, off),
            ],
        });
    }
    cases
}

/// A caller with a pool of places in front of one that takes as long as `time`.
fn pooled(rate: f64, pool: Pool, time: Distribution) -> Model {
    let mut model = empty();
    let front = component(&mut model, "front", delay(Distribution::Constant(0.0)));
    let back = component(&mut model, "back", delay(time));
    let job = journey(&mut model, "job", front, rate);
    let edge = call(&mut model, job, front, back);
    model.graph[edge].policy.pool = Some(pool);
    model
}

pub fn pool() -> Vec<Case> {
    let mut cases = Vec::new();
    let lost = erlang_b(4, 3.0);
    cases.push(Case {
        name: "four places, no line, lognormal",
        source: "Erlang (1917): the loss formula; Sevastyanov (1957) for any time",
        model: pooled(
            3.0 / S,
            Pool { size: 4, queue: Some(0), timeout: None },
            Distribution::lognormal_mean_scv(S, 4.0),
        ),
        seconds: 1e6 * S / 3.0,
        within: 0.02,
        expected: vec![
            simulated("job.errors.rejected", lost),
            simulated("back.in_system_mean", 3.0 * (1.0 - lost)),
        ],
    });
    let wait = erlang_c(4, 3.2) * S / 0.8;
    cases.push(Case {
        name: "four places, a line without end",
        source: "Erlang (1917): the places are the servers of M/M/4",
        model: pooled(3.2 / S, Pool { size: 4, queue: None, timeout: None }, Distribution::Exponential(S)),
        seconds: 2e6 * S / 3.2,
        within: 0.03,
        expected: vec![simulated("job.response_s.mean", wait + S), simulated("back.in_system_mean", 3.2)],
    });
    let p = birth_death(4.4, |n| (n as f64).min(4.0), 7);
    cases.push(Case {
        name: "four places, three may wait",
        source: "Gross et al., section 2.4: M/M/4/7",
        model: pooled(4.4 / S, Pool { size: 4, queue: Some(3), timeout: None }, Distribution::Exponential(S)),
        seconds: 1e6 * S / 4.4,
        within: 0.02,
        expected: vec![
            simulated("job.errors.rejected", p[7]),
            simulated("back.in_system_mean", 4.4 * (1.0 - p[7])),
        ],
    });
    let (lost, _) = constant_patience(4, 4.4, 1.5);
    cases.push(Case {
        name: "four places, acquire timeout",
        source: "Barrer (1957); Baccelli & Hebuterne (1981): M/M/4 + D",
        model: pooled(
            4.4 / S,
            Pool { size: 4, queue: None, timeout: Some(Duration::seconds(1.5 * S)) },
            Distribution::Exponential(S),
        ),
        seconds: 1e6 * S / 4.4,
        within: 0.03,
        expected: vec![
            simulated("job.errors.rejected", lost),
            simulated("back.in_system_mean", 4.4 * (1.0 - lost)),
        ],
    });
    cases
}

/// A pod on a t3.medium: two cores, each 20 % of the time, and 34,560 core-seconds to save up.
fn burstable(rate: f64, work: &str, credits: &str, slots: &str) -> Model {
    model_of(&format!(
        r#"
schema = 1
name = "credits"
[journey.job]
entry = "api"
arrivals = "{rate}/s"
[component.nodes]
kind = "node-group"
type = "t3.medium"
count = 1
{credits}
[component.api]
kind = "service"
on = "nodes"
replicas = 1
cpu = {{ request = "100m", limit = "1" }}
work = "{work}"
{slots}
"#
    ))
}

pub fn credits() -> Vec<Case> {
    let source = "EC2 user guide, burstable performance instances: 0.4 cores earned, a day of it saved up";
    let mut cases = Vec::new();
    // 0.8 cores wanted: 0.4 more than earned. 1 % of the savings, 345.6 core-seconds, lasts 864 s of 1,200 s; after that
    // the pod is busy all the time, for less than the ten minutes that would prove it overloaded and end the run. With few
    // slots: of ever more who share, none would get done. The warm-up of 3 % spends its part first.
    let (length, warm) = (1_200.0, 36.0);
    let full = 345.6 / 0.4 - warm;
    cases.push(Case {
        name: "runs dry",
        source,
        model: burstable(8.0, "100ms", "credits = \"standard\"\ncredit-balance = \"1%\"", "slots = 3"),
        seconds: 8.0 * length,
        within: 0.04,
        expected: vec![
            simulated("nodes.credits.dry_ratio", 1.0 - full / length),
            about("nodes.credits.lasts_s", 34_560.0 / 0.4, 1e-6),
            simulated("job.throughput_per_s", (full * 8.0 + (length - full) * 4.0) / length),
        ],
    });
    // 0.15 cores wanted: the savings only grow, and the pod shares its CPU at 15 %.
    cases.push(Case {
        name: "below the baseline",
        source: "the same; never short, so processor sharing, insensitive",
        model: burstable(1.5, "100ms", "credits = \"standard\"\ncredit-balance = \"1%\"", ""),
        seconds: 100_000.0,
        within: 0.02,
        expected: vec![simulated("nodes.credits.dry_ratio", 0.0), both("job.response_s.mean", 0.1 / 0.85)],
    });
    // Without savings and wanted all the time: two fifths of a core for ever.
    cases.push(Case {
        name: "at its baseline for ever",
        source,
        model: burstable(20.0, "100ms", "credits = \"standard\"\ncredit-balance = \"0%\"", "slots = 3"),
        seconds: 8_000.0,
        within: 0.01,
        expected: vec![simulated("job.throughput_per_s", 4.0), simulated("nodes.credits.dry_ratio", 1.0)],
    });
    // Unlimited: nothing slows down, M/M/1 at half load; savings would last 34,560 / 0.1 s.
    cases.push(Case {
        name: "unlimited",
        source,
        model: burstable(5.0, "exponential(mean=100ms)", "", ""),
        seconds: 200_000.0,
        within: 0.03,
        expected: vec![both("job.response_s.mean", 0.2), both("nodes.credits.lasts_s", 345_600.0)],
    });
    cases
}
