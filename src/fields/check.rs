//! Checks a table against its fields: every unknown key, every missing key and every bad value, all in one pass.
//! On the way it collects what the ledger needs (values with a range or a source) and the ids that must exist.

use super::node::{Data, Node, Table};
use super::value::{self, Value};
use super::{EVERYWHERE, Field, Ref, Type, When, dates, expected, find};
use crate::diag::{Diagnostic, Span, nearest_name};
use crate::text::Phrase;
use crate::text::diagnostics as say;
use crate::text::unused;
use crate::units::grammar::Dim;

/// What checking found.
#[derive(Debug, Default)]
pub struct Check {
    /// Everything that is wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// Quantities with a range or a source, in the order of the file.
    pub found: Vec<Found>,
    /// Ids that must exist: what they refer to, the id, its place.
    pub references: Vec<(Ref, String, Span)>,
    /// How many names have been looked up among their likes.
    hints: usize,
}

/// Most unknown names of a file that are compared with the known ones: more are no slips, and each costs a look at all.
pub const MAX_HINTS: usize = 100;

/// A quantity for the ledger.
#[derive(Clone, Debug)]
pub struct Found {
    /// Path in the scenario: `journey.api.rate`.
    pub path: String,
    /// The quantity.
    pub value: Value,
    /// Sources named by `from`, or the fact it was taken from.
    pub source: Option<String>,
    /// Where it stands.
    pub at: Span,
}

impl Check {
    /// Checks the table at `path`, declared by `fields`. `at` is the place to point at when a field is missing.
    /// O(fields x keys), both small.
    pub fn table(&mut self, path: &str, at: Span, table: &Table, fields: &[Field]) {
        self.keys(path, table, fields, &[]);
        for field in fields.iter().filter(|f| f.required && table.get(f.name).is_none()) {
            let message = say::missing_field(path, field.name);
            let help = say::expected(expected::expected(&field.ty));
            self.diagnostics.push(Diagnostic::error("missing-field", at, message).help(help));
        }
        for (key, entry) in &table.entries {
            let Some(field) = find(fields, key) else { continue };
            self.use_of(path, field, entry.key, table, fields);
            let source = sources(table, key);
            self.value(
                &format!("{path}.{}", super::node::key_text(key)),
                field,
                &field.ty,
                &entry.node,
                source.as_deref(),
            );
        }
        if let Some(Node { data: Data::Table(from), .. }) = table.get("from") {
            for (key, entry) in &from.entries {
                if find(fields, key).is_none() {
                    self.unknown(entry.key, key, &format!("{path}.from"), fields.iter().map(|f| f.name));
                } else if table.get(key).is_none() {
                    let message = unused::source_of_nothing(path, key);
                    let warning = Diagnostic::warning("unused-source", entry.key, message);
                    self.diagnostics.push(warning.help(unused::source_of_nothing_help(key)));
                }
            }
        }
    }

    /// Reports a field that no engine looks at, where it stands.
    fn use_of(&mut self, path: &str, field: &Field, at: Span, table: &Table, fields: &[Field]) {
        if !field.modelled {
            let note = Diagnostic::note("not-modelled", at, unused::not_modelled(path, field.name));
            self.diagnostics.push(note.help(unused::not_modelled_help(field.name)));
        }
        if field.when.contains(&When::ForReaders) {
            let message = unused::unused_because(path, field.name, &unused::why_for_readers());
            let note = Diagnostic::note("unused-field", at, message);
            self.diagnostics.push(note.help(unused::not_modelled_help(field.name)));
        } else if let Some(unmet) = field.when.iter().find(|when| !holds(when, table, fields))
            && !is_never(field, table)
        {
            let message = unused::unused_field(path, field.name, &condition(unmet));
            let warning = Diagnostic::warning("unused-field", at, message);
            self.diagnostics.push(warning.help(unused::unused_field_help(field.name)));
        }
    }

    /// Reports keys that are neither fields, nor in `also`, nor `x-...`.
    pub fn keys(&mut self, path: &str, table: &Table, fields: &[Field], also: &[&str]) {
        for (key, entry) in &table.entries {
            let known = key.starts_with("x-") || find(fields, key).is_some() || also.contains(&key.as_str());
            if !known {
                let candidates = fields.iter().chain(EVERYWHERE).map(|f| f.name).chain(also.iter().copied());
                self.unknown(entry.key, key, path, candidates);
            }
        }
    }

    fn unknown<'a>(
        &mut self,
        at: Span,
        key: &str,
        path: &str,
        candidates: impl Iterator<Item = &'a str> + Clone,
    ) {
        let help = self.hint(key, candidates);
        let message = say::unknown_field(key, path);
        self.diagnostics.push(Diagnostic::error("unknown-field", at, message).help(help));
    }

    /// Whether one more unknown name may be compared with the known ones.
    pub fn may_hint(&self) -> bool {
        self.hints < MAX_HINTS
    }

    /// What to say about a name that none of these is.
    pub fn hint<'a>(&mut self, name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Phrase {
        self.hints += 1;
        let near = if self.hints > MAX_HINTS { None } else { nearest_name(name, known.clone()) };
        near.map_or_else(|| say::one_of(&known.take(say::MOST_NAMED).collect::<Vec<_>>()), say::did_you_mean)
    }

    fn wrong(&mut self, field: &Field, ty: &Type, node: &Node) {
        let expected = expected::expected(ty);
        let message = say::wrong_type(field.name, expected.clone());
        self.diagnostics
            .push(Diagnostic::error("wrong-type", node.span, message).help(say::expected(expected)));
    }

    fn value(&mut self, path: &str, field: &Field, ty: &Type, node: &Node, source: Option<&str>) {
        if ty.dim().is_some() {
            return self.quantity(path, field, ty, node, source);
        }
        match (ty, &node.data) {
            (Type::Any, _) | (Type::Text | Type::Words, Data::Text(_)) | (Type::Flag, Data::Flag(_)) => {}
            (Type::Date | Type::Month, Data::Text(_) | Data::Date(_)) => {
                let month = matches!(ty, Type::Month);
                if dates::stated(node).is_none_or(|date| month && date.month.is_none()) {
                    let expected = expected::expected(ty);
                    let message = say::bad_value(&node.to_words(), expected.clone());
                    let error = Diagnostic::error("bad-date", node.span, message);
                    self.diagnostics.push(error.help(say::bad_date_help()));
                }
            }
            (Type::Zone, Data::Text(text)) => {
                if dates::zone(text).is_none() {
                    let help = dates::nearest_zone(text)
                        .map_or_else(|| say::expected(expected::expected(ty)), say::did_you_mean);
                    let error = Diagnostic::error("unknown-timezone", node.span, say::unknown_timezone(text));
                    self.diagnostics.push(error.help(help));
                }
            }
            (Type::Words, Data::Table(words)) => {
                for (key, entry) in &words.entries {
                    if !matches!(key.as_str(), "ja" | "en") {
                        self.unknown(entry.key, key, path, ["ja", "en"].into_iter());
                    } else if entry.node.text().is_none() {
                        self.wrong(field, &Type::Text, &entry.node);
                    }
                }
            }
            (Type::Choice(words), Data::Text(text)) => {
                if !words.contains(&text.as_str()) {
                    let help = self.hint(text, words.iter().copied());
                    let message = say::bad_choice(text, field.name);
                    self.diagnostics.push(Diagnostic::error("bad-choice", node.span, message).help(help));
                }
            }
            (Type::Ref(to), Data::Text(text)) => self.references.push((*to, text.clone(), node.span)),
            (Type::Steps | Type::List(_), Data::List(list)) => {
                self.chosen(field, ty, node, list);
                let inner = if let Type::List(inner) = ty { inner } else { &Type::Any };
                for (i, item) in list.iter().enumerate() {
                    self.value(&format!("{path}[{i}]"), field, inner, item, source);
                }
            }
            (Type::OneOrMore(inner), Data::List(list)) => {
                self.chosen(field, ty, node, list);
                for item in list {
                    self.value(path, field, inner, item, source);
                }
            }
            (Type::OneOrMore(inner), _) => self.value(path, field, inner, node, source),
            (Type::PerJourney(inner), Data::Table(table)) => {
                for (key, entry) in &table.entries {
                    if key != "default" {
                        self.references.push((Ref::Journey, key.clone(), entry.key));
                    }
                    self.value(&format!("{path}.{key}"), field, inner, &entry.node, source);
                }
            }
            (Type::PerJourney(inner), _) => self.value(path, field, inner, node, source),
            (Type::Map(inner), Data::Table(table)) => {
                for (key, entry) in &table.entries {
                    let path = format!("{path}.{}", super::node::key_text(key));
                    self.value(&path, field, inner, &entry.node, source);
                }
            }
            (Type::Table(fields), Data::Table(table)) => self.table(path, node.span, table, fields),
            (Type::Condition | Type::Process, Data::Text(_)) => {}
            (Type::Active, Data::Text(_) | Data::List(_)) => {}
            _ => self.wrong(field, ty, node),
        }
    }

    /// Of what is there a list chooses some: none would mean all or nothing, nobody can tell which; one twice is a slip.
    fn chosen(&mut self, field: &Field, ty: &Type, node: &Node, list: &[Node]) {
        let (Type::List(inner) | Type::OneOrMore(inner)) = ty else { return };
        if !matches!(inner, Type::Ref(_) | Type::Choice(_) | Type::Share | Type::Table(_)) {
            return;
        }
        if list.is_empty() {
            let error = Diagnostic::error("empty-list", node.span, say::empty_list(field.name));
            self.diagnostics.push(error.help(say::empty_list_help(field.name)));
        }
        let mut seen = std::collections::BTreeSet::new();
        let mut texts = list.iter().filter_map(|item| Some((item, item.text()?)));
        if let Some((item, text)) = texts.find(|(_, text)| !seen.insert(*text)) {
            let error = Diagnostic::error("listed-twice", item.span, say::listed_twice(text, field.name));
            self.diagnostics.push(error.help(say::listed_twice_help()));
        }
    }

    fn quantity(&mut self, path: &str, field: &Field, ty: &Type, node: &Node, source: Option<&str>) {
        match value::read(field, ty, node) {
            Err(diagnostic) => self.diagnostics.push(*diagnostic),
            Ok(value) => {
                value.fact.into_iter().for_each(super::facts::cite);
                let fact = value.fact.map(|f| f.id.to_owned());
                let source = fact.or_else(|| source.map(str::to_owned));
                if (value.range.is_some() || source.is_some()) && value.dim != Dim::Money {
                    self.found.push(Found { path: path.to_owned(), value, source, at: node.span });
                }
            }
        }
    }
}

/// Whether it says how often something happens, and that this is never: whatever else would have to be known of it.
fn is_never(field: &Field, table: &Table) -> bool {
    let rate = || value::read(field, &field.ty, table.get(field.name)?).ok();
    matches!(field.ty, Type::Rate) && rate().is_some_and(|rate| rate.central == 0.0 && rate.range.is_none())
}

/// Whether a condition on what stands in a table holds.
fn holds(when: &When, table: &Table, fields: &[Field]) -> bool {
    let states = |name: &&str| table.get(name).is_some();
    let default = |name: &str| find(fields, name).and_then(|field| field.default);
    match when {
        When::Is(name, words) => match table.get(name).map(|node| &node.data) {
            Some(Data::Flag(flag)) => words.contains(&if *flag { "true" } else { "false" }),
            Some(Data::Text(text)) => words.contains(&text.as_str()),
            // Something that cannot stand there is reported where it stands.
            Some(_) => true,
            None => default(name).is_some_and(|word| words.contains(&word)),
        },
        When::With(names) => names.iter().any(states),
        When::Without(names) => !names.iter().any(states),
        When::Over(name, least) => match table.get(name) {
            Some(node) => node.number().is_none_or(|number| number > f64::from(*least)),
            None => default(name).and_then(|text| text.parse::<u32>().ok()).is_some_and(|n| n > *least),
        },
        When::Never | When::ForReaders => false,
    }
}

/// A condition in words.
fn condition(when: &When) -> Phrase {
    let list = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
    match when {
        When::Is(name, words) => {
            let plain = |word: &&str| match *word {
                "true" | "false" => format!("`{name} = {word}`"),
                word => format!("`{name} = \"{word}\"`"),
            };
            unused::with_word(&words.iter().map(plain).collect::<Vec<_>>())
        }
        When::With(names) => unused::with(&list(names)),
        When::Without(names) => unused::without(&list(names)),
        When::Over(name, least) => unused::over(name, *least),
        When::Never | When::ForReaders => unused::elsewhere(),
    }
}

/// The sources that `from` names for a key, joined.
fn sources(table: &Table, key: &str) -> Option<String> {
    let named = table.table("from")?.get(key)?.texts();
    let words: Vec<&str> = named.into_iter().map(|(text, _)| text).collect();
    (!words.is_empty()).then(|| words.join(", "))
}
