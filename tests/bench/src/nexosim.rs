//! The jobs on NeXosim 1.0 with one thread: one model per station, ports between them, and a source. With more threads
//! it is slower on jobs as fine-grained as these.

use crate::jobs::{JOBS, Job, Random, Run};
use ::nexosim::model::{Context, Model, schedulable};
use ::nexosim::ports::{EventSinkReader, EventSource, Output, SinkState, event_queue};
use ::nexosim::simulation::{Mailbox, SimInit};
use ::nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::time::Duration;

#[derive(Serialize, Deserialize)]
struct Source {
    out: Output<()>,
    job: usize,
    random: Random,
    sent: u64,
}

#[Model]
impl Source {
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        self.next(cx);
    }

    fn next(&mut self, cx: &Context<Self>) {
        let gap = self.random.exponential(1.0 / JOBS[self.job].per_s);
        cx.schedule_event(time(gap), schedulable!(Self::send), ()).expect("a time ahead");
    }

    #[nexosim(schedulable)]
    async fn send(&mut self, _: (), cx: &Context<Self>) {
        self.sent += 1;
        self.out.send(()).await;
        if self.sent < JOBS[self.job].requests {
            self.next(cx);
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Desk {
    /// One port per onward station.
    onward: Vec<Output<()>>,
    report: Output<(u64, f64)>,
    job: usize,
    at: usize,
    random: Random,
    busy: u32,
    line: VecDeque<MonotonicTime>,
    served: u64,
    wait: f64,
}

#[Model]
impl Desk {
    fn serve(&mut self, cx: &Context<Self>) {
        let service = self.random.exponential(JOBS[self.job].stations[self.at].mean_s);
        cx.schedule_event(time(service), schedulable!(Self::served), ()).expect("a time ahead");
    }

    fn enter(&mut self, _: (), cx: &Context<Self>) {
        if self.busy < JOBS[self.job].stations[self.at].servers {
            self.busy += 1;
            self.serve(cx);
        } else {
            self.line.push_back(cx.time());
        }
    }

    #[nexosim(schedulable)]
    async fn served(&mut self, _: (), cx: &Context<Self>) {
        self.served += 1;
        if let Some(since) = self.line.pop_front() {
            self.wait += cx.time().duration_since(since).as_secs_f64();
            self.serve(cx);
        } else {
            self.busy -= 1;
        }
        let job: &Job = &JOBS[self.job];
        let random = &mut self.random;
        if let Some(next) = job.onward(self.at, || random.uniform()) {
            let port = job.stations[self.at].onward.iter().position(|o| o.0 == next).expect("one of them");
            self.onward[port].send(()).await;
        }
    }

    async fn tell(&mut self, _: ()) {
        self.report.send((self.served, self.wait)).await;
    }
}

/// Whole nanoseconds, at least one: the scheduler takes no event for now.
fn time(seconds: f64) -> Duration {
    Duration::from_nanos(((seconds * 1e9) as u64).max(1))
}

/// Runs the job once.
pub fn run(job: &'static Job, seed: u64) -> Run {
    let index = JOBS.iter().position(|j| std::ptr::eq(j, job) || j.name == job.name).expect("one of ours");
    let mailboxes: Vec<Mailbox<Desk>> = job.stations.iter().map(|_| Mailbox::new()).collect();
    let mut bench = SimInit::with_num_threads(1);
    let mut ask = EventSource::new();
    let (sink, mut reports) = event_queue(SinkState::Enabled);
    let mut source = Source { out: Output::default(), job: index, random: Random::new(seed), sent: 0 };
    source.out.connect(Desk::enter, &mailboxes[0]);
    let mut desks = Vec::new();
    for (at, station) in job.stations.iter().enumerate() {
        let mut onward = Vec::new();
        for (to, _) in station.onward {
            let mut port = Output::default();
            port.connect(Desk::enter, &mailboxes[*to]);
            onward.push(port);
        }
        let mut report = Output::default();
        report.connect_sink(sink.clone());
        ask = ask.connect(Desk::tell, &mailboxes[at]);
        let random = Random::new(seed ^ (at as u64 + 1) << 32);
        let line = VecDeque::new();
        desks.push(Desk { onward, report, job: index, at, random, busy: 0, line, served: 0, wait: 0.0 });
    }
    let ask = ask.register(&mut bench);
    for ((desk, mailbox), station) in desks.into_iter().zip(mailboxes).zip(job.stations) {
        bench = bench.add_model(desk, mailbox, station.name);
    }
    let bench = bench.add_model(source, Mailbox::new(), "source");
    let mut simulation = bench.init(MonotonicTime::EPOCH).expect("a sound bench");
    simulation.run().expect("a sound run");
    simulation.process_event(&ask, ()).expect("a sound question");
    let (mut served, mut wait) = (0, 0.0);
    while let Some((n, w)) = reports.try_read() {
        served += n;
        wait += w;
    }
    let requests = job.requests as f64;
    Run { requests, events: requests + served as f64, wait_s: wait / requests, cpu_s: 0.0 }
}
