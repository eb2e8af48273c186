//! What formulas leave out is unknown, never good news: fetches that take long or fail behind a cache, clumps at a rate limit, a
//! second steady state, buckets that begin full; and runs that no formula ends are bounded and say so.

use crate::giving_up_sim::model_of;
use crate::theory_sim::{run, settings};
use plimsoll::answer::Answer;
use plimsoll::answer::overload::SeenBy;
use plimsoll::answer::verdict::Verdict;
use plimsoll::flow;
use plimsoll::job::running::{Running, Step};
use plimsoll::job::{Ask, Budget, Job, Reply};
use plimsoll::model::Model;
use plimsoll::scenario::SourceFile;
use plimsoll::stats::figure::Figure;
use plimsoll::text::flow as why;

fn model(text: &str) -> Model {
    model_of(&format!("schema = 1\nname = \"left-out\"\n{text}"))
}

fn value(figure: &Figure) -> f64 {
    figure.value.unwrap_or_else(|| panic!("{figure:?}"))
}

/// A cache before a backend, `rate` times a second.
fn cached(rate: f64, popularity: &str, backend: &str) -> Model {
    model(&format!(
        "[journey.j]\nentry = \"web\"\narrivals = \"{rate}/s\"\nsteps.web = [\"memo miss back\"]\n\
         [component.web]\nkind = \"station\"\nlatency = \"1us\"\n\
         [component.memo]\nkind = \"cache\"\nlatency = \"1ms\"\npopularity = {popularity}\n{backend}\n"
    ))
}

#[test]
fn what_a_fetch_takes_and_loses_is_in_the_hits_or_the_formula_is_silent() {
    let slow = "[component.back]\nkind = \"station\"\nlatency = \"3s\"";
    // 31 misses in a cycle of 1 + 30 + 29 + 600 look-ups; simulated: 141 ms, 0.467 fetches a second.
    let found = flow::solve(&cached(10.0, "{ keys = 1, zipf = 0, ttl = \"60s\" }", slow), 0);
    let misses = 31.0 / 660.0;
    assert!((value(&found.components[0].arrivals_per_s) / (10.0 * misses) - 1.0).abs() < 0.01);
    assert!((value(&found.journeys[0].response_s.mean) / (0.001 + misses * 3.001) - 1.0).abs() < 0.01);
    assert!(value(&found.journeys[0].response_s.p99) > 2.9);
    // Those who wait for the fetch of another have no formula.
    let shared = "{ keys = 1, zipf = 0, ttl = \"60s\", coalesce = true }";
    let found = flow::solve(&cached(10.0, shared, slow), 0);
    assert_eq!(found.journeys[0].response_s.mean.value, None);
    assert_eq!(found.journeys[0].response_s.mean.method.as_deref(), Some(why::FETCHED));
    // Answers after 2 s to callers who wait for one: nothing is ever in it, and all fail.
    let late =
        "[component.back]\nkind = \"station\"\nlatency = \"2s\"\n[call.\"web -> back\"]\ntimeout = \"1s\"";
    let found = flow::solve(&cached(10.0, "{ keys = 3, zipf = 0, ttl = \"60s\" }", late), 0);
    assert!((value(&found.journeys[0].error_ratio) - 1.0).abs() < 1e-9);
    let found = flow::solve(&cached(10.0, "{ keys = 3, zipf = 0 }", late), 0);
    assert!(found.journeys[0].error_ratio.value.is_none_or(|errors| errors > 0.99), "{found:?}");
    // 25 others ask for the one key while it is fetched, and meet a limit of one a second.
    let limited =
        "[component.back]\nkind = \"external\"\nlatency = \"500ms\"\nlimits = { rate = \"1/s\", burst = 1 }";
    let found = flow::solve(&cached(50.0, "{ keys = 1, zipf = 0, ttl = \"10s\" }", limited), 0);
    assert_eq!(found.journeys[0].error_ratio.value, None);
    // One that is asked for seldom is fetched once: the limit sees single requests.
    let found = flow::solve(&cached(0.1, "{ keys = 1, zipf = 0, ttl = \"10s\" }", limited), 0);
    assert!(found.journeys[0].error_ratio.value.is_some());
}

#[test]
fn clumps_at_a_rate_limit_have_no_formula() {
    let at = |process: &str, burst: u32| {
        flow::solve(
            &model(&format!(
                "[journey.j]\nentry = \"x\"\narrivals = \"100/h\"\n{process}\n[component.x]\nkind = \"external\"\n\
                 latency = \"1ms\"\nlimits = {{ rate = \"2/s\", burst = {burst}, on-empty = \"queue\", queue = 30 }}"
            )),
            0,
        )
    };
    let batch = "process = \"batch(mean=60)\"";
    let found = at(batch, 10);
    assert_eq!(found.journeys[0].error_ratio.value, None);
    assert_eq!(found.journeys[0].error_ratio.method.as_deref(), Some(why::CLUMPS));
    assert!(at("", 10).journeys[0].error_ratio.value.is_some(), "one by one");
    assert!(at(batch, 10_000).journeys[0].error_ratio.value.is_some(), "a bucket that no batch empties");
}

#[test]
fn a_load_that_late_answers_can_bring_down_is_for_the_simulation() {
    let at = |rate: f64| {
        flow::solve(
            &model(&format!(
                "[journey.j]\nentry = \"a\"\narrivals = \"{rate}/s\"\nsteps.a = [\"s\"]\n[component.a]\nkind = \"station\"\n\
                 latency = \"1us\"\n[component.s]\nkind = \"station\"\nservers = 1\nwork = \"exponential(mean=50ms)\"\n\
                 [call.\"a -> s\"]\ntimeout = \"1s\"\nretry = {{ extra = 3, base = \"50ms\" }}"
            )),
            0,
        )
    };
    // Collapsed, each call is made four times: possible from 20 / 4 = 5 a second on. At 14 a second e^-6 of them come late.
    assert_eq!(at(14.0).journeys[0].error_ratio.method.as_deref(), Some(why::TWO_STATES));
    assert_eq!(at(14.0).journeys[0].error_ratio.value, None);
    assert!(at(4.5).journeys[0].error_ratio.value.is_some());
}

fn assess(text: &str) -> Answer {
    let files =
        vec![SourceFile { name: "it.toml".to_owned(), text: format!("schema = 1\nname = \"it\"\n{text}") }];
    let mut ask = Ask::check(1);
    (ask.replications, ask.until_sure, ask.flips) = (4, false, false);
    let mut running = Running::start(Job::Assess { revision: 0, files, ask });
    loop {
        match running.step(Budget { events: 1_000_000 }) {
            Step::More(_) => {}
            Step::Done(Reply::Done { answer, .. }) => return *answer,
            Step::Done(other) => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_bucket_that_begins_full_is_judged_by_what_comes_when_it_is_empty() {
    let at = |gains: f64| {
        let answer = assess(&format!(
            "[target.e]\njourney = \"j\"\nerrors = \"1%\"\n[target.p]\njourney = \"j\"\np95 = \"1s\"\n\
             [journey.j]\nentry = \"web\"\narrivals = \"1/s\"\n[component.web]\nkind = \"station\"\nlatency = \"10ms\"\n\
             limits = {{ rate = \"{gains}/s\", burst = 10000 }}"
        ));
        answer.targets.values().map(|t| (t.verdict, t.why.en.clone())).collect::<Vec<_>>()
    };
    // A full bucket of 10,000 loses half a one a second: 20,000 s. Then every other one is refused.
    for (verdict, why) in at(0.5) {
        assert_eq!(verdict, Verdict::Fail);
        assert!(why.contains("5.56 h") || why.contains("5.6 h"), "{why}");
    }
    assert!(at(2.0).iter().all(|t| t.0 == Verdict::Pass));
}

#[test]
fn what_is_under_way_at_once_is_not_overload() {
    // Each request makes 20,000 calls that take a minute, 200 by each of a hundred: more than a run holds, and nobody waits.
    let hundred = |to: &str, n: usize| vec![format!("\"{to}\""); n].join(", ");
    let text = format!(
        "[journey.j]\nentry = \"web\"\narrivals = \"1/s\"\nsteps.web = [[{}]]\nsteps.db = [[{}]]\n\
         [component.web]\nkind = \"station\"\nlatency = \"1us\"\n[component.db]\nkind = \"station\"\nlatency = \"1ms\"\n\
         [component.dc]\nkind = \"station\"\nlatency = \"1min\"",
        hundred("db", 100),
        hundred("dc", 200)
    );
    let m = run(model(&text), settings(1, 1, 0.0, 60.0));
    let found = m.overload.unwrap();
    assert_eq!((found.seen_by, found.component.as_str()), (SeenBy::Room, "dc"));
    assert!(!found.is_overload() && !found.is_certain());
}

#[test]
fn a_full_pool_is_named_by_its_call() {
    let text = "[journey.j]\nentry = \"web\"\narrivals = \"50/s\"\nsteps.web = [\"db\"]\n\
                [component.web]\nkind = \"station\"\nlatency = \"1ms\"\n\
                [component.db]\nkind = \"station\"\nlatency = \"100ms\"\n[call.\"web -> db\"]\npool = { size = 4 }";
    // Four at a time for 100 ms each: 40 a second.
    let found = run(model(text), settings(1, 1, 60.0, 1800.0)).overload.unwrap();
    assert_eq!(found.pool.as_deref(), Some("web -> db"));
    assert!((value(&found.growth_per_s) - 10.0).abs() < 2.0, "{found:?}");
    // Where the servers behind it are what is waited for, they are named.
    let busy = text.replace("latency = \"100ms\"", "servers = 2\nwork = \"100ms\"");
    let found = run(model(&busy), settings(1, 1, 60.0, 1800.0)).overload.unwrap();
    assert_eq!((found.pool, found.component.as_str()), (None, "db"));
}

#[test]
fn users_of_closed_sessions_wait_and_never_overload() {
    let text = "[journey.j]\nentry = \"web\"\npopulation = 100\nthink = \"exponential(mean=1ms)\"\n\
                [component.web]\nkind = \"station\"\nwork = \"exponential(mean=10ms)\"";
    // R = N S - Z.
    let found = flow::solve(&model(text), 0);
    assert!((value(&found.journeys[0].response_s.mean) / (100.0 * 0.01 - 0.001) - 1.0).abs() < 1e-3);
    assert!(found.saturated.is_empty());
    let many = text.replace("population = 100", "population = 3000").replace("10ms", "1s");
    let m = run(model(&many), settings(1, 1, 60.0, 1800.0));
    assert_eq!(m.overload, None);
    assert!((flow::arrivals_over_week(&model(text))[0][0] - 100.0).abs() < 0.1);
}

#[test]
fn closed_users_whose_work_differs_share_a_line_that_no_product_form_knows() {
    let at = |k: &str| {
        let text = format!(
            "[journey.j]\nentry = \"s\"\npopulation = 4\nthink = \"500ms\"\n[journey.k]\nentry = \"s\"\npopulation = 4\n\
             think = \"1s\"\n[component.s]\nkind = \"station\"\nservers = 2\n\
             work = {{ default = \"exponential(mean=400ms)\", k = \"exponential(mean={k})\" }}"
        );
        flow::solve(&model(&text), 0).journeys[0].response_s.mean.clone()
    };
    assert_eq!((at("100ms").value, at("100ms").method.as_deref()), (None, Some(why::ONE_LINE)));
    assert!(at("400ms").value.is_some());
}

fn refusal(text: &str) -> Option<(String, String)> {
    let files =
        vec![SourceFile { name: "it.toml".to_owned(), text: format!("schema = 1\nname = \"it\"\n{text}") }];
    match Running::start(Job::Assess { revision: 0, files, ask: Ask::check(1) }).step(Budget { events: 1 }) {
        Step::Done(Reply::Rejected { diagnostics, .. }) => {
            Some((diagnostics[0].code.to_string(), diagnostics[0].help.clone().unwrap().en))
        }
        _ => None,
    }
}

#[test]
fn attempts_count_before_a_run() {
    let chain = |errors: &str, more: &str| {
        format!(
            "[journey.j]\nentry = \"a\"\narrivals = \"100/s\"\nsteps.a = [\"b\"]\nsteps.b = [\"c\"]\n\
             [component.a]\nkind = \"station\"\nlatency = \"1ms\"\n[component.b]\nkind = \"station\"\nlatency = \"1ms\"\n\
             [component.c]\nkind = \"station\"\nlatency = \"1ms\"\nerrors = \"{errors}\"\n{more}"
        )
    };
    let retry = "[call.\"a -> b\"]\nretry = { extra = 100, base = \"0s\" }\n[call.\"b -> c\"]\nretry = { extra = 100, base = \"0s\" }";
    // 1 + 101 (1 + 101) visits of a request: 100/s x 10,303 x 3 x 4,200 s x 10 runs.
    let (code, help) = refusal(&chain("100%", retry)).unwrap();
    assert_eq!(code, "too-many-events");
    assert!(help.contains("simulate --replications 1 --warmup 0s --duration 107min"), "{help}");
    assert_eq!(refusal(&chain("1%", retry)), None);
    assert_eq!(refusal(&chain("100%", "")), None);
}
