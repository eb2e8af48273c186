//! What the product says about controls.

use super::{Lang, Phrase, Words, words};

/// Names of what is known of a control: contradicted, absent, stated, in part, declared, shown.
pub const STATES: [Words; 6] = [
    words("✗ 反している", "✗ contradicted"),
    words("− 記載なし", "− absent"),
    words("? 言明のみ", "? only stated"),
    words("◐ 一部", "◐ in part"),
    words("✓ 申告", "✓ declared"),
    words("✓ 構成が示す", "✓ shown"),
];

/// How many of each, in the order of [`STATES`].
pub fn summary(counts: [usize; 6], lang: Lang) -> String {
    let all: usize = counts.iter().sum();
    let [gap, absent, stated, part, declared, met] = counts;
    match lang {
        Lang::Ja => format!(
            "統制 {all} 件のうち、構成が示すもの {met}、申告 {declared}、一部 {part}。構成が反しているもの {gap}、言明のみ {stated}、記載なし {absent}。"
        ),
        Lang::En => format!(
            "Of {all} controls the graph shows {met}, people declare {declared}, {part} are shown in part; it contradicts {gap}, {stated} are only stated, {absent} are absent."
        ),
    }
}

fn list(ids: &[impl AsRef<str>], lang: Lang) -> String {
    let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
    ids.join(if lang == Lang::Ja { "、" } else { ", " })
}

/// No evidence was written.
pub fn no_evidence() -> Phrase {
    Phrase::new("証拠は書かれていない", "no evidence is written down")
}

/// People say it is done.
pub fn declared(evidence: &Phrase) -> Phrase {
    Phrase::new(format!("済と申告: {}", evidence.ja), format!("declared as done: {}", evidence.en))
}

/// Neither plan nor graph has it.
pub fn absent() -> Phrase {
    Phrase::new("計画にも構成にもない", "neither in the plan nor in the graph")
}

/// Only the plan says so.
pub fn stated(evidence: &str) -> Phrase {
    Phrase::new(
        format!("計画の言葉だけで、構成は示さない。見せるべきもの: {evidence}"),
        format!("only the plan's word, the graph shows nothing; to be shown: {evidence}"),
    )
}

/// There is no firewall.
pub fn no_waf() -> Phrase {
    Phrase::new("WAF がない", "there is no web firewall")
}

/// There is one, without a rate rule.
pub fn no_rate_rule(id: &str) -> Phrase {
    Phrase::new(format!("{id} に流量の規則がない"), format!("{id} has no rate rule"))
}

/// There is one, with a rate rule.
pub fn waf(id: &str) -> Phrase {
    Phrase::new(
        format!("{id} に流量の規則がある。配信元が CloudFront からだけ受けるかは分からない"),
        format!("{id} has a rate rule; whether the origin admits CloudFront alone is not known"),
    )
}

/// The CDN brings it along.
pub fn shield(id: &str) -> Phrase {
    Phrase::new(
        format!("{id} に標準の防御が付く"),
        format!("{id} brings the vendor's standard protection along"),
    )
}

/// All stores have a standby in another zone.
pub fn multi_az() -> Phrase {
    Phrase::new("すべての保管先が 2 ゾーン以上にある", "every store stands in two zones or more")
}

/// These stand in one zone.
pub fn single_zone(ids: &[&str]) -> Phrase {
    Phrase::new(
        format!("一つのゾーンにしかない: {}", list(ids, Lang::Ja)),
        format!("in one zone only: {}", list(ids, Lang::En)),
    )
}

/// These have no backup.
pub fn no_backup(ids: &[&str]) -> Phrase {
    Phrase::new(
        format!("バックアップがない: {}", list(ids, Lang::Ja)),
        format!("no backup of {}", list(ids, Lang::En)),
    )
}

/// These have no copy in another region.
pub fn no_copy(ids: &[&str]) -> Phrase {
    Phrase::new(
        format!("別リージョンに写しがない: {}", list(ids, Lang::Ja)),
        format!("no copy in another region of {}", list(ids, Lang::En)),
    )
}

/// Backups with copies; restores are not known to be tried.
pub fn backup() -> Phrase {
    Phrase::new(
        "別リージョンに写しのあるバックアップがある。復元の試験は分からない",
        "backups with a copy in another region; whether a restore was ever tried is not known",
    )
}

/// Objects are copied.
pub fn copied() -> Phrase {
    Phrase::new("別リージョンに写しがある", "there is a copy in another region")
}

/// Some data leave the country.
pub fn abroad(home: &str, what: &[String]) -> Phrase {
    Phrase::new(
        format!("{home} の外に置かれるデータ: {}", list(what, Lang::Ja)),
        format!("data kept outside {home}: {}", list(what, Lang::En)),
    )
}

/// All data stay.
pub fn at_home(home: &str) -> Phrase {
    Phrase::new(
        format!("分かっている範囲で、データは {home} に留まる"),
        format!("all data stay in {home}, as far as their regions are known"),
    )
}

/// Something limits requests.
pub fn limited(id: &str) -> Phrase {
    Phrase::new(
        format!("{id} に流量の制限がある。テナントごとかは分からない"),
        format!("{id} limits its rate; whether per tenant is not known"),
    )
}

/// Nothing limits requests.
pub fn unlimited() -> Phrase {
    Phrase::new(
        "利用者の要求を制限するものがない。LLM の費用にも歯止めがない",
        "nothing limits the requests of users, nor what they may cost at the LLM",
    )
}

/// A store of secrets.
pub fn secrets(id: &str) -> Phrase {
    Phrase::new(
        format!("{id} がある。入れ替えは分からない"),
        format!("{id} is there; whether secrets are rotated is not known"),
    )
}

/// None.
pub fn no_secrets() -> Phrase {
    Phrase::new("秘密の保管先が構成にない", "no store of secrets is in the graph")
}

/// Logs go somewhere.
pub fn logging(id: &str) -> Phrase {
    Phrase::new(
        format!("{id} がある。1 年保つかは分からない"),
        format!("{id} is there; whether a year is kept is not known"),
    )
}

/// Somebody is called.
pub fn on_call(alert: &str) -> Phrase {
    Phrase::new(
        format!("アラート {alert} が当番を呼ぶ。72 時間以内の報告の手順は分からない"),
        format!("alert {alert} calls somebody; a procedure for reports within 72 hours is not known"),
    )
}

/// Failed logins are watched.
pub fn watched(alert: &str) -> Phrase {
    Phrase::new(
        format!("アラート {alert} がログインの失敗を見る。ほかの検知は分からない"),
        format!("alert {alert} watches failed logins; other detection is not known"),
    )
}

/// A stage of the pipeline.
pub fn stage(id: &str) -> Phrase {
    Phrase::new(format!("パイプラインに {id} の段がある"), format!("the pipeline has a stage {id}"))
}

/// A second model.
pub fn fallback() -> Phrase {
    Phrase::new(
        "代わりの提供者がある。データ処理の契約は分からない",
        "there is a second provider; contracts about data are not known",
    )
}

/// None.
pub fn no_fallback() -> Phrase {
    Phrase::new("LLM に代わりがない", "the LLM has no second provider")
}

/// Pods follow the load.
pub fn scaled(id: &str) -> Phrase {
    Phrase::new(format!("{id} は負荷に合わせて増える"), format!("{id} follows the load"))
}

/// They do not.
pub fn not_scaled() -> Phrase {
    Phrase::new("どの Pod も負荷に合わせて増えない", "no pods follow the load")
}

/// No procedure to recover.
pub fn no_procedure() -> Phrase {
    Phrase::new("復旧の手順が書かれていない", "no procedure for recovering is written down")
}

/// There is one; it was perhaps never tried.
pub fn procedure() -> Phrase {
    Phrase::new(
        "復旧の手順がある。訓練は分からない",
        "there is a procedure; whether it was ever tried is not known",
    )
}
