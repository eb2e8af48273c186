//! The search for the cheapest design, over any space of choices.
//!
//! 1. *What can be reached.* For every target its best design by coordinate descent: one knob after the other at the choice
//!    that brings it furthest. A target that even this misses is out of reach, and no design is held to it.
//! 2. *Pareto local search* (L. Paquete, M. Chiarandini and T. Stützle, "Pareto local optimum sets in the biobjective
//!    traveling salesman problem", 2004): every design not dominated in cost, downtime and latency is changed in one knob at
//!    a time, until nothing new comes or the budget is spent.
//! 3. *Descent*: from the cheapest of these that holds, knob by knob to the cheapest choice with which it still does.
//! 4. *Branch and bound* (A. H. Land and A. G. Doig, Econometrica 28, 1960): group by group, cheapest choices first. A branch
//!    ends when it cannot become cheaper than the best design, or when a target in reach is missed even with all open groups
//!    at the choices that are best for it. If it ends within the budget the cheapest design is proved.
//!
//! The bounds hold where (a) what a group adds to the bill grows, if it changes, with what the others are, and (b) the choices
//! that bring a target furthest are the same whatever the others are, up to ties. Both are so for copies, machines and
//! prices; where they are not exactly (steps of volume prices), the answer may miss the cheapest by as much. Exhaustive search
//! on small spaces is the test.

use super::seen::Seen;

/// What a design comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// Money per month; infinite when it is not known.
    pub cost: f64,
    /// By target: how much of its limit is used, met up to 1; infinite when it is not known.
    pub used: Vec<f64>,
    /// Minutes down in 30 days.
    pub downtime: f64,
}

/// A space of designs: one choice of each knob; all zero is the design as it stands.
pub trait Space {
    /// Choices of each knob.
    fn choices(&self) -> Vec<usize>;
    /// Group of each knob: knobs of one group are priced together.
    fn groups(&self) -> Vec<usize>;
    /// Which targets are latencies: the third axis of the front is the largest share of their limits that is used.
    fn latencies(&self) -> Vec<bool>;
    /// What a design comes to. Called once per design.
    fn value(&mut self, design: &[u8]) -> Value;
}

/// A design: the choice of each knob.
pub type Design = Vec<u8>;

/// What the search found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Targets that no design meets, by index.
    pub out_of_reach: Vec<bool>,
    /// By target: the design that brings it furthest.
    pub best_of: Vec<Design>,
    /// The cheapest design that meets every target in reach; `None` when none that was looked at does.
    pub cheapest: Option<Design>,
    /// Whether branch and bound came to its end.
    pub proved: bool,
    /// The design with the fewest changes that meets every target in reach.
    pub least_change: Option<Design>,
    /// Designs that meet them and are not dominated in cost, downtime and latency, cheapest first.
    pub front: Vec<Design>,
}

/// How many designs may be looked at.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Times to go through all knobs for what a target can reach; after the first only where it is not reached, unless 3.
    pub reach: u32,
    /// By local search, beside those that find what can be reached.
    pub local: usize,
    /// By branch and bound, beside all before.
    pub bound: usize,
}

/// The search, and every design looked at.
pub struct Search<'a, S: Space> {
    space: &'a mut S,
    pub(super) seen: Seen,
    pub(super) choices: Vec<usize>,
    pub(super) groups: Vec<Vec<usize>>,
    latencies: Vec<bool>,
    /// Targets that no design meets, once that is known.
    pub(super) out_of_reach: Vec<bool>,
}

impl<'a, S: Space> Search<'a, S> {
    /// Nothing looked at yet.
    pub fn new(space: &'a mut S) -> Self {
        Self::again(space, Seen::default())
    }

    /// What an interrupted search has looked at is known already.
    pub fn again(space: &'a mut S, seen: Seen) -> Self {
        let choices = space.choices();
        let of = space.groups();
        let mut ids: Vec<usize> = of.clone();
        ids.sort_unstable();
        ids.dedup();
        let members = |id: &usize| (0..of.len()).filter(|k| of[*k] == *id).collect();
        let groups = ids.iter().map(members).collect();
        let latencies = space.latencies();
        let out_of_reach = vec![false; latencies.len()];
        Self { space, seen, choices, groups, latencies, out_of_reach }
    }

    /// Designs looked at.
    pub fn looked_at(&self) -> usize {
        self.seen.met()
    }

    /// What it has looked at, for another time.
    pub fn into_seen(self) -> Seen {
        self.seen
    }

    /// What a design comes to.
    pub fn value(&mut self, design: &[u8]) -> Value {
        if let Some(value) = self.seen.meet(design) {
            return value.clone();
        }
        if !self.seen.affords() {
            // As good as nothing: an interrupted walk comes to its end soon.
            let used = vec![f64::INFINITY; self.latencies.len()];
            return Value { cost: f64::INFINITY, used, downtime: f64::INFINITY };
        }
        let value = self.space.value(design);
        self.seen.add(design, value.clone());
        value
    }

    /// Runs all of it.
    pub fn run(&mut self, budget: Budget) -> Found {
        loop {
            if let Some(found) = self.walk(budget, usize::MAX) {
                return found;
            }
        }
    }

    /// Runs until it has looked at `most` designs more than before, or to its end. An interrupted one begins anew the next time,
    /// without looking at anything twice: what it finds does not depend on where it was interrupted.
    pub fn walk(&mut self, budget: Budget, most: usize) -> Option<Found> {
        self.seen.walk(most);
        self.out_of_reach.fill(false);
        let start = vec![0; self.choices.len()];
        let targets = self.value(&start).used.len();
        let best_of: Vec<Design> = (0..targets).map(|t| self.furthest(t, &start, budget.reach)).collect();
        let out_of_reach: Vec<bool> =
            best_of.iter().enumerate().map(|(t, design)| self.value(design).used[t] > 1.0).collect();
        self.out_of_reach.clone_from(&out_of_reach);
        self.together(&best_of);
        if self.seen.spent() {
            return None;
        }
        self.local(&start, &best_of, budget.local);
        self.descend();
        let mut cheapest = self.cheapest();
        let proved = self.bound(&best_of, &mut cheapest, budget.bound);
        let least_change = self.least_change(cheapest.as_ref());
        self.save(&start);
        if let Some(design) = &cheapest {
            self.spread(&start, design);
        }
        let front = self.front();
        let found = Found { out_of_reach, best_of, cheapest, proved, least_change, front };
        (!self.seen.spent()).then_some(found)
    }

    /// The design that brings one target furthest: of every knob the choice that does so alone, then coordinate descent from
    /// there. Ties keep the earlier choice.
    fn furthest(&mut self, target: usize, start: &[u8], rounds: u32) -> Design {
        let mut design = start.to_vec();
        for knob in 0..self.choices.len() {
            let mut best = self.value(start).used[target];
            for choice in 0..self.choices[knob] as u8 {
                let mut other = start.to_vec();
                other[knob] = choice;
                let used = self.value(&other).used[target];
                if used < best {
                    (design[knob], best) = (choice, used);
                }
            }
        }
        let mut best = self.value(&design).used[target];
        for _ in 0..rounds {
            if best <= 1.0 && rounds < 3 {
                break;
            }
            let before = design.clone();
            for knob in 0..self.choices.len() {
                for choice in 0..self.choices[knob] as u8 {
                    let mut other = design.clone();
                    other[knob] = choice;
                    let used = self.value(&other).used[target];
                    if used < best {
                        (design, best) = (other, used);
                    }
                }
            }
            if design == before {
                break;
            }
        }
        design
    }

    pub(super) fn holds(&self, value: &Value) -> bool {
        value.cost.is_finite() && self.missed(value) == 0
    }

    /// Targets in reach that are missed.
    fn missed(&self, value: &Value) -> usize {
        value.used.iter().zip(&self.out_of_reach).filter(|(used, out)| !**out && **used > 1.0).count()
    }

    /// Cost, downtime and the largest share of a latency limit that is used, of the targets in reach.
    pub fn axes(&self, value: &Value) -> [f64; 3] {
        let counted = self.latencies.iter().zip(&self.out_of_reach).map(|(latency, out)| *latency && !out);
        let used = value.used.iter().zip(counted).filter(|(_, counted)| *counted).map(|(used, _)| *used);
        [value.cost, value.downtime, used.fold(0.0, f64::max)]
    }

    fn cheapest(&self) -> Option<Design> {
        let holding = self.seen.designs().filter(|d| self.holds(&self.seen[*d]));
        holding.min_by(|a, b| self.seen[*a].cost.total_cmp(&self.seen[*b].cost)).cloned()
    }

    fn dominates(&self, a: &Value, b: &Value) -> bool {
        let (x, y) = (self.axes(a), self.axes(b));
        x != y && x.iter().zip(&y).all(|(x, y)| x <= y)
    }

    /// Looks at what is best for each target, with what the others want where it asks for nothing.
    fn together(&mut self, best_of: &[Design]) {
        let any = |k: usize| best_of.iter().map(|d| d[k]).find(|choice| *choice != 0).unwrap_or(0);
        for first in best_of {
            let merged = first.iter().enumerate().map(|(k, own)| if *own == 0 { any(k) } else { *own });
            self.value(&merged.collect::<Design>());
        }
    }

    /// Designs that miss the fewest and, among them, are cheapest come first.
    fn local(&mut self, start: &[u8], best_of: &[Design], most: usize) {
        let limit = self.looked_at() + most;
        let mut archive: Vec<Design> = Vec::new();
        let mut open: Vec<Design> = vec![start.to_vec()];
        open.extend(best_of.iter().cloned());
        let mut opened: Vec<Design> = Vec::new();
        while !open.is_empty() && self.looked_at() < limit && !self.seen.spent() {
            let key = |d: &Design| {
                let value = &self.seen[d];
                (self.missed(value), value.cost)
            };
            let next = (0..open.len()).min_by(|a, b| {
                let ((m, x), (n, y)) = (key(&open[*a]), key(&open[*b]));
                m.cmp(&n).then(x.total_cmp(&y))
            });
            let Some(next) = next else { break };
            let design = open.swap_remove(next);
            for knob in 0..self.choices.len() {
                for choice in 0..self.choices[knob] as u8 {
                    let mut other = design.clone();
                    other[knob] = choice;
                    if archive.contains(&other) {
                        continue;
                    }
                    let value = self.value(&other);
                    let misses = self.missed(&value);
                    let beaten = archive.iter().any(|known| {
                        let known = &self.seen[known];
                        let fewer = self.missed(known);
                        let same = self.axes(known) == self.axes(&value);
                        fewer < misses || (fewer == misses && (self.dominates(known, &value) || same))
                    });
                    if beaten || !value.cost.is_finite() {
                        continue;
                    }
                    archive.retain(|known| {
                        let known = &self.seen[known];
                        let more = self.missed(known);
                        !(misses < more || (misses == more && self.dominates(&value, known)))
                    });
                    archive.push(other.clone());
                    if !opened.contains(&other) && !open.contains(&other) {
                        open.push(other);
                    }
                }
            }
            opened.push(design);
            open.retain(|d| archive.contains(d));
        }
    }

    /// From the cheapest design that holds: one knob after the other at its cheapest choice that still holds, while that saves.
    fn descend(&mut self) {
        let Some(mut design) = self.cheapest() else { return };
        let mut cost = self.seen[&design].cost;
        loop {
            let before = cost;
            for knob in 0..self.choices.len() {
                for choice in 0..self.choices[knob] as u8 {
                    let mut other = design.clone();
                    other[knob] = choice;
                    // What is dearer alone is taken to be dearer here.
                    if self.alone(knob, choice) > self.alone(knob, design[knob]) {
                        continue;
                    }
                    let value = self.value(&other);
                    if value.cost < cost && self.holds(&value) {
                        (design, cost) = (other, value.cost);
                    }
                }
            }
            // Also where a cost is no number.
            if cost.is_nan() || cost >= before {
                return;
            }
        }
    }

    /// What one other choice alone costs; not known: nothing.
    fn alone(&self, knob: usize, choice: u8) -> f64 {
        let mut design = vec![0; self.choices.len()];
        design[knob] = choice;
        self.seen.get(&design).map_or(0.0, |value| value.cost)
    }

    /// Of all designs looked at that hold, and of those found by taking back changes of the cheapest one by one: the fewest
    /// changes, then the cheapest.
    fn least_change(&mut self, cheapest: Option<&Design>) -> Option<Design> {
        if let Some(design) = cheapest {
            let mut design = design.clone();
            loop {
                // Take back first what saves most by staying as it was.
                let mut best: Option<(f64, Design)> = None;
                for knob in (0..design.len()).filter(|k| design[*k] != 0) {
                    let mut other = design.clone();
                    other[knob] = 0;
                    let value = self.value(&other);
                    if self.holds(&value) && best.as_ref().is_none_or(|b| value.cost < b.0) {
                        best = Some((value.cost, other));
                    }
                }
                match best {
                    Some((_, other)) => design = other,
                    None => break,
                }
            }
        }
        let changed = |d: &Design| d.iter().filter(|choice| **choice != 0).count();
        let holding = self.seen.designs().filter(|d| self.holds(&self.seen[*d]));
        holding
            .min_by(|a, b| {
                changed(a).cmp(&changed(b)).then(self.seen[*a].cost.total_cmp(&self.seen[*b].cost))
            })
            .cloned()
    }

    /// Looks at what the choices that alone lower downtime or latency make of the cheapest design: one by one, and of each knob the
    /// one that lowers it most together. The front is thin where local search had no time for that.
    fn spread(&mut self, start: &[u8], cheapest: &[u8]) {
        let now = self.value(start);
        let [_, downtime, latency] = self.axes(&now);
        let mut together = [cheapest.to_vec(), cheapest.to_vec(), cheapest.to_vec()];
        for knob in 0..self.choices.len() {
            let mut lowest = [downtime, latency];
            for choice in 1..self.choices[knob] as u8 {
                let mut alone = start.to_vec();
                alone[knob] = choice;
                let Some(value) = self.seen.get(&alone).cloned() else { continue };
                let [_, down, late] = self.axes(&value);
                if down < downtime || late < latency {
                    let mut other = cheapest.to_vec();
                    other[knob] = choice;
                    self.value(&other);
                }
                for (axis, found) in [down, late].into_iter().enumerate() {
                    if found < lowest[axis] {
                        lowest[axis] = found;
                        (together[axis][knob], together[2][knob]) = (choice, choice);
                    }
                }
            }
        }
        for design in &together {
            self.value(design);
        }
    }

    /// Adds to every design of the front the choices that, alone, save money and change nothing else.
    fn save(&mut self, start: &[u8]) {
        let now = self.value(start);
        let mut savings: Vec<(usize, u8)> = Vec::new();
        for knob in 0..self.choices.len() {
            let mut best = now.cost;
            let mut found = None;
            for choice in 1..self.choices[knob] as u8 {
                let mut other = start.to_vec();
                other[knob] = choice;
                let value = self.value(&other);
                let ([_, a, b], [_, c, d]) = (self.axes(&now), self.axes(&value));
                if value.cost < best && (a, b) == (c, d) {
                    (found, best) = (Some((knob, choice)), value.cost);
                }
            }
            savings.extend(found);
        }
        for mut design in self.front() {
            for (knob, choice) in &savings {
                if design[*knob] == 0 {
                    let mut other = design.clone();
                    other[*knob] = *choice;
                    let (a, b) = (self.value(&design), self.value(&other));
                    if self.holds(&b) && self.dominates(&b, &a) {
                        design = other;
                    }
                }
            }
        }
    }

    fn front(&self) -> Vec<Design> {
        let mut holding: Vec<&Design> = self.seen.designs().filter(|d| self.holds(&self.seen[*d])).collect();
        let key = |d: &Design| self.axes(&self.seen[d]);
        // Who is dominated is dominated by somebody before it.
        holding.sort_by(|a, b| key(a).partial_cmp(&key(b)).unwrap_or(std::cmp::Ordering::Equal));
        let mut front: Vec<Design> = Vec::new();
        for design in holding {
            let value = &self.seen[design];
            let beaten = front.iter().any(|known| {
                let known = &self.seen[known];
                self.dominates(known, value) || self.axes(known) == key(design)
            });
            if !beaten {
                front.push(design.clone());
            }
        }
        front
    }
}
