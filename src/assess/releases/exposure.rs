//! How much of the requests a new version gets while it is rolled out, and what an alert on errors sees of that.

/// Shares of the requests over time: `(from second, share)`, from then on; sorted, zero before the first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exposure {
    steps: Vec<(f64, f64)>,
}

impl Exposure {
    /// From these steps.
    pub fn new(steps: Vec<(f64, f64)>) -> Self {
        debug_assert!(steps.windows(2).all(|w| w[0].0 <= w[1].0));
        Self { steps }
    }

    /// A rolling update of `n` pods, so many at a time, each batch taking `start` seconds.
    pub fn rolling(n: u32, batch: u32, start: f64) -> Self {
        let (n, batch) = (n.max(1), batch.max(1));
        let share = |done: u32| f64::from((done * batch).min(n)) / f64::from(n);
        Self::new((1..=n.div_ceil(batch)).map(|done| (f64::from(done) * start, share(done))).collect())
    }

    /// Steps of a canary or a flag, from `from` on, each looked at for `bake` seconds.
    pub fn stepped(steps: &[f64], from: f64, bake: f64) -> Self {
        Self::new(steps.iter().enumerate().map(|(i, share)| (from + i as f64 * bake, *share)).collect())
    }

    /// When the last step is reached, seconds.
    pub fn end(&self) -> f64 {
        self.steps.last().map_or(0.0, |s| s.0)
    }

    /// When the first requests reach the new version.
    pub fn begins(&self) -> f64 {
        self.steps.first().map_or(0.0, |s| s.0)
    }

    /// The share at an instant.
    pub fn at(&self, time: f64) -> f64 {
        self.steps.iter().rev().find(|s| s.0 <= time).map_or(0.0, |s| s.1)
    }

    /// The integral of the share up to an instant, seconds. O(steps).
    pub fn until(&self, time: f64) -> f64 {
        let mut sum = 0.0;
        for (i, (from, share)) in self.steps.iter().enumerate() {
            let to = self.steps.get(i + 1).map_or(time, |next| next.0.min(time));
            sum += (to - from).max(0.0) * share;
        }
        sum
    }

    /// If the share is the same from just after `from` until `to`: until when it stays so; infinite after the last step.
    pub fn settled(&self, from: f64, to: f64) -> Option<f64> {
        match self.steps.iter().find(|s| s.0 > from) {
            Some(next) if next.0 <= to => None,
            next => Some(next.map_or(f64::INFINITY, |next| next.0)),
        }
    }

    /// The same when it is taken back from `found` on: at once after `switch` seconds, or batch by batch as it was rolled out.
    pub fn taken_back(&self, found: f64, back: Back) -> f64 {
        match back {
            Back::Switch(seconds) => self.until(found + seconds),
            Back::Rolling { n, batch, start } => {
                let old = (self.at(found) * f64::from(n) + 0.5) as u32;
                let batches = old.div_ceil(batch.max(1));
                let left = |done: u32| f64::from(old.saturating_sub(done * batch)) / f64::from(n.max(1));
                self.until(found) + (0..batches).map(|done| left(done) * start).sum::<f64>()
            }
        }
    }
}

/// How a version is taken back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Back {
    /// All requests go to the old one after so many seconds.
    Switch(f64),
    /// Pods are replaced again.
    Rolling {
        /// Pods.
        n: u32,
        /// At a time.
        batch: u32,
        /// Seconds per batch.
        start: f64,
    },
}

/// An alert on the share of failed requests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Watch {
    /// It fires above this share.
    pub above: f64,
    /// How long that must hold, seconds.
    pub lasts: f64,
    /// Evaluated every so many seconds.
    pub every: f64,
    /// Over the last so many seconds.
    pub over: f64,
}

/// Most evaluations that are looked at one by one; what has not fired by then is taken not to.
const MOST_EVALUATIONS: u32 = 10_000_000;

impl Watch {
    /// When it fires, if the new version fails `fails` of its requests and only a share `seen` of the requests it looks at goes
    /// there at all; `phase` in 0..1: where its evaluations fall. `None`: not until `most` seconds. Evaluations that must come out
    /// like the one before are passed over, so that a bake of months costs no more than one of minutes: O(steps² x over / every).
    pub fn fires(&self, exposure: &Exposure, fails: f64, seen: f64, phase: f64, most: f64) -> Option<f64> {
        let mean = |now: f64| {
            let from = (now - self.over).max(0.0);
            (exposure.until(now) - exposure.until(from)) / self.over.max(1e-9) * fails * seen
        };
        let mut pending: Option<f64> = None;
        // More often than a thousand times in its window a rule sees nothing new.
        let every = self.every.max(self.over / 1e3).max(1e-3);
        let (mut now, mut nth) = (phase * every, 0.0_f64);
        for _ in 0..MOST_EVALUATIONS {
            if now > most {
                break;
            }
            let mut same_until = exposure.settled(now - self.over, now);
            if mean(now) > self.above {
                let since = *pending.get_or_insert(now);
                if now - since >= self.lasts {
                    return Some(now);
                }
                same_until = same_until.map(|time| time.min(since + self.lasts));
            } else {
                pending = None;
            }
            let last_alike = same_until.map_or(0.0, |time| (time.min(most) / every - phase).floor());
            nth = (nth + 1.0).max(last_alike);
            now = (phase + nth) * every;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_evaluated_without_a_pause_ends() {
        let watch = Watch { above: 0.5, lasts: 0.0, every: 0.0, over: 60.0 };
        let e = Exposure::rolling(3, 1, 30.0);
        assert_eq!(watch.fires(&e, 0.1, 1.0, 0.3, 3600.0), None);
        assert!(Watch { above: 0.05, ..watch }.fires(&e, 0.3, 1.0, 0.0, 3600.0).is_some());
    }

    #[test]
    fn a_rolling_update_grows_batch_by_batch() {
        let e = Exposure::rolling(3, 1, 30.0);
        assert_eq!((e.at(29.0), e.at(30.0), e.at(89.0), e.at(90.0)), (0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0));
        assert_eq!((e.begins(), e.end()), (30.0, 90.0));
        // 30 s at a third, 30 s at two thirds, 10 s at all.
        assert!((e.until(100.0) - 40.0).abs() < 1e-9);
        // Found at 65 s with two of three pods: 5 s at two thirds until then, 30 s at two thirds, 30 s at one third.
        let back = Back::Rolling { n: 3, batch: 1, start: 30.0 };
        assert!((e.taken_back(65.0, back) - (10.0 + 5.0 * 2.0 / 3.0 + 20.0 + 10.0)).abs() < 1e-9);
    }

    #[test]
    fn an_alert_waits_for_its_window_and_its_for() {
        let e = Exposure::stepped(&[0.5, 1.0], 105.0, 600.0);
        let watch = Watch { above: 0.05, lasts: 0.0, every: 60.0, over: 60.0 };
        // Half of the requests fail 30 %: 15 % over a full minute. At 120 s a quarter of the window has them: 3.75 %.
        assert_eq!(watch.fires(&e, 0.3, 1.0, 0.0, 3600.0), Some(180.0));
        assert_eq!(Watch { lasts: 120.0, ..watch }.fires(&e, 0.3, 1.0, 0.0, 3600.0), Some(300.0));
        // 7 % of half is 3.5 %: seen only once all requests go there, from 705 s on, by the first full minute of it.
        assert_eq!(watch.fires(&e, 0.07, 1.0, 0.0, 3600.0), Some(780.0));
        assert_eq!(watch.fires(&e, 0.04, 1.0, 0.0, 3600.0), None);
        // A year of looking at half of the requests is passed over, and what comes after it is seen as soon as before.
        let year = Exposure::stepped(&[0.5, 1.0], 105.0, 3e7);
        assert_eq!(
            Watch { every: 1.0, ..watch }.fires(&year, 0.07, 1.0, 0.0, 4e7),
            Some(30_000_105.0 + 26.0)
        );
        // Only a tenth of what the alert looks at passes here.
        assert_eq!(watch.fires(&e, 0.3, 0.1, 0.0, 3600.0), None);
    }
}
