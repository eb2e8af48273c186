//! Hit ratios of caches: Che's approximation for least-recently-used caches under independent references with Zipf
//! popularity, and caches with a time to live.
//!
//! Source: H. Che, Y. Tung, Z. Wang, "Hierarchical Web caching systems" (2002); C. Fricker, P. Robert, J. Roberts, "A
//! versatile and accurate approximation for LRU cache performance" (2012); N. C. Fofack et al., "Analysis of TTL-based
//! cache networks" (2012).

use crate::stats::maths::{exp, expm1, ln, pow};

/// How often each of `items` things is asked for: the i-th with weight i^-exponent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Zipf {
    /// Things.
    pub items: u64,
    /// Exponent; 0: all alike.
    pub exponent: f64,
}

impl Zipf {
    /// Sum of the weights.
    pub fn weight(self) -> f64 {
        let mut first = 1.0;
        let mut seen = false;
        blocks(self, 1.0, |p, _| {
            if !std::mem::replace(&mut seen, true) {
                first = p;
            }
        });
        // The first has the weight 1.
        1.0 / first
    }
}

/// Which of its things a full cache forgets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Evicts {
    /// The one that nobody has asked for for longest.
    #[default]
    LeastRecent,
    /// The one that was fetched first.
    FirstIn,
    /// The one that was asked for least often since it was fetched.
    LeastOften,
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
    evicts: Evicts,
    /// Room, when not all fit.
    room: f64,
    /// Look-ups after which a thing that nobody asks for is gone, or of a cache by the order of fetching any; infinite when
    /// all fit.
    stays: f64,
    /// Share of the fetches that are answered: others leave nothing in the cache.
    answered: f64,
}

impl Lookups {
    /// Whether there is room for all.
    pub fn fits(&self) -> bool {
        self.stays.is_infinite()
    }

    /// Of a cache with room for `capacity` things; `None`: for all. About a hundred passes over the popularity.
    ///
    /// The least recently used by Che's approximation; the first in by its relative for a fixed stay (each thing found with
    /// chance r T / (1 + r T)); by use, the things asked for most.
    pub fn new(zipf: Zipf, capacity: Option<u64>, evicts: Evicts, answered: f64) -> Self {
        let blank = Self { zipf, evicts, room: f64::INFINITY, stays: f64::INFINITY, answered };
        match capacity {
            Some(0) => Self { room: 0.0, stays: 0.0, ..blank },
            Some(c) if c < zipf.items => {
                let room = c as f64;
                let stays = time_to_fill(zipf, 1.0, room, |x| blank.kept(x));
                Self { room, stays, ..blank }
            }
            _ => blank,
        }
    }

    /// Chance that a thing is there that is asked for `x` times, on average, while a thing stays.
    fn kept(&self, x: f64) -> f64 {
        let s = self.answered;
        match self.evicts {
            Evicts::FirstIn => s * x / (1.0 + s * x),
            _ if s >= 1.0 => -expm1(-x),
            // Only a fetch that is answered brings it in; from then on every look-up keeps it (as in a cache that takes a
            // missing thing in by chance: Garetto, Leonardi & Martina, 2016).
            _ => {
                let back = s * expm1(x.min(700.0));
                back / (1.0 + back)
            }
        }
    }

    /// Hit ratio in steady state, things living for `ttl` look-ups from their fetch (infinite: for ever), fetched at once.
    pub fn steady(&self, ttl: f64) -> f64 {
        self.fetched(ttl, Fetches { time: 0.0, failed: 1.0 - self.answered, shared: false }).hits
    }

    /// The same where a fetch takes its time and may fail. Renewals of one thing, asked for `x` times on average during a fetch
    /// and `life` times while it is fresh, a share `a` of the fetches answered:
    ///
    /// - each for itself: it is missed 1 / a times until a fetch begins that is answered, and x times more until then; all those
    ///   answers renew it, the last of them (x - (1 - e^(-ax)) / a) / rate after the first. So (1 + ax) of e^(-ax) + 2ax + a life.
    /// - shared: 1 of 1 + x + a life fetch, and x wait for them.
    ///
    /// Exact for a fetch of constant length; forgetting to make room is taken to hit no thing that is being fetched.
    pub fn fetched(&self, ttl: f64, fetches: Fetches) -> Steady {
        let a = 1.0 - fetches.failed;
        if self.answered <= 0.0 || a <= 0.0 {
            return Steady { hits: 0.0, during: 0.0 };
        }
        let (mut hits, mut during, mut before) = (0.0, 0.0, 0.0);
        blocks(self.zipf, 1.0, |p, n| {
            let kept = match self.evicts {
                Evicts::LeastOften => ((self.room - before) / n).clamp(0.0, 1.0),
                _ if self.stays.is_finite() => self.kept(p * self.stays),
                _ => 1.0,
            };
            before += n;
            let (x, life) = (p * fetches.time, p * ttl * a);
            let (missed, more, cycle) = match fetches.shared {
                true => (1.0, x, 1.0 + x + life),
                false => (1.0 + a * x, a * x, exp(-a * x) + 2.0 * a * x + life),
            };
            let fresh = if ttl.is_finite() { 1.0 - missed / cycle } else { 1.0 };
            hits += p * n * kept.min(fresh);
            during += if ttl.is_finite() { p * n * more / cycle } else { 0.0 };
        });
        Steady { hits: hits.clamp(0.0, 1.0), during: during.clamp(0.0, 1.0) }
    }
}

/// How what is missing is fetched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fetches {
    /// Look-ups, of all things, during one.
    pub time: f64,
    /// Share of them that bring nothing.
    pub failed: f64,
    /// Whether those who miss the same thing at once share one.
    pub shared: bool,
}

/// A cache in steady state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Steady {
    /// Share of look-ups that find their thing; with shared fetches also those that wait for one.
    pub hits: f64,
    /// Share of look-ups that come while their thing is being fetched.
    pub during: f64,
}

/// Che's characteristic time: how long a thing stays that nobody asks for again.
pub fn characteristic_time(zipf: Zipf, rate: f64, capacity: u64) -> f64 {
    time_to_fill(zipf, rate, capacity as f64, |x| -expm1(-x))
}

/// The time a thing stays for which the expected contents fill the capacity; `kept` is the chance that one is there that
/// is asked for so many times while it lasts. Bisection.
fn time_to_fill(zipf: Zipf, rate: f64, capacity: f64, kept: impl Fn(f64) -> f64) -> f64 {
    let contents = |t: f64| {
        let mut sum = 0.0;
        blocks(zipf, rate, |r, n| sum += n * kept(r * t));
        sum
    };
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
        let cache = Lookups::new(zipf, both.capacity, Evicts::LeastRecent, 1.0);
        assert!((cache.steady(30.0 * 7.0) - hit_ratio(zipf, 30.0, both)).abs() < 1e-9);
        let all = Lookups::new(zipf, None, Evicts::LeastRecent, 1.0);
        assert_eq!(all.steady(f64::INFINITY), 1.0);
        // What never is answered is never there; what is answered now and then is there less often.
        let of =
            |answered: f64, ttl: f64| Lookups::new(zipf, None, Evicts::LeastRecent, answered).steady(ttl);
        assert_eq!((of(0.0, f64::INFINITY), of(0.0, 50.0)), (0.0, 0.0));
        assert!(of(0.5, 50.0) < of(1.0, 50.0));
    }

    #[test]
    fn a_fetch_takes_its_time_and_may_fail() {
        // One key, ten look-ups a second, fetched in 3 s, kept for 60: 30 in a fetch, 600 in a life. Missed: the first, and 30 until
        // it is there; the last of these is answered 30 - (1 - e^-30) look-ups after the first.
        let one = Lookups::new(Zipf { items: 1, exponent: 0.0 }, None, Evicts::LeastRecent, 1.0);
        let at = |failed: f64, shared: bool| one.fetched(600.0, Fetches { time: 30.0, failed, shared });
        let cycle = 1.0 + 30.0 + (30.0 - (1.0 - exp(-30.0))) + 600.0;
        assert!((at(0.0, false).hits - (1.0 - 31.0 / cycle)).abs() < 1e-12);
        assert!((at(0.0, false).during - 30.0 / cycle).abs() < 1e-12);
        // Every other fetch fails: two are missed until one begins that is answered; 15 answers on average renew it.
        let cycle = 2.0 + 30.0 + (30.0 - (1.0 - exp(-15.0)) / 0.5) + 600.0;
        assert!((at(0.5, false).hits - (1.0 - 32.0 / cycle)).abs() < 1e-12);
        // Shared: one of 631 fetches, 30 wait.
        assert!((at(0.0, true).hits - 630.0 / 631.0).abs() < 1e-12);
        assert!((at(0.0, true).during - 30.0 / 631.0).abs() < 1e-12);
        assert_eq!(at(1.0, false).hits, 0.0);
    }

    #[test]
    fn by_the_order_of_fetching_and_by_use() {
        // All alike: whatever the order, the share that fits.
        let alike = Zipf { items: 1000, exponent: 0.0 };
        for evicts in [Evicts::LeastRecent, Evicts::FirstIn, Evicts::LeastOften] {
            let h = Lookups::new(alike, Some(250), evicts, 1.0).steady(f64::INFINITY);
            assert!((h - 0.25).abs() < 1e-9, "{evicts:?} {h}");
        }
        // By use: the 20 most wanted of 100 with Zipf 1, H(20) / H(100).
        let zipf = Zipf { items: 100, exponent: 1.0 };
        let harmonic = |n: u32| (1..=n).map(|i| 1.0 / f64::from(i)).sum::<f64>();
        let h = |evicts| Lookups::new(zipf, Some(20), evicts, 1.0).steady(f64::INFINITY);
        assert!((h(Evicts::LeastOften) - harmonic(20) / harmonic(100)).abs() < 1e-12);
        assert!(
            h(Evicts::FirstIn) < h(Evicts::LeastRecent) && h(Evicts::LeastRecent) < h(Evicts::LeastOften)
        );
        assert!((zipf.weight() - harmonic(100)).abs() < 1e-9);
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
