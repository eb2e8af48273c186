//! Distributions that are no gammas, cut into slices between their quantiles; and the chance that a draw is at most a value.

use super::mix::{Mix, Piece};
use super::moments::Moments;
use crate::stats::distribution::Distribution;
use crate::stats::maths::{exp, normal_quantile, pow};

/// Chance that a draw of a distribution is at most `x`. Exact for those made of gammas; the others by halving their quantile
/// function, to 1e-15.
pub fn chance_below(distribution: &Distribution, x: f64) -> f64 {
    let inverse = |quantile: &dyn Fn(f64) -> f64| {
        let (mut low, mut high) = (0.0, 1.0);
        if quantile(1e-15) > x {
            return 0.0;
        }
        if quantile(1.0 - 1e-15) <= x {
            return 1.0;
        }
        for _ in 0..50 {
            let middle = 0.5 * (low + high);
            if quantile(middle) <= x { low = middle } else { high = middle }
        }
        low
    };
    match distribution {
        Distribution::Lognormal { mu, sigma } => inverse(&|u| exp(mu + sigma * normal_quantile(u))),
        Distribution::Weibull { .. } => inverse(&|u| distribution.draw(|| 1.0 - u)),
        Distribution::Pareto { .. }
        | Distribution::Uniform { .. }
        | Distribution::Triangular { .. }
        | Distribution::Empirical(_) => inverse(&|u| distribution.draw(|| u)),
        _ => Mix::of(distribution).within(x),
    }
}

/// Where a distribution is cut into slices.
const CUTS: [f64; 11] = [0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 0.97, 0.995, 0.9995, 1.0];

/// A distribution by its quantile function and mean. The last slice holds what the others leave of the mean.
pub fn sliced(quantile: impl Fn(f64) -> f64, mean: f64) -> Mix {
    const POINTS: u32 = 12;
    let mut pieces = Vec::with_capacity(CUTS.len() - 1);
    let (mut left, least) = (mean, quantile(1e-9).max(0.0));
    for cut in CUTS.windows(2) {
        let weight = cut[1] - cut[0];
        let floor = quantile(cut[0].max(1e-9)).max(0.0);
        let (mut first, mut second) = (0.0, 0.0);
        for i in 0..POINTS {
            let beyond = quantile(cut[0] + weight * (f64::from(i) + 0.5) / f64::from(POINTS)) - floor;
            first += beyond / f64::from(POINTS);
            second += beyond * beyond / f64::from(POINTS);
        }
        let mut rest = Moments::from_second(first.max(0.0), second);
        if cut[1] >= 1.0 && mean.is_finite() {
            let beyond = left / weight - floor;
            if beyond > 2.0 * rest.mean {
                rest = Moments::new(beyond, beyond * beyond);
            }
        }
        left -= weight * (floor + rest.mean);
        // What of a slice reaches beyond its ends makes up for what its neighbours lose there: so it is nearly symmetric.
        let (mean, deviation) = (floor + rest.mean, rest.variance.sqrt());
        let inner = cut[0] > 0.0 && cut[1] < 1.0;
        let from = if inner { (mean - 8.0 * deviation).clamp(least, floor) } else { floor };
        pieces.push(Piece { weight, floor: from, rest: Moments { mean: mean - from, ..rest } });
    }
    Mix::of_pieces(pieces)
}

/// Quantiles of a PERT distribution at equal steps: its density summed over cells, and the sum inverted.
pub fn pert(low: f64, mode: f64, high: f64) -> Vec<f64> {
    const CELLS: u32 = 200;
    let width = high - low;
    let (a, b) = (4.0 * (mode - low) / width, 4.0 * (high - mode) / width);
    let middle = |cell: u32| (f64::from(cell) + 0.5) / f64::from(CELLS);
    let density: Vec<f64> = (0..CELLS).map(|c| pow(middle(c), a) * pow(1.0 - middle(c), b)).collect();
    let whole: f64 = density.iter().sum();
    let (mut cell, mut below) = (0usize, 0.0);
    let mut table: Vec<f64> = (0..=CELLS)
        .map(|i| {
            let wanted = whole * f64::from(i) / f64::from(CELLS);
            while cell + 1 < density.len() && below + density[cell] < wanted {
                below += density[cell];
                cell += 1;
            }
            let inside = ((wanted - below) / density[cell].max(1e-300)).clamp(0.0, 1.0);
            low + width * (cell as f64 + inside) / f64::from(CELLS)
        })
        .collect();
    table[CELLS as usize] = high;
    table
}
