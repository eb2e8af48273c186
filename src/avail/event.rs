//! What an event is, and the events of components and their units.

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
    /// Failures that strike all its units at once.
    pub common: Variable,
    /// Time lost to failovers.
    pub failover: Variable,
    /// Time lost until dead replicas are noticed.
    pub detection: Variable,
    /// Time lost until the name leads elsewhere.
    pub switch: Variable,
    /// Too little even with all units.
    pub brown_out: Variable,
    /// Its units.
    pub units: Vec<UnitEvents>,
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
    /// Its zone's region, with the hit.
    pub region: Option<(u32, Variable)>,
    /// The unit below it.
    pub carrier: Option<(ComponentIx, usize)>,
    /// Place in the order of the diagram.
    pub rank: usize,
}

/// All events of some components.
#[derive(Clone, Debug, Default)]
pub struct Events {
    /// By variable.
    pub list: Vec<Event>,
    /// By component index; empty for components that are not needed.
    pub components: BTreeMap<ComponentIx, ComponentEvents>,
}
