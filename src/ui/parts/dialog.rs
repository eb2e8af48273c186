//! A modal sheet: the browser's own dialog, so that focus stays inside, Escape closes it and focus goes back after it.

use leptos::html;
use leptos::prelude::*;

/// A sheet over the page.
#[component]
pub fn Dialog(
    /// Its heading.
    #[prop(into)]
    label: Signal<String>,
    /// Words of the close button.
    #[prop(into)]
    close: Signal<String>,
    /// What closing does.
    on_close: Callback<()>,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    dialog.on_load(|dialog| {
        dialog.show_modal().ok();
    });
    let outside = move |event: web_sys::MouseEvent| {
        let on_backdrop = event.target().zip(dialog.get_untracked()).is_some_and(|(target, dialog)| {
            let dialog: &web_sys::EventTarget = dialog.as_ref();
            target == *dialog
        });
        if on_backdrop {
            on_close.run(());
        }
    };
    view! {
        <dialog class="sheet" node_ref=dialog aria-label=label on:close=move |_| on_close.run(()) on:click=outside>
            <div class="sheet-body">
                <header>
                    <h2>{label}</h2>
                    <button type="button" class="quiet" on:click=move |_| on_close.run(())>{close}</button>
                </header>
                {children()}
            </div>
        </dialog>
    }
}
