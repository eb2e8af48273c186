//! The tables of a scenario other than components: names, fields, and which of them an engine looks at yet.

mod demand;
mod later;
mod money;
mod release;
mod system;

pub use demand::*;
pub use later::*;
pub use money::*;
pub use release::*;
pub use system::*;

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
    /// One example for the reference page.
    pub example: &'static str,
}

/// Keys at the top of a file.
pub const ROOT: &[Field] = &[
    Field::new("schema", Type::Count, words("書式の版。", "Version of the format."))
        .required()
        .within(1.0, 1e9),
    Field::new("extends", Type::Text, words("下敷きにするファイル。", "File this one is laid over.")),
    Field::new(
        "timezone",
        Type::Zone,
        words(
            "曜日と時刻の時間帯。既製の型(`office-jp` は日本時間)は、これに移される。なければ移さない。",
            "Time zone of the hours of the week: shipped profiles (`office-jp` is in Japan's time) are moved into it; without one they are not.",
        ),
    ),
    Field::new("currency", Type::Choice(&["JPY", "USD"]), words("金額の通貨。", "Currency of the verdicts."))
        .or("JPY"),
    Field::new(
        "prices",
        Type::Ref(Ref::Book),
        words(
            "判定に使う価格表。書かなければ、最も多くの部品が立つ提供元の定価表(どこにも立たなければ aws-list)。",
            "Price book that is judged. When absent the list of the provider with whom most of it stands; aws-list where nothing does.",
        ),
    ),
    Field::new(
        "remove",
        Type::List(&Type::Text),
        words("下敷きから取り除くもの。", "What to take out of the base."),
    ),
];

const fn table(
    id: &'static str,
    name: Words,
    help: Words,
    fields: &'static [Field],
    example: &'static str,
) -> TableKind {
    TableKind { id, single: false, name, help, fields, example }
}

/// All kinds of tables, in the order of the reference page.
pub static TABLES: [TableKind; 20] = [
    table(
        "source",
        words("出典", "Source"),
        words(
            "値の出どころ。`from.<項目>` から指す。",
            "Where values come from; `from.<field>` points at it.",
        ),
        SOURCE,
        "[source.guess]\ntitle = \"our assumption, nothing measured\"\nowner = \"sre\"\nconfidence = \"estimate\"\n",
    ),
    TableKind {
        single: true,
        ..table(
            "fact",
            words("事実の値", "Own values of facts"),
            words(
                "計算が使う事実を、自分の値に置き換える。キーは事実の id、値は事実の単位に合うもの。0 は「起きない」という申告になる。",
                "Values in place of shipped facts that the engines use: fact id and a quantity of the fact's unit. A zero states that it never happens.",
            ),
            &[],
            "[fact]\n\"rate.az.multiaz_leak\" = \"10% (5%..20%)\"\n\"rate.cert.expiry\" = \"0/year\"\n",
        )
    },
    table(
        "target",
        words("目標", "Target"),
        words("設計が判定される基準。", "What the design is judged by."),
        TARGET_FIELDS,
        "[target.api]\njourney = \"api\"\np95 = \"500ms\"\nquote = \"API応答時間 < 500ms\"\n",
    ),
    TableKind {
        single: true,
        ..table(
            "load",
            words("負荷", "Load"),
            words("いつ、どれだけの人が使うか。", "When how many users are active."),
            LOAD,
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
        "[journey.api]\nentry = \"dns\"\nrate = \"30/h (10/h..120/h)\"\nsteps.api = [\"redis 90% miss rds\", \"rds x2\"]\n",
    ),
    table(
        "region",
        words("リージョン", "Region"),
        words("場所。ゾーンを含む。", "A place with zones."),
        REGION,
        "[region.tokyo]\nprovider = \"aws\"\ncode = \"ap-northeast-1\"\nzones = [\"a\", \"c\", \"d\"]\n",
    ),
    table(
        "component",
        words("構成要素", "Component"),
        words("図の箱。項目は種類ごとに違う。", "A box of the diagram; its fields depend on its kind."),
        &[],
        "[component.waf]\nkind = \"waf\"\nto = \"alb\"\nlatency = \"@lat.waf\"\n",
    ),
    table(
        "call",
        words("呼び出し", "Call"),
        words("呼び出しの方針。これだけでは呼ばない。", "Policy of a call; never causes one."),
        CALL,
        "[call.\"api -> openai\"]\ntimeout = \"20s\"\nretry = { extra = 2, base = \"200ms\", cap = \"2s\", jitter = \"full\" }\nfallback = \"azure-openai\"\n",
    ),
    table(
        "fault",
        words("障害", "Fault"),
        words("壊してみること。", "Something that breaks, on a timeline."),
        FAULT,
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
        "[tier.t500]\ntenants = 500\nusers = 5000\n[tier.t500.component.nodes]\ncount = 5\n",
    ),
    table(
        "platform",
        words("プラットフォーム", "Platform"),
        words("別のクラウドでの読み替え。", "The same on another cloud."),
        PLATFORM,
        "[platform.gcp]\nprovider = \"gcp\"\n[platform.gcp.component.nodes]\ntype = \"e2-standard-2\"\n",
    ),
    table(
        "book",
        words("価格表", "Price book"),
        words("計画が自分で書いた値段。", "Prices that the plan states itself."),
        BOOK,
        "[book.plan-2025]\ntier = \"t100\"\nline.ec2 = { pays = \"nodes\", amount = \"¥25,000/month\" }\n",
    ),
    table(
        "alert",
        words("アラート", "Alert"),
        words("鳴らす条件。", "When to raise an alert."),
        ALERT,
        "[alert.api-slow]\nwhen = \"api.p95 > 1s\"\nfor = \"5min\"\nroute = \"slack\"\n",
    ),
    table(
        "backup",
        words("バックアップ", "Backup"),
        words("写しの取り方。", "How copies are taken."),
        BACKUP,
        "[backup.rds]\nof = \"rds\"\nevery = \"5min\"\nkeep = \"35d\"\ncopies = { singapore = \"24h\" }\n",
    ),
    table(
        "recovery",
        words("復旧", "Recovery"),
        words("復旧の手順。", "Steps of a recovery."),
        RECOVERY,
        "[recovery.region]\nevent = \"region\"\nstrategy = \"backup-restore\"\nto = \"singapore\"\n",
    ),
    table(
        "pipeline",
        words("パイプライン", "Pipeline"),
        words("変更が本番に届くまで。", "The way of a change into production."),
        PIPELINE,
        "[pipeline.main]\nsteps = { test = \"10min\", build = \"5min\" }\n",
    ),
    table(
        "deploy",
        words("デプロイ", "Deploy"),
        words("出し方。", "How releases are rolled out."),
        DEPLOY,
        "[deploy.api]\nof = \"api\"\nstrategy = \"canary\"\nsteps = [\"10%\", \"50%\", \"100%\"]\nbake = \"10min\"\n",
    ),
    table(
        "control",
        words("統制", "Control"),
        words("満たすべき統制。", "A control to satisfy."),
        CONTROL,
        "[control.vpc-split]\nframeworks = [\"soc2:CC6.1\"]\n",
    ),
    table(
        "phase",
        words("工程", "Phase"),
        words("構築の段。", "A phase of the roadmap."),
        PHASE,
        "[phase.foundation]\ntakes = \"pert(2w, 2.5w, 3w)\"\n",
    ),
    table(
        "task",
        words("作業", "Task"),
        words("構築の作業。", "A task of the roadmap."),
        TASK,
        "[task.vpc]\nphase = \"foundation\"\ntakes = \"pert(3d, 5d, 8d)\"\n",
    ),
];

/// The kind of table with this name.
pub fn kind(id: &str) -> Option<&'static TableKind> {
    TABLES.iter().find(|t| t.id == id)
}
