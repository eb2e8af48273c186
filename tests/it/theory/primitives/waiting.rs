//! Multi-server FIFO queues: without limit, with finite room, with impatience, with constant and spread-out service.

use super::{Case, about, both, simulated};
use plimsoll::model::Model;
use plimsoll::model::build::{component, empty, journey, station};
use plimsoll::model::station::Station;
use plimsoll::model::workload::Process;
use plimsoll::stats::distribution::Distribution;

/// One component `desk` with a journey `job`.
pub fn single(rate: f64, desk: Station) -> Model {
    let mut model = empty();
    let desk = component(&mut model, "desk", desk);
    journey(&mut model, "job", desk, rate);
    model
}

/// Mean service of all cases, seconds.
pub const S: f64 = 0.01;

/// Chances of 0, 1, 2, ... in a birth-and-death queue: `up` and `down` per mean service; until they are negligible, or `most`.
pub fn birth_death(up: f64, down: impl Fn(usize) -> f64, most: usize) -> Vec<f64> {
    let mut weights = vec![1.0_f64];
    for n in 1..=most {
        let next = weights[n - 1] * up / down(n);
        weights.push(next);
        if next < 1e-18 {
            break;
        }
    }
    let whole: f64 = weights.iter().sum();
    weights.iter().map(|w| w / whole).collect()
}

/// Chance to wait in M/M/c with `a` erlangs, by its sums.
pub fn erlang_c(c: usize, a: f64) -> f64 {
    let term = |n: usize| (1..=n).fold(1.0, |t, i| t * a / i as f64);
    let tail = term(c) * c as f64 / (c as f64 - a);
    tail / ((0..c).map(term).sum::<f64>() + tail)
}

/// Chance of loss in M/G/c/c with `a` erlangs, by its sums.
pub fn erlang_b(c: usize, a: f64) -> f64 {
    let term = |n: usize| (1..=n).fold(1.0, |t, i| t * a / i as f64);
    term(c) / (0..=c).map(term).sum::<f64>()
}

/// P(W <= t) in M/D/1 at load `rho`, t in services.
pub fn md1_within(rho: f64, t: f64) -> f64 {
    let term = |k: usize| {
        let x = rho * (t - k as f64);
        (1..=k).fold(1.0, |p, i| p * -x / i as f64) * x.exp()
    };
    (1.0 - rho) * (0..=t as usize).map(term).sum::<f64>()
}

/// The point where a rising function reaches `y`.
pub fn solve(of: impl Fn(f64) -> f64, y: f64, mut low: f64, mut high: f64) -> f64 {
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if of(middle) < y { low = middle } else { high = middle }
    }
    high
}

/// M/M/c whose requests wait for at most `limit` services: the share lost, and the chance to have to wait.
///
/// The wait that an arrival would have has, while all servers are busy, the density a p(c-1) e^-(c-a)x up to the limit; beyond
/// it nobody is served, and it falls as e^-cx. p are the chances of 0..c-1 inside, all relative to each other.
pub fn constant_patience(c: usize, a: f64, limit: f64) -> (f64, f64) {
    let below = birth_death(a, |n| n as f64, c - 1);
    let last = a * below[c - 1];
    let gap = c as f64 - a;
    let inside = last * (1.0 - (-gap * limit).exp()) / gap;
    let beyond = last * (-gap * limit).exp() / c as f64;
    let whole = 1.0 + inside + beyond;
    (beyond / whole, (inside + beyond) / whole)
}

fn exponential(c: u32) -> Station {
    station(1, c, Distribution::Exponential(S))
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    // M/M/8 at 90 %.
    let (c, a) = (8.0, 7.2);
    let waits = erlang_c(8, a);
    let mean = waits * S / (c - a);
    cases.push(Case {
        name: "M/M/8",
        source: "Erlang (1917); Gross et al., Fundamentals of Queueing Theory (2008), section 2.3",
        model: single(a / S, exponential(8)),
        seconds: 3e6 * S / a,
        within: 0.04,
        expected: vec![
            both("desk.wait_probability", waits),
            both("desk.wait_s.mean", mean),
            both("desk.wait_s.p90", (waits / 0.1).ln() * S / (c - a)),
            both("desk.wait_s.p99", (waits / 0.01).ln() * S / (c - a)),
            both("desk.in_system_mean", a + a * mean / S),
        ],
    });
    // M/M/2/6 at 110 %: four may wait.
    let p = birth_death(2.2, |n| (n as f64).min(2.0), 6);
    let inside: f64 = p.iter().enumerate().map(|(n, p)| n as f64 * p).sum();
    let carried = 2.2 * (1.0 - p[6]);
    cases.push(Case {
        name: "M/M/2/6",
        source: "Gross et al., section 2.4 (queues with truncation)",
        model: single(2.2 / S, Station { queue: Some(4), ..exponential(2) }),
        seconds: 1e6 * S / 2.2,
        within: 0.02,
        expected: vec![
            both("desk.blocked_ratio", p[6]),
            both("job.errors.rejected", p[6]),
            both("desk.in_system_mean", inside),
            both("desk.queue_mean", inside - carried),
            both("desk.utilisation", carried / 2.0),
            both("desk.wait_s.mean", (inside - carried) / carried * S),
            both("desk.empty_probability", p[0]),
        ],
    });
    // M/M/5 + M: 110 % of the servers, patience of two services.
    let p = birth_death(5.5, |n| (n as f64).min(5.0) + 0.5 * (n as f64 - 5.0).max(0.0), 4000);
    let queue: f64 = p.iter().enumerate().map(|(n, p)| (n as f64 - 5.0).max(0.0) * p).sum();
    cases.push(Case {
        name: "M/M/5 + M (Erlang A)",
        source: "Palm (1957); Mandelbaum & Zeltyn, Service engineering in action: the Palm/Erlang-A queue (2007)",
        model: single(5.5 / S, Station { patience: Some(Distribution::Exponential(2.0 * S)), ..exponential(5) }),
        seconds: 1e6 * S / 5.5,
        within: 0.03,
        expected: vec![
            both("desk.abandoned_ratio", 0.5 * queue / 5.5),
            both("desk.queue_mean", queue),
            both("desk.in_service_mean", 5.5 - 0.5 * queue),
            both("desk.wait_probability", p[5..].iter().sum()),
        ],
    });
    // M/M/5 + D: patience of one service.
    let (lost, waits) = constant_patience(5, 5.5, 1.0);
    cases.push(Case {
        name: "M/M/5 + D",
        source: "Barrer (1957); Baccelli & Hebuterne, On queues with impatient customers (1981)",
        model: single(5.5 / S, Station { patience: Some(Distribution::Constant(S)), ..exponential(5) }),
        seconds: 1e6 * S / 5.5,
        within: 0.03,
        expected: vec![
            both("desk.abandoned_ratio", lost),
            both("desk.wait_probability", waits),
            both("desk.in_service_mean", 5.5 * (1.0 - lost)),
        ],
    });
    // M/D/1 at 80 %. E[W^2] = 2 E[W]^2 + lambda E[S^3] / (3 (1 - rho)).
    let rho = 0.8;
    let mean = rho / (2.0 * (1.0 - rho)) * S;
    let second = 2.0 * mean * mean + rho * S * S / (3.0 * (1.0 - rho));
    let at = |q| S * solve(|t| md1_within(rho, t), q, 0.0, 25.0);
    cases.push(Case {
        name: "M/D/1",
        source: "Erlang (1909); Takacs (1962) for the second moment; Tijms (2003), section 9.2, for the distribution",
        model: single(rho / S, station(1, 1, Distribution::Constant(S))),
        seconds: 2e6 * S / rho,
        within: 0.03,
        expected: vec![
            both("desk.wait_s.mean", mean),
            both("desk.wait_s.std", (second - mean * mean).sqrt()),
            both("desk.empty_probability", 1.0 - rho),
            simulated("desk.wait_s.p50", at(0.5)),
            simulated("desk.wait_s.p90", at(0.9)),
            simulated("desk.wait_s.p99", at(0.99)),
        ],
    });
    // M/H2/1 at 60 %: 90 % of the requests are short.
    let (p, m) = ([0.9, 0.1], [0.5 * S, 5.5 * S]);
    let moment = |k: i32, f: f64| f * (0..2).map(|i| p[i] * m[i].powi(k)).sum::<f64>();
    let rate = 0.6 / S;
    let mean = rate * moment(2, 2.0) / (2.0 * 0.4);
    let second = 2.0 * mean * mean + rate * moment(3, 6.0) / (3.0 * 0.4);
    cases.push(Case {
        name: "M/H2/1",
        source: "Pollaczek (1930), Khinchine (1932); Takacs (1962) for the second moment",
        model: single(
            rate,
            station(1, 1, Distribution::Hyperexponential { p: p.to_vec(), mean: m.to_vec() }),
        ),
        seconds: 4e6 / rate,
        within: 0.05,
        expected: vec![
            both("desk.wait_s.mean", mean),
            both("desk.wait_s.std", (second - mean * mean).sqrt()),
            both("job.response_s.mean", mean + S),
        ],
    });
    // M/G/5/5: whatever the service.
    for (name, work) in
        [("M/D/5/5", Distribution::Constant(S)), ("M/LN/5/5", Distribution::lognormal_mean_scv(S, 4.0))]
    {
        let lost = erlang_b(5, 3.0);
        cases.push(Case {
            name,
            source: "Erlang (1917); Sevastyanov (1957) for any service",
            model: single(3.0 / S, Station { queue: Some(0), ..station(1, 5, work) }),
            seconds: 1e6 * S / 3.0,
            within: 0.02,
            expected: vec![
                both("desk.blocked_ratio", lost),
                both("desk.in_service_mean", 3.0 * (1.0 - lost)),
                both("desk.empty_probability", erlang_b(5, 3.0) * 120.0 / 243.0),
            ],
        });
    }
    // D/M/1 at 80 %: sigma = e^(-(1 - sigma) / rho), its root below 1; the response is exponential.
    let sigma = (0..10_000).fold(0.5, |s: f64, _| (-(1.0 - s) / 0.8).exp());
    let mut even = single(0.8 / S, exponential(1));
    even.journeys[0].process = Process::Deterministic;
    cases.push(Case {
        name: "D/M/1",
        source: "Kendall (1953); Kleinrock, Queueing Systems, vol. 1 (1975), section 6.4",
        model: even,
        seconds: 1e6 * S / 0.8,
        within: 0.03,
        expected: vec![
            about("desk.wait_s.mean", sigma * S / (1.0 - sigma), 0.2),
            simulated("desk.wait_probability", sigma),
            simulated("job.response_s.p95", 20.0_f64.ln() * S / (1.0 - sigma)),
        ],
    });
    cases
}
