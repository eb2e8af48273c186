//! Machines under load: CPU credits that run dry, pods that scale, nodes that have to come first.

use crate::giving_up_sim::model_of;
use crate::theory_sim::{run, settings};
use plimsoll::answer::times::CreditsAnswer;
use plimsoll::flow;
use plimsoll::model::Model;
use plimsoll::sim::Measured;
use plimsoll::stats::figure::Figure;

fn value(figure: &Figure) -> f64 {
    figure.value.unwrap()
}

fn near(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected, "{found} against {expected}");
}

/// Two pods on one t3.large, which earns 0.6 cores and saves up 51,840 core-seconds. Few slots: of many who share, none would
/// get done.
fn burstable(rate: f64, more: &str) -> Model {
    model_of(&burstable_text(rate, more))
}

fn burstable_text(rate: f64, more: &str) -> String {
    format!(
        r#"
schema = 1
name = "credits"
[journey.job]
entry = "api"
arrivals = "{rate}/s"
process = "deterministic"
[component.nodes]
kind = "node-group"
type = "t3.large"
count = 1
{more}
[component.api]
kind = "service"
on = "nodes"
replicas = 2
slots = 3
cpu = {{ request = "100m", limit = "1" }}
work = "100ms"
"#
    )
}

#[test]
fn a_cpu_limit_between_whole_cores_slows_only_those_who_share_it() {
    // Two pods of one core on a machine that earns 0.6; here one of them, and with other limits.
    let limited = |rate: f64, limit: &str| {
        let text = burstable_text(rate, "credits = \"standard\"");
        model_of(&text.replace("replicas = 2", "replicas = 1").replace("limit = \"1\"", limit))
    };
    for (limit, alone) in [("limit = \"500m\"", 0.2), ("limit = \"1200m\"", 0.1), ("limit = \"2\"", 0.1)] {
        let model = limited(0.1, limit);
        let m = run(model.clone(), settings(1, 1, 0.0, 600.0));
        near(value(&m.journeys[0].response_s.mean), alone, 1e-6);
        near(value(&flow::solve(&model, 0).journeys[0].response_s.mean), alone, 0.02);
    }
    // More than it carries: 1.2 cores are 12/s of 100 ms, all slots taken, and twice what the machine earns.
    let model = limited(20.0, "limit = \"1200m\"");
    let m = run(model.clone(), settings(1, 1, 60.0, 600.0));
    near(value(&m.journeys[0].throughput_per_s), 12.0, 0.002);
    near(value(&m.components[0].utilisation), 1.0, 1e-6);
    near(value(&m.components[0].in_service_mean), 1.2, 1e-6);
    near(value(&credits(&m).use_ratio), 2.0, 0.002);
}

fn credits(m: &Measured) -> &CreditsAnswer {
    m.components[1].credits.as_ref().unwrap()
}

#[test]
fn a_machine_runs_dry_when_its_savings_are_spent_and_then_at_its_baseline() {
    // 1.2 cores wanted, 0.6 earned: 1 % of the savings are 518.4 core-seconds, gone after 864 s.
    let model = burstable(12.0, "credits = \"standard\"\ncredit-balance = \"1%\"");
    // Less than ten minutes after that: more would prove it overloaded and end the run.
    let m = run(model.clone(), settings(1, 2, 0.0, 1400.0));
    near(value(&credits(&m).dry_ratio), 1.0 - 864.0 / 1400.0, 0.005);
    near(value(&credits(&m).use_ratio), 2.0, 0.002);
    near(value(&credits(&m).lasts_s), 51_840.0 / 0.6, 0.01);
    // 12/s, then what 0.6 cores carry.
    near(value(&m.journeys[0].throughput_per_s), (864.0 * 12.0 + 536.0 * 6.0) / 1400.0, 0.005);
    let flow = flow::solve(&model, 0);
    assert_eq!(flow.journeys[0].response_s.mean.value, None, "only the simulation knows");
    near(value(&flow.components[1].credits.as_ref().unwrap().lasts_s), 86_400.0, 1e-6);
}

#[test]
fn below_the_baseline_nothing_is_ever_short() {
    let model = burstable(5.0, "credits = \"standard\"\ncredit-balance = \"1%\"");
    let m = run(model.clone(), settings(1, 2, 0.0, 1800.0));
    assert_eq!((value(&credits(&m).dry_ratio), credits(&m).lasts_s.value), (0.0, None));
    near(value(&m.journeys[0].response_s.mean), 0.1, 1e-6);
    assert!(flow::solve(&model, 0).journeys[0].response_s.mean.value.is_some());
}

#[test]
fn an_empty_machine_gets_just_what_it_earns() {
    // Without savings, work of 100 ms takes as long as its share of 0.6 cores lets it: one job alone 167 ms.
    let model = burstable(1.0, "credits = \"standard\"\ncredit-balance = \"0%\"");
    let m = run(model, settings(1, 2, 0.0, 60.0));
    assert!(value(&m.journeys[0].response_s.mean) < 0.17);
    // The same demand as its earnings, never a saving: always dry, and both ends of the queue agree.
    let model = burstable(20.0, "credits = \"standard\"\ncredit-balance = \"0%\"");
    let m = run(model, settings(1, 2, 0.0, 600.0));
    near(value(&m.journeys[0].throughput_per_s), 6.0, 0.01);
    near(value(&m.journeys[0].throughput_per_s), value(&m.components[0].throughput_per_s), 1e-9);
}

#[test]
fn unlimited_machines_go_on_and_say_how_long_savings_would_last() {
    // 0.9 cores: never two pods at work at once, which would want more than pods may have of two vCPUs.
    let model = burstable(9.0, "");
    let m = run(model.clone(), settings(1, 2, 10.0, 600.0));
    near(value(&credits(&m).lasts_s), 51_840.0 / (0.9 - 0.6), 0.01);
    assert_eq!(credits(&m).dry_ratio.value, None);
    near(value(&m.journeys[0].response_s.mean), 0.1, 1e-6);
    assert!(flow::solve(&model, 0).journeys[0].response_s.mean.value.is_some());
}

/// Four cores of work on pods that ask for one core each, at 50 %: eight pods. One node has room for four.
fn scaled(nodes: &str) -> Model {
    model_of(&format!(
        r#"
schema = 1
name = "scale"
[journey.job]
entry = "api"
arrivals = "8/s"
process = "deterministic"
[component.nodes]
kind = "node-group"
vcpu = 4
memory = "16GiB"
count = 1
{nodes}
[component.api]
kind = "service"
on = "nodes"
replicas = 4
cpu = {{ request = "1", limit = "1" }}
scale = {{ cpu = "50%", min = 2, max = 10 }}
work = "500ms"
"#
    ))
}

#[test]
fn pods_that_find_no_room_stay_pending_until_nodes_come() {
    let m = run(scaled(""), settings(1, 2, 60.0, 600.0));
    let replicas = &m.components[0].replicas;
    assert_eq!((value(&replicas.max), value(replicas.pending.as_ref().unwrap())), (4.0, 4.0));
    let m = run(scaled("scale = { max = 2, start = \"2min\" }"), settings(1, 2, 300.0, 600.0));
    let replicas = &m.components[0].replicas;
    assert_eq!((value(&replicas.min), value(&replicas.max)), (8.0, 8.0));
    assert_eq!(value(replicas.pending.as_ref().unwrap()), 0.0);
    // Flow takes the number that the autoscaler settles at, as far as there is room.
    let flow = flow::solve(&scaled("scale = { max = 2 }"), 0);
    assert_eq!(flow.components[0].replicas.max.value, Some(8.0));
    near(value(&flow.components[0].utilisation), 0.5, 1e-12);
    let full = flow::solve(&scaled(""), 0);
    assert_eq!(
        (full.components[0].replicas.max.value, full.journeys[0].response_s.mean.value),
        (Some(4.0), None)
    );
}

#[test]
fn a_run_without_credits_says_what_was_seen_and_forecasts_nothing_from_its_mean_load() {
    use plimsoll::text::flow::credits_run_out;
    let said = |lasts, dry| credits_run_out("n", lasts, dry).map(|said| said.en);
    // Spent in the busy hours, by whatever the mean of a night and a day would let them last.
    let seen = "n: there were no CPU credits for 20.4 % of the run.";
    assert_eq!(said(Some(2.4 * 86_400.0), Some(0.204)).as_deref(), Some(seen));
    assert_eq!(said(None, Some(0.204)).as_deref(), Some(seen), "a mean load that earns what it uses");
    assert!(said(Some(7_200.0), Some(0.0)).unwrap().contains("did not run out"));
    assert_eq!(said(None, Some(0.0)), None);
    assert!(said(Some(7_200.0), None).unwrap().contains("last 2 h"));
}
