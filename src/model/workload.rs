//! The load: request classes with a rate per active user, and the share of users active in each hour of the week.

use crate::diag::Span;
use crate::stats::distribution::Distribution;
use crate::text::Phrase;
use crate::units::{HOURS_PER_WEEK, Rate};

/// A request class.
#[derive(Clone, Debug)]
pub struct Journey {
    /// Id in the scenario.
    pub id: String,
    /// Name to show.
    pub name: Phrase,
    /// The component where requests come in.
    pub entry: super::ComponentIx,
    /// How many requests arrive.
    pub arrivals: Arrivals,
    /// How they are spread in time.
    pub process: Process,
    /// Rank in priority queues: lower goes first.
    pub priority: u8,
    /// Bytes sent to the user per request, mean.
    pub bytes_out: f64,
    /// Bytes received from the user per request, mean.
    pub bytes_in: f64,
    /// Where it stands in the file.
    pub at: Span,
}

/// How requests of a class arrive.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrivals {
    /// So many per second and active user: the total follows the users and the hour of the week.
    PerActiveUser(Rate),
    /// So many per second in total, whatever the users and the hour; named spikes multiply it.
    Fixed(Rate),
    /// A fixed number of users who send, wait for the answer, think, and send again. `process` is not looked at.
    Closed {
        /// Users.
        population: u32,
        /// Time from an answer to the next request.
        think: Distribution,
    },
}

/// How arrivals are spread in time, given their rate.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Process {
    /// Independent of each other, by thinning when the rate changes.
    #[default]
    Poisson,
    /// Equal gaps.
    Deterministic,
    /// Independent gaps of this shape; its mean is scaled to the rate.
    Renewal(Distribution),
    /// Markov-modulated Poisson: in state `i` the rate is multiplied by `factor[i]`, for an exponential time of mean
    /// `stay[i]` seconds, then the next state (cyclic). Factors are scaled so that the mean rate is the stated one.
    Mmpp {
        /// Relative rates.
        factor: Vec<f64>,
        /// Mean stay in each state, seconds.
        stay: Vec<f64>,
    },
    /// Poisson batches of this many requests (rounded, at least 1); the rate counts requests.
    Batch(Distribution),
    /// At these times, seconds from the start of the run, once; the rate is not looked at.
    Trace(Vec<f64>),
}

/// Share of users active in each hour of the week, Monday 00:00 first, in the scenario's time zone.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Id or words of the profile, for the report.
    pub name: String,
    /// 0..=1 each.
    pub active: [f64; HOURS_PER_WEEK],
    /// Named spikes multiply the arrivals of some hours.
    pub spikes: Vec<Spike>,
}

/// A named spike.
#[derive(Clone, Debug)]
pub struct Spike {
    /// Name.
    pub name: String,
    /// First hour of the week.
    pub from: usize,
    /// Hours.
    pub hours: usize,
    /// Factor on the arrivals.
    pub times: f64,
}

impl Profile {
    /// Share of users active in hour `hour` of the week, spikes included (so it may exceed 1).
    pub fn share(&self, hour: usize) -> f64 {
        self.active[hour] * self.spike(hour)
    }

    /// Factor of the named spikes on the arrivals of an hour of the week.
    pub fn spike(&self, hour: usize) -> f64 {
        let inside = |s: &&Spike| (hour + HOURS_PER_WEEK - s.from) % HOURS_PER_WEEK < s.hours;
        self.spikes.iter().filter(inside).fold(1.0, |factor, spike| factor * spike.times)
    }

    /// The busiest hour of the week; the first of equals.
    pub fn busiest_hour(&self) -> usize {
        (0..HOURS_PER_WEEK)
            .fold(0, |best, hour| if self.share(hour) > self.share(best) { hour } else { best })
    }

    /// Mean share over the week.
    pub fn mean_share(&self) -> f64 {
        (0..HOURS_PER_WEEK).map(|h| self.share(h)).sum::<f64>() / HOURS_PER_WEEK as f64
    }
}

impl super::Model {
    /// Arrivals of a journey in an hour of the week. Zero for closed sessions: their rate is an answer.
    pub fn arrivals(&self, journey: super::JourneyIx, hour: usize) -> Rate {
        match self.journeys[journey.0 as usize].arrivals {
            Arrivals::PerActiveUser(rate) => rate * (self.tier.users * self.profile.share(hour)),
            Arrivals::Fixed(rate) => rate * self.profile.spike(hour),
            Arrivals::Closed { .. } => Rate::ZERO,
        }
    }

    /// Arrivals per second in an hour of the week, by journey.
    pub fn rates(&self, hour: usize) -> Vec<f64> {
        self.journey_indices().map(|j| self.arrivals(j, hour).as_per_second()).collect()
    }
}
