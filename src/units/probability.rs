//! A chance, a share, an availability: a number between 0 and 1.

use serde::{Deserialize, Serialize};

/// A chance between 0 and 1 inclusive; never NaN.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Probability(f64);

impl Probability {
    /// Never.
    pub const ZERO: Self = Self(0.0);
    /// Always.
    pub const ONE: Self = Self(1.0);

    /// From a fraction; `None` outside 0..=1.
    pub fn new(p: f64) -> Option<Self> {
        (0.0..=1.0).contains(&p).then_some(Self(p))
    }

    /// From a computed fraction, pulled back into 0..=1; NaN becomes 0.
    pub const fn clamp(p: f64) -> Self {
        if p >= 1.0 {
            Self(1.0)
        } else if p > 0.0 {
            Self(p)
        } else {
            Self(0.0)
        }
    }

    /// As a fraction.
    pub const fn get(self) -> f64 {
        self.0
    }

    /// Chance that both happen, for independent events.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 * other.0)
    }

    /// Chance that it does not happen.
    #[must_use]
    pub fn complement(self) -> Self {
        Self(1.0 - self.0)
    }
}

impl From<Probability> for f64 {
    fn from(p: Probability) -> f64 {
        p.0
    }
}

impl TryFrom<f64> for Probability {
    type Error = &'static str;
    fn try_from(p: f64) -> Result<Self, Self::Error> {
        Self::new(p).ok_or("a probability lies between 0 and 1")
    }
}
