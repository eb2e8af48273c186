//! The roadmap on the clock: critical path at mean lengths (CPM with PERT means), and the end as a distribution, played.
//!
//! A phase whose tasks have no length of their own is one step; what of its tasks is done is taken off its length, in equal
//! parts (our choice: the plan gives no lengths of tasks). A phase with tasks of their own length lasts as long as these;
//! a task without one then takes no time. Work goes on in parallel wherever nothing waits; people are not counted.
//!
//! Source: D. G. Malcolm, J. H. Roseboom, C. E. Clark, W. Fazar, "Application of a technique for research and development
//! program evaluation" (Operations Research 7, 1959).

use crate::answer::roadmap::{RoadmapAnswer, StepAnswer};
use crate::model::roadmap::{Roadmap, Task};
use crate::stats::distribution::Distribution;
use crate::stats::figure::Figure;
use crate::stats::rng::{Key, Stream};
use crate::text::Phrase;

/// Times that a roadmap of up to 400 steps is played.
const PLAYED: u32 = 10_000;
/// Times that any roadmap is played at least: the 90th percentile then rests on a hundred runs above it.
const LEAST_PLAYED: usize = 1_000;
/// Lengths drawn at most, where the least number of runs allows it. Our choice: about a second of work.
const MOST_DRAWS: usize = 4_000_000;
/// Rounding of sums of lengths, relative.
const ROUNDING: f64 = 1e-9;

/// One step of a network.
#[derive(Clone, Debug)]
pub struct Step {
    /// How long, any unit of time.
    pub takes: Distribution,
    /// Steps that must end first; without circles.
    pub after: Vec<usize>,
}

/// A network at given lengths.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schedule {
    /// Earliest end of each step.
    pub early_finish: Vec<f64>,
    /// How much later each may end without the whole ending later.
    pub slack: Vec<f64>,
    /// End of the last one.
    pub ends: f64,
}

impl Schedule {
    /// Whether a step of this length may not end later without the whole ending later.
    fn is_critical(&self, step: usize, length: f64) -> bool {
        self.slack[step] <= ROUNDING * self.ends.max(1e-300) && length > 0.0
    }
}

/// The critical-path method. O(steps + waits), for steps in any order; one that waits in a circle never ends.
pub fn schedule(steps: &[Step], lengths: &[f64]) -> Schedule {
    scheduled(steps, &order(steps), lengths)
}

/// [`schedule`] with the order of the steps known.
fn scheduled(steps: &[Step], order: &[usize], lengths: &[f64]) -> Schedule {
    let mut early = vec![f64::INFINITY; steps.len()];
    for i in order {
        let begins = steps[*i].after.iter().map(|before| early[*before]).fold(0.0, f64::max);
        early[*i] = begins + lengths[*i];
    }
    let ends = order.iter().map(|i| early[*i]).fold(0.0, f64::max);
    let mut late = vec![ends; steps.len()];
    for i in order.iter().rev() {
        let begins = late[*i] - lengths[*i];
        for before in &steps[*i].after {
            late[*before] = late[*before].min(begins);
        }
    }
    let slack = early.iter().zip(&late).map(|(early, late)| late - early).collect();
    Schedule { early_finish: early, slack, ends }
}

/// Steps so that each comes after what it waits for; those in circles are left out.
fn order(steps: &[Step]) -> Vec<usize> {
    let mut waits: Vec<usize> = steps.iter().map(|step| step.after.len()).collect();
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); steps.len()];
    for (i, step) in steps.iter().enumerate() {
        step.after.iter().for_each(|before| followers[*before].push(i));
    }
    let mut ready: Vec<usize> = (0..steps.len()).filter(|i| waits[*i] == 0).collect();
    let mut order = Vec::with_capacity(steps.len());
    while let Some(i) = ready.pop() {
        order.push(i);
        for next in &followers[i] {
            waits[*next] -= 1;
            if waits[*next] == 0 {
                ready.push(*next);
            }
        }
    }
    order
}

/// Steps on the critical path at these lengths, in the order in which they end.
pub fn critical_path(steps: &[Step], lengths: &[f64]) -> Vec<usize> {
    let found = schedule(steps, lengths);
    let mut path: Vec<usize> = (0..steps.len()).filter(|i| found.is_critical(*i, lengths[*i])).collect();
    path.sort_by(|a, b| found.early_finish[*a].total_cmp(&found.early_finish[*b]).then(a.cmp(b)));
    path
}

/// Times that a roadmap of so many steps is played: fewer where each time is long.
fn times(steps: usize) -> u32 {
    (MOST_DRAWS / steps.max(1)).clamp(LEAST_PLAYED, PLAYED as usize) as u32
}

/// Ends of the whole, ascending, and the share of runs in which each step is critical. O(runs x steps), runs at most
/// [`PLAYED`].
pub fn play(steps: &[Step], seed: u64) -> (Vec<f64>, Vec<f64>) {
    let runs = times(steps.len());
    let (mut ends, mut critical) = (Vec::with_capacity(runs as usize), vec![0.0; steps.len()]);
    let order = order(steps);
    let streams: Vec<Stream> = (0..steps.len()).map(|i| Stream::new("roadmap", &i.to_string())).collect();
    for run in 0..runs {
        let key = Key::new(seed, run);
        let draw = |(step, stream): (&Step, &Stream)| {
            let mut draws = key.draws(*stream);
            step.takes.draw(|| draws.uniform())
        };
        let lengths: Vec<f64> = steps.iter().zip(&streams).map(draw).collect();
        let found = scheduled(steps, &order, &lengths);
        for (i, share) in critical.iter_mut().enumerate() {
            if found.is_critical(i, lengths[i]) {
                *share += 1.0 / f64::from(runs);
            }
        }
        ends.push(found.ends);
    }
    ends.sort_by(f64::total_cmp);
    (ends, critical)
}

/// What stands at a step.
struct Node<'a> {
    id: &'a str,
    name: &'a Phrase,
    phase: Option<usize>,
    delivers: Vec<String>,
    done: (u32, u32),
    step: Step,
}

/// How long the roadmap takes from now on at mean lengths, seconds; `None` when there is none.
pub fn at_means(roadmap: &Roadmap) -> Option<f64> {
    let steps: Vec<Step> = nodes(roadmap).into_iter().map(|node| node.step).collect();
    let means: Vec<f64> = steps.iter().map(|step| step.takes.mean()).collect();
    (!steps.is_empty()).then(|| schedule(&steps, &means).ends)
}

/// The roadmap from now on; `None` when there is none.
pub fn roadmap(roadmap: &Roadmap, seed: u64) -> Option<RoadmapAnswer> {
    let nodes = nodes(roadmap);
    if nodes.is_empty() {
        return None;
    }
    let steps: Vec<Step> = nodes.iter().map(|node| node.step.clone()).collect();
    let means: Vec<f64> = steps.iter().map(|step| step.takes.mean()).collect();
    let (at_means, path) = (schedule(&steps, &means), critical_path(&steps, &means));
    let (ends, critical) = play(&steps, seed);
    let at = |q: f64| ends[((q * ends.len() as f64) as usize).min(ends.len() - 1)];
    let finish = |q: f64| Figure::simulated(at(q), None, "s", ends.len() as u64, METHOD);
    let of = |value: f64| Figure::analytic(value, "s", CPM);
    let mut answer = RoadmapAnswer {
        finish_s: [("p10", 0.1), ("p50", 0.5), ("p90", 0.9)]
            .map(|(n, q)| (n.to_owned(), finish(q)))
            .into_iter()
            .collect(),
        expected_s: of(at_means.ends),
        critical_path: path.iter().map(|i| nodes[*i].id.to_owned()).collect(),
        done: roadmap.tasks.iter().filter(|task| task.done).count() as u32,
        tasks: roadmap.tasks.len() as u32,
        ..RoadmapAnswer::default()
    };
    for (i, node) in nodes.iter().enumerate() {
        let step = StepAnswer {
            name: node.name.clone(),
            phase: node.phase.map(|phase| roadmap.phases[phase].id.clone()),
            takes_s: of(means[i]),
            starts_s: of(at_means.early_finish[i] - means[i]),
            ends_s: of(at_means.early_finish[i]),
            slack_s: of(at_means.slack[i].max(0.0)),
            critical: critical[i].min(1.0),
            done: node.done,
            delivers: node.delivers.clone(),
        };
        answer.steps.insert(node.id.to_owned(), step);
    }
    let mut open = vec![Vec::new(); roadmap.phases.len()];
    for task in roadmap.tasks.iter().filter(|task| !task.done) {
        task.phase.into_iter().for_each(|phase| open[phase].push(task.name.clone()));
    }
    answer.open = roadmap.phases.iter().map(|phase| phase.id.clone()).zip(open).collect();
    Some(answer)
}

const CPM: &str = "critical path at PERT means";
const METHOD: &str = "roadmaps played, three-point estimates (PERT)";

/// Phases in order, each after its tasks where these have lengths of their own.
fn nodes(roadmap: &Roadmap) -> Vec<Node<'_>> {
    let mut in_phase: Vec<Vec<usize>> = vec![Vec::new(); roadmap.phases.len()];
    for (i, task) in roadmap.tasks.iter().enumerate() {
        task.phase.into_iter().for_each(|phase| in_phase[phase].push(i));
    }
    let of_phase = |i: usize| in_phase[i].iter().map(|task| (*task, &roadmap.tasks[*task]));
    let has_times: Vec<bool> =
        (0..roadmap.phases.len()).map(|i| of_phase(i).any(|(_, task)| task.takes.is_some())).collect();
    let timed = |i: usize| has_times[i];
    let length = |task: &Task| match &task.takes {
        Some(takes) if !task.done => takes.seconds.clone(),
        _ => Distribution::Constant(0.0),
    };
    // Phases first, so that their places are known; then tasks that stand by themselves.
    let own: Vec<usize> = (0..roadmap.tasks.len())
        .filter(|i| roadmap.tasks[*i].phase.map_or(roadmap.tasks[*i].takes.is_some(), timed))
        .collect();
    let mut places = vec![None; roadmap.tasks.len()];
    own.iter().enumerate().for_each(|(i, task)| places[*task] = Some(roadmap.phases.len() + i));
    let place = |task: usize| places[task];
    let mut nodes = Vec::new();
    for (i, phase) in roadmap.phases.iter().enumerate() {
        let all = of_phase(i).count() as u32;
        let done = of_phase(i).filter(|(_, task)| task.done).count() as u32;
        let left = if all == 0 { 1.0 } else { 1.0 - f64::from(done) / f64::from(all) };
        let takes = match &phase.takes {
            Some(takes) if !timed(i) && left > 0.0 => takes.seconds.scale(left),
            _ => Distribution::Constant(0.0),
        };
        let mut after = phase.after.clone();
        if timed(i) {
            after.extend(of_phase(i).filter_map(|(task, _)| place(task)));
        }
        let delivers = of_phase(i).flat_map(|(_, task)| task.delivers.clone()).collect();
        nodes.push(Node {
            id: &phase.id,
            name: &phase.name,
            phase: None,
            delivers,
            done: (done, all),
            step: Step { takes, after },
        });
    }
    for i in &own {
        let task = &roadmap.tasks[*i];
        // What has no length of its own has ended when its phase has.
        let end = |other: &usize| place(*other).or(roadmap.tasks[*other].phase);
        let mut after: Vec<usize> = task.after.iter().filter_map(end).collect();
        after.extend(task.phase.into_iter().flat_map(|phase| roadmap.phases[phase].after.clone()));
        nodes.push(Node {
            id: &task.id,
            name: &task.name,
            phase: task.phase,
            delivers: task.delivers.clone(),
            done: (u32::from(task.done), 1),
            step: Step { takes: length(task), after },
        });
    }
    nodes
}
