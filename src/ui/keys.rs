//! Keys that work everywhere: undo, redo, search, the shortcut sheet, letting go. Keys that belong to one widget are
//! handled there. Nothing happens while text is being composed.

use super::session::Session;
use super::sheets::Sheets;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Starts to listen.
pub fn listen(session: Session, sheets: Sheets) {
    let handle = window_event_listener(leptos::ev::keydown, move |event| {
        if event.is_composing() {
            return;
        }
        let typing = event.target().is_some_and(|target| is_text_field(&target));
        let command = event.ctrl_key() || event.meta_key();
        let done = match (command, event.shift_key(), event.key().to_lowercase().as_str()) {
            (true, false, "z") if !typing => {
                session.undo();
                true
            }
            (true, true, "z") | (true, false, "y") if !typing => {
                session.redo();
                true
            }
            (true, _, "k") => open(sheets.search),
            (false, _, "/") if !typing => open(sheets.search),
            (false, _, "?") if !typing => open(sheets.shortcuts),
            (false, _, "escape") if !typing && !sheets.close() => {
                super::let_go(session);
                false
            }
            _ => false,
        };
        if done {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

fn open(sheet: RwSignal<bool>) -> bool {
    sheet.set(true);
    true
}

/// Fields in which keys are text, with an undo of their own.
fn is_text_field(target: &web_sys::EventTarget) -> bool {
    target
        .dyn_ref::<web_sys::Element>()
        .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}
