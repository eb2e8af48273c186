//! What the slow simulator counts.

/// What one journey saw.
#[derive(Clone, Default)]
pub struct Seen {
    /// Response times of answered requests that were sent in each of the batches.
    pub sums: Vec<(f64, u64)>,
    pub failed: u64,
    pub ended: u64,
    pub sent: u64,
    /// Share that failed, run by run.
    pub failing: Vec<f64>,
}

impl Seen {
    /// Mean and standard error by batch means.
    pub fn mean(&self) -> (f64, f64) {
        let means: Vec<f64> = self.sums.iter().filter(|s| s.1 > 0).map(|s| s.0 / s.1 as f64).collect();
        let n = means.len() as f64;
        let (sum, count) = self.sums.iter().fold((0.0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
        let centre = means.iter().sum::<f64>() / n;
        let var = means.iter().map(|m| (m - centre) * (m - centre)).sum::<f64>() / (n - 1.0).max(1.0);
        (sum / count as f64, (var / n).sqrt())
    }

    pub fn failing(&self) -> f64 {
        self.failed as f64 / self.ended.max(1) as f64
    }

    /// Standard error of that share, from run to run.
    pub fn failing_error(&self) -> f64 {
        let n = self.failing.len() as f64;
        let mean = self.failing.iter().sum::<f64>() / n;
        let squares: f64 = self.failing.iter().map(|x| (x - mean) * (x - mean)).sum();
        (squares / (n - 1.0).max(1.0) / n).sqrt()
    }
}
