//! One test binary: every file below is a module.

#![allow(clippy::unwrap_used, missing_docs)]

mod editing;
mod house;
mod lab;
mod laws;
mod scenarios;
mod theory;
mod wrong;
