//! What the team's own releases take: what a bad one fails until it is taken back, and what every one fails while pods stop.
//!
//! - A **bad release** fails a share of the requests that reach it. See `play`.
//! - A **pod that stops** still gets its share of the requests until all of the balancer has heard of it (`deregistration`), less
//!   the pause before it stops (`pre-stop`): as each pod of `n` has an n-th of the requests and all of them are replaced, a
//!   release costs that time once, whatever the number of pods. A blue-green switch stops the old set when nothing goes there.
//! - Requests that a stopping pod holds are finished within its grace period; the rest of longer ones is lost. By Little's law a
//!   release cuts as many requests as arrive in the mean time by which they exceed it.

mod exposure;
mod held;
mod play;

pub use exposure::{Back, Exposure, Watch};
pub use play::{Outcome, Scene, months};

use crate::answer::times::JourneyAnswer;
use crate::flow::Flow;
use crate::model::operations::{Loss, Releases};
use crate::model::release::{Alert, Release, Rollout, Signal};
use crate::model::traffic::visits;
use crate::model::{ComponentIx, JourneyIx, Model};
use crate::recovery::Memo;
use crate::recovery::sample::Sampler;
use crate::stats::distribution::Distribution;
use crate::stats::rng::hash_id;

/// How many bad releases are played for the mean of one: Fibonacci numbers, which the golden ratio spreads best.
const SAMPLES: usize = 610;
/// The same where a rough figure is enough.
const FEW: usize = 34;
/// Hours of a month of 30 days.
const HOURS: f64 = 720.0;
/// Releases a day where the file does not say. Assumption.
const PER_DAY: f64 = 1.0;

/// A way of rolling out, with what it meets at the judged hour's load.
pub fn scene<'a>(model: &Model, flow: &Flow, release: &'a Release) -> Scene<'a> {
    let station = model.graph[release.of].station.as_ref();
    let pods = station.map_or(1, |s| s.active_replicas() as u32).max(1);
    let watch = on_errors(model).map(|(alert, journey)| {
        let watch = Watch { above: alert.above, lasts: alert.lasts, every: alert.every, over: alert.over };
        (watch, passing(model, flow, release.of, journey))
    });
    let rate: f64 = flow.journeys.iter().filter_map(|j| j.arrivals_per_s.value).sum();
    Scene { release, pods, watch, all: passing(model, flow, release.of, None), rate }
}

/// The first alert on errors, and the journey it looks at; `None` there: all.
pub fn on_errors(model: &Model) -> Option<(&Alert, Option<JourneyIx>)> {
    model.alerts.iter().find_map(|alert| match alert.signal {
        Some(Signal::Errors(journey)) => Some((alert, journey)),
        _ => None,
    })
}

/// Share of the requests (of one journey, or of all) that pass a component at the judged hour's load, nothing failing.
pub fn passing(model: &Model, flow: &Flow, of: ComponentIx, journey: Option<JourneyIx>) -> f64 {
    let (mut all, mut here) = (0.0, 0.0);
    for (ix, rate, share) in by_journey(model, flow, of) {
        if journey.is_none_or(|only| only == ix) {
            all += rate;
            here += rate * share;
        }
    }
    if all > 0.0 { (here / all).min(1.0) } else { 0.0 }
}

fn by_journey<'a>(
    model: &'a Model,
    flow: &'a Flow,
    of: ComponentIx,
) -> impl Iterator<Item = (JourneyIx, f64, f64)> + 'a {
    model.journey_indices().zip(&flow.journeys).map(move |(ix, answer)| {
        let rate = answer.arrivals_per_s.value.unwrap_or(0.0);
        (ix, rate, visits(model, ix, 1.0).0[of.index()].min(1.0))
    })
}

/// What the releases of every component with a stated way take, at the judged hour's load. Of several ways of one component that
/// state no number of their own, the one that takes most: the file does not say which is used.
pub fn releases(model: &Model, flow: &Flow, memo: &mut Memo) -> Vec<Releases> {
    let mut components: Vec<ComponentIx> = model.releases.iter().map(|release| release.of).collect();
    components.sort_unstable();
    components.dedup();
    let mut all = Vec::new();
    for of in components {
        let ways: Vec<&Release> = model.releases.iter().filter(|release| release.of == of).collect();
        let counted: Vec<&Release> = ways.iter().copied().filter(|way| way.per_day.is_some()).collect();
        let mut found: Vec<Releases> = (if counted.is_empty() { &ways } else { &counted })
            .iter()
            .map(|way| one(model, flow, way, memo))
            .collect();
        if counted.is_empty() {
            let takes = |one: &Releases| one.bad.share() + one.stopping.share();
            // Of equals the first of the file.
            found.reverse();
            found = found.into_iter().max_by(|a, b| takes(a).total_cmp(&takes(b))).into_iter().collect();
        }
        all.extend(found);
    }
    all
}

/// What the releases of one way take.
pub fn one(model: &Model, flow: &Flow, release: &Release, memo: &mut Memo) -> Releases {
    let scene = Scene { all: 1.0, ..scene(model, flow, release) };
    let per_hour = per_day(model, release) / 24.0;
    let samples = if memo.is_rough() { FEW } else { SAMPLES };
    let all_of_it = format!("{:?}", (&scene.pods, &scene.watch, samples, PlayedBy::of(release)));
    let [hours, scv] = memo.releases(hash_id(&all_of_it), || {
        let lost: Vec<f64> = scene.play(samples).iter().map(|outcome| outcome.lost / 3600.0).collect();
        let loss = loss(1.0, &lost);
        [loss.hours, loss.scv]
    });
    Releases {
        id: release.id.clone(),
        of: model.graph[release.of].id.clone(),
        bad: Loss { per_hour: per_hour * release.bad[1], hours, scv },
        stopping: loss(per_hour, &stopping(model, flow, release)),
        journeys: by_journey(model, flow, release.of).map(|(_, rate, share)| (rate, share)).collect(),
        unknown: unknown(model, flow, release),
    }
}

/// What of a way of rolling out its bad releases follow from.
#[derive(Debug)]
#[expect(dead_code, reason = "looked at by its debug text")]
struct PlayedBy<'a>(Rollout, &'a [f64], [&'a Distribution; 5], bool, f64);

impl<'a> PlayedBy<'a> {
    fn of(r: &'a Release) -> Self {
        let takes = [&r.bake.seconds, &r.start.seconds, &r.switch.seconds, &r.manual.seconds, &r.fails];
        Self(r.rollout, &r.steps, takes, r.automatic, r.surge)
    }
}

/// Releases a day of this way.
pub fn per_day(model: &Model, release: &Release) -> f64 {
    release.per_day.or(model.pipelines.first().map(|p| p.per_day)).unwrap_or(PER_DAY)
}

/// Minutes of full outage for all requests in 30 days: of bad releases, and of pods that stop.
pub fn monthly_minutes(found: &Releases) -> (f64, f64) {
    let passing = found.passing(0..found.journeys.len());
    let minutes = |loss: &Loss| loss.share() * passing * HOURS * 60.0;
    (minutes(&found.bad), minutes(&found.stopping))
}

fn loss(per_hour: f64, hours: &[f64]) -> Loss {
    let n = hours.len().max(1) as f64;
    let mean = hours.iter().sum::<f64>() / n;
    let square = hours.iter().map(|x| x * x).sum::<f64>() / n;
    let scv = if mean > 0.0 { (square / (mean * mean) - 1.0).max(0.0) } else { 0.0 };
    Loss { per_hour, hours: mean, scv }
}

/// Hours of full outage, for the requests that pass, of each of some releases while pods stop.
fn stopping(model: &Model, flow: &Flow, release: &Release) -> Vec<f64> {
    let Some(stop) = release.stops.as_ref().filter(|_| release.rollout != Rollout::BlueGreen) else {
        return Vec::new();
    };
    let takes = Sampler::new(&stop.deregistration.seconds, "deregistration");
    let cut = cut_off(model, flow, release.of, stop.grace - stop.pause);
    let one = |i: usize| (takes.at((i as f64 + 0.5) / SAMPLES as f64) - stop.pause).max(0.0) + cut;
    (0..SAMPLES).map(|i| one(i) / 3600.0).collect()
}

/// Mean time by which a request that passes the component exceeds this, seconds: all of it lost when its pod is killed. From the
/// first two moments of the whole response, which is never less than the time in the component; where they are unknown, from
/// what the file states of the time in the component: a bound from below.
fn cut_off(model: &Model, flow: &Flow, of: ComponentIx, grace: f64) -> f64 {
    let (mut all, mut sum) = (0.0, 0.0);
    for ((journey, rate, share), answer) in by_journey(model, flow, of).zip(&flow.journeys) {
        if rate * share <= 0.0 {
            continue;
        }
        let (mean, std) = answered(answer).unwrap_or_else(|| held::held(model, of, journey));
        all += rate * share;
        sum += rate * share * excess(mean, std, grace.max(0.0));
    }
    if all > 0.0 { sum / all } else { 0.0 }
}

/// Mean and standard deviation of a journey's response, where both are known.
fn answered(answer: &JourneyAnswer) -> Option<(f64, f64)> {
    answer.response_s.mean.value.zip(answer.response_s.std.value)
}

/// The journeys that pass a component of whose pods that stop nobody knows how much they cut off.
fn unknown(model: &Model, flow: &Flow, release: &Release) -> Vec<JourneyIx> {
    if release.stops.is_none() || release.rollout == Rollout::BlueGreen {
        return Vec::new();
    }
    let passes = |journey: JourneyIx| visits(model, journey, 1.0).0[release.of.index()] > 0.0;
    let idle = |answer: &JourneyAnswer| answer.arrivals_per_s.value == Some(0.0);
    let open = |answer: &JourneyAnswer| !idle(answer) && answered(answer).is_none();
    let journeys = model.journey_indices().zip(&flow.journeys);
    journeys.filter(|(journey, answer)| open(answer) && passes(*journey)).map(|one| one.0).collect()
}

/// Mean of what a gamma variable has beyond a limit.
fn excess(mean: f64, std: f64, limit: f64) -> f64 {
    if std <= 0.0 || mean <= 0.0 {
        return (mean - limit).max(0.0);
    }
    if !std.is_finite() {
        return (mean - limit).max(0.0); // by Jensen's inequality at least that
    }
    let shape = mean / std * (mean / std);
    let scale = mean / shape;
    // E[(T - g)+] = mean P(shape + 1 beyond g) - g P(shape beyond g).
    let beyond = |shape: f64| 1.0 - crate::flow::gamma::lower(shape, limit / scale);
    (mean * beyond(shape + 1.0) - limit * beyond(shape)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_exponential_time_has_beyond_a_limit_is_its_mean_times_the_chance_to_get_there() {
        // Mean 10, limit 30: 10 e^-3.
        assert!((excess(10.0, 10.0, 30.0) - 10.0 * 0.049_787_068).abs() < 1e-6);
        assert_eq!(excess(40.0, 0.0, 30.0), 10.0);
        assert_eq!(excess(1.0, 0.1, 30.0), 0.0);
    }
}
