//! A price: per so many units, in steps, after a free allowance; and what a quantity costs at it.

use crate::units::Currency;
use rust_decimal::{Decimal, RoundingStrategy};

/// How well a price is sourced, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// The vendor's data or page was read.
    Primary,
    /// A third party quotes it.
    Secondary,
    /// The vendor's page is known and was not read again.
    Recalled,
    /// No source; a range stands in for it.
    Estimate,
}

impl Confidence {
    /// From the word in the price file.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "primary" => Self::Primary,
            "secondary" => Self::Secondary,
            "recalled" => Self::Recalled,
            "estimate" => Self::Estimate,
            _ => return None,
        })
    }

    /// The word in the price file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Recalled => "recalled",
            Self::Estimate => "estimate",
        }
    }
}

/// The price of one neutral item.
#[derive(Clone, Debug, PartialEq)]
pub struct Price {
    /// Neutral item: `compute.hour:t3.large`.
    pub item: String,
    /// The unit of sale.
    pub per: Per,
    /// Prices by volume, at least one; the first starts at 0 and the starts rise.
    pub steps: Vec<Step>,
    /// Units of the item that are free each month, per account.
    pub free: Decimal,
    /// Units up to which the last step is known to hold. Beyond it the last step is continued, as an assumption.
    pub up_to: Option<Decimal>,
    /// Ids of the facts it rests on, and its date: `aws.ebs.gp3, 2026`.
    pub source: String,
    /// How well it is sourced.
    pub confidence: Confidence,
}

/// The unit of sale: so many units of the item.
#[derive(Clone, Debug, PartialEq)]
pub struct Per {
    /// How many units: 1,000,000 for `1M tokens`.
    pub count: Decimal,
    /// How it is written: `1M tokens`; a single unit without its number, `h`.
    pub words: String,
}

impl Per {
    /// Reads `1 h`, `1k requests`, `1M tokens`. `None` when it is not a positive whole number, a space and a unit.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, unit) = text.split_once(' ')?;
        let (digits, factor) = match number.chars().last()? {
            'k' => (&number[..number.len() - 1], 1_000),
            'M' => (&number[..number.len() - 1], 1_000_000),
            'G' => (&number[..number.len() - 1], 1_000_000_000),
            _ => (number, 1),
        };
        let count = digits.parse::<u32>().ok().filter(|count| *count > 0)?;
        let count = Decimal::from(count) * Decimal::from(factor);
        let words = if count == Decimal::ONE { unit } else { text };
        (!unit.trim().is_empty()).then(|| Self { count, words: words.to_owned() })
    }
}

/// One step of a price by volume.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Units of the item from which it holds, counted from the first unit of the month, free ones included.
    pub from: Decimal,
    /// Price of one unit of sale.
    pub amount: Decimal,
    /// Lower end of its range; `amount` when none is given.
    pub low: Decimal,
    /// Upper end.
    pub high: Decimal,
}

/// Which end of a range to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The cheapest.
    Low,
    /// The central value.
    Mid,
    /// The dearest.
    High,
}

impl Step {
    /// The price at an end of its range.
    pub fn at(&self, end: End) -> Decimal {
        match end {
            End::Low => self.low,
            End::Mid => self.amount,
            End::High => self.high,
        }
    }
}

impl Price {
    /// Whether the month's volume of the whole account matters: steps, a free allowance, or a volume beyond which the
    /// price is not known.
    pub fn depends_on_volume(&self) -> bool {
        self.steps.len() > 1 || !self.free.is_zero() || self.up_to.is_some()
    }

    /// Whether the price itself is an assumption: without a source that was read, or with a range.
    pub fn is_assumed(&self) -> bool {
        self.confidence >= Confidence::Recalled || self.steps.iter().any(|step| step.low != step.high)
    }
}

/// What `quantity` units of the item cost in a month, in the currency of the price, not rounded.
///
/// The free allowance is taken off the first units, then each step prices the units that fall into it (a graduated
/// price, not a volume price). Zero for a quantity of zero; `None` for a negative quantity or an amount beyond what a
/// decimal holds. O(steps).
pub fn charge(price: &Price, quantity: Decimal, end: End) -> Option<Decimal> {
    if quantity.is_sign_negative() && !quantity.is_zero() {
        return None;
    }
    let mut sum = Decimal::ZERO;
    for (i, step) in price.steps.iter().enumerate() {
        let start = step.from.max(price.free);
        let stop = price.steps.get(i + 1).map_or(quantity, |next| next.from.min(quantity));
        if stop > start {
            let sold = (stop - start).checked_div(price.per.count)?;
            sum = sum.checked_add(sold.checked_mul(step.at(end))?)?;
        }
    }
    Some(sum)
}

/// An amount as it is shown or paid: to the digits of its currency, halves away from zero.
pub fn rounded(amount: Decimal, currency: Currency) -> Decimal {
    amount.round_dp_with_strategy(currency.digits(), RoundingStrategy::MidpointAwayFromZero)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dec(text: &str) -> Decimal {
        text.parse().expect("a decimal in a test")
    }

    fn stepped() -> Price {
        let step = |from: &str, amount: &str| Step {
            from: dec(from),
            amount: dec(amount),
            low: dec(amount),
            high: dec(amount),
        };
        Price {
            item: "egress.gb".to_owned(),
            per: Per { count: Decimal::ONE, words: "GB".to_owned() },
            steps: vec![step("0", "0.114"), step("10240", "0.089")],
            free: dec("100"),
            up_to: Some(dec("51200")),
            source: "test".to_owned(),
            confidence: Confidence::Primary,
        }
    }

    #[test]
    fn the_free_allowance_comes_off_the_first_units() {
        assert_eq!(charge(&stepped(), dec("100"), End::Mid), Some(Decimal::ZERO));
        assert_eq!(charge(&stepped(), dec("101"), End::Mid), Some(dec("0.114")));
    }

    #[test]
    fn each_step_prices_the_units_that_fall_into_it() {
        // 10,140 GB at 0.114 and 760 GB at 0.089
        assert_eq!(charge(&stepped(), dec("11000"), End::Mid), Some(dec("1155.96") + dec("67.64")));
    }

    #[test]
    fn a_negative_quantity_has_no_price() {
        assert_eq!(charge(&stepped(), dec("-1"), End::Mid), None);
    }

    #[test]
    fn an_amount_too_large_for_a_decimal_is_no_amount() {
        let mut price = stepped();
        price.steps[1].amount = dec("1000");
        assert_eq!(charge(&price, Decimal::MAX, End::Mid), None);
    }

    #[test]
    fn units_of_sale_are_read_with_their_multiples() {
        let per = |text| Per::parse(text).map(|per| (per.count, per.words));
        assert_eq!(per("1 h"), Some((dec("1"), "h".to_owned())));
        assert_eq!(per("1M tokens"), Some((dec("1000000"), "1M tokens".to_owned())));
        assert_eq!(per("10k requests"), Some((dec("10000"), "10k requests".to_owned())));
        for wrong in ["h", "0 h", "-1 h", "1M", "k requests", "1 "] {
            assert_eq!(per(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn halves_are_rounded_away_from_zero_to_the_digits_of_the_currency() {
        assert_eq!(rounded(dec("0.5"), Currency::JPY), dec("1"));
        assert_eq!(rounded(dec("1.5"), Currency::JPY), dec("2"));
        assert_eq!(rounded(dec("0.125"), Currency::USD), dec("0.13"));
        assert_eq!(rounded(dec("-0.125"), Currency::USD), dec("-0.13"));
    }
}
