//! Downtime of one 30-day month as a distribution: outages begin at random (Poisson), each cause with its own rate and length,
//! and their lengths add up. Exact for this compound Poisson model up to the grid; the model itself leaves out that outages
//! may overlap, cross the end of the month or come in bursts.
//!
//! Source: H. H. Panjer, "Recursive evaluation of a family of compound distributions" (ASTIN Bulletin 12, 1981); local moment
//! matching: Klugman, Panjer and Willmot, *Loss Models*, section 9.6.

use crate::stats::maths::exp;
use std::collections::BTreeMap;

/// Cells of the grid.
const CELLS: usize = 2_048;
/// Largest mean number of outages in one recursion: its first term exp(-n) must not vanish. More is halved and convolved.
const MOST_PER_RECURSION: f64 = 400.0;

/// How long one outage lasts, minutes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// Exponential with this mean.
    Exponential(f64),
    /// Always the same.
    Fixed(f64),
}

impl Length {
    /// Mean, minutes.
    pub fn mean(self) -> f64 {
        match self {
            Self::Exponential(mean) | Self::Fixed(mean) => mean,
        }
    }

    /// E\[min(length, x)\].
    fn limited(self, x: f64) -> f64 {
        match self {
            Self::Exponential(mean) if mean > 0.0 => mean * (1.0 - exp(-x / mean)),
            Self::Exponential(_) => 0.0,
            Self::Fixed(length) => length.min(x),
        }
    }
}

/// All outages of a month.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Episodes {
    /// Minutes that are down in every month (brown-outs).
    pub certain: f64,
    /// Mean number per month, by length (its bits; fixed ones apart).
    kinds: BTreeMap<(bool, u64), f64>,
}

impl Episodes {
    /// So many more outages per month of such a length.
    pub fn add(&mut self, per_month: f64, length: Length) {
        if per_month > 0.0 && length.mean() > 0.0 {
            *self.kinds.entry((matches!(length, Length::Fixed(_)), length.mean().to_bits())).or_default() +=
                per_month;
        }
    }

    /// Mean number of outages per month.
    pub fn per_month(&self) -> f64 {
        self.kinds.values().sum()
    }

    /// Mean length of an outage, minutes; `None` without outages.
    pub fn mean_minutes(&self) -> Option<f64> {
        let n = self.per_month();
        (n > 0.0).then(|| self.kinds().map(|(length, n)| n * length.mean()).sum::<f64>() / n)
    }

    /// Chance that a month has at most this many minutes of downtime. O(cells²).
    pub fn chance_at_most(&self, minutes: f64) -> f64 {
        let left = minutes - self.certain;
        if left < 0.0 {
            return 0.0;
        }
        if left == 0.0 {
            return exp(-self.per_month());
        }
        let step = left / (CELLS / 2) as f64;
        let cells = self.cells(step, CELLS / 2 + 1);
        // A cell stands for what lies around it: half of the last one is beyond the limit.
        (cells.iter().sum::<f64>() - cells[CELLS / 2] / 2.0).clamp(0.0, 1.0)
    }

    /// The downtime that a share `p` of the months stays within, minutes, for each `p` below 1. O(cells²).
    pub fn quantiles<const N: usize>(&self, p: [f64; N]) -> [f64; N] {
        let most = p.iter().fold(0.0, |a: f64, b| a.max(*b));
        let mean = self.per_month() * self.mean_minutes().unwrap_or(0.0);
        let spread: f64 = self.kinds().map(|(length, n)| 2.0 * n * length.mean() * length.mean()).sum();
        let mut range = mean + 6.0 * spread.sqrt();
        if range <= 0.0 {
            return [self.certain; N];
        }
        for _ in 0..30 {
            let step = range / CELLS as f64;
            let cells = self.cells(step, CELLS + 1);
            if cells.iter().sum::<f64>() - cells[CELLS] < most {
                range *= 2.0;
                continue;
            }
            return p.map(|p| self.certain + quantile(&cells, step, p, exp(-self.per_month())));
        }
        [f64::INFINITY; N]
    }

    fn kinds(&self) -> impl Iterator<Item = (Length, f64)> + '_ {
        self.kinds.iter().map(|((fixed, bits), n)| {
            let mean = f64::from_bits(*bits);
            (if *fixed { Length::Fixed(mean) } else { Length::Exponential(mean) }, *n)
        })
    }

    /// Chance of a month with downtime near 0, `step`, 2 `step`, ...
    fn cells(&self, step: f64, n: usize) -> Vec<f64> {
        let total = self.per_month();
        let mut lengths = vec![0.0; n];
        for (length, per_month) in self.kinds() {
            let mut before = 0.0;
            let mut here = length.limited(0.0);
            for (i, cell) in lengths.iter_mut().enumerate() {
                let after = length.limited((i + 1) as f64 * step);
                let mass = if i == 0 { 1.0 - after / step } else { (2.0 * here - before - after) / step };
                *cell += per_month / total * mass.max(0.0);
                (before, here) = (here, after);
            }
        }
        let mut halvings = 0;
        let mut mean = total;
        while mean > MOST_PER_RECURSION {
            mean /= 2.0;
            halvings += 1;
        }
        let mut cells = panjer(mean, &lengths);
        for _ in 0..halvings {
            cells = with_itself(&cells);
        }
        cells
    }
}

/// Panjer's recursion for a Poisson number with this mean of terms with these chances of 0, 1, 2, ... cells.
fn panjer(mean: f64, lengths: &[f64]) -> Vec<f64> {
    let mut cells = vec![0.0; lengths.len()];
    cells[0] = exp(-mean * (1.0 - lengths[0]));
    let weighted: Vec<f64> = lengths.iter().enumerate().map(|(j, f)| mean * j as f64 * f).collect();
    for s in 1..cells.len() {
        let sum: f64 = (1..=s).map(|j| weighted[j] * cells[s - j]).sum();
        cells[s] = sum / s as f64;
    }
    cells
}

fn with_itself(cells: &[f64]) -> Vec<f64> {
    (0..cells.len()).map(|s| (0..=s).map(|j| cells[j] * cells[s - j]).sum()).collect()
}

/// The distribution function rises through the middle of each cell; its atom at zero is known.
fn quantile(cells: &[f64], step: f64, p: f64, none: f64) -> f64 {
    if p <= none {
        return 0.0;
    }
    let (mut below, mut at_below, mut sum) = (none, 0.0, 0.0);
    for (i, cell) in cells.iter().enumerate() {
        let here = if i == 0 { none } else { sum + cell / 2.0 };
        let at = i as f64 * step;
        if i > 0 && here >= p {
            let slope = here - below;
            return if slope > 0.0 { at_below + (at - at_below) * (p - below) / slope } else { at };
        }
        (below, at_below) = (here.max(below), at);
        sum += cell;
    }
    cells.len() as f64 * step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_without_outages_are_exactly_as_frequent_as_poisson_says() {
        let mut episodes = Episodes::default();
        episodes.add(0.5, Length::Exponential(30.0));
        assert!((episodes.chance_at_most(0.0) - exp(-0.5)).abs() < 1e-15);
        assert_eq!(episodes.quantiles([0.5]), [0.0]);
    }

    #[test]
    fn exponential_outages_match_the_closed_series() {
        // Sum over n of Poisson(n) times Erlang(n): the compound distribution itself.
        for (rate, mean, limit) in
            [(0.2, 60.0, 43.2), (1.8, 60.0, 43.2), (6.0, 10.0, 43.2), (40.0, 1.0, 43.2)]
        {
            let mut episodes = Episodes::default();
            episodes.add(rate, Length::Exponential(mean));
            let x = limit / mean;
            let (mut poisson, mut exact) = (exp(-rate), exp(-rate));
            let (mut term, mut tail) = (exp(-x), 0.0);
            for n in 1..200 {
                poisson *= rate / f64::from(n);
                tail += term; // P(Erlang(n) > x) = sum over i < n of e^-x x^i / i!
                term *= x / f64::from(n);
                exact += poisson * (1.0 - tail);
            }
            let got = episodes.chance_at_most(limit);
            // The grid has a thousandth of the limit; an error of its square is expected.
            assert!((got - exact).abs() < 2e-5, "rate {rate}: {got} against {exact}");
            let p = exact.max(exp(-rate) + 1e-3);
            let [back] = episodes.quantiles([p]);
            assert!((episodes.chance_at_most(back) - p).abs() < 1e-3, "rate {rate}: {back}");
        }
    }

    #[test]
    fn fixed_outages_are_counted() {
        let mut episodes = Episodes { certain: 10.0, ..Episodes::default() };
        episodes.add(1.0, Length::Fixed(20.0));
        let one = exp(-1.0) * 2.0; // none or one
        assert!((episodes.chance_at_most(45.0) - one).abs() < 0.01);
        assert_eq!(episodes.chance_at_most(9.0), 0.0);
    }

    #[test]
    fn thousands_of_short_outages_do_not_underflow() {
        let mut episodes = Episodes::default();
        episodes.add(5000.0, Length::Exponential(1.0));
        let [half] = episodes.quantiles([0.5]);
        assert!((half - 5000.0).abs() < 25.0, "{half}");
    }
}
