//! Reduced ordered binary decision diagrams: a Boolean function of many variables as a graph in which equal parts are
//! stored once, so that its probability is exact and costs one pass. Not here: negated edges, garbage collection and
//! dynamic reordering; a diagram lives for one question, and its caller chooses the order.
//!
//! Nothing recurses, so that thousands of variables fit the small stack of a browser's worker.
//!
//! Source: R. E. Bryant, "Graph-based algorithms for Boolean function manipulation" (IEEE Trans. Computers, 1986).

use super::store::{Cache, Ix, Node, Store, TERMINAL};
use indexmap::IndexMap;
use std::collections::BTreeMap;

/// A Boolean function in one [`Bdd`]. Equal functions have equal references.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Function(Ix);

/// Never.
pub const NEVER: Function = Function(0);
/// Always.
pub const ALWAYS: Function = Function(1);

/// The diagram. Operations return `None` when it would outgrow its limit.
#[derive(Clone, Debug)]
pub struct Bdd {
    store: Store,
    cache: Cache,
    steps_left: u64,
}

enum Task {
    Solve(Ix, Ix, Ix),
    Join(u32, (Ix, Ix, Ix)),
}

impl Bdd {
    /// Empty, for at most `limit` nodes.
    pub fn new(limit: usize) -> Self {
        Self { store: Store::new(limit), cache: Cache::new(), steps_left: u64::MAX }
    }

    /// Nodes stored, terminals included.
    pub fn size(&self) -> usize {
        self.store.len()
    }

    /// Moves the limit: from now on at most so many nodes more, and so many steps of work.
    pub fn allow(&mut self, more_nodes: usize, steps: u64) {
        self.store.set_limit(self.store.len().saturating_add(more_nodes));
        self.steps_left = steps;
    }

    /// The function that is true when this variable is.
    pub fn variable(&mut self, variable: u32) -> Option<Function> {
        self.node(variable, 0, 1).map(Function)
    }

    /// Either of the two. O(|f| |g|) at worst.
    pub fn or(&mut self, f: Function, g: Function) -> Option<Function> {
        self.ite(f, ALWAYS, g)
    }

    /// Both. O(|f| |g|) at worst.
    pub fn and(&mut self, f: Function, g: Function) -> Option<Function> {
        self.ite(f, g, NEVER)
    }

    /// `f`, but not `g`.
    pub fn and_not(&mut self, f: Function, g: Function) -> Option<Function> {
        self.ite(g, NEVER, f)
    }

    /// All these variables; they must be in ascending order. O(n).
    pub fn cube(&mut self, variables: &[u32]) -> Option<Function> {
        let mut all = 1;
        for variable in variables.iter().rev() {
            all = self.node(*variable, 0, all)?;
        }
        Some(Function(all))
    }

    /// If `f` then `g` else `h`. O(|f| |g| |h|) at worst.
    pub fn ite(&mut self, f: Function, g: Function, h: Function) -> Option<Function> {
        let mut tasks = vec![Task::Solve(f.0, g.0, h.0)];
        let mut values: Vec<Ix> = Vec::new();
        while let Some(task) = tasks.pop() {
            match task {
                Task::Solve(f, g, h) => {
                    let (f, g, h) = standard(f, g, h);
                    if let Some(value) = trivial(f, g, h).or_else(|| self.cache.get(f, g, h)) {
                        values.push(value);
                        continue;
                    }
                    let tops = [f, g, h].map(|ix| self.store.node(ix).variable);
                    let top = tops[0].min(tops[1]).min(tops[2]);
                    let (f0, f1) = self.split(f, top);
                    let (g0, g1) = self.split(g, top);
                    let (h0, h1) = self.split(h, top);
                    tasks.push(Task::Join(top, (f, g, h)));
                    tasks.push(Task::Solve(f1, g1, h1));
                    tasks.push(Task::Solve(f0, g0, h0));
                }
                Task::Join(top, key) => {
                    self.steps_left = self.steps_left.checked_sub(1)?;
                    let high = values.pop().expect("its branch for true was solved before it");
                    let low = values.pop().expect("its branch for false was solved before it");
                    let value = self.node(top, low, high)?;
                    self.cache.put(key, value, self.store.len());
                    values.push(value);
                }
            }
        }
        values.pop().map(Function)
    }

    /// At least `k` of the items are true, for every `k` from 0 to `most`. The items should stand in the order of their
    /// variables: then this takes O(`most` n) operations of constant size.
    pub fn at_least(&mut self, most: usize, items: &[Function]) -> Option<Vec<Function>> {
        let mut enough = vec![NEVER; most + 1];
        enough[0] = ALWAYS;
        for item in items.iter().rev() {
            for k in (1..=most).rev() {
                enough[k] = self.ite(*item, enough[k - 1], enough[k])?;
            }
        }
        Some(enough)
    }

    /// The function with some of its variables fixed. O(nodes that depend on the others, and on the way to them).
    pub fn restrict(&mut self, f: Function, fixed: impl Fn(u32) -> Option<bool>) -> Option<Function> {
        let mut ends: IndexMap<Ix, Ix> = IndexMap::new();
        // The first node at or below this one whose variable stays free.
        let mut free = |store: &Store, mut ix: Ix| {
            let from = ix;
            if let Some(end) = ends.get(&from) {
                return *end;
            }
            while ix > 1 {
                let node = store.node(ix);
                match fixed(node.variable) {
                    Some(true) => ix = node.high,
                    Some(false) => ix = node.low,
                    None => break,
                }
            }
            ends.insert(from, ix);
            ix
        };
        let top = free(&self.store, f.0);
        let mut values: BTreeMap<Ix, Ix> = BTreeMap::from([(0, 0), (1, 1)]);
        let mut stack = vec![top];
        while let Some(ix) = stack.pop() {
            if values.contains_key(&ix) {
                continue;
            }
            let node = self.store.node(ix);
            let (low, high) = (free(&self.store, node.low), free(&self.store, node.high));
            match (values.get(&low).copied(), values.get(&high).copied()) {
                (Some(low), Some(high)) => {
                    self.steps_left = self.steps_left.checked_sub(1)?;
                    let value = self.node(node.variable, low, high)?;
                    values.insert(ix, value);
                }
                _ => stack.extend([ix, low, high]),
            }
        }
        values.get(&top).copied().map(Function)
    }

    /// Whether the function is true for this choice of its variables. O(number of variables).
    pub fn holds(&self, f: Function, truth: impl Fn(u32) -> bool) -> bool {
        let mut ix = f.0;
        while ix > 1 {
            let node = self.store.node(ix);
            ix = if truth(node.variable) { node.high } else { node.low };
        }
        ix == 1
    }

    /// The diagram's nodes, for algorithms that walk it.
    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    fn split(&self, ix: Ix, variable: u32) -> (Ix, Ix) {
        let node = self.store.node(ix);
        if node.variable == variable { (node.low, node.high) } else { (ix, ix) }
    }

    fn node(&mut self, variable: u32, low: Ix, high: Ix) -> Option<Ix> {
        debug_assert!(variable < TERMINAL);
        if low == high { Some(low) } else { self.store.intern(Node { variable, low, high }) }
    }
}

impl Function {
    /// Its node.
    pub(super) fn ix(self) -> Ix {
        self.0
    }
}

/// Equal questions get equal keys.
fn standard(f: Ix, g: Ix, h: Ix) -> (Ix, Ix, Ix) {
    let g = if g == f { 1 } else { g };
    let h = if h == f { 0 } else { h };
    match (g, h) {
        (1, h) if h > 1 && h < f => (h, 1, f),
        (g, 0) if g > 1 && g < f => (g, f, 0),
        _ => (f, g, h),
    }
}

fn trivial(f: Ix, g: Ix, h: Ix) -> Option<Ix> {
    match (f, g, h) {
        (1, g, _) => Some(g),
        (0, _, h) => Some(h),
        (f, 1, 0) => Some(f),
        (_, g, h) if g == h => Some(g),
        _ => None,
    }
}

/// Probabilities of the functions of one diagram, for independent variables of given chances. Each node is computed
/// once, also when the diagram grows between two questions.
#[derive(Clone, Debug)]
pub struct Chances {
    of_variable: Vec<f64>,
    of_node: Vec<f64>,
}

impl Chances {
    /// `of_variable[v]` is the chance that variable `v` is true.
    pub fn new(of_variable: Vec<f64>) -> Self {
        Self { of_variable, of_node: vec![0.0, 1.0] }
    }

    /// The chance that `f` is true. O(nodes added since the last question).
    pub fn of(&mut self, bdd: &Bdd, f: Function) -> f64 {
        for ix in self.of_node.len()..bdd.size() {
            let node = bdd.store.node(ix as Ix);
            let p = self.of_variable[node.variable as usize];
            self.of_node
                .push((1.0 - p) * self.of_node[node.low as usize] + p * self.of_node[node.high as usize]);
        }
        self.of_node[f.0 as usize]
    }

    /// For every variable the weighted sum, over these functions, of P(f | variable) - P(f | not variable): Birnbaum's
    /// importance. O(nodes).
    ///
    /// Source: Z. W. Birnbaum, "On the importance of different components in a multicomponent system" (1969).
    pub fn birnbaum(&mut self, bdd: &Bdd, weighted: &[(Function, f64)]) -> Vec<f64> {
        let top = weighted.iter().map(|(f, _)| f.0).max().unwrap_or(0);
        self.of(bdd, NEVER);
        let mut reach = vec![0.0; top as usize + 1];
        for (f, weight) in weighted {
            reach[f.0 as usize] += weight;
        }
        let mut importance = vec![0.0; self.of_variable.len()];
        for ix in (2..=top as usize).rev().filter(|_| top > 1) {
            if reach[ix] == 0.0 {
                continue;
            }
            let node = bdd.store.node(ix as Ix);
            let (low, high) = (node.low as usize, node.high as usize);
            let p = self.of_variable[node.variable as usize];
            importance[node.variable as usize] += reach[ix] * (self.of_node[high] - self.of_node[low]);
            reach[low] += reach[ix] * (1.0 - p);
            reach[high] += reach[ix] * p;
        }
        importance
    }
}
