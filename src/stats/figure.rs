//! A figure: one answer, with its interval, its unit, and what kind of number it is. Unknown is never zero.

use serde::{Deserialize, Serialize};

/// What kind of number a figure is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FigureKind {
    /// Follows exactly from the inputs.
    Exact,
    /// From a formula that approximates the system; the method names it.
    Analytic,
    /// From a simulation, with a sampling interval.
    Simulated,
    /// Somebody's assumption, passed through.
    Assumed,
    /// Not modelled, or not known; the value is absent.
    #[default]
    Unknown,
}

/// One answer. `low` and `high` come from sampling, `range_low` and `range_high` from the ranges of assumptions;
/// the two are never mixed. `run_low` and `run_high` are about something else: not where the long-run number lies, but what a
/// single run of the same length will show.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The number; `None` when unknown.
    pub value: Option<f64>,
    /// Lower bound of the 95 % sampling interval.
    pub low: Option<f64>,
    /// Upper bound of the 95 % sampling interval.
    pub high: Option<f64>,
    /// Lower end of what one run of this length shows, 95 % of the time.
    pub run_low: Option<f64>,
    /// Upper end of it.
    pub run_high: Option<f64>,
    /// Value at the unfavourable or favourable end of the assumptions' ranges, whichever is smaller.
    pub range_low: Option<f64>,
    /// The larger of the two.
    pub range_high: Option<f64>,
    /// Unit, SI: `s`, `1/s`, `1`, `JPY/month`, `min/30d`.
    pub unit: String,
    /// What kind of number.
    pub kind: FigureKind,
    /// How many samples or replications stand behind it.
    pub n: Option<u64>,
    /// How it was got.
    pub method: Option<String>,
}

impl Figure {
    /// The sum with another one, end by end; unknown where either is.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let add = |a: Option<f64>, b: Option<f64>| Some(a? + b?);
        // Without a range of its own, a figure's ends are itself.
        let ends = |a: Option<f64>, b: Option<f64>| {
            let stated = a.is_some() || b.is_some();
            add(a.or(self.value), b.or(other.value)).filter(|_| stated)
        };
        Self {
            value: add(self.value, other.value),
            low: add(self.low, other.low),
            high: add(self.high, other.high),
            run_low: None,
            run_high: None,
            range_low: ends(self.range_low, other.range_low),
            range_high: ends(self.range_high, other.range_high),
            ..self.clone()
        }
    }

    /// The same over a positive number.
    #[must_use]
    pub fn over(&self, count: f64, unit: &str) -> Self {
        let part = |x: Option<f64>| x.map(|x| x / count);
        Self {
            value: part(self.value),
            low: part(self.low),
            high: part(self.high),
            run_low: part(self.run_low),
            run_high: part(self.run_high),
            range_low: part(self.range_low),
            range_high: part(self.range_high),
            unit: unit.to_owned(),
            ..self.clone()
        }
    }

    /// A number that follows exactly from the inputs: its bounds are itself.
    pub fn exact(value: f64, unit: &str) -> Self {
        Self {
            value: Some(value),
            low: Some(value),
            high: Some(value),
            unit: unit.to_owned(),
            kind: FigureKind::Exact,
            ..Self::default()
        }
    }

    /// A number from a named formula. Overload (not finite) is unknown.
    pub fn analytic(value: f64, unit: &str, method: &str) -> Self {
        if !value.is_finite() {
            return Self { method: Some(method.to_owned()), ..Self::unknown(unit) };
        }
        Self {
            value: Some(value),
            unit: unit.to_owned(),
            kind: FigureKind::Analytic,
            method: Some(method.to_owned()),
            ..Self::default()
        }
    }

    /// A number from `n` replications or samples; bounds absent where there are too few.
    pub fn simulated(value: f64, bounds: Option<(f64, f64)>, unit: &str, n: u64, method: &str) -> Self {
        Self {
            value: Some(value),
            low: bounds.map(|b| b.0),
            high: bounds.map(|b| b.1),
            unit: unit.to_owned(),
            kind: FigureKind::Simulated,
            n: Some(n),
            method: Some(method.to_owned()),
            ..Self::default()
        }
    }

    /// Somebody's assumption.
    pub fn assumed(value: f64, unit: &str) -> Self {
        Self { value: Some(value), unit: unit.to_owned(), kind: FigureKind::Assumed, ..Self::default() }
    }

    /// Not known.
    pub fn unknown(unit: &str) -> Self {
        Self { unit: unit.to_owned(), kind: FigureKind::Unknown, ..Self::default() }
    }

    /// Adds what one run of this length shows.
    #[must_use]
    pub fn one_run(mut self, run: Option<(f64, f64)>) -> Self {
        (self.run_low, self.run_high) = (run.map(|r| r.0), run.map(|r| r.1));
        self
    }

    /// Adds the bounds that come from the ranges of assumptions.
    #[must_use]
    pub fn range(mut self, low: f64, high: f64) -> Self {
        self.range_low = Some(low.min(high));
        self.range_high = Some(low.max(high));
        self
    }
}
