//! Reads a scenario and what it extends from disk or standard input. Only plain files are read, and what a file extends
//! lies in the folder tree of the scenario, wherever links lead.

use crate::diag::{Diagnostic, Span};
use crate::fields::parse::MAX_BYTES;
use crate::scenario::{self, Base, SourceFile};
use crate::text::Phrase;
use crate::text::diagnostics as say;
use crate::text::plain::line;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Files as read, and what is wrong when they could not be.
pub type Loaded = Result<Vec<SourceFile>, (Vec<SourceFile>, Vec<Diagnostic>)>;

/// Largest file that is read, bytes.
pub const LARGEST: u64 = MAX_BYTES as u64;

/// The scenario at `path` (`-`: standard input) and the files that it extends, nearest first. `extends` names files
/// beside or below the one that names it. What is wrong with an `extends` itself is for the reader of scenarios to say.
pub fn load(path: &str) -> Loaded {
    let mut files = vec![one(path)?];
    let mut folder = Path::new(path).parent().map(Path::to_path_buf).unwrap_or_default();
    let tree = folder.clone();
    while let Some(base) = files.last().and_then(|file| scenario::base(&file.text)) {
        let Base { name, span, .. } = base;
        let at = Span { file: files.len() as u16 - 1, ..span };
        let wrong = |words: Phrase, help: Phrase| Diagnostic::error("bad-extends", at, words).help(help);
        if path == "-" {
            let words = Phrase::new(
                "標準入力から読む scenario は extends を使えない",
                "a scenario read from standard input cannot use `extends`",
            );
            let help = Phrase::new("ファイル名を渡す", "pass the name of the file instead of `-`");
            return Err((files, vec![wrong(words, help)]));
        }
        if files.len() > scenario::MAX_EXTENDS || !scenario::names_a_base(&name) {
            break;
        }
        let next: PathBuf = folder.join(&name);
        let text = match below(&tree, &next).and_then(|()| disk(&next)) {
            Ok(text) => text,
            Err(words) => {
                let help = Phrase::new(
                    "このファイルと同じフォルダーかその下に、ふつうのファイルとして置く",
                    "put it beside this file or below, as a plain file, and check the name",
                );
                return Err((files, vec![wrong(words, help)]));
            }
        };
        folder = next.parent().map(Path::to_path_buf).unwrap_or_default();
        files.push(SourceFile { name: next.to_string_lossy().into_owned(), text });
    }
    Ok(files)
}

/// The file at `path` alone (`-`: standard input).
pub fn one(path: &str) -> Result<SourceFile, (Vec<SourceFile>, Vec<Diagnostic>)> {
    let text = if path == "-" { stdin() } else { disk(Path::new(path)) };
    let name = if path == "-" { "<stdin>" } else { path }.to_owned();
    match text {
        Ok(text) => Ok(SourceFile { name, text }),
        Err(words) => {
            let found = vec![unreadable(path, &words)];
            Err((vec![SourceFile { name, text: String::new() }], found))
        }
    }
}

/// Whether a file, all links followed, lies in the tree of a folder, under the very name it was called by.
fn below(tree: &Path, file: &Path) -> Result<(), Phrase> {
    let tree = if tree.as_os_str().is_empty() { Path::new(".") } else { tree };
    let name = line(&file.to_string_lossy()).into_owned();
    let (tree, real) =
        (fs::canonicalize(tree), fs::canonicalize(file).map_err(|error| not_opened(&name, &error))?);
    let Some(inside) = tree.ok().and_then(|tree| real.strip_prefix(tree).map(Path::to_path_buf).ok()) else {
        return Err(say::extends_leaves(&name));
    };
    // Where case makes no difference, a name that is only nearly right would fail elsewhere.
    let (asked, found) = (file.file_name().unwrap_or_default(), inside.file_name().unwrap_or_default());
    if asked != found && asked.eq_ignore_ascii_case(found) {
        return Err(say::extends_case(&name, &line(&found.to_string_lossy())));
    }
    Ok(())
}

fn stdin() -> Result<String, Phrase> {
    let mut bytes = Vec::new();
    match io::stdin().take(LARGEST + 1).read_to_end(&mut bytes) {
        Ok(_) => text_of(bytes),
        Err(error) => Err(not_read(&error)),
    }
}

fn disk(path: &Path) -> Result<String, Phrase> {
    let name = line(&path.to_string_lossy()).into_owned();
    // Before it is opened: to open a pipe waits for somebody to write.
    let plain = fs::metadata(path).map_err(|error| not_opened(&name, &error))?.is_file();
    if !plain {
        return Err(say::no_plain_file(&name));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| not_opened(&name, &error))?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| not_read(&error))?;
    text_of(bytes)
}

fn text_of(bytes: Vec<u8>) -> Result<String, Phrase> {
    if bytes.len() as u64 > LARGEST {
        return Err(Phrase::new(
            format!("{} MiB を超えている", LARGEST >> 20),
            format!("it is larger than {} MiB", LARGEST >> 20),
        ));
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..good].iter().filter(|byte| **byte == b'\n').count() + 1;
        Phrase::new(
            format!("UTF-8 ではない({line} 行目、{good} バイト目)。UTF-8 で保存し直す"),
            format!("it is not UTF-8 (line {line}, byte {good}); save it as UTF-8"),
        )
    })
}

fn not_opened(name: &str, error: &io::Error) -> Phrase {
    match error.kind() {
        io::ErrorKind::NotFound => {
            Phrase::new(format!("ファイルがない: {name}"), format!("there is no file `{name}`"))
        }
        _ => not_read(error),
    }
}

fn not_read(error: &io::Error) -> Phrase {
    Phrase::new(format!("読めない: {error}"), format!("cannot be read: {error}"))
}

fn unreadable(path: &str, words: &Phrase) -> Diagnostic {
    let message = Phrase::new(format!("{path}: {}", words.ja), format!("{path}: {}", words.en));
    Diagnostic::error("unreadable", Span::default(), message)
        .help(Phrase::new("パスと権限を確かめる", "check the path and its permissions"))
}
