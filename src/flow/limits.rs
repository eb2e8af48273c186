//! Rate limits: the share of Poisson requests that a token bucket turns away, and how long it makes others wait.
//!
//! A bucket that fills at `rate` and holds `burst` is the workload of an M/D/1 queue seen from above: its deficit grows by
//! one per admitted request and falls at `rate`. A request is admitted when the deficit is at most burst - 1.
//!
//! Source: H. C. Tijms, *A First Course in Stochastic Models* (2003), sections 9.2 and 9.6 (M/D/1 and queues with limited
//! workload); D. Bertsekas, R. Gallager, *Data Networks* (2nd ed. 1992), section 6.3 (the leaky bucket as a queue).

use super::gamma;
use crate::stats::maths::{exp, expm1, ln, normal_cdf, normal_quantile};

/// Longest burst, in requests, that is solved exactly.
const EXACT_BURST: usize = 400;

/// Share of requests that a token bucket turns away. Exact for a whole `burst` up to 400 requests; larger buckets by the
/// fluid limit max(0, 1 - rate / arrivals), which they approach. O(burst²).
pub fn throttled(arrivals: f64, rate: f64, burst: f64) -> f64 {
    if arrivals <= 0.0 {
        return 0.0;
    }
    if burst < 1.0 || rate <= 0.0 {
        return 1.0;
    }
    let rho = arrivals / rate;
    let room = (burst - 1.0) as usize;
    if room > EXACT_BURST {
        return (1.0 - 1.0 / rho).max(0.0);
    }
    // g = P(workload <= room) / P(workload = 0) in M/D/1, which solves the limited queue at any load: by rate conservation
    // the admitted share is g / (1 + rho g).
    let g = queue_weights(rho, room).iter().sum::<f64>();
    if g.is_finite() { 1.0 - g / (1.0 + rho * g) } else { (1.0 - 1.0 / rho).max(0.0) }
}

/// Share of requests that a counter turns away which lets `most` through in each window of `window` seconds: E\[(N - most)⁺\] over
/// E\[N\] with N Poisson. Exact for a whole `most` and Poisson arrivals; parts of a request are taken in proportion. O(√most).
pub fn counted(arrivals: f64, window: f64, most: f64) -> f64 {
    let mean = arrivals * window;
    if mean <= 0.0 {
        return 0.0;
    }
    // P(N >= n) is the chance that the n-th comes within the window.
    let at_least = |n: f64| if n <= 0.0 { 1.0 } else { gamma::lower(n, mean) };
    let above = |n: f64| (mean * at_least(n) - n * at_least(n + 1.0)).max(0.0) / mean;
    let (whole, part) = (most.floor(), most - most.floor());
    ((1.0 - part) * above(whole) + part * above(whole + 1.0)).min(1.0)
}

/// By how many sigmas of the logarithm of a size the refused share lies below the lost one, on the normal scale: rows by sigma from
/// 0 in steps of [`SIGMAS`], columns by the lost share from 0.1 in steps of [`LOST`].
///
/// Source: our own simulation of the bucket, 1.2 million requests each (within 0.004); the row of 0, where it counts for nothing,
/// is extrapolated. The test simulates other points.
const BELOW: [[f64; 5]; 7] = [
    [0.072, 0.108, 0.173, 0.262, 0.437],
    [0.252, 0.323, 0.391, 0.468, 0.596],
    [0.432, 0.538, 0.609, 0.674, 0.755],
    [0.572, 0.674, 0.733, 0.780, 0.832],
    [0.678, 0.760, 0.807, 0.841, 0.877],
    [0.752, 0.817, 0.854, 0.880, 0.905],
    [0.805, 0.857, 0.885, 0.906, 0.924],
];
/// See [`BELOW`].
const SIGMAS: f64 = 0.25;
/// See [`BELOW`].
const LOST: f64 = 0.2;

/// Share of requests that a bucket of tokens turns away, where the requests turned away hold `lost` of all tokens: those that want
/// more than is there, which are the large ones. The tokens of a request are taken to be lognormal with this squared coefficient
/// of variation, and the bucket to hold many of them. O(1).
pub fn refused(lost: f64, scv: f64) -> f64 {
    if lost <= 0.0 || lost >= 1.0 || scv <= 0.0 {
        return lost;
    }
    let sigma = ln(1.0 + scv).sqrt();
    let place = |x: f64, most: usize| {
        let x = x.clamp(0.0, most as f64);
        let low = (x as usize).min(most - 1);
        (low, x - low as f64)
    };
    let (row, down) = place(sigma / SIGMAS, BELOW.len() - 1);
    let (column, right) = place((lost - 0.1) / LOST, BELOW[0].len() - 1);
    let across = |row: usize| BELOW[row][column] * (1.0 - right) + BELOW[row][column + 1] * right;
    let below = across(row) * (1.0 - down) + across(row + 1) * down;
    normal_cdf(normal_quantile(lost) - below * sigma)
}

/// Weights of 0..=n requests in M/D/1 relative to none, by the level crossings of the embedded chain; all terms are
/// positive, so nothing cancels.
fn queue_weights(rho: f64, n: usize) -> Vec<f64> {
    // above[m] = P(more than m arrivals in one service).
    let none = exp(-rho);
    let (mut term, mut left) = (none, -expm1(-rho));
    let mut above = vec![left];
    for m in 1..=n {
        term *= rho / m as f64;
        left = (left - term).max(0.0);
        above.push(left);
    }
    let mut w = vec![1.0];
    for k in 0..n {
        // Up across k: from an empty or a busy server, more arrivals than the level allows.
        let up: f64 = w[0] * above[k] + (1..=k).map(|i| w[i] * above[k + 1 - i]).sum::<f64>();
        w.push(up / none);
    }
    w
}

/// Mean wait at a bucket that makes requests wait in order until there are enough tokens: that part of the M/D/1 workload
/// that exceeds the burst. The tail beyond the burst by the exponential decay of M/D/1. Infinite when the arrivals exceed
/// the rate.
pub fn wait(arrivals: f64, rate: f64, burst: f64) -> f64 {
    let rho = arrivals / rate;
    if rho >= 1.0 {
        return f64::INFINITY;
    }
    if rho <= 0.0 {
        return 0.0;
    }
    let mean = rho / (2.0 * (1.0 - rho)) / rate;
    let saved = (burst - 1.0).max(0.0);
    mean * exp(-decay(rho) * saved)
}

/// Mean wait of those let in at a bucket behind which only `line` requests may wait: what the deficit exceeds the burst by, given that
/// it is at most as large as the line allows. That is the M/D/1 workload cut off there, at any load; between whole requests it is
/// taken to grow by a constant factor, as it does in the first. `None` for a line and burst above 400 requests. O((burst + line)²).
pub fn wait_in_line(arrivals: f64, rate: f64, burst: f64, line: f64) -> Option<f64> {
    let (saved, room) = ((burst - 1.0).max(0.0) as usize, (burst + line - 1.0).max(0.0) as usize);
    if arrivals <= 0.0 || room > EXACT_BURST || rate <= 0.0 {
        return None;
    }
    let mut within = 0.0;
    let sums: Vec<f64> = queue_weights(arrivals / rate, room)
        .into_iter()
        .map(|w| {
            within += w;
            within
        })
        .collect();
    let all = sums[room];
    let below: f64 = (saved..room).map(|n| (sums[n + 1] - sums[n]) / ln(sums[n + 1] / sums[n])).sum();
    let mean = ((room - saved) as f64 - below / all) / rate;
    mean.is_finite().then(|| mean.max(0.0))
}

/// Decay of the M/D/1 workload per request: the root x of rho (e^x - 1) = x. O(1).
fn decay(rho: f64) -> f64 {
    // Newton from above: the root lies below 2 (1 - rho) / rho for loads near 1, below 1 - ln(rho) + ... always.
    let mut x = (2.0 * (1.0 - rho) / rho).min(2.0 - 2.0 * ln(rho));
    for _ in 0..60 {
        let f = rho * expm1(x) - x;
        let step = f / (rho * exp(x) - 1.0);
        x -= step;
        if step.abs() < 1e-13 * x.abs() {
            break;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::distribution::Distribution;
    use crate::stats::rng::{Key, Stream};

    #[test]
    fn a_burst_of_one_is_erlang_b_with_one_line() {
        // Deficit must be zero: M/D/1/1, insensitive: rho / (1 + rho).
        assert!((throttled(30.0, 60.0, 1.0) - 0.5 / 1.5).abs() < 1e-12);
    }

    #[test]
    fn a_burst_of_two_by_hand() {
        // P(workload <= D) / P(workload = 0) = e^rho in M/D/1.
        let rho: f64 = 0.5;
        let g = exp(rho);
        assert!((throttled(0.5, 1.0, 2.0) - (1.0 - g / (1.0 + rho * g))).abs() < 1e-12);
    }

    #[test]
    fn those_who_find_room_in_a_line_wait_less_than_in_one_without_end() {
        // 8/s at 10/s and four places: sums of weights 1, 2.2255, 3.1725, 3.8105, 4.2255; simulated 123 ms with 1 ms of service.
        let found = wait_in_line(8.0, 10.0, 1.0, 4.0).unwrap();
        assert!((found - 0.1231).abs() < 5e-4, "{found}");
        assert!((wait(8.0, 10.0, 1.0) - 0.2).abs() < 1e-12);
    }

    #[test]
    fn weights_are_those_of_md1() {
        // M/D/1 at 0.5: p1 = (1 - rho)(e^rho - 1), p2 = (1 - rho)(e^2rho - e^rho (1 + rho)).
        let w = queue_weights(0.5, 2);
        assert!((w[1] - (exp(0.5) - 1.0)).abs() < 1e-12);
        assert!((w[2] - (exp(1.0) - exp(0.5) * 1.5)).abs() < 1e-12);
    }

    #[test]
    fn of_requests_of_many_sizes_the_large_ones_are_refused() {
        assert_eq!(refused(0.4, 0.0), 0.4);
        assert_eq!((refused(0.0, 1.0), refused(1.0, 1.0)), (0.0, 1.0));
        let mut draws = Key::new(1, 0).draws(Stream::default());
        for (lost, sigma) in [(0.2, 0.4), (0.4, 0.6), (0.6, 0.9), (0.8, 1.1)] {
            // Sizes of mean 1 to a bucket that gains 1 a second, 1 / (1 - lost) requests a second.
            let size = Distribution::lognormal_mean_scv(1.0, expm1(sigma * sigma));
            let (mut level, mut away) = (300.0, 0);
            let n = 400_000;
            for _ in 0..n {
                level = f64::min(level - (1.0 - lost) * ln(draws.uniform()), 300.0);
                let wants = size.draw(|| draws.uniform());
                if wants <= level { level -= wants } else { away += 1 }
            }
            let (found, seen) = (refused(lost, expm1(sigma * sigma)), f64::from(away) / f64::from(n));
            assert!((found - seen).abs() < 0.006, "lost {lost}, sigma {sigma}: {found} against {seen}");
        }
    }

    #[test]
    fn overload_passes_the_rate() {
        assert!((throttled(200.0, 100.0, 100.0) - 0.5).abs() < 1e-6);
        assert!((throttled(200.0, 100.0, 10_000.0) - 0.5).abs() < 1e-12);
        assert!(throttled(90.0, 100.0, 300.0) < 1e-9);
    }

    #[test]
    fn without_saving_the_wait_is_that_of_md1() {
        assert!((wait(0.8, 1.0, 1.0) - 2.0).abs() < 1e-12);
        assert!(wait(0.8, 1.0, 20.0) < 2.0 * exp(-0.4 * 19.0) + 1e-3);
    }
}
