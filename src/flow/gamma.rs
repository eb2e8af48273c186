//! The gamma distribution as a two-moment fit of a time: its distribution function, quantile and truncated moments.
//!
//! Source: W. H. Press et al., *Numerical Recipes* (3rd ed. 2007), sections 6.2 and 6.2.1 (series and continued fraction
//! of the incomplete gamma function, starting values of its inverse).

use crate::stats::maths::{exp, lgamma, ln, normal_quantile, pow};

/// Regularised lower incomplete gamma function P(a, x): chance that a gamma variable of shape `a` and unit scale is at
/// most `x`. 0 for `x` ≤ 0, 1 for infinite `x`. Relative error about 1e-14. O(√a).
pub fn lower(a: f64, x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return 0.0;
    }
    if x.is_infinite() {
        return 1.0;
    }
    if a == 1.0 {
        return -crate::stats::maths::expm1(-x);
    }
    // Far from the mean the answer is 0 or 1 to every digit, and large shapes would only take long.
    if a > 1e8 {
        return if x < a { 0.0 } else { 1.0 };
    }
    let front = exp(a * ln(x) - x - lgamma(a));
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        for _ in 0..100_000 {
            n += 1.0;
            term *= x / n;
            sum += term;
            if term < sum * 1e-16 {
                break;
            }
        }
        (front * sum).min(1.0)
    } else {
        let tiny = 1e-300;
        let mut b = x + 1.0 - a;
        let mut c = 1.0 / tiny;
        let mut d = 1.0 / b;
        let mut h = d;
        for i in 1..100_000 {
            let i = f64::from(i);
            let an = -i * (i - a);
            b += 2.0;
            d = an * d + b;
            d = if d.abs() < tiny { tiny } else { d };
            c = b + an / c;
            c = if c.abs() < tiny { tiny } else { c };
            d = 1.0 / d;
            let step = d * c;
            h *= step;
            if (step - 1.0).abs() < 1e-15 {
                break;
            }
        }
        (1.0 - front * h).clamp(0.0, 1.0)
    }
}

/// Inverse of [`lower`]: the `q`-quantile of a gamma variable of shape `a` and unit scale. 0 for `q` ≤ 0, infinite for
/// `q` ≥ 1. At most 12 Halley steps.
pub fn quantile(a: f64, q: f64) -> f64 {
    if q <= 0.0 {
        return 0.0;
    }
    if q >= 1.0 {
        return f64::INFINITY;
    }
    if a == 1.0 {
        return -crate::stats::maths::log1p(-q);
    }
    let mut x = if a > 1.0 {
        let w = 1.0 - 1.0 / (9.0 * a) + normal_quantile(q) / (3.0 * a.sqrt());
        (a * w * w * w).max(1e-3 * a)
    } else {
        let t = 1.0 - a * (0.253 + a * 0.12);
        if q < t { pow(q / t, 1.0 / a) } else { 1.0 - ln(1.0 - (q - t) / (1.0 - t)) }
    };
    if a > 1e6 {
        return x;
    }
    let log_front = lgamma(a);
    for _ in 0..12 {
        if x <= 0.0 {
            return 0.0;
        }
        let error = lower(a, x) - q;
        let density = exp((a - 1.0) * ln(x) - x - log_front);
        if density <= 0.0 {
            break;
        }
        let u = error / density;
        let step = u / (1.0 - 0.5 * (u * ((a - 1.0) / x - 1.0)).min(1.0));
        let next = x - step;
        x = if next <= 0.0 { 0.5 * x } else { next };
        if step.abs() < 1e-11 * x {
            break;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erlang_two_has_its_closed_form() {
        // P(2, x) = 1 - e^-x (1 + x); P(2, 3) = 0.800851726528544
        assert!((lower(2.0, 3.0) - 0.800851726528544).abs() < 1e-14);
        assert!((lower(0.5, 0.5) - 0.682689492137086).abs() < 1e-13, "chance of |Z| < 1");
    }

    #[test]
    fn quantile_inverts_the_distribution_function() {
        for a in [0.05, 0.3, 0.9, 1.0, 1.7, 5.0, 80.0, 3000.0] {
            for q in [0.01, 0.5, 0.9, 0.95, 0.99, 0.999] {
                let x = quantile(a, q);
                assert!((lower(a, x) - q).abs() < 1e-9, "shape {a}, quantile {q}: {x}");
            }
        }
    }

    #[test]
    fn chi_squared_table() {
        // 95 % quantile of chi-squared with 10 degrees of freedom: 18.307.
        assert!((2.0 * quantile(5.0, 0.95) - 18.307038).abs() < 1e-5);
    }
}
