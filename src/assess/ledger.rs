//! One ledger of an uptime: every part of the expected downtime with its source, and what the file rules out or leaves open. The
//! minutes add to the downtime that is judged, as each moment of it is counted once.

use crate::answer::availability::{AvailabilityAnswer, Share};
use crate::answer::ledger::LedgerEntry;
use crate::model::Model;
use crate::model::switch::switch_of;
use crate::text::ledger as say;

/// Facts that rule something out when the file states zero: fact, kind.
const RULED_OUT: [(&str, &str); 5] = [
    ("rate.az.multiaz_leak", "zone-leak"),
    ("rate.llm.corr", "vendors"),
    ("rate.failover.fail", "failed-failover"),
    ("rate.config.human", "operator"),
    ("rate.cert.expiry", "certificate"),
];

/// The lines, most minutes first; then what is ruled out, and what is left out.
pub fn ledger(model: &Model, found: &AvailabilityAnswer) -> Vec<LedgerEntry> {
    let mut lines: Vec<LedgerEntry> = found.attribution.iter().map(|share| line(model, share)).collect();
    for (fact, kind) in RULED_OUT {
        let zero = model.own_facts.value(fact) == Some(0.0);
        if zero && lines.iter().all(|line| line.kind != kind) {
            lines.push(LedgerEntry {
                id: kind.to_owned(),
                what: say::ruled_out(kind),
                minutes: Some(0.0),
                source: format!("fact.\"{fact}\""),
                kind: kind.to_owned(),
                basis: "stated".to_owned(),
                ..LedgerEntry::default()
            });
        }
    }
    let mut left_out = |kind: &str| {
        lines.push(LedgerEntry {
            id: kind.to_owned(),
            what: say::left_out(kind),
            kind: kind.to_owned(),
            basis: "left-out".to_owned(),
            ..LedgerEntry::default()
        });
    };
    if model.operations.operator.is_none() {
        left_out("operator");
    }
    if model.releases.is_empty() && !model.pipelines.is_empty() {
        left_out("release");
    }
    lines
}

/// Name, source and basis of one part of the downtime.
fn line(model: &Model, share: &Share) -> LedgerEntry {
    let cause = share.cause.as_str();
    let place = cause.split(' ').next().filter(|_| cause.contains(' ') && model.component(cause).is_none());
    let kind = match (share.part.as_str(), place) {
        ("outage", Some(place @ ("zone" | "region" | "provider"))) => place,
        ("outage", _) => "failure",
        ("leak", _) => "zone-leak",
        ("together", _) => "vendors",
        (part, _) => part,
    };
    let (source, basis) = source(model, kind, cause);
    let of = if kind == "zone-leak" { cause } else { share.cause.as_str() };
    LedgerEntry {
        // A place by its own name: `zone.tokyo/a`.
        id: match place.and_then(|place| cause.strip_prefix(place)) {
            Some(name) if matches!(kind, "zone" | "zone-leak" | "region" | "provider") => {
                format!("{kind}.{}", name.trim_start().replace(' ', "-"))
            }
            _ => format!("{kind}.{}", cause.replace(' ', "-")),
        },
        what: say::what(kind, of),
        minutes: Some(share.amount),
        range_low: None,
        range_high: None,
        source,
        kind: kind.to_owned(),
        basis: basis.to_owned(),
    }
}

fn source(model: &Model, kind: &str, cause: &str) -> (String, &'static str) {
    let facts = |ids: &[&str]| {
        let stated = ids.iter().any(|id| model.own_facts.states(id));
        (ids.join(" x "), if stated { "stated" } else { "assumption" })
    };
    let cited = |prefix: String, fields: &[&str]| {
        let of = |field: &&str| {
            let path = format!("{prefix}.{field}");
            let found = model.assumptions.iter().find(|a| a.path == path);
            found.and_then(|a| a.source.clone()).unwrap_or(path)
        };
        let all: Vec<String> = fields.iter().map(of).collect();
        let shipped = all.iter().any(|id| crate::fields::facts::fact(id).is_some());
        (all.join(" x "), if shipped { "assumption" } else { "stated" })
    };
    let region = || cause.split([' ', '/']).nth(1).unwrap_or_default();
    match kind {
        "zone" => cited(format!("region.{}", region()), &["zone-outages", "zone-outage", "zone-share"]),
        "region" => cited(format!("region.{}", region()), &["outages", "outage"]),
        "zone-leak" => {
            let (zone, _) = cited(format!("region.{}", region()), &["zone-outages", "zone-outage"]);
            let (leak, basis) = facts(&["rate.az.multiaz_leak"]);
            (format!("{zone} x {leak}"), basis)
        }
        "provider" => facts(&["rate.provider.global", "rate.region.duration"]),
        "vendors" => facts(&["rate.llm.corr"]),
        // It lasts as long as what it should have led away from.
        "failed-failover" if is_name(model, cause) => facts(&["rate.failover.fail"]),
        "failed-failover" => facts(&["rate.failover.fail", "fo.human.detect_decide"]),
        "failover" if is_name(model, cause) => cited(format!("component.{cause}"), &["failover"]),
        "operator" => facts(&["rate.config.human", "rate.severity.change"]),
        "certificate" => facts(&["rate.cert.expiry", "rate.severity.change"]),
        "release" | "stopping" => {
            let way = model.operations.releases.iter().find(|releases| releases.of == cause);
            (way.map_or_else(String::new, |way| format!("deploy.{}", way.id)), "assumption")
        }
        "brown-out" => ("load".to_owned(), "computed"),
        _ => {
            let component = model.graph.node_weights().find(|component| component.id == cause);
            let used = component.map_or(&[][..], |component| &component.failure_facts);
            match used {
                [] => cited(format!("component.{cause}"), &["availability"]),
                used => (used.join(", "), "assumption"),
            }
        }
    }
}

/// Whether it is a name that may lead elsewhere.
fn is_name(model: &Model, id: &str) -> bool {
    model.component(id).is_some_and(|ix| switch_of(model, ix).is_some())
}
