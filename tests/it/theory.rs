//! The analytic engine against theory.

mod job;
mod public;
mod textbook;
