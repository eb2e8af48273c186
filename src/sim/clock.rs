//! The event queue: a four-ary implicit heap of 16-byte entries on (time, sequence number). Simultaneous events come
//! out in the order they were scheduled. Nothing is ever removed from the middle: whoever waits for an event keeps its
//! [`Ticket`] and drops what arrives with another one.
//!
//! For speed: the four children of an entry share one cache line, and an event taken out leaves its place at the top to
//! the next one scheduled, since most events bring another. The next arrivals of the first few sources stand beside the
//! heap: it would sort them among all that is under way, again and again.

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

/// By number. As many as there is room for, so that none is out of range.
const TARGETS: [Target; 1 << TARGET_BITS] = {
    let mut all = [Target::Control; 1 << TARGET_BITS];
    (all[0], all[1], all[2], all[3], all[4]) =
        (Target::Frame, Target::Call, Target::Source, Target::Replica, Target::Edge);
    all
};
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
        let time = self.time.wrapping_sub(other.time) as i64;
        let ticket = self.ticket.wrapping_sub(other.ticket);
        time << 1 < (ticket >> 63) as i64
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

/// Four entries, the children of one: a cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Block([Entry; 4]);

/// An empty place: after everything.
const NOTHING: Entry = Entry { time: NEVER, ticket: Ticket::MAX };
/// After every instant.
const NEVER: Instant = 1 << 61;
/// Blocks beyond which the heap is larger than a core's cache, and what comes next is worth looking at ahead of time.
const FAR: usize = 1 << 14;
/// Sources whose next arrival stands beside the heap. Our choice: looking through so many is as quick as sorting them in.
const LANES: usize = 8;
/// Place of the first entry. Places 0 to 2 stay empty, so that the children of place `i` are those of block `i - 2`.
const TOP: usize = 3;

/// Pending events.
#[derive(Clone, Debug)]
pub struct Clock {
    blocks: Vec<Block>,
    /// One past the last place in use.
    end: usize,
    /// Whether the entry at the top has been taken out.
    taken: bool,
    sequence: u64,
    /// The next arrival of each of the first sources.
    lanes: [Entry; LANES],
    /// The first of those.
    first: Entry,
    /// One past the last lane that was ever used.
    used: usize,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            blocks: vec![Block([NOTHING; 4])],
            end: TOP,
            taken: false,
            sequence: 0,
            lanes: [NOTHING; LANES],
            first: NOTHING,
            used: 0,
        }
    }
}

impl Clock {
    /// Adds an event. O(log n). 3.4e10 events fit into a run.
    #[inline(never)]
    pub fn schedule(&mut self, time: Instant, target: Target, index: u32) -> Ticket {
        self.schedule_here(time, target, index)
    }

    /// The same, in line: for the two places that most events come from.
    #[inline(always)]
    pub fn schedule_here(&mut self, time: Instant, target: Target, index: u32) -> Ticket {
        let entry = self.entry(time, target, index);
        if self.taken {
            self.taken = false;
            self.sink(entry);
        } else {
            self.rise(entry);
        }
        entry.ticket
    }

    /// Adds the next arrival of a source. There is at most one of each.
    #[inline]
    pub fn schedule_arrival(&mut self, time: Instant, source: u32) {
        if source as usize >= LANES {
            self.schedule(time, Target::Source, source);
            return;
        }
        let entry = self.entry(time, Target::Source, source);
        self.lanes[source as usize] = entry;
        self.used = self.used.max(source as usize + 1);
        if entry.before(self.first) {
            self.first = entry;
        }
    }

    #[inline(always)]
    fn entry(&mut self, time: Instant, target: Target, index: u32) -> Entry {
        self.sequence += 1;
        let ticket =
            self.sequence << (INDEX_BITS + TARGET_BITS) | (target as u64) << INDEX_BITS | u64::from(index);
        Entry { time, ticket }
    }

    /// Takes the next event out. O(log n).
    #[inline]
    pub fn pop(&mut self) -> Option<Event> {
        if self.taken {
            self.end -= 1;
            let place = &mut self.blocks[self.end >> 2].0[self.end & 3];
            let last = std::mem::replace(place, NOTHING);
            if self.end > TOP {
                self.sink(last);
            }
        }
        let top = self.blocks[0].0[TOP];
        self.taken = top.before(self.first);
        if self.taken {
            return Some(top.event());
        }
        let first = self.first.event();
        if first.time == NEVER {
            return None;
        }
        self.lanes[first.index as usize] = NOTHING;
        self.first = self.lanes.iter().take(self.used).fold(NOTHING, |a, b| if b.before(a) { *b } else { a });
        Some(first)
    }

    /// Puts an entry in at the end and lets it rise to its place.
    #[inline]
    fn rise(&mut self, entry: Entry) {
        let mut at = self.end;
        self.end += 1;
        if at >> 2 == self.blocks.len() {
            self.blocks.push(Block([NOTHING; 4]));
        }
        let blocks = &mut self.blocks[..];
        while at > TOP {
            let parent = (at >> 2) + 2;
            let above = blocks[parent >> 2].0[parent & 3];
            if above.before(entry) {
                break;
            }
            blocks[at >> 2].0[at & 3] = above;
            at = parent;
        }
        blocks[at >> 2].0[at & 3] = entry;
    }

    /// Puts an entry in at the top and lets it sink to its place.
    #[inline(always)]
    fn sink(&mut self, entry: Entry) {
        if self.blocks.len() > FAR {
            return self.sink_far(entry);
        }
        self.sink_ahead::<false>(entry);
    }

    /// The same in a large heap, out of the way of small ones.
    #[inline(never)]
    fn sink_far(&mut self, entry: Entry) {
        self.sink_ahead::<true>(entry);
    }

    /// With `AHEAD`, the blocks of all children's children are read before it is known which of them is next, so that they
    /// come from memory at the same time as the children.
    #[inline(always)]
    fn sink_ahead<const AHEAD: bool>(&mut self, entry: Entry) {
        let blocks = &mut self.blocks[..];
        let (mut at, mut seen) = (TOP, 0);
        while let Some(Block(children)) = blocks.get(at - 2) {
            if AHEAD && let Some(ahead) = blocks.get(4 * at - 10..4 * at - 6) {
                seen ^= ahead.iter().fold(0, |seen, block| seen ^ block.0[0].time);
            }
            let least = |a: usize, b: usize| if children[b].before(children[a]) { b } else { a };
            let first = least(least(0, 1), least(2, 3));
            let child = children[first];
            if entry.before(child) {
                break;
            }
            blocks[at >> 2].0[at & 3] = child;
            at = (at - 2) * 4 + first;
        }
        blocks[at >> 2].0[at & 3] = entry;
        if AHEAD {
            std::hint::black_box(seen);
        }
    }

    /// In a large heap, while the event last taken out is worked off: the index of the event that will most likely come
    /// next, so that whom it is for can be looked up ahead of time.
    #[inline]
    pub fn ahead(&self) -> Option<u32> {
        if self.blocks.len() <= FAR {
            return None;
        }
        let least = self.blocks[1].0.iter().fold(NOTHING, |a, b| if b.before(a) { *b } else { a });
        Some(least.event().index)
    }

    /// Drops the events that nobody waits for any more. O(n log n).
    pub fn retain(&mut self, wanted: impl Fn(Event) -> bool) {
        let first = TOP + usize::from(self.taken);
        let kept: Vec<Entry> = (first..self.end)
            .map(|at| self.blocks[at >> 2].0[at & 3])
            .filter(|entry| wanted(entry.event()))
            .collect();
        (self.blocks, self.end, self.taken) = (vec![Block([NOTHING; 4])], TOP, false);
        kept.into_iter().for_each(|entry| self.rise(entry));
    }

    /// Events pending, forgotten ones included.
    pub fn len(&self) -> usize {
        let waiting = self.lanes.iter().filter(|e| e.time != NEVER).count();
        self.end - TOP - usize::from(self.taken) + waiting
    }
}

impl Entry {
    #[inline]
    fn event(self) -> Event {
        let target = TARGETS[(self.ticket >> INDEX_BITS) as usize % TARGETS.len()];
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
                let source = step % 11;
                if clock.lanes.get(source as usize).is_some_and(|lane| lane.time == NEVER) {
                    clock.schedule_arrival(time, source);
                    list.push((time, clock.lanes[source as usize].ticket, source));
                } else {
                    list.push((time, clock.schedule(time, Target::Frame, step), step));
                }
            } else {
                list.sort_unstable();
                let (time, ticket, index) = list.remove(0);
                now = time;
                let target =
                    if index < 11 && ticket >> INDEX_BITS & 15 == 2 { Target::Source } else { Target::Frame };
                assert_eq!(clock.pop(), Some(Event { time, ticket, target, index }));
            }
            assert_eq!(clock.len(), list.len());
        }
    }

    #[test]
    fn a_large_heap_keeps_the_order() {
        let mut draws = Key::new(5, 1).draws(Stream::default());
        let mut clock = Clock::default();
        let many = 6 * FAR as u32;
        for index in 0..many {
            clock.schedule(draws.bits() % 1_000_000, Target::Frame, index);
        }
        assert!(clock.blocks.len() > FAR && clock.ahead().is_some());
        let (mut last, mut right) = ((0, 0), 0);
        for step in 0..2 * many {
            let ahead = clock.ahead();
            let Some(event) = clock.pop() else { break };
            assert!((event.time, event.ticket) > last, "step {step}");
            last = (event.time, event.ticket);
            right += u32::from(ahead == Some(event.index));
            if step % 3 == 0 && step < many {
                clock.schedule(event.time + draws.bits() % 1_000_000, Target::Frame, many + step);
            }
        }
        assert_eq!(clock.len(), 0);
        assert!(right > many / 2, "{right} of the next events were known ahead");
    }

    #[test]
    fn what_is_kept_keeps_its_order() {
        let mut draws = Key::new(5, 2).draws(Stream::default());
        let mut clock = Clock::default();
        for index in 0..5000 {
            clock.schedule(draws.bits() % 1000, Target::Frame, index);
        }
        let first = clock.pop().unwrap();
        clock.retain(|event| event.index % 3 != 0);
        let mut last = (first.time, first.ticket);
        let mut n = 0;
        while let Some(event) = clock.pop() {
            assert!((event.time, event.ticket) > last && event.index % 3 != 0);
            last = (event.time, event.ticket);
            n += 1;
        }
        assert_eq!(n, 5000 - 1667 - u32::from(first.index % 3 != 0));
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
