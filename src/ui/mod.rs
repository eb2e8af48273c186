//! The page: the scenario text is its only state; the analytic answer comes at once, the simulated one from a worker.

pub mod adapt;
pub mod board;
pub mod bridge;
pub mod chips;
pub mod examples;
pub mod history;
pub mod keys;
pub mod measure;
pub mod outage;
pub mod panels;
pub mod parts;
pub mod pool;
pub mod questions;
pub mod results;
pub mod session;
pub mod sheets;
pub mod store;
pub mod worker;

use crate::text::Lang;
use bridge::Bridge;
use leptos::prelude::*;
use panels::banner::Banners;
use panels::gauge::GaugePanel;
use panels::graph::GraphPanel;
use panels::inspector::Inspector;
use panels::outage::OutageLine;
use panels::outline::Outline;
use panels::run::RunLine;
use panels::search::Search;
use panels::shortcuts::Shortcuts;
use panels::strip::Strip;
use panels::topbar::TopBar;
use session::Session;
use sheets::Sheets;
use store::Theme;
use wasm_bindgen::JsCast;

/// Mounts the page on the document's body, in place of the frame that the document came with.
pub fn main() {
    console_error_panic_hook::set_once();
    if let Some(shell) = element("shell") {
        shell.remove();
    }
    mount_to_body(App);
}

/// The whole page.
#[component]
fn App() -> impl IntoView {
    let session = Session::start(example_asked());
    let sheets = Sheets::new();
    provide_context(session);
    provide_context(sheets);
    provide_context(Bridge::start(session));
    provide_context(questions::Questions::new(session));
    keys::listen(session, sheets);
    let follow = window_event_listener(leptos::ev::hashchange, move |_| {
        if let Some(example) = example_asked().as_deref().and_then(examples::find) {
            session.open_example(example);
        }
    });
    on_cleanup(move || follow.remove());
    Effect::new(move |_| dress(session));
    view! {
        <div class="app">
            <TopBar />
            <Strip />
            <OutageLine />
            <RunLine />
            <Banners />
            <main class="deck">
                <GaugePanel />
                <GraphPanel />
                <div class="side">
                    <Outline />
                    <Inspector />
                </div>
            </main>
            <board::Board />
            <Search />
            <Shortcuts />
        </div>
    }
}

/// Language, theme and title of the document.
fn dress(session: Session) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let name = session.good.with(|good| good.answer.scenario.get(session.lang.get()).to_owned());
    document.set_title(&if name.is_empty() { "Plimsoll".to_owned() } else { format!("{name} · Plimsoll") });
    let Some(root) = document.document_element() else { return };
    root.set_attribute("lang", if session.lang.get() == Lang::Ja { "ja" } else { "en" }).ok();
    match session.settings.with(|settings| settings.theme) {
        Theme::System => root.remove_attribute("data-theme").ok(),
        Theme::Light => root.set_attribute("data-theme", "light").ok(),
        Theme::Dark => root.set_attribute("data-theme", "dark").ok(),
    };
}

/// The example that the address names: `#example=zone-loss`.
fn example_asked() -> Option<String> {
    let hash = web_sys::window()?.location().hash().ok()?;
    hash.trim_start_matches('#').split('&').find_map(|part| part.strip_prefix("example=")).map(str::to_owned)
}

/// Puts an example's name into the address, without a new entry in the browser's history.
pub fn set_address(example: &str) {
    let history = web_sys::window().and_then(|window| window.history().ok());
    if let Some(history) = history {
        let address = format!("#example={example}");
        history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&address)).ok();
    }
}

/// Brings an element of the page into view.
pub fn scroll_to(id: &str) {
    if let Some(element) = element(id) {
        element.scroll_into_view();
    }
}

/// Closes the inspector and stands on the component's line in the outline again.
pub fn let_go(session: Session) {
    let Some(id) = session.selection.get_untracked() else { return };
    session.selection.set(None);
    request_animation_frame(move || {
        let find = format!("[data-testid=\"outline\"] [data-component=\"{id}\"]");
        let document = web_sys::window().and_then(|window| window.document());
        let line = document.and_then(|document| document.query_selector(&find).ok().flatten());
        if let Some(line) = line.and_then(|line| line.dyn_into::<web_sys::HtmlElement>().ok()) {
            line.focus().ok();
        }
    });
}

fn element(id: &str) -> Option<web_sys::Element> {
    web_sys::window()?.document()?.get_element_by_id(id)
}
