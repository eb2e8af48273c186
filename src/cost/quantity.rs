//! How much of an item a component uses in a billing month: its usage met with its load.

use super::spread::{Basis, Spread, decimal};
use crate::model::loads::ComponentLoad;
use crate::model::usage::{Quantity, Usage};
use crate::units::BILLING_HOURS_PER_MONTH;

/// The neutral items whose quantity is derived here when the scenario does not say it. A capacity unit of Azure's gateway holds
/// about what an LCU does: 2.22 Mbit/s are 1 GB in an hour (Microsoft, "Understanding pricing for Application Gateway").
const CAPACITY: [&str; 2] = ["load-balancer.lcu-hour", "load-balancer.cu-hour"];

/// Units used in the month. `None` when it depends on what nobody said, or is not a number at all.
pub(super) fn used(usage: &Usage, load: Option<&ComponentLoad>) -> Option<Spread> {
    let computed = |value: f64| Spread::from_f64(value, Basis::Computed);
    match usage.quantity {
        Quantity::Fixed(amount) => Spread::from_f64(amount, Basis::Stated),
        Quantity::PerRequest(each) => computed(load?.requests * each),
        Quantity::TokensIn => computed(load?.tokens_in),
        Quantity::TokensOut => computed(load?.tokens_out),
        Quantity::GbOut => computed(load?.gb_out?),
        Quantity::GbIn => computed(load?.gb_in?),
        Quantity::GbBoth => {
            let load = load?;
            computed(load.gb_in? + load.gb_out?)
        }
        Quantity::Kept { gb, months } => computed(gb + load?.gb_in? * months),
        Quantity::Machines(always) => {
            let added = load.map_or(0.0, |load| load.added_node_hours);
            let basis = if added > 0.0 { Basis::Computed } else { Basis::Stated };
            Spread::from_f64(always * BILLING_HOURS_PER_MONTH + added, basis)
        }
        Quantity::Surplus { .. } => computed(load?.surplus_core_hours),
        Quantity::Wire { per_token_in, per_token_out } => {
            let load = load?;
            computed((load.tokens_in * per_token_in + load.tokens_out * per_token_out) / 1e9)
        }
        Quantity::Unknown if CAPACITY.contains(&usage.item.as_str()) => load_balancer_capacity(load?),
        Quantity::Unknown => None,
    }
}

/// Hours of capacity of an application load balancer in the month: LCUs, or units of Azure's gateway.
///
/// The vendor bills each hour by the largest of four dimensions:
/// - new connections: at most one per request (assumption; connections that are kept open make it fewer);
/// - open connections: as many as requests under way, by Little's law (assumption, the same);
/// - processed bytes: 1 GB is one LCU-hour;
/// - rule evaluations: 10 rules are free; no more are assumed.
///
/// The central value and the upper end take one connection per request, the lower end counts bytes alone. `None` when the
/// bytes are unknown.
///
/// Source: fact `aws.alb.lcu`.
fn load_balancer_capacity(load: &ComponentLoad) -> Option<Spread> {
    let bytes = decimal(load.gb_in?)?.checked_add(decimal(load.gb_out?)?)?;
    let largest = decimal(load.capacity_hours?)?.max(bytes);
    Some(Spread { mid: largest, low: bytes, high: largest, basis: Basis::Computed })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;

    fn usage(item: &str, quantity: Quantity) -> Usage {
        crate::kinds::common::usage(item, quantity)
    }

    fn load() -> ComponentLoad {
        ComponentLoad {
            requests: 9_000_000.0,
            tokens_in: 12.0,
            tokens_out: 34.0,
            gb_out: Some(50.0),
            gb_in: Some(5.0),
            capacity_hours: Some(100.0),
            ..ComponentLoad::default()
        }
    }

    fn mid(usage: &Usage, load: &ComponentLoad) -> Option<Decimal> {
        used(usage, Some(load)).map(|spread| spread.mid)
    }

    #[test]
    fn quantities_follow_the_load() {
        let load = load();
        assert_eq!(mid(&usage("x", Quantity::Fixed(2190.0)), &load), Some(Decimal::from(2190)));
        assert_eq!(mid(&usage("x", Quantity::PerRequest(2.0)), &load), Some(Decimal::from(18_000_000)));
        assert_eq!(mid(&usage("x", Quantity::TokensIn), &load), Some(Decimal::from(12)));
        assert_eq!(mid(&usage("x", Quantity::TokensOut), &load), Some(Decimal::from(34)));
        assert_eq!(mid(&usage("x", Quantity::GbOut), &load), Some(Decimal::from(50)));
        assert_eq!(mid(&usage("x", Quantity::Unknown), &load), None);
    }

    #[test]
    fn unknown_bytes_stay_unknown() {
        let load = ComponentLoad { gb_out: None, ..load() };
        assert_eq!(mid(&usage("cdn.gb", Quantity::GbOut), &load), None);
        assert_eq!(mid(&usage(CAPACITY[0], Quantity::Unknown), &load), None);
    }

    #[test]
    fn the_leading_dimension_of_a_load_balancer_is_billed() {
        // 100 hours of capacity by connections; 55 GB are 55
        let by_connections = used(&usage(CAPACITY[0], Quantity::Unknown), Some(&load()));
        let by_connections = by_connections.expect("all dimensions are known");
        assert_eq!((by_connections.mid, by_connections.low), (Decimal::from(100), Decimal::from(55)));
        let heavy = ComponentLoad { gb_out: Some(500.0), ..load() };
        assert_eq!(mid(&usage(CAPACITY[0], Quantity::Unknown), &heavy), Some(Decimal::from(505)));
    }
}
