//! Answers about releases: how long they take, and what a bad one costs with each way of rolling out.

use crate::stats::figure::Figure;
use crate::text::Phrase;
use serde::{Deserialize, Serialize};

/// The way of a change into production.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PipelineAnswer {
    /// Name to show.
    pub name: Phrase,
    /// From the commit until the rollout begins, s; unknown where the file states no times.
    pub p50_s: Figure,
    /// 90 % of them at most.
    pub p90_s: Figure,
    /// Releases a day.
    pub per_day: f64,
    /// Its stages, with their mean length and their share of the time that decides.
    pub stages: Vec<StageAnswer>,
}

/// A stage of a pipeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StageAnswer {
    /// Its name.
    pub id: String,
    /// Mean length.
    pub takes_s: Figure,
    /// Share of the runs in which it lies on the critical path.
    pub critical: f64,
}

/// One way of rolling a component's releases out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DeployAnswer {
    /// Name to show.
    pub name: Phrase,
    /// Of what.
    pub of: String,
    /// `rolling`, `blue-green`, `canary` or `flag`.
    pub strategy: String,
    /// Whether an alert takes a bad release back; else people do.
    pub automatic: bool,
    /// Whether the file states it; else it stands here for comparison.
    pub stated: bool,
    /// Releases a day, and the share of them that is bad.
    pub per_day: f64,
    /// See `per_day`.
    pub bad: f64,
    /// From the first request on the new version until all are there, median, s.
    pub rollout_s: Figure,
    /// From the commit until all users have it, median and p90, s.
    pub lead_time_s: LeadTime,
    /// Pods beyond the usual ones while it lasts.
    pub extra_pods: f64,
    /// From the first request on a bad version until it is noticed: median and p95, s. Unknown where people notice, as their
    /// time is known only together with the repair.
    pub noticed_s: Tail,
    /// Share of the bad releases that the alert never notices, so that people have to; unknown without an alert.
    pub unseen: Figure,
    /// Share of the requests on the bad version when it is noticed, mean.
    pub exposed: Figure,
    /// Requests that one bad release fails, at the judged hour's load: mean and p95.
    pub failed_requests: Tail,
    /// The same as minutes of full outage, which is what an error budget counts: mean and p95.
    pub budget_min: Tail,
    /// Minutes of the error budget that releases spend in 30 days, bad ones and those of `stopping_min`: mean and p95.
    pub monthly_min: Tail,
    /// Of these, minutes in which good releases too fail requests: pods that have stopped and still get their share of them, and
    /// requests that are cut off when their pod is killed.
    pub stopping_min: Figure,
    /// Mean share of the budget spent; unknown without an uptime target.
    pub budget_share: Figure,
    /// Chance that a month's bad releases alone stay within the budget.
    pub within_budget_probability: Figure,
}

/// Times from the commit until all users have it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LeadTime {
    /// Median.
    pub p50: Figure,
    /// 90 % at most.
    pub p90: Figure,
}

/// A mean, or median, and a tail.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tail {
    /// Mean; of times the median.
    pub centre: Figure,
    /// 95 % at most.
    pub p95: Figure,
}

/// Everything about the releases of one tier.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Releases {
    /// By pipeline id.
    pub pipelines: indexmap::IndexMap<String, PipelineAnswer>,
    /// Minutes that the uptime target leaves in 30 days; unknown without one.
    pub budget_min_per_30d: Figure,
    /// Chance that a release is bad.
    pub bad: Figure,
    /// What is to be known or done, most important first.
    pub notes: Vec<Phrase>,
}
