//! `simulate`: the judged hour of one tier, request by request.

use super::args::{Method, Show, SimulateArgs};
use super::output::{self, wrong};
use super::{Status, check, problems, progress};
use crate::job::{self, Ask, FaultChoice, Job};
use crate::report::blocks::steady;
use crate::report::json;
use crate::sim::MOST_BUCKETS;
use crate::units::grammar::{Dim, parse_scalar};

/// Span of `--method hybrid` unless asked: the 30 days of an uptime month.
const MONTH_S: f64 = 30.0 * 86_400.0;

/// Simulates and prints.
pub fn simulate(args: &SimulateArgs) -> Option<Status> {
    let common = &args.one.common;
    let show = &common.show;
    let (files, scenario) = check::read(&args.one.file, show)?;
    let first = scenario.tiers.first().map_or("base", String::as_str);
    let tier = common.tier.as_deref().unwrap_or(first);
    let mut ask = Ask::hour(tier, None, common.seed);
    ask.faults = match args.fault.as_str() {
        "none" => FaultChoice::None,
        "all" if args.method == Method::Hybrid => FaultChoice::All,
        "all" => FaultChoice::Each,
        "together" => FaultChoice::All,
        "random" => FaultChoice::Random,
        several if several.contains(',') => {
            FaultChoice::Some(several.split(',').map(|id| id.trim().to_owned()).collect())
        }
        id => FaultChoice::One(id.to_owned()),
    };
    if ask.faults == FaultChoice::Random && args.method == Method::Hybrid {
        return wrong(
            show,
            "--fault random は --method hybrid と併せて使えない。--method requests にする",
            "--fault random does not go with --method hybrid: use --method requests",
        );
    }
    ask.prices = common.prices.first().cloned();
    ask.platform = common.platform.clone();
    ask.hybrid = args.method == Method::Hybrid;
    if ask.hybrid {
        ask.duration_s = MONTH_S;
    }
    if let Some(text) = &args.duration {
        ask.duration_s = seconds("--duration", text, 0.0, show)?;
        ask.follow_profile = ask.duration_s > job::DURATION_S;
        ask.on_time = true;
    }
    if let Some(text) = &args.step {
        let step = seconds("--step", text, 0.0, show)?;
        let least = ask.duration_s / MOST_BUCKETS as f64;
        if step < least {
            return wrong(
                show,
                &format!("--step {text} では点が多すぎる({MOST_BUCKETS} 個まで)。{least} 秒以上にする"),
                &format!("--step `{text}` makes more than {MOST_BUCKETS} points: use at least {least} s"),
            );
        }
        ask.step_s = Some(step);
    }
    match args.warmup.as_deref() {
        None => {}
        Some("auto") => ask.warmup_s = None,
        Some(text) => ask.warmup_s = Some(seconds("--warmup", text, -1.0, show)?),
    }
    if let Some(text) = &args.until {
        ask.until = Some(half_width(text, show)?);
        ask.replications = job::MOST_UNTIL;
    }
    if let Some(n) = args.replications {
        if n == 0 || n > 10_000 {
            return wrong(show, "--replications は 1 から 10000", "--replications must be 1 to 10000");
        }
        ask.replications = n;
    }
    if let Some(text) = &args.from {
        ask.from_time = Some(clock(text, show)?);
    }
    match progress::run(Job::Assess { revision: 0, files: files.clone(), ask }, common, None) {
        Ok((mut answer, partial)) => {
            answer.tiers.clear();
            let lang = show.lang();
            output::answer(show, &steady::report(&answer, lang), &json::render(&answer, lang))?;
            if partial && !show.quiet {
                output::tell(&format!("{}\n", check::stopped(lang)));
            }
            Some(if partial { Status::Interrupted } else { Status::Ok })
        }
        Err(found) => {
            problems::say(&files, &found, show);
            None
        }
    }
}

/// A duration above `least` seconds as written: `30s`, `10min`, `1h`, `2d`.
pub fn seconds(option: &str, text: &str, least: f64, show: &Show) -> Option<f64> {
    match parse_scalar(text) {
        Ok(scalar)
            if scalar.dim == Dim::Time
                && scalar.value > least
                && scalar.value >= 0.0
                && scalar.value <= 366.0 * 86_400.0 =>
        {
            Some(scalar.value)
        }
        _ => wrong(
            show,
            &format!("{option} {text} は時間ではない。30s、10min、1h、2d のように書く(366d まで)"),
            &format!("{option} `{text}` is no duration; write 30s, 10min, 1h or 2d (at most 366d)"),
        ),
    }
}

/// A relative half-width as written: `2%`.
fn half_width(text: &str, show: &Show) -> Option<f64> {
    match parse_scalar(text) {
        Ok(scalar) if scalar.dim == Dim::Share && scalar.value > 0.0 && scalar.value < 1.0 => {
            Some(scalar.value)
        }
        _ => wrong(
            show,
            &format!("--until {text} は相対半幅ではない。2% のように書く(0 % より大きく 100 % 未満)"),
            &format!("--until `{text}` is no relative half-width; write 2% (above 0 %, below 100 %)"),
        ),
    }
}

/// Minute of the day of `HH:MM`.
fn clock(text: &str, show: &Show) -> Option<u32> {
    let minute = text.split_once(':').and_then(|(hour, minute)| {
        let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
        (hour < 24 && minute < 60).then_some(hour * 60 + minute)
    });
    minute.or_else(|| {
        wrong(
            show,
            &format!("--from {text} は時刻ではない。09:30 のように書く"),
            &format!("--from `{text}` is no time of day; write 09:30"),
        )
    })
}
