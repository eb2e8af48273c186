//! Answers about overload: more work arrives than is done.

use crate::stats::figure::Figure;
use crate::text::{Phrase, overload as words};
use serde::{Deserialize, Serialize};

/// A simulated load that cannot be carried: the runs ended early, since their figures would grow with their length.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OverloadAnswer {
    /// Since when the backlog grows, seconds from the end of the warm-up.
    pub from_s: Figure,
    /// The component that cannot keep up; that of most replications.
    pub component: String,
    /// The call whose pool is what keeps them waiting, where that is what it is: `web -> db`.
    pub pool: Option<String>,
    /// By how many requests per second its backlog grows.
    pub growth_per_s: Figure,
    /// How it was seen.
    pub seen_by: SeenBy,
    /// Replications that ended so, and all of them.
    pub replications: u32,
    /// See `replications`.
    pub of: u32,
    /// Journeys whose requests are in the backlog.
    pub journeys: Vec<String>,
}

/// How an overload was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SeenBy {
    /// The backlog is proven to grow.
    #[default]
    Drift,
    /// More requests were under way than a replication can hold.
    Limit,
    /// So many are under way at once, hardly any of them waiting, that a replication cannot hold more: no overload.
    Room,
    /// Far more events than the runs should take.
    Events,
}

impl OverloadAnswer {
    /// Whether most replications ended so: then it is no accident.
    pub fn is_certain(&self) -> bool {
        2 * self.replications >= self.of && self.is_overload()
    }

    /// Whether more comes than can be done, and not only more than a run can do.
    pub fn is_overload(&self) -> bool {
        !matches!(self.seen_by, SeenBy::Events | SeenBy::Room)
    }

    /// One sentence about it.
    pub fn sentence(&self) -> Phrase {
        let number = |figure: &Figure| figure.value.unwrap_or(0.0);
        let (from_s, growth) = (number(&self.from_s), number(&self.growth_per_s));
        let why = match (self.seen_by, &self.pool) {
            (SeenBy::Events, _) => return words::endless(&self.component),
            (SeenBy::Room, _) => return words::no_room(&self.component),
            (_, Some(call)) => words::pool_full(call, from_s, growth),
            (_, None) => words::overloaded(&self.component, from_s, growth),
        };
        if self.replications == self.of {
            return why;
        }
        why.then(&words::in_some(self.replications, self.of))
    }

    /// Whether a journey suffers from it.
    pub fn reaches(&self, journey: &str) -> bool {
        self.journeys.iter().any(|id| id == journey)
    }
}
