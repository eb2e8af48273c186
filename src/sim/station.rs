//! How an admitted request is served: latency, server, and the way out. Processor sharing and priorities are here too;
//! calls are in `calls`.

use super::clock::{Clock, FOREVER, Instant, Target};
use super::makeup::{SERVICE, STREAM, WAITING, part};
use super::measure::ComponentCounts;
use super::plan::{Component, Plan, Site};
use super::request::{At, DEPENDENCY, Frame, NONE, OK, ORPHAN, Outcome, RECALLED, REJECTED};
use super::state::{Desk, Ended, Replica, State, Todo};
use crate::model::station::Discipline;

/// What an admitted request finds at its replica.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    /// Nothing to do there.
    NoWork,
    /// A free server, taken.
    Free,
    /// Servers that all share.
    Shared,
    /// All servers busy.
    Busy,
}

/// A slot is there: own error and cache hit are decided. The latency that passes now, ns.
#[inline(always)]
pub fn begins(
    frame: &mut Frame,
    site: Site,
    desk: &mut Desk,
    replica: &Replica,
    (now, p): (Instant, &Plan),
) -> u64 {
    let (class, streams) = (site.class, &site.component.streams);
    if replica.error > 0.0 && frame.key.uniform(streams.error) < replica.error {
        frame.outcome = DEPENDENCY;
    }
    let mut latency = &class.latency;
    if class.hit > 0.0 {
        frame.hit = frame.key.uniform(streams.hit) < class.hit * desk.warmth(now);
        if frame.hit && class.hit_latency.is_some() {
            latency = &class.hit_latency;
        }
        if p.counts(frame.arrived) {
            desk.counts.lookups += 1;
            desk.counts.hits += u64::from(frame.hit);
        }
    }
    latency.draw(frame.key, streams.latency) + replica.added
}

/// A server is wanted: the work is drawn, and a free server taken.
#[inline(always)]
pub fn seat(
    frame: &mut Frame,
    site: Site,
    replica: &mut Replica,
    counts: &mut ComponentCounts,
    now: Instant,
) -> Seat {
    let Site { class, component, .. } = site;
    if !class.work.is_some() {
        return Seat::NoWork;
    }
    frame.left = class.work.draw(frame.key, component.streams.work);
    if component.shares() {
        return Seat::Shared;
    }
    if replica.busy < component.servers {
        replica.busy += 1;
        counts.busy.add(now, 1);
        starts(frame, component, replica);
        return Seat::Free;
    }
    Seat::Busy
}

/// The work begins, at the speed that the replica has now, and keeps it.
#[inline(always)]
fn starts(frame: &mut Frame, component: &Component, replica: &Replica) {
    if component.slowed && !std::mem::replace(&mut frame.begun, true) {
        frame.left = (frame.left as f64 * (1.0 + replica.drag) + 0.5) as u64;
    }
}

/// Takes the server that the caller has reserved, where nothing can interrupt it.
#[inline(always)]
pub fn hold(clock: &mut Clock, frame: &mut Frame, f: u32, now: Instant) {
    frame.ticket = clock.schedule_here((now + frame.left).min(FOREVER), Target::Frame, f);
    (frame.at, frame.since) = (At::Work, now);
}

/// Has waited long enough: it is out of the line already. How long it did, ns.
#[inline(always)]
pub fn waited(frame: &mut Frame, replica: &mut Replica, counts: &mut ComponentCounts, now: Instant) -> u64 {
    let time = now - frame.since;
    frame.waited += time;
    frame.ticket = 0;
    replica.waiting -= 1;
    counts.waiting.add(now, -1);
    time
}

impl State {
    /// A slot has become free for it.
    #[inline(never)]
    pub fn begin(&mut self, p: &Plan, f: u32) -> Todo {
        let frame = &mut self.frames[f];
        let site = p.site(frame.class);
        let replica = &self.replicas[frame.replica as usize];
        match begins(frame, site, &mut self.desks[site.c], replica, (self.now, p)) {
            0 => self.join(p, f),
            time => {
                self.spend(p, f, time);
                Todo::Next
            }
        }
    }

    /// Latency passes.
    #[inline(always)]
    pub fn spend(&mut self, p: &Plan, f: u32, time: u64) {
        let frame = &self.frames[f];
        if frame.trace != NONE {
            self.traces.note(frame.trace, part(p.classes[frame.class as usize].component, SERVICE), time);
        }
        self.after(f, At::Latency, time);
    }

    /// Wants a server.
    #[inline(never)]
    pub fn join(&mut self, p: &Plan, f: u32) -> Todo {
        let frame = &mut self.frames[f];
        let site = p.site(frame.class);
        let replica = &mut self.replicas[frame.replica as usize];
        match seat(frame, site, replica, &mut self.desks[site.c].counts, self.now) {
            Seat::Free if site.component.plain => hold(&mut self.clock, frame, f, self.now),
            seat => return self.seated(p, f, site, seat),
        }
        Todo::Next
    }

    /// Goes on from what it found.
    #[inline(never)]
    pub fn seated(&mut self, p: &Plan, f: u32, site: Site, seat: Seat) -> Todo {
        let Site { class, component, c } = site;
        let r = self.frames[f].replica as usize;
        let slotted = component.slots != u32::MAX;
        match seat {
            Seat::NoWork => return self.after_work(p, f, site),
            Seat::Free => {
                if component.burst {
                    self.want_cores(p, self.replicas[r].machine, component.cpu);
                }
                self.serve(p, f);
            }
            Seat::Shared => {
                let room = u64::from(component.servers) + u64::from(component.queue);
                if slotted || (self.replicas[r].sharing.len() as u64) < room {
                    self.share(p, f);
                } else {
                    self.turn_away(p, f, c);
                }
            }
            Seat::Busy if component.discipline == Discipline::PreemptiveResume && self.preempt(p, f) => {
                starts(&mut self.frames[f], component, &self.replicas[r]);
                self.serve(p, f);
            }
            Seat::Busy if slotted || self.replicas[r].waiting < component.queue => {
                let line = p.replicas[r].queues + class.rank;
                self.wait(p, f, site, line, At::Server);
            }
            Seat::Busy => self.turn_away(p, f, c),
        }
        Todo::Next
    }

    #[cold]
    #[inline(never)]
    fn turn_away(&mut self, p: &Plan, f: u32, c: usize) {
        if p.counts(self.frames[f].arrived) {
            self.desks[c].counts.blocked += 1;
            self.desks[c].counts.entered -= 1;
        }
        self.leave(p, f, true);
        self.fail(p, f, REJECTED);
    }

    /// Takes the server that the caller has reserved.
    fn serve(&mut self, p: &Plan, f: u32) {
        let frame = &self.frames[f];
        let (left, r) = (frame.left, frame.replica as usize);
        let c = p.replicas[r].component as usize;
        let slows = p.components[c].burst;
        let time = if slows { self.at_speed(p, self.replicas[r].machine, left) } else { left };
        self.after(f, At::Work, time);
        if slows || p.components[c].discipline == Discipline::PreemptiveResume {
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
        let time = self.now - self.frames[victim].since;
        let slows = p.components[p.replicas[r].component as usize].burst;
        let done = if slows { self.done_at_speed(p, self.replicas[r].machine, time) } else { time };
        let frame = &mut self.frames[victim];
        frame.left = frame.left.saturating_sub(done);
        (frame.at, frame.since, frame.ticket) = (At::Server, self.now, 0);
        let (c, trace) = (p.replicas[r].component, frame.trace);
        self.traces.note(trace, part(c, SERVICE), time);
        let line = p.replicas[r].queues + rank(self, victim);
        self.lines[line as usize].push_front(&mut self.frames, victim);
        self.replicas[r].waiting += 1;
        self.desks[c as usize].counts.waiting.add(self.now, 1);
        true
    }

    /// The work is done: the server goes to the next in line.
    #[inline]
    pub fn work_done(&mut self, p: &Plan, f: u32) -> Todo {
        let frame = &self.frames[f];
        let site = p.site(frame.class);
        let r = frame.replica as usize;
        if frame.trace != NONE {
            self.traces.note(frame.trace, part(site.c as u32, SERVICE), self.now - frame.since);
        }
        self.next_in_line(p, f, r, site);
        self.after_work(p, f, site)
    }

    /// The server of `f` goes to the next in line.
    #[inline(always)]
    fn next_in_line(&mut self, p: &Plan, f: u32, r: usize, site: Site) {
        let Site { component, c, .. } = site;
        let slows = component.burst;
        if slows || (!component.plain && component.discipline == Discipline::PreemptiveResume) {
            self.replicas[r].served.remove(&mut self.frames, f);
        }
        let replica = &mut self.replicas[r];
        let mut next = NONE;
        if replica.waiting > 0 {
            let first = p.replicas[r].queues;
            for line in first..first + component.ranks {
                next = self.lines[line as usize].pop(&mut self.frames);
                if next != NONE {
                    break;
                }
            }
        }
        let counts = &mut self.desks[c].counts;
        if next == NONE {
            replica.busy -= 1;
            counts.busy.add(self.now, -1);
            if slows {
                self.want_cores(p, self.replicas[r].machine, -component.cpu);
            }
            return;
        }
        let frame = &mut self.frames[next];
        let time = waited(frame, replica, counts, self.now);
        starts(frame, component, replica);
        if frame.trace != NONE {
            self.traces.note(frame.trace, part(c as u32, WAITING), time);
        }
        if component.plain {
            hold(&mut self.clock, frame, next, self.now);
        } else {
            self.serve(p, next);
        }
    }

    /// Gives up a server before the work is done.
    pub fn stop_work(&mut self, p: &Plan, f: u32) {
        let r = self.frames[f].replica;
        let site = p.site(self.frames[f].class);
        let component = site.component;
        if !component.shares() {
            return self.next_in_line(p, f, r as usize, site);
        }
        let replica = &mut self.replicas[r as usize];
        replica.sharing.remove(self.now, component.full, f);
        self.shared_less(p, r);
    }

    /// Joins those who share the servers.
    fn share(&mut self, p: &Plan, f: u32) {
        let frame = &mut self.frames[f];
        (frame.at, frame.since, frame.ticket) = (At::Work, self.now, 0);
        let (left, r) = (frame.left, frame.replica);
        let c = p.replicas[r as usize].component as usize;
        let component = &p.components[c];
        let replica = &mut self.replicas[r as usize];
        replica.sharing.add(self.now, component.full, left, f);
        let inside = replica.sharing.len();
        if inside <= component.servers as usize {
            let parts = component.parts_of(inside as u32);
            replica.busy += parts;
            self.desks[c].counts.busy.add(self.now, parts as i32);
            if component.burst {
                self.want_cores(p, self.replicas[r as usize].machine, component.cores(parts));
            }
        }
        self.expect_end(p, r);
    }

    /// When the next of those who share ends.
    pub fn expect_end(&mut self, p: &Plan, r: u32) {
        let servers = p.components[p.replicas[r as usize].component as usize].full;
        let replica = &mut self.replicas[r as usize];
        if let Some(time) = replica.sharing.next(servers) {
            replica.ticket = self.clock.schedule(time.max(self.now), Target::Replica, r);
        }
    }

    /// A job ends under processor sharing.
    pub fn share_end(&mut self, p: &Plan, r: u32, ticket: u64) -> Todo {
        let c = p.replicas[r as usize].component;
        let servers = p.components[c as usize].full;
        let replica = &mut self.replicas[r as usize];
        if replica.ticket != ticket {
            return Todo::Next;
        }
        let Some(f) = replica.sharing.pop(self.now, servers) else { return Todo::Next };
        self.shared_less(p, r);
        let Frame { trace, since, class, left, .. } = self.frames[f];
        let time = self.now - since;
        self.traces.note(trace, part(c, SERVICE), time.min(left));
        self.traces.note(trace, part(c, WAITING), time.saturating_sub(left));
        self.after_work(p, f, p.site(class))
    }

    /// One less shares the servers.
    fn shared_less(&mut self, p: &Plan, r: u32) {
        let c = p.replicas[r as usize].component as usize;
        let component = &p.components[c];
        let replica = &mut self.replicas[r as usize];
        replica.ticket = 0;
        let left = replica.sharing.len();
        if left < component.servers as usize {
            let parts = component.parts_of(left as u32 + 1);
            replica.busy -= parts;
            self.desks[c].counts.busy.add(self.now, -(parts as i32));
            if component.burst {
                self.want_cores(p, self.replicas[r as usize].machine, -component.cores(parts));
            }
        }
        self.expect_end(p, r);
    }

    /// Work and latency are over: an error of its own, a stream, or the program.
    #[inline(always)]
    fn after_work(&mut self, p: &Plan, f: u32, site: Site) -> Todo {
        let frame = &self.frames[f];
        if frame.outcome == OK && site.class.stream.is_some() && !frame.hit {
            self.stream(p, f, site);
            return Todo::Next;
        }
        Todo::Program(f)
    }

    /// Streams its answer.
    #[inline(never)]
    fn stream(&mut self, p: &Plan, f: u32, site: Site) {
        let Some(stream) = &site.class.stream else { return };
        let (key, streams) = (self.frames[f].key, &site.component.streams);
        let (mut tokens, mut speed) = (key.draws(streams.tokens_out), key.draws(streams.speed));
        let tokens = stream.tokens_out.draw(|| tokens.uniform());
        let speed = stream.speed.draw(|| speed.uniform());
        let time = super::draw::nanos(if speed > 0.0 { tokens / speed } else { f64::INFINITY });
        self.first_token(p, f);
        self.traces.note(self.frames[f].trace, part(site.c as u32, STREAM), time);
        self.after(f, At::Stream, time);
    }

    /// Replies, well or not.
    #[inline(always)]
    pub fn reply(&mut self, p: &Plan, f: u32, site: Site, outcome: Outcome) -> Todo {
        let frame = &mut self.frames[f];
        let counts = &mut self.desks[site.c].counts;
        counts.answered += u64::from(outcome == OK && self.measuring);
        if p.counts(frame.arrived) {
            counts.wait.record(frame.waited);
            if outcome == OK {
                counts.response.record(self.now - frame.arrived);
            }
        }
        counts.leave(self.now);
        let r = std::mem::replace(&mut frame.replica, NONE) as usize;
        self.replicas[r].inside -= 1;
        self.free_slot(p, r, site.component);
        self.send_back(p, f, outcome)
    }

    /// A failure goes back to whoever waits for an answer.
    #[cold]
    #[inline(never)]
    pub fn fail(&mut self, p: &Plan, f: u32, outcome: Outcome) {
        let todo = self.send_back(p, f, outcome);
        self.todo.push(todo);
    }

    /// Leaves the replica; its slot goes to the next in line.
    pub fn leave(&mut self, p: &Plan, f: u32, holds_slot: bool) {
        let r = std::mem::replace(&mut self.frames[f].replica, NONE) as usize;
        let c = p.replicas[r].component as usize;
        self.desks[c].counts.leave(self.now);
        self.replicas[r].inside -= 1;
        if holds_slot {
            self.free_slot(p, r, &p.components[c]);
        }
    }

    /// A slot goes to the next in line.
    #[inline(always)]
    fn free_slot(&mut self, p: &Plan, r: usize, component: &Component) {
        let mut next = NONE;
        if component.slots != u32::MAX && self.replicas[r].waiting > 0 {
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
    fn send_back(&mut self, p: &Plan, f: u32, outcome: Outcome) -> Todo {
        let frame = &mut self.frames[f];
        frame.outcome = outcome;
        if outcome != OK && frame.culprit == 0 {
            frame.culprit = frame.class / p.n_journeys + 1;
        }
        match frame.caller {
            NONE => {
                let Frame { class, trace, ordinal, arrived, back, culprit, .. } = *frame;
                (frame.at, frame.ticket) = (At::Free, 0);
                self.frames.release(f);
                let journey = p.classes[class as usize].journey;
                let ended = Ended { trace, ordinal, arrived, first_token: back, outcome, culprit };
                self.ended_request(p, journey, ended);
            }
            ORPHAN | RECALLED => self.drop_frame(f),
            _ if frame.back > 0 => {
                let back = frame.back;
                self.after(f, At::Back, back);
            }
            _ => {
                frame.at = At::Back;
                return Todo::Answer(f);
            }
        }
        Todo::Next
    }

    /// Nobody waits for this frame any more, and it is done. One that is being recalled gives its place back later.
    pub fn drop_frame(&mut self, f: u32) {
        let frame = &mut self.frames[f];
        let trace = std::mem::replace(&mut frame.trace, NONE);
        if frame.caller == RECALLED {
            (frame.at, frame.ticket) = (At::Free, 0);
        } else {
            self.release(f);
        }
        self.traces.close(trace);
    }
}
