//! The ledger: every value that somebody assumed, with its range, its source and its owner, and a way to the line it
//! stands in. A value that nobody stands behind says so.

use crate::fields::facts;
use crate::model::Assumption;
use crate::text::page;
use crate::ui::session::Session;
use crate::units::grammar::{Dim, print};
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
                    <span class="written muted">{written.clone()}</span>
                </td>
                <td class="right">{central(&assumption, &written)}</td>
                <td class="right">{range(&assumption)}</td>
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

/// The central value: as somebody wrote it, or printed in the file's grammar where a fact stands.
fn central(assumption: &Assumption, written: &str) -> String {
    let plain = !written.is_empty() && !written.contains(['@', '{', '[', '=']);
    let written = written.split(" (").next().unwrap_or_default();
    if plain && written.chars().any(|c| c.is_ascii_digit()) {
        return written.to_owned();
    }
    print(assumption.value, dim(assumption))
}

/// Low and high end, in the file's grammar.
fn range(assumption: &Assumption) -> String {
    let ends = assumption.range_text.clone().or_else(|| {
        let (low, high) = assumption.range?;
        Some((print(low, dim(assumption)), print(high, dim(assumption))))
    });
    ends.map_or_else(String::new, |(low, high)| format!("{low} – {high}"))
}

/// The dimension behind a unit. Shares and counts have the same: a share is what its range or its fact calls one.
fn dim(assumption: &Assumption) -> Dim {
    match assumption.unit {
        "s" => Dim::Time,
        "1/s" => Dim::Rate,
        "1/month" => Dim::Growth,
        "B" => Dim::Bytes,
        "B/s" => Dim::ByteRate,
        "cores" => Dim::Cpu,
        _ => {
            let percent = assumption.range_text.as_ref().is_some_and(|(low, _)| low.contains('%'));
            let fact = assumption.source.as_deref().and_then(facts::fact);
            let share = fact.is_some_and(|fact| {
                ["fraction", "share", "ratio", "%", "percent", "availability"]
                    .iter()
                    .any(|word| fact.unit.contains(word))
            });
            if percent || share { Dim::Share } else { Dim::Count }
        }
    }
}
