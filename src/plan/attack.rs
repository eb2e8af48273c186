//! What an attack costs: the bill of the month with its requests, less the bill without them, at list prices. Capacity added
//! by autoscaling for so short a time is not in it.

use crate::assess::{Analysis, books};
use crate::flow;
use crate::model::Model;
use crate::model::fault::{Attack, Fault, FaultKind};
use crate::model::station::Program;
use crate::sim::attack::{Course, add_journey, guard};
use crate::stats::figure::Figure;
use crate::units::{BILLING_HOURS_PER_MONTH, Rate};

const METHOD: &str = "bill with the attack's requests less the bill without";

/// Cost of one attack; `None` for another fault, unknown without list prices.
pub fn cost(analysis: &Analysis, fault: &Fault) -> Option<Figure> {
    let FaultKind::Attack(attack) = &fault.what else { return None };
    let model = &*analysis.model;
    let book = books::list(model);
    let before = crate::cost::bill(model, &analysis.loads, &book);
    let attacked = with_requests(model, fault, attack);
    let after = crate::cost::bill(&attacked, &flow::loads(&attacked), &book);
    let unit = model.currency.code();
    let (Some(before), Some(after)) = (before, after) else { return Some(Figure::unknown(unit)) };
    let known = before.known.value.zip(after.known.value);
    Some(
        known
            .map_or_else(|| Figure::unknown(unit), |(a, b)| Figure::analytic((b - a).max(0.0), unit, METHOD)),
    )
}

/// The model with the attack's requests spread over the month: those let through, and those that end at the firewall.
fn with_requests(model: &Model, fault: &Fault, attack: &Attack) -> Model {
    let (sent, through) = Course::of(model, attack).requests(fault.lasts);
    let per_second = |requests: f64| Rate::per_second(requests / (BILLING_HOURS_PER_MONTH * 3600.0));
    let mut attacked = model.clone();
    add_journey(&mut attacked, &fault.id, attack.journey, per_second(through));
    if let (true, Some((firewall, _))) = (sent > through, guard(model, attack.journey)) {
        let stopped = add_journey(&mut attacked, &fault.id, attack.journey, per_second(sent - through));
        let j = usize::from(stopped.0);
        if let Some(station) = &mut attacked.graph[firewall].station {
            station.programs[j] = Program::default();
        }
        // Nothing but a refusal is sent back.
        for component in attacked.graph.node_weights_mut() {
            if let Some(bytes) = component.works.bytes_out.get_mut(j) {
                *bytes = bytes.map(|_| 0.0);
            }
        }
        attacked.journeys[j].bytes_out = 0.0;
    }
    attacked
}
