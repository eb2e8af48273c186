//! One chip of the verdict strip: name, value with interval, limit, verdict as shape, word and colour.

use super::value::Value;
use super::verdict::{VerdictMark, class, word};
use crate::text::{Lang, page};
use crate::ui::chips::Chip;
use leptos::prelude::*;

/// A chip; a click asks why.
#[component]
pub fn VerdictChip(
    /// What it shows.
    #[prop(into)]
    chip: Signal<Chip>,
    /// Language.
    #[prop(into)]
    lang: Signal<Lang>,
    /// Whether its target's reasons are on the screen.
    #[prop(into)]
    open: Signal<bool>,
    /// What a click does; gets the target's id.
    on_why: Callback<String>,
) -> impl IntoView {
    let state = move || chip.with(|c| c.verdict.map_or("none", class));
    let label = move || {
        chip.with(|c| {
            let verdict = c.verdict.map_or("", |v| word(v).get(lang.get()));
            let words = [&c.name, &c.percentile, &c.value.join(), &c.interval, &c.limit, &c.note, &c.why];
            let words = words.into_iter().filter(|w| !w.is_empty()).map(String::as_str);
            words.chain([verdict]).collect::<Vec<_>>().join(", ")
        })
    };
    let click = move |_| {
        if let Some(target) = chip.with(|c| c.target.clone()) {
            on_why.run(target);
        }
    };
    let mark = move || {
        chip.with(|c| c.verdict).map(|verdict| {
            view! { <VerdictMark verdict=verdict lang=lang /> }
        })
    };
    let wordy = move || chip.with(|c| !c.value.number.chars().any(|d| d.is_ascii_digit()));
    view! {
        <button
            type="button"
            class=move || format!("chip {}", state())
            class:open=open
            class:unmodelled=move || chip.with(|c| !c.modelled)
            data-testid=move || format!("chip-{}", chip.with(|c| c.role.id()))
            data-verdict=state
            aria-label=label
            aria-pressed=move || open.get().to_string()
            title=move || chip.with(|c| if c.target.is_some() { page::WHY.get(lang.get()) } else { "" })
            disabled=move || chip.with(|c| c.target.is_none())
            on:click=click
        >
            <span class="chip-name">
                {move || chip.with(|c| c.name.clone())}
                <span class="unit">{move || chip.with(|c| c.percentile.clone())}</span>
            </span>
            <span class="chip-value" class:wordy=wordy>
                <Value
                    value=Signal::derive(move || chip.with(|c| c.value.clone()))
                    interval=Signal::derive(move || chip.with(|c| c.interval.clone()))
                />
            </span>
            <span class="chip-foot">
                {mark}
                <span class="chip-limit">{move || chip.with(|c| c.limit.clone())}</span>
                <span class="chip-note">{move || chip.with(|c| c.note.clone())}</span>
            </span>
        </button>
    }
}
