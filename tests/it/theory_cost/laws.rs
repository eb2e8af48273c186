//! Laws that every bill obeys, over random uses.

use super::{LIST, Shop, near, requests, usage};
use plimsoll::model::usage::Quantity;
use proptest::prelude::*;

fn items() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "compute.hour:t3.large",
        "database.hour:db.t3.medium",
        "cdn.gb",
        "cdn.request",
        "egress.gb",
        "object.storage.gb-month",
        "logs.gb",
    ])
}

fn uses() -> impl Strategy<Value = Vec<(&'static str, f64)>> {
    prop::collection::vec((items(), 0.0..200_000.0), 1..8)
}

fn shop(uses: &[(&str, f64)]) -> Shop {
    uses.iter().enumerate().fold(Shop::new(), |shop, (i, (item, quantity))| {
        shop.with(&format!("c{i}"), vec![usage(item, Quantity::Fixed(*quantity))], requests(0.0))
    })
}

/// The same cases in every run.
fn fixed() -> ProptestConfig {
    let rng_seed = proptest::test_runner::RngSeed::Fixed(7);
    ProptestConfig { cases: 64, failure_persistence: None, rng_seed, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(fixed())]

    #[test]
    fn a_bill_is_the_sum_of_its_lines_and_never_negative(uses in uses()) {
        let bill = shop(&uses).bill(LIST);
        let total = bill.total.value.unwrap();
        prop_assert!(bill.lines.iter().all(|line| line.amount.value.unwrap() >= 0.0));
        prop_assert!(near(bill.lines.iter().map(|line| line.amount.value.unwrap()).sum(), total));
        let (low, high) = (bill.total.range_low.unwrap_or(total), bill.total.range_high.unwrap_or(total));
        prop_assert!(low <= total && total <= high);
    }

    #[test]
    fn a_bill_rises_with_every_quantity(uses in uses(), more in 1.0..10.0_f64) {
        let grown: Vec<_> = uses.iter().map(|(item, quantity)| (*item, quantity * more)).collect();
        let (less, more) = (shop(&uses).bill(LIST), shop(&grown).bill(LIST));
        prop_assert!(less.total.value.unwrap() <= more.total.value.unwrap() * (1.0 + 1e-12));
    }

    #[test]
    fn where_volume_does_not_matter_a_bill_is_additive_over_components(
        a in 0.0..1e6_f64, b in 0.0..1e6_f64,
    ) {
        let one = |quantity| shop(&[("compute.hour:t3.large", quantity)]).bill(LIST).total.value.unwrap();
        let both = shop(&[("compute.hour:t3.large", a), ("compute.hour:t3.large", b)]).bill(LIST);
        prop_assert!(near(one(a) + one(b), both.total.value.unwrap()));
    }

    #[test]
    fn splitting_a_use_over_components_changes_no_total(uses in uses(), share in 0.0..1.0_f64) {
        let halves = uses.iter().flat_map(|(item, quantity)| [(*item, quantity * share), (*item, quantity * (1.0 - share))]);
        let halves: Vec<_> = halves.collect();
        let (whole, split) = (shop(&uses).bill(LIST), shop(&halves).bill(LIST));
        prop_assert!(near(whole.total.value.unwrap(), split.total.value.unwrap()));
    }
}
