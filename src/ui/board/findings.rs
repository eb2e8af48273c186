//! What a reader of the plan must know: contradictions, promises that cannot be kept, holes. Shown, never repaired.

use crate::answer::FindingAnswer;
use crate::text::page;
use crate::ui::session::Session;
use leptos::prelude::*;

/// The tab.
#[component]
pub fn Findings() -> impl IntoView {
    let session = Session::get();
    let all = move || session.good.with(|good| good.answer.findings.clone());
    let item = move |finding: FindingAnswer| {
        let words = finding.words.get(session.lang.get()).to_owned();
        let line = finding.line as usize;
        let show = move |_| {
            let (start, end) = session.text.with_untracked(|text| super::problems::line_range(text, line));
            session.show_in_file(start, end);
        };
        let own = session.name.with(|name| *name == finding.file);
        let place = format!("{}:{}", finding.file, finding.line);
        view! {
            <li class="finding">
                <p class="sentence">{words}</p>
                <p class="muted place">
                    <code>{finding.code.clone()}</code>
                    {if own {
                        view! { <button type="button" class="link" on:click=show>{place}</button> }.into_any()
                    } else {
                        view! { <span>{place}</span> }.into_any()
                    }}
                </p>
            </li>
        }
    };
    let list = move || {
        let all = all();
        if all.is_empty() {
            return view! { <p class="muted">{session.say(page::NO_FINDINGS)}</p> }.into_any();
        }
        view! { <ol class="findings">{all.into_iter().map(item).collect_view()}</ol> }.into_any()
    };
    view! { <div class="prose">{list}</div> }
}
