//! The event queue: a four-ary implicit heap of 16-byte entries on (time, sequence number). Simultaneous events come
//! out in the order they were scheduled. Nothing is ever removed from the middle: whoever waits for an event keeps its
//! [`Ticket`] and drops what arrives with another one.

/// Nanoseconds since the start of the run.
pub type Instant = u64;

/// Longest time the engine counts in, about 36 years; longer draws are cut to it.
pub const FOREVER: Instant = 1 << 60;

/// Identifies one scheduled event; never 0.
pub type Ticket = u64;

/// Whom an event is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Target {
    /// A frame: the state it is in says what ends now.
    Frame = 0,
    /// A call whose back-off is over.
    Call = 1,
    /// A source of arrivals.
    Source = 2,
    /// A replica under processor sharing.
    Replica = 3,
    /// The earliest timeout of an edge.
    Edge = 4,
    /// Faults, measuring, the end.
    Control = 5,
}

const INDEX_BITS: u32 = 24;
const TARGET_BITS: u32 = 4;
/// Frames, calls and the rest are numbered below this.
pub const MAX_INDEX: u32 = (1 << INDEX_BITS) - 1;

#[derive(Clone, Copy, Debug)]
struct Entry {
    time: Instant,
    /// Sequence number, target, index: so that comparing it compares the sequence.
    ticket: Ticket,
}

impl Entry {
    #[inline]
    fn before(self, other: Self) -> bool {
        let key = |e: Self| u128::from(e.time) << 64 | u128::from(e.ticket);
        key(self) < key(other)
    }
}

/// What happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub time: Instant,
    /// To compare with the one the receiver waits for.
    pub ticket: Ticket,
    /// For whom.
    pub target: Target,
    /// Which of them.
    pub index: u32,
}

/// Pending events.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    heap: Vec<Entry>,
    sequence: u64,
}

impl Clock {
    /// Adds an event. O(log n). 6.8e10 events fit into a run.
    #[inline]
    pub fn schedule(&mut self, time: Instant, target: Target, index: u32) -> Ticket {
        self.sequence += 1;
        let ticket =
            self.sequence << (INDEX_BITS + TARGET_BITS) | (target as u64) << INDEX_BITS | u64::from(index);
        let entry = Entry { time, ticket };
        let mut at = self.heap.len();
        self.heap.push(entry);
        while at > 0 {
            let parent = (at - 1) >> 2;
            let above = self.heap[parent];
            if above.before(entry) {
                break;
            }
            self.heap[at] = above;
            at = parent;
        }
        self.heap[at] = entry;
        ticket
    }

    /// Takes the next event out. O(log n).
    #[inline]
    pub fn pop(&mut self) -> Option<Event> {
        let last = self.heap.pop()?;
        let Some(&first) = self.heap.first() else { return Some(last.event()) };
        let heap = &mut self.heap[..];
        let n = heap.len();
        let mut at = 0;
        loop {
            let child = 4 * at + 1;
            if child >= n {
                break;
            }
            let mut least = child;
            let mut entry = heap[child];
            let mut look = |i: usize| {
                let other = heap[i];
                let smaller = other.before(entry);
                least = if smaller { i } else { least };
                entry = if smaller { other } else { entry };
            };
            if child + 3 < n {
                look(child + 1);
                look(child + 2);
                look(child + 3);
            } else {
                (child + 1..n).for_each(look);
            }
            if last.before(entry) {
                break;
            }
            heap[at] = entry;
            at = least;
        }
        heap[at] = last;
        Some(first.event())
    }

    /// Events pending, forgotten ones included.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.heap.len()
    }
}

impl Entry {
    #[inline]
    fn event(self) -> Event {
        let target = match self.ticket >> INDEX_BITS & ((1 << TARGET_BITS) - 1) {
            0 => Target::Frame,
            1 => Target::Call,
            2 => Target::Source,
            3 => Target::Replica,
            4 => Target::Edge,
            _ => Target::Control,
        };
        let index = (self.ticket & u64::from(MAX_INDEX)) as u32;
        Event { time: self.time, ticket: self.ticket, target, index }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::rng::{Key, Stream};

    #[test]
    fn events_come_out_as_from_a_sorted_list() {
        let mut draws = Key::new(5, 0).draws(Stream::default());
        let (mut clock, mut list) = (Clock::default(), Vec::new());
        let mut now = 0;
        for step in 0..20_000u32 {
            if draws.uniform() < 0.52 || list.is_empty() {
                let time = now + draws.bits() % 50;
                let ticket = clock.schedule(time, Target::Frame, step);
                list.push((time, ticket, step));
            } else {
                list.sort_unstable();
                let (time, ticket, index) = list.remove(0);
                now = time;
                assert_eq!(clock.pop(), Some(Event { time, ticket, target: Target::Frame, index }));
            }
            assert_eq!(clock.len(), list.len());
        }
    }

    #[test]
    fn simultaneous_events_keep_their_order() {
        let mut clock = Clock::default();
        let targets =
            [Target::Control, Target::Frame, Target::Edge, Target::Call, Target::Replica, Target::Source];
        for target in targets {
            clock.schedule(7, target, MAX_INDEX);
        }
        let out: Vec<_> = std::iter::from_fn(|| clock.pop()).map(|e| (e.target, e.index)).collect();
        assert_eq!(out, targets.map(|t| (t, MAX_INDEX)));
    }
}
