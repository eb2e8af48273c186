//! A report of neutral blocks, as the command line prints it, on the page.

use super::copy::CopyButton;
use super::table::PlainTable;
use crate::answer::verdict::Verdict;
use crate::report::blocks::Block;
use crate::report::chart::verdict_word;
use crate::text::{Lang, page};
use crate::ui::board::plain;
use leptos::prelude::*;

/// Blocks below each other; headings begin at the third level.
#[component]
pub fn Blocks(
    /// What to show.
    #[prop(into)]
    blocks: Signal<Vec<Block>>,
    /// Language.
    #[prop(into)]
    lang: Signal<Lang>,
) -> impl IntoView {
    let one = move |block: Block| match block {
        Block::Heading(_, words) => view! { <h3>{words}</h3> }.into_any(),
        Block::Sentence(words) => view! { <p class="report-sentence">{words}</p> }.into_any(),
        Block::Verdict(verdict, words) => view! { <Said verdict=verdict words=words lang=lang /> }.into_any(),
        Block::Code(text) => {
            let copied = text.clone();
            view! {
                <div class="report-code">
                    <CopyButton label=page::COPY text=Signal::stored(copied) lang=lang />
                    <pre tabindex="0">{text}</pre>
                </div>
            }
            .into_any()
        }
        Block::Table(table) => {
            let name = table.head.first().cloned().unwrap_or_default();
            let cells = plain(&table);
            view! { <PlainTable label=Signal::stored(name) cells=Signal::stored(cells) /> }.into_any()
        }
    };
    move || blocks.get().into_iter().map(one).collect_view()
}

#[component]
fn Said(verdict: Verdict, words: String, lang: Signal<Lang>) -> impl IntoView {
    let class = match verdict {
        Verdict::Pass => "report-said pass",
        Verdict::Fail => "report-said fail",
        Verdict::Unsure => "report-said unsure",
    };
    view! {
        <p class=class>
            <b>{move || verdict_word(verdict).get(lang.get())}</b>
            " "
            {words}
        </p>
    }
}
