//! Events per second, zero or more.

use super::Duration;
use serde::{Deserialize, Serialize};
use std::ops::{Add, Mul};

/// Events per second: finite, zero or more.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Rate(f64);

impl Rate {
    /// None at all.
    pub const ZERO: Self = Self(0.0);

    /// From events per second; `None` when negative, infinite or NaN.
    pub fn new(per_second: f64) -> Option<Self> {
        (per_second.is_finite() && per_second >= 0.0).then_some(Self(per_second))
    }

    /// From a value known to be valid, for constants and sums; negative and NaN become zero.
    pub const fn per_second(value: f64) -> Self {
        if value > 0.0 { Self(value) } else { Self(0.0) }
    }

    /// In events per second.
    pub const fn as_per_second(self) -> f64 {
        self.0
    }
}

impl Add for Rate {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Mul<f64> for Rate {
    type Output = Self;
    fn mul(self, times: f64) -> Self {
        Self::per_second(self.0 * times)
    }
}

/// Little's law: how many are there at once.
impl Mul<Duration> for Rate {
    type Output = f64;
    fn mul(self, time: Duration) -> f64 {
        self.0 * time.as_seconds()
    }
}

impl From<Rate> for f64 {
    fn from(r: Rate) -> f64 {
        r.0
    }
}

impl TryFrom<f64> for Rate {
    type Error = &'static str;
    fn try_from(per_second: f64) -> Result<Self, Self::Error> {
        Self::new(per_second).ok_or("a rate is finite and not negative")
    }
}
