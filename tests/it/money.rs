//! Money against limits: other currencies, and books that leave out what is used.

use crate::texts::files;
use plimsoll::answer::verdict::{TargetAnswer, Verdict};
use plimsoll::job;

/// Three machines in Tokyo, 0.1088 USD an hour each: 238.27 USD, 35,741 yen a month, and 20 GiB of disk each.
fn judged(head: &str, more: &str) -> indexmap::IndexMap<String, TargetAnswer> {
    let text = format!(
        r#"
schema = 1
{head}
[journey.job]
entry = "app"
arrivals = "1/s"
[region.tokyo]
provider = "aws"
code = "ap-northeast-1"
zones = ["a"]
[component.nodes]
kind = "node-group"
type = "t3.large"
count = 3
zones = ["tokyo/a"]
[component.app]
kind = "service"
on = "nodes"
cpu = {{ request = "100m", limit = "500m" }}
work = "10ms"
{more}
"#
    );
    let files = files(&text);
    let scenario = job::open(&files).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let analysis = job::analyse(&scenario, &scenario.tiers[0], None).unwrap();
    plimsoll::plan::tiers::rung(&analysis, None, &files).targets
}

#[test]
fn a_limit_in_another_currency_is_converted() {
    let cost = |currency: &str, limit: &str| {
        let head = format!("currency = \"{currency}\"\n[target.cost]\ncost = \"{limit}/month\"");
        judged(&head, "")["cost"].clone()
    };
    // About 244 USD, 36,600 yen: 2,000 yen are not 2,000 dollars, and 20 dollars not 20 yen.
    for (currency, limit, verdict) in [
        ("USD", "¥2,000", Verdict::Fail),
        ("USD", "¥40,000", Verdict::Pass),
        ("JPY", "$20", Verdict::Fail),
        ("JPY", "$300", Verdict::Pass),
        ("USD", "$300", Verdict::Pass),
        ("JPY", "¥300", Verdict::Fail),
    ] {
        let target = cost(currency, limit);
        assert_eq!(target.verdict, verdict, "{limit} in {currency}: {}", target.why.en);
        assert!(target.unit.starts_with(currency));
    }
    let target = cost("JPY", "$300");
    assert_eq!(target.target, 45_000.0);
    assert!(target.why.en.contains("$300") && target.why.en.contains("150 JPY/USD"), "{}", target.why.en);
    // A claim of a tier too.
    let tier = "[tier.small]\nusers = 1\nclaim.cost = \"$100/month\"";
    assert_eq!(judged("currency = \"JPY\"", tier)["claim-cost"].verdict, Verdict::Fail);
}

#[test]
fn a_book_that_leaves_out_what_is_used_passes_only_what_list_prices_fit_below() {
    let with = |limit: &str, lines: &str| {
        let head = format!("currency = \"USD\"\nprices = \"plan\"\n[target.cost]\ncost = \"{limit}/month\"");
        judged(&head, &format!("[book.plan]\ncurrency = \"USD\"\n{lines}"))["cost"].clone()
    };
    let all = "[book.plan.line.machines]\namount = \"$100/month\"\npays = \"nodes\"\n";
    assert_eq!(with("$150", all).verdict, Verdict::Pass, "{}", with("$150", all).why.en);
    // The table pays for something else: the machines are used, and nobody pays for them.
    let other = "[book.plan.line.support]\namount = \"$100/month\"\n";
    let target = with("$150", other);
    assert_eq!((target.verdict, target.value.value), (Verdict::Unsure, Some(100.0)), "{}", target.why.en);
    assert!(target.settled_by.as_ref().unwrap().en.contains("nodes compute.hour:t3.large"));
    // List prices of all that is left out fit below a large limit; a small one is missed by the table alone.
    assert_eq!(with("$500", other).verdict, Verdict::Pass);
    assert_eq!(with("$90", other).verdict, Verdict::Fail);
}
