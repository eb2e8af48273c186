//! The loads with two states, by formula, against what the simulator does to a system that is disturbed at such loads.

use crate::policies_sim::pair;
use crate::theory_sim::{run, settings};
use plimsoll::answer::times::BistableAnswer;
use plimsoll::answer::{Answer, Recovery};
use plimsoll::diag::Span;
use plimsoll::flow::bistable::bistable;
use plimsoll::job;
use plimsoll::model::Model;
use plimsoll::model::build::station;
use plimsoll::model::call::{Jitter, Policy, Retry};
use plimsoll::model::fault::{Fault, FaultKind};
use plimsoll::scenario::{SourceFile, examples};
use plimsoll::sim::{Faults, Settings};
use plimsoll::stats::distribution::Distribution;
use plimsoll::text::Phrase;
use plimsoll::units::{Duration, Probability};

/// The shipped retry storm at another rate.
fn storm(rate: f64, budget: Option<f64>) -> Model {
    let retry = Retry {
        extra: 3,
        base: Duration::millis(50.0),
        cap: Duration::seconds(1.0),
        jitter: Jitter::Full,
        budget: budget.map(Probability::clamp),
    };
    let policy = Policy { timeout: Some(Duration::millis(500.0)), retry: Some(retry), ..Policy::default() };
    pair(station(2, 1, Distribution::Exponential(0.01)), rate, policy).0
}

fn interval(model: &Model) -> Option<(f64, f64)> {
    let found: BistableAnswer = bistable(model).into_iter().flatten().next()?;
    Some((found.from.value.unwrap(), found.to.value.unwrap()))
}

/// How four replications end after twenty seconds of five times the load.
fn after_a_spike(mut model: Model) -> (Recovery, f64) {
    model.faults.push(Fault {
        id: "spike".to_owned(),
        name: Phrase::same("spike"),
        what: FaultKind::LoadSpike(None, 5.0),
        at: Duration::seconds(120.0),
        lasts: Duration::seconds(20.0),
        count: None,
        spread: None,
        expects: Vec::new(),
        span: Span::default(),
    });
    let m = run(model, Settings { faults: Faults::One(0), ..settings(3, 4, 60.0, 60.0) });
    (m.faults["spike"].recovery, m.faults["spike"].collapse_probability.value.unwrap())
}

#[test]
fn a_disturbed_system_stays_collapsed_inside_the_interval_and_recovers_below_it() {
    let (from, to) = interval(&storm(100.0, None)).unwrap();
    // Four attempts of each call: a quarter of what the two replicas can do.
    assert!((from / 50.0 - 1.0).abs() < 0.01, "{from}");
    assert!((170.0..200.0).contains(&to), "{to}");
    assert_eq!(after_a_spike(storm(1.15 * from, None)), (Recovery::Stuck, 1.0));
    assert_eq!(after_a_spike(storm(0.75 * from, None)), (Recovery::Recovered, 0.0));
    // The same load, the same disturbance, and a budget: no interval, and it recovers.
    assert_eq!(interval(&storm(1.15 * from, Some(0.1))), None);
    assert_eq!(after_a_spike(storm(1.15 * from, Some(0.1))), (Recovery::Recovered, 0.0));
}

#[test]
fn above_the_interval_it_collapses_by_itself() {
    let (_, to) = interval(&storm(100.0, None)).unwrap();
    let failed = |rate: f64| {
        run(storm(rate, None), settings(1, 4, 600.0, 600.0)).journeys[0].error_ratio.value.unwrap()
    };
    assert!(failed(1.05 * to) > 0.9, "{}", failed(1.05 * to));
    assert!(failed(0.85 * to) < 0.01, "{}", failed(0.85 * to));
}

fn screen(text: &str) -> Answer {
    let files = [SourceFile { name: "retry-storm.toml".to_owned(), text: text.to_owned() }];
    job::screen(&files, None).unwrap()
}

#[test]
fn the_shipped_storm_is_named_and_a_budget_silences_it() {
    let text = examples::text("retry-storm").unwrap();
    let answer = screen(text);
    let found = answer.components["back"].bistable.as_ref().unwrap();
    assert_eq!((found.call.as_str(), found.journey.as_str()), ("front -> back", "order"));
    assert!(found.from.value.unwrap() < 140.0 && 140.0 < found.to.value.unwrap());
    assert_eq!(found.at_risk(), Some(true));
    let told = answer.findings.iter().find(|f| f.code == "bistable-back").unwrap();
    assert!(told.words.en.contains("`back` can stay collapsed"), "{}", told.words.en);
    assert!(told.words.ja.contains("front -> back"), "{}", told.words.ja);
    let plain = "retry = { extra = 3, base = \"50ms\", cap = \"1s\", jitter = \"full\" }\n# ";
    let calm = screen(&text.replace(plain, ""));
    assert_eq!(calm.components["back"].bistable, None);
    assert!(calm.findings.iter().all(|f| f.code != "bistable-back"));
}
