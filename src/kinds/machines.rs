//! Machine types: how many vCPUs and how much memory. Taken from the items of the price facts ("t3.large Linux
//! on-demand, 2 vCPU 8 GiB"), so that a type with a price always has a size; a few database classes without a compute
//! price of their own follow from the vendor's naming.

use crate::fields::facts;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Size of one machine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Machine {
    /// Virtual CPUs.
    pub vcpu: f64,
    /// Memory, bytes.
    pub memory: f64,
}

const GIB: f64 = 1_073_741_824.0;

/// Types that only a database class needs. Source: AWS instance type tables; memory agrees with the facts
/// `lat.pg.maxconn.db.r6g.*`.
const MORE: &[(&str, f64, f64)] =
    &[("r5.large", 2.0, 16.0), ("r6g.xlarge", 4.0, 32.0), ("r6i.xlarge", 4.0, 32.0)];

/// The size of a machine type or database class, at any provider; `None` when it is not known.
pub fn machine(id: &str) -> Option<Machine> {
    static TABLE: OnceLock<BTreeMap<&'static str, Machine>> = OnceLock::new();
    TABLE.get_or_init(table).get(id.strip_prefix("db.").unwrap_or(id)).copied()
}

fn table() -> BTreeMap<&'static str, Machine> {
    let more = MORE.iter().map(|(id, vcpu, gib)| (*id, Machine { vcpu: *vcpu, memory: gib * GIB }));
    let priced = facts::all().filter_map(|f| {
        let (name, _) = f.item.split_once(' ')?;
        let words: Vec<&str> = f.item.split_whitespace().collect();
        let vcpu = words.windows(2).find(|w| w[1] == "vCPU")?[0].parse().ok()?;
        let gib: f64 = words.windows(2).find(|w| w[1] == "GiB")?[0].parse().ok()?;
        Some((name, Machine { vcpu, memory: gib * GIB }))
    });
    more.chain(priced).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_the_plan_have_their_published_sizes() {
        for (id, vcpu, gib) in [
            ("t3.large", 2.0, 8.0),
            ("t3.2xlarge", 8.0, 32.0),
            ("db.t3.medium", 2.0, 4.0),
            ("db.r6g.xlarge", 4.0, 32.0),
        ] {
            assert_eq!(machine(id), Some(Machine { vcpu, memory: gib * GIB }), "{id}");
        }
        assert_eq!(machine("t3.gigantic"), None);
    }
}
