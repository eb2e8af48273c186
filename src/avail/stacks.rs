//! Which components are counted (see [`super::counted`]), and how their units stand on carriers and in places.

use super::counted::{FROM, FROM_SHARED, MOST_PLACES, Stack};
use super::hours::Need;
use crate::model::failure::carrier;
use crate::model::{ComponentIx, Model, RegionIx, ZoneIx};
use std::collections::{BTreeMap, BTreeSet};

/// Units that hang together are drawn one by one up to so many: each needs an event for every other.
const MOST_HANGING: usize = 24;

/// A place that units stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A region.
    Region(RegionIx),
    /// A zone.
    Zone(ZoneIx),
}

/// A component's units, by carrier.
#[derive(Clone, Debug, PartialEq)]
pub struct Stacked {
    /// Places that can fail, in the order of the bits.
    pub places: Vec<Place>,
    /// Units on one carrier each, or one unit each.
    pub stacks: Vec<Stack>,
    /// What carries them all.
    pub carrier: Option<ComponentIx>,
    /// The numbers of units that some hour needs.
    pub needed: Vec<u32>,
}

/// The components that are counted. `order`: all components that take part, with what each needs where it is needed itself.
pub fn counted(
    model: &Model,
    order: &[ComponentIx],
    needs: &BTreeMap<ComponentIx, Vec<Need>>,
) -> BTreeMap<ComponentIx, Stacked> {
    let others = |ix: ComponentIx| {
        let on = model.graph[ix].on;
        on.is_some() && order.iter().any(|other| *other != ix && model.graph[*other].on == on)
    };
    let from = |ix: ComponentIx| if others(ix) { FROM_SHARED } else { FROM };
    let each = |ix: &ComponentIx| Some((*ix, stacked(model, *ix, needs.get(ix)?, from(*ix))?));
    order.iter().filter_map(each).collect()
}

/// Components none of whose units gets events of its own: those that are counted, and what carries those alone.
pub fn silent(
    model: &Model,
    order: &[ComponentIx],
    counted: &BTreeMap<ComponentIx, Stacked>,
    needs: &BTreeMap<ComponentIx, Vec<Need>>,
) -> BTreeSet<ComponentIx> {
    let mut silent: BTreeSet<ComponentIx> = counted.keys().copied().collect();
    let carriers: BTreeSet<ComponentIx> = counted.values().filter_map(|stacked| stacked.carrier).collect();
    for below in carriers {
        let others = order.iter().filter(|ix| !counted.contains_key(ix));
        let carried = |ix: &ComponentIx| {
            model.graph[*ix]
                .failure
                .units
                .iter()
                .any(|unit| carrier(model, *ix, unit).is_some_and(|(at, _)| at == below))
        };
        let others = others.copied().filter(carried).count();
        if others == 0 && !needs.contains_key(&below) {
            silent.insert(below);
        }
    }
    silent
}

/// Whether what carries these units carries, or is, something else that is needed.
pub fn shared(
    below: ComponentIx,
    counted: &BTreeMap<ComponentIx, Stacked>,
    silent: &BTreeSet<ComponentIx>,
) -> bool {
    !silent.contains(&below) || counted.values().filter(|other| other.carrier == Some(below)).count() > 1
}

fn stacked(model: &Model, ix: ComponentIx, needs: &[Need], from: usize) -> Option<Stacked> {
    let failure = &model.graph[ix].failure;
    let n = failure.units.len();
    let needed: BTreeSet<u32> = needs.iter().map(|need| need.units).collect();
    let least = *needed.first()? as usize;
    let many = n * (n + 1).saturating_sub(least) >= from || (hangs(model, ix) && n > MOST_HANGING);
    if !many {
        return None;
    }
    let carriers: BTreeSet<Option<ComponentIx>> =
        failure.units.iter().map(|unit| carrier(model, ix, unit).map(|(below, _)| below)).collect();
    let [below] = carriers.into_iter().collect::<Vec<_>>()[..] else { return None };
    // By carrier: its units; a unit without one stands alone.
    let mut by_carrier: BTreeMap<usize, u32> = BTreeMap::new();
    let mut bottoms: Vec<(usize, Option<ZoneIx>)> = Vec::new();
    for (number, unit) in failure.units.iter().enumerate() {
        let (at, zone) = match carrier(model, ix, unit) {
            Some((below, at)) => {
                let node = &model.graph[below].failure.units[at];
                let deeper = carrier(model, below, node).is_some();
                if deeper || hangs(model, below) || unit.zone.is_some_and(|zone| node.zone != Some(zone)) {
                    return None;
                }
                (at, node.zone)
            }
            None => (number, unit.zone),
        };
        let units = by_carrier.entry(at).or_default();
        if *units == 0 {
            bottoms.push((at, zone));
        }
        *units += 1;
    }
    let mut places: BTreeSet<Place> = BTreeSet::new();
    let region_of = |zone: ZoneIx| model.zones[usize::from(zone.0)].region;
    let zone_fails =
        |zone: ZoneIx| model.zones[usize::from(zone.0)].outage.filter(|o| o.unavailability() > 0.0);
    let region_fails = |region: RegionIx| {
        model.regions[usize::from(region.0)].outage.is_some_and(|o| o.unavailability() > 0.0)
    };
    for zone in bottoms.iter().filter_map(|(_, zone)| *zone) {
        places.extend(zone_fails(zone).map(|_| Place::Zone(zone)));
        places.extend(Some(region_of(zone)).filter(|r| region_fails(*r)).map(Place::Region));
    }
    if places.len() > MOST_PLACES {
        return None;
    }
    let places: Vec<Place> = places.into_iter().collect();
    let bit = |place: Place| places.iter().position(|p| *p == place);
    let stack = |(at, zone): &(usize, Option<ZoneIx>)| Stack {
        units: by_carrier[at],
        zone: zone.and_then(|zone| Some((bit(Place::Zone(zone))?, zone_fails(zone)?.severity.get()))),
        region: zone.and_then(|zone| bit(Place::Region(region_of(zone)))),
    };
    let stacks = bottoms.iter().map(stack).collect();
    Some(Stacked { places, stacks, carrier: below, needed: needed.into_iter().collect() })
}

/// Whether its units wait for a crew or fail together.
fn hangs(model: &Model, ix: ComponentIx) -> bool {
    let failure = &model.graph[ix].failure;
    failure.crew.is_some_and(|crew| (crew as usize) < failure.units.len()) || failure.shares().1 > 0.0
}
