//! Secret store.

use super::common::{LATENCY, amount, managed_delay};
use super::{Kind, Parts, Site};
use crate::fields::{Field, Type};
use crate::text::words;

/// The kind.
pub const KIND: Kind = Kind {
    id: "secrets",
    name: words("シークレット管理", "Secret store"),
    help: words(
        "鍵と秘密の値の置き場(Secrets Manager など)。Pod は起動のときに読むので、要求の経路には普通入らない。",
        "Where keys and secrets are kept (Secrets Manager). Pods read it when they start, so it is seldom on a request's way.",
    ),
    own: &[LATENCY, Field::new("count", Type::Count, words("秘密の数。", "Secrets.")).within(0.0, 1e6)],
    example: "[component.secrets]\nkind = \"secrets\"\nregion = \"tokyo\"\ncount = 5\n",
    lower,
};

fn lower(site: &mut Site) -> Parts {
    let usages = vec![amount("secret.month", site.read.number("count"))];
    let station = site.read.states("latency");
    let parts = managed_delay(site);
    Parts { usages, station: parts.station.filter(|_| station), ..parts }
}
