//! Attempts that fail: another one by the retry policy, a fallback, or the failure of the call, with the component that it began at.

use super::calls::FALLBACKS;
use super::clock::{FOREVER, Target};
use super::makeup::{RETRY, part};
use super::plan::Plan;
use super::request::{NONE, Outcome, Phase, Stage};
use super::state::{State, Todo};

/// How an attempt failed; by default it did not.
#[derive(Clone, Copy, Default)]
pub struct Failure {
    /// The cause; 0: it did not.
    pub cause: Outcome,
    /// One more than the component whose failure it is.
    pub culprit: u32,
    /// The wait that a 429 names, ns.
    pub after: u64,
}

impl State {
    /// An attempt has failed, not by an answer.
    pub fn attempt_failed(&mut self, p: &Plan, c: u32, cause: Outcome) {
        self.try_again(p, c, self.failure(p, c, cause));
    }

    /// A failure of whom a call calls now.
    pub fn failure(&self, p: &Plan, c: u32, cause: Outcome) -> Failure {
        Failure { cause, culprit: p.edges[self.calls[c].edge as usize].callee + 1, after: 0 }
    }

    /// An attempt has failed: another one by the retry policy, or what comes when there is none.
    #[cold]
    #[inline(never)]
    pub fn try_again(&mut self, p: &Plan, c: u32, failure: Failure) {
        let call = &mut self.calls[c];
        (call.stage, call.ticket) = (Stage::Between, 0);
        let call = self.calls[c];
        let e = call.edge as usize;
        if let Some(retry) = &p.edges[e].retry
            && call.attempt < retry.extra
            && self.edges[e].pays(retry.budget)
        {
            let full = retry.base.saturating_mul(1 << call.attempt.min(30)).min(retry.cap);
            let u = if retry.fixed < 1.0 {
                let key = self.frames[call.parent].key;
                key.with(p.branches[call.branch as usize].label)
                    .with(u64::from(call.attempt) | u64::from(call.rounds) << 32)
                    .uniform(p.edges[e].jitter_stream)
            } else {
                0.0
            };
            let wait = (full as f64 * (retry.fixed + (1.0 - retry.fixed) * u)) as u64;
            let wait = if retry.heeds { wait.max(failure.after) } else { wait };
            self.calls[c].attempt += 1;
            let when = (self.now + wait).min(FOREVER);
            self.calls[c].ticket = self.clock.schedule(when, Target::Call, c);
            return;
        }
        self.failed_for_good(p, c, failure);
    }

    /// No attempt is left: a fallback, or the branch fails; where the call is not required, it goes on.
    pub fn failed_for_good(&mut self, p: &Plan, c: u32, failure: Failure) {
        let call = &mut self.calls[c];
        let branch = &p.branches[call.branch as usize];
        let (trace, began, callee) = (call.trace, call.began, p.edges[call.edge as usize].callee);
        self.traces.note(trace, part(callee, RETRY), self.now - began);
        let edge = &p.edges[call.edge as usize];
        let may = edge.fallback_for.is_empty() || edge.fallback_for.contains(&call.journey);
        if let Some(fallback) = edge.fallback.filter(|_| may && call.fallbacks < FALLBACKS) {
            call.edge = fallback;
            call.fallbacks += 1;
            self.todo.push(Todo::Start(c));
            return;
        }
        let counts = self.quorum(p, self.calls[c].parent);
        let call = &mut self.calls[c];
        let next = match call.phase {
            Phase::First => {
                let required = counts || p.edges[branch.edge as usize].required;
                match branch.miss {
                    Some((_, edge)) if !required => {
                        call.no_fill = true;
                        self.turn(c, Phase::Miss, edge)
                    }
                    _ if required => self.branch_ended(p, c, failure),
                    _ => self.next_round(p, c),
                }
            }
            Phase::Miss => {
                if branch.popular {
                    self.fetched(p, c, Phase::Miss, Some(failure));
                }
                self.miss_failed(p, c, failure)
            }
            Phase::Fill => {
                if branch.popular {
                    self.fetched(p, c, Phase::Fill, Some(failure));
                }
                self.next_round(p, c)
            }
        };
        if next != NONE {
            self.todo.push(Todo::Program(next));
        }
    }
}
