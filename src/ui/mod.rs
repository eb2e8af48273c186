//! The page: reads the scenario text, asks the worker, shows the answers.

pub mod worker;

use leptos::prelude::*;

/// Mounts the page on the document's body.
pub fn main() {
    console_error_panic_hook::set_once();
    mount_to_body(|| view! { <h1>"Plimsoll"</h1> });
}
