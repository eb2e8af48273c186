//! Price books and bills: what the load and the machines cost in a month of 730 h.

use crate::answer::bill::BillAnswer;
use crate::model::Model;
use crate::model::loads::Loads;

/// Ids of the shipped books, aliases included: `aws-list`.
pub fn shipped_books() -> Vec<&'static str> {
    Vec::new()
}

/// Bills the model in a book: one of the scenario's own or a shipped one. `None`: no such book.
pub fn bill(_model: &Model, _loads: &Loads, _book: &str) -> Option<BillAnswer> {
    unimplemented!()
}
