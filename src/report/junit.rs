//! Verdicts as a JUnit report: one suite per file and tier, one case per target. Unsure is a failure of its own type, so
//! that no system shows it as passed.

use crate::answer::Answer;
use crate::answer::verdict::{TargetAnswer, Verdict};
use crate::plan::tiers::gated;
use crate::text::Lang;
use crate::text::plain::line;

/// The whole report.
pub fn render(answers: &[Answer], lang: Lang) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for answer in answers {
        for (tier, rung) in &answer.tiers {
            let targets = gated(rung);
            let open = targets.values().filter(|t| t.verdict != Verdict::Pass).count();
            let name = escape(&format!("{} {tier}", answer.file));
            out.push_str(&format!(
                "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{open}\">\n",
                targets.len()
            ));
            for (id, target) in &targets {
                out.push_str(&case(id, target, lang));
            }
            out.push_str("  </testsuite>\n");
        }
    }
    out.push_str("</testsuites>\n");
    out
}

fn case(id: &str, target: &TargetAnswer, lang: Lang) -> String {
    let head = format!(
        "    <testcase name=\"{}\" classname=\"{}:{}\"",
        escape(id),
        escape(&target.file),
        target.line
    );
    let kind = match target.verdict {
        Verdict::Pass => return format!("{head}/>\n"),
        Verdict::Fail => "fail",
        Verdict::Unsure => "unsure",
    };
    let why = escape(target.why.get(lang));
    format!("{head}>\n      <failure type=\"{kind}\" message=\"{why}\"/>\n    </testcase>\n")
}

/// Text as XML takes it literally; control characters, which XML forbids, are shown.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in line(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::TierAnswer;

    #[test]
    fn an_unsure_target_never_looks_passed() {
        let mut rung = TierAnswer::default();
        rung.targets.insert("a<b".to_owned(), TargetAnswer::default());
        let mut answer = Answer::default();
        answer.tiers.insert("t".to_owned(), rung);
        let text = render(&[answer], Lang::En);
        assert!(
            text.contains("failures=\"1\"") && text.contains("type=\"unsure\"") && text.contains("a&lt;b")
        );
    }
}
