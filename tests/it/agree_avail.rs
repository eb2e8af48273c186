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
