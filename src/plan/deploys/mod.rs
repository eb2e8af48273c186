//! What releases cost: how long a change takes to reach everybody, and how much of the error budget bad releases spend with
//! each way of rolling out. Each way that the file states is played many times, and beside it every other one, taken back by an
//! alert and by people.
//!
//! Choices where the model's pages are silent:
//! - A bad release fails a share of the requests that reach it, from the first one on, and nothing else.
//! - An alert takes it back where the rollback is automatic; the first alert of the file on errors, of all requests or of a
//!   journey, is the one that does. It sees all requests of what it looks at, new version and old one together.
//! - Where people take it back, their time (fo.deploy.rollback_manual) includes noticing, and counts from the first request on
//!   the new version. What no alert sees is taken back by people as well, that long after all users have it.
//! - Releases happen at the judged hour's load; bad ones are independent of each other.
//! - A flag takes as long to switch as a load balancer does (assumption: fo.deploy.bluegreen_switch).

pub use crate::assess::releases::{Back, Exposure, Watch};

use crate::answer::deploys::{DeployAnswer, LeadTime, PipelineAnswer, Releases, StageAnswer, Tail};
use crate::assess::Analysis;
use crate::assess::releases::{Outcome, Scene, monthly_minutes, months, on_errors, one, passing, scene};
use crate::model::Model;
use crate::model::objective::Goal;
use crate::model::operations::Releases as Losses;
use crate::model::recovery::Takes;
use crate::model::release::{Pipeline, Release, Rollout};
use crate::recovery::Memo;
use crate::recovery::sample::{Played, Step, chance, play as play_steps, quantile, sorted};
use crate::stats::figure::Figure;
use crate::stats::interval::Mean;
use crate::text::Phrase;
use crate::text::deploys as say;
use crate::units::MINUTES_PER_30_DAYS;
use indexmap::IndexMap;

/// How often a bad release, and a month, is played.
const SAMPLES: usize = 4_000;
/// Hours of a month of 30 days.
const HOURS: f64 = 720.0;

/// What the pipelines and every way of rolling out come to. Empty without `[deploy.*]`. O(ways x samples x evaluations).
pub fn deploys(analysis: &Analysis) -> (Releases, IndexMap<String, DeployAnswer>) {
    let model = &analysis.model;
    let pipeline = model.pipelines.first();
    let played: Vec<Option<Played>> = model.pipelines.iter().map(run_through).collect();
    let lead = played.first().and_then(|played| Some(&played.as_ref()?.ends[..]));
    let budget = budget(model);
    let mut answers = IndexMap::new();
    for (id, release, stated) in ways(model) {
        let scene = scene(model, &analysis.flow, &release);
        let outcomes = scene.play(SAMPLES);
        let losses = one(model, &analysis.flow, &release, &mut Memo::default());
        let mut answer = answer(&release, stated, &scene, &outcomes, lead, &losses, budget);
        model.graph[release.of].id.clone_into(&mut answer.of);
        answers.insert(id, answer);
    }
    let bad = model.releases.first().map_or_else(|| Figure::unknown("1"), |r| ranged(r.bad));
    let mut releases = Releases {
        pipelines: model
            .pipelines
            .iter()
            .zip(&played)
            .map(|(p, played)| (p.id.clone(), pipeline_answer(p, played.as_ref())))
            .collect(),
        budget_min_per_30d: budget.map_or_else(|| Figure::unknown("min"), |b| Figure::exact(b, "min")),
        bad,
        notes: Vec::new(),
    };
    releases.notes = notes(analysis, &answers, pipeline);
    (releases, answers)
}

/// Minutes that the strictest uptime target of the tier leaves in 30 days.
fn budget(model: &Model) -> Option<f64> {
    let minutes = model.objectives.iter().filter_map(|o| match &o.goal {
        Goal::Uptime { at_least, .. } if crate::assess::applies(o, &model.tier.id) => {
            Some(at_least.complement().get() * MINUTES_PER_30_DAYS)
        }
        _ => None,
    });
    minutes.reduce(f64::min)
}

/// The ways of the file, then those it does not state, of the first component that has one.
fn ways(model: &Model) -> Vec<(String, Release, bool)> {
    let mut ways: Vec<(String, Release, bool)> =
        model.releases.iter().map(|r| (r.id.clone(), r.clone(), true)).collect();
    let Some(first) = model.releases.first() else { return ways };
    for rollout in Rollout::ALL {
        for automatic in [false, true] {
            let same = |r: &Release| r.of == first.of && (r.rollout, r.automatic) == (rollout, automatic);
            if model.releases.iter().any(same) {
                continue;
            }
            // Steps and looks as stated for this way, where it is stated with the other rollback.
            let like =
                model.releases.iter().find(|r| r.of == first.of && r.rollout == rollout).unwrap_or(first);
            let id = format!("{}-{}", rollout.id(), if automatic { "automatic" } else { "manual" });
            let name = say::way(rollout.id(), automatic);
            ways.push((id.clone(), Release { id, name, rollout, automatic, ..like.clone() }, false));
        }
    }
    ways
}

fn steps(pipeline: &Pipeline) -> Vec<Step> {
    let one = |stage: &crate::model::release::Stage| Step {
        id: stage.id.clone(),
        name: Phrase::same(stage.id.clone()),
        component: None,
        takes: Takes::stated(stage.takes.clone()),
        after: stage.after.clone(),
    };
    pipeline.stages.iter().map(one).collect()
}

/// A pipeline played many times; `None` when its stages have no times.
fn run_through(pipeline: &Pipeline) -> Option<Played> {
    (!pipeline.stages.is_empty()).then(|| play_steps(&steps(pipeline), SAMPLES))
}

fn pipeline_answer(pipeline: &Pipeline, played: Option<&Played>) -> PipelineAnswer {
    let mut answer = PipelineAnswer {
        name: pipeline.name.clone(),
        p50_s: Figure::unknown("s"),
        p90_s: Figure::unknown("s"),
        per_day: pipeline.per_day,
        stages: Vec::new(),
    };
    let Some(played) = played else { return answer };
    let sorted = sorted(played.ends.iter().copied());
    (answer.p50_s, answer.p90_s) = (quantile(&sorted, 0.5), quantile(&sorted, 0.9));
    answer.stages = pipeline
        .stages
        .iter()
        .enumerate()
        .map(|(i, stage)| StageAnswer {
            id: stage.id.clone(),
            takes_s: Figure::exact(stage.takes.mean(), "s"),
            critical: played.critical[i],
        })
        .collect();
    answer
}

fn answer(
    release: &Release,
    stated: bool,
    scene: &Scene,
    outcomes: &[Outcome],
    lead: Option<&[f64]>,
    losses: &Losses,
    budget: Option<f64>,
) -> DeployAnswer {
    let n = outcomes.len();
    let of = |value: &dyn Fn(&Outcome) -> f64| sorted(outcomes.iter().map(value));
    let minutes: Vec<f64> = outcomes.iter().map(|o| o.lost / 60.0).collect();
    let (bad, stopping) = monthly_minutes(losses);
    let releases = losses.stopping.per_hour * HOURS;
    let months: Vec<f64> =
        months(&minutes, releases, release.bad[1], SAMPLES).into_iter().map(|m| m + stopping).collect();
    let lead_times = lead.map(|ends| {
        let whole = outcomes.iter().enumerate().map(|(i, o)| ends[i % ends.len()] + o.complete);
        sorted(whole)
    });
    let time = |q: f64| lead_times.as_ref().map_or_else(|| Figure::unknown("s"), |list| quantile(list, q));
    let watched = release.automatic && scene.watch.is_some();
    let noticed = of(&|o| o.noticed.unwrap_or(f64::INFINITY));
    let noticed_at = |q| if watched { quantile(&noticed, q) } else { Figure::unknown("s") };
    let unseen = outcomes.iter().filter(|o| o.noticed.is_none()).count();
    let requests: Vec<f64> = outcomes.iter().map(|o| o.lost * scene.rate).collect();
    // The mean is not left to the luck of the months played.
    let spent =
        Figure::analytic(bad + stopping, "min", "releases a month x mean of bad ones, and pods that stop");
    let share = |figure: &Figure, budget: f64| {
        let by = |x: Option<f64>| x.map(|x| x / budget);
        let (value, low, high) = (by(figure.value), by(figure.low), by(figure.high));
        Figure { value, low, high, unit: "1".to_owned(), ..figure.clone() }
    };
    DeployAnswer {
        name: release.name.clone(),
        of: String::new(),
        strategy: release.rollout.id().to_owned(),
        automatic: release.automatic,
        stated,
        per_day: losses.stopping.per_hour * 24.0,
        bad: release.bad[1],
        rollout_s: quantile(&of(&|o| o.complete - o.begins), 0.5),
        lead_time_s: LeadTime { p50: time(0.5), p90: time(0.9) },
        extra_pods: scene.extra_pods(),
        noticed_s: Tail { centre: noticed_at(0.5), p95: noticed_at(0.95) },
        unseen: if watched { chance(unseen, n) } else { Figure::unknown("1") },
        exposed: mean(&outcomes.iter().map(|o| o.exposed).collect::<Vec<_>>(), "1"),
        failed_requests: Tail {
            centre: mean(&requests, "requests"),
            p95: in_unit(quantile(&sorted(requests.iter().copied()), 0.95), "requests"),
        },
        budget_min: Tail {
            centre: mean(&minutes, "min"),
            p95: in_unit(quantile(&sorted(minutes.iter().copied()), 0.95), "min"),
        },
        stopping_min: Figure::analytic(
            stopping,
            "min",
            "share of a stopped pod x time until its balancer knows",
        ),
        budget_share: budget.map_or_else(|| Figure::unknown("1"), |budget| share(&spent, budget)),
        within_budget_probability: budget.map_or_else(
            || Figure::unknown("1"),
            // What is a bound from below earns no month within the budget.
            |budget| match months.iter().filter(|m| **m <= budget).count() {
                within if within > 0 && !losses.unknown.is_empty() => Figure::unknown("1"),
                within => chance(within, months.len()),
            },
        ),
        monthly_min: Tail {
            p95: in_unit(quantile(&sorted(months.iter().copied()), 0.95), "min"),
            centre: spent,
        },
    }
}

/// What is to be known or done.
fn notes(
    analysis: &Analysis,
    answers: &IndexMap<String, DeployAnswer>,
    pipeline: Option<&Pipeline>,
) -> Vec<Phrase> {
    let mut notes = Vec::new();
    let model = &analysis.model;
    let Some(release) = model.releases.first() else { return notes };
    match on_errors(model) {
        None => notes.push(say::no_alert()),
        Some((alert, journey)) => {
            let seen = passing(model, &analysis.flow, release.of, journey);
            let stepped = |r: &&Release| matches!(r.rollout, Rollout::Canary | Rollout::Flag);
            for canary in model.releases.iter().filter(stepped) {
                let first = canary.steps.first().copied().unwrap_or(1.0);
                let least = alert.above / (first * seen);
                notes.push(say::blind(&canary.name, &alert.when, first, least));
            }
        }
    }
    for way in &model.operations.releases {
        if let Some(journey) = way.unknown.first() {
            notes.push(say::cut_unknown(&way.of, &model.journeys[usize::from(journey.0)].id, &way.id));
        }
    }
    let by_spent = |a: &&DeployAnswer, b: &&DeployAnswer| spent(a).total_cmp(&spent(b));
    let worst = answers.values().filter(|a| a.stated).max_by(by_spent);
    if let (Some(best), Some(worst)) = (answers.values().min_by(by_spent), worst)
        && spent(best) < spent(worst)
    {
        notes.push(say::cheaper(&worst.name, spent(worst), &best.name, spent(best)));
    }
    if pipeline.is_none_or(|p| p.stages.is_empty()) {
        notes.push(say::no_stages());
    }
    notes
}

fn spent(answer: &DeployAnswer) -> f64 {
    answer.monthly_min.centre.value.unwrap_or(f64::INFINITY)
}

/// The mean of samples with its 95 % interval.
fn mean(values: &[f64], unit: &str) -> Figure {
    match Mean::of(values) {
        Some(found) => {
            Figure::simulated(found.mean, found.bounds(), unit, found.n, "releases played, 95 % Student t")
        }
        None => Figure::unknown(unit),
    }
}

fn in_unit(figure: Figure, unit: &str) -> Figure {
    Figure { unit: unit.to_owned(), ..figure }
}

/// A central value with the range that is assumed for it.
fn ranged([low, value, high]: [f64; 3]) -> Figure {
    let range = |x: f64| Some(x).filter(|_| low < high);
    Figure { range_low: range(low), range_high: range(high), ..Figure::assumed(value, "1") }
}
