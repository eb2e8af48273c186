//! Ways out of a chart: the picture as SVG or PNG, its table as CSV.

use crate::report::blocks::{Block, Cell, Table, csv};
use crate::report::chart::Chart;
use crate::text::{Lang, page};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{CanvasRenderingContext2d, HtmlAnchorElement, HtmlCanvasElement, HtmlImageElement};

/// Pixels of a PNG for each of the picture's.
const SCALE: f64 = 2.0;

/// Three buttons.
#[component]
pub fn Export(
    /// The chart as it leaves the page, with colours of its own.
    chart: Callback<(), Chart>,
    /// Width and height, CSS pixels.
    size: Callback<(), (f64, f64)>,
    /// Name of the files, without their ending.
    #[prop(into)]
    name: Signal<String>,
    /// Language.
    #[prop(into)]
    lang: Signal<Lang>,
) -> impl IntoView {
    let file = move |ending: &str| {
        let name: String =
            name.get_untracked().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
        format!("plimsoll-{name}.{ending}")
    };
    let svg = move |_| save_text(&chart.run(()).svg, "image/svg+xml", &file("svg"));
    let table = move |_| {
        let words = |row: &Vec<crate::text::Phrase>| {
            let cell = |cell: &crate::text::Phrase| Cell::from(cell.get(lang.get_untracked()));
            row.iter().map(cell).collect::<Vec<_>>()
        };
        let table = chart.run(()).table;
        let head = words(&table.head).into_iter().map(|cell| cell.text).collect::<Vec<_>>();
        let numeric = vec![false; head.len()];
        let table = Table { head, numeric, rows: table.rows.iter().map(words).collect() };
        // Spreadsheets take UTF-8 for such only behind a mark.
        save_text(&format!("\u{feff}{}", csv::render(&[Block::Table(table)])), "text/csv", &file("csv"));
    };
    let png = move |_| save_png(&chart.run(()).svg, size.run(()), file("png"));
    view! {
        <span class="export" role="group" aria-label=move || page::EXPORT.get(lang.get())>
            <button type="button" class="quiet" on:click=svg>"SVG"</button>
            <button type="button" class="quiet" on:click=png>"PNG"</button>
            <button type="button" class="quiet" on:click=table>"CSV"</button>
        </span>
    }
}

/// Hands a text to the browser as a file.
pub fn save_text(text: &str, kind: &str, name: &str) {
    let parts = js_sys::Array::of1(&text.into());
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(kind);
    let Ok(blob) = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options) else { return };
    let Ok(address) = web_sys::Url::create_object_url_with_blob(&blob) else { return };
    save(&address, name);
    web_sys::Url::revoke_object_url(&address).ok();
}

fn save(address: &str, name: &str) {
    let link = web_sys::window().and_then(|w| w.document()).and_then(|d| d.create_element("a").ok());
    if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()) {
        link.set_href(address);
        link.set_download(name);
        link.click();
    }
}

/// Draws the picture on a canvas once the browser has read it, and saves that.
fn save_png(svg: &str, (width, height): (f64, f64), name: String) {
    let Ok(image) = HtmlImageElement::new() else { return };
    let drawn = image.clone();
    let done = Closure::once_into_js(move || {
        if let Some(address) = png_of(&drawn, width * SCALE, height * SCALE) {
            save(&address, &name);
        }
    });
    image.set_onload(Some(done.unchecked_ref()));
    image.set_src(&format!("data:image/svg+xml;charset=utf-8,{}", js_sys::encode_uri_component(svg)));
}

fn png_of(image: &HtmlImageElement, width: f64, height: f64) -> Option<String> {
    let document = web_sys::window()?.document()?;
    let canvas: HtmlCanvasElement = document.create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.draw_image_with_html_image_element_and_dw_and_dh(image, 0.0, 0.0, width, height).ok()?;
    canvas.to_data_url().ok()
}
