//! Random numbers and laws of the slow simulator.

use super::Work;

/// Splitmix64: small, and not the engine's generator.
pub struct Dice(pub u64);

impl Dice {
    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn below(&mut self, n: usize) -> usize {
        ((self.uniform() * n as f64) as usize).min(n - 1)
    }

    pub fn chance(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.uniform()).ln()
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    pub fn work(&mut self, work: Work) -> f64 {
        match work {
            Work::Constant(s) => s,
            Work::Exponential(s) => self.exponential(s),
            Work::Erlang2(s) => self.exponential(0.5 * s) + self.exponential(0.5 * s),
            Work::Uniform(s) => self.between(0.0, 2.0 * s),
        }
    }
}
