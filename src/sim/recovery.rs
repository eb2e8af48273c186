//! Whether a run comes back from its faults. Before the first fault the watch learns what is normal: by journey, the
//! share of requests that fail, and twice the 99th percentile of the response as the limit of what is slow. From then
//! on each bucket of ten seconds counts the requests that ended and, of these, the bad ones: failed or slow.
//!
//! Verdict: a minute is bad when its bad share is above the normal one by more than five points and three standard
//! errors. *Recovered*: the last sixth of the time after the fault (at least five minutes) has no bad minute in a row with
//! another; the time to recover is the end of the last such pair. Else *draining*, if the requests in flight, or the bad
//! share, have at least halved between the first and the last tenth after the fault; else *stuck*. These thresholds are
//! our choice: they separate noise from a system that does not come back.

use super::clock::Instant;
use super::draw::nanos;
use super::measure::JourneyCounts;
use super::plan::Plan;
use crate::answer::Recovery;
use serde::{Deserialize, Serialize};

/// Points above the normal share of bad requests that make a minute bad.
const MARGIN: f64 = 0.05;
/// Length of a bucket, seconds.
const BUCKET_S: f64 = 10.0;
/// Buckets that are judged together.
const WINDOW: usize = 6;

/// What is watched while a run with faults is under way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    /// Length of a bucket, ns.
    pub length: u64,
    warm: Instant,
    /// By journey, once the first fault has started.
    normal: Option<Vec<Normal>>,
    now: Vec<(u32, u32)>,
    /// By bucket since the end of the warm-up: by journey ended and bad; and requests in flight.
    buckets: Vec<Bucket>,
    journeys: usize,
}

type Bucket = (Vec<(u32, u32)>, u32);

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Normal {
    slow: u64,
    bad: f64,
}

impl Watch {
    /// For a study.
    pub fn new(p: &Plan) -> Self {
        let journeys = p.sources.len();
        Self {
            length: nanos(BUCKET_S),
            warm: p.warm,
            now: vec![(0, 0); journeys],
            journeys,
            ..Self::default()
        }
    }

    /// A request ended.
    #[inline]
    pub fn ended(&mut self, journey: usize, failed: bool, response: u64) {
        let Some(normal) = &self.normal else { return };
        let cell = &mut self.now[journey];
        cell.0 += 1;
        cell.1 += u32::from(failed || response > normal[journey].slow);
    }

    /// A fault starts: the first one fixes what is normal.
    pub fn begin(&mut self, journeys: &[JourneyCounts]) {
        if self.normal.is_some() {
            return;
        }
        let learn = |j: &JourneyCounts| {
            let failed: u64 = j.failed.iter().sum();
            let ended = j.answered + failed;
            let slow = j.response.quantile(0.99).map_or(u64::MAX, |p99| 2 * p99 as u64);
            let bad = failed + j.response.above(slow);
            Normal { slow, bad: if ended > 0 { bad as f64 / ended as f64 } else { 0.0 } }
        };
        self.normal = Some(journeys.iter().map(learn).collect());
    }

    /// Closes a bucket.
    pub fn roll(&mut self, in_flight: u32) {
        let counts = std::mem::replace(&mut self.now, vec![(0, 0); self.journeys]);
        self.buckets.push((counts, in_flight));
    }

    /// What became of a fault that ended at `end`, and the seconds from there until back to normal.
    pub fn verdict(&self, end: Instant) -> (Recovery, Option<f64>) {
        let Some(normal) = &self.normal else { return (Recovery::Unknown, None) };
        let first = (end.saturating_sub(self.warm)).div_ceil(self.length) as usize;
        let after = self.buckets.get(first..).unwrap_or(&[]);
        if after.len() < 2 * WINDOW {
            return (Recovery::Unknown, None);
        }
        let windows: Vec<_> = after.chunks(WINDOW).filter(|w| w.len() == WINDOW).collect();
        let bad: Vec<bool> = windows.iter().map(|w| self.is_bad(w, normal)).collect();
        // The end of the last two bad minutes in a row.
        let last = (1..bad.len()).rev().find(|i| bad[*i] && bad[*i - 1]).map_or(0, |i| i + 1);
        let last = if last == 0 && bad[0] { 1 } else { last };
        let calm = (windows.len() / 6).max(5);
        if last + calm <= windows.len() {
            let at = self.warm + (first + last * WINDOW) as u64 * self.length;
            let seconds = if last == 0 { 0.0 } else { at.saturating_sub(end) as f64 * 1e-9 };
            return (Recovery::Recovered, Some(seconds));
        }
        let tenth = (after.len() / 10).max(1);
        let (early, late) = (&after[..tenth], &after[after.len() - tenth..]);
        let flying = |part: &[Bucket]| part.iter().map(|b| f64::from(b.1)).sum::<f64>();
        let share = |part: &[Bucket]| {
            let sum = part.iter().flat_map(|b| &b.0).fold((0, 0), |s, c| (s.0 + c.0, s.1 + c.1));
            f64::from(sum.1) / f64::from(sum.0.max(1))
        };
        let halved = flying(late) <= 0.5 * flying(early) || share(late) <= 0.5 * share(early);
        (if halved { Recovery::Draining } else { Recovery::Stuck }, None)
    }

    fn is_bad(&self, window: &[Bucket], normal: &[Normal]) -> bool {
        let nothing_ends = window.iter().all(|b| b.0.iter().all(|cell| cell.0 == 0));
        if nothing_ends && window.iter().all(|b| b.1 > 0) {
            return true;
        }
        normal.iter().enumerate().any(|(j, normal)| {
            let (ended, bad) = window.iter().fold((0, 0), |s, b| (s.0 + b.0[j].0, s.1 + b.0[j].1));
            if ended == 0 {
                return false;
            }
            let n = f64::from(ended);
            let error = (normal.bad.max(0.01) * (1.0 - normal.bad.min(0.99)) / n).sqrt();
            f64::from(bad) / n > normal.bad + MARGIN + 3.0 * error
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch(bad: impl Fn(usize) -> u32, flying: impl Fn(usize) -> u32) -> Watch {
        Watch {
            length: nanos(BUCKET_S),
            normal: Some(vec![Normal { slow: 1000, bad: 0.01 }]),
            buckets: (0..360).map(|i| (vec![(100, bad(i))], flying(i))).collect(),
            journeys: 1,
            ..Watch::default()
        }
    }

    #[test]
    fn verdicts_tell_recovered_from_draining_from_stuck() {
        let end = nanos(600.0);
        let calm = watch(|i| if (60..90).contains(&i) { 100 } else { 1 }, |_| 5);
        assert_eq!(calm.verdict(end), (Recovery::Recovered, Some(300.0)));
        assert_eq!(watch(|_| 1, |_| 5).verdict(end), (Recovery::Recovered, Some(0.0)));
        let draining = watch(|i| if i < 60 { 0 } else { 100 }, |i| 4000 - 10 * i as u32);
        assert_eq!(draining.verdict(end).0, Recovery::Draining);
        assert_eq!(watch(|i| if i < 60 { 0 } else { 100 }, |_| 400).verdict(end).0, Recovery::Stuck);
        assert_eq!(Watch::default().verdict(end).0, Recovery::Unknown);
    }
}
