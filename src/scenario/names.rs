//! Names that are taken from a vendor's lists: machine types, database classes, cache types, models, codes of regions. Names of the
//! file's own stay possible; one that is nearly a listed one and has no price or size of its own is said to be a likely slip, for
//! the bill would only say that it knows no price.

use crate::diag::{Diagnostic, Span, nearest_name};
use crate::fields::Reader;
use crate::fields::node::{Node, Table};
use crate::kinds::machines::{Machine, machine};
use crate::model::Model;
use crate::text::{Phrase, names as say};
use indexmap::IndexMap;

/// The field that takes a name from a list, by kind of component, and whether what it names has a size of its own.
const LISTED: [(&str, &str, bool); 4] = [
    ("node-group", "type", true),
    ("database", "class", true),
    ("cache", "type", false),
    ("llm-api", "model", false),
];

/// Frameworks that controls are told by: what a `[control.*]` names before its colon.
const FRAMEWORKS: [&str; 4] = ["soc2", "iso27001", "gdpr", "pci"];

/// Says all of it. O(components x items on sale).
pub fn names(
    root: &Table,
    model: &Model,
    components: &IndexMap<String, Reader>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for (id, read) in components {
        let of = read.text("kind").unwrap_or_default();
        let Some((_, field, sized)) = LISTED.into_iter().find(|(kind, ..)| *kind == of) else { continue };
        let (Some(name), Some(node)) = (read.text(field), read.node(field)) else { continue };
        if sized {
            larger(read, name, machine(name), diagnostics);
        }
        let states_size = !sized || read.states("vcpu");
        let paid = |line: &crate::model::usage::OwnLine| line.pays.as_deref() == Some(id.as_str());
        let own = states_size && model.books.iter().any(|book| book.lines.iter().any(paid));
        if let Some((near, provider)) = unlisted(model, id, name).filter(|_| !own) {
            not_listed(diagnostics, node.span, say::not_listed(name, &provider), near);
        }
    }
    regions(root, diagnostics);
    frameworks(root, diagnostics);
}

fn not_listed(diagnostics: &mut Vec<Diagnostic>, at: Span, said: Phrase, near: &str) {
    diagnostics.push(Diagnostic::warning("not-listed", at, said).help(say::not_listed_help(near)));
}

/// The list book of a provider; of another one, or of nobody, the judged one where that is a list.
fn book(model: &Model, provider: Option<&str>) -> String {
    let shipped = crate::cost::shipped_books();
    let own = provider.map(|provider| format!("{provider}-list"));
    let judged = Some(model.prices.clone());
    let found = own.into_iter().chain(judged).find(|book| shipped.contains(&book.as_str()));
    found.unwrap_or_else(|| "aws-list".to_owned())
}

/// The nearest listed name of one that is on no list where the component stands, and whose list that is.
fn unlisted(model: &Model, id: &str, name: &str) -> Option<(&'static str, String)> {
    let ix = model.component(id)?;
    let component = &model.graph[ix];
    let provider = component.failure.provider.and_then(|p| model.providers.get(usize::from(p.0)));
    let provider = provider.map(|provider| provider.id.as_str());
    let book = book(model, provider);
    let families = component.usages.iter().filter_map(|one| one.item.split_once(':'));
    let family = families.filter(|(_, detail)| *detail == name).map(|(family, _)| family).next()?;
    let sold = crate::cost::on_sale(model, ix, &book, family);
    if sold.contains(&name) || machine(name.trim_start_matches("cache.")).is_some() {
        return None;
    }
    let near = nearest_name(name, sold)?;
    Some((near, provider.unwrap_or(&book).to_owned()))
}

/// A size above that of the type: it would be paid as the smaller one.
fn larger(read: &Reader, name: &str, known: Option<Machine>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(known) = known else { return };
    let shown = |bytes: f64| crate::units::grammar::print(bytes, crate::units::grammar::Dim::Bytes);
    let has = |field: &str| crate::fields::find(read.fields, field).is_some();
    for (field, most, words) in
        [("vcpu", known.vcpu, known.vcpu.to_string()), ("memory", known.memory, shown(known.memory))]
    {
        let Some(node) = read.node(field).filter(|_| has(field)) else { continue };
        if read.number(field).is_some_and(|stated| stated > most * (1.0 + 1e-9)) {
            let error = Diagnostic::error("other-size", node.span, say::other_size(name, field, &words));
            diagnostics.push(error.help(say::other_size_help(field)));
        }
    }
}

/// Codes of regions that their provider has not, where one of nearly that name has prices.
fn regions(root: &Table, diagnostics: &mut Vec<Diagnostic>) {
    for (_, _, table) in root.table("region").into_iter().flat_map(Table::tables) {
        let (Some(provider), Some(node)) = (table.get("provider").and_then(Node::text), table.get("code"))
        else {
            continue;
        };
        let code = node.text().unwrap_or_default();
        let known = crate::cost::regions(&format!("{provider}-list"));
        if known.contains(&code) {
            continue;
        }
        if let Some(near) = nearest_name(code, known) {
            not_listed(diagnostics, node.span, say::region_not_listed(code, provider), near);
        }
    }
}

/// Frameworks that are nearly one that is known: what is said of it would not be found.
fn frameworks(root: &Table, diagnostics: &mut Vec<Diagnostic>) {
    for (_, _, table) in root.table("control").into_iter().flat_map(Table::tables) {
        for (text, at) in table.get("frameworks").map(Node::texts).unwrap_or_default() {
            let name = text.split(':').next().unwrap_or_default();
            let near = nearest_name(name, FRAMEWORKS).filter(|_| !FRAMEWORKS.contains(&name));
            if let Some(near) = near {
                not_listed(diagnostics, at, say::framework_not_listed(name), near);
            }
        }
    }
}
