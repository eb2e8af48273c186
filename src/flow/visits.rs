//! Traffic equations: how often each journey visits each component, given what fails and is tried again. Where calls lead
//! back, the linear system is solved by sweeps along the order of calls, which converge when a loop's gain is below 1.
//!
//! Source: J. R. Jackson, "Networks of waiting lines" (1957).

use super::compiled::{Branch, Compiled, FALLBACKS, Journey, NONE};
use super::solution::{LegState, Solution};

/// Visits beyond which a loop counts as endless.
const MOST_VISITS: f64 = 1e9;
/// Most sweeps over a journey with a loop.
const MOST_SWEEPS: usize = 20_000;

/// How often the calls of one branch are made when it is reached, and how likely it ends well.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// First call, over all rounds, the filling of a cache included.
    pub first: f64,
    /// The call on a miss.
    pub miss: f64,
    /// Chance that one round ends well.
    pub round: f64,
    /// Chance that all rounds do.
    pub ok: f64,
    /// Mean rounds.
    pub rounds: f64,
    /// Chance that all that is called ever ends.
    pub pass: f64,
}

/// Chance of a hit and the call made on a miss, of a cache-aside.
pub fn hit_and_miss(branch: &Branch, legs: &[LegState]) -> Option<(f64, u32)> {
    let (hit, miss) = branch.miss?;
    let now = legs[branch.leg as usize].hit.filter(|_| branch.popular);
    Some((now.unwrap_or(hit), miss))
}

/// Per execution of `branch`, given its legs.
pub fn reach(branch: &Branch, all: &Compiled, legs: &[LegState]) -> Reach {
    let first = &legs[branch.leg as usize];
    let required = all.legs[branch.leg as usize].required;
    let found = 1.0 - first.failed;
    let (mut calls, mut misses, mut round) = (1.0, 0.0, if required { found } else { 1.0 });
    if let Some((hit, leg)) = hit_and_miss(branch, legs) {
        let miss = &legs[leg as usize];
        let ends_well = if all.legs[leg as usize].required { 1.0 - miss.failed } else { 1.0 };
        let looked = found * (1.0 - hit);
        misses = if required { looked } else { looked + first.failed };
        calls += looked * (1.0 - miss.failed);
        round = found * hit + misses * ends_well;
    }
    let mut ends = first.passes;
    if let Some((hit, leg)) = hit_and_miss(branch, legs) {
        ends *= hit + (1.0 - hit) * legs[leg as usize].passes;
    }
    let (mut rounds, mut ok, mut pass) = (0.0, 1.0, 1.0);
    for _ in 0..branch.count as u32 {
        rounds += ok * pass;
        ok *= round;
        pass *= ends;
    }
    Reach { first: calls * rounds, miss: misses * rounds, round, ok, rounds, pass }
}

/// Fills in visits and arrivals of one journey. `visits` is scratch space, as long as the journey's nodes, twice.
pub fn solve(all: &Compiled, journey: &Journey, rate: f64, solution: &mut Solution, scratch: &mut Vec<f64>) {
    let first = journey.nodes.start as usize;
    let n = journey.nodes.len();
    if n == 0 {
        return;
    }
    scratch.clear();
    scratch.resize(2 * n, 0.0);
    let (now, back) = scratch.split_at_mut(n);
    for _ in 0..MOST_SWEEPS {
        now.copy_from_slice(back);
        now[0] += 1.0;
        back.fill(0.0);
        let mut change: f64 = 0.0;
        for i in 0..n {
            let reached = now[i].min(MOST_VISITS);
            change = change.max((solution.nodes[first + i].visits - reached).abs() / reached.max(1e-300));
            solution.nodes[first + i].visits = reached;
            let runs = reached * solution.nodes[first + i].runs;
            if runs > 0.0 {
                calls(all, solution, first + i, runs, |to, amount| {
                    let to = to as usize - first;
                    if to > i { now[to] += amount } else { back[to] += amount }
                });
            }
        }
        if !journey.loops || change < 1e-14 {
            break;
        }
    }
    for node in &mut solution.nodes[first..first + n] {
        node.arrivals = node.visits * rate;
    }
}

/// Passes on the calls that a node makes when its program runs `runs` times.
fn calls(all: &Compiled, solution: &Solution, node: usize, runs: f64, mut to: impl FnMut(u32, f64)) {
    let mut left = runs;
    for group in all.nodes[node].groups.clone() {
        let mut ok = 1.0;
        for branch in all.group(group) {
            let reach = reach(branch, all, &solution.legs);
            let made = left * branch.probability;
            ok *= 1.0 - branch.probability * (1.0 - reach.ok);
            if !solution.offered {
                ok *= 1.0 - branch.probability * (1.0 - reach.pass);
            }
            let miss = branch.miss.map(|m| (m.1, reach.miss));
            for (mut leg, per) in [Some((branch.leg, reach.first)), miss].into_iter().flatten() {
                let mut amount = made * per;
                for _ in 0..=FALLBACKS {
                    if leg == NONE || amount <= 0.0 {
                        break;
                    }
                    let (l, state) = (&all.legs[leg as usize], &solution.legs[leg as usize]);
                    if l.node != NONE {
                        to(l.node, amount * state.attempts);
                    }
                    amount *= state.own;
                    leg = l.fallback;
                }
            }
        }
        left *= ok;
    }
}
