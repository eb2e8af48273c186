//! Automatic scaling of replicas by the Horizontal Pod Autoscaler's rule; pods and the machines that carry them: what a pod
//! asks for, what a new one has to wait for, and when one is given up with its machine.
//!
//! Sources: Kubernetes documentation, "Horizontal Pod Autoscaling", algorithm details and default behaviour (facts
//! `fo.k8s.hpa_*`); "Nodes" and "Taints and Tolerations" (facts `fo.k8s.notready`, `fo.k8s.toleration`).

use super::ZoneIx;
use crate::units::Duration;

/// The length of the intervals that scaling up is limited by, the sync period too.
pub const SYNC_S: f64 = 15.0;
/// How far the ratio of metric to target may be from 1 without a change.
pub const TOLERANCE: f64 = 0.1;
/// A scale-down follows the highest recommendation of so long.
pub const DOWN_WINDOW_S: f64 = 300.0;
/// Pods that may be added in one period in any case; beyond, as many as there are.
pub const UP_PODS: u32 = 4;

/// A node that was added goes when it has been without pods for so long (fact `fo.k8s.ca_scaledown`).
pub const NODE_UNNEEDED_S: f64 = 600.0;

/// Automatic scaling of a component's replicas by what they use.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaling {
    /// What it aims at.
    pub aims: Aims,
    /// Fewest replicas.
    pub min: u32,
    /// Most replicas.
    pub max: u32,
    /// Where the replicas beyond the first ones go while nothing is broken, in order.
    pub more: Vec<Place>,
}

/// Means over the ready pods that an autoscaler aims at. Of several, the one that asks for the most replicas counts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Aims {
    /// CPU that a pod uses, cores: the share of what it asks for, times that.
    pub cpu: Option<f64>,
    /// Requests in a pod, those that wait there included.
    pub concurrency: Option<f64>,
}

impl Aims {
    /// Replicas asked for, before limits, when so many cores are used and requests are inside, over all ready pods.
    pub fn desired(self, replicas: u32, ready: u32, cores: f64, inside: f64) -> u32 {
        let by = |aim: Option<f64>, sum: f64| {
            let seen = Seen { replicas, ready, metric: sum / f64::from(ready) };
            aim.map(|aim| desired(seen, aim, TOLERANCE))
        };
        by(self.cpu, cores).max(by(self.concurrency, inside)).unwrap_or(replicas)
    }
}

/// What a component's pods need.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pods {
    /// CPU that one asks for, cores.
    pub cpu: f64,
    /// Memory that one asks for, bytes.
    pub memory: f64,
    /// From the decision to a ready pod on a node that is there and has the image.
    pub start: Duration,
    /// How much longer on a node that has to pull the image.
    pub pull: Duration,
}

/// The machines of a group that carries pods.
#[derive(Clone, Debug, PartialEq)]
pub struct Nodes {
    /// Their zones: those that are there, then those that may be added.
    pub zones: Vec<Option<ZoneIx>>,
    /// How many are there.
    pub there: u32,
    /// Cores that pods may ask for on one.
    pub cpu: f64,
    /// Memory that pods may ask for on one, bytes.
    pub memory: f64,
    /// Pods on one.
    pub pods: u32,
    /// From a pod that finds no room to a node that is ready; from the loss of a node's pods to its replacement.
    pub start: Duration,
    /// From the loss of a node until its pods are given up and wanted elsewhere.
    pub evict: Duration,
    /// Whether a lost node is replaced, in a zone that works.
    pub replaced: bool,
}

/// Where one more pod would go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Its zone.
    pub zone: Option<ZoneIx>,
    /// Its node in the node group; `None`: it stands on none.
    pub node: Option<u32>,
    /// Whether that node has to be added first.
    pub added: bool,
    /// Whether it fits nowhere: it stays pending.
    pub nowhere: bool,
}

/// What the autoscaler knows of a component at a sync.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// Replicas asked for now.
    pub replicas: u32,
    /// Of these, pods that are ready.
    pub ready: u32,
    /// Mean metric of the ready pods.
    pub metric: f64,
}

/// Replicas that the metric asks for, before limits: ceil(current x metric / target), unless the ratio is within
/// `tolerance` of 1. Pods that are not ready yet count as if they used nothing when that asks for more, which may only
/// weaken it.
pub fn desired(seen: Seen, target: f64, tolerance: f64) -> u32 {
    let calm = |ratio: f64| (ratio - 1.0).abs() <= tolerance + 1e-12;
    let up = |x: f64| (x - 1e-9).ceil().clamp(0.0, 1e6) as u32;
    let ratio = seen.metric / target;
    if !ratio.is_finite() || seen.ready == 0 {
        return seen.replicas;
    }
    let ready = f64::from(seen.ready);
    let waiting = seen.replicas.saturating_sub(seen.ready);
    if waiting == 0 || ratio <= 1.0 {
        return if calm(ratio) { seen.replicas } else { up(ratio * ready) };
    }
    let all = ready + f64::from(waiting);
    let diluted = ratio * ready / all;
    if calm(diluted) || diluted < 1.0 {
        return seen.replicas;
    }
    up(diluted * all).max(seen.replicas)
}

/// Most replicas one period after `current`: twice as many, or four more.
pub fn most_next(current: u32) -> u32 {
    current.saturating_mul(2).max(current.saturating_add(UP_PODS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(replicas: u32, ready: u32, metric: f64) -> Seen {
        Seen { replicas, ready, metric }
    }

    #[test]
    fn pods_on_their_way_weaken_a_scale_up_and_never_turn_it_round() {
        // 4 of 8 ready at twice the target: with the rest at nothing the ratio is 1.
        assert_eq!(desired(seen(8, 4, 1.4), 0.7, 0.1), 8);
        assert_eq!(desired(seen(8, 4, 2.1), 0.7, 0.1), 12);
        assert_eq!(desired(seen(8, 4, 0.9), 0.7, 0.1), 8);
        // A scale-down looks at the ready ones alone.
        assert_eq!(desired(seen(8, 4, 0.35), 0.7, 0.1), 2);
        assert_eq!((desired(seen(3, 0, 0.9), 0.5, 0.1), desired(seen(3, 3, f64::NAN), 0.5, 0.1)), (3, 3));
    }

    #[test]
    fn of_several_aims_the_one_that_asks_for_the_most_counts() {
        let aims = Aims { cpu: Some(0.14), concurrency: Some(50.0) };
        // Three pods wait for a model: 5 % of their CPU, and 100 requests each instead of 50.
        assert_eq!(aims.desired(3, 3, 0.03, 300.0), 6);
        assert_eq!(Aims { concurrency: None, ..aims }.desired(3, 3, 0.03, 300.0), 1);
        assert_eq!(aims.desired(3, 3, 1.4, 30.0), 10);
        assert_eq!(Aims::default().desired(3, 3, 1.4, 30.0), 3);
    }

    #[test]
    fn a_period_doubles_or_adds_four() {
        assert_eq!([1, 3, 4, 10].map(most_next), [5, 7, 8, 20]);
    }
}
