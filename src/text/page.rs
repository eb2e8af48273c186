//! Words of the page: labels, hints and sentences, Japanese and English side by side. Verdicts, findings and the words
//! of diagnostics come from the engines; here stands only what the page itself says.

pub mod faults;
pub mod zones;

use super::{Lang, Phrase, Words, words};

pub use super::board::*;

// ---------------------------------------------------------------------------------------------------- the frame
/// Skip link.
pub const SKIP: Words = words("本文へ移動", "Skip to the content");
/// Example picker.
pub const EXAMPLES: Words = words("例を開く", "Examples");
/// Opens a file.
pub const OPEN_FILE: Words = words("ファイルを開く", "Open my file");
/// Saves the text.
pub const SAVE_FILE: Words = words("保存", "Save");
/// What saving does.
pub const SAVE_HINT: Words = words("シナリオを TOML として保存", "Save the scenario as TOML");
/// Shown while a file hovers.
pub const DROP_HERE: Words = words("ここに落とすと開きます", "Drop to open");
/// Undo.
pub const UNDO: Words = words("元に戻す", "Undo");
/// Redo.
pub const REDO: Words = words("やり直す", "Redo");
/// Language switch: names the other language.
pub const OTHER_LANGUAGE: Words = words("English", "日本語");
/// What the switch does.
pub const SWITCH_LANGUAGE: Words = words("英語に切り替える", "Switch to Japanese");
/// Theme.
pub const THEME: Words = words("配色", "Theme");
/// Follows the system.
pub const THEME_SYSTEM: Words = words("自動", "System");
/// Light theme.
pub const THEME_LIGHT: Words = words("明", "Light");
/// Dark theme.
pub const THEME_DARK: Words = words("暗", "Dark");
/// Search palette.
pub const SEARCH: Words = words("検索", "Search");
/// What can be searched.
pub const SEARCH_HINT: Words =
    words("構成要素・目標・タブ・操作を探す", "Components, targets, tabs, commands");
/// Search without a result.
pub const SEARCH_NOTHING: Words = words("該当なし", "Nothing found");
/// Shortcut sheet.
pub const SHORTCUTS: Words = words("キーボード操作", "Keyboard shortcuts");
/// Close.
pub const CLOSE: Words = words("閉じる", "Close");
/// Restored text.
pub const RESTORED: Words = words("前回の編集を復元しました", "Your last edits are back");
/// Back to the shipped text.
pub const BACK_TO_EXAMPLE: Words = words("元の例に戻す", "Back to the example");

// ---------------------------------------------------------------------------------------------------- verdicts
/// It holds.
pub const PASS: Words = words("達成", "pass");
/// It does not.
pub const FAIL: Words = words("未達", "fail");
/// Open.
pub const UNSURE: Words = words("不明", "unsure");
/// No engine yet.
pub const NOT_MODELLED: Words = words("未モデル化", "not modelled yet");
/// Tab: what it takes to come back.
pub const TAB_RECOVERY: Words = words("復旧", "Recovery");
/// Label of the tab of availability.
pub const TAB_AVAILABILITY: Words = words("稼働率", "Availability");
/// Title of the months as dots.
pub const MONTHS: Words = words("ひと月の停止時間", "Downtime of a month");
/// Title of the waterfall of the error budget.
pub const BUDGET: Words = words("許容時間の使われ方", "Where the error budget goes");
/// Head of the events whose end would save most.
pub const HELPFUL: Words = words("何を直すと効くか", "What would help");
/// Nothing is known about failures.
pub const NO_FAILURE_DATA: Words = words(
    "故障データがないため、稼働率は不明。",
    "Nothing is known about failures, so the availability is unknown.",
);
/// Choice of the event whose recovery is shown.
pub const EVENT: Words = words("出来事", "Event");
/// No event of the file concerns a component.
pub const NO_EVENTS: Words = words(
    "復旧すべき出来事がない。[recovery.<名前>] で書く。",
    "No event to recover from. Write one as [recovery.<id>].",
);
/// Head of the table of all events.
pub const ALL_EVENTS: Words = words("すべての出来事", "All events");
/// Head of the table of strategies.
pub const STRATEGIES: Words = words("リージョン喪失への備え方", "Ways to be ready for the loss of a region");
/// Head of the data that are lost.
pub const DATA_LOST: Words = words("失うデータ", "Data lost");
/// All of it.
pub const ALL: Words = words("すべて", "all");
/// Nothing to recover from.
pub const NO_WAY_BACK: Words = words("戻らない", "no way back");
/// Nothing is left of the data.
pub const ALL_LOST: Words = words("全データ", "all data lost");
/// Unknown figure.
pub const UNKNOWN: Words = words("不明", "unknown");
/// No such target.
pub const NO_TARGET: Words = words("目標なし", "no target");
/// The verdict strip.
pub const STRIP: Words = words("判定", "Verdicts");
/// Analytic answer.
pub const PREVIEW: Words = words("概算", "preview");
/// Old answer.
pub const STALE: Words = words("変更前の結果", "stale");
/// Opens the reason.
pub const WHY: Words = words("理由", "Why");
/// Role: API latency.
pub const ROLE_API: Words = words("API応答", "API latency");
/// Role: AI latency.
pub const ROLE_AI: Words = words("AI応答", "AI latency");
/// Role: uptime.
pub const ROLE_UPTIME: Words = words("稼働率", "Uptime");
/// Role: RTO.
pub const ROLE_RTO: Words = words("復旧時間(RTO)", "Recovery time (RTO)");
/// Role: RPO.
pub const ROLE_RPO: Words = words("復旧ポイント(RPO)", "Data loss (RPO)");
/// Role: cost.
pub const ROLE_COST: Words = words("月額費用", "Monthly cost");

// -------------------------------------------------------------------------------------------------- load and graph
/// The gauge.
pub const GAUGE: Words = words("喫水計", "Load gauge");
/// What the gauge shows.
pub const GAUGE_HINT: Words = words(
    "水面が現在の負荷、線が各目標の破綻する負荷。一番低い線がプリムソル線です。",
    "Water: the load now. Lines: where each target breaks. The lowest is the Plimsoll line.",
);
/// Tier selector.
pub const TIER: Words = words("規模", "Tier");
/// Tenants.
pub const TENANTS: Words = words("テナント", "tenants");
/// Users.
pub const USERS: Words = words("ユーザー", "users");
/// The graph.
pub const GRAPH: Words = words("構成図", "Architecture");
/// The graph as a list.
pub const OUTLINE: Words = words("構成の一覧", "Outline");
/// Components outside any region.
pub const NO_REGION: Words = words("リージョン外", "Outside the regions");
/// Kills a zone.
pub const KILL_ZONE: Words = words("ゾーン停止", "Kill a zone");
/// Utilisation.
pub const UTILISATION: Words = words("利用率", "Utilisation");
/// What was taken down.
pub const DOWN: Words = words("停止", "down");
/// Utilisation past one.
pub const SATURATED: Words = words("飽和", "saturated");
/// Replicas.
pub const REPLICAS: Words = words("レプリカ", "Replicas");
/// Arrivals.
pub const ARRIVALS: Words = words("到着", "Arrivals");
/// Wait.
pub const WAITING: Words = words("待ち時間", "Wait");
/// Response time.
pub const RESPONSE: Words = words("応答時間", "Response");
/// Hit ratio.
pub const HIT_RATIO: Words = words("ヒット率", "Hit ratio");
/// Calls in.
pub const CALLED_BY: Words = words("呼び出し元", "Called by");
/// Calls out.
pub const CALLS: Words = words("呼び出し先", "Calls");
/// How to use the graph by keyboard.
pub const GRAPH_KEYS: Words =
    words("矢印キーで移動、Enter で詳細、Esc で解除", "Arrow keys move, Enter opens, Esc lets go");

// ------------------------------------------------------------------------------------------------------- inspector
/// The inspector.
pub const INSPECTOR: Words = words("詳細", "Inspector");
/// Nothing selected.
pub const INSPECTOR_EMPTY: Words = words(
    "図の要素を選ぶと、値・根拠・幅をここで確かめて書き換えられます。",
    "Select a component to read its values, their sources and ranges, and to change them.",
);
/// Measured state of a component.
pub const STATE: Words = words("状態", "State");
/// Parameters.
pub const PARAMETERS: Words = words("パラメータ", "Parameters");
/// Source of a value.
pub const SOURCE: Words = words("根拠", "Source");
/// Nobody stands behind a value.
pub const NO_SOURCE: Words = words("根拠なし", "no source");
/// Default of the format.
pub const DEFAULT: Words = words("既定値", "default");
/// Stands in the base or in a tier.
pub const IN_FILE: Words = words("ファイルの該当行へ", "Show in the file");
/// Range of a value.
pub const RANGE: Words = words("幅", "Range");
/// An edit could not be applied.
pub const EDIT_REFUSED: Words = words("この値は使えません", "This value cannot be used");
/// Values that this tier overrides.
pub const OF_TIER: Words = words("この規模だけの値", "this tier only");

// ------------------------------------------------------------------------------------------------------------- run
/// Under way.
pub const RUNNING: Words = words("シミュレーション中", "Simulating");
/// Done.
pub const CONFIRMED: Words = words("シミュレーション済み", "Simulated");
/// Stopped early.
pub const PARTIAL: Words = words("途中で停止", "Stopped early");
/// Nothing yet.
pub const ANALYTIC_ONLY: Words = words("概算のみ", "Preview only");
/// Runs.
pub const RUN: Words = words("実行", "Run");
/// How much time a run covers.
pub const LENGTH: Words = words("期間", "Simulated time");
/// The busiest hour.
pub const LENGTH_HOUR: Words = words("最繁時の1時間", "Busiest hour");
/// A day.
pub const LENGTH_DAY: Words = words("1日", "A day");
/// Thirty days.
pub const LENGTH_MONTH: Words = words("30日", "30 days");
/// Stops.
pub const STOP: Words = words("中止", "Cancel");
/// The worker failed.
pub const WORKER_LOST: Words = words(
    "計算が異常終了しました。文書はそのままです。もう一度実行してください。",
    "The engine stopped unexpectedly. Your document is safe. Run again.",
);
/// The file cannot be used.
pub const BROKEN_FILE: Words = words(
    "ファイルに誤りがあるため、最後に読めた内容を表示しています。",
    "The file has errors: this is the last version that could be read.",
);
/// Shows the errors.
pub const SHOW_ERRORS: Words = words("誤りを見る", "Show the errors");
/// The engine itself failed.
pub const DIGEST: Words = words("ダイジェスト", "Digest");
/// What the digest is.
pub const DIGEST_HINT: Words =
    words("同じ入力なら CLI でも同じ値になります", "The command line gives the same digits");
/// Copies the command.
pub const COPY_COMMAND: Words = words("コマンドをコピー", "Copy the command");
/// Copied.
pub const COPIED: Words = words("コピーしました", "Copied");
/// Seed.
pub const SEED: Words = words("シード", "Seed");

// ------------------------------------------------------------------------------------------------------------ file
/// The editor.
pub const EDITOR: Words = words("シナリオの本文", "Scenario text");
/// Diagnostics.
pub const DIAGNOSTICS: Words = words("診断", "Problems");
/// None.
pub const NO_DIAGNOSTICS: Words = words("問題は見つかりません。", "No problems found.");
/// Error.
pub const ERROR: Words = words("誤り", "error");
/// Warning.
pub const WARNING: Words = words("警告", "warning");
/// Note.
pub const NOTE: Words = words("注記", "note");
/// The file that a scenario extends is not among the shipped ones.
pub const NOT_UTF8: Words = words("テキストファイルではありません", "This is not a text file");
/// Too large.
pub const TOO_LARGE: Words =
    words("8 MiB を超えるファイルは開けません", "Files above 8 MiB cannot be opened");

// ------------------------------------------------------------------------------------------------------- shortcuts
/// Shortcut sheet: search.
pub const KEY_SEARCH: Words = words("検索を開く", "Open search");
/// Shortcut sheet: this sheet.
pub const KEY_HELP: Words = words("この一覧", "This sheet");
/// Shortcut sheet: graph.
pub const KEY_ARROWS: Words = words("図・タブ・規模の中を移動", "Move within graph, tabs and tiers");
/// Shortcut sheet: open.
pub const KEY_ENTER: Words = words("詳細を開く", "Open the inspector");
/// Shortcut sheet: close.
pub const KEY_ESC: Words = words("選択を解除・閉じる", "Let go, close");
/// Shortcut sheet: run.
pub const KEY_SPACE: Words =
    words("実行・中止(図にフォーカスがあるとき)", "Run or cancel (with focus on the graph)");

/// `n = 10`: how many replications stand behind a figure.
pub fn replications(n: u64, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("{n} 回反復"),
        Lang::En => format!("n = {n}"),
    }
}

/// How many requests stand behind a figure.
pub fn requests(n: u64, lang: Lang) -> String {
    let n = super::numbers::count(n as f64);
    match lang {
        Lang::Ja => format!("{n} リクエスト"),
        Lang::En => format!("{n} requests"),
    }
}

/// Users of a tier, short.
pub fn users(count: &str, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("{count}人"),
        Lang::En => format!("{count} users"),
    }
}

/// A part of a time, as the engines name it.
pub fn part(name: &str, lang: Lang) -> String {
    match (name, lang) {
        ("waiting", Lang::Ja) => "待ち",
        ("service", Lang::Ja) => "処理",
        ("network", Lang::Ja) => "通信",
        ("stream", Lang::Ja) => "生成",
        ("retry", Lang::Ja) => "再試行",
        ("failover", Lang::Ja) => "切り替え",
        (name, _) => name,
    }
    .to_owned()
}

/// Causes too small for a row of their own.
pub fn others(n: usize, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("ほか {n} 件"),
        Lang::En => format!("{n} others"),
    }
}

/// Several targets behind one chip.
pub fn one_of(n: usize, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("{n} 目標中の最悪"),
        Lang::En => format!("worst of {n} targets"),
    }
}

/// Said once when a run ends: how many targets of the tier hold, fail and are open.
pub fn announce(tier: &str, pass: usize, fail: usize, unsure: usize, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("{tier}: 達成 {pass}、未達 {fail}、不明 {unsure}"),
        Lang::En => format!("{tier}: {pass} pass, {fail} fail, {unsure} unsure"),
    }
}

/// Line and column.
pub fn place(line: usize, column: usize, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("{line} 行 {column} 桁"),
        Lang::En => format!("line {line}, column {column}"),
    }
}

/// How many there are of something that is wrong.
pub fn problems(errors: usize, others: usize, lang: Lang) -> String {
    match (lang, errors, others) {
        (Lang::Ja, 0, others) => format!("注意 {others} 件"),
        (Lang::Ja, errors, 0) => format!("誤り {errors} 件"),
        (Lang::Ja, errors, others) => format!("誤り {errors} 件、注意 {others} 件"),
        (Lang::En, 0, 1) => "1 remark".to_owned(),
        (Lang::En, 0, others) => format!("{others} remarks"),
        (Lang::En, 1, 0) => "1 error".to_owned(),
        (Lang::En, errors, 0) => format!("{errors} errors"),
        (Lang::En, errors, others) => format!("{errors} errors, {others} remarks"),
    }
}

/// The week's load: where the maximum is.
pub fn busiest(day: usize, hour: usize, lang: Lang) -> String {
    const DAYS: [(&str, &str); 7] = [
        ("月", "Mon"),
        ("火", "Tue"),
        ("水", "Wed"),
        ("木", "Thu"),
        ("金", "Fri"),
        ("土", "Sat"),
        ("日", "Sun"),
    ];
    let (ja, en) = DAYS[day % 7];
    match lang {
        Lang::Ja => format!("最も混む時間帯: {ja}曜 {hour}:00"),
        Lang::En => format!("Busiest hour: {en} {hour}:00"),
    }
}

/// How many of the assumptions nobody owns.
pub fn ledger(all: usize, unowned: usize, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("仮定 {all} 件。うち根拠なし {unowned} 件"),
        Lang::En => format!("{all} assumptions, {unowned} of them without a source"),
    }
}

/// A text in words for the theme button.
pub fn theme(words: Words, lang: Lang) -> String {
    format!("{}: {}", THEME.get(lang), words.get(lang))
}

/// Chart: cost per tier.
pub const TIERS_COST: Words = words("規模ごとの月額費用", "Monthly cost per tier");
/// Chart: availability per tier.
pub const TIERS_UPTIME: Words = words("規模ごとの稼働率", "Availability per tier");

/// Counts of verdicts.
pub fn tally(pass: usize, fail: usize, unsure: usize, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("達成 {pass} · 未達 {fail} · 不明 {unsure}"),
        Lang::En => format!("{pass} pass · {fail} fail · {unsure} unsure"),
    }
}

/// Shortcut sheet: tab key.
pub const KEY_TAB: Words = words("次の区画へ", "Next part of the page");

/// An answer is being worked out.
pub const WORKING: Words = words("計算中…", "Working it out…");
/// A question was taken back.
pub const CANCELLED: Words = words("中止しました。", "Cancelled.");
/// Asks it once more.
pub const ASK_AGAIN: Words = words("もう一度計算する", "Work it out again");

/// How many designs a search has looked at.
pub fn designs_so_far(count: &str) -> Phrase {
    Phrase::new(format!("{count} 案を検討済み"), format!("{count} designs looked at"))
}

/// Label of the tab of platforms.
pub const TAB_PLATFORMS: Words = words("クラウド比較", "Platforms");
/// Label of the tab of controls.
pub const TAB_CONTROLS: Words = words("統制", "Controls");
/// Label of the tab of the roadmap.
pub const TAB_ROADMAP: Words = words("ロードマップ", "Roadmap");
/// Label of the tab of the tornado.
pub const TAB_SENSITIVITY: Words = words("感度", "Sensitivity");
/// Label of the tab of releases.
pub const TAB_RELEASES: Words = words("リリース", "Releases");
/// Copies a text.
pub const COPY: Words = words("コピー", "Copy");
/// Ways out of a chart.
pub const EXPORT: Words = words("書き出す", "Save as");
/// Label of the tab of alerts.
pub const TAB_ALERTS: Words = words("アラート", "Alerts");
/// Head of the ladder between the rungs.
pub const LADDER: Words = words("いつ、次に何を", "When, and what next");
