//! Transcendental functions that give the same bits natively and in WebAssembly: those of `libm`, never the standard
//! library's. `sqrt` is exact everywhere and may be called directly.

pub use libm::{cbrt, cos, erf, erfc, exp, expm1, lgamma, log as ln, log1p, log2, pow, sin};

/// [`ln`] of a normal number strictly between 0 and 1, such as every uniform draw is: the same operations as `libm`'s
/// and so the same bits, without its special cases and in line, so that other work goes on meanwhile.
///
/// Source: FreeBSD's `e_log.c` (Sun Microsystems, 1993).
#[inline]
pub fn ln_of_draw(u: f64) -> f64 {
    const LOW: f64 = f64::from_bits(0x3DEA_39EF_3579_3C76);
    const HIGH: f64 = f64::from_bits(0x3FE6_2E42_FEE0_0000);
    const L: [f64; 7] = [
        f64::from_bits(0x3FE5_5555_5555_5593),
        f64::from_bits(0x3FD9_9999_9997_FA04),
        f64::from_bits(0x3FD2_4924_9422_9359),
        f64::from_bits(0x3FCC_71C5_1D8E_78AF),
        f64::from_bits(0x3FC7_4664_96CB_03DE),
        f64::from_bits(0x3FC3_9A09_D078_C69F),
        f64::from_bits(0x3FC2_F112_DF3E_5244),
    ];
    // u = 2^k x with x between the root of a half and the root of two.
    let shifted = u.to_bits() + ((0x3FF0_0000 - 0x3FE6_A09E) << 32);
    let k = (shifted >> 52) as i32 - 0x3FF;
    let x = f64::from_bits((shifted & 0x000F_FFFF_FFFF_FFFF) + (0x3FE6_A09E << 32));
    let f = x - 1.0;
    let half = 0.5 * f * f;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = w * (L[1] + w * (L[3] + w * L[5]));
    let odd = z * (L[0] + w * (L[2] + w * (L[4] + w * L[6])));
    let k = f64::from(k);
    s * (half + (odd + even)) + k * LOW - half + f + k * HIGH
}

/// [`exp`], in line where it is neither near 1 nor near the ends: the same operations as `libm`'s and so the same bits.
///
/// Source: FreeBSD's `e_exp.c` (Sun Microsystems, 2004).
#[inline]
pub fn exp_of_draw(x: f64) -> f64 {
    const P: [f64; 5] = [
        f64::from_bits(0x3FC5_5555_5555_553E),
        f64::from_bits(0xBF66_C16C_16BE_BD93),
        f64::from_bits(0x3F11_566A_AF25_DE2C),
        f64::from_bits(0xBEBB_BD41_C5D2_6BF1),
        f64::from_bits(0x3E66_3769_72BE_A4D0),
    ];
    if !(2.0..700.0).contains(&x) {
        return exp(x);
    }
    let k = (f64::from_bits(0x3FF7_1547_652B_82FE) * x + 0.5) as i32;
    let high = x - f64::from(k) * f64::from_bits(0x3FE6_2E42_FEE0_0000);
    let low = f64::from(k) * f64::from_bits(0x3DEA_39EF_3579_3C76);
    let x = high - low;
    let xx = x * x;
    let c = x - xx * (P[0] + xx * (P[1] + xx * (P[2] + xx * (P[3] + xx * P[4]))));
    let y = 1.0 + (x * c / (2.0 - c) - low + high);
    y * f64::from_bits(((0x3FF + k) as u64) << 52)
}

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
    let tail = |q: f64| {
        (((((C[0] * q + C[1]) * q + C[2]) * q + C[3]) * q + C[4]) * q + C[5])
            / ((((D[0] * q + D[1]) * q + D[2]) * q + D[3]) * q + 1.0)
    };
    if p < 0.02425 {
        tail((-2.0 * ln(p)).sqrt())
    } else if p > 1.0 - 0.02425 {
        -tail((-2.0 * log1p(-p)).sqrt())
    } else {
        let q = p - 0.5;
        let r = q * q;
        (((((A[0] * r + A[1]) * r + A[2]) * r + A[3]) * r + A[4]) * r + A[5]) * q
            / (((((B[0] * r + B[1]) * r + B[2]) * r + B[3]) * r + B[4]) * r + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_in_line_have_the_bits_of_libm() {
        let mut draws = crate::stats::rng::Key::new(6, 0).draws(crate::stats::rng::Stream::default());
        let ends =
            [1.0 / (1u64 << 53) as f64, 1.0 - f64::EPSILON / 2.0, 0.5, 0.5f64.sqrt(), f64::MIN_POSITIVE];
        for u in (0..300_000).map(|_| draws.uniform()).chain(ends) {
            assert_eq!(ln_of_draw(u).to_bits(), ln(u).to_bits(), "ln {u}");
            assert_eq!(ln_of_draw(u.sqrt()).to_bits(), ln(u.sqrt()).to_bits(), "ln of the root of {u}");
            for x in [40.0 * u, 1500.0 * u - 750.0] {
                assert_eq!(exp_of_draw(x).to_bits(), exp(x).to_bits(), "exp {x}");
            }
        }
        for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, 2.0, 700.0] {
            assert_eq!(exp_of_draw(x).to_bits(), exp(x).to_bits(), "exp {x}");
        }
    }

    #[test]
    fn normal_quantile_matches_tables() {
        for (p, z) in [(0.5, 0.0), (0.975, 1.959963984540054), (0.01, -2.3263478740408408)] {
            assert!((normal_quantile(p) - z).abs() < 1e-12, "{p}");
        }
    }
}
