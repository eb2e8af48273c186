//! One replication under way: its clock, its requests, its queues and its counts. The loop takes one event after the
//! other; what follows from an event at the same instant is a list of things to do, so that no chain of calls, however
//! long, recurses.

use super::arrivals::Process;
use super::arrivals::Source;
use super::clock::{Clock, Event, Instant, Target, Ticket};
use super::edge::EdgeState;
use super::faults::Control;
use super::faults::FaultPlan;
use super::machines::Machine;
use super::makeup::Traces;
use super::measure::{ComponentCounts, JourneyCounts};
use super::names::Past;
use super::outcome::Averages;
use super::overload::{LOOK, Look, Overload};
use super::plan::Plan;
use super::pods::Held;
use super::popular::Contents;
use super::recall::Late;
use super::recovery::Watch;
use super::request::{At, Call, Frame, Line, NONE, Outcome, Slab};
use super::scaling::Scaler;
use super::sharing::Sharing;
use crate::stats::rng::{Key, Stream};

/// What has to be done at this instant. What follows at once is returned by what it follows from, and only the rest goes on
/// the list: so every step of a request's way stands in the loop once, where a processor and a compiler can see all of it.
#[derive(Clone, Copy, Debug)]
#[must_use = "what is to be done goes back to the loop, or on the list"]
pub enum Todo {
    /// What is on the list.
    Next,
    /// A frame reaches its component.
    Deliver(u32),
    /// A frame has its slot.
    Begin(u32),
    /// A frame goes on with its program.
    Program(u32),
    /// A frame's answer reaches the caller.
    Answer(u32),
    /// A call of a branch begins.
    Start(u32),
    /// A call has its place in the pool.
    Send(u32),
}

/// What a user's request leaves behind when it ends.
#[derive(Clone, Copy)]
pub struct Ended {
    /// The make-up of its time, when it is traced.
    pub trace: u32,
    /// Its ordinal.
    pub ordinal: u64,
    /// When it was sent.
    pub arrived: Instant,
    /// When the first token was seen; 0: never.
    pub first_token: Instant,
    /// How it ended.
    pub outcome: Outcome,
    /// One more than the component whose failure it is, when it failed.
    pub culprit: u32,
}

/// One component under way.
#[derive(Clone, Debug, Default)]
pub struct Desk {
    /// What is counted of it.
    pub counts: ComponentCounts,
    /// Replicas that the balancer sends to.
    pub targets: Vec<u32>,
    /// Whose turn it is.
    pub turn: u32,
    /// Fewer replicas are up than it needs.
    pub short: bool,
    /// Requests that wait for a rate limit.
    pub held_back: u32,
    /// Share of requests that a fault turns away.
    pub refuse: f64,
    /// Start and length of the last cache flush.
    pub flush: Option<(Instant, u64)>,
    /// What a cache holds, where that decides on hits.
    pub contents: Option<Box<Contents>>,
    /// Its autoscaler.
    pub scaler: Option<Box<Scaler>>,
    /// Tokens and instant of each rate limit.
    pub tokens: Vec<(f64, Instant)>,
}

/// One replica under way.
#[derive(Clone, Debug, Default)]
pub struct Replica {
    /// Faults that keep it down now.
    pub down: u32,
    /// Changes when it dies or comes back.
    pub epoch: u32,
    /// Takes requests; a standby does not.
    pub active: bool,
    /// It has a place on its machine.
    pub placed: bool,
    /// The machine it stands on, or stood on last.
    pub machine: u32,
    /// The balancer believes that it is well.
    pub believed: bool,
    /// Latency added by faults, ns.
    pub added: u64,
    /// Share of requests that fail here by themselves, faults included.
    pub error: f64,
    /// Time that work takes beyond its own, as a multiple of it: capacity lost to faults.
    pub drag: f64,
    /// Busy servers, in the component's parts.
    pub busy: u32,
    /// Slots in use.
    pub used: u32,
    /// Waiting for a slot or server.
    pub waiting: u32,
    /// Requests here.
    pub inside: u32,
    /// The end it waits for, under processor sharing.
    pub ticket: Ticket,
    /// Jobs under processor sharing.
    pub sharing: Sharing,
    /// Those in service, where they can be interrupted.
    pub served: Line,
}

/// One replication under way.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The time.
    pub now: Instant,
    /// What is going to happen.
    pub clock: Clock,
    /// Visits.
    pub frames: Slab<Frame>,
    /// Calls.
    pub calls: Slab<Call>,
    /// Parts of the time of traced requests.
    pub traces: Traces,
    /// By component.
    pub desks: Vec<Desk>,
    /// By replica.
    pub replicas: Vec<Replica>,
    /// By machine.
    pub machines: Vec<Machine>,
    /// By fleet, pods that fit nowhere now.
    pub pending: Vec<Vec<u32>>,
    /// What faults hold down now, and which of them.
    pub held: Vec<(u32, Held)>,
    /// Waiting lines.
    pub lines: Vec<Line>,
    /// By call of the graph.
    pub edges: Vec<EdgeState>,
    /// By name that may lead elsewhere, its two ways.
    pub names: Vec<[Past; 2]>,
    /// By journey.
    pub sources: Vec<Source>,
    /// Things to do at this instant, last first.
    pub todo: Vec<Todo>,
    /// Things to do after those.
    pub late: Vec<Late>,
    /// Faults and measuring.
    pub controls: Vec<Control>,
    /// By journey.
    pub journeys: Vec<JourneyCounts>,
    /// The plan's faults as long as they last here, and those that happen at random.
    pub faults: Vec<FaultPlan>,
    /// Whether the run comes back from its faults.
    pub watch: Watch,
    /// Users' requests under way.
    pub in_flight: u32,
    /// Whether the warm-up is over.
    pub measuring: bool,
    /// Key of this replication.
    pub key: Key,
    /// Response times in the order of their ends, where the warm-up is to be found.
    pub pilot: Option<Vec<(Instant, u64)>>,
    /// Events so far.
    pub events: u64,
    /// Requests of the window that have not ended, once it is over.
    pub left: u64,
    /// Whether the window is over, and the run waits for those.
    pub draining: bool,
    /// Averages over the window, once it is over.
    pub averages: Option<Box<Averages>>,
    /// What the backlog looked like.
    pub looks: Vec<Look>,
    /// The number of events at which the bounds are looked at next.
    pub look_at: u64,
    /// The instant at which they were looked at, and the first number of events at it.
    pub looked: (Instant, u64),
    /// That more arrives than can be done.
    pub overload: Option<Box<Overload>>,
    /// Whether the end is reached.
    pub ended: bool,
}

/// The faults of one replication.
fn faults(p: &Plan, key: Key) -> Vec<FaultPlan> {
    let mut faults = p.faults.clone();
    for fault in faults.iter_mut().filter(|fault| fault.lasts.is_some()) {
        let length = fault.lasts.draw(key, Stream::new("fault", &fault.index.to_string()));
        fault.end = fault.end.min(fault.start.saturating_add(length.max(1)));
    }
    let until = p.end.saturating_sub(1).max(p.warm);
    faults.extend(super::random::drawn(&p.random, key, p.warm, until));
    faults
}

impl State {
    /// Prepares a replication.
    pub fn new(p: &Plan, replication: u32) -> Self {
        let key = Key::new(p.seed, replication);
        let lines = p.replicas.last().map_or(0, |r| r.queues + p.components[r.component as usize].ranks);
        let mut state = Self {
            key,
            desks: p
                .components
                .iter()
                .map(|c| Desk {
                    scaler: c.scaling.as_ref().map(|_| {
                        let ready = c.replicas.iter().filter(|r| p.replicas[*r].active).count();
                        Box::new(Scaler::new(c.stands.unwrap_or(ready as u32)))
                    }),
                    contents: c.popular.as_ref().map(|_| Box::default()),
                    tokens: c.limits.iter().map(|l| (l.burst, 0)).collect(),
                    ..Desk::default()
                })
                .collect(),
            replicas: p
                .replicas
                .iter()
                .map(|r| Replica {
                    active: r.active,
                    believed: true,
                    machine: NONE,
                    error: p.components[r.component as usize].error,
                    drag: r.drag,
                    ..Replica::default()
                })
                .collect(),
            machines: p.machines.iter().map(|m| Machine::new(m.balance)).collect(),
            pending: vec![Vec::new(); p.fleets.len()],
            lines: vec![Line::default(); lines as usize],
            edges: p.edges.iter().map(EdgeState::new).collect(),
            names: vec![Default::default(); p.names.len()],
            sources: p.sources.iter().map(|s| s.start(key)).collect(),
            journeys: vec![JourneyCounts::new(p.faults.len()); p.sources.len()],
            faults: faults(p, key),
            watch: Watch::new(p),
            left: u64::MAX,
            look_at: LOOK,
            ..Self::default()
        };
        state.settle_pods(p);
        for r in (0..p.replicas.len() as u32).filter(|r| p.replicas[*r as usize].drag != 0.0) {
            state.change_pace(p, r);
        }
        for (c, component) in p.components.iter().enumerate() {
            match component.stands {
                Some(wanted) => state.stand(p, c as u32, wanted),
                None => state.retarget(p, c as u32),
            }
        }
        state.schedule_controls(p);
        state.schedule_scaling(p);
        state.schedule_credits(p);
        for (journey, source) in p.sources.iter().enumerate() {
            if let Process::Closed(users, _) = source.process {
                for user in 0..u64::from(users) {
                    state.think(p, journey as u32, user);
                }
            } else {
                state.sources[journey].upcoming = source.next(&mut state.sources[journey]);
                state.expect_arrival(p, journey as u32);
            }
        }
        state
    }

    /// Works off about `budget` events. `true` while there is more.
    pub fn step(&mut self, p: &Plan, budget: u64) -> bool {
        let last = self.events.saturating_add(budget);
        // The looks come at the same events whatever the size of the steps.
        while !self.ended && self.events < last {
            self.run(p, last.min(self.look_at));
            if self.events >= self.look_at && !self.ended {
                self.look(p);
            }
        }
        !self.ended
    }

    /// Works off events up to this number of them, while there are any.
    fn run(&mut self, p: &Plan, until: u64) {
        while !self.ended && self.events < until {
            let Some(event) = self.clock.pop() else {
                self.finish(p);
                break;
            };
            self.now = event.time;
            self.events += 1;
            if let Some(next) = self.clock.ahead() {
                self.frames.look(next, |frame| frame.ticket);
            }
            let mut todo = match event.target {
                Target::Frame => self.frame_event(p, event.index, event.ticket),
                Target::Source => self.arrival(p, event.index),
                _ => self.other_event(p, event),
            };
            loop {
                // In the order in which they mostly follow each other.
                if let Todo::Answer(frame) = todo {
                    todo = self.answer(p, frame);
                }
                if let Todo::Program(frame) = todo {
                    todo = self.program(p, frame);
                }
                if let Todo::Start(call) = todo {
                    todo = self.start(p, call);
                }
                if let Todo::Deliver(frame) = todo {
                    todo = self.deliver(p, frame);
                }
                todo = match todo {
                    Todo::Next => match self.todo.pop() {
                        Some(todo) => todo,
                        None if self.tidy(p) => Todo::Next,
                        None => break,
                    },
                    Todo::Begin(frame) => self.begin(p, frame),
                    Todo::Send(call) => self.granted(p, call),
                    other => other,
                };
            }
        }
    }

    #[inline(always)]
    fn frame_event(&mut self, p: &Plan, f: u32, ticket: Ticket) -> Todo {
        let frame = &self.frames[f];
        if frame.ticket != ticket {
            return Todo::Next;
        }
        match frame.at {
            At::Work => return self.work_done(p, f),
            At::Out => return Todo::Deliver(f),
            At::Back => return Todo::Answer(f),
            At::Latency => return self.join(p, f),
            At::Stream => {
                let site = p.site(frame.class);
                if site.component.settles {
                    self.settle(f, site);
                }
                return Todo::Program(f);
            }
            At::Limit => return self.past_limits(p, f),
            At::Thinking => return self.send_again(p, f),
            At::Slot | At::Server => self.abandon(p, f),
            At::Free | At::Calls | At::Dying => {}
        }
        Todo::Next
    }

    /// What is neither for a frame nor an arrival.
    #[inline(never)]
    fn other_event(&mut self, p: &Plan, event: Event) -> Todo {
        match event.target {
            Target::Call => {
                let call = &self.calls[event.index];
                if call.parent != NONE && call.ticket == event.ticket {
                    return self.call_event(p, event.index);
                }
            }
            Target::Replica => return self.share_end(p, event.index, event.ticket),
            Target::Edge => self.expire(p, event.index),
            Target::Control => self.control(p, event.index),
            Target::Frame | Target::Source => {}
        }
        Todo::Next
    }

    /// Schedules the end of a frame's present state.
    #[inline(always)]
    pub fn after(&mut self, f: u32, at: At, time: u64) {
        self.frames[f].turn(f, at, time, self.now, &mut self.clock);
    }

    /// Gives a frame's place back.
    #[inline]
    pub fn release(&mut self, f: u32) {
        let frame = &mut self.frames[f];
        frame.at = At::Free;
        frame.ticket = 0;
        self.frames.release(f);
    }
}
