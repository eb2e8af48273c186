//! The report of `availability`: the expectation, the ceiling, who is to blame.

use super::figures::{available, figure};
use super::{Block, Table, pick};
use crate::answer::Answer;
use crate::text::Lang;
use crate::text::numbers::{percent, plain};

/// Rows shown of each list.
const SHOWN: usize = 12;

/// Availability of one tier.
pub fn report(answer: &Answer, lang: Lang) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(1, format!("{} · {}", answer.scenario.get(lang), answer.tier))];
    let Some(found) = &answer.availability else { return blocks };
    blocks.push(Block::Sentence(match lang {
        Lang::Ja => format!(
            "稼働率の見込み {}(30日あたり {} の停止)。契約上の上限 {}。",
            available(&found.availability, lang),
            figure(&found.downtime_min_per_30d, lang),
            available(&found.sla_ceiling, lang)
        ),
        Lang::En => format!(
            "Expected uptime {}: {} down per 30 days. The contracts promise at most {}.",
            available(&found.availability, lang),
            figure(&found.downtime_min_per_30d, lang),
            available(&found.sla_ceiling, lang)
        ),
    }));
    for (ids, ja, en) in [
        (&found.without_sla, "SLA のない要素", "Without an SLA"),
        (
            &found.without_data,
            "故障データのない要素(故障しないものとして計算)",
            "Without failure data (counted as never failing)",
        ),
    ] {
        if !ids.is_empty() {
            blocks.push(Block::Sentence(format!("{}: {}", pick(lang, ja, en), ids.join(", "))));
        }
    }
    if let Some(chance) = found.meets_target_probability.value {
        blocks.push(Block::Sentence(match lang {
            Lang::Ja => format!("30日の月が目標を満たす確率 {}。", percent(chance).join()),
            Lang::En => format!("Chance that a 30-day month meets the target: {}.", percent(chance).join()),
        }));
    }
    let mut journeys = Table::new(&[pick(lang, "経路", "journey"), pick(lang, ">稼働率", ">uptime")]);
    for (id, up) in &found.journeys {
        journeys.row(vec![id.as_str().into(), available(up, lang).into()]);
    }
    blocks.push(Block::Table(journeys));
    blocks.push(Block::Heading(2, pick(lang, "停止の内訳", "Where the downtime comes from").to_owned()));
    let mut causes = Table::new(match lang {
        Lang::Ja => &["要因", "内容", ">割合", ">分/30日"],
        Lang::En => &["cause", "part", ">share", ">min/30 d"],
    });
    for share in found.attribution.iter().take(SHOWN) {
        let row = [share.cause.clone(), share.part.clone(), percent(share.share).join(), plain(share.amount)];
        causes.row(row.map(Into::into).into());
    }
    blocks.push(Block::Table(causes));
    blocks.push(Block::Heading(2, pick(lang, "最小カットセット", "Minimal cut sets").to_owned()));
    let mut cuts = Table::new(match lang {
        Lang::Ja => &["同時に起きると止まる事象", ">確率", ">分/30日"],
        Lang::En => &["events that together stop it", ">chance", ">min/30 d"],
    });
    for cut in found.cut_sets.iter().take(SHOWN) {
        let row = [cut.events.join(" + "), chance(cut.probability), plain(cut.minutes_per_30d)];
        cuts.row(row.map(Into::into).into());
    }
    blocks.push(Block::Table(cuts));
    blocks
}

/// A chance that may be far below any percentage that reads well.
fn chance(p: f64) -> String {
    if p < 1e-5 { plain(p) } else { percent(p).join() }
}
