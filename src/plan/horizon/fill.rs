//! From hours and windows to answers: rates as means over time, error ratios over all requests, times as mixtures.

use super::mixture::{Mixture, Part};
use super::{Horizon, Seen};
use crate::answer::times::{ComponentAnswer, Errors, JourneyAnswer, Replicas, Times};
use crate::answer::{Answer, FaultAnswer, Series};
use crate::assess;
use crate::flow::hours::{Course, Stretch};
use crate::flow::solution::total;
use crate::flow::state::{ComponentState, Shape};
use crate::model::fault::Fault;
use crate::scenario::SourceFile;
use crate::stats::figure::{Figure, FigureKind};
use crate::text::flow as words;

/// Most points of a series; longer spans take several hours together. Our choice: a point per pixel or so.
const POINTS: usize = 1000;

/// Seconds of some stretches together.
pub fn seconds(course: &Course, stretches: &[usize]) -> f64 {
    stretches.iter().map(|s| course.stretches[*s].length).sum()
}

/// Where the figures of some seconds come from.
#[derive(Clone, Copy)]
enum Source<'a> {
    /// A state by formula.
    State(usize),
    /// A window, and a state that it stands for.
    Window(&'a Seen, usize),
}

/// Seconds of each source.
type Sources<'a> = Vec<(f64, Source<'a>)>;

/// How the figures were got.
struct Method {
    words: String,
    /// Whether no formula has a part in it.
    simulated: bool,
}

impl Method {
    fn figure(&self, value: Option<f64>, unit: &str, why: Option<&str>) -> Figure {
        match (why, value.filter(|v| v.is_finite())) {
            (Some(why), _) => Figure { method: Some(why.to_owned()), ..Figure::unknown(unit) },
            (None, None) => Figure { method: Some(self.words.clone()), ..Figure::unknown(unit) },
            (None, Some(value)) => {
                let kind = if self.simulated { FigureKind::Simulated } else { FigureKind::Analytic };
                Figure { kind, ..Figure::analytic(value, unit, &self.words) }
            }
        }
    }
}

impl Horizon {
    /// Writes journeys, components, series, faults and what they rest on into an answer about the tier.
    pub fn fill(&self, answer: &mut Answer, files: &[SourceFile]) {
        let sources = self.sources();
        let method = self.method();
        for (j, journey) in self.model.journeys.iter().enumerate() {
            let id = &journey.id;
            let Some(old) = answer.journeys.get_mut(id) else { continue };
            let availability = std::mem::take(&mut old.availability);
            *old = JourneyAnswer { availability, ..self.journey(j, &sources, &method) };
            self.journey_series(j, id, &mut answer.series);
        }
        for (c, component) in self.model.graph.node_weights().enumerate() {
            if let Some(old) = answer.components.get_mut(&component.id) {
                let bistable = std::mem::take(&mut old.bistable);
                *old = ComponentAnswer { bistable, ..self.component(c, &sources, &method) };
                self.component_series(c, &component.id, &mut answer.series);
            }
        }
        answer.faults = self.faults(files);
        // Targets are judged by the busiest hour, not by a span.
        answer.targets.clear();
        answer.seed = self.span.seed;
        answer.hour = Some(self.span.hour as u32);
        answer.horizon = Some(self.summary());
    }

    /// The window that gives the figures of each stretch, when one has run.
    fn window_of(&self) -> Vec<Option<usize>> {
        let mut of = vec![None; self.course.stretches.len()];
        for (w, window) in self.windows.iter().enumerate().filter(|(w, _)| self.seen[*w].is_some()) {
            window.covers.iter().for_each(|s| of[*s] = Some(w));
        }
        of
    }

    fn sources(&self) -> Sources<'_> {
        let mut by_state = vec![0.0; self.course.states.len()];
        let mut by_window: Vec<(f64, usize)> = vec![(0.0, 0); self.windows.len()];
        for (stretch, window) in self.course.stretches.iter().zip(self.window_of()) {
            match window {
                Some(w) => by_window[w] = (by_window[w].0 + stretch.length, stretch.state),
                None => by_state[stretch.state] += stretch.length,
            }
        }
        let states = by_state.into_iter().enumerate().map(|(i, seconds)| (seconds, Source::State(i)));
        let seen = self.seen.iter().zip(by_window);
        let windows =
            seen.filter_map(|(s, (seconds, state))| Some((seconds, Source::Window(s.as_ref()?, state))));
        states.chain(windows).filter(|(seconds, _)| *seconds > 0.0).collect()
    }

    fn method(&self) -> Method {
        let summary = self.summary();
        let hours = |s: f64| crate::text::numbers::plain(s / 3600.0);
        let mut words = words::HOURLY.name.to_owned();
        if summary.backlog_s > 0.0 {
            words.push_str("; fluid backlog carried over");
        }
        if summary.simulated_s > 0.0 {
            let (of, all) = (hours(summary.simulated_s), hours(summary.length_s));
            words.push_str(&format!("; {of} of {all} h from windows simulated request by request"));
        }
        Method { words, simulated: summary.simulated_s >= summary.length_s - 0.5 }
    }

    fn journey(&self, j: usize, sources: &Sources, method: &Method) -> JourneyAnswer {
        let all: f64 = sources.iter().map(|s| s.0).sum();
        let (mut sent, mut throughput, mut causes, mut attempts) = (0.0, 0.0, [0.0; 5], (0.0, 0.0));
        let (mut times, mut firsts) = (Mixture::default(), Mixture::default());
        let mut why = None;
        for (seconds, source) in sources {
            match source {
                Source::State(i) => {
                    let s = &self.course.states[*i].journeys[j];
                    why = why.or(s.why);
                    sent += seconds * s.rate;
                    throughput += seconds * s.throughput;
                    causes.iter_mut().zip(s.causes).for_each(|(sum, c)| *sum += seconds * s.rate * c);
                    attempts.0 += seconds * s.calls.0;
                    attempts.1 += seconds * s.calls.1;
                    let answered = seconds * s.rate * (1.0 - total(&s.causes));
                    times.add(answered, Part::Shape(s.response.clone()));
                    s.first.iter().for_each(|f| firsts.add(answered, Part::Shape(f.clone())));
                }
                Source::Window(seen, state) => {
                    let m = &seen.measured.journeys[j];
                    let number = |f: &Figure| f.value.unwrap_or(0.0);
                    let rate = number(&m.arrivals_per_s);
                    sent += seconds * rate;
                    throughput += seconds * number(&m.throughput_per_s);
                    let each = m.errors.each();
                    causes.iter_mut().zip(each).for_each(|(sum, (_, c))| *sum += seconds * rate * number(c));
                    let calls = seconds * self.course.states[*state].journeys[j].calls.0;
                    attempts.0 += calls;
                    attempts.1 += calls * m.attempts_mean.value.unwrap_or(1.0);
                    let answered = seconds * rate * (1.0 - number(&m.error_ratio));
                    times.add(answered, Part::Counted(&seen.times.journeys[j][0]));
                    firsts.add(answered, Part::Counted(&seen.times.journeys[j][1]));
                }
            }
        }
        let figure = |value: f64, unit: &str| method.figure(Some(value), unit, why);
        let seconds = |value: Option<f64>| method.figure(value, "s", why);
        let share = |amount: f64| method.figure((sent > 0.0).then(|| amount / sent), "1", why);
        let first = firsts.times(seconds);
        JourneyAnswer {
            arrivals_per_s: method.figure(Some(sent / all), "1/s", None),
            throughput_per_s: figure(throughput / all, "1/s"),
            response_s: times.times(seconds),
            first_token_s: firsts.moments().map(|_| first),
            unfinished_ratio: Figure::unknown("1"),
            error_ratio: share(causes.iter().sum()),
            errors: Errors {
                timeout: share(causes[0]),
                rejected: share(causes[1]),
                throttled: share(causes[2]),
                unavailable: share(causes[3]),
                dependency: share(causes[4]),
            },
            availability: Figure::unknown("1"),
            attempts_mean: figure(if attempts.0 > 0.0 { attempts.1 / attempts.0 } else { 1.0 }, "1"),
            failures: Vec::new(),
        }
    }

    fn component(&self, c: usize, sources: &Sources, method: &Method) -> ComponentAnswer {
        let all: f64 = sources.iter().map(|s| s.0).sum();
        let requests = |source: &Source| -> f64 {
            match source {
                Source::State(i) => self.course.states[*i].journeys.iter().map(|j| j.rate).sum(),
                Source::Window(seen, _) => {
                    seen.measured.journeys.iter().filter_map(|j| j.arrivals_per_s.value).sum()
                }
            }
        };
        let (mut sums, mut lookups, mut sent) = (Sums::default(), (0.0, 0.0), 0.0);
        let (mut waits, mut times) = (Mixture::default(), Mixture::default());
        let (mut least, mut most) = (f64::INFINITY, 0.0_f64);
        let mut why = None;
        for (seconds, source) in sources {
            sent += seconds * requests(source);
            let now = match source {
                Source::State(i) => {
                    let s = &self.course.states[*i].components[c];
                    why = why.or(s.why);
                    waits.add(seconds * s.arrivals * (1.0 - s.refused.0 - s.refused.1), Part::Wait(s.wait));
                    let shape = Shape::gamma(s.response);
                    times.add(seconds * s.answered, Part::Shape(shape));
                    (least, most) = (least.min(s.replicas), most.max(s.replicas));
                    lookups = (lookups.0 + seconds * s.lookups.0, lookups.1 + seconds * s.lookups.1);
                    *s
                }
                Source::Window(seen, state) => {
                    let s = measured(&seen.measured.components[c], &self.course.states[*state].components[c]);
                    waits.add(seconds * s.answered, Part::Counted(&seen.times.components[c][0]));
                    times.add(seconds * s.answered, Part::Counted(&seen.times.components[c][1]));
                    let replicas = &seen.measured.components[c].replicas;
                    least = least.min(replicas.min.value.unwrap_or(s.replicas));
                    most = most.max(replicas.max.value.unwrap_or(s.replicas));
                    let hit = seen.measured.components[c].hit_ratio.value;
                    let looks = seconds * s.lookups.0;
                    lookups = (lookups.0 + looks, lookups.1 + looks * hit.unwrap_or(0.0));
                    s
                }
            };
            sums.add(*seconds, &now);
        }
        let figure = |value: f64, unit: &str| method.figure(Some(value / all), unit, why);
        let ratio = |a: f64, b: f64| method.figure((b > 0.0).then(|| a / b), "1", why);
        let seconds = |value: Option<f64>| method.figure(value, "s", why);
        let idle = |times: Times| if sums.arrivals > 0.0 { times } else { Times::unknown() };
        let count = |value: f64| method.figure(Some(value), "1", why);
        ComponentAnswer {
            arrivals_per_s: figure(sums.arrivals, "1/s"),
            throughput_per_s: figure(sums.answered, "1/s"),
            utilisation: ratio(sums.busy, sums.servers),
            wait_s: idle(waits.times(seconds)),
            response_s: idle(times.times(seconds)),
            queue_mean: figure(sums.queue, "1"),
            in_service_mean: figure(sums.busy, "1"),
            in_system_mean: Figure::unknown("1"),
            wait_probability: Figure::unknown("1"),
            empty_probability: Figure::unknown("1"),
            blocked_ratio: ratio(sums.blocked, sums.arrivals),
            abandoned_ratio: ratio(sums.abandoned, sums.arrivals),
            replicas: Replicas {
                min: count(least),
                mean: figure(sums.replicas, "1"),
                max: count(most),
                pending: None,
            },
            visits: ratio(sums.arrivals, sent),
            hit_ratio: ratio(lookups.1, lookups.0),
            credits: None,
            bistable: None,
        }
    }

    /// Points of the span: hours, or several together; stretches by point.
    fn points(&self) -> (f64, Vec<Vec<usize>>) {
        let hours = (self.span.length.as_seconds() / 3600.0).ceil() as usize;
        let step = 3600.0 * hours.div_ceil(POINTS).max(1) as f64;
        let n = (self.span.length.as_seconds() / step).ceil() as usize;
        let mut points = vec![Vec::new(); n];
        for (i, stretch) in self.course.stretches.iter().enumerate() {
            points[((stretch.start / step) as usize).min(n.saturating_sub(1))].push(i);
        }
        (step, points)
    }

    fn journey_series(&self, j: usize, id: &str, series: &mut indexmap::IndexMap<String, Series>) {
        let (step, points) = self.points();
        let window_of = self.window_of();
        let (mut rates, mut p95s, mut errors) = (Vec::new(), Vec::new(), Vec::new());
        for point in &points {
            let (mut seconds, mut sent, mut failed) = (0.0, 0.0, 0.0);
            let (mut times, mut seen_p95, mut known) = (Mixture::default(), (0.0, 0.0), true);
            for i in point {
                let stretch = &self.course.stretches[*i];
                let s = &self.course.states[stretch.state].journeys[j];
                let measured =
                    window_of[*i].and_then(|w| self.seen_at(w, stretch, &self.model.journeys[j].id));
                let (rate, error) = match measured {
                    Some((rate, error, p95)) => {
                        let answered = stretch.length * rate * (1.0 - error);
                        if let Some(p95) = p95 {
                            seen_p95 = (seen_p95.0 + answered, seen_p95.1 + answered * p95);
                        }
                        (rate, error)
                    }
                    None => {
                        known &= s.why.is_none();
                        let error = total(&s.causes);
                        times.add(stretch.length * s.rate * (1.0 - error), Part::Shape(s.response.clone()));
                        (s.rate, error)
                    }
                };
                seconds += stretch.length;
                sent += stretch.length * rate;
                failed += stretch.length * rate * error;
            }
            rates.push((seconds > 0.0).then(|| sent / seconds));
            errors.push((sent > 0.0 && known).then(|| failed / sent));
            let p95 = if seen_p95.0 > 0.0 { Some(seen_p95.1 / seen_p95.0) } else { times.quantile(0.95) };
            p95s.push(p95.filter(|_| known));
        }
        let named = [("arrivals_per_s", "1/s", rates), ("p95_s", "s", p95s), ("error_ratio", "1", errors)];
        for (name, unit, values) in named {
            series.insert(format!("{id}.{name}"), list(step, unit, values));
        }
    }

    /// What a window saw of a journey in a stretch: rate, error ratio, and p95 when somebody was answered.
    fn seen_at(&self, w: usize, stretch: &Stretch, id: &str) -> Option<(f64, f64, Option<f64>)> {
        let (window, seen) = (&self.windows[w], self.seen[w].as_ref()?);
        let j = self.model.journeys.iter().position(|j| j.id == id)?;
        let whole = &seen.measured.journeys[j];
        if !window.follows {
            let error = whole.error_ratio.value.unwrap_or(0.0);
            return Some((whole.arrivals_per_s.value?, error, whole.response_s.p95.value));
        }
        // Later weeks repeat the first.
        let week = 3600.0 * crate::units::HOURS_PER_WEEK as f64;
        let at = (stretch.start - window.start) % week;
        let mean = |name: &str| {
            let series = seen.measured.series.get(&format!("{id}.{name}"))?;
            let range =
                (at / series.step_s) as usize..((at + stretch.length) / series.step_s).ceil() as usize;
            let range = range.start.min(series.values.len())..range.end.min(series.values.len());
            let values: Vec<f64> = series.values[range].iter().copied().flatten().collect();
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
        };
        Some((mean("arrivals_per_s")?, mean("error_ratio").unwrap_or(0.0), mean("p95_s")))
    }

    fn component_series(&self, c: usize, id: &str, series: &mut indexmap::IndexMap<String, Series>) {
        let (step, points) = self.points();
        let state = |i: &usize| &self.course.states[self.course.stretches[*i].state].components[c];
        if points.iter().flatten().any(|i| state(i).servers.is_some()) {
            let window_of = self.window_of();
            let at = |point: &Vec<usize>| {
                let (mut busy, mut servers) = (0.0, 0.0);
                for i in point {
                    let length = self.course.stretches[*i].length;
                    let seen = window_of[*i].and_then(|w| self.seen[w].as_ref());
                    let s = seen.map_or(*state(i), |s| measured(&s.measured.components[c], state(i)));
                    busy += length * s.busy;
                    servers += length * s.servers.unwrap_or(0.0);
                }
                (servers > 0.0).then(|| busy / servers)
            };
            let values = points.iter().map(at).collect();
            series.insert(format!("{id}.utilisation"), list(step, "1", values));
        }
        if points.iter().flatten().any(|i| state(i).backlog > 0.0) {
            let last = |point: &Vec<usize>| Some(point.last().map_or(0.0, |i| state(i).backlog));
            series.insert(format!("{id}.backlog"), list(step, "1", points.iter().map(last).collect()));
        }
    }

    fn faults(&self, files: &[SourceFile]) -> indexmap::IndexMap<String, FaultAnswer> {
        let mut all = indexmap::IndexMap::new();
        for (window, seen) in self.windows.iter().zip(&self.seen) {
            let super::What::Faults(ids) = &window.what else { continue };
            for id in ids {
                let Some(fault) = self.model.faults.iter().find(|f| f.id == *id) else { continue };
                let ran = seen.as_ref().and_then(|s| s.measured.faults.get(id)).cloned();
                let mut ended =
                    ran.unwrap_or_else(|| FaultAnswer { name: fault.name.clone(), ..FaultAnswer::default() });
                place(fault, &mut ended, files);
                all.insert(id.clone(), ended);
            }
        }
        all
    }
}

fn place(fault: &Fault, ended: &mut FaultAnswer, files: &[SourceFile]) {
    for expected in &mut ended.expects {
        (expected.file, expected.line) = assess::place(files, fault.span);
    }
}

fn list(step_s: f64, unit: &str, values: Vec<Option<f64>>) -> Series {
    Series { start_s: 0.0, step_s, unit: unit.to_owned(), values }
}

/// Sums over time of what a component does.
#[derive(Default)]
struct Sums {
    arrivals: f64,
    answered: f64,
    busy: f64,
    servers: f64,
    queue: f64,
    blocked: f64,
    abandoned: f64,
    replicas: f64,
}

impl Sums {
    fn add(&mut self, seconds: f64, s: &ComponentState) {
        self.arrivals += seconds * s.arrivals;
        self.answered += seconds * s.answered;
        self.busy += seconds * s.busy;
        self.servers += seconds * s.servers.unwrap_or(0.0);
        self.queue += seconds * s.queue;
        self.blocked += seconds * s.arrivals * s.refused.0;
        self.abandoned += seconds * s.arrivals * s.refused.1;
        self.replicas += seconds * s.replicas;
    }
}

/// What a window measured of a component, in place of the formula's numbers.
fn measured(m: &ComponentAnswer, formula: &ComponentState) -> ComponentState {
    let number = |f: &Figure| f.value.unwrap_or(0.0);
    let replicas = m.replicas.mean.value.unwrap_or(formula.replicas);
    let more = if formula.replicas > 0.0 { replicas / formula.replicas } else { 1.0 };
    ComponentState {
        arrivals: number(&m.arrivals_per_s),
        answered: number(&m.throughput_per_s),
        busy: number(&m.in_service_mean),
        servers: formula.servers.map(|s| s * more),
        queue: number(&m.queue_mean),
        refused: (number(&m.blocked_ratio), number(&m.abandoned_ratio)),
        replicas,
        why: None,
        ..*formula
    }
}
