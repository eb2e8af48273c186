//! Calls of the slow simulator: attempts, pools, time limits, caches.

use super::Call;
use super::slow::{Event, Id, Phase, Slow};

impl Slow<'_> {
    fn branch(&self, call: Id) -> &Call {
        let c = &self.calls[call];
        &self.design.comps[self.visits[c.parent].comp].groups[c.group][c.branch]
    }

    /// Whom the present call calls.
    fn target(&self, call: Id) -> usize {
        let branch = self.branch(call);
        match (self.calls[call].phase, branch.miss) {
            (Phase::Miss, Some((_, behind))) => behind,
            _ => branch.to,
        }
    }

    /// The pool of the present call.
    fn pool(&self, call: Id) -> Option<((usize, usize), usize)> {
        let pair = (self.visits[self.calls[call].parent].comp, self.target(call));
        self.design.pools.get(&pair).map(|size| (pair, *size))
    }

    /// An attempt of a call goes out, or waits for its place in the pool.
    pub fn send(&mut self, call: Id) {
        if let Some((pool, size)) = self.pool(call)
            && !self.calls[call].placed
        {
            let (used, line) = self.pools.entry(pool).or_default();
            if *used >= size {
                line.push_back(call);
                return;
            }
            *used += 1;
            self.calls[call].placed = true;
        }
        let branch = *self.branch(call);
        let to = self.target(call);
        let journey = self.visits[self.calls[call].parent].journey;
        self.calls[call].epoch += 1;
        if let Some((limit, ..)) = branch.limit.filter(|_| self.calls[call].phase == Phase::First) {
            let epoch = self.calls[call].epoch;
            self.after(limit, Event::Limit(call, epoch));
        }
        self.visit(to, journey, call);
    }

    fn leave_pool(&mut self, call: Id) {
        if !std::mem::take(&mut self.calls[call].placed) {
            return;
        }
        let Some((pool, _)) = self.pool(call) else { return };
        let (used, line) = self.pools.get_mut(&pool).expect("it was entered");
        if let Some(next) = line.pop_front() {
            self.calls[next].placed = true;
            self.send(next);
        } else {
            *used -= 1;
        }
    }

    pub fn answered(&mut self, call: Id) {
        self.leave_pool(call);
        let branch = *self.branch(call);
        let next = match (self.calls[call].phase, branch.miss) {
            (Phase::First, Some((hit, _))) if !self.dice.chance(hit) => Some(Phase::Miss),
            (Phase::Miss, _) => Some(Phase::Fill),
            _ => None,
        };
        if next.is_none() {
            self.calls[call].rounds -= 1;
            if self.calls[call].rounds == 0 {
                return self.ended(call);
            }
        }
        self.calls[call].phase = next.unwrap_or(Phase::First);
        self.calls[call].attempt = 0;
        self.send(call);
    }

    pub fn failed(&mut self, call: Id) {
        self.calls[call].epoch += 1;
        self.leave_pool(call);
        if let Some((_, extra, base)) =
            self.branch(call).limit.filter(|_| self.calls[call].phase == Phase::First)
            && self.calls[call].attempt < extra
        {
            let wait = base * f64::from(1_u32 << self.calls[call].attempt.min(20));
            self.calls[call].attempt += 1;
            return self.after(wait, Event::Again(call));
        }
        if self.calls[call].phase == Phase::Fill {
            // The filling of a cache may fail without harm.
            return self.answered(call);
        }
        let parent = self.calls[call].parent;
        self.visits[parent].failed = true;
        self.ended(call);
    }

    fn ended(&mut self, call: Id) {
        let parent = self.calls[call].parent;
        self.visits[parent].pending -= 1;
        if self.visits[parent].pending == 0 {
            self.program(parent);
        }
    }
}
