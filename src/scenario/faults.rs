//! Faults on the timeline, and what the team expects of them.

use super::tables::FAULT;
use crate::diag::{Diagnostic, Span};
use crate::fields::Reader;
use crate::fields::node::{Node, Table};
use crate::model::fault::{Attack, Expectation, Fault, FaultKind, Metric};
use crate::model::{Model, RegionIx, ZoneIx};
use crate::text::Phrase;
use crate::text::diagnostics as say;
use crate::units::grammar::{Dim, Scalar, normalise, parse_scalar};
use crate::units::{Duration, Probability, Rate};

/// Reads all faults of a resolved scenario.
pub fn faults(root: &Table, model: &Model, diagnostics: &mut Vec<Diagnostic>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (id, at, table) in root.table("fault").into_iter().flat_map(Table::tables) {
        let read = Reader::new(table, FAULT);
        let Some(what) = what(id, at, &read, model, diagnostics) else { continue };
        let mut expects = Vec::new();
        for (text, at) in read.node("expect").map(Node::texts).unwrap_or_default() {
            match expectation(text, model) {
                Some(expectation) => expects.push(expectation),
                None => {
                    let error = Diagnostic::error("bad-condition", at, say::bad_condition(text));
                    let journeys = model.journeys.iter().map(|j| j.id.as_str());
                    diagnostics.push(
                        error.help(
                            nearest_subject(text, '<', journeys).unwrap_or_else(say::bad_condition_help),
                        ),
                    );
                }
            }
        }
        let spread = read.spread("for");
        faults.push(Fault {
            id: id.to_owned(),
            name: read.words("name").unwrap_or_else(|| Phrase::same(id)),
            what,
            count: struck(&read),
            at: read.time("at").unwrap_or_default(),
            lasts: spread.as_ref().map_or(Duration::ZERO, |d| Duration::seconds(d.mean())),
            spread: spread.filter(|d| d.scv() > 0.0),
            expects,
            span: at,
        });
    }
    faults
}

/// What a fault happens to.
#[derive(Clone, Copy, PartialEq)]
enum On {
    Component,
    Zone,
    Region,
    ZoneOrRegion,
    Journey,
    /// A journey, or all of them.
    AnyJourney,
}

fn what(
    id: &str,
    at: Span,
    read: &Reader,
    model: &Model,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<FaultKind> {
    let word = read.text("what")?;
    let mut needs = |field: &str| {
        let error = Diagnostic::error("fault-needs", at, say::fault_needs(id, field));
        diagnostics.push(error.help(say::fault_needs_help(field)));
    };
    let place = match word {
        "zone-outage" => On::Zone,
        "region-outage" => On::Region,
        "partition" => On::ZoneOrRegion,
        "ddos" | "credential-stuffing" => On::Journey,
        "load-spike" => On::AnyJourney,
        _ => On::Component,
    };
    let needed = match word {
        "latency-added" => Some("add"),
        "error-rate" | "bad-deploy" => Some("errors"),
        "load-spike" => Some("times"),
        "capacity-loss" => Some("share"),
        "ddos" | "credential-stuffing" => Some("rate"),
        _ => None,
    };
    let missing = |field: &str| read.node(field).is_none();
    if place != On::AnyJourney && missing("on") {
        needs("on");
        return None;
    }
    if let Some(field) = needed.filter(|field| missing(field)) {
        needs(field);
        return None;
    }
    let on = read.text("on").unwrap_or("");
    let share = |field: &str| read.number(field).map(Probability::clamp);
    // What serves nothing and carries nothing would fail unseen.
    let felt = |ix: &crate::model::ComponentIx| {
        let component = &model.graph[*ix];
        let lost = matches!(word, "replica-crash" | "component-down");
        component.station.is_some() || (lost && component.nodes.is_some())
    };
    let component = model.component(on).filter(&felt);
    let zone = model.zones.iter().position(|z| z.id == on).map(|i| ZoneIx(i as u16));
    let region = model.regions.iter().position(|r| r.id == on).map(|i| RegionIx(i as u16));
    let all = Probability::ONE;
    let kind = match word {
        "zone-outage" => zone.map(FaultKind::ZoneOutage),
        "region-outage" => region.map(FaultKind::RegionOutage),
        "partition" => zone.map(FaultKind::ZoneCut).or(region.map(FaultKind::RegionCut)),
        "component-down" => component.map(|c| match struck(read) {
            None => FaultKind::ComponentDown(c),
            Some(n) => FaultKind::ReplicaCrash(c, n),
        }),
        "replica-crash" => component.map(|c| FaultKind::ReplicaCrash(c, read.count("count").unwrap_or(1))),
        "latency-added" => {
            component.map(|c| FaultKind::LatencyAdded(c, read.time("add").unwrap_or_default()))
        }
        "error-rate" => component.map(|c| FaultKind::ErrorRate(c, share("errors").unwrap_or(all))),
        "cache-flush" => component.map(FaultKind::CacheFlush),
        "capacity-loss" => component.map(|c| FaultKind::CapacityLoss(c, share("share").unwrap_or(all))),
        "provider-429" => component.map(|c| FaultKind::Throttled(c, share("share").unwrap_or(all))),
        "disk-fill" => component.map(FaultKind::DiskFull),
        "bad-deploy" => component.map(|c| {
            FaultKind::BadDeploy(c, share("errors").unwrap_or(all), read.time("add").unwrap_or_default())
        }),
        "ddos" | "credential-stuffing" => model.journey(on).map(|journey| {
            FaultKind::Attack(Attack {
                journey,
                rate: read.rate("rate").unwrap_or(Rate::ZERO),
                sources: read.number("sources"),
                logins: word == "credential-stuffing",
                success: share("success"),
            })
        }),
        _ => {
            let times = read.number("times").unwrap_or(1.0);
            match on {
                "" => Some(FaultKind::LoadSpike(None, times)),
                on => model.journey(on).map(|j| FaultKind::LoadSpike(Some(j), times)),
            }
        }
    };
    if kind.is_none() {
        let zones = model.zones.iter().map(|z| z.id.as_str());
        let regions = model.regions.iter().map(|r| r.id.as_str());
        let candidates: Vec<&str> = match place {
            On::Zone => zones.collect(),
            On::Region => regions.collect(),
            On::ZoneOrRegion => zones.chain(regions).collect(),
            On::Journey | On::AnyJourney => model.journeys.iter().map(|j| j.id.as_str()).collect(),
            On::Component => {
                model.graph.node_indices().filter(felt).map(|ix| model.graph[ix].id.as_str()).collect()
            }
        };
        let help = match crate::diag::nearest_name(on, candidates.iter().copied()) {
            Some(near) => say::did_you_mean(near),
            None => say::one_of(&candidates),
        };
        let place = read.node("on").map_or(at, |n| n.span);
        diagnostics
            .push(Diagnostic::error("bad-fault-place", place, say::bad_fault_place(id, on)).help(help));
    }
    kind
}

/// How many replicas it strikes, where that is stated.
fn struck(read: &Reader) -> Option<u32> {
    read.node("count").and_then(|_| read.count("count"))
}

/// Reads `api.errors < 1%`, `chat.p95 < 3s` or `recovered < 10min`.
pub fn expectation(text: &str, model: &Model) -> Option<Expectation> {
    let (left, limit) = sides(text, '<')?;
    let (metric, dim) = measured(&left, model)?;
    let below = Duration::new(limit.value).filter(|_| limit.dim == dim)?.as_seconds();
    Some(Expectation { text: text.to_owned(), metric, below })
}

/// Help for a condition on something that does not exist: the same with the nearest name; `None` when what it names is there, or
/// nothing comes near.
pub fn nearest_subject<'a>(
    text: &str,
    sign: char,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<Phrase> {
    let (left, _) = text.split_once(sign)?;
    let (subject, measure) = left.trim().rsplit_once('.')?;
    if known.clone().any(|id| id == subject) {
        return None;
    }
    Some(match crate::diag::nearest_name(subject, known.clone()) {
        Some(near) => say::did_you_mean(&format!("{near}.{measure}")),
        None => say::one_of(&known.collect::<Vec<_>>()),
    })
}

/// The two sides of a condition around `sign`: what is measured, and the number, at least 0, it is held against.
pub fn sides(text: &str, sign: char) -> Option<(String, Scalar)> {
    let plain = normalise(text);
    let (left, right) = plain.split_once(sign)?;
    let limit = parse_scalar(right.trim_start_matches('=').trim()).ok().filter(|s| s.value >= 0.0)?;
    Some((left.trim().to_owned(), limit))
}

/// The share that `p95` or `p999` stands for.
pub fn quantile(measure: &str) -> Option<f64> {
    let digits = measure.strip_prefix('p').filter(|d| matches!(d.len(), 2..=4))?;
    let digits = digits.chars().all(|c| c.is_ascii_digit()).then_some(digits)?;
    format!("0.{digits}").parse().ok()
}

/// `recovered`, `api.errors` or `chat.p95`, and what it is measured in.
fn measured(text: &str, model: &Model) -> Option<(Metric, Dim)> {
    let Some((journey, measure)) = text.rsplit_once('.') else {
        return (text == "recovered").then_some((Metric::Recovered, Dim::Time));
    };
    let journey = model.journey(journey)?;
    if measure == "errors" {
        return Some((Metric::Errors(journey), Dim::Share));
    }
    Some((Metric::Quantile(journey, quantile(measure)?), Dim::Time))
}
