//! Large and deep files through the command, with limits of CPU and memory on each: work grows with the size and not
//! faster, and what is over a limit of the format is an error at its line. The bounds are several times what is needed.

use super::SHOP;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Seconds of CPU and MiB of memory for one run.
struct Limits(u32, u32);

/// An optimised build needs a tenth of these; tests may be built without.
const USUAL: Limits = Limits(if cfg!(debug_assertions) { 20 } else { 10 }, 2_500);

/// Runs the command on a text with limits: exit status (-1: killed by a limit), standard output and error.
fn run(args: &str, text: &str, limits: &Limits) -> (i32, String, String) {
    let limited = format!("ulimit -t {}; ulimit -v {}; exec \"$0\" {args}", limits.0, limits.1 * 1024);
    let mut child = Command::new("sh")
        .args(["-c", &limited, env!("CARGO_BIN_EXE_plimsoll")])
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let text = text.to_owned();
    let writer = std::thread::spawn(move || drop(input.write_all(text.as_bytes())));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let said = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap_or(-1), said(&output.stdout), said(&output.stderr))
}

/// Lines made of a number each.
fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut out, i| {
        let _ = writeln!(out, "{}", line(i));
        out
    })
}

/// A journey through stations one after the other.
fn chain(length: usize) -> String {
    let stations = lines(length, |i| {
        let to = if i + 1 < length { format!("to = \"c{}\"\n", i + 1) } else { String::new() };
        format!("[component.c{i}]\nkind = \"station\"\nwork = \"1us\"\n{to}")
    });
    format!(
        "schema = 1\n[target.t]\njourney = \"j\"\np95 = \"1s\"\n[journey.j]\nentry = \"c0\"\narrivals = \"1/s\"\n{stations}"
    )
}

/// `from` stations that call `to` others each.
fn fan(from: usize, to: usize) -> String {
    let callers = lines(from, |i| {
        let steps: Vec<String> = (0..to).map(|k| format!("\"leaf{k} 1%\"")).collect();
        format!("steps.c{i} = [[{}]]", steps.join(", "))
    });
    let next = |i: usize| if i + 1 < from { format!("to = \"c{}\"", i + 1) } else { String::new() };
    let stations =
        lines(from, |i| format!("[component.c{i}]\nkind = \"station\"\nwork = \"1us\"\n{}", next(i)))
            + &lines(to, |k| format!("[component.leaf{k}]\nkind = \"station\"\nwork = \"1us\""));
    format!("schema = 1\n[journey.j]\nentry = \"c0\"\narrivals = \"1/s\"\n{callers}{stations}")
}

fn tasks(count: usize) -> String {
    // The worst order: each waits for the next of the file.
    let tasks = lines(count, |i| {
        let after = if i + 1 < count { format!("after = \"t{}\"\n", i + 1) } else { String::new() };
        format!("[task.t{i}]\nphase = \"p\"\ntakes = \"pert(1d, 2d, 3d)\"\n{after}")
    });
    format!("{SHOP}\n[phase.p]\n{tasks}")
}

#[test]
fn many_slips_are_said_in_time() {
    let many = 10_000;
    for (what, text) in [
        (
            "keys",
            format!(
                "{SHOP}[component.x]\nkind = \"station\"\nwork = \"1ms\"\n{}",
                lines(many, |i| format!("repilcas{i} = 1"))
            ),
        ),
        ("tables", format!("{SHOP}{}", lines(many, |i| format!("[targt{i}]")))),
        ("keys in tables", format!("{SHOP}{}", lines(many, |i| format!("[source.s{i}]\ntitel = \"x\"")))),
        (
            "references",
            format!(
                "{SHOP}{}",
                lines(many, |i| format!("[source.s{i}]\ntitle = \"x\"\nfrom.title = \"sorce{i}\""))
            ),
        ),
        (
            "steps",
            SHOP.replace(
                "[\"db\", \"llm\"]",
                &format!("[{}]", (0..many).map(|i| format!("\"db{i}\"")).collect::<Vec<_>>().join(", ")),
            ),
        ),
        ("values", format!("{SHOP}[control.x]\nframeworks = [{}]", "1, ".repeat(many))),
        ("ids", format!("{SHOP}{}", lines(many / 2, |i| format!("[source.\"S {i}\"]")))),
    ] {
        for format in ["text", "json"] {
            let (status, out, err) = run(&format!("validate - --format {format}"), &text, &USUAL);
            assert_eq!(status, 2, "{what} {format}: {}", &err[..err.len().min(300)]);
            let said = if format == "text" {
                err.matches("error[").count()
            } else {
                out.matches("\"code\"").count()
            };
            assert!(said >= many / 2, "{what} {format}: {said}");
        }
    }
}

#[test]
fn the_largest_files_are_read_in_time_and_larger_ones_refused_at_a_line() {
    for (what, text, status, says) in [
        ("a chain of 10,000", chain(10_000), 0, "no errors"),
        ("a chain of 10,001", chain(10_001), 2, "at most 10000"),
        ("100,000 calls", fan(101, 989), 0, "no errors"),
        ("more than 100,000 calls", fan(102, 989), 2, "at most 100000"),
        ("10,000 tasks in a row", tasks(9_999), 0, "no errors"),
        ("8 MiB", format!("{SHOP}#{}", "x".repeat((8 << 20) - SHOP.len() - 1)), 0, "no errors"),
        ("more than 8 MiB", format!("{SHOP}#{}", "x".repeat((8 << 20) - SHOP.len())), 2, "8 MiB"),
        (
            "nesting of 20,000",
            format!("{SHOP}[x-a]\nb = {}{}", "[".repeat(20_000), "]".repeat(20_000)),
            2,
            "nest",
        ),
        (
            "an id of a megabyte",
            format!("{SHOP}[component.{}]\nkind = \"station\"\nwork = \"1ms\"", "a".repeat(1 << 20)),
            0,
            "no errors",
        ),
        (
            "a slip of a megabyte",
            SHOP.replace("[\"db\", \"llm\"]", &format!("[\"{}\"]", "a".repeat(1 << 20))),
            2,
            "unknown-reference",
        ),
        ("an array of a million", format!("{SHOP}[x-a]\nb = [{}]", "1,".repeat(1_000_000)), 0, "no errors"),
        (
            "64 tiers",
            format!("{}{}", chain(300), lines(64, |i| format!("[tier.t{i}]\nusers = {i}"))),
            0,
            "no errors",
        ),
        (
            "65 tiers",
            format!("{}{}", chain(3), lines(65, |i| format!("[tier.t{i}]\nusers = {i}"))),
            2,
            "at most 64",
        ),
        (
            "201 journeys",
            format!(
                "{}{}",
                chain(3),
                lines(200, |i| format!("[journey.k{i}]\nentry = \"c0\"\narrivals = \"1/s\""))
            ),
            2,
            "at most 200",
        ),
    ] {
        let (got, out, err) = run("validate -", &text, &USUAL);
        let words: String = (out + &err).chars().take(2_000).collect();
        assert!(got == status && words.contains(says), "{what}: {got}: {words}");
    }
}

#[test]
fn large_files_are_answered_in_time() {
    for (what, text, args) in [
        ("a chain of 2,000", chain(2_000), "analyse -"),
        ("a chain of 2,000", chain(2_000), "cost -"),
        ("20,000 calls", fan(40, 500), "analyse -"),
        ("2,000 tasks", tasks(2_000), "roadmap -"),
        ("9,000 tasks", tasks(9_000), "roadmap -"),
    ] {
        let (status, _, err) = run(args, &text, &USUAL);
        let words: String = err.chars().take(600).collect();
        assert_eq!(status, 0, "{args} {what}: {words}");
    }
}

#[test]
fn every_answering_command_takes_a_slip_of_every_line_within_its_limits() {
    let commands = [
        "analyse -",
        "cost -",
        "recovery -",
        "availability - --months 100",
        "tiers -",
        "show -",
        "controls -",
        "show - --resolved",
        "alerts - --quiet",
        "deploys -",
    ];
    let lines: Vec<&str> = SHOP.lines().collect();
    let values = ["0", "\"0s\"", "\"1ns\"", "\"100%\"", "\"1000000/s\"", "\"exponential(mean=1s)\"", "[]"];
    let keyed = lines.iter().enumerate().filter_map(|(i, line)| Some((i, line.split_once(" = ")?.0)));
    for (n, (i, key)) in keyed.enumerate().filter(|(n, _)| n % 2 == 0) {
        let new = format!("{key} = {}", values[n / 2 % values.len()]);
        let mut text = lines.clone();
        text[i] = &new;
        let command = commands[n / 2 % (commands.len() - 2)];
        let (status, out, err) = run(&format!("{command} --format json"), &(text.join("\n") + "\n"), &USUAL);
        let fine = match status {
            0 => !out.is_empty(),
            2 => out.is_empty() && err.contains("<stdin>:") || err.contains("error"),
            _ => false,
        };
        assert!(fine && !err.contains("panicked"), "{command} {new}: {status}: {err}");
    }
}
