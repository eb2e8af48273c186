//! The sheet of keyboard shortcuts.

use crate::text::{Words, page};
use crate::ui::parts::dialog::Dialog;
use crate::ui::session::Session;
use crate::ui::sheets::Sheets;
use leptos::prelude::*;

const KEYS: [(&str, Words); 9] = [
    ("/  ·  Ctrl K", page::KEY_SEARCH),
    ("?", page::KEY_HELP),
    ("Ctrl Z", page::UNDO),
    ("Ctrl Shift Z  ·  Ctrl Y", page::REDO),
    ("← ↑ → ↓", page::KEY_ARROWS),
    ("Enter", page::KEY_ENTER),
    ("Space", page::KEY_SPACE),
    ("Esc", page::KEY_ESC),
    ("Tab", page::KEY_TAB),
];

/// The sheet.
#[component]
pub fn Shortcuts() -> impl IntoView {
    let session = Session::get();
    let sheets = Sheets::get();
    let row = move |(keys, words): (&'static str, Words)| {
        view! { <dt><kbd>{keys}</kbd></dt><dd>{move || session.say(words)}</dd> }
    };
    move || {
        sheets.shortcuts.get().then(|| {
            view! {
                <Dialog
                    label=Signal::derive(move || session.say(page::SHORTCUTS).to_owned())
                    close=Signal::derive(move || session.say(page::CLOSE).to_owned())
                    on_close=Callback::new(move |()| sheets.shortcuts.set(false))
                >
                    <dl class="keys">{KEYS.into_iter().map(row).collect_view()}</dl>
                </Dialog>
            }
        })
    }
}
