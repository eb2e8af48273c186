//! One test binary: every file below is a module.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, missing_docs)]

mod alerts;
mod bistable_sim;
mod charts;
mod cli;
mod common_numbers;
mod controls;
mod deploys;
mod editing;
mod faults_sim;
mod giving_up_sim;
mod horizon;
mod house;
mod lab_avail;
mod ladder;
mod laws;
mod laws_avail;
mod laws_networks;
mod laws_sim;
mod machines_sim;
mod metastability;
mod names_sim;
mod optimise;
mod parts;
mod platforms;
mod pods_sim;
mod policies_sim;
mod popular_sim;
mod protocol;
mod quantities;
mod quorum_avail;
mod recovery;
mod roadmap;
mod scenarios;
mod sensitivity;
mod solve;
mod texts;
mod theory;
mod theory_avail;
mod theory_cost;
mod theory_sim;
mod twins;
mod workload_sim;
mod wrong;
mod years;
