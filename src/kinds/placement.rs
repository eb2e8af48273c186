//! Puts nodes into zones and pods onto nodes, the way a Kubernetes scheduler with even spread over zones and hosts
//! does: requests must fit, then fewest pods of the same service in the zone, fewest on the node, least CPU asked for.

use super::machines::{Room, machine, room};
use crate::diag::Diagnostic;
use crate::fields::Reader;
use crate::model::ZoneIx;
use crate::model::scaling::Place;
use crate::text::diagnostics as say;
use crate::units::grammar::{Dim, print};
use indexmap::IndexMap;
use std::collections::BTreeMap;

/// Most nodes of one group.
pub const MOST_NODES: u32 = 1_000;
/// Most pods of one service.
pub const MOST_PODS: u32 = 10_000;

/// Where one node or pod stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// Its zone.
    pub zone: Option<ZoneIx>,
    /// The node that carries a pod.
    pub node: Option<u32>,
}

/// Where everything stands, and what is left over.
#[derive(Debug, Default)]
pub struct Placement {
    /// Nodes of node groups and pods of services, by component id.
    pub spots: IndexMap<String, Vec<Spot>>,
    /// Where the pods go that automatic scaling may add, in order. Room is set aside for services in the order of the file.
    pub more: IndexMap<String, Vec<Place>>,
    /// Pods that fit nowhere: `(service, how many, of how many)`.
    pub unscheduled: Vec<(String, u32, u32)>,
}

struct Node {
    zone: Option<ZoneIx>,
    cpu: f64,
    memory: f64,
    pods: u32,
}

impl Node {
    fn new(zone: Option<ZoneIx>, room: Room) -> Self {
        Self { zone, cpu: room.vcpu, memory: room.memory, pods: room.pods }
    }

    fn fits(&self, cpu: f64, memory: f64) -> bool {
        self.pods > 0 && self.cpu >= cpu - 1e-9 && self.memory >= memory - 1.0
    }

    fn take(&mut self, cpu: f64, memory: f64) {
        self.pods -= 1;
        self.cpu -= cpu;
        self.memory -= memory;
    }
}

/// Places all node groups and services. `zones` gives the zones of a component. O(pods x nodes).
pub fn place(
    components: &IndexMap<String, Reader>,
    zones: impl Fn(&Reader) -> Vec<ZoneIx>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Placement {
    let mut placement = Placement::default();
    let mut groups: IndexMap<&str, (Room, Vec<Node>)> = IndexMap::new();
    for (id, read) in components.iter().filter(|(_, r)| r.text("kind") == Some("node-group")) {
        let places = zones(read);
        let Some(size) = size(read, diagnostics) else { continue };
        let count = read.count("count").unwrap_or(1).min(MOST_NODES);
        let nodes: Vec<Node> = (0..count).map(|i| Node::new(in_turn(&places, i as usize), size)).collect();
        placement.spots.insert(id.clone(), nodes.iter().map(|n| Spot { zone: n.zone, node: None }).collect());
        groups.insert(id, (size, nodes));
    }
    for (id, read) in components.iter().filter(|(_, r)| r.text("kind") == Some("service")) {
        let count = read.count("replicas").unwrap_or(1).min(MOST_PODS);
        let Some((on, (size, nodes))) = read.text("on").and_then(|on| groups.get_mut(on).map(|g| (on, g)))
        else {
            let places = zones(read);
            let spots = (0..count).map(|i| Spot { zone: in_turn(&places, i as usize), node: None }).collect();
            placement.spots.insert(id.clone(), spots);
            continue;
        };
        let spots = schedule(nodes, count, request(read, "cpu"), request(read, "memory"));
        let left = count - spots.len() as u32;
        if spots.is_empty() && count > 0 {
            let at = read.node("replicas").or(read.node("kind")).map(|n| n.span).unwrap_or_default();
            let (cpu, memory) = (print(size.vcpu, Dim::Cpu), print(size.memory, Dim::Bytes));
            diagnostics.push(
                Diagnostic::error("nothing-fits", at, say::nothing_fits(id, on))
                    .help(say::nothing_fits_help(&cpu, &memory)),
            );
        } else if left > 0 {
            placement.unscheduled.push((id.clone(), left, count));
        }
        placement.spots.insert(id.clone(), spots);
    }
    for (id, read) in components.iter().filter(|(_, r)| r.text("kind") == Some("service")) {
        let scale = read.sub("scale");
        let Some(most) = scale.and_then(|s| s.count("max")).map(|most| most.min(MOST_PODS)) else { continue };
        let spots = placement.spots.get(id).map_or(&[][..], Vec::as_slice);
        let wanted = most.saturating_sub(spots.len() as u32);
        let group = read.text("on").and_then(|on| Some((components.get(on)?, groups.get_mut(on)?)));
        let more = match group {
            Some((nodes_read, (size, nodes))) => {
                let places = zones(nodes_read);
                for i in nodes.len()..most_nodes(nodes_read) {
                    nodes.push(Node::new(in_turn(&places, i), *size));
                }
                let count = nodes_read.count("count").unwrap_or(1).min(MOST_NODES) as usize;
                grow(nodes, count, wanted, request(read, "cpu"), request(read, "memory"), spots)
            }
            None => {
                let places = zones(read);
                let zone = |i: u32| in_turn(&places, spots.len() + i as usize);
                let place = |i: u32| Place { zone: zone(i), ..Place::default() };
                (0..wanted).map(place).collect()
            }
        };
        placement.more.insert(id.clone(), more);
    }
    placement
}

/// The zone of the one with this number, where they stand in these zones in turn.
pub fn in_turn(zones: &[ZoneIx], number: usize) -> Option<ZoneIx> {
    zones.get(number % zones.len().max(1)).copied()
}

/// Nodes that a group may have once scaling has added them all; 0 where it does not scale.
pub fn most_nodes(read: &Reader) -> usize {
    read.sub("scale").and_then(|s| s.count("max")).unwrap_or(0).min(MOST_NODES) as usize
}

/// What a pod asks for, of `cpu` (cores) or `memory` (bytes); nothing when the file does not say.
pub fn request(read: &Reader, field: &str) -> f64 {
    read.sub(field).and_then(|r| r.number("request")).unwrap_or(0.0)
}

/// Places pods beyond the first ones: on the nodes that are there while they fit, then on nodes that have to be added,
/// filled one after the other.
fn grow(nodes: &mut [Node], there: usize, wanted: u32, cpu: f64, memory: f64, first: &[Spot]) -> Vec<Place> {
    let mut per_node = vec![0u32; nodes.len()];
    let mut per_zone: BTreeMap<Option<ZoneIx>, u32> = BTreeMap::new();
    for spot in first {
        if let Some(node) = spot.node {
            per_node[node as usize] += 1;
        }
        *per_zone.entry(spot.zone).or_default() += 1;
    }
    let mut places = Vec::new();
    for _ in 0..wanted {
        let fits = |i: &usize| nodes[*i].fits(cpu, memory);
        let key = |i: &usize| (per_zone.get(&nodes[*i].zone).copied().unwrap_or(0), per_node[*i], *i);
        let best = (0..there.min(nodes.len())).filter(fits).min_by_key(key);
        let Some(best) = best.or_else(|| (there..nodes.len()).find(|i| fits(i))) else {
            places.push(Place { nowhere: true, ..Place::default() });
            continue;
        };
        nodes[best].take(cpu, memory);
        per_node[best] += 1;
        *per_zone.entry(nodes[best].zone).or_default() += 1;
        let node = Some(best as u32);
        places.push(Place { zone: nodes[best].zone, node, added: best >= there, nowhere: false });
    }
    places
}

/// Room for pods on one node: as stated, else that of the machine type.
pub fn room_of(read: &Reader) -> Option<Room> {
    let known = || read.text("type").and_then(|ty| Some(room(ty, machine(ty)?)));
    let stated = read.number("vcpu").zip(read.number("memory"));
    stated.map(|(vcpu, memory)| Room { vcpu, memory, pods: MOST_PODS }).or_else(known)
}

fn size(read: &Reader, diagnostics: &mut Vec<Diagnostic>) -> Option<Room> {
    let found = room_of(read);
    if found.is_none() {
        let at = read.node("type").or(read.node("kind")).map(|n| n.span).unwrap_or_default();
        let id = read.text("type").unwrap_or("");
        let error = Diagnostic::error("unknown-machine", at, say::unknown_machine(id));
        diagnostics.push(error.help(super::machines::unknown_help(id, "`vcpu`, `memory`")));
    }
    found
}

fn schedule(nodes: &mut [Node], count: u32, cpu: f64, memory: f64) -> Vec<Spot> {
    let mut per_node = vec![0u32; nodes.len()];
    let mut per_zone: BTreeMap<Option<ZoneIx>, u32> = BTreeMap::new();
    let mut spots = Vec::new();
    for _ in 0..count {
        let fits = |n: &Node| n.fits(cpu, memory);
        let key = |i: &usize| (per_zone.get(&nodes[*i].zone).copied().unwrap_or(0), per_node[*i]);
        let best = (0..nodes.len())
            .filter(|i| fits(&nodes[*i]))
            .min_by(|a, b| key(a).cmp(&key(b)).then(nodes[*b].cpu.total_cmp(&nodes[*a].cpu)).then(a.cmp(b)));
        let Some(best) = best else { break };
        nodes[best].take(cpu, memory);
        per_node[best] += 1;
        *per_zone.entry(nodes[best].zone).or_default() += 1;
        spots.push(Spot { zone: nodes[best].zone, node: Some(best as u32) });
    }
    spots
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(zones: &[u16], cpu: f64) -> Vec<Node> {
        zones.iter().map(|z| Node { zone: Some(ZoneIx(*z)), cpu, memory: 1e9, pods: 100 }).collect()
    }

    #[test]
    fn pods_spread_over_zones_before_they_share_one() {
        let spots = schedule(&mut nodes(&[0, 0, 1, 2], 2.0), 4, 0.2, 1.0);
        let zones: Vec<_> = spots.iter().filter_map(|s| s.zone).map(|z| z.0).collect();
        assert_eq!(zones, [0, 1, 2, 0]);
        assert_eq!(spots[3].node, Some(1));
    }

    #[test]
    fn more_pods_fill_what_is_there_then_nodes_that_are_added() {
        let mut all = nodes(&[0, 1, 0], 1.0);
        let first = schedule(&mut all[..2], 2, 0.4, 1.0);
        let places = grow(&mut all, 2, 6, 0.4, 1.0, &first);
        let found: Vec<_> = places.iter().map(|p| (p.node, p.added, p.nowhere)).collect();
        assert_eq!(found[..2], [(Some(0), false, false), (Some(1), false, false)]);
        assert_eq!(found[2..4], [(Some(2), true, false); 2]);
        assert_eq!(found[4..], [(None, false, true); 2]);
    }

    #[test]
    fn pods_that_do_not_fit_are_not_placed() {
        assert_eq!(schedule(&mut nodes(&[0], 1.0), 6, 0.4, 1.0).len(), 2);
    }
}
