//! Whether a solved load meets a latency or error objective, and which component is to blame when it does not.

use super::compiled::Compiled;
use super::makeup::{makeup, pressure};
use super::mix::Mix;
use super::moments::Moments;
use super::shapes::response;
use super::solution::{Solution, total};
use super::tail::tail;
use super::why::trouble;
use crate::model::objective::{Goal, Measure};
use crate::model::{ComponentIx, JourneyIx, Model};
use crate::text::flow as words;

/// How a solved load stands to a goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// It meets it.
    Met,
    /// It misses it.
    Missed,
    /// There is no formula for it, and why.
    Unknown(&'static str),
}

/// Latency and error objectives that are promised for the model's tier.
pub fn goals_of_load(model: &Model) -> Vec<&Goal> {
    let tier = |tiers: &[String]| tiers.is_empty() || tiers.contains(&model.tier.id);
    let promised = model.objectives.iter().filter(|o| tier(&o.tiers));
    promised.map(|o| &o.goal).filter(|g| journey_of(g).is_some()).collect()
}

/// The journey of a latency or error goal; `None` for goals that load does not decide.
pub fn journey_of(goal: &Goal) -> Option<JourneyIx> {
    match goal {
        Goal::Latency { journey, .. } | Goal::Errors { journey, .. } => Some(*journey),
        _ => None,
    }
}

/// Judges a goal by the preview percentiles. The quantile of a latency is over all requests, so failed ones count as
/// endless.
pub fn stand(all: &Compiled, s: &Solution, goal: &Goal) -> Stand {
    // Where one-sided bounds by mean and variance (Cantelli's inequality) decide, no more is asked; else whether it is within the
    // limit often enough, without its quantile.
    let bounded = |m: Moments, q: f64, limit: f64, known: &dyn Fn() -> Option<Mix>| {
        let deviation = m.variance.sqrt();
        let (most, least) =
            (m.mean + deviation * (q / (1.0 - q)).sqrt(), m.mean - deviation * ((1.0 - q) / q).sqrt());
        if most <= limit {
            most
        } else if least > limit {
            least
        } else if known().map_or_else(|| m.quantile(q) <= limit, |mix| mix.keeps(q, limit)) {
            limit
        } else {
            f64::INFINITY
        }
    };
    match measured(all, s, goal, bounded) {
        Ok(margin) if margin >= 0.0 => Stand::Met,
        Ok(_) => Stand::Missed,
        Err(why) => Stand::Unknown(why),
    }
}

/// How far a solved load is from missing a goal, from -1 (endless, or all fail) up; at least 0 where it is met. Of a single queue it falls
/// about in proportion to the load. `Err`: there is no formula, and why.
pub fn margin(all: &Compiled, s: &Solution, goal: &Goal) -> Result<f64, &'static str> {
    let by_quantile = |m: Moments, q: f64, _: f64, known: &dyn Fn() -> Option<Mix>| {
        known().map_or_else(|| m.quantile(q), |mix| mix.quantile(q))
    };
    measured(all, s, goal, by_quantile)
}

/// The margin, given how a time is measured from its moments, its quantile, its limit, and its mixture where there is one.
fn measured(
    all: &Compiled,
    s: &Solution,
    goal: &Goal,
    how: impl Fn(Moments, f64, f64, &dyn Fn() -> Option<Mix>) -> f64,
) -> Result<f64, &'static str> {
    let Some(journey) = journey_of(goal).map(|j| usize::from(j.0)).filter(|j| *j < all.journeys.len()) else {
        return Err(words::NOT_BY_USERS);
    };
    let Some(entry) = s.entry(all, journey) else { return Err(words::NO_FORMULA) };
    let why = trouble(all, s, journey);
    if let Some(why) = why.filter(|w| *w != words::OVERLOADED && *w != words::ALL_FAIL) {
        return Err(why);
    }
    let failed = total(&entry.causes);
    // Against what may fail; where nothing may, any failure is all there is.
    let failures = |most: f64| match failed <= most {
        true if most > 0.0 => 1.0 - failed / most,
        true => 0.0,
        false => ((most - failed) / (1.0 - most).max(f64::MIN_POSITIVE)).max(-1.0),
    };
    match goal {
        // A queue without bound fails nobody, and never answers some.
        Goal::Errors { below, .. } => Ok(if why.is_some() { -1.0 } else { failures(below.get()) }),
        Goal::Latency { measure, quantile, below, .. } => {
            let shape = || response(all, s, journey);
            let limit = below.as_seconds();
            let time = match measure {
                _ if why.is_some() => f64::INFINITY,
                Measure::FullAnswer => match tail(all, s, &all.journeys[journey]) {
                    Some(tail) => tail.quantile(*quantile),
                    None => how(entry.ok, *quantile, limit, &|| Some(shape()?.ok)),
                },
                Measure::FirstToken => match entry.first {
                    Some(first) if all.journeys[journey].streams => {
                        how(first, *quantile, limit, &|| shape()?.first)
                    }
                    _ => return Err(words::NO_FORMULA),
                },
            };
            let times =
                if time <= limit { (limit - time) / time.max(f64::MIN_POSITIVE) } else { limit / time - 1.0 };
            Ok(times.min(failures(1.0 - quantile)))
        }
        _ => Err(words::NOT_BY_USERS),
    }
}

/// The component to blame for a goal that this load misses: the worst of the overloaded ones on the journey; else the one
/// that turns most requests away, for an error goal; else the one where requests wait longest; else the largest share of
/// the time.
pub fn blame(all: &Compiled, s: &Solution, goal: &Goal) -> Option<ComponentIx> {
    let journey = journey_of(goal).map(|j| usize::from(j.0)).filter(|j| *j < all.journeys.len())?;
    let visited = all.journeys[journey].nodes.clone().map(|n| (&all.nodes[n as usize], &s.nodes[n as usize]));
    let visited: Vec<_> = visited.filter(|(_, state)| state.visits > 0.0).collect();
    let most = |amount: &dyn Fn(usize) -> f64| {
        let found = visited
            .iter()
            .map(|(node, state)| (node.component as usize, amount(node.component as usize), state.visits));
        let positive = found.filter(|(_, amount, _)| *amount > 0.0);
        positive.reduce(|a, b| if b.1 * b.2 > a.1 * a.2 { b } else { a }).map(|(c, ..)| ComponentIx::new(c))
    };
    let worst = visited
        .iter()
        .map(|(node, _)| node.component as usize)
        .filter(|c| s.desks[*c].overloaded())
        .map(|c| (c, pressure(s.desks[c].load, s.desks[c].carried)))
        .reduce(|a, b| if b.1 > a.1 { b } else { a });
    if let Some((c, _)) = worst {
        return Some(ComponentIx::new(c));
    }
    if matches!(goal, Goal::Errors { .. }) {
        let turned = |c: usize| {
            let desk = &s.desks[c];
            desk.throttled + desk.blocked + desk.abandoned + desk.unavailable
        };
        if let Some(c) = most(&turned) {
            return Some(c);
        }
    }
    let parts = makeup(all, s, journey);
    let sum = |waiting: bool| {
        let mut sums = vec![0.0; all.n_components];
        for part in parts.iter().filter(|p| !waiting || p.part == "waiting") {
            sums[part.component.index()] += part.seconds;
        }
        let positive = sums.into_iter().enumerate().filter(|(_, seconds)| *seconds > 0.0);
        positive.reduce(|a, b| if b.1 > a.1 { b } else { a }).map(|(c, _)| ComponentIx::new(c))
    };
    sum(true).or_else(|| sum(false))
}
