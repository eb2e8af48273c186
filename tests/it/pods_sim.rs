//! Pods that lose their machine: given up after a while, put elsewhere if there is room, and machines that are replaced.

use crate::giving_up_sim::model_of;
use crate::theory_sim::{run, settings};
use plimsoll::flow;
use plimsoll::sim::{Faults, Measured, Settings};

/// Three machines, one a zone, with room for `room` pods of one core each; three pods, one each. Zone a fails after five
/// minutes for `lasts`; a request a second takes 10 ms.
fn ran(room: u32, nodes: &str, fault: &str) -> Measured {
    let model = model_of(&format!(
        r#"
schema = 1
name = "pods"
[region.tokyo]
zones = ["a", "c", "d"]
[journey.job]
entry = "api"
arrivals = "1/s"
process = "deterministic"
[component.nodes]
kind = "node-group"
vcpu = {room}
memory = "8GiB"
count = 3
zones = ["tokyo/a", "tokyo/c", "tokyo/d"]
{nodes}
[component.api]
kind = "service"
on = "nodes"
replicas = 3
cpu = {{ request = "1", limit = "1" }}
work = "10ms"
[fault.it]
at = "5min"
{fault}
"#
    ));
    run(model, Settings { faults: Faults::One(0), ..settings(1, 1, 60.0, 3600.0) })
}

/// Fewest and mean pods that take requests.
fn pods(m: &Measured) -> (f64, f64) {
    // In the order of their ids.
    let replicas = &m.components[0].replicas;
    (replicas.min.value.unwrap(), replicas.mean.value.unwrap())
}

const ZONE: &str = "what = \"zone-outage\"\non = \"tokyo/a\"\n";
/// What is measured with a fault of half an hour: until its end, and twice as long.
const SPAN: f64 = 300.0 + 1800.0 + 3600.0;

fn missing(m: &Measured, seconds: f64) {
    let found = (3.0 - pods(m).1) * SPAN;
    assert!((found - seconds).abs() < 0.5, "{found} against {seconds}");
}

#[test]
fn a_pod_of_a_lost_zone_runs_elsewhere_once_it_has_been_given_up() {
    // 345 s until it is given up, 8 s to start where the image is.
    let m = ran(2, "", &format!("{ZONE}for = \"30min\""));
    assert_eq!(pods(&m).0, 2.0);
    missing(&m, 345.0 + 8.0);
    // With a tolerance of ten seconds, that much sooner.
    missing(&ran(2, "evict = \"10s\"", &format!("{ZONE}for = \"30min\"")), 10.0 + 8.0);
    // What is given up stays where it was put: nothing is moved back, and a zone that is cut off is lost just so.
    missing(&ran(2, "", "what = \"partition\"\non = \"tokyo/a\"\nfor = \"30min\""), 345.0 + 8.0);
}

#[test]
fn without_room_it_waits_for_the_replacement_of_the_machine_or_for_the_zone() {
    // 240 s more for the machine, 15 s for the image.
    missing(&ran(1, "", &format!("{ZONE}for = \"30min\"")), 345.0 + 240.0 + 15.0 + 8.0);
    // Where the other zones have no capacity, until the zone is back; the machine still has its image.
    missing(&ran(1, "replace = false", &format!("{ZONE}for = \"30min\"")), 1800.0 + 8.0);
    // Machines that may be added stand in zones that work.
    let more = "replace = false\nscale = { max = 6 }";
    missing(&ran(1, more, &format!("{ZONE}for = \"30min\"")), 345.0 + 240.0 + 15.0 + 8.0);
}

#[test]
fn a_short_fault_ends_before_anything_is_given_up() {
    let m = ran(1, "", &format!("{ZONE}for = \"5min\""));
    // Measured for 5 min + 5 min + 30 min.
    let found = (3.0 - pods(&m).1) * 3600.0;
    assert!((found - 300.0).abs() < 0.5, "{found}");
}

#[test]
fn a_lost_machine_takes_its_pods_down_and_is_replaced() {
    let crash = "what = \"replica-crash\"\non = \"nodes\"\ncount = 1\nfor = \"30min\"";
    missing(&ran(2, "", crash), 345.0 + 8.0);
    missing(&ran(1, "", crash), 345.0 + 240.0 + 15.0 + 8.0);
    // Of a pod that crashes the machine is well: it stays there and is not wanted elsewhere.
    let pod = "what = \"replica-crash\"\non = \"api\"\ncount = 1\nfor = \"30min\"";
    missing(&ran(2, "", pod), 1800.0);
}

#[test]
fn a_judged_hour_begins_with_the_pods_that_scaling_settles_at() {
    // 10/s of 400 ms want four cores: eight pods at 50 % of one core; the file begins with two.
    let model = model_of(
        r#"
schema = 1
name = "standing"
[journey.job]
entry = "api"
arrivals = "10/s"
process = "deterministic"
[component.api]
kind = "service"
replicas = 2
cpu = { request = "1", limit = "1" }
scale = { cpu = "50%", min = 2, max = 20 }
work = "400ms"
"#,
    );
    let standing = flow::standing(&model, 0);
    assert_eq!(standing, [8]);
    let begun = run(model.clone(), Settings { standing, ..settings(1, 1, 0.0, 600.0) });
    assert_eq!(begun.components[0].replicas.min.value, Some(8.0));
    assert!(begun.journeys[0].response_s.p99.value.unwrap() < 0.42);
    // From two it takes a few periods, and a line has formed.
    let cold = run(model, settings(1, 1, 0.0, 600.0));
    assert_eq!(cold.components[0].replicas.min.value, Some(2.0));
    assert!(cold.journeys[0].response_s.p99.value.unwrap() > 1.0);
}
