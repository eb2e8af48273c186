//! Answers as JSON, Markdown and charts.
pub mod blocks;
pub mod json;
pub mod junit;
pub mod sarif;
