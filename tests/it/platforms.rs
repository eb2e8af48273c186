//! The plan on three clouds, against amounts by hand.

use plimsoll::answer::platforms::PlatformAnswer;
use plimsoll::job;
use plimsoll::plan::platforms::platforms;
use plimsoll::scenario::{Scenario, examples};

fn plan() -> Scenario {
    let name = "secure-ai-chat.toml";
    job::open(&examples::with_bases(name, examples::text(name).expect("shipped"))).expect("valid")
}

fn on(scenario: &Scenario, tier: &str) -> indexmap::IndexMap<String, PlatformAnswer> {
    platforms(scenario, tier).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn there<'a>(platform: &'a PlatformAnswer, component: &str) -> &'a str {
    &platform.equivalents.iter().find(|one| one.component == component).expect("moved").there
}

#[test]
fn machines_of_the_same_size_stand_for_each_other() {
    let scenario = plan();
    let all = on(&scenario, "t100");
    // t3.large has 2 vCPUs and 8 GiB, db.t3.medium 2 and 4, cache.t3.micro half a GiB.
    assert_eq!(there(&all["gcp"], "nodes"), "e2-standard-2");
    assert_eq!(there(&all["azure"], "nodes"), "Standard_B2ms");
    assert_eq!(there(&all["gcp"], "rds"), "db-custom-2-4096");
    assert_eq!(there(&all["azure"], "rds"), "b2s");
    assert!(all.values().all(|p| p.missing.is_empty()));
    assert_eq!(all.values().map(|p| p.home).collect::<Vec<_>>(), [true, false, false]);
}

#[test]
fn the_home_cloud_costs_what_the_list_says_and_others_name_what_has_no_price() {
    let scenario = plan();
    let all = on(&scenario, "t1000");
    let list = job::analyse(&scenario, "t1000", Some("aws-list")).expect("analysed");
    assert_eq!(all["aws"].cost.value, list.bills["aws-list"].total.value);
    for cloud in ["gcp", "azure"] {
        let platform = &all[cloud];
        assert_eq!(platform.cost.value, None, "{cloud}: unknown is never zero");
        assert!(!platform.unpriced.is_empty() && platform.known.value.is_some());
    }
}

#[test]
fn a_database_of_google_cloud_is_paid_by_vcpu_and_memory_and_twice_with_a_standby() {
    let scenario = plan();
    // 2 vCPUs at 0.0537 and 4 GiB at 0.0091 an hour, 150 yen a dollar.
    let rate = plimsoll::cost::bill(&scenario.model("t100").unwrap(), &Default::default(), "aws-list")
        .and_then(|bill| bill.exchange)
        .and_then(|rate| rate.value)
        .expect("a rate");
    let by_hand = 730.0 * (2.0 * 0.0537 + 4.0 * 0.0091) * rate;
    let model = plimsoll::scenario::lower(
        &scenario,
        "t100",
        &[
            ("region.tokyo.provider", "gcp"),
            ("region.tokyo.code", "asia-northeast1"),
            ("component.rds.class", "db-custom-2-4096"),
        ]
        .map(|(path, text)| plimsoll::scenario::Change { path: path.to_owned(), text: text.to_owned() }),
    )
    .expect("lowered");
    let bill = plimsoll::cost::bill(&model, &Default::default(), "gcp-list").expect("a bill");
    let amount = |item: &str| {
        let line = bill.lines.iter().find(|line| line.id == format!("rds.{item}")).expect(item);
        line.amount.value.expect("priced")
    };
    let found = amount("database.vcpu-hour") + amount("database.memory.gb-hour");
    assert!((found / by_hand - 1.0).abs() < 1e-9, "{found}, by hand {by_hand}");
}

#[test]
fn the_plan_s_claims_are_held_against_figures_and_opinions_are_not() {
    let all = on(&plan(), "t1000");
    let claim = |platform: &str, id: &str| &all[platform].claims[id];
    // Every cloud has two regions in Japan, so that this speaks for none of them.
    assert!(all.values().all(|p| p.regions_in_japan.len() == 2), "{:?}", all["azure"].regions_in_japan);
    assert_eq!(claim("aws", "regions").holds, Some(false));
    assert_eq!(claim("azure", "openai").holds, Some(true));
    assert_eq!(claim("aws", "enterprise").holds, None);
    assert_eq!(claim("aws", "price").holds, None, "bills with holes do not compare");
    assert!(!claim("gcp", "unpredictable").merit);
}
