//! The report of `alerts`: who notices each fault, what every rule sees, and what should be changed.

use super::figures::{number, value};
use super::{Block, Table, pick};
use crate::answer::Answer;
use crate::answer::alerts::{AlertAnswer, DetectionAnswer};
use crate::answer::verdict::Verdict;
use crate::stats::figure::Figure;
use crate::text::alerts as say;
use crate::text::numbers::{both, percent};
use crate::text::{Lang, Phrase};

/// Share of failed requests from which a fault that nobody notices is a failure. Our choice: what 99.9 % leaves.
const HURTS: f64 = 0.001;

/// Alerts of one tier.
pub fn report(answer: &Answer, lang: Lang) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(1, format!("{} · {}", answer.scenario.get(lang), answer.tier))];
    if answer.alerts.is_empty() {
        blocks.push(Block::Sentence(say::none().get(lang).to_owned()));
        return blocks;
    }
    for found in answer.detection.values() {
        let hurts = found.error_ratio.value.is_some_and(|share| share >= HURTS);
        let verdict = match found.detected_probability.value {
            Some(p) if p >= 1.0 => Verdict::Pass,
            Some(p) if p < 0.5 && hurts => Verdict::Fail,
            _ => Verdict::Unsure,
        };
        blocks.push(Block::Verdict(verdict, detection(found).get(lang).to_owned()));
    }
    for (id, rule) in &answer.alerts {
        blocks.extend(about(id, rule).into_iter().map(|said| Block::Sentence(said.get(lang).to_owned())));
    }
    blocks.push(Block::Table(rules(answer, lang)));
    for (id, found) in &answer.detection {
        if !found.timeline.is_empty() {
            blocks.push(Block::Heading(2, format!("{} · {id}", found.name.get(lang))));
            blocks.push(Block::Table(timeline(found, lang)));
        }
    }
    blocks
}

fn detection(found: &DetectionAnswer) -> Phrase {
    let Some(chance) = found.detected_probability.value else { return say::not_simulated(&found.name) };
    let after = found.after_s.value.zip(found.after_p95_s.value);
    say::detection(&found.name, chance, after, found.first.as_deref(), found.error_ratio.value)
}

/// What is to be said of a rule: that it cannot be judged, that it cries wolf, that another threshold is better.
fn about(id: &str, rule: &AlertAnswer) -> Vec<Phrase> {
    if !rule.modelled {
        return vec![say::not_modelled(id, &rule.when)];
    }
    let mut said = Vec::new();
    let shown = |figure: &Figure| both(|lang| value(figure, lang));
    if let Some(n) = rule.false_alarms_per_h.value.filter(|n| *n > 0.0) {
        said.push(say::false_alarms(id, n, &shown(&rule.quiet_peak)));
    }
    if rule.suggested.value.is_some() {
        said.push(say::suggested(id, &shown(&rule.threshold), &shown(&rule.suggested)));
    }
    said
}

fn rules(answer: &Answer, lang: Lang) -> Table {
    let mut head: Vec<String> = match lang {
        Lang::Ja => ["アラート", "条件", "送り先", ">誤報 /h", ">平常の最高"],
        Lang::En => ["alert", "rule", "route", ">false /h", ">quiet peak"],
    }
    .map(str::to_owned)
    .to_vec();
    head.extend(answer.detection.keys().map(|id| format!(">{id}")));
    head.push(pick(lang, ">提案", ">suggested").to_owned());
    let mut table = Table::new(&head.iter().map(String::as_str).collect::<Vec<_>>());
    let none = pick(lang, "モデルなし", "not modelled");
    for (id, rule) in &answer.alerts {
        let mut row: Vec<String> =
            vec![id.clone(), rule.when.clone(), rule.route.clone().unwrap_or_default()];
        if rule.modelled {
            row.push(rule.false_alarms_per_h.value.map_or_else(String::new, crate::text::numbers::plain));
            row.push(value(&rule.quiet_peak, lang));
        } else {
            row.extend([none.to_owned(), String::new()]);
        }
        row.extend(answer.detection.keys().map(|fault| seen(rule, fault, lang)));
        row.push(rule.suggested.value.map_or_else(String::new, |_| value(&rule.suggested, lang)));
        table.row(row.into_iter().map(Into::into).collect());
    }
    table
}

/// After how long the rule fires in a fault and in how many of the runs, or how high what it looks at goes.
fn seen(rule: &AlertAnswer, fault: &str, lang: Lang) -> String {
    let Some(sight) = rule.faults.get(fault) else { return String::new() };
    let fires = sight.detected_probability.value.unwrap_or(0.0);
    let shown = |figure: &Figure| value(figure, lang);
    if fires <= 0.0 {
        let peak = if sight.peak.value.is_some() { shown(&sight.peak) } else { "-".to_owned() };
        return format!("{} ({peak})", pick(lang, "鳴らない", "silent"));
    }
    if fires >= 1.0 {
        shown(&sight.after_s)
    } else {
        format!("{} ({})", shown(&sight.after_s), percent(fires).join())
    }
}

fn timeline(found: &DetectionAnswer, lang: Lang) -> Table {
    let mut table = Table::new(match lang {
        Lang::Ja => &[">障害から", "アラート", ""],
        Lang::En => &[">after", "alert", ""],
    });
    for mark in &found.timeline {
        let what = match (mark.fires, lang) {
            (true, Lang::Ja) => "鳴る",
            (true, Lang::En) => "fires",
            (false, Lang::Ja) => "止む",
            (false, Lang::En) => "ends",
        };
        table.row(vec![number(mark.at_s, "s", lang).into(), mark.alert.as_str().into(), what.into()]);
    }
    table
}
