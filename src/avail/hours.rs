//! How many units of each component a journey needs, hour by hour of the week; hours that need the same are one group.
//!
//! The number comes from the scenario's own `needs`, else from the analytic model's answer for that hour, else it is 1. Where
//! not even all units meet the objectives the hour is a brown-out: the component counts as down in it, and the figure
//! without brown-outs then asks for all units that take requests.

use crate::model::loads::Needs;
use crate::model::{Component, ComponentIx, Model};
use crate::units::HOURS_PER_WEEK;
use indexmap::IndexMap;

/// What one component needs in one hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Need {
    /// Units that must be up: at least 1, at most all of them; 0 for a component without units.
    pub units: u32,
    /// Even so the objectives are missed.
    pub brown_out: bool,
}

/// Hours of the week in which every component needs the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Hours in it.
    pub hours: u32,
    /// Which, from Monday 0:00.
    pub at: Vec<u8>,
    /// By component, in the order given to [`groups`].
    pub needs: Vec<Need>,
}

impl Group {
    /// Share of the week.
    pub fn weight(&self) -> f64 {
        f64::from(self.hours) / HOURS_PER_WEEK as f64
    }
}

/// The hours of the week by what these components need, in the order in which the week first shows them.
/// O(168 x components).
pub fn groups(model: &Model, needs: &Needs, components: &[ComponentIx]) -> Vec<Group> {
    let mut groups: IndexMap<Vec<Need>, Vec<u8>> = IndexMap::new();
    for hour in 0..HOURS_PER_WEEK {
        let of_hour = components.iter().map(|ix| {
            let by_hour = needs.components.get(ix.index());
            need(&model.graph[*ix], by_hour.and_then(|hours| hours.get(hour)).copied())
        });
        groups.entry(of_hour.collect()).or_default().push(hour as u8);
    }
    groups.into_iter().map(|(needs, at)| Group { hours: at.len() as u32, at, needs }).collect()
}

/// `by_flow`: no entry, an entry "even all are too few", or a number.
fn need(component: &Component, by_flow: Option<Option<u32>>) -> Need {
    let units = component.failure.units.len() as u32;
    let asked = component.failure.needs.map(Some).or(by_flow).unwrap_or(Some(1));
    match asked {
        Some(k) if units == 0 || k <= units => Need { units: k.max(1).min(units), brown_out: false },
        _ => Need { units: taking_requests(component).min(units), brown_out: true },
    }
}

fn taking_requests(component: &Component) -> u32 {
    let units = component.failure.units.len() as u32;
    component.station.as_ref().map_or(units, |station| station.active_replicas() as u32).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::build;
    use crate::model::failure::Unit;
    use crate::stats::distribution::Distribution;

    #[test]
    fn hours_that_need_the_same_are_one_group() {
        let mut model = build::empty();
        let station = build::station(3, 1, Distribution::Constant(0.01));
        let api = build::component(&mut model, "api", station);
        model.graph[api].failure.units = vec![Unit { zone: None, on: None }; 3];
        let mut hours = vec![Some(1); HOURS_PER_WEEK];
        hours[9..17].fill(Some(2));
        hours[12] = None;
        let needs = Needs { components: vec![hours] };
        let found: Vec<_> = groups(&model, &needs, &[api])
            .iter()
            .map(|g| (g.hours, g.needs[0].units, g.needs[0].brown_out))
            .collect();
        assert_eq!(found, [(160, 1, false), (7, 2, false), (1, 3, true)]);
    }
}
