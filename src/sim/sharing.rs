//! Processor sharing in virtual time: every job in service advances at the same speed, so each one's end is fixed on a
//! virtual clock when it arrives, and only the clock's speed changes with the number of jobs. O(log n) per job instead
//! of O(n) per event.
//!
//! Source: the virtual-time argument of Parekh & Gallager (1993), with equal weights.

use super::clock::Instant;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// The jobs that share one replica's `servers`, which need not be whole: a CPU limit of 1500m is 1.5.
#[derive(Clone, Debug)]
pub struct Sharing {
    jobs: BinaryHeap<Reverse<Job>>,
    /// Speed of the servers: below 1 on a machine without credits.
    pace: f64,
    /// Virtual time at `at`: ns of work each job has got since the replica was last empty.
    virtual_now: f64,
    at: Instant,
    sequence: u64,
}

#[derive(Clone, Copy, Debug)]
struct Job {
    ends: f64,
    sequence: u64,
    frame: u32,
}

impl Ord for Job {
    fn cmp(&self, other: &Self) -> Ordering {
        self.ends.total_cmp(&other.ends).then(self.sequence.cmp(&other.sequence))
    }
}

impl PartialOrd for Job {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Job {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Job {}

impl Default for Sharing {
    fn default() -> Self {
        Self { jobs: BinaryHeap::new(), pace: 1.0, virtual_now: 0.0, at: 0, sequence: 0 }
    }
}

impl Sharing {
    /// Jobs in service.
    pub fn len(&self) -> usize {
        self.jobs.len()
    }

    /// Share of a server at full speed that each job gets.
    fn speed(&self, servers: f64) -> f64 {
        (servers / self.jobs.len() as f64).min(1.0) * self.pace
    }

    /// From now on the servers run at this speed.
    pub fn set_pace(&mut self, now: Instant, servers: f64, pace: f64) {
        self.settle(now, servers);
        self.pace = pace;
    }

    fn settle(&mut self, now: Instant, servers: f64) {
        if self.jobs.is_empty() {
            self.virtual_now = 0.0;
        } else {
            self.virtual_now += (now - self.at) as f64 * self.speed(servers);
        }
        self.at = now;
    }

    /// A job joins with so much work, ns.
    pub fn add(&mut self, now: Instant, servers: f64, work: u64, frame: u32) {
        self.settle(now, servers);
        self.sequence += 1;
        let job = Job { ends: self.virtual_now + work as f64, sequence: self.sequence, frame };
        self.jobs.push(Reverse(job));
    }

    /// When the next job ends, if nobody joins before; `None` when there is none.
    pub fn next(&self, servers: f64) -> Option<Instant> {
        let Reverse(job) = self.jobs.peek()?;
        let left = ((job.ends - self.virtual_now) / self.speed(servers)).max(0.0);
        Some(self.at + left.ceil() as Instant)
    }

    /// The next job ends now.
    pub fn pop(&mut self, now: Instant, servers: f64) -> Option<u32> {
        self.settle(now, servers);
        let Reverse(job) = self.jobs.pop()?;
        // Instants are whole nanoseconds, so the virtual clock may have passed the end a little; only rounding may have
        // left it short of it.
        self.virtual_now = self.virtual_now.max(job.ends);
        Some(job.frame)
    }

    /// A job leaves before its end. O(jobs).
    pub fn remove(&mut self, now: Instant, servers: f64, frame: u32) {
        self.settle(now, servers);
        self.jobs.retain(|Reverse(job)| job.frame != frame);
    }

    /// All jobs are lost.
    pub fn clear(&mut self) {
        self.jobs.clear();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::stats::rng::{Key, Stream};

    /// The obvious version: every job's remaining work, brought up to date at every arrival and end.
    fn naive(arrivals: &[(u64, u64)], servers: f64) -> Vec<(u32, f64)> {
        let (mut left, mut now, mut out): (Vec<(u32, f64)>, f64, _) = (Vec::new(), 0.0, Vec::new());
        let mut pending = arrivals.iter().enumerate().peekable();
        loop {
            let speed = (servers / left.len() as f64).min(1.0);
            let first = left.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
            let ends = first.map_or(f64::INFINITY, |f| now + f.1 / speed);
            let comes = pending.peek().map_or(f64::INFINITY, |(_, a)| a.0 as f64);
            if ends.is_infinite() && comes.is_infinite() {
                return out;
            }
            let then = ends.min(comes);
            left.iter_mut().for_each(|job| job.1 -= (then - now) * speed);
            now = then;
            if comes <= ends {
                let (i, arrival) = pending.next().unwrap();
                left.push((i as u32, arrival.1 as f64));
            } else {
                let (id, _) = first.unwrap();
                left.retain(|job| job.0 != id);
                out.push((id, now));
            }
        }
    }

    #[test]
    fn virtual_time_ends_every_job_when_the_naive_version_does() {
        let mut draws = Key::new(8, 0).draws(Stream::default());
        for servers in [1.0, 1.5, 2.0, 5.0] {
            let mut time = 0;
            let arrivals: Vec<(u64, u64)> = (0..2000)
                .map(|_| {
                    time += draws.bits() % 1_000_000;
                    (time, draws.bits() % (900_000.0 * servers) as u64)
                })
                .collect();
            let (mut sharing, mut out) = (Sharing::default(), Vec::new());
            let mut pending = arrivals.iter().enumerate().peekable();
            loop {
                let comes = pending.peek().map(|(_, a)| a.0);
                match (comes, sharing.next(servers)) {
                    (None, None) => break,
                    (Some(comes), ends) if ends.is_none_or(|e| comes <= e) => {
                        let (i, arrival) = pending.next().unwrap();
                        sharing.add(comes, servers, arrival.1, i as u32);
                    }
                    (_, Some(ends)) => out.push((sharing.pop(ends, servers).unwrap(), ends)),
                    (Some(_), None) => unreachable!("an arrival comes before nothing"),
                }
            }
            let mut expected = naive(&arrivals, servers);
            expected.sort_by_key(|e| e.0);
            out.sort_by_key(|e| e.0);
            assert_eq!(out.len(), expected.len());
            for (found, slow) in out.iter().zip(&expected) {
                assert!((found.1 as f64 - slow.1).abs() < 200.0, "{found:?} against {slow:?}");
            }
        }
    }
}
