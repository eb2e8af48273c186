//! Runs the engines and judges every objective.
