//! The scenario as one tier sees it, as one file: bases and the tier laid over each other, tables and keys in the order
//! of the reference page, quantities in their most readable unit. What a pull request compares, and what a person reads
//! to see where a value came from: `# file` or `# [tier.t1000]` behind everything that another place had the last word
//! on, `# @fact = value` behind what was taken from a fact.
//!
//! The text is a scenario itself: its tier reads as the same model. Overlays of other tiers and of platforms are left
//! out, as they say nothing about this one; the tiers' own sizes stay, for targets and books refer to them.

use super::canonical::canonical;
use super::{Scenario, SourceFile, known_tier, overlay, tables};
use crate::diag::{Diagnostic, Span};
use crate::fields::node::{Data, Entry, Node, Table, key_text};
use crate::fields::value::{self, Value};
use crate::fields::{EVERYWHERE, Field, Type, find};
use crate::kinds;
use crate::scenario::format::rank;
use crate::units::grammar::print;

/// The resolved text of a tier. O(size of the scenario).
pub fn show(scenario: &Scenario, tier: &str) -> Result<String, Vec<Diagnostic>> {
    known_tier(scenario, tier)?;
    let mut diagnostics = Vec::new();
    let root = overlay::for_tier(&scenario.whole, tier, &mut diagnostics);
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    let over = root.table("tier").and_then(|tiers| tiers.table(tier));
    let mut writer = Writer { files: &scenario.files, tier, out: String::new() };
    writer.root(&root, over);
    Ok(writer.out)
}

struct Writer<'a> {
    files: &'a [SourceFile],
    tier: &'a str,
    out: String,
}

/// What stands above an entry: where its table begins, and what the tier says about the same table.
#[derive(Clone, Copy)]
struct Above<'a> {
    at: Span,
    over: Option<&'a Table>,
}

impl Writer<'_> {
    fn root(&mut self, root: &Table, over: Option<&Table>) {
        let above = Above { at: Span::default(), over: None };
        let kind = |key: &str| tables::kind(key).is_some();
        let own = root.entries.iter().filter(|(key, _)| !kind(key));
        self.entries(
            &Table { entries: own.map(|(k, e)| (k.clone(), e.clone())).collect() },
            tables::ROOT,
            above,
        );
        for kind in &tables::TABLES {
            let Some(entry) = root.entries.get(kind.id).filter(|_| kind.id != "platform") else { continue };
            let Some(ids) = entry.node.table() else { continue };
            let over = over.and_then(|o| o.table(kind.id)).filter(|_| overlay::overlays(kind.id));
            if kind.single {
                self.header(kind.id, entry.key, over.is_some());
                self.entries(ids, kind.fields, Above { at: entry.key, over });
                continue;
            }
            for (id, at, table) in ids.tables() {
                let over = over.and_then(|o| o.table(id));
                self.header(&format!("{}.{}", kind.id, key_text(id)), at, false);
                let fields = match table.get("kind").and_then(Node::text) {
                    Some(of) if kind.id == "component" => kinds::form(of),
                    _ => kind.fields,
                };
                let own = |key: &str| kind.id != "tier" || !overlay::overlays(key);
                let kept = table.entries.iter().filter(|(key, _)| own(key));
                let kept = Table { entries: kept.map(|(k, e)| (k.clone(), e.clone())).collect() };
                self.entries(&kept, fields, Above { at, over });
            }
        }
    }

    fn header(&mut self, path: &str, at: Span, from_tier: bool) {
        let gap = if self.out.is_empty() { "" } else { "\n" };
        let tier = from_tier && at.file == 0;
        let file = self.files.get(at.file as usize).filter(|_| at.file > 0 && !tier);
        let comment = file.map(|f| format!(" # {}", f.name)).unwrap_or_default();
        self.out.push_str(&format!("{gap}[{path}]{comment}\n"));
    }

    fn entries(&mut self, table: &Table, fields: &[Field], above: Above) {
        for (key, entry) in ordered(table, fields) {
            let field = find(fields, key);
            let over = above.over.and_then(|o| o.get(key));
            match (field.map(|f| f.ty), entry.node.table()) {
                (Some(Type::Map(inner @ (Type::Table(_) | Type::Steps))), Some(inside)) => {
                    let over = over.and_then(Node::table);
                    for (name, entry) in &inside.entries {
                        let path = format!("{}.{}", key_text(key), key_text(name));
                        let from_tier = over.is_some_and(|o| o.get(name).is_some());
                        self.entry(&path, field, Some(inner), entry, above.at, from_tier);
                    }
                }
                (ty, _) => self.entry(&key_text(key), field, ty.as_ref(), entry, above.at, over.is_some()),
            }
        }
    }

    fn entry(
        &mut self,
        path: &str,
        field: Option<&Field>,
        ty: Option<&Type>,
        entry: &Entry,
        header: Span,
        from_tier: bool,
    ) {
        let mut facts = Vec::new();
        let text = written(field, ty, &entry.node, &mut facts);
        let mut places = Vec::new();
        if from_tier {
            places.push(format!("[tier.{}]", self.tier));
        } else if let Some(file) = other_file(entry, header.file).and_then(|i| self.files.get(i as usize)) {
            places.push(file.name.clone());
        }
        places.append(&mut facts);
        let comment = if places.is_empty() { String::new() } else { format!(" # {}", places.join("; ")) };
        self.out.push_str(&format!("{path} = {text}{comment}\n"));
    }
}

/// The file that had the last word on an entry or on a part of it, when that is not `file`.
fn other_file(entry: &Entry, file: u16) -> Option<u16> {
    match &entry.node.data {
        _ if entry.node.span.file != file => Some(entry.node.span.file),
        Data::Table(table) => table.entries.values().find_map(|inner| other_file(inner, file)),
        _ => None,
    }
}

/// The entries of a table: by [`rank`], then as the fields are declared, then in the order of the file.
fn ordered<'a>(table: &'a Table, fields: &[Field]) -> Vec<(&'a String, &'a Entry)> {
    let mut entries: Vec<_> = table.entries.iter().collect();
    let declared = |key: &str| {
        fields.iter().chain(EVERYWHERE).position(|f| f.name == key).unwrap_or(fields.len() + EVERYWHERE.len())
    };
    entries.sort_by_key(|(key, _)| (rank(key), declared(key)));
    entries
}

/// A value on one line, and what the facts in it say.
fn written(field: Option<&Field>, ty: Option<&Type>, node: &Node, facts: &mut Vec<String>) -> String {
    let (Some(field), Some(ty)) = (field, ty) else { return node.to_toml() };
    match (ty, &node.data) {
        (ty, Data::Text(text)) if ty.dim().is_some() => {
            let value = value::read(field, ty, node).ok();
            facts.extend(value.as_ref().and_then(fact).filter(|said| !facts.contains(said)));
            let text = canonical(text);
            Node { span: node.span, data: Data::Text(text) }.to_toml()
        }
        (Type::List(inner) | Type::OneOrMore(inner), Data::List(list)) => {
            let items: Vec<String> =
                list.iter().map(|n| written(Some(field), Some(inner), n, facts)).collect();
            format!("[{}]", items.join(", "))
        }
        (Type::PerJourney(inner) | Type::Map(inner), Data::Table(table)) => {
            inline(table.entries.iter().map(|(k, e)| (k, written(Some(field), Some(inner), &e.node, facts))))
        }
        (Type::OneOrMore(inner) | Type::PerJourney(inner), _) => {
            written(Some(field), Some(inner), node, facts)
        }
        (Type::Table(fields), Data::Table(table)) => {
            inline(ordered(table, fields).into_iter().map(|(key, entry)| {
                let field = find(fields, key);
                (key, written(field, field.map(|f| f.ty).as_ref(), &entry.node, facts))
            }))
        }
        _ => node.to_toml(),
    }
}

fn inline<'a>(entries: impl Iterator<Item = (&'a String, String)>) -> String {
    let pairs: Vec<String> = entries.map(|(k, v)| format!("{} = {v}", key_text(k))).collect();
    if pairs.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", pairs.join(", ")) }
}

/// `@lat.alb = 5ms (2ms..10ms)`.
fn fact(value: &Value) -> Option<String> {
    let fact = value.fact?;
    let central = print(value.central, value.dim);
    let range = value.range.as_ref().map(|r| (print(r.low, value.dim), print(r.high, value.dim)));
    let range = range.map(|(low, high)| format!(" ({low}..{high})")).unwrap_or_default();
    Some(format!("@{} = {central}{range}", fact.id))
}
