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

/// What pods may ask for on one node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    /// vCPUs.
    pub vcpu: f64,
    /// Memory, bytes.
    pub memory: f64,
    /// Pods of services.
    pub pods: u32,
}

/// Bytes of a GiB.
pub const GIB: f64 = 1_073_741_824.0;
const MIB: f64 = 1_048_576.0;

/// vCPUs that a node's own pods ask for: its network plugin and its proxy. Assumption: 50m and 100m, as EKS ships them.
const OWN_CPU: f64 = 0.15;
/// The node's own pods.
const OWN_PODS: u32 = 2;
/// Pods of a node where the machine's network does not limit them: the default of the kubelet.
const PODS: u32 = 110;

/// Room on a node of a type, once the kubelet has set aside its share.
///
/// CPU, everywhere: 6 % of the first core, 1 % of the second, 0.5 % of the next two, 0.25 % of the rest. Memory: on EKS
/// 255 MiB and 11 MiB for each pod that the machine's network allows, elsewhere 25 % of the first 4 GiB, 20 % of the next 4,
/// 10 % of the next 8, 6 % of the next 112 and 2 % of the rest; and what evicts: 100 MiB, 750 MiB on AKS.
///
/// Sources: awslabs/amazon-eks-ami, kubelet configuration and its list of pods per instance type; D. Polencic, "Allocatable
/// memory and CPU in Kubernetes nodes" (learnk8s, 2024).
pub fn room(ty: &str, machine: Machine) -> Room {
    let cores = machine.vcpu;
    let part = |from: f64, to: f64| (cores.min(to) - from).max(0.0);
    let reserved =
        0.06 * part(0.0, 1.0) + 0.01 * part(1.0, 2.0) + 0.005 * part(2.0, 4.0) + 0.0025 * part(4.0, f64::MAX);
    let aws = ty.contains('.');
    let pods = if aws { pods_by_network(ty) } else { PODS };
    let gib = machine.memory / GIB;
    let slice = |from: f64, to: f64| (gib.min(to) - from).max(0.0) * GIB;
    let memory = if aws {
        (255.0 + 11.0 * f64::from(pods) + 100.0) * MIB
    } else {
        let evicts = if ty.starts_with("Standard_") { 750.0 } else { 100.0 };
        let slices = 0.25 * slice(0.0, 4.0)
            + 0.2 * slice(4.0, 8.0)
            + 0.1 * slice(8.0, 16.0)
            + 0.06 * slice(16.0, 128.0)
            + 0.02 * slice(128.0, f64::MAX);
        slices + evicts * MIB
    };
    Room {
        vcpu: (cores - reserved - OWN_CPU).max(0.0),
        memory: (machine.memory - memory).max(0.0),
        pods: pods.saturating_sub(OWN_PODS),
    }
}

/// Pods that the network of an AWS machine allows: interfaces x (addresses - 1) + 2.
fn pods_by_network(ty: &str) -> u32 {
    let (family, size) = ty.split_once('.').unwrap_or((ty, ""));
    if let ("t2", "xlarge" | "2xlarge") = (family, size) {
        return 44;
    }
    let burstable = ["t2", "t3", "t4"].iter().any(|t| family.starts_with(t));
    match (burstable, size) {
        (true, "nano" | "micro") => 4,
        (true, "small") => 11,
        (true, "medium") => 17,
        (true, "large") => 35,
        (false, "medium") => 8,
        (false, "large") => 29,
        (_, "xlarge" | "2xlarge") => 58,
        (_, "4xlarge" | "8xlarge" | "9xlarge" | "12xlarge") => 234,
        _ => PODS,
    }
}

/// Types without a price among the facts, and such that only a database class needs. Source: AWS instance type tables; memory agrees with the facts
/// `lat.pg.maxconn.db.r6g.*`.
const MORE: &[(&str, f64, f64)] = &[
    ("r5.large", 2.0, 16.0),
    ("r6g.xlarge", 4.0, 32.0),
    ("r6i.xlarge", 4.0, 32.0),
    ("t2.nano", 1.0, 0.5),
    ("t2.micro", 1.0, 1.0),
    ("t2.small", 1.0, 2.0),
    ("t2.medium", 2.0, 4.0),
    ("t2.large", 2.0, 8.0),
    ("t2.xlarge", 4.0, 16.0),
    ("t2.2xlarge", 8.0, 32.0),
    ("t3a.nano", 2.0, 0.5),
    ("t3a.micro", 2.0, 1.0),
    ("t3a.small", 2.0, 2.0),
    ("t3a.medium", 2.0, 4.0),
    ("t3a.large", 2.0, 8.0),
    ("t3a.xlarge", 4.0, 16.0),
    ("t3a.2xlarge", 8.0, 32.0),
    ("t4g.nano", 2.0, 0.5),
    // Azure Database for PostgreSQL: Microsoft's table of compute sizes.
    ("b2s", 2.0, 4.0),
    ("d2ds_v5", 2.0, 8.0),
];

/// The size of a machine type or database class, at any provider; `None` when it is not known.
pub fn machine(id: &str) -> Option<Machine> {
    let table = known();
    let known = table.get(id.strip_prefix("db.").unwrap_or(id)).or_else(|| table.get(id)).copied();
    known.or_else(|| custom(id))
}

/// What to do about a type or class whose size is not known: the nearest that is, or the fields to state.
pub fn unknown_help(id: &str, fields: &str) -> crate::text::Phrase {
    let bare = id.strip_prefix("db.").unwrap_or(id);
    let near = crate::diag::nearest_name(bare, known().keys().copied());
    let near = near.map(|near| if bare.len() < id.len() { format!("db.{near}") } else { near.to_owned() });
    crate::text::names::unknown_size_help(near.as_deref(), fields)
}

/// Whether a machine has ARM processors, for which images have to be built: `t4g.large`, `t2a-standard-2`, `Standard_D2ps_v5`.
pub fn is_arm(ty: &str) -> bool {
    let aws = ty.split_once('.').is_some_and(|(family, _)| {
        family.trim_start_matches(|c: char| c.is_ascii_alphabetic()).contains('g')
    });
    let azure = ty.strip_prefix("Standard_").is_some_and(|rest| {
        let letters = rest.trim_start_matches(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit());
        letters.split('_').next().is_some_and(|letters| letters.contains('p'))
    });
    aws || azure || ty.starts_with("t2a-")
}

/// Cloud SQL names its sizes: `db-custom-2-7680` has 2 vCPUs and 7,680 MiB.
pub fn custom(id: &str) -> Option<Machine> {
    let (vcpu, mib) = id.strip_prefix("db-custom-")?.split_once('-')?;
    let (vcpu, mib) = (vcpu.parse::<f64>().ok()?, mib.parse::<f64>().ok()?);
    (vcpu > 0.0 && mib > 0.0).then_some(Machine { vcpu, memory: mib * MIB })
}

/// All that are known, by name.
fn known() -> &'static BTreeMap<&'static str, Machine> {
    static TABLE: OnceLock<BTreeMap<&'static str, Machine>> = OnceLock::new();
    TABLE.get_or_init(table)
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
        assert_eq!(machine("db-custom-2-4096"), Some(Machine { vcpu: 2.0, memory: 4.0 * GIB }));
        for (ty, arm) in
            [("t4g.large", true), ("t3.large", false), ("Standard_D2ps_v5", true), ("Standard_D2s_v5", false)]
        {
            assert_eq!(is_arm(ty), arm, "{ty}");
        }
    }

    #[test]
    fn the_kubelet_sets_aside_what_its_vendor_publishes() {
        // m5.large on EKS: 574 MiB and 70m are reserved, 100 MiB evict.
        let large = room("m5.large", Machine { vcpu: 2.0, memory: 8.0 * GIB });
        assert!((large.memory - (8.0 * GIB - 674.0 * MIB)).abs() < 1.0);
        assert!((large.vcpu - (2.0 - 0.07 - OWN_CPU)).abs() < 1e-9);
        assert_eq!(large.pods, 27);
        // 4 GiB on GKE: a quarter and what evicts.
        let e2 = room("e2-medium", Machine { vcpu: 2.0, memory: 4.0 * GIB });
        assert!((e2.memory - (3.0 * GIB - 100.0 * MIB)).abs() < 1.0);
        assert_eq!(room("t3.micro", Machine { vcpu: 2.0, memory: GIB }).pods, 2);
    }
}
