//! What takes a service down beside the failures of its parts: zones that take more with them than what stands in them, vendors
//! that fail together, failovers that do not work, people, certificates, and the team's own releases. Each is here only where
//! the scenario has the thing it concerns; each value is a fact that the scenario may restate.

use super::failure::Outage;
use super::{ComponentIx, JourneyIx};
use crate::units::{Duration, Probability};

/// Beside the failures of parts.
#[derive(Clone, Debug, Default)]
pub struct Operations {
    /// Chance that a failure of a zone also takes down what is spread over several zones; `None`: nothing is.
    pub zone_leak: Option<Probability>,
    /// Two vendors of language models of which the second stands in for the first.
    pub vendors: Vec<(ComponentIx, ComponentIx)>,
    /// Share of the first one's outages that hit the second as well.
    pub vendors_together: Probability,
    /// Failovers that do not work; `None`: there is none in the design.
    pub failed_failover: Option<FailedFailover>,
    /// Wrong actions of people that take everything down; `None`: the file knows no team.
    pub operator: Option<Outage>,
    /// Certificates that expire, where one of `public` is needed.
    pub certificate: Option<Outage>,
    /// Components that end TLS for the public.
    pub public: Vec<ComponentIx>,
    /// What releases cost, by component; filled in once the load is known.
    pub releases: Vec<Releases>,
}

/// An automatic failover that does not work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FailedFailover {
    /// How often it does not.
    pub chance: Probability,
    /// How long it takes people then.
    pub lasts: Duration,
}

/// What the releases of one component cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Releases {
    /// Id of the way of rolling out.
    pub id: String,
    /// Of what: its id.
    pub of: String,
    /// Bad releases.
    pub bad: Loss,
    /// Requests that stopped pods still get, and those that are cut off when a pod stops.
    pub stopping: Loss,
    /// By journey: requests per second at the judged hour, and the share of them that pass the component.
    pub journeys: Vec<(f64, f64)>,
    /// Journeys that pass it whose requests take nobody knows how long: what is cut off of them is counted as far as their
    /// stated times go, and may be more.
    pub unknown: Vec<JourneyIx>,
}

/// Something that happens so often and costs so much each time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Loss {
    /// Times an hour.
    pub per_hour: f64,
    /// Hours of full outage for the requests that pass, each time.
    pub hours: f64,
    /// Squared coefficient of variation of that.
    pub scv: f64,
}

impl Loss {
    /// Share of the time, as full outage.
    pub fn share(&self) -> f64 {
        self.per_hour * self.hours
    }
}

impl Releases {
    /// Share of the requests of these journeys that pass the component; of all of them where none has any load.
    pub fn passing(&self, journeys: impl Iterator<Item = usize>) -> f64 {
        let (mut all, mut here) = (0.0, 0.0);
        for journey in journeys {
            let Some((rate, share)) = self.journeys.get(journey) else { continue };
            all += rate;
            here += rate * share;
        }
        if all > 0.0 { (here / all).min(1.0) } else { 0.0 }
    }
}
