//! Wrong files: one in `tests/wrong` for every code a scenario can be refused with, and hostile ones. Each is named
//! after its code and says in its first line which piece of its text the diagnostic must point at.
//!
//! Comments in those files that mean something: `# at: <text>`; `# repeat: <n>` (what follows, so often, `{i}`
//! counting); `# tier: <id>`, `# platform: <id>` and `# change: <path> = <value>` (the file
//! is fine, asking that of it is not).

use plimsoll::diag::{Diagnostic, Severity};
use plimsoll::scenario::{Change, SourceFile, examples, extends, lower, on_platform, read, resolved};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The wrong files: code and text.
fn wrong() -> BTreeMap<String, String> {
    let entries = fs::read_dir(root().join("tests/wrong")).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.extension().is_some_and(|ext| ext == "toml"));
    files
        .map(|path| {
            let code = path.file_stem().unwrap().to_string_lossy().into_owned();
            (code, expand(&fs::read_to_string(path).unwrap()))
        })
        .collect()
}

fn expand(text: &str) -> String {
    let Some((before, after)) = text.split_once("# repeat: ") else { return text.to_owned() };
    let (count, block) = after.split_once('\n').unwrap();
    let count: usize = count.trim().parse().unwrap();
    let mut out = before.to_owned();
    (0..count).for_each(|i| out.push_str(&block.replace("{i}", &i.to_string())));
    out
}

/// What the comment `# key: ...` of a wrong file says.
fn directive<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let prefix = format!("# {key}:");
    text.lines().take(4).find_map(|line| line.strip_prefix(&prefix)).map(str::trim)
}

/// The file, and the bases it asks for from beside it.
fn with_bases(name: &str, text: &str) -> Vec<SourceFile> {
    let mut files = vec![SourceFile { name: name.to_owned(), text: text.to_owned() }];
    let mut folder = root().join("tests/wrong");
    while let Some(base) = extends(&files.last().unwrap().text).filter(|_| files.len() < 4) {
        let path = folder.join(&base);
        let Ok(text) = fs::read_to_string(&path) else { break };
        folder = path.parent().unwrap().to_path_buf();
        files.push(SourceFile { name: base, text });
    }
    files
}

/// Everything that is said about a text.
fn said(files: &[SourceFile]) -> Vec<Diagnostic> {
    let reading = read(files);
    let text = &files[0].text;
    let (tier, change) = (directive(text, "tier"), directive(text, "change"));
    let platform = directive(text, "platform");
    if tier.is_none() && change.is_none() && platform.is_none() {
        return reading.diagnostics;
    }
    let scenario = reading.scenario.unwrap_or_else(|| panic!("readable, but {:?}", reading.diagnostics));
    if let Some(platform) = platform {
        return on_platform(&scenario, platform).expect_err("refused");
    }
    let changes: Vec<Change> = change
        .and_then(|c| c.split_once('='))
        .map(|(path, text)| Change { path: path.trim().to_owned(), text: text.trim().to_owned() })
        .into_iter()
        .collect();
    lower(&scenario, tier.unwrap_or(&scenario.tiers[0]), &changes).expect_err("refused")
}

fn has_japanese(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}'))
}

#[test]
fn every_wrong_file_gives_its_own_code_at_its_place_with_a_fix_in_two_languages() {
    let mut failed = Vec::new();
    for (code, text) in wrong() {
        let files = with_bases(&format!("{code}.toml"), &text);
        let diagnostics = said(&files);
        let mut fail = |why: String| failed.push(format!("{code}: {why}"));
        let [one] = diagnostics.as_slice() else {
            let codes: Vec<_> =
                diagnostics.iter().map(|d| (d.code.as_str(), d.message.en.as_str())).collect();
            fail(format!("one diagnostic expected, not {codes:?}"));
            continue;
        };
        if one.code != code {
            fail(format!("it says {}: {}", one.code, one.message.en));
        }
        let (start, end) = (one.span.start as usize, one.span.end as usize);
        let at = files.get(one.span.file as usize).and_then(|file| file.text.get(start..end));
        let at = at.map(|at| at.replace('\n', "\\n"));
        if at.as_deref() != directive(&text, "at") {
            fail(format!("it points at {at:?}, not at {:?}", directive(&text, "at")));
        }
        let Some(help) = &one.help else {
            fail("no help".to_owned());
            continue;
        };
        for phrase in [&one.message, help] {
            if phrase.ja == phrase.en || !has_japanese(&phrase.ja) || phrase.en.is_empty() {
                fail(format!("not in two languages: {phrase:?}"));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// The codes that the sources below floor 5 put into diagnostics, with the file of each.
fn codes_of_the_sources() -> BTreeMap<String, String> {
    let mut codes = BTreeMap::new();
    let mut folders = vec![root().join("src/fields"), root().join("src/kinds"), root().join("src/scenario")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            for maker in ["Diagnostic::error(", "Diagnostic::warning(", "Diagnostic::note("] {
                for piece in text.split(maker).skip(1) {
                    match piece.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                        Some(code) => drop(codes.insert(code.to_owned(), name.clone())),
                        // the one place that takes the code from elsewhere: the list below it
                        None => {
                            assert!(name.ends_with("fields/value.rs"), "{name}: a code that is no literal")
                        }
                    }
                }
            }
            if name.ends_with("fields/value.rs") {
                for piece in text.split("(\"").skip(1) {
                    let code = piece.split('"').next().unwrap();
                    if piece[code.len()..].trim_start_matches(['"', ',', '\n', ' ']).starts_with("say::") {
                        codes.insert(code.to_owned(), name.clone());
                    }
                }
                for piece in text.split("            (\n").skip(1) {
                    if let Some(code) = piece.trim_start().strip_prefix('"') {
                        codes.insert(code.split('"').next().unwrap().to_owned(), name.clone());
                    }
                }
                for piece in text.split("Err((\n").skip(1) {
                    if let Some(code) = piece.trim_start().strip_prefix('"') {
                        codes.insert(code.split('"').next().unwrap().to_owned(), name.clone());
                    }
                }
            }
        }
    }
    codes
}

#[test]
fn every_code_that_the_sources_can_give_has_its_wrong_file() {
    let codes = codes_of_the_sources();
    for known in ["missing-unit", "unknown-distribution", "wrong-type", "too-many", "endless-loop"] {
        assert!(codes.contains_key(known), "the search finds {known}");
    }
    let files: BTreeSet<String> = wrong().into_keys().collect();
    let without: Vec<_> = codes.iter().filter(|(code, _)| !files.contains(*code)).collect();
    assert!(without.is_empty(), "no file in tests/wrong for {without:?}");
    let idle: Vec<_> = files.iter().filter(|code| !codes.contains_key(*code)).collect();
    assert!(idle.is_empty(), "no source gives {idle:?}");
}

#[test]
fn everything_that_is_wrong_is_said_at_once_and_in_the_order_of_the_text() {
    let text = "schema = 1\n[journey.job]\nentry = \"dekk\"\narrivals = 80\n[component.desk]\nkind = \"station\"\n\
                work = \"10msec\"\nrepilcas = 2\nservers = 0\n[targt.x]\np95 = \"1s\"\n";
    let diagnostics = said(&with_bases("all.toml", text));
    let codes: Vec<&str> = diagnostics.iter().map(|d| d.code.as_str()).collect();
    assert_eq!(
        codes,
        [
            "unknown-reference",
            "missing-unit",
            "unknown-unit",
            "unknown-field",
            "out-of-range",
            "unknown-table"
        ]
    );
    assert!(diagnostics.windows(2).all(|w| w[0].span <= w[1].span));
}

// ------------------------------------------------------------------------------------------------- hostile files

#[test]
fn a_name_with_a_script_is_only_a_name_and_no_id() {
    let text = examples::text("one-queue").unwrap();
    let script = "<script>alert(1)</script>";
    let named = text.replace("[component.desk]", &format!("[component.desk]\nname = \"{script}\""));
    let scenario = read(&with_bases("named.toml", &named)).scenario.expect("a name may be any text");
    let model = lower(&scenario, "base", &[]).unwrap();
    assert_eq!(model.graph.node_weights().next().unwrap().name.en, script);
    let id = format!("{text}\n[component.\"{script}\"]\nkind = \"station\"\n");
    let diagnostics = said(&with_bases("id.toml", &id));
    assert_eq!(diagnostics[0].code, "bad-id");
}

#[test]
fn a_circle_of_extends_ends() {
    let files: Vec<SourceFile> = ["b.toml", "a.toml", "b.toml", "a.toml"]
        .map(|base| SourceFile { name: base.to_owned(), text: format!("schema = 1\nextends = \"{base}\"\n") })
        .into();
    let codes: Vec<String> = read(&files).diagnostics.into_iter().map(|d| d.code).collect();
    assert_eq!(codes, ["extends-depth"]);
}

#[test]
fn no_files_at_all_are_no_scenario() {
    let reading = read(&[]);
    assert!(reading.scenario.is_none() && reading.diagnostics.iter().any(|d| d.severity == Severity::Error));
}

#[test]
fn deep_nesting_of_every_shape_is_refused_and_not_followed() {
    for open in ["x-a = ", "x-a.b.c.d.e.f.g.h.i.j.k = "] {
        for (left, right) in [("[", "]"), ("{ a = ", " }")] {
            for depth in [9, 60, 20_000] {
                let text = format!("schema = 1\n{open}{}1{}\n", left.repeat(depth), right.repeat(depth));
                let diagnostics = said(&with_bases("deep.toml", &text));
                let codes: Vec<&str> = diagnostics.iter().map(|d| d.code.as_str()).collect();
                assert!(codes == ["too-deep"] || codes == ["syntax"], "{left} {depth}: {codes:?}");
            }
        }
    }
    let header = format!("schema = 1\n[{}a]\n", "a.".repeat(20_000));
    let codes: Vec<String> = said(&with_bases("deep.toml", &header)).into_iter().map(|d| d.code).collect();
    assert!(!codes.is_empty());
}

#[test]
fn huge_numbers_are_refused_or_read_but_never_crash() {
    let text = examples::text("one-queue").unwrap();
    for number in
        ["9223372036854775807", "-1", "0", "1e308", "inf", "nan", "-nan", "1e-320", "100000000000000"]
    {
        for field in ["servers", "replicas", "capacity", "slots", "needs"] {
            let changed = text.replace("servers = 1", &format!("{field} = {number}"));
            let reading = read(&with_bases("huge.toml", &changed));
            let all_placed = reading.diagnostics.iter().all(|d| d.span.end as usize <= changed.len());
            assert!(
                all_placed && (reading.scenario.is_some() || !reading.diagnostics.is_empty()),
                "{field} = {number}"
            );
        }
        for unit in ["ms", "y", "%"] {
            let changed = text.replace("exponential(mean=10ms)", &format!("{number}{unit}"));
            read(&with_bases("huge.toml", &changed));
        }
    }
}

/// Reads, and if that works lowers and shows every tier; what matters is that it comes back, with places inside the
/// text.
fn survive(text: &str) {
    let mut files = vec![SourceFile { name: "x.toml".to_owned(), text: text.to_owned() }];
    if extends(text).as_deref() == Some("secure-ai-chat.toml") {
        files.extend(examples::with_bases("x.toml", text).into_iter().skip(1));
    }
    let reading = read(&files);
    for d in &reading.diagnostics {
        let text = &files[d.span.file as usize].text;
        assert!(d.span.start <= d.span.end && d.span.end as usize <= text.len(), "{}: {:#?}", d.code, d.span);
        assert!(text.is_char_boundary(d.span.start as usize) && text.is_char_boundary(d.span.end as usize));
    }
    let errors = reading.diagnostics.iter().any(|d| d.severity == Severity::Error);
    assert_eq!(errors, reading.scenario.is_none());
    if let Some(scenario) = reading.scenario {
        for tier in scenario.tiers.iter().take(4) {
            lower(&scenario, tier, &[]).expect("what reads without an error lowers");
            let shown = resolved::show(&scenario, tier).expect("and can be shown");
            let again = read(&[SourceFile { name: "shown.toml".to_owned(), text: shown.clone() }]);
            let told: Vec<_> = again.diagnostics.iter().map(|d| (&d.code, &d.message.en)).collect();
            assert!(again.scenario.is_some(), "what is shown reads again: {told:?}\n{shown}");
        }
    }
}

fn shipped() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(examples::NAMES.map(|name| examples::text(name).unwrap()).to_vec())
}

/// Pieces that mean something to the format, or to TOML, or to nobody.
const PIECES: [&str; 24] = [
    "\"",
    "'",
    "[",
    "]",
    "{ ",
    " }",
    " = ",
    ".",
    "\n",
    "#",
    "\u{0}",
    "\u{feff}",
    "１０",
    "～",
    "@lat.alb",
    "%",
    "-> ",
    " x2",
    "(1..2)",
    "¥",
    "[tier.t1.component.api]\n",
    "remove = [\"component.api\"]\n",
    "1e400",
    "\"\"\"",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_shipped_scenario_cut_anywhere_never_panics(text in shipped(), at in 0.0f64..1.0) {
        let cut = text.floor_char_boundary((at * text.len() as f64) as usize);
        survive(&text[..cut]);
    }

    #[test]
    fn a_shipped_scenario_with_bytes_changed_never_panics(
        text in shipped(),
        changes in proptest::collection::vec((0.0f64..1.0, any::<u8>()), 1..8),
    ) {
        let mut bytes = text.as_bytes().to_vec();
        for (at, byte) in changes {
            let at = (at * bytes.len() as f64) as usize;
            bytes[at] = byte;
        }
        survive(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn a_shipped_scenario_with_pieces_put_in_or_lines_taken_out_never_panics(
        text in shipped(),
        changes in proptest::collection::vec((0.0f64..1.0, 0..PIECES.len(), any::<bool>()), 1..6),
    ) {
        let mut text = text.to_owned();
        for (at, piece, out) in changes {
            let at = text.floor_char_boundary((at * text.len() as f64) as usize);
            if out {
                let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
                let end = text[at..].find('\n').map_or(text.len(), |i| at + i + 1);
                text.replace_range(start..end, "");
            } else {
                text.insert_str(at, PIECES[piece]);
            }
        }
        survive(&text);
    }

    #[test]
    fn a_value_of_a_shipped_scenario_replaced_by_another_never_panics(
        text in shipped(),
        from in 0.0f64..1.0,
        to in 0.0f64..1.0,
    ) {
        let values: Vec<(usize, &str)> = text
            .match_indices(" = ")
            .map(|(i, _)| (i + 3, text[i + 3..].lines().next().unwrap_or_default()))
            .collect();
        let (at, old) = values[(from * values.len() as f64) as usize];
        let (_, new) = values[(to * values.len() as f64) as usize];
        survive(&format!("{}{new}{}", &text[..at], &text[at + old.len()..]));
    }
}

#[test]
fn wrong_files_are_small_enough_to_read() {
    let bases = Path::new("tests/wrong");
    for entry in fs::read_dir(root().join(bases)).unwrap().map(|entry| entry.unwrap()) {
        if entry.file_type().unwrap().is_file() {
            assert!(entry.metadata().unwrap().len() < 2_000, "{:?}", entry.file_name());
        }
    }
}
