//! The tables of a scenario other than components: names, fields, and which of them an engine looks at yet.

use crate::fields::{Field, Ref, Type};
use crate::text::{Words, words};

/// A kind of table.
#[derive(Clone, Copy, Debug)]
pub struct TableKind {
    /// Its name: `journey` in `[journey.api]`.
    pub id: &'static str,
    /// Whether there is only one, without ids: `[load]`.
    pub single: bool,
    /// Name to show.
    pub name: Words,
    /// What it is for.
    pub help: Words,
    /// Its fields; for components see `kinds::form`.
    pub fields: &'static [Field],
    /// Whether any engine looks at it yet.
    pub modelled: bool,
    /// One example for the reference page.
    pub example: &'static str,
}

/// Keys at the top of a file.
pub const ROOT: &[Field] = &[
    Field::new("schema", Type::Count, words("書式の版。", "Version of the format."))
        .required()
        .within(1.0, 1e9),
    Field::new("extends", Type::Text, words("下敷きにするファイル。", "File this one is laid over.")),
    Field::new("timezone", Type::Text, words("時間帯。", "Time zone of the hours.")).or("UTC"),
    Field::new("currency", Type::Choice(&["JPY", "USD"]), words("金額の通貨。", "Currency of the verdicts."))
        .or("JPY"),
    Field::new("prices", Type::Ref(Ref::Book), words("判定に使う価格表。", "Price book that is judged."))
        .or("aws-list"),
    Field::new(
        "remove",
        Type::List(&Type::Text),
        words("下敷きから取り除くもの。", "What to take out of the base."),
    ),
];

/// Fields of a target.
pub const TARGET_FIELDS: &[Field] = &[
    Field::new("journey", Type::Ref(Ref::Journey), words("どのジャーニーか。", "Which journey.")),
    Field::new(
        "journeys",
        Type::List(&Type::Ref(Ref::Journey)),
        words("どのジャーニーすべてか。", "Which journeys together."),
    ),
    Field::new(
        "measure",
        Type::Choice(&["full-answer", "first-token"]),
        words("いつまでを測るか。", "Until when time is taken."),
    )
    .or("full-answer"),
    Field::new("p50", Type::Time, words("中央値の上限。", "Limit of the median.")),
    Field::new("p90", Type::Time, words("90 パーセンタイルの上限。", "Limit of the 90th percentile.")),
    Field::new("p95", Type::Time, words("95 パーセンタイルの上限。", "Limit of the 95th percentile.")),
    Field::new("p99", Type::Time, words("99 パーセンタイルの上限。", "Limit of the 99th percentile.")),
    Field::new("p999", Type::Time, words("99.9 パーセンタイルの上限。", "Limit of the 99.9th percentile.")),
    Field::new(
        "errors",
        Type::Share,
        words("失敗する要求の割合の上限。", "Limit of the share of failed requests."),
    ),
    Field::new("uptime", Type::Share, words("稼働率の下限。", "Least uptime.")),
    Field::new(
        "events",
        Type::List(&Type::Choice(&["component", "zone", "region", "data-loss", "bad-deploy"])),
        words("どの出来事について。", "For which events."),
    ),
    Field::new("rto", Type::Time, words("復旧時間の上限。", "Longest time to recover.")),
    Field::new("rpo", Type::Time, words("失ってよいデータの上限(時間)。", "Most data lost, as time.")),
    Field::new("cost", Type::Money, words("月額の上限。", "Most money per month.")),
    Field::new("tenants", Type::Count, words("収容するテナント。", "Tenants it must carry.")),
    Field::new("users", Type::Count, words("収容する利用者。", "Users it must carry.")),
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
    .within(-1.0, 10.0)
    .later(),
    Field::new("start", Type::Text, words("始まる月。", "Month it starts.")).later(),
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
    .tunable(),
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
    ),
    Field::new("outage", Type::Time, words("その長さ。", "How long that lasts.")),
    Field::new("zone-outages", Type::Rate, words("ゾーンひとつが止まる頻度。", "How often one zone fails.")),
    Field::new("zone-outage", Type::Time, words("その長さ。", "How long that lasts.")),
    Field::new(
        "zone-share",
        Type::Share,
        words("そのときゾーンのどれだけが止まるか。", "Share of the zone that fails then."),
    )
    .or("100%"),
];

/// Fields of a retry policy.
pub const RETRY: &[Field] = &[
    Field::new("extra", Type::Count, words("最初の一回のほかに何回。", "Attempts beyond the first."))
        .or("1")
        .within(0.0, 100.0)
        .tunable(),
    Field::new("base", Type::Time, words("最初の待ち。毎回倍になる。", "First wait; doubles each time."))
        .or("100ms")
        .within(0.0, 86_400.0)
        .tunable(),
    Field::new("cap", Type::Time, words("待ちの上限。", "Longest wait."))
        .or("10s")
        .within(0.0, 86_400.0)
        .tunable(),
    Field::new(
        "jitter",
        Type::Choice(&["none", "full", "equal"]),
        words("待ちの散らし方。", "How the wait is spread."),
    )
    .or("none"),
    Field::new(
        "budget",
        Type::Share,
        words("最初の試みに対する再試行の上限。", "Retries allowed as a share of first attempts."),
    )
    .tunable(),
];

/// Fields of a circuit breaker.
pub const BREAKER: &[Field] = &[
    Field::new("errors", Type::Share, words("開く失敗の割合。", "Share of failures that opens it."))
        .required()
        .tunable(),
    Field::new("over", Type::Time, words("割合をみる期間。", "Window of the share."))
        .or("30s")
        .within(0.1, 86_400.0),
    Field::new("open", Type::Time, words("開いている時間。", "How long it stays open."))
        .or("30s")
        .within(0.1, 86_400.0),
];

const POOL: &[Field] = &[
    Field::new("size", Type::Count, words("接続の数。", "Connections.")).within(1.0, 1e6),
    Field::new("queue", Type::Count, words("待てる数。", "Requests that may wait.")).within(0.0, 1e6),
    Field::new("timeout", Type::Time, words("待つ上限。", "Longest wait.")),
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
        words("答えを待つ上限。相手は働き続ける。", "Longest wait; the callee goes on working."),
    )
    .within(1e-6, 86_400.0)
    .tunable(),
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
        "required",
        Type::Flag,
        words("失敗したら要求も失敗か。", "Whether the request fails with it."),
    )
    .or("true")
    .tunable(),
    Field::new(
        "hedge",
        Type::Time,
        words("答えが遅いとき二つ目を送るまで。", "When to send a second request."),
    )
    .later(),
    Field::new("pool", Type::Table(POOL), words("接続のプール。", "Connection pool.")).later(),
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
    Field::new("for", Type::Time, words("続く時間。", "How long.")).or("10min").within(0.0, 604_800.0),
    Field::new("count", Type::Count, words("落ちる複製の数。", "Replicas that crash."))
        .or("1")
        .within(1.0, 10_000.0),
    Field::new("add", Type::Time, words("加わる遅れ。", "Latency added.")),
    Field::new("errors", Type::Share, words("失敗する割合。", "Share of requests that fail.")),
    Field::new("times", Type::Number, words("到着が何倍になるか。", "Factor on the arrivals."))
        .within(0.0, 1e6),
    Field::new(
        "expect",
        Type::List(&Type::Condition),
        words("保たれるはずのこと。", "What is expected to hold."),
    ),
];

const CLAIM: &[Field] =
    &[Field::new("cost", Type::Money, words("計画が言う月額。", "Monthly cost as the plan states it."))];

/// Fields of a tier, beside the tables it overlays.
pub const TIER: &[Field] = &[
    Field::new("tenants", Type::Count, words("テナント。", "Tenants.")).or("1").tunable(),
    Field::new("users", Type::Count, words("利用者。", "Users.")).or("1").within(0.0, 1e10).tunable(),
    Field::new(
        "claim",
        Type::Table(CLAIM),
        words("計画がこの段階について言うこと。", "What the plan claims for this tier."),
    ),
    Field::new(
        "remove",
        Type::List(&Type::Text),
        words("この段階で取り除くもの。", "What this tier takes out."),
    ),
];

const PLATFORM: &[Field] = &[
    Field::new("provider", Type::Text, words("運営者。", "Provider.")),
    Field::new("remove", Type::List(&Type::Text), words("取り除くもの。", "What it takes out.")),
];

/// Fields of one line of a price book.
pub const LINE: &[Field] = &[
    Field::new("pays", Type::Ref(Ref::Component), words("どの構成要素の代金か。", "Component it pays for.")),
    Field::new(
        "amount",
        Type::Money,
        words("月額。\"free\" は無料と明記。", "Monthly amount; \"free\" states zero."),
    )
    .required(),
];

/// Fields of a price book.
pub const BOOK: &[Field] = &[
    Field::new(
        "tier",
        Type::Ref(Ref::Tier),
        words("全額を書いてある段階。", "The tier whose bill it states in full."),
    ),
    Field::new("currency", Type::Choice(&["JPY", "USD"]), words("通貨。", "Currency.")).or("JPY"),
    Field::new("line", Type::Map(&Type::Table(LINE)), words("行。", "Its lines.")).required(),
];

const SOURCE: &[Field] = &[
    Field::new("title", Type::Words, words("題名。", "Title.")),
    Field::new("owner", Type::Text, words("責任を持つ人。", "Who owns it.")),
    Field::new("date", Type::Text, words("日付。", "Date.")),
    Field::new("url", Type::Text, words("場所。", "Where to find it.")),
    Field::new(
        "confidence",
        Type::Choice(&["measured", "stated", "estimate", "recalled"]),
        words("どれだけ確かか。", "How sure it is."),
    ),
];

const ALERT: &[Field] = &[
    Field::new("when", Type::Text, words("条件。", "Condition.")).required().later(),
    Field::new("for", Type::Time, words("続いたら鳴る長さ。", "How long it must hold.")).later(),
    Field::new("route", Type::Text, words("送り先。", "Where it goes.")).later(),
    Field::new("severity", Type::Choice(&["info", "warning", "critical"]), words("重さ。", "Severity."))
        .later(),
];
const BACKUP: &[Field] = &[
    Field::new("of", Type::Ref(Ref::Component), words("何の。", "Of what.")).required().later(),
    Field::new("every", Type::Time, words("間隔。", "Interval.")).later(),
    Field::new("keep", Type::Time, words("保つ期間。", "How long it is kept.")).later(),
    Field::new(
        "copies",
        Type::Map(&Type::Time),
        words("写しの行き先と遅れ。", "Regions copied to, with the lag."),
    )
    .later(),
];
const RECOVERY: &[Field] = &[
    Field::new(
        "event",
        Type::Choice(&["component", "zone", "region", "data-loss", "bad-deploy"]),
        words("何から。", "From what."),
    )
    .later(),
    Field::new(
        "strategy",
        Type::Choice(&["backup-restore", "pilot-light", "warm-standby", "active-active"]),
        words("やり方。", "Strategy."),
    )
    .later(),
    Field::new("to", Type::Ref(Ref::Region), words("どこで。", "Where.")).later(),
    Field::new("takes", Type::Map(&Type::TimeSpread), words("手順ごとの時間。", "Time of each step."))
        .later(),
    Field::new("after", Type::Map(&Type::List(&Type::Text)), words("手順の順序。", "Order of the steps."))
        .later(),
];
const PIPELINE: &[Field] = &[
    Field::new("steps", Type::Map(&Type::TimeSpread), words("段ごとの時間。", "Time of each stage.")).later(),
    Field::new("per-day", Type::Number, words("一日の回数。", "Runs per day.")).later(),
];
const DEPLOY: &[Field] = &[
    Field::new("of", Type::Ref(Ref::Component), words("何を。", "Of what.")).later(),
    Field::new(
        "strategy",
        Type::Choice(&["rolling", "blue-green", "canary", "flag"]),
        words("やり方。", "Strategy."),
    )
    .later(),
    Field::new("steps", Type::List(&Type::Share), words("段ごとの割合。", "Share at each step.")).later(),
    Field::new("bake", Type::Time, words("段ごとの様子見。", "Soak time of each step.")).later(),
    Field::new("bad", Type::Share, words("悪い版である割合。", "Chance of a bad release.")).later(),
];
const CONTROL: &[Field] = &[
    Field::new(
        "frameworks",
        Type::List(&Type::Text),
        words("どの基準の。例: soc2:CC6.1。", "Of which frameworks, such as soc2:CC6.1."),
    )
    .later(),
    Field::new(
        "on",
        Type::OneOrMore(&Type::Ref(Ref::Component)),
        words("どの構成要素に。", "On which components."),
    )
    .later(),
    Field::new("evidence", Type::Words, words("証拠。", "Evidence.")).later(),
    Field::new("done", Type::Flag, words("済んだか。", "Whether it is done.")).later(),
];
const PHASE: &[Field] = &[
    Field::new(
        "after",
        Type::OneOrMore(&Type::Ref(Ref::Phase)),
        words("先に終わるべきもの。", "What must end first."),
    )
    .later(),
    Field::new("takes", Type::TimeSpread, words("長さ。", "How long.")).later(),
];
const TASK: &[Field] = &[
    Field::new("phase", Type::Ref(Ref::Phase), words("どの段で。", "In which phase.")).later(),
    Field::new("takes", Type::TimeSpread, words("長さ。", "How long.")).later(),
    Field::new(
        "after",
        Type::OneOrMore(&Type::Ref(Ref::Task)),
        words("先に終わるべきもの。", "What must end first."),
    )
    .later(),
    Field::new("delivers", Type::List(&Type::Text), words("これで満たされるもの。", "What it delivers."))
        .later(),
    Field::new("done", Type::Flag, words("済んだか。", "Whether it is done.")).later(),
];

const fn table(
    id: &'static str,
    name: Words,
    help: Words,
    fields: &'static [Field],
    modelled: bool,
    example: &'static str,
) -> TableKind {
    TableKind { id, single: false, name, help, fields, modelled, example }
}

/// All kinds of tables, in the order of the reference page.
pub static TABLES: [TableKind; 19] = [
    table(
        "source",
        words("出典", "Source"),
        words(
            "値の出どころ。`from.<項目>` から指す。",
            "Where values come from; `from.<field>` points at it.",
        ),
        SOURCE,
        true,
        "[source.guess]\ntitle = \"our assumption, nothing measured\"\nowner = \"sre\"\nconfidence = \"estimate\"\n",
    ),
    table(
        "target",
        words("目標", "Target"),
        words("設計が判定される基準。", "What the design is judged by."),
        TARGET_FIELDS,
        true,
        "[target.api]\njourney = \"api\"\np95 = \"500ms\"\nquote = \"API応答時間 < 500ms\"\n",
    ),
    TableKind {
        single: true,
        ..table(
            "load",
            words("負荷", "Load"),
            words("いつ、どれだけの人が使うか。", "When how many users are active."),
            LOAD,
            true,
            "[load]\nactive = \"office-jp\"\ngrowth = \"6%/month\"\n",
        )
    },
    table(
        "journey",
        words("ジャーニー", "Journey"),
        words(
            "要求の種類。どこから入り、何を順に呼ぶか。",
            "A class of requests: where it comes in and what is called, in order.",
        ),
        JOURNEY,
        true,
        "[journey.api]\nentry = \"dns\"\nrate = \"30/h (10/h..120/h)\"\nsteps.api = [\"redis 90% miss rds\", \"rds x2\"]\n",
    ),
    table(
        "region",
        words("リージョン", "Region"),
        words("場所。ゾーンを含む。", "A place with zones."),
        REGION,
        true,
        "[region.tokyo]\nprovider = \"aws\"\ncode = \"ap-northeast-1\"\nzones = [\"a\", \"c\", \"d\"]\n",
    ),
    table(
        "component",
        words("構成要素", "Component"),
        words("図の箱。項目は種類ごとに違う。", "A box of the diagram; its fields depend on its kind."),
        &[],
        true,
        "[component.waf]\nkind = \"waf\"\nto = \"alb\"\nlatency = \"@lat.waf\"\n",
    ),
    table(
        "call",
        words("呼び出し", "Call"),
        words("呼び出しの方針。これだけでは呼ばない。", "Policy of a call; never causes one."),
        CALL,
        true,
        "[call.\"api -> openai\"]\ntimeout = \"20s\"\nretry = { extra = 2, base = \"200ms\", cap = \"2s\", jitter = \"full\" }\nfallback = \"azure-openai\"\n",
    ),
    table(
        "fault",
        words("障害", "Fault"),
        words("壊してみること。", "Something that breaks, on a timeline."),
        FAULT,
        true,
        "[fault.zone-a]\nwhat = \"zone-outage\"\non = \"tokyo/a\"\nat = \"30min\"\nfor = \"30min\"\nexpect = [\"api.errors < 1%\", \"recovered < 10min\"]\n",
    ),
    table(
        "tier",
        words("段階", "Tier"),
        words(
            "規模の段階。ほかの表に重ねて書ける。",
            "A step of the scaling plan; may overlay other tables.",
        ),
        TIER,
        true,
        "[tier.t500]\ntenants = 500\nusers = 5000\n[tier.t500.component.nodes]\ncount = 5\n",
    ),
    table(
        "platform",
        words("プラットフォーム", "Platform"),
        words("別のクラウドでの読み替え。", "The same on another cloud."),
        PLATFORM,
        false,
        "[platform.gcp]\nprovider = \"gcp\"\n[platform.gcp.component.nodes]\ntype = \"e2-standard-2\"\n",
    ),
    table(
        "book",
        words("価格表", "Price book"),
        words("計画が自分で書いた値段。", "Prices that the plan states itself."),
        BOOK,
        true,
        "[book.plan-2025]\ntier = \"t100\"\nline.ec2 = { pays = \"nodes\", amount = \"¥25,000/month\" }\n",
    ),
    table(
        "alert",
        words("アラート", "Alert"),
        words("鳴らす条件。", "When to raise an alert."),
        ALERT,
        false,
        "[alert.api-slow]\nwhen = \"api.p95 > 1s\"\nfor = \"5min\"\nroute = \"slack\"\n",
    ),
    table(
        "backup",
        words("バックアップ", "Backup"),
        words("写しの取り方。", "How copies are taken."),
        BACKUP,
        false,
        "[backup.rds]\nof = \"rds\"\nevery = \"5min\"\nkeep = \"35d\"\ncopies = { singapore = \"24h\" }\n",
    ),
    table(
        "recovery",
        words("復旧", "Recovery"),
        words("復旧の手順。", "Steps of a recovery."),
        RECOVERY,
        false,
        "[recovery.region]\nevent = \"region\"\nstrategy = \"backup-restore\"\nto = \"singapore\"\n",
    ),
    table(
        "pipeline",
        words("パイプライン", "Pipeline"),
        words("変更が本番に届くまで。", "The way of a change into production."),
        PIPELINE,
        false,
        "[pipeline.main]\nsteps = { test = \"10min\", build = \"5min\" }\n",
    ),
    table(
        "deploy",
        words("デプロイ", "Deploy"),
        words("出し方。", "How releases are rolled out."),
        DEPLOY,
        false,
        "[deploy.api]\nof = \"api\"\nstrategy = \"canary\"\nsteps = [\"10%\", \"50%\", \"100%\"]\nbake = \"10min\"\n",
    ),
    table(
        "control",
        words("統制", "Control"),
        words("満たすべき統制。", "A control to satisfy."),
        CONTROL,
        false,
        "[control.vpc-split]\nframeworks = [\"soc2:CC6.1\"]\n",
    ),
    table(
        "phase",
        words("工程", "Phase"),
        words("構築の段。", "A phase of the roadmap."),
        PHASE,
        false,
        "[phase.foundation]\ntakes = \"pert(2w, 2.5w, 3w)\"\n",
    ),
    table(
        "task",
        words("作業", "Task"),
        words("構築の作業。", "A task of the roadmap."),
        TASK,
        false,
        "[task.vpc]\nphase = \"foundation\"\ntakes = \"pert(3d, 5d, 8d)\"\n",
    ),
];

/// The kind of table with this name.
pub fn kind(id: &str) -> Option<&'static TableKind> {
    TABLES.iter().find(|t| t.id == id)
}
