//! Bounds that need no solving: the bottleneck, and the asymptotic bounds of a closed system.
//!
//! Source: P. J. Denning, J. P. Buzen, "The operational analysis of queueing network models" (1978); R. Jain, *The Art of
//! Computer Systems Performance Analysis* (1991), section 33.6.

use super::mva::Centre;

/// Asymptotic bounds of a closed system with one class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asymptotes {
    /// Index of the centre that saturates first; `None` without centres.
    pub bottleneck: Option<usize>,
    /// Most cycles per second, whatever the population.
    pub throughput: f64,
    /// Population at the knee: (D + Z) / D_max. Beyond it somebody queues.
    pub knee: f64,
}

/// The asymptotes of `centres` and `delay` seconds of think time and other delays per cycle. O(centres).
pub fn asymptotes(delay: f64, centres: &[Centre]) -> Asymptotes {
    let heaviest = |c: &Centre| c.demand / c.servers;
    let bottleneck =
        (0..centres.len()).reduce(|a, b| if heaviest(&centres[b]) > heaviest(&centres[a]) { b } else { a });
    let most = bottleneck.map_or(0.0, |i| heaviest(&centres[i]));
    let total: f64 = centres.iter().map(|c| c.demand).sum();
    Asymptotes { bottleneck, throughput: 1.0 / most, knee: (total + delay) / most }
}

/// Bounds on the response of `population` users: (lower, upper).
pub fn response(population: u32, delay: f64, centres: &[Centre]) -> (f64, f64) {
    let n = f64::from(population);
    let total: f64 = centres.iter().map(|c| c.demand).sum();
    let most = asymptotes(delay, centres).throughput;
    (total.max(n / most - delay), n * total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jain_example() {
        let c = |demand| Centre { demand, servers: 1.0 };
        let a = asymptotes(4.0, &[c(2.0), c(3.0), c(1.0)]);
        assert_eq!(a.bottleneck, Some(1));
        assert!((a.throughput - 1.0 / 3.0).abs() < 1e-12);
        assert!((a.knee - 10.0 / 3.0).abs() < 1e-12);
        assert_eq!(response(20, 4.0, &[c(2.0), c(3.0), c(1.0)]), (56.0, 120.0));
    }
}
