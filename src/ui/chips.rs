//! The six chips of the verdict strip, from the targets of a tier: which target each role shows, and what it says.

use super::outage::Outage;
use super::results::{Shown, Standing};
use crate::answer::verdict::{TargetAnswer, TargetKind, Verdict};
use crate::report::format::{self, Parts};
use crate::text::{Lang, Words, page};

/// A place in the strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Latency of a plain journey (or its errors, when that is all there is).
    Api,
    /// Latency of a journey that streams tokens.
    Ai,
    /// Uptime.
    Uptime,
    /// Time to recover.
    Rto,
    /// Data lost.
    Rpo,
    /// Monthly bill, or the plan's claim about it.
    Cost,
}

/// All places, in order.
pub const ROLES: [Role; 6] = [Role::Api, Role::Ai, Role::Uptime, Role::Rto, Role::Rpo, Role::Cost];

impl Role {
    /// Short name, for hooks.
    pub fn id(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Ai => "ai",
            Self::Uptime => "uptime",
            Self::Rto => "rto",
            Self::Rpo => "rpo",
            Self::Cost => "cost",
        }
    }

    /// Its name.
    pub fn name(self) -> Words {
        match self {
            Self::Api => page::ROLE_API,
            Self::Ai => page::ROLE_AI,
            Self::Uptime => page::ROLE_UPTIME,
            Self::Rto => page::ROLE_RTO,
            Self::Rpo => page::ROLE_RPO,
            Self::Cost => page::ROLE_COST,
        }
    }

    /// Kinds of target that it shows, the first that exists.
    fn kinds(self) -> &'static [TargetKind] {
        match self {
            Self::Api => &[TargetKind::Latency, TargetKind::Errors],
            Self::Ai => &[TargetKind::AiLatency],
            Self::Uptime => &[TargetKind::Uptime],
            Self::Rto => &[TargetKind::Rto],
            Self::Rpo => &[TargetKind::Rpo],
            Self::Cost => &[TargetKind::Cost, TargetKind::Claim],
        }
    }
}

/// One chip.
#[derive(Clone, Debug, PartialEq)]
pub struct Chip {
    /// Its place.
    pub role: Role,
    /// The target it shows; `None`: the scenario has none.
    pub target: Option<String>,
    /// Its name.
    pub name: String,
    /// The percentile it is judged at.
    pub percentile: String,
    /// What was found.
    pub value: Parts,
    /// Interval around it.
    pub interval: String,
    /// The limit, with its sign.
    pub limit: String,
    /// How it ends; `None` without a target.
    pub verdict: Option<Verdict>,
    /// Whether any engine covers it.
    pub modelled: bool,
    /// What stands behind the number: preview, replications, worst of several.
    pub note: String,
    /// One sentence.
    pub why: String,
}

/// The six chips.
pub fn chips(shown: &Shown, outage: Option<&Outage>, lang: Lang) -> Vec<Chip> {
    ROLES.into_iter().map(|role| chip(role, shown, outage, lang)).collect()
}

fn chip(role: Role, shown: &Shown, outage: Option<&Outage>, lang: Lang) -> Chip {
    let of_kind = |kind| shown.targets().iter().filter(move |(_, target)| target.kind == kind);
    let kind = role.kinds().iter().copied().find(|kind| of_kind(*kind).next().is_some());
    let same: Vec<(&String, &TargetAnswer)> = kind.into_iter().flat_map(of_kind).collect();
    // The worst one; the first of equals.
    let worst = same.iter().map(|(_, target)| target.verdict).max();
    let Some((id, target)) = same.iter().find(|(_, target)| Some(target.verdict) == worst) else {
        return Chip {
            role,
            target: None,
            name: role.name().get(lang).to_owned(),
            percentile: String::new(),
            value: Parts { number: "–".to_owned(), unit: String::new() },
            interval: String::new(),
            limit: String::new(),
            verdict: None,
            modelled: true,
            note: page::NO_TARGET.get(lang).to_owned(),
            why: String::new(),
        };
    };
    let known = target.value.value.is_some() || target.verdict == Verdict::Fail;
    let modelled = known || !matches!(role, Role::Rto | Role::Rpo);
    let failing = outage_share(target, shown, outage);
    let (value, interval) = match failing {
        Some(share) => {
            let share = format::percent(share);
            (
                Parts { number: share.number, unit: format!("% {}", page::ERROR_RATIO.get(lang)) },
                String::new(),
            )
        }
        None => value(target, modelled, lang),
    };
    Chip {
        role,
        target: Some((*id).clone()),
        name: named(id, target, lang),
        percentile: target.percentile.clone().unwrap_or_default(),
        value,
        interval,
        limit: limit(target, lang),
        verdict: Some(if failing.is_some() { Verdict::Fail } else { target.verdict }),
        modelled,
        note: note(target, same.len(), shown.standing, modelled, lang),
        why: target.why.get(lang).to_owned(),
    }
}

/// Name of a target, or its id where it has none.
pub fn named(id: &str, target: &TargetAnswer, lang: Lang) -> String {
    let name = target.name.get(lang);
    if name.is_empty() { id.to_owned() } else { name.to_owned() }
}

/// The share of a latency target's requests that fail, when that alone breaks its percentile: as simulated, or for a
/// zone that is switched off and not yet simulated as the structure says.
fn outage_share(target: &TargetAnswer, shown: &Shown, outage: Option<&Outage>) -> Option<f64> {
    if !matches!(target.kind, TargetKind::Latency | TargetKind::AiLatency) {
        return None;
    }
    let journey = target.of.as_ref()?;
    let failing = match shown.standing {
        Standing::Preview => outage?.failing.get(journey).copied()?,
        _ => shown.tier.journeys.get(journey)?.error_ratio.value?,
    };
    let digits = target.percentile.as_deref()?.strip_prefix('p')?;
    let allowed = 1.0 - digits.parse::<f64>().ok()? / if digits.len() > 2 { 1000.0 } else { 100.0 };
    (failing > allowed).then_some(failing)
}

fn value(target: &TargetAnswer, modelled: bool, lang: Lang) -> (Parts, String) {
    let unknown = match (target.verdict, target.kind) {
        (Verdict::Fail, TargetKind::Rto) => page::NO_WAY_BACK,
        (Verdict::Fail, TargetKind::Rpo) => page::ALL_LOST,
        _ if modelled => page::UNKNOWN,
        _ => page::NOT_MODELLED,
    };
    let Some(number) = target.value.value else {
        return (Parts { number: unknown.get(lang).to_owned(), unit: String::new() }, String::new());
    };
    let shown = format::figure(&target.value, lang);
    let interval = shown.interval.unwrap_or_default();
    if target.kind != TargetKind::Uptime {
        return (shown.value, interval);
    }
    let width = format::bounds(&target.value).map(|(low, high, _)| high - low);
    let minutes = (1.0 - number) * crate::units::MINUTES_PER_30_DAYS;
    let down = crate::stats::figure::Figure::exact(minutes, "min/30d");
    (format::uptime(number, width), format::figure(&down, lang).value.join())
}

/// The limit of a target with its sign: `≤ 500 ms`.
pub fn limit(target: &TargetAnswer, lang: Lang) -> String {
    let sign = if target.below { "≤" } else { "≥" };
    let limit = crate::stats::figure::Figure::exact(target.target, &target.unit);
    let written = match target.kind {
        TargetKind::Uptime => format::percent(target.target),
        _ => format::figure(&limit, lang).value,
    };
    format!("{sign} {}", written.join())
}

fn note(target: &TargetAnswer, of: usize, standing: Standing, modelled: bool, lang: Lang) -> String {
    let mut notes = Vec::new();
    let simulated = matches!(target.kind, TargetKind::Latency | TargetKind::AiLatency | TargetKind::Errors);
    match (simulated, standing, target.value.n) {
        _ if !modelled => {}
        (true, Standing::Preview, _) => notes.push(page::PREVIEW.get(lang).to_owned()),
        (true, _, Some(n)) if target.kind == TargetKind::Errors => notes.push(page::requests(n, lang)),
        (true, _, Some(n)) => notes.push(page::replications(n, lang)),
        _ => {}
    }
    if of > 1 {
        notes.push(page::one_of(of, lang));
    }
    notes.join(" · ")
}
