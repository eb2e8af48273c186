//! Names of the kinds of things an id can refer to.

use super::Phrase;

/// What an id refers to, in both languages.
pub fn thing(ja: &str, en: &str) -> Phrase {
    Phrase::new(ja, en)
}
