//! The report of `deploys`: what the stated ways spend, every way in a row, the pipeline, and what is to be done.

use super::figures::{unknown, value};
use super::{Block, Cell, Table, pick};
use crate::answer::Answer;
use crate::answer::deploys::{DeployAnswer, PipelineAnswer, Releases};
use crate::answer::verdict::Verdict;
use crate::stats::figure::Figure;
use crate::text::deploys as say;
use crate::text::numbers::{duration, percent, plain};
use crate::text::{Lang, capital};

/// Releases of one tier.
pub fn report(answer: &Answer, lang: Lang) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(1, format!("{} · {}", answer.scenario.get(lang), answer.tier))];
    let Some(releases) = answer.releases.as_ref().filter(|_| !answer.deploys.is_empty()) else {
        let none = pick(
            lang,
            "出し方が書かれていない。[deploy.<id>] に of と strategy を書く。",
            "The file says nothing about releases: write `of` and `strategy` in a [deploy.<id>].",
        );
        blocks.push(Block::Sentence(none.to_owned()));
        return blocks;
    };
    let budget = releases.budget_min_per_30d.value;
    for way in answer.deploys.values().filter(|way| way.stated) {
        let Some(minutes) = way.monthly_min.centre.value else { continue };
        let said = say::verdict(&way.name, minutes, budget, way.per_day, way.bad);
        blocks.push(Block::Verdict(verdict(way), said.get(lang).to_owned()));
    }
    for note in &releases.notes {
        blocks.push(Block::Sentence(match lang {
            Lang::Ja => format!("{}。", note.ja),
            Lang::En => format!("{}.", capital(&note.en)),
        }));
    }
    blocks.push(Block::Table(ways(answer, lang)));
    blocks.push(Block::Sentence(assumptions(releases, lang)));
    for (id, pipeline) in &releases.pipelines {
        blocks.push(Block::Heading(2, format!("{} · {id}", pipeline.name.get(lang))));
        blocks.push(Block::Sentence(until(pipeline, lang)));
        if !pipeline.stages.is_empty() {
            blocks.push(Block::Table(stages(pipeline, lang)));
        }
    }
    blocks
}

/// A way passes when bad releases leave most months within the budget, fails when they spend it on average.
fn verdict(way: &DeployAnswer) -> Verdict {
    match (way.budget_share.value, way.within_budget_probability.value) {
        (Some(share), _) if share >= 1.0 => Verdict::Fail,
        (Some(_), Some(within)) if within >= 0.95 => Verdict::Pass,
        _ => Verdict::Unsure,
    }
}

fn ways(answer: &Answer, lang: Lang) -> Table {
    let mut table = Table::new(match lang {
        Lang::Ja => &[
            "出し方",
            ">段階の長さ",
            ">コミットから p50",
            ">気づくまで p50",
            ">見逃す",
            ">1 回の失敗 平均",
            ">p95",
            ">30 日の予算 平均",
            ">p95",
            ">予算内",
            ">追加の Pod",
        ],
        Lang::En => &[
            "way",
            ">rollout",
            ">from commit p50",
            ">noticed p50",
            ">unseen",
            ">each costs, mean",
            ">p95",
            ">30 days, mean",
            ">p95",
            ">within budget",
            ">extra pods",
        ],
    });
    let minutes = |figure: &Figure| -> Cell {
        figure.value.map_or_else(|| unknown(lang).to_owned(), |min| duration(min * 60.0, lang).join()).into()
    };
    let share = |figure: &Figure| -> Cell {
        figure.value.map_or_else(|| "-".to_owned(), |p| percent(p).join()).into()
    };
    for way in answer.deploys.values() {
        let mut name = way.name.get(lang).to_owned();
        if way.stated {
            name += pick(lang, "(計画)", " (as stated)");
        }
        let noticed = match way.noticed_s.centre.value {
            Some(_) => value(&way.noticed_s.centre, lang),
            None if way.automatic => pick(lang, "半分は鳴らない", "half never").to_owned(),
            None => pick(lang, "人", "people").to_owned(),
        };
        table.row(vec![
            name.into(),
            value(&way.rollout_s, lang).into(),
            value(&way.lead_time_s.p50, lang).into(),
            noticed.into(),
            share(&way.unseen),
            minutes(&way.budget_min.centre),
            minutes(&way.budget_min.p95),
            minutes(&way.monthly_min.centre),
            minutes(&way.monthly_min.p95),
            share(&way.within_budget_probability),
            plain(way.extra_pods).into(),
        ]);
    }
    table
}

fn assumptions(releases: &Releases, lang: Lang) -> String {
    let bad = value(&releases.bad, lang);
    let range = match (releases.bad.range_low, releases.bad.range_high) {
        (Some(low), Some(high)) => format!(" ({}–{})", percent(low).join(), percent(high).join()),
        _ => String::new(),
    };
    match lang {
        Lang::Ja => format!(
            "失敗は全停止に換算した時間。不良の確率 {bad}{range} と、不良リリースが失敗させる割合は仮定。"
        ),
        Lang::En => format!(
            "Failures are counted as time of full outage. The chance {bad}{range} of a bad release, and the share of requests it fails, are assumptions."
        ),
    }
}

fn until(pipeline: &PipelineAnswer, lang: Lang) -> String {
    let per_day = plain(pipeline.per_day);
    if pipeline.p50_s.value.is_none() {
        return match lang {
            Lang::Ja => format!("一日 {per_day} 回。段の時間は書かれていない。"),
            Lang::En => format!("Releases a day: {per_day}. Its stages have no times."),
        };
    }
    let (p50, p90) = (value(&pipeline.p50_s, lang), value(&pipeline.p90_s, lang));
    match lang {
        Lang::Ja => format!("一日 {per_day} 回。コミットから展開の開始まで p50 {p50}、p90 {p90}。"),
        Lang::En => {
            format!(
                "Releases a day: {per_day}. From the commit to the begin of the rollout: p50 {p50}, p90 {p90}."
            )
        }
    }
}

fn stages(pipeline: &PipelineAnswer, lang: Lang) -> Table {
    let mut table = Table::new(match lang {
        Lang::Ja => &["段", ">平均", ">決め手となる割合"],
        Lang::En => &["stage", ">mean", ">decides"],
    });
    for stage in &pipeline.stages {
        table.row(vec![
            stage.id.as_str().into(),
            value(&stage.takes_s, lang).into(),
            percent(stage.critical).join().into(),
        ]);
    }
    table
}
