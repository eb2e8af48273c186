//! What goes through NAT gateways and endpoints, in us-east-1.

use crate::texts::files;
use plimsoll::answer::bill::BillAnswer;
use plimsoll::answer::verdict::TargetAnswer;
use plimsoll::job;

/// A worker behind one NAT gateway that fetches 20,167.32 GB a month from an object store of its region.
fn mirror(store: &str, sizes: &str, more: &str) -> (BillAnswer, TargetAnswer) {
    let text = format!(
        r#"
schema = 1
currency = "USD"
[target.cost]
cost = "$100/month"
[journey.sync]
entry = "worker"
arrivals = "1000/month"
steps.worker = ["files"]
{sizes}
[region.virginia]
provider = "aws"
code = "us-east-1"
zones = ["a", "b", "c"]
[component.nodes]
kind = "node-group"
type = "t3.large"
count = 1
nat = 1
zones = ["virginia/a"]
[component.worker]
kind = "service"
on = "nodes"
cpu = {{ request = "500m", limit = "1000m" }}
work = "10s"
[component.files]
kind = "object-store"
region = "virginia"
stored = "500GB"
writes = "0%"
latency = "60ms"
{store}
{more}
"#
    );
    let files = files(&text);
    let scenario = job::open(&files).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let analysis = job::analyse(&scenario, &scenario.tiers[0], None).unwrap();
    let rung = plimsoll::plan::tiers::rung(&analysis, None, &files);
    (analysis.bills["aws-list"].clone(), rung.targets["cost"].clone())
}

fn amount(bill: &BillAnswer, of: &str, item: &str) -> Option<f64> {
    let fits = |l: &&plimsoll::answer::bill::BillLine| l.component.as_deref() == Some(of) && l.item == item;
    bill.lines.iter().find(fits).unwrap_or_else(|| panic!("{item}: {:#?}", bill.lines)).amount.value
}

fn near(got: Option<f64>, right: f64) {
    assert!(got.is_some_and(|got| (got - right).abs() < 0.005), "{got:?} for {right}");
}

#[test]
fn files_read_from_behind_a_nat_gateway_are_paid_by_the_gigabyte() {
    let (bill, target) = mirror("", "out = \"20.16732GB\"", "");
    near(amount(&bill, "files", "nat.gb"), 907.53);
    near(amount(&bill, "nodes", "nat.hour"), 32.85);
    assert!(bill.unpriced.is_empty(), "{:#?}", bill.unpriced);
    assert_eq!(target.verdict, plimsoll::answer::verdict::Verdict::Fail);
}

#[test]
fn an_endpoint_goes_around_the_gateway() {
    let sizes = "out = \"20.16732GB\"";
    let (bill, _) = mirror("endpoint = \"gateway\"", sizes, "");
    assert!(bill.lines.iter().all(|l| l.item != "nat.gb" && !l.item.starts_with("endpoint")));
    let (bill, _) = mirror("endpoint = \"interface\"", sizes, "");
    // One zone at 0.01 USD an hour, 0.01 USD a GB.
    near(amount(&bill, "files", "endpoint.hour"), 7.30);
    near(amount(&bill, "files", "endpoint.gb"), 201.67);
}

#[test]
fn bytes_that_nobody_states_are_not_none() {
    let (bill, target) = mirror("", "", "");
    assert_eq!(amount(&bill, "files", "nat.gb"), None);
    assert!(bill.unpriced.iter().any(|one| one.component == "files" && one.item == "nat.gb"));
    assert_eq!((bill.total.value, target.value.value), (None, None));
    // Machines alone are above the limit all the same: 60.74 USD, 32.85 USD and the store.
    assert!(bill.known.value.unwrap() > 100.0);
    assert_eq!(target.verdict, plimsoll::answer::verdict::Verdict::Fail);
}

#[test]
fn an_external_service_is_reached_through_the_gateway_too() {
    let external = "[component.payments]\nkind = \"external\"\nlatency = \"200ms\"\nexchange = \"10MB\"\n";
    let (bill, _) = mirror("to = \"payments\"", "out = \"1MB\"", external);
    assert!(bill.lines.iter().all(|l| l.component.as_deref() != Some("payments")), "called by the store");
    let steps = "steps.files = [\"payments\"]\nout = \"1MB\"";
    let (bill, _) = mirror("", steps, external);
    assert!(bill.lines.iter().all(|l| l.component.as_deref() != Some("payments")), "not from behind it");
    let text = "out = \"1MB\"\n[journey.pay]\nentry = \"worker\"\narrivals = \"1000/month\"\nsteps.worker = [\"payments\"]";
    let (bill, _) = mirror("", text, external);
    // 1,000 x 10 MB are 10 GB.
    near(amount(&bill, "payments", "nat.gb"), 0.45);
}
