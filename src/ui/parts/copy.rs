//! A button that copies a text and says so.

use crate::text::{Lang, Words, page};
use gloo::timers::callback::Timeout;
use leptos::prelude::*;

/// How long it says so.
const SAID_MS: u32 = 2_000;

/// Copies a text.
#[component]
pub fn CopyButton(
    /// What the button says.
    label: Words,
    /// What it copies.
    #[prop(into)]
    text: Signal<String>,
    /// Language.
    #[prop(into)]
    lang: Signal<Lang>,
) -> impl IntoView {
    let (copied, set_copied) = signal(false);
    let copy = move |_| {
        if let Some(window) = web_sys::window() {
            drop(window.navigator().clipboard().write_text(&text.get_untracked()));
            set_copied.set(true);
            Timeout::new(SAID_MS, move || set_copied.set(false)).forget();
        }
    };
    view! {
        <button type="button" class="quiet" on:click=copy>
            {move || if copied.get() { page::COPIED } else { label }.get(lang.get())}
        </button>
    }
}
