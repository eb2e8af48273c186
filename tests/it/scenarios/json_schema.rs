//! As much of JSON Schema as the scenario's own schema uses: enough to hold TOML texts against it.

use serde_json::{Map, Value, json};
use toml_edit::{Item, Value as Toml};

/// A schema, and its definitions.
pub struct Schema(Value);

impl Schema {
    /// From its JSON.
    pub fn new(schema: Value) -> Self {
        Self(schema)
    }

    /// Everything in a TOML text that does not fit, with its path.
    pub fn errors(&self, text: &str) -> Vec<String> {
        let document: toml_edit::DocumentMut = text.parse().expect("TOML");
        let mut errors = Vec::new();
        self.check("", &self.0, &json_of_table(document.as_table()), &mut errors);
        errors
    }

    fn check(&self, path: &str, schema: &Value, value: &Value, errors: &mut Vec<String>) {
        if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
            let to = self.0.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("no {name}"));
            return self.check(path, to, value, errors);
        }
        let mut wrong = |why: String| errors.push(format!("{path}: {why}"));
        if let Some(variants) = schema.get("anyOf").and_then(Value::as_array) {
            let fits = |variant: &Value| {
                let mut inner = Vec::new();
                self.check(path, variant, value, &mut inner);
                inner.is_empty()
            };
            if !variants.iter().any(fits) {
                wrong(format!("{value} fits no variant"));
            }
        }
        if let Some(ty) = schema.get("type").and_then(Value::as_str) {
            let fits = match ty {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "integer" => value.is_i64(),
                "number" => value.is_number(),
                other => panic!("type {other}"),
            };
            if !fits {
                return wrong(format!("{value} is no {ty}"));
            }
        }
        if schema.get("const").is_some_and(|only| only != value) {
            wrong(format!("{value} is not the constant"));
        }
        if schema.get("enum").and_then(Value::as_array).is_some_and(|words| !words.contains(value)) {
            wrong(format!("{value} is none of the words"));
        }
        if let (Some(pattern), Some(text)) = (schema.get("pattern").and_then(Value::as_str), value.as_str())
            && !matches(pattern, text)
        {
            wrong(format!("{value} does not match {pattern}"));
        }
        if let Some(number) = value.as_f64() {
            let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
            if bound("minimum").is_some_and(|m| number < m) || bound("maximum").is_some_and(|m| number > m) {
                wrong(format!("{value} is out of bounds"));
            }
        }
        if let (Some(items), Some(list)) = (schema.get("items"), value.as_array()) {
            for (i, item) in list.iter().enumerate() {
                self.check(&format!("{path}[{i}]"), items, item, errors);
            }
        }
        if let Some(map) = value.as_object() {
            self.object(path, schema, map, errors);
        }
    }

    fn object(&self, path: &str, schema: &Value, map: &Map<String, Value>, errors: &mut Vec<String>) {
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            if !map.contains_key(name.as_str().unwrap()) {
                errors.push(format!("{path}: {name} is missing"));
            }
        }
        for (key, value) in map {
            let inner = format!("{path}.{key}");
            let own = schema.get("properties").and_then(|p| p.get(key));
            let patterns = schema.get("patternProperties").and_then(Value::as_object);
            let by_pattern =
                patterns.and_then(|p| p.iter().find(|(pattern, _)| matches(pattern, key)).map(|(_, s)| s));
            match (own.or(by_pattern), schema.get("additionalProperties")) {
                (Some(schema), _) => self.check(&inner, schema, value, errors),
                (None, Some(Value::Bool(false))) => errors.push(format!("{inner}: unknown key")),
                (None, Some(other)) => self.check(&inner, other, value, errors),
                (None, None) => {}
            }
        }
    }
}

/// The few patterns that the schema uses.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern {
        "^x-" => text.starts_with("x-"),
        "/" => text.contains('/'),
        "^[a-z0-9-]+$" => {
            let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            !text.is_empty() && text.chars().all(fine)
        }
        "[^-+0-9., _]" => text.chars().any(|c| !(c.is_ascii_digit() || "-+., _".contains(c))),
        other => panic!("pattern {other}"),
    }
}

fn json_of_table(table: &toml_edit::Table) -> Value {
    Value::Object(table.iter().map(|(key, item)| (key.to_owned(), json_of_item(item))).collect())
}

fn json_of_item(item: &Item) -> Value {
    match item {
        Item::None => Value::Null,
        Item::Value(value) => json_of_value(value),
        Item::Table(table) => json_of_table(table),
        Item::ArrayOfTables(tables) => tables.iter().map(json_of_table).collect(),
    }
}

fn json_of_value(value: &Toml) -> Value {
    match value {
        Toml::String(s) => json!(s.value()),
        Toml::Integer(i) => json!(i.value()),
        Toml::Float(f) => json!(f.value()),
        Toml::Boolean(b) => json!(b.value()),
        Toml::Datetime(d) => json!(d.value().to_string()),
        Toml::Array(list) => list.iter().map(json_of_value).collect(),
        Toml::InlineTable(table) => {
            Value::Object(table.iter().map(|(key, value)| (key.to_owned(), json_of_value(value))).collect())
        }
    }
}
