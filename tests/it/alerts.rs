//! Alerts on simulated faults: what is noticed, when, and what is not; the plan's own six rules.

use crate::texts::analysed;
use plimsoll::answer::alerts::{AlertAnswer, DetectionAnswer};
use plimsoll::plan::alerts::alerts;
use plimsoll::plan::hour::Runs;
use plimsoll::sim::Sequential;

type Found = (indexmap::IndexMap<String, AlertAnswer>, indexmap::IndexMap<String, DetectionAnswer>);

fn of(text: &str, replications: u32, duration_s: f64) -> Found {
    alerts(&analysed(text).model, Runs { seed: 1, replications, warmup_s: 60.0, duration_s }, &Sequential)
}

/// One server at half its capacity, down for five minutes and later slow, watched by these rules.
fn small(rules: &str) -> String {
    format!(
        r#"
schema = 1
[journey.job]
entry = "desk"
arrivals = "10/s"
[component.desk]
kind = "station"
servers = 1
work = "exponential(50ms)"
[fault.down]
what = "component-down"
on = "desk"
at = "10min"
for = "5min"
[fault.slow]
what = "latency-added"
on = "desk"
add = "400ms"
at = "10min"
for = "5min"
{rules}
"#
    )
}

#[test]
fn an_outage_is_noticed_by_errors_after_a_minute_and_after_their_for() {
    let rules = r#"
[alert.errors]
when = "job.errors > 50%"
[alert.patient]
when = "errors > 50%"
for = "3min"
[alert.late]
when = "errors > 50%"
for = "8min"
[alert.slow]
when = "job.p95 > 500ms"
[alert.busy]
when = "desk.cpu > 40%"
"#;
    let (rules, faults) = of(&small(rules), 4, 1800.0);
    let after = |rule: &str, fault: &str| rules[rule].faults[fault].after_s.value;
    // Down from the end of a bucket on: the first bucket that has it ends a minute later.
    assert_eq!((after("errors", "down"), after("patient", "down")), (Some(60.0), Some(240.0)));
    assert_eq!(rules["late"].faults["down"].detected_probability.value, Some(0.0));
    assert_eq!(after("slow", "slow"), Some(60.0));
    assert_eq!(after("errors", "slow"), None);
    assert_eq!(faults["down"].first.as_deref(), Some("errors"));
    assert_eq!(faults["down"].detected_probability.value, Some(1.0));
    let errors = faults["down"].error_ratio.value.unwrap();
    assert!(errors > 0.95, "{errors}");
    let marks: Vec<(f64, &str, bool)> = faults["down"]
        .timeline
        .iter()
        .filter(|m| m.alert == "errors")
        .map(|m| (m.at_s, "errors", m.fires))
        .collect();
    assert_eq!(marks, [(60.0, "errors", true), (360.0, "errors", false)]);
    // Half busy is above two fifths all the time: it fires without a fault, and was not silent when the fault began.
    assert!(rules["busy"].false_alarms_per_h.value.unwrap() > 0.0);
    assert!((rules["busy"].quiet_peak.value.unwrap() - 0.5).abs() < 0.2);
    assert_eq!(rules["errors"].false_alarms_per_h.value, Some(0.0));
}

#[test]
fn a_threshold_is_suggested_between_what_is_normal_and_what_can_be_seen() {
    let rules = "[alert.slow]\nwhen = \"job.p95 > 5s\"\n";
    let (rules, _) = of(&small(rules), 4, 1800.0);
    let rule = &rules["slow"];
    let (quiet, peak) = (rule.quiet_peak.value.unwrap(), rule.faults["slow"].peak.value.unwrap());
    let better = rule.suggested.value.unwrap();
    assert!(quiet < better && better < peak, "{quiet} {better} {peak}");
    let good = format!("[alert.slow]\nwhen = \"job.p95 > {}ms\"\n", (better * 1000.0).round());
    let (rules, faults) = of(&small(&good), 4, 1800.0);
    assert_eq!(rules["slow"].suggested.value, None, "with that one there is nothing to suggest");
    assert_eq!(faults["slow"].detected_probability.value, Some(1.0));
}

#[test]
fn the_plan_notices_a_lost_zone_and_not_that_it_lives_on_its_second_model() {
    let text = std::fs::read_to_string("scenarios/secure-ai-chat.toml").unwrap();
    let (rules, faults) = of(&text, 2, 1800.0);
    assert_eq!(rules.len(), 6, "the plan has six rules");
    let modelled: Vec<&str> = rules.iter().filter(|r| r.1.modelled).map(|r| r.0.as_str()).collect();
    assert_eq!(modelled, ["api-slow", "errors", "cpu", "logins"]);
    for (id, rule) in rules.iter().filter(|r| !r.1.modelled) {
        assert_eq!(
            (rule.false_alarms_per_h.value, rule.quiet_peak.value),
            (None, None),
            "{id}: unknown is not zero"
        );
        assert!(rule.faults.is_empty());
    }
    assert_eq!(faults["zone-a"].first.as_deref(), Some("errors"));
    assert_eq!(faults["zone-a"].detected_probability.value, Some(1.0));
    assert_eq!(faults["openai-down"].detected_probability.value, Some(0.0));
    assert!(faults["openai-down"].error_ratio.value.unwrap() < 0.01);
    assert_eq!(faults["stuffing"].first.as_deref(), Some("logins"));
    assert_eq!(of(&text, 2, 1800.0), (rules, faults), "the same again");
}
