//! Every shipped scenario: it reads without a word, lowers for every tier, is in its canonical layout, fits the JSON
//! Schema, resolves to a golden text per tier, and cites facts that exist.
//!
//! `UPDATE=1 cargo test --test it scenarios` writes the goldens anew.

mod json_schema;

use json_schema::Schema;
use plimsoll::diag::{Severity, line_column};
use plimsoll::fields::facts;
use plimsoll::model::Model;
use plimsoll::scenario::{
    Reading, Scenario, SourceFile, examples, format, lower, read, resolved, schema::schema,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The tiers of each shipped scenario.
const TIERS: [(&str, &[&str]); 7] = [
    ("secure-ai-chat", &["t100", "t500", "t1000", "t2000"]),
    ("secure-ai-chat-promised", &["t100", "t500", "t1000", "t2000"]),
    ("incidents", &["t100", "t500", "t1000", "t2000"]),
    ("one-queue", &["base"]),
    ("zone-loss", &["base"]),
    ("region-loss", &["base"]),
    ("retry-storm", &["base"]),
];

fn text(name: &str) -> &'static str {
    examples::text(name).expect(name)
}

fn files(name: &str) -> Vec<SourceFile> {
    examples::with_bases(&format!("{name}.toml"), text(name))
}

fn describe(files: &[SourceFile], reading: &Reading) -> String {
    let line = |d: &plimsoll::diag::Diagnostic| {
        let file = &files[d.span.file as usize];
        let (line, column) = line_column(&file.text, d.span.start as usize);
        format!("{}:{line}:{column}: {:?} {} {}\n", file.name, d.severity, d.code, d.message.en)
    };
    reading.diagnostics.iter().map(line).collect()
}

fn scenario_of(name: &str, files: &[SourceFile]) -> Scenario {
    let reading = read(files);
    let said = describe(files, &reading);
    // A note says what is not modelled yet; whatever is wrong is more than that.
    let notes = reading.diagnostics.iter().all(|d| d.severity == Severity::Note);
    assert!(notes, "{name}:\n{said}");
    reading.scenario.expect("nothing is wrong with it")
}

fn scenario(name: &str) -> Scenario {
    scenario_of(name, &files(name))
}

fn model(name: &str, tier: &str) -> Model {
    lower(&scenario(name), tier, &[]).unwrap_or_else(|d| panic!("{name}, {tier}: {d:?}"))
}

fn every_tier(mut visit: impl FnMut(&str, &str, &Scenario)) {
    for (name, tiers) in TIERS {
        let scenario = scenario(name);
        tiers.iter().for_each(|tier| visit(name, tier, &scenario));
    }
}

/// Compares with a file of the repository, or writes it when `UPDATE` is set.
fn golden(path: &Path, got: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, got).unwrap();
    }
    let want = std::fs::read_to_string(&path).unwrap_or_default();
    let first = want.lines().zip(got.lines()).position(|(a, b)| a != b);
    let first = first.unwrap_or_else(|| want.lines().count().min(got.lines().count()));
    assert!(
        want == got,
        "{} is out of date at line {}:\n  there: {}\n  now:   {}\nIf that is meant: UPDATE=1 cargo test --test it scenarios",
        path.display(),
        first + 1,
        want.lines().nth(first).unwrap_or("(end)"),
        got.lines().nth(first).unwrap_or("(end)"),
    );
}

#[test]
fn the_embedded_list_is_what_lies_in_the_folder() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut on_disk: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter_map(|name| name.strip_suffix(".toml").map(str::to_owned))
        .collect();
    on_disk.sort();
    let mut embedded: Vec<_> = examples::NAMES.to_vec();
    embedded.sort_unstable();
    assert_eq!(on_disk, embedded);
    let mut tested: Vec<_> = TIERS.iter().map(|(name, _)| *name).collect();
    tested.sort_unstable();
    assert_eq!(tested, embedded);
}

#[test]
fn every_shipped_scenario_has_its_tiers_and_carries_load_in_each() {
    for (name, tiers) in TIERS {
        let scenario = scenario(name);
        assert_eq!(scenario.tiers, tiers, "{name}");
    }
    every_tier(|name, tier, scenario| {
        let model = lower(scenario, tier, &[]).unwrap_or_else(|d| panic!("{name}, {tier}: {d:?}"));
        let hour = model.profile.busiest_hour();
        let total: f64 = model.journey_indices().map(|j| model.arrivals(j, hour).as_per_second()).sum();
        assert!(total > 0.0, "{name}, {tier}");
        assert_eq!(model.tier.id, tier);
    });
}

#[test]
fn every_shipped_scenario_is_in_its_canonical_layout() {
    for (name, _) in TIERS {
        let formatted = format::format(text(name)).unwrap();
        assert_eq!(formatted, text(name), "{name}: run `plimsoll fmt`");
    }
}

#[test]
fn the_resolved_text_of_every_tier_is_as_recorded() {
    every_tier(|name, tier, scenario| {
        let shown = resolved::show(scenario, tier).unwrap();
        assert_eq!(format::format(&shown).unwrap(), shown, "{name}, {tier}: not in canonical layout");
        let path: PathBuf = ["tests", "scenarios-golden", &format!("{name}.{tier}.toml")].iter().collect();
        golden(&path, &shown);
    });
}

#[test]
fn the_resolved_text_reads_as_the_same_model() {
    every_tier(|name, tier, scenario| {
        let shown = resolved::show(scenario, tier).unwrap();
        let again = [SourceFile { name: format!("{name}.{tier}.toml"), text: shown }];
        let again = scenario_of(name, &again);
        let (before, after) = (lower(scenario, tier, &[]).unwrap(), lower(&again, tier, &[]).unwrap());
        let lines = |model: &Model| {
            let mut components: Vec<_> = model.graph.node_weights().cloned().collect();
            // what an inspector shows is in the order and units of the file; the rest must be equal to the bit
            components.iter_mut().for_each(|c| c.facts.clear());
            components.sort_by(|a, b| a.id.cmp(&b.id));
            let components: Vec<_> = components.iter().map(|c| format!("{c:?}")).collect();
            let mut findings: Vec<_> = model.findings.iter().map(|f| format!("{f:?}")).collect();
            findings.sort();
            let rest =
                (&model.journeys, &model.tier, &model.zones, &model.faults, &model.objectives, &model.books);
            format!("{}\n{rest:?}\n{}", components.join("\n"), findings.join("\n"))
        };
        let (before, after) = (lines(&before), lines(&after));
        let differs = before.lines().zip(after.lines()).find(|(a, b)| a != b);
        assert_eq!(differs, None, "{name}, {tier}");
    });
}

#[test]
fn an_unknown_tier_is_named_with_the_nearest_one() {
    let errors = resolved::show(&scenario("secure-ai-chat"), "t10000").unwrap_err();
    assert_eq!(errors[0].code, "unknown-tier");
    assert!(errors[0].help.as_ref().unwrap().en.contains("t1000"));
}

// -------------------------------------------------------------------------------------------------- JSON Schema

#[test]
fn the_schema_beside_the_scenarios_is_the_one_of_the_field_tables() {
    let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    golden(Path::new("scenarios/scenario.schema.json"), &text);
}

#[test]
fn every_shipped_scenario_and_every_resolved_tier_fits_the_schema() {
    let schema = Schema::new(schema());
    for (name, _) in TIERS {
        assert_eq!(schema.errors(text(name)), Vec::<String>::new(), "{name}");
    }
    every_tier(|name, tier, scenario| {
        let shown = resolved::show(scenario, tier).unwrap();
        assert_eq!(schema.errors(&shown), Vec::<String>::new(), "{name}, {tier}");
    });
}

#[test]
fn the_schema_refuses_what_the_parser_refuses() {
    let schema = Schema::new(schema());
    for (wrong, at) in [
        ("schema = 2\n", "schema"),
        ("name = \"x\"\n", "schema"),
        ("schema = 1\ncolour = \"red\"\n", "colour"),
        ("schema = 1\n[target.api]\np59 = \"3s\"\n", "p59"),
        ("schema = 1\n[target.api]\np95 = 500\n", "p95"),
        ("schema = 1\n[target.api]\np95 = \"500\"\n", "p95"),
        ("schema = 1\n[target.api]\nmeasure = \"soon\"\n", "measure"),
        ("schema = 1\n[component.api]\nkind = \"sevice\"\n", "api"),
        ("schema = 1\n[component.api]\nkind = \"service\"\nclass = \"db\"\n", "api"),
        ("schema = 1\n[component.api]\nkind = \"service\"\nreplicas = 0\n", "api"),
        ("schema = 1\n[component.api]\nkind = \"service\"\nreplicas = 2.5\n", "api"),
        ("schema = 1\n[tier.t1.component.api]\nrepilcas = 2\n", "api"),
        ("schema = 1\n[journey.API]\nentry = \"api\"\n", "API"),
        ("schema = 1\n[journey.api.tokens]\nup = 3\n", "up"),
    ] {
        let errors = schema.errors(wrong);
        assert!(errors.iter().any(|e| e.contains(at)), "{wrong}: {errors:?}");
    }
}

#[test]
fn the_examples_of_the_reference_page_fit_the_schema() {
    let schema = Schema::new(schema());
    let tables = plimsoll::scenario::tables::TABLES.iter().map(|t| (t.id, t.example));
    for (id, example) in tables.chain(plimsoll::kinds::KINDS.iter().map(|k| (k.id, k.example))) {
        let text = format!("schema = 1\n{example}");
        assert_eq!(schema.errors(&text), Vec::<String>::new(), "{id}");
        assert_eq!(format::format(example).unwrap(), example, "{id}");
    }
}

#[test]
fn the_schema_keeps_to_what_language_servers_know() {
    const KNOWN: [&str; 18] = [
        "$schema",
        "$ref",
        "title",
        "description",
        "type",
        "required",
        "properties",
        "patternProperties",
        "additionalProperties",
        "definitions",
        "const",
        "enum",
        "anyOf",
        "items",
        "pattern",
        "default",
        "examples",
        "minimum",
    ];
    fn walk(value: &Value, names: bool, odd: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                for (key, inner) in map {
                    if !names && key != "maximum" && !KNOWN.contains(&key.as_str()) {
                        odd.push(key.clone());
                    }
                    let data = !names && matches!(key.as_str(), "default" | "const" | "enum" | "examples");
                    if !data {
                        let free = ["properties", "patternProperties", "definitions"].contains(&key.as_str());
                        walk(inner, !names && free, odd);
                    }
                }
            }
            Value::Array(list) => list.iter().for_each(|inner| walk(inner, false, odd)),
            _ => {}
        }
    }
    let mut odd = Vec::new();
    walk(&schema(), false, &mut odd);
    assert_eq!(odd, Vec::<String>::new());
}

// --------------------------------------------------------------------------------------------------------- facts

/// The facts that a text cites: as a value (`"@lat.alb"`), as a source (`"fo.alb.interval"`) or in words
/// (`(cmp.waf)`), comments included.
fn cited(text: &str) -> Vec<String> {
    let id = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    let words = text.split(|c| !id(c)).map(|word| word.trim_end_matches('.'));
    let prefixes = ["lat.", "rate.", "inc.", "fo.", "sla.", "cmp."];
    words.filter(|word| prefixes.iter().any(|p| word.starts_with(p))).map(str::to_owned).collect()
}

/// The facts as the files in `assets/facts` state them, read with the full TOML parser.
fn stated() -> BTreeMap<String, toml_edit::Table> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/facts");
    let mut stated = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let document: toml_edit::DocumentMut = text.parse().unwrap();
        for fact in document["fact"].as_array_of_tables().unwrap() {
            stated.insert(fact["id"].as_str().unwrap().to_owned(), fact.clone());
        }
    }
    stated
}

#[test]
fn every_cited_fact_stands_in_the_files_with_the_value_and_range_that_are_used() {
    let stated = stated();
    let mut seen = 0;
    for (name, _) in TIERS {
        for id in cited(text(name)) {
            let row = stated.get(&id).unwrap_or_else(|| panic!("{name}: no fact `{id}` in assets/facts"));
            let number =
                |key: &str| row.get(key).and_then(|v| v.as_float().or(v.as_integer().map(|i| i as f64)));
            let used = facts::fact(&id).expect("embedded");
            assert_eq!(
                (used.value, used.low, used.high),
                (number("value").or(number("duration_h")), number("low"), number("high")),
                "{id}"
            );
            assert!(!used.source.is_empty() && !used.unit.is_empty(), "{id}");
            seen += 1;
        }
    }
    assert!(seen > 60, "{seen} facts are cited");
    assert!(cited("\"@lat.alb\" (cmp.waf) \"fo.x\"") == ["lat.alb", "cmp.waf", "fo.x"]);
}

#[test]
fn every_guess_has_a_range_unless_it_is_a_whole_number() {
    every_tier(|name, tier, scenario| {
        let model = lower(scenario, tier, &[]).unwrap();
        for a in model.assumptions.iter().filter(|a| a.source.as_deref() == Some("guess")) {
            let whole = a.unit == "1" && a.value.fract() == 0.0;
            assert!(
                a.range.is_some() || whole,
                "{name}, {tier}: {} = {} is guessed, without a range",
                a.path,
                a.value
            );
        }
        assert!(
            model
                .assumptions
                .iter()
                .all(|a| a.range.is_none_or(|(low, high)| low <= a.value && a.value <= high))
        );
    });
}

// ---------------------------------------------------------------------------------------------------- the plan

#[test]
fn the_plan_is_read_as_priced() {
    let m = model("secure-ai-chat", "t100");
    let station = |id: &str| m.graph[m.component(id).expect(id)].station.clone().expect(id);
    assert_eq!(station("api").replicas.len(), 3);
    assert_eq!(station("rds").replicas.len(), 1);
    assert_eq!(m.books[0].lines.len(), 14);
    let total: f64 = m.books[0].lines.iter().map(|l| l.amount.as_f64()).sum();
    assert_eq!(total, 92_000.0);
}

fn codes(model: &Model) -> Vec<&str> {
    model.findings.iter().map(|f| f.code.as_str()).collect()
}

#[test]
fn the_plan_contradicts_itself_and_says_so() {
    let priced = model("secure-ai-chat", "t100");
    for code in [
        "note-component-rds",
        "note-component-redis",
        "note-component-openai",
        "note-component-secrets",
        "note-component-cloudwatch",
        "note-region-osaka",
        "note-region-singapore",
        "note-backup-etcd",
        "note-control-soc2",
        "note-target-cost",
        "late-alert-api-slow",
        "no-copy-rds",
    ] {
        assert!(codes(&priced).contains(&code), "{code} is not among {:?}", codes(&priced));
    }
    assert!(!codes(&priced).iter().any(|code| code.starts_with("wrong-sum")), "the table adds up");
    assert!(
        !codes(&priced).contains(&"not-modelled"),
        "controls and roadmap are answered by commands of their own"
    );
    for finding in &priced.findings {
        assert!(finding.words.ja != finding.words.en && finding.at.end > 0, "{}", finding.code);
    }
    let promised = model("secure-ai-chat-promised", "t100");
    assert!(!codes(&promised).contains(&"no-copy-rds"), "the text promises a copy abroad");
}

/// A shipped scenario with one piece of its text replaced.
fn changed(name: &str, old: &str, new: &str) -> Model {
    assert!(text(name).contains(old), "{old}");
    let files = [SourceFile { name: "changed.toml".to_owned(), text: text(name).replace(old, new) }];
    lower(&scenario_of(name, &files), "t100", &[]).unwrap()
}

#[test]
fn contradictions_come_and_go_with_what_is_written() {
    let name = "secure-ai-chat";
    let quick = changed(name, "when = \"api.p95 > 1s\"", "when = \"api.p95 > 400ms\"");
    assert!(!codes(&quick).contains(&"late-alert-api-slow"));
    let dearer = changed(name, "amount = \"¥25,000/month\"", "amount = \"¥26,000/month\"");
    let sum = dearer.findings.iter().find(|f| f.code == "wrong-sum-plan-2025").expect("it no longer adds up");
    assert!(sum.words.en.contains("¥93,000/month") && sum.words.en.contains("¥92,000/month"));
    let slow = changed(name, "\"@fo.s3.crr\"", "\"2h\"");
    assert!(codes(&slow).contains(&"late-copy-s3"));
    let big = changed(
        name,
        "memory = { request = \"512Mi\", limit = \"1Gi\"",
        "memory = { request = \"5Gi\", limit = \"8Gi\"",
    );
    assert!(codes(&big).iter().any(|code| code.starts_with("unscheduled-")), "{:?}", codes(&big));
}

#[test]
fn every_number_and_box_of_the_plan_stands_in_its_scenario() {
    let m = model("secure-ai-chat", "t100");
    let name = |kind: &str| m.graph.node_weights().filter(|c| c.kind == kind).count();
    for (kind, count) in [
        ("client", 1),
        ("dns", 1),
        ("cdn", 1),
        ("waf", 1),
        ("load-balancer", 1),
        ("cluster", 1),
        ("node-group", 1),
        ("service", 2),
        ("database", 1),
        ("cache", 1),
        ("object-store", 1),
        ("llm-api", 2),
        ("secrets", 1),
        ("identity", 1),
        ("monitoring", 2),
    ] {
        assert_eq!(name(kind), count, "{kind}");
    }
    let journeys: Vec<_> = m.journeys.iter().map(|j| j.id.as_str()).collect();
    // By id: no figure depends on where in the file something stands.
    assert_eq!(journeys, ["api", "chat", "login", "page", "upload"]);
    let quotes: Vec<_> = m.objectives.iter().map(|o| (o.id.as_str(), o.quote.is_some())).collect();
    assert!(quotes.len() >= 8 && quotes.iter().all(|(_, quoted)| *quoted), "{quotes:?}");
    let codes: Vec<_> = m.regions.iter().map(|r| (r.code.as_deref().unwrap(), r.role.is_some())).collect();
    assert_eq!(codes, [("ap-northeast-3", true), ("ap-southeast-1", true), ("ap-northeast-1", true)]);
    assert!(m.books[0].lines.iter().all(|line| line.quote.is_some() && line.pays.is_some()));
    let sizes: Vec<_> = TIERS[0].1.iter().map(|tier| model("secure-ai-chat", tier)).collect();
    let sizes: Vec<_> = sizes.iter().map(|m| (m.tier.tenants, m.tier.users, m.tier.claims.len())).collect();
    assert_eq!(sizes, [(100.0, 1e3, 1), (500.0, 5e3, 1), (1000.0, 1e4, 1), (2000.0, 2e4, 1)]);
}
