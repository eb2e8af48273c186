//! Questions to workers of their own, one for each question, so that they hold up neither the simulation nor each other; answers
//! are kept under the stamp of what was asked, so that undoing an edit finds them again.

use super::bridge::address;
use super::session::{Session, Shared};
use super::worker::Engine;
use crate::answer::Answer;
use crate::job::digest::Hash;
use crate::job::question::Question;
use crate::job::{Job, Reply};
use gloo_worker::{Spawnable, WorkerBridge};
use indexmap::IndexMap;
use leptos::prelude::*;

/// Answers that are kept.
const KEPT: usize = 24;

/// An answer, or nothing where the question was refused.
type Answers = IndexMap<u64, Option<Shared<Answer>>>;

/// The page's questions.
#[derive(Clone, Copy)]
pub struct Questions {
    session: Session,
    workers: StoredValue<Vec<(Question, WorkerBridge<Engine>)>, LocalStorage>,
    asked: StoredValue<Vec<u64>>,
    answers: RwSignal<Answers>,
}

impl Questions {
    /// None asked.
    pub fn new(session: Session) -> Self {
        let workers = StoredValue::new_local(Vec::new());
        Self {
            session,
            workers,
            asked: StoredValue::new(Vec::new()),
            answers: RwSignal::new(Answers::default()),
        }
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

    /// The answer when it is there; reads signals.
    pub fn answer(&self, question: Question) -> Option<Shared<Answer>> {
        let stamp = self.stamp(question);
        self.answers.with(|answers| answers.get(&stamp).cloned().flatten())
    }

    /// Whether it has been asked and not been answered; reads signals.
    pub fn waits(&self, question: Question) -> bool {
        let stamp = self.stamp(question);
        let answered = self.answers.with(|answers| answers.contains_key(&stamp));
        !answered && self.asked.with_value(|asked| asked.contains(&stamp))
    }

    /// Asks about what is on the screen, unless that has been asked already; reads signals.
    pub fn ask(&self, question: Question) {
        let stamp = self.stamp(question);
        let (good, tier) = (self.session.good.get(), self.session.tier.get());
        if good.scenario.is_none() || tier.is_empty() || self.asked.with_value(|asked| asked.contains(&stamp))
        {
            return;
        }
        self.asked.update_value(|asked| asked.push(stamp));
        let job = Job::Ask { revision: stamp, files: good.files.clone(), tier, question };
        let questions = *self;
        self.workers.update_value(|workers| {
            let place = workers.iter().position(|(known, _)| *known == question).unwrap_or_else(|| {
                let spawned = Engine::spawner()
                    .callback(move |reply| questions.take(reply))
                    .as_module(false)
                    .with_loader(true)
                    .spawn(&address());
                workers.push((question, spawned));
                workers.len() - 1
            });
            workers[place].1.send(job);
        });
    }

    fn take(&self, reply: Reply) {
        let (stamp, answer) = match reply {
            Reply::Done { revision, answer, .. } => (revision, Some(Shared::new(*answer))),
            Reply::Rejected { revision, .. } => (revision, None),
            Reply::Progress { .. } | Reply::Helped { .. } => return,
        };
        self.answers.update(|answers| {
            answers.insert(stamp, answer);
            if answers.len() > KEPT
                && let Some((old, _)) = answers.shift_remove_index(0)
            {
                self.asked.update_value(|asked| asked.retain(|stamp| *stamp != old));
            }
        });
    }
}
