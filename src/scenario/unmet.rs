//! What no request meets: components that no journey reaches, faults and alerts on them, journeys that are never sent and the
//! targets on those, and fields of a journey or a component that only matter to requests which never come.

use super::tables::BACKUP;
use crate::diag::{Diagnostic, Span, nearest_name};
use crate::fields::Reader;
use crate::fields::node::Table;
use crate::model::fault::FaultKind;
use crate::model::objective::Goal;
use crate::model::release::Signal;
use crate::model::station::{Discipline, LimitUnit, Station};
use crate::model::workload::Arrivals;
use crate::model::{Component, ComponentIx, JourneyIx, Model, RegionIx, ZoneIx};
use crate::text::diagnostics::did_you_mean;
use crate::text::unused as say;
use indexmap::IndexMap;

/// Says all of it. O(journeys x calls).
pub fn unmet(
    root: &Table,
    model: &Model,
    components: &IndexMap<String, Reader>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if model.journeys.is_empty() {
        return;
    }
    let meets: Vec<Vec<bool>> = model.journey_indices().map(|journey| met_by(model, journey)).collect();
    let mut unmet = Unmet { root, model, meets, diagnostics };
    unmet.components();
    unmet.fields_of_journeys();
    unmet.fields_of_components(components);
    unmet.journeys();
    unmet.faults();
    unmet.alerts();
    unmet.places();
    unmet.backups(components);
    unmet.load();
}

/// Which components requests of a journey may come to, those called when another has failed too.
pub(super) fn met_by(model: &Model, journey: JourneyIx) -> Vec<bool> {
    let mut met = vec![false; model.graph.node_count()];
    let mut open = vec![model.journeys[usize::from(journey.0)].entry];
    while let Some(ix) = open.pop() {
        if std::mem::replace(&mut met[ix.index()], true) {
            continue;
        }
        let Some(station) = &model.graph[ix].station else { continue };
        let branches = station.program(journey).steps.iter().flatten();
        let mut calls: Vec<_> = branches
            .filter(|branch| branch.probability.get() > 0.0)
            .flat_map(|branch| [Some(branch.call), branch.miss.map(|miss| miss.call)])
            .flatten()
            .collect();
        // A fallback may have a fallback; each call is looked at once.
        let mut seen = std::collections::BTreeSet::new();
        while let Some(call) = calls.pop() {
            if seen.insert(call) {
                calls.extend(model.graph[call].policy.others_of(journey));
                open.extend(model.graph.edge_endpoints(call).map(|(_, to)| to));
            }
        }
    }
    met
}

/// What an alert can look at.
const MEASURES: [&str; 9] = ["errors", "rate", "failed", "cpu", "utilisation", "p50", "p90", "p95", "p99"];

/// Whether an alert looks at a journey.
fn looks_at(signal: Option<Signal>, index: JourneyIx) -> bool {
    match signal {
        Some(
            Signal::Errors(Some(j)) | Signal::Quantile(j, _) | Signal::Arrivals(j) | Signal::FailedLogins(j),
        ) => j == index,
        _ => false,
    }
}

struct Unmet<'a> {
    root: &'a Table,
    model: &'a Model,
    meets: Vec<Vec<bool>>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Unmet<'_> {
    fn add(&mut self, code: &'static str, at: Span, said: (crate::text::Phrase, crate::text::Phrase)) {
        // Written by hand for each code below, so that a search for codes finds them.
        let made = match code {
            "unreached" => Diagnostic::warning("unreached", at, said.0),
            "unfelt-fault" => Diagnostic::warning("unfelt-fault", at, said.0),
            "silent-alert" => Diagnostic::warning("silent-alert", at, said.0),
            _ => Diagnostic::warning("unused-field", at, said.0),
        };
        self.diagnostics.push(made.help(said.1));
    }

    /// A field of a table that nothing looks at, for this reason; where the file states it.
    fn field(&mut self, kind: &str, id: &str, field: &str, why: crate::text::Phrase) {
        let entry = self.root.table(kind).and_then(|t| t.table(id)).and_then(|t| t.entries.get(field));
        let Some(at) = entry.map(|entry| entry.key) else { return };
        let path = format!("{kind}.{id}");
        self.add(
            "unused-field",
            at,
            (say::unused_because(&path, field, &why), say::unused_field_help(field)),
        );
    }

    fn met(&self, ix: ComponentIx) -> bool {
        let carries = |other: ComponentIx| {
            let on = std::iter::successors(Some(other), |at| self.model.graph[*at].on).take(4);
            on.into_iter().any(|at| at == ix)
        };
        let of = |ix: ComponentIx| self.meets.iter().any(|met| met[ix.index()]);
        of(ix) || self.model.graph.node_indices().any(|other| of(other) && carries(other))
    }

    /// Those of a journey's components for which something holds.
    fn some(&self, journey: usize, holds: impl Fn(&Component, &Station) -> bool) -> bool {
        let all = self.model.graph.node_indices().filter(|ix| self.meets[journey][ix.index()]);
        all.into_iter().any(|ix| {
            let component = &self.model.graph[ix];
            component.station.as_ref().is_some_and(|station| holds(component, station))
        })
    }

    fn components(&mut self) {
        for ix in self.model.graph.node_indices() {
            let component = &self.model.graph[ix];
            if component.station.is_some() && !self.meets.iter().any(|met| met[ix.index()]) {
                self.add("unreached", component.at, (say::unreached(&component.id), say::unreached_help()));
            }
        }
    }

    fn fields_of_journeys(&mut self) {
        for (i, journey) in self.model.journeys.iter().enumerate() {
            let ranked = |_: &Component, s: &Station| {
                matches!(s.discipline, Discipline::PreemptiveResume | Discipline::NonPreemptive)
            };
            let tokens = |component: &Component, station: &Station| {
                component.kind == "llm-api" || station.limits.iter().any(|l| l.takes == LimitUnit::Tokens)
            };
            let closed = matches!(journey.arrivals, Arrivals::Closed { .. });
            for (field, used, why) in [
                ("priority", self.some(i, ranked), say::why_no_ranks()),
                ("tokens", self.some(i, tokens), say::why_no_tokens()),
                ("process", !closed, say::why_closed()),
            ] {
                if !used {
                    self.field("journey", &journey.id, field, why);
                }
            }
        }
    }

    /// Values for one journey, at a component where it never comes.
    fn fields_of_components(&mut self, components: &IndexMap<String, Reader>) {
        let mut found = Vec::new();
        for (i, read) in components.values().enumerate() {
            for (field, entry) in &read.table.entries {
                let of = crate::fields::find(read.fields, field);
                let per_journey = of.is_some_and(|f| matches!(f.ty, crate::fields::Type::PerJourney(_)));
                let Some(table) = entry.node.table().filter(|_| per_journey) else { continue };
                for (id, entry) in &table.entries {
                    let journey = self.model.journey(id);
                    if journey.is_some_and(|j| !self.meets[usize::from(j.0)][i]) {
                        let component = &self.model.graph[ComponentIx::new(i)].id;
                        let path = format!("component.{component}.{field}");
                        let why = say::why_elsewhere(id, component);
                        found.push((entry.key, say::unused_because(&path, id, &why), id.clone()));
                    }
                }
            }
        }
        for (at, words, id) in found {
            self.add("unused-field", at, (words, say::unused_field_help(&id)));
        }
    }

    /// Whether a journey has no requests at any hour.
    fn silent(&self, journey: JourneyIx) -> bool {
        match &self.model.journeys[usize::from(journey.0)].arrivals {
            Arrivals::Fixed(rate) => rate.as_per_second() <= 0.0,
            Arrivals::PerActiveUser(rate) => {
                let active = self.model.profile.active.iter().any(|share| *share > 0.0);
                rate.as_per_second() <= 0.0 || self.model.tier.users <= 0.0 || !active
            }
            Arrivals::Closed { .. } => false,
        }
    }

    fn journeys(&mut self) {
        for index in self.model.journey_indices() {
            let journey = &self.model.journeys[usize::from(index.0)];
            if !self.silent(index) {
                continue;
            }
            let mut warning = Diagnostic::warning("unsent-journey", journey.at, say::unsent(&journey.id));
            for target in &self.model.objectives {
                if matches!(&target.goal, Goal::Latency { journey, .. } | Goal::Errors { journey, .. } if *journey == index)
                {
                    warning = warning.label(target.at, say::unsent_target());
                }
            }
            for alert in self.model.alerts.iter().filter(|alert| looks_at(alert.signal, index)) {
                warning = warning.label(alert.at, say::unsent_alert());
            }
            self.diagnostics.push(warning.help(say::unsent_help()));
        }
    }

    fn stands_in(&self, holds: impl Fn(ZoneIx) -> bool) -> bool {
        self.model.graph.node_indices().any(|ix| {
            let component = &self.model.graph[ix];
            let replicas = component.station.iter().flat_map(|s| s.replicas.iter().filter_map(|r| r.zone));
            let units = component.failure.units.iter().filter_map(|unit| unit.zone);
            self.met(ix) && replicas.chain(units).any(&holds)
        })
    }

    fn in_region(&self, region: RegionIx) -> bool {
        let here = |zone: ZoneIx| self.model.zones[usize::from(zone.0)].region == region;
        let direct = |ix: ComponentIx| self.model.graph[ix].failure.region == Some(region) && self.met(ix);
        self.stands_in(here) || self.model.graph.node_indices().any(direct)
    }

    fn faults(&mut self) {
        for fault in &self.model.faults {
            let why = match &fault.what {
                FaultKind::ZoneOutage(zone) | FaultKind::ZoneCut(zone) => {
                    let zone = *zone;
                    (!self.stands_in(|at| at == zone)).then(say::why_nothing_there)
                }
                FaultKind::RegionOutage(region) | FaultKind::RegionCut(region) => {
                    (!self.in_region(*region)).then(say::why_nothing_there)
                }
                FaultKind::ComponentDown(c)
                | FaultKind::ReplicaCrash(c, _)
                | FaultKind::DiskFull(c)
                | FaultKind::LatencyAdded(c, ..)
                | FaultKind::ErrorRate(c, ..)
                | FaultKind::Throttled(c, ..)
                | FaultKind::BadDeploy(c, ..)
                | FaultKind::CacheFlush(c)
                | FaultKind::CapacityLoss(c, ..) => self.unfelt_at(*c, &fault.what),
                FaultKind::LoadSpike(of, _) => {
                    let grows =
                        |j: &crate::model::workload::Journey| !matches!(j.arrivals, Arrivals::Closed { .. });
                    let mut spiked = self
                        .model
                        .journeys
                        .iter()
                        .enumerate()
                        .filter(|(i, j)| of.is_none_or(|of| usize::from(of.0) == *i) && grows(j));
                    spiked.next().is_none().then(say::why_nobody_spikes)
                }
                FaultKind::Attack(..) => None,
            };
            let replicas = match &fault.what {
                FaultKind::ReplicaCrash(c, n) => Some((*c, *n)),
                FaultKind::LatencyAdded(c, ..)
                | FaultKind::ErrorRate(c, ..)
                | FaultKind::BadDeploy(c, ..)
                | FaultKind::DiskFull(c)
                | FaultKind::CapacityLoss(c, ..) => fault.count.map(|n| (*c, n)),
                _ => None,
            };
            let there = |c: ComponentIx| {
                let component = &self.model.graph[c];
                let active = component.station.as_ref().map(Station::active_replicas);
                active.unwrap_or(component.failure.units.len())
            };
            if let Some((c, n)) = replicas.filter(|(c, n)| *n as usize > there(*c) && there(*c) > 0) {
                let at = self.place("fault", &fault.id, "count").unwrap_or(fault.span);
                let words = (
                    say::more_than_there_are(&fault.id, n, there(c)),
                    say::more_than_there_are_help(there(c)),
                );
                self.add("unused-field", at, words);
            }
            let lasts = fault.what.idle_field().or_else(|| fault.idle_length());
            if let Some(field) = lasts {
                let at = self.place("fault", &fault.id, field).unwrap_or(fault.span);
                let words = say::unfelt(&fault.id, &say::why_idle(field));
                self.add("unfelt-fault", at, (words, say::unfelt_help()));
            } else if let Some(why) = why {
                let at = self.place("fault", &fault.id, "on").unwrap_or(fault.span);
                self.add("unfelt-fault", at, (say::unfelt(&fault.id, &why), say::unfelt_help()));
            }
        }
    }

    /// Why nothing feels what happens at a component, if so.
    fn unfelt_at(&self, c: ComponentIx, what: &FaultKind) -> Option<crate::text::Phrase> {
        let component = &self.model.graph[c];
        if !self.met(c) {
            return Some(say::why_nobody_comes(&component.id));
        }
        let station = component.station.as_ref()?;
        match what {
            FaultKind::CapacityLoss(..) if station.work.iter().all(Option::is_none) => {
                Some(say::why_no_work(&component.id))
            }
            FaultKind::CacheFlush(_) => {
                let stations = || self.model.graph.node_weights().filter_map(|c| c.station.as_ref());
                let to = |call| self.model.graph.edge_endpoints(call).map(|(_, to)| to) == Some(c);
                let mut branches =
                    stations().flat_map(|s| s.programs.iter().flat_map(|p| p.steps.iter().flatten()));
                let looked_up = branches.any(|branch| branch.miss.is_some() && to(branch.call));
                let hits = station.programs.iter().any(|program| program.hit.get() > 0.0);
                (!looked_up && !hits).then(|| say::why_nothing_cached(&component.id))
            }
            _ => None,
        }
    }

    /// Where a field's value stands.
    fn place(&self, kind: &str, id: &str, field: &str) -> Option<Span> {
        Some(self.root.table(kind)?.table(id)?.get(field)?.span)
    }

    fn alerts(&mut self) {
        for alert in &self.model.alerts {
            let at = self.place("alert", &alert.id, "when").unwrap_or(alert.at);
            match alert.signal {
                None => {
                    let why = say::why_not_measured(&alert.when);
                    let left = alert.when.split(['>', '<']).next().unwrap_or_default();
                    let measure = left.trim().rsplit('.').next().unwrap_or_default();
                    let found = match nearest_name(measure, MEASURES) {
                        Some(near) => Diagnostic::warning("silent-alert", at, say::silent(&alert.id, &why))
                            .help(did_you_mean(near)),
                        // A measure of something that is really there, and that no engine has: memory, disks.
                        None => Diagnostic::note("not-modelled", at, say::silent(&alert.id, &why))
                            .help(say::silent_help()),
                    };
                    self.diagnostics.push(found);
                }
                Some(Signal::Errors(_)) if alert.above >= 1.0 => {
                    let why = crate::text::pairs::why_never_above();
                    self.add("silent-alert", at, (say::silent(&alert.id, &why), say::silent_help()));
                }
                Some(Signal::Busy(c)) if !self.met(c) => {
                    let why = say::why_nobody_comes(&self.model.graph[c].id);
                    self.add("silent-alert", at, (say::silent(&alert.id, &why), say::silent_help()));
                }
                _ => {}
            }
        }
    }

    /// Failures of a region where nothing stands.
    fn places(&mut self) {
        let stands = |region: RegionIx| {
            self.model.graph.node_weights().any(|c| {
                let zones = c.failure.units.iter().filter_map(|unit| unit.zone);
                let here = |zone: ZoneIx| self.model.zones[usize::from(zone.0)].region == region;
                c.failure.region == Some(region) || zones.into_iter().any(here)
            })
        };
        let empty: Vec<String> = (0..self.model.regions.len())
            .filter(|i| !stands(RegionIx(*i as u16)))
            .map(|i| self.model.regions[i].id.clone())
            .collect();
        for id in empty {
            for field in ["outages", "outage", "zone-outages", "zone-outage", "zone-share"] {
                self.field("region", &id, field, say::why_nothing_there());
            }
            // Whose it is may well be said of a region that only keeps copies.
            let entry = self.root.table("region").and_then(|t| t.table(&id)?.entries.get("provider"));
            if let Some(at) = entry.map(|entry| entry.key) {
                let path = format!("region.{id}");
                let words = say::unused_because(&path, "provider", &say::why_nothing_there());
                let note = Diagnostic::note("unused-field", at, words);
                self.diagnostics.push(note.help(say::unused_field_help("provider")));
            }
        }
    }

    /// What a backup of something else than it speaks of cannot use.
    fn backups(&mut self, components: &IndexMap<String, Reader>) {
        let tables: Vec<(String, Reader)> = self
            .root
            .table("backup")
            .into_iter()
            .flat_map(Table::tables)
            .map(|(id, _, table)| (id.to_owned(), Reader::new(table, BACKUP)))
            .collect();
        for (id, read) in tables {
            let Some(of) = read.text("of").and_then(|of| components.get(of)) else { continue };
            let kind = of.text("kind").unwrap_or_default();
            if kind != "object-store" {
                self.field("backup", &id, "rtc", say::why_of_kind("object-store"));
            }
            if kind != "database" {
                for field in ["keep", "change"] {
                    self.field("backup", &id, field, say::why_of_kind("database"));
                }
            } else if !of.states("storage") {
                self.field("backup", &id, "change", say::why_without("storage"));
            }
        }
    }

    /// Who is active when, where no journey follows the users; their number, where tiers state it.
    fn load(&mut self) {
        let follows = |j: &crate::model::workload::Journey| matches!(j.arrivals, Arrivals::PerActiveUser(_));
        let followed = self.model.journeys.iter().any(follows);
        let tiers = self.root.get("tier").is_some();
        let table = self.root.table("load").cloned().unwrap_or_default();
        for (field, entry) in &table.entries {
            let why = match field.as_str() {
                "users" | "tenants" if tiers => say::why_tiers(),
                "active" | "users" if !followed => say::why_no_rate(),
                _ => continue,
            };
            let words = say::unused_because("load", field, &why);
            self.add("unused-field", entry.key, (words, say::unused_field_help(field)));
        }
    }
}
