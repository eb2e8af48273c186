//! How long a call and a visit take, and how they fail, given the waits at the stations: moments are added along the
//! sequence, mixed where chance decides, and the slowest of a parallel group counts.

use super::compiled::{Branch, Compiled, Leg, NONE, Node};
use super::fork_join::{self, Arm, slowest};
use super::mix::Mix;
use super::moments::Moments;
use super::shapes::attempt;
use super::solution::{
    Causes, DEPENDENCY, DeskState, LegState, NodeState, REJECTED, Solution, THROTTLED, TIMEOUT, UNAVAILABLE,
    total,
};
use super::visits::{hit_and_miss, reach};
use crate::text::flow as words;
use crate::text::flow::Method;

/// Share of calls that may be recalled before the callee's load counts as changed. Our choice: below the tolerance of
/// every approximation here.
const RECALLS: f64 = 1e-3;

/// Chances below this are rounding.
const ROUNDING: f64 = 1e-13;

/// What a node's program does.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// Time of those that end well.
    pub ok: Moments,
    /// Time whatever the outcome.
    pub any: Moments,
    /// Chances to fail.
    pub causes: Causes,
    /// Sum of the chances.
    pub failed: f64,
    /// Mean time until a failure.
    pub bad: f64,
    /// Time from its start until the first token.
    pub first: Option<Moments>,
    /// Share of runs that ever end.
    pub passes: f64,
}

/// Solves the legs of a node from the states of their callees.
pub fn legs(all: &Compiled, node: &Node, solution: &mut Solution) {
    for _ in 0..2 {
        let mut again = false;
        for i in node.legs.clone().rev() {
            let leg = &all.legs[i as usize];
            let next = (leg.fallback != NONE).then(|| solution.legs[leg.fallback as usize]);
            again |= leg.fallback != NONE && leg.fallback < i;
            let callee = (leg.node != NONE).then(|| &solution.nodes[leg.node as usize]);
            let limited = callee.filter(|_| leg.timeout.is_finite());
            let mix = limited.and_then(|callee| attempt(all, solution, i, callee));
            let hit = solution.legs[i as usize].hit;
            solution.legs[i as usize] = LegState { hit, ..one_leg(leg, callee, next.as_ref(), mix.as_ref()) };
        }
        if !again {
            break;
        }
    }
}

/// `mix`: how long one attempt takes until the start of the answer, where more is known of that than its moments.
fn one_leg(
    leg: &Leg,
    callee: Option<&NodeState>,
    fallback: Option<&LegState>,
    mix: Option<&Mix>,
) -> LegState {
    // One attempt: what the callee does, seen through the network and the time limit.
    let (mut causes, mut full, mut first, bad) = match callee {
        Some(node) => (
            node.causes,
            leg.network.then(node.ok),
            node.first.map(|f| leg.network.then(f)),
            leg.network.then(node.bad),
        ),
        None => {
            let mut causes = [0.0; 5];
            causes[UNAVAILABLE] = 1.0;
            (causes, leg.network, None, leg.network)
        }
    };
    let error = total(&causes);
    let mut failed_time = bad;
    let (mut cut, mut given_up) = (1.0, 0.0);
    if leg.timeout.is_finite() {
        // A limit is met by the start of the answer.
        let start = first.unwrap_or(full);
        let within = mix.map_or_else(|| start.within(leg.timeout), |m| m.within(leg.timeout));
        let late = (1.0 - error) * (1.0 - within);
        if late > ROUNDING {
            let kept =
                mix.map_or_else(|| start.truncated(leg.timeout), |m| m.truncated(leg.timeout).moments());
            let rest = if full.is_finite() {
                Moments::new((full.mean - start.mean).max(0.0), full.variance - start.variance)
            } else {
                Moments::ZERO
            };
            let whole = kept.then(rest);
            cut = if full.is_finite() && full.mean > 0.0 { whole.mean / full.mean } else { 1.0 };
            full = whole;
            first = first.map(|_| kept);
            failed_time = Moments::constant(leg.timeout).or(late / (late + error), bad);
            causes[TIMEOUT] += late;
            given_up = late;
        }
    }
    let failure = total(&causes);
    let tries = leg.attempts(failure, failed_time);
    let share = if failure > 0.0 { tries.failed / failure } else { 0.0 };
    let opens = leg.breaker.is_some_and(|b| failure > 0.0 && failure >= b.errors.get());
    let mut state = LegState {
        attempts: tries.mean,
        own: tries.failed,
        causes: causes.map(|c| c * share),
        failed: tries.failed,
        ok: tries.lost_when_ok.then(full),
        bad: tries.lost_when_failed.then(failed_time),
        first: first.map(|f| tries.lost_when_ok.then(f)),
        lost: tries.lost_when_ok.mean,
        cut,
        // Nobody waits for ever where there is a time limit.
        passes: callee.filter(|_| leg.timeout.is_infinite()).map_or(1.0, |node| node.passes),
        hit: None,
        recalls: leg.cancel && causes[TIMEOUT] > RECALLS,
        failure,
        failed_time,
        late: given_up,
        grant: tries.grant,
        lost_for_good: tries.lost_when_failed.then(failed_time),
        breaks: opens,
        opens,
    };
    if let Some(next) = fallback.filter(|_| tries.failed > 0.0) {
        state.causes = next.causes.map(|c| c * tries.failed);
        state.failed = tries.failed * next.failed;
        let well = 1.0 - state.failed;
        let by_itself = if well > 0.0 { (1.0 - tries.failed) / well } else { 0.0 };
        state.first = match (state.first, next.first) {
            (Some(a), Some(b)) => Some(a.or(by_itself, state.bad.then(b))),
            (a, b) => a.or(b.map(|b| state.bad.then(b))),
        };
        state.ok = state.ok.or(by_itself, state.bad.then(next.ok));
        state.bad = state.bad.then(next.bad);
        state.breaks |= next.breaks;
        state.recalls |= next.recalls;
    }
    state
}

/// A branch of a group: time when it ends well, time whatever the outcome, and its chances to fail.
struct Outcome {
    ok: Moments,
    any: Moments,
    causes: Causes,
    failed: f64,
}

fn branch(all: &Compiled, solution: &Solution, branch: &Branch) -> Outcome {
    let reach = reach(branch, all, &solution.legs);
    let leg = &solution.legs[branch.leg as usize];
    let required = all.legs[branch.leg as usize].required;
    let mut causes = if required { leg.causes } else { [0.0; 5] };
    // One round.
    let (ok, bad);
    match hit_and_miss(branch, &solution.legs) {
        None => {
            ok = if required { leg.ok } else { leg.any() };
            bad = leg.bad;
        }
        Some((hit, m)) => {
            let (miss, miss_required) = (&solution.legs[m as usize], all.legs[m as usize].required);
            let (miss_ok, miss_time) =
                if miss_required { (1.0 - miss.failed, miss.ok) } else { (1.0, miss.any()) };
            let looked = (1.0 - leg.failed) * (1.0 - hit);
            let without = if required { 0.0 } else { leg.failed };
            if miss_required {
                for (sum, c) in causes.iter_mut().zip(miss.causes) {
                    *sum += (looked + without) * c;
                }
            }
            let weight = reach.round.max(1e-300);
            let filled = leg.ok.then(miss_time).then(leg.any().or(1.0 - miss.failed, Moments::ZERO));
            let after = filled.or(looked / (looked + without).max(1e-300), leg.bad.then(miss_time));
            ok = leg.ok.or(((1.0 - leg.failed) * hit / weight).min(1.0), after);
            bad = if required && leg.failed > 0.0 && looked * (1.0 - miss_ok) <= 0.0 {
                leg.bad
            } else {
                leg.ok.then(miss.bad)
            };
        }
    }
    let failed_round = 1.0 - reach.round;
    let failed = 1.0 - reach.ok;
    let scale = if failed_round > 0.0 { failed / failed_round } else { 0.0 };
    Outcome {
        ok: ok.repeat(branch.count),
        any: ok.or(reach.round, bad).repeat(reach.rounds),
        causes: causes.map(|c| c * scale),
        failed,
    }
}

/// Solves the program of a node.
pub fn program(all: &Compiled, node: &Node, solution: &Solution) -> Program {
    let mut p = Program {
        ok: Moments::ZERO,
        any: Moments::ZERO,
        causes: [0.0; 5],
        failed: 0.0,
        bad: 0.0,
        first: None,
        passes: 1.0,
    };
    let mut left = 1.0;
    for group in node.groups.clone() {
        let branches = all.group(group);
        let before = p.ok;
        let ends = |b: &Branch| 1.0 - b.probability * (1.0 - reach(b, all, &solution.legs).pass);
        p.passes *= branches.iter().map(ends).product::<f64>();
        let (ok, any, causes, failed);
        if let [only] = branches {
            let b = branch(all, solution, only);
            let made = only.probability;
            failed = made * b.failed;
            causes = b.causes.map(|c| c * made);
            let well = (made * (1.0 - b.failed) / (1.0 - failed).max(1e-300)).min(1.0);
            (ok, any) = (b.ok.or(well, Moments::ZERO), b.any.or(made, Moments::ZERO));
        } else {
            let mut good = 1.0;
            let mut sum = [0.0; 5];
            let (mut ok_arms, mut any_arms) = (Vec::new(), Vec::new());
            for made in branches {
                let b = branch(all, solution, made);
                good *= 1.0 - made.probability * b.failed;
                for (s, c) in sum.iter_mut().zip(b.causes) {
                    *s += made.probability * c;
                }
                ok_arms.push(Arm { chance: made.probability, time: b.ok });
                if b.failed > 0.0 {
                    any_arms.push(Arm { chance: made.probability, time: b.any });
                }
            }
            failed = 1.0 - good;
            let all_causes: f64 = sum.iter().sum();
            causes = sum.map(|c| if all_causes > 0.0 { c / all_causes * failed } else { 0.0 });
            ok = forked(all, solution, branches).map_or_else(|| slowest(&ok_arms), |f| f.0);
            any = if any_arms.is_empty() { ok } else { slowest(&any_arms) };
        }
        if p.first.is_none() {
            p.first = first_of(branches, solution).map(|f| before.then(f));
        }
        for (sum, c) in p.causes.iter_mut().zip(causes) {
            *sum += left * c;
        }
        if failed > 0.0 {
            p.bad += left * failed * (before.mean + any.mean);
        }
        p.ok = before.then(ok);
        p.any = p.any.then(any.or(left, Moments::ZERO));
        left *= 1.0 - failed;
    }
    p.failed = 1.0 - left;
    p.bad = if p.failed > 0.0 { p.bad / p.failed } else { 0.0 };
    p
}

/// The time of a parallel group whose branches each go to a queue of their own, all of them alike and M/M/1, and the formula:
/// its queues fill up together, so it is quicker than independent ones.
pub fn forked(all: &Compiled, solution: &Solution, branches: &[Branch]) -> Option<(Moments, Method)> {
    let mut found: Option<(f64, f64, f64)> = None;
    for b in branches {
        let leg = &all.legs[b.leg as usize];
        let always = b.probability >= 1.0 && b.count == 1.0 && b.miss.is_none() && leg.node != NONE;
        if !(always && super::product::is_plain(leg) && leg.fallback == NONE && leg.network.variance <= 0.0) {
            return None;
        }
        let (node, state) = (&all.nodes[leg.node as usize], &solution.nodes[leg.node as usize]);
        let c = node.component as usize;
        let desk = &solution.desks[c];
        let visitors = all.nodes_of(c).iter().filter(|n| solution.nodes[**n as usize].arrivals > 0.0).count();
        let simple = visitors == 1
            && node.groups.is_empty()
            && node.latency == Moments::ZERO
            && node.hit <= 0.0
            && node.stream.is_none()
            && node.exponential
            && desk.method == words::MM1
            && desk.load.is_some_and(|load| load < 1.0)
            && total(&state.causes) <= 0.0;
        let alike = (state.work.mean, desk.load.unwrap_or(0.0), leg.network.mean);
        let same = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.max(b);
        let fits = found.is_none_or(|f| same(f.0, alike.0) && same(f.1, alike.1) && same(f.2, alike.2));
        if !(simple && fits) || visited_before(branches, b, all) {
            return None;
        }
        found = Some(alike);
    }
    let (work, load, network) = found.filter(|_| branches.len() > 1)?;
    let n = branches.len() as u32;
    let time = fork_join::equal_queues(n, work, load);
    let method = if n == 2 { words::FORK_JOIN } else { words::FORK_JOIN_MANY };
    Some((Moments::constant(network).then(time), method))
}

/// Whether an earlier branch of the group calls the same one.
fn visited_before(branches: &[Branch], branch: &Branch, all: &Compiled) -> bool {
    let to = |b: &Branch| all.legs[b.leg as usize].node;
    branches.iter().take_while(|b| !std::ptr::eq(*b, branch)).any(|b| to(b) == to(branch))
}

/// Mean of the slowest branch over the sum of the branches' means: what a second in a branch adds to the whole. 1 for a
/// single branch.
pub fn critical_share(all: &Compiled, solution: &Solution, branches: &[Branch]) -> f64 {
    if branches.len() < 2 {
        return 1.0;
    }
    let arms: Vec<Arm> =
        branches.iter().map(|b| Arm { chance: b.probability, time: branch(all, solution, b).ok }).collect();
    let sum: f64 = arms.iter().map(|a| a.chance * a.time.mean).sum();
    let whole = forked(all, solution, branches).map_or_else(|| slowest(&arms), |f| f.0);
    if sum > 0.0 { whole.mean / sum } else { 1.0 }
}

/// The branch whose first token comes first.
fn first_of(branches: &[Branch], solution: &Solution) -> Option<Moments> {
    branches
        .iter()
        .filter(|b| b.probability > 0.0)
        .filter_map(|b| solution.legs[b.leg as usize].first)
        .reduce(|a, b| if b.mean < a.mean { b } else { a })
}

/// Time a node holds without a server, whatever the outcome: what its slots are held for besides work.
pub fn delay(node: &Node, error_ratio: f64, program: &Program) -> Moments {
    let runs = node.latency.then(node.stream.unwrap_or(Moments::ZERO)).then(program.any);
    let well = node.hit_latency.or(node.hit, runs);
    well.or(1.0 - error_ratio, node.latency)
}

/// Puts a node together from its station and its program.
///
/// `offered` as in [`Solution::offered`].
pub fn node(
    node: &Node,
    desk: &DeskState,
    error_ratio: f64,
    p: &Program,
    offered: bool,
    state: &mut NodeState,
) {
    let admitted =
        (1.0 - desk.throttled) * (1.0 - desk.unavailable) * (1.0 - desk.blocked - desk.abandoned).max(0.0);
    let own = 1.0 - error_ratio;
    let miss = 1.0 - node.hit;
    state.admitted = admitted;
    state.runs = admitted * own * miss * if offered { 1.0 } else { state.carried };
    state.passes = 1.0 - admitted * (1.0 - state.carried * (1.0 - own * miss * (1.0 - p.passes)));
    let mut causes = [0.0; 5];
    let passed = 1.0 - desk.throttled;
    causes[THROTTLED] = desk.throttled;
    causes[UNAVAILABLE] = passed * desk.unavailable;
    causes[REJECTED] = passed * (1.0 - desk.unavailable) * (desk.blocked + desk.abandoned).min(1.0);
    causes[DEPENDENCY] = admitted * error_ratio;
    let late = admitted * own * miss;
    for (sum, c) in causes.iter_mut().zip(p.causes) {
        *sum += late * c;
    }
    state.causes = causes;
    let stream = node.stream.unwrap_or(Moments::ZERO);
    let begun = state.wait.then(node.latency).then(state.work);
    let runs = begun.then(stream).then(p.ok);
    let hits = state.wait.then(node.hit_latency).then(state.work);
    let hit_of_ok = node.hit / (node.hit + miss * (1.0 - p.failed)).max(1e-300);
    state.ok = hits.or(hit_of_ok, runs);
    state.held = delay(node, error_ratio, p).then(state.work);
    // Failures: at the door at once, by itself after the work, by a call when that has failed.
    let (by_itself, by_call) = (admitted * error_ratio, late * p.failed);
    let failed = total(&causes);
    state.bad = if failed > 0.0 {
        let mean = by_itself * begun.mean
            + if by_call > 0.0 { by_call * (begun.mean + stream.mean + p.bad) } else { 0.0 };
        let mean = mean / failed;
        Moments::new(mean, mean * mean)
    } else {
        Moments::ZERO
    };
    state.first = if node.stream.is_some() { Some(begun) } else { p.first.map(|f| begun.then(f)) };
}
