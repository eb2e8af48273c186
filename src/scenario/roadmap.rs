//! Phases and tasks of the roadmap, and controls.

use super::tables::{CONTROL, PHASE, TASK};
use crate::diag::Diagnostic;
use crate::fields::Reader;
use crate::fields::node::{Node, Table};
use crate::kinds::common::takes_of;
use crate::model::roadmap::{Control, Phase, Roadmap, Task};
use crate::text::Phrase;
use crate::text::roadmap as say;

/// Reads the roadmap of a resolved scenario. What refers to nothing known has been reported already.
pub fn roadmap(root: &Table, diagnostics: &mut Vec<Diagnostic>) -> Roadmap {
    let phases: Vec<_> = root.table("phase").into_iter().flat_map(Table::tables).collect();
    let tasks: Vec<_> = root.table("task").into_iter().flat_map(Table::tables).collect();
    let place =
        |all: &[(&str, crate::diag::Span, &Table)], id: &str| all.iter().position(|(other, ..)| *other == id);
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
            after: names(&read, "after").iter().filter_map(|other| place(&phases, other)).collect(),
            takes: read.value("takes").map(|value| takes_of(&value)),
            at: *at,
        });
    }
    for (id, at, table) in &tasks {
        let read = Reader::new(table, TASK);
        roadmap.tasks.push(Task {
            id: (*id).to_owned(),
            name: read.words("name").unwrap_or_else(|| Phrase::same(*id)),
            phase: read.text("phase").and_then(|phase| place(&phases, phase)),
            after: names(&read, "after").iter().filter_map(|other| place(&tasks, other)).collect(),
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

/// Those that wait for each other, in the order of the file; empty when nobody does.
fn circle(after: &[&[usize]]) -> Vec<usize> {
    let mut open: Vec<usize> = (0..after.len()).collect();
    loop {
        let waits = |i: &usize| after[*i].iter().any(|other| open.contains(other));
        let left: Vec<usize> = open.iter().copied().filter(waits).collect();
        if left.len() == open.len() {
            return open;
        }
        open = left;
    }
}
