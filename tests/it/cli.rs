//! The command line as other programs use it: exit statuses, standard output and error, the JSON contract.

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const PLAN: &str = "scenarios/secure-ai-chat.toml";
const QUEUE: &str = "scenarios/one-queue.toml";

fn plimsoll(args: &[&str]) -> Output {
    with_input(args, "")
}

fn with_input(args: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("NO_COLOR")
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads no input may have gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn json(args: &[&str]) -> Value {
    let args: Vec<&str> = args.iter().copied().chain(["--format", "json"]).collect();
    let output = plimsoll(&args);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{args:?}: {error}\n{output:?}"))
}

fn status(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// A folder of its own for one test, emptied.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn stored(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

// --------------------------------------------------------------------------------------------------------- the plan

#[test]
fn the_plan_costs_what_its_table_says_in_fourteen_lines() {
    let answer = json(&["cost", PLAN, "--tier", "t100", "--prices", "plan-2025"]);
    assert_eq!(answer["cost"]["total"]["value"], 92_000.0);
    assert_eq!(answer["cost"]["currency"], "JPY");
    let lines = answer["cost"]["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 14);
    let sum: f64 = lines.iter().map(|line| line["amount"]["value"].as_f64().unwrap()).sum();
    assert_eq!(sum, 92_000.0);
    assert_eq!(answer["books"]["plan-2025"]["cost"]["total"]["value"], 92_000.0);
    assert!(answer.get("journeys").is_none(), "what was not asked for does not appear");
}

#[test]
fn books_stand_side_by_side() {
    let answer = json(&["cost", PLAN, "--tier", "t100", "--prices", "plan-2025,aws-list"]);
    let books: Vec<&String> = answer["books"].as_object().unwrap().keys().collect();
    assert_eq!(books, ["plan-2025", "aws-list"]);
    let list = answer["books"]["aws-list"]["cost"]["total"]["value"].as_f64().unwrap();
    assert!(list > 92_000.0, "list prices have the lines that the plan leaves out: {list}");
}

#[test]
fn the_ladder_has_the_four_tiers_of_the_plan() {
    let answer = json(&["tiers", PLAN]);
    let tiers = answer["tiers"].as_object().unwrap();
    assert_eq!(tiers.keys().collect::<Vec<_>>(), ["t100", "t500", "t1000", "t2000"]);
    for tier in tiers.values() {
        assert!(tier["tenants"].is_number() && tier["users"].is_number());
        assert!(tier["availability"]["value"].as_f64().unwrap() > 0.99);
        assert_eq!(tier["targets"]["rto"]["verdict"], "fail", "the database has no copy outside its region");
        assert!(tier["targets"]["rto"]["value"]["value"].as_f64().unwrap() > 4.0 * 3600.0);
        assert_eq!(
            tier["targets"]["rpo"]["value"]["value"],
            Value::Null,
            "all data lost is no number of seconds"
        );
    }
    assert_eq!(tiers["t500"]["cost"]["total"]["value"], Value::Null, "a price that is not there is not zero");
}

#[test]
fn a_tier_of_the_plan_is_gated_with_causes() {
    let output = plimsoll(&["check", PLAN, "--tier", "t100", "--format", "json"]);
    assert_eq!(status(&output), 1);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let targets = answer["tiers"]["t100"]["targets"].as_object().unwrap();
    let kinds: Vec<&str> = targets.values().map(|t| t["kind"].as_str().unwrap()).collect();
    for kind in ["latency", "ai-latency", "uptime", "rto", "rpo", "cost", "claim"] {
        assert!(kinds.contains(&kind), "{kind} is judged");
    }
    for (id, target) in targets {
        assert!(!target["why"].as_str().unwrap().is_empty(), "{id} says why");
        assert!(target["line"].as_u64().unwrap() > 0, "{id} says where it stands");
    }
    let full = &targets["ai-full-answer"];
    assert_eq!((full["verdict"].as_str(), full["blame"].as_str()), (Some("fail"), Some("openai")));
    assert!(answer["findings"].as_array().unwrap().len() > 3);
}

// --------------------------------------------------------------------------------------------------- exit statuses

#[test]
fn pass_fail_unsure_and_wrong_have_their_statuses() {
    assert_eq!(status(&plimsoll(&["check", QUEUE])), 0);
    let folder = folder("statuses");
    let queue = std::fs::read_to_string(QUEUE).unwrap();
    let slow = stored(&folder, "slow.toml", &queue.replace("200ms", "100ms"));
    assert_eq!(status(&plimsoll(&["check", &slow])), 1);
    let open = format!("{queue}\n[target.back]\nrto = \"4h\"\nevents = [\"zone\"]\n");
    let open = stored(&folder, "open.toml", &open);
    assert_eq!(status(&plimsoll(&["check", &open])), 3, "not modelled counts as unsure");
    let broken = stored(&folder, "broken.toml", &queue.replace("servers", "servres"));
    for command in ["check", "analyse", "simulate", "availability", "cost", "tiers", "show"] {
        let output = plimsoll(&[command, &broken]);
        assert_eq!(status(&output), 2, "{command}");
        assert!(output.stdout.is_empty(), "{command} prints nothing on standard output");
        let said = text(&output.stderr);
        assert!(said.contains("broken.toml:19:1") && said.contains("servers"), "{command}: {said}");
    }
    assert_eq!(status(&plimsoll(&["check", "no-such-file.toml"])), 2);
    assert_eq!(status(&plimsoll(&["check", QUEUE, "--tier", "t9"])), 2);
    assert_eq!(status(&plimsoll(&["simulate", QUEUE, "--fault", "moon"])), 2);
    assert_eq!(status(&plimsoll(&["cost", QUEUE, "--prices", "gold"])), 2);
    assert_eq!(status(&plimsoll(&["cost", QUEUE, "--format", "junit"])), 2);
    assert_eq!(status(&plimsoll(&["check"])), 2);
}

#[test]
fn every_broken_file_is_said_before_anything_runs() {
    let folder = folder("several");
    let one = stored(&folder, "one.toml", "schema = 1\nnmae = \"x\"\n");
    let two = stored(&folder, "two.toml", "schema = 1\nname = 3\n");
    let output = plimsoll(&["check", &one, &two, QUEUE]);
    let said = text(&output.stderr);
    assert_eq!(status(&output), 2);
    assert!(said.contains("one.toml:2:1") && said.contains("two.toml:2:8"), "{said}");
}

#[test]
fn standard_input_is_read_and_cannot_extend() {
    let queue = std::fs::read_to_string(QUEUE).unwrap();
    let output = with_input(&["analyse", "-", "--format", "json"], &queue);
    assert_eq!(status(&output), 0);
    let base = "schema = 1\nextends = \"one-queue.toml\"\n";
    let output = with_input(&["analyse", "-"], base);
    assert_eq!(status(&output), 2);
    assert!(output.stdout.is_empty() && text(&output.stderr).contains("<stdin>:2:11"));
}

#[test]
fn what_is_extended_stays_below_its_folder() {
    let folder = folder("extends");
    stored(&folder, "base.toml", &std::fs::read_to_string(QUEUE).unwrap());
    let over = "schema = 1\nextends = \"base.toml\"\n\n[component.desk]\nservers = 2\n";
    let good = stored(&folder, "over.toml", over);
    assert_eq!(status(&plimsoll(&["check", &good])), 0);
    let out = stored(&folder, "out.toml", "schema = 1\nextends = \"../base.toml\"\n");
    let output = plimsoll(&["check", &out]);
    assert_eq!(status(&output), 2);
    assert!(text(&output.stderr).contains("within the scenario's own folder"));
    let gone = stored(&folder, "gone.toml", "schema = 1\nextends = \"nothing.toml\"\n");
    assert!(text(&plimsoll(&["check", &gone]).stderr).contains("there is no file"));
    let circle = stored(&folder, "circle.toml", "schema = 1\nextends = \"circle.toml\"\n");
    assert_eq!(status(&plimsoll(&["check", &circle])), 2);
}

// ------------------------------------------------------------------------------------------------------- sameness

#[test]
fn the_digest_depends_on_the_seed_and_on_nothing_else() {
    let digest = |extra: &[&str]| {
        let mut args = vec!["simulate", QUEUE, "--duration", "60s", "--warmup", "10s"];
        args.extend(extra);
        json(&args)["digest"].as_str().unwrap().to_owned()
    };
    let first = digest(&[]);
    assert_eq!(first, digest(&["--jobs", "1"]));
    assert_eq!(first, digest(&["--jobs", "2", "--lang", "ja"]));
    assert_ne!(first, digest(&["--seed", "2"]));
}

#[test]
fn a_run_until_a_half_width_stops_when_it_is_there_or_at_its_cap() {
    let run = |options: &[&str]| {
        let mut args = vec!["simulate", QUEUE, "--duration", "5min"];
        args.extend_from_slice(options);
        json(&args)
    };
    // The relative half-width of a figure in the answer, as its interval says.
    let width = |answer: &Value, path: &str| {
        let figure = answer.pointer(path).unwrap();
        let of = |key: &str| figure[key].as_f64().unwrap();
        (of("high") - of("value")) / of("value")
    };
    let (mean, p95) = ("/journeys/job/response_s/mean", "/journeys/job/response_s/p95");
    let easy = run(&["--until", "5%"]);
    let n = easy["precision"]["replications"].as_u64().unwrap();
    assert_eq!(easy["precision"]["met"], true);
    assert_eq!(easy["precision"]["most"], 200);
    assert!(n > 10 && n < 200 && n % 10 == 0, "some batches, not all: {n}");
    let reached = easy["precision"]["reached"]["value"].as_f64().unwrap();
    assert!(reached <= 0.05, "{reached}");
    assert_eq!(reached, width(&easy, mean).max(width(&easy, p95)));
    let before = run(&["--replications", &(n - 10).to_string()]);
    assert!(width(&before, mean).max(width(&before, p95)) > 0.05, "a batch less would not do");
    assert!(before.get("precision").is_none(), "what was not asked for does not appear");

    // The batches are the same on any number of cores, and the run is that of so many replications.
    assert_eq!(easy["digest"], run(&["--until", "5%", "--jobs", "1"])["digest"]);
    assert_eq!(easy["digest"], run(&["--replications", &n.to_string()])["digest"]);

    let hard = run(&["--until", "0.1%", "--replications", "15"]);
    assert_eq!(hard["precision"]["met"], false);
    assert_eq!(hard["precision"]["replications"], 15);
    assert!(hard["precision"]["reached"]["value"].as_f64().unwrap() > 0.001);
    let args = ["simulate", QUEUE, "--duration", "5min", "--until", "0.1%", "--replications", "15"];
    let said = text(&plimsoll(&args).stdout);
    assert!(said.contains("ended at the most replications, 15"), "{said}");
    for wrong in ["0%", "100%", "2s", "wide"] {
        assert_eq!(status(&plimsoll(&["simulate", QUEUE, "--until", wrong])), 2, "{wrong}");
    }
}

#[test]
fn analyse_and_simulate_share_their_paths() {
    let analysed = json(&["analyse", QUEUE]);
    let simulated = json(&["simulate", QUEUE, "--duration", "10min", "--replications", "5"]);
    for answer in [&analysed, &simulated] {
        for path in [
            "/journeys/job/arrivals_per_s",
            "/journeys/job/response_s/mean",
            "/journeys/job/response_s/p999",
            "/journeys/job/error_ratio",
            "/components/desk/utilisation",
            "/components/desk/wait_s/mean",
            "/components/desk/queue_mean",
            "/components/desk/replicas/mean",
        ] {
            let figure = answer.pointer(path).unwrap_or_else(|| panic!("{path} is there"));
            assert!(figure["kind"].is_string() && figure.get("value").is_some(), "{path}: {figure}");
        }
        assert_eq!(answer["schema"], 1);
        assert_eq!(answer["tier"], "base");
    }
    let mean = |answer: &Value| answer["components"]["desk"]["wait_s"]["mean"]["value"].as_f64().unwrap();
    assert!((mean(&analysed) - 0.04).abs() < 1e-9, "M/M/1 at 0.8 waits 40 ms: {}", mean(&analysed));
    assert!((mean(&simulated) - 0.04).abs() < 0.01);
}

// ----------------------------------------------------------------------------------------------------------- forms

#[test]
fn every_form_is_what_it_says() {
    let junit = text(&plimsoll(&["check", QUEUE, "--format", "junit"]).stdout);
    assert!(junit.starts_with("<?xml") && junit.contains("<testcase name=\"p95\""));
    let sarif: Value =
        serde_json::from_slice(&plimsoll(&["check", QUEUE, "--format", "sarif"]).stdout).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let markdown = text(&plimsoll(&["check", QUEUE, "--format", "markdown"]).stdout);
    assert!(markdown.starts_with("## One queue") && markdown.contains("| ---"));
    let csv = text(&plimsoll(&["cost", PLAN, "--format", "csv"]).stdout);
    assert!(csv.starts_with("line,component,"));
    let ja = text(&plimsoll(&["check", QUEUE, "--lang", "ja"]).stdout);
    assert!(ja.contains("達成") && ja.contains("待ち行列ひとつ"));
    let plain = text(&plimsoll(&["check", QUEUE]).stdout);
    assert!(!plain.contains('\u{1b}'), "no colour where there is no terminal");
    let coloured = text(&plimsoll(&["check", QUEUE, "--color", "always"]).stdout);
    assert!(coloured.contains("\u{1b}[32m"));
    let both = json(&["check", QUEUE, QUEUE]);
    assert_eq!(both["files"].as_array().unwrap().len(), 2);
    let out = folder("out").join("answer.json");
    let name = out.to_str().unwrap();
    let quiet = plimsoll(&["analyse", QUEUE, "--format", "json", "--out", name]);
    assert!(quiet.stdout.is_empty());
    assert!(serde_json::from_str::<Value>(&std::fs::read_to_string(out).unwrap()).is_ok());
}

#[test]
fn american_spelling_is_understood() {
    assert_eq!(status(&plimsoll(&["analyze", QUEUE])), 0);
}

// --------------------------------------------------------------------------------------------------- the file itself

#[test]
fn fmt_checks_and_writes() {
    let folder = folder("fmt");
    let good = stored(&folder, "good.toml", &std::fs::read_to_string(QUEUE).unwrap());
    assert_eq!(status(&plimsoll(&["fmt", "--check", &good])), 0);
    let loose = stored(&folder, "loose.toml", "schema=1\nname   = 'x'\n");
    assert_eq!(status(&plimsoll(&["fmt", "--check", &loose])), 1);
    assert_eq!(
        std::fs::read_to_string(&loose).unwrap(),
        "schema=1\nname   = 'x'\n",
        "--check changes nothing"
    );
    assert_eq!(status(&plimsoll(&["fmt", &loose])), 0);
    assert_eq!(std::fs::read_to_string(&loose).unwrap(), "schema = 1\nname = \"x\"\n");
    assert_eq!(text(&with_input(&["fmt", "-"], "schema=1\n").stdout), "schema = 1\n");
    let broken = stored(&folder, "broken.toml", "schema = \n");
    let output = plimsoll(&["fmt", &broken]);
    assert_eq!(status(&output), 2);
    assert_eq!(std::fs::read_to_string(&broken).unwrap(), "schema = \n", "bad input loses nothing");
    assert!(text(&output.stderr).contains("broken.toml:1:"));
}

#[test]
fn validate_names_every_problem_with_its_place() {
    let folder = folder("validate");
    let path = stored(&folder, "bad.toml", "schema = 1\nnmae = \"x\"\n[component.a]\nkind = \"servce\"\n");
    let output = plimsoll(&["validate", &path, "--format", "json"]);
    assert_eq!(status(&output), 2);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let problems = answer["files"][0]["problems"].as_array().unwrap();
    assert!(problems.len() >= 2, "all at once: {problems:?}");
    assert!(problems.iter().all(|p| p["line"].as_u64().unwrap() > 0 && p["message"].is_string()));
    assert_eq!(status(&plimsoll(&["validate", PLAN])), 0);
    let sarif = plimsoll(&["validate", &path, "--format", "sarif"]);
    assert!(text(&sarif.stdout).contains("\"startLine\": 2"));
}

#[test]
fn show_schema_new_and_migrate_print_texts() {
    let resolved = text(&plimsoll(&["show", PLAN, "--tier", "t1000", "--resolved"]).stdout);
    assert!(resolved.contains("[component.api]"));
    let again = with_input(&["validate", "-"], &resolved);
    assert_eq!(status(&again), 0, "{}", text(&again.stderr));
    let shown = json(&["show", PLAN]);
    assert_eq!(shown["components"]["rds"]["kind"], "database");
    let schema: Value = serde_json::from_slice(&plimsoll(&["schema"]).stdout).unwrap();
    assert!(schema["$schema"].is_string() && schema["properties"]["component"].is_object());
    assert!(text(&plimsoll(&["schema", "--reference", "--lang", "ja"]).stdout).contains("component"));
    let fresh = text(&plimsoll(&["new", "--from", "zone-loss"]).stdout);
    assert_eq!(status(&with_input(&["validate", "-"], &fresh)), 0);
    assert_eq!(status(&plimsoll(&["new", "--from", "nothing"])), 2);
    assert_eq!(text(&with_input(&["migrate", "-"], "schema = 1\n").stdout), "schema = 1\n");
    assert_eq!(status(&with_input(&["migrate", "-"], "schema = 99\n")), 2);
}

#[test]
fn a_platform_is_laid_over_the_scenario_and_below_the_tiers() {
    let folder = folder("platforms");
    let text = std::fs::read_to_string(QUEUE).unwrap()
        + "\n[tier.small]\nusers = 1\n\n[tier.large]\nusers = 2\n\n[tier.large.component.desk]\nservers = 3\n\n\
           [platform.gcp]\nprovider = \"gcp\"\n\n[platform.gcp.component.desk]\nservers = 2\n";
    let path = stored(&folder, "two.toml", &text);
    let busy = |extra: &[&str]| {
        let mut args = vec!["analyse", path.as_str()];
        args.extend(extra);
        json(&args)["components"]["desk"]["utilisation"]["value"].as_f64().unwrap()
    };
    assert!((busy(&[]) - 0.8).abs() < 1e-9);
    assert!((busy(&["--platform", "gcp"]) - 0.4).abs() < 1e-9);
    assert!((busy(&["--platform", "gcp", "--tier", "large"]) - 0.8 / 3.0).abs() < 1e-9, "the tier wins");
    let shown = text_of_show(&path);
    assert!(shown.contains("servers = 2"), "{shown}");
    assert_eq!(status(&plimsoll(&["check", &path, "--platform", "gcp", "--tier", "small"])), 0);
    assert_eq!(status(&plimsoll(&["analyse", &path, "--platform", "moon"])), 2);
    let broken = stored(&folder, "broken.toml", &text.replace("servers = 2", "servers = 0"));
    assert_eq!(status(&plimsoll(&["validate", &broken])), 2, "what is wrong on a platform is known at once");
}

fn text_of_show(path: &str) -> String {
    text(&plimsoll(&["show", path, "--platform", "gcp", "--resolved"]).stdout)
}

#[test]
fn recovery_has_its_events_strategies_and_paths() {
    let answer = json(&["recovery", PLAN, "--tier", "t1000"]);
    for event in ["component", "zone", "region", "data-loss", "bad-deploy"] {
        let found = &answer["recovery"][event];
        for spread in ["rto_s", "rpo_s"] {
            for key in ["p50", "p90", "p95", "max"] {
                assert!(found[spread][key]["kind"].is_string(), "{event}.{spread}.{key}");
            }
        }
        assert!(found["critical_path"].as_array().is_some_and(|path| !path.is_empty()), "{event}");
    }
    assert_eq!(answer["recovery"]["zone"]["meets_target_probability"]["value"], 1.0);
    assert_eq!(answer["recovery"]["region"]["meets_target_probability"]["value"], 0.0);
    let strategies = answer["recovery_strategies"].as_object().unwrap();
    assert_eq!(
        strategies.keys().collect::<Vec<_>>(),
        ["backup-restore", "pilot-light", "warm-standby", "active-active"]
    );
    assert!(strategies["warm-standby"]["region"]["monthly_cost"]["value"].as_f64().unwrap() > 0.0);
}

#[test]
fn deploys_has_its_ways_budget_and_paths() {
    let answer = json(&["deploys", PLAN, "--tier", "t1000"]);
    for way in ["blue-green", "canary", "flags", "rolling-automatic"] {
        let found = &answer["deploys"][way];
        for path in ["budget_min", "monthly_min", "failed_requests"] {
            assert!(found[path]["centre"]["value"].as_f64().unwrap() > 0.0, "{way} {path}");
            assert!(found[path]["p95"]["unit"].is_string(), "{way} {path}");
        }
    }
    assert!(answer["releases"]["pipelines"]["main"]["p50_s"]["value"].as_f64().unwrap() > 0.0);
    assert!(answer.get("journeys").is_none_or(|j| j.as_object().is_some_and(|j| j.is_empty())));
    let said = text(&plimsoll(&["deploys", PLAN, "--tier", "t1000", "--lang", "en"]).stdout);
    assert!(said.contains("blue-green: at 1 release a day") && said.contains("people"), "{said}");
}

#[test]
fn alerts_has_its_rules_faults_and_paths() {
    let answer = json(&["alerts", PLAN, "--tier", "t100"]);
    assert_eq!(answer["alerts"]["errors"]["threshold"]["value"], 0.05);
    assert_eq!(answer["alerts"]["errors"]["faults"]["zone-a"]["detected_probability"]["value"], 1.0);
    assert!(answer["alerts"]["disk"]["quiet_peak"]["value"].is_null());
    assert_eq!(answer["detection"]["zone-a"]["first"], "errors");
    let said = text(&plimsoll(&["alerts", PLAN, "--tier", "t100", "--lang", "en"]).stdout);
    assert!(said.contains("OpenAI down: no alert fires") && said.contains("is not modelled"), "{said}");
}
