//! The architecture as a picture: regions and zones as quiet frames, components as cards, calls as lines whose width is
//! the rate. Each component is drawn once: one that stands in several zones is a card that reaches through their lanes,
//! so that the loss of a zone shows what it takes from each. What a fault took down is hatched and struck through.
//!
//! The layout depends on the model and the width alone, never on load or selection: nothing moves while figures change.

mod draw;
mod layout;
mod rates;
mod route;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use super::{Chart, Table};
use crate::answer::times::ComponentAnswer;
use crate::model::{Component, ComponentIx, Model, ZoneIx};
use crate::report::chart::theme::Look;
use crate::report::format;
use crate::text::report as words;
use crate::text::{Lang, Phrase};
use indexmap::IndexMap;

/// What the picture shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    /// Name of the scenario.
    pub name: Phrase,
    /// Regions, in the order of the file.
    pub regions: Vec<Region>,
    /// Components, in the order of the file.
    pub nodes: Vec<Node>,
    /// Calls, one per pair of components.
    pub calls: Vec<Line>,
    /// The zone that is down: `tokyo/a`.
    pub down: Option<String>,
    /// Id of the component whose details are open.
    pub selected: Option<String>,
    /// Id of the component the keyboard stands on.
    pub focus: Option<String>,
}

/// A region.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Region {
    /// Name.
    pub name: Phrase,
    /// The provider's code.
    pub code: Option<String>,
    /// What it is for.
    pub role: Option<Phrase>,
    /// Ids of its zones: `tokyo/a`.
    pub zones: Vec<String>,
}

/// Units of a component in one zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Units {
    /// Zone, by its place in the region.
    pub zone: usize,
    /// Units at work.
    pub active: u32,
    /// Units that wait to take over.
    pub standby: u32,
}

/// A component.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Phrase,
    /// Kind, for the icon.
    pub kind: &'static str,
    /// Its region, by its place in [`Graph::regions`]; `None`: it stands outside of all.
    pub region: Option<usize>,
    /// Its units by zone; empty when the vendor spreads it.
    pub units: Vec<Units>,
    /// The number that matters for its kind.
    pub figure: Phrase,
    /// Busy share; unknown where there is no server.
    pub utilisation: Option<f64>,
    /// Requests that reach it, per second.
    pub arrivals: Option<f64>,
    /// Units that the fault took, of how many.
    pub lost: Option<(u32, u32)>,
    /// Whether nothing of it is left.
    pub dead: bool,
}

/// A call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// Caller, by its place in [`Graph::nodes`].
    pub from: usize,
    /// Called.
    pub to: usize,
    /// Calls per second in the busiest hour, first attempts.
    pub rate: f64,
    /// Made only when another call has failed.
    pub fallback: bool,
}

impl Graph {
    /// From a model and what its components do.
    pub fn of(model: &Model, answers: &IndexMap<String, ComponentAnswer>) -> Self {
        let regions = model.regions.iter().enumerate().map(|(ix, region)| {
            let zones = model.zones.iter().filter(|zone| usize::from(zone.region.0) == ix);
            Region {
                name: region.name.clone(),
                code: region.code.clone(),
                role: region.role.clone(),
                zones: zones.map(|zone| zone.id.clone()).collect(),
            }
        });
        let nodes = model.graph.node_indices().map(|ix| {
            let mut node = node(model, ix);
            node.look_at(answers.get(&node.id));
            node
        });
        Self {
            name: model.name.clone(),
            regions: regions.collect(),
            nodes: nodes.collect(),
            calls: rates::calls(model),
            down: None,
            selected: None,
            focus: None,
        }
    }

    /// The nearest component in a direction, for the arrow keys: `dx` and `dy` are -1, 0 or 1. The first one when `from`
    /// is none.
    pub fn neighbour(&self, look: &Look, from: Option<&str>, dx: f64, dy: f64) -> Option<String> {
        let layout = layout::layout(self, look);
        let at = |ix: usize| layout.cards[ix].centre();
        let Some(start) = from.and_then(|id| self.nodes.iter().position(|node| node.id == id)) else {
            return self.nodes.first().map(|node| node.id.clone());
        };
        let (x, y) = at(start);
        // ahead counts once, aside counts double
        let cost = |ix: &usize| {
            let (to_x, to_y) = at(*ix);
            let (ahead, aside) =
                ((to_x - x) * dx + (to_y - y) * dy, ((to_x - x) * dy).abs() + ((to_y - y) * dx).abs());
            (ahead > 1.0).then_some(ahead + 2.0 * aside)
        };
        let others = (0..self.nodes.len()).filter(|ix| *ix != start);
        let reachable = others.filter_map(|ix| Some((ix, cost(&ix)?)));
        let nearest = reachable.min_by(|a, b| a.1.total_cmp(&b.1));
        nearest.map(|(ix, _)| self.nodes[ix].id.clone())
    }
}

impl Node {
    /// Takes in what the component does.
    pub fn look_at(&mut self, answer: Option<&ComponentAnswer>) {
        self.utilisation = answer.and_then(|answer| answer.utilisation.value);
        self.arrivals = answer.and_then(|answer| answer.arrivals_per_s.value);
        let hit = answer.and_then(|answer| answer.hit_ratio.value);
        self.figure = words::both(|lang| match (self.utilisation, hit, self.arrivals) {
            (Some(busy), _, _) => format::percent(busy).join(),
            (None, Some(hit), _) => words::hits(&format::percent(hit).join(), lang),
            (None, None, Some(rate)) if rate > 0.0 => format::rate(rate).join(),
            _ => String::new(),
        });
    }

    /// Whether its card reaches through several lanes.
    fn is_tall(&self) -> bool {
        self.units.len() > 1
    }

    /// Whether it has no busy share to show although more work arrives than it can do, or has one past 1.
    fn is_over(&self) -> bool {
        self.utilisation.is_some_and(|busy| busy >= 1.0)
    }
}

fn node(model: &Model, ix: ComponentIx) -> Node {
    let component = &model.graph[ix];
    let mut units: IndexMap<ZoneIx, (u32, u32)> = IndexMap::new();
    for (zone, active) in places(component) {
        let count = units.entry(zone).or_default();
        if active { count.0 += 1 } else { count.1 += 1 }
    }
    let mut region = component.failure.region.map(|region| usize::from(region.0));
    let first = units.keys().next().map(|zone| usize::from(model.zones[usize::from(zone.0)].region.0));
    region = region.or(first);
    let place = |zone: &ZoneIx| {
        let of = model.zones[usize::from(zone.0)].region;
        let before = model.zones[..usize::from(zone.0)].iter();
        (Some(usize::from(of.0)) == region).then(|| before.filter(|z| z.region == of).count())
    };
    let units = units.iter().filter_map(|(zone, (active, standby))| {
        Some(Units { zone: place(zone)?, active: *active, standby: *standby })
    });
    let mut units: Vec<Units> = units.collect();
    units.sort_by_key(|units| units.zone);
    Node {
        id: component.id.clone(),
        name: component.name.clone(),
        kind: component.kind,
        region,
        units,
        ..Node::default()
    }
}

/// The zone of every unit, and whether it is at work.
fn places(component: &Component) -> Vec<(ZoneIx, bool)> {
    let replicas = component.station.iter().flat_map(|station| &station.replicas);
    let served: Vec<_> = replicas.filter_map(|replica| Some((replica.zone?, replica.active))).collect();
    if !served.is_empty() {
        return served;
    }
    component.failure.units.iter().filter_map(|unit| Some((unit.zone?, true))).collect()
}

/// Draws the architecture. The height follows from the content; `look.height` is not looked at. Readable from 560 pixels
/// width.
pub fn graph(graph: &Graph, look: &Look) -> Chart {
    let down = graph.nodes.iter().filter(|node| node.dead).count();
    let summary = words::graph_summary(&graph.name, graph.nodes.len(), down);
    let layout = layout::layout(graph, look);
    let svg = draw::draw(graph, &layout, look, summary.get(look.lang));
    Chart { svg, summary, table: table(graph) }
}

fn table(graph: &Graph) -> Table {
    let head = [words::COMPONENT, words::ZONES, words::UTILISATION, words::ARRIVALS];
    let row = |node: &Node| {
        let region = node.region.and_then(|ix| graph.regions.get(ix));
        let zones = node.units.iter().filter_map(|units| region?.zones.get(units.zone).cloned());
        let zones: Vec<String> = zones.collect();
        let place = match region {
            Some(region) if zones.is_empty() => region.name.clone(),
            _ => Phrase::same(zones.join(" ")),
        };
        let write = |value: Option<f64>, write: fn(f64) -> format::Parts| {
            value.map_or_else(|| words::UNKNOWN.phrase(), |value| Phrase::same(write(value).join()))
        };
        let busy = if node.dead { words::DOWN.phrase() } else { write(node.utilisation, format::percent) };
        vec![node.name.clone(), place, busy, write(node.arrivals, format::rate)]
    };
    Table {
        head: head.iter().map(|words| words.phrase()).collect(),
        rows: graph.nodes.iter().map(row).collect(),
    }
}

/// Name of a zone inside its region: `a`.
fn short(zone: &str) -> &str {
    zone.rsplit('/').next().unwrap_or(zone)
}

/// A zone in words.
fn zone_words(zone: &str, lang: Lang) -> String {
    words::zone(short(zone), lang)
}
