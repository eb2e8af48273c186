//! Security and compliance as checks on the graph: what it shows, what it contradicts and how to mend that, and what is only
//! said. A control that nothing in the scenario speaks of is never counted as met.
//!
//! The graph knows zones, standbys, backups and their copies, firewalls, limits, secrets, fallbacks, scaling, alerts and
//! pipelines. It knows no subnets, ports, keys, tokens or people: such controls stay "stated" until the scenario says
//! `[control.<id>]` with `done` and `evidence`. Control ids are mapped by judgement: an auditor decides.

mod catalogue;

pub use catalogue::{Known, all as known};

use crate::answer::controls::{ControlAnswer, State};
use crate::model::failure::Unit;
use crate::model::{ComponentIx, Model, RegionIx};
use crate::text::Phrase;
use crate::text::controls as say;
use indexmap::IndexMap;

/// Where a vendor's region lies, for questions of residence: its country, or the EU.
///
/// Source: the vendors' lists of regions. Codes that are not listed are unknown, and never called abroad.
fn jurisdiction(code: &str) -> Option<&'static str> {
    const OF: [(&str, &str); 30] = [
        ("ap-northeast-1", "JP"),
        ("ap-northeast-3", "JP"),
        ("asia-northeast1", "JP"),
        ("asia-northeast2", "JP"),
        ("japan", "JP"),
        ("ap-northeast-2", "KR"),
        ("asia-northeast3", "KR"),
        ("korea", "KR"),
        ("ap-southeast-1", "SG"),
        ("asia-southeast1", "SG"),
        ("southeastasia", "SG"),
        ("ap-southeast-2", "AU"),
        ("australia", "AU"),
        ("ap-south-1", "IN"),
        ("asia-south1", "IN"),
        ("us-", "US"),
        ("eastus", "US"),
        ("westus", "US"),
        ("centralus", "US"),
        ("ca-", "CA"),
        ("canada", "CA"),
        ("sa-east-1", "BR"),
        ("eu-west-2", "GB"),
        ("europe-west2", "GB"),
        ("uk", "GB"),
        ("eu-central-2", "CH"),
        ("europe-west6", "CH"),
        ("eu-", "EU"),
        ("europe-", "EU"),
        ("westeurope", "EU"),
    ];
    OF.iter().find(|(prefix, _)| code.starts_with(prefix)).map(|(_, place)| *place)
}

/// Every known control, by id with dashes, in the order of the facts.
pub fn controls(model: &Model) -> IndexMap<String, ControlAnswer> {
    let mut answers = IndexMap::new();
    for known in known() {
        let (state, why, fix) = judge(model, known);
        let owned = |list: &[&str]| list.iter().map(|id| (*id).to_owned()).collect();
        let quote = quoted(model, known).unwrap_or_default().to_owned();
        let answer = ControlAnswer {
            state,
            control: known.control.to_owned(),
            predicate: known.predicate.to_owned(),
            quote,
            why,
            evidence: known.evidence.to_owned(),
            soc2: owned(&known.soc2),
            iso27001: owned(&known.iso27001),
            gdpr: owned(&known.gdpr),
            pci_dss: owned(&known.pci_dss),
            fix,
            note: known.note.to_owned(),
            source: format!("cmp.{}", known.id),
        };
        answers.insert(known.id.replace('_', "-"), answer);
    }
    answers
}

type Judged = (State, Phrase, String);

/// What the graph says, else what people have declared, else what the plan says.
fn judge(model: &Model, known: &Known) -> Judged {
    let id = known.id.replace('_', "-");
    let declared = model.controls.iter().find(|control| control.id == id && control.done);
    let by_graph = graph(model, known.id);
    match (by_graph, declared) {
        (Some(gap @ (State::Gap, ..)), _) => gap,
        (Some(met @ (State::Met, ..)), _) => met,
        (_, Some(declared)) => {
            let evidence = declared.evidence.clone().unwrap_or_else(say::no_evidence);
            (State::Declared, say::declared(&evidence), String::new())
        }
        (Some(part), None) => part,
        (None, None) if spoken_of(model, known) => {
            (State::Stated, say::stated(known.evidence), String::new())
        }
        (None, None) => (State::Absent, say::absent(), String::new()),
    }
}

/// The file's own words on a control: of its table, else a quote that holds the words the facts know from the shipped plan.
fn quoted<'a>(model: &'a Model, known: &Known) -> Option<&'a str> {
    let id = known.id.replace('_', "-");
    let own = model.controls.iter().find(|control| control.id == id).and_then(|c| c.quote.as_deref());
    let near = || model.quotes.iter().find(|q| !known.quote.is_empty() && q.contains(known.quote));
    own.or_else(|| near().map(String::as_str))
}

/// Whether the file speaks of a control at all.
fn spoken_of(model: &Model, known: &Known) -> bool {
    let id = known.id.replace('_', "-");
    let own = model.controls.iter().any(|control| control.id == id);
    // What the facts say the shipped plan does not speak of, whatever words come near.
    own || (quoted(model, known).is_some() && !known.note.starts_with("Absent from the plan"))
}

fn met(why: Phrase) -> Option<Judged> {
    Some((State::Met, why, String::new()))
}

fn part(why: Phrase) -> Option<Judged> {
    Some((State::Part, why, String::new()))
}

fn gap(why: Phrase, fix: String) -> Option<Judged> {
    Some((State::Gap, why, fix))
}

/// What the graph says of a control; `None`: nothing.
fn graph(model: &Model, id: &str) -> Option<Judged> {
    let of_kind = |kind: &str| -> Vec<ComponentIx> {
        model.graph.node_indices().filter(|ix| model.graph[*ix].kind == kind).collect()
    };
    let id_of = |ix: ComponentIx| model.graph[ix].id.clone();
    match id {
        "waf" => match of_kind("waf").first() {
            None => gap(say::no_waf(), String::new()),
            Some(waf) => {
                let guarded = model.graph[*waf].station.as_ref().is_some_and(|s| s.guard.is_some());
                let name = id_of(*waf);
                if guarded {
                    part(say::waf(&name))
                } else {
                    gap(
                        say::no_rate_rule(&name),
                        format!("[component.{name}]\nrate-rule = {{ limit = 2000, window = \"5min\" }}\n"),
                    )
                }
            }
        },
        "shield" => of_kind("cdn").first().and_then(|cdn| part(say::shield(&id_of(*cdn)))),
        "multi_az" => multi_az(model),
        "backup35" => backups(model, &of_kind("database")),
        "crr" => copied(model, &of_kind("object-store")),
        "residency" => residency(model),
        "rate_limit" => {
            let own = |ix: &ComponentIx| model.graph[*ix].kind != "llm-api";
            let limited =
                |ix: &ComponentIx| model.graph[*ix].station.as_ref().is_some_and(|s| !s.limits.is_empty());
            match model.graph.node_indices().find(|ix| own(ix) && limited(ix)) {
                Some(ix) => part(say::limited(&id_of(ix))),
                None => gap(say::unlimited(), String::new()),
            }
        }
        "secrets" => match of_kind("secrets").first() {
            Some(store) => part(say::secrets(&id_of(*store))),
            None => gap(
                say::no_secrets(),
                "[component.secrets]\nkind = \"secrets\"\nprovider = \"aws\"\n".to_owned(),
            ),
        },
        "logging" => of_kind("monitoring").first().and_then(|log| part(say::logging(&id_of(*log)))),
        "incident" | "threat_detect" => {
            let pages = |route: &str| route.eq_ignore_ascii_case("pagerduty");
            let alert = model.alerts.iter().find(|a| a.route.as_deref().is_some_and(pages));
            let logins = model.alerts.iter().find(|a| a.when.starts_with("login"));
            match id {
                "incident" => alert.and_then(|alert| part(say::on_call(&alert.id))),
                _ => logins.and_then(|alert| part(say::watched(&alert.id))),
            }
        }
        "vuln_scan" | "change" => {
            let stage =
                |word: &str| model.pipelines.iter().flat_map(|p| &p.stages).find(|s| s.id.contains(word));
            let word = if id == "change" { "test" } else { "scan" };
            stage(word).and_then(|stage| part(say::stage(&stage.id)))
        }
        "vendor_llm" => {
            let calls = model.graph.edge_indices().filter(|e| {
                model.graph.edge_endpoints(*e).is_some_and(|(_, to)| model.graph[to].kind == "llm-api")
            });
            let calls: Vec<_> = calls.collect();
            let backed: Vec<_> =
                calls.iter().filter(|e| model.graph[**e].policy.fallback.is_some()).collect();
            match (calls.is_empty(), backed.first()) {
                (true, _) => None,
                (_, Some(_)) => part(say::fallback()),
                (_, None) => gap(say::no_fallback(), String::new()),
            }
        }
        "capacity" => {
            let scaled = model
                .graph
                .node_indices()
                .find(|ix| model.graph[*ix].station.as_ref().is_some_and(|s| s.scaling.is_some()));
            match (scaled, of_kind("service").first()) {
                (Some(ix), _) => part(say::scaled(&id_of(ix))),
                (None, Some(service)) => {
                    let name = id_of(*service);
                    gap(
                        say::not_scaled(),
                        format!("[component.{name}]\nscale = {{ cpu = \"70%\", min = 3, max = 10 }}\n"),
                    )
                }
                _ => None,
            }
        }
        "dr_test" => match model.procedures.is_empty() {
            true => gap(say::no_procedure(), String::new()),
            false => part(say::procedure()),
        },
        _ => None,
    }
}

/// Databases and caches with all their units in one zone.
fn multi_az(model: &Model) -> Option<Judged> {
    let stores =
        model.graph.node_indices().filter(|ix| matches!(model.graph[*ix].kind, "database" | "cache"));
    let (mut single, mut any) = (Vec::new(), false);
    for ix in stores {
        any = true;
        let mut zones: Vec<_> =
            model.graph[ix].failure.units.iter().filter_map(|unit: &Unit| unit.zone).collect();
        zones.sort_unstable();
        zones.dedup();
        if zones.len() < 2 {
            single.push(ix);
        }
    }
    let names: Vec<&str> = single.iter().map(|ix| model.graph[*ix].id.as_str()).collect();
    match (any, names.is_empty()) {
        (false, _) => None,
        (true, true) => met(say::multi_az()),
        (true, false) => {
            let standby = |ix: &ComponentIx| {
                let here = model.graph[*ix].failure.units.first().and_then(|unit| unit.zone);
                let other = (0..model.zones.len()).find(|z| here.is_none_or(|h| usize::from(h.0) != *z))?;
                let nodes = if model.graph[*ix].kind == "cache" { "nodes = 2\n" } else { "" };
                let (id, zone) = (&model.graph[*ix].id, &model.zones[other].id);
                Some(format!("[component.{id}]\n{nodes}multi-az = true\nstandby = \"{zone}\"\n"))
            };
            let fix: Vec<String> = single.iter().filter_map(standby).collect();
            gap(say::single_zone(&names), fix.join("\n"))
        }
    }
}

fn backups(model: &Model, stores: &[ComponentIx]) -> Option<Judged> {
    let of = |ix: &ComponentIx| model.backups.iter().find(|backup| backup.of == *ix);
    let without: Vec<&str> =
        stores.iter().filter(|ix| of(ix).is_none()).map(|ix| model.graph[*ix].id.as_str()).collect();
    if stores.is_empty() {
        return None;
    }
    if !without.is_empty() {
        let fix = without
            .iter()
            .map(|id| format!("[backup.{id}]\nof = \"{id}\"\nevery = \"5min\"\nkeep = \"35d\"\n"));
        return gap(say::no_backup(&without), fix.collect::<Vec<_>>().join("\n"));
    }
    let at_home: Vec<&str> = stores
        .iter()
        .filter(|ix| of(ix).is_some_and(|backup| backup.copies.is_empty()))
        .map(|ix| model.graph[*ix].id.as_str())
        .collect();
    match at_home.is_empty() {
        true => part(say::backup()),
        false => gap(say::no_copy(&at_home), copies(model, &at_home)),
    }
}

/// A copy of the backups of these in another region of the same jurisdiction where there is one.
fn copies(model: &Model, ids: &[&str]) -> String {
    let place = |r: &crate::model::Region| r.code.as_deref().and_then(jurisdiction);
    let here = home(model);
    let at_home = here.and_then(|r| place(&model.regions[usize::from(r.0)]));
    let others: Vec<_> = (0_u16..)
        .zip(&model.regions)
        .filter(|(r, _)| Some(*r) != here.map(|h| h.0))
        .map(|(_, r)| r)
        .collect();
    let near = others.iter().copied().find(|r| at_home.is_some() && place(r) == at_home);
    let Some(region) = near.or(others.first().copied()) else {
        return String::new();
    };
    let one = |id: &&str| format!("[backup.{id}]\ncopies = {{ {} = \"1h\" }}\n", region.id);
    ids.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn copied(model: &Model, stores: &[ComponentIx]) -> Option<Judged> {
    let copied = |ix: &&ComponentIx| model.backups.iter().any(|b| b.of == **ix && !b.copies.is_empty());
    let without: Vec<&str> =
        stores.iter().filter(|ix| !copied(ix)).map(|ix| model.graph[*ix].id.as_str()).collect();
    match (stores.is_empty(), without.is_empty()) {
        (true, _) => None,
        (false, true) => met(say::copied()),
        (false, false) => gap(say::no_copy(&without), copies(model, &without)),
    }
}

/// The region in which most stores stand, or, where none stands anywhere, most components; of equals the first by id.
fn home(model: &Model) -> Option<RegionIx> {
    let standing = |ix: ComponentIx| {
        let failure = &model.graph[ix].failure;
        let zone = || failure.units.iter().find_map(|unit| unit.zone);
        failure.region.or_else(|| Some(model.zones[usize::from(zone()?.0)].region))
    };
    let of = |only: bool| {
        let counted = model.graph.node_indices().filter(|ix| !only || is_store(model, *ix));
        let mut count = vec![0_usize; model.regions.len()];
        counted.filter_map(standing).for_each(|region| count[usize::from(region.0)] += 1);
        let most = (0..count.len()).max_by_key(|r| (count[*r], std::cmp::Reverse(*r)))?;
        (count[most] > 0).then_some(RegionIx(most as u16))
    };
    of(true).or_else(|| of(false)).or((!model.regions.is_empty()).then_some(RegionIx(0)))
}

fn is_store(model: &Model, ix: ComponentIx) -> bool {
    matches!(model.graph[ix].kind, "database" | "cache" | "object-store")
}

/// Data that leaves the jurisdiction of home: stores and copies in regions that are known to lie elsewhere.
fn residency(model: &Model) -> Option<Judged> {
    let place = |r: &crate::model::Region| r.code.as_deref().and_then(jurisdiction);
    let home = place(&model.regions[usize::from(home(model)?.0)])?;
    let foreign = |r: crate::model::RegionIx| {
        let region = model.regions.get(usize::from(r.0))?;
        (place(region)? != home).then_some(region.id.as_str())
    };
    let stores = model.graph.node_indices().filter(|ix| is_store(model, *ix));
    let mut abroad: Vec<String> = stores
        .filter_map(|ix| Some((ix, foreign(model.graph[ix].failure.region?)?)))
        .map(|(ix, region)| format!("{} ({region})", model.graph[ix].id))
        .collect();
    for backup in &model.backups {
        for (region, _) in &backup.copies {
            if let Some(region) = foreign(*region) {
                abroad.push(format!("{} ({region})", model.graph[backup.of].id));
            }
        }
    }
    match abroad.is_empty() {
        true => met(say::at_home(home)),
        false => gap(say::abroad(home, &abroad), String::new()),
    }
}
