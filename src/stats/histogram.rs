//! Log-bucketed histogram of times in nanoseconds, with exact sums beside it. Everything is integer arithmetic, so the
//! result is the same bits on every target and whatever the order of recording or merging.
//!
//! Values below 256 ns have a bucket each; above, every octave is cut into 128 buckets, so that a bucket is at most
//! 1/128 wide of its value and its middle is off by at most 0.4 %.
//!
//! Source: the bucket layout of high dynamic range histograms (G. Tene), rewritten.

use serde::{Deserialize, Serialize};

/// Buckets per octave, as a power of two.
const BITS: u32 = 7;

/// Counts of times, in nanoseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Packed", into = "Packed")]
pub struct Histogram {
    /// Saturates at 4.29e9 per bucket.
    counts: Vec<u32>,
    n: u64,
    sum: Wide,
    squares: Wide,
    max: u64,
}

/// A sum of 128 bits in two words, the upper of which is seldom touched: where there are no registers of that size, every
/// addition to a `u128` reads and writes both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Wide {
    low: u64,
    high: u64,
}

impl Wide {
    #[inline(always)]
    fn add(&mut self, value: u64) {
        self.low = self.low.wrapping_add(value);
        if self.low < value {
            self.high += 1;
        }
    }

    fn get(self) -> u128 {
        u128::from(self.high) << 64 | u128::from(self.low)
    }

    /// The square. Values below 4.3 s stay in 64 bits, as multiplying 128 of them is a call where there are no such registers.
    #[inline(always)]
    fn add_square(&mut self, value: u64) {
        if value >> 32 == 0 {
            self.add(value * value);
        } else {
            *self = Self::from(self.get() + u128::from(value) * u128::from(value));
        }
    }
}

impl From<u128> for Wide {
    fn from(value: u128) -> Self {
        Self { low: value as u64, high: (value >> 64) as u64 }
    }
}

/// A histogram in a message: without the empty buckets at both ends.
#[derive(Serialize, Deserialize)]
struct Packed {
    first: u32,
    counts: Vec<u32>,
    n: u64,
    sum: u128,
    squares: u128,
    max: u64,
}

impl From<Histogram> for Packed {
    fn from(h: Histogram) -> Self {
        let first = h.counts.iter().position(|c| *c > 0).unwrap_or(0);
        let end = h.counts.iter().rposition(|c| *c > 0).map_or(0, |last| last + 1);
        let counts = h.counts.get(first..end).unwrap_or_default().to_vec();
        Self { first: first as u32, counts, n: h.n, sum: h.sum.get(), squares: h.squares.get(), max: h.max }
    }
}

impl From<Packed> for Histogram {
    fn from(p: Packed) -> Self {
        let mut counts = vec![0; p.first as usize];
        counts.extend(p.counts);
        counts.resize(counts.len().next_multiple_of(1 << BITS), 0);
        Self { counts, n: p.n, sum: p.sum.into(), squares: p.squares.into(), max: p.max }
    }
}

/// The bucket that holds `value`.
#[inline]
pub fn bucket(value: u64) -> usize {
    // Without a branch: below an octave's buckets the shift is 0.
    let shift = 63 - BITS - (value | 1 << BITS).leading_zeros();
    ((shift as usize) << BITS) + (value >> shift) as usize
}

/// Lowest value and width of a bucket.
pub fn range(bucket: usize) -> (u64, u64) {
    if bucket < 2 << BITS {
        return (bucket as u64, 1);
    }
    let shift = (bucket >> BITS) - 1;
    (((bucket - (shift << BITS)) as u64) << shift, 1 << shift)
}

impl Histogram {
    /// Counts one value. O(1), allocates only while the largest value grows.
    #[inline]
    pub fn record(&mut self, value: u64) {
        self.record_at(bucket(value), value);
    }

    /// The same where the value's bucket is known already.
    #[inline]
    pub fn record_at(&mut self, at: usize, value: u64) {
        self.count_in(at, value);
        self.sum.add(value);
        self.squares.add_square(value);
    }

    /// The same where only quantiles are asked for: mean and standard deviation leave it out.
    #[inline]
    pub fn count_in(&mut self, at: usize, value: u64) {
        match self.counts.get_mut(at) {
            Some(count) => *count = count.saturating_add(1),
            None => self.grow(at),
        }
        self.n += 1;
        self.max = self.max.max(value);
    }

    /// The first value in this bucket, beyond all others.
    #[cold]
    #[inline(never)]
    fn grow(&mut self, at: usize) {
        self.counts.resize((at + 1).next_multiple_of(1 << BITS), 0);
        self.counts[at] = 1;
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.n
    }

    /// The largest.
    pub fn max(&self) -> u64 {
        self.max
    }

    /// Exact mean in nanoseconds; `None` when empty.
    pub fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| self.sum.get() as f64 / self.n as f64)
    }

    /// Standard deviation of the values themselves (divided by n), from exact sums; `None` when empty.
    pub fn std(&self) -> Option<f64> {
        let mean = self.mean()?;
        // n * squares - sum^2 would overflow; the difference of the two means is safe at these magnitudes.
        let variance = self.squares.get() as f64 / self.n as f64 - mean * mean;
        Some(variance.max(0.0).sqrt())
    }

    /// The value at quantile `q` in 0..=1, in nanoseconds, interpolated inside its bucket; `None` when empty. Off by at
    /// most 1/128 of itself. O(buckets).
    pub fn quantile(&self, q: f64) -> Option<f64> {
        if self.n == 0 {
            return None;
        }
        let rank = ((q * self.n as f64).ceil() as u64).clamp(1, self.n);
        let mut before = 0u64;
        for (at, count) in self.counts.iter().enumerate() {
            let count = u64::from(*count);
            if before + count >= rank {
                let (low, width) = range(at);
                if width == 1 {
                    return Some(low as f64);
                }
                let inside = ((rank - before) as f64 - 0.5) / count as f64;
                return Some((low as f64 + width as f64 * inside).min(self.max as f64));
            }
            before += count;
        }
        Some(self.max as f64)
    }

    /// How many values lie above `limit`, to the width of a bucket. O(buckets).
    pub fn above(&self, limit: u64) -> u64 {
        self.counts.iter().skip(bucket(limit) + 1).map(|c| u64::from(*c)).sum()
    }

    /// Adds everything counted in `other`. The order of merging does not matter.
    pub fn merge(&mut self, other: &Self) {
        if other.counts.len() > self.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine = mine.saturating_add(*theirs);
        }
        self.n += other.n;
        self.sum = (self.sum.get() + other.sum.get()).into();
        self.squares = (self.squares.get() + other.squares.get()).into();
        self.max = self.max.max(other.max);
    }

    /// Forgets everything and keeps the memory.
    pub fn clear(&mut self) {
        self.counts.fill(0);
        (self.n, self.sum, self.squares, self.max) = (0, Wide::default(), Wide::default(), 0);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn values(n: usize) -> Vec<u64> {
        let mut draws = crate::stats::rng::Key::new(3, 0).draws(crate::stats::rng::Stream::default());
        (0..n).map(|_| (crate::stats::maths::exp(draws.uniform() * 25.0)) as u64).collect()
    }

    #[test]
    fn sums_carry_into_their_upper_word() {
        let (mut wide, mut exact) = (Wide::from(u128::from(u64::MAX) - 5), u128::from(u64::MAX) - 5);
        for value in [3, 9, u64::MAX >> 1, 1 << 31, 5_000_000_000, 7] {
            wide.add(value);
            wide.add_square(value);
            exact += u128::from(value);
            exact += u128::from(value) * u128::from(value);
            assert_eq!(wide.get(), exact, "{value}");
        }
    }

    #[test]
    fn every_value_lies_in_its_bucket_and_buckets_touch() {
        for value in values(20_000).into_iter().chain(0..2000).chain([u64::MAX]) {
            let (low, width) = range(bucket(value));
            assert!(low <= value && value - low < width, "{value} in {low}+{width}");
            assert!(width == 1 || width as f64 <= low as f64 / 127.9);
        }
        for at in 1..5000 {
            let (low, width) = range(at - 1);
            assert_eq!(range(at).0, low + width);
        }
    }

    #[test]
    fn quantiles_are_within_one_percent_of_the_sorted_list() {
        let mut list = values(50_000);
        let mut histogram = Histogram::default();
        list.iter().for_each(|v| histogram.record(*v));
        list.sort_unstable();
        for q in [0.0, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0] {
            let exact = list[((q * list.len() as f64).ceil() as usize).clamp(1, list.len()) - 1] as f64;
            let found = histogram.quantile(q).unwrap();
            assert!((found - exact).abs() <= 0.01 * exact + 1.0, "{q}: {found} against {exact}");
        }
    }

    #[test]
    fn merging_is_the_same_as_recording_everything_in_one() {
        let list = values(3000);
        let (mut whole, mut a, mut b) = (Histogram::default(), Histogram::default(), Histogram::default());
        list.iter().for_each(|v| whole.record(*v));
        list[..1000].iter().for_each(|v| a.record(*v));
        list[1000..].iter().for_each(|v| b.record(*v));
        b.merge(&a);
        assert_eq!((b.n, b.sum, b.squares, b.max), (whole.n, whole.sum, whole.squares, whole.max));
        assert_eq!(b.quantile(0.95), whole.quantile(0.95));
    }

    #[test]
    fn packing_keeps_every_count() {
        for list in [vec![], vec![0], vec![77], values(500)] {
            let mut histogram = Histogram::default();
            list.iter().for_each(|v| histogram.record(*v));
            assert_eq!(Histogram::from(Packed::from(histogram.clone())), histogram);
        }
    }

    #[test]
    fn an_empty_histogram_knows_nothing() {
        let mut histogram = Histogram::default();
        assert_eq!((histogram.mean(), histogram.quantile(0.5)), (None, None));
        histogram.record(5);
        histogram.clear();
        assert_eq!((histogram.count(), histogram.std()), (0, None));
    }
}
