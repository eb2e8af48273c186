//! What a solved load does, as rates per second and distributions of times: what can be added up and mixed over hours.

use super::compiled::Compiled;
use super::figures::cache_hits;
use super::mix::Mix;
use super::moments::{Moments, Wait};
use super::shapes::response;
use super::solution::{Causes, Solution, total};
use super::tail::{Tail, tail};
use super::visits::reach;
use super::why::{hides, trouble};
use crate::text::flow as words;
use std::sync::Arc;

/// What the system does in a stretch.
#[derive(Clone, Debug)]
pub struct State {
    /// By journey.
    pub journeys: Vec<JourneyState>,
    /// By component.
    pub components: Vec<ComponentState>,
    /// Visits to components and requests, per second: what a simulation of it has to do.
    pub visits: f64,
}

/// A journey in a stretch.
#[derive(Clone, Debug)]
pub struct JourneyState {
    /// Requests per second.
    pub rate: f64,
    /// Share of them that fails, by cause.
    pub causes: Causes,
    /// Requests answered per second.
    pub throughput: f64,
    /// Time of those answered.
    pub response: Shape,
    /// Time until the first token, where something streams.
    pub first: Option<Shape>,
    /// Calls and attempts per second.
    pub calls: (f64, f64),
    /// Why it is unknown, when it is.
    pub why: Option<&'static str>,
}

/// A component in a stretch.
#[derive(Clone, Copy, Debug)]
pub struct ComponentState {
    /// Requests per second.
    pub arrivals: f64,
    /// Requests answered per second.
    pub answered: f64,
    /// Busy servers.
    pub busy: f64,
    /// Servers; `None`: without limit.
    pub servers: Option<f64>,
    /// Wait of those served.
    pub wait: Wait,
    /// Time of those answered.
    pub response: Moments,
    /// Mean number waiting.
    pub queue: f64,
    /// Share turned away by a full queue, and share that gives up.
    pub refused: (f64, f64),
    /// Replicas.
    pub replicas: f64,
    /// Look-ups and hits per second.
    pub lookups: (f64, f64),
    /// Requests waiting at the end of the stretch that it could not carry.
    pub backlog: f64,
    /// Why it is unknown, when it is.
    pub why: Option<&'static str>,
}

/// A distribution of times.
#[derive(Clone, Debug)]
pub struct Shape {
    moments: Moments,
    known: Known,
}

/// What is known beyond mean and variance.
#[derive(Clone, Debug)]
enum Known {
    Moments,
    Tail(Tail),
    Mix(Arc<Mix>),
}

impl Shape {
    /// The gamma with these moments.
    pub fn gamma(moments: Moments) -> Self {
        Self { moments, known: Known::Moments }
    }

    fn mix(moments: Moments, mix: Option<Mix>) -> Self {
        Self { moments, known: mix.map_or(Known::Moments, |mix| Known::Mix(Arc::new(mix))) }
    }

    /// Mean and variance.
    pub fn moments(&self) -> Moments {
        self.moments
    }

    /// Chance that it is at most `limit` seconds.
    pub fn within(&self, limit: f64) -> f64 {
        match &self.known {
            Known::Moments => self.moments.within(limit),
            Known::Tail(tail) => tail.within(limit),
            Known::Mix(mix) => mix.within(limit),
        }
    }

    /// Its quantile, seconds.
    pub fn quantile(&self, q: f64) -> f64 {
        match &self.known {
            Known::Moments => self.moments.quantile(q),
            Known::Tail(tail) => tail.quantile(q),
            Known::Mix(mix) => mix.quantile(q),
        }
    }
}

/// Of a solved load; `waiting` are the requests left over at its end, by component.
pub fn state(all: &Compiled, s: &Solution, waiting: Option<&[f64]>) -> State {
    let hits = cache_hits(all, s);
    let journeys: Vec<JourneyState> = (0..all.journeys.len()).map(|j| journey(all, s, j)).collect();
    let components = (0..all.n_components)
        .map(|c| {
            let visited = |n: &&u32| s.nodes[**n as usize].visits > 0.0;
            let of = |n: &u32| &journeys[all.nodes[*n as usize].journey as usize];
            // Only what is unknown by design hides a component: its queue can be known where a response is not.
            let why = all.nodes_of(c).iter().filter(visited).find_map(|n| of(n).why.filter(|w| hides(w)));
            ComponentState {
                backlog: waiting.map_or(0.0, |w| w[c]),
                lookups: hits[c],
                why,
                ..component(all, s, c)
            }
        })
        .collect();
    let requests: f64 = s.rates.iter().sum();
    let visits = requests + s.nodes.iter().map(|n| n.arrivals).sum::<f64>();
    State { journeys, components, visits }
}

fn journey(all: &Compiled, s: &Solution, j: usize) -> JourneyState {
    let compiled = &all.journeys[j];
    let rate = s.rates[j];
    let why = trouble(all, s, j).filter(|why| *why != words::ALL_FAIL);
    let Some(entry) = s.entry(all, j) else {
        let response = Shape::gamma(Moments::ZERO);
        return JourneyState {
            rate,
            causes: [0.0; 5],
            throughput: 0.0,
            response,
            first: None,
            calls: (0.0, 0.0),
            why,
        };
    };
    let (ok, first) = response(all, s, j).map_or((None, None), |shape| (Some(shape.ok), shape.first));
    JourneyState {
        rate,
        causes: entry.causes,
        throughput: rate * (1.0 - total(&entry.causes)) * entry.passes,
        response: match tail(all, s, compiled) {
            Some(tail) => Shape { moments: entry.ok, known: Known::Tail(tail) },
            None => Shape::mix(entry.ok, ok),
        },
        first: entry.first.filter(|_| compiled.streams).map(|f| Shape::mix(f, first)),
        calls: calls(all, s, j),
        why,
    }
}

/// Calls and attempts per second of a journey.
fn calls(all: &Compiled, s: &Solution, j: usize) -> (f64, f64) {
    let (mut calls, mut attempts) = (0.0, 0.0);
    for n in all.journeys[j].nodes.clone() {
        let (node, state) = (&all.nodes[n as usize], &s.nodes[n as usize]);
        let mut left = state.arrivals * state.runs;
        for group in node.groups.clone() {
            let mut ok = 1.0;
            for branch in all.group(group) {
                let reach = reach(branch, all, &s.legs);
                let made = left * branch.probability;
                ok *= 1.0 - branch.probability * (1.0 - reach.ok);
                let miss = branch.miss.map(|m| (m.1, reach.miss));
                for (leg, per) in [Some((branch.leg, reach.first)), miss].into_iter().flatten() {
                    calls += made * per;
                    attempts += made * per * s.legs[leg as usize].attempts;
                }
            }
            left *= ok;
        }
    }
    (calls, attempts)
}

fn component(all: &Compiled, s: &Solution, c: usize) -> ComponentState {
    let desk = &s.desks[c];
    let servers = all.stations[c].as_ref().and_then(|d| d.full);
    let (mut answered, mut passed, mut first, mut second) = (0.0, 0.0, 0.0, 0.0);
    for n in all.nodes_of(c) {
        let node = &s.nodes[*n as usize];
        let rate = node.arrivals * (1.0 - total(&node.causes));
        if rate > 0.0 {
            answered += rate;
            passed += rate * node.passes;
            first += rate * node.ok.mean;
            second += rate * node.ok.second();
        }
    }
    let response = if answered > 0.0 {
        Moments::from_second(first / answered, second / answered)
    } else {
        Moments::ZERO
    };
    ComponentState {
        arrivals: desk.arrivals,
        answered: passed,
        busy: desk.busy,
        servers: servers.map(|n| n * f64::from(desk.replicas)),
        wait: desk.wait,
        response,
        queue: desk.queue,
        refused: (desk.blocked, desk.abandoned),
        replicas: f64::from(desk.replicas),
        lookups: (0.0, 0.0),
        backlog: 0.0,
        why: None,
    }
}
