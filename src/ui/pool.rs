//! The helpers of the worker: workers of the same program, started by the worker itself, that run single replications of
//! its job. A helper that never starts or is lost costs time only: the job takes back what it does not bring.

use super::worker::{Engine, Note};
use crate::job::running::Running;
use crate::job::{Job, Reply};
use gloo_worker::{Spawnable, WorkerBridge, WorkerScope};
use js_sys::{Reflect, global};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::WorkerGlobalScope;

/// Most workers, the leading one included. Our choice: a job has ten replications, and every worker holds its own memory.
const MOST: usize = 8;

/// All helpers.
pub struct Pool {
    hands: Vec<Hand>,
}

struct Hand {
    worker: WorkerBridge<Engine>,
    /// Whether it has ever said a word. Until then it is sent one message only, so that nothing piles up before a helper
    /// that does not start.
    alive: bool,
    /// Job, study and replication that it was sent.
    lent: Option<(u64, u32, u32)>,
}

impl Pool {
    /// Starts the helpers: one less than there are processors, or than the worker's address asks for (`workers=2`).
    pub fn start(scope: &WorkerScope<Engine>) -> Self {
        let Some(me) = global().dyn_into::<WorkerGlobalScope>().ok().filter(|_| can_start()) else {
            return Self { hands: Vec::new() };
        };
        let address = me.location().href();
        let workers = asked(&address).unwrap_or(me.navigator().hardware_concurrency() as usize);
        let hire = |nth: usize| {
            let scope = scope.clone();
            let worker = Engine::spawner()
                .callback(move |reply| scope.send_message(Note::Said(nth, reply)))
                .as_module(false)
                .with_loader(true)
                .spawn(&address);
            Hand { worker, alive: false, lent: None }
        };
        Self { hands: (1..workers.clamp(1, MOST)).enumerate().map(|(nth, _)| hire(nth)).collect() }
    }

    /// Gives every helper that has nothing useful to do a replication, as long as there are some to spare.
    pub fn feed(&mut self, running: &mut Running) {
        for hand in &mut self.hands {
            if hand.lent.is_some_and(|(job, study, replication)| running.wants(job, study, replication)) {
                continue;
            }
            if hand.lent.is_some() && !hand.alive {
                continue;
            }
            match running.lend() {
                Some(part) => {
                    hand.lent = Some((part.revision, part.study, part.replication));
                    hand.worker.send(Job::Help(Box::new(part)));
                }
                None => hand.rest(),
            }
        }
    }

    /// Takes what a helper says.
    pub fn hear(&mut self, nth: usize, reply: Reply, running: Option<&mut Running>) {
        let Some(hand) = self.hands.get_mut(nth) else { return };
        hand.alive = true;
        let Some(lent @ (_, study, replication)) = hand.lent else { return };
        if let Reply::Helped { revision, study, fragment } = &reply
            && (*revision, *study, fragment.replication) == lent
        {
            hand.lent = None;
        }
        if let Some(running) = running {
            running.hear((study, replication), reply);
        }
    }

    /// Lets every helper drop what it does.
    pub fn rest(&mut self) {
        self.hands.iter_mut().for_each(Hand::rest);
    }
}

impl Hand {
    fn rest(&mut self) {
        if self.alive && self.lent.take().is_some() {
            self.worker.send(Job::Stop);
        }
    }
}

/// Whether a worker can start workers here.
fn can_start() -> bool {
    Reflect::has(&global(), &JsValue::from_str("Worker")).unwrap_or(false)
}

/// The number of workers that an address asks for: `?workers=1`.
pub fn asked(address: &str) -> Option<usize> {
    let query = address.split_once('?')?.1;
    query.split(['&', '#']).find_map(|part| part.strip_prefix("workers="))?.parse().ok()
}
