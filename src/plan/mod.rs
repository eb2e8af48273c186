//! One question per file: the tier ladder.

pub mod tiers;
