//! A length of time in seconds, zero or longer.

use serde::{Deserialize, Serialize};
use std::ops::{Add, Div, Mul};

/// A length of time: finite, zero or longer.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Duration(f64);

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self(0.0);

    /// From seconds; `None` when negative, infinite or NaN.
    pub fn new(seconds: f64) -> Option<Self> {
        (seconds.is_finite() && seconds >= 0.0).then_some(Self(seconds))
    }

    /// From seconds known to be valid, for constants and the results of sums; negative and NaN become zero.
    pub const fn seconds(seconds: f64) -> Self {
        if seconds > 0.0 { Self(seconds) } else { Self(0.0) }
    }

    /// From milliseconds, for constants.
    pub const fn millis(ms: f64) -> Self {
        Self::seconds(ms / 1000.0)
    }

    /// From hours, for constants.
    pub const fn hours(h: f64) -> Self {
        Self::seconds(h * 3600.0)
    }

    /// In seconds.
    pub const fn as_seconds(self) -> f64 {
        self.0
    }

    /// In hours.
    pub fn as_hours(self) -> f64 {
        self.0 / 3600.0
    }
}

impl Add for Duration {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Mul<f64> for Duration {
    type Output = Self;
    fn mul(self, times: f64) -> Self {
        Self::seconds(self.0 * times)
    }
}

impl Div for Duration {
    type Output = f64;
    fn div(self, other: Self) -> f64 {
        self.0 / other.0
    }
}

impl From<Duration> for f64 {
    fn from(d: Duration) -> f64 {
        d.0
    }
}

impl TryFrom<f64> for Duration {
    type Error = &'static str;
    fn try_from(seconds: f64) -> Result<Self, Self::Error> {
        Self::new(seconds).ok_or("a duration is finite and not negative")
    }
}
