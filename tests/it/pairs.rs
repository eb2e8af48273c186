//! Values that contradict each other are refused, values that make another one idle are reported, each at its place and with a
//! word about why; next to each stands the value beside it that is fine.

use crate::texts::files;
use plimsoll::diag::Severity;
use plimsoll::scenario::read;

/// A shop with what the cases below change.
const SHOP: &str = r#"schema = 1
[load]
active = "office-jp"
users = 100
[journey.page]
entry = "web"
rate = "60/h"
steps.web = ["desk", "other"]
[journey.feed]
entry = "web"
rate = "6/h"
steps.web = ["other"]
[component.web]
kind = "service"
replicas = 2
cpu = { request = "100m", limit = "1000m" }
work = "1ms"
[component.desk]
kind = "station"
replicas = 2
work = "10ms"
[component.other]
kind = "external"
latency = "10ms"
"#;

/// What is said about the shop with a change in it, as `code at text: message`.
fn said(change: (&str, &str), more: &str) -> Vec<String> {
    assert!(SHOP.contains(change.0), "{}", change.0);
    let text = format!("{}{more}", SHOP.replacen(change.0, change.1, 1));
    let reading = read(&files(&text));
    let of = |d: &plimsoll::diag::Diagnostic| {
        let at = &text[d.span.start as usize..d.span.end as usize];
        assert_eq!(d.severity == Severity::Error, reading.scenario.is_none() && d.code != "unused-field");
        format!("{} at {at}: {}", d.code, d.message.en)
    };
    reading.diagnostics.iter().map(of).collect()
}

/// Cases: what is added to the shop, and how what is said about it begins and what is in it; nothing where it is fine.
fn each(cases: &[(&str, &[(&str, &str)])]) {
    for (more, expected) in cases {
        let found = said(("schema = 1", "schema = 1"), more);
        compare(more, &found, expected);
    }
}

fn compare(more: &str, found: &[String], expected: &[(&str, &str)]) {
    assert_eq!(found.len(), expected.len(), "{more}: {found:#?}");
    for (begin, inside) in expected {
        let fits = |one: &String| one.starts_with(begin) && one.contains(inside);
        assert!(found.iter().any(fits), "{more}: {begin} … {inside} in {found:#?}");
    }
}

#[test]
fn the_shop_as_it_stands_is_fine() {
    assert_eq!(said(("schema = 1", "schema = 1"), ""), [""; 0]);
}

#[test]
fn a_fallback_never_leads_back_to_its_own_call() {
    let pair = |first: &str, second: &str| {
        format!(
            "[call.\"web -> desk\"]\ntimeout = \"1s\"\nfallback = \"other\"\n{first}[call.\"web -> other\"]\nfallback = \"desk\"\n{second}"
        )
    };
    let chain = "[component.spare]\nkind = \"external\"\nlatency = \"1ms\"\n[call.\"web -> desk\"]\nfallback = \"other\"\n\
                 [call.\"web -> other\"]\nfallback = \"spare\"\n";
    let round = format!("{chain}[call.\"web -> spare\"]\nfallback = \"desk\"\n");
    each(&[
        ("[call.\"web -> desk\"]\nfallback = \"desk\"\n", &[("fallback-circle at \"desk\"", "desk -> desk")]),
        // A circle is said once, where it is first met.
        (&pair("", ""), &[("fallback-circle at \"other\"", "desk -> other -> desk")]),
        (&round, &[("fallback-circle at \"other\"", "desk -> other -> spare -> desk")]),
        // Each journey falls back one way only.
        (&pair("fallback-for = [\"page\"]\n", "fallback-for = [\"feed\"]\n"), &[]),
        (chain, &[]),
    ]);
}

#[test]
fn a_fallback_for_a_journey_that_never_makes_the_call_is_reported() {
    let call = |journeys: &str| {
        format!("[call.\"web -> desk\"]\nfallback = \"other\"\nfallback-for = [{journeys}]\n")
    };
    each(&[
        (&call("\"page\""), &[]),
        (&call("\"page\", \"feed\""), &[("unused-field at \"feed\"", "`feed` never makes the call")]),
    ]);
}

#[test]
fn a_second_request_after_the_time_limit_is_never_sent() {
    let hedge = |at: &str| format!("[call.\"web -> desk\"]\ntimeout = \"1s\"\nhedge = \"{at}\"\n");
    let late = [("unused-field at hedge", "given up after its `timeout` of 1s")];
    each(&[(&hedge("1s"), &late), (&hedge("3s"), &late), (&hedge("999ms"), &[])]);
}

#[test]
fn waits_of_retries_that_never_happen_are_reported_and_contradictions_refused() {
    let retry = |with: &str| format!("[call.\"web -> desk\"]\nretry = {{ {with} }}\n");
    let idle = |field: &'static str| match field {
        "base" => ("unused-field at base", "where `extra` is above 0"),
        "cap" => ("unused-field at cap", "where `extra` is above 0"),
        "jitter" => ("unused-field at jitter", "where `extra` is above 0"),
        _ => ("unused-field at budget", "where `extra` is above 0"),
    };
    let none = retry("extra = 0, base = \"1s\", cap = \"2s\", jitter = \"full\", budget = \"10%\"");
    each(&[
        (&none, &[idle("base"), idle("cap"), idle("jitter"), idle("budget")]),
        (&retry("extra = 0"), &[]),
        (&retry("extra = 1, base = \"1s\", cap = \"2s\", jitter = \"full\", budget = \"10%\""), &[]),
        (
            &retry("base = \"2s\", cap = \"1999ms\""),
            &[("cap-below-base at \"1999ms\"", "first wait `base` of 2s")],
        ),
        (&retry("base = \"2s\", cap = \"2s\""), &[]),
        // The cap is 10 s unless stated.
        (&retry("base = \"11s\""), &[("cap-below-base at \"11s\"", "`cap` of 10s")]),
        // A cap below the usual base of 100 ms says how long the waits are.
        (&retry("cap = \"50ms\""), &[]),
        (&retry("base = \"0s\", cap = \"1s\""), &[("unused-field at cap", "`base` of 0")]),
        (&retry("extra = 2, budget = \"0%\""), &[("unused-field at extra", "`budget` of 0%")]),
    ]);
}

#[test]
fn nobody_waits_in_a_line_of_length_zero() {
    let pool = |queue: u32| {
        format!("[call.\"web -> desk\"]\npool = {{ size = 2, queue = {queue}, timeout = \"1s\" }}\n")
    };
    each(&[(&pool(0), &[("unused-field at timeout", "`queue = 0`")]), (&pool(1), &[])]);
}

#[test]
fn a_component_never_needs_more_units_than_it_has() {
    let desk = |needs: &str| {
        said(("replicas = 2\nwork = \"10ms\"", &format!("replicas = 2\nwork = \"10ms\"\n{needs}")), "")
    };
    compare("3 of 2", &desk("needs = 3"), &[("too-many-needed at 3", "needs 3 units and has 2")]);
    compare("2 of 2", &desk("needs = 2"), &[]);
    compare("none", &desk("needs = 0"), &[("out-of-range at 0", "needs")]);
    let other = said(("latency = \"10ms\"", "latency = \"10ms\"\nneeds = 2"), "");
    compare("no units", &other, &[("unused-field at needs", "not made of units")]);
}

#[test]
fn how_often_something_fails_is_stated_once() {
    let desk = |more: &str| said(("work = \"10ms\"", &format!("work = \"10ms\"\n{more}")), "");
    let both = desk("availability = \"99%\"\nmtbf = \"30d\"\nmttr = \"1h\"");
    compare("both", &both, &[("stated-twice at \"99%\"", "stated twice")]);
    compare("whole", &desk("availability = \"99%\""), &[]);
    compare("units", &desk("mtbf = \"30d\"\nmttr = \"1h\"\ncommon-cause = \"10%\"\nrepair-crew = 1"), &[]);
    let whole = desk("availability = \"99%\"\ncommon-cause = \"10%\"\nrepair-crew = 1");
    let of_whole = [
        ("unused-field at common-cause", "`availability` is of the whole"),
        ("unused-field at repair-crew", "`availability` is of the whole"),
    ];
    compare("parts of a whole", &whole, &of_whole);
    let crew = desk("mtbf = \"30d\"\nmttr = \"1h\"\nrepair-crew = 2");
    compare(
        "as many hands as units",
        &crew,
        &[("unused-field at repair-crew", "of 2 units none ever waits")],
    );
    let none = desk("common-cause = \"10%\"");
    compare("no failures", &none, &[("unused-field at common-cause", "states no `mtbf`")]);
}

#[test]
fn every_step_of_a_roadmap_has_a_length() {
    let phase = "[phase.one]\ntakes = \"2w\"\n";
    let in_phase = |task: &str| format!("{phase}[task.a]\nphase = \"one\"\n{task}");
    each(&[
        ("[task.a]\n", &[("no-length at a", "the task `a`")]),
        ("[task.a]\ndone = true\n", &[]),
        ("[task.a]\ntakes = \"0d\"\n", &[]),
        ("[phase.one]\n", &[("no-length at one", "the phase `one`")]),
        ("[phase.one]\n[task.a]\nphase = \"one\"\n", &[("no-length at one", "the phase `one`")]),
        ("[phase.one]\n[task.a]\nphase = \"one\"\ndone = true\n", &[]),
        ("[phase.one]\n[task.a]\nphase = \"one\"\ntakes = \"3d\"\n", &[]),
        // A phase with a length is divided among its tasks.
        (&in_phase(""), &[]),
        (&in_phase("[task.b]\nphase = \"one\"\ntakes = \"3d\"\n"), &[("no-length at a", "the task `a`")]),
        (
            &in_phase("[task.b]\nphase = \"one\"\nafter = \"a\"\n"),
            &[("unused-field at after", "phase `one`")],
        ),
        (
            &in_phase("after = \"b\"\n[task.b]\ntakes = \"3d\"\n"),
            &[("no-length at \"b\"", "cannot wait for `b`")],
        ),
    ]);
}

#[test]
fn what_a_task_delivers_is_there() {
    let task = |delivers: &str| {
        format!(
            "[control.split]\nframeworks = [\"soc2:CC6.1\"]\n[task.a]\ntakes = \"1d\"\ndelivers = [{delivers}]\n"
        )
    };
    each(&[
        (&task("\"desk\", \"split\", \"journey.page\""), &[]),
        (&task("\"dsk\""), &[("unknown-reference at \"dsk\"", "component or control `dsk`")]),
        (&task("\"control.splt\""), &[("unknown-reference at \"control.splt\"", "`control.splt`")]),
        (&task(""), &[("empty-list at []", "`delivers`")]),
    ]);
}

#[test]
fn a_spike_multiplies_something() {
    let spike = |active: &str, times: u32| {
        let load = format!(
            "active = {active}\nspike.rush = {{ at = \"mon 03:00\", for = \"2h\", times = {times} }}"
        );
        said(("active = \"office-jp\"", &load), "")
    };
    let day = |night: &str| format!("[{}{}1]", format!("{night}, ").repeat(5), "1, ".repeat(18));
    let empty = [("idle-spike at rush", "nobody is active in the hours")];
    compare("an empty night", &spike(&day("0"), 3), &empty);
    compare("a quiet night", &spike(&day("0.01"), 3), &[]);
    compare("times one", &spike(&day("1"), 1), &[("unused-field at times", "times 1 is the same")]);
    // What arrives whoever is active is multiplied at any hour.
    let load = format!("active = {}\nspike.rush = {{ at = \"mon 03:00\", times = 3 }}", day("0"));
    let fixed = SHOP.replace("rate = \"6/h\"", "arrivals = \"6/h\"").replace("active = \"office-jp\"", &load);
    assert!(read(&files(&fixed)).diagnostics.is_empty());
}

#[test]
fn numbers_of_releases_are_taken_up_by_a_way_of_rolling_out() {
    let lines = "[pipeline.a]\nsteps = { build = \"5min\" }\nper-day = 3\n[pipeline.b]\nper-day = 5\n";
    let with = |deploy: &str| format!("{lines}[deploy.web]\nof = \"web\"\n{deploy}");
    let idle = [
        ("unused-field at steps", "without a `[deploy.*]`"),
        ("unused-field at per-day", "without a `[deploy.*]`"),
        ("unused-field at per-day", "without a `[deploy.*]`"),
    ];
    each(&[
        (lines, &idle),
        (&with(""), &[("unused-field at per-day", "the first one, `pipeline.a`")]),
        (
            &with("per-day = 2\n"),
            &[
                ("unused-field at per-day", "states its own `per-day`"),
                ("unused-field at per-day", "states its own `per-day`"),
            ],
        ),
    ]);
}

#[test]
fn parts_of_a_component_agree_with_each_other() {
    let desk = |more: &str| said(("replicas = 2\nwork = \"10ms\"", more), "");
    compare(
        "no room",
        &desk("servers = 4\ncapacity = 3\nwork = \"10ms\""),
        &[("room-below-servers at 3", "below its 4")],
    );
    compare("just room", &desk("servers = 4\ncapacity = 4\nwork = \"10ms\""), &[]);
    let idle = [("unused-field at patience", "nobody waits")];
    compare("no line", &desk("work = \"10ms\"\nqueue = 0\npatience = \"1s\""), &idle);
    compare("a line", &desk("work = \"10ms\"\nqueue = 1\npatience = \"1s\""), &[]);
    let delay = [("unused-field at queue", "no servers"), ("unused-field at patience", "no servers")];
    compare("a delay", &desk("latency = \"10ms\"\nqueue = 5\npatience = \"1s\""), &delay);
    let ranks = [("unused-field at discipline", "the same `priority`")];
    compare("one rank", &desk("work = \"10ms\"\ndiscipline = \"preemptive\""), &ranks);
    let limit =
        |more: &str| desk(&format!("work = \"10ms\"\nlimits = {{ rate = \"5/s\", burst = 1, {more} }}"));
    compare("none waits", &limit("queue = 4"), &[("unused-field at queue", "`on-empty = \"queue\"`")]);
    compare("some wait", &limit("queue = 4, on-empty = \"queue\""), &[]);
    let web = |more: &str| said(("work = \"1ms\"", &format!("work = \"1ms\"\n{more}")), "");
    compare("no slots", &web("patience = \"1s\""), &[("unused-field at patience", "`slots`")]);
    compare("slots", &web("slots = 5\npatience = \"1s\""), &[]);
    compare("above", &web("scale = { cpu = \"60%\", max = 1 }"), &[("outside-scale at 2", "the 1 to 1")]);
    compare(
        "below",
        &web("scale = { cpu = \"60%\", min = 3, max = 5 }"),
        &[("outside-scale at 2", "the 3 to 5")],
    );
    let still = [("unused-field at scale", "no fewer and no more")];
    compare("still", &web("scale = { cpu = \"60%\", min = 2, max = 2 }"), &still);
    compare("inside", &web("scale = { cpu = \"60%\", min = 2, max = 3 }"), &[]);
}

#[test]
fn parts_of_the_rest_agree_with_each_other() {
    let deploy = |more: &str| format!("[deploy.web]\nof = \"web\"\nper-day = 1\n{more}");
    let retry = "[call.\"web -> desk\"]\nretry = { extra = 1, retry-after = true }\n";
    let quota = "[fault.quota]\nwhat = \"provider-429\"\non = \"desk\"\nshare = \"50%\"\n";
    let stepped = "`strategy = \"canary\"`";
    let fault =
        |more: &str| format!("[fault.slow]\nwhat = \"latency-added\"\non = \"desk\"\nadd = \"1s\"\n{more}");
    let alert = |above: &str| format!("[alert.bad]\nwhen = \"page.errors > {above}\"\n");
    let target = |more: &str| format!("[target.t]\njourney = \"page\"\n{more}");
    each(&[
        (&deploy("steps = [\"10%\", \"100%\"]\n"), &[("unused-field at steps", stepped)]),
        (&deploy("bake = \"5min\"\n"), &[("unused-field at bake", stepped)]),
        (&deploy("strategy = \"canary\"\nbake = \"5min\"\n"), &[]),
        (&deploy("bad = \"0%\"\nfails = \"50%\"\n"), &[("unused-field at fails", "no bad release")]),
        (retry, &[("unused-field at retry-after", "ever answers 429")]),
        (&format!("{retry}{quota}"), &[]),
        (&fault("for = \"0s\"\n"), &[("unfelt-fault at \"0s\"", "with this `for`")]),
        (&fault("for = \"1s\"\n"), &[]),
        (&alert("100%"), &[("silent-alert at \"page.errors > 100%\"", "above 100 %")]),
        (&alert("99%"), &[]),
        (&target("errors = \"100%\"\n"), &[("out-of-range at \"100%\"", "`errors`")]),
        (&target("uptime = \"0%\"\n"), &[("out-of-range at \"0%\"", "`uptime`")]),
        (
            &target("measure = \"first-token\"\np95 = \"1s\"\n"),
            &[("no-stream at \"first-token\"", "no language model")],
        ),
        ("[target.t]\nusers = 0\n", &[("out-of-range at 0", "`users`")]),
        ("[backup.web]\nof = \"web\"\nevery = \"1h\"\n", &[("unused-field at of", "`web` keeps no data")]),
        (
            "[call.\"web -> desk\"]\nbreaker = { errors = \"0%\" }\n",
            &[("out-of-range at \"0%\"", "`errors`")],
        ),
    ]);
}
