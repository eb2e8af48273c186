//! The reports of `analyse` and `simulate`: what users of each journey see, and what each component does.

use super::day::day;
use super::figures::{approximate, figure, number, run, value};
use super::{Block, Table, pick};
use crate::answer::horizon::HorizonAnswer;
use crate::answer::shown::because;
use crate::answer::times::{ComponentAnswer, FailureAnswer, JourneyAnswer};
use crate::answer::{Answer, PrecisionAnswer, Recovery};
use crate::assess::collapse;
use crate::stats::figure::Figure;
use crate::text::numbers::{duration, plain};
use crate::text::{Lang, flow, overload as words};
use crate::units::HOURS_PER_WEEK;

/// Share of a journey's requests that fail from which on one asks why. Our choice: what 99.9 % leaves.
const ASKS: f64 = 0.001;

/// Journeys and components of one tier.
pub fn report(answer: &Answer, lang: Lang) -> Vec<Block> {
    let mut blocks = vec![
        Block::Heading(1, format!("{} · {}", answer.scenario.get(lang), answer.tier)),
        Block::Sentence(hour(answer, lang)),
    ];
    if let Some(found) = &answer.overload {
        blocks.push(Block::Sentence(found.sentence().get(lang).to_owned()));
        if found.is_overload() {
            blocks.push(Block::Sentence(words::grows().get(lang).to_owned()));
        }
    }
    let left = |(id, j): (&String, &JourneyAnswer)| {
        let share = j.unfinished_ratio.value.filter(|share| *share >= ASKS)?;
        Some(Block::Sentence(words::unfinished(Some(id), share).get(lang).to_owned()))
    };
    blocks.extend(answer.journeys.iter().filter_map(left));
    blocks.extend([Block::Table(journeys(answer, lang)), Block::Table(components(answer, lang))]);
    blocks.extend(one_run(answer, lang));
    let unknown = |(id, journey): (&String, &JourneyAnswer)| {
        let mean =
            journey.response_s.mean.method.as_deref().filter(|_| journey.response_s.mean.value.is_none());
        mean.and_then(|why| flow::unknown_because(id, why))
    };
    blocks.extend(
        answer.journeys.iter().filter_map(unknown).map(|said| Block::Sentence(said.get(lang).to_owned())),
    );
    let credits = |(id, component): (&String, &ComponentAnswer)| {
        let credits = component.credits.as_ref()?;
        flow::credits_run_out(id, credits.lasts_s.value, credits.dry_ratio.value)
    };
    blocks.extend(
        answer.components.iter().filter_map(credits).map(|said| Block::Sentence(said.get(lang).to_owned())),
    );
    blocks.extend(approximations(answer, lang));
    if let Some(day) = day(answer, lang) {
        blocks.push(Block::Table(day));
    }
    for (id, component) in &answer.components {
        if let Some(found) = &component.bistable {
            blocks.push(Block::Sentence(collapse::words(id, found).get(lang).to_owned()));
        }
    }
    let plainly = |(id, journey): (&String, &JourneyAnswer)| {
        why_failing(id, &journey.error_ratio, &journey.failures, lang)
    };
    blocks.extend(answer.journeys.iter().filter_map(plainly).map(Block::Sentence));
    if let Some(horizon) = answer.horizon.as_ref().filter(|h| !h.windows.is_empty()) {
        blocks.push(Block::Table(windows(horizon, lang)));
    }
    if !answer.faults.is_empty() {
        blocks.push(Block::Table(faults(answer, lang)));
    }
    for fault in answer.faults.values() {
        if let Some(found) = &fault.overload {
            let said = found.sentence();
            blocks.push(Block::Sentence(format!("{} · {}", fault.name.get(lang), said.get(lang))));
        }
        let name = fault.name.get(lang);
        let under = |(id, failures): (&String, &Vec<FailureAnswer>)| {
            why_failing(&format!("{name} · {id}"), fault.error_ratio.get(id)?, failures, lang)
        };
        blocks.extend(fault.failures.iter().filter_map(under).map(Block::Sentence));
    }
    blocks.extend(attacks(answer, lang).map(Block::Table));
    if !answer.random_faults.is_empty() {
        blocks.push(Block::Table(random(answer, lang)));
    }
    if let Some(precision) = &answer.precision {
        blocks.push(Block::Sentence(precise(precision, lang)));
    }
    if let Some(digest) = &answer.digest {
        blocks.push(Block::Sentence(format!("digest {digest} · seed {} · {}", answer.seed, answer.engine)));
    }
    blocks
}

/// Why the requests of something fail, where enough of them do to ask.
pub fn why_failing(of: &str, failing: &Figure, failures: &[FailureAnswer], lang: Lang) -> Option<String> {
    failing.value.filter(|share| *share >= ASKS)?;
    because(failures).map(|parts| format!("{of}: {}", parts.get(lang)))
}

fn precise(precision: &PrecisionAnswer, lang: Lang) -> String {
    let (asked, n) = (number(precision.asked, "1", lang), precision.replications);
    let reached = value(&precision.reached, lang);
    let widest = &precision.widest;
    let ended = match (precision.met, n >= precision.most, lang) {
        (true, _, Lang::Ja) => format!("求めた ±{asked} を満たした。反復 {n} 回"),
        (true, _, Lang::En) => format!("as precise as asked (±{asked}) after {n} replications"),
        (false, true, Lang::Ja) => format!("求めた ±{asked} に届かず、上限の反復 {n} 回で終えた"),
        (false, true, Lang::En) => format!("not the ±{asked} asked for: ended at the most replications, {n}"),
        (false, false, Lang::Ja) => format!("求めた ±{asked} に届く前に止めた。反復 {n} 回"),
        (false, false, Lang::En) => format!("stopped before the ±{asked} asked for, after {n} replications"),
    };
    match lang {
        Lang::Ja => format!("精度(95 % 区間の相対半幅): 最も広い {widest} で ±{reached}。{ended}"),
        Lang::En => {
            format!("Precision (relative half-width, 95 %): ±{reached} at the widest, {widest}; {ended}")
        }
    }
}

fn hour(answer: &Answer, lang: Lang) -> String {
    if let Some(horizon) = &answer.horizon {
        return span(horizon, lang);
    }
    let hour = answer.hour.unwrap_or(0) as usize % HOURS_PER_WEEK;
    let days = match lang {
        Lang::Ja => ["月", "火", "水", "木", "金", "土", "日"],
        Lang::En => ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    };
    let (day, clock) = (days[hour / 24], hour % 24);
    match lang {
        Lang::Ja => format!("判定した時間帯: {day}曜 {clock}:00 からの1時間(`~` は解析による速報値)"),
        Lang::En => {
            format!("Judged hour: {day}, {clock}:00 to {}:00 (`~` marks an analytic preview)", clock + 1)
        }
    }
}

fn journeys(answer: &Answer, lang: Lang) -> Table {
    let mut table = Table::new(match lang {
        Lang::Ja => &["経路", ">到着", ">平均", ">p50", ">p95", ">p99", ">最初のトークン p95", ">失敗率"],
        Lang::En => &["journey", ">arrivals", ">mean", ">p50", ">p95", ">p99", ">first token p95", ">failed"],
    });
    for (id, journey) in &answer.journeys {
        let times = &journey.response_s;
        let first = journey.first_token_s.as_ref().map_or_else(String::new, |t| figure(&t.p95, lang));
        table.row(vec![
            id.as_str().into(),
            value(&journey.arrivals_per_s, lang).into(),
            figure(&times.mean, lang).into(),
            value(&times.p50, lang).into(),
            figure(&times.p95, lang).into(),
            value(&times.p99, lang).into(),
            first.into(),
            figure(&journey.error_ratio, lang).into(),
        ]);
    }
    table
}

/// The formulas behind the figures marked `~`, each with how far it may be off.
fn approximations(answer: &Answer, lang: Lang) -> Option<Block> {
    let journeys = answer
        .journeys
        .values()
        .flat_map(|j| [&j.response_s.mean, &j.response_s.p95, &j.error_ratio, &j.arrivals_per_s]);
    let components = answer
        .components
        .values()
        .flat_map(|c| [&c.wait_s.mean, &c.wait_s.p95, &c.utilisation, &c.replicas.max]);
    let mut methods: Vec<&str> = journeys
        .chain(components)
        .filter(|figure| !approximate(figure).is_empty())
        .filter_map(|figure| figure.method.as_deref())
        .collect();
    methods.sort_unstable();
    methods.dedup();
    (!methods.is_empty()).then(|| Block::Sentence(flow::approximate_by(&methods).get(lang).to_owned()))
}

/// What a single run of this length shows, 95 % of the time: wider than the interval of the mean, and what a measurement is to
/// be held against.
fn one_run(answer: &Answer, lang: Lang) -> Option<Block> {
    let mut table = Table::new(match lang {
        Lang::Ja => &["1回の実行で見える範囲(95 %)", ">平均", ">p50", ">p95", ">p99", ">失敗率"],
        Lang::En => &["what one run shows (95 %)", ">mean", ">p50", ">p95", ">p99", ">failed"],
    });
    for (id, journey) in &answer.journeys {
        let times = &journey.response_s;
        let all = [&times.mean, &times.p50, &times.p95, &times.p99, &journey.error_ratio];
        if all.iter().any(|figure| figure.run_low.is_some()) {
            let mut row = vec![id.as_str().into()];
            row.extend(all.map(|figure| run(figure, lang).into()));
            table.row(row);
        }
    }
    (!table.rows.is_empty()).then_some(Block::Table(table))
}

fn components(answer: &Answer, lang: Lang) -> Table {
    let mut table = Table::new(match lang {
        Lang::Ja => {
            &["構成要素", ">到着", ">使用率", ">待ち 平均", ">待ち p95", ">応答 平均", ">待ち数", ">複製"]
        }
        Lang::En => &[
            "component",
            ">arrivals",
            ">utilisation",
            ">wait mean",
            ">wait p95",
            ">response mean",
            ">queue",
            ">replicas",
        ],
    });
    // Machines serve no requests of their own: what is known of them stands in a sentence.
    let serves = |c: &ComponentAnswer| c.credits.is_none() || c.arrivals_per_s.value.is_some();
    for (id, c) in answer.components.iter().filter(|(_, c)| serves(c)) {
        let cells = [&c.arrivals_per_s, &c.utilisation, &c.wait_s.mean, &c.wait_s.p95, &c.response_s.mean];
        let mut row = vec![id.as_str().into()];
        row.extend(cells.map(|f| value(f, lang).into()));
        let count =
            |f: &Figure| f.value.map_or_else(String::new, |n| format!("{}{}", approximate(f), plain(n)));
        row.push(count(&c.queue_mean).into());
        row.push(count(&c.replicas.mean).into());
        table.row(row);
    }
    table
}

fn faults(answer: &Answer, lang: Lang) -> Table {
    let mut table = Table::new(match lang {
        Lang::Ja => &["障害", "結末", ">復旧まで", ">戻らない割合", "停止中の失敗率"],
        Lang::En => &["fault", "ending", ">recovered after", ">stays collapsed", "failed while it lasts"],
    });
    for fault in answer.faults.values() {
        let ending = match fault.recovery {
            Recovery::Recovered => pick(lang, "復旧", "recovered"),
            Recovery::Draining => pick(lang, "解消途中", "draining"),
            Recovery::Stuck => pick(lang, "復旧しない", "stuck"),
            Recovery::Unknown => pick(lang, "判定できない", "cannot be judged"),
        };
        let failed: Vec<String> =
            fault.error_ratio.iter().map(|(id, figure)| format!("{id} {}", value(figure, lang))).collect();
        table.row(vec![
            fault.name.get(lang).into(),
            ending.into(),
            figure(&fault.recovered_after_s, lang).into(),
            figure(&fault.collapse_probability, lang).into(),
            failed.join(", ").into(),
        ]);
    }
    table
}

/// What became of attacks: what got through, what it did, what it costs.
fn attacks(answer: &Answer, lang: Lang) -> Option<Table> {
    let mut table = Table::new(match lang {
        Lang::Ja => {
            &["攻撃", ">要求", ">通った要求", ">遮断まで", ">通った要求の失敗率", ">ログイン失敗", ">費用"]
        }
        Lang::En => &[
            "attack",
            ">requests",
            ">let through",
            ">rule acts after",
            ">of those failed",
            ">failed logins",
            ">cost",
        ],
    });
    for fault in answer.faults.values() {
        let Some(attack) = &fault.attack else { continue };
        let never = pick(lang, "遮断されない", "never");
        let acts = attack.acts_after_s.value.map_or(never.to_owned(), |_| value(&attack.acts_after_s, lang));
        table.row(vec![
            fault.name.get(lang).into(),
            value(&attack.sent, lang).into(),
            value(&attack.let_through, lang).into(),
            acts.into(),
            figure(&attack.error_ratio, lang).into(),
            attack.failed_logins_per_min.value.map_or(String::new(), |n| format!("{}/min", plain(n))).into(),
            value(&attack.cost, lang).into(),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// What failed at random.
fn random(answer: &Answer, lang: Lang) -> Table {
    let mut table = Table::new(match lang {
        Lang::Ja => &["壊れたもの", ">一回の実行あたりの回数", ">停止していた時間"],
        Lang::En => &["what failed", ">times in a run", ">down for"],
    });
    for (name, found) in &answer.random_faults {
        table.row(vec![
            name.as_str().into(),
            figure(&found.failures, lang).into(),
            figure(&found.down_s, lang).into(),
        ]);
    }
    table
}

fn span(horizon: &HorizonAnswer, lang: Lang) -> String {
    let hours = |seconds: f64| plain(seconds / 3600.0);
    let [all, backlog, simulated] = [horizon.length_s, horizon.backlog_s, horizon.simulated_s].map(hours);
    match lang {
        Lang::Ja => format!(
            "{all} 時間を時間ごとに解析({} 状態)。うち繰り越す待ちのある時間は {backlog} 時間、リクエスト単位のシミュレーションによる時間は {simulated} 時間(`~` は解析を含む値)",
            horizon.states
        ),
        Lang::En => format!(
            "{all} h solved hour by hour ({} states); {backlog} h with a backlog carried over, {simulated} h from request-level windows (`~` marks figures with analytic hours in them)",
            horizon.states
        ),
    }
}

fn windows(horizon: &HorizonAnswer, lang: Lang) -> Table {
    let mut table = Table::new(match lang {
        Lang::Ja => &["窓", ">始まり(時間)", ">長さ", ">測定(1 反復)", ">代表する時間", ">反復", ">イベント"],
        Lang::En => {
            &["window", ">begins at hour", ">length", ">measured each", ">stands for", ">runs", ">events"]
        }
    });
    for window in &horizon.windows {
        let measured = if window.measured_s > 0.0 {
            duration(window.measured_s, lang).join()
        } else {
            pick(lang, "大きすぎる", "too large").to_owned()
        };
        table.row(vec![
            window.what.as_str().into(),
            plain(window.start_s / 3600.0).into(),
            duration(window.length_s, lang).join().into(),
            measured.into(),
            duration(window.stands_for_s, lang).join().into(),
            window.replications.to_string().into(),
            window.events.to_string().into(),
        ]);
    }
    table
}
