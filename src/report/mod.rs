//! Answers as JSON, Markdown and charts.
