//! Languages, and sentences that exist in both of them. Each area of the product keeps its sentences in a file of
//! its own here, Japanese and English side by side, so that a change of one is seen beside the other.

pub mod alerts;
pub mod audit;
pub mod availability;
pub mod board;
pub mod controls;
pub mod cost;
pub mod deploys;
pub mod diagnostics;
pub mod edit;
pub mod failures;
pub mod fields;
pub mod findings;
pub mod flow;
pub mod kinds;
pub mod ledger;
pub mod memo;
pub mod names;
pub mod never;
pub mod numbers;
pub mod optimise;
pub mod overload;
pub mod page;
pub mod pairs;
pub mod plain;
pub mod platforms;
pub mod recovery;
pub mod reference;
pub mod report;
pub mod roadmap;
pub mod sensitivity;
pub mod solve;
pub mod unused;

use serde::{Deserialize, Serialize};

/// A language the product speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Japanese.
    Ja,
    /// English.
    #[default]
    En,
}

/// One sentence or name in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Phrase {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Phrase {
    /// A phrase from its two languages.
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ja: ja.into(), en: en.into() }
    }

    /// The same words in both languages: an id, a product name, a unit.
    pub fn same(words: impl Into<String>) -> Self {
        let words = words.into();
        Self { ja: words.clone(), en: words }
    }

    /// The words in `lang`.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }

    /// This sentence, and another one after it.
    pub fn then(&self, next: &Self) -> Self {
        Self::new(format!("{}{}", self.ja, next.ja), format!("{} {}", self.en, next.en))
    }
}

/// Words fixed at compile time, in both languages: labels, help texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// Japanese.
    pub ja: &'static str,
    /// English.
    pub en: &'static str,
}

impl Words {
    /// The words in `lang`.
    pub const fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Ja => self.ja,
            Lang::En => self.en,
        }
    }

    /// The same as an owned [`Phrase`].
    pub fn phrase(self) -> Phrase {
        Phrase::new(self.ja, self.en)
    }
}

/// Words in both languages, for `const` tables.
pub const fn words(ja: &'static str, en: &'static str) -> Words {
    Words { ja, en }
}

/// A sentence from a clause: its first letter large.
pub fn capital(clause: &str) -> String {
    let mut chars = clause.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
