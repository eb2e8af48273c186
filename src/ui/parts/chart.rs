//! A chart with its one-sentence summary and its table twin. The picture follows the width it is given.

use super::export::Export;
use super::table::{Cells, PlainTable};
use crate::report::chart::Chart;
use crate::report::chart::theme::{Look, Skin};
use crate::text::{Lang, page};
use crate::ui::measure::width_of;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Width before the first measurement, CSS pixels.
const FIRST_WIDTH: f64 = 640.0;

/// A chart in a frame of its own.
#[component]
pub fn ChartView(
    /// Draws it for a look.
    draw: Callback<Look, Chart>,
    /// Heading.
    #[prop(into)]
    title: Signal<String>,
    /// Height, CSS pixels.
    #[prop(default = 280.0)]
    height: f64,
    /// Language.
    #[prop(into)]
    lang: Signal<Lang>,
) -> impl IntoView {
    let frame = NodeRef::<html::Div>::new();
    let width = width_of(frame, FIRST_WIDTH);
    let chart =
        Memo::new(move |_| draw.run(Look { lang: lang.get(), skin: Skin::Page, width: width.get(), height }));
    let look =
        move |skin: Skin| Look { lang: lang.get_untracked(), skin, width: width.get_untracked(), height };
    let leaving = Callback::new(move |()| draw.run(look(Skin::Light)));
    let size = Callback::new(move |()| (width.get_untracked(), height));
    let cells = move || {
        let lang = lang.get();
        let words =
            |row: &Vec<crate::text::Phrase>| row.iter().map(|cell| cell.get(lang).to_owned()).collect();
        chart.with(|chart| Cells {
            head: words(&chart.table.head),
            rows: chart.table.rows.iter().map(words).collect(),
            total: false,
        })
    };
    let pointed = RwSignal::new(None::<(String, f64, f64)>);
    let point = move |event: leptos::ev::PointerEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let said = target.and_then(|target| target.get_attribute("data-say"));
        let place = frame.get_untracked().map(|frame| frame.get_bounding_client_rect());
        pointed.set(said.zip(place).map(|(words, place)| {
            (words, f64::from(event.client_x()) - place.left(), f64::from(event.client_y()) - place.top())
        }));
    };
    let bubble = move || {
        let (words, x, y) = pointed.get()?;
        // Beside the pointer, on the side that has room.
        let before = x > width.get() / 2.0;
        let (left, top) = (format!("{x:.0}px"), format!("{y:.0}px"));
        Some(
            view! { <div class="chart-said" class:before=before style:left=left style:top=top>{words}</div> },
        )
    };
    view! {
        <figure class="chart">
            <h3 class="sr">{title}</h3>
            <div class="chart-place" on:pointermove=point on:pointerdown=point on:pointerleave=move |_| pointed.set(None)>
                <div class="chart-picture" node_ref=frame inner_html=move || chart.with(|c| c.svg.clone())></div>
                <div aria-hidden="true">{bubble}</div>
            </div>
            <figcaption class="chart-summary">
                {move || chart.with(|c| c.summary.get(lang.get()).to_owned())}
            </figcaption>
            <Export chart=leaving size=size name=title lang=lang />
            <details>
                <summary>{move || page::AS_TABLE.get(lang.get())}</summary>
                <PlainTable label=title cells=Signal::derive(cells) />
            </details>
        </figure>
    }
}
