//! The engines against theory. `public` holds the public reference cases, `textbook` whole models against formulas worked
//! out there, `primitives` three cases and more of our own per serving primitive, through both engines; its table names
//! each case and its source. What the simulator alone answers is in `theory_sim`, `policies_sim` and their neighbours.

mod job;
mod primitives;
mod public;
mod textbook;
