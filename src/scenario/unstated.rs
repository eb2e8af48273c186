//! Tokens that no journey states: what a language model is asked by a journey without `tokens` streams nobody knows how long, takes
//! nobody knows how much of a quota, and costs nobody knows what. None of it counts as zero.

use super::unmet::met_by;
use crate::diag::Diagnostic;
use crate::fields::Reader;
use crate::model::station::LimitUnit;
use crate::model::usage::{Quantity, Usage};
use crate::model::workload::Arrivals;
use crate::model::{ComponentIx, JourneyIx, Model, Unstated};
use crate::text::unused as say;
use indexmap::IndexMap;

/// Finds them, says so once at each component, and makes what is paid for them unknown. O(journeys x calls).
pub fn tokens(
    model: &mut Model,
    components: &IndexMap<String, Reader>,
    states: &[bool],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let journeys: Vec<JourneyIx> = model.journey_indices().collect();
    let without: Vec<(JourneyIx, Vec<bool>)> = journeys
        .into_iter()
        .filter(|j| !states[usize::from(j.0)] && !silent(model, *j))
        .map(|j| (j, met_by(model, j)))
        .collect();
    for (i, read) in components.values().enumerate() {
        let ix = ComponentIx::new(i);
        let limits = |ix: ComponentIx| model.graph[ix].station.iter().flat_map(|s| &s.limits);
        let limited = limits(ix).any(|limit| limit.takes == LimitUnit::Tokens);
        let model_of_language = read.text("kind") == Some("llm-api");
        if !limited && !model_of_language {
            continue;
        }
        let streams = model_of_language && read.states("speed");
        let found: Vec<Unstated> = without
            .iter()
            .filter(|(_, met)| met[i])
            .map(|(journey, _)| Unstated { component: ix, journey: *journey, streams, limited })
            .collect();
        let Some(first) = found.first() else { continue };
        if model_of_language {
            let all = model.journey_indices().zip(states);
            let some_known = all.into_iter().any(|(j, states)| *states && met_by(model, j)[i]);
            unpriced(&mut model.graph[ix].usages, some_known);
        }
        let field = ["speed", "tpm", "in", "out", "model", "kind"].into_iter().find(|f| read.states(f));
        let at = field.and_then(|field| read.node(field)).map(|node| node.span).unwrap_or_default();
        let journey = &model.journeys[usize::from(first.journey.0)].id;
        let said = say::no_tokens(&model.graph[ix].id, journey, streams, limited);
        diagnostics.push(Diagnostic::warning("no-tokens", at, said).help(say::no_tokens_help(journey)));
        model.unstated.extend(found);
    }
}

/// Whether nobody ever sends it.
fn silent(model: &Model, journey: JourneyIx) -> bool {
    match &model.journeys[usize::from(journey.0)].arrivals {
        Arrivals::Fixed(rate) | Arrivals::PerActiveUser(rate) => rate.as_per_second() <= 0.0,
        Arrivals::Closed { .. } => false,
    }
}

/// Uses by the token become unknown; where some journeys state theirs, what these use stays beside it.
fn unpriced(usages: &mut Vec<Usage>, some_known: bool) {
    let by_token = |one: &Usage| {
        matches!(one.quantity, Quantity::TokensIn | Quantity::TokensOut | Quantity::Wire { .. })
    };
    let open: Vec<Usage> = usages
        .iter()
        .filter(|one| by_token(one))
        .map(|one| Usage { quantity: Quantity::Unknown, ..one.clone() })
        .collect();
    if !some_known {
        usages.retain(|one| !by_token(one));
    }
    usages.extend(open);
}
