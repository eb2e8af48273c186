//! Web application firewall.

use super::common::{LATENCY, amount, managed_delay, usage};
use super::{Kind, Parts, Site};
use crate::fields::{Field, Type};
use crate::model::usage::Quantity;
use crate::text::words;

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
    Parts { usages, carries_bytes: true, ..managed_delay(site) }
}
