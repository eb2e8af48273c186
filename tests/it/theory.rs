//! The analytic engine against theory.

mod job;
