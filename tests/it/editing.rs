//! Edits of scenario texts: they touch what they name and nothing else. Laws over every shipped scenario, and worked
//! examples.

mod quantities;

use plimsoll::scenario::edit::{
    Edit, EditError, add_table, apply, outline::Outline, remove, rename, set, value, written,
};
use plimsoll::scenario::format::format;
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use toml_edit::{Document, TableLike, Value};

/// Every shipped scenario, by name.
fn shipped() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
    let mut found: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "toml"))
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(path).unwrap())
        })
        .collect();
    found.sort();
    assert!(found.len() >= 5, "the scenarios are there");
    found
}

/// One shipped scenario as text.
fn a_text() -> impl Strategy<Value = String> {
    let texts: Vec<String> = shipped().into_iter().map(|(_, text)| text).collect();
    proptest::sample::select(texts)
}

/// The paths of all values, those inside inline tables included; keys that need quotes are quoted.
fn paths(text: &str) -> Vec<String> {
    let document = Document::parse(text).unwrap();
    let mut found = Vec::new();
    leaves(document.as_table(), "", &mut found);
    found
}

fn leaves(table: &dyn TableLike, above: &str, found: &mut Vec<String>) {
    for (key, item) in table.iter() {
        let path = format!("{above}{}", toml_edit::Key::new(key).display_repr());
        match item.as_table_like() {
            Some(inner) => leaves(inner, &format!("{path}."), found),
            None => found.push(path),
        }
    }
}

/// The headers of all tables.
fn headers(text: &str) -> Vec<String> {
    let document = Document::parse(text).unwrap();
    Outline::new(text, &document).sections[1..].iter().map(|section| quoted_path(&section.path)).collect()
}

fn quoted_path(path: &[String]) -> String {
    path.iter().map(|key| toml_edit::Key::new(key).display_repr().into_owned()).collect::<Vec<_>>().join(".")
}

/// The lines of `a` and of `b` that differ, after the lines both begin and end with are taken off.
fn difference<'t>(a: &'t str, b: &'t str) -> (Vec<&'t str>, Vec<&'t str>) {
    let (a, b): (Vec<&str>, Vec<&str>) =
        (a.split_inclusive('\n').collect(), b.split_inclusive('\n').collect());
    let head = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[head..], &b[head..]);
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    (a[..a.len() - tail].to_vec(), b[..b.len() - tail].to_vec())
}

/// All comments of a text, in order.
fn comments(text: &str) -> Vec<String> {
    let document = Document::parse(text).unwrap();
    let outline = Outline::new(text, &document);
    let values: Vec<_> = outline.entries().map(|(_, entry)| entry.span.clone()).collect();
    (outline.lines.iter())
        .filter_map(|line| {
            let mut hashes = text[line.clone()].match_indices('#').map(|(at, _)| line.start + at);
            let at = hashes.find(|at| !values.iter().any(|value| value.contains(at)))?;
            Some(text[at..line.end].trim_end().to_owned())
        })
        .collect()
}

/// What a text means, whatever its layout.
fn meaning(text: &str) -> Json {
    fn table(table: &dyn TableLike) -> Json {
        Json::Object(table.iter().map(|(key, item)| (key.to_owned(), item_(item))).collect::<Map<_, _>>())
    }
    fn item_(item: &toml_edit::Item) -> Json {
        match (item.as_value(), item.as_table_like()) {
            (Some(plain), _) => value_(plain),
            (None, Some(inner)) => table(inner),
            (None, None) => Json::Null,
        }
    }
    fn value_(value: &Value) -> Json {
        match value {
            Value::String(string) => json!(string.value()),
            Value::Integer(number) => json!(number.value()),
            Value::Float(number) => json!(number.value()),
            Value::Boolean(truth) => json!(truth.value()),
            Value::Datetime(date) => json!({ "date": date.value().to_string() }),
            Value::Array(array) => array.iter().map(value_).collect(),
            Value::InlineTable(inner) => table(inner),
        }
    }
    table(Document::parse(text).unwrap().as_table())
}

fn crlf(text: &str) -> String {
    text.replace('\n', "\r\n")
}

fn is_subsequence(of: &str, text: &str) -> bool {
    let mut lines = of.split_inclusive('\n');
    text.split_inclusive('\n').all(|line| lines.any(|other| other == line))
}

#[test]
fn a_value_set_to_itself_changes_no_byte() {
    for (name, text) in shipped() {
        for path in paths(&text) {
            let own = value(&text, &path).unwrap();
            assert_eq!(
                difference(&set(&text, &path, &own).unwrap(), &text),
                (vec![], vec![]),
                "{name}: {path}"
            );
        }
    }
}

#[test]
fn every_value_can_be_set_and_set_back() {
    for (name, text) in shipped() {
        for path in paths(&text) {
            let edited = set(&text, &path, "another text").unwrap();
            let (old, new) = difference(&text, &edited);
            assert_eq!((old.len(), new.len()), (1, 1), "{name}: {path} touches one line");
            assert_eq!(value(&edited, &path).unwrap(), "another text", "{name}: {path}");
            assert_eq!(comments(&edited), comments(&text), "{name}: {path}");
            let own = written(&text, &path).unwrap();
            assert_eq!(
                difference(&set(&edited, &path, &own).unwrap(), &text),
                (vec![], vec![]),
                "{name}: {path}"
            );
        }
    }
}

#[test]
fn a_table_removed_takes_only_its_own_lines() {
    for (name, text) in shipped() {
        for header in headers(&text) {
            let left = remove(&text, &header).unwrap();
            assert!(is_subsequence(&text, &left), "{name}: {header}");
            assert!(!headers(&left).contains(&header), "{name}: {header}");
            let mut expected = meaning(&text);
            let keys = plimsoll::scenario::edit::split(&header).unwrap();
            let (last, above) = keys.split_last().unwrap();
            let home = above.iter().fold(&mut expected, |json, key| &mut json[key]);
            home.as_object_mut().unwrap().shift_remove(last);
            assert_eq!(without_empty(meaning(&left)), without_empty(expected), "{name}: {header}");
        }
    }
}

/// A table that only led to the removed one may be gone or be empty.
fn without_empty(json: Json) -> Json {
    match json {
        Json::Object(map) => Json::Object(
            map.into_iter()
                .map(|(key, inner)| (key, without_empty(inner)))
                .filter(|(_, inner)| *inner != json!({}))
                .collect(),
        ),
        other => other,
    }
}

#[test]
fn the_separators_between_groups_of_tables_survive() {
    let (_, text) = shipped().into_iter().find(|(name, _)| name == "secure-ai-chat.toml").unwrap();
    let lines = |text: &str| text.lines().filter(|line| line.starts_with("# ----")).count();
    for header in headers(&text) {
        assert_eq!(lines(&remove(&text, &header).unwrap()), lines(&text), "{header}");
    }
}

#[test]
fn files_from_windows_stay_so() {
    for (name, text) in shipped() {
        let path = paths(&text).pop().unwrap();
        let header = headers(&text).pop().unwrap();
        for edit in [
            Edit::Set { path: path.clone(), value: "x".into() },
            Edit::Set { path: "tier.t7.component.api.replicas".into(), value: "7".into() },
            Edit::Remove { path },
            Edit::Remove { path: header },
            Edit::AddTable { header: "component.extra".into(), body: "kind = \"cache\"\nnodes = 1\n".into() },
        ] {
            assert_eq!(
                apply(&crlf(&text), &edit).unwrap(),
                crlf(&apply(&text, &edit).unwrap()),
                "{name}: {edit:?}"
            );
        }
    }
}

#[test]
fn shipped_scenarios_are_as_fmt_writes_them() {
    for (name, text) in shipped() {
        assert_eq!(difference(&text, &format(&text).unwrap()), (vec![], vec![]), "{name}: run plimsoll fmt");
        assert_eq!(format(&crlf(&text)).unwrap(), crlf(&text), "{name}: line endings");
    }
}

#[test]
fn a_new_entry_stands_beside_its_siblings() {
    let text = "[component.api]\nkind = \"service\"\nreplicas = 3 # pods\nfrom.replicas = \"plan\"\nquote = \"q\"\n\n[component.db]\nkind = \"database\"\n";
    let added = set(text, "component.api.slots", "200").unwrap();
    assert_eq!(difference(text, &added).1, ["slots = 200\n"]);
    assert!(added.contains("# pods\nslots = 200\nfrom."), "among the plain fields: {added}");
    let added = set(text, "component.api.from.slots", "guess").unwrap();
    assert!(added.contains("\"plan\"\nfrom.slots = \"guess\"\nquote"), "beside the dotted sibling: {added}");
    let added = set(text, "component.db.from.class", "guess").unwrap();
    assert!(
        added.ends_with("kind = \"database\"\nfrom.class = \"guess\"\n"),
        "dotted where there is none: {added}"
    );
}

#[test]
fn an_overlay_gets_a_table_beside_the_overlays_of_its_tier() {
    let (_, text) = shipped().into_iter().find(|(name, _)| name == "secure-ai-chat.toml").unwrap();
    let added = set(&text, "tier.t1000.component.api.replicas", "6").unwrap();
    assert_eq!(
        difference(&text, &added).1,
        ["[tier.t1000.component.api]\n", "replicas = 6\n"],
        "close, as the author has it"
    );
    let at = added.find("[tier.t1000.component.api]").unwrap();
    assert!(
        added.find("[tier.t1000.component.nodes]").unwrap() < at && at < added.find("[tier.t2000]").unwrap()
    );
    let again = set(&added, "tier.t1000.component.nodes.count", "9").unwrap();
    assert_eq!(difference(&added, &again), (vec!["count = 8\n"], vec!["count = 9\n"]));
}

#[test]
fn inline_tables_are_edited_in_place() {
    let text = "[component.api]\ncpu = { request = \"200m\", limit = \"500m\" } # plan\nempty = {}\nsteps = { a.b = 1, c = 2 }\n";
    let line = |path: &str, to: &str| {
        let edited = set(text, path, to).unwrap();
        difference(text, &edited).1.concat()
    };
    assert_eq!(line("component.api.cpu.limit", "1"), "cpu = { request = \"200m\", limit = 1 } # plan\n");
    assert_eq!(
        line("component.api.cpu.burst", "1s"),
        "cpu = { request = \"200m\", limit = \"500m\", burst = \"1s\" } # plan\n"
    );
    assert_eq!(line("component.api.empty.a", "1"), "empty = { a = 1 }\n");
    assert_eq!(line("component.api.steps.a.b", "5"), "steps = { a.b = 5, c = 2 }\n");
    assert_eq!(line("component.api.steps.a.d", "5"), "steps = { a.b = 1, c = 2, a.d = 5 }\n");
    let removed = remove(text, "component.api.cpu.request").unwrap();
    assert!(removed.contains("cpu = { limit = \"500m\" } # plan"), "{removed}");
    let removed = remove(text, "component.api.cpu.limit").unwrap();
    assert!(removed.contains("cpu = { request = \"200m\" } # plan"), "{removed}");
}

#[test]
fn values_are_quoted_as_the_format_wants() {
    let text = "[a.b]\ndate = \"2025\"\nn = 3\n";
    let line = |path: &str, to: &str| {
        let edited = set(text, path, to).unwrap();
        difference(text, &edited).1.concat()
    };
    assert_eq!(line("a.b.n", " 12 "), "n = 12\n");
    assert_eq!(line("a.b.n", "１２"), "n = 12\n");
    assert_eq!(line("a.b.n", "3 (2..5)"), "n = \"3 (2..5)\"\n");
    assert_eq!(line("a.b.n", "true"), "n = true\n");
    assert_eq!(line("a.b.n", "[\"x\", \"y\"]"), "n = [\"x\", \"y\"]\n");
    assert_eq!(line("a.b.n", "[\"x\", "), "n = \"[\\\"x\\\",\"\n", "not TOML, so it is text");
    assert_eq!(line("a.b.n", "say \"hi\""), "n = \"say \\\"hi\\\"\"\n");
    assert_eq!(line("a.b.date", "2026"), "date = \"2026\"\n", "a quoted number stays quoted");
    assert_eq!(line("a.b.n", "2026-12-01"), "n = \"2026-12-01\"\n");
    assert_eq!(line("a.b.n", ""), "n = \"\"\n");
}

#[test]
fn what_cannot_be_edited_says_why_in_both_languages() {
    let text = "[component.api]\nreplicas = 3\ncpu.limit = \"1\"\n";
    let cases = [
        (set(text, "component.api.replicas.x", "1"), EditError::NotATable("component.api.replicas".into())),
        (set(text, "component.api", "1"), EditError::IsATable("component.api".into())),
        (set(text, "component.api.cpu", "1"), EditError::IsATable("component.api.cpu".into())),
        (set(text, "component..x", "1"), EditError::BadPath("component..x".into())),
        (
            set("a = \n", "b", "1"),
            EditError::NotToml(1, set("a = \n", "b", "1").unwrap_err().not_toml_words()),
        ),
        (
            remove(text, "component.api.replica"),
            EditError::NotFound("component.api.replica".into(), Some("component.api.replicas".into())),
        ),
        (add_table(text, "component.api", ""), EditError::Exists("component.api".into())),
        (add_table(text, "component.b", "[c]\n"), EditError::BadBody("component.b".into())),
        (rename(text, "component", "api", "A b"), EditError::BadId("A b".into())),
        (
            rename(text, "component", "ap", "b"),
            EditError::NotFound("component.ap".into(), Some("component.api".into())),
        ),
    ];
    for (result, expected) in cases {
        let error = result.unwrap_err();
        assert_eq!(error, expected);
        let phrase = error.phrase();
        assert!(!phrase.ja.is_empty() && !phrase.en.is_empty() && phrase.ja != phrase.en);
    }
}

trait NotTomlWords {
    fn not_toml_words(&self) -> String;
}

impl NotTomlWords for EditError {
    fn not_toml_words(&self) -> String {
        match self {
            EditError::NotToml(_, words) => words.clone(),
            other => std::format!("{other:?}"),
        }
    }
}

#[test]
fn renaming_follows_every_reference() {
    let text = "\
prices = \"plan\"
[journey.api]
entry = \"lb\"
steps.lb = [\"api\"]
steps.api = [\"redis 90% miss rds\", [\"rds x2\", \"api-2\"]]
from = { steps = \"guess\" }
[target.t]
journey = \"api\"
[component.lb]
to = \"api\"
failover = { to = \"api\", ttl = \"1min\" }
[component.api]
on = \"nodes\"
work = { api = \"5ms\", default = \"1ms\" }
zones = [\"tokyo/a\"]
[call.\"api -> rds\"]
timeout = \"1s\"
fallback-for = [\"api\"]
[fault.f]
on = \"tokyo/a\"
expect = [\"api.errors < 1%\", \"api.cpu < 80%\"]
[tier.t1.component.api]
replicas = 6
remove = [\"component.rds\"]
[book.plan]
line.x = { pays = \"api\", amount = \"free\" }
[source.guess]
title = \"api\"
";
    let changed = |kind: &str, id: &str| {
        let renamed = rename(text, kind, id, "new").unwrap();
        assert_eq!(rename(&renamed, kind, "new", id).unwrap(), text, "{kind}.{id} and back");
        let lines: Vec<String> =
            text.lines().zip(renamed.lines()).filter(|(a, b)| a != b).map(|(_, b)| b.to_owned()).collect();
        lines.join("\n")
    };
    assert_eq!(
        changed("component", "api"),
        "steps.lb = [\"new\"]\nsteps.new = [\"redis 90% miss rds\", [\"rds x2\", \"api-2\"]]\nto = \"new\"\n\
         failover = { to = \"new\", ttl = \"1min\" }\n[component.new]\n\
         [call.\"new -> rds\"]\nexpect = [\"api.errors < 1%\", \"new.cpu < 80%\"]\n[tier.t1.component.new]\n\
         line.x = { pays = \"new\", amount = \"free\" }"
    );
    assert_eq!(
        changed("journey", "api"),
        "[journey.new]\njourney = \"new\"\nwork = { new = \"5ms\", default = \"1ms\" }\nfallback-for = [\"new\"]\n\
         expect = [\"new.errors < 1%\", \"api.cpu < 80%\"]"
    );
    let rds = text.replace("[component.lb]", "[component.rds]\n[component.lb]");
    let renamed = rename(&rds, "component", "rds", "pg").unwrap();
    for part in ["\"redis 90% miss pg\", [\"pg x2\"", "[call.\"api -> pg\"]", "remove = [\"component.pg\"]"] {
        assert!(renamed.contains(part), "{part} in {renamed}");
    }
    assert_eq!(changed("source", "guess"), "from = { steps = \"new\" }\n[source.new]");
    assert_eq!(changed("book", "plan"), "prices = \"new\"\n[book.new]");
    let regions = text.replace("[fault.f]", "[region.tokyo]\n[fault.f]");
    let renamed = rename(&regions, "region", "tokyo", "osaka").unwrap();
    assert_eq!(renamed.matches("osaka").count(), 3, "{renamed}");
}

#[test]
fn shipped_ids_can_be_renamed_and_renamed_back() {
    for (name, text) in shipped() {
        for header in headers(&text) {
            let keys = plimsoll::scenario::edit::split(&header).unwrap();
            if let [kind, id] = &keys[..]
                && kind != "call"
            {
                let renamed = rename(&text, kind, id, "something-new").unwrap();
                assert_eq!(rename(&renamed, kind, "something-new", id).unwrap(), text, "{name}: {header}");
                assert_eq!(comments(&renamed).len(), comments(&text).len(), "{name}: {header}");
            }
        }
    }
}

/// A layout that somebody might have typed: other blanks, other quotes, no alignment; the meaning is the same.
fn messed(text: &str, noise: &[u8]) -> String {
    let mut noise = noise.iter().copied().cycle();
    let mut out = String::new();
    for line in text.lines() {
        let mut line = line.to_owned();
        let pick = noise.next().unwrap_or(0);
        if pick & 1 != 0 && !line.starts_with("#:") {
            line = std::format!("  {line}");
        }
        if pick & 2 != 0 && !line.contains('#') {
            line.push_str("  \t");
        }
        if pick & 4 != 0 && !line.trim_start().starts_with('#') {
            line = line.replacen(" = ", "=", 1);
        }
        if pick & 8 != 0 && !line.contains(['\'', '\\', '#']) {
            line = line.replace('"', "'");
        }
        if pick & 16 != 0 && line.trim().is_empty() {
            line.push_str("\n\n");
        }
        out.push_str(&line);
        out.push('\n');
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn a_new_entry_is_one_new_line_and_goes_without_trace(text in a_text(), pick in any::<prop::sample::Index>(), dotted in any::<bool>()) {
        let mut all = headers(&text);
        all.push(String::new());
        let header = pick.get(&all);
        let dot = if header.is_empty() { "" } else { "." };
        let path = std::format!("{header}{dot}{}", if dotted && !header.is_empty() { "x-new.key" } else { "x-new" });
        let added = set(&text, &path, "12ms").unwrap();
        let (old, new) = difference(&text, &added);
        prop_assert_eq!((old.len(), new.len()), (0, 1), "{}: {:?}", path, new);
        prop_assert_eq!(value(&added, &path), Some("12ms".to_owned()));
        prop_assert_eq!(remove(&added, &path).unwrap(), text);
    }

    #[test]
    fn a_new_table_goes_without_trace(text in a_text(), kind in prop::sample::select(vec!["component.zz", "tier.zz", "tier.t500.component.zz", "call.zz -> yy", "phase.zz", "load"])) {
        if let Ok(added) = add_table(&text, kind, "a = 1 # one\nb = \"x\"\n") {
            prop_assert_eq!(comments(&added).len(), comments(&text).len() + 1);
            prop_assert_eq!(remove(&added, kind).unwrap(), text);
        }
    }

    #[test]
    fn a_removed_entry_takes_only_its_own_lines(text in a_text(), pick in any::<prop::sample::Index>()) {
        let all = paths(&text);
        let path = pick.get(&all);
        let left = remove(&text, path).unwrap();
        prop_assert_eq!(value(&left, path), None);
        prop_assert_eq!(paths(&left), all.iter().filter(|other| *other != path).cloned().collect::<Vec<_>>());
        let (old, new) = difference(&text, &left);
        prop_assert!(new.len() <= 1, "{:?}", new);
        // of the lines that went, one held the entry; the rest are comments directly above it
        prop_assert!(old.iter().rev().skip(1).all(|line| line.starts_with("# ")), "{}: {:?}", path, old);
    }

    #[test]
    fn fmt_undoes_a_mess_and_keeps_the_meaning(text in a_text(), noise in prop::collection::vec(any::<u8>(), 1..200)) {
        let mess = messed(&text, &noise);
        prop_assert_eq!(meaning(&mess), meaning(&text), "the mess itself means the same");
        let neat = format(&mess).unwrap();
        prop_assert_eq!(meaning(&neat), meaning(&text));
        prop_assert_eq!(comments(&neat), comments(&text));
        prop_assert_eq!(&format(&neat).unwrap(), &neat);
        let without = |text: &str| text.lines().map(|line| line.split('#').next().unwrap_or("").trim_end().to_owned()).collect::<Vec<_>>();
        prop_assert_eq!(without(&neat), without(&text));
    }
}
