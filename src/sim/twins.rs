//! The slow twin of the simulator: the obvious version of one component, driven by the very same keyed draws, compared with
//! the simulator request by request (when each ended, after how long) and in its time integrals. It scans lists at every
//! step and shares no code with the engine beyond the draws. Chains of calls have a recursion of their own at the end.

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::clock::Instant;
    use super::super::compile::compile;
    use super::super::draw::{Sampler, nanos, whole};
    use super::super::plan::Plan;
    use super::super::state::State;
    use super::super::{Ends, Faults, Load, Settings, Warmup};
    use crate::model::Model;
    use crate::model::build::{call, component, delay, empty, journey, station};
    use crate::model::station::{Balance, Discipline, Station};
    use crate::stats::distribution::Distribution;
    use crate::stats::maths::ln_of_draw;
    use crate::stats::rng::{Key, Stream, hash_id};
    use crate::units::Duration;
    use proptest::prelude::*;

    /// One component, named `desk`, and the journeys `j0`, `j1`, ... that come to it.
    #[derive(Clone, Debug)]
    struct Sketch {
        discipline: Discipline,
        balance: Balance,
        replicas: usize,
        servers: u32,
        /// Speed of the last of them.
        last: f64,
        room: Option<u32>,
        patience: Option<Distribution>,
        /// Rate, work and priority of each journey.
        journeys: Vec<(f64, Distribution, u8)>,
        seed: u64,
        seconds: f64,
    }

    const WARM_S: f64 = 2.0;

    fn model(s: &Sketch) -> Model {
        let mut model = empty();
        let desk = Station {
            discipline: s.discipline,
            balance: s.balance,
            queue: s.room,
            last: s.last,
            patience: s.patience.clone(),
            ..station(s.replicas, s.servers, Distribution::Constant(0.0))
        };
        let desk = component(&mut model, "desk", desk);
        for (i, (rate, ..)) in s.journeys.iter().enumerate() {
            journey(&mut model, &format!("j{i}"), desk, *rate);
        }
        for (i, (_, work, priority)) in s.journeys.iter().enumerate() {
            model.graph[desk].station.as_mut().unwrap().work[i] = Some(work.clone());
            model.journeys[i].priority = *priority;
        }
        model
    }

    /// Replication 3 of the model: when each request ended and after how long, in that order, and its last state.
    fn simulated(model: &Model, seed: u64, seconds: f64) -> (Vec<(Instant, u64)>, State, Plan) {
        let settings = Settings {
            seed,
            replications: 1,
            warmup: Warmup::Fixed(Duration::seconds(WARM_S)),
            duration: Duration::seconds(seconds),
            ends: Ends::AfterFaults,
            step: None,
            hour: 0,
            load: Load::Constant,
            faults: Faults::None,
            standing: Vec::new(),
        };
        let plan = compile(model, &settings, nanos(WARM_S));
        let mut state = State::new(&plan, 3);
        state.pilot = Some(Vec::new());
        while state.step(&plan, 1000) {}
        let ends = state.pilot.take().unwrap();
        (ends, state, plan)
    }

    /// A request as the twin sees it.
    #[derive(Clone, Debug)]
    struct Job {
        arrives: Instant,
        rank: u8,
        key: Key,
        /// Work still to do, ns.
        left: f64,
        patience: Option<u64>,
        replica: usize,
        at: Place,
        /// Gives up then, while it waits.
        leaves: Instant,
        /// Order among those that wait, within a rank.
        turn: i64,
        /// When it took its server.
        began: Instant,
    }

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Place {
        Outside,
        Waiting,
        Served,
    }

    fn key(seed: u64, j: usize) -> Key {
        Key::new(seed, 3).with(hash_id(&format!("j{j}")))
    }

    /// All requests before `end`, sorted by arrival.
    fn requests(s: &Sketch, end: Instant) -> Vec<Job> {
        let mut all = Vec::new();
        for (j, (rate, work, rank)) in s.journeys.iter().enumerate() {
            let (mut time, work) = (0.0, Sampler::new(Some(work)));
            for n in 0.. {
                let key = key(s.seed, j).with(n);
                time -= ln_of_draw(key.uniform(Stream::new("gap", &format!("j{j}")))) / (rate * 1e-9);
                if whole(time) > end {
                    break;
                }
                let patience = s.patience.as_ref().map(|p| Sampler::new(Some(p)));
                all.push(Job {
                    arrives: whole(time),
                    rank: *rank,
                    key,
                    left: work.draw(key, Stream::new("work", "desk")) as f64,
                    patience: patience.map(|p| p.draw(key, Stream::new("patience", "desk"))),
                    replica: 0,
                    at: Place::Outside,
                    leaves: Instant::MAX,
                    turn: 0,
                    began: 0,
                });
            }
        }
        all.sort_by_key(|job| job.arrives);
        all
    }

    /// What the twin found: ends, and how the numbers of busy servers, of those waiting and of those inside changed.
    #[derive(Default)]
    struct Found {
        ends: Vec<(Instant, u64)>,
        changes: Vec<(Instant, [i32; 3])>,
    }

    /// The twin: at every step the earliest of all arrivals, ends and losses of patience is looked for in the lists.
    fn naive(s: &Sketch, end: Instant) -> Found {
        let mut pending = requests(s, end).into_iter().peekable();
        let (mut inside, mut found): (Vec<Job>, _) = (Vec::new(), Found::default());
        let (mut now, mut turn, mut dealt, mut next) = (0, 0, 0, 0);
        let sharing = s.discipline == Discipline::ProcessorSharing;
        let of = |inside: &[Job], r: usize, at: Place| {
            inside.iter().filter(|job| job.replica == r && job.at == at).count()
        };
        loop {
            let before: Vec<[i32; 3]> = (0..s.replicas)
                .map(|r| {
                    let busy = of(&inside, r, Place::Served).min(s.servers as usize) as i32;
                    let waits = of(&inside, r, Place::Waiting) as i32;
                    [busy, waits, inside.iter().filter(|job| job.replica == r).count() as i32]
                })
                .collect();
            let speed = |r: usize| {
                let busy = of(&inside, r, Place::Served) as f64;
                let full = f64::from(s.servers) - 1.0 + s.last;
                if sharing { (full / busy).min(1.0) } else { 1.0 }
            };
            let speeds: Vec<f64> = (0..s.replicas).map(speed).collect();
            let ends = |job: &Job| now as f64 + job.left / speeds[job.replica];
            let served = (0..inside.len()).filter(|i| inside[*i].at == Place::Served);
            let first_end = served.min_by(|a, b| ends(&inside[*a]).total_cmp(&ends(&inside[*b])));
            let waiting = (0..inside.len()).filter(|i| inside[*i].at == Place::Waiting);
            let first_loss = waiting.min_by_key(|i| inside[*i].leaves);
            let end_at = first_end.map_or(f64::INFINITY, |i| ends(&inside[i]));
            let end_at = if end_at.is_finite() { end_at.ceil() as Instant } else { Instant::MAX };
            let loss_at = first_loss.map_or(Instant::MAX, |i| inside[i].leaves);
            let comes = pending.peek().map_or(Instant::MAX, |job| job.arrives);
            let then = end_at.min(loss_at).min(comes);
            if then > end {
                return found;
            }
            let steps: Vec<f64> = (0..s.replicas).map(|r| (then - now) as f64 * speeds[r]).collect();
            for job in inside.iter_mut().filter(|job| job.at == Place::Served) {
                job.left = (job.left - steps[job.replica]).max(0.0);
            }
            now = then;
            let replica = if comes == then {
                let mut job = pending.next().unwrap();
                let load = |r: &usize| inside.iter().filter(|other| other.replica == *r).count();
                let mut draws = job.key.draws(Stream::new("balance", "desk"));
                let mut one = |n: usize| (draws.uniform() * n as f64) as usize;
                job.replica = match s.balance {
                    _ if s.replicas == 1 => 0,
                    Balance::RoundRobin => dealt % s.replicas,
                    Balance::Random => one(s.replicas),
                    Balance::LeastOutstanding => {
                        let in_turn = (0..s.replicas).map(|i| (next + i) % s.replicas);
                        let r = in_turn.min_by_key(load).unwrap();
                        next = r + 1;
                        r
                    }
                    Balance::PowerOfTwo => {
                        let (a, b) = (one(s.replicas), one(s.replicas));
                        let b = if a == b { (a + 1) % s.replicas } else { b };
                        if load(&b) < load(&a) { b } else { a }
                    }
                };
                dealt += 1;
                turn += 1;
                job.turn = turn;
                let r = job.replica;
                let (busy, waits) = (of(&inside, r, Place::Served), of(&inside, r, Place::Waiting));
                let room = |taken: usize, servers: u32| {
                    s.room.is_none_or(|room| taken < room as usize + servers as usize)
                };
                // Of those in service the least urgent, the latest to start of these.
                let victim = (0..inside.len())
                    .filter(|i| inside[*i].replica == r && inside[*i].at == Place::Served)
                    .max_by_key(|i| (inside[*i].rank, inside[*i].began))
                    .filter(|i| inside[*i].rank > job.rank)
                    .filter(|_| s.discipline == Discipline::PreemptiveResume);
                if sharing && !room(busy, s.servers) {
                    found.ends.push((now, 0));
                } else if sharing || busy < s.servers as usize {
                    (job.at, job.began) = (Place::Served, now);
                    inside.push(job);
                } else if let Some(victim) = victim {
                    let victim = &mut inside[victim];
                    // Back to the head of its line, and nobody who has begun gives up.
                    (victim.at, victim.leaves, victim.turn) = (Place::Waiting, Instant::MAX, -turn);
                    (job.at, job.began) = (Place::Served, now);
                    inside.push(job);
                } else if room(waits, 0) {
                    job.at = Place::Waiting;
                    job.leaves = job.patience.map_or(Instant::MAX, |p| now + p);
                    inside.push(job);
                } else {
                    found.ends.push((now, 0));
                }
                r
            } else {
                let gone = inside.remove(if end_at == then { first_end } else { first_loss }.unwrap());
                found.ends.push((now, now - gone.arrives));
                gone.replica
            };
            let free = !sharing && of(&inside, replica, Place::Served) < s.servers as usize;
            let by_rank = matches!(s.discipline, Discipline::PreemptiveResume | Discipline::NonPreemptive);
            let next = (0..inside.len())
                .filter(|i| inside[*i].replica == replica && inside[*i].at == Place::Waiting)
                .min_by_key(|i| (if by_rank { inside[*i].rank } else { 0 }, inside[*i].turn))
                .filter(|_| free);
            if let Some(next) = next {
                (inside[next].at, inside[next].began) = (Place::Served, now);
            }
            let busy = of(&inside, replica, Place::Served).min(s.servers as usize) as i32;
            let waits = of(&inside, replica, Place::Waiting) as i32;
            let all = inside.iter().filter(|job| job.replica == replica).count() as i32;
            let [b, w, a] = before[replica];
            found.changes.push((now, [busy - b, waits - w, all - a]));
        }
    }

    /// Integral and time at zero of one of the numbers from the end of the warm-up to `end`, by replaying its changes.
    fn replayed(changes: &[(Instant, [i32; 3])], which: usize, warm: Instant, end: Instant) -> (u128, u64) {
        let (mut area, mut zero, mut level, mut since) = (0, 0, 0, 0);
        for (at, change) in changes.iter().copied().chain([(end, [0; 3])]) {
            let passed = at.max(warm) - since.max(warm);
            area += u128::from(passed) * level as u128;
            zero += if level == 0 { passed } else { 0 };
            level += change[which];
            since = at;
        }
        (area, zero)
    }

    fn works() -> impl Strategy<Value = Distribution> {
        prop::sample::select(vec![
            Distribution::Exponential(0.01),
            Distribution::Constant(0.01),
            Distribution::lognormal_mean_scv(0.01, 4.0),
            Distribution::Uniform { low: 0.0, high: 0.02 },
            Distribution::Erlang { k: 3, mean: 0.01 },
        ])
    }

    fn patiences() -> impl Strategy<Value = Option<Distribution>> {
        prop::sample::select(vec![
            None,
            Some(Distribution::Exponential(0.015)),
            Some(Distribution::Constant(0.02)),
        ])
    }

    fn sketches(disciplines: Vec<Discipline>) -> impl Strategy<Value = Sketch> {
        let balances =
            vec![Balance::RoundRobin, Balance::Random, Balance::LeastOutstanding, Balance::PowerOfTwo];
        let journeys = prop::collection::vec((0.2f64..1.0, works(), 0u8..4), 1..4);
        let size =
            (1usize..4, 1u32..5, prop::sample::select(vec![1.0, 0.25, 0.6]), prop::option::of(0u32..8));
        let choice = (prop::sample::select(disciplines), prop::sample::select(balances), patiences());
        (size, choice, journeys, 0.3f64..1.4, 0u64..1_000_000).prop_map(
            |(size, choice, journeys, load, seed)| {
                let (replicas, servers, last, room) = size;
                let (discipline, balance, patience) = choice;
                let sharing = discipline == Discipline::ProcessorSharing;
                let last = if sharing { last } else { 1.0 };
                let whole: f64 = journeys.iter().map(|j| j.0).sum();
                let rate = load * replicas as f64 * (f64::from(servers) - 1.0 + last) / 0.01;
                let journeys =
                    journeys.into_iter().map(|(r, work, rank)| (r / whole * rate, work, rank)).collect();
                // A thousand requests or so.
                let seconds = 800.0 / rate;
                let patience = patience.filter(|_| !sharing);
                Sketch {
                    discipline,
                    balance,
                    replicas,
                    servers,
                    last,
                    room,
                    patience,
                    journeys,
                    seed,
                    seconds,
                }
            },
        )
    }

    fn same_levels(state: &mut State, found: &Found, plan: &Plan) -> Result<(), TestCaseError> {
        let counts = &state.desks[0].counts;
        for (which, level) in [counts.busy, counts.waiting, counts.system].into_iter().enumerate() {
            let expected = replayed(&found.changes, which, plan.warm, plan.end);
            prop_assert_eq!(level.area(plan.end), expected.0, "level {}", which);
        }
        prop_assert_eq!(counts.empty(plan.end), replayed(&found.changes, 2, plan.warm, plan.end).1);
        Ok(())
    }

    proptest! {
        // The twin looks at everybody inside at every step.
        #![proptest_config(ProptestConfig {
            cases: 40,
            rng_seed: proptest::test_runner::RngSeed::Fixed(22),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn shared_servers_end_every_request_when_the_twin_says(
            sketch in sketches(vec![Discipline::ProcessorSharing])
        ) {
            let (ends, _, plan) = simulated(&model(&sketch), sketch.seed, sketch.seconds);
            let found = naive(&sketch, plan.end);
            let mut found: Vec<(i64, i64)> = found.ends.iter().map(|e| (e.0 as i64, e.1 as i64)).collect();
            let mut ends: Vec<(i64, i64)> = ends.iter().map(|e| (e.0 as i64, e.1 as i64)).collect();
            // The virtual clock counts in floating point: a microsecond over the whole run. By arrival, then.
            ends.sort_unstable_by_key(|e| e.0 - e.1);
            found.sort_unstable_by_key(|e| e.0 - e.1);
            prop_assert!(ends.len() > 300 && ends.len().abs_diff(found.len()) <= 1);
            for (fast, slow) in ends.iter().zip(&found) {
                prop_assert!((fast.0 - slow.0).abs() < 1000, "{:?} against {:?}", fast, slow);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 200,
            rng_seed: proptest::test_runner::RngSeed::Fixed(21),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn every_request_ends_when_the_twin_says(
            sketch in sketches(vec![Discipline::Fifo, Discipline::NonPreemptive, Discipline::PreemptiveResume])
        ) {
            // The warm-up is simulated too: make it as long as the rest.
            let sketch = Sketch { seconds: sketch.seconds.max(0.5), ..sketch };
            let (mut ends, mut state, plan) = simulated(&model(&sketch), sketch.seed, sketch.seconds);
            let mut found = naive(&sketch, plan.end);
            prop_assert!(ends.len() > 300, "{}", ends.len());
            same_levels(&mut state, &found, &plan)?;
            ends.sort_unstable();
            found.ends.sort_unstable();
            prop_assert_eq!(ends, found.ends);
        }

        #[test]
        fn slots_held_across_a_call_follow_their_recursion(
            slots in 1u32..6, load in 0.3f64..1.2, work in works(), latency in 0.0f64..0.03, seed in 0u64..1_000_000,
        ) {
            // A front with slots, some latency, and a call to one server, over a network that takes an odd time. All stay in
            // order: request n starts when it is there and request n - slots has gone.
            let round_trip = 3_000_001_u64;
            let rate = load / 0.01;
            let mut model = empty();
            let front = Station { slots: Some(slots), ..delay(Distribution::Constant(latency)) };
            let front = component(&mut model, "front", front);
            let desk = component(&mut model, "desk", station(1, 1, work.clone()));
            let job = journey(&mut model, "j0", front, rate);
            let edge = call(&mut model, job, front, desk);
            model.graph[edge].network = Some(Distribution::Constant(round_trip as f64 * 1e-9));
            let (ends, _, plan) = simulated(&model, seed, 600.0 / rate);
            let sketch = Sketch {
                discipline: Discipline::Fifo,
                balance: Balance::RoundRobin,
                replicas: 1,
                servers: 1,
                last: 1.0,
                room: None,
                patience: None,
                journeys: vec![(rate, work, 0)],
                seed,
                seconds: 0.0,
            };
            let (mut gone, mut idle_from): (Vec<Instant>, Instant) = (Vec::new(), 0);
            let mut expected = Vec::new();
            for (n, request) in requests(&sketch, plan.end).iter().enumerate() {
                let slot = n.checked_sub(slots as usize).map_or(0, |i| gone[i]);
                let reaches = request.arrives.max(slot) + nanos(latency) + round_trip / 2;
                idle_from = reaches.max(idle_from) + request.left as u64;
                gone.push(idle_from + round_trip - round_trip / 2);
                expected.push((gone[n], gone[n] - request.arrives));
            }
            expected.retain(|e| e.0 <= plan.end);
            prop_assert!(ends.len() > 60);
            prop_assert_eq!(ends, expected);
        }
    }
}
