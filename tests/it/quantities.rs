//! What the graph makes components use, against amounts by hand: gateways, zones, copies, backups, and ways of buying.

use plimsoll::answer::bill::{BillAnswer, BillLine};
use plimsoll::cost::providers::LIST_BOOK;
use plimsoll::job;
use plimsoll::scenario::SourceFile;

const SHOP: &str = r#"
schema = 1
name = "shop"
currency = "USD"

[journey.order]
entry = "lb"
rate = "10/s"
in = "1MB"
out = "100KB"
tokens = { in = 1000, out = 200 }
steps.lb = ["app"]
steps.app = ["db", "files", "llm"]

[region.tokyo]
provider = "aws"
code = "ap-northeast-1"
zones = ["a", "c"]

[region.osaka]
provider = "aws"
code = "ap-northeast-3"

[component.lb]
kind = "load-balancer"
zones = ["tokyo/a", "tokyo/c"]

[component.cluster]
kind = "cluster"
region = "tokyo"

[component.nodes]
kind = "node-group"
on = "cluster"
type = "m6i.large"
count = 2
nat = 2
zones = ["tokyo/a", "tokyo/c"]

[component.app]
kind = "service"
on = "nodes"
replicas = 2
cpu = { request = "500m", limit = "1" }
memory = { request = "512Mi", limit = "1Gi" }
work = "1ms"

[component.db]
kind = "database"
class = "db.t3.medium"
zone = "tokyo/a"
storage = "100GB"
work = "1ms"
exchange = "3KB"

[component.files]
kind = "object-store"
region = "tokyo"
latency = "10ms"
stored = "50GB"
keep = "730h"

[component.llm]
kind = "llm-api"
provider = "openai"
model = "gpt-4o"
first-token = "300ms"
speed = "60/s"
prompt-bytes = "4B"
stream-bytes = "250B"

[backup.db]
of = "db"
keep = "10d"
change = "1%"
copies = { osaka = "1h" }

[backup.files]
of = "files"
copies = { osaka = "1h" }
"#;

/// Requests in a billing month.
const SENT: f64 = 10.0 * 730.0 * 3600.0;

fn bill(text: &str) -> BillAnswer {
    let file = SourceFile { name: "shop.toml".to_owned(), text: text.to_owned() };
    let scenario = job::open(&[file]).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let analysis = job::analyse(&scenario, "base", Some(LIST_BOOK)).expect("analysed");
    analysis.bills[LIST_BOOK].clone()
}

fn line<'a>(bill: &'a BillAnswer, id: &str) -> &'a BillLine {
    let ids: Vec<&str> = bill.lines.iter().map(|line| line.id.as_str()).collect();
    bill.lines.iter().find(|line| line.id == id).unwrap_or_else(|| panic!("no line {id} among {ids:#?}"))
}

fn used(bill: &BillAnswer, id: &str, expected: f64) {
    let found = line(bill, id).quantity.value.expect("known");
    assert!((found / expected - 1.0).abs() < 1e-9, "{id}: {found}, by hand {expected}");
}

#[test]
fn quantities_of_a_small_shop_by_hand() {
    let bill = bill(SHOP);
    // No CDN stands before the load balancer: what users receive leaves from the region.
    used(&bill, "lb.egress.gb", SENT * 100e3 / 1e9);
    used(&bill, "nodes.nat.hour", 2.0 * 730.0);
    used(&bill, "nodes.block-storage.gb-month", 2.0 * 20.0 * 1.073741824);
    used(&bill, "llm.nat.gb@tokyo", SENT * (1000.0 * 4.0 + 200.0 * 250.0) / 1e9);
    used(&bill, "llm.egress.gb@tokyo", SENT * 1000.0 * 4.0 / 1e9);
    // One of two pods stands in another zone than the database, and both sides pay.
    used(&bill, "db.cross-zone.gb", SENT * 0.5 * 2.0 * 3e3 / 1e9);
    used(&bill, "db.database.backup.gb-month", 100.0 * 0.01 * 10.0);
    used(&bill, "db.cross-region.gb:ap-northeast-3", 100.0 * 0.01 * 730.0 / 24.0);
    // What comes in a month is kept for a month, beside what was there; the copy holds the same.
    let held = 50.0 + SENT * 1e6 / 1e9;
    used(&bill, "files.object.storage.gb-month", held);
    used(&bill, "files.object.storage.gb-month@osaka", held);
    used(&bill, "files.cross-region.gb:ap-northeast-3", SENT * 1e6 / 1e9);
}

#[test]
fn a_copy_where_the_book_has_no_price_costs_what_the_original_s_region_asks_as_an_assumption() {
    let bill = bill(SHOP);
    let (copy, own) =
        (line(&bill, "db.database.backup.gb-month@osaka"), line(&bill, "db.database.storage.gb-month"));
    assert_eq!(copy.quantity.value, Some(110.0));
    assert!((copy.amount.value.unwrap() - 110.0 * 0.095).abs() < 1e-9);
    assert_eq!(copy.amount.kind, plimsoll::stats::figure::FigureKind::Assumed);
    assert!(own.amount.value.is_some());
}

#[test]
fn a_cdn_in_front_takes_the_egress() {
    let behind = SHOP.replace("entry = \"lb\"", "entry = \"cdn\"").replace(
        "[component.lb]",
        "[component.cdn]\nkind = \"cdn\"\nprovider = \"aws\"\nto = \"lb\"\n\n[component.lb]",
    );
    let bill = bill(&behind);
    assert!(!bill.lines.iter().any(|line| line.id == "lb.egress.gb"));
    used(&bill, "cdn.cdn.gb", SENT * 100e3 / 1e9);
}

#[test]
fn commitments_and_spare_capacity_take_off_what_their_facts_say() {
    let amount = |purchase: &str| {
        let text = SHOP.replace("count = 2\n", &format!("count = 2\npurchase = \"{purchase}\"\n"));
        line(&bill(&text), "nodes.compute.hour:m6i.large").amount.clone()
    };
    let full = amount("on-demand").value.unwrap();
    for (purchase, off, low, high) in
        [("1y", 0.27, 0.2, 0.34), ("3y", 0.5, 0.44, 0.66), ("spot", 0.6, 0.4, 0.75)]
    {
        let found = amount(purchase);
        let share = |x: Option<f64>| x.expect("known") / full;
        assert!((share(found.value) - (1.0 - off)).abs() < 1e-9, "{purchase}");
        assert!((share(found.range_low) - (1.0 - high)).abs() < 1e-9, "{purchase}");
        assert!((share(found.range_high) - (1.0 - low)).abs() < 1e-9, "{purchase}");
    }
}

#[test]
fn a_way_of_buying_without_a_known_discount_has_no_amount() {
    let text = SHOP.replace(
        "[component.db]\n",
        "[component.cache]\nkind = \"cache\"\ntype = \"cache.t3.micro\"\nzone = \"tokyo/a\"\npurchase = \"spot\"\n\n[component.db]\n",
    );
    let bill = bill(&text);
    assert_eq!(line(&bill, "cache.cache.hour:cache.t3.micro").amount.value, None);
    let why = &bill.unpriced.iter().find(|one| one.component == "cache").expect("named").why;
    assert!(why.en.contains("spot"), "{why:?}");
    assert_eq!(bill.total.value, None, "unknown is never zero");
}

#[test]
fn what_stands_ready_elsewhere_is_a_line_of_the_list_bill() {
    let ready = |strategy: &str| {
        format!("{SHOP}\n[recovery.region]\nevent = \"region\"\nstrategy = \"{strategy}\"\nto = \"osaka\"\n")
    };
    let without = bill(SHOP).total.value.expect("priced");
    let mut last = 0.0;
    for strategy in ["pilot-light", "warm-standby", "active-active"] {
        let bill = bill(&ready(strategy));
        let amount = line(&bill, "osaka.standing").amount.value.expect("priced");
        assert!((bill.total.value.unwrap() - without - amount).abs() < 1e-6, "{strategy}");
        assert!(amount > last, "{strategy}: more readiness costs more");
        last = amount;
    }
    // Backups and copies of objects are lines already.
    let backups = bill(&ready("backup-restore"));
    assert!(!backups.lines.iter().any(|line| line.id == "osaka.standing"));
    assert!((backups.total.value.unwrap() - without).abs() < 1e-6);
}

#[test]
fn nodes_that_come_with_the_load_are_paid_for_the_hours_they_are_there() {
    // A pod asks for 1.5 of a node's 2 vCPUs: every further pod needs a node of its own. Half of the day is busy.
    let text = r#"
schema = 1
name = "grows"
currency = "USD"

[load]
active = ["0%", "0%", "0%", "0%", "0%", "0%", "0%", "0%", "0%", "0%", "0%", "0%", "100%", "100%", "100%", "100%", "100%", "100%", "100%", "100%", "100%", "100%", "100%", "100%"]
users = 1000

[journey.order]
entry = "app"
rate = "14400/h"

[region.tokyo]
provider = "aws"
code = "ap-northeast-1"
zones = ["a"]

[component.cluster]
kind = "cluster"
region = "tokyo"

[component.nodes]
kind = "node-group"
on = "cluster"
type = "m6i.large"
count = 1
scale = { max = 8 }
zones = ["tokyo/a"]

[component.app]
kind = "service"
on = "nodes"
replicas = 1
cpu = { request = "1500m", limit = "1500m" }
memory = { request = "512Mi", limit = "1Gi" }
work = "1ms"
scale = { cpu = "80%", min = 1, max = 8 }
"#;
    // 4,000 requests a second of 1 ms keep 4 cores busy: 4 / (0.8 x 1.5) = 3.3, so 4 pods, three of them on added nodes.
    let bill = bill(text);
    let hours = line(&bill, "nodes.compute.hour:m6i.large").quantity.value.expect("known");
    let by_hand = 730.0 + 3.0 * 730.0 / 2.0;
    assert!((hours / by_hand - 1.0).abs() < 1e-9, "{hours} h, by hand {by_hand}");
}
