//! The outage line: what the switched-off zone takes away, which share of requests fails, the times meanwhile, and how
//! much of the error budget one such outage burns. At once from the structure, then from the simulation.

use crate::answer::shown::because;
use crate::answer::verdict::TargetKind;
use crate::answer::{FaultAnswer, Recovery};
use crate::report::format;
use crate::stats::figure::Figure;
use crate::text::page::zones;
use crate::text::{Lang, numbers, page};
use crate::ui::outage::Outage;
use crate::ui::results::Shown;
use crate::ui::session::Session;
use leptos::prelude::*;

/// The line; nothing while every zone is up.
#[component]
pub fn OutageLine() -> impl IntoView {
    let session = Session::get();
    let line = move || {
        let outage = session.outage.get()?;
        let lang = session.lang.get();
        let model = session.model.get();
        let name = |id: &str| {
            let journey = model.as_ref().and_then(|model| model.journeys.iter().find(|j| j.id == id));
            journey.map_or_else(|| id.to_owned(), |journey| journey.name.get(lang).to_owned())
        };
        let says = session.shown.with(|shown| match shown.fault() {
            Some(fault) => simulated(fault, shown, &outage, &name, lang),
            None => preview(&outage, &name, lang),
        });
        let simulated = session.shown.with(|shown| shown.fault().is_some());
        let standing = if simulated { page::CONFIRMED } else { page::PREVIEW };
        let parts = says.into_iter().map(|said| view! { <li>{said}</li> }).collect_view();
        let zone = outage.zone.clone();
        Some(view! {
            <div class="outage" data-testid="outage" data-standing=if simulated { "simulated" } else { "preview" }>
                <b class="outage-title">{zones::zone_down(&zone, lang)}</b>
                <ul>{parts}</ul>
                <span class="tag">{standing.get(lang)}</span>
            </div>
        })
    };
    view! { <div class="outage-slot" aria-live="polite">{line}</div> }
}

/// What the structure alone says.
fn preview(outage: &Outage, name: &dyn Fn(&str) -> String, lang: Lang) -> Vec<String> {
    let dead = outage.lost.values().filter(|lost| lost.dead).count();
    let mut says = vec![zones::lost(dead, outage.lost.len() - dead, lang)];
    let worst = outage.failing.iter().max_by(|a, b| a.1.total_cmp(b.1));
    if let Some((journey, share)) = worst {
        says.push(zones::failing(&format::percent(*share).join(), &name(journey), lang));
    }
    says
}

/// What the simulation says.
fn simulated(
    fault: &FaultAnswer,
    shown: &Shown,
    outage: &Outage,
    name: &dyn Fn(&str) -> String,
    lang: Lang,
) -> Vec<String> {
    let dead = outage.lost.values().filter(|lost| lost.dead).count();
    let mut says = vec![zones::lost(dead, outage.lost.len() - dead, lang)];
    let known = fault.error_ratio.iter().filter_map(|(id, figure)| Some((id, figure.value?, figure)));
    if let Some((journey, _, figure)) = known.max_by(|a, b| a.1.total_cmp(&b.1)) {
        says.push(zones::failing(&format::figure(figure, lang).join(), &name(journey), lang));
        let parts = fault.failures.get(journey).and_then(|failures| because(failures));
        says.extend(parts.map(|parts| parts.get(lang).to_owned()));
    }
    for (journey, p95) in judged(shown, fault) {
        says.push(format!("{} p95 {}", name(journey), format::figure(p95, lang).join()));
    }
    if let Some(burnt) = fault.budget_min.value {
        let allowed = shown.targets().values().find(|t| t.kind == TargetKind::Uptime).map(|t| {
            let minutes = (1.0 - t.target) * crate::units::MINUTES_PER_30_DAYS;
            numbers::minutes(minutes, lang).join()
        });
        says.push(zones::budget(&numbers::minutes(burnt, lang).join(), allowed.as_deref(), lang));
    }
    match fault.recovery {
        Recovery::Recovered if fault.recovered_after_s.value.is_some_and(|after| after < 1.0) => {
            says.push(zones::RECOVERED_AT_ONCE.get(lang).to_owned());
        }
        Recovery::Recovered if fault.recovered_after_s.value.is_some() => {
            says.push(zones::recovered(&format::figure(&fault.recovered_after_s, lang).value.join(), lang));
        }
        Recovery::Draining => says.push(zones::DRAINING.get(lang).to_owned()),
        Recovery::Stuck => says.push(zones::STUCK.get(lang).to_owned()),
        Recovery::Recovered | Recovery::Unknown => {}
    }
    says
}

/// The p95 during the outage of the journeys that some latency target is about, each once.
fn judged<'a>(shown: &'a Shown, fault: &'a FaultAnswer) -> Vec<(&'a String, &'a Figure)> {
    let mut seen: Vec<(&String, &Figure)> = Vec::new();
    for target in shown.targets().values() {
        if let (TargetKind::Latency | TargetKind::AiLatency, Some(of)) = (target.kind, &target.of)
            && let Some(p95) = fault.p95_s.get(of)
            && !seen.iter().any(|(id, _)| *id == of)
        {
            seen.push((of, p95));
        }
    }
    seen
}
