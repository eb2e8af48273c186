//! Backups, and the procedures that the file states for coming back from an event.

use super::tables::{BACKUP, RECOVERY};
use crate::diag::{Diagnostic, Span, nearest_name};
use crate::fields::node::{Node, Table};
use crate::fields::value::{self, Value};
use crate::fields::{Reader, Type, find};
use crate::kinds::common::takes_of;
use crate::model::recovery::{Backup, Event, Procedure, Strategy};
use crate::model::{Model, RegionIx};
use crate::stats::distribution::Distribution;
use crate::text::diagnostics as diag;
use crate::text::recovery as say;
use std::collections::BTreeSet;

/// Reads all backups of a resolved scenario. One whose component is unknown has been reported already.
pub fn backups(root: &Table, model: &Model, diagnostics: &mut Vec<Diagnostic>) -> Vec<Backup> {
    let tables = || root.table("backup").into_iter().flat_map(Table::tables);
    for (_, _, table) in tables() {
        for (id, entry) in table.table("copies").into_iter().flat_map(|copies| &copies.entries) {
            if region(model, id).is_none() {
                let known: Vec<&str> = model.regions.iter().map(|r| r.id.as_str()).collect();
                let error = Diagnostic::error("unknown-copy-region", entry.key, say::unknown_copy_region(id));
                diagnostics.push(error.help(say::unknown_copy_region_help(&known)));
            }
        }
    }
    let one = |(_, _, table): (&str, _, &Table)| {
        let read = Reader::new(table, BACKUP);
        let of = model.component(read.text("of")?)?;
        let copies = times(table, "copies", BACKUP)
            .into_iter()
            .filter_map(|(id, lag)| Some((region(model, &id)?, takes_of(&lag))));
        let every = read.value("every").map(|v| takes_of(&v));
        Some(Backup { of, every, keep: read.number("keep"), copies: copies.collect() })
    };
    for (id, _, table) in tables() {
        let read = Reader::new(table, BACKUP);
        let (every, keep) = (read.number("every"), read.number("keep"));
        let short = every.zip(keep).is_some_and(|(every, keep)| keep < every);
        if let Some(node) = read.node("keep").filter(|_| short) {
            let error = Diagnostic::error("keep-too-short", node.span, say::keep_too_short(id));
            diagnostics.push(error.help(say::keep_too_short_help()));
        }
    }
    tables().filter_map(one).collect()
}

/// Regions that hold a replica all the time: those of a global database.
pub fn replicas(root: &Table, model: &mut Model) {
    for (id, _, table) in root.table("component").into_iter().flat_map(Table::tables) {
        let named = table.get("global").map(Node::texts).unwrap_or_default();
        let regions: Vec<RegionIx> = named.iter().filter_map(|(name, _)| region(model, name)).collect();
        if let (false, Some(ix)) = (regions.is_empty(), model.component(id)) {
            let home = model.graph[ix].failure.region;
            model.graph[ix].restore.replicas =
                regions.into_iter().filter(|region| Some(*region) != home).collect();
        }
    }
}

/// Reads all stated procedures into the model. One for no known event, a second one for an event, a step that no case of the
/// event has and an order that is a circle are refused: left out, they would shorten the recovery.
pub fn procedures(root: &Table, model: &mut Model, diagnostics: &mut Vec<Diagnostic>) {
    let tables = root.table("recovery").into_iter().flat_map(Table::tables);
    let mut read = Vec::new();
    for (id, at, table) in tables {
        let reader = Reader::new(table, RECOVERY);
        let word = reader.text("event").unwrap_or(id);
        let Some(event) = Event::of(word) else {
            let words = Event::ALL.map(Event::id);
            let help = nearest_name(word, words).map_or_else(|| diag::one_of(&words), diag::did_you_mean);
            diagnostics.push(Diagnostic::error("unknown-event", at, say::unknown_event(word)).help(help));
            continue;
        };
        if read.iter().any(|(p, _): &(Procedure, &Table)| p.event == event) {
            let error = Diagnostic::error("second-procedure", at, say::second_procedure(word));
            diagnostics.push(error.help(say::second_procedure_help()));
            continue;
        }
        if let Some(node) = reader.node("to").filter(|_| event == Event::Region)
            && let Some(to) = reader.text("to").and_then(|id| region(model, id))
            && only_there(model, to)
        {
            let said = say::into_what_is_lost(&model.regions[usize::from(to.0)].id);
            let error = Diagnostic::error("recovery-into-loss", node.span, said);
            diagnostics.push(error.help(say::into_what_is_lost_help()));
            continue;
        }
        read.push((procedure(&reader, table, model, event, at), table));
    }
    model.procedures = read.iter().map(|(procedure, _)| procedure.clone()).collect();
    for (i, (stated, table)) in read.iter().enumerate() {
        if stated.takes.is_empty() && stated.after.is_empty() {
            continue;
        }
        let (known, circles) = crate::recovery::stated_steps(model, stated);
        let own = own_steps(stated, table, &known, model, diagnostics);
        for id in &circles {
            let at = table.table("after").and_then(|t| t.entries.get(id)).map(|e| e.key).unwrap_or_default();
            let error = Diagnostic::error("recovery-circle", at, say::step_circle(id));
            diagnostics.push(error.help(say::step_circle_help()));
        }
        model.procedures[i].own = own;
    }
}

/// Whether all that stands anywhere stands in this region.
fn only_there(model: &Model, to: RegionIx) -> bool {
    let regions = model.graph.node_weights().flat_map(|c| {
        let units = c.failure.units.iter().filter_map(|unit| unit.zone);
        let zones = units.map(|zone| model.zones[usize::from(zone.0)].region);
        c.failure.region.into_iter().chain(zones)
    });
    let all: BTreeSet<RegionIx> = regions.collect();
    all.iter().eq([&to])
}

fn procedure(read: &Reader, table: &Table, model: &Model, event: Event, at: Span) -> Procedure {
    let lengths = times(table, "takes", RECOVERY).into_iter().map(|(id, v)| (id, length(&v)));
    let after = table.table("after").into_iter().flat_map(|after| after.entries.iter());
    let names = |node: &Node| node.texts().into_iter().map(|(name, _)| name.to_owned()).collect();
    Procedure {
        event,
        strategy: read.text("strategy").and_then(Strategy::of),
        to: read.text("to").and_then(|id| region(model, id)),
        automatic: read.flag("automatic").unwrap_or(false),
        takes: lengths.collect(),
        own: BTreeSet::new(),
        after: after.map(|(id, entry)| (id.clone(), names(&entry.node))).collect(),
        at,
    }
}

/// The steps of a procedure's own: those with a length that no case of the event has by itself. One whose name nearly is that
/// of such a step and that stands in no order is a slip; so is one in an order that is neither. A step that other designs of
/// these components have is only said not to be used here.
fn own_steps(
    stated: &Procedure,
    table: &Table,
    known: &BTreeSet<String>,
    model: &Model,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeSet<String> {
    let ordered =
        |id: &str| stated.after.iter().any(|(step, before)| step == id || before.iter().any(|b| b == id));
    let elsewhere = crate::recovery::step_names(model);
    let derived: Vec<&str> = known.union(&elsewhere).map(String::as_str).collect();
    let said = |id: &str| say::unknown_step(id, stated.event.id());
    let refuse = |diagnostics: &mut Vec<Diagnostic>, id: &str, at: Span, names: &[&str]| {
        let list: Vec<&str> = known.iter().map(String::as_str).collect();
        let help =
            nearest_name(id, names.iter().copied()).map_or_else(|| diag::one_of(&list), diag::did_you_mean);
        diagnostics.push(Diagnostic::error("unknown-step", at, said(id)).help(help));
    };
    let (mut own, mut idle) = (BTreeSet::new(), Vec::new());
    for (id, entry) in table.table("takes").into_iter().flat_map(|t| &t.entries) {
        if known.contains(id) {
            continue;
        }
        if elsewhere.contains(id) {
            idle.push((id, entry.key));
        } else if !ordered(id) && nearest_name(id, derived.iter().copied()).is_some() {
            refuse(diagnostics, id, entry.key, &derived);
        } else if let Some(verb) = crate::recovery::verb_near(id).filter(|_| !ordered(id)) {
            // `restore` or `promte` alone, or `db-restore`: of what is missing or stands first.
            let of = format!("{verb}-");
            let whole: Vec<&str> =
                derived.iter().copied().filter(|name| *name == verb || name.starts_with(&of)).collect();
            let here: Vec<&str> = whole.iter().copied().filter(|name| known.contains(*name)).collect();
            let help = diag::one_of(if here.is_empty() { &whole } else { &here });
            diagnostics.push(Diagnostic::error("unknown-step", entry.key, said(id)).help(help));
        } else {
            own.insert(id.clone());
        }
    }
    let all: Vec<&str> = derived.iter().copied().chain(own.iter().map(String::as_str)).collect();
    for (id, entry) in table.table("after").into_iter().flat_map(|t| &t.entries) {
        let names = entry.node.texts();
        for (name, at) in std::iter::once((id.as_str(), entry.key)).chain(names) {
            if !all.contains(&name) {
                refuse(diagnostics, name, at, &all);
            }
        }
    }
    for (id, at) in idle {
        diagnostics.push(Diagnostic::note("idle-step", at, said(id)).help(say::idle_step_help()));
    }
    own
}

fn region(model: &Model, id: &str) -> Option<RegionIx> {
    model.regions.iter().position(|r| r.id == id).map(|i| RegionIx(i as u16))
}

/// A length of time: as the distribution that is written, else as a three-point estimate.
pub(super) fn length(value: &Value) -> Distribution {
    value.spread.clone().unwrap_or_else(|| takes_of(value).seconds)
}

/// The times of a map field, in the order of the file.
pub(super) fn times(
    table: &Table,
    name: &str,
    fields: &'static [crate::fields::Field],
) -> Vec<(String, Value)> {
    let Some(Type::Map(ty)) = find(fields, name).map(|f| &f.ty) else { return Vec::new() };
    let Some(field) = find(fields, name) else { return Vec::new() };
    let entries = table.table(name).into_iter().flat_map(|map| map.entries.iter());
    entries.filter_map(|(id, e)| Some((id.clone(), value::read(field, ty, &e.node).ok()?))).collect()
}
