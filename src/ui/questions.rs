//! Questions to workers of their own, one for each question, so that they hold up neither the simulation nor each other; answers
//! are kept under the stamp of what was asked, so that undoing an edit finds them again. A newer question of a kind replaces
//! the one under way.

use super::bridge::address;
use super::session::{Session, Shared};
use super::worker::Engine;
use crate::answer::Answer;
use crate::diag::Diagnostic;
use crate::job::digest::Hash;
use crate::job::question::Question;
use crate::job::{Job, Reply};
use gloo::timers::callback::Timeout;
use gloo_worker::{Spawnable, WorkerBridge};
use indexmap::IndexMap;
use leptos::prelude::*;

/// Answers that are kept.
const KEPT: usize = 24;
/// A worker that says nothing for so long is taken for lost. Between two steps of a question it says how far it has come.
const PATIENCE_MS: u32 = 30_000;

/// How a question stands.
#[derive(Clone)]
pub enum Standing {
    /// Under way: share that is done, where that is known, and designs looked at.
    Waits(Option<f64>, u64),
    /// Taken back.
    Cancelled,
    /// Its worker is silent.
    Lost,
    /// Answered.
    Answered(Shared<Answer>),
    /// Refused: the text says no such thing.
    Refused(Vec<Diagnostic>),
}

/// A worker for one kind of question, and the stamp of what it was asked last.
struct Desk {
    question: Question,
    worker: WorkerBridge<Engine>,
    stamp: u64,
    /// Runs while an answer is waited for.
    patience: Option<Timeout>,
}

/// The page's questions.
#[derive(Clone, Copy)]
pub struct Questions {
    session: Session,
    desks: StoredValue<Vec<Desk>, LocalStorage>,
    /// By stamp.
    all: RwSignal<IndexMap<u64, Standing>>,
}

impl Questions {
    /// None asked.
    pub fn new(session: Session) -> Self {
        Self { session, desks: StoredValue::new_local(Vec::new()), all: RwSignal::new(IndexMap::new()) }
    }

    /// Those of this page.
    pub fn get() -> Self {
        expect_context()
    }

    /// Stamp of a question about what is on the screen; reads signals.
    fn stamp(&self, question: Question) -> u64 {
        let good = self.session.good.get();
        let texts = good.files.iter().fold(Hash::default(), |hash, file| hash.text(&file.text));
        texts.text(&self.session.tier.get()).text(question.id()).get()
    }

    /// How a question about what is on the screen stands; `None`: it was not asked. Reads signals.
    pub fn standing(&self, question: Question) -> Option<Standing> {
        let stamp = self.stamp(question);
        self.all.with(|all| all.get(&stamp).cloned())
    }

    /// The answer when it is there; reads signals.
    pub fn answer(&self, question: Question) -> Option<Shared<Answer>> {
        match self.standing(question)? {
            Standing::Answered(answer) => Some(answer),
            _ => None,
        }
    }

    /// Whether it is under way; reads signals.
    pub fn waits(&self, question: Question) -> bool {
        matches!(self.standing(question), Some(Standing::Waits(..)))
    }

    /// Whether an answer is still to come to a tab that asks when it is opened; reads signals.
    pub fn open(&self, question: Question) -> bool {
        matches!(self.standing(question), None | Some(Standing::Waits(..)))
    }

    /// Asks about what is on the screen, unless that is under way or answered already; reads signals, but not how questions stand.
    pub fn ask(&self, question: Question) {
        let stamp = self.stamp(question);
        let (good, tier) = (self.session.good.get(), self.session.tier.get());
        let settled = self.all.with_untracked(|all| {
            !matches!(all.get(&stamp), None | Some(Standing::Cancelled | Standing::Lost))
        });
        if good.scenario.is_none() || tier.is_empty() || settled {
            return;
        }
        self.give_up(question);
        self.all.update(|all| {
            all.insert(stamp, Standing::Waits(None, 0));
        });
        let job = Job::Ask { revision: stamp, files: good.files.clone(), tier, question };
        let questions = *self;
        self.desks.update_value(|desks| {
            let place = desks.iter().position(|desk| desk.question == question).unwrap_or_else(|| {
                let worker = Engine::spawner()
                    .callback(move |reply| questions.take(reply))
                    .as_module(false)
                    .with_loader(true)
                    .spawn(&address());
                desks.push(Desk { question, worker, stamp, patience: None });
                desks.len() - 1
            });
            desks[place].stamp = stamp;
            desks[place].worker.send(job);
        });
        self.wait(stamp);
    }

    /// Starts to wait for a sign of life from whom this was asked.
    fn wait(&self, stamp: u64) {
        let questions = *self;
        let lost = move || {
            questions.desks.update_value(|desks| {
                // What runs now is not taken away from under itself.
                let mine = |desk: &&mut Desk| desk.stamp == stamp;
                desks.iter_mut().filter(mine).filter_map(|desk| desk.patience.take()).for_each(|timeout| {
                    timeout.forget();
                });
                desks.retain(|desk| desk.stamp != stamp);
            });
            questions.settle(stamp, Standing::Lost);
        };
        self.desks.update_value(|desks| {
            if let Some(desk) = desks.iter_mut().find(|desk| desk.stamp == stamp) {
                desk.patience = Some(Timeout::new(PATIENCE_MS, lost));
            }
        });
    }

    /// No sign of life is waited for any more.
    fn rest(&self, stamp: u64) {
        self.desks.update_value(|desks| {
            desks.iter_mut().filter(|desk| desk.stamp == stamp).for_each(|desk| desk.patience = None);
        });
    }

    /// Takes back the question about what is on the screen.
    pub fn cancel(&self, question: Question) {
        let stamp = untrack(|| self.stamp(question));
        self.desks.with_value(|desks| {
            if let Some(desk) = desks.iter().find(|desk| desk.question == question && desk.stamp == stamp) {
                desk.worker.send(Job::Stop);
            }
        });
        self.rest(stamp);
        self.settle(stamp, Standing::Cancelled);
    }

    /// Forgets a question of this kind that is under way: its worker is about to turn to another one.
    fn give_up(&self, question: Question) {
        let last = self
            .desks
            .with_value(|desks| desks.iter().find(|desk| desk.question == question).map(|desk| desk.stamp));
        self.all.update(|all| {
            all.retain(|stamp, standing| Some(*stamp) != last || !matches!(standing, Standing::Waits(..)))
        });
    }

    fn take(&self, reply: Reply) {
        let (stamp, standing) = match reply {
            Reply::Asking { revision, done, looked_at } => (revision, Standing::Waits(done, looked_at)),
            Reply::Done { revision, answer, .. } => (revision, Standing::Answered(Shared::new(*answer))),
            Reply::Rejected { revision, diagnostics } => (revision, Standing::Refused(diagnostics)),
            Reply::Progress { .. } | Reply::Helped { .. } => return,
        };
        match standing {
            Standing::Waits(..) => self.wait(stamp),
            _ => self.rest(stamp),
        }
        self.settle(stamp, standing);
    }

    /// How a question that was under way stands now.
    fn settle(&self, stamp: u64, standing: Standing) {
        self.all.update(|all| {
            // What was cancelled or replaced meanwhile is heard no more.
            if !matches!(all.get(&stamp), Some(Standing::Waits(..))) {
                return;
            }
            all.insert(stamp, standing);
            let settled = all.values().filter(|standing| !matches!(standing, Standing::Waits(..))).count();
            if settled > KEPT
                && let Some(oldest) =
                    all.values().position(|standing| !matches!(standing, Standing::Waits(..)))
            {
                all.shift_remove_index(oldest);
            }
        });
    }
}
