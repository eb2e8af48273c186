//! What a command says of a file is what `validate` says of it, whatever is wrong with it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What a command says on standard error of a file, without the names of commands.
fn said(command: &str, file: &Path) -> (String, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args([command, "--lang", "en", "--color", "never"])
        .arg(file)
        .output()
        .unwrap();
    (String::from_utf8(output.stderr).unwrap(), output.status.code())
}

#[test]
fn every_command_says_of_a_wrong_file_what_validate_says() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/wrong");
    let mut differing = Vec::new();
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ext| ext != "toml") {
            continue;
        }
        let (validated, status) = said("validate", &path);
        // What is only warned of is answered too; judging it takes longer than reading it.
        let broken = status == Some(2);
        let (answered, other) = said(if broken { "check" } else { "analyse" }, &path);
        seen += 1;
        if validated != answered || other != Some(if broken { 2 } else { 0 }) {
            differing.push(format!("{}:\n{validated}\n{answered} ({other:?})", path.display()));
        }
    }
    assert!(seen > 60, "{seen} files");
    assert!(differing.is_empty(), "{}", differing.join("\n\n"));
}
