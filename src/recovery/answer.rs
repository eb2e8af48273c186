//! From what was played to answers: quantiles with their intervals, chances to stay within the targets, who decides.

use super::memo::{Case, Memo};
use super::sample::{Played, SAMPLES, Sampler, chance, play, quantile, sorted};
use super::steps::{Course, DECIDE, DNS, NOTICED, RESOLVED, from_fact};
use crate::answer::availability::Share;
use crate::answer::recovery::{CaseAnswer, LossAnswer, RecoveryAnswer, Spread, StepAnswer};
use crate::model::Model;
use crate::model::recovery::Event;
use crate::stats::distribution::Distribution;
use crate::stats::figure::Figure;
use crate::text::Phrase;
use crate::text::recovery as say;

/// Rank of what is not known, between what is known and what never ends.
const UNKNOWN: f64 = 1e-12;

/// The answer about an event from all of its cases: the worst by the p95 of the time to recover, then of the data lost. What
/// never ends is worse than anything.
pub fn worst(
    model: &Model,
    event: Event,
    cases: Vec<(String, Course)>,
    memo: &mut Memo,
) -> Option<RecoveryAnswer> {
    let limits = super::limits(model, event);
    let one = |(of, course): (String, Course)| {
        let to = course.to.map(|ix| model.regions[usize::from(ix.0)].id.clone());
        memo.answer(Case { event, of, to, limits, course }, answer)
    };
    let answers: Vec<RecoveryAnswer> = cases.into_iter().map(one).collect();
    let rank = |spread: &Spread| {
        if spread.never > 0.0 {
            (spread.never, f64::INFINITY)
        } else {
            let known = spread.p95.value.or(spread.at_least.value).unwrap_or(0.0);
            (if spread.p95.value.is_none() { UNKNOWN } else { 0.0 }, known)
        }
    };
    let key = |a: &RecoveryAnswer| (rank(&a.rto_s), rank(&a.rpo_s));
    let cases = answers
        .iter()
        .map(|a| {
            let case = CaseAnswer { rto_p95_s: a.rto_s.p95.clone(), rpo_p95_s: a.rpo_s.p95.clone() };
            (a.of.clone(), case)
        })
        .collect();
    let mut worst: Option<RecoveryAnswer> = None;
    for answer in answers {
        if worst.as_ref().is_none_or(|so_far| key(so_far) < key(&answer)) {
            worst = Some(answer);
        }
    }
    let mut worst = worst?;
    worst.cases = cases;
    Some(worst)
}

fn answer(case: &Case) -> RecoveryAnswer {
    let Case { event, of, to, limits, course } = case;
    let fixed = |d: &Distribution| matches!(d, Distribution::Constant(_));
    let all_fixed = course.steps.iter().all(|s| fixed(&s.takes.seconds))
        && course.losses.iter().all(|l| fixed(&l.seconds));
    let samples = if all_fixed { 1 } else { SAMPLES };
    let played = play(&course.steps, samples);
    let lost = losses(course, samples);
    let (rto, rpo) = *limits;
    let missing = |course: &Course| course.steps.iter().any(|s| s.takes.missing.is_some());
    let (unknown_steps, unknown_data) = (missing(course), course.losses.iter().any(|l| l.missing.is_some()));
    let unknown = unknown_steps && rto.is_some() || unknown_data && rpo.is_some();
    let met = |times: &[f64], limit: Option<f64>, i: usize| limit.is_none_or(|limit| times[i] <= limit);
    let both = (0..samples).filter(|i| met(&played.ends, rto, *i) && met(&lost, rpo, *i)).count();
    let judged = rto.is_some() || rpo.is_some();
    RecoveryAnswer {
        name: say::event(event.id()),
        of: of.clone(),
        strategy: course.strategy.map(|s| s.id().to_owned()),
        to: to.clone(),
        rto_s: at_least(spread(&played.ends, rto), unknown_steps),
        without_people_s: without_people(course, samples, rto),
        rpo_s: at_least(spread(&lost, rpo), unknown_data),
        // Of what is known at least, none may be within the targets: then it is known that none is.
        meets_target_probability: match judged && (!unknown || both == 0) {
            true => chance(both, samples),
            false => Figure::unknown("1"),
        },
        critical_path: critical_path(course, &played),
        steps: steps(course, &played, samples),
        losses: loss_answers(course, samples),
        notes: notes(course),
        ..RecoveryAnswer::default()
    }
}

/// What stands in the way, and what is missing.
fn notes(course: &Course) -> Vec<Phrase> {
    let steps = course.steps.iter().filter_map(|s| s.takes.missing.clone());
    let losses = course.losses.iter().filter_map(|l| l.missing.clone());
    let mut notes = course.notes.clone();
    for note in steps.chain(losses) {
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    notes
}

/// The same course, begun by health checks in place of people; `None`: nobody has to decide.
fn without_people(course: &Course, samples: usize, limit: Option<f64>) -> Option<Spread> {
    let mut course = course.clone();
    let decide = course.steps.iter_mut().find(|step| step.id == DECIDE)?;
    (decide.id, decide.takes) = ("detect-dns".to_owned(), from_fact(NOTICED));
    let pushed = |step: &&mut super::sample::Step| step.id == DNS && step.takes.source.is_some();
    if let Some(dns) = course.steps.iter_mut().find(pushed) {
        dns.takes = from_fact(RESOLVED);
    }
    let unknown = course.steps.iter().any(|s| s.takes.missing.is_some());
    Some(at_least(spread(&play(&course.steps, samples).ends, limit), unknown))
}

/// Where something is missing, what was played is a lower bound.
fn at_least(spread: Spread, missing: bool) -> Spread {
    if !missing {
        return spread;
    }
    let unknown = || Figure::unknown("s");
    let meets = match spread.meets_target_probability.value {
        Some(0.0) => spread.meets_target_probability,
        _ => Figure::unknown("1"),
    };
    Spread {
        at_least: spread.p95,
        p50: unknown(),
        p90: unknown(),
        p95: unknown(),
        max: unknown(),
        meets_target_probability: meets,
        never: spread.never,
    }
}

fn spread(times: &[f64], limit: Option<f64>) -> Spread {
    let sorted = sorted(times.iter().copied());
    let n = sorted.len();
    let longest = sorted.iter().rev().find(|x| x.is_finite());
    let never = sorted.iter().filter(|x| !x.is_finite()).count();
    let max = match longest.filter(|_| never == 0) {
        Some(longest) => Figure::simulated(*longest, None, "s", n as u64, "longest of the samples"),
        None => Figure::unknown("s"),
    };
    let within = |limit: f64| chance(sorted.partition_point(|x| *x <= limit), n);
    Spread {
        p50: quantile(&sorted, 0.5),
        p90: quantile(&sorted, 0.9),
        p95: quantile(&sorted, 0.95),
        max,
        at_least: Figure::unknown("s"),
        meets_target_probability: limit.map_or(Figure::unknown("1"), within),
        never: never as f64 / n.max(1) as f64,
    }
}

/// Of all data the part that is furthest behind, by sample.
fn losses(course: &Course, samples: usize) -> Vec<f64> {
    let each: Vec<Sampler> = course.losses.iter().map(|l| Sampler::new(&l.seconds, &l.component)).collect();
    (0..samples).map(|sample| each.iter().map(|one| one.draw(sample)).fold(0.0, f64::max)).collect()
}

fn loss_answers(course: &Course, samples: usize) -> Vec<LossAnswer> {
    let one = |loss: &super::steps::Loss| {
        let sampler = Sampler::new(&loss.seconds, &loss.component);
        let times = sorted((0..samples).map(|i| sampler.draw(i)));
        LossAnswer {
            component: loss.component.clone(),
            p95_s: if loss.missing.is_some() { Figure::unknown("s") } else { quantile(&times, 0.95) },
            unknown: loss.missing.is_some(),
            why: loss.why.clone(),
            source: loss.source.clone(),
        }
    };
    course.losses.iter().map(one).collect()
}

/// Steps by their share of the time to recover, in order; what never ends takes all of it.
fn critical_path(course: &Course, played: &Played) -> Vec<Share> {
    let endless = played.decides.iter().any(|d| !d.is_finite());
    let weight = |d: f64| match endless {
        true => f64::from(u8::from(!d.is_finite())),
        false => d,
    };
    let whole: f64 = played.decides.iter().map(|d| weight(*d)).sum();
    let shares = course.steps.iter().zip(&played.decides).filter(|(_, d)| weight(**d) > 0.0);
    shares
        .map(|(step, decides)| Share {
            cause: step.id.clone(),
            part: String::new(),
            share: weight(*decides) / whole,
            amount: if endless { 0.0 } else { *decides },
            unit: "s".to_owned(),
        })
        .collect()
}

fn steps(course: &Course, played: &Played, samples: usize) -> Vec<StepAnswer> {
    let figure = |mean: f64, fixed: bool| match (mean.is_finite(), fixed) {
        (false, _) => Figure::unknown("s"),
        (true, true) => Figure::exact(mean, "s"),
        (true, false) => Figure::simulated(mean, None, "s", samples as u64, "mean of the samples"),
    };
    let one = |(i, step): (usize, &super::sample::Step)| StepAnswer {
        id: step.id.clone(),
        name: step.name.clone(),
        component: step.component.clone(),
        starts_s: figure(played.means[i].0, step.after.is_empty()),
        takes_s: if step.takes.missing.is_some() {
            Figure::unknown("s")
        } else {
            figure(played.means[i].1, matches!(step.takes.seconds, Distribution::Constant(_)))
        },
        critical: played.critical[i],
        after: step.after.iter().map(|before| course.steps[*before].id.clone()).collect(),
        source: step.takes.source.clone(),
    };
    course.steps.iter().enumerate().map(one).collect()
}
