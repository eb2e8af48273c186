//! How fast the load grows, and when a tier is reached and outgrown. Growth dates the tiers; it changes none of them.

use crate::fields::Reader;
use crate::fields::dates::{self, Date};
use crate::scenario::Scenario;
use crate::scenario::tables::{LOAD, TIER};
use crate::stats::maths::ln;

/// Growth of the load.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Growth {
    /// Share by which it grows in a month, compounding.
    pub monthly: f64,
    /// Its range.
    pub range: Option<(f64, f64)>,
    /// Months from year 0 to the month of the first tier; `None`: not stated.
    pub start: Option<i64>,
}

/// As the file states it; `None` when it does not.
pub fn growth(scenario: &Scenario) -> Option<Growth> {
    let read = Reader::new(scenario.whole.table("load")?, LOAD);
    let value = read.value("growth")?;
    let start = read.node("start").and_then(dates::stated).map(month);
    Some(Growth { monthly: value.central, range: value.range.map(|r| (r.low, r.high)), start })
}

/// The month of a date, from year 0.
fn month(date: Date) -> i64 {
    12 * i64::from(date.year) + i64::from(date.month.unwrap_or(1)) - 1
}

/// Months from year 0 as a date: `2027-06`.
pub fn date(months: i64) -> String {
    format!("{:04}-{:02}", months.div_euclid(12), months.rem_euclid(12) + 1)
}

/// Months until a load of `from` has grown to `to`; `None` when it never does.
pub fn months(from: f64, to: f64, monthly: f64) -> Option<f64> {
    if to <= from {
        return Some(0.0);
    }
    (from > 0.0 && monthly > 0.0).then(|| ln(to / from) / ln(1.0 + monthly))
}

/// Months until the load of a tier has grown to that of the next larger one; `None`: there is none, or it does not grow.
pub fn months_until_next(scenario: &Scenario, tier: &str) -> Option<f64> {
    let growth = growth(scenario)?;
    months(tenants(scenario, tier)?, next_larger(scenario, tier)?, growth.monthly)
}

/// Tenants of the smallest tier that is larger than this one.
pub fn next_larger(scenario: &Scenario, tier: &str) -> Option<f64> {
    let own = tenants(scenario, tier)?;
    let larger = scenario.tiers.iter().filter_map(|id| tenants(scenario, id)).filter(|n| *n > own);
    larger.min_by(f64::total_cmp)
}

fn tenants(scenario: &Scenario, tier: &str) -> Option<f64> {
    let table = scenario.whole.table("tier")?.table(tier)?;
    Reader::new(table, TIER).number("tenants")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_compounds() {
        assert!((months(100.0, 200.0, 0.06).unwrap() - 11.8957).abs() < 1e-3);
        assert_eq!(months(100.0, 50.0, 0.06), Some(0.0));
        assert_eq!(months(100.0, 200.0, 0.0), None);
    }

    #[test]
    fn months_are_dates() {
        let december = month(dates::date("2026-12").unwrap());
        assert_eq!(
            (date(december), date(december + 1), date(december + 13)),
            ("2026-12".into(), "2027-01".into(), "2028-01".into())
        );
        assert_eq!(month(dates::date("2026").unwrap()), month(dates::date("2026-01").unwrap()));
    }
}
