//! Retries: how many attempts a call takes, how long, and what they do to the load of the callee.
//!
//! Attempts fail independently of each other here; where failures come in stretches (an overload, an outage) the
//! simulation is the judge.
//!
//! Source: M. Brooker, "Timeouts, retries and backoff with jitter", Amazon Builders' Library (2019).

use super::moments::Moments;
use crate::model::call::{Jitter, Retry};

/// A call with its attempts, per call made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attempts {
    /// Mean attempts.
    pub mean: f64,
    /// Chance that all attempts failed.
    pub failed: f64,
    /// Time lost before the last attempt of a call that succeeded in the end: failed attempts and waits between.
    pub lost_when_ok: Moments,
    /// Time lost before the last attempt of a call that failed for good.
    pub lost_when_failed: Moments,
    /// Share of wanted retries that the budget grants.
    pub grant: f64,
}

/// Mean attempts of a call whose attempts fail with chance `failure`, at most `most` of them: (1 - p^m) / (1 - p).
pub fn mean_attempts(failure: f64, most: u32) -> f64 {
    (0..most).fold((0.0, 1.0), |(sum, reach), _| (sum + reach, reach * failure)).0
}

/// Chance that one of at most `most` attempts succeeds.
pub fn success(failure: f64, most: u32) -> f64 {
    1.0 - (0..most).fold(1.0, |all, _| all * failure)
}

/// Load on the deepest of `layers` when every layer makes `attempts` and all fail: attempts^layers.
pub fn layered_amplification(attempts: u32, layers: u32) -> f64 {
    (0..layers).fold(1.0, |all, _| all * f64::from(attempts))
}

/// The wait before attempt `k + 1` (k = 1 first): base doubled each time, up to the cap, spread by the jitter.
pub fn backoff(retry: &Retry, k: u32) -> Moments {
    let mut full = retry.base.as_seconds();
    let cap = retry.cap.as_seconds();
    for _ in 1..k {
        if full >= cap {
            break;
        }
        full *= 2.0;
    }
    let full = full.min(cap);
    match retry.jitter {
        Jitter::None => Moments::constant(full),
        Jitter::Full => Moments::new(full / 2.0, full * full / 12.0),
        Jitter::Equal => Moments::new(0.75 * full, full * full / 48.0),
    }
}

/// The share of wanted retries that a budget grants, so that retries stay within `budget` times the first attempts.
fn granted(failure: f64, extra: u32, budget: f64) -> f64 {
    let retries = |grant: f64| mean_attempts(failure * grant, extra + 1) - 1.0;
    if retries(1.0) <= budget {
        return 1.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if retries(middle) <= budget { low = middle } else { high = middle }
    }
    low
}

/// All about a call whose attempts fail with chance `failure`, each failed one after `failed_time`. O(extra attempts).
pub fn attempts(failure: f64, failed_time: Moments, retry: Option<&Retry>) -> Attempts {
    let extra = retry.map_or(0, |r| r.extra);
    let Some(retry) = retry.filter(|_| failure > 0.0 && extra > 0) else {
        return Attempts {
            mean: 1.0,
            failed: failure,
            lost_when_ok: Moments::ZERO,
            lost_when_failed: Moments::ZERO,
            grant: 1.0,
        };
    };
    let grant = retry.budget.map_or(1.0, |b| granted(failure, extra, b.get()));
    let (mut reach, mut mean, mut failed) = (1.0, 0.0, 0.0);
    let mut lost = Moments::ZERO;
    let (mut ok, mut bad) = ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0));
    for k in 1..=extra + 1 {
        mean += reach;
        let ends = if k <= extra { failure * (1.0 - grant) } else { failure };
        let add = |sum: &mut (f64, f64, f64), chance: f64| {
            if chance > 0.0 {
                sum.0 += chance;
                sum.1 += chance * lost.mean;
                sum.2 += chance * lost.second();
            }
        };
        add(&mut ok, reach * (1.0 - failure));
        add(&mut bad, reach * ends);
        failed += reach * ends;
        reach *= failure * grant;
        if reach < 1e-18 {
            break;
        }
        lost = lost.then(failed_time).then(backoff(retry, k));
    }
    let moments = |(chance, first, second): (f64, f64, f64)| {
        if chance > 0.0 { Moments::from_second(first / chance, second / chance) } else { Moments::ZERO }
    };
    Attempts { mean, failed, lost_when_ok: moments(ok), lost_when_failed: moments(bad), grant }
}

/// Steady failure ratios of one queue whose callers give up after a time limit and try again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Storm {
    /// Attempts per call in the healthy state.
    pub healthy: f64,
    /// Attempts per call in the state that a disturbance can leave behind.
    pub collapsed: f64,
}

/// Both ends of the fixed point "attempts raise the load, the load raises failures, failures raise attempts".
///
/// `failure(attempts)` is the chance that an attempt fails when calls take so many attempts on average; it must rise. At
/// most `most` attempts. When the two ends differ the system is bistable: it can be healthy or collapsed at this load.
pub fn storm(most: u32, failure: impl Fn(f64) -> f64) -> Storm {
    let settle = |start: f64| {
        let mut attempts = start;
        for _ in 0..500 {
            let next = mean_attempts(failure(attempts), most);
            if (next - attempts).abs() < 1e-10 * attempts {
                break;
            }
            attempts = next;
        }
        attempts
    };
    Storm { healthy: settle(1.0), collapsed: settle(f64::from(most)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Duration, Probability};

    fn retry(extra: u32, budget: Option<f64>) -> Retry {
        Retry {
            extra,
            base: Duration::millis(100.0),
            cap: Duration::millis(250.0),
            jitter: Jitter::None,
            budget: budget.map(Probability::clamp),
        }
    }

    #[test]
    fn three_attempts_at_one_fifth() {
        assert!((mean_attempts(0.2, 3) - 1.24).abs() < 1e-15);
        assert!((success(0.2, 3) - 0.992).abs() < 1e-15);
        assert_eq!(layered_amplification(3, 5), 243.0);
        let all = attempts(0.2, Moments::constant(1.0), Some(&retry(2, None)));
        assert!((all.mean - 1.24).abs() < 1e-15 && (all.failed - 0.008).abs() < 1e-15);
        // Failed for good: two failed attempts of 1 s, and waits of 0.1 s and 0.2 s.
        assert!((all.lost_when_failed.mean - 2.3).abs() < 1e-12);
        // Successes: 0.8 lose nothing, 0.16 lose 1.1 s, 0.032 lose 2.3 s.
        assert!((all.lost_when_ok.mean - (0.16 * 1.1 + 0.032 * 2.3) / 0.992).abs() < 1e-12);
    }

    #[test]
    fn waits_double_up_to_the_cap() {
        let r = retry(5, None);
        assert_eq!([1, 2, 3, 4].map(|k| backoff(&r, k).mean), [0.1, 0.2, 0.25, 0.25]);
    }

    #[test]
    fn a_budget_bounds_the_retries() {
        let all = attempts(1.0, Moments::ZERO, Some(&retry(3, Some(0.1))));
        assert!((all.mean - 1.1).abs() < 1e-9, "{}", all.mean);
        assert!((all.failed - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_storm_has_two_states_below_capacity() {
        // Capacity 100/s, attempts fail when calls x attempts exceed it: at 40 calls/s and 4 attempts both hold.
        let at = |calls: f64| storm(4, move |attempts| f64::from(u8::from(calls * attempts > 100.0)));
        let both = at(40.0);
        assert_eq!((both.healthy, both.collapsed), (1.0, 4.0));
        let calm = at(20.0);
        assert_eq!(calm.healthy, calm.collapsed);
    }
}
