//! What stands in a file and changes no answer: sorted out over all tiers and platforms, for what one of them uses is used.

use crate::diag::{Diagnostic, Span};
use crate::fields::node::{Node, Table};
use std::collections::{BTreeMap, BTreeSet};

/// Codes of what is reported only where no tier and no platform uses it.
const CODES: [&str; 7] = [
    "unused-field",
    "unused-source",
    "unused-call",
    "unreached",
    "unfelt-fault",
    "unsent-journey",
    "silent-alert",
];

/// What is idle in the tiers and platforms read so far.
#[derive(Debug, Default)]
pub struct Idle {
    /// By place: the report.
    found: BTreeMap<Span, Vec<Diagnostic>>,
    /// For each tree: what is idle in it, and the places of all its keys.
    trees: Vec<(BTreeSet<Span>, BTreeSet<Span>)>,
}

impl Idle {
    /// Takes the reports of what is idle in a tree out of what compiling it said, and gives the rest. O(size of the tree).
    pub fn sort_out(&mut self, tree: &Table, said: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let (idle, rest): (Vec<Diagnostic>, Vec<Diagnostic>) =
            said.into_iter().partition(|d| CODES.contains(&d.code.as_str()));
        let here: BTreeSet<Span> = idle.iter().map(|d| d.span).collect();
        let mut keys = BTreeSet::new();
        keys_of(tree, &mut keys);
        for one in idle {
            let kept = self.found.entry(one.span).or_default();
            if !kept.contains(&one) {
                kept.push(one);
            }
        }
        self.trees.push((here, keys));
        rest
    }

    /// What no tree uses in which it stands.
    pub fn everywhere(self) -> Vec<Diagnostic> {
        let Self { found, trees } = self;
        let used = |at: &Span| trees.iter().any(|(idle, keys)| keys.contains(at) && !idle.contains(at));
        found.into_iter().filter(|(at, _)| !used(at)).flat_map(|(_, said)| said).collect()
    }
}

/// The places of all keys of a tree, nested ones too.
fn keys_of(table: &Table, keys: &mut BTreeSet<Span>) {
    for entry in table.entries.values() {
        keys.insert(entry.key);
        let inside = entry.node.table().into_iter();
        let lists = entry.node.list().unwrap_or_default().iter().filter_map(Node::table);
        inside.chain(lists).for_each(|table| keys_of(table, keys));
    }
}
