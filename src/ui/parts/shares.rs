//! What a value is made of: one bar per cause, longest first, each with its share in words.

use crate::answer::availability::Share;
use crate::report::format;
use crate::stats::figure::Figure;
use crate::text::{Lang, page};
use leptos::prelude::*;

/// Causes with a row of their own.
const MOST: usize = 7;

/// Bars of an attribution; a click selects the component that a bar is about.
#[component]
pub fn Shares(
    /// The parts.
    #[prop(into)]
    shares: Signal<Vec<Share>>,
    /// Language.
    #[prop(into)]
    lang: Signal<Lang>,
    /// What a click on a cause does.
    on_cause: Callback<String>,
) -> impl IntoView {
    let row = move |share: Share| {
        let cause = share.cause.clone();
        let amount = format::figure(&Figure::exact(share.amount, &share.unit), lang.get()).value.join();
        let percent = format::percent(share.share).join();
        let width = format!("{:.2}", (share.share * 100.0).clamp(0.0, 100.0));
        view! {
            <li class="share">
                <button type="button" class="link share-cause" on:click=move |_| on_cause.run(cause.clone())>
                    {share.cause.clone()}
                    <span class="unit">{page::part(own_part(&share), lang.get())}</span>
                </button>
                <svg class="share-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="share-rest" width="100" height="8" />
                    <rect class="share-own" width=width height="8" />
                </svg>
                <span class="share-amount">{percent}<span class="interval">{amount}</span></span>
            </li>
        }
    };
    // the rest is one row, so that the shares still add up
    let rest = move || {
        let all = shares.get();
        let rest = all.get(MOST..).filter(|rest| rest.len() > 1)?;
        let share: f64 = rest.iter().map(|share| share.share).sum();
        let amount = Figure::exact(rest.iter().map(|share| share.amount).sum(), &rest[0].unit);
        let amount = format::figure(&amount, lang.get()).value.join();
        Some(view! {
            <li class="share">
                <span class="muted">{page::others(rest.len(), lang.get())}</span>
                <span></span>
                <span class="share-amount">{format::percent(share).join()}<span class="interval">{amount}</span></span>
            </li>
        })
    };
    let rows = move || {
        let all = shares.get();
        let shown = if all.len() > MOST + 1 { MOST } else { all.len() };
        all.into_iter().take(shown).map(row).collect_view()
    };
    view! { <ul class="shares">{rows}{rest}</ul> }
}

/// The part without the cause, which stands before it already.
fn own_part(share: &Share) -> &str {
    let rest = share.part.strip_prefix(share.cause.as_str()).and_then(|rest| rest.strip_prefix('.'));
    rest.unwrap_or(&share.part)
}
