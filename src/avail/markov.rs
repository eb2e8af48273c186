//! Small repairable systems as Markov chains: one unit, k of n with a shared repair crew, standby with switchover, and the
//! beta factor for failures that strike all units at once. All rates per hour (any one unit of time will do).

/// Availability of one unit with these rates of failure and repair. 1 when it never fails.
///
/// Source: Trivedi and Bobbio, *Reliability and Availability Engineering* (2017), ch. 9: A = µ / (λ + µ).
pub fn repairable(failure: f64, repair: f64) -> f64 {
    if failure <= 0.0 { 1.0 } else { repair / (failure + repair) }
}

/// Steady state of `n` like units of which at most `crew` are repaired at a time: entry `i` is the chance that `i` are down.
/// All units run, the failed ones excepted. O(n).
///
/// Source: machine repairman model, a birth-death chain: Trivedi and Bobbio, ch. 10.
pub fn shared_crew(n: u32, crew: u32, failure: f64, repair: f64) -> Vec<f64> {
    group(n, crew, failure, 0.0, repair)
}

/// The same where a `shock` besides, so many per hour, fails all units at once: each of them is then repaired by itself, as far as
/// there is a crew for it. O(n).
///
/// Source: the flow across each cut between `i` - 1 and `i` down balances: min(i, crew) x repair p(i) = (n - i + 1) x failure
/// p(i - 1) + shock x (p(0) + ... + p(i - 1)). The shock is the common cause of Marshall and Olkin, "A multivariate exponential
/// distribution" (JASA 62, 1967).
pub fn group(n: u32, crew: u32, failure: f64, shock: f64, repair: f64) -> Vec<f64> {
    let mut weights = vec![1.0];
    let mut fewer = 1.0;
    for down in 1..=n {
        let fails = f64::from(n - down + 1) * failure;
        let repaired = f64::from(down.min(crew.max(1))) * repair;
        let last = weights[weights.len() - 1];
        let weight = (last * fails + shock * fewer) / repaired;
        weights.push(weight);
        fewer += weight;
    }
    let total: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / total).collect()
}

/// Mean length of a time in which at least `m` of such units are down, by `m`, in the unit of one over `repair`. It ends when `m` are
/// down and one of them is repaired. O(n).
pub fn mean_times(down: &[f64], crew: u32, repair: f64) -> Vec<f64> {
    let mut times = vec![f64::INFINITY; down.len()];
    let mut at_least = 0.0;
    for m in (1..down.len()).rev() {
        at_least += down[m];
        let ends = down[m] * f64::from((m as u32).min(crew.max(1))) * repair;
        times[m] = if ends > 0.0 { at_least / ends } else { 0.0 };
    }
    times
}

/// Like units of which `i` are down with chance `down[i]`, one after the other: entry `[unit][m]` is the chance of an event of
/// its own. The unit is down when the `m`th of its events holds and at least `m` of the units before it are down, for any `m`.
///
/// With p(m) the chance that it is down given `m` before it, which grows with `m` where units wait for each other, the first
/// event has p(0) and the `m`th 1 - (1 - p(m)) / (1 - p(m - 1)). Units are exchangeable: a given set of `i` of `n` is down with
/// down\[i\] / C(n, i). O(n²).
pub fn one_by_one(down: &[f64]) -> Vec<Vec<f64>> {
    let n = down.len() - 1;
    // Chance of a given pattern of the first units with `m` down among them, from all of them to none.
    let mut ways = 1.0;
    let mut prefix = vec![Vec::with_capacity(n + 1)];
    for (m, chance) in down.iter().enumerate() {
        prefix[0].push(chance / ways);
        ways *= (n - m) as f64 / (m + 1) as f64;
    }
    for _ in 0..n {
        let longer = &prefix[prefix.len() - 1];
        prefix.push(longer.windows(2).map(|two| two[0] + two[1]).collect());
    }
    prefix.reverse();
    (0..n)
        .map(|unit| {
            let given = |m: usize| {
                if prefix[unit][m] > 0.0 { prefix[unit + 1][m + 1] / prefix[unit][m] } else { 0.0 }
            };
            let more = |m: usize| {
                let before = 1.0 - given(m - 1);
                if before > 0.0 { (1.0 - (1.0 - given(m)) / before).clamp(0.0, 1.0) } else { 0.0 }
            };
            (0..=unit).map(|m| if m == 0 { given(0) } else { more(m) }).collect()
        })
        .collect()
}

/// Unavailability of a system that needs `k` of `n` units with a shared crew. 1 when `k` exceeds `n`.
pub fn k_of_n_shared_crew(k: u32, n: u32, crew: u32, failure: f64, repair: f64) -> f64 {
    if k > n {
        return 1.0;
    }
    shared_crew(n, crew, failure, repair)[(n - k + 1) as usize..].iter().sum()
}

/// Unavailability of one active unit with one standby, one repair crew, and a takeover that takes time and may fail.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standby {
    /// Failures of the active unit.
    pub active: f64,
    /// Failures of the standby while it waits: zero for a cold one, `active` for a hot one.
    pub waiting: f64,
    /// Repairs.
    pub repair: f64,
    /// One over the mean time of a takeover.
    pub takeover: f64,
    /// Chance that a takeover works; a failed one waits for a repair.
    pub works: f64,
}

impl Standby {
    /// Share of the time without service.
    ///
    /// States: both well; taking over; active alone; takeover failed, none serves, one is repaired; both down.
    /// Source: Trivedi and Bobbio, ch. 10 (imperfect coverage and delayed switchover), solved numerically.
    pub fn unavailability(&self) -> f64 {
        let Self { active, waiting, repair, takeover, works } = *self;
        let mut rates = [[0.0; 5]; 5];
        rates[0][1] = active;
        rates[0][2] = waiting;
        rates[1][2] = takeover * works;
        rates[1][3] = takeover * (1.0 - works);
        rates[1][4] = waiting;
        rates[2][0] = repair;
        rates[2][4] = active;
        rates[3][0] = repair;
        rates[4][2] = repair;
        let share = steady_state(&rates);
        share[1] + share[3] + share[4]
    }
}

/// Steady state of an irreducible chain with these rates (`rates[from][to]`; the diagonal is not looked at). States that
/// cannot be left towards lower ones get the rest. O(N³), without subtractions.
///
/// Source: W. K. Grassmann, M. I. Taksar and D. P. Heyman, "Regenerative analysis and steady state distributions for Markov
/// chains" (Operations Research 33, 1985).
pub fn steady_state<const N: usize>(rates: &[[f64; N]; N]) -> [f64; N] {
    let mut q = *rates;
    let mut leaves = [0.0; N];
    for state in (1..N).rev() {
        leaves[state] = q[state][..state].iter().sum();
        if leaves[state] <= 0.0 {
            continue;
        }
        for from in 0..state {
            for to in (0..state).filter(|to| *to != from) {
                q[from][to] += q[from][state] * q[state][to] / leaves[state];
            }
        }
    }
    let mut share = [0.0; N];
    share[0] = 1.0;
    for state in 1..N {
        let enters: f64 = (0..state).map(|from| share[from] * q[from][state]).sum();
        share[state] = if leaves[state] > 0.0 { enters / leaves[state] } else { 0.0 };
    }
    let total: f64 = share.iter().sum();
    share.map(|s| s / total)
}

/// Unavailability of `k` of `n` like units, a share `beta` of whose unavailability strikes all of them at once.
///
/// `unavailability` is that of one unit. O(n).
///
/// Source: K. N. Fleming, "A reliability model for common mode failures in redundant safety systems" (1975); Rausand and
/// Høyland, *System Reliability Theory*, ch. 6: own part (1 - β) q, common part β q.
pub fn beta_factor(k: u32, n: u32, unavailability: f64, beta: f64) -> f64 {
    let common = beta * unavailability;
    let own = (1.0 - beta) * unavailability;
    common + (1.0 - common) * k_of_n(k, n, own)
}

/// Unavailability of `k` of `n` independent units. 1 when `k` exceeds `n`, 0 when `k` is 0. O(n).
pub fn k_of_n(k: u32, n: u32, unavailability: f64) -> f64 {
    if k > n {
        return 1.0;
    }
    // down[i]: chance that exactly i are down, built unit by unit.
    let mut down = vec![1.0];
    for _ in 0..n {
        let mut next = vec![0.0; down.len() + 1];
        for (i, p) in down.iter().enumerate() {
            next[i] += p * (1.0 - unavailability);
            next[i + 1] += p * unavailability;
        }
        down = next;
    }
    down[(n - k + 1) as usize..].iter().sum()
}
