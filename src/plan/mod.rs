//! One question per file: the tier ladder, a long span of hours, releases, alerts.

pub mod alerts;
pub mod deploys;
pub mod horizon;
pub mod strategies;
pub mod tiers;
