//! How databases and caches of different vendors come back: engines, sizes, standbys in other regions, readers.

use crate::texts::files;
use plimsoll::answer::recovery::RecoveryAnswer;
use plimsoll::answer::verdict::{TargetAnswer, Verdict};
use plimsoll::job;

type Answers = (indexmap::IndexMap<String, RecoveryAnswer>, indexmap::IndexMap<String, TargetAnswer>);

/// An application over two regions of a provider, a database in the first, and what else is said.
fn shop(provider: &str, database: &str, more: &str) -> Answers {
    let text = format!(
        r#"
schema = 1
[region.east]
{provider}
zones = ["a", "b"]
[region.west]
{provider}
zones = ["a"]
[journey.order]
entry = "app"
arrivals = "5/s"
steps.app = ["db"]
[component.app]
kind = "station"
replicas = 2
servers = 4
zones = ["east/a", "west/a"]
work = "1ms"
[component.db]
kind = "database"
vcpu = 2
work = "1ms"
zone = "east/a"
{database}
[target.rto]
rto = "2h"
[target.rpo]
rpo = "30s"
{more}
"#
    );
    let files = files(&text);
    let scenario = job::open(&files).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let analysis = job::analyse(&scenario, &scenario.tiers[0], None).unwrap();
    let rung = plimsoll::plan::tiers::rung(&analysis, None, &files);
    (rung.recovery, rung.targets)
}

const AWS: &str = "provider = \"aws\"";
const BACKUP: &str = "[backup.db]\nof = \"db\"\nevery = \"10s\"\n";

fn mean(answer: &RecoveryAnswer, step: &str) -> Option<f64> {
    answer
        .steps
        .iter()
        .find(|s| s.id == step)
        .unwrap_or_else(|| panic!("{step}: {:?}", answer.steps))
        .takes_s
        .value
}

#[test]
fn a_restore_takes_as_long_as_the_data_are_large() {
    let restored = |storage: &str| {
        mean(&shop(AWS, &format!("storage = \"{storage}\""), BACKUP).0["data-loss"], "restore-db").unwrap()
    };
    let hundred = restored("100GB");
    assert!((restored("300GB") / hundred - 3.0).abs() < 1e-9);
    assert!((restored("3TB") / hundred - 30.0).abs() < 1e-9);
    // 300 GB at 60 Mbit/s are 40,000 s, 11.1 h.
    let database = "storage = \"300GB\"\nrestore-rate = \"60Mbit/s\"";
    let (events, targets) = shop(AWS, database, BACKUP);
    assert_eq!(mean(&events["data-loss"], "restore-db"), Some(40_000.0));
    assert_eq!(targets["rto"].verdict, Verdict::Fail);
    let ranged = "storage = \"300GB\"\nrestore-rate = \"60Mbit/s (30Mbit/s..120Mbit/s)\"";
    let spread = &shop(AWS, ranged, BACKUP).0["data-loss"].rto_s;
    assert!(spread.p95.value.unwrap() > 40_000.0 && spread.max.value.unwrap() > spread.p50.value.unwrap());
}

#[test]
fn a_restore_of_unknown_size_is_unknown_and_passes_nothing() {
    let backup = format!("{BACKUP}copies = {{ west = \"20s\" }}\n");
    let shop =
        |provider: &str, database: &str, more: &str| shop(provider, database, &more.replace(BACKUP, &backup));
    for (provider, database) in [(AWS, ""), ("provider = \"gcp\"", "storage = \"1TB\"")] {
        let (events, targets) = shop(provider, database, BACKUP);
        let lost = &events["data-loss"];
        assert_eq!((mean(lost, "restore-db"), lost.rto_s.p95.value, lost.rto_s.never), (None, None, 0.0));
        assert!(lost.rto_s.at_least.value.unwrap() > 900.0, "the people take their time in any case");
        assert_eq!(lost.meets_target_probability.value, None);
        let rto = &targets["rto"];
        assert_eq!((rto.verdict, rto.value.value), (Verdict::Unsure, None), "{}", rto.why.en);
        let field = if database.is_empty() { "`storage`" } else { "`restore-rate`" };
        assert!(rto.settled_by.as_ref().unwrap().en.contains(field), "{:?}", rto.settled_by);
    }
    // What is known at least can still fail.
    let late = format!("{BACKUP}[recovery.data-loss]\ntakes = {{ decide = \"3h\" }}\n");
    assert_eq!(shop(AWS, "", &late).1["rto"].verdict, Verdict::Fail);
}

#[test]
fn each_engine_and_vendor_fails_over_in_its_own_time() {
    let multi = "multi-az = true\nstandby = \"east/b\"\nstorage = \"100GB\"";
    let source = |provider: &str, engine: &str| {
        let (events, _) = shop(provider, &format!("{multi}\nengine = \"{engine}\""), "");
        let step = events["zone"].steps.iter().find(|s| s.id == "failover-db").unwrap().clone();
        (step.source.unwrap(), step.takes_s.value.unwrap())
    };
    let (id, rds) = source(AWS, "postgres");
    assert!((id.as_str(), (80.0..100.0).contains(&rds)) == ("fo.rds.multi_az", true), "{id}: {rds}");
    let (id, aurora) = source(AWS, "aurora-postgres");
    assert!((id.as_str(), (25.0..35.0).contains(&aurora)) == ("fo.aurora.failover", true), "{id}: {aurora}");
    assert_eq!(source("provider = \"gcp\"", "postgres").0, "fo.gcp.sql_ha");
    assert_eq!(source("provider = \"azure\"", "postgres").0, "fo.azure.pg_ha");
    // A stated time goes before all of them.
    let (events, _) = shop(AWS, &format!("{multi}\nengine = \"aurora-mysql\"\nfailover = \"7s\""), "");
    assert_eq!(mean(&events["zone"], "failover-db"), Some(7.0));
}

#[test]
fn a_standby_in_another_region_takes_over_and_its_lag_is_lost() {
    let database = "multi-az = true\nstandby = \"west/a\"\nfailover = \"60s\"\nstorage = \"100GB\"";
    let (events, targets) = shop("", &format!("{database}\nlag = \"4s\""), "");
    for event in ["region", "zone", "component"] {
        let found = &events[event];
        assert_eq!((found.rto_s.p95.value, found.rpo_s.p95.value), (Some(60.0), Some(4.0)), "{event}");
    }
    assert_eq!(targets["rpo"].verdict, Verdict::Fail, "data loss has no backup here");
    // Nothing stated: the lag of the vendor, with its range; of a vendor without such a fact it is not known.
    let (events, _) = shop(AWS, database, "");
    assert!((5.0..60.0).contains(&events["region"].rpo_s.p95.value.unwrap()));
    let (events, targets) = shop("provider = \"gcp\"", database, BACKUP);
    let region = &events["region"];
    assert_eq!((region.rto_s.p95.value, region.rpo_s.p95.value, region.rpo_s.never), (Some(60.0), None, 0.0));
    assert!(region.losses.iter().any(|l| l.component == "db" && l.unknown));
    assert_eq!(targets["rpo"].verdict, Verdict::Unsure, "{}", targets["rpo"].why.en);
    // Without a stated time people promote it.
    let database = "multi-az = true\nstandby = \"west/a\"\nstorage = \"100GB\"";
    let steps = |answer: &RecoveryAnswer| answer.steps.iter().map(|s| s.id.clone()).collect::<Vec<_>>();
    assert_eq!(steps(&shop(AWS, database, "").0["region"]), ["decide", "promote-db", "repoint-db"]);
    // The other region has nothing of it.
    assert!(!shop(AWS, database, "").0.get("region").unwrap().of.contains("west"));
}

#[test]
fn a_global_database_is_promoted_and_without_people_in_minutes() {
    let database = "engine = \"aurora-postgres\"\nmulti-az = true\nstandby = \"east/b\"\nstorage = \"100GB\"\nglobal = [\"west\"]";
    let (events, _) = shop(AWS, database, "");
    let region = &events["region"];
    assert_eq!(region.to.as_deref(), Some("west"));
    assert!(region.steps.iter().any(|s| s.source.as_deref() == Some("fo.aurora.global_rto")));
    assert!((1.0..5.0).contains(&region.rpo_s.p95.value.unwrap()));
    let (people, alone) = (&region.rto_s, region.without_people_s.as_ref().unwrap());
    let minutes = alone.p50.value.unwrap() / 60.0;
    assert!((6.0..14.0).contains(&minutes) && people.p50.value.unwrap() > 2700.0, "{minutes}");
    // Stated as automatic, that is how it goes.
    let stated = "[recovery.region]\nstrategy = \"warm-standby\"\nto = \"west\"\nautomatic = true\n";
    let (events, targets) = shop(AWS, database, &format!("{stated}{BACKUP}"));
    assert_eq!(events["region"].steps[0].id, "detect-dns");
    assert_eq!(events["region"].rto_s.p50.value, alone.p50.value);
    assert_eq!(events["region"].without_people_s, None);
    assert_eq!(targets["rpo"].verdict, Verdict::Pass, "{}", targets["rpo"].why.en);
}

#[test]
fn a_cache_fills_again_as_long_as_it_is_large() {
    let cache = |fields: &str| {
        let more = format!("[component.cache]\nkind = \"cache\"\nzone = \"east/a\"\n{fields}\n");
        let text = more.replace("[component.cache]", "[call.app-cache]\n[component.cache]");
        let text = text.replace("[call.app-cache]\n", "");
        let (events, _) = shop(AWS, "storage = \"100GB\"\nto = \"cache\"", &text);
        events["component"].cases.get("cache").map(|c| c.rto_p95_s.value)
    };
    let (small, large) =
        (cache("data = \"10GB\"\nfill-rate = \"10MB/s\""), cache("data = \"20GB\"\nfill-rate = \"10MB/s\""));
    let grown = large.unwrap().unwrap() - small.unwrap().unwrap();
    assert!((grown - 1000.0).abs() < 1e-6, "{grown}");
    assert_eq!(cache("data = \"10GB\""), Some(None), "how fast is not known");
}

/// Two machines of two cores in two zones of which each is lost for 10 h once a year, and so many pods that ask for so much.
fn pods(replicas: u32, request: &str) -> (RecoveryAnswer, f64) {
    let text = format!(
        r#"
schema = 1
[fact]
"rate.node.unplanned" = "0/year"
"rate.k8s.node_notready" = "0/year"
"rate.az.multiaz_leak" = "0%"
"rate.pod.crash" = "0/year"
[target.up]
journey = "j"
uptime = "99.9%"
[journey.j]
entry = "app"
arrivals = "1/s"
[component.n]
kind = "node-group"
vcpu = 2
memory = "8GiB"
count = 2
zones = ["v/a", "v/b"]
[component.app]
kind = "service"
on = "n"
replicas = 1
cpu = {{ request = "{request}", limit = "2000m" }}
work = "5ms"
[component.other]
kind = "service"
on = "n"
replicas = {replicas}
cpu = {{ request = "{request}", limit = "2000m" }}
work = "5ms"
[region.v]
zones = ["a", "b"]
zone-outages = "1/year"
zone-outage = "10h"
"#
    );
    let files = files(&text);
    let scenario = job::open(&files).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let analysis = job::analyse(&scenario, &scenario.tiers[0], None).unwrap();
    let minutes = analysis.uptime["up"].ledger.iter().filter(|line| line.kind == "zone");
    let minutes = minutes.filter_map(|line| line.minutes).sum();
    (plimsoll::plan::tiers::rung(&analysis, None, &files).recovery["zone"].clone(), minutes)
}

#[test]
fn pods_that_fit_on_the_nodes_that_are_left_wait_for_no_machine() {
    use plimsoll::fields::facts::lasts;
    let steps = |answer: &RecoveryAnswer| answer.steps.iter().map(|s| s.id.clone()).collect::<Vec<_>>();
    let (roomy, short) = pods(1, "500m");
    assert_eq!(steps(&roomy), ["reschedule-app", "start-app"]);
    // Of less than two cores for pods on each machine, one of 1.5 leaves no room for a second such: a machine must come.
    let (full, long) = pods(1, "1500m");
    assert_eq!(steps(&full), ["reschedule-app", "nodes-n", "start-app"]);
    // The time of the added machine is all that the two differ in; a zone is lost once in a year and the time it takes.
    let machine = lasts("fo.k8s.ca").unwrap().mean();
    let more = machine / (8_760.0 + 10.0) / 3600.0 * 43_200.0;
    assert!(((long - short) / more - 1.0).abs() < 0.01, "{short} to {long}, not {more} more");
    let p50 = |answer: &RecoveryAnswer| answer.rto_s.p50.value.unwrap();
    // Both medians are of the same steps but one, whose median is near its mean.
    assert!(((p50(&full) - p50(&roomy)) / machine - 1.0).abs() < 0.2, "{} and {}", p50(&full), p50(&roomy));
    // Evicted and started: the 6.1 to 6.4 min that the simulator counts as lost.
    assert!((6.0..6.8).contains(&(p50(&roomy) / 60.0)), "{}", p50(&roomy));
}
