//! The icon of a kind of component, in lines of the text's colour.

use crate::report::chart::icon::path;
use leptos::prelude::*;

/// The icon of a kind.
#[component]
pub fn KindIcon(
    /// Kind as written in the scenario: `load-balancer`.
    #[prop(into)]
    kind: String,
) -> impl IntoView {
    view! { <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d=path(&kind) /></svg> }
}
