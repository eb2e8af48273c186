//! Text to scenario to model; overlays, edits, format, schema.

pub mod edit;
pub mod format;
pub mod migrate;

use crate::diag::Diagnostic;
use crate::model::Model;
use serde::{Deserialize, Serialize};

/// One file of a scenario: the file itself, or one that it extends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Path or name, as shown in messages.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A scenario as read: every table typed, overlays not yet applied.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The files it was read from; a span's `file` is an index into them.
    pub files: Vec<SourceFile>,
    /// Ids of its tiers, in the order of the file; `base` alone when it has none.
    pub tiers: Vec<String>,
}

/// What reading gave: as much as could be understood, and everything that is wrong with the rest.
#[derive(Clone, Debug)]
pub struct Reading {
    /// `None` when an error stands in the way.
    pub scenario: Option<Scenario>,
    /// Errors, warnings and notes, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// One value replaced before lowering: "what if".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Path: `journey.api.rate`.
    pub path: String,
    /// The value as it would be written in the file, unquoted: `47/h`.
    pub text: String,
}

/// The file that `text` extends, as written there; `None` when it extends none.
pub fn extends(_text: &str) -> Option<String> {
    unimplemented!()
}

/// Reads a scenario. `files[0]` is the scenario, `files[1..]` what it extends, nearest first.
pub fn read(_files: &[SourceFile]) -> Reading {
    unimplemented!()
}

/// Compiles one tier, with some values replaced. Changes are applied to the resolved tier, so they win over its overlay.
pub fn lower(_scenario: &Scenario, _tier: &str, _changes: &[Change]) -> Result<Model, Vec<Diagnostic>> {
    unimplemented!()
}
