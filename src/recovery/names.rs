//! Names that lead elsewhere by themselves when what they stand for is lost: a way back that nobody has to take.

use super::left_out;
use super::needed::{Place, hit};
use super::steps::{Builder, Course, DNS};
use crate::model::loads::Needs;
use crate::model::recovery::{Event, Takes};
use crate::model::switch::switched;
use crate::model::{ComponentIx, JourneyIx, Model};
use crate::stats::distribution::Distribution;

/// Share of the users who may keep an old answer for good and still count as served again: the tail that a p95 leaves.
const STALE: f64 = 0.05;

/// What is done when a place is lost and names lead to what stands elsewhere: their health checks notice, then every kept answer
/// runs out, evenly up to its time to live. `None`: no name helps, or data of record are lost with the place.
pub fn elsewhere(
    model: &Model,
    needs: &Needs,
    journeys: &[JourneyIx],
    place: Place,
    event: Event,
) -> Option<Course> {
    let other = switched(model)?;
    let gone = |model: &Model| -> Vec<ComponentIx> {
        let lost = |ix: &ComponentIx| {
            let hit = hit(model, *ix, place);
            hit.lost > 0 && hit.left() == 0 && hit.standbys == 0
        };
        left_out(model, journeys, place).into_iter().filter(lost).collect()
    };
    let here = gone(model);
    let keeps = |ix: &ComponentIx| model.graph[*ix].restore.keeps_data;
    if here.is_empty() || here.iter().any(keeps) || !gone(&other).is_empty() {
        return None;
    }
    let switches = model.graph.edge_weights().filter_map(|call| call.policy.switch);
    let (mut detection, mut ttl) = (0.0_f64, 0.0_f64);
    for switch in switches {
        if switch.stale.get() > STALE {
            return None;
        }
        detection = detection.max(switch.detection.as_seconds());
        ttl = ttl.max(switch.ttl.as_seconds());
    }
    let mut builder = Builder::new(model, needs);
    let noticed = builder.add("detect-dns", "", &Takes::stated(Distribution::Constant(detection)), &[]);
    let kept = match ttl > 0.0 {
        true => Distribution::Uniform { low: 0.0, high: ttl },
        false => Distribution::Constant(0.0),
    };
    builder.add(DNS, "", &Takes::stated(kept), &[noticed]);
    Some(builder.finish(event))
}
