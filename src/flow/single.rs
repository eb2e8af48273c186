//! One queue of one replica: picks the formula that fits its service, arrivals, room, patience and order, and says which.

use super::balanced::{Choices, balanced};
use super::batches::{self, Sizes};
use super::desk::Patience;
use super::erlang::{BirthDeath, Steady, birth_death, constant_patience, erlang_c, mmc_wait, mmck};
use super::mg1::{erlang_m1_wait, ggc_wait, mg1_wait, spread};
use super::moments::{Moments, Wait};
use crate::text::flow as words;
use crate::text::flow::Method;

/// What one queue is asked to do.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Where it is one of several that requests are sent to by how many are inside.
    pub choices: Option<Choices>,
    /// Requests per second that want a server.
    pub arrivals: f64,
    /// Work of the mixture of classes.
    pub work: Moments,
    /// Its third moment.
    pub third: f64,
    /// Whether it is exponential with one mean.
    pub exponential: bool,
    /// Squared coefficient of variation of the gaps.
    pub gaps_scv: f64,
    /// Replicas that Poisson arrivals are dealt out to in turn; 1 when they are not.
    pub turns: u32,
    /// Servers.
    pub servers: u32,
    /// Their speed together when all are busy: less than their number where the last one is slower.
    pub full: f64,
    /// Places to wait.
    pub room: Option<u32>,
    /// Patience of those who wait.
    pub patience: Option<Patience>,
    /// Sizes of the batches they come in.
    pub batch: Option<&'a Sizes>,
}

impl Ask<'_> {
    /// Rate at which one who waits gives up; 0: never.
    pub fn impatience(&self) -> f64 {
        self.patience.map_or(0.0, Patience::rate)
    }
}

/// What it does.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// Wait of those served.
    pub wait: Wait,
    /// What sharing does to the work.
    pub slowdown: Option<Slowdown>,
    /// Share of arrivals turned away.
    pub blocked: f64,
    /// Share of arrivals that give up.
    pub abandoned: f64,
    /// Mean number waiting.
    pub queue: f64,
    /// Mean busy servers.
    pub busy: f64,
    /// Chance that nobody is there.
    pub empty: Option<f64>,
    /// Chance that an admitted request waits.
    pub waits: f64,
    /// Share of the admitted that is ever served: below 1 in overload.
    pub carried: f64,
    /// Formula.
    pub method: Method,
}

/// What sharing a server does to the work.
#[derive(Clone, Copy, Debug)]
pub struct Slowdown {
    /// Mean time for a second of work.
    pub stretch: f64,
    /// The same for work that outlasts many arrivals, so that their order does not matter any more: that under Poisson
    /// arrivals.
    pub long: f64,
    /// Mean work, seconds.
    pub mean: f64,
    /// Mean gap between arrivals, seconds.
    pub gap: f64,
    /// E\[work²\] / E\[work\], seconds: twice the rest of the work that is met under way.
    pub met: f64,
}

impl Slowdown {
    /// The time that this work takes: with ρ = 1 - 1 / stretch,
    /// Var\[T\] = stretch² (Var\[work\] + ρ E\[work²\] L / (L + E\[work²\] / E\[work\])), L = met / (1 - ρ).
    ///
    /// Exact for M/M/1 (Coffman, Muntz and Trotter 1970); in between a blend of our own of two limits: work so short that
    /// nothing changes under way (ρ work²), and so long that it sees the mean of many changes (ρ L work).
    pub fn of(self, work: Moments) -> Moments {
        let beyond = (work.mean - self.mean).max(0.0);
        let stretch = self.stretch + (self.long - self.stretch) * beyond / (beyond + self.gap);
        let own = work.second();
        let limit = self.met * stretch;
        let added =
            if own > 0.0 { (1.0 - 1.0 / stretch) * own * limit / (limit + own / work.mean) } else { 0.0 };
        let variance = work.variance + added;
        Moments::new(work.mean * stretch, stretch * stretch * variance)
    }
}

impl Outcome {
    /// No queue at all: infinitely many servers.
    pub fn infinite(arrivals: f64, work: f64) -> Self {
        Self {
            wait: Wait::NONE,
            slowdown: None,
            blocked: 0.0,
            abandoned: 0.0,
            queue: 0.0,
            busy: arrivals * work,
            empty: Some(crate::stats::maths::exp(-arrivals * work)),
            waits: 0.0,
            carried: 1.0,
            method: words::INFINITE,
        }
    }

    /// Overload: the queue grows without bound.
    pub fn overloaded(capacity: f64, arrivals: f64, busy: f64, method: Method) -> Self {
        Self {
            wait: Wait::NEVER,
            slowdown: None,
            blocked: 0.0,
            abandoned: 0.0,
            queue: f64::INFINITY,
            busy,
            empty: Some(0.0),
            waits: 1.0,
            carried: (capacity / arrivals).min(1.0),
            method,
        }
    }

    fn stable(wait: Wait, ask: &Ask, empty: Option<f64>, method: Method) -> Self {
        Self {
            wait,
            slowdown: None,
            blocked: 0.0,
            abandoned: 0.0,
            queue: ask.arrivals * wait.all().mean,
            busy: ask.arrivals * ask.work.mean,
            empty,
            waits: wait.chance,
            carried: 1.0,
            method,
        }
    }

    fn limited(s: &Steady, scale: f64, method: Method) -> Self {
        let given = Moments::new(s.wait.given.mean * scale, s.wait.given.variance * scale * scale);
        Self {
            wait: Wait { chance: s.wait.chance, given },
            slowdown: None,
            blocked: s.blocked,
            abandoned: s.abandoned,
            queue: s.queue * scale,
            busy: s.busy,
            empty: Some(s.empty),
            waits: s.waits,
            carried: 1.0,
            method,
        }
    }
}

/// First come, first served.
pub fn fifo(ask: &Ask) -> Outcome {
    if let Some(choices) = ask.choices {
        return balanced(ask, choices);
    }
    let c = f64::from(ask.servers);
    let load = ask.arrivals * ask.work.mean;
    let poisson = ask.turns == 1 && ask.gaps_scv == 1.0;
    if let (None, Some(Patience::Constant(patience)), true, true) =
        (ask.room, ask.patience, ask.exponential, poisson)
    {
        let steady = constant_patience(ask.arrivals, ask.servers, ask.work.mean, patience);
        return Outcome::limited(&steady, 1.0, words::BARRER);
    }
    if ask.room.is_some() || ask.patience.is_some() {
        let q = BirthDeath {
            arrivals: ask.arrivals,
            servers: ask.servers,
            room: ask.room,
            impatience: ask.impatience(),
        };
        let Some(steady) = (ask.work.mean > 0.0).then(|| mmck(q, ask.work.mean)).flatten() else {
            return Outcome::stable(Wait::NONE, ask, None, words::INFINITE);
        };
        let memoryless = matches!(ask.patience, None | Some(Patience::Exponential(_)));
        let method = match (ask.room, ask.patience.is_some()) {
            (Some(0), _) if poisson => words::ERLANG_B,
            _ if !(poisson && ask.exponential && memoryless) => {
                if ask.patience.is_some() {
                    words::IMPATIENT
                } else {
                    words::LIMITED
                }
            }
            (Some(_), false) => words::MMCK,
            (Some(_), true) => words::ERLANG_A_LIMITED,
            (None, _) => words::ERLANG_A,
        };
        let scale = if ask.exponential && poisson { 1.0 } else { (ask.gaps_scv + ask.work.scv()) / 2.0 };
        // The spread of service shortens or lengthens waits; the room bounds them all the same.
        let scale = if method.exact { 1.0 } else { scale.clamp(0.5, 2.0) };
        return Outcome::limited(&steady, scale, method);
    }
    if load >= c {
        let method = if ask.exponential && poisson { words::MMC } else { words::GGC };
        return Outcome::overloaded(c / ask.work.mean, ask.arrivals, c, method);
    }
    if let Some(sizes) = ask.batch.filter(|_| ask.turns == 1)
        && let Some((wait, empty)) = batches::wait(sizes, ask.arrivals, ask.work, ask.servers)
    {
        let method = match (ask.servers, ask.exponential) {
            (1, _) => words::BATCH_MG1,
            (_, true) if empty.is_some() => words::BATCH_MMC,
            _ => words::BATCH_GGC,
        };
        return Outcome::stable(wait, ask, empty.filter(|_| ask.servers == 1 || ask.exponential), method);
    }
    if ask.exponential && poisson {
        let method = if ask.servers == 1 { words::MM1 } else { words::MMC };
        let wait = mmc_wait(ask.servers, ask.arrivals, ask.work.mean);
        // P(empty) from P(all busy): known for one server; else by the sum of the birth-and-death weights.
        let empty = if ask.servers == 1 { 1.0 - load } else { empty_mmc(ask.servers, load) };
        return Outcome::stable(wait, ask, Some(empty), method);
    }
    if ask.servers == 1 && poisson {
        let wait = mg1_wait(ask.arrivals, ask.work.mean, ask.work.second(), ask.third);
        return Outcome::stable(wait, ask, Some(1.0 - load), words::MG1);
    }
    if ask.servers == 1 && ask.exponential && ask.turns > 1 && ask.gaps_scv == 1.0 {
        let wait = erlang_m1_wait(ask.turns, ask.arrivals, ask.work.mean);
        return Outcome::stable(wait, ask, Some(1.0 - load), words::EM1);
    }
    let gaps = ask.gaps_scv / f64::from(ask.turns);
    let wait = ggc_wait(ask.servers, ask.arrivals, ask.work, gaps);
    let method = if ask.turns > 1 { words::GGC_IN_TURN } else { words::GGC };
    let empty = (ask.servers == 1).then_some(1.0 - load);
    Outcome::stable(wait, ask, empty, method)
}

/// P(0) of M/M/c with `load` erlangs below `servers`.
fn empty_mmc(servers: u32, load: f64) -> f64 {
    // P(c) = P(0) load^c / c!, C = P(c) / (1 - rho): run the weights from 0 up.
    let (mut weight, mut sum, mut scale) = (1.0_f64, 0.0_f64, 1.0_f64);
    for n in 0..servers {
        sum += weight;
        weight *= load / f64::from(n + 1);
        if weight > 1e250 {
            (sum, weight, scale) = (sum / weight, 1.0, scale / weight);
        }
    }
    scale / (sum + weight / (1.0 - load / f64::from(servers)))
}

/// Processor sharing: each of those inside gets an equal share of the servers, at most one.
///
/// The number inside is that of the same queue with exponential work, whatever the work (exact for Poisson arrivals without
/// patience; taken over for other arrivals): what those inside wait in that queue is what sharing adds here. Work of more
/// than the mean is stretched as under Poisson arrivals, the more the longer: a blend of our own, checked against the
/// simulator.
///
/// Source: insensitivity: F. Baskett et al., "Open, closed, and mixed networks of queues" (1975).
pub fn sharing(ask: &Ask) -> Outcome {
    if ask.work.mean <= 0.0 || ask.arrivals <= 0.0 {
        return Outcome { method: words::PS, empty: Some(1.0), ..Outcome::infinite(0.0, 0.0) };
    }
    let fifo = shared(&exponential(ask));
    let poisson = ask.turns == 1 && ask.gaps_scv == 1.0;
    let method = match ask.choices {
        Some(_) => words::BALANCED,
        None if poisson => words::PS,
        None => words::PS_IN_TURN,
    };
    if fifo.carried < 1.0 {
        return Outcome::overloaded(ask.full / ask.work.mean, ask.arrivals, fifo.busy, method);
    }
    let added = |fifo: &Outcome| 1.0 + fifo.wait.all().mean / ask.work.mean;
    let stretch = added(&fifo);
    let long =
        if poisson { stretch } else { added(&shared(&Ask { turns: 1, gaps_scv: 1.0, ..exponential(ask) })) };
    Outcome {
        wait: Wait::NONE,
        slowdown: Some(Slowdown {
            stretch,
            long,
            mean: ask.work.mean,
            gap: 1.0 / ask.arrivals,
            met: ask.work.second() / ask.work.mean,
        }),
        abandoned: 0.0,
        queue: 0.0,
        waits: 0.0,
        method,
        ..fifo
    }
}

/// The queue whose number inside is that of those who share: first come, first served, and where the last server is slower
/// the birth and death with `min(n, full)` times the speed of one, arrivals other than Poisson's by Allen and Cunneen.
pub fn shared(ask: &Ask) -> Outcome {
    if ask.full == f64::from(ask.servers) || ask.choices.is_some() {
        return fifo(ask);
    }
    let m = ask.work.mean;
    let q = BirthDeath { arrivals: ask.arrivals, servers: ask.servers, room: ask.room, impatience: 0.0 };
    let Some(s) = birth_death(q, |n| f64::from(n).min(ask.full) / m) else {
        return Outcome::overloaded(ask.full / m, ask.arrivals, ask.full, words::PS);
    };
    let carried = ask.arrivals * (1.0 - s.blocked);
    let spread = (ask.gaps_scv / f64::from(ask.turns) + 1.0) / 2.0;
    let more = ((s.queue + s.busy) / carried - m).max(0.0) * spread;
    let wait = Wait::new(1.0, Moments::new(more, more * more));
    Outcome { wait, busy: carried * m, ..Outcome::limited(&s, 1.0, words::PS) }
}

/// The same with exponential work of the same mean, and patience without limit: those who share do not wait.
pub fn exponential<'a>(ask: &Ask<'a>) -> Ask<'a> {
    let work = Moments::new(ask.work.mean, ask.work.mean * ask.work.mean);
    Ask { work, third: 6.0 * ask.work.mean * work.variance, exponential: true, patience: None, ..*ask }
}

/// A replica whose requests hold one of `slots` while they wait for a server, work, and wait for their calls.
///
/// The inside (a queue of `servers` and a delay of `delay` seconds) with n requests has the throughput X(n) of the closed
/// network; the slots are then one queue with the rate X(n). Off by a few per cent even for exponential work, since those
/// who come in find the inside out of balance; for other work and other gaps the wait for a server is scaled as by Allen-Cunneen, and
/// that for a slot by the spread of how long slots are held, as by Kraemer and Langenbach-Belz.
///
/// Source: K. M. Chandy, U. Herzog, L. Woo, "Parametric analysis of queuing networks" (1975): the flow-equivalent server.
pub fn layered(ask: &Ask, slots: u32, held: Moments) -> Outcome {
    let (m, delay) = (ask.work.mean, held.mean);
    let rates = throughputs(slots, ask.servers, ask.full, m, delay);
    let most = rates[slots as usize];
    let q =
        BirthDeath { arrivals: ask.arrivals, servers: slots, room: ask.room, impatience: ask.impatience() };
    let busy = |carried: f64| (carried * m).min(ask.full);
    let Some(s) = birth_death(q, |n| rates[n as usize]) else {
        return Outcome::overloaded(most, ask.arrivals, busy(most), words::LAYERED);
    };
    let carried = ask.arrivals * (1.0 - s.blocked - s.abandoned);
    let gaps = ask.gaps_scv / f64::from(ask.turns);
    let limited = ask.room.is_some() || ask.patience.is_some();
    // A slot is held for the work and what it waits for: the line for slots is one of such services.
    let alone = Moments::new(delay + m, held.variance + ask.work.variance);
    let line = spread(carried / most.max(1e-300), gaps, alone.scv());
    let line = if limited { line.clamp(0.5, 2.0) } else { line };
    let spread = (gaps + ask.work.scv()) / 2.0;
    let inside = if carried > 0.0 { (s.busy / carried - delay - m).max(0.0) * spread } else { 0.0 };
    let chance = erlang_c(ask.servers, (carried * m).min(ask.full * (1.0 - 1e-12)));
    let inner = Wait::new(chance, Moments::from_second(inside, 2.0 * inside * inside / chance.max(1e-300)));
    let either = 1.0 - (1.0 - s.wait.chance) * (1.0 - inner.chance);
    let slot = Moments::new(s.wait.given.mean * line, s.wait.given.variance * line * line);
    let slot = Wait { chance: s.wait.chance, given: slot };
    let all = slot.all().then(inner.all());
    Outcome {
        wait: Wait::new(either, all),
        slowdown: None,
        blocked: s.blocked,
        abandoned: s.abandoned,
        queue: s.queue * line + carried * inside,
        busy: busy(carried),
        empty: Some(s.empty),
        waits: 1.0 - (1.0 - s.waits) * (1.0 - inner.chance),
        carried: 1.0,
        method: words::LAYERED,
    }
}

/// Most steps of the recursion below.
const MOST_STEPS: f64 = 2e7;

/// Throughput X(0..=n) of a closed queue of `servers`, `full` times as fast as one when all are busy, with mean work `work`
/// and a delay of `delay`; by MVA with the marginal chances of fewer than `servers` present. O(n x servers).
fn throughputs(n: u32, servers: u32, full: f64, work: f64, delay: f64) -> Vec<f64> {
    let mut x = vec![0.0; n as usize + 1];
    if work <= 0.0 || full >= f64::from(n) {
        // Never a wait for a server.
        for (k, rate) in x.iter_mut().enumerate() {
            *rate = k as f64 / (work + delay).max(1e-300);
        }
        return x;
    }
    if f64::from(n) * f64::from(servers) > MOST_STEPS {
        // So many that the two asymptotes are all there is.
        for (k, rate) in x.iter_mut().enumerate() {
            *rate = (k as f64 / (work + delay)).min(full / work);
        }
        return x;
    }
    let c = servers as usize;
    let mut queue = 0.0;
    // p[j]: chance of j at the queue, j < c.
    let mut p = vec![0.0; c];
    p[0] = 1.0;
    for k in 1..=n as usize {
        let idle: f64 = (0..c.saturating_sub(1)).map(|j| (full - 1.0 - j as f64) * p[j]).sum();
        let response = work / full * (1.0 + queue + idle);
        let rate = k as f64 / (delay + response);
        queue = rate * response;
        for j in (1..c).rev() {
            p[j] = rate * work / j as f64 * p[j - 1];
        }
        let others: f64 = (1..c).map(|j| (full - j as f64) * p[j]).sum();
        p[0] = (1.0 - (rate * work + others) / full).max(0.0);
        x[k] = rate.max(x[k - 1]);
    }
    x
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::flow::erlang::erlang_b;
    use crate::flow::mg1::mm1_ps_variance;

    /// Exponential work of a second.
    pub fn ask(arrivals: f64, servers: u32) -> Ask<'static> {
        Ask {
            arrivals,
            work: Moments::new(1.0, 1.0),
            third: 6.0,
            exponential: true,
            gaps_scv: 1.0,
            choices: None,
            turns: 1,
            servers,
            full: f64::from(servers),
            room: None,
            patience: None,
            batch: None,
        }
    }

    #[test]
    fn empty_mmc_clinic() {
        // c = 3, 2 erlangs: P0 = 1/9.
        assert!((empty_mmc(3, 2.0) - 1.0 / 9.0).abs() < 1e-12);
    }

    #[test]
    fn many_slots_do_not_bind() {
        // With slots to spare the wait is that of M/M/1, whatever the delay.
        let o = layered(&ask(0.8, 1), 400, Moments::new(10.0, 100.0));
        assert!((o.wait.all().mean - 4.0).abs() < 1e-6, "{}", o.wait.all().mean);
    }

    #[test]
    fn those_who_share_are_as_many_as_with_exponential_work_and_spread_as_in_mm1() {
        let work = Moments::new(1.0, 1.0);
        let poisson = sharing(&ask(0.8, 1)).slowdown.unwrap();
        assert!((poisson.of(work).mean - 5.0).abs() < 1e-12);
        assert!((poisson.of(work).variance / mm1_ps_variance(1.0, 0.8) - 1.0).abs() < 1e-12);
        // Twice the work takes twice as long; constant work keeps only what the others add; the limits of short and long.
        assert!((poisson.of(Moments::constant(2.0)).mean - 10.0).abs() < 1e-12);
        assert!(poisson.of(Moments::constant(1.0)).variance < poisson.of(work).variance);
        assert!((poisson.of(Moments::constant(1e-6)).variance / (25.0 * 0.8 * 1e-12) - 1.0).abs() < 1e-5);
        assert!((poisson.of(Moments::constant(1e6)).variance / (25.0 * 8.0 * 1e6) - 1.0).abs() < 1e-4);
        // Dealt out in turn: the number inside E_3/M/1, so its response by Little's law.
        let turns = sharing(&Ask { turns: 3, ..ask(0.8, 1) }).slowdown.unwrap();
        let response = 1.0 + erlang_m1_wait(3, 0.8, 1.0).all().mean;
        assert!((turns.of(work).mean - response).abs() < 1e-12);
    }

    #[test]
    fn slots_without_work_are_a_loss_system_in_the_calls() {
        // 10 slots held 5 s each at 1/s, no waiting room: Erlang B with 5 erlangs and 10 lines, 0.018385.
        let o =
            layered(&Ask { work: Moments::ZERO, room: Some(0), ..ask(1.0, 1) }, 10, Moments::new(5.0, 25.0));
        assert!((o.blocked - erlang_b(10, 5.0)).abs() < 1e-12);
        assert!((o.blocked - 0.018385).abs() < 1e-6);
    }

    #[test]
    fn few_slots_cap_the_throughput() {
        // 2 slots, delay 1, work 1 at one server: X(2) = 2 / (1 + 1 (1 + 1/2)) = 0.8.
        assert!((throughputs(2, 1, 1.0, 1.0, 1.0)[2] - 0.8).abs() < 1e-12);
        assert!((layered(&ask(1.0, 1), 2, Moments::new(1.0, 1.0)).carried - 0.8).abs() < 1e-12);
    }

    #[test]
    fn throughputs_with_two_servers_by_the_repair_model() {
        // 3 customers, delay 1, work 1, 2 servers: weights at the queue 1, 3, 3, 1.5.
        let busy = (3.0 + 2.0 * 3.0 + 2.0 * 1.5) / 8.5;
        assert!((throughputs(3, 2, 2.0, 1.0, 1.0)[3] - busy).abs() < 1e-12);
        // The second at half the speed: weights 1, 3, 4, 8/3.
        let busy = (3.0 + 1.5 * 4.0 + 1.5 * 8.0 / 3.0) / (1.0 + 3.0 + 4.0 + 8.0 / 3.0);
        assert!((throughputs(3, 2, 1.5, 1.0, 1.0)[3] - busy).abs() < 1e-12);
    }
}
