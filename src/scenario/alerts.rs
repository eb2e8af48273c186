//! Alerts: the condition of each, as something that can be looked at.

use super::faults::{nearest_subject, quantile, sides};
use super::tables::ALERT;
use crate::diag::Diagnostic;
use crate::fields::Reader;
use crate::fields::node::Table;
use crate::model::Model;
use crate::model::release::{Alert, Signal};
use crate::text::Phrase;
use crate::text::deploys as say;
use crate::units::grammar::Dim;

/// Reads all alerts of a resolved scenario.
pub fn alerts(root: &Table, model: &Model, diagnostics: &mut Vec<Diagnostic>) -> Vec<Alert> {
    let mut alerts = Vec::new();
    for (id, at, table) in root.table("alert").into_iter().flat_map(Table::tables) {
        let read = Reader::new(table, ALERT);
        let Some(when) = read.text("when") else { continue };
        let Some((signal, above)) = condition(when, model) else {
            let span = read.node("when").map_or(at, |node| node.span);
            let error = Diagnostic::error("alert-when", span, say::alert_when(when));
            let journeys = model.journeys.iter().map(|j| j.id.as_str());
            let known: Vec<&str> =
                journeys.chain(model.graph.node_weights().map(|c| c.id.as_str())).collect();
            diagnostics.push(error.help(
                nearest_subject(when, '>', known.iter().copied()).unwrap_or_else(say::alert_when_help),
            ));
            continue;
        };
        let seconds = |field: &str| read.time(field).map_or(0.0, |t| t.as_seconds());
        alerts.push(Alert {
            id: id.to_owned(),
            name: read.words("name").unwrap_or_else(|| Phrase::same(id)),
            when: when.to_owned(),
            signal,
            above,
            lasts: seconds("for"),
            every: seconds("every"),
            over: seconds("over"),
            route: read.text("route").map(str::to_owned),
            at,
        });
    }
    alerts
}

/// `errors > 5%`, `api.p95 > 1s`, `nodes.cpu > 80%`: what is looked at and the SI value above which it fires. The signal is
/// `None` for a measure of something known that Plimsoll does not model: `rds.disk`.
pub fn condition(text: &str, model: &Model) -> Option<(Option<Signal>, f64)> {
    let (left, limit) = sides(text, '>')?;
    let (signal, dim) = if left == "errors" {
        (Some(Signal::Errors(None)), Some(Dim::Share))
    } else {
        let (subject, measure) = left.rsplit_once('.')?;
        measured(subject, measure, model)?
    };
    // What is not modelled may be counted in anything.
    dim.is_none_or(|dim| dim == limit.dim).then_some((signal, limit.value))
}

type Measured = (Option<Signal>, Option<Dim>);

fn measured(subject: &str, measure: &str, model: &Model) -> Option<Measured> {
    if let Some(journey) = model.journey(subject) {
        match measure {
            "errors" => return Some((Some(Signal::Errors(Some(journey))), Some(Dim::Share))),
            "rate" => return Some((Some(Signal::Arrivals(journey)), Some(Dim::Rate))),
            "failed" => return Some((Some(Signal::FailedLogins(journey)), Some(Dim::Rate))),
            _ => {}
        }
        if let Some(q) = quantile(measure) {
            return Some((Some(Signal::Quantile(journey, q)), Some(Dim::Time)));
        }
        return word(measure).then_some((None, None));
    }
    let component = model.component(subject)?;
    if matches!(measure, "cpu" | "utilisation") {
        return Some((Some(Signal::Busy(component)), Some(Dim::Share)));
    }
    word(measure).then_some((None, None))
}

fn word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}
