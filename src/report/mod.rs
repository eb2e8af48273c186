//! Answers as JSON, as blocks for people, as pictures, and for other programs.

pub mod blocks;
pub mod chart;
pub mod format;
pub mod json;
pub mod junit;
pub mod sarif;
