//! Why a target ends as it does: one sentence, what the value is made of, what would settle or flip it, and the plan's
//! own words. All targets of the tier stand beside it as a list.

use crate::answer::verdict::{TargetAnswer, TargetKind};
use crate::report::format;
use crate::text::{Lang, page};
use crate::ui::chips::{limit, named};
use crate::ui::parts::shares::Shares;
use crate::ui::parts::table::{Cells, PlainTable};
use crate::ui::parts::verdict::VerdictMark;
use crate::ui::session::Session;
use leptos::prelude::*;

/// The tab.
#[component]
pub fn Why() -> impl IntoView {
    let session = Session::get();
    let open = Memo::new(move |_| {
        let asked = session.target.get();
        session.shown.with(|shown| {
            let all = shown.targets();
            let asked = asked.filter(|id| all.contains_key(id));
            let worst = || all.iter().rev().max_by_key(|(_, t)| t.verdict).map(|(id, _)| id.clone());
            let first = || all.keys().next().cloned();
            let id = asked.or_else(worst).or_else(first)?;
            all.get(&id).cloned().map(|target| (id, target))
        })
    });
    let rows = move || session.shown.with(|shown| shown.targets().clone().into_iter().collect::<Vec<_>>());
    let row = move |(id, target): (String, TargetAnswer)| {
        let lang = session.lang.get();
        let (name, limit) = (named(&id, &target, lang), limit(&target, lang));
        let value = value_of(&target, lang);
        let percentile = target.percentile.clone().unwrap_or_default();
        let chosen = open.with(|open| open.as_ref().is_some_and(|(it, _)| *it == id));
        let verdict = target.verdict;
        view! {
            <li>
                <button
                    type="button"
                    class="target-row"
                    aria-current=chosen.then_some("true")
                    data-testid=format!("target-{id}")
                    on:click=move |_| session.target.set(Some(id.clone()))
                >
                    <VerdictMark verdict=verdict lang=session.lang />
                    <span class="target-name">{name}<span class="unit">{percentile}</span></span>
                    <span class="target-value">{value}</span>
                    <span class="target-limit muted">{limit}</span>
                </button>
            </li>
        }
    };
    let detail = move || open.get().map(|(id, target)| view! { <Reasons id=id target=target /> });
    view! {
        <div class="why">
            <ul class="targets">{move || rows().into_iter().map(row).collect_view()}</ul>
            <div class="reasons" data-testid="reasons">{detail}</div>
        </div>
    }
}

fn value_of(target: &TargetAnswer, lang: Lang) -> String {
    match (target.kind, target.value.value) {
        (TargetKind::Uptime, Some(share)) => {
            let width = format::bounds(&target.value).map(|(low, high, _)| high - low);
            format::uptime_and_minutes(share, width, lang)
        }
        _ => format::figure(&target.value, lang).join(),
    }
}

/// The reasons behind one target.
#[component]
fn Reasons(id: String, target: TargetAnswer) -> impl IntoView {
    let session = Session::get();
    let lang = session.lang;
    let select = Callback::new(move |cause: String| session.selection.set(Some(cause)));
    let said = move |phrase: &crate::text::Phrase| phrase.get(lang.get()).to_owned();
    let why = target.why.clone();
    let verdict = target.verdict;
    let shares = target.attribution.clone();
    let has_shares = !shares.is_empty();
    let settled = target.settled_by.clone().map(move |settled| {
        view! { <dt>{move || session.say(page::SETTLED_BY)}</dt><dd>{move || said(&settled)}</dd> }
    });
    let blame = target.blame.clone().map(move |blame| {
        let label = blame.clone();
        let pick = move |_| select.run(blame.clone());
        view! {
            <dt>{move || session.say(page::BLAME)}</dt>
            <dd><button type="button" class="link" on:click=pick>{label}</button></dd>
        }
    });
    let quote = target.quote.clone().map(move |quote| {
        view! { <dt>{move || session.say(page::QUOTE)}</dt><dd><q lang="ja">{quote}</q></dd> }
    });
    let flips = (!target.flips_if.is_empty()).then(|| {
        let items = target.flips_if.clone();
        let list = move || items.iter().map(|flip| view! { <li>{said(&flip.words)}</li> }).collect_view();
        view! { <dt>{move || session.say(page::FLIPS_IF)}</dt><dd><ul class="plain">{list}</ul></dd> }
    });
    let cuts = (target.kind == TargetKind::Uptime).then(move || view! { <Cuts /> });
    let (file, line) = (target.file.clone(), target.line);
    let title = move || named(&id, &target, lang.get());
    view! {
        <h3>{title}<VerdictMark verdict=verdict lang=lang /></h3>
        <p class="sentence">{move || said(&why)}</p>
        {has_shares.then(move || view! {
            <h4>{move || session.say(page::ATTRIBUTION)}</h4>
            <Shares shares=Signal::stored(shares.clone()) lang=lang on_cause=select />
        })}
        {cuts}
        <dl class="facts">{blame}{settled}{flips}{quote}</dl>
        <p class="muted place">{format!("{file}:{line}")}</p>
    }
}

/// Smallest sets of events that take the journeys down.
#[component]
fn Cuts() -> impl IntoView {
    let session = Session::get();
    let cells = move || {
        let lang = session.lang.get();
        session.shown.with(|shown| {
            let cuts = shown.tier.availability.as_ref().map_or(&[][..], |a| &a.cut_sets);
            let rows = cuts.iter().take(6).map(|cut| {
                let minutes = crate::stats::figure::Figure::exact(cut.minutes_per_30d, "min/30d");
                vec![cut.events.join(" + "), format::figure(&minutes, lang).value.join()]
            });
            let head = vec![page::CUT_SETS.get(lang).to_owned(), format!(">{}", page::VALUE.get(lang))];
            Cells { head, rows: rows.collect(), total: false }
        })
    };
    let cells = Memo::new(move |_| cells());
    move || {
        cells.with(|cells| !cells.rows.is_empty()).then(|| {
            view! { <PlainTable label=Signal::derive(move || session.say(page::CUT_SETS).to_owned()) cells=cells /> }
        })
    }
}
