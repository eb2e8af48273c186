//! Message queue.

use super::common::{LATENCY, managed_delay, usage};
use super::{Kind, Parts, Site};
use crate::fields::{Field, Type};
use crate::model::usage::Quantity;
use crate::text::words;

/// The kind.
pub const KIND: Kind = Kind {
    id: "queue",
    name: words("メッセージキュー", "Message queue"),
    help: words(
        "メッセージを預かる(SQS など)。いまは預けるまでの時間だけを扱い、あとで取り出す側は扱わない。",
        "Keeps messages (SQS). For now only the time of handing a message over is modelled, not the consumers behind it.",
    ),
    own: &[
        LATENCY,
        Field::new("partitions", Type::Count, words("区画の数。", "Partitions.")).within(1.0, 1e5).later(),
        Field::new("keep", Type::Time, words("保つ期間。", "How long messages are kept.")).later(),
    ],
    example: "[component.jobs]\nkind = \"queue\"\nregion = \"tokyo\"\nlatency = \"10ms\"\n",
    lower,
};

fn lower(site: &mut Site) -> Parts {
    Parts { usages: vec![usage("queue.request", Quantity::PerRequest(1.0))], ..managed_delay(site) }
}
