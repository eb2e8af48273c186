//! One question per file: the tier ladder.
