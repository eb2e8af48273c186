//! What a reader of the plan must know: what rules find, what the file contradicts or leaves open, and its authors' notes.
//! Shown, never repaired.

use crate::answer::shown;
use crate::answer::{FindingAnswer, FindingKind};
use crate::text::page;
use crate::ui::session::Session;
use leptos::prelude::*;

/// The tab.
#[component]
pub fn Findings() -> impl IntoView {
    let session = Session::get();
    let all = move || session.good.with(|good| good.answer.findings.clone());
    let list = move || {
        let all = all();
        if all.is_empty() {
            return view! { <p class="muted">{session.say(page::NO_FINDINGS)}</p> }.into_any();
        }
        let parts = [
            (FindingKind::Computed, page::FOUND_BY_RULE),
            (FindingKind::Stated, page::LEFT_OPEN),
            (FindingKind::Note, page::NOTES_OF_THE_FILE),
        ];
        let part = |(kind, title)| {
            let of: Vec<FindingAnswer> = all.iter().filter(|f| f.kind == kind).cloned().collect();
            (!of.is_empty()).then(|| {
                view! {
                    <h3>{session.say(title)}</h3>
                    <ol class="findings">
                        {of.into_iter().map(|finding| view! { <Finding finding=finding /> }).collect_view()}
                    </ol>
                }
            })
        };
        parts.map(part).collect_view().into_any()
    };
    view! { <div class="prose">{list}</div> }
}

/// One finding: its sentence, its fix, the money at stake, and where it stands.
#[component]
fn Finding(
    /// What is said.
    finding: FindingAnswer,
) -> impl IntoView {
    let session = Session::get();
    let lang = session.lang.get();
    let line = finding.line as usize;
    let show = move |_| {
        let (start, end) = session.text.with_untracked(|text| super::problems::line_range(text, line));
        session.show_in_file(start, end);
    };
    let own = session.name.with(|name| *name == finding.file);
    let place = format!("{}:{}", finding.file, finding.line);
    let fix = finding.fix.get(lang).to_owned();
    let money = finding.money.value.map(|_| shown::figure(&finding.money, lang).join());
    let tiers = finding.tiers.join(", ");
    view! {
        <li class="finding">
            <p class="sentence">{finding.words.get(lang).to_owned()} {(!fix.is_empty()).then(|| format!(" {fix}"))}</p>
            <p class="muted place">
                <code>{finding.code.clone()}</code>
                <span>{tiers}</span>
                {money.map(|money| view! { <span>{money}</span> })}
                {if own {
                    view! { <button type="button" class="link" on:click=show>{place}</button> }.into_any()
                } else {
                    view! { <span>{place}</span> }.into_any()
                }}
            </p>
        </li>
    }
}
