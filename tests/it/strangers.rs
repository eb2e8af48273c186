//! Files that strangers wrote, through the built command: what is read and what is quoted, what names may do to the
//! reader, what is written and what is never written over.
#![cfg(unix)]

use plimsoll::text::plain;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder of its own for one test, emptied.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("strangers").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The command with at most 20 s of CPU, in a folder.
fn plimsoll(folder: &Path, args: &[&str], out: Stdio) -> Output {
    Command::new("sh")
        .args(["-c", "ulimit -t 20; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_plimsoll")])
        .args(args)
        .current_dir(folder)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
        .wait_with_output()
        .unwrap()
}

fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let output = plimsoll(folder, args, Stdio::piped());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

const SECRET: &str = "hunter2";
const DESK: &str = "[target.p95]\njourney = \"job\"\np95 = \"200ms\"\n[journey.job]\nentry = \"desk\"\narrivals = \"8/s\"\n\
                    [component.desk]\nkind = \"station\"\nwork = \"exponential(mean=10ms)\"\n";

fn scenario(above: &str) -> String {
    format!("schema = 1\n{above}\n{DESK}")
}

// ------------------------------------------------------------------------------------------------- what is read

#[test]
fn what_a_file_extends_lies_in_its_folder_wherever_links_lead() {
    let outside = folder("extends-outside");
    let inside = folder("extends-inside");
    fs::create_dir_all(inside.join("sub")).unwrap();
    // A whole scenario outside would be harmless to read; it is refused for where it lies, not for what it says.
    fs::write(outside.join("base.toml"), format!("schema = 1\nname = \"{SECRET}\"\n")).unwrap();
    fs::write(outside.join("environ"), format!("TOKEN={SECRET}\n")).unwrap();
    symlink(outside.join("base.toml"), inside.join("file-link.toml")).unwrap();
    symlink(outside.join("environ"), inside.join("environ.toml")).unwrap();
    symlink(&outside, inside.join("folder-link")).unwrap();
    symlink("../../extends-outside", inside.join("sub/up")).unwrap();
    symlink("sub", inside.join("again")).unwrap();
    fs::write(inside.join("sub/base.toml"), format!("schema = 1\n{DESK}")).unwrap();
    let made = Command::new("mkfifo").arg(inside.join("pipe.toml")).status().unwrap();
    assert!(made.success());
    let up = outside.join("base.toml");
    for (base, accepted) in [
        ("sub/base.toml", true),
        ("./sub/base.toml", true),
        ("again/base.toml", true),
        ("file-link.toml", false),
        ("environ.toml", false),
        ("folder-link/base.toml", false),
        ("sub/up/base.toml", false),
        ("pipe.toml", false),
        ("sub", false),
        ("../extends-outside/base.toml", false),
        ("sub/../../extends-outside/base.toml", false),
        (up.to_str().unwrap(), false),
        ("/dev/stdin", false),
        ("C:base.toml", false),
        ("sub\\\\base.toml", false),
        ("sub//base.toml", false),
        ("sub/base.toml ", false),
        ("sub/base.toml\\u0000", false),
        ("SUB/BASE.TOML", false),
        ("", false),
    ] {
        fs::write(inside.join("main.toml"), format!("schema = 1\nextends = \"{base}\"\n")).unwrap();
        let (status, out, err) = run(&inside, &["validate", "main.toml"]);
        assert_eq!(status, if accepted { 0 } else { 2 }, "{base}: {out}{err}");
        assert!(!format!("{out}{err}").contains(SECRET), "{base}: {err}");
        assert!(accepted || err.contains("main.toml:2:"), "{base}: the error names no line: {err}");
    }
}

#[test]
fn an_error_quotes_scenarios_and_nothing_else() {
    let folder = folder("quotes");
    for (name, text) in [
        ("environ", format!("TOKEN={SECRET}\0PATH=/bin\n")),
        ("key.pem", format!("-----BEGIN {SECRET}-----\n")),
        ("credentials.toml", format!("[registry]\ntoken = \"{SECRET}\"\n{SECRET} = 1\n")),
        ("database.toml", format!("schema = \"public\"\npassword = \"{SECRET}\"\n")),
        ("twice.toml", format!("{SECRET} = 1\n{SECRET} = 2\n")),
    ] {
        fs::write(folder.join(name), text).unwrap();
        for args in [
            vec!["validate", name],
            vec!["validate", name, "--format", "json"],
            vec!["validate", name, "--format", "sarif"],
            vec!["check", name],
            vec!["migrate", name],
        ] {
            let (status, out, err) = run(&folder, &args);
            assert_eq!(status, 2, "{args:?}");
            assert!(!format!("{out}{err}").contains(SECRET), "{args:?}: {out}{err}");
            assert!(format!("{out}{err}").contains(name), "{args:?}: no file named");
        }
    }
    // A scenario with a slip is quoted: that is what helps.
    fs::write(folder.join("slip.toml"), scenario("").replace("work = ", "wrok = ")).unwrap();
    let (_, _, err) = run(&folder, &["validate", "slip.toml"]);
    assert!(
        err.contains("wrok = \"exponential(mean=10ms)\"") && err.contains("did you mean `work`"),
        "{err}"
    );
}

#[test]
fn a_pipe_a_folder_or_a_device_is_no_scenario() {
    let folder = folder("kinds-of-files");
    assert!(Command::new("mkfifo").arg(folder.join("pipe.toml")).status().unwrap().success());
    for name in ["pipe.toml", ".", "/dev/zero", "/dev/null"] {
        let (status, _, err) = run(&folder, &["validate", name]);
        assert!(status == 2 && err.contains("no plain file") && err.contains('-'), "{name}: {status} {err}");
    }
}

// -------------------------------------------------------------------------------------------------- what names do

/// Names that would paint, ring, link, turn around, hide, break lines, give orders or calculate.
const NAMES: [&str; 14] = [
    "\\u001b[31mred\\u001b[0m",
    "\\u001b]8;;https://evil.example\\u0007here\\u001b]8;;\\u0007",
    "\\u0007bell\\u0008\\u007f",
    "\\u009b31mc1\\u0085next",
    "\\u202egnp.exe\\u202c \\u2066x\\u2069 \\u200f",
    "zero\\u200bwidth\\u200d\\ufeff\\U000E0041",
    "two\\nlines\\r\\nand\\u2028three",
    "::error file=x::obeyed",
    "a\\n::set-output name=x::y",
    "##[add-mask]x ##vso[task.setvariable]y",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "<script>alert(1)</script> [x](javascript:y) | `z` @team",
    "-- \\u0000 --",
];

fn hostile(name: &str) -> String {
    format!(
        "schema = 1\nname = \"{name}\"\n[target.p95]\nname = \"{name}\"\nquote = \"{name}\"\njourney = \"job\"\np95 = \"200ms\"\n\
         [target.cost]\ncost = \"$5/month\"\n[journey.job]\nname = \"{name}\"\nentry = \"desk\"\narrivals = \"8/s\"\n\
         [component.desk]\nname = {{ ja = \"{name}\", en = \"{name}\" }}\nnote = \"{name}\"\nkind = \"station\"\nwork = \"10ms (5ms..20ms)\"\nfrom.work = \"s\"\n\
         [source.s]\ntitle = \"{name}\"\nowner = \"{name}\"\n[control.c]\nname = \"{name}\"\nframeworks = [\"soc2:CC6.1\"]\n\
         [phase.p]\nname = \"{name}\"\n[task.t]\nname = \"{name}\"\nphase = \"p\"\ntakes = \"3d\"\n\
         [book.own]\nname = \"{name}\"\nline.\"{name}\" = {{ pays = \"desk\", amount = \"$1/month\" }}\n"
    )
}

fn harmless(what: &str, text: &str) {
    let odd: Vec<char> =
        text.chars().filter(|c| plain::hidden(*c) || matches!(c, '\u{85}' | '\u{2028}')).collect();
    assert!(odd.is_empty(), "{what}: {odd:?} in\n{text:?}");
    for line in text.lines() {
        assert!(!line.trim_start().starts_with("::"), "{what}: a command of a build server: {line:?}");
    }
    assert!(!text.contains("##[") && !text.contains("##vso["), "{what}: {text}");
}

#[test]
fn names_act_on_nobody_in_any_format() {
    let folder = folder("names");
    for (i, name) in NAMES.iter().enumerate() {
        fs::write(folder.join("x.toml"), hostile(name)).unwrap();
        for command in ["analyse", "cost", "show", "roadmap", "controls"] {
            // Every name with every command is seen in one format at least.
            for (k, format) in ["text", "markdown", "csv", "json"].iter().enumerate() {
                if command != "analyse" && (i + k) % 4 != 0 {
                    continue;
                }
                let args = [command, "x.toml", "--format", format, "--lang", "en"];
                let (status, out, err) = run(&folder, &args);
                let what = format!("{args:?} {name}");
                assert_eq!(status, 0, "{what}: {err}");
                harmless(&what, &out);
                harmless(&what, &err);
                if *format == "csv" {
                    let formula = |line: &str| line.trim_start_matches('"').starts_with(['=', '+', '@', '-']);
                    assert!(!out.lines().any(formula), "{what}: {out}");
                }
                if *format == "markdown" {
                    let markup = ["<script", "](javascript", "@team", "`z`"]
                        .iter()
                        .any(|m| out.replace("\\]", "").contains(m));
                    assert!(!markup, "{what}: {out}");
                }
                if *format == "json" {
                    let back: serde_json::Value = serde_json::from_str(&out).unwrap();
                    let meant: String = serde_json::from_str(&format!(
                        "\"{}\"",
                        name.replace("\\U000E0041", "\\udb40\\udc41")
                    ))
                    .unwrap();
                    assert!(
                        command != "analyse" || back["scenario"] == meant.as_str(),
                        "{what}: the data is lost"
                    );
                }
            }
        }
        let (status, out, err) = run(&folder, &["show", "x.toml", "--resolved"]);
        assert_eq!(status, 0, "{err}");
        harmless(name, &out);
    }
}

#[test]
fn errors_and_file_names_act_on_nobody() {
    let folder = folder("errors");
    for name in NAMES {
        let meant: String =
            serde_json::from_str(&format!("\"{}\"", name.replace("\\U000E0041", "\\udb40\\udc41"))).unwrap();
        let (raw, key): (String, String) = (meant.replace(['\n', '\r', '"'], " "), name.to_owned());
        // In a comment, as a value, as a key, as an id, as a name of a file.
        let texts = [
            format!("schema = 1\nx = 1 # {raw}\n").replace(|c: char| c.is_ascii_control() && c != '\n', ""),
            scenario("").replace("\"8/s\"", &format!("\"{name}\"")),
            scenario(&format!("\"{key}\" = 1")),
            scenario("").replace("[component.desk]", &format!("[component.\"{key}\"]")),
            scenario("").replace("\"station\"", &format!("\"{name}\"")),
        ];
        for (i, text) in texts.iter().enumerate() {
            let file = if meant.contains(['/', '\0']) {
                "plain.toml".to_owned()
            } else {
                format!("{i}{meant}.toml")
            };
            fs::write(folder.join(&file), text).unwrap();
            for format in ["text", "json", "sarif"] {
                let path = format!("./{file}");
                let (status, out, err) = run(&folder, &["validate", &path, "--format", format]);
                assert_eq!(status, 2, "{i} {name} {out}{err}");
                harmless(&format!("{i} {name}"), &out);
                harmless(&format!("{i} {name}"), &err);
            }
        }
        if !meant.contains('\0') {
            let (status, _, err) = run(&folder, &["check", "x.toml", &format!("--{meant}")]);
            assert_eq!(status, 2);
            harmless(name, &err);
        }
    }
}

// -------------------------------------------------------------------------------------------------- what is written

#[test]
fn an_answer_that_was_lost_is_an_error() {
    let folder = folder("lost");
    fs::write(folder.join("x.toml"), scenario("")).unwrap();
    let text = scenario("").replace("8/s", "8 /s");
    fs::write(folder.join("messy.toml"), &text).unwrap();
    for args in [
        vec!["analyse", "x.toml"],
        vec!["cost", "x.toml", "--format", "json"],
        vec!["show", "x.toml", "--resolved"],
        vec!["schema"],
        vec!["new"],
        vec!["validate", "x.toml"],
        vec!["migrate", "x.toml"],
        vec!["analyse", "x.toml", "--out", "/dev/full"],
    ] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = plimsoll(&folder, &args, full.into());
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write"), "{args:?}");
    }
    for out in ["nowhere/x.txt", "."] {
        let (status, _, err) = run(&folder, &["analyse", "x.toml", "--out", out]);
        assert!(status == 2 && err.contains("cannot write"), "{out}: {err}");
    }
    // Nobody reads: it ends as programs do that write to nobody, without a word.
    let mut child = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(["schema"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(141), 0));
}

#[test]
fn an_answer_never_takes_the_place_of_a_scenario() {
    let folder = folder("over");
    let (x, other) = (scenario(""), scenario("name = \"other\""));
    fs::write(folder.join("x.toml"), &x).unwrap();
    fs::write(folder.join("other.toml"), &other).unwrap();
    symlink("x.toml", folder.join("link.txt")).unwrap();
    fs::hard_link(folder.join("x.toml"), folder.join("hard.txt")).unwrap();
    for args in [
        vec!["analyse", "x.toml", "--out", "x.toml"],
        vec!["analyse", "x.toml", "--out", "./x.toml"],
        vec!["analyse", "x.toml", "--out", "link.txt"],
        vec!["analyse", "x.toml", "--out", "hard.txt"],
        vec!["cost", "x.toml", "--format", "json", "--out", "other.toml"],
        vec!["new", "--out", "x.toml"],
        vec!["show", "x.toml", "--resolved", "--out", "x.toml"],
    ] {
        let (status, out, err) = run(&folder, &args);
        assert!(status == 2 && err.contains("is a scenario") && out.is_empty(), "{args:?}: {err}");
    }
    assert_eq!(fs::read_to_string(folder.join("x.toml")).unwrap(), x);
    assert_eq!(fs::read_to_string(folder.join("other.toml")).unwrap(), other);
}

#[test]
fn an_answer_goes_into_a_file_that_may_be_lost_and_into_nothing_else() {
    let folder = folder("out");
    fs::write(folder.join("x.toml"), scenario("")).unwrap();
    // A scenario is one by what it says, with or without its version; the layout beside one belongs to it.
    let kept = [
        ("x.layout.toml", "[component.desk]\nx = 1\ny = 2\n".to_owned(), "is a scenario"),
        ("other.toml", scenario("name = \"other\""), "is a scenario"),
        ("noschema.toml", DESK.to_owned(), "is a scenario"),
        ("noschema.txt", DESK.to_owned(), "is a scenario"),
    ];
    for (name, text, why) in &kept {
        fs::write(folder.join(name), text).unwrap();
        let (status, out, err) = run(&folder, &["analyse", "x.toml", "--out", name]);
        assert!(status == 2 && err.contains(why) && out.is_empty(), "{name}: {status} {err}");
        assert_eq!(&fs::read_to_string(folder.join(name)).unwrap(), text, "{name}");
    }
    fs::create_dir(folder.join("sub")).unwrap();
    assert!(Command::new("mkfifo").arg(folder.join("pipe")).status().unwrap().success());
    for name in ["sub", "sub/", "pipe"] {
        let (status, out, err) = run(&folder, &["analyse", "x.toml", "--out", name]);
        assert!(status == 2 && err.contains("cannot write") && out.is_empty(), "{name}: {status} {err}");
    }
    assert!(fs::read_dir(folder.join("sub")).unwrap().next().is_none());
    // What an earlier answer left, and a TOML that is no scenario are written over.
    for (name, text) in [("answer.txt", "judged hour"), ("notes.toml", "title = \"notes\"\n")] {
        fs::write(folder.join(name), text).unwrap();
        let (status, _, err) = run(&folder, &["analyse", "x.toml", "--out", name]);
        assert!(
            status == 0 && fs::read_to_string(folder.join(name)).unwrap().contains("desk"),
            "{name}: {err}"
        );
        assert_ne!(fs::read_to_string(folder.join(name)).unwrap(), text, "{name}");
    }
}

#[test]
fn what_is_asked_for_and_not_there_is_told_from_a_file_without_any() {
    let folder = folder("none-there");
    fs::write(folder.join("x.toml"), scenario("")).unwrap();
    let fault = "\n[fault.slow]\nwhat = \"latency-added\"\non = \"desk\"\nadd = \"1ms\"\n";
    fs::write(folder.join("one.toml"), format!("{}{fault}", scenario(""))).unwrap();
    for (args, inside) in [
        (
            vec!["simulate", "x.toml", "--fault", "zone"],
            "this file has none of them: state it as `[fault.<id>]`",
        ),
        (vec!["simulate", "one.toml", "--fault", "zone"], "known are: slow"),
        (vec!["simulate", "one.toml", "--fault", "slw"], "did you mean `slow`?"),
    ] {
        let (status, out, err) = run(&folder, &args);
        assert_eq!(status, 2, "{args:?}");
        assert!(format!("{out}{err}").contains(inside), "{args:?}: {out}{err}");
    }
}

#[test]
fn a_file_is_replaced_whole_keeps_its_mode_and_follows_links_inside_only() {
    let outside = folder("replace-outside");
    let inside = folder("replace");
    let messy = scenario("").replace(" = ", "=");
    let names = |folder: &Path| {
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.sort();
        names
    };
    fs::write(inside.join("x.toml"), &messy).unwrap();
    fs::set_permissions(inside.join("x.toml"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("x.toml", inside.join("link.toml")).unwrap();
    fs::write(outside.join("far.toml"), &messy).unwrap();
    symlink(outside.join("far.toml"), inside.join("far.toml")).unwrap();
    let before = names(&inside);
    let (status, _, err) = run(&inside, &["fmt", "link.toml"]);
    assert_eq!(status, 0, "{err}");
    assert!(fs::read_to_string(inside.join("x.toml")).unwrap().contains("kind = \"station\""));
    assert_eq!(fs::metadata(inside.join("x.toml")).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(inside.join("link.toml")).unwrap().file_type().is_symlink());
    assert_eq!(names(&inside), before, "nothing is left beside it");
    let (status, _, err) = run(&inside, &["fmt", "far.toml"]);
    assert!(status == 2 && err.contains("out of its folder"), "{err}");
    assert_eq!(fs::read_to_string(outside.join("far.toml")).unwrap(), messy);
    // An answer goes neither through such a link, nor into a file that may not be written.
    symlink(outside.join("new.txt"), inside.join("out.txt")).unwrap();
    let (status, _, _) = run(&inside, &["analyse", "x.toml", "--out", "out.txt"]);
    assert!(status == 2 && !outside.join("new.txt").exists());
    fs::write(inside.join("kept.txt"), "kept").unwrap();
    fs::set_permissions(inside.join("kept.txt"), fs::Permissions::from_mode(0o444)).unwrap();
    let (status, _, _) = run(&inside, &["analyse", "x.toml", "--out", "kept.txt"]);
    assert!(status == 2 && fs::read_to_string(inside.join("kept.txt")).unwrap() == "kept");
    // Where the text may not grow (the limit of a file's size stands for a full disk), the old file stays whole.
    fs::write(inside.join("m.toml"), &messy).unwrap();
    let limits = "ulimit -f 0; trap '' XFSZ; exec \"$0\" fmt m.toml";
    let status = Command::new("sh")
        .args(["-c", limits, env!("CARGO_BIN_EXE_plimsoll")])
        .current_dir(&inside)
        .stderr(Stdio::null())
        .status();
    assert_eq!(status.unwrap().code(), Some(2));
    assert_eq!(fs::read_to_string(inside.join("m.toml")).unwrap(), messy);
}
