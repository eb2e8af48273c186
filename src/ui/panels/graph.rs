//! The architecture: regions and zones as frames, components as cards, calls as lines; with its kill switches and the
//! outline beside it.

use super::outline::Outline;
use super::zones::KillZones;
use crate::text::page;
use crate::ui::session::Session;
use leptos::prelude::*;

/// The panel.
#[component]
pub fn GraphPanel() -> impl IntoView {
    let session = Session::get();
    view! {
        <section class="graph-panel" aria-label=move || session.say(page::GRAPH)>
            <KillZones />
            <div class="graph" data-testid="graph"></div>
            <Outline />
        </section>
    }
}
