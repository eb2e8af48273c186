//! The worker: works a job off in bounded steps and yields between them through a message channel, so that a newer job
//! or a cancel arrives within one step. The same program helps another worker with single replications.

use super::pool::Pool;
use crate::job::part::Helper;
use crate::job::question::Asking;
use crate::job::running::{Running, Step};
use crate::job::{Budget, Job, Reply};
use gloo_worker::{HandlerId, Registrable, Worker, WorkerScope};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{MessageChannel, MessagePort};

/// Longest step, milliseconds.
const STEP_MS: f64 = 20.0;
/// The same for a question: each step of a search begins with a walk through all that it knows.
const ASKING_MS: f64 = 200.0;
/// Time between two reports of progress, milliseconds.
const REPORT_MS: f64 = 100.0;
/// Events of the first step; later ones follow the clock.
const FIRST_EVENTS: u64 = 2_000;

/// Answers jobs, one at a time: a newer one replaces the one under way.
pub struct Engine {
    running: Option<(Running, HandlerId)>,
    asking: Option<(Asking, HandlerId)>,
    pool: Option<Pool>,
    helper: Helper,
    /// Who is helped.
    helped: Option<HandlerId>,
    events: u64,
    reported: f64,
    tick: Option<MessagePort>,
    ticking: bool,
    _on_tick: Closure<dyn FnMut()>,
}

/// What the worker tells itself.
pub enum Note {
    /// The next step.
    Tick,
    /// A helper said something.
    Said(usize, Reply),
}

impl Engine {
    fn schedule(&mut self) {
        if let (false, Some(port)) = (self.ticking, &self.tick) {
            self.ticking = port.post_message(&JsValue::NULL).is_ok();
        }
    }

    /// One step of the job under way.
    fn lead(&mut self, scope: &WorkerScope<Self>) {
        let Some((running, id)) = &mut self.running else { return };
        let (id, events) = (*id, self.events);
        if let Some(pool) = &mut self.pool {
            pool.feed(running);
        }
        let start = js_sys::Date::now();
        let step = running.step(Budget { events });
        match step {
            Step::More(progress) => {
                self.pace(start, STEP_MS);
                if self.is_time() {
                    scope.respond(id, progress);
                }
                self.schedule();
            }
            Step::Done(reply) => {
                self.running = None;
                self.pool.iter_mut().for_each(Pool::rest);
                scope.respond(id, reply);
            }
        }
    }

    /// One step of the question under way.
    fn answer(&mut self, scope: &WorkerScope<Self>) {
        let Some((asking, id)) = &mut self.asking else { return };
        let id = *id;
        let start = js_sys::Date::now();
        match asking.step(Budget { events: self.events }) {
            Step::More(progress) => {
                self.pace(start, ASKING_MS);
                scope.respond(id, progress);
                self.schedule();
            }
            Step::Done(reply) => {
                self.asking = None;
                scope.respond(id, reply);
            }
        }
    }

    /// One step of a replication of somebody else's job.
    fn help(&mut self, scope: &WorkerScope<Self>) {
        let Some(id) = self.helped else { return };
        let start = js_sys::Date::now();
        match self.helper.step(Budget { events: self.events }) {
            Some(progress @ Reply::Progress { .. }) => {
                self.pace(start, STEP_MS);
                if self.is_time() {
                    scope.respond(id, progress);
                }
                self.schedule();
            }
            Some(reply) => scope.respond(id, reply),
            None => {}
        }
    }

    /// Makes the next step about as long as a step should be, ms.
    fn pace(&mut self, start: f64, length: f64) {
        let factor = (length / (js_sys::Date::now() - start).max(1.0)).clamp(0.25, 4.0);
        self.events = ((self.events as f64 * factor) as u64).max(64);
    }

    /// Whether to report again.
    fn is_time(&mut self) -> bool {
        let now = js_sys::Date::now();
        let due = now - self.reported >= REPORT_MS;
        if due {
            self.reported = now;
        }
        due
    }
}

impl Worker for Engine {
    type Message = Note;
    type Input = Job;
    type Output = Reply;

    fn create(scope: &WorkerScope<Self>) -> Self {
        let scope = scope.clone();
        let on_tick = Closure::<dyn FnMut()>::new(move || scope.send_message(Note::Tick));
        let channel = MessageChannel::new().ok();
        if let Some(channel) = &channel {
            channel.port1().set_onmessage(Some(on_tick.as_ref().unchecked_ref()));
        }
        Self {
            running: None,
            asking: None,
            pool: None,
            helper: Helper::default(),
            helped: None,
            events: FIRST_EVENTS,
            reported: 0.0,
            tick: channel.map(|channel| channel.port2()),
            ticking: false,
            _on_tick: on_tick,
        }
    }

    fn update(&mut self, scope: &WorkerScope<Self>, note: Note) {
        match note {
            Note::Tick => {
                self.ticking = false;
                if self.running.is_some() {
                    self.lead(scope)
                } else if self.asking.is_some() {
                    self.answer(scope)
                } else {
                    self.help(scope)
                }
            }
            Note::Said(nth, reply) => {
                let running = self.running.as_mut().map(|(running, _)| running);
                if let Some(pool) = &mut self.pool {
                    pool.hear(nth, reply, running);
                }
            }
        }
    }

    fn received(&mut self, scope: &WorkerScope<Self>, job: Job, id: HandlerId) {
        match job {
            Job::Stop => {
                self.helper.stop();
                self.asking = None;
                self.pool.iter_mut().for_each(Pool::rest);
                if let Some((mut running, id)) = self.running.take() {
                    scope.respond(id, running.stop());
                }
                return;
            }
            Job::Help(part) => {
                self.helped = Some(id);
                self.helper.start(*part);
            }
            Job::Ask { revision, files, tier, question } => {
                self.asking = Some((Asking::start(revision, files, tier, question), id));
                self.events = FIRST_EVENTS;
            }
            job @ Job::Assess { .. } => {
                self.running = Some((Running::start(job), id));
                self.pool.get_or_insert_with(|| Pool::start(scope));
                self.events = FIRST_EVENTS;
            }
        }
        self.schedule();
    }
}

/// Starts answering jobs.
pub fn main() {
    console_error_panic_hook::set_once();
    Engine::registrar().register();
}
