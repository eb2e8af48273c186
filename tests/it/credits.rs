//! CPU credits: the vendor's table, the day on which they run out, and what the surplus costs.

use crate::texts::files;
use plimsoll::answer::verdict::{TargetAnswer, Verdict};
use plimsoll::job;
use plimsoll::kinds::node_group::baseline;
use plimsoll::model::credits::Credits;

/// One machine of a type under a steady load of so many cores.
fn machine(ty: &str, load: &str, more: &str) -> (plimsoll::assess::Analysis, Vec<TargetAnswer>) {
    let text = format!(
        r#"
schema = 1
currency = "USD"
[target.p95]
journey = "job"
p95 = "5s"
[target.errors]
journey = "job"
errors = "1%"
[journey.job]
entry = "app"
arrivals = "{load}"
process = "deterministic"
[region.virginia]
provider = "aws"
code = "us-east-1"
zones = ["a"]
[component.vm]
kind = "node-group"
type = "{ty}"
zones = ["virginia/a"]
{more}
[component.app]
kind = "service"
on = "vm"
cpu = {{ request = "100m", limit = "1000m" }}
work = "1s"
"#
    );
    let files = files(&text);
    let scenario = job::open(&files).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let analysis = job::analyse(&scenario, &scenario.tiers[0], None).unwrap();
    let rung = plimsoll::plan::tiers::rung(&analysis, None, &files);
    let targets = rung.targets.into_values().collect();
    (analysis, targets)
}

#[test]
fn every_size_earns_and_saves_what_its_vendor_publishes() {
    // Credits an hour and the most that are kept, of EC2's own table.
    let table = [
        ("t2.nano", 1.0, 3.0, 72.0),
        ("t2.micro", 1.0, 6.0, 144.0),
        ("t2.small", 1.0, 12.0, 288.0),
        ("t2.medium", 2.0, 24.0, 576.0),
        ("t2.large", 2.0, 36.0, 864.0),
        ("t2.xlarge", 4.0, 54.0, 1296.0),
        ("t2.2xlarge", 8.0, 81.6, 1958.4),
        ("t3.nano", 2.0, 6.0, 144.0),
        ("t3.micro", 2.0, 12.0, 288.0),
        ("t3.small", 2.0, 24.0, 576.0),
        ("t3.medium", 2.0, 24.0, 576.0),
        ("t3.large", 2.0, 36.0, 864.0),
        ("t3.xlarge", 4.0, 96.0, 2304.0),
        ("t3.2xlarge", 8.0, 192.0, 4608.0),
    ];
    let alike = |family: &'static str| {
        table.iter().filter(|row| row.0.starts_with("t3.")).map(move |row| {
            let size = row.0.split_once('.').unwrap().1;
            (format!("{family}.{size}"), row.1, row.2, row.3)
        })
    };
    let own = table.iter().map(|row| (row.0.to_owned(), row.1, row.2, row.3));
    for (ty, vcpu, earns, most) in own.chain(alike("t3a")).chain(alike("t4g")).chain(alike("db.t3")) {
        let credits = Credits { vcpu, baseline: baseline(&ty).unwrap(), unlimited: false, balance: 1.0 };
        assert!((credits.sustained() * 60.0 - earns).abs() < 1e-9, "{ty} earns {earns}");
        assert!((credits.most() / 60.0 - most).abs() < 1e-6, "{ty} keeps {most}");
    }
    assert_eq!(baseline("m5.large"), None);
}

#[test]
fn a_steady_load_is_judged_by_the_day_on_which_nothing_is_left() {
    let (analysis, targets) = machine("t3.micro", "0.9/s", "credits = \"standard\"");
    // 288 credits, 54 used and 12 earned an hour: 6 h 51 min.
    let after = analysis.rundowns[0].after_h;
    assert!((after - 288.0 / 42.0).abs() < 0.05, "{after}");
    assert_eq!(targets[0].verdict, Verdict::Fail, "{}", targets[0].why.en);
    assert!(targets[0].why.en.contains("6.9 h") && targets[0].blame.as_deref() == Some("vm"));
    assert_eq!(targets[1].verdict, Verdict::Unsure, "no failures is no good news");
    assert!(targets[1].settled_by.as_ref().unwrap().en.contains("--duration 8h"));
    // T2 is in standard mode unless told otherwise.
    assert_eq!(machine("t2.micro", "0.9/s", "").1[0].verdict, Verdict::Fail);
    // With nothing saved up it fails from the first minute; what is earned is enough for less.
    let empty = "credits = \"standard\"\ncredit-balance = \"0%\"";
    assert!(machine("t3.micro", "0.9/s", empty).0.rundowns[0].after_h < 0.1);
    assert!(machine("t3.micro", "0.15/s", empty).0.rundowns.is_empty());
    assert!(machine("t3.micro", "0.9/s", "").0.rundowns.is_empty(), "unlimited");
}

#[test]
fn the_surplus_stands_on_the_bill() {
    let line = |ty: &str, load: &str| {
        let (analysis, _) = machine(ty, load, "credits = \"unlimited\"");
        let bill = &analysis.bills["aws-list"];
        let fits = |l: &&plimsoll::answer::bill::BillLine| l.item.starts_with("compute.surplus-credit");
        bill.lines.iter().find(fits).map(|l| l.amount.value.unwrap())
    };
    // 0.7 cores more than the 0.2 that are earned, 730 h: 511 vCPU-hours at 0.05 USD.
    let surplus = line("t3.micro", "0.9/s").unwrap();
    assert!((surplus - 25.55).abs() < 0.01, "{surplus}");
    let arm = line("t4g.micro", "0.9/s").unwrap();
    assert!((arm - 20.44).abs() < 0.01, "{arm}");
    assert_eq!(line("t3.micro", "0.15/s"), None);
}
