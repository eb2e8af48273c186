//! Sentences about what is wrong in a scenario file, and what to do about it.

use super::Phrase;

/// Defines functions that fill the same arguments into a Japanese and an English sentence.
macro_rules! sentences {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $ty:ty),*) => $ja:literal, $en:literal;)*) => {
        $($(#[$doc])* pub fn $name($($arg: $ty),*) -> Phrase { Phrase::new(format!($ja), format!($en)) })*
    };
}

sentences! {
    /// The text is no TOML.
    syntax(details: &str) => "TOML として読めません: {details}", "not readable as TOML: {details}";
    /// Help for it.
    syntax_help() => "この位置の引用符、括弧、等号を確かめてください", "check quotes, brackets and equal signs at this place";
    /// Over the limit of bytes.
    too_large(got: usize, most: usize) => "ファイルが大きすぎます({got} バイト、上限 {most})", "the file is too large: {got} bytes, at most {most}";
    /// Help for it.
    too_large_help(most: usize) => "表を減らして {most} バイトに収めてください。結果や記録はシナリオに書きません", "state less, within {most} bytes; results and logs do not belong into a scenario";
    /// Over the limit of nesting.
    too_deep(most: usize) => "入れ子が深すぎます(上限 {most})", "nested too deep: at most {most} levels";
    /// Help for it.
    too_deep_help() => "`[種類.id]` の表とひと重の `{{ … }}` で書けます", "a table `[kind.id]` and one level of `{{ … }}` are enough";
    /// Over the limit of things.
    too_many(what: &str, got: usize, most: usize) => "{what} が多すぎます({got} 個、上限 {most})", "too many entries in `{what}`: {got}, at most {most}";
    /// Help for it.
    too_many_help(most: usize) => "{most} 個までにしてください。同じものは `replicas` や `count` でまとめられます", "keep to {most}; what is alike can share one entry with `replicas` or `count`";
    /// A crew for more units than wait for one.
    crew_of_too_many(id: &str, got: usize, most: usize) => "{id} の {got} 単位が順番を待つ計算はできません(上限 {most})", "{id} has {got} units, of which at most {most} can wait for a crew";
    /// How to mend it.
    crew_of_too_many_help() => "`repair-crew` を書かなければ、それぞれ独立に修復されます", "leave out `repair-crew`: then each is repaired independently";
    /// TOML 1.1.
    newer_toml() => "インラインの表の中の改行は TOML 1.1 の書き方です", "a line break inside an inline table is TOML 1.1";
    /// Help for it.
    newer_toml_help() => "ほかのツールのために一行で書いてください", "write it on one line, for other tools";
    /// No schema.
    missing_schema() => "`schema` がありません", "`schema` is missing";
    /// Help for it.
    missing_schema_help() => "先頭に `schema = 1` と書いてください", "write `schema = 1` as the first key";
    /// Made for a later version.
    newer_schema(got: i64, known: i64) => "このファイルは schema {got} です。この版が読めるのは {known} までです", "this file is schema {got}; this version reads up to {known}";
    /// Help for it.
    newer_schema_help() => "Plimsoll を新しい版にしてください", "use a newer version of Plimsoll";
    /// Nonsense version.
    bad_schema() => "`schema` は 1 でなければなりません", "`schema` must be 1";
    /// A look-up without a hit ratio.
    no_hit_ratio(cache: &str) => "`{cache}` のヒット率が分かりません", "nothing says how often `{cache}` hits";
    /// Help for it.
    no_hit_ratio_help() => "手順に `redis 90% miss rds` のように書くか、キャッシュに `popularity` を書いてください", "write a share such as `redis 90% miss rds`, or give the cache a `popularity`";
    /// A key nobody knows.
    unknown_field(key: &str, path: &str) => "`{path}` に `{key}` という項目はありません", "unknown field `{key}` in `{path}`";
    /// A list that chooses nothing.
    empty_list(field: &str) => "`{field}` のリストが空です", "the list `{field}` is empty";
    /// Help for it.
    empty_list_help(field: &str) => "少なくともひとつ書くか、`{field}` の行を消してください", "name at least one, or take the line `{field}` out";
    /// A list that names one thing twice.
    listed_twice(item: &str, field: &str) => "`{field}` に `{item}` が二度あります", "`{item}` stands twice in `{field}`";
    /// Help for it.
    listed_twice_help() => "ひとつにしてください", "state it once";
    /// Help for a day that no calendar has.
    bad_date_help() => "`\"2026-12\"` か `\"2026-12-24\"` のように、暦にある月か日を書いてください", "write a month or a day of the calendar, like `\"2026-12\"` or `\"2026-12-24\"`";
    /// A time zone that nobody has.
    unknown_timezone(name: &str) => "時間帯 `{name}` はありません", "there is no time zone `{name}`";
    /// A time zone without a profile to move.
    idle_timezone() => "この時間帯は結果を変えません: 移す既製の型(`office-jp` など)がなく、時刻はこのファイルのものです", "this time zone changes no answer: the hours are the file's own, there is no shipped profile such as `office-jp` to move";
    /// Help for it.
    idle_timezone_help() => "時刻の意味を書いておくためなら残し、そうでなければ消してください", "keep it to say what the hours mean, or take it out";
    /// A time zone with summer time.
    summer_time(name: &str) => "`{name}` には夏時間がありますが、週の型は標準時で数えます", "`{name}` has summer time; the hours of the week are those of its standard time";
    /// Help for it.
    summer_time_help() => "夏の時刻で見るには `\"+01:00\"` のように UTC との差を書いてください", "to look at the hours of summer state the offset, like `\"+01:00\"`";
    /// A spike that does not begin and end with the hour.
    rounded_spike(id: &str, from: &str, hours: usize) => "山 `{id}` は {from} から {hours} 時間として扱います: 週は一時間ごとです", "the spike `{id}` is taken from {from} for {hours} h: the week is made of whole hours";
    /// Help for it.
    rounded_spike_help() => "正時に始め、長さも一時間の倍数にしてください", "begin at a full hour and last whole hours";
    /// A call stated twice.
    call_twice(from: &str, to: &str) => "`{from}` から `{to}` への呼び出しの方針が二つあります", "the policy of the call from `{from}` to `{to}` is stated twice";
    /// Help for it.
    call_twice_help() => "ひとつの `[call]` にまとめてください", "put both into one `[call]`";
    /// A table nobody knows.
    unknown_table(key: &str) => "`{key}` という表や項目はありません", "there is no table or key `{key}`";
    /// A fact of one's own whose unit is no quantity.
    own_fact_unit(id: &str, unit: &str) => "事実 `{id}` の単位 `{unit}` は書き換えられる量ではありません", "the unit `{unit}` of the fact `{id}` is no quantity that can be stated";
    /// Help for facts of one's own.
    own_fact_help() => "計算に使われる事実は `sensitivity` と `availability` の表に id で出ます", "the facts that an answer rests on stand with their ids in `sensitivity` and `availability`";
    /// A fact of one's own that nothing uses.
    idle_fact(id: &str) => "この構成は事実 `{id}` を使いません", "nothing here uses the fact `{id}`";
    /// One fix.
    did_you_mean(near: &str) => "`{near}` のことですか", "did you mean `{near}`?";
    /// A key that must be there.
    missing_field(path: &str, field: &str) => "`{path}` に `{field}` がありません", "`{path}` has no `{field}`";
    /// A word that is not allowed.
    bad_choice(text: &str, field: &str) => "`{field}` に `{text}` は使えません", "`{text}` is not possible for `{field}`";
    /// A number without unit.
    add_unit(text: String) => "`\"{text}\"` のように書いてください", "write it like `\"{text}\"`";
    /// Money without period.
    missing_period(text: &str) => "`{text}` には期間がありません", "`{text}` has no period";
    /// No such unit.
    unknown_unit(unit: &str, text: &str) => "`{text}` の `{unit}` という単位はありません", "`{unit}` in `{text}` is no unit";
    /// No such fact.
    unknown_fact(id: &str) => "`@{id}` という事実はありません", "there is no fact `@{id}`";
    /// A distribution where none can be.
    no_distribution(text: &str) => "ここには分布を書けません: `{text}`", "a distribution cannot stand here: `{text}`";
    /// A range after a distribution.
    range_of_distribution(text: &str) => "分布には幅を付けられません: `{text}`", "a distribution takes no range: `{text}`";
    /// A range that does not hold its value.
    bad_range(text: &str) => "値が幅の中にありません: `{text}`", "the value lies outside its own range: `{text}`";
    /// Help for it.
    bad_range_help() => "`\"30/h (10/h..60/h)\"` のように、下限 ≤ 値 ≤ 上限で書いてください", "write low ≤ value ≤ high, like `\"30/h (10/h..60/h)\"`";
    /// Outside the limits.
    out_of_range(field: &str) => "`{field}` の値が範囲外です", "`{field}` is out of range";
    /// The limits.
    limits(low: &str, high: &str) => "{low} から {high} までの値にしてください", "use a value from {low} to {high}";
    /// A fraction where a whole number is needed.
    not_whole(field: &str) => "`{field}` は整数でなければなりません", "`{field}` must be a whole number";
    /// No such distribution.
    unknown_distribution(name: &str) => "`{name}` という分布はありません", "there is no distribution `{name}`";
    /// The ones there are.
    distributions() => "使えるのは constant、exponential、erlang、gamma、hyperexponential、lognormal、weibull、pareto、uniform、triangular、pert、empirical です", "known are constant, exponential, erlang, gamma, hyperexponential, lognormal, weibull, pareto, uniform, triangular, pert and empirical";
    /// Parameters that make none.
    bad_distribution(text: &str) => "`{text}` の引数では分布になりません", "the arguments of `{text}` make no distribution";
    /// A parameter in the wrong unit.
    bad_distribution_unit(text: &str, key: &str) => "`{text}` の `{key}` の単位が違います", "`{key}` of `{text}` is in the wrong unit";
    /// The right syntax.
    write_like(text: &str) => "`\"{text}\"` のように書いてください", "write it like `\"{text}\"`";
    /// Help where nothing of its kind exists.
    none_declared(ja: &str, en: &str) => "このファイルに{ja}はまだありません。先に書いてください", "this file has no {en} yet: add one first";
    /// An id that does not exist.
    unknown_reference(ja: &str, en: &str, id: &str) => "{ja} `{id}` がありません", "there is no {en} `{id}`";
    /// An id in the wrong form.
    bad_id(id: &str) => "id `{id}` に使えない文字があります", "the id `{id}` has characters that ids cannot have";
    /// Help for it.
    bad_id_help(fixed: &str) => "小文字の英数字とハイフンで書いてください(例: `{fixed}`)。表示名は `name` に書けます", "use lower-case letters, digits and hyphens, such as `{fixed}`; the name to show goes into `name`";
    /// `[[...]]`.
    array_of_tables(key: &str) => "`[[{key}]]` は使いません", "`[[{key}]]` is not used here";
    /// Help for it.
    array_of_tables_help(key: &str) => "`[{key}.id]` のように id を付けてください", "give each an id: `[{key}.id]`";
    /// A table where an id is needed.
    not_a_table(key: &str) => "`{key}` の下には表が必要です", "`{key}` needs tables below it";
    /// A name that may lead elsewhere, and leads nowhere.
    failover_of_nothing(id: &str) => "{id} の failover には、いつもの行き先がありません", "the failover of {id} has no usual way";
    /// How to mend it.
    failover_of_nothing_help() => "`to = \"alb\"` のように、ふだんの行き先を書いてください", "say where it usually leads, like `to = \"alb\"`";
    /// A name that leads back to the same.
    failover_to_itself(id: &str, to: &str) => "{id} の切り替え先 {to} は、ふだんの行き先と同じです", "{id} fails over to {to}, where it leads anyway";
    /// How to mend it.
    failover_to_itself_help() => "別の構成要素を書いてください", "name another component";
    /// A call with the wrong key.
    bad_call(id: &str) => "`[call.\"{id}\"]` は二つの構成要素を結びません", "`[call.\"{id}\"]` does not name two components";
    /// Help for it.
    bad_call_help() => "`[call.\"api -> rds\"]` のように書いてください", "write it like `[call.\"api -> rds\"]`";
    /// A policy of a call that nobody makes.
    unused_call(from: &str, to: &str) => "どのジャーニーでも `{from}` は `{to}` を呼びません", "no journey makes `{from}` call `{to}`";
    /// Help for it.
    unused_call_help() => "`[call]` は方針だけを決めます。呼び出しは `to` か `steps` に書いてください", "`[call]` states policy only: make the call with `to` or `steps`";
    /// A step that cannot be read.
    bad_step(text: &str) => "呼び出し `{text}` を読めません", "the step `{text}` cannot be read";
    /// Help for it.
    bad_step_help() => "`\"rds\"`、`\"rds x2\"`、`\"s3 5%\"`、`\"redis 90% miss rds\"` のように書いてください", "write it like `\"rds\"`, `\"rds x2\"`, `\"s3 5%\"` or `\"redis 90% miss rds\"`";
    /// A loop that never ends.
    endless_loop(path: &str, journey: &str) => "ジャーニー `{journey}` の呼び出しが終わりません: {path}", "the calls of journey `{journey}` never end: {path}";
    /// Help for it.
    endless_loop_help() => "輪のどこかに 100% 未満の確率を付けてください", "give one call of the loop a chance below 100%";
    /// Extends a file that was not given.
    extends_missing(name: &str) => "継承元 `{name}` を読めません", "the base `{name}` was not given";
    /// Help for it.
    extends_missing_help() => "同じ場所に置くか、`extends` を直してください", "put it beside this file, or correct `extends`";
    /// Extends too deep or in a circle.
    extends_depth(most: usize) => "`extends` は {most} 段までです", "`extends` may go {most} levels deep";
    /// Help for it.
    extends_depth_help() => "この `extends` を取り、下敷きの中身をひとつ上のファイルに写してください", "take this `extends` out and copy what it brings into the file above";
    /// Not a local relative path.
    extends_path(name: &str) => "`extends` に `{name}` は使えません", "`{name}` cannot be extended";
    /// Help for it.
    extends_path_help() => "同じフォルダー以下の相対パスにしてください", "use a relative path within the scenario's own folder";
    /// A base outside of the scenario's folder.
    extends_leaves(name: &str) => "extends のファイルが、リンクをたどるとフォルダーの外にあります: `{name}`", "the base `{name}` leads out of the scenario's folder";
    /// A base whose name is written with other letters on the disk.
    extends_case(name: &str, found: &str) => "`{name}` はディスク上では `{found}` です(大文字と小文字が違います)", "`{name}` is called `{found}` on the disk: small and large letters differ";
    /// Neither a file nor standard input.
    no_plain_file(name: &str) => "`{name}` はふつうのファイルではありません。標準入力から読むには `-` を渡します", "`{name}` is no plain file; pass `-` to read standard input";
    /// Overlay removes what is not there.
    remove_missing(path: &str) => "`{path}` は存在しないので取り除けません", "`{path}` cannot be removed: it is not there";
    /// Help for it.
    remove_missing_help() => "下敷きにある id を `\"component.cache\"` のように書くか、この行を消してください", "name an id of the base like `\"component.cache\"`, or take the line out";
    /// A platform that the scenario does not have.
    unknown_platform(id: &str) => "プラットフォーム `{id}` がありません", "there is no platform `{id}`";
    /// No such tier.
    unknown_tier(id: &str) => "段階 `{id}` がありません", "there is no tier `{id}`";
    /// A change whose path leads nowhere.
    bad_change(path: &str) => "変更の対象 `{path}` がありません", "the changed value `{path}` does not exist";
    /// Help for it.
    bad_change_help() => "`component.api.replicas` のように、値まで続く道を書いてください", "write a path that ends at a value, like `component.api.replicas`";
    /// A `scale` that states too little to do anything.
    idle_scale(id: &str) => "`{id}` の数は変わりません: scale に足りないものがあります", "`{id}` never scales: its `scale` lacks something";
    /// See `idle_scale`.
    idle_scale_help() => "`max` と、`concurrency` か `cpu` を書いてください。`cpu` には Pod の `cpu.request` も要ります", "state `max`, and `concurrency` or `cpu`; `cpu` also needs the pod's `cpu.request`";
    /// No machine of this type.
    unknown_machine(id: &str) => "機種 `{id}` の CPU とメモリーを知りません", "the CPU and memory of machine type `{id}` are not known";
    /// A lower bound above its upper one, which Kubernetes refuses.
    above(low: &str, high: &str) => "`{low}` が `{high}` を超えています(Kubernetes は受け付けません)", "`{low}` is above `{high}`, which Kubernetes refuses";
    /// Help for it.
    above_help(low: &str, high: &str) => "`{low}` を `{high}` 以下にしてください", "state a `{low}` of at most `{high}`";
    /// A provider whose name nearly is that of one whose prices and outages are known.
    unknown_provider(name: &str) => "`{name}` という事業者の価格も障害の値もありません", "nothing is known of a provider `{name}`: no prices, no outages";
    /// No pod of a service fits.
    nothing_fits(id: &str, on: &str) => "`{id}` の Pod がひとつも `{on}` のノードに載りません", "not one pod of `{id}` fits on the nodes of `{on}`";
    /// Help for it.
    nothing_fits_help(cpu: &str, memory: &str) => "ノードひとつの CPU は {cpu}、メモリーは {memory} です。要求を減らすか機種を大きくしてください", "one node has {cpu} CPU and {memory} memory: ask for less or take a larger type";
    /// A condition that cannot be read.
    bad_condition(text: &str) => "条件 `{text}` を読めません", "the condition `{text}` cannot be read";
    /// Help for it.
    bad_condition_help() => "`\"api.errors < 1%\"`、`\"chat.p95 < 3s\"`、`\"recovered < 10min\"` のように書いてください", "write it like `\"api.errors < 1%\"`, `\"chat.p95 < 3s\"` or `\"recovered < 10min\"`";
    /// A target that says nothing to judge.
    empty_target(id: &str) => "目標 `{id}` に判定する値がありません", "target `{id}` states nothing to judge";
    /// Help for it.
    empty_target_help() => "`p95`、`errors`、`uptime`、`rto`、`rpo`、`cost`、`users` のどれかを書いてください", "state one of `p95`, `errors`, `uptime`, `rto`, `rpo`, `cost`, `users`";
    /// A latency target without a journey.
    target_needs(id: &str, field: &str) => "目標 `{id}` には `{field}` が必要です", "target `{id}` needs `{field}`";
    /// Help for it.
    target_needs_help(field: &str) => "`{field} = \"…\"` を書き足してください", "add `{field} = \"…\"`";
    /// A journey without arrivals.
    no_arrivals(id: &str) => "ジャーニー `{id}` に到着がありません", "journey `{id}` has no arrivals";
    /// Help for it.
    no_arrivals_help() => "`rate`(利用者あたり)、`arrivals`(全体)、`population`(閉じた系)のどれかを書いてください", "state `rate` per active user, `arrivals` in total, or a `population`";
    /// Two ways of arriving.
    two_arrivals(id: &str, one: &str, other: &str) => "ジャーニー `{id}` に到着の書き方が二つあります(`{one}` と `{other}`)", "journey `{id}` states its arrivals in two ways: `{one}` and `{other}`";
    /// A component that is in a journey and cannot serve.
    serves_nothing(id: &str, kind: &str) => "`{id}`({kind})は要求を受けません", "`{id}` ({kind}) serves no requests";
    /// Help for it.
    serves_nothing_help() => "要求を受ける構成要素を呼んでください", "call a component that serves requests";
    /// An arrival process that cannot be read.
    bad_process(text: &str) => "到着の型 `{text}` を読めません", "the arrival process `{text}` cannot be read";
    /// Help for it.
    bad_process_help() => "`\"poisson\"`、`\"deterministic\"`、`\"gamma(mean=1, scv=4)\"`、`\"batch(mean=3)\"`、`\"mmpp(1x 50s, 9x 5s)\"`、`\"trace(1s, 4s)\"` のように書いてください", "write it like `\"poisson\"`, `\"deterministic\"`, `\"gamma(mean=1, scv=4)\"`, `\"batch(mean=3)\"`, `\"mmpp(1x 50s, 9x 5s)\"` or `\"trace(1s, 4s)\"`";
    /// A profile that cannot be read.
    bad_profile() => "`active` を読めないか、一週間ずっと誰もいません", "`active` cannot be read, or nobody is ever active";
    /// Help for it.
    bad_profile_help() => "`\"office-jp\"` などの名前か、0 から 1 までの数 24 個または 168 個のリスト(ひとつは 0 より大きく)にしてください", "use a name such as `\"office-jp\"`, or a list of 24 or 168 numbers between 0 and 1, one of them above 0";
    /// A spike that cannot be read.
    bad_spike(id: &str) => "山 `{id}` を読めません", "the spike `{id}` cannot be read";
    /// Help for it.
    bad_spike_help() => "`{{ at = \"mon 09:00\", for = \"2h\", times = 3 }}` のように書いてください", "write it like `{{ at = \"mon 09:00\", for = \"2h\", times = 3 }}`";
    /// A spike that no journey feels.
    idle_spike(id: &str) => "山 `{id}` はどのジャーニーにも効きません", "no journey feels the spike `{id}`";
    /// Help for it.
    idle_spike_help() => "決まった人数が待っては送る(closed)ものと、時刻を並べたもの(trace)には効きません。`rate` か `arrivals` のジャーニーに効きます", "it multiplies journeys with a `rate` or `arrivals`; closed sessions and traces do not follow it";
    /// A fault on something that does not exist or does not fit.
    bad_fault_place(id: &str, on: &str) => "障害 `{id}` は `{on}` には起こせません", "fault `{id}` cannot happen to `{on}`";
    /// A fault with a missing argument.
    fault_needs(id: &str, field: &str) => "障害 `{id}` には `{field}` が必要です", "fault `{id}` needs `{field}`";
    /// Help for it.
    fault_needs_help(field: &str) => "`{field} = …` を書き足してください", "add `{field} = …`";
    /// A kind of component nobody knows.
    unknown_kind(kind: &str) => "`{kind}` という種類の構成要素はありません", "there is no kind of component called `{kind}`";
    /// Quota beyond what there is.
    too_big(what: &str, got: f64, most: f64) => "`{what}` の合計が大きすぎます({got}、上限 {most})", "`{what}` add up to {got}, at most {most}";
    /// Help for it.
    too_big_help() => "複製を減らすか、いくつかをひとつの速い複製にまとめてください", "state fewer replicas, or one faster replica for several";
}

/// What was expected here.
pub fn expected(what: Phrase) -> Phrase {
    Phrase::new(format!("書けるのは{}", what.ja), format!("expected {}", what.en))
}

/// A number where a quantity with a unit is needed.
pub fn missing_unit(field: &str, number: &str, what: Phrase) -> Phrase {
    Phrase::new(
        format!("`{field} = {number}` には単位がありません(必要なのは{})", what.ja),
        format!("`{field} = {number}` has no unit; it needs {}", what.en),
    )
}

/// The same inside quotes.
pub fn missing_unit_text(text: &str, what: Phrase) -> Phrase {
    Phrase::new(
        format!("`{text}` には単位がありません(必要なのは{})", what.ja),
        format!("`{text}` has no unit; it needs {}", what.en),
    )
}

/// A value of the wrong type.
pub fn wrong_type(field: &str, what: Phrase) -> Phrase {
    Phrase::new(format!("`{field}` に書けるのは{}です", what.ja), format!("`{field}` must be {}", what.en))
}

/// A text that is no value of its type.
pub fn bad_value(text: &str, what: Phrase) -> Phrase {
    Phrase::new(
        format!("`{text}` を読めません(必要なのは{})", what.ja),
        format!("`{text}` cannot be read; it needs {}", what.en),
    )
}

/// A quantity in a unit of another dimension.
pub fn wrong_unit(text: &str, what: Phrase) -> Phrase {
    Phrase::new(
        format!("`{text}` の単位はここでは使えません(必要なのは{})", what.ja),
        format!("`{text}` has the wrong unit here; it needs {}", what.en),
    )
}

/// A fact measured in something else.
pub fn fact_unit(id: &str, unit: &str, what: Phrase) -> Phrase {
    Phrase::new(
        format!("事実 `@{id}` の単位は「{unit}」で、ここでは使えません(必要なのは{})", what.ja),
        format!("the fact `@{id}` is in \"{unit}\" and cannot stand here; it needs {}", what.en),
    )
}

/// Most names that a help lists.
pub const MOST_NAMED: usize = 24;

/// The words that are possible.
pub fn one_of(words: &[&str]) -> Phrase {
    if words.is_empty() {
        return Phrase::new("このファイルにはひとつもありません", "this file has none of them");
    }
    let shown = words.iter().take(MOST_NAMED).map(|w| format!("`{w}`")).collect::<Vec<_>>();
    Phrase::new(format!("使えるのは {} です", shown.join("、")), format!("possible are {}", shown.join(", ")))
}

/// There is none to choose from.
pub fn none_stated(kind: &str) -> Phrase {
    Phrase::new(
        format!("このファイルにはひとつもありません。`[{kind}.<id>]` として書いてください"),
        format!("this file has none of them: state it as `[{kind}.<id>]`"),
    )
}

/// No exchange rate between two currencies.
pub fn no_exchange(from: &str, to: &str) -> Phrase {
    Phrase::new(
        format!("{from} を {to} に換算できない"),
        format!("this amount of {from} cannot be put in {to}, the currency of the verdicts"),
    )
}

/// What to write instead.
pub fn no_exchange_help(to: &str) -> Phrase {
    Phrase::new(format!("{to} で書く"), format!("state it in {to}"))
}

/// Aurora runs on AWS only.
pub fn engine_elsewhere(provider: &str) -> Phrase {
    Phrase::new(format!("Aurora は {provider} にない"), format!("there is no Aurora on `{provider}`"))
}

/// What to write instead.
pub fn engine_elsewhere_help() -> Phrase {
    Phrase::new("engine を postgres か mysql にする", "write engine = \"postgres\" or \"mysql\"")
}

/// A field that only Aurora has.
pub fn aurora_only(field: &str) -> Phrase {
    Phrase::new(
        format!("{field} は Aurora にしかない"),
        format!("`{field}` is a field of Aurora, which this engine is not"),
    )
}

/// What to do about it.
pub fn aurora_only_help() -> Phrase {
    Phrase::new("消すか、engine を aurora-* にする", "remove it, or write engine = \"aurora-postgres\"")
}

/// A standby in another zone without a second unit.
pub fn alone_multi_az(id: &str, units: u32) -> Phrase {
    Phrase::new(
        format!("{id} は multi-az だが {units} 台しかない。引き継ぐものがない"),
        format!("`{id}` is multi-az with {units} node: there is nothing that could take over"),
    )
}

/// What to write instead.
pub fn alone_multi_az_help(fix: &str) -> Phrase {
    Phrase::new(
        format!("{fix} にするか、multi-az = false にする"),
        format!("write {fix}, or multi-az = false"),
    )
}

/// The standby stands where the other is.
pub fn same_zone(id: &str) -> Phrase {
    Phrase::new(
        format!("{id} の待機系が同じゾーンにある。ゾーンごと失われる"),
        format!("the standby of `{id}` stands in the same zone: both are lost together"),
    )
}

/// What to write instead.
pub fn same_zone_help() -> Phrase {
    Phrase::new("別のゾーンにする", "name another zone")
}

/// A field about CPU credits on a machine that has none, or none that are known.
pub fn no_credits(id: &str, field: &str) -> Phrase {
    Phrase::new(
        format!("{id} の機種に CPU クレジットの値がないので、{field} は使われない"),
        format!("no CPU credits are known of the type of `{id}`: `{field}` is not used"),
    )
}

/// Which have.
pub fn no_credits_help() -> Phrase {
    Phrase::new("T2・T3・T3a・T4g にある", "those of T2, T3, T3a and T4g are")
}
