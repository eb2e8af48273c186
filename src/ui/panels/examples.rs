//! The doors into the page: a shipped example, a file of one's own, a file dropped anywhere.

use crate::text::{Words, page};
use crate::ui::examples::{EXAMPLES, find};
use crate::ui::parts::export::save_text;
use crate::ui::session::Session;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;

/// Largest file, bytes (the format's limit).
const MOST_BYTES: f64 = 8.0 * 1024.0 * 1024.0;

/// Picker of examples and the button that opens a file.
#[component]
pub fn Doors() -> impl IntoView {
    let session = Session::get();
    let input = NodeRef::<html::Input>::new();
    let (refused, set_refused) = signal(None::<Words>);
    let pick = move |event: web_sys::Event| {
        if let Some(example) = find(&event_target_value(&event)) {
            session.open_example(example);
            crate::ui::set_address(example.name);
        }
    };
    let chosen = move |_| {
        let file = input.get_untracked().and_then(|input| input.files()).and_then(|files| files.get(0));
        if let Some(file) = file {
            open(session, &file, set_refused);
        }
        if let Some(input) = input.get_untracked() {
            input.set_value("");
        }
    };
    let option = move |example: crate::ui::examples::Example| {
        let current = move || session.name.with(|name| name == example.file);
        view! {
            <option value=example.name prop:selected=current>{move || session.say(example.about)}</option>
        }
    };
    let own = move || {
        let name = session.name.get();
        let shipped = EXAMPLES.iter().any(|example| example.file == name);
        (!shipped).then(|| view! { <option value="" selected=true>{name}</option> })
    };
    view! {
        <label class="picker">
            <span class="sr">{move || session.say(page::EXAMPLES)}</span>
            <select data-testid="example-select" on:change=pick>
                {own}
                {EXAMPLES.into_iter().map(option).collect_view()}
            </select>
        </label>
        <input
            type="file"
            class="sr"
            tabindex="-1"
            aria-hidden="true"
            accept=".toml,text/plain"
            data-testid="file-input"
            node_ref=input
            on:change=chosen
        />
        <button
            type="button"
            class="quiet wide-only"
            on:click=move |_| if let Some(input) = input.get_untracked() { input.click() }
        >
            {move || session.say(page::OPEN_FILE)}
        </button>
        <span class="refused" role="status">{move || refused.get().map(|words| session.say(words))}</span>
        <DropTarget set_refused=set_refused />
    }
}

/// Takes a file that is dropped anywhere.
#[component]
fn DropTarget(set_refused: WriteSignal<Option<Words>>) -> impl IntoView {
    let session = Session::get();
    let (over, set_over) = signal(false);
    let enter = window_event_listener(leptos::ev::dragover, move |event| {
        event.prevent_default();
        set_over.set(true);
    });
    let leave = window_event_listener(leptos::ev::dragleave, move |event| {
        if event.related_target().is_none() {
            set_over.set(false);
        }
    });
    let drop = window_event_listener(leptos::ev::drop, move |event| {
        event.prevent_default();
        set_over.set(false);
        let files = event.data_transfer().and_then(|data| data.files());
        if let Some(file) = files.and_then(|files| files.get(0)) {
            open(session, &file, set_refused);
        }
    });
    on_cleanup(move || {
        enter.remove();
        leave.remove();
        drop.remove();
    });
    move || over.get().then(|| view! { <div class="drop-veil">{session.say(page::DROP_HERE)}</div> })
}

/// Reads a file and opens it; what cannot be a scenario is refused with a word.
fn open(session: Session, file: &web_sys::File, set_refused: WriteSignal<Option<Words>>) {
    if file.size() > MOST_BYTES {
        set_refused.set(Some(page::TOO_LARGE));
        return;
    }
    let name = file.name();
    let reader = file.array_buffer();
    let read = Closure::once(move |buffer: wasm_bindgen::JsValue| {
        let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
        match String::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => {
                set_refused.set(None);
                session.open(&name, text.trim_start_matches('\u{feff}'));
            }
            _ => set_refused.set(Some(page::NOT_UTF8)),
        }
    });
    drop(reader.then(&read));
    read.forget();
}

/// Hands the text to the browser as a file.
pub fn save(session: Session) {
    save_text(&session.text.get_untracked(), "", &session.name.get_untracked());
}
