//! Caches whose hits follow from what is asked of them: keys by a Zipf law, looked up one by one in what the cache holds
//! (`store`), and there from the answer of what was called on the miss.
//!
//! Choices where the model is silent:
//! - An error, a time-out or a refusal fills nothing. Who asks for a key that is being fetched misses too, unless the cache
//!   has `coalesce`: then the others wait for the one fetch, and share its answer or its failure; when the one who fetches
//!   is given up, the next fetches.
//! - A run starts with nothing in the cache. When its fetches have been seen to be answered ([`SEEN`] of them, or a quarter
//!   of the warm-up), it is filled with what would be there after a long time at this load: of a cache of the least recently
//!   used the keys whose last look-up is nearest, of one by the order of fetching those of a fetch nearest, of one by use
//!   what a history of look-ups leaves in it ([`HISTORY`] of each place); with a time to live, those that were fetched within it. From then on it is what comes. A cache
//!   whose fetches never succeed stays empty. A flush, or the return of a dead node, empties it; a standby that takes over
//!   has the keys.
//! - Memory is bounded: beyond [`SINGLE`] keys inside, of so many neighbours in rank only one is looked up for itself, and
//!   stands for the others; all beyond the first [`SINGLE`] ranks. It takes the room of all of them.

use super::clock::Instant;
use super::draw::nanos;
use super::store::{Keeps, Store};
use crate::model::station::Popularity;
use crate::stats::che::Evicts;
use crate::stats::keys::Ranks;
use crate::stats::maths::ln;
use crate::stats::rng::{Draws, Key, Stream};
use std::collections::BTreeMap;

/// Fetches whose ends are seen before a cache is taken to be filled.
const SEEN: u32 = 100;
/// Ranks that are always looked up for themselves, and about as many more places for those that stand for others.
const SINGLE: u64 = 1 << 16;
/// Look-ups for each place of a cache that forgets by use, before the run begins; at most [`MOST`].
const HISTORY: u64 = 300;
/// Most keys inside in any case.
const MOST: u64 = 1 << 20;

/// A cache, prepared.
#[derive(Clone, Debug)]
pub struct Popular {
    ranks: Ranks,
    items: u64,
    keeps: Keeps,
    /// Neighbours in rank that one of them stands for.
    step: u64,
    /// Look-ups a nanosecond at the expected load.
    rate: f64,
    /// Chance of a rank: its weight times this.
    whole: f64,
    /// Whether those who miss the same key at once share a fetch.
    pub coalesce: bool,
}

/// Such a cache under way.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    store: Store,
    /// Fetches that succeeded and that failed, until it is decided what it holds at the start.
    seen: [u32; 2],
    settled: bool,
    /// With `coalesce`: by key the call that fetches it, and those that wait.
    pub fetching: BTreeMap<u64, (u32, Vec<u32>)>,
}

impl Popular {
    /// Prepares a cache that is asked `rate` times a second, about.
    pub fn new(popularity: &Popularity, rate: f64) -> Self {
        let (zipf, items) = (popularity.zipf, popularity.zipf.items.max(1));
        let room = popularity.capacity.unwrap_or(u64::MAX).min(items);
        let alive = popularity.ttl.map_or(f64::INFINITY, |ttl| 2.0 * rate * ttl.as_seconds());
        let inside = (room as f64).min(alive.max(1.0)) as u64;
        let step = if inside <= 2 * SINGLE { 1 } else { inside.div_ceil(SINGLE) };
        let ranks = Ranks::new(zipf);
        Self {
            items,
            keeps: Keeps {
                room: room.min(MOST.saturating_mul(step)),
                evicts: popularity.evicts,
                life: popularity.ttl.map(|t| nanos(t.as_seconds()).max(1)),
            },
            step,
            rate: rate * 1e-9,
            whole: 1.0 / zipf.weight(),
            ranks,
            coalesce: popularity.coalesce,
        }
    }

    /// The rank that a request asks for.
    pub fn rank(&self, key: Key, stream: Stream) -> u64 {
        let mut draws = key.draws(stream);
        self.ranks.draw(|| draws.uniform())
    }

    /// The rank that stands for this one, and how many it stands for.
    fn stands(&self, rank: u64) -> (u64, u64) {
        if self.step == 1 || rank <= SINGLE {
            return (rank, 1);
        }
        (rank - (rank - SINGLE - 1) % self.step, self.step)
    }

    /// When what is stored now becomes too old. The store's clock is ahead by one life, so that something may have been
    /// stored before the run began.
    fn ends(&self, now: Instant) -> Instant {
        self.keeps.life.map_or(Instant::MAX, |life| now.saturating_add(life).min(Instant::MAX - 1))
    }

    fn shifted(&self, now: Instant) -> Instant {
        now.saturating_add(self.keeps.life.unwrap_or(0))
    }
}

impl Contents {
    /// It is empty now, and stays what it becomes.
    pub fn flush(&mut self) {
        self.store.clear();
        self.settled = true;
    }

    /// Whether a key is there.
    pub fn look(&mut self, cache: &Popular, rank: u64, now: Instant) -> bool {
        let (key, _) = cache.stands(rank);
        let now = cache.shifted(now);
        if key == rank { self.store.look(key, cache.keeps, now) } else { self.store.has(key, now) }
    }

    /// A key has been fetched and is there from now on.
    pub fn fill(&mut self, cache: &Popular, rank: u64, now: Instant, start: &Start) {
        self.judge(cache, 0, now, start);
        let (key, weight) = cache.stands(rank);
        if key == rank {
            let now = cache.shifted(now);
            self.store.store(key, weight, cache.keeps, (now, cache.ends(now)));
        }
    }

    /// A fetch has failed.
    pub fn failed(&mut self, cache: &Popular, now: Instant, start: &Start) {
        self.judge(cache, 1, now, start);
    }

    /// Counts the end of a fetch; fills the cache when enough has been seen.
    fn judge(&mut self, cache: &Popular, how: usize, now: Instant, start: &Start) {
        if self.settled {
            return;
        }
        self.seen[how] += 1;
        let all = self.seen[0] + self.seen[1];
        if now >= start.warm && all > 1 {
            // It has been measured as it is.
            self.settled = true;
        } else if self.seen[0] > 0 && (all >= SEEN || now >= start.warm / 4) {
            self.settled = true;
            self.settle(cache, f64::from(self.seen[0]) / f64::from(all), now, start);
        }
    }

    /// Fills it with what would be there after a long time, a share `answered` of its fetches being answered.
    fn settle(&mut self, cache: &Popular, answered: f64, now: Instant, start: &Start) {
        let mut draws = start.key.draws(start.stream);
        if cache.keeps.evicts == Evicts::LeastOften && cache.keeps.life.is_none() {
            return self.remember(cache, answered, now, &mut draws);
        }
        let mut inside: Vec<(f64, u64, Instant, u64)> = Vec::new();
        let places = cache.items.min(SINGLE + (cache.items - cache.items.min(SINGLE)).div_ceil(cache.step));
        let first = places.min(4 * SINGLE);
        // Of the many beyond, one is looked at for so many, and takes the room of all of them.
        let each = (places - first).div_ceil(4 * SINGLE).max(1);
        let beyond = (first..places).step_by(each as usize).map(|place| (place + 1, each));
        for (place, stands) in (1..=first).map(|place| (place, 1)).chain(beyond) {
            let rank = if place <= SINGLE { place } else { SINGLE + 1 + (place - SINGLE - 1) * cache.step };
            let rate = cache.ranks.weight(rank as f64) * cache.whole * cache.rate;
            let kept = cache.kept(rate, answered, &mut draws);
            inside.extend(kept.map(|(last, age)| (last, rank, age, stands)));
        }
        inside.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
        let now = cache.shifted(now);
        for (_, rank, age, stands) in inside {
            let stored = now.saturating_sub(age);
            let weight = cache.stands(rank).1 * stands;
            self.store.store(rank, weight, cache.keeps, (now, cache.ends(stored)));
        }
    }

    /// Fills it by a history: what is inside a cache that forgets by use depends on more than the rates.
    fn remember(&mut self, cache: &Popular, answered: f64, now: Instant, draws: &mut Draws) {
        let places = (cache.keeps.room / cache.step.max(1)).max(1);
        for _ in 0..places.saturating_mul(HISTORY).min(MOST) {
            let (key, weight) = cache.stands(cache.ranks.draw(|| draws.uniform()));
            if !self.store.look(key, cache.keeps, now) && draws.uniform() < answered {
                self.store.store(key, weight, cache.keeps, (now, Instant::MAX));
            }
        }
    }
}

impl Popular {
    /// Of a key that is asked for at this rate: how far back it stands in the order of those that go, and how long it has
    /// been there, ns; `None` when it is not there.
    fn kept(&self, rate: f64, answered: f64, draws: &mut Draws) -> Option<(f64, Instant)> {
        let (here, age, used) = (draws.uniform(), draws.uniform(), draws.uniform());
        let used = -ln(used) / rate;
        let age = match self.keeps.life {
            None => 0.0,
            Some(life) => {
                let expected = rate * answered * life as f64;
                if here * (1.0 + expected) >= expected {
                    return None;
                }
                age * life as f64
            }
        };
        let order = match self.keeps.evicts {
            Evicts::LeastOften => 1.0 / rate,
            Evicts::FirstIn if self.keeps.life.is_some() => age,
            _ if self.keeps.life.is_some() => used.min(age),
            _ => used,
        };
        Some((order, age as Instant))
    }
}

/// How a run of a cache begins.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// The replication.
    pub key: Key,
    /// What the draws are for.
    pub stream: Stream,
    /// End of the warm-up.
    pub warm: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::che::{Forgets, Zipf, hit_ratio};
    use crate::stats::maths::pow;
    use crate::units::Duration;

    const SECOND: f64 = 1e9;

    fn popularity(zipf: Zipf, capacity: Option<u64>, ttl: Option<f64>, evicts: Evicts) -> Popularity {
        Popularity {
            zipf,
            capacity,
            ttl: ttl.map(Duration::seconds),
            evicts,
            coalesce: false,
            answered: crate::units::Probability::ONE,
        }
    }

    /// The hit ratio of `n` look-ups at 100/s after the first `skip`, fetches taking no time.
    fn ratio(cache: &Popular, (skip, n): (u64, u64)) -> f64 {
        let stream = Stream::new("keys", "test");
        let start = Start { key: Key::new(2, 0), stream, warm: u64::MAX / 2 };
        let (mut contents, mut hits) = (Contents::default(), 0u64);
        for i in 0..skip + n {
            let now = ((i + 1) as f64 * SECOND / 100.0) as u64;
            let rank = cache.rank(Key::new(1, 0).with(i), stream);
            if contents.look(cache, rank, now) {
                hits += u64::from(i >= skip);
            } else {
                contents.fill(cache, rank, now, &start);
            }
        }
        hits as f64 / n as f64
    }

    /// The obvious cache: a list, the next to go at its end.
    fn naive(zipf: Zipf, capacity: usize, evicts: Evicts, (skip, n): (u64, u64)) -> f64 {
        let weights: Vec<f64> = (1..=zipf.items).map(|i| pow(i as f64, -zipf.exponent)).collect();
        let total: f64 = weights.iter().sum();
        let (mut list, mut state, mut hits) = (Vec::<(usize, u32)>::new(), 77u64, 0u64);
        for i in 0..skip + n {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let mut u = (state >> 11) as f64 / (1u64 << 53) as f64 * total;
            let key = weights.iter().position(|w| {
                u -= w;
                u < 0.0
            });
            let key = key.unwrap_or(weights.len() - 1);
            if let Some(at) = list.iter().position(|(k, _)| *k == key) {
                hits += u64::from(i >= skip);
                if evicts != Evicts::FirstIn {
                    let (k, uses) = list.remove(at);
                    list.insert(0, (k, uses + 1));
                }
            } else {
                if list.len() == capacity {
                    let least = list.iter().map(|(_, uses)| *uses).min();
                    let last = list
                        .iter()
                        .rposition(|(_, uses)| evicts != Evicts::LeastOften || Some(*uses) == least);
                    list.remove(last.unwrap_or(0));
                }
                list.insert(0, (key, 1));
            }
        }
        hits as f64 / n as f64
    }

    #[test]
    fn every_order_hits_as_the_obvious_cache_does() {
        let zipf = Zipf { items: 300, exponent: 0.9 };
        for (evicts, within) in
            [(Evicts::LeastRecent, 0.006), (Evicts::FirstIn, 0.006), (Evicts::LeastOften, 0.015)]
        {
            let cache = Popular::new(&popularity(zipf, Some(40), None, evicts), 100.0);
            let (found, slow) = (ratio(&cache, (200, 60_000)), naive(zipf, 40, evicts, (20_000, 60_000)));
            assert!((found - slow).abs() < within, "{evicts:?}: {found} against {slow}");
        }
    }

    #[test]
    fn it_starts_as_it_goes_on() {
        let zipf = Zipf { items: 20_000, exponent: 0.8 };
        for (capacity, ttl) in [(Some(2_000), None), (None, Some(120.0)), (Some(1_000), Some(60.0))] {
            let cache = Popular::new(&popularity(zipf, capacity, ttl, Evicts::LeastRecent), 100.0);
            let (early, late) = (ratio(&cache, (200, 10_000)), ratio(&cache, (60_000, 40_000)));
            assert!((early - late).abs() < 0.02, "{capacity:?} {ttl:?}: {early} then {late}");
        }
    }

    #[test]
    fn of_many_keys_some_stand_for_others() {
        let zipf = Zipf { items: 10_000_000, exponent: 1.0 };
        let cache = Popular::new(&popularity(zipf, Some(1_000_000), None, Evicts::LeastRecent), 100.0);
        assert!(cache.step > 1);
        let che = hit_ratio(zipf, 100.0, Forgets { capacity: Some(1_000_000), ttl: None });
        let found = ratio(&cache, (200, 20_000));
        assert!((found - che).abs() < 0.02, "{found} against {che}");
    }

    #[test]
    fn what_always_fails_stays_empty() {
        let zipf = Zipf { items: 10, exponent: 0.0 };
        let cache = Popular::new(&popularity(zipf, None, None, Evicts::LeastRecent), 100.0);
        let start = Start { key: Key::new(2, 0), stream: Stream::new("keys", "test"), warm: 1000 };
        let mut contents = Contents::default();
        for now in 0..900 {
            assert!(!contents.look(&cache, now % 10 + 1, now));
            contents.failed(&cache, now, &start);
        }
        assert_eq!(contents.store.len(), 0);
        contents.fill(&cache, 3, 901, &start);
        assert!(contents.store.len() > 0 && contents.look(&cache, 3, 902));
    }
}
