//! Kubernetes cluster: the control plane.

use super::common::{hours, stated_failure, takes};
use super::{Kind, Parts, Site};
use crate::model::failure::Failure;
use crate::model::recovery::Restore;
use crate::text::words;

/// The kind.
pub const KIND: Kind = Kind {
    id: "cluster",
    name: words("クラスター", "Cluster"),
    help: words(
        "Kubernetes の制御部(EKS など)。止まっても動いている Pod は答え続けるので、要求の経路には入らない(sla.aws.eks の注記)。",
        "The control plane of Kubernetes (EKS). Running pods keep serving while it is down, so it is not on any request's way (note of sla.aws.eks).",
    ),
    own: &[],
    example: "[component.eks]\nkind = \"cluster\"\nregion = \"tokyo\"\nsla = \"@sla.aws.eks\"\n",
    lower,
};

fn lower(site: &mut Site) -> Parts {
    let failure = stated_failure(site, Failure { known: true, ..Failure::default() });
    let restore = Restore { create: Some(takes("fo.eks.create")), ..Restore::default() };
    Parts { failure, restore, usages: vec![hours("cluster.hour", 1.0)], ..Parts::default() }
}
