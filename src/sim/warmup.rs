//! Finding the end of the warm-up: MSER-5 on the response times of a pilot replication, in the order of their ends.
//!
//! Source: White, Cobb & Spratt, "A comparison of five steady-state truncation heuristics for simulation" (WSC 2000).

use super::clock::Instant;

/// Observations in a batch, to begin with.
const BATCH: usize = 5;
/// Most batches; beyond, batches are made longer.
const MOST: usize = 20_000;

/// The instant up to which a run is best left out; 0 when there is too little to say.
///
/// The truncation that minimises the squared standard error of the mean of what is left, over the first half of the
/// batches. O(observations).
pub fn mser5(responses: &[(Instant, u64)]) -> Instant {
    let batch = BATCH * (responses.len() / (BATCH * MOST) + 1);
    let batches: Vec<(Instant, f64)> = responses
        .chunks_exact(batch)
        .map(|c| (c[c.len() - 1].0, c.iter().map(|r| r.1 as f64 * 1e-9).sum::<f64>() / batch as f64))
        .collect();
    let n = batches.len();
    let (mut sum, mut squares) = (0.0, 0.0);
    let (mut best, mut least) = (0, f64::INFINITY);
    for left_out in (0..n).rev() {
        let x = batches[left_out].1;
        sum += x;
        squares += x * x;
        let kept = (n - left_out) as f64;
        let error = (squares - sum * sum / kept) / (kept * kept);
        if left_out <= n / 2 && error <= least {
            (best, least) = (left_out, error);
        }
    }
    if best == 0 { 0 } else { batches[best - 1].0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::rng::{Key, Stream};

    #[test]
    fn a_biased_start_is_cut_off_and_a_steady_run_is_kept() {
        let mut draws = Key::new(2, 0).draws(Stream::default());
        let noise = |u: f64| (1e6 * (0.5 + u)) as u64;
        let steady: Vec<_> = (0..20_000u64).map(|i| (i * 1000, noise(draws.uniform()))).collect();
        let biased: Vec<_> =
            steady.iter().enumerate().map(|(i, r)| (r.0, if i < 2000 { r.1 * 10 } else { r.1 })).collect();
        assert!((1_990_000..2_400_000).contains(&mser5(&biased)), "{}", mser5(&biased));
        assert!(mser5(&steady) < 4_000_000);
        assert_eq!(mser5(&[]), 0);
    }
}
