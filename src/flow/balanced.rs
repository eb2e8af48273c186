//! One of several replicas whose balancer looks at how many requests are in them: the least outstanding of all, or of two.
//!
//! Two queues bound what happens. With very many replicas each is on its own: its chain of birth and death, in which the more
//! are inside the fewer come (mean field). With few, or near saturation, they are as full as one another, as if they were one
//! shared queue. The wait in between is (alone^p + shared^p)^(1/p) with p = 1 + 2 / replicas. That blend is our own: against the simulator
//! (2, 3 and 6 replicas of 1 and 4 servers at loads of 0.5, 0.8 and 0.9, exponential work) mean responses are within 3.3 %, and it is right at
//! both ends.
//!
//! Source of the mean field: M. Mitzenmacher, "The power of two choices in randomized load balancing" (2001); of replicas that
//! level out near saturation: G. Foschini, J. Salz, "A basic dynamic routing problem and diffusion" (1978).

use super::moments::{Moments, Wait};
use super::single::{Ask, Outcome, shared};
use crate::stats::maths::{exp, pow};
use crate::text::flow as words;

/// Who a request goes to: the least loaded of some replicas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choices {
    /// Replicas there are, at least 2.
    pub replicas: u32,
    /// How many of them, picked at random, are looked at.
    pub of: u32,
}

/// How well the logarithm of the chance that a replica is idle is known. Our choice: no figure has more digits.
const WIDTH: f64 = 1e-11;
/// The least that logarithm may be.
const LEAST: f64 = -690.0;
/// Requests that wait at one beyond which the rest is not counted.
const MOST_WAITING: f64 = 20_000.0;
/// Servers of a replica beyond which an idle one is too rare to be counted with: such replicas are taken for one shared queue.
const MOST_SERVERS: u32 = 400;
/// A replica has so many or more inside with less than this chance: the chain ends.
const NEVER: f64 = 1e-15;

/// What one of the replicas does; arrivals are those of one.
pub fn balanced(ask: &Ask, choices: Choices) -> Outcome {
    let n = choices.replicas;
    let shared = shared(&Ask {
        choices: None,
        arrivals: ask.arrivals * f64::from(n),
        servers: ask.servers.saturating_mul(n),
        full: ask.full * f64::from(n),
        room: ask.room.map(|room| room.saturating_mul(n)),
        ..*ask
    });
    let each = |whole: f64| whole / f64::from(n);
    let limited = ask.room.is_some() || ask.patience.is_some();
    if shared.carried < 1.0 || ask.servers > MOST_SERVERS {
        return Outcome {
            queue: each(shared.queue),
            busy: each(shared.busy),
            method: words::BALANCED,
            ..shared
        };
    }
    let alone = alone(ask, choices.of);
    let spread = (ask.gaps_scv + ask.work.scv()) / 2.0;
    let spread = if limited { spread.clamp(0.5, 2.0) } else { spread };
    let (alone_wait, shared_wait) = (alone.wait * spread, shared.wait.all().mean);
    // Where requests are turned away or leave, both hit the same bound, and there is nothing between them.
    let between = |a: f64, b: f64| {
        if limited || a <= 0.0 || b <= 0.0 {
            return a.max(b);
        }
        let p = 1.0 + 2.0 / f64::from(n);
        let (more, less) = (a.max(b), a.min(b));
        more * pow(1.0 + pow(less / more, p), 1.0 / p)
    };
    let wait = between(alone_wait, shared_wait);
    let chance = alone.waits.max(shared.wait.chance);
    let blocked = alone.blocked.max(shared.blocked);
    let queue = if limited { (alone.queue * spread).max(each(shared.queue)) } else { ask.arrivals * wait };
    Outcome {
        wait: Wait::new(chance, Moments::from_second(wait, 2.0 * wait * wait / chance.max(1e-300))),
        blocked,
        abandoned: alone.abandoned.max(shared.abandoned),
        queue,
        busy: if limited { each(shared.busy).min(alone.busy) } else { ask.arrivals * ask.work.mean },
        empty: None,
        waits: chance,
        method: words::BALANCED,
        ..shared
    }
}

/// A replica among very many.
struct Alone {
    /// Chance that a request waits.
    waits: f64,
    /// Mean wait of those served, seconds.
    wait: f64,
    /// Share of requests that find no room.
    blocked: f64,
    /// Share that gives up.
    abandoned: f64,
    /// Mean number waiting.
    queue: f64,
    /// Mean busy servers.
    busy: f64,
}

/// x^n by squaring.
fn power(mut x: f64, mut n: u32) -> f64 {
    let mut out = 1.0;
    while n > 0 {
        if n & 1 == 1 {
            out *= x;
        }
        x *= x;
        n >>= 1;
    }
    out
}

/// With s(i) the share of replicas with at least i inside, one with exactly i gets arrivals at the rate
/// λ (s(i)^d - s(i+1)^d) / (s(i) - s(i+1)): the least loaded of d has i inside, and it is one of those. Found from the chance that
/// a replica is idle, by bisection: more idle ones leave fewer that are full. O(states).
fn alone(ask: &Ask, of: u32) -> Alone {
    let patience = ask.impatience();
    let servers = f64::from(ask.servers);
    let leaves = |inside: f64| {
        let working = if inside >= servers { ask.full } else { inside };
        working / ask.work.mean + patience * (inside - servers).max(0.0)
    };
    let places = ask.room.map_or(f64::INFINITY, |room| f64::from(room) + servers);
    // (a^d - b^d) / (a - b): by the derivative where they are too close for the difference to have digits.
    let slope = |a: f64, b: f64| match of {
        1 => 1.0,
        2 => a + b,
        d if a - b < 1e-6 * a => f64::from(d) * power(0.5 * (a + b), d - 1),
        d => (power(a, d) - power(b, d)) / (a - b),
    };
    // What is left beyond the last state, and with `visit` what happens in each.
    let walk = |idle: f64, visit: &mut dyn FnMut(f64, f64, f64)| {
        let (mut inside, mut at_least, mut exactly) = (0.0, 1.0, idle);
        loop {
            let more = at_least - exactly;
            let arrives = exactly.min(at_least) * slope(at_least, more.max(0.0));
            visit(inside, exactly.min(at_least), arrives);
            let next = ask.arrivals * arrives / leaves(inside + 1.0);
            // Beyond the servers the chance of a state falls once it has begun to: none of the rest counts.
            let done = inside > servers && next < exactly && next < NEVER * at_least;
            if more < NEVER || inside >= places || done || next <= 0.0 || inside > servers + MOST_WAITING {
                return more;
            }
            (inside, at_least, exactly) = (inside + 1.0, more, next);
        }
    };
    let left = |idle: f64| walk(exp(idle), &mut |_, _, _| {}) > NEVER;
    let (mut low, mut high) = (-1.0, 0.0);
    while low > LEAST && !left(low) {
        (low, high) = (2.0 * low, low);
    }
    while high - low > WIDTH {
        let idle = 0.5 * (low + high);
        if left(idle) { low = idle } else { high = idle }
    }
    let high = exp(high);
    let mut all = Alone { waits: 0.0, wait: 0.0, blocked: 0.0, abandoned: 0.0, queue: 0.0, busy: 0.0 };
    walk(high, &mut |inside, exactly, arrives| {
        all.queue += exactly * (inside - servers).max(0.0);
        all.busy += exactly * inside.min(servers);
        if inside >= places {
            all.blocked += arrives;
        } else if inside >= servers {
            all.waits += arrives;
        }
    });
    all.abandoned = patience * all.queue / ask.arrivals;
    let admitted = ask.arrivals * (1.0 - all.blocked);
    all.waits /= (1.0 - all.blocked).max(1e-300);
    all.wait = if admitted > 0.0 { all.queue / admitted } else { 0.0 };
    all
}

#[cfg(test)]
mod tests {
    use super::super::single::{fifo, tests::ask as exponential};
    use super::*;

    fn ask(rho: f64, servers: u32) -> Ask<'static> {
        exponential(rho * f64::from(servers), servers)
    }

    #[test]
    fn two_choices_of_very_many_are_the_published_ones() {
        // rho = 0.9: mean number 0.9 + 0.9^3 + 0.9^7 + ... = 2.352652 against 9 of M/M/1 (Mitzenmacher 2001, table 1).
        let o = balanced(&ask(0.9, 1), Choices { replicas: 1_000_000, of: 2 });
        assert!(((o.wait.all().mean + 1.0) * 0.9 - 2.352652).abs() < 1e-4, "{}", o.wait.all().mean);
        // One choice is no choice: M/M/c, with room and without, with patience.
        let one = |ask: &Ask| alone(ask, 1);
        for ask in [
            ask(0.8, 1),
            ask(0.7, 3),
            Ask { room: Some(4), ..ask(1.3, 2) },
            Ask { patience: Some(super::super::desk::Patience::Exponential(2.0)), ..ask(1.2, 2) },
        ] {
            let (o, f) = (one(&ask), fifo(&ask));
            assert!((o.queue - f.queue).abs() < 1e-6 && (o.busy - f.busy).abs() < 1e-6, "{ask:?}");
            assert!((o.blocked - f.blocked).abs() < 1e-9 && (o.abandoned - f.abandoned).abs() < 1e-6);
            assert!((o.waits - f.waits).abs() < 1e-6, "{} {}", o.waits, f.waits);
        }
    }

    #[test]
    fn two_replicas_under_the_shorter_queue() {
        // Two M/M/1 with arrivals to the shorter: mean response at rho 0.5, 0.8 and 0.9 by simulation here (6 x 2 h, half-widths
        // below 1 %), in units of the work: 1.420, 2.968, 5.46.
        for (rho, response) in [(0.5, 1.420), (0.8, 2.968), (0.9, 5.46)] {
            let o = balanced(&ask(rho, 1), Choices { replicas: 2, of: 2 });
            assert!(((o.wait.all().mean + 1.0) / response - 1.0).abs() < 0.03, "{rho} {}", o.wait.all().mean);
        }
    }

    #[test]
    fn more_choices_and_more_replicas_wait_less() {
        let wait = |replicas, of| balanced(&ask(0.85, 2), Choices { replicas, of }).wait.all().mean;
        assert!(wait(2, 2) > wait(4, 2) && wait(4, 2) > wait(40, 2));
        assert!(wait(8, 2) > wait(8, 8) && fifo(&ask(0.85, 2)).wait.all().mean > wait(2, 2));
        let full = balanced(&Ask { room: Some(3), ..ask(1.5, 1) }, Choices { replicas: 3, of: 2 });
        assert!((full.blocked - 1.0 / 3.0).abs() < 0.015 && full.busy > 0.98, "{full:?}");
    }
}
