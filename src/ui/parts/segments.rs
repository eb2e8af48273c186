//! A row of choices of which one holds: a radio group with one tab stop and arrow keys.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// One choice.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Id.
    pub id: String,
    /// First line.
    pub label: String,
    /// Second line, smaller; may be empty.
    pub detail: String,
    /// Class of a mark before the label (`pass`, `fail`, `unsure`); may be empty.
    pub mark: &'static str,
}

/// A row of choices.
#[component]
pub fn Segments(
    /// What is chosen here.
    #[prop(into)]
    label: Signal<String>,
    /// Hook of the group; every choice has its own, with `hook` before its id.
    testid: &'static str,
    /// Before each choice's id in its hook.
    hook: &'static str,
    /// The choices.
    #[prop(into)]
    segments: Signal<Vec<Segment>>,
    /// Id of the one that holds.
    #[prop(into)]
    chosen: Signal<String>,
    /// What choosing does.
    on_choose: Callback<String>,
) -> impl IntoView {
    let step = move |event: web_sys::KeyboardEvent| {
        let by: isize = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => 1,
            "ArrowLeft" | "ArrowUp" => -1,
            _ => return,
        };
        event.prevent_default();
        let ids: Vec<String> = segments.with(|all| all.iter().map(|s| s.id.clone()).collect());
        let now = ids.iter().position(|id| *id == chosen.get()).unwrap_or(0) as isize;
        let next = (now + by).rem_euclid(ids.len().max(1) as isize) as usize;
        if let Some(id) = ids.get(next) {
            on_choose.run(id.clone());
            let group = event.current_target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
            focus_child(group, next);
        }
    };
    let each = move |segment: Segment| {
        let id = StoredValue::new(segment.id.clone());
        let held = move || id.with_value(|id| *id == chosen.get());
        view! {
            <button
                type="button"
                role="radio"
                class="segment"
                data-testid=format!("{hook}{}", segment.id)
                aria-checked=move || held().to_string()
                tabindex=move || if held() { "0" } else { "-1" }
                on:click=move |_| on_choose.run(id.get_value())
            >
                <span class=format!("segment-label {}", segment.mark)>{segment.label}</span>
                <span class="segment-detail">{segment.detail}</span>
            </button>
        }
    };
    view! {
        <div class="segments" role="radiogroup" aria-label=label data-testid=testid on:keydown=step>
            {move || segments.get().into_iter().map(each).collect_view()}
        </div>
    }
}

fn focus_child(group: Option<web_sys::Element>, ix: usize) {
    let child = group.and_then(|group| group.children().item(ix as u32));
    if let Some(child) = child.and_then(|c| c.dyn_into::<web_sys::HtmlElement>().ok()) {
        child.focus().ok();
    }
}
