//! Price books and bills: what the load and the machines cost in a month of 730 h.
//!
//! Two sorts of book. A *list* book is shipped data (`assets/prices`): prices of neutral items, which are multiplied by
//! what the model uses. A book of the *scenario's own* is somebody's table of monthly amounts: it is repeated, never
//! extrapolated.
//!
//! **Rounding.** Amounts are exact decimals from the price to the total; nothing is rounded on the way, so that lines
//! add up to the total exactly and a thousand small uses do not vanish. [`price::rounded`] is the one rule by which an
//! amount is shown or paid.
//!
//! **Ranges.** `range_low` and `range_high` of an amount take the price, the exchange rate and the quantity at the
//! unfavourable and favourable ends of their ranges, all at once: a bound, not a likelihood.
//!
//! **Ways of buying.** A use that is committed to, or bought from spare capacity, costs the list price less what the
//! provider's file says for its family (`[[discount]]`); where that says nothing the amount is unknown.
//!
//! Deliberately absent: consumption tax (fact `meta.jct`: list prices exclude it).

pub mod catalogue;
pub mod price;

mod book;
mod list;
mod own;
pub mod providers;
mod quantity;
mod read;
mod spread;

use crate::answer::bill::{BillAnswer, BillLine};
use crate::model::loads::Loads;
use crate::model::usage::Purchase;
use crate::model::{ComponentIx, Model};
use crate::stats::figure::Figure;
use crate::units::{Currency, Money};

/// Ids of the shipped books, aliases included: `aws-list`, `aws-list-2025-11`.
pub fn shipped_books() -> Vec<&'static str> {
    catalogue::get().ids()
}

/// Bills the model in a book: one of the scenario's own (which win) or a shipped one. `None`: no such book.
///
/// `loads` are the model's monthly means. O(uses of the model x prices of a book).
pub fn bill(model: &Model, loads: &Loads, book: &str) -> Option<BillAnswer> {
    if let Some(book) = model.books.iter().find(|own| own.id == book) {
        return Some(own::bill(model, loads, book));
    }
    catalogue::get().book(book).map(|book| list::bill(model, loads, &book))
}

/// What a book has on sale of a family of items where a component stands: `t3.large` of `compute.hour`. In the order of the
/// price files, each once; empty for a book of the scenario's own.
pub fn on_sale(model: &Model, ix: ComponentIx, book: &str, family: &str) -> Vec<&'static str> {
    let Some(book) = catalogue::get().book(book) else { return Vec::new() };
    book.details(list::place(model, &model.graph[ix]), family)
}

/// Machine types on sale in a region of a book, with their price by the hour.
pub fn machines_on_sale(book: &str, region: &str) -> Vec<(&'static str, f64)> {
    let Some(book) = catalogue::get().book(book) else { return Vec::new() };
    book.priced(region, "compute.hour:")
}

/// Codes of the regions that a book has prices of, in the order of its files.
pub fn regions(book: &str) -> Vec<&'static str> {
    catalogue::get().book(book).map_or_else(Vec::new, |book| book.regions())
}

/// An amount in another currency, at the shipped exchange rate. `None`: no rate between the two is known, or the amount is too
/// large.
pub fn converted(money: Money, to: Currency) -> Option<Money> {
    let rate = catalogue::get().rate(money.currency, to)?;
    Some(Money::new(money.amount.checked_mul(rate.mid)?, to))
}

/// The exchange rate between two currencies with its range: how many of `to` one of `from` is worth.
pub fn exchange_rate(from: Currency, to: Currency) -> Option<Figure> {
    let unit = format!("{}/{}", to.code(), from.code());
    Some(catalogue::get().rate(from, to)?.figure(&unit, ""))
}

/// What a way of buying takes off the list price of a family of items where a component stands. `None`: not known.
pub fn off(model: &Model, ix: ComponentIx, book: &str, family: &str, purchase: Purchase) -> Option<f64> {
    let book = catalogue::get().book(book)?;
    let off = book.discount(list::place(model, &model.graph[ix]), family, purchase)?.off.mid;
    rust_decimal::prelude::ToPrimitive::to_f64(&off)
}

/// What the scenario's `own` book leaves out: every line of the `list` book's bill that no line of `own` pays for, in
/// the order of that bill, without uses known to be nothing. Empty when either book does not exist.
pub fn left_out(model: &Model, loads: &Loads, own: &str, list: &str) -> Vec<BillLine> {
    let own = model.books.iter().find(|book| book.id == own);
    let (Some(own), Some(list)) = (own, catalogue::get().book(list)) else {
        return Vec::new();
    };
    let left_out = |line: &BillLine| {
        let component = line.component.as_deref().unwrap_or_default();
        line.quantity.value != Some(0.0) && !own::pays_for(own, component, &line.item)
    };
    list::bill(model, loads, &list).lines.into_iter().filter(left_out).collect()
}
