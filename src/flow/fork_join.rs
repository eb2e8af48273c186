//! Parallel groups: how long until all of n, or the fastest k of n, have answered.
//!
//! Branches are taken as independent; those that queue at shared stations are positively correlated, which makes the
//! true maximum smaller (so this is an upper bound in the mean there).
//!
//! Source: H. A. David, H. N. Nagaraja, *Order Statistics* (3rd ed. 2003), chapter 2.

use super::moments::Moments;
use crate::stats::maths::{exp, expm1, ln, log1p};

/// H_n = 1 + 1/2 + ... + 1/n.
pub fn harmonic(n: u32) -> f64 {
    (1..=n).rev().map(|i| 1.0 / f64::from(i)).sum()
}

/// Mean and variance of the slowest of `n` independent exponentials of mean `mean`: mean H_n and mean² Σ 1/i². Exact.
pub fn slowest_exponential(n: u32, mean: f64) -> Moments {
    quorum_exponential(n, n, mean)
}

/// Mean and variance of the time until `k` of `n` independent exponentials of mean `mean` are over: the gaps between
/// order statistics are exponential with means mean / (n - i). Exact. Zero for k = 0.
pub fn quorum_exponential(k: u32, n: u32, mean: f64) -> Moments {
    (0..k.min(n)).fold(Moments::ZERO, |sum, i| {
        let gap = mean / f64::from(n - i);
        sum.then(Moments::new(gap, gap * gap))
    })
}

/// Quantile `q` of the slowest of `n` independent exponentials of mean `mean`: -mean ln(1 - q^(1/n)). Exact.
pub fn slowest_exponential_quantile(n: u32, mean: f64, q: f64) -> f64 {
    -mean * ln(-expm1(ln(q) / f64::from(n)))
}

/// Time until all of `n` equal M/M/1 queues have answered that each request is sent to at once: work of mean `work`,
/// utilisation `load` below 1. The mean is exact for two; for more it is scaled from that, within 5 % up to 32. They are taken
/// to be so often all as slow as one another, and else independent, that the mean comes out: of that the variance.
///
/// Source: L. Flatto, S. Hahn, "Two parallel queues created by arrivals with two demands I" (1984); R. Nelson, A. N. Tantawi,
/// "Approximate analysis of fork/join synchronization in parallel queues" (1988): (12 - rho) / 8 of one response for two,
/// and H_n / H_2 + 4/11 (1 - H_n / H_2) rho of that for n.
pub fn equal_queues(n: u32, work: f64, load: f64) -> Moments {
    let one = work / (1.0 - load);
    if n < 2 {
        return Moments::new(one, one * one);
    }
    let ratio = harmonic(n) / harmonic(2);
    let mean = (12.0 - load) / 8.0 * one * (ratio + 4.0 / 11.0 * (1.0 - ratio) * load);
    Moments::new(one, one * one).or(together(n, one, mean), slowest_exponential(n, one))
}

/// How often `n` exponentials of mean `one` must be the same one, and else independent, for their slowest to have this mean.
pub fn together(n: u32, one: f64, mean: f64) -> f64 {
    let apart = harmonic(n) * one;
    if n > 1 { ((apart - mean) / (apart - one)).clamp(0.0, 1.0) } else { 0.0 }
}

/// One branch of a parallel group: it is made with chance `chance`, and then takes `time`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arm {
    /// Chance that it is made at all.
    pub chance: f64,
    /// Its time when it is made.
    pub time: Moments,
}

/// Points of the integration.
const POINTS: usize = 96;

/// Mean and variance of the slowest of independent branches, each with a gamma fitted to its moments.
///
/// Exact for equal exponential branches that are always made; otherwise the integrals of 1 - Π F_i(t) and
/// 2t (1 - Π F_i(t)) by the midpoint rule on a grid that is fine near zero. Never ends when one branch does not.
pub fn slowest(arms: &[Arm]) -> Moments {
    let made = || arms.iter().filter(|a| a.chance > 0.0 && a.time.mean > 0.0);
    let Some(one) = made().next() else { return Moments::ZERO };
    if made().any(|a| !a.time.is_finite()) {
        return Moments::NEVER;
    }
    if made().count() == 1 {
        return one.time.or(one.chance, Moments::ZERO);
    }
    let same = made().all(|a| a.chance >= 1.0 && (a.time.mean / one.time.mean - 1.0).abs() < 1e-12);
    if same && made().all(|a| (a.time.scv() - 1.0).abs() < 1e-12) {
        return slowest_exponential(made().count() as u32, one.time.mean);
    }
    if made().all(|a| a.chance >= 1.0 && a.time.variance <= 0.0) {
        return Moments::constant(made().map(|a| a.time.mean).fold(0.0, f64::max));
    }
    // Everything of weight lies below the sum of the means plus so many deviations of the slowest.
    let widest = made().map(|a| a.time.mean + 14.0 * a.time.variance.sqrt()).fold(0.0, f64::max);
    let (mut mean, mut second) = (0.0, 0.0);
    for i in 0..POINTS {
        // t = widest u², so that the grid is finer where most of the weight is.
        let u = (i as f64 + 0.5) / POINTS as f64;
        let (t, width) = (widest * u * u, widest * 2.0 * u / POINTS as f64);
        let all: f64 = made().map(|a| 1.0 - a.chance + a.chance * a.time.within(t)).product();
        mean += (1.0 - all) * width;
        second += 2.0 * t * (1.0 - all) * width;
    }
    Moments::from_second(mean, second)
}

/// Chance that all of `n` exponentials of mean `mean` are over by `t`.
pub fn all_within(n: u32, mean: f64, t: f64) -> f64 {
    exp(f64::from(n) * log1p(-exp(-t / mean)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_exponentials() {
        assert!((slowest_exponential(10, 0.01).mean - 0.0292896825397).abs() < 1e-12);
        assert!((slowest_exponential_quantile(10, 0.01, 0.99) - 0.0690323679448).abs() < 1e-12);
        assert!((all_within(10, 0.01, 0.0690323679448) - 0.99).abs() < 1e-10);
    }

    #[test]
    fn two_equal_queues_are_the_chain_of_their_numbers() {
        // Requests at 1/s to both of two queues of 1/rho a second. By Little's law the mean time until both have answered
        // is the mean number of requests that are still at one of them: the larger of the two numbers, in a chain cut at 40.
        for rho in [0.3, 0.6] {
            let (n, served) = (40usize, 1.0 / rho);
            let mut p = vec![0.0; n * n];
            p[0] = 1.0;
            let step = 1.0 / (1.0 + 2.0 * served);
            for _ in 0..2_500 {
                let mut next = vec![0.0; n * n];
                for a in 0..n {
                    for b in 0..n {
                        let here = p[a * n + b] * step;
                        if here == 0.0 {
                            continue;
                        }
                        next[(a + 1).min(n - 1) * n + (b + 1).min(n - 1)] += here;
                        next[a.saturating_sub(1) * n + b] += here * served;
                        next[a * n + b.saturating_sub(1)] += here * served;
                    }
                }
                p = next;
            }
            let larger: f64 = (0..n * n).map(|i| p[i] * (i / n).max(i % n) as f64).sum();
            let found = equal_queues(2, rho, rho).mean;
            assert!((found / larger - 1.0).abs() < 2e-3, "{rho}: {found} {larger}");
        }
        // Idle queues are independent.
        assert!((equal_queues(5, 1.0, 0.0).mean - harmonic(5)).abs() < 1e-12);
    }

    #[test]
    fn two_of_three() {
        assert!((quorum_exponential(2, 3, 0.01).mean - 0.00833333333333).abs() < 1e-12);
    }

    #[test]
    fn different_exponentials_by_inclusion_and_exclusion() {
        // E[max] = 1/a + 1/b - 1/(a + b) = 1 + 0.25 - 0.2
        let arms = [1.0, 0.25].map(|m| Arm { chance: 1.0, time: Moments::new(m, m * m) });
        assert!((slowest(&arms).mean - 1.05).abs() < 2e-3, "{}", slowest(&arms).mean);
    }

    #[test]
    fn a_branch_made_half_the_time() {
        // Two unit exponentials, the second made with chance 1/2: (1.5 + 1) / 2.
        let time = Moments::new(1.0, 1.0);
        let m = slowest(&[Arm { chance: 1.0, time }, Arm { chance: 0.5, time }]);
        assert!((m.mean - 1.25).abs() < 2e-3, "{}", m.mean);
    }

    #[test]
    fn constants_take_the_longest() {
        let arms = [1.0, 3.0, 2.0].map(|m| Arm { chance: 1.0, time: Moments::constant(m) });
        assert_eq!(slowest(&arms), Moments::constant(3.0));
    }
}
