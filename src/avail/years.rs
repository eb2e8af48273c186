//! Years of operation played month by month: failures begin at random, last, overlap and end; every minute without service
//! is counted once and blamed on what caused it. Where [`super::month`] adds up outages as if they never met, here they do:
//! they overlap, cross the end of a month, and a loss at noon needs more units than one at night.
//!
//! All failures of the system are one Poisson stream, thinned: a failure that is drawn for something already down is
//! dropped, so each event alternates between exponential times up and down with the chance and mean length that the exact
//! answer has. A run begins in the steady state. What a set of failures does is looked up in the decision diagram once and
//! remembered.
//!
//! Units that wait for a repair crew, or that a common cause fails together, are played as such: they queue for the crew in the
//! order in which they failed, and a common cause fails all that work.
//!
//! Not here, as in the exact answer: failover windows are events of their own, not tied to the loss that causes them.
//!
//! Source: alternating renewal processes: Trivedi and Bobbio, *Reliability and Availability Engineering* (2017), ch. 9; a
//! superposition by one clock and a choice: A. J. Walker, "An efficient method for generating discrete random variables with
//! general distributions" (ACM TOMS 3, 1977).

use super::alias::Alias;
use super::event::Part;
use super::system::System;
use super::teams::Teams;
use crate::answer::availability::{Share, YearsAnswer};
use crate::model::failure;
use crate::stats::figure::Figure;
use crate::stats::interval::{Mean, wilson};
use crate::stats::maths::ln;
use crate::stats::rng::{Draws, Key, Stream};
use crate::units::{HOURS_PER_WEEK, Probability};
use indexmap::IndexMap;

/// Hours of one month: 30 days.
const MONTH: usize = 720;
/// Batches whose means give the interval.
const BATCHES: u32 = 100;
/// Sets of failures that are remembered.
const MOST_KNOWN: usize = 200_000;
/// Dots of the picture of the months.
pub const DOTS: usize = 20;

/// How long to play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Months of 30 days, at least as many as there are batches (100); rounded up to a multiple of them.
    pub months: u32,
    /// Seed.
    pub seed: u64,
}

/// Plays `span` months of the system, fewer where they hold too many failures. `target`: the uptime that a month is asked for.
///
/// Work: about 0.1 µs per failure; memory: 8 bytes per month.
pub fn play(system: &System, target: Option<Probability>, span: Span) -> YearsAnswer {
    let mut stage = Stage::new(system);
    let each = span.months.min(super::outages::months_that_fit(stage.rate)).div_ceil(BATCHES).max(1);
    let mut batches = Vec::with_capacity(BATCHES as usize);
    let mut months: Vec<f64> = Vec::with_capacity((each * BATCHES) as usize);
    for batch in 0..BATCHES {
        let draws = Key::new(span.seed, batch).draws(Stream::new("years", "failures"));
        let before = months.len();
        stage.batch(each, draws, &mut months);
        batches.push(months[before..].iter().sum::<f64>() / f64::from(each));
    }
    stage.answer(target, &batches, months, span.seed)
}

/// What a set of failures does.
struct Effect {
    /// By group of hours: whether the journeys are down, brown-outs aside.
    down: Vec<bool>,
    /// By group that is down: those to blame, in equal parts.
    blamed: Vec<Vec<u32>>,
    /// Whether any group is down.
    any: bool,
}

/// One begun outage.
#[derive(Clone, Copy)]
pub(super) struct Outage {
    pub(super) event: u32,
    /// Hours of the batch; endless while it waits for a repair.
    pub(super) ends: f64,
}

struct Stage<'a> {
    system: &'a System,
    /// Group of each hour of the week.
    group_of: Vec<usize>,
    /// By group: down by brown-outs alone.
    browned: Vec<bool>,
    /// Events that alternate, with the mean length of each and its squared coefficient of variation.
    alternating: Vec<u32>,
    lengths_hours: Vec<(f64, f64)>,
    alias: Alias,
    /// Units that hang together: the choices of `alias` beyond `alternating` are theirs.
    teams: Teams,
    /// Failures per hour, all together.
    rate: f64,
    /// By event: its hits, drawn whenever it begins.
    hits: Vec<Vec<u32>>,
    /// By event: whether it holds.
    holds: Vec<bool>,
    /// What single failures without hits do, by event.
    singles: Vec<Option<usize>>,
    known: IndexMap<Box<[u32]>, usize>,
    effects: Vec<Effect>,
    /// Hours of downtime, by event.
    blame: Vec<f64>,
    outages: u64,
    /// End of the last downtime, hours of the batch.
    last_down: f64,
    /// Begin of the outage under way.
    began: f64,
    /// Minutes of every outage that has ended.
    lengths: Vec<f64>,
    /// Hours played.
    hours: f64,
}

impl<'a> Stage<'a> {
    fn new(system: &'a System) -> Self {
        let list = &system.events.list;
        let mut group_of = vec![0; HOURS_PER_WEEK];
        for (number, group) in system.groups.iter().enumerate() {
            group.at.iter().for_each(|hour| group_of[usize::from(*hour)] = number);
        }
        let certain = |event: u32| list[event as usize].part == Part::BrownOut;
        let browned: Vec<bool> = (0..system.groups.len()).map(|g| down(system, g, certain)).collect();
        let mut holds = vec![false; list.len()];
        let teams = Teams::of(system);
        let (mut alternating, mut lengths_hours, mut rates) = (Vec::new(), Vec::new(), Vec::new());
        for (number, event) in list.iter().enumerate() {
            let mean = event.mean_hours.filter(|mean| *mean > 0.0 && event.chance < 1.0);
            match (event.part, mean) {
                (Part::Hit, _) => {}
                _ if event.chain.is_some() => {}
                (_, Some(mean)) => {
                    alternating.push(number as u32);
                    lengths_hours.push((mean, event.scv));
                    rates.push(event.chance / (1.0 - event.chance) / mean);
                }
                _ => holds[number] = event.chance >= 1.0,
            }
        }
        rates.extend(teams.rates());
        let rate = rates.iter().sum();
        Self {
            system,
            group_of,
            browned,
            alias: Alias::new(&rates),
            alternating,
            lengths_hours,
            teams,
            rate,
            hits: system.events.hits(),
            singles: vec![None; list.len()],
            holds,
            known: IndexMap::new(),
            effects: Vec::new(),
            blame: vec![0.0; list.len()],
            outages: 0,
            last_down: -1.0,
            began: 0.0,
            lengths: Vec::new(),
            hours: 0.0,
        }
    }

    /// So many months from the steady state; their minutes are added to `months`.
    fn batch(&mut self, n: u32, mut draws: Draws, months: &mut Vec<f64>) {
        let (first, end) = (months.len(), f64::from(n) * MONTH as f64);
        let browned = self.browned_minutes();
        months.extend((0..n as usize).map(|month| browned[month % browned.len()]));
        let mut open: Vec<Outage> = Vec::new();
        (self.last_down, self.began) = (-1.0, 0.0);
        for (event, (mean, scv)) in self.alternating.iter().zip(&self.lengths_hours) {
            if draws.uniform() < self.system.events.list[*event as usize].chance {
                open.push(Outage {
                    event: *event,
                    ends: failure::Outage::rest(*mean, *scv, || draws.uniform()),
                });
            }
        }
        open.extend(self.teams.at_first(&mut draws));
        for outage in open.clone() {
            open.extend(self.begin(outage, 0.0, &mut draws));
        }
        let mut now = 0.0;
        let mut next = self.gap(&mut draws);
        while now < end {
            let ends = open.iter().map(|o| o.ends).fold(f64::INFINITY, f64::min);
            let then = next.min(ends).min(end);
            if !open.is_empty() {
                self.pass(&open, now, then, &mut months[first..]);
            }
            now = then;
            if now >= end {
                break;
            }
            if ends <= next {
                let (holds, teams) = (&mut self.holds, &self.teams);
                let mut freed: Vec<usize> = Vec::new();
                open.retain(|o| {
                    let goes_on = o.ends > now;
                    holds[o.event as usize] = goes_on;
                    freed.extend(teams.of_event(o.event).filter(|_| !goes_on));
                    goes_on
                });
                freed.into_iter().for_each(|team| teams.next_repair(team, now, &mut open, &mut draws));
                continue;
            }
            let which = self.alias.pick(draws.uniform());
            if let Some(number) = which.checked_sub(self.alternating.len()) {
                for event in self.teams.fail(number, &self.holds) {
                    let outage = Outage { event, ends: f64::INFINITY };
                    open.push(outage);
                    open.extend(self.begin(outage, now, &mut draws));
                    let team = self.teams.of_event(event);
                    team.into_iter()
                        .for_each(|team| self.teams.next_repair(team, now, &mut open, &mut draws));
                }
            } else if !self.holds[self.alternating[which] as usize] {
                let event = self.alternating[which];
                let (mean, scv) = self.lengths_hours[which];
                let length = failure::Outage::length(mean, scv).draw(|| draws.uniform());
                let outage = Outage { event, ends: now + length };
                open.push(outage);
                open.extend(self.begin(outage, now, &mut draws));
            }
            next = now + self.gap(&mut draws);
        }
        for outage in open {
            self.holds[outage.event as usize] = false;
        }
        self.close();
        self.hours += end;
    }

    fn gap(&self, draws: &mut Draws) -> f64 {
        if self.rate > 0.0 { -ln(draws.uniform()) / self.rate } else { f64::INFINITY }
    }

    /// It begins; the hits that end before it does.
    fn begin(&mut self, outage: Outage, now: f64, draws: &mut Draws) -> Vec<Outage> {
        self.holds[outage.event as usize] = true;
        let mut sooner = Vec::new();
        for hit in &self.hits[outage.event as usize] {
            let of = &self.system.events.list[*hit as usize];
            let holds = draws.uniform() < of.chance / of.lasts;
            self.holds[*hit as usize] = holds;
            if holds && of.lasts < 1.0 {
                sooner.push(Outage { event: *hit, ends: now + of.lasts * (outage.ends - now) });
            }
        }
        sooner
    }

    /// Minutes that brown-outs take from the months of a batch, which begins on Monday: they repeat after seven months.
    fn browned_minutes(&self) -> [f64; 7] {
        std::array::from_fn(|month| {
            let hours = (month * MONTH..(month + 1) * MONTH).map(|hour| hour % HOURS_PER_WEEK);
            60.0 * hours.filter(|hour| self.browned[self.group_of[*hour]]).count() as f64
        })
    }

    /// These failures hold from `from` to `to`.
    fn pass(&mut self, open: &[Outage], from: f64, to: f64, months: &mut [f64]) {
        let effect = self.effect(open);
        if !self.effects[effect].any {
            return;
        }
        let mut at = from;
        while at < to {
            let hour = at as usize;
            let until = to.min((hour + 1) as f64);
            let group = self.group_of[hour % HOURS_PER_WEEK];
            let effect = &self.effects[effect];
            if effect.down[group] && !self.browned[group] {
                months[hour / MONTH] += 60.0 * (until - at);
                let blamed = &effect.blamed[group];
                let part = (until - at) / blamed.len() as f64;
                blamed.iter().for_each(|event| self.blame[*event as usize] += part);
                if at > self.last_down {
                    self.close();
                    (self.began, self.outages) = (at, self.outages + 1);
                }
                self.last_down = until;
            }
            at = until;
        }
    }

    /// The outage that went on until now has ended.
    fn close(&mut self) {
        if self.last_down >= 0.0 {
            self.lengths.push(60.0 * (self.last_down - self.began));
        }
        self.last_down = -1.0;
    }

    fn effect(&mut self, open: &[Outage]) -> usize {
        let single = match open {
            [one] if self.hits[one.event as usize].is_empty() => Some(one.event as usize),
            _ => None,
        };
        if let Some(known) = single.and_then(|event| self.singles[event]) {
            return known;
        }
        let mut key: Vec<u32> = open.iter().map(|o| o.event).collect();
        for outage in open {
            let hits = &self.hits[outage.event as usize];
            key.extend(hits.iter().filter(|hit| self.holds[**hit as usize]));
        }
        key.sort_unstable();
        key.dedup(); // a hit that ends by itself is open too
        if let Some(known) = self.known.get(&key[..]) {
            return *known;
        }
        if self.known.len() >= MOST_KNOWN {
            self.known.clear();
            self.effects.clear();
            self.singles.fill(None);
        }
        let effect = self.look_up(&key);
        self.effects.push(effect);
        let number = self.effects.len() - 1;
        self.known.insert(key.into(), number);
        if let Some(event) = single {
            self.singles[event] = Some(number);
        }
        number
    }

    fn look_up(&self, key: &[u32]) -> Effect {
        let list = &self.system.events.list;
        let certain = |event: u32| match list[event as usize].part {
            Part::BrownOut => true,
            part => part != Part::Hit && list[event as usize].chance >= 1.0,
        };
        let holds = |event: u32| certain(event) || key.binary_search(&event).is_ok();
        let failures: Vec<u32> =
            key.iter().copied().filter(|event| list[*event as usize].part != Part::Hit).collect();
        let mut effect = Effect { down: Vec::new(), blamed: Vec::new(), any: false };
        for group in 0..self.system.groups.len() {
            let is_down = down(self.system, group, holds);
            effect.down.push(is_down);
            effect.any |= is_down && !self.browned[group];
            effect.blamed.push(if is_down { self.blamed(group, &failures, holds) } else { Vec::new() });
        }
        effect
    }

    /// Those without whom the journeys would be up, brown-outs among them; where there are several ways down at once, the failures
    /// that take it down by themselves; else all failures.
    fn blamed(&self, group: usize, failures: &[u32], holds: impl Fn(u32) -> bool) -> Vec<u32> {
        let system = self.system;
        let list = &system.events.list;
        let browned = (0..list.len() as u32).filter(|event| list[*event as usize].part == Part::BrownOut);
        let needed: Vec<u32> = failures
            .iter()
            .copied()
            .chain(browned)
            .filter(|gone| !down(system, group, |event| event != *gone && holds(event)))
            .collect();
        if !needed.is_empty() {
            return needed;
        }
        let alone: Vec<u32> = failures
            .iter()
            .copied()
            .filter(|one| {
                down(system, group, |event| holds(event) && (event == *one || !failures.contains(&event)))
            })
            .collect();
        if alone.is_empty() { failures.to_vec() } else { alone }
    }

    fn answer(
        &mut self,
        target: Option<Probability>,
        batches: &[f64],
        mut months: Vec<f64>,
        seed: u64,
    ) -> YearsAnswer {
        months.sort_unstable_by(f64::total_cmp);
        let n = months.len() as u64;
        let figure = |value: f64, bounds: Option<(f64, f64)>, unit: &str, method: &str| {
            Figure::simulated(value, bounds, unit, n, method)
        };
        let minutes = 60.0 * MONTH as f64;
        let down = Mean::of(batches);
        let mean = down.map_or(0.0, |down| down.mean);
        let bounds = down.and_then(|down| down.bounds()).map(|(a, b)| (a.max(0.0), b.min(minutes)));
        let share = |m: f64| 1.0 - m / minutes;
        let mut answer = YearsAnswer {
            months: n,
            seed,
            availability: figure(share(mean), bounds.map(|(a, b)| (share(b), share(a))), "1", BATCH_MEANS),
            downtime_min_per_30d: figure(mean, bounds, "min/30d", BATCH_MEANS),
            ..YearsAnswer::default()
        };
        for (name, q) in [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99), ("p999", 0.999)] {
            let (value, bounds) = quantile(&months, q);
            answer.monthly_downtime_min.insert(name.to_owned(), figure(value, bounds, "min", ORDER));
        }
        let within = |limit: f64| months.partition_point(|m| *m <= limit) as u64;
        answer.meets_target_probability = match target {
            Some(target) => {
                let good = within(target.complement().get() * minutes);
                figure(good as f64 / n as f64, wilson(good, n), "1", WILSON)
            }
            None => Figure::unknown("1"),
        };
        let quiet = within(0.0);
        answer.no_downtime_probability = figure(quiet as f64 / n as f64, wilson(quiet, n), "1", WILSON);
        answer.outages_per_year = figure(self.outages as f64 / self.hours * 8_760.0, None, "1/year", COUNTED);
        let mut lengths = std::mem::take(&mut self.lengths);
        lengths.sort_unstable_by(f64::total_cmp);
        if !lengths.is_empty() {
            for (name, q) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
                let (value, bounds) = quantile(&lengths, q);
                let of = Figure::simulated(value, bounds, "min", lengths.len() as u64, ORDER);
                answer.outage_min.insert(name.to_owned(), of);
            }
        }
        answer.dots = (0..DOTS).map(|i| quantile(&months, (i as f64 + 0.5) / DOTS as f64).0).collect();
        answer.attribution = self.attribution(mean);
        answer
    }

    /// By cause, largest first; the shares add to 1.
    fn attribution(&self, mean: f64) -> Vec<Share> {
        let list = &self.system.events.list;
        let mut causes: IndexMap<(&str, &str), f64> = IndexMap::new();
        let per_month = 60.0 * MONTH as f64 / self.hours;
        for (event, hours) in list.iter().zip(&self.blame).filter(|(_, hours)| **hours > 0.0) {
            *causes.entry((&event.cause, event.part.word())).or_default() += hours * per_month;
        }
        let browned =
            self.browned.iter().zip(&self.system.groups).enumerate().filter(|(_, (down, _))| **down);
        for (number, (_, group)) in browned {
            let certain = |event: u32| list[event as usize].part == Part::BrownOut;
            let all: Vec<u32> = (0..list.len() as u32).filter(|event| certain(*event)).collect();
            let here = self.blamed(number, &all, certain);
            for event in &here {
                let event = &list[*event as usize];
                *causes.entry((&event.cause, event.part.word())).or_default() +=
                    group.weight() * 60.0 * MONTH as f64 / here.len() as f64;
            }
        }
        let total: f64 = causes.values().sum();
        causes.sort_by(|a, x, b, y| y.total_cmp(x).then(a.cmp(b)));
        let share = |((cause, part), amount): ((&str, &str), f64)| Share {
            cause: cause.to_owned(),
            part: part.to_owned(),
            share: amount / total,
            amount: amount / total * mean,
            unit: "min/30d".to_owned(),
        };
        causes.into_iter().map(share).collect()
    }
}

const BATCH_MEANS: &str = "months played, 100 batch means, 95 % Student t";
const ORDER: &str = "months played, order statistics, 95 %";
const WILSON: &str = "months played, 95 % Wilson";
const COUNTED: &str = "months played, counted";

/// Whether the journeys are down in a group of hours.
fn down(system: &System, group: usize, holds: impl Fn(u32) -> bool) -> bool {
    system.down[group].iter().any(|part| system.bdd.holds(*part, &holds))
}

/// The quantile of sorted values and its 95 % interval by order statistics (normal approximation of the binomial rank).
fn quantile(sorted: &[f64], q: f64) -> (f64, Option<(f64, f64)>) {
    let n = sorted.len();
    let at = |rank: f64| sorted[(rank.max(0.0) as usize).min(n - 1)];
    let rank = q * n as f64;
    let reach = 1.96 * (n as f64 * q * (1.0 - q)).sqrt();
    // As for every percentile of the product: too few samples beyond it, no bounds.
    let enough = n as f64 * (1.0 - q) >= 10.0;
    (at((rank - 0.5).ceil()), enough.then(|| (at(rank - reach), at(rank + reach))))
}
