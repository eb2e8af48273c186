//! Sentences about what stands in a file and changes no answer: fields, tables and names that nothing uses.

use super::Phrase;

/// A field that nothing looks at where it stands; `condition` says where something would.
pub fn unused_field(path: &str, field: &str, condition: &Phrase) -> Phrase {
    Phrase::new(
        format!("`{path}` の `{field}` はここでは何も変えません({})", condition.ja),
        format!("`{field}` of `{path}` changes nothing here: it is used {}", condition.en),
    )
}

/// Help for it.
pub fn unused_field_help(field: &str) -> Phrase {
    Phrase::new(
        format!("`{field}` を消すか、使われるように書き足してください"),
        format!("take `{field}` out, or state what makes use of it"),
    )
}

/// A fault whose value changes nothing.
pub fn why_idle(field: &str) -> Phrase {
    Phrase::new(
        format!("`{field}` がこの値では何も変わらない"),
        format!("with this `{field}` nothing changes"),
    )
}

/// A journey asks a language model and does not say how many tokens it takes.
pub fn no_tokens(component: &str, journey: &str, streams: bool, limited: bool) -> Phrase {
    let (ja, en) = match (streams, limited) {
        (true, true) => (
            "応答時間も枠の使い方も料金も",
            "how long it streams, what it takes of the quota and what it costs",
        ),
        (true, false) => ("応答時間も料金も", "how long it streams and what it costs"),
        (false, true) => ("枠の使い方も料金も", "what it takes of the quota and what it costs"),
        (false, false) => ("料金が", "what it costs"),
    };
    Phrase::new(
        format!("`{component}` に来るジャーニー `{journey}` にトークン数がなく、{ja}分かりません"),
        format!("the journey `{journey}` comes to `{component}` without `tokens`, so {en} is unknown"),
    )
}

/// What to state.
pub fn no_tokens_help(journey: &str) -> Phrase {
    Phrase::new(
        format!("`journey.{journey}.tokens` に in と out を書く"),
        format!("state `in` and `out` of `journey.{journey}.tokens`"),
    )
}

/// Why a verdict stays open.
pub fn tokens_open(component: &str, journey: &str) -> Phrase {
    Phrase::new(
        format!(
            "`journey.{journey}.tokens` が書かれておらず、{component} での時間と枠を数えていないので、決められない。"
        ),
        format!(
            "`journey.{journey}.tokens` is not stated, so its time and its share of the quota at {component} are not in this figure, and it is open."
        ),
    )
}

/// More replicas than there are.
pub fn more_than_there_are(id: &str, count: u32, there: usize) -> Phrase {
    Phrase::new(
        format!("障害 `{id}` の `count` は {count} ですが、複製は {there} つです"),
        format!("`count` of the fault `{id}` is {count}, and there are {there} replicas"),
    )
}

/// Help for it.
pub fn more_than_there_are_help(there: usize) -> Phrase {
    Phrase::new(format!("{there} までにしてください"), format!("state at most {there}"))
}

/// A field that is read and that no engine looks at yet.
pub fn not_modelled(path: &str, field: &str) -> Phrase {
    Phrase::new(
        format!("`{path}` の `{field}` はまだどの計算にも入っていません"),
        format!("`{field}` of `{path}` enters no answer yet: it is not modelled"),
    )
}

/// Help for it.
pub fn not_modelled_help(field: &str) -> Phrase {
    Phrase::new(
        format!("答えは `{field}` がないときと同じです。別の項目で言えるかを見てください"),
        format!("every answer is the same as without `{field}`; see whether another field says it"),
    )
}

/// Used with one of these words beside it, each as it would be written.
pub fn with_word(written: &[String]) -> Phrase {
    Phrase::new(
        format!("{} のときに使われます", written.join(" か ")),
        format!("with {}", written.join(" or ")),
    )
}

/// Used with one of these fields beside it.
pub fn with(names: &[String]) -> Phrase {
    Phrase::new(
        format!("{} と併せて使われます", names.join(" か ")),
        format!("together with {}", names.join(" or ")),
    )
}

/// Used without these fields beside it.
pub fn without(names: &[String]) -> Phrase {
    Phrase::new(
        format!("{} がないときに使われます", names.join(" も ")),
        format!("only without {}", names.join(" and ")),
    )
}

/// Used where another field is larger than this.
pub fn over(name: &str, least: u32) -> Phrase {
    Phrase::new(
        format!("`{name}` が {least} より大きいときに使われます"),
        format!("where `{name}` is above {least}"),
    )
}

/// Used in tables of other kinds only.
pub fn elsewhere() -> Phrase {
    Phrase::new("使うのは別の種類だけです", "by other kinds only")
}

/// A field that nothing looks at, for this reason.
pub fn unused_because(path: &str, field: &str, why: &Phrase) -> Phrase {
    Phrase::new(
        format!("`{path}` の `{field}` はここでは何も変えません({})", why.ja),
        format!("`{field}` of `{path}` changes nothing here: {}", why.en),
    )
}

/// A component that no journey reaches.
pub fn unreached(id: &str) -> Phrase {
    Phrase::new(
        format!("どのジャーニーも `{id}` に届きません。費用と復旧のほかには何も効きません"),
        format!("no journey reaches `{id}`: it counts for cost and recovery alone"),
    )
}

/// Help for it.
pub fn unreached_help() -> Phrase {
    Phrase::new(
        "呼ぶ側の `to` かジャーニーの `steps` に書いてください",
        "name it in a caller's `to` or in a journey's `steps`",
    )
}

/// A fault that nothing feels.
pub fn unfelt(id: &str, why: &Phrase) -> Phrase {
    Phrase::new(
        format!("障害 `{id}` は何にも響きません({})", why.ja),
        format!("nothing feels the fault `{id}`: {}", why.en),
    )
}

/// Help for it.
pub fn unfelt_help() -> Phrase {
    Phrase::new("要求の通り道にあるものを `on` に書いてください", "name something on a request's way in `on`")
}

/// A journey without a request.
pub fn unsent(id: &str) -> Phrase {
    Phrase::new(
        format!("ジャーニー `{id}` の要求はひとつも来ません"),
        format!("not one request of the journey `{id}` ever comes"),
    )
}

/// A target on one, beside it.
pub fn unsent_target() -> Phrase {
    Phrase::new("これについての目標", "this target is about it")
}

/// An alert on one, beside it.
pub fn unsent_alert() -> Phrase {
    Phrase::new("これを見るアラート", "this alert looks at it")
}

/// Help for it.
pub fn unsent_help() -> Phrase {
    Phrase::new(
        "頻度、利用者の数、使っている人の割合のどれかが 0 です。0 より大きくしてください",
        "its rate, the users or the share of them that is active is 0: state more than that",
    )
}

/// An alert that cannot ring.
pub fn silent(id: &str, why: &Phrase) -> Phrase {
    Phrase::new(
        format!("アラート `{id}` は鳴りません({})", why.ja),
        format!("the alert `{id}` can never ring: {}", why.en),
    )
}

/// Help for it.
pub fn silent_help() -> Phrase {
    Phrase::new(
        "測れるのは `errors`、`<ジャーニー>.errors`、`.p95` など、`.rate`、`.failed`、`<構成要素>.cpu` です",
        "measured are `errors`, `<journey>.errors`, `.p95` and the like, `.rate`, `.failed`, `<component>.cpu`",
    )
}

/// A source for a value that is not stated.
pub fn source_of_nothing(path: &str, key: &str) -> Phrase {
    Phrase::new(
        format!("`{path}.from` は `{key}` の出どころを言いますが、`{key}` がありません"),
        format!("`{path}.from` says where `{key}` comes from, and there is no `{key}`"),
    )
}

/// Help for it.
pub fn source_of_nothing_help(key: &str) -> Phrase {
    Phrase::new(
        format!("`{key}` を書くか、`from` から消してください"),
        format!("state `{key}`, or take it out of `from`"),
    )
}

/// An overlay of something that is not there, where something of nearly that name is.
pub fn overlay_of_nothing(kind: &str, id: &str) -> Phrase {
    Phrase::new(
        format!("`{kind}.{id}` は重ねる相手のない新しい表です"),
        format!("`{kind}.{id}` is laid over nothing: it is a new table"),
    )
}

/// Reasons, as clauses.
macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: &str),*) => $ja:literal, $en:literal;)*) => {
        $($(#[$doc])* pub fn $name($($arg: &str),*) -> Phrase { Phrase::new(format!($ja), format!($en)) })*
    };
}

reasons! {
    /// No queue looks at ranks.
    why_no_ranks() => "通り道に順位を見る行列がありません", "no queue on its way looks at ranks";
    /// Nobody counts tokens.
    why_no_tokens() => "通り道にトークンを数えるものがありません", "nothing on its way counts tokens";
    /// Users who wait for their answer.
    why_closed() => "閉じた系では答えと `think` が次の要求を決めます", "in a closed system the answer and `think` decide when the next request comes";
    /// The journey goes another way.
    why_elsewhere(journey: &str, component: &str) => "`{journey}` は `{component}` を通りません", "`{journey}` never comes to `{component}`";
    /// An empty place.
    why_nothing_there() => "そこには要求の通り道にあるものがありません", "nothing that requests need stands there";
    /// An unreached component.
    why_nobody_comes(component: &str) => "`{component}` を通る要求がありません", "no request comes to `{component}`";
    /// A signal nobody measures.
    why_not_measured(when: &str) => "`{when}` を測るものがありません", "nothing measures `{when}`";
    /// Used for another kind.
    why_of_kind(kind: &str) => "効くのは {kind} のときだけです", "it matters for a component of kind {kind} only";
    /// The component lacks a field.
    why_without(field: &str) => "その構成要素に `{field}` がありません", "the component states no `{field}`";
    /// A remark.
    why_for_readers() => "読み手のためのものです", "it is for whoever reads the file";
    /// Stated before.
    why_stated_before(other: &str) => "`{other}` がもう言っています", "`{other}` has stated it already";
    /// Nothing to slow down.
    why_no_work(component: &str) => "`{component}` に遅くなる仕事がありません", "`{component}` has no work that could slow down";
    /// Nothing to forget.
    why_nothing_cached(component: &str) => "`{component}` は何も覚えていません", "`{component}` keeps nothing that could be forgotten";
    /// Nobody whose arrivals grow.
    why_nobody_spikes() => "到着が増えるジャーニーがありません", "there is no journey whose arrivals could grow";
    /// Tiers have their own.
    why_tiers() => "このファイルでは段階が決めます", "the tiers of this file state it";
    /// Nobody follows the users.
    why_no_rate() => "`rate` を持つジャーニーがありません", "no journey has a `rate` per active user";
}

/// A queue that calls something.
pub fn queue_calls(id: &str) -> Phrase {
    Phrase::new(
        format!("キュー `{id}` の先は扱えません。預ける側は取り出す側を待ちません"),
        format!(
            "nothing behind the queue `{id}` is modelled: who hands over does not wait for the consumers"
        ),
    )
}

/// Help for it.
pub fn queue_calls_help() -> Phrase {
    Phrase::new(
        "ここで終わりにし、取り出す側は別のジャーニーとして書いてください",
        "end here, and state what the consumers do as a journey of its own",
    )
}
