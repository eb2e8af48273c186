//! Text to scenario to model; overlays, edits, format, schema.

mod alerts;
mod books;
pub mod canonical;
mod compile;
pub mod edit;
pub mod examples;
mod faults;
mod findings;
pub mod format;
pub mod migrate;
mod names;
mod objectives;
mod operations;
mod overlay;
mod own_facts;
mod pairs;
mod places;
pub mod profile;
mod programs;
mod recovery;
mod releases;
pub mod resolved;
mod roadmap;
pub mod schema;
mod steps;
pub mod tables;
mod unmet;
mod unstated;
mod unused;
mod usages;
mod validate;
mod workload;

use crate::diag::{Diagnostic, Severity};
use crate::fields::node::{Table, split_path};
use crate::fields::parse::parse_loose;
use crate::model::Model;
use crate::text::diagnostics as say;
pub use operations::operator_errors;
pub use overlay::{Base, MAX_EXTENDS, base, looks_like_one, names_a_base};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One file of a scenario: the file itself, or one that it extends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Path or name, as shown in messages.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A scenario as read: files laid over each other and checked, tiers not yet applied.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The files it was read from; a span's `file` is an index into them.
    pub files: Vec<SourceFile>,
    /// Ids of its tiers, in the order of the file; `base` alone when it has none.
    pub tiers: Vec<String>,
    /// The tree of all files.
    pub(crate) whole: Table,
    /// What its tiers were compiled to when it was read, by tier.
    models: Vec<(String, Arc<Model>)>,
}

impl Scenario {
    /// Whether the file states tiers; without, the one that there is has no overlay.
    pub fn has_tiers(&self) -> bool {
        self.whole.get("tier").is_some()
    }

    /// A tier as compiled when the scenario was read; `None` for one that is not there, or with a platform laid over it since.
    pub fn model(&self, tier: &str) -> Option<Arc<Model>> {
        self.models.iter().find(|(id, _)| id == tier).map(|(_, model)| model.clone())
    }
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
pub fn extends(text: &str) -> Option<String> {
    overlay::base(text).map(|base| base.name)
}

/// Reads a scenario. `files[0]` is the scenario, `files[1..]` what it extends, nearest first. Every tier is compiled
/// once, so that what is wrong in any of them is known now. O(tiers x size).
pub fn read(files: &[SourceFile]) -> Reading {
    let mut diagnostics = Vec::new();
    let whole = overlay::assemble(files, &mut diagnostics);
    let tiers = overlay::tiers(&whole);
    let mut models = Vec::new();
    let mut idle = unused::Idle::default();
    if !compile::failed(&diagnostics) {
        for tier in tiers.iter().take(64) {
            let resolved = overlay::for_tier(&whole, tier, &mut diagnostics);
            let compiled = compile::compile(&resolved, tier);
            diagnostics.extend(idle.sort_out(&resolved, compiled.diagnostics));
            models.extend(compiled.model.map(|model| (tier.clone(), Arc::new(model))));
        }
        // A platform that changes nothing reads as the scenario itself.
        let changing = |id: &&String| overlay::changes(&whole, "platform", id);
        for platform in overlay::platforms(&whole).iter().filter(changing).take(16) {
            let whole = overlay::on_platform(&whole, platform, &mut diagnostics);
            for tier in tiers.iter().take(16) {
                let resolved = overlay::for_tier(&whole, tier, &mut diagnostics);
                let found = idle.sort_out(&resolved, compile::compile(&resolved, tier).diagnostics);
                diagnostics.extend(found.into_iter().filter(|d| d.severity == Severity::Error));
            }
        }
    }
    diagnostics.extend(idle.everywhere());
    tidy(&mut diagnostics);
    let scenario =
        (!compile::failed(&diagnostics)).then(|| Scenario { files: files.to_vec(), tiers, whole, models });
    Reading { scenario, diagnostics }
}

/// In the order of the text, each once.
fn tidy(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| (a.span, &a.code, &a.message).cmp(&(b.span, &b.code, &b.message)));
    diagnostics.dedup_by(|a, b| a.span == b.span && a.code == b.code && a.message == b.message);
}

/// The scenario on one of its platforms: `[platform.<id>]` laid over the rest, below the tiers.
pub fn on_platform(scenario: &Scenario, platform: &str) -> Result<Scenario, Vec<Diagnostic>> {
    let platforms = overlay::platforms(&scenario.whole);
    known(platform, &platforms, || {
        Diagnostic::error("unknown-platform", Default::default(), say::unknown_platform(platform))
    })?;
    let mut diagnostics = Vec::new();
    let whole = overlay::on_platform(&scenario.whole, platform, &mut diagnostics);
    if compile::failed(&diagnostics) {
        return Err(diagnostics);
    }
    Ok(Scenario { whole, models: Vec::new(), ..scenario.clone() })
}

/// The tables of a tier, its overlay laid over the rest.
pub(crate) fn tree(scenario: &Scenario, tier: &str) -> Result<Table, Vec<Diagnostic>> {
    known_tier(scenario, tier)?;
    let mut diagnostics = Vec::new();
    let tree = overlay::for_tier(&scenario.whole, tier, &mut diagnostics);
    if compile::failed(&diagnostics) { Err(diagnostics) } else { Ok(tree) }
}

/// Compiles one tier, with some values replaced. Changes are applied to the resolved tier, so they win over its overlay.
pub fn lower(scenario: &Scenario, tier: &str, changes: &[Change]) -> Result<Model, Vec<Diagnostic>> {
    known_tier(scenario, tier)?;
    let at = Default::default();
    let mut diagnostics = Vec::new();
    let mut resolved = overlay::for_tier(&scenario.whole, tier, &mut diagnostics);
    for change in changes {
        if !resolved.put(&split_path(&change.path), parse_loose(&change.text)) {
            let error = Diagnostic::error("bad-change", at, say::bad_change(&change.path));
            diagnostics.push(error.help(say::bad_change_help()));
        }
    }
    if compile::failed(&diagnostics) {
        return Err(diagnostics);
    }
    let compiled = compile::compile(&resolved, tier);
    compiled.model.ok_or_else(|| {
        let mut diagnostics = compiled.diagnostics;
        tidy(&mut diagnostics);
        diagnostics
    })
}

/// An error when the scenario has no such tier.
fn known_tier(scenario: &Scenario, tier: &str) -> Result<(), Vec<Diagnostic>> {
    known(tier, &scenario.tiers, || {
        Diagnostic::error("unknown-tier", Default::default(), say::unknown_tier(tier))
    })
}

/// The error, with the nearest of `all` or all of them as its help, when `id` is none of them.
fn known(id: &str, all: &[String], error: impl Fn() -> Diagnostic) -> Result<(), Vec<Diagnostic>> {
    if all.iter().any(|known| known == id) {
        return Ok(());
    }
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let near = crate::diag::nearest_name(id, all.iter().copied());
    let error = error();
    let kind = error.code.strip_prefix("unknown-").unwrap_or_default().to_owned();
    let none = || if all.is_empty() { say::none_stated(&kind) } else { say::one_of(&all) };
    Err(vec![error.help(near.map_or_else(none, say::did_you_mean))])
}
