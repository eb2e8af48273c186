//! The cheapest design that meets every target, the Pareto front of cost, downtime and latency, and up to three suggestions,
//! each a file that lays it over the scenario.
//!
//! Designs are compared by formulas at the central values of the assumptions and by list prices; suggestions are simulated.

mod bound;
mod combine;
pub mod knobs;
mod levers;
pub mod search;
pub mod seen;
mod steps;

use super::growth;
use super::hour::Runs;
use super::ladder::first_to_break;
use crate::answer::bill::BillLine;
use crate::answer::optimise::{ChangeAnswer, DesignAnswer, SuggestionAnswer};
use crate::answer::verdict::{TargetAnswer, TargetKind, Verdict};
use crate::assess::{self, Analysis, Evidence, flips, glance, judge, quick};
use crate::diag::Diagnostic;
use crate::model::Model;
use crate::recovery::Memo;
use crate::scenario::{Change, Scenario, SourceFile, edit, lower};
use crate::sim::Measured;
use crate::stats::figure::{Figure, FigureKind};
use indexmap::IndexMap;
use knobs::{Choice, Knob, Source};
use search::{Budget, Design, Space, Value};
use std::sync::Arc;

pub use steps::{Kept, Most, optimise, step};

/// What is answered at once.
pub const QUICK: Budget = Budget { reach: 1, local: 30, bound: 0 };
/// What is answered in half a minute.
pub const THOROUGH: Budget = Budget { reach: 3, local: 1500, bound: 4000 };
/// Share of a limit above which a failing target counts as missed, whatever its value is.
const JUST_MISSED: f64 = 1.0 + 1e-9;

const METHOD: &str = "formulas and list prices";

/// What is asked.
pub struct Ask<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Its files.
    pub files: &'a [SourceFile],
    /// The tier.
    pub tier: &'a str,
    /// The price book; `None`: the judged one if it is a list, else the list prices.
    pub book: Option<&'a str>,
    /// How far to search.
    pub budget: Budget,
    /// How suggestions are simulated, and under the faults that the team expects something of; `None`: they are not.
    pub runs: Option<Runs>,
}

/// The designs of a tier, to be searched.
pub fn designs<'a>(ask: &'a Ask<'a>) -> Result<Designs<'a>, Vec<Diagnostic>> {
    let model = lower(ask.scenario, ask.tier, &[])?;
    let book = ask.book.map_or_else(|| assess::books::list(&model), str::to_owned);
    let root = crate::scenario::tree(ask.scenario, ask.tier)?;
    let lasts_months = growth::months_until_next(ask.scenario, ask.tier);
    let knobs = knobs::knobs(&Source { root: &root, model: &model, book: &book, lasts_months });
    Ok(Designs::new(ask, book, knobs))
}

/// A tier under changes.
pub struct Designs<'a> {
    ask: &'a Ask<'a>,
    book: String,
    knobs: Vec<Knob>,
    memo: Memo,
    /// Ids and kinds of the targets that count.
    targets: Vec<(String, TargetKind)>,
    /// Knobs of services that requests need and that stand alone: kept as they are, one crash takes everything down.
    alone: Vec<usize>,
    /// What is remembered of designs with at most one change, for the levers.
    glimpses: IndexMap<Design, Glimpse>,
}

/// What is remembered of a design.
#[derive(Clone)]
struct Glimpse {
    value: Value,
    /// Value of each target that counts.
    values: Vec<Option<f64>>,
    /// What is paid for machines by the hour, by component.
    machines: Vec<(String, Option<f64>)>,
}

/// A tier under some changes, analysed.
struct Looked {
    analysis: Analysis,
    targets: IndexMap<String, TargetAnswer>,
    cost: Option<Figure>,
}

impl<'a> Designs<'a> {
    fn new(ask: &'a Ask<'a>, book: String, knobs: Vec<Knob>) -> Self {
        let mut designs = Self {
            ask,
            book,
            knobs,
            memo: Memo::default(),
            targets: Vec::new(),
            alone: Vec::new(),
            glimpses: IndexMap::new(),
        };
        if let Some(looked) = designs.look(&[]) {
            let alone = lone_services(&looked.analysis.model);
            let of = |knob: &Knob| alone.iter().any(|id| knob.id == format!("{id}.replicas"));
            designs.alone = (0..designs.knobs.len()).filter(|i| of(&designs.knobs[*i])).collect();
            // Capacity follows the latency and error targets.
            let counts = |kind| !matches!(kind, TargetKind::Claim | TargetKind::Capacity);
            let targets = looked.targets.iter().filter(|(_, target)| counts(target.kind));
            designs.targets = targets.map(|(id, target)| (id.clone(), target.kind)).collect();
        }
        designs
    }

    fn model(&self, changes: &[Change]) -> Option<Model> {
        let mut model = lower(self.ask.scenario, self.ask.tier, changes).ok()?;
        model.prices.clone_from(&self.book);
        Some(model)
    }

    fn look(&mut self, changes: &[Change]) -> Option<Looked> {
        let model = self.model(changes)?;
        let analysis = glance(Arc::new(model), &mut self.memo);
        let targets = flips::verdicts(&analysis);
        let cost = cost_of(&analysis);
        Some(Looked { analysis, targets, cost })
    }

    fn choices(&self, design: &[u8]) -> impl Iterator<Item = (&Knob, &Choice)> {
        let choices = self.knobs.iter().zip(design.to_vec());
        choices.filter_map(|(knob, i)| Some((knob, knob.choices.get(usize::from(i))?)))
    }

    fn changes(&self, design: &[u8]) -> Vec<Change> {
        self.choices(design).flat_map(|(_, choice)| choice.changes.clone()).collect()
    }

    fn value_of(&self, looked: Option<&Looked>) -> Value {
        let Some(looked) = looked else {
            let used = vec![f64::INFINITY; self.targets.len()];
            return Value { cost: f64::INFINITY, used, downtime: f64::INFINITY };
        };
        let money = looked.cost.as_ref().and_then(|cost| cost.value).unwrap_or(f64::INFINITY);
        let used = |(id, kind): &(String, TargetKind)| {
            let Some(target) = looked.targets.get(id) else { return f64::INFINITY };
            if *kind == TargetKind::Cost { money / target.target } else { used(target) }
        };
        let down = looked.analysis.uptime.values().next().and_then(|up| up.downtime_min_per_30d.value);
        Value {
            cost: money,
            used: self.targets.iter().map(used).collect(),
            downtime: down.unwrap_or(f64::INFINITY),
        }
    }

    /// A target under a design.
    fn target(&mut self, design: &[u8], t: usize) -> (String, TargetAnswer) {
        let id = self.targets[t].0.clone();
        let found = self.look(&self.changes(design)).and_then(|looked| looked.targets.get(&id).cloned());
        (id, found.unwrap_or_default())
    }

    fn answer(&mut self, design: &[u8], out_of_reach: &[bool]) -> DesignAnswer {
        let looked = self.look(&self.changes(design));
        let value = self.value_of(looked.as_ref());
        let changes = self
            .choices(design)
            .filter(|(_, c)| !c.changes.is_empty())
            .map(|(knob, c)| in_words(knob, c))
            .collect();
        let missed = value.used.iter().zip(out_of_reach).zip(&self.targets);
        let missed = missed.filter(|((used, out), _)| !**out && **used > 1.0);
        let misses = missed.map(|(_, (id, _))| id.clone()).collect();
        let latency = value.used.iter().zip(out_of_reach).zip(self.latencies());
        let latency = latency.filter(|((_, out), timed)| !**out && *timed).map(|((used, _), _)| *used);
        let figure = |x: f64, unit: &str| match x.is_finite() {
            true => Figure::analytic(x, unit, METHOD),
            false => Figure::unknown(unit),
        };
        let unit = looked.as_ref().map_or("1", |l| l.analysis.model.currency.code());
        DesignAnswer {
            changes,
            cost: looked
                .as_ref()
                .and_then(|l| l.cost.clone())
                .unwrap_or_else(|| figure(f64::NAN, &format!("{unit}/month"))),
            downtime_min: figure(value.downtime, "min/30d"),
            latency: figure(latency.fold(0.0, f64::max), "1"),
            misses,
        }
    }

    fn suggestion(
        &mut self,
        design: &[u8],
        out_of_reach: &[bool],
        measured: Option<&Measured>,
    ) -> SuggestionAnswer {
        let answer = self.answer(design, out_of_reach);
        let patch = self.patch(&self.changes(design));
        let Some(model) = self.model(&self.changes(design)) else {
            return SuggestionAnswer { design: answer, patch, ..SuggestionAnswer::default() };
        };
        let mut analysis = quick(Arc::new(model), &mut self.memo);
        assess::draws::look(self.ask.scenario, &self.changes(design), &mut analysis);
        let held = |id: &str| {
            let place = self.targets.iter().position(|(known, _)| known == id);
            place.is_some_and(|t| !out_of_reach[t])
        };
        analysis.breaking = assess::breaking_loads(&analysis.model);
        let first = first_to_break(analysis.breaking.iter().filter(|(id, _)| held(id)).map(|(_, load)| load));
        let breaks_at = first.map_or_else(|| Figure::unknown("tenants"), |load| load.tenants.clone());
        let targets = judge(&Evidence { analysis: &analysis, measured, files: self.ask.files });
        let holds = |(id, target): (&String, &TargetAnswer)| {
            let missed = match target.kind {
                TargetKind::Cost => false,
                TargetKind::Uptime => target.verdict != Verdict::Pass,
                _ => target.verdict == Verdict::Fail,
            };
            !held(id) || !missed
        };
        let confirmed = measured.is_some().then(|| targets.iter().all(holds));
        SuggestionAnswer {
            design: answer,
            targets,
            confirmed,
            breaks_at,
            patch,
            ..SuggestionAnswer::default()
        }
    }

    /// The changes as a file that lays them over the scenario.
    fn patch(&self, changes: &[Change]) -> String {
        let name = self.ask.files.first().map_or("scenario.toml", |file| file.name.as_str());
        let name = name.rsplit('/').next().unwrap_or(name);
        let mut text = format!("schema = 1\nextends = \"{name}\"\n");
        for change in changes {
            let path = tier_path(self.ask.scenario, self.ask.tier, &change.path);
            if let Ok(longer) = edit::set(&text, &path, &change.text) {
                text = longer;
            }
        }
        text
    }

    fn glimpse(&self, looked: &Looked) -> Glimpse {
        let value = |(id, _): &(String, TargetKind)| looked.targets.get(id).and_then(|t| t.value.value);
        let of = |knob: &Knob| {
            let component = knob.id.strip_suffix(".purchase")?.to_owned();
            let paid = committed(looked, &component);
            Some((component, paid))
        };
        Glimpse {
            value: self.value_of(Some(looked)),
            values: self.targets.iter().map(value).collect(),
            machines: self.knobs.iter().filter_map(of).collect(),
        }
    }
}

/// Services of one pod that requests of some journey pass through, without automatic scaling.
fn lone_services(model: &Model) -> Vec<String> {
    let mut seen = vec![0.0; model.graph.node_count()];
    for journey in model.journey_indices() {
        let visits = crate::model::traffic::visits(model, journey, 1.0).0;
        seen.iter_mut().zip(visits).for_each(|(sum, visits)| *sum += visits);
    }
    let alone = |ix: &crate::model::ComponentIx| {
        let component = &model.graph[*ix];
        let one = |s: &crate::model::station::Station| s.active_replicas() == 1 && s.scaling.is_none();
        component.pods.is_some() && seen[ix.index()] > 0.0 && component.station.as_ref().is_some_and(one)
    };
    model.graph.node_indices().filter(alone).map(|ix| model.graph[ix].id.clone()).collect()
}

/// What is paid for the machines of a component.
fn committed(looked: &Looked, component: &str) -> Option<f64> {
    let bill = looked.analysis.bills.get(&looked.analysis.model.prices)?;
    let machines = |item: &str| item.starts_with("compute.hour") || item.starts_with("cache.hour");
    let of = |line: &&BillLine| line.component.as_deref() == Some(component) && machines(&line.item);
    let lines = bill.lines.iter().filter(of);
    lines.map(|line| line.amount.value).sum::<Option<f64>>().filter(|sum| *sum > 0.0)
}

/// A choice as an answer.
pub fn in_words(knob: &Knob, choice: &Choice) -> ChangeAnswer {
    ChangeAnswer {
        knob: knob.id.clone(),
        words: choice.words.clone(),
        values: choice.changes.iter().map(|change| (change.path.clone(), change.text.clone())).collect(),
    }
}

/// Where a value of one tier stands in the file: in its overlay, if the file has tiers.
pub fn tier_path(scenario: &Scenario, tier: &str, path: &str) -> String {
    if scenario.has_tiers() { format!("tier.{tier}.{path}") } else { path.to_owned() }
}

/// The bill of a month; `None`: not known. Lines of which nobody states how much is used, such as traffic, are the same in every
/// design: then designs are compared by what is known.
pub fn cost_of(analysis: &Analysis) -> Option<Figure> {
    let bill = analysis.bills.get(&analysis.model.prices)?;
    let mut open = bill.lines.iter().filter(|line| line.amount.value.is_none());
    let only_unstated = bill.total.value.is_none() && open.all(|line| line.quantity.value.is_none());
    let total = if only_unstated { bill.known.clone() } else { bill.total.clone() };
    total.value.is_some().then(|| Figure {
        kind: FigureKind::Analytic,
        method: Some(METHOD.to_owned()),
        ..total
    })
}

fn timed(kind: TargetKind) -> bool {
    matches!(kind, TargetKind::Latency | TargetKind::AiLatency)
}

/// How much of its limit a target uses; met up to 1.
fn used(target: &TargetAnswer) -> f64 {
    // An uptime that rests on what has no failure data is open: judged by what it is at the bounds of that.
    let at_bounds = target.at_bounds.filter(|_| target.verdict == Verdict::Unsure);
    let Some(value) = at_bounds.or(target.value.value) else { return f64::INFINITY };
    let share = match target.kind {
        TargetKind::Uptime => (1.0 - value) / (1.0 - target.target).max(f64::MIN_POSITIVE),
        _ if target.below => value / target.target.max(f64::MIN_POSITIVE),
        _ => target.target / value.max(f64::MIN_POSITIVE),
    };
    match target.verdict {
        Verdict::Pass => share.min(1.0),
        Verdict::Fail => share.max(JUST_MISSED),
        Verdict::Unsure if at_bounds.is_some() => share.max(JUST_MISSED),
        Verdict::Unsure => f64::INFINITY,
    }
}

impl Space for Designs<'_> {
    fn choices(&self) -> Vec<usize> {
        self.knobs.iter().map(|knob| knob.choices.len()).collect()
    }

    fn groups(&self) -> Vec<usize> {
        self.knobs.iter().map(|knob| knob.group).collect()
    }

    fn latencies(&self) -> Vec<bool> {
        self.targets.iter().map(|(_, kind)| timed(*kind)).collect()
    }

    fn value(&mut self, design: &[u8]) -> Value {
        let looked = self.look(&self.changes(design));
        let mut value = self.value_of(looked.as_ref());
        if let (true, Some(first)) =
            (self.alone.iter().any(|knob| design.get(*knob) == Some(&0)), value.used.first_mut())
        {
            // Nothing is suggested that one crash takes down.
            *first = first.max(JUST_MISSED);
        }
        if let Some(looked) = looked.filter(|_| design.iter().filter(|choice| **choice != 0).count() <= 1) {
            let glimpse = self.glimpse(&looked);
            self.glimpses.insert(design.to_vec(), glimpse);
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_that_holds_uses_at_most_all_of_its_limit() {
        let target = |verdict, value| TargetAnswer {
            verdict,
            value: Figure::exact(value, "s"),
            target: 2.0,
            below: true,
            ..TargetAnswer::default()
        };
        assert_eq!(used(&target(Verdict::Pass, 1.0)), 0.5);
        assert!(used(&target(Verdict::Fail, 1.0)) > 1.0, "fails for another reason than its value");
        assert_eq!(used(&target(Verdict::Fail, 3.0)), 1.5);
        assert_eq!(used(&target(Verdict::Unsure, 1.0)), f64::INFINITY);
    }
}
