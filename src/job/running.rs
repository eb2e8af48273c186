//! A job under way: a list of studies worked off one after the other in bounded steps, then the verdicts.

use super::part::{Part, Source};
use super::{Ask, Budget, FaultChoice, Job, Reply, Tiers, digest, frame, limits, precision};
use crate::answer::verdict::{TargetAnswer, Verdict};
use crate::answer::{Answer, TierAnswer};
use crate::assess::{self, Analysis};
use crate::diag::Diagnostic;
use crate::flow;
use crate::model::Model;
use crate::plan::audit;
use crate::plan::horizon::{Horizon, Span};
use crate::plan::tiers::rung;
use crate::scenario::{Scenario, SourceFile};
use crate::sim::estimate;
use crate::sim::{Ends, Executor, Faults, Load, Measured, Sequential, Settings, Study, Warmup};
use crate::units::Duration;

/// What a step left.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// More to do; holds a [`Reply::Progress`].
    More(Reply),
    /// The end; holds a [`Reply::Done`] or a [`Reply::Rejected`].
    Done(Reply),
}

/// One study of the list.
struct Item {
    /// Index into `Work::rungs`.
    tier: usize,
    faults: Faults,
}

/// One tier of the job.
struct Rung {
    analysis: Analysis,
    healthy: Option<Measured>,
    digests: Vec<String>,
    answer: TierAnswer,
    series: indexmap::IndexMap<String, crate::answer::Series>,
}

struct Work {
    files: Vec<SourceFile>,
    scenario: Scenario,
    ask: Ask,
    rungs: Vec<Rung>,
    items: Vec<Item>,
    next: usize,
    study: Option<Study>,
    /// A span of hours, in place of the list.
    horizon: Option<Horizon>,
    events: u64,
    replications: u32,
    /// Replications that the study under way is expected to need in all, where that is not known beforehand.
    expected: u32,
    /// How far the work has come as last told: that never falls.
    told: f64,
    interrupted: bool,
}

/// A job under way.
pub struct Running {
    revision: u64,
    work: Result<Box<Work>, Vec<Diagnostic>>,
}

impl Running {
    /// Reads, compiles and analyses; simulation starts with the first step. `Job::Stop` starts nothing: its first step
    /// answers with an empty partial answer.
    pub fn start(job: Job) -> Self {
        match job {
            Job::Assess { revision, files, ask } => {
                Self { revision, work: prepare(files, ask).map(Box::new) }
            }
            Job::Help(_) | Job::Ask { .. } | Job::Stop => Self { revision: 0, work: Err(Vec::new()) },
        }
    }

    /// One bounded step on this thread.
    pub fn step(&mut self, budget: Budget) -> Step {
        self.step_on(budget, &Sequential)
    }

    /// One bounded step: about `budget.events` events in every replication under way.
    pub fn step_on(&mut self, budget: Budget, executor: &impl Executor) -> Step {
        let revision = self.revision;
        let work = match &mut self.work {
            Ok(work) => work,
            Err(diagnostics) => {
                return Step::Done(Reply::Rejected { revision, diagnostics: std::mem::take(diagnostics) });
            }
        };
        if work.advance(budget, executor) {
            let (done, replications, events) = work.progress();
            return Step::More(Reply::Progress { revision, done, replications, events });
        }
        Step::Done(Reply::Done { revision, answer: Box::new(work.answer()), partial: false })
    }

    /// Stops: what there is so far, without a digest.
    pub fn stop(&mut self) -> Reply {
        let revision = self.revision;
        match &mut self.work {
            Ok(work) => {
                work.interrupt();
                Reply::Done { revision, answer: Box::new(work.answer()), partial: true }
            }
            Err(diagnostics) => Reply::Rejected { revision, diagnostics: std::mem::take(diagnostics) },
        }
    }

    /// Stops for want of time: what there is so far. What is open is unsure.
    pub fn exhausted(&mut self) -> Reply {
        if let Ok(work) = &mut self.work {
            work.leave_open();
        }
        self.stop()
    }

    /// Events of the whole job, about: those of visits that the formulas see, without second batches.
    pub fn estimate(&self) -> f64 {
        let Ok(work) = &self.work else { return 0.0 };
        let of = |item: &Item| {
            let model = &work.rungs[item.tier].analysis.model;
            estimate::events(model, &settings(&work.ask, item, model))
        };
        work.items.iter().map(of).sum()
    }

    /// A replication that nobody has begun, for a helper to run; `None` when there is none to spare.
    pub fn lend(&mut self) -> Option<Part> {
        let revision = self.revision;
        let work = self.work.as_mut().ok()?;
        let (replication, warm_ns) = work.study()?.lend()?;
        let settings = Settings { replications: 1, ..work.study()?.settings().clone() };
        let tier = work.rungs[work.items.get(work.next)?.tier].analysis.model.tier.id.clone();
        let of = Source { files: work.files.clone(), platform: work.ask.platform.clone(), tier };
        Some(Part { revision, study: work.next as u32, replication, warm_ns, settings, of })
    }

    /// Whether the outcome of a replication is still of use.
    pub fn wants(&self, revision: u64, study: u32, replication: u32) -> bool {
        let Ok(work) = &self.work else { return false };
        revision == self.revision
            && study as usize == work.next
            && work.study.as_ref().is_some_and(|study| study.wants(replication))
    }

    /// Takes what a helper that was lent replication `lent` of study `study` says. What is stale is ignored.
    pub fn hear(&mut self, (study, lent): (u32, u32), reply: Reply) {
        let Ok(work) = &mut self.work else { return };
        let current = |revision: u64, study: u32| revision == self.revision && study as usize == work.next;
        match reply {
            Reply::Helped { revision, study, fragment } if current(revision, study) => {
                if let Some(study) = &mut work.study {
                    study.take(fragment);
                }
            }
            Reply::Progress { revision, done, events, .. } if current(revision, study) => {
                if let Some(study) = &mut work.study {
                    study.heard(lent, done, events);
                }
            }
            _ => {}
        }
    }

    /// How long the list of studies is and which one runs, for a progress line: `(2, 12, "t500")`.
    pub fn place(&self) -> Option<(usize, usize, &str)> {
        let work = self.work.as_ref().ok()?;
        let item = work.items.get(work.next.min(work.items.len().checked_sub(1)?))?;
        Some((work.next + 1, work.items.len(), &work.rungs[item.tier].analysis.model.tier.id))
    }

    /// The compiled tiers of the job, in order.
    pub fn analyses(&self) -> impl Iterator<Item = &Analysis> {
        self.work.iter().flat_map(|work| work.rungs.iter().map(|rung| &rung.analysis))
    }
}

fn prepare(files: Vec<SourceFile>, ask: Ask) -> Result<Work, Vec<Diagnostic>> {
    let scenario = super::open_on(&files, ask.platform.as_ref())?;
    let tiers: Vec<String> = match &ask.tiers {
        Tiers::All => scenario.tiers.clone(),
        Tiers::One(id) => vec![id.clone()],
    };
    let mut rungs = Vec::new();
    let mut items = Vec::new();
    for (tier, id) in tiers.iter().enumerate() {
        let analysis = super::analyse(&scenario, id, ask.prices.as_deref())?;
        let add = |faults| Item { tier, faults };
        let model = &analysis.model;
        match &ask.faults {
            FaultChoice::None => items.push(add(Faults::None)),
            FaultChoice::All => items.push(add(Faults::All)),
            FaultChoice::Random => items.push(add(Faults::Random)),
            FaultChoice::One(id) => items.push(add(Faults::One(fault(model, id)?))),
            FaultChoice::Some(ids) => {
                let found: Result<Vec<usize>, _> = ids.iter().map(|id| fault(model, id)).collect();
                items.push(add(Faults::Some(found?)));
            }
            FaultChoice::Each if model.faults.len() == 1 => items.push(add(Faults::One(0))),
            FaultChoice::Each => {
                items.push(add(Faults::None));
                items.extend((0..model.faults.len()).map(|ix| add(Faults::One(ix))));
            }
            FaultChoice::Expected => {
                items.push(add(Faults::None));
                let expected = model.faults.iter().enumerate().filter(|(_, f)| !f.expects.is_empty());
                items.extend(expected.map(|(ix, _)| add(Faults::One(ix))));
            }
        }
        let answer = rung(&analysis, None, &files);
        let series = indexmap::IndexMap::new();
        rungs.push(Rung { analysis, healthy: None, digests: Vec::new(), answer, series });
    }
    for Item { tier, faults } in &items {
        let faults_of = &rungs[*tier].analysis.model.faults;
        let played: Vec<usize> = match faults {
            Faults::One(ix) => vec![*ix],
            Faults::Some(some) => some.clone(),
            Faults::All => (0..faults_of.len()).collect(),
            Faults::None | Faults::Random => Vec::new(),
        };
        let late = |ix: &&usize| faults_of[**ix].at.as_seconds() >= ask.duration_s;
        if let Some(ix) = played.iter().find(late).filter(|_| ask.on_time && !ask.hybrid) {
            return Err(vec![limits::too_late(&faults_of[*ix])]);
        }
    }
    for (tier, rung) in rungs.iter().enumerate().filter(|_| !ask.hybrid) {
        let model = &rung.analysis.model;
        let of: Vec<Settings> =
            items.iter().filter(|i| i.tier == tier).map(|item| settings(&ask, item, model)).collect();
        limits::affordable(model, &of)?;
        if let Some(random) = of.iter().find(|settings| settings.faults == Faults::Random) {
            limits::failures_fit(model, random)?;
        }
    }
    let horizon = rungs.first().filter(|_| ask.hybrid).map(|rung: &Rung| {
        let model = &rung.analysis.model;
        let settings = settings(&ask, &items.swap_remove(0), model);
        items.clear();
        Horizon::start(
            model.clone(),
            Span {
                seed: settings.seed,
                hour: settings.hour,
                length: settings.duration,
                replications: settings.replications,
                warmup: Duration::seconds(ask.warmup_s.unwrap_or(super::WARMUP_S)),
                faults: settings.faults,
            },
        )
    });
    Ok(Work {
        horizon,
        files,
        scenario,
        ask,
        rungs,
        items,
        next: 0,
        study: None,
        events: 0,
        replications: 0,
        expected: 0,
        told: 0.0,
        interrupted: false,
    })
}

impl Work {
    /// The study under way, begun if need be; `None` at the end of the list.
    fn study(&mut self) -> Option<&mut Study> {
        let item = self.items.get(self.next)?;
        if self.study.is_none() {
            let model = &self.rungs[item.tier].analysis.model;
            let settings = settings(&self.ask, item, model);
            self.expected = settings.replications;
            self.study = Some(Study::start(model.clone(), settings));
        }
        self.study.as_mut()
    }

    /// One step; `true` while there is more.
    fn advance(&mut self, budget: Budget, executor: &impl Executor) -> bool {
        if let Some(horizon) = &mut self.horizon {
            return horizon.step(budget.events, executor);
        }
        let Some(study) = self.study() else { return false };
        if study.step(budget.events, executor) {
            return true;
        }
        self.finish_study();
        self.next < self.items.len()
    }

    /// Takes what a study measured and judges its tier. A study that is not precise enough, or leaves a verdict unsure for
    /// want of replications, goes on with another batch.
    fn finish_study(&mut self) {
        let Some(mut study) = self.study.take() else { return };
        let measured = study.measured();
        let (tier, faults) = (self.items[self.next].tier, self.items[self.next].faults.clone());
        let rung_of = &mut self.rungs[tier];
        let (mut ran, series) = (measured.faults.clone(), measured.series.clone());
        let (results, ended, events) = (measured.digest, measured.replications, measured.events);
        let alone = match self.ask.faults {
            FaultChoice::Expected | FaultChoice::None => true,
            FaultChoice::Each => rung_of.analysis.model.faults.len() != 1,
            _ => false,
        };
        if faults == Faults::None || !alone {
            let reached = precision::reached(&rung_of.analysis.model, &measured, &self.ask);
            rung_of.healthy = Some(measured);
            let mut answer = rung(&rung_of.analysis, rung_of.healthy.as_ref(), &self.files);
            answer.faults = std::mem::take(&mut rung_of.answer.faults);
            answer.precision = reached;
            rung_of.answer = answer;
            rung_of.series = series;
            if !self.interrupted && self.goes_on(tier, faults, ended) {
                return self.extend(study, ended);
            }
        } else if !self.interrupted
            && ended < self.ask.replications
            && ran.values().any(|fault| !precision::clear(fault, &rung_of.analysis))
        {
            study.extend(self.ask.replications);
            self.expected = self.ask.replications;
            self.study = Some(study);
            return;
        }
        let rung_of = &mut self.rungs[tier];
        for (id, fault) in &mut ran {
            let declared = rung_of.analysis.model.faults.iter().find(|f| f.id == *id);
            if let (Some(attack), Some(declared)) = (&mut fault.attack, declared) {
                attack.cost = crate::plan::attack::cost(&rung_of.analysis, declared).unwrap_or_default();
            }
            for expected in &mut fault.expects {
                (expected.file, expected.line) =
                    declared.map_or_else(Default::default, |f| assess::place(&self.files, f.span));
            }
        }
        rung_of.answer.faults.extend(ran);
        if let Some(results) = results {
            rung_of.digests.push(digest::of_run(&rung_of.analysis.model, study.settings(), results));
        }
        self.events += events;
        self.replications += ended;
        self.next += 1;
    }

    /// Whether a study whose replications have all ended needs more of them.
    fn goes_on(&self, tier: usize, faults: Faults, ended: u32) -> bool {
        let Rung { answer, analysis, .. } = &self.rungs[tier];
        let most = precision::most(&self.ask);
        let unsure = |t: &TargetAnswer| {
            t.verdict == Verdict::Unsure && t.value.n.is_some() && !precision::is_hopeless(t, ended, most)
        };
        let few = ended < self.ask.replications;
        let open =
            |t: &TargetAnswer| unsure(t) || few && t.value.n.is_some() && !precision::decided(t, analysis);
        let open = self.ask.until_sure && faults == Faults::None && answer.targets.values().any(open);
        let wide = answer.precision.as_ref().is_some_and(|p| !p.met);
        ended < precision::most(&self.ask) && (open || wide)
    }

    /// Goes on with another batch.
    fn extend(&mut self, mut study: Study, ended: u32) {
        study.extend(precision::next(&self.ask, ended));
        let answer = &self.rungs[self.items[self.next].tier].answer;
        let expected = answer.precision.as_ref().map_or(0, precision::expected);
        self.expected = expected.max(study.settings().replications);
        self.study = Some(study);
    }

    /// What no simulation has decided is unsure: there is no time for it.
    fn leave_open(&mut self) {
        self.finish_study();
        for item in self.items.iter().skip(self.next) {
            let rung = &mut self.rungs[item.tier];
            match &item.faults {
                Faults::One(ix) if rung.healthy.is_some() || self.items.len() > 1 => {
                    let fault = &rung.analysis.model.faults[*ix];
                    let open = assess::open::fault(fault, &self.files);
                    rung.answer.faults.entry(fault.id.clone()).or_insert(open);
                }
                _ => assess::open::targets(&mut rung.answer.targets),
            }
        }
        self.items.truncate(self.next);
    }

    /// Judges with what the study under way has so far.
    fn interrupt(&mut self) {
        self.interrupted = true;
        self.finish_study();
        for rung in &mut self.rungs {
            rung.digests.clear();
        }
    }

    fn progress(&mut self) -> (f64, u32, u64) {
        if let Some(horizon) = &self.horizon {
            let now = horizon.progress();
            return (now.done.min(1.0), now.replications, now.events);
        }
        let now = self.study.as_ref().map(Study::progress).unwrap_or_default();
        let planned = self.study.as_ref().map_or(1, |study| study.settings().replications);
        let share = now.done * f64::from(planned) / f64::from(self.expected.max(planned));
        let done = (self.next as f64 + share) / self.items.len().max(1) as f64;
        self.told = self.told.max(done.min(1.0));
        (self.told, self.replications + now.replications, self.events + now.events)
    }

    fn answer(&mut self) -> Answer {
        let looked_at = self.ask.flips && !self.interrupted;
        for rung in &mut self.rungs {
            if looked_at {
                assess::flips::look(&self.scenario, &rung.analysis, &mut rung.answer.targets);
            }
            rung.answer.digest = match rung.digests.as_slice() {
                [] => None,
                [one] => Some(one.clone()),
                several => Some(digest::of_parts(several.iter().map(String::as_str))),
            };
        }
        let Some(first) = self.rungs.first() else { return Answer::default() };
        let mut answer = frame(&first.analysis, &first.answer, &self.files);
        answer.seed = self.ask.seed;
        answer.series.extend(first.series.clone());
        answer.random_faults = first.healthy.as_ref().map(|m| m.random.clone()).unwrap_or_default();
        if let Some(horizon) = &self.horizon {
            horizon.fill(&mut answer, &self.files);
            let whole = horizon.complete() && !self.interrupted;
            answer.digest = whole.then(|| digest::of_span(&first.analysis.model, &self.ask, &answer));
            return answer;
        }
        for rung in &self.rungs[1..] {
            audit::add(&mut answer.findings, &rung.analysis, &self.files);
        }
        if self.rungs.len() > 1 {
            let digests: Option<Vec<&str>> = self.rungs.iter().map(|r| r.answer.digest.as_deref()).collect();
            answer.digest = digests.map(|parts| digest::of_parts(parts.into_iter()));
        }
        answer.tiers =
            self.rungs.iter().map(|r| (r.analysis.model.tier.id.clone(), r.answer.clone())).collect();
        if looked_at {
            answer.memo = audit::memo(&self.scenario, &self.files, &answer.tiers, &answer.findings);
        }
        answer
    }
}

fn settings(ask: &Ask, item: &Item, model: &Model) -> Settings {
    let busiest = model.profile.busiest_hour();
    let hour = ask.from_time.map_or(busiest, |minute| busiest / 24 * 24 + minute as usize / 60);
    let warmup = ask.warmup_s.map_or(Warmup::Auto, |s| Warmup::Fixed(Duration::seconds(s)));
    Settings {
        seed: ask.seed,
        replications: precision::first(ask),
        warmup,
        duration: Duration::seconds(ask.duration_s),
        ends: if ask.on_time { Ends::OnTime } else { Ends::AfterFaults },
        step: ask.step_s.map(Duration::seconds),
        hour,
        load: if ask.follow_profile { Load::Profile } else { Load::Constant },
        faults: item.faults.clone(),
        standing: flow::standing(model, hour),
    }
}

/// The fault of this id.
fn fault(model: &Model, id: &str) -> Result<usize, Vec<Diagnostic>> {
    let known = || model.faults.iter().map(|fault| fault.id.as_str());
    known().position(|known| known == id).ok_or_else(|| vec![super::unknown("fault", id, known())])
}
