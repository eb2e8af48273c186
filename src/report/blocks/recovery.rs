//! The report of `recovery`: for every event how long, how much is lost, and what decides; then the strategies.

use super::figures::{unknown, value};
use super::{Block, Cell, Table, pick};
use crate::answer::Answer;
use crate::answer::recovery::{RecoveryAnswer, Spread};
use crate::answer::verdict::TargetKind;
use crate::stats::figure::Figure;
use crate::text::numbers::percent;
use crate::text::recovery as say;
use crate::text::{Lang, Phrase};
use indexmap::IndexMap;

/// What every strategy would do, by strategy and event.
pub type Strategies = IndexMap<String, IndexMap<String, RecoveryAnswer>>;

/// Recovery of one tier.
pub fn report(answer: &Answer, lang: Lang) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(1, format!("{} · {}", answer.scenario.get(lang), answer.tier))];
    let about = |kind| matches!(kind, TargetKind::Rto | TargetKind::Rpo);
    for target in answer.targets.values().filter(|t| about(t.kind)) {
        let said = format!("{}: {}", target.name.get(lang), target.why.get(lang));
        blocks.push(Block::Verdict(target.verdict, said));
    }
    if answer.recovery.is_empty() {
        blocks.push(Block::Sentence(say::no_event(&[]).get(lang).to_owned()));
        return blocks;
    }
    blocks.push(Block::Table(events(answer.recovery.values(), lang)));
    for found in answer.recovery.values() {
        blocks.extend(event(found, lang));
    }
    if !answer.recovery_strategies.is_empty() {
        blocks.push(Block::Heading(
            2,
            pick(lang, "リージョン喪失への備え方", "Ways to be ready for the loss of a region").to_owned(),
        ));
        blocks.push(Block::Table(strategies(&answer.recovery_strategies, lang)));
    }
    blocks
}

/// All events, a row each.
pub fn events<'a>(all: impl Iterator<Item = &'a RecoveryAnswer>, lang: Lang) -> Table {
    let mut events = Table::new(match lang {
        Lang::Ja => &["出来事", "最悪の場合", ">復旧 p50", ">p95", ">失うデータ p95", ">両目標を満たす確率"],
        Lang::En => &["event", "worst case", ">back p50", ">p95", ">data lost p95", ">meets both targets"],
    });
    for found in all {
        events.row(vec![
            found.name.get(lang).into(),
            found.of.as_str().into(),
            back(&found.rto_s, &found.rto_s.p50, lang),
            back(&found.rto_s, &found.rto_s.p95, lang),
            lost(&found.rpo_s, lang),
            chance(&found.meets_target_probability, lang),
        ]);
    }
    events
}

fn event(found: &RecoveryAnswer, lang: Lang) -> Vec<Block> {
    let mut head = found.name.get(lang).to_owned();
    if !found.of.is_empty() {
        head += &format!(" · {}", found.of);
    }
    if let Some(strategy) = &found.strategy {
        head += &format!(" · {}", say::strategy(strategy).get(lang));
    }
    if let Some(to) = &found.to {
        head += &format!(" → {to}");
    }
    let mut blocks = vec![Block::Heading(2, head)];
    if !found.steps.is_empty() {
        let mut steps = Table::new(match lang {
            Lang::Ja => &["手順", ">開始", ">長さ", ">決め手となる割合", "根拠"],
            Lang::En => &["step", ">starts", ">takes", ">decides", "source"],
        });
        for step in &found.steps {
            steps.row(vec![
                step.name.get(lang).into(),
                value(&step.starts_s, lang).into(),
                value(&step.takes_s, lang).into(),
                percent(step.critical).join().into(),
                step.source.as_deref().unwrap_or(pick(lang, "ファイル", "file")).into(),
            ]);
        }
        blocks.push(Block::Table(steps));
    }
    if let Some(alone) = &found.without_people_s {
        let (p50, p95) = (value(&alone.p50, lang), value(&alone.p95, lang));
        blocks.push(Block::Sentence(match lang {
            Lang::Ja => format!("人の判断を待たず、死活監視が始めるなら、p50 で {p50}、p95 で {p95}。"),
            Lang::En => {
                format!("Begun by health checks, without people who decide: {p50} (p50), {p95} (p95).")
            }
        }));
    }
    for loss in &found.losses {
        let p95 = match loss.p95_s.value {
            Some(_) => value(&loss.p95_s, lang),
            None if loss.unknown => unknown(lang).to_owned(),
            None => pick(lang, "すべて", "all").to_owned(),
        };
        blocks.push(Block::Sentence(match lang {
            Lang::Ja => format!("{} で失うデータ: {p95}({})。", loss.component, loss.why.ja),
            Lang::En => format!("Data of {} lost: {p95} ({}).", loss.component, loss.why.en),
        }));
    }
    let notes = found.notes.iter().filter(|note| found.losses.iter().all(|loss| loss.why != **note));
    let end = |note: &Phrase| match lang {
        Lang::Ja => format!("{}。", note.ja),
        Lang::En => format!("Note: {}.", note.en),
    };
    blocks.extend(notes.map(|note| Block::Sentence(end(note))));
    blocks
}

/// All strategies, a row for each event that they are for.
pub fn strategies(all: &Strategies, lang: Lang) -> Table {
    let mut table = Table::new(match lang {
        Lang::Ja => &["備え方", ">復旧 p95", ">失うデータ p95", ">両目標を満たす確率", ">月額の追加"],
        Lang::En => &["strategy", ">back p95", ">data lost p95", ">meets both targets", ">adds per month"],
    });
    for (id, events) in all {
        for found in events.values() {
            table.row(vec![
                say::strategy(id).get(lang).into(),
                back(&found.rto_s, &found.rto_s.p95, lang),
                lost(&found.rpo_s, lang),
                chance(&found.meets_target_probability, lang),
                found.monthly_cost.as_ref().map_or(unknown(lang).to_owned(), |cost| value(cost, lang)).into(),
            ]);
        }
    }
    table
}

/// A time to recover; what never ends says so.
fn back(of: &Spread, figure: &Figure, lang: Lang) -> Cell {
    match figure.value {
        None if of.never > 0.0 => pick(lang, "戻らない", "never").into(),
        _ => value(figure, lang).into(),
    }
}

/// The p95 of the data lost; all of it says so.
fn lost(of: &Spread, lang: Lang) -> Cell {
    match of.p95.value {
        None if of.never > 0.0 => pick(lang, "すべて", "all").into(),
        _ => value(&of.p95, lang).into(),
    }
}

fn chance(figure: &Figure, lang: Lang) -> Cell {
    let none = pick(lang, "目標なし", "no target");
    figure.value.map_or_else(|| none.to_owned(), |p| percent(p).join()).into()
}
