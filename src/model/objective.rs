//! What a design is judged by: targets of the plan, and the claims it makes for its tiers.

use super::JourneyIx;
use crate::diag::Span;
use crate::text::Phrase;
use crate::units::{Duration, Money, Probability};

/// One target.
#[derive(Clone, Debug)]
pub struct Objective {
    /// Id in the scenario.
    pub id: String,
    /// Name to show.
    pub name: Phrase,
    /// What must hold.
    pub goal: Goal,
    /// The plan's own words.
    pub quote: Option<String>,
    /// Tiers it is promised for; empty: all.
    pub tiers: Vec<String>,
    /// Where it stands in the file.
    pub at: Span,
}

/// What must hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Goal {
    /// A quantile of a journey's time stays below a limit.
    Latency {
        /// Whose.
        journey: JourneyIx,
        /// Until what.
        measure: Measure,
        /// 0.95 for p95.
        quantile: f64,
        /// Limit.
        below: Duration,
    },
    /// The share of failed requests of a journey stays below a limit.
    Errors {
        /// Whose.
        journey: JourneyIx,
        /// Limit.
        below: Probability,
    },
    /// All these journeys are up together for this share of the time.
    Uptime {
        /// Which; at least one.
        journeys: Vec<JourneyIx>,
        /// At least.
        at_least: Probability,
    },
    /// Service is back within this time after each of these events.
    Rto {
        /// Event names: zone, region, data-loss, bad-deploy.
        events: Vec<String>,
        /// Limit.
        within: Duration,
    },
    /// No more than this much data is lost in each of these events.
    Rpo {
        /// Event names.
        events: Vec<String>,
        /// Limit.
        within: Duration,
    },
    /// The monthly bill stays below this.
    Cost {
        /// Limit, in the currency of the verdicts.
        below: Money,
        /// As it is stated.
        stated: Money,
    },
    /// The design carries so many tenants and users.
    Capacity {
        /// Tenants.
        tenants: f64,
        /// Users.
        users: f64,
    },
}

/// Until when a request's time is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// Until the whole answer has arrived.
    #[default]
    FullAnswer,
    /// Until the first token has arrived.
    FirstToken,
}

/// What the plan claims for a tier.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// `claim-cost`.
    pub id: String,
    /// The monthly bill it states, in the currency of the verdicts.
    pub cost: Option<Money>,
    /// As it is stated.
    pub stated: Money,
    /// Whether it is a lower bound (`¥500,000+`).
    pub at_least: bool,
    /// The plan's own words.
    pub quote: Option<String>,
    /// Where it stands in the file.
    pub at: Span,
}
