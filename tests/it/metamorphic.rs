//! What must change nothing changes nothing: another order of tables and keys, other names, a file cut in two, other units,
//! an overlay that repeats, a fault of no length, and what nobody uses. Figures are compared by their path in the JSON
//! contract; where the digest is promised to stay, it stays to the bit.

use crate::hostile::SHOP;
use plimsoll::job::running::{Running, Step};
use plimsoll::job::{self, Ask, Budget, FaultChoice, Job, Reply};
use plimsoll::report::json;
use plimsoll::scenario::{SourceFile, edit, format};
use plimsoll::text::Lang;
use serde_json::Value;
use std::collections::BTreeMap;

type Figures = BTreeMap<String, String>;

fn file(name: &str, text: &str) -> SourceFile {
    SourceFile { name: name.to_owned(), text: text.to_owned() }
}

fn one(text: &str) -> Vec<SourceFile> {
    vec![file("x.toml", text)]
}

/// Every number of an answer by its path; items of lists by what they are about. Places in files are left out.
fn flat(value: &Value) -> Figures {
    fn walk(path: &str, value: &Value, out: &mut Figures) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    if !matches!(
                        key.as_str(),
                        "line" | "file" | "findings" | "flips_if" | "why" | "help" | "digest"
                    ) {
                        walk(&format!("{path}.{key}"), value, out);
                    }
                }
            }
            Value::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    let key = ["id", "component", "path"].iter().find_map(|key| item.get(*key)?.as_str());
                    walk(&format!("{path}[{}]", key.map_or_else(|| i.to_string(), str::to_owned)), item, out);
                }
            }
            Value::Number(number) => drop(out.insert(path.to_owned(), number.to_string())),
            Value::Null => drop(out.insert(path.to_owned(), "null".to_owned())),
            _ => {}
        }
    }
    let mut out = Figures::new();
    walk("", value, &mut out);
    out
}

/// The analytic answer: times, bills, uptime, recovery of every tier.
fn screened(files: &[SourceFile]) -> Figures {
    let answer = job::screen(files, None).unwrap_or_else(|found| panic!("{found:?}"));
    flat(&json::render(&answer, Lang::En))
}

/// A short run of the first tier: its digest and its figures.
fn simulated(files: &[SourceFile], faults: FaultChoice) -> (String, Figures) {
    let mut ask = Ask::hour("small", None, 7);
    (ask.replications, ask.warmup_s, ask.duration_s, ask.faults) = (2, Some(0.0), 120.0, faults);
    let mut running = Running::start(Job::Assess { revision: 0, files: files.to_vec(), ask });
    loop {
        match running.step(Budget { events: 100_000 }) {
            Step::Done(Reply::Done { answer, .. }) => {
                let digest = answer.digest.clone().expect("a whole run has a digest");
                let value = json::render(&*answer, Lang::En);
                let run =
                    serde_json::json!({ "journeys": value["journeys"], "components": value["components"] });
                return (digest, flat(&run));
            }
            Step::Done(other) => panic!("{other:?}"),
            Step::More(_) => {}
        }
    }
}

/// The same figures, to so much (0: to the bit). Only paths of `before` are looked at.
fn same(what: &str, before: &Figures, after: &Figures, within: f64) {
    let mut differ = Vec::new();
    for (path, a) in before {
        let b = after.get(path).map(String::as_str).unwrap_or("missing");
        let near = match (a.parse::<f64>(), b.parse::<f64>()) {
            (Ok(a), Ok(b)) => (a - b).abs() <= within * a.abs().max(b.abs()),
            _ => false,
        };
        if a != b && !near {
            differ.push(format!("{path}: {a} -> {b}"));
        }
    }
    assert!(before.len() > 100, "{what}: nothing to compare");
    assert!(
        differ.is_empty(),
        "{what}: {} of {}:\n{}",
        differ.len(),
        before.len(),
        differ[..differ.len().min(20)].join("\n")
    );
}

/// The tables of a text: what stands above the first header, then each header with its lines.
fn tables(text: &str) -> (String, Vec<String>) {
    let (mut above, mut tables): (String, Vec<String>) = (String::new(), Vec::new());
    for line in text.lines() {
        if line.starts_with('[') {
            tables.push(format!("{line}\n"));
        } else {
            match tables.last_mut() {
                Some(table) => table.push_str(&format!("{line}\n")),
                None => above.push_str(&format!("{line}\n")),
            }
        }
    }
    (above, tables)
}

/// Tables from the last to the first, and the keys of each as well; tiers keep their order, for the first one is meant.
fn reversed(text: &str) -> String {
    let (above, all) = tables(text);
    let turn = |table: &String| {
        let mut lines: Vec<&str> = table.lines().filter(|line| !line.is_empty()).collect();
        lines[1..].reverse();
        lines.join("\n") + "\n\n"
    };
    let tier = |table: &&String| table.starts_with("[tier.");
    let others = all.iter().filter(|table| !tier(table)).rev().map(turn);
    above + &others.chain(all.iter().filter(tier).map(turn)).collect::<String>()
}

#[test]
fn the_order_of_tables_and_keys_changes_nothing() {
    let turned = reversed(SHOP);
    assert_ne!(turned, SHOP);
    let (before, after) = (one(SHOP), one(&turned));
    same("formulas", &screened(&before), &screened(&after), 0.0);
    let (digest, figures) = simulated(&before, FaultChoice::None);
    let (again, other) = simulated(&after, FaultChoice::None);
    same("simulation", &figures, &other, 0.0);
    assert_eq!(digest, again);
    let fault = || FaultChoice::One("zone-a".to_owned());
    assert_eq!(simulated(&before, fault()).0, simulated(&after, fault()).0);
}

#[test]
fn comments_layout_and_language_change_nothing() {
    let (digest, _) = simulated(&one(SHOP), FaultChoice::None);
    let spread: String = SHOP.lines().map(|line| format!("\n# a remark\n  {line}   # here too\n")).collect();
    let neat = format::format(&spread).unwrap();
    let renamed = SHOP.replace("店", "別の店").replace("A shop", "Another shop");
    for (what, text) in [("comments", &spread), ("fmt", &neat), ("names to show", &renamed)] {
        assert_eq!(simulated(&one(text), FaultChoice::None).0, digest, "{what}");
    }
}

#[test]
fn a_file_cut_in_two_or_three_is_the_same_file() {
    let (above, all) = tables(SHOP);
    let (first, rest) = all.split_at(all.len() / 3);
    let (second, third) = rest.split_at(rest.len() / 2);
    let two = vec![
        file("x.toml", &format!("extends = \"base.toml\"\n{above}{}{}", second.concat(), third.concat())),
        file("base.toml", &format!("schema = 1\n{}", first.concat())),
    ];
    let three = vec![
        file("x.toml", &format!("extends = \"a.toml\"\n{above}{}", third.concat())),
        file("a.toml", &format!("schema = 1\nextends = \"b.toml\"\n{}", second.concat())),
        file("b.toml", &format!("schema = 1\nname = \"below\"\n{}", first.concat())),
    ];
    let (whole, digest) = (screened(&one(SHOP)), simulated(&one(SHOP), FaultChoice::None).0);
    for files in [two, three] {
        same("cut", &whole, &screened(&files), 0.0);
        assert_eq!(simulated(&files, FaultChoice::None).0, digest);
    }
}

#[test]
fn other_ids_give_the_same_figures() {
    let ids = [
        ("component", "db", "a-store-of-rows"),
        ("component", "api", "zz"),
        ("journey", "web", "visit"),
        ("region", "tokyo", "here"),
    ];
    let mut text = SHOP.to_owned();
    for (kind, id, new) in ids {
        text = edit::rename(&text, kind, id, new).unwrap();
    }
    // Back to the old ids, key by key, to compare.
    let back = |figures: Figures| -> Figures {
        let id = |part: &str| {
            let found = ids.iter().find(|(_, _, new)| *new == part);
            found.map_or_else(|| part.to_owned(), |(_, id, _)| (*id).to_owned())
        };
        let path = |path: &String| {
            path.split_inclusive(['.', '[', ']', '/'])
                .map(|part| {
                    let end = part.len() - usize::from(part.ends_with(['.', '[', ']', '/']));
                    id(&part[..end]) + &part[end..]
                })
                .collect::<String>()
        };
        figures.iter().map(|(key, value)| (path(key), value.clone())).collect()
    };
    let wanted = |figures: Figures| -> Figures {
        // Months and years are played with draws of their own for every id.
        let played = [
            "years",
            "monthly_downtime",
            "recovery",
            "series",
            "rto",
            "rpo",
            "cut_sets",
            "importance",
            "attribution",
        ];
        // Lines that say where they are bought have the region's id in their own.
        let figures: Figures = figures
            .into_iter()
            .filter(|(path, _)| !path.contains('@') && !path.contains("targets.back"))
            .collect();
        figures.into_iter().filter(|(path, _)| !played.iter().any(|part| path.contains(part))).collect()
    };
    same("renamed", &wanted(screened(&one(SHOP))), &back(screened(&one(&text))), 1e-9);
}

#[test]
fn what_nobody_uses_changes_no_figure() {
    let (digest, figures) = simulated(&one(SHOP), FaultChoice::None);
    let formulas = screened(&one(SHOP));
    for (what, more, to_the_bit) in [
        ("a source", "[source.other]\ntitle = \"unused\"\n", true),
        ("a tier", "[tier.huge]\ntenants = 1000\nusers = 10000\n", true),
        ("a free key", "[x-notes]\na = 1\n", true),
        ("a book", "[book.spare]\nline.x = { pays = \"db\", amount = \"¥1/month\" }\n", true),
        ("a phase", "[phase.later]\ntakes = \"1w\"\n", true),
        ("an alert", "[alert.other]\nwhen = \"ask.p95 > 50s\"\n", true),
        ("a component", "[component.aaa-spare]\nkind = \"station\"\nwork = \"1s\"\n", false),
        ("a region", "[region.aaa]\nprovider = \"aws\"\nzones = [\"z\"]\n", false),
        (
            "a fault that is not played",
            "[fault.aaa]\nwhat = \"component-down\"\non = \"db\"\nat = \"1s\"\nfor = \"1min\"\n",
            false,
        ),
    ] {
        let text = format!("{SHOP}\n{more}");
        let (again, other) = simulated(&one(&text), FaultChoice::None);
        same(what, &figures, &other, 0.0);
        assert!(!to_the_bit || again == digest, "{what}: another digest");
        let of: Figures = formulas
            .iter()
            .filter(|(path, _)| path.starts_with(".journeys") || path.starts_with(".components"))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect();
        same(what, &of, &screened(&one(&text)), if to_the_bit { 0.0 } else { 1e-9 });
    }
}

#[test]
fn the_unit_of_a_quantity_changes_nothing() {
    let mut text = SHOP.to_owned();
    for (one, other) in [
        ("\"800ms\"", "\"0.8s\""),
        ("\"4h\"", "\"240min\""),
        ("\"1h\"", "\"3600s\""),
        ("\"30/h (10/h..60/h)\"", "\"0.5/min (0.16666666666666666/min..1/min)\""),
        ("\"200KB\"", "\"0.2MB\""),
        ("p50=8ms, p99=60ms", "p50=8000us, p99=0.06s"),
        ("\"100GB\"", "\"0.1TB\""),
        ("\"20s\"", "\"20000ms\""),
        ("\"200m\"", "\"0.2\""),
        ("\"35d\"", "\"5w\""),
        ("\"3ms\"", "\"0.003s\""),
    ] {
        assert!(text.contains(one), "{one}");
        text = text.replace(one, other);
    }
    same("units", &screened(&one(SHOP)), &screened(&one(&text)), 1e-9);
    let ((_, before), (_, after)) =
        (simulated(&one(SHOP), FaultChoice::None), simulated(&one(&text), FaultChoice::None));
    same("units, simulated", &before, &after, 1e-6);
}

#[test]
fn an_overlay_that_repeats_changes_nothing() {
    let digest = simulated(&one(SHOP), FaultChoice::None).0;
    let more = "[tier.small.component.api]\nreplicas = 2\nslots = 50\n[tier.small.journey.web]\nout = \"200KB\"\n\
                [platform.same]\nprovider = \"aws\"\n[platform.same.component.db]\nclass = \"db.t3.medium\"\n";
    let text = format!("{SHOP}\n{more}");
    assert_eq!(simulated(&one(&text), FaultChoice::None).0, digest);
    same("overlay", &screened(&one(SHOP)), &screened(&one(&text)), 0.0);
}

#[test]
fn faults_of_no_length_are_all_the_same() {
    // A run with a fault is longer than one without, so they are compared with each other.
    let played = |what: &str| {
        let text = format!("{SHOP}\n[fault.none]\n{what}\nat = \"30s\"\nfor = \"0s\"\n");
        let mut figures = simulated(&one(&text), FaultChoice::One("none".to_owned())).1;
        // The least number of replicas ever up sees the instant.
        figures.retain(|path, _| !path.contains("replicas.min"));
        figures
    };
    let healthy = played("what = \"latency-added\"\non = \"db\"\nadd = \"0s\"");
    for what in [
        "what = \"component-down\"\non = \"db\"",
        "what = \"zone-outage\"\non = \"tokyo/a\"",
        "what = \"replica-crash\"\non = \"api\"",
        "what = \"latency-added\"\non = \"db\"\nadd = \"5s\"",
        "what = \"error-rate\"\non = \"db\"\nerrors = \"100%\"",
        "what = \"load-spike\"\non = \"web\"\ntimes = 50",
        "what = \"capacity-loss\"\non = \"api\"\nshare = \"90%\"",
    ] {
        same(what, &healthy, &played(what), 0.0);
    }
}
