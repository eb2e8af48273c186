//! Sentences about values of a scenario that contradict each other, or of which one makes another idle.

use super::Phrase;

/// Defines functions that fill the same arguments into a Japanese and an English sentence.
macro_rules! sentences {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $ty:ty),*) => $ja:literal, $en:literal;)*) => {
        $($(#[$doc])* pub fn $name($($arg: $ty),*) -> Phrase { Phrase::new(format!($ja), format!($en)) })*
    };
}

/// A call that falls back to itself.
pub fn fallback_circle(id: &str, names: &[&str]) -> Phrase {
    let way = names.join(" -> ");
    Phrase::new(
        format!("呼び出し `{id}` の fallback は自分に戻ります: {way}"),
        format!("the call `{id}` falls back to itself: {way}"),
    )
}

sentences! {
    /// Help for it.
    fallback_circle_help() => "別のものにするか、`fallback` を消してください。ジャーニーごとに違うなら `fallback-for` に書いてください", "name another component, or take one `fallback` out; where it differs by journey say so in `fallback-for`";
    /// Backoff that is longer than it may be.
    cap_below_base(cap: &str, base: &str) => "再試行の待ちの上限 `cap` {cap} が最初の待ち `base` {base} より短くなっています", "the longest wait `cap` of {cap} is below the first wait `base` of {base}";
    /// Help for it.
    cap_below_base_help(base: &str) => "`cap` を {base} 以上にするか、`base` を短くしてください", "state a `cap` of at least {base}, or a shorter `base`";
    /// Two sources of one number.
    stated_twice(id: &str) => "`{id}` の故障が `availability` と `mtbf`・`mttr` の二通りに書かれています", "how often `{id}` fails is stated twice: as `availability`, and as `mtbf` and `mttr`";
    /// The other place.
    stated_here() => "もうひとつはここ", "the other one stands here";
    /// Help for it.
    stated_twice_help() => "全体の実績なら `availability`、一単位の故障なら `mtbf` と `mttr` の、どちらかだけにしてください", "keep one: `availability` is of the whole, `mtbf` and `mttr` are of one unit";
    /// It can never answer.
    too_many_needed(id: &str, needs: u32, units: usize) => "`{id}` には {needs} 単位が要るとありますが、{units} 単位しかありません。決して動きません", "`{id}` needs {needs} units and has {units}: it could never work";
    /// Help for it.
    too_many_needed_help(units: usize) => "`needs` を {units} 以下にするか、単位を増やしてください", "state `needs` of at most {units}, or more units";
    /// Nobody says how long a phase is.
    no_length_of_phase(id: &str) => "工程 `{id}` の長さが分かりません", "nothing says how long the phase `{id}` takes";
    /// Nobody says how long a task is.
    no_length_of_task(id: &str) => "作業 `{id}` の長さが分かりません", "nothing says how long the task `{id}` takes";
    /// A wait that cannot be played.
    no_length_to_wait(id: &str, other: &str) => "作業 `{id}` に長さがないので、別の工程の `{other}` を待てません", "the task `{id}` has no length of its own, so it cannot wait for `{other}` of another phase";
    /// Help for these.
    no_length_help() => "`takes = \"3d\"` のように書いてください。節目なら `takes = \"0d\"` です", "state it, like `takes = \"3d\"`; `takes = \"0d\"` for a milestone";
    /// A journey that never makes a call.
    why_never_calls(journey: &str, call: &str) => "`{journey}` はこの呼び出し `{call}` をしません", "`{journey}` never makes the call `{call}`";
    /// The second request is never sent.
    why_given_up_before(limit: &str) => "その前に `timeout` の {limit} であきらめます", "the call is given up after its `timeout` of {limit}, before that";
    /// Nobody waits for a place.
    why_nobody_waits() => "`queue = 0` なので誰も待ちません", "with `queue = 0` nobody waits";
    /// No retry is ever sent.
    why_no_budget() => "`budget` が 0% なので再試行しません", "with a `budget` of 0% nothing is tried again";
    /// No wait to be long.
    why_no_wait() => "`base` が 0 なので待ちません", "with a `base` of 0 there is no wait";
    /// Nothing that could fail one by one.
    why_no_units(id: &str) => "`{id}` は数えられる単位に分かれていません", "`{id}` is not made of units";
    /// The whole is known, its parts are not.
    why_as_a_whole() => "`availability` は全体のもので、単位の故障は分かりません", "`availability` is of the whole, and nothing is known of a single unit";
    /// A lone unit.
    why_one_unit(id: &str) => "`{id}` は一単位しかありません", "`{id}` has one unit";
    /// As many hands as there can be work.
    why_nobody_queues(units: usize) => "{units} 単位が順番を待つことはありません", "of {units} units none ever waits its turn";
    /// Its phase has a length.
    why_phase_says(phase: &str) => "長さを言うのは工程 `{phase}` で、その中の順は計算に入りません", "its phase `{phase}` says how long it all takes, in whatever order";
    /// Nothing is released.
    why_no_deploy() => "`[deploy.*]` がないので、リリースは計算に入りません", "without a `[deploy.*]` no answer knows of releases";
    /// Each way says it.
    why_deploys_say() => "どの `[deploy.*]` も自分の `per-day` を書いています", "every `[deploy.*]` states its own `per-day`";
    /// The first counts.
    why_first_pipeline(first: &str) => "`[deploy.*]` が従うのは最初の `pipeline.{first}` です", "a `[deploy.*]` without its own follows the first one, `pipeline.{first}`";
    /// Hours without anybody.
    idle_spike_hours(id: &str) => "山 `{id}` の時間には誰も使っていません。何倍しても 0 です", "nobody is active in the hours of the spike `{id}`: whatever multiplies them, they stay empty";
    /// Help for it.
    idle_spike_hours_help() => "`active` が 0 でない時間に置くか、その時間の `active` を書いてください", "put it where `active` is above 0, or state who is active then";
    /// A zone of another region.
    zone_elsewhere(id: &str, zone: &str, region: &str) => "`{id}` のゾーン `{zone}` はリージョン `{region}` にありません", "the zone `{zone}` of `{id}` is not in its region `{region}`";
    /// Help for it.
    zone_elsewhere_help(region: &str) => "`{region}` のゾーンにするか、`region` を消してください", "name a zone of `{region}`, or take `region` out";
    /// A number that its own scaling would not allow.
    outside_scale(id: &str, now: u32, min: u32, max: u32) => "`{id}` は {now} で、`scale` の {min} から {max} の外です", "`{id}` has {now}, outside of the {min} to {max} of its `scale`";
    /// Help for it.
    outside_scale_help() => "その範囲の中にするか、`scale` の範囲を広げてください", "state a number inside, or a wider `scale`";
    /// A request that uses more than it may ask for.
    max_below_out(id: &str, most: f64, journey: &str, out: f64) => "`{id}` の `max` は {most} トークンですが、`{journey}` の出力は平均 {out} トークンです", "`max` of `{id}` is {most} tokens, and the answers of `{journey}` have {out} on average";
    /// Help for it.
    max_below_out_help(out: f64) => "`max` を {out} 以上にするか、ジャーニーの `tokens` の `out` を小さくしてください", "state a `max` of at least {out}, or a smaller `out` in the journey's `tokens`";
    /// Fewer places than servers.
    room_below_servers(id: &str, capacity: u32, servers: u32) => "`{id}` の `capacity` は {capacity} で、窓口 {servers} より少なくなっています", "`capacity` of `{id}` is {capacity}, below its {servers} servers";
    /// Help for it.
    room_below_servers_help(servers: u32) => "`capacity` は窓口の中の要求も数えます。{servers} 以上にしてください", "it counts those in service too: state at least {servers}";
    /// The same place twice.
    region_twice(id: &str, first: &str, code: &str) => "リージョン `{id}` と `{first}` は同じ場所 `{code}` です。別々に止まるものになってしまいます", "the regions `{id}` and `{first}` are the same place, `{code}`: they would fail apart";
    /// Help for it.
    region_twice_help() => "ひとつにまとめ、ゾーンを足してください", "make one of them, with the zones of both";
    /// A time of something that never comes.
    no_stream(target: &str, journey: &str) => "目標 `{target}` は最初のトークンまでを測りますが、`{journey}` は言語モデルに届きません", "the target `{target}` is about a first token, and `{journey}` comes to no language model";
    /// Help for it.
    no_stream_help() => "`measure` を消せば全体の応答時間になります", "without `measure` it is about the whole answer";
    /// A lone region.
    why_one_region() => "リージョンはひとつで、遅れて追うものがありません", "there is one region, so nothing follows behind";
    /// As many as there may be.
    why_nowhere_to_go(max: u32) => "{max} から増えも減りもしません", "there are {max}, no fewer and no more";
    /// Steps say it.
    why_share_stated(id: &str) => "`{id}` を使う手順はどれも割合を書いています", "every step that asks `{id}` states its share";
    /// Nothing is forgotten.
    why_all_fit() => "すべての鍵が収まります", "all keys fit";
    /// Nobody stands in line.
    why_no_line(id: &str) => "`{id}` には窓口がないので、行列もできません", "`{id}` has no servers, so nobody ever waits";
    /// All alike.
    why_one_rank() => "ここに来るジャーニーの `priority` はどれも同じです", "all journeys that come here have the same `priority`";
    /// A backup of nothing.
    why_keeps_nothing(of: &str) => "`{of}` はデータを持ちません", "`{of}` keeps no data";
    /// A copy at home.
    why_stands_there(of: &str, to: &str) => "`{of}` 自身が `{to}` にあり、一緒に失われます", "`{of}` itself stands in `{to}` and is lost with it";
    /// No bad release.
    why_none_bad() => "`bad` が 0% なので、不良リリースはありません", "with `bad` at 0% there is no bad release";
    /// Nobody says 429.
    why_nothing_throttles() => "429 を返すものがありません", "nothing here ever answers 429";
    /// A threshold that nothing can be above.
    why_never_above() => "100 % を超えることはありません", "nothing is ever above 100 %";
    /// Multiplying by one.
    why_times_one() => "1 倍では何も変わりません", "times 1 is the same";
}
