//! A decimal with the ends of its range and what it rests on: the numbers inside a bill, before they become figures.

use super::price::End;
use crate::stats::figure::{Figure, FigureKind};
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};

/// What a number rests on, firmest first; a product or sum rests on the weakest of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Basis {
    /// Stated in the scenario or a sourced price.
    Stated,
    /// Somebody's assumption.
    Assumed,
    /// Computed from the analytic load.
    Computed,
}

/// A decimal and the ends of its range; `low <= mid <= high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    pub mid: Decimal,
    pub low: Decimal,
    pub high: Decimal,
    pub basis: Basis,
}

impl Spread {
    /// A number without a range.
    pub fn point(mid: Decimal, basis: Basis) -> Self {
        Self { mid, low: mid, high: mid, basis }
    }

    /// A float that is neither negative nor NaN, nor beyond what a decimal holds.
    pub fn from_f64(value: f64, basis: Basis) -> Option<Self> {
        decimal(value).map(|mid| Self::point(mid, basis))
    }

    pub fn at(&self, end: End) -> Decimal {
        match end {
            End::Low => self.low,
            End::Mid => self.mid,
            End::High => self.high,
        }
    }

    /// End by end; right for factors that are not negative. `None` on overflow.
    pub fn times(&self, other: &Self) -> Option<Self> {
        Some(Self {
            mid: self.mid.checked_mul(other.mid)?,
            low: self.low.checked_mul(other.low)?,
            high: self.high.checked_mul(other.high)?,
            basis: self.basis.max(other.basis),
        })
    }

    pub fn plus(&self, other: &Self) -> Option<Self> {
        Some(Self {
            mid: self.mid.checked_add(other.mid)?,
            low: self.low.checked_add(other.low)?,
            high: self.high.checked_add(other.high)?,
            basis: self.basis.max(other.basis),
        })
    }

    /// Over a positive number.
    pub fn over(&self, divisor: Decimal) -> Option<Self> {
        Some(Self {
            mid: self.mid.checked_div(divisor)?,
            low: self.low.checked_div(divisor)?,
            high: self.high.checked_div(divisor)?,
            basis: self.basis,
        })
    }

    /// As an answer. `method` goes with computed numbers.
    pub fn figure(&self, unit: &str, method: &str) -> Figure {
        let float = |d: Decimal| d.to_f64().unwrap_or(f64::NAN);
        let value = float(self.mid);
        let figure = match self.basis {
            Basis::Stated if self.low == self.high => return Figure::exact(value, unit),
            Basis::Stated | Basis::Assumed => Figure::assumed(value, unit),
            Basis::Computed => Figure::analytic(value, unit, method),
        };
        if self.low == self.high || figure.kind == FigureKind::Unknown {
            return figure;
        }
        figure.range(float(self.low), float(self.high))
    }
}

/// A float as a decimal; `None` when negative, NaN or too large.
pub(super) fn decimal(value: f64) -> Option<Decimal> {
    if value >= 0.0 { Decimal::from_f64(value) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_negative_or_undefined_becomes_a_quantity() {
        for wrong in [-1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e30] {
            assert_eq!(decimal(wrong), None, "{wrong}");
        }
        assert_eq!(decimal(0.1088).map(|d| d.to_string()).as_deref(), Some("0.1088"));
    }

    #[test]
    fn a_sum_rests_on_its_weakest_part() {
        let stated = Spread::point(Decimal::ONE, Basis::Stated);
        let computed = Spread::point(Decimal::TWO, Basis::Computed);
        let sum = stated.plus(&computed).expect("small numbers");
        assert_eq!((sum.mid, sum.basis), (Decimal::from(3), Basis::Computed));
        assert_eq!(stated.figure("1", "").kind, FigureKind::Exact);
        assert_eq!(sum.figure("1", "m").kind, FigureKind::Analytic);
    }

    #[test]
    fn products_that_overflow_are_no_number() {
        let huge = Spread::point(Decimal::MAX, Basis::Stated);
        assert_eq!(huge.times(&huge), None);
    }
}
