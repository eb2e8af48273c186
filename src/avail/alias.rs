//! A choice among many with given weights, in constant time.
//!
//! Source: A. J. Walker, "An efficient method for generating discrete random variables with general distributions" (ACM TOMS
//! 3, 1977), tables built as by M. D. Vose (1991).

/// The tables.
#[derive(Clone, Debug, Default)]
pub struct Alias {
    keep: Vec<f64>,
    other: Vec<usize>,
}

impl Alias {
    /// For these weights, none negative. O(n).
    pub fn new(weights: &[f64]) -> Self {
        let n = weights.len();
        let total: f64 = weights.iter().sum();
        let mut keep: Vec<f64> = weights.iter().map(|w| w / total * n as f64).collect();
        let mut other: Vec<usize> = (0..n).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) = (0..n).partition(|i| keep[*i] < 1.0);
        while let (Some(little), Some(much)) = (small.pop(), large.last().copied()) {
            other[little] = much;
            keep[much] -= 1.0 - keep[little];
            if keep[much] < 1.0 {
                large.pop();
                small.push(much);
            }
        }
        // What is left is 1 up to rounding.
        small.into_iter().chain(large).for_each(|i| keep[i] = 1.0);
        Self { keep, other }
    }

    /// The choice of a number strictly between 0 and 1. There must be something to choose.
    #[inline]
    pub fn pick(&self, uniform: f64) -> usize {
        let scaled = uniform * self.keep.len() as f64;
        let cell = (scaled as usize).min(self.keep.len() - 1);
        if scaled - (cell as f64) < self.keep[cell] { cell } else { self.other[cell] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_picked_as_often_as_its_weight_says() {
        let weights = [0.1, 3.0, 0.0, 1.9, 5.0];
        let alias = Alias::new(&weights);
        let mut seen = [0; 5];
        let n = 100_000;
        (0..n).for_each(|i| seen[alias.pick((f64::from(i) + 0.5) / f64::from(n))] += 1);
        for (count, weight) in seen.iter().zip(weights) {
            assert!((f64::from(*count) / f64::from(n) - weight / 10.0).abs() < 1e-4, "{seen:?}");
        }
    }
}
