//! The load that breaks a goal: bisection over the number of users in the busiest hour, on the hardware as it is.

use super::Breaking;
use super::compiled::Compiled;
use super::figures::{figure, unknown};
use super::goals::{Stand, blame, stand};
use super::solution::Solution;
use super::solve_load::{idle, solve};
use crate::model::Model;
use crate::model::objective::Goal;
use crate::model::workload::Arrivals;
use crate::text::flow as words;

/// Largest load searched, as a multiple of the tier's own.
const MOST: f64 = 1e6;
/// Smallest load searched, as a multiple of the tier's own: below it the goal counts as missed without load.
const LEAST: f64 = 1e-9;
/// Relative distance of the loads that hold and break.
const TOLERANCE: f64 = 1e-6;

/// The load in users at which a latency or error goal first fails on this hardware.
///
/// Journeys whose rate follows the users are scaled, and users of closed sessions; where no journey follows them, all
/// are, and users stand for multiples of the stated load.
pub fn breaking(model: &Model, goal: &Goal) -> Breaking {
    let nothing =
        |why: &str, at_zero: bool| Breaking { users: unknown("users", why), component: None, at_zero };
    let mut load = Load::of(model);
    let at_rest = idle(&load.all);
    match stand(&load.all, &at_rest, goal) {
        Stand::Unknown(why) => return nothing(why, false),
        Stand::Missed => {
            let component = blame(&load.all, &at_rest, goal);
            return Breaking { component, ..nothing(words::FAILS_AT_ZERO, true) };
        }
        Stand::Met => {}
    }
    // Doubled until it breaks, or halved until it holds.
    let (mut low, mut high) = (0.0, 1.0);
    let mut broken = load.at(high);
    let mut why = stand(&load.all, &broken, goal);
    if let Stand::Unknown(w) = why
        && w != words::BREAKER
    {
        return nothing(w, false);
    }
    while why == Stand::Met {
        if high >= MOST {
            return nothing(words::NEVER_BREAKS, false);
        }
        (low, high) = (high, (2.0 * high).min(MOST));
        broken = load.at(high);
        why = stand(&load.all, &broken, goal);
    }
    while high - low > TOLERANCE * high && high > LEAST {
        let middle = 0.5 * (low + high);
        let s = load.at(middle);
        match stand(&load.all, &s, goal) {
            Stand::Met => low = middle,
            other => (high, broken, why) = (middle, s, other),
        }
    }
    let component = blame(&load.all, &broken, goal);
    if high <= LEAST {
        return Breaking { component, ..nothing(words::FAILS_AT_ZERO, true) };
    }
    let mut users = figure(high * load.users, "users", words::BISECTION);
    if let Stand::Unknown(why) = why {
        users.method = Some(why.to_owned());
    }
    Breaking { users, component, at_zero: false }
}

/// The busiest hour, at a multiple of its load.
struct Load {
    all: Compiled,
    /// At the tier's own load, by journey.
    rates: Vec<f64>,
    /// Journeys that are scaled.
    scaled: Vec<bool>,
    /// Users of closed sessions at the tier's own load.
    populations: Vec<u32>,
    /// Users at the tier's own load; 1 for a tier without users.
    users: f64,
}

impl Load {
    fn of(model: &Model) -> Self {
        let hour = model.profile.busiest_hour();
        let users = if model.tier.users > 0.0 { model.tier.users } else { 1.0 };
        let follows = |j: &crate::model::workload::Journey| !matches!(j.arrivals, Arrivals::Fixed(_));
        let any = model.journeys.iter().any(follows);
        let share = model.profile.share(hour);
        let rate = |j: &crate::model::workload::Journey| match j.arrivals {
            Arrivals::PerActiveUser(rate) => rate.as_per_second() * users * share,
            Arrivals::Fixed(rate) => rate.as_per_second(),
            Arrivals::Closed { .. } => 0.0,
        };
        let all = Compiled::of(model);
        let populations = all.journeys.iter().map(|j| j.closed.map_or(0, |c| c.0)).collect();
        let scaled = model.journeys.iter().map(|j| !any || follows(j)).collect();
        Self { all, rates: model.journeys.iter().map(rate).collect(), scaled, populations, users }
    }

    fn at(&mut self, factor: f64) -> Solution {
        let times = |rate: &f64, scaled: &bool| if *scaled { rate * factor } else { *rate };
        let rates: Vec<f64> = self.rates.iter().zip(&self.scaled).map(|(r, s)| times(r, s)).collect();
        for (journey, population) in self.all.journeys.iter_mut().zip(&self.populations) {
            if let Some((users, _)) = &mut journey.closed {
                *users = (f64::from(*population) * factor).round().clamp(1.0, 1e9) as u32;
            }
        }
        solve(&self.all, &rates)
    }
}
