//! Programs and their calls: groups, branches, cache-aside, attempts with back-off, second requests, fallbacks.
//!
//! Choices where the model is silent:
//! - A parallel group ends when all its branches have ended; a failed required branch then fails the visit. One with a
//!   quorum ends when that many have answered, or so many have failed that they cannot; the rest is given up. Whether a
//!   call is required is not looked at there: only answers count. Of branches left out by chance, none need answer.
//! - A time limit is for the start of the answer: when a stream's first token reaches a caller in time, its limit is
//!   met, and so are those of the callers above it that the stream is relayed through.
//! - Cache-aside: the filling is waited for and may fail without harm; an optional cache that fails is a miss without
//!   filling.
//! - A second request goes out when no answer, and no first token, has come after the call's `hedge`; the first good
//!   answer or first token wins and the other visit is recalled. An attempt has failed when all its requests have.

use super::clock::{FOREVER, Target};
use super::failing::Failure;
use super::makeup::{NETWORK, RETRY, part};
use super::overload::{MOST_CALLS, MOST_VISITS};
use super::plan::Plan;
use super::request::{
    At, Call, Frame, NONE, OK, ORPHAN, Phase, RECALLED, REJECTED, Stage, THROTTLED, UNAVAILABLE,
};
use super::state::{State, Todo};
use crate::stats::rng::Key;

/// Longest chain of fallbacks.
pub const FALLBACKS: u8 = 8;
/// Label of the draws of a second request.
const SECOND: u64 = 0x7365_636f_6e64;

/// Names the draws of the present attempt of a call whose frame has this key.
#[inline(always)]
fn attempt_key(p: &Plan, call: &Call, parent: Key) -> Key {
    let branch = &p.branches[call.branch as usize];
    let first = call.attempt == 0 && call.rounds == branch.count && call.fallbacks == 0;
    match call.phase {
        Phase::First if first && branch.inherits => parent,
        Phase::Miss if first && branch.miss_inherits => parent,
        phase => {
            let small = u64::from(call.attempt) | u64::from(call.rounds) << 16 | (phase as u64) << 44;
            let fallback = if call.fallbacks > 0 { p.edges[call.edge as usize].label } else { 0 };
            parent.with((branch.label ^ fallback).wrapping_add(small))
        }
    }
}

impl State {
    /// Goes on with a frame's program: the calls of the next group that makes any, or the reply.
    #[inline(always)]
    pub fn program(&mut self, p: &Plan, f: u32) -> Todo {
        let site = p.site(self.frames[f].class);
        let (groups, journey) = (site.class.groups, site.class.journey);
        loop {
            let frame = &mut self.frames[f];
            let group = groups.from + frame.group;
            if frame.outcome != OK || frame.hit || group >= groups.to {
                let outcome = frame.outcome;
                return self.reply(p, f, site, outcome);
            }
            frame.group += 1;
            frame.at = At::Calls;
            let (key, traced) = (frame.key, frame.trace != NONE);
            let group = &p.groups[group as usize];
            let (mut pending, mut head) = (0, NONE);
            // Last first: what is to be done is taken from the end.
            for b in group.branches.iter().rev() {
                let branch = &p.branches[b];
                if branch.probability < 1.0 && key.uniform(branch.chance) >= branch.probability {
                    continue;
                }
                if !self.calls.has_room(MOST_CALLS) {
                    self.full(p);
                    return Todo::Next;
                }
                let call = self.calls.add(Call {
                    parent: f,
                    journey,
                    older: head,
                    younger: NONE,
                    branch: b as u32,
                    edge: branch.edge,
                    child: NONE,
                    second: NONE,
                    rounds: branch.count,
                    trace: if traced { self.traces.open() } else { NONE },
                    ..Call::default()
                });
                if pending > 0 {
                    self.calls[head].younger = call;
                    if pending == 1 {
                        self.todo.push(Todo::Start(head));
                    }
                    self.todo.push(Todo::Start(call));
                }
                pending += 1;
                head = call;
            }
            if pending > 0 {
                let frame = &mut self.frames[f];
                frame.needs = if group.quorum > 0 { group.quorum.min(pending) } else { pending };
                (frame.pending, frame.calls) = (pending, head);
                return if pending == 1 { Todo::Start(head) } else { Todo::Next };
            }
        }
    }

    /// A call of a branch begins, with its first attempt.
    #[inline(always)]
    pub fn start(&mut self, p: &Plan, c: u32) -> Todo {
        let call = &mut self.calls[c];
        if call.parent == NONE {
            // Given up before it began.
            return Todo::Next;
        }
        call.began = self.now;
        call.attempt = 0;
        if p.edges[call.edge as usize].name != NONE {
            self.lead(p, c);
        }
        let call = &self.calls[c];
        let e = call.edge as usize;
        if let Some(retry) = &p.edges[e].retry {
            self.edges[e].earn(retry.budget);
        }
        if self.measuring {
            self.journeys[call.journey as usize].calls += 1;
        }
        self.attempt(p, c)
    }

    /// Where a name decides, the call goes where it leads.
    #[cold]
    fn lead(&mut self, p: &Plan, c: u32) {
        let Call { edge, parent, .. } = self.calls[c];
        self.calls[c].edge = self.resolve(p, edge, self.frames[parent].key);
    }

    /// What a call waited for has come: the end of its back-off, of its patience in line, or time for a second request.
    pub fn call_event(&mut self, p: &Plan, c: u32) -> Todo {
        match self.calls[c].stage {
            Stage::Between => self.attempt(p, c),
            Stage::Line => {
                self.out_of_line(p, c);
                self.attempt_failed(p, c, REJECTED);
                Todo::Next
            }
            Stage::Sent => self.send_second(p, c),
            Stage::Granted | Stage::Shared => Todo::Next,
        }
    }

    /// One attempt.
    #[inline(always)]
    pub fn attempt(&mut self, p: &Plan, c: u32) -> Todo {
        let call = &mut self.calls[c];
        (call.tried, call.ticket) = (self.now, 0);
        if p.edges[call.edge as usize].pool.is_some() && !self.take_place(p, c) {
            return Todo::Next;
        }
        self.send_first(p, c)
    }

    /// A call that waited has its place in the pool.
    #[inline(never)]
    pub fn granted(&mut self, p: &Plan, c: u32) -> Todo {
        if self.calls[c].parent == NONE {
            return Todo::Next;
        }
        self.send_first(p, c)
    }

    /// Sends the attempt's request, when the breaker lets it through.
    #[inline(always)]
    fn send_first(&mut self, p: &Plan, c: u32) -> Todo {
        let call = &mut self.calls[c];
        let e = call.edge as usize;
        let edge = &p.edges[e];
        if !self.frames.has_room(MOST_VISITS) {
            self.full(p);
            return Todo::Next;
        }
        if edge.breaker.is_some() && !self.edges[e].lets_through(self.now) {
            call.stage = Stage::Between;
            self.free_place(p, e);
            let failure = self.failure(p, c, UNAVAILABLE);
            self.failed_for_good(p, c, failure);
            return Todo::Next;
        }
        (call.tried, call.stage) = (self.now, Stage::Sent);
        let key = attempt_key(p, call, self.frames[call.parent].key);
        let (child, todo) = self.request(p, c, key);
        self.calls[c].child = child;
        if edge.timeout > 0 {
            self.limit_time(c, e, edge.timeout);
        }
        if edge.hedge > 0 {
            let when = (self.now + edge.hedge).min(FOREVER);
            self.calls[c].ticket = self.clock.schedule(when, Target::Call, c);
        }
        todo
    }

    /// Sends a second request for the same answer.
    fn send_second(&mut self, p: &Plan, c: u32) -> Todo {
        let e = self.calls[c].edge as usize;
        self.calls[c].ticket = 0;
        if !self.frames.has_room(MOST_VISITS) {
            self.full(p);
            return Todo::Next;
        }
        if !self.place_left(p, e) {
            return Todo::Next;
        }
        let call = &self.calls[c];
        let key = attempt_key(p, call, self.frames[call.parent].key).with(SECOND);
        let (second, todo) = self.request(p, c, key);
        self.calls[c].second = second;
        todo
    }

    /// Sends a request of a call on its way: its number, and what follows at once.
    #[inline(always)]
    fn request(&mut self, p: &Plan, c: u32, key: Key) -> (u32, Todo) {
        let call = &self.calls[c];
        let edge = &p.edges[call.edge as usize];
        let journey = call.journey;
        let trace = if call.trace == NONE { NONE } else { self.traces.open() };
        if self.measuring {
            self.journeys[journey as usize].attempts += 1;
        }
        let round_trip = edge.network.draw(key, edge.network_stream);
        let out = round_trip / 2;
        let f = self.frames.add(Frame {
            key,
            back: round_trip - out,
            caller: c,
            class: edge.callee * p.n_journeys + journey,
            replica: NONE,
            trace,
            at: At::Out,
            ..Frame::default()
        });
        if out == 0 {
            return (f, Todo::Deliver(f));
        }
        self.after(f, At::Out, out);
        (f, Todo::Next)
    }

    /// An answer reaches the caller.
    #[inline(always)]
    pub fn answer(&mut self, p: &Plan, f: u32) -> Todo {
        let Frame { caller: c, outcome, trace, back, .. } = self.frames[f];
        if matches!(c, ORPHAN | RECALLED) {
            self.drop_frame(f);
            return Todo::Next;
        }
        self.release(f);
        let call = &mut self.calls[c];
        let (e, mine, began) = (call.edge as usize, call.trace, call.began);
        let edge = &p.edges[e];
        let is_second = call.second == f;
        let tried = call.tried + if is_second { edge.hedge } else { 0 };
        let other = if is_second { call.child } else { call.second };
        if is_second {
            call.second = NONE
        } else {
            call.child = NONE
        }
        if edge.pool.is_some() {
            self.free_place(p, e);
        }
        if other != NONE {
            if outcome != OK {
                // The other request may still succeed.
                self.traces.close(trace);
                return Todo::Next;
            }
            self.recall_requests(p, c);
        }
        self.lift_limit(c);
        let call = &mut self.calls[c];
        (call.stage, call.ticket) = (Stage::Between, 0);
        if edge.breaker.is_some() {
            self.judge(p, e, outcome != OK);
        }
        if outcome != OK {
            self.traces.close(trace);
            // The frame's place has been given back, not used again.
            let after = if outcome == THROTTLED { self.frames[f].ordinal } else { 0 };
            let failure = Failure { cause: outcome, culprit: self.frames[f].culprit, after };
            self.try_again(p, c, failure);
            return Todo::Next;
        }
        if mine != NONE {
            let (response, retried) = (self.now - tried, tried - began);
            let network = self.traces.answered(mine, trace, edge.callee, response, retried);
            debug_assert!(network.abs_diff(2 * back) <= 1);
        }
        match self.succeeded(p, c) {
            NONE => Todo::Next,
            next => Todo::Program(next),
        }
    }

    /// The next call of a branch: nobody goes on.
    pub fn turn(&mut self, c: u32, phase: Phase, edge: u32) -> u32 {
        let call = &mut self.calls[c];
        (call.phase, call.edge, call.fallbacks) = (phase, edge, 0);
        self.todo.push(Todo::Start(c));
        NONE
    }

    /// A call was answered. The frame that goes on by that, or [`NONE`].
    #[inline(always)]
    fn succeeded(&mut self, p: &Plan, c: u32) -> u32 {
        let call = &self.calls[c];
        let branch = &p.branches[call.branch as usize];
        match (call.phase, branch.miss) {
            (Phase::First, Some((hit, edge))) => {
                let cache = p.edges[branch.edge as usize].callee as usize;
                let key = self.round_key(p, c);
                if branch.popular {
                    return self.look_up(p, c, cache, edge);
                }
                let desk = &mut self.desks[cache];
                let found = key.uniform(branch.hit) < hit * desk.warmth(self.now);
                desk.counts.look(self.measuring, found);
                if found { self.next_round(p, c) } else { self.turn(c, Phase::Miss, edge) }
            }
            (Phase::Miss, _) if !call.no_fill => self.turn(c, Phase::Fill, branch.edge),
            (phase, _) => {
                if branch.popular {
                    self.fetched(p, c, phase, None);
                }
                self.next_round(p, c)
            }
        }
    }

    /// The next round of a branch, or its end. The frame that goes on by that, or [`NONE`].
    #[inline(always)]
    pub fn next_round(&mut self, p: &Plan, c: u32) -> u32 {
        let call = &mut self.calls[c];
        call.rounds -= 1;
        if call.rounds == 0 {
            return self.branch_ended(p, c, Failure::default());
        }
        call.no_fill = false;
        let edge = p.branches[call.branch as usize].edge;
        self.turn(c, Phase::First, edge)
    }

    /// Whether a frame waits for a part of its calls only.
    pub fn quorum(&self, p: &Plan, f: u32) -> bool {
        let frame = &self.frames[f];
        let groups = p.classes[frame.class as usize].groups;
        p.groups[(groups.from + frame.group) as usize - 1].quorum > 0
    }

    /// A branch has ended; the last of its group, or of those that count, lets the frame go on. That frame, or [`NONE`].
    #[inline(always)]
    pub fn branch_ended(&mut self, p: &Plan, c: u32, failure: Failure) -> u32 {
        let call = &mut self.calls[c];
        let Call { parent, trace, younger, older, .. } = *call;
        (call.parent, call.ticket) = (NONE, 0);
        self.calls.release(c);
        let frame = &mut self.frames[parent];
        if younger == NONE {
            frame.calls = older
        } else {
            self.calls[younger].older = older
        }
        if older != NONE {
            self.calls[older].younger = younger;
        }
        frame.pending -= 1;
        if failure.cause == OK {
            frame.needs = frame.needs.saturating_sub(1);
        } else if frame.outcome == OK && frame.needs > frame.pending {
            (frame.outcome, frame.culprit) = (failure.cause, failure.culprit);
        }
        if frame.pending > 0 {
            let decided = frame.needs == 0 || frame.outcome != OK;
            if !decided || !self.quorum(p, parent) {
                self.traces.close(trace);
                return NONE;
            }
            self.give_up_calls(p, parent, false);
        }
        if trace != NONE {
            let to = self.frames[parent].trace;
            self.traces.append(to, trace);
        }
        parent
    }

    /// A stream starts: its first token travels up through all callers, whose time limits it meets if it comes in time.
    pub fn first_token(&mut self, p: &Plan, mut f: u32) {
        let (mut then, source) = (self.now, f);
        loop {
            match self.frames[f].caller {
                NONE => {
                    let frame = &mut self.frames[f];
                    if frame.back == 0 {
                        frame.back = then;
                        if frame.trace != NONE && frame.arrived >= p.warm {
                            self.before_token(p, source, f);
                        }
                    }
                    return;
                }
                ORPHAN | RECALLED => return,
                c => {
                    then += self.frames[f].back;
                    let deadline = self.calls[c].deadline;
                    if deadline != 0 {
                        if then > deadline {
                            return;
                        }
                        self.lift_limit(c);
                    }
                    self.first_wins(p, c, f, then);
                    f = self.calls[c].parent;
                }
            }
        }
    }

    /// What the time to the first token was made of, on the way from its source to the user: only what came before it.
    #[inline(never)]
    fn before_token(&mut self, p: &Plan, source: u32, user: u32) {
        let (mut parts, mut f) = (Vec::new(), source);
        loop {
            let frame = &self.frames[f];
            if frame.trace != NONE {
                parts.extend_from_slice(self.traces.parts(frame.trace));
            }
            if f == user {
                break;
            }
            let call = &self.calls[frame.caller];
            let callee = p.edges[call.edge as usize].callee;
            parts.push((part(callee, RETRY), call.tried.saturating_sub(call.began)));
            parts.push((part(callee, NETWORK), 2 * frame.back));
            if call.trace != NONE {
                parts.extend_from_slice(self.traces.parts(call.trace));
            }
            f = call.parent;
        }
        parts.retain(|part| part.1 > 0);
        let frame = &self.frames[user];
        let journey = p.classes[frame.class as usize].journey as usize;
        self.journeys[journey].before_token.record(frame.back - frame.arrived, &parts);
    }
}
