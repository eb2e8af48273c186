//! Queues with exponential service: Erlang B and C, the wait and response of M/M/c, and the general birth-and-death queue
//! with finite room and impatience (M/M/c/K+M), whose service rate may depend on the number inside.
//!
//! Source: D. Gross, J. F. Shortle, J. M. Thompson, C. M. Harris, *Fundamentals of Queueing Theory* (4th ed. 2008),
//! chapter 2; A. Mandelbaum, S. Zeltyn, "The M/M/n+G queue" (2009) for impatience.

use super::moments::{Moments, Wait};
use crate::stats::maths::{exp, expm1, ln};

/// Erlang B: chance that all of `servers` are busy in M/G/c/c with offered load `load` erlangs. O(`servers`).
pub fn erlang_b(servers: u32, load: f64) -> f64 {
    (1..=servers).fold(1.0, |b, n| load * b / (f64::from(n) + load * b))
}

/// Erlang C: chance to wait in M/M/c, by the Erlang B recursion. 1 at and beyond saturation. O(`servers`).
pub fn erlang_c(servers: u32, load: f64) -> f64 {
    let c = f64::from(servers);
    if load >= c {
        return 1.0;
    }
    let b = erlang_b(servers, load);
    b / (1.0 - load / c * (1.0 - b))
}

/// The wait in M/M/c; never ends when the offered load reaches `servers`. `arrivals` per second, `service` mean seconds.
/// The wait of those who wait is exponential, so [`Wait::quantile`] is exact here.
pub fn mmc_wait(servers: u32, arrivals: f64, service: f64) -> Wait {
    let load = arrivals * service;
    let c = f64::from(servers);
    if load >= c {
        return Wait::NEVER;
    }
    let mean = service / (c - load);
    Wait { chance: erlang_c(servers, load), given: Moments::new(mean, mean * mean) }
}

/// Chance that a response takes longer than `t` when the wait is zero with chance `1 - chance`, else exponential with mean
/// `wait`, and the service is exponential with mean `service`: M/M/c and GI/M/1.
pub fn response_beyond(chance: f64, wait: f64, service: f64, t: f64) -> f64 {
    let own = exp(-t / service);
    if chance <= 0.0 || wait <= 0.0 {
        return own;
    }
    let (a, b) = (1.0 / service, 1.0 / wait);
    // Service after the wait: e^-at + a (e^-bt - e^-at) / (a - b), which becomes t e^-at where the rates meet.
    let gap = a - b;
    let between = if (gap * t).abs() < 1e-7 {
        t * own * (1.0 + gap * t / 2.0)
    } else if gap > 0.0 {
        // From the longer of the two tails, so that nothing overflows.
        exp(-b * t) * -expm1(-gap * t) / gap
    } else {
        own * expm1(gap * t) / gap
    };
    (1.0 - chance) * own + chance * (own + a * between).min(1.0)
}

/// Quantile `q` of such a response, by bisection and secant steps to 1e-13.
pub fn response_quantile(chance: f64, wait: f64, service: f64, q: f64) -> f64 {
    if q <= 0.0 {
        return 0.0;
    }
    if q >= 1.0 || !wait.is_finite() {
        return f64::INFINITY;
    }
    // Beyond `low` more than 1 - q is left, beyond `high` less.
    let tail = 1.0 - q;
    let mut low = -service * ln(tail);
    if chance <= 0.0 || wait <= 0.0 {
        return low;
    }
    let mut high = low + wait * (-ln(tail));
    let excess = |t: f64| response_beyond(chance, wait, service, t) - tail;
    while excess(high) > 0.0 && high.is_finite() {
        high *= 2.0;
    }
    if !high.is_finite() {
        return high;
    }
    let (mut f_low, mut f_high) = (excess(low), excess(high));
    for _ in 0..200 {
        if f_low <= 0.0 || high - low <= 1e-14 * high {
            return low;
        }
        // Illinois: the end that stays is given half its weight.
        let next = (low * f_high - high * f_low) / (f_high - f_low);
        let t = if next > low && next < high { next } else { 0.5 * (low + high) };
        let f = excess(t);
        if f.abs() < 1e-15 {
            return t;
        }
        if f > 0.0 {
            (low, f_low) = (t, f);
            f_high *= 0.5;
        } else {
            (high, f_high) = (t, f);
            f_low *= 0.5;
        }
    }
    0.5 * (low + high)
}

/// A queue in which one request arrives or leaves at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BirthDeath {
    /// Arrivals per second.
    pub arrivals: f64,
    /// Requests in service at once.
    pub servers: u32,
    /// Requests that may wait; `None`: no limit.
    pub room: Option<u32>,
    /// Rate at which one who waits gives up, per second; 0: never.
    pub impatience: f64,
}

/// Steady state of such a queue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Steady {
    /// Chance that nobody is inside.
    pub empty: f64,
    /// Chance that an arrival is turned away.
    pub blocked: f64,
    /// Share of arrivals (turned-away ones included) that give up.
    pub abandoned: f64,
    /// Chance that an admitted request waits.
    pub waits: f64,
    /// Mean number waiting.
    pub queue: f64,
    /// Mean number in service.
    pub busy: f64,
    /// Wait of those who are served.
    pub wait: Wait,
}

/// States beyond which a queue without limit is cut: what is left weighs less than rounding.
const MOST_STATES: usize = 2_000_000;

/// Solves it. `rate(n)` is the total service rate with `n` in service, 1 ≤ n ≤ servers. `None` when it has no steady
/// state: no limit, no impatience, and arrivals as fast as service or faster. O(states).
pub fn birth_death(q: BirthDeath, rate: impl Fn(u32) -> f64) -> Option<Steady> {
    let full = rate(q.servers);
    let endless = q.room.is_none() && q.impatience <= 0.0;
    if endless && q.arrivals >= full {
        return None;
    }
    // Sums over states, in units of the weight of the state reached so far, rescaled as that grows.
    let (mut weight, mut all, mut empty) = (1.0_f64, 1.0_f64, 1.0_f64);
    let mut busy = 0.0;
    for n in 1..=q.servers {
        weight *= q.arrivals / rate(n);
        all += weight;
        busy += weight * f64::from(n);
        if weight > 1e200 {
            (all, empty, busy, weight) = (all / weight, empty / weight, busy / weight, 1.0);
        }
    }
    // Those who find `k` waiting (k = 0 first) wait for k + 1 departures; each of them may be an abandonment.
    let mut weighted = weight; // of the states in which an arrival waits and is admitted
    let (mut queue, mut blocked, mut served) = (0.0, 0.0, 0.0);
    let (mut first, mut second) = (0.0, 0.0);
    let (mut mean, mut variance) = (0.0, 0.0);
    let c = f64::from(q.servers);
    if endless {
        let r = q.arrivals / full;
        let tail = weight / (1.0 - r);
        (weighted, served) = (tail, tail);
        all += tail - weight;
        busy += c * (tail - weight);
        queue = weight * r / ((1.0 - r) * (1.0 - r));
        // k + 1 stages with k geometric: an exponential with mean 1 / (full - arrivals).
        let step = 1.0 / (full - q.arrivals);
        (first, second) = (tail * step, 2.0 * tail * step * step);
    } else if q.room == Some(0) {
        (blocked, weighted) = (weight, 0.0);
    } else {
        let mut k = 0usize;
        loop {
            // Seen by an arrival in the state with k waiting.
            let stage = 1.0 / (full + (k + 1) as f64 * q.impatience);
            mean += stage;
            variance += stage * stage;
            let stays = full * stage;
            served += weight * stays;
            first += weight * stays * mean;
            second += weight * stays * (variance + mean * mean);
            // The next state.
            k += 1;
            let next = weight * q.arrivals * stage;
            all += next;
            busy += next * c;
            queue += next * k as f64;
            let at_limit = q.room.is_some_and(|room| k >= room as usize);
            let falling = q.arrivals * stage < 1.0;
            if at_limit || (falling && next * (k as f64 + 10.0) < 1e-18 * all) || k >= MOST_STATES {
                blocked = if q.room.is_some() { next } else { 0.0 };
                break;
            }
            weighted += next;
            weight = next;
            if weight > 1e200 {
                for sum in [
                    &mut all,
                    &mut empty,
                    &mut busy,
                    &mut weighted,
                    &mut queue,
                    &mut served,
                    &mut first,
                    &mut second,
                ] {
                    *sum /= weight;
                }
                weight = 1.0;
            }
        }
    }
    let admitted = all - blocked;
    // Of the admitted: those who need not wait, and those who wait and are served.
    let at_once = admitted - weighted;
    let chance = if at_once + served > 0.0 { served / (at_once + served) } else { 0.0 };
    let given =
        if served > 0.0 { Moments::from_second(first / served, second / served) } else { Moments::ZERO };
    Some(Steady {
        empty: empty / all,
        blocked: blocked / all,
        abandoned: if q.arrivals > 0.0 { q.impatience * queue / all / q.arrivals } else { 0.0 },
        waits: if admitted > 0.0 { weighted / admitted } else { 0.0 },
        queue: queue / all,
        busy: busy / all,
        wait: Wait { chance, given },
    })
}

/// M/M/c+D: exponential service of mean `service` seconds, and everybody gives up after `patience` seconds. O(servers).
///
/// The wait that an arrival would have, x, has the density λ p(c-1) e^(-(cμ - λ) x) up to the patience, and falls as
/// e^(-cμ x) beyond it, since nobody joins that line.
///
/// Source: D. Y. Barrer, "Queuing with impatient customers and ordered service" (1957).
pub fn constant_patience(arrivals: f64, servers: u32, service: f64, patience: f64) -> Steady {
    // In mean services.
    let (a, c, limit) = (arrivals * service, f64::from(servers), patience / service);
    let (mut weight, mut below, mut empty) = (1.0_f64, 1.0_f64, 1.0_f64);
    for n in 1..servers {
        weight *= a / f64::from(n);
        below += weight;
        if weight > 1e200 {
            (below, empty, weight) = (below / weight, empty / weight, 1.0);
        }
    }
    // The density at no wait and at the limit, of which the larger is 1.
    let fall = (c - a) * limit;
    let (start, end) = (exp(fall.min(0.0)), exp(-fall.max(0.0)));
    let [once, first, second] = moments_of_decay(fall, start, end);
    let (once, first, second) = (limit * once, limit * limit * first, limit * limit * limit * second);
    let waited = weight * a * once;
    let lost = weight * a * end / c;
    let all = below * start + waited + lost;
    let given = if once > 0.0 {
        Moments::from_second(service * first / once, service * service * second / once)
    } else {
        Moments::ZERO
    };
    let abandoned = lost / all;
    Steady {
        empty: empty * start / all,
        blocked: 0.0,
        abandoned,
        waits: (waited + lost) / all,
        queue: a * (weight * a * first + lost * limit) / all,
        busy: a * (1.0 - abandoned),
        wait: Wait { chance: waited / (all - lost), given },
    }
}

/// Integrals of x^k times an exponential that goes from `start` at 0 to `end` at 1, ln(start / end) being `fall`; k = 0, 1, 2.
fn moments_of_decay(fall: f64, start: f64, end: f64) -> [f64; 3] {
    if fall.abs() > 0.5 {
        let once = (start - end) / fall;
        let first = (once - end) / fall;
        return [once, first, (2.0 * first - end) / fall];
    }
    // Too little of a difference for that: by the series of e^(-fall x).
    let mut sums = [0.0; 3];
    let mut term = start;
    for j in 0..20 {
        for (k, sum) in sums.iter_mut().enumerate() {
            *sum += term / (j + k + 1) as f64;
        }
        term *= -fall / (j + 1) as f64;
    }
    sums
}

/// M/M/c/K+M: exponential service of mean `service` seconds at each server.
pub fn mmck(q: BirthDeath, service: f64) -> Option<Steady> {
    birth_death(q, |n| f64::from(n) / service)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a / b - 1.0).abs() < 1e-9, "{a} against {b}");
    }

    #[test]
    fn erlang_tables() {
        // Gross & Harris, clinic: c = 3, 2 erlangs: C = 4/9.
        close(erlang_c(3, 2.0), 4.0 / 9.0);
        close(erlang_b(2, 1.0), 0.2);
    }

    #[test]
    fn birth_death_without_limit_is_erlang_c() {
        for (c, rho) in [(1, 0.3), (3, 0.9), (40, 0.8)] {
            let load = f64::from(c) * rho;
            let q = BirthDeath { arrivals: load, servers: c, room: None, impatience: 0.0 };
            let s = mmck(q, 1.0).expect("stable");
            close(s.waits, erlang_c(c, load));
            close(s.wait.all().mean, mmc_wait(c, load, 1.0).all().mean);
            close(s.wait.given.variance, mmc_wait(c, load, 1.0).given.variance);
            close(s.queue, load * s.wait.all().mean);
            close(s.busy, load);
        }
    }

    #[test]
    fn much_room_and_little_impatience_come_near_the_queue_without_limit() {
        let q = BirthDeath { arrivals: 1.6, servers: 2, room: None, impatience: 0.0 };
        let s = mmck(q, 1.0).expect("stable");
        let limited = mmck(BirthDeath { room: Some(2000), ..q }, 1.0).expect("always");
        let patient = mmck(BirthDeath { impatience: 1e-9, ..q }, 1.0).expect("always");
        for other in [limited, patient] {
            assert!((other.wait.all().mean / s.wait.all().mean - 1.0).abs() < 1e-6);
            assert!((other.wait.given.variance / s.wait.given.variance - 1.0).abs() < 1e-6);
            assert!((other.queue / s.queue - 1.0).abs() < 1e-6);
        }
    }

    #[test]
    fn impatience_as_fast_as_service_makes_the_system_an_infinite_server() {
        // M/M/c+M with theta = mu is M/M/inf: the number inside is Poisson with mean 2.
        let q = BirthDeath { arrivals: 2.0, servers: 1, room: None, impatience: 1.0 };
        let s = mmck(q, 1.0).expect("always");
        close(s.empty, exp(-2.0));
        close(s.queue, 2.0 - (1.0 - exp(-2.0)));
        close(s.abandoned, s.queue / 2.0);
        close(s.busy, 2.0 * (1.0 - s.abandoned));
    }

    #[test]
    fn overload_without_limit_has_no_steady_state() {
        assert_eq!(mmck(BirthDeath { arrivals: 2.0, servers: 2, room: None, impatience: 0.0 }, 1.0), None);
        let full = mmck(BirthDeath { arrivals: 1e6, servers: 2, room: Some(3000), impatience: 0.0 }, 1.0);
        close(full.expect("finite").blocked, 1.0 - 2e-6);
    }

    #[test]
    fn response_quantiles_of_mm1_are_exponential() {
        let w = mmc_wait(1, 50.0, 0.01);
        for q in [0.5, 0.9, 0.99, 0.999] {
            close(response_quantile(w.chance, w.given.mean, 0.01, q), -0.02 * ln(1.0 - q));
        }
    }

    #[test]
    fn quantiles_close_to_saturation() {
        // M/M/1 at 1 - 1e-6: the response is exponential with mean S / (1 - rho), whatever the load.
        for idle in [0.1, 1e-3, 1e-6, 1e-12] {
            let wait = 0.01 / idle;
            close(response_quantile(1.0 - idle, wait, 0.01, 0.95) / wait, -ln(0.05));
        }
    }

    #[test]
    fn constant_patience_of_any_length_has_its_limits() {
        // No patience: all are lost that find all busy. Endless patience: M/M/c.
        let none = constant_patience(3.0, 5, 1.0, 0.0);
        assert!((none.abandoned - erlang_b(5, 3.0)).abs() < 1e-12, "{none:?}");
        let endless = constant_patience(4.0, 5, 1.0, 1e3);
        assert!((endless.waits - erlang_c(5, 4.0)).abs() < 1e-12 && endless.abandoned < 1e-12);
        assert!((endless.wait.given.mean - 1.0).abs() < 1e-9);
        // As many come as can be served: nothing jumps there, nor where the series takes over.
        for (a, b) in [(4.999_999, 5.000_001), (4.749_999, 4.750_001), (5.249_999, 5.250_001)] {
            let (a, b) = (constant_patience(a, 5, 1.0, 2.0), constant_patience(b, 5, 1.0, 2.0));
            assert!(
                (a.abandoned - b.abandoned).abs() < 1e-5 && (a.queue - b.queue).abs() < 1e-5,
                "{a:?} {b:?}"
            );
        }
        // Far too many, for a long time.
        let flood = constant_patience(50.0, 5, 1.0, 1e4);
        assert!((flood.abandoned - 0.9).abs() < 1e-9 && (flood.busy - 5.0).abs() < 1e-9, "{flood:?}");
        assert!((flood.wait.given.mean - 1e4).abs() < 1.0);
    }
}
