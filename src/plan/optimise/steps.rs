//! The search and the simulations of what it suggests, in bounded steps. What is said is worked out anew after every simulation that
//! it asks for, from those that have ended; so it does not depend on the steps.

use super::search::{Design, Found, Search};
use super::seen::Seen;
use super::{Ask, Designs, Glimpse, designs};
use crate::answer::optimise::{OptimiseAnswer, ReachAnswer};
use crate::answer::verdict::TargetAnswer;
use crate::diag::Diagnostic;
use crate::model::Model;
use crate::plan::hour::{Runs, STEP, begun};
use crate::recovery::Memo;
use crate::sim::{Executor, Faults, Measured, Study};
use crate::stats::figure::Figure;
use crate::units::BILLING_HOURS_PER_MONTH;
use indexmap::IndexMap;
use std::sync::Arc;

/// Designs looked at between two looks at whether somebody wants an end.
const AT_ONCE: usize = 200;
/// Designs tried by simulation until one is confirmed, for one suggestion.
const TRIES: usize = 4;

/// What may be done in one step.
#[derive(Clone, Copy, Debug)]
pub struct Most {
    /// Designs to look at.
    pub designs: usize,
    /// Events to simulate, in every replication under way.
    pub events: u64,
}

/// Optimises a tier. Work: an analysis per design looked at, and up to three simulated hours, a few more if one does not hold; as
/// many again and one more for each fault that something is expected of.
pub fn optimise(ask: &Ask, executor: &impl Executor) -> Result<OptimiseAnswer, Vec<Diagnostic>> {
    let (mut kept, most) = (Kept::default(), Most { designs: AT_ONCE, events: STEP });
    loop {
        if executor.stopped() {
            return so_far(ask, &mut kept, executor);
        }
        if let Some(answer) = step(ask, &mut kept, most, executor)? {
            return Ok(answer);
        }
    }
}

/// What there is when somebody wants an end: the designs seen, and the suggestions without further simulation.
fn so_far(ask: &Ask, kept: &mut Kept, executor: &impl Executor) -> Result<OptimiseAnswer, Vec<Diagnostic>> {
    kept.trials.study = None;
    let budget = super::search::Budget { reach: 1, local: 0, bound: 0 };
    let ask = Ask { budget, runs: None, ..*ask };
    loop {
        if let Some(answer) = step(&ask, kept, Most { designs: usize::MAX, events: STEP }, executor)? {
            return Ok(answer);
        }
    }
}

/// What is kept from one step to the next.
#[derive(Default)]
pub struct Kept {
    seen: Seen,
    memo: Memo,
    glimpses: IndexMap<Design, Glimpse>,
    /// What the search found, with the axes of the designs of its front.
    found: Option<(Found, Vec<[f64; 3]>)>,
    trials: Trials,
}

impl Kept {
    /// Designs looked at so far.
    pub fn looked_at(&self) -> usize {
        self.seen.all()
    }

    /// Share of the simulations that is done; `None` before the first.
    pub fn simulated(&self) -> Option<f64> {
        let trials = &self.trials;
        if trials.ended.is_empty() && trials.study.is_none() {
            return None;
        }
        let under_way = trials.study.as_ref().map_or(0.0, |(_, study)| study.progress().done);
        let ended = trials.ended.len() as f64 + under_way;
        // Three suggestions, and they and the design as it stands under each fault.
        Some((ended / (3 + 4 * trials.faults) as f64).min(1.0))
    }
}

/// A design under a fault, or under none.
type Case = (Design, Option<usize>);

/// Hours of designs that were simulated.
#[derive(Default)]
struct Trials {
    ended: IndexMap<Case, Measured>,
    study: Option<(Case, Study)>,
    /// Faults that something is expected of.
    faults: usize,
}

impl Trials {
    /// What was measured; the case itself where it is still to be simulated.
    fn of(&self, design: &[u8], fault: Option<usize>) -> Result<&Measured, Case> {
        let case = (design.to_vec(), fault);
        self.ended.get(&case).ok_or(case)
    }

    /// Begins a case.
    fn begin(&mut self, case: Case, model: Arc<Model>, runs: Runs) {
        self.faults = expecting(&model).count();
        let faults = case.1.map_or(Faults::None, Faults::One);
        self.study = Some((case, begun(model, faults, runs)));
    }

    /// Goes on with the case under way; `false` when there is none.
    fn step(&mut self, events: u64, executor: &impl Executor) -> bool {
        let Some((case, mut study)) = self.study.take() else { return false };
        if study.step(events, executor) {
            self.study = Some((case, study));
        } else {
            self.ended.insert(case, study.measured());
        }
        true
    }
}

/// Faults that something is expected of, by their place.
fn expecting(model: &Model) -> impl Iterator<Item = usize> + '_ {
    model.faults.iter().enumerate().filter(|(_, fault)| !fault.expects.is_empty()).map(|(at, _)| at)
}

/// One step of [`optimise`], of the same question; the answer, when it is there, does not depend on the steps.
pub fn step(
    ask: &Ask,
    kept: &mut Kept,
    most: Most,
    executor: &impl Executor,
) -> Result<Option<OptimiseAnswer>, Vec<Diagnostic>> {
    if kept.trials.step(most.events, executor) {
        return Ok(None);
    }
    let mut designs = designs(ask)?;
    (designs.memo, designs.glimpses) = (std::mem::take(&mut kept.memo), std::mem::take(&mut kept.glimpses));
    if kept.found.is_none() {
        let mut search = Search::again(&mut designs, std::mem::take(&mut kept.seen));
        kept.found = search.walk(ask.budget, most.designs).map(|found| {
            let axes = found.front.iter().map(|d| search_axes(&mut search, d)).collect();
            (found, axes)
        });
        kept.seen = search.into_seen();
    }
    let answer =
        kept.found.as_ref().and_then(|(found, axes)| match told(&mut designs, found, axes, &kept.trials) {
            Ok(answer) => Some(OptimiseAnswer { looked_at: kept.seen.met() as u64, ..answer }),
            Err(case) => {
                let model = designs.model(&designs.changes(&case.0));
                match ask.runs.zip(model) {
                    Some((runs, model)) => kept.trials.begin(case, Arc::new(model), runs),
                    // No such design: nothing is measured.
                    None => drop(kept.trials.ended.insert(case, Measured::default())),
                }
                None
            }
        });
    (kept.memo, kept.glimpses) = (designs.memo, designs.glimpses);
    Ok(answer)
}

/// What was found, as an answer; or what has to be simulated first. `axes`: those of the designs of the front.
fn told(
    designs: &mut Designs,
    found: &Found,
    axes: &[[f64; 3]],
    trials: &Trials,
) -> Result<OptimiseAnswer, Case> {
    let start = vec![0; designs.knobs.len()];
    let out = &found.out_of_reach[..];
    // What money can buy: the least downtime, then the least latency, then the least cost.
    let order = |a: &usize, b: &usize| {
        let key = |i: &usize| [axes[*i][1], axes[*i][2], axes[*i][0]];
        key(a).partial_cmp(&key(b)).unwrap_or(std::cmp::Ordering::Equal)
    };
    let best = (0..found.front.len()).min_by(order).map(|i| &found.front[i]);
    let current_expects = expects(designs, &start, trials)?;
    let mut suggestions = IndexMap::new();
    let mut said: Vec<&Design> = Vec::new();
    for (id, design) in
        [("cheapest", found.cheapest.as_ref()), ("least-change", found.least_change.as_ref()), ("best", best)]
    {
        let Some(design) = design.filter(|d| !said.contains(d)) else { continue };
        let others = found.front.iter().filter(|d| id == "cheapest" && *d != design);
        let mut suggestion = None;
        for design in std::iter::once(design).chain(others).take(TRIES) {
            let measured = designs.ask.runs.map(|_| trials.of(design, None)).transpose()?;
            let one = designs.suggestion(design, out, measured);
            let good = one.confirmed != Some(false);
            if good || suggestion.is_none() {
                suggestion = Some((design, one));
            }
            if good || id != "cheapest" {
                break;
            }
        }
        if let Some((design, mut suggestion)) = suggestion {
            suggestion.expects = expects(designs, design, trials)?;
            suggestions.insert(id.to_owned(), suggestion);
            said.push(design);
        }
    }
    let mut out_of_reach = IndexMap::new();
    for (t, best) in found.best_of.iter().enumerate().filter(|(t, _)| out[*t]) {
        let (id, target) = designs.target(best, t);
        let reach = ReachAnswer {
            name: target.name,
            best: target.value,
            target: target.target,
            blame: target.blame,
            why: target.why,
        };
        out_of_reach.insert(id, reach);
    }
    Ok(OptimiseAnswer {
        book: designs.book.clone(),
        knobs: designs.knobs.iter().map(|knob| (knob.id.clone(), knob.words())).collect(),
        current: designs.answer(&start, out),
        current_expects,
        designs: designs.knobs.iter().map(|knob| knob.choices.len() as f64).product(),
        proved: found.proved && found.cheapest.is_some(),
        out_of_reach,
        suggestions,
        front: found.front.iter().map(|d| designs.answer(d, out)).collect(),
        minute_of_downtime: minute_of_downtime(designs),
        levers: designs.levers(&start),
        ..OptimiseAnswer::default()
    })
}

/// What the team expects of the scenario's faults, each simulated by itself.
fn expects(
    designs: &Designs,
    design: &[u8],
    trials: &Trials,
) -> Result<IndexMap<String, Vec<TargetAnswer>>, Case> {
    let mut found = IndexMap::new();
    let Some(model) = designs.ask.runs.and(designs.model(&designs.changes(design))) else { return Ok(found) };
    for at in expecting(&model) {
        let id = &model.faults[at].id;
        if let Some(ended) = trials.of(design, Some(at))?.faults.get(id) {
            found.insert(id.clone(), ended.expects.clone());
        }
    }
    Ok(found)
}

/// What a minute of downtime costs, in the currency of the bills.
fn minute_of_downtime(designs: &Designs) -> Figure {
    let Some(model) = designs.model(&[]) else { return Figure::default() };
    let unit = format!("{}/min", model.currency.code());
    match model.downtime_cost {
        Some(cost) => Figure::assumed(cost.as_f64() / (60.0 * BILLING_HOURS_PER_MONTH), &unit),
        None => Figure::unknown(&unit),
    }
}

fn search_axes(search: &mut Search<Designs>, design: &[u8]) -> [f64; 3] {
    let value = search.value(design);
    search.axes(&value)
}
