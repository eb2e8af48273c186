//! The one overlay rule: tables merge by id, everything else replaces, `remove` takes out. It serves `extends`, tiers
//! and platforms alike.

use super::SourceFile;
use super::tables;
use crate::diag::{Diagnostic, Span, nearest_name};
use crate::fields::Type;
use crate::fields::expected::expected;
use crate::fields::node::{Data, Node, Table, split_path};
use crate::fields::parse::parse;
use crate::text::diagnostics as say;
use crate::text::unused;

/// How many files deep `extends` may go.
pub const MAX_EXTENDS: usize = 2;
/// The version of the format this program reads.
pub const SCHEMA: i64 = 1;

/// Reads all files and lays them over each other, the deepest base first.
pub fn assemble(files: &[SourceFile], diagnostics: &mut Vec<Diagnostic>) -> Table {
    let mut trees: Vec<Table> = Vec::new();
    if files.is_empty() {
        schema(0, &Table::default(), diagnostics);
    }
    for (i, file) in files.iter().take(MAX_EXTENDS + 1).enumerate() {
        let mut said = Vec::new();
        let mut tree = parse(i as u16, &file.text, &mut said);
        let unreadable = !said.is_empty() && tree.entries.is_empty();
        if tree.get("schema").is_none() && (!unreadable || !looks_like_one(&file.text)) {
            // Something else than a scenario, perhaps somebody's secrets: nothing of it is repeated.
            (tree, said) = (Table::default(), Vec::new());
            schema(i as u16, &tree, &mut said);
        } else if !unreadable {
            schema(i as u16, &tree, &mut said);
            check_base(i, files.len(), &tree, &mut said);
        }
        diagnostics.append(&mut said);
        let goes_on = tree.get("extends").is_some();
        trees.push(tree);
        if !goes_on {
            break;
        }
    }
    let mut whole = Table::default();
    while let Some(tree) = trees.pop() {
        take_out(&mut whole, &tree, diagnostics);
        lay(&mut whole, &tree);
    }
    for key in ["extends", "remove"] {
        whole.entries.shift_remove(key);
    }
    whole
}

/// What a text extends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// The file, as written.
    pub name: String,
    /// Where that is written.
    pub span: Span,
}

/// The file a text extends; `None` when it extends none or is no scenario.
pub fn base(text: &str) -> Option<Base> {
    let tree = parse(0, text, &mut Vec::new());
    let node = tree.get("extends").filter(|_| tree.get("schema").is_some())?;
    Some(Base { name: node.text()?.to_owned(), span: node.span })
}

/// Whether a text begins as a scenario does: with `schema = <number>` above the first table. Only such a text is
/// quoted in an error.
pub fn looks_like_one(text: &str) -> bool {
    let headed = |line: &str| line.starts_with("[component.") || line.starts_with("[journey.");
    if text.lines().map(str::trim_start).any(headed) {
        return true;
    }
    let above = text.trim_start_matches('\u{feff}').lines().map(str::trim_start);
    above.take_while(|line| !line.starts_with('[')).any(|line| {
        let key = ["schema", "\"schema\"", "'schema'"].into_iter().find_map(|key| line.strip_prefix(key));
        let value = key.and_then(|rest| rest.trim_start().strip_prefix('='));
        value.is_some_and(|value| value.trim_start().starts_with(|c: char| c.is_ascii_digit()))
    })
}

/// Whether a name may stand in `extends`: a relative path down from the folder, which means the same on every system.
pub fn names_a_base(name: &str) -> bool {
    let odd = |c: char| matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') || c.is_control();
    let part = |part: &str| !part.is_empty() && part != ".." && part.trim_end_matches([' ', '.']) == part;
    !name.contains(odd) && name.strip_prefix("./").unwrap_or(name).split('/').all(part)
}

fn schema(file: u16, tree: &Table, diagnostics: &mut Vec<Diagnostic>) {
    let start = Span { file, start: 0, end: 0 };
    let error =
        match tree.get("schema") {
            None => Diagnostic::error("missing-schema", start, say::missing_schema())
                .help(say::missing_schema_help()),
            Some(node) => match node.integer() {
                Some(SCHEMA) => return,
                Some(got) if got > SCHEMA => {
                    Diagnostic::error("newer-schema", node.span, say::newer_schema(got, SCHEMA))
                        .help(say::newer_schema_help())
                }
                _ => Diagnostic::error("bad-schema", node.span, say::bad_schema())
                    .help(say::missing_schema_help()),
            },
        };
    diagnostics.push(error);
}

/// Checks the `extends` of file `i` of `given`.
fn check_base(i: usize, given: usize, tree: &Table, diagnostics: &mut Vec<Diagnostic>) {
    let Some(node) = tree.get("extends") else { return };
    let Some(name) = node.text() else { return diagnostics.push(wrong_type("extends", &Type::Text, node)) };
    let error = if !names_a_base(name) {
        Diagnostic::error("extends-path", node.span, say::extends_path(name)).help(say::extends_path_help())
    } else if i >= MAX_EXTENDS {
        Diagnostic::error("extends-depth", node.span, say::extends_depth(MAX_EXTENDS))
            .help(say::extends_depth_help())
    } else if i + 1 >= given {
        Diagnostic::error("extends-missing", node.span, say::extends_missing(name))
            .help(say::extends_missing_help())
    } else {
        return;
    };
    diagnostics.push(error);
}

/// A key of the overlay itself that is not what it must be.
fn wrong_type(key: &str, ty: &Type, node: &Node) -> Diagnostic {
    let expected = expected(ty);
    Diagnostic::error("wrong-type", node.span, say::wrong_type(key, expected.clone()))
        .help(say::expected(expected))
}

/// Takes out of `below` what `over.remove` names.
fn take_out(below: &mut Table, over: &Table, diagnostics: &mut Vec<Diagnostic>) {
    const LIST: Type = Type::List(&Type::Text);
    let Some(stated) = over.get("remove") else { return };
    let Some(list) = stated.list() else { return diagnostics.push(wrong_type("remove", &LIST, stated)) };
    for node in list {
        let Some(path) = node.text() else {
            diagnostics.push(wrong_type("remove", &LIST, node));
            continue;
        };
        if !below.remove(&split_path(path)) {
            let error = Diagnostic::error("remove-missing", node.span, say::remove_missing(path));
            diagnostics.push(error.help(say::remove_missing_help()));
        }
    }
}

/// Ids of the platforms, in order.
pub fn platforms(whole: &Table) -> Vec<String> {
    whole.table("platform").map(|t| t.entries.keys().cloned().collect()).unwrap_or_default()
}

/// Ids of the tiers, in order; `base` alone for a file without tiers.
pub fn tiers(whole: &Table) -> Vec<String> {
    let stated: Vec<String> =
        whole.table("tier").map(|t| t.entries.keys().cloned().collect()).unwrap_or_default();
    if stated.is_empty() { vec!["base".to_owned()] } else { stated }
}

/// Whether a key of a tier or platform is a table laid over the scenario's own.
pub fn overlays(key: &str) -> bool {
    tables::kind(key).is_some() && !matches!(key, "tier" | "platform" | "source")
}

/// Whether a tier or platform says anything else than the scenario itself.
pub fn changes(whole: &Table, kind: &str, id: &str) -> bool {
    let over = whole.table(kind).and_then(|t| t.table(id));
    over.is_some_and(|over| over.entries.keys().any(|key| key == "remove" || overlays(key)))
}

/// The scenario as one tier sees it: its overlay laid over the rest.
pub fn for_tier(whole: &Table, tier: &str, diagnostics: &mut Vec<Diagnostic>) -> Table {
    laid(whole, "tier", tier, diagnostics)
}

/// The scenario on one platform, tiers not yet applied: they win over it.
pub fn on_platform(whole: &Table, platform: &str, diagnostics: &mut Vec<Diagnostic>) -> Table {
    laid(whole, "platform", platform, diagnostics)
}

/// Reports tables that an overlay adds although a table of nearly that name is there: most likely a slip.
fn of_nothing(below: &Table, over: &Table, diagnostics: &mut Vec<Diagnostic>) {
    for (kind, _, tables) in over.tables().filter(|(kind, ..)| overlays(kind)) {
        let single = tables::kind(kind).is_some_and(|kind| kind.single);
        let Some(known) = below.table(kind).filter(|_| !single) else { continue };
        for (id, at, _) in tables.tables().filter(|(id, ..)| known.get(id).is_none()) {
            let names = known.entries.keys().map(String::as_str);
            if let Some(near) = nearest_name(id, names) {
                let warning =
                    Diagnostic::warning("overlay-of-nothing", at, unused::overlay_of_nothing(kind, id));
                diagnostics.push(warning.help(say::did_you_mean(near)));
            }
        }
    }
}

/// The overlay of one tier or platform laid over the rest, after what it takes out.
fn laid(whole: &Table, kind: &str, id: &str, diagnostics: &mut Vec<Diagnostic>) -> Table {
    let mut resolved = whole.clone();
    let Some(over) = whole.table(kind).and_then(|t| t.table(id)) else { return resolved };
    take_out(&mut resolved, over, diagnostics);
    of_nothing(&resolved, over, diagnostics);
    let laid =
        over.entries.iter().filter(|(key, entry)| overlays(key) && matches!(entry.node.data, Data::Table(_)));
    lay(&mut resolved, &Table { entries: laid.map(|(k, e)| (k.clone(), e.clone())).collect() });
    resolved
}

/// Lays a layer on what is below. A note goes when a later layer changes the table it is about and says nothing in its
/// place: it may speak of what is no longer there.
fn lay(below: &mut Table, over: &Table) {
    for (kind, _, tables) in over.tables().filter(|(kind, ..)| overlays(kind)) {
        for (id, _, table) in tables.tables() {
            if !table.entries.is_empty() && table.get("note").is_none() {
                below.remove(&[kind, id, "note"].map(str::to_owned));
            }
        }
    }
    below.lay(over);
}
