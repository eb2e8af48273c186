//! The reference page of the format, in Markdown: every table and kind with its example, its fields, and what is not
//! modelled yet.

use super::super::{tables, validate};
use crate::fields::expected::expected;
use crate::fields::parse::{MAX_BYTES, MAX_NESTING};
use crate::fields::{EVERYWHERE, Field, Type, spread};
use crate::kinds;
use crate::text::fields::of_dim;
use crate::text::reference as say;
use crate::text::{Lang, Words};
use crate::units::grammar::{Dim, print};

/// The page in one language. O(fields).
pub fn reference(lang: Lang) -> String {
    let mut page = Page { lang, out: String::new() };
    page.heading(1, say::TITLE);
    page.paragraph(say::INTRO.get(lang));
    page.heading(2, say::RULES);
    for rule in say::RULE_LINES {
        page.item(rule.get(lang));
    }
    page.out.push('\n');
    page.quantities();
    page.heading(2, say::TOP);
    page.fields("", tables::ROOT);
    page.heading(2, say::EVERYWHERE);
    page.fields("", EVERYWHERE);
    page.heading(2, say::TABLES);
    for kind in &tables::TABLES {
        let title = if kind.single { format!("[{}]", kind.id) } else { format!("[{}.id]", kind.id) };
        page.entry(&title, kind.name, kind.help, kind.example);
        if matches!(kind.id, "tier" | "platform") {
            page.paragraph(say::OVERLAYS.get(lang));
        }
        if kind.id != "component" {
            page.fields("", kind.fields);
        }
    }
    page.heading(2, say::COMMON);
    page.fields("", kinds::common::FIELDS);
    page.heading(2, say::KINDS);
    for kind in kinds::KINDS {
        page.entry(kind.id, kind.name, kind.help, kind.example);
        match kind.own {
            [] => page.paragraph(say::NO_FIELDS.get(lang)),
            own => page.fields("", own),
        }
    }
    page.heading(2, say::LIMITS);
    let limits = say::limits(MAX_BYTES >> 20, MAX_NESTING, validate::MAX_COMPONENTS, validate::MAX_CALLS);
    page.paragraph(limits.get(lang));
    let end = page.out.trim_end().len();
    page.out.truncate(end);
    page.out.push('\n');
    page.out
}

struct Page {
    lang: Lang,
    out: String,
}

impl Page {
    fn heading(&mut self, level: usize, words: Words) {
        self.out.push_str(&format!("{} {}\n\n", "#".repeat(level), words.get(self.lang)));
    }

    fn paragraph(&mut self, text: &str) {
        self.out.push_str(&format!("{text}\n\n"));
    }

    fn item(&mut self, text: &str) {
        self.out.push_str(&format!("- {text}\n"));
    }

    fn quantities(&mut self) {
        self.heading(2, say::QUANTITIES);
        for dim in [
            Dim::Time,
            Dim::Rate,
            Dim::Growth,
            Dim::Bytes,
            Dim::ByteRate,
            Dim::Cpu,
            Dim::Share,
            Dim::Money,
            Dim::Count,
        ] {
            self.item(of_dim(dim).get(self.lang));
        }
        self.out.push('\n');
        self.paragraph(say::RANGE.get(self.lang));
        self.heading(3, say::DISTRIBUTIONS);
        for syntax in spread::SYNTAX {
            self.item(&format!("`\"{syntax}\"`"));
        }
        self.out.push('\n');
    }

    fn entry(&mut self, id: &str, name: Words, help: Words, example: &str) {
        let lang = self.lang;
        self.out.push_str(&format!("### `{id}` {}\n\n", name.get(lang)));
        self.paragraph(help.get(lang));
        self.out.push_str(&format!("```toml\n{}```\n\n", example));
    }

    /// A table of fields, with the fields of inline tables below their own.
    fn fields(&mut self, above: &str, fields: &[Field]) {
        let heads: Vec<&str> = say::COLUMNS.iter().map(|words| words.get(self.lang)).collect();
        self.out.push_str(&format!("| {} |\n|---|---|---|---|\n", heads.join(" | ")));
        self.rows(above, fields);
        self.out.push('\n');
    }

    fn rows(&mut self, above: &str, fields: &[Field]) {
        for field in fields {
            let lang = self.lang;
            let path = format!("{above}{}", field.name);
            let value = expected(&field.ty).get(lang).to_owned();
            let default = match (field.required, field.default) {
                (true, _) => say::REQUIRED.get(lang).to_owned(),
                (false, Some(default)) => format!("`{default}`"),
                (false, None) => "-".to_owned(),
            };
            let mut help = vec![field.help.get(lang).to_owned()];
            if let (Some((low, high)), Some(dim)) = (field.range, dim(&field.ty)) {
                help.push(say::between(&print(low, dim), &print(high, dim)).get(lang).to_owned());
            }
            if !field.modelled {
                help.push(say::later().get(lang).to_owned());
            }
            let cells = [format!("`{path}`"), value, default, help.join(" ")];
            let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
            self.out.push_str(&format!("| {} |\n", cells.join(" | ")));
            let mut ty = &field.ty;
            let mut below = format!("{path}.");
            while let Type::List(inner)
            | Type::OneOrMore(inner)
            | Type::PerJourney(inner)
            | Type::Map(inner) = ty
            {
                if matches!(ty, Type::Map(_)) {
                    below.push_str("*.");
                }
                ty = inner;
            }
            if let Type::Table(fields) = ty {
                self.rows(&below, fields);
            }
        }
    }
}

/// What the numbers of a field measure.
fn dim(ty: &Type) -> Option<Dim> {
    match ty {
        Type::List(inner) | Type::OneOrMore(inner) | Type::PerJourney(inner) | Type::Map(inner) => dim(inner),
        ty => ty.dim(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_every_table_kind_and_field_in_both_languages() {
        for lang in [Lang::Ja, Lang::En] {
            let page = reference(lang);
            for kind in &tables::TABLES {
                assert!(page.contains(kind.help.get(lang)), "{}", kind.id);
                assert!(page.contains(kind.example), "{}", kind.id);
                for field in kind.fields {
                    assert!(page.contains(field.help.get(lang)), "{}.{}", kind.id, field.name);
                }
            }
            for kind in kinds::KINDS {
                assert!(page.contains(kind.help.get(lang)), "{}", kind.id);
                for field in kind.own {
                    assert!(page.contains(field.help.get(lang)), "{}.{}", kind.id, field.name);
                }
            }
        }
        assert_ne!(reference(Lang::Ja), reference(Lang::En));
    }
}
