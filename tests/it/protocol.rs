//! The worker boundary without a browser: every message survives the encoding that the worker uses.

use plimsoll::answer::Answer;
use plimsoll::diag::{Diagnostic, Span};
use plimsoll::job::part::{Part, Source};
use plimsoll::job::{Ask, Job, Reply};
use plimsoll::scenario::SourceFile;
use plimsoll::stats::figure::Figure;
use plimsoll::text::Phrase;

fn files() -> Vec<SourceFile> {
    vec![SourceFile { name: "a.toml".to_owned(), text: "schema = 1\n".to_owned() }]
}

fn survives<T>(message: &T)
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let bytes = bincode::serialize(message).unwrap();
    let back: T = bincode::deserialize(&bytes).unwrap();
    assert_eq!(&back, message);
}

#[test]
fn every_job_survives() {
    survives(&Job::Assess { revision: 7, files: files(), ask: Ask::check(1) });
    survives(&Job::Assess { revision: 8, files: files(), ask: Ask::hour("t100", Some("zone-a"), 3) });
    survives(&Job::Assess { revision: 9, files: files(), ask: Ask { until: Some(0.02), ..Ask::check(1) } });
    let settings = plimsoll::sim::Settings {
        seed: 1,
        replications: 1,
        warmup: plimsoll::sim::Warmup::Auto,
        duration: plimsoll::units::Duration::seconds(3600.0),
        hour: 14,
        load: plimsoll::sim::Load::Profile,
        faults: plimsoll::sim::Faults::One(2),
        standing: Vec::new(),
    };
    let of = Source { files: files(), platform: Some("gcp".to_owned()), tier: "t100".to_owned() };
    let part = Part { revision: 9, study: 1, replication: 4, warm_ns: 600_000_000_000, settings, of };
    survives(&Job::Help(Box::new(part)));
    survives(&Job::Stop);
    let question = plimsoll::job::question::Question::OptimiseThoroughly;
    survives(&Job::Ask { revision: 3, files: files(), tier: "t100".to_owned(), question });
}

#[test]
fn answers_to_questions_survive_with_what_was_asked_for() {
    use plimsoll::job::question::{Question, answer};
    let name = "secure-ai-chat.toml";
    let text = plimsoll::scenario::examples::text(name).expect("shipped");
    let files = plimsoll::scenario::examples::with_bases(name, text);
    for question in [
        Question::Optimise,
        Question::Platforms,
        Question::Controls,
        Question::Roadmap,
        Question::Sensitivity,
        Question::Releases,
        Question::Ladder,
    ] {
        let found = answer(&files, "t100", question).unwrap_or_else(|problems| panic!("{problems:#?}"));
        let there = [
            !found.optimise.is_empty(),
            !found.platforms.is_empty(),
            !found.controls.is_empty(),
            found.roadmap.is_some(),
            !found.sensitivity.is_empty(),
            found.releases.is_some(),
            found.tiers.values().any(|tier| tier.growth.is_some()),
        ];
        assert_eq!(there.iter().filter(|there| **there).count(), 1, "{question:?}");
        survives(&Reply::Done { revision: 3, answer: Box::new(found), partial: false });
    }
}

#[test]
fn every_reply_survives() {
    survives(&Reply::Progress { revision: 1, done: 0.25, replications: 3, events: 1_000_000 });
    let mut answer = Answer { scenario: Phrase::new("計画", "plan"), ..Answer::default() };
    answer.targets.insert("api".to_owned(), plimsoll::answer::verdict::TargetAnswer::default());
    let mut series = plimsoll::answer::Series { unit: "1/s".to_owned(), ..Default::default() };
    series.values = vec![Some(1.5), None];
    answer.series.insert("api.arrivals_per_s".to_owned(), series);
    answer.tiers.insert("t100".to_owned(), plimsoll::answer::TierAnswer::default());
    let journey = plimsoll::answer::times::JourneyAnswer {
        arrivals_per_s: Figure::simulated(1.0, Some((0.9, 1.1)), "1/s", 10, "replications"),
        first_token_s: Some(plimsoll::answer::times::Times::unknown()),
        ..Default::default()
    };
    answer.journeys.insert("api".to_owned(), journey);
    answer.precision = Some(plimsoll::answer::PrecisionAnswer { asked: 0.02, ..Default::default() });
    survives(&Reply::Done { revision: 2, answer: Box::new(answer), partial: true });
    let wrong =
        Diagnostic::error("unknown-field", Span { file: 0, start: 3, end: 9 }, Phrase::new("誤", "wrong"))
            .help(Phrase::new("直す", "fix"))
            .label(Span::default(), Phrase::same("here"));
    survives(&Reply::Rejected { revision: 3, diagnostics: vec![wrong] });
}

#[test]
fn a_whole_answer_of_every_shipped_scenario_survives() {
    use plimsoll::scenario::examples;
    for name in examples::NAMES {
        let files = examples::with_bases(name, examples::text(name).unwrap());
        let answer = plimsoll::job::screen(&files, None).unwrap();
        let bytes = bincode::serialize(&answer).unwrap();
        let back: Answer = bincode::deserialize(&bytes).unwrap();
        assert_eq!(bincode::serialize(&back).unwrap(), bytes, "{name}");
        assert_eq!(format!("{back:?}"), format!("{answer:?}"), "{name}");
    }
}
