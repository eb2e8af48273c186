//! Tabs that hold a report: a question is put to a worker when the tab is opened, and its answer shown as the command line
//! prints it.

use super::working::Working;
use crate::answer::Answer;
use crate::job::question::Question;
use crate::report::blocks::{Block, alerts, controls, deploys, money, platforms, roadmap, sensitivity};
use crate::text::Lang;
use crate::ui::parts::blocks::Blocks;
use crate::ui::questions::Questions;
use crate::ui::session::Session;
use leptos::prelude::*;

/// The report of a question, without its title: the page says what it is about.
pub fn report(question: Question, answer: &Answer, lang: Lang) -> Vec<Block> {
    let blocks = match question {
        Question::Platforms => platforms::report(answer, lang),
        Question::Controls => controls::report(answer, lang),
        Question::Roadmap => roadmap::report(answer, lang),
        Question::Sensitivity => sensitivity::report(answer, lang),
        Question::Releases => deploys::report(answer, lang),
        Question::Alerts => alerts::report(answer, lang),
        Question::Ladder => money::ladder(answer, lang),
        Question::Optimise | Question::OptimiseThoroughly => {
            crate::report::blocks::optimise::report(answer, lang)
        }
    };
    blocks.into_iter().filter(|block| !matches!(block, Block::Heading(1, _))).collect()
}

/// The tab of a question.
#[component]
pub fn Answered(
    /// The question.
    question: Question,
) -> impl IntoView {
    let session = Session::get();
    let questions = Questions::get();
    Effect::new(move |_| questions.ask(question));
    let blocks = move || {
        let lang = session.lang.get();
        questions.answer(question).map(|answer| report(question, &answer, lang)).unwrap_or_default()
    };
    let waits = move || questions.open(question);
    view! {
        <div class="report" data-testid=format!("report-{}", question.id()) aria-busy=move || waits().to_string()>
            <Working question=question />
            <Blocks blocks=Signal::derive(blocks) lang=session.lang />
        </div>
    }
}
