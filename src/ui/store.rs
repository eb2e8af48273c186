//! What the browser keeps between visits: settings, and the document with its history. Full or forbidden storage loses
//! nothing but this memory.

use super::history::History;
use crate::text::Lang;
use gloo::storage::{LocalStorage, Storage};
use serde::{Deserialize, Serialize};

const SETTINGS: &str = "plimsoll.settings";
const DOCUMENT: &str = "plimsoll.document";

/// Light, dark, or as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Paper.
    Light,
    /// Night.
    Dark,
}

impl Theme {
    /// The next one, for a button that goes round.
    pub fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }
}

/// Choices of the reader.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Language, once chosen; the browser's otherwise.
    pub lang: Option<Lang>,
    /// Theme.
    #[serde(default)]
    pub theme: Theme,
}

/// The document as it was left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Name of its file.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Its gestures.
    pub history: History,
}

/// The stored settings.
pub fn settings() -> Settings {
    LocalStorage::get(SETTINGS).unwrap_or_default()
}

/// Stores settings.
pub fn keep_settings(settings: &Settings) {
    LocalStorage::set(SETTINGS, settings).ok();
}

/// The stored document.
pub fn document() -> Option<Document> {
    LocalStorage::get(DOCUMENT).ok()
}

/// Stores the document.
pub fn keep_document(document: &Document) {
    LocalStorage::set(DOCUMENT, document).ok();
}

/// Forgets the document.
pub fn forget_document() {
    LocalStorage::delete(DOCUMENT);
}
