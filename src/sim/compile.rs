//! Model to plan: the flat arrays that the engine runs on. A model is valid by construction, so this cannot fail;
//! whatever does not serve requests simply is not called.

use super::arrivals::{Process, SourcePlan, batch_mean};
use super::attack::{Course, attackers, with_attackers};
use super::clock::{FOREVER, Instant};
use super::draw::{Sampler, nanos};
use super::faults::{Effect, FaultPlan};
use super::plan::{
    Branch, Breaker, Class, Component, Edge, Group, Limit, Plan, Pool, Range, Replica, Retry, Scaling,
    Streams,
};
use super::popular::Popular;
use super::request::NONE;
use super::{Ends, Faults, Load, MOST_BUCKETS, Settings};
use crate::model::call::{Call, Jitter};
use crate::model::fault::FaultKind;
use crate::model::station::{Discipline, LimitUnit, OnEmpty, Servers, Station};
use crate::model::workload::{Arrivals, Process as Spread};
use crate::model::{ComponentIx, JourneyIx, Model};
use crate::stats::rng::{Stream, hash_id};
use crate::units::{HOURS_PER_WEEK, Rate};

/// Requests of a journey per replication that are traced for the make-up of its time, about.
const TRACED: f64 = 4096.0;
/// Length of a bucket of the time series up to a day; an hour beyond.
const BUCKET_S: f64 = 60.0;

/// Compiles the model for these settings; `warm` is the length of the warm-up.
pub fn compile(model: &Model, settings: &Settings, warm: Instant) -> Plan {
    let attacked = with_attackers(model, settings);
    let model = &*attacked;
    let mut plan =
        Plan { n_journeys: model.journeys.len() as u32, warm, seed: settings.seed, ..Plan::default() };
    plan.most_events = super::estimate::budget(model, settings);
    let ranks = ranks(model);
    for ix in model.graph.node_indices() {
        component(model, ix, &ranks, &mut plan);
    }
    plan.edges = model.graph.edge_indices().map(|e| edge(model, e, &model.graph[e])).collect();
    super::names::names(model, &mut plan);
    for journey in model.journey_indices() {
        inherit(model, journey, &mut plan);
    }
    for branch in &plan.branches {
        if branch.miss.is_some() {
            let cache = plan.edges[branch.edge as usize].callee;
            plan.components[cache as usize].cache = true;
        }
    }
    popular(model, settings, &mut plan);
    super::fleet::machines(model, &mut plan);
    for (component, stands) in plan.components.iter_mut().zip(&settings.standing) {
        component.stands = component.scaling.map(|s| (*stands).clamp(s.min.min(s.max), s.max));
    }
    for component in &mut plan.components {
        component.plain = component.discipline != Discipline::PreemptiveResume && !component.burst;
    }
    plan.attackers = attackers(model, settings);
    plan.faults = super::strikes::faults(model, settings, &plan);
    for effect in plan.faults.iter().flat_map(|fault| &fault.effects) {
        match effect {
            Effect::Slow(struck, _) => {
                let of = struck.0.first().map(|r| plan.replicas[*r as usize].component);
                of.into_iter().for_each(|c| plan.components[c as usize].slowed = true);
            }
            Effect::Refuse(c, _) => plan.components[*c as usize].refuses = true,
            _ => {}
        }
    }
    for component in &mut plan.components {
        component.gated = component.refuses
            || component.needs > 1
            || component.connections != u32::MAX
            || !component.limits.is_empty();
    }
    if settings.faults == Faults::Random {
        plan.random = super::random::all(model, &plan);
    }
    let recovery_end = |f: &FaultPlan| {
        let length = f.end - f.start;
        f.end + (2 * length).max(nanos(1800.0))
    };
    let measured = nanos(settings.duration.as_seconds()).max(1);
    let late = plan.faults.iter().map(recovery_end).filter(|_| settings.ends == Ends::AfterFaults);
    plan.end = late.fold(warm + measured, u64::max).min(FOREVER);
    plan.window = plan.end - warm;
    let bucket = if plan.window > nanos(86_400.0) { 3600.0 } else { BUCKET_S };
    let bucket = settings.step.map_or(bucket, |step| step.as_seconds());
    plan.bucket = nanos(bucket).max(plan.window / MOST_BUCKETS).max(1);
    plan.sources = model.journey_indices().map(|j| source(model, settings, j, &plan)).collect();
    let same = |rates: &[(f64, f64)]| rates.iter().all(|rate| rate.1 == rates[0].1);
    let constant = settings.load == Load::Constant || plan.sources.iter().all(|s| same(&s.rates));
    plan.steady_until = super::overload::steady_until(&plan, constant);
    let rate = plan.sources.iter().map(|s| s.rates[0].1).fold(0.0, f64::max);
    let expected = rate * (plan.end - warm) as f64;
    plan.trace_bits = (0..4).find(|bits| expected / f64::from(1 << bits) <= 2.0 * TRACED).unwrap_or(4);
    plan
}

/// Prepares the caches whose hits follow from what is asked of them.
fn popular(model: &Model, settings: &Settings, plan: &mut Plan) {
    let asked = |ix: ComponentIx| model.graph[ix].station.as_ref().and_then(|s| s.popularity.as_ref());
    if model.graph.node_indices().all(|ix| asked(ix).is_none()) {
        return;
    }
    let rates = crate::model::traffic::lookups(model, settings.hour % HOURS_PER_WEEK);
    for ix in model.graph.node_indices() {
        let cache = asked(ix).map(|popularity| Box::new(Popular::new(popularity, rates[ix.index()])));
        plan.components[ix.index()].popular = cache;
    }
}

/// Dense ranks of the journeys' priorities.
fn ranks(model: &Model) -> Vec<u32> {
    let mut levels: Vec<u8> = model.journeys.iter().map(|j| j.priority).collect();
    levels.sort_unstable();
    levels.dedup();
    model.journeys.iter().map(|j| levels.partition_point(|l| *l < j.priority) as u32).collect()
}

/// Parts of a server where the last of them has less: Kubernetes counts CPU in thousandths of a core.
const PARTS: u32 = 1000;

fn component(model: &Model, ix: ComponentIx, ranks: &[u32], plan: &mut Plan) {
    let node = &model.graph[ix];
    let index = ix.index() as u32;
    let idle = crate::model::build::station(0, 1, crate::stats::distribution::Distribution::Constant(0.0));
    let station = node.station.as_ref().unwrap_or(&idle);
    let prioritised = matches!(station.discipline, Discipline::PreemptiveResume | Discipline::NonPreemptive);
    let n_ranks = if prioritised { ranks.iter().max().map_or(1, |m| m + 1) } else { 1 };
    let most =
        |s: &crate::model::scaling::Scaling| s.max.min(station.replicas.len() as u32 + s.more.len() as u32);
    let from = plan.replicas.len() as u32;
    let there = station.replicas.iter().map(|r| (r.zone, r.active));
    let later = station.scaling.iter().flat_map(|s| &s.more).map(|place| (place.zone, false));
    for (zone, active) in there.chain(later) {
        let queues = plan.replicas.last().map_or(1, |r: &Replica| {
            r.queues + plan.components.get(r.component as usize).map_or(n_ranks, |c| c.ranks) + 1
        });
        plan.replicas.push(Replica {
            component: index,
            zone: zone.map(|z| z.0),
            active,
            machine: NONE,
            drag: match station.speeds[..] {
                [] => 0.0,
                ref speeds => 1.0 / speeds[(plan.replicas.len() - from as usize) % speeds.len()] - 1.0,
            },
            queues,
        });
    }
    let stream = |purpose: &str| Stream::new(purpose, &node.id);
    plan.components.push(Component {
        replicas: Range { from, to: plan.replicas.len() as u32 },
        cpu: station.cpu,
        parts: if station.last == 1.0 { 1 } else { PARTS },
        last: if station.last == 1.0 { 1 } else { (station.last * f64::from(PARTS)).round().max(1.0) as u32 },
        scaling: station.scaling.as_ref().map(|s| Scaling {
            aims: s.aims,
            min: s.min.min(most(s)),
            max: most(s),
        }),
        pod: None,
        stands: None,
        burst: false,
        servers: match station.servers {
            Servers::Count(c) => c.clamp(1, u32::MAX - 1),
            Servers::Infinite => u32::MAX,
        },
        full: station.full().unwrap_or(f64::INFINITY),
        slots: station.slots.unwrap_or(u32::MAX),
        queue: station.queue.unwrap_or(u32::MAX),
        discipline: station.discipline,
        plain: false,
        balance: station.balance,
        patience: Sampler::new(station.patience.as_ref()),
        error: station.error_ratio.get(),
        limits: station.limits.iter().map(limit).collect(),
        refuses: false,
        connections: station.connections.unwrap_or(u32::MAX),
        needs: node.failure.needs.filter(|_| node.failure.units.len() == station.replicas.len()).unwrap_or(0),
        gated: false,
        settles: station.limits.iter().any(|l| l.charge.settles && l.charge.reserve.is_some()),
        slowed: !station.speeds.is_empty(),
        health: station
            .health
            .map(|h| (nanos(h.interval.as_seconds()), h.unhealthy, h.healthy, nanos(h.timeout.as_seconds()))),
        failover: node.failure.failover.map(|d| nanos(d.as_seconds())),
        ranks: n_ranks,
        popular: None,
        cache: station.programs.iter().any(|p| p.hit.get() > 0.0),
        streams: Streams {
            work: stream("work"),
            latency: stream("latency"),
            patience: stream("patience"),
            error: stream("error"),
            hit: stream("hit"),
            balance: stream("balance"),
            tokens_in: stream("tokens in"),
            tokens_out: stream("tokens out"),
            speed: stream("speed"),
            health: stream("health"),
            refuse: stream("refuse"),
        },
    });
    for journey in model.journey_indices() {
        let class = class(model, ix, station, journey, ranks, plan);
        plan.classes.push(class);
    }
}

fn limit(limit: &crate::model::station::Limit) -> Limit {
    Limit {
        rate: limit.rate.as_per_second() * 1e-9,
        burst: limit.burst,
        window: limit.window.map_or(0, |w| nanos(w.as_seconds()).max(1)),
        tokens: limit.takes == LimitUnit::Tokens,
        waits: limit.on_empty == OnEmpty::Queue,
        queue: limit.queue.unwrap_or(u32::MAX),
        charge: limit.charge,
    }
}

fn class(
    model: &Model,
    ix: ComponentIx,
    station: &Station,
    journey: JourneyIx,
    ranks: &[u32],
    plan: &mut Plan,
) -> Class {
    let j = journey.0 as usize;
    let prioritised = matches!(station.discipline, Discipline::PreemptiveResume | Discipline::NonPreemptive);
    let component = ix.index() as u32;
    let base = Class { component, journey: j as u32, ..Class::default() };
    let Some(program) = station.programs.get(j) else { return base };
    let from = plan.groups.len() as u32;
    let mut seen: Vec<(u32, u64)> = Vec::new();
    for (i, step) in program.steps.iter().enumerate() {
        let first = plan.branches.len() as u32;
        for branch in step.iter().filter(|b| b.count > 0) {
            let Some((_, callee)) = model.graph.edge_endpoints(branch.call) else { continue };
            let before = seen.iter().filter(|(c, _)| *c == callee.index() as u32).count() as u64;
            let label = hash_id(&format!("{} -> {}", model.graph[ix].id, model.graph[callee].id))
                .wrapping_add(before << 48);
            seen.push((callee.index() as u32, label));
            let name = format!("{label:x}");
            plan.branches.push(Branch {
                edge: branch.call.index() as u32,
                probability: branch.probability.get(),
                count: branch.count,
                miss: branch.miss.map(|m| (m.hit.get(), m.call.index() as u32)),
                popular: branch.miss.is_some_and(|m| m.popular),
                label,
                inherits: false,
                miss_inherits: false,
                chance: Stream::new("chance", &name),
                hit: Stream::new("cache", &name),
            });
        }
        plan.groups.push(Group {
            branches: Range { from: first, to: plan.branches.len() as u32 },
            quorum: program.quorum(i).map_or(0, |k| k.max(1)),
        });
    }
    Class {
        work: Sampler::new(station.work.get(j).and_then(Option::as_ref)),
        latency: Sampler::new(station.latency.get(j).and_then(Option::as_ref)),
        hit_latency: Sampler::new(program.hit_latency.as_ref()),
        hit: program.hit.get(),
        stream: station.stream.get(j).and_then(Option::as_ref).map(|s| Box::new(s.clone())),
        groups: Range { from, to: plan.groups.len() as u32 },
        rank: if prioritised { ranks[j] } else { 0 },
        ..base
    }
}

fn edge(model: &Model, ix: crate::model::CallIx, call: &Call) -> Edge {
    let (from, to) = model.graph.edge_endpoints(ix).unwrap_or_default();
    let id = |c: ComponentIx| model.graph.node_weight(c).map_or("", |c| c.id.as_str());
    let name = format!("{} -> {}", id(from), id(to));
    let policy = &call.policy;
    let edge = model.graph.node_weight(from).and_then(|c| c.station.as_ref()?.gives_up);
    Edge {
        callee: to.index() as u32,
        network: Sampler::new(call.network.as_ref()),
        network_stream: Stream::new("network", &name),
        timeout: policy.timeout.or(edge).map_or(0, |t| nanos(t.as_seconds()).max(1)),
        cancel: policy.cancel,
        hedge: policy.hedge.map_or(0, |h| nanos(h.as_seconds()).max(1)),
        pool: policy.pool.map(|pool| Pool {
            size: pool.size.max(1),
            queue: pool.queue.unwrap_or(u32::MAX),
            timeout: pool.timeout.map_or(0, |t| nanos(t.as_seconds()).max(1)),
        }),
        retry: policy.retry.map(|r| Retry {
            heeds: policy.retry_after,
            extra: r.extra,
            base: nanos(r.base.as_seconds()),
            cap: nanos(r.cap.as_seconds()),
            fixed: match r.jitter {
                Jitter::None => 1.0,
                Jitter::Equal => 0.5,
                Jitter::Full => 0.0,
            },
            budget: r.budget.map_or(f64::INFINITY, |b| b.get()),
        }),
        breaker: policy.breaker.map(|b| Breaker {
            errors: b.errors.get(),
            over: nanos(b.over.as_seconds()).max(10),
            open: nanos(b.open.as_seconds()),
        }),
        fallback: policy.fallback.map(|f| f.index() as u32),
        fallback_for: policy.fallback_for.iter().map(|j| u32::from(j.0)).collect(),
        name: NONE,
        required: policy.required,
        label: hash_id(&name),
        jitter_stream: Stream::new("jitter", &name),
    }
}

/// Marks, depth first from the journey's entry, the first way to reach each component.
fn inherit(model: &Model, journey: JourneyIx, plan: &mut Plan) {
    let entry = model.journeys[journey.0 as usize].entry;
    let mut reached = vec![false; plan.components.len()];
    let mut stack: Vec<(u32, Option<(usize, bool)>)> = vec![(entry.index() as u32, None)];
    while let Some((component, place)) = stack.pop() {
        if std::mem::replace(&mut reached[component as usize], true) {
            continue;
        }
        match place {
            Some((branch, false)) => plan.branches[branch].inherits = true,
            Some((branch, true)) => plan.branches[branch].miss_inherits = true,
            None => {}
        }
        let class = &plan.classes[(component * plan.n_journeys) as usize + journey.0 as usize];
        let branches = class.groups.iter().flat_map(|g| plan.groups[g].branches.iter());
        let mut next = Vec::new();
        for b in branches {
            let branch = &plan.branches[b];
            next.push((plan.edges[branch.edge as usize].callee, Some((b, false))));
            if let Some((_, call)) = branch.miss {
                next.push((plan.edges[call as usize].callee, Some((b, true))));
            }
        }
        stack.extend(next.into_iter().rev());
    }
}

fn source(model: &Model, settings: &Settings, journey: JourneyIx, plan: &Plan) -> SourcePlan {
    let j = &model.journeys[journey.0 as usize];
    let mut breaks = vec![0];
    if settings.load == Load::Profile {
        let hour = nanos(3600.0);
        breaks.extend((1..).map(|h| plan.warm + h * hour).take_while(|t| *t < plan.end));
    }
    let effects = || plan.faults.iter().flat_map(|f| f.effects.iter().map(move |e| (f, e)));
    let users = |j: u16| effects().all(|(_, e)| !matches!(e, Effect::Attack(of) if *of == j));
    let spikes: Vec<(Instant, Instant, f64)> = effects()
        .filter_map(|(f, effect)| match effect {
            Effect::Spike(of, factor) if of.map_or(users(journey.0), |of| of == journey.0) => {
                Some((f.start, f.end, *factor))
            }
            _ => None,
        })
        .collect();
    breaks.extend(spikes.iter().flat_map(|s| [s.0, s.1]));
    let attacks: Vec<(Instant, Instant, f64)> = effects()
        .filter(|(_, effect)| matches!(effect, Effect::Attack(of) if *of == journey.0))
        .flat_map(|(f, _)| attacking(model, f))
        .collect();
    breaks.extend(attacks.iter().flat_map(|a| [a.0, a.1]));
    breaks.sort_unstable();
    breaks.dedup();
    let rate_at = |t: Instant| {
        let passed = match settings.load {
            Load::Constant => 0,
            Load::Profile => (t.saturating_sub(plan.warm) / nanos(3600.0)) as usize,
        };
        let rate = model.arrivals(journey, (settings.hour + passed) % HOURS_PER_WEEK).as_per_second() * 1e-9;
        let under_way = |s: &&(Instant, Instant, f64)| s.0 <= t && t < s.1;
        let rate = rate + attacks.iter().filter(under_way).map(|a| a.2).sum::<f64>();
        spikes.iter().filter(under_way).fold(rate, |r, s| r * s.2.max(0.0))
    };
    let process = match &j.arrivals {
        Arrivals::Closed { population, think } => Process::Closed(*population, Sampler::new(Some(think))),
        _ => spread(&j.process),
    };
    SourcePlan {
        entry: j.entry.index() as u32,
        label: hash_id(&j.id),
        rates: breaks.into_iter().map(|t| (t as f64, rate_at(t))).collect(),
        process,
        gap: Stream::new("gap", &j.id),
        other: Stream::new("arrival", &j.id),
    }
}

/// What the firewall lets through of an attack: from, to, requests per ns.
fn attacking(model: &Model, fault: &FaultPlan) -> Vec<(Instant, Instant, f64)> {
    let FaultKind::Attack(attack) = &model.faults[fault.index].what else { return Vec::new() };
    let course = Course::of(model, attack);
    let per_ns = |rate: Rate| rate.as_per_second() * 1e-9;
    let acts =
        course.acts.map_or(fault.end, |after| (fault.start + nanos(after.as_seconds())).min(fault.end));
    vec![(fault.start, acts, per_ns(course.sent)), (acts, fault.end, per_ns(course.then))]
}

fn spread(process: &Spread) -> Process {
    match process {
        Spread::Poisson => Process::Poisson,
        Spread::Deterministic => Process::Deterministic,
        Spread::Renewal(gap) => {
            let mean = gap.mean();
            if mean > 0.0 && mean.is_finite() {
                Process::Renewal(gap.scale(1.0 / mean))
            } else {
                Process::Poisson
            }
        }
        Spread::Mmpp { factor, stay } => {
            let whole: f64 = stay.iter().sum();
            let mean = factor.iter().zip(stay).map(|(f, s)| f * s).sum::<f64>() / whole;
            if !(mean > 0.0 && mean.is_finite()) {
                return Process::Poisson;
            }
            Process::Mmpp(factor.iter().zip(stay).map(|(f, s)| (f / mean, s * 1e9)).collect())
        }
        Spread::Batch(size) => Process::Batch(size.clone(), batch_mean(size)),
        Spread::Trace(times) => {
            let mut times: Vec<Instant> = times.iter().map(|t| nanos(*t)).collect();
            times.sort_unstable();
            Process::Trace(times)
        }
    }
}
