//! Where pods stand while a replication runs: on which machine one is put, what happens to those of a machine that is lost,
//! and when a machine is replaced.
//!
//! A pod goes where its requests fit and that works: the zone with the fewest pods of its component, the machine with the
//! fewest of them, the most free CPU. Else it waits for a machine that is on its way, else for one that may be added; else it
//! stays pending until a machine comes back or a pod leaves. A lost machine's pods are given up when the cluster has
//! noticed and tolerated the loss (`Fleet::evict`), and then are new pods; the machine itself is replaced after the time that
//! a new one takes, in the zone that works and has the fewest. When the fault ends before that, all go on where they were.
//!
//! Choices where the model is silent: capacity for replacements is there (`replace = false` says that it is not); nothing
//! is moved back when a zone returns; a replacement has saved up no CPU credits.

use super::clock::Instant;
use super::faults::{Control, Effect};
use super::plan::{Plan, Pod};
use super::request::NONE;
use super::state::State;
use std::collections::BTreeMap;

/// What a fault holds down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// A replica.
    Replica(u32),
    /// A machine.
    Machine(u32),
}

impl State {
    /// Puts the pods onto the machines that they stand on at first.
    pub fn settle_pods(&mut self, p: &Plan) {
        for (machine, plan) in self.machines.iter_mut().zip(&p.machines) {
            machine.there = (!plan.added).then_some(0);
            (machine.zone, machine.room) = (plan.zone, plan.room);
        }
        for (r, plan) in p.replicas.iter().enumerate().filter(|(_, plan)| plan.machine != NONE) {
            self.put(p, r as u32, plan.machine);
        }
    }

    /// Puts so many pods of a scaled component there before the run begins, ready.
    pub fn stand(&mut self, p: &Plan, c: u32, wanted: u32) {
        for (i, r) in p.components[c as usize].replicas.iter().enumerate() {
            let r = r as u32;
            if i as u32 >= wanted {
                self.take_off(p, r);
                self.replicas[r as usize].active = false;
            } else if !self.replicas[r as usize].active {
                self.replicas[r as usize].active = match floating(p, c) {
                    None => true,
                    Some(pod) => match self.place(p, c, pod) {
                        Some(m) => {
                            self.machines[m as usize].there = Some(0);
                            self.put(p, r, m);
                            true
                        }
                        None => {
                            self.pending[pod.fleet as usize].push(r);
                            false
                        }
                    },
                };
            }
        }
        self.retarget(p, c);
        self.count_pending(p, c);
    }

    /// Finds a place for a pod; it is ready when it has started there.
    pub fn seek(&mut self, p: &Plan, r: u32) {
        let c = p.replicas[r as usize].component;
        let Some(pod) = &p.components[c as usize].pod else { return self.pod_ready(p, r) };
        let mut ready = self.now;
        if pod.fleet != NONE {
            let Some(m) = self.place(p, c, pod) else {
                return self.pending[pod.fleet as usize].push(r);
            };
            let machine = &mut self.machines[m as usize];
            ready = ready.max(*machine.there.get_or_insert(self.now + p.fleets[pod.fleet as usize].start));
            match machine.images.iter().find(|(of, _)| *of == c) {
                Some((_, there)) => ready = ready.max(*there),
                None => {
                    ready += pod.pull;
                    machine.images.push((c, ready));
                }
            }
            self.put(p, r, m);
        }
        let epoch = self.replicas[r as usize].epoch;
        self.plan_control(ready + pod.start, Control::Ready(r, epoch));
    }

    /// The machine that a pod goes to. O(machines + pods).
    fn place(&self, p: &Plan, c: u32, pod: &Pod) -> Option<u32> {
        let all = p.fleets[pod.fleet as usize].machines;
        let mine = |r: &&u32| self.replicas[**r as usize].placed && p.replicas[**r as usize].component == c;
        let own: Vec<u32> =
            all.iter().map(|m| self.machines[m].pods.iter().filter(mine).count() as u32).collect();
        let mut in_zone: BTreeMap<Option<u16>, u32> = BTreeMap::new();
        for (m, own) in all.iter().zip(&own) {
            *in_zone.entry(self.machines[m].zone).or_default() += own;
        }
        let fits = |m: &usize| {
            let machine = &self.machines[*m];
            machine.down == 0
                && machine.room.pods > 0
                && machine.room.cpu >= pod.cpu - 1e-9
                && machine.room.memory >= pod.memory - 1.0
        };
        let there = |m: &usize| self.machines[*m].there.is_some_and(|t| t <= self.now);
        let best = all.iter().filter(there).filter(fits).min_by(|a, b| {
            let spread = |m: usize| (in_zone[&self.machines[m].zone], own[m - all.from as usize]);
            let free = |m: usize| self.machines[m].room.cpu;
            spread(*a).cmp(&spread(*b)).then(free(*b).total_cmp(&free(*a)))
        });
        let coming = |m: &usize| self.machines[*m].there.is_some_and(|t| t > self.now);
        let more = |m: &usize| self.machines[*m].there.is_none() && self.works(self.machines[*m].zone);
        let found = best
            .or_else(|| all.iter().filter(coming).find(fits))
            .or_else(|| all.iter().filter(more).find(fits));
        found.map(|m| m as u32)
    }

    /// Whether no fault takes down a zone now.
    fn works(&self, zone: Option<u16>) -> bool {
        let Some(zone) = zone else { return true };
        let holding = self.faults.iter().filter(|f| f.start <= self.now && self.now < f.end);
        !holding.flat_map(|f| &f.effects).filter_map(Effect::reach).any(|reach| reach.zones.contains(&zone))
    }

    /// A pod takes its place.
    fn put(&mut self, p: &Plan, r: u32, m: u32) {
        let c = p.replicas[r as usize].component as usize;
        let Some(pod) = p.components[c].pod else { return };
        let (old, busy) = (self.replicas[r as usize].machine, self.replicas[r as usize].busy);
        if old != m {
            if old != NONE {
                self.machines[old as usize].pods.retain(|other| *other != r);
            }
            self.machines[m as usize].pods.push(r);
            self.replicas[r as usize].machine = m;
            if p.components[c].burst && busy > 0 {
                // What it still serves goes on at the new place.
                let cores = p.components[c].cores(busy);
                self.want_cores(p, old, -cores);
                self.want_cores(p, m, cores);
            }
            self.change_pace(p, r);
        }
        let machine = &mut self.machines[m as usize];
        machine.room.cpu -= pod.cpu;
        machine.room.memory -= pod.memory;
        machine.room.pods -= 1;
        (machine.carried, machine.comings) = (true, machine.comings + 1);
        if machine.images.iter().all(|(of, _)| *of as usize != c) {
            machine.images.push((c as u32, 0));
        }
        self.replicas[r as usize].placed = true;
    }

    /// A pod gives up its place; what it still serves is finished there.
    pub fn take_off(&mut self, p: &Plan, r: u32) {
        let c = p.replicas[r as usize].component;
        let Some(pod) = floating(p, c) else { return };
        self.pending[pod.fleet as usize].retain(|other| *other != r);
        if !std::mem::replace(&mut self.replicas[r as usize].placed, false) {
            return;
        }
        let m = self.replicas[r as usize].machine;
        let machine = &mut self.machines[m as usize];
        machine.room.cpu += pod.cpu;
        machine.room.memory += pod.memory;
        machine.room.pods += 1;
        // The faults that hold it by its machine hold it no longer.
        let faults: Vec<u32> =
            self.held.iter().filter(|(_, held)| *held == Held::Machine(m)).map(|(fault, _)| *fault).collect();
        let before = self.held.len();
        self.held.retain(|(fault, held)| *held != Held::Replica(r) || !faults.contains(fault));
        self.replicas[r as usize].down -= (before - self.held.len()) as u32;
    }

    /// A machine is lost.
    pub fn machine_lost(&mut self, p: &Plan, m: u32, fault: u32) {
        self.held.push((fault, Held::Machine(m)));
        let machine = &mut self.machines[m as usize];
        machine.down += 1;
        if machine.down > 1 {
            return;
        }
        machine.epoch += 1;
        let epoch = machine.epoch;
        if machine.there.is_none() {
            // Nobody has asked for it yet.
            return;
        }
        let fleet = &p.fleets[p.machines[m as usize].fleet as usize];
        self.plan_control(self.now + fleet.evict, Control::Evict(m, epoch));
        if fleet.replaced {
            self.plan_control(self.now + fleet.evict + fleet.start, Control::Replace(m, epoch));
        }
    }

    /// A machine is back where it was.
    pub fn machine_back(&mut self, p: &Plan, m: u32) {
        let machine = &mut self.machines[m as usize];
        machine.down -= 1;
        if machine.down == 0 {
            machine.epoch += 1;
            self.retry(p, p.machines[m as usize].fleet);
        }
    }

    /// The pods of a machine that is lost since this epoch are given up, and wanted elsewhere.
    pub fn evict(&mut self, p: &Plan, m: u32, epoch: u32) {
        let machine = &self.machines[m as usize];
        if machine.epoch != epoch || machine.down == 0 {
            return;
        }
        let placed = |r: &u32| self.replicas[*r as usize].placed;
        let pods: Vec<u32> = machine.pods.iter().copied().filter(placed).collect();
        for r in &pods {
            self.take_off(p, *r);
            let replica = &mut self.replicas[*r as usize];
            replica.epoch += 1;
            replica.active = false;
        }
        for r in pods {
            let c = p.replicas[r as usize].component;
            self.retarget(p, c);
            self.count_replicas(p, c);
            self.seek(p, r);
            self.count_pending(p, c);
        }
    }

    /// A machine that is lost since this epoch is replaced, where a zone works.
    pub fn replace(&mut self, p: &Plan, m: u32, epoch: u32) {
        let machine = &self.machines[m as usize];
        let plan = &p.machines[m as usize];
        let fleet = &p.fleets[plan.fleet as usize];
        if machine.epoch != epoch || machine.down == 0 {
            return;
        }
        let working = |zone: Option<u16>| {
            let here = |o: &usize| {
                self.machines[*o].zone == zone
                    && self.machines[*o].down == 0
                    && self.machines[*o].there.is_some()
            };
            fleet.machines.iter().filter(here).count()
        };
        let zones = fleet.machines.iter().map(|o| p.machines[o].zone).filter(|zone| self.works(*zone));
        let Some(zone) = zones.min_by_key(|zone| working(*zone)) else { return };
        let machine = &mut self.machines[m as usize];
        machine.renew(self.now, p.warm, plan);
        (machine.zone, machine.down, machine.epoch) = (zone, 0, machine.epoch + 1);
        self.held.retain(|(_, held)| *held != Held::Machine(m));
        self.retry(p, plan.fleet);
    }

    /// Those that are pending look for a place again.
    pub fn retry(&mut self, p: &Plan, fleet: u32) {
        for r in std::mem::take(&mut self.pending[fleet as usize]) {
            self.seek(p, r);
            self.count_pending(p, p.replicas[r as usize].component);
        }
    }

    /// A machine that was added has been without pods for long enough, if none has come since.
    pub fn node_unneeded(&mut self, m: u32, comings: u32) {
        let machine = &mut self.machines[m as usize];
        if machine.comings == comings {
            machine.there = None;
            machine.images.clear();
        }
    }

    /// When a machine that was added has nothing on it, it goes after so long.
    pub fn maybe_unneeded(&mut self, p: &Plan, m: u32, after: Instant) {
        let machine = &self.machines[m as usize];
        if p.machines[m as usize].added && machine.room.pods == p.machines[m as usize].room.pods {
            self.plan_control(self.now + after, Control::Empty(m, machine.comings));
        }
    }
}

/// What the pods of a component need, where they may be put elsewhere.
pub fn floating(p: &Plan, c: u32) -> Option<&Pod> {
    p.components[c as usize].pod.as_ref().filter(|pod| pod.fleet != NONE)
}
