//! The ladder: dates from growth, rungs between the tiers, and the next cheapest step.

use plimsoll::assess::breaking_loads;
use plimsoll::cost::providers::LIST_BOOK;
use plimsoll::job;
use plimsoll::plan::ladder::{dates, first_to_break, next_step};
use plimsoll::plan::tiers::rung;
use plimsoll::scenario::{Change, Scenario, SourceFile, examples, lower};

fn plan() -> (Vec<SourceFile>, Scenario) {
    let name = "secure-ai-chat.toml";
    let files = examples::with_bases(name, examples::text(name).expect("shipped"));
    let scenario = job::open(&files).expect("valid");
    (files, scenario)
}

#[test]
fn growth_of_six_per_cent_a_month_dates_the_plan_s_tiers() {
    let (files, scenario) = plan();
    let mut rungs = indexmap::IndexMap::new();
    for tier in &scenario.tiers {
        let analysis = job::analyse(&scenario, tier, None).expect("analysed");
        rungs.insert(tier.clone(), rung(&analysis, None, &files));
    }
    dates(&scenario, &mut rungs, Some(2.0 * 730.0 * 3600.0));
    let growth = |tier: &str| rungs[tier].growth.clone().expect("growth is stated");
    assert_eq!(growth("t100").reached.as_deref(), Some("2026-12"));
    // ln 10 / ln 1.06 = 39.5 months, ln 20 / ln 1.06 = 51.4.
    assert!((growth("t1000").reached_months.value.unwrap() - 39.516).abs() < 1e-2);
    assert_eq!(growth("t1000").reached.as_deref(), Some("2030-03"));
    assert_eq!(growth("t2000").reached.as_deref(), Some("2031-03"));
    // Two months before t2000 is reached, which is before t1000's hardware breaks.
    assert!(growth("t1000").holds_months.value > growth("t2000").reached_months.value);
    assert_eq!(growth("t1000").start_by.as_deref(), Some("2031-01"));
    // Between 0 and 15 % a month: never, or after ln 10 / ln 1.15 = 16.5 months.
    let reached = growth("t1000").reached_months;
    assert!((reached.range_low.unwrap() - 16.475).abs() < 1e-2);
    assert_eq!(reached.range_high, None);
}

#[test]
fn a_rung_between_two_tiers_has_the_larger_one_s_hardware_and_its_own_load() {
    let (_, scenario) = plan();
    let between = job::between(&scenario, 750.0, Some(LIST_BOOK)).expect("analysed");
    let of = |tier: &str| job::analyse(&scenario, tier, Some(LIST_BOOK)).expect("analysed");
    assert_eq!((between.model.tier.tenants, between.model.tier.users), (750.0, 7500.0));
    assert!(between.model.tier.claims.is_empty(), "the plan claims nothing for it");
    let nodes = |a: &plimsoll::assess::Analysis| {
        a.model.component("nodes").map(|ix| a.model.graph[ix].failure.units.len())
    };
    assert_eq!(nodes(&between), nodes(&of("t1000")));
    let total = |a: &plimsoll::assess::Analysis| a.bills[LIST_BOOK].total.value.expect("priced");
    assert!(total(&of("t500")) < total(&between) && total(&between) < total(&of("t1000")));
    let beyond = job::between(&scenario, 5000.0, None).expect("analysed");
    assert_eq!(nodes(&beyond), nodes(&of("t2000")));
}

#[test]
fn the_next_step_carries_what_it_says() {
    let (_, scenario) = plan();
    assert!(next_step(&scenario, "t100").is_none(), "its design carries 500 tenants as it is");
    let step = next_step(&scenario, "t2000").expect("2,110 tenants are not 4,000");
    assert!(step.enough && step.wanted == 4000.0, "{step:?}");
    let changes: Vec<Change> = step
        .change
        .values
        .iter()
        .map(|(path, text)| Change { path: path.clone(), text: text.clone() })
        .collect();
    let carries = |changes: &[Change]| {
        let model = lower(&scenario, "t2000", changes).expect("lowered");
        first_to_break(breaking_loads(&model).values()).and_then(|load| load.tenants.value).expect("breaks")
    };
    assert!(carries(&[]) < 4000.0 && carries(&changes) >= 4000.0);
    assert!((carries(&changes) / step.carries.value.unwrap() - 1.0).abs() < 1e-9);
}
