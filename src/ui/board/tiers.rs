//! Cost and availability per tier, with targets, bands and the plan's claims; and one line of verdicts per tier.

use super::answered::Answered;
use crate::answer::TierAnswer;
use crate::answer::verdict::Verdict;
use crate::job::question::Question;
use crate::report::chart::cost::cost;
use crate::report::chart::uptime::uptime;
use crate::text::page;
use crate::ui::adapt;
use crate::ui::bridge::Bridge;
use crate::ui::chips::named;
use crate::ui::parts::chart::ChartView;
use crate::ui::parts::verdict::VerdictMark;
use crate::ui::results::Run;
use crate::ui::session::Session;
use leptos::prelude::*;

/// The tab.
#[component]
pub fn Tiers() -> impl IntoView {
    let session = Session::get();
    let ladder = adapt::ladder(session);
    let cost_chart = Callback::new(move |look| ladder.with(|answer| cost(answer, &look)));
    let uptime_chart = Callback::new(move |look| ladder.with(|answer| uptime(answer, &look)));
    let any = move |has: fn(&TierAnswer) -> bool| {
        Memo::new(move |_| ladder.with(|answer| answer.tiers.values().any(has)))
    };
    // only what there are numbers for
    let priced = any(|tier| tier.books.values().any(|bill| !bill.lines.is_empty()));
    let up = any(|tier| tier.availability.as_ref().is_some_and(|a| a.availability.value.is_some()));
    let rows = move || ladder.with(|answer| answer.tiers.clone().into_iter().collect::<Vec<_>>());
    let row = move |(id, tier): (String, TierAnswer)| view! { <Rung id=id tier=tier /> };
    view! {
        <div class="charts">
            {move || priced.get().then(|| view! {
            <ChartView draw=cost_chart title=Signal::derive(move || session.say(page::TIERS_COST).to_owned()) lang=session.lang />
            })}
            {move || up.get().then(|| view! {
            <ChartView draw=uptime_chart title=Signal::derive(move || session.say(page::TIERS_UPTIME).to_owned()) lang=session.lang />
            })}
        </div>
        <ul class="rungs">{move || rows().into_iter().map(row).collect_view()}</ul>
        <SimulateAll />
        <Between />
    }
}

/// Dates, the next cheapest steps and bands of every tier; worked out when it is opened.
#[component]
fn Between() -> impl IntoView {
    let session = Session::get();
    let open = RwSignal::new(false);
    view! {
        <section class="between">
            <button
                type="button"
                class="quiet"
                aria-expanded=move || open.get().to_string()
                data-testid="ladder-open"
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {move || session.say(page::LADDER)}
            </button>
            {move || open.get().then(|| view! { <Answered question=Question::Ladder /> })}
        </section>
    }
}

/// The targets of one tier in a line.
#[component]
fn Rung(id: String, tier: TierAnswer) -> impl IntoView {
    let session = Session::get();
    let lang = session.lang;
    let chosen = id.clone();
    let name = tier.name.clone();
    let targets = StoredValue::new(tier.targets.into_iter().collect::<Vec<_>>());
    let count =
        move |verdict| targets.with_value(|all| all.iter().filter(|(_, t)| t.verdict == verdict).count());
    let worst = targets.with_value(|all| all.iter().map(|(_, t)| t.verdict).max().unwrap_or(Verdict::Unsure));
    let failing = move || {
        let lang = lang.get();
        targets.with_value(|all| {
            let failing = all.iter().filter(|(_, t)| t.verdict == Verdict::Fail);
            failing.map(|(id, t)| named(id, t, lang)).collect::<Vec<_>>().join(" · ")
        })
    };
    let summary =
        move || page::tally(count(Verdict::Pass), count(Verdict::Fail), count(Verdict::Unsure), lang.get());
    let choose = move |_| session.tier_choice.set(Some(chosen.clone()));
    view! {
        <li class="rung">
            <button type="button" class="link" on:click=choose>{move || name.get(lang.get()).to_owned()}</button>
            <VerdictMark verdict=worst lang=lang />
            <span class="muted">{summary}</span>
            <span>{failing}</span>
        </li>
    }
}

/// Simulates every tier, so that the ladder rests on more than formulas.
#[component]
fn SimulateAll() -> impl IntoView {
    let session = Session::get();
    let bridge = Bridge::get();
    let busy = move || session.queue.with(|queue| !queue.is_empty()) || session.run.get() != Run::Idle;
    let several = move || session.good.with(|good| good.answer.tiers.len() > 1);
    let button = move || {
        view! {
            <button type="button" class="quiet" disabled=busy on:click=move |_| bridge.run_all_tiers()>
                {move || session.say(page::SIMULATE_ALL)}
            </button>
        }
    };
    move || several().then(button)
}
