//! Every fact that ships is asked for somewhere, or stands on a list with the reason why not.

use plimsoll::fields::facts;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn texts_below(folder: &Path, ends: &str, all: &mut String) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            texts_below(&path, ends, all);
        } else if path.to_string_lossy().ends_with(ends) {
            all.push_str(&fs::read_to_string(&path).unwrap());
            all.push('\n');
        }
    }
}

/// Whether the id stands in the text by itself, not as a part of a longer one.
fn cites(text: &str, id: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    text.match_indices(id).any(|(at, _)| {
        let before = text[..at].chars().next_back().is_none_or(|c| !part(c) && c != '.');
        let mut after = text[at + id.len()..].chars();
        let (first, second) = (after.next(), after.next());
        let longer = first.is_some_and(part) || (first == Some('.') && second.is_some_and(part));
        before && !longer
    })
}

#[test]
fn a_fact_that_nothing_asks_for_is_listed_with_a_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    for (folder, ends) in [("src", ".rs"), ("scenarios", ".toml"), ("assets/prices", ".toml")] {
        texts_below(&root.join(folder), ends, &mut text);
    }
    let list = fs::read_to_string(root.join("tests/data/unused-facts.toml")).unwrap();
    let list: toml_edit::DocumentMut = list.parse().unwrap();
    let mut reasons = BTreeMap::new();
    for group in list["unused"].as_array_of_tables().unwrap() {
        let why = group["why"].as_str().unwrap();
        assert!(why.split_whitespace().count() > 3, "no reason: {why}");
        for id in group["facts"].as_array().unwrap() {
            let id = id.as_str().unwrap().to_owned();
            assert!(facts::fact(&id).is_some(), "`{id}` is no fact");
            assert!(reasons.insert(id.clone(), why).is_none(), "`{id}` stands there twice");
        }
    }
    // Ids that the code puts together from a machine's type: `format!("lat.credit.{ty}.earn")`.
    let put_together = |id: &str| {
        list["put-together"].as_array().unwrap().iter().any(|form| {
            let form = form.as_str().unwrap();
            assert!(text.contains(&format!("\"{form}\"")), "no code puts `{form}` together");
            let (before, rest) = form.split_once('{').unwrap();
            let (_, after) = rest.split_once('}').unwrap();
            id.len() > before.len() + after.len() && id.starts_with(before) && id.ends_with(after)
        })
    };
    let used = |id: &str| cites(&text, id) || put_together(id);
    let idle = |fact: &&facts::Fact| !used(fact.id) && !reasons.contains_key(fact.id);
    let unlisted: Vec<&str> = facts::all().filter(idle).map(|fact| fact.id).collect();
    assert!(unlisted.is_empty(), "neither used nor listed in tests/data/unused-facts.toml: {unlisted:#?}");
}

#[test]
fn an_id_is_found_by_itself_and_not_inside_another() {
    assert!(cites("known_fact(\"rate.az.tokyo\")", "rate.az.tokyo"));
    assert!(cites("see rate.az.tokyo.", "rate.az.tokyo"));
    assert!(
        !cites("\"rate.az.tokyo.old\"", "rate.az.tokyo") && !cites("\"crate.az.tokyo\"", "rate.az.tokyo")
    );
}
