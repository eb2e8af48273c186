//! Controls on the plan and on what mends it: a gap is found, its fix closes it, and what nobody shows is never met.

use plimsoll::answer::controls::{ControlAnswer, State};
use plimsoll::plan::controls::{controls, known};
use plimsoll::scenario::{SourceFile, read};

fn of(files: &[SourceFile]) -> indexmap::IndexMap<String, ControlAnswer> {
    let reading = read(files);
    let scenario = reading.scenario.unwrap_or_else(|| panic!("{:?}", reading.diagnostics));
    let tier = scenario.tiers.first().cloned().unwrap_or_else(|| "base".to_owned());
    controls(&scenario.model(&tier).unwrap())
}

fn file(name: &str) -> SourceFile {
    SourceFile { name: name.to_owned(), text: std::fs::read_to_string(format!("scenarios/{name}")).unwrap() }
}

fn plan() -> indexmap::IndexMap<String, ControlAnswer> {
    of(&[file("secure-ai-chat.toml")])
}

#[test]
fn every_item_of_the_plan_is_a_control_with_ids() {
    let found = plan();
    assert_eq!(found.len(), 39);
    let quoted = |words: &str| found.values().any(|c| c.quote.contains(words));
    for words in [
        "VPC分離",
        "Security Group最小権限",
        "NACLs",
        "WAF",
        "JWT",
        "Rate Limiting",
        "入力値検証",
        "HTTPS強制",
        "保存時暗号化",
        "TLS 1.3",
        "Secrets Manager",
        "脆弱性スキャン",
        "SOC 2",
        "GDPR",
        "ISO 27001",
        "PCI DSS",
        "Non-root",
    ] {
        assert!(quoted(words), "{words}");
    }
    for control in found.values() {
        assert!(!control.control.is_empty() && !control.evidence.is_empty() && !control.why.en.is_empty());
        assert!(!control.soc2.is_empty() || !control.gdpr.is_empty() || !control.pci_dss.is_empty());
    }
}

#[test]
fn the_plan_is_contradicted_where_it_prices_what_it_does_not_promise() {
    let found = plan();
    let state = |id: &str| found[id].state;
    assert_eq!(state("multi-az"), State::Gap, "{:?}", found["multi-az"].why);
    assert!(found["multi-az"].why.en.contains("rds"));
    assert_eq!(state("waf"), State::Gap, "there is no rate rule");
    assert_eq!(state("backup35"), State::Gap, "no copy of the database abroad or in Osaka");
    assert_eq!(state("residency"), State::Gap, "objects are copied to Singapore");
    assert_eq!(state("crr"), State::Met);
    assert_eq!(state("vendor-llm"), State::Part);
    assert_eq!(state("jwt"), State::Stated, "a graph shows no tokens");
    assert_eq!((state("mfa"), state("tenant-isolation")), (State::Absent, State::Absent));
    assert!(found["soc2-artifact"].note.contains("MISCONCEPTION"));
    let promised = of(&[file("secure-ai-chat-promised.toml"), file("secure-ai-chat.toml")]);
    assert_eq!(promised["multi-az"].state, State::Met);
}

#[test]
fn a_fix_closes_its_gap_and_opens_no_other() {
    let before = plan();
    let mut closed = 0;
    for (id, control) in before.iter().filter(|(_, c)| c.state == State::Gap && !c.fix.is_empty()) {
        let name = "fix.toml".to_owned();
        let text =
            format!("schema = 1\nextends = \"secure-ai-chat.toml\"\nname = \"fixed\"\n\n{}", control.fix);
        let after = of(&[SourceFile { name, text }, file("secure-ai-chat.toml")]);
        assert!(after[id].state > State::Gap, "{id}: {} {:?}", control.fix, after[id].why);
        let worse = before.iter().filter(|(other, c)| after[*other].state < c.state);
        assert_eq!(worse.map(|(other, _)| other.as_str()).collect::<Vec<_>>(), Vec::<&str>::new(), "{id}");
        closed += 1;
    }
    assert!(closed >= 4, "{closed}");
}

#[test]
fn what_people_declare_stands_apart_and_cannot_hide_a_gap() {
    let text = "schema = 1\nextends = \"secure-ai-chat.toml\"\nname = \"d\"\n[control.jwt]\nevidence = \"audit 7\"\ndone = true\n[control.multi-az]\ndone = true\n";
    let files =
        [SourceFile { name: "d.toml".to_owned(), text: text.to_owned() }, file("secure-ai-chat.toml")];
    let found = of(&files);
    assert_eq!(found["jwt"].state, State::Declared);
    assert!(found["jwt"].why.en.contains("audit 7"));
    assert_eq!(found["multi-az"].state, State::Gap);
}

#[test]
fn an_empty_graph_meets_nothing() {
    let text = "schema = 1\n[journey.j]\nentry = \"d\"\narrivals = \"1/s\"\n[component.d]\nkind = \"station\"\nservers = 1\nwork = \"1ms\"\n";
    let found = of(&[SourceFile { name: "e.toml".to_owned(), text: text.to_owned() }]);
    assert!(found.values().all(|c| !matches!(c.state, State::Met | State::Declared)));
    assert_eq!(found.len(), known().len());
}

#[test]
fn a_plan_that_is_not_the_shipped_one_is_judged_by_its_own_words_and_home() {
    let text = r#"
schema = 1
[journey.buy]
entry = "shop"
arrivals = "1/s"
steps.shop = ["db"]
[region.frankfurt]
provider = "aws"
code = "eu-central-1"
zones = ["a", "b"]
[region.dublin]
provider = "aws"
code = "eu-west-1"
[component.shop]
kind = "station"
latency = "5ms"
[component.db]
kind = "database"
vcpu = 2
zone = "frankfurt/a"
work = "1ms"
[backup.db]
of = "db"
every = "5min"
copies = { dublin = "1h" }
[control.jwt]
quote = "Sessions are signed tokens"
"#;
    let judged = |text: &str| of(&[SourceFile { name: "shop.toml".to_owned(), text: text.to_owned() }]);
    let found = judged(text);
    assert_eq!(found["residency"].state, State::Met, "{:?}", found["residency"].why);
    assert!(found["residency"].why.en.contains("EU"));
    assert_eq!(
        (found["jwt"].state, found["jwt"].quote.as_str()),
        (State::Stated, "Sessions are signed tokens")
    );
    for id in ["sg-least", "tls13", "iso-isms", "pci-stripe", "soc2-artifact"] {
        assert_eq!((found[id].state, found[id].quote.as_str()), (State::Absent, ""), "{id}");
    }
    let abroad = judged(&text.replace("eu-west-1", "us-east-1"));
    assert_eq!(abroad["residency"].state, State::Gap);
    assert!(abroad["residency"].why.en.contains("outside EU"));
    // A code that nobody lists is not called abroad.
    assert_eq!(
        judged(&text.replace("eu-west-1", "moon-1")).get("residency").map(|c| c.state),
        Some(State::Met)
    );
}
