//! Quantities with a name that somebody states in place of shipped ones. What the names are is not known here.

use std::collections::BTreeMap;

/// A quantity and its range, in the unit of its fact. Without a range the ends are absent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amount {
    /// Central value.
    pub value: f64,
    /// Lower end of the plausible range.
    pub low: Option<f64>,
    /// Upper end of the plausible range.
    pub high: Option<f64>,
    /// Whether the scenario states it, in place of what is shipped.
    pub own: bool,
}

/// What a scenario states in place of shipped values, by fact.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Own(BTreeMap<&'static str, Amount>);

impl Own {
    /// States a value, in the unit of the fact; its range where there is one.
    pub fn state(&mut self, id: &'static str, value: f64, range: Option<(f64, f64)>) {
        let (low, high) = (range.map(|r| r.0), range.map(|r| r.1));
        self.0.insert(id, Amount { value, low, high, own: true });
    }

    /// What is stated for a fact.
    pub fn get(&self, id: &str) -> Option<Amount> {
        self.0.get(id).copied()
    }

    /// The value that is stated for a fact, in its unit.
    pub fn value(&self, id: &str) -> Option<f64> {
        self.0.get(id).map(|amount| amount.value)
    }

    /// Whether a value of this fact is stated.
    pub fn states(&self, id: &str) -> bool {
        self.0.contains_key(id)
    }

    /// Ids of the facts that are stated, in order.
    pub fn ids(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.keys().copied()
    }
}
