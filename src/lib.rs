//! Plimsoll: how much load, failure and budget an architecture carries before it sinks.
//!
//! Two ideas carry everything. *Text in, values out*: the scenario text is the only state, all else is a pure
//! function of it. *Kinds compile away*: a component kind is lowered to a few plain facts; the engines know
//! stations, calls, failures and usages, and never hear of a queue or a cache.
//!
//! ```text
//! text -scenario::read-> Scenario + diagnostics -scenario::lower-> Model -+ flow::solve   -> Flow
//!                                                                         | sim::Run      -> Measured
//!                                                                         | avail::solve  -> Availability
//!                                                                         | recovery::solve -> Recovery
//!                                                                         + cost::bill    -> Bill
//! results + objectives -assess-> Assessment -plan-> tier ladder -report-> blocks, SVG -> screen, file, exit status
//! ```
//!
//! The number is the floor: a module imports lower floors only, never a neighbour on its own floor.
//!
//! | floor | module | what it is |
//! |---|---|---|
//! | 0 | [`units`] | durations, rates, chances, money, and the one grammar of quantities |
//! | 1 | [`text`] | languages, and the sentences the product says |
//! | 1 | [`stats`] | keyed draws, distributions, histograms, intervals |
//! | 2 | [`diag`] | spans and diagnostics |
//! | 3 | [`fields`] | tables of fields, and the reader that turns a spanned table into typed values |
//! | 3 | [`model`] | the compiled architecture: stations, calls, workload, failures, usages, objectives |
//! | 3 | [`answer`] | what the product answers, as plain values |
//! | 4 | [`flow`] | analytic steady state |
//! | 4 | [`sim`] | request-level discrete-event simulation |
//! | 4 | [`avail`] | exact availability |
//! | 4 | [`recovery`] | time to recover and data lost, after every event |
//! | 4 | [`cost`] | price books and bills |
//! | 4 | [`kinds`] | one file per component kind: its fields, and how it lowers |
//! | 5 | [`scenario`] | text to scenario to model; overlay, edit, format, schema |
//! | 6 | [`assess`] | judges every objective |
//! | 7 | [`plan`] | one question per file: the tier ladder |
//! | 8 | [`report`] | JSON, Markdown and charts |
//! | 9 | [`job`] | the only door for shells |
//! | 10 | `ui`, `cli` | the page and the command line |
//!
//! Deliberately absent below floor 10: files, clocks, consoles, threads, hash-ordered maps, the standard library's
//! transcendental functions (they differ between targets), and randomness that is not an argument.

#![cfg_attr(test, allow(clippy::disallowed_methods))]

pub mod answer;
pub mod assess;
pub mod avail;
pub mod cost;
pub mod diag;
pub mod fields;
pub mod flow;
pub mod job;
pub mod kinds;
pub mod model;
pub mod plan;
pub mod recovery;
pub mod report;
pub mod scenario;
pub mod sim;
pub mod stats;
pub mod text;
pub mod units;

#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
#[cfg(feature = "web")]
pub mod ui;
