//! Designs that were looked at. A search is the same walk every time, so one that was interrupted walks again from its start and
//! finds here, in the order of the first look, all that it had seen: what it decides by is what the walk has come by so far.

use super::search::{Design, Value};
use indexmap::IndexMap;

/// Designs looked at, and how far the present walk has come through them.
#[derive(Debug, Default)]
pub struct Seen {
    /// In the order in which they were first looked at.
    values: IndexMap<Design, Value>,
    /// How many of them the present walk has come by.
    met: usize,
    /// How many the present walk may still add.
    left: usize,
    /// Whether it wanted more.
    spent: bool,
}

impl Seen {
    /// A walk begins, which may add so many designs.
    pub fn walk(&mut self, most: usize) {
        (self.met, self.left, self.spent) = (0, most, false);
    }

    /// Whether the walk wanted to add more than it may: what it finds from there on counts for nothing.
    pub fn spent(&self) -> bool {
        self.spent
    }

    /// Designs that the walk has come by.
    pub fn met(&self) -> usize {
        self.met
    }

    /// All designs ever looked at.
    pub fn all(&self) -> usize {
        self.values.len()
    }

    /// What a design comes to, if that is known; the walk has come by it then.
    pub fn meet(&mut self, design: &[u8]) -> Option<&Value> {
        let (place, _, value) = self.values.get_full(design)?;
        self.met = self.met.max(place + 1);
        Some(value)
    }

    /// Whether one more may be added; asking for one too many ends the walk.
    pub fn affords(&mut self) -> bool {
        self.spent |= self.left == 0;
        self.left = self.left.saturating_sub(1);
        !self.spent
    }

    /// Adds a design.
    pub fn add(&mut self, design: &[u8], value: Value) {
        self.values.insert(design.to_vec(), value);
        self.met = self.values.len();
    }

    /// What a design comes to that the walk has come by.
    pub fn get(&self, design: &[u8]) -> Option<&Value> {
        self.values.get_full(design).filter(|(place, ..)| *place < self.met).map(|(.., value)| value)
    }

    /// The designs that the walk has come by.
    pub fn designs(&self) -> impl Iterator<Item = &Design> {
        self.values.keys().take(self.met)
    }
}

impl std::ops::Index<&Design> for Seen {
    type Output = Value;
    fn index(&self, design: &Design) -> &Value {
        &self.values[design]
    }
}
