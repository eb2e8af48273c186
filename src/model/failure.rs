//! Where units stand, how they fail and how fast others take over. Two sources are kept apart everywhere: failure and
//! repair data (an expectation) and the vendor's contract (a ceiling).

use super::{ComponentIx, Model, ProviderIx, RegionIx, ZoneIx};
use crate::stats::distribution::Distribution;
use crate::units::{Duration, Probability};

/// Mean length of an episode where only an availability is known, hours. Assumption: fact `rate.llm.incident_h`.
pub const EPISODE_WITHOUT_DATA: f64 = 1.0;

/// Units of a component that may wait for a crew: more of them are too many for the exact answer.
pub const MOST_WITH_CREW: usize = 100;

/// How often something fails and how long that lasts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outage {
    /// Failures per year of one unit.
    pub per_year: f64,
    /// Mean time until it serves again.
    pub repair: Duration,
    /// Squared coefficient of variation of that time: 1, exponential, unless its distribution is stated. What is stated is
    /// played as the lognormal of the same mean and variation.
    pub scv: f64,
    /// Share of the place that fails with it (1 for a unit; fact `rate.az.fraction` for a zone).
    pub severity: Probability,
}

impl Outage {
    /// Of exponential length, of all of the thing.
    pub fn new(per_year: f64, repair: Duration) -> Self {
        Self { per_year, repair, scv: 1.0, severity: Probability::ONE }
    }

    /// The same, lasting as stated: a plain time is the mean of an exponential.
    pub fn lasting(self, length: &Distribution) -> Self {
        let scv = if matches!(length, Distribution::Constant(_)) { 1.0 } else { length.scv() };
        Self { repair: Duration::seconds(length.mean()), scv, ..self }
    }

    /// How long one with this mean and variation lasts, in the unit of the mean.
    pub fn length(mean: f64, scv: f64) -> Distribution {
        if scv == 1.0 { Distribution::Exponential(mean) } else { Distribution::lognormal_mean_scv(mean, scv) }
    }

    /// What is left, at any instant of it, of one with this mean and variation: a uniform share of one that is the longer the
    /// likelier it is met.
    ///
    /// Source: D. R. Cox, *Renewal Theory* (1962), section 5: the length met has the density x f(x) / mean. For the lognormal
    /// that is the lognormal of the same shape with 1 + scv times the mean.
    pub fn rest(mean: f64, scv: f64, mut uniform: impl FnMut() -> f64) -> f64 {
        if scv == 1.0 {
            return Distribution::Exponential(mean).draw(uniform);
        }
        let met = Distribution::lognormal_mean_scv(mean * (1.0 + scv), scv).draw(&mut uniform);
        met * uniform()
    }

    /// Mean time between failures in a year of 8,760 h.
    pub fn mtbf(&self) -> Option<Duration> {
        Duration::new(crate::units::HOURS_PER_YEAR * 3600.0 / self.per_year)
    }

    /// Steady-state unavailability of one unit: MTTR / (MTBF + MTTR).
    pub fn unavailability(&self) -> f64 {
        let down = self.per_year * self.repair.as_hours() / crate::units::HOURS_PER_YEAR;
        down / (1.0 + down)
    }
}

/// How a component's units fail.
#[derive(Clone, Debug, Default)]
pub struct Failure {
    /// One entry per unit (pod, node, database instance); empty for a component that cannot fail by itself.
    pub units: Vec<Unit>,
    /// Failure of one unit from failure data; `None`: unknown.
    pub unit_outages: Vec<Outage>,
    /// Share of a unit's failures that strike all units at once (beta factor).
    pub common: Probability,
    /// Units whose own failures are repaired at once, the others waiting for that; `None`: all.
    pub crew: Option<u32>,
    /// A measured or planned availability of the whole component, where that is how the data come (an LLM provider).
    pub availability: Option<Probability>,
    /// Units needed; `None`: as many as the latency and error objectives need, found by flow.
    pub needs: Option<u32>,
    /// How long requests fail while others take over from a lost unit; `None`: not at all.
    pub failover: Option<Duration>,
    /// What the vendor promises for the component as configured here; `None`: nothing (unknown, never 0).
    pub sla: Option<Probability>,
    /// Fact id of that promise.
    pub sla_source: Option<String>,
    /// The provider that runs it, a common cause.
    pub provider: Option<ProviderIx>,
    /// The region whose failure takes it down; `None`: it is global.
    pub region: Option<RegionIx>,
    /// Whether anything is known about its failures. When false the uptime is unknown, never 100 %.
    pub known: bool,
}

impl Failure {
    /// Shares of a unit's failures: its own, and those that strike all units at once. A lone unit has only its own.
    pub fn shares(&self) -> (f64, f64) {
        if self.units.len() > 1 { (self.common.complement().get(), self.common.get()) } else { (1.0, 0.0) }
    }

    /// Name of a unit of the component with this id: `api/2`; the component's own where there is only one.
    pub fn unit_name(&self, id: &str, number: usize) -> String {
        if self.units.len() == 1 { id.to_owned() } else { format!("{id}/{}", number + 1) }
    }
}

/// One unit that fails on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Where it stands; `None`: spread over its region by the vendor.
    pub zone: Option<ZoneIx>,
    /// The unit of the component below (`Component::on`) that carries it: a pod's node.
    pub on: Option<u32>,
}

/// The unit that carries another; `None` when there is none.
pub fn carrier(model: &Model, ix: ComponentIx, unit: &Unit) -> Option<(ComponentIx, usize)> {
    let below = model.graph[ix].on?;
    let number = unit.on? as usize;
    (below != ix && number < model.graph[below].failure.units.len()).then_some((below, number))
}
