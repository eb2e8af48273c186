//! Reads Rust sources for the rules of the house: what is code, what is comment, string or test, and what is imported.
//! It knows no grammar beyond that.

use std::fs;
use std::path::{Path, PathBuf};

/// A Rust file.
pub struct Source {
    /// From the top of the repository, with `/`.
    pub path: String,
    /// As it is.
    pub text: String,
    /// Without comments and without the contents of strings, line by line the same.
    pub code: String,
    /// The same without test code.
    pub bare: String,
}

impl Source {
    /// How many times `super` leads from the file to the root of the crate.
    pub fn depth(&self) -> usize {
        self.path.split('/').filter(|part| !["src", "mod.rs", "lib.rs"].contains(part)).count()
    }
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// All files under a folder, in order; none when the folder is not there.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

pub fn sources(folder: &str) -> Vec<Source> {
    let root = root();
    let rust =
        files(&root.join(folder)).into_iter().filter(|path| path.extension().is_some_and(|ext| ext == "rs"));
    rust.map(|path| {
        let text = read(&path);
        let code = without_comments_and_strings(&text);
        Source { path: relative(&root, &path), bare: without_tests(&code), text, code }
    })
    .collect()
}

pub fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(i, line)| (i + 1, line))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether the word stands in the line and does not begin in the middle of another.
pub fn has_word(line: &str, word: &str) -> bool {
    let free = word.starts_with('.');
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let ends = !word.ends_with(is_word) || !after.is_some_and(is_word);
        ends && (free || !before.is_some_and(is_word))
    })
}

/// Modules of the crate that a file names, with the line: after `crate::`, and after as many `super::` as lead to the root.
pub fn imports(code: &str, depth: usize) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let root = "super::".repeat(depth);
    for start in ["crate::", root.as_str()].iter().filter(|start| !start.is_empty()) {
        for (at, _) in code.match_indices(start) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|c| is_word(c) || c == ':' || c == '$') {
                continue;
            }
            let line = code[..at].matches('\n').count() + 1;
            let rest = &code[at + start.len()..];
            let names = if rest.starts_with('{') { first_names(rest) } else { vec![leading_word(rest)] };
            found.extend(names.into_iter().filter(|name| *name != "super").map(|name| (line, name)));
        }
    }
    found
}

fn leading_word(text: &str) -> String {
    text.chars().take_while(|c| is_word(*c)).collect()
}

/// The first word of each entry of a braced list: `{a::b, c::{d, e}}` gives a and c.
fn first_names(list: &str) -> Vec<String> {
    let (mut depth, mut names, mut fresh) = (0, Vec::new(), true);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => break,
            '}' => depth -= 1,
            ',' if depth == 1 => fresh = true,
            c if fresh && is_word(c) => {
                names.push(leading_word(&list[at..]));
                fresh = false;
            }
            _ => {}
        }
    }
    names
}

/// Blanks comments and what stands between quotes; lines stay where they are.
fn without_comments_and_strings(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let blank = |out: &mut String, c: char| out.push(if c == '\n' { '\n' } else { ' ' });
    let mut i = 0;
    while i < chars.len() {
        let previous = if i > 0 { at(i - 1) } else { '\0' };
        if at(i) == '/' && at(i + 1) == '/' {
            while i < chars.len() && at(i) != '\n' {
                out.push(' ');
                i += 1;
            }
        } else if at(i) == '/' && at(i + 1) == '*' {
            let mut open = 0;
            loop {
                match (at(i), at(i + 1)) {
                    ('/', '*') => open += 1,
                    ('*', '/') => open -= 1,
                    _ => {
                        blank(&mut out, at(i));
                        i += 1;
                        if i >= chars.len() { break } else { continue }
                    }
                }
                out.push_str("  ");
                i += 2;
                if open == 0 {
                    break;
                }
            }
        } else if let Some(hashes) = raw_string(&chars, i).filter(|_| !is_word(previous)) {
            let close: String = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            let opened = i + (i..).take_while(|j| at(*j) != '"').count() + 1;
            let tail = (opened..chars.len())
                .find(|j| chars[*j..].iter().take(hashes + 1).copied().eq(close.chars()));
            let end = tail.map_or(chars.len(), |end| end + hashes + 1);
            (i..end).for_each(|j| blank(&mut out, chars[j]));
            i = end;
        } else if at(i) == '"' {
            out.push('"');
            i += 1;
            while i < chars.len() && at(i) != '"' {
                if at(i) == '\\' {
                    out.push(' ');
                    i += 1;
                }
                blank(&mut out, at(i));
                i += 1;
            }
            out.push('"');
            i += 1;
        } else if at(i) == '\'' && (at(i + 1) == '\\' || at(i + 2) == '\'') {
            let end = (i + 2..chars.len()).find(|j| at(*j) == '\'' && (*j > i + 2 || at(i + 1) != '\\'));
            let end = end.map_or(chars.len(), |end| end + 1);
            (i..end).for_each(|j| blank(&mut out, chars[j]));
            i = end;
        } else {
            out.push(at(i));
            i += 1;
        }
    }
    out
}

/// How many `#` a raw string that starts here has; `None` when none starts.
fn raw_string(chars: &[char], i: usize) -> Option<usize> {
    let mut j = i;
    if chars.get(j) == Some(&'b') {
        j += 1;
    }
    if chars.get(j) != Some(&'r') {
        return None;
    }
    let hashes = chars[j + 1..].iter().take_while(|c| **c == '#').count();
    (chars.get(j + 1 + hashes) == Some(&'"')).then_some(hashes)
}

/// Blanks every item under `#[cfg(test)]`: up to its closing brace, or its semicolon.
fn without_tests(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find("#[cfg(test)]") {
        let (before, item) = rest.split_at(at);
        out.push_str(before);
        let mut depth = 0_usize;
        let mut end = item.len();
        for (i, c) in item.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 && (c == '}' || c == ';') {
                end = i + 1;
                break;
            }
        }
        out.extend(item[..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = &item[end..];
    }
    out.push_str(rest);
    out
}

// ---------------------------------------------------------------------------------------- the reader, read itself

#[test]
fn the_reader_sees_code_and_neither_comments_nor_strings() {
    let bare = |text: &str| without_tests(&without_comments_and_strings(text));
    for hidden in [
        "// HashMap",
        "/// HashMap",
        "/* a /* HashMap */ HashMap */",
        "let a = \"HashMap\";",
        "let a = \"\\\"HashMap\";",
        "let a = r#\"HashMap \" HashMap\"#;",
        "let a = '\"'; // HashMap \"",
        "#[cfg(test)]\nmod tests {\n  fn a() { HashMap }\n}",
        "#[cfg(test)]\nuse HashMap;",
    ] {
        assert!(!bare(hidden).contains("HashMap"), "{hidden}\nwas read as\n{}", bare(hidden));
        assert_eq!(bare(hidden).lines().count(), hidden.lines().count(), "{hidden}");
    }
    for seen in [
        "let a = \"\"; HashMap",
        "let a = '\"'; HashMap",
        "let a = '\\''; HashMap",
        "fn a<'a>(b: &'a str) { HashMap }",
        "#[cfg(test)]\nmod tests {\n  fn a() {}\n}\nHashMap",
        "let r = r\"\"; HashMap",
    ] {
        assert!(bare(seen).contains("HashMap"), "{seen}\nwas read as\n{}", bare(seen));
    }
}

#[test]
fn the_reader_finds_imports_however_they_are_written() {
    let found = |code: &str| imports(code, 2).into_iter().map(|(_, name)| name).collect::<Vec<_>>();
    assert_eq!(found("use crate::sim::Run;"), ["sim"]);
    assert_eq!(found("use crate::{\n  sim::{Run, clock::X},\n  flow,\n};"), ["sim", "flow"]);
    assert_eq!(found("let a = crate::sim::start();"), ["sim"]);
    assert_eq!(found("use super::super::sim::Run;"), ["sim"]);
    assert_eq!(found("use super::sim;"), Vec::<String>::new());
    assert_eq!(found("use other_crate::sim;"), Vec::<String>::new());
}

#[test]
fn the_reader_tells_words_from_their_neighbours() {
    assert!(has_word("a.unwrap();", ".unwrap()") && !has_word("a.unwrap_or(1)", ".unwrap()"));
    assert!(has_word("println!(1)", "println!") && !has_word("eprintln!(1)", "println!"));
    assert!(has_word("use std::fs;", "std::fs") && !has_word("std::fsx", "std::fs"));
}
