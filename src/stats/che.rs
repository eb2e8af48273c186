//! Hit ratios of caches: Che's approximation for least-recently-used caches under independent references with Zipf
//! popularity, and caches with a time to live.
//!
//! Source: H. Che, Y. Tung, Z. Wang, "Hierarchical Web caching systems" (2002); C. Fricker, P. Robert, J. Roberts, "A
//! versatile and accurate approximation for LRU cache performance" (2012); N. C. Fofack et al., "Analysis of TTL-based
//! cache networks" (2012).

use crate::stats::maths::{expm1, ln, pow};

/// How often each of `items` things is asked for: the i-th with weight i^-exponent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Zipf {
    /// Things.
    pub items: u64,
    /// Exponent; 0: all alike.
    pub exponent: f64,
}

/// How a cache forgets.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Forgets {
    /// Things it holds; `None`: all.
    pub capacity: Option<u64>,
    /// Seconds after which a thing is forgotten, counted from when it was fetched; `None`: never.
    pub ttl: Option<f64>,
}

/// Ranks below which every item is counted on its own; beyond, blocks that grow by a 64th are counted at their middle.
const SINGLE: u64 = 4096;

/// Calls `f(rate of one item, number of such items)` for blocks of items that cover all of them. O(log items).
fn blocks(zipf: Zipf, rate: f64, mut f: impl FnMut(f64, f64)) {
    let weight = |rank: f64| pow(rank, -zipf.exponent);
    let spans = || {
        let mut next = 1u64;
        std::iter::from_fn(move || {
            (next <= zipf.items).then(|| {
                let from = next;
                let length = if from <= SINGLE { 1 } else { (from / 64).min(zipf.items - from + 1) };
                next = from + length;
                (from as f64 + (length - 1) as f64 / 2.0, length as f64)
            })
        })
    };
    let total: f64 = spans().map(|(rank, n)| weight(rank) * n).sum();
    for (rank, n) in spans() {
        f(rate * weight(rank) / total, n);
    }
}

/// Share of look-ups that find their thing, at `rate` look-ups per second.
///
/// A thing asked for at rate r is found with chance 1 - e^(-rT) in a least-recently-used cache, T such that the expected
/// contents fill the capacity; with a time to live counted from the fetch, with chance r ttl / (1 + r ttl). With both,
/// the smaller of the two. 0 for an empty cache or no look-ups; 1 when nothing is ever forgotten.
pub fn hit_ratio(zipf: Zipf, rate: f64, forgets: Forgets) -> f64 {
    if rate.is_nan() || rate <= 0.0 || zipf.items == 0 || forgets.capacity == Some(0) {
        return 0.0;
    }
    let fits = forgets.capacity.is_none_or(|c| c >= zipf.items);
    let lru =
        if fits { f64::INFINITY } else { characteristic_time(zipf, rate, forgets.capacity.unwrap_or(0)) };
    let mut hits = 0.0;
    blocks(zipf, rate, |r, n| {
        let kept = if lru.is_finite() { -expm1(-r * lru) } else { 1.0 };
        let fresh = forgets.ttl.map_or(1.0, |ttl| r * ttl / (1.0 + r * ttl));
        hits += r * n * kept.min(fresh);
    });
    (hits / rate).clamp(0.0, 1.0)
}

/// A cache in units of look-ups: what does not depend on how many there are per second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lookups {
    zipf: Zipf,
    /// Look-ups after which a thing that nobody asks for is gone; infinite when all fit.
    stays: f64,
}

impl Lookups {
    /// Of a cache with room for `capacity` things; `None`: for all. About a hundred passes over the popularity.
    pub fn new(zipf: Zipf, capacity: Option<u64>) -> Self {
        let stays = match capacity {
            Some(0) => 0.0,
            Some(c) if c < zipf.items => characteristic_time(zipf, 1.0, c),
            _ => f64::INFINITY,
        };
        Self { zipf, stays }
    }

    /// Look-ups after which a thing that nobody asks for is gone.
    pub fn stays(&self) -> f64 {
        self.stays
    }

    /// Hit ratio in steady state, things living for `ttl` look-ups from their fetch (infinite: for ever).
    pub fn steady(&self, ttl: f64) -> f64 {
        let mut hits = 0.0;
        blocks(self.zipf, 1.0, |p, n| {
            let kept = if self.stays.is_finite() { -expm1(-p * self.stays) } else { 1.0 };
            let fresh = if ttl.is_finite() { p * ttl / (1.0 + p * ttl) } else { 1.0 };
            hits += p * n * kept.min(fresh);
        });
        hits.clamp(0.0, 1.0)
    }

    /// Hit ratio of the next look-up when `n` have come since the cache was empty, and nothing has expired since: a
    /// thing is there when it has been asked for.
    pub fn after(&self, n: f64) -> f64 {
        let n = n.min(self.stays);
        let mut hits = 0.0;
        blocks(self.zipf, 1.0, |p, many| hits -= p * many * expm1(-p * n));
        hits.clamp(0.0, 1.0)
    }
}

/// Che's characteristic time: how long a thing stays that nobody asks for again. Bisection on the expected contents.
pub fn characteristic_time(zipf: Zipf, rate: f64, capacity: u64) -> f64 {
    let contents = |t: f64| {
        let mut sum = 0.0;
        blocks(zipf, rate, |r, n| sum -= n * expm1(-r * t));
        sum
    };
    let capacity = capacity as f64;
    let (mut low, mut high) = (0.0, capacity / rate);
    while contents(high) < capacity && high < 1e30 {
        high *= 2.0;
    }
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if contents(middle) < capacity {
            low = middle
        } else {
            high = middle
        }
        if high - low < 1e-12 * high {
            break;
        }
    }
    0.5 * (low + high)
}

/// Time after a flush until the hit ratio of a least-recently-used cache is back within `share` of its steady value,
/// under the same approximation: a thing asked for at rate r is back with chance 1 - e^(-rt).
pub fn warm_up_time(zipf: Zipf, rate: f64, forgets: Forgets, share: f64) -> f64 {
    let steady = hit_ratio(zipf, rate, forgets);
    let at = |t: f64| {
        let mut hits = 0.0;
        blocks(zipf, rate, |r, n| hits -= r * n * expm1(-r * t));
        (hits / rate).min(steady)
    };
    if steady <= 0.0 || rate <= 0.0 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1.0 / rate);
    while at(high) < share * steady && high < 1e30 {
        high *= 2.0;
    }
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if at(middle) < share * steady { low = middle } else { high = middle }
    }
    high
}

/// Exponent for which a Zipf of `items` gives its most wanted share `top` of the items the share `of_requests`; found by
/// bisection between 0 and 5.
pub fn exponent_for(items: u64, top: f64, of_requests: f64) -> f64 {
    let share = |exponent: f64| {
        let zipf = Zipf { items, exponent };
        let mut seen = 0.0;
        let mut sum = 0.0;
        blocks(zipf, 1.0, |r, n| {
            if seen + n / 2.0 <= top * items as f64 {
                sum += r * n;
            }
            seen += n;
        });
        sum
    };
    let (mut low, mut high) = (0.0, 5.0);
    for _ in 0..50 {
        let middle = 0.5 * (low + high);
        if share(middle) < of_requests { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Entropy of the popularity in nats, for a report: ln(items) when all are alike.
pub fn entropy(zipf: Zipf) -> f64 {
    let mut sum = 0.0;
    blocks(zipf, 1.0, |r, n| {
        if r > 0.0 {
            sum -= n * r * ln(r);
        }
    });
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_alike_hits_by_the_share_that_fits() {
        let h =
            hit_ratio(Zipf { items: 1000, exponent: 0.0 }, 50.0, Forgets { capacity: Some(250), ttl: None });
        assert!((h - 0.25).abs() < 1e-9, "{h}");
    }

    #[test]
    fn lru_by_simulation_of_the_cache_itself() {
        // 100 things with Zipf 1, room for 20: an LRU list driven by 200,000 draws.
        let zipf = Zipf { items: 100, exponent: 1.0 };
        let mut weights = Vec::new();
        blocks(zipf, 1.0, |r, _| weights.push(r));
        let (mut state, mut list, mut hits) = (7u64, Vec::<usize>::new(), 0u32);
        let n = 200_000;
        for _ in 0..n {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let mut u = (state >> 11) as f64 / (1u64 << 53) as f64;
            let mut item = 99;
            for (i, w) in weights.iter().enumerate() {
                if u < *w {
                    item = i;
                    break;
                }
                u -= w;
            }
            if let Some(at) = list.iter().position(|i| *i == item) {
                list.remove(at);
                hits += 1;
            } else if list.len() == 20 {
                list.pop();
            }
            list.insert(0, item);
        }
        let che = hit_ratio(zipf, 1.0, Forgets { capacity: Some(20), ttl: None });
        let measured = f64::from(hits) / f64::from(n);
        assert!((che - measured).abs() < 0.01, "{che} against {measured}");
    }

    #[test]
    fn look_ups_and_seconds_tell_the_same() {
        let zipf = Zipf { items: 5_000, exponent: 0.9 };
        let both = Forgets { capacity: Some(400), ttl: Some(7.0) };
        let cache = Lookups::new(zipf, both.capacity);
        assert!((cache.steady(30.0 * 7.0) - hit_ratio(zipf, 30.0, both)).abs() < 1e-9);
        assert!((cache.after(1e30) - cache.steady(f64::INFINITY)).abs() < 1e-12);
        assert_eq!((cache.after(0.0), Lookups::new(zipf, None).steady(f64::INFINITY)), (0.0, 1.0));
    }

    #[test]
    fn one_thing_with_a_time_to_live() {
        // Look-ups at 3/s, forgotten 2 s after the fetch: 6 hits on average per miss.
        let h = hit_ratio(Zipf { items: 1, exponent: 0.0 }, 3.0, Forgets { capacity: None, ttl: Some(2.0) });
        assert!((h - 6.0 / 7.0).abs() < 1e-12);
    }

    #[test]
    fn blocks_cover_a_large_catalogue() {
        let zipf = Zipf { items: 10_000_000, exponent: 0.8 };
        let (mut items, mut rate) = (0.0, 0.0);
        blocks(zipf, 1.0, |r, n| {
            items += n;
            rate += r * n;
        });
        assert_eq!(items, 1e7);
        assert!((rate - 1.0).abs() < 1e-12);
        let more = |c| hit_ratio(zipf, 100.0, Forgets { capacity: Some(c), ttl: None });
        assert!(more(10_000) < more(100_000) && more(100_000) < more(1_000_000));
    }
}
