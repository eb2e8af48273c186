//! How a request is admitted: rate limits, the balancer, the slot, and waiting with patience.

use super::draw::whole;
use super::makeup::{WAITING, part};
use super::plan::{Component, Limit, Plan, Site};
use super::request::{At, NONE, REJECTED, THROTTLED, UNAVAILABLE};
use super::state::{Desk, Replica, State, Todo};
use super::station::{Seat, begins, hold, seat, waited};
use crate::model::station::Balance;
use crate::stats::rng::Key;

/// One of several replicas, by the component's way of balancing.
#[inline(never)]
fn pick(desk: &mut Desk, replicas: &[Replica], component: &Component, key: Key) -> u32 {
    let n = desk.targets.len();
    let draw = |u: f64| ((u * n as f64) as usize).min(n - 1);
    let load = |r: u32| replicas[r as usize].inside;
    match component.balance {
        Balance::RoundRobin => {
            let turn = desk.turn as usize % n;
            desk.turn = turn as u32 + 1;
            desk.targets[turn]
        }
        Balance::Random => desk.targets[draw(key.uniform(component.streams.balance))],
        Balance::LeastOutstanding => {
            // Of equals the next in turn: else an idle fleet would always ask the first.
            let turn = desk.turn as usize % n;
            let (before, after) = desk.targets.split_at(turn);
            let in_turn = after.iter().chain(before).copied().enumerate();
            let Some((passed, r)) = in_turn.min_by_key(|(_, r)| load(*r)) else { return NONE };
            desk.turn = ((turn + passed) % n) as u32 + 1;
            r
        }
        Balance::PowerOfTwo => {
            let mut draws = key.draws(component.streams.balance);
            let (a, b) = (draw(draws.uniform()), draw(draws.uniform()));
            // The second of two different ones.
            let b = if a == b { (b + 1) % n } else { b };
            let (a, b) = (desk.targets[a], desk.targets[b]);
            if load(b) < load(a) { b } else { a }
        }
    }
}

impl State {
    /// A frame reaches its component: rate limits first.
    #[inline(always)]
    pub fn deliver(&mut self, p: &Plan, f: u32) -> Todo {
        let frame = &mut self.frames[f];
        frame.arrived = self.now;
        let site = p.site(frame.class);
        if self.measuring {
            self.desks[site.c].counts.arrivals += 1;
        }
        if site.component.gated && !self.within_limits(p, f, site.c) {
            return Todo::Next;
        }
        self.admit(p, f, site)
    }

    /// Whether the rate limits let a request through at once; otherwise it waits, or is turned away.
    #[inline(never)]
    fn within_limits(&mut self, p: &Plan, f: u32, c: usize) -> bool {
        let component = &p.components[c];
        if self.desks[c].short {
            self.fail(p, f, UNAVAILABLE);
            return false;
        }
        if self.desks[c].counts.system.value >= component.connections {
            self.desks[c].counts.blocked += u64::from(self.measuring);
            self.fail(p, f, REJECTED);
            return false;
        }
        if component.refuses && self.frames[f].key.uniform(component.streams.refuse) < self.desks[c].refuse {
            if self.frames[f].caller != NONE {
                self.frames[f].ordinal = 0;
            }
            self.fail(p, f, THROTTLED);
            return false;
        }
        match self.limits(p, f, c) {
            Ok(0) => return true,
            Ok(wait) => {
                self.desks[c].held_back += 1;
                self.after(f, At::Limit, wait);
            }
            Err(after) => {
                let frame = &mut self.frames[f];
                if frame.caller != NONE {
                    frame.ordinal = after;
                }
                self.fail(p, f, THROTTLED);
            }
        }
        false
    }

    /// Its tokens have come.
    #[inline(never)]
    pub fn past_limits(&mut self, p: &Plan, f: u32) -> Todo {
        let frame = &mut self.frames[f];
        let (site, trace, time) = (p.site(frame.class), frame.trace, self.now - frame.since);
        frame.waited += time;
        self.desks[site.c].held_back -= 1;
        self.traces.note(trace, part(site.c as u32, WAITING), time);
        self.admit(p, f, site)
    }

    /// How long the rate limits make a request wait, ns. A bucket that requests wait for goes below zero: each waits until
    /// its own tokens have come, which is first come, first served. `Err` when one turns it away, with the time until its
    /// tokens would be there in whole seconds, as the header Retry-After has them (RFC 9110, 10.2.3).
    fn limits(&mut self, p: &Plan, f: u32, c: usize) -> Result<u64, u64> {
        let (limits, key) = (&p.components[c].limits, self.frames[f].key);
        let class = &p.classes[self.frames[f].class as usize];
        let streams = &p.components[c].streams;
        let tokens = class.stream.as_ref().map(|s| {
            let (mut into, mut out) = (key.draws(streams.tokens_in), key.draws(streams.tokens_out));
            (s.tokens_in.draw(|| into.uniform()), s.tokens_out.draw(|| out.uniform()))
        });
        let takes = |limit: &Limit| match tokens {
            Some((into, out)) if limit.tokens => limit.charge.of(into, out),
            _ => 1.0,
        };
        let now = self.now;
        for (limit, bucket) in limits.iter().zip(&mut self.desks[c].tokens) {
            let gained = match limit.window {
                0 => (now - bucket.1) as f64 * limit.rate,
                window => (now / window - bucket.1 / window) as f64 * limit.burst,
            };
            *bucket = ((bucket.0 + gained).min(limit.burst), now);
        }
        let (mut wait, mut turned_away) = (0.0_f64, false);
        let line = self.desks[c].held_back;
        for (limit, bucket) in limits.iter().zip(&self.desks[c].tokens) {
            // What takes more than there ever is passes when there is all.
            let most = if limit.tokens { limit.burst } else { f64::INFINITY };
            let short = takes(limit).min(most) - bucket.0;
            if short > 0.0 {
                turned_away |= !limit.waits || limit.rate <= 0.0 || line >= limit.queue;
                wait = wait.max(match limit.window {
                    0 => short / limit.rate,
                    // Until so many windows have begun.
                    window => (short / limit.burst).ceil() * window as f64 - (now % window) as f64,
                });
            }
        }
        if turned_away {
            return Err(whole((wait * 1e-9).ceil() * 1e9));
        }
        for (limit, bucket) in limits.iter().zip(&mut self.desks[c].tokens) {
            bucket.0 -= takes(limit);
        }
        Ok(wait.ceil() as u64)
    }

    /// An answer has ended: what was reserved for it and not used goes back.
    #[inline(never)]
    pub fn settle(&mut self, f: u32, site: Site) {
        let (key, streams) = (self.frames[f].key, &site.component.streams);
        let Some(stream) = &site.class.stream else { return };
        let mut out = key.draws(streams.tokens_out);
        let used = stream.tokens_out.draw(|| out.uniform());
        for (limit, bucket) in site.component.limits.iter().zip(&mut self.desks[site.c].tokens) {
            let Some(reserved) = limit.charge.reserve.filter(|_| limit.tokens && limit.charge.settles) else {
                continue;
            };
            // What was counted in a window that is over is no longer counted.
            if limit.window > 0 && self.frames[f].arrived / limit.window != self.now / limit.window {
                continue;
            }
            bucket.0 += limit.charge.output * (reserved - used);
        }
    }

    /// The balancer picks a replica; the frame takes or waits for a slot there.
    #[inline(always)]
    fn admit(&mut self, p: &Plan, f: u32, site: Site) -> Todo {
        let Site { class, component, c } = site;
        let (desk, frame) = (&mut self.desks[c], &mut self.frames[f]);
        let r = match desk.targets[..] {
            [] => NONE,
            [only] => only,
            _ => pick(desk, &self.replicas, component, frame.key),
        };
        // Nobody has the number NONE.
        let Some(replica) = self.replicas.get_mut(r as usize).filter(|r| r.down == 0) else {
            self.fail(p, f, UNAVAILABLE);
            return Todo::Next;
        };
        let must_wait = replica.used >= component.slots;
        // Those inside without a slot: who waits for a server has one.
        if must_wait && replica.inside - replica.used >= component.queue {
            desk.counts.blocked += u64::from(self.measuring);
            self.fail(p, f, REJECTED);
            return Todo::Next;
        }
        replica.inside += 1;
        desk.counts.enter(self.now);
        desk.counts.entered += u64::from(self.measuring);
        frame.replica = r;
        if must_wait {
            let line = p.replicas[r as usize].queues - 1;
            self.wait(p, f, site, line, At::Slot);
            return Todo::Next;
        }
        replica.used += 1;
        match begins(frame, site, desk, replica, (self.now, p)) {
            0 => match seat(frame, site, replica, &mut desk.counts, self.now) {
                Seat::Free if component.plain => hold(&mut self.clock, frame, f, self.now),
                Seat::Busy if component.plain && component.queue == u32::MAX => {
                    let line = p.replicas[r as usize].queues + class.rank;
                    self.wait(p, f, site, line, At::Server);
                }
                seat => return self.seated(p, f, site, seat),
            },
            time => self.spend(p, f, time),
        }
        Todo::Next
    }

    /// Starts to wait in a line, with patience if the station's requests have some.
    #[inline(always)]
    pub fn wait(&mut self, p: &Plan, f: u32, site: Site, line: u32, at: At) {
        let Site { component, c, .. } = site;
        self.lines[line as usize].push_back(&mut self.frames, f);
        let (counts, frame) = (&mut self.desks[c].counts, &mut self.frames[f]);
        let first = !std::mem::replace(&mut frame.queued, true);
        counts.queued += u64::from(first && p.counts(frame.arrived));
        counts.waiting.add(self.now, 1);
        self.replicas[frame.replica as usize].waiting += 1;
        (frame.at, frame.since, frame.ticket) = (at, self.now, 0);
        if component.patience.is_some() {
            self.with_patience(f, at, component);
        }
    }

    /// Will not wait in a line for ever.
    #[inline(never)]
    fn with_patience(&mut self, f: u32, at: At, component: &Component) {
        let patience = component.patience.draw(self.frames[f].key, component.streams.patience);
        self.after(f, at, patience);
    }

    /// Has waited long enough: it is out of the line already.
    #[inline]
    pub fn waited(&mut self, p: &Plan, f: u32) {
        let frame = &mut self.frames[f];
        let (c, trace) = (p.classes[frame.class as usize].component, frame.trace);
        let (replica, desk) = (&mut self.replicas[frame.replica as usize], &mut self.desks[c as usize]);
        let time = waited(frame, replica, &mut desk.counts, self.now);
        self.traces.note(trace, part(c, WAITING), time);
    }

    /// Loses patience.
    #[inline(never)]
    pub fn abandon(&mut self, p: &Plan, f: u32) {
        let frame = self.frames[f];
        let class = &p.classes[frame.class as usize];
        self.leave_line(p, f);
        if p.counts(frame.arrived) {
            self.desks[class.component as usize].counts.abandoned += 1;
        }
        self.leave(p, f, frame.at != At::Slot);
        self.fail(p, f, REJECTED);
    }

    /// Leaves the line it waits in.
    pub fn leave_line(&mut self, p: &Plan, f: u32) {
        let frame = &self.frames[f];
        let queues = p.replicas[frame.replica as usize].queues;
        let rank = p.classes[frame.class as usize].rank;
        let line = if frame.at == At::Slot { queues - 1 } else { queues + rank };
        self.lines[line as usize].remove(&mut self.frames, f);
        self.waited(p, f);
    }
}
