//! Load balancer.

use super::common::{self, BALANCES, HEALTH, LATENCY, hours, managed_delay, usage};
use super::{Kind, Parts, Site};
use crate::fields::{Field, Type};
use crate::model::failure::Unit;
use crate::model::usage::Quantity;
use crate::text::words;

/// The kind.
pub const KIND: Kind = Kind {
    id: "load-balancer",
    name: words("ロードバランサー", "Load balancer"),
    help: words(
        "要求を配り、死んだ相手を見つける(ALB など)。配り方と死活監視は、これが呼ぶ相手に効く。ゾーンごとに一単位、ひとつ生きていれば動く。",
        "Spreads requests and notices dead targets (ALB). Its policy and health check govern what it calls. One unit per zone; one that works is enough.",
    ),
    own: &[
        LATENCY,
        Field::new("balance", Type::Choice(BALANCES), words("配り方。", "How requests are spread."))
            .or("round-robin")
            .tunable(),
        Field::new("health", Type::Table(HEALTH), words("死活監視。", "Health check.")).tunable(),
        Field::new(
            "time-limit",
            Type::Time,
            words(
                "先からの答えが始まるのを待つ長さ。過ぎると失敗として返す。呼び出しに timeout があればそちら。書かなければ、aws か提供元なしでは fo.alb.idle。シミュレーションだけに効く。",
                "How long it waits for an answer to start before it fails the request; a `timeout` of the call goes before. When absent fo.alb.idle, at aws or without a provider. Felt in simulation only.",
            ),
        )
        .within(1e-3, 86_400.0)
        .tunable(),
    ],
    example: "[component.alb]\nkind = \"load-balancer\"\nto = \"api\"\nzones = [\"tokyo/a\", \"tokyo/c\"]\nlatency = \"@lat.alb\"\nhealth = { interval = \"30s\", unhealthy = 2, healthy = 5, timeout = \"5s\" }\n",
    lower,
};

fn lower(site: &mut Site) -> Parts {
    let mut parts = managed_delay(site);
    if let Some(station) = &mut parts.station {
        station.gives_up = common::gives_up(site, "fo.alb.idle");
        if !site.zones.is_empty() {
            // A node in each zone: a zone or region that is lost takes its own.
            station.replicas = common::spread(&site.zones, site.zones.len());
        }
    }
    parts.failure.units = site.zones.iter().map(|z| Unit { zone: Some(*z), on: None }).collect();
    parts.failure.needs = parts.failure.needs.or((!site.zones.is_empty()).then_some(1));
    parts.front = Some((common::balance(site.read.text("balance")), common::health(&site.read)));
    // LCUs are the largest of four measures that a scenario does not state.
    parts.usages = vec![hours("load-balancer.hour", 1.0), usage("load-balancer.lcu-hour", Quantity::Unknown)];
    parts.carries_bytes = true;
    parts
}
