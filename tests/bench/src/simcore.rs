//! The jobs on simcore 0.1: one handler per station, events boxed and dispatched by its own loop. The first station
//! draws the gaps between arrivals itself, which saves the peer one event per request; a hop is an event without delay.

use crate::jobs::{Job, Random, Run};
use ::simcore::{Event, EventHandler, Id, Simulation, SimulationContext, cast};
use serde::Serialize;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

/// A request comes in from outside.
#[derive(Clone, Serialize)]
struct Arrival {}

/// A request comes from another station.
#[derive(Clone, Serialize)]
struct Hop {}

/// A service ends.
#[derive(Clone, Serialize)]
struct Served {}

struct Shared {
    random: Random,
    sent: u64,
    events: u64,
    wait: f64,
}

struct Desk {
    job: &'static Job,
    at: usize,
    busy: u32,
    line: VecDeque<f64>,
    context: SimulationContext,
    desks: Rc<RefCell<Vec<Id>>>,
    shared: Rc<RefCell<Shared>>,
}

impl Desk {
    fn enter(&mut self) {
        let station = &self.job.stations[self.at];
        if self.busy < station.servers {
            self.busy += 1;
            self.serve();
        } else {
            self.line.push_back(self.context.time());
        }
    }

    fn serve(&self) {
        let service = self.shared.borrow_mut().random.exponential(self.job.stations[self.at].mean_s);
        self.context.emit_self(Served {}, service);
    }
}

impl EventHandler for Desk {
    fn on(&mut self, event: Event) {
        cast!(match event.data {
            Arrival {} => {
                let mut shared = self.shared.borrow_mut();
                shared.events += 1;
                shared.sent += 1;
                if shared.sent < self.job.requests {
                    let gap = shared.random.exponential(1.0 / self.job.per_s);
                    self.context.emit_self(Arrival {}, gap);
                }
                drop(shared);
                self.enter();
            }
            Served {} => {
                let onward = {
                    let mut shared = self.shared.borrow_mut();
                    shared.events += 1;
                    self.job.onward(self.at, || shared.random.uniform())
                };
                if let Some(since) = self.line.pop_front() {
                    self.shared.borrow_mut().wait += self.context.time() - since;
                    self.serve();
                } else {
                    self.busy -= 1;
                }
                if let Some(next) = onward {
                    let to = self.desks.borrow()[next];
                    self.context.emit_now(Hop {}, to);
                }
            }
            Hop {} => {
                self.enter();
            }
        })
    }
}

/// Runs the job once.
pub fn run(job: &'static Job, seed: u64) -> Run {
    let mut simulation = Simulation::new(seed);
    let desks = Rc::new(RefCell::new(Vec::new()));
    let shared = Rc::new(RefCell::new(Shared { random: Random::new(seed), sent: 0, events: 0, wait: 0.0 }));
    for (at, station) in job.stations.iter().enumerate() {
        let context = simulation.create_context(station.name);
        let (desks, shared) = (desks.clone(), shared.clone());
        let desk = Desk { job, at, busy: 0, line: VecDeque::new(), context, desks: desks.clone(), shared };
        let id = simulation.add_handler(station.name, Rc::new(RefCell::new(desk)));
        desks.borrow_mut().push(id);
    }
    let outside = simulation.create_context("outside");
    let first = shared.borrow_mut().random.exponential(1.0 / job.per_s);
    outside.emit(Arrival {}, desks.borrow()[0], first);
    simulation.step_until_no_events();
    let shared = shared.borrow();
    let requests = shared.sent as f64;
    Run { requests, events: shared.events as f64, wait_s: shared.wait / requests, cpu_s: 0.0 }
}
