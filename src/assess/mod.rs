//! Runs the engines on one tier and judges every objective: pass, fail or unsure, with one sentence why, the component
//! to blame, and what the value is made of. Flow screens, simulation decides latency and errors, `avail` decides
//! uptime, the price book decides cost. What no engine covers yet is unsure, with a null value.

pub mod beyond;
pub mod books;
mod capacity;
pub mod collapse;
mod cost;
pub mod draws;
pub mod flips;
mod latency;
pub mod ledger;
mod limit;
pub mod missing;
pub mod open;
mod recovery;
pub mod releases;
mod say;
mod say_money;
mod served;
pub mod standing;
pub mod tornado;
mod unstated;
pub mod uptime;

use crate::answer::availability::AvailabilityAnswer;
use crate::answer::bill::BillAnswer;
use crate::answer::recovery::RecoveryAnswer;
use crate::answer::times::BistableAnswer;
use crate::answer::verdict::{TargetAnswer, TargetKind};
use crate::answer::{BreakingLoad, FindingAnswer, FindingKind};
use crate::diag::{Span, line_column};
use crate::flow::{self, Flow};
use crate::model::loads::{Loads, Needs};
use crate::model::objective::{Goal, Objective};
use crate::model::{JourneyIx, Model};
use crate::recovery::Memo;
use crate::scenario::SourceFile;
use crate::sim::Measured;
use crate::stats::figure::Figure;
use crate::text::Phrase;
use indexmap::IndexMap;
use std::sync::Arc;

/// Everything about one tier that needs no simulation.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// The tier.
    pub model: Arc<Model>,
    /// Its busiest hour.
    pub flow: Flow,
    /// What it moves in a month.
    pub loads: Loads,
    /// The units it needs, hour by hour.
    pub needs: Needs,
    /// Availability of each uptime objective's journeys together, by objective id; of all journeys under `""` when there
    /// is no such objective.
    pub uptime: IndexMap<String, AvailabilityAnswer>,
    /// Each journey alone, by index.
    pub journeys_up: Vec<Figure>,
    /// What it takes to come back, by event.
    pub recovery: IndexMap<String, RecoveryAnswer>,
    /// Bills by book: the judged one, the scenario's own and the list prices.
    pub bills: IndexMap<String, BillAnswer>,
    /// By component: loads between which it can be healthy or collapsed.
    pub bistable: Vec<Option<BistableAnswer>>,
    /// Machines that run out of credits within two weeks.
    pub rundowns: Vec<flow::rundown::Rundown>,
    /// Rate limits that are empty one day.
    pub overdrawn: Vec<flow::rundown::Overdrawn>,
    /// Breaking loads by objective id.
    pub breaking: IndexMap<String, BreakingLoad>,
}

/// Analyses one tier: everything [`quick`] gives, every bill, the breaking loads, and the loads with two states.
pub fn analyse(model: Arc<Model>, memo: &mut Memo) -> Analysis {
    let mut analysis = quick(model, memo);
    let model = &analysis.model;
    let own = model.books.iter().map(|book| book.id.clone());
    for book in own {
        if !analysis.bills.contains_key(&book)
            && let Some(bill) = billed(model, &analysis.loads, &book)
        {
            analysis.bills.insert(book, bill);
        }
    }
    books::add(&mut analysis.bills, model, |book| billed(model, &analysis.loads, book));
    books::beside(&mut analysis.bills, model);
    analysis.breaking = breaking_loads(model);
    analysis.bistable = flow::bistable::bistable(model);
    analysis
}

/// What verdicts need: one hour of flow, the judged bill, and one decision diagram per uptime objective.
pub fn quick(model: Arc<Model>, memo: &mut Memo) -> Analysis {
    let with_causes = |model: &Model, needs: &Needs| {
        let alone = crate::avail::journeys(model, needs);
        (uptime::together(model, needs, &alone), alone)
    };
    analysed(model, memo, with_causes)
}

/// The same without causes, months and journeys of their own of the uptime: what a comparison of many designs needs.
pub fn glance(model: Arc<Model>, memo: &mut Memo) -> Analysis {
    analysed(model, memo, |model, needs| (uptime::glance(model, needs), Vec::new()))
}

/// Flow, loads and bills alone: what a question about money needs. Uptime, recovery and breaking loads are left empty.
pub fn money(model: Arc<Model>) -> Analysis {
    let flow = flow::solve(&model, model.profile.busiest_hour());
    let loads = flow::loads(&model);
    let books = model.books.iter().map(|book| book.id.clone());
    let mut bills = IndexMap::new();
    for book in [model.prices.clone()].into_iter().chain(books) {
        if !bills.contains_key(&book)
            && let Some(bill) = billed(&model, &loads, &book)
        {
            bills.insert(book, bill);
        }
    }
    books::add(&mut bills, &model, |book| billed(&model, &loads, book));
    books::beside(&mut bills, &model);
    Analysis {
        flow,
        loads,
        needs: Needs::default(),
        uptime: IndexMap::new(),
        journeys_up: Vec::new(),
        recovery: IndexMap::new(),
        bills,
        bistable: Vec::new(),
        rundowns: Vec::new(),
        overdrawn: Vec::new(),
        breaking: IndexMap::new(),
        model,
    }
}

type Uptime = (IndexMap<String, AvailabilityAnswer>, Vec<Figure>);

fn analysed(model: Arc<Model>, memo: &mut Memo, uptime: impl Fn(&Model, &Needs) -> Uptime) -> Analysis {
    let own = model.own_facts.clone();
    crate::fields::facts::with(&own, || with_own_facts(model, memo, uptime)).0
}

fn with_own_facts(
    mut model: Arc<Model>,
    memo: &mut Memo,
    uptime: impl Fn(&Model, &Needs) -> Uptime,
) -> Analysis {
    let flow = flow::solve(&model, model.profile.busiest_hour());
    if !model.releases.is_empty() {
        let releases = releases::releases(&model, &flow, memo);
        Arc::make_mut(&mut model).operations.releases = releases;
    }
    let loads = flow::loads(&model);
    let needs = flow::needs(&model);
    let (uptime, journeys_up) = uptime(&model, &needs);
    let recovery = crate::recovery::solve(&model, &needs, &counted_journeys(&model), memo);
    let judged = billed(&model, &loads, &model.prices);
    let mut bills: IndexMap<String, BillAnswer> =
        judged.into_iter().map(|bill| (model.prices.clone(), bill)).collect();
    let own = model.books.iter().any(|book| book.id == model.prices);
    if own {
        // What the plan's own table leaves out counts by its list price.
        books::add(&mut bills, &model, |book| billed(&model, &loads, book));
        books::beside(&mut bills, &model);
        bills.retain(|id, _| *id == model.prices);
    }
    let (breaking, bistable) = (IndexMap::new(), Vec::new());
    let rundowns = flow::rundown::rundowns(&model);
    let overdrawn = flow::rundown::overdrawn(&model);
    Analysis {
        model,
        flow,
        loads,
        needs,
        uptime,
        journeys_up,
        recovery,
        bills,
        bistable,
        rundowns,
        overdrawn,
        breaking,
    }
}

/// The bill in a book, with what stands ready in another region. `None`: no such book.
fn billed(model: &Model, loads: &Loads, book: &str) -> Option<BillAnswer> {
    let work = || {
        let mut bill = crate::cost::bill(model, loads, book)?;
        standing::add(&mut bill, model, loads);
        Some(bill)
    };
    crate::fields::facts::with(&model.own_facts, work).0
}

/// The load at which each latency and error objective first fails on this hardware.
pub fn breaking_loads(model: &Model) -> IndexMap<String, BreakingLoad> {
    let limits = |o: &&Objective| matches!(o.goal, Goal::Latency { .. } | Goal::Errors { .. });
    let per_tenant = if model.tier.tenants > 0.0 { model.tier.users / model.tier.tenants } else { 1.0 };
    model
        .objectives
        .iter()
        .filter(limits)
        .map(|objective| {
            let found = flow::breaking(model, &objective.goal);
            let component = found.component.map(|ix| model.graph[ix].id.clone());
            let tenants = found.users.over(per_tenant, "tenants");
            let users = found.users.over(1.0, "users");
            let why = say::breaking(&objective.name, &users, component.as_deref(), found.at_zero);
            (objective.id.clone(), BreakingLoad { users, at_zero: found.at_zero, tenants, component, why })
        })
        .collect()
}

/// What the verdicts rest on.
pub struct Evidence<'a> {
    /// Analytic answers.
    pub analysis: &'a Analysis,
    /// The simulated busiest hour, when it has been run.
    pub measured: Option<&'a Measured>,
    /// The files, for lines.
    pub files: &'a [SourceFile],
}

/// Judges every objective that is promised for this tier, and every claim the plan makes for it, in the order of the
/// file.
pub fn judge(evidence: &Evidence) -> IndexMap<String, TargetAnswer> {
    let model = &evidence.analysis.model;
    let mut answers = IndexMap::new();
    for objective in model.objectives.iter().filter(|o| applies(o, &model.tier.id)) {
        answers.insert(objective.id.clone(), judge_one(evidence, objective, &answers));
    }
    for claim in &model.tier.claims {
        answers.insert(claim.id.clone(), cost::claim(evidence, claim));
    }
    answers
}

/// Whether simulation decides targets of this kind.
pub fn judged_by_simulation(kind: TargetKind) -> bool {
    matches!(kind, TargetKind::Latency | TargetKind::AiLatency | TargetKind::Errors | TargetKind::Capacity)
}

/// Whether an objective is promised for a tier.
pub fn applies(objective: &Objective, tier: &str) -> bool {
    objective.tiers.is_empty() || objective.tiers.iter().any(|id| id == tier)
}

fn judge_one(
    evidence: &Evidence,
    objective: &Objective,
    earlier: &IndexMap<String, TargetAnswer>,
) -> TargetAnswer {
    let mut answer = judged(evidence, objective, earlier);
    unstated::weigh(&mut answer, evidence, objective);
    answer
}

fn judged(
    evidence: &Evidence,
    objective: &Objective,
    earlier: &IndexMap<String, TargetAnswer>,
) -> TargetAnswer {
    match &objective.goal {
        Goal::Latency { journey, measure, quantile, below } => {
            latency::latency(evidence, objective, *journey, *measure, *quantile, *below)
        }
        Goal::Errors { journey, below } => latency::errors(evidence, objective, *journey, *below),
        Goal::Uptime { at_least, .. } => uptime::judge(evidence, objective, *at_least),
        Goal::Cost { below, stated } => cost::target(evidence, objective, *below, *stated),
        Goal::Capacity { users, .. } => capacity::judge(evidence, objective, *users, earlier),
        Goal::Rto { events, within } => {
            recovery::judge(evidence, objective, TargetKind::Rto, events, *within)
        }
        Goal::Rpo { events, within } => {
            recovery::judge(evidence, objective, TargetKind::Rpo, events, *within)
        }
    }
}

/// An answer with everything but the finding: value unknown, verdict unsure.
fn blank(
    evidence: &Evidence,
    objective: &Objective,
    kind: TargetKind,
    limit: f64,
    unit: &str,
) -> TargetAnswer {
    let (file, line) = place(evidence.files, objective.at);
    TargetAnswer {
        kind,
        name: objective.name.clone(),
        value: Figure::unknown(unit),
        target: limit,
        below: true,
        unit: unit.to_owned(),
        quote: objective.quote.clone(),
        file,
        line,
        ..TargetAnswer::default()
    }
}

/// File name and line of a span.
pub fn place(files: &[SourceFile], at: Span) -> (String, u32) {
    files.get(usize::from(at.file)).map_or_else(
        || (String::new(), 0),
        |file| (file.name.clone(), line_column(&file.text, at.start as usize).0 as u32),
    )
}

/// What the file contradicts or leaves open, with its place, its authors' notes, and components that the load of this tier
/// can leave collapsed. Findings that are computed stand in `plan::audit`.
pub fn findings(analysis: &Analysis, files: &[SourceFile]) -> Vec<FindingAnswer> {
    let model = &analysis.model;
    let answer = |code: String, kind, words: Phrase, at: Span| {
        let (file, line) = place(files, at);
        let tiers = vec![model.tier.id.clone()];
        FindingAnswer { code, kind, words, tiers, file, line, ..FindingAnswer::default() }
    };
    let kind = |note: bool| if note { FindingKind::Note } else { FindingKind::Stated };
    let said = model.findings.iter().map(|f| answer(f.code.clone(), kind(f.note), f.words.clone(), f.at));
    let mut found: Vec<FindingAnswer> = said.collect();
    for (component, bistable) in model.graph.node_weights().zip(&analysis.bistable) {
        let Some(bistable) = bistable.as_ref().filter(|b| b.at_risk() != Some(false)) else { continue };
        let words = collapse::words(&component.id, bistable);
        found.push(answer(format!("bistable-{}", component.id), FindingKind::Computed, words, component.at));
    }
    found
}

/// Journeys that some uptime objective counts; all of them when none does.
pub fn counted_journeys(model: &Model) -> Vec<JourneyIx> {
    let of_objective = |o: &Objective| match &o.goal {
        Goal::Uptime { journeys, .. } => Some(journeys.clone()),
        _ => None,
    };
    model.objectives.iter().find_map(of_objective).unwrap_or_else(|| model.journey_indices().collect())
}
