//! What the graph makes components use beside what their kinds say: traffic through gateways, between zones and to the
//! internet, copies of backups.
//!
//! | use | quantity | rests on |
//! |---|---|---|
//! | `egress.gb` of a load balancer that no CDN stands before | bytes sent to users | fact `aws.dto.tier1` |
//! | `nat.hour` of a node group | its `nat` gateways | field |
//! | `nat.gb` of a language model called from behind them | tokens x bytes per token, both ways | fact `aws.nat.gb.*` |
//! | `nat.gb` of an object store or an external service called from behind them | all bytes, both ways; `exchange` of an external | fact `aws.nat.gb.*` |
//! | `endpoint.hour` `endpoint.gb` of one with an interface endpoint, in place of that | zones of the callers; all bytes | fact `aws.vpce.*` |
//! | `egress.gb` of a language model elsewhere | input tokens x bytes per token | fact `aws.dto.tier1` |
//! | `cross-zone.gb` of a database or cache | requests x `exchange` x share of callers elsewhere, paid by both sides | fact `aws.xaz` |
//! | `database.backup.gb-month` | what changes in the time it is kept: `storage` x `change` x `keep`; with a copy elsewhere all of it once more | note of `aws.rds.backup_storage` |
//! | instances, storage and I/O of an Aurora global database in its other regions | one instance each, all that is stored | assumption |
//! | `object.storage.gb-month` of a copy | what the original holds | |
//! | `cross-region.gb` | what changes in a month | fact `aws.xregion.*` |
//! | `cross-region.on-time.gb` | the same, where a limit on its lag is paid for | fact `aws.s3.rtc` |
//!
//! Whether a use is paid, and what for, the price book says.

use super::tables::BACKUP;
use crate::fields::Reader;
use crate::fields::node::Table;
use crate::kinds::common::{hours, usage};
use crate::kinds::machines::{GIB, custom};
use crate::model::station::Station;
use crate::model::usage::{Quantity, Usage};
use crate::model::{ComponentIx, Model, RegionIx};
use crate::units::BILLING_HOURS_PER_MONTH;
use indexmap::IndexMap;
use petgraph::Direction;
use petgraph::visit::EdgeRef;

const DAYS_PER_MONTH: f64 = BILLING_HOURS_PER_MONTH / 24.0;
const SECONDS_PER_DAY: f64 = 86_400.0;

/// Adds them. O(components x calls), for the search for a CDN in front.
pub fn derive(model: &mut Model, components: &IndexMap<String, Reader>, root: &Table) {
    let mut found: Vec<(ComponentIx, Usage)> = Vec::new();
    for (i, read) in components.values().enumerate() {
        let ix = ComponentIx::new(i);
        match read.text("kind").unwrap_or_default() {
            "load-balancer" if !behind(model, ix, "cdn") => {
                found.push((ix, usage("egress.gb", Quantity::GbOut)));
            }
            "node-group" => {
                let gateways = read.number("nat").unwrap_or(0.0);
                found.extend((gateways > 0.0).then(|| (ix, hours("nat.hour", gateways))));
            }
            "llm-api" => found.extend(wire(model, ix, components).into_iter().map(|one| (ix, one))),
            "object-store" | "external" => {
                found.extend(around(model, ix, read, components, root).into_iter().map(|one| (ix, one)));
            }
            "database" | "cache" => {
                found.extend(between_zones(model, ix, read).map(|one| (ix, one)));
                found.extend(secondaries(model, ix, read).into_iter().map(|one| (ix, one)));
            }
            _ => {}
        }
    }
    backups(model, components, root, &mut found);
    for (ix, one) in found {
        model.graph[ix].usages.push(one);
    }
    for ix in model.graph.node_indices() {
        let provider = model.graph[ix].failure.provider.map(|p| model.providers[usize::from(p.0)].id.clone());
        let units = model.graph[ix].failure.units.len().max(1) as f64;
        let behind_waf = model.graph.node_weights().any(|c| c.kind == "waf");
        let usages = std::mem::take(&mut model.graph[ix].usages);
        model.graph[ix].usages = match provider.as_deref() {
            Some("gcp") => usages.into_iter().flat_map(|one| on_gcp(one, units)).collect(),
            Some("azure") => usages.into_iter().flat_map(|one| on_azure(one, behind_waf)).collect(),
            _ => usages,
        };
    }
}

/// The same use as Google Cloud sells it: databases and caches by vCPU and GB (twice with a standby, fact `gcp.sql.ha_factor`; a
/// standard cache has its replica in the price), load balancers by GB, NAT by the machine.
fn on_gcp(one: Usage, units: f64) -> Vec<Usage> {
    let hours = |factor: f64| match one.quantity {
        Quantity::Fixed(hours) => Quantity::Fixed(hours * factor),
        _ => Quantity::Unknown,
    };
    let (family, detail) = one.item.split_once(':').unwrap_or((&one.item, ""));
    let is = |item: &str, quantity: Quantity| Usage { item: item.to_owned(), quantity, ..one.clone() };
    match family {
        "database.hour" | "database.hour.multi-az" => match custom(detail) {
            Some(size) => {
                let copies = if family.ends_with("multi-az") { 2.0 } else { 1.0 };
                vec![
                    is("database.vcpu-hour", hours(size.vcpu * copies)),
                    is("database.memory.gb-hour", hours(size.memory / GIB * copies)),
                ]
            }
            None => vec![one],
        },
        "cache.hour" => {
            match detail.rsplit_once('-').and_then(|(ty, gb)| Some((ty, gb.parse::<f64>().ok()?))) {
                Some((ty, gb)) => {
                    let replicas = if ty == "standard" { 1.0 / units } else { 1.0 };
                    vec![is(&format!("cache.gb-hour:{ty}"), hours(gb * replicas))]
                }
                None => vec![one],
            }
        }
        "load-balancer.lcu-hour" => vec![is("load-balancer.gb", Quantity::GbOut)],
        "nat.hour" => vec![is("nat.vm-hour", Quantity::Fixed(units * BILLING_HOURS_PER_MONTH))],
        _ => vec![one],
    }
}

/// The same use as Azure sells it: the gateway with a firewall is one price (fact `azure.appgw.waf`), its capacity in units.
fn on_azure(one: Usage, behind_waf: bool) -> Vec<Usage> {
    let is = |item: &str| Usage { item: item.to_owned(), ..one.clone() };
    match one.item.as_str() {
        "load-balancer.lcu-hour" => vec![is("load-balancer.cu-hour")],
        "load-balancer.hour" if behind_waf => vec![is("load-balancer.waf-hour")],
        "waf.acl" | "waf.rule" | "waf.request" => Vec::new(),
        _ => vec![one],
    }
}

/// Whether a component of this kind stands somewhere before it.
fn behind(model: &Model, ix: ComponentIx, kind: &str) -> bool {
    let mut seen = vec![false; model.graph.node_count()];
    let mut open = vec![ix];
    while let Some(at) = open.pop() {
        for caller in model.graph.neighbors_directed(at, Direction::Incoming) {
            if model.graph[caller].kind == kind {
                return true;
            }
            if !std::mem::replace(&mut seen[caller.index()], true) {
                open.push(caller);
            }
        }
    }
    false
}

/// Traffic of a language model, in the region of whoever calls it.
fn wire(model: &Model, ix: ComponentIx, components: &IndexMap<String, Reader>) -> Vec<Usage> {
    let Some((_, read)) = components.get_index(ix.index()) else { return Vec::new() };
    let (Some(sent), Some(received)) = (read.number("prompt-bytes"), read.number("stream-bytes")) else {
        return Vec::new();
    };
    let provider = model.graph[ix].failure.provider;
    let callers = model.graph.neighbors_directed(ix, Direction::Incoming);
    let outside = |caller: &ComponentIx| model.graph[*caller].failure.provider != provider;
    let Some(caller) = callers.into_iter().find(outside) else { return Vec::new() };
    let Some(region) = carrier(model, caller).find_map(|at| model.graph[at].failure.region) else {
        return Vec::new();
    };
    let there = |item: &str, received: f64| Usage {
        region: Some(region),
        ..usage(item, Quantity::Wire { per_token_in: sent, per_token_out: received })
    };
    let nat = gateways(model, caller, components).then(|| there("nat.gb", received));
    [Some(there("egress.gb", 0.0)), nat].into_iter().flatten().collect()
}

/// What it takes to reach an object store or somebody else's service from behind NAT gateways: through them, or through the
/// endpoint that the file states. Where some callers stand behind gateways and some do not, and where no journey that comes here
/// says how large its requests and answers are, the amount is unknown.
fn around(
    model: &Model,
    ix: ComponentIx,
    read: &Reader,
    components: &IndexMap<String, Reader>,
    root: &Table,
) -> Vec<Usage> {
    let callers: Vec<ComponentIx> = model.graph.neighbors_directed(ix, Direction::Incoming).collect();
    let behind: Vec<ComponentIx> =
        callers.iter().copied().filter(|caller| gateways(model, *caller, components)).collect();
    let endpoint = read.text("endpoint").unwrap_or("none");
    let zones = |at: &ComponentIx| {
        let nodes = carrier(model, *at).last().unwrap_or(*at);
        let named: std::collections::BTreeSet<_> =
            model.graph[nodes].failure.units.iter().filter_map(|unit| unit.zone).collect();
        named
    };
    let there = match (endpoint, behind.first()) {
        ("none", Some(caller)) => *caller,
        ("interface", _) if !callers.is_empty() => callers[0],
        _ => return Vec::new(),
    };
    let Some(region) = carrier(model, there).find_map(|at| model.graph[at].failure.region) else {
        return Vec::new();
    };
    let some = endpoint == "none" && behind.len() < callers.len();
    let quantity = match read.text("kind") {
        _ if some => Quantity::Unknown,
        Some("external") => match read.number("exchange") {
            Some(exchange) => Quantity::PerRequest(exchange / 1e9),
            None => Quantity::Unknown,
        },
        _ if !sizes_stated(model, ix, root) => Quantity::Unknown,
        _ => Quantity::GbBoth,
    };
    let used = |item: &str, quantity: Quantity| Usage { region: Some(region), ..usage(item, quantity) };
    if endpoint == "none" {
        return vec![used("nat.gb", quantity)];
    }
    let all: std::collections::BTreeSet<_> = callers.iter().flat_map(zones).collect();
    let every_hour = Quantity::Fixed(all.len().max(1) as f64 * BILLING_HOURS_PER_MONTH);
    vec![used("endpoint.hour", every_hour), used("endpoint.gb", quantity)]
}

/// Whether every journey that comes to a component says how large its requests or its answers are.
fn sizes_stated(model: &Model, ix: ComponentIx, root: &Table) -> bool {
    let stated = |journey: &crate::model::workload::Journey| {
        let table = root.table("journey").and_then(|journeys| journeys.table(&journey.id));
        table.is_some_and(|table| table.get("in").is_some() || table.get("out").is_some())
    };
    let comes = |j| crate::model::traffic::visits(model, j, 1.0).0[ix.index()] > 0.0;
    model.journey_indices().filter(|j| comes(*j)).all(|j| stated(&model.journeys[usize::from(j.0)]))
}

/// Whether what a component runs on stands behind NAT gateways.
fn gateways(model: &Model, ix: ComponentIx, components: &IndexMap<String, Reader>) -> bool {
    carrier(model, ix).any(|at| {
        let read = components.get_index(at.index()).map(|(_, read)| read);
        let group = |read: &&Reader| read.text("kind") == Some("node-group");
        read.filter(group).and_then(|read| read.number("nat")).is_some_and(|n| n > 0.0)
    })
}

/// A component and what it runs on, from the inside out.
fn carrier(model: &Model, ix: ComponentIx) -> impl Iterator<Item = ComponentIx> {
    std::iter::successors(Some(ix), |at| model.graph[*at].on)
}

/// Traffic with callers in other zones: paid when it leaves one and when it enters the other.
fn between_zones(model: &Model, ix: ComponentIx, read: &Reader) -> Option<Usage> {
    let exchange = read.number("exchange")?;
    let here = active(model.graph[ix].station.as_ref()?);
    let (mut elsewhere, mut all) = (0.0, 0.0);
    for call in model.graph.edges_directed(ix, Direction::Incoming) {
        let Some(caller) = &model.graph[call.source()].station else { continue };
        for from in active(caller) {
            for to in &here {
                all += 1.0;
                elsewhere += f64::from(u8::from(from.is_some() && to.is_some() && from != *to));
            }
        }
    }
    (elsewhere > 0.0)
        .then(|| usage("cross-zone.gb", Quantity::PerRequest(2.0 * elsewhere / all * exchange / 1e9)))
}

/// What the secondary regions of an Aurora global database hold: one instance each (assumption) and the whole storage. What is
/// charged for writing to them depends on the writes, which nobody states.
fn secondaries(model: &Model, ix: ComponentIx, read: &Reader) -> Vec<Usage> {
    let component = &model.graph[ix];
    let here = |one: &&Usage| {
        one.item.starts_with("database.hour.aurora") || one.item == "database.storage.gb-month.aurora"
    };
    let one = |region: &RegionIx| {
        let held = component.usages.iter().filter(here).map(|one| {
            let quantity = match (&one.quantity, one.item.starts_with("database.hour")) {
                (Quantity::Fixed(_), true) => Quantity::Fixed(BILLING_HOURS_PER_MONTH),
                (quantity, _) => quantity.clone(),
            };
            Usage { quantity, region: Some(*region), ..one.clone() }
        });
        held.chain([Usage { region: Some(*region), ..usage("database.io.aurora", Quantity::Unknown) }])
            .collect::<Vec<_>>()
    };
    let stated = read.fields.iter().any(|f| f.name == "global") && read.states("global");
    if stated { component.restore.replicas.iter().flat_map(one).collect() } else { Vec::new() }
}

fn active(station: &Station) -> Vec<Option<crate::model::ZoneIx>> {
    station.replicas.iter().filter(|r| r.active).map(|r| r.zone).collect()
}

fn backups(
    model: &Model,
    components: &IndexMap<String, Reader>,
    root: &Table,
    found: &mut Vec<(ComponentIx, Usage)>,
) {
    for (_, _, table) in root.table("backup").into_iter().flat_map(Table::tables) {
        let read = Reader::new(table, BACKUP);
        let Some(of) = read.text("of").and_then(|id| components.get_full(id)) else { continue };
        let (ix, data) = (ComponentIx::new(of.0), of.2);
        let copies = table.table("copies").into_iter().flat_map(|copies| &copies.entries);
        let copies: Vec<RegionIx> = copies
            .filter_map(|(id, _)| model.regions.iter().position(|r| r.id == *id))
            .map(|i| RegionIx(i as u16))
            .collect();
        let at = |region: RegionIx, one: Usage| (ix, Usage { region: Some(region), ..one });
        let code = |region: &RegionIx| {
            let region = &model.regions[usize::from(region.0)];
            format!("cross-region.gb:{}", region.code.as_deref().unwrap_or(&region.id))
        };
        match data.text("kind") {
            Some("database") => {
                let size = data.number("storage").map(|bytes| bytes / 1e9);
                let (change, kept) = (read.number("change").unwrap_or(0.0), read.number("keep"));
                let changed = |days: f64| size.map(|size| size * change * days);
                let history = kept.and_then(|seconds| changed(seconds / SECONDS_PER_DAY));
                let fixed = |gb: Option<f64>| gb.map_or(Quantity::Unknown, Quantity::Fixed);
                let item = match data.text("engine") {
                    Some(engine) if engine.starts_with("aurora") => "database.backup.gb-month.aurora",
                    _ => "database.backup.gb-month",
                };
                if kept.is_some() {
                    found.push((ix, usage(item, fixed(history))));
                }
                for region in copies {
                    let whole = size.map(|size| size + history.unwrap_or(0.0));
                    found.push(at(region, usage(item, fixed(whole))));
                    found.push((ix, usage(code(&region), fixed(changed(DAYS_PER_MONTH)))));
                }
            }
            Some("object-store") => {
                let stored = model.graph[ix].usages.iter().find(|one| one.item == "object.storage.gb-month");
                let Some(stored) = stored.map(|one| one.quantity.clone()) else { continue };
                for region in copies {
                    found.push(at(region, usage("object.storage.gb-month", stored.clone())));
                    found.push((ix, usage(code(&region), Quantity::GbIn)));
                    let sure = read.flag("rtc").unwrap_or(false);
                    found.extend(sure.then(|| (ix, usage("cross-region.on-time.gb", Quantity::GbIn))));
                }
            }
            _ => {}
        }
    }
}
