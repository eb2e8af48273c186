//! Times of different hours mixed: quantiles of the whole, not means of quantiles.

use crate::answer::times::Times;
use crate::flow::moments::{Moments, Wait};
use crate::flow::state::Shape;
use crate::stats::figure::Figure;
use crate::stats::histogram::Histogram;

/// Halvings of the interval that holds a quantile: to a millionth of its width.
const HALVINGS: u32 = 40;

/// Times of one stretch.
#[derive(Clone, Debug)]
pub enum Part<'a> {
    /// By formula.
    Shape(Shape),
    /// A wait by formula.
    Wait(Wait),
    /// Measured.
    Counted(&'a Histogram),
}

/// A mixture of times, by how many requests took them.
#[derive(Clone, Debug, Default)]
pub struct Mixture<'a> {
    parts: Vec<(f64, Part<'a>)>,
}

impl Part<'_> {
    fn moments(&self) -> Option<Moments> {
        match self {
            Self::Shape(shape) => Some(shape.moments()),
            Self::Wait(wait) => Some(wait.all()),
            Self::Counted(times) => {
                let (mean, std) = (times.mean()? * 1e-9, times.std()? * 1e-9);
                Some(Moments::new(mean, std * std))
            }
        }
    }

    fn within(&self, limit: f64) -> f64 {
        match self {
            Self::Shape(shape) => shape.within(limit),
            Self::Wait(wait) => 1.0 - wait.chance * (1.0 - wait.given.within(limit)),
            Self::Counted(times) => 1.0 - times.above((limit * 1e9) as u64) as f64 / times.count() as f64,
        }
    }

    fn quantile(&self, q: f64) -> f64 {
        match self {
            Self::Shape(shape) => shape.quantile(q),
            Self::Wait(wait) => wait.quantile(q),
            Self::Counted(times) => times.quantile(q).map_or(0.0, |ns| ns * 1e-9),
        }
    }
}

impl<'a> Mixture<'a> {
    /// Adds `weight` requests.
    pub fn add(&mut self, weight: f64, part: Part<'a>) {
        let empty = matches!(part, Part::Counted(times) if times.count() == 0);
        if weight > 0.0 && !empty {
            self.parts.push((weight, part));
        }
    }

    /// Mean and variance; `None` when empty.
    pub fn moments(&self) -> Option<Moments> {
        let (mut weight, mut first, mut second) = (0.0, 0.0, 0.0);
        for (w, part) in &self.parts {
            let m = part.moments()?;
            weight += w;
            first += w * m.mean;
            second += w * m.second();
        }
        (weight > 0.0).then(|| Moments::from_second(first / weight, second / weight))
    }

    /// The time that a share `q` of all requests do not exceed; `None` when empty. O(parts).
    pub fn quantile(&self, q: f64) -> Option<f64> {
        let whole: f64 = self.parts.iter().map(|p| p.0).sum();
        let ends = || self.parts.iter().map(|(_, part)| part.quantile(q));
        let (mut low, mut high) = (ends().fold(f64::INFINITY, f64::min), ends().fold(0.0, f64::max));
        if whole <= 0.0 || !high.is_finite() {
            return None;
        }
        for _ in 0..HALVINGS {
            if high - low <= 1e-9 * high {
                break;
            }
            let middle = 0.5 * (low + high);
            let below: f64 = self.parts.iter().map(|(w, part)| w * part.within(middle)).sum();
            if below >= q * whole { high = middle } else { low = middle }
        }
        Some(high)
    }

    /// As answers.
    pub fn times(&self, figure: impl Fn(Option<f64>) -> Figure) -> Times {
        let moments = self.moments();
        let q = |q: f64| figure(self.quantile(q));
        Times {
            mean: figure(moments.map(|m| m.mean)),
            std: figure(moments.map(|m| m.variance.sqrt())),
            p50: q(0.5),
            p90: q(0.9),
            p95: q(0.95),
            p99: q(0.99),
            p999: q(0.999),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::maths::exp;

    #[test]
    fn quantiles_of_a_mixture_by_hand() {
        // Half exponential of mean 1 s, half of mean 3 s: P(X > t) = (e^-t + e^-t/3) / 2.
        let mut mixture = Mixture::default();
        for mean in [1.0, 3.0] {
            mixture.add(5.0, Part::Shape(Shape::gamma(Moments::new(mean, mean * mean))));
        }
        let p95 = mixture.quantile(0.95).unwrap();
        assert!(((exp(-p95) + exp(-p95 / 3.0)) / 2.0 - 0.05).abs() < 1e-6, "{p95}");
        let m = mixture.moments().unwrap();
        assert!((m.mean - 2.0).abs() < 1e-12 && (m.second() - 10.0).abs() < 1e-9);
    }

    #[test]
    fn measured_and_computed_times_mix() {
        let mut counted = Histogram::default();
        (1..=1000).for_each(|ms| counted.record(ms * 1_000_000));
        let mut mixture = Mixture::default();
        mixture.add(1000.0, Part::Counted(&counted));
        assert!((mixture.quantile(0.9).unwrap() / 0.9 - 1.0).abs() < 0.01);
        // As many again that take no time: half of all are zero.
        mixture.add(1000.0, Part::Wait(Wait::NONE));
        assert!(mixture.quantile(0.4).unwrap() < 1e-6);
        assert!((mixture.quantile(0.9).unwrap() / 0.8 - 1.0).abs() < 0.01);
        assert_eq!(Mixture::default().quantile(0.5), None);
    }
}
