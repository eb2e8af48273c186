//! Recovery: how long until the journeys serve again after an event, and how much data is lost.
//!
//! | file | what it is |
//! |---|---|
//! | `needed` | which components the journeys cannot do without, and what an event takes of them |
//! | `steps` | what has to be done after which event, in which order |
//! | `names` | names that lead elsewhere by themselves |
//! | `region` | the same for the loss of a region |
//! | `procedure` | the procedure that the file states, laid over that |
//! | `sample` | steps with uncertain lengths, played many times: times, critical path |
//! | `answer` | from what was played to answers |
//! | `memo` | answers kept for cases that an edit leaves as they were |
//!
//! The time to recover is the end of the last step; steps run side by side unless one waits for another. Lengths are
//! three-point estimates from facts or from the file, drawn independently of each other. Of several cases of an event (each
//! zone with something in it, each region, each component) the worst is the answer, the others are listed.
//!
//! Source for critical paths with uncertain lengths: D. G. Malcolm et al., "Application of a technique for research and
//! development program evaluation" (Operations Research 7, 1959); sampled, since the sum of means understates parallel paths.

mod answer;
mod memo;
mod names;
mod needed;
mod procedure;
mod region;
pub mod sample;
mod steps;

use crate::answer::recovery::RecoveryAnswer;
use crate::model::loads::Needs;
use crate::model::objective::Goal;
use crate::model::recovery::{Event, Procedure, Strategy};
use crate::model::{ComponentIx, JourneyIx, Model, RegionIx, ZoneIx};
use crate::text::Phrase;
use crate::text::recovery as say;
use indexmap::IndexMap;
pub use memo::Memo;
use needed::{Place, hit, needed};
use std::collections::BTreeSet;
use steps::{Builder, Course, Ready};

/// How an event of this design goes, by the event's word; events that cannot happen to it are absent. `journeys`: which have
/// to serve again. `memo`: cases that have been played before are not played again. O(cases x samples x steps).
pub fn solve(
    model: &Model,
    needs: &Needs,
    journeys: &[JourneyIx],
    memo: &mut Memo,
) -> IndexMap<String, RecoveryAnswer> {
    let mut answers = IndexMap::new();
    for event in Event::ALL {
        let cases = cases(model, needs, journeys, event, None);
        if let Some(answer) = answer::worst(model, event, cases, memo) {
            answers.insert(event.id().to_owned(), answer);
        }
    }
    answers
}

/// How the loss of a region would go with each strategy, by strategy and event.
pub fn strategies(
    model: &Model,
    needs: &Needs,
    journeys: &[JourneyIx],
) -> IndexMap<String, IndexMap<String, RecoveryAnswer>> {
    let event = Event::Region;
    let one = |strategy: Strategy| {
        let cases = cases(model, needs, journeys, event, Some(strategy));
        let answer = answer::worst(model, event, cases, &mut Memo::default())?;
        Some((strategy.id().to_owned(), IndexMap::from([(event.id().to_owned(), answer)])))
    };
    Strategy::ALL.into_iter().filter_map(one).collect()
}

/// The steps that the cases of an event can have in this design without what the file states about their lengths and order,
/// and of a procedure the steps whose stated order is a circle. O(cases x steps²).
pub fn stated_steps(model: &Model, stated: &Procedure) -> (BTreeSet<String>, Vec<String>) {
    let plain = |p: &Procedure| Procedure { takes: Vec::new(), after: Vec::new(), ..p.clone() };
    let plain = Model { procedures: model.procedures.iter().map(plain).collect(), ..model.clone() };
    let journeys: Vec<JourneyIx> = model.journey_indices().collect();
    // Units that are left are enough in no hour, or in every one.
    let none = Needs { components: vec![vec![None]; model.graph.node_count()] };
    let courses = [none, Needs::default()].into_iter().flat_map(|needs| {
        cases(&plain, &needs, &journeys, stated.event, None).into_iter().map(|(_, course)| course)
    });
    let (mut known, mut circles) = (BTreeSet::new(), Vec::new());
    let courses: Vec<Course> = courses.collect();
    courses.iter().for_each(|course| known.extend(course.steps.iter().map(|s| s.id.clone())));
    let own = stated.takes.iter().map(|(id, _)| id).filter(|id| !known.contains(*id)).cloned().collect();
    let stated = Procedure { own, ..stated.clone() };
    for mut course in courses {
        for id in procedure::state(&mut course, &stated) {
            if !circles.contains(&id) {
                circles.push(id);
            }
        }
    }
    (known, circles)
}

/// The names that derived steps can have in any design of these components, places aside: `restore-rds`, `decide`.
pub fn step_names(model: &Model) -> BTreeSet<String> {
    let alone = ["decide", "detect-dns", "dns", "rollback"].map(str::to_owned);
    let with = |ix: ComponentIx| VERBS.iter().map(move |verb| format!("{verb}-{}", model.graph[ix].id));
    alone.into_iter().chain(model.graph.node_indices().flat_map(with)).collect()
}

/// The first word of a derived step that a name nearly is, or that stands after the name of what it is done to.
pub fn verb_near(id: &str) -> Option<&'static str> {
    let last = id.rsplit('-').next().filter(|last| *last != id);
    let after = last.and_then(|last| VERBS.iter().copied().find(|verb| *verb == last));
    let alone = match id {
        "notice" => Some("decide"),
        _ => crate::diag::nearest_name(id, VERBS.iter().copied().chain(["decide", "rollback"])),
    };
    after.or(alone)
}

/// What is done to a component.
const VERBS: &[&str] = &[
    "detect",
    "failover",
    "replace",
    "reschedule",
    "nodes",
    "create",
    "start",
    "restore",
    "promote",
    "repoint",
    "warm",
];

/// Every case of an event that takes something away from these journeys.
fn cases(
    model: &Model,
    needs: &Needs,
    journeys: &[JourneyIx],
    event: Event,
    strategy: Option<Strategy>,
) -> Vec<(String, Course)> {
    let all = needed(model, journeys, |_| false);
    let builder = || Builder::new(model, needs);
    let id = |ix: ComponentIx| model.graph[ix].id.clone();
    let mut cases = Vec::new();
    match event {
        Event::Component => {
            for ix in all {
                let mut one = builder();
                one.component(ix);
                cases.push((id(ix), one.finish(event)));
            }
        }
        Event::Zone => {
            for (i, zone) in model.zones.iter().enumerate() {
                let place = Place::Zone(ZoneIx(i as u16));
                let mut one = builder();
                one.zone(place, &left_out(model, journeys, place));
                let course = one.finish(event);
                let instead = elsewhere(model, needs, journeys, zone.region);
                let named = names::elsewhere(model, needs, journeys, place, event);
                cases.push((zone.id.clone(), quicker(quicker(course, instead), named)));
            }
        }
        Event::Region => {
            for (i, region) in model.regions.iter().enumerate() {
                let lost = RegionIx(i as u16);
                let needed = left_out(model, journeys, Place::Region(lost));
                if needed.iter().all(|ix| hit(model, *ix, Place::Region(lost)).lost == 0) {
                    continue;
                }
                let mut one = builder();
                one.region(lost, &needed, ready(model, &needed, lost, strategy));
                let place = Place::Region(lost);
                let named = names::elsewhere(model, needs, journeys, place, event);
                let course = quicker(one.finish(event), named.filter(|_| strategy.is_none()));
                cases.push((region.id.clone(), course));
            }
        }
        Event::DataLoss => {
            for ix in all.into_iter().filter(|ix| model.graph[*ix].restore.restore.is_some()) {
                let mut one = builder();
                one.data_loss(ix);
                cases.push((id(ix), one.finish(event)));
            }
        }
        Event::BadDeploy => {
            let releases = |ix: &ComponentIx| {
                let component = &model.graph[*ix];
                component.on.is_some() && component.station.is_some()
            };
            if all.iter().any(releases) {
                let mut one = builder();
                one.bad_deploy();
                cases.push((String::new(), one.finish(event)));
            }
        }
    }
    cases.retain(|(_, course)| !course.steps.is_empty() || !course.losses.is_empty());
    cases
}

/// How the journeys come back in another region, as the file states it for the loss of this one: a team that may do so does not
/// wait longer for a zone. `None`: nothing is stated.
fn elsewhere(model: &Model, needs: &Needs, journeys: &[JourneyIx], lost: RegionIx) -> Option<Course> {
    let stated = |event| move |p: &&Procedure| p.event == event;
    model.procedures.iter().find(stated(Event::Region)).filter(|p| p.strategy.is_some())?;
    if model.procedures.iter().any(|p| stated(Event::Zone)(&p)) {
        return None; // the file says what is done for a zone
    }
    let needed = left_out(model, journeys, Place::Region(lost));
    let mut one = Builder::new(model, needs);
    one.region(lost, &needed, Some(ready(model, &needed, lost, None)?));
    Some(one.finish(Event::Region)).filter(|course| course.to.is_some())
}

/// Of two ways back the one that takes less time.
fn quicker(course: Course, instead: Option<Course>) -> Course {
    const SAMPLES: usize = 200;
    let mean = |course: &Course| sample::play(&course.steps, SAMPLES).ends.iter().sum::<f64>();
    match instead {
        Some(instead) if mean(&instead) < mean(&course) => instead,
        _ => course,
    }
}

/// Why nobody can say how an event would go here; `None`: it can be judged, even where nothing comes of it.
pub fn unjudged(model: &Model, journeys: &[JourneyIx], event: Event) -> Option<Phrase> {
    let all = needed(model, journeys, |_| false);
    let zoned = |ix: &ComponentIx| {
        let component = &model.graph[*ix];
        let replicas = component.station.iter().flat_map(|s| s.replicas.iter().map(|r| r.zone));
        replicas.chain(component.failure.units.iter().map(|unit| unit.zone)).any(|zone| zone.is_some())
    };
    let judged = match event {
        Event::Component => true,
        Event::Zone => all.iter().any(zoned),
        Event::Region => all.iter().any(|ix| model.graph[*ix].failure.region.is_some() || zoned(ix)),
        Event::DataLoss => all.iter().any(|ix| model.graph[*ix].restore.restore.is_some()),
        Event::BadDeploy => {
            all.iter().any(|ix| model.graph[*ix].on.is_some() && model.graph[*ix].station.is_some())
        }
    };
    let stores = || all.iter().find(|ix| model.graph[**ix].restore.keeps_data);
    (!judged).then(|| match (event, stores()) {
        (Event::DataLoss, Some(ix)) => say::not_restorable(&model.graph[*ix].id),
        _ => say::unjudged(event.id()),
    })
}

/// What the journeys need when a place is lost and fallbacks elsewhere step in.
fn left_out(model: &Model, journeys: &[JourneyIx], place: Place) -> Vec<ComponentIx> {
    needed(model, journeys, |ix| {
        let hit = hit(model, ix, place);
        hit.lost > 0 && hit.left() == 0 && hit.standbys == 0
    })
}

/// What stands ready for the loss of a region, and where: as asked, as the file states it, or backups if all data that are lost
/// have a copy in one other region.
fn ready(model: &Model, needed: &[ComponentIx], lost: RegionIx, asked: Option<Strategy>) -> Option<Ready> {
    let stated = model.procedures.iter().find(|p| p.event == Event::Region);
    let (copies, of) = copies(model, needed, lost);
    let best = copies.iter().max_by_key(|(to, n)| (*n, std::cmp::Reverse(*to))).map(|(to, _)| *to);
    let to = stated.and_then(|p| p.to).filter(|to| *to != lost).or(best);
    // A procedure that leads into the region that is lost is none.
    let stated = stated.filter(|p| p.to.is_none_or(|to| to != lost));
    if let Some(strategy) = asked {
        return Some(Ready { strategy, to, built: true });
    }
    if let Some(strategy) = stated.and_then(|p| p.strategy) {
        return Some(Ready { strategy, to, built: false });
    }
    let all = copies.iter().any(|(region, n)| Some(*region) == to && *n == of && of > 0);
    all.then_some(Ready { strategy: Strategy::BackupRestore, to, built: false })
}

/// Of every other region, how many of the data that are lost have a copy there; and how many data are lost.
fn copies(model: &Model, needed: &[ComponentIx], lost: RegionIx) -> (Vec<(RegionIx, usize)>, usize) {
    let keeps = |ix: &&ComponentIx| {
        let hit = hit(model, **ix, Place::Region(lost));
        model.graph[**ix].restore.keeps_data && hit.lost > 0 && hit.left() == 0 && hit.standbys == 0
    };
    let data: Vec<ComponentIx> = needed.iter().filter(keeps).copied().collect();
    let has = |to: RegionIx, of: ComponentIx| {
        model.graph[of].restore.replicas.contains(&to)
            || model.backups.iter().any(|b| b.of == of && b.copies.iter().any(|c| c.0 == to))
    };
    let regions = (0..model.regions.len() as u16).map(RegionIx).filter(|ix| *ix != lost);
    (regions.map(|to| (to, data.iter().filter(|of| has(to, **of)).count())).collect(), data.len())
}

/// The limits that the objectives set for an event: time to recover, data lost, s.
fn limits(model: &Model, event: Event) -> (Option<f64>, Option<f64>) {
    let counts = |events: &[String]| events.is_empty() || events.iter().any(|e| e == event.id());
    let least = |limits: &mut dyn Iterator<Item = f64>| limits.reduce(f64::min);
    let goals = || model.objectives.iter().map(|o| &o.goal);
    let rto = goals().filter_map(|goal| match goal {
        Goal::Rto { events, within } if counts(events) => Some(within.as_seconds()),
        _ => None,
    });
    let rpo = goals().filter_map(|goal| match goal {
        Goal::Rpo { events, within } if counts(events) => Some(within.as_seconds()),
        _ => None,
    });
    (least(&mut { rto }), least(&mut { rpo }))
}
