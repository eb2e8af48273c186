//! Intervals: Student-t around a mean of replications, Wilson around a share. Nothing here knows what is measured.

use super::maths::{exp, lgamma, ln, normal_quantile};

/// A mean over independent observations with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// The mean.
    pub mean: f64,
    /// Half the width of the 95 % Student-t interval; `None` for fewer than two observations.
    pub half_width: Option<f64>,
    /// Observations.
    pub n: u64,
}

impl Mean {
    /// Mean and interval of the observations in the order given; `None` when there is none.
    pub fn of(observations: &[f64]) -> Option<Self> {
        if observations.is_empty() {
            return None;
        }
        let n = observations.len() as f64;
        let mean = observations.iter().sum::<f64>() / n;
        let half_width = (observations.len() > 1).then(|| {
            let squares: f64 = observations.iter().map(|x| (x - mean) * (x - mean)).sum();
            student_quantile(0.975, n - 1.0) * (squares / (n - 1.0) / n).sqrt()
        });
        Some(Self { mean, half_width, n: observations.len() as u64 })
    }

    /// The two ends of the interval.
    pub fn bounds(&self) -> Option<(f64, f64)> {
        self.half_width.map(|h| (self.mean - h, self.mean + h))
    }

    /// Where one more observation will lie, 95 % of the time: the prediction interval of a normal sample.
    ///
    /// Source: G. J. Hahn, W. Q. Meeker, "Statistical Intervals" (1991), prediction of a single future observation.
    pub fn one_more(&self) -> Option<(f64, f64)> {
        let wider = (self.n as f64 + 1.0).sqrt();
        self.half_width.map(|h| (self.mean - h * wider, self.mean + h * wider))
    }
}

/// Wilson's 95 % interval of a share: `hits` of `n`. `None` when `n` is 0.
///
/// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927).
pub fn wilson(hits: u64, n: u64) -> Option<(f64, f64)> {
    if n == 0 {
        return None;
    }
    let (z, n) = (normal_quantile(0.975), n as f64);
    let p = hits as f64 / n;
    let centre = p + z * z / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z * z / n;
    let low = if hits == 0 { 0.0 } else { (centre - half) / scale };
    let high = if p >= 1.0 { 1.0 } else { (centre + half) / scale };
    Some((low, high))
}

/// Of something that did not happen once in `runs` runs of equal size: how often it will happen at most in one more of them,
/// 97.5 % of the time, when all rates are alike beforehand. The chance of more than k is (1 / (runs + 1))^(k + 1).
///
/// Source: Laplace's rule of succession, for a Poisson rate.
pub fn none_in_one_more(runs: u64) -> f64 {
    let ratio = ln(0.025) / ln(1.0 / (runs as f64 + 1.0));
    (ratio - 1.0).ceil().max(0.0)
}

/// Quantile `p` in (0, 1) of Student's t with `df` > 0 degrees of freedom, by bisection of its distribution function;
/// good to about 1e-12 relative.
pub fn student_quantile(p: f64, df: f64) -> f64 {
    if p < 0.5 {
        return -student_quantile(1.0 - p, df);
    }
    let (mut low, mut high) = (0.0, 1.0);
    while student_cdf(high, df) < p {
        high *= 2.0;
        if high > 1e12 {
            return high;
        }
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if student_cdf(middle, df) < p { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Distribution function of Student's t for `t` ≥ 0.
fn student_cdf(t: f64, df: f64) -> f64 {
    1.0 - 0.5 * incomplete_beta(0.5 * df, 0.5, df / (df + t * t))
}

/// Regularised incomplete beta function I_x(a, b), by its continued fraction.
///
/// Source: Abramowitz & Stegun 26.5.8; evaluation by Lentz's method as modified by Thompson and Barnett (1986).
fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(b, a, 1.0 - x);
    }
    let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * ln(x) + b * ln(1.0 - x)) / a;
    let away = |v: f64| if v.abs() < 1e-300 { 1e-300 } else { v };
    let (mut c, mut d) = (1.0, 1.0 / away(1.0 - (a + b) * x / (a + 1.0)));
    let mut value = d;
    for m in 1..500 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away(1.0 + even * d);
        c = away(1.0 + even / c);
        value *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away(1.0 + odd * d);
        c = away(1.0 + odd / c);
        value *= d * c;
        if (d * c - 1.0).abs() < 1e-15 {
            break;
        }
    }
    front * value
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn student_quantiles_match_the_tables() {
        for (p, df, t) in [
            (0.975, 1.0, 12.706204736),
            (0.975, 2.0, 4.302652730),
            (0.975, 9.0, 2.262157163),
            (0.975, 29.0, 2.045229642),
            (0.975, 1000.0, 1.962339081),
            (0.95, 4.0, 2.131846786),
            (0.995, 10.0, 3.169272673),
            (0.025, 9.0, -2.262157163),
        ] {
            assert!((student_quantile(p, df) - t).abs() < 2e-9, "{p} {df}: {}", student_quantile(p, df));
        }
    }

    #[test]
    fn a_mean_has_bounds_from_two_observations_on() {
        assert_eq!(Mean::of(&[]), None);
        assert_eq!(Mean::of(&[3.0]).unwrap().bounds(), None);
        let two = Mean::of(&[1.0, 3.0]).unwrap();
        assert_eq!(two.mean, 2.0);
        assert!((two.half_width.unwrap() - 12.706204736).abs() < 1e-8);
    }

    #[test]
    fn one_more_observation_is_where_the_textbook_puts_it() {
        // 1, 2, 3: mean 2, deviation 1, t(0.975, 2) = 4.3027: 2 ± 4.3027 sqrt(1 + 1/3).
        let (low, high) = Mean::of(&[1.0, 2.0, 3.0]).unwrap().one_more().unwrap();
        assert!((high - 6.968_28).abs() < 1e-4 && (low + 2.968_28).abs() < 1e-4, "{low} {high}");
        // Nothing in ten runs: more than one in the next has a chance of 1/121.
        assert_eq!([1, 10, 40, 1000].map(none_in_one_more), [5.0, 1.0, 0.0, 0.0]);
    }

    #[test]
    fn wilson_matches_the_worked_example_and_stays_inside() {
        // 15 of 148 (Newcombe 1998, method 3): 0.0624 to 0.1605.
        let (low, high) = wilson(15, 148).unwrap();
        assert!((low - 0.0624).abs() < 5e-5 && (high - 0.1605).abs() < 5e-5);
        assert_eq!(wilson(0, 10).unwrap().0, 0.0);
        assert_eq!(wilson(10, 10).unwrap().1, 1.0);
        assert_eq!(wilson(0, 0), None);
    }
}
