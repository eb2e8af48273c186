//! Mean and variance of a time, how they add up along a path, and the quantiles of the gamma fitted to them.

use super::gamma;
use crate::stats::distribution::Distribution;
use crate::stats::maths::{exp, lgamma, pow};

/// Mean and variance of a time in seconds. An infinite mean stands for "grows without bound".
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    /// Mean.
    pub mean: f64,
    /// Variance.
    pub variance: f64,
}

impl Moments {
    /// No time at all.
    pub const ZERO: Self = Self { mean: 0.0, variance: 0.0 };
    /// Grows without bound.
    pub const NEVER: Self = Self { mean: f64::INFINITY, variance: f64::INFINITY };

    /// From mean and variance; rounding below zero is pulled back, and a variance that is no number is without bound.
    pub fn new(mean: f64, variance: f64) -> Self {
        let variance = if variance.is_nan() { f64::INFINITY } else { variance.max(0.0) };
        Self { mean, variance }
    }

    /// From mean and second moment.
    pub fn from_second(mean: f64, second: f64) -> Self {
        if mean.is_finite() { Self::new(mean, second - mean * mean) } else { Self::NEVER }
    }

    /// Always `seconds`.
    pub fn constant(seconds: f64) -> Self {
        Self { mean: seconds, variance: 0.0 }
    }

    /// Of a distribution.
    pub fn of(distribution: &Distribution) -> Self {
        Self::new(distribution.mean(), distribution.variance())
    }

    /// Of a distribution, or nothing.
    pub fn of_option(distribution: Option<&Distribution>) -> Self {
        distribution.map_or(Self::ZERO, Self::of)
    }

    /// Second moment.
    pub fn second(self) -> f64 {
        self.variance + self.mean * self.mean
    }

    /// Squared coefficient of variation; 0 for a mean of 0.
    pub fn scv(self) -> f64 {
        if self.mean > 0.0 && self.mean.is_finite() { self.variance / (self.mean * self.mean) } else { 0.0 }
    }

    /// One after the other, independent.
    #[must_use]
    pub fn then(self, other: Self) -> Self {
        Self { mean: self.mean + other.mean, variance: self.variance + other.variance }
    }

    /// `n` independent ones, one after the other.
    #[must_use]
    pub fn repeat(self, n: f64) -> Self {
        if n == 0.0 { Self::ZERO } else { Self { mean: self.mean * n, variance: self.variance * n } }
    }

    /// This with chance `p`, otherwise `other`.
    #[must_use]
    pub fn or(self, p: f64, other: Self) -> Self {
        if p >= 1.0 {
            return self;
        }
        if p <= 0.0 {
            return other;
        }
        let mean = p * self.mean + (1.0 - p) * other.mean;
        Self::from_second(mean, p * self.second() + (1.0 - p) * other.second())
    }

    /// Whether the mean is finite.
    pub fn is_finite(self) -> bool {
        self.mean.is_finite()
    }

    /// Quantile `q` of the gamma with these moments; the mean itself when nothing varies, infinite when the mean is.
    pub fn quantile(self, q: f64) -> f64 {
        let scv = self.scv();
        if !self.mean.is_finite() || !self.variance.is_finite() {
            f64::INFINITY
        } else if scv < 1e-12 {
            self.mean
        } else {
            self.mean * scv * gamma::quantile(1.0 / scv, q)
        }
    }

    /// Chance that it is at most `limit`, by the gamma fit; by an exponential where the variance has no end.
    pub fn within(self, limit: f64) -> f64 {
        let scv = self.scv();
        if !self.mean.is_finite() {
            0.0
        } else if !self.variance.is_finite() {
            // Nothing but the mean is known.
            -crate::stats::maths::expm1(-limit.max(0.0) / self.mean)
        } else if scv < 1e-12 {
            f64::from(u8::from(self.mean <= limit))
        } else {
            gamma::lower(1.0 / scv, limit / (self.mean * scv))
        }
    }

    /// Moments given that it is at most `limit`, by the gamma fit: E\[X; X ≤ t\] = E\[X\] P(k + 1, t / scale).
    #[must_use]
    pub fn truncated(self, limit: f64) -> Self {
        if !self.variance.is_finite() && self.mean.is_finite() {
            return Self::new(self.mean, self.mean * self.mean).truncated(limit);
        }
        let (scv, chance) = (self.scv(), self.within(limit));
        if chance <= 0.0 {
            return Self::constant(limit);
        }
        if chance >= 1.0 || scv < 1e-12 {
            return self;
        }
        let (shape, x) = (1.0 / scv, limit / (self.mean * scv));
        let mean = self.mean * gamma::lower(shape + 1.0, x) / chance;
        let second = self.mean * self.mean * (1.0 + scv) * gamma::lower(shape + 2.0, x) / chance;
        Self::from_second(mean.min(limit), second)
    }
}

/// A time that is zero with chance `1 - chance`, and otherwise has these moments: a wait.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Wait {
    /// Chance that it is not zero.
    pub chance: f64,
    /// Given that it is not zero.
    pub given: Moments,
}

impl Wait {
    /// Nobody waits.
    pub const NONE: Self = Self { chance: 0.0, given: Moments::ZERO };
    /// Everybody waits without bound.
    pub const NEVER: Self = Self { chance: 1.0, given: Moments::NEVER };

    /// From the chance to wait and the unconditional moments.
    pub fn new(chance: f64, all: Moments) -> Self {
        if chance <= 0.0 || all.mean <= 0.0 {
            return Self::NONE;
        }
        Self { chance, given: Moments::from_second(all.mean / chance, all.second() / chance) }
    }

    /// Moments with the zeros.
    pub fn all(self) -> Moments {
        if self.chance <= 0.0 { Moments::ZERO } else { self.given.or(self.chance, Moments::ZERO) }
    }

    /// Quantile: 0 up to the chance of no wait, beyond it that of the gamma fitted to the rest (exact where the wait
    /// of those who wait is exponential).
    pub fn quantile(self, q: f64) -> f64 {
        let none = 1.0 - self.chance;
        if q <= none { 0.0 } else { self.given.quantile((q - none) / self.chance) }
    }
}

/// Third moment of a distribution; infinite where it is.
///
/// Source: N. L. Johnson, S. Kotz, N. Balakrishnan, *Continuous Univariate Distributions* (1994); for the gamma
/// family E\[X³\] = m³ (1 + c²)(1 + 2c²), for the lognormal m³ (1 + c²)³.
pub fn third_moment(distribution: &Distribution) -> f64 {
    let mean = distribution.mean();
    let gamma_family = |scv: f64| mean * mean * mean * (1.0 + scv) * (1.0 + 2.0 * scv);
    match distribution {
        Distribution::Constant(x) => x * x * x,
        Distribution::Exponential(m) => 6.0 * m * m * m,
        Distribution::Erlang { k, .. } => gamma_family(1.0 / f64::from(*k)),
        Distribution::Gamma { scv, .. } => gamma_family(*scv),
        Distribution::Hyperexponential { p, mean } => {
            p.iter().zip(mean).map(|(p, m)| 6.0 * p * m * m * m).sum()
        }
        Distribution::Lognormal { mu, sigma } => exp(3.0 * mu + 4.5 * sigma * sigma),
        Distribution::Weibull { shape, scale } => scale * scale * scale * exp(lgamma(1.0 + 3.0 / shape)),
        Distribution::Pareto { alpha, min, max } => pareto_third(*alpha, *min, *max),
        Distribution::Uniform { low, high } => (low + high) * (low * low + high * high) / 4.0,
        Distribution::Triangular { low, mode, high } => {
            let (v, a, b, c) = (distribution.variance(), *low, *high, *mode);
            let central = (a + b - 2.0 * c) * (2.0 * a - b - c) * (a - 2.0 * b + c) / 270.0;
            central + 3.0 * mean * v + mean * mean * mean
        }
        Distribution::Pert { low, mode, high } => {
            let width = high - low;
            if width <= 0.0 {
                return mean * mean * mean;
            }
            let (a, n) = (1.0 + 4.0 * (mode - low) / width, 6.0);
            let m1 = a / n;
            let m2 = m1 * (a + 1.0) / (n + 1.0);
            let m3 = m2 * (a + 2.0) / (n + 2.0);
            low * low * low
                + 3.0 * low * low * width * m1
                + 3.0 * low * width * width * m2
                + width * width * width * m3
        }
        Distribution::Empirical(points) => points
            .windows(2)
            .map(|w| {
                let (a, b) = (w[0].1, w[1].1);
                (w[1].0 - w[0].0) * (a + b) * (a * a + b * b) / 4.0
            })
            .sum(),
    }
}

fn pareto_third(alpha: f64, min: f64, max: f64) -> f64 {
    let cube = |x: f64| x * x * x;
    if max.is_infinite() {
        return if alpha > 3.0 { alpha * cube(min) / (alpha - 3.0) } else { f64::INFINITY };
    }
    let kept = 1.0 - pow(min / max, alpha);
    if (alpha - 3.0).abs() < 1e-12 {
        return 3.0 * cube(min) * crate::stats::maths::ln(max / min) / kept;
    }
    alpha * pow(min, alpha) / (alpha - 3.0) * (pow(min, 3.0 - alpha) - pow(max, 3.0 - alpha)) / kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn third_moments_match_integration_of_the_quantile_function() {
        // Midpoint rule over the uniform that a draw takes first.
        let n = 2_000_000;
        for d in [
            Distribution::Uniform { low: 1.0, high: 3.0 },
            Distribution::Triangular { low: 1.0, mode: 1.5, high: 4.0 },
            Distribution::Weibull { shape: 1.5, scale: 2.0 },
            Distribution::Pareto { alpha: 1.2, min: 1.0, max: 50.0 },
            Distribution::Empirical(vec![(0.0, 1.0), (0.5, 2.0), (0.9, 3.0), (1.0, 9.0)]),
            Distribution::Exponential(0.5),
        ] {
            let sum: f64 = (0..n)
                .map(|i| {
                    let x = d.draw(|| (f64::from(i) + 0.5) / f64::from(n));
                    x * x * x
                })
                .sum();
            let third = sum / f64::from(n);
            assert!((third / third_moment(&d) - 1.0).abs() < 1e-3, "{d:?}: {third}");
        }
    }

    #[test]
    fn pert_third_moment_is_that_of_its_beta() {
        // beta(3, 3) on 0..1: E[X^3] = 3*4*5 / (6*7*8)
        let d = Distribution::Pert { low: 0.0, mode: 0.5, high: 1.0 };
        assert!((third_moment(&d) - 60.0 / 336.0).abs() < 1e-12);
    }

    #[test]
    fn truncating_an_exponential_gives_its_closed_form() {
        // E[X | X <= 1] = 1 - 1 / (e - 1) for unit mean.
        let cut = Moments::new(1.0, 1.0).truncated(1.0);
        assert!((cut.mean - (1.0 - 1.0 / (std::f64::consts::E - 1.0))).abs() < 1e-12);
    }

    #[test]
    fn a_wait_has_its_zeros() {
        let wait = Wait { chance: 0.5, given: Moments::new(2.0, 4.0) };
        assert_eq!(wait.quantile(0.5), 0.0);
        assert!((wait.quantile(0.75) - 2.0 * crate::stats::maths::ln(2.0)).abs() < 1e-12);
        assert!((wait.all().mean - 1.0).abs() < 1e-15);
    }
}
