//! Runs that are bounded: overload is proven by its drift and named, transient backlogs are not, memory has a limit, and what
//! was sent in the window counts though it ends after it.

use crate::giving_up_sim::model_of;
use crate::theory_sim::{run, settings};
use plimsoll::answer::Recovery;
use plimsoll::answer::overload::SeenBy;
use plimsoll::answer::verdict::Verdict;
use plimsoll::job::running::{Running, Step};
use plimsoll::job::{Ask, Budget, Job, Reply};
use plimsoll::model::Model;
use plimsoll::scenario::SourceFile;
use plimsoll::sim::{Faults, Measured, Settings};
use plimsoll::stats::figure::Figure;

fn value(figure: &Figure) -> f64 {
    figure.value.unwrap_or_else(|| panic!("unknown: {figure:?}"))
}

/// A door before a desk with one server, asked `rate` times a second; another desk on its own; and what `more` says.
fn shop(rate: f64, door: &str, desk: &str, more: &str) -> String {
    format!(
        "schema = 1\nname = \"shop\"\n[journey.buy]\nentry = \"door\"\narrivals = \"{rate}/s\"\nsteps.door = [\"desk\"]\n\
         [journey.look]\nentry = \"window\"\narrivals = \"2/s\"\n\
         [component.door]\nkind = \"station\"\nservers = 100\nwork = \"1ms\"\n{door}\n\
         [component.desk]\nkind = \"station\"\nservers = 1\n{desk}\n\
         [component.window]\nkind = \"station\"\nservers = 1\nwork = \"1ms\"\n{more}\n"
    )
}

fn hour(model: Model, replications: u32) -> Measured {
    run(model, settings(1, replications, 600.0, 3600.0))
}

#[test]
fn a_backlog_that_grows_is_overload_with_its_place_its_begin_and_its_speed() {
    // 12/s arrive, 10/s are done: the desk, though the line stands before the door, whose slots all wait for it.
    for door in ["", "slots = 20"] {
        let m = hour(model_of(&shop(12.0, door, "work = \"exponential(100ms)\"", "")), 3);
        let found = m.overload.as_ref().unwrap();
        assert_eq!((found.seen_by, found.component.as_str()), (SeenBy::Drift, "desk"), "{door}");
        assert!((value(&found.growth_per_s) - 2.0).abs() < 0.5, "{door} {found:?}");
        assert!(value(&found.from_s) < 120.0, "{door} {found:?}");
        assert_eq!((found.replications, &found.journeys[..]), (3, &["buy".to_owned()][..]));
        // A sixth never ends in time, so no percentile above that is known; the other journey is as ever.
        assert!(value(&m.journeys[0].unfinished_ratio) > 0.1);
        assert_eq!(m.journeys[0].response_s.p99.value, None);
        assert_eq!(m.journeys[0].response_s.mean.value, None);
        assert!(value(&m.journeys[1].response_s.p99) < 0.0011);
        assert_eq!(m.journeys[1].unfinished_ratio.value, Some(0.0));
    }
}

#[test]
fn a_heavy_load_that_can_be_carried_is_no_overload() {
    // 97 % busy: the line comes and goes by hundreds.
    let m = hour(model_of(&shop(97.0, "", "work = \"exponential(10ms)\"", "")), 1);
    assert_eq!(m.overload, None);
    // Half an hour of latency fills up for as long, and nothing waits.
    let slow = hour(model_of(&shop(2.0, "", "latency = \"exponential(30min)\"", "")), 1);
    assert_eq!(slow.overload, None);
    assert!(value(&slow.journeys[0].unfinished_ratio) > 0.2, "they end long after the run");
    assert_eq!(slow.journeys[0].response_s.mean.value, None, "too short a run for a mean");
}

#[test]
fn a_backlog_of_a_fault_is_no_overload_of_the_design() {
    let spike =
        "[fault.crowd]\nwhat = \"load-spike\"\non = \"buy\"\ntimes = 3\nat = \"2min\"\nfor = \"15min\"\n";
    let model = model_of(&shop(8.0, "", "work = \"exponential(100ms)\"", spike));
    let m = run(model, Settings { faults: Faults::One(0), ..settings(1, 2, 300.0, 600.0) });
    assert_eq!((m.overload, &m.faults["crowd"].overload), (None, &None));
    // 14/s too many for 15 minutes drain at 2/s: far beyond the end of the run.
    assert_eq!(m.faults["crowd"].recovery, Recovery::Stuck);
}

#[test]
fn what_was_overloaded_before_a_fault_comes_back_from_none() {
    // 10/s are done. Whatever the fault and however much more arrives, the backlog grows before, during and after it.
    for rate in [12.0, 18.0, 25.0] {
        for fault in ["what = \"latency-added\"\nadd = \"1s\"", "what = \"error-rate\"\nerrors = \"5%\""] {
            let more = format!(
                "[fault.f]\n{fault}\non = \"desk\"\nat = \"5min\"\nfor = \"10min\"\n\
                 expect = [\"recovered < 15min\", \"buy.errors < 20%\"]"
            );
            let model = model_of(&shop(rate, "", "work = \"100ms\"", &more));
            let m = run(model, Settings { faults: Faults::One(0), ..settings(1, 2, 600.0, 3600.0) });
            assert_eq!(m.faults[0].recovery, Recovery::Stuck, "{rate} {fault}");
            let found = m.faults[0].overload.as_ref().unwrap();
            let grows = (rate - 10.0).min(rate - 0.95 * 10.0);
            assert!((value(&found.growth_per_s) - grows).abs() < 1.0, "{rate} {fault} {found:?}");
            for expected in &m.faults[0].expects {
                assert_eq!(expected.verdict, Verdict::Fail, "{rate} {fault} {}", expected.why.en);
            }
        }
    }
    // What is carried comes back, busy as it is.
    let more = "[fault.f]\nwhat = \"latency-added\"\nadd = \"1s\"\non = \"desk\"\nat = \"5min\"\nfor = \"10min\"\n\
                expect = [\"recovered < 15min\"]";
    let model = model_of(&shop(8.0, "", "work = \"exponential(100ms)\"", more));
    let m = run(model, Settings { faults: Faults::One(0), ..settings(1, 4, 600.0, 3600.0) });
    assert_eq!((m.faults[0].recovery, &m.faults[0].overload), (Recovery::Recovered, &None));
}

#[test]
fn what_was_sent_in_the_window_counts_when_it_ends_after_it() {
    // Latencies of 10 s seen through a window of 10 s.
    let text = "schema = 1\nname = \"slow\"\n[journey.job]\nentry = \"far\"\narrivals = \"50/s\"\n\
                [component.far]\nkind = \"station\"\nlatency = \"exponential(10s)\"\n";
    let m = run(model_of(text), settings(1, 20, 60.0, 10.0));
    let job = &m.journeys[0].response_s;
    assert!((value(&job.mean) - 10.0).abs() < 0.3, "{:?}", job.mean);
    assert!((value(&job.p95) - 10.0 * 20f64.ln()).abs() < 1.5, "{:?}", job.p95);
    let far = &m.components[0].response_s;
    assert!((value(&far.mean) - 10.0).abs() < 0.3, "{:?}", far.mean);
    assert_eq!(m.journeys[0].unfinished_ratio.value, Some(0.0));
    assert_eq!(m.series["job.arrivals_per_s"].values.len(), 1, "the window has no more than its own time");
}

#[test]
fn more_than_can_be_kept_ends_the_run_at_once() {
    // 40,000/s at a desk that does 10/s: half a minute's worth of requests is all there is room for, in the warm-up already.
    let m = hour(model_of(&shop(40_000.0, "", "work = \"100ms\"", "")), 1);
    let found = m.overload.unwrap();
    assert_eq!((found.seen_by, found.component.as_str()), (SeenBy::Limit, "desk"));
    assert!((value(&found.growth_per_s) / 40_000.0 - 1.0).abs() < 0.05, "{found:?}");
    assert!(m.events < 6_000_000, "{}", m.events);
    // In a fault's run it is that fault's: it did not come back.
    let fault = "[fault.slow]\nwhat = \"capacity-loss\"\non = \"desk\"\nshare = \"99%\"\nat = \"1s\"\nfor = \"10min\"\n";
    let model = model_of(&shop(20_000.0, "", "work = \"40us\"", fault));
    let m = run(model, Settings { faults: Faults::One(0), ..settings(1, 1, 5.0, 60.0) });
    assert_eq!(m.faults["slow"].recovery, Recovery::Stuck);
    assert_eq!(m.faults["slow"].overload.as_ref().unwrap().component, "desk");
    assert!(value(&m.faults["slow"].error_ratio["buy"]) > 0.9, "what never ended has failed");
}

/// Verdicts of a scenario's first tier.
fn verdicts(text: &str, set: impl Fn(&mut Ask)) -> plimsoll::answer::Answer {
    let files = vec![SourceFile { name: "shop.toml".to_owned(), text: text.to_owned() }];
    let mut ask = Ask::check(1);
    set(&mut ask);
    let mut running = Running::start(Job::Assess { revision: 0, files, ask });
    loop {
        match running.step(Budget { events: 1 << 20 }) {
            Step::More(_) => {}
            Step::Done(Reply::Done { answer, .. }) => return *answer,
            Step::Done(other) => panic!("{other:?}"),
        }
    }
}

const TARGETS: &str = "[target.fast]\njourney = \"buy\"\np95 = \"1h\"\n[target.median]\njourney = \"buy\"\np50 = \"20min\"\n\
    [target.errors]\njourney = \"buy\"\nerrors = \"1%\"\n[target.look]\njourney = \"look\"\np95 = \"1s\"\n";

#[test]
fn no_target_passes_while_more_arrives_than_is_done() {
    let answer = verdicts(&shop(12.0, "", "work = \"exponential(100ms)\"", TARGETS), |ask| {
        (ask.replications, ask.until_sure, ask.flips) = (2, false, false);
    });
    for id in ["fast", "median", "errors"] {
        let target = &answer.targets[id];
        assert_eq!(target.verdict, Verdict::Fail, "{id}: {}", target.why.en);
        assert!(target.why.en.contains("desk cannot keep up"), "{}", target.why.en);
    }
    assert_eq!(answer.targets["look"].verdict, Verdict::Pass, "it does not meet the desk");
    assert_eq!(answer.overload.unwrap().component, "desk");
}

#[test]
fn batches_above_capacity_do_not_pass_by_those_that_happened_to_finish() {
    // A batch of 9,000 every half hour or so is 5/s, of which 4/s can be done.
    let text = shop(5.0, "", "work = \"250ms\"", TARGETS)
        .replace("arrivals = \"5/s\"", "arrivals = \"5/s\"\nprocess = \"batch(mean=9000)\"");
    let answer = verdicts(&text, |ask| {
        (ask.replications, ask.until_sure, ask.flips, ask.duration_s) = (3, false, false, 1200.0);
    });
    for id in ["fast", "median"] {
        let target = &answer.targets[id];
        assert_ne!(target.verdict, Verdict::Pass, "{id}: {}", target.why.en);
    }
}

// ------------------------------------------------------------------------------------------------ what a run says

#[test]
fn the_time_to_recover_is_known_to_a_few_seconds() {
    // 24/s for 30 s at a desk that does 10/s, then 8/s: 420 too many, gone after 210 s at 2/s. Arrivals are even, so that this
    // is arithmetic; what is slow is above twice the usual 100 ms, two in line.
    let spike =
        "[fault.crowd]\nwhat = \"load-spike\"\non = \"buy\"\ntimes = 3\nat = \"2min\"\nfor = \"30s\"\n";
    let text = shop(8.0, "", "work = \"100ms\"", spike)
        .replace("arrivals = \"8/s\"", "arrivals = \"8/s\"\nprocess = \"deterministic\"");
    let m = run(model_of(&text), Settings { faults: Faults::One(0), ..settings(1, 2, 60.0, 300.0) });
    let fault = &m.faults["crowd"];
    assert_eq!(fault.recovery, Recovery::Recovered);
    let after = &fault.recovered_after_s;
    assert!((value(after) - 210.0).abs() <= 5.0, "{after:?}");
    let (low, high) = after.low.zip(after.high).unwrap();
    assert!(low <= 210.0 && 210.0 <= high && high - low < 30.0, "{after:?}");
}

#[test]
fn a_series_has_the_step_and_a_run_the_length_that_were_asked_for() {
    use plimsoll::sim::Ends;
    use plimsoll::units::Duration;
    let spike =
        "[fault.crowd]\nwhat = \"load-spike\"\non = \"buy\"\ntimes = 3\nat = \"30s\"\nfor = \"10s\"\n";
    let model = model_of(&shop(2.0, "", "work = \"100ms\"", spike));
    let step = Some(Duration::seconds(5.0));
    let asked = Settings { faults: Faults::One(0), ends: Ends::OnTime, step, ..settings(1, 2, 0.0, 122.0) };
    let m = run(model, asked);
    let series = &m.series["buy.arrivals_per_s"];
    assert_eq!((series.step_s, series.values.len()), (5.0, 25));
    let mean = |part: &[Option<f64>]| part.iter().flatten().sum::<f64>() / part.len() as f64;
    assert!((mean(&series.values[6..8]) - 6.0).abs() < 2.5, "{:?}", &series.values[..10]);
}

#[test]
fn one_run_lies_where_it_is_said_to_and_the_mean_lies_in_a_narrower_place() {
    let model = model_of(&shop(7.0, "", "work = \"exponential(100ms)\"", ""));
    let many = run(model.clone(), settings(1, 10, 60.0, 600.0));
    let mean = &many.journeys[0].response_s.mean;
    let (low, high) = mean.run_low.zip(mean.run_high).unwrap();
    let narrow = mean.high.unwrap() - mean.low.unwrap();
    assert!(((high - low) / narrow - 11_f64.sqrt()).abs() < 1e-6, "the square root of n + 1");
    // Runs with other seeds: nearly all inside.
    let inside = (2..42).filter(|seed| {
        let one = run(model.clone(), settings(*seed, 1, 60.0, 600.0));
        (low..=high).contains(&value(&one.journeys[0].response_s.mean))
    });
    assert!(
        inside.count() >= 34,
        "of 40 runs 95 % are expected inside, and half of that would be inside the other"
    );
    assert!(many.journeys[0].response_s.p95.run_high > many.journeys[0].response_s.p95.high);
    assert!(many.journeys[0].error_ratio.run_high.is_some());
}

// ------------------------------------------------------------------------------------------------ what is refused

/// Why a check of this text is refused: code and line.
fn refusal(text: &str) -> (String, usize) {
    let files = vec![SourceFile { name: "shop.toml".to_owned(), text: text.to_owned() }];
    let mut running = Running::start(Job::Assess { revision: 0, files, ask: Ask::check(1) });
    match running.step(Budget { events: 1 }) {
        Step::Done(Reply::Rejected { diagnostics, .. }) => {
            let found = &diagnostics[0];
            (found.code.to_string(), text[..found.span.start as usize].matches('\n').count() + 1)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_nobody_can_wait_for_is_refused_at_its_journey() {
    let many = "schema = 1\nname = \"many\"\n[journey.few]\nentry = \"far\"\narrivals = \"1/s\"\n\
                [journey.many]\nentry = \"far\"\narrivals = \"1000000000/s\"\n\
                [component.far]\nkind = \"station\"\nlatency = \"1us\"\n";
    assert_eq!(refusal(many), ("too-many-events".to_owned(), 6));
    let idle = "schema = 1\nname = \"idle\"\n[journey.loop]\nentry = \"far\"\npopulation = 3\nthink = \"0s\"\n\
                [component.far]\nkind = \"station\"\nlatency = \"0s\"\n";
    assert_eq!(refusal(idle).0, "too-many-events");
}

#[test]
fn what_there_is_no_time_for_is_unsure_and_says_what_settles_it() {
    let fault = "[fault.crowd]\nwhat = \"load-spike\"\non = \"buy\"\ntimes = 2\nat = \"2min\"\nfor = \"1min\"\n\
                 expect = [\"buy.errors < 1%\"]\n";
    let text = shop(5.0, "", "work = \"exponential(100ms)\"", &format!("{TARGETS}{fault}"));
    let files = vec![SourceFile { name: "shop.toml".to_owned(), text }];
    let mut running = Running::start(Job::Assess { revision: 0, files, ask: Ask::check(1) });
    assert!(running.estimate() > 100_000.0);
    let Step::More(_) = running.step(Budget { events: 1000 }) else { panic!("there is more to do") };
    let Reply::Done { answer, .. } = running.exhausted() else { panic!("an answer") };
    assert_eq!(answer.digest, None);
    for target in answer.targets.values().chain(&answer.tiers["base"].faults["crowd"].expects) {
        assert_eq!(target.verdict, Verdict::Unsure, "{}", target.why.en);
        assert!(target.settled_by.is_some());
    }
}

#[test]
fn failures_without_number_are_refused_at_their_line() {
    let text = |data: &str| {
        format!(
            "schema = 1\nname = \"weak\"\n[journey.job]\nentry = \"desk\"\narrivals = \"1/s\"\n\
                 [component.desk]\nkind = \"station\"\nservers = 1\nwork = \"1ms\"\n{data}\n"
        )
    };
    // A second between failures is no machine.
    let read = |text: &str| {
        let files = [SourceFile { name: "weak.toml".to_owned(), text: text.to_owned() }];
        plimsoll::scenario::read(&files).diagnostics
    };
    let found = read(&text("mtbf = \"1s\"\nmttr = \"1s\""));
    assert!(found.iter().any(|d| d.code == "out-of-range"), "{found:?}");
    // More than a run can play, where they are drawn at random.
    let text = text("replicas = 50\nmtbf = \"1min\"\nmttr = \"1s\"");
    let files = vec![SourceFile { name: "weak.toml".to_owned(), text: text.clone() }];
    let mut ask = Ask::hour("base", None, 1);
    (ask.faults, ask.duration_s) = (plimsoll::job::FaultChoice::Random, 86_400.0);
    let mut running = Running::start(Job::Assess { revision: 0, files, ask });
    let Step::Done(Reply::Rejected { diagnostics, .. }) = running.step(Budget { events: 1 }) else {
        panic!("it is refused")
    };
    assert_eq!(diagnostics[0].code, "too-many-failures");
    let at = diagnostics[0].span.start as usize;
    assert!(text[..at].trim_end().ends_with("[component.desk]\nkind ="), "{}", &text[..at]);
}

#[test]
fn most_of_the_requests_of_a_fault_failing_is_no_p95() {
    let fault = "[fault.bad]\nwhat = \"error-rate\"\non = \"desk\"\nerrors = \"30%\"\nat = \"1min\"\nfor = \"5min\"\n\
                 expect = [\"buy.p95 < 10s\"]\n";
    let model = model_of(&shop(5.0, "", "work = \"10ms\"", fault));
    let m = run(model, Settings { faults: Faults::One(0), ..settings(1, 3, 30.0, 60.0) });
    let expected = &m.faults["bad"].expects[0];
    assert_eq!(expected.verdict, Verdict::Fail, "{}", expected.why.en);
    assert!(value(&expected.value) < 0.02, "those that are answered are quick");
}
