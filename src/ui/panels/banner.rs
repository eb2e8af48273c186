//! Banners over the picture: a file with errors, edits that came back from the last visit, a worker that is gone.

use crate::diag::Severity;
use crate::text::page;
use crate::ui::board::Tab;
use crate::ui::results::Run;
use crate::ui::session::Session;
use leptos::prelude::*;

/// All banners; each only while it has something to say.
#[component]
pub fn Banners() -> impl IntoView {
    let session = Session::get();
    let broken = move || {
        session.read.with(|read| read.broken).then(|| {
            let count = session.read.with(|read| {
                let errors = read.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
                page::problems(errors, read.diagnostics.len() - errors, session.lang.get())
            });
            let show = move |_| {
                session.tab.set(Tab::File);
                crate::ui::scroll_to("board");
            };
            view! {
                <div class="banner fail" role="status" data-testid="broken-file">
                    <b>{count}</b>
                    <span>{session.say(page::BROKEN_FILE)}</span>
                    <button type="button" class="quiet" on:click=show>{session.say(page::SHOW_ERRORS)}</button>
                </div>
            }
        })
    };
    let restored = move || {
        let example = session.changed_example().filter(|_| session.restored.get())?;
        let back = move |_| session.open_example(example);
        Some(view! {
            <div class="banner" role="status">
                <span>{session.say(page::RESTORED)}</span>
                <button type="button" class="quiet" on:click=back>{session.say(page::BACK_TO_EXAMPLE)}</button>
                <button type="button" class="quiet" on:click=move |_| session.restored.set(false)>
                    {session.say(page::CLOSE)}
                </button>
            </div>
        })
    };
    let lost = move || {
        (session.run.get() == Run::Lost).then(|| {
            view! { <div class="banner fail" role="alert">{session.say(page::WORKER_LOST)}</div> }
        })
    };
    view! { <div class="banners">{broken}{restored}{lost}</div> }
}
