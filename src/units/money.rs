//! Money: a decimal amount in one currency.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A currency the shipped books use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Currency {
    /// Japanese yen.
    #[default]
    JPY,
    /// United States dollar.
    USD,
}

impl Currency {
    /// ISO 4217 code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::JPY => "JPY",
            Self::USD => "USD",
        }
    }

    /// Sign written before an amount.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::JPY => "¥",
            Self::USD => "$",
        }
    }

    /// Digits after the point that the currency is paid in.
    pub const fn digits(self) -> u32 {
        match self {
            Self::JPY => 0,
            Self::USD => 2,
        }
    }
}

/// An amount of money. Sums of several currencies do not exist: convert first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// How much, exact.
    pub amount: Decimal,
    /// Of what.
    pub currency: Currency,
}

impl Money {
    /// An amount of a currency.
    pub const fn new(amount: Decimal, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// The amount as a float, for charts and ratios.
    pub fn as_f64(self) -> f64 {
        use rust_decimal::prelude::ToPrimitive;
        self.amount.to_f64().unwrap_or(f64::NAN)
    }
}
