//! What the product answers, as plain values: figures by journey, component, target and tier. The command line's
//! JSON, the page and the reports are views of these types; the engines fill them. No type here is untagged, flattened
//! or partly skipped, so that every value crosses the worker boundary as it is; `report::json` gives them the shape of
//! the JSON contract (ids as keys, absent bounds left out, phrases in one language).

pub mod alerts;
pub mod availability;
pub mod bill;
pub mod controls;
pub mod deploys;
pub mod horizon;
pub mod ledger;
pub mod optimise;
pub mod overload;
pub mod platforms;
pub mod recovery;
pub mod roadmap;
pub mod sensitivity;
pub mod shown;
pub mod solve;
pub mod times;
pub mod verdict;

use crate::stats::figure::Figure;
use crate::text::Phrase;
use availability::AvailabilityAnswer;
use bill::BillAnswer;
use horizon::HorizonAnswer;
use indexmap::IndexMap;
use recovery::RecoveryAnswer;
use serde::{Deserialize, Serialize};
use times::{ComponentAnswer, JourneyAnswer};
use verdict::TargetAnswer;

/// Version of the JSON answers.
pub const ANSWER_SCHEMA: u32 = 1;

/// What one command or one job answers about one scenario. Parts that were not asked for are empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// `plimsoll 0.1.0`.
    pub engine: String,
    /// [`ANSWER_SCHEMA`].
    pub schema: u32,
    /// Proof of sameness; `None` for a run that was cancelled or has no simulation in it.
    pub digest: Option<String>,
    /// Seed of the simulation.
    pub seed: u64,
    /// Path or name of the scenario's file, as given.
    pub file: String,
    /// Name of the scenario.
    pub scenario: Phrase,
    /// Id of the tier that the parts below are of.
    pub tier: String,
    /// Hour of the week (0 = Monday 00:00) whose load was judged.
    pub hour: Option<u32>,
    /// How precise a run became that went on until a half-width.
    pub precision: Option<PrecisionAnswer>,
    /// Per journey, in the order of the file.
    pub journeys: IndexMap<String, JourneyAnswer>,
    /// Per component, in the order of the file.
    pub components: IndexMap<String, ComponentAnswer>,
    /// That the simulated load cannot be carried; `None` where it can, and where formulas speak.
    pub overload: Option<overload::OverloadAnswer>,
    /// Named time series.
    pub series: IndexMap<String, Series>,
    /// What became of each fault that ran.
    pub faults: IndexMap<String, FaultAnswer>,
    /// All journeys of the uptime target together.
    pub availability: Option<AvailabilityAnswer>,
    /// What it takes to come back, by event.
    pub recovery: IndexMap<String, RecoveryAnswer>,
    /// The same with each strategy, by strategy and event.
    pub recovery_strategies: IndexMap<String, IndexMap<String, RecoveryAnswer>>,
    /// Every alert, where alerts were asked for.
    pub alerts: IndexMap<String, alerts::AlertAnswer>,
    /// Who notices each fault, where alerts were asked for.
    pub detection: IndexMap<String, alerts::DetectionAnswer>,
    /// Pipelines, the error budget and what is to be done, where releases were asked for.
    pub releases: Option<deploys::Releases>,
    /// Every way of rolling out, where releases were asked for.
    pub deploys: IndexMap<String, deploys::DeployAnswer>,
    /// Every known control, where that was asked for.
    pub controls: IndexMap<String, controls::ControlAnswer>,
    /// The roadmap, where that was asked for.
    pub roadmap: Option<roadmap::RoadmapAnswer>,
    /// How far assumptions move each target, where that was asked for.
    pub sensitivity: IndexMap<String, sensitivity::SensitivityAnswer>,
    /// Inverse questions, where one was asked.
    pub solve: Option<solve::SolveAnswer>,
    /// The design on every cloud; empty when that was not asked.
    pub platforms: IndexMap<String, platforms::PlatformAnswer>,
    /// The cheapest designs, by tier; empty when they were not asked for.
    pub optimise: IndexMap<String, optimise::OptimiseAnswer>,
    /// What failed at random, by name, where that was asked for.
    pub random_faults: IndexMap<String, RandomFaultAnswer>,
    /// The bill in the judged book.
    pub cost: Option<BillAnswer>,
    /// The bill in every asked book.
    pub books: IndexMap<String, BillAnswer>,
    /// Every target of the tier.
    pub targets: IndexMap<String, TargetAnswer>,
    /// Every tier.
    pub tiers: IndexMap<String, TierAnswer>,
    /// What a span of hours was put together from; `None` for a single hour and for a run request by request.
    pub horizon: Option<HorizonAnswer>,
    /// The most important of it all in at most five sentences; empty where it was not asked for.
    pub memo: Vec<Phrase>,
    /// Contradictions, impossible promises and holes of the scenario.
    pub findings: Vec<FindingAnswer>,
}

/// One step of the scaling plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TierAnswer {
    /// Name to show.
    pub name: Phrase,
    /// Tenants.
    pub tenants: f64,
    /// Users.
    pub users: f64,
    /// Every target and claim.
    pub targets: IndexMap<String, TargetAnswer>,
    /// The bill in the judged book.
    pub cost: Option<BillAnswer>,
    /// The bill in every known book.
    pub books: IndexMap<String, BillAnswer>,
    /// All journeys of the uptime target together.
    pub availability: Option<AvailabilityAnswer>,
    /// What it takes to come back, by event.
    pub recovery: IndexMap<String, RecoveryAnswer>,
    /// Per journey.
    pub journeys: IndexMap<String, JourneyAnswer>,
    /// Per component.
    pub components: IndexMap<String, ComponentAnswer>,
    /// That the simulated load cannot be carried; `None` where it can, and where formulas speak.
    pub overload: Option<overload::OverloadAnswer>,
    /// What became of each fault that ran.
    pub faults: IndexMap<String, FaultAnswer>,
    /// Per latency or error target: the load at which this tier's hardware first misses it.
    pub breaking_load: IndexMap<String, BreakingLoad>,
    /// When growth brings the load here, and past what it carries; `None` where growth is not stated.
    pub growth: Option<GrowthAnswer>,
    /// The cheapest single change that carries the next tier's load; `None` when none is needed or known, or was not asked
    /// for.
    pub next_step: Option<NextStepAnswer>,
    /// How precise a run became that went on until a half-width.
    pub precision: Option<PrecisionAnswer>,
    /// Proof of sameness of this tier's simulation.
    pub digest: Option<String>,
}

/// How precise a run became that went on until a half-width.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PrecisionAnswer {
    /// Relative 95 % half-width that was asked for.
    pub asked: f64,
    /// The widest of every journey's mean and judged percentile; unknown where one has no interval.
    pub reached: Figure,
    /// Whose it is: `chat.response_s.p95`; empty when no journey was answered.
    pub widest: String,
    /// Whether it is at most what was asked for. If not, the most replications ended the run, or somebody did.
    pub met: bool,
    /// Replications that were run.
    pub replications: u32,
    /// The most that were allowed.
    pub most: u32,
}

/// A tier on the calendar of growth. Months count from the load of the first tier.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GrowthAnswer {
    /// Month in which the load reaches the tier: `2028-05`.
    pub reached: Option<String>,
    /// Month in which the first target fails on its hardware, those that fail without load left out.
    pub holds_until: Option<String>,
    /// Month in which to begin with the next step, to be ready when this tier is outgrown or breaks.
    pub start_by: Option<String>,
    /// Until the load reaches the tier.
    pub reached_months: Figure,
    /// Until its first target fails.
    pub holds_months: Figure,
    /// How long a step takes to be ready.
    pub lead_months: Figure,
}

/// A single change that carries more load.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NextStepAnswer {
    /// The change.
    pub change: optimise::ChangeAnswer,
    /// What it adds to the bill of a month, at list prices.
    pub cost: Figure,
    /// Tenants that the tier then carries.
    pub carries: Figure,
    /// Tenants that it carries as it is.
    pub carried: Figure,
    /// Tenants that it was to carry.
    pub wanted: f64,
    /// Whether it carries them.
    pub enough: bool,
}

/// The load at which a target first fails on a tier's hardware.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BreakingLoad {
    /// Users; unknown when it does not break in the searched range, or holds at no load.
    pub users: Figure,
    /// Whether it fails even without load.
    pub at_zero: bool,
    /// The same in tenants, at the tier's users per tenant.
    pub tenants: Figure,
    /// The component that breaks it; `None` when nothing does within the searched range.
    pub component: Option<String>,
    /// One sentence.
    pub why: Phrase,
}

/// A time series in buckets of equal length.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Start of the first bucket, from the end of the warm-up.
    pub start_s: f64,
    /// Length of a bucket.
    pub step_s: f64,
    /// Unit of the values.
    pub unit: String,
    /// One per bucket; `None` where nothing happened.
    pub values: Vec<Option<f64>>,
}

/// How a run came back from a fault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Recovery {
    /// Back to normal.
    Recovered,
    /// Getting better, not there at the end of the run.
    Draining,
    /// Not getting better: the overload outlives its cause.
    Stuck,
    /// Cannot be judged: nothing normal was seen before the fault, or too little after it.
    #[default]
    Unknown,
}

/// What became of one fault.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FaultAnswer {
    /// Name to show.
    pub name: Phrase,
    /// What most replications did.
    pub recovery: Recovery,
    /// From the end of the fault until back to normal, mean of the replications that recovered.
    pub recovered_after_s: Figure,
    /// Share of replications that stayed collapsed.
    pub collapse_probability: Figure,
    /// Share of requests sent while the fault lasted that failed, or were not answered before the run ended, by journey.
    pub error_ratio: IndexMap<String, Figure>,
    /// p95 while the fault lasted, by journey.
    pub p95_s: IndexMap<String, Figure>,
    /// Where and why requests failed while it lasted, most first, by journey; journeys without a failure are left out.
    pub failures: IndexMap<String, Vec<times::FailureAnswer>>,
    /// Minutes of the error budget of 30 days burnt by one such fault (failed share x minutes, all journeys).
    pub budget_min: Figure,
    /// What the team expected, judged.
    pub expects: Vec<TargetAnswer>,
    /// That its run ended early since more was under way than a replication can hold.
    pub overload: Option<overload::OverloadAnswer>,
    /// Of an attack, what became of its requests; `None` for other faults.
    pub attack: Option<AttackAnswer>,
}

/// What became of the requests of an attack.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AttackAnswer {
    /// Requests sent.
    pub sent: Figure,
    /// Those that the firewall lets through.
    pub let_through: Figure,
    /// From the begin until its rate rule acts, seconds; unknown where none does.
    pub acts_after_s: Figure,
    /// Share of those let through that fail further on.
    pub error_ratio: Figure,
    /// Tries to log in that were answered and did not get in, per minute; unknown for other attacks.
    pub failed_logins_per_min: Figure,
    /// Accounts got into, at the stated share of tries; unknown without one.
    pub accounts: Figure,
    /// What the attack adds to the bill, at list prices.
    pub cost: Figure,
}

/// Failures at random of one thing, in the mean of the replications.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RandomFaultAnswer {
    /// How often it failed.
    pub failures: Figure,
    /// How long it was down, seconds.
    pub down_s: Figure,
}

/// Who says a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FindingKind {
    /// A rule, from the graph, the bill, the quotas and the roadmap.
    Computed,
    /// What the file contradicts or leaves open.
    #[default]
    Stated,
    /// A note that the authors typed into the file.
    Note,
}

/// Something the reader must know.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FindingAnswer {
    /// Short stable name.
    pub code: String,
    /// Who says it.
    pub kind: FindingKind,
    /// One sentence: what is, with its number, and because of what.
    pub words: Phrase,
    /// The number; unknown where there is none.
    pub value: Figure,
    /// One sentence: the least that mends it; empty where nothing is proposed.
    pub fix: Phrase,
    /// Money per month at stake; unknown where it is not about money.
    pub money: Figure,
    /// Tiers it was found in; empty: all.
    pub tiers: Vec<String>,
    /// File it stands in.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
}
