//! Reads the typed values of a table that has been checked. What is absent takes the field's default; what is absent
//! without default is `None`: unknown, never zero.

use super::node::{Data, Node, Table};
use super::value::{self, Value};
use super::{EVERYWHERE, Field, Type, find};
use crate::stats::distribution::Distribution;
use crate::text::Phrase;
use crate::units::{Duration, Money, Probability, Rate};

/// A table with its fields.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// What stands in the file.
    pub table: &'a Table,
    /// What may stand there.
    pub fields: &'static [Field],
}

impl<'a> Reader<'a> {
    /// A reader of this table.
    pub fn new(table: &'a Table, fields: &'static [Field]) -> Self {
        Self { table, fields }
    }

    fn field(&self, name: &str) -> Option<&'static Field> {
        let found = self.fields.iter().chain(EVERYWHERE).find(|f| f.name == name);
        debug_assert!(found.is_some(), "field `{name}` is not declared");
        found
    }

    /// What stands in the file under this name.
    pub fn node(&self, name: &str) -> Option<&'a Node> {
        self.table.get(name)
    }

    /// Whether the file says anything about it.
    pub fn states(&self, name: &str) -> bool {
        self.node(name).is_some()
    }

    /// A quantity, or the field's default.
    pub fn value(&self, name: &str) -> Option<Value> {
        let field = self.field(name)?;
        self.value_of(field, &field.ty, self.node(name))
    }

    fn value_of(&self, field: &Field, ty: &Type, node: Option<&Node>) -> Option<Value> {
        match node {
            Some(node) => value::read(field, ty, node).ok(),
            None => value::read_default(field, ty, field.default?),
        }
    }

    /// A quantity's central value in SI.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.value(name).map(|v| v.central)
    }

    /// A whole number that fits.
    pub fn count(&self, name: &str) -> Option<u32> {
        self.number(name).map(|n| n.clamp(0.0, f64::from(u32::MAX)) as u32)
    }

    /// A duration.
    pub fn time(&self, name: &str) -> Option<Duration> {
        self.number(name).and_then(Duration::new)
    }

    /// A rate.
    pub fn rate(&self, name: &str) -> Option<Rate> {
        self.number(name).and_then(Rate::new)
    }

    /// A share, chance or availability.
    pub fn share(&self, name: &str) -> Option<Probability> {
        self.number(name).map(Probability::clamp)
    }

    /// A distribution; a plain value is a constant.
    pub fn spread(&self, name: &str) -> Option<Distribution> {
        self.value(name).map(|v| v.distribution())
    }

    /// Money per month.
    pub fn money(&self, name: &str) -> Option<(Money, bool)> {
        let value = self.value(name)?;
        value.money.map(|m| (m, value.at_least))
    }

    /// A flag, or the field's default.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.node(name).map(|n| &n.data) {
            Some(Data::Flag(flag)) => Some(*flag),
            Some(_) => None,
            None => self.field(name)?.default.map(|d| d == "true"),
        }
    }

    /// A text, an id or a chosen word, or the field's default.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        match self.node(name) {
            Some(node) => node.text(),
            None => self.field(name)?.default,
        }
    }

    /// A list of texts, or one.
    pub fn texts(&self, name: &str) -> Vec<&'a str> {
        self.node(name).map(|n| n.texts().into_iter().map(|(t, _)| t).collect()).unwrap_or_default()
    }

    /// Words in one or two languages.
    pub fn words(&self, name: &str) -> Option<Phrase> {
        words(self.node(name)?)
    }

    /// An inline table with fields of its own.
    pub fn sub(&self, name: &str) -> Option<Reader<'a>> {
        match (self.field(name)?.ty, self.table.table(name)) {
            (Type::Table(fields), Some(table)) => Some(Reader { table, fields }),
            _ => None,
        }
    }

    /// The value that holds for one journey: its own, else `default`, else the one for all, else the field's default.
    pub fn for_journey(&self, name: &str, journey: &str) -> Option<Value> {
        let field = self.field(name)?;
        let ty = match &field.ty {
            Type::PerJourney(inner) => *inner,
            ty => ty,
        };
        match self.node(name) {
            Some(Node { data: Data::Table(table), .. }) => {
                let node = table.get(journey).or_else(|| table.get("default"))?;
                value::read(field, ty, node).ok()
            }
            node => self.value_of(field, ty, node),
        }
    }

    /// The tunable fields that the file states, as written: what an inspector shows first.
    pub fn facts(&self) -> Vec<(String, String)> {
        let stated = |(key, entry): (&String, &super::node::Entry)| {
            let tunable = find(self.fields, key).is_some_and(|f| f.tunable);
            tunable.then(|| (key.clone(), entry.node.to_words()))
        };
        self.table.entries.iter().filter_map(stated).collect()
    }
}

/// Words in one or two languages; one language stands for the other where that is missing.
pub fn words(node: &Node) -> Option<Phrase> {
    match &node.data {
        Data::Text(text) => Some(Phrase::same(text.as_str())),
        Data::Table(table) => {
            let one = |key| table.get(key).and_then(Node::text);
            let (ja, en) = (one("ja"), one("en"));
            Some(Phrase::new(ja.or(en)?, en.or(ja)?))
        }
        _ => None,
    }
}
