//! The report of `check`: one line of headline, then every target of every tier, then what a reader must know.

use super::figures::{figure, number};
use super::{Block, Cell, Table, mark, marked, pick};
use crate::answer::shown::because;
use crate::answer::verdict::{TargetAnswer, TargetKind, Verdict};
use crate::answer::{Answer, FindingKind, Recovery, TierAnswer};
use crate::plan::tiers::gated;
use crate::text::Lang;
use crate::text::numbers::{count, percent, uptime, uptime_tick};

/// How the gate ends: fail before unsure before pass, over all tiers.
pub fn overall(answer: &Answer) -> Verdict {
    let verdicts = answer.tiers.values().flat_map(|tier| gated(tier).into_values().map(|t| t.verdict));
    verdicts.max().unwrap_or(Verdict::Unsure)
}

/// The whole report: headline and memo, what several tiers have alike, what differs tier by tier, then findings.
pub fn report(answer: &Answer, lang: Lang) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(1, answer.scenario.get(lang).to_owned())];
    blocks.push(Block::Verdict(overall(answer), headline(answer, lang)));
    for (n, sentence) in answer.memo.iter().enumerate() {
        blocks.push(Block::Sentence(format!("{}. {}", n + 1, sentence.get(lang))));
    }
    let alike = alike(answer, lang);
    if !alike.rows.is_empty() {
        blocks.push(Block::Heading(2, pick(lang, "複数の規模に共通", "Alike in several tiers").to_owned()));
        blocks.push(Block::Table(alike));
    }
    for (id, tier) in &answer.tiers {
        blocks.push(Block::Heading(2, tier_title(id, tier, lang)));
        let mut own = gated(tier);
        own.retain(|target, judged| sharing(answer, target, judged, lang).len() < 2);
        if !own.is_empty() {
            blocks.push(Block::Table(targets(&own, lang)));
        }
        if let Some(found) = &tier.overload {
            blocks.push(Block::Sentence(found.sentence().get(lang).to_owned()));
        }
        for (fault, ended) in &tier.faults {
            blocks.push(Block::Sentence(fault_line(fault, ended, lang)));
        }
    }
    findings(answer, lang, &mut blocks);
    if let Some(digest) = &answer.digest {
        let words = pick(lang, "同じ入力なら同じ値", "same input, same digits");
        blocks.push(Block::Sentence(format!(
            "digest {digest} · seed {} · {} ({words})",
            answer.seed, answer.engine
        )));
    }
    blocks
}

/// What rules find, what the file leaves open, and the authors' own notes: three tables, each only where it has rows.
fn findings(answer: &Answer, lang: Lang, blocks: &mut Vec<Block>) {
    let parts = [
        (FindingKind::Computed, "規則で見つかったこと", "Found by rule"),
        (FindingKind::Stated, "計画が矛盾する点・述べていない点", "What the plan contradicts or leaves open"),
        (
            FindingKind::Note,
            "ファイルに書かれた注記(判定には使わない)",
            "Notes typed into the file (no part of any verdict)",
        ),
    ];
    for (kind, ja, en) in parts {
        let mut table = match kind {
            FindingKind::Computed => Table::new(match lang {
                Lang::Ja => &[">行", "規模", "内容", "直し方", ">金額"],
                Lang::En => &[">line", "tiers", "finding", "fix", ">money"],
            }),
            FindingKind::Stated | FindingKind::Note => {
                Table::new(&[pick(lang, ">行", ">line"), pick(lang, "内容", "finding")])
            }
        };
        // With another tier's numbers a finding is another row, beside the first of its code.
        let of_kind = || answer.findings.iter().filter(|f| f.kind == kind);
        let mut codes: Vec<&str> = of_kind().map(|f| f.code.as_str()).collect();
        let mut seen = std::collections::BTreeSet::new();
        codes.retain(|code| seen.insert(*code));
        for finding in codes.into_iter().flat_map(|code| of_kind().filter(move |f| f.code == code)) {
            let mut cells: Vec<Cell> = vec![finding.line.to_string().into()];
            if kind == FindingKind::Computed {
                cells.push(finding.tiers.join(", ").into());
            }
            cells.push(finding.words.get(lang).into());
            if kind == FindingKind::Computed {
                cells.push(finding.fix.get(lang).into());
                cells.push(
                    finding.money.value.map_or_else(String::new, |_| figure(&finding.money, lang)).into(),
                );
            }
            table.row(cells);
        }
        if !table.rows.is_empty() {
            blocks.push(Block::Heading(2, pick(lang, ja, en).to_owned()));
            blocks.push(Block::Table(table));
        }
    }
}

/// The tiers whose row of a target reads like this one.
fn sharing<'a>(answer: &'a Answer, id: &str, judged: &TargetAnswer, lang: Lang) -> Vec<&'a str> {
    let same = |other: &TargetAnswer| {
        other.verdict == judged.verdict
            && value(other, lang) == value(judged, lang)
            && limit(other, lang) == limit(judged, lang)
            && why(other, lang) == why(judged, lang)
    };
    let tiers = answer.tiers.iter().filter(|(_, tier)| gated(tier).get(id).is_some_and(same));
    tiers.map(|(tier, _)| tier.as_str()).collect()
}

/// Rows that read the same in several tiers, each once.
fn alike(answer: &Answer, lang: Lang) -> Table {
    let mut table = Table::new(match lang {
        Lang::Ja => &["規模", "判定", "目標", ">値(95 % 区間)", ">限度", "理由"],
        Lang::En => &["tiers", "verdict", "target", ">value (95 % interval)", ">limit", "why"],
    });
    for (tier, rung) in &answer.tiers {
        for (id, judged) in gated(rung) {
            let sharing = sharing(answer, &id, &judged, lang);
            if sharing.len() > 1 && sharing[0] == tier {
                let mut row = vec![sharing.join(", ").into()];
                row.extend(cells(&id, &judged, lang));
                table.row(row);
            }
        }
    }
    table
}

/// `t100 · 100 tenants, 1,000 users`.
pub fn tier_title(id: &str, tier: &TierAnswer, lang: Lang) -> String {
    if tier.users <= 1.0 {
        return id.to_owned();
    }
    match lang {
        Lang::Ja => format!("{id} · {} テナント、{} ユーザー", count(tier.tenants), count(tier.users)),
        Lang::En => format!("{id} · {} tenants, {} users", count(tier.tenants), count(tier.users)),
    }
}

fn headline(answer: &Answer, lang: Lang) -> String {
    let number_of = |verdict: Verdict| {
        let all = answer.tiers.values().flat_map(|tier| gated(tier).into_values());
        all.filter(|t| t.verdict == verdict).count()
    };
    let (pass, fail, unsure) =
        (number_of(Verdict::Pass), number_of(Verdict::Fail), number_of(Verdict::Unsure));
    let failing: Vec<&str> = answer
        .tiers
        .iter()
        .filter(|(_, tier)| gated(tier).values().any(|t| t.verdict == Verdict::Fail))
        .map(|(id, _)| id.as_str())
        .collect();
    match (lang, failing.is_empty()) {
        (Lang::Ja, true) => format!("達成 {pass}、未達 {fail}、不明 {unsure}。"),
        (Lang::Ja, false) => {
            format!("達成 {pass}、未達 {fail}、不明 {unsure}。成り立たない規模: {}。", failing.join("、"))
        }
        (Lang::En, true) => format!("{pass} targets hold, {fail} fail, {unsure} are open."),
        (Lang::En, false) => {
            format!(
                "{pass} targets hold, {fail} fail, {unsure} are open. It does not hold at {}.",
                failing.join(", ")
            )
        }
    }
}

/// The targets of one tier as a table.
pub fn targets(all: &indexmap::IndexMap<String, TargetAnswer>, lang: Lang) -> Table {
    let mut table = Table::new(match lang {
        Lang::Ja => &["判定", "目標", ">値(95 % 区間)", ">限度", "理由"],
        Lang::En => &["verdict", "target", ">value (95 % interval)", ">limit", "why"],
    });
    for (id, target) in all {
        table.row(cells(id, target, lang));
    }
    table
}

fn cells(id: &str, target: &TargetAnswer, lang: Lang) -> Vec<Cell> {
    vec![
        marked(target.verdict, lang),
        title(id, target, lang).into(),
        value(target, lang).into(),
        limit(target, lang).into(),
        why(target, lang).into(),
    ]
}

fn title(id: &str, target: &TargetAnswer, lang: Lang) -> String {
    let name = target.name.get(lang);
    let name = if name.is_empty() { id } else { name };
    // What is expected of a fault is nothing without the fault: `<fault>.expect-<n>`.
    let fault = id.rsplit_once(".expect-").filter(|_| target.kind == TargetKind::Expectation);
    if let Some((fault, _)) = fault {
        return format!("[{fault}] {name}");
    }
    match &target.percentile {
        Some(percentile) => format!("{name} {percentile}"),
        None => name.to_owned(),
    }
}

/// A target's value as its kind is read.
pub fn value(target: &TargetAnswer, lang: Lang) -> String {
    match (target.kind, target.value.value) {
        (TargetKind::Uptime, Some(share)) => uptime(share, None).join(),
        _ => figure(&target.value, lang),
    }
}

/// A target's limit as its kind is read.
pub fn limit(target: &TargetAnswer, lang: Lang) -> String {
    let sign = if target.below { "≤" } else { "≥" };
    let written = match target.kind {
        TargetKind::Uptime => uptime_tick(target.target),
        _ => number(target.target, &target.unit, lang),
    };
    format!("{sign} {written}")
}

fn why(target: &TargetAnswer, lang: Lang) -> String {
    let mut words = target.why.get(lang).to_owned();
    if !target.flips_if.is_empty() {
        let shown: Vec<&str> = target.flips_if.iter().take(2).map(|flip| flip.words.get(lang)).collect();
        match lang {
            Lang::Ja => words.push_str(&format!(" 仮定次第: {}。", shown.join("、"))),
            Lang::En => words.push_str(&format!(" Flips if {}.", shown.join(" or "))),
        }
    }
    words
}

fn fault_line(id: &str, ended: &crate::answer::FaultAnswer, lang: Lang) -> String {
    let name = ended.name.get(lang);
    let state = match (ended.recovery, lang) {
        (Recovery::Recovered, Lang::Ja) => "復旧した",
        (Recovery::Recovered, Lang::En) => "recovered",
        (Recovery::Draining, Lang::Ja) => "解消途中",
        (Recovery::Draining, Lang::En) => "still draining at the end",
        (Recovery::Stuck, Lang::Ja) => "復旧しない",
        (Recovery::Stuck, Lang::En) => "stuck",
        (Recovery::Unknown, Lang::Ja) => "判定できない",
        (Recovery::Unknown, Lang::En) => "cannot be judged",
    };
    let after = match ended.recovered_after_s.value {
        Some(_) => format!(" {}", figure(&ended.recovered_after_s, lang)),
        None => String::new(),
    };
    let worst = ended
        .error_ratio
        .iter()
        .filter_map(|(j, f)| f.value.map(|v| (j, v)))
        .max_by(|a, b| a.1.total_cmp(&b.1));
    let errors = worst.map_or_else(String::new, |(journey, share)| match lang {
        Lang::Ja => format!("、停止中の失敗率は最大 {}({journey})", percent(share).join()),
        Lang::En => format!("; while it lasts up to {} of requests fail ({journey})", percent(share).join()),
    });
    let why = worst.and_then(|(journey, _)| because(ended.failures.get(journey)?));
    let why = why.map_or_else(String::new, |parts| match lang {
        Lang::Ja => format!("。{}", parts.ja),
        Lang::En => format!(". {}", parts.en),
    });
    let cut = ended.overload.as_ref().map_or_else(String::new, |found| match lang {
        Lang::Ja => format!("。{}", found.sentence().ja),
        Lang::En => format!(". {}", found.sentence().en),
    });
    format!("{name} [{id}]: {state}{after}{errors}{why}{cut}")
}

/// One line per tier for a summary: `t100 ✗ 3 fail`.
pub fn summary_row(id: &str, tier: &TierAnswer, lang: Lang) -> Vec<Cell> {
    let all = gated(tier);
    let worst = all.values().map(|t| t.verdict).max().unwrap_or(Verdict::Unsure);
    let failing: Vec<&str> = all.values().filter(|t| t.verdict == worst).map(|t| t.name.get(lang)).collect();
    let word = if worst == Verdict::Pass { String::new() } else { failing.join(", ") };
    vec![id.into(), Cell { text: mark(worst, lang).to_owned(), verdict: Some(worst) }, word.into()]
}
