//! Distributions as they are written: `lognormal(p50=900ms, p99=6s)`.

use crate::stats::distribution::Distribution;
use crate::stats::maths::ln;
use crate::units::grammar::{Argument, Dim};
use std::cell::Cell;

/// How each distribution is written, for help texts.
pub const SYNTAX: &[&str] = &[
    "constant(5ms)",
    "exponential(mean=10ms)",
    "erlang(k=3, mean=10ms)",
    "gamma(mean=10ms, scv=2)",
    "hyperexponential(90%=5ms, 10%=50ms)",
    "lognormal(p50=5ms, p99=40ms)",
    "lognormal(mean=5ms, scv=2)",
    "lognormal(p50=5ms, sigma=0.5)",
    "weibull(shape=1.5, scale=10ms)",
    "pareto(alpha=2.5, min=1ms, max=1s)",
    "uniform(1ms, 5ms)",
    "triangular(1ms, 2ms, 5ms)",
    "pert(1ms, 2ms, 5ms)",
    "empirical(p0=1ms, p50=2ms, p99=9ms, p100=20ms)",
];

/// Why a distribution cannot be used.
#[derive(Clone, Debug, PartialEq)]
pub enum Flaw {
    /// No distribution of this name.
    Name,
    /// Arguments missing, too many, or with the wrong key; holds the right syntax.
    Arguments(&'static str),
    /// An argument in the wrong unit; holds its key.
    Unit(String),
    /// Values that make no distribution, such as a negative mean; holds the right syntax.
    Values(&'static str),
}

/// Largest mean that is taken for meant, in SI units: beyond it sums lose their precision.
const LARGEST: f64 = 1e15;

/// Builds the distribution `name(arguments)` of a quantity measured in `dim`.
pub fn build(name: &str, arguments: &[Argument], dim: Dim) -> Result<Distribution, Flaw> {
    let family = if name == "bounded-pareto" { "pareto" } else { name };
    let syntax = SYNTAX.iter().find(|s| s.split('(').next() == Some(family)).copied().ok_or(Flaw::Name)?;
    let read = Arguments { list: arguments, dim, syntax, used: Cell::new(0) };
    let made = match family {
        "constant" => Distribution::Constant(read.size("value", 0)?),
        "exponential" => Distribution::Exponential(read.size("mean", 0)?),
        "erlang" => {
            let k = read.plain("k", 0)?;
            if !(1.0..=1000.0).contains(&k) || k.fract() != 0.0 {
                return Err(Flaw::Values(syntax));
            }
            Distribution::Erlang { k: k as u32, mean: read.size("mean", 1)? }
        }
        "gamma" => Distribution::Gamma { mean: read.size("mean", 0)?, scv: read.scv(1)? },
        "hyperexponential" => {
            let (p, mean) = read.keyed()?.into_iter().unzip();
            Distribution::Hyperexponential { p, mean }
        }
        "lognormal" => lognormal(&read)?,
        "weibull" => Distribution::Weibull { shape: read.plain("shape", 0)?, scale: read.size("scale", 1)? },
        "pareto" => {
            let max = if read.has("max", 2) { read.size("max", 2)? } else { f64::INFINITY };
            Distribution::Pareto { alpha: read.plain("alpha", 0)?, min: read.size("min", 1)?, max }
        }
        "uniform" => Distribution::Uniform { low: read.size("low", 0)?, high: read.size("high", 1)? },
        "triangular" | "pert" => {
            let (low, mode, high) = (read.size("low", 0)?, read.size("mode", 1)?, read.size("high", 2)?);
            match family {
                "pert" => Distribution::Pert { low, mode, high },
                _ => Distribution::Triangular { low, mode, high },
            }
        }
        _ => Distribution::Empirical(read.keyed()?),
    };
    if !read.all_used() {
        return Err(Flaw::Arguments(syntax));
    }
    if sound(&made) { Ok(made) } else { Err(Flaw::Values(syntax)) }
}

fn lognormal(read: &Arguments) -> Result<Distribution, Flaw> {
    if read.has("mean", usize::MAX) {
        return Ok(Distribution::lognormal_mean_scv(read.size("mean", 0)?, read.scv(1)?));
    }
    if read.has("sigma", usize::MAX) {
        let median = read.size("p50", 0)?;
        return Ok(Distribution::Lognormal { mu: ln(median), sigma: read.plain("sigma", 1)? });
    }
    match read.keyed()?.as_slice() {
        [a, b] => Distribution::lognormal_quantiles(*a, *b).ok_or(Flaw::Values(read.syntax)),
        _ => Err(Flaw::Arguments(read.syntax)),
    }
}

/// Whether the parameters make a distribution of a non-negative quantity with a finite mean.
fn sound(d: &Distribution) -> bool {
    let rising = |values: &[f64]| values.windows(2).all(|w| w[0] <= w[1]);
    let inside = match d {
        Distribution::Constant(x) => *x >= 0.0,
        Distribution::Exponential(m) => *m > 0.0,
        Distribution::Erlang { mean, .. } => *mean > 0.0,
        Distribution::Gamma { mean, scv } => *mean > 0.0 && (0.0..=1e4).contains(scv),
        Distribution::Hyperexponential { p, mean } => {
            !p.is_empty() && (p.iter().sum::<f64>() - 1.0).abs() < 1e-6 && mean.iter().all(|m| *m > 0.0)
        }
        Distribution::Lognormal { mu, sigma } => mu.is_finite() && (0.0..=5.0).contains(sigma),
        Distribution::Weibull { shape, scale } => (0.1..=100.0).contains(shape) && *scale > 0.0,
        Distribution::Pareto { alpha, min, max } => {
            (0.1..=1000.0).contains(alpha) && *min > 0.0 && max > min && (*alpha > 1.0 || max.is_finite())
        }
        Distribution::Uniform { low, high } => *low >= 0.0 && low < high,
        Distribution::Triangular { low, mode, high } | Distribution::Pert { low, mode, high } => {
            *low >= 0.0 && rising(&[*low, *mode, *high]) && low < high
        }
        Distribution::Empirical(points) => {
            let (p, x): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
            let once = p.windows(2).all(|w| w[0] < w[1]);
            let whole =
                once && p.first() == Some(&0.0) && p.last().is_some_and(|last| (last - 1.0).abs() < 1e-9);
            points.len() >= 2 && whole && rising(&p) && rising(&x) && x[0] >= 0.0
        }
    };
    inside && d.mean().is_finite() && d.mean() <= LARGEST
}

struct Arguments<'a> {
    list: &'a [Argument],
    dim: Dim,
    syntax: &'static str,
    /// The arguments that were asked for, one bit each. A list of pairs takes all of its own.
    used: Cell<u64>,
}

impl Arguments<'_> {
    /// The argument with this key, or the one without a key at this position.
    fn find(&self, key: &str, position: usize) -> Option<&Argument> {
        let by_key = self.list.iter().position(|a| a.key == key);
        let by_place = || Some(position).filter(|p| self.list.get(*p).is_some_and(|a| a.key.is_empty()));
        let at = by_key.or_else(by_place)?;
        self.used.set(self.used.get() | 1u64.checked_shl(at as u32).unwrap_or(0));
        self.list.get(at)
    }

    /// Whether every argument was asked for: a second `mean`, or one that means nothing here, is a slip.
    fn all_used(&self) -> bool {
        self.used.get() == u64::MAX || self.used.get().count_ones() as usize == self.list.len()
    }

    fn has(&self, key: &str, position: usize) -> bool {
        self.find(key, position).is_some()
    }

    fn get(&self, key: &str, position: usize, dim: Dim) -> Result<f64, Flaw> {
        let argument = self.find(key, position).ok_or(Flaw::Arguments(self.syntax))?;
        let fits = argument.value.dim == dim && argument.value.value.is_finite();
        if fits { Ok(argument.value.value) } else { Err(Flaw::Unit(key.to_owned())) }
    }

    fn size(&self, key: &str, position: usize) -> Result<f64, Flaw> {
        self.get(key, position, self.dim)
    }

    fn plain(&self, key: &str, position: usize) -> Result<f64, Flaw> {
        self.get(key, position, Dim::Count)
    }

    fn scv(&self, position: usize) -> Result<f64, Flaw> {
        let scv = self.plain("scv", position)?;
        if (0.0..=1e4).contains(&scv) { Ok(scv) } else { Err(Flaw::Values(self.syntax)) }
    }

    /// All arguments as `(probability, value)`, keys being `p99` or `99%`.
    fn keyed(&self) -> Result<Vec<(f64, f64)>, Flaw> {
        self.used.set(u64::MAX);
        let pair = |a: &Argument| {
            let digits = a.key.strip_prefix('p').or(a.key.strip_suffix('%')).unwrap_or("");
            let percent: f64 = digits.parse().map_err(|_| Flaw::Arguments(self.syntax))?;
            if !(0.0..=100.0).contains(&percent) {
                return Err(Flaw::Values(self.syntax));
            }
            if a.value.dim != self.dim || !a.value.value.is_finite() {
                return Err(Flaw::Unit(a.key.clone()));
            }
            Ok((percent / 100.0, a.value.value))
        };
        self.list.iter().map(pair).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::grammar::{Form, parse};

    fn read(text: &str) -> Result<Distribution, Flaw> {
        match parse(text).expect(text).form {
            Form::Call(name, arguments) => build(&name, &arguments, Dim::Time),
            other => unreachable!("{other:?}"),
        }
    }

    #[test]
    fn every_documented_spelling_is_read() {
        for text in SYNTAX {
            let d = read(text).unwrap_or_else(|flaw| unreachable!("{text}: {flaw:?}"));
            assert!(d.mean() > 0.0, "{text}");
        }
    }

    #[test]
    fn parameters_that_make_no_distribution_are_refused() {
        for text in [
            "exponential(mean=-1s)",
            "lognormal(p50=5s, p99=1s)",
            "lognormal(p50=1s, sigma=-1)",
            "pareto(alpha=0.5, min=1s)",
            "uniform(5s, 1s)",
            "empirical(p10=1s, p100=2s)",
            "hyperexponential(50%=1s, 10%=2s)",
            "erlang(k=0, mean=1s)",
            "weibull(shape=0.001, scale=1s)",
        ] {
            assert!(matches!(read(text), Err(Flaw::Values(_))), "{text}: {:?}", read(text));
        }
        for text in [
            "exponential(mean=1s, mean=2s)",
            "exponential(1s, 2s)",
            "exponential(mean=1s, scv=3)",
            "lognormal(p50=1s, sigma=1, p99=9s)",
            "lognormal(mean=1s, scv=1, scv=2)",
            "lognormal(p50=1s, p99=2s, p99=3s)",
            "uniform(1s, 2s, 3s)",
            "uniform(low=1s, high=2s, low=1s)",
            "pert(1s, 2s, 3s, 4s)",
            "empirical(p0=1s, p50=2s, p50=3s, p100=4s)",
            "empirical(pp0=1s, p100=4s)",
            "constant(1s, 1s)",
        ] {
            assert!(
                matches!(read(text), Err(Flaw::Arguments(_) | Flaw::Values(_))),
                "{text}: {:?}",
                read(text)
            );
        }
        assert_eq!(read("gaussian(mean=1s)"), Err(Flaw::Name));
        assert_eq!(read("exponential(mean=1/s)"), Err(Flaw::Unit("mean".to_owned())));
        assert!(matches!(read("gamma(mean=1s)"), Err(Flaw::Arguments(_))));
    }
}
