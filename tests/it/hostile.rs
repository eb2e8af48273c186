//! A battery of hostile files: what strangers, slips and machines write. Each is read, compiled, analysed, simulated for a
//! moment and reported in every format, in this process; and once more through the command with limits of CPU and memory.
//! Whatever it is, it gets an answer or an error at its line, in two languages, soon, and nothing hidden reaches anybody.

mod sized;

use plimsoll::answer::Answer;
use plimsoll::diag::{Diagnostic, Severity};
use plimsoll::job::running::{Running, Step};
use plimsoll::job::{self, Ask, Budget, Job, Reply};
use plimsoll::report::blocks::{check, csv, markdown, money, recovery, steady, uptime};
use plimsoll::report::{json, junit, sarif};
use plimsoll::scenario::{self, SourceFile, format, resolved};
use plimsoll::text::{Lang, plain};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A scenario with something of nearly everything.
pub const SHOP: &str = include_str!("hostile/shop.toml");

/// What reading and answering a text came to.
#[derive(Debug, PartialEq)]
enum Outcome {
    /// An error at a line: the codes.
    Refused(Vec<String>),
    /// Every engine answered.
    Answered,
}

fn one(text: &str) -> Vec<SourceFile> {
    vec![SourceFile { name: "stranger.toml".to_owned(), text: text.to_owned() }]
}

/// What must hold of everything that is said about a text.
fn sound(files: &[SourceFile], found: &[Diagnostic]) {
    for d in found {
        let nowhere = d.span.file == u16::MAX;
        let text = if nowhere { "" } else { &files[usize::from(d.span.file)].text };
        let (start, end) = (d.span.start as usize, d.span.end as usize);
        assert!(nowhere || (start <= end && end <= text.len()), "{}: {:?}", d.code, d.span);
        assert!(nowhere || (text.is_char_boundary(start) && text.is_char_boundary(end)), "{}", d.code);
        assert!(!d.message.ja.is_empty() && !d.message.en.is_empty(), "{}: no words", d.code);
        assert!(d.severity != Severity::Error || d.help.is_some(), "{}: no help: {}", d.code, d.message.en);
    }
}

/// Nothing that acts or hides is in a text for people.
fn clean(what: &str, text: &str) {
    let odd = |c: char| plain::hidden(c) || matches!(c, '\u{85}' | '\u{2028}');
    assert!(!text.contains(odd), "{what}: hidden characters");
    assert!(text.lines().all(|line| !line.trim_start().starts_with("::")), "{what}: a command");
}

fn told(answer: &Answer) {
    for lang in [Lang::Ja, Lang::En] {
        let mut blocks = check::report(answer, lang);
        for more in [steady::report, money::cost, money::tiers, uptime::report, recovery::report] {
            blocks.extend(more(answer, lang));
        }
        clean("markdown", &plain::document(&markdown::render(&blocks, lang)));
        clean("csv", &plain::document(&csv::render(&blocks)));
        clean("junit", &plain::document(&junit::render(std::slice::from_ref(answer), lang)));
        for value in [json::render(answer, lang), sarif::verdicts(std::slice::from_ref(answer), lang)] {
            clean("json", &plain::json(&format!("{value:#}")));
        }
    }
}

fn outcome(text: &str) -> Outcome {
    let files = one(text);
    let reading = scenario::read(&files);
    sound(&files, &reading.diagnostics);
    if let Ok(neat) = format::format(text) {
        assert_eq!(format::format(&neat).as_deref(), Ok(neat.as_str()), "fmt is not idempotent");
    }
    let codes = |found: &[Diagnostic]| {
        let errors = found.iter().filter(|d| d.severity == Severity::Error);
        errors.map(|d| d.code.clone()).collect::<Vec<_>>()
    };
    let Some(scenario) = reading.scenario else {
        let codes = codes(&reading.diagnostics);
        assert!(!codes.is_empty(), "refused without an error");
        return Outcome::Refused(codes);
    };
    let shown = resolved::show(&scenario, &scenario.tiers[0]);
    clean("resolved", &shown.unwrap_or_default());
    let answer = match job::screen(&files, None) {
        Ok(answer) => answer,
        Err(found) => {
            sound(&files, &found);
            return Outcome::Refused(codes(&found));
        }
    };
    told(&answer);
    let mut ask = Ask::hour(&scenario.tiers[0], None, 1);
    (ask.replications, ask.warmup_s, ask.duration_s) = (2, Some(0.0), 10.0);
    let mut running = Running::start(Job::Assess { revision: 0, files: files.clone(), ask });
    let mut reply = None;
    for _ in 0..4 {
        if let Step::Done(done) = running.step(Budget { events: 2_000 }) {
            reply = Some(done);
            break;
        }
    }
    match reply.unwrap_or_else(|| running.stop()) {
        Reply::Done { answer, .. } => told(&answer),
        Reply::Rejected { diagnostics, .. } => {
            sound(&files, &diagnostics);
            return Outcome::Refused(codes(&diagnostics));
        }
        other => panic!("{other:?}"),
    }
    Outcome::Answered
}

/// Runs all cases and says all that fail.
fn all(cases: impl IntoIterator<Item = (String, String)>) -> (usize, usize) {
    let (mut refused, mut answered, mut failed) = (0, 0, Vec::new());
    for (name, text) in cases {
        match catch_unwind(AssertUnwindSafe(|| outcome(&text))) {
            Ok(Outcome::Refused(_)) => refused += 1,
            Ok(Outcome::Answered) => answered += 1,
            Err(why) => {
                let why = why.downcast_ref::<String>().cloned();
                failed.push(format!("{name}: {}", why.unwrap_or_else(|| "panicked".to_owned())));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    (refused, answered)
}

// ------------------------------------------------------------------------------------------------------ hand-made

/// Replaces the value of the first line of the shop that begins with `key`.
fn with(key: &str, value: &str) -> String {
    let mut done = false;
    let lines = SHOP.lines().map(|line| {
        let hit = !done && line.split(" = ").next() == Some(key);
        done |= hit;
        if hit { format!("{key} = {value}") } else { line.to_owned() }
    });
    let text = lines.collect::<Vec<_>>().join("\n") + "\n";
    assert!(done, "the shop has no line `{key}`");
    text
}

#[test]
fn what_cannot_be_meant_is_refused_by_name() {
    let below = |more: &str| format!("{SHOP}\n{more}\n");
    let above = |more: &str| SHOP.replacen("schema = 1\n", &format!("schema = 1\n{more}\n"), 1);
    let mut failed = Vec::new();
    for (code, text) in [
        ("missing-schema", String::new()),
        ("missing-schema", "\0\0\0".to_owned()),
        ("missing-schema", "{\"schema\": 1}".to_owned()),
        ("missing-schema", SHOP.replacen("schema = 1", "", 1)),
        ("bad-schema", with("schema", "1.0")),
        ("bad-schema", with("schema", "0")),
        ("bad-schema", with("schema", "\"1\"")),
        ("bad-schema", with("schema", "[1]")),
        ("newer-schema", with("schema", "9223372036854775807")),
        ("syntax", with("name", "\"open")),
        ("syntax", above("schema = 1")),
        ("syntax", format!("{SHOP}\n[component.db]\nkind = \"database\"\n")),
        ("wrong-type", above("extends = 3")),
        ("wrong-type", above("extends = [\"a.toml\"]")),
        ("wrong-type", above("extends = true")),
        ("extends-path", above("extends = \"\"")),
        ("extends-path", above("extends = \"../x.toml\"")),
        ("extends-path", above("extends = \"a/../../x.toml\"")),
        ("extends-path", above("extends = \"/etc/passwd\"")),
        ("extends-path", above("extends = \"C:\\\\x.toml\"")),
        ("extends-path", above("extends = \"https://x.example/a.toml\"")),
        ("extends-path", above("extends = \"a\\u0000.toml\"")),
        ("extends-path", above("extends = \"a.toml\\n\"")),
        ("extends-missing", above("extends = \"a.toml\"")),
        ("wrong-type", above("remove = \"component.db\"")),
        ("wrong-type", above("remove = [3]")),
        ("remove-missing", above("remove = [\"component.nobody\"]")),
        ("unknown-timezone", with("timezone", "\"Tokyo\"")),
        ("unknown-timezone", with("timezone", "\"+25:00\"")),
        ("unknown-timezone", with("timezone", "\"\"")),
        ("wrong-type", with("timezone", "9")),
        ("bad-choice", with("currency", "\"EUR\"")),
        ("unknown-reference", with("prices", "\"ghost\"")),
        ("bad-date", with("start", "\"2026-13\"")),
        ("bad-date", with("start", "\"2026-02-30\"")),
        ("bad-date", with("start", "\"next year\"")),
        ("bad-date", with("start", "07:32:00")),
        ("bad-date", with("date", "\"2025-02-29\"")),
        ("syntax", with("date", "2026-02-30")),
        ("wrong-type", with("start", "2026")),
        ("wrong-type", with("owner", "2026-01-01")),
        ("bad-spike", with("spike.rush", "{ at = \"mon 25:00\", times = 2 }")),
        ("bad-spike", with("spike.rush", "{ at = \"moonday 09:00\", times = 2 }")),
        ("bad-profile", with("active", "[0, 0]")),
        ("bad-profile", with("active", &format!("{:?}", [0.0; 24]))),
        ("bad-profile", with("active", &format!("{:?}", [1.5; 24]))),
        ("bad-profile", with("active", "\"office-us\"")),
        ("empty-list", with("journeys", "[]")),
        ("empty-list", with("events", "[]")),
        ("listed-twice", with("journeys", "[\"web\", \"web\"]")),
        ("listed-twice", with("events", "[\"zone\", \"zone\"]")),
        ("listed-twice", with("zones", "[\"a\", \"a\"]")),
        ("bad-id", with("zones", "[\"a/b\", \"c\"]")),
        ("wrong-type", with("journeys", "[1]")),
        ("wrong-type", with("journeys", "\"web\"")),
        ("bad-choice", with("events", "[\"earthquake\"]")),
        ("missing-unit", with("p95", "800")),
        ("wrong-unit", with("p95", "\"800MB\"")),
        ("wrong-type", with("p95", "true")),
        ("wrong-type", with("p95", "[\"800ms\"]")),
        ("bad-value", with("p95", "\"1,5s\"")),
        ("out-of-range", with("p95", "\"-1s\"")),
        ("out-of-range", with("uptime", "\"100.1%\"")),
        ("out-of-range", with("errors", "\"-1%\"")),
        ("out-of-range", with("cost", "\"¥9,999,999,999,999,999,999/month\"")),
        ("missing-unit", with("cost", "\"¥5\"")),
        ("bad-range", with("rate", "\"30/h (40/h..60/h)\"")),
        ("bad-range", with("rate", "\"30/h (60/h..10/h)\"")),
        ("no-distribution", with("rate", "\"exponential(mean=3/h)\"")),
        ("out-of-range", with("replicas", "nan")),
        ("out-of-range", with("replicas", "inf")),
        ("out-of-range", with("replicas", "-inf")),
        ("out-of-range", with("replicas", "2.5")),
        ("out-of-range", with("replicas", "9223372036854775807")),
        ("out-of-range", with("count", "-3")),
        ("out-of-range", with("slots", "1e300")),
        ("bad-distribution", with("work", "\"exponential(mean=1ms, mean=2ms)\"")),
        ("bad-distribution", with("work", "\"exponential(mean=1ms, scv=2)\"")),
        ("bad-distribution", with("work", "\"lognormal(p50=1ms, p50=2ms)\"")),
        ("bad-distribution", with("work", "\"lognormal(p50=9ms, p99=1ms)\"")),
        ("bad-distribution", with("work", "\"uniform(1ms, 2ms, 3ms)\"")),
        ("bad-distribution", with("work", "\"pareto(alpha=0.9, min=1ms)\"")),
        ("bad-distribution", with("work", "\"empirical(p0=1ms, p50=2ms)\"")),
        ("bad-distribution", with("work", "\"erlang(k=1.5, mean=1ms)\"")),
        ("bad-distribution", with("work", "\"exponential(mean=0s)\"")),
        ("unknown-distribution", with("work", "\"normal(mean=1ms)\"")),
        ("bad-step", with("steps.api", "[\"db x2 x3\"]")),
        ("bad-step", with("steps.api", "[\"db x0\"]")),
        ("bad-step", with("steps.api", "[\"db 50% 50%\"]")),
        ("bad-step", with("steps.api", "[[]]")),
        ("bad-step", with("steps.api", "[3]")),
        ("bad-step", with("steps.api", "[\"store 9% miss db miss db\"]")),
        ("bad-step", with("steps.api", "[[\"3 of\", \"db\", \"mail\"]]")),
        ("wrong-type", with("steps.api", "\"db\"")),
        ("unknown-reference", with("steps.api", "[\"dbb\"]")),
        ("endless-loop", with("steps.api", "[\"lb\"]")),
        ("serves-nothing", with("steps.api", "[\"nodes\"]")),
        ("unknown-reference", with("entry", "\"nowhere\"")),
        ("two-arrivals", with("rate", "\"3/h\"\narrivals = \"3/s\"")),
        ("no-arrivals", SHOP.replacen("rate = \"2/h\"\n", "", 1)),
        ("bad-process", with("out", "\"1KB\"\nprocess = \"batch(mean=3, mean=4)\"")),
        ("bad-process", with("out", "\"1KB\"\nprocess = \"poisson()\"")),
        ("call-twice", below("[call.\"api->llm\"]\ntimeout = \"1s\"")),
        ("bad-call", below("[call.\"api\"]\ntimeout = \"1s\"")),
        (
            "bad-fault-place",
            with("on", "\"nodes\"")
                .replace("what = \"zone-outage\"\non = \"tokyo/a\"", "what = \"zone-outage\"\non = \"mars\""),
        ),
        ("fault-needs", below("[fault.x]\nwhat = \"load-spike\"\nfor = \"1min\"")),
        ("bad-condition", with("expect", "[\"web.errors > 1%\"]")),
        ("bad-condition", with("expect", "[\"wbe.errors < 1%\"]")),
        ("alert-when", with("when", "\"web.p95 < 1s\"")),
        ("rollout-steps", with("steps", "[\"50%\", \"10%\"]")),
        ("roadmap-circle", below("[task.a]\nafter = \"b\"\n[task.b]\nafter = \"a\"")),
        ("unknown-kind", below("[component.x]\nkind = \"blockchain\"")),
        ("missing-field", below("[component.x]\nto = \"lb\"")),
        (
            "not-a-table",
            below("")
                .replacen("schema = 1", "schema = 1\nfault = 3", 1)
                .replace("[fault.zone-a]", "[x-fault.zone-a]"),
        ),
        ("array-of-tables", SHOP.replace("[control.split]", "[[control]]")),
        ("unknown-table", below("[surprise.x]\ny = 1")),
        ("unknown-field", below("[component.x]\nkind = \"station\"\nwork = \"1ms\"\ncolour = \"red\"")),
        ("bad-id", below("[component.\"Ａ\"]\nkind = \"station\"\nwork = \"1ms\"")),
        ("bad-id", below("[component.\"\"]\nkind = \"station\"\nwork = \"1ms\"")),
        ("bad-id", below("[component.\"../x\"]\nkind = \"station\"\nwork = \"1ms\"")),
        ("bad-id", below("[tier.\"\\u001b[31m\"]\nusers = 1")),
        ("too-deep", below(&format!("[x-deep]\na = {}1{}", "[".repeat(12), "]".repeat(12)))),
        ("too-deep", below(&format!("[x-deep.{}a]\nb = 1", "a.".repeat(12)))),
    ] {
        match catch_unwind(AssertUnwindSafe(|| outcome(&text))) {
            Ok(Outcome::Refused(codes)) if codes.iter().any(|c| c == code) => {}
            Ok(other) => failed.push(format!("{code}: {other:?}")),
            Err(why) => failed.push(format!("{code}: {:?}", why.downcast_ref::<String>())),
        }
    }
    assert!(failed.is_empty(), "{} cases:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn odd_files_that_mean_something_are_answered() {
    let cases = [
        ("a byte order mark", format!("\u{feff}{SHOP}")),
        ("line ends of Windows", SHOP.replace('\n', "\r\n")),
        ("a comment with everything", format!("{SHOP}# \u{202e}\u{200b}::error::\u{9b}\n")),
        ("names of every script", with("title", "\"名前 שלום مرحبا नमस्ते 👩‍👩‍👧 ⚠️\"")),
        ("a name of 100,000 letters", with("title", &format!("\"{}\"", "長".repeat(100_000)))),
        ("free keys", format!("{SHOP}[x-any]\na = [[[1]]]\nb = 1979-05-27T07:32:00Z\n")),
        ("full-width digits", with("p95", "\"８００ｍｓ\"")),
        ("a bare date", with("date", "2026-02-28")),
        ("a zone with summer time", with("timezone", "\"America/New_York\"")),
        ("half an hour of offset", with("timezone", "\"Asia/Kolkata\"")),
        ("no user at all", with("users", "0")),
        ("one hundred million users", with("users", "100000000")),
        ("no work", with("work", "\"0s\"")),
        ("a year of work", with("work", "\"365d\"")),
        ("always failing", with("kind", "\"dns\"\nlatency = \"0s\"").replacen("latency = \"2ms\"\n", "", 1)),
        ("nothing costs", with("cost", "\"¥0/month\"")),
    ];
    for (name, text) in cases {
        let got = catch_unwind(AssertUnwindSafe(|| outcome(&text)));
        assert!(matches!(got, Ok(Outcome::Answered)), "{name}: {got:?}");
    }
}

// ------------------------------------------------------------------------------------------------------ generated

/// Values that stand where others should.
const VALUES: [&str; 32] = [
    "",
    "0",
    "-1",
    "1e999",
    "nan",
    "-inf",
    "true",
    "[]",
    "{}",
    "\"\"",
    "\" \"",
    "\"0s\"",
    "\"0/s\"",
    "\"0%\"",
    "\"100%\"",
    "\"1000000000/s\"",
    "\"1ns\"",
    "\"999999y\"",
    "\"8EiB\"",
    "\"¥1/month\"",
    "\"free\"",
    "\"@lat.alb\"",
    "\"@nothing\"",
    "\"1s (0s..2s)\"",
    "\"exponential(mean=1s)\"",
    "[[\"a\"], 1]",
    "{ a = { b = 1 } }",
    "1979-05-27",
    "\"\\u0000\\u001b[2J\\u202e\"",
    "'''\n::error::x\n'''",
    "9223372036854775807",
    "\"db\"",
];

/// Every line of the shop in its turn: taken out, written twice, or with another value. `nth` of `of` of the cases.
fn mutants(nth: usize, of: usize) -> Vec<(String, String)> {
    let lines: Vec<&str> = SHOP.lines().collect();
    let mut cases = Vec::new();
    for (i, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
        let others = |new: &str| {
            let mut text: Vec<&str> = lines.clone();
            text[i] = new;
            text.join("\n") + "\n"
        };
        cases.push((format!("line {} out: {line}", i + 1), others("")));
        let mut wanted = vec![format!("{line}\n{line}")];
        if let Some((key, _)) = line.split_once(" = ") {
            wanted.extend((0..3).map(|k| format!("{key} = {}", VALUES[(i * 7 + k * 11) % VALUES.len()])));
        }
        cases.extend(wanted.iter().map(|new| (format!("line {}: {new}", i + 1), others(new))));
    }
    cases.into_iter().enumerate().filter(|(n, _)| n % of == nth).map(|(_, case)| case).collect()
}

#[test]
fn slips_in_every_line_are_refused_or_answered_1() {
    let (refused, answered) = all(mutants(0, 3));
    assert!(refused > 50 && answered > 20, "{refused} refused, {answered} answered");
}

#[test]
fn slips_in_every_line_are_refused_or_answered_2() {
    all(mutants(1, 3));
}

#[test]
fn slips_in_every_line_are_refused_or_answered_3() {
    all(mutants(2, 3));
}

#[test]
fn pieces_of_a_file_are_refused_or_answered() {
    let cuts = (0..SHOP.len()).step_by(97).filter(|at| SHOP.is_char_boundary(*at));
    let (refused, _) = all(cuts.map(|at| (format!("the first {at} bytes"), SHOP[..at].to_owned())));
    assert!(refused > 20);
}
