//! The shipped books: every row against the fact it names.

use super::dec;
use plimsoll::cost::price::Confidence;
use plimsoll::cost::{catalogue, shipped_books};
use plimsoll::text::cost as words;
use rust_decimal::Decimal;
use toml_edit::{Document, Item, TableLike};

#[test]
fn the_shipped_books_are_there_by_alias_and_by_date() {
    let books = shipped_books();
    for id in ["aws-list", "aws-list-2025-11", "gcp-list", "azure-list"] {
        assert!(books.contains(&id), "{id} is not among {books:?}");
    }
    assert!(catalogue::get().problems().is_empty(), "{:#?}", catalogue::get().problems());
}

/// Rows of an array of tables, of every shipped price file.
fn rows(text: &str, key: &str) -> Vec<toml_edit::Table> {
    let document = Document::parse(text).unwrap();
    let found = document.get(key).and_then(Item::as_array_of_tables);
    found.into_iter().flat_map(|rows| rows.iter().cloned()).collect()
}

fn number(row: &dyn TableLike, key: &str) -> Option<Decimal> {
    let item = row.get(key)?;
    let float = item.as_float().or(item.as_integer().map(|int| int as f64))?;
    Some(dec(&format!("{float}")))
}

fn text<'a>(row: &'a dyn TableLike, key: &str) -> &'a str {
    row.get(key).and_then(Item::as_str).unwrap_or_default()
}

#[test]
fn every_price_is_the_fact_it_names() {
    let facts = rows(include_str!("../../../assets/facts/prices.toml"), "fact");
    let fact = |id: &str| facts.iter().find(|fact| text(*fact, "id") == id);
    for (path, file) in catalogue::FILES {
        for row in rows(file, "price").iter().chain(&rows(file, "rate")) {
            let (item, id) = (text(row, "item"), text(row, "fact"));
            let source = fact(id).unwrap_or_else(|| panic!("{path}: {item}: no fact `{id}`"));
            let factor = match text(row, "times") {
                "" => Decimal::ONE,
                times => number(fact(times).unwrap(), "value").unwrap(),
            };
            let key = if row.contains_key("amount") { "amount" } else { "value" };
            let value = number(row, key).unwrap();
            assert_eq!(value, number(source, "value").unwrap() * factor, "{path}: {item}");
            for end in ["low", "high"] {
                let of_row = number(row, end).unwrap_or(value);
                let of_fact = number(source, end).map_or(value, |bound| bound * factor);
                assert_eq!(of_row, of_fact, "{path}: {item}: {end}");
            }
            assert_eq!(text(row, "as_of"), text(source, "as_of"), "{path}: {item}");
            let confidence = |id: &str| Confidence::from_word(text(fact(id).unwrap(), "confidence")).unwrap();
            let weakest = match text(row, "times") {
                "" => confidence(id),
                times => confidence(id).max(confidence(times)),
            };
            assert_eq!(text(row, "confidence"), weakest.word(), "{path}: {item}");
            let free = text(row, "free_fact");
            match fact(free) {
                Some(allowance) => {
                    assert_eq!(number(row, "free"), number(allowance, "value"), "{path}: {item}")
                }
                None => assert!(
                    free.is_empty() || free.starts_with("recalled, ") || free.starts_with("item of "),
                    "{path}: {item}: no fact `{free}`"
                ),
            }
            for tier in row.get("tiers").and_then(Item::as_array).into_iter().flatten() {
                let tier = tier.as_inline_table().unwrap();
                let source = fact(text(tier, "fact")).unwrap();
                assert_eq!(number(tier, "amount"), number(source, "value"), "{path}: {item}");
            }
        }
    }
}

#[test]
fn every_machine_has_the_size_its_fact_states_and_a_price() {
    let facts = rows(include_str!("../../../assets/facts/prices.toml"), "fact");
    for (path, file) in catalogue::FILES {
        let prices = rows(file, "price");
        for row in rows(file, "machine") {
            let name = text(&row, "type");
            let item = format!("compute.hour:{name}");
            assert!(prices.iter().any(|price| text(price, "item") == item), "{path}: {name} has no price");
            let fact = facts.iter().find(|fact| text(*fact, "id") == text(&row, "fact")).unwrap();
            let stated = text(fact, "item").replace(".0", "");
            let size = format!("{} vCPU {}", number(&row, "vcpu").unwrap(), text(&row, "memory"));
            assert!(stated.ends_with(&size), "{path}: {name}: `{stated}` against `{size}`");
        }
    }
}

#[test]
fn every_priced_item_has_a_name_in_both_languages() {
    for (path, file) in catalogue::FILES {
        for row in rows(file, "price") {
            assert!(
                words::is_named(text(&row, "item")),
                "{path}: `{}` has no name in text::cost",
                text(&row, "item")
            );
        }
    }
}
