//! In which order requests are served: processor sharing, and priorities with and without interruption.

use super::waiting::{S, birth_death, erlang_c, single};
use super::{Case, both, simulated};
use plimsoll::model::Model;
use plimsoll::model::build::{component, empty, journey, station};
use plimsoll::model::station::{Discipline, Station};
use plimsoll::stats::distribution::Distribution;

/// One component `desk` with journeys `a`, `b`, `c` of these rates and works, the first the most urgent.
fn classes(discipline: Discipline, servers: u32, of: &[(f64, Distribution)]) -> Model {
    let mut model = empty();
    let desk = Station { discipline, ..station(1, servers, Distribution::Constant(0.0)) };
    let desk = component(&mut model, "desk", desk);
    for (id, (rate, _)) in ["a", "b", "c"].iter().zip(of) {
        journey(&mut model, id, desk, *rate);
    }
    for (i, (_, work)) in of.iter().enumerate() {
        model.graph[desk].station.as_mut().unwrap().work[i] = Some(work.clone());
        model.journeys[i].priority = i as u8;
    }
    model
}

fn shared(servers: u32, work: Distribution) -> Station {
    Station { discipline: Discipline::ProcessorSharing, ..station(1, servers, work) }
}

pub fn sharing() -> Vec<Case> {
    let mut cases = Vec::new();
    // M/M/1-PS at 70 %.
    let rho = 0.7;
    cases.push(Case {
        name: "M/M/1-PS, spread of the response",
        source: "Coffman, Muntz & Trotter, Waiting time distributions for processor-sharing systems (1970)",
        model: single(rho / S, shared(1, Distribution::Exponential(S))),
        seconds: 2e6 * S / rho,
        within: 0.03,
        expected: vec![
            both("job.response_s.mean", S / (1.0 - rho)),
            both("job.response_s.std", S / (1.0 - rho) * ((2.0 + rho) / (2.0 - rho)).sqrt()),
            both("desk.in_system_mean", rho / (1.0 - rho)),
            both("desk.empty_probability", 1.0 - rho),
        ],
    });
    // M/G/k-PS, every request at most one core: the number inside is that of M/M/k, whatever the work.
    for (name, cores, work) in [
        ("M/D/2-PS", 2, Distribution::Constant(S)),
        ("M/LN/4-PS", 4, Distribution::lognormal_mean_scv(S, 4.0)),
    ] {
        let c = f64::from(cores);
        let a = 0.8 * c;
        let mean = S + erlang_c(cores as usize, a) * S / (c - a);
        cases.push(Case {
            name,
            source: "Cohen, The multiple phase service network with generalized processor sharing (1979)",
            model: single(a / S, shared(cores, work)),
            seconds: 1.5e6 * S / a,
            within: 0.03,
            expected: vec![
                both("job.response_s.mean", mean),
                both("desk.in_system_mean", a * mean / S),
                both("desk.utilisation", 0.8),
                both("desk.empty_probability", birth_death(a, |n| (n as f64).min(c), 4000)[0]),
            ],
        });
    }
    // A CPU limit between whole cores: n requests together have min(n, limit) cores, and one alone has no more than one.
    for (name, limit, work, rho) in [
        ("M/M-PS with 1.5 cores", 1.5, Distribution::Exponential(S), 0.8),
        ("M/LN-PS with 2.2 cores", 2.2, Distribution::lognormal_mean_scv(S, 4.0), 0.7),
    ] {
        let a = rho * limit;
        let p = birth_death(a, |n| (n as f64).min(limit), 4000);
        let inside: f64 = p.iter().enumerate().map(|(n, p)| n as f64 * p).sum();
        let desk = Station { last: limit.fract(), ..shared(limit.ceil() as u32, work) };
        cases.push(Case {
            name,
            source: "Cohen, The multiple phase service network with generalized processor sharing (1979)",
            model: single(a / S, desk),
            seconds: 1.5e6 * S / a,
            within: 0.03,
            expected: vec![
                both("job.response_s.mean", inside / a * S),
                both("desk.in_system_mean", inside),
                both("desk.utilisation", rho),
                both("desk.in_service_mean", a),
                both("desk.empty_probability", p[0]),
            ],
        });
    }
    // Every class is slowed down alike: R = S / (1 - rho) for each.
    let of = [
        (30.0, Distribution::Constant(0.005)),
        (20.0, Distribution::Exponential(0.02)),
        (5.0, Distribution::Uniform { low: 0.0, high: 0.08 }),
    ];
    cases.push(Case {
        name: "M/G/1-PS, three classes",
        source: "Kleinrock, Queueing Systems, vol. 2 (1976), section 4.4: the slowdown is the same for all",
        model: classes(Discipline::ProcessorSharing, 1, &of),
        seconds: 30_000.0,
        within: 0.03,
        expected: ["a.response_s.mean", "b.response_s.mean", "c.response_s.mean"]
            .into_iter()
            .zip([0.005, 0.02, 0.04])
            .map(|(path, work)| both(path, work / 0.25))
            .collect(),
    });
    // M/G/1/5-PS at 120 %: the number inside is geometric, cut off.
    let p = birth_death(1.2, |_| 1.0, 5);
    let inside: f64 = p.iter().enumerate().map(|(n, p)| n as f64 * p).sum();
    cases.push(Case {
        name: "M/G/1/5-PS",
        source: "Cohen (1979): insensitive with room for a few as well",
        model: single(
            1.2 / S,
            Station { queue: Some(4), ..shared(1, Distribution::lognormal_mean_scv(S, 4.0)) },
        ),
        seconds: 1e6 * S / 1.2,
        within: 0.02,
        expected: vec![
            both("desk.blocked_ratio", p[5]),
            both("desk.utilisation", 1.2 * (1.0 - p[5])),
            both("job.response_s.mean", inside / (1.2 * (1.0 - p[5])) * S),
            simulated("desk.in_system_mean", inside),
        ],
    });
    cases
}

/// First and second moments of the work of the three classes below, and their rates.
const THREE: [(f64, f64, f64); 3] =
    [(40.0, 0.005, 25e-6), (25.0, 0.01, 2e-4), (10.0, 0.02, 0.02 * 0.02 * 1.5)];

fn three() -> [(f64, Distribution); 3] {
    [
        (40.0, Distribution::Constant(0.005)),
        (25.0, Distribution::Exponential(0.01)),
        (10.0, Distribution::Erlang { k: 2, mean: 0.02 }),
    ]
}

const RESPONSES: [&str; 3] = ["a.response_s.mean", "b.response_s.mean", "c.response_s.mean"];

pub fn priority() -> Vec<Case> {
    let mut cases = Vec::new();
    let load = |n: usize| THREE[..n].iter().map(|c| c.0 * c.1).sum::<f64>();
    let residual = |n: usize| THREE[..n].iter().map(|c| c.0 * c.2 / 2.0).sum::<f64>();
    // One server, three classes of different work.
    let wait = |k: usize| residual(3) / ((1.0 - load(k)) * (1.0 - load(k + 1)));
    cases.push(Case {
        name: "M/G/1, three classes, nobody interrupted",
        source: "Cobham, Priority assignment in waiting line problems (1954)",
        model: classes(Discipline::NonPreemptive, 1, &three()),
        seconds: 40_000.0,
        within: 0.03,
        expected: (0..3).map(|k| both(RESPONSES[k], THREE[k].1 + wait(k))).collect(),
    });
    let response =
        |k: usize| residual(k + 1) / ((1.0 - load(k)) * (1.0 - load(k + 1))) + THREE[k].1 / (1.0 - load(k));
    cases.push(Case {
        name: "M/G/1, three classes, preemptive resume",
        source: "Kleinrock, Queueing Systems, vol. 2 (1976), section 3.4",
        model: classes(Discipline::PreemptiveResume, 1, &three()),
        seconds: 40_000.0,
        within: 0.03,
        expected: (0..3).map(|k| both(RESPONSES[k], response(k))).collect(),
    });
    // Three servers, exponential work of one mean: 100/s and 150/s.
    let of = || [(100.0, Distribution::Exponential(S)), (150.0, Distribution::Exponential(S))];
    let head = erlang_c(3, 2.5) * S / 3.0;
    cases.push(Case {
        name: "M/M/3, two classes, nobody interrupted",
        source: "Cobham (1954); Kella & Yechiali, Waiting times in the non-preemptive priority M/M/c queue (1985)",
        model: classes(Discipline::NonPreemptive, 3, &of()),
        seconds: 12_000.0,
        within: 0.03,
        expected: vec![
            both("a.response_s.mean", S + head / (1.0 - 1.0 / 3.0)),
            both("b.response_s.mean", S + head / ((1.0 - 1.0 / 3.0) * (1.0 - 2.5 / 3.0))),
        ],
    });
    // With interruption the urgent are an M/M/3 of their own, and so are both together.
    let inside = |a: f64| a + erlang_c(3, a) * a / (3.0 - a);
    cases.push(Case {
        name: "M/M/3, two classes, preemptive resume",
        source: "Bondi & Buzen, The response times of priority classes under preemptive resume in M/G/m queues (1984)",
        model: classes(Discipline::PreemptiveResume, 3, &of()),
        seconds: 12_000.0,
        within: 0.03,
        expected: vec![
            both("a.response_s.mean", inside(1.0) * S),
            both("b.response_s.mean", (inside(2.5) - inside(1.0)) / 1.5 * S),
        ],
    });
    cases
}
