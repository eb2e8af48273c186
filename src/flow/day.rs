//! The busiest day, hour by hour: what users of each journey see, and how busy each component is. The model is compiled
//! once and hours of equal load are solved once, so that a day costs little more than its distinct loads.

use super::compiled::Compiled;
use super::solution::total;
use super::solve_load::solve;
use super::state::state;
use super::week::distinct;
use crate::model::Model;

/// Hours of a day.
pub const HOURS: usize = 24;

/// The day of the week's busiest hour.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Day {
    /// Its first hour of the week, 0 = Monday 00:00.
    pub first: usize,
    /// Hour by hour.
    pub hours: Vec<Hour>,
}

/// One hour in its steady state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hour {
    /// By journey index.
    pub journeys: Vec<JourneyHour>,
    /// By component index: share of its servers that is busy; `None` without servers, or where no formula says.
    pub utilisation: Vec<Option<f64>>,
}

/// A journey in an hour; what no formula gives is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct JourneyHour {
    /// Requests per second.
    pub arrivals: f64,
    /// Mean time of those answered, seconds.
    pub mean: Option<f64>,
    /// Its p95 by a fit of two moments, seconds.
    pub p95: Option<f64>,
    /// Share that fails.
    pub errors: Option<f64>,
}

/// Solves the busiest day of a model. O(distinct loads x solving one).
pub fn day(model: &Model) -> Day {
    let all = Compiled::of(model);
    let first = model.profile.busiest_hour() / HOURS * HOURS;
    let mut hours = vec![Hour::default(); HOURS];
    for load in distinct(model) {
        let mut of_day = load.hours.iter().filter(|hour| (first..first + HOURS).contains(*hour)).peekable();
        if of_day.peek().is_some() {
            let solved = one(&all, &load.rates);
            of_day.for_each(|hour| hours[hour - first] = solved.clone());
        }
    }
    Day { first, hours }
}

fn one(all: &Compiled, rates: &[f64]) -> Hour {
    let state = state(all, &solve(all, rates), None);
    let journeys = state.journeys.iter().map(|j| {
        let known = |x: f64| Some(x).filter(|x| j.why.is_none() && x.is_finite());
        let answered = known(j.throughput).is_some_and(|rate| rate > 0.0);
        let time = |x: f64| known(x).filter(|_| answered);
        JourneyHour {
            arrivals: j.rate,
            mean: time(j.response.moments().mean),
            p95: time(j.response.quantile(0.95)),
            errors: known(total(&j.causes)).filter(|_| j.rate > 0.0),
        }
    });
    let utilisation = state.components.iter().map(|c| {
        let servers = c.servers.filter(|n| *n > 0.0)?;
        Some(c.busy / servers).filter(|x| c.why.is_none() && x.is_finite())
    });
    Hour { journeys: journeys.collect(), utilisation: utilisation.collect() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::model::build;
    use crate::model::workload::Arrivals;
    use crate::stats::distribution::Distribution;
    use crate::units::Rate;

    #[test]
    fn each_hour_is_the_steady_state_of_its_own_load() {
        let mut model = build::empty();
        let desk =
            build::component(&mut model, "desk", build::station(1, 1, Distribution::Exponential(0.01)));
        build::journey(&mut model, "job", desk, 1.0);
        model.journeys[0].arrivals = Arrivals::PerActiveUser(Rate::per_second(20.0));
        model.profile.active[34] = 4.0;
        model.profile.active[35] = 0.0;
        let day = day(&model);
        assert_eq!((day.first, day.hours.len()), (24, 24));
        let at = |hour: usize| (&day.hours[hour].journeys[0], day.hours[hour].utilisation[desk.index()]);
        // M/M/1: 1 / (100 - 20), 1 / (100 - 80), and nobody.
        let (quiet, busy, none) = (at(3), at(10), at(11));
        assert!((quiet.0.mean.unwrap() - 1.0 / 80.0).abs() < 1e-12 && (quiet.1.unwrap() - 0.2).abs() < 1e-12);
        assert!((busy.0.mean.unwrap() - 1.0 / 20.0).abs() < 1e-12 && (busy.1.unwrap() - 0.8).abs() < 1e-12);
        assert!((busy.0.p95.unwrap() - 20.0_f64.ln() / 20.0).abs() < 1e-9);
        assert_eq!((none.0.mean, none.0.errors, none.1), (None, None, Some(0.0)));
    }

    #[test]
    fn an_overloaded_hour_says_so_and_gives_no_time() {
        let mut model = build::empty();
        let desk =
            build::component(&mut model, "desk", build::station(1, 1, Distribution::Exponential(0.01)));
        build::journey(&mut model, "job", desk, 1.0);
        model.journeys[0].arrivals = Arrivals::PerActiveUser(Rate::per_second(150.0));
        let hour = &day(&model).hours[0];
        assert_eq!(hour.journeys[0].p95, None);
        assert!(hour.utilisation[desk.index()].unwrap() >= 1.0);
    }
}
