//! What callers and faults do to a run: time limits with orphaned work, retries, budgets, breakers, fallbacks, caches, rate
//! limits, streams; outages, detection, failover, recovery and collapse.

use crate::theory_sim::{front, run, settings};
use plimsoll::answer::Recovery;
use plimsoll::answer::verdict::Verdict;
use plimsoll::diag::Span;
use plimsoll::model::build::{call, component, delay, empty, journey, station};
use plimsoll::model::call::{Breaker, Jitter, Policy, Retry};
use plimsoll::model::fault::{Expectation, Fault, FaultKind, Metric};
use plimsoll::model::station::{
    HealthCheck, Limit, LimitUnit, Miss, OnEmpty, Replica, Servers, Station, Stream,
};
use plimsoll::model::workload::Process;
use plimsoll::model::{CallIx, ComponentIx, JourneyIx, Model, Region, RegionIx, Zone, ZoneIx};
use plimsoll::sim::{Faults, Measured, Settings};
use plimsoll::stats::distribution::Distribution;
use plimsoll::stats::figure::Figure;
use plimsoll::text::Phrase;
use plimsoll::units::{Duration, Probability, Rate};

fn value(figure: &Figure) -> f64 {
    figure.value.unwrap()
}

fn near(found: f64, expected: f64, within: f64) {
    assert!((found - expected).abs() <= within, "{found} against {expected}");
}

/// A front that calls one back: the model, both components and the call.
pub fn pair(back: Station, rate: f64, policy: Policy) -> (Model, ComponentIx, CallIx) {
    let mut model = empty();
    let entry = component(&mut model, "front", front());
    let back = component(&mut model, "back", back);
    let job = journey(&mut model, "job", entry, rate);
    let edge = call(&mut model, job, entry, back);
    model.graph[edge].policy = policy;
    (model, back, edge)
}

fn share(p: f64) -> Probability {
    Probability::new(p).unwrap()
}

#[test]
fn a_caller_that_gives_up_leaves_its_work_behind() {
    let policy = Policy { timeout: Some(Duration::millis(50.0)), ..Policy::default() };
    let slow = Station { servers: Servers::Count(100), ..station(1, 100, Distribution::Constant(0.2)) };
    let (model, back, _) = pair(slow, 50.0, policy);
    let m = run(model, settings(1, 2, 10.0, 100.0));
    near(value(&m.journeys[0].errors.timeout), 1.0, 0.0);
    // Nobody waits any more, and still every request keeps a server for its 200 ms.
    near(value(&m.components[back.index()].in_service_mean), 10.0, 0.5);
}

#[test]
fn the_first_token_meets_the_time_limit_and_is_seen_before_the_answer() {
    let mut model = empty();
    let entry = component(&mut model, "users", front());
    let api = component(&mut model, "api", front());
    let llm = component(&mut model, "llm", delay(Distribution::Constant(0.4)));
    let job = journey(&mut model, "chat", entry, 10.0);
    let first = call(&mut model, job, entry, api);
    let second = call(&mut model, job, api, llm);
    for edge in [first, second] {
        model.graph[edge].network = Some(Distribution::Constant(0.2));
        model.graph[edge].policy.timeout = Some(Duration::seconds(1.0));
    }
    let fixed = Distribution::Constant;
    model.graph[llm].station.as_mut().unwrap().stream[0] =
        Some(Stream { tokens_in: fixed(10.0), tokens_out: fixed(200.0), speed: fixed(100.0) });
    let m = run(model, settings(1, 2, 10.0, 50.0));
    let j = &m.journeys[0];
    near(value(&j.response_s.mean), 0.1 + 0.1 + 0.4 + 2.0 + 0.1 + 0.1, 1e-6);
    near(value(&j.first_token_s.as_ref().unwrap().mean), 0.1 + 0.1 + 0.4 + 0.1 + 0.1, 1e-6);
    near(value(&j.error_ratio), 0.0, 0.0);
    let parts = &m.makeup[0];
    assert_eq!((parts[0].cause.as_str(), parts[0].part.as_str()), ("llm", "stream"));
}

#[test]
fn a_budget_limits_retries_to_its_share() {
    let retry = Retry {
        extra: 3,
        base: Duration::millis(10.0),
        cap: Duration::seconds(1.0),
        jitter: Jitter::Equal,
        budget: Some(share(0.1)),
    };
    let failing = Station { error_ratio: Probability::ONE, ..delay(Distribution::Constant(0.001)) };
    let (model, ..) = pair(failing, 100.0, Policy { retry: Some(retry), ..Policy::default() });
    let m = run(model, settings(1, 2, 10.0, 200.0));
    near(value(&m.journeys[0].attempts_mean), 1.1, 0.01);
}

#[test]
fn back_off_doubles_up_to_its_cap() {
    let retry = Retry {
        extra: 3,
        base: Duration::millis(100.0),
        cap: Duration::millis(250.0),
        jitter: Jitter::None,
        budget: None,
    };
    let failing = Station { error_ratio: Probability::ONE, ..delay(Distribution::Constant(0.0)) };
    let (mut model, _, edge) =
        pair(failing, 10.0, Policy { retry: Some(retry), required: false, ..Policy::default() });
    model.graph[edge].network = None;
    let m = run(model, settings(1, 2, 10.0, 100.0));
    near(value(&m.journeys[0].response_s.mean), 0.1 + 0.2 + 0.25, 1e-6);
}

#[test]
fn a_breaker_spares_the_callee_and_lets_one_call_through() {
    let breaker = Breaker { errors: share(0.5), over: Duration::seconds(10.0), open: Duration::seconds(5.0) };
    let failing = Station { error_ratio: Probability::ONE, ..delay(Distribution::Constant(0.01)) };
    let (model, back, _) = pair(failing, 100.0, Policy { breaker: Some(breaker), ..Policy::default() });
    let m = run(model, settings(1, 2, 60.0, 500.0));
    near(value(&m.components[back.index()].arrivals_per_s), 0.2, 0.02);
    assert!(value(&m.journeys[0].errors.unavailable) > 0.99);
    let healthy = delay(Distribution::Constant(0.01));
    let (model, back, _) = pair(healthy, 100.0, Policy { breaker: Some(breaker), ..Policy::default() });
    let m = run(model, settings(1, 2, 60.0, 100.0));
    near(value(&m.components[back.index()].visits), 1.0, 0.01);
}

#[test]
fn a_fallback_serves_what_the_first_choice_fails() {
    let failing = Station { error_ratio: share(0.3), ..delay(Distribution::Constant(0.001)) };
    let (mut model, _, edge) = pair(failing, 100.0, Policy::default());
    let entry = model.component("front").unwrap();
    let second = component(&mut model, "second", delay(Distribution::Constant(0.001)));
    let fallback = model.graph.add_edge(entry, second, Default::default());
    model.graph[edge].policy.fallback = Some(fallback);
    let m = run(model, settings(1, 2, 10.0, 500.0));
    near(value(&m.components[second.index()].visits), 0.3, 0.01);
    near(value(&m.journeys[0].error_ratio), 0.0, 0.0);
    // An optional call fails without harm.
    let failing = Station { error_ratio: share(0.3), ..delay(Distribution::Constant(0.001)) };
    let (model, ..) = pair(failing, 100.0, Policy { required: false, ..Policy::default() });
    near(value(&run(model, settings(1, 2, 10.0, 50.0)).journeys[0].error_ratio), 0.0, 0.0);
}

/// `front` looks up in a cache and reads the database on a miss.
fn cache_aside(hit: f64) -> (Model, ComponentIx, ComponentIx) {
    let (mut model, cache, _) = pair(delay(Distribution::Constant(0.001)), 100.0, Policy::default());
    let entry = model.component("front").unwrap();
    let database = component(&mut model, "database", delay(Distribution::Constant(0.01)));
    let database_call = model.graph.add_edge(entry, database, Default::default());
    for station in [cache, database] {
        model.graph[station].station.as_mut().unwrap().programs = vec![Default::default()];
    }
    let program = &mut model.graph[entry].station.as_mut().unwrap().programs[0];
    program.steps[0][0].miss = Some(Miss { hit: share(hit), popular: false, call: database_call });
    (model, cache, database)
}

#[test]
fn a_miss_reads_the_database_and_fills_the_cache() {
    let (model, cache, database) = cache_aside(0.9);
    let m = run(model, settings(1, 2, 10.0, 500.0));
    near(value(&m.components[database.index()].visits), 0.1, 0.005);
    near(value(&m.components[cache.index()].visits), 1.1, 0.005);
    near(value(&m.components[cache.index()].hit_ratio), 0.9, 0.005);
    near(value(&m.journeys[0].response_s.mean), 0.001 + 0.1 * 0.011, 1e-4);
}

#[test]
fn rate_limits_turn_away_or_make_wait() {
    let limit = |on_empty| Limit::new(Rate::per_second(50.0), 5.0, LimitUnit::Requests, on_empty);
    let limited = |on_empty, rate| {
        let desk = Station { limits: vec![limit(on_empty)], ..delay(Distribution::Constant(0.0)) };
        let (mut model, back, _) = pair(desk, rate, Policy::default());
        model.journeys[0].process = Process::Deterministic;
        (run(model, settings(1, 2, 10.0, 100.0)), back)
    };
    let (m, _) = limited(OnEmpty::Throttle, 100.0);
    near(value(&m.journeys[0].errors.throttled), 0.5, 0.001);
    near(value(&m.journeys[0].throughput_per_s), 50.0, 0.1);
    let (m, back) = limited(OnEmpty::Queue, 60.0);
    near(value(&m.journeys[0].throughput_per_s), 50.0, 0.1);
    near(value(&m.journeys[0].error_ratio), 0.0, 0.0);
    assert!(value(&m.components[back.index()].wait_s.mean) > 1.0);
}

#[test]
fn a_retry_waits_as_long_as_the_429_says() {
    let run_with = |retry_after| {
        let limit = Limit::new(Rate::per_second(1.0), 1.0, LimitUnit::Requests, OnEmpty::Throttle);
        let desk = Station { limits: vec![limit], ..delay(Distribution::Constant(0.0)) };
        let (base, cap) = (Duration::millis(10.0), Duration::seconds(1.0));
        let retry = Some(Retry { extra: 1, base, cap, jitter: Jitter::None, budget: None });
        let (mut model, _, edge) = pair(desk, 1.0, Policy { retry, retry_after, ..Policy::default() });
        model.graph[edge].network = None;
        // The second comes when 0.3 of the next token is there: 0.7 s more, said in whole seconds.
        model.journeys[0].process = Process::Trace(vec![10.0, 10.3]);
        run(model, settings(1, 1, 0.0, 100.0))
    };
    let m = run_with(true);
    near(value(&m.journeys[0].error_ratio), 0.0, 0.0);
    near(value(&m.journeys[0].response_s.mean), 0.5, 1e-9);
    near(value(&run_with(false).journeys[0].errors.throttled), 0.5, 0.0);
}

/// Runs the fault at index 0.
fn with_fault(
    mut model: Model,
    what: FaultKind,
    at: f64,
    lasts: f64,
    expects: Vec<Expectation>,
    replications: u32,
) -> Measured {
    model.faults.push(Fault {
        id: "it".to_owned(),
        name: Phrase::same("it"),
        what,
        at: Duration::seconds(at),
        lasts: Duration::seconds(lasts),
        count: None,
        spread: None,
        expects,
        span: Span::default(),
    });
    run(model, Settings { faults: Faults::One(0), ..settings(1, replications, 60.0, 60.0) })
}

fn expect(metric: Metric, below: f64) -> Expectation {
    Expectation { text: "it holds".to_owned(), metric, below }
}

/// The shipped retry storm: half of the back is gone for a minute.
fn storm(budget: Option<Probability>, replications: u32) -> Measured {
    let retry = Retry {
        extra: 3,
        base: Duration::millis(50.0),
        cap: Duration::seconds(1.0),
        jitter: Jitter::Full,
        budget,
    };
    let policy = Policy { timeout: Some(Duration::millis(500.0)), retry: Some(retry), ..Policy::default() };
    let (model, back, _) = pair(station(2, 1, Distribution::Exponential(0.01)), 140.0, policy);
    let expects = vec![expect(Metric::Recovered, 300.0)];
    with_fault(model, FaultKind::ReplicaCrash(back, 1), 300.0, 60.0, expects, replications)
}

#[test]
fn a_retry_storm_outlives_its_cause_and_a_budget_ends_it() {
    let m = storm(None, 4);
    let fault = &m.faults["it"];
    assert_eq!(fault.recovery, Recovery::Stuck);
    assert_eq!(value(&fault.collapse_probability), 1.0);
    assert!(
        fault.collapse_probability.low.unwrap() > 0.5,
        "one run is not a certainty: {:?}",
        fault.collapse_probability
    );
    assert_eq!(fault.expects[0].verdict, Verdict::Fail);
    let last = m.series["job.error_ratio"].values.iter().rev().flatten().next().unwrap();
    assert!(*last > 0.5, "half an hour later {last} still fail");
    let m = storm(Some(share(0.1)), 4);
    let fault = &m.faults["it"];
    assert_eq!(fault.recovery, Recovery::Recovered);
    assert_eq!(value(&fault.collapse_probability), 0.0);
    assert_eq!(fault.expects[0].verdict, Verdict::Pass);
    assert!(value(&fault.recovered_after_s) < 300.0);
}

/// Three zones with two pods each, behind a front that needs about 15 s to notice a death.
fn zones(standby: bool) -> (Model, ComponentIx) {
    let health = HealthCheck {
        interval: Duration::seconds(10.0),
        unhealthy: 2,
        healthy: 2,
        timeout: Duration::seconds(5.0),
    };
    let mut pods = Station { health: Some(health), ..station(6, 1, Distribution::Exponential(0.02)) };
    if standby {
        pods.health = None;
        pods.replicas = vec![Replica { zone: None, active: true }, Replica { zone: None, active: false }];
    }
    let (mut model, pods, _) = pair(pods, if standby { 20.0 } else { 180.0 }, Policy::default());
    model.regions.push(Region {
        id: "tokyo".to_owned(),
        code: None,
        name: Phrase::same("Tokyo"),
        role: None,
        outage: None,
        at: Span::default(),
    });
    for zone in ["tokyo/a", "tokyo/c", "tokyo/d"] {
        model.zones.push(Zone { id: zone.to_owned(), region: RegionIx(0), outage: None });
    }
    for (i, replica) in model.graph[pods].station.as_mut().unwrap().replicas.iter_mut().enumerate() {
        replica.zone = Some(ZoneIx(i as u16 % 3));
    }
    (model, pods)
}

#[test]
fn a_lost_zone_fails_a_third_until_it_is_noticed() {
    let (model, pods) = zones(false);
    let expects = vec![expect(Metric::Errors(JourneyIx(0)), 0.001), expect(Metric::Recovered, 300.0)];
    let m = with_fault(model, FaultKind::ZoneOutage(ZoneIx(0)), 600.0, 600.0, expects, 4);
    let fault = &m.faults["it"];
    assert_eq!(fault.recovery, Recovery::Recovered);
    // Noticed after 15 to 25 s of 600 s, during which a third of the requests fails; and those in flight.
    let failed = value(&fault.error_ratio["job"]);
    assert!((0.3 * 15.0 / 600.0..0.37 * 25.0 / 600.0).contains(&failed), "{failed}");
    assert_eq!((fault.expects[0].verdict, fault.expects[1].verdict), (Verdict::Fail, Verdict::Pass));
    assert!(value(&m.journeys[0].errors.unavailable) > 0.0);
    let pods = &m.components[pods.index()];
    assert_eq!((value(&pods.replicas.min), value(&pods.replicas.max)), (4.0, 6.0));
    // Twenty minutes of fault mean forty more of watching, and every minute has its point.
    assert_eq!(m.series["job.p95_s"].values.len(), 50);
}

#[test]
fn a_whole_region_takes_everything_with_it() {
    let (model, _) = zones(false);
    let m = with_fault(model, FaultKind::RegionOutage(RegionIx(0)), 120.0, 60.0, Vec::new(), 2);
    near(value(&m.faults["it"].error_ratio["job"]), 1.0, 0.0);
}

#[test]
fn a_standby_takes_over_after_the_failover_time() {
    let (mut model, pods) = zones(true);
    model.graph[pods].failure.failover = Some(Duration::seconds(60.0));
    let m = with_fault(model.clone(), FaultKind::ZoneOutage(ZoneIx(0)), 120.0, 600.0, Vec::new(), 2);
    near(value(&m.faults["it"].error_ratio["job"]), 0.1, 0.01);
    model.graph[pods].failure.failover = None;
    let m = with_fault(model, FaultKind::ZoneOutage(ZoneIx(0)), 120.0, 600.0, Vec::new(), 2);
    near(value(&m.faults["it"].error_ratio["job"]), 1.0, 0.0);
}

#[test]
fn each_fault_does_what_it_says() {
    let model = || pair(delay(Distribution::Constant(0.1)), 50.0, Policy::default());
    let (m, back, _) = model();
    let late =
        with_fault(m, FaultKind::LatencyAdded(back, Duration::seconds(0.5)), 120.0, 60.0, Vec::new(), 2);
    near(value(&late.faults["it"].p95_s["job"]), 0.6, 0.006);
    near(value(&late.journeys[0].response_s.p50), 0.1, 0.001);
    let (m, back, _) = model();
    let bad = with_fault(m, FaultKind::ErrorRate(back, share(0.4)), 120.0, 60.0, Vec::new(), 4);
    near(value(&bad.faults["it"].error_ratio["job"]), 0.4, 0.02);
    near(value(&bad.faults["it"].budget_min), 0.4, 0.02);
    let (m, ..) = model();
    let spike = with_fault(m, FaultKind::LoadSpike(None, 3.0), 120.0, 60.0, Vec::new(), 4);
    let arrivals = &spike.series["job.arrivals_per_s"].values;
    near(arrivals[2].unwrap(), 150.0, 5.0);
    near(arrivals[4].unwrap(), 50.0, 5.0);
    let (m, back, _) = model();
    let down = with_fault(m, FaultKind::ComponentDown(back), 120.0, 60.0, Vec::new(), 2);
    near(value(&down.faults["it"].error_ratio["job"]), 1.0, 0.0);
    assert_eq!(down.faults["it"].recovery, Recovery::Recovered);
}

#[test]
fn a_flushed_cache_warms_up_in_a_straight_line() {
    let (model, cache, database) = cache_aside(0.9);
    let m = with_fault(model, FaultKind::CacheFlush(cache), 120.0, 600.0, Vec::new(), 2);
    // Half of the hits are lost on average while it warms up, 600 s of the 2,520 s measured.
    near(value(&m.components[database.index()].visits), 0.1 + 0.45 * 600.0 / 2520.0, 0.01);
}
