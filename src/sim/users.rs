//! Users' requests: how they are sent, and what is counted when they end.

use super::arrivals::Process;
use super::overload::MOST_VISITS;
use super::plan::Plan;
use super::request::{At, Frame, NONE, OK};
use super::state::{Ended, State, Todo};
use crate::stats::histogram::bucket;
use crate::stats::rng::Key;
use std::ops::Range;

impl State {
    /// Schedules the next arrival, and draws the one after it: long before anything has to wait for it.
    #[inline(always)]
    pub fn expect_arrival(&mut self, p: &Plan, journey: u32) {
        let source = &mut self.sources[journey as usize];
        if let Some((time, many)) = source.upcoming {
            self.clock.schedule_arrival(time.max(self.now), journey);
            source.many = many;
            source.upcoming = p.sources[journey as usize].next(source);
        }
    }

    #[inline(always)]
    pub fn arrival(&mut self, p: &Plan, journey: u32) -> Todo {
        let source = &mut self.sources[journey as usize];
        let (many, ordinal, key) = (source.many, source.ordinal, source.key);
        source.ordinal += u64::from(many);
        self.expect_arrival(p, journey);
        if many == 1 {
            return self.send(p, journey, key.with(ordinal), ordinal);
        }
        self.batch(p, journey, key, ordinal..ordinal + u64::from(many));
        Todo::Next
    }

    #[inline(never)]
    fn batch(&mut self, p: &Plan, journey: u32, key: Key, ordinals: Range<u64>) {
        for ordinal in ordinals {
            let todo = self.send(p, journey, key.with(ordinal), ordinal);
            if self.ended {
                break;
            }
            self.todo.push(todo);
        }
    }

    /// A user sends a request.
    #[inline(always)]
    fn send(&mut self, p: &Plan, journey: u32, key: Key, ordinal: u64) -> Todo {
        if !self.frames.has_room(MOST_VISITS) {
            self.full(p);
            return Todo::Next;
        }
        if self.measuring {
            self.journeys[journey as usize].sent();
        }
        let trace =
            if key.sampled(p.trace_bits) && self.traces.have_room() { self.traces.open() } else { NONE };
        self.in_flight += 1;
        Todo::Deliver(self.frames.add(Frame {
            key,
            ordinal,
            class: p.sources[journey as usize].entry * p.n_journeys + journey,
            arrived: self.now,
            caller: NONE,
            replica: NONE,
            at: At::Out,
            trace,
            ..Frame::default()
        }))
    }

    /// A user of a closed session thinks before the request of this ordinal: users in turn, round by round.
    pub fn think(&mut self, p: &Plan, journey: u32, ordinal: u64) {
        let source = &p.sources[journey as usize];
        let Process::Closed(_, think) = &source.process else { return };
        let key = self.sources[journey as usize].key.with(ordinal);
        let time = think.draw(key, source.other);
        let class = source.entry * p.n_journeys + journey;
        let f =
            self.frames.add(Frame { key, ordinal, class, caller: NONE, replica: NONE, ..Frame::default() });
        self.after(f, At::Thinking, time);
    }

    #[inline(never)]
    pub fn send_again(&mut self, p: &Plan, f: u32) -> Todo {
        let Frame { key, ordinal, class, .. } = self.frames[f];
        self.release(f);
        self.send(p, p.classes[class as usize].journey, key, ordinal)
    }

    /// A user's request has ended.
    #[inline(always)]
    pub fn ended_request(&mut self, p: &Plan, j: u32, ended: Ended) {
        let Ended { trace, ordinal, arrived, first_token, outcome, culprit } = ended;
        let response = self.now - arrived;
        let counts = &mut self.journeys[j as usize];
        if outcome == OK {
            let at = bucket(response);
            if self.measuring {
                counts.note_answer(at, response);
            }
            if p.counts(arrived) {
                counts.answered += 1;
                counts.response.record_at(at, response);
                if first_token != 0 {
                    counts.first_token.record(first_token - arrived);
                }
                if trace != NONE {
                    counts.makeup.record(response, self.traces.parts(trace));
                }
            }
        } else {
            if self.measuring {
                counts.note_failure();
            }
            if p.counts(arrived) {
                counts.failed[usize::from(outcome) - 1] += 1;
                counts.failures.note(culprit, outcome);
            }
        }
        if !self.faults.is_empty() {
            self.ended_beside_faults(p, j, ended);
        }
        if let Some(pilot) = &mut self.pilot {
            pilot.push((self.now, response));
        }
        self.traces.close(trace);
        self.in_flight -= 1;
        if self.draining && p.counts(arrived) {
            self.left -= 1;
            self.ended |= self.left == 0;
        }
        if let Process::Closed(users, _) = p.sources[j as usize].process {
            self.think(p, j, ordinal + u64::from(users));
        }
    }

    /// A user's request has ended in a run with faults.
    #[inline(never)]
    fn ended_beside_faults(&mut self, p: &Plan, j: u32, ended: Ended) {
        let Ended { arrived, outcome, culprit, .. } = ended;
        let response = self.now - arrived;
        for (fault, during) in self.faults.iter().zip(&mut self.journeys[j as usize].faults) {
            if arrived >= p.warm && (fault.start..fault.end).contains(&arrived) {
                during.ended += 1;
                if outcome == OK {
                    during.response.record(response);
                } else {
                    during.failed += 1;
                    during.failures.note(culprit, outcome);
                }
            }
        }
        if !p.faults.is_empty() {
            self.watch.ended(j as usize, outcome != OK, response);
        }
    }
}
