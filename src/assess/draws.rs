//! The verdict over the ranges of the facts: all assumptions with a range are drawn at once, a hundred times, and each draw is
//! judged. Most of them pass, or most of them fail, or the verdict is unsure and the assumption that decides is named.
//!
//! - Half of the draws of an assumption lie below its central value and half above, evenly on a logarithmic scale between it and
//!   the end of its range; on a plain scale where an end is zero. Choice of ours: a range with a centre says no more.
//! - Every assumption takes each hundredth of its range once, in an order keyed by what it says: a Latin hypercube, so that few
//!   draws give a steady share, an edit elsewhere leaves the others as they were, and other names change nothing.
//!   Source: McKay, Beckman, Conover, "A comparison of three methods for selecting values of input variables" (Technometrics 21, 1979).
//! - What decides is the assumption with the largest rank correlation (Spearman) to the outcome; the value named parts passing
//!   from failing draws with the fewest exceptions.

use super::flips::{exactly, written};
use super::{Analysis, releases};
use crate::answer::availability::AvailabilityAnswer;
use crate::answer::ledger::{DecidedBy, Drawn};
use crate::answer::verdict::Verdict;
use crate::avail::{Sketch, sketch};
use crate::model::objective::{Goal, Objective};
use crate::model::{Assumption, JourneyIx, Model};
use crate::recovery::Memo;
use crate::scenario::{Change, Scenario, lower};
use crate::stats::figure::Figure;
use crate::stats::maths::{exp, ln};
use crate::stats::rng::{Key, Stream, hash_id};
use crate::text::{Lang, Phrase, ledger as say};
use crate::units::MINUTES_PER_30_DAYS;
use indexmap::IndexMap;
use std::collections::BTreeMap;

/// Draws.
pub const DRAWS: usize = 100;
/// At least this share of them pass: pass. At least this share fail: fail.
pub const SURE: f64 = 0.9;
/// Assumptions that the ledger's own events follow from are looked at however many there are; more than this are too many to
/// draw at once, and the verdict is that of the central values.
const MOST_ASSUMPTIONS: usize = 2_000;

/// What the draws of one tier gave.
struct Draws {
    /// By assumption, by draw: the place in its range, 0..1.
    places: Vec<Vec<f64>>,
    /// By draw: what the tier came to.
    outcomes: Vec<Outcome>,
}

/// One draw, by uptime objective; absent: not known.
type Outcome = IndexMap<String, Sketch>;

/// Fewer known draws say nothing.
const LEAST: usize = 50;

/// Draws the assumptions of a tier and puts beside every uptime what they come to. `laid`: changes that the design has beside the
/// scenario. A draw that makes no scenario, or of which no uptime is known, is left out and not counted. O(draws x analysis).
pub fn look(scenario: &Scenario, laid: &[Change], analysis: &mut Analysis) {
    let model = analysis.model.clone();
    let goals: Vec<(&Objective, &[JourneyIx], f64)> = model.objectives.iter().filter_map(uptime).collect();
    let ranged: Vec<&Assumption> = model.assumptions.iter().filter(|a| ends(a).is_some()).collect();
    let known = |answer: &AvailabilityAnswer| answer.availability.value.is_some();
    if goals.is_empty()
        || ranged.is_empty()
        || ranged.len() > MOST_ASSUMPTIONS
        || !analysis.uptime.values().any(known)
    {
        return;
    }
    let draws = draw(scenario, laid, &model, &ranged);
    for (objective, journeys, at_least) in goals {
        let Some(answer) = analysis.uptime.get_mut(&objective.id).filter(|answer| known(answer)) else {
            continue;
        };
        let allowed = (1.0 - at_least) * MINUTES_PER_30_DAYS;
        let down = |outcome: &Outcome| Some(outcome.get(&objective.id)?.down * MINUTES_PER_30_DAYS);
        let all: Vec<Option<f64>> = draws.outcomes.iter().map(down).collect();
        let minutes: Vec<f64> = all.iter().flatten().copied().collect();
        if minutes.len() < LEAST {
            continue;
        }
        let known = |places: &Vec<f64>| {
            places.iter().zip(&all).filter(|(_, known)| known.is_some()).map(|(p, _)| *p).collect()
        };
        let places: Vec<Vec<f64>> = draws.places.iter().map(known).collect();
        // As a share near one has lost digits, a limit that is met to the last is met.
        let passing = minutes.iter().filter(|minutes| **minutes <= allowed * (1.0 + 1e-9)).count();
        answer.drawn = Some(Drawn {
            passing: passing as u32,
            of: minutes.len() as u32,
            minutes: middle(&minutes),
            decided_by: decides(&ranged, &places, &minutes, allowed),
        });
        let here =
            crate::fields::facts::with(&model.own_facts, || sketch(&model, &analysis.needs, journeys)).0;
        let Some(here) = here else { continue };
        for (line, share) in answer.ledger.iter_mut().zip(&answer.attribution) {
            let Some((key, now)) =
                here.chances.iter().find(|(key, _)| key.0 == share.cause && key.1 == share.part)
            else {
                continue;
            };
            // To first order a cause takes time as its chance does.
            let scaled = |one: &Outcome| {
                let there = one.get(&objective.id)?.chances.get(key).copied().unwrap_or(0.0);
                Some((share.amount * there / now).min(MINUTES_PER_30_DAYS))
            };
            let list: Vec<f64> = draws.outcomes.iter().filter_map(scaled).collect();
            let figure = middle(&list);
            if *now > 0.0 && figure.range_low < figure.range_high {
                (line.range_low, line.range_high) = (figure.range_low, figure.range_high);
            }
        }
    }
}

fn uptime(objective: &Objective) -> Option<(&Objective, &[JourneyIx], f64)> {
    match &objective.goal {
        Goal::Uptime { at_least, journeys } => Some((objective, journeys, at_least.get())),
        _ => None,
    }
}

/// The verdict that so many passing draws are worth.
pub fn verdict(drawn: &Drawn) -> Verdict {
    let share = f64::from(drawn.passing) / f64::from(drawn.of.max(1));
    match share {
        share if share >= SURE => Verdict::Pass,
        share if share <= 1.0 - SURE + 1e-12 => Verdict::Fail,
        _ => Verdict::Unsure,
    }
}

/// How many draws pass, and what decides, in words.
pub fn words(drawn: &Drawn) -> Phrase {
    let mut said = vec![say::draws(drawn.passing, drawn.of)];
    said.extend(drawn.decided_by.as_ref().map(|by| say::decides(name(by), &by.at, by.fails_above)));
    let join = |lang: Lang, gap: &str| said.iter().map(|one| one.get(lang)).collect::<Vec<_>>().join(gap);
    Phrase::new(join(Lang::Ja, ""), join(Lang::En, " "))
}

/// What would settle a verdict that the draws leave open.
pub fn settled_by(by: &DecidedBy) -> Phrase {
    say::settled_by(name(by))
}

fn name(by: &DecidedBy) -> &str {
    by.fact.as_deref().filter(|fact| by.path.contains(fact)).unwrap_or(&by.path)
}

fn draw(scenario: &Scenario, laid: &[Change], model: &Model, ranged: &[&Assumption]) -> Draws {
    let places: Vec<Vec<f64>> = labels(ranged).iter().map(|label| places(label)).collect();
    let mut memo = Memo::rough();
    let one = |draw: usize| {
        let change = |(assumption, places): (&&Assumption, &Vec<f64>)| Change {
            path: assumption.path.clone(),
            text: exactly(assumption, drawn_value(assumption, places[draw])),
        };
        let drawn = ranged.iter().zip(&places).map(change);
        let changes: Vec<Change> = laid.iter().cloned().chain(drawn).collect();
        let Ok(drawn) = lower(scenario, &model.tier.id, &changes) else { return Outcome::default() };
        let own = drawn.own_facts.clone();
        crate::fields::facts::with(&own, || sketches(drawn, &mut memo)).0
    };
    Draws { outcomes: (0..DRAWS).map(one).collect(), places }
}

/// What one design comes to.
fn sketches(mut model: Model, memo: &mut Memo) -> Outcome {
    model.rough = true;
    let needs = crate::flow::needs(&model);
    if !model.releases.is_empty() {
        let flow = crate::flow::solve(&model, model.profile.busiest_hour());
        model.operations.releases = releases::releases(&model, &flow, memo);
    }
    let of = |(objective, journeys, _): (&Objective, &[JourneyIx], f64)| {
        Some((objective.id.clone(), sketch(&model, &needs, journeys)?))
    };
    model.objectives.iter().filter_map(uptime).filter_map(of).collect()
}

/// The ends of a range that says something.
fn ends(assumption: &Assumption) -> Option<(f64, f64)> {
    assumption.range.filter(|(low, high)| low < high && assumption.range_text.is_some())
}

/// What tells assumptions apart, whatever the things are called that they are about: table, field, value and range, and of
/// those that are alike which one it is. A fact's own id is no such name.
fn labels(ranged: &[&Assumption]) -> Vec<String> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let one = |assumption: &&Assumption| {
        let path = assumption.path.as_str();
        let (table, field) = match path.split_once('.') {
            Some((table, rest)) if table != "fact" => (table, rest.rsplit('.').next().unwrap_or(rest)),
            _ => (path, ""),
        };
        let (low, high) = assumption.range.unwrap_or((assumption.value, assumption.value));
        // In six digits: another unit is another rounding.
        let alike = format!("{table}.{field} {:.5e} {low:.5e} {high:.5e}", assumption.value);
        let number = seen.entry(alike.clone()).or_default();
        *number += 1;
        format!("{alike} {number}")
    };
    ranged.iter().map(one).collect()
}

/// Places in the range of an assumption, by draw: each hundredth once, in an order of its own.
fn places(label: &str) -> Vec<f64> {
    let label = hash_id(label);
    let mut order: Vec<(f64, usize)> = (0..DRAWS)
        .map(|i| {
            let mut draws = Key::new(1, i as u32).with(label).draws(Stream::default());
            (draws.uniform(), i)
        })
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut places = vec![0.0; DRAWS];
    for (rank, (_, draw)) in order.into_iter().enumerate() {
        places[draw] = (rank as f64 + 0.5) / DRAWS as f64;
    }
    places
}

/// The value at a place of the range: half of the places lie below the centre.
fn at(assumption: &Assumption, place: f64) -> f64 {
    let Some((low, high)) = ends(assumption) else { return assumption.value };
    let centre = assumption.value.clamp(low, high);
    let (from, to, share) =
        if place < 0.5 { (low, centre, 2.0 * place) } else { (centre, high, 2.0 * place - 1.0) };
    if from > 0.0 { from * exp(share * ln(to / from)) } else { from + share * (to - from) }
}

/// A drawn value; a whole number where the range is one of whole numbers.
fn drawn_value(assumption: &Assumption, place: f64) -> f64 {
    let value = at(assumption, place);
    let whole = |x: f64| x.fract() == 0.0;
    let counted = assumption.unit == "1"
        && ends(assumption).is_some_and(|(low, high)| whole(low) && whole(high) && high > 1.0);
    if counted && whole(assumption.value) { value.round() } else { value }
}

/// The middle one, with the 5th and the 95th of a hundred as its range.
fn middle(values: &[f64]) -> Figure {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| {
        sorted.get(((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1))).copied()
    };
    Figure {
        value: at(0.5),
        low: None,
        high: None,
        range_low: at(0.05),
        range_high: at(0.95),
        ..Figure::analytic(0.0, "min/30d", "100 draws of all assumptions at once")
    }
}

/// What decides; `None` where all draws agree.
fn decides(ranged: &[&Assumption], places: &[Vec<f64>], minutes: &[f64], allowed: f64) -> Option<DecidedBy> {
    let fails: Vec<bool> = minutes.iter().map(|minutes| *minutes > allowed * (1.0 + 1e-9)).collect();
    if fails.iter().all(|fails| *fails) || !fails.contains(&true) {
        return None;
    }
    let ranks = ranks(minutes);
    let strength = |places: &Vec<f64>| correlation(places, &ranks);
    let all = ranged.iter().zip(places).map(|(assumption, places)| (assumption, places, strength(places)));
    // Of equals the first by path.
    let (assumption, places, r) =
        all.max_by(|a, b| a.2.abs().total_cmp(&b.2.abs()).then_with(|| b.0.path.cmp(&a.0.path)))?;
    let fails_above = r > 0.0;
    let part = parting(places, &fails, fails_above);
    Some(DecidedBy {
        path: assumption.path.clone(),
        fact: assumption.source.clone().filter(|id| crate::fields::facts::fact(id).is_some()),
        at: short(assumption, at(assumption, part)),
        fails_above,
        share: r * r,
    })
}

/// Ranks, evenly over 0..1.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]).then(a.cmp(b)));
    let mut ranks = vec![0.0; values.len()];
    for (rank, i) in order.into_iter().enumerate() {
        ranks[i] = (rank as f64 + 0.5) / values.len() as f64;
    }
    ranks
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len().max(1) as f64;
    let mean = |list: &[f64]| list.iter().sum::<f64>() / n;
    let (ma, mb) = (mean(a), mean(b));
    let product: f64 = a.iter().zip(b).map(|(x, y)| (x - ma) * (y - mb)).sum();
    let square = |list: &[f64], mean: f64| list.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>();
    let under = (square(a, ma) * square(b, mb)).sqrt();
    if under > 0.0 { product / under } else { 0.0 }
}

/// The place that parts failing draws from passing ones with the fewest exceptions.
fn parting(places: &[f64], fails: &[bool], above: bool) -> f64 {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|a, b| places[*a].total_cmp(&places[*b]));
    // Exceptions if all lay on the failing side; moving the border up takes one after the other to the other side.
    let mut wrong = fails.iter().filter(|fails| **fails != above).count();
    let (mut best, mut least) = (0.0, wrong);
    for (n, i) in order.iter().enumerate() {
        if fails[*i] == above {
            wrong += 1;
        } else {
            wrong -= 1;
        }
        if wrong < least {
            (best, least) = ((n + 1) as f64 / places.len() as f64, wrong);
        }
    }
    best
}

/// A value of an assumption as one would say it.
fn short(assumption: &Assumption, value: f64) -> String {
    let digits = |text: String| {
        let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
        let number: Option<f64> = text[..end].parse().ok();
        number.map_or(text.clone(), |n| format!("{}{}", crate::text::numbers::plain(n), &text[end..]))
    };
    digits(written(assumption, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assumption(path: &str, low: f64, value: f64, high: f64) -> Assumption {
        Assumption {
            path: path.to_owned(),
            value,
            range: Some((low, high)),
            unit: "1/s",
            range_text: Some((format!("{low}/s"), format!("{high}/s"))),
            source: None,
            at: Default::default(),
        }
    }

    #[test]
    fn half_of_the_draws_lie_below_the_centre_and_none_outside() {
        let a = assumption("a", 0.05, 0.15, 0.4);
        let values: Vec<f64> = places("a").iter().map(|place| at(&a, *place)).collect();
        assert_eq!(values.iter().filter(|v| **v < 0.15).count(), 50);
        assert!(values.iter().all(|v| (0.05..=0.4).contains(v)));
        // The middle of the lower half is the geometric mean of its ends.
        assert!((at(&a, 0.25) - (0.05_f64 * 0.15).sqrt()).abs() < 1e-12);
        assert!((at(&assumption("b", 0.0, 1.0, 3.0), 0.75) - 3.0_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn what_decides_is_found_with_the_value_that_parts() {
        let (a, b) = (assumption("a", 1.0, 2.0, 4.0), assumption("b", 1.0, 2.0, 4.0));
        let of = [places("a"), places("b")];
        let minutes: Vec<f64> = of[0].iter().zip(&of[1]).map(|(x, y)| 100.0 * x + y).collect();
        let found = decides(&[&a, &b], &of, &minutes, 75.2).expect("some fail");
        assert_eq!((found.path.as_str(), found.fails_above), ("a", true));
        // Three quarters of the range: 2 x 2^(1/2).
        assert!(found.at.starts_with("2.8"), "{}", found.at);
        assert!(found.share > 0.9);
        assert_eq!(decides(&[&a, &b], &of, &minutes, 1e9), None);
    }

    #[test]
    fn ninety_of_a_hundred_decide() {
        let drawn = |passing| Drawn { passing, of: 100, ..Drawn::default() };
        let all = [100, 90, 89, 11, 10, 0].map(|n| verdict(&drawn(n)));
        use Verdict::{Fail, Pass, Unsure};
        assert_eq!(all, [Pass, Pass, Unsure, Unsure, Fail, Fail]);
    }
}
