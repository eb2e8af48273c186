//! Downtime of one 30-day month as a distribution: outages begin at random (Poisson), each cause with its own rate and length,
//! and their lengths add up. Exact for this compound Poisson model up to the grid; the model itself leaves out that outages
//! may overlap, cross the end of the month or come in bursts.
//!
//! Source: H. H. Panjer, "Recursive evaluation of a family of compound distributions" (ASTIN Bulletin 12, 1981); local moment
//! matching: Klugman, Panjer and Willmot, *Loss Models*, section 9.6.

use crate::stats::maths::{exp, expm1, ln, normal_cdf};
use std::collections::BTreeMap;

/// Cells of the grid.
const CELLS: usize = 2_048;
/// Where the recursion changes its unit.
const LARGE: f64 = 1e200;

/// How long one outage lasts, minutes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// Exponential with this mean.
    Exponential(f64),
    /// Always the same.
    Fixed(f64),
    /// Lognormal with this mean and squared coefficient of variation.
    Lognormal(f64, f64),
}

impl Length {
    /// Mean, minutes.
    pub fn mean(self) -> f64 {
        match self {
            Self::Exponential(mean) | Self::Fixed(mean) | Self::Lognormal(mean, _) => mean,
        }
    }

    /// Mean square, minutes squared.
    fn square(self) -> f64 {
        let scv = match self {
            Self::Exponential(_) => 1.0,
            Self::Fixed(_) => 0.0,
            Self::Lognormal(_, scv) => scv,
        };
        self.mean() * self.mean() * (1.0 + scv)
    }

    /// Kind and numbers, bit by bit: lengths that are the same are counted together.
    fn key(self) -> (u8, u64, u64) {
        match self {
            Self::Exponential(mean) => (0, mean.to_bits(), 0),
            Self::Fixed(mean) => (1, mean.to_bits(), 0),
            Self::Lognormal(mean, scv) => (2, mean.to_bits(), scv.to_bits()),
        }
    }

    fn of_key((kind, mean, scv): (u8, u64, u64)) -> Self {
        let (mean, scv) = (f64::from_bits(mean), f64::from_bits(scv));
        match kind {
            0 => Self::Exponential(mean),
            1 => Self::Fixed(mean),
            _ => Self::Lognormal(mean, scv),
        }
    }
}

/// Mean of the smaller one of a lognormal length and `x`. Source: Klugman, Panjer and Willmot, *Loss Models*, appendix A.
fn limited(mean: f64, scv: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let variance = ln(1.0 + scv);
    let (centre, sigma) = (ln(mean) - variance / 2.0, variance.sqrt());
    let z = (ln(x) - centre) / sigma;
    mean * normal_cdf(z - sigma) + x * normal_cdf(-z)
}

/// All outages of a month.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Episodes {
    /// Minutes that are down in every month (brown-outs).
    pub certain: f64,
    /// Mean number per month, by length.
    kinds: BTreeMap<(u8, u64, u64), f64>,
}

impl Episodes {
    /// So many more outages per month of such a length.
    pub fn add(&mut self, per_month: f64, length: Length) {
        if per_month > 0.0 && length.mean() > 0.0 {
            *self.kinds.entry(length.key()).or_default() += per_month;
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

    /// The downtime that a share `p` of the months stays within, minutes, for each `p` below 1. O(cells x kinds) for each.
    pub fn quantiles<const N: usize>(&self, p: [f64; N]) -> [f64; N] {
        let most = p.iter().fold(0.0, |a: f64, b| a.max(*b));
        let mean = self.per_month() * self.mean_minutes().unwrap_or(0.0);
        let spread: f64 = self.kinds().map(|(length, n)| n * length.square()).sum();
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
            return p.map(|p| self.certain + self.quantile(&cells, step, p));
        }
        [f64::INFINITY; N]
    }

    /// One quantile from these cells; from finer ones where they are coarse beside it.
    fn quantile(&self, cells: &[f64], step: f64, p: f64) -> f64 {
        let none = exp(-self.per_month());
        let found = quantile(cells, step, p, none);
        let fine = (2.0 * found + step) / CELLS as f64;
        if found == 0.0 || fine > step / 4.0 {
            return found;
        }
        self.quantile(&self.cells(fine, CELLS + 1), fine, p)
    }

    fn kinds(&self) -> impl Iterator<Item = (Length, f64)> + '_ {
        self.kinds.iter().map(|(key, n)| (Length::of_key(*key), *n))
    }

    /// Chance of a month with downtime near 0, `step`, 2 `step`, ... O(cells x kinds). Lengths of any shape are put together into
    /// one kind first, as each costs the square of the cells: the recursion is linear in them.
    fn cells(&self, step: f64, n: usize) -> Vec<f64> {
        let (mut all, mut any): (Vec<OnGrid>, Option<OnGrid>) = (Vec::new(), None);
        for (length, per_month) in self.kinds() {
            let kind = OnGrid::new(length, per_month, step, n);
            match (&mut any, &kind.masses) {
                (Some(so_far), Masses::Any(more)) => so_far.join(kind.number, kind.zero, more),
                (None, Masses::Any(_)) => any = Some(kind),
                _ => all.push(kind),
            }
        }
        all.extend(any);
        panjer(all, n)
    }
}

/// Outages of one length on the grid, and the sums that the recursion needs of them. Their masses keep the mean of the length
/// (local moment matching).
struct OnGrid {
    /// Mean number.
    number: f64,
    /// Chance of a length near 0.
    zero: f64,
    masses: Masses,
}

/// Chances of the lengths beyond zero.
enum Masses {
    /// Of an exponential length: `first`, `first` x `ratio`, ...; with the sums over j of ratio^(j-1) x cell(s - j), and of j
    /// times that.
    Geometric { first: f64, ratio: f64, plain: f64, weighted: f64 },
    /// Of a fixed length: in this many steps, or one more.
    Two { steps: usize, here: f64, beyond: f64 },
    /// Of any length: j times the chance of j steps, from j = 1 on. Quadratic in the cells.
    Any(Vec<f64>),
}

impl OnGrid {
    fn new(length: Length, number: f64, step: f64, n: usize) -> Self {
        match length {
            Length::Lognormal(mean, scv) => {
                let up_to: Vec<f64> = (0..=n).map(|i| limited(mean, scv, i as f64 * step) / step).collect();
                let mass = |j: usize| (2.0 * up_to[j] - up_to[j - 1] - up_to[j + 1]).max(0.0);
                let masses = Masses::Any((1..n).map(|j| j as f64 * mass(j)).collect());
                Self { number, zero: 1.0 - up_to[1], masses }
            }
            Length::Exponential(mean) => {
                let ratio = exp(-step / mean);
                let gone = -expm1(-step / mean);
                let first = mean / step * gone * gone;
                let masses = Masses::Geometric { first, ratio, plain: 0.0, weighted: 0.0 };
                Self { number, zero: 1.0 - mean / step * gone, masses }
            }
            Length::Fixed(minutes) => {
                let steps = (minutes / step).floor();
                let beyond = minutes / step - steps;
                let zero = if steps == 0.0 { 1.0 - beyond } else { 0.0 };
                Self {
                    number,
                    zero,
                    masses: Masses::Two { steps: steps as usize, here: 1.0 - beyond, beyond },
                }
            }
        }
    }

    /// With so many more of another shape.
    fn join(&mut self, number: f64, zero: f64, more: &[f64]) {
        let (here, there) = (self.number / (self.number + number), number / (self.number + number));
        self.number += number;
        self.zero = here * self.zero + there * zero;
        if let Masses::Any(masses) = &mut self.masses {
            masses.iter_mut().zip(more).for_each(|(mass, more)| *mass = here * *mass + there * more);
        }
    }

    /// The sum over j of j x chance(j) x cell(s - j), from the cells before the next one.
    fn sum(&mut self, cells: &[f64]) -> f64 {
        let s = cells.len();
        match &mut self.masses {
            Masses::Geometric { first, ratio, plain, weighted } => {
                *plain = cells[s - 1] + *ratio * *plain;
                *weighted = *plain + *ratio * *weighted;
                *first * *weighted
            }
            Masses::Two { steps, here, beyond } => {
                let at = |j: usize, mass: f64| {
                    if (1..=s).contains(&j) { j as f64 * mass * cells[s - j] } else { 0.0 }
                };
                at(*steps, *here) + at(*steps + 1, *beyond)
            }
            Masses::Any(weighted) => weighted.iter().zip(cells.iter().rev()).map(|(w, cell)| w * cell).sum(),
        }
    }

    /// All cells so far are measured in another unit.
    fn scale(&mut self, by: f64) {
        if let Masses::Geometric { plain, weighted, .. } = &mut self.masses {
            (*plain, *weighted) = (*plain * by, *weighted * by);
        }
    }
}

/// Panjer's recursion for Poisson numbers of outages of these kinds: chances of 0, 1, 2, ... cells. Linear in the cells, as
/// the sum over all earlier ones is kept up to date for each kind. The recursion is linear in its first term as well, so that
/// it starts at 1 in a unit of its own: the chance of no outage may be smaller than any number.
fn panjer(mut kinds: Vec<OnGrid>, n: usize) -> Vec<f64> {
    let beyond_zero: f64 = kinds.iter().map(|kind| kind.number * (1.0 - kind.zero)).sum();
    let mut unit = -beyond_zero;
    let mut cells = Vec::with_capacity(n);
    cells.push(1.0);
    for s in 1..n {
        let sum: f64 = kinds.iter_mut().map(|kind| kind.number * kind.sum(&cells)).sum();
        cells.push(sum / s as f64);
        if sum > LARGE {
            unit += ln(LARGE);
            cells.iter_mut().for_each(|cell| *cell /= LARGE);
            kinds.iter_mut().for_each(|kind| kind.scale(1.0 / LARGE));
        }
    }
    let unit = exp(unit);
    cells.iter_mut().for_each(|cell| *cell *= unit);
    cells
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
    use crate::stats::maths::normal_quantile;

    fn quantile_of(mean: f64, scv: f64, p: f64) -> f64 {
        let variance = ln(1.0 + scv);
        mean * exp(variance.sqrt() * normal_quantile(p) - variance / 2.0)
    }

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

    /// The recursion as it stands in the book, quadratic in the cells, on masses that keep the mean.
    fn by_the_book(kinds: &[(Length, f64)], step: f64, n: usize) -> Vec<f64> {
        let limited = |length: Length, x: f64| match length {
            Length::Exponential(mean) => mean * (1.0 - exp(-x / mean)),
            Length::Fixed(minutes) => minutes.min(x),
            Length::Lognormal(mean, scv) => {
                // The mean of the smaller one by the rectangle rule over the quantiles, sharing nothing with the closed form.
                let n = 20_000;
                let one = |i: i32| quantile_of(mean, scv, (f64::from(i) + 0.5) / f64::from(n)).min(x);
                (0..n).map(one).sum::<f64>() / f64::from(n)
            }
        };
        let total: f64 = kinds.iter().map(|k| k.1).sum();
        let mut lengths = vec![0.0; n];
        for (length, number) in kinds {
            for (i, cell) in lengths.iter_mut().enumerate() {
                let at = |i: f64| limited(*length, i * step);
                let i = i as f64;
                let mass = if i == 0.0 { step - at(1.0) } else { 2.0 * at(i) - at(i - 1.0) - at(i + 1.0) };
                *cell += number / total * mass / step;
            }
        }
        let mut cells = vec![exp(-total * (1.0 - lengths[0]))];
        for s in 1..n {
            let sum: f64 = (1..=s).map(|j| j as f64 * lengths[j] * cells[s - j]).sum();
            cells.push(total * sum / s as f64);
        }
        cells
    }

    #[test]
    fn the_recursion_with_running_sums_is_the_one_of_the_book() {
        let kinds = [
            (Length::Exponential(45.0), 0.7),
            (Length::Exponential(0.4), 12.0),
            (Length::Fixed(2.0), 1.5),
            (Length::Fixed(0.05), 3.0),
            (Length::Exponential(600.0), 0.02),
        ];
        let mut episodes = Episodes::default();
        kinds.iter().for_each(|(length, number)| episodes.add(*number, *length));
        for step in [0.1, 0.37, 3.0] {
            let (fast, slow) = (episodes.cells(step, 700), by_the_book(&kinds, step, 700));
            for (s, (a, b)) in fast.iter().zip(&slow).enumerate() {
                assert!((a - b).abs() <= 1e-9 * b + 1e-15, "step {step}, cell {s}: {a} against {b}");
            }
        }
    }

    #[test]
    fn lognormal_lengths_are_the_ones_of_the_book() {
        let kinds = [(Length::Lognormal(30.0, 0.3), 0.8), (Length::Lognormal(50.0, 4.0), 0.1)];
        let mut episodes = Episodes::default();
        kinds.iter().for_each(|(length, number)| episodes.add(*number, *length));
        let (fast, slow) = (episodes.cells(2.0, 200), by_the_book(&kinds, 2.0, 200));
        for (s, (a, b)) in fast.iter().zip(&slow).enumerate() {
            assert!((a - b).abs() <= 2e-5, "cell {s}: {a} against {b}");
        }
        // One outage a month at most, and rarely: its quantiles are those of its length.
        let mut rare = Episodes::default();
        rare.add(1e-3, Length::Lognormal(40.0, 0.25));
        let [found] = rare.quantiles([1.0 - 0.1e-3]);
        let exact = quantile_of(40.0, 0.25, 0.9);
        assert!((found / exact - 1.0).abs() < 0.01, "{found} against {exact}");
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
