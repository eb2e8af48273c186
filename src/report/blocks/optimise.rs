//! The report of `optimise`: what the cheapest design costs, what is out of reach, suggestions as files, the front, levers.

use super::figures::{figure, value};
use super::{Block, Cell, Table, pick};
use crate::answer::Answer;
use crate::answer::optimise::{ChangeAnswer, DesignAnswer, LeverAnswer, OptimiseAnswer, SuggestionAnswer};
use crate::answer::verdict::{TargetAnswer, TargetKind, Verdict};
use crate::stats::figure::Figure;
use crate::text::numbers::{money_per_month, percent, plain};
use crate::text::{Lang, optimise as say};
use indexmap::IndexMap;

/// Designs of the front that are shown.
const SHOWN: usize = 12;

/// Every optimised tier.
pub fn report(answer: &Answer, lang: Lang) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (tier, found) in &answer.optimise {
        blocks.push(Block::Heading(1, format!("{} · {tier}", answer.scenario.get(lang))));
        blocks.extend(one(found, lang));
    }
    blocks
}

/// What the cheapest design costs, what is out of reach, and the suggestions side by side.
pub fn brief(found: &OptimiseAnswer, lang: Lang) -> Vec<Block> {
    let mut blocks = Vec::new();
    if found.current.cost.value.is_none() {
        return vec![Block::Sentence(say::no_cost(&found.book).get(lang).to_owned())];
    }
    let cheapest = found.suggestions.get("cheapest");
    let said = match cheapest {
        Some(cheapest) => {
            let now = found.current.misses.is_empty().then(|| value(&found.current.cost, lang));
            say::cheapest(
                &value(&cheapest.design.cost, lang),
                &value(&found.current.cost, lang),
                now.is_some(),
            )
        }
        None => say::nothing_holds(),
    };
    blocks.push(Block::Sentence(said.get(lang).to_owned()));
    let proved = say::proved(found.proved, found.looked_at, &plain(found.designs), &found.book);
    blocks.push(Block::Sentence(proved.get(lang).to_owned()));
    for (id, reach) in &found.out_of_reach {
        let said = say::out_of_reach(id, &reach.why, reach.best.value.is_some());
        blocks.push(Block::Sentence(said.get(lang).to_owned()));
    }
    blocks.push(Block::Table(suggestions(found, lang)));
    if found.minute_of_downtime.value.is_none() {
        blocks.push(Block::Sentence(say::no_downtime_cost().get(lang).to_owned()));
    }
    blocks
}

/// What minutes of downtime cost in a month; `None` where that is not stated.
fn cost_of(minutes: Option<f64>, found: &OptimiseAnswer) -> Option<Figure> {
    let per_month = found.minute_of_downtime.unit.replace("/min", "/month");
    Some(Figure::assumed(minutes? * found.minute_of_downtime.value?, &per_month))
}

/// What single changes do, under a heading; nothing where none is worth a line.
pub fn single(found: &OptimiseAnswer, lang: Lang) -> Vec<Block> {
    let levers = levers(found, lang);
    if levers.rows.is_empty() {
        return Vec::new();
    }
    vec![Block::Heading(2, say::LEVERS.get(lang).to_owned()), Block::Table(levers)]
}

fn one(found: &OptimiseAnswer, lang: Lang) -> Vec<Block> {
    let mut blocks = brief(found, lang);
    for (id, suggestion) in &found.suggestions {
        blocks.push(Block::Heading(2, say::name(id).get(lang).to_owned()));
        blocks.extend(suggested(suggestion, found, lang));
    }
    if found.front.len() > 1 {
        blocks.push(Block::Heading(2, say::FRONT.get(lang).to_owned()));
        blocks.push(Block::Table(front(&found.front, lang)));
        if found.front.len() > SHOWN {
            blocks.push(Block::Sentence(say::more(found.front.len() - SHOWN).get(lang).to_owned()));
        }
    }
    blocks.extend(single(found, lang));
    blocks
}

fn suggestions(found: &OptimiseAnswer, lang: Lang) -> Table {
    let heads: &[&str] = match lang {
        Lang::Ja => &[
            "設計",
            ">月額",
            ">停止/30日",
            ">遅れの上限に対し",
            ">限界(テナント)",
            "外れる目標",
            "シミュレーション",
            ">障害で期待どおり",
            ">停止の損失",
        ],
        Lang::En => &[
            "design",
            ">per month",
            ">down/30 d",
            ">of latency limit",
            ">breaks at (tenants)",
            "misses",
            "simulated",
            ">hold under faults",
            ">downtime costs",
        ],
    };
    let stated = found.minute_of_downtime.value.is_some();
    let kept = |at: usize| match at {
        7 => !found.current_expects.is_empty(),
        8 => stated,
        _ => true,
    };
    let heads: Vec<&str> =
        heads.iter().enumerate().filter(|(at, _)| kept(*at)).map(|(_, head)| *head).collect();
    let mut table = Table::new(&heads);
    let mut row = |name: String,
                   design: &DesignAnswer,
                   breaks: String,
                   confirmed: Option<bool>,
                   expects: &IndexMap<String, Vec<TargetAnswer>>| {
        let all = expects.values().flatten();
        let (good, all) = (all.clone().filter(|t| t.verdict == Verdict::Pass).count(), all.count());
        let seen = match confirmed {
            Some(true) => pick(lang, "すべて満たす", "all hold"),
            Some(false) => pick(lang, "外れる目標がある", "one fails"),
            None => "",
        };
        let cells: Vec<Cell> = vec![
            name.into(),
            value(&design.cost, lang).into(),
            value(&design.downtime_min, lang).into(),
            design.latency.value.map_or_else(String::new, |x| percent(x).join()).into(),
            breaks.into(),
            design.misses.join(", ").into(),
            seen.into(),
            if all > 0 { format!("{good}/{all}") } else { String::new() }.into(),
            cost_of(design.downtime_min.value, found)
                .map_or_else(String::new, |cost| value(&cost, lang))
                .into(),
        ];
        table.row(cells.into_iter().enumerate().filter(|(at, _)| kept(*at)).map(|(_, cell)| cell).collect());
    };
    let now = &found.current_expects;
    row(say::NOW.get(lang).to_owned(), &found.current, String::new(), None, now);
    for (id, one) in &found.suggestions {
        let breaks = one.breaks_at.value.map_or_else(String::new, |_| figure(&one.breaks_at, lang));
        row(say::name(id).get(lang).to_owned(), &one.design, breaks, one.confirmed, &one.expects);
    }
    table
}

fn suggested(suggestion: &SuggestionAnswer, found: &OptimiseAnswer, lang: Lang) -> Vec<Block> {
    if suggestion.design.changes.is_empty() {
        return vec![Block::Sentence(say::as_it_stands().get(lang).to_owned())];
    }
    let mut blocks = vec![Block::Sentence(joined(&suggestion.design.changes, lang))];
    blocks.extend(shortfalls(suggestion, found, lang));
    if suggestion.design.changes.iter().any(|change| change.knob.ends_with(".model")) {
        blocks.push(Block::Sentence(say::other_model().get(lang).to_owned()));
    }
    blocks.push(Block::Code(suggestion.patch.clone()));
    blocks
}

/// What a suggestion misses, as simulated.
pub fn shortfalls(suggestion: &SuggestionAnswer, found: &OptimiseAnswer, lang: Lang) -> Vec<Block> {
    let mut blocks = Vec::new();
    // What no design meets has been said, and what follows from it.
    let news = |(id, target): &(&String, &TargetAnswer)| {
        let follows = matches!(target.kind, TargetKind::Capacity | TargetKind::Claim);
        target.verdict == Verdict::Fail && !found.out_of_reach.contains_key(*id) && !follows
    };
    for (_, target) in suggestion.targets.iter().filter(news) {
        blocks.push(Block::Verdict(
            target.verdict,
            format!("{}: {}", target.name.get(lang), target.why.get(lang)),
        ));
    }
    // What a team expects of its faults is no target: said, whether the design was chosen for it or not.
    for (fault, expected) in &suggestion.expects {
        for target in expected.iter().filter(|target| target.verdict != Verdict::Pass) {
            let words = format!("{fault} · {}: {}", target.name.get(lang), target.why.get(lang));
            blocks.push(Block::Verdict(target.verdict, words));
        }
    }
    blocks
}

fn joined(changes: &[ChangeAnswer], lang: Lang) -> String {
    let words: Vec<&str> = changes.iter().map(|change| change.words.get(lang)).collect();
    if words.is_empty() {
        say::as_it_stands().get(lang).to_owned()
    } else {
        words.join(pick(lang, "、", "; "))
    }
}

fn front(designs: &[DesignAnswer], lang: Lang) -> Table {
    let mut table = Table::new(match lang {
        Lang::Ja => &[">月額", ">停止/30日", ">遅れの上限に対し", "変えること"],
        Lang::En => &[">per month", ">down/30 d", ">of latency limit", "changes"],
    });
    // Evenly over the front, its two ends included.
    let step = (designs.len().max(2) - 1) as f64 / (SHOWN.min(designs.len()).max(2) - 1) as f64;
    let places = (0..SHOWN.min(designs.len())).map(|i| (i as f64 * step).round() as usize);
    for design in places.filter_map(|i| designs.get(i)) {
        table.row(vec![
            value(&design.cost, lang).into(),
            value(&design.downtime_min, lang).into(),
            design.latency.value.map_or_else(String::new, |x| percent(x).join()).into(),
            joined(&design.changes, lang).into(),
        ]);
    }
    table
}

fn levers(found: &OptimiseAnswer, lang: Lang) -> Table {
    let heads: &[&str] = match lang {
        Lang::Ja => &[
            "変えること",
            ">月額の差",
            ">停止の差/30日",
            ">遅れの差",
            "満たす目標",
            "外れる目標",
            ">避けた停止1分の値段",
            ">元が取れる月数",
            ">減る停止の損失",
        ],
        Lang::En => &[
            "change",
            ">per month",
            ">down/30 d",
            ">p95",
            "makes hold",
            "breaks",
            ">per minute avoided",
            ">pays after months",
            ">downtime costs",
        ],
    };
    let shown = if found.minute_of_downtime.value.is_some() { heads.len() } else { heads.len() - 1 };
    let mut table = Table::new(&heads[..shown]);
    for lever in telling(&found.levers) {
        let or_blank = |figure: &Figure| figure.value.map_or_else(String::new, |_| value(figure, lang));
        let mut cells = vec![
            lever.change.words.get(lang).into(),
            signed(&lever.cost, lang).into(),
            lever.downtime_min.value.map_or_else(String::new, |x| signed_minutes(x, lang)).into(),
            moved(lever, lang).into(),
            lever.fixes.join(", ").into(),
            lever.breaks.join(", ").into(),
            or_blank(&lever.per_minute_avoided).into(),
            lever.pays_after_months.value.map_or_else(String::new, plain).into(),
            cost_of(lever.downtime_min.value, found)
                .map_or_else(String::new, |cost| signed(&cost, lang))
                .into(),
        ];
        cells.truncate(shown);
        table.row(cells);
    }
    table
}

/// Of each knob the levers worth a line, among those that break nothing: what saves most, what avoids downtime at the least
/// price, the cheapest that makes as many targets hold; every commitment, and all work that makes answers faster.
fn telling(levers: &[LeverAnswer]) -> Vec<&LeverAnswer> {
    let cost = |lever: &LeverAnswer| lever.cost.value.unwrap_or(f64::INFINITY);
    let mut shown: Vec<&LeverAnswer> = Vec::new();
    let mut knobs: Vec<&str> = levers.iter().map(|lever| lever.change.knob.as_str()).collect();
    knobs.dedup();
    for knob in knobs {
        let of = || levers.iter().filter(|l| l.change.knob == knob && l.breaks.is_empty());
        let cheapest = |list: Vec<&'_ LeverAnswer>| -> Option<usize> {
            let cheapest = list.into_iter().min_by(|a, b| cost(a).total_cmp(&cost(b)))?;
            levers.iter().position(|l| std::ptr::eq(l, cheapest))
        };
        let down = |l: &LeverAnswer| l.downtime_min.value.unwrap_or(0.0);
        let fixes = of().map(|l| l.fixes.len()).max().unwrap_or(0);
        let faster = |l: &&LeverAnswer| l.latency_s.values().any(|d| d.value.is_some_and(|d| d < 0.0));
        let mut places: Vec<usize> = [
            cheapest(of().filter(|l| cost(l) < -0.5 && down(l) <= 1e-9).collect()),
            cheapest(of().filter(|l| down(l) < -0.05).collect()),
            cheapest(of().filter(|l| fixes > 0 && l.fixes.len() == fixes).collect()),
        ]
        .into_iter()
        .flatten()
        .collect();
        let all = levers.iter().enumerate().filter(|(_, l)| l.change.knob == knob && l.breaks.is_empty());
        places.extend(
            all.filter(|(_, l)| l.pays_after_months.value.is_some() || (l.effort && faster(l)))
                .map(|(i, _)| i),
        );
        places.sort_unstable();
        places.dedup();
        shown.extend(places.into_iter().map(|i| &levers[i]));
    }
    shown
}

/// The latency target that moves most, and how far: `api -12 ms`.
fn moved(lever: &LeverAnswer, lang: Lang) -> String {
    let size = |figure: &Figure| figure.value.map_or(0.0, f64::abs);
    let most = lever.latency_s.iter().max_by(|(_, a), (_, b)| size(a).total_cmp(&size(b)));
    let Some((id, by)) = most.filter(|(_, by)| size(by) >= 5e-4) else { return String::new() };
    let sign = if by.value.is_some_and(|x| x > 0.0) { "+" } else { "" };
    format!("{id} {sign}{}", value(by, lang))
}

fn signed(figure: &Figure, lang: Lang) -> String {
    let Some(x) = figure.value else { return value(figure, lang) };
    let sign = if x > 0.0 { "+" } else { "" };
    let currency = figure.unit.split('/').next().unwrap_or("");
    format!("{sign}{}", money_per_month(x, currency, lang))
}

fn signed_minutes(x: f64, lang: Lang) -> String {
    let sign = if x > 0.0 { "+" } else { "" };
    format!("{sign}{} {}", plain((x * 100.0).round() / 100.0), pick(lang, "分", "min"))
}
