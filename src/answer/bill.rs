//! Answers about money: a bill and its lines.

use crate::stats::figure::Figure;
use crate::text::Phrase;
use serde::{Deserialize, Serialize};

/// A monthly bill in one price book.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BillAnswer {
    /// Sum of the lines; unknown when a line is.
    pub total: Figure,
    /// Sum of the lines that are known; a lower bound when the total is unknown.
    pub known: Figure,
    /// ISO 4217.
    pub currency: String,
    /// Total over tenants.
    pub per_tenant: Figure,
    /// Total over users.
    pub per_user: Figure,
    /// Line by line.
    pub lines: Vec<BillLine>,
    /// What the design uses and this book does not price.
    pub unpriced: Vec<Unpriced>,
    /// The book's id.
    pub book: String,
    /// Date of its prices.
    pub as_of: Option<String>,
    /// Exchange rate used, currency units per dollar.
    pub exchange: Option<Figure>,
}

impl BillAnswer {
    /// Whether the book prices what has no amount: then only how much is used of it is not known.
    pub fn has_price_of(&self, use_of: &Unpriced) -> bool {
        let same =
            |line: &&BillLine| line.component.as_ref() == Some(&use_of.component) && line.item == use_of.item;
        self.lines.iter().find(same).is_some_and(|line| line.unit_price.value.is_some())
    }
}

/// One line of a bill.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BillLine {
    /// Id of the line: the book's own, or `component.item`.
    pub id: String,
    /// Name to show.
    pub name: Phrase,
    /// The component it pays for.
    pub component: Option<String>,
    /// Neutral item, or the book's own words.
    pub item: String,
    /// How much is used.
    pub quantity: Figure,
    /// Of what: `h`, `GB`, `1M tokens`, `month`.
    pub unit: String,
    /// Price of one unit, in the book's currency.
    pub unit_price: Figure,
    /// Quantity times price in the bill's currency; unknown is never zero.
    pub amount: Figure,
    /// Where the price comes from.
    pub source: Option<String>,
}

/// A use without a price.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Unpriced {
    /// The component.
    pub component: String,
    /// Neutral item.
    pub item: String,
    /// One sentence: why there is no amount.
    pub why: Phrase,
    /// What it costs by the list prices beside; unknown where they do not say.
    pub list_amount: Figure,
}
