//! Alerts, pipelines and ways of rolling out.

use crate::fields::{Field, Ref, Type, When};
use crate::text::words;

/// Fields of an alert.
pub const ALERT: &[Field] = &[
    Field::new(
        "when",
        Type::Text,
        words(
            "鳴る条件。`errors`、`<ジャーニー>.errors`、`.p95`、`.rate`、`<構成要素>.cpu` のどれかが値を超えること。",
            "When it fires: `errors`, `<journey>.errors`, `.p95`, `.rate` or `<component>.cpu` above a value.",
        ),
    )
    .required(),
    Field::new("for", Type::Time, words("続いたら鳴る長さ。", "How long it must hold.")).or("0s"),
    Field::new(
        "every",
        Type::Time,
        words(
            "評価の間隔。既定は仮定(1 分の標準メトリクス)。",
            "How often it is looked at. The default is an assumption: metrics by the minute.",
        ),
    )
    .or("1min")
    .within(1.0, 3600.0),
    Field::new(
        "over",
        Type::Time,
        words("集計する幅。既定は仮定。", "Over how long the signal is taken. The default is an assumption."),
    )
    .or("1min")
    .within(1.0, 86_400.0),
    Field::new("route", Type::Text, words("送り先。", "Where it goes.")),
    Field::new(
        "severity",
        Type::Choice(&["info", "warning", "critical"]),
        words("重さ。読み手のためのもの。", "Severity, for whoever reads the file."),
    )
    .when(&[When::ForReaders]),
];

/// Fields of a pipeline.
pub const PIPELINE: &[Field] = &[
    Field::new(
        "steps",
        Type::Map(&Type::TimeSpread),
        words("段ごとの時間。書かれた順に進む。", "Time of each stage, one after the other as written."),
    ),
    Field::new(
        "after",
        Type::Map(&Type::List(&Type::Text)),
        words(
            "ある段が待つ段。並行する段があるとき。",
            "What a stage waits for, where some run side by side.",
        ),
    ),
    Field::new(
        "per-day",
        Type::Number,
        words("一日のリリース回数。既定は仮定。", "Releases a day. The default is an assumption."),
    )
    .or("1")
    .within(0.0, 10_000.0),
];

/// It goes by steps.
const STEPPED: &[When] = &[When::Is("strategy", &["canary", "flag"])];

/// Fields of a way of rolling out.
pub const DEPLOY: &[Field] = &[
    Field::new("of", Type::Ref(Ref::Component), words("何を。", "Of what.")).required(),
    Field::new(
        "strategy",
        Type::Choice(&["rolling", "blue-green", "canary", "flag"]),
        words("やり方。", "How."),
    )
    .or("rolling"),
    Field::new(
        "steps",
        Type::List(&Type::Share),
        words(
            "カナリアとフラグの段ごとの割合。なければ 10、25、50、100 %(fo.deploy.canary_step)。",
            "Share at each step of a canary or flag; 10, 25, 50, 100 % unless stated (fo.deploy.canary_step).",
        ),
    )
    .when(STEPPED),
    Field::new("bake", Type::Time, words("段ごとの様子見。", "How long each step is looked at."))
        .or("@fo.deploy.canary_step")
        .when(STEPPED),
    Field::new("bad", Type::Share, words("リリースが不良である確率。", "Chance that a release is bad."))
        .or("@rate.deploy.cfr.medium"),
    Field::new(
        "fails",
        Type::Share,
        words(
            "不良リリースが失敗させる、自分への要求の割合。既定は仮定。",
            "Share of its own requests that a bad release fails. The default is an assumption.",
        ),
    )
    .or("30% (2%..100%)"),
    Field::new(
        "rollback",
        Type::Choice(&["automatic", "manual"]),
        words(
            "戻し方。automatic は失敗率のアラートで戻す。なければカナリアだけ automatic。",
            "Who takes it back: `automatic` is by an alert on errors. Unless stated, only a canary is.",
        ),
    ),
    Field::new(
        "per-day",
        Type::Number,
        words(
            "この出し方での一日のリリース回数。書かなければ最初のパイプラインの回数。",
            "Releases a day by this way; those of the first pipeline unless stated.",
        ),
    )
    .within(0.0, 10_000.0),
    Field::new(
        "pre-stop",
        Type::Time,
        words(
            "Pod が止まる前に待つ時間(preStop)。その間に振り分けから外れる。",
            "How long a pod waits before it stops (preStop), while it is taken out of the balancing.",
        ),
    )
    .or("0s")
    .within(0.0, 3600.0),
    Field::new(
        "deregistration",
        Type::Time,
        words(
            "止まった Pod に要求が届かなくなるまで。既定はロードバランサーの後ろで fo.alb.dereg_502、ほかは fo.k8s.endpoint_prop。",
            "Until a stopped pod gets no more requests: fo.alb.dereg_502 behind a load balancer, else fo.k8s.endpoint_prop.",
        ),
    )
    .within(0.0, 3600.0),
    Field::new(
        "grace",
        Type::Time,
        words(
            "止まるよう告げてから強制終了まで(terminationGracePeriodSeconds、pre-stop を含む)。書かなければ pre-stop に fo.k8s.grace を足した長さ。",
            "From the order to stop until the pod is killed (terminationGracePeriodSeconds, `pre-stop` included); `pre-stop` and fo.k8s.grace unless stated.",
        ),
    )
    .within(0.0, 86_400.0),
];
