//! The failure function of a set of journeys, as a decision diagram per group of hours: true exactly when the journeys are
//! down. Monotone: one more event never brings them up.
//!
//! When the diagram of everything would outgrow its limit, the function is left as the "or" of a few parts which are then
//! taken as independent. They are associated, so this understates availability and never overstates it
//! (Esary and Proschan, "A reliability bound for systems of maintained, interdependent components", JASA 65, 1970).

use super::bdd::{ALWAYS, Bdd, Chances, Function, NEVER};
use super::counted::Counted;
use super::event::{ComponentEvents, Event, Events, Part};
use super::events::events;
use super::hours::{Group, Need, groups};
use super::outages::Lengths;
use super::structure::{Gate, Structure};
use crate::model::loads::Needs;
use crate::model::switch::switch_of;
use crate::model::{ComponentIx, JourneyIx, Model};
use std::collections::BTreeMap;

/// Nodes that one diagram may hold.
const MOST_NODES: usize = 2_000_000;
/// Nodes that joining two parts may add before they are left apart.
const NODES_PER_STEP: usize = 100_000;
/// Steps of work for the components of one group of hours.
const MOST_STEPS: u64 = 20_000_000;

/// Some journeys, ready for questions.
pub struct System {
    /// The hours of the week by what is needed.
    pub groups: Vec<Group>,
    /// What can fail.
    pub events: Events,
    /// The diagram.
    pub bdd: Bdd,
    /// By group: down exactly when one of these is true.
    pub down: Vec<Vec<Function>>,
}

impl System {
    /// Builds the diagram; `None` when one component alone is too large for it: some thousand units of which half may be lost, and
    /// that cannot be counted (see [`super::stacks`]).
    pub fn new(model: &Model, needs: &Needs, journeys: &[JourneyIx]) -> Option<Self> {
        let structure = Structure::of(model, journeys);
        let components = structure.components();
        let groups = groups(model, needs, &components);
        let events = events(model, journeys, &components, &groups);
        let place = components.iter().enumerate().map(|(place, ix)| (*ix, place)).collect();
        let mut builder = Builder {
            events: &events,
            structure: &structure,
            bdd: Bdd::new(MOST_NODES),
            place,
            known: BTreeMap::new(),
            owns: BTreeMap::new(),
            switches: BTreeMap::new(),
        };
        let mut down = Vec::with_capacity(groups.len());
        for (number, group) in groups.iter().enumerate() {
            down.push(builder.group(number, group)?);
        }
        let Builder { bdd, switches, .. } = builder;
        let mut system = Self { groups, events, bdd, down };
        let mut ways: BTreeMap<ComponentIx, Vec<(Function, f64)>> = BTreeMap::new();
        for ((name, group), way) in switches {
            ways.entry(name).or_default().push((way, system.groups[group].weight()));
        }
        ways.into_iter().for_each(|(name, ways)| system.switch(model, name, &ways));
        Some(system)
    }

    /// Time lost until a name leads elsewhere: of every event that ends the usual way, what of it lies within the window from
    /// the loss until half the answers have run out, and of the rest the share of those who keep an answer for good. Where the
    /// name does not lead elsewhere when it should, all of it is lost: an event of its own, as it is so much longer.
    ///
    /// An event of mean length m, lengths X exponential, that brings the way down with Birnbaum's importance I comes I q / m
    /// times an hour. With a window w and a share s that stays, min(X, w) + s max(X - w, 0) is lost: m (1 - (1 - s) e) on
    /// average where e = e^(-w / m), and 2 m² (1 - e (1 + w / m)) + 2 s m e (w + s m) in the square, as what is left of X
    /// beyond w is as long as X.
    fn switch(&mut self, model: &Model, name: ComponentIx, ways: &[(Function, f64)]) {
        let events = &self.events.components[&name];
        let (worked, not) = (events.switch, events.failed_switch);
        let Some(switch) = switch_of(model, name) else { return };
        let window = switch.window().as_hours();
        let stale = switch.stale.get();
        let fails = model.operations.failed_failover.map_or(0.0, |failed| failed.chance.get());
        let all: Vec<f64> = self.events.list.iter().map(|event| event.chance).collect();
        let importance = Chances::new(all).birnbaum(&self.bdd, ways);
        let (mut windows, mut whole) = (Lengths::default(), Lengths::default());
        for (event, importance) in self.events.list.iter().zip(importance) {
            let Some(mean) = event.mean_hours.filter(|mean| *mean > 0.0) else { continue };
            let often = importance * event.chance / mean;
            let beyond = crate::stats::maths::exp(-window / mean);
            let lost = mean * (1.0 - (1.0 - stale) * beyond);
            let square = 2.0 * mean * mean * (1.0 - beyond * (1.0 + window / mean))
                + 2.0 * stale * mean * beyond * (window + stale * mean);
            windows.add(often * (1.0 - fails), lost, square);
            whole.add(often * fails, mean, mean * mean * (1.0 + event.scv));
        }
        for (variable, lengths) in [(worked, windows), (not, whole)] {
            let Some(variable) = variable else { continue };
            let event = &mut self.events.list[variable as usize];
            event.chance = lengths.share().min(1.0);
            event.mean_hours = lengths.mean();
            event.scv = lengths.scv();
        }
    }

    /// Whether every group is one function and nothing that hangs together is taken as independent, so that the answer is exact.
    pub fn is_exact(&self) -> bool {
        let shared = |events: &ComponentEvents| events.counted.as_ref().is_some_and(|counted| counted.shared);
        self.down.iter().all(|parts| parts.len() <= 1) && !self.events.components.values().any(shared)
    }

    /// Whether something is left of how repairs or common causes really go: a crew's work that is not exponential, a common cause of
    /// too many units for a chain.
    pub fn is_rough(&self) -> bool {
        self.events.rough || self.events.chains.values().any(|chain| chain.scv != 1.0)
    }

    /// Whether failover or detection windows take part, which are events of rate times duration.
    pub fn has_windows(&self) -> bool {
        self.events.list.iter().any(|event| matches!(event.part, Part::Failover | Part::Detection))
    }

    /// Chances of the events, and the same with brown-outs switched off.
    pub fn chances(&self) -> (Chances, Chances) {
        let all: Vec<f64> = self.events.list.iter().map(|event| event.chance).collect();
        let lit = |event: &Event| if event.part == Part::BrownOut { 0.0 } else { event.chance };
        let without = self.events.list.iter().map(lit).collect();
        (Chances::new(all), Chances::new(without))
    }

    /// Share of the time that the journeys are down, by group.
    pub fn unavailability(&self, chances: &mut Chances) -> Vec<f64> {
        let any = |down: f64, part: &Function, chances: &mut Chances| {
            down + (1.0 - down) * chances.of(&self.bdd, *part)
        };
        self.down.iter().map(|parts| parts.iter().fold(0.0, |down, part| any(down, part, chances))).collect()
    }

    /// The mean over the week of a figure by group.
    pub fn mean(&self, by_group: &[f64]) -> f64 {
        self.groups.iter().zip(by_group).map(|(group, value)| group.weight() * value).sum()
    }
}

/// Fewer than `needed` of these gates hold, given what makes each of them fail.
pub fn too_few(bdd: &mut Bdd, needed: usize, of: &[usize], failed: &[Function]) -> Option<Function> {
    let failures: Vec<Function> = of.iter().map(|gate| failed[*gate]).collect();
    let too_many = (of.len() + 1).saturating_sub(needed);
    Some(bdd.at_least(too_many, &failures)?[too_many])
}

struct Builder<'a> {
    events: &'a Events,
    structure: &'a Structure,
    bdd: Bdd,
    /// Place of a component in `Group::needs`.
    place: BTreeMap<ComponentIx, usize>,
    known: BTreeMap<(ComponentIx, Need), Function>,
    /// By component whose units wait for a crew, what takes each down by itself.
    owns: BTreeMap<ComponentIx, Vec<Function>>,
    /// By component whose name may lead elsewhere and group of hours, what takes its usual way down for any journey.
    switches: BTreeMap<(ComponentIx, usize), Function>,
}

impl Builder<'_> {
    /// Parts from the bottom of the order upwards, so that each join only adds on top.
    fn group(&mut self, number: usize, group: &Group) -> Option<Vec<Function>> {
        self.bdd.allow(MOST_NODES.saturating_sub(self.bdd.size()), MOST_STEPS);
        let mut parts = Vec::new();
        for ix in &self.structure.series {
            parts.push((self.first_rank(*ix), self.component(*ix, group)?));
        }
        if !self.structure.choices.is_empty() {
            let gates = self.gates(number, group)?;
            for choice in &self.structure.choices {
                parts.push((self.first_rank_of_gate(*choice), gates[*choice]));
            }
        }
        for event in &self.events.series {
            parts.push((*event, self.bdd.variable(*event)?));
        }
        parts.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
        let mut joined = vec![NEVER];
        for (_, part) in parts {
            let last = joined.len() - 1;
            let room = MOST_NODES.saturating_sub(self.bdd.size()).min(NODES_PER_STEP);
            self.bdd.allow(room, 4 * NODES_PER_STEP as u64);
            match self.bdd.or(joined[last], part) {
                Some(both) => joined[last] = both,
                None => joined.push(part),
            }
        }
        Some(joined)
    }

    fn gates(&mut self, number: usize, group: &Group) -> Option<Vec<Function>> {
        let mut gates: Vec<Function> = Vec::with_capacity(self.structure.gates.len());
        let structure = self.structure;
        for gate in &structure.gates {
            let down = match gate {
                Gate::Either(a, b) => self.bdd.and(gates[*a], gates[*b])?,
                Gate::Switch(a, b, name) => {
                    let place = (*name, number);
                    let known = self.switches.get(&place).copied().unwrap_or(NEVER);
                    let way = self.bdd.or(known, gates[*a])?;
                    self.switches.insert(place, way);
                    let both = self.bdd.and(gates[*a], gates[*b])?;
                    let events = &self.events.components[name];
                    let both = self.or_event(both, events.switch)?;
                    self.or_event(both, events.failed_switch)?
                }
                Gate::AtLeast(needed, of) => too_few(&mut self.bdd, *needed, of, &gates)?,
                Gate::All(own, inner) => {
                    let mut down = NEVER;
                    for ix in own.iter().rev() {
                        let part = self.component(*ix, group)?;
                        down = self.bdd.or(part, down)?;
                    }
                    for gate in inner {
                        down = self.bdd.or(gates[*gate], down)?;
                    }
                    down
                }
            };
            gates.push(down);
        }
        Some(gates)
    }

    fn component(&mut self, ix: ComponentIx, group: &Group) -> Option<Function> {
        let need = group.needs[self.place[&ix]];
        if let Some(known) = self.known.get(&(ix, need)) {
            return Some(*known);
        }
        let events = &self.events.components[&ix];
        let mut down = self.whole(events)?;
        if need.brown_out {
            down = self.or_event(down, events.brown_out)?;
        }
        let units = events.units.len();
        if (need.units as usize) < units {
            down = self.or_event(down, events.failover)?;
            down = self.or_event(down, events.failed_failover)?;
            down = self.or_event(down, events.detection)?;
        }
        if let Some(counted) = &events.counted {
            if let Some(below) = counted.carrier {
                let whole = self.whole(&self.events.components[&below])?;
                down = self.bdd.or(down, whole)?;
            }
            let too_few = self.counted(counted, need.units)?;
            down = self.bdd.or(down, too_few)?;
        } else if units > 0 {
            let mut in_order: Vec<usize> = (0..units).collect();
            in_order.sort_by_key(|number| events.units[*number].rank);
            let mut lost = Vec::with_capacity(units);
            for number in in_order {
                lost.push(self.unit(ix, number)?);
            }
            let too_many = units + 1 - need.units as usize;
            if 2 * units * too_many > MOST_NODES / 4 {
                return None;
            }
            let too_many = self.bdd.at_least(too_many, &lost)?[too_many];
            down = self.bdd.or(down, too_many)?;
        }
        self.known.insert((ix, need), down);
        Some(down)
    }

    /// Too few units are left: a ladder of events, climbed the higher the more places have failed.
    fn counted(&mut self, counted: &Counted, needed: u32) -> Option<Function> {
        let mut up_to = vec![NEVER];
        for event in &counted.ladder {
            let step = self.bdd.variable(*event)?;
            up_to.push(self.bdd.or(step, up_to[up_to.len() - 1])?);
        }
        let reach = |set: usize| counted.reach.get(&(needed, set)).copied().unwrap_or(0);
        let mut by_set: Vec<Function> = (0..1 << counted.places.len()).map(|set| up_to[reach(set)]).collect();
        for place in &counted.places {
            let failed = self.or_place(NEVER, Some(*place))?;
            let mut halved = Vec::with_capacity(by_set.len() / 2);
            for pair in by_set.chunks_exact(2) {
                halved.push(self.bdd.ite(failed, pair[1], pair[0])?);
            }
            by_set = halved;
        }
        by_set.first().copied()
    }

    /// What takes the component down as a whole.
    fn whole(&mut self, events: &ComponentEvents) -> Option<Function> {
        let mut down = NEVER;
        for place in [events.provider, events.region] {
            down = self.or_place(down, place)?;
        }
        down = self.or_event(down, events.common)?;
        for event in &events.together {
            down = self.or_event(down, Some(*event))?;
        }
        self.or_event(down, events.whole)
    }

    /// What takes a unit down by itself: its own outages, and waiting for a crew that repairs others.
    fn own(&mut self, ix: ComponentIx, number: usize) -> Option<Function> {
        let events = self.events;
        let units = &events.components[&ix].units;
        if units.iter().all(|unit| unit.behind.is_empty()) {
            return self.or_event(NEVER, units[number].own);
        }
        if let Some(known) = self.owns.get(&ix) {
            return Some(known[number]);
        }
        let mut owns = Vec::with_capacity(units.len());
        // At least so many of the units so far.
        let mut before = vec![ALWAYS];
        for unit in units {
            let mut own = self.or_event(NEVER, unit.own)?;
            for (enough, event) in before[1..].iter().zip(&unit.behind) {
                let waits = match event {
                    Some(event) => self.bdd.variable(*event)?,
                    None => NEVER,
                };
                let waits = self.bdd.and(*enough, waits)?;
                own = self.bdd.or(own, waits)?;
            }
            before.push(NEVER);
            for k in (1..before.len()).rev() {
                before[k] = self.bdd.ite(own, before[k - 1], before[k])?;
            }
            owns.push(own);
        }
        let own = owns[number];
        self.owns.insert(ix, owns);
        Some(own)
    }

    /// A unit, with all that carries it.
    fn unit(&mut self, ix: ComponentIx, number: usize) -> Option<Function> {
        let events = self.events;
        let mut down = NEVER;
        let mut at = Some((ix, number));
        let mut steps = 0;
        while let Some((ix, number)) = at {
            let component = &events.components[&ix];
            let unit = &component.units[number];
            let own = self.own(ix, number)?;
            down = self.bdd.or(down, own)?;
            let mut lost = self.or_place(NEVER, unit.zone)?;
            if let Some(until) = unit.until {
                let until = self.bdd.variable(until)?;
                lost = self.bdd.and(lost, until)?;
            }
            down = self.bdd.or(down, lost)?;
            down = self.or_place(down, unit.region)?;
            if steps > 0 {
                let whole = self.whole(component)?;
                down = self.bdd.or(down, whole)?;
            }
            steps += 1;
            at = unit.carrier.filter(|_| steps <= events.components.len());
        }
        Some(down)
    }

    fn or_event(&mut self, down: Function, event: Option<u32>) -> Option<Function> {
        let Some(event) = event else { return Some(down) };
        let event = self.bdd.variable(event)?;
        self.bdd.or(down, event)
    }

    fn or_place(&mut self, down: Function, place: Option<(u32, Option<u32>)>) -> Option<Function> {
        let Some((place, hit)) = place else { return Some(down) };
        let place = self.bdd.variable(place)?;
        let hit = match hit {
            Some(hit) => self.bdd.variable(hit)?,
            None => ALWAYS,
        };
        let hit = self.bdd.and(place, hit)?;
        self.bdd.or(down, hit)
    }

    fn first_rank(&self, ix: ComponentIx) -> u32 {
        let events = &self.events.components[&ix];
        let own = [events.whole, events.common, events.failover, events.detection, events.brown_out];
        let units = events.units.iter().filter_map(|unit| unit.own);
        let counted = events.counted.iter().flat_map(|counted| counted.ladder.iter().copied());
        own.into_iter().flatten().chain(units).chain(counted).min().unwrap_or(u32::MAX)
    }

    fn first_rank_of_gate(&self, gate: usize) -> u32 {
        let mut first = u32::MAX;
        let mut stack = vec![gate];
        let mut seen = vec![false; self.structure.gates.len()];
        while let Some(gate) = stack.pop() {
            if std::mem::replace(&mut seen[gate], true) {
                continue;
            }
            match &self.structure.gates[gate] {
                Gate::Either(a, b) | Gate::Switch(a, b, _) => stack.extend([*a, *b]),
                Gate::AtLeast(_, of) => stack.extend(of),
                Gate::All(own, inner) => {
                    stack.extend(inner);
                    first = own.iter().map(|ix| self.first_rank(*ix)).fold(first, u32::min);
                }
            }
        }
        first
    }
}
