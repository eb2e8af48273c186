//! No unearned pass: what is not stated, not modelled or stands nowhere leaves a verdict open or refuses the file. Right values
//! stand beside each.

use crate::texts::{analysed, files};
use crate::theory_sim::{run, settings};
use plimsoll::answer::verdict::{TargetAnswer, Verdict};
use plimsoll::assess::{Evidence, judge};
use plimsoll::plan::deploys::deploys;
use plimsoll::sim::{Faults, Settings};

fn judged(text: &str, target: &str) -> TargetAnswer {
    let analysis = analysed(text);
    judge(&Evidence { analysis: &analysis, measured: None, files: &files(text) })[target].clone()
}

/// Answers of 50 s behind a balancer that waits 60 s for their start: no formula knows their time. Pods stop 60 s after they are
/// told to, and are killed `grace` after it; 6 releases a day, none bad.
fn drained(grace: &str, strategy: &str) -> String {
    format!(
        r#"
schema = 1
[journey.chat]
entry = "alb"
arrivals = "5/s"
steps.app = ["llm"]
[region.v]
provider = "aws"
code = "us-east-1"
zones = ["a", "b"]
[component.alb]
kind = "load-balancer"
to = "app"
zones = ["v/a", "v/b"]
latency = "1ms"
[component.nodes]
kind = "node-group"
type = "m5.large"
count = 6
zones = ["v/a", "v/b"]
[component.app]
kind = "service"
on = "nodes"
replicas = 4
slots = 1000
cpu = {{ request = "500m", limit = "1000m" }}
work = "1ms"
[component.llm]
kind = "external"
provider = "x"
availability = "99.999%"
latency = "50s"
[pipeline.main]
steps = {{ build = "5min" }}
per-day = 6
[target.uptime]
journey = "chat"
uptime = "99%"
[deploy.app]
of = "app"
bad = "0%"
strategy = "{strategy}"
pre-stop = "60s"
grace = "{grace}"
"#
    )
}

#[test]
fn answers_cut_off_by_stopping_pods_are_a_bound_where_their_time_is_unknown() {
    let text = drained("65s", "rolling");
    let analysis = analysed(&text);
    assert_eq!(analysis.flow.journeys[0].response_s.mean.value, None, "no formula");
    let (releases, ways) = deploys(&analysis);
    // 5 s are left of 50: 45 s are lost at each of 180 releases, 135 min.
    let minutes = ways["app"].stopping_min.value.unwrap();
    assert!((minutes / 135.0 - 1.0).abs() < 1e-3, "{minutes}");
    assert!(releases.notes.iter().any(|note| note.en.contains("bound from below")), "{:?}", releases.notes);
    assert!(judged(&text, "uptime").verdict != Verdict::Pass, "99 % allows 432 min, and the 135 are a bound");
    // With time enough for what is stated nothing is counted, and still nobody knows how much waits.
    let long = judged(&drained("200s", "rolling"), "uptime");
    assert_eq!(long.verdict, Verdict::Unsure);
    assert!(long.settled_by.unwrap().en.contains("deploy.app"));
    // The advice, followed.
    let followed = judged(&drained("65s", "blue-green"), "uptime");
    assert_eq!(followed.verdict, Verdict::Pass, "{}", followed.why.en);
}

fn asked(tokens: &str) -> String {
    format!(
        r#"
schema = 1
currency = "USD"
[target.quick]
journey = "ask"
p95 = "4s"
[target.errors]
journey = "ask"
errors = "1%"
[target.cost]
cost = "$100/month"
[journey.ask]
entry = "llm"
arrivals = "0.01/s"
{tokens}
[component.llm]
kind = "llm-api"
provider = "openai"
model = "gpt-4o"
first-token = "100ms"
speed = "100/s"
tpm = "100000/min"
"#
    )
}

#[test]
fn tokens_that_no_journey_states_are_no_zero() {
    for target in ["quick", "errors", "cost"] {
        let open = judged(&asked(""), target);
        assert_eq!(open.verdict, Verdict::Unsure, "{target}: {}", open.why.en);
    }
    let open = judged(&asked(""), "quick");
    assert!(open.why.en.contains("journey.ask.tokens"), "{}", open.why.en);
    // 0.01/s x 2,628,000 s = 26,280 requests: 0.1 s and 1 s of stream; 2.6 M tokens each way, below $40.
    let stated = asked("tokens = { in = 100, out = 100 }");
    for target in ["quick", "errors", "cost"] {
        let found = judged(&stated, target);
        assert_eq!(found.verdict, Verdict::Pass, "{target}: {}", found.why.en);
    }
}

#[test]
fn traffic_that_no_journey_states_is_no_zero() {
    let text = |out: &str| {
        format!(
            "schema = 1\ncurrency = \"USD\"\n[target.cost]\ncost = \"$700/month\"\n[journey.j]\nentry = \"web\"\narrivals = \"5/s\"\n{out}\n[component.web]\nkind = \"cdn\"\nprovider = \"aws\"\nlatency = \"1ms\"\n"
        )
    };
    assert_eq!(judged(&text(""), "cost").verdict, Verdict::Unsure);
    assert_eq!(judged(&text("out = \"0B\""), "cost").verdict, Verdict::Pass);
    // 13.1 M answers of 1 MB are 13 TB, more than $1,000 at the list's 0.085 to 0.114 USD/GB.
    assert_eq!(judged(&text("out = \"1MB\""), "cost").verdict, Verdict::Fail);
}

fn kept(places: &str, more: &str) -> String {
    format!(
        r#"
schema = 1
[target.back]
events = ["region", "zone", "data-loss"]
rto = "1d"
[region.a]
provider = "aws"
code = "us-east-1"
zones = ["x"]
[region.b]
provider = "aws"
code = "us-west-2"
zones = ["y"]
[journey.j]
entry = "db"
arrivals = "5/s"
[component.db]
kind = "database"
class = "db.t3.medium"
work = "1ms"
storage = "100GB"
{places}
[backup.b]
of = "db"
every = "5min"
{more}
"#
    )
}

#[test]
fn events_that_nothing_lets_be_judged_are_open_by_name() {
    let open = judged(&kept("", ""), "back");
    assert_eq!(open.verdict, Verdict::Unsure, "{}", open.why.en);
    assert!(open.why.en.contains("loss of a zone (state `zone`"), "{}", open.why.en);
    let rest = open.why.en.split("Not judged").last().unwrap().to_owned();
    assert!(!rest.contains("by mistake"), "that one is judged: {}", open.why.en);
}

#[test]
fn a_strategy_counts_where_the_bill_has_it_and_a_zone_is_then_no_worse_than_its_region() {
    let there = "[recovery.r]\nevent = \"region\"\nstrategy = \"warm-standby\"\nto = \"b\"\n";
    let paid = judged(&kept("zone = \"a/x\"\nregion = \"a\"", there), "back");
    assert_eq!(paid.verdict, Verdict::Pass, "{}", paid.why.en);
    assert!(paid.why.en.contains("Taken for granted, and on the bill"), "{}", paid.why.en);
    // Without it the team waits for a zone of which nothing says how long it is out.
    assert_eq!(judged(&kept("zone = \"a/x\"\nregion = \"a\"", ""), "back").verdict, Verdict::Fail);
    // A class that no book prices is on no bill.
    let unpriced = kept("zone = \"a/x\"\nregion = \"a\"", there).replace("db.t3.medium", "db.x.own");
    let unpriced = unpriced.replace("class = \"db.x.own\"", "vcpu = 2");
    assert_eq!(judged(&unpriced, "back").verdict, Verdict::Unsure);
}

#[test]
fn a_backup_that_is_dropped_before_people_notice_restores_nothing() {
    // People take 15 min to 2 h (fo.human.detect_decide): 10 min are too short, 7 days are not.
    let with = |keep: &str| {
        let text = kept("", &format!("keep = \"{keep}\"")).replace("\"region\", \"zone\", ", "");
        judged(&text, "back")
    };
    let forgotten = with("10min");
    assert_eq!(forgotten.verdict, Verdict::Fail, "{}", forgotten.why.en);
    assert!(forgotten.why.en.contains("longer `keep`"), "{}", forgotten.why.en);
    assert_eq!(with("7d").verdict, Verdict::Pass);
}

#[test]
fn a_fault_that_changes_nothing_or_meets_nobody_tests_no_expectation() {
    let text = |fault: &str, arrivals: &str| {
        format!(
            "schema = 1\n[journey.j]\nentry = \"web\"\narrivals = \"{arrivals}\"\n[component.web]\nkind = \"station\"\nwork = \"10ms\"\n[component.far]\nkind = \"station\"\nwork = \"1ms\"\n[fault.f]\n{fault}\nexpect = [\"recovered < 1min\"]\n"
        )
    };
    let verdict = |text: &str| {
        let settings = Settings { faults: Faults::One(0), ..settings(1, 4, 60.0, 60.0) };
        run(crate::giving_up_sim::model_of(text), settings).faults["f"].expects[0].verdict
    };
    let down = "what = \"component-down\"\non = \"web\"\nfor = \"1min\"";
    assert_eq!(verdict(&text(down, "5/s")), Verdict::Pass, "a fault that is felt and over");
    assert_eq!(verdict(&text(down, "1/d")), Verdict::Unsure, "nobody came");
    for idle in [
        "what = \"latency-added\"\non = \"web\"\nadd = \"0s\"\nfor = \"1min\"",
        "what = \"load-spike\"\non = \"j\"\ntimes = 1\nfor = \"1min\"",
        "what = \"component-down\"\non = \"web\"\nfor = \"1us\"",
        "what = \"component-down\"\non = \"far\"\nfor = \"1min\"",
        "what = \"load-spike\"\non = \"j\"\ntimes = 0\nfor = \"1min\"",
    ] {
        assert_eq!(verdict(&text(idle, "5/s")), Verdict::Unsure, "{idle}");
    }
}

#[test]
fn names_that_nearly_are_steps_are_refused() {
    let codes = |takes: &str| {
        let more = format!("[recovery.r]\nevent = \"data-loss\"\ntakes = {{ {takes} }}\n");
        let read = plimsoll::scenario::read(&files(&kept("", &more)));
        read.diagnostics.iter().filter(|d| d.code == "unknown-step").count()
    };
    for slip in ["restore = \"1min\"", "notice = \"1min\"", "restroe = \"1min\"", "db-restore = \"0s\""] {
        assert_eq!(codes(slip), 1, "{slip}");
    }
    assert_eq!(codes("verify = \"5min\", restore-db = \"1min\""), 0, "its own step, and one of these");
}

#[test]
fn a_name_that_leads_elsewhere_is_a_way_back() {
    let text = r#"
schema = 1
[journey.j]
entry = "dns"
arrivals = "5/s"
[region.e]
zones = ["a"]
[region.w]
zones = ["a"]
[component.dns]
kind = "dns"
to = "p"
latency = "1ms"
failover = { to = "s", interval = "10s", threshold = 3, ttl = "30s", stale = "0%" }
[component.p]
kind = "station"
work = "10ms"
zones = ["e/a"]
[component.s]
kind = "station"
work = "10ms"
zones = ["w/a"]
[target.back]
events = ["region", "zone"]
rto = "5min"
"#;
    // Three checks of 10 s, then an answer kept for up to 30 s, evenly: p95 at 30 + 0.95 x 30 s.
    let found = judged(text, "back");
    assert_eq!(found.verdict, Verdict::Pass, "{}", found.why.en);
    let analysis = analysed(text);
    for event in ["region", "zone"] {
        let p95 = analysis.recovery[event].rto_s.p95.value.unwrap();
        assert!((p95 - 58.5).abs() < 1.0, "{event}: {p95}");
    }
}

#[test]
fn what_people_break_is_not_left_out_of_a_pass() {
    // Two of 0.4 min in 30 days each: (1 - 1e-5)^2, 0.86 min down. Operators, half a year's error of 2.04 h (shipped facts), add
    // 0.5 x 2.04 / (8760 + 0.5 x 2.04) = 1.16e-4, 5 min: more than 99.99 % allows, less than 99.9 % does.
    let text = |target: &str, more: &str| {
        format!(
            "schema = 1\nname = \"people\"\n[target.up]\nuptime = \"{target}\"\n[journey.j]\nentry = \"a\"\narrivals = \"1/s\"
steps.a = [\"b\"]\n[component.a]\nkind = \"station\"\nlatency = \"1ms\"\navailability = \"99.999%\"
[component.b]\nkind = \"station\"\nlatency = \"1ms\"\navailability = \"99.999%\"\n{more}"
        )
    };
    let of = |target: &str, more: &str| judged(&text(target, more), "up");
    let open = of("99.99%", "");
    assert_eq!(open.verdict, Verdict::Unsure);
    assert!(open.why.en.contains("99.9864 %"), "{}", open.why.en);
    assert!(open.settled_by.unwrap().en.contains("rate.config.human"));
    assert_eq!(of("99.9%", "").verdict, Verdict::Pass);
    // What settles it: nobody can break it, or so often as to break the target.
    assert_eq!(of("99.99%", "[fact]\n\"rate.config.human\" = \"0/year\"\n").verdict, Verdict::Pass);
    let stated = of("99.99%", "[fact]\n\"rate.config.human\" = \"0.5/year\"\n");
    let left = (1.0 - 1e-5_f64).powi(2) * (1.0 - 1.02 / 8761.02);
    assert!((stated.value.value.unwrap() - left).abs() < 1e-7, "{:?}", stated.value);
    assert_ne!(stated.verdict, Verdict::Pass);
}

/// The target, simulated for a little while.
fn simulated(text: &str, target: &str) -> TargetAnswer {
    let analysis = analysed(text);
    let measured = run((*analysis.model).clone(), settings(1, 2, 60.0, 600.0));
    judge(&Evidence { analysis: &analysis, measured: Some(&measured), files: &files(text) })[target].clone()
}

#[test]
fn what_fails_though_nothing_is_broken_earns_no_uptime() {
    let text = |b: &str, call: &str, errors: &str| {
        format!(
            "schema = 1\nname = \"served\"\n[target.up]\njourney = \"j\"\nuptime = \"99%\"\n{errors}
[journey.j]\nentry = \"a\"\narrivals = \"20/s\"\nsteps.a = [\"b\"]\n[component.a]\nkind = \"station\"\nlatency = \"1ms\"
availability = \"100%\"\n[component.b]\nkind = \"station\"\navailability = \"100%\"\n{b}\n{call}"
        )
    };
    let errors = |below: &str| format!("[target.e]\njourney = \"j\"\nerrors = \"{below}\"");
    let of = |text: String| simulated(&text, "up").verdict;
    // Nothing comes back in time: 100 %.
    let late = text("latency = \"2s\"", "[call.\"a -> b\"]\ntimeout = \"1s\"", "");
    let open = simulated(&late, "up");
    assert_eq!((open.verdict, open.value.value), (Verdict::Unsure, Some(1.0)));
    assert!(open.why.en.contains("100 % of the requests of `j` fail"), "{}", open.why.en);
    // A tenth fails: more than the uptime leaves, less than a target of its own allows.
    let tenth = "latency = \"1ms\"\nerrors = \"10%\"";
    assert_eq!(of(text(tenth, "", "")), Verdict::Unsure);
    assert_eq!(of(text(tenth, "", &errors("5%"))), Verdict::Unsure);
    assert_eq!(of(text(tenth, "", &errors("20%"))), Verdict::Pass);
    // Nothing fails.
    assert_eq!(of(text("latency = \"1ms\"", "", "")), Verdict::Pass);
    // Slow is not down, and that is said.
    let slow = "[target.p]\njourney = \"j\"\np95 = \"100ms\"";
    let slow = simulated(&text("latency = \"500ms\"", "", slow), "up");
    assert_eq!(slow.verdict, Verdict::Pass);
    assert!(slow.why.en.contains("`p` is missed whatever fails"), "{}", slow.why.en);
}
