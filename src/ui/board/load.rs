//! Load over the week, hour by hour, in requests per second.

use crate::report::chart::load::{Week, load};
use crate::text::page;
use crate::ui::parts::chart::ChartView;
use crate::ui::session::Session;
use leptos::prelude::*;

/// The tab.
#[component]
pub fn Load() -> impl IntoView {
    let session = Session::get();
    let draw = Callback::new(move |look| {
        let week = session.model.get().map(|model| Week::of(&model)).unwrap_or_default();
        load(&week, &look)
    });
    view! {
        <div class="charts one">
            <ChartView
                draw=draw
                title=Signal::derive(move || session.say(page::TAB_LOAD).to_owned())
                height=320.0
                lang=session.lang
            />
        </div>
    }
}
