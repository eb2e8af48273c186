//! What a reader of the plan must know: contradictions, impossible promises, holes. Shown, never repaired.

use super::tables::{self, BACKUP};
use crate::diag::Span;
use crate::fields::node::{Node, Table, key_text};
use crate::fields::reader::words;
use crate::fields::{Field, Reader, Type, find, value};
use crate::kinds;
use crate::model::objective::{Goal, Measure, Objective};
use crate::model::release::Signal;
use crate::model::{Finding, Model};
use crate::text::{Phrase, findings as say};
use crate::units::Money;
use crate::units::grammar::{Dim, print, print_money};
use petgraph::visit::EdgeRef;
use std::collections::BTreeSet;

/// All findings of a compiled tier: what the file says of itself, then what follows from it.
pub fn findings(root: &Table, model: &Model, unscheduled: &[(String, u32, u32)]) -> Vec<Finding> {
    let mut found = Found(Vec::new());
    notes(root, &mut found);
    for (id, left, of) in unscheduled {
        let at = model.component(id).map(|ix| model.graph[ix].at).unwrap_or_default();
        found.add("unscheduled", id, say::unscheduled(id, *left, *of), at);
    }
    alerts(model, &mut found);
    copies(root, model, &mut found);
    sums(model, &mut found);
    connections(root, model, &mut found);
    not_modelled(root, &mut found);
    found.0
}

struct Found(Vec<Finding>);

impl Found {
    fn add(&mut self, code: &str, id: &str, words: Phrase, at: Span) {
        self.0.push(Finding { code: format!("{code}-{id}"), words, note: false, at });
    }
}

/// Every `note` of the file is said as its authors' words.
fn notes(root: &Table, found: &mut Found) {
    for (kind, _, tables) in root.tables() {
        for (id, _, table) in tables.tables() {
            if let Some((node, words)) = table.get("note").and_then(|n: &Node| Some((n, words(n)?))) {
                let code = format!("note-{kind}-{id}");
                found.0.push(Finding { code, words, note: true, at: node.span });
            }
        }
    }
}

/// Alerts on a measure of a journey that ring only beyond the limit of a target for the same measure.
fn alerts(model: &Model, found: &mut Found) {
    for alert in &model.alerts {
        for target in &model.objectives {
            let limit = match (&target.goal, alert.signal) {
                (
                    Goal::Latency { journey, measure: Measure::FullAnswer, quantile, below },
                    Some(Signal::Quantile(of, p)),
                ) if *journey == of && *quantile == p => (below.as_seconds(), Dim::Time),
                (Goal::Errors { journey, below }, Some(Signal::Errors(Some(of)))) if *journey == of => {
                    (below.get(), Dim::Share)
                }
                _ => continue,
            };
            if limit.0 < alert.above {
                let words = say::late_alert(&alert.id, &alert.when, &target.id, &print(limit.0, limit.1));
                found.add("late-alert", &alert.id, words, alert.at);
            }
        }
    }
}

/// Data that a regional failure takes although a target promises a recovery point for it.
fn copies(root: &Table, model: &Model, found: &mut Found) {
    let regional = |o: &&Objective| match &o.goal {
        Goal::Rpo { events, .. } => events.is_empty() || events.iter().any(|e| e == "region"),
        _ => false,
    };
    let Some((target, within)) = model.objectives.iter().find(regional).and_then(|o| match &o.goal {
        Goal::Rpo { within, .. } => Some((o, *within)),
        _ => None,
    }) else {
        return;
    };
    let limit = print(within.as_seconds(), Dim::Time);
    let backups = || root.table("backup").into_iter().flat_map(Table::tables);
    let copied = |(_, _, table): (&str, Span, &Table)| {
        let copies = table.table("copies").is_some_and(|copies| !copies.entries.is_empty());
        table.get("of").and_then(Node::text).filter(|_| copies).map(str::to_owned)
    };
    let copied: BTreeSet<String> = backups().filter_map(copied).collect();
    for component in model.graph.node_weights() {
        let keeps =
            matches!(component.kind, "database" | "object-store") && component.failure.region.is_some();
        if keeps && !copied.contains(&component.id) {
            found.add(
                "no-copy",
                &component.id,
                say::no_copy(&component.id, &target.id, &limit),
                component.at,
            );
        }
    }
    for (id, at, table) in backups() {
        for lag in lags(table).into_iter().filter(|lag| *lag > within.as_seconds()) {
            found.add("late-copy", id, say::late_copy(id, &print(lag, Dim::Time), &target.id, &limit), at);
        }
    }
}

/// How much later each copy of a backup is, in seconds.
fn lags(table: &Table) -> Vec<f64> {
    let Some(field) = find(BACKUP, "copies") else { return Vec::new() };
    let copies = table.table("copies").into_iter().flat_map(|copies| copies.entries.values());
    copies.filter_map(|e| Some(value::read(field, &Type::Time, &e.node).ok()?.central)).collect()
}

/// Databases whose callers may open more connections than they accept.
fn connections(root: &Table, model: &Model, found: &mut Found) {
    let stated = |id: &str| {
        let table = root.table("component")?.table(id)?;
        let of = table.get("kind").and_then(Node::text)?;
        let fields = kinds::form(of);
        // Only services state it.
        find(fields, "pool").and_then(|_| Reader::new(table, fields).count("pool"))
    };
    for ix in model.graph.node_indices() {
        let component = &model.graph[ix];
        let Some(takes) = component.station.as_ref().and_then(|s| s.connections) else { continue };
        let mut opened = 0_u64;
        for call in model.graph.edges_directed(ix, petgraph::Direction::Incoming) {
            let caller = &model.graph[call.source()];
            let Some(station) = &caller.station else { continue };
            let replicas =
                station.scaling.as_ref().map_or(0, |s| s.max).max(station.active_replicas() as u32);
            opened += match (call.weight().policy.pool, stated(&caller.id)) {
                (Some(pool), _) => u64::from(pool.size),
                (None, Some(each)) => u64::from(each) * u64::from(replicas),
                (None, None) => 0,
            };
        }
        if opened > u64::from(takes) {
            found.add(
                "connections",
                &component.id,
                say::connections(&component.id, opened, takes),
                component.at,
            );
        }
    }
}

/// Books that state the bill of this tier in full, against the claim of the tier.
fn sums(model: &Model, found: &mut Found) {
    let claimed = model.tier.claims.iter().find_map(|claim| claim.cost.map(|cost| (cost, claim.at_least)));
    let Some((claimed, at_least)) = claimed else { return };
    for book in model.books.iter().filter(|book| book.tier.as_deref() == Some(&model.tier.id)) {
        if book.lines.iter().any(|line| line.amount.currency != claimed.currency) {
            continue; // no rate of exchange is known here
        }
        let sum = book.lines.iter().map(|line| line.amount.amount).sum();
        let differs = if at_least { sum < claimed.amount } else { sum != claimed.amount };
        if differs {
            let text = |money: Money| format!("{}/month", print_money(money.amount, money.currency));
            let sum = text(Money::new(sum, claimed.currency));
            found.add("wrong-sum", &book.id, say::wrong_sum(&book.id, &sum, &text(claimed)), book.at);
        }
    }
}

/// One finding that names every field that is read and kept for an engine still to come.
fn not_modelled(root: &Table, found: &mut Found) {
    let mut named = Vec::new();
    let mut first = None;
    for kind in &tables::TABLES {
        let Some(entry) = root.entries.get(kind.id) else { continue };
        let Some(ids) = entry.node.table() else { continue };
        let whole = [("", entry.key, ids)];
        let each: Vec<_> = if kind.single { whole.to_vec() } else { ids.tables().collect() };
        for (id, _, table) in each {
            let fields = match table.get("kind").and_then(Node::text) {
                Some(of) if kind.id == "component" => kinds::form(of),
                _ => kind.fields,
            };
            for (key, entry) in &table.entries {
                if find(fields, key).is_some_and(|field: &Field| !field.modelled) {
                    let path = if kind.single { String::new() } else { format!(".{}", key_text(id)) };
                    named.push(format!("{}{path}.{key}", kind.id));
                    first = first.or(Some(entry.key));
                }
            }
        }
    }
    if let Some(at) = first {
        let words = say::not_modelled(&named);
        found.0.push(Finding { code: "not-modelled".to_owned(), words, note: false, at });
    }
}
