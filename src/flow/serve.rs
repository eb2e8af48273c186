//! One component under its load: rate limits, the split over replicas, the queue of each, and what each class waits.

use super::balanced::Choices;
use super::batches::Sizes;
use super::compiled::Compiled;
use super::desk::{Backlog, Desk};
use super::moments::{Moments, Wait};
use super::priority::{self, Class};
use super::single::{self, Ask, Outcome, Slowdown};
use super::solution::{DeskState, Solution};
use super::throttle::{MATTERS, rate_limits};
use crate::model::station::{Balance, Discipline};
use crate::text::flow as words;
use crate::text::flow::Method;
use std::sync::Arc;

/// The mixture of what reaches a component.
pub(super) struct Mixture {
    /// Requests per second.
    pub arrivals: f64,
    /// Those that want a server.
    working: f64,
    work: Moments,
    third: f64,
    exponential: bool,
    /// How much the number of requests in a long time varies, over that of a Poisson stream; `None`: not known.
    pub gaps_scv: Option<f64>,
    poisson: bool,
    /// Time held without a server, over all requests: mean and second moment.
    delay: f64,
    /// See `delay`.
    delay_second: f64,
    /// Sizes of batches, where all come in batches of one journey.
    batch: Option<Arc<Sizes>>,
}

fn mixture(all: &Compiled, solution: &Solution, c: usize) -> Mixture {
    let mut m = Mixture {
        arrivals: 0.0,
        working: 0.0,
        work: Moments::ZERO,
        third: 0.0,
        exponential: true,
        gaps_scv: Some(0.0),
        poisson: true,
        delay: 0.0,
        delay_second: 0.0,
        batch: None,
    };
    let (mut first, mut second, mut scv) = (0.0, 0.0, 0.0);
    let mut mean = None;
    for n in all.nodes_of(c) {
        let (node, state) = (&all.nodes[*n as usize], &solution.nodes[*n as usize]);
        let rate = state.arrivals;
        if rate <= 0.0 {
            continue;
        }
        m.arrivals += rate;
        m.delay += rate * state.delay.mean;
        m.delay_second += rate * state.delay.second();
        m.poisson &= node.poisson;
        let journey = &all.journeys[node.journey as usize];
        let alone = m.arrivals == rate && node.work.is_some() && state.visits == 1.0;
        m.batch = journey.batch.clone().filter(|_| alone && node.batched);
        match all.journeys[node.journey as usize].gaps_scv {
            Some((fixed, by_rate)) => {
                scv += rate * (1.0 + state.visits.min(1.0) * (fixed - 1.0) + by_rate * rate);
            }
            None => m.gaps_scv = None,
        }
        if let Some((work, third)) = node.work {
            m.working += rate;
            first += rate * work.mean;
            second += rate * work.second();
            m.third += rate * third;
            m.exponential &=
                node.exponential && (*mean.get_or_insert(work.mean) / work.mean - 1.0).abs() < 1e-12;
        }
    }
    if m.working > 0.0 {
        m.work = Moments::from_second(first / m.working, second / m.working);
        m.third /= m.working;
    }
    if m.arrivals > 0.0 {
        m.delay /= m.arrivals;
        m.delay_second /= m.arrivals;
        m.gaps_scv = m.gaps_scv.map(|_| scv / m.arrivals);
        // Rounding must not make a Poisson stream look like another.
        m.gaps_scv = m.gaps_scv.map(|s| if (s - 1.0).abs() < 1e-12 { 1.0 } else { s });
    }
    m
}

/// Rounds of an autoscaler until it has settled. Our choice: it doubles in one, and how many requests are inside hardly
/// depends on how many replicas there are once none of them is overloaded.
const SCALING_ROUNDS: u32 = 12;

/// The desk with the replicas that its autoscaler settles at; `None` when there is none, or it stays.
fn settled(desk: &Desk, m: &Mixture) -> Option<Desk> {
    let scaler = desk.scaling?;
    let cores = m.working * m.work.mean * scaler.cpu;
    let mut changed: Option<Desk> = None;
    for _ in 0..SCALING_ROUNDS {
        let now = changed.as_ref().unwrap_or(desk);
        let inside = if scaler.aims.concurrency.is_some() { inside(now, m) } else { 0.0 };
        let asked = scaler.aims.desired(now.replicas, now.replicas, cores, inside);
        let next = asked.clamp(scaler.min, scaler.max);
        if next == now.replicas {
            break;
        }
        changed.get_or_insert_with(|| desk.clone()).replicas = next;
        if scaler.aims.concurrency.is_none() {
            // CPU used does not depend on the replicas: what it asks for once it asks for again.
            break;
        }
    }
    changed.filter(|now| now.replicas != desk.replicas)
}

/// Mean number of requests in all replicas: those that are worked on, those that wait there, and those that wait for what they
/// call. Where more come than can be served, as many as all that was ever asked for: it ends at the most replicas.
fn inside(desk: &Desk, m: &Mixture) -> f64 {
    const ENDLESS: f64 = 1e9;
    if m.arrivals <= 0.0 {
        return 0.0;
    }
    let (outcome, _) = replicas(desk, m, 1.0);
    let held = held(m, &outcome);
    let sound = held.is_finite() && outcome.carried >= 1.0;
    if sound { m.arrivals * held } else { ENDLESS }
}

/// How long a request is inside, seconds: its delay, and for those that need a server the work and the wait for it. Where slots
/// are limited, all wait.
fn held(m: &Mixture, outcome: &Outcome) -> f64 {
    let share = m.working / m.arrivals;
    let worked = outcome.slowdown.map_or(m.work, |s| s.of(m.work)).mean;
    let wait = outcome.wait.all().mean;
    if outcome.method == words::LAYERED {
        return m.delay + share * worked + wait;
    }
    m.delay + share * (worked + wait)
}

/// Solves component `c` for the arrivals in `solution`, and writes the wait and work of its nodes. The nodes' `delay` must
/// be up to date when slots are limited.
pub fn serve(all: &Compiled, c: usize, solution: &mut Solution) {
    let Some(desk) = &all.stations[c] else { return };
    let m = mixture(all, solution, c);
    let scaled = settled(desk, &m);
    let desk = scaled.as_ref().unwrap_or(desk);
    let mut state = DeskState {
        arrivals: m.arrivals,
        replicas: desk.replicas,
        why: if m.gaps_scv.is_some() { desk.why } else { Some(words::NO_ARRIVALS_FORMULA) },
        ..DeskState::IDLE
    };
    let limit_wait = rate_limits(desk, &m, (all, solution, c), &mut state);
    // A backlog stands behind all lines at once.
    let limit_wait = if desk.backlog.is_some() { 0.0 } else { limit_wait };
    let m = Mixture { gaps_scv: evened(desk, &m, state.throttled), ..m };
    state.unavailable = if desk.replicas == 0 { 1.0 } else { 0.0 };
    let passed = (1.0 - state.throttled) * (1.0 - state.unavailable);
    let (outcome, copies) = match desk.backlog {
        Some(backlog) if m.arrivals > 0.0 => (behind(desk, &m, passed, backlog), 1.0),
        _ => replicas(desk, &m, passed),
    };
    let share = if m.arrivals > 0.0 { m.working / m.arrivals } else { 0.0 };
    let layered = outcome.method == words::LAYERED || desk.backlog.is_some();
    // Those that need no server wait for none; slots are for all.
    let part = if layered || desk.servers.is_none() { 1.0 } else { share };
    state.blocked = outcome.blocked * part;
    state.abandoned = outcome.abandoned * part;
    let in_turn = desk.replicas > 1 && desk.balance == Balance::RoundRobin;
    if in_turn && desk.queue == Some(0) && m.poisson && outcome.blocked * part > MATTERS {
        // Each replica sees every n-th of them: gaps more even than any formula for general service knows.
        state.why = state.why.or(Some(words::DEALT));
    }
    state.carried = outcome.carried;
    state.busy = outcome.busy * copies;
    state.queue = outcome.queue * copies + m.arrivals * passed * limit_wait;
    state.waits = outcome.waits * part;
    state.wait = Wait { chance: outcome.wait.chance * part, given: outcome.wait.given };
    state.load = desk.full.filter(|_| m.working > 0.0).map(|servers| {
        let all_servers = servers * f64::from(desk.replicas);
        let offered = m.working * passed * m.work.mean / all_servers;
        let limited = desk.queue.is_some() || desk.patience.is_some();
        if limited && desk.replicas > 0 { state.busy / all_servers } else { offered }
    });
    state.method = outcome.method;
    let as_sent = m.poisson || m.batch.is_some() && words::BATCHES.contains(&outcome.method);
    state.method.exact &= scaled.is_none() && as_sent && desk.limits.is_empty() && state.why.is_none();
    if state.why.is_none() && outcome.carried >= 1.0 && !outcome.wait.all().mean.is_finite() {
        // Not more than it can do, and yet no mean: the work has no second moment.
        state.why = Some(words::HEAVY);
    }
    let alone = copies == 1.0 && m.delay == 0.0 && desk.limits.is_empty() && !layered;
    state.empty = if m.arrivals == 0.0 {
        Some(1.0)
    } else if desk.servers.is_none() {
        let held = m.delay + share * m.work.mean;
        (desk.slots.is_none() && desk.limits.is_empty()).then(|| crate::stats::maths::exp(-m.arrivals * held))
    } else if alone && share == 1.0 {
        outcome.empty
    } else {
        None
    };
    let exponential_wait = [words::MM1, words::MMC, words::EM1].iter().any(|w| w.name == outcome.method.name);
    if exponential_wait && share == 1.0 && limit_wait == 0.0 && desk.discipline == Discipline::Fifo {
        state.response = Some((outcome.wait.chance, outcome.wait.given.mean, m.work.mean));
    }
    if limit_wait > 0.0 {
        let wait = Moments::new(limit_wait, limit_wait * limit_wait);
        state.wait = Wait::new(1.0, state.wait.all().then(wait));
    }
    let ranked = classes(all, desk, c, &outcome, &m, passed, limit_wait, solution);
    if let Some(method) = ranked.filter(|_| limit_wait == 0.0) {
        // What the component does is the sum of its classes, not the queue in order of arrival.
        let exact = state.method.exact && method.exact;
        state.method = Method { exact, ..method };
        state.response = None;
        if let Some(mean) = solution.worked_wait(all, c) {
            let all = Moments::new(mean, (2.0 / outcome.waits.max(1e-300) - 1.0).max(0.0) * mean * mean);
            state.queue = m.working * passed * mean;
            state.wait = Wait::new(
                outcome.waits * share,
                Moments::from_second(all.mean * share, all.second() * share),
            );
        }
        if desk.discipline == Discipline::PreemptiveResume {
            // Who is interrupted waits too, later.
            state.waits = f64::NAN;
        }
    }
    if state.why.is_some() {
        state.wait = Wait::NEVER;
        all.nodes_of(c).iter().for_each(|n| solution.nodes[*n as usize].wait = Moments::NEVER);
    }
    if let Some(wait) = solution.closed_wait.get(c).copied().flatten() {
        // Closed sessions never overload a station: their wait comes from mean value analysis.
        let servers = desk.full.unwrap_or(1.0) * f64::from(desk.replicas.max(1));
        state.busy = m.working * passed * m.work.mean;
        // As busy as can be is not overloaded, unless by what comes from elsewhere.
        let from_outside =
            all.nodes_of(c).iter().map(|n| (&all.nodes[*n as usize], &solution.nodes[*n as usize]));
        let from_outside = from_outside.filter(|(n, _)| all.journeys[n.journey as usize].closed.is_none());
        let opened: f64 = from_outside.map(|(n, at)| at.arrivals * n.work.map_or(0.0, |w| w.0.mean)).sum();
        let most = if opened * passed < servers { 1.0 - 1e-9 } else { f64::INFINITY };
        state.load = Some((state.busy / servers).min(most));
        state.carried = 1.0;
        state.why = desk.why;
        let wait = solution.worked_wait(all, c).unwrap_or(wait);
        state.queue = m.working * passed * wait;
        state.wait = Wait::new(1.0, Moments::new(wait * share, 0.0));
        state.wait.given.variance = state.wait.given.mean * state.wait.given.mean;
        state.waits = f64::NAN;
        state.empty = None;
        state.response = None;
        state.method = words::MVA_SPREAD;
    }
    solution.desks[c] = state;
}

/// How much what the limits let through varies: a bucket that turns away passes what comes more evenly.
///
/// With room for one, the next to pass is the first to come once there is a token again: gaps of 1 / rate and an exponential,
/// whose squared coefficient of variation (rate / (rate + arrivals))² is that of the share that passes, squared. Larger ones are
/// between that and even under the same share turned away, as they are empty for longer: taken alike. Not for counters,
/// which pass clumps, nor for tokens of requests of different sizes.
fn evened(desk: &Desk, m: &Mixture, turned_away: f64) -> Option<f64> {
    let buckets = desk.limits.iter().all(|limit| !limit.tokens && limit.window.is_none());
    let passed = if buckets && turned_away > MATTERS { 1.0 - turned_away } else { 1.0 };
    m.gaps_scv.map(|gaps| gaps * passed * passed)
}

/// All replicas behind a backlog: everybody waits for what came before.
fn behind(desk: &Desk, m: &Mixture, passed: f64, backlog: Backlog) -> Outcome {
    let servers = desk.full.map_or(f64::INFINITY, |c| c * f64::from(desk.replicas));
    let arrivals = m.arrivals * passed;
    Outcome {
        wait: Wait::new(1.0, backlog.wait),
        slowdown: None,
        blocked: 0.0,
        abandoned: 0.0,
        // The line over its way out is the wait.
        queue: arrivals * backlog.carried * backlog.wait.mean,
        busy: (m.working * passed * backlog.carried * m.work.mean).min(servers),
        empty: Some(0.0),
        waits: 1.0,
        carried: backlog.carried,
        method: words::BACKLOG,
    }
}

/// Solves one replica, or all of them as one queue; returns it with the number of such queues.
fn replicas(desk: &Desk, m: &Mixture, passed: f64) -> (Outcome, f64) {
    let n = f64::from(desk.replicas.max(1));
    let working = m.working * passed;
    if m.arrivals <= 0.0 || passed <= 0.0 {
        return (Outcome { empty: Some(1.0), method: words::INFINITE, ..Outcome::infinite(0.0, 0.0) }, n);
    }
    let gaps = m.gaps_scv.unwrap_or(1.0);
    let choices = match desk.balance {
        Balance::LeastOutstanding => Some(desk.replicas),
        Balance::PowerOfTwo => Some(2),
        Balance::RoundRobin | Balance::Random => None,
    };
    let choices = choices.filter(|_| desk.replicas > 1).map(|of| Choices { replicas: desk.replicas, of });
    let in_turn = desk.replicas > 1 && desk.balance == Balance::RoundRobin;
    let ask = Ask {
        choices,
        arrivals: working / n,
        work: m.work,
        third: m.third,
        exponential: m.exponential,
        gaps_scv: if desk.balance == Balance::Random { 1.0 + (gaps - 1.0) / n } else { gaps },
        turns: if in_turn { desk.replicas } else { 1 },
        servers: desk.servers.unwrap_or(1),
        full: desk.full.unwrap_or(1.0),
        room: desk.queue,
        patience: desk.patience,
        batch: m.batch.as_deref().filter(|_| desk.replicas == 1),
    };
    if let Some(slots) = desk.slots {
        let slots = slots.max(1);
        let plain = plain(desk, &Ask { room: None, patience: None, ..ask });
        let share = m.working / m.arrivals;
        let inside = m.arrivals * passed / n * held(m, &plain);
        // Slots that are never all taken change nothing.
        if f64::from(slots) >= inside + 8.0 * inside.sqrt() + 20.0 {
            return (plain, n);
        }
        // Replicas that are chosen by how full they are run out of slots together.
        let each = choices.map_or(1, |c| c.replicas);
        let copies = n / f64::from(each);
        let slots = slots.saturating_mul(each);
        let (servers, full) = match desk.servers {
            Some(_) => (ask.servers.saturating_mul(each), ask.full * f64::from(each)),
            None => (slots, f64::from(slots)),
        };
        let arrivals = m.arrivals * passed / copies;
        let room = ask.room.map(|q| q.saturating_mul(each));
        let spread = Moments::new(share * m.work.mean, m.work.variance * share);
        let delay = Moments::from_second(m.delay, m.delay_second);
        let ask = Ask { choices: None, arrivals, work: spread, servers, full, room, ..ask };
        // Those who share are as many inside as with exponential work.
        let ask =
            if desk.discipline == Discipline::ProcessorSharing { single::exponential(&ask) } else { ask };
        let layered = single::layered(&Ask { patience: desk.patience, ..ask }, slots.min(MOST_SLOTS), delay);
        return (layered, copies);
    }
    (plain(desk, &ask), n)
}

/// Slots of one replica beyond which the rest is not counted. Assumption: so many requests never wait in one process.
const MOST_SLOTS: u32 = 100_000;

fn plain(desk: &Desk, ask: &Ask) -> Outcome {
    if desk.servers.is_none() || ask.arrivals <= 0.0 {
        return Outcome::infinite(ask.arrivals, ask.work.mean);
    }
    if ask.work.mean <= 0.0 {
        return Outcome { empty: None, ..Outcome::infinite(0.0, 0.0) };
    }
    match desk.discipline {
        Discipline::ProcessorSharing => single::sharing(ask),
        _ => single::fifo(ask),
    }
}

/// Writes wait and work of each node of the component; under priorities each class has its own, and the formula is returned.
fn classes(
    all: &Compiled,
    desk: &Desk,
    c: usize,
    outcome: &Outcome,
    m: &Mixture,
    passed: f64,
    limit_wait: f64,
    solution: &mut Solution,
) -> Option<Method> {
    let nodes = all.nodes_of(c);
    let limit = Moments::new(limit_wait, limit_wait * limit_wait);
    let layered = outcome.method == words::LAYERED || desk.backlog.is_some();
    let by_rank = matches!(desk.discipline, Discipline::PreemptiveResume | Discipline::NonPreemptive)
        && desk.servers.is_some()
        && !layered
        && desk.queue.is_none()
        && desk.patience.is_none()
        && m.working > 0.0;
    let ranks: Vec<Class> = if by_rank {
        let copies = f64::from(desk.replicas.max(1));
        nodes
            .iter()
            .map(|n| {
                let node = &all.nodes[*n as usize];
                let (work, _) = node.work.unwrap_or((Moments::ZERO, 0.0));
                Class {
                    arrivals: if node.work.is_some() {
                        solution.nodes[*n as usize].arrivals * passed / copies
                    } else {
                        0.0
                    },
                    service: work.mean,
                    second: work.second(),
                    rank: all.journeys[node.journey as usize].rank,
                }
            })
            .collect()
    } else {
        Vec::new()
    };
    // As if all were of one rank and came at random: what the balancer and the gaps make of that, they make of each class.
    let alike: Vec<Class> = ranks.iter().map(|class| Class { rank: 0, ..*class }).collect();
    let first = alike.iter().position(|class| class.arrivals > 0.0);
    let at_random =
        first.map_or(0.0, |k| priority::non_preemptive_wait(&alike, desk.servers.unwrap_or(1), k));
    let factor = outcome.wait.all().mean / at_random;
    let factor = if factor.is_finite() && desk.replicas > 1 { factor } else { 1.0 };
    let closed = solution.closed_wait.get(c).copied().flatten();
    for (k, n) in nodes.iter().enumerate() {
        let node = &all.nodes[*n as usize];
        let state = &mut solution.nodes[*n as usize];
        let work = node.work.map_or(Moments::ZERO, |w| w.0);
        state.work = work;
        state.wait = if node.work.is_some() || layered { outcome.wait.all() } else { Moments::ZERO };
        if let Some(slowdown) = outcome.slowdown.filter(|_| closed.is_none()) {
            state.work = slowdown.of(work);
        }
        if by_rank && node.work.is_some() {
            let servers = desk.servers.unwrap_or(1);
            let mean = if desk.discipline == Discipline::NonPreemptive {
                priority::non_preemptive_wait(&ranks, servers, k)
            } else if servers > 1 && m.exponential {
                priority::merged_response(&ranks, servers, k) - work.mean
            } else {
                priority::preemptive_response(&ranks, servers, k) - work.mean
            };
            // The spread is not known in closed form: those who wait are taken to wait exponentially.
            state.wait = if mean.is_finite() {
                let mean = mean * factor;
                let chance = outcome.waits.max(1e-300);
                Moments::from_second(mean, 2.0 * mean * mean / chance)
            } else {
                Moments::NEVER
            };
        }
        let own = solution.closed_waits.get(*n as usize).copied().flatten();
        if let Some(wait) = closed.filter(|_| node.work.is_some()).map(|wait| own.unwrap_or(wait)) {
            state.wait = Moments::new(wait, wait * wait);
            if let Some(shared) = outcome.slowdown.filter(|_| work.mean > 0.0) {
                // Who shares does not wait: all of it goes on longer, by the mean that the network has.
                let stretch = 1.0 + wait / work.mean;
                state.work = Slowdown { stretch, long: stretch, ..shared }.of(work);
                state.wait = Moments::ZERO;
            }
        }
        state.wait = state.wait.then(limit);
        state.carried = if by_rank && node.work.is_some() && outcome.carried < 1.0 {
            priority::carried(&ranks, desk.servers.unwrap_or(1), k)
        } else {
            outcome.carried
        };
    }
    let present = ranks.iter().filter(|class| class.arrivals > 0.0);
    let differ = present.clone().any(|class| present.clone().any(|other| other.rank != class.rank));
    if !differ || closed.is_some() {
        return None;
    }
    let one_queue = [words::MM1, words::MMC, words::MG1].iter().any(|w| w.name == outcome.method.name);
    let many = desk.servers.unwrap_or(1) > 1;
    Some(match (desk.discipline, many) {
        _ if !one_queue => words::PRIORITY_SCALED,
        (Discipline::NonPreemptive, false) => words::NON_PREEMPTIVE,
        (_, false) => words::PREEMPTIVE,
        (Discipline::NonPreemptive, true) if m.exponential => words::NON_PREEMPTIVE_MANY,
        (_, true) if m.exponential => words::PREEMPTIVE_MANY,
        _ => words::PRIORITY_SCALED,
    })
}
