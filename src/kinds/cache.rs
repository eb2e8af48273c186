//! Cache in memory.

use super::common::{
    self, amount, contract, hours, outage, runs_on_aws, stated_failure, stated_takes, takes, time_or,
};
use super::{Kind, Parts, Site};
use crate::diag::Diagnostic;
use crate::fields::{Field, Ref, Type, When};
use crate::model::failure::Failure;
use crate::model::recovery::{Restore, Takes};
use crate::model::station::{Popularity, Replica, Servers, Station};
use crate::stats::che::{Evicts, Zipf};
use crate::stats::distribution::Distribution;
use crate::text::{diagnostics as say, recovery as missing, words};
use crate::units::{Duration, Probability};

const POPULARITY: &[Field] = &[
    Field::new("keys", Type::Count, words("尋ねられるものの数。", "Keys that are asked for."))
        .required()
        .within(1.0, 1e12)
        .tunable(),
    Field::new(
        "zipf",
        Type::Number,
        words(
            "人気の偏り(Zipf の指数)。0 ならすべて同じ。",
            "Exponent of the Zipf law of their popularity; 0: all alike.",
        ),
    )
    .required()
    .within(0.0, 5.0)
    .tunable(),
    Field::new(
        "capacity",
        Type::Count,
        words(
            "持てる数。あふれると evict の順に忘れる。書かなければすべて。",
            "Keys it holds; beyond, one is forgotten as `evict` says. Absent: all.",
        ),
    )
    .within(0.0, 1e12)
    .tunable(),
    Field::new(
        "ttl",
        Type::Time,
        words("取ってきてから忘れるまで。", "How long a key lives from its fetch."),
    )
    .within(1e-3, 1e9)
    .tunable(),
    Field::new(
        "evict",
        Type::Choice(&["lru", "fifo", "lfu"]),
        words(
            "あふれたときに忘れるもの。最も長く尋ねられていないもの、最も早く取ってきたもの、尋ねられた回数が最も少ないもの。",
            "Which key goes when it is full: least recently used, first in, or least often used since it came.",
        ),
    )
    .or("lru")
    .when(&[When::With(&["capacity"])]),
    Field::new(
        "coalesce",
        Type::Flag,
        words(
            "取ってくる途中の鍵を尋ねたものが、その答えを一緒に待つか。待たなければ、それぞれが取りに行く(シミュレーションだけに効く)。",
            "Whether those who ask for a key that is being fetched share that fetch; else each fetches too. Felt in simulation only.",
        ),
    )
    .or("false"),
];

/// The kind.
pub const KIND: Kind = Kind {
    id: "cache",
    name: words("キャッシュ", "Cache"),
    help: words(
        "メモリー上のキャッシュ(ElastiCache Redis など)。一秒に ops 回まで処理する窓口ひとつ(平均 1/ops の指数分布と仮定)と、往復の latency。ヒット率はそれを使う側の steps に書く。一台が落ちると(rate.redis.node)、単独なら空で戻るまで fo.elasticache.single_replace、Multi-AZ なら failover の間止まる。",
        "Cache in memory (ElastiCache Redis). One server that handles `ops` a second (assumed exponential with mean 1/ops), plus `latency`. Hit ratios stand in the caller's steps. A lost node (rate.redis.node) costs fo.elasticache.single_replace, after which it is empty, or `failover` with Multi-AZ.",
    ),
    own: &[
        common::PURCHASE,
        common::EXCHANGE,
        Field::new(
            "type",
            Type::Text,
            words("ノードの種類。例: cache.t3.micro。", "Node type, such as cache.t3.micro."),
        )
        .tunable(),
        Field::new("nodes", Type::Count, words("ノードの数。", "Nodes."))
            .or("1")
            .within(1.0, 500.0)
            .tunable(),
        Field::new(
            "multi-az",
            Type::Flag,
            words("別のゾーンの複製に自動で切り替えるか。", "Whether a replica in another zone takes over."),
        )
        .or("false")
        .tunable(),
        Field::new("standby", Type::Ref(Ref::Zone), words("複製のゾーン。", "Zone of the replica."))
            .when(&[When::Over("nodes", 1)]),
        Field::new(
            "failover",
            Type::Time,
            words("複製に切り替わるまで。", "Time until the replica has taken over."),
        )
        .tunable()
        .when(&[When::Is("multi-az", &["true"])]),
        Field::new(
            "popularity",
            Type::Table(POPULARITY),
            words(
                "何がどれだけ尋ねられるか(手順に割合を書かないとき)。シミュレーションは中身をひとつずつ追い、式は Che の近似による。取りに行った先が答えたものだけが入る。",
                "What is asked for how often, where a step states no share. Simulation follows every key, formulas use Che's approximation. Only what the backend has answered is in it.",
            ),
        )
        .tunable(),
        common::LATENCY,
        Field::new(
            "data",
            Type::Bytes,
            words(
                "持っているデータの量。空で戻ったとき、fill-rate で溜め直す(復旧の手順 warm)。",
                "Data it holds; when it comes back empty it fills again at `fill-rate` (step `warm` of a recovery).",
            ),
        )
        .tunable(),
        Field::new(
            "fill-rate",
            Type::ByteRate,
            words("溜め直す速さ。例: 20MB/s。", "How fast it fills again, such as 20MB/s."),
        )
        .within(1.0, 1e13)
        .tunable(),
        Field::new(
            "ops",
            Type::Rate,
            words("一秒に処理できる命令の数。", "Commands it can handle per second."),
        )
        .within(1e-3, 1e9)
        .tunable(),
    ],
    example: "[component.redis]\nkind = \"cache\"\ntype = \"cache.t3.micro\"\nzone = \"tokyo/a\"\nlatency = \"@lat.redis.get\"\nops = \"@lat.redis.ops.t3micro\"\n",
    lower,
};

fn lower(site: &mut Site) -> Parts {
    let read = &site.read;
    let nodes = read.count("nodes").unwrap_or(1);
    let multi = read.flag("multi-az").unwrap_or(false);
    if multi && nodes < 2 {
        let at = read.node("multi-az").map_or(site.at, |n| n.span);
        let error = Diagnostic::error("alone-multi-az", at, say::alone_multi_az(site.id, nodes));
        site.diagnostics.push(error.help(say::alone_multi_az_help("nodes = 2")));
    }
    let failover = failover_fact(site);
    let standby = super::common::zone_named(site, "standby");
    let first = site.zones.first().copied();
    let zone =
        |i: u32| site.zones.get(i as usize).copied().or(if i == 0 { first } else { standby.or(first) });
    // Without cluster mode one node serves, the others stand by or only read.
    let replicas: Vec<Replica> = (0..nodes).map(|i| Replica { zone: zone(i), active: i == 0 }).collect();
    let mut failure = Failure {
        units: common::units(&replicas),
        unit_outages: vec![outage("rate.redis.node", "fo.elasticache.single_replace")],
        failover: (multi && nodes > 1).then(|| time_or(Some(read), "failover", failover)),
        needs: Some(1),
        known: true,
        ..Failure::default()
    };
    if runs_on_aws(site) {
        let multi = multi && nodes > 1;
        contract(
            &mut failure,
            if multi { "sla.aws.elasticache.multi" } else { "sla.aws.elasticache.single" },
        );
    }
    let mut station = Station { replicas, ..common::delay(site) };
    station.popularity = read.sub("popularity").and_then(|p| {
        let zipf = Zipf { items: p.number("keys")? as u64, exponent: p.number("zipf")? };
        let ttl = p.time("ttl").filter(|t| *t > Duration::ZERO);
        let evicts = match p.text("evict") {
            Some("fifo") => Evicts::FirstIn,
            Some("lfu") => Evicts::LeastOften,
            _ => Evicts::LeastRecent,
        };
        let coalesce = p.flag("coalesce").unwrap_or(false);
        let capacity = p.number("capacity").map(|c| c as u64);
        Some(Popularity { zipf, capacity, ttl, evicts, coalesce, answered: Probability::ONE })
    });
    if let Some(ops) = read.number("ops") {
        station.servers = Servers::Count(1);
        station.work = vec![Some(Distribution::Exponential(1.0 / ops)); site.journeys.len()];
    }
    let usages = match read.text("type") {
        Some(ty) => vec![common::bought(site, hours(format!("cache.hour:{ty}"), f64::from(nodes)))],
        None => vec![amount("cache.hour", None)],
    };
    let restore = Restore {
        failover: (multi && nodes > 1).then(|| stated_takes(site, "failover", failover)),
        replace: Some(takes("fo.elasticache.single_replace")),
        create: Some(takes("fo.elasticache.single_replace")),
        warm: warming(site),
        ..Restore::default()
    };
    let failure = stated_failure(site, failure);
    Parts { station: Some(station), failure, restore, usages, ..Parts::default() }
}

/// The fact of how long a replica takes to take over, by who runs it.
fn failover_fact(site: &Site) -> &'static str {
    match site.provider.as_deref() {
        Some("gcp") => "fo.gcp.memorystore",
        Some("azure") => "fo.azure.redis",
        _ => "fo.elasticache.failover",
    }
}

/// How long it takes to fill again; `None`: nothing is stated about it.
fn warming(site: &Site) -> Option<Takes> {
    match (site.read.number("data"), site.read.value("fill-rate")) {
        (Some(data), Some(rate)) => {
            let [slow, usual, fast] = rate.ends();
            Some(Takes::three_point(data / fast, data / usual, data / slow, None))
        }
        (None, None) => None,
        _ => Some(Takes::unknown(missing::unknown_warming(site.id))),
    }
}
