//! A verdict as shape, word and colour: never colour alone.

use crate::answer::verdict::Verdict;
use crate::text::{Lang, Words, page};
use leptos::prelude::*;

/// Class of a verdict: `pass`, `fail`, `unsure`.
pub fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Unsure => "unsure",
    }
}

/// Word of a verdict.
pub fn word(verdict: Verdict) -> Words {
    match verdict {
        Verdict::Pass => page::PASS,
        Verdict::Fail => page::FAIL,
        Verdict::Unsure => page::UNSURE,
    }
}

/// Check, cross or question mark, with the word beside it.
#[component]
pub fn VerdictMark(
    /// Which.
    #[prop(into)]
    verdict: Signal<Verdict>,
    /// Language of the word.
    #[prop(into)]
    lang: Signal<Lang>,
) -> impl IntoView {
    let path = move || match verdict.get() {
        Verdict::Pass => "M3.5 8.5l3 3 6-7",
        Verdict::Fail => "M4 4l8 8M12 4l-8 8",
        Verdict::Unsure => "M5.2 6a2.8 2.8 0 1 1 4 2.5c-.8.4-1.2.8-1.2 1.7M8 12.6v.4",
    };
    view! {
        <span class=move || format!("verdict {}", class(verdict.get()))>
            <svg viewBox="0 0 16 16" aria-hidden="true"><path d=path /></svg>
            <span>{move || word(verdict.get()).get(lang.get())}</span>
        </span>
    }
}
