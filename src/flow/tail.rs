//! The response of a journey where it is known as a distribution, not by its moments only: constants before one exact queue.

use super::compiled::{Compiled, Journey, NONE};
use super::erlang::{response_beyond, response_quantile};
use super::solution::{Solution, total};
use crate::text::flow as words;
use crate::text::flow::Method;

/// A response that is a constant, a wait that is exponential or nothing, and an exponential service.
#[derive(Clone, Copy, Debug)]
pub struct Tail {
    shift: f64,
    chance: f64,
    wait: f64,
    service: f64,
    /// Formula of the queue.
    pub method: Method,
}

impl Tail {
    /// Chance that it is at most `limit`.
    pub fn within(&self, limit: f64) -> f64 {
        let own = limit - self.shift;
        if self.service <= 0.0 || own <= 0.0 {
            return f64::from(u8::from(self.service <= 0.0 && own >= 0.0));
        }
        1.0 - response_beyond(self.chance, self.wait, self.service, own)
    }

    /// Its quantile, seconds.
    pub fn quantile(&self, q: f64) -> f64 {
        if self.service <= 0.0 {
            return self.shift;
        }
        self.shift + response_quantile(self.chance, self.wait, self.service, q)
    }
}

/// The response of a journey that is a straight line of constant delays to one exact queue, or to nothing but delays.
pub fn tail(all: &Compiled, s: &Solution, journey: &Journey) -> Option<Tail> {
    if journey.nodes.is_empty() || journey.closed.is_some() {
        return None;
    }
    let (mut at, mut shift) = (journey.nodes.start, 0.0);
    for _ in 0..=journey.nodes.len() {
        let (node, state) = (&all.nodes[at as usize], &s.nodes[at as usize]);
        let desk = &s.desks[node.component as usize];
        if node.stream.is_some()
            || node.hit > 0.0
            || node.latency.variance > 0.0
            || total(&state.causes) > 0.0
        {
            return None;
        }
        shift += node.latency.mean;
        let groups = node.groups.clone();
        if node.work.is_some_and(|w| w.0.variance > 0.0) || state.wait.mean > 0.0 {
            let (chance, wait, service) = desk.response.filter(|_| groups.is_empty() && desk.method.exact)?;
            return Some(Tail { shift, chance, wait, service, method: desk.method });
        }
        shift += state.work.mean;
        let Some(group) = groups.clone().next() else {
            return Some(Tail { shift, chance: 0.0, wait: 0.0, service: 0.0, method: words::SUM });
        };
        let [branch] = all.group(group) else { return None };
        let (leg, state) = (&all.legs[branch.leg as usize], &s.legs[branch.leg as usize]);
        let straight =
            groups.len() == 1 && branch.probability == 1.0 && branch.count == 1.0 && branch.miss.is_none();
        let plain = leg.network.variance == 0.0 && state.attempts == 1.0 && state.failed == 0.0;
        if !straight || !plain || leg.timeout.is_finite() || leg.node == NONE {
            return None;
        }
        shift += leg.network.mean;
        at = leg.node;
    }
    None
}
