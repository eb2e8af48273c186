//! Fields of components, regions, backups and ways of rolling out that contradict or silence one another.

use super::super::tables::{BACKUP, DEPLOY};
use super::super::unmet::met_by;
use super::Pairs;
use crate::diag::{Diagnostic, Span};
use crate::fields::Reader;
use crate::fields::node::Node;
use crate::kinds::common::known_region;
use crate::model::fault::FaultKind;
use crate::model::station::{Discipline, Servers, Station};
use crate::model::{Component, ComponentIx, Model};
use crate::text::{Phrase, pairs as say};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};

impl Pairs<'_> {
    /// Says all of it. O(components x (journeys + calls)).
    pub(super) fn parts(&mut self, components: &IndexMap<String, Reader>) {
        let met: Vec<Vec<bool>> = self.model.journey_indices().map(|j| met_by(self.model, j)).collect();
        let model = self.model;
        for (i, (id, read)) in components.iter().enumerate() {
            let component = &model.graph[ComponentIx::new(i)];
            self.place(id, read);
            match (component.kind, &component.station) {
                ("service", Some(station)) => self.pods(id, read, station),
                ("node-group", _) => self.nodes(id, read),
                ("database", _) if model.regions.len() < 2 => {
                    self.unused(&["component", id], "lag", &say::why_one_region());
                }
                ("cache", _) => self.cache(id, read, ComponentIx::new(i)),
                ("llm-api", _) => self.asked_tokens(id, read, &met, i),
                ("station", Some(station)) => self.desk(id, read, station, &met, i),
                _ => {}
            }
        }
        self.regions();
        self.backups();
        self.releases();
        self.throttled();
    }

    fn refuse(&mut self, error: Diagnostic, help: Phrase) {
        self.diagnostics.push(error.help(help));
    }

    /// Zones of another region than the one that is named beside them.
    fn place(&mut self, id: &str, read: &Reader) {
        let Some(region) = read.text("region") else { return };
        let named: Vec<(&str, Span)> = match read.node("zone") {
            Some(node) => node.texts(),
            None => read.node("zones").map(Node::texts).unwrap_or_default(),
        };
        let elsewhere = named.iter().all(|(zone, _)| known_region(zone) != Some(region));
        if let Some((zone, at)) = named.first().filter(|_| elsewhere) {
            let error = Diagnostic::error("zone-elsewhere", *at, say::zone_elsewhere(id, zone, region));
            self.refuse(error, say::zone_elsewhere_help(region));
        }
    }

    fn pods(&mut self, id: &str, read: &Reader, station: &Station) {
        let Some(scaling) = &station.scaling else { return };
        let (replicas, path) = (read.count("replicas").unwrap_or(1), ["component", id]);
        if let Some(node) = read.node("replicas").filter(|_| !(scaling.min..=scaling.max).contains(&replicas))
        {
            let said = say::outside_scale(id, replicas, scaling.min, scaling.max);
            self.refuse(Diagnostic::error("outside-scale", node.span, said), say::outside_scale_help());
        } else if scaling.min == scaling.max {
            self.unused(&path, "scale", &say::why_nowhere_to_go(scaling.max));
        }
        if read.count("queue") == Some(0) {
            self.unused(&path, "patience", &say::why_nobody_waits());
        }
    }

    fn nodes(&mut self, id: &str, read: &Reader) {
        let count = read.count("count").unwrap_or(1);
        let Some(scale) = read.sub("scale").filter(|scale| scale.states("max")) else { return };
        let Some((max, node)) = scale.count("max").zip(scale.node("max")) else { return };
        if max < count {
            let said = say::outside_scale(id, count, 1, max);
            self.refuse(Diagnostic::error("outside-scale", node.span, said), say::outside_scale_help());
        } else if max == count {
            self.unused(&["component", id, "scale"], "max", &say::why_nowhere_to_go(max));
        }
    }

    fn cache(&mut self, id: &str, read: &Reader, ix: ComponentIx) {
        let Some(popularity) = read.sub("popularity") else { return };
        let graph = &self.model.graph;
        let to = |call| graph.edge_endpoints(call).map(|(_, to)| to) == Some(ix);
        let programs = graph.node_weights().filter_map(|c| c.station.as_ref()).flat_map(|s| &s.programs);
        let mut branches = programs.flat_map(|program| program.steps.iter().flatten());
        let asked = branches.any(|branch| branch.miss.is_some_and(|miss| miss.popular) && to(branch.call));
        if !asked {
            return self.unused(&["component", id], "popularity", &say::why_share_stated(id));
        }
        let path = ["component", id, "popularity"];
        if let Some((keys, capacity)) = popularity.number("keys").zip(popularity.number("capacity"))
            && capacity >= keys
        {
            ["capacity", "evict"].iter().for_each(|field| self.unused(&path, field, &say::why_all_fit()));
        }
    }

    /// More tokens used than a request may ask for.
    fn asked_tokens(&mut self, id: &str, read: &Reader, met: &[Vec<bool>], i: usize) {
        let Some((most, node)) = read.number("max").zip(read.node("max")) else { return };
        let used = |journey: &str| {
            let tokens = self.root.table("journey")?.table(journey)?.table("tokens")?;
            Reader::new(tokens, super::super::tables::TOKENS).spread("out").map(|out| out.mean())
        };
        let more = self.model.journeys.iter().zip(met).filter(|(_, met)| met[i]).find_map(|(journey, _)| {
            used(&journey.id).filter(|out| *out > most).map(|out| (journey.id.clone(), out))
        });
        if let Some((journey, out)) = more {
            let error =
                Diagnostic::error("max-below-out", node.span, say::max_below_out(id, most, &journey, out));
            self.refuse(error, say::max_below_out_help(out));
        }
    }

    fn desk(&mut self, id: &str, read: &Reader, station: &Station, met: &[Vec<bool>], i: usize) {
        let path = ["component", id];
        let servers = match station.servers {
            Servers::Infinite => {
                for field in ["queue", "capacity", "patience", "discipline"] {
                    self.unused(&path, field, &say::why_no_line(id));
                }
                return;
            }
            Servers::Count(n) => n,
        };
        if let Some((capacity, node)) = read.count("capacity").zip(read.node("capacity"))
            && capacity < servers
            && !read.states("queue")
        {
            let error = Diagnostic::error(
                "room-below-servers",
                node.span,
                say::room_below_servers(id, capacity, servers),
            );
            self.refuse(error, say::room_below_servers_help(servers));
        }
        let ranked = matches!(station.discipline, Discipline::PreemptiveResume | Discipline::NonPreemptive);
        if station.queue == Some(0) && !ranked {
            self.unused(&path, "patience", &say::why_nobody_waits());
        }
        let ranks: BTreeSet<u8> =
            self.model.journeys.iter().zip(met).filter(|(_, met)| met[i]).map(|(j, _)| j.priority).collect();
        if ranked && ranks.len() == 1 {
            self.unused(&path, "discipline", &say::why_one_rank());
        }
    }

    /// One place stated twice would fail twice as often, and the two never together.
    fn regions(&mut self) {
        let mut seen: BTreeMap<(String, String), (String, Span)> = BTreeMap::new();
        for (id, _, table) in self.each("region") {
            let text = |field: &str| table.get(field).and_then(Node::text).map(str::to_owned);
            let (Some(provider), Some(code), Some(node)) =
                (text("provider"), text("code"), table.get("code"))
            else {
                continue;
            };
            let place = (provider, code);
            if let Some((first, at)) = seen.get(&place) {
                let error =
                    Diagnostic::error("region-twice", node.span, say::region_twice(id, first, &place.1))
                        .label(*at, say::stated_here());
                self.refuse(error, say::region_twice_help());
            } else {
                seen.insert(place, (id.to_owned(), node.span));
            }
        }
    }

    fn backups(&mut self) {
        for (id, _, table) in self.each("backup") {
            let read = Reader::new(table, BACKUP);
            let Some(of) = read.text("of").and_then(|of| self.model.component(of)) else { continue };
            let component: &Component = &self.model.graph[of];
            let (of, home) = (component.id.clone(), component.failure.region);
            // A cluster keeps its own state, whoever may copy it.
            if !component.restore.keeps_data && component.kind != "cluster" {
                self.unused(&["backup", id], "of", &say::why_keeps_nothing(&of));
            }
            let copies = table.table("copies").into_iter().flat_map(|copies| copies.entries.keys());
            for to in copies.map(String::as_str).collect::<Vec<_>>() {
                let there = home.is_some_and(|home| self.model.regions[usize::from(home.0)].id == to);
                if there {
                    self.unused(&["backup", id, "copies"], to, &say::why_stands_there(&of, to));
                }
            }
        }
    }

    /// What never happens where no release is bad.
    fn releases(&mut self) {
        for (id, _, table) in self.each("deploy") {
            let read = Reader::new(table, DEPLOY);
            if read.share("bad").is_some_and(|bad| bad.get() <= 0.0) && read.states("bad") {
                for field in ["fails", "rollback"] {
                    self.unused(&["deploy", id], field, &say::why_none_bad());
                }
            }
        }
    }

    /// Where nothing ever answers 429 no wait is ever named.
    fn throttled(&mut self) {
        let limits = |model: &Model| {
            let stations = || model.graph.node_weights().filter_map(|c| c.station.as_ref());
            let faults = model.faults.iter().any(|fault| matches!(fault.what, FaultKind::Throttled(..)));
            faults || stations().any(|station| !station.limits.is_empty() || station.guard.is_some())
        };
        if limits(self.model) {
            return;
        }
        for (id, _, _) in self.each("call") {
            self.unused(&["call", id, "retry"], "retry-after", &say::why_nothing_throttles());
        }
    }
}
