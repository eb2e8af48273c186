//! Web application firewall.

use super::common::{LATENCY, amount, managed_delay, usage};
use super::{Kind, Parts, Site};
use crate::fields::{Field, Type};
use crate::model::station::RateRule;
use crate::model::usage::Quantity;
use crate::text::words;
use crate::units::Duration;

const RATE_RULE: &[Field] = &[
    Field::new(
        "limit",
        Type::Count,
        words("一つのアドレスから通す要求の数。", "Requests let through from one address."),
    )
    .within(1.0, 2e9)
    .required()
    .tunable(),
    Field::new("window", Type::Time, words("数える時間。", "Over how long they are counted."))
        .or("5min")
        .within(1.0, 86_400.0)
        .tunable(),
    Field::new(
        "lag",
        Type::Time,
        words(
            "超えてから止め始めるまで。AWS は「ふつう 30 秒未満、長ければ数分」とする。",
            "From the request over the limit until it acts. AWS: usually below 30 seconds, up to several minutes.",
        ),
    )
    .or("30s")
    .within(0.0, 3_600.0)
    .tunable(),
];

/// The kind.
pub const KIND: Kind = Kind {
    id: "waf",
    name: words("WAF", "Web firewall"),
    help: words(
        "ウェブアプリケーションファイアウォール。待ち行列のない遅れとして扱う。",
        "Web application firewall: a delay without queueing.",
    ),
    own: &[
        LATENCY,
        Field::new("rules", Type::Count, words("規則の数。費用になる。", "Rules; they cost money."))
            .within(0.0, 1e5),
        Field::new(
            "rate-rule",
            Type::Table(RATE_RULE),
            words(
                "アドレスごとの流量の上限。攻撃の障害で効く。",
                "Limit on the rate of each address; it matters under attack.",
            ),
        )
        .tunable(),
    ],
    example: "[component.waf]\nkind = \"waf\"\nprovider = \"aws\"\nto = \"alb\"\nlatency = \"@lat.waf\"\nrules = 5\n",
    lower,
};

fn lower(site: &mut Site) -> Parts {
    let usages = vec![
        usage("waf.acl", Quantity::Fixed(1.0)),
        amount("waf.rule", site.read.number("rules")),
        usage("waf.request", Quantity::PerRequest(1.0)),
    ];
    let guard = site.read.sub("rate-rule").and_then(|rule| {
        Some(RateRule {
            limit: rule.number("limit")?,
            window: rule.time("window").unwrap_or(Duration::seconds(300.0)),
            lag: rule.time("lag").unwrap_or(Duration::seconds(30.0)),
        })
    });
    let mut parts = Parts { usages, carries_bytes: true, ..managed_delay(site) };
    if let Some(station) = &mut parts.station {
        station.guard = guard;
    }
    parts
}
