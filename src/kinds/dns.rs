//! Name service.

use super::common::{LATENCY, amount, managed_delay, usage};
use super::{Kind, Parts, Site};
use crate::fields::{Field, Type};
use crate::model::usage::Quantity;
use crate::text::words;

/// The kind.
pub const KIND: Kind = Kind {
    id: "dns",
    name: words("DNS", "DNS"),
    help: words(
        "名前解決(Route 53 など)。待ち行列のない遅れとして扱う。大半の要求は手元のキャッシュで済む。",
        "Name resolution (Route 53). A delay without queueing; most requests are answered by a resolver's cache.",
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
