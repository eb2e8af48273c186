//! Answers as JSON, Markdown and charts.
pub mod json;
