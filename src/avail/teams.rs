//! Units that wait for a repair crew, or that a common cause fails together, as months are played: a queue for the crew in the
//! order in which they failed, and shocks that fail all that work. What that does to the journeys is not known here.
//!
//! A unit of a team is down exactly when its first event holds; the events that say how units depend on each other are of use
//! for the exact share of the time only, and never hold here.

use super::system::System;
use super::years::Outage;
use crate::model::failure;
use crate::stats::rng::Draws;

/// All teams of a system.
pub struct Teams {
    teams: Vec<Team>,
    /// Team of each event that is a unit's.
    of_event: Vec<Option<usize>>,
    /// What can happen: a unit of a team fails, or all of one.
    choices: Vec<(usize, Option<u32>)>,
}

struct Team {
    /// The event of each unit.
    units: Vec<u32>,
    crew: usize,
    /// Failures per hour of one that works, and of all at once.
    failure: f64,
    shock: f64,
    repair_hours: f64,
    scv: f64,
    /// Chance that so many are down.
    down: Vec<f64>,
}

impl Teams {
    /// The teams of a system; those that are counted have events that alternate like any other and are not among them.
    pub fn of(system: &System) -> Self {
        let mut all =
            Self { teams: Vec::new(), of_event: vec![None; system.events.list.len()], choices: Vec::new() };
        for (ix, chain) in &system.events.chains {
            let units = system.events.components.get(ix).map_or(&[][..], |events| &events.units);
            let units: Vec<u32> = units.iter().filter_map(|unit| unit.own).collect();
            if units.is_empty() {
                continue;
            }
            let number = all.teams.len();
            units.iter().for_each(|event| all.of_event[*event as usize] = Some(number));
            all.choices.extend(units.iter().map(|unit| (number, Some(*unit))).chain([(number, None)]));
            all.teams.push(Team {
                units,
                crew: chain.crew as usize,
                failure: chain.failure,
                shock: chain.shock,
                repair_hours: chain.repair_hours,
                scv: chain.scv,
                down: chain.down.clone(),
            });
        }
        all
    }

    /// How often each choice comes up, per hour.
    pub fn rates(&self) -> impl Iterator<Item = f64> + '_ {
        self.choices.iter().map(|(team, unit)| {
            let team = &self.teams[*team];
            if unit.is_some() { team.failure } else { team.shock }
        })
    }

    /// The team of an event, if it is a unit's.
    pub fn of_event(&self, event: u32) -> Option<usize> {
        self.of_event[event as usize]
    }

    /// The units that are down at the beginning: so many as the chain says, any of them, the first ones in repair.
    pub fn at_first(&self, draws: &mut Draws) -> Vec<Outage> {
        let mut open = Vec::new();
        for team in &self.teams {
            let mut left = draws.uniform();
            let down = team.down.iter().position(|chance| {
                left -= chance;
                left <= 0.0
            });
            let mut units = team.units.clone();
            for place in 0..down.unwrap_or(0).min(units.len()) {
                let other = place + (draws.uniform() * (units.len() - place) as f64) as usize;
                units.swap(place, other.min(team.units.len() - 1));
                let ends = if place < team.crew {
                    failure::Outage::rest(team.repair_hours, team.scv, || draws.uniform())
                } else {
                    f64::INFINITY
                };
                open.push(Outage { event: units[place], ends });
            }
        }
        open
    }

    /// The events that a choice begins: what is down already does not fail again.
    pub fn fail(&self, choice: usize, holds: &[bool]) -> Vec<u32> {
        let (team, unit) = self.choices[choice];
        let struck = |event: &&u32| unit.is_none_or(|unit| unit == **event) && !holds[**event as usize];
        self.teams[team].units.iter().filter(struck).copied().collect()
    }

    /// The one that has waited longest is repaired, if anybody of the crew is free.
    pub fn next_repair(&self, number: usize, now: f64, open: &mut [Outage], draws: &mut Draws) {
        let team = &self.teams[number];
        let of_team = |o: &&mut Outage| self.of_event[o.event as usize] == Some(number);
        let busy = open.iter_mut().filter(of_team).filter(|o| o.ends.is_finite()).count();
        let waiting = open.iter_mut().filter(of_team).find(|o| !o.ends.is_finite());
        if let Some(outage) = waiting.filter(|_| busy < team.crew) {
            outage.ends = now + failure::Outage::length(team.repair_hours, team.scv).draw(|| draws.uniform());
        }
    }
}
