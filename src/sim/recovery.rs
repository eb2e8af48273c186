//! Whether a run comes back from its faults. Before the first fault the watch learns what is normal: by journey, the
//! share of requests that fail, and twice the 99th percentile of the response as the limit of what is slow. From then
//! on each bucket of five seconds counts the requests that ended and, of these, the bad ones: failed or slow.
//!
//! A replication in which most requests of a journey fail in the minute before the first fault has no normal to come back to: it
//! is *stuck*, whatever the fault does.
//!
//! Verdict: a minute is bad when its bad share is above the normal one by more than five points and three standard
//! errors. *Recovered*: the last sixth of the time after the fault (at least five minutes) has no bad minute in a row with
//! another; the time to recover is the end of the last bad bucket up to a minute after the last such pair, a bucket being bad
//! as a minute is, so that it is known to a bucket's length. Else *draining*, if the requests in flight, or the bad
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
const BUCKET_S: f64 = 5.0;
/// How far off a time to recover can be, seconds.
pub const FINENESS_S: f64 = 0.5 * BUCKET_S;
/// Share of failed requests in the minute before the first fault from which on there is no normal state to come back to.
const COLLAPSED: f64 = 0.5;
/// Fewest requests that tell it.
const FEWEST: u32 = 10;
/// Buckets that are judged together.
const WINDOW: usize = 12;

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
    /// Whether most requests of a journey had failed in the minute before the first fault: nothing comes back from there.
    collapsed: bool,
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
        let slow = self.normal.as_ref().map_or(u64::MAX, |normal| normal[journey].slow);
        let cell = &mut self.now[journey];
        cell.0 += 1;
        cell.1 += u32::from(failed || response > slow);
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
        let minute = &self.buckets[self.buckets.len().saturating_sub(WINDOW)..];
        let most = |j: &usize| {
            let seen = minute.iter().map(|b| b.0[*j]).chain([self.now[*j]]);
            let (ended, failed) = seen.fold((0, 0), |s, c| (s.0 + c.0, s.1 + c.1));
            ended >= FEWEST && f64::from(failed) >= COLLAPSED * f64::from(ended)
        };
        self.collapsed = (0..self.journeys).any(|j| most(&j));
    }

    /// Closes a bucket.
    pub fn roll(&mut self, in_flight: u32) {
        let counts = std::mem::replace(&mut self.now, vec![(0, 0); self.journeys]);
        self.buckets.push((counts, in_flight));
    }

    /// What became of a fault that ended at `end`, and the seconds from there until back to normal.
    pub fn verdict(&self, end: Instant) -> (Recovery, Option<f64>) {
        let Some(normal) = &self.normal else { return (Recovery::Unknown, None) };
        if self.collapsed {
            return (Recovery::Stuck, None);
        }
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
            let near = after.len().min((last + 1) * WINDOW);
            let minutes = &bad;
            // That nothing ends for a few seconds is bad only where the minute is.
            let is_bad = |i: usize| {
                let bucket = &after[i..i + 1];
                let silent = bucket[0].0.iter().all(|cell| cell.0 == 0);
                self.is_bad(bucket, normal) && (!silent || minutes.get(i / WINDOW) == Some(&true))
            };
            let bad = (0..near).rev().find(|i| is_bad(*i));
            // Somewhere in that bucket.
            let seconds = bad.map_or(0.0, |i| {
                let at = self.warm + (first + i + 1) as u64 * self.length;
                (at.saturating_sub(end) as f64 * 1e-9 - 0.5 * BUCKET_S).max(0.0)
            });
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
            buckets: (0..720).map(|i| (vec![(100, bad(i))], flying(i))).collect(),
            journeys: 1,
            ..Watch::default()
        }
    }

    #[test]
    fn verdicts_tell_recovered_from_draining_from_stuck() {
        let end = nanos(600.0);
        let calm = watch(|i| if (120..177).contains(&i) { 100 } else { 1 }, |_| 5);
        assert_eq!(calm.verdict(end), (Recovery::Recovered, Some(282.5)));
        assert_eq!(watch(|_| 1, |_| 5).verdict(end), (Recovery::Recovered, Some(0.0)));
        let short = watch(|i| if (120..123).contains(&i) { 60 } else { 1 }, |_| 5);
        let (recovered, after) = short.verdict(end);
        assert_eq!(recovered, Recovery::Recovered);
        assert!((after.unwrap() - 12.5).abs() < 1e-9, "less than a minute is seen too: {after:?}");
        let draining = watch(|i| if i < 120 { 0 } else { 100 }, |i| 4000 - 5 * i as u32);
        assert_eq!(draining.verdict(end).0, Recovery::Draining);
        assert_eq!(watch(|i| if i < 120 { 0 } else { 100 }, |_| 400).verdict(end).0, Recovery::Stuck);
        assert_eq!(Watch::default().verdict(end).0, Recovery::Unknown);
    }

    #[test]
    fn what_fails_before_the_fault_has_no_normal_to_come_back_to() {
        let before = |bad: u32| {
            let mut watch = Watch { normal: None, ..watch(|i| if i < 60 { bad } else { 100 }, |_| 5) };
            let all = std::mem::take(&mut watch.buckets);
            watch.now = vec![(0, 0)];
            watch.buckets = all[..60].to_vec();
            watch.begin(&[JourneyCounts::default()]);
            watch.normal = Some(vec![Normal { slow: 1000, bad: 1.0 }]);
            watch.buckets = all;
            watch.verdict(nanos(600.0)).0
        };
        // Against a normal at which all fail, nothing looks bad.
        assert_eq!((before(60), before(40)), (Recovery::Stuck, Recovery::Recovered));
    }
}
