//! One question per file: the tier ladder, a long span of hours, releases, alerts, the cost of an attack, inverse questions,
//! the cheapest design, controls, the roadmap.

pub mod alerts;
pub mod attack;
pub mod audit;
pub mod controls;
pub mod deploys;
pub mod growth;
pub mod horizon;
pub mod hour;
pub mod ladder;
pub mod optimise;
pub mod platforms;
pub mod roadmap;
pub mod solve;
pub mod strategies;
pub mod tiers;
