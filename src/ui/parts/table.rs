//! A plain table: heads, rows, numbers to the right; scrolls inside itself on a narrow screen.

use leptos::prelude::*;

/// Cells of a table as text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cells {
    /// Column heads; one that starts with `>` is set to the right, as are its cells.
    pub head: Vec<String>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
    /// Whether the last row is a sum.
    pub total: bool,
}

/// A table.
#[component]
pub fn PlainTable(
    /// What it shows.
    #[prop(into)]
    label: Signal<String>,
    /// Its cells.
    #[prop(into)]
    cells: Signal<Cells>,
) -> impl IntoView {
    let body = move || {
        let Cells { head, rows, total } = cells.get();
        let right: Vec<bool> = head.iter().map(|h| h.starts_with('>')).collect();
        let side = move |ix: usize| if right.get(ix) == Some(&true) { "right" } else { "" };
        let heads = head.iter().enumerate().map(|(ix, head)| {
            view! { <th scope="col" class=side(ix)>{head.trim_start_matches('>').to_owned()}</th> }
        });
        let heads = heads.collect_view();
        let last = rows.len();
        let rows = rows.into_iter().enumerate().map(|(nth, row)| {
            let cells = row.into_iter().enumerate();
            let cells = cells.map(|(ix, cell)| view! { <td class=side(ix)>{cell}</td> }).collect_view();
            view! { <tr class:total=total && nth + 1 == last>{cells}</tr> }
        });
        let rows = rows.collect_view();
        view! { <thead><tr>{heads}</tr></thead><tbody>{rows}</tbody> }
    };
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=label>
            <table>{body}</table>
        </div>
    }
}
