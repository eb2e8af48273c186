//! Every field of every table is used or refused: in each base below, each field that the tables declare is stated with several
//! values, and either what the engines are given differs between them, or a warning or an error at its line says why not; with
//! `ENGINES=1` in the environment some answer has to differ too, which takes minutes. The fields come from
//! the declarations themselves, so a new field is covered the day it is declared. A base is a context: a field that means
//! something in one and nothing in another has to be used in the first and reported in the second.

mod bases;
mod engines;
mod more;
mod same;
mod values;

use bases::BASES;
use engines::Engines;
use plimsoll::diag::{Diagnostic, Severity, line_column};
use plimsoll::fields::{EVERYWHERE, Field, Type};
use plimsoll::kinds;
use plimsoll::scenario::tables::{ROOT, TABLES};
use plimsoll::scenario::{SourceFile, read};
use std::collections::BTreeSet;
use toml_edit::{DocumentMut, InlineTable, Item, Table, Value};

/// Problems of a value, not of the field: a value with one is passed over, and another is tried.
const OF_THE_VALUE: &[&str] = &[
    "out-of-range",
    "wrong-type",
    "bad-value",
    "unknown-reference",
    "bad-choice",
    "missing-unit",
    "wrong-unit",
    "unknown-unit",
    "no-distribution",
    "nothing-fits",
    "bad-step",
    "bad-condition",
    "missing-field",
    "unknown-field",
    "bad-process",
    "bad-profile",
    "bad-spike",
];

/// Fields that only say something to the reader: what is asked of them is no answer.
const ONLY_SHOWN: &[&str] = &[
    // of every table: shown; `note` is a finding, `from` names the source in the ledger
    "name",
    "note",
    "quote",
    "from",
    // sources are looked up by `from`, and shown
    "title",
    "owner",
    "date",
    "url",
    "confidence",
];

/// Fields that say what the file is, and not what the system is: `wrong` tests them, `kind` changes which fields there are.
/// `timezone` says what the hours mean; tests of the profiles are about it.
const STRUCTURE: &[&str] = &["schema", "extends", "remove", "kind", "timezone"];

/// One field in one table of one base.
struct Place {
    /// Keys down to the field.
    path: Vec<String>,
    field: Field,
    /// The fields of the inline table it stands in.
    beside: &'static [Field],
}

/// All fields of all tables of a document whose kind is one of `kinds`.
fn places(doc: &DocumentMut, wanted: &[&str]) -> Vec<Place> {
    let mut found = Vec::new();
    if wanted.contains(&"root") {
        found.extend(ROOT.iter().map(|field| Place {
            path: vec![field.name.to_owned()],
            field: *field,
            beside: &[],
        }));
    }
    for kind in TABLES.iter().filter(|kind| wanted.contains(&kind.id)) {
        let Some(table) = doc.get(kind.id).and_then(Item::as_table_like) else { continue };
        if kind.single {
            below(&[kind.id.to_owned()], kind.fields, &[], doc, &mut found);
            continue;
        }
        for (id, one) in table.iter() {
            let of = one.get("kind").and_then(Item::as_str).filter(|_| kind.id == "component");
            let fields = of.map_or(kind.fields, kinds::form);
            below(&[kind.id.to_owned(), id.to_owned()], fields, &[], doc, &mut found);
        }
    }
    found
}

fn below(
    above: &[String],
    fields: &[Field],
    beside: &'static [Field],
    doc: &DocumentMut,
    found: &mut Vec<Place>,
) {
    for field in fields.iter().filter(|field| !EVERYWHERE.iter().any(|e| e.name == field.name)) {
        let path: Vec<String> = above.iter().cloned().chain([field.name.to_owned()]).collect();
        match field.ty {
            Type::Table(inside) => below(&path, inside, inside, doc, found),
            Type::OneOrMore(Type::Table(inside)) => below(&path, inside, inside, doc, found),
            Type::Map(Type::Table(inside)) => {
                // of those that the base has
                let map = at(doc, &path).and_then(Item::as_table_like);
                let keys: Vec<String> =
                    map.into_iter().flat_map(|map| map.iter()).map(|(key, _)| key.to_owned()).collect();
                for key in keys {
                    let path: Vec<String> = path.iter().cloned().chain([key]).collect();
                    below(&path, inside, inside, doc, found);
                }
            }
            _ => found.push(Place { path, field: *field, beside }),
        }
    }
}

fn at<'a>(doc: &'a DocumentMut, path: &[String]) -> Option<&'a Item> {
    path.iter().try_fold(doc.as_item(), |item, key| item.get(key))
}

/// The document with a value at a path, on a line of its own; without value a filler, so that nothing below moves.
fn with(doc: &DocumentMut, place: &Place, value: Option<&Value>) -> String {
    let path = &place.path;
    let before = doc;
    let mut doc = doc.clone();
    let (field, above) = path.split_last().unwrap();
    let mut here: &mut Item = doc.as_item_mut();
    for (depth, key) in above.iter().enumerate() {
        if here.get(key).is_none() {
            let fresh =
                if depth == 0 { Item::Table(Table::new()) } else { Item::Value(InlineTable::new().into()) };
            here.as_table_like_mut().unwrap().insert(key, fresh);
        }
        here = &mut here[key.as_str()];
    }
    let table = here.as_table_like_mut().unwrap();
    match value {
        Some(value) => drop(table.insert(field, Item::Value(value.clone()))),
        None => {
            table.remove(field);
            table.insert("x-absent", Item::Value(1.into()));
        }
    }
    // the ones that must stand beside it in an inline table
    for needed in place.beside.iter().filter(|f| f.required && f.name != field) {
        if table.get(needed.name).is_none() {
            let path: Vec<String> = above.iter().cloned().chain([needed.name.to_owned()]).collect();
            if let Some(value) = values::candidates(&path, needed, before).into_iter().next() {
                table.insert(needed.name, Item::Value(value));
            }
        }
    }
    doc.to_string()
}

fn files(text: &str) -> Vec<SourceFile> {
    vec![SourceFile { name: "base.toml".to_owned(), text: text.to_owned() }]
}

/// Whether something is said where the field stands, by name.
fn on_its_line(text: &str, path: &[String], said: &Diagnostic) -> bool {
    let field = path.last().unwrap();
    // A field of an inline table may be reported with it.
    let named = path.iter().skip(2).chain([field]).any(|f| said.message.en.contains(&format!("`{f}`")));
    let (line, _) = line_column(text, said.span.start as usize);
    let line = text.lines().nth(line - 1).unwrap_or_default();
    line.contains(field.as_str()) && named
}

/// What is wrong with the use of this field here; `None` when it is used or reported. `asked`: fields that some answer is known to
/// follow, in the order of the bases.
fn wrong(base: &str, doc: &DocumentMut, place: &Place, asked: &mut BTreeSet<String>) -> Option<String> {
    let name = format!("{base}: {}", place.path.join("."));
    let mut engines = Vec::new();
    let mut passed_over = Vec::new();
    let candidates = values::candidates(&place.path, &place.field, doc);
    if candidates.is_empty() {
        // An id of something that this base has not: nothing can be stated.
        return None;
    }
    for value in candidates.iter().map(Some).chain([None]) {
        let text = with(doc, place, value);
        let reading = read(&files(&text));
        let stated = value.is_some();
        if let Some(bad) = reading.diagnostics.iter().find(|d| OF_THE_VALUE.contains(&d.code.as_str())) {
            passed_over.push(format!("{value:?}: {}", bad.message.en));
            continue;
        }
        // Refused outright, or said at its line.
        let refused = reading.diagnostics.iter().any(|d| d.severity == Severity::Error);
        if stated && (refused || reading.diagnostics.iter().any(|d| on_its_line(&text, &place.path, d))) {
            return None;
        }
        if let Some(scenario) = reading.scenario {
            engines.push(Engines::of(text, scenario));
        }
    }
    let values: BTreeSet<String> =
        candidates.iter().map(|value| value.to_string().trim().to_owned()).collect();
    if engines.len() < 2 || values.len() < 2 {
        // The only thing that can be named is named: there is nothing to compare with.
        if values.len() < 2 {
            return None;
        }
        return Some(format!("{name}: too few values fit: {passed_over:?}"));
    }
    let compiles_alike = engines.windows(2).all(|two| two[0].model() == two[1].model());
    if compiles_alike && !engines::beyond_the_model(&engines, place.path[0] == "platform") {
        return Some(format!("{name}: changes nothing at all, and nothing says so"));
    }
    if compiles_alike || std::env::var("ENGINES").is_err() || !asked.insert(declared(doc, place)) {
        return None;
    }
    (!engines::moved(&engines)).then(|| format!("{name}: no answer moves, and nothing says so"))
}

/// The field as it is declared: without ids, with the kind of component.
fn declared(doc: &DocumentMut, place: &Place) -> String {
    let kind = at(doc, &place.path[..2.min(place.path.len())]).and_then(|item| item.get("kind"));
    let kind = kind.and_then(Item::as_str).unwrap_or_default();
    let what = at(doc, &place.path[..2.min(place.path.len())]).and_then(|item| item.get("what"));
    let what = what.and_then(Item::as_str).unwrap_or_default();
    let fields: Vec<&str> = place.path.iter().skip(2).map(String::as_str).collect();
    format!("{} {kind}{what} {}", place.path[0], fields.join("."))
}

/// Walks the fields of these kinds of tables in one base, or in all.
fn walk(wanted: &[&str], base: Option<&str>) {
    let only = std::env::var("FIELD").unwrap_or_default();
    let mut failed = Vec::new();
    let mut asked = BTreeSet::new();
    let mut count = 0;
    for (name, text) in BASES.iter().filter(|(name, _)| base.is_none_or(|base| base == *name)) {
        let doc: DocumentMut = text.parse().unwrap();
        let reading = read(&files(text));
        assert!(reading.scenario.is_some(), "{name}: {:?}", reading.diagnostics);
        for place in places(&doc, wanted) {
            let left_out = ONLY_SHOWN.contains(&place.field.name)
                || STRUCTURE.contains(&place.field.name)
                || !place.path.join(".").contains(&only);
            if !left_out {
                count += 1;
                failed.extend(wrong(name, &doc, &place, &mut asked));
            }
        }
    }
    assert!(count > 0, "no field of {wanted:?} was looked at");
    assert!(failed.is_empty(), "{} of {count} fields:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn every_field_of_components_on_the_way_is_used_or_reported() {
    walk(&["component"], Some("web"));
}

#[test]
fn every_field_of_bare_components_is_used_or_reported() {
    walk(&["component"], Some("bare"));
}

#[test]
fn every_field_of_stations_is_used_or_reported() {
    walk(&["component"], Some("desk"));
}

#[test]
fn every_field_of_demand_is_used_or_reported() {
    walk(&["root", "load", "journey", "tier", "platform"], None);
}

#[test]
fn every_field_of_calls_is_used_or_reported() {
    walk(&["call"], None);
}

#[test]
fn every_field_of_faults_is_used_or_reported() {
    walk(&["fault"], None);
}

#[test]
fn every_field_of_places_and_recoveries_is_used_or_reported() {
    walk(&["region", "backup", "recovery"], None);
}

#[test]
fn every_field_of_targets_alerts_and_releases_is_used_or_reported() {
    walk(&["target", "alert", "pipeline", "deploy"], None);
}

#[test]
fn every_field_of_plans_and_prices_is_used_or_reported() {
    walk(&["control", "phase", "task", "book"], None);
}
