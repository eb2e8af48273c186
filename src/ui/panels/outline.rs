//! The outline: the architecture as a tree, which is the accessible graph and the phone's view of it. Each line says
//! name, kind, place, utilisation, and what an outage took down.

use crate::model::{Component, ComponentIx, Model};
use crate::report::format;
use crate::text::{Lang, page};
use crate::ui::adapt;
use crate::ui::parts::icon::KindIcon;
use crate::ui::session::{Session, Shared};
use indexmap::IndexMap;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Components by the region they stand in, in the order of the file.
fn by_region(model: &Model, lang: Lang) -> IndexMap<String, Vec<ComponentIx>> {
    let mut groups: IndexMap<String, Vec<ComponentIx>> = IndexMap::new();
    for ix in model.graph.node_indices() {
        let region = model.graph[ix].failure.region.map(|region| &model.regions[usize::from(region.0)]);
        let name = region.map_or(page::NO_REGION.get(lang), |region| region.name.get(lang));
        groups.entry(name.to_owned()).or_default().push(ix);
    }
    groups
}

/// The tree.
#[component]
pub fn Outline() -> impl IntoView {
    let session = Session::get();
    let step = move |event: web_sys::KeyboardEvent| {
        let Some(tree) = event.current_target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()) else {
            return;
        };
        let Ok(items) = tree.query_selector_all("[data-component]") else { return };
        let all: Vec<web_sys::HtmlElement> =
            (0..items.length()).filter_map(|ix| items.item(ix)?.dyn_into().ok()).collect();
        let focus = web_sys::window().and_then(|w| w.document()).and_then(|d| d.active_element());
        let now = all
            .iter()
            .position(|item| focus.as_ref().is_some_and(|f| item.is_same_node(Some(f))))
            .unwrap_or(0);
        let next = match event.key().as_str() {
            "ArrowDown" => (now + 1).min(all.len().saturating_sub(1)),
            "ArrowUp" => now.saturating_sub(1),
            "Home" => 0,
            "End" => all.len().saturating_sub(1),
            "Enter" | " " => {
                event.prevent_default();
                session.selection.set(all.get(now).and_then(|item| item.get_attribute("data-component")));
                return;
            }
            _ => return,
        };
        event.prevent_default();
        if let Some(item) = all.get(next) {
            item.focus().ok();
        }
    };
    let tree = move || {
        let Some(model) = session.model.get() else { return ().into_any() };
        let first = model.graph.node_indices().next();
        let groups = by_region(&model, session.lang.get());
        let group = |(name, members): (String, Vec<ComponentIx>)| {
            let items = members.into_iter().map(|ix| {
                view! { <Item model=model.clone() ix=ix first=Some(ix) == first /> }
            });
            view! {
                <li role="treeitem" aria-expanded="true" attr:aria-level="1">
                    <span class="outline-region">{name}</span>
                    <ul role="group">{items.collect_view()}</ul>
                </li>
            }
        };
        groups.into_iter().map(group).collect_view().into_any()
    };
    view! {
        <section class="outline-panel">
            <h2 class="panel-title">{move || session.say(page::OUTLINE)}</h2>
            <ul class="outline" role="tree" aria-label=move || session.say(page::OUTLINE) data-testid="outline" on:keydown=step>
                {tree}
            </ul>
            <p class="muted hint">{move || session.say(page::INSPECTOR_EMPTY)}</p>
        </section>
    }
}

/// One component of the tree.
#[component]
fn Item(model: Shared<Model>, ix: ComponentIx, first: bool) -> impl IntoView {
    let session = Session::get();
    let component: &Component = &model.graph[ix];
    let (id, kind) = (component.id.clone(), component.kind);
    let name = component.name.clone();
    let mine = StoredValue::new(id.clone());
    let chosen = move || session.selection.with(|s| s.as_deref() == Some(mine.read_value().as_str()));
    let tab_stop = move || {
        let none = session.selection.with(Option::is_none);
        if chosen() || (none && first) { "0" } else { "-1" }
    };
    let live = Memo::new(move |_| adapt::live(session, &mine.read_value()));
    let says = move || {
        live.with(|live| match (live.down, live.utilisation) {
            (true, _) => session.say(page::DOWN).to_owned(),
            (_, Some(busy)) => format::percent(busy).join(),
            _ => String::new(),
        })
    };
    let pick = move |_| session.selection.set(Some(mine.get_value()));
    view! {
        <li
            role="treeitem"
            attr:aria-level="2"
            class="outline-item"
            class:down=move || live.with(|live| live.down)
            class:over=move || live.with(|live| live.utilisation.is_some_and(|busy| busy >= 1.0))
            data-component=id.clone()
            aria-selected=move || chosen().to_string()
            tabindex=tab_stop
            on:click=pick
        >
            <KindIcon kind=kind />
            <span class="outline-name">{move || name.get(session.lang.get()).to_owned()}</span>
            <span class="outline-says">{says}</span>
        </li>
    }
}
