//! The architecture: the picture of `report::chart::graph` with the kill switches above it. One tab stop; arrow keys move between components, Enter opens the inspector. What the keys stand on is said aloud.

use super::zones::KillZones;
use crate::report::chart::graph::{self, Graph};
use crate::report::chart::theme::{Look, Skin};
use crate::text::page;
use crate::ui::adapt;
use crate::ui::measure::width_of;
use crate::ui::parts::table::{Cells, PlainTable};
use crate::ui::session::Session;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Narrower than this the picture cannot be read: the outline stands in for it.
const NARROWEST: f64 = 640.0;

/// The panel.
#[component]
pub fn GraphPanel() -> impl IntoView {
    let session = Session::get();
    view! {
        <section class="graph-panel" aria-label=move || session.say(page::GRAPH)>
            <KillZones />
            <Picture />
        </section>
    }
}

/// The picture.
#[component]
fn Picture() -> impl IntoView {
    let session = Session::get();
    let frame = NodeRef::<html::Div>::new();
    let width = width_of(frame, 640.0);
    let focus = RwSignal::new(None::<String>);
    let data = Memo::new(move |_| adapt::graph(session, focus.get()));
    let look = move || Look {
        lang: session.lang.get(),
        skin: Skin::Page,
        width: width.get().max(NARROWEST),
        height: 0.0,
    };
    let chart = Memo::new(move |_| data.with(|data| data.as_ref().map(|data| graph::graph(data, &look()))));
    let click = move |event: web_sys::MouseEvent| {
        if let Some(id) = component_at(&event) {
            focus.set(None);
            session.selection.set(Some(id));
        }
    };
    let key = move |event: web_sys::KeyboardEvent| {
        let (dx, dy) = match event.key().as_str() {
            "ArrowRight" => (1.0, 0.0),
            "ArrowLeft" => (-1.0, 0.0),
            "ArrowDown" => (0.0, 1.0),
            "ArrowUp" => (0.0, -1.0),
            "Enter" | " " => {
                event.prevent_default();
                if let Some(id) = focus.get_untracked() {
                    session.selection.set(Some(id));
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        let here = focus.get_untracked();
        let next = data.with_untracked(|data| {
            data.as_ref().and_then(|data| data.neighbour(&untrack(look), here.as_deref(), dx, dy))
        });
        if next.is_some() {
            focus.set(next);
        }
    };
    let enter = move |event: web_sys::FocusEvent| {
        // A cursor is for keys: drawn under a pointer that has just gone down, it would take the click from its card.
        let by_keys = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let by_keys = by_keys.is_some_and(|element| element.matches(":focus-visible").unwrap_or(true));
        if by_keys && focus.get_untracked().is_none() {
            let first = || data.with_untracked(|data| data.as_ref().and_then(first_of));
            focus.set(session.selection.get_untracked().or_else(first));
        }
    };
    let said = move || {
        let id = focus.get()?;
        data.with(|data| {
            let node = data.as_ref()?.nodes.iter().find(|node| node.id == id)?;
            let lang = session.lang.get();
            Some(format!("{} {}", node.name.get(lang), node.figure.get(lang)))
        })
    };
    let cells = move || {
        let lang = session.lang.get();
        let words =
            |row: &Vec<crate::text::Phrase>| row.iter().map(|cell| cell.get(lang).to_owned()).collect();
        chart.with(|chart| {
            let table = chart.as_ref().map(|chart| chart.table.clone()).unwrap_or_default();
            Cells { head: words(&table.head), rows: table.rows.iter().map(words).collect(), total: false }
        })
    };
    view! {
        <div
            class="graph"
            data-testid="graph"
            tabindex="0"
            role="group"
            aria-label=move || session.say(page::GRAPH_KEYS)
            node_ref=frame
            inner_html=move || chart.with(|chart| chart.as_ref().map(|chart| chart.svg.clone()).unwrap_or_default())
            on:click=click
            on:keydown=key
            on:focus=enter
            on:blur=move |_| focus.set(None)
        ></div>
        <p class="sr" aria-live="polite">{said}</p>
        <details class="graph-table">
            <summary>{move || session.say(page::AS_TABLE)}</summary>
            <PlainTable
                label=Signal::derive(move || session.say(page::GRAPH).to_owned())
                cells=Signal::derive(cells)
            />
        </details>
    }
}

fn first_of(graph: &Graph) -> Option<String> {
    graph.nodes.first().map(|node| node.id.clone())
}

/// The component whose card an event happened on. Where the picture was drawn anew between the pointer's going down and its
/// coming up, the event is the frame's: then what is under the pointer counts.
fn component_at(event: &web_sys::MouseEvent) -> Option<String> {
    let card = |element: web_sys::Element| {
        element.closest("[data-component]").ok().flatten()?.get_attribute("data-component")
    };
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let under = || document().element_from_point(event.client_x() as f32, event.client_y() as f32);
    card(target).or_else(|| under().and_then(card))
}
