//! When requests arrive. Rates are constant piece by piece (hours of the profile, load spikes), so the time of the next
//! arrival is found by inverting the integral of the rate: exact, one draw per arrival whatever the rate does, and in
//! distribution the same as thinning. Every process is a process of unit rate seen through that integral.

use super::clock::{FOREVER, Instant};
use super::draw::whole;
use crate::stats::distribution::Distribution;
use crate::stats::maths::{ln, ln_of_draw};
use crate::stats::rng::{Key, Stream, hash_id};

/// The arrivals of one journey.
#[derive(Clone, Debug, Default)]
pub struct SourcePlan {
    /// Where they come in.
    pub entry: u32,
    /// Hash of the journey's id.
    pub label: u64,
    /// From when on (ns, as a float) how many arrive per nanosecond; sorted, the first from 0.
    pub rates: Vec<(f64, f64)>,
    /// How they are spread.
    pub process: Process,
    /// Draws of gaps.
    pub gap: Stream,
    /// Draws of batch sizes, states, think times.
    pub other: Stream,
}

/// How arrivals are spread, unit rate.
#[derive(Clone, Debug, Default)]
pub enum Process {
    /// Exponential gaps.
    #[default]
    Poisson,
    /// Equal gaps.
    Deterministic,
    /// Gaps of mean 1.
    Renewal(Distribution),
    /// Factors of mean 1 and mean stays in ns.
    Mmpp(Vec<(f64, f64)>),
    /// Sizes, and their mean after rounding.
    Batch(Distribution, f64),
    /// At these instants.
    Trace(Vec<Instant>),
    /// So many users who think for so long.
    Closed(u32, super::draw::Sampler),
}

/// Where a journey's arrivals have come to.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// Key of the journey in this replication.
    pub key: Key,
    /// Requests or batches so far.
    drawn: u64,
    /// Requests so far.
    pub ordinal: u64,
    /// Requests that come with the next arrival.
    pub many: u32,
    /// The arrival after that, and how many come with it.
    pub upcoming: Option<(Instant, u32)>,
    /// Time of the last arrival drawn, ns.
    at: f64,
    step: usize,
    state: usize,
    stays: u64,
    state_ends: f64,
    /// Rate at `at` and until when it stays so.
    rate: f64,
    rate_ends: f64,
}

impl SourcePlan {
    /// Prepares the source for a replication.
    pub fn start(&self, replication: Key) -> Source {
        let key = replication.with(self.label);
        let mut source = Source { key, state_ends: f64::INFINITY, ..Source::default() };
        if let Process::Mmpp(states) = &self.process {
            // The first state is drawn in proportion to the mean stays, so that the process starts in steady state.
            let whole: f64 = states.iter().map(|s| s.1).sum();
            let mut left = key.uniform(self.other) * whole;
            source.state = states
                .iter()
                .position(|s| {
                    left -= s.1;
                    left < 0.0
                })
                .unwrap_or(0);
            source.state_ends = self.stay(&mut source);
        }
        source
    }

    fn stay(&self, source: &mut Source) -> f64 {
        let Process::Mmpp(states) = &self.process else { return f64::INFINITY };
        source.stays += 1;
        let u = source.key.with(!source.stays).uniform(self.other);
        -states[source.state].1 * ln(u)
    }

    /// The next arrival and how many requests come with it; `None` when there will be none.
    #[inline(always)]
    pub fn next(&self, source: &mut Source) -> Option<(Instant, u32)> {
        if !matches!(self.process, Process::Poisson) {
            return self.next_other(source);
        }
        let unit = -ln_of_draw(source.key.with(source.drawn).uniform(self.gap));
        source.drawn += 1;
        Some((whole(self.advance(source, unit)?), 1))
    }

    /// The same for processes other than Poisson's.
    #[inline(never)]
    fn next_other(&self, source: &mut Source) -> Option<(Instant, u32)> {
        let key = source.key.with(source.drawn);
        source.drawn += 1;
        let mut many = 1;
        let mut draws = key.draws(self.gap);
        let unit = match &self.process {
            Process::Poisson | Process::Mmpp(_) => -ln_of_draw(draws.uniform()),
            Process::Deterministic => 1.0,
            Process::Renewal(gap) => gap.draw(|| draws.uniform()),
            Process::Batch(size, mean) => {
                let mut sizes = key.draws(self.other);
                many = rounded(size.draw(|| sizes.uniform()));
                -ln(draws.uniform()) * mean
            }
            Process::Trace(times) => return times.get(source.drawn as usize - 1).map(|t| (*t, 1)),
            Process::Closed(..) => return None,
        };
        let time = self.advance(source, unit)?;
        Some((whole(time), many))
    }

    /// Moves the source on until its integrated rate has grown by `unit`.
    #[inline]
    fn advance(&self, source: &mut Source, unit: f64) -> Option<f64> {
        if unit <= source.rate * (source.rate_ends - source.at) {
            source.at += unit / source.rate;
            return Some(source.at);
        }
        self.advance_over(source, unit)
    }

    /// The same over changes of the rate.
    #[cold]
    #[inline(never)]
    fn advance_over(&self, source: &mut Source, mut unit: f64) -> Option<f64> {
        loop {
            let mut rate = self.rates[source.step].1;
            let step_ends = self.rates.get(source.step + 1).map_or(f64::INFINITY, |next| next.0);
            if let Process::Mmpp(states) = &self.process {
                rate *= states[source.state].0;
            }
            let ends = step_ends.min(source.state_ends);
            let left = (ends - source.at).max(0.0);
            if rate > 0.0 && unit <= rate * left {
                (source.rate, source.rate_ends) = (rate, ends);
                source.at += unit / rate;
                return Some(source.at);
            }
            if ends.is_infinite() || ends > FOREVER as f64 {
                return None;
            }
            unit -= rate * left;
            source.at = ends;
            if step_ends <= source.state_ends {
                source.step += 1;
            } else if let Process::Mmpp(states) = &self.process {
                source.state = (source.state + 1) % states.len();
                source.state_ends += self.stay(source);
            }
        }
    }
}

/// A batch size: rounded, at least 1, at most 100,000.
fn rounded(size: f64) -> u32 {
    (size + 0.5).clamp(1.0, 100_000.0) as u32
}

/// Mean of a rounded batch size: exact for a constant, else over 65,536 fixed draws.
pub fn batch_mean(size: &Distribution) -> f64 {
    if let Distribution::Constant(x) = size {
        return f64::from(rounded(*x));
    }
    let n = 1 << 16;
    let key = Key::new(hash_id("batch size"), 0);
    let one = |i| {
        let mut draws = key.with(i).draws(Stream::default());
        f64::from(rounded(size.draw(|| draws.uniform())))
    };
    (0..n).map(one).sum::<f64>() / n as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrivals(process: Process, rates: Vec<(f64, f64)>, until: f64) -> Vec<Instant> {
        let plan = SourcePlan {
            rates,
            process,
            gap: Stream::new("gap", "x"),
            other: Stream::new("o", "x"),
            ..SourcePlan::default()
        };
        let mut source = plan.start(Key::new(1, 0));
        let mut out = Vec::new();
        while let Some((time, many)) = plan.next(&mut source) {
            if time as f64 > until {
                break;
            }
            out.extend(std::iter::repeat_n(time, many as usize));
        }
        out
    }

    fn ratio(count: usize, expected: f64, sigma: f64) {
        assert!(
            (count as f64 - expected).abs() < 5.0 * sigma * expected.sqrt(),
            "{count} against {expected}"
        );
    }

    #[test]
    fn every_process_keeps_the_stated_rate() {
        let constant = vec![(0.0, 1e-6)];
        let until = 1e11;
        ratio(arrivals(Process::Poisson, constant.clone(), until).len(), 1e5, 1.0);
        ratio(arrivals(Process::Deterministic, constant.clone(), until).len(), 1e5, 0.01);
        let erlang = Distribution::Erlang { k: 2, mean: 1.0 };
        ratio(arrivals(Process::Renewal(erlang), constant.clone(), until).len(), 1e5, 0.71);
        let size = Distribution::Uniform { low: 0.0, high: 9.0 };
        let mean = batch_mean(&size);
        ratio(arrivals(Process::Batch(size, mean), constant.clone(), until).len(), 1e5, 3.0);
        let states = vec![(1.8, 1e8), (0.2, 1e8)];
        ratio(arrivals(Process::Mmpp(states), constant, until).len(), 1e5, 10.0);
    }

    #[test]
    fn a_changing_rate_shows_in_each_piece_and_silence_is_silent() {
        let times = arrivals(Process::Poisson, vec![(0.0, 1e-6), (1e10, 0.0), (2e10, 3e-6)], 3e10);
        let between = |a: u64, b: u64| times.iter().filter(|t| (a..b).contains(t)).count();
        ratio(between(0, 10_000_000_000), 1e4, 1.0);
        assert_eq!(between(10_000_000_000, 20_000_000_000), 0);
        ratio(between(20_000_000_000, 30_000_000_000), 3e4, 1.0);
        assert!(arrivals(Process::Poisson, vec![(0.0, 0.0)], 1e18).is_empty());
    }

    /// Thinning, the obvious version: a stream at the highest rate, of which each arrival is kept with the chance that the
    /// rate at that moment has of the highest.
    fn thinned(rates: &[(f64, f64)], until: f64) -> Vec<Instant> {
        let highest = rates.iter().fold(0.0, |a: f64, r| a.max(r.1));
        let mut draws = Key::new(2, 0).draws(Stream::new("thinning", "x"));
        let (mut at, mut out) = (0.0, Vec::new());
        loop {
            at -= ln(draws.uniform()) / highest;
            if at > until {
                return out;
            }
            let rate = rates.iter().rev().find(|r| r.0 <= at).map_or(0.0, |r| r.1);
            if draws.uniform() * highest < rate {
                out.push(whole(at));
            }
        }
    }

    /// The largest distance between two empirical distribution functions, in units of what is expected of it.
    fn distance(mut a: Vec<Instant>, mut b: Vec<Instant>) -> f64 {
        a.sort_unstable();
        b.sort_unstable();
        let share = |list: &[Instant], x| list.partition_point(|y| *y <= x) as f64 / list.len() as f64;
        let far = a.iter().chain(&b).map(|x| (share(&a, *x) - share(&b, *x)).abs()).fold(0.0, f64::max);
        far / (1.0 / a.len() as f64 + 1.0 / b.len() as f64).sqrt()
    }

    #[test]
    fn inversion_of_the_rate_is_thinning_in_distribution() {
        let rates = vec![(0.0, 1e-6), (1e10, 0.2e-6), (2e10, 0.0), (2.5e10, 3e-6)];
        let (fast, slow) = (arrivals(Process::Poisson, rates.clone(), 3e10), thinned(&rates, 3e10));
        let n = 27_000.0_f64;
        for list in [&fast, &slow] {
            assert!((list.len() as f64 - n).abs() < 4.0 * n.sqrt(), "{} arrivals", list.len());
        }
        // Kolmogorov and Smirnov: beyond 1.95 once in a thousand.
        let gaps = |list: &[Instant]| list.windows(2).map(|w| w[1] - w[0]).collect::<Vec<_>>();
        assert!(distance(gaps(&fast), gaps(&slow)) < 1.95, "gaps");
        assert!(distance(fast.clone(), slow) < 1.95, "times");
        // The test sees a tenth of the rate moved from one piece to another.
        let other = thinned(&[(0.0, 1.1e-6), (1e10, 0.1e-6), (2e10, 0.0), (2.5e10, 3e-6)], 3e10);
        assert!(distance(fast, other) > 1.95, "another profile");
    }
}
