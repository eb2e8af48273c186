//! The search palette: components, targets, tiers, tabs and a few commands, found by any part of their name.

use crate::text::page;
use crate::ui::board::{TABS, Tab};
use crate::ui::chips::named;
use crate::ui::parts::dialog::Dialog;
use crate::ui::session::Session;
use crate::ui::sheets::Sheets;
use leptos::html;
use leptos::prelude::*;

/// How many hits are shown.
const MOST: usize = 12;

/// Something that can be gone to.
#[derive(Clone, Debug, PartialEq)]
struct Hit {
    label: String,
    about: String,
    go: Go,
}

/// Where a hit leads.
#[derive(Clone, Debug, PartialEq)]
enum Go {
    Component(String),
    Target(String),
    Tier(String),
    Tab(Tab),
}

fn hits(session: Session, query: &str) -> Vec<Hit> {
    let lang = session.lang.get();
    let mut all = Vec::new();
    if let Some(model) = session.model.get() {
        all.extend(model.graph.node_weights().map(|component| Hit {
            label: component.name.get(lang).to_owned(),
            about: component.id.clone(),
            go: Go::Component(component.id.clone()),
        }));
    }
    session.shown.with(|shown| {
        all.extend(shown.targets().iter().map(|(id, target)| Hit {
            label: named(id, target, lang),
            about: page::TARGET.get(lang).to_owned(),
            go: Go::Target(id.clone()),
        }));
    });
    session.good.with(|good| {
        all.extend(good.answer.tiers.iter().map(|(id, tier)| Hit {
            label: tier.name.get(lang).to_owned(),
            about: page::TIER.get(lang).to_owned(),
            go: Go::Tier(id.clone()),
        }));
    });
    all.extend(TABS.into_iter().map(|tab| Hit {
        label: tab.label().get(lang).to_owned(),
        about: page::TABS.get(lang).to_owned(),
        go: Go::Tab(tab),
    }));
    let query = query.to_lowercase();
    let fits =
        |hit: &Hit| hit.label.to_lowercase().contains(&query) || hit.about.to_lowercase().contains(&query);
    all.into_iter().filter(fits).take(MOST).collect()
}

fn go(session: Session, to: &Go) {
    match to {
        Go::Component(id) => session.selection.set(Some(id.clone())),
        Go::Target(id) => session.explain(id.clone()),
        Go::Tier(id) => session.tier_choice.set(Some(id.clone())),
        Go::Tab(tab) => session.tab.set(*tab),
    }
}

/// The palette.
#[component]
pub fn Search() -> impl IntoView {
    let sheets = Sheets::get();
    move || sheets.search.get().then(|| view! { <Palette /> })
}

#[component]
fn Palette() -> impl IntoView {
    let session = Session::get();
    let sheets = Sheets::get();
    let query = RwSignal::new(String::new());
    let at = RwSignal::new(0usize);
    let found = Memo::new(move |_| hits(session, &query.get()));
    let input = NodeRef::<html::Input>::new();
    input.on_load(|input| {
        input.focus().ok();
    });
    let take = move |ix: usize| {
        if let Some(hit) = found.with_untracked(|found| found.get(ix).cloned()) {
            sheets.search.set(false);
            go(session, &hit.go);
        }
    };
    let key = move |event: web_sys::KeyboardEvent| {
        let last = found.with_untracked(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            _ if event.is_composing() => return,
            "ArrowDown" => at.update(|at| *at = (*at + 1).min(last)),
            "ArrowUp" => at.update(|at| *at = at.saturating_sub(1)),
            "Enter" => take(at.get_untracked()),
            _ => return,
        }
        event.prevent_default();
    };
    let row = move |(ix, hit): (usize, Hit)| {
        view! {
            <li
                role="option"
                id=format!("hit-{ix}")
                aria-selected=move || (at.get() == ix).to_string()
                on:click=move |_| take(ix)
            >
                <span>{hit.label}</span><span class="muted">{hit.about}</span>
            </li>
        }
    };
    let list = move || {
        let found = found.get();
        if found.is_empty() {
            return view! { <li class="muted">{session.say(page::SEARCH_NOTHING)}</li> }.into_any();
        }
        found.into_iter().enumerate().map(row).collect_view().into_any()
    };
    view! {
        <Dialog
            label=Signal::derive(move || session.say(page::SEARCH).to_owned())
            close=Signal::derive(move || session.say(page::CLOSE).to_owned())
            on_close=Callback::new(move |()| sheets.search.set(false))
        >
            <input
                class="search-input"
                autofocus=true
                type="search"
                role="combobox"
                aria-expanded="true"
                aria-controls="hits"
                aria-activedescendant=move || format!("hit-{}", at.get())
                placeholder=move || session.say(page::SEARCH_HINT)
                aria-label=move || session.say(page::SEARCH_HINT)
                node_ref=input
                prop:value=query
                on:input=move |event| {
                    query.set(event_target_value(&event));
                    at.set(0);
                }
                on:keydown=key
            />
            <ul class="hits" id="hits" role="listbox" aria-label=move || session.say(page::SEARCH)>{list}</ul>
        </Dialog>
    }
}
