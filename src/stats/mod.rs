//! Numbers with uncertainty: keyed draws, distributions, histograms, intervals, and the transcendental functions
//! that give the same bits on every target.

pub mod che;
pub mod distribution;
pub mod figure;
pub mod histogram;
pub mod interval;
pub mod keys;
pub mod maths;
pub mod rng;
