//! What a replication counts while it runs: exact integers throughout, so that results do not depend on order.
//!
//! A visit or request counts when it *arrived* in the window, from the end of the warm-up to the end of the run, whenever it
//! ends: the run goes on for a while until they have. Those that still have not are counted as such. Throughput, time
//! averages and time series cover exactly the window, whenever the requests came.

use super::clock::Instant;
use super::makeup::Makeup;
use super::request::{CAUSES, Outcome};
use crate::stats::histogram::Histogram;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A number that changes over time, and its integral.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// Now.
    pub value: u32,
    /// Every change times its instant, modulo 2^64: the integral since it was settled last is `value * now` less their sum,
    /// and far below that (an hour of five million).
    moments: u64,
    /// The integral when it was settled, in ns.
    settled: u128,
    /// The integral when measuring started, in ns.
    before: u128,
}

impl Level {
    /// Changes the number at an instant.
    #[inline(always)]
    pub fn add(&mut self, now: Instant, change: i32) {
        self.moments = self.moments.wrapping_add((i64::from(change) as u64).wrapping_mul(now));
        self.value = self.value.wrapping_add_signed(change);
    }

    /// Forgets the past: measuring starts.
    pub fn restart(&mut self, now: Instant) {
        self.before = self.lifetime(now);
    }

    /// What there is so far is put aside. At least once an hour.
    fn settle(&mut self, now: Instant) {
        self.settled = self.lifetime(now);
        self.moments = u64::from(self.value).wrapping_mul(now);
    }

    /// The integral since the start of the run, in ns.
    pub fn lifetime(&self, now: Instant) -> u128 {
        self.settled + u128::from(u64::from(self.value).wrapping_mul(now).wrapping_sub(self.moments))
    }

    /// The integral up to now, in ns.
    pub fn area(&self, now: Instant) -> u128 {
        self.lifetime(now) - self.before
    }
}

/// What one component counts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ComponentCounts {
    /// Requests that reached it.
    pub arrivals: u64,
    /// Requests that found a place: the rest were turned away.
    pub entered: u64,
    /// Of these, those that waited.
    pub queued: u64,
    /// Turned away by a full queue.
    pub blocked: u64,
    /// Lost patience.
    pub abandoned: u64,
    /// Answered while measuring, whenever they came.
    pub answered: u64,
    /// Look-ups and those answered here.
    pub lookups: u64,
    /// See `lookups`.
    pub hits: u64,
    /// Wait of those served.
    pub wait: Histogram,
    /// Time of those answered.
    pub response: Histogram,
    /// Busy servers, in the component's parts.
    pub busy: Level,
    /// Waiting.
    pub waiting: Level,
    /// In the component.
    pub system: Level,
    /// Instants at which it got its first request less those at which its last one left, since measuring started.
    empty: u64,
    /// Replicas that are up and active.
    pub up: Level,
    /// Replicas wanted that are not ready.
    pub pending: Level,
    /// Fewest and most replicas.
    pub up_range: (u32, u32),
    /// Busy integral at the last bucket.
    busy_before: u128,
    /// Utilisation by bucket, where there are servers.
    pub utilisation: Vec<f32>,
}

/// What one journey counts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct JourneyCounts {
    /// Sent.
    pub arrivals: u64,
    /// Answered.
    pub answered: u64,
    /// Answered while measuring, whenever they were sent.
    pub throughput: u64,
    /// Not ended when the run was.
    pub unfinished: u64,
    /// Of these, those that have not seen a first token.
    pub silent: u64,
    /// Failed, by cause.
    pub failed: [u64; CAUSES],
    /// The same by component as well.
    pub failures: Failures,
    /// Time of those answered.
    pub response: Histogram,
    /// Time to the first token of those answered that streamed.
    pub first_token: Histogram,
    /// Calls made for it, and attempts of them.
    pub calls: u64,
    /// See `calls`.
    pub attempts: u64,
    /// Make-up of the time.
    pub makeup: Makeup,
    /// Make-up of the time to the first token.
    pub before_token: Makeup,
    now: Bucket,
    /// Buckets of the time series.
    pub series: Vec<Point>,
    /// By fault of the study: requests sent while it lasted.
    pub faults: Vec<During>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Bucket {
    arrivals: u32,
    ended: u32,
    failed: u32,
    response: Histogram,
}

/// One bucket of a journey's time series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Sent.
    pub arrivals: u32,
    /// Ended, well or not.
    pub ended: u32,
    /// Failed.
    pub failed: u32,
    /// p95 of those answered, ns; 0 when there was none.
    pub p95: f32,
}

/// Requests sent while a fault lasted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct During {
    /// Ended.
    pub ended: u64,
    /// Failed.
    pub failed: u64,
    /// Not ended when the run was.
    pub unfinished: u64,
    /// Those that failed by component and cause.
    pub failures: Failures,
    /// Time of those answered.
    pub response: Histogram,
}

/// Failed requests by the component whose failure it was, and by cause.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Failures(BTreeMap<u32, u64>);

impl Failures {
    /// One more. `culprit`: one more than the component.
    pub fn note(&mut self, culprit: u32, outcome: Outcome) {
        *self.0.entry(culprit.saturating_sub(1) * CAUSES as u32 + u32::from(outcome) - 1).or_default() += 1;
    }

    /// How many failed at a component by a cause, by their indices.
    pub fn of(&self, component: usize, cause: usize) -> u64 {
        self.0.get(&((component * CAUSES + cause) as u32)).copied().unwrap_or(0)
    }

    /// Component and cause of all there are, by their indices.
    pub fn all(&self) -> impl Iterator<Item = (usize, usize)> {
        self.0.keys().map(|at| (*at as usize / CAUSES, *at as usize % CAUSES))
    }
}

impl JourneyCounts {
    /// Nothing counted yet, for a study with so many faults.
    pub fn new(faults: usize) -> Self {
        Self { faults: vec![During::default(); faults], ..Self::default() }
    }

    /// A request is sent while measuring.
    #[inline]
    pub fn sent(&mut self) {
        self.arrivals += 1;
        self.now.arrivals += 1;
    }

    /// A request was answered while measuring; for the time series, whenever it was sent. `at`: the bucket of `response`, ns.
    #[inline]
    pub fn note_answer(&mut self, at: usize, response: u64) {
        self.now.ended += 1;
        self.throughput += 1;
        self.now.response.count_in(at, response);
    }

    /// A request failed while measuring; for the time series, whenever it was sent.
    pub fn note_failure(&mut self) {
        self.now.ended += 1;
        self.now.failed += 1;
    }

    /// Closes a bucket of the time series.
    pub fn roll(&mut self) {
        let bucket = &mut self.now;
        let p95 = bucket.response.quantile(0.95).unwrap_or(0.0) as f32;
        let point = Point { arrivals: bucket.arrivals, ended: bucket.ended, failed: bucket.failed, p95 };
        self.series.push(point);
        bucket.response.clear();
        (bucket.arrivals, bucket.ended, bucket.failed) = (0, 0, 0);
    }
}

impl ComponentCounts {
    /// Counts a look-up.
    #[inline]
    pub fn look(&mut self, measuring: bool, found: bool) {
        self.lookups += u64::from(measuring);
        self.hits += u64::from(measuring && found);
    }

    /// Closes a bucket that lasted `length` ns over so many parts of servers; `None`: without limit.
    pub fn roll(&mut self, now: Instant, length: u64, parts: Option<f64>) {
        let area = self.busy.area(now);
        if let Some(parts) = parts.filter(|s| *s > 0.0) {
            let busy = (area - self.busy_before) as f64;
            self.utilisation.push((busy / (parts * length as f64)) as f32);
        }
        self.busy_before = area;
        for level in [&mut self.busy, &mut self.waiting, &mut self.system, &mut self.up, &mut self.pending] {
            level.settle(now);
        }
    }

    /// Measuring starts.
    pub fn restart(&mut self, now: Instant) {
        self.busy_before = 0;
        self.up_range = (self.up.value, self.up.value);
        for level in [&mut self.busy, &mut self.waiting, &mut self.system, &mut self.up, &mut self.pending] {
            level.restart(now);
        }
        self.empty = if self.system.value == 0 { now.wrapping_neg() } else { 0 };
    }

    /// A request comes in.
    #[inline(always)]
    pub fn enter(&mut self, now: Instant) {
        // Without a branch, here and below: which way it goes is anybody's guess.
        self.empty = self.empty.wrapping_add(now * u64::from(self.system.value == 0));
        self.system.add(now, 1);
    }

    /// A request goes.
    #[inline(always)]
    pub fn leave(&mut self, now: Instant) {
        self.system.add(now, -1);
        self.empty = self.empty.wrapping_sub(now * u64::from(self.system.value == 0));
    }

    /// Time with nobody in it, in ns.
    pub fn empty(&self, now: Instant) -> u64 {
        self.empty.wrapping_add(now * u64::from(self.system.value == 0))
    }

    /// Replicas came or went.
    pub fn replicas(&mut self, now: Instant, up: u32) {
        self.up.add(now, up as i32 - self.up.value as i32);
        self.up_range = (self.up_range.0.min(up), self.up_range.1.max(up));
    }
}
