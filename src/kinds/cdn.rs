//! Content delivery network.

use super::common::{LATENCY, gives_up, managed_delay, usage};
use super::{Kind, Parts, Site};
use crate::fields::{Field, Type, When};
use crate::model::usage::Quantity;
use crate::text::words;
use crate::units::Probability;

/// The kind.
pub const KIND: Kind = Kind {
    id: "cdn",
    name: words("CDN", "CDN"),
    help: words(
        "コンテンツ配信網(CloudFront など)。ジャーニーごとのヒット率で答えがここで終わり、残りは先へ進む。",
        "Content delivery network (CloudFront). A hit, by a ratio per journey, is answered here; the rest goes on.",
    ),
    own: &[
        LATENCY,
        Field::new(
            "hit",
            Type::PerJourney(&Type::Share),
            words("キャッシュで答える割合。", "Share answered from the cache."),
        )
        .or("0%")
        .tunable(),
        Field::new("hit-latency", Type::TimeSpread, words("ヒットのときの時間。", "Time of a hit."))
            .tunable()
            .when(&[When::With(&["hit"])]),
        Field::new(
            "time-limit",
            Type::Time,
            words(
                "先からの答えが始まるのを待つ長さ。過ぎると失敗として返す。呼び出しに timeout があればそちら。書かなければ、aws か提供元なしでは fo.cf.response_timeout。シミュレーションだけに効く。",
                "How long it waits for an answer to start before it fails the request; a `timeout` of the call goes before. When absent fo.cf.response_timeout, at aws or without a provider. Felt in simulation only.",
            ),
        )
        .within(1e-3, 86_400.0)
        .tunable(),
    ],
    example: "[component.cdn]\nkind = \"cdn\"\nprovider = \"aws\"\nto = \"waf\"\nhit = { page = \"85% (60%..95%)\" }\nlatency = \"@lat.cf.miss\"\nhit-latency = \"@lat.cf.hit\"\n",
    lower,
};

fn lower(site: &mut Site) -> Parts {
    let mut parts = managed_delay(site);
    if let Some(station) = &mut parts.station {
        station.gives_up = gives_up(site, "fo.cf.response_timeout");
        let hit_latency = site.read.spread("hit-latency");
        for (journey, program) in site.journeys.iter().zip(&mut station.programs) {
            let hit = site.read.for_journey("hit", &journey.journey.id);
            program.hit = Probability::clamp(hit.map_or(0.0, |v| v.central));
            program.hit_latency = hit_latency.clone().filter(|_| program.hit.get() > 0.0);
        }
    }
    parts.usages = vec![usage("cdn.gb", Quantity::GbOut), usage("cdn.request", Quantity::PerRequest(1.0))];
    parts.carries_bytes = true;
    parts
}
