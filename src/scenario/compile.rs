//! From the resolved tree of one tier to a model: places, components, journeys, calls, faults, targets, books, findings.

use super::places::{Places, Standing, places};
use super::programs::Wiring;
use super::{
    alerts, books, faults, findings, names, objectives, operations, own_facts, pairs, profile, recovery,
    releases, roadmap, tables, unmet, unstated, usages, validate, workload,
};
use crate::diag::{Diagnostic, Severity};
use crate::fields::Reader;
use crate::fields::check::{Check, Found};
use crate::fields::facts;
use crate::fields::node::{Data, Table};
use crate::kinds::{self, JourneySite, Kind, Parts, Site, placement};
use crate::model::failure::MOST_WITH_CREW;
use crate::model::usage::Works;
use crate::model::{Assumption, Component, ComponentIx, Model};
use crate::text::Phrase;
use crate::text::diagnostics as say;
use indexmap::IndexMap;

/// What compiling gave.
pub struct Compiled {
    /// `None` when an error stands in the way.
    pub model: Option<Model>,
    /// Errors, warnings and notes.
    pub diagnostics: Vec<Diagnostic>,
}

/// Most pods and replicas of all components together.
const MAX_REPLICAS: f64 = 100_000.0;

/// Compiles the resolved tree of a tier.
pub fn compile(root: &Table, tier: &str) -> Compiled {
    let own = own_facts::own(root);
    let work = || {
        let Check { mut diagnostics, found, .. } = validate::validate(root);
        let model =
            if failed(&diagnostics) { None } else { build(&in_order(root), tier, found, &mut diagnostics) };
        Compiled { model: model.filter(|_| !failed(&diagnostics)), diagnostics }
    };
    let (mut compiled, used) = facts::with(&own, work);
    if let Some(model) = &mut compiled.model {
        own_facts::idle(root, &used, &mut compiled.diagnostics);
        model.assumptions.extend(own_facts::assumptions(&own, &used));
        model.own_facts = own;
    }
    compiled
}

/// Whether any of these is an error.
pub fn failed(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|d| d.severity == Severity::Error)
}

/// The tree with everything that has an id in the order of the ids: no figure and no digest depends on where in a file
/// something stands. What is a list keeps its order; so do tiers, of which the first is meant where none is named.
fn in_order(root: &Table) -> Table {
    fn sort(root: &mut Table, path: &[&str]) {
        let Some((first, rest)) = path.split_first() else {
            root.entries.sort_unstable_keys();
            return;
        };
        let inside = root.entries.iter_mut().filter(|(key, _)| *first == "*" || key.as_str() == *first);
        for (_, entry) in inside {
            if let Data::Table(table) = &mut entry.node.data {
                sort(table, rest);
            }
        }
    }
    let mut root = root.clone();
    let ordered: [&[&str]; 8] = [
        &["component"],
        &["journey"],
        &["journey", "*", "steps"],
        &["call"],
        &["region"],
        &["fault"],
        &["load", "spike"],
        &["backup"],
    ];
    ordered.iter().for_each(|path| sort(&mut root, path));
    root
}

fn build(root: &Table, tier: &str, found: Vec<Found>, diagnostics: &mut Vec<Diagnostic>) -> Option<Model> {
    let top = Reader::new(root, tables::ROOT);
    let load = root.table("load").map(|t| Reader::new(t, tables::LOAD));
    let mut assumptions = Vec::new();
    let profile = profile::profile(load.as_ref(), root.get("timezone"), &mut assumptions, diagnostics);
    let components = components(root);
    let mut places = places(root);
    let currency = books::currency(top.text("currency"));
    let entry = |id: &str| entry(&components, id);
    let sites = workload::journeys(root, entry, diagnostics);
    let mut model = Model {
        name: top.words("name").unwrap_or_default(),
        tier: objectives::tier(root, tier, load.as_ref(), currency, diagnostics),
        graph: petgraph::graph::DiGraph::default(),
        journeys: sites.iter().map(|s| s.journey.clone()).collect(),
        profile,
        zones: Vec::new(),
        regions: Vec::new(),
        providers: Vec::new(),
        faults: Vec::new(),
        backups: Vec::new(),
        procedures: Vec::new(),
        roadmap: Default::default(),
        controls: Vec::new(),
        quotes: Vec::new(),
        pipelines: Vec::new(),
        releases: Vec::new(),
        alerts: Vec::new(),
        operations: Default::default(),
        own_facts: Default::default(),
        rough: false,
        objectives: Vec::new(),
        downtime_cost: None,
        prices: String::new(),
        currency,
        books: books::books(root),
        assumptions: Vec::new(),
        findings: Vec::new(),
        unstated: Vec::new(),
    };
    let (fronts, unscheduled) = lower_components(&mut model, &components, &mut places, &sites, diagnostics)?;
    super::profile::idle_spikes(root, &model, diagnostics);
    too_many_for_a_crew(&model, &components, diagnostics);
    model.zones = places.zones;
    model.regions = places.regions;
    model.providers = places.providers;
    model.prices = top.text("prices").map_or_else(|| crate::cost::providers::main(&model), str::to_owned);
    let mut wiring = Wiring::new(&mut model, diagnostics);
    wiring.hops(&components);
    wiring.steps(root);
    wiring.switches(&components);
    wiring.policies(root);
    wiring.networks(&components);
    wiring.fronts(&fronts);
    wiring.loops();
    crate::model::traffic::fill_hits(&mut model);
    entries_serve(&model, diagnostics);
    near_providers(root, diagnostics);
    model.faults = faults::faults(root, &model, diagnostics);
    model.backups = recovery::backups(root, &model, diagnostics);
    recovery::replicas(root, &mut model);
    recovery::procedures(root, &mut model, diagnostics);
    usages::derive(&mut model, &components, root);
    let states: Vec<bool> = sites.iter().map(|site| site.tokens.is_some()).collect();
    unstated::tokens(&mut model, &components, &states, diagnostics);
    model.roadmap = roadmap::roadmap(root, diagnostics);
    model.controls = roadmap::controls(root);
    model.quotes = roadmap::quotes(root);
    model.pipelines = releases::pipelines(root, diagnostics);
    model.releases = releases::releases(root, &model, diagnostics);
    model.alerts = alerts::alerts(root, &model, diagnostics);
    model.operations = operations::operations(root, &model);
    model.objectives = objectives::objectives(root, &model, diagnostics);
    model.downtime_cost = objectives::downtime_cost(root, currency, diagnostics);
    objectives::downtime_twice(root, diagnostics);
    model.assumptions = assumptions.into_iter().chain(found.into_iter().map(assumption)).collect();
    pairs::pairs(root, &model, &components, diagnostics);
    names::names(root, &model, &components, diagnostics);
    if failed(diagnostics) {
        return None;
    }
    unmet::unmet(root, &model, &components, diagnostics);
    model.findings = findings::findings(root, &model, &unscheduled);
    Some(model)
}

/// All components whose kind is known, by id.
fn components(root: &Table) -> IndexMap<String, Reader<'_>> {
    let tables = root.table("component").into_iter().flat_map(Table::tables);
    let known = tables.filter_map(|(id, _, table)| {
        let kind = kinds::kind(table.get("kind")?.text()?)?;
        Some((id.to_owned(), Reader::new(table, kinds::form(kind.id))))
    });
    known.collect()
}

/// Where requests enter. When a client stands in front of the entry, they start there: its network counts.
fn entry(components: &IndexMap<String, Reader>, id: &str) -> Option<ComponentIx> {
    let client =
        components.iter().position(|(_, r)| r.text("kind") == Some("client") && r.text("to") == Some(id));
    let ix = client.or(components.get_index_of(id))?;
    Some(ComponentIx::new(ix))
}

type Fronts =
    Vec<(ComponentIx, (crate::model::station::Balance, Option<crate::model::station::HealthCheck>))>;
type Unscheduled = Vec<(String, u32, u32)>;

/// Components with more units than may wait for a crew.
fn too_many_for_a_crew(
    model: &Model,
    components: &IndexMap<String, Reader>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for component in model.graph.node_weights() {
        let units = component.failure.units.len();
        let stated = components.get(&component.id).and_then(|read| read.node("repair-crew"));
        if let Some(node) = stated.filter(|_| units > MOST_WITH_CREW) {
            let said = say::crew_of_too_many(&component.id, units, MOST_WITH_CREW);
            let error = Diagnostic::error("too-many", node.span, said);
            diagnostics.push(error.help(say::crew_of_too_many_help()));
        }
    }
}

fn lower_components(
    model: &mut Model,
    components: &IndexMap<String, Reader>,
    places: &mut Places,
    sites: &[JourneySite],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(Fronts, Unscheduled)> {
    let declares = |r: &Reader, field: &str| r.fields.iter().any(|f| f.name == field);
    let replicas =
        |r: &Reader| if declares(r, "replicas") { r.number("replicas").unwrap_or(0.0) } else { 0.0 };
    let total = components.values().map(replicas).sum::<f64>();
    if total > MAX_REPLICAS {
        let at =
            components.values().filter_map(|r| r.node("kind")).map(|n| n.span).next().unwrap_or_default();
        let error = Diagnostic::error("too-big", at, say::too_big("replicas", total, MAX_REPLICAS));
        diagnostics.push(error.help(say::too_big_help()));
        return None;
    }
    let standings: Vec<Standing> = components.values().map(|r| places.standing(r, components)).collect();
    let zones = |read: &Reader| places.standing(read, components).zones;
    // Pods find their nodes in the order of the file, first come, first served.
    let mut written = components.clone();
    written.sort_by(|_, a, _, b| {
        let place = |read: &Reader| read.node("kind").map(|node| node.span.order());
        place(a).cmp(&place(b))
    });
    let placement = placement::place(&written, zones, diagnostics);
    let mut fronts = Vec::new();
    for ((id, read), standing) in components.iter().zip(standings) {
        let Some(kind) = read.text("kind").and_then(kinds::kind) else { continue };
        let provider = standing.provider.clone();
        let spots = placement.spots.get(id).map_or(&[][..], Vec::as_slice);
        let more = placement.more.get(id).map_or(&[][..], Vec::as_slice);
        let at = read.table.get("kind").map(|n| n.span).unwrap_or_default();
        let mut site = Site {
            id,
            read: *read,
            at,
            journeys: sites,
            zones: standing.zones.clone(),
            zone_ids: &places.zone_ids,
            provider,
            spots,
            more,
            all: components,
            diagnostics: Vec::new(),
        };
        let (parts, used) = facts::noting(|| (kind.lower)(&mut site));
        let rate = |id: &&&str| id.starts_with("rate.") && **id != "rate.llm.err";
        let facts: Vec<&'static str> = used.used.iter().filter(rate).copied().collect();
        diagnostics.append(&mut site.diagnostics);
        let (mut component, front) = component(id, kind, read, parts, &standing, places, sites);
        let states = |field| read.states(field);
        component.failure_facts = if states("mtbf") && states("mttr") { Vec::new() } else { facts };
        let ix = model.graph.add_node(component);
        fronts.extend(front.map(|front| (ix, front)));
    }
    carriers(model, components);
    Some((fronts, placement.unscheduled))
}

fn component(
    id: &str,
    kind: &'static Kind,
    read: &Reader,
    mut parts: Parts,
    standing: &Standing,
    places: &mut Places,
    sites: &[JourneySite],
) -> (Component, Option<(crate::model::station::Balance, Option<crate::model::station::HealthCheck>)>) {
    parts.failure.region = standing.region;
    parts.failure.provider = standing.provider.as_deref().map(|p| places.provider(p));
    if parts.managed && !parts.failure.known {
        // A managed service without data of its own: known as far as its region's or provider's failures are.
        let region = standing.region.is_some_and(|r| places.regions[r.0 as usize].outage.is_some());
        let provider =
            parts.failure.provider.is_some_and(|p| places.providers[p.0 as usize].outage.is_some());
        parts.failure.known = region || provider;
    }
    let bytes = |of: &dyn Fn(&JourneySite) -> Option<f64>| {
        sites.iter().map(|site| of(site).filter(|_| parts.carries_bytes)).collect()
    };
    // What a journey does not state is no zero; what is put into a store or taken from it may go one way alone.
    let stores = kind.id == "object-store";
    let sent = |s: &JourneySite| s.sizes[1].or(s.sizes[0].and(stores.then_some(0.0)));
    let received = |s: &JourneySite| s.sizes[0].or(s.sizes[1].and(Some(0.0)));
    let component = Component {
        id: id.to_owned(),
        name: read.words("name").unwrap_or_else(|| Phrase::same(id)),
        kind: kind.id,
        on: None,
        station: parts.station,
        failure: parts.failure,
        failure_facts: Vec::new(),
        restore: parts.restore,
        credits: parts.credits,
        pods: parts.pods,
        nodes: parts.nodes,
        usages: parts.usages,
        works: Works { bytes_out: bytes(&sent), bytes_in: bytes(&received) },
        facts: read.facts(),
        at: Default::default(),
    };
    (component, parts.front)
}

/// Sets what each component runs on, and its place in the file.
fn carriers(model: &mut Model, components: &IndexMap<String, Reader>) {
    for (i, read) in components.values().enumerate() {
        let at = read.node("kind").map(|n| n.span).unwrap_or_default();
        let on = if read.fields.iter().any(|f| f.name == "on") { read.text("on") } else { None };
        let Some(node) = model.graph.node_weight_mut(ComponentIx::new(i)) else { continue };
        node.at = at;
        node.on = on.and_then(|on| components.get_index_of(on)).map(ComponentIx::new);
    }
}

/// Providers of whom prices or outages are known.
const PROVIDERS: [&str; 6] = ["aws", "gcp", "azure", "openai", "anthropic", "google"];

/// What people call some of them.
const OTHER_NAMES: [(&str, &str); 7] = [
    ("amazon", "aws"),
    ("amazon web services", "aws"),
    ("google cloud", "gcp"),
    ("google-cloud", "gcp"),
    ("gcloud", "gcp"),
    ("microsoft", "azure"),
    ("microsoft azure", "azure"),
];

/// Names that only nearly are those of a known provider: prices, time limits and outages would be left out in silence.
fn near_providers(root: &Table, diagnostics: &mut Vec<Diagnostic>) {
    for at in ["region", "component"] {
        for (_, _, table) in root.table(at).into_iter().flat_map(Table::tables) {
            let Some(node) = table.get("provider") else { continue };
            let name = node.text().unwrap_or_default();
            let small = name.trim().to_lowercase();
            let other = OTHER_NAMES.iter().find(|(other, _)| *other == small).map(|(_, name)| *name);
            // Google sells models under its name, and machines as `gcp`.
            let other = other.or((at == "region" && name == "google").then_some("gcp"));
            let near = crate::diag::nearest_name(&small, PROVIDERS).filter(|_| small.len() > 2);
            let near = near.filter(|_| !PROVIDERS.contains(&name));
            if let Some(near) = other.or(near) {
                let error = Diagnostic::error("unknown-provider", node.span, say::unknown_provider(name));
                diagnostics.push(error.help(say::did_you_mean(near)));
            }
        }
    }
}

/// Requests can only enter where something serves them.
fn entries_serve(model: &Model, diagnostics: &mut Vec<Diagnostic>) {
    for journey in &model.journeys {
        let entry = model.graph.node_weight(journey.entry);
        if let Some(entry) = entry.filter(|c| c.station.is_none()) {
            let error =
                Diagnostic::error("serves-nothing", journey.at, say::serves_nothing(&entry.id, entry.kind));
            diagnostics.push(error.help(say::serves_nothing_help()));
        }
    }
}

fn assumption(found: Found) -> Assumption {
    let range = found.value.range;
    Assumption {
        path: found.path,
        value: found.value.central,
        unit: own_facts::unit(found.value.dim),
        range_text: range.as_ref().map(|r| (r.low_text.clone(), r.high_text.clone())),
        range: range.map(|r| (r.low, r.high)),
        source: found.source,
        at: found.at,
    }
}
