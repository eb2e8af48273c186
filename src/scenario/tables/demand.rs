//! What is asked of the system: targets, load, journeys.

use crate::fields::{Field, Ref, Type, When};
use crate::text::words;

/// Fields of a target.
pub const TARGET_FIELDS: &[Field] = &[
    Field::new("journey", Type::Ref(Ref::Journey), words("どのジャーニーか。", "Which journey."))
        .when(&[When::With(&["p50", "p90", "p95", "p99", "p999", "errors", "uptime"])]),
    Field::new(
        "journeys",
        Type::List(&Type::Ref(Ref::Journey)),
        words("どのジャーニーすべてか。", "Which journeys together."),
    )
    .when(&[When::With(&["uptime"])]),
    Field::new(
        "measure",
        Type::Choice(&["full-answer", "first-token"]),
        words("いつまでを測るか。", "Until when time is taken."),
    )
    .or("full-answer")
    .when(&[When::With(&["p50", "p90", "p95", "p99", "p999"])]),
    Field::new("p50", Type::Time, words("中央値の上限。", "Limit of the median.")),
    Field::new("p90", Type::Time, words("90 パーセンタイルの上限。", "Limit of the 90th percentile.")),
    Field::new("p95", Type::Time, words("95 パーセンタイルの上限。", "Limit of the 95th percentile.")),
    Field::new("p99", Type::Time, words("99 パーセンタイルの上限。", "Limit of the 99th percentile.")),
    Field::new("p999", Type::Time, words("99.9 パーセンタイルの上限。", "Limit of the 99.9th percentile.")),
    Field::new(
        "errors",
        Type::Share,
        words("失敗する要求の割合の上限。", "Limit of the share of failed requests."),
    )
    .within(0.0, 0.999_999),
    Field::new("uptime", Type::Share, words("稼働率の下限。", "Least uptime.")).within(1e-6, 1.0),
    Field::new(
        "downtime",
        Type::Money,
        words(
            "停止が続く間の損失。例: `¥300,000/h`。",
            "What downtime costs while it lasts, such as `¥300,000/h`.",
        ),
    ),
    Field::new(
        "events",
        Type::List(&Type::Choice(&["component", "zone", "region", "data-loss", "bad-deploy"])),
        words("どの出来事について。", "For which events."),
    )
    .when(&[When::With(&["rto", "rpo"])]),
    Field::new("rto", Type::Time, words("復旧時間の上限。", "Longest time to recover.")),
    Field::new("rpo", Type::Time, words("失ってよいデータの上限(時間)。", "Most data lost, as time.")),
    Field::new("cost", Type::Money, words("月額の上限。", "Most money per month.")),
    Field::new("tenants", Type::Count, words("収容するテナント。", "Tenants it must carry."))
        .within(1.0, 1e12),
    Field::new("users", Type::Count, words("収容する利用者。", "Users it must carry.")).within(1.0, 1e12),
    Field::new(
        "tiers",
        Type::List(&Type::Ref(Ref::Tier)),
        words("どの段階に約束したか。空ならすべて。", "Tiers it is promised for; all when absent."),
    ),
];

/// Fields of a spike.
pub const SPIKE: &[Field] = &[
    Field::new("at", Type::Text, words("始まり。例: \"mon 09:00\"。", "Start, such as \"mon 09:00\"."))
        .required(),
    Field::new("for", Type::Time, words("長さ。", "Length.")).or("1h").within(3600.0, 604_800.0),
    Field::new("times", Type::Number, words("何倍になるか。", "Factor on the arrivals."))
        .required()
        .within(0.0, 1e6),
];

/// Fields of the load.
pub const LOAD: &[Field] = &[
    Field::new(
        "active",
        Type::Active,
        words("曜日と時刻ごとの、使っている人の割合。", "Share of users active in each hour of the week."),
    )
    .or("always"),
    Field::new("spike", Type::Map(&Type::Table(SPIKE)), words("名前のついた山。", "Named spikes.")),
    Field::new(
        "growth",
        Type::Growth,
        words(
            "利用者の伸び。段階に日付を付けるだけで、負荷は変えない。",
            "Growth of users: dates the tiers, changes none.",
        ),
    )
    .within(-1.0, 10.0),
    Field::new(
        "start",
        Type::Month,
        words("最小の段階の月。例: \"2026-12\"。", "Month of the smallest tier, such as \"2026-12\"."),
    )
    .when(&[When::With(&["growth"])]),
    Field::new(
        "users",
        Type::Count,
        words("段階のないファイルでの利用者。", "Users, in a file without tiers."),
    )
    .or("1"),
    Field::new(
        "tenants",
        Type::Count,
        words("段階のないファイルでのテナント。", "Tenants, in a file without tiers."),
    )
    .or("1"),
];

/// Tokens of a request.
pub const TOKENS: &[Field] = &[
    Field::new("in", Type::CountSpread, words("入力トークン。", "Input tokens."))
        .required()
        .within(0.0, 1e8)
        .tunable(),
    Field::new("out", Type::CountSpread, words("出力トークン。", "Output tokens."))
        .required()
        .within(0.0, 1e8)
        .tunable(),
];

/// Fields of a journey.
pub const JOURNEY: &[Field] = &[
    Field::new(
        "entry",
        Type::Ref(Ref::Component),
        words("要求が入ってくるところ。", "Where its requests come in."),
    )
    .required(),
    Field::new("rate", Type::Rate, words("使っている人ひとりあたりの頻度。", "Rate per active user."))
        .within(0.0, 1e9)
        .tunable(),
    Field::new(
        "arrivals",
        Type::Rate,
        words("全体の頻度。人数や時刻によらない。", "Rate in total, whatever the users and the hour."),
    )
    .within(0.0, 1e9)
    .tunable(),
    Field::new("population", Type::Count, words("閉じた系の利用者の数。", "Users of a closed system."))
        .within(1.0, 1e6)
        .tunable(),
    Field::new(
        "think",
        Type::TimeSpread,
        words("閉じた系で、答えから次の要求までの時間。", "Time from an answer to the next request."),
    )
    .tunable()
    .when(&[When::With(&["population"])]),
    Field::new(
        "process",
        Type::Process,
        words("時間の上での散らばり方。", "How arrivals are spread in time."),
    )
    .or("poisson"),
    Field::new("priority", Type::Count, words("優先順位。小さいほど先。", "Rank; lower goes first."))
        .or("0")
        .within(0.0, 255.0),
    Field::new("tokens", Type::Table(TOKENS), words("言語モデルのトークン。", "Tokens of a language model."))
        .tunable(),
    Field::new("in", Type::Bytes, words("利用者から送られる量。", "Bytes received from the user.")).tunable(),
    Field::new("out", Type::Bytes, words("利用者へ返す量。", "Bytes sent to the user.")).tunable(),
    Field::new(
        "steps",
        Type::Map(&Type::Steps),
        words(
            "構成要素ごとに、順に呼ぶもの。内側のリストは並行。",
            "For each component, what it calls in order; an inner list runs in parallel.",
        ),
    ),
];
