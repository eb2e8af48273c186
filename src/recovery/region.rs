//! What has to be done when a region is lost: standbys and replicas in other regions take over; the rest is brought back
//! elsewhere as the strategy says, or waits for the region.

use super::needed::{Place, hit};
use super::steps::{Builder, DNS, RESOLVED, Ready, detection, from_fact, never};
use crate::model::recovery::{Event, Restore, Strategy, Takes};
use crate::model::{ComponentIx, RegionIx};
use crate::text::recovery as say;

impl Builder<'_> {
    /// A region is lost. When nothing is ready elsewhere the team waits.
    pub fn region(&mut self, lost: RegionIx, needed: &[ComponentIx], ready: Option<Ready>) {
        let place = Place::Region(lost);
        let gone: Vec<ComponentIx> =
            needed.iter().copied().filter(|ix| hit(self.model, *ix, place).lost > 0).collect();
        let region = self.model.regions[usize::from(lost.0)].id.clone();
        let gone: Vec<ComponentIx> = gone.into_iter().filter(|ix| !self.survives(*ix, place)).collect();
        if gone.is_empty() {
            return; // what stands in other regions goes on
        }
        let Some(Ready { strategy, to, built }) = ready else {
            for ix in &gone {
                self.data_elsewhere(*ix, Strategy::BackupRestore, None, &region, false);
            }
            self.wait_for(place);
            return;
        };
        (self.course.strategy, self.course.to) = (Some(strategy), to);
        let first = match strategy {
            Strategy::ActiveActive => self.add("detect-dns", "", &from_fact("fo.r53.detect_std"), &[]),
            _ => self.decide(Event::Region),
        };
        let mut ends = vec![first];
        for ix in &gone {
            ends.extend(self.elsewhere(*ix, strategy, to, first));
            self.data_elsewhere(*ix, strategy, to, &region, built);
        }
        ends.sort_unstable();
        ends.dedup();
        // A record is changed and pushed out, then resolvers let go of the old one. Health checks push nothing out.
        let ttl = from_fact(RESOLVED);
        let automatic = self.procedure(Event::Region).is_some_and(|stated| stated.automatic);
        let takes = match strategy {
            Strategy::ActiveActive => ttl,
            _ if automatic => ttl,
            _ => from_fact("fo.r53.propagate").then(&ttl),
        };
        self.add(DNS, "", &takes, &ends);
    }

    /// What brings a component back in another region; the last step of it.
    fn elsewhere(
        &mut self,
        ix: ComponentIx,
        strategy: Strategy,
        to: Option<RegionIx>,
        first: usize,
    ) -> Option<usize> {
        let (component, restore) = self.of(ix);
        let id = component.id.as_str();
        if restore.keeps_data {
            let (verb, takes) = match strategy {
                Strategy::BackupRestore if !live(restore, to) => ("restore", restore.restore.as_ref()?),
                _ => ("promote", restore.promote.as_ref()?),
            };
            let back = self.add(verb, id, takes, &[first]);
            return Some(match &restore.repoint {
                Some(repoint) => self.add("repoint", id, repoint, &[back]),
                None => back,
            });
        }
        let create = restore.create.as_ref()?;
        let carrier = component.on.and_then(|on| self.elsewhere(on, strategy, to, first)).unwrap_or(first);
        let runs_pods = component.on.is_some() && component.station.is_some();
        match strategy {
            Strategy::ActiveActive => None,
            // The cluster is there; pods start when the machines are.
            Strategy::PilotLight if component.on.is_none() && component.station.is_none() => None,
            // Everything runs; more machines come and more pods start.
            Strategy::WarmStandby if !runs_pods && component.on.is_none() => None,
            Strategy::WarmStandby if !runs_pods => {
                Some(self.add("nodes", id, &from_fact("fo.k8s.ca"), &[carrier]))
            }
            _ if runs_pods => Some(self.add("start", id, create, &[carrier])),
            _ => {
                let made = self.add("create", id, create, &[carrier]);
                Some(self.warmed(ix, made))
            }
        }
    }

    /// What is lost of a component's data when it is brought back in another region. `built`: whether copies that are not
    /// there yet count as made, since the strategy would make them.
    fn data_elsewhere(
        &mut self,
        ix: ComponentIx,
        strategy: Strategy,
        to: Option<RegionIx>,
        from: &str,
        built: bool,
    ) {
        let (component, restore) = self.of(ix);
        if !restore.keeps_data {
            return;
        }
        let id = component.id.as_str();
        let copy = self.backups(ix).flat_map(|b| &b.copies).find(|copy| to.is_none_or(|to| copy.0 == to));
        let live = live(restore, to);
        let replica = live || strategy != Strategy::BackupRestore && restore.promote.is_some();
        let unknown = Takes::unknown(say::unknown_lag(id));
        let lag = replica.then(|| restore.lag.as_ref().unwrap_or(&unknown));
        // What the file states of a copy there goes before what is usual for a replica that the strategy builds.
        let stated = copy.filter(|_| lag.is_none() || !(built || live));
        let would = restore.copy_lag.as_ref().filter(|_| built);
        match (stated, lag.or(would)) {
            (Some((region, lag)), _) => {
                let region = self.model.regions[usize::from(region.0)].id.clone();
                self.lose(id, lag, say::behind(id, &region));
            }
            (None, Some(lag)) => self.lose(id, lag, say::replica(id)),
            (None, None) => {
                let why = say::no_copy(id, from);
                self.note(why.clone());
                self.lose(id, &never(), why);
            }
        }
    }

    /// Whether replicas or a standby in other regions carry on, with the steps that this takes. Where those that are left are not
    /// enough by themselves, pods are added; what cannot be added to does not survive.
    fn survives(&mut self, ix: ComponentIx, place: Place) -> bool {
        let hit = hit(self.model, ix, place);
        let (component, restore) = self.of(ix);
        let Some(_) = &component.station else { return hit.left() > 0 };
        if hit.left() > 0 {
            let enough = self.enough(ix, hit.left());
            if !enough && restore.create.is_none() {
                return false;
            }
            let detect = detection(component).map(|takes| self.add("detect", &component.id, &takes, &[]));
            if !enough {
                self.moved(ix, detect, place);
            }
            return true;
        }
        if hit.standbys >= hit.lost.max(1) && restore.failover.is_some() {
            self.failover(ix, Event::Region);
            return true;
        }
        false
    }
}

/// Whether a replica in that region is kept all the time.
fn live(restore: &Restore, to: Option<RegionIx>) -> bool {
    to.is_some_and(|to| restore.replicas.contains(&to))
}
