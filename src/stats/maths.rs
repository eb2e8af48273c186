//! Transcendental functions that give the same bits natively and in WebAssembly: those of `libm`, never the standard
//! library's. `sqrt` is exact everywhere and may be called directly.

pub use libm::{cbrt, cos, erf, erfc, exp, expm1, lgamma, log as ln, log1p, log2, pow, sin};

/// [`ln`] of a normal number strictly between 0 and 1, such as every uniform draw is. Off by at most 1.5e-15 and twice the
/// spacing of doubles at the result; near 1 the result may be 2e-16 above 0.
///
/// A draw of time waits for its logarithm, so what counts is how long the chain of operations is: with the inverse of a nearby
/// number from a table it needs no division and a short series. (After P. T. P. Tang, "Table-driven implementation of the
/// logarithm function in IEEE floating-point arithmetic", ACM TOMS 16, 1990.)
#[inline]
pub fn ln_of_draw(u: f64) -> f64 {
    let bits = u.to_bits();
    // u = 2^k x, and x lies close to the middle of its part of [1, 2).
    let k = (bits >> 52) as i32 - 0x3FF;
    let x = f64::from_bits(bits & 0x000F_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000);
    let (inverse, log) = LOGS[(bits >> (52 - 7)) as usize % PARTS];
    let r = x * inverse - 1.0;
    let rr = r * r;
    let series = (-0.5 + r * (1.0 / 3.0)) + rr * (-0.25 + r * 0.2);
    (f64::from(k) * std::f64::consts::LN_2 + log + r) + rr * series
}

/// [`exp`], off by at most 1e-14 of the result.
///
/// By a table as well: exp(x) = 2^(k / 128) exp(r), with |r| below 0.0028. (After P. T. P. Tang, "Table-driven implementation of
/// the exponential function in IEEE floating-point arithmetic", ACM TOMS 15, 1989.)
#[inline]
pub fn exp_of_draw(x: f64) -> f64 {
    /// A number beside which doubles lie one apart, so that adding it rounds to whole numbers.
    const APART: f64 = (3u64 << 51) as f64;
    const STEPS: f64 = PARTS as f64 / std::f64::consts::LN_2;
    if !(-700.0..700.0).contains(&x) {
        return exp(x);
    }
    let rounded = x * STEPS + APART;
    let k = rounded.to_bits().wrapping_sub(APART.to_bits());
    let r = x - (rounded - APART) * (std::f64::consts::LN_2 / PARTS as f64);
    let root = f64::from_bits(ROOTS[k as usize % PARTS].wrapping_add(k >> 7 << 52));
    root + root * (r + r * r * (0.5 + r * (1.0 / 6.0) + r * r * (1.0 / 24.0)))
}

/// Parts of an octave in the tables.
const PARTS: usize = 128;

/// One over the middle of each part of [1, 2), and the logarithm of that middle.
static LOGS: [(f64, f64); PARTS] = {
    let mut all = [(0.0, 0.0); PARTS];
    let mut at = 0;
    while at < PARTS {
        let middle = 1.0 + (at as f64 + 0.5) / PARTS as f64;
        // ln x = 2 artanh((x - 1) / (x + 1)); each term is at most a ninth of the one before it.
        let t = (middle - 1.0) / (middle + 1.0);
        let (mut sum, mut n) = (0.0, 41);
        while n > 1 {
            n -= 2;
            sum = sum * (t * t) + 1.0 / n as f64;
        }
        all[at] = (1.0 / middle, 2.0 * t * sum);
        at += 1;
    }
    all
};

/// 2^(k / 128), as bits.
static ROOTS: [u64; PARTS] = {
    let mut all = [0; PARTS];
    let mut at = 0;
    while at < PARTS {
        let x = at as f64 * (std::f64::consts::LN_2 / PARTS as f64);
        let (mut sum, mut n) = (1.0, 24);
        while n > 0 {
            sum = 1.0 + sum * x / n as f64;
            n -= 1;
        }
        all[at] = sum.to_bits();
        at += 1;
    }
    all
};

/// The standard normal distribution function.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * erfc(-x / std::f64::consts::SQRT_2)
}

/// Inverse of the standard normal distribution function. `p` in (0, 1); the ends give infinities. Relative error about
/// 1e-15: one Halley step from [`normal_quantile_fast`]. O(1).
pub fn normal_quantile(p: f64) -> f64 {
    let x = normal_quantile_fast(p);
    if x.is_infinite() {
        return x;
    }
    let error = normal_cdf(x) - p;
    let step = error * (2.0 * std::f64::consts::PI).sqrt() * exp(x * x / 2.0);
    x - step / (1.0 + x * step / 2.0)
}

/// The same with a relative error below 1.15e-9, without a transcendental function in the middle 95 %: for draws.
///
/// Source: P. J. Acklam, "An algorithm for computing the inverse normal cumulative distribution function" (2003).
#[inline]
pub fn normal_quantile_fast(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969683028665376e1,
        2.209460984245205e2,
        -2.759285104469687e2,
        1.383_577_518_672_69e2,
        -3.066479806614716e1,
        2.506628277459239,
    ];
    const B: [f64; 5] = [
        -5.447609879822406e1,
        1.615858368580409e2,
        -1.556989798598866e2,
        6.680131188771972e1,
        -1.328068155288572e1,
    ];
    const C: [f64; 6] = [
        -7.784894002430293e-3,
        -3.223964580411365e-1,
        -2.400758277161838,
        -2.549732539343734,
        4.374664141464968,
        2.938163982698783,
    ];
    const D: [f64; 4] = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416];
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    // In pairs, which wait for one another less than one term for the next.
    let tail = |q: f64| {
        let qq = q * q;
        let above = ((C[0] * q + C[1]) * qq + (C[2] * q + C[3])) * qq + (C[4] * q + C[5]);
        above / (((D[0] * q + D[1]) * qq + (D[2] * q + D[3])) * q + 1.0)
    };
    if p < 0.02425 {
        tail((-2.0 * ln_of_draw(p.max(f64::MIN_POSITIVE))).sqrt())
    } else if p > 1.0 - 0.02425 {
        -tail((-2.0 * ln_of_draw(1.0 - p)).sqrt())
    } else {
        let q = p - 0.5;
        let r = q * q;
        let rr = r * r;
        let above = ((A[0] * r + A[1]) * rr + (A[2] * r + A[3])) * rr + (A[4] * r + A[5]);
        above * q / (((B[0] * r + B[1]) * rr + (B[2] * r + B[3])) * rr + (B[4] * r + 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_for_draws_are_those_of_libm_to_what_they_state() {
        let mut draws = crate::stats::rng::Key::new(6, 0).draws(crate::stats::rng::Stream::default());
        let ends =
            [1.0 / (1u64 << 53) as f64, 1.0 - f64::EPSILON / 2.0, 0.5, 0.5f64.sqrt(), f64::MIN_POSITIVE];
        let parts = (0..PARTS).map(|at| (0.5 + at as f64 / 256.0).next_down());
        for u in (0..300_000).map(|_| draws.uniform()).chain(ends).chain(parts) {
            for u in [u, u.sqrt(), u * u * u].into_iter().filter(|u| *u >= f64::MIN_POSITIVE) {
                let (quick, exact) = (ln_of_draw(u), ln(u));
                let last = exact.abs().next_up() - exact.abs();
                assert!((quick - exact).abs() <= 1.5e-15 + 2.0 * last, "ln {u}: {quick} {exact}");
            }
            for x in [40.0 * u, 1400.0 * u - 700.0, u * 1e-9] {
                let (quick, exact) = (exp_of_draw(x), exp(x));
                assert!(
                    (quick / exact - 1.0).abs() <= 1e-14 * (1.0 + x.abs() / 40.0),
                    "exp {x}: {quick} {exact}"
                );
            }
        }
        for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 701.0, -701.0] {
            assert_eq!(exp_of_draw(x).to_bits(), exp(x).to_bits(), "exp {x}");
        }
        assert_eq!(exp_of_draw(0.0), 1.0);
    }

    #[test]
    fn normal_quantile_matches_tables() {
        for (p, z) in [(0.5, 0.0), (0.975, 1.959963984540054), (0.01, -2.3263478740408408)] {
            assert!((normal_quantile(p) - z).abs() < 1e-12, "{p}");
        }
    }
}
