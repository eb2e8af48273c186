//! The bridge to the worker: sends what the screen wants, takes what comes back. A reply whose stamp nobody waits for is
//! kept under its stamp all the same: undoing an edit finds it again.

use super::pool;
use super::results::{self, Cause, Length, Run, Wanted};
use super::session::Session;
use super::worker::Engine;
use crate::job::{Job, Reply};
use gloo::timers::callback::Timeout;
use gloo_worker::{Spawnable, WorkerBridge};
use leptos::prelude::*;

/// How long an edit rests before it is simulated.
const REST_MS: u32 = 250;
/// A busy worker that says nothing for so long is taken for lost.
const PATIENCE_MS: u32 = 30_000;

/// The page's end of the worker.
#[derive(Clone, Copy)]
pub struct Bridge {
    session: Session,
    worker: StoredValue<Option<WorkerBridge<Engine>>, LocalStorage>,
    rest: StoredValue<Option<Timeout>, LocalStorage>,
    patience: StoredValue<Option<Timeout>, LocalStorage>,
}

impl Bridge {
    /// Starts to follow the session.
    pub fn start(session: Session) -> Self {
        let none = || StoredValue::new_local(None);
        let bridge = Self { session, worker: StoredValue::new_local(None), rest: none(), patience: none() };
        Effect::new(move |first: Option<()>| {
            let wanted = session.shown.with(|shown| shown.wanted.clone());
            let wait = if first.is_none() { 0 } else { REST_MS };
            bridge.rest.set_value(Some(Timeout::new(wait, move || bridge.follow(&wanted))));
        });
        bridge
    }

    /// The bridge of this page.
    pub fn get() -> Self {
        expect_context()
    }

    /// Simulates what the screen has come to show. A long run waits for a click; what it replaces is of no more use.
    fn follow(&self, wanted: &Wanted) {
        if wanted.length == Length::Hour {
            return self.want(wanted);
        }
        let other = |run: Run| matches!(run, Run::Busy { stamp, .. } if stamp != wanted.stamp);
        if other(self.session.run.get_untracked()) {
            self.stop();
        }
    }

    /// Runs a job unless its result is here or on its way.
    fn want(&self, wanted: &Wanted) {
        let known = self.session.results.with_untracked(|results| results.settled(wanted.stamp));
        let busy =
            matches!(self.session.run.get_untracked(), Run::Busy { stamp, .. } if stamp == wanted.stamp);
        if wanted.tier.is_empty() || known || busy {
            return;
        }
        self.session.run.set(Run::Busy { stamp: wanted.stamp, done: 0.0, replications: 0 });
        self.wait();
        self.send(wanted.job());
    }

    /// Runs what is on the screen again, or for the first time.
    pub fn run(&self) {
        let wanted = self.session.shown.with_untracked(|shown| shown.wanted.clone());
        self.session.results.update(|results| results.forget(wanted.stamp));
        self.want(&wanted);
    }

    /// Stops the job under way; what it has so far comes back as a partial answer.
    pub fn stop(&self) {
        self.session.queue.set(Vec::new());
        self.send(Job::Stop);
    }

    /// Simulates every tier, the shown one first.
    pub fn run_all_tiers(&self) {
        let tiers = self.session.good.with_untracked(|good| good.answer.tiers.keys().cloned().collect());
        self.session.queue.set(tiers);
        if self.session.run.get_untracked() == Run::Idle {
            self.next();
        }
    }

    /// The next tier of the queue that has no result yet.
    fn next(&self) {
        let session = self.session;
        while let Some(tier) =
            session.queue.try_update(|queue| (!queue.is_empty()).then(|| queue.remove(0))).flatten()
        {
            let wanted =
                results::wanted(&session.good.get_untracked(), &tier, None, Cause::None, Length::Hour);
            if !session.results.with_untracked(|results| results.settled(wanted.stamp)) {
                return self.want(&wanted);
            }
        }
    }

    fn send(&self, job: Job) {
        if self.worker.with_value(Option::is_none) {
            let bridge = *self;
            let spawned = Engine::spawner()
                .callback(move |reply| bridge.take(reply))
                .as_module(false)
                .with_loader(true)
                .spawn(&address());
            self.worker.set_value(Some(spawned));
        }
        self.worker.with_value(|worker| {
            if let Some(worker) = worker {
                worker.send(job);
            }
        });
    }

    fn take(&self, reply: Reply) {
        let session = self.session;
        let current = match session.run.get_untracked() {
            Run::Busy { stamp, .. } => Some(stamp),
            Run::Idle | Run::Lost => None,
        };
        let stamp = match reply {
            Reply::Progress { revision, done, replications, .. } => {
                if current == Some(revision) {
                    session.run.set(Run::Busy { stamp: revision, done, replications });
                    self.wait();
                }
                return;
            }
            Reply::Helped { .. } | Reply::Asking { .. } => return,
            Reply::Done { revision, answer, partial } => {
                if !partial || current == Some(revision) {
                    session.results.update(|results| results.take(revision, *answer, partial));
                }
                revision
            }
            Reply::Rejected { revision, diagnostics } => {
                session.results.update(|results| results.refuse(revision, diagnostics));
                revision
            }
        };
        if current == Some(stamp) {
            self.patience.set_value(None);
            session.run.set(Run::Idle);
            self.next();
        }
    }

    /// Starts to wait for a sign of life.
    fn wait(&self) {
        let bridge = *self;
        let lost = move || {
            bridge.worker.set_value(None);
            bridge.session.queue.set(Vec::new());
            bridge.session.run.set(Run::Lost);
        };
        self.patience.set_value(Some(Timeout::new(PATIENCE_MS, lost)));
    }
}

/// Where the worker's script lies: beside the page, whatever its path, under the stamp of this build. A page that was
/// asked for with `?workers=2` passes that on.
pub fn address() -> String {
    let document = web_sys::window().and_then(|window| window.document());
    let base = document.as_ref().and_then(|d| d.base_uri().ok().flatten()).unwrap_or_default();
    let root = document.and_then(|d| d.document_element());
    let build = root.and_then(|root| root.get_attribute("data-build")).unwrap_or_default();
    let folder = base.split(['?', '#']).next().unwrap_or_default();
    let folder = folder.rfind('/').map_or(folder, |end| &folder[..=end]);
    let query = web_sys::window().and_then(|window| window.location().search().ok()).unwrap_or_default();
    let workers = pool::asked(&query).map_or_else(String::new, |n| format!("&workers={n}"));
    format!("{folder}worker-boot.js?build={build}{workers}")
}
