//! One file per component kind: its fields, how it serves, fails and costs, and its words.
