//! What the product says about releases, and about the conditions of alerts.

use super::Lang;
use super::Phrase;
use super::numbers::{both, duration, percent, plain};

/// Name of a way of rolling out.
pub fn way(id: &str, automatic: bool) -> Phrase {
    let (ja, en) = match id {
        "rolling" => ("ローリング", "rolling"),
        "blue-green" => ("ブルーグリーン", "blue-green"),
        "canary" => ("カナリア", "canary"),
        "flag" => ("機能フラグ", "feature flag"),
        other => (other, other),
    };
    match automatic {
        true => Phrase::new(format!("{ja}、自動で戻す"), format!("{en}, automatic rollback")),
        false => Phrase::new(format!("{ja}、人が戻す"), format!("{en}, manual rollback")),
    }
}

/// The file has no alert on errors.
pub fn no_alert() -> Phrase {
    Phrase::new(
        "失敗率のアラートがないので、自動で戻すものはない。[alert.<id>] に when = \"errors > 1%\" などを書く",
        "no alert looks at errors, so nothing is taken back automatically: write one, such as [alert.<id>] with when = \"errors > 1%\"",
    )
}

/// An alert on all requests does not see a small step unless most of it fails.
pub fn blind(name: &Phrase, when: &str, first: f64, least: f64) -> Phrase {
    both(|lang| {
        let name = name.get(lang);
        let step = percent(first).join();
        match (least > 1.0, lang) {
            (true, Lang::Ja) => format!(
                "アラート「{when}」は {name} の最初の {step} を見つけられない。そこで全部が失敗しても閾値に届かない。新しい版だけの失敗率で判定する"
            ),
            (true, Lang::En) => format!(
                "the alert `{when}` cannot see the first {step} of {name}: even if all of it fails, the threshold is not reached. Judge the new version by its own errors"
            ),
            (false, Lang::Ja) => format!(
                "アラート「{when}」が {name} の最初の {step} で鳴るのは、新しい版への要求の {} より多くが失敗するときだけ。新しい版だけの失敗率で判定すれば早く戻せる",
                percent(least).join()
            ),
            (false, Lang::En) => format!(
                "the alert `{when}` sees the first {step} of {name} only if more than {} of its requests fail. Judging the new version by its own errors finds it earlier",
                percent(least).join()
            ),
        }
    })
}

/// Another way spends less.
pub fn cheaper(worst: &Phrase, spends: f64, best: &Phrase, instead: f64) -> Phrase {
    both(|lang| {
        let minutes = |x: f64| duration(x * 60.0, lang).join();
        let (worst, best) = (worst.get(lang), best.get(lang));
        let (a, b) = (minutes(spends), minutes(instead));
        match lang {
            Lang::Ja => format!("{worst} の {a}/月に対し、{best} なら {b}/月"),
            Lang::En => format!("{best} would spend {b} a month where {worst} spends {a}"),
        }
    })
}

/// Pods that stop cut off requests that take nobody knows how long.
pub fn cut_unknown(of: &str, journey: &str, way: &str) -> Phrase {
    Phrase::new(
        format!(
            "{of} の Pod が止まるときに切られる {journey} の応答時間は分からず、書かれた時間だけを数えた(少なくともこれだけ)。[deploy.{way}] を strategy = \"blue-green\" にすれば切られない"
        ),
        format!(
            "How long {journey} takes is unknown, so what stopping pods of {of} cut off counts by its stated times, as a bound from below; with strategy = \"blue-green\" in [deploy.{way}] nothing is cut off"
        ),
    )
}

/// What would settle it.
pub fn settled_by(way: &str) -> Phrase {
    Phrase::new(
        format!("[deploy.{way}] の strategy を blue-green にするか、応答時間が求まる書き方にする"),
        format!("blue-green in [deploy.{way}], or a journey whose response time is known"),
    )
}

/// The pipeline has no times.
pub fn no_stages() -> Phrase {
    Phrase::new(
        "パイプラインの段の時間が書かれていないので、コミットからの時間は分からない。[pipeline.<id>] の steps に書く",
        "the stages of the pipeline have no times, so the time from the commit is unknown: write them in `steps` of [pipeline.<id>]",
    )
}

/// The condition of an alert cannot be read.
pub fn alert_when(text: &str) -> Phrase {
    Phrase::new(
        format!("アラートの条件「{text}」を読めない"),
        format!("`{text}` is no condition of an alert"),
    )
}

/// What one looks like.
pub fn alert_when_help() -> Phrase {
    Phrase::new(
        "\"errors > 5%\"、\"<ジャーニー>.p95 > 1s\"、\"<ジャーニー>.rate > 100/s\"、\"<構成要素>.cpu > 80%\" のように書く",
        "write it as \"errors > 5%\", \"<journey>.p95 > 1s\", \"<journey>.rate > 100/s\" or \"<component>.cpu > 80%\"",
    )
}

/// An order for a stage that is not there.
pub fn pipeline_no_stage(stage: &str) -> Phrase {
    Phrase::new(format!("`{stage}` という段はありません"), format!("there is no stage `{stage}`"))
}

/// What is said of a pod that stops is said of something that has none, or of a set that nothing goes to.
pub fn idle_stop(field: &str) -> Phrase {
    Phrase::new(
        format!("`{field}` は使われない。要求が届いているうちに止まる Pod がない"),
        format!("`{field}` does nothing here: no pod stops while requests still reach it"),
    )
}

/// What it is for.
pub fn idle_stop_help() -> Phrase {
    Phrase::new(
        "rolling、canary、flag で service を出すときに書く。blue-green は切り替え後に古い組を止める",
        "it is for a service rolled out by `rolling`, `canary` or `flag`; blue-green stops the old set after the switch",
    )
}

/// A stage waits for something that is no earlier stage.
pub fn pipeline_after(stage: &str, name: &str) -> Phrase {
    Phrase::new(
        format!("段 {stage} が待つ {name} は、それより前の段ではない"),
        format!("stage `{stage}` waits for `{name}`, which is no stage before it"),
    )
}

/// Which there are.
pub fn pipeline_after_help(known: &[&str]) -> Phrase {
    if known.is_empty() {
        return Phrase::new("最初の段は何も待てない", "the first stage can wait for nothing");
    }
    let list = known.join(", ");
    Phrase::new(format!("前にある段は {list}"), format!("stages before it: {list}"))
}

/// The shares of a rollout do not rise to all.
pub fn rollout_steps() -> Phrase {
    Phrase::new("段の割合が 100 % まで増えていない", "the steps do not rise to 100 %")
}

/// What they look like.
pub fn rollout_steps_help() -> Phrase {
    Phrase::new(
        "[\"10%\", \"50%\", \"100%\"] のように、増える順に書き、100 % で終える",
        "write rising shares that end at all, such as [\"10%\", \"50%\", \"100%\"]",
    )
}

/// The first sentence: what the stated ways spend of the budget.
pub fn verdict(name: &Phrase, minutes: f64, budget: Option<f64>, per_day: f64, bad: f64) -> Phrase {
    both(|lang| {
        let spends = duration(minutes * 60.0, lang).join();
        let (name, bad) = (name.get(lang), percent(bad).join());
        let releases = plain(per_day);
        let plural = if (per_day - 1.0).abs() < 1e-9 { "" } else { "s" };
        let of = budget.map(|budget| {
            let share = percent(minutes / budget).join();
            let budget = duration(budget * 60.0, lang).join();
            match lang {
                Lang::Ja => format!("、エラー予算 {budget}の {share}"),
                Lang::En => format!(", {share} of the error budget of {budget}"),
            }
        });
        let of = of.unwrap_or_default();
        match lang {
            Lang::Ja => {
                format!("{name}: 一日 {releases} 回、うち {bad} が不良なら、30 日で平均 {spends}{of}を使う。")
            }
            Lang::En => format!(
                "{name}: at {releases} release{plural} a day of which {bad} are bad, 30 days spend {spends} on average{of}."
            ),
        }
    })
}
