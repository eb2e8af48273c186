//! What the product says about alerts.

use super::numbers::{both, duration, percent, plain};
use super::{Lang, Phrase};

/// The file has no alerts.
pub fn none() -> Phrase {
    Phrase::new(
        "アラートが書かれていない。[alert.<id>] に when = \"errors > 5%\" などを書く。",
        "The file has no alerts: write one, such as [alert.<id>] with when = \"errors > 5%\".",
    )
}

/// A fault that is not simulated.
pub fn not_simulated(fault: &Phrase) -> Phrase {
    both(|lang| match lang {
        Lang::Ja => format!("{}: まだシミュレーションできない障害なので、気づくかは分からない。", fault.ja),
        Lang::En => format!("{}: not simulated yet, so who would notice it is unknown.", fault.en),
    })
}

/// Who notices a fault: the chance, the median and p95 until then in seconds, the rule that is first, and the share of requests
/// that fails meanwhile.
pub fn detection(
    fault: &Phrase,
    chance: f64,
    after: Option<(f64, f64)>,
    first: Option<&str>,
    errors: Option<f64>,
) -> Phrase {
    both(|lang| {
        let name = fault.get(lang);
        let errors = errors.map(|e| percent(e).join());
        let failing = match (&errors, lang) {
            (Some(e), Lang::Ja) => format!("その間 {e} の要求が失敗する"),
            (Some(e), Lang::En) => format!("{e} of the requests fail while it lasts"),
            (None, _) => String::new(),
        };
        let (Some((p50, p95)), Some(first)) = (after, first) else {
            return match lang {
                Lang::Ja if failing.is_empty() => format!("{name}: どのアラートも鳴らない。"),
                Lang::En if failing.is_empty() => format!("{name}: no alert fires."),
                Lang::Ja => format!("{name}: どのアラートも鳴らない。{failing}。"),
                Lang::En => format!("{name}: no alert fires; {failing}."),
            };
        };
        let (p50, p95) = (duration(p50, lang).join(), duration(p95, lang).join());
        let share = if chance < 1.0 {
            match lang {
                Lang::Ja => format!("{} の場合に", percent(chance).join()),
                Lang::En => format!(" in {} of the runs", percent(chance).join()),
            }
        } else {
            String::new()
        };
        match lang {
            Lang::Ja => {
                format!(
                    "{name}: {share}{first} が最初に鳴る。始まりから p50 {p50}、p95 {p95} 後。{failing}。"
                )
            }
            Lang::En => {
                format!(
                    "{name}: {first} is the first to fire{share}, {p50} (p50) to {p95} (p95) after its begin; {failing}."
                )
            }
        }
    })
}

/// What a rule looks at is not modelled.
pub fn not_modelled(id: &str, when: &str) -> Phrase {
    Phrase::new(
        format!("{id}: 「{when}」が見る値はモデルにないので、鳴るかは分からない。"),
        format!("{id}: what `{when}` looks at is not modelled, so whether it fires is unknown."),
    )
}

/// A rule that fires without a fault, so often an hour.
pub fn false_alarms(id: &str, per_hour: f64, peak: &Phrase) -> Phrase {
    both(|lang| {
        let (n, peak) = (plain(per_hour), peak.get(lang));
        match lang {
            Lang::Ja => format!("{id}: 障害がなくても 1 時間に {n} 回鳴る(平常の最高は {peak})。"),
            Lang::En => {
                format!("{id}: fires {n} times an hour without any fault (the quiet peak is {peak}).")
            }
        }
    })
}

/// Another threshold sees faults that this one misses, or is quiet.
pub fn suggested(id: &str, now: &Phrase, better: &Phrase) -> Phrase {
    both(|lang| {
        let (now, better) = (now.get(lang), better.get(lang));
        match lang {
            Lang::Ja => {
                format!("{id}: 閾値は {now} より {better} がよい。平常より高く、見つけられる障害より低い。")
            }
            Lang::En => format!(
                "{id}: a threshold of {better} in place of {now} lies above what is normal and below the faults that it can see."
            ),
        }
    })
}
