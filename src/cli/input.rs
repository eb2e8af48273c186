//! Reads a scenario and what it extends from disk or standard input.

use crate::diag::{Diagnostic, Span};
use crate::scenario::{SourceFile, extends};
use crate::text::Phrase;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// Files as read, and what is wrong when they could not be.
pub type Loaded = Result<Vec<SourceFile>, (Vec<SourceFile>, Vec<Diagnostic>)>;

/// Most files that may stand below one another: the file, what it extends, and what that extends.
const DEPTH: usize = 3;
/// Largest file that is read, bytes.
const LARGEST: u64 = 4 << 20;

/// The scenario at `path` (`-`: standard input) and the files that it extends, nearest first. `extends` names files
/// beside or below the one that names it.
pub fn load(path: &str) -> Loaded {
    let mut files = vec![one(path)?];
    let mut folder = Path::new(path).parent().map(Path::to_path_buf).unwrap_or_default();
    while let Some(base) = files.last().and_then(|file| extends(&file.text)) {
        let at = place_of(&files, &base);
        let wrong = |words: Phrase, help: Phrase| Diagnostic::error("bad-extends", at, words).help(help);
        if path == "-" {
            let words = Phrase::new(
                "標準入力から読む scenario は extends を使えない",
                "a scenario read from standard input cannot use `extends`",
            );
            let help = Phrase::new("ファイル名を渡す", "pass the name of the file instead of `-`");
            return Err((files, vec![wrong(words, help)]));
        }
        if files.len() == DEPTH {
            let words = Phrase::new("extends が深すぎる", "`extends` goes too deep");
            let help =
                Phrase::new("2段までにする", "a file may extend a file that extends one more, no further");
            return Err((files, vec![wrong(words, help)]));
        }
        let below = Path::new(&base)
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !below {
            let words = Phrase::new(
                format!("extends は上のフォルダーや絶対パスを指せない: {base}"),
                format!("`extends` must not leave the folder: `{base}`"),
            );
            let help = Phrase::new("同じフォルダーかその下に置く", "put the file beside or below this one");
            return Err((files, vec![wrong(words, help)]));
        }
        let next: PathBuf = folder.join(&base);
        let text = match disk(&next) {
            Ok(text) => text,
            Err(words) => {
                let help = Phrase::new("名前を確かめる", "check the name; it is looked for beside this file");
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

/// Where the last file says `extends = "<base>"`.
fn place_of(files: &[SourceFile], base: &str) -> Span {
    let file = files.len() - 1;
    let start = files[file].text.find(&format!("\"{base}\"")).unwrap_or(0);
    Span {
        file: file as u16,
        start: start as u32,
        end: (start + base.len() + 2).min(files[file].text.len()) as u32,
    }
}

fn stdin() -> Result<String, Phrase> {
    let mut bytes = Vec::new();
    match std::io::stdin().take(LARGEST + 1).read_to_end(&mut bytes) {
        Ok(_) => text_of(bytes),
        Err(error) => Err(not_read(&error)),
    }
}

fn disk(path: &Path) -> Result<String, Phrase> {
    let name = path.display();
    let file = std::fs::File::open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            Phrase::new(format!("ファイルがない: {name}"), format!("there is no file `{name}`"))
        }
        _ => not_read(&error),
    })?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| not_read(&error))?;
    text_of(bytes)
}

fn text_of(bytes: Vec<u8>) -> Result<String, Phrase> {
    if bytes.len() as u64 > LARGEST {
        return Err(Phrase::new("4 MiB を超えている", "it is larger than 4 MiB"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Phrase::new(
            format!("UTF-8 ではない({at} バイト目)。UTF-8 で保存し直す"),
            format!("it is not UTF-8 (byte {at}); save it as UTF-8"),
        )
    })
}

fn not_read(error: &std::io::Error) -> Phrase {
    Phrase::new(format!("読めない: {error}"), format!("cannot be read: {error}"))
}

fn unreadable(path: &str, words: &Phrase) -> Diagnostic {
    let message = Phrase::new(format!("{path}: {}", words.ja), format!("{path}: {}", words.en));
    Diagnostic::error("unreadable", Span::default(), message)
        .help(Phrase::new("パスと権限を確かめる", "check the path and its permissions"))
}
