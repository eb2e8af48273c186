//! The ledger of an uptime: what stands in it where the design has it, what each line comes to by hand, and how the ranges of the
//! facts decide the verdict.

use crate::texts::{analysed, files};
use plimsoll::answer::ledger::LedgerEntry;
use plimsoll::answer::verdict::{TargetAnswer, Verdict};
use plimsoll::assess::{Analysis, Evidence, judge, tornado};
use plimsoll::diag::Severity;
use plimsoll::plan::deploys::deploys;
use plimsoll::{job, scenario};

const MONTH: f64 = 43_200.0;

/// Three pods behind a balancer of one zone, released ten times a day; nothing else ever fails.
fn shop(deploy: &str) -> String {
    format!(
        r#"
schema = 1
[target.up]
uptime = "99.9%"
[journey.buy]
entry = "lb"
arrivals = "20/s"
[region.north]
zones = ["a"]
zone-outages = "0/year"
zone-outage = "1h"
outages = "0/year"
outage = "1h"
[component.lb]
kind = "load-balancer"
to = "shop"
zones = ["north/a"]
latency = "1ms"
availability = "100%"
[component.nodes]
kind = "node-group"
type = "m5.large"
count = 3
zones = ["north/a"]
mtbf = "1000000h"
mttr = "1s"
[component.shop]
kind = "service"
on = "nodes"
replicas = 3
slots = 50
cpu = {{ request = "500m", limit = "1" }}
work = "5ms"
mtbf = "1000000h"
mttr = "1s"
[fact]
"rate.config.human" = "0/year"
"rate.cert.expiry" = "0/year"
[pipeline.main]
per-day = 10
[deploy.shop]
of = "shop"
bad = "0%"
{deploy}
"#
    )
}

fn line<'a>(analysis: &'a Analysis, kind: &str) -> Option<&'a LedgerEntry> {
    analysis.uptime.values().next().unwrap().ledger.iter().find(|line| line.kind == kind)
}

fn target(analysis: &Analysis) -> TargetAnswer {
    let all = judge(&Evidence { analysis, measured: None, files: &[] });
    all.values().next().unwrap().clone()
}

/// Minutes that pods which stop take in a month, by the ledger; `deploys` says the same.
fn stopping(deploy: &str) -> f64 {
    let analysis = analysed(&shop(deploy));
    let of_ledger = line(&analysis, "stopping").map_or(0.0, |line| line.minutes.unwrap());
    let (_, ways) = deploys(&analysis);
    let of_deploys = ways["shop"].stopping_min.value.unwrap();
    assert!((of_ledger - of_deploys).abs() < 1e-3 * (1.0 + of_deploys), "{of_ledger} against {of_deploys}");
    of_ledger
}

#[test]
fn a_rolling_release_without_a_pause_fails_requests_until_the_balancer_knows() {
    // 300 releases; each pod has a third of the requests and dies once, so a release costs the 10 to 40 s once: 50 to 200 min.
    let minutes = stopping("strategy = \"rolling\"");
    assert!((50.0..200.0).contains(&minutes), "{minutes}");
    assert_eq!(target(&analysed(&shop("strategy = \"rolling\""))).verdict, Verdict::Fail);
    // Stated: 20 s, so 300 x 20 s = 100 min; and as many for a canary and a flag, whose pods are replaced too.
    for strategy in ["rolling", "canary", "flag"] {
        let minutes = stopping(&format!("strategy = \"{strategy}\"\nderegistration = \"20s\""));
        assert!((minutes - 100.0).abs() < 0.4, "{strategy}: {minutes}");
    }
    // A pause that outlasts it costs nothing, half of it half; a pod that is killed after 5 s has paused for 5 s.
    assert_eq!(stopping("pre-stop = \"70s\""), 0.0);
    assert!((stopping("deregistration = \"20s\"\npre-stop = \"10s\"") - 50.0).abs() < 0.2);
    assert!((stopping("deregistration = \"20s\"\npre-stop = \"60s\"\ngrace = \"5s\"") - 75.0).abs() < 0.4);
    assert_eq!(stopping("strategy = \"blue-green\""), 0.0);
}

#[test]
fn a_pod_that_is_killed_cuts_its_longest_requests_off() {
    let slow = |grace: &str| {
        let text = shop(&format!("pre-stop = \"70s\"\n{grace}"))
            .replace("work = \"5ms\"", "work = \"5ms\"\nlatency = \"exponential(10s)\"");
        line(&analysed(&text.replace("20/s", "2/s")), "stopping").map_or(0.0, |line| line.minutes.unwrap())
    };
    // Nothing is left of 30 s after the pause but e^-3 of the requests, each 10 s longer: 300 x 10 s x 0.0498 = 2.49 min.
    let by_default = slow("");
    assert!((by_default - 2.49).abs() < 0.3, "{by_default}");
    // Without any time after the pause all of what is under way is lost: 300 x 10 s = 50 min.
    let none = slow("grace = \"70s\"");
    assert!((none - 50.0).abs() < 1.0, "{none}");
}

#[test]
fn what_stops_nothing_is_said_at_its_line() {
    let found = scenario::read(&files(&shop("strategy = \"blue-green\"\npre-stop = \"5s\"")));
    assert!(found.diagnostics.iter().any(|d| d.code == "idle-field" && d.severity == Severity::Warning));
}

/// A chat over two vendors, spread over two zones, with a database that fails over.
fn chat(more: &str) -> String {
    format!(
        r#"
schema = 1
[target.up]
uptime = "99.9%"
[journey.ask]
entry = "lb"
arrivals = "1/s"
tokens = {{ in = 100, out = 100 }}
steps.api = ["db", "one"]
[region.north]
zones = ["a", "b"]
zone-outages = "0.2/year"
zone-outage = "5h"
outages = "0/year"
outage = "1h"
[component.lb]
kind = "load-balancer"
to = "api"
zones = ["north/a", "north/b"]
latency = "1ms"
availability = "100%"
[component.api]
kind = "service"
replicas = 4
zones = ["north/a", "north/b"]
work = "5ms"
[component.db]
kind = "database"
class = "db.t3.medium"
multi-az = true
zone = "north/a"
standby = "north/b"
work = "1ms"
[component.one]
kind = "llm-api"
first-token = "300ms"
speed = "50/s"
availability = "99%"
[component.two]
kind = "llm-api"
first-token = "300ms"
speed = "50/s"
availability = "99.5%"
[call."api -> one"]
fallback = "two"
[deploy.api]
of = "api"
strategy = "blue-green"
bad = "0%"
{more}
"#
    )
}

#[test]
fn every_cause_stands_in_one_ledger_with_its_minutes() {
    let analysis = analysed(&chat(""));
    let found = &analysis.uptime["up"];
    let minutes = |kind: &str| {
        let of = found.ledger.iter().filter(|line| line.kind == kind);
        of.map(|line| line.minutes.unwrap()).sum::<f64>()
    };
    let close = |kind: &str, want: f64, slack: f64| {
        let got = minutes(kind);
        assert!((got / want - 1.0).abs() < slack, "{kind}: {got} against {want}");
    };
    // Of the first vendor's 1 % a share of 15 % hits the second too.
    close("vendors", 0.01 * 0.15 * MONTH, 0.01);
    // A quarter of the failures of each of two zones, 5 h each.
    close("zone-leak", 2.0 * 0.25 * 0.2 * 5.0 / 8766.0 * MONTH, 0.02);
    // Half a wrong action a year of 2.04 h, a certificate every twenty years as long.
    close("operator", 0.5 * 2.04 / 8766.0 * MONTH, 0.02);
    close("certificate", 0.05 * 2.04 / 8766.0 * MONTH, 0.02);
    assert!(minutes("failed-failover") > 0.0 && minutes("failover") > 0.0);
    let sum: f64 = found.ledger.iter().filter_map(|line| line.minutes).sum();
    let down = found.downtime_min_per_30d.value.unwrap();
    assert!((sum / down - 1.0).abs() < 1e-9, "{sum} of {down}");
    let shares: f64 = target(&analysis).attribution.iter().map(|share| share.share).sum();
    assert!((shares - 1.0).abs() < 1e-9);
    assert!(found.ledger.iter().all(|line| !line.source.is_empty() && !line.what.en.is_empty()));
}

#[test]
fn the_second_vendor_is_no_oftener_down_for_failing_with_the_first() {
    // The journey needs both together to fail: 1 % x 0.5 % alone, and 15 % of 1 % together; never more than the second's 0.5 %.
    let down = |share: &str| {
        let text =
            chat(&format!("[fact]\n\"rate.llm.corr\" = \"{share}\"\n\"rate.config.human\" = \"0/year\""));
        let analysis = analysed(&text);
        let cuts = &analysis.uptime["up"].cut_sets;
        let of = cuts.iter().filter(|cut| cut.events.iter().any(|event| event.starts_with("one")));
        of.map(|cut| cut.minutes_per_30d).sum::<f64>() / MONTH
    };
    assert!((down("0%") / (0.01 * 0.005) - 1.0).abs() < 0.01, "{}", down("0%"));
    assert!(down("90%") < 0.0095, "{}", down("90%"));
}

#[test]
fn what_the_file_rules_out_is_listed_as_its_statement_and_what_it_lacks_is_left_out() {
    let analysis = analysed(&chat("[fact]\n\"rate.llm.corr\" = \"0%\"\n\"rate.az.multiaz_leak\" = \"0%\""));
    for kind in ["vendors", "zone-leak"] {
        let line = line(&analysis, kind).unwrap();
        assert_eq!((line.minutes, line.basis.as_str()), (Some(0.0), "stated"), "{kind}");
    }
    let without = chat("").replace("[deploy.api]\nof = \"api\"\nstrategy = \"blue-green\"\nbad = \"0%\"", "");
    let analysis = analysed(&without);
    let operator = line(&analysis, "operator").unwrap();
    assert_eq!((operator.minutes, operator.basis.as_str()), (None, "left-out"));
    let own = analysed(&chat("[fact]\n\"rate.config.human\" = \"5/year\""));
    let minutes = line(&own, "operator").unwrap().minutes.unwrap();
    assert!((minutes / (5.0 * 2.04 / 8766.0 * MONTH) - 1.0).abs() < 0.02, "{minutes}");
}

#[test]
fn a_fact_of_ones_own_is_used_or_refused_at_its_line() {
    let problems = |fact: &str| scenario::read(&files(&chat(&format!("[fact]\n{fact}")))).diagnostics;
    let code = |fact: &str| problems(fact).into_iter().map(|d| d.code).collect::<Vec<_>>();
    assert_eq!(code("\"rate.llm.cor\" = \"5%\""), ["unknown-fact"]);
    assert_eq!(code("\"rate.llm.corr\" = \"5/year\""), ["wrong-unit"]);
    assert_eq!(code("\"sla.aws.rds.multi\" = \"500%\""), ["out-of-range"]);
    assert_eq!(code("\"fo.elasticache.failover\" = \"5s\""), ["idle-fact"]);
    assert!(code("\"rate.llm.corr\" = \"5%\"").is_empty());
}

#[test]
fn ninety_of_a_hundred_draws_of_the_facts_decide() {
    // Nothing is certain here: the first vendor's outages shared with the second take 65 min at 15 %, 22 to 173 over its range.
    let open = analysed(&chat("").replace("availability = \"99%\"", "availability = \"99.6%\""));
    let verdict = target(&open);
    let share = verdict.share_passing.unwrap();
    assert!((0.1..0.9).contains(&share), "{share}");
    assert_eq!(verdict.verdict, Verdict::Unsure);
    let by = verdict.decided_by.unwrap();
    assert!(open.model.assumptions.iter().any(|a| a.path == by.path), "{by:?}");
    assert!(verdict.settled_by.is_some());
    assert!(verdict.why.en.contains(&format!("{:.0} of 100 draws", share * 100.0)), "{}", verdict.why.en);
    // The same twice; and no draw is left where the file states all that matters.
    assert_eq!(target(&open).share_passing, Some(share));
    let good = analysed(&shop("strategy = \"rolling\"\npre-stop = \"70s\""));
    let verdict = target(&good);
    assert_eq!(
        (verdict.verdict, verdict.share_passing.unwrap_or(1.0)),
        (Verdict::Pass, 1.0),
        "{}",
        verdict.why.en
    );
}

#[test]
fn facts_that_engines_use_are_bars_of_the_tornado() {
    let text = chat("")
        .replace("zones = [\"a\", \"b\"]\nzone-o", "provider = \"aws\"\nzones = [\"a\", \"b\"]\nzone-o");
    let scenario = job::open(&files(&text)).unwrap();
    let bars = &tornado::tornado(&scenario, &job::analyse(&scenario, "base", None).unwrap())["up"].bars;
    for id in [
        "rate.provider.global",
        "rate.llm.corr",
        "rate.az.multiaz_leak",
        "rate.failover.fail",
        "rate.config.human",
    ] {
        assert!(bars.iter().any(|bar| bar.path == format!("fact.\"{id}\"")), "{id}");
    }
}

#[test]
fn a_what_if_judges_by_the_book_that_judges() {
    let text = |book: &str| {
        format!(
            r#"
schema = 1
currency = "JPY"
prices = "{book}"
[target.cost]
cost = "¥500000/month"
[load]
active = "always"
[tier.a]
tenants = 1
users = 1000
[region.tokyo]
provider = "aws"
code = "ap-northeast-1"
zones = ["a"]
[journey.page]
entry = "cdn"
rate = "10/h (5/h..20/h)"
out = "1MB (500KB..3MB)"
[component.cdn]
kind = "cdn"
region = "tokyo"
latency = "1ms"
[book.own]
tier = "a"
line.all = {{ pays = "cdn", amount = "¥1000/month" }}
"#
        )
    };
    let bars = |text: &str, prices: Option<&str>| {
        let scenario = job::open(&files(text)).unwrap_or_else(|problems| panic!("{problems:#?}"));
        let analysis = job::analyse(&scenario, "a", prices).unwrap();
        tornado::tornado(&scenario, &analysis)["cost"].bars.clone()
    };
    let asked = bars(&text("own"), Some("aws-list"));
    assert_eq!(asked, bars(&text("aws-list"), None));
    assert!(bars(&text("own"), None).len() < asked.len());
    assert!(asked.iter().any(|bar| bar.path == "fact.\"fx.usd_jpy\""), "{asked:#?}");
}
