//! Machines that carry pods: how fast servers run on one whose pods want more cores than it has, and CPU credits.
//!
//! CPU limits may add up to more than a machine has. While its pods want more than that, all busy servers on it slow down
//! alike. Assumption: equal shares, as for pods whose requests are alike; Linux shares by request. A machine without credits may use what it earns, its baseline; while its pods want more, all busy servers on it slow
//! down alike, so that together they use just that. Credits are counted at every change of the number of busy servers
//! and once a second, when a machine that has saved some up again goes back to full speed.
//!
//! Choice where the model is silent: full speed is not lowered gradually, as vendors do, but at once.

use super::clock::Instant;
use super::draw::nanos;
use super::faults::Control;
use super::makeup::{SERVICE, part};
use super::plan::{self, Plan, Room};
use super::request::{At, NONE};
use super::state::State;

/// How often credits are looked at when nothing happens, seconds.
const TICK_S: f64 = 1.0;

/// One machine under way.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    /// When it is there, once it has been asked for.
    pub there: Option<Instant>,
    /// Its zone now.
    pub zone: Option<u16>,
    /// Faults that keep it down now.
    pub down: u32,
    /// Changes when it is lost, comes back or is replaced.
    pub epoch: u32,
    /// Room left for pods.
    pub room: Room,
    /// Pods on it, and those that left it last.
    pub pods: Vec<u32>,
    /// How often one has come.
    pub comings: u32,
    /// Components whose image it has, and since when, or will have.
    pub images: Vec<(u32, Instant)>,
    /// Whether a pod was ever on it.
    pub carried: bool,
    /// Core-nanoseconds saved up.
    balance: f64,
    /// Cores that its busy servers want.
    cores: f64,
    at: Instant,
    /// Without credits.
    dry: bool,
    /// Measured time without credits, ns.
    pub dry_time: u64,
    /// Measured core-nanoseconds used with credits.
    pub used: f64,
}

impl Machine {
    /// With so many core-nanoseconds saved up.
    pub fn new(balance: f64) -> Self {
        Self { balance, ..Self::default() }
    }

    /// A new one takes its place, with nothing on it and nothing saved up.
    pub fn renew(&mut self, now: Instant, warm: Instant, plan: &plan::Machine) {
        self.settle(now, warm, plan);
        self.balance = 0.0;
        self.there = Some(now);
        self.room = plan.room;
        self.images.clear();
    }

    /// Brings the books up to date.
    pub fn settle(&mut self, now: Instant, warm: Instant, plan: &plan::Machine) {
        let passed = (now - self.at) as f64;
        let uses = self.cores.min(self.most(plan));
        self.balance = (self.balance + passed * (plan.sustained - uses)).clamp(0.0, plan.most);
        let measured = now.saturating_sub(self.at.max(warm));
        if self.dry {
            self.dry_time += measured;
        } else {
            self.used += uses * measured as f64;
        }
        self.at = now;
    }

    /// Cores that its pods get at most now.
    fn most(&self, plan: &plan::Machine) -> f64 {
        if self.dry { plan.sustained.min(plan.cpu) } else { plan.cpu }
    }

    fn speed(&self, plan: &plan::Machine) -> f64 {
        let most = self.most(plan);
        if self.cores > most { most / self.cores } else { 1.0 }
    }
}

/// So much work at a speed takes so long, ns.
fn stretched(left: u64, speed: f64) -> u64 {
    if speed < 1.0 { (left as f64 / speed + 0.5) as u64 } else { left }
}

impl State {
    /// Starts to look at credits, where there are any.
    pub fn schedule_credits(&mut self, p: &Plan) {
        if p.machines.iter().any(|m| m.throttled) {
            self.plan_control(nanos(TICK_S), Control::Credits);
        }
    }

    /// Looks at all credits.
    pub fn credits_tick(&mut self, p: &Plan, index: u32) {
        for (m, plan) in p.machines.iter().enumerate().filter(|(_, m)| m.throttled) {
            let machine = &mut self.machines[m];
            machine.settle(self.now, p.warm, plan);
            let old = machine.speed(plan);
            machine.dry = machine.balance <= 0.0;
            if machine.speed(plan) != old {
                self.change_speed(p, m, old);
            }
        }
        self.clock.schedule(self.now + nanos(TICK_S), super::clock::Target::Control, index);
    }

    /// A server on this machine got busy or idle: `by` cores more are wanted.
    pub fn want_cores(&mut self, p: &Plan, m: u32, by: f64) {
        if m == NONE {
            return;
        }
        let (m, plan) = (m as usize, &p.machines[m as usize]);
        let machine = &mut self.machines[m];
        machine.settle(self.now, p.warm, plan);
        let old = machine.speed(plan);
        machine.cores = (machine.cores + by).max(0.0);
        machine.dry |= plan.throttled && machine.balance <= 0.0;
        if machine.speed(plan) != old {
            self.change_speed(p, m, old);
        }
    }

    /// How long `left` ns of work take on a machine as it is now.
    pub fn at_speed(&self, p: &Plan, m: u32, left: u64) -> u64 {
        if m == NONE {
            return left;
        }
        stretched(left, self.machines[m as usize].speed(&p.machines[m as usize]))
    }

    /// Work done in a time at the machine's speed, ns.
    pub fn done_at_speed(&self, p: &Plan, m: u32, time: u64) -> u64 {
        if m == NONE {
            return time;
        }
        (time as f64 * self.machines[m as usize].speed(&p.machines[m as usize])) as u64
    }

    /// Those who share a replica's servers go on at the speed of its machine, less what faults take of it.
    pub fn change_pace(&mut self, p: &Plan, r: u32) {
        let (component, m) =
            (&p.components[p.replicas[r as usize].component as usize], self.replicas[r as usize].machine);
        let by_machine = component.burst && m != NONE;
        if component.shares() && (by_machine || component.slowed) {
            let plan = p.machines.get(m as usize).filter(|_| by_machine);
            let speed = plan.map_or(1.0, |plan| self.machines[m as usize].speed(plan));
            let replica = &mut self.replicas[r as usize];
            replica.sharing.set_pace(self.now, component.full, speed / (1.0 + replica.drag));
            self.expect_end(p, r);
        }
    }

    /// All that is served on a machine goes on at its new speed.
    fn change_speed(&mut self, p: &Plan, m: usize, old: f64) {
        for i in 0..self.machines[m].pods.len() {
            let r = self.machines[m].pods[i];
            let c = p.replicas[r as usize].component;
            if p.components[c as usize].shares() {
                self.change_pace(p, r);
                continue;
            }
            let mut f = self.replicas[r as usize].served.first();
            while f != NONE {
                let frame = &mut self.frames[f];
                let (next, time, trace) = (frame.next, self.now - frame.since, frame.trace);
                frame.left = frame.left.saturating_sub((time as f64 * old) as u64);
                let left = frame.left;
                self.traces.note(trace, part(c, SERVICE), time);
                let time = self.at_speed(p, m as u32, left);
                self.after(f, At::Work, time);
                f = next;
            }
        }
    }
}
