//! `[fact]`: values that a scenario states in place of shipped facts. What an engine assumes is a fact with an id; so there is
//! one place to put one's own measurement, or to rule something out with a zero, and it stands in the file for everyone to see.

use crate::diag::{Diagnostic, nearest_name};
use crate::fields::check::{Check, Found};
use crate::fields::facts::{self, Fact, Used};
use crate::fields::node::{Entry, Node, Table, key_text};
use crate::fields::value::{self, Value};
use crate::fields::{EVERYWHERE, Field, Type};
use crate::model::Assumption;
use crate::text::diagnostics as say;
use crate::text::{Words, words};
use crate::units::grammar::{Dim, print};
use crate::units::own::Own;

const HELP: Words = words("事実の値。", "Value of a fact.");

/// The field that a fact's own value is: what its unit measures. `None`: not a quantity that a field can have.
fn field(fact: &Fact) -> Option<Field> {
    let ty = match value::fact_unit(fact.unit)?.1 {
        Dim::Time => Type::Time,
        Dim::Rate => Type::Rate,
        Dim::Share => Type::Share,
        Dim::Count => Type::Number,
        Dim::Bytes => Type::Bytes,
        Dim::ByteRate => Type::ByteRate,
        Dim::Growth => Type::Growth,
        Dim::Cpu => Type::Cpu,
        Dim::Money => return None,
    };
    Some(Field::new("fact", ty, HELP))
}

/// What stands in the table beside what every table may have.
fn entries(table: &Table) -> impl Iterator<Item = (&String, &Entry)> {
    let own = |key: &str| !key.starts_with("x-") && EVERYWHERE.iter().all(|f| f.name != key);
    table.entries.iter().filter(move |(key, _)| own(key))
}

fn read_one(fact: &'static Fact, node: &Node) -> Option<Result<Value, Box<Diagnostic>>> {
    let field = field(fact)?;
    Some(value::read(&field, &field.ty, node))
}

/// Checks the table, and collects the ranges it states.
pub fn check(check: &mut Check, table: &Table) {
    for (id, entry) in entries(table) {
        let Some(fact) = facts::fact(id) else {
            let help = facts::nearest(id).map_or_else(say::own_fact_help, say::did_you_mean);
            check
                .diagnostics
                .push(Diagnostic::error("unknown-fact", entry.key, say::unknown_fact(id)).help(help));
            continue;
        };
        match read_one(fact, &entry.node) {
            None => {
                let error = Diagnostic::error("fact-unit", entry.key, say::own_fact_unit(id, fact.unit));
                check.diagnostics.push(error.help(say::own_fact_help()));
            }
            Some(Err(wrong)) => check.diagnostics.push(*wrong),
            Some(Ok(value)) if value.range.is_some() => check.found.push(Found {
                path: format!("fact.{}", key_text(id)),
                value,
                source: Some(id.clone()),
                at: entry.node.span,
            }),
            Some(Ok(_)) => {}
        }
    }
    let known = Table {
        entries: table
            .entries
            .iter()
            .filter(|(key, _)| EVERYWHERE.iter().any(|f| f.name == **key))
            .map(|(k, e)| (k.clone(), e.clone()))
            .collect(),
    };
    check.table("fact", Default::default(), &known, &[]);
}

/// The values, in the units of their facts. What is wrong with them `check` has said.
pub fn own(root: &Table) -> Own {
    let mut own = Own::default();
    for (id, entry) in root.table("fact").into_iter().flat_map(entries) {
        let Some(fact) = facts::fact(id) else { continue };
        let (Some(Ok(value)), Some((factor, _))) = (read_one(fact, &entry.node), value::fact_unit(fact.unit))
        else {
            continue;
        };
        let range = value.range.map(|range| (range.low / factor, range.high / factor));
        own.state(fact.id, value.central / factor, range);
    }
    own
}

/// Stated values that nothing asked for.
pub fn idle(root: &Table, used: &Used, diagnostics: &mut Vec<Diagnostic>) {
    for (id, entry) in root.table("fact").into_iter().flat_map(entries) {
        let asked = |list: &[&str]| list.contains(&id.as_str());
        // Time to come back is worked out later, from facts of these names.
        let later = ["fo.human.", "fo.deploy.", "fo.r53.", "rate.backup.", "rate.dr."]
            .iter()
            .any(|p| id.starts_with(p));
        if facts::fact(id).is_some() && !asked(&used.used) && !asked(&used.cited) && !later {
            let near = nearest_name(id, used.used.iter().copied());
            let warning = Diagnostic::warning("idle-fact", entry.key, say::idle_fact(id));
            diagnostics.push(match near {
                Some(near) => warning.help(say::did_you_mean(near)),
                None => warning.help(say::own_fact_help()),
            });
        }
    }
}

/// The facts with a range that an engine asked for, as assumptions: what a what-if may put elsewhere. Those that the file cites
/// stand in its own lines.
pub fn assumptions(own: &Own, used: &Used) -> Vec<Assumption> {
    let one = |id: &&'static str| {
        if own.states(id) || used.cited.contains(id) {
            return None;
        }
        let fact = facts::fact(id)?;
        let (factor, dim) = value::fact_unit(fact.unit)?;
        let (value, low, high) = (fact.value? * factor, fact.low? * factor, fact.high? * factor);
        field(fact)?;
        (low < high).then(|| Assumption {
            path: format!("fact.{}", key_text(id)),
            value,
            range: Some((low, high)),
            unit: unit(dim),
            range_text: Some((print(low, dim), print(high, dim))),
            source: Some((*id).to_owned()),
            at: Default::default(),
        })
    };
    used.used.iter().filter_map(one).collect()
}

/// The SI unit of what is measured.
pub fn unit(dim: Dim) -> &'static str {
    match dim {
        Dim::Time => "s",
        Dim::Rate => "1/s",
        Dim::Growth => "1/month",
        Dim::Bytes => "B",
        Dim::ByteRate => "B/s",
        Dim::Cpu => "cores",
        Dim::Share | Dim::Count => "1",
        Dim::Money => "money/month",
    }
}
