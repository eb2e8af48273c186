//! The reports of `analyse` and `simulate`: what users of each journey see, and what each component does.

use super::figures::{figure, number, value};
use super::{Block, Table, pick};
use crate::answer::{Answer, PrecisionAnswer, Recovery};
use crate::text::Lang;
use crate::units::HOURS_PER_WEEK;

/// Journeys and components of one tier.
pub fn report(answer: &Answer, lang: Lang) -> Vec<Block> {
    let mut blocks = vec![
        Block::Heading(1, format!("{} · {}", answer.scenario.get(lang), answer.tier)),
        Block::Sentence(hour(answer, lang)),
        Block::Table(journeys(answer, lang)),
        Block::Table(components(answer, lang)),
    ];
    if !answer.faults.is_empty() {
        blocks.push(Block::Table(faults(answer, lang)));
    }
    if let Some(precision) = &answer.precision {
        blocks.push(Block::Sentence(precise(precision, lang)));
    }
    if let Some(digest) = &answer.digest {
        blocks.push(Block::Sentence(format!("digest {digest} · seed {} · {}", answer.seed, answer.engine)));
    }
    blocks
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
    for (id, c) in &answer.components {
        let cells = [&c.arrivals_per_s, &c.utilisation, &c.wait_s.mean, &c.wait_s.p95, &c.response_s.mean];
        let mut row = vec![id.as_str().into()];
        row.extend(cells.map(|f| value(f, lang).into()));
        row.push(c.queue_mean.value.map_or_else(String::new, crate::text::numbers::plain).into());
        row.push(c.replicas.mean.value.map_or_else(String::new, crate::text::numbers::plain).into());
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
            Recovery::Unknown => pick(lang, "未モデル化", "not modelled"),
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
