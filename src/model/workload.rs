//! The load: request classes with a rate per active user, and the share of users active in each hour of the week.

use crate::diag::Span;
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
    /// How requests arrive.
    pub arrivals: Arrivals,
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
    /// Poisson, so many per second and active user: the total follows the users and the hour of the week.
    PerActiveUser(Rate),
    /// Poisson, so many per second in total, whatever the users and the hour.
    Fixed(Rate),
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
        let inside = |s: &&Spike| (hour + HOURS_PER_WEEK - s.from) % HOURS_PER_WEEK < s.hours;
        self.spikes.iter().filter(inside).fold(self.active[hour], |share, spike| share * spike.times)
    }

    /// The busiest hour of the week; the first of equals.
    pub fn busiest_hour(&self) -> usize {
        (0..HOURS_PER_WEEK).fold(0, |best, hour| if self.share(hour) > self.share(best) { hour } else { best })
    }

    /// Mean share over the week.
    pub fn mean_share(&self) -> f64 {
        (0..HOURS_PER_WEEK).map(|h| self.share(h)).sum::<f64>() / HOURS_PER_WEEK as f64
    }
}

impl super::Model {
    /// Arrivals of a journey in an hour of the week.
    pub fn arrivals(&self, journey: super::JourneyIx, hour: usize) -> Rate {
        match self.journeys[journey.0 as usize].arrivals {
            Arrivals::PerActiveUser(rate) => rate * (self.tier.users * self.profile.share(hour)),
            Arrivals::Fixed(rate) => rate,
        }
    }
}
