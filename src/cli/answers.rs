//! The commands that need no simulation of the answer as a whole: `analyse`, `availability`, `recovery`, `deploys`, `cost`,
//! `tiers`; and `alerts`, which simulates for itself.

use super::args::{AvailabilityArgs, OneArgs, OptimiseArgs, SolveArgs, TiersArgs, Unknown};
use super::problems::or_say;
use super::{Status, check, output, progress};
use crate::answer::Answer;
use crate::answer::solve::SolveAnswer;
use crate::answer::verdict::TargetKind;
use crate::assess::{self, Analysis};
use crate::avail::years::Span;
use crate::diag::Diagnostic;
use crate::job;
use crate::plan::hour::Runs;
use crate::plan::strategies::strategies;
use crate::plan::tiers::rung;
use crate::plan::{alerts, deploys, optimise, solve};
use crate::report::blocks::{
    Block, alerts as watch, controls as compliance, deploys as release, money, optimise as cheapest,
    platforms as clouds, recovery, roadmap as gantt, sensitivity as tornado, solve as inverse, steady,
    uptime,
};
use crate::report::json;
use crate::scenario::{Scenario, SourceFile, on_platform};
use crate::text::Lang;

/// The analytic steady state of the busiest hour.
pub fn analyse(args: &OneArgs) -> Option<Status> {
    one_tier_with(args, steady::report, |answer, analysis| answer.series.extend(job::day(&analysis.model)))
}

/// Availability of the journeys that the uptime objective counts.
pub fn availability(args: &AvailabilityArgs) -> Option<Status> {
    let span = Span { months: args.months, seed: args.one.common.seed };
    one_tier_with(&args.one, uptime::report, |answer, analysis| {
        if let Some(found) = &mut answer.availability {
            found.years = assess::uptime::played(analysis, span);
        }
        answer.targets.retain(|_, t| t.kind == TargetKind::Uptime);
        answer.components.clear();
        answer.series.clear();
        answer.books.clear();
        answer.cost = None;
    })
}

/// What it takes to come back from every event.
pub fn recovery(args: &OneArgs) -> Option<Status> {
    one_tier_with(args, recovery::report, |answer, analysis| {
        answer.recovery_strategies = strategies(analysis);
        answer.journeys.clear();
        answer.components.clear();
        answer.series.clear();
        answer.books.clear();
        (answer.cost, answer.availability) = (None, None);
        answer.targets.retain(|_, t| matches!(t.kind, TargetKind::Rto | TargetKind::Rpo));
    })
}

/// What releases cost with each way of rolling out.
pub fn deploys(args: &OneArgs) -> Option<Status> {
    one_tier_with(args, release::report, |answer, analysis| {
        let (releases, ways) = deploys::deploys(analysis);
        (answer.releases, answer.deploys) = (Some(releases), ways);
        only_the_frame(answer);
    })
}

/// What the alerts notice.
pub fn alerts(args: &OneArgs) -> Option<Status> {
    let threads = progress::threads(&args.common);
    let runs = Runs {
        seed: args.common.seed,
        replications: job::REPLICATIONS,
        warmup_s: job::WARMUP_S,
        duration_s: job::DURATION_S,
    };
    one_tier_simulated(args, job::REPLICATIONS, watch::report, |answer, analysis| {
        (answer.alerts, answer.detection) = alerts::alerts(&analysis.model, runs, &threads);
        only_the_frame(answer);
    })
}

/// Controls, as checks on the graph.
pub fn controls(args: &OneArgs) -> Option<Status> {
    one_tier_with(args, compliance::report, |answer, analysis| {
        answer.controls = crate::plan::controls::controls(&analysis.model);
        only_the_frame(answer);
    })
}

/// The roadmap.
pub fn roadmap(args: &OneArgs) -> Option<Status> {
    one_tier_with(args, gantt::report, |answer, analysis| {
        answer.roadmap = crate::plan::roadmap::roadmap(&analysis.model.roadmap, args.common.seed);
        only_the_frame(answer);
    })
}

/// How far assumptions move each target.
pub fn sensitivity(args: &OneArgs) -> Option<Status> {
    let (files, scenario) = open(args)?;
    let show = &args.common.show;
    let first = scenario.tiers.first().map_or("base", String::as_str);
    let tier = args.common.tier.as_deref().unwrap_or(first);
    let prices = args.common.prices.first().map(String::as_str);
    let analysis = or_say(job::analyse(&scenario, tier, prices), &files, show)?;
    let mut answer = job::frame(&analysis, &rung(&analysis, None, &files), &files);
    answer.sensitivity = assess::tornado::tornado(&scenario, &analysis);
    only_the_frame(&mut answer);
    let lang = show.lang();
    output::answer(show, &tornado::report(&answer, lang), &json::render(&answer, lang))?;
    Some(Status::Ok)
}

/// Inverse questions.
pub fn solve(args: &SolveArgs) -> Option<Status> {
    let threads = progress::threads(&args.one.common);
    let runs = Runs {
        seed: args.one.common.seed,
        replications: args.replications,
        warmup_s: job::WARMUP_S,
        duration_s: job::DURATION_S,
    };
    let simulated = if args.what == Unknown::VendorUptime { 0 } else { args.replications };
    one_tier_simulated(&args.one, simulated, inverse::report, |answer, analysis| {
        let mut found = SolveAnswer::default();
        match args.what {
            Unknown::Load => found.load = solve::load(analysis, runs, &threads),
            Unknown::Fault => {
                (found.faults, found.broken) = solve::faults(analysis, &args.one.file, runs, &threads);
            }
            Unknown::VendorUptime => {
                found.vendor_uptime = solve::vendor_uptime(analysis);
                found.outages = solve::outages(analysis);
            }
        }
        answer.solve = Some(found);
        only_the_frame(answer);
    })
}

/// The design on every cloud.
pub fn platforms(args: &OneArgs) -> Option<Status> {
    let (files, scenario) = open(args)?;
    let show = &args.common.show;
    let first = scenario.tiers.first().map_or("base", String::as_str);
    let tier = args.common.tier.as_deref().unwrap_or(first);
    let analysis = or_say(job::analyse(&scenario, tier, None), &files, show)?;
    let mut answer = job::frame(&analysis, &rung(&analysis, None, &files), &files);
    answer.platforms = or_say(crate::plan::platforms::platforms(&scenario, tier), &files, show)?;
    only_the_frame(&mut answer);
    let lang = show.lang();
    output::answer(show, &clouds::report(&answer, lang), &json::render(&answer, lang))?;
    Some(Status::Ok)
}

/// The cheapest designs of one tier, or of each.
pub fn optimise(args: &OptimiseArgs) -> Option<Status> {
    let (files, scenario) = open(&args.one)?;
    let common = &args.one.common;
    let threads = progress::threads(common);
    let runs = Runs {
        seed: common.seed,
        replications: args.replications,
        warmup_s: job::WARMUP_S,
        duration_s: job::DURATION_S,
    };
    let asked = common.tier.as_ref();
    let first = asked.or(scenario.tiers.first()).map_or("base", String::as_str);
    let prices = common.prices.first().map(String::as_str);
    let analysis = or_say(job::analyse(&scenario, first, prices), &files, &common.show)?;
    let mut answer = job::frame(&analysis, &rung(&analysis, None, &files), &files);
    answer.seed = common.seed;
    if !args.quick {
        or_say(job::limits::affordable_hour(&analysis.model, args.replications), &files, &common.show)?;
    }
    for tier in scenario.tiers.iter().filter(|id| asked.is_none_or(|asked| asked == *id)) {
        let ask = optimise::Ask {
            scenario: &scenario,
            files: &files,
            tier,
            book: prices,
            budget: if args.quick { optimise::QUICK } else { optimise::THOROUGH },
            runs: (!args.quick).then_some(runs),
        };
        let found = or_say(optimise::optimise(&ask, &threads), &files, &common.show)?;
        answer.optimise.insert(tier.clone(), found);
        if progress::interrupted() {
            break;
        }
    }
    only_the_frame(&mut answer);
    let lang = common.show.lang();
    output::answer(&common.show, &cheapest::report(&answer, lang), &json::render(&answer, lang))?;
    Some(ended(&common.show))
}

/// How a command ends that simulates for itself: stopped by the user, or not.
fn ended(show: &super::args::Show) -> Status {
    if !progress::interrupted() {
        return Status::Ok;
    }
    if !show.quiet {
        eprintln!("{}", check::stopped(show.lang()));
    }
    Status::Interrupted
}

/// Leaves out what other commands answer.
fn only_the_frame(answer: &mut Answer) {
    answer.journeys.clear();
    answer.components.clear();
    answer.series.clear();
    answer.targets.clear();
    answer.recovery.clear();
    answer.books.clear();
    (answer.cost, answer.availability) = (None, None);
}

/// The bill in each asked book.
pub fn cost(args: &OneArgs) -> Option<Status> {
    one_tier_of(args, job::money, money::cost, |answer, _| {
        answer.journeys.clear();
        answer.components.clear();
        answer.series.clear();
        answer.availability = None;
        answer.targets.retain(|_, t| matches!(t.kind, TargetKind::Cost | TargetKind::Claim));
    })
}

/// The ladder.
pub fn tiers(args: &TiersArgs) -> Option<Status> {
    let (files, scenario) = open(&args.one)?;
    let common = &args.one.common;
    let show = &common.show;
    let asked = job::ladder::Asked {
        tier: common.tier.as_deref(),
        at: &args.at,
        prices: common.prices.first().map(String::as_str),
        seed: common.seed,
    };
    let mut answer = or_say(job::ladder::ladder(&scenario, &files, asked), &files, show)?;
    answer.journeys.clear();
    answer.components.clear();
    answer.series.clear();
    answer.targets.clear();
    (answer.cost, answer.availability) = (None, None);
    answer.books.clear();
    let lang = show.lang();
    output::answer(show, &money::tiers(&answer, lang), &json::render(&answer, lang))?;
    Some(Status::Ok)
}

/// Answers about one tier; `strip` takes out what the command is not about, and adds what it is.
fn one_tier_with(
    args: &OneArgs,
    report: impl Fn(&Answer, Lang) -> Vec<Block>,
    strip: impl Fn(&mut Answer, &Analysis),
) -> Option<Status> {
    one_tier_of(args, job::analyse, report, strip)
}

/// The same for an answer that takes so many runs of the judged hour; refused where nobody can wait for those.
fn one_tier_simulated(
    args: &OneArgs,
    replications: u32,
    report: impl Fn(&Answer, Lang) -> Vec<Block>,
    strip: impl Fn(&mut Answer, &Analysis),
) -> Option<Status> {
    let analyse = |scenario: &Scenario, tier: &str, prices: Option<&str>| {
        let analysis = job::analyse(scenario, tier, prices)?;
        job::limits::affordable_hour(&analysis.model, replications)?;
        Ok(analysis)
    };
    one_tier_of(args, analyse, report, strip)
}

/// The same from another analysis.
fn one_tier_of(
    args: &OneArgs,
    analyse: impl Fn(&Scenario, &str, Option<&str>) -> Result<Analysis, Vec<Diagnostic>>,
    report: impl Fn(&Answer, Lang) -> Vec<Block>,
    strip: impl Fn(&mut Answer, &Analysis),
) -> Option<Status> {
    let (files, scenario) = open(args)?;
    let show = &args.common.show;
    let first = scenario.tiers.first().map_or("base", String::as_str);
    let tier = args.common.tier.as_deref().unwrap_or(first);
    let prices = &args.common.prices;
    let bills = |book| or_say(analyse(&scenario, tier, book), &files, show);
    let analysis = bills(prices.first().map(String::as_str))?;
    let mut answer = job::frame(&analysis, &rung(&analysis, None, &files), &files);
    answer.seed = args.common.seed;
    if let [first, others @ ..] = &prices[..] {
        let bill_of = |analysis: &Analysis, book: &String| {
            analysis.bills.get(book).map(|bill| (book.clone(), bill.clone()))
        };
        answer.books = bill_of(&analysis, first).into_iter().collect();
        for book in others {
            answer.books.extend(bill_of(&bills(Some(book))?, book));
        }
    } else {
        let judged = analysis.model.prices.clone();
        answer.books.retain(|id, _| *id == judged);
    }
    strip(&mut answer, &analysis);
    let lang = show.lang();
    output::answer(show, &report(&answer, lang), &json::render(&answer, lang))?;
    Some(ended(show))
}

fn open(args: &OneArgs) -> Option<(Vec<SourceFile>, Scenario)> {
    let (files, mut scenario) = check::read(&args.file, &args.common.show)?;
    if let Some(platform) = &args.common.platform {
        scenario = or_say(on_platform(&scenario, platform), &files, &args.common.show)?;
    }
    Some((files, scenario))
}
