//! Slow twins of the analytic engine: Markov chains and sums written out in full, against the recursions. Those of private
//! parts stand beside them: the simulator's in `sim::twins`, processor sharing's, the event queue's, the histogram's and
//! the caches' in their files, the decision diagram's in `laws_avail`.

use plimsoll::flow::erlang::{BirthDeath, erlang_b, erlang_c, mmck};
use plimsoll::flow::moments::Moments;
use plimsoll::flow::mva::{Centre, single_class};
use plimsoll::flow::{priority, retry};
use plimsoll::model::call::{Jitter, Retry};
use plimsoll::units::Duration;
use proptest::prelude::*;

/// Chances of the states of a Markov chain with transitions (from, to, rate), started in state 0: uniformised, step by step.
pub fn steady(states: usize, rates: &[(usize, usize, f64)]) -> Vec<f64> {
    let mut out = vec![0.0; states];
    rates.iter().for_each(|(from, _, rate)| out[*from] += rate);
    let clock = 1.01 * out.iter().fold(0.0, |a: f64, b| a.max(*b));
    let mut p = vec![0.0; states];
    p[0] = 1.0;
    for _ in 0..200_000 {
        let mut next: Vec<f64> = p.iter().zip(&out).map(|(p, out)| p * (1.0 - out / clock)).collect();
        rates.iter().for_each(|(from, to, rate)| next[*to] += p[*from] * rate / clock);
        let moved: f64 = p.iter().zip(&next).map(|(a, b)| (a - b).abs()).sum();
        p = next;
        if moved < 1e-15 {
            break;
        }
    }
    p
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()) + 1e-12
}

/// Weights of 0, 1, 2, ... in M/M/c(/K)(+M), added up as they are.
fn written_out(q: BirthDeath, service: f64) -> Vec<f64> {
    let most = q.room.map_or(3000, |room| q.servers + room);
    let mut weights = vec![1.0_f64];
    for n in 1..=most {
        let waiting = f64::from(n.saturating_sub(q.servers));
        let down = f64::from(n.min(q.servers)) / service + waiting * q.impatience;
        weights.push(weights[n as usize - 1] * q.arrivals / down);
    }
    let whole: f64 = weights.iter().sum();
    weights.into_iter().map(|w| w / whole).collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 100,
        rng_seed: proptest::test_runner::RngSeed::Fixed(31),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn erlangs_recursion_is_his_sum(servers in 1u32..60, load in 0.01f64..1.5) {
        let a = load * f64::from(servers);
        let term = |n: u32| (1..=n).fold(1.0, |t, i| t * a / f64::from(i));
        let sum: f64 = (0..servers).map(term).sum();
        prop_assert!(near(erlang_b(servers, a), term(servers) / (sum + term(servers))));
        if load < 1.0 {
            let tail = term(servers) / (1.0 - load);
            prop_assert!(near(erlang_c(servers, a), tail / (sum + tail)));
        }
    }

    #[test]
    fn the_birth_and_death_queue_is_its_weights_added_up(
        servers in 1u32..12, load in 0.05f64..1.6, room in prop::option::of(0u32..30), theta in 0.05f64..3.0,
        impatient in proptest::bool::ANY,
    ) {
        let service = 0.02;
        let impatience = if impatient { theta / service } else { 0.0 };
        let room = if impatient { room } else { Some(room.unwrap_or(7)) };
        let arrivals = load * f64::from(servers) / service;
        let q = BirthDeath { arrivals, servers, room, impatience };
        let (p, s) = (written_out(q, service), mmck(q, service).unwrap());
        let number = |of: &dyn Fn(f64) -> f64| p.iter().enumerate().map(|(n, p)| p * of(n as f64)).sum::<f64>();
        let c = f64::from(servers);
        let queue = number(&|n| (n - c).max(0.0));
        let blocked = room.map_or(0.0, |room| p[(servers + room) as usize]);
        prop_assert!(near(s.empty, p[0]), "{} {}", s.empty, p[0]);
        prop_assert!(near(s.blocked, blocked));
        prop_assert!(near(s.queue, queue), "{} {}", s.queue, queue);
        prop_assert!(near(s.busy, number(&|n| n.min(c))));
        prop_assert!(near(s.abandoned, impatience * queue / arrivals));
        let waits: f64 = p[servers as usize..].iter().sum::<f64>() - blocked;
        prop_assert!(near(s.waits, waits / (1.0 - blocked)), "{} {}", s.waits, waits / (1.0 - blocked));
    }

    #[test]
    fn mean_value_analysis_is_its_markov_chain(
        population in 1usize..7, servers in prop::array::uniform2(1u32..4), demand in prop::array::uniform2(0.2f64..2.0),
        think in 0.3f64..3.0,
    ) {
        // Think, then the first centre, then the second; state: customers at each of the two.
        let state = |a: usize, b: usize| a * (population + 1) + b;
        let mut rates = Vec::new();
        for a in 0..=population {
            for b in 0..=population - a {
                let thinking = population - a - b;
                if thinking > 0 {
                    rates.push((state(a, b), state(a + 1, b), thinking as f64 / think));
                }
                if a > 0 {
                    rates.push((state(a, b), state(a - 1, b + 1), (a as f64).min(f64::from(servers[0])) / demand[0]));
                }
                if b > 0 {
                    rates.push((state(a, b), state(a, b - 1), (b as f64).min(f64::from(servers[1])) / demand[1]));
                }
            }
        }
        let p = steady((population + 1) * (population + 1), &rates);
        let mean = |of: &dyn Fn(f64, f64) -> f64| {
            (0..p.len()).map(|i| p[i] * of((i / (population + 1)) as f64, (i % (population + 1)) as f64)).sum::<f64>()
        };
        let centres = [0, 1].map(|i| Centre { demand: demand[i], servers: f64::from(servers[i]) });
        let closed = single_class(population as u32, think, &centres);
        let throughput = mean(&|a, b| (population as f64 - a - b) / think);
        prop_assert!(closed.exact);
        for (found, slow) in [
            (closed.throughput, throughput),
            (closed.response, population as f64 / throughput - think),
            (closed.queue[0], mean(&|a, _| a)),
            (closed.queue[1], mean(&|_, b| b)),
            (closed.utilisation[1], mean(&|_, b| b.min(f64::from(servers[1]))) / f64::from(servers[1])),
        ] {
            prop_assert!((found / slow - 1.0).abs() < 1e-7, "{} against {}", found, slow);
        }
    }

    #[test]
    fn two_priorities_at_several_servers_are_their_markov_chain(
        servers in 1usize..4, urgent in 0.05f64..0.3, other in 0.05f64..0.25,
    ) {
        // Preemptive resume, exponential work of mean 1: state (urgent inside, others inside), cut off where nobody comes.
        let most = 24_usize;
        let c = servers as f64;
        let (a, b) = (urgent * c, other * c);
        let state = |i: usize, j: usize| i * (most + 1) + j;
        let mut rates = Vec::new();
        for i in 0..=most {
            for j in 0..=most {
                let first = (i as f64).min(c);
                let second = (j as f64).min(c - first);
                if i < most { rates.push((state(i, j), state(i + 1, j), a)); }
                if j < most { rates.push((state(i, j), state(i, j + 1), b)); }
                if first > 0.0 { rates.push((state(i, j), state(i - 1, j), first)); }
                if second > 0.0 { rates.push((state(i, j), state(i, j - 1), second)); }
            }
        }
        let p = steady((most + 1) * (most + 1), &rates);
        let inside: f64 = (0..p.len()).map(|s| p[s] * (s % (most + 1)) as f64).sum();
        let class = |arrivals, rank| priority::Class { arrivals, service: 1.0, second: 2.0, rank };
        let classes = [class(a, 0), class(b, 1)];
        let response = priority::merged_response(&classes, servers as u32, 1);
        prop_assert!((response * b / inside - 1.0).abs() < 1e-4, "{} against {}", response * b, inside);
    }

    #[test]
    fn retries_are_all_their_histories(
        failure in 0.01f64..0.99, extra in 1u32..6, base in 0.01f64..0.5, cap in 0.1f64..1.0, takes in 0.0f64..0.3,
    ) {
        let policy = Retry {
            extra,
            base: Duration::seconds(base),
            cap: Duration::seconds(cap),
            jitter: Jitter::None,
            budget: None,
        };
        let found = retry::attempts(failure, Moments::constant(takes), Some(&policy));
        // Every history: bit k says whether attempt k would fail; the first that does not ends it.
        let (mut mean, mut failed, mut ok, mut bad) = (0.0, 0.0, (0.0, 0.0, 0.0), (0.0, 0.0));
        for history in 0..1_u32 << (extra + 1) {
            let chance = (0..=extra).fold(1.0, |c, k| c * if history >> k & 1 == 1 { failure } else { 1.0 - failure });
            let fails = history.trailing_ones();
            let tries = (fails + 1).min(extra + 1);
            let (mut lost, mut wait) = (0.0, base);
            for _ in 1..tries {
                lost += takes + wait.min(cap);
                wait *= 2.0;
            }
            mean += chance * f64::from(tries);
            if fails > extra {
                failed += chance;
                bad = (bad.0 + chance, bad.1 + chance * lost);
            } else {
                ok = (ok.0 + chance, ok.1 + chance * lost, ok.2 + chance * lost * lost);
            }
        }
        prop_assert!(near(found.mean, mean) && near(found.failed, failed));
        prop_assert!(near(found.mean, retry::mean_attempts(failure, extra + 1)));
        prop_assert!(near(found.lost_when_ok.mean, ok.1 / ok.0));
        prop_assert!(near(found.lost_when_ok.second(), ok.2 / ok.0));
        prop_assert!(near(found.lost_when_failed.mean, bad.1 / bad.0));
    }
}
