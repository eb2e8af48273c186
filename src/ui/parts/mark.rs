//! The Plimsoll mark: a circle crossed by a horizontal line.

use leptos::prelude::*;

/// The mark, in the colour of the text around it.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
            <circle cx="16" cy="16" r="9.5" />
            <path d="M1 16h30" />
        </svg>
    }
}
