//! The scenario as text, with line numbers, and what is wrong with it. Typing rests for a moment before it becomes one
//! gesture; a text that cannot be read is kept as it is.

use super::problems::Problems;
use crate::text::page;
use crate::ui::session::Session;
use gloo::timers::callback::Timeout;
use leptos::html;
use leptos::prelude::*;

/// How long typing rests before it counts as a gesture.
const REST_MS: u32 = 350;
/// Height of a line in the editor, CSS pixels; the style sheet says the same.
const LINE_PX: f64 = 20.0;

/// The tab.
#[component]
pub fn File() -> impl IntoView {
    let session = Session::get();
    let area = NodeRef::<html::Textarea>::new();
    let gutter = NodeRef::<html::Div>::new();
    let rest = StoredValue::new_local(None::<Timeout>);
    let take = move || {
        if let Some(area) = area.get_untracked() {
            session.edit(area.value());
        }
    };
    let typed = move |_| rest.set_value(Some(Timeout::new(REST_MS, take)));
    let left = move |_| {
        rest.set_value(None);
        take();
    };
    // Leaving the tab takes what has been typed.
    on_cleanup(move || {
        rest.try_set_value(None);
    });
    let follow = move |_| {
        if let (Some(area), Some(gutter)) = (area.get_untracked(), gutter.get_untracked()) {
            gutter.set_scroll_top(area.scroll_top());
        }
    };
    let numbers = move || {
        let lines = session.text.with(|text| text.split('\n').count());
        (1..=lines).map(|n| n.to_string()).collect::<Vec<_>>().join("\n")
    };
    Effect::new(move |_| {
        let (Some((start, end)), Some(area)) = (session.place.get(), area.get()) else { return };
        session.text.with_untracked(|text| show(&area, text, start, end));
    });
    let bad = move || session.read.with(|read| read.broken);
    view! {
        <div class="file">
            <div class="editor" class:broken=bad>
                <div class="gutter" node_ref=gutter aria-hidden="true">{numbers}</div>
                <textarea
                    node_ref=area
                    data-testid="file-editor"
                    aria-label=move || session.say(page::EDITOR)
                    aria-invalid=move || bad().to_string()
                    spellcheck="false"
                    autocapitalize="off"
                    wrap="off"
                    prop:value=move || session.text.get()
                    on:input=typed
                    on:change=left
                    on:scroll=follow
                ></textarea>
            </div>
            <Problems />
        </div>
    }
}

/// Selects a byte range of the text in the editor and brings it into view.
fn show(area: &web_sys::HtmlTextAreaElement, text: &str, start: usize, end: usize) {
    let units = |at: usize| text.get(..at).map_or(0, |head| head.encode_utf16().count()) as u32;
    area.focus().ok();
    area.set_selection_range(units(start), units(end)).ok();
    let line = text.get(..start).map_or(0, |head| head.matches('\n').count());
    area.set_scroll_top((line as f64 * LINE_PX - f64::from(area.client_height()) / 3.0).max(0.0) as i32);
    area.scroll_into_view_with_bool(false);
}
