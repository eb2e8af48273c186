//! The JSON contract: answers as plain values, given the shape that other programs rely on. Ids become keys, phrases
//! one language, absent bounds are left out, parts that were not asked for do not appear. Adds, never renames.

use crate::diag::{Diagnostic, Lines};
use crate::scenario::SourceFile;
use crate::text::Lang;
use serde::Serialize;
use serde_json::{Map, Value};

/// Parts that do not appear where they do not apply.
const ABSENT: [&str; 13] = [
    "overload",
    "roadmap",
    "first_token_s",
    "credits",
    "pending",
    "bistable",
    "releases",
    "years",
    "attack",
    "solve",
    "growth",
    "next_step",
    "at_bounds",
];

/// An answer in the shape of the contract. O(size).
pub fn render(answer: &impl Serialize, lang: Lang) -> Value {
    let value = serde_json::to_value(answer).expect("answers hold only strings, numbers and lists");
    let mut value = shape(value, lang);
    if let Value::Object(root) = &mut value
        && root.contains_key("engine")
    {
        tidy(root);
        if let Some(Value::Object(tiers)) = root.get_mut("tiers") {
            tiers.values_mut().filter_map(Value::as_object_mut).for_each(tidy);
        }
    }
    value
}

/// Problems of several files, with places and words in one language.
pub fn problems(all: &[(Vec<SourceFile>, Vec<Diagnostic>)], lang: Lang) -> Value {
    let each = |(files, found): &(Vec<SourceFile>, Vec<Diagnostic>)| {
        let name = files.first().map(|f| f.name.as_str()).unwrap_or_default();
        let lines: Vec<Lines> = files.iter().map(|file| Lines::new(&file.text)).collect();
        let list: Vec<Value> = found.iter().map(|d| problem(files, &lines, d, lang)).collect();
        serde_json::json!({ "file": name, "problems": list })
    };
    serde_json::json!({ "files": all.iter().map(each).collect::<Vec<_>>() })
}

fn problem(files: &[SourceFile], lines: &[Lines], found: &Diagnostic, lang: Lang) -> Value {
    let file = files.get(usize::from(found.span.file));
    let lines = lines.get(usize::from(found.span.file));
    let (line, column) = lines.map_or((0, 0), |lines| lines.line_column(found.span.start as usize));
    serde_json::json!({
        "code": found.code,
        "severity": found.severity,
        "file": file.map(|f| f.name.as_str()),
        "line": line,
        "column": column,
        "message": found.message.get(lang),
        "help": found.help.as_ref().map(|h| h.get(lang)),
    })
}

/// Leaves out what was not asked for, and wraps the books.
fn tidy(root: &mut Map<String, Value>) {
    root.retain(|key, value| {
        let empty = value.is_null()
            || value.as_object().is_some_and(Map::is_empty)
            || value.as_array().is_some_and(Vec::is_empty);
        !empty || key == "digest"
    });
    if let Some(Value::Object(books)) = root.get_mut("books") {
        for bill in books.values_mut() {
            let inner = std::mem::take(bill);
            *bill = serde_json::json!({ "cost": inner });
        }
    }
}

fn shape(value: Value, lang: Lang) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(|item| shape(item, lang)).collect()),
        Value::Object(map) => object(map, lang),
        plain => plain,
    }
}

fn object(mut map: Map<String, Value>, lang: Lang) -> Value {
    if is_phrase(&map) {
        let key = match lang {
            Lang::Ja => "ja",
            Lang::En => "en",
        };
        return map.remove(key).unwrap_or_default();
    }
    if is_figure(&map) {
        map.retain(|key, value| key == "value" || !value.is_null());
        return Value::Object(map);
    }
    if map.contains_key("sla_ceiling") {
        // `availability.{value, ...}`: the figure's own fields stand beside what explains it
        if let Some(Value::Object(figure)) = map.shift_remove("availability") {
            let mut merged = figure;
            merged.retain(|key, value| key == "value" || !value.is_null());
            merged.extend(map);
            map = merged;
        }
    }
    map.retain(|key, value| !(value.is_null() && ABSENT.contains(&key.as_str())));
    Value::Object(map.into_iter().map(|(key, value)| (key, shape(value, lang))).collect())
}

fn is_phrase(map: &Map<String, Value>) -> bool {
    map.len() == 2 && map.contains_key("ja") && map.contains_key("en")
}

fn is_figure(map: &Map<String, Value>) -> bool {
    ["value", "low", "high", "unit", "kind", "range_low"].iter().all(|key| map.contains_key(*key))
        && !map.contains_key("verdict")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::availability::AvailabilityAnswer;
    use crate::answer::bill::BillAnswer;
    use crate::answer::{Answer, TierAnswer};
    use crate::stats::figure::Figure;
    use crate::text::Phrase;

    #[test]
    fn unknown_keeps_its_null_and_loses_absent_bounds() {
        let value = render(&Figure::unknown("s"), Lang::En);
        assert_eq!(value, serde_json::json!({ "value": null, "unit": "s", "kind": "unknown" }));
    }

    #[test]
    fn an_answer_has_the_paths_of_the_contract() {
        let mut answer =
            Answer { scenario: Phrase::new("甲", "A"), tier: "t1".to_owned(), ..Answer::default() };
        let availability =
            AvailabilityAnswer { availability: Figure::exact(0.999, "1"), ..AvailabilityAnswer::default() };
        answer.availability = Some(availability.clone());
        answer.books.insert("plan".to_owned(), BillAnswer::default());
        let tier = TierAnswer { availability: Some(availability), ..TierAnswer::default() };
        answer.tiers.insert("t1".to_owned(), tier);
        let value = render(&answer, Lang::Ja);
        assert_eq!(value["scenario"], "甲");
        assert_eq!(value["availability"]["value"], 0.999);
        assert_eq!(value["tiers"]["t1"]["availability"]["value"], 0.999);
        assert!(value["books"]["plan"]["cost"]["total"].is_object());
        assert!(value.get("journeys").is_none(), "what was not asked for does not appear");
        assert!(value["digest"].is_null());
    }
}
