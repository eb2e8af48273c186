//! One call of the graph under way, shared by all replicas of the caller: its time limits, its pool of places with a
//! line in front, its retry budget and its circuit breaker.
//!
//! Choices where the model is silent:
//! - A retry budget is a bucket of [`BUDGET_BURST`] retries that every first attempt adds its share to.
//! - A breaker judges from [`BREAKER_CALLS`] calls in its window on; while it is open calls fail at once as
//!   unavailable, without attempts.
//! - A place in a pool is held from the sending of a request until its answer, or until its caller gives up. The time
//!   limit counts from the sending; the wait for a place has a limit of its own. Who finds no place in the line, or waits
//!   too long there, is rejected, and may try again by the retry policy; the breaker judges only what was sent.

use super::clock::{FOREVER, Instant, Target};
use super::makeup::{WAITING, part};
use super::plan::{Breaker, Edge, Plan};
use super::request::{Call, NONE, REJECTED, Stage, TIMEOUT};
use super::state::{State, Todo};

/// Retries a budget can save up. Assumption: the size does not matter beyond bridging short bursts.
const BUDGET_BURST: f64 = 10.0;
/// Fewest calls in a breaker's window that it judges. Assumption: as small as common libraries' defaults (10 to 100).
const BREAKER_CALLS: u32 = 10;
/// Slices of a breaker's window.
const SLICES: usize = 10;

/// One call of the graph under way.
#[derive(Clone, Debug)]
pub struct EdgeState {
    /// Calls with a time limit, earliest first: all have the same limit, so they stand in order.
    limits: Row,
    /// Whether an event for the first of them is pending.
    armed: bool,
    /// Calls that wait for a place.
    line: Row,
    /// How many do.
    waiting: u32,
    /// Places taken.
    taken: u32,
    /// Retries that the budget allows now.
    budget: f64,
    breaker: Fuse,
}

/// Calls in a row, through their own links.
#[derive(Clone, Copy, Debug)]
struct Row {
    head: u32,
    tail: u32,
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
        let empty = Row { head: NONE, tail: NONE };
        Self {
            limits: empty,
            armed: false,
            line: empty,
            waiting: 0,
            taken: 0,
            budget: if edge.retry.is_some() { BUDGET_BURST } else { 0.0 },
            breaker: Fuse::default(),
        }
    }

    /// A first attempt adds its share to the budget.
    #[inline]
    pub fn earn(&mut self, share: f64) {
        self.budget = (self.budget + share).min(BUDGET_BURST);
    }

    /// Whether the budget pays for a retry; it does so by that.
    pub fn pays(&mut self, budget: f64) -> bool {
        if budget.is_infinite() {
            return true;
        }
        let pays = self.budget >= 1.0;
        self.budget -= f64::from(u8::from(pays));
        pays
    }

    /// Whether no call is under way or waits.
    #[cfg(test)]
    pub fn is_idle(&self) -> bool {
        let none = |row: Row| row.head == NONE && row.tail == NONE;
        self.taken == 0 && self.waiting == 0 && none(self.limits) && none(self.line)
    }

    /// Whether the breaker lets a call out now.
    pub fn lets_through(&mut self, now: Instant) -> bool {
        self.breaker.lets_through(now)
    }
}

impl Fuse {
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
    /// Joins a row at its end. The call must be in no other.
    #[inline]
    fn append(&mut self, row: Row, c: u32) -> Row {
        if row.tail != NONE {
            self.calls[row.tail].next = c;
        }
        let call = &mut self.calls[c];
        (call.prev, call.next) = (row.tail, NONE);
        Row { head: if row.head == NONE { c } else { row.head }, tail: c }
    }

    /// Leaves a row, wherever it stands.
    #[inline]
    fn unlink(&mut self, row: Row, c: u32) -> Row {
        let Call { next, prev, .. } = self.calls[c];
        if prev != NONE {
            self.calls[prev].next = next;
        }
        if next != NONE {
            self.calls[next].prev = prev;
        }
        Row {
            head: if prev == NONE { next } else { row.head },
            tail: if next == NONE { prev } else { row.tail },
        }
    }

    /// Puts a call at the end of its edge's time limits.
    #[inline]
    pub fn limit_time(&mut self, c: u32, e: usize, limit: u64) {
        let deadline = (self.now + limit).min(FOREVER);
        self.edges[e].limits = self.append(self.edges[e].limits, c);
        self.calls[c].deadline = deadline;
        let edge = &mut self.edges[e];
        if !edge.armed {
            edge.armed = true;
            self.clock.schedule(deadline, Target::Edge, e as u32);
        }
    }

    /// Takes a call out of its edge's time limits, if it is in.
    #[inline]
    pub fn lift_limit(&mut self, c: u32) {
        let Call { edge, deadline, .. } = self.calls[c];
        if deadline == 0 {
            return;
        }
        self.calls[c].deadline = 0;
        self.edges[edge as usize].limits = self.unlink(self.edges[edge as usize].limits, c);
    }

    /// Gives up the calls of an edge whose time is over. Only the earliest has an event in the clock.
    pub fn expire(&mut self, p: &Plan, e: u32) {
        loop {
            let head = self.edges[e as usize].limits.head;
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
            self.detach(p, head);
            self.judge(p, e as usize, true);
            self.attempt_failed(p, head, TIMEOUT);
        }
    }

    /// Tells the breaker how an attempt ended.
    #[inline]
    pub fn judge(&mut self, p: &Plan, e: usize, failed: bool) {
        if let Some(breaker) = &p.edges[e].breaker {
            self.edges[e].breaker.record(breaker, self.now, failed);
        }
    }

    /// An attempt was dropped without an outcome: if it was the one that a breaker let through, another may go.
    pub fn unjudged(&mut self, e: usize) {
        self.edges[e].breaker.probing = false;
    }

    /// Takes a place in the pool, or a place in its line, or neither. `true`: the attempt can be sent.
    pub fn take_place(&mut self, p: &Plan, c: u32) -> bool {
        let e = self.calls[c].edge as usize;
        let Some(pool) = &p.edges[e].pool else { return true };
        let edge = &mut self.edges[e];
        if edge.taken < pool.size {
            edge.taken += 1;
            return true;
        }
        if edge.waiting >= pool.queue {
            self.attempt_failed(p, c, REJECTED);
            return false;
        }
        edge.waiting += 1;
        self.edges[e].line = self.append(self.edges[e].line, c);
        self.calls[c].stage = Stage::Line;
        if pool.timeout > 0 {
            let when = (self.now + pool.timeout).min(FOREVER);
            self.calls[c].ticket = self.clock.schedule(when, Target::Call, c);
        }
        false
    }

    /// A second request takes a place only if one is free.
    pub fn place_left(&mut self, p: &Plan, e: usize) -> bool {
        let Some(pool) = &p.edges[e].pool else { return true };
        let free = self.edges[e].taken < pool.size;
        self.edges[e].taken += u32::from(free);
        free
    }

    /// Gives a place back: to the first in line, if there is one.
    #[inline]
    pub fn free_place(&mut self, p: &Plan, e: usize) {
        if p.edges[e].pool.is_none() {
            return;
        }
        let next = self.edges[e].line.head;
        if next == NONE {
            self.edges[e].taken -= 1;
            return;
        }
        self.out_of_line(p, next);
        let call = &mut self.calls[next];
        (call.stage, call.ticket) = (Stage::Granted, 0);
        self.todo.push(Todo::Send(next));
    }

    /// Leaves the line of its pool. The wait is part of the caller's waiting, not of a retry.
    pub fn out_of_line(&mut self, p: &Plan, c: u32) {
        let e = self.calls[c].edge as usize;
        self.edges[e].line = self.unlink(self.edges[e].line, c);
        self.edges[e].waiting -= 1;
        let call = &mut self.calls[c];
        let (waited, trace) = (self.now - call.tried, call.trace);
        call.began += waited;
        self.traces.note(trace, part(p.edges[e].callee, WAITING), waited);
    }
}
