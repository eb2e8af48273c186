//! The same journeys on AWS, Google Cloud and Azure, side by side, and what a plan says for and against them held against
//! figures.

pub mod equal;

use crate::answer::bill::BillAnswer;
use crate::answer::platforms::{PlatformAnswer, PlatformClaim};
use crate::assess::{Analysis, flips, quick};
use crate::diag::Diagnostic;
use crate::fields::Reader;
use crate::fields::node::Table;
use crate::model::usage::Purchase;
use crate::recovery::Memo;
use crate::scenario::tables::PLATFORM_CLAIM;
use crate::scenario::{Scenario, lower, on_platform};
use crate::stats::figure::Figure;
use crate::text::platforms as say;
use equal::{CLOUDS, Cloud};
use indexmap::IndexMap;
use std::sync::Arc;

/// A tier on every cloud. Work: an analysis for each.
pub fn platforms(
    scenario: &Scenario,
    tier: &str,
) -> Result<IndexMap<String, PlatformAnswer>, Vec<Diagnostic>> {
    let mut answers = IndexMap::new();
    for cloud in &CLOUDS {
        answers.insert(cloud.id.to_owned(), on(scenario, tier, cloud)?);
    }
    let claims: Vec<(String, String, PlatformClaim)> = stated(scenario)
        .map(|(platform, id, read)| {
            let about = read.text("about").unwrap_or("");
            let claim = PlatformClaim {
                quote: read.text("quote").unwrap_or("").to_owned(),
                merit: read.flag("merit").unwrap_or(true),
                ..PlatformClaim::default()
            };
            let (holds, finding) = looked_at(about, platform, claim.merit, &answers);
            (platform.to_owned(), id.to_owned(), PlatformClaim { holds, finding, ..claim })
        })
        .collect();
    for (platform, id, claim) in claims {
        if let Some(answer) = answers.get_mut(&platform) {
            answer.claims.insert(id, claim);
        }
    }
    Ok(answers)
}

/// What the file says of platforms: platform, id and fields of each claim.
fn stated(scenario: &Scenario) -> impl Iterator<Item = (&str, &str, Reader<'_>)> {
    let tables = scenario.whole.table("platform").into_iter().flat_map(Table::tables);
    tables.flat_map(|(platform, _, table)| {
        let claims = table.table("claim").into_iter().flat_map(Table::tables);
        claims.map(move |(id, _, claim)| (platform, id, Reader::new(claim, PLATFORM_CLAIM)))
    })
}

fn on(scenario: &Scenario, tier: &str, cloud: &Cloud) -> Result<PlatformAnswer, Vec<Diagnostic>> {
    let own = scenario.whole.table("platform").is_some_and(|t| t.table(cloud.id).is_some());
    let laid = if own { Some(on_platform(scenario, cloud.id)?) } else { None };
    let scenario = laid.as_ref().unwrap_or(scenario);
    let root = crate::scenario::tree(scenario, tier)?;
    let moved = equal::moved(&root, &lower(scenario, tier, &[])?, cloud);
    let mut model = lower(scenario, tier, &moved.changes)?;
    cloud.book.clone_into(&mut model.prices);
    let analysis = quick(Arc::new(model), &mut Memo::default());
    let mut answer = PlatformAnswer {
        home: moved.changes.is_empty(),
        book: cloud.book.to_owned(),
        equivalents: moved.equivalents,
        missing: moved.missing,
        regions_in_japan: crate::cost::regions(cloud.book)
            .into_iter()
            .filter(|code| in_japan(code))
            .map(str::to_owned)
            .collect(),
        targets: flips::verdicts(&analysis),
        one_year_off: one_year(&analysis),
        ..PlatformAnswer::default()
    };
    if let Some(bill) = analysis.bills.get(cloud.book) {
        money(bill, &mut answer);
    }
    if let Some(up) = analysis.uptime.values().next() {
        answer.sla_ceiling = up.sla_ceiling_of_promises.clone();
        answer.without_sla.clone_from(&up.without_sla);
        answer.availability = up.availability.clone();
    }
    Ok(answer)
}

/// Codes of regions in Japan: of the three clouds, as they name them.
fn in_japan(code: &str) -> bool {
    ["ap-northeast-1", "ap-northeast-3", "asia-northeast1", "asia-northeast2", "japaneast", "japanwest"]
        .contains(&code)
}

fn money(bill: &BillAnswer, answer: &mut PlatformAnswer) {
    answer.cost = bill.total.clone();
    answer.known = bill.known.clone();
    let tokens = bill.lines.iter().filter(|line| line.item.starts_with("llm."));
    let tokens: f64 = tokens.filter_map(|line| line.amount.value).sum();
    answer.without_tokens = match bill.known.value {
        Some(known) => Figure::analytic(known - tokens, &bill.known.unit, "priced lines but those of tokens"),
        None => Figure::unknown(&bill.known.unit),
    };
    answer.unpriced = bill.unpriced.iter().map(|one| format!("{} {}", one.component, one.item)).collect();
    answer.spread = match (bill.known.range_low, bill.known.range_high) {
        (Some(low), Some(high)) if low > 0.0 => {
            Figure::analytic(high / low, "1", "dearest over cheapest prices")
        }
        _ => Figure::unknown("1"),
    };
}

/// What a year's commitment takes off the machines of the first node group.
fn one_year(analysis: &Analysis) -> Figure {
    let model = &analysis.model;
    let nodes = model.graph.node_indices().find(|ix| model.graph[*ix].kind == "node-group");
    let off =
        nodes.and_then(|ix| crate::cost::off(model, ix, &model.prices, "compute.hour", Purchase::OneYear));
    off.map_or_else(|| Figure::unknown("1"), |off| Figure::analytic(off, "1", "price file"))
}

/// What figures say of a claim: whether this platform is the best of all in what it is about (a merit), or the worst (a demerit).
fn looked_at(
    about: &str,
    platform: &str,
    merit: bool,
    all: &IndexMap<String, PlatformAnswer>,
) -> (Option<bool>, crate::text::Phrase) {
    type Measure = fn(&PlatformAnswer) -> Option<f64>;
    let (of, more_is_better): (Measure, bool) = match about {
        "regions" => (|p| Some(p.regions_in_japan.len() as f64), true),
        "price" => (|p| p.known.value, false),
        "commitment" => (|p| p.one_year_off.value, true),
        "predictability" => (|p| p.spread.value, false),
        "contracts" => (|p| p.sla_ceiling.value, true),
        "llm-provider" => (|p| Some(f64::from(u8::from(p.book == "azure-list"))), true),
        _ => return (None, say::no_figures()),
    };
    let values: Vec<(String, Option<f64>)> = all.iter().map(|(id, p)| (id.clone(), of(p))).collect();
    let finding = say::finding(about, &values);
    let Some(own) = values.iter().find(|(id, _)| id == platform).and_then(|(_, x)| *x) else {
        return (None, finding);
    };
    let others: Vec<f64> = values.iter().filter(|(id, _)| id != platform).filter_map(|(_, x)| *x).collect();
    let better = |a: f64, b: f64| if more_is_better { a > b } else { a < b };
    let ahead = others.iter().all(|other| better(own, *other));
    let behind = others.iter().all(|other| better(*other, own));
    // With a price for each of different sets of things, the sums do not compare.
    let comparable = about != "price" || all.values().all(|p| p.cost.value.is_some());
    let holds = if merit { ahead } else { behind };
    (comparable.then_some(holds).filter(|_| !others.is_empty()), finding)
}
