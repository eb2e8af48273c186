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
use super::sample::Step;
use crate::fields::facts::lasts;
use crate::model::failure::Outage;
use crate::model::loads::Needs;
use crate::model::recovery::{Backup, Event, Procedure, Restore, Strategy, Takes};
use crate::model::{Component, ComponentIx, Model, RegionIx};
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
    model: &'a Model,
    needs: &'a Needs,
    course: Course,
}

/// A fact of the tables, s.
pub fn from_fact(id: &str) -> Takes {
    let source = Some(id.to_owned());
    match lasts(id) {
        Some(seconds) => Takes { seconds, source },
        None => Takes { source, ..never() },
    }
}

/// For ever.
fn never() -> Takes {
    Takes { seconds: Distribution::Constant(f64::INFINITY), source: None }
}

impl<'a> Builder<'a> {
    /// For a model and the units it needs.
    pub fn new(model: &'a Model, needs: &'a Needs) -> Self {
        Self { model, needs, course: Course::default() }
    }

    /// The course, with what the file states about it.
    pub fn finish(mut self, event: Event) -> Course {
        if let Some(stated) = self.procedure(event) {
            state(&mut self.course, stated);
        }
        self.course
    }

    fn procedure(&self, event: Event) -> Option<&'a Procedure> {
        self.model.procedures.iter().find(|p| p.event == event)
    }

    fn of(&self, ix: ComponentIx) -> (&'a Component, &'a Restore) {
        let component = &self.model.graph[ix];
        (component, &component.restore)
    }

    fn add(&mut self, verb: &str, to: &str, takes: &Takes, after: &[usize]) -> usize {
        let id = if to.is_empty() { verb.to_owned() } else { format!("{verb}-{}", to.replace('/', "-")) };
        if let Some(known) = self.course.steps.iter().position(|s| s.id == id) {
            return known;
        }
        let name = say::step(verb, to);
        let component = self.model.component(to).map(|_| to.to_owned());
        self.course.steps.push(Step { id, name, component, takes: takes.clone(), after: after.to_vec() });
        self.course.steps.len() - 1
    }

    fn decide(&mut self) -> usize {
        self.add("decide", "", &from_fact("fo.human.detect_decide"), &[])
    }

    fn lose(&mut self, component: &str, takes: &Takes, why: Phrase) {
        let (component, source) = (component.to_owned(), takes.source.clone());
        self.course.losses.push(Loss { component, seconds: takes.seconds.clone(), why, source });
    }

    fn nothing_lost(&mut self, component: &str, why: Phrase) {
        self.lose(component, &Takes { seconds: Distribution::Constant(0.0), source: None }, why);
    }

    fn note(&mut self, note: Phrase) {
        if !self.course.notes.contains(&note) {
            self.course.notes.push(note);
        }
    }

    fn backups(&self, ix: ComponentIx) -> impl Iterator<Item = &'a Backup> {
        self.model.backups.iter().filter(move |backup| backup.of == ix)
    }

    /// Until a place returns by itself: as long as its outages last.
    fn wait_for(&mut self, place: Place) -> usize {
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
            Some(outage) => {
                Takes { seconds: Outage::length(outage.repair.as_seconds(), outage.scv), source: None }
            }
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
            (Some(failover), _) if spare => {
                self.add("failover", id, failover, &[]);
            }
            (_, Some(replace)) => {
                let several = component.station.as_ref().is_some_and(|s| s.replicas.len() > 1);
                let enough = several && self.enough(ix, component.failure.units.len() as u32 - 1);
                if let (true, Some(detection)) = (enough, detection(component)) {
                    self.add("detect", id, &detection, &[]);
                } else {
                    self.add("replace", id, replace, &[]);
                }
            }
            _ => {}
        }
        if restore.keeps_data {
            let why = if spare { say::synchronous(id) } else { say::disk_kept(id) };
            self.nothing_lost(id, why);
        }
    }

    /// Whether so many units of a component are enough in every hour of the week.
    fn enough(&self, ix: ComponentIx, left: u32) -> bool {
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
        if hit.standbys >= hit.lost.max(1)
            && let Some(failover) = &restore.failover
        {
            self.add("failover", id, failover, &[]);
            if restore.keeps_data {
                self.nothing_lost(id, say::synchronous(id));
            }
            return;
        }
        if hit.left() > 0 {
            let detect = detection(component).map(|takes| self.add("detect", id, &takes, &[]));
            if !self.enough(ix, hit.left()) && restore.create.is_some() {
                self.moved(ix, detect);
            }
            return;
        }
        match restore {
            Restore { restore: Some(takes), .. } if self.backups(ix).any(|b| b.every.is_some()) => {
                self.restored(ix, takes);
            }
            Restore { keeps_data: true, .. } => {
                self.wait_for(place);
                self.note(say::nothing_to_restore(id));
                self.nothing_lost(id, say::disk_kept(id));
            }
            Restore { create: Some(_), .. } if component.on.is_some() => self.moved(ix, None),
            Restore { create: Some(create), .. } => {
                let decide = self.decide();
                self.add("create", id, create, &[decide]);
            }
            _ => {
                self.wait_for(place);
            }
        }
    }

    /// Pods find other nodes.
    fn moved(&mut self, ix: ComponentIx, after: Option<usize>) {
        let (component, restore) = self.of(ix);
        let mut last =
            self.add("reschedule", &component.id, &from_fact("fo.k8s.node_loss_total"), after.as_slice());
        if let Some(nodes) = component.on {
            last = self.add("nodes", &self.model.graph[nodes].id, &from_fact("fo.k8s.ca"), &[last]);
        }
        if let Some(create) = &restore.create {
            self.add("start", &component.id, create, &[last]);
        }
    }

    /// Data come back from a backup in the same region.
    fn restored(&mut self, ix: ComponentIx, takes: &Takes) {
        let (component, restore) = self.of(ix);
        let id = component.id.as_str();
        let decide = self.decide();
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
            Some(takes) if self.backups(ix).any(|b| b.every.is_some()) => self.restored(ix, takes),
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

    /// A region is lost. When nothing is ready elsewhere the team waits.
    pub fn region(&mut self, lost: RegionIx, needed: &[ComponentIx], ready: Option<Ready>) {
        let place = Place::Region(lost);
        let gone: Vec<ComponentIx> =
            needed.iter().copied().filter(|ix| hit(self.model, *ix, place).lost > 0).collect();
        let region = self.model.regions[usize::from(lost.0)].id.clone();
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
            _ => self.decide(),
        };
        let mut ends = vec![first];
        for ix in &gone {
            ends.extend(self.elsewhere(*ix, strategy, first));
            self.data_elsewhere(*ix, strategy, to, &region, built);
        }
        ends.sort_unstable();
        ends.dedup();
        // A record is changed and pushed out, then resolvers let go of the old one.
        let (push, ttl) = (from_fact("fo.r53.propagate"), from_fact("fo.r53.ttl"));
        let takes = match strategy {
            Strategy::ActiveActive => ttl,
            _ => push.then(&ttl),
        };
        self.add("dns", "", &takes, &ends);
    }

    /// What brings a component back in another region; the last step of it.
    fn elsewhere(&mut self, ix: ComponentIx, strategy: Strategy, first: usize) -> Option<usize> {
        let (component, restore) = self.of(ix);
        let id = component.id.as_str();
        if restore.keeps_data {
            let (verb, takes) = match strategy {
                Strategy::BackupRestore => ("restore", restore.restore.as_ref()?),
                _ => ("promote", restore.promote.as_ref()?),
            };
            let back = self.add(verb, id, takes, &[first]);
            return Some(match &restore.repoint {
                Some(repoint) => self.add("repoint", id, repoint, &[back]),
                None => back,
            });
        }
        let create = restore.create.as_ref()?;
        let carrier = component.on.and_then(|on| self.elsewhere(on, strategy, first)).unwrap_or(first);
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
            _ => Some(self.add("create", id, create, &[carrier])),
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
        let lag = restore.lag.as_ref().filter(|_| strategy != Strategy::BackupRestore);
        let would = lag.or(restore.copy_lag.as_ref().filter(|_| built));
        match (lag, copy, would) {
            (Some(lag), ..) => self.lose(id, lag, say::replica(id)),
            (None, Some((region, lag)), _) => {
                let region = self.model.regions[usize::from(region.0)].id.clone();
                self.lose(id, lag, say::behind(id, &region));
            }
            (None, None, Some(lag)) => self.lose(id, lag, say::replica(id)),
            (None, None, None) => {
                let why = say::no_copy(id, from);
                self.note(why.clone());
                self.lose(id, &never(), why);
            }
        }
    }
}

/// How long the balancer goes on sending to what is lost.
fn detection(component: &Component) -> Option<Takes> {
    let health = component.station.as_ref()?.health?;
    Some(Takes { seconds: Distribution::Constant(health.detection().as_seconds()), source: None })
}

/// An event comes at any time between two points: uniform up to the longest distance.
fn anywhere(every: &Takes) -> Takes {
    let longest = match every.seconds {
        Distribution::Pert { high, .. } => high,
        ref other => other.mean(),
    };
    Takes { seconds: Distribution::Uniform { low: 0.0, high: longest }, source: every.source.clone() }
}

/// Lays a stated procedure over what was derived.
fn state(course: &mut Course, stated: &Procedure) {
    for (id, seconds) in &stated.takes {
        let takes = Takes { seconds: seconds.clone(), source: None };
        match course.steps.iter_mut().find(|s| s.id == *id) {
            Some(step) => step.takes = takes,
            None => course.steps.push(Step {
                id: id.clone(),
                name: Phrase::same(id.clone()),
                component: None,
                takes,
                after: Vec::new(),
            }),
        }
    }
    let place = |course: &Course, id: &str| course.steps.iter().position(|s| s.id == id);
    for (id, before) in &stated.after {
        let mut places = Vec::new();
        for name in before {
            match place(course, name) {
                Some(place) => places.push(place),
                None => course.notes.push(say::unknown_step(name)),
            }
        }
        let Some(step) = place(course, id) else {
            course.notes.push(say::unknown_step(id));
            continue;
        };
        if places.iter().any(|from| *from == step || leads_to(&course.steps, step, *from)) {
            course.notes.push(say::step_cycle(id));
        } else {
            course.steps[step].after = places;
        }
    }
    sort(course);
}

/// Whether `to` waits, over whatever steps, for `from`.
fn leads_to(steps: &[Step], from: usize, to: usize) -> bool {
    let (mut stack, mut seen) = (vec![to], vec![false; steps.len()]);
    while let Some(at) = stack.pop() {
        if at == from {
            return true;
        }
        if !std::mem::replace(&mut seen[at], true) {
            stack.extend(&steps[at].after);
        }
    }
    false
}

/// Puts every step behind those it waits for. There is no cycle.
fn sort(course: &mut Course) {
    let n = course.steps.len();
    let (mut order, mut placed) = (Vec::with_capacity(n), vec![false; n]);
    while order.len() < n {
        let ready = |i: &usize| !placed[*i] && course.steps[*i].after.iter().all(|before| placed[*before]);
        let Some(next) = (0..n).find(ready) else { break };
        placed[next] = true;
        order.push(next);
    }
    let mut place = vec![0; n];
    order.iter().enumerate().for_each(|(new, old)| place[*old] = new);
    let steps = order.iter().map(|old| {
        let step = course.steps[*old].clone();
        Step { after: step.after.iter().map(|before| place[*before]).collect(), ..step }
    });
    course.steps = steps.collect();
}
