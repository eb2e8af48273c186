//! Names that lead elsewhere while health checks fail: DNS failover.
//!
//! The checks notice a loss after interval x threshold, and a return likewise; a loss that is over before is not noticed.
//! A request goes by an answer that is as old as chance has it, up to the TTL; those who keep answers for good go where the
//! name led at first. Where both ways are lost the name leads where it usually does, as Route 53 answers then.

use super::clock::Instant;
use super::draw::nanos;
use super::plan::Plan;
use super::state::State;
use crate::model::Model;
use crate::model::switch::behind;
use crate::stats::rng::{Key, Stream};

/// A name that may lead elsewhere.
#[derive(Clone, Debug)]
pub struct Name {
    /// The call made instead.
    pub elsewhere: u32,
    /// Components that health checks ask for: of the usual way, and of the other.
    pub asked: [Vec<u32>; 2],
    /// From a loss or a return until it is noticed.
    pub detection: Instant,
    /// How long an answer is kept.
    pub ttl: Instant,
    /// Share of those who keep one for good.
    pub stale: f64,
    /// Draws for the age of an answer.
    pub age: Stream,
}

/// The names of a model, and by call the name that decides where it goes.
pub fn names(model: &Model, plan: &mut Plan) {
    for call in model.graph.edge_indices() {
        let Some(switch) = model.graph[call].policy.switch else { continue };
        let asked =
            [call, switch.to].map(|c| behind(model, call, c).into_iter().map(|c| c.index() as u32).collect());
        let edge = &mut plan.edges[call.index()];
        edge.name = plan.names.len() as u32;
        plan.names.push(Name {
            elsewhere: switch.to.index() as u32,
            asked,
            detection: nanos(switch.detection.as_seconds()),
            ttl: nanos(switch.ttl.as_seconds()),
            stale: switch.stale.get(),
            age: Stream::new("age of the answer", &format!("{:x}", edge.label)),
        });
    }
}

/// When a way was lost and came back.
#[derive(Clone, Debug, Default)]
pub struct Past(Vec<(Instant, bool)>);

impl Past {
    fn note(&mut self, now: Instant, well: bool) {
        if self.0.last().is_none_or(|last| last.1) != well {
            self.0.push((now, well));
        }
    }

    /// What health checks had noticed at an instant. O(losses).
    fn seen_well(&self, at: Instant, detection: Instant) -> bool {
        let mut seen = true;
        for (i, (changed, well)) in self.0.iter().enumerate() {
            let noticed = changed.saturating_add(detection);
            let lasted = self.0.get(i + 1).is_none_or(|next| next.0 >= noticed);
            if lasted && noticed <= at {
                seen = *well;
            }
        }
        seen
    }
}

impl State {
    /// Replicas of a component came or went: whether the ways through it work.
    pub fn note_ways(&mut self, p: &Plan, c: u32) {
        for (name, pasts) in p.names.iter().zip(&mut self.names) {
            for (asked, past) in name.asked.iter().zip(pasts).filter(|(asked, _)| asked.contains(&c)) {
                let serves = |c: &u32| {
                    let mut replicas = p.components[*c as usize].replicas.iter();
                    replicas.any(|r| self.replicas[r].active && self.replicas[r].down == 0)
                };
                past.note(self.now, asked.iter().all(serves));
            }
        }
    }

    /// The call that a request with this key makes where a name decides.
    pub fn resolve(&self, p: &Plan, edge: u32, key: Key) -> u32 {
        let number = p.edges[edge as usize].name as usize;
        let (name, [usual, other]) = (&p.names[number], &self.names[number]);
        if usual.0.is_empty() {
            return edge;
        }
        let mut draws = key.draws(name.age);
        let (age, keeps) = (draws.uniform(), draws.uniform() < name.stale);
        let at = if keeps { 0 } else { self.now.saturating_sub((age * name.ttl as f64) as Instant) };
        let elsewhere = !usual.seen_well(at, name.detection) && other.seen_well(at, name.detection);
        if elsewhere { name.elsewhere } else { edge }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_is_noticed_when_it_outlasts_the_checks() {
        let mut past = Past::default();
        past.note(0, true);
        assert!(past.0.is_empty());
        for (at, well) in [(100, false), (150, true), (300, false), (350, false), (1000, true)] {
            past.note(at, well);
        }
        let seen = |at| past.seen_well(at, 90);
        assert!(seen(100) && seen(190) && seen(389));
        assert!(!seen(390) && !seen(1000) && !seen(1089));
        assert!(seen(1090));
    }
}
