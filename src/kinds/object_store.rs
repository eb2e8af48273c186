//! Object store.

use super::common::{ENDPOINT, LATENCY, managed_delay, usage};
use super::{Kind, Parts, Site};
use crate::fields::{Field, Type};
use crate::model::recovery::Restore;
use crate::model::usage::Quantity;
use crate::text::words;
use crate::units::BILLING_HOURS_PER_MONTH;

/// The kind.
pub const KIND: Kind = Kind {
    id: "object-store",
    name: words("オブジェクトストア", "Object store"),
    help: words(
        "オブジェクトストア(S3 など)。待ち行列のない遅れとして扱う。要求は、writes の割合だけ書き込み、残りは読み出しとして数える。",
        "Object store (S3). A delay without queueing. Of its requests a share of `writes` counts as PUT, the rest as GET.",
    ),
    own: &[
        LATENCY,
        ENDPOINT,
        Field::new("stored", Type::Bytes, words("保存している量。", "Data kept.")).tunable(),
        Field::new(
            "keep",
            Type::Time,
            words(
                "受け取ったデータを残す期間。stored のほかに、その間に届く量が積もる。",
                "How long what is received is kept: what comes in that time is held beside `stored`.",
            ),
        )
        .within(0.0, 1e10)
        .tunable(),
        Field::new(
            "writes",
            Type::Share,
            words(
                "書き込みの割合。既定は高いほうに寄せる。",
                "Share of writes; the default is the dearer case.",
            ),
        )
        .or("100%"),
    ],
    example: "[component.s3]\nkind = \"object-store\"\nregion = \"tokyo\"\nlatency = \"@lat.s3.first_byte\"\nstored = \"120GB\"\nsla = \"@sla.aws.s3\"\n",
    lower,
};

fn lower(site: &mut Site) -> Parts {
    let writes = site.read.number("writes").unwrap_or(1.0);
    let stored = site.read.number("stored").map(|bytes| bytes / 1e9);
    let kept = site.read.time("keep").map(|time| time.as_hours() / BILLING_HOURS_PER_MONTH);
    let held = match (stored, kept) {
        (gb, Some(months)) => Quantity::Kept { gb: gb.unwrap_or(0.0), months },
        (Some(gb), None) => Quantity::Fixed(gb),
        (None, None) => Quantity::Unknown,
    };
    let usages = vec![
        usage("object.storage.gb-month", held),
        usage("object.request.put", Quantity::PerRequest(writes)),
        usage("object.request.get", Quantity::PerRequest(1.0 - writes)),
    ];
    let restore =
        Restore { keeps_data: true, copy_lag: Some(super::common::takes("fo.s3.crr")), ..Restore::default() };
    Parts { usages, restore, carries_bytes: true, ..managed_delay(site) }
}
