//! Monitoring and logs.

use super::common::{amount, managed};
use super::{Kind, Parts, Site};
use crate::fields::{Field, Ref, Type};
use crate::text::words;
use crate::units::BILLING_HOURS_PER_MONTH;

/// The kind.
pub const KIND: Kind = Kind {
    id: "monitoring",
    name: words("監視", "Monitoring"),
    help: words(
        "監視とログ(CloudWatch、Datadog など)。要求は通らない。費用はログの量と監視する台数から。",
        "Monitoring and logs (CloudWatch, Datadog). No request passes through it. It costs by log volume and hosts watched.",
    ),
    own: &[
        Field::new("logs", Type::ByteRate, words("月あたりのログの量。", "Log volume per month.")).tunable(),
        Field::new("metrics", Type::Count, words("カスタムメトリクスの数。", "Custom metrics."))
            .within(0.0, 1e9)
            .tunable(),
        Field::new("alarms", Type::Count, words("アラームの数。", "Alarms.")).within(0.0, 1e6).tunable(),
        Field::new(
            "hosts",
            Type::Ref(Ref::Kind("node-group")),
            words("監視するノードグループ。台数分かかる。", "Node group it watches, charged per node."),
        ),
    ],
    example: "[component.cloudwatch]\nkind = \"monitoring\"\nregion = \"tokyo\"\nlogs = \"60GB/month\"\n",
    lower,
};

fn lower(site: &mut Site) -> Parts {
    let per_month = BILLING_HOURS_PER_MONTH * 3600.0;
    let mut usages = Vec::new();
    if let Some(logs) = site.read.number("logs") {
        usages.push(amount("logs.gb", Some(logs * per_month / 1e9)));
    }
    if let Some(hosts) = site.read.text("hosts") {
        usages.push(amount("monitoring.host", site.all.get(hosts).and_then(|g| g.number("count"))));
    }
    for (field, item) in [("metrics", "metric.month"), ("alarms", "alarm.month")] {
        usages.extend(site.read.number(field).map(|n| amount(item, Some(n))));
    }
    if usages.is_empty() {
        usages.push(amount("logs.gb", None));
    }
    Parts { failure: managed(site), usages, managed: true, ..Parts::default() }
}
