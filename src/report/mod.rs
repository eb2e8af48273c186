//! Answers as JSON, Markdown and charts.

pub mod chart;
pub mod format;
