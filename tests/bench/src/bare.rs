//! The limit: a loop of events written by hand for each job, as short as the model allows. Binary heap, integer
//! nanoseconds, one sum of waits; no percentiles, no policies, no keyed draws, nothing to configure.

use crate::jobs::{Job, Random, Run};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// Runs the job once.
pub fn run(job: &Job, seed: u64) -> Run {
    if job.stations.len() == 1 { queue(job, seed) } else { network(job, seed) }
}

/// One station: an event is an arrival (0) or the end of a service (1).
fn queue(job: &Job, seed: u64) -> Run {
    let (servers, mean, gap) = (job.stations[0].servers, job.stations[0].mean_s * 1e9, 1e9 / job.per_s);
    let mut random = Random::new(seed);
    let mut heap = BinaryHeap::new();
    let mut line: VecDeque<u64> = VecDeque::new();
    let (mut busy, mut sent, mut wait, mut events) = (0, 0, 0u64, 0u64);
    heap.push(Reverse((random.exponential(gap) as u64, 0u32)));
    while let Some(Reverse((now, kind))) = heap.pop() {
        events += 1;
        if kind == 0 {
            sent += 1;
            if sent < job.requests {
                heap.push(Reverse((now + random.exponential(gap) as u64, 0)));
            }
            if busy < servers {
                busy += 1;
                heap.push(Reverse((now + random.exponential(mean) as u64, 1)));
            } else {
                line.push_back(now);
            }
        } else if let Some(since) = line.pop_front() {
            wait += now - since;
            heap.push(Reverse((now + random.exponential(mean) as u64, 1)));
        } else {
            busy -= 1;
        }
    }
    done(sent, events, wait)
}

/// What a request carries.
#[derive(Clone, Copy)]
struct Request {
    began: u64,
    since: u64,
}

#[derive(Default)]
struct Desk {
    busy: u32,
    line: VecDeque<u32>,
}

/// A source of arrivals.
const SOURCE: u32 = u32::MAX;

/// Stations behind each other: an event is an arrival or the end of a request's service at a station.
fn network(job: &Job, seed: u64) -> Run {
    let mut random = Random::new(seed);
    let gap = 1e9 / job.per_s;
    let mut heap = BinaryHeap::new();
    let mut desks: Vec<Desk> = job.stations.iter().map(|_| Desk::default()).collect();
    let (mut requests, mut free): (Vec<Request>, Vec<u32>) = (Vec::new(), Vec::new());
    let (mut sent, mut wait, mut response, mut events) = (0, 0u64, 0u64, 0u64);
    heap.push(Reverse((random.exponential(gap) as u64, SOURCE, 0u32)));
    while let Some(Reverse((now, at, who))) = heap.pop() {
        events += 1;
        let (request, next) = if at == SOURCE {
            sent += 1;
            if sent < job.requests {
                heap.push(Reverse((now + random.exponential(gap) as u64, SOURCE, 0)));
            }
            let fresh = Request { began: now, since: now };
            let request = free.pop().unwrap_or_else(|| {
                requests.push(fresh);
                requests.len() as u32 - 1
            });
            requests[request as usize] = fresh;
            (request, Some(0))
        } else {
            let desk = &mut desks[at as usize];
            if let Some(next) = desk.line.pop_front() {
                wait += now - requests[next as usize].since;
                let service = random.exponential(job.stations[at as usize].mean_s * 1e9) as u64;
                heap.push(Reverse((now + service, at, next)));
            } else {
                desk.busy -= 1;
            }
            (who, job.onward(at as usize, || random.uniform()))
        };
        let Some(next) = next else {
            response += now - requests[request as usize].began;
            free.push(request);
            continue;
        };
        let (station, desk) = (&job.stations[next], &mut desks[next]);
        if desk.busy < station.servers {
            desk.busy += 1;
            let service = random.exponential(station.mean_s * 1e9) as u64;
            heap.push(Reverse((now + service, next as u32, request)));
        } else {
            requests[request as usize].since = now;
            desk.line.push_back(request);
        }
    }
    std::hint::black_box(response);
    done(sent, events, wait)
}

fn done(sent: u64, events: u64, wait: u64) -> Run {
    let requests = sent as f64;
    Run { requests, events: events as f64, wait_s: wait as f64 * 1e-9 / requests, cpu_s: 0.0 }
}
