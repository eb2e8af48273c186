//! Latency per tier against the targets, and the times of every journey of the shown tier.

use crate::answer::times::{JourneyAnswer, Times};
use crate::answer::verdict::TargetKind;
use crate::report::blocks::steady::why_failing;
use crate::report::chart::latency::latency;
use crate::report::format;
use crate::text::page;
use crate::ui::adapt;
use crate::ui::parts::chart::ChartView;
use crate::ui::parts::table::{Cells, PlainTable};
use crate::ui::session::Session;
use leptos::prelude::*;

/// The tab.
#[component]
pub fn Latency() -> impl IntoView {
    let session = Session::get();
    let ladder = adapt::ladder(session);
    // without a latency target there is nothing to draw
    let judged = Memo::new(move |_| {
        ladder.with(|answer| {
            let mut all = answer.tiers.values().flat_map(|tier| tier.targets.values());
            all.any(|target| matches!(target.kind, TargetKind::Latency | TargetKind::AiLatency))
        })
    });
    let draw = Callback::new(move |look| ladder.with(|answer| latency(answer, &look)));
    let title = move || session.say(page::TAB_LATENCY).to_owned();
    let cells = move || {
        let lang = session.lang.get();
        let say = |words: crate::text::Words| words.get(lang).to_owned();
        let right = |name: &str| format!(">{name}");
        let head = vec![
            say(page::JOURNEY),
            right(page::ARRIVALS.get(lang)),
            right("p50"),
            right("p95"),
            right("p99"),
            right(page::ERROR_RATIO.get(lang)),
        ];
        let names = session.model.get();
        let name = |id: &str| {
            let journey = names.as_ref().and_then(|model| model.journeys.iter().find(|j| j.id == id));
            journey.map_or_else(|| id.to_owned(), |journey| journey.name.get(lang).to_owned())
        };
        let times = |label: String, journey: &JourneyAnswer, times: &Times| {
            let show = |figure| format::figure(figure, lang).join();
            vec![
                label,
                show(&journey.arrivals_per_s),
                show(&times.p50),
                show(&times.p95),
                show(&times.p99),
                show(&journey.error_ratio),
            ]
        };
        let mut rows = Vec::new();
        session.shown.with(|shown| {
            for (id, journey) in &shown.tier.journeys {
                rows.push(times(name(id), journey, &journey.response_s));
                if let Some(first) = &journey.first_token_s {
                    rows.push(times(format!("{} · {}", name(id), say(page::FIRST_TOKEN)), journey, first));
                }
            }
        });
        Cells { head, rows, total: false }
    };
    // Where enough requests fail to ask why.
    let failing = move || {
        let lang = session.lang.get();
        let line = |(id, journey): (&String, &JourneyAnswer)| {
            let why = why_failing(id, &journey.error_ratio, &journey.failures, lang)?;
            Some(view! { <li>{why}</li> })
        };
        let lines =
            session.shown.with(|shown| shown.tier.journeys.iter().filter_map(line).collect::<Vec<_>>());
        (!lines.is_empty()).then(|| view! { <ul class="plain" data-testid="failures">{lines}</ul> })
    };
    view! {
        {move || judged.get().then(|| view! {
            <div class="charts one">
                <ChartView draw=draw title=Signal::derive(title) height=320.0 lang=session.lang />
            </div>
        })}
        <PlainTable label=Signal::derive(title) cells=Signal::derive(cells) />
        {failing}
    }
}
