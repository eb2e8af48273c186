//! Backups, and the procedures that the file states for coming back from an event.

use super::tables::{BACKUP, RECOVERY};
use crate::diag::Diagnostic;
use crate::fields::node::{Node, Table};
use crate::fields::value::{self, Value};
use crate::fields::{Reader, Type, find};
use crate::kinds::common::takes_of;
use crate::model::recovery::{Backup, Event, Procedure, Strategy};
use crate::model::{Model, RegionIx};
use crate::stats::distribution::Distribution;
use crate::text::recovery as say;

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
        Some(Backup { of, every: read.value("every").map(|v| takes_of(&v)), copies: copies.collect() })
    };
    tables().filter_map(one).collect()
}

/// Reads all stated procedures.
pub fn procedures(root: &Table, model: &Model) -> Vec<Procedure> {
    let tables = root.table("recovery").into_iter().flat_map(Table::tables);
    let one = |(id, at, table): (&str, _, &Table)| {
        let read = Reader::new(table, RECOVERY);
        let lengths = times(table, "takes", RECOVERY).into_iter().map(|(id, v)| (id, length(&v)));
        let after = table.table("after").into_iter().flat_map(|after| after.entries.iter());
        let names = |node: &Node| node.texts().into_iter().map(|(name, _)| name.to_owned()).collect();
        Some(Procedure {
            event: Event::of(read.text("event").unwrap_or(id))?,
            strategy: read.text("strategy").and_then(Strategy::of),
            to: read.text("to").and_then(|id| region(model, id)),
            takes: lengths.collect(),
            after: after.map(|(id, entry)| (id.clone(), names(&entry.node))).collect(),
            at,
        })
    };
    tables.filter_map(one).collect()
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
