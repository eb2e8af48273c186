//! What a team expects of a fault, judged: by the sampling interval, with one sentence why.

use crate::answer::shown::{because, figure};
use crate::answer::verdict::{TargetAnswer, TargetKind, Verdict};
use crate::answer::{FaultAnswer, Recovery};
use crate::model::fault::{Expectation, Fault, FaultKind, Metric};
use crate::model::{ComponentIx, Model};
use crate::stats::figure::Figure;
use crate::stats::interval::wilson;
use crate::text::Phrase;
use crate::text::numbers::{both, duration, percent};

/// Share of replications that may miss an expectation about recovery before it counts as missed.
const MISSES: f64 = 0.05;

/// Judges one expectation. The file's name and line are the caller's to fill in.
pub fn judge(
    model: &Model,
    fault: &Fault,
    expectation: &Expectation,
    answer: &FaultAnswer,
    verdicts: &[(Recovery, Option<f64>)],
    quantile: &dyn Fn(usize, f64) -> Figure,
) -> TargetAnswer {
    let below = expectation.below;
    let journey = |j: crate::model::JourneyIx| model.journeys[j.0 as usize].id.clone();
    let (value, of, percentile) = match expectation.metric {
        Metric::Errors(j) => {
            let id = journey(j);
            (answer.error_ratio.get(&id).cloned().unwrap_or(Figure::unknown("1")), id, None)
        }
        Metric::Quantile(j, q) => (
            quantile(j.0 as usize, q),
            journey(j),
            Some(format!("p{}", format!("{}", q * 100.0).replace('.', ""))),
        ),
        Metric::Recovered => (answer.recovered_after_s.clone(), fault.id.clone(), None),
    };
    let unseen = nothing_to_see(model, fault, answer, expectation);
    let known = verdicts.iter().filter(|v| v.0 != Recovery::Unknown).count() as u64;
    let unit = value.unit.clone();
    let (verdict, why) = match expectation.metric {
        Metric::Recovered => {
            let in_time = verdicts.iter().filter(|v| v.1.is_some_and(|s| s < below)).count() as u64;
            recovered(in_time, known, below)
        }
        Metric::Quantile(_, q) => match answer.error_ratio.get(&of) {
            // As for targets: those that fail, or do not end, are slower than all others.
            Some(failing) if failing.low.or(failing.value).is_some_and(|low| low > 1.0 - q) => {
                (Verdict::Fail, too_many(failing, q))
            }
            _ => by_interval(&value, below),
        },
        Metric::Errors(_) => by_interval(&value, below),
    };
    let (verdict, why) = match unseen {
        Some(unseen) if verdict == Verdict::Pass => (Verdict::Unsure, unseen),
        _ => (verdict, why),
    };
    // What waits in a backlog that grows without end is not answered, whatever share of it happened to be.
    let (verdict, why) = match answer.overload.as_ref().filter(|found| found.reaches(&of)) {
        Some(found) if verdict == Verdict::Pass => {
            (if found.is_certain() { Verdict::Fail } else { Verdict::Unsure }, found.sentence())
        }
        _ => (verdict, why),
    };
    let failures = match expectation.metric {
        Metric::Errors(_) if verdict != Verdict::Pass => {
            answer.failures.get(&of).map_or(&[][..], Vec::as_slice)
        }
        _ => &[],
    };
    let why = because(failures).map_or(why.clone(), |parts| why.then(&parts));
    let unmoved = nothing_to_see(model, fault, answer, expectation).is_some();
    let settled_by = (verdict == Verdict::Unsure && known > 0 && !unmoved)
        .then(|| Phrase::new("反復回数を増やす", "more replications"));
    TargetAnswer {
        verdict,
        kind: TargetKind::Expectation,
        name: Phrase::same(expectation.text.clone()),
        value,
        target: below,
        below: true,
        unit,
        of: Some(of),
        percentile,
        why,
        blame: failures.first().map(|most| most.component.clone()),
        settled_by,
        ..TargetAnswer::default()
    }
}

/// Shortest fault that anything can feel, s.
const SHORTEST: f64 = 1e-3;

/// Why nothing holds or breaks during a fault: it changes nothing, no request could meet it, or none came.
fn nothing_to_see(
    model: &Model,
    fault: &Fault,
    answer: &FaultAnswer,
    expectation: &Expectation,
) -> Option<Phrase> {
    let at_once = matches!(fault.what, FaultKind::CacheFlush(_) | FaultKind::ReplicaCrash(..));
    if fault.what.idle_field().is_some() || !at_once && fault.lasts.as_seconds() < SHORTEST {
        return Some(Phrase::new(
            "この障害は何も変えないので、期待は試されていない。",
            "The fault changes nothing, so the expectation is not put to the test.",
        ));
    }
    if fault.what.component().is_some_and(|c| !reached(model, c)) {
        return Some(Phrase::new(
            "障害の起きる場所に要求が来ないので、期待は試されていない。",
            "No request comes to where the fault strikes, so the expectation is not put to the test.",
        ));
    }
    let nobody = answer.error_ratio.values().all(|share| share.value.is_none());
    (expectation.metric == Metric::Recovered && nobody).then(|| {
        Phrase::new(
            "障害中に終わったリクエストがなく、復旧を判定できない。",
            "No request ended during the fault, so recovery cannot be judged.",
        )
    })
}

/// Whether a request can come to a component or to what stands on it, by whatever calls and fallbacks.
fn reached(model: &Model, c: ComponentIx) -> bool {
    let mut seen = vec![false; model.graph.node_count()];
    let mut open: Vec<ComponentIx> = model.journeys.iter().map(|journey| journey.entry).collect();
    while let Some(ix) = open.pop() {
        if !std::mem::replace(&mut seen[ix.index()], true) {
            open.extend(model.graph.neighbors(ix));
            open.extend(model.graph[ix].on);
        }
    }
    seen[c.index()]
}

fn too_many(failing: &Figure, q: f64) -> Phrase {
    let (share, allowed) = (percent(failing.value.unwrap_or(1.0)).join(), percent(1.0 - q).join());
    Phrase::new(
        format!("障害中の要求の {share} が失敗するか終わらず、許される {allowed} を超える。"),
        format!(
            "{share} of the requests during the fault fail or do not end, more than the {allowed} this percentile allows."
        ),
    )
}

fn by_interval(value: &Figure, below: f64) -> (Verdict, Phrase) {
    if value.value.is_none() {
        let why = Phrase::new(
            "障害中に終わったリクエストがなく、判定できない。",
            "No request ended during the fault, so there is nothing to judge.",
        );
        return (Verdict::Unsure, why);
    }
    let limit = shown(below, &value.unit);
    let found = both(|lang| figure(value, lang).join());
    let Some((low, high)) = value.low.zip(value.high) else {
        let why = Phrase::new(
            format!("障害中の値は {}(上限 {})。標本が少なく、区間を出せない。", found.ja, limit.ja),
            format!(
                "{} during the fault against a limit of {}; too few samples for an interval.",
                found.en, limit.en
            ),
        );
        return (Verdict::Unsure, why);
    };
    if high < below {
        let why = Phrase::new(
            format!("障害中も {} で、上限 {} を下回る。", found.ja, limit.ja),
            format!("{} during the fault, below the limit of {}.", found.en, limit.en),
        );
        (Verdict::Pass, why)
    } else if low >= below {
        let why = Phrase::new(
            format!("障害中は {} となり、上限 {} を超える。", found.ja, limit.ja),
            format!("{} during the fault, above the limit of {}.", found.en, limit.en),
        );
        (Verdict::Fail, why)
    } else {
        let why = Phrase::new(
            format!("障害中の値は {} で、95 % 区間が上限 {} をまたぐ。", found.ja, limit.ja),
            format!("{} during the fault; the 95 % interval straddles the limit of {}.", found.en, limit.en),
        );
        (Verdict::Unsure, why)
    }
}

fn recovered(in_time: u64, known: u64, below: f64) -> (Verdict, Phrase) {
    let limit = shown(below, "s");
    if known == 0 {
        let why = Phrase::new(
            "障害の前に正常な状態を観測できず、復旧を判定できない。",
            "Nothing normal was seen before the fault, so recovery cannot be judged.",
        );
        return (Verdict::Unsure, why);
    }
    let why = Phrase::new(
        format!("{known} 回の反復のうち {in_time} 回が、障害の終わりから {} 以内に正常へ戻った。", limit.ja),
        format!(
            "{in_time} of {known} replications were back to normal within {} of the fault's end.",
            limit.en
        ),
    );
    let (low, _) = wilson(known - in_time, known).unwrap_or((0.0, 1.0));
    let verdict = if in_time == known && known >= 2 {
        Verdict::Pass
    } else if low > MISSES {
        Verdict::Fail
    } else {
        Verdict::Unsure
    };
    (verdict, why)
}

/// A number in both languages, as people read it.
fn shown(x: f64, unit: &str) -> Phrase {
    both(|lang| if unit == "s" { duration(x, lang) } else { percent(x) }.join())
}
