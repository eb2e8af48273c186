//! What it takes to come back: every event with its times, the steps of one on the clock, the data it loses, and what the
//! ways to be ready for the loss of a region would do and cost.

use crate::answer::recovery::{LossAnswer, RecoveryAnswer};
use crate::answer::verdict::TargetKind;
use crate::report::blocks::recovery as tables;
use crate::report::chart::Chart;
use crate::report::chart::gantt::{gantt, height};
use crate::report::format;
use crate::text::page;
use crate::ui::board::plain;
use crate::ui::parts::chart::ChartView;
use crate::ui::parts::segments::{Segment, Segments};
use crate::ui::parts::table::PlainTable;
use crate::ui::session::{Session, Shared};
use crate::{job, plan};
use indexmap::IndexMap;
use leptos::prelude::*;

/// The tab.
#[component]
pub fn Recovery() -> impl IntoView {
    let session = Session::get();
    let all = Memo::new(move |_| session.shown.with(|shown| Shared::new(shown.tier.recovery.clone())));
    let asked = RwSignal::new(None::<String>);
    let chosen = Memo::new(move |_| {
        let all = all.get();
        asked.get().filter(|id| all.contains_key(id)).or_else(|| worst(&all)).unwrap_or_default()
    });
    let segments = move || {
        let (all, lang) = (all.get(), session.lang.get());
        let segment = |(id, event): (&String, &RecoveryAnswer)| Segment {
            id: id.clone(),
            label: event.name.get(lang).to_owned(),
            detail: event.of.clone(),
            mark: "",
        };
        all.iter().map(segment).collect::<Vec<_>>()
    };
    let event = Memo::new(move |_| all.get().get(&chosen.get()).cloned());
    let detail = move || event.get().map(|event| view! { <Event event=event /> });
    let cells = move || {
        let (all, lang) = (all.get(), session.lang.get());
        plain(&tables::events(all.values(), lang))
    };
    let title = move || session.say(page::ALL_EVENTS).to_owned();
    let empty = move || all.get().is_empty();
    view! {
        {move || empty().then(|| view! { <p class="muted">{session.say(page::NO_EVENTS)}</p> })}
        <div class="recovery" hidden=empty>
            <h3>{title}</h3>
            <PlainTable label=Signal::derive(title) cells=Signal::derive(cells) />
            <Segments
                label=Signal::derive(move || session.say(page::EVENT).to_owned())
                testid="recovery-events"
                hook="recovery-"
                segments=Signal::derive(segments)
                chosen=chosen
                on_choose=Callback::new(move |id| asked.set(Some(id)))
            />
            {detail}
            <Strategies />
        </div>
    }
}

/// The event that takes longest, one without an end first.
fn worst(all: &IndexMap<String, RecoveryAnswer>) -> Option<String> {
    let weight = |event: &RecoveryAnswer| {
        let never = event.rto_s.never > 0.0 || event.rpo_s.never > 0.0;
        (never, event.rto_s.p95.value.unwrap_or(0.0))
    };
    let order = |a: &RecoveryAnswer, b: &RecoveryAnswer| {
        let (a, b) = (weight(a), weight(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    };
    all.iter().max_by(|a, b| order(a.1, b.1)).map(|(id, _)| id.clone())
}

/// One event: its steps on the clock, what is lost, what stands in the way.
#[component]
fn Event(event: RecoveryAnswer) -> impl IntoView {
    let session = Session::get();
    let lang = session.lang;
    let target = session.shown.with_untracked(|shown| {
        let rto = shown.targets().values().find(|t| t.kind == TargetKind::Rto);
        rto.map(|t| t.target)
    });
    let losses = StoredValue::new(event.losses.clone());
    let notes = StoredValue::new(
        event.notes.iter().filter(|n| event.losses.iter().all(|l| l.why != **n)).cloned().collect::<Vec<_>>(),
    );
    let steps = event.steps.len();
    let event = StoredValue::new(event);
    let draw = Callback::new(move |look| event.with_value(|event| -> Chart { gantt(event, target, &look) }));
    let loss = move |loss: &LossAnswer| {
        let lang = lang.get();
        let amount = match loss.p95_s.value {
            Some(_) => format::figure(&loss.p95_s, lang).join(),
            None => page::ALL.get(lang).to_owned(),
        };
        view! {
            <li>
                <b>{loss.component.clone()}</b>
                " "
                <span>{amount}</span>
                " "
                <span class="muted">{loss.why.get(lang).to_owned()}</span>
            </li>
        }
    };
    let lost = move || losses.with_value(|all| all.iter().map(loss).collect_view());
    let said = move || {
        let lang = lang.get();
        let note = |n: &crate::text::Phrase| view! { <li>{n.get(lang).to_owned()}</li> };
        notes.with_value(|all| all.iter().map(note).collect_view())
    };
    let any_lost = losses.with_value(|all| !all.is_empty());
    view! {
        <div class="charts one" data-testid="recovery-steps">
            <ChartView
                draw=draw
                title=Signal::derive(move || event.with_value(|e| e.name.get(lang.get()).to_owned()))
                height=height(steps, f64::INFINITY)
                lang=lang
            />
        </div>
        {any_lost.then(|| view! { <h3>{move || session.say(page::DATA_LOST)}</h3> })}
        <ul class="plain" data-testid="recovery-losses">{lost}</ul>
        <ul class="plain muted">{said}</ul>
    }
}

/// What the strategies would do; worked out when the tab is open.
#[component]
fn Strategies() -> impl IntoView {
    let session = Session::get();
    let found = Memo::new(move |_| {
        let (good, tier) = (session.good.get(), session.tier.get());
        let analysis = good.scenario.as_ref().and_then(|scenario| job::analyse(scenario, &tier, None).ok());
        Shared::new(analysis.map(|a| plan::strategies::strategies(&a)).unwrap_or_default())
    });
    let title = move || session.say(page::STRATEGIES).to_owned();
    let cells = move || plain(&tables::strategies(&found.get(), session.lang.get()));
    move || {
        (!found.get().is_empty()).then(|| {
            view! {
                <section data-testid="recovery-strategies">
                    <h3>{title}</h3>
                    <PlainTable label=Signal::derive(title) cells=Signal::derive(cells) />
                </section>
            }
        })
    }
}
