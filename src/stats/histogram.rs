//! Log-bucketed histogram.
