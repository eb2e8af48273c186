//! Requests in flight, in slabs: a frame is one visit to a component, a call is one branch of a frame's program with
//! its attempts. Both are reused, so memory is flat while the load is stable, and nothing is allocated per request.

use super::clock::{Clock, FOREVER, Instant, Target, Ticket};
use crate::stats::rng::Key;

/// No frame, call, replica or trace.
pub const NONE: u32 = u32::MAX;
/// The caller of a frame whose caller has given up: it works on for nobody.
pub const ORPHAN: u32 = u32::MAX - 1;
/// The caller of a frame that is being recalled, until the end of the event that did it.
pub const RECALLED: u32 = u32::MAX - 2;

/// How a visit or a call ended: 0 is well.
pub type Outcome = u8;
/// It was answered.
pub const OK: Outcome = 0;
/// The answer came too late for its caller.
pub const TIMEOUT: Outcome = 1;
/// A full queue, or it lost patience.
pub const REJECTED: Outcome = 2;
/// A rate limit.
pub const THROTTLED: Outcome = 3;
/// Nobody there to serve it.
pub const UNAVAILABLE: Outcome = 4;
/// An error of its own.
pub const DEPENDENCY: Outcome = 5;
/// How many ways to fail there are.
pub const CAUSES: usize = 5;

/// Where a frame is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum At {
    /// Not in use.
    #[default]
    Free,
    /// A user who thinks before the next request.
    Thinking,
    /// On the way to the component.
    Out,
    /// Waits for a rate limit.
    Limit,
    /// Waits for a slot.
    Slot,
    /// Spends its latency.
    Latency,
    /// Waits for a server.
    Server,
    /// Holds a server.
    Work,
    /// Streams its answer.
    Stream,
    /// Waits for its calls.
    Calls,
    /// On the way back to the caller.
    Back,
    /// Its replica has just died.
    Dying,
}

/// One visit to a component. Two cache lines, so that finding one is a shift.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
pub struct Frame {
    /// Names its draws.
    pub key: Key,
    /// The event it waits for; others are stale.
    pub ticket: Ticket,
    /// When it reached the component; for a user's request, when it was sent.
    pub arrived: Instant,
    /// When the present state began.
    pub since: Instant,
    /// Wait for slot and server so far, ns.
    pub waited: u64,
    /// Work still to do where it can be interrupted, ns.
    pub left: u64,
    /// Way back to the caller, ns; for a user's request, when the first token was seen (0: not yet).
    pub back: u64,
    /// Of a user's request its ordinal, the user's in a closed session; of a call turned away by a rate limit, how long
    /// it is asked to wait, ns.
    pub ordinal: u64,
    /// The call that waits for it; [`NONE`] for a user's request, [`ORPHAN`] or [`RECALLED`] when nobody waits any
    /// more.
    pub caller: u32,
    /// Component and journey.
    pub class: u32,
    /// Where it is served; [`NONE`] elsewhere.
    pub replica: u32,
    /// Neighbours in a waiting line or among the served.
    pub next: u32,
    /// See `next`.
    pub prev: u32,
    /// Next group of the program.
    pub group: u32,
    /// Branches under way.
    pub pending: u32,
    /// Answers still needed from them.
    pub needs: u32,
    /// The first of its calls under way.
    pub calls: u32,
    /// Collects the make-up of its time, when it is traced.
    pub trace: u32,
    /// Once it has failed: one more than the component whose failure that was; 0: its own.
    pub culprit: u32,
    /// Where it is.
    pub at: At,
    /// Its failure, once there is one.
    pub outcome: Outcome,
    /// Answered from the cache.
    pub hit: bool,
    /// Had to wait.
    pub queued: bool,
    /// Its work has begun, where its speed was decided then.
    pub begun: bool,
}

impl Frame {
    /// Number `f` is in this state from now on; its end comes after `time` ns.
    #[inline(always)]
    pub fn turn(&mut self, f: u32, at: At, time: u64, now: Instant, clock: &mut Clock) {
        self.ticket = clock.schedule((now + time).min(FOREVER), Target::Frame, f);
        (self.at, self.since) = (at, now);
    }
}

/// What a call of a branch is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// The call itself.
    #[default]
    First,
    /// Cache-aside: the call made on a miss.
    Miss,
    /// Cache-aside: filling the cache.
    Fill,
}

/// Where the present attempt of a call is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// Not begun, or failed; waits for its back-off when it has a ticket.
    #[default]
    Between,
    /// Waits for a place in its edge's pool.
    Line,
    /// Has been given a place and is about to be sent.
    Granted,
    /// Under way.
    Sent,
    /// Waits for another call's fetch of the same key.
    Shared,
}

/// One branch of a frame's program.
#[derive(Clone, Copy, Debug, Default)]
pub struct Call {
    /// The event it waits for: the end of a back-off, of its patience in a pool's line, or the time of a second request.
    pub ticket: Ticket,
    /// When this call of the branch began.
    pub began: Instant,
    /// When its present attempt began.
    pub tried: Instant,
    /// When the present attempt is given up; 0 when it is not.
    pub deadline: Instant,
    /// The frame; [`NONE`] when not in use, or given up.
    pub parent: u32,
    /// Whose request it belongs to.
    pub journey: u32,
    /// Other calls of the frame.
    pub younger: u32,
    /// See `younger`.
    pub older: u32,
    /// Its place in the program.
    pub branch: u32,
    /// Whom it calls now.
    pub edge: u32,
    /// The visit under way.
    pub child: u32,
    /// The second request's visit.
    pub second: u32,
    /// Neighbours among the edge's timeouts, or in its pool's line.
    pub next: u32,
    /// See `next`.
    pub prev: u32,
    /// Attempts before this one.
    pub attempt: u32,
    /// Rounds still to do, this one included.
    pub rounds: u32,
    /// Fallbacks taken in this call.
    pub fallbacks: u8,
    /// Collects the make-up of its time, when it is traced.
    pub trace: u32,
    /// Which of the calls of its branch.
    pub phase: Phase,
    /// Where its present attempt is.
    pub stage: Stage,
    /// A cache that failed is not filled.
    pub no_fill: bool,
}

/// Things with an index that are used again.
#[derive(Clone, Debug)]
pub struct Slab<T> {
    items: Vec<T>,
    free: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { items: Vec::new(), free: Vec::new() }
    }
}

impl<T: Copy> Slab<T> {
    /// Whether another one finds room below this limit.
    #[inline]
    pub fn has_room(&self, limit: u32) -> bool {
        !self.free.is_empty() || self.items.len() < limit as usize
    }

    /// Puts one in.
    #[inline]
    pub fn add(&mut self, item: T) -> u32 {
        match self.free.pop() {
            Some(index) => {
                self.items[index as usize] = item;
                index
            }
            None => {
                self.items.push(item);
                (self.items.len() - 1) as u32
            }
        }
    }

    /// Gives an index back. The caller marks the item as free.
    #[inline]
    pub fn release(&mut self, index: u32) {
        self.free.push(index);
    }

    /// Places in use.
    #[cfg(test)]
    pub fn in_use(&self) -> usize {
        let mut free = self.free.clone();
        free.sort_unstable();
        free.dedup();
        assert_eq!(free.len(), self.free.len(), "a place was given back twice");
        self.items.len() - free.len()
    }

    /// Reads something of an item and forgets it: the item will be in the cache when it is asked for.
    #[inline]
    pub fn look(&self, index: u32, of: impl Fn(&T) -> u64) {
        if let Some(item) = self.items.get(index as usize) {
            std::hint::black_box(of(item));
        }
    }

    /// All places, used and free.
    pub fn places(&self) -> u32 {
        self.items.len() as u32
    }
}

impl<T> std::ops::Index<u32> for Slab<T> {
    type Output = T;
    #[inline]
    fn index(&self, index: u32) -> &T {
        &self.items[index as usize]
    }
}

impl<T> std::ops::IndexMut<u32> for Slab<T> {
    #[inline]
    fn index_mut(&mut self, index: u32) -> &mut T {
        &mut self.items[index as usize]
    }
}

/// A waiting line through the frames' own links, with removal from anywhere.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    head: u32,
    tail: u32,
}

impl Default for Line {
    fn default() -> Self {
        Self { head: NONE, tail: NONE }
    }
}

impl Line {
    /// The first, or [`NONE`].
    #[inline]
    pub fn first(self) -> u32 {
        self.head
    }

    /// Joins at the end.
    #[inline]
    pub fn push_back(&mut self, frames: &mut Slab<Frame>, frame: u32) {
        frames[frame].next = NONE;
        frames[frame].prev = self.tail;
        if self.tail == NONE {
            self.head = frame
        } else {
            frames[self.tail].next = frame
        }
        self.tail = frame;
    }

    /// Joins at the front.
    pub fn push_front(&mut self, frames: &mut Slab<Frame>, frame: u32) {
        frames[frame].prev = NONE;
        frames[frame].next = self.head;
        if self.head == NONE {
            self.tail = frame
        } else {
            frames[self.head].prev = frame
        }
        self.head = frame;
    }

    /// Leaves, wherever it stands.
    #[inline]
    pub fn remove(&mut self, frames: &mut Slab<Frame>, frame: u32) {
        let Frame { next, prev, .. } = frames[frame];
        if prev == NONE {
            self.head = next
        } else {
            frames[prev].next = next
        }
        if next == NONE { self.tail = prev } else { frames[next].prev = prev }
    }

    /// Takes the first one out; [`NONE`] when empty.
    #[inline]
    pub fn pop(&mut self, frames: &mut Slab<Frame>) -> u32 {
        let first = self.head;
        if first != NONE {
            self.head = frames[first].next;
            if self.head == NONE { self.tail = NONE } else { frames[self.head].prev = NONE }
        }
        first
    }
}
