//! The faults of a study: what each does to which replicas, machines and zones, and when.

use super::Settings;
use super::attack::happens;
use super::clock::{FOREVER, Instant};
use super::draw::{Sampler, nanos};
use super::faults::{Effect, FaultPlan, Reach};
use super::hurt::Struck;
use super::plan::Plan;
use crate::model::fault::{Fault, FaultKind};
use crate::model::{ComponentIx, Model, ZoneIx};

/// A fault whose length is drawn lasts at most its mean and so many standard deviations.
const LONGEST: f64 = 5.0;

/// The faults that this study looks at.
pub fn faults(model: &Model, settings: &Settings, plan: &Plan) -> Vec<FaultPlan> {
    let of = |c: ComponentIx| plan.components[c.index()].replicas;
    let mut out = Vec::new();
    // The attackers' journeys stand behind the users'.
    let mut attackers = (model.journeys.len() - plan.attackers.len()) as u16;
    for (index, fault) in model.faults.iter().enumerate().filter(|(i, _)| happens(&settings.faults, *i)) {
        let within = |zone: u16, region| model.zones.get(zone as usize).is_some_and(|z| z.region == region);
        let in_zone = |zone: ZoneIx| Reach { zones: vec![zone.0], ..Reach::default() };
        // What the vendor spreads over the region stands in no zone.
        let in_region = |region| {
            let spread = |r: &u32| {
                let replica = &plan.replicas[*r as usize];
                let node = ComponentIx::new(replica.component as usize);
                replica.zone.is_none()
                    && super::pods::floating(plan, replica.component).is_none()
                    && model.graph[node].failure.region == Some(region)
            };
            Reach {
                replicas: (0..plan.replicas.len() as u32).filter(spread).collect(),
                zones: (0..model.zones.len() as u16).filter(|zone| within(*zone, region)).collect(),
                machines: Vec::new(),
            }
        };
        let machines = |c: ComponentIx, most: usize| Reach {
            machines: plan.machines_of(c.index(), most),
            ..Reach::default()
        };
        let struck = |c: ComponentIx| match fault.count {
            None => Struck(of(c).iter().map(|r| r as u32).collect()),
            Some(n) => {
                let active = of(c).iter().filter(|r| plan.replicas[*r].active);
                Struck(active.take(n as usize).map(|r| r as u32).collect())
            }
        };
        let (start, end) = span(plan, fault);
        let mut more = None;
        let effect = match &fault.what {
            FaultKind::ZoneOutage(zone) => Effect::Down(in_zone(*zone)),
            FaultKind::ZoneCut(zone) => Effect::Cut(in_zone(*zone)),
            FaultKind::RegionOutage(region) => Effect::Down(in_region(*region)),
            FaultKind::RegionCut(region) => Effect::Cut(in_region(*region)),
            FaultKind::ComponentDown(c) => {
                // Where standbys take over, what is lost is what serves.
                let takes_over = plan.components[c.index()].failover.is_some();
                let active = of(*c).iter().filter(|r| !takes_over || plan.replicas[*r].active);
                let replicas = active.map(|r| r as u32).collect();
                Effect::Down(Reach { replicas, ..machines(*c, usize::MAX) })
            }
            FaultKind::ReplicaCrash(c, n) => {
                let active = of(*c).iter().filter(|r| plan.replicas[*r].active);
                let replicas = active.take(*n as usize).map(|r| r as u32).collect();
                Effect::Down(Reach { replicas, ..machines(*c, *n as usize) })
            }
            FaultKind::LatencyAdded(c, d) => Effect::Latency(struck(*c), nanos(d.as_seconds())),
            FaultKind::ErrorRate(c, p) => Effect::Errors(struck(*c), p.get()),
            FaultKind::CacheFlush(c) => Effect::Flush(c.index() as u32),
            FaultKind::LoadSpike(journey, factor) => Effect::Spike(journey.map(|j| j.0), *factor),
            FaultKind::CapacityLoss(c, share) => Effect::Slow(struck(*c), share.get().min(0.999)),
            FaultKind::Throttled(c, share) => Effect::Refuse(c.index() as u32, share.get()),
            FaultKind::DiskFull(c) => Effect::Errors(struck(*c), 1.0),
            FaultKind::BadDeploy(c, share, add) => {
                let add = nanos(add.as_seconds());
                more = (add > 0).then(|| Effect::Latency(struck(*c), add));
                Effect::Errors(struck(*c), share.get())
            }
            FaultKind::Attack(_) => {
                attackers += 1;
                Effect::Attack(attackers - 1)
            }
        };
        let effects = std::iter::once(effect).chain(more).collect();
        out.push(FaultPlan { index, start, end, effects, lasts: Sampler::new(fault.spread.as_ref()) });
    }
    out
}

/// When a fault begins, and when it ends at the latest.
fn span(plan: &Plan, fault: &Fault) -> (Instant, Instant) {
    let start = (plan.warm + nanos(fault.at.as_seconds())).min(FOREVER / 4);
    let deviation = fault.spread.as_ref().map_or(0.0, |spread| spread.scv().sqrt());
    let lasts = fault.lasts.as_seconds() * (1.0 + LONGEST * deviation);
    (start, (start + nanos(lasts)).min(FOREVER / 2))
}
