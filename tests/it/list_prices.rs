//! What is priced beside the bill (attacks, ways to be ready, the next step) is priced by the book that judges, and where that is the
//! file's own by the list of the provider where the design stands: not by a list on which nothing of it is.

use crate::texts::{analysed, files};
use plimsoll::job;
use plimsoll::plan::{attack, ladder, strategies};

/// A shop on Google Cloud.
const SHOP: &str = r#"
schema = 1
prices = "gcp-list"
[region.tokyo]
provider = "gcp"
code = "asia-northeast1"
zones = ["a", "b"]
[region.osaka]
provider = "gcp"
code = "asia-northeast2"
zones = ["a"]
[journey.page]
entry = "waf"
rate = "60/h"
in = "0B"
out = "0B"
[component.waf]
kind = "waf"
region = "tokyo"
to = "web"
rules = 1
latency = "1ms"
[component.nodes]
kind = "node-group"
type = "e2-standard-2"
count = 2
zones = ["tokyo/a", "tokyo/b"]
disk = "0B"
[component.web]
kind = "service"
on = "nodes"
replicas = 1
cpu = { request = "500m", limit = "1000m" }
memory = { request = "1GiB", limit = "2GiB" }
work = "20ms"
[target.fast]
journey = "page"
p95 = "100ms"
[fault.flood]
what = "ddos"
on = "page"
rate = "10000/s"
for = "10min"
[tier.small]
tenants = 10
users = 1000
[tier.large]
tenants = 100
users = 6000
"#;

/// The same judged by a book of its own.
fn own() -> String {
    let book = "[book.plan]\nline.machines = { pays = \"nodes\", amount = \"¥20,000/month\" }\n";
    format!("{}{book}", SHOP.replace("prices = \"gcp-list\"", "prices = \"plan\""))
}

fn near(value: Option<f64>, right: f64) {
    let value = value.unwrap_or_else(|| panic!("unknown, not {right}"));
    assert!((value / right - 1.0).abs() < 1e-6, "{value}, not {right}");
}

#[test]
fn an_attack_costs_what_the_provider_s_list_says() {
    for text in [SHOP.to_owned(), own()] {
        let analysis = analysed(&text);
        let fault = &analysis.model.faults[0];
        let cost = attack::cost(&analysis, fault).expect("an attack");
        // 10,000/s for 10 min are 6 M requests at $0.75 per million (gcp.armor.req) and ¥150 (fx.usd_jpy).
        near(cost.value, 6.0 * 0.75 * 150.0);
        assert_eq!(cost.unit, "JPY");
    }
}

#[test]
fn a_standby_costs_what_the_provider_s_list_says() {
    for text in [SHOP.to_owned(), own()] {
        let all = strategies::strategies(&analysed(&text));
        let cost = all["active-active"]["region"].monthly_cost.clone().expect("a place to go");
        // Two machines in the other region: 2 x 730 h at $0.08597 (gcp.gce.e2-standard-2.asia-northeast2) and ¥150.
        near(cost.value, 2.0 * 730.0 * 0.08597 * 150.0);
    }
}

#[test]
fn the_next_step_is_priced_where_the_design_stands() {
    for text in [SHOP.to_owned(), own()] {
        let scenario = job::open(&files(&text)).expect("valid");
        let step = ladder::next_step(&scenario, "small").expect("6,000 users are more than one pod carries");
        // One pod of one core and 20 ms of work carries at most 50/s, so 3,000 users; more pods fit the machines and cost nothing.
        assert!(step.enough, "{step:?}");
        assert_eq!((step.cost.value, step.cost.unit.as_str()), (Some(0.0), "JPY/month"));
    }
}

#[test]
fn without_a_word_about_prices_the_list_of_the_provider_judges() {
    let judged = analysed(&SHOP.replace("prices = \"gcp-list\"\n", "")).model.prices.clone();
    assert_eq!(judged, "gcp-list");
    let nowhere = "schema = 1\nname = \"x\"\n[journey.j]\nentry = \"a\"\narrivals = \"1/s\"\n[component.a]\nkind = \"station\"\n";
    assert_eq!(analysed(nowhere).model.prices, "aws-list");
}
