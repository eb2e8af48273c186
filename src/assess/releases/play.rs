//! One bad release after the other, and months of them. Releases are spread evenly over all that can happen (a lattice), so that
//! two ways meet the same bad release and few of them give the mean.
//!
//! Source of the lattice: H. Niederreiter, *Random Number Generation and Quasi-Monte Carlo Methods* (1992), chapter 3: equal steps
//! in one dimension, multiples of irrational numbers in the others.

use super::exposure::{Back, Exposure, Watch};
use crate::model::release::{Release, Rollout};
use crate::recovery::sample::Sampler;
use crate::stats::rng::{Key, Stream, hash_id};

/// Steps of the lattice in each dimension but the first, irrational and independent: the golden ratio's, of the roots of 2, 3, 7, 11.
const STEPS: [f64; 5] = [
    0.618_033_988_749_895,
    0.414_213_562_373_095,
    0.732_050_807_568_877,
    0.645_751_311_064_59,
    0.316_624_790_355_4,
];

/// Coordinate of point `i` of `n` in a dimension of the lattice: strictly between 0 and 1.
fn lattice(i: usize, n: usize, dimension: usize) -> f64 {
    let at = match dimension.checked_sub(1) {
        None => (i as f64 + 0.5) / n as f64,
        Some(other) => (0.5 + i as f64 * STEPS[other]).fract(),
    };
    at.clamp(1e-9, 1.0 - 1e-9)
}

/// Longest time an alert is waited for once all users have the release, seconds. Assumption: people have noticed by then.
const PATIENCE: f64 = 4.0 * 3600.0;

/// Bad releases in a month beyond which their number and mean are as good as certain (to 1 %), and no longer drawn one by one.
const MOST_BAD: f64 = 10_000.0;

/// What a way of rolling out meets.
pub struct Scene<'a> {
    /// The way.
    pub release: &'a Release,
    /// Pods that serve.
    pub pods: u32,
    /// The alert on errors, and the share of what it looks at that passes the component.
    pub watch: Option<(Watch, f64)>,
    /// Share of all requests that pass the component.
    pub all: f64,
    /// Requests per second.
    pub rate: f64,
}

/// How one bad release went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// When the first requests reached it, from the begin of the rollout, s.
    pub begins: f64,
    /// When all users would have it.
    pub complete: f64,
    /// When the alert fired, counted from `begins`; `None`: it did not before people had noticed.
    pub noticed: Option<f64>,
    /// Share of the requests on it when it was found.
    pub exposed: f64,
    /// Failed requests as seconds of full outage.
    pub lost: f64,
}

impl Scene<'_> {
    /// Pods beyond the usual ones during a rollout.
    pub fn extra_pods(&self) -> f64 {
        match self.release.rollout {
            Rollout::BlueGreen => f64::from(self.pods),
            Rollout::Rolling | Rollout::Flag => f64::from(self.batch()),
            Rollout::Canary => {
                let first = self.release.steps.first().copied().unwrap_or(1.0);
                (first * f64::from(self.pods)).ceil().max(1.0)
            }
        }
    }

    /// Pods replaced at a time: the surge, rounded up, as Kubernetes rounds it.
    fn batch(&self) -> u32 {
        ((self.release.surge * f64::from(self.pods)).ceil() as u32).max(1)
    }

    /// Plays so many bad releases.
    pub fn play(&self, samples: usize) -> Vec<Outcome> {
        let r = self.release;
        let bake = Sampler::new(&r.bake.seconds, "bake");
        let start = Sampler::new(&r.start.seconds, "start");
        let switch = Sampler::new(&r.switch.seconds, "switch");
        let manual = Sampler::new(&r.manual.seconds, "manual");
        let fails = Sampler::new(&r.fails, "fails");
        let one = |i: usize| {
            let (start, switch) = (start.at(lattice(i, samples, 2)), switch.at(lattice(i, samples, 3)));
            let (n, batch) = (self.pods, self.batch());
            let rolling = Exposure::rolling(n, batch, start);
            let (exposure, back) = match r.rollout {
                Rollout::Rolling => (rolling, Back::Rolling { n, batch, start }),
                Rollout::BlueGreen => (Exposure::new(vec![(start + switch, 1.0)]), Back::Switch(switch)),
                Rollout::Canary => (
                    Exposure::stepped(&r.steps, start, bake.at(lattice(i, samples, 4))),
                    Back::Switch(switch),
                ),
                Rollout::Flag => (
                    Exposure::stepped(&r.steps, rolling.end() + switch, bake.at(lattice(i, samples, 4))),
                    Back::Switch(switch),
                ),
            };
            let (begins, complete) = (exposure.begins(), exposure.end());
            let (fails, people) =
                (fails.at(lattice(i, samples, 0)).min(1.0), manual.at(lattice(i, samples, 1)));
            let fired = self.watch.filter(|_| r.automatic).and_then(|(watch, seen)| {
                let most = complete + people.min(PATIENCE);
                watch.fires(&exposure, fails, seen, lattice(i, samples, 5), most)
            });
            let (found, lost) = match fired {
                Some(at) => (at, exposure.taken_back(at, back)),
                None if r.automatic => (complete + people, exposure.until(complete + people)),
                None => (begins + people, exposure.until(begins + people)),
            };
            Outcome {
                begins,
                complete,
                noticed: fired.map(|at| at - begins),
                exposed: exposure.at(found),
                lost: lost * fails * self.all,
            }
        };
        (0..samples).map(one).collect()
    }
}

/// Bad releases in a month from which on they are not drawn one by one.
const MANY: f64 = 10_000.0;

/// Minutes lost in each of so many months with `releases` releases, of which each is bad with chance `bad` and costs one of
/// `minutes`. Numbers of bad ones are Poisson, as there may be several on a day.
pub fn months(minutes: &[f64], releases: f64, bad: f64, samples: usize) -> Vec<f64> {
    let label = hash_id("month");
    let n = minutes.len().max(1) as f64;
    let mean = minutes.iter().sum::<f64>() / n;
    let square = minutes.iter().map(|m| m * m).sum::<f64>() / n;
    let one = |month: usize| {
        let mut draws = Key::new(2, month as u32).with(label).draws(Stream::default());
        if releases * bad > MOST_BAD && !minutes.is_empty() {
            return releases * bad * minutes.iter().sum::<f64>() / minutes.len() as f64;
        }
        // Gaps of a Poisson process of unit rate until its mean is used up.
        let (mut left, mut sum) = (releases * bad, 0.0);
        if left > MANY {
            // So many that their sum is normal.
            let z = crate::stats::maths::normal_quantile(draws.uniform());
            return (left * mean + z * (left * square).sqrt()).max(0.0);
        }
        loop {
            left += crate::stats::maths::ln(draws.uniform());
            if left < 0.0 || minutes.is_empty() {
                return sum;
            }
            let at = (draws.uniform() * minutes.len() as f64) as usize;
            sum += minutes[at.min(minutes.len() - 1)];
        }
    };
    (0..samples).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_have_the_mean_and_variance_of_a_compound_poisson_sum() {
        let list = months(&[1.0, 3.0], 40.0, 0.1, 40_000);
        let n = list.len() as f64;
        let mean = list.iter().sum::<f64>() / n;
        let variance = list.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
        // 4 bad ones of 2 minutes on average, second moment 5.
        assert!((mean - 8.0).abs() < 4.0 * (20.0 / n).sqrt(), "{mean}");
        assert!((variance / 20.0 - 1.0).abs() < 0.05, "{variance}");
        assert_eq!(months(&[1.0], 0.0, 0.1, 3), [0.0; 3]);
        // As many as nobody draws one by one: 1e15 of 2 minutes.
        assert!(months(&[1.0, 3.0], 1e16, 0.1, 40).iter().all(|m| (m / 2e15 - 1.0).abs() < 1e-6));
    }
}
