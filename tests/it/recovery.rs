//! Recovery: what the plan has to come back from, how a stated procedure changes that, and closed forms.

use crate::texts::files;
use plimsoll::answer::recovery::RecoveryAnswer;
use plimsoll::answer::verdict::{TargetAnswer, Verdict};
use plimsoll::job;
use plimsoll::plan::strategies::strategies;
use plimsoll::scenario::SourceFile;

fn shipped(name: &str) -> SourceFile {
    let text = std::fs::read_to_string(format!("scenarios/{name}.toml")).unwrap();
    SourceFile { name: format!("{name}.toml"), text }
}

/// One page, one database in one of two zones, a target for both times, and what else is said.
fn small(more: &str) -> Vec<SourceFile> {
    files(&format!(
        r#"
schema = 1
name = "small"
[region.tokyo]
zones = ["a", "c"]
outages = "1/year"
outage = "10h"
zone-outages = "1/year"
zone-outage = "5h"
[region.osaka]
zones = ["a"]
[journey.page]
entry = "front"
arrivals = "1/s"
steps.front = ["db"]
[component.front]
kind = "station"
[component.db]
kind = "database"
vcpu = 2
storage = "100GB"
region = "tokyo"
zone = "tokyo/a"
work = "1ms"
[target.back]
rto = "4h"
[target.kept]
rpo = "1h"
{more}
"#
    ))
}

fn answers(
    files: &[SourceFile],
) -> (indexmap::IndexMap<String, RecoveryAnswer>, Vec<(String, TargetAnswer)>) {
    let scenario = job::open(files).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let analysis = job::analyse(&scenario, &scenario.tiers[0], None).unwrap();
    let rung = plimsoll::plan::tiers::rung(&analysis, None, files);
    (rung.recovery, rung.targets.into_iter().collect())
}

fn p95(answer: &RecoveryAnswer) -> (Option<f64>, Option<f64>) {
    (answer.rto_s.p95.value, answer.rpo_s.p95.value)
}

#[test]
fn the_plan_as_priced_comes_back_from_a_zone_and_not_from_its_region() {
    let (events, targets) = answers(&[shipped("secure-ai-chat")]);
    let verdict = |id: &str| targets.iter().find(|(name, _)| name == id).map(|(_, t)| t).unwrap();
    for event in ["zone", "data-loss", "bad-deploy"] {
        assert_eq!(events[event].meets_target_probability.value, Some(1.0), "{event}");
    }
    // Single-AZ: notice, decide, restore from the point-in-time backup, at most five minutes back.
    let zone = &events["zone"];
    assert_eq!((zone.of.as_str(), zone.steps.last().unwrap().id.as_str()), ("tokyo/a", "repoint-rds"));
    assert!(zone.losses.iter().any(|l| l.component == "rds" && l.p95_s.value.unwrap() < 300.0));
    // No copy of the database elsewhere: wait, and all is lost when the region does not return.
    let region = &events["region"];
    assert_eq!((region.strategy.as_deref(), region.rpo_s.never), (None, 1.0));
    assert_eq!(region.steps.iter().map(|s| s.id.as_str()).collect::<Vec<_>>(), ["wait-tokyo"]);
    assert_eq!((verdict("rto").verdict, verdict("rpo").verdict), (Verdict::Fail, Verdict::Fail));
    assert_eq!(verdict("rpo").value.value, None);
    assert!(verdict("rpo").why.en.contains("rds") && verdict("rpo").why.ja.contains("rds"));
}

#[test]
fn the_promised_plan_restores_in_singapore_and_its_files_are_late() {
    let (events, targets) = answers(&[shipped("secure-ai-chat-promised"), shipped("secure-ai-chat")]);
    let region = &events["region"];
    assert_eq!(
        (region.strategy.as_deref(), region.to.as_deref()),
        (Some("backup-restore"), Some("singapore"))
    );
    let shares: f64 = region.critical_path.iter().map(|s| s.share).sum();
    assert!((shares - 1.0).abs() < 1e-9);
    let of = |id: &str| targets.iter().find(|(name, _)| name == id).unwrap().1.clone();
    assert_eq!((of("rto").verdict, of("rpo").verdict), (Verdict::Pass, Verdict::Fail));
    assert_eq!(of("rpo").blame.as_deref(), Some("s3"));
    // The standby takes over; nothing is lost.
    assert_eq!(events["zone"].rpo_s.p95.value, Some(0.0));
    assert!(events["zone"].rto_s.p95.value.unwrap() < 180.0);
}

#[test]
fn more_standing_ready_is_faster_and_costs_more() {
    let files = [shipped("secure-ai-chat-promised"), shipped("secure-ai-chat")];
    let scenario = job::open(&files).unwrap();
    let all = strategies(&job::analyse(&scenario, "t1000", None).unwrap());
    let of = |id: &str| &all[id]["region"];
    let order = ["backup-restore", "pilot-light", "warm-standby", "active-active"].map(of);
    for pair in order.windows(2) {
        assert!(pair[1].rto_s.p95.value <= pair[0].rto_s.p95.value);
        assert!(pair[1].monthly_cost.as_ref().unwrap().value > pair[0].monthly_cost.as_ref().unwrap().value);
    }
    assert_eq!(order[0].monthly_cost.as_ref().unwrap().unit, "JPY");
}

#[test]
fn who_has_no_backup_waits_and_who_has_one_restores() {
    let (events, _) = answers(&small(""));
    // Exponential, mean 5 h: p95 is ln 20 times as long.
    let (rto, rpo) = p95(&events["zone"]);
    assert!((rto.unwrap() / (5.0 * 3600.0 * 20f64.ln()) - 1.0).abs() < 0.06, "{rto:?}");
    assert_eq!(rpo, Some(0.0));
    assert_eq!((events["data-loss"].rto_s.never, events["data-loss"].rpo_s.never), (1.0, 1.0));
    let (events, _) = answers(&small("[backup.db]\nof = \"db\"\nevery = \"20min\"\n"));
    assert_eq!(events["zone"].steps[0].id, "decide");
    // Uniform over twenty minutes.
    assert!((p95(&events["zone"]).1.unwrap() - 0.95 * 1200.0).abs() < 15.0);
    assert_eq!(p95(&events["data-loss"]), p95(&events["zone"]));
}

#[test]
fn a_stated_procedure_decides() {
    let procedure = r#"
[backup.db]
of = "db"
every = "20min"
copies = { osaka = "30min" }
[recovery.region]
event = "region"
strategy = "backup-restore"
to = "osaka"
takes = { decide = "10min", restore-db = "1h", repoint-db = "0s", dns = "5min", announce = "2h", verify = "20min" }
after = { verify = ["restore-db"], dns = ["verify"], announce = ["decide"] }
"#;
    let (events, targets) = answers(&small(procedure));
    let region = &events["region"];
    // 10 + 60 + 20 + 5 minutes to DNS; 10 + 120 to the announcement, which is last.
    assert_eq!(region.rto_s.p95.value, Some(130.0 * 60.0));
    assert_eq!(region.rpo_s.p95.value, Some(1800.0));
    let path: Vec<&str> = region.critical_path.iter().map(|s| s.cause.as_str()).collect();
    assert_eq!(path, ["decide", "announce"]);
    let dns = region.steps.iter().find(|s| s.id == "dns").unwrap();
    assert_eq!((dns.starts_s.value, dns.after.as_slice()), (Some(90.0 * 60.0), &["verify".to_owned()][..]));
    // Data loss has no procedure: 4 h hold; a zone too.
    assert!(targets.iter().all(|(_, t)| t.verdict == Verdict::Pass), "{targets:#?}");
}

#[test]
fn a_step_that_nobody_placed_comes_last() {
    let verified = |more: &str| {
        let text = format!("[backup.db]\nof = \"db\"\nevery = \"20min\"\n[recovery.data-loss]\n{more}");
        answers(&small(&text)).0["data-loss"].rto_s.p50.value.unwrap()
    };
    let fixed = "takes = { decide = \"10min\", restore-db = \"1h\", verify = \"3h\" }\n";
    // 10 min, an hour, then three of looking whether it is all there; at the beginning only where the file says so.
    let near = |found: f64, minutes: f64| {
        assert!((found / 60.0 - minutes).abs() < 1.0, "{found} s, not {minutes} min")
    };
    near(verified(fixed), 10.0 + 60.0 + 180.0);
    near(verified(&format!("{fixed}after = {{ verify = [\"restore-db\"] }}\n")), 250.0);
    near(verified(&format!("{fixed}after = {{ verify = [] }}\n")), 180.0);
    near(verified(&format!("{fixed}after = {{ restore-db = [\"decide\", \"verify\"] }}\n")), 240.0);
}

#[test]
fn an_order_that_makes_no_sense_is_refused_at_its_line() {
    let refused = |procedure: &str| -> Vec<(String, String, String)> {
        let problems = job::open(&small(procedure)).expect_err("refused");
        let help = |d: &plimsoll::diag::Diagnostic| d.help.as_ref().map_or(String::new(), |h| h.en.clone());
        problems.iter().map(|d| (d.code.clone(), d.message.en.clone(), help(d))).collect()
    };
    let backup = "[backup.db]\nof = \"db\"\nevery = \"20min\"\n[recovery.zone]\n";
    for (procedure, code, said) in [
        (
            "takes = { a = \"1min\", b = \"2min\" }\nafter = { a = [\"b\"], b = [\"a\"] }",
            "recovery-circle",
            "`b`",
        ),
        ("after = { decide = [\"restore-db\"] }", "recovery-circle", "`decide`"),
        ("takes = { decid = \"1min\" }", "unknown-step", "decide"),
        ("takes = { restore-bd = \"1min\" }", "unknown-step", "restore-db"),
        ("after = { repoint-db = [\"restor-db\"] }", "unknown-step", "restore-db"),
        ("after = { announce = [\"decide\"] }", "unknown-step", "announce"),
    ] {
        let found = refused(&format!("{backup}{procedure}\n"));
        let fits = |(c, message, help): &(String, String, String)| {
            c == code && (message.contains(said) || help.contains(said))
        };
        assert!(found.iter().any(fits), "{procedure}: {found:?}");
    }
    let found = refused("[recovery.regoin]\nstrategy = \"backup-restore\"\n");
    assert!(
        found.iter().any(|(code, _, help)| code == "unknown-event" && help.contains("region")),
        "{found:?}"
    );
    // A step that other designs of these components have shortens nothing and lengthens nothing.
    let (with, _) = answers(&small("[recovery.zone]\ntakes = { promote-db = \"9h\" }\n"));
    let (without, _) = answers(&small(""));
    assert_eq!(p95(&with["zone"]), p95(&without["zone"]));
}
