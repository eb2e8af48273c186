//! Several kinds of outage of one thing taken as one; which units take requests, and how soon after a return.

use crate::fields::facts::lasts;
use crate::model::failure::Outage;
use crate::model::recovery::Event;
use crate::model::room::fits_elsewhere;
use crate::model::{ComponentIx, Model, ZoneIx};
use crate::units::{Duration, HOURS_PER_YEAR};

/// Several independent kinds of outage of one thing as one: the share of the time in which any holds, and the mean length
/// of such a time in hours. `more` is added to each repair.
///
/// Source: alternating renewal processes in series: the frequency is the sum of the rates times the chance of being up.
pub fn combine(outages: &[Outage], more: Duration) -> (f64, Option<f64>) {
    let (mut down, mut rate) = (0.0, 0.0);
    for outage in outages {
        let share = Outage { repair: outage.repair + more, ..*outage }.unavailability();
        down += (1.0 - down) * share;
        rate += outage.per_year / HOURS_PER_YEAR;
    }
    let frequency = rate * (1.0 - down);
    (down, (frequency > 0.0).then(|| down / frequency))
}

/// Squared coefficient of variation of the length of such a time: 1 where all kinds are exponential (that of their mixture
/// is more; the mean is what counts there), else that of the mixture by frequency.
pub fn variation(outages: &[Outage]) -> f64 {
    if outages.iter().all(|outage| outage.scv == 1.0) {
        return 1.0;
    }
    let mut lengths = Lengths::default();
    for outage in outages {
        let mean = outage.repair.as_hours();
        lengths.add(outage.per_year, mean, mean * mean * (1.0 + outage.scv));
    }
    if lengths.mean().is_some_and(|mean| mean > 0.0) { lengths.scv() } else { 1.0 }
}

/// Lengths of several kinds of outage as one mixture, each weighted by how often it comes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lengths {
    often: f64,
    first: f64,
    second: f64,
}

impl Lengths {
    /// A kind that comes so often, with the mean and the mean square of its length.
    pub fn add(&mut self, often: f64, mean: f64, square: f64) {
        self.often += often;
        self.first += often * mean;
        self.second += often * square;
    }

    /// How often it comes times how long it lasts.
    pub fn share(self) -> f64 {
        self.first
    }

    /// Mean length; `None` where it never comes.
    pub fn mean(self) -> Option<f64> {
        (self.often > 0.0).then(|| self.first / self.often)
    }

    /// Squared coefficient of variation; that of exponential lengths is exactly 1, which rounding would hide.
    pub fn scv(self) -> f64 {
        let scv =
            if self.first > 0.0 { self.second * self.often / (self.first * self.first) - 1.0 } else { 0.0 };
        if (scv - 1.0).abs() < 1e-9 { 1.0 } else { scv.max(0.0) }
    }
}

/// Which units take requests: as the station's replicas say, else all of a component without failover and the first of one
/// with it.
pub fn active(model: &Model, ix: ComponentIx) -> Vec<bool> {
    let component = &model.graph[ix];
    let units = component.failure.units.len();
    match &component.station {
        Some(station) if station.replicas.len() == units => {
            station.replicas.iter().map(|r| r.active).collect()
        }
        _ if component.failure.failover.is_none() => vec![true; units],
        _ => (0..units).map(|number| number == 0).collect(),
    }
}

/// The share of a zone's outage for which a component that stands there is down: 1, unless it is restored elsewhere sooner from
/// its backups. On average; the steps are those of the answer about recovery, the file's own times included.
pub fn elsewhere(model: &Model, ix: ComponentIx, zone: ZoneIx) -> f64 {
    let component = &model.graph[ix];
    let backed_up = model.backups.iter().any(|backup| backup.of == ix && backup.every.is_some());
    let all_there = component.failure.units.iter().all(|unit| unit.zone == Some(zone));
    let (Some(restore), Some(outage)) = (&component.restore.restore, model.zones[usize::from(zone.0)].outage)
    else {
        return 1.0;
    };
    if !backed_up || !all_there || outage.repair <= Duration::ZERO {
        return 1.0;
    }
    let stated = model.procedures.iter().find(|procedure| procedure.event == Event::Zone);
    let step = |id: String, usual: Option<f64>| {
        let stated = stated.and_then(|procedure| procedure.takes.iter().find(|(step, _)| *step == id));
        stated.map(|(_, takes)| takes.mean()).or(usual).unwrap_or(0.0)
    };
    let id = &component.id;
    let repoint = component.restore.repoint.as_ref().map(|takes| takes.seconds.mean());
    let takes = step("decide".to_owned(), lasts("fo.human.detect_decide").map(|takes| takes.mean()))
        + step(format!("restore-{id}"), Some(restore.seconds.mean()))
        + step(format!("repoint-{id}"), repoint);
    (takes / outage.repair.as_seconds()).min(1.0)
}

/// The share of a zone's outage for which machines that stand there are missing: 1, unless their group is replaced in its other zones
/// sooner. On average; the steps are those of the answer about recovery: pods are given up, nodes come where those that are left
/// have no room, pods start.
pub fn replaced(model: &Model, ix: ComponentIx, zone: ZoneIx) -> f64 {
    let component = &model.graph[ix];
    let elsewhere = component.failure.units.iter().any(|unit| unit.zone.is_some_and(|at| at != zone));
    let (Some(nodes), Some(outage)) = (&component.nodes, model.zones[usize::from(zone.0)].outage) else {
        return 1.0;
    };
    if !nodes.replaced || !elsewhere || outage.repair <= Duration::ZERO {
        return 1.0;
    }
    let carried = model.graph.node_weights().filter(|other| other.on == Some(ix));
    let start = carried.filter_map(|other| Some(other.restore.create.as_ref()?.seconds.mean()));
    let usual = |id: &str, stated: Duration| {
        let fact = lasts(id)
            .filter(|_| crate::fields::facts::estimate(id).map(|e| e[1]) == Some(stated.as_seconds()));
        fact.map_or(stated.as_seconds(), |fact| fact.mean())
    };
    let room = fits_elsewhere(model, ix, |at| at == Some(zone));
    let more = if room { 0.0 } else { usual("fo.k8s.ca", nodes.start) };
    let takes = usual("fo.k8s.node_loss_total", nodes.evict) + more + start.fold(0.0, f64::max);
    (takes / outage.repair.as_seconds()).min(1.0)
}

/// Time from a replica's return until requests go there again.
pub fn readmission(model: &Model, ix: ComponentIx) -> Duration {
    let health = model.graph[ix].station.as_ref().and_then(|station| station.health);
    health.map_or(Duration::ZERO, |health| health.readmission())
}

/// Failures that are played at most, about. Our choice: some seconds, and at 8 bytes for each outage half a gigabyte at worst.
const MOST_FAILURES: f64 = 5e7;

/// Months of 30 days that hold as many failures as are played, at so many per hour.
pub fn months_that_fit(per_hour: f64) -> u32 {
    (MOST_FAILURES / (720.0 * per_hour).max(f64::MIN_POSITIVE)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn two_kinds_of_outage_are_one_event_of_their_union() {
        let outage = |per_year, hours| Outage::new(per_year, Duration::hours(hours));
        let (a, b) = (outage(2.0, 1.0), outage(0.5, 10.0));
        let (chance, mean) = combine(&[a, b], Duration::ZERO);
        assert!((chance - (1.0 - (1.0 - a.unavailability()) * (1.0 - b.unavailability()))).abs() < 1e-15);
        let frequency = 2.5 / HOURS_PER_YEAR * (1.0 - chance);
        assert!((mean.expect("it can fail") - chance / frequency).abs() < 1e-12);
        // Two of ten hours for each eight of one, none varying: mean 2.8 h, of which the square is 20.8 h².
        let (short, long) =
            (Outage { scv: 0.0, ..outage(8.0, 1.0) }, Outage { scv: 0.0, ..outage(2.0, 10.0) });
        assert!((variation(&[short, long]) - (20.8 / 2.8 / 2.8 - 1.0)).abs() < 1e-12);
        assert_eq!(combine(&[a], Duration::ZERO).1.map(|h| (h * 1e9).round()), Some(1e9));
    }
}
