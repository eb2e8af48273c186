//! The list of problems in the file: each with its place, what was expected and a fix; a click shows it in the text.

use crate::diag::{Diagnostic, Severity, line_column};
use crate::text::{Words, page};
use crate::ui::session::Session;
use leptos::prelude::*;

/// Class of a severity.
fn class(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "fail",
        Severity::Warning => "unsure",
        Severity::Note => "note",
    }
}

/// Word of a severity.
fn word(severity: Severity) -> Words {
    match severity {
        Severity::Error => page::ERROR,
        Severity::Warning => page::WARNING,
        Severity::Note => page::NOTE,
    }
}

/// Byte range of a line, from 1.
pub fn line_range(text: &str, line: usize) -> (usize, usize) {
    let mut start = 0;
    for (nth, row) in text.split_inclusive('\n').enumerate() {
        if nth + 1 == line {
            return (start, start + row.trim_end_matches(['\n', '\r']).len());
        }
        start += row.len();
    }
    (text.len(), text.len())
}

/// The list.
#[component]
pub fn Problems() -> impl IntoView {
    let session = Session::get();
    let item = move |problem: Diagnostic| {
        let lang = session.lang.get();
        let (start, end) = (problem.span.start as usize, problem.span.end as usize);
        let own = problem.span.file == 0;
        let (line, column) = session.text.with(|text| line_column(text, start));
        let place = if own { page::place(line, column, lang) } else { String::new() };
        let help =
            problem.help.as_ref().map(|help| view! { <span class="help">{help.get(lang).to_owned()}</span> });
        let show = move |_| session.show_in_file(start, end);
        view! {
            <li>
                <button type="button" class="problem" on:click=show disabled=!own data-code=problem.code.clone()>
                    <span class=format!("severity {}", class(problem.severity))>{word(problem.severity).get(lang)}</span>
                    <span class="problem-place muted">{place}</span>
                    <span class="problem-words">{problem.message.get(lang).to_owned()}{help}</span>
                </button>
            </li>
        }
    };
    let list = move || {
        let mut all = session.read.with(|read| read.diagnostics.clone());
        all.sort_by_key(|problem| (problem.severity, problem.span.start));
        if all.is_empty() {
            return view! { <p class="muted">{session.say(page::NO_DIAGNOSTICS)}</p> }.into_any();
        }
        view! { <ol class="problems">{all.into_iter().map(item).collect_view()}</ol> }.into_any()
    };
    view! {
        <div class="diagnostics" data-testid="diagnostics" aria-live="polite">
            <h3>{move || session.say(page::DIAGNOSTICS)}</h3>
            {list}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_without_its_end() {
        assert_eq!(line_range("a\nbc\r\nd", 2), (2, 4));
        assert_eq!(line_range("a\nbc", 9), (4, 4));
    }
}
