//! The worker: works a job off in bounded steps and yields between them through a message channel, so that a newer job
//! or a cancel arrives within one step.

use crate::job::running::{Running, Step};
use crate::job::{Budget, Job, Reply};
use gloo_worker::{HandlerId, Registrable, Worker, WorkerScope};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{MessageChannel, MessagePort};

/// Longest step, milliseconds.
const STEP_MS: f64 = 40.0;
/// Time between two reports of progress, milliseconds.
const REPORT_MS: f64 = 100.0;
/// Events of the first step; later ones follow the clock.
const FIRST_EVENTS: u64 = 2_000;

/// Answers jobs, one at a time: a newer one replaces the one under way.
pub struct Engine {
    running: Option<(Running, HandlerId)>,
    events: u64,
    reported: f64,
    tick: Option<MessagePort>,
    ticking: bool,
    _on_tick: Closure<dyn FnMut()>,
}

impl Engine {
    fn schedule(&mut self) {
        if let (false, Some(port)) = (self.ticking, &self.tick) {
            self.ticking = port.post_message(&JsValue::NULL).is_ok();
        }
    }
}

impl Worker for Engine {
    type Message = ();
    type Input = Job;
    type Output = Reply;

    fn create(scope: &WorkerScope<Self>) -> Self {
        let scope = scope.clone();
        let on_tick = Closure::<dyn FnMut()>::new(move || scope.send_message(()));
        let channel = MessageChannel::new().ok();
        if let Some(channel) = &channel {
            channel.port1().set_onmessage(Some(on_tick.as_ref().unchecked_ref()));
        }
        let tick = channel.map(|channel| channel.port2());
        Self { running: None, events: FIRST_EVENTS, reported: 0.0, tick, ticking: false, _on_tick: on_tick }
    }

    fn update(&mut self, scope: &WorkerScope<Self>, (): ()) {
        self.ticking = false;
        let Some((running, id)) = &mut self.running else { return };
        let id = *id;
        let start = js_sys::Date::now();
        let step = running.step(Budget { events: self.events });
        let now = js_sys::Date::now();
        let factor = (STEP_MS / (now - start).max(1.0)).clamp(0.25, 4.0);
        self.events = ((self.events as f64 * factor) as u64).max(64);
        match step {
            Step::More(progress) => {
                if now - self.reported >= REPORT_MS {
                    self.reported = now;
                    scope.respond(id, progress);
                }
                self.schedule();
            }
            Step::Done(reply) => {
                self.running = None;
                scope.respond(id, reply);
            }
        }
    }

    fn received(&mut self, scope: &WorkerScope<Self>, job: Job, id: HandlerId) {
        if job == Job::Stop {
            if let Some((mut running, id)) = self.running.take() {
                scope.respond(id, running.stop());
            }
            return;
        }
        self.running = Some((Running::start(job), id));
        self.events = FIRST_EVENTS;
        self.schedule();
    }
}

/// Starts answering jobs.
pub fn main() {
    console_error_panic_hook::set_once();
    Engine::registrar().register();
}
