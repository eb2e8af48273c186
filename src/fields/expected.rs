//! What a value of a type looks like, in words: one source for errors, schema, form and reference.

use super::Type;
use crate::text::Phrase;
use crate::text::fields::of_dim;

/// What a field of this type looks like.
pub fn expected(ty: &Type) -> Phrase {
    if let Some(dim) = ty.dim() {
        let plain = of_dim(dim);
        return match ty.spreads() {
            false => plain,
            true => Phrase::new(
                format!("{}、または分布(\"lognormal(p50=…, p99=…)\" など)", plain.ja),
                format!("{}, or a distribution such as \"lognormal(p50=…, p99=…)\"", plain.en),
            ),
        };
    }
    let (ja, en) = match ty {
        Type::Words => ("文字列、または { ja = \"…\", en = \"…\" }", "a text, or { ja = \"…\", en = \"…\" }"),
        Type::Flag => ("true か false", "true or false"),
        Type::Ref(_) => ("id(引用符つき)", "an id in quotes"),
        Type::Steps => {
            ("呼び出しの並び。例: [\"redis\", \"rds x2\"]", "a list of calls such as [\"redis\", \"rds x2\"]")
        }
        Type::Condition => ("条件。例: \"api.errors < 1%\"", "a condition such as \"api.errors < 1%\""),
        Type::Active => {
            ("型の名前、または 24 個か 168 個の割合", "the name of a profile, or a list of 24 or 168 shares")
        }
        Type::Date => (
            "年、月か日。例: \"2026-12\"、\"2026-12-24\"",
            "a year, month or day such as \"2026-12\" or \"2026-12-24\"",
        ),
        Type::Month => ("月。例: \"2026-12\"", "a month such as \"2026-12\""),
        Type::Zone => (
            "IANA の時間帯の名前か UTC との差。例: \"Asia/Tokyo\"、\"+09:00\"",
            "an IANA time zone or an offset such as \"Asia/Tokyo\" or \"+09:00\"",
        ),
        Type::Process => ("到着の型。例: \"poisson\"", "an arrival process such as \"poisson\""),
        Type::List(_) => ("リスト。例: [\"a\", \"b\"]", "a list such as [\"a\", \"b\"]"),
        Type::OneOrMore(inner) => {
            let inner = expected(inner);
            return Phrase::new(
                format!("{}、またはそのリスト", inner.ja),
                format!("{}, or a list of them", inner.en),
            );
        }
        Type::PerJourney(inner) => {
            let inner = expected(inner);
            return Phrase::new(
                format!("{}、またはジャーニーごとの表({{ default = …, chat = … }})", inner.ja),
                format!("{}, or a table by journey: {{ default = …, chat = … }}", inner.en),
            );
        }
        Type::Map(_) | Type::Table(_) => ("表。例: { key = … }", "a table such as { key = … }"),
        Type::Choice(words) => {
            let list = words.iter().map(|w| format!("\"{w}\"")).collect::<Vec<_>>();
            return Phrase::new(
                format!("{} のどれか", list.join("、")),
                format!("one of {}", list.join(", ")),
            );
        }
        _ => ("文字列", "a text"),
    };
    Phrase::new(ja, en)
}
