//! The state of the page. Written are the text (by edits), the choices (by clicks) and the results (by the bridge);
//! everything else is a memo. The text is the only state that is saved.

use super::board::Tab;
use super::history::History;
use super::outage::{self, Outage};
use super::store::{self, Document, Settings, Theme};
use super::{examples, results};
use crate::answer::Answer;
use crate::diag::{Diagnostic, Severity};
use crate::job;
use crate::model::Model;
use crate::scenario::{self, Scenario, SourceFile};
use crate::text::{Lang, Words};
use leptos::prelude::*;
use results::{Length, Results, Run, Shown};
use std::sync::Arc;

/// Seed of the page's simulations: the command line's default, so that digests match.
pub const SEED: u64 = 1;

/// A value behind a pointer; equal only to itself, so that memos compare cheaply.
#[derive(Debug)]
pub struct Shared<T>(pub Arc<T>);

impl<T> Shared<T> {
    /// A new one.
    pub fn new(value: T) -> Self {
        Self(Arc::new(value))
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> std::ops::Deref for Shared<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

/// The last text that could be read, with the analytic answer to it.
#[derive(Debug, Default)]
pub struct Good {
    /// The scenario and what it extends.
    pub files: Vec<SourceFile>,
    /// As read; `None` until a first text could be read.
    pub scenario: Option<Scenario>,
    /// Every tier, without simulation.
    pub answer: Answer,
    /// What the next text need not work out anew.
    pub memo: crate::recovery::Memo,
}

/// What became of the text as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The last valid one; older than the text when `broken`.
    pub good: Shared<Good>,
    /// What is wrong with the text as it stands.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether the text as it stands cannot be used.
    pub broken: bool,
}

/// All state. Copies are handles to the same state.
#[derive(Clone, Copy)]
pub struct Session {
    /// Name of the scenario's file.
    pub name: RwSignal<String>,
    /// The scenario's text. Change it through [`Session::edit`].
    pub text: RwSignal<String>,
    /// Whether the text came back from an earlier visit.
    pub restored: RwSignal<bool>,
    history: RwSignal<History>,
    /// The selected component.
    pub selection: RwSignal<Option<String>>,
    /// The target whose reasons are shown.
    pub target: RwSignal<Option<String>>,
    /// The tier asked for.
    pub tier_choice: RwSignal<Option<String>>,
    /// The zone that is switched off.
    pub zone: RwSignal<Option<String>>,
    /// The fault of the scenario that is put in; a zone that is switched off goes before it.
    pub fault: RwSignal<Option<String>>,
    /// How much time a run covers.
    pub length: RwSignal<Length>,
    /// The open tab.
    pub tab: RwSignal<Tab>,
    /// Byte range of the text that the editor should show.
    pub place: RwSignal<Option<(usize, usize)>>,
    /// Language and theme.
    pub settings: RwSignal<Settings>,
    /// What the worker is doing; written by the bridge.
    pub run: RwSignal<Run>,
    /// What it has answered; written by the bridge.
    pub results: RwSignal<Results>,
    /// Tiers still to be simulated besides the shown one.
    pub queue: RwSignal<Vec<String>>,
    /// The language.
    pub lang: Memo<Lang>,
    /// The text, read.
    pub read: Memo<Read>,
    /// The last valid text.
    pub good: Memo<Shared<Good>>,
    /// The shown tier's id.
    pub tier: Memo<String>,
    /// The shown tier, compiled.
    pub model: Memo<Option<Shared<Model>>>,
    /// Preview of the outage of the zone that is switched off.
    pub outage: Memo<Option<Shared<Outage>>>,
    /// The answer on the screen.
    pub shown: Memo<Shown>,
}

impl Session {
    /// A new session: the example that the address names, else the document of the last visit, else the first example.
    pub fn start(example: Option<String>) -> Self {
        let asked = example.as_deref().and_then(examples::find);
        let kept = if asked.is_some() { None } else { store::document() };
        let restored = kept.is_some();
        let first = asked.unwrap_or(examples::EXAMPLES[0]);
        let document = kept.unwrap_or_else(|| Document {
            name: first.file.to_owned(),
            text: first.text().to_owned(),
            history: History::default(),
        });
        let name = RwSignal::new(document.name);
        let text = RwSignal::new(document.text);
        let (tier_choice, zone) = (RwSignal::new(None::<String>), RwSignal::new(None::<String>));
        let fault = RwSignal::new(None::<String>);
        let length = RwSignal::new(Length::default());
        let settings = RwSignal::new(store::settings());
        let results = RwSignal::new(Results::default());
        let lang = Memo::new(move |_| settings.with(|s| s.lang).unwrap_or_else(browser_language));
        let read = Memo::new(move |last: Option<&Read>| read(last, &name.get(), &text.get()));
        let good = Memo::new(move |_| read.with(|read| read.good.clone()));
        let tier = Memo::new(move |_| chosen(&good.get(), tier_choice.get()));
        let model = Memo::new(move |_| compile(&good.get(), &tier.get()));
        let outage = Memo::new(move |_| {
            let (model, zone) = (model.get()?, zone.get()?);
            outage::preview(&model, &zone).map(Shared::new)
        });
        let shown = Memo::new(move |_| {
            let (model, cause) = (model.get(), results::Cause::of(zone.get(), fault.get()));
            let wanted = results::wanted(&good.get(), &tier.get(), model.as_deref(), cause, length.get());
            results.with(|results| results.shown(&wanted, &good.get()))
        });
        Self {
            name,
            text,
            restored: RwSignal::new(restored),
            history: RwSignal::new(document.history),
            selection: RwSignal::new(None),
            target: RwSignal::new(None),
            tier_choice,
            zone,
            fault,
            length,
            tab: RwSignal::new(Tab::Tiers),
            place: RwSignal::new(None),
            settings,
            run: RwSignal::new(Run::Idle),
            results,
            queue: RwSignal::new(Vec::new()),
            lang,
            read,
            good,
            tier,
            model,
            outage,
            shown,
        }
    }

    /// The session of this page.
    pub fn get() -> Self {
        expect_context()
    }

    /// Words in the reader's language; reads a signal.
    pub fn say(&self, words: Words) -> &'static str {
        words.get(self.lang.get())
    }

    /// Replaces the text as one gesture.
    pub fn edit(&self, after: String) {
        let before = self.text.get_untracked();
        if before != after {
            self.history.update(|history| history.note(&before, &after));
            self.text.set(after);
            self.keep();
        }
    }

    /// Takes back the last gesture.
    pub fn undo(&self) {
        let text = self.text.get_untracked();
        if let Some(before) = self.history.try_update(|history| history.undo(&text)).flatten() {
            self.text.set(before);
            self.keep();
        }
    }

    /// Repeats the gesture that was taken back last.
    pub fn redo(&self) {
        let text = self.text.get_untracked();
        if let Some(after) = self.history.try_update(|history| history.redo(&text)).flatten() {
            self.text.set(after);
            self.keep();
        }
    }

    /// Whether there is something to undo; reads a signal.
    pub fn can_undo(&self) -> bool {
        self.history.with(History::can_undo)
    }

    /// Whether there is something to redo; reads a signal.
    pub fn can_redo(&self) -> bool {
        self.history.with(History::can_redo)
    }

    /// Opens another document; choices that belong to the old one are dropped.
    pub fn open(&self, name: &str, text: &str) {
        batch_reset(self);
        self.name.set(name.to_owned());
        self.text.set(text.to_owned());
        self.history.set(History::default());
        self.keep();
    }

    /// Opens a shipped example and forgets the stored document.
    pub fn open_example(&self, example: examples::Example) {
        self.open(example.file, example.text());
        store::forget_document();
    }

    /// The shipped example that this document started from, when it has been changed.
    pub fn changed_example(&self) -> Option<examples::Example> {
        let name = self.name.get();
        let example = examples::EXAMPLES.into_iter().find(|e| e.file == name)?;
        self.text.with(|text| text != example.text()).then_some(example)
    }

    /// Sets the language for good.
    pub fn choose_language(&self, lang: Lang) {
        self.settings.update(|settings| settings.lang = Some(lang));
        store::keep_settings(&self.settings.get_untracked());
    }

    /// Sets the theme for good.
    pub fn choose_theme(&self, theme: Theme) {
        self.settings.update(|settings| settings.theme = theme);
        store::keep_settings(&self.settings.get_untracked());
    }

    /// Shows why a target ends as it does.
    pub fn explain(&self, target: String) {
        self.target.set(Some(target));
        self.tab.set(Tab::Why);
    }

    /// Shows a piece of the text in the editor.
    pub fn show_in_file(&self, start: usize, end: usize) {
        self.tab.set(Tab::File);
        self.place.set(Some((start, end)));
    }

    fn keep(&self) {
        store::keep_document(&Document {
            name: self.name.get_untracked(),
            text: self.text.get_untracked(),
            history: self.history.get_untracked(),
        });
    }
}

fn batch_reset(session: &Session) {
    session.selection.set(None);
    session.target.set(None);
    session.tier_choice.set(None);
    session.zone.set(None);
    session.fault.set(None);
    session.place.set(None);
    session.restored.set(false);
    session.queue.set(Vec::new());
}

/// The browser's language, as far as the product speaks it.
fn browser_language() -> Lang {
    let language = web_sys::window().and_then(|window| window.navigator().language());
    if language.is_some_and(|l| l.to_lowercase().starts_with("ja")) { Lang::Ja } else { Lang::En }
}

fn read(last: Option<&Read>, name: &str, text: &str) -> Read {
    let files = scenario::examples::with_bases(name, text);
    let reading = scenario::read(&files);
    let broken = reading.diagnostics.iter().any(|d| d.severity == Severity::Error);
    let mut memo = last.map(|last| last.good.memo.clone()).unwrap_or_default();
    let answer = match &reading.scenario {
        Some(scenario) if !broken => job::screen_of(scenario, &files, None, &mut memo),
        _ => Err(Vec::new()),
    };
    let mut diagnostics = reading.diagnostics;
    match answer {
        Ok(answer) => {
            let good = Good { files, scenario: reading.scenario, answer, memo };
            Read { good: Shared::new(good), diagnostics, broken: false }
        }
        Err(more) => {
            diagnostics.extend(more);
            let good = last.map_or_else(|| Shared::new(Good::default()), |last| last.good.clone());
            Read { good, diagnostics, broken: true }
        }
    }
}

fn chosen(good: &Good, choice: Option<String>) -> String {
    let tiers = &good.answer.tiers;
    let known = choice.filter(|id| tiers.contains_key(id));
    known.or_else(|| tiers.keys().next().cloned()).unwrap_or_default()
}

fn compile(good: &Good, tier: &str) -> Option<Shared<Model>> {
    let scenario = good.scenario.as_ref()?;
    scenario.model(tier).map(Shared)
}
