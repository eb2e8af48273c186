//! What the time of traced requests is made of: waiting, service, network, stream and retries by component, along the
//! path that decided the response (of a parallel group only the branch that ended last). The parts of a request add up
//! to its response exactly. One accumulator per eighth of an octave of response, so memory does not grow with the run.

use super::request::NONE;
use crate::stats::histogram::bucket;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Kinds of parts, in the order of [`PARTS`].
pub const WAITING: u32 = 0;
/// Work and latency.
pub const SERVICE: u32 = 1;
/// Both ways.
pub const NETWORK: u32 = 2;
/// Tokens.
pub const STREAM: u32 = 3;
/// Failed attempts and back-off.
pub const RETRY: u32 = 4;
/// Their names.
pub const PARTS: [&str; 5] = ["waiting", "service", "network", "stream", "retry"];

/// Part `kind` at a component.
#[inline]
pub const fn part(component: u32, kind: u32) -> u32 {
    component * PARTS.len() as u32 + kind
}

/// Lists of parts under way, used again. Parts of one kind at one component are added up before a list grows, so that none is longer
/// than twice the number of different parts, however many calls a request makes.
#[derive(Clone, Debug, Default)]
pub struct Traces {
    lists: Vec<Vec<(u32, u64)>>,
    free: Vec<u32>,
    /// Parts there is room for, over all lists.
    room: usize,
}

/// Lists under way beyond which no further request is traced.
const MOST: usize = 1 << 17;
/// Parts that they have room for beyond which none is either, 16 bytes each.
const MOST_PARTS: usize = 1 << 22;
/// Length up to which a list just grows.
const SHORT: usize = 16;
/// Length above which one that is dropped gives its room back.
const LONG: usize = 1 << 10;

impl Traces {
    /// Whether there is room for another request's.
    #[inline]
    pub fn have_room(&self) -> bool {
        self.room < MOST_PARTS && (self.lists.len() < MOST || !self.free.is_empty())
    }

    /// A new, empty list.
    pub fn open(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.lists.push(Vec::new());
            (self.lists.len() - 1) as u32
        })
    }

    /// Adds a part, when there is a list.
    #[inline]
    pub fn note(&mut self, trace: u32, part: u32, time: u64) {
        if trace != NONE && time > 0 {
            let list = &mut self.lists[trace as usize];
            if list.len() == list.capacity() {
                self.room += make_room(list, 1);
            }
            list.push((part, time));
        }
    }

    /// Drops a list, when there is one.
    #[inline]
    pub fn close(&mut self, trace: u32) {
        if trace != NONE {
            let list = &mut self.lists[trace as usize];
            list.clear();
            if list.capacity() > LONG {
                self.room -= list.capacity();
                *list = Vec::new();
            }
            self.free.push(trace);
        }
    }

    /// Adds one list to another and drops it.
    pub fn append(&mut self, to: u32, from: u32) {
        if from != NONE && to != NONE {
            let mut list = std::mem::take(&mut self.lists[from as usize]);
            let longer = &mut self.lists[to as usize];
            if longer.capacity() - longer.len() < list.len() {
                self.room += make_room(longer, list.len());
            }
            longer.append(&mut list);
            self.lists[from as usize] = list;
        }
        self.close(from);
    }

    /// Whether no list is under way, and none was dropped twice.
    #[cfg(test)]
    pub fn all_closed(&self) -> bool {
        let mut free = self.free.clone();
        free.sort_unstable();
        free.dedup();
        free.len() == self.free.len() && free.len() == self.lists.len()
    }

    /// A call of `callee` was answered `response` ns after its last attempt began, `retried` ns after its first: the list of the
    /// visit goes into the call's. The time on the network, ns.
    #[inline(never)]
    pub fn answered(&mut self, call: u32, visit: u32, callee: u32, response: u64, retried: u64) -> u64 {
        self.note(call, part(callee, RETRY), retried);
        // Out and back differ by at most the odd nanosecond of the round trip.
        let parts: u64 = self.parts(visit).iter().map(|p| p.1).sum();
        let network = response.saturating_sub(parts);
        self.note(call, part(callee, NETWORK), network);
        self.append(call, visit);
        network
    }

    /// The parts of a list.
    pub fn parts(&self, trace: u32) -> &[(u32, u64)] {
        &self.lists[trace as usize]
    }
}

/// Makes room for `more` parts: by adding up those of one kind, and where that gives less than half, by growing. Returns by how much
/// it grew.
#[cold]
fn make_room(list: &mut Vec<(u32, u64)>, more: usize) -> usize {
    let before = list.capacity();
    if list.len() + more > SHORT {
        list.sort_unstable_by_key(|p| p.0);
        list.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += if same { next.1 } else { 0 };
            same
        });
    }
    if list.len() + more > before / 2 {
        list.reserve(more.max(list.len()).max(4));
    }
    list.capacity() - before
}

/// Sums of parts, by response time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Makeup {
    cells: BTreeMap<u32, Cell>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Cell {
    requests: u64,
    parts: BTreeMap<u32, u64>,
}

impl Makeup {
    /// Counts a request that was answered after `response` ns.
    #[inline(never)]
    pub fn record(&mut self, response: u64, parts: &[(u32, u64)]) {
        let cell = self.cells.entry((bucket(response) >> 4) as u32).or_default();
        cell.requests += 1;
        for (part, time) in parts {
            *cell.parts.entry(*part).or_default() += time;
        }
    }

    /// Adds what another replication counted.
    pub fn merge(&mut self, other: &Self) {
        for (at, cell) in &other.cells {
            let mine = self.cells.entry(*at).or_default();
            mine.requests += cell.requests;
            for (part, time) in &cell.parts {
                *mine.parts.entry(*part).or_default() += time;
            }
        }
    }

    /// Mean parts in ns of the requests whose response is near `response` ns: its own bucket, widened on both sides until
    /// it holds 50 requests or everything. Largest first.
    pub fn near(&self, response: f64) -> Vec<(u32, f64)> {
        let centre = i64::from((bucket(response as u64) >> 4) as u32);
        let inside =
            |reach: i64| self.cells.iter().filter(move |(at, _)| (i64::from(**at) - centre).abs() <= reach);
        let enough = |reach: &i64| inside(*reach).map(|c| c.1.requests).sum::<u64>() >= 50;
        let reach = (0..64).find(enough).unwrap_or(i64::MAX / 2);
        let mut sums: BTreeMap<u32, u64> = BTreeMap::new();
        let mut requests = 0u64;
        for (_, cell) in inside(reach) {
            requests += cell.requests;
            for (part, time) in &cell.parts {
                *sums.entry(*part).or_default() += time;
            }
        }
        let mut parts: Vec<(u32, f64)> =
            sums.into_iter().map(|(part, time)| (part, time as f64 / requests as f64)).collect();
        parts.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_no_longer_than_the_kinds_of_parts_ask_for() {
        let mut traces = Traces::default();
        let (whole, visit) = (traces.open(), traces.open());
        for round in 1..=100_000_u64 {
            traces.note(visit, (round % 20) as u32, round);
            if round % 50 == 0 {
                // A visit goes into its call over and over.
                let again = traces.open();
                traces.note(again, 7, 1);
                traces.append(whole, again);
            }
        }
        traces.append(whole, visit);
        let sum: u64 = traces.parts(whole).iter().map(|p| p.1).sum();
        assert_eq!(sum, 100_000 * 100_001 / 2 + 2_000);
        assert!(
            traces.lists.iter().all(|list| list.capacity() <= 80),
            "twenty kinds, twice, and room for as many"
        );
        assert_eq!(traces.room, traces.lists.iter().map(Vec::capacity).sum::<usize>());
        traces.close(whole);
        assert!(traces.all_closed() && traces.have_room());
    }
}
