//! The one filter between what strangers wrote (names, ids, file names, values in errors) and what people, terminals,
//! spreadsheets and build servers read. Text goes through it where it is printed, never where it is stored: JSON keeps
//! the data, escaped. Deliberately not here: the escapes of a format (Markdown, CSV, XML), which come after it.
//!
//! Source: Unicode Standard Annex 9 (bidirectional controls), Unicode Technical Report 36, section 2 (visual
//! spoofing), ECMA-48 (C0 and C1 controls); commands of build servers: GitHub Actions (`::name::`, `##[name]`), Azure
//! Pipelines (`##vso[name]`), TeamCity (`##teamcity[name]`).

use std::borrow::Cow;

/// What stands for a character that would not be seen, or would do something.
const SHOWN: char = '\u{fffd}';

/// Whether a character is invisible, turns the direction of what follows, or is obeyed by terminals. Blanks and line
/// ends are not among them.
pub fn hidden(c: char) -> bool {
    let control = c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    let direction = matches!(c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let empty = matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}');
    control || direction || empty
}

/// Whether a character ends a line somewhere.
fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// A text from outside as part of one line: what is hidden is shown as `�`, line ends and tabs are blanks, and nothing
/// in it is a command of a build server. A sign that chooses the form of the character before it (an emoji, a variant
/// of a Chinese character) stays. Idempotent. O(length).
pub fn line(text: &str) -> Cow<'_, str> {
    let odd = |c: char| hidden(c) || ends_line(c) || c == '\t';
    let commands = text.trim_start().starts_with("::") || text.contains("##");
    if !commands && !text.contains(odd) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        let form = matches!(c, '\u{fe0e}' | '\u{fe0f}' | '\u{e0100}'..='\u{e01ef}');
        if ends_line(c) || c == '\t' {
            if before != '\r' || c != '\n' {
                out.push(' ');
            }
        } else if form && !before.is_ascii() && !hidden(before) {
            out.push(c);
        } else {
            out.push(if hidden(c) { SHOWN } else { c });
        }
        before = c;
    }
    Cow::Owned(harmless(&out))
}

/// [`line`] for every line of a text that has lines: a piece of a file, a document.
pub fn lines(text: &str) -> String {
    text.split('\n').map(|one| line(one.strip_suffix('\r').unwrap_or(one))).collect::<Vec<_>>().join("\n")
}

/// One line without commands of build servers: a blank stands inside what would be one.
fn harmless(text: &str) -> String {
    let blanks = text.len() - text.trim_start().len();
    let mut out = match text[blanks..].strip_prefix("::") {
        Some(rest) => format!("{}: :{rest}", &text[..blanks]),
        None => text.to_owned(),
    };
    if out.contains("##") {
        out = orders(&out, "# ");
    }
    out
}

/// A text with another spelling of the first sign of every `##name[`.
fn orders(text: &str, spelling: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        let word = text[at..].strip_prefix("##");
        let rest = word.map(|word| word.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '-'));
        match rest.is_some_and(|rest| rest.starts_with('[')) {
            true => out.push_str(spelling),
            false => out.push(c),
        }
    }
    out
}

/// A finished document of many lines (names have gone through [`line`] by then): a table may have broken a name so that
/// a line begins with a command after all. Colours stay.
pub fn document(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (i, one) in text.split('\n').enumerate() {
        if i > 0 {
            out.push('\n');
        }
        match one.trim_start().starts_with("::") || one.contains("##") {
            true => out.push_str(&harmless(one)),
            false => out.push_str(one),
        }
    }
    out
}

/// A JSON text with everything hidden written as `\uXXXX`: the same data, and nothing in it acts on a terminal. (What
/// is hidden can only stand inside of strings.)
pub fn json(text: &str) -> Cow<'_, str> {
    let odd = |c: char| hidden(c) || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}');
    if !text.contains(odd) && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let text = &orders(text, "\\u0023");
    let mut out = String::with_capacity(text.len() + 64);
    for c in text.chars() {
        if odd(c) {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_or_obeyed_is_shown_and_everything_else_stays() {
        for (text, shown) in [
            ("an API", "an API"),
            ("認証(SSO)・café", "認証(SSO)・café"),
            ("\u{1b}[31mred\u{1b}[0m", "\u{fffd}[31mred\u{fffd}[0m"),
            ("\u{1b}]8;;http://x\u{7}y", "\u{fffd}]8;;http://x\u{fffd}y"),
            ("a\u{9b}31mb", "a\u{fffd}31mb"),
            ("a\u{202e}b\u{2066}c", "a\u{fffd}b\u{fffd}c"),
            ("a\u{200b}b\u{feff}c\u{e0041}", "a\u{fffd}b\u{fffd}c\u{fffd}"),
            ("a\nb\r\nc\td\u{2028}e", "a b c d e"),
            ("::error::no", ": :error::no"),
            ("  ::set-output x", "  : :set-output x"),
            ("x\n::error::no", "x ::error::no"),
            ("##[error]x", "# #[error]x"),
            ("a ##vso[task.x]y", "a # #vso[task.x]y"),
            ("a ## b", "a ## b"),
            ("⚠\u{fe0f} 葛\u{e0100}", "⚠\u{fe0f} 葛\u{e0100}"),
            ("a\u{fe0f}", "a\u{fffd}"),
        ] {
            assert_eq!(line(text), shown, "{text:?}");
            assert_eq!(line(shown), shown, "{text:?}: not the same again");
        }
    }

    #[test]
    fn documents_keep_their_lines_and_json_its_data() {
        assert_eq!(document("a\n ::error::\n\u{1b}[1mb"), "a\n : :error::\n\u{1b}[1mb");
        assert_eq!(lines("a\r\n::b\n"), "a\n: :b\n");
        assert_eq!(json("{\"a\": \"\u{9b}\u{e0041}\"}"), "{\"a\": \"\\u009b\\udb40\\udc41\"}");
        assert_eq!(json("{\n  \"a\": 1\n}"), "{\n  \"a\": 1\n}");
        assert_eq!(json("{\"a\": \"##[x] ## b\"}"), "{\"a\": \"\\u0023#[x] ## b\"}");
    }
}
