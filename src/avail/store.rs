//! Nodes of decision diagrams, each stored once: the unique table under [`super::bdd`] and [`super::cuts`]. Hashing is
//! fixed, so the same calls give the same indices on every machine. It does not know what a node means.

/// Index of a node; 0 and 1 are the terminals.
pub type Ix = u32;

/// First variable that does not exist: the level of the terminals, below all others.
pub const TERMINAL: u32 = u32::MAX;

/// One decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// Position in the order of variables; smaller is nearer the root.
    pub variable: u32,
    /// Where to go when the variable is false.
    pub low: Ix,
    /// Where to go when it is true.
    pub high: Ix,
}

/// All nodes of one diagram. A child always has a smaller index than its parent, so a scan by index is a scan bottom-up.
#[derive(Clone, Debug)]
pub struct Store {
    nodes: Vec<Node>,
    slots: Vec<Ix>,
    limit: usize,
}

impl Store {
    /// Holds the two terminals, and at most `limit` nodes.
    pub fn new(limit: usize) -> Self {
        let terminal = |ix| Node { variable: TERMINAL, low: ix, high: ix };
        Self { nodes: vec![terminal(0), terminal(1)], slots: vec![0; 1 << 10], limit }
    }

    /// Number of nodes, terminals included.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The node at an index.
    pub fn node(&self, ix: Ix) -> Node {
        self.nodes[ix as usize]
    }

    /// Moves the limit.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
    }

    /// The index of this node, which is stored if it is new; `None` when the limit is reached. O(1) on average.
    pub fn intern(&mut self, node: Node) -> Option<Ix> {
        let mask = self.slots.len() - 1;
        let mut slot = hash(node.variable, node.low, node.high) as usize & mask;
        while self.slots[slot] != 0 {
            if self.nodes[self.slots[slot] as usize] == node {
                return Some(self.slots[slot]);
            }
            slot = (slot + 1) & mask;
        }
        if self.nodes.len() >= self.limit {
            return None;
        }
        let ix = self.nodes.len() as Ix;
        self.nodes.push(node);
        self.slots[slot] = ix;
        if self.nodes.len() * 2 > self.slots.len() {
            self.grow();
        }
        Some(ix)
    }

    /// Indices of the nodes under `roots` for which `known` is false, terminals left out, children before parents.
    pub fn below(&self, roots: &[Ix], known: impl Fn(Ix) -> bool) -> Vec<Ix> {
        let mut seen = vec![false; self.nodes.len()];
        let mut found = Vec::new();
        let mut stack: Vec<Ix> = roots.to_vec();
        while let Some(ix) = stack.pop() {
            if ix < 2 || seen[ix as usize] || known(ix) {
                continue;
            }
            seen[ix as usize] = true;
            found.push(ix);
            let node = self.node(ix);
            stack.extend([node.low, node.high]);
        }
        found.sort_unstable();
        found
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 4 - 1;
        let mut slots = vec![0; mask + 1];
        for (ix, node) in self.nodes.iter().enumerate().skip(2) {
            let mut slot = hash(node.variable, node.low, node.high) as usize & mask;
            while slots[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            slots[slot] = ix as Ix;
        }
        self.slots = slots;
    }
}

/// Results of earlier operations: direct-mapped, the newer one stays. Never larger than 2^20 entries.
#[derive(Clone, Debug)]
pub struct Cache {
    entries: Vec<(Ix, Ix, Ix, Ix)>,
}

impl Cache {
    /// Empty.
    pub fn new() -> Self {
        Self { entries: vec![(TERMINAL, 0, 0, 0); 1 << 12] }
    }

    /// The result stored under this key.
    pub fn get(&self, a: Ix, b: Ix, c: Ix) -> Option<Ix> {
        let entry = self.entries[hash(a, b, c) as usize & (self.entries.len() - 1)];
        ((entry.0, entry.1, entry.2) == (a, b, c)).then_some(entry.3)
    }

    /// Stores a result; `nodes` is the size of the diagram, with which the cache grows.
    pub fn put(&mut self, (a, b, c): (Ix, Ix, Ix), result: Ix, nodes: usize) {
        if nodes > self.entries.len() && self.entries.len() < 1 << 20 {
            let old = std::mem::take(&mut self.entries);
            self.entries = vec![(TERMINAL, 0, 0, 0); old.len() * 4];
            for entry in old.into_iter().filter(|e| e.0 != TERMINAL) {
                self.set(entry);
            }
        }
        self.set((a, b, c, result));
    }

    fn set(&mut self, entry: (Ix, Ix, Ix, Ix)) {
        let slot = hash(entry.0, entry.1, entry.2) as usize & (self.entries.len() - 1);
        self.entries[slot] = entry;
    }
}

/// Multiplicative hashing with fixed odd constants (the golden ratio and two primes of xxHash).
fn hash(a: u32, b: u32, c: u32) -> u64 {
    let mixed = (u64::from(a).wrapping_mul(0x9e37_79b9_7f4a_7c15))
        ^ (u64::from(b).wrapping_mul(0xc2b2_ae3d_27d4_eb4f))
        ^ (u64::from(c).wrapping_mul(0x1656_67b1_9e37_79f9));
    (mixed ^ (mixed >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20
}
