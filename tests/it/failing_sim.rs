//! Where and why requests fail: by component and cause, against chances worked out by hand.

use crate::giving_up_sim::model_of;
use crate::theory_sim::{run, settings};
use plimsoll::answer::times::{Cause, FailureAnswer};
use plimsoll::sim::{Faults, Measured, Settings};

/// A job goes through `front` to `mid`, which makes these steps; stations with these fields, and what `more` says.
fn measured(steps: &str, stations: &[(&str, &str)], more: &str) -> Measured {
    let station = |id: &str, fields: &str| {
        format!("[component.{id}]\nkind = \"station\"\nzones = [\"tokyo/a\"]\n{fields}\n")
    };
    let stations: String = stations.iter().map(|(id, fields)| station(id, fields)).collect();
    let front = station("front", "to = \"mid\"");
    let text = format!(
        r#"
schema = 1
name = "failing"
[region.tokyo]
zones = ["a"]
[journey.job]
entry = "front"
arrivals = "200/s"
steps.mid = [{steps}]
{front}{stations}{more}
"#
    );
    run(model_of(&text), Settings { faults: Faults::All, ..settings(7, 4, 10.0, 600.0) })
}

fn share(list: &[FailureAnswer], component: &str, cause: Cause) -> f64 {
    let found = list.iter().find(|f| f.component == component && f.cause == cause);
    found.unwrap_or_else(|| panic!("{component} {cause:?} is not among {list:?}")).share.value.unwrap()
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 0.01, "{found} against {expected}");
}

fn whole(list: &[FailureAnswer]) -> f64 {
    list.iter().filter_map(|f| f.share.value).sum()
}

#[test]
fn errors_are_named_where_they_begin_however_deep() {
    let m = measured(
        r#""a", "b""#,
        &[("mid", r#"errors = "4%""#), ("a", r#"errors = "10%""#), ("b", r#"errors = "5%""#)],
        "",
    );
    let failures = &m.journeys[0].failures;
    // Who fails at mid calls nobody; who fails at a does not come to b.
    let parts = [0.04, 0.96 * 0.1, 0.96 * 0.9 * 0.05];
    let all: f64 = parts.iter().sum();
    for (component, part) in ["mid", "a", "b"].into_iter().zip(parts) {
        near(share(failures, component, Cause::Dependency), part / all);
    }
    near(whole(failures), 1.0);
    near(m.journeys[0].error_ratio.value.unwrap(), all);
    assert_eq!(failures[0].component, "a", "most first");
}

#[test]
fn a_fallback_that_refuses_is_to_blame_and_not_whom_it_stands_in_for() {
    let m = measured(
        r#""main""#,
        &[("mid", ""), ("main", ""), ("spare", r#"limits = [{ rate = "50/s", burst = 1 }]"#)],
        r#"
[call."mid -> main"]
fallback = "spare"
[fault.it]
what = "component-down"
on = "main"
at = "5min"
for = "5min"
"#,
    );
    let failures = &m.faults["it"].failures["job"];
    assert_eq!(failures.len(), 1, "{failures:?}");
    near(share(failures, "spare", Cause::Throttled), 1.0);
    // A bucket of one: after each one let through the next 20 ms are refused, 200/s / (1 + 200/s x 20 ms) = 40/s pass.
    near(m.faults["it"].error_ratio["job"].value.unwrap(), 0.8);
}

#[test]
fn an_optional_call_and_an_attempt_that_is_made_again_are_no_failures() {
    let m = measured(
        r#""a", "b""#,
        &[("mid", ""), ("a", r#"errors = "50%""#), ("b", r#"errors = "10%""#)],
        r#"
[call."mid -> a"]
required = false
[call."mid -> b"]
retry = { extra = 1, base = "1ms" }
"#,
    );
    let failures = &m.journeys[0].failures;
    assert_eq!(failures.len(), 1, "{failures:?}");
    near(share(failures, "b", Cause::Dependency), 1.0);
    near(m.journeys[0].error_ratio.value.unwrap(), 0.01);
}

#[test]
fn who_answers_too_late_is_named_and_so_is_a_line_that_is_full() {
    let m = measured(
        r#""slow", "narrow""#,
        &[
            ("mid", ""),
            ("slow", r#"latency = "lognormal(p50=20ms, p99=200ms)""#),
            (
                "narrow",
                r#"servers = 1
queue = 0
work = "exponential(5ms)""#,
            ),
        ],
        r#"
[call."mid -> slow"]
timeout = "20ms"
"#,
    );
    let failures = &m.journeys[0].failures;
    // Half come too late; of the other half Erlang's loss formula refuses: 100/s to one server of 200/s, a = 0.5, a / (1 + a).
    let (late, full) = (0.5, 0.5 * (0.5 / 1.5));
    near(share(failures, "slow", Cause::Timeout), late / (late + full));
    near(share(failures, "narrow", Cause::Rejected), full / (late + full));
    near(whole(failures), 1.0);
}

#[test]
fn a_limit_of_tokens_refuses_the_large_requests_by_formula_as_in_the_simulator() {
    // Offered 120,000 to 240,000 tokens a minute to a limit of 100,000.
    for (rate, sigma) in [(2.0, 0.5), (2.0, 1.0), (4.0, 0.5), (4.0, 0.8)] {
        let text = format!(
            r#"
schema = 1
name = "tokens"
[journey.job]
entry = "model"
arrivals = "{rate}/s"
tokens = {{ in = "lognormal(p50=700, sigma={sigma})", out = "lognormal(p50=300, sigma={sigma})" }}
[component.model]
kind = "llm-api"
provider = "openai"
first-token = "300ms"
speed = "200/s"
tpm = "100000/min"
"#
        );
        let model = model_of(&text);
        let formula = plimsoll::flow::solve(&model, 0).journeys[0].error_ratio.value.unwrap();
        let m = run(model, settings(3, 4, 600.0, 20_000.0));
        let seen = m.journeys[0].error_ratio.value.unwrap();
        assert!(
            (formula - seen).abs() < 0.03,
            "{rate}/s, sigma {sigma}: {formula} by formula, {seen} simulated"
        );
    }
}
