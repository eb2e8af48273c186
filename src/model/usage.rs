//! What a component uses that somebody charges for, in neutral items; the price books map items to prices.

use crate::diag::Span;
use crate::text::Phrase;
use crate::units::{Currency, Money};

/// One thing a component uses.
#[derive(Clone, Debug, PartialEq)]
pub struct Usage {
    /// Neutral item: `compute.hour:t3.large`, `database.hour:db.t3.medium`, `llm.token-in:gpt-4o`.
    pub item: String,
    /// How much in a billing month of 730 h.
    pub quantity: Quantity,
}

/// How much of an item is used in a billing month.
#[derive(Clone, Debug, PartialEq)]
pub enum Quantity {
    /// So much, whatever the load.
    Fixed(f64),
    /// So much per request that reaches the component.
    PerRequest(f64),
    /// Input tokens of the requests that reach the component.
    TokensIn,
    /// Output tokens.
    TokensOut,
    /// GB sent to users or callers.
    GbOut,
    /// GB received.
    GbIn,
    /// It depends on something the scenario does not say; the bill line is unknown.
    Unknown,
}

/// What one request makes a component move, by journey; a missing entry is unknown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Works {
    /// Bytes sent back to the caller.
    pub bytes_out: Vec<Option<f64>>,
    /// Bytes received from the caller.
    pub bytes_in: Vec<Option<f64>>,
}

impl Works {
    /// The last of `n` journeys moves what journey `j` does.
    pub fn like(&mut self, j: usize, n: usize) {
        for list in [&mut self.bytes_out, &mut self.bytes_in] {
            let last = list.get(j).copied().flatten();
            list.resize(n - 1, None);
            list.push(last);
        }
    }
}

/// A price book that the scenario carries itself: the plan's own table.
#[derive(Clone, Debug)]
pub struct OwnBook {
    /// Id: `plan-2025`.
    pub id: String,
    /// The only tier whose bill it states in full.
    pub tier: Option<String>,
    /// Its currency.
    pub currency: Currency,
    /// Its lines, in order.
    pub lines: Vec<OwnLine>,
    /// Where it stands in the file.
    pub at: Span,
}

/// One line of such a book.
#[derive(Clone, Debug)]
pub struct OwnLine {
    /// Id: `ec2`.
    pub id: String,
    /// Name to show.
    pub name: Phrase,
    /// The component it pays for; `None`: several, or one that is no component.
    pub pays: Option<String>,
    /// Monthly amount.
    pub amount: Money,
    /// The plan's own words.
    pub quote: Option<String>,
    /// Where it stands in the file.
    pub at: Span,
}
