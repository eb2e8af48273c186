//! `check`: every target of every tier, as a gate.

use super::args::{CheckArgs, Format};
use super::output::{pretty, status, write};
use super::{Status, input, output, problems, progress};
use crate::answer::verdict::Verdict;
use crate::diag::Severity;
use crate::job::{Ask, Job, Tiers};
use crate::report::blocks::{check as report, csv, markdown};
use crate::report::{json, junit, sarif};
use crate::scenario::{self, Scenario, SourceFile};
use crate::text::Lang;
use serde_json::json;

/// Replications with `--quick`. Our choice.
const QUICK: u32 = 4;

/// Judges all files; the worst verdict decides the exit status.
pub fn check(args: &CheckArgs) -> Option<Status> {
    let show = &args.common.show;
    let lang = show.lang();
    let budget = match &args.budget {
        Some(text) => Some(super::simulate::seconds("--budget", text, 0.0, show)?),
        None => None,
    };
    let scenarios = read_all(&args.files, show)?;
    let mut answers = Vec::new();
    let mut interrupted = false;
    for files in scenarios {
        let mut ask = Ask::check(args.common.seed);
        ask.prices = args.common.prices.first().cloned();
        ask.platform = args.common.platform.clone();
        if args.quick {
            (ask.replications, ask.until_sure) = (QUICK, false);
        }
        if let Some(n) = args.replications {
            (ask.replications, ask.until_sure) = (n, false);
        }
        if let Some(tier) = &args.common.tier {
            ask.tiers = Tiers::One(tier.clone());
        }
        match progress::run(Job::Assess { revision: 0, files: files.clone(), ask }, &args.common, budget) {
            Ok((answer, partial)) => {
                answers.push(answer);
                interrupted |= partial;
            }
            Err(found) => {
                problems::say(&files, &found, show);
                return None;
            }
        }
        if interrupted {
            break;
        }
    }
    let blocks: Vec<_> = answers.iter().flat_map(|answer| report::report(answer, lang)).collect();
    let text = match show.format {
        Format::Text => output::text(&blocks, show),
        Format::Markdown => markdown::render(&blocks, lang),
        Format::Csv => csv::render(&blocks),
        Format::Junit => junit::render(&answers, lang),
        Format::Sarif => pretty(&sarif::verdicts(&answers, lang)),
        Format::Json => {
            let mut all: Vec<_> = answers.iter().map(|answer| json::render(answer, lang)).collect();
            pretty(&if args.files.len() == 1 { all.swap_remove(0) } else { json!({ "files": all }) })
        }
    };
    write(show, &text)?;
    let worst = answers.iter().map(report::overall).max().unwrap_or(Verdict::Unsure);
    if interrupted {
        if !show.quiet {
            output::tell(&format!("{}\n", stopped(lang)));
        }
        return Some(Status::Interrupted);
    }
    Some(status(worst))
}

/// Said when Ctrl-C cut a run short.
pub fn stopped(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "中断した。ここまでの反復だけによる途中の値で、digest はない",
        Lang::En => "Interrupted: the figures rest on the replications so far; there is no digest",
    }
}

/// Reads every file before anything is computed, so that all problems are said at once. What `validate` says
/// is said here too; warnings and notes do not stand in the way.
fn read_all(paths: &[String], show: &super::args::Show) -> Option<Vec<Vec<SourceFile>>> {
    let mut good = Vec::new();
    let mut broken = false;
    for path in paths {
        match read(path, show) {
            Some((files, _)) => good.push(files),
            None => broken = true,
        }
    }
    (!broken).then_some(good)
}

/// One scenario with what it extends; `None` when it cannot be used, which has then been said.
pub fn read(path: &str, show: &super::args::Show) -> Option<(Vec<SourceFile>, Scenario)> {
    let files = match input::load(path) {
        Ok(files) => files,
        Err((files, found)) => {
            problems::say(&files, &found, show);
            return None;
        }
    };
    let reading = scenario::read(&files);
    let broken = reading.diagnostics.iter().any(|d| d.severity == Severity::Error);
    problems::say(&files, &problems::worth_saying(&reading.diagnostics, show), show);
    Some((files, reading.scenario.filter(|_| !broken)?))
}
