//! Where the page meets the engines' functions: charts, edits, fields, and the ladder of tiers with whatever has been
//! simulated. One file, so that the wiring is in one place.

use super::outage::Lost;
use super::results::{self, Length, Standing};
use super::session::Session;
use crate::answer::Answer;
use crate::answer::times::ComponentAnswer;
use crate::diag::Severity;
use crate::report::chart::gauge::Gauge;
use crate::report::chart::graph::Graph;
use crate::scenario::{self, edit};
use crate::text::{Phrase, page};
use leptos::prelude::*;

/// Every tier of the last valid text: simulated where that has happened, previews elsewhere.
pub fn ladder(session: Session) -> Memo<Answer> {
    Memo::new(move |_| {
        let good = session.good.get();
        let mut answer = good.answer.clone();
        answer.tier = session.tier.get();
        session.results.with(|results| {
            for (id, tier) in &mut answer.tiers {
                if let Some(simulated) =
                    results.tier(results::wanted(&good, id, None, results::Cause::None, Length::Hour).stamp)
                {
                    *tier = (*simulated).clone();
                }
            }
        });
        answer
    })
}

/// The gauge of the shown tier.
pub fn gauge(session: Session) -> Gauge {
    ladder_now(session, Gauge::of)
}

fn ladder_now<T>(session: Session, read: impl Fn(&Answer) -> T) -> T {
    let good = session.good.get();
    let tier = session.tier.get();
    let mut answer = good.answer.clone();
    session.shown.with(|shown| {
        if shown.standing != Standing::Preview && shown.wanted.fault.is_none() {
            answer.tiers.insert(tier.clone(), (*shown.tier).clone());
        }
    });
    answer.tier = tier;
    read(&answer)
}

/// The architecture under what is on the screen: the picture's data.
pub fn graph(session: Session, focus: Option<String>) -> Option<Graph> {
    let model = session.model.get()?;
    let mut graph = session.shown.with(|shown| Graph::of(&model, &shown.tier.components));
    if let Some(outage) = session.outage.get() {
        for node in &mut graph.nodes {
            let live = live(session, &node.id);
            node.lost = outage.lost.get(&node.id).map(|lost| (lost.of.saturating_sub(lost.left), lost.of));
            node.dead = live.down;
            node.look_at(live.answer.as_ref());
        }
        graph.down = Some(outage.zone.clone());
    }
    graph.selected = session.selection.get();
    graph.focus = focus;
    Some(graph)
}

/// What a component does on the screen right now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Live {
    /// Its figures; those of the outage's preview while a zone is off and not yet simulated.
    pub answer: Option<ComponentAnswer>,
    /// Its utilisation.
    pub utilisation: Option<f64>,
    /// What the outage took from it.
    pub lost: Option<Lost>,
    /// Whether nothing of it is left.
    pub down: bool,
}

/// What a component does on the screen right now.
pub fn live(session: Session, id: &str) -> Live {
    let outage = session.outage.get();
    let lost = outage.as_ref().and_then(|outage| outage.lost.get(id).copied());
    let answer = session.shown.with(|shown| match (&outage, shown.standing) {
        (Some(outage), Standing::Preview) => outage.components.get(id).cloned(),
        _ => shown.tier.components.get(id).cloned(),
    });
    let utilisation = answer.as_ref().and_then(|answer| answer.utilisation.value);
    Live { answer, utilisation, lost, down: lost.is_some_and(|lost| lost.dead) }
}

/// One parameter of a component, as the inspector shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FieldState {
    /// Where an edit goes: the tier's overlay when the value stands there, the component otherwise.
    pub path: String,
    /// The value as written, or the resolved one where this file does not write it.
    pub written: String,
    /// Whether somebody wrote it, as opposed to the format's default.
    pub given: bool,
    /// Whether it stands in the tier's overlay.
    pub of_tier: bool,
    /// Source or fact.
    pub source: Option<String>,
    /// Ends of its range, as written.
    pub range: Option<(String, String)>,
}

/// One parameter of a component.
pub fn field(session: Session, component: &str, name: &str) -> FieldState {
    let base = format!("component.{component}.{name}");
    let overlay = format!("tier.{}.{base}", session.tier.get());
    let good = session.good.get();
    let in_files = |path: &str| good.files.iter().find_map(|file| edit::value(&file.text, path));
    let (over, own) = (in_files(&overlay), in_files(&base));
    let model = session.model.get();
    let resolved = model.as_ref().and_then(|model| {
        let ix = model.component(component)?;
        model.graph[ix].facts.iter().find(|(field, _)| field == name).map(|(_, text)| text.clone())
    });
    let assumption =
        model.as_ref().and_then(|model| model.assumptions.iter().find(|a| a.path == base).cloned());
    let of_tier = over.is_some();
    let given = of_tier || own.is_some();
    let stated = in_files(&format!("component.{component}.from.{name}"));
    let (source, range) = assumption.map_or((None, None), |a| (a.source, a.range_text));
    FieldState {
        path: if of_tier { overlay } else { base },
        written: over.or(own).or(resolved).unwrap_or_default(),
        given,
        of_tier,
        source: source.or(stated),
        range,
    }
}

/// The text with one value changed; the reason when the format refuses it.
pub fn set(session: Session, path: &str, value: &str) -> Result<String, Phrase> {
    let text = session.text.get_untracked();
    let changed = if value.is_empty() { edit::remove(&text, path) } else { edit::set(&text, path, value) };
    let changed = changed.map_err(|error| error.phrase())?;
    let files = scenario::examples::with_bases(&session.name.get_untracked(), &changed);
    let before = session.read.with_untracked(|read| read.diagnostics.clone());
    let errors = |problem: &&crate::diag::Diagnostic| problem.severity == Severity::Error;
    let known = before.iter().filter(errors).count();
    let now = scenario::read(&files).diagnostics;
    let now: Vec<_> = now.iter().filter(errors).collect();
    if now.len() <= known {
        return Ok(changed);
    }
    let fresh = now.into_iter().find(|problem| !before.iter().any(|old| old.message == problem.message));
    Err(fresh.map_or_else(
        || page::EDIT_REFUSED.phrase(),
        |problem| match &problem.help {
            Some(help) => Phrase::new(
                format!("{}。{}", problem.message.ja, help.ja),
                format!("{}; {}", problem.message.en, help.en),
            ),
            None => problem.message.clone(),
        },
    ))
}
