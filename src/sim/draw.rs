//! Draws of times in nanoseconds: distributions prepared for the inner loop. One uniform number gives one value by the
//! inverse of the distribution function wherever that is cheap, so that a changed parameter moves every draw the same
//! way (common random numbers).

use super::clock::FOREVER;
use crate::stats::distribution::Distribution;
use crate::stats::maths::{exp_of_draw, ln, ln_of_draw, normal_quantile_fast};
use crate::stats::rng::{Key, Stream};

/// A distribution of times, ready to be drawn from.
#[derive(Clone, Debug, Default)]
pub enum Sampler {
    /// Nothing to draw: no time passes.
    #[default]
    None,
    /// Always the same, ns.
    Constant(u64),
    /// Exponential with this mean, ns.
    Exponential(f64),
    /// exp(mu + sigma Z), ns.
    Lognormal(f64, f64),
    /// Any other, seconds.
    General(Box<Distribution>),
}

/// Seconds as nanoseconds, rounded; cut to the longest time there is.
#[inline]
pub fn nanos(seconds: f64) -> u64 {
    whole(seconds * 1e9)
}

/// Nanoseconds, rounded; cut to the longest time there is.
#[inline]
pub fn whole(ns: f64) -> u64 {
    // Above 2^52 numbers lie one apart: adding that much rounds, and leaves the whole number in the lowest bits. In wasm a
    // conversion checks its own result.
    const APART: f64 = (1u64 << 52) as f64;
    if (0.0..APART / 2.0).contains(&ns) {
        return (ns + APART).to_bits() - APART.to_bits();
    }
    (ns as i64).clamp(0, FOREVER as i64) as u64
}

impl Sampler {
    /// Prepares a distribution of seconds.
    pub fn new(distribution: Option<&Distribution>) -> Self {
        match distribution {
            None => Self::None,
            Some(Distribution::Constant(x)) => Self::Constant(nanos(*x)),
            Some(Distribution::Exponential(mean)) => Self::Exponential(mean * 1e9),
            Some(Distribution::Lognormal { mu, sigma }) => Self::Lognormal(mu + ln(1e9), *sigma),
            Some(other) => Self::General(Box::new(other.clone())),
        }
    }

    /// Whether there is anything to draw.
    #[inline]
    pub fn is_some(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// One time in nanoseconds; 0 when there is nothing to draw.
    #[inline(always)]
    pub fn draw(&self, key: Key, stream: Stream) -> u64 {
        match self {
            Self::None => 0,
            Self::Constant(ns) => *ns,
            Self::Exponential(mean) => whole(-mean * ln_of_draw(key.uniform(stream))),
            Self::Lognormal(mu, sigma) => {
                whole(exp_of_draw(mu + sigma * normal_quantile_fast(key.uniform(stream))))
            }
            Self::General(distribution) => general(distribution, key, stream),
        }
    }
}

#[cold]
#[inline(never)]
fn general(distribution: &Distribution, key: Key, stream: Stream) -> u64 {
    let mut draws = key.draws(stream);
    nanos(distribution.draw(|| draws.uniform()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prepared_draws_have_the_moments_of_their_distribution() {
        let stream = Stream::new("work", "x");
        for d in [
            Distribution::Constant(0.25),
            Distribution::Exponential(0.5),
            Distribution::lognormal_mean_scv(0.3, 2.0),
            Distribution::Uniform { low: 0.1, high: 0.4 },
        ] {
            let sampler = Sampler::new(Some(&d));
            let n = 200_000u64;
            let mean =
                (0..n).map(|i| sampler.draw(Key::new(1, 0).with(i), stream) as f64).sum::<f64>() / n as f64;
            let error = (mean * 1e-9 - d.mean()).abs();
            assert!(error <= 5.0 * (d.variance() / n as f64).sqrt() + 1e-9, "{d:?}: {mean}");
        }
    }

    #[test]
    fn absurd_times_are_cut_and_nothing_is_no_time() {
        assert_eq!(nanos(1e300), FOREVER);
        assert_eq!(nanos(f64::NAN), 0);
        assert_eq!(Sampler::new(None).draw(Key::default(), Stream::default()), 0);
    }
}
