//! How a request is served: rate limits, balancer, slot, latency, server, and the way out. Processor sharing and
//! priorities are here too; calls are in `calls`.

use super::clock::Target;
use super::makeup::{SERVICE, STREAM, WAITING, part};
use super::plan::Plan;
use super::request::{At, DEPENDENCY, NONE, OK, ORPHAN, Outcome, REJECTED, THROTTLED, UNAVAILABLE};
use super::state::{State, Todo};
use crate::model::station::{Balance, Discipline};

impl State {
    /// A frame reaches its component: rate limits first.
    #[inline(always)]
    pub fn deliver(&mut self, p: &Plan, f: u32) {
        let c = p.classes[self.frames[f].class as usize].component as usize;
        self.frames[f].arrived = self.now;
        if self.measuring {
            self.components[c].arrivals += 1;
        }
        if !p.components[c].limits.is_empty() {
            match self.limits(p, f, c) {
                None => return self.refuse(p, f, THROTTLED),
                Some(0) => {}
                Some(wait) => return self.after(f, At::Limit, wait),
            }
        }
        self.admit(p, f);
    }

    /// How long the rate limits make a request wait; `None` when one turns it away. A bucket that requests wait for goes
    /// below zero: each waits until its own tokens have come, which is first come, first served.
    fn limits(&mut self, p: &Plan, f: u32, c: usize) -> Option<u64> {
        let (limits, key) = (&p.components[c].limits, self.frames[f].key);
        let class = &p.classes[self.frames[f].class as usize];
        let streams = &p.components[c].streams;
        let tokens = class.stream.as_ref().map_or(1.0, |s| {
            let (mut into, mut out) = (key.draws(streams.tokens_in), key.draws(streams.tokens_out));
            s.tokens_in.draw(|| into.uniform()) + s.tokens_out.draw(|| out.uniform())
        });
        let now = self.now;
        for (limit, bucket) in limits.iter().zip(&mut self.desks[c].tokens) {
            bucket.0 = (bucket.0 + (now - bucket.1) as f64 * limit.rate).min(limit.burst);
            bucket.1 = now;
        }
        let takes = |tokens_limit: bool| if tokens_limit { tokens } else { 1.0 };
        let mut wait = 0.0_f64;
        for (limit, bucket) in limits.iter().zip(&self.desks[c].tokens) {
            let short = takes(limit.tokens) - bucket.0;
            if short > 0.0 {
                if !limit.waits || limit.rate <= 0.0 {
                    return None;
                }
                wait = wait.max(short / limit.rate);
            }
        }
        for (limit, bucket) in limits.iter().zip(&mut self.desks[c].tokens) {
            bucket.0 -= takes(limit.tokens);
        }
        Some(wait.ceil() as u64)
    }

    /// The balancer picks a replica; the frame takes or waits for a slot there.
    #[inline(always)]
    pub fn admit(&mut self, p: &Plan, f: u32) {
        let frame = &mut self.frames[f];
        if frame.at == At::Limit {
            frame.waited += self.now - frame.since;
            let (trace, time) = (frame.trace, self.now - frame.since);
            let c = p.classes[frame.class as usize].component;
            self.traces.note(trace, part(c, WAITING), time);
        }
        let frame = &self.frames[f];
        let c = p.classes[frame.class as usize].component as usize;
        let r = match self.desks[c].targets[..] {
            [] => NONE,
            [only] => only,
            _ => self.pick(p, f, c),
        };
        if r == NONE || self.replicas[r as usize].down > 0 {
            return self.refuse(p, f, UNAVAILABLE);
        }
        let component = &p.components[c];
        let replica = &mut self.replicas[r as usize];
        let must_wait = replica.used >= component.slots;
        if must_wait && replica.waiting >= component.queue {
            if self.measuring {
                self.components[c].blocked += 1;
            }
            return self.refuse(p, f, REJECTED);
        }
        replica.inside += 1;
        self.frames[f].replica = r;
        let counts = &mut self.components[c];
        counts.system.add(self.now, 1);
        if self.measuring {
            counts.entered += 1;
        }
        if must_wait {
            let line = &mut self.lines[p.replicas[r as usize].queues as usize - 1];
            line.push_back(&mut self.frames, f);
            self.wait(p, f, At::Slot);
        } else {
            self.replicas[r as usize].used += 1;
            self.begin(p, f);
        }
    }

    fn pick(&mut self, p: &Plan, f: u32, c: usize) -> u32 {
        let desk = &mut self.desks[c];
        let n = desk.targets.len();
        let draw = |u: f64| ((u * n as f64) as usize).min(n - 1);
        let load = |r: u32| self.replicas[r as usize].inside;
        match p.components[c].balance {
            Balance::RoundRobin => {
                let turn = desk.turn as usize % n;
                desk.turn = turn as u32 + 1;
                desk.targets[turn]
            }
            Balance::Random => {
                desk.targets[draw(self.frames[f].key.uniform(p.components[c].streams.balance))]
            }
            Balance::LeastOutstanding => {
                desk.targets.iter().copied().min_by_key(|r| load(*r)).unwrap_or(NONE)
            }
            Balance::PowerOfTwo => {
                let mut draws = self.frames[f].key.draws(p.components[c].streams.balance);
                let (a, b) = (draw(draws.uniform()), draw(draws.uniform()));
                // The second of two different ones.
                let b = if a == b { (b + 1) % n } else { b };
                let (a, b) = (desk.targets[a], desk.targets[b]);
                if load(b) < load(a) { b } else { a }
            }
        }
    }

    /// Starts to wait, with patience if the station's requests have some.
    #[inline(always)]
    fn wait(&mut self, p: &Plan, f: u32, at: At) {
        let frame = &mut self.frames[f];
        let c = p.classes[frame.class as usize].component as usize;
        let first = !std::mem::replace(&mut frame.queued, true);
        if first && frame.arrived >= p.warm {
            self.components[c].queued += 1;
        }
        self.replicas[frame.replica as usize].waiting += 1;
        self.components[c].waiting.add(self.now, 1);
        let component = &p.components[c];
        if component.patience.is_some() {
            let patience = component.patience.draw(self.frames[f].key, component.streams.patience);
            self.after(f, at, patience);
        } else {
            let frame = &mut self.frames[f];
            (frame.at, frame.since, frame.ticket) = (at, self.now, 0);
        }
    }

    /// Has waited long enough: it is out of the line already.
    #[inline(always)]
    fn waited(&mut self, p: &Plan, f: u32) {
        let frame = &mut self.frames[f];
        let time = self.now - frame.since;
        frame.waited += time;
        frame.ticket = 0;
        let (c, trace) = (p.classes[frame.class as usize].component, frame.trace);
        self.replicas[frame.replica as usize].waiting -= 1;
        self.components[c as usize].waiting.add(self.now, -1);
        self.traces.note(trace, part(c, WAITING), time);
    }

    /// Loses patience.
    #[cold]
    #[inline(never)]
    pub fn abandon(&mut self, p: &Plan, f: u32) {
        let frame = self.frames[f];
        let class = &p.classes[frame.class as usize];
        let queues = p.replicas[frame.replica as usize].queues;
        let line = if frame.at == At::Slot { queues - 1 } else { queues + class.rank };
        self.lines[line as usize].remove(&mut self.frames, f);
        self.waited(p, f);
        if frame.arrived >= p.warm {
            self.components[class.component as usize].abandoned += 1;
        }
        self.leave(p, f, frame.at != At::Slot);
        self.send_back(p, f, REJECTED);
    }

    /// Has its slot: own error and cache hit are decided, then latency passes.
    #[inline(always)]
    pub fn begin(&mut self, p: &Plan, f: u32) {
        let frame = &mut self.frames[f];
        let class = &p.classes[frame.class as usize];
        let c = class.component as usize;
        let (desk, streams) = (&self.desks[c], &p.components[c].streams);
        if desk.error > 0.0 && frame.key.uniform(streams.error) < desk.error {
            frame.outcome = DEPENDENCY;
        }
        let mut latency = &class.latency;
        if class.hit > 0.0 {
            frame.hit = frame.key.uniform(streams.hit) < class.hit * desk.warmth(self.now);
            if frame.hit && class.hit_latency.is_some() {
                latency = &class.hit_latency;
            }
            if frame.arrived >= p.warm {
                self.components[c].lookups += 1;
                self.components[c].hits += u64::from(frame.hit);
            }
        }
        let time = latency.draw(frame.key, streams.latency) + desk.added;
        if time > 0 {
            let trace = frame.trace;
            self.traces.note(trace, part(c as u32, SERVICE), time);
            self.after(f, At::Latency, time);
        } else {
            self.join(p, f);
        }
    }

    /// Wants a server.
    #[inline(always)]
    pub fn join(&mut self, p: &Plan, f: u32) {
        let frame = &mut self.frames[f];
        let class = &p.classes[frame.class as usize];
        let c = class.component as usize;
        let component = &p.components[c];
        if !class.work.is_some() {
            return self.after_work(p, f);
        }
        frame.left = class.work.draw(frame.key, component.streams.work);
        let r = frame.replica as usize;
        let replica = &mut self.replicas[r];
        let full = component.slots == u32::MAX && replica.waiting >= component.queue;
        if component.discipline == Discipline::ProcessorSharing && component.servers != u32::MAX {
            let room = u64::from(component.servers) + u64::from(component.queue);
            if component.slots == u32::MAX && replica.sharing.len() as u64 >= room {
                return self.turn_away(p, f, c);
            }
            return self.share(p, f);
        }
        if replica.busy < component.servers {
            replica.busy += 1;
            self.components[c].busy.add(self.now, 1);
            return self.serve(p, f);
        }
        if component.discipline == Discipline::PreemptiveResume && self.preempt(p, f) {
            return self.serve(p, f);
        }
        if full {
            return self.turn_away(p, f, c);
        }
        let line = p.replicas[r].queues + class.rank;
        self.lines[line as usize].push_back(&mut self.frames, f);
        self.wait(p, f, At::Server);
    }

    /// Fails at the door. Rare, so out of the way of those who come in.
    #[cold]
    #[inline(never)]
    fn refuse(&mut self, p: &Plan, f: u32, outcome: Outcome) {
        self.send_back(p, f, outcome);
    }

    #[cold]
    #[inline(never)]
    fn turn_away(&mut self, p: &Plan, f: u32, c: usize) {
        if self.frames[f].arrived >= p.warm {
            self.components[c].blocked += 1;
            self.components[c].entered -= 1;
        }
        self.leave(p, f, true);
        self.send_back(p, f, REJECTED);
    }

    /// Takes the server that the caller has reserved.
    #[inline(always)]
    fn serve(&mut self, p: &Plan, f: u32) {
        let frame = &self.frames[f];
        let (left, r) = (frame.left, frame.replica as usize);
        let c = p.replicas[r].component as usize;
        self.after(f, At::Work, left);
        if p.components[c].discipline == Discipline::PreemptiveResume {
            self.replicas[r].served.push_back(&mut self.frames, f);
        }
    }

    /// Takes a server from the least urgent request in service, if that is less urgent than `f`; of equals from the one
    /// that started last.
    fn preempt(&mut self, p: &Plan, f: u32) -> bool {
        let rank = |s: &Self, f: u32| p.classes[s.frames[f].class as usize].rank;
        let r = self.frames[f].replica as usize;
        let (mut at, mut victim) = (self.replicas[r].served.first(), NONE);
        while at != NONE {
            if victim == NONE || rank(self, at) >= rank(self, victim) {
                victim = at;
            }
            at = self.frames[at].next;
        }
        if victim == NONE || rank(self, victim) <= rank(self, f) {
            return false;
        }
        self.replicas[r].served.remove(&mut self.frames, victim);
        let frame = &mut self.frames[victim];
        let done = self.now - frame.since;
        frame.left -= done;
        (frame.at, frame.since, frame.ticket) = (At::Server, self.now, 0);
        let (c, trace) = (p.replicas[r].component, frame.trace);
        self.traces.note(trace, part(c, SERVICE), done);
        let line = p.replicas[r].queues + rank(self, victim);
        self.lines[line as usize].push_front(&mut self.frames, victim);
        self.replicas[r].waiting += 1;
        self.components[c as usize].waiting.add(self.now, 1);
        true
    }

    /// The work is done: the server goes to the next in line.
    #[inline]
    pub fn work_done(&mut self, p: &Plan, f: u32) {
        let frame = &self.frames[f];
        let (r, since, trace) = (frame.replica as usize, frame.since, frame.trace);
        let c = p.replicas[r].component;
        self.traces.note(trace, part(c, SERVICE), self.now - since);
        let component = &p.components[c as usize];
        if component.discipline == Discipline::PreemptiveResume {
            self.replicas[r].served.remove(&mut self.frames, f);
        }
        let first = p.replicas[r].queues;
        let mut next = NONE;
        if self.replicas[r].waiting > 0 {
            for line in first..first + component.ranks {
                next = self.lines[line as usize].pop(&mut self.frames);
                if next != NONE {
                    break;
                }
            }
        }
        if next == NONE {
            self.replicas[r].busy -= 1;
            self.components[c as usize].busy.add(self.now, -1);
        } else {
            self.waited(p, next);
            self.serve(p, next);
        }
        self.after_work(p, f);
    }

    /// Joins those who share the servers.
    fn share(&mut self, p: &Plan, f: u32) {
        let frame = &mut self.frames[f];
        (frame.at, frame.since, frame.ticket) = (At::Work, self.now, 0);
        let (left, r) = (frame.left, frame.replica);
        let c = p.replicas[r as usize].component as usize;
        let servers = p.components[c].servers;
        let replica = &mut self.replicas[r as usize];
        replica.sharing.add(self.now, servers, left, f);
        if replica.sharing.len() <= servers as usize {
            replica.busy += 1;
            self.components[c].busy.add(self.now, 1);
        }
        self.expect_end(p, r);
    }

    fn expect_end(&mut self, p: &Plan, r: u32) {
        let servers = p.components[p.replicas[r as usize].component as usize].servers;
        let replica = &mut self.replicas[r as usize];
        if let Some(time) = replica.sharing.next(servers) {
            replica.ticket = self.clock.schedule(time.max(self.now), Target::Replica, r);
        }
    }

    /// A job ends under processor sharing.
    pub fn share_end(&mut self, p: &Plan, r: u32, ticket: u64) {
        let c = p.replicas[r as usize].component;
        let servers = p.components[c as usize].servers;
        let replica = &mut self.replicas[r as usize];
        if replica.ticket != ticket {
            return;
        }
        let Some(f) = replica.sharing.pop(self.now, servers) else { return };
        if replica.sharing.len() < servers as usize {
            replica.busy -= 1;
            self.components[c as usize].busy.add(self.now, -1);
        }
        self.expect_end(p, r);
        let (trace, since) = (self.frames[f].trace, self.frames[f].since);
        self.traces.note(trace, part(c, SERVICE), self.now - since);
        self.after_work(p, f);
    }

    /// Work and latency are over: an error of its own, a stream, or the program.
    #[inline(always)]
    fn after_work(&mut self, p: &Plan, f: u32) {
        let frame = &self.frames[f];
        if frame.outcome != OK {
            return self.reply(p, f, frame.outcome);
        }
        let class = &p.classes[frame.class as usize];
        if let Some(stream) = class.stream.as_ref().filter(|_| !frame.hit) {
            let streams = &p.components[class.component as usize].streams;
            let (mut tokens, mut speed) =
                (frame.key.draws(streams.tokens_out), frame.key.draws(streams.speed));
            let tokens = stream.tokens_out.draw(|| tokens.uniform());
            let speed = stream.speed.draw(|| speed.uniform());
            let time = super::draw::nanos(if speed > 0.0 { tokens / speed } else { f64::INFINITY });
            let trace = frame.trace;
            self.first_token(f);
            self.traces.note(trace, part(class.component, STREAM), time);
            return self.after(f, At::Stream, time);
        }
        self.program(p, f);
    }

    /// The stream is over.
    pub fn streamed(&mut self, p: &Plan, f: u32) {
        self.program(p, f);
    }

    /// Replies, well or not.
    #[inline(always)]
    pub fn reply(&mut self, p: &Plan, f: u32, outcome: Outcome) {
        let frame = &self.frames[f];
        let counts = &mut self.components[p.classes[frame.class as usize].component as usize];
        counts.answered += u64::from(outcome == OK && self.measuring);
        if frame.arrived >= p.warm {
            counts.wait.record(frame.waited);
            if outcome == OK {
                counts.response.record(self.now - frame.arrived);
            }
        }
        self.leave(p, f, true);
        self.send_back(p, f, outcome);
    }

    /// Leaves the replica; its slot goes to the next in line.
    #[inline(always)]
    fn leave(&mut self, p: &Plan, f: u32, holds_slot: bool) {
        let frame = &mut self.frames[f];
        let r = std::mem::replace(&mut frame.replica, NONE) as usize;
        let c = p.replicas[r].component as usize;
        self.components[c].system.add(self.now, -1);
        let replica = &mut self.replicas[r];
        replica.inside -= 1;
        if !holds_slot {
            return;
        }
        let mut next = NONE;
        if p.components[c].slots != u32::MAX && replica.waiting > 0 {
            next = self.lines[p.replicas[r].queues as usize - 1].pop(&mut self.frames);
        }
        if next == NONE {
            self.replicas[r].used -= 1;
        } else {
            self.waited(p, next);
            self.todo.push(Todo::Begin(next));
        }
    }

    /// The answer, or the failure, goes back to whoever waits for it.
    #[inline(always)]
    pub fn send_back(&mut self, p: &Plan, f: u32, outcome: Outcome) {
        let frame = &mut self.frames[f];
        frame.outcome = outcome;
        match frame.caller {
            NONE => self.ended_request(p, f, outcome),
            ORPHAN => self.drop_frame(f),
            _ if frame.back > 0 => {
                let back = frame.back;
                self.after(f, At::Back, back);
            }
            _ => self.todo.push(Todo::Answer(f)),
        }
    }

    /// Nobody waits for this frame any more, and it is done.
    pub fn drop_frame(&mut self, f: u32) {
        self.traces.close(self.frames[f].trace);
        self.release(f);
    }
}
