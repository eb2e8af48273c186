//! Which key is asked for: draws of ranks by a Zipf law, in constant time and memory however many keys there are.
//!
//! Source: W. Hörmann, G. Derflinger, "Rejection-inversion to generate variates from monotone discrete distributions"
//! (ACM TOMACS 6, 1996).

use super::che::Zipf;
use super::maths::{exp, expm1, ln, log1p};

/// Draws that are turned down before the last one counts all the same: at least three of four are taken, so this does not
/// happen once in 10^30.
const TRIES: u32 = 64;

/// A Zipf law, prepared: rank 1 is asked for most.
#[derive(Clone, Copy, Debug)]
pub struct Ranks {
    items: u64,
    exponent: f64,
    /// The integral of the weights up to one and a half, less the weight of the first.
    first: f64,
    /// The same up to half beyond the last.
    last: f64,
    /// So near to its whole number a draw needs no look at the integral.
    near: f64,
}

impl Ranks {
    /// Prepares a law of at least one item.
    pub fn new(zipf: Zipf) -> Self {
        let blank =
            Self { items: zipf.items.max(1), exponent: zipf.exponent, first: 0.0, last: 0.0, near: 0.0 };
        Self {
            first: blank.integral(1.5) - 1.0,
            last: blank.integral(blank.items as f64 + 0.5),
            near: 2.0 - blank.inverse(blank.integral(2.5) - blank.weight(2.0)),
            ..blank
        }
    }

    /// Weight of a rank, not normalised.
    pub fn weight(&self, rank: f64) -> f64 {
        exp(-self.exponent * ln(rank))
    }

    /// The integral of the weight from 1 to x.
    fn integral(&self, x: f64) -> f64 {
        let log = ln(x);
        let t = (1.0 - self.exponent) * log;
        log * if t.abs() > 1e-8 { expm1(t) / t } else { 1.0 + t * 0.5 }
    }

    fn inverse(&self, integral: f64) -> f64 {
        let t = (integral * (1.0 - self.exponent)).max(-1.0);
        exp(integral * if t.abs() > 1e-8 { log1p(t) / t } else { 1.0 - t * 0.5 })
    }

    /// The next rank, 1..=items, from uniform numbers in 0..1.
    pub fn draw(&self, mut uniform: impl FnMut() -> f64) -> u64 {
        if self.items == 1 {
            return 1;
        }
        let clamp = |x: f64| (x as u64).clamp(1, self.items);
        if self.exponent == 0.0 {
            return clamp(1.0 + uniform() * self.items as f64);
        }
        let mut rank = 1;
        for _ in 0..TRIES {
            let u = self.last + uniform() * (self.first - self.last);
            let x = self.inverse(u);
            rank = clamp(x + 0.5);
            let k = rank as f64;
            if k - x <= self.near || u >= self.integral(k + 0.5) - self.weight(k) {
                break;
            }
        }
        rank
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::maths::pow;
    use crate::stats::rng::{Key, Stream};

    #[test]
    fn ranks_come_as_often_as_the_law_says() {
        let n = 200_000;
        for (items, exponent) in [(1, 1.0), (2, 0.7), (50, 0.0), (50, 0.8), (50, 1.0), (50, 2.5), (50, 5.0)] {
            let ranks = Ranks::new(Zipf { items, exponent });
            let mut draws = Key::new(5, 1).draws(Stream::new("zipf", "test"));
            let mut seen = vec![0u32; items as usize];
            for _ in 0..n {
                seen[ranks.draw(|| draws.uniform()) as usize - 1] += 1;
            }
            let total: f64 = (1..=items).map(|i| pow(i as f64, -exponent)).sum();
            for (i, seen) in seen.iter().enumerate() {
                let p = pow(i as f64 + 1.0, -exponent) / total;
                let scatter = (p * (1.0 - p) / f64::from(n)).sqrt();
                let found = f64::from(*seen) / f64::from(n);
                // Of what comes once in a hundred tests one or two are no wonder.
                assert!(
                    (found - p).abs() <= 4.5 * scatter + 2.0 / f64::from(n),
                    "{items} {exponent} {i}: {found} {p}"
                );
            }
        }
    }

    #[test]
    fn a_trillion_keys_are_drawn_as_well() {
        let ranks = Ranks::new(Zipf { items: 1_000_000_000_000, exponent: 0.8 });
        let mut draws = Key::new(5, 1).draws(Stream::new("zipf", "test"));
        let n = 100_000;
        let low = (0..n).filter(|_| ranks.draw(|| draws.uniform()) <= 1_000_000_000).count();
        // The integral up to a thousandth of the items: 0.001^0.2.
        let expected = pow(0.001, 0.2);
        assert!((low as f64 / f64::from(n) - expected).abs() < 0.01, "{low}");
    }
}
