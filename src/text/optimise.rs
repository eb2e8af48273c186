//! Words of the optimiser: what a design can be changed in, and what that does.

use super::{Phrase, Words, words};

/// So many replicas of a service.
pub fn replicas(id: &str, n: u32) -> Phrase {
    let s = if n == 1 { "" } else { "s" };
    Phrase::new(format!("{id} を {n} レプリカ"), format!("{id}: {n} replica{s}"))
}

/// Machines of a node group.
pub fn machines(id: &str, ty: &str, n: u32) -> Phrase {
    Phrase::same(format!("{id}: {ty} × {n}"))
}

/// A way of buying.
pub fn purchase(id: &str, word: &str) -> Phrase {
    match word {
        "on-demand" => Phrase::new(format!("{id} は使った分だけ払う"), format!("{id}: on demand")),
        years => {
            let n = years.trim_end_matches('y');
            let s = if n == "1" { "" } else { "s" };
            Phrase::new(format!("{id} を {n} 年契約"), format!("{id}: committed for {n} year{s}"))
        }
    }
}

/// A database class, alone or with a standby.
pub fn database(id: &str, class: &str, multi: bool) -> Phrase {
    let zones = if multi { "Multi-AZ" } else { "Single-AZ" };
    Phrase::same(format!("{id}: {class}, {zones}"))
}

/// A cache type, alone or with a replica.
pub fn cache(id: &str, ty: &str, multi: bool) -> Phrase {
    let zones = if multi { "× 2, Multi-AZ" } else { "× 1" };
    Phrase::same(format!("{id}: {ty} {zones}"))
}

/// The hit ratio as assumed.
pub fn hits_kept(id: &str) -> Phrase {
    Phrase::new(format!("{id} のヒット率は今のまま"), format!("{id}: hit ratio as it is"))
}

/// A better hit ratio.
pub fn hits(id: &str, ratio: &str) -> Phrase {
    Phrase::new(format!("{id} のヒット率を {ratio} に上げる"), format!("{id}: hit ratio raised to {ratio}"))
}

/// A language model.
pub fn llm(id: &str, model: &str) -> Phrase {
    Phrase::new(format!("{id} のモデルを {model}"), format!("{id}: model {model}"))
}

/// No fallback.
pub fn no_fallback(id: &str) -> Phrase {
    Phrase::new(format!("{id} に代わりなし"), format!("{id}: no fallback"))
}

/// A fallback.
pub fn fallback(id: &str, other: &str) -> Phrase {
    Phrase::new(format!("{id} が失敗したら {other}"), format!("{id}: falls back to {other}"))
}

/// Nothing is ready for the loss of the region.
pub fn no_strategy() -> Phrase {
    Phrase::new("リージョン喪失への備えなし", "nothing ready for the loss of the region")
}

/// A strategy in another region; `soon`: objects are there within a quarter of an hour.
pub fn strategy(word: &str, to: &Phrase, soon: bool) -> Phrase {
    let (ja, en) = match word {
        "backup-restore" => ("バックアップから復元", "backup and restore"),
        "pilot-light" => ("パイロットライト", "pilot light"),
        "warm-standby" => ("ウォームスタンバイ", "warm standby"),
        _ => ("アクティブ・アクティブ", "active-active"),
    };
    let (with_ja, with_en) =
        if soon { ("、複製は 15 分以内", ", objects replicated within 15 min") } else { ("", "") };
    Phrase::new(format!("{}に{ja}{with_ja}", to.ja), format!("{en} in {}{with_en}", to.en))
}

/// The design as it stands.
pub const NOW: Words = words("今の設計", "as it stands");
/// Heading of the front.
pub const FRONT: Words =
    words("費用・停止・遅れのどれかで勝るもの(パレート前線)", "Not beaten in cost, downtime and latency");
/// Heading of the levers.
pub const LEVERS: Words = words("ひとつだけ変えると", "One change alone");

/// Name of a suggestion.
pub fn name(id: &str) -> Phrase {
    match id {
        "cheapest" => Phrase::new("最も安い", "cheapest"),
        "least-change" => Phrase::new("変更が最も少ない", "least change"),
        _ => Phrase::new("最も良い", "best"),
    }
}

/// What the cheapest design costs, and the one as it stands.
pub fn cheapest(cost: &str, now: &str, holds: bool) -> Phrase {
    let (ja, en) = match holds {
        true => ("満たしている", "meets them too"),
        false => ("満たしていない", "does not meet them"),
    };
    Phrase::new(
        format!("届く目標をすべて満たす最も安い設計は {cost}。今の設計は {now} で、{ja}。"),
        format!(
            "The cheapest design that meets every target in reach costs {cost}. As it stands it costs {now} and {en}."
        ),
    )
}

/// No design holds.
pub fn nothing_holds() -> Phrase {
    Phrase::new(
        "届く目標をすべて同時に満たす設計は、調べた中にない。",
        "No design that was looked at meets all targets in reach at once.",
    )
}

/// How sure that is.
pub fn proved(proved: bool, looked_at: u64, designs: &str, book: &str) -> Phrase {
    match proved {
        true => Phrase::new(
            format!(
                "{designs} 通りのうち {looked_at} 通りを調べ、残りはこれより高いか目標に届かないと分かった(価格表 {book}、式による)。"
            ),
            format!(
                "Of {designs} designs {looked_at} were looked at; every other one is dearer or misses a target (price book {book}, by formulas)."
            ),
        ),
        false => Phrase::new(
            format!(
                "{designs} 通りのうち {looked_at} 通りを調べた。これより安い設計がないとは限らない(価格表 {book}、式による)。"
            ),
            format!(
                "Of {designs} designs {looked_at} were looked at; there may be a cheaper one (price book {book}, by formulas)."
            ),
        ),
    }
}

/// A target that nothing meets.
pub fn out_of_reach(id: &str, why: &Phrase, known: bool) -> Phrase {
    match known {
        true => Phrase::new(
            format!("{id} はどの設計でも満たせない。最善でも: {}", why.ja),
            format!("No design meets {id}. At best: {}", why.en),
        ),
        false => Phrase::new(
            format!("{id} はどの設計でも判定できない。{}", why.ja),
            format!("{id} cannot be judged for any design. {}", why.en),
        ),
    }
}

/// Nothing has to be changed.
pub fn as_it_stands() -> Phrase {
    Phrase::new("何も変えない", "nothing is changed")
}

/// Designs left out of a table.
pub fn more(n: usize) -> Phrase {
    Phrase::new(format!("ほかに {n} 通り(JSON にすべて)"), format!("{n} more are in the JSON"))
}

/// What is not known of another language model.
pub fn other_model() -> Phrase {
    Phrase::new(
        "別の言語モデルの答えの質は、ここでは測っていない。試してから選ぶこと。",
        "How good another language model's answers are is not modelled: try it before choosing it.",
    )
}

/// After so many months.
pub fn after_months(n: &str) -> Phrase {
    Phrase::new(format!("{n} か月後"), format!("after {n} months"))
}

/// The cheapest single change that carries the next load.
pub fn next_step(change: &Phrase, cost: &str, wanted: &str, carries: &str, enough: bool) -> Phrase {
    match enough {
        true => Phrase::new(
            format!("次の一手: {}({cost})。{wanted} テナントに足りる(限界 {carries})。", change.ja),
            format!(
                "Next cheapest step: {} ({cost}). It carries {wanted} tenants; it breaks at {carries}.",
                change.en
            ),
        ),
        false => Phrase::new(
            format!(
                "ひとつの変更では {wanted} テナントに届かない。最も効くのは {}({cost})で、限界は {carries}。",
                change.ja
            ),
            format!(
                "No single change carries {wanted} tenants. The one that carries most: {} ({cost}), up to {carries}.",
                change.en
            ),
        ),
    }
}

/// At one end of an assumption's range there is no steady state.
pub const OVERLOAD: Words = words("過負荷", "overload");

/// Label of the tab.
pub const TAB: Words = words("最適化", "Optimise");
/// Label of the choice of a suggestion.
pub const SUGGESTIONS: Words = words("提案", "Suggestion");
/// The button that searches further.
pub const THOROUGHLY: Words = words(
    "最安を証明するまで調べ、シミュレーションで確かめる(1分ほど)",
    "Search until the cheapest is proved, and simulate what is suggested (about a minute)",
);
/// What downtime costs is not stated.
pub fn no_downtime_cost() -> Phrase {
    Phrase::new(
        "停止の損失は書かれていないので不明。稼働率の目標に `downtime = \"¥300,000/h\"` のように書くと、避ける費用と並べる。",
        "What downtime costs is not stated, so it is unknown. An uptime target that says `downtime = \"¥300,000/h\"` sets it beside what avoiding it costs.",
    )
}

/// The button that puts a design into the file.
pub const APPLY: Words = words("この変更をファイルに書き込む", "Write these changes into the file");

/// Figures of a design.
pub fn figures(cost: &str, downtime: &str, latency: &str) -> Phrase {
    Phrase::new(
        format!("{cost}、停止 {downtime}、遅れは上限の {latency}"),
        format!("{cost}, {downtime} down, latency at {latency} of its limit"),
    )
}

/// Without a cost designs cannot be compared.
pub fn no_cost(book: &str) -> Phrase {
    Phrase::new(
        format!(
            "この構成の費用は価格表 {book} では分からないため、設計を比べられない。`plimsoll cost` が値段のないものを挙げる。"
        ),
        format!(
            "Price book {book} does not tell what this design costs, so designs cannot be compared. `plimsoll cost` names what has no price."
        ),
    )
}
