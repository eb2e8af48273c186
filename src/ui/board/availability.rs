//! How often it is down: months as they come out, where the error budget goes, what would help, and the smallest sets of
//! events that take it down.

use crate::answer::verdict::TargetKind;
use crate::assess::uptime::played;
use crate::avail::years::Span;
use crate::job;
use crate::report::blocks::uptime as tables;
use crate::report::chart::Chart;
use crate::report::chart::months::months;
use crate::report::chart::waterfall::{height, waterfall};
use crate::text::page;
use crate::ui::board::plain;
use crate::ui::parts::chart::ChartView;
use crate::ui::parts::table::PlainTable;
use crate::ui::session::{Session, Shared};
use crate::units::MINUTES_PER_30_DAYS;
use leptos::prelude::*;

/// Months played: a thousand years, some milliseconds.
const MONTHS: u32 = 12_000;

/// The tab.
#[component]
pub fn Availability() -> impl IntoView {
    let session = Session::get();
    let found = Memo::new(move |_| {
        let (good, tier) = (session.good.get(), session.tier.get());
        let analysis = good.scenario.as_ref().and_then(|scenario| job::analyse(scenario, &tier, None).ok());
        let played = analysis.and_then(|analysis| {
            let mut answer = analysis.uptime.values().next()?.clone();
            answer.years = Some(played(&analysis, Span { months: MONTHS, seed: 1 })?);
            Some(answer)
        });
        Shared::new(played)
    });
    let budget = Memo::new(move |_| {
        session.shown.with(|shown| {
            let uptime = shown.targets().values().find(|t| t.kind == TargetKind::Uptime);
            uptime.map(|t| (1.0 - t.target) * MINUTES_PER_30_DAYS)
        })
    });
    let empty = move || found.get().is_none();
    let dots = Callback::new(move |look| {
        let found = found.get();
        let years = found.as_ref().and_then(|found| found.years.as_ref());
        years.map_or_else(Chart::default, |years| months(years, budget.get(), &look))
    });
    let spent = Callback::new(move |look| {
        let found = found.get();
        let causes = found.as_ref().map_or(&[][..], |found| &found.attribution);
        waterfall(causes, budget.get().unwrap_or(0.0), &look)
    });
    let causes = move || found.get().as_ref().map_or(0, |found| found.attribution.len());
    let helpful = move || {
        found
            .get()
            .as_ref()
            .and_then(|found| tables::helpful(found, session.lang.get()))
            .map(|table| plain(&table))
    };
    let cuts = move || found.get().as_ref().map(|found| plain(&tables::cuts(found, session.lang.get())));
    let title = move |words: crate::text::Words| Signal::derive(move || session.say(words).to_owned());
    let part = move |words: crate::text::Words, hook: &'static str, cells: crate::ui::parts::table::Cells| {
        view! {
            <section data-testid=hook>
                <h3>{move || session.say(words)}</h3>
                <PlainTable label=title(words) cells=Signal::stored(cells) />
            </section>
        }
    };
    let charts = move || {
        (!empty()).then(|| {
            view! {
                <div class="charts">
                    <ChartView draw=dots title=title(page::MONTHS) height=230.0 lang=session.lang />
                    {budget.get().map(|_| view! {
                        <ChartView draw=spent title=title(page::BUDGET) height=height(causes()) lang=session.lang />
                    })}
                </div>
            }
        })
    };
    view! {
        <div class="availability" data-testid="availability">
            {move || empty().then(|| view! { <p class="muted">{session.say(page::NO_FAILURE_DATA)}</p> })}
            {charts}
            {move || helpful().map(|cells| part(page::HELPFUL, "availability-helpful", cells))}
            {move || cuts().map(|cells| part(page::CUT_SETS, "availability-cuts", cells))}
        </div>
    }
}
