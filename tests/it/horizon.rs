//! Long spans put together from hours and windows, against closed forms, against every request simulated, and at scales
//! where that is out of reach.

use crate::theory_sim::run;
use plimsoll::answer::Answer;
use plimsoll::answer::horizon::WindowAnswer;
use plimsoll::job::running::{Running, Step};
use plimsoll::job::{Ask, Budget, FaultChoice, Job, Reply};
use plimsoll::model::build::{component, empty, journey, station};
use plimsoll::model::workload::Arrivals;
use plimsoll::model::{ComponentIx, Model};
use plimsoll::plan::horizon::{Horizon, Span};
use plimsoll::scenario::{SourceFile, examples};
use plimsoll::sim::{Ends, Faults, Load, Sequential, Settings, Warmup};
use plimsoll::stats::distribution::Distribution;
use plimsoll::stats::figure::{Figure, FigureKind};
use plimsoll::units::{Duration, Rate};
use std::sync::Arc;

const HOUR: f64 = 3600.0;

fn value(figure: &Figure) -> f64 {
    figure.value.unwrap()
}

fn near(found: f64, expected: f64, within: f64) {
    assert!((found / expected - 1.0).abs() <= within, "{found} against {expected}");
}

/// One server; `rate` requests per second and user share, of which there is one in every hour unless said otherwise.
fn desk(rate: f64, work: f64) -> (Model, ComponentIx) {
    let mut model = empty();
    let desk = component(&mut model, "desk", station(1, 1, Distribution::Exponential(work)));
    journey(&mut model, "job", desk, rate);
    model.journeys[0].arrivals = Arrivals::PerActiveUser(Rate::per_second(rate));
    (model, desk)
}

fn span(hours: f64, replications: u32) -> Span {
    Span {
        seed: 1,
        hour: 0,
        length: Duration::seconds(hours * HOUR),
        replications,
        warmup: Duration::seconds(600.0),
        faults: Faults::None,
    }
}

fn blank(model: &Model) -> Answer {
    let mut answer = Answer::default();
    for j in &model.journeys {
        answer.journeys.insert(j.id.clone(), Default::default());
    }
    for c in model.graph.node_weights() {
        answer.components.insert(c.id.clone(), Default::default());
    }
    answer
}

fn over(model: &Model, span: Span, run: bool) -> Answer {
    let mut horizon = Horizon::start(Arc::new(model.clone()), span);
    while run && horizon.step(1 << 20, &Sequential) {}
    let mut answer = blank(model);
    horizon.fill(&mut answer, &[]);
    answer
}

fn windows(answer: &Answer) -> &[WindowAnswer] {
    &answer.horizon.as_ref().unwrap().windows
}

#[test]
fn quiet_and_busy_hours_mix_as_by_hand() {
    // M/M/1 at 100/s: one hour at 80/s, 23 at 20/s. Responses are exponential at 20/s and at 80/s.
    let (mut model, _) = desk(20.0, 0.01);
    model.profile.active[9] = 4.0;
    let answer = over(&model, span(24.0, 2), false);
    let job = &answer.journeys["job"];
    near(value(&job.arrivals_per_s), (80.0 + 23.0 * 20.0) / 24.0, 1e-12);
    let (busy, quiet) = (80.0 * HOUR, 23.0 * 20.0 * HOUR);
    near(value(&job.response_s.mean), (busy / 20.0 + quiet / 80.0) / (busy + quiet), 1e-9);
    // The share of requests beyond p95 is a mixture of two exponentials.
    let p95 = value(&job.response_s.p95);
    let beyond = (busy * (-20.0 * p95).exp() + quiet * (-80.0 * p95).exp()) / (busy + quiet);
    near(beyond, 0.05, 1e-4);
    near(value(&answer.components["desk"].utilisation), (0.8 + 23.0 * 0.2) / 24.0, 1e-9);
    assert_eq!(job.response_s.p95.kind, FigureKind::Analytic);
    assert_eq!(answer.series["job.p95_s"].values.len(), 24);
    // With its window the busiest hour is measured, and the whole hardly moves.
    let seen = over(&model, span(24.0, 4), true);
    let [peak] = windows(&seen) else { panic!("one window: {:?}", windows(&seen)) };
    assert_eq!((peak.what.as_str(), peak.start_s, peak.stands_for_s), ("peak", 9.0 * HOUR, HOUR));
    near(value(&seen.journeys["job"].response_s.mean), value(&job.response_s.mean), 0.02);
    near(value(&seen.journeys["job"].response_s.p95), p95, 0.02);
    assert!(seen.journeys["job"].response_s.p95.method.as_ref().unwrap().contains("1 of 24 h"));
}

#[test]
fn a_backlog_over_hours_is_that_of_every_request() {
    // One server of 10/s: 15/s in hour 2, 5/s otherwise; by hand the backlog is 18,000 and gone after another hour.
    let (mut model, _) = desk(5.0, 0.1);
    model.profile.active[2] = 3.0;
    let settings = Settings {
        seed: 1,
        replications: 4,
        warmup: Warmup::Fixed(Duration::seconds(600.0)),
        duration: Duration::seconds(8.0 * HOUR),
        ends: Ends::AfterFaults,
        step: None,
        hour: 0,
        load: Load::Profile,
        faults: Faults::None,
        standing: Vec::new(),
    };
    let every = run(model.clone(), settings);
    let fluid = over(&model, span(8.0, 4), false);
    near(fluid.series["desk.backlog"].values[2].unwrap(), 18_000.0, 1e-6);
    let (a, b) = (&fluid.journeys["job"].response_s, &every.journeys[0].response_s);
    near(value(&a.mean), value(&b.mean), 0.05);
    near(value(&a.p95), value(&b.p95), 0.05);
    near(value(&fluid.components["desk"].utilisation), value(&every.components[0].utilisation), 0.02);
    // The window around the overload is the same run again, with more around it.
    let seen = over(&model, span(8.0, 4), true);
    assert_eq!(windows(&seen)[0].what, "overload");
    near(value(&seen.journeys["job"].response_s.mean), value(&b.mean), 0.05);
}

#[test]
fn the_work_does_not_grow_with_the_load() {
    let events = |scale: u32| {
        // So many servers of 100/s at seven tenths of what they can do, by day.
        let mut model = empty();
        let desk = component(&mut model, "desk", station(scale as usize, 1, Distribution::Exponential(0.01)));
        journey(&mut model, "job", desk, 1.0);
        model.journeys[0].arrivals = Arrivals::PerActiveUser(Rate::per_second(70.0 * f64::from(scale)));
        model.profile.active = [0.1; 168];
        model.profile.active[9..17].fill(1.0);
        let answer = over(&model, span(720.0, 10), false);
        let h = answer.horizon.unwrap();
        assert_eq!((h.states, h.windows.len()), (2, 1));
        assert_eq!(h.windows[0].length_s, HOUR);
        (h.windows[0].events, h.windows[0].measured_s)
    };
    let (one, whole) = events(1);
    let (many, cut) = events(1000);
    let (more, less) = events(4000);
    assert_eq!(whole, HOUR);
    assert!(one < many && many <= 60_000_000 && more <= 60_000_001, "{one} {many} {more}");
    // 70,000 and 280,000 requests per second: some seconds of each, millions of requests, in two replications.
    assert!(cut < HOUR && less < cut && less > 10.0, "{cut} {less}");
}

fn files() -> Vec<SourceFile> {
    examples::with_bases("secure-ai-chat.toml", examples::text("secure-ai-chat").unwrap())
}

fn work(ask: Ask, events: u64) -> Answer {
    let mut running = Running::start(Job::Assess { revision: 0, files: files(), ask });
    loop {
        match running.step(Budget { events }) {
            Step::More(_) => {}
            Step::Done(Reply::Done { answer, .. }) => return *answer,
            Step::Done(other) => panic!("{other:?}"),
        }
    }
}

fn day(hybrid: bool) -> Ask {
    Ask {
        duration_s: 86_400.0,
        from_time: Some(0),
        follow_profile: true,
        hybrid,
        replications: 2,
        ..Ask::hour("t100", None, 1)
    }
}

/// The bounds of assets/handbook/two-clocks.md, on a day of the plan's smallest tier.
#[test]
fn a_day_of_the_plan_by_both_clocks() {
    let (every, hours) = (work(day(false), 1 << 20), work(day(true), 1 << 20));
    for (id, a) in &every.journeys {
        let b = &hours.journeys[id];
        near(value(&b.arrivals_per_s), value(&a.arrivals_per_s), 0.05);
        near(value(&b.response_s.mean), value(&a.response_s.mean), 0.05);
        near(value(&b.response_s.p95), value(&a.response_s.p95), 0.10);
        let off = (value(&b.error_ratio) - value(&a.error_ratio)).abs();
        assert!(off < 0.005, "{id}: {off}");
    }
    for (id, a) in &every.components {
        let Some(seen) = a.utilisation.value else { continue };
        let off = (value(&hours.components[id].utilisation) - seen).abs();
        assert!(off < 0.01, "{id}: {off}");
    }
}

#[test]
fn the_digest_does_not_depend_on_the_steps() {
    let ask = Ask { duration_s: 4.0 * HOUR, replications: 1, ..day(true) };
    let (a, b) = (work(ask.clone(), 1 << 20), work(ask.clone(), 777));
    assert!(a.digest.is_some());
    assert_eq!(a, b);
    let other = work(Ask { seed: 2, ..ask }, 1 << 20);
    assert_ne!(a.digest, other.digest);
}

#[test]
fn a_fault_has_its_window_and_its_ending() {
    let ask = Ask {
        duration_s: 6.0 * HOUR,
        faults: FaultChoice::One("openai-down".to_owned()),
        replications: 2,
        ..day(true)
    };
    let answer = work(ask, 1 << 20);
    let first = &windows(&answer)[0];
    // From the start, on to half an hour and twice its length after it: two whole hours.
    assert_eq!((first.what.as_str(), first.start_s, first.length_s), ("openai-down", 0.0, 2.0 * HOUR));
    let fault = &answer.faults["openai-down"];
    assert!(fault.error_ratio["chat"].value.is_some());
    assert!(fault.expects.iter().all(|e| e.line > 0));
}
