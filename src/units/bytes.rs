//! An amount of data.

use serde::{Deserialize, Serialize};

/// Bytes, whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Bytes(pub u64);

impl Bytes {
    /// In GiB (2^30).
    pub fn as_gib(self) -> f64 {
        self.0 as f64 / (1u64 << 30) as f64
    }

    /// In GB (10^9), the unit of transfer prices.
    pub fn as_gb(self) -> f64 {
        self.0 as f64 / 1e9
    }
}
