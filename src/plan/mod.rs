//! One question per file: the tier ladder.

pub mod strategies;
pub mod tiers;
