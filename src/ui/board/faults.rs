//! The faults of the scenario on the timeline of a run: one is chosen, simulated and judged; more are written into the text
//! from a library, and moved by dragging.

use crate::answer::shown::because;
use crate::answer::verdict::TargetAnswer;
use crate::answer::{Answer, FaultAnswer, Recovery};
use crate::model::Model;
use crate::model::fault::Fault;
use crate::report::chart::Chart;
use crate::report::chart::lane::{Block, LEFT, Lane, RIGHT, height, lane};
use crate::report::format;
use crate::scenario::edit;
use crate::scenario::tables::FAULTS;
use crate::text::numbers::{both, duration};
use crate::text::page::{self, faults as say, zones};
use crate::text::{Lang, Phrase};
use crate::ui::parts::chart::ChartView;
use crate::ui::parts::segments::{Segment, Segments};
use crate::ui::parts::verdict::VerdictMark;
use crate::ui::session::{Session, Shared};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Id of the choice of no fault.
const NONE: &str = "none";
/// Least pixels of a drag.
const DRAG: f64 = 6.0;
/// Length of the judged hour and what a run adds after a fault, seconds.
const HOUR: f64 = 3600.0;

/// The tab.
#[component]
pub fn Faults() -> impl IntoView {
    let session = Session::get();
    let model = session.model;
    let list = Memo::new(move |_| {
        model.get().map_or_else(Vec::new, |model| model.faults.iter().map(named).collect())
    });
    let chosen = Memo::new(move |_| session.fault.get().unwrap_or_else(|| NONE.to_owned()));
    let segments = move || {
        let lang = session.lang.get();
        let none = Segment {
            id: NONE.to_owned(),
            label: say::NONE.get(lang).to_owned(),
            detail: String::new(),
            mark: "",
        };
        let one = |(id, name, detail): &(String, Phrase, Phrase)| Segment {
            id: id.clone(),
            label: name.get(lang).to_owned(),
            detail: detail.get(lang).to_owned(),
            mark: "",
        };
        std::iter::once(none).chain(list.get().iter().map(one)).collect::<Vec<_>>()
    };
    let choose = move |id: String| {
        session.zone.set(None);
        session.fault.set((id != NONE).then_some(id));
    };
    let told = Memo::new(move |_| {
        let model = model.get();
        let (chosen, shown) = (session.fault.get(), session.shown.get());
        Shared::new(
            model
                .map(|model| timeline(&model, chosen.as_deref(), &shown.answer, shown.fault()))
                .unwrap_or_default(),
        )
    });
    let draw = Callback::new(move |look| -> Chart { lane(&told.get(), &look) });
    let rows = Memo::new(move |_| told.get().blocks.len());
    let from = RwSignal::new(None::<f64>);
    let at = move |event: &web_sys::PointerEvent| {
        let target = event.current_target()?.dyn_into::<web_sys::Element>().ok()?;
        let rect = target.get_bounding_client_rect();
        let share = (f64::from(event.client_x()) - rect.left() - LEFT) / (rect.width() - LEFT - RIGHT);
        Some((share.clamp(0.0, 1.0) * told.get_untracked().length_s, f64::from(event.client_x())))
    };
    let down = move |event: web_sys::PointerEvent| from.set(at(&event).map(|(_, x)| x));
    let up = move |event: web_sys::PointerEvent| {
        let (Some(begun), Some((to, x))) = (from.get_untracked(), at(&event)) else { return };
        from.set(None);
        if (x - begun).abs() < DRAG {
            return;
        }
        let Some(target) = event.current_target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()) else {
            return;
        };
        let wide = target.get_bounding_client_rect().width() - LEFT - RIGHT;
        let start = to - (x - begun) / wide * told.get_untracked().length_s;
        write(session, start.min(to).max(0.0), start.max(to));
    };
    let chart = move || {
        let tall = height(rows.get());
        view! {
            <div class="lane" data-testid="fault-lane" on:pointerdown=down on:pointerup=up>
                <ChartView
                    draw=draw
                    title=Signal::derive(move || session.say(say::TAB).to_owned())
                    height=tall
                    lang=session.lang
                />
            </div>
        }
    };
    view! {
        <div class="faults">
            <Segments
                label=Signal::derive(move || session.say(say::CHOICE).to_owned())
                testid="faults"
                hook="fault-"
                segments=Signal::derive(segments)
                chosen=chosen
                on_choose=Callback::new(choose)
            />
            <div class="charts one">{chart}</div>
            <p class="muted">{move || session.say(say::DRAG)}</p>
            <Ending />
            <Library />
        </div>
    }
}

fn named(fault: &Fault) -> (String, Phrase, Phrase) {
    let time = |d: crate::units::Duration, lang| duration(d.as_seconds(), lang).join();
    let when = both(|lang| format!("{} + {}", time(fault.at, lang), time(fault.lasts, lang)));
    (fault.id.clone(), fault.name.clone(), when)
}

/// The run as a picture.
fn timeline(model: &Model, chosen: Option<&str>, answer: &Answer, ended: Option<&FaultAnswer>) -> Lane {
    let blocks: Vec<Block> = model
        .faults
        .iter()
        .map(|fault| Block {
            name: fault.name.clone(),
            at_s: fault.at.as_seconds(),
            lasts_s: fault.lasts.as_seconds(),
            chosen: chosen == Some(fault.id.as_str()),
        })
        .collect();
    let end = |b: &Block| b.at_s + b.lasts_s + (2.0 * b.lasts_s).max(1800.0);
    let of = chosen.and_then(|_| blocks.iter().find(|b| b.chosen));
    let length_s = of.map_or(HOUR, |b| end(b).max(HOUR));
    let mut lane = Lane { length_s, ..Lane::default() };
    if ended.is_some() {
        let series = |journey: &str, what: &str| answer.series.get(&format!("{journey}.{what}"));
        let all: Vec<_> = model
            .journeys
            .iter()
            .filter_map(|j| Some((series(&j.id, "arrivals_per_s")?, series(&j.id, "error_ratio")?)))
            .collect();
        lane.step_s = all.first().map_or(60.0, |(arrivals, _)| arrivals.step_s);
        let n = all.iter().map(|(_, errors)| errors.values.len()).max().unwrap_or(0);
        lane.failed = (0..n)
            .map(|i| {
                let value = |s: &crate::answer::Series| s.values.get(i).copied().flatten();
                let (mut sum, mut bad) = (0.0, 0.0);
                for (arrivals, errors) in &all {
                    let rate = value(arrivals).unwrap_or(0.0);
                    sum += rate;
                    bad += rate * value(errors).unwrap_or(0.0);
                }
                (sum > 0.0).then(|| bad / sum)
            })
            .collect();
    }
    let recovered =
        ended.filter(|f| f.recovery == Recovery::Recovered).and_then(|f| f.recovered_after_s.value);
    lane.normal_s = of.zip(recovered).map(|(b, after)| b.at_s + b.lasts_s + after);
    lane.blocks = blocks;
    lane
}

/// Writes what was dragged: the times of the chosen fault, or a spike of the load.
fn write(session: Session, from: f64, to: f64) {
    let (at, lasts) = (from.round(), (to - from).round().max(1.0));
    let text = session.text.get_untracked();
    let after = match session.fault.get_untracked() {
        Some(id) => edit::set(&text, &format!("fault.{id}.at"), &format!("\"{at}s\""))
            .and_then(|text| edit::set(&text, &format!("fault.{id}.for"), &format!("\"{lasts}s\""))),
        None => {
            let id = fresh(session, "load-spike");
            let body = format!("what = \"load-spike\"\ntimes = 3\nat = \"{at}s\"\nfor = \"{lasts}s\"\n");
            let added = edit::add_table(&text, &format!("fault.{id}"), &body);
            if added.is_ok() {
                session.fault.set(Some(id));
            }
            added
        }
    };
    if let Ok(after) = after {
        session.edit(after);
    }
}

/// An id that no fault has yet.
fn fresh(session: Session, word: &str) -> String {
    let taken = |id: &str| {
        session.model.with_untracked(|m| m.as_ref().is_some_and(|m| m.faults.iter().any(|f| f.id == id)))
    };
    (1..)
        .map(|n| if n == 1 { word.to_owned() } else { format!("{word}-{n}") })
        .find(|id| !taken(id))
        .unwrap_or_default()
}

/// What became of the chosen fault.
#[component]
fn Ending() -> impl IntoView {
    let session = Session::get();
    let ended = Memo::new(move |_| session.shown.with(|shown| shown.fault().cloned()));
    let said = move || {
        let lang = session.lang.get();
        let Some(found) = ended.get() else {
            return session
                .fault
                .get()
                .map(|_| view! { <p class="muted">{say::PENDING.get(lang)}</p> }.into_any());
        };
        let items = sentences(&found, lang).into_iter().map(|said| view! { <li>{said}</li> }).collect_view();
        let expected = found.expects.iter().map(|e: &TargetAnswer| {
            let (verdict, name, why) = (e.verdict, e.name.get(lang).to_owned(), e.why.get(lang).to_owned());
            view! { <li><VerdictMark verdict=verdict lang=session.lang /> " " <b>{name}</b> " " <span class="muted">{why}</span></li> }
        });
        let expected = expected.collect_view();
        Some(view! { <ul class="plain" data-testid="fault-ending">{items}{expected}</ul> }.into_any())
    };
    view! { <div aria-live="polite">{said}</div> }
}

fn sentences(found: &FaultAnswer, lang: Lang) -> Vec<String> {
    let figure = |f: &crate::stats::figure::Figure| format::figure(f, lang).join();
    let mut says = Vec::new();
    says.push(match found.recovery {
        Recovery::Recovered if found.recovered_after_s.value.is_some_and(|after| after < 1.0) => {
            zones::RECOVERED_AT_ONCE.get(lang).to_owned()
        }
        Recovery::Recovered => {
            zones::recovered(&format::figure(&found.recovered_after_s, lang).value.join(), lang)
        }
        Recovery::Draining => zones::DRAINING.get(lang).to_owned(),
        Recovery::Stuck => zones::STUCK.get(lang).to_owned(),
        Recovery::Unknown => page::UNKNOWN.get(lang).to_owned(),
    });
    for (journey, failed) in &found.error_ratio {
        let p95 = found.p95_s.get(journey).filter(|f| f.value.is_some()).map(figure);
        let mut said = say::journey(journey, &figure(failed), p95.as_deref(), lang);
        if let Some(parts) = found.failures.get(journey).and_then(|failures| because(failures)) {
            let between = if lang == Lang::En { ". " } else { "。" };
            said = format!("{said}{between}{}", parts.get(lang));
        }
        says.push(said);
    }
    if let Some(attack) = &found.attack {
        let said = say::attack(&figure(&attack.sent), &figure(&attack.let_through), &figure(&attack.cost));
        says.push(said.get(lang).to_owned());
    }
    says
}

/// The library: a kind and a place become a table of the text.
#[component]
fn Library() -> impl IntoView {
    let session = Session::get();
    let kind = RwSignal::new(FAULTS[0].to_owned());
    let place = RwSignal::new(String::new());
    let places =
        Memo::new(move |_| session.model.get().map_or_else(Vec::new, |model| places(&model, &kind.get())));
    let here = move || {
        let (all, asked) = (places.get(), place.get());
        if all.contains(&asked) { asked } else { all.first().cloned().unwrap_or_default() }
    };
    let add = move |_| {
        let (word, on) = (kind.get_untracked(), untrack(here));
        let id = fresh(session, &word);
        let on = if on.is_empty() { String::new() } else { format!("on = \"{on}\"\n") };
        let body = format!("what = \"{word}\"\n{on}{}at = \"10min\"\nfor = \"10min\"\n", size(&word));
        if let Ok(after) = edit::add_table(&session.text.get_untracked(), &format!("fault.{id}"), &body) {
            session.edit(after);
            session.zone.set(None);
            session.fault.set(Some(id));
        }
    };
    let kinds = move || {
        let option = |word: &&'static str| {
            let word = *word;
            view! { <option value=word>{session.say(say::kind(word))}</option> }
        };
        FAULTS.iter().map(option).collect_view()
    };
    let options = move || {
        places
            .get()
            .into_iter()
            .map(|place| view! { <option value=place.clone()>{place.clone()}</option> })
            .collect_view()
    };
    view! {
        <section class="fault-library" data-testid="fault-library">
            <h3>{move || session.say(say::LIBRARY)}</h3>
            <label>
                {move || session.say(say::KIND)}
                <select data-testid="fault-kind" on:change=move |event| kind.set(event_target_value(&event))>{kinds}</select>
            </label>
            <label>
                {move || session.say(say::PLACE)}
                <select
                    data-testid="fault-place"
                    prop:value=here
                    on:change=move |event| place.set(event_target_value(&event))
                >
                    {options}
                </select>
            </label>
            <button type="button" class="quiet" data-testid="fault-add" on:click=add>{move || session.say(say::ADD)}</button>
        </section>
    }
}

/// Where a kind of fault can happen.
fn places(model: &Model, word: &str) -> Vec<String> {
    let components = || {
        let serving = model.graph.node_weights().filter(|c| c.station.is_some() && c.kind != "client");
        serving.map(|c| c.id.clone()).collect()
    };
    match word {
        "zone-outage" => model.zones.iter().map(|z| z.id.clone()).collect(),
        "region-outage" => model.regions.iter().map(|r| r.id.clone()).collect(),
        "partition" => model
            .zones
            .iter()
            .map(|z| z.id.clone())
            .chain(model.regions.iter().map(|r| r.id.clone()))
            .collect(),
        "load-spike" | "ddos" | "credential-stuffing" => {
            model.journeys.iter().map(|j| j.id.clone()).collect()
        }
        _ => components(),
    }
}

/// A size to begin with; the file is where it is changed.
fn size(word: &str) -> &'static str {
    match word {
        "latency-added" => "add = \"200ms\"\n",
        "error-rate" | "bad-deploy" => "errors = \"20%\"\n",
        "capacity-loss" => "share = \"50%\"\n",
        "load-spike" => "times = 3\n",
        "ddos" => "rate = \"100/s\"\nsources = 100\n",
        "credential-stuffing" => "rate = \"5/s\"\nsources = 10\n",
        _ => "",
    }
}
