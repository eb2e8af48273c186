//! Steps that wait for each other, played many times: when each starts and ends, and which decide. Draws are keyed by the
//! step's id, so a step more or less leaves the others as they were.

use crate::model::recovery::Takes;
use crate::stats::distribution::Distribution;
use crate::stats::figure::Figure;
use crate::stats::interval::wilson;
use crate::stats::maths::pow;
use crate::stats::rng::{Key, Stream, hash_id};
use crate::text::Phrase;

/// How often an event is played.
pub const SAMPLES: usize = 2_000;

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its name in the file.
    pub id: String,
    /// What is done.
    pub name: Phrase,
    /// The component it is about, where it is about one.
    pub component: Option<String>,
    /// How long it takes.
    pub takes: Takes,
    /// Earlier steps that it waits for.
    pub after: Vec<usize>,
}

/// What playing gave.
#[derive(Clone, Debug, Default)]
pub struct Played {
    /// Time until the last step ends, by sample, s.
    pub ends: Vec<f64>,
    /// By step: mean start and mean length, s.
    pub means: Vec<(f64, f64)>,
    /// By step: share of the samples in which it is on the critical path.
    pub critical: Vec<f64>,
    /// By step: mean length while on the critical path, over all samples, s. They add to the mean end.
    pub decides: Vec<f64>,
}

/// Plays steps in which each waits for earlier ones only. O(samples x (steps + waits)).
pub fn play(steps: &[Step], samples: usize) -> Played {
    let n = steps.len();
    let lengths: Vec<Sampler> = steps.iter().map(|s| Sampler::new(&s.takes.seconds, &s.id)).collect();
    let mut played = Played {
        ends: Vec::with_capacity(samples),
        means: vec![(0.0, 0.0); n],
        critical: vec![0.0; n],
        decides: vec![0.0; n],
    };
    let (mut start, mut length, mut end) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    let one = 1.0 / samples.max(1) as f64;
    for sample in 0..samples {
        for (i, step) in steps.iter().enumerate() {
            start[i] = step.after.iter().map(|before| end[*before]).fold(0.0, f64::max);
            length[i] = lengths[i].draw(sample);
            end[i] = start[i] + length[i];
            played.means[i].0 += one * start[i];
            played.means[i].1 += one * length[i];
        }
        // From the last end backwards along what was waited for; of equals the first.
        let latest = |among: &mut dyn Iterator<Item = usize>| {
            among.fold(None, |best: Option<usize>, i| match best {
                Some(best) if end[best] >= end[i] => Some(best),
                _ => Some(i),
            })
        };
        let mut at = latest(&mut (0..n));
        played.ends.push(at.map_or(0.0, |i| end[i]));
        while let Some(i) = at {
            played.critical[i] += one;
            played.decides[i] += one * length[i];
            at = latest(&mut steps[i].after.iter().copied());
        }
    }
    played
}

/// Cells of a table of quantiles.
const CELLS: usize = 256;

/// A length of time, prepared for many draws.
pub struct Sampler<'a> {
    takes: &'a Distribution,
    /// Quantiles of a PERT distribution at equal steps, from the least to the largest value.
    quantiles: Vec<f64>,
    label: u64,
}

impl<'a> Sampler<'a> {
    /// For a distribution; draws are keyed by the id.
    pub fn new(takes: &'a Distribution, id: &str) -> Self {
        let quantiles = match takes {
            Distribution::Pert { low, mode, high } if low < high => quantiles(*low, *mode, *high),
            _ => Vec::new(),
        };
        Self { takes, quantiles, label: hash_id(id) }
    }

    /// The length in this sample, not below zero.
    pub fn draw(&self, sample: usize) -> f64 {
        if let Distribution::Constant(seconds) = self.takes {
            return *seconds;
        }
        let mut draws = Key::new(1, sample as u32).with(self.label).draws(Stream::default());
        if self.quantiles.is_empty() {
            return self.takes.draw(|| draws.uniform()).max(0.0);
        }
        let at = draws.uniform() * CELLS as f64;
        let cell = (at as usize).min(CELLS - 1);
        let (a, b) = (self.quantiles[cell], self.quantiles[cell + 1]);
        a + (b - a) * (at - cell as f64)
    }
}

impl Sampler<'_> {
    /// The length at this share of all of them, not below zero. Of families that take several draws for one value, a value that
    /// depends on this share alone.
    pub fn at(&self, share: f64) -> f64 {
        if self.quantiles.is_empty() {
            return self.takes.draw(|| share).max(0.0);
        }
        let at = share * CELLS as f64;
        let cell = (at as usize).min(CELLS - 1);
        let (a, b) = (self.quantiles[cell], self.quantiles[cell + 1]);
        a + (b - a) * (at - cell as f64)
    }
}

/// Quantiles of a PERT distribution: its density summed over cells, and the sum inverted.
fn quantiles(low: f64, mode: f64, high: f64) -> Vec<f64> {
    let width = high - low;
    let (a, b) = (4.0 * (mode - low) / width, 4.0 * (high - mode) / width);
    let middle = |cell: usize| (cell as f64 + 0.5) / CELLS as f64;
    let density: Vec<f64> =
        (0..CELLS).map(|cell| pow(middle(cell), a) * pow(1.0 - middle(cell), b)).collect();
    let whole: f64 = density.iter().sum();
    let (mut cell, mut below) = (0, 0.0);
    let one = |i: usize| {
        let wanted = whole * i as f64 / CELLS as f64;
        while cell < CELLS - 1 && below + density[cell] < wanted {
            below += density[cell];
            cell += 1;
        }
        let inside =
            if density[cell] > 0.0 { ((wanted - below) / density[cell]).clamp(0.0, 1.0) } else { 0.0 };
        low + width * (cell as f64 + inside) / CELLS as f64
    };
    let mut all: Vec<f64> = (0..=CELLS).map(one).collect();
    all[CELLS] = high;
    all
}

/// Samples in order, as [`quantile`] wants them.
pub fn sorted(samples: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut list: Vec<f64> = samples.into_iter().collect();
    list.sort_by(f64::total_cmp);
    list
}

/// A quantile of sorted samples with a distribution-free 95 % interval from order statistics. Infinite samples are cases
/// that never end: where the quantile falls into them it is unknown.
pub fn quantile(sorted: &[f64], q: f64) -> Figure {
    let n = sorted.len();
    let Some(last) = n.checked_sub(1) else { return Figure::unknown("s") };
    if sorted[0] == sorted[last] && sorted[0].is_finite() {
        return Figure::exact(sorted[0], "s");
    }
    let rank = |place: f64| sorted[(place.ceil().max(1.0) as usize - 1).min(last)];
    let middle = q * n as f64;
    let wide = 1.96 * (n as f64 * q * (1.0 - q)).sqrt();
    let value = rank(middle);
    if !value.is_finite() {
        return Figure::unknown("s");
    }
    let bounds = (rank(middle - wide), rank(middle + wide));
    let bounds = Some(bounds).filter(|b| b.1.is_finite());
    Figure::simulated(value, bounds, "s", n as u64, "order statistics of the steps played, 95 %")
}

/// The chance of what happened in so many samples.
pub fn chance(hits: usize, samples: usize) -> Figure {
    let value = hits as f64 / samples.max(1) as f64;
    if samples == 1 {
        return Figure::exact(value, "1");
    }
    Figure::simulated(
        value,
        wilson(hits as u64, samples as u64),
        "1",
        samples as u64,
        "share of the samples, Wilson 95 %",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(id: &str, seconds: Distribution, after: &[usize]) -> Step {
        Step {
            id: id.to_owned(),
            name: Phrase::same(id),
            component: None,
            takes: Takes::stated(seconds),
            after: after.to_vec(),
        }
    }

    #[test]
    fn the_longest_chain_decides() {
        let constant = Distribution::Constant;
        let steps = [
            step("a", constant(10.0), &[]),
            step("b", constant(20.0), &[0]),
            step("c", constant(5.0), &[0]),
            step("d", constant(1.0), &[1, 2]),
        ];
        let played = play(&steps, 3);
        assert_eq!(played.ends, [31.0; 3]);
        assert_eq!((played.means[3], played.means[2]), ((30.0, 1.0), (10.0, 5.0)));
        let rounded: Vec<f64> = played.critical.iter().map(|c| (c * 1e9).round() / 1e9).collect();
        assert_eq!(rounded, [1.0, 1.0, 0.0, 1.0]);
        assert!((played.decides.iter().sum::<f64>() - 31.0).abs() < 1e-9);
    }

    #[test]
    fn two_triangular_steps_in_a_row_and_side_by_side() {
        let triangle = Distribution::Triangular { low: 0.0, mode: 1.0, high: 2.0 };
        let row = play(&[step("a", triangle.clone(), &[]), step("b", triangle.clone(), &[0])], 20_000);
        let mean = row.ends.iter().sum::<f64>() / 20_000.0;
        // Variance of the sum: 2 x 1/6.
        assert!((mean - 2.0).abs() < 4.0 * (2.0 / 6.0 / 20_000.0_f64).sqrt(), "{mean}");
        let aside = play(&[step("a", triangle.clone(), &[]), step("b", triangle, &[])], 20_000);
        // The maximum is at most 1 when both are: a quarter of the time.
        let early = aside.ends.iter().filter(|end| **end <= 1.0).count() as f64 / 20_000.0;
        assert!((early - 0.25).abs() < 0.013, "{early}");
    }

    #[test]
    fn a_three_point_estimate_has_the_moments_of_pert() {
        for (low, mode, high) in
            [(10.0, 900.0, 7200.0), (0.0, 300.0, 300.0), (5.0, 5.0, 30.0), (1.0, 2.0, 3.0)]
        {
            let pert = Distribution::Pert { low, mode, high };
            let sampler = Sampler::new(&pert, "x");
            let n = 100_000;
            let (mut sum, mut squares) = (0.0, 0.0);
            for i in 0..n {
                let x = sampler.draw(i);
                assert!((low..=high).contains(&x));
                (sum, squares) = (sum + x, squares + x * x);
            }
            let mean = sum / n as f64;
            let variance = squares / n as f64 - mean * mean;
            assert!((mean - pert.mean()).abs() < 5.0 * (pert.variance() / n as f64).sqrt(), "{mean}");
            assert!((variance / pert.variance() - 1.0).abs() < 0.03, "{variance}");
        }
    }

    #[test]
    fn quantiles_carry_their_interval_and_stop_at_what_never_ends() {
        let mut sorted: Vec<f64> = (1..=1000).map(f64::from).collect();
        let p95 = quantile(&sorted, 0.95);
        assert_eq!((p95.value, p95.low, p95.high), (Some(950.0), Some(937.0), Some(964.0)));
        sorted[940..].fill(f64::INFINITY);
        assert_eq!((quantile(&sorted, 0.95).value, quantile(&sorted, 0.5).value), (None, Some(500.0)));
        assert_eq!(quantile(&[3.0; 9], 0.9), Figure::exact(3.0, "s"));
    }
}
