//! Somebody else's service.

use super::common::{self, LATENCY, delay, stated_failure};
use super::{Kind, Parts, Site};
use crate::fields::{Field, Type};
use crate::model::failure::Failure;
use crate::text::words;

/// The kind.
pub const KIND: Kind = Kind {
    id: "external",
    name: words("外部サービス", "External service"),
    help: words(
        "ほかの会社や部署のサービス(決済など)。遅れ、失敗率、利用制限だけを知っている。稼働率は availability を書かないかぎり不明。",
        "Somebody else's service, such as payments: only its delay, errors and limits are known. Its availability is unknown unless stated.",
    ),
    own: &[
        LATENCY,
        common::EXCHANGE,
        common::ENDPOINT,
        Field::new(
            "limits",
            Type::OneOrMore(&Type::Table(common::LIMIT)),
            words("利用制限。", "Rate limits."),
        )
        .tunable(),
    ],
    example: "[component.payments]\nkind = \"external\"\nprovider = \"stripe\"\nlatency = \"lognormal(p50=200ms, p99=2s)\"\navailability = \"99.95%\"\n",
    lower,
};

fn lower(site: &mut Site) -> Parts {
    let mut station = delay(site);
    station.limits = common::limits(&site.read);
    Parts { station: Some(station), failure: stated_failure(site, Failure::default()), ..Parts::default() }
}
