//! Which sheet lies over the page. One context, so that keys and buttons open the same ones.

use leptos::prelude::*;

/// Open sheets.
#[derive(Clone, Copy)]
pub struct Sheets {
    /// The search palette.
    pub search: RwSignal<bool>,
    /// The shortcut sheet.
    pub shortcuts: RwSignal<bool>,
}

impl Sheets {
    /// None open.
    pub fn new() -> Self {
        Self { search: RwSignal::new(false), shortcuts: RwSignal::new(false) }
    }

    /// The sheets of this page.
    pub fn get() -> Self {
        expect_context()
    }

    /// Closes whatever is open; says whether something was.
    pub fn close(&self) -> bool {
        let open = self.search.get_untracked() || self.shortcuts.get_untracked();
        if open {
            self.search.set(false);
            self.shortcuts.set(false);
        }
        open
    }
}

impl Default for Sheets {
    fn default() -> Self {
        Self::new()
    }
}
