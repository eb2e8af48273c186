//! The load that breaks a goal: a search over the number of users in the busiest hour, on the hardware as it is.

use super::Breaking;
use super::compiled::Compiled;
use super::figures::{figure, unknown};
use super::goals::{Stand, blame, margin, stand};
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
/// Most steps of the narrowing: more than a bisection from the largest load to the smallest and on to the tolerance takes.
const STEPS: u32 = 200;
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
    // Doubled until it breaks; what is in between is then narrowed.
    let (mut low, mut high) = (0.0, 1.0);
    let mut low_margin = None;
    let mut broken = load.at(high);
    let mut found = margin(&load.all, &broken, goal);
    if let Err(w) = found
        && w != words::BREAKER
    {
        return nothing(w, false);
    }
    while let Ok(margin_here) = found
        && margin_here >= 0.0
    {
        if high >= MOST {
            return nothing(words::NEVER_BREAKS, false);
        }
        (low, low_margin) = (high, Some(margin_here));
        high = (2.0 * high).min(MOST);
        broken = load.at(high);
        found = margin(&load.all, &broken, goal);
    }
    let mut search = Search::new(high - low);
    for _ in 0..STEPS {
        if high - low <= TOLERANCE * high || high <= LEAST {
            break;
        }
        let middle = search.next((low, low_margin), (high, found.ok()), TOLERANCE * high);
        let s = load.at(middle);
        match margin(&load.all, &s, goal) {
            Ok(margin) if margin >= 0.0 => (low, low_margin) = (middle, Some(margin)),
            other => (high, broken, found) = (middle, s, other),
        }
    }
    let component = blame(&load.all, &broken, goal);
    if high <= LEAST {
        return Breaking { component, ..nothing(words::FAILS_AT_ZERO, true) };
    }
    let mut users = figure(high * load.users, "users", words::SEARCH);
    if let Err(why) = found {
        users.method = Some(why.to_owned());
    }
    Breaking { users, component, at_zero: false }
}

/// How far the busiest hour is from missing each of these goals, from -1 up, at least 0 where it is met; `Err`: there is no
/// formula, and why.
pub fn margins(model: &Model, goals: &[&Goal]) -> Vec<Result<f64, &'static str>> {
    let mut load = Load::of(model);
    let solved = load.at(1.0);
    goals.iter().map(|goal| margin(&load.all, &solved, goal)).collect()
}

/// Narrows a bracket of a sign change: the secant's point, moved towards the middle, and never further from the middle than
/// keeps the number of steps at that of a bisection and one more. Where a margin is unknown, the middle.
///
/// Source: I. F. D. Oliveira and R. H. C. Takahashi, "An enhancement of the bisection method average performance preserving
/// minmax optimality" (ACM Transactions on Mathematical Software 47, 2020), with its kappa 2 = 2 and n0 = 1.
struct Search {
    /// Width of the first bracket.
    width: f64,
    /// Width that a bisection with one step in hand would have left.
    allowed: f64,
}

impl Search {
    fn new(width: f64) -> Self {
        Self { width, allowed: 2.0 * width }
    }

    /// The next point between `low`, which holds, and `high`, which does not, each with its margin.
    fn next(&mut self, low: (f64, Option<f64>), high: (f64, Option<f64>), tolerance: f64) -> f64 {
        let middle = 0.5 * (low.0 + high.0);
        let (here, allowed) = (high.0 - low.0, self.allowed);
        self.allowed *= 0.5;
        let (Some(a), Some(b)) = (low.1, high.1) else { return middle };
        if a - b <= 0.0 || low.0 == 0.0 {
            return middle;
        }
        let secant = low.0 + here * a / (a - b);
        let towards = (middle - secant).signum();
        // At least half a tolerance to the side, so that a good guess is bracketed by the step after it.
        let moved = (0.2 / self.width * here * here).max(0.5 * tolerance);
        let point = if moved <= (middle - secant).abs() { secant + towards * moved } else { middle };
        let reach = (0.5 * (allowed - here)).max(0.0);
        if (point - middle).abs() <= reach { point } else { middle - towards * reach }
    }
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
            Arrivals::Fixed(rate) => rate.as_per_second() * model.profile.spike(hour),
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
