//! Users and their network: where requests come from.

use super::common::{blank, stated_failure};
use super::{Kind, Parts, Site};
use crate::fields::{Field, Type};
use crate::model::failure::Failure;
use crate::text::words;

/// The kind.
pub const KIND: Kind = Kind {
    id: "client",
    name: words("利用者", "Client"),
    help: words(
        "要求の出どころ。利用者の回線の往復時間は、最初の呼び出しに一度だけ加わる。壊れないものとして扱う。",
        "Where requests come from. The round trip of the users' network is added once, to the first call. It does not fail.",
    ),
    own: &[Field::new(
        "network",
        Type::TimeSpread,
        words("利用者と入口のあいだの往復時間。", "Round-trip time between users and the entry."),
    )
    .tunable()],
    example: "[component.users]\nkind = \"client\"\nto = \"dns\"\nnetwork = \"@lat.net.jp_user\"\n",
    lower,
};

fn lower(site: &mut Site) -> Parts {
    let failure = stated_failure(site, Failure { known: true, ..Failure::default() });
    Parts { station: Some(blank(site.journeys.len())), failure, carries_bytes: true, ..Parts::default() }
}
