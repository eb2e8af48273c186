//! Keyed draws: each a function of seed, replication, purpose, id, ordinal and attempt.
