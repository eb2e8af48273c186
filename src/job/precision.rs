//! How precise a study is, and how many replications more it needs to be as precise as asked: a sequential procedure in
//! fixed batches.
//!
//! Source: A. M. Law, *Simulation Modeling and Analysis*, on confidence intervals of specified precision. The half-width is
//! compared with what was asked for as it is, without the correction for the error of the mean itself.

use super::{Ask, BATCH, FEW, MOST_REPLICATIONS};
use crate::answer::times::Times;
use crate::answer::verdict::{TargetAnswer, Verdict};
use crate::answer::{FaultAnswer, PrecisionAnswer};
use crate::assess::Analysis;
use crate::model::Model;
use crate::model::objective::{Goal, Measure};
use crate::sim::Measured;
use crate::stats::figure::Figure;

/// How the half-width is got.
const METHOD: &str = "half-width of the 95 % Student t interval over replications, relative to its middle";

/// The most replications of a healthy run.
pub fn most(ask: &Ask) -> u32 {
    match ask.until {
        Some(_) => ask.replications.max(1),
        None if ask.until_sure => ask.replications.max(MOST_REPLICATIONS),
        None => ask.replications.max(1),
    }
}

/// The first batch.
pub fn first(ask: &Ask) -> u32 {
    match ask.until {
        Some(_) => ask.replications.clamp(1, BATCH),
        None if ask.until_sure => ask.replications.clamp(1, FEW),
        None => ask.replications.max(1),
    }
}

/// Replications in all after the next batch: those that were asked for first, then [`BATCH`] more at a time.
pub fn next(ask: &Ask, ended: u32) -> u32 {
    let next = if ask.until.is_none() && ended < ask.replications { ask.replications } else { ended + BATCH };
    next.min(most(ask))
}

/// The precision of a run that was asked to be so precise.
pub fn reached(model: &Model, measured: &Measured, ask: &Ask) -> Option<PrecisionAnswer> {
    let asked = ask.until?;
    let widest = judged(model, measured).max_by(|a, b| a.1.total_cmp(&b.1));
    let (widest, width) = widest.unwrap_or_default();
    let reached = if width.is_finite() && !widest.is_empty() {
        Figure::simulated(width, None, "1", u64::from(measured.replications), METHOD)
    } else {
        Figure::unknown("1")
    };
    let replications = measured.replications;
    Some(PrecisionAnswer { asked, reached, widest, met: width <= asked, replications, most: most(ask) })
}

/// Whether what a fault's first replications showed needs no more of them: every expectation is [decided](decided).
pub fn clear(fault: &FaultAnswer, analysis: &Analysis) -> bool {
    fault.expects.iter().all(|t| decided(t, analysis))
}

/// Whether a target that was measured needs no more replications than the first few: it is decided, and would be with an
/// interval twice as wide. Where the load can stay collapsed by chance, that no replication did is not enough.
pub fn decided(target: &TargetAnswer, analysis: &Analysis) -> bool {
    let by_chance = analysis.bistable.iter().flatten().any(|found| found.at_risk() != Some(false));
    let figure = &target.value;
    let wide = figure.low.zip(figure.high).map_or(0.0, |(low, high)| 0.5 * (high - low));
    match target.verdict {
        Verdict::Unsure => false,
        Verdict::Fail => figure.low.is_none_or(|low| low - wide >= target.target),
        Verdict::Pass if by_chance && target.unit == "s" => false,
        Verdict::Pass => figure.high.is_some_and(|high| high + wide <= target.target),
    }
}

/// How much wider than it seems an interval may really be, in replications: it rests on few of them.
const MARGIN: f64 = 4.0;

/// Whether a verdict will stay open even with the most replications: the half-width falls with the root of their number.
pub fn is_hopeless(target: &TargetAnswer, replications: u32, most: u32) -> bool {
    let figure = &target.value;
    let Some(((low, high), value)) = figure.low.zip(figure.high).zip(figure.value) else { return false };
    let (half, away) = (0.5 * (high - low), (value - target.target).abs());
    let needed = f64::from(replications) * (half / away) * (half / away);
    needed > MARGIN * f64::from(most)
}

/// About how many replications will be needed in all: the half-width falls with the root of their number.
pub fn expected(precision: &PrecisionAnswer) -> u32 {
    let Some(width) = precision.reached.value else { return precision.most };
    let more = (width / precision.asked) * (width / precision.asked) * f64::from(precision.replications);
    (more.ceil() as u32).clamp(precision.replications, precision.most)
}

/// Every journey's mean and judged percentiles (the 95th where none is) with their relative half-widths. Journeys of which
/// no request was answered have none; a figure without an interval has an infinite one.
fn judged(model: &Model, measured: &Measured) -> impl Iterator<Item = (String, f64)> {
    let mut list = Vec::new();
    for (j, (journey, answer)) in model.journeys.iter().zip(&measured.journeys).enumerate() {
        let mut add = |times: &Times, measure: Measure, quantile: Option<f64>| {
            let (figure, name) = percentile(times, quantile);
            let of = if measure == Measure::FirstToken { "first_token_s" } else { "response_s" };
            if let Some(value) = figure.value {
                let width = figure.high.map_or(f64::INFINITY, |high| (high - value) / value);
                list.push((format!("{}.{of}.{name}", journey.id), width));
            }
        };
        add(&answer.response_s, Measure::FullAnswer, None);
        let mut none = true;
        for objective in &model.objectives {
            if let Goal::Latency { journey, measure, quantile, .. } = &objective.goal
                && journey.0 as usize == j
            {
                let times = match measure {
                    Measure::FullAnswer => Some(&answer.response_s),
                    Measure::FirstToken => answer.first_token_s.as_ref(),
                };
                none = false;
                times.into_iter().for_each(|times| add(times, *measure, Some(*quantile)));
            }
        }
        if none {
            add(&answer.response_s, Measure::FullAnswer, Some(0.95));
        }
    }
    list.into_iter()
}

/// The mean, or the kept percentile nearest to `quantile`.
fn percentile(times: &Times, quantile: Option<f64>) -> (&Figure, &'static str) {
    let Some(quantile) = quantile else { return (&times.mean, "mean") };
    let kept = [
        (0.5, &times.p50, "p50"),
        (0.9, &times.p90, "p90"),
        (0.95, &times.p95, "p95"),
        (0.99, &times.p99, "p99"),
        (0.999, &times.p999, "p999"),
    ];
    let near = |k: &(f64, &Figure, &str)| (k.0 - quantile).abs();
    let nearest = kept.into_iter().min_by(|a, b| near(a).total_cmp(&near(b)));
    nearest.map_or((&times.p95, "p95"), |(_, figure, name)| (figure, name))
}
