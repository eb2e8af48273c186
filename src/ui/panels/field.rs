//! One parameter: its value as written, where it comes from and its range. A change becomes a text edit when it is
//! committed; a value that the format refuses stays in the field with the reason under it, and the text stays as it is.

use crate::text::page;
use crate::ui::adapt;
use crate::ui::session::Session;
use leptos::prelude::*;

/// A field of a component.
#[component]
pub fn Field(
    /// Id of the component.
    component: String,
    /// Name of the field.
    name: String,
) -> impl IntoView {
    let session = Session::get();
    let place = StoredValue::new((component, name.clone()));
    let found =
        Memo::new(move |_| place.with_value(|(component, name)| adapt::field(session, component, name)));
    let problem = RwSignal::new(None::<crate::text::Phrase>);
    let draft = RwSignal::new(None::<String>);
    let shown = move || draft.get().unwrap_or_else(|| found.with(|field| field.written.clone()));
    let commit = move || {
        let Some(value) = draft.get_untracked() else { return };
        let field = found.get_untracked();
        if value.trim() == field.written {
            draft.set(None);
            problem.set(None);
            return;
        }
        match adapt::set(session, &field.path, value.trim()) {
            Ok(text) => {
                session.edit(text);
                draft.set(None);
                problem.set(None);
            }
            Err(why) => problem.set(Some(why)),
        }
    };
    let key = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        _ if event.is_composing() => {}
        "Enter" => commit(),
        "Escape" => {
            event.stop_propagation();
            draft.set(None);
            problem.set(None);
        }
        _ => {}
    };
    let hook = format!("field-{name}");
    let why_id = format!("why-{name}");
    let described = why_id.clone();
    let why = move || {
        let words = problem.get().map(|why| why.get(session.lang.get()).to_owned());
        words.map(|words| view! { <p class="field-problem fail" id=why_id.clone() role="alert">{words}</p> })
    };
    let origin = move || {
        found.with(|field| {
            let lang = session.lang.get();
            let source = match (&field.source, field.given) {
                (Some(source), _) => format!("{}: {source}", page::SOURCE.get(lang)),
                (None, true) => page::NO_SOURCE.get(lang).to_owned(),
                (None, false) => page::DEFAULT.get(lang).to_owned(),
            };
            let range = field.range.clone().map(|(low, high)| format!("{low} – {high}"));
            let tier = field.of_tier.then(|| page::OF_TIER.get(lang).to_owned());
            [Some(source), range, tier].into_iter().flatten().collect::<Vec<_>>().join(" · ")
        })
    };
    view! {
        <label class="field" class:long=move || found.with(|field| field.written.chars().count() > 20) class:invalid=move || problem.with(Option::is_some)>
            <span class="field-name">{name.clone()}</span>
            <input
                type="text"
                autocomplete="off"
                spellcheck="false"
                data-testid=hook
                prop:value=shown
                aria-invalid=move || problem.with(Option::is_some).to_string()
                aria-describedby=described
                on:input=move |event| draft.set(Some(event_target_value(&event)))
                on:change=move |_| commit()
                on:keydown=key
            />
            <span class="field-origin muted">{origin}</span>
        </label>
        {why}
    }
}
