//! Values that contradict each other, and values that make others idle: pairs that no field's own range can see. What makes an
//! answer wrong is refused, what changes nothing is reported where it stands.

mod parts;

use super::tables::{POOL, RETRY};
use super::unmet::met_by;
use crate::diag::{Diagnostic, Span};
use crate::fields::Reader;
use crate::fields::node::{Entry, Node, Table, key_text};
use crate::model::{CallIx, JourneyIx, Model};
use crate::text::{Phrase, pairs as say, unused};
use crate::units::Duration;
use crate::units::grammar::{Dim, print};
use indexmap::IndexMap;
use std::collections::BTreeSet;

/// Says all of it. O(size of the file + journeys x calls).
pub fn pairs(
    root: &Table,
    model: &Model,
    components: &IndexMap<String, Reader>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut pairs = Pairs { root, model, sound: !super::compile::failed(diagnostics), diagnostics };
    pairs.calls();
    pairs.components(components);
    pairs.phases();
    pairs.tasks();
    pairs.pipelines();
    pairs.parts(components);
}

struct Pairs<'a> {
    root: &'a Table,
    model: &'a Model,
    /// Nothing is wrong otherwise: only then is it worth saying what is idle.
    sound: bool,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl<'a> Pairs<'a> {
    fn entry(&self, path: &[&str], field: &str) -> Option<&'a Entry> {
        path.iter().try_fold(self.root, |table, key| table.table(key))?.entries.get(field)
    }

    /// A field that nothing looks at, for this reason; where the file states it.
    fn unused(&mut self, path: &[&str], field: &str, why: &Phrase) {
        if let Some(at) = self.entry(path, field).map(|entry| entry.key) {
            self.unused_at(at, path, field, why);
        }
    }

    fn unused_at(&mut self, at: Span, path: &[&str], field: &str, why: &Phrase) {
        if !self.sound {
            return;
        }
        let path: Vec<String> = path.iter().map(|key| key_text(key)).collect();
        let said = unused::unused_because(&path.join("."), field, why);
        let warning = Diagnostic::warning("unused-field", at, said);
        self.diagnostics.push(warning.help(unused::unused_field_help(field)));
    }

    fn each(&self, kind: &str) -> Vec<(&'a str, Span, &'a Table)> {
        self.root.table(kind).into_iter().flat_map(Table::tables).collect()
    }

    // ------------------------------------------------------------------------------------------------- calls

    fn calls(&mut self) {
        let mut in_circles = BTreeSet::new();
        let met: Vec<Vec<bool>> = self.model.journey_indices().map(|j| met_by(self.model, j)).collect();
        for (id, _, table) in self.each("call") {
            let ends = id.split_once("->").map(|(from, to)| (from.trim(), to.trim()));
            let Some((from, to)) =
                ends.and_then(|(from, to)| Some((self.model.component(from)?, self.model.component(to)?)))
            else {
                continue;
            };
            let Some(call) = self.model.graph.find_edge(from, to) else { continue };
            self.fallbacks(id, table, call, &mut in_circles);
            let idle: Vec<(&str, Span)> = table
                .get("fallback-for")
                .map(Node::texts)
                .unwrap_or_default()
                .into_iter()
                .filter(|(journey, _)| {
                    let journey = self.model.journey(journey);
                    journey.is_some_and(|j| !makes(self.model, j, call, &met[usize::from(j.0)]))
                })
                .collect();
            for (journey, at) in idle {
                self.unused_at(at, &["call", id], "fallback-for", &say::why_never_calls(journey, id));
            }
            self.waits(id, table, call);
        }
    }

    /// Refuses a call that falls back to itself, directly or over others: nobody would ever be told that it failed.
    fn fallbacks(&mut self, id: &str, table: &Table, call: CallIx, in_circles: &mut BTreeSet<CallIx>) {
        let Some(at) = table.get("fallback").map(|node| node.span) else { return };
        let next = |call: CallIx, journey| self.model.graph[call].policy.fallback_of(journey);
        for journey in self.model.journey_indices() {
            let mut chain = vec![call];
            while let Some(other) = chain.last().and_then(|last| next(*last, journey)) {
                if chain.contains(&other) {
                    break;
                }
                chain.push(other);
            }
            let back = chain.last().and_then(|last| next(*last, journey)) == Some(call);
            if back && !chain.iter().any(|one| in_circles.contains(one)) {
                let callee = |call: &CallIx| {
                    let to = self.model.graph.edge_endpoints(*call).map(|(_, to)| to);
                    to.map_or("", |to| self.model.graph[to].id.as_str())
                };
                let mut names: Vec<&str> = chain.iter().map(callee).collect();
                names.push(callee(&call));
                let error = Diagnostic::error("fallback-circle", at, say::fallback_circle(id, &names));
                self.diagnostics.push(error.help(say::fallback_circle_help()));
                in_circles.extend(chain);
                return;
            }
        }
    }

    /// Waits of a call that never come to pass.
    fn waits(&mut self, id: &str, table: &Table, call: CallIx) {
        let policy = &self.model.graph[call].policy;
        let shown = |time: Duration| print(time.as_seconds(), Dim::Time);
        if let (Some(hedge), Some(limit)) = (policy.hedge, policy.timeout)
            && hedge >= limit
        {
            self.unused(&["call", id], "hedge", &say::why_given_up_before(&shown(limit)));
        }
        if let Some(pool) = table.table("pool").map(|pool| Reader::new(pool, POOL))
            && pool.count("queue") == Some(0)
        {
            self.unused(&["call", id, "pool"], "timeout", &say::why_nobody_waits());
        }
        let Some(retry) = table.table("retry").map(|retry| Reader::new(retry, RETRY)) else { return };
        let path = ["call", id, "retry"];
        if retry.share("budget").is_some_and(|share| share.get() <= 0.0) {
            for field in ["extra", "base", "cap", "jitter", "retry-after"] {
                self.unused(&path, field, &say::why_no_budget());
            }
            return;
        }
        let (Some(base), Some(cap)) = (retry.time("base"), retry.time("cap")) else { return };
        if base <= Duration::ZERO {
            ["cap", "jitter"].iter().for_each(|field| self.unused(&path, field, &say::why_no_wait()));
        } else if base > cap
            && let Some(node) = retry.node("base").filter(|_| retry.states("base"))
        {
            let stated = retry.node("cap").filter(|_| retry.states("cap"));
            let at = stated.map_or(node.span, |cap| cap.span);
            let said = say::cap_below_base(&shown(cap), &shown(base));
            self.diagnostics.push(
                Diagnostic::error("cap-below-base", at, said).help(say::cap_below_base_help(&shown(base))),
            );
        }
    }

    // -------------------------------------------------------------------------------------------- components

    fn components(&mut self, components: &IndexMap<String, Reader>) {
        for (id, read) in components {
            let Some(component) = self.model.component(id).map(|ix| &self.model.graph[ix]) else { continue };
            let units = component.failure.units.len();
            let whole = read.node("availability").map(|node| node.span);
            if let (Some(at), true, true) = (whole, read.states("mtbf"), read.states("mttr")) {
                let other = read.node("mtbf").map_or(at, |node| node.span);
                let error = Diagnostic::error("stated-twice", at, say::stated_twice(id));
                self.diagnostics.push(error.label(other, say::stated_here()).help(say::stated_twice_help()));
                continue;
            }
            if let (Some(needs), Some(node)) = (read.count("needs"), read.node("needs"))
                && needs as usize > units
                && units > 0
            {
                let error =
                    Diagnostic::error("too-many-needed", node.span, say::too_many_needed(id, needs, units));
                self.diagnostics.push(error.help(say::too_many_needed_help(units)));
            }
            let path = ["component", id.as_str()];
            if units == 0 {
                self.unused(&path, "needs", &say::why_no_units(id));
            }
            let idle = match units {
                _ if whole.is_some() => Some(say::why_as_a_whole()),
                0 => Some(say::why_no_units(id)),
                1 => Some(say::why_one_unit(id)),
                _ if component.failure.unit_outages.is_empty() => Some(unused::why_without("mtbf")),
                _ => None,
            };
            if let Some(why) = &idle {
                ["common-cause", "repair-crew"].iter().for_each(|field| self.unused(&path, field, why));
            } else if read.count("repair-crew").is_some_and(|crew| crew as usize >= units) {
                self.unused(&path, "repair-crew", &say::why_nobody_queues(units));
            }
        }
    }

    // ----------------------------------------------------------------------------------------------- roadmap

    /// Whether a task of a phase has a length of its own.
    fn timed(&self, phase: usize) -> bool {
        self.model.roadmap.tasks.iter().any(|task| task.phase == Some(phase) && task.takes.is_some())
    }

    fn no_length(&mut self, at: Span, said: Phrase) {
        let error = Diagnostic::error("no-length", at, said);
        self.diagnostics.push(error.help(say::no_length_help()));
    }

    /// Refuses phases of which nobody says how long they take.
    fn phases(&mut self) {
        let roadmap = &self.model.roadmap;
        for (i, phase) in roadmap.phases.iter().enumerate() {
            let all_done = roadmap.tasks.iter().filter(|task| task.phase == Some(i)).all(|task| task.done);
            let any = roadmap.tasks.iter().any(|task| task.phase == Some(i));
            if phase.takes.is_none() && !self.timed(i) && !(any && all_done) {
                self.no_length(phase.at, say::no_length_of_phase(&phase.id));
            }
        }
    }

    /// Refuses tasks that would take no time because nobody says how long they take, or would not be waited for.
    fn tasks(&mut self) {
        let roadmap = &self.model.roadmap;
        for task in roadmap.tasks.iter().filter(|task| task.takes.is_none()) {
            let path = ["task", task.id.as_str()];
            let in_phase = task.phase.filter(|phase| !self.timed(*phase));
            let Some(phase) = in_phase else {
                if !task.done {
                    self.no_length(task.at, say::no_length_of_task(&task.id));
                }
                continue;
            };
            let Some(after) = self.entry(&path, "after").filter(|_| !task.done) else { continue };
            let elsewhere = task.after.iter().map(|other| &roadmap.tasks[*other]);
            let mut elsewhere = elsewhere.filter(|other| other.phase != Some(phase) && !other.done);
            match elsewhere.next() {
                Some(other) => {
                    let said = say::no_length_to_wait(&task.id, &other.id);
                    self.no_length(after.node.span, said);
                }
                None => self.unused(&path, "after", &say::why_phase_says(&roadmap.phases[phase].id)),
            }
        }
    }

    // ---------------------------------------------------------------------------------------------- releases

    /// Pipelines that nothing goes through, and numbers of releases that nothing takes up.
    fn pipelines(&mut self) {
        let releases = &self.model.releases;
        let taken_up = releases.iter().any(|release| release.per_day.is_none());
        for (i, pipeline) in self.model.pipelines.iter().enumerate() {
            let path = ["pipeline", pipeline.id.as_str()];
            if releases.is_empty() {
                ["steps", "after", "per-day"]
                    .iter()
                    .for_each(|field| self.unused(&path, field, &say::why_no_deploy()));
            } else if !taken_up {
                self.unused(&path, "per-day", &say::why_deploys_say());
            } else if i > 0 {
                let first = &self.model.pipelines[0].id;
                self.unused(&path, "per-day", &say::why_first_pipeline(first));
            }
        }
    }
}

/// Whether requests of a journey ever make a call, in place of another that failed too.
fn makes(model: &Model, journey: JourneyIx, call: CallIx, met: &[bool]) -> bool {
    let Some((from, _)) = model.graph.edge_endpoints(call) else { return false };
    let Some(station) = model.graph[from].station.as_ref().filter(|_| met[from.index()]) else {
        return false;
    };
    let branches = station.program(journey).steps.iter().flatten();
    let mut open: Vec<CallIx> = branches
        .flat_map(|branch| [Some(branch.call), branch.miss.map(|miss| miss.call)])
        .flatten()
        .collect();
    let mut seen = BTreeSet::new();
    while let Some(one) = open.pop() {
        if one == call {
            return true;
        }
        if seen.insert(one) {
            open.extend(model.graph[one].policy.others_of(journey));
        }
    }
    false
}
