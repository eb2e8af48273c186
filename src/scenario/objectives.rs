//! Targets and claims.

use super::tables::{TARGET_FIELDS, TIER};
use crate::diag::{Diagnostic, Span};
use crate::fields::Reader;
use crate::fields::node::Table;
use crate::model::objective::{Claim, Goal, Measure, Objective};
use crate::model::{JourneyIx, Model, Tier};
use crate::text::Phrase;
use crate::text::diagnostics as say;
use crate::text::{pairs, unused};
use crate::units::{Currency, Money};

/// What downtime costs, in the currency of the verdicts, as the first target that says so has it.
pub fn downtime_cost(root: &Table, to: Currency, diagnostics: &mut Vec<Diagnostic>) -> Option<Money> {
    let mut targets = root.table("target").into_iter().flat_map(Table::tables);
    let (money, at) = targets.find_map(|(_, at, table)| {
        let read = Reader::new(table, TARGET_FIELDS);
        Some((read.money("downtime")?.0, read.node("downtime").map_or(at, |node| node.span)))
    })?;
    in_currency(money, to, at, diagnostics)
}

/// An amount in the currency of the verdicts: nothing else is ever compared with a bill. Refused where no exchange rate is known.
fn in_currency(money: Money, to: Currency, at: Span, diagnostics: &mut Vec<Diagnostic>) -> Option<Money> {
    let converted = crate::cost::converted(money, to);
    if converted.is_none() {
        let error = Diagnostic::error("out-of-range", at, say::no_exchange(money.currency.code(), to.code()));
        diagnostics.push(error.help(say::no_exchange_help(to.code())));
    }
    converted
}

/// Reports what downtime costs where a target before has said so.
pub fn downtime_twice(root: &Table, diagnostics: &mut Vec<Diagnostic>) {
    let targets = root.table("target").into_iter().flat_map(Table::tables);
    let mut stated = targets.filter_map(|(id, _, table)| Some((id, table.entries.get("downtime")?.key)));
    let Some((first, _)) = stated.next() else { return };
    for (id, at) in stated {
        let why = unused::why_stated_before(&format!("target.{first}"));
        let words = unused::unused_because(&format!("target.{id}"), "downtime", &why);
        let warning = Diagnostic::warning("unused-field", at, words);
        diagnostics.push(warning.help(unused::unused_field_help("downtime")));
    }
}

/// Reads all targets of a resolved scenario. A target that states several limits becomes several objectives: the first
/// keeps its id, the others add the name of their limit.
pub fn objectives(root: &Table, model: &Model, diagnostics: &mut Vec<Diagnostic>) -> Vec<Objective> {
    let mut objectives = Vec::new();
    for (id, at, table) in root.table("target").into_iter().flat_map(Table::tables) {
        let read = Reader::new(table, TARGET_FIELDS);
        let mut goals: Vec<(&str, Goal)> = Vec::new();
        let journey = read.text("journey").and_then(|id| model.journey(id));
        if let (Some("first-token"), Some(of), Some(node)) =
            (read.text("measure"), journey, read.node("measure"))
        {
            let met = super::unmet::met_by(model, of);
            let models = model.graph.node_indices().filter(|ix| model.graph[*ix].kind == "llm-api");
            if !models.into_iter().any(|ix| met[ix.index()]) {
                let said = pairs::no_stream(id, &model.journeys[usize::from(of.0)].id);
                let error = Diagnostic::error("no-stream", node.span, said);
                diagnostics.push(error.help(pairs::no_stream_help()));
            }
        }
        let mut needs = |field: &str| {
            let error = Diagnostic::error("target-needs", at, say::target_needs(id, field));
            diagnostics.push(error.help(say::target_needs_help(field)));
        };
        let measure = if read.text("measure") == Some("first-token") {
            Measure::FirstToken
        } else {
            Measure::FullAnswer
        };
        for (field, quantile) in [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99), ("p999", 0.999)] {
            match (read.time(field), journey) {
                (Some(below), Some(journey)) => {
                    goals.push((field, Goal::Latency { journey, measure, quantile, below }));
                }
                (Some(_), None) => needs("journey"),
                (None, _) => {}
            }
        }
        match (read.share("errors"), journey) {
            (Some(below), Some(journey)) => goals.push(("errors", Goal::Errors { journey, below })),
            (Some(_), None) => needs("journey"),
            (None, _) => {}
        }
        if let Some(at_least) = read.share("uptime") {
            let named = read.texts("journeys").into_iter().chain(read.text("journey"));
            let named: Vec<JourneyIx> = named.filter_map(|id| model.journey(id)).collect();
            let journeys = if named.is_empty() { model.journey_indices().collect() } else { named };
            goals.push(("uptime", Goal::Uptime { journeys, at_least }));
        }
        let events = || -> Vec<String> { read.texts("events").into_iter().map(str::to_owned).collect() };
        if let Some(within) = read.time("rto") {
            goals.push(("rto", Goal::Rto { events: events(), within }));
        }
        if let Some(within) = read.time("rpo") {
            goals.push(("rpo", Goal::Rpo { events: events(), within }));
        }
        if let Some((stated, _)) = read.money("cost") {
            let span = read.node("cost").map_or(at, |node| node.span);
            let below = in_currency(stated, model.currency, span, diagnostics);
            goals.extend(below.map(|below| ("cost", Goal::Cost { below, stated })));
        }
        if read.states("users") || read.states("tenants") {
            let (tenants, users) =
                (read.number("tenants").unwrap_or(0.0), read.number("users").unwrap_or(0.0));
            goals.push(("capacity", Goal::Capacity { tenants, users }));
        }
        if goals.is_empty() && diagnostics.iter().all(|d| d.span != at) {
            let error = Diagnostic::error("empty-target", at, say::empty_target(id));
            diagnostics.push(error.help(say::empty_target_help()));
        }
        for (i, (field, goal)) in goals.into_iter().enumerate() {
            objectives.push(Objective {
                id: if i == 0 { id.to_owned() } else { format!("{id}-{field}") },
                name: read.words("name").unwrap_or_else(|| Phrase::same(id)),
                goal,
                quote: read.text("quote").map(str::to_owned),
                tiers: read.texts("tiers").into_iter().map(str::to_owned).collect(),
                at,
            });
        }
    }
    objectives
}

/// Reads the tier: its size and what the plan claims for it. A file without tiers takes both from `[load]`.
pub fn tier(
    root: &Table,
    id: &str,
    load: Option<&Reader>,
    currency: Currency,
    diagnostics: &mut Vec<Diagnostic>,
) -> Tier {
    let entry = root.table("tier").and_then(|t| t.entries.get(id));
    let Some((table, at)) = entry.and_then(|e| Some((e.node.table()?, e.key))) else {
        let size = |field: &str| load.and_then(|l| l.number(field)).unwrap_or(1.0);
        return Tier {
            id: id.to_owned(),
            name: Phrase::same(id),
            tenants: size("tenants"),
            users: size("users"),
            claims: Vec::new(),
            at: Default::default(),
        };
    };
    let read = Reader::new(table, TIER);
    let claims = read.sub("claim").and_then(|claim| {
        let (stated, at_least) = claim.money("cost")?;
        let at = claim.node("cost").map_or(at, |n| n.span);
        let quote = claim.text("quote").map(str::to_owned);
        let cost = in_currency(stated, currency, at, diagnostics);
        Some(Claim { id: "claim-cost".to_owned(), cost, stated, at_least, quote, at })
    });
    Tier {
        id: id.to_owned(),
        name: read.words("name").unwrap_or_else(|| Phrase::same(id)),
        tenants: read.number("tenants").unwrap_or(1.0),
        users: read.number("users").unwrap_or(1.0),
        claims: claims.into_iter().collect(),
        at,
    }
}
