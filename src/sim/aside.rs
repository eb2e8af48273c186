//! Cache-aside over what a cache holds (`popular`): the look-up, the end of a fetch, and those who share one.

use super::failing::Failure;
use super::makeup::{WAITING, part};
use super::plan::Plan;
use super::popular::Start;
use super::request::{NONE, Phase, Stage};
use super::state::{State, Todo};
use crate::stats::rng::Key;

impl State {
    /// Names the draws of a call's present round.
    pub fn round_key(&self, p: &Plan, c: u32) -> Key {
        let call = &self.calls[c];
        let key = self.frames[call.parent].key;
        let first = call.rounds == p.branches[call.branch as usize].count;
        if first { key } else { key.with(u64::from(call.rounds)) }
    }

    /// The cache has answered: the key is there, or it is fetched by `edge`, or somebody is fetching it already. The frame
    /// that goes on by that, or [`NONE`].
    #[inline(never)]
    pub fn look_up(&mut self, p: &Plan, c: u32, cache: usize, edge: u32) -> u32 {
        let desk = &mut self.desks[cache];
        let (Some(popular), Some(mut contents)) = (&p.components[cache].popular, desk.contents.take()) else {
            return self.turn(c, Phase::Miss, edge);
        };
        let rank = popular.rank(self.round_key(p, c), p.branches[self.calls[c].branch as usize].hit);
        let found = contents.look(popular, rank, self.now);
        let mut waits = false;
        if popular.coalesce && !found {
            let (owner, others) = contents.fetching.entry(rank).or_insert((c, Vec::new()));
            waits = *owner != c;
            if waits {
                others.push(c);
            }
        }
        self.desks[cache].contents = Some(contents);
        self.desks[cache].counts.look(self.measuring, found);
        if found {
            return self.next_round(p, c);
        }
        if waits {
            let call = &mut self.calls[c];
            (call.stage, call.tried) = (Stage::Shared, self.now);
            return NONE;
        }
        self.turn(c, Phase::Miss, edge)
    }

    /// A fetch has ended: `None`, well; with `Phase::Fill` the cache has taken it in. Those who wait for it go on.
    #[cold]
    #[inline(never)]
    pub fn fetched(&mut self, p: &Plan, c: u32, phase: Phase, failure: Option<Failure>) {
        let branch = &p.branches[self.calls[c].branch as usize];
        let cache = p.edges[branch.edge as usize].callee as usize;
        let Some(popular) = &p.components[cache].popular else { return };
        if self.calls[c].no_fill {
            return;
        }
        let rank = popular.rank(self.round_key(p, c), branch.hit);
        let start = Start { key: self.key, stream: p.components[cache].streams.hit, warm: p.warm };
        let Some(contents) = &mut self.desks[cache].contents else { return };
        match (phase, failure) {
            (Phase::Fill, None) => contents.fill(popular, rank, self.now, &start),
            (Phase::Miss, Some(_)) => contents.failed(popular, self.now, &start),
            _ => {}
        }
        if contents.fetching.get(&rank).is_none_or(|(owner, _)| *owner != c) {
            return;
        }
        let Some((_, others)) = contents.fetching.remove(&rank) else { return };
        for other in others {
            self.shared(p, other);
            let next = match failure.filter(|_| phase == Phase::Miss) {
                Some(failure) => self.miss_failed(p, other, failure),
                None => self.next_round(p, other),
            };
            if next != NONE {
                self.todo.push(Todo::Program(next));
            }
        }
    }

    /// A call has waited long enough for another one's fetch.
    fn shared(&mut self, p: &Plan, c: u32) {
        let call = &mut self.calls[c];
        call.stage = Stage::Between;
        let (waited, trace) = (self.now - call.tried, call.trace);
        let asked =
            p.branches[call.branch as usize].miss.map_or(0, |(_, edge)| p.edges[edge as usize].callee);
        self.traces.note(trace, part(asked, WAITING), waited);
    }

    /// A fetch has failed for good.
    pub fn miss_failed(&mut self, p: &Plan, c: u32, failure: Failure) -> u32 {
        let call = &self.calls[c];
        let branch = &p.branches[call.branch as usize];
        let required = branch.miss.is_none_or(|(_, edge)| p.edges[edge as usize].required);
        if required || self.quorum(p, call.parent) {
            self.branch_ended(p, c, failure)
        } else {
            self.next_round(p, c)
        }
    }

    /// A call that fetches, or waits for a fetch, is given up; the next of those who wait fetches.
    pub fn unshare(&mut self, p: &Plan, c: u32) {
        let call = &self.calls[c];
        let branch = &p.branches[call.branch as usize];
        let concerned = call.stage == Stage::Shared || call.phase != Phase::First;
        let (true, Some((_, edge))) = (branch.popular && concerned, branch.miss) else { return };
        let cache = p.edges[branch.edge as usize].callee as usize;
        let Some(popular) = p.components[cache].popular.as_ref().filter(|popular| popular.coalesce) else {
            return;
        };
        let rank = popular.rank(self.round_key(p, c), branch.hit);
        let Some(contents) = &mut self.desks[cache].contents else { return };
        let Some((owner, others)) = contents.fetching.get_mut(&rank) else { return };
        if *owner != c {
            others.retain(|other| *other != c);
        } else if others.is_empty() {
            contents.fetching.remove(&rank);
        } else {
            let next = others.remove(0);
            *owner = next;
            self.shared(p, next);
            self.turn(next, Phase::Miss, edge);
        }
    }
}
