//! Random designs: three hundred small networks, each simulated by the engine and by a slow event simulator of this
//! folder, which agree; and what formulas say of them against the simulator, within the bounds that are stated for each
//! method.
//!
//! The networks are drawn: stations with several servers or none, first come first served or by priority, waiting rooms and
//! slots, balancers of every kind, pools, time limits with retries, caches in front of databases, parallel groups, token
//! buckets, open and closed classes. Loads are drawn so that servers are between a tenth and 80 % busy.

mod calls;
mod dice;
mod formulas;
mod scaler;
mod slow;
mod tally;
mod text;

use dice::Dice;
use plimsoll::flow::{self, Flow};
use plimsoll::job;
use plimsoll::scenario::SourceFile;
use plimsoll::sim::{Ends, Faults, Load as SimLoad, Measured, Sequential, Settings, Study, Warmup};
use plimsoll::units::Duration;
use std::collections::BTreeMap;
use tally::Seen;
use text::text;

#[derive(Clone, Copy, PartialEq)]
pub enum Balance {
    RoundRobin,
    Random,
    Least,
    TwoChoices,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Discipline {
    Fifo,
    Preemptive,
    NonPreemptive,
}

#[derive(Clone, Copy)]
pub enum Work {
    Constant(f64),
    Exponential(f64),
    Erlang2(f64),
    Uniform(f64),
}

#[derive(Clone, Copy)]
pub enum Load {
    Open(f64),
    Closed(u32, f64),
}

#[derive(Clone)]
pub struct Journey {
    entry: usize,
    load: Load,
    priority: u8,
}

/// A branch of a group: whom it calls, how often, and what is behind a cache.
#[derive(Clone, Copy)]
pub struct Call {
    to: usize,
    times: u32,
    chance: f64,
    /// Chance of a hit, and who answers a miss.
    miss: Option<(f64, usize)>,
    /// Time limit, further attempts, first back-off.
    limit: Option<(f64, u32, f64)>,
}

#[derive(Clone)]
pub struct Comp {
    replicas: usize,
    servers: Option<usize>,
    work: Work,
    latency: f64,
    room: Option<usize>,
    slots: Option<usize>,
    discipline: Discipline,
    balance: Balance,
    limit: Option<(f64, f64)>,
    scale: Option<Scale>,
    groups: Vec<Vec<Call>>,
}

/// Automatic scaling by the share of a core that a replica uses.
#[derive(Clone, Copy)]
pub struct Scale {
    aim: f64,
    most: usize,
    start: f64,
}

pub struct Design {
    comps: Vec<Comp>,
    journeys: Vec<Journey>,
    pools: BTreeMap<(usize, usize), usize>,
}

/// The mean visits of each component by a request of a journey, retries left out.
fn visits(comps: &[Comp], entry: usize) -> Vec<f64> {
    let mut all = vec![0.0; comps.len()];
    all[entry] = 1.0;
    // Calls lead to later components only.
    for c in 0..comps.len() {
        for call in comps[c].groups.iter().flatten() {
            let made = all[c] * f64::from(call.times) * call.chance;
            match call.miss {
                None => all[call.to] += made,
                Some((hit, behind)) => {
                    all[call.to] += made * (2.0 - hit);
                    all[behind] += made * (1.0 - hit);
                }
            }
        }
    }
    all
}

/// A network by its number.
fn draw(number: u64) -> Design {
    let d = &mut Dice(number.wrapping_mul(0x1234_5678_9abc_def1) ^ 77);
    let n = 2 + d.below(4);
    let mut pools = BTreeMap::new();
    let mut comps: Vec<Comp> = Vec::new();
    for c in 0..n {
        let delay = d.chance(0.15);
        let replicas = if d.chance(0.6) { 1 } else { 2 + d.below(3) };
        let discipline = match d.below(10) {
            0 => Discipline::Preemptive,
            1 => Discipline::NonPreemptive,
            _ => Discipline::Fifo,
        };
        let balance = [Balance::RoundRobin, Balance::Random, Balance::Least, Balance::TwoChoices][d.below(4)];
        let room = (d.chance(0.15) && !delay).then(|| d.below(6));
        let slots = (room.is_none() && d.chance(0.15)).then(|| 4 + d.below(8));
        let mut groups = Vec::new();
        let later = n - 1 - c;
        if later > 0 {
            for _ in 0..1 + d.below(2) {
                let parallel = if d.chance(0.25) { 2 } else { 1 };
                let group = (0..parallel).map(|_| {
                    let to = c + 1 + d.below(later);
                    let cache = d.chance(0.2) && to + 1 < n;
                    let miss = cache.then(|| (d.between(0.3, 0.95), to + 1 + d.below(n - to - 1)));
                    let limit = (miss.is_none() && d.chance(0.15))
                        .then(|| (0.0, d.below(3) as u32, d.between(0.01, 0.05)));
                    let chance = if d.chance(0.25) { d.between(0.2, 0.9) } else { 1.0 };
                    if limit.is_none() && d.chance(0.12) {
                        pools.insert((c, to), 3 + d.below(8));
                    }
                    // A step says one of these things.
                    let chance = if miss.is_some() { 1.0 } else { chance };
                    let times = if miss.is_some() || chance < 1.0 { 1 } else { 1 + u32::from(d.chance(0.2)) };
                    Call { to, times, chance, miss, limit }
                });
                groups.push(group.collect());
            }
        }
        comps.push(Comp {
            replicas,
            servers: (!delay).then(|| 1 + d.below(4)),
            work: Work::Constant(0.0),
            latency: if delay || (room.is_none() && d.chance(0.3)) { d.between(0.001, 0.02) } else { 0.0 },
            room,
            slots,
            discipline,
            balance,
            limit: None,
            scale: None,
            groups,
        });
    }
    let mut journeys = Vec::new();
    for j in 0..1 + d.below(2) {
        let closed = d.chance(0.2);
        let rate = d.between(5.0, 40.0);
        let load =
            if closed { Load::Closed(1 + d.below(15) as u32, d.between(0.1, 1.0)) } else { Load::Open(rate) };
        journeys.push(Journey { entry: if j == 0 { 0 } else { d.below(n.min(2)) }, load, priority: j as u8 });
    }
    // Work, so that what is offered keeps the servers as busy as drawn.
    let mut offered = vec![0.0; n];
    for journey in &journeys {
        let rate = match journey.load {
            Load::Open(rate) => rate,
            Load::Closed(users, think) => 0.7 * f64::from(users) / think,
        };
        visits(&comps, journey.entry).iter().enumerate().for_each(|(c, v)| offered[c] += v * rate);
    }
    for (c, comp) in comps.iter_mut().enumerate() {
        let Some(servers) = comp.servers else { continue };
        let busy = d.between(0.1, 0.8);
        let mean = busy * (servers * comp.replicas) as f64 / offered[c].max(0.1);
        comp.work = match d.below(4) {
            0 => Work::Constant(mean),
            1 => Work::Erlang2(mean),
            2 => Work::Uniform(mean),
            _ => Work::Exponential(mean),
        };
        if c + 1 == n && d.chance(0.15) {
            comp.limit = Some((offered[c].max(0.1) * d.between(0.8, 1.5), (2 + d.below(10)) as f64));
        }
    }
    scales(number, &mut comps);
    agree(&mut comps, &mut pools);
    // Time limits several times the mean of what is called, and pools that can carry what is offered, four fold.
    let own: Vec<f64> = comps.iter().map(mean_time).collect();
    let mut below = vec![0.0; n];
    for c in (0..n).rev() {
        below[c] = own[c] * 3.0
            + comps[c]
                .groups
                .iter()
                .flatten()
                .map(|call| f64::from(call.times) * below[call.to])
                .sum::<f64>();
    }
    for comp in &mut comps {
        for call in comp.groups.iter_mut().flatten() {
            if let Some((limit, ..)) = &mut call.limit {
                *limit = below[call.to] * 1.5;
            }
        }
    }
    for ((from, to), size) in &mut pools {
        let needed = offered[*from] * below[*to] * 1.5;
        *size = (*size).max(needed.ceil() as usize + 1);
        // Calls by a pool have no time limit here, so that the line in front of it is not one of those.
        comps[*from]
            .groups
            .iter_mut()
            .flatten()
            .filter(|call| call.to == *to)
            .for_each(|call| call.limit = None);
    }
    // Slots that can carry it as well.
    for c in 0..n {
        let needed = (offered[c] * below[c] * 1.5 / comps[c].replicas as f64).ceil() as usize + 1;
        if let (None, Some(slots)) = (comps[c].scale, &mut comps[c].slots) {
            *slots = (*slots).max(needed);
        }
    }
    Design { comps, journeys, pools }
}

/// In some networks the last component is scaled automatically: a request at a time has a replica's core to itself.
fn scales(number: u64, comps: &mut [Comp]) {
    let d = &mut Dice(number.wrapping_mul(0x9876_5432_1234_5677) ^ 5);
    let last = comps.len() - 1;
    if comps[last].servers.is_none() || !d.chance(0.2) {
        return;
    }
    let was = comps[last].servers.unwrap_or(1) * comps[last].replicas;
    comps[last] = Comp {
        replicas: 1 + d.below(2),
        servers: Some(1),
        room: None,
        slots: Some(1),
        latency: 0.0,
        discipline: Discipline::Fifo,
        balance: Balance::RoundRobin,
        limit: None,
        scale: Some(Scale {
            aim: d.between(0.4, 0.8),
            most: was + 2 + d.below(4),
            start: d.between(1.0, 30.0),
        }),
        ..comps[last].clone()
    };
}

/// A policy is of a pair of components: all its calls have the same, and none where a cache is looked up or filled.
fn agree(comps: &mut [Comp], pools: &mut BTreeMap<(usize, usize), usize>) {
    for (c, comp) in comps.iter_mut().enumerate() {
        let all: Vec<Call> = comp.groups.iter().flatten().copied().collect();
        let cached: Vec<usize> =
            all.iter().flat_map(|call| call.miss.map(|(_, behind)| [call.to, behind])).flatten().collect();
        pools.retain(|(from, to), _| *from != c || !cached.contains(to));
        for call in comp.groups.iter_mut().flatten() {
            let stated = all.iter().find(|other| other.to == call.to && other.limit.is_some());
            call.limit = stated.and_then(|other| other.limit).filter(|_| !cached.contains(&call.to));
        }
    }
}

fn mean_time(comp: &Comp) -> f64 {
    comp.latency
        + match comp.work {
            Work::Constant(s) | Work::Exponential(s) | Work::Erlang2(s) | Work::Uniform(s) => s,
        }
}

/// What the engine measures of a design, what its formulas say, and with how many replicas it began.
fn simulated(design: &Design, seconds: f64) -> (Measured, Flow, Vec<u32>) {
    let files = [SourceFile { name: "design.toml".to_owned(), text: text(design) }];
    let scenario = job::open(&files).unwrap_or_else(|problems| panic!("{problems:#?}\n{}", files[0].text));
    let model = scenario.model("base").expect("it is valid");
    let flow = flow::solve(&model, 0);
    let standing = flow::standing(&model, 0);
    let settings = Settings {
        seed: 5,
        replications: REPLICATIONS,
        warmup: Warmup::Fixed(Duration::seconds(warm(design))),
        duration: Duration::seconds(seconds),
        ends: Ends::AfterFaults,
        step: None,
        hour: 0,
        load: SimLoad::Constant,
        faults: Faults::None,
        standing: standing.clone(),
    };
    let mut study = Study::start(model, settings);
    while study.step(1_000_000, &Sequential) {}
    (study.measured(), flow, standing)
}

const REPLICATIONS: u32 = 8;
/// Warm-up, seconds: where replicas are scaled, past the window in which they may only become more.
fn warm(design: &Design) -> f64 {
    if design.comps.iter().any(|comp| comp.scale.is_some()) { 400.0 } else { 20.0 }
}

/// 97.5 % quantile of Student's t with seven degrees of freedom.
const STUDENT: f64 = 2.365;

/// Compares both simulators on these designs.
fn compare(numbers: std::ops::Range<u64>) {
    let all = numbers.end - numbers.start;
    let (mut wrong, mut overloaded) = (Vec::new(), 0);
    let mut distances = formulas::Distances::default();
    for number in numbers {
        let design = draw(number);
        let (engine, flow, standing) = simulated(&design, 150.0);
        distances.take(number, &flow, &engine);
        let slow: Vec<Seen> = slow::play(&design, number + 9, (warm(&design), 150.0), &standing);
        for (j, (seen, measured)) in slow.iter().zip(&engine.journeys).enumerate() {
            // What grows for as long as it runs has no figures to compare.
            if measured.unfinished_ratio.value.is_some_and(|left| left > 0.0) || seen.ended < seen.sent {
                overloaded += 1;
                continue;
            }
            let errors = &measured.error_ratio;
            let (failing, low, high) =
                (errors.value.unwrap_or(0.0), errors.low.unwrap_or(0.0), errors.high.unwrap_or(1.0));
            let error = (seen.failing_error().powi(2) + (0.5 * (high - low) / STUDENT).powi(2)).sqrt();
            if (failing - seen.failing()).abs() > 5.0 * error + 0.003 {
                wrong.push(format!("{number} j{j} errors {failing} against {} +- {error}", seen.failing()));
            }
            let mean = &measured.response_s.mean;
            let (Some(value), Some(low), Some(high)) = (mean.value, mean.low, mean.high) else { continue };
            let (slow_mean, slow_error) = seen.mean();
            let error = (slow_error.powi(2) + (0.5 * (high - low) / STUDENT).powi(2)).sqrt();
            if (value - slow_mean).abs() > 5.0 * error + 0.01 * slow_mean {
                wrong.push(format!("{number} j{j} mean {value} against {slow_mean} +- {error}"));
            }
        }
    }
    assert!(overloaded * 10 <= all, "{overloaded} of {all} cannot be compared");
    wrong.extend(distances.wrong());
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

macro_rules! agree {
    ($($name:ident: $numbers:expr;)*) => {
        $(#[test]
        fn $name() {
            compare($numbers);
        })*
    };
}

agree! {
    designs_0_to_49_agree: 0..50;
    designs_50_to_99_agree: 50..100;
    designs_100_to_149_agree: 100..150;
    designs_150_to_199_agree: 150..200;
    designs_200_to_249_agree: 200..250;
    designs_250_to_299_agree: 250..300;
}
