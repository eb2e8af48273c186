//! A bill in a book that the scenario carries itself. It says what the book says and no more: for the tier the book
//! states, its lines and their sum; for any other tier every amount is unknown. What the design uses and no line pays
//! for is named beside the total, which stays the table's.

use super::catalogue;
use super::list::{exchange, per_month, total};
use super::quantity::used;
use super::spread::{Basis, Spread};
use crate::answer::bill::{BillAnswer, BillLine, Unpriced};
use crate::model::Model;
use crate::model::loads::Loads;
use crate::model::usage::{OwnBook, OwnLine};
use crate::stats::figure::Figure;
use crate::text::cost as text;
use crate::units::Currency;

/// Families of items that vendors charge as services of their own: a line for a machine or a service does not pay for
/// the traffic through it.
const CHARGED_APART: &[&str] = &["nat", "egress", "cross-zone", "cross-region", "endpoint", "ipv4"];

/// Bills the model in one of its own books, in the model's currency.
pub(super) fn bill(model: &Model, loads: &Loads, book: &OwnBook) -> BillAnswer {
    let stated = book.tier.as_ref().is_none_or(|tier| *tier == model.tier.id);
    let mut answer = BillAnswer {
        currency: model.currency.code().to_owned(),
        book: book.id.clone(),
        unpriced: unpriced(model, loads, book),
        ..BillAnswer::default()
    };
    let mut amounts = Vec::new();
    for own in &book.lines {
        let amount = if stated { amount(own, model.currency) } else { None };
        answer.lines.push(line(own, book, amount.as_ref(), model.currency));
        amounts.push(amount);
        if stated && own.amount.currency != model.currency && answer.exchange.is_none() {
            answer.exchange = exchange();
        }
    }
    total(&mut answer, &amounts, &model.tier);
    answer
}

/// Whether a line of the book pays for this item of this component.
///
/// A line pays for everything its component uses, except for items charged apart (NAT, egress, traffic between zones and
/// regions): those need a line whose id begins with the family, as `nat` or `egress-tokyo`.
pub(super) fn pays_for(book: &OwnBook, component: &str, item: &str) -> bool {
    let family = item.split('.').next().unwrap_or(item);
    let apart = CHARGED_APART.contains(&family);
    book.lines
        .iter()
        .any(|line| line.pays.as_deref() == Some(component) && (!apart || line.id.starts_with(family)))
}

/// Uses that no line pays for, without those known to be nothing.
fn unpriced(model: &Model, loads: &Loads, book: &OwnBook) -> Vec<Unpriced> {
    let mut unpriced = Vec::new();
    for ix in model.as_written() {
        let component = &model.graph[ix];
        for usage in &component.usages {
            let nothing =
                used(usage, loads.components.get(ix.index())).is_some_and(|used| used.high.is_zero());
            if nothing || pays_for(book, &component.id, &usage.item) {
                continue;
            }
            unpriced.push(Unpriced {
                component: component.id.clone(),
                item: usage.item.clone(),
                why: text::no_line(&book.id, &usage.item),
                list_amount: Figure::unknown(&per_month(model.currency)),
            });
        }
    }
    unpriced
}

fn amount(own: &OwnLine, currency: Currency) -> Option<Spread> {
    let stated = Spread::point(own.amount.amount, Basis::Stated);
    stated.times(&catalogue::get().rate(own.amount.currency, currency)?)
}

fn line(own: &OwnLine, book: &OwnBook, amount: Option<&Spread>, currency: Currency) -> BillLine {
    let month = per_month(currency);
    let unit_price = per_month(own.amount.currency);
    let figure = |spread: Option<Spread>, unit: &str| {
        spread.map_or_else(|| Figure::unknown(unit), |spread| spread.figure(unit, ""))
    };
    let stated = amount.map(|_| Spread::point(own.amount.amount, Basis::Stated));
    BillLine {
        id: own.id.clone(),
        name: own.name.clone(),
        component: own.pays.clone(),
        item: own.quote.clone().unwrap_or_else(|| own.id.clone()),
        quantity: Figure::exact(1.0, "month"),
        unit: "month".to_owned(),
        unit_price: figure(stated, &unit_price),
        amount: figure(amount.copied(), &month),
        source: Some(book.id.clone()),
    }
}
