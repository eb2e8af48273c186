//! The rules of the house, checked by reading the sources: floors, words that do not belong below the shells, the head and
//! the length of every file, what is embedded, and what lies at the top. The rules themselves are in the crate's docs.

mod reader;

use plimsoll::cost::catalogue;
use reader::{Source, files, has_word, imports, numbered, read, relative, root, sources};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The floor of every module of the crate. A module imports lower floors or itself.
const FLOORS: &[(&str, u8)] = &[
    ("units", 0),
    ("text", 1),
    ("stats", 1),
    ("diag", 2),
    ("fields", 3),
    ("model", 3),
    ("answer", 3),
    ("flow", 4),
    ("sim", 4),
    ("avail", 4),
    ("recovery", 4),
    ("cost", 4),
    ("kinds", 4),
    ("scenario", 5),
    ("assess", 6),
    ("plan", 7),
    ("report", 8),
    ("job", 9),
    ("ui", 10),
    ("cli", 10),
    ("bin", 10),
];

/// The floor of the shells: the page and the command line.
const SHELL: u8 = 10;

/// Words that do not belong below the shells outside tests, and what to do instead.
const FORBIDDEN: &[(&str, &str)] = &[
    ("std::fs", "files are opened in the shells (ui, cli); take the text as an argument"),
    ("std::time", "clocks are read in the shells (ui, cli); take the time as an argument"),
    ("std::env", "the environment is read in the shells (ui, cli); take the value as an argument"),
    ("std::process", "processes belong to the shells (ui, cli)"),
    ("SystemTime", "clocks are read in the shells (ui, cli); take the time as an argument"),
    ("print!", "return a value; the shell prints"),
    ("println!", "return a value; the shell prints"),
    ("eprint!", "return a value; the shell prints"),
    ("eprintln!", "return a value; the shell prints"),
    ("dbg!", "take it out"),
    ("HashMap", "its order differs between runs; use BTreeMap or IndexMap"),
    ("HashSet", "its order differs between runs; use BTreeSet or IndexSet"),
    (".unwrap()", "return an option or an error, or prove it with expect(\"reason it cannot fail\")"),
    ("panic!", "bad input never panics; return a result that says so"),
    ("todo!", "write it, or take it out"),
    ("unimplemented!", "write it, or take it out"),
];

/// The standard library's transcendental functions: they differ between targets.
const TRANSCENDENTAL: &[&str] = &[
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "cos", "cosh", "exp", "exp2",
    "exp_m1", "hypot", "ln", "ln_1p", "log", "log10", "log2", "mul_add", "powf", "powi", "sin", "sin_cos",
    "sinh", "tan", "tanh",
];

/// The longest a file may be, in lines.
const LONGEST: usize = 500;
/// The longest a binary's file may be: it starts a shell and does nothing else.
const LONGEST_BIN: usize = 60;

/// What may lie at the top of the repository beside dotfiles.
const TOP: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "Makefile",
    "README.md",
    "Trunk.toml",
    "action.yml",
    "assets",
    "clippy.toml",
    "index.html",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "scenarios",
    "src",
    "tests",
];

// ------------------------------------------------------------------------------------------------------ the rules

#[test]
fn a_module_imports_lower_floors_or_itself() {
    let mut broken = Vec::new();
    for source in sources("src") {
        let Some((module, floor)) = floor(&source) else { continue };
        for (line, target) in imports(&source.bare, source.depth()) {
            match FLOORS.iter().find(|(name, _)| *name == target) {
                Some((name, _)) if *name == module => {}
                Some((_, below)) if *below < floor => {}
                Some((name, other)) => broken.push(format!(
                    "{}:{line}: `{module}` (floor {floor}) imports `{name}` (floor {other}); import lower floors only: \
                     move the shared type down (to `model` or `answer`), or the caller up",
                    source.path
                )),
                None => broken.push(format!(
                    "{}:{line}: `crate::{target}` is on no floor; give it one in FLOORS and in the table of src/lib.rs",
                    source.path
                )),
            }
        }
    }
    report("floors", &broken);
}

#[test]
fn every_module_of_the_crate_has_its_floor_in_the_docs() {
    let lib = read(&root().join("src/lib.rs"));
    let mut broken = Vec::new();
    for source in sources("src") {
        match floor(&source) {
            None if source.path != "src/lib.rs" => {
                broken.push(format!("{}: its module is not in FLOORS of tests/it/house.rs", source.path));
            }
            _ => {}
        }
    }
    for (module, floor) in FLOORS.iter().filter(|(_, floor)| *floor < SHELL) {
        let row = format!("//! | {floor} | [`{module}`] |");
        if !lib.contains(&row) {
            broken.push(format!("src/lib.rs: expected a row `{row}` in the table of floors"));
        }
    }
    report("the table of floors", &broken);
}

#[test]
fn no_shell_work_and_no_panic_below_the_shells() {
    let mut broken = Vec::new();
    for source in sources("src").iter().filter(|source| floor(source).is_some_and(|(_, floor)| floor < SHELL))
    {
        if source.path.ends_with("/tests.rs") {
            continue; // a module of tests in a file of its own
        }
        for (number, line) in numbered(&source.bare) {
            for (word, instead) in FORBIDDEN.iter().filter(|(word, _)| has_word(line, word)) {
                broken.push(format!("{}:{number}: `{word}` below the shells: {instead}", source.path));
            }
        }
    }
    report("words below the shells", &broken);
}

#[test]
fn transcendental_functions_come_from_libm_only() {
    let mut broken = Vec::new();
    for source in sources("src").iter().filter(|source| floor(source).is_some_and(|(_, floor)| floor < SHELL))
    {
        for (number, line) in numbered(&source.bare) {
            for name in TRANSCENDENTAL.iter().filter(|name| calls_of_std(line, name)) {
                broken.push(format!(
                    "{}:{number}: std's `{name}` differs between targets; use crate::stats::maths (libm)",
                    source.path
                ));
            }
        }
    }
    report("transcendental functions", &broken);
}

#[test]
fn every_file_says_at_its_head_what_it_is() {
    let broken: Vec<String> = all_sources()
        .iter()
        .filter(|source| !source.text.starts_with("//! ") || source.text.starts_with("//! To be written"))
        .map(|source| format!("{}:1: the first line must be `//! ` and say what the file is", source.path))
        .collect();
    report("heads of files", &broken);
}

#[test]
fn no_file_is_longer_than_it_may_be() {
    let mut broken = Vec::new();
    for source in all_sources() {
        let longest = if source.path.starts_with("src/bin/") { LONGEST_BIN } else { LONGEST };
        let lines = source.text.lines().count();
        if lines > longest {
            broken.push(format!("{}:{lines}: at most {longest} lines; split it by meaning", source.path));
        }
    }
    report("length of files", &broken);
}

#[test]
fn no_test_is_switched_off() {
    let mut broken = Vec::new();
    for source in all_sources() {
        for (number, line) in numbered(&source.code).filter(|(_, line)| line.contains("#[ignore")) {
            broken.push(format!("{}:{number}: `{}`: mend the test or take it out", source.path, line.trim()));
        }
    }
    report("tests switched off", &broken);
}

#[test]
fn the_price_files_on_disk_are_the_ones_embedded() {
    let folder = root().join("assets/prices");
    let mut broken = Vec::new();
    let on_disk: BTreeMap<String, String> =
        files(&folder).into_iter().map(|path| (relative(&folder, &path), read(&path))).collect();
    let embedded: BTreeMap<&str, &str> = catalogue::FILES.iter().copied().collect();
    for (path, text) in &on_disk {
        match embedded.get(path.as_str()) {
            None => broken.push(format!("assets/prices/{path}: add it to FILES of src/cost/catalogue.rs")),
            Some(embedded) if embedded != text => {
                broken.push(format!(
                    "assets/prices/{path}: FILES of src/cost/catalogue.rs embeds another file"
                ));
            }
            Some(_) => {}
        }
    }
    for path in embedded.keys().filter(|path| !on_disk.contains_key(**path)) {
        broken.push(format!("src/cost/catalogue.rs: FILES names `{path}`, which is not on disk"));
    }
    report("embedded prices", &broken);
}

#[test]
fn every_fact_and_price_file_is_embedded_by_some_source() {
    let root = root();
    let mut embedded = Vec::new();
    for source in sources("src") {
        let folder = root.join(&source.path).parent().map(Path::to_path_buf).unwrap();
        for macro_name in ["include_str!(\"", "include_bytes!(\""] {
            for piece in source.text.split(macro_name).skip(1) {
                let path = piece.split('"').next().unwrap();
                embedded.extend(fs::canonicalize(folder.join(path)));
            }
        }
    }
    let mut broken = Vec::new();
    for path in ["assets/facts", "assets/prices"].iter().flat_map(|folder| files(&root.join(folder))) {
        if !embedded.contains(&fs::canonicalize(&path).unwrap()) {
            broken.push(format!("{}: no source embeds it with include_str!", relative(&root, &path)));
        }
    }
    report("embedded data", &broken);
}

#[test]
fn the_top_of_the_repository_holds_only_what_belongs_there() {
    let root = root();
    let ignored = read(&root.join(".gitignore"));
    let ignored: Vec<&str> = ignored.lines().map(|line| line.trim().trim_matches('/')).collect();
    let mut broken = Vec::new();
    for entry in fs::read_dir(&root).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && !ignored.contains(&name.as_str()) && !TOP.contains(&name.as_str()) {
            broken.push(format!(
                "{name}: does not belong at the top; put it under src, assets, scenarios or tests"
            ));
        }
    }
    report("the top of the repository", &broken);
}

// -------------------------------------------------------------------------------------------------------- helpers

/// Its module of the crate, and the floor of that; `None` for `lib.rs`.
fn floor(source: &Source) -> Option<(&'static str, u8)> {
    let module = source.path.strip_prefix("src/")?.split('/').next()?;
    FLOORS.iter().find(|(name, _)| *name == module.trim_end_matches(".rs")).copied()
}

fn all_sources() -> Vec<Source> {
    sources("src").into_iter().chain(sources("tests/it")).collect()
}

fn report(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}: {} to mend\n  {}\n", broken.len(), broken.join("\n  "));
}

/// Whether the line calls `x.ln(`, `f64::ln(` or names `f64::ln`.
fn calls_of_std(line: &str, name: &str) -> bool {
    let method = format!(".{name}(");
    line.contains(&method) || ["f64::", "f32::"].iter().any(|float| has_word(line, &format!("{float}{name}")))
}

#[test]
fn calls_of_the_standard_library_are_told_from_calls_of_libm() {
    assert!(calls_of_std("x.ln()", "ln") && calls_of_std("map(f64::ln)", "ln"));
    assert!(!calls_of_std("maths::ln(x)", "ln") && !calls_of_std("f64::ln_1p(x)", "ln"));
}
