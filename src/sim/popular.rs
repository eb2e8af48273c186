//! Caches whose hit ratio follows from what is asked of them (`stats::che`): Che's in steady state, that of an empty cache
//! filling up after a flush, in between by the look-ups that came since. Keys are not simulated one by one: a look-up
//! hits with the chance that the mix of keys has at that moment.
//!
//! Choices where the model is silent:
//! - A run starts with a warm cache. A flush, or the return of a dead node, empties it; a standby that takes over has
//!   the keys.
//! - After a flush nothing expires until one time to live has passed; then the steady mix for that life is taken.
//! - How many look-ups a time to live holds is counted over the last one, or over the last [`ENOUGH`] look-ups when that
//!   is longer, in [`SLICES`] slices.

use super::clock::Instant;
use super::draw::nanos;
use crate::model::station::Popularity;
use crate::stats::che::Lookups;

/// Look-ups from which on a rate is known well enough: their number then scatters by 3 %.
const ENOUGH: f64 = 1000.0;
/// Slices of the window.
const SLICES: usize = 10;
/// Knots of a curve per doubling.
const PER_OCTAVE: u32 = 8;

/// A curve through knots at 0, 1 and then eight to a doubling; straight in between, level beyond.
#[derive(Clone, Debug, PartialEq)]
struct Curve(Vec<f64>);

impl Curve {
    /// Up to the knot at or after `last`.
    fn new(last: f64, of: impl Fn(f64) -> f64) -> Self {
        let mut knots = vec![of(0.0)];
        let next = (0..).map(Self::knot);
        for at in next {
            knots.push(of(at));
            if at >= last {
                break;
            }
        }
        Self(knots)
    }

    fn knot(i: u32) -> f64 {
        let octave = (1u64 << (i / PER_OCTAVE).min(62)) as f64;
        octave * (1.0 + f64::from(i % PER_OCTAVE) / f64::from(PER_OCTAVE))
    }

    fn at(&self, x: f64) -> f64 {
        let last = self.0.len() - 1;
        let (below, share) = if x < 1.0 {
            (0, x.max(0.0))
        } else {
            let octave = (x.to_bits() >> 52) as u32 - 1023;
            let i = octave * PER_OCTAVE + ((x.to_bits() >> 49) & 7) as u32;
            let (from, to) = (Self::knot(i), Self::knot(i + 1));
            (i as usize + 1, (x - from) / (to - from))
        };
        if below >= last {
            return self.0[last];
        }
        self.0[below] + share * (self.0[below + 1] - self.0[below])
    }
}

/// A cache, prepared.
#[derive(Clone, Debug)]
pub struct Popular {
    /// By look-ups since it was empty.
    filling: Curve,
    /// Look-ups after which it is as full as it gets.
    full: f64,
    /// Time to live, and the steady hit ratio by look-ups in it.
    life: Option<(Instant, Curve)>,
    /// Length of a slice.
    slice: Instant,
    /// Time to live, in slices.
    lives: f64,
    /// Look-ups of a slice at the expected load.
    expected: f64,
}

/// Such a cache under way.
#[derive(Clone, Debug, Default)]
pub struct Warmth {
    /// Look-ups since it was empty, and when that was; `None`: long ago.
    since: Option<(f64, Instant)>,
    slices: [f64; SLICES],
    latest: u64,
}

impl Popular {
    /// Prepares a cache that is asked `rate` times a second, about.
    pub fn new(popularity: &Popularity, rate: f64) -> Self {
        let cache = Lookups::new(popularity.zipf, popularity.capacity);
        // When all fit, a hundred look-ups per key fill it in all but the rarest.
        let full = cache.stays().min(100.0 * popularity.zipf.items as f64);
        let ttl = popularity.ttl.map_or(0.0, |t| t.as_seconds());
        let window = ttl.max(if rate > 0.0 { ENOUGH / rate } else { 0.0 });
        let reach = (1e3 * rate * ttl).max(1e6);
        Self {
            filling: Curve::new(full, |n| cache.after(n)),
            full,
            life: popularity.ttl.map(|t| (nanos(t.as_seconds()), Curve::new(reach, |n| cache.steady(n)))),
            slice: nanos(window / SLICES as f64).max(1),
            lives: if window > 0.0 { ttl / window * SLICES as f64 } else { 0.0 },
            expected: rate * window / SLICES as f64,
        }
    }

    /// A warm cache.
    pub fn start(&self) -> Warmth {
        let mut slices = [self.expected; SLICES];
        slices[SLICES - 1] = 0.0;
        Warmth { since: None, slices, latest: SLICES as u64 - 1 }
    }
}

impl Warmth {
    /// It is empty now.
    pub fn flush(&mut self, now: Instant) {
        self.since = Some((0.0, now));
    }

    /// Chance that a look-up now finds its key; counts it.
    #[inline(never)]
    pub fn look_up(&mut self, cache: &Popular, now: Instant) -> f64 {
        let asked = if cache.life.is_some() { self.count(cache, now) } else { 0.0 };
        let filled = self.since.map(|(n, when)| (cache.filling.at(n), when));
        if let Some((n, _)) = &mut self.since {
            *n += 1.0;
            if *n >= cache.full && cache.life.is_none() {
                self.since = None;
            }
        }
        let Some((life, steady)) = &cache.life else {
            return filled.map_or_else(|| cache.filling.at(cache.full), |(hit, _)| hit);
        };
        match filled {
            Some((hit, when)) if now - when < *life => hit,
            _ => {
                self.since = None;
                steady.at(asked)
            }
        }
    }

    /// Look-ups in one time to live, this one not included; then counts it.
    fn count(&mut self, cache: &Popular, now: Instant) -> f64 {
        let slice = now / cache.slice + SLICES as u64 - 1;
        for passed in (self.latest + 1..=slice).take(SLICES) {
            self.slices[(passed % SLICES as u64) as usize] = 0.0;
        }
        self.latest = slice;
        let begun = (now % cache.slice) as f64 / cache.slice as f64;
        let seen = self.slices.iter().sum::<f64>() / (SLICES as f64 - 1.0 + begun);
        self.slices[(slice % SLICES as u64) as usize] += 1.0;
        seen * cache.lives
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::che::Zipf;
    use crate::stats::maths::pow;
    use crate::stats::rng::{Key, Stream};
    use crate::units::Duration;

    #[test]
    fn a_curve_goes_through_its_points_and_stays_level_beyond() {
        let curve = Curve::new(1000.0, |x| x);
        for x in [0.0, 0.4, 1.0, 1.1, 7.3, 64.0, 999.0] {
            assert!((curve.at(x) - x).abs() < 1e-9, "{x}: {}", curve.at(x));
        }
        assert_eq!((curve.at(1e6), curve.at(1e300)), (1024.0, 1024.0));
    }

    /// Keys one by one: the cache itself, least recently used out first, forgotten a time after the fetch.
    struct Twin {
        sum: Vec<f64>,
        last: Vec<(f64, f64)>,
        capacity: usize,
        ttl: f64,
    }

    impl Twin {
        fn look_up(&mut self, u: f64, now: f64) -> bool {
            let key = self.sum.partition_point(|s| *s <= u);
            let (used, fetched) = self.last[key];
            let found = used >= 0.0 && now - fetched < self.ttl;
            self.last[key] = (now, if found { fetched } else { now });
            if !found {
                let there = self.last.iter().enumerate().filter(|(_, l)| l.0 >= 0.0);
                if there.clone().count() > self.capacity {
                    let oldest = there.min_by(|a, b| a.1.0.total_cmp(&b.1.0)).map_or(0, |l| l.0);
                    self.last[oldest] = (-1.0, 0.0);
                }
            }
            found
        }
    }

    /// Mean hit ratio by thousands of look-ups at 100/s since the cache was empty: of the cache itself and of this model.
    fn both(capacity: usize, ttl: f64, thousands: usize) -> Vec<(f64, f64)> {
        let zipf = Zipf { items: 400, exponent: 0.9 };
        let popularity = Popularity {
            zipf,
            capacity: Some(capacity as u64),
            ttl: ttl.is_finite().then(|| Duration::seconds(ttl)),
        };
        let cache = Popular::new(&popularity, 100.0);
        let weights: Vec<f64> = (1..=400).map(|i| pow(f64::from(i), -0.9)).collect();
        let whole: f64 = weights.iter().sum();
        let sum: Vec<f64> = weights
            .iter()
            .scan(0.0, |s, w| {
                *s += w / whole;
                Some(*s)
            })
            .collect();
        let mut out = vec![(0.0, 0.0); thousands];
        let runs = 30;
        for run in 0..runs {
            let mut draws = Key::new(3, run).draws(Stream::new("keys", "twin"));
            let mut twin = Twin { sum: sum.clone(), last: vec![(-1.0, 0.0); 400], capacity, ttl };
            let mut warmth = cache.start();
            warmth.flush(0);
            for i in 0..1000 * thousands {
                let now = (i + 1) as f64 / 100.0;
                let cell = &mut out[i / 1000];
                let found = twin.look_up(draws.uniform().min(0.999_999_9), now);
                cell.0 += f64::from(u8::from(found)) / (1000.0 * f64::from(runs));
                cell.1 += warmth.look_up(&cache, nanos(now)) / (1000.0 * f64::from(runs));
            }
        }
        out
    }

    #[test]
    fn it_fills_up_as_the_cache_itself_does() {
        for (capacity, ttl, within) in
            [(100, f64::INFINITY, 0.012), (400, f64::INFINITY, 0.012), (400, 15.0, 0.03)]
        {
            for (i, (keys, model)) in both(capacity, ttl, 6).into_iter().enumerate() {
                assert!(
                    (keys - model).abs() < within,
                    "{capacity} {ttl} thousand {i}: {keys} against {model}"
                );
            }
        }
    }
}
