//! Plimsoll doing the jobs: compiled, stepped to the end and read out, with everything measured that it measures.

use crate::jobs::{Job, Run};
use plimsoll::model::station::Branch;
use plimsoll::model::{Model, build};
use plimsoll::sim::{Ends, Faults, Load, Measured, Sequential, Settings, Study, Warmup};
use plimsoll::stats::distribution::Distribution;
use plimsoll::units::{Duration, Probability};
use std::sync::Arc;

/// Events in one step of a study: as many as the page and the command line take.
const STEP: u64 = 200_000;

/// The job as a compiled model.
pub fn model(job: &Job) -> Model {
    let mut model = build::empty();
    let station =
        |s: &crate::jobs::Station| build::station(1, s.servers, Distribution::Exponential(s.mean_s));
    let at: Vec<_> = job.stations.iter().map(|s| build::component(&mut model, s.name, station(s))).collect();
    let journey = build::journey(&mut model, "web", at[0], job.per_s);
    if let [cdn, lb, api, behind @ ..] = &at[..] {
        build::call(&mut model, journey, *cdn, *lb);
        build::call(&mut model, journey, *lb, *api);
        let miss = job.stations[0].onward[0].1;
        program(&mut model, *cdn).hit = chance(1.0 - miss);
        for (to, (_, p)) in behind.iter().zip(job.stations[2].onward) {
            build::call(&mut model, journey, *api, *to);
            let step = program(&mut model, *api).steps.last_mut().expect("just added");
            *step = vec![Branch { probability: chance(*p), ..step[0] }];
        }
    }
    model
}

fn chance(p: f64) -> Probability {
    Probability::new(p).expect("a chance")
}

fn program(
    model: &mut Model,
    component: plimsoll::model::ComponentIx,
) -> &mut plimsoll::model::station::Program {
    &mut model.graph[component].station.as_mut().expect("a station").programs[0]
}

/// One replication of this length without warm-up.
pub fn settings(seed: u64, seconds: f64) -> Settings {
    Settings {
        seed,
        replications: 1,
        warmup: Warmup::Fixed(Duration::ZERO),
        duration: Duration::seconds(seconds),
        ends: Ends::AfterFaults,
        step: None,
        hour: 0,
        load: Load::Constant,
        faults: Faults::None,
        standing: Vec::new(),
    }
}

/// Runs a study to its end.
pub fn study(model: Arc<Model>, settings: Settings) -> Measured {
    let mut study = Study::start(model, settings);
    while study.step(STEP, &Sequential) {}
    study.measured()
}

/// External arrivals, and with them the service completions, in a measured time.
pub fn counts(measured: &Measured, seconds: f64) -> (f64, f64) {
    let arrivals: f64 = measured.journeys.iter().filter_map(|j| j.arrivals_per_s.value).sum();
    let served: f64 = measured.components.iter().filter_map(|c| c.throughput_per_s.value).sum();
    (arrivals * seconds, (arrivals + served) * seconds)
}

/// What was measured, and in how many seconds.
pub fn measure(job: &Job, seed: u64) -> (Measured, f64) {
    let seconds = job.requests as f64 / job.per_s;
    (study(Arc::new(model(job)), settings(seed, seconds)), seconds)
}

/// Runs the job once.
pub fn run(job: &Job, seed: u64) -> Run {
    let (measured, seconds) = measure(job, seed);
    let (requests, events) = counts(&measured, seconds);
    let wait = |c: &plimsoll::answer::times::ComponentAnswer| {
        c.wait_s.mean.value.unwrap_or(0.0) * c.visits.value.unwrap_or(0.0)
    };
    let wait_s = measured.components.iter().map(wait).sum();
    Run { requests, events, wait_s, cpu_s: 0.0 }
}
