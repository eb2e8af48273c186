//! Missing is never a pass: what an uptime counts as never failing stands beside its verdict, and where that could turn a pass
//! into a fail (each at its bound) the verdict is open until the file states more.

use super::place;
use crate::answer::availability::{AvailabilityAnswer, NeverFailing};
use crate::answer::verdict::{TargetAnswer, Verdict};
use crate::diag::Span;
use crate::model::Model;
use crate::scenario::SourceFile;
use crate::text::numbers::{both, uptime, uptime_tick};
use crate::text::{Lang, Phrase};

/// Things named in one sentence.
const NAMED: usize = 6;

/// Puts beside a verdict what its value counts as never failing, and takes a pass back that this could turn.
pub fn weigh(answer: &mut TargetAnswer, found: &AvailabilityAnswer, model: &Model, files: &[SourceFile]) {
    if found.never_failing.is_empty() {
        return;
    }
    answer.never_failing = placed(&found.never_failing, model, files);
    answer.at_bounds = found.at_bounds.value;
    // Where even the bounds cannot be told, nothing earns a pass.
    let holds = answer.at_bounds.is_some_and(|worst| worst >= answer.target);
    if answer.verdict == Verdict::Fail {
        return;
    }
    if answer.verdict == Verdict::Pass && !holds {
        answer.verdict = Verdict::Unsure;
    }
    if answer.verdict == Verdict::Unsure {
        answer.settled_by = Some(to_state(&answer.never_failing));
    }
}

/// The sentence about it: what counts as never failing, and what is left at the bounds.
pub fn words(answer: &TargetAnswer) -> Option<Phrase> {
    if answer.never_failing.is_empty() {
        return None;
    }
    let known = answer.value.value.is_some();
    Some(never_failing(&answer.never_failing, answer.at_bounds, known, answer.verdict == Verdict::Unsure))
}

/// The same list with files and lines.
pub fn placed(list: &[NeverFailing], model: &Model, files: &[SourceFile]) -> Vec<NeverFailing> {
    let with_place = |one: &NeverFailing| {
        let (file, line) = span(model, one)
            .filter(|_| !files.is_empty())
            .map_or_else(Default::default, |at| place(files, at));
        NeverFailing { file, line, ..one.clone() }
    };
    list.iter().map(with_place).collect()
}

fn span(model: &Model, one: &NeverFailing) -> Option<Span> {
    let region = |id: &str| model.regions.iter().find(|region| region.id == id).map(|region| region.at);
    match &*one.what {
        "zone" => region(one.id.split('/').next()?),
        "region" => region(&one.id),
        "provider" => {
            let provider = model.providers.iter().position(|provider| provider.id == one.id)?;
            let run_by = |failure: &crate::model::failure::Failure| {
                failure.provider.is_some_and(|p| usize::from(p.0) == provider)
            };
            model.graph.node_weights().find(|c| run_by(&c.failure)).map(|c| c.at)
        }
        _ => model.graph.node_weights().find(|c| c.id == one.id).map(|c| c.at),
    }
}

/// What a verdict counts as never failing, and what would be left of the uptime with each of these at its bound.
fn never_failing(list: &[NeverFailing], at_bounds: Option<f64>, known: bool, open: bool) -> Phrase {
    both(|lang| {
        let names = named(list, lang, |one| match (&*one.basis, lang) {
            ("assumption", Lang::Ja) => format!("{}、仮定", uptime_tick(one.bound)),
            ("assumption", Lang::En) => format!("{} assumed", uptime_tick(one.bound)),
            ("contract", Lang::Ja) => format!("契約 {}", uptime_tick(one.bound)),
            ("contract", Lang::En) => format!("{} by contract", uptime_tick(one.bound)),
            (basis, _) => format!("{}, {basis}", uptime_tick(one.bound)),
        });
        let first = match (known, lang) {
            (true, Lang::Ja) => format!("故障データがなく、故障しないものとして数えた: {names}。"),
            (true, Lang::En) => format!("Counted as never failing, having no failure data: {names}."),
            (false, Lang::Ja) => format!("故障データがないもの: {names}。"),
            (false, Lang::En) => format!("Without failure data: {names}."),
        };
        let then = match (at_bounds.map(|share| uptime(share, None).join()), open, lang) {
            (Some(share), true, Lang::Ja) => {
                format!("これらが下限まで悪ければ {share} なので、決められない。")
            }
            (Some(share), true, Lang::En) => {
                format!(" As bad as these bounds allow, {share} is left, so it is open.")
            }
            (Some(share), false, Lang::Ja) => format!("これらが下限まで悪くても {share}。"),
            (Some(share), false, Lang::En) => format!(" As bad as these bounds allow, {share} is left."),
            (None, _, Lang::Ja) => "下限での値は求まらない。".to_owned(),
            (None, _, Lang::En) => " What is left at these bounds cannot be told.".to_owned(),
        };
        let settled = match (open, lang) {
            (false, _) => String::new(),
            (true, Lang::Ja) => format!("{}と決まる。", to_state(list).ja),
            (true, Lang::En) => format!(" Settled by {}.", to_state(list).en),
        };
        format!("{first}{then}{settled}")
    })
}

/// What to state so that a verdict can be given.
fn to_state(list: &[NeverFailing]) -> Phrase {
    both(|lang| {
        let field = |one: &NeverFailing| match &*one.what {
            "zone" => "zone-outages, zone-outage",
            "region" => "outages, outage",
            "units" => "mtbf, mttr",
            _ => "availability",
        };
        let names = named(list, lang, |one| field(one).to_owned());
        match lang {
            Lang::Ja => format!("{names} の故障データを書く"),
            Lang::En => format!("failure data for {names}"),
        }
    })
}

/// Ids with something in brackets; zones of one region once.
fn named(list: &[NeverFailing], lang: Lang, of: impl Fn(&NeverFailing) -> String) -> String {
    let mut names: Vec<String> = Vec::new();
    for one in list {
        let id = one.id.as_str();
        let name = match (&*one.what, lang) {
            ("zone", Lang::Ja) => format!("{} の各ゾーン", id.split('/').next().unwrap_or(id)),
            ("zone", Lang::En) => format!("each zone of {}", id.split('/').next().unwrap_or(id)),
            ("region", Lang::Ja) => format!("リージョン {id}"),
            ("region", Lang::En) => format!("region {id}"),
            ("provider", Lang::Ja) => format!("事業者 {id}"),
            ("provider", Lang::En) => format!("provider {id}"),
            ("units", Lang::Ja) => format!("{id} の各台"),
            ("units", Lang::En) => format!("each of {id}"),
            _ => id.to_owned(),
        };
        let line = if one.line > 0 {
            match lang {
                Lang::Ja => format!("{} 行目、", one.line),
                Lang::En => format!("line {}, ", one.line),
            }
        } else {
            String::new()
        };
        let name = format!("{name} ({line}{})", of(one));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let rest = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let joined = names.join(if lang == Lang::Ja { "、" } else { ", " });
    match (rest, lang) {
        (0, _) => joined,
        (n, Lang::Ja) => format!("{joined} ほか {n} 件"),
        (n, Lang::En) => format!("{joined} and {n} more"),
    }
}
