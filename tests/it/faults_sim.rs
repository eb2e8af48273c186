//! Every kind of fault does what it says, by closed forms; attacks, and failures at random.

use crate::giving_up_sim::model_of;
use crate::theory_sim::{run, settings};
use plimsoll::answer::Recovery;
use plimsoll::model::Model;
use plimsoll::sim::{Faults, Measured, Settings};
use plimsoll::stats::figure::Figure;

fn value(figure: &Figure) -> f64 {
    figure.value.unwrap()
}

fn near(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{found} against {expected}");
}

/// `desk` and a database behind it, in zones, with this fault of ten minutes.
fn model(fault: &str) -> Model {
    model_of(&format!(
        r#"
schema = 1
name = "faults"
[region.tokyo]
zones = ["a", "b"]
[journey.job]
entry = "waf"
arrivals = "20/s"
[journey.login]
entry = "waf"
arrivals = "2/s"
[component.waf]
kind = "waf"
to = "desk"
latency = "0ms"
rate-rule = {{ limit = 3000 }}
[component.desk]
kind = "station"
servers = 1
replicas = 2
queue = 100
work = "10ms"
to = "db"
[component.db]
kind = "station"
servers = 100
work = "20ms"
[fault.it]
at = "5min"
for = "10min"
{fault}
"#
    ))
}

fn ran(fault: &str, faults: Faults) -> Measured {
    run(model(fault), Settings { faults, ..settings(1, 4, 60.0, 60.0) })
}

fn one(fault: &str) -> Measured {
    ran(fault, Faults::One(0))
}

#[test]
fn lost_capacity_makes_work_take_longer() {
    // At a quarter of its speed the database takes 80 ms.
    let m = one("what = \"capacity-loss\"\non = \"db\"\nshare = \"75%\"");
    let fault = &m.faults["it"];
    assert!(value(&fault.p95_s["job"]) > 0.09, "{:?}", fault.p95_s);
    assert_eq!(fault.recovery, Recovery::Recovered);
    near(value(&m.journeys[0].response_s.p50), 0.03, 0.1);
    // Half of the two desks' speed gone: 22/s at 20 ms on two servers, still served.
    let m = one("what = \"capacity-loss\"\non = \"desk\"\nshare = \"50%\"");
    assert!(value(&m.faults["it"].error_ratio["job"]) == 0.0);
}

#[test]
fn a_provider_that_throttles_turns_its_share_away() {
    let m = one("what = \"provider-429\"\non = \"db\"\nshare = \"40%\"");
    near(value(&m.faults["it"].error_ratio["job"]), 0.4, 0.03);
    let errors = &m.journeys[0].errors;
    assert!(value(&errors.dependency) + value(&errors.throttled) > 0.0);
    let all = one("what = \"provider-429\"\non = \"db\"");
    near(value(&all.faults["it"].error_ratio["job"]), 1.0, 1e-3);
}

#[test]
fn a_full_disk_and_a_bad_version_fail_requests() {
    near(value(&one("what = \"disk-fill\"\non = \"db\"").faults["it"].error_ratio["job"]), 1.0, 1e-3);
    let m = one("what = \"bad-deploy\"\non = \"desk\"\nerrors = \"30%\"\nadd = \"200ms\"");
    near(value(&m.faults["it"].error_ratio["job"]), 0.3, 0.04);
    assert!(value(&m.faults["it"].p95_s["job"]) > 0.23);
    assert_eq!(m.faults["it"].recovery, Recovery::Recovered);
}

#[test]
fn a_zone_that_cannot_be_reached_is_as_if_down() {
    let zones = "[component.pods]\nkind = \"service\"\nreplicas = 2\nzones = [\"tokyo/a\", \"tokyo/b\"]\nwork = \"1ms\"\n";
    let text = |what: &str| {
        format!(
            "schema = 1\nname = \"cut\"\n[region.tokyo]\nzones = [\"a\", \"b\"]\n[journey.job]\nentry = \"pods\"\narrivals = \"50/s\"\n{zones}[fault.it]\nwhat = \"{what}\"\non = \"tokyo/a\"\nat = \"1min\"\nfor = \"5min\"\n"
        )
    };
    let of = |what: &str| {
        run(model_of(&text(what)), Settings { faults: Faults::One(0), ..settings(1, 2, 60.0, 60.0) })
    };
    let (cut, down) = (of("partition"), of("zone-outage"));
    assert_eq!(cut.faults["it"].error_ratio["job"], down.faults["it"].error_ratio["job"]);
    assert_eq!(cut.components[0].replicas.min.value, Some(1.0));
}

#[test]
fn a_length_that_is_drawn_differs_from_run_to_run() {
    // All fail for an exponential time of mean 10 minutes: over many runs, its mean.
    let fault = "what = \"error-rate\"\non = \"db\"\nerrors = \"100%\"";
    let text = |lasts: &str| model_of_with(fault, lasts);
    let sum = |m: &Measured| value(&m.journeys[0].error_ratio);
    let settings = |n| Settings { faults: Faults::One(0), ..settings(1, n, 60.0, 60.0) };
    let fixed = run(text("10min"), settings(4));
    let drawn = run(text("exponential(mean=10min)"), settings(60));
    // The drawn one may last six times as long, and its run goes on for twice that again.
    let (a, b) = (fixed.journeys[0].error_ratio.high, drawn.journeys[0].error_ratio.clone());
    assert!(a.is_some() && b.high.unwrap() - b.low.unwrap() > 0.005, "{b:?}");
    let minutes = |m: &Measured, length: f64| sum(m) * length;
    near(minutes(&fixed, 5.0 + 10.0 + 30.0), 10.0, 0.02);
    near(minutes(&drawn, 5.0 + 60.0 + 120.0), 10.0, 0.3);
}

fn model_of_with(fault: &str, lasts: &str) -> Model {
    let mut model = model(fault);
    let other = model_of(&format!(
        "schema = 1\nname = \"f\"\n[journey.job]\nentry = \"db\"\narrivals = \"1/s\"\n[component.db]\nkind = \"station\"\nservers = 1\nwork = \"1ms\"\n[fault.it]\nwhat = \"disk-fill\"\non = \"db\"\nfor = \"{lasts}\"\n"
    ));
    (model.faults[0].lasts, model.faults[0].spread) = (other.faults[0].lasts, other.faults[0].spread.clone());
    model
}

#[test]
fn a_flood_is_stopped_once_every_address_has_sent_what_it_may() {
    let m = one("what = \"ddos\"\non = \"job\"\nrate = \"1000/s\"\nsources = 100");
    let attack = m.faults["it"].attack.as_ref().unwrap();
    near(value(&attack.sent), 600_000.0, 0.0);
    // 3,000 x 100 addresses / 300 s is the whole rate: nobody is over the limit.
    assert_eq!(attack.acts_after_s.value, None);
    near(value(&attack.let_through), 600_000.0, 1e-9);
    // 100 addresses at 20/s each: 3,000 requests after 150 s, and 30 s until the rule acts; then 100 x 3,000 per 5 min.
    let m = one("what = \"ddos\"\non = \"job\"\nrate = \"2000/s\"\nsources = 100");
    let attack = m.faults["it"].attack.as_ref().unwrap();
    near(value(&attack.acts_after_s), 150.0 + 30.0, 1e-9);
    near(value(&attack.let_through), 2_000.0 * 180.0 + 1_000.0 * 420.0, 1e-9);
    // The users' own requests are counted apart, and share the fate: of 2,022/s, then 1,022/s, 200/s can be served.
    near(value(&m.journeys[0].arrivals_per_s), 20.0, 0.05);
    let served = (180.0 * 200.0 / 2_022.0 + 420.0 * 200.0 / 1_022.0) / 600.0;
    near(value(&m.faults["it"].error_ratio["job"]), 1.0 - served, 0.01);
    near(value(&attack.error_ratio), 1.0 - 200.0 * 600.0 / (780_000.0 + 22.0 * 600.0), 0.01);
    // Addresses that never come twice are seen by no rule.
    let m = one("what = \"ddos\"\non = \"job\"\nrate = \"2000/s\"");
    assert_eq!(m.faults["it"].attack.as_ref().unwrap().acts_after_s.value, None);
}

#[test]
fn tries_to_log_in_are_counted_by_whether_they_get_in() {
    let m = one("what = \"credential-stuffing\"\non = \"login\"\nrate = \"10/s\"\nsuccess = \"2%\"");
    let attack = m.faults["it"].attack.as_ref().unwrap();
    near(value(&attack.failed_logins_per_min), 588.0, 0.02);
    near(value(&attack.accounts), 120.0, 0.05);
    assert_eq!(m.faults["it"].error_ratio.len(), 2, "attackers are no journey of the answer");
    assert_eq!(m.journeys.len(), 2);
}

#[test]
fn failures_at_random_come_as_often_as_the_data_say() {
    // One desk, well for 30 min and out for 10 min on average: down a quarter of the time.
    let model = model_of(
        "schema = 1\nname = \"r\"\n[journey.job]\nentry = \"desk\"\narrivals = \"1/s\"\n[component.desk]\nkind = \"station\"\nservers = 10\nwork = \"1ms\"\nmtbf = \"30min\"\nmttr = \"10min\"\n",
    );
    let settings = Settings { faults: Faults::Random, ..settings(1, 40, 60.0, 86_400.0) };
    let m = run(model, settings);
    let found = &m.random["desk"];
    near(value(&found.failures), 24.0 * 60.0 / 40.0, 0.05);
    near(value(&found.down_s), 86_400.0 / 4.0, 0.06);
    near(value(&m.journeys[0].error_ratio), 0.25, 0.06);
}

#[test]
fn random_failures_wait_for_their_crew() {
    // Two desks, each well for 30 min and 10 min in repair, one at a time: both gone for 2ρ² / (1 + 2ρ + 2ρ²), ρ = 1/3.
    let text = "schema = 1\nname = \"r\"\n[journey.job]\nentry = \"desk\"\narrivals = \"1/s\"\n[component.desk]\nkind = \"station\"\nreplicas = 2\nservers = 10\nwork = \"1ms\"\nmtbf = \"30min\"\nmttr = \"10min\"\nrepair-crew = 1\n";
    let ran = |text: &str| {
        let settings = Settings { faults: Faults::Random, ..settings(1, 60, 60.0, 86_400.0) };
        run(model_of(text), settings)
    };
    let m = ran(text);
    near(value(&m.journeys[0].error_ratio), 2.0 / 17.0, 0.06);
    // Mean number down: (2ρ + 4ρ²) / (1 + 2ρ + 2ρ²) = 10 / 17.
    near(value(&m.random["desk/1"].down_s), 86_400.0 * 5.0 / 17.0, 0.05);
    near(value(&m.random["desk/2"].down_s), 86_400.0 * 5.0 / 17.0, 0.05);
    // With a crew for each they are independent: a sixteenth.
    near(value(&ran(&text.replace("repair-crew = 1\n", "")).journeys[0].error_ratio), 1.0 / 16.0, 0.08);
}

#[test]
fn random_failures_last_as_stated() {
    // Repairs of the same mean, half of them within 2 minutes: as often, and as long in all.
    let model = model_of(
        "schema = 1\nname = \"r\"\n[journey.job]\nentry = \"desk\"\narrivals = \"1/s\"\n[component.desk]\nkind = \"station\"\nservers = 10\nwork = \"1ms\"\nmtbf = \"30min\"\nmttr = \"lognormal(mean=10min, scv=4)\"\n",
    );
    assert!((model.graph[model.component("desk").unwrap()].failure.unit_outages[0].scv - 4.0).abs() < 1e-12);
    let settings = Settings { faults: Faults::Random, ..settings(1, 60, 60.0, 86_400.0) };
    let m = run(model, settings);
    let found = &m.random["desk"];
    near(value(&found.failures), 24.0 * 60.0 / 40.0, 0.05);
    near(value(&found.down_s), 86_400.0 / 4.0, 0.08);
}

#[test]
fn recorded_incidents_do_to_the_plan_what_the_handbook_says() {
    use plimsoll::scenario::{SourceFile, read};
    let file = |name: &str| SourceFile {
        name: format!("scenarios/{name}"),
        text: std::fs::read_to_string(format!("scenarios/{name}")).unwrap(),
    };
    let files = [file("incidents.toml"), file("secure-ai-chat.toml")];
    let model = read(&files).scenario.unwrap().model("t100").unwrap();
    let index = |id: &str| model.faults.iter().position(|f| f.id == id).unwrap();
    let failed = |ids: &[&str], journey: &str| {
        let faults = Faults::Some(ids.iter().map(|id| index(id)).collect());
        let m = run((*model).clone(), Settings { faults, ..settings(1, 2, 600.0, 600.0) });
        value(&m.faults[ids[0]].error_ratio[journey])
    };
    near(model.faults[index("tokyo-2019")].lasts.as_hours(), 6.0, 1e-9);
    assert!(failed(&["tokyo-2019"], "api") > 0.99, "one database in one zone");
    assert!(failed(&["openai-2024-12-11"], "chat") < 0.01, "the fallback carries it");
    assert!(
        failed(&["openai-2024-12-26", "azure-2024-12-26"], "chat") > 0.99,
        "and not when it is lost as well"
    );
}
