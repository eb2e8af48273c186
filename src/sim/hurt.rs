//! What faults take of components without taking them down: speed, time, and the share of requests that fail or are turned
//! away.

use super::faults::Effect;
use super::plan::Plan;
use super::state::State;

/// Replicas of a component that a fault strikes, in order.
#[derive(Clone, Debug, Default)]
pub struct Struck(pub Vec<u32>);

impl Struck {
    fn has(&self, r: u32) -> bool {
        self.0.binary_search(&r).is_ok()
    }
}

impl State {
    /// What faults take without taking down: from all those that hold now, so that nothing of an ended one stays behind in
    /// the last digits.
    pub fn hold(&mut self, p: &Plan, fault: usize) {
        let mut hurt = Vec::new();
        for number in 0..self.faults[fault].effects.len() {
            let effect = &self.faults[fault].effects[number];
            hurt.extend_from_slice(effect.struck());
            if let Effect::Refuse(c, _) = *effect {
                let kept = self.holding().fold(1.0, |kept, e| match e {
                    Effect::Refuse(of, share) if *of == c => kept * (1.0 - share),
                    _ => kept,
                });
                self.desks[c as usize].refuse = 1.0 - kept;
            }
        }
        hurt.sort_unstable();
        hurt.dedup();
        for r in hurt {
            self.hurt(p, r);
        }
    }

    /// Effects of the faults that hold now.
    fn holding(&self) -> impl Iterator<Item = &Effect> {
        let now = self.now;
        self.faults.iter().filter(move |f| f.start <= now && now < f.end).flat_map(|f| &f.effects)
    }

    /// How a replica is hurt now.
    fn hurt(&mut self, p: &Plan, r: u32) {
        let (mut kept, mut speed, mut added) = (1.0, 1.0, 0);
        for effect in self.holding() {
            match effect {
                Effect::Errors(struck, share) if struck.has(r) => kept *= 1.0 - share,
                Effect::Slow(struck, share) if struck.has(r) => speed *= 1.0 - share,
                Effect::Latency(struck, time) if struck.has(r) => added += time,
                _ => {}
            }
        }
        let own = p.components[p.replicas[r as usize].component as usize].error;
        let replica = &mut self.replicas[r as usize];
        (replica.error, replica.added) = (1.0 - (1.0 - own) * kept, added);
        let drag = (1.0 + p.replicas[r as usize].drag) / speed - 1.0;
        if std::mem::replace(&mut replica.drag, drag) != drag {
            self.change_pace(p, r);
        }
    }
}
