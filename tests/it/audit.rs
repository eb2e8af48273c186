//! Findings that are computed: each rule on a shop that is not the shipped plan, with its number by hand; and its own advice
//! followed, after which the finding is gone.

use plimsoll::answer::{FindingAnswer, FindingKind};
use plimsoll::job::screen;
use plimsoll::scenario::SourceFile;

const SHOP: &str = r#"
schema = 1
currency = "USD"
prices = "table"
[target.back]
events = ["region"]
rto = "4h"
[load]
active = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
[journey.buy]
entry = "edge"
rate = "36/h"
tokens = { in = 300, out = 100 }
steps.shop = ["helper", "db"]
[region.tokyo]
provider = "aws"
code = "ap-northeast-1"
zones = ["a", "c"]
[region.singapore]
provider = "aws"
code = "ap-southeast-1"
role = "disaster recovery"
[component.edge]
kind = "cdn"
provider = "aws"
to = "shop"
latency = "10ms"
[component.nodes]
kind = "node-group"
type = "t3.2xlarge"
count = 6
zones = ["tokyo/a", "tokyo/c"]
[component.shop]
kind = "service"
on = "nodes"
replicas = 4
slots = 1000
cpu = { request = "250m", limit = "500m" }
memory = { request = "512Mi", limit = "1Gi" }
work = "5ms"
[component.helper]
kind = "llm-api"
provider = "openai"
model = "gpt-4o"
first-token = "400ms"
speed = "60/s"
tpm = "400000/min"
[component.db]
kind = "database"
class = "db.m5.large"
engine = "postgres"
zone = "tokyo/a"
work = "1ms"
[call."shop -> helper"]
timeout = "20s"
retry = { extra = 1, base = "1s", cap = "1s" }
[alert.cpu]
when = "nodes.cpu > 70%"
[control.soc2]
frameworks = ["soc2"]
[phase.all]
takes = "8w"
[tier.small]
tenants = 1
users = 50
[book.table]
line.nodes = { pays = "nodes", amount = "$700/month" }
line.db = { pays = "db", amount = "$130/month" }
"#;

fn found(text: &str) -> Vec<FindingAnswer> {
    let files = [SourceFile { name: "shop.toml".to_owned(), text: text.to_owned() }];
    screen(&files, None).unwrap_or_else(|found| panic!("{found:#?}")).findings
}

fn one<'a>(all: &'a [FindingAnswer], code: &str) -> Option<&'a FindingAnswer> {
    let mut with = all.iter().filter(|f| f.code == code);
    let first = with.next();
    assert!(with.next().is_none(), "{code} is said once");
    first
}

/// The finding in the shop, and the shop without it after these replacements.
fn mended_by(code: &str, changes: &[(&str, &str)]) -> FindingAnswer {
    let all = found(SHOP);
    let codes: Vec<&str> = all.iter().map(|f| f.code.as_str()).collect();
    let finding = one(&all, code).unwrap_or_else(|| panic!("{code} not in {codes:?}")).clone();
    assert_eq!(finding.kind, FindingKind::Computed, "{code}");
    assert!(finding.line > 1 && !finding.fix.en.is_empty() && !finding.fix.ja.is_empty(), "{finding:?}");
    let mut text = SHOP.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let after = found(&text);
    assert!(one(&after, code).is_none(), "{code} is still there: {:?}", one(&after, code));
    finding
}

fn value(finding: &FindingAnswer) -> f64 {
    finding.value.value.expect("a number")
}

#[test]
fn machines_beyond_what_the_pods_limits_can_use_are_idle() {
    // 4 pods of 0.5 cores against 6 machines of 8.
    let finding = mended_by("idle-machines-nodes", &[("count = 6", "count = 2")]);
    assert!((value(&finding) - 2.0 / 48.0).abs() < 1e-9, "{finding:?}");
    // Of pods that may use most of it nothing is said.
    mended_by("idle-machines-nodes", &[("replicas = 4", "replicas = 60")]);
}

#[test]
fn an_alert_beyond_the_pods_limits_can_never_fire() {
    let finding = mended_by("alert-never-cpu", &[("nodes.cpu > 70%", "shop.cpu > 70%")]);
    assert!((value(&finding) - 2.0 / 48.0).abs() < 1e-9);
    mended_by("alert-never-cpu", &[("nodes.cpu > 70%", "nodes.cpu > 4%")]);
}

#[test]
fn automatic_scaling_that_can_never_act() {
    let with = |nodes: &str, pods: &str| {
        let text = SHOP
            .replace("count = 6\n", &format!("count = 6\n{nodes}\n"))
            .replace("work = \"5ms\"\n", &format!("work = \"5ms\"\n{pods}\n"));
        found(&text)
    };
    let nodes = "scale = { min = 6, max = 12 }";
    assert!(one(&with(nodes, ""), "scale-never-nodes").is_some());
    let pods = "scale = { cpu = \"70%\", min = 4, max = 400 }";
    assert!(one(&with(nodes, pods), "scale-never-nodes").is_none());
    // A limit of 500m is 200 % of the request: it never reaches 190 % by more than the tolerance of a tenth.
    let deaf = "scale = { cpu = \"190%\", min = 4, max = 40 }";
    assert!(one(&with("", deaf), "scale-never-shop").is_some());
    let hears = "scale = { cpu = \"180%\", min = 4, max = 40 }";
    assert!(one(&with("", hears), "scale-never-shop").is_none());
}

#[test]
fn a_quota_is_held_against_the_peak_minute() {
    // 50 users x 36/h = 0.5/s of 400 tokens: 12,000 a minute on average, 36,000 (24,000 to 72,000) in the peak minute.
    let tight = SHOP.replace("400000/min", "30000/min");
    let all = found(&tight);
    let finding = one(&all, "quota-peak-helper").expect("found");
    assert!((value(finding) - 36_000.0 / 30_000.0).abs() < 1e-6, "{finding:?}");
    assert_eq!(finding.value.range_low.map(|x| (x * 1e6).round()), Some(800_000.0));
    assert!(one(&found(SHOP), "quota-peak-helper").is_none());
    // What counts input alone takes 300 of the 400: 27,000 in the peak minute. What comes by arrivals comes in peaks as well.
    let input = |quota: &str| SHOP.replace("tpm = \"400000/min\"", &format!("in = \"{quota}/min\""));
    assert!(one(&found(&input("30000")), "quota-peak-helper").is_none());
    let all = found(&input("20000"));
    let finding = one(&all, "quota-peak-helper").expect("found");
    assert!(
        (value(finding) - 27_000.0 / 20_000.0).abs() < 1e-6 && finding.fix.en.contains("`in`"),
        "{finding:?}"
    );
    let arrivals = tight.replace("rate = \"36/h\"", "arrivals = \"0.5/s\"");
    assert!(one(&found(&arrivals), "quota-peak-helper").is_some());
    // Azure reserves the prompt and the most that may be answered: 0.5/s x 60 x (300 + 900) = 36,000, in the peak minute 108,000.
    let azure = SHOP
        .replace("provider = \"openai\"", "provider = \"azure\"\nmax = 900")
        .replace("400000/min", "90000/min");
    let all = found(&azure);
    let finding = one(&all, "quota-peak-helper").expect("found");
    assert!((value(finding) - 108_000.0 / 90_000.0).abs() < 1e-6, "{finding:?}");
    // Beyond the mean the engines speak, not this rule.
    assert!(one(&found(&SHOP.replace("400000/min", "9000/min")), "quota-peak-helper").is_none());
}

#[test]
fn credits_are_spent_before_a_threshold_above_the_baseline_acts() {
    // t3.2xlarge: 40 % of 8 vCPUs for ever. 80 pods of half a core can use 40 of 48; at 70 % it spends 2.4 cores beyond what it
    // earns: 3.2 x 24 h / 2.4 = 32 h.
    let many = SHOP.replace("replicas = 4", "replicas = 80");
    let all = found(&many);
    let finding = one(&all, "credits-threshold-nodes").expect("found");
    assert!((value(finding) - 0.4).abs() < 1e-9);
    assert!(finding.words.en.contains("32 h"), "{}", finding.words.en);
    assert!(
        one(&found(&many.replace("nodes.cpu > 70%", "nodes.cpu > 35%")), "credits-threshold-nodes").is_none()
    );
    // 60 pods reach 62.5 % and no more: 1.8 cores beyond what is earned, 3.2 x 24 / 1.8 = 42.7 h.
    let some = found(&SHOP.replace("replicas = 4", "replicas = 60"));
    let finding = one(&some, "credits-threshold-nodes").expect("found");
    assert!(
        finding.words.en.contains("42.7 h") && finding.words.en.contains("62.5 %"),
        "{}",
        finding.words.en
    );
    // 4 pods of half a core never get beyond 4 %.
    assert!(one(&found(SHOP), "credits-threshold-nodes").is_none());
    // Autoscaling of the pods is a threshold too: 60 pods of 250m at 180 % is 27 cores of 48, 56 %.
    let quiet = SHOP.replace("nodes.cpu > 70%", "shop.cpu > 70%").replace("replicas = 4", "replicas = 60");
    let scaled =
        quiet.replace("work = \"5ms\"\n", "work = \"5ms\"\nscale = { cpu = \"180%\", min = 60, max = 90 }\n");
    assert!(one(&found(&scaled), "credits-threshold-nodes").is_some());
    assert!(one(&found(&quiet), "credits-threshold-nodes").is_none());
}

#[test]
fn a_call_with_its_retries_ends_before_the_edge_gives_up() {
    // 20 s, a second, 20 s: 41 against 30.
    let finding = mended_by("beyond-edge-shop-helper", &[("timeout = \"20s\"", "timeout = \"14s\"")]);
    assert!((value(&finding) - 41.0).abs() < 1e-9);
}

#[test]
fn a_recovery_counts_as_untested_until_somebody_says_otherwise() {
    let drill = "[control.dr-test]\ndone = true\nevidence = \"drill of 2026-10-02\"\n[control.soc2]";
    let finding = mended_by("unrehearsed-back", &[("[control.soc2]", drill)]);
    assert_eq!((finding.value.range_low, finding.value.range_high), (Some(0.2), Some(0.8)));
}

#[test]
fn a_report_over_months_of_observation_does_not_fit_into_weeks() {
    let finding = mended_by("audit-late-soc2", &[("takes = \"8w\"", "takes = \"26w\"")]);
    assert_eq!(finding.value.range_low, Some(3.0 * 730.0 * 3600.0));
    mended_by("audit-late-soc2", &[("frameworks = [\"soc2\"]", "frameworks = [\"gdpr:25\"]")]);
    // One criterion of it is seen in the same report. A phase takes what it says, whatever its tasks take.
    let one_of_it = SHOP.replace("frameworks = [\"soc2\"]", "frameworks = [\"soc2:CC7.2\"]");
    let task =
        one_of_it.replace("[tier.small]", "[task.build]\nphase = \"all\"\ntakes = \"4w\"\n[tier.small]");
    let all = found(&task);
    let finding = one(&all, "audit-late-soc2").expect("found");
    assert!(finding.words.en.contains("8 weeks"), "{}", finding.words.en);
}

#[test]
fn a_region_with_a_role_and_nothing_in_it_is_not_paid_for() {
    mended_by("region-unpaid-singapore", &[("role = \"disaster recovery\"\n", "")]);
    let copy = "[backup.db]\nof = \"db\"\nevery = \"5min\"\ncopies = { singapore = \"1h\" }\n[alert.cpu]";
    let all = found(&SHOP.replace("[alert.cpu]", copy));
    assert!(
        one(&all, "region-unpaid-singapore")
            .expect("copies are no recovery")
            .words
            .en
            .contains("only holds copies")
    );
}

#[test]
fn what_the_own_book_leaves_out_is_added_up_at_list_prices() {
    let all = found(SHOP);
    let finding = one(&all, "priced-nowhere-table").expect("tokens have no line");
    // 0.5/s x 730 h: 1.314 M requests a month, 394.2 M tokens in at $2.50 and 131.4 M out at $10 per million.
    let tokens = 394.2 * 2.5 + 131.4 * 10.0;
    assert!(finding.money.value.unwrap() >= tokens, "{:?} {tokens}", finding.money);
    assert!(finding.words.en.contains("`helper`"), "{}", finding.words.en);
}

#[test]
fn a_claim_below_one_lines_list_price_has_spent_its_discount() {
    let list = 6.0 * 730.0 * 0.4352; // t3.2xlarge in Tokyo
    let claimed = |claim: &str| {
        SHOP.replace("users = 50\n", &format!("users = 50\nclaim = {{ cost = \"{claim}\" }}\n"))
    };
    let all = found(&claimed("$1000/month"));
    let finding = one(&all, "claim-below-line-small").expect("found");
    assert!(value(finding) >= list, "{finding:?} {list}");
    assert!(one(&found(&claimed("$9000/month")), "claim-below-line-small").is_none());
    let spent = one(&all, "discount-spent-nodes").expect("700 for more than 1,400");
    assert!(value(spent) > 1.0 - 700.0 / list - 1e-9, "{spent:?}");
    let full = SHOP.replace("$700/month", "$3000/month");
    assert!(one(&found(&full), "discount-spent-nodes").is_none());
}

#[test]
fn notes_are_the_authors_words_and_go_when_a_later_layer_changes_their_table() {
    let noted = SHOP.replace("engine = \"postgres\"\n", "engine = \"postgres\"\nnote = \"one zone only\"\n");
    let all = found(&noted);
    assert_eq!(one(&all, "note-component-db").expect("said").kind, FindingKind::Note);
    let tiers = "[tier.small.component.db]\nclass = \"db.m5.xlarge\"\n[book.table]";
    assert!(one(&found(&noted.replace("[book.table]", tiers)), "note-component-db").is_none());
    let over = "schema = 1\nextends = \"shop.toml\"\n[component.db]\nclass = \"db.m5.xlarge\"\n";
    let files = [("over.toml", over.to_owned()), ("shop.toml", noted)]
        .map(|(name, text)| SourceFile { name: name.to_owned(), text });
    assert!(one(&screen(&files, None).unwrap().findings, "note-component-db").is_none());
}

#[test]
fn the_plan_is_judged_as_an_audit_would() {
    let text = std::fs::read_to_string("scenarios/secure-ai-chat.toml").unwrap();
    let files = [SourceFile { name: "secure-ai-chat.toml".to_owned(), text }];
    let all = screen(&files, None).unwrap().findings;
    for code in [
        "priced-nowhere-plan-2025",
        "claim-below-line-t1000",
        "discount-spent-nodes",
        "idle-machines-nodes",
        "alert-never-cpu",
        "scale-never-nodes",
        "beyond-edge-api-openai",
        "unrehearsed-rto",
        "audit-late-soc2",
        "region-unpaid-osaka",
        "region-unpaid-singapore",
    ] {
        let finding = all.iter().find(|f| f.code == code && f.kind == FindingKind::Computed);
        assert!(
            finding.is_some(),
            "{code} is missing of {:?}",
            all.iter().map(|f| &f.code).collect::<Vec<_>>()
        );
    }
}
