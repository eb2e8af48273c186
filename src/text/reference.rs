//! Words of the reference page.

use super::{Phrase, Words, words};

/// Title of the page.
pub const TITLE: Words = words("シナリオの書式、版 1", "The scenario format, version 1");
/// What the page is, and where it comes from.
pub const INTRO: Words = words(
    "シナリオは TOML ファイルひとつです。`schema = 1` で始まります。この頁は、ファイルを読むのと同じ項目の表から作られています。",
    "A scenario is one TOML file that starts with `schema = 1`. This page is made from the same tables of fields that read the file.",
);
/// Heading of the rules.
pub const RULES: Words = words("きまり", "Rules");
/// The rules, one a line.
pub const RULE_LINES: [Words; 7] = [
    words(
        "id を持つものは `[種類.id]` と書く。id は小文字の英数字とハイフン。`[[...]]` は使わない。",
        "What has an id is written `[kind.id]`. Ids are lower-case letters, digits and hyphens. `[[...]]` is not used.",
    ),
    words(
        "書かれていないものは「わからない」であり、0 ではない。既定値は下の表のとおり。",
        "What is absent is unknown, not zero. Defaults are in the tables below.",
    ),
    words(
        "知らない項目は誤り。`x-` で始まる項目は読み飛ばす。",
        "An unknown key is an error. A key that starts with `x-` is ignored.",
    ),
    words(
        "重ね方はひとつ。表は id ごとに合わさり、ほかの値は置き換わり、`remove = [\"component.cache\"]` は取り除く。`extends` と `[tier.*]` に使う。`[platform.*]` は読むだけで、まだ重ねない。",
        "There is one way of overlaying: tables merge by id, other values replace, `remove = [\"component.cache\"]` takes out. `extends` and `[tier.*]` use it; `[platform.*]` is read but not laid over yet.",
    ),
    words(
        "`extends` は同じフォルダー以下の相対パス、二段まで。",
        "`extends` is a relative path within the same folder, two levels at most.",
    ),
    words(
        "`from.<項目>` は値の出どころ(出典か事実の id)。`@lat.alb` のように書くと、事実の値、幅、単位、出典を使う。",
        "`from.<field>` names where a value comes from, a source or a fact. `@lat.alb` takes value, range, unit and source of a fact.",
    ),
    words(
        "呼び出しの順は `steps.<構成要素>` に書く。`\"rds\"`、`\"rds x2\"`(二回)、`\"s3 5%\"`(確率)、`\"redis 90% miss rds\"`(外れたら rds を呼んで詰める)。内側のリストは並行。",
        "`steps.<component>` lists calls in order: `\"rds\"`, `\"rds x2\"` (twice), `\"s3 5%\"` (a chance), `\"redis 90% miss rds\"` (on a miss call rds, then fill). An inner list runs in parallel.",
    ),
];
/// Heading of the quantities.
pub const QUANTITIES: Words = words("量の書き方", "Quantities");
/// A range beside a distribution.
pub const RANGE: Words = words(
    "`\"30/h (10/h..60/h)\"` は、仮定の値とその幅。要求ごとに変わる量は分布で書く。",
    "`\"30/h (10/h..60/h)\"` is an assumed value with its range. What varies from request to request is a distribution.",
);
/// Heading of the distributions.
pub const DISTRIBUTIONS: Words = words("分布", "Distributions");
/// Heading of the keys at the top of a file.
pub const TOP: Words = words("ファイルの先頭の項目", "Keys at the top of the file");
/// Heading of the fields that every table takes.
pub const EVERYWHERE: Words = words("どの表にも書ける項目", "Fields of every table");
/// Heading of the tables.
pub const TABLES: Words = words("表", "Tables");
/// Heading of the kinds.
pub const KINDS: Words = words("構成要素の種類", "Kinds of components");
/// Heading of the fields that every component takes.
pub const COMMON: Words = words("どの構成要素にも書ける項目", "Fields of every component");
/// Heading of the limits.
pub const LIMITS: Words = words("上限", "Limits");
/// A table without fields of its own.
pub const NO_FIELDS: Words = words("固有の項目はない。", "It has no fields of its own.");
/// Heads of the columns: field, value, default, meaning.
pub const COLUMNS: [Words; 4] =
    [words("項目", "Field"), words("値", "Value"), words("既定", "Default"), words("意味", "Meaning")];
/// A field that must be there.
pub const REQUIRED: Words = words("必須", "required");
/// A table that overlays others.
pub const OVERLAYS: Words = words(
    "この中には、ほかの表を重ねて書ける(例: `[tier.t500.component.nodes]`)。",
    "Other tables may be laid over from within (`[tier.t500.component.nodes]`).",
);

/// What no engine looks at yet.
pub fn later() -> Phrase {
    Phrase::new("(読むだけで、まだ計算には使わない)", "(read, but not modelled yet)")
}

/// The limits of a file.
pub fn limits(mebibytes: usize, nesting: usize, components: usize, calls: usize) -> Phrase {
    Phrase::new(
        format!(
            "本文 {mebibytes} MiB、入れ子 {nesting}、構成要素 {components}、呼び出し {calls}。超えると誤り。"
        ),
        format!(
            "{mebibytes} MiB of text, nesting {nesting}, {components} components, {calls} calls; more is an error."
        ),
    )
}

/// Smallest and largest value.
pub fn between(low: &str, high: &str) -> Phrase {
    Phrase::new(format!("{low} から {high}。"), format!("From {low} to {high}."))
}
