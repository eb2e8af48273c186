//! Which components the journeys cannot do without while some are lost, and which of their units an event takes.

use crate::model::{ComponentIx, JourneyIx, Model, RegionIx, ZoneIx};

/// A place that is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A zone.
    Zone(ZoneIx),
    /// A region.
    Region(RegionIx),
}

impl Place {
    /// Whether a zone is lost with it.
    pub fn holds(self, model: &Model, zone: ZoneIx) -> bool {
        match self {
            Self::Zone(lost) => zone == lost,
            Self::Region(lost) => model.zones[usize::from(zone.0)].region == lost,
        }
    }
}

/// Units of a component before and after a place is lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hit {
    /// Units that serve before.
    pub of: u32,
    /// Of these, lost.
    pub lost: u32,
    /// Standbys that are left.
    pub standbys: u32,
}

impl Hit {
    /// Units that go on serving.
    pub fn left(self) -> u32 {
        self.of - self.lost
    }
}

/// What the loss of a place takes from a component. O(units).
pub fn hit(model: &Model, ix: ComponentIx, place: Place) -> Hit {
    let component = &model.graph[ix];
    let regional = matches!(place, Place::Region(lost) if component.failure.region == Some(lost));
    // What stands in no stated zone stands somewhere in the component's region.
    let inside = |zone: Option<ZoneIx>| match (place, zone) {
        (place, Some(zone)) => place.holds(model, zone),
        (_, None) => regional,
    };
    let count = |n: usize| n as u32;
    match &component.station {
        Some(station) if station.replicas.iter().any(|r| r.zone.is_some()) => {
            let active = || station.replicas.iter().filter(|r| r.active);
            let spare = station.replicas.iter().filter(|r| !r.active && !inside(r.zone));
            Hit {
                of: count(active().count()),
                lost: count(active().filter(|r| inside(r.zone)).count()),
                standbys: count(spare.count()),
            }
        }
        _ => {
            let units = &component.failure.units;
            let lost = units.iter().filter(|u| inside(u.zone)).count();
            if units.is_empty() && regional {
                return Hit { of: 1, lost: 1, standbys: 0 };
            }
            Hit { of: count(units.len()), lost: count(lost), standbys: 0 }
        }
    }
}

/// Components that these journeys cannot do without, with what carries them, in the order in which requests reach them. A
/// call with a fallback is not needed when its target is `dead` and that of the fallback is not. O(components + calls) per
/// journey.
pub fn needed(model: &Model, journeys: &[JourneyIx], dead: impl Fn(ComponentIx) -> bool) -> Vec<ComponentIx> {
    let mut seen = vec![false; model.graph.node_count()];
    let mut order = Vec::new();
    for journey in journeys {
        let mut visited = vec![false; model.graph.node_count()];
        let mut stack = vec![model.journeys[usize::from(journey.0)].entry];
        while let Some(ix) = stack.pop() {
            if std::mem::replace(&mut visited[ix.index()], true) {
                continue;
            }
            let mut carried = Some(ix);
            while let Some(at) = carried.filter(|at| !seen[at.index()]) {
                seen[at.index()] = true;
                order.push(at);
                carried = model.graph[at].on;
            }
            let Some(station) = &model.graph[ix].station else { continue };
            let program = station.program(*journey);
            if program.hit.get() >= 1.0 {
                continue;
            }
            let made = program.steps.iter().flatten().filter(|b| b.probability.get() > 0.0 && b.count > 0);
            let calls = made.flat_map(|b| [Some(b.call), b.miss.map(|m| m.call)]).flatten();
            for call in calls.collect::<Vec<_>>().into_iter().rev() {
                let policy = &model.graph[call].policy;
                let target = |call| model.graph.edge_endpoints(call).map(|(_, to)| to);
                let Some(to) = target(call).filter(|_| policy.required) else { continue };
                let covered = policy.fallback.and_then(target).is_some_and(|other| dead(to) && !dead(other));
                if !covered {
                    stack.push(to);
                }
            }
        }
    }
    order
}
