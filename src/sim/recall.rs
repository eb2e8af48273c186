//! Giving up: calls that nobody waits for any more, and work that is recalled from where it waits or is served.
//!
//! What a caller leaves behind works on for nobody (an orphan), unless the call's policy recalls it. A recalled visit
//! leaves its line or server at once and with it whatever it has called, each by its own policy. The recall's own way
//! over the network takes no time here. Recalls are carried out when everything else of the same instant is done.

use super::clock::Instant;
use super::plan::Plan;
use super::request::{At, NONE, ORPHAN, RECALLED, Stage};
use super::state::State;

/// What is done at the end of an event.
#[derive(Clone, Copy, Debug)]
pub enum Late {
    /// A frame is recalled.
    Recall(u32),
    /// A call that was given up gets its place back.
    Release(u32),
}

impl State {
    /// The visits of a call go on without it, or are recalled, as the call's policy says.
    pub fn detach(&mut self, p: &Plan, c: u32) {
        let call = &mut self.calls[c];
        let (e, visits) = (call.edge as usize, [call.child, call.second]);
        (call.child, call.second) = (NONE, NONE);
        for visit in visits.into_iter().filter(|v| *v != NONE) {
            self.free_place(p, e);
            if p.edges[e].cancel { self.recall(visit) } else { self.orphan(visit) }
        }
    }

    /// The visits of a call are not needed any more: another one has won.
    #[inline(never)]
    pub fn recall_requests(&mut self, p: &Plan, c: u32) {
        let call = &mut self.calls[c];
        let (e, visits) = (call.edge as usize, [call.child, call.second]);
        (call.child, call.second, call.ticket) = (NONE, NONE, 0);
        for visit in visits.into_iter().filter(|v| *v != NONE) {
            self.free_place(p, e);
            self.recall(visit);
        }
    }

    /// The first token of a call's visit `f` reaches the caller at `then`: no second request after that, and the other
    /// one is recalled.
    pub fn first_wins(&mut self, p: &Plan, c: u32, f: u32, then: Instant) {
        let call = &mut self.calls[c];
        let hedge = p.edges[call.edge as usize].hedge;
        if hedge == 0 {
            return;
        }
        if then <= call.tried + hedge {
            call.ticket = 0;
        }
        let other = if call.second == f { call.child } else { call.second };
        if other != NONE {
            let e = call.edge as usize;
            if call.second == f {
                call.child = NONE
            } else {
                call.second = NONE
            }
            self.free_place(p, e);
            self.recall(other);
        }
    }

    /// A visit goes on without anybody waiting for it.
    fn orphan(&mut self, f: u32) {
        let frame = &mut self.frames[f];
        frame.caller = ORPHAN;
        let trace = std::mem::replace(&mut frame.trace, NONE);
        self.traces.close(trace);
    }

    /// A visit is to end at once.
    pub fn recall(&mut self, f: u32) {
        self.orphan(f);
        self.frames[f].caller = RECALLED;
        self.late.push(Late::Recall(f));
    }

    /// The frame does not want the answers of its calls any more. `judged`: its breakers count that as failures.
    pub fn give_up_calls(&mut self, p: &Plan, f: u32, judged: bool) {
        let mut c = std::mem::replace(&mut self.frames[f].calls, NONE);
        self.frames[f].pending = 0;
        while c != NONE {
            let call = self.calls[c];
            let e = call.edge as usize;
            self.lift_limit(c);
            self.unshare(p, c);
            match call.stage {
                Stage::Line => self.out_of_line(p, c),
                Stage::Granted => self.free_place(p, e),
                Stage::Sent if judged => self.judge(p, e, true),
                Stage::Sent => self.unjudged(e),
                Stage::Between | Stage::Shared => {}
            }
            self.detach(p, c);
            self.traces.close(call.trace);
            let gone = &mut self.calls[c];
            (gone.parent, gone.ticket, gone.stage, gone.trace) = (NONE, 0, Stage::Between, NONE);
            self.late.push(Late::Release(c));
            c = call.older;
        }
    }

    /// Does what was left for the end of the event; `false` when there was nothing.
    pub fn tidy(&mut self, p: &Plan) -> bool {
        match self.late.pop() {
            None => return false,
            Some(Late::Release(c)) => self.calls.release(c),
            Some(Late::Recall(f)) => self.end_recalled(p, f),
        }
        true
    }

    #[inline(never)]
    fn end_recalled(&mut self, p: &Plan, f: u32) {
        let frame = self.frames[f];
        match frame.at {
            At::Slot | At::Server => {
                self.leave_line(p, f);
                self.leave(p, f, frame.at == At::Server);
            }
            At::Work => {
                self.stop_work(p, f);
                self.leave(p, f, true);
            }
            At::Calls => {
                self.give_up_calls(p, f, false);
                self.leave(p, f, true);
            }
            At::Latency | At::Stream => self.leave(p, f, true),
            At::Limit => self.desks[p.classes[frame.class as usize].component as usize].held_back -= 1,
            // On its way, or over by itself in the meantime.
            At::Free | At::Thinking | At::Out | At::Back | At::Dying => {}
        }
        self.release(f);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;
    use crate::model::build::{call, component, delay, empty, journey, station};
    use crate::model::call::{Jitter, Policy, Pool, Retry};
    use crate::model::fault::{Fault, FaultKind};
    use crate::model::station::{Discipline, Program, Station};
    use crate::model::workload::Process;
    use crate::sim::{Ends, Faults, Load, Settings, Warmup};
    use crate::stats::distribution::Distribution;
    use crate::units::{Duration, Probability};

    /// A burst of 3,000 requests a journey in 50 s over a tangle of policies, with a crash in the middle.
    fn tangle(discipline: Discipline, cancel: bool, seed: u64) -> (Model, Settings) {
        let mut model = empty();
        let desk = |servers| station(2, servers, Distribution::Exponential(0.02));
        let a = component(&mut model, "a", Station { slots: Some(40), ..desk(4) });
        let b = component(&mut model, "b", Station { discipline, slots: Some(12), ..desk(2) });
        let c = component(&mut model, "c", Station { discipline, queue: Some(9), ..desk(1) });
        let d = component(&mut model, "d", delay(Distribution::Exponential(0.05)));
        let times = (0..3000).map(|i| f64::from(i) / 60.0).collect();
        for (name, priority) in [("one", 0), ("two", 1)] {
            let j = journey(&mut model, name, a, 1.0);
            model.journeys[j.0 as usize].process = Process::Trace(Clone::clone(&times));
            model.journeys[j.0 as usize].priority = priority;
            let to_b = call(&mut model, j, a, b);
            let (to_c, to_d) = (call(&mut model, j, b, c), call(&mut model, j, b, d));
            let back = call(&mut model, j, c, b);
            let retry = Retry {
                extra: 2,
                base: Duration::millis(5.0),
                cap: Duration::millis(20.0),
                jitter: Jitter::Full,
                budget: Some(Probability::clamp(0.5)),
            };
            let policy = |timeout: f64, hedge: f64| Policy {
                timeout: Some(Duration::millis(timeout)),
                cancel,
                hedge: Some(Duration::millis(hedge)),
                pool: Some(Pool { size: 30, queue: Some(5), timeout: Some(Duration::millis(10.0)) }),
                retry: Some(retry),
                ..Policy::default()
            };
            for (edge, timeout, hedge) in
                [(to_b, 300.0, 150.0), (to_c, 150.0, 40.0), (to_d, 160.0, 60.0), (back, 80.0, 30.0)]
            {
                model.graph[edge].policy = policy(timeout, hedge);
                model.graph[edge].network = Some(Distribution::Uniform { low: 0.0, high: 0.002 });
            }
            let program = |ix: crate::model::ComponentIx, model: &mut Model, f: &dyn Fn(&mut Program)| {
                f(&mut model.graph[ix].station.as_mut().expect("it serves").programs[j.0 as usize]);
            };
            program(b, &mut model, &|p| {
                let (c, d) = (p.steps[0][0], p.steps[1][0]);
                (p.steps, p.quorum) = (vec![vec![c, d, d]], vec![Some(2)]);
            });
            program(c, &mut model, &|p| p.steps[0][0].probability = Probability::clamp(0.2));
        }
        model.faults.push(Fault {
            id: "crash".to_owned(),
            name: crate::text::Phrase::same("crash"),
            what: FaultKind::ReplicaCrash(b, 1),
            at: Duration::seconds(4.0),
            lasts: Duration::seconds(2.0),
            count: None,
            spread: None,
            expects: Vec::new(),
            span: crate::diag::Span::default(),
        });
        let settings = Settings {
            seed,
            replications: 1,
            warmup: Warmup::Fixed(Duration::ZERO),
            duration: Duration::seconds(3600.0),
            ends: Ends::AfterFaults,
            step: None,
            hour: 0,
            load: Load::Constant,
            faults: Faults::All,
            standing: Vec::new(),
        };
        (model, settings)
    }

    #[test]
    fn when_all_is_over_nothing_is_left_anywhere() {
        for (discipline, cancel) in [
            (Discipline::Fifo, true),
            (Discipline::Fifo, false),
            (Discipline::PreemptiveResume, true),
            (Discipline::ProcessorSharing, true),
        ] {
            let (model, settings) = tangle(discipline, cancel, 7);
            let plan = crate::sim::compile::compile(&model, &settings, 0);
            let mut s = State::new(&plan, 0);
            while s.step(&plan, 1_000) {
                assert!(s.todo.is_empty() && s.late.is_empty());
            }
            let ended: u64 = s.journeys.iter().map(|j| j.answered + j.failed.iter().sum::<u64>()).sum();
            assert_eq!((ended, s.in_flight), (6_000, 0), "{discipline:?}");
            let seen: Vec<_> = s.journeys.iter().map(|j| (j.answered, j.failed)).collect();
            let failed: u64 = seen.iter().flat_map(|j| &j.1[..2]).sum();
            assert!(failed > 20 && seen.iter().all(|j| j.0 > 20), "both ends are seen: {seen:?}");
            for r in &s.replicas {
                assert_eq!((r.busy, r.used, r.waiting, r.inside), (0, 0, 0, 0), "{discipline:?} {cancel}");
                assert_eq!(r.sharing.len(), 0);
            }
            for counts in s.desks.iter().map(|desk| &desk.counts) {
                assert_eq!((counts.busy.value, counts.waiting.value, counts.system.value), (0, 0, 0));
            }
            assert!(s.lines.iter().all(|line| line.first() == NONE));
            assert!((0..s.frames.places()).all(|f| s.frames[f].at == At::Free));
            assert!((0..s.calls.places()).all(|c| s.calls[c].parent == NONE));
            assert_eq!(s.frames.in_use(), 0);
            assert_eq!(s.calls.in_use(), 0);
            assert!(s.edges.iter().all(crate::sim::edge::EdgeState::is_idle));
            assert!(s.traces.all_closed());
        }
    }
}
