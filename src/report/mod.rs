//! Answers as JSON, as blocks for people, as pictures, and for other programs.

pub mod blocks;
pub mod chart;
/// How figures are written: the one way for chips, charts, tables and sentences.
pub use crate::answer::shown as format;
pub mod json;
pub mod junit;
pub mod sarif;
