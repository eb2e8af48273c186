//! What a cache holds: which keys are in it, which one goes when it is full, and which are too old.
//!
//! Choices where the model is silent: a key that is stored again while it is there starts a new life and keeps its place in
//! the order, except where the order is by use; what has outlived its time gives its room back at the next look at it or
//! when something is stored; of keys that were used equally often the one that has not been used for longest goes first.

use super::clock::Instant;
use crate::stats::che::Evicts;
use std::collections::{BTreeMap, BTreeSet};

/// The keys in a cache.
#[derive(Clone, Debug, Default)]
pub struct Store {
    entries: BTreeMap<u64, Entry>,
    /// Who goes first: uses (where they count), then the step of the last use or of the storing.
    order: BTreeMap<(u32, u64), u64>,
    /// By the instant after which they are too old.
    ends: BTreeSet<(Instant, u64)>,
    /// Room in use.
    used: u64,
    step: u64,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    place: (u32, u64),
    ends: Instant,
    weight: u64,
}

/// How a store forgets.
#[derive(Clone, Copy, Debug)]
pub struct Keeps {
    /// Room.
    pub room: u64,
    /// Who goes when it is full.
    pub evicts: Evicts,
    /// How long one lives; `None`: for ever.
    pub life: Option<Instant>,
}

impl Store {
    /// Whether a key is there, which is a use of it.
    pub fn look(&mut self, key: u64, keeps: Keeps, now: Instant) -> bool {
        let Some(entry) = self.entries.get(&key) else { return false };
        if entry.ends <= now {
            self.remove(key);
            return false;
        }
        if keeps.evicts != Evicts::FirstIn {
            self.replace(key, keeps);
        }
        true
    }

    /// Whether a key is there, without a use.
    pub fn has(&self, key: u64, now: Instant) -> bool {
        self.entries.get(&key).is_some_and(|entry| entry.ends > now)
    }

    /// A use of a key that is there moves it back in the order.
    fn replace(&mut self, key: u64, keeps: Keeps) {
        self.step += 1;
        let Some(entry) = self.entries.get_mut(&key) else { return };
        self.order.remove(&entry.place);
        let uses = if keeps.evicts == Evicts::LeastOften { entry.place.0.saturating_add(1) } else { 0 };
        entry.place = (uses, self.step);
        self.order.insert(entry.place, key);
    }

    /// Stores a key that takes so much room and lives until `ends`; others go as long as there is too little.
    pub fn store(&mut self, key: u64, weight: u64, keeps: Keeps, (now, ends): (Instant, Instant)) {
        if weight > keeps.room || ends <= now {
            return;
        }
        while let Some((_, old)) = self.ends.first().copied().filter(|(at, _)| *at <= now) {
            self.remove(old);
        }
        if let Some(entry) = self.entries.get_mut(&key) {
            self.ends.remove(&(entry.ends, key));
            entry.ends = ends;
            if ends < Instant::MAX {
                self.ends.insert((ends, key));
            }
            return;
        }
        while self.used + weight > keeps.room {
            let Some((_, first)) = self.order.first_key_value() else { break };
            self.remove(*first);
        }
        self.step += 1;
        let place = (u32::from(keeps.evicts == Evicts::LeastOften), self.step);
        self.entries.insert(key, Entry { place, ends, weight });
        self.order.insert(place, key);
        if ends < Instant::MAX {
            self.ends.insert((ends, key));
        }
        self.used += weight;
    }

    fn remove(&mut self, key: u64) {
        let Some(entry) = self.entries.remove(&key) else { return };
        self.order.remove(&entry.place);
        self.ends.remove(&(entry.ends, key));
        self.used -= entry.weight;
    }

    /// Everything is forgotten.
    pub fn clear(&mut self) {
        *self = Self { step: self.step, ..Self::default() };
    }

    /// Keys in it.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        assert_eq!(self.entries.len(), self.order.len());
        self.entries.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(evicts: Evicts, asked: &[u64]) -> Vec<u64> {
        let keeps = Keeps { room: 2, evicts, life: None };
        let mut store = Store::default();
        for key in asked {
            if !store.look(*key, keeps, 0) {
                store.store(*key, 1, keeps, (0, Instant::MAX));
            }
        }
        assert!(store.len() <= 2);
        (0..9).filter(|key| store.has(*key, 0)).collect()
    }

    #[test]
    fn the_right_one_goes() {
        assert_eq!(kept(Evicts::LeastRecent, &[1, 2, 1, 3]), [1, 3]);
        assert_eq!(kept(Evicts::FirstIn, &[1, 2, 1, 3]), [2, 3]);
        // 1 was used three times, 2 twice: 3 pushes 2 out; 4 pushes 3 out.
        assert_eq!(kept(Evicts::LeastOften, &[1, 1, 1, 2, 2, 3, 4]), [1, 4]);
        assert_eq!(kept(Evicts::LeastRecent, &[1, 1, 1, 2, 2, 3, 4]), [3, 4]);
    }

    #[test]
    fn what_is_too_old_is_gone_and_makes_room() {
        let keeps = Keeps { room: 2, evicts: Evicts::LeastRecent, life: Some(10) };
        let mut store = Store::default();
        store.store(1, 1, keeps, (0, 10));
        store.store(2, 1, keeps, (5, 15));
        assert!(store.look(1, keeps, 9) && !store.has(1, 10));
        // 1 was used last, yet it is the one that goes.
        store.store(3, 1, keeps, (12, 22));
        assert!(store.has(2, 12) && store.has(3, 12) && store.len() == 2);
        // Stored again: a new life.
        store.store(2, 1, keeps, (14, 24));
        assert!(store.look(2, keeps, 23) && !store.look(2, keeps, 24));
        assert_eq!(store.len(), 1);
    }

    #[test]
    fn no_room_holds_nothing() {
        let keeps = Keeps { room: 0, evicts: Evicts::LeastRecent, life: None };
        let mut store = Store::default();
        store.store(1, 1, keeps, (0, Instant::MAX));
        assert!(!store.look(1, keeps, 0));
    }
}
