//! Problems and verdicts as SARIF 2.1.0, for code-review systems that show results at a line.

use crate::answer::Answer;
use crate::answer::verdict::Verdict;
use crate::diag::{Diagnostic, Lines, Severity};
use crate::plan::tiers::gated;
use crate::scenario::SourceFile;
use crate::text::Lang;
use crate::text::plain::line;
use serde_json::{Value, json};

/// Failed and open targets.
pub fn verdicts(answers: &[Answer], lang: Lang) -> Value {
    let mut results = Vec::new();
    for answer in answers {
        for (tier, rung) in &answer.tiers {
            for (id, target) in gated(rung) {
                let level = match target.verdict {
                    Verdict::Pass => continue,
                    Verdict::Fail => "error",
                    Verdict::Unsure => "warning",
                };
                let words = format!("{tier} {id}: {}", target.why.get(lang));
                results.push(result("target", level, &words, &target.file, target.line as usize, 1));
            }
        }
    }
    log(results)
}

/// Problems inside scenario files.
pub fn problems(all: &[(Vec<SourceFile>, Vec<Diagnostic>)], lang: Lang) -> Value {
    let mut results = Vec::new();
    for (files, found) in all {
        let lines: Vec<Lines> = files.iter().map(|file| Lines::new(&file.text)).collect();
        for diagnostic in found {
            let level = match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            };
            let place = usize::from(diagnostic.span.file);
            let Some((file, lines)) = files.get(place).zip(lines.get(place)) else { continue };
            let (line, column) = lines.line_column(diagnostic.span.start as usize);
            results.push(result(
                &diagnostic.code,
                level,
                diagnostic.message.get(lang),
                &file.name,
                line,
                column,
            ));
        }
    }
    log(results)
}

fn result(rule: &str, level: &str, words: &str, file: &str, line: usize, column: usize) -> Value {
    json!({
        "ruleId": rule,
        "level": level,
        "message": { "text": literal(words) },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(file) },
            "region": { "startLine": line.max(1), "startColumn": column.max(1) },
        } }],
    })
}

/// Words in which no link can stand (SARIF 2.1.0, section 3.11.6: embedded links).
fn literal(words: &str) -> String {
    line(words).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

/// A file name as a relative or absolute URI reference (RFC 3986): what may not stand there is percent-encoded.
fn uri(file: &str) -> String {
    let mut out = String::with_capacity(file.len());
    for byte in file.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn log(results: Vec<Value>) -> Value {
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "plimsoll", "version": env!("CARGO_PKG_VERSION") } },
            "results": results,
        }],
    })
}
