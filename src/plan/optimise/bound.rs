//! Branch and bound: the last part of the search, and its proof.

use super::combine::{combinations, with};
use super::search::{Design, Search, Space};

/// Part of the cost below which two designs count as equally dear: steps of volume prices make that much.
const SLACK: f64 = 1e-6;

impl<S: Space> Search<'_, S> {
    /// Branch and bound from the groups that can make the largest difference; true when it came to its end.
    pub(super) fn bound(&mut self, best_of: &[Design], cheapest: &mut Option<Design>, most: usize) -> bool {
        let limit = self.looked_at() + most;
        let Some(groups) = self.priced(limit) else { return false };
        let floor = groups.iter().map(|g| g.choices[0].1).sum::<f64>();
        let base = groups.first().map_or(0.0, |g| g.base);
        let mut bound = Bound { groups, best_of, limit, spent: false };
        let design = vec![0; self.choices.len()];
        self.branch(&mut bound, 0, design, base + floor, cheapest);
        !bound.spent
    }

    /// What each choice of each group adds to the cheapest design, cheapest first.
    fn priced(&mut self, limit: usize) -> Option<Vec<Group>> {
        // The cheapest design: each group at its cheapest, seen from the design as it stands.
        let mut low: Design = vec![0; self.choices.len()];
        for group in self.groups.clone() {
            let mut best = (f64::INFINITY, low.clone());
            for combination in combinations(&group, &self.choices) {
                let other = with(&low, &group, &combination);
                if self.looked_at() > limit {
                    return None;
                }
                let cost = self.value(&other).cost;
                if cost < best.0 {
                    best = (cost, other);
                }
            }
            low = best.1;
        }
        let base = self.value(&low).cost;
        let mut groups = Vec::new();
        for members in self.groups.clone() {
            let mut choices = Vec::new();
            for combination in combinations(&members, &self.choices) {
                if self.looked_at() > limit {
                    return None;
                }
                let cost = self.value(&with(&low, &members, &combination)).cost;
                if cost.is_finite() {
                    choices.push((combination, cost - base));
                }
            }
            choices.sort_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
            if choices.is_empty() {
                return None;
            }
            groups.push(Group { members, choices, base });
        }
        // The dearest decisions first: they cut most.
        let spread = |g: &Group| g.choices.last().map_or(0.0, |c| c.1) - g.choices[0].1;
        groups.sort_by(|a, b| spread(b).total_cmp(&spread(a)));
        Some(groups)
    }

    fn branch(
        &mut self,
        bound: &mut Bound,
        depth: usize,
        design: Design,
        floor: f64,
        cheapest: &mut Option<Design>,
    ) {
        if bound.spent || self.seen.spent() {
            return;
        }
        if depth == bound.groups.len() {
            let value = self.value(&design);
            let best = cheapest.as_ref().map_or(f64::INFINITY, |d| self.seen[d].cost);
            if self.holds(&value) && value.cost < best {
                *cheapest = Some(design);
            }
            return;
        }
        let group = bound.groups[depth].clone();
        for (combination, adds) in &group.choices {
            let best = cheapest.as_ref().map_or(f64::INFINITY, |d| self.seen[d].cost);
            let floor = floor - group.choices[0].1 + adds;
            if floor >= best * (1.0 - SLACK) {
                return; // the rest is dearer
            }
            let design = with(&design, &group.members, combination);
            if self.hopeful(bound, depth + 1, &design) {
                self.branch(bound, depth + 1, design, floor, cheapest);
            }
            if self.looked_at() > bound.limit {
                bound.spent = true;
                return;
            }
        }
    }

    /// Whether every target in reach is met with all open groups at what is best for it.
    fn hopeful(&mut self, bound: &Bound, depth: usize, design: &[u8]) -> bool {
        let reached = |t: &usize| !self.out_of_reach[*t];
        let targets: Vec<usize> = (0..bound.best_of.len()).filter(reached).collect();
        targets.into_iter().all(|t| {
            let mut best = design.to_vec();
            for group in &bound.groups[depth..] {
                for knob in &group.members {
                    best[*knob] = bound.best_of[t][*knob];
                }
            }
            self.value(&best).used[t] <= 1.0
        })
    }
}

#[derive(Clone, Debug)]
struct Group {
    members: Vec<usize>,
    /// Choices of its knobs, and what they add to the cheapest design.
    choices: Vec<(Vec<u8>, f64)>,
    /// What the cheapest design costs.
    base: f64,
}

struct Bound<'a> {
    groups: Vec<Group>,
    best_of: &'a [Design],
    limit: usize,
    spent: bool,
}
