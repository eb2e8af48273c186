//! The inspector: what the selected component does, and its parameters with source and range; every change is a text
//! edit with undo.

use crate::model::{Component, Model};
use crate::report::format;
use crate::stats::figure::Figure;
use crate::text::page;
use crate::ui::adapt;
use crate::ui::panels::field::Field;
use crate::ui::parts::icon::KindIcon;
use crate::ui::session::{Session, Shared};
use leptos::prelude::*;

/// The panel.
#[component]
pub fn Inspector() -> impl IntoView {
    let session = Session::get();
    let selected = Memo::new(move |_| {
        let (model, id) = (session.model.get()?, session.selection.get()?);
        model.component(&id).map(|_| id)
    });
    let body = move || match selected.get() {
        Some(id) => view! { <Selected id=id /> }.into_any(),
        None => ().into_any(),
    };
    view! {
        <aside
            class="inspector"
            class:open=move || selected.with(Option::is_some)
            data-testid="inspector"
            aria-label=move || session.say(page::INSPECTOR)
            aria-hidden=move || selected.with(Option::is_none).then_some("true")
        >
            {body}
        </aside>
    }
}

/// One component.
#[component]
fn Selected(id: String) -> impl IntoView {
    let session = Session::get();
    let id = StoredValue::new(id);
    let with = move |read: &dyn Fn(&Model, &Component) -> String| {
        let model: Option<Shared<Model>> = session.model.get();
        model.map_or_else(String::new, |model| {
            model.component(&id.read_value()).map_or_else(String::new, |ix| read(&model, &model.graph[ix]))
        })
    };
    let name = move || with(&|_, component| component.name.get(session.lang.get()).to_owned());
    let kind = Memo::new(move |_| with(&|_, component| component.kind.to_owned()));
    let show = move |_| {
        let span = session.model.get_untracked().and_then(|model| {
            let ix = model.component(&id.read_value())?;
            Some(model.graph[ix].at)
        });
        if let Some(span) = span.filter(|span| span.file == 0) {
            session.show_in_file(span.start as usize, span.end as usize);
            crate::ui::scroll_to("board");
        }
    };
    let fields = Memo::new(move |_| {
        let model = session.model.get();
        let found = model.as_ref().and_then(|model| {
            let ix = model.component(&id.read_value())?;
            Some(model.graph[ix].facts.iter().map(|(field, _)| field.clone()).collect::<Vec<_>>())
        });
        found.unwrap_or_default()
    });
    let heading = NodeRef::<leptos::html::H2>::new();
    heading.on_load(|heading| {
        heading.focus().ok();
    });
    let field = move |name: String| view! { <Field component=id.get_value() name=name /> };
    view! {
        <header class="inspector-head">
            <span class="kind">{move || view! { <KindIcon kind=kind.get() /> }}{kind}</span>
            <button type="button" class="icon-button" aria-label=move || session.say(page::CLOSE) on:click=move |_| crate::ui::let_go(session)>
                <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="M4 4l8 8M12 4l-8 8" /></svg>
            </button>
            <h2 tabindex="-1" node_ref=heading>{name}</h2>
            <button type="button" class="link" on:click=show><code>{move || id.get_value()}</code></button>
        </header>
        <h3>{move || session.say(page::STATE)}</h3>
        <State id=id.get_value() />
        <h3>{move || session.say(page::PARAMETERS)}</h3>
        <div class="fields">
            <For each=move || fields.get() key=Clone::clone children=field />
        </div>
        <Neighbours id=id.get_value() />
    }
}

/// What the component does under the load on the screen.
#[component]
fn State(id: String) -> impl IntoView {
    let session = Session::get();
    let lang = session.lang;
    let live = Memo::new(move |_| adapt::live(session, &id));
    let answer = move || live.with(|live| live.answer.clone()).unwrap_or_default();
    let line = move |words, figure: Figure| {
        figure.value.is_some().then(|| {
            let written = format::figure(&figure, lang.get());
            view! {
                <dt>{session.say(words)}</dt>
                <dd>
                    {written.value.number}<span class="unit">{written.value.unit}</span>
                    <span class="interval">{written.interval}</span>
                </dd>
            }
        })
    };
    let down = move || {
        live.with(|live| live.lost).map(|lost| {
            let words = if lost.dead { session.say(page::DOWN).to_owned() } else { String::new() };
            view! {
                <dt>{session.say(page::DOWN)}</dt>
                <dd class="fail">{format!("{} / {} {words}", lost.gone, lost.of)}</dd>
            }
        })
    };
    view! {
        <dl class="facts">
            {down}
            {move || line(page::UTILISATION, answer().utilisation)}
            {move || line(page::ARRIVALS, answer().arrivals_per_s)}
            {move || line(page::WAITING, answer().wait_s.mean)}
            {move || line(page::RESPONSE, answer().response_s.mean)}
            {move || line(page::HIT_RATIO, answer().hit_ratio)}
            {move || line(page::REPLICAS, count(answer().replicas.mean))}
        </dl>
    }
}

/// A count, so that it is not written as a share; to a hundredth, as means of replicas go.
fn count(figure: Figure) -> Figure {
    let round = |x: Option<f64>| x.map(|x| (x * 100.0).round() / 100.0);
    let (value, low, high) = (round(figure.value), round(figure.low), round(figure.high));
    Figure { unit: String::new(), value, low, high, ..figure }
}

/// Links to the components that call it, and that it calls.
#[component]
fn Neighbours(id: String) -> impl IntoView {
    let session = Session::get();
    let list = move |direction, words| {
        let model = session.model.get()?;
        let ix = model.component(&id)?;
        let others = model.graph.neighbors_directed(ix, direction);
        let others: Vec<String> = others.map(|other| model.graph[other].id.clone()).collect();
        (!others.is_empty()).then(|| {
            let link = |other: String| {
                let to = other.clone();
                view! {
                    <button type="button" class="link" on:click=move |_| session.selection.set(Some(to.clone()))>
                        {other}
                    </button>
                }
            };
            view! { <dt>{session.say(words)}</dt><dd class="links">{others.into_iter().map(link).collect_view()}</dd> }
        })
    };
    let (from, to) = (list.clone(), list);
    view! {
        <dl class="facts">
            {move || from(petgraph::Direction::Incoming, page::CALLED_BY)}
            {move || to(petgraph::Direction::Outgoing, page::CALLS)}
        </dl>
    }
}
