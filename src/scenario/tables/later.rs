//! Backups and recoveries, controls, the roadmap.

use crate::fields::{Field, Ref, Type, When};
use crate::text::words;

/// Fields of BACKUP.
pub const BACKUP: &[Field] = &[
    Field::new("of", Type::Ref(Ref::Component), words("何の。", "Of what.")).required(),
    Field::new("every", Type::Time, words("間隔。", "Interval.")),
    Field::new("keep", Type::Time, words("保つ期間。", "How long it is kept.")).tunable(),
    Field::new(
        "change",
        Type::Share,
        words(
            "一日に変わるデータの割合。既定は aws.rds.backup_storage の注記にある値(仮定)。",
            "Share of the data that changes in a day; the default is that of the note of aws.rds.backup_storage, an assumption.",
        ),
    )
    .or("2%")
    .tunable()
    .when(&[When::With(&["keep", "copies"])]),
    Field::new(
        "rtc",
        Type::Flag,
        words(
            "複製の遅れに上限の約束を買うか(S3 Replication Time Control)。",
            "Whether a limit on the lag of copies is paid for (S3 Replication Time Control).",
        ),
    )
    .or("false")
    .tunable()
    .when(&[When::With(&["copies"])]),
    Field::new(
        "copies",
        Type::Map(&Type::Time),
        words("写しの行き先と遅れ。", "Regions copied to, with the lag."),
    ),
];

/// Fields of RECOVERY.
pub const RECOVERY: &[Field] = &[
    Field::new(
        "event",
        Type::Choice(&["component", "zone", "region", "data-loss", "bad-deploy"]),
        words("何から。", "From what."),
    ),
    Field::new(
        "strategy",
        Type::Choice(&["backup-restore", "pilot-light", "warm-standby", "active-active"]),
        words("やり方。", "Strategy."),
    ),
    Field::new("to", Type::Ref(Ref::Region), words("どこで。", "Where.")),
    Field::new(
        "automatic",
        Type::Flag,
        words(
            "人が気づいて決めるのを待たずに始まるか。死活監視(fo.r53.detect_std)が始める。",
            "Whether it begins without a person who notices and decides: health checks (fo.r53.detect_std) begin it.",
        ),
    )
    .or("false"),
    Field::new(
        "takes",
        Type::Map(&Type::TimeSpread),
        words(
            "手順ごとの時間。自分の手順も書ける(行き先の割当枠の引き上げなど)。",
            "Time of each step; steps of your own too, such as a quota that has to be raised there.",
        ),
    ),
    Field::new(
        "after",
        Type::Map(&Type::List(&Type::Text)),
        words(
            "手順の順序。何の後か。書かれていない自分の手順は最後に来る。",
            "Order of the steps: after which ones each begins. Steps of your own without a word come last.",
        ),
    ),
];

/// Fields of CONTROL.
pub const CONTROL: &[Field] = &[
    Field::new(
        "frameworks",
        Type::List(&Type::Text),
        words("どの基準の。例: soc2:CC6.1。", "Of which frameworks, such as soc2:CC6.1."),
    ),
    Field::new(
        "on",
        Type::OneOrMore(&Type::Ref(Ref::Component)),
        words("どの構成要素に。", "On which components."),
    )
    .when(&[When::ForReaders]),
    Field::new("evidence", Type::Words, words("証拠。", "Evidence.")),
    Field::new("done", Type::Flag, words("済んだか。", "Whether it is done.")),
];

/// Fields of PHASE.
pub const PHASE: &[Field] = &[
    Field::new(
        "after",
        Type::OneOrMore(&Type::Ref(Ref::Phase)),
        words("先に終わるべきもの。", "What must end first."),
    ),
    Field::new("takes", Type::TimeSpread, words("長さ。", "How long.")),
];

/// Fields of TASK.
pub const TASK: &[Field] = &[
    Field::new("phase", Type::Ref(Ref::Phase), words("どの段で。", "In which phase.")),
    Field::new("takes", Type::TimeSpread, words("長さ。", "How long.")),
    Field::new(
        "after",
        Type::OneOrMore(&Type::Ref(Ref::Task)),
        words("先に終わるべきもの。", "What must end first."),
    ),
    Field::new(
        "delivers",
        Type::List(&Type::Ref(Ref::Thing)),
        words(
            "これで満たされるもの。構成要素か統制の id、または `tier.t500` のように表ごと。",
            "What it delivers: a component, a control, or anything with its table, such as `tier.t500`.",
        ),
    ),
    Field::new("done", Type::Flag, words("済んだか。", "Whether it is done.")),
];
