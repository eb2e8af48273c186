//! The ledger: every value that somebody assumed, with its range, its source and its owner, and a way to the line it
//! stands in. A value that nobody stands behind says so.

use crate::model::Assumption;
use crate::report::format;
use crate::stats::figure::Figure;
use crate::text::{Lang, page};
use crate::ui::session::Session;
use leptos::prelude::*;

/// The tab.
#[component]
pub fn Assumptions() -> impl IntoView {
    let session = Session::get();
    let all = move || session.model.get().map_or_else(Vec::new, |model| model.assumptions.clone());
    let row = move |assumption: Assumption| {
        let lang = session.lang.get();
        let span = assumption.at;
        let own = span.file == 0;
        let written = session.good.with(|good| {
            let text = good.files.get(usize::from(span.file)).map_or("", |file| &file.text);
            text.get(span.start as usize..span.end as usize).unwrap_or_default().trim_matches('"').to_owned()
        });
        let show = move |_| session.show_in_file(span.start as usize, span.end as usize);
        let source = assumption.source.clone();
        let unowned = source.is_none();
        view! {
            <tr class:unowned=unowned>
                <td>
                    <button type="button" class="link" disabled=!own on:click=show>{assumption.path.clone()}</button>
                    <span class="written muted">{written}</span>
                </td>
                <td class="right">{number(assumption.value, assumption.unit, lang)}</td>
                <td class="right">{range(&assumption, lang)}</td>
                <td>{source.unwrap_or_else(|| page::NO_SOURCE.get(lang).to_owned())}</td>
            </tr>
        }
    };
    let headline = move || {
        let all = all();
        let unowned = all.iter().filter(|a| a.source.is_none()).count();
        if all.is_empty() {
            session.say(page::NO_ASSUMPTIONS).to_owned()
        } else {
            page::ledger(all.len(), unowned, session.lang.get())
        }
    };
    let head = move |words| view! { <th scope="col">{move || session.say(words)}</th> };
    let right = move |words| view! { <th scope="col" class="right">{move || session.say(words)}</th> };
    view! {
        <p class="sentence">{headline}</p>
        <div class="table-scroll" tabindex="0" role="region" aria-label=move || session.say(page::TAB_ASSUMPTIONS)>
            <table class="ledger">
                <thead><tr>{head(page::PATH)}{right(page::VALUE)}{right(page::RANGE)}{head(page::SOURCE)}</tr></thead>
                <tbody>{move || all().into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn number(value: f64, unit: &str, lang: Lang) -> String {
    format::figure(&Figure::exact(value, unit), lang).value.join()
}

fn range(assumption: &Assumption, lang: Lang) -> String {
    assumption.range.map_or_else(String::new, |(low, high)| {
        format!("{} – {}", number(low, assumption.unit, lang), number(high, assumption.unit, lang))
    })
}
