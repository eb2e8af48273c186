//! Judges the time to recover and the data lost: one verdict per event, the worst of them decides.

use super::{Evidence, blank, limit, say};
use crate::answer::bill::BillLine;
use crate::answer::recovery::{LossAnswer, RecoveryAnswer, Spread};
use crate::answer::verdict::{TargetAnswer, TargetKind, Verdict};
use crate::model::Component;
use crate::model::objective::Objective;
use crate::model::recovery::{Event, Strategy};
use crate::text::numbers::{both, duration, percent};
use crate::text::recovery as text;
use crate::text::{Lang, Phrase, capital};
use crate::units::Duration;

/// Share of the cases that may never end before there is no p95.
const TAIL: f64 = 0.05;

/// Each event's p95 against the limit.
pub fn judge(
    evidence: &Evidence,
    objective: &Objective,
    kind: TargetKind,
    events: &[String],
    within: Duration,
) -> TargetAnswer {
    let mut answer = blank(evidence, objective, kind, within.as_seconds(), "s");
    let known = &evidence.analysis.recovery;
    let named = |event: &&str| events.is_empty() || events.iter().any(|e| e == event);
    let asked: Vec<&str> = Event::ALL.iter().map(|e| e.id()).filter(named).collect();
    let spread = |found: &RecoveryAnswer| match kind {
        TargetKind::Rpo => found.rpo_s.clone(),
        _ => found.rto_s.clone(),
    };
    let mut all = Vec::new();
    for event in &asked {
        let Some(found) = known.get(*event) else { continue };
        let spread = spread(found);
        // Where something is missing, what it takes at least decides a fail only.
        let at_least = spread.at_least.value;
        let verdict = if spread.never > TAIL || at_least.is_some_and(|p95| p95 > answer.target) {
            Verdict::Fail
        } else {
            limit::verdict(&spread.p95, answer.target, true)
        };
        all.push((verdict, spread, found, *event));
    }
    let size = |spread: &Spread| match spread.never > TAIL {
        true => f64::INFINITY,
        false => spread.p95.value.or(spread.at_least.value).unwrap_or(0.0),
    };
    let journeys = super::counted_journeys(&evidence.analysis.model);
    let open: Vec<(&str, Phrase)> = Event::ALL
        .iter()
        .filter(|event| events.iter().any(|e| e == event.id()) && !known.contains_key(event.id()))
        .filter_map(|event| {
            Some((event.id(), crate::recovery::unjudged(&evidence.analysis.model, &journeys, *event)?))
        })
        .collect();
    let worst = all.iter().max_by(|a, b| a.0.cmp(&b.0).then(size(&a.1).total_cmp(&size(&b.1))));
    let Some((verdict, spread, found, event)) = worst else {
        answer.why = if open.is_empty() { text::no_event(&asked) } else { text::not_judged(&open) };
        return answer;
    };
    answer.verdict = *verdict;
    answer.value = spread.p95.clone();
    answer.percentile = Some("p95".to_owned());
    answer.of = Some((*event).to_owned());
    if kind == TargetKind::Rto {
        answer.attribution = found.critical_path.clone();
    }
    answer.blame = blame(kind, found);
    let missed: Vec<&str> =
        all.iter().filter(|a| a.0 == Verdict::Fail && a.3 != *event).map(|a| a.3).collect();
    answer.why = why(kind, spread, found, &answer, &missed);
    if *verdict == Verdict::Unsure {
        let missing = spread.at_least.value.and(found.notes.last()).cloned();
        answer.settled_by = Some(missing.unwrap_or_else(say::by_replications));
    }
    for (_, _, found, event) in &all {
        granted(&mut answer, evidence, found, event);
    }
    if !open.is_empty() {
        answer.why = then(&answer.why, &text::not_judged(&open));
        if answer.verdict != Verdict::Fail {
            answer.verdict = Verdict::Unsure;
            answer.settled_by = Some(open[0].1.clone());
        }
    }
    answer
}

fn then(first: &Phrase, next: &Phrase) -> Phrase {
    Phrase::new(format!("{}{}", first.ja, next.ja), format!("{} {}", first.en, next.en))
}

/// What the word for a strategy conjures up in another region counts where the bill has it, and is named; else nothing passes
/// by it.
fn granted(answer: &mut TargetAnswer, evidence: &Evidence, found: &RecoveryAnswer, event: &str) {
    let model = &evidence.analysis.model;
    let strategy = found.strategy.as_deref().and_then(Strategy::of);
    let Some(strategy) = strategy.filter(|s| *s != Strategy::BackupRestore && event != "component") else {
        return;
    };
    let to = found.to.as_deref();
    let stands = |component: &Component| {
        let units = component.failure.units.iter().filter_map(|unit| unit.zone);
        let zones = units.map(|zone| model.zones[usize::from(zone.0)].region);
        let copies = component.restore.replicas.iter().copied();
        let mut regions = component.failure.region.into_iter().chain(zones).chain(copies);
        regions.any(|region| Some(model.regions[usize::from(region.0)].id.as_str()) == to)
    };
    let placed = |component: &&Component| {
        component.station.is_some()
            && (strategy != Strategy::PilotLight || component.restore.keeps_data)
            && (component.failure.region.is_some()
                || component.failure.units.iter().any(|u| u.zone.is_some()))
    };
    let Some(missing) = model.graph.node_weights().filter(placed).find(|c| !stands(c)) else { return };
    let bill = evidence.analysis.bills.values().next();
    let standing = |line: &BillLine| line.item == super::standing::ITEM && line.amount.value.is_some();
    let paid = bill.is_some_and(|bill| bill.lines.iter().any(standing));
    let to = to.unwrap_or("-");
    if !paid && answer.verdict != Verdict::Fail {
        answer.verdict = Verdict::Unsure;
        answer.settled_by = Some(text::declare_there(&missing.id, to));
    }
    if answer.verdict != Verdict::Fail {
        answer.why = then(&answer.why, &text::taken_for_granted(strategy.id(), to, &missing.id, paid));
    }
}

/// The component whose step takes the most, or whose data are furthest behind.
fn blame(kind: TargetKind, found: &RecoveryAnswer) -> Option<String> {
    if kind == TargetKind::Rpo {
        return behind(found).map(|loss| loss.component.clone());
    }
    let longest = found.critical_path.iter().max_by(|a, b| a.share.total_cmp(&b.share))?;
    found.steps.iter().find(|step| step.id == longest.cause)?.component.clone()
}

/// The data that are furthest behind.
fn behind(found: &RecoveryAnswer) -> Option<&LossAnswer> {
    let p95 = |loss: &LossAnswer| loss.p95_s.value.unwrap_or(f64::INFINITY);
    found.losses.iter().max_by(|a, b| p95(a).total_cmp(&p95(b)))
}

/// The first note tells why it fails, the last what is missing.
fn note_of(found: &RecoveryAnswer, verdict: Verdict) -> Option<&Phrase> {
    match verdict {
        Verdict::Fail => found.notes.first(),
        Verdict::Unsure => found.notes.last(),
        Verdict::Pass => None,
    }
}

fn why(
    kind: TargetKind,
    spread: &Spread,
    found: &RecoveryAnswer,
    answer: &TargetAnswer,
    missed: &[&str],
) -> Phrase {
    let rpo = kind == TargetKind::Rpo;
    both(|lang| {
        let ja = lang == Lang::Ja;
        let case = if found.of.is_empty() { String::new() } else { format!("({})", found.of) };
        let case = if ja || case.is_empty() { case } else { format!(" {case}") };
        let mut said = format!("{}{case}", found.name.get(lang));
        let target = duration(answer.target, lang).join();
        match spread.p95.value {
            Some(p95) => {
                let p95 = duration(p95, lang).join();
                said += &match (rpo, lang) {
                    (false, Lang::Ja) => format!("からの復旧は p95 で {p95}、目標は {target}"),
                    (false, Lang::En) => format!(": served again within {p95} (p95), against {target}"),
                    (true, Lang::Ja) => format!("で失うのは p95 で直前の {p95}、目標は {target}"),
                    (true, Lang::En) => format!(": up to {p95} of data lost (p95), against {target}"),
                };
            }
            None if spread.never <= TAIL => {
                let least = duration(spread.at_least.value.unwrap_or(0.0), lang).join();
                said += &match (rpo, lang) {
                    (false, Lang::Ja) => {
                        format!("からの復旧にかかる時間は分からない(少なくとも {least}、目標は {target})")
                    }
                    (false, Lang::En) => {
                        format!(": not known how long, at least {least} (p95), against {target}")
                    }
                    (true, Lang::Ja) => {
                        format!("で失うデータの量は分からない(少なくとも直前の {least}、目標は {target})")
                    }
                    (true, Lang::En) => {
                        format!(": not known how much data is lost, at least {least} (p95), against {target}")
                    }
                };
            }
            None => {
                said += match (rpo, lang) {
                    (false, Lang::Ja) => "からは復旧できない",
                    (false, Lang::En) => ": no way back",
                    (true, Lang::Ja) => "で全データを失う",
                    (true, Lang::En) => ": all data lost",
                };
            }
        }
        said += if ja { "。" } else { "." };
        if let (false, Some(longest)) =
            (rpo, found.critical_path.iter().max_by(|a, b| a.share.total_cmp(&b.share)))
            && let Some(step) = found.steps.iter().find(|s| s.id == longest.cause)
        {
            let (name, share) = (step.name.get(lang), percent(longest.share).join());
            said += &match lang {
                Lang::Ja => format!("最も長いのは「{name}」({share})。"),
                Lang::En => format!(" Longest: {name} ({share} of the time)."),
            };
        }
        if let Some(loss) = behind(found).filter(|loss| rpo && loss.p95_s.value.is_some_and(|p95| p95 > 0.0))
        {
            said += &match lang {
                Lang::Ja => format!("最も遅れるのは{}。", loss.why.ja),
                Lang::En => format!(" Decisive: {}.", loss.why.en),
            };
        }
        if let Some(note) = note_of(found, answer.verdict) {
            said += &match lang {
                Lang::Ja => format!("{}。", note.ja),
                Lang::En => format!(" {}.", capital(&note.en)),
            };
        }
        if !missed.is_empty() {
            let names: Vec<String> =
                missed.iter().map(|event| text::event(event).get(lang).to_owned()).collect();
            said += &match lang {
                Lang::Ja => format!("ほかに目標を外すもの: {}。", names.join("、")),
                Lang::En => format!(" Missed as well: {}.", names.join(", ")),
            };
        }
        said
    })
}
