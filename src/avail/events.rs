//! The basic events of a set of journeys: everything that can be down by itself, with its chance, how often it begins and
//! how long it lasts, in the order in which the decision diagram asks about them.
//!
//! - A **provider**, a **region** and a **zone** are one event each, shared by all that stands there.
//! - A place that fails in part (`severity` below 1) hits each unit in it independently with that chance: the unit is down
//!   while the place's event lasts *and* its own `Hit` holds. A unit that is carried by another is hit through its carrier.
//! - What keeps data, stands in one zone and has backups is restored elsewhere when its zone is lost, as in the answer about
//!   recovery, and is down no longer than that takes: a part of the zone's outage, if it takes less.
//! - Machines of a group that stands in several zones are replaced in the others when one is lost, all at the same time.
//! - A **unit** fails by itself; several kinds of outages of one unit are one event.
//! - A share of a unit's failures may strike all units of its component at once (**beta factor**): all of them are then down until
//!   each has been repaired by itself.
//! - A **whole** component with a measured availability is one event. Its episodes are taken to last one hour
//!   (assumption; fact `rate.llm.incident_h`); the availability does not depend on it, the spread of months does.
//! - **Failover** and **detection**: while others take over from a lost unit, requests fail. Losses per hour times that time
//!   is the chance of an event of its own, independent of the rest; the neglected overlap is of second order. Failover
//!   stops all requests; an undetected dead replica fails its share of the traffic, so its time counts with that share.
//!   Both need a spare: without one the loss itself is the outage.
//! - Units that wait for a **crew** which repairs few at once, or that fail together, are a Markov chain of how many are down: each is
//!   down by its own event, or, the more of the units before it are down, by more events of its own. That is exact for the share
//!   of the time where repairs are exponential; the months played play the group itself.
//! - **Names** that lead elsewhere take a window each time the usual way is lost: see `System::switch`.
//! - A returned unit serves again when its health checks have passed: their time is added to each repair.
//! - A component of many units is **counted**: its units have no events, see [`super::counted`].
//! - A **brown-out** is certain in its hours.
//!
//! Order: providers and regions first; then, for components that share zones or carriers, their zones, and under them each
//! carrier followed at once by what it carries, so that a count of lost units needs few states.

use super::event::{ComponentEvents, Event, Events, Part, UnitEvents, Variable};
use super::hours::{Group, Need};
use super::operations::{self, Together};
use super::outages::{active, combine, elsewhere, readmission, replaced, variation};
use super::stacks::{Stacked, counted, silent};
use crate::model::failure::{EPISODE_WITHOUT_DATA, Outage, Unit, carrier};
use crate::model::switch::switch_of;
use crate::model::{ComponentIx, JourneyIx, Model, RegionIx, ZoneIx};
use crate::units::{Duration, Probability};
use std::collections::{BTreeMap, BTreeSet};

/// Carriers of carriers that are followed.
const DEEPEST_CARRIER: usize = 16;

/// The events of these components and of what carries them, given what they need in the week.
/// O(units x depth of carriers + components log components).
/// `journeys`: whose, for what releases cost them.
pub fn events(model: &Model, journeys: &[JourneyIx], components: &[ComponentIx], groups: &[Group]) -> Events {
    let mut maker = Maker::new(model, components);
    for (place, ix) in components.iter().enumerate() {
        let needs: Vec<Need> = groups.iter().map(|group| group.needs[place]).collect();
        maker.needs.insert(*ix, needs);
    }
    maker.counted = counted(model, &maker.order, &maker.needs);
    maker.silent = silent(model, &maker.order, &maker.counted, &maker.needs);
    for event in operations::series(model, journeys, &maker.order) {
        maker.series(event);
    }
    maker.places();
    maker.vendors();
    for block in maker.blocks() {
        maker.block(&block);
    }
    maker.events
}

/// The events on the way. The rest of it stands in [`super::groups`] and [`super::operations`].
pub(super) struct Maker<'a> {
    pub(super) model: &'a Model,
    /// Needed components first, then what carries them.
    order: Vec<ComponentIx>,
    needs: BTreeMap<ComponentIx, Vec<Need>>,
    carried: BTreeMap<(ComponentIx, usize), Vec<(ComponentIx, usize)>>,
    providers: Vec<Variable>,
    regions: Vec<Variable>,
    pub(super) zones: Vec<Variable>,
    region_hits: BTreeMap<(ComponentIx, RegionIx), u32>,
    untils: BTreeMap<(ComponentIx, ZoneIx), Variable>,
    pub(super) waits: BTreeMap<ComponentIx, Vec<Vec<f64>>>,
    pub(super) counted: BTreeMap<ComponentIx, Stacked>,
    /// Components whose units have no events.
    pub(super) silent: BTreeSet<ComponentIx>,
    pub(super) together: Vec<Together>,
    rank: usize,
    pub(super) events: Events,
}

impl<'a> Maker<'a> {
    fn new(model: &'a Model, needed: &[ComponentIx]) -> Self {
        let mut order = needed.to_vec();
        let mut known: std::collections::BTreeSet<ComponentIx> = needed.iter().copied().collect();
        let mut carried: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut place = 0;
        while place < order.len() {
            let ix = order[place];
            for (number, unit) in model.graph[ix].failure.units.iter().enumerate() {
                if let Some((below, below_number)) = carrier(model, ix, unit) {
                    carried.entry((below, below_number)).or_default().push((ix, number));
                    if known.insert(below) {
                        order.push(below);
                    }
                }
            }
            place += 1;
        }
        let mut events = Events::default();
        for ix in &order {
            let units = vec![UnitEvents::default(); model.graph[*ix].failure.units.len()];
            events.components.insert(*ix, ComponentEvents { units, ..ComponentEvents::default() });
        }
        let none = |n: usize| vec![None; n];
        Self {
            model,
            together: operations::together(model, &order),
            order,
            needs: BTreeMap::new(),
            carried,
            providers: none(model.providers.len()),
            regions: none(model.regions.len()),
            zones: none(model.zones.len()),
            region_hits: BTreeMap::new(),
            untils: BTreeMap::new(),
            waits: BTreeMap::new(),
            counted: BTreeMap::new(),
            silent: BTreeSet::new(),
            rank: 0,
            events,
        }
    }

    pub(super) fn add(&mut self, event: Event) -> Variable {
        (event.chance > 0.0).then(|| self.push(Event { chance: event.chance.min(1.0), ..event }))
    }

    pub(super) fn push(&mut self, event: Event) -> u32 {
        self.events.list.push(event);
        self.events.list.len() as u32 - 1
    }

    /// Providers and regions of the needed components, in the order of the model.
    fn places(&mut self) {
        let model = self.model;
        for (number, provider) in model.providers.iter().enumerate() {
            if self
                .order
                .iter()
                .any(|ix| model.graph[*ix].failure.provider.is_some_and(|p| p.0 as usize == number))
            {
                self.providers[number] = self.place(format!("provider {}", provider.id), provider.outage);
            }
        }
        for (number, region) in model.regions.iter().enumerate() {
            let here = |r: RegionIx| r.0 as usize == number;
            let stands_here = |ix: &ComponentIx| {
                let failure = &model.graph[*ix].failure;
                let zones = failure.units.iter().filter_map(|unit| unit.zone);
                failure.region.is_some_and(here)
                    || zones.into_iter().any(|z| here(model.zones[z.0 as usize].region))
            };
            if self.order.iter().any(stands_here) {
                self.regions[number] = self.place(format!("region {}", region.id), region.outage);
            }
        }
    }

    fn place(&mut self, name: String, outage: Option<Outage>) -> Variable {
        let outage = outage?;
        let (chance, mean_hours) = combine(&[outage], Duration::ZERO);
        let partial = outage.severity.get() < 1.0;
        let scv = outage.scv;
        self.add(Event {
            cause: name.clone(),
            name,
            part: Part::Outage,
            chance,
            mean_hours,
            scv,
            partial,
            lasts: 1.0,
            chain: None,
        })
    }

    /// The condition under which a partial failure of a place hits a thing.
    fn hit(&mut self, thing: &str, outage: Option<Outage>, lasts: f64) -> Variable {
        let severity = outage?.severity.get();
        if severity >= 1.0 && lasts >= 1.0 {
            return None;
        }
        // A place that hits nothing still needs its condition, so that it is not read as hitting everything.
        Some(self.push(Event {
            name: thing.to_owned(),
            cause: thing.to_owned(),
            part: Part::Hit,
            chance: severity * lasts,
            mean_hours: None,
            scv: 1.0,
            partial: false,
            lasts,
            chain: None,
        }))
    }

    /// Components that share zones or carriers, together; each block in the order in which requests reach it.
    fn blocks(&self) -> Vec<Vec<ComponentIx>> {
        let n = self.order.len();
        let place: BTreeMap<ComponentIx, usize> =
            self.order.iter().enumerate().map(|(i, ix)| (*ix, i)).collect();
        let mut parent: Vec<usize> = (0..n + self.zones.len()).collect();
        fn root(parent: &mut [usize], mut i: usize) -> usize {
            while parent[i] != i {
                parent[i] = parent[parent[i]];
                i = parent[i];
            }
            i
        }
        for (i, ix) in self.order.iter().enumerate() {
            for unit in &self.model.graph[*ix].failure.units {
                let zone = unit.zone.map(|zone| n + zone.0 as usize);
                let below = carrier(self.model, *ix, unit).map(|(below, _)| place[&below]);
                for other in [zone, below].into_iter().flatten() {
                    let (a, b) = (root(&mut parent, i), root(&mut parent, other));
                    parent[a.max(b)] = a.min(b);
                }
            }
        }
        let mut blocks: BTreeMap<usize, Vec<ComponentIx>> = BTreeMap::new();
        let mut first: Vec<usize> = Vec::new();
        for (i, ix) in self.order.iter().enumerate() {
            let block = root(&mut parent, i);
            if !blocks.contains_key(&block) {
                first.push(block);
            }
            blocks.entry(block).or_default().push(*ix);
        }
        first.iter().filter_map(|block| blocks.remove(block)).collect()
    }

    fn block(&mut self, components: &[ComponentIx]) {
        let model = self.model;
        let mut zones: Vec<usize> = Vec::new();
        for ix in components {
            zones.extend(model.graph[*ix].failure.units.iter().filter_map(|u| u.zone).map(|z| z.0 as usize));
        }
        zones.sort_unstable();
        zones.dedup();
        for zone in zones {
            let outage = model.zones[zone].outage.map(|outage| {
                let (leak, rest) = operations::leak(model, ZoneIx(zone as u16), &self.order, outage);
                leak.into_iter().for_each(|leak| self.series(leak));
                rest
            });
            let event = self.place(format!("zone {}", model.zones[zone].id), outage);
            self.zones[zone] = event;
        }
        for ix in components {
            self.component(*ix);
            self.count(*ix);
            if self.silent.contains(ix) {
                continue;
            }
            for number in 0..model.graph[*ix].failure.units.len() {
                let mut bottom = (*ix, number);
                for _ in 0..DEEPEST_CARRIER {
                    match carrier(model, bottom.0, &model.graph[bottom.0].failure.units[bottom.1]) {
                        Some(below) => bottom = below,
                        None => break,
                    }
                }
                self.unit_and_all_it_carries(bottom);
            }
        }
    }

    /// What concerns the component as a whole.
    fn component(&mut self, ix: ComponentIx) {
        let model = self.model;
        let component = &model.graph[ix];
        let failure = &component.failure;
        let whole = operations::own_share(model, ix, &self.together);
        let whole = self.event(&component.id, &component.id, Part::Outage, whole, Some(EPISODE_WITHOUT_DATA));
        self.chain(ix);
        let provider = failure.provider.and_then(|p| {
            let place = self.providers[p.0 as usize]?;
            Some((place, self.hit(&component.id, model.providers[p.0 as usize].outage, 1.0)))
        });
        // What stands in zones of several regions is lost unit by unit, whichever of them is named first.
        let abroad = |zone: ZoneIx| Some(model.zones[usize::from(zone.0)].region) != failure.region;
        let spread = failure.units.iter().all(|unit| unit.zone.is_some())
            && failure.units.iter().filter_map(|unit| unit.zone).any(abroad);
        let region = failure.region.filter(|_| !spread).and_then(|region| self.region(ix, region));
        let needs = self.needs.get(&ix).cloned().unwrap_or_default();
        let spare = needs.iter().any(|need| (need.units as usize) < failure.units.len());
        let (mut failover, mut detection, mut failed_failover) = (None, None, None);
        if spare {
            let losses: Vec<f64> = failure.units.iter().map(|unit| self.losses_per_hour(ix, unit)).collect();
            let active = active(model, ix);
            let lost: f64 =
                losses.iter().zip(&active).filter(|(_, active)| **active).map(|(rate, _)| rate).sum();
            let health = component.station.as_ref().and_then(|station| station.health);
            if let Some(window) = failure.failover {
                let hours = window.as_hours();
                let name = format!("failover {}", component.id);
                failover = self.event(&name, &component.id, Part::Failover, lost * hours, Some(hours));
                let failed = operations::failed_failover(model, &component.id, lost);
                failed_failover = failed.and_then(|event| self.add(event));
            } else if let Some(health) = health {
                let share = 1.0 / active.iter().filter(|active| **active).count().max(1) as f64;
                let hours = health.detection().as_hours() * share;
                let name = format!("detection {}", component.id);
                detection = self.event(&name, &component.id, Part::Detection, lost * hours, Some(hours));
            }
        }
        // How often these happen and how long they last follows from what stands behind the name: see `System::switch`.
        let unknown = |name: &str, part: Part| Event {
            name: format!("{name} {}", component.id),
            cause: component.id.clone(),
            part,
            chance: 0.0,
            mean_hours: Some(0.0),
            scv: 0.0,
            partial: false,
            lasts: 1.0,
            chain: None,
        };
        let named = switch_of(model, ix);
        let switch = named.map(|_| self.push(unknown("failover", Part::Failover)));
        let fails = model.operations.failed_failover.filter(|failed| failed.chance > Probability::ZERO);
        let failed_switch =
            named.and(fails).map(|_| self.push(unknown("failed failover", Part::FailedFailover)));
        let brown_out = if needs.iter().any(|need| need.brown_out) { 1.0 } else { 0.0 };
        let name = format!("brown-out {}", component.id);
        let brown_out = self.event(&name, &component.id, Part::BrownOut, brown_out, None);
        let events = self.events.components.entry(ix).or_default();
        events.whole = whole;
        events.provider = provider;
        events.region = region;
        events.failover = failover;
        events.failed_failover = failed_failover;
        events.detection = detection;
        events.switch = switch;
        events.failed_switch = failed_switch;
        events.brown_out = brown_out;
    }

    pub(super) fn event(
        &mut self,
        name: &str,
        cause: &str,
        part: Part,
        chance: f64,
        mean_hours: Option<f64>,
    ) -> Variable {
        self.add(Event {
            name: name.to_owned(),
            cause: cause.to_owned(),
            part,
            chance,
            mean_hours,
            // Windows are as long as health checks, time to live and promotion make them.
            scv: if matches!(part, Part::Failover | Part::Detection) { 0.0 } else { 1.0 },
            partial: false,
            lasts: 1.0,
            chain: None,
        })
    }

    /// Says how much the length of an event varies.
    fn varies(&mut self, event: Variable, outages: &[Outage]) {
        if let Some(event) = event {
            self.events.list[event as usize].scv = variation(outages);
        }
    }

    /// A region as seen by a component: its event, and one hit for all of the component.
    pub(super) fn region(&mut self, ix: ComponentIx, region: RegionIx) -> Option<(u32, Variable)> {
        let place = self.regions[region.0 as usize]?;
        if let Some(hit) = self.region_hits.get(&(ix, region)) {
            return Some((place, Some(*hit)));
        }
        let hit = self.hit(&self.model.graph[ix].id, self.model.regions[region.0 as usize].outage, 1.0);
        if let Some(hit) = hit {
            self.region_hits.insert((ix, region), hit);
        }
        Some((place, hit))
    }

    /// The part of a zone's outage after which a component's machines there are replaced in another zone; one for all of them.
    pub(super) fn until(&mut self, ix: ComponentIx, zone: ZoneIx) -> Variable {
        if let Some(known) = self.untils.get(&(ix, zone)) {
            return *known;
        }
        let whole = Some(Outage::new(1.0, Duration::ZERO));
        let until = self.hit(&self.model.graph[ix].id, whole, replaced(self.model, ix, zone));
        self.untils.insert((ix, zone), until);
        until
    }

    fn unit_and_all_it_carries(&mut self, bottom: (ComponentIx, usize)) {
        let mut stack = vec![bottom];
        while let Some((ix, number)) = stack.pop() {
            if self.silent.contains(&ix) || self.events.components[&ix].units[number].rank > 0 {
                continue;
            }
            let unit = self.unit(ix, number);
            if let Some(component) = self.events.components.get_mut(&ix) {
                component.units[number] = unit;
            }
            stack.extend(self.carried.get(&(ix, number)).into_iter().flatten().rev());
        }
    }

    fn unit(&mut self, ix: ComponentIx, number: usize) -> UnitEvents {
        let model = self.model;
        let component = &model.graph[ix];
        let unit = &component.failure.units[number];
        let name = component.failure.unit_name(&component.id, number);
        let readmission = readmission(model, ix);
        let (chance, mean_hours) = combine(&component.failure.unit_outages, readmission);
        let waits = self.waits.get(&ix).and_then(|waits| waits.get(number)).cloned().unwrap_or_default();
        let common = self.events.components[&ix].common.is_some();
        let alone = if common { component.failure.shares().0 * chance } else { chance };
        let own = waits.first().copied().unwrap_or(alone);
        let own = self.event(&name, &component.id, Part::Outage, own, mean_hours);
        self.varies(own, &component.failure.unit_outages);
        let behind = waits.iter().enumerate().skip(1).map(|(m, chance)| {
            let name = format!("{name} with {m} down");
            self.event(&name, &component.id, Part::Outage, *chance, mean_hours)
        });
        let behind: Vec<Variable> = behind.collect();
        for event in behind.iter().copied().chain([own]).flatten() {
            self.events.list[event as usize].chain = self.events.chains.contains_key(&ix).then_some(ix);
        }
        let carrier = carrier(model, ix, unit);
        let (mut zone, mut until, mut region) = (None, None, None);
        if let Some(here) = unit.zone {
            let same =
                carrier.is_some_and(|(below, n)| model.graph[below].failure.units[n].zone == Some(here));
            let place = &model.zones[here.0 as usize];
            if !same {
                let lasts = elsewhere(model, ix, here);
                zone = self.zones[here.0 as usize].map(|z| (z, self.hit(&name, place.outage, lasts)));
                until = zone.and_then(|_| self.until(ix, here));
                region = self.region(ix, place.region);
            }
        }
        self.rank += 1;
        UnitEvents { own, behind, zone, until, region, carrier, rank: self.rank }
    }

    /// Losses of one unit per hour: its own, those of what carries it, and those of their zones.
    fn losses_per_hour(&self, ix: ComponentIx, unit: &Unit) -> f64 {
        let model = self.model;
        let begins = |outages: &[Outage]| {
            let (chance, mean) = combine(outages, Duration::ZERO);
            mean.filter(|mean| *mean > 0.0).map_or(0.0, |mean| chance / mean)
        };
        let mut rate = 0.0;
        let mut zones = Vec::new();
        let mut at = Some((ix, *unit));
        for _ in 0..DEEPEST_CARRIER {
            let Some((ix, unit)) = at else { break };
            rate += begins(&model.graph[ix].failure.unit_outages);
            zones.extend(unit.zone);
            at = carrier(model, ix, &unit).map(|(below, n)| (below, model.graph[below].failure.units[n]));
        }
        zones.sort_unstable();
        zones.dedup();
        for zone in zones {
            if let Some(outage) = model.zones[zone.0 as usize].outage {
                rate += begins(&[outage]) * outage.severity.get();
            }
        }
        rate
    }
}
