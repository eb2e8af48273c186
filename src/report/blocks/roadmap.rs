//! The report of `roadmap`: when it ends, a Gantt chart in text, what is still open.

use super::{Block, Table, pick};
use crate::answer::Answer;
use crate::answer::roadmap::{RoadmapAnswer, StepAnswer};
use crate::stats::figure::Figure;
use crate::text::Lang;
use crate::text::numbers::{percent, plain};
use crate::text::roadmap as say;

/// Seconds of a week.
const WEEK: f64 = 604_800.0;
/// Cells of the chart.
const CELLS: f64 = 32.0;

/// The roadmap.
pub fn report(answer: &Answer, lang: Lang) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(1, answer.scenario.get(lang).to_owned())];
    let Some(found) = &answer.roadmap else {
        blocks.push(Block::Sentence(say::none().get(lang).to_owned()));
        return blocks;
    };
    let at = |name: &str| found.finish_s.get(name).map_or_else(String::new, |f| weeks(f, lang));
    let path: Vec<&str> = found.critical_path.iter().map(String::as_str).collect();
    blocks.push(Block::Sentence(say::finish(&at("p50"), &at("p90"), &path, (found.done, found.tasks), lang)));
    blocks.push(Block::Table(gantt(found, lang)));
    let open: Vec<_> = found.open.iter().filter(|(_, tasks)| !tasks.is_empty()).collect();
    if !open.is_empty() {
        blocks.push(Block::Heading(2, pick(lang, "残っている作業", "Still open").to_owned()));
        let mut table = Table::new(&[pick(lang, "段", "phase"), pick(lang, "作業", "tasks")]);
        for (phase, tasks) in open {
            let names: Vec<&str> = tasks.iter().map(|task| task.get(lang)).collect();
            table.row(vec![phase.as_str().into(), names.join(pick(lang, "、", ", ")).into()]);
        }
        blocks.push(Block::Table(table));
    }
    blocks
}

fn weeks(figure: &Figure, lang: Lang) -> String {
    let unit = pick(lang, " 週", " weeks");
    figure.value.map_or_else(String::new, |s| format!("{}{unit}", plain((s / WEEK * 10.0).round() / 10.0)))
}

fn gantt(found: &RoadmapAnswer, lang: Lang) -> Table {
    let mut table = Table::new(match lang {
        Lang::Ja => &["工程", ">始まり", ">終わり", ">余裕", ">決める割合", ">済", "予定"],
        Lang::En => &["step", ">begins", ">ends", ">slack", ">decides", ">done", "schedule"],
    });
    let all = found.expected_s.value.unwrap_or(0.0).max(1.0);
    for (id, step) in &found.steps {
        let indent = if step.phase.is_some() { "  " } else { "" };
        table.row(vec![
            format!("{indent}{id}").into(),
            weeks(&step.starts_s, lang).into(),
            weeks(&step.ends_s, lang).into(),
            weeks(&step.slack_s, lang).into(),
            percent(step.critical).join().into(),
            format!("{}/{}", step.done.0, step.done.1).into(),
            bar(step, all).into(),
        ]);
    }
    table
}

/// The step on the clock, in cells; dark where it decides.
fn bar(step: &StepAnswer, all: f64) -> String {
    let cell = |s: &Figure| (s.value.unwrap_or(0.0) / all * CELLS).round() as usize;
    let (from, to) = (cell(&step.starts_s), cell(&step.ends_s));
    let mark = if step.critical >= 0.5 { "█" } else { "░" };
    format!("{}{}", "·".repeat(from), mark.repeat(to.saturating_sub(from)))
}
