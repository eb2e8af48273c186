//! What a tab shows while its question is under way: how far it has come, and a way to take it back; when it was taken back or
//! refused, that.

use crate::job::question::Question;
use crate::report::format;
use crate::text::{Words, page};
use crate::ui::questions::{Questions, Standing};
use crate::ui::session::Session;
use leptos::prelude::*;

/// What is shown in place of the answer.
#[derive(Clone, PartialEq)]
enum Shows {
    Progress,
    /// Not under way any more, for this reason.
    Ended(Words),
    Refused(String),
}

/// The line.
#[component]
pub fn Working(
    /// The question.
    question: Question,
) -> impl IntoView {
    let session = Session::get();
    let questions = Questions::get();
    // A memo, so that a report of progress leaves the button, and a click under way on it, alone.
    let shows = Memo::new(move |_| match questions.standing(question) {
        Some(Standing::Answered(_)) => None,
        Some(Standing::Cancelled) => Some(Shows::Ended(page::CANCELLED)),
        Some(Standing::Lost) => Some(Shows::Ended(page::WORKER_LOST)),
        Some(Standing::Refused(why)) => {
            let lang = session.lang.get();
            let words: Vec<&str> = why.iter().map(|d| d.message.get(lang)).collect();
            Some(Shows::Refused(words.join(" ")))
        }
        Some(Standing::Waits(..)) | None => Some(Shows::Progress),
    });
    move || {
        Some(match shows.get()? {
            Shows::Progress => view! { <Progress question=question /> }.into_any(),
            Shows::Ended(why) => view! {
                <p class="asking" role="status">
                    <span class="muted">{move || session.say(why)}</span>
                    <button
                        type="button"
                        class="quiet"
                        data-testid=format!("ask-{}", question.id())
                        on:click=move |_| untrack(|| questions.ask(question))
                    >
                        {move || session.say(page::ASK_AGAIN)}
                    </button>
                </p>
            }
            .into_any(),
            Shows::Refused(why) => view! { <p class="asking" role="alert">{why}</p> }.into_any(),
        })
    }
}

/// How far it has come, and the way to take it back.
#[component]
fn Progress(
    /// The question.
    question: Question,
) -> impl IntoView {
    let session = Session::get();
    let questions = Questions::get();
    let standing = move || match questions.standing(question) {
        Some(Standing::Waits(done, looked_at)) => (done, looked_at),
        _ => (None, 0),
    };
    let meter = move || {
        standing().0.map(|done| {
            let percent = (done * 100.0).round();
            view! {
                <progress max="100" value=percent aria-label=session.say(page::WORKING)></progress>
                <span class="run-count">{format::count(percent)}" %"</span>
            }
        })
    };
    let designs = move || {
        let looked_at = standing().1;
        let words =
            || page::designs_so_far(&format::count(looked_at as f64)).get(session.lang.get()).to_owned();
        (looked_at > 0).then(|| view! { <span class="run-count">{words()}</span> })
    };
    view! {
        <p class="asking" data-testid=format!("asking-{}", question.id())>
            <span class="muted" role="status">{move || session.say(page::WORKING)}</span>
            {meter}
            {designs}
            <button
                type="button"
                class="quiet"
                data-testid=format!("cancel-{}", question.id())
                on:click=move |_| questions.cancel(question)
            >
                {move || session.say(page::STOP)}
            </button>
        </p>
    }
}
