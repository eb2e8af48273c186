//! What a reader of the plan must know: contradictions, impossible promises, holes. Shown, never repaired.

use crate::fields::node::{Node, Table};
use crate::fields::reader::words;
use crate::model::{Finding, Model};

/// All findings of a compiled tier.
pub fn findings(root: &Table, _model: &Model, _unscheduled: &[(String, u32, u32)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    notes(root, &mut findings);
    findings
}

/// Every `note` of the file is a finding of its own: somebody thought it worth saying.
fn notes(root: &Table, findings: &mut Vec<Finding>) {
    for (kind, _, tables) in root.tables() {
        for (id, _, table) in tables.tables() {
            if let Some((node, words)) = table.get("note").and_then(|n: &Node| Some((n, words(n)?))) {
                findings.push(Finding { code: format!("note-{kind}-{id}"), words, at: node.span });
            }
        }
    }
}
