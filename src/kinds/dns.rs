//! Name service.

use super::common::{LATENCY, amount, managed_delay, usage};
use super::{Kind, Parts, Site};
use crate::fields::{Field, Ref, Type};
use crate::model::usage::Quantity;
use crate::text::words;

/// Where the name leads while health checks of `to` fail.
pub const FAILOVER: &[Field] = &[
    Field::new("to", Type::Ref(Ref::Component), words("切り替え先。", "Where it leads then."))
        .required()
        .tunable(),
    Field::new("interval", Type::Time, words("ヘルスチェックの間隔。", "Time between health checks."))
        .or("@fo.r53.interval_std")
        .within(0.1, 86_400.0)
        .tunable(),
    Field::new(
        "threshold",
        Type::Count,
        words("続けて何回の失敗(成功)で切り替えるか。", "Checks in a row that must fail (or succeed)."),
    )
    .or("@fo.r53.threshold")
    .within(1.0, 100.0)
    .tunable(),
    Field::new("ttl", Type::Time, words("答えが手元に残る時間。", "How long an answer is kept."))
        .or("@fo.r53.ttl")
        .within(0.0, 604_800.0)
        .tunable(),
    Field::new(
        "stale",
        Type::Share,
        words("TTL を守らず古い答えを使い続ける割合。", "Share that keeps an old answer whatever its TTL."),
    )
    .or("@fo.dns.stale_tail")
    .tunable(),
];

/// The kind.
pub const KIND: Kind = Kind {
    id: "dns",
    name: words("DNS", "DNS"),
    help: words(
        "名前解決(Route 53 など)。待ち行列のない遅れとして扱う。大半の要求は手元のキャッシュで済む。failover があれば、to の先で要求に欠かせないもののどれかが全滅したとき、間隔 x 回数のあと、手元の答えの TTL が切れた順に切り替え先へ向かう。",
        "Name resolution (Route 53). A delay without queueing; most requests are answered by a resolver's cache. With `failover`, when something behind `to` that requests cannot do without is gone, they go elsewhere after interval x threshold, as the TTLs of their answers run out.",
    ),
    own: &[
        LATENCY,
        Field::new("hosted-zones", Type::Count, words("ホストゾーンの数。", "Hosted zones."))
            .or("1")
            .within(0.0, 1e6),
        Field::new("health-checks", Type::Count, words("ヘルスチェックの数。", "Health checks."))
            .within(0.0, 1e6)
            .tunable(),
        Field::new(
            "lookups",
            Type::Share,
            words("問い合わせに至る要求の割合。", "Share of requests that lead to a query."),
        )
        .or("100%"),
        Field::new(
            "failover",
            Type::Table(FAILOVER),
            words("to が使えない間の切り替え先。", "Where the name leads while `to` cannot be used."),
        )
        .tunable(),
    ],
    example: "[component.dns]\nkind = \"dns\"\nprovider = \"aws\"\nto = \"cdn\"\nlatency = \"2ms (1ms..20ms)\"\nsla = \"@sla.aws.route53\"\n",
    lower,
};

fn lower(site: &mut Site) -> Parts {
    let lookups = site.read.number("lookups").unwrap_or(1.0);
    let mut usages = vec![
        amount("dns.zone", site.read.number("hosted-zones")),
        usage("dns.query", Quantity::PerRequest(lookups)),
    ];
    usages.extend(site.read.number("health-checks").map(|n| amount("dns.health-check", Some(n))));
    Parts { usages, ..managed_delay(site) }
}
