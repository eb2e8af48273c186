//! Names that lead elsewhere: what a lost region costs until health checks have noticed and answers have run out, by closed
//! forms; and calls that only some journeys may make elsewhere.

use crate::giving_up_sim::model_of;
use crate::theory_sim::{run, settings};
use plimsoll::model::Model;
use plimsoll::model::switch::{behind, switched};
use plimsoll::scenario::{SourceFile, read};
use plimsoll::sim::{Faults, Settings};
use plimsoll::{avail, flow};

/// Two regions with a balancer, pods and a database each; Tokyo's name fails over after 90 s to Osaka, answers live a minute.
fn model(failover: &str, fault: &str) -> Model {
    model_of(&text(failover, fault))
}

fn text(failover: &str, fault: &str) -> String {
    format!(
        r#"
schema = 1
name = "two regions"
[region.tokyo]
zones = ["a", "c"]
[region.osaka]
zones = ["a"]
[journey.job]
entry = "names"
arrivals = "20/s"
[component.names]
kind = "dns"
to = "alb"
latency = "0ms"
failover = {{ to = "alb-osaka", interval = "30s", threshold = 3, ttl = "60s", {failover} }}
[component.alb]
kind = "load-balancer"
zones = ["tokyo/a", "tokyo/c"]
to = "api"
latency = "1ms"
[component.api]
kind = "service"
zones = ["tokyo/a", "tokyo/c"]
replicas = 2
work = "5ms"
to = "db"
[component.db]
kind = "station"
zones = ["tokyo/a"]
servers = 4
work = "5ms"
[component.alb-osaka]
kind = "load-balancer"
zones = ["osaka/a"]
to = "api-osaka"
latency = "1ms"
[component.api-osaka]
kind = "service"
zones = ["osaka/a"]
replicas = 4
work = "5ms"
[fault.it]
at = "1min"
{fault}
"#
    )
}

const REGION: &str = "what = \"region-outage\"\non = \"tokyo\"\n";

/// Seconds of requests lost to a fault of so many seconds.
fn lost(failover: &str, fault: &str, length: f64) -> f64 {
    let m = run(model(failover, fault), Settings { faults: Faults::All, ..settings(1, 8, 60.0, 60.0) });
    // The run goes on for half an hour, or twice the fault.
    let seconds = 60.0 + length + (2.0 * length).max(1800.0);
    m.journeys[0].error_ratio.value.unwrap() * seconds
}

fn near(found: f64, expected: f64) {
    assert!((found / expected - 1.0).abs() < 0.02, "{found} against {expected}");
}

#[test]
fn a_lost_region_costs_the_checks_and_half_the_time_answers_live() {
    let region = |stale: &str, length: f64| {
        let fault = format!("{REGION}for = \"{length}s\"");
        lost(&format!("stale = \"{stale}\""), &fault, length)
    };
    // 90 s until it is noticed, then the answers run out evenly over a minute.
    near(region("0%", 1800.0), 120.0);
    // A tenth keeps the old answer to the end.
    near(region("10%", 1800.0), 0.9 * 120.0 + 0.1 * 1800.0);
    // Over before anybody notices.
    near(region("0%", 80.0), 80.0);
    // Back while the answers run out: 90 s in full, and three quarters of half a minute.
    near(region("0%", 120.0), 90.0 + 0.75 * 30.0);
}

#[test]
fn checks_ask_for_all_that_requests_need() {
    let gone = "what = \"component-down\"\non = \"db\"\nfor = \"30min\"";
    near(lost("stale = \"0%\"", gone, 1800.0), 120.0);
    // With one pod of two, and one zone of the balancer's, there is something left: nothing goes elsewhere.
    let zone = "what = \"zone-outage\"\non = \"tokyo/c\"\nfor = \"30min\"";
    assert!(lost("stale = \"0%\"", zone, 1800.0) < 60.0);
    let model = model("stale = \"0%\"", gone);
    let names = model.component("names").unwrap();
    let calls = model.graph.edges(names).map(|e| petgraph::visit::EdgeRef::id(&e));
    let usual = calls.into_iter().find(|c| model.graph[*c].policy.switch.is_some()).unwrap();
    let asked = |call| {
        let ids = behind(&model, usual, call).into_iter().map(|c| model.graph[c].id.clone());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(asked(usual), ["alb", "api", "db"]);
    assert_eq!(asked(model.graph[usual].policy.switch.unwrap().to), ["alb-osaka", "api-osaka"]);
}

#[test]
fn where_both_ways_are_lost_the_name_leads_where_it_does() {
    let both = format!(
        "{REGION}for = \"30min\"\n[fault.too]\nwhat = \"region-outage\"\non = \"osaka\"\nat = \"1min\"\nfor = \"20min\""
    );
    // Osaka comes back after 20 minutes, which is noticed after 90 s, and answers run out.
    near(lost("stale = \"0%\"", &both, 1800.0), 1200.0 + 120.0);
}

#[test]
fn the_other_way_is_a_call_like_any() {
    let plain = text("stale = \"0%\"", &format!("{REGION}for = \"1min\""));
    let said = |text: &str| {
        let file = SourceFile { name: "names.toml".to_owned(), text: text.to_owned() };
        let found = read(&[file]);
        found.diagnostics.iter().map(|d| d.code.clone()).collect::<Vec<_>>()
    };
    assert!(said(&plain).is_empty(), "{:?}", said(&plain));
    // It may have a policy of its own, and must not lead back.
    let policy = format!("{plain}[call.\"names -> alb-osaka\"]\ntimeout = \"1s\"\n");
    assert!(said(&policy).is_empty(), "{:?}", said(&policy));
    let circle = plain.replace("to = \"api-osaka\"", "to = \"names\"");
    assert_eq!(said(&circle), ["endless-loop"]);
}

#[test]
fn without_a_fault_nothing_goes_elsewhere_and_the_other_way_needs_what_its_load_needs() {
    let model = model("stale = \"0%\"", &format!("{REGION}for = \"1min\""));
    let solution = flow::solve(&model, 0);
    let osaka = model.component("api-osaka").unwrap().index();
    assert_eq!(solution.components[osaka].arrivals_per_s.value, Some(0.0));
    let other = flow::solve(&switched(&model).unwrap(), 0);
    assert!((other.components[osaka].arrivals_per_s.value.unwrap() - 20.0).abs() < 1e-9);
    let needs = flow::needs(&model);
    assert!(needs.components.len() == model.graph.node_count());
    // The region is no single point of failure any more.
    let answer = avail::together(&model, &needs, &[plimsoll::model::JourneyIx(0)], None);
    let alone = answer.cut_sets.iter().filter(|cut| cut.events.len() == 1);
    let alone: Vec<&str> = alone.map(|cut| cut.events[0].as_str()).collect();
    assert!(alone.contains(&"failover names") && !alone.iter().any(|e| e.contains("tokyo")), "{alone:?}");
}

#[test]
fn only_the_journeys_that_may_go_to_the_fallback_do() {
    let model = model_of(
        r#"
schema = 1
name = "origins"
[journey.page]
entry = "cdn"
arrivals = "20/s"
[journey.chat]
entry = "cdn"
arrivals = "10/s"
[component.cdn]
kind = "cdn"
to = "origin"
latency = "0ms"
[call."cdn -> origin"]
fallback = "other"
fallback-for = ["page"]
[component.origin]
kind = "station"
servers = 4
work = "5ms"
[component.other]
kind = "station"
servers = 4
work = "5ms"
[fault.it]
what = "component-down"
on = "origin"
at = "1min"
for = "10min"
"#,
    );
    let m = run(model.clone(), Settings { faults: Faults::All, ..settings(1, 2, 60.0, 60.0) });
    let failed = |id: &str| {
        m.journeys[model.journey(id).unwrap().0 as usize].error_ratio.value.unwrap() * (60.0 + 600.0 + 1800.0)
    };
    assert_eq!(failed("page"), 0.0);
    near(failed("chat"), 600.0);
}
