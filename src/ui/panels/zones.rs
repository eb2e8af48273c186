//! Kill switches, one per zone in which something stands: a view switch, not an edit of the scenario.

use crate::text::Phrase;
use crate::text::page::{self, zones};
use crate::ui::outage;
use crate::ui::session::Session;
use leptos::prelude::*;

/// The switches.
#[component]
pub fn KillZones() -> impl IntoView {
    let session = Session::get();
    let zones = Memo::new(move |_| session.model.get().map_or_else(Vec::new, |model| outage::named(&model)));
    let one = move |(name, zone): (Phrase, String)| {
        let id = StoredValue::new(zone.clone());
        let down = move || id.with_value(|id| session.zone.with(|zone| zone.as_ref() == Some(id)));
        let flip = move |_| session.zone.set((!down()).then(|| id.get_value()));
        view! {
            <button
                type="button"
                role="switch"
                class="kill"
                data-testid=format!("kill-zone-{}", zone.replace('/', "-"))
                aria-checked=move || down().to_string()
                on:click=flip
            >
                <span class="kill-track" aria-hidden="true"></span>
                {move || zones::kill_zone(name.get(session.lang.get()), session.lang.get())}
            </button>
        }
    };
    view! {
        <div class="kills" role="group" aria-label=move || session.say(page::KILL_ZONE)>
            {move || zones.get().into_iter().map(one).collect_view()}
        </div>
    }
}
