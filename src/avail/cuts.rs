//! Minimal cut sets of a monotone failure function: from the decision diagram to a diagram of sets (zero-suppressed), and
//! from there in the order of their probability, one by one, without listing the others.
//!
//! Sources: A. Rauzy, "New algorithms for fault trees analysis" (Reliability Engineering and System Safety 40, 1993);
//! S. Minato, "Zero-suppressed BDDs for set manipulation in combinatorial problems" (DAC 1993).

use super::bdd::{Bdd, Function};
use super::store::{Cache, Ix, Node, Store};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

const NO_SETS: Ix = 0;
const EMPTY_SET: Ix = 1;
const UNKNOWN: Ix = Ix::MAX;
/// Prefixes looked at in one search.
const MOST_WORK: u32 = 400_000;
/// Bits of a bound that do not count in the order of sets: a relative difference of some 1e-9.
const ROUNDING: u32 = 22;

/// Families of sets of variables, over one decision diagram.
#[derive(Clone, Debug)]
pub struct Cuts {
    store: Store,
    cache: Cache,
    of_function: Vec<Ix>,
    steps_left: u64,
}

enum Task {
    Without(Ix, Ix),
    ThenWithout(Ix),
    Join(u32, (Ix, Ix)),
}

impl Cuts {
    /// Empty, for at most `limit` nodes and ten steps of work for each.
    pub fn new(limit: usize) -> Self {
        let steps_left = limit as u64 * 10;
        Self {
            store: Store::new(limit),
            cache: Cache::new(),
            of_function: vec![NO_SETS, EMPTY_SET],
            steps_left,
        }
    }

    /// The minimal sets of variables that make a monotone function true, most probable first, at most `most`.
    /// `None` when the limit is reached. The chance of a set is the product of its variables' chances.
    pub fn most_probable(
        &mut self,
        bdd: &Bdd,
        f: Function,
        chance: &[f64],
        most: usize,
    ) -> Option<Vec<Vec<u32>>> {
        let family = self.minimal(bdd, f)?;
        Some(self.best(family, chance, most))
    }

    /// Rauzy's MINSOL, bottom-up over the diagram: sets with the variable, less those that are cut without it.
    fn minimal(&mut self, bdd: &Bdd, f: Function) -> Option<Ix> {
        self.of_function.resize(bdd.size(), UNKNOWN);
        for ix in bdd.store().below(&[f.ix()], |ix| self.of_function[ix as usize] != UNKNOWN) {
            let node = bdd.store().node(ix);
            let low = self.of_function[node.low as usize];
            let high = self.without(self.of_function[node.high as usize], low)?;
            self.of_function[ix as usize] = self.node(node.variable, low, high)?;
        }
        Some(self.of_function[f.ix() as usize])
    }

    /// The sets of `f` that contain no set of `g`.
    fn without(&mut self, f: Ix, g: Ix) -> Option<Ix> {
        let mut tasks = vec![Task::Without(f, g)];
        let mut values: Vec<Ix> = Vec::new();
        while let Some(task) = tasks.pop() {
            match task {
                Task::Without(f, g) => {
                    let known = match (f, g) {
                        (NO_SETS, _) | (_, EMPTY_SET) => Some(NO_SETS),
                        (f, NO_SETS) => Some(f),
                        // No set of these families contains another: one with the empty set holds nothing else.
                        (EMPTY_SET, _) => Some(EMPTY_SET),
                        (f, g) if f == g => Some(NO_SETS),
                        (f, g) => self.cache.get(f, g, 0),
                    };
                    if let Some(value) = known {
                        values.push(value);
                        continue;
                    }
                    let (a, b) = (self.store.node(f), self.store.node(g));
                    match a.variable.cmp(&b.variable) {
                        Ordering::Less => {
                            tasks.push(Task::Join(a.variable, (f, g)));
                            tasks.push(Task::Without(a.high, g));
                            tasks.push(Task::Without(a.low, g));
                        }
                        Ordering::Greater => tasks.push(Task::Without(f, b.low)),
                        Ordering::Equal => {
                            tasks.push(Task::Join(a.variable, (f, g)));
                            tasks.push(Task::ThenWithout(b.high));
                            tasks.push(Task::Without(a.high, b.low));
                            tasks.push(Task::Without(a.low, b.low));
                        }
                    }
                }
                Task::ThenWithout(g) => {
                    let f = values.pop().expect("what is taken from was solved before");
                    tasks.push(Task::Without(f, g));
                }
                Task::Join(variable, (f, g)) => {
                    self.steps_left = self.steps_left.checked_sub(1)?;
                    let high = values.pop().expect("its sets with the variable were solved before it");
                    let low = values.pop().expect("its sets without the variable were solved before it");
                    let value = self.node(variable, low, high)?;
                    self.cache.put((f, g, 0), value, self.store.len());
                    values.push(value);
                }
            }
        }
        values.pop()
    }

    /// Best-first search; the bound is exact (the best completion of a prefix), so sets leave the heap in order. Of equal bounds
    /// (up to rounding) the newest goes first, so that each is followed to its end: else a system with many like units would
    /// hold all prefixes of their sets before it completes one. Sets whose chance is too small for a number are left out, and
    /// after [`MOST_WORK`] steps what has been found is all. O(`most` x variables x log).
    fn best(&self, family: Ix, chance: &[f64], most: usize) -> Vec<Vec<u32>> {
        let below = self.store.below(&[family], |_| false);
        let mut bounds: Vec<f64> = Vec::with_capacity(below.len());
        let bound = |bounds: &[f64], ix: Ix| match below.binary_search(&ix) {
            Ok(place) => bounds[place],
            Err(_) => f64::from(ix == EMPTY_SET),
        };
        for ix in &below {
            let node = self.store.node(*ix);
            let with = chance[node.variable as usize] * bound(&bounds, node.high);
            bounds.push(with.max(bound(&bounds, node.low)));
        }
        let mut prefixes: Vec<(u32, usize)> = Vec::new(); // (variable, place of the rest + 1)
        let mut heap = BinaryHeap::new();
        let mut sequence = 0;
        let mut sets = Vec::new();
        let mut push = |heap: &mut BinaryHeap<Candidate>, bound: f64, prefix: f64, ix: Ix, chain: usize| {
            if ix != NO_SETS && bound > 0.0 {
                sequence += 1;
                heap.push(Candidate { bound, sequence, prefix, ix, chain });
            }
        };
        push(&mut heap, bound(&bounds, family), 1.0, family, 0);
        let mut work = 0;
        while let Some(Candidate { prefix, ix, mut chain, .. }) = heap.pop() {
            work += 1;
            if work > MOST_WORK {
                break;
            }
            if ix == EMPTY_SET {
                let mut set = Vec::new();
                while chain > 0 {
                    let (variable, rest) = prefixes[chain - 1];
                    set.push(variable);
                    chain = rest;
                }
                set.reverse();
                sets.push(set);
                if sets.len() == most {
                    break;
                }
                continue;
            }
            let node = self.store.node(ix);
            prefixes.push((node.variable, chain));
            let with = prefix * chance[node.variable as usize];
            push(&mut heap, with * bound(&bounds, node.high), with, node.high, prefixes.len());
            push(&mut heap, prefix * bound(&bounds, node.low), prefix, node.low, chain);
        }
        sets
    }

    fn node(&mut self, variable: u32, low: Ix, high: Ix) -> Option<Ix> {
        if high == NO_SETS { Some(low) } else { self.store.intern(Node { variable, low, high }) }
    }
}

/// A prefix of sets still to be completed. The greatest bound goes first, then the newest.
struct Candidate {
    bound: f64,
    sequence: u64,
    prefix: f64,
    ix: Ix,
    chain: usize,
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        // A positive number's bits stand in its order; the last ones are rounding.
        let rough = |bound: f64| bound.to_bits() >> ROUNDING;
        rough(self.bound).cmp(&rough(other.bound)).then(self.sequence.cmp(&other.sequence))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate {}
