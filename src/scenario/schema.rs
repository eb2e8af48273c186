//! The JSON Schema of a scenario file, for editors: built from the same tables of fields as the parser, so it cannot
//! fall behind. Draft 7 without `if`, `not` and `$id`, which is what the TOML language servers agree on.
//!
//! It is a little wider than the parser, never narrower. A quantity is any text here that has a unit; what must be
//! there is not demanded, for a file that extends another (and every tier) states only what differs; ids are looked up
//! by `lint` alone.

mod reference;

pub use reference::reference;

use super::{overlay, profile, tables};
use crate::fields::expected::expected;
use crate::fields::{EVERYWHERE, Field, Ref, Type};
use crate::kinds;
use crate::text::{Lang, Phrase};
use crate::units::grammar::Dim;
use serde_json::{Map, Value, json};

/// Every id: lower-case letters, digits and hyphens.
const ID: &str = "^[a-z0-9-]+$";

/// Fields that many tables share, and how the names of their definitions begin.
const SHARED: [(&[Field], &str); 2] = [(EVERYWHERE, "any"), (kinds::common::FIELDS, "every-component")];

/// The schema. O(fields).
pub fn schema() -> Value {
    let mut definitions = Map::new();
    let mut root = Map::new();
    for field in tables::ROOT.iter().chain(EVERYWHERE) {
        root.insert(field.name.to_owned(), of_shared(field));
    }
    root.insert("schema".to_owned(), json!({ "type": "integer", "const": overlay::SCHEMA }));
    for kind in &tables::TABLES {
        definitions.insert(kind.id.to_owned(), of_table(kind));
        root.insert(kind.id.to_owned(), json!({ "$ref": format!("#/definitions/{}", kind.id) }));
    }
    for kind in kinds::KINDS {
        let mut one = object(kinds::form(kind.id));
        let words = both(&kind.name.phrase(), &kind.help.phrase());
        set(&mut one, "title", json!(kind.id));
        set(&mut one, "description", json!(words));
        set(&mut one, "required", json!(["kind"]));
        if let Some(Value::Object(properties)) = one.get_mut("properties") {
            properties.insert("kind".to_owned(), json!({ "type": "string", "const": kind.id }));
        }
        definitions.insert(format!("component-{}", kind.id), one);
    }
    definitions.insert("component-part".to_owned(), part_of_component());
    for (fields, prefix) in SHARED {
        definitions.extend(fields.iter().map(|f| (format!("{prefix}-{}", f.name), of_field(f))));
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Plimsoll scenario",
        "description": both(
            &Phrase::new("シナリオの書式、版 1", "The scenario format, version 1"),
            &Phrase::new("構成、負荷、障害、目標、値段をひとつのファイルに書く。", "Architecture, load, faults, targets and prices in one file."),
        ),
        "type": "object",
        "required": ["schema"],
        "properties": root,
        "patternProperties": free_keys(),
        "additionalProperties": false,
        "definitions": definitions,
    })
}

/// `name: help` in both languages.
fn both(name: &Phrase, help: &Phrase) -> String {
    let one = |lang| format!("{}: {}", name.get(lang), help.get(lang));
    format!("{}\n\n{}", one(Lang::Ja), one(Lang::En))
}

fn set(object: &mut Value, key: &str, value: Value) {
    if let Value::Object(map) = object {
        map.insert(key.to_owned(), value);
    }
}

fn free_keys() -> Value {
    json!({ "^x-": {} })
}

/// A table with these fields.
fn object(fields: &[Field]) -> Value {
    let properties: Map<String, Value> =
        fields.iter().chain(EVERYWHERE).map(|f| (f.name.to_owned(), of_shared(f))).collect();
    json!({
        "type": "object",
        "properties": properties,
        "patternProperties": free_keys(),
        "additionalProperties": false,
    })
}

fn of_table(kind: &tables::TableKind) -> Value {
    let mut one = object(kind.fields);
    if matches!(kind.id, "tier" | "platform")
        && let Some(Value::Object(properties)) = one.get_mut("properties")
    {
        for over in tables::TABLES.iter().filter(|t| overlay::overlays(t.id)) {
            properties.insert(over.id.to_owned(), json!({ "$ref": format!("#/definitions/{}", over.id) }));
        }
    }
    let words = both(&kind.name.phrase(), &kind.help.phrase());
    if kind.single {
        set(&mut one, "description", json!(words));
        if kind.id == "fact" {
            set(&mut one, "additionalProperties", json!({ "type": ["string", "number"] }));
        }
        return one;
    }
    if kind.id == "component" {
        let part = std::iter::once("component-part".to_owned());
        let all = kinds::IDS.iter().map(|id| format!("component-{id}")).chain(part);
        let all: Vec<Value> = all.map(|id| json!({ "$ref": format!("#/definitions/{id}") })).collect();
        one = json!({ "anyOf": all });
    }
    let mut many = json!({ "type": "object", "description": words });
    if kind.id == "call" {
        set(&mut many, "additionalProperties", one);
    } else {
        set(&mut many, "patternProperties", json!({ ID: one }));
        set(&mut many, "additionalProperties", json!(false));
    }
    many
}

/// A component of which only some fields are stated: in a tier, or over a base. It names no kind, so it may have any
/// field of any kind.
fn part_of_component() -> Value {
    let mut properties: Map<String, Value> = Map::new();
    let fields = kinds::KINDS.iter().flat_map(|k| kinds::form(k.id)).chain(EVERYWHERE);
    for field in fields.filter(|f| f.name != "kind") {
        let new = of_shared(field);
        match properties.get_mut(field.name) {
            None => {
                properties.insert(field.name.to_owned(), new);
            }
            Some(old) if *old == new => {}
            Some(old) => match old.get_mut("anyOf") {
                Some(Value::Array(variants)) if !variants.contains(&new) => variants.push(new),
                Some(_) => {}
                None => *old = json!({ "anyOf": [old.clone(), new] }),
            },
        }
    }
    json!({
        "type": "object",
        "title": "component",
        "properties": properties,
        "patternProperties": free_keys(),
        "additionalProperties": false,
    })
}

/// A reference to a field that many tables share, or the field itself.
fn of_shared(field: &Field) -> Value {
    let same = |f: &&Field| f.name == field.name && f.help == field.help;
    let prefix = SHARED.iter().find(|(fields, _)| fields.iter().any(|f| same(&f))).map(|(_, prefix)| prefix);
    match prefix {
        Some(prefix) => json!({ "$ref": format!("#/definitions/{prefix}-{}", field.name) }),
        None => of_field(field),
    }
}

fn of_field(field: &Field) -> Value {
    let mut value = of_type(&field.ty, field.range);
    let mut lines = Vec::new();
    for lang in [Lang::Ja, Lang::En] {
        lines.push(format!("{} {}", field.help.get(lang), later(field).get(lang)).trim().to_owned());
    }
    set(&mut value, "description", json!(lines.join("\n\n")));
    if let Some(default) = field.default {
        set(&mut value, "default", default_value(&field.ty, default));
    }
    value
}

fn later(field: &Field) -> Phrase {
    if field.modelled { Phrase::default() } else { crate::text::reference::later() }
}

fn default_value(ty: &Type, text: &str) -> Value {
    match ty {
        Type::Flag => json!(text == "true"),
        Type::Count | Type::Number => text.parse::<i64>().map_or_else(|_| json!(text), |n| json!(n)),
        _ => json!(text),
    }
}

fn of_type(ty: &Type, range: Option<(f64, f64)>) -> Value {
    if let Some(dim) = ty.dim() {
        return quantity(ty, dim, range);
    }
    match ty {
        Type::Words => json!({ "anyOf": [
            { "type": "string" },
            {
                "type": "object",
                "properties": { "ja": { "type": "string" }, "en": { "type": "string" } },
                "additionalProperties": false,
            },
        ] }),
        Type::Flag => json!({ "type": "boolean" }),
        Type::Choice(words) => json!({ "type": "string", "enum": words }),
        Type::Ref(Ref::Zone) => json!({ "type": "string", "pattern": "/" }),
        Type::Steps => json!({ "type": "array", "items": { "anyOf": [
            { "type": "string" },
            { "type": "array", "items": { "type": "string" } },
        ] } }),
        Type::Active => json!({ "anyOf": [
            { "type": "string", "examples": profile::shipped().collect::<Vec<_>>() },
            { "type": "array", "items": { "anyOf": [
                { "type": "number", "minimum": 0, "maximum": 1 },
                { "type": "string" },
            ] } },
        ] }),
        Type::List(inner) => json!({ "type": "array", "items": of_type(inner, range) }),
        Type::OneOrMore(inner) => json!({ "anyOf": [
            of_type(inner, range),
            { "type": "array", "items": of_type(inner, range) },
        ] }),
        Type::PerJourney(inner) => json!({ "anyOf": [
            of_type(inner, range),
            { "type": "object", "additionalProperties": of_type(inner, range) },
        ] }),
        Type::Map(inner) => json!({ "type": "object", "additionalProperties": of_type(inner, range) }),
        Type::Table(fields) => object(fields),
        Type::Any => json!({}),
        Type::Text => json!({ "type": "string" }),
        _ => json!({ "type": "string", "title": expected(ty).en }),
    }
}

/// A quantity: a bare number where it has no unit, else a text. A text of digits only lacks its unit.
fn quantity(ty: &Type, dim: Dim, range: Option<(f64, f64)>) -> Value {
    let words = expected(ty);
    let title = format!("{} / {}", words.ja, words.en);
    if dim != Dim::Count {
        return json!({ "type": "string", "pattern": "[^-+0-9., _]", "title": title });
    }
    let mut number = json!({ "type": if matches!(ty, Type::Count) { "integer" } else { "number" } });
    let (low, high) = range.unwrap_or((0.0, 1e12));
    set(&mut number, "minimum", json!(low));
    set(&mut number, "maximum", json!(high));
    json!({ "anyOf": [number, { "type": "string" }], "title": title })
}
