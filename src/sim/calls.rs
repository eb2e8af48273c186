//! Programs and their calls: groups, branches, cache-aside, attempts with time limit, back-off, retry budget and
//! circuit breaker, fallbacks.
//!
//! Choices where the model is silent:
//! - A parallel group ends when all its branches have ended; a failed required branch then fails the visit.
//! - A time limit is for the start of the answer: when a stream's first token reaches a caller in time, its limit is
//!   met, and so are those of the callers above it that the stream is relayed through.
//! - A retry budget is a bucket of [`BUDGET_BURST`] retries that every first attempt adds its share to.
//! - A breaker judges from [`BREAKER_CALLS`] calls in its window on; while it is open calls fail at once as
//!   unavailable, without attempts. Both are shared by all replicas of the caller.
//! - Cache-aside: the filling is waited for and may fail without harm; an optional cache that fails is a miss without
//!   filling.

use super::clock::{FOREVER, Instant, Target};
use super::makeup::{NETWORK, RETRY, part};
use super::plan::{Breaker, Edge, Plan};
use super::request::{
    At, Call, Frame, MAX_PLACES, NONE, OK, ORPHAN, Outcome, Phase, REJECTED, TIMEOUT, UNAVAILABLE,
};
use super::state::{State, Todo};

/// Retries a budget can save up. Assumption: the size does not matter beyond bridging short bursts.
const BUDGET_BURST: f64 = 10.0;
/// Fewest calls in a breaker's window that it judges. Assumption: as small as common libraries' defaults (10 to 100).
const BREAKER_CALLS: u32 = 10;
/// Slices of a breaker's window.
const SLICES: usize = 10;
/// Longest chain of fallbacks.
const FALLBACKS: u32 = 8;

/// One call of the graph under way.
#[derive(Clone, Debug)]
pub struct EdgeState {
    /// Calls with a time limit, earliest first: all have the same limit, so they stand in order.
    head: u32,
    tail: u32,
    /// Whether an event for the head is pending.
    armed: bool,
    /// Retries that the budget allows now.
    budget: f64,
    breaker: Fuse,
}

/// A breaker's state.
#[derive(Clone, Copy, Debug, Default)]
struct Fuse {
    /// Open until then; 0: closed.
    open_until: Instant,
    /// The one call let through after that is under way.
    probing: bool,
    /// Failed and all calls by slice of the window.
    slices: [(u32, u32); SLICES],
    /// Number of the latest slice since the start of the run.
    latest: u64,
}

impl EdgeState {
    /// Nothing called yet.
    pub fn new(edge: &Edge) -> Self {
        let budget = if edge.retry.is_some() { BUDGET_BURST } else { 0.0 };
        Self { head: NONE, tail: NONE, armed: false, budget, breaker: Fuse::default() }
    }
}

impl Fuse {
    /// Whether a call may go out now.
    fn lets_through(&mut self, now: Instant) -> bool {
        if self.open_until == 0 {
            return true;
        }
        let free = now >= self.open_until && !self.probing;
        self.probing |= free;
        free
    }

    fn record(&mut self, breaker: &Breaker, now: Instant, failed: bool) {
        if self.open_until != 0 {
            if self.probing && now >= self.open_until {
                let open_until = if failed { now + breaker.open.max(1) } else { 0 };
                *self = Self { open_until, latest: self.latest, ..Self::default() };
            }
            return;
        }
        let slice = now / (breaker.over / SLICES as u64).max(1);
        for passed in (self.latest + 1..=slice).take(SLICES) {
            self.slices[(passed % SLICES as u64) as usize] = (0, 0);
        }
        if slice - self.latest > SLICES as u64 {
            self.slices = Default::default();
        }
        self.latest = slice;
        let here = &mut self.slices[(slice % SLICES as u64) as usize];
        here.0 += u32::from(failed);
        here.1 += 1;
        let (bad, all) = self.slices.iter().fold((0, 0), |sum, s| (sum.0 + s.0, sum.1 + s.1));
        if all >= BREAKER_CALLS && f64::from(bad) >= breaker.errors * f64::from(all) && bad > 0 {
            *self = Self { open_until: now + breaker.open.max(1), latest: self.latest, ..Self::default() };
        }
    }
}

impl State {
    /// Goes on with a frame's program: the next group that calls anybody, or the reply.
    #[inline]
    pub fn program(&mut self, p: &Plan, f: u32) {
        loop {
            let frame = &mut self.frames[f];
            let groups = p.classes[frame.class as usize].groups;
            let group = groups.from + frame.group;
            if frame.outcome != OK || frame.hit || group >= groups.to {
                let outcome = frame.outcome;
                return self.reply(p, f, outcome);
            }
            frame.group += 1;
            frame.at = At::Calls;
            let (key, traced) = (frame.key, frame.trace != NONE);
            let mut pending = 0;
            // Last first: what is to be done is taken from the end.
            for b in p.groups[group as usize].iter().rev() {
                let branch = &p.branches[b];
                if branch.probability < 1.0 && key.uniform(branch.chance) >= branch.probability {
                    continue;
                }
                if !self.calls.has_room(MAX_PLACES) {
                    self.frames[f].outcome = REJECTED;
                    continue;
                }
                pending += 1;
                let call = self.calls.add(Call {
                    parent: f,
                    branch: b as u32,
                    edge: branch.edge,
                    child: NONE,
                    rounds: branch.count,
                    trace: if traced { self.traces.open() } else { NONE },
                    ..Call::default()
                });
                self.todo.push(Todo::Start(call));
            }
            if pending > 0 {
                self.frames[f].pending = pending;
                return;
            }
        }
    }

    /// A call of a branch begins, with its first attempt.
    #[inline(always)]
    pub fn start(&mut self, p: &Plan, c: u32) {
        let call = &mut self.calls[c];
        call.began = self.now;
        call.attempt = 0;
        let e = call.edge as usize;
        if let Some(retry) = &p.edges[e].retry {
            self.edges[e].budget = (self.edges[e].budget + retry.budget).min(BUDGET_BURST);
        }
        if self.measuring {
            let journey = p.classes[self.frames[self.calls[c].parent].class as usize].journey;
            self.journeys[journey as usize].calls += 1;
        }
        self.attempt(p, c);
    }

    /// One attempt.
    #[inline(always)]
    pub fn attempt(&mut self, p: &Plan, c: u32) {
        let call = &mut self.calls[c];
        let e = call.edge as usize;
        let edge = &p.edges[e];
        call.tried = self.now;
        call.ticket = 0;
        let Frame { key: parent, class, .. } = self.frames[call.parent];
        let journey = p.classes[class as usize].journey;
        if !self.frames.has_room(MAX_PLACES) {
            return self.failed_for_good(p, c, REJECTED);
        }
        if edge.breaker.is_some() && !self.edges[e].breaker.lets_through(self.now) {
            return self.failed_for_good(p, c, UNAVAILABLE);
        }
        if self.measuring {
            self.journeys[journey as usize].attempts += 1;
        }
        let branch = &p.branches[call.branch as usize];
        let first = call.attempt == 0 && call.rounds == branch.count && call.fallbacks == 0;
        let key = match call.phase {
            Phase::First if first && branch.inherits => parent,
            Phase::Miss if first && branch.miss_inherits => parent,
            phase => {
                let small = u64::from(call.attempt) | u64::from(call.rounds) << 16 | (phase as u64) << 44;
                let fallback = if call.fallbacks > 0 { edge.label } else { 0 };
                parent.with((branch.label ^ fallback).wrapping_add(small))
            }
        };
        let round_trip = edge.network.draw(key, edge.network_stream);
        let out = round_trip / 2;
        let class = edge.callee * p.n_journeys + journey;
        let trace = if call.trace == NONE { NONE } else { self.traces.open() };
        let f = self.frames.add(Frame {
            key,
            back: round_trip - out,
            caller: c,
            class,
            replica: NONE,
            trace,
            ..Frame::default()
        });
        self.calls[c].child = f;
        if edge.timeout > 0 {
            self.limit_time(c, e, edge.timeout);
        }
        if out > 0 {
            self.after(f, At::Out, out);
        } else {
            self.todo.push(Todo::Deliver(f));
        }
    }

    /// Puts a call at the end of its edge's timeouts.
    #[inline]
    fn limit_time(&mut self, c: u32, e: usize, limit: u64) {
        let deadline = (self.now + limit).min(FOREVER);
        let edge = &mut self.edges[e];
        let tail = std::mem::replace(&mut edge.tail, c);
        if tail == NONE {
            edge.head = c
        } else {
            self.calls[tail].next = c
        }
        let call = &mut self.calls[c];
        (call.deadline, call.prev, call.next) = (deadline, tail, NONE);
        if !edge.armed {
            edge.armed = true;
            self.clock.schedule(deadline, Target::Edge, e as u32);
        }
    }

    /// Takes a call out of its edge's timeouts, if it is in.
    #[inline(always)]
    fn lift_limit(&mut self, c: u32) {
        let Call { next, prev, edge, deadline, .. } = self.calls[c];
        if deadline == 0 {
            return;
        }
        self.calls[c].deadline = 0;
        if prev == NONE {
            self.edges[edge as usize].head = next
        } else {
            self.calls[prev].next = next
        }
        if next == NONE { self.edges[edge as usize].tail = prev } else { self.calls[next].prev = prev }
    }

    /// Gives up the calls of an edge whose time is over. Only the earliest has an event in the clock.
    pub fn expire(&mut self, p: &Plan, e: u32) {
        loop {
            let head = self.edges[e as usize].head;
            if head == NONE {
                self.edges[e as usize].armed = false;
                return;
            }
            let deadline = self.calls[head].deadline;
            if deadline > self.now {
                self.clock.schedule(deadline, Target::Edge, e);
                return;
            }
            self.lift_limit(head);
            self.forget_child(head);
            self.judge(p, e as usize, true);
            self.attempt_failed(p, head, TIMEOUT);
        }
    }

    /// The visit under way goes on without anybody waiting for it.
    fn forget_child(&mut self, c: u32) {
        let child = std::mem::replace(&mut self.calls[c].child, NONE);
        if child != NONE {
            let frame = &mut self.frames[child];
            frame.caller = ORPHAN;
            let trace = std::mem::replace(&mut frame.trace, NONE);
            self.traces.close(trace);
        }
    }

    #[inline]
    fn judge(&mut self, p: &Plan, e: usize, failed: bool) {
        if let Some(breaker) = &p.edges[e].breaker {
            self.edges[e].breaker.record(breaker, self.now, failed);
        }
    }

    /// An answer reaches the caller.
    #[inline(always)]
    pub fn answer(&mut self, p: &Plan, f: u32) {
        let frame = &self.frames[f];
        let (c, outcome, trace, back) = (frame.caller, frame.outcome, frame.trace, frame.back);
        self.release(f);
        if c == ORPHAN {
            return self.traces.close(trace);
        }
        self.lift_limit(c);
        let call = &mut self.calls[c];
        call.child = NONE;
        let (e, mine, began, tried) = (call.edge as usize, call.trace, call.began, call.tried);
        self.judge(p, e, outcome != OK);
        if outcome != OK {
            self.traces.close(trace);
            return self.attempt_failed(p, c, outcome);
        }
        if mine != NONE {
            let callee = p.edges[e].callee;
            self.traces.note(mine, part(callee, RETRY), tried - began);
            // Out and back differ by at most the odd nanosecond of the round trip.
            let parts: u64 = self.traces.parts(trace).iter().map(|p| p.1).sum();
            let network = (self.now - tried).saturating_sub(parts);
            debug_assert!(network.abs_diff(2 * back) <= 1);
            self.traces.note(mine, part(callee, NETWORK), network);
            self.traces.append(mine, trace);
        }
        self.succeeded(p, c);
    }

    #[cold]
    #[inline(never)]
    fn attempt_failed(&mut self, p: &Plan, c: u32, cause: Outcome) {
        let call = self.calls[c];
        let e = call.edge as usize;
        if let Some(retry) = &p.edges[e].retry {
            let paid = retry.budget.is_infinite() || self.edges[e].budget >= 1.0;
            if call.attempt < retry.extra && paid {
                if retry.budget.is_finite() {
                    self.edges[e].budget -= 1.0;
                }
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
                self.calls[c].attempt += 1;
                let when = (self.now + wait).min(FOREVER);
                self.calls[c].ticket = self.clock.schedule(when, Target::Call, c);
                return;
            }
        }
        self.failed_for_good(p, c, cause);
    }

    fn failed_for_good(&mut self, p: &Plan, c: u32, cause: Outcome) {
        let call = &mut self.calls[c];
        let branch = &p.branches[call.branch as usize];
        let (trace, began, callee) = (call.trace, call.began, p.edges[call.edge as usize].callee);
        self.traces.note(trace, part(callee, RETRY), self.now - began);
        if let Some(fallback) = p.edges[call.edge as usize].fallback.filter(|_| call.fallbacks < FALLBACKS) {
            call.edge = fallback;
            call.fallbacks += 1;
            self.todo.push(Todo::Start(c));
            return;
        }
        match call.phase {
            Phase::First => {
                let required = p.edges[branch.edge as usize].required;
                match branch.miss {
                    Some((_, edge)) if !required => {
                        call.no_fill = true;
                        self.turn(c, Phase::Miss, edge);
                    }
                    _ if required => self.branch_ended(c, cause),
                    _ => self.next_round(p, c),
                }
            }
            Phase::Miss => {
                let required = branch.miss.is_none_or(|(_, edge)| p.edges[edge as usize].required);
                if required { self.branch_ended(c, cause) } else { self.next_round(p, c) }
            }
            Phase::Fill => self.next_round(p, c),
        }
    }

    fn turn(&mut self, c: u32, phase: Phase, edge: u32) {
        let call = &mut self.calls[c];
        (call.phase, call.edge, call.fallbacks) = (phase, edge, 0);
        self.todo.push(Todo::Start(c));
    }

    #[inline(always)]
    fn succeeded(&mut self, p: &Plan, c: u32) {
        let call = &self.calls[c];
        let branch = &p.branches[call.branch as usize];
        match (call.phase, branch.miss) {
            (Phase::First, Some((hit, edge))) => {
                let cache = p.edges[branch.edge as usize].callee as usize;
                let key = self.frames[call.parent].key;
                let key = if call.rounds == branch.count { key } else { key.with(u64::from(call.rounds)) };
                let found = key.uniform(branch.hit) < hit * self.desks[cache].warmth(self.now);
                if self.measuring {
                    self.components[cache].lookups += 1;
                    self.components[cache].hits += u64::from(found);
                }
                if found { self.next_round(p, c) } else { self.turn(c, Phase::Miss, edge) }
            }
            (Phase::Miss, _) if !call.no_fill => self.turn(c, Phase::Fill, branch.edge),
            _ => self.next_round(p, c),
        }
    }

    #[inline(always)]
    fn next_round(&mut self, p: &Plan, c: u32) {
        let call = &mut self.calls[c];
        call.rounds -= 1;
        if call.rounds == 0 {
            return self.branch_ended(c, OK);
        }
        call.no_fill = false;
        let edge = p.branches[call.branch as usize].edge;
        self.turn(c, Phase::First, edge);
    }

    /// A branch has ended; the last of its group lets the frame go on.
    #[inline(always)]
    fn branch_ended(&mut self, c: u32, outcome: Outcome) {
        let Call { parent, trace, .. } = self.calls[c];
        self.release_call(c);
        let frame = &mut self.frames[parent];
        frame.pending -= 1;
        if frame.outcome == OK {
            frame.outcome = outcome;
        }
        if frame.pending > 0 {
            return self.traces.close(trace);
        }
        let to = frame.trace;
        self.traces.append(to, trace);
        self.todo.push(Todo::Program(parent));
    }

    #[inline(always)]
    fn release_call(&mut self, c: u32) {
        let call = &mut self.calls[c];
        (call.parent, call.ticket) = (NONE, 0);
        self.calls.release(c);
    }

    /// The frame that made this call is gone.
    pub fn abandon_call(&mut self, p: &Plan, c: u32) {
        if self.calls[c].child != NONE {
            self.judge(p, self.calls[c].edge as usize, true);
        }
        self.lift_limit(c);
        self.forget_child(c);
        self.traces.close(self.calls[c].trace);
        self.release_call(c);
    }

    /// A stream starts: its first token travels up through all callers, whose time limits it meets if it comes in time.
    pub fn first_token(&mut self, mut f: u32) {
        let mut then = self.now;
        loop {
            match self.frames[f].caller {
                NONE => {
                    if self.frames[f].back == 0 {
                        self.frames[f].back = then;
                    }
                    return;
                }
                ORPHAN => return,
                c => {
                    then += self.frames[f].back;
                    let deadline = self.calls[c].deadline;
                    if deadline != 0 {
                        if then > deadline {
                            return;
                        }
                        self.lift_limit(c);
                    }
                    f = self.calls[c].parent;
                }
            }
        }
    }
}
