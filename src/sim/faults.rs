//! What happens at planned instants: faults and what they set off (detection by health checks, failover, readmission),
//! the end of the warm-up, the buckets of the time series, the end.
//!
//! Choices where the model is silent:
//! - Requests at a replica that dies fail at once as unavailable; what they have called works on for nobody.
//! - Health checks of a component's replicas run in phase, at a phase drawn per replication; so detection takes between
//!   `unhealthy - 1` and `unhealthy` intervals, and one timeout.
//! - A standby takes over the whole part of the lost unit after the failover time; when the lost unit returns it stays
//!   behind as a standby.
//! - Where a cache's hit ratio is stated, a flush makes it start at 0 and come back in a straight line over the length
//!   of the fault; where it follows from what is asked, see `popular`.
//! - Lost capacity slows down the work that begins while the fault lasts: work under way goes on as it was, and work that
//!   waits takes the speed of its start. Where requests share the servers nothing waits for one: all go at the speed of the
//!   moment.
//! - A fault of so many replicas strikes the first ones that take requests when the run begins, and stays with them.
//! - With fewer replicas up than it needs a component refuses what comes; standbys count as up.

use super::clock::{Instant, Target};
use super::draw::{Sampler, nanos};
use super::hurt::Struck;
use super::plan::Plan;
use super::pods::{Held, floating};
use super::request::{At, NONE, UNAVAILABLE};
use super::state::{Desk, State};
use crate::model::scaling::SYNC_S;

/// How long a run goes on after its window, for the answers to requests sent in it. Our choice: as long as the warm-up of a
/// judged hour.
const PATIENCE_S: f64 = 600.0;

/// One fault of a study.
#[derive(Clone, Debug)]
pub struct FaultPlan {
    /// Its index in the model; of one that fails at random, in the plan's list.
    pub index: usize,
    /// When it starts.
    pub start: Instant,
    /// When it ends; in one replication at most then.
    pub end: Instant,
    /// What it does.
    pub effects: Vec<Effect>,
    /// How long it lasts in one replication, where that differs.
    pub lasts: Sampler,
}

/// What a fault does.
#[derive(Clone, Debug)]
pub enum Effect {
    /// These are down.
    Down(Reach),
    /// Replicas take longer, ns.
    Latency(Struck, u64),
    /// A share of the requests at replicas fails.
    Errors(Struck, f64),
    /// A component's caches forget everything.
    Flush(u32),
    /// Arrivals are multiplied: in the rates of the sources already.
    Spike(Option<u16>, f64),
    /// Replicas have lost a share of their speed.
    Slow(Struck, f64),
    /// A share of a component's requests is turned away at once.
    Refuse(u32, f64),
    /// These cannot be reached.
    Cut(Reach),
    /// Attackers send requests of this journey: in the rates of the sources already.
    Attack(u16),
}

/// What is down or cannot be reached: all of it, at the instant the fault begins.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// Replicas.
    pub replicas: Vec<u32>,
    /// Machines, with the pods on them.
    pub machines: Vec<u32>,
    /// Zones, with the machines and replicas that stand there.
    pub zones: Vec<u16>,
}

impl Effect {
    /// What it takes down or cuts off.
    pub fn reach(&self) -> Option<&Reach> {
        match self {
            Self::Down(reach) | Self::Cut(reach) => Some(reach),
            _ => None,
        }
    }

    /// The replicas that it hurts and does not take down.
    pub fn struck(&self) -> &[u32] {
        match self {
            Self::Errors(struck, _) | Self::Slow(struck, _) | Self::Latency(struck, _) => &struck.0,
            _ => &[],
        }
    }
}

/// What happens at a planned instant.
#[derive(Clone, Copy, Debug)]
pub enum Control {
    /// Measuring starts.
    Warm,
    /// A bucket of the time series is full.
    Roll,
    /// A bucket of the recovery watch is full.
    Watch,
    /// A fault starts.
    Begin(u32),
    /// A fault ends.
    End(u32),
    /// A replica's death is noticed, if it is still dead since this epoch.
    Detect(u32, u32),
    /// A replica is taken in again.
    Readmit(u32, u32),
    /// A standby takes over from this replica.
    Promote(u32, u32),
    /// The autoscaler of a component looks at it.
    Sync(u32),
    /// A pod is ready, if it is still wanted since this epoch.
    Ready(u32, u32),
    /// A machine that was added has had nothing on it since so many pods had come.
    Empty(u32, u32),
    /// The pods of a machine that is lost since this epoch are given up.
    Evict(u32, u32),
    /// A machine that is lost since this epoch is replaced.
    Replace(u32, u32),
    /// Credits are looked at.
    Credits,
    /// The window is over.
    Finish,
    /// Nobody waits any longer for the requests of the window.
    Stop,
}

impl Desk {
    /// How warm the component's caches are, 0..=1.
    #[inline]
    pub fn warmth(&self, now: Instant) -> f64 {
        match self.flush {
            Some((start, length)) if now - start < length => (now - start) as f64 / length as f64,
            _ => 1.0,
        }
    }
}

impl State {
    /// Schedules what is planned from the start.
    pub fn schedule_controls(&mut self, p: &Plan) {
        self.plan_control(p.warm, Control::Warm);
        for i in 0..self.faults.len() {
            let (start, end) = (self.faults[i].start, self.faults[i].end);
            self.plan_control(start, Control::Begin(i as u32));
            self.plan_control(end, Control::End(i as u32));
        }
        if !p.faults.is_empty() {
            self.plan_control(p.warm + self.watch.length, Control::Watch);
        }
        self.plan_control(p.warm + p.bucket, Control::Roll);
        self.plan_control(p.end, Control::Finish);
    }

    pub fn plan_control(&mut self, when: Instant, control: Control) {
        self.controls.push(control);
        self.clock.schedule(when, Target::Control, self.controls.len() as u32 - 1);
    }

    /// Does what is planned for now.
    pub fn control(&mut self, p: &Plan, index: u32) {
        match self.controls[index as usize] {
            Control::Warm => self.measure(),
            // What follows the window is not measured.
            Control::Roll | Control::Watch if self.draining => {}
            Control::Roll => {
                self.roll(p, p.bucket);
                self.look_at_backlog(p);
                self.clock.schedule(self.now + p.bucket, Target::Control, index);
            }
            Control::Watch => {
                self.watch.roll(self.in_flight);
                self.clock.schedule(self.now + self.watch.length, Target::Control, index);
            }
            Control::Begin(fault) => self.begin_fault(p, fault as usize),
            Control::End(fault) => self.end_fault(p, fault as usize),
            Control::Detect(r, epoch) => {
                if self.replicas[r as usize].epoch == epoch {
                    self.believe(p, r, false);
                }
            }
            Control::Readmit(r, epoch) => {
                if self.replicas[r as usize].epoch == epoch {
                    self.believe(p, r, true);
                }
            }
            Control::Promote(r, epoch) => {
                if self.replicas[r as usize].epoch == epoch {
                    self.promote(p, r);
                }
            }
            Control::Sync(c) => {
                self.sync(p, c);
                let next = self.now + nanos(SYNC_S);
                self.clock.schedule(next, Target::Control, index);
            }
            Control::Ready(r, epoch) => {
                if self.replicas[r as usize].epoch == epoch {
                    self.pod_ready(p, r);
                }
            }
            Control::Empty(m, comings) => self.node_unneeded(m, comings),
            Control::Evict(m, epoch) => self.evict(p, m, epoch),
            Control::Replace(m, epoch) => self.replace(p, m, epoch),
            Control::Credits => self.credits_tick(p, index),
            Control::Finish => self.finish(p),
            Control::Stop => self.ended = true,
        }
    }

    fn measure(&mut self) {
        self.measuring = true;
        for Desk { counts, .. } in &mut self.desks {
            counts.restart(self.now);
        }
    }

    fn roll(&mut self, p: &Plan, length: u64) {
        for (component, Desk { counts, .. }) in p.components.iter().zip(&mut self.desks) {
            let up = if component.scaling.is_some() { counts.up.value } else { counts.up_range.1 };
            let limited = component.servers != u32::MAX && !component.replicas.iter().is_empty();
            let parts = || component.full * f64::from(component.parts) * f64::from(up);
            counts.roll(self.now, length, limited.then(parts));
        }
        self.journeys.iter_mut().for_each(super::measure::JourneyCounts::roll);
    }

    /// The window is over. The load goes on until the requests that were sent in it have ended, or for [`PATIENCE_S`].
    pub fn finish(&mut self, p: &Plan) {
        if self.ended || self.draining {
            self.ended = true;
            return;
        }
        self.look_after_faults(p);
        self.stop(p, self.now.max(p.end).max(p.warm));
        let ended = |j: &super::measure::JourneyCounts| j.answered + j.failed.iter().sum::<u64>();
        self.left = self.journeys.iter().map(|j| j.arrivals - ended(j)).sum();
        self.ended = self.left == 0 || self.pilot.is_some();
        self.plan_control(self.now + nanos(PATIENCE_S), Control::Stop);
    }

    /// Measuring is over: integrals are closed.
    pub fn stop(&mut self, p: &Plan, at: Instant) {
        (self.now, self.draining) = (at, true);
        if !self.measuring {
            return;
        }
        self.measuring = false;
        let begun = (self.now - p.warm) % p.bucket;
        let whole = (self.now - p.warm) / p.bucket;
        let rolled = self.journeys.first().map_or(0, |j| j.series.len() as u64);
        if begun > 0 || rolled < whole {
            self.roll(p, if begun > 0 { begun } else { p.bucket });
        }
        self.averages = Some(Box::new(super::outcome::Averages::of(p, self)));
    }

    fn begin_fault(&mut self, p: &Plan, fault: usize) {
        if !p.faults.is_empty() {
            self.watch.begin(&self.journeys);
        }
        let effects = std::mem::take(&mut self.faults[fault].effects);
        for effect in &effects {
            match effect {
                Effect::Down(reach) | Effect::Cut(reach) => self.take_down(p, reach, fault as u32),
                Effect::Flush(c) => {
                    let length = self.faults[fault].end - self.faults[fault].start;
                    let desk = &mut self.desks[*c as usize];
                    desk.flush = Some((self.now, length));
                    desk.contents.iter_mut().for_each(|c| c.flush());
                }
                Effect::Latency(..) | Effect::Errors(..) | Effect::Slow(..) | Effect::Refuse(..) => {}
                Effect::Spike(..) | Effect::Attack(_) => {}
            }
        }
        self.faults[fault].effects = effects;
        self.hold(p, fault);
    }

    fn end_fault(&mut self, p: &Plan, fault: usize) {
        let effects = std::mem::take(&mut self.faults[fault].effects);
        for effect in &effects {
            match effect {
                Effect::Down(_) => self.let_go(p, fault as u32, true),
                Effect::Cut(_) => self.let_go(p, fault as u32, false),
                Effect::Latency(..) | Effect::Errors(..) | Effect::Slow(..) | Effect::Refuse(..) => {}
                Effect::Flush(_) | Effect::Spike(..) | Effect::Attack(_) => {}
            }
        }
        self.faults[fault].effects = effects;
        self.hold(p, fault);
    }

    /// A fault takes hold of all that it reaches.
    fn take_down(&mut self, p: &Plan, reach: &Reach, fault: u32) {
        let inside = |zone: Option<u16>| zone.is_some_and(|zone| reach.zones.contains(&zone));
        let mut machines = reach.machines.clone();
        machines.extend((0..self.machines.len() as u32).filter(|m| inside(self.machines[*m as usize].zone)));
        let mut replicas = reach.replicas.clone();
        for (r, plan) in p.replicas.iter().enumerate() {
            let replica = &self.replicas[r];
            let there = match floating(p, plan.component) {
                Some(_) => replica.placed && machines.contains(&replica.machine),
                None => inside(plan.zone),
            };
            if there {
                replicas.push(r as u32);
            }
        }
        for m in machines {
            self.machine_lost(p, m, fault);
        }
        for r in replicas {
            self.held.push((fault, Held::Replica(r)));
            self.replicas[r as usize].down += 1;
            if self.replicas[r as usize].down == 1 {
                self.die(p, r);
            }
        }
    }

    /// A fault lets go of what it still holds.
    fn let_go(&mut self, p: &Plan, fault: u32, restarts: bool) {
        let (mine, others) = std::mem::take(&mut self.held).into_iter().partition(|(by, _)| *by == fault);
        self.held = others;
        let mine: Vec<(u32, Held)> = mine;
        for (_, held) in &mine {
            if let Held::Replica(r) = held {
                self.replicas[*r as usize].down -= 1;
                if self.replicas[*r as usize].down == 0 {
                    self.come_back(p, *r, restarts);
                }
            }
        }
        for (_, held) in mine {
            if let Held::Machine(m) = held {
                self.machine_back(p, m);
            }
        }
    }

    fn die(&mut self, p: &Plan, r: u32) {
        let c = p.replicas[r as usize].component;
        let component = &p.components[c as usize];
        let replica = &mut self.replicas[r as usize];
        replica.epoch += 1;
        let (epoch, active) = (replica.epoch, replica.active);
        match component.health {
            None => self.believe(p, r, false),
            Some((interval, unhealthy, _, timeout)) => {
                let first = self.phase(p, c, interval);
                let wait = first + u64::from(unhealthy.max(1) - 1) * interval + timeout;
                self.plan_control(self.now + wait, Control::Detect(r, epoch));
            }
        }
        if let (true, Some(failover)) = (active, component.failover) {
            self.plan_control(self.now + failover, Control::Promote(r, epoch));
        }
        self.kill(p, r);
        self.count_replicas(p, c);
    }

    /// `restarts`: what was in memory is gone.
    fn come_back(&mut self, p: &Plan, r: u32, restarts: bool) {
        let c = p.replicas[r as usize].component;
        let replica = &mut self.replicas[r as usize];
        replica.epoch += 1;
        let (epoch, believed) = (replica.epoch, replica.believed);
        if let (true, false, Some(pod)) = (replica.placed, replica.active, floating(p, c)) {
            // It was about to start.
            return self.plan_control(self.now + pod.start, Control::Ready(r, epoch));
        }
        if replica.active && restarts {
            self.desks[c as usize].contents.iter_mut().for_each(|c| c.flush());
        }
        match p.components[c as usize].health {
            Some((interval, _, healthy, _)) if !believed => {
                let wait = self.phase(p, c, interval) + u64::from(healthy.max(1) - 1) * interval;
                self.plan_control(self.now + wait, Control::Readmit(r, epoch));
            }
            _ => self.believe(p, r, true),
        }
        self.count_replicas(p, c);
    }

    /// Time until the component's next health check.
    fn phase(&self, p: &Plan, c: u32, interval: u64) -> u64 {
        if interval == 0 {
            return 0;
        }
        let u = self.key.uniform(p.components[c as usize].streams.health);
        let offset = (u * interval as f64) as u64;
        interval - (self.now + offset) % interval
    }

    fn believe(&mut self, p: &Plan, r: u32, believed: bool) {
        self.replicas[r as usize].believed = believed;
        self.retarget(p, p.replicas[r as usize].component);
    }

    /// The first standby that is up takes the place of a lost replica.
    fn promote(&mut self, p: &Plan, lost: u32) {
        let c = p.replicas[lost as usize].component;
        let standby = |r: &usize| !self.replicas[*r].active && self.replicas[*r].down == 0;
        let Some(standby) = p.components[c as usize].replicas.iter().find(standby) else { return };
        self.replicas[lost as usize].active = false;
        self.replicas[standby].active = true;
        self.replicas[standby].believed = true;
        self.retarget(p, c);
        self.count_replicas(p, c);
    }

    /// Lists the replicas that the balancer sends to.
    pub fn retarget(&mut self, p: &Plan, c: u32) {
        let range = p.components[c as usize].replicas;
        let well = |r: &usize| self.replicas[*r].active && self.replicas[*r].believed;
        self.desks[c as usize].targets = range.iter().filter(well).map(|r| r as u32).collect();
        if self.now == 0 {
            self.count_replicas(p, c);
        }
    }

    /// Counts the replicas that are up and active.
    pub fn count_replicas(&mut self, p: &Plan, c: u32) {
        let range = p.components[c as usize].replicas;
        let up = range.iter().filter(|r| self.replicas[*r].active && self.replicas[*r].down == 0).count();
        self.desks[c as usize].counts.replicas(self.now, up as u32);
        let needs = p.components[c as usize].needs;
        if needs > 1 {
            let spare = |r: &usize| !self.replicas[*r].active && self.replicas[*r].down == 0;
            let standby = p.components[c as usize].failover.is_some();
            let spares = if standby { range.iter().filter(spare).count() } else { 0 };
            self.desks[c as usize].short = ((up + spares) as u32) < needs;
        }
        if !p.names.is_empty() {
            self.note_ways(p, c);
        }
    }

    /// Every request at a replica fails. O(requests in flight), once per death.
    fn kill(&mut self, p: &Plan, r: u32) {
        let mut lost = Vec::new();
        for f in 0..self.frames.places() {
            let frame = &mut self.frames[f];
            if frame.at != At::Free && frame.replica == r {
                frame.at = At::Dying;
                frame.ticket = 0;
                frame.replica = NONE;
                lost.push(f);
            }
        }
        for f in &lost {
            if self.frames[*f].pending > 0 {
                self.give_up_calls(p, *f, true);
            }
        }
        let component = &p.components[p.replicas[r as usize].component as usize];
        let counts = &mut self.desks[p.replicas[r as usize].component as usize].counts;
        let replica = &mut self.replicas[r as usize];
        counts.busy.add(self.now, -(replica.busy as i32));
        let cores = component.cores(replica.busy);
        counts.waiting.add(self.now, -(replica.waiting as i32));
        (0..replica.inside).for_each(|_| counts.leave(self.now));
        (replica.busy, replica.used, replica.waiting, replica.inside, replica.ticket) = (0, 0, 0, 0, 0);
        replica.sharing.clear();
        replica.served = Default::default();
        let first = p.replicas[r as usize].queues as usize;
        self.lines[first - 1..first + component.ranks as usize].fill(Default::default());
        if component.burst && cores > 0.0 {
            self.want_cores(p, self.replicas[r as usize].machine, -cores);
        }
        for f in lost {
            self.fail(p, f, UNAVAILABLE);
        }
    }
}
