//! Problems and verdicts as SARIF 2.1.0, for code-review systems that show results at a line.

use crate::answer::Answer;
use crate::answer::verdict::Verdict;
use crate::diag::{Diagnostic, Severity, line_column};
use crate::plan::tiers::gated;
use crate::scenario::SourceFile;
use crate::text::Lang;
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
        for diagnostic in found {
            let level = match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            };
            let Some(file) = files.get(usize::from(diagnostic.span.file)) else { continue };
            let (line, column) = line_column(&file.text, diagnostic.span.start as usize);
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
        "message": { "text": words },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": file },
            "region": { "startLine": line.max(1), "startColumn": column.max(1) },
        } }],
    })
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
