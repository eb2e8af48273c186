//! What has to be done after an event, in which order, and what of the data is left: from the facts that the kinds state,
//! and the procedure of the file where there is one.
//!
//! Choices where the model is silent:
//! - A step that only the vendor or the scheduler does starts at once. What the team does starts when it has noticed, met and
//!   decided (fact `fo.human.detect_decide`, for every event that needs a hand; a region's failover is what it was estimated
//!   for).
//! - A team that can restore does not wait for a place to come back; one that cannot waits as long as the outages of the place
//!   last, for its availability as here.
//! - No time is taken for verifying or for announcing, unless the file states such a step.
//! - A standby in another zone is written synchronously. A single disk outlives its host, not its zone.

use super::needed::{Hit, Place, hit};
use super::sample::{Sampler, Step};
use crate::fields::facts::lasts;
use crate::model::failure::Outage;
use crate::model::loads::Needs;
use crate::model::recovery::{Backup, Event, Procedure, Restore, Strategy, Takes};
use crate::model::room::fits_elsewhere;
use crate::model::{Component, ComponentIx, Model, RegionIx, ZoneIx};
use crate::stats::distribution::Distribution;
use crate::text::Phrase;
use crate::text::recovery as say;

/// Data of one component that are lost.
#[derive(Clone, Debug, PartialEq)]
pub struct Loss {
    /// Whose.
    pub component: String,
    /// How far back, s; infinite: all.
    pub seconds: Distribution,
    /// Why that much.
    pub why: Phrase,
    /// Fact.
    pub source: Option<String>,
    /// Why it is not known; what is lost at least stands in `seconds`.
    pub missing: Option<Phrase>,
}

/// What one case takes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    /// Steps, each after those it waits for.
    pub steps: Vec<Step>,
    /// Data lost.
    pub losses: Vec<Loss>,
    /// Where it goes.
    pub strategy: Option<Strategy>,
    /// The region it is brought back in.
    pub to: Option<RegionIx>,
    /// What stands in the way or is taken for granted.
    pub notes: Vec<Phrase>,
}

/// What stands ready for the loss of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready {
    /// How much.
    pub strategy: Strategy,
    /// Where; `None`: in no region of the file.
    pub to: Option<RegionIx>,
    /// Whether it is only asked what would be: then copies that the strategy needs count as made.
    pub built: bool,
}

/// Builds the course of one case.
pub struct Builder<'a> {
    pub(super) model: &'a Model,
    pub(super) needs: &'a Needs,
    pub(super) course: Course,
}

/// The step of the people who decide.
pub const DECIDE: &str = "decide";
/// The step of pointing names to another region.
pub const DNS: &str = "dns";
/// How long resolvers keep the old one.
pub const RESOLVED: &str = "fo.r53.ttl";
/// How long health checks take to notice where nobody has to decide.
pub const NOTICED: &str = "fo.r53.detect_std";

/// A fact of the tables, s.
pub fn from_fact(id: &str) -> Takes {
    let source = Some(id.to_owned());
    match lasts(id) {
        Some(seconds) => Takes { source, ..Takes::stated(seconds) },
        None => Takes { source, ..never() },
    }
}

/// For ever.
pub(super) fn never() -> Takes {
    Takes::stated(Distribution::Constant(f64::INFINITY))
}

impl<'a> Builder<'a> {
    /// For a model and the units it needs.
    pub fn new(model: &'a Model, needs: &'a Needs) -> Self {
        Self { model, needs, course: Course::default() }
    }

    /// The course, with what the file states about it.
    pub fn finish(mut self, event: Event) -> Course {
        if let Some(stated) = self.procedure(event) {
            super::procedure::state(&mut self.course, stated);
        }
        self.course
    }

    pub(super) fn procedure(&self, event: Event) -> Option<&'a Procedure> {
        self.model.procedures.iter().find(|p| p.event == event)
    }

    pub(super) fn of(&self, ix: ComponentIx) -> (&'a Component, &'a Restore) {
        let component = &self.model.graph[ix];
        (component, &component.restore)
    }

    pub(super) fn add(&mut self, verb: &str, to: &str, takes: &Takes, after: &[usize]) -> usize {
        let id = if to.is_empty() { verb.to_owned() } else { format!("{verb}-{}", to.replace('/', "-")) };
        if let Some(known) = self.course.steps.iter().position(|s| s.id == id) {
            return known;
        }
        let name = say::step(verb, to);
        let component = self.model.component(to).map(|_| to.to_owned());
        self.course.steps.push(Step { id, name, component, takes: takes.clone(), after: after.to_vec() });
        self.course.steps.len() - 1
    }

    /// Somebody notices, meets others and decides; where the procedure begins by itself, health checks notice.
    pub(super) fn decide(&mut self, event: Event) -> usize {
        if self.procedure(event).is_some_and(|stated| stated.automatic) {
            return self.add("detect-dns", "", &from_fact(NOTICED), &[]);
        }
        self.add(DECIDE, "", &from_fact("fo.human.detect_decide"), &[])
    }

    pub(super) fn lose(&mut self, component: &str, takes: &Takes, why: Phrase) {
        let component = component.to_owned();
        let Takes { seconds, source, missing } = takes.clone();
        self.course.losses.push(Loss { component, seconds, why, source, missing });
    }

    pub(super) fn nothing_lost(&mut self, component: &str, why: Phrase) {
        self.lose(component, &Takes::stated(Distribution::Constant(0.0)), why);
    }

    pub(super) fn note(&mut self, note: Phrase) {
        if !self.course.notes.contains(&note) {
            self.course.notes.push(note);
        }
    }

    pub(super) fn backups(&self, ix: ComponentIx) -> impl Iterator<Item = &'a Backup> {
        self.model.backups.iter().filter(move |backup| backup.of == ix)
    }

    /// Until a place returns by itself: as long as its outages last.
    pub(super) fn wait_for(&mut self, place: Place) -> usize {
        let (name, outage) = match place {
            Place::Zone(ix) => {
                let zone = &self.model.zones[usize::from(ix.0)];
                (zone.id.clone(), zone.outage)
            }
            Place::Region(ix) => {
                let region = &self.model.regions[usize::from(ix.0)];
                (region.id.clone(), region.outage)
            }
        };
        let takes = match outage {
            Some(outage) => Takes::stated(Outage::length(outage.repair.as_seconds(), outage.scv)),
            None => {
                self.note(say::unknown_return(&name));
                never()
            }
        };
        self.note(say::waits(&name));
        self.add("wait", &name, &takes, &[])
    }

    /// One component fails by itself.
    pub fn component(&mut self, ix: ComponentIx) {
        let (component, restore) = self.of(ix);
        let id = component.id.as_str();
        let spare = component.station.as_ref().is_some_and(|s| s.replicas.iter().any(|r| !r.active));
        match (&restore.failover, &restore.replace) {
            (Some(_), _) if spare => {
                self.failover(ix, Event::Component);
                return;
            }
            (_, Some(replace)) => {
                let several = component.station.as_ref().is_some_and(|s| s.replicas.len() > 1);
                let enough = several && self.enough(ix, component.failure.units.len() as u32 - 1);
                if let (true, Some(detection)) = (enough, detection(component)) {
                    self.add("detect", id, &detection, &[]);
                } else {
                    let replaced = self.add("replace", id, replace, &[]);
                    self.warmed(ix, replaced);
                }
            }
            _ => {}
        }
        if restore.keeps_data {
            self.nothing_lost(id, say::disk_kept(id));
        }
    }

    /// A standby takes over: one in the same region, written synchronously, by itself; one in another region as the file says,
    /// else when somebody has decided to promote it, and what had not reached it is lost. The last step.
    pub(super) fn failover(&mut self, ix: ComponentIx, event: Event) -> usize {
        let (component, restore) = self.of(ix);
        let id = component.id.as_str();
        let far = self.far(component);
        let by_hand = |takes: &&Takes| far && restore.keeps_data && takes.source.is_some();
        let promote =
            restore.promote.as_ref().filter(|_| restore.failover.as_ref().is_none_or(|f| by_hand(&f)));
        let last = match (promote, &restore.failover) {
            (Some(promote), _) => {
                let decide = self.decide(event);
                let back = self.add("promote", id, promote, &[decide]);
                match &restore.repoint {
                    Some(repoint) => self.add("repoint", id, repoint, &[back]),
                    None => back,
                }
            }
            (None, Some(failover)) => self.add("failover", id, failover, &[]),
            (None, None) => self.add("failover", id, &never(), &[]),
        };
        if restore.keeps_data {
            match (far, &restore.lag) {
                (true, Some(lag)) => self.lose(id, lag, say::far_standby(id)),
                (true, None) => self.lose(id, &Takes::unknown(say::unknown_lag(id)), say::far_standby(id)),
                (false, _) => self.nothing_lost(id, say::synchronous(id)),
            }
        }
        last
    }

    /// Whether all its standbys stand in another region than what serves.
    fn far(&self, component: &Component) -> bool {
        let region = |zone: Option<crate::model::ZoneIx>| Some(self.model.zones[usize::from(zone?.0)].region);
        let Some(station) = &component.station else { return false };
        let of = |active: bool| station.replicas.iter().filter(move |r| r.active == active);
        let home = of(true).find_map(|r| region(r.zone)).or(component.failure.region);
        let away = |r: &crate::model::station::Replica| {
            region(r.zone).zip(home).is_some_and(|(there, home)| there != home)
        };
        of(false).next().is_some() && of(false).all(away)
    }

    /// What comes back empty is filled again.
    pub(super) fn warmed(&mut self, ix: ComponentIx, after: usize) -> usize {
        let (component, restore) = self.of(ix);
        match &restore.warm {
            Some(warm) => self.add("warm", &component.id, warm, &[after]),
            None => after,
        }
    }

    /// Whether so many units of a component are enough in every hour of the week.
    pub(super) fn enough(&self, ix: ComponentIx, left: u32) -> bool {
        let hours = self.needs.components.get(ix.index());
        left > 0 && hours.is_none_or(|hours| hours.iter().all(|need| need.is_some_and(|need| need <= left)))
    }

    /// A zone is lost; `needed` are the components that the journeys cannot do without.
    pub fn zone(&mut self, place: Place, needed: &[ComponentIx]) {
        for ix in needed {
            let hit = hit(self.model, *ix, place);
            if hit.lost > 0 {
                self.in_zone(place, *ix, hit);
            }
        }
    }

    fn in_zone(&mut self, place: Place, ix: ComponentIx, hit: Hit) {
        let (component, restore) = self.of(ix);
        let id = component.id.as_str();
        if component.station.is_none() {
            return; // what it carries tells
        }
        if hit.standbys >= hit.lost.max(1) && restore.failover.is_some() {
            self.failover(ix, Event::Zone);
            return;
        }
        if hit.left() > 0 {
            let detect = detection(component).map(|takes| self.add("detect", id, &takes, &[]));
            if !self.enough(ix, hit.left()) && restore.create.is_some() {
                self.moved(ix, detect, place);
            }
            return;
        }
        match restore {
            Restore { restore: Some(takes), .. } if self.backups(ix).any(|b| b.every.is_some()) => {
                self.restored(ix, takes, Event::Zone);
            }
            Restore { keeps_data: true, .. } => {
                self.wait_for(place);
                self.note(say::nothing_to_restore(id));
                self.nothing_lost(id, say::disk_kept(id));
            }
            Restore { create: Some(_), .. } if component.on.is_some() => self.moved(ix, None, place),
            Restore { create: Some(create), .. } => {
                let decide = self.decide(Event::Zone);
                let made = self.add("create", id, create, &[decide]);
                self.warmed(ix, made);
            }
            _ => {
                self.wait_for(place);
            }
        }
    }

    /// Pods find other nodes; nodes are added where those outside the lost place have no room for them.
    pub(super) fn moved(&mut self, ix: ComponentIx, after: Option<usize>, lost: Place) {
        let (component, restore) = self.of(ix);
        let mut last =
            self.add("reschedule", &component.id, &from_fact("fo.k8s.node_loss_total"), after.as_slice());
        let inside = |zone: Option<ZoneIx>| zone.is_some_and(|zone| lost.holds(self.model, zone));
        let full = |nodes: &ComponentIx| !fits_elsewhere(self.model, *nodes, inside);
        if let Some(nodes) = component.on.filter(full) {
            last = self.add("nodes", &self.model.graph[nodes].id, &from_fact("fo.k8s.ca"), &[last]);
        }
        if let Some(create) = &restore.create {
            self.add("start", &component.id, create, &[last]);
        }
    }

    /// Data come back from a backup in the same region.
    fn restored(&mut self, ix: ComponentIx, takes: &Takes, event: Event) {
        let (component, restore) = self.of(ix);
        let id = component.id.as_str();
        let decide = self.decide(event);
        let restored = self.add("restore", id, takes, &[decide]);
        if let Some(repoint) = &restore.repoint {
            self.add("repoint", id, repoint, &[restored]);
        }
        let every = self.backups(ix).find_map(|backup| backup.every.clone());
        if let Some(every) = every {
            self.lose(id, &anywhere(&every), say::last_point(id));
        }
    }

    /// Somebody destroyed the data of a component.
    pub fn data_loss(&mut self, ix: ComponentIx) {
        let (component, restore) = self.of(ix);
        let id = component.id.as_str();
        match &restore.restore {
            Some(takes) if self.backups(ix).any(|b| b.every.is_some() && outlasts(b)) => {
                self.restored(ix, takes, Event::DataLoss);
            }
            Some(_) if self.backups(ix).any(|b| b.every.is_some()) => {
                let why = say::forgotten(id);
                self.note(why.clone());
                self.add("restore", id, &never(), &[]);
                self.lose(id, &never(), why);
            }
            _ => {
                let why = say::nothing_to_restore(id);
                self.note(why.clone());
                self.add("restore", id, &never(), &[]);
                self.lose(id, &never(), why);
            }
        }
    }

    /// A release is taken back.
    pub fn bad_deploy(&mut self) {
        self.add("rollback", "", &from_fact("fo.deploy.rollback_manual"), &[]);
    }
}

/// Whether a backup is still kept when people have noticed, 19 times of 20, that something was destroyed.
fn outlasts(backup: &Backup) -> bool {
    let noticed = Sampler::new(&from_fact("fo.human.detect_decide").seconds, DECIDE).at(0.95);
    backup.keep.is_none_or(|keep| keep >= noticed)
}

/// How long the balancer goes on sending to what is lost.
pub(super) fn detection(component: &Component) -> Option<Takes> {
    let health = component.station.as_ref()?.health?;
    Some(Takes::stated(Distribution::Constant(health.detection().as_seconds())))
}

/// An event comes at any time between two points: uniform up to the longest distance.
fn anywhere(every: &Takes) -> Takes {
    let longest = match every.seconds {
        Distribution::Pert { high, .. } => high,
        ref other => other.mean(),
    };
    Takes { seconds: Distribution::Uniform { low: 0.0, high: longest }, ..every.clone() }
}
