//! What bounds systems from outside, against closed forms: quotas of language models, time limits of the edge, the cores of
//! a node, the connections of a database; spikes, and what a first token is made of.

use crate::behaves_sim::struck;
use crate::giving_up_sim::model_of;
use crate::theory_sim::{run, settings};
use plimsoll::flow;
use plimsoll::model::Model;
use plimsoll::sim::{Measured, Settings};
use plimsoll::stats::figure::Figure;

fn value(figure: &Figure) -> f64 {
    figure.value.unwrap()
}

fn near(found: f64, expected: f64, within: f64) {
    assert!((found - expected).abs() <= within, "{found} against {expected}");
}

/// Questions to a model whose quota is 50,000 tokens a minute: 150 tokens in, 50 out, one a second.
fn asked(provider: &str, fields: &str) -> Measured {
    let text = format!(
        r#"
schema = 1
name = "quota"
[journey.ask]
entry = "llm"
arrivals = "1/s"
process = "deterministic"
tokens = {{ in = 150, out = 50 }}
[component.llm]
kind = "llm-api"
provider = "{provider}"
first-token = "400ms"
speed = "60/s"
{fields}
"#
    );
    run(model_of(&text), settings(1, 1, 300.0, 6000.0))
}

#[test]
fn tokens_are_taken_from_the_quota_as_the_vendor_counts_them() {
    let refused = |m: &Measured| value(&m.journeys[0].errors.throttled);
    // Prompt and maximum are taken at the door, and stay taken: 50,000 / (150 + 4,096) a minute of 60.
    near(refused(&asked("azure", "tpm = \"50000/min\"")), 1.0 - 50_000.0 / 4246.0 / 60.0, 0.002);
    near(refused(&asked("azure", "tpm = \"50000/min\"\nmax = 850")), 1.0 - 50.0 / 60.0, 0.002);
    // Put right at the end, after 0.4 + 50 / 60 s: what counts is what was used.
    near(refused(&asked("openai", "tpm = \"50000/min\"\nmax = 4096")), 0.0, 0.0);
    near(refused(&asked("openai", "tpm = \"6000/min\"\nmax = 1000")), 0.5, 0.01);
    // Input and output apart: 4,500 and 1,500 of each a minute.
    near(refused(&asked("anthropic", "in = \"4500/min\"")), 0.5, 0.002);
    near(refused(&asked("anthropic", "out = \"1500/min\"")), 0.5, 0.002);
    near(refused(&asked("anthropic", "in = \"9100/min\"\nout = \"3100/min\"")), 0.0, 0.0);
    // Only the input counts at Google: 4,500 of 9,000.
    near(refused(&asked("google", "tpm = \"4500/min\"")), 0.5, 0.002);
}

#[test]
fn a_quota_counted_in_seconds_refuses_what_comes_at_once() {
    // Thirty at once, 60 a minute: a window of ten seconds lets ten through, of a second one; a minute all.
    for (provider, window, passes) in [
        ("azure", "", 10.0),
        ("azure", "window = \"1s\"", 1.0),
        ("openai", "", 30.0),
        ("openai", "window = \"10s\"", 10.0),
    ] {
        let times = vec!["1s"; 30].join(", ");
        let text = format!(
            r#"
schema = 1
name = "window"
[journey.ask]
entry = "llm"
arrivals = "30/h"
process = "trace({times})"
tokens = {{ in = 10, out = 10 }}
[component.llm]
kind = "llm-api"
provider = "{provider}"
first-token = "400ms"
speed = "60/s"
rpm = "60/min"
{window}
"#
        );
        let m = run(model_of(&text), settings(1, 1, 0.0, 60.0));
        near(value(&m.journeys[0].errors.throttled), 1.0 - passes / 30.0, 1e-9);
    }
}

#[test]
fn a_window_is_counted_anew_when_it_begins() {
    // Eight a second by chance on ten in every second: E[(N - 10)+] / 8 of them come too late in their window, N Poisson with mean 8.
    // A bucket of ten that fills all the time would refuse 0.4 %.
    let text = |provider: &str, quota: &str| {
        format!(
            r#"
schema = 1
name = "window"
[journey.ask]
entry = "llm"
arrivals = "8/s"
tokens = {{ in = 90, out = 10 }}
[component.llm]
kind = "llm-api"
provider = "{provider}"
first-token = "400ms"
speed = "60/s"
window = "1s"
{quota}
"#
        )
    };
    let (mut term, mut late) = ((-8.0_f64).exp(), 0.0);
    for n in 1..80 {
        term *= 8.0 / f64::from(n);
        late += f64::from(n - 10).max(0.0) * term / 8.0;
    }
    near(late, 0.05323, 1e-5);
    for (provider, quota) in
        [("azure", "rpm = \"600/min\""), ("openai", "rpm = \"600/min\""), ("openai", "tpm = \"60000/min\"")]
    {
        let model = model_of(&text(provider, quota));
        let simulated = run(model.clone(), settings(2, 4, 0.0, 3600.0));
        near(value(&simulated.journeys[0].errors.throttled), late, 0.002);
        let hour = flow::solve(&model, model.profile.busiest_hour());
        near(value(&hour.journeys[0].errors.throttled), late, 1e-9);
    }
    // What one window did not use is lost to the next: 30 in the first half of a second, then as many a window later.
    let two = text("azure", "rpm = \"600/min\"")
        .replace("\"8/s\"", "\"60/h\"\nprocess = \"trace(TIMES)\"")
        .replace("TIMES", &[vec!["1.2s"; 30], vec!["2.2s"; 30]].concat().join(", "));
    let m = run(model_of(&two), settings(1, 1, 0.0, 60.0));
    near(value(&m.journeys[0].errors.throttled), 1.0 - 20.0 / 60.0, 1e-9);
}

#[test]
fn a_spike_multiplies_stated_arrivals_too() {
    let text = r#"
schema = 1
name = "spike"
[load]
spike.flash = { at = "fri 20:00", for = "1h", times = 8 }
[journey.job]
entry = "desk"
arrivals = "8/s"
[component.desk]
kind = "station"
servers = 1
work = "exponential(mean=10ms)"
"#;
    let model = model_of(text);
    let hour = model.profile.busiest_hour();
    assert_eq!(hour, 4 * 24 + 20);
    let m = run(model.clone(), Settings { hour, ..settings(1, 2, 10.0, 400.0) });
    near(value(&m.journeys[0].arrivals_per_s), 64.0, 1.0);
    near(value(&plimsoll::flow::solve(&model, hour).journeys[0].arrivals_per_s), 64.0, 1e-9);
    near(value(&plimsoll::flow::solve(&model, 0).journeys[0].arrivals_per_s), 8.0, 1e-9);
    // A month of 730 hours has one such hour a week.
    let sent = plimsoll::flow::loads(&model).components[0].requests;
    near(sent, 8.0 * 3600.0 * 730.0 * (167.0 + 8.0) / 168.0, 1.0);
}

/// A hang of a minute behind this.
fn hangs(edge: &str) -> f64 {
    let text = format!(
        r#"
schema = 1
name = "hang"
[journey.page]
entry = "edge"
arrivals = "5/s"
[component.edge]
to = "app"
{edge}
[component.app]
kind = "station"
latency = "20ms"
[fault.hang]
what = "latency-added"
on = "app"
add = "55s"
at = "10s"
for = "60s"
"#
    );
    struck(&text, 1).1
}

#[test]
fn an_edge_cuts_what_does_not_begin_to_answer_in_time() {
    // CloudFront waits 30 s, an ALB 60 s, unless it says otherwise; of others nothing is known.
    near(hangs("kind = \"cdn\""), 1.0, 0.0);
    near(hangs("kind = \"cdn\"\ntime-limit = \"58s\""), 0.0, 0.0);
    near(hangs("kind = \"cdn\"\nprovider = \"fastly\""), 0.0, 0.0);
    near(hangs("kind = \"load-balancer\""), 0.0, 0.0);
    near(hangs("kind = \"load-balancer\"\ntime-limit = \"50s\""), 1.0, 0.0);
    // What the call states goes before.
    near(hangs("kind = \"cdn\"\n[call.\"edge -> app\"]\ntimeout = \"58s\""), 0.0, 0.0);
}

#[test]
fn what_makes_up_a_first_token_comes_before_it() {
    let text = r#"
schema = 1
name = "tokens"
[journey.chat]
entry = "app"
arrivals = "5/s"
tokens = { in = 100, out = 300 }
steps.app = ["llm"]
[component.app]
kind = "station"
latency = "100ms"
[component.llm]
kind = "llm-api"
first-token = "300ms"
speed = "60/s"
"#;
    let m = run(model_of(text), settings(1, 1, 10.0, 100.0));
    let parts = &m.before_token[0];
    assert!(parts.iter().all(|p| p.part != "stream"), "{parts:?}");
    let of = |cause: &str| parts.iter().filter(|p| p.cause == cause).map(|p| p.amount).sum::<f64>();
    near(of("app"), 0.1, 1e-6);
    near(of("llm"), 0.3, 1e-6);
    assert!(m.makeup[0].iter().any(|p| p.part == "stream" && p.amount > 4.9));
}

/// Three pods on one machine of two cores, each with this limit, at so many requests of 100 ms of CPU. Few slots: of many who
/// share, none would get done.
fn pods(limit: &str, per_second: f64) -> Model {
    model_of(&format!(
        r#"
schema = 1
name = "nodes"
[journey.api]
entry = "api"
arrivals = "{per_second}/s"
[component.nodes]
kind = "node-group"
vcpu = 2
memory = "8GiB"
[component.api]
kind = "service"
on = "nodes"
replicas = 3
slots = 2
cpu = {{ request = "500m", limit = "{limit}" }}
memory = {{ request = "512Mi", limit = "512Mi" }}
work = "100ms"
"#
    ))
}

#[test]
fn pods_share_the_cores_of_their_node() {
    let busy = |model: &Model| {
        let m = run(model.clone(), settings(1, 1, 20.0, 200.0));
        let sent = value(&m.journeys[0].arrivals_per_s);
        (value(&m.journeys[0].throughput_per_s), sent)
    };
    // Limits of two cores each: six in all, on two. 25 requests/s ask for 2.5 cores: 20/s get through.
    let crowded = pods("2", 25.0);
    let (through, sent) = busy(&crowded);
    near(through, 20.0, 0.6);
    near(sent, 25.0, 1.0);
    // The formula does not pass it.
    assert_eq!(plimsoll::flow::solve(&crowded, 0).journeys[0].response_s.mean.value, None);
    // At 15/s all get through, and both know.
    let (through, sent) = busy(&pods("2", 15.0));
    near(through, sent, 0.3);
    // Limits that fit side by side are never felt.
    let (through, sent) = busy(&pods("600m", 15.0));
    near(through, sent, 0.3);
}

/// Four pods with so many connections each, and a database that accepts as many as said.
fn pooled(pool: u32, database: &str) -> Model {
    let vcpu = if database.contains("class") { "" } else { "vcpu = 64" };
    model_of(&format!(
        r#"
schema = 1
name = "connections"
[journey.api]
entry = "api"
arrivals = "80/s"
steps.api = ["db"]
[component.api]
kind = "service"
replicas = 4
pool = {pool}
[component.db]
kind = "database"
{vcpu}
work = "100ms"
{database}
"#
    ))
}

#[test]
fn a_database_takes_so_many_connections() {
    let found = |model: &Model| model.findings.iter().any(|f| f.code == "connections-db");
    assert!(found(&pooled(20, "connections = 50")));
    assert!(!found(&pooled(12, "connections = 50")));
    // 4 GiB by the rule of RDS: 450.
    assert!(
        found(&pooled(113, "class = \"db.t3.medium\"")) && !found(&pooled(112, "class = \"db.t3.medium\""))
    );
    // Eight inside on average, five connections: Erlang's loss.
    let (mut loss, load) = (1.0, 8.0);
    for n in 1..=5 {
        loss = load * loss / (f64::from(n) + load * loss);
    }
    let model = pooled(2, "connections = 5");
    let m = run(model.clone(), settings(1, 2, 10.0, 200.0));
    near(value(&m.journeys[0].errors.rejected), loss, 0.01);
    assert_eq!(plimsoll::flow::solve(&model, 0).journeys[0].response_s.mean.value, None);
    let wide = run(pooled(2, "connections = 100"), settings(1, 1, 10.0, 100.0));
    near(value(&wide.journeys[0].error_ratio), 0.0, 0.0);
}

#[test]
fn replicas_of_unequal_speed_are_queues_of_their_own() {
    let text = r#"
schema = 1
name = "unequal"
[journey.job]
entry = "desk"
arrivals = "80/s"
[component.desk]
kind = "station"
replicas = 2
speeds = [1, 0.5]
balance = "random"
work = "exponential(mean=10ms)"
"#;
    // Half of the requests each: M/M/1 at 100/s and at 50/s, whatever the order of service.
    let expected = 0.5 / (100.0 - 40.0) + 0.5 / (50.0 - 40.0);
    for order in ["", "discipline = \"processor-sharing\"\n"] {
        let model = model_of(&text.replace("replicas = 2\n", &format!("replicas = 2\n{order}")));
        let m = run(model.clone(), settings(1, 2, 20.0, 600.0));
        near(value(&m.journeys[0].response_s.mean), expected, 0.08 * expected);
        assert_eq!(plimsoll::flow::solve(&model, 0).journeys[0].response_s.mean.value, None);
    }
}

#[test]
fn the_formula_does_not_pass_what_the_edge_may_cut() {
    let text = |latency: &str| {
        format!(
            r#"
schema = 1
name = "slow"
[journey.page]
entry = "cdn"
arrivals = "1/s"
[component.cdn]
kind = "cdn"
to = "app"
[component.app]
kind = "station"
latency = "{latency}"
"#
        )
    };
    let mean =
        |latency: &str| plimsoll::flow::solve(&model_of(&text(latency)), 0).journeys[0].response_s.mean.value;
    assert_eq!(mean("20s"), None);
    near(mean("2s").unwrap(), 2.0, 1e-9);
}
