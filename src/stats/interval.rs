//! Means with Student-t intervals.
