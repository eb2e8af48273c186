//! The answers to one text, cheap ones first, each computed only when it is asked for.

use super::files;
use plimsoll::job::question::{Asking, Question};
use plimsoll::job::running::{Running, Step};
use plimsoll::job::{Ask, Budget, FaultChoice, Job, Reply, screen};
use plimsoll::report::json::render;
use plimsoll::scenario::Scenario;
use plimsoll::text::Lang;
use serde_json::Value;

/// One text and what has been asked of it.
pub struct Engines {
    text: String,
    scenario: Scenario,
    model: String,
}

/// How many questions there are.
const QUESTIONS: usize = 8;
const BUDGET: Budget = Budget { events: 20_000_000 };

impl Engines {
    pub fn of(text: String, scenario: Scenario) -> Self {
        let models: Vec<String> =
            scenario.tiers.iter().map(|tier| format!("{:?}", scenario.model(tier))).collect();
        Self { text, model: models.join("\n"), scenario }
    }

    /// What the text compiles to.
    pub fn model(&self) -> &str {
        &self.model
    }

    fn first(&self) -> String {
        self.scenario.tiers[0].clone()
    }

    fn question(&self, question: Question) -> String {
        let mut asking = Asking::start(1, files(&self.text), self.first(), question);
        loop {
            match asking.step(BUDGET) {
                Step::More(_) => {}
                Step::Done(reply) => return said(reply),
            }
        }
    }

    fn simulate(&self, faults: FaultChoice) -> String {
        let ask = Ask {
            replications: 2,
            warmup_s: Some(20.0),
            duration_s: 200.0,
            faults,
            ..Ask::hour(&self.first(), None, 1)
        };
        let mut running = Running::start(Job::Assess { revision: 1, files: files(&self.text), ask });
        loop {
            match running.step(BUDGET) {
                Step::More(_) => {}
                Step::Done(reply) => return said(reply),
            }
        }
    }

    /// The answer to one question; `None` where it does not arise.
    fn ask(&self, question: usize) -> Option<String> {
        let model = self.scenario.model(&self.first())?;
        Some(match question {
            0 => {
                let answer = screen(&files(&self.text), None).ok()?;
                plain(render(&answer, Lang::En))
            }
            1 => self.question(Question::Releases),
            2 => self.question(Question::Controls),
            3 if !model.roadmap.tasks.is_empty() => self.question(Question::Roadmap),
            4 => self.simulate(FaultChoice::None),
            5 if !model.faults.is_empty() => self.simulate(FaultChoice::All),
            6 if !model.alerts.is_empty() => self.question(Question::Alerts),
            7 if !model.assumptions.is_empty() => self.question(Question::Sensitivity),
            _ => return None,
        })
    }
}

fn said(reply: Reply) -> String {
    match reply {
        Reply::Done { answer, .. } => plain(render(&answer, Lang::En)),
        other => format!("{other:?}"),
    }
}

/// Without what follows the text and not the answer: places in it and the proof of sameness.
fn plain(mut value: Value) -> String {
    strip(&mut value);
    value.to_string()
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for key in ["digest", "line", "file"] {
                map.remove(key);
            }
            map.values_mut().for_each(strip);
        }
        Value::Array(list) => list.iter_mut().for_each(strip),
        _ => {}
    }
}

/// Whether some answer differs between these texts.
pub fn moved(all: &[Engines]) -> bool {
    (0..QUESTIONS).any(|question| {
        let first = all[0].ask(question);
        all[1..].iter().any(|one| one.ask(question) != first)
    })
}

/// Whether an answer differs that looks at the file beside what it compiles to: the ladder with its growth, the clouds.
/// `cloud`: the field is one of a cloud, so that these are asked first.
pub fn beyond_the_model(all: &[Engines], cloud: bool) -> bool {
    let ladder = |one: &Engines| one.text.contains("growth").then(|| one.question(Question::Ladder));
    let clouds = |one: &Engines| one.text.contains("[platform.").then(|| one.question(Question::Platforms));
    let differs = |ask: &dyn Fn(&Engines) -> Option<String>| {
        let first = ask(&all[0]);
        all[1..].iter().any(|one| ask(one) != first)
    };
    // No order changes the answer.
    (cloud && differs(&clouds)) || differs(&ladder) || (!cloud && differs(&clouds))
}
