//! The cheapest design that meets every target in reach: designs by cost and downtime, one looked at closer and put into the
//! file, and the report.

use super::working::Working;
use crate::answer::optimise::{DesignAnswer, OptimiseAnswer};
use crate::job::question::Question;
use crate::plan::optimise::tier_path;
use crate::report::blocks::optimise as tables;
use crate::report::chart::Chart;
use crate::report::chart::pareto::{frame, pareto, points};
use crate::report::chart::theme::{Look, Skin};
use crate::report::format;
use crate::scenario::edit;
use crate::text::numbers::percent;
use crate::text::optimise as say;
use crate::ui::measure::width_of;
use crate::ui::parts::blocks::Blocks;
use crate::ui::parts::chart::ChartView;
use crate::ui::parts::segments::{Segment, Segments};
use crate::ui::questions::Questions;
use crate::ui::session::Session;
use leptos::html;
use leptos::prelude::*;

/// Height of the picture.
const HEIGHT: f64 = 320.0;
/// How near the pointer has to be to a design, pixels.
const NEAR: f64 = 24.0;

/// The tab.
#[component]
pub fn Optimise() -> impl IntoView {
    let session = Session::get();
    let questions = Questions::get();
    Effect::new(move |_| questions.ask(Question::Optimise));
    let found = Memo::new(move |_| {
        let tier = session.tier.get();
        let answer = questions
            .answer(Question::OptimiseThoroughly)
            .or_else(|| questions.answer(Question::Optimise))?;
        answer.optimise.get(&tier).cloned()
    });
    let blocks = move || {
        let lang = session.lang.get();
        let both =
            |found: &OptimiseAnswer| [tables::brief(found, lang), tables::single(found, lang)].concat();
        found.get().as_ref().map(both).unwrap_or_default()
    };
    let proving = Memo::new(move |_| questions.waits(Question::OptimiseThoroughly));
    let proved = move || questions.answer(Question::OptimiseThoroughly).is_some();
    view! {
        <div class="report" data-testid="optimise" aria-busy=move || found.get().is_none().to_string()>
            {move || found.get().is_none().then(|| view! { <Working question=Question::Optimise /> })}
            {move || found.get().map(|found| view! { <Designs found=found /> })}
            {move || proving.get().then(|| view! { <Working question=Question::OptimiseThoroughly /> })}
            <p class="report-actions" hidden=move || found.get().is_none() || proved() || proving.get()>
                <button
                    type="button"
                    class="act"
                    data-testid="optimise-thoroughly"
                    on:click=move |_| untrack(|| questions.ask(Question::OptimiseThoroughly))
                >
                    {move || session.say(say::THOROUGHLY)}
                </button>
            </p>
            <Blocks blocks=Signal::derive(blocks) lang=session.lang />
        </div>
    }
}

/// The picture, and the design that is looked at.
#[component]
fn Designs(found: OptimiseAnswer) -> impl IntoView {
    let session = Session::get();
    let chosen = RwSignal::new(None::<String>);
    let box_of = NodeRef::<html::Div>::new();
    let width = width_of(box_of, 640.0);
    let stored = StoredValue::new(found);
    let draw = Callback::new(move |look| stored.with_value(|found| -> Chart { pareto(found, &look) }));
    // The design nearest to the pointer, by its place in the front.
    let nearest = move |event: &web_sys::MouseEvent| -> Option<usize> {
        let frame_box = box_of.get_untracked()?.get_bounding_client_rect();
        let look = Look {
            lang: session.lang.get_untracked(),
            skin: Skin::Page,
            width: width.get_untracked(),
            height: HEIGHT,
        };
        let (x, y) =
            (f64::from(event.client_x()) - frame_box.left(), f64::from(event.client_y()) - frame_box.top());
        stored.with_value(|found| {
            let at = frame(found, &look);
            let far = |cost: f64, down: f64| {
                let (dx, dy) = (at.px(cost) - x, at.py(down) - y);
                dx * dx + dy * dy
            };
            let front = points(found).into_iter().filter_map(|p| Some((far(p.cost, p.downtime), p.place?)));
            let best = front.min_by(|a, b| a.0.total_cmp(&b.0))?;
            (best.0 <= NEAR * NEAR).then_some(best.1)
        })
    };
    let hovered = RwSignal::new(None::<usize>);
    let design = Memo::new(move |_| {
        stored.with_value(|found| {
            let front = |i: usize| found.front.get(i).cloned();
            if let Some(design) = hovered.get().and_then(front) {
                return Some(design);
            }
            let id = chosen.get().or_else(|| found.suggestions.keys().next().cloned())?;
            match id.strip_prefix("front-").and_then(|n| n.parse().ok()) {
                Some(n) => front(n),
                None => found.suggestions.get(&id).map(|one| one.design.clone()),
            }
        })
    });
    let current = Memo::new(move |_| {
        chosen.get().unwrap_or_else(|| {
            stored.with_value(|found| found.suggestions.keys().next().cloned().unwrap_or_default())
        })
    });
    // Of a suggestion, what it misses as simulated.
    let shortfalls = move || {
        let lang = session.lang.get();
        stored.with_value(|found| {
            let suggestion = found.suggestions.get(&current.get()).filter(|_| hovered.get().is_none());
            suggestion.map_or_else(Vec::new, |one| tables::shortfalls(one, found, lang))
        })
    };
    let segments = move || {
        let lang = session.lang.get();
        let segment = |id: &String, detail: String| Segment {
            id: id.clone(),
            label: say::name(id).get(lang).to_owned(),
            detail,
            mark: "",
        };
        stored.with_value(|found| {
            let one = |(id, s): (&String, &crate::answer::optimise::SuggestionAnswer)| {
                segment(id, format::figure(&s.design.cost, lang).value.join())
            };
            found.suggestions.iter().map(one).collect::<Vec<_>>()
        })
    };
    view! {
        <div class="charts one" data-testid="optimise-front">
            <div
                node_ref=box_of
                class="pointed"
                on:mousemove=move |event| hovered.set(nearest(&event))
                on:mouseleave=move |_| hovered.set(None)
                on:click=move |event| {
                    if let Some(place) = nearest(&event) {
                        chosen.set(Some(format!("front-{place}")));
                    }
                }
            >
                <ChartView
                    draw=draw
                    title=Signal::derive(move || session.say(say::FRONT).to_owned())
                    height=HEIGHT
                    lang=session.lang
                />
            </div>
        </div>
        <Segments
            label=Signal::derive(move || session.say(say::SUGGESTIONS).to_owned())
            testid="optimise-suggestions"
            hook="optimise-"
            segments=Signal::derive(segments)
            chosen=current
            on_choose=Callback::new(move |id| chosen.set(Some(id)))
        />
        {move || design.get().map(|design| view! { <Design design=design /> })}
        <Blocks blocks=Signal::derive(shortfalls) lang=session.lang />
    }
}

/// One design: its figures, its changes, and the way into the file.
#[component]
fn Design(design: DesignAnswer) -> impl IntoView {
    let session = Session::get();
    let lang = session.lang;
    let design = StoredValue::new(design);
    let figures = move || {
        let lang = lang.get();
        design.with_value(|d| {
            let latency = d.latency.value.map_or_else(String::new, |x| percent(x).join());
            say::figures(
                &format::figure(&d.cost, lang).value.join(),
                &format::figure(&d.downtime_min, lang).value.join(),
                &latency,
            )
            .get(lang)
            .to_owned()
        })
    };
    let changes = move || {
        let lang = lang.get();
        design.with_value(|d| {
            let line = |change: &crate::answer::optimise::ChangeAnswer| view! { <li>{change.words.get(lang).to_owned()}</li> };
            d.changes.iter().map(line).collect_view()
        })
    };
    let nothing = design.with_value(|d| d.changes.is_empty());
    let model = design.with_value(|d| d.changes.iter().any(|change| change.knob.ends_with(".model")));
    let untried =
        move || model.then(|| view! { <p class="muted">{say::other_model().get(lang.get()).to_owned()}</p> });
    let apply = move |_| {
        let (good, tier) = (session.good.get_untracked(), session.tier.get_untracked());
        let Some(scenario) = good.scenario.as_ref() else { return };
        let mut text = session.text.get_untracked();
        design.with_value(|d| {
            for (path, value) in d.changes.iter().flat_map(|change| &change.values) {
                if let Ok(after) = edit::set(&text, &tier_path(scenario, &tier, path), value) {
                    text = after;
                }
            }
        });
        session.edit(text);
    };
    view! {
        <section class="design" data-testid="optimise-design">
            <p>{figures}</p>
            <ul class="plain">{changes}</ul>
            {untried}
            <button type="button" class="act" disabled=nothing data-testid="optimise-apply" on:click=apply>
                {move || session.say(say::APPLY)}
            </button>
        </section>
    }
}
