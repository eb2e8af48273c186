//! A time as a mixture of gammas that each begin at a floor: how such times add up, mix, are cut off and wait for the
//! slowest. Constants stay constants, so that a sum never lies below them, and what chance mixes stays mixed: a hit and a
//! miss are two humps and not one wide one.
//!
//! It does not know how long anything takes: [`super::shapes`] puts it together along a path. Where a sum of many kinds has
//! more pieces than are kept, the two that differ least become one with their moments.
//!
//! Source: G. McLachlan, D. Peel, *Finite Mixture Models* (2000), for moments of mixtures; merging by the increase of the
//! variance within pieces: J. H. Ward, "Hierarchical grouping to optimize an objective function" (1963).

use super::moments::{Moments, Wait};
use super::slices;
use crate::stats::distribution::Distribution;
use crate::stats::maths::{exp, normal_quantile};

/// Most pieces that are kept.
const MOST: usize = 12;
/// Most pairs of pieces that are added up.
const MOST_PAIRS: usize = 64;
/// Chances below this are left out.
const LEAST: f64 = 1e-7;

/// The first ten digits of a number, so that which pieces become one does not hang on the rounding of the others.
fn coarse(x: f64) -> f64 {
    f64::from_bits((x.to_bits() >> 20) << 20)
}

/// With chance `weight`: `floor` seconds, and a gamma time with these moments beyond them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// Chance of it.
    pub weight: f64,
    /// Least time, seconds.
    pub floor: f64,
    /// Beyond that.
    pub rest: Moments,
}

impl Piece {
    fn mean(&self) -> f64 {
        self.floor + self.rest.mean
    }

    fn within(&self, limit: f64) -> f64 {
        if limit < self.floor { 0.0 } else { self.rest.within(limit - self.floor) }
    }

    /// How much is lost when this and another become one: the spread between them, as a share of their size.
    fn distance(&self, other: &Self) -> f64 {
        let (a, b) = (self, other);
        let square = |x: f64| x * x;
        let size = a.mean() + b.mean() + a.rest.variance.sqrt() + b.rest.variance.sqrt();
        let apart = square(a.mean() - b.mean())
            + square(a.rest.variance.sqrt() - b.rest.variance.sqrt())
            + square(a.floor - b.floor);
        let weight = a.weight * b.weight / (a.weight + b.weight);
        let lost = if size > 0.0 { weight * apart / square(size) } else { 0.0 };
        // Without a variance there is nothing to compare. What is nothing but rounding is nothing.
        if lost.is_nan() { f64::INFINITY } else { coarse(if lost < 1e-24 { 0.0 } else { lost }) }
    }

    fn merged(&self, other: &Self) -> Self {
        let weight = self.weight + other.weight;
        let floor = self.floor.min(other.floor);
        let beyond = |p: &Self| Moments::new(p.rest.mean + p.floor - floor, p.rest.variance);
        Self { weight, floor, rest: beyond(self).or(self.weight / weight, beyond(other)) }
    }
}

/// A mixture; the weights add up to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Mix {
    pieces: Vec<Piece>,
}

impl Mix {
    /// Always `seconds`.
    pub fn constant(seconds: f64) -> Self {
        Self { pieces: vec![Piece { weight: 1.0, floor: seconds, rest: Moments::ZERO }] }
    }

    /// A gamma with these moments; a constant where nothing varies.
    pub fn gamma(moments: Moments) -> Self {
        if moments.variance <= 0.0 {
            return Self::constant(moments.mean);
        }
        Self::from_floor(0.0, moments)
    }

    /// `floor`, and a gamma beyond it, such that both have these moments.
    pub fn from_floor(floor: f64, moments: Moments) -> Self {
        let floor = floor.clamp(0.0, moments.mean);
        let rest = Moments::new(moments.mean - floor, moments.variance);
        Self { pieces: vec![Piece { weight: 1.0, floor, rest }] }
    }

    /// Nothing, or what those who wait do.
    pub fn wait(wait: Wait) -> Self {
        Self::blend([(1.0 - wait.chance, Self::constant(0.0)), (wait.chance, Self::gamma(wait.given))])
    }

    /// A distribution: itself where it is made of gammas, else in slices, each between two of its quantiles.
    pub fn of(distribution: &Distribution) -> Self {
        match distribution {
            Distribution::Constant(seconds) => Self::constant(*seconds),
            Distribution::Exponential(_) | Distribution::Erlang { .. } | Distribution::Gamma { .. } => {
                Self::gamma(Moments::of(distribution))
            }
            Distribution::Hyperexponential { p, mean } => {
                let parts = p.iter().zip(mean);
                Self::blend(parts.map(|(p, m)| (*p, Self::gamma(Moments::new(*m, m * m)))))
            }
            Distribution::Lognormal { mu, sigma } => {
                slices::sliced(|u| exp(mu + sigma * normal_quantile(u)), distribution.mean())
            }
            Distribution::Weibull { .. } => {
                slices::sliced(|u| distribution.draw(|| 1.0 - u), distribution.mean())
            }
            Distribution::Pert { low, mode, high } if low < high => {
                let table = slices::pert(*low, *mode, *high);
                let at = |u: f64| {
                    let place = u * (table.len() - 1) as f64;
                    let i = (place as usize).min(table.len() - 2);
                    table[i] + (table[i + 1] - table[i]) * (place - i as f64)
                };
                slices::sliced(at, distribution.mean())
            }
            // One uniform each, by the inverse.
            Distribution::Pareto { .. }
            | Distribution::Uniform { .. }
            | Distribution::Triangular { .. }
            | Distribution::Pert { .. }
            | Distribution::Empirical(_) => slices::sliced(|u| distribution.draw(|| u), distribution.mean()),
        }
    }

    /// Of such pieces.
    pub fn of_pieces(pieces: Vec<Piece>) -> Self {
        Self { pieces }.reduced(MOST)
    }

    /// Mean and variance.
    pub fn moments(&self) -> Moments {
        let (mut mean, mut second) = (0.0, 0.0);
        for p in &self.pieces {
            mean += p.weight * p.mean();
            second += p.weight * (p.rest.variance + p.mean() * p.mean());
        }
        Moments::from_second(mean, second)
    }

    /// Below this it never is.
    pub fn floor(&self) -> f64 {
        self.pieces.iter().map(|p| p.floor).fold(f64::INFINITY, f64::min)
    }

    /// One after the other, independent.
    #[must_use]
    pub fn then(&self, other: &Self) -> Self {
        let (n, m) = (self.pieces.len(), other.pieces.len());
        if n * m > MOST_PAIRS {
            let (few, many) = if n < m { (self, other) } else { (other, self) };
            let few = few.clone().reduced(8);
            return few.then(&many.clone().reduced(MOST_PAIRS / few.pieces.len()));
        }
        let mut pieces = Vec::with_capacity(self.pieces.len() * other.pieces.len());
        for a in &self.pieces {
            for b in &other.pieces {
                let (weight, floor) = (a.weight * b.weight, a.floor + b.floor);
                pieces.push(Piece { weight, floor, rest: a.rest.then(b.rest) });
            }
        }
        Self { pieces }.reduced(MOST)
    }

    /// `n` independent ones, one after the other.
    #[must_use]
    pub fn repeat(&self, n: u32) -> Self {
        if n > 16 {
            let floor = self.floor() * f64::from(n);
            return Self::from_floor(floor, self.moments().repeat(f64::from(n)));
        }
        (0..n).fold(Self::constant(0.0), |sum, _| sum.then(self))
    }

    /// Each of these with its chance; the chances are brought to 1.
    pub fn blend(parts: impl IntoIterator<Item = (f64, Self)>) -> Self {
        let mut pieces = Vec::new();
        for (chance, part) in parts {
            if chance > 0.0 {
                pieces.extend(part.pieces.iter().map(|p| Piece { weight: chance * p.weight, ..*p }));
            }
        }
        Self { pieces }.reduced(MOST)
    }

    /// This with chance `p`, otherwise `other`.
    #[must_use]
    pub fn or(self, p: f64, other: Self) -> Self {
        if p >= 1.0 {
            return self;
        }
        if p <= 0.0 { other } else { Self::blend([(p, self), (1.0 - p, other)]) }
    }

    /// The same with the mean of these moments, and if they vary more or less in the same way: all beyond the floor is
    /// stretched.
    #[must_use]
    pub fn with_mean(mut self, mean: f64) -> Self {
        let (floor, own) = (self.floor(), self.moments().mean);
        let factor = (mean - floor) / (own - floor);
        if !factor.is_finite() || factor <= 0.0 {
            return self;
        }
        for p in &mut self.pieces {
            p.floor = floor + (p.floor - floor) * factor;
            p.rest = Moments::new(p.rest.mean * factor, p.rest.variance * factor * factor);
        }
        self
    }

    /// Each piece longer by the same factor, so that all have these moments, and none below what it was: what the variance is
    /// more than that of a factor alone is added to the pieces as the squares of their means, as sharing does to work.
    #[must_use]
    pub fn stretched(mut self, to: Moments) -> Self {
        let own = self.moments();
        let factor = to.mean / own.mean;
        let squares: f64 = self.pieces.iter().map(|p| p.weight * p.mean() * p.mean()).sum();
        if !factor.is_finite() || factor < 1.0 || squares <= 0.0 {
            return self.with_mean(to.mean);
        }
        let more = (to.variance - factor * factor * own.variance).max(0.0) / squares;
        for p in &mut self.pieces {
            let mean = p.mean();
            let variance = factor * factor * p.rest.variance + more * mean * mean;
            p.rest = Moments::new(factor * mean - p.floor, variance);
        }
        self
    }

    /// Given that it is at most `limit`; `limit` itself where it never is.
    #[must_use]
    pub fn truncated(&self, limit: f64) -> Self {
        let kept = self.pieces.iter().filter_map(|p| {
            let weight = p.weight * p.within(limit);
            (weight > LEAST * p.weight).then(|| Piece {
                weight,
                rest: p.rest.truncated(limit - p.floor),
                ..*p
            })
        });
        let kept: Vec<Piece> = kept.collect();
        if kept.is_empty() { Self::constant(limit) } else { Self { pieces: kept }.reduced(MOST) }
    }

    /// The slowest of independent branches, each made with its chance: the product of their chances on a grid that is fine near
    /// the least time, cut into slices. O(branches x pieces).
    pub fn slowest(arms: impl IntoIterator<Item = (f64, Self)>) -> Self {
        let arms: Vec<(f64, Self)> = arms.into_iter().filter(|a| a.0 > 0.0).collect();
        let pieces = || arms.iter().flat_map(|a| &a.1.pieces);
        if let [(chance, only)] = &arms[..] {
            return only.clone().or(*chance, Self::constant(0.0));
        }
        let certain = arms.iter().filter(|a| a.0 >= 1.0).map(|a| a.1.floor());
        let start = certain.fold(0.0, f64::max);
        let end = pieces().map(|p| p.mean() + 14.0 * p.rest.variance.sqrt()).fold(start, f64::max);
        if end <= start || !end.is_finite() {
            return Self::constant(end);
        }
        const POINTS: u32 = 96;
        let place = |i: u32| {
            let u = f64::from(i) / f64::from(POINTS);
            start + (end - start) * u * u * u
        };
        let mut times: Vec<f64> = (0..=POINTS).map(place).collect();
        // What is always the same jumps: from just before it on.
        let jumps = pieces().filter(|p| p.rest.variance <= 0.0).map(Piece::mean).filter(|t| *t > start);
        times.extend(jumps.flat_map(|t| [t * (1.0 - 1e-12), t]));
        times.sort_by(f64::total_cmp);
        let all =
            |t: f64| arms.iter().map(|(chance, arm)| 1.0 - chance * (1.0 - arm.within(t))).product::<f64>();
        let table: Vec<(f64, f64)> = times.into_iter().map(|t| (t, all(t))).collect();
        let trapezium = |w: &[(f64, f64)]| (w[1].0 - w[0].0) * (1.0 - 0.5 * (w[0].1 + w[1].1));
        let mean = start + table.windows(2).map(trapezium).sum::<f64>();
        let at = |u: f64| {
            let next = table.partition_point(|(_, chance)| *chance < u);
            match (next.checked_sub(1).map(|i| table[i]), table.get(next)) {
                (Some((t, p)), Some((later, more))) => t + (later - t) * (u - p) / (more - p),
                (None, Some((t, _))) => *t,
                (Some((t, _)), None) => t,
                (None, None) => end,
            }
        };
        slices::sliced(at, mean)
    }

    /// Chance that it is at most `limit`.
    pub fn within(&self, limit: f64) -> f64 {
        self.pieces.iter().map(|p| p.weight * p.within(limit)).sum::<f64>().min(1.0)
    }

    /// Whether its quantile is at most `limit`, by its distribution function alone.
    pub fn keeps(&self, q: f64, limit: f64) -> bool {
        match &self.pieces[..] {
            [only] => only.floor + only.rest.quantile(q) <= limit,
            all => q < 1.0 && all.iter().all(|p| p.rest.variance.is_finite()) && self.within(limit) >= q,
        }
    }

    /// Its quantile, seconds; infinite where it has no variance or no end. Regula falsi with halvings, at most 80 steps.
    pub fn quantile(&self, q: f64) -> f64 {
        if let [only] = &self.pieces[..] {
            return only.floor + only.rest.quantile(q);
        }
        if q >= 1.0 || self.pieces.iter().any(|p| !p.rest.variance.is_finite()) {
            return f64::INFINITY;
        }
        let (mut low, mut high) = (self.floor(), 0.0_f64);
        if self.within(low) >= q {
            return low;
        }
        for p in &self.pieces {
            high = high.max(p.mean() + 2.0 * p.rest.variance.sqrt());
        }
        for _ in 0..60 {
            if self.within(high) >= q {
                break;
            }
            (low, high) = (high, 2.0 * high);
        }
        let (mut below, mut above) = (self.within(low) - q, self.within(high) - q);
        for step in 0..80 {
            if high - low <= 1e-10 * high {
                break;
            }
            let secant = low - below * (high - low) / (above - below);
            // Every third step halves: a jump of the chance holds the secant at one end.
            let at =
                if step % 3 == 2 || !(secant > low && secant < high) { 0.5 * (low + high) } else { secant };
            let over = self.within(at) - q;
            if over >= 0.0 {
                (high, above) = (at, over)
            } else {
                (low, below) = (at, over)
            }
            if over == 0.0 {
                break;
            }
        }
        high
    }

    /// With the weights brought to 1 and at most so many pieces: those that differ least from the next become one with it, a third
    /// of them at a time.
    fn reduced(mut self, most: usize) -> Self {
        let pieces = &mut self.pieces;
        if pieces.len() > 1 {
            let whole: f64 = pieces.iter().map(|p| p.weight).sum();
            pieces.retain(|p| p.weight > LEAST * whole);
        }
        let kept: f64 = pieces.iter().map(|p| p.weight).sum();
        pieces.iter_mut().for_each(|p| p.weight /= kept);
        if pieces.len() < 2 {
            return self;
        }
        let order = |a: f64, b: f64| coarse(a).total_cmp(&coarse(b));
        pieces.sort_by(|a, b| order(a.mean(), b.mean()).then(order(a.floor, b.floor)));
        let mut apart: Vec<f64> = Vec::with_capacity(pieces.len());
        // Each pass takes away at least one piece.
        for _ in 0..pieces.len() {
            apart.clear();
            apart.extend(pieces.windows(2).map(|w| w[0].distance(&w[1])));
            let surplus = pieces.len().saturating_sub(most);
            let alike = apart.iter().any(|d| *d <= 0.0);
            if surplus == 0 && !alike {
                break;
            }
            let mut sorted = apart.clone();
            sorted.sort_unstable_by(f64::total_cmp);
            let third = surplus.min(sorted.len().div_ceil(3));
            let limit = if third > 0 { sorted[third - 1] } else { 0.0 };
            // One pass: a piece that has just become one with the next is left alone.
            let (mut to, mut at, mut left) = (0, 0, surplus);
            while at < pieces.len() {
                let near = at + 1 < pieces.len() && apart[at] <= limit && (left > 0 || apart[at] <= 0.0);
                if near {
                    pieces[to] = pieces[at].merged(&pieces[at + 1]);
                    left = left.saturating_sub(1);
                } else {
                    pieces[to] = pieces[at];
                }
                at += if near { 2 } else { 1 };
                to += 1;
            }
            pieces.truncate(to);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::maths::ln;

    #[test]
    fn constants_are_a_floor() {
        let wait = Mix::wait(Wait { chance: 0.01, given: Moments::new(0.1, 0.01) });
        let sum = Mix::constant(0.001).then(&Mix::constant(0.001)).then(&wait);
        assert_eq!((sum.quantile(0.5), sum.floor()), (0.002, 0.002));
        let p999 = 0.002 - 0.1 * ln(0.1);
        assert!((sum.quantile(0.999) / p999 - 1.0).abs() < 1e-6, "{}", sum.quantile(0.999));
    }

    #[test]
    fn a_hit_and_a_miss_are_two_humps() {
        let hit = Mix::gamma(Moments::new(0.001, 1e-6));
        let miss = Mix::constant(0.05).then(&Mix::gamma(Moments::new(0.1, 0.01)));
        let both = hit.or(0.9, miss);
        // 0.9 of them by 1 - e^(-t / 1 ms): the median of all is the 5/9 quantile of the hits.
        assert!((both.quantile(0.5) / (-0.001 * ln(1.0 - 0.5 / 0.9)) - 1.0).abs() < 1e-6);
        let p95 = 0.05 - 0.1 * ln(0.5);
        assert!((both.quantile(0.95) / p95 - 1.0).abs() < 1e-6);
        assert!(both.keeps(0.95, p95 * (1.0 + 1e-6)) && !both.keeps(0.95, p95 * (1.0 - 1e-6)));
        assert!(!both.keeps(1.0, 1e9));
    }

    #[test]
    fn slices_keep_the_quantiles_and_the_mean() {
        for d in [
            Distribution::lognormal_mean_scv(1.0, 4.0),
            Distribution::Weibull { shape: 0.7, scale: 1.0 },
            Distribution::Pareto { alpha: 1.5, min: 1.0, max: f64::INFINITY },
            Distribution::Uniform { low: 1.0, high: 3.0 },
            Distribution::Triangular { low: 1.0, mode: 1.5, high: 4.0 },
            Distribution::Pert { low: 1.0, mode: 2.0, high: 6.0 },
            Distribution::Empirical(vec![(0.0, 1.0), (0.5, 2.0), (0.9, 3.0), (1.0, 9.0)]),
        ] {
            let (mix, n) = (Mix::of(&d), 200_000);
            let mut draws: Vec<f64> = Vec::new();
            let mut state = 12345u64;
            for _ in 0..n {
                draws.push(d.draw(|| {
                    state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                    ((state >> 11) as f64 + 0.5) / (1u64 << 53) as f64
                }));
            }
            draws.sort_by(f64::total_cmp);
            for (q, off) in [(0.05, 0.2), (0.5, 0.05), (0.9, 0.06), (0.95, 0.06), (0.99, 0.06), (0.999, 0.12)]
            {
                let seen = draws[(q * f64::from(n)) as usize];
                assert!((mix.quantile(q) / seen - 1.0).abs() < off, "{d:?} {q}: {} {seen}", mix.quantile(q));
            }
            assert!((mix.moments().mean / d.mean() - 1.0).abs() < 0.02, "{d:?}");
        }
    }

    #[test]
    fn cut_off_it_is_what_is_left() {
        let mix = Mix::constant(1.0).or(0.75, Mix::constant(5.0));
        assert_eq!((mix.within(2.0), mix.truncated(2.0).moments().mean), (0.75, 1.0));
        assert_eq!(mix.truncated(0.5), Mix::constant(0.5));
    }

    #[test]
    fn the_slowest_of_two() {
        // Two unit exponentials: mean 1.5; one second and an exponential: E[max(1, X)] = 1 + e^-1.
        let one = || Mix::gamma(Moments::new(1.0, 1.0));
        let both = Mix::slowest([(1.0, one()), (1.0, one())]);
        assert!((both.moments().mean - 1.5).abs() < 3e-3, "{both:?}");
        let with = Mix::slowest([(1.0, Mix::constant(1.0)), (1.0, one())]);
        assert!((with.moments().mean - 1.0 - exp(-1.0)).abs() < 3e-3, "{with:?}");
        assert!(with.quantile(0.3) >= 1.0);
        // Made half the time: (1.5 + 1) / 2.
        let half = Mix::slowest([(1.0, one()), (0.5, one())]);
        assert!((half.moments().mean - 1.25).abs() < 3e-3);
    }
}
