//! The tabs under the picture, from why a target ends as it does to the file itself.

pub mod answered;
pub mod assumptions;
pub mod availability;
pub mod cost;
pub mod faults;
pub mod file;
pub mod findings;
pub mod latency;
pub mod load;
pub mod optimise;
pub mod problems;
pub mod recovery;
pub mod tiers;
pub mod why;
mod working;

use crate::job::question::Question;
use crate::report::blocks;
use crate::text::{Words, page};
use crate::ui::parts::table::Cells;
use crate::ui::session::Session;
use answered::Answered;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Why a target ends as it does.
    Why,
    /// Cost and availability per tier.
    Tiers,
    /// Latency per tier and journey.
    Latency,
    /// How often it is down.
    Availability,
    /// Faults on the timeline.
    Faults,
    /// What it takes to come back.
    Recovery,
    /// Bills.
    Cost,
    /// Load over the week.
    Load,
    /// The cheapest designs.
    Optimise,
    /// The design on every cloud.
    Platforms,
    /// What moves which target.
    Sensitivity,
    /// Ways of rolling out.
    Releases,
    /// What the alerts notice.
    Alerts,
    /// Controls as checks on the graph.
    Controls,
    /// The roadmap.
    Roadmap,
    /// The ledger of assumptions.
    Assumptions,
    /// Contradictions and holes.
    Findings,
    /// The scenario's text.
    File,
}

/// All tabs, in order.
pub const TABS: [Tab; 18] = [
    Tab::Why,
    Tab::Tiers,
    Tab::Latency,
    Tab::Availability,
    Tab::Faults,
    Tab::Recovery,
    Tab::Cost,
    Tab::Load,
    Tab::Optimise,
    Tab::Platforms,
    Tab::Sensitivity,
    Tab::Releases,
    Tab::Alerts,
    Tab::Controls,
    Tab::Roadmap,
    Tab::Assumptions,
    Tab::Findings,
    Tab::File,
];

impl Tab {
    /// Short name, for hooks and ids.
    pub fn id(self) -> &'static str {
        match self {
            Self::Why => "why",
            Self::Tiers => "tiers",
            Self::Latency => "latency",
            Self::Availability => "availability",
            Self::Faults => "faults",
            Self::Recovery => "recovery",
            Self::Cost => "cost",
            Self::Load => "load",
            Self::Optimise => "optimise",
            Self::Platforms => "platforms",
            Self::Sensitivity => "sensitivity",
            Self::Releases => "releases",
            Self::Alerts => "alerts",
            Self::Controls => "controls",
            Self::Roadmap => "roadmap",
            Self::Assumptions => "assumptions",
            Self::Findings => "findings",
            Self::File => "file",
        }
    }

    /// Its label.
    pub fn label(self) -> Words {
        match self {
            Self::Why => page::TAB_WHY,
            Self::Tiers => page::TAB_TIERS,
            Self::Latency => page::TAB_LATENCY,
            Self::Availability => page::TAB_AVAILABILITY,
            Self::Faults => page::faults::TAB,
            Self::Recovery => page::TAB_RECOVERY,
            Self::Cost => page::TAB_COST,
            Self::Load => page::TAB_LOAD,
            Self::Optimise => crate::text::optimise::TAB,
            Self::Platforms => page::TAB_PLATFORMS,
            Self::Sensitivity => page::TAB_SENSITIVITY,
            Self::Releases => page::TAB_RELEASES,
            Self::Alerts => page::TAB_ALERTS,
            Self::Controls => page::TAB_CONTROLS,
            Self::Roadmap => page::TAB_ROADMAP,
            Self::Assumptions => page::TAB_ASSUMPTIONS,
            Self::Findings => page::TAB_FINDINGS,
            Self::File => page::TAB_FILE,
        }
    }
}

/// The tabs and the open one's panel.
#[component]
pub fn Board() -> impl IntoView {
    let session = Session::get();
    let step = move |event: web_sys::KeyboardEvent| {
        let now = TABS.iter().position(|tab| *tab == session.tab.get_untracked()).unwrap_or(0);
        let next = match event.key().as_str() {
            "ArrowRight" => (now + 1) % TABS.len(),
            "ArrowLeft" => (now + TABS.len() - 1) % TABS.len(),
            "Home" => 0,
            "End" => TABS.len() - 1,
            _ => return,
        };
        event.prevent_default();
        session.tab.set(TABS[next]);
        let list = event.current_target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        let tab = list.and_then(|list| list.children().item(next as u32));
        if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<web_sys::HtmlElement>().ok()) {
            tab.focus().ok();
        }
    };
    let tab_button = move |tab: Tab| {
        let open = move || session.tab.get() == tab;
        let count = move || match tab {
            Tab::Findings => session.good.with(|good| good.answer.findings.len()),
            Tab::File => session.read.with(|read| read.diagnostics.len()),
            _ => 0,
        };
        let badge = move || (count() > 0).then(|| view! { <span class="badge">{count()}</span> });
        view! {
            <button
                type="button"
                role="tab"
                id=format!("tab-{}", tab.id())
                data-testid=format!("tab-{}", tab.id())
                aria-controls="board-panel"
                aria-selected=move || open().to_string()
                tabindex=move || if open() { "0" } else { "-1" }
                on:click=move |_| session.tab.set(tab)
            >
                {move || session.say(tab.label())}
                {badge}
            </button>
        }
    };
    let panel = move || match session.tab.get() {
        Tab::Why => view! { <why::Why /> }.into_any(),
        Tab::Tiers => view! { <tiers::Tiers /> }.into_any(),
        Tab::Latency => view! { <latency::Latency /> }.into_any(),
        Tab::Availability => view! { <availability::Availability /> }.into_any(),
        Tab::Faults => view! { <faults::Faults /> }.into_any(),
        Tab::Recovery => view! { <recovery::Recovery /> }.into_any(),
        Tab::Cost => view! { <cost::Cost /> }.into_any(),
        Tab::Load => view! { <load::Load /> }.into_any(),
        Tab::Optimise => view! { <optimise::Optimise /> }.into_any(),
        Tab::Platforms => view! { <Answered question=Question::Platforms /> }.into_any(),
        Tab::Sensitivity => view! { <Answered question=Question::Sensitivity /> }.into_any(),
        Tab::Releases => view! { <Answered question=Question::Releases /> }.into_any(),
        Tab::Alerts => view! { <Answered question=Question::Alerts /> }.into_any(),
        Tab::Controls => view! { <Answered question=Question::Controls /> }.into_any(),
        Tab::Roadmap => view! { <Answered question=Question::Roadmap /> }.into_any(),
        Tab::Assumptions => view! { <assumptions::Assumptions /> }.into_any(),
        Tab::Findings => view! { <findings::Findings /> }.into_any(),
        Tab::File => view! { <file::File /> }.into_any(),
    };
    view! {
        <section class="board" id="board">
            <div class="tabs" role="tablist" aria-label=move || session.say(page::TABS) on:keydown=step>
                {TABS.into_iter().map(tab_button).collect_view()}
            </div>
            <div
                id="board-panel"
                class="board-panel"
                role="tabpanel"
                tabindex="0"
                aria-labelledby=move || format!("tab-{}", session.tab.get().id())
            >
                {panel}
            </div>
        </section>
    }
}

/// A table of a report as the page's.
pub fn plain(table: &blocks::Table) -> Cells {
    let side = |(head, right): (&String, &bool)| if *right { format!(">{head}") } else { head.clone() };
    Cells {
        head: table.head.iter().zip(&table.numeric).map(side).collect(),
        rows: table.rows.iter().map(|row| row.iter().map(|cell| cell.text.clone()).collect()).collect(),
        total: false,
    }
}
