//! Quantities with a meaning have a type here: the range is checked once, in the constructor, and NaN cannot enter.

mod bytes;
mod duration;
pub mod grammar;
mod money;
pub mod own;
mod probability;
mod rate;

pub use bytes::Bytes;
pub use duration::Duration;
pub use money::{Currency, Money};
pub use probability::Probability;
pub use rate::Rate;

/// Hours in a billing month: the convention of the cloud vendors (fact `meta.hours_per_month`).
pub const BILLING_HOURS_PER_MONTH: f64 = 730.0;
/// Minutes in an uptime month of 30 days.
pub const MINUTES_PER_30_DAYS: f64 = 43_200.0;
/// Hours in a week.
pub const HOURS_PER_WEEK: usize = 168;
/// Hours in a year of 365 days.
pub const HOURS_PER_YEAR: f64 = 8_760.0;
