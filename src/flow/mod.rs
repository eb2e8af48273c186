//! Analytic steady state: traffic equations, utilisation, waiting and response times, without simulating.
//!
//! A model is compiled once ([`compiled`]); a load is then solved as a fixed point ([`solve_load`]): how often everything
//! is visited ([`visits`]), how each station serves that ([`serve`], by the formula that fits: [`single`]), how long calls
//! and visits take and how they fail ([`respond`]). Every figure names its formula and says whether it is exact.

mod balanced;
mod batches;
pub mod bistable;
pub mod bounds;
pub mod breaking;
mod bucket;
mod caches;
pub mod closed;
pub mod compiled;
mod crowded;
pub mod day;
pub mod desk;
pub mod erlang;
pub mod figures;
pub mod fork_join;
pub mod gamma;
pub mod goals;
pub mod hours;
pub mod limits;
mod lower;
pub mod makeup;
pub mod mg1;
mod mix;
pub mod moments;
pub mod month;
mod multiclass;
pub mod mva;
pub mod needs;
mod order;
pub mod priority;
pub mod product;
pub mod respond;
pub mod retry;
pub mod rundown;
pub mod serve;
pub mod shapes;
pub mod single;
mod slices;
pub mod solution;
pub mod solve_load;
mod spares;
pub mod state;
mod sure;
pub mod tail;
mod throttle;
pub mod visits;
pub mod week;
mod why;

pub use crate::stats::che;

use crate::answer::times::{ComponentAnswer, JourneyAnswer};
use crate::model::loads::{Loads, Needs};
use crate::model::objective::Goal;
use crate::model::{ComponentIx, JourneyIx, Model};
use crate::stats::figure::Figure;

/// The steady state of one hour of the week.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Hour of the week, 0 = Monday 00:00.
    pub hour: usize,
    /// By journey index.
    pub journeys: Vec<JourneyAnswer>,
    /// By component index.
    pub components: Vec<ComponentAnswer>,
    /// Components at or past saturation, worst first.
    pub saturated: Vec<ComponentIx>,
    /// By journey: mean response time made up of waiting, service and network per component, seconds, largest first.
    pub makeup: Vec<Vec<Part>>,
}

/// A part of a mean response time.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Where.
    pub component: ComponentIx,
    /// `waiting`, `service`, `network`, `stream` or `retry`.
    pub part: &'static str,
    /// Mean seconds per request of the journey.
    pub seconds: f64,
}

/// The load at which a goal first fails.
#[derive(Clone, Debug)]
pub struct Breaking {
    /// Users; unknown when it never fails in the searched range, or fails at any load.
    pub users: Figure,
    /// The component to blame there: overloaded, else the one that turns requests away (errors) or makes them wait most.
    pub component: Option<ComponentIx>,
    /// True when the goal already fails without any load.
    pub at_zero: bool,
}

/// Solves one hour of the week.
pub fn solve(model: &Model, hour: usize) -> Flow {
    let all = compiled::Compiled::of(model);
    let rates = model.rates(hour);
    figures::flow(&all, &solve_load::solve(&all, &rates), hour)
}

/// By component, the replicas that automatic scaling settles at in an hour of the week; empty where nothing scales.
pub fn standing(model: &Model, hour: usize) -> Vec<u32> {
    let scales = |c: &crate::model::Component| c.station.as_ref().is_some_and(|s| s.scaling.is_some());
    if !model.graph.node_weights().any(scales) {
        return Vec::new();
    }
    let all = compiled::Compiled::of(model);
    let rates = model.rates(hour);
    solve_load::solve(&all, &rates).desks.iter().map(|desk| desk.replicas).collect()
}

/// What the load does in a billing month of 730 h, from the mean of the week.
pub fn loads(model: &Model) -> Loads {
    month::loads(model)
}

/// The fewest units of each component with which the journeys still meet their latency and error objectives.
pub fn needs(model: &Model) -> Needs {
    needs::needs(model)
}

pub use breaking::margins;

/// The load in users at which a latency or error goal first fails on this tier's hardware.
pub fn breaking(model: &Model, goal: &Goal) -> Breaking {
    breaking::breaking(model, goal)
}

/// Load over the week in requests per second, by journey and hour; of closed sessions what they come to.
pub fn arrivals_over_week(model: &Model) -> Vec<Vec<f64>> {
    let closed = |j: &crate::model::workload::Journey| {
        matches!(j.arrivals, crate::model::workload::Arrivals::Closed { .. })
    };
    if model.journeys.iter().any(closed) {
        let all = compiled::Compiled::of(model);
        let mut week = vec![vec![0.0; crate::units::HOURS_PER_WEEK]; model.journeys.len()];
        for load in week::distinct(model) {
            let solved = solve_load::solve(&all, &load.rates);
            for (hours, rate) in week.iter_mut().zip(&solved.rates) {
                load.hours.iter().for_each(|hour| hours[*hour] = *rate);
            }
        }
        return week;
    }
    let hours = |j: JourneyIx| (0..168).map(|h| model.arrivals(j, h).as_per_second()).collect();
    model.journey_indices().map(hours).collect()
}
