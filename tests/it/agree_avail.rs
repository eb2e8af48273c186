//! One fact, one distribution; one event, one length: availability and recovery speak of the same outages.

use crate::giving_up_sim::model_of;
use crate::lab_avail::close;
use plimsoll::fields::facts::lasts;
use plimsoll::flow;
use plimsoll::model::Model;
use plimsoll::recovery::{Memo, solve};

fn text(rest: &str) -> String {
    format!(
        r#"
schema = 1
name = "one database"
[journey.read]
entry = "db"
arrivals = "5/s"
[region.here]
zones = ["a", "b"]
outages = "@rate.region.tokyo"
outage = "@rate.region.duration"
zone-outages = "@rate.az.tokyo"
zone-outage = "@rate.az.duration"
[component.db]
kind = "database"
vcpu = 4
storage = "100GB"
zone = "here/a"
work = "1ms"
{rest}
"#
    )
}

fn model() -> Model {
    model_of(&text(""))
}

#[test]
fn the_repair_of_a_host_is_as_long_for_the_uptime_as_for_the_recovery() {
    let model = model();
    let db = model.component("db").unwrap();
    let host = model.graph[db].failure.unit_outages[0];
    let found = solve(&model, &flow::needs(&model), &[plimsoll::model::JourneyIx(0)], &mut Memo::default());
    let step = found["component"].steps.iter().find(|step| step.id == "replace-db").unwrap();
    close(host.repair.as_seconds(), step.takes_s.value.unwrap(), 0.02, "mean of both");
    // (5 + 4 x 15 + 60) / 6 minutes.
    close(host.repair.as_seconds(), 60.0 * 125.0 / 6.0, 1e-9, "three points");
    close(host.scv, lasts("fo.rds.single_az_host_failure").unwrap().scv(), 1e-9, "variation of both");
}

#[test]
fn an_outage_of_a_region_is_lognormal_for_both() {
    let model = model();
    let region = model.regions[0].outage.unwrap();
    let shape = lasts("rate.region.duration").unwrap();
    close(region.repair.as_seconds(), shape.mean(), 1e-9, "mean");
    close(region.scv, shape.scv(), 1e-9, "variation");
    assert!((region.scv - 1.0).abs() > 0.1, "no exponential");
    // Who can only wait waits as long as the region is away: half of the times up to its median.
    let found = solve(&model, &flow::needs(&model), &[plimsoll::model::JourneyIx(0)], &mut Memo::default());
    let median = shape.mean() / (1.0 + shape.scv()).sqrt();
    close(found["region"].rto_s.p50.value.unwrap(), median, 0.08, "median");
    // Providers fail as long as regions do.
    let provided = model_of(&text("provider = \"aws\""));
    let provider = provided.providers[0].outage.unwrap();
    close(provider.scv, shape.scv(), 1e-9, "variation of a provider's outage");
}

#[test]
fn a_lost_zone_takes_a_database_as_long_as_restoring_it_does() {
    let backup = "[backup.copies]\nof = \"db\"\nevery = \"5min\"\n";
    let model = model_of(&text(backup));
    let journey = [plimsoll::model::JourneyIx(0)];
    let needs = flow::needs(&model);
    let found = &solve(&model, &needs, &journey, &mut Memo::default())["zone"];
    let steps: f64 = found.steps.iter().map(|step| step.takes_s.value.unwrap()).sum();
    let zone = model.zones[0].outage.unwrap();
    let up = plimsoll::avail::together(&model, &needs, &journey, None);
    let set = up.cut_sets.iter().find(|set| set.events == ["zone here/a"]).unwrap();
    let a_year = zone.per_year * steps / 3600.0;
    close(set.minutes_per_30d, 43_200.0 * a_year / 8_760.0, 0.03, "restored elsewhere");
    assert!(steps < zone.repair.as_seconds(), "sooner than the zone is back");
    // Without backups all there is to do is wait.
    let model = model_of(&text(""));
    let up = plimsoll::avail::together(&model, &needs, &journey, None);
    let set = up.cut_sets.iter().find(|set| set.events == ["zone here/a"]).unwrap();
    let a_year = zone.per_year * zone.repair.as_hours();
    close(set.minutes_per_30d, 43_200.0 * a_year / 8_760.0, 0.01, "as long as the zone is away");
}

#[test]
fn months_played_have_what_is_restored_back_before_its_zone() {
    let text = text("[backup.copies]\nof = \"db\"\nevery = \"5min\"\n").replace("@rate.az.tokyo", "50/y");
    let model = model_of(&text);
    let journey = [plimsoll::model::JourneyIx(0)];
    let needs = flow::needs(&model);
    let exact = plimsoll::avail::together(&model, &needs, &journey, None);
    let span = plimsoll::avail::years::Span { months: 6_000, seed: 1 };
    let played = plimsoll::avail::played(&model, &needs, &journey, None, span).unwrap();
    let down = exact.downtime_min_per_30d.value.unwrap();
    let (low, high) = (played.downtime_min_per_30d.low.unwrap(), played.downtime_min_per_30d.high.unwrap());
    assert!((low - (high - low)..high + (high - low)).contains(&down), "{down} in {low}..{high}");
    for (q, tolerance) in [("p50", 0.05), ("p95", 0.06)] {
        let formula = exact.monthly_downtime_min[q].value.unwrap();
        close(played.monthly_downtime_min[q].value.unwrap(), formula, tolerance, q);
    }
}

#[test]
fn a_question_about_money_waits_for_no_uptime() {
    let model = std::sync::Arc::new(model());
    let money = plimsoll::assess::money(model.clone());
    let all = plimsoll::assess::analyse(model, &mut Memo::default());
    assert_eq!(money.bills, all.bills);
    assert!(money.uptime.is_empty() && money.recovery.is_empty());
}

/// Two replicas and a database with its standby, in two regions that each are away 2.3 % of the time.
#[test]
fn the_order_of_regions_does_not_matter_to_what_stands_in_both() {
    let down = |first: &str, second: &str| {
        let text = format!(
            r#"
schema = 1
name = "two regions"
[journey.read]
entry = "app"
arrivals = "20/s"
steps.app = ["db"]
[region.{first}]
zones = ["hall"]
outages = "20/y"
outage = "10h"
[region.{second}]
zones = ["hall"]
outages = "20/y"
outage = "10h"
[component.app]
kind = "station"
replicas = 2
servers = 8
zones = ["dc1/hall", "dc2/hall"]
work = "5ms"
mtbf = "10000d"
mttr = "1s"
[component.db]
kind = "database"
vcpu = 8
multi-az = true
zone = "{first}/hall"
standby = "{second}/hall"
failover = "1s"
work = "1ms"
mtbf = "10000d"
mttr = "1s"
"#
        );
        let model = model_of(&text);
        let up =
            plimsoll::avail::together(&model, &flow::needs(&model), &[plimsoll::model::JourneyIx(0)], None);
        1.0 - up.availability.value.unwrap()
    };
    let q: f64 = 200.0 / 8_960.0;
    close(down("dc1", "dc2"), q * q, 0.05, "both regions at once");
    close(down("dc2", "dc1"), down("dc1", "dc2"), 1e-6, "the other way round");
}

#[test]
fn a_lost_zone_takes_nodes_as_long_as_new_ones_take_to_come() {
    let text = |replace: &str| {
        format!(
            r#"
schema = 1
name = "nodes"
[journey.page]
entry = "web"
arrivals = "300/s"
[region.here]
zones = ["a", "b"]
zone-outages = "1/y"
zone-outage = "@rate.az.duration"
outages = "0/y"
outage = "1h"
[component.nodes]
kind = "node-group"
vcpu = 4
memory = "16GiB"
count = 2
zones = ["here/a", "here/b"]
{replace}
[component.web]
kind = "service"
on = "nodes"
replicas = 2
cpu = {{ request = "500m", limit = "1000m" }}
work = "5ms"
[fact]
"rate.az.multiaz_leak" = "0%"
"#
        )
    };
    let minutes = |model: &Model| {
        let journey = [plimsoll::model::JourneyIx(0)];
        let up = plimsoll::avail::together(model, &flow::needs(model), &journey, None);
        let set = up.cut_sets.iter().find(|set| set.events == ["zone here/a"]).unwrap();
        set.minutes_per_30d * 8_760.0 * 60.0 / 43_200.0
    };
    let model = model_of(&text(""));
    let found = solve(&model, &flow::needs(&model), &[plimsoll::model::JourneyIx(0)], &mut Memo::default());
    let steps: f64 = found["zone"].steps.iter().map(|step| step.takes_s.value.unwrap()).sum();
    close(minutes(&model), steps / 60.0, 0.04, "minutes of a loss a year, once a year");
    let waits = model_of(&text("replace = false"));
    close(
        minutes(&waits),
        waits.zones[0].outage.unwrap().repair.as_hours() * 60.0,
        0.01,
        "no room elsewhere",
    );
}
