//! The worker boundary without a browser: every message survives the encoding that the worker uses.

use plimsoll::answer::Answer;
use plimsoll::diag::{Diagnostic, Span};
use plimsoll::job::part::{Part, Source};
use plimsoll::job::question::{Asking, Question};
use plimsoll::job::running::Step;
use plimsoll::job::{Ask, Budget, Job, Reply};
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
        ends: plimsoll::sim::Ends::AfterFaults,
        step: None,
        hour: 14,
        load: plimsoll::sim::Load::Profile,
        faults: plimsoll::sim::Faults::One(2),
        standing: Vec::new(),
    };
    let of = Source { files: files(), platform: Some("gcp".to_owned()), tier: "t100".to_owned() };
    let part = Part { revision: 9, study: 1, replication: 4, warm_ns: 600_000_000_000, settings, of };
    survives(&Job::Help(Box::new(part)));
    survives(&Job::Stop);
    let question = Question::OptimiseThoroughly;
    survives(&Job::Ask { revision: 3, files: files(), tier: "t100".to_owned(), question });
}

/// The answer to a question, in steps of about so many events.
fn answered(files: &[SourceFile], tier: &str, question: Question, events: u64) -> Answer {
    let mut asking = Asking::start(3, files.to_vec(), tier.to_owned(), question);
    let mut told = (0.0, 0);
    loop {
        match asking.step(Budget { events }) {
            Step::More(Reply::Asking { revision: 3, done, looked_at }) => {
                let now = (done.unwrap_or(0.0), looked_at);
                let rises = now.0 >= told.0 && now.1 >= told.1 && now.0 <= 1.0;
                assert!(rises, "{question:?}: {told:?} then {now:?}");
                told = now;
            }
            Step::Done(Reply::Done { revision: 3, answer, partial: false }) => return *answer,
            other => panic!("{question:?}: {other:?}"),
        }
    }
}

#[test]
fn an_answer_does_not_depend_on_the_steps_that_it_took() {
    let files = [SourceFile { name: "watched.toml".to_owned(), text: WATCHED.to_owned() }];
    for question in [Question::OptimiseThoroughly, Question::Optimise, Question::Alerts, Question::Ladder] {
        let whole = answered(&files, "base", question, u64::MAX);
        assert!(!whole.optimise.is_empty() || !whole.alerts.is_empty() || question == Question::Ladder);
        assert_eq!(answered(&files, "base", question, 30_000), whole, "{question:?}");
    }
}

/// One service with knobs, a fault and a rule.
const WATCHED: &str = r#"
schema = 1
name = "watched"
currency = "USD"
prices = "aws-list"

[region.tokyo]
zones = ["a", "c"]

[target.job]
journey = "job"
p95 = "100ms"

[journey.job]
entry = "api"
arrivals = "50/s"

[component.nodes]
kind = "node-group"
zones = ["tokyo/a", "tokyo/c"]
type = "t3.medium"
count = 4

[component.api]
kind = "service"
on = "nodes"
zones = ["tokyo/a", "tokyo/c"]
replicas = 4
cpu = { request = "500m", limit = "1000m" }
work = "exponential(8ms)"

[fault.half]
what = "zone-outage"
on = "tokyo/a"
at = "10min"
for = "10min"

[alert.slow]
when = "job.p95 > 40ms"
route = "slack"
"#;

#[test]
fn a_text_that_is_no_scenario_is_refused() {
    let files = vec![SourceFile { name: "broken.toml".to_owned(), text: "schema = ".to_owned() }];
    let mut asking = Asking::start(4, files, "base".to_owned(), Question::Alerts);
    let Step::Done(Reply::Rejected { revision: 4, diagnostics }) = asking.step(Budget { events: 1 }) else {
        panic!("it is not refused")
    };
    assert!(!diagnostics.is_empty());
}

#[test]
fn answers_to_questions_survive_with_what_was_asked_for() {
    let name = "secure-ai-chat.toml";
    let text = plimsoll::scenario::examples::text(name).expect("shipped");
    let plan = plimsoll::scenario::examples::with_bases(name, text);
    // What looks at very many designs is asked of a smaller one.
    let shop =
        vec![SourceFile { name: "shop.toml".to_owned(), text: include_str!("hostile/shop.toml").to_owned() }];
    for (files, tier, question) in [
        (&shop, "small", Question::Optimise),
        (&plan, "t100", Question::Platforms),
        (&plan, "t100", Question::Controls),
        (&plan, "t100", Question::Roadmap),
        (&shop, "small", Question::Sensitivity),
        (&plan, "t100", Question::Releases),
        (&shop, "small", Question::Ladder),
    ] {
        let found = answered(files, tier, question, 1_000_000);
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
    survives(&Reply::Asking { revision: 7, done: None, looked_at: 12 });
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
