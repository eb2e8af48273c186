//! Jobs: the only door for shells. Text goes in, answers come out; everything long is a loop of bounded steps.

pub mod digest;
pub mod ladder;
pub mod limits;
pub mod part;
mod precision;
pub mod question;
pub mod running;

use crate::answer::{ANSWER_SCHEMA, Answer};
use crate::assess::{self, Analysis};
use crate::diag::{Diagnostic, Severity, nearest_name};
use crate::model::Model;
use crate::plan::audit;
use crate::plan::tiers::rung;
use crate::recovery::Memo;
use crate::scenario::{self, Scenario, SourceFile};
use crate::sim::away::Fragment;
use crate::text::Phrase;
use crate::text::diagnostics as say;
use part::Part;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a shell asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Job {
    /// Judge the scenario by simulation; replaces a job under way.
    Assess {
        /// Stamp of the text; every reply carries it.
        revision: u64,
        /// The scenario and what it extends.
        files: Vec<SourceFile>,
        /// What exactly.
        ask: Ask,
    },
    /// Run one replication for somebody else; replaces a job under way.
    Help(Box<Part>),
    /// Answer a question about one tier; replaces a question under way.
    Ask {
        /// Stamp of what was asked.
        revision: u64,
        /// The scenario and what it extends.
        files: Vec<SourceFile>,
        /// The tier.
        tier: String,
        /// What is asked.
        question: question::Question,
    },
    /// Stop and send what there is.
    Stop,
}

/// What to simulate and judge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    /// Which tiers.
    pub tiers: Tiers,
    /// Which faults.
    pub faults: FaultChoice,
    /// Seed.
    pub seed: u64,
    /// Replications; [`REPLICATIONS`] unless asked. With `until`: the most. With `until_sure`: [`FEW`] come first.
    pub replications: u32,
    /// Run batches of [`BATCH`] until the relative 95 % half-width of every journey's mean and judged percentile is at most
    /// this.
    pub until: Option<f64>,
    /// Begin with [`FEW`] replications, which are enough where they decide everything with an interval twice as wide too; run
    /// further batches, up to [`MOST_REPLICATIONS`], while a verdict is unsure only for want of replications.
    pub until_sure: bool,
    /// Warm-up in seconds; `None` detects it.
    pub warmup_s: Option<f64>,
    /// Measured time in seconds; faults lengthen it, unless `on_time`.
    pub duration_s: f64,
    /// Whether a run ends after the measured time whatever faults do.
    pub on_time: bool,
    /// Length of a bucket of the time series in seconds; `None`: a minute, or an hour where more than a day is measured.
    pub step_s: Option<f64>,
    /// Minute of the busiest day to start at; `None`: the busiest hour.
    pub from_time: Option<u32>,
    /// Whether the load follows the profile instead of staying that of the first hour.
    pub follow_profile: bool,
    /// Whether to look which assumptions flip a verdict.
    pub flips: bool,
    /// Price book that judges, in place of the scenario's own choice.
    pub prices: Option<String>,
    /// Platform whose overlay applies; `None`: the scenario as it is.
    pub platform: Option<String>,
    /// Hours from formulas with request-level windows, of the first tier, instead of every request (`plan::horizon`).
    pub hybrid: bool,
}

/// Replications of a judged hour.
pub const REPLICATIONS: u32 = 10;
/// Replications of a run before it is known whether more are needed, where verdicts are what counts. Our choice: the
/// fewest with which a Student t interval is of use.
pub const FEW: u32 = 4;
/// Replications that are added at a time, whatever the number of cores. Our choice: Student's t is near its limit there.
pub const BATCH: u32 = 10;
/// Most replications while a verdict is open. Our choice.
pub const MOST_REPLICATIONS: u32 = 40;
/// Most replications of a run until a half-width, unless asked. Our choice.
pub const MOST_UNTIL: u32 = 200;
/// Warm-up of a judged hour, seconds.
pub const WARMUP_S: f64 = 600.0;
/// Length of a judged hour, seconds.
pub const DURATION_S: f64 = 3600.0;

impl Ask {
    /// The judged hour of one tier, or with a fault: what the page and `simulate` run.
    pub fn hour(tier: &str, fault: Option<&str>, seed: u64) -> Self {
        Self {
            tiers: Tiers::One(tier.to_owned()),
            faults: fault.map_or(FaultChoice::None, |id| FaultChoice::One(id.to_owned())),
            seed,
            replications: REPLICATIONS,
            until: None,
            until_sure: false,
            warmup_s: Some(WARMUP_S),
            duration_s: DURATION_S,
            on_time: false,
            step_s: None,
            from_time: None,
            follow_profile: false,
            flips: false,
            prices: None,
            platform: None,
            hybrid: false,
        }
    }

    /// Every target of every tier, and every fault that somebody expects something of: what `check` runs.
    pub fn check(seed: u64) -> Self {
        Self {
            tiers: Tiers::All,
            faults: FaultChoice::Expected,
            until_sure: true,
            flips: true,
            ..Self::hour("", None, seed)
        }
    }
}

/// Which tiers a job is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Tiers {
    /// All of them.
    All,
    /// The one with this id.
    One(String),
}

/// Which faults a job runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FaultChoice {
    /// None: the healthy hour.
    None,
    /// This one, instead of the healthy hour.
    One(String),
    /// These on one timeline, instead of the healthy hour.
    Some(Vec<String>),
    /// All on one timeline, instead of the healthy hour.
    All,
    /// The healthy hour, then every fault in a run of its own. A single fault is run instead of the healthy hour, as `One` is.
    Each,
    /// The healthy hour, then each fault with an expectation in a run of its own.
    Expected,
    /// What fails is drawn from the failure data.
    Random,
}

/// What comes back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// How far the work has come.
    Progress {
        /// Of the job's text.
        revision: u64,
        /// 0..=1.
        done: f64,
        /// Replications that have ended.
        replications: u32,
        /// Events simulated.
        events: u64,
    },
    /// How far a question has come.
    Asking {
        /// Stamp of what was asked.
        revision: u64,
        /// 0..=1; `None` where nobody knows how much is left.
        done: Option<f64>,
        /// Designs looked at, of a search for them.
        looked_at: u64,
    },
    /// The answer.
    Done {
        /// Of the job's text.
        revision: u64,
        /// The answer.
        answer: Box<Answer>,
        /// True when it was stopped before its end; then there is no digest.
        partial: bool,
    },
    /// A replication that was run for somebody else.
    Helped {
        /// Of the job it belongs to.
        revision: u64,
        /// The study it belongs to, by its place in the job's list.
        study: u32,
        /// What it leaves behind.
        fragment: Fragment,
    },
    /// The text is no valid scenario.
    Rejected {
        /// Of the job's text.
        revision: u64,
        /// Why.
        diagnostics: Vec<Diagnostic>,
    },
}

/// How much to do in one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// About so many events.
    pub events: u64,
}

/// Name and version of the engine, as it stands in every answer and digest.
pub fn engine() -> String {
    concat!("plimsoll ", env!("CARGO_PKG_VERSION")).to_owned()
}

/// Reads a scenario or says why not. Warnings and notes do not stand in the way.
pub fn open(files: &[SourceFile]) -> Result<Scenario, Vec<Diagnostic>> {
    let reading = scenario::read(files);
    let broken = reading.diagnostics.iter().any(|d| d.severity == Severity::Error);
    match reading.scenario {
        Some(scenario) if !broken => Ok(scenario),
        _ => Err(reading.diagnostics),
    }
}

/// Reads a scenario, on one of its platforms if one is named.
fn open_on(files: &[SourceFile], platform: Option<&String>) -> Result<Scenario, Vec<Diagnostic>> {
    let scenario = open(files)?;
    match platform {
        Some(platform) => scenario::on_platform(&scenario, platform),
        None => Ok(scenario),
    }
}

/// Compiles and analyses one tier. `prices` names the book that judges; `None`: the scenario's own choice.
pub fn analyse(scenario: &Scenario, tier: &str, prices: Option<&str>) -> Result<Analysis, Vec<Diagnostic>> {
    analyse_with(scenario, tier, prices, &mut Memo::default())
}

/// [`analyse`] for a question about money alone: see [`assess::money`].
pub fn money(scenario: &Scenario, tier: &str, prices: Option<&str>) -> Result<Analysis, Vec<Diagnostic>> {
    if !scenario.tiers.iter().any(|id| id == tier) {
        return Err(vec![unknown("tier", tier, scenario.tiers.iter().map(String::as_str))]);
    }
    Ok(assess::money(compiled(scenario, tier, prices)?))
}

/// [`analyse`], with what is known already of how events go.
fn analyse_with(
    scenario: &Scenario,
    tier: &str,
    prices: Option<&str>,
    memo: &mut Memo,
) -> Result<Analysis, Vec<Diagnostic>> {
    if !scenario.tiers.iter().any(|id| id == tier) {
        return Err(vec![unknown("tier", tier, scenario.tiers.iter().map(String::as_str))]);
    }
    let model = compiled(scenario, tier, prices)?;
    let mut analysis = assess::analyse(model, memo);
    assess::draws::look(scenario, &[], &mut analysis);
    Ok(analysis)
}

/// So many tenants on the hardware of the next larger tier, or of the largest: a rung between the tiers, without its claims.
pub fn between(scenario: &Scenario, tenants: f64, prices: Option<&str>) -> Result<Analysis, Vec<Diagnostic>> {
    let mut models = Vec::new();
    for tier in &scenario.tiers {
        models.push(compiled(scenario, tier, prices)?);
    }
    let size = |model: &&Arc<Model>| model.tier.tenants;
    let by_size = |a: &&Arc<Model>, b: &&Arc<Model>| size(a).total_cmp(&size(b));
    let larger = models.iter().filter(|model| size(model) >= tenants).min_by(by_size);
    let Some(of) = larger.or(models.iter().max_by(by_size)) else {
        return Err(vec![unknown("tier", &tenants.to_string(), std::iter::empty())]);
    };
    let mut model = Model::clone(of);
    let each = if model.tier.tenants > 0.0 { model.tier.users / model.tier.tenants } else { 1.0 };
    (model.tier.tenants, model.tier.users) = (tenants, tenants * each);
    model.tier.claims.clear();
    model.tier.name = Phrase::new(
        format!("{tenants} テナント({} の構成)", of.tier.id),
        format!("{tenants} tenants (hardware of {})", of.tier.id),
    );
    Ok(assess::analyse(Arc::new(model), &mut Memo::default()))
}

/// One tier compiled, judged by a book.
fn compiled(scenario: &Scenario, tier: &str, prices: Option<&str>) -> Result<Arc<Model>, Vec<Diagnostic>> {
    if let Some(model) = scenario.model(tier).filter(|_| prices.is_none()) {
        return Ok(model);
    }
    let mut model = scenario::lower(scenario, tier, &[])?;
    if let Some(book) = prices {
        let own = model.books.iter().map(|b| b.id.as_str());
        let known: Vec<&str> = own.chain(crate::cost::shipped_books()).collect();
        if !known.contains(&book) {
            return Err(vec![unknown("book", book, known.into_iter())]);
        }
        book.clone_into(&mut model.prices);
    }
    Ok(Arc::new(model))
}

/// What was asked for does not exist; names what does.
fn unknown<'a>(what: &'static str, id: &str, known: impl Iterator<Item = &'a str>) -> Diagnostic {
    let (ja, code) = match what {
        "tier" => ("規模", "unknown-tier"),
        "fault" => ("障害", "unknown-fault"),
        _ => ("価格表", "unknown-book"),
    };
    let known: Vec<&str> = known.collect();
    let message = Phrase::new(format!("{ja} {id} はない"), format!("there is no {what} `{id}`"));
    let nowhere = crate::diag::Span { file: u16::MAX, ..crate::diag::Span::default() };
    let names = known.join(", ");
    let help = match nearest_name(id, known.iter().copied()) {
        Some(near) => say::did_you_mean(near),
        None if known.is_empty() => say::none_stated(what),
        None => Phrase::new(format!("使えるのは {names}"), format!("known are: {names}")),
    };
    Diagnostic::error(code, nowhere, message).help(help)
}

/// The analytic answer, at once: every tier, no simulation. Verdicts that simulation decides are previews.
///
/// The parts at the top level are those of `tier`; the first of the file when it is `None`.
pub fn screen(files: &[SourceFile], tier: Option<&str>) -> Result<Answer, Vec<Diagnostic>> {
    screen_of(&open(files)?, files, tier, &mut Memo::default())
}

/// [`screen`] of a scenario that has been read from these files. `memo` carries what an edit leaves as it was from one text to
/// the next, and changes no answer.
pub fn screen_of(
    scenario: &Scenario,
    files: &[SourceFile],
    tier: Option<&str>,
    memo: &mut Memo,
) -> Result<Answer, Vec<Diagnostic>> {
    memo.begin();
    let mut answer = None;
    let mut rungs = indexmap::IndexMap::new();
    let mut findings = Vec::new();
    for id in &scenario.tiers {
        let analysis = analyse_with(scenario, id, None, memo)?;
        let rung = rung(&analysis, None, files);
        audit::add(&mut findings, &analysis, files);
        if answer.is_none() || tier == Some(id) {
            let mut framed = frame(&analysis, &rung, files);
            framed.series.extend(day(&analysis.model));
            answer = Some(framed);
        }
        rungs.insert(id.clone(), rung);
    }
    memo.end();
    let mut answer = answer.unwrap_or_default();
    (answer.tiers, answer.findings) = (rungs, findings);
    Ok(answer)
}

/// The busiest day of a tier hour by hour, from formulas: `day.<journey>.{mean_s,p95_s,error_ratio}` and
/// `day.<component>.utilisation`. Starts at the day's first hour, in seconds of the week.
pub fn day(model: &Model) -> indexmap::IndexMap<String, crate::answer::Series> {
    use crate::flow::day::{Hour, JourneyHour};
    let day = crate::flow::day::day(model);
    let list = |unit: &str, value: &dyn Fn(&Hour) -> Option<f64>| crate::answer::Series {
        start_s: 3600.0 * day.first as f64,
        step_s: 3600.0,
        unit: unit.to_owned(),
        values: day.hours.iter().map(value).collect(),
    };
    let mut series = indexmap::IndexMap::new();
    for (j, journey) in model.journeys.iter().enumerate() {
        type Part = fn(&JourneyHour) -> Option<f64>;
        let parts: [(&str, &str, Part); 3] =
            [("mean_s", "s", |h| h.mean), ("p95_s", "s", |h| h.p95), ("error_ratio", "1", |h| h.errors)];
        for (name, unit, of) in parts {
            series.insert(format!("day.{}.{name}", journey.id), list(unit, &|hour| of(&hour.journeys[j])));
        }
    }
    for (c, component) in model.graph.node_weights().enumerate() {
        let busy = list("1", &|hour| hour.utilisation[c]);
        if busy.values.iter().any(Option::is_some) {
            series.insert(format!("day.{}.utilisation", component.id), busy);
        }
    }
    series
}

/// An answer about one tier, without the other tiers.
pub fn frame(analysis: &Analysis, rung: &crate::answer::TierAnswer, files: &[SourceFile]) -> Answer {
    let model = &analysis.model;
    let mut series = indexmap::IndexMap::new();
    for (journey, values) in model.journeys.iter().zip(crate::flow::arrivals_over_week(model)) {
        let unit = "1/s".to_owned();
        let values = values.into_iter().map(Some).collect();
        let week = crate::answer::Series { start_s: 0.0, step_s: 3600.0, unit, values };
        series.insert(format!("week.{}.arrivals_per_s", journey.id), week);
    }
    Answer {
        engine: engine(),
        schema: ANSWER_SCHEMA,
        digest: rung.digest.clone(),
        seed: 1,
        file: files.first().map(|f| f.name.clone()).unwrap_or_default(),
        scenario: model.name.clone(),
        tier: model.tier.id.clone(),
        hour: Some(analysis.flow.hour as u32),
        precision: rung.precision.clone(),
        journeys: rung.journeys.clone(),
        components: rung.components.clone(),
        overload: rung.overload.clone(),
        series,
        faults: rung.faults.clone(),
        availability: rung.availability.clone(),
        recovery: rung.recovery.clone(),
        recovery_strategies: indexmap::IndexMap::new(),
        alerts: indexmap::IndexMap::new(),
        detection: indexmap::IndexMap::new(),
        releases: None,
        deploys: indexmap::IndexMap::new(),
        controls: indexmap::IndexMap::new(),
        roadmap: None,
        sensitivity: indexmap::IndexMap::new(),
        solve: None,
        optimise: indexmap::IndexMap::new(),
        platforms: indexmap::IndexMap::new(),
        random_faults: indexmap::IndexMap::new(),
        cost: rung.cost.clone(),
        books: rung.books.clone(),
        targets: rung.targets.clone(),
        tiers: indexmap::IndexMap::new(),
        horizon: None,
        memo: Vec::new(),
        findings: audit::findings(analysis, files),
    }
}
