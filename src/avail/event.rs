//! What an event is, and the events of components and their units.

use super::counted::Counted;
use crate::model::ComponentIx;
use std::collections::BTreeMap;

/// What kind of event, as the attribution names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Down until repaired.
    Outage,
    /// Others take over.
    Failover,
    /// A dead replica still gets its share of requests.
    Detection,
    /// Too few units even with all of them.
    BrownOut,
    /// A condition: the partial failure of a place hits this thing.
    Hit,
    /// A failing zone takes down what is spread over zones.
    Leak,
    /// Two vendors at once.
    Together,
    /// A failover that does not work.
    FailedFailover,
    /// Bad releases.
    Release,
    /// Pods that stop while requests reach them.
    Stopping,
    /// People.
    Operator,
    /// A certificate that has expired.
    Certificate,
}

impl Part {
    /// The word of the attribution.
    pub fn word(self) -> &'static str {
        match self {
            Self::Outage => "outage",
            Self::Failover => "failover",
            Self::Detection => "detection",
            Self::BrownOut => "brown-out",
            Self::Hit => "hit",
            Self::Leak => "leak",
            Self::Together => "together",
            Self::FailedFailover => "failed-failover",
            Self::Release => "release",
            Self::Stopping => "stopping",
            Self::Operator => "operator",
            Self::Certificate => "certificate",
        }
    }
}

/// One thing that can be so or not, independently of all others.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// `rds`, `api/2`, `zone tokyo/a`, `failover rds`; for a hit the thing that is hit.
    pub name: String,
    /// What the attribution blames: a component, a place.
    pub cause: String,
    /// What about it.
    pub part: Part,
    /// Share of the time.
    pub chance: f64,
    /// Mean length, hours; `None` for hits and brown-outs, which do not end by themselves.
    pub mean_hours: Option<f64>,
    /// Squared coefficient of variation of its length.
    pub scv: f64,
    /// Whether it fails only a share of what stands in it.
    pub partial: bool,
    /// Of a hit: the share of the place's outage after which the thing is back elsewhere; 1 where it waits for the place.
    pub lasts: f64,
    /// The component whose units wait for each other or fail together, if it is a unit of one.
    pub chain: Option<ComponentIx>,
}

/// Variable of an event, if it can happen.
pub type Variable = Option<u32>;

/// The events of one component.
#[derive(Clone, Debug, Default)]
pub struct ComponentEvents {
    /// All of it.
    pub whole: Variable,
    /// Provider, with its hit.
    pub provider: Option<(u32, Variable)>,
    /// Region, with its hit.
    pub region: Option<(u32, Variable)>,
    /// Failures that strike all its units at once, where there are too many for a chain.
    pub common: Variable,
    /// Outages it shares with another vendor.
    pub together: Vec<u32>,
    /// Time lost to failovers.
    pub failover: Variable,
    /// Time lost to failovers that do not work.
    pub failed_failover: Variable,
    /// Time lost until dead replicas are noticed.
    pub detection: Variable,
    /// Time lost until the name leads elsewhere.
    pub switch: Variable,
    /// Time lost while the name should lead elsewhere and does not.
    pub failed_switch: Variable,
    /// Too little even with all units.
    pub brown_out: Variable,
    /// Its units; without events of their own where they are counted.
    pub units: Vec<UnitEvents>,
    /// Where it has too many units to look at each: events of how many are lost.
    pub counted: Option<Counted>,
}

/// The events of one unit.
#[derive(Clone, Debug, Default)]
pub struct UnitEvents {
    /// Its own outages.
    pub own: Variable,
    /// With a crew that repairs few at once: more of them the more of the units before it are down, from one such on.
    pub behind: Vec<Variable>,
    /// Its zone, with its hit.
    pub zone: Option<(u32, Variable)>,
    /// While this holds, its zone's outage keeps it down: until it is replaced elsewhere.
    pub until: Variable,
    /// Its zone's region, with the hit.
    pub region: Option<(u32, Variable)>,
    /// The unit below it.
    pub carrier: Option<(ComponentIx, usize)>,
    /// Place in the order of the diagram.
    pub rank: usize,
}

/// Units that wait for a crew, or that a common cause fails together: a Markov chain of how many are down.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// Repaired at once, at most.
    pub crew: u32,
    /// Failures of one unit that works, per hour, alone.
    pub failure: f64,
    /// Failures of all units at once, per hour.
    pub shock: f64,
    /// Mean length of a repair, hours.
    pub repair_hours: f64,
    /// Squared coefficient of variation of it. The chain takes it as 1, the months played do not.
    pub scv: f64,
    /// Chance that so many are down.
    pub down: Vec<f64>,
    /// Mean length of a time with at least so many down, hours.
    pub times: Vec<f64>,
}

/// All events of some components.
#[derive(Clone, Debug, Default)]
pub struct Events {
    /// By variable.
    pub list: Vec<Event>,
    /// Events that take everything down, by variable.
    pub series: Vec<u32>,
    /// By component index; empty for components that are not needed.
    pub components: BTreeMap<ComponentIx, ComponentEvents>,
    /// Components whose units hang together.
    pub chains: BTreeMap<ComponentIx, Chain>,
    /// Whether some common cause is only approximated.
    pub rough: bool,
}

impl Events {
    /// By event: the hits that are drawn when it begins.
    pub fn hits(&self) -> Vec<Vec<u32>> {
        let mut hits: Vec<Vec<u32>> = vec![Vec::new(); self.list.len()];
        for events in self.components.values() {
            let places = [events.provider, events.region];
            let of_units = events.units.iter().flat_map(|unit| {
                let until = unit.zone.map(|(zone, _)| (zone, unit.until));
                [unit.zone, until, unit.region]
            });
            let of_count = events.counted.iter().flat_map(|counted| counted.places.iter().copied().map(Some));
            for (place, hit) in places.into_iter().chain(of_units).chain(of_count).flatten() {
                if let Some(hit) = hit.filter(|hit| !hits[place as usize].contains(hit)) {
                    hits[place as usize].push(hit);
                }
            }
        }
        hits
    }
}
