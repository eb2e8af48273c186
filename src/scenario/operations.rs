//! What takes a service down beside the failures of its parts, read off the design: a zone's leak only where something is spread
//! over zones, vendors that fail together only where one stands in for the other, failed failovers only where there is a
//! failover, certificates only at a public entry, operator errors only where the file speaks of a team's
//! releases or states how often they happen.

use crate::cost::catalogue::YEN_FOR_A_DOLLAR;
use crate::fields::node::Table;
use crate::kinds::common::known_fact;
use crate::model::failure::Outage;
use crate::model::operations::{FailedFailover, Operations};
use crate::model::{ComponentIx, Model};
use crate::units::{Currency, Duration, HOURS_PER_YEAR, Probability};
use petgraph::visit::EdgeRef;
use std::collections::BTreeSet;

/// What is known of the design once its calls are wired.
pub fn operations(root: &Table, model: &Model) -> Operations {
    if model.currency == Currency::JPY {
        // List prices are in dollars.
        let _ = crate::fields::facts::amount(YEN_FOR_A_DOLLAR);
    }
    let vendors = vendors(model);
    let public = public(model);
    Operations {
        zone_leak: spread_over_zones(model).then(|| share("rate.az.multiaz_leak")),
        vendors_together: if vendors.is_empty() { Probability::ZERO } else { share("rate.llm.corr") },
        vendors,
        failed_failover: fails_over(model).then(|| FailedFailover {
            chance: share("rate.failover.fail"),
            // Assumption: people bring it about, as they do after the loss of a region.
            lasts: Duration::seconds(known_fact("fo.human.detect_decide")),
        }),
        operator: (has_team(root) || states(root, "rate.config.human")).then(operator_errors),
        certificate: (!public.is_empty()).then(|| outage("rate.cert.expiry")),
        public,
        releases: Vec::new(),
    }
}

/// Wrong actions of people that take everything down, as the facts have them.
pub fn operator_errors() -> Outage {
    outage("rate.config.human")
}

fn share(id: &str) -> Probability {
    Probability::clamp(known_fact(id))
}

/// So often, and as long as incidents that a change of configuration caused: what an expired certificate is, too.
fn outage(rate: &str) -> Outage {
    let per_year = known_fact(rate) * HOURS_PER_YEAR * 3600.0;
    Outage::new(per_year, Duration::seconds(known_fact("rate.severity.change")))
}

/// Whether some component stands in several zones of which the failures are known.
fn spread_over_zones(model: &Model) -> bool {
    model.graph.node_weights().any(|component| {
        let zones: BTreeSet<_> = component.failure.units.iter().filter_map(|unit| unit.zone).collect();
        zones.len() > 1 && zones.iter().any(|zone| model.zones[usize::from(zone.0)].outage.is_some())
    })
}

fn fails_over(model: &Model) -> bool {
    model.graph.node_weights().any(|c| c.failure.failover.is_some() && c.failure.units.len() > 1)
        || model.graph.edge_weights().any(|call| call.policy.switch.is_some())
}

/// Whether the file has a value of its own for a fact.
fn states(root: &Table, fact: &str) -> bool {
    root.table("fact").is_some_and(|table| table.entries.contains_key(fact))
}

/// Whether people of a team run this, as far as the file tells: an alert alone does not make anything worse.
fn has_team(root: &Table) -> bool {
    let states = |id: &&str| root.table(id).is_some_and(|table| !table.entries.is_empty());
    ["pipeline", "deploy"].iter().any(states)
}

/// Pairs of language model APIs of which the second is the fallback of the first, each pair once.
fn vendors(model: &Model) -> Vec<(ComponentIx, ComponentIx)> {
    let mut pairs: Vec<(ComponentIx, ComponentIx)> = Vec::new();
    let is_model =
        |ix: ComponentIx| model.graph[ix].kind == "llm-api" && model.graph[ix].failure.availability.is_some();
    for call in model.graph.edge_references() {
        let Some((_, second)) = call.weight().policy.fallback.and_then(|to| model.graph.edge_endpoints(to))
        else {
            continue;
        };
        let first = call.target();
        let known = pairs.iter().any(|pair| *pair == (first, second) || *pair == (second, first));
        if first != second && is_model(first) && is_model(second) && !known {
            pairs.push((first, second));
        }
    }
    pairs
}

/// CDNs and load balancers that requests reach before anything else than names, walls and one another.
fn public(model: &Model) -> Vec<ComponentIx> {
    let ends_tls = |ix: ComponentIx| matches!(model.graph[ix].kind, "cdn" | "load-balancer");
    let passes = |ix: ComponentIx| ends_tls(ix) || matches!(model.graph[ix].kind, "client" | "dns" | "waf");
    let mut seen: BTreeSet<ComponentIx> = BTreeSet::new();
    let mut stack: Vec<ComponentIx> = model.journeys.iter().map(|journey| journey.entry).collect();
    while let Some(ix) = stack.pop() {
        if passes(ix) && seen.insert(ix) {
            stack.extend(model.graph.edges(ix).map(|call| call.target()));
        }
    }
    seen.into_iter().filter(|ix| ends_tls(*ix)).collect()
}
