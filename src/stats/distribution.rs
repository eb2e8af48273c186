//! Distributions of times and counts: their moments and how to draw from them. Text forms live in `units::grammar`
//! and the readers; fitting a queue to them lives in `flow`.

use super::maths::{cos, exp, lgamma, ln, normal_quantile, pow};
use serde::{Deserialize, Serialize};

/// A distribution of a non-negative quantity, in the unit of the field that holds it (seconds for times).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Distribution {
    /// Always the same.
    Constant(f64),
    /// Exponential with this mean.
    Exponential(f64),
    /// Sum of `k` exponentials with this mean in total.
    Erlang {
        /// Stages, at least 1.
        k: u32,
        /// Mean of the sum.
        mean: f64,
    },
    /// Gamma by mean and squared coefficient of variation.
    Gamma {
        /// Mean.
        mean: f64,
        /// Variance over mean squared.
        scv: f64,
    },
    /// Branch `i` with chance `p[i]`, then exponential with `mean[i]`.
    Hyperexponential {
        /// Chances, summing to 1.
        p: Vec<f64>,
        /// Means of the branches.
        mean: Vec<f64>,
    },
    /// exp(mu + sigma Z).
    Lognormal {
        /// Mean of the logarithm.
        mu: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// Weibull by shape and scale.
    Weibull {
        /// Shape k.
        shape: f64,
        /// Scale lambda.
        scale: f64,
    },
    /// Pareto on `[min, max]`; `max` infinite for the plain Pareto.
    Pareto {
        /// Tail index.
        alpha: f64,
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
    },
    /// Uniform between two bounds.
    Uniform {
        /// Smallest value.
        low: f64,
        /// Largest value.
        high: f64,
    },
    /// Triangular.
    Triangular {
        /// Smallest value.
        low: f64,
        /// Likeliest value.
        mode: f64,
        /// Largest value.
        high: f64,
    },
    /// PERT: the beta distribution with mean (low + 4 mode + high) / 6.
    Pert {
        /// Smallest value.
        low: f64,
        /// Likeliest value.
        mode: f64,
        /// Largest value.
        high: f64,
    },
    /// Piecewise linear quantile function through `(probability, value)` points, rising, from 0 to 1.
    Empirical(Vec<(f64, f64)>),
}

impl Distribution {
    /// Lognormal by its mean and squared coefficient of variation.
    pub fn lognormal_mean_scv(mean: f64, scv: f64) -> Self {
        let variance = super::maths::log1p(scv);
        Self::Lognormal { mu: ln(mean) - variance / 2.0, sigma: variance.sqrt() }
    }

    /// Lognormal through two quantiles `(probability, value)`; `None` unless both rise and are positive.
    pub fn lognormal_quantiles(a: (f64, f64), b: (f64, f64)) -> Option<Self> {
        let inside = |p: f64| p > 0.0 && p < 1.0;
        if !(inside(a.0) && inside(b.0) && a.1 > 0.0 && b.1 > 0.0 && (b.0 - a.0) * (b.1 - a.1) > 0.0) {
            return None;
        }
        let (za, zb) = (normal_quantile(a.0), normal_quantile(b.0));
        let sigma = (ln(b.1) - ln(a.1)) / (zb - za);
        Some(Self::Lognormal { mu: ln(a.1) - sigma * za, sigma })
    }

    /// The mean. Infinite for a Pareto with `alpha` ≤ 1 and no upper bound.
    pub fn mean(&self) -> f64 {
        match self {
            Self::Constant(x) | Self::Exponential(x) => *x,
            Self::Erlang { mean, .. } | Self::Gamma { mean, .. } => *mean,
            Self::Hyperexponential { p, mean } => p.iter().zip(mean).map(|(p, m)| p * m).sum(),
            Self::Lognormal { mu, sigma } => exp(mu + sigma * sigma / 2.0),
            Self::Weibull { shape, scale } => scale * gamma(1.0 + 1.0 / shape),
            Self::Pareto { alpha, min, max } => pareto_moment(*alpha, *min, *max, 1.0),
            Self::Uniform { low, high } => (low + high) / 2.0,
            Self::Triangular { low, mode, high } => (low + mode + high) / 3.0,
            Self::Pert { low, mode, high } => (low + 4.0 * mode + high) / 6.0,
            Self::Empirical(points) => {
                points.windows(2).map(|w| (w[1].0 - w[0].0) * (w[0].1 + w[1].1) / 2.0).sum()
            }
        }
    }

    /// The variance. Infinite where the second moment is.
    pub fn variance(&self) -> f64 {
        match self {
            Self::Constant(_) => 0.0,
            Self::Exponential(m) => m * m,
            Self::Erlang { k, mean } => mean * mean / f64::from(*k),
            Self::Gamma { mean, scv } => scv * mean * mean,
            Self::Hyperexponential { p, mean } => {
                let m = self.mean();
                p.iter().zip(mean).map(|(p, m)| 2.0 * p * m * m).sum::<f64>() - m * m
            }
            Self::Lognormal { sigma, .. } => {
                let m = self.mean();
                m * m * super::maths::expm1(sigma * sigma)
            }
            Self::Weibull { shape, scale } => {
                let m = self.mean();
                scale * scale * gamma(1.0 + 2.0 / shape) - m * m
            }
            Self::Pareto { alpha, min, max } => {
                let m = self.mean();
                pareto_moment(*alpha, *min, *max, 2.0) - m * m
            }
            Self::Uniform { low, high } => (high - low) * (high - low) / 12.0,
            Self::Triangular { low: a, mode: c, high: b } => {
                (a * a + b * b + c * c - a * b - a * c - b * c) / 18.0
            }
            Self::Pert { low, high, .. } => {
                let m = self.mean();
                (m - low) * (high - m) / 7.0
            }
            Self::Empirical(points) => {
                let m = self.mean();
                let second: f64 = points
                    .windows(2)
                    .map(|w| {
                        let (a, b) = (w[0].1, w[1].1);
                        (w[1].0 - w[0].0) * (a * a + a * b + b * b) / 3.0
                    })
                    .sum();
                (second - m * m).max(0.0)
            }
        }
    }

    /// Squared coefficient of variation: variance over mean squared; 0 when the mean is 0.
    pub fn scv(&self) -> f64 {
        let mean = self.mean();
        if mean > 0.0 { self.variance() / (mean * mean) } else { 0.0 }
    }

    /// The same shape, every value multiplied by `factor` (> 0).
    #[must_use]
    pub fn scale(&self, factor: f64) -> Self {
        match self {
            Self::Constant(x) => Self::Constant(x * factor),
            Self::Exponential(m) => Self::Exponential(m * factor),
            Self::Erlang { k, mean } => Self::Erlang { k: *k, mean: mean * factor },
            Self::Gamma { mean, scv } => Self::Gamma { mean: mean * factor, scv: *scv },
            Self::Hyperexponential { p, mean } => {
                Self::Hyperexponential { p: p.clone(), mean: mean.iter().map(|m| m * factor).collect() }
            }
            Self::Lognormal { mu, sigma } => Self::Lognormal { mu: mu + ln(factor), sigma: *sigma },
            Self::Weibull { shape, scale } => Self::Weibull { shape: *shape, scale: scale * factor },
            Self::Pareto { alpha, min, max } => {
                Self::Pareto { alpha: *alpha, min: min * factor, max: max * factor }
            }
            Self::Uniform { low, high } => Self::Uniform { low: low * factor, high: high * factor },
            Self::Triangular { low, mode, high } => {
                Self::Triangular { low: low * factor, mode: mode * factor, high: high * factor }
            }
            Self::Pert { low, mode, high } => {
                Self::Pert { low: low * factor, mode: mode * factor, high: high * factor }
            }
            Self::Empirical(points) => {
                Self::Empirical(points.iter().map(|(p, x)| (*p, x * factor)).collect())
            }
        }
    }

    /// One value. `uniform` yields independent numbers strictly between 0 and 1; how many are taken depends on the
    /// distribution only, never on earlier draws, except for gamma and PERT (rejection).
    pub fn draw(&self, mut uniform: impl FnMut() -> f64) -> f64 {
        match self {
            Self::Constant(x) => *x,
            Self::Exponential(m) => -m * ln(uniform()),
            Self::Erlang { k, mean } => {
                let product_of_logs: f64 = (0..*k).map(|_| ln(uniform())).sum();
                -mean / f64::from(*k) * product_of_logs
            }
            Self::Gamma { mean, scv } => {
                if *scv <= 0.0 {
                    *mean
                } else {
                    mean * scv * gamma_draw(1.0 / scv, &mut uniform)
                }
            }
            Self::Hyperexponential { p, mean } => {
                let mut left = uniform();
                let mut branch = mean.len() - 1;
                for (i, chance) in p.iter().enumerate() {
                    if left < *chance {
                        branch = i;
                        break;
                    }
                    left -= chance;
                }
                -mean[branch] * ln(uniform())
            }
            Self::Lognormal { mu, sigma } => {
                let radius = (-2.0 * ln(uniform())).sqrt();
                exp(mu + sigma * radius * cos(2.0 * std::f64::consts::PI * uniform()))
            }
            Self::Weibull { shape, scale } => scale * pow(-ln(uniform()), 1.0 / shape),
            Self::Pareto { alpha, min, max } => {
                let kept = 1.0 - pow(min / max, *alpha);
                min / pow(1.0 - uniform() * kept, 1.0 / alpha)
            }
            Self::Uniform { low, high } => low + (high - low) * uniform(),
            Self::Triangular { low, mode, high } => {
                let (width, u) = (high - low, uniform());
                if u * width < mode - low {
                    low + (u * width * (mode - low)).sqrt()
                } else {
                    high - ((1.0 - u) * width * (high - mode)).sqrt()
                }
            }
            Self::Pert { low, mode, high } => {
                let width = high - low;
                if width <= 0.0 {
                    return *low;
                }
                let a = gamma_draw(1.0 + 4.0 * (mode - low) / width, &mut uniform);
                let b = gamma_draw(1.0 + 4.0 * (high - mode) / width, &mut uniform);
                low + width * a / (a + b)
            }
            Self::Empirical(points) => {
                let u = uniform();
                let after = points.partition_point(|(p, _)| *p < u).clamp(1, points.len() - 1);
                let ((p0, x0), (p1, x1)) = (points[after - 1], points[after]);
                if p1 > p0 { x0 + (x1 - x0) * (u - p0) / (p1 - p0) } else { x1 }
            }
        }
    }
}

/// The gamma function of a positive number.
fn gamma(x: f64) -> f64 {
    exp(lgamma(x))
}

/// The `n`-th moment (1 or 2) of a bounded Pareto; the plain one when `max` is infinite.
fn pareto_moment(alpha: f64, min: f64, max: f64, n: f64) -> f64 {
    if max.is_infinite() {
        return if alpha > n { alpha * pow(min, n) / (alpha - n) } else { f64::INFINITY };
    }
    let kept = 1.0 - pow(min / max, alpha);
    if (alpha - n).abs() < 1e-12 {
        return alpha * pow(min, alpha) * ln(max / min) / kept;
    }
    alpha * pow(min, alpha) / (alpha - n) * (pow(min, n - alpha) - pow(max, n - alpha)) / kept
}

/// A gamma draw with unit scale. Source: Marsaglia & Tsang, "A simple method for generating gamma variables" (2000).
fn gamma_draw(shape: f64, uniform: &mut impl FnMut() -> f64) -> f64 {
    if shape < 1.0 {
        let boost = pow(uniform(), 1.0 / shape);
        return gamma_draw(shape + 1.0, uniform) * boost;
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    // Nine of ten draws and more are taken; after so many the shape is no number or beyond all digits: the mean, then.
    for _ in 0..1_000 {
        let z = normal_quantile(uniform());
        let v = 1.0 + c * z;
        if v > 0.0 {
            let v = v * v * v;
            if ln(uniform()) < 0.5 * z * z + d - d * v + d * ln(v) {
                return d * v;
            }
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Distribution> {
        vec![
            Distribution::Constant(2.0),
            Distribution::Exponential(0.5),
            Distribution::Erlang { k: 3, mean: 2.0 },
            Distribution::Gamma { mean: 2.0, scv: 1.7 },
            Distribution::Gamma { mean: 2.0, scv: 0.3 },
            Distribution::Hyperexponential { p: vec![0.9, 0.1], mean: vec![0.5, 4.0] },
            Distribution::lognormal_mean_scv(1.0, 0.8),
            Distribution::Weibull { shape: 1.5, scale: 2.0 },
            Distribution::Pareto { alpha: 3.5, min: 1.0, max: f64::INFINITY },
            Distribution::Pareto { alpha: 1.2, min: 1.0, max: 50.0 },
            Distribution::Uniform { low: 1.0, high: 3.0 },
            Distribution::Triangular { low: 1.0, mode: 1.5, high: 4.0 },
            Distribution::Pert { low: 1.0, mode: 2.0, high: 6.0 },
            Distribution::Empirical(vec![(0.0, 1.0), (0.5, 2.0), (0.9, 3.0), (1.0, 9.0)]),
        ]
    }

    /// A small full-period generator, so that this test depends on nothing else.
    fn uniforms(mut state: u64) -> impl FnMut() -> f64 {
        move || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            ((state >> 11) as f64 + 0.5) / (1u64 << 53) as f64
        }
    }

    #[test]
    fn draws_have_the_stated_mean_and_variance() {
        for d in all() {
            let mut uniform = uniforms(7);
            let n = 400_000;
            let draws: Vec<f64> = (0..n).map(|_| d.draw(&mut uniform)).collect();
            let mean = draws.iter().sum::<f64>() / n as f64;
            let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n as f64;
            let tolerance = 5.0 * (d.variance() / n as f64).sqrt() + 1e-12;
            assert!((mean - d.mean()).abs() < tolerance, "{d:?}: mean {mean} against {}", d.mean());
            assert!(
                (variance - d.variance()).abs() <= 0.15 * d.variance() + 1e-12,
                "{d:?}: variance {variance} against {}",
                d.variance()
            );
        }
    }

    #[test]
    fn lognormal_goes_through_its_two_quantiles() {
        let d = Distribution::lognormal_quantiles((0.5, 0.9), (0.99, 6.0)).expect("rising");
        let Distribution::Lognormal { mu, sigma } = d else { unreachable!() };
        assert!((exp(mu) - 0.9).abs() < 1e-12);
        assert!((exp(mu + sigma * normal_quantile(0.99)) - 6.0).abs() < 1e-9);
    }
}
