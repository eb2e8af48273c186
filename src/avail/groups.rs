//! The events of components whose units hang together: those that are counted, and those that wait for a crew or fail from a
//! common cause.

use super::counted::{Counted, Own, TooFew, ladder, too_few};
use super::event::{Chain, Event, Part, Variable};
use super::events::Maker;
use super::markov::{group, mean_times, one_by_one};
use super::outages::{combine, readmission, variation};
use super::stacks::{Place, Stacked, shared};
use crate::model::ComponentIx;
use crate::model::failure::MOST_WITH_CREW;

impl Maker<'_> {
    /// The chain of a component whose units wait for a crew or fail together, and the chances of the events of each unit.
    pub(super) fn chain(&mut self, ix: ComponentIx) {
        let failure = &self.model.graph[ix].failure;
        let n = failure.units.len();
        let crew = failure.crew.map_or(n, |crew| (crew as usize).clamp(1, n.max(1)));
        let (alone, together) = failure.shares();
        let (chance, mean) = combine(&failure.unit_outages, readmission(self.model, ix));
        let Some(mean) = mean.filter(|_| n > 1 && chance < 1.0 && (crew < n || together > 0.0)) else {
            return;
        };
        if n > MOST_WITH_CREW && !self.counted.contains_key(&ix) {
            // Too many for an event each: the common cause as one repair of them all, which is no more than an approximation.
            let component = &self.model.graph[ix];
            let name = format!("common cause {}", component.id);
            let common = self.event(&name, &component.id, Part::Outage, together * chance, Some(mean));
            self.events.rough |= common.is_some();
            if let Some(events) = self.events.components.get_mut(&ix) {
                events.common = common;
            }
            return;
        }
        let rate = chance / (1.0 - chance) / mean;
        let (own, shock) = (alone * rate, together * rate);
        let down = group(n as u32, crew as u32, own, shock, 1.0 / mean);
        if !self.counted.contains_key(&ix) {
            self.waits.insert(ix, one_by_one(&down));
        }
        let chain = Chain {
            crew: crew as u32,
            failure: own,
            shock,
            repair_hours: mean,
            scv: variation(&failure.unit_outages),
            times: mean_times(&down, crew as u32, 1.0 / mean),
            down,
        };
        self.events.chains.insert(ix, chain);
    }

    /// The events of a component that is counted.
    pub(super) fn count(&mut self, ix: ComponentIx) {
        let Some(stacked) = self.counted.get(&ix).cloned() else { return };
        let model = self.model;
        let own = |ix: ComponentIx| {
            let failure = &model.graph[ix].failure;
            let (chance, mean_hours) = combine(&failure.unit_outages, readmission(model, ix));
            Own { chance: failure.shares().0 * chance, mean_hours }
        };
        let below = stacked.carrier.map(own);
        let chain = self.events.chains.get(&ix).map(|chain| (&chain.down[..], &chain.times[..]));
        let places = stacked.places.len();
        let values = too_few(&stacked.stacks, own(ix), below, &stacked.needed, places, chain);
        let (steps, reach) = ladder(&values);
        let bottom = stacked.carrier.unwrap_or(ix);
        let mut places: Vec<(u32, Variable)> = Vec::with_capacity(stacked.places.len());
        for place in &stacked.places {
            places.extend(match place {
                Place::Zone(zone) => {
                    self.zones[usize::from(zone.0)].map(|event| (event, self.until(bottom, *zone)))
                }
                Place::Region(region) => self.region(bottom, *region),
            });
        }
        debug_assert_eq!(places.len(), stacked.places.len());
        // The highest step first in the order of variables, so that a ladder up to any of them is a diagram's foot.
        let mut steps_up: Vec<u32> = Vec::with_capacity(steps.len());
        for (value, chance) in steps.iter().rev() {
            steps_up.push(self.step(ix, &stacked, value, *chance));
        }
        steps_up.reverse();
        let shared = stacked.carrier.is_some_and(|below| shared(below, &self.counted, &self.silent));
        let counted = Counted { places, ladder: steps_up, reach, carrier: stacked.carrier, shared };
        if let Some(events) = self.events.components.get_mut(&ix) {
            events.counted = Some(counted);
        }
    }

    fn step(&mut self, ix: ComponentIx, stacked: &Stacked, value: &TooFew, chance: f64) -> u32 {
        let model = self.model;
        let failed = stacked.places.iter().enumerate().filter(|(bit, _)| value.places >> bit & 1 == 1);
        let names: Vec<&str> = failed
            .map(|(_, place)| match place {
                Place::Zone(zone) => &*model.zones[usize::from(zone.0)].id,
                Place::Region(region) => &*model.regions[usize::from(region.0)].id,
            })
            .collect();
        let component = &model.graph[ix];
        let mut name =
            format!("{} below {} of {}", component.id, value.needed, component.failure.units.len());
        if !names.is_empty() {
            name += &format!(" without {}", names.join(", "));
        }
        let blamed = stacked.carrier.filter(|_| value.carriers).unwrap_or(ix);
        self.push(Event {
            name,
            cause: model.graph[blamed].id.clone(),
            part: Part::Outage,
            chance,
            mean_hours: Some(value.mean_hours).filter(|mean| *mean > 0.0),
            scv: 1.0,
            partial: false,
            lasts: 1.0,
            chain: None,
        })
    }
}
