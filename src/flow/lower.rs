//! A model's stations and arrivals as the moments that formulas take.

use super::bucket::Bucket;
use super::compiled::{Burst, Node};
use super::desk::{Desk, Keys, Patience, Scaler};
use super::moments::{Moments, third_moment};
use super::shapes::{NodeShapes, Sliced};
use crate::model::station::{Limit, LimitUnit, OnEmpty, Servers, Station};
use crate::model::traffic::lookups_of as lookups;
use crate::model::workload::Process;
use crate::model::{ComponentIx, JourneyIx, Model};
use crate::units::Duration;

/// A component as one journey visits it, still without its program.
pub(super) fn node(station: &Station, component: ComponentIx, j: JourneyIx) -> Node {
    let i = j.0 as usize;
    let program = station.program(j);
    let latency = Moments::of_option(station.latency[i].as_ref());
    let work = station.work[i].as_ref();
    let stream = station.stream[i].as_ref();
    use crate::stats::distribution::Distribution::{Erlang, Exponential};
    Node {
        component: component.index() as u32,
        journey: u32::from(j.0),
        groups: 0..0,
        hit: program.hit.get(),
        hit_latency: program.hit_latency.as_ref().map_or(latency, Moments::of),
        latency,
        work: work.map(|w| (Moments::of(w), third_moment(w))),
        exponential: work.is_some_and(|w| matches!(w, Exponential(_) | Erlang { k: 1, .. })),
        stream: stream.map(|s| {
            let mean = s.mean_duration().as_seconds();
            Moments::new(mean, s.scv_duration() * mean * mean)
        }),
        tokens: stream.map_or((0.0, 0.0), |s| (s.tokens_in.mean(), s.tokens_out.mean())),
        tokens_square: stream.map_or(0.0, |s| {
            let mean = s.tokens_in.mean() + s.tokens_out.mean();
            mean * mean + s.tokens_in.variance() + s.tokens_out.variance()
        }),
        legs: 0..0,
        hedged: false,
        poisson: false,
        batched: false,
    }
}

/// What of a component is no gamma, as one journey visits it.
pub(super) fn shapes(station: &Station, j: JourneyIx) -> NodeShapes {
    let i = j.0 as usize;
    NodeShapes {
        work: Sliced::new(station.work[i].as_ref()),
        latency: Sliced::new(station.latency[i].as_ref()),
        hit: Sliced::new(station.program(j).hit_latency.as_ref().or(station.latency[i].as_ref())),
    }
}

/// A station without its programs.
pub(super) fn desk(station: &Station) -> Desk {
    Desk {
        replicas: station.active_replicas() as u32,
        servers: match station.servers {
            Servers::Count(c) => Some(c.max(1)),
            Servers::Infinite => None,
        },
        full: station.full(),
        slots: station.slots,
        queue: station.queue,
        patience: station.patience.as_ref().map(Patience::of),
        discipline: station.discipline,
        balance: station.balance,
        limits: station.limits.iter().map(bucket).collect(),
        error_ratio: station.error_ratio.get(),
        scaling: station.scaling.as_ref().map(|s| {
            let room = station.replicas.len() + s.more.iter().filter(|place| !place.nowhere).count();
            let max = s.max.min(room as u32);
            Scaler { aims: s.aims, cpu: station.cpu, min: s.min.min(max), max }
        }),
        popularity: station
            .popularity
            .and_then(|p| Some(Keys { ttl: p.ttl?.as_seconds(), lookups: lookups(&p), shared: p.coalesce })),
        unanswered: station.popularity.map_or(0.0, |p| 1.0 - p.answered.get()),
        connections: station.connections,
        backlog: None,
        why: None,
    }
}

/// The groups of burstable machines.
pub(super) fn bursts(model: &Model) -> Vec<Burst> {
    let group = |ix: ComponentIx| {
        let on = |c: &ComponentIx| model.graph[*c].on == Some(ix);
        let member = |c: ComponentIx| Some((c.index() as u32, model.graph[c].station.as_ref()?.cpu));
        Some(Burst {
            component: ix.index() as u32,
            credits: model.graph[ix].credits?,
            count: model.graph[ix].failure.units.len() as u32,
            members: model.graph.node_indices().filter(on).filter_map(member).collect(),
        })
    };
    model.graph.node_indices().filter_map(group).collect()
}

fn bucket(limit: &Limit) -> Bucket {
    Bucket {
        rate: limit.rate.as_per_second(),
        burst: limit.burst,
        tokens: limit.takes == LimitUnit::Tokens,
        waits: limit.on_empty == OnEmpty::Queue,
        queue: limit.queue,
        charge: limit.charge,
        window: limit.window.map(Duration::as_seconds),
    }
}

/// Squared coefficient of variation of the gaps between arrivals, as a constant and a factor of the rate; `None` where
/// there is none. Batches and modulated streams by their index of dispersion for long times.
///
/// Source: W. Whitt, "The queueing network analyzer" (1983); H. Heffes, D. M. Lucantoni, "A Markov modulated
/// characterization of packetized voice" (1986) for the index; batches of size B: E\[B²\] / E\[B\].
pub(super) fn gaps_scv(process: &Process) -> Option<(f64, f64)> {
    match process {
        Process::Poisson => Some((1.0, 0.0)),
        Process::Deterministic => Some((0.0, 0.0)),
        Process::Renewal(gaps) => Some((gaps.scv(), 0.0)),
        Process::Batch(sizes) => {
            let sizes = super::batches::Sizes::of(sizes);
            Some((sizes.square / sizes.mean, 0.0))
        }
        Process::Mmpp { factor, stay } => Some((1.0, modulation(factor, stay))),
        Process::Trace(_) => None,
    }
}

/// How much the index of dispersion of a cyclic modulated Poisson stream of rate 1 exceeds 1: twice the stationary mean
/// of (f - 1) g, where g solves the Poisson equation of the cycle, g_(i+1) = g_i - stay_i (f_i - 1).
fn modulation(factor: &[f64], stay: &[f64]) -> f64 {
    let total: f64 = stay.iter().sum();
    let mean: f64 = factor.iter().zip(stay).map(|(f, s)| f * s).sum::<f64>() / total;
    if mean.is_nan() || mean <= 0.0 || !mean.is_finite() {
        return 0.0;
    }
    let (mut g, mut sum) = (0.0, 0.0);
    for (f, s) in factor.iter().zip(stay) {
        let excess = f / mean - 1.0;
        sum += s / total * excess * g;
        g -= s * excess;
    }
    2.0 * sum
}
