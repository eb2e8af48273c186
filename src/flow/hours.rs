//! A long span hour by hour: every distinct load of the week is solved once; where a component cannot carry what arrives,
//! the rest is a fluid that is carried over, waits in front of those who come later, and drains when there is room.
//!
//! The work follows the distinct loads and the hours with a backlog, never the request rate. Requests count in the
//! stretch in which they arrive. What a backlog does to its callers (time limits, retries) is part of each stretch's fixed
//! point, so an overload can outlive the hour that caused it.
//!
//! Source: G. F. Newell, *Applications of Queueing Theory* (2nd ed. 1982), chapter 2, for queues as fluids.

use super::bucket::Bucket;
use super::compiled::Compiled;
use super::desk::Backlog;
use super::moments::Moments;
use super::solution::Solution;
use super::solve_load::solve;
use super::state::{State, state};
use super::week::distinct;
use crate::model::Model;
use crate::units::HOURS_PER_WEEK;

/// Pieces of an hour with a backlog. Our choice: within a quarter of an hour a straight line is near enough.
const PIECES: u32 = 4;
/// Most rounds until backlog and load agree.
const ROUNDS: u32 = 60;
/// Rounds after which steps are halved, so that a swinging fixed point settles.
const CALM_ROUNDS: u32 = 10;
/// Requests below which a backlog counts as drained.
const DRAINED: f64 = 0.5;

/// A span of time in stretches, each in one state.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// In order of time, without gaps.
    pub stretches: Vec<Stretch>,
    /// What the system does in them.
    pub states: Vec<State>,
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// From the start of the span, seconds.
    pub start: f64,
    /// Seconds.
    pub length: f64,
    /// Hour of the week.
    pub hour: usize,
    /// Index among the distinct loads of the week, lightest first.
    pub load: usize,
    /// Index into the states.
    pub state: usize,
    /// Whether a backlog stands somewhere.
    pub backlog: bool,
}

/// Solves `length` seconds from the start of hour `first` of the week.
pub fn course(model: &Model, first: usize, length: f64) -> Course {
    let mut all = Compiled::of(model);
    let week = distinct(model);
    let mut load_of = [0; HOURS_PER_WEEK];
    for (load, hours) in week.iter().enumerate() {
        hours.hours.iter().for_each(|hour| load_of[*hour] = load);
    }
    let mut course = Course::default();
    // By load: its state, and whether it stays one.
    let mut steady: Vec<Option<(usize, bool)>> = vec![None; week.len()];
    let mut fluid = Fluid::new(all.n_components);
    let mut start = 0.0;
    while start < length {
        let hour = (first + (start / 3600.0) as usize) % HOURS_PER_WEEK;
        let load = load_of[hour];
        let whole = (length - start).min(3600.0);
        let (state, stable) = *steady[load].get_or_insert_with(|| {
            let s = solve(&all, &week[load].rates);
            course.states.push(state(&all, &s, None));
            (course.states.len() - 1, !fluid.over(&all, &s))
        });
        let mut at = 0.0;
        while at < whole {
            let clear = stable && fluid.drained();
            let piece = if clear { whole - at } else { (whole / f64::from(PIECES)).min(whole - at) };
            let state = if clear {
                state
            } else {
                let s = fluid.advance(&mut all, &week[load].rates, piece);
                course.states.push(self::state(&all, &s, Some(&fluid.waiting)));
                all.stations.iter_mut().flatten().for_each(|desk| desk.backlog = None);
                course.states.len() - 1
            };
            let backlog = !clear;
            course.stretches.push(Stretch { start: start + at, length: piece, hour, load, state, backlog });
            at += piece;
        }
        start += whole;
    }
    course
}

/// Requests that wait for want of capacity, by component.
struct Fluid {
    waiting: Vec<f64>,
    /// What a component could last do where no formula says so: slots held across calls.
    capacity: Vec<f64>,
    /// What was found last: the next stretch starts from there.
    last: Vec<Option<Backlog>>,
}

/// A backlog over a stretch: what it does, and what is left.
struct Path {
    does: Backlog,
    left: f64,
}

impl Fluid {
    fn new(n: usize) -> Self {
        Self { waiting: vec![0.0; n], capacity: vec![f64::INFINITY; n], last: vec![None; n] }
    }

    fn drained(&self) -> bool {
        self.waiting.iter().all(|w| *w < DRAINED)
    }

    /// Whether some component cannot carry its load.
    fn over(&self, all: &Compiled, s: &Solution) -> bool {
        (0..all.n_components).any(|c| {
            let desk = &s.desks[c];
            desk.why.is_none() && (desk.carried < 1.0 || !desk.wait.all().is_finite()) && desk.arrivals > 0.0
        })
    }

    /// Requests per second that component `c` can do at the mixture of `s`.
    fn capacity(&mut self, all: &Compiled, s: &Solution, c: usize) -> f64 {
        let (Some(desk), state) = (&all.stations[c], &s.desks[c]) else { return f64::INFINITY };
        let asked = state.arrivals * (1.0 - state.throttled) * (1.0 - state.unavailable);
        if desk.backlog.is_none() && state.carried < 1.0 && state.carried > 0.0 {
            self.capacity[c] = asked * state.carried;
        }
        let limited = desk.queue.is_some() || desk.patience.is_some();
        let by_servers = match state.load {
            Some(load) if load > 0.0 && !limited => asked / load,
            _ => f64::INFINITY,
        };
        let by_slots = if desk.slots.is_some() { self.capacity[c] } else { f64::INFINITY };
        let size = |limit: &Bucket| {
            let nodes =
                || all.nodes_of(c).iter().map(|n| (&all.nodes[*n as usize], s.nodes[*n as usize].arrivals));
            let rate: f64 = nodes().map(|(_, rate)| rate).sum();
            if limit.tokens && rate > 0.0 {
                nodes().map(|(n, rate)| rate * n.size(limit).0).sum::<f64>() / rate
            } else {
                1.0
            }
        };
        let limits = desk.limits.iter().filter(|l| l.waits).map(|l| l.rate / size(l).max(1e-300));
        limits.fold(by_servers.min(by_slots), f64::min)
    }

    /// One stretch; leaves the desks with their backlogs.
    fn advance(&mut self, all: &mut Compiled, rates: &[f64], length: f64) -> Solution {
        let mut now: Vec<Option<Backlog>> = self.last.clone();
        for (now, waiting) in now.iter_mut().zip(&self.waiting) {
            if *waiting < DRAINED {
                *now = None;
            }
        }
        let mut left = vec![0.0; self.waiting.len()];
        let mut solved = None;
        for round in 1..=ROUNDS {
            for (desk, now) in all.stations.iter_mut().zip(&now) {
                if let Some(desk) = desk {
                    desk.backlog = *now;
                }
            }
            let s = solve(all, rates);
            let mut change: f64 = 0.0;
            for c in 0..all.n_components {
                if s.desks[c].why.is_none() {
                    let path = self.path(all, &s, c, length);
                    left[c] = path.as_ref().map_or(0.0, |p| p.left);
                    let next = path.map(|p| blend(now[c], p.does, round));
                    change = change.max(differ(now[c], next));
                    now[c] = next;
                }
            }
            solved = Some(s);
            if change < 1e-6 {
                break;
            }
        }
        (self.waiting, self.last) = (left, now);
        solved.unwrap_or_else(|| solve(all, rates))
    }

    /// What becomes of the backlog of `c`: `None` where there is none and none begins.
    fn path(&mut self, all: &Compiled, s: &Solution, c: usize, length: f64) -> Option<Path> {
        let state = &s.desks[c];
        let before = if self.waiting[c] < DRAINED { 0.0 } else { self.waiting[c] };
        let arrivals = state.arrivals * (1.0 - state.throttled) * (1.0 - state.unavailable);
        let capacity = self.capacity(all, s, c);
        if !capacity.is_finite() || capacity <= 0.0 || arrivals <= 0.0 {
            return None;
        }
        let grows = arrivals - capacity;
        if before <= 0.0 && grows <= 1e-9 * capacity {
            return None;
        }
        let end = before + grows * length;
        // Mean and mean square of the wait of those who come: a straight line, and nothing once it has drained.
        let (share, last) = if end >= 0.0 { (1.0, end) } else { (before / (-grows * length), 0.0) };
        let (a, b) = (before / capacity, last / capacity);
        let mean = share * 0.5 * (a + b);
        let second = share * (a * a + a * b + b * b) / 3.0;
        let served = arrivals * length + before - last;
        let does =
            Backlog { wait: Moments::from_second(mean, second), carried: served / (arrivals * length) };
        Some(Path { does, left: last })
    }
}

/// The next guess; halfway once it has swung for a while.
fn blend(old: Option<Backlog>, new: Backlog, round: u32) -> Backlog {
    match old.filter(|_| round > CALM_ROUNDS) {
        None => new,
        Some(old) => Backlog {
            wait: Moments::new(
                0.5 * (old.wait.mean + new.wait.mean),
                0.5 * (old.wait.variance + new.wait.variance),
            ),
            carried: 0.5 * (old.carried + new.carried),
        },
    }
}

fn differ(old: Option<Backlog>, new: Option<Backlog>) -> f64 {
    match (old, new) {
        (None, None) => 0.0,
        (Some(a), Some(b)) => {
            let size = a.wait.mean.abs().max(b.wait.mean.abs()).max(1e-3);
            ((a.wait.mean - b.wait.mean).abs() / size).max((a.carried - b.carried).abs())
        }
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::solution::total;
    use crate::model::build;
    use crate::model::call::{Jitter, Policy, Retry};
    use crate::model::workload::Arrivals;
    use crate::stats::distribution::Distribution;
    use crate::units::{Duration, Rate};

    /// One server of 100/s; 150/s in hour 1 of the week, 50/s otherwise.
    fn burst() -> Model {
        let mut model = build::empty();
        let desk =
            build::component(&mut model, "desk", build::station(1, 1, Distribution::Exponential(0.01)));
        build::journey(&mut model, "job", desk, 1.0);
        model.journeys[0].arrivals = Arrivals::PerActiveUser(Rate::per_second(50.0));
        model.profile.active[1] = 3.0;
        model
    }

    #[test]
    fn a_backlog_grows_and_drains_as_by_hand() {
        let course = course(&burst(), 0, 6.0 * 3600.0);
        let backlog = |hour: f64| {
            let at = course.stretches.iter().rfind(|s| s.start + s.length <= hour * 3600.0 + 1.0).unwrap();
            course.states[at.state].components[0].backlog
        };
        // 50/s too many for an hour: 180,000, gone again after an hour at 50/s too few.
        assert_eq!(backlog(1.0), 0.0);
        assert!((backlog(2.0) - 180_000.0).abs() < 1.0, "{}", backlog(2.0));
        assert!((backlog(2.5) - 90_000.0).abs() < 1.0, "{}", backlog(2.5));
        assert!(backlog(3.0) < 1.0);
        // Those who come in the first quarter of the second hour wait (180,000 + 135,000) / 2 / 100 s.
        let piece = course.stretches.iter().find(|s| s.start == 7200.0).unwrap();
        let wait = course.states[piece.state].components[0].wait.all().mean;
        assert!((wait - 1575.0).abs() < 1.0, "{wait}");
        // All that came is answered: 450,000 + 180,000 in hours 1 and 2.
        let answered: f64 =
            course.stretches.iter().map(|s| s.length * course.states[s.state].components[0].answered).sum();
        assert!((answered / (3600.0 * (150.0 + 5.0 * 50.0)) - 1.0).abs() < 1e-6, "{answered}");
        // A quiet hour and the one after the backlog are one state.
        assert_eq!(course.stretches.first().unwrap().state, course.stretches.last().unwrap().state);
        assert_eq!(course.stretches.iter().map(|s| s.length).sum::<f64>(), 6.0 * 3600.0);
    }

    #[test]
    fn retries_keep_an_overload_alive_after_its_hour() {
        let mut model = burst();
        let front = build::component(&mut model, "front", build::delay(Distribution::Constant(0.001)));
        let desk = model.component("desk").unwrap();
        model.journeys[0].entry = front;
        let call = build::call(&mut model, crate::model::JourneyIx(0), front, desk);
        let retry = Retry {
            extra: 3,
            base: Duration::millis(50.0),
            cap: Duration::seconds(1.0),
            jitter: Jitter::None,
            budget: None,
        };
        model.graph[call].policy =
            Policy { timeout: Some(Duration::millis(500.0)), retry: Some(retry), ..Policy::default() };
        let course = course(&model, 0, 6.0 * 3600.0);
        let last = &course.states[course.stretches.last().unwrap().state];
        // 50 calls a second make 200 attempts, twice what the server can do: nobody is answered in time.
        assert!((last.components[desk.index()].arrivals - 200.0).abs() < 1.0);
        assert!(total(&last.journeys[0].causes) > 0.999);
        assert!(course.stretches.first().is_some_and(|s| !s.backlog));
    }
}
