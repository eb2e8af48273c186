//! Requests that come in batches: which queues a batch reaches as it was sent, and how long its members wait there.
//!
//! Source: D. Gross, J. F. Shortle, J. M. Thompson, C. M. Harris, *Fundamentals of Queueing Theory* (4th ed. 2008), section
//! 3.1 (bulk input) and the crossing of levels for several servers; M. L. Chaudhry, J. G. C. Templeton, *A First Course in
//! Bulk Queues* (1983), section 3.2, for general service at one server.

use super::compiled::{Compiled, NONE};
use super::erlang::mmc_wait;
use super::moments::{Moments, Wait};
use super::slices;
use crate::stats::distribution::Distribution;

/// Largest batch; as drawn by the simulator.
const LARGEST: usize = 100_000;
/// Most steps of the chain of several servers; larger batches are counted as if their work were done at one speed.
const MOST_STEPS: f64 = 3e5;
/// What is left of a chance that counts as nothing.
const NOTHING: f64 = 1e-13;

/// Sizes of batches: rounded, at least 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Sizes {
    /// Mean.
    pub mean: f64,
    /// Mean square.
    pub square: f64,
    /// Chance of more than k, from k = 0 on.
    beyond: Vec<f64>,
}

impl Sizes {
    /// Of a distribution.
    pub fn of(sizes: &Distribution) -> Self {
        let mut beyond = vec![1.0];
        for k in 1..LARGEST {
            let left = 1.0 - slices::chance_below(sizes, k as f64 + 0.5);
            if left < NOTHING {
                break;
            }
            beyond.push(left);
        }
        let mean = beyond.iter().sum();
        // E[X²] is the sum of (2k + 1) P(X > k).
        let square = beyond.iter().enumerate().map(|(k, left)| (2 * k + 1) as f64 * left).sum();
        Self { mean, square, beyond }
    }

    /// Mean number of others in the batch that stand before one.
    pub fn before(&self) -> f64 {
        (self.square / self.mean - 1.0) / 2.0
    }

    /// Chance that more than `k` others of the batch stand before one, or exactly so many: E[(X - k)+] / E[X].
    fn behind(&self, k: usize) -> f64 {
        self.beyond.iter().skip(k).sum::<f64>() / self.mean
    }
}

/// The wait of one of a batch at `servers`, and the chance that nobody is there. `arrivals` are requests per second.
///
/// Exact in the mean for exponential work (by the chain of the number inside) and for one server (batches as customers of an
/// M/G/1 queue); otherwise the wait of exponential work, that part of it which single requests would have scaled as by
/// Allen-Cunneen. Those who wait are taken to wait exponentially. No chance to be empty where batches are too large
/// for the chain. `None`: more come than can be served.
pub fn wait(sizes: &Sizes, arrivals: f64, work: Moments, servers: u32) -> Option<(Wait, Option<f64>)> {
    let (c, load) = (f64::from(servers), arrivals * work.mean);
    if load >= c {
        return None;
    }
    let rho = load / c;
    let single = |scv: f64| mmc_wait(servers, arrivals, work.mean).all().mean * (1.0 + scv) / 2.0;
    if servers == 1 {
        let mean = single(work.scv()) + work.mean * sizes.before() / (1.0 - rho);
        let chance = 1.0 - (1.0 - rho) / sizes.mean;
        return Some((spread(chance, mean), Some(1.0 - rho)));
    }
    let Some((inside, chance, empty)) = chain(sizes, arrivals, work.mean, servers) else {
        let mean = single(work.scv()) + work.mean * sizes.before() / (c * (1.0 - rho));
        return Some((spread(1.0, mean), None));
    };
    let mean = inside / arrivals - work.mean + single(work.scv()) - single(1.0);
    Some((spread(chance, mean.max(0.0)), Some(empty)))
}

fn spread(chance: f64, mean: f64) -> Wait {
    Wait::new(chance, Moments::new(mean, (2.0 / chance - 1.0).max(0.0) * mean * mean))
}

/// M[X]/M/c: mean number inside, the chance that one waits, and that nobody is there. What goes up across a level comes down
/// across it, so the chances follow one from another, all by sums of what is positive.
fn chain(sizes: &Sizes, arrivals: f64, work: f64, servers: u32) -> Option<(f64, f64, f64)> {
    let batches = arrivals / sizes.mean;
    let c = servers as usize;
    let most = (MOST_STEPS / sizes.beyond.len().min(2_000) as f64) as usize;
    let mut chances = vec![1.0_f64];
    let (mut all, mut inside) = (1.0, 0.0);
    for k in 0..most {
        let from = k.saturating_sub(sizes.beyond.len() - 1);
        let up: f64 = (from..=k).map(|i| chances[i] * sizes.beyond[k - i]).sum::<f64>() * batches;
        let next = up * work / ((k + 1).min(c) as f64);
        chances.push(next);
        all += next;
        inside += next * (k + 1) as f64;
        if all > 1e200 {
            chances.iter_mut().for_each(|p| *p *= 1e-200);
            (all, inside) = (all * 1e-200, inside * 1e-200);
        }
        let falls = chances[k + 1] < chances[k] || chances[k + 1] <= 0.0;
        if k > c && falls && next * (k as f64) < NOTHING * all {
            let waits = |(n, p): (usize, &f64)| p * if n >= c { 1.0 } else { sizes.behind(c - n) };
            let chance: f64 = chances.iter().enumerate().map(waits).sum();
            return Some((inside / all, (chance / all).min(1.0), chances[0] / all));
        }
    }
    None
}

/// Marks the nodes that a journey's batches reach as they were sent: at once, behind nothing that holds some of them up.
pub fn mark(all: &mut Compiled) {
    for j in 0..all.journeys.len() {
        let journey = &all.journeys[j];
        if journey.batch.is_none() || journey.nodes.is_empty() || journey.loops {
            continue;
        }
        let mut at = journey.nodes.start;
        for _ in 0..journey.nodes.len() {
            all.nodes[at as usize].batched = true;
            let Some(next) = straight_on(all, at) else { break };
            at = next;
        }
    }
}

/// Where a node sends every request on to at once.
fn straight_on(all: &Compiled, at: u32) -> Option<u32> {
    let node = &all.nodes[at as usize];
    let desk = all.stations[node.component as usize].as_ref()?;
    let unlimited = desk.slots.is_none() && desk.limits.is_empty() && desk.replicas > 0;
    let at_once = node.latency.variance <= 0.0
        && (node.work.is_none() || desk.servers.is_none() && node.work.is_some_and(|w| w.0.variance <= 0.0))
        && node.stream.is_none()
        && node.hit <= 0.0
        && desk.error_ratio <= 0.0;
    let mut groups = node.groups.clone();
    let (Some(only), None) = (groups.next(), groups.next()) else { return None };
    let [branch] = all.group(only) else { return None };
    let leg = &all.legs[branch.leg as usize];
    let always = branch.probability >= 1.0 && branch.count == 1.0 && branch.miss.is_none();
    let plain = leg.network.variance <= 0.0 && leg.node != NONE && leg.retry.is_none() && leg.why.is_none();
    // A call of no other node, so that nobody else mixes in.
    (unlimited && at_once && always && plain).then_some(leg.node)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_at_one_server_by_the_chain_and_by_the_formula() {
        // Both ways of the same queue: sizes 1 to 5, and geometric-like exponential ones.
        for d in [
            Distribution::Uniform { low: 0.5, high: 5.5 },
            Distribution::Exponential(4.0),
            Distribution::Constant(3.0),
        ] {
            let sizes = Sizes::of(&d);
            let (wait, empty) = wait(&sizes, 0.7, Moments::new(1.0, 1.0), 1).unwrap();
            let (inside, chance, none) = chain(&sizes, 0.7, 1.0, 1).unwrap();
            assert!((wait.all().mean + 1.0 - inside / 0.7).abs() < 1e-8, "{d:?} {wait:?} {inside}");
            assert!(
                (wait.chance - chance).abs() < 1e-9 && (empty.unwrap() - none).abs() < 1e-9,
                "{chance} {none}"
            );
        }
        let five = Sizes::of(&Distribution::Uniform { low: 0.5, high: 5.5 });
        assert!((five.mean - 3.0).abs() < 1e-9 && (five.square - 11.0).abs() < 1e-9, "{five:?}");
    }

    #[test]
    fn batches_of_one_are_poisson() {
        let one = Sizes::of(&Distribution::Constant(1.0));
        let (found, _) = wait(&one, 2.0, Moments::new(1.0, 1.0), 3).unwrap();
        assert!((found.all().mean - mmc_wait(3, 2.0, 1.0).all().mean).abs() < 1e-9);
        assert!((found.chance - mmc_wait(3, 2.0, 1.0).chance).abs() < 1e-9);
        assert!(wait(&one, 3.0, Moments::new(1.0, 1.0), 3).is_none());
    }
}
