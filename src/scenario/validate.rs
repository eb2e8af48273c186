//! Checks a resolved scenario against the field tables: names of tables, ids, fields, values, references, limits.

use super::{overlay, tables};
use crate::diag::{Diagnostic, Span, nearest_name};
use crate::fields::check::Check;
use crate::fields::node::{Data, Entry, Node, Table};
use crate::fields::{EVERYWHERE, Ref, facts};
use crate::kinds;
use crate::text::diagnostics as say;
use std::collections::BTreeSet;

/// Most components.
pub const MAX_COMPONENTS: usize = 10_000;
/// Most calls, stated or implied.
pub const MAX_CALLS: usize = 100_000;
/// Most entries of any other table.
const MAX_ENTRIES: usize = 10_000;
/// Most tiers: each is a whole model.
const MAX_TIERS: usize = 64;
/// Most journeys; their product with the components is limited too, for every component knows every journey.
const MAX_JOURNEYS: usize = 200;
const MAX_PAIRS: usize = 1_000_000;
/// Unknown ids that are said at most, about one resolved tier.
const MAX_SAID: usize = 10_000;

/// Checks everything that can be checked without compiling. `tier` is the tier whose overlay was laid.
pub fn validate(root: &Table) -> Check {
    let mut check = Check::default();
    let names: Vec<&str> = tables::TABLES.iter().map(|t| t.id).collect();
    for (key, entry) in &root.entries {
        if !key.starts_with("x-")
            && crate::fields::find(tables::ROOT, key).is_none()
            && !names.contains(&key.as_str())
        {
            let known = names.iter().copied().chain(tables::ROOT.iter().chain(EVERYWHERE).map(|f| f.name));
            let help = check.hint(key, known);
            check
                .diagnostics
                .push(Diagnostic::error("unknown-table", entry.key, say::unknown_table(key)).help(help));
        }
    }
    let own = |(key, _): &(&String, &Entry)| !names.contains(&key.as_str()) && key.as_str() != "schema";
    let top =
        Table { entries: root.entries.iter().filter(own).map(|(k, e)| (k.clone(), e.clone())).collect() };
    let known = |key: &str| crate::fields::find(tables::ROOT, key).is_some();
    let top = Table { entries: top.entries.into_iter().filter(|(k, _)| known(k)).collect() };
    let optional: Vec<_> = tables::ROOT.iter().filter(|f| f.name != "schema").copied().collect();
    check.table("scenario", Span::default(), &top, &optional);
    for kind in &tables::TABLES {
        if let Some(entry) = root.entries.get(kind.id) {
            table(&mut check, kind, entry);
        }
    }
    limits(&mut check, root);
    resolve(&mut check, root);
    check
}

fn table(check: &mut Check, kind: &tables::TableKind, entry: &Entry) {
    let ids = match &entry.node.data {
        Data::Table(ids) => ids,
        Data::Tables => {
            let error = Diagnostic::error("array-of-tables", entry.node.span, say::array_of_tables(kind.id));
            return check.diagnostics.push(error.help(say::array_of_tables_help(kind.id)));
        }
        _ => return check.diagnostics.push(not_a_table(kind.id, &entry.node)),
    };
    if kind.id == "fact" {
        return super::own_facts::check(check, ids);
    }
    if kind.single {
        return check.table(kind.id, entry.key, ids, kind.fields);
    }
    for (id, entry) in &ids.entries {
        if kind.id == "region" {
            zone_names(check, entry.node.table());
        }
        let Some(one) = entry.node.table() else {
            check.diagnostics.push(not_a_table(kind.id, &entry.node));
            continue;
        };
        let path = format!("{}.{}", kind.id, crate::fields::node::key_text(id));
        match kind.id {
            "call" => check.table(&path, entry.key, one, kind.fields),
            "component" => {
                identifier(check, id, entry.key);
                component(check, &path, entry.key, one);
            }
            "tier" | "platform" => {
                identifier(check, id, entry.key);
                let overlays: Vec<&str> =
                    tables::TABLES.iter().map(|t| t.id).filter(|t| overlay::overlays(t)).collect();
                check.keys(&path, one, kind.fields, &overlays);
                let own = one.entries.iter().filter(|(k, _)| crate::fields::find(kind.fields, k).is_some());
                let own = Table { entries: own.map(|(k, e)| (k.clone(), e.clone())).collect() };
                check.table(&path, entry.key, &own, kind.fields);
            }
            _ => {
                identifier(check, id, entry.key);
                check.table(&path, entry.key, one, kind.fields);
            }
        }
    }
}

fn component(check: &mut Check, path: &str, at: Span, table: &Table) {
    match table.get("kind").and_then(Node::text) {
        Some(id) if kinds::kind(id).is_none() => {
            let span = table.get("kind").map_or(at, |n| n.span);
            let help = check.hint(id, kinds::IDS.iter().copied());
            check.diagnostics.push(Diagnostic::error("unknown-kind", span, say::unknown_kind(id)).help(help));
        }
        Some(id) => check.table(path, at, table, kinds::form(id)),
        None => {
            let error = Diagnostic::error("missing-field", at, say::missing_field(path, "kind"));
            check.diagnostics.push(error.help(say::one_of(&kinds::IDS)));
        }
    }
}

fn not_a_table(kind: &str, node: &Node) -> Diagnostic {
    Diagnostic::error("not-a-table", node.span, say::not_a_table(kind)).help(say::array_of_tables_help(kind))
}

/// Zones are ids too, each once: `tokyo/a`.
fn zone_names(check: &mut Check, region: Option<&Table>) {
    let mut seen = BTreeSet::new();
    for (zone, at) in region.and_then(|region| region.get("zones")).map(Node::texts).unwrap_or_default() {
        identifier(check, zone, at);
        if !seen.insert(zone) {
            let error = Diagnostic::error("listed-twice", at, say::listed_twice(zone, "zones"));
            check.diagnostics.push(error.help(say::listed_twice_help()));
        }
    }
}

fn identifier(check: &mut Check, id: &str, at: Span) {
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !id.is_empty() && id.chars().all(fine) {
        return;
    }
    let mapped: String = id.to_lowercase().chars().map(|c| if fine(c) { c } else { '-' }).collect();
    let fixed = mapped.trim_matches('-');
    let fixed = if fixed.is_empty() { "api" } else { fixed };
    check.diagnostics.push(Diagnostic::error("bad-id", at, say::bad_id(id)).help(say::bad_id_help(fixed)));
}

fn limits(check: &mut Check, root: &Table) {
    let size = |id: &str| root.table(id).map_or(0, |t| t.entries.len());
    let mut over = |id: &str, got: usize, most: usize| {
        if got > most {
            let at = root.entries.get(id).map(|e| e.key).unwrap_or_default();
            let error = Diagnostic::error("too-many", at, say::too_many(id, got, most));
            check.diagnostics.push(error.help(say::too_many_help(most)));
        }
    };
    for kind in &tables::TABLES {
        let most = match kind.id {
            "component" => MAX_COMPONENTS,
            "call" => MAX_CALLS,
            "tier" | "platform" => MAX_TIERS,
            "journey" => MAX_JOURNEYS.min(MAX_PAIRS / size("component").max(1)),
            _ => MAX_ENTRIES,
        };
        over(kind.id, size(kind.id), most);
    }
    let zones: usize = root.table("region").map_or(0, |t| {
        t.tables().map(|(_, _, r)| r.get("zones").and_then(Node::list).map_or(0, <[Node]>::len)).sum()
    });
    over("region", zones, MAX_ENTRIES);
}

/// Every zone id of the scenario: `tokyo/a`.
pub fn zone_ids(root: &Table) -> Vec<String> {
    let mut ids = Vec::new();
    for (region, _, table) in root.table("region").into_iter().flat_map(Table::tables) {
        for (zone, _) in table.get("zones").map(Node::texts).unwrap_or_default() {
            ids.push(format!("{region}/{zone}"));
        }
    }
    ids
}

fn resolve(check: &mut Check, root: &Table) {
    let ids = |table: &str| root.table(table).into_iter().flat_map(|t| t.entries.keys().map(String::as_str));
    let kind_of = |id: &str| root.table("component")?.table(id)?.get("kind")?.text();
    let zones: BTreeSet<String> = zone_ids(root).into_iter().collect();
    for (to, id, at) in std::mem::take(&mut check.references) {
        let exists = |table: &str| root.table(table).is_some_and(|t| t.entries.contains_key(&id));
        let (found, ja, en) = match to {
            Ref::Component => (exists("component"), "構成要素", "component"),
            Ref::Kind(kind) => (kind_of(&id) == Some(kind), kind, kind),
            Ref::Zone => (zones.contains(&id), "ゾーン", "zone"),
            Ref::Region => (exists("region"), "リージョン", "region"),
            Ref::Place => (exists("region") || zones.contains(&id), "場所", "place"),
            Ref::Journey => (exists("journey"), "ジャーニー", "journey"),
            Ref::Tier => (exists("tier"), "段階", "tier"),
            Ref::Phase => (exists("phase"), "工程", "phase"),
            Ref::Task => (exists("task"), "作業", "task"),
            Ref::Book => (exists("book") || shipped_book(&id), "価格表", "price book"),
            Ref::Thing => {
                let within = |(table, id): (&str, &str)| {
                    tables::kind(table).is_some_and(|kind| !kind.single)
                        && root.table(table).is_some_and(|t| t.entries.contains_key(id))
                };
                let found =
                    exists("component") || exists("control") || id.split_once('.').is_some_and(within);
                (found, "構成要素や統制", "component or control")
            }
            Ref::Source => (exists("source") || facts::fact(&id).is_some(), "出典や事実", "source or fact"),
        };
        if found {
            continue;
        }
        let candidates: Vec<&str> = match to {
            Ref::Component => ids("component").collect(),
            Ref::Kind(kind) => ids("component").filter(|c| kind_of(c) == Some(kind)).collect(),
            Ref::Zone | Ref::Place => zones.iter().map(String::as_str).collect(),
            Ref::Region => ids("region").collect(),
            Ref::Journey => ids("journey").collect(),
            Ref::Tier => ids("tier").collect(),
            Ref::Phase => ids("phase").collect(),
            Ref::Task => ids("task").collect(),
            Ref::Book => ids("book").chain(crate::cost::shipped_books()).collect(),
            Ref::Thing => ids("component").chain(ids("control")).collect(),
            Ref::Source => ids("source").collect(),
        };
        let near = if to == Ref::Source && check.may_hint() { facts::nearest(&id) } else { None };
        let help = match near {
            Some(near) if nearest_name(&id, candidates.iter().copied()).is_none() => say::did_you_mean(near),
            _ if candidates.is_empty() => say::none_declared(ja, en),
            _ => check.hint(&id, candidates.into_iter()),
        };
        let error = Diagnostic::error("unknown-reference", at, say::unknown_reference(ja, en, &id));
        check.diagnostics.push(error.help(help));
        if check.diagnostics.len() > MAX_SAID {
            return;
        }
    }
}

fn shipped_book(id: &str) -> bool {
    id == "aws-list" || crate::cost::shipped_books().contains(&id)
}
