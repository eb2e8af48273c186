//! Where the system stands, how its parts call each other, and what breaks: regions, calls, faults.

use crate::fields::{Field, Ref, Type, When};
use crate::text::words;

/// Outages of a place that can be meant: one a minute, per second. More is no outage but an error rate.
const MOST_OUTAGES: f64 = 1.0 / 60.0;

/// Fields of a region.
pub const REGION: &[Field] = &[
    Field::new("provider", Type::Text, words("運営者。", "Who runs it.")),
    Field::new(
        "code",
        Type::Text,
        words("運営者の呼び名。例: ap-northeast-1。", "The provider's name for it, such as ap-northeast-1."),
    ),
    Field::new("role", Type::Words, words("役割。", "What it is used for.")),
    Field::new("zones", Type::List(&Type::Text), words("ゾーンの名前。", "Names of its zones.")),
    Field::new(
        "outages",
        Type::Rate,
        words("リージョン全体が止まる頻度。", "How often the whole region fails."),
    )
    .within(0.0, MOST_OUTAGES)
    .when(&[When::With(&["outage"])]),
    Field::new(
        "outage",
        Type::TimeSpread,
        words("その長さ。分布でもよい。", "How long that lasts, also as a distribution."),
    )
    .within(1e-3, 1e9)
    .when(&[When::With(&["outages"])]),
    Field::new("zone-outages", Type::Rate, words("ゾーンひとつが止まる頻度。", "How often one zone fails."))
        .within(0.0, MOST_OUTAGES)
        .when(&[When::With(&["zone-outage"])]),
    Field::new(
        "zone-outage",
        Type::TimeSpread,
        words("その長さ。分布でもよい。", "How long that lasts, also as a distribution."),
    )
    .within(1e-3, 1e9)
    .when(&[When::With(&["zone-outages"])]),
    Field::new(
        "zone-share",
        Type::Share,
        words("そのときゾーンのどれだけが止まるか。", "Share of the zone that fails then."),
    )
    .or("100%")
    .within(0.001, 1.0)
    .when(&[When::With(&["zone-outages"])]),
];

/// There is another attempt at all.
const TRIES_AGAIN: &[When] = &[When::Over("extra", 0)];

/// Fields of a retry policy.
pub const RETRY: &[Field] = &[
    Field::new("extra", Type::Count, words("最初の一回のほかに何回。", "Attempts beyond the first."))
        .or("1")
        .within(0.0, 100.0)
        .tunable(),
    Field::new("base", Type::Time, words("最初の待ち。毎回倍になる。", "First wait; doubles each time."))
        .or("100ms")
        .within(0.0, 86_400.0)
        .tunable()
        .when(TRIES_AGAIN),
    Field::new("cap", Type::Time, words("待ちの上限。", "Longest wait."))
        .or("10s")
        .within(0.0, 86_400.0)
        .tunable()
        .when(TRIES_AGAIN),
    Field::new(
        "jitter",
        Type::Choice(&["none", "full", "equal"]),
        words("待ちの散らし方。", "How the wait is spread."),
    )
    .or("none")
    .when(TRIES_AGAIN),
    Field::new(
        "budget",
        Type::Share,
        words("最初の試みに対する再試行の上限。", "Retries allowed as a share of first attempts."),
    )
    .tunable()
    .when(TRIES_AGAIN),
    Field::new(
        "retry-after",
        Type::Flag,
        words(
            "429 が告げる待ち時間(Retry-After)を守るか。待ちは base からの待ちより短くはならない。",
            "Whether the wait that a 429 names (Retry-After) is kept; never shorter than the one from `base`.",
        ),
    )
    .or("false")
    .when(TRIES_AGAIN),
];

/// Fields of a circuit breaker.
pub const BREAKER: &[Field] = &[
    Field::new("errors", Type::Share, words("開く失敗の割合。", "Share of failures that opens it."))
        .required()
        .within(0.001, 1.0)
        .tunable(),
    Field::new("over", Type::Time, words("割合をみる期間。", "Window of the share."))
        .or("30s")
        .within(0.1, 86_400.0),
    Field::new("open", Type::Time, words("開いている時間。", "How long it stays open."))
        .or("30s")
        .within(0.1, 86_400.0),
];

/// Fields of a pool: connections, or a bulkhead.
pub const POOL: &[Field] = &[
    Field::new("size", Type::Count, words("同時に進められる呼び出しの数。", "Calls under way at once."))
        .required()
        .within(1.0, 1e6)
        .tunable(),
    Field::new(
        "queue",
        Type::Count,
        words(
            "空きを待てる数。あふれると断る。0 なら待たせない。書かなければ限りなし。",
            "Calls that may wait for a place; more are rejected. 0: none waits; absent: no limit.",
        ),
    )
    .within(0.0, 1e6)
    .tunable(),
    Field::new("timeout", Type::Time, words("空きを待つ上限。", "Longest wait for a place."))
        .within(1e-6, 86_400.0)
        .tunable(),
];

/// Fields of a call.
pub const CALL: &[Field] = &[
    Field::new(
        "network",
        Type::TimeSpread,
        words("二つのあいだの往復時間。", "Round-trip time between the two."),
    )
    .tunable(),
    Field::new(
        "timeout",
        Type::Time,
        words(
            "答えを待つ上限。cancel がなければ相手は働き続ける。",
            "Longest wait; the callee goes on working unless `cancel` is set.",
        ),
    )
    .within(1e-6, 86_400.0)
    .tunable(),
    Field::new(
        "cancel",
        Type::Flag,
        words(
            "あきらめた仕事を取り消すか。取り消せば相手の行列と窓口からすぐに消える。",
            "Whether work that is given up is recalled: it leaves the callee's lines and servers at once.",
        ),
    )
    .or("false")
    .tunable()
    .when(&[When::With(&["timeout"])]),
    Field::new(
        "retry",
        Type::Table(RETRY),
        words("失敗したときの再試行。", "More attempts after a failure."),
    )
    .tunable(),
    Field::new("breaker", Type::Table(BREAKER), words("サーキットブレーカー。", "Circuit breaker."))
        .tunable(),
    Field::new(
        "fallback",
        Type::Ref(Ref::Component),
        words("だめだったときに呼ぶもの。", "What is called when this has failed for good."),
    ),
    Field::new(
        "fallback-for",
        Type::List(&Type::Ref(Ref::Journey)),
        words(
            "fallback に回れるジャーニー。書かなければすべて。CloudFront のオリジンフェイルオーバーは GET、HEAD、OPTIONS だけ。",
            "Journeys that may go to the fallback; all when absent. CloudFront's origin failover serves GET, HEAD and OPTIONS only.",
        ),
    )
    .when(&[When::With(&["fallback"])]),
    Field::new(
        "required",
        Type::Flag,
        words("失敗したら要求も失敗か。", "Whether the request fails with it."),
    )
    .or("true")
    .tunable(),
    Field::new(
        "hedge",
        Type::Time,
        words(
            "答えが遅いとき二つ目を送るまで。先に来た答えをとり、もう一方は取り消す。",
            "When to send a second request. The first answer wins, the other is recalled.",
        ),
    )
    .within(1e-6, 86_400.0)
    .tunable(),
    Field::new(
        "pool",
        Type::Table(POOL),
        words(
            "接続のプール、またはバルクヘッド。呼ぶ側のすべての複製で分け合う。",
            "Connection pool, or bulkhead; shared by all replicas of the caller.",
        ),
    )
    .tunable(),
];

/// What can happen in a fault.
pub const FAULTS: &[&str] = &[
    "zone-outage",
    "region-outage",
    "component-down",
    "replica-crash",
    "latency-added",
    "error-rate",
    "cache-flush",
    "load-spike",
    "capacity-loss",
    "provider-429",
    "ddos",
    "credential-stuffing",
    "bad-deploy",
    "partition",
    "disk-fill",
];

/// Of a fault that may strike some replicas of a component.
const COUNTED: &[&str] = &[
    "replica-crash",
    "component-down",
    "latency-added",
    "error-rate",
    "capacity-loss",
    "bad-deploy",
    "disk-fill",
];

/// Of a fault that sends requests.
const ATTACK: &[When] = &[When::Is("what", &["ddos", "credential-stuffing"])];

/// Fields of a fault.
pub const FAULT: &[Field] = &[
    Field::new("what", Type::Choice(FAULTS), words("何が起きるか。", "What happens.")).required(),
    Field::new(
        "on",
        Type::Text,
        words(
            "どこで。構成要素、ゾーン、リージョン、ジャーニー。",
            "Where: a component, zone, region or journey.",
        ),
    ),
    Field::new(
        "at",
        Type::Time,
        words("助走が終わってから始まるまで。", "Start, from the end of the warm-up."),
    )
    .or("10min")
    .within(0.0, 604_800.0),
    Field::new(
        "for",
        Type::TimeSpread,
        words(
            "続く時間。分布で書けば反復ごとに引き、平均に標準偏差の 5 倍を足した長さまでとする。",
            "How long. A distribution is drawn from in every replication, up to its mean and five standard deviations.",
        ),
    )
    .or("10min")
    .within(0.0, 604_800.0),
    Field::new(
        "count",
        Type::Count,
        words(
            "当たる複製の数(先頭から)。書かなければ、replica-crash ではひとつ、ほかではすべて。",
            "Replicas it strikes, the first ones. When absent one for replica-crash, all for the others.",
        ),
    )
    .within(1.0, 10_000.0)
    .when(&[When::Is("what", COUNTED)]),
    Field::new("add", Type::Time, words("加わる遅れ。", "Latency added."))
        .when(&[When::Is("what", &["latency-added", "bad-deploy"])]),
    Field::new("errors", Type::Share, words("失敗する割合。", "Share of requests that fail."))
        .when(&[When::Is("what", &["error-rate", "bad-deploy"])]),
    Field::new(
        "share",
        Type::Share,
        words(
            "失われる能力の割合(capacity-loss)、429 が返る割合(provider-429、書かなければすべて)。",
            "Capacity lost (capacity-loss); requests answered with 429 (provider-429; all when absent).",
        ),
    )
    .within(0.0, 0.99)
    .when(&[When::Is("what", &["capacity-loss", "provider-429"])]),
    Field::new("rate", Type::Rate, words("攻撃の要求。", "Requests of the attack."))
        .within(0.0, 1e7)
        .when(ATTACK),
    Field::new(
        "sources",
        Type::Count,
        words(
            "攻撃元のアドレスの数。書かなければ毎回違うアドレスとし、流量の規則は効かない。",
            "Addresses the attack comes from. When absent no address comes twice, and no rate rule acts.",
        ),
    )
    .within(1.0, 1e9)
    .when(ATTACK),
    Field::new(
        "success",
        Type::Share,
        words("入り込める試行の割合。", "Share of the tries that get in."),
    )
    .when(&[When::Is("what", &["credential-stuffing"])]),
    Field::new("times", Type::Number, words("到着が何倍になるか。", "Factor on the arrivals."))
        .within(0.0, 1e6)
        .when(&[When::Is("what", &["load-spike"])]),
    Field::new(
        "expect",
        Type::List(&Type::Condition),
        words("保たれるはずのこと。", "What is expected to hold."),
    ),
];
