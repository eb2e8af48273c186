//! Identity provider.

use super::common::{LATENCY, managed_delay};
use super::{Kind, Parts, Site};
use crate::text::words;

/// The kind.
pub const KIND: Kind = Kind {
    id: "identity",
    name: words("認証基盤", "Identity"),
    help: words(
        "誰が何をしてよいかを決める(IAM、IdP など)。latency を書けば呼び出せる。",
        "Decides who may do what (IAM, an identity provider). State `latency` to make it callable.",
    ),
    own: &[LATENCY],
    example: "[component.iam]\nkind = \"identity\"\nprovider = \"aws\"\n",
    lower,
};

fn lower(site: &mut Site) -> Parts {
    let station = site.read.states("latency");
    let parts = managed_delay(site);
    Parts { station: parts.station.filter(|_| station), ..parts }
}
