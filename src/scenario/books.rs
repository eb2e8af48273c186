//! Price books that the scenario carries itself.

use super::tables::{BOOK, LINE};
use crate::fields::Reader;
use crate::fields::node::Table;
use crate::model::usage::{OwnBook, OwnLine};
use crate::text::Phrase;
use crate::units::Currency;

/// Reads all books.
pub fn books(root: &Table) -> Vec<OwnBook> {
    let mut books = Vec::new();
    for (id, at, table) in root.table("book").into_iter().flat_map(Table::tables) {
        let read = Reader::new(table, BOOK);
        let currency = currency(read.text("currency"));
        let mut lines = Vec::new();
        for (id, at, table) in table.table("line").into_iter().flat_map(Table::tables) {
            let line = Reader::new(table, LINE);
            let Some((mut amount, _)) = line.money("amount") else { continue };
            if amount.amount.is_zero() {
                amount.currency = currency;
            }
            let quote = line.text("quote").map(str::to_owned);
            let name = line.words("name").or(quote.as_deref().map(Phrase::same));
            lines.push(OwnLine {
                id: id.to_owned(),
                name: name.unwrap_or_else(|| Phrase::same(id)),
                pays: line.text("pays").map(str::to_owned),
                amount,
                quote,
                at,
            });
        }
        books.push(OwnBook {
            id: id.to_owned(),
            tier: read.text("tier").map(str::to_owned),
            currency,
            lines,
            at,
        });
    }
    books
}

/// A currency by its code; yen when nothing is said.
pub fn currency(code: Option<&str>) -> Currency {
    match code {
        Some("USD") => Currency::USD,
        _ => Currency::JPY,
    }
}
