//! Results of the worker, each under the stamp of what was asked. A result is current exactly when its stamp is that of
//! the screen; anything else is stale. Undoing an edit finds the old result again.

use super::outage;
use super::session::{Good, SEED, Shared};
use crate::answer::verdict::TargetAnswer;
use crate::answer::{Answer, FaultAnswer, TierAnswer};
use crate::diag::Diagnostic;
use crate::job::digest::Hash;
use crate::job::{Ask, Job};
use crate::model::Model;
use crate::scenario::SourceFile;
use indexmap::IndexMap;

/// How many results are kept.
const KEPT: usize = 32;

/// What the worker is doing.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Run {
    /// Nothing.
    #[default]
    Idle,
    /// A job.
    Busy {
        /// Stamp of the job.
        stamp: u64,
        /// 0..=1.
        done: f64,
        /// Replications that have ended.
        replications: u32,
    },
    /// It has stopped unexpectedly.
    Lost,
}

/// How much time a run of the page covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Length {
    /// The busiest hour, at its load throughout: what is judged. Starts by itself after an edit.
    #[default]
    Hour,
    /// A day along the profile.
    Day,
    /// Thirty days along the profile.
    Month,
}

impl Length {
    /// All of them, shortest first.
    pub const ALL: [Self; 3] = [Self::Hour, Self::Day, Self::Month];

    /// Its name in the page's hooks.
    pub fn id(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// How the command line says it: duration and replications; `None` where these are its own choice.
    fn options(self) -> Option<(&'static str, f64, u32)> {
        match self {
            Self::Hour => None,
            Self::Day => Some(("1d", 86_400.0, 4)),
            Self::Month => Some(("30d", 30.0 * 86_400.0, 4)),
        }
    }
}

/// What is put into a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cause {
    /// Nothing: the healthy hour.
    #[default]
    None,
    /// A zone is switched off.
    Zone(String),
    /// This fault of the scenario happens.
    Fault(String),
}

impl Cause {
    /// A zone that is switched off goes before a fault.
    pub fn of(zone: Option<String>, fault: Option<String>) -> Self {
        zone.map(Self::Zone).or(fault.map(Self::Fault)).unwrap_or_default()
    }
}

/// One job that the screen wants, and the stamp that its reply must carry.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// Everything that the result depends on, hashed.
    pub stamp: u64,
    /// The tier.
    pub tier: String,
    /// How much time.
    pub length: Length,
    /// The zone that is switched off.
    pub zone: Option<String>,
    /// Id of the fault that does it.
    pub fault: Option<String>,
    /// Whether that fault stands in the scenario, so that the command line can run it too.
    pub own_fault: bool,
    /// The files to send.
    pub files: Vec<SourceFile>,
}

impl Wanted {
    /// The message for the worker.
    pub fn job(&self) -> Job {
        let mut ask = Ask::hour(&self.tier, self.fault.as_deref(), SEED);
        if let Some((_, seconds, replications)) = self.length.options() {
            (ask.duration_s, ask.replications, ask.follow_profile) = (seconds, replications, true);
            ask.on_time = true;
        }
        Job::Assess { revision: self.stamp, files: self.files.clone(), ask }
    }

    /// The command that gives the same digits; `None` when the fault is the page's own.
    pub fn command(&self) -> Option<String> {
        let file = &self.files.first()?.name;
        let fault = match &self.fault {
            None => String::new(),
            Some(id) if self.own_fault => format!(" --fault {id}"),
            Some(_) => return None,
        };
        let length = self.length.options().map_or_else(String::new, |(duration, _, replications)| {
            format!(" --duration {duration} --replications {replications}")
        });
        Some(format!("plimsoll simulate scenarios/{file} --tier {} --seed {SEED}{fault}{length}", self.tier))
    }
}

/// What the screen wants for a tier: the healthy hour, the outage of a zone, or a fault of the scenario. A zone for which the scenario declares no
/// fault gets one in the copy that is sent, never in the document.
pub fn wanted(good: &Good, tier: &str, model: Option<&Model>, cause: Cause, length: Length) -> Wanted {
    let mut files = good.files.clone();
    let (mut fault, mut own_fault) = (None, true);
    if let (Some(model), Cause::Fault(id)) = (model, &cause) {
        fault = model.faults.iter().any(|f| f.id == *id).then(|| id.clone());
    }
    let zone = if let Cause::Zone(zone) = cause { Some(zone) } else { None };
    if let (Some(model), Some(zone)) = (model, &zone)
        && let Some(ix) = outage::zone_ix(model, zone)
    {
        let own = outage::fault_of(model, ix);
        own_fault = own.is_some();
        let id = own.map_or_else(|| format!("page-zone-{}", zone.replace('/', "-")), str::to_owned);
        if let (false, Some(file)) = (own_fault, files.first_mut()) {
            file.text.push_str(&format!(
                "\n[fault.{id}]\nwhat = \"zone-outage\"\non = \"{zone}\"\nat = \"10min\"\nfor = \"20min\"\n"
            ));
        }
        fault = Some(id);
    }
    let texts = files.iter().fold(Hash::default(), |hash, file| hash.text(&file.text));
    let what = texts.text(tier).text(fault.as_deref().unwrap_or_default()).text(length.id());
    Wanted { stamp: what.word(SEED).get(), tier: tier.to_owned(), length, zone, fault, own_fault, files }
}

/// How far an answer on the screen can be trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// From formulas; a simulation is on its way or was not possible.
    #[default]
    Preview,
    /// Simulated to the end.
    Simulated,
    /// Simulated, stopped early.
    Partial,
}

/// The answer on the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// What the screen wants.
    pub wanted: Wanted,
    /// The tier.
    pub tier: Shared<TierAnswer>,
    /// The whole answer that it is part of.
    pub answer: Shared<Answer>,
    /// How far to trust it.
    pub standing: Standing,
    /// The latest digest and whether it belongs to what is on the screen.
    pub digest: Option<(String, bool)>,
}

impl Shown {
    /// What became of the zone that is switched off, once simulated.
    pub fn fault(&self) -> Option<&FaultAnswer> {
        self.tier.faults.get(self.wanted.fault.as_ref()?)
    }

    /// The targets of the tier.
    pub fn targets(&self) -> &IndexMap<String, TargetAnswer> {
        &self.tier.targets
    }
}

/// One reply.
#[derive(Clone, Debug)]
enum Kept {
    Answer { answer: Shared<Answer>, tier: Shared<TierAnswer>, partial: bool },
    Refused,
}

/// All replies that are still of use, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Results {
    kept: IndexMap<u64, Kept>,
    digest: Option<(u64, String)>,
    /// Why the worker refused the last job it refused.
    pub refused: Vec<Diagnostic>,
}

impl Results {
    /// Takes an answer.
    pub fn take(&mut self, stamp: u64, answer: Answer, partial: bool) {
        let Some(tier) = answer.tiers.values().next().cloned() else { return self.refuse(stamp, Vec::new()) };
        if let Some(digest) = answer.digest.clone() {
            self.digest = Some((stamp, digest));
        }
        let kept = Kept::Answer { answer: Shared::new(answer), tier: Shared::new(tier), partial };
        self.keep(stamp, kept);
    }

    /// Takes a refusal.
    pub fn refuse(&mut self, stamp: u64, why: Vec<Diagnostic>) {
        self.refused = why;
        self.keep(stamp, Kept::Refused);
    }

    fn keep(&mut self, stamp: u64, kept: Kept) {
        self.kept.shift_remove(&stamp);
        self.kept.insert(stamp, kept);
        if self.kept.len() > KEPT {
            self.kept.shift_remove_index(0);
        }
    }

    /// Whether the worker has dealt with this one to its end.
    pub fn settled(&self, stamp: u64) -> bool {
        self.kept.contains_key(&stamp)
    }

    /// Forgets one result, to run it again.
    pub fn forget(&mut self, stamp: u64) {
        self.kept.shift_remove(&stamp);
    }

    /// A simulated tier, when there is one under this stamp.
    pub fn tier(&self, stamp: u64) -> Option<Shared<TierAnswer>> {
        match self.kept.get(&stamp)? {
            Kept::Answer { tier, .. } => Some(tier.clone()),
            Kept::Refused => None,
        }
    }

    /// What the screen shows: the simulated answer when it is there, the preview otherwise.
    pub fn shown(&self, wanted: &Wanted, good: &Shared<Good>) -> Shown {
        let wanted = wanted.clone();
        match self.kept.get(&wanted.stamp) {
            Some(Kept::Answer { answer, tier, partial }) => {
                let standing = if *partial { Standing::Partial } else { Standing::Simulated };
                let digest = answer.digest.clone().map(|digest| (digest, true));
                Shown { wanted, tier: tier.clone(), answer: answer.clone(), standing, digest }
            }
            _ => {
                let tier = good.answer.tiers.get(&wanted.tier).cloned().unwrap_or_default();
                let digest = self.digest.clone().map(|(stamp, digest)| (digest, stamp == wanted.stamp));
                let answer = Shared::new(good.answer.clone());
                Shown { wanted, tier: Shared::new(tier), answer, standing: Standing::Preview, digest }
            }
        }
    }
}
