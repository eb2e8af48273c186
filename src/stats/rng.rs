//! Keyed draws: every random number is a function of what it is for, never of what was drawn before it, so that
//! editing one component, or another order of events, leaves the draws of all others as they were (common random
//! numbers). Deliberately not here: distributions (see `stats::distribution`), and any state shared between draws.
//!
//! A [`Key`] names a request in a replication of a seed; a [`Stream`] names a purpose at a component or call. A
//! key's draws from a stream are a counter-based generator: draw `k` is `mix(key + stream + k * GAMMA)`, one
//! SplitMix64 sequence per pair. A first draw costs one mix of two multiplications.
//!
//! Source: Steele, Lea & Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014); mixing constants:
//! Stafford's variant 13. Counter-based generation: Salmon et al., "Parallel random numbers" (SC 2011).

use rand::TryRng;
use std::convert::Infallible;

/// 2^64 over the golden ratio, odd.
const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

/// A bijection of 64 bits in which every input bit changes every output bit with a chance near one half.
#[inline]
const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// 64 bits from an id, stable for ever: FNV-1a over the bytes, then mixed.
pub fn hash_id(id: &str) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    for byte in id.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
    }
    mix(hash)
}

/// Whose draws: a replication of a seed, a journey in it, a request of that journey, an attempt of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key(u64);

impl Key {
    /// One replication of a seed.
    pub fn new(seed: u64, replication: u32) -> Self {
        Self(mix(mix(seed).wrapping_add(GAMMA))).with(u64::from(replication) + 1)
    }

    /// The key below this one with this label: a hashed id, an ordinal, an attempt. Different labels give unrelated
    /// keys.
    #[inline]
    #[must_use]
    pub const fn with(self, label: u64) -> Self {
        Self(mix(self.0.wrapping_add(label.wrapping_mul(GAMMA))))
    }

    /// The draws of this key for one purpose.
    #[inline]
    pub const fn draws(self, stream: Stream) -> Draws {
        Draws { state: self.0.wrapping_add(stream.0) }
    }

    /// The first of these draws, strictly between 0 and 1.
    #[inline]
    pub fn uniform(self, stream: Stream) -> f64 {
        self.draws(stream).uniform()
    }

    /// Whether this key belongs to the one in 2^`bits` that is sampled.
    #[inline]
    pub const fn sampled(self, bits: u32) -> bool {
        self.0 >> 1 & ((1 << bits) - 1) == 0
    }
}

/// What a draw is for: a purpose at something with an id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stream(u64);

impl Stream {
    /// The stream of a purpose at the component, call or journey with this id.
    pub fn new(purpose: &str, id: &str) -> Self {
        Self(mix(hash_id(purpose).wrapping_add(hash_id(id).wrapping_mul(GAMMA))))
    }
}

/// A counter-based generator: independent numbers for one key and purpose. Implements rand's traits.
#[derive(Clone, Debug)]
pub struct Draws {
    state: u64,
}

impl Draws {
    /// 64 independent bits.
    #[inline]
    pub const fn bits(&mut self) -> u64 {
        let out = mix(self.state);
        self.state = self.state.wrapping_add(GAMMA);
        out
    }

    /// A number strictly between 0 and 1, uniform over 2^52 equal steps.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        // By way of a signed number, which is the cheaper conversion.
        ((self.bits() >> 12) as i64 as f64 + 0.5) * (1.0 / (1u64 << 52) as f64)
    }
}

impl TryRng for Draws {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.bits() >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.bits())
    }

    fn try_fill_bytes(&mut self, target: &mut [u8]) -> Result<(), Infallible> {
        for chunk in target.chunks_mut(8) {
            let bytes = self.bits().to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, RngExt};

    const N: usize = 200_000;

    fn first_draws(replication: u32, purpose: &str, id: &str) -> Vec<f64> {
        let (key, stream) = (Key::new(1, replication).with(hash_id("journey")), Stream::new(purpose, id));
        (0..N as u64).map(|ordinal| key.with(ordinal).uniform(stream)).collect()
    }

    fn correlation(a: &[f64], b: &[f64]) -> f64 {
        let n = a.len() as f64;
        let product: f64 = a.iter().zip(b).map(|(x, y)| (x - 0.5) * (y - 0.5)).sum();
        product / n * 12.0
    }

    #[test]
    fn first_draws_of_neighbouring_requests_are_uniform() {
        let draws = first_draws(0, "work", "api");
        let mut cells = [0.0_f64; 1000];
        for u in &draws {
            assert!(*u > 0.0 && *u < 1.0);
            cells[(u * 1000.0) as usize] += 1.0;
        }
        let expected = N as f64 / 1000.0;
        let chi2: f64 = cells.iter().map(|c| (c - expected) * (c - expected) / expected).sum();
        // 999 degrees of freedom: mean 999, standard deviation 44.7; five of them either side.
        assert!((chi2 - 999.0).abs() < 224.0, "chi-squared {chi2}");
    }

    #[test]
    fn draws_of_neighbouring_keys_purposes_ids_and_replications_are_unrelated() {
        let base = first_draws(0, "work", "api");
        // The correlation of N independent pairs has a standard deviation of 1 / sqrt(N) = 0.0022.
        let limit = 5.0 / (N as f64).sqrt();
        for (name, other) in [
            ("purpose", first_draws(0, "latency", "api")),
            ("id", first_draws(0, "work", "apj")),
            ("replication", first_draws(1, "work", "api")),
        ] {
            assert!(correlation(&base, &other).abs() < limit, "{name}");
        }
        for lag in 1..6 {
            assert!(correlation(&base[lag..], &base[..N - lag]).abs() < limit, "lag {lag}");
        }
    }

    #[test]
    fn successive_draws_of_one_key_fill_the_unit_square() {
        let (key, stream) = (Key::new(9, 3), Stream::new("work", "db"));
        let mut cells = vec![0.0_f64; 32 * 32];
        for ordinal in 0..N as u64 {
            let mut draws = key.with(ordinal).draws(stream);
            let (x, y) = (draws.uniform(), draws.uniform());
            cells[(x * 32.0) as usize * 32 + (y * 32.0) as usize] += 1.0;
        }
        let expected = N as f64 / 1024.0;
        let chi2: f64 = cells.iter().map(|c| (c - expected) * (c - expected) / expected).sum();
        assert!((chi2 - 1023.0).abs() < 5.0 * 45.2, "chi-squared {chi2}");
    }

    #[test]
    fn one_flipped_bit_of_a_label_flips_half_of_the_key() {
        let key = Key::new(4, 0);
        let mut flips = 0u32;
        for label in 0..1000u64 {
            for bit in 0..64 {
                flips += (key.with(label).0 ^ key.with(label ^ (1 << bit)).0).count_ones();
            }
        }
        let mean = f64::from(flips) / 64_000.0;
        assert!((mean - 32.0).abs() < 0.2, "{mean} of 64 bits flip");
    }

    #[test]
    fn draws_are_splitmix64_to_the_bit() {
        // The published output of SplitMix64 seeded with 1234567 (S. Vigna's splitmix64.c adds the increment first).
        let mut draws = Draws { state: 1_234_567_u64.wrapping_add(GAMMA) };
        let expected: [u64; 5] = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(expected.map(|_| draws.bits()), expected);
        // The keys and streams built on it, as they are: another value here is another result everywhere.
        assert_eq!(hash_id(""), mix(0xCBF2_9CE4_8422_2325));
        assert_eq!(hash_id("a"), mix(0xAF63_DC4C_8601_EC8C), "FNV-1a of `a`, as published");
    }

    #[test]
    fn the_same_key_draws_the_same_and_serves_behind_rand() {
        let draws = || Key::new(7, 2).with(11).draws(Stream::new("work", "api"));
        assert_eq!(draws().bits(), draws().next_u64());
        let picked: u64 = draws().random_range(0..10);
        assert!(picked < 10);
        let mut bytes = [0u8; 11];
        draws().fill_bytes(&mut bytes);
        assert_eq!(bytes[..8], draws().bits().to_le_bytes());
    }
}
