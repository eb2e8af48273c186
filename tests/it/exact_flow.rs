//! What the analytic engine calls exact is exact: every name that `text::flow` marks so has a case here, against a computation
//! that shares nothing with the engine's: balance equations solved step by step, sums and integrals written out. Then the other
//! way round: what is approximate does not say exact, however close it is, and no search of the engine is endless.

use crate::giving_up_sim::model_of;
use crate::twins::steady;
use plimsoll::answer::times::{ComponentAnswer, JourneyAnswer};
use plimsoll::flow::{self, Flow};
use plimsoll::model::Model;
use plimsoll::stats::figure::{Figure, FigureKind};
use std::collections::BTreeSet;

/// A scenario of one client `c`, what stands in its steps, and the components of `text`.
fn scenario(journeys: &str, text: &str) -> Model {
    model_of(&format!("schema = 1\nname = \"exact\"\n{journeys}\n[component.c]\nkind = \"station\"\n{text}"))
}

/// One journey `j` at so many requests a second, from `c` to `s`.
fn to_station(rate: f64, more: &str, station: &str) -> Model {
    let journey = format!("[journey.j]\nentry = \"c\"\narrivals = \"{rate}/s\"\n{more}\nsteps.c = [\"s\"]");
    scenario(&journey, &format!("[component.s]\nkind = \"station\"\n{station}"))
}

fn component<'a>(model: &Model, flow: &'a Flow, id: &str) -> &'a ComponentAnswer {
    &flow.components[model.component(id).unwrap().index()]
}

fn journey<'a>(model: &Model, flow: &'a Flow, id: &str) -> &'a JourneyAnswer {
    &flow.journeys[usize::from(model.journey(id).unwrap().0)]
}

/// Cases that were looked at: the names of formulas.
#[derive(Default)]
struct Seen(BTreeSet<String>);

impl Seen {
    /// Exact, by that name, and right to so much.
    fn exact(&mut self, figure: &Figure, name: &str, truth: f64, within: f64) {
        let found = figure.value.unwrap_or(f64::NAN);
        assert_eq!(
            (figure.kind, figure.method.as_deref()),
            (FigureKind::Exact, Some(name)),
            "{found} {truth}"
        );
        assert!((found - truth).abs() <= within * truth.abs().max(1e-12), "{name}: {found} against {truth}");
        self.0.insert(name.to_owned());
    }
}

fn approximate(figure: &Figure) -> f64 {
    assert_eq!(figure.kind, FigureKind::Analytic, "{figure:?}");
    figure.value.unwrap()
}

/// Mean number in the states of a chain.
fn mean(p: &[f64], inside: impl Fn(usize) -> f64) -> f64 {
    p.iter().enumerate().map(|(i, p)| p * inside(i)).sum()
}

/// Number inside of a birth and death chain with these rates up and down.
fn line(n: usize, up: impl Fn(usize) -> f64, down: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut p = vec![1.0];
    for k in 0..n {
        p.push(p[k] * up(k) / down(k + 1));
    }
    let all: f64 = p.iter().sum();
    p.into_iter().map(|p| p / all).collect()
}

fn single_queues(seen: &mut Seen) {
    // M/M/1, M/M/3, with room for 4, with patience, with both, and without a line: all by their balance equations.
    let work = "work = \"exponential(mean=100ms)\"\n";
    let at = |c: usize, n: usize| n.min(c) as f64 / 0.1;
    for (rate, servers, more, name) in [
        (6.0, 1, "", "M/M/1, exact"),
        (20.0, 3, "", "M/M/c, exact"),
        (25.0, 2, "capacity = 6", "M/M/c/K, exact"),
        (25.0, 2, "patience = \"exponential(mean=200ms)\"", "M/M/c+M, Erlang A"),
        (25.0, 2, "capacity = 5\npatience = \"exponential(mean=200ms)\"", "M/M/c/K+M, birth and death"),
        (25.0, 3, "capacity = 3", "M/G/c/c, Erlang B"),
    ] {
        let model = to_station(rate, "", &format!("servers = {servers}\n{work}{more}"));
        let flow = flow::solve(&model, 0);
        let most = if more.contains("capacity") { more.as_bytes()[11] as usize - 48 } else { 400 };
        let leaves = if more.contains("patience") { 5.0 } else { 0.0 };
        let p = line(most, |_| rate, |n| at(servers, n) + leaves * n.saturating_sub(servers) as f64);
        let s = component(&model, &flow, "s");
        seen.exact(&s.queue_mean, name, mean(&p, |n| n.saturating_sub(servers) as f64), 1e-9);
        seen.exact(&s.empty_probability, name, p[0], 1e-9);
    }
    // E2 service in stages: the chain of what is left to do there.
    let model = to_station(6.0, "", "servers = 1\nwork = \"erlang(k=2, mean=100ms)\"");
    let flow = flow::solve(&model, 0);
    let mut rates = Vec::new();
    let stages = 240;
    for n in 0..stages - 1 {
        if n + 2 < stages {
            rates.push((n, n + 2, 6.0));
        }
        rates.push((n + 1, n, 20.0));
    }
    let p = steady(stages, &rates);
    let inside = mean(&p, |n| n.div_ceil(2) as f64);
    seen.exact(&component(&model, &flow, "s").queue_mean, "M/G/1, Pollaczek-Khinchine", inside - 0.6, 1e-7);
    // Two replicas in turn: E2/M/1, states (inside, half of the gap gone).
    let model = to_station(12.0, "", "replicas = 2\nservers = 1\nwork = \"exponential(mean=100ms)\"");
    let flow = flow::solve(&model, 0);
    let mut rates = Vec::new();
    for n in 0..60 {
        rates.push((2 * n, 2 * n + 1, 12.0));
        if n < 59 {
            rates.push((2 * n + 1, 2 * n + 2, 12.0));
            rates.extend([(2 * n + 2, 2 * n, 10.0), (2 * n + 3, 2 * n + 1, 10.0)]);
        }
    }
    let p = steady(120, &rates);
    let queue = 2.0 * mean(&p, |i| (i / 2).saturating_sub(1) as f64);
    let name = "E_k/M/1: Poisson arrivals dealt out in turn, exact";
    seen.exact(&component(&model, &flow, "s").queue_mean, name, queue, 1e-7);
    // Shared by all inside: Erlang work, the number as in M/M/1.
    let model = to_station(
        6.0,
        "",
        "servers = 1\ndiscipline = \"processor-sharing\"\nwork = \"erlang(k=2, mean=100ms)\"",
    );
    let flow = flow::solve(&model, 0);
    // States: how many are in their first and in their second stage.
    let n = 34;
    let mut rates = Vec::new();
    for a in 0..n {
        for b in 0..n - a {
            let all = (a + b) as f64;
            if a + b + 1 < n {
                rates.push((a * n + b, (a + 1) * n + b, 6.0));
            }
            if a > 0 {
                rates.push((a * n + b, (a - 1) * n + b + 1, 20.0 * a as f64 / all));
            }
            if b > 0 {
                rates.push((a * n + b, a * n + b - 1, 20.0 * b as f64 / all));
            }
        }
    }
    let p = steady(n * n, &rates);
    let inside = mean(&p, |i| (i / n + i % n) as f64);
    let name = "processor sharing, insensitive";
    seen.exact(&component(&model, &flow, "s").response_s.mean, name, inside / 6.0, 1e-5);
}

/// Constant patience of those who wait: the wait that comers would have, on a grid (level crossings of the work ahead).
fn constant_patience(seen: &mut Seen) {
    let (rate, service, patience) = (12.0, 0.1, 0.15);
    let model = to_station(rate, "", "servers = 1\nwork = \"exponential(mean=100ms)\"\npatience = \"150ms\"");
    let flow = flow::solve(&model, 0);
    // f(x) = rate p0 e^(-x / service) + rate ∫ f(y) e^(-(x - y) / service) dy over y below x and the patience. Its integral obeys
    // a plain equation, advanced by small steps.
    let step = 2e-6;
    let (mut carried, mut x, mut below) = (rate, 0.0, 0.0);
    let (mut at_limit, mut beyond) = (0.0, 0.0);
    while x < 2.0 {
        // `carried` is f(x): it decays at 1 / service and is fed by rate f(x) below the patience.
        let grows = if x < patience { rate } else { 0.0 };
        let next = carried * (step * (grows - 1.0 / service)).exp();
        let area = 0.5 * (carried + next) * step;
        if x < patience {
            below += area
        } else {
            beyond += area
        }
        if x < patience {
            at_limit = next
        }
        (carried, x) = (next, x + step);
    }
    assert!(at_limit > 0.0);
    let lost = beyond / (1.0 + below + beyond);
    seen.exact(&component(&model, &flow, "s").abandoned_ratio, "M/M/c+D, Barrer", lost, 1e-4);
}

/// Two classes with ranks at `servers`: the chain of their numbers, each class with its own mean work; wait in the queue and
/// interruptions together, over all. Without interruption the one in service is part of the state.
fn ranked(servers: usize, rates: [f64; 2], work: [f64; 2], interrupts: bool) -> f64 {
    let n = 42;
    let mut moves = Vec::new();
    // Who is served, of (a, b) inside: with interruption the first class first; without, at one server, whoever began.
    let at = |a: usize, b: usize, second: usize| (a * n + b) * 2 + second;
    for a in 0..n {
        for b in 0..n - a {
            for second in 0..2 {
                let here = at(a, b, second);
                let stays = if interrupts { 0 } else { second };
                if a + b + 1 < n {
                    // Into an empty one: it begins at once.
                    let begins = |which: usize| if !interrupts && a + b == 0 { which } else { stays };
                    moves.push((here, at(a + 1, b, begins(0)), rates[0]));
                    moves.push((here, at(a, b + 1, begins(1)), rates[1]));
                }
                if interrupts {
                    let first = a.min(servers);
                    let rest = b.min(servers - first);
                    if first > 0 {
                        moves.push((here, at(a - 1, b, 0), first as f64 / work[0]));
                    }
                    if rest > 0 {
                        moves.push((here, at(a, b - 1, 0), rest as f64 / work[1]));
                    }
                } else if second == 0 && a > 0 {
                    moves.push((here, at(a - 1, b, usize::from(a == 1 && b > 0)), 1.0 / work[0]));
                } else if second == 1 && b > 0 {
                    moves.push((here, at(a, b - 1, usize::from(a == 0 && b > 1)), 1.0 / work[1]));
                }
            }
        }
    }
    let p = steady(n * n * 2, &moves);
    let inside = mean(&p, |i| (i / 2 / n + i / 2 % n) as f64);
    inside / (rates[0] + rates[1]) - (rates[0] * work[0] + rates[1] * work[1]) / (rates[0] + rates[1])
}

fn priorities(seen: &mut Seen) {
    let of = |servers: usize, work: [f64; 2], discipline: &str| {
        let ms = work.map(|w| format!("exponential(mean={}ms)", w * 1000.0));
        let journeys = "[journey.x]\nentry = \"s\"\narrivals = \"6/s\"\npriority = 0\n[journey.y]\nentry = \"s\"\narrivals = \"8/s\"\npriority = 1";
        let text = format!(
            "[component.s]\nkind = \"station\"\nservers = {servers}\ndiscipline = \"{discipline}\"\nwork.x = \"{}\"\nwork.y = \"{}\"",
            ms[0], ms[1]
        );
        let model = scenario(journeys, &text);
        let flow = flow::solve(&model, 0);
        (component(&model, &flow, "s").wait_s.mean.clone(), component(&model, &flow, "s").queue_mean.clone())
    };
    let rates = [6.0, 8.0];
    for (servers, work, discipline, name) in [
        (1, [0.06, 0.02], "preemptive", "M/G/1 preemptive resume"),
        (1, [0.02, 0.05], "non-preemptive", "M/G/1 priority, Cobham"),
        (2, [0.09, 0.09], "preemptive", "M/M/c preemptive resume, by classes merged"),
    ] {
        let (wait, queue) = of(servers, work, discipline);
        let truth = ranked(servers, rates, work, discipline == "preemptive");
        seen.exact(&wait, name, truth, 1e-4);
        seen.exact(&queue, name, truth * 14.0, 1e-4);
    }
    // Several servers, one mean, nobody interrupted: as many wait as in order of arrival.
    let (wait, _) = of(2, [0.09, 0.09], "non-preemptive");
    let p = line(300, |_| 14.0, |n| n.min(2) as f64 / 0.09);
    let truth = mean(&p, |n| n.saturating_sub(2) as f64) / 14.0;
    seen.exact(&wait, "M/M/c priority, Kella-Yechiali", truth, 1e-9);
    // Two means at two servers: no closed form, and it says so.
    let (wait, _) = of(2, [0.12, 0.04], "preemptive");
    let truth = ranked(2, rates, [0.12, 0.04], true);
    assert!((approximate(&wait) / truth - 1.0).abs() < 0.15, "{wait:?} {truth}");
}

fn batches(seen: &mut Seen) {
    // Threes: the chain of the number inside.
    for (servers, name) in [(1, "M[X]/G/1, exact"), (2, "M[X]/M/c, by the crossing of levels")] {
        let station = format!("servers = {servers}\nwork = \"exponential(mean=100ms)\"");
        let rate = 6.0 * f64::from(servers);
        let model = to_station(rate, "process = \"batch(mean=3)\"", &station);
        let flow = flow::solve(&model, 0);
        let n = 300;
        let mut moves = Vec::new();
        for k in 0..n {
            if k + 3 < n {
                moves.push((k, k + 3, rate / 3.0));
            }
            if k > 0 {
                moves.push((k, k - 1, (k as f64).min(f64::from(servers)) / 0.1));
            }
        }
        let p = steady(n, &moves);
        let inside = mean(&p, |k| k as f64);
        let s = component(&model, &flow, "s");
        seen.exact(&s.wait_s.mean, name, inside / rate - 0.1, 1e-6);
        seen.exact(&s.empty_probability, name, p[0], 1e-6);
    }
}

fn parallel(seen: &mut Seen) {
    let journey_text = "[journey.j]\nentry = \"c\"\narrivals = \"6/s\"\nsteps.c = [[\"a\", \"b\"]]";
    let queue = |id: &str, ms: f64| {
        format!("[component.{id}]\nkind = \"station\"\nservers = 1\nwork = \"exponential(mean={ms}ms)\"\n")
    };
    let model = scenario(journey_text, &(queue("a", 80.0) + &queue("b", 80.0)));
    let flow = flow::solve(&model, 0);
    // By Little's law: requests that are still at one of the two, the larger number.
    let n = 40;
    let mut moves = Vec::new();
    for a in 0..n {
        for b in 0..n {
            if a + 1 < n && b + 1 < n {
                moves.push((a * n + b, (a + 1) * n + b + 1, 6.0));
            }
            if a > 0 {
                moves.push((a * n + b, (a - 1) * n + b, 12.5));
            }
            if b > 0 {
                moves.push((a * n + b, a * n + b - 1, 12.5));
            }
        }
    }
    let p = steady(n * n, &moves);
    let truth = mean(&p, |i| (i / n).max(i % n) as f64) / 6.0;
    let name = "two-way fork-join of equal M/M/1, Flatto-Hahn and Nelson-Tantawi";
    seen.exact(&journey(&model, &flow, "j").response_s.mean, name, truth, 1e-4);
    // Unequal ones: independent branches, an upper bound, and said to be approximate.
    let model = scenario(journey_text, &(queue("a", 80.0) + &queue("b", 100.0)));
    approximate(&journey(&model, &flow::solve(&model, 0), "j").response_s.mean);
}

/// Throughput of `users` who think `think` seconds, and mean number of an open stream of `rate`, at one server of `work`.
fn mixed_chain(users: usize, think: f64, rate: f64, work: f64) -> (f64, f64) {
    let n = 70;
    let mut moves = Vec::new();
    for a in 0..=users {
        for b in 0..n {
            let all = (a + b) as f64;
            let here = a * n + b;
            if a < users {
                moves.push((here, here + n, (users - a) as f64 / think));
            }
            if b + 1 < n {
                moves.push((here, here + 1, rate));
            }
            if a > 0 {
                moves.push((here, here - n, a as f64 / all / work));
            }
            if b > 0 {
                moves.push((here, here - 1, b as f64 / all / work));
            }
        }
    }
    let p = steady((users + 1) * n, &moves);
    (mean(&p, |i| (users - i / n) as f64) / think, mean(&p, |i| (i % n) as f64))
}

fn closed(seen: &mut Seen) {
    let journeys = "[journey.x]\nentry = \"s\"\npopulation = 4\nthink = \"exponential(mean=400ms)\"\n[journey.y]\nentry = \"s\"\narrivals = \"3/s\"";
    let station = |servers: u32| {
        format!("[component.s]\nkind = \"station\"\nservers = {servers}\nwork = \"exponential(mean=100ms)\"")
    };
    let model = scenario(journeys, &station(1));
    let flow = flow::solve(&model, 0);
    let (throughput, open) = mixed_chain(4, 0.4, 3.0, 0.1);
    let x = journey(&model, &flow, "x");
    seen.exact(&x.throughput_per_s, "exact MVA", throughput, 1e-6);
    seen.exact(&x.response_s.mean, "exact MVA", 4.0 / throughput - 0.4, 1e-6);
    let open_mean = approximate(&journey(&model, &flow, "y").response_s.mean);
    assert!((open_mean / (open / 3.0) - 1.0).abs() < 1e-6, "{open_mean} {open}");
    // Beside an open stream at several servers the closed form is gone, and so is the word.
    let model = scenario(journeys, &station(2));
    let flow = flow::solve(&model, 0);
    approximate(&journey(&model, &flow, "x").throughput_per_s);
    // What it is called by the traffic behind it follows.
    approximate(&component(&model, &flow, "s").arrivals_per_s);
    approximate(&component(&model, &flow, "s").utilisation);
}

fn plain_sums(seen: &mut Seen) {
    let text = "[component.a]\nkind = \"station\"\nlatency = \"20ms\"\n[component.s]\nkind = \"station\"\nservers = 1\nwork = \"exponential(mean=50ms)\"\n[component.t]\nkind = \"station\"\nservers = 2\nwork = \"exponential(mean=50ms)\"";
    let model = scenario(
        "[journey.j]\nentry = \"c\"\narrivals = \"10/s\"\nsteps.c = [\"a\", \"s\", \"t 50% x2\"]",
        text,
    );
    let flow = flow::solve(&model, 0);
    let (s, j) = (component(&model, &flow, "s"), journey(&model, &flow, "j"));
    seen.exact(&s.arrivals_per_s, "traffic equations", 10.0, 1e-12);
    seen.exact(&s.utilisation, "utilisation law", 0.5, 1e-12);
    seen.exact(&s.in_system_mean, "Little's law", 1.0, 1e-9);
    seen.exact(&j.error_ratio, "nothing fails in this model at this load", 0.0, 0.0);
    seen.exact(&j.arrivals_per_s, "as stated", 10.0, 0.0);
    // Ten a second for 20 ms each: Poisson with mean 0.2.
    let none = component(&model, &flow, "a").empty_probability.clone();
    seen.exact(&none, "delay, no queue", (-0.2_f64).exp(), 1e-12);
    let two = component(&model, &flow, "t");
    // Twice half the time, ten a second, at two servers of 50 ms: 0.05 / (1 - 1/16) each.
    if two.response_s.mean.kind == FigureKind::Exact {
        assert!((two.response_s.mean.value.unwrap() - 0.05 / (1.0 - 0.0625)).abs() < 1e-9);
    }
    // One after the other, all Poisson: a tandem of M/M/1 (Jackson).
    let model = scenario(
        "[journey.j]\nentry = \"c\"\narrivals = \"10/s\"\nsteps.c = [\"s\"]\nsteps.s = [\"t\"]",
        "[component.s]\nkind = \"station\"\nservers = 1\nwork = \"exponential(mean=50ms)\"\n[component.t]\nkind = \"station\"\nservers = 1\nwork = \"exponential(mean=20ms)\"",
    );
    let flow = flow::solve(&model, 0);
    let sum = 0.05 / 0.5 + 0.02 / 0.8;
    seen.exact(&journey(&model, &flow, "j").response_s.mean, "sum of exact means along the path", sum, 1e-9);
}

#[test]
fn all_that_is_called_exact_is_exact() {
    let mut seen = Seen::default();
    for cases in [single_queues, constant_patience, priorities, batches, parallel, closed, plain_sums] {
        cases(&mut seen);
    }
    let text = include_str!("../../src/text/flow.rs");
    let names = text.split("exact(\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let missing: Vec<&str> = names.filter(|name| !seen.0.contains(*name)).collect();
    assert!(missing.is_empty(), "called exact, and without a case here: {missing:?}");
}
