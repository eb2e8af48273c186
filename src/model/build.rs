//! Small models by hand, for tests of the engines: one line per component, journey and call. Scenarios go through
//! `scenario::lower` instead.

use super::call::Call;
use super::failure::Failure;
use super::station::{Balance, Branch, Discipline, Program, Replica, Servers, Station};
use super::usage::Works;
use super::workload::{Arrivals, Journey, Process, Profile};
use super::{CallIx, Component, ComponentIx, JourneyIx, Model, Tier};
use crate::diag::Span;
use crate::stats::distribution::Distribution;
use crate::text::Phrase;
use crate::units::{HOURS_PER_WEEK, Probability, Rate};

/// A model without anything in it.
pub fn empty() -> Model {
    Model {
        name: Phrase::same("test"),
        tier: Tier {
            id: "base".to_owned(),
            name: Phrase::same("base"),
            tenants: 1.0,
            users: 1.0,
            claims: Vec::new(),
            at: Span::default(),
        },
        graph: petgraph::graph::DiGraph::default(),
        journeys: Vec::new(),
        profile: Profile { name: "always".to_owned(), active: [1.0; HOURS_PER_WEEK], spikes: Vec::new() },
        zones: Vec::new(),
        regions: Vec::new(),
        providers: Vec::new(),
        faults: Vec::new(),
        backups: Vec::new(),
        procedures: Vec::new(),
        roadmap: Default::default(),
        controls: Vec::new(),
        quotes: Vec::new(),
        pipelines: Vec::new(),
        releases: Vec::new(),
        alerts: Vec::new(),
        operations: Default::default(),
        own_facts: Default::default(),
        rough: false,
        objectives: Vec::new(),
        downtime_cost: None,
        prices: "aws-list".to_owned(),
        currency: crate::units::Currency::JPY,
        books: Vec::new(),
        assumptions: Vec::new(),
        findings: Vec::new(),
        unstated: Vec::new(),
    }
}

/// `replicas` queues with `servers` servers each, the same `work` for every journey.
pub fn station(replicas: usize, servers: u32, work: Distribution) -> Station {
    Station {
        replicas: vec![Replica { zone: None, active: true }; replicas],
        servers: Servers::Count(servers),
        last: 1.0,
        slots: None,
        queue: None,
        patience: None,
        cpu: 1.0,
        scaling: None,
        work: vec![Some(work)],
        latency: vec![None],
        stream: vec![None],
        programs: vec![Program::default()],
        discipline: Discipline::Fifo,
        balance: Balance::RoundRobin,
        health: None,
        limits: Vec::new(),
        gives_up: None,
        connections: None,
        speeds: Vec::new(),
        error_ratio: Probability::ZERO,
        popularity: None,
        guard: None,
    }
}

/// Infinitely many servers: every request takes `latency`.
pub fn delay(latency: Distribution) -> Station {
    let none = station(1, 1, Distribution::Constant(0.0));
    Station { servers: Servers::Infinite, work: vec![None], latency: vec![Some(latency)], ..none }
}

/// Adds a component that serves by this station. The station's per-journey lists must have one entry (the same for every
/// journey) or one per journey; add all journeys before programs are filled in.
pub fn component(model: &mut Model, id: &str, station: Station) -> ComponentIx {
    model.graph.add_node(Component {
        id: id.to_owned(),
        name: Phrase::same(id),
        kind: "station",
        on: None,
        station: Some(station),
        failure: Failure::default(),
        failure_facts: Vec::new(),
        restore: Default::default(),
        credits: None,
        pods: None,
        nodes: None,
        usages: Vec::new(),
        works: Works::default(),
        facts: Vec::new(),
        at: Span::default(),
    })
}

/// Adds a journey with Poisson arrivals at `per_second`, and gives every station an entry for it.
pub fn journey(model: &mut Model, id: &str, entry: ComponentIx, per_second: f64) -> JourneyIx {
    let ix = JourneyIx(model.journeys.len() as u16);
    model.journeys.push(Journey {
        id: id.to_owned(),
        name: Phrase::same(id),
        entry,
        arrivals: Arrivals::Fixed(Rate::per_second(per_second)),
        process: Process::Poisson,
        priority: 0,
        bytes_out: 0.0,
        bytes_in: 0.0,
        at: Span::default(),
    });
    let n = model.journeys.len();
    for component in model.graph.node_weights_mut() {
        if let Some(station) = &mut component.station {
            repeat_last(&mut station.work, n);
            repeat_last(&mut station.latency, n);
            repeat_last(&mut station.stream, n);
            station.programs.resize(n, Program::default());
        }
        component.works.bytes_in.resize(n, None);
        component.works.bytes_out.resize(n, None);
    }
    ix
}

fn repeat_last<T: Clone>(list: &mut Vec<T>, n: usize) {
    while list.len() < n {
        let last = list.last().expect("a station starts with one entry").clone();
        list.push(last);
    }
}

/// `from` calls `to` once, as a next step of its sequence for `journey`. Change the policy through the returned index.
pub fn call(model: &mut Model, journey: JourneyIx, from: ComponentIx, to: ComponentIx) -> CallIx {
    let call = match model.graph.find_edge(from, to) {
        Some(call) => call,
        None => model.graph.add_edge(from, to, Call::default()),
    };
    let branch = Branch { call, probability: Probability::ONE, count: 1, miss: None };
    let station = model.graph[from].station.as_mut().expect("only stations call");
    station.programs[journey.0 as usize].steps.push(vec![branch]);
    call
}
