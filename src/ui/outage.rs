//! What the loss of a zone takes away, at once and without simulating: which components are gone or reduced, which share
//! of each journey fails while it lasts, and how busy what is left will be. A preview of the state after failover;
//! how long failover and detection take is the simulation's answer.

use crate::answer::times::ComponentAnswer;
use crate::flow;
use crate::model::call::Call;
use crate::model::fault::FaultKind;
use crate::model::station::Branch;
use crate::model::{CallIx, ComponentIx, JourneyIx, Model, ZoneIx};
use crate::text::Phrase;
use indexmap::IndexMap;

/// Units of one component that a zone takes down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Units that are gone.
    pub gone: u32,
    /// Units before.
    pub of: u32,
    /// Units that serve afterwards, standbys that took over included.
    pub left: u32,
    /// Whether nothing is left that serves, standbys counted.
    pub dead: bool,
}

/// The preview of an outage.
#[derive(Clone, Debug)]
pub struct Outage {
    /// The zone: `tokyo/a`.
    pub zone: String,
    /// By component id; components that lose nothing are absent.
    pub lost: IndexMap<String, Lost>,
    /// Share of each journey's requests that fail for want of a component.
    pub failing: IndexMap<String, f64>,
    /// What is left of each component, by id.
    pub components: IndexMap<String, ComponentAnswer>,
}

/// The zone's index.
pub fn zone_ix(model: &Model, zone: &str) -> Option<ZoneIx> {
    model.zones.iter().position(|z| z.id == zone).map(|ix| ZoneIx(ix as u16))
}

/// The fault of the scenario that is the outage of this zone.
pub fn fault_of(model: &Model, zone: ZoneIx) -> Option<&str> {
    model.faults.iter().find(|fault| fault.what == FaultKind::ZoneOutage(zone)).map(|fault| fault.id.as_str())
}

/// Zones in which something of this model stands, in order.
pub fn inhabited(model: &Model) -> Vec<String> {
    let at = |ix: ZoneIx| model.graph.node_indices().any(|component| units_in(model, component, ix).0 > 0);
    let zones = model.zones.iter().enumerate().filter(|(ix, _)| at(ZoneIx(*ix as u16)));
    zones.map(|(_, zone)| zone.id.clone()).collect()
}

/// Region and letter of a zone.
fn split(id: &str) -> (&str, &str) {
    id.split_once('/').unwrap_or(("", id))
}

/// The same with what each is called: its letter, with its region where something stands in several.
pub fn named(model: &Model) -> Vec<(Phrase, String)> {
    let ids = inhabited(model);
    let alone = ids.windows(2).all(|two| split(&two[0]).0 == split(&two[1]).0);
    let name = |id: &str| {
        let (region, letter) = split(id);
        match model.regions.iter().find(|r| r.id == region) {
            Some(known) if !alone => {
                Phrase::new(format!("{} {letter}", known.name.ja), format!("{} {letter}", known.name.en))
            }
            _ => Phrase::same(letter),
        }
    };
    ids.into_iter().map(|id| (name(&id), id)).collect()
}

/// Units of a component in a zone, and all of them. O(units).
fn units_in(model: &Model, component: ComponentIx, zone: ZoneIx) -> (u32, u32) {
    let component = &model.graph[component];
    let placed = |of: usize, here: usize| (here as u32, of as u32);
    match &component.station {
        Some(station) if station.replicas.iter().any(|r| r.zone.is_some()) => {
            let active = || station.replicas.iter().filter(|r| r.active);
            placed(active().count(), active().filter(|r| r.zone == Some(zone)).count())
        }
        _ => {
            let units = &component.failure.units;
            placed(units.len(), units.iter().filter(|u| u.zone == Some(zone)).count())
        }
    }
}

/// The model without the zone, and what that takes from each component.
fn damage(model: &Model, zone: ZoneIx) -> (Model, Vec<Option<Lost>>) {
    let mut left = model.clone();
    let mut lost = Vec::new();
    for ix in model.graph.node_indices() {
        let (gone, of) = units_in(model, ix, zone);
        let mut dead = gone > 0 && gone == of;
        let mut serving = of - gone;
        if let Some(station) = &mut left.graph[ix].station
            && gone > 0
        {
            let mut replicas = station.replicas.clone();
            replicas.iter_mut().filter(|r| r.zone == Some(zone)).for_each(|r| r.active = false);
            let original = &station.replicas;
            let spare =
                (0..replicas.len()).filter(|i| !original[*i].active && replicas[*i].zone != Some(zone));
            for standby in spare.take(gone as usize).collect::<Vec<_>>() {
                replicas[standby].active = true;
            }
            // replicas that are bound to no zone say nothing about the units that are
            if original.iter().any(|r| r.zone.is_some()) {
                serving = replicas.iter().filter(|r| r.active).count() as u32;
                dead = serving == 0;
            }
            // A station without any active replica is no valid model: it stays, and its journeys count as failing.
            if !dead {
                station.replicas = replicas;
            }
        }
        lost.push((gone > 0).then_some(Lost { gone, of, left: serving, dead }));
    }
    (left, lost)
}

/// Previews the outage of a zone in the busiest hour; `None` when the model has no such zone.
pub fn preview(model: &Model, zone: &str) -> Option<Outage> {
    let (left, lost) = damage(model, zone_ix(model, zone)?);
    let flow = flow::solve(&left, left.profile.busiest_hour());
    let dead = |ix: ComponentIx| lost[ix.index()].is_some_and(|lost| lost.dead);
    let failing = model.journey_indices().map(|journey| {
        let row = &model.journeys[usize::from(journey.0)];
        (row.id.clone(), fails(model, &dead, row.entry, journey, 0))
    });
    let id = |ix: ComponentIx| model.graph[ix].id.clone();
    Some(Outage {
        zone: zone.to_owned(),
        failing: failing.collect(),
        components: left.graph.node_indices().map(id).zip(flow.components).collect(),
        lost: model.graph.node_indices().filter_map(|ix| Some((id(ix), lost[ix.index()]?))).collect(),
    })
}

/// Longest chain of calls that is followed.
const DEEPEST: usize = 64;

/// Chance that a request of this journey fails at this component because something it cannot do without is dead.
fn fails(
    model: &Model,
    dead: &dyn Fn(ComponentIx) -> bool,
    at: ComponentIx,
    journey: JourneyIx,
    depth: usize,
) -> f64 {
    if dead(at) {
        return 1.0;
    }
    let Some(station) = &model.graph[at].station else { return 0.0 };
    if depth > DEEPEST {
        return 0.0;
    }
    let program = station.program(journey);
    let failed = |branch: &Branch, counts: bool| {
        let call = |ix: CallIx| call_fails(model, dead, ix, journey, depth + 1, counts);
        let first = call(branch.call);
        let Some(miss) = &branch.miss else { return first };
        let gone = model.graph.edge_endpoints(branch.call).is_some_and(|(_, to)| dead(to));
        let missed = if gone { 1.0 } else { 1.0 - f64::from(miss.hit) };
        first + (1.0 - first) * missed * call(miss.call)
    };
    let survives = program.steps.iter().enumerate().fold(1.0, |survives, (group, branches)| {
        let quorum = program.quorum(group);
        let each = || branches.iter().map(|b| (f64::from(b.probability), failed(b, quorum.is_some())));
        survives
            * match quorum {
                Some(needed) => enough(each(), needed as usize),
                None => each().fold(1.0, |all, (made, failed)| all * (1.0 - made * failed)),
            }
    });
    (1.0 - f64::from(program.hit)) * (1.0 - survives)
}

/// Chance that `needed` of the calls made answer, or all where fewer are made. Each is (chance that it is made, chance
/// that it fails then).
fn enough(calls: impl Iterator<Item = (f64, f64)>, needed: usize) -> f64 {
    // By calls made and calls answered.
    let mut chances = vec![vec![1.0]];
    for (made, failed) in calls {
        let mut next = vec![vec![0.0; chances.len() + 1]; chances.len() + 1];
        for (m, row) in chances.iter().enumerate() {
            for (a, chance) in row.iter().enumerate() {
                next[m][a] += chance * (1.0 - made);
                next[m + 1][a] += chance * made * failed;
                next[m + 1][a + 1] += chance * made * (1.0 - failed);
            }
        }
        chances = next;
    }
    let rows = chances.iter().enumerate();
    rows.map(|(made, row)| row.iter().skip(needed.min(made)).sum::<f64>()).sum()
}

fn call_fails(
    model: &Model,
    dead: &dyn Fn(ComponentIx) -> bool,
    call: CallIx,
    journey: JourneyIx,
    depth: usize,
    counts: bool,
) -> f64 {
    let Some((_, to)) = model.graph.edge_endpoints(call) else { return 0.0 };
    let Call { policy, .. } = &model.graph[call];
    if !(policy.required || counts) || depth > DEEPEST {
        return 0.0;
    }
    let failed = fails(model, dead, to, journey, depth);
    policy
        .others_of(journey)
        .fold(failed, |failed, other| failed * call_fails(model, dead, other, journey, depth + 1, true))
}
