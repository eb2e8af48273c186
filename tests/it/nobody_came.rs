//! A journey of which no request comes while it is looked at is judged by nobody: the verdict says so, as sentence and as what would
//! settle it, and so do its figures for programs.

use crate::texts::{analysed, files};
use crate::theory_sim::{run, settings};
use plimsoll::assess::{Evidence, judge};

/// A desk that is asked all day, a journey that is never sent, and one whose two requests come before the measuring begins.
const DESK: &str = r#"schema = 1
[journey.page]
entry = "desk"
arrivals = "1/s"
[journey.never]
entry = "desk"
arrivals = "0/s"
[journey.listed]
entry = "other"
arrivals = "1/s"
process = "trace(1s, 4s)"
[component.desk]
kind = "station"
work = "10ms"
[component.other]
kind = "station"
work = "10ms"
[target.never]
journey = "never"
p95 = "1s"
errors = "1%"
[target.listed]
journey = "listed"
p95 = "1s"
errors = "1%"
[target.page]
journey = "page"
p95 = "1s"
"#;

#[test]
fn what_nobody_asked_for_while_it_was_looked_at_is_said_to_be_so() {
    let analysis = analysed(DESK);
    let measured = run((*analysis.model).clone(), settings(1, 3, 60.0, 120.0));
    let all = judge(&Evidence { analysis: &analysis, measured: Some(&measured), files: &files(DESK) });
    for (id, settled) in [
        ("never", "a rate above 0 in the judged hour"),
        ("never-errors", "a rate above 0 in the judged hour"),
        ("listed", "a trace that goes on after the warm-up (or simulate --warmup 0s)"),
        ("listed-errors", "a trace that goes on after the warm-up (or simulate --warmup 0s)"),
    ] {
        let found = &all[id];
        assert!(
            found.why.en.ends_with("is not known: no requests arrive while it is looked at."),
            "{}",
            found.why.en
        );
        assert_eq!(found.settled_by.as_ref().map(|by| by.en.as_str()), Some(settled), "{id}");
        let json = serde_json::to_value(found).unwrap();
        assert_eq!(json["value"]["method"], "no requests arrive while it is looked at", "{id}");
    }
    assert!(!all["page"].why.en.contains("not known"), "{}", all["page"].why.en);
}

#[test]
fn what_no_formula_knows_is_said_to_be_so() {
    let analysis = analysed(DESK);
    let all = judge(&Evidence { analysis: &analysis, measured: None, files: &files(DESK) });
    let found = &all["listed"];
    assert_eq!(found.why.en, "The response time is not known: no formula for these arrivals: simulate.");
    assert!(found.why.ja.contains("この到着の仕方には公式がない"), "{}", found.why.ja);
    assert_eq!(found.settled_by.as_ref().map(|by| by.en.as_str()), Some("simulation"));
}
