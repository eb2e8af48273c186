//! Phases and tasks of the roadmap, and controls.

use super::tables::{CONTROL, PHASE, TASK};
use crate::diag::Diagnostic;
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
    let of_phases: Vec<&[usize]> = roadmap.phases.iter().map(|p| &p.after[..]).collect();
    let of_tasks: Vec<&[usize]> = roadmap.tasks.iter().map(|t| &t.after[..]).collect();
    for (circle, at) in [
        (circle(&of_phases), roadmap.phases.iter().map(|p| (p.id.as_str(), p.at)).collect::<Vec<_>>()),
        (circle(&of_tasks), roadmap.tasks.iter().map(|t| (t.id.as_str(), t.at)).collect()),
    ] {
        let Some(first) = circle.first() else { continue };
        let ids: Vec<&str> = circle.iter().map(|i| at[*i].0).collect();
        let error = Diagnostic::error("roadmap-circle", at[*first].1, say::circle(&ids));
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
        let observed = frameworks.iter().any(|node| node.text() == Some("soc2"));
        let quote = table.get("quote").and_then(|node| node.text()).map(str::to_owned);
        Control { id: id.to_owned(), quote, evidence: read.words("evidence"), observed, done, at }
    };
    root.table("control").into_iter().flat_map(Table::tables).map(one).collect()
}

/// Those that never begin because they wait for each other, in the order of the file; empty when nobody does.
/// O(steps + waits).
fn circle(after: &[&[usize]]) -> Vec<usize> {
    let mut waits: Vec<usize> = after.iter().map(|before| before.len()).collect();
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); after.len()];
    for (i, before) in after.iter().enumerate() {
        before.iter().for_each(|before| followers[*before].push(i));
    }
    let mut ready: Vec<usize> = (0..after.len()).filter(|i| waits[*i] == 0).collect();
    while let Some(i) = ready.pop() {
        for next in &followers[i] {
            waits[*next] -= 1;
            if waits[*next] == 0 {
                ready.push(*next);
            }
        }
    }
    (0..after.len()).filter(|i| waits[*i] > 0).collect()
}
