//! Phases and tasks of the roadmap, and controls.

use super::tables::{CONTROL, PHASE, TASK};
use crate::diag::{Diagnostic, Span};
use crate::fields::Reader;
use crate::fields::node::{Node, Table};
use crate::kinds::common::takes_of;
use crate::model::roadmap::{Control, Phase, Roadmap, Task};
use crate::text::Phrase;
use crate::text::roadmap as say;
use std::collections::BTreeMap;

/// Reads the roadmap of a resolved scenario. What refers to nothing known has been reported already.
pub fn roadmap(root: &Table, diagnostics: &mut Vec<Diagnostic>) -> Roadmap {
    let phases: Vec<_> = root.table("phase").into_iter().flat_map(Table::tables).collect();
    let tasks: Vec<_> = root.table("task").into_iter().flat_map(Table::tables).collect();
    let places = |all: &[(&str, crate::diag::Span, &Table)]| -> BTreeMap<String, usize> {
        all.iter().enumerate().map(|(i, (id, ..))| ((*id).to_owned(), i)).collect()
    };
    let (phase_of, task_of) = (places(&phases), places(&tasks));
    let names = |read: &Reader, field: &str| -> Vec<String> {
        let texts = read.node(field).map(Node::texts).unwrap_or_default();
        texts.into_iter().map(|(text, _)| text.to_owned()).collect()
    };
    let mut roadmap = Roadmap::default();
    for (id, at, table) in &phases {
        let read = Reader::new(table, PHASE);
        roadmap.phases.push(Phase {
            id: (*id).to_owned(),
            name: read.words("name").unwrap_or_else(|| Phrase::same(*id)),
            after: names(&read, "after").iter().filter_map(|other| phase_of.get(other).copied()).collect(),
            takes: read.value("takes").map(|value| takes_of(&value)),
            at: *at,
        });
    }
    for (id, at, table) in &tasks {
        let read = Reader::new(table, TASK);
        roadmap.tasks.push(Task {
            id: (*id).to_owned(),
            name: read.words("name").unwrap_or_else(|| Phrase::same(*id)),
            phase: read.text("phase").and_then(|phase| phase_of.get(phase).copied()),
            after: names(&read, "after").iter().filter_map(|other| task_of.get(other).copied()).collect(),
            takes: read.value("takes").map(|value| takes_of(&value)),
            delivers: names(&read, "delivers"),
            done: read.flag("done").unwrap_or(false),
            at: *at,
        });
    }
    if let Some(found) = circle(&roadmap) {
        let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
        let error = Diagnostic::error("roadmap-circle", found[0].1, say::circle(&ids));
        diagnostics.push(error.help(say::circle_help()));
    }
    roadmap
}

/// Every `quote` of the file outside its tiers and platforms, in order.
pub fn quotes(table: &Table) -> Vec<String> {
    let mut all = Vec::new();
    for (key, entry) in table.entries.iter().filter(|(key, _)| !matches!(key.as_str(), "tier" | "platform")) {
        match (entry.node.text(), entry.node.table()) {
            (Some(words), _) if key == "quote" => all.push(words.to_owned()),
            (_, Some(inner)) => all.extend(quotes(inner)),
            _ => {}
        }
    }
    all
}

/// Reads the controls that the file speaks of.
pub fn controls(root: &Table) -> Vec<Control> {
    let one = |(id, at, table): (&str, _, &Table)| {
        let read = Reader::new(table, CONTROL);
        let done = read.flag("done").unwrap_or(false);
        let frameworks = table.get("frameworks").and_then(|node| node.list()).unwrap_or_default();
        let observed = frameworks.iter().any(|node| {
            // One criterion of it is seen in the same report: `soc2:CC7.2`.
            node.text().is_some_and(|text| text.split(':').next() == Some("soc2"))
        });
        let quote = table.get("quote").and_then(|node| node.text()).map(str::to_owned);
        Control { id: id.to_owned(), quote, evidence: read.words("evidence"), observed, done, at }
    };
    root.table("control").into_iter().flat_map(Table::tables).map(one).collect()
}

/// Phases and tasks that wait for each other, in the order of the file: a task begins after its phase's predecessors have ended
/// and after the tasks it names, a phase ends with the last of its tasks. `None`: nobody does. O(phases + tasks + waits).
fn circle(roadmap: &Roadmap) -> Option<Vec<(String, Span)>> {
    // Begins of phases, ends of phases, tasks.
    let (phases, tasks) = (roadmap.phases.len(), roadmap.tasks.len());
    let mut waits: Vec<Vec<usize>> = vec![Vec::new(); 2 * phases + tasks];
    for (p, phase) in roadmap.phases.iter().enumerate() {
        waits[p].extend(phase.after.iter().map(|before| phases + before));
        waits[phases + p].push(p);
    }
    for (t, task) in roadmap.tasks.iter().enumerate() {
        let at = 2 * phases + t;
        waits[at].extend(task.after.iter().map(|before| 2 * phases + before));
        if let Some(phase) = task.phase {
            waits[at].push(phase);
            waits[phases + phase].push(at);
        }
    }
    let mut turned: Vec<Vec<usize>> = vec![Vec::new(); waits.len()];
    for (at, before) in waits.iter().enumerate() {
        before.iter().for_each(|before| turned[*before].push(at));
    }
    // What is behind nobody in a circle, and what is in front of nobody in one, is in none.
    let mut open = vec![true; waits.len()];
    peel(&waits, &turned, &mut open);
    peel(&turned, &waits, &mut open);
    let mut seen = std::collections::BTreeSet::new();
    let named = |at: usize| match at {
        at if at < 2 * phases => &roadmap.phases[at % phases.max(1)].id,
        at => &roadmap.tasks[at - 2 * phases].id,
    };
    let span = |at: usize| match at {
        at if at < 2 * phases => roadmap.phases[at % phases.max(1)].at,
        at => roadmap.tasks[at - 2 * phases].at,
    };
    let kept = (0..open.len()).filter(|at| open[*at]);
    let found: Vec<(String, Span)> =
        kept.map(|at| (named(at).clone(), span(at))).filter(|one| seen.insert(one.1)).collect();
    (!found.is_empty()).then_some(found)
}

/// Takes away, again and again, what waits for nobody that is left.
fn peel(waits: &[Vec<usize>], turned: &[Vec<usize>], open: &mut [bool]) {
    let left = |open: &[bool], at: usize| waits[at].iter().filter(|before| open[**before]).count();
    let mut counts: Vec<usize> = (0..open.len()).map(|at| left(open, at)).collect();
    let mut free: Vec<usize> = (0..open.len()).filter(|at| open[*at] && counts[*at] == 0).collect();
    while let Some(at) = free.pop() {
        open[at] = false;
        for next in turned[at].iter().filter(|next| open[**next]) {
            counts[*next] -= 1;
            if counts[*next] == 0 {
                free.push(*next);
            }
        }
    }
}
