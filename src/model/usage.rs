//! What a component uses that somebody charges for, in neutral items; the price books map items to prices.

use super::RegionIx;
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
    /// Where it is bought, when that is not where the component stands: the region of a copy, or of the caller's network.
    pub region: Option<RegionIx>,
    /// How it is bought.
    pub purchase: Purchase,
}

/// How machines are bought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purchase {
    /// By the hour, at the list price.
    #[default]
    OnDemand,
    /// Committed for a year, used or not.
    OneYear,
    /// Committed for three years.
    ThreeYears,
    /// From spare capacity, taken back at short notice.
    Spot,
}

impl Purchase {
    /// All, as written in the file and in price files.
    pub const WORDS: &[&str] = &["on-demand", "1y", "3y", "spot"];

    /// From its word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::OnDemand, Self::OneYear, Self::ThreeYears, Self::Spot].into_iter().find(|p| p.word() == word)
    }

    /// Its word.
    pub const fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// Months that are paid whatever is used.
    pub const fn months(self) -> Option<u32> {
        match self {
            Self::OneYear => Some(12),
            Self::ThreeYears => Some(36),
            Self::OnDemand | Self::Spot => None,
        }
    }
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
    /// GB sent and received.
    GbBoth,
    /// GB held of what is received and kept for so many months, beside what is held from the start.
    Kept {
        /// GB held whatever the load.
        gb: f64,
        /// Months for which GB received are kept.
        months: f64,
    },
    /// Hours of so many machines that are always there, and of those that are added with the load.
    Machines(f64),
    /// GB on the wire to and from a language model, by bytes of each token.
    Wire {
        /// Bytes sent for an input token.
        per_token_in: f64,
        /// Bytes received for an output token.
        per_token_out: f64,
    },
    /// Hours of vCPUs used beyond what burstable machines earn, each so many cores.
    Surplus {
        /// Cores that one machine may use for ever.
        earns: f64,
    },
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
