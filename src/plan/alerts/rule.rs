//! One rule over one timeline, as a monitoring system evaluates it: at the end of every interval, over the window that ends
//! there; pending while the condition holds, firing once it has held for long enough, resolved when it does not hold.
//!
//! The simulator's buckets are the resolution: intervals and windows are whole numbers of them. A p95 over several buckets is
//! the mean of theirs, weighted by the requests that ended.

use crate::model::Model;
use crate::model::release::{Alert, Signal};
use crate::model::station::Servers;
use crate::sim::{Seen, Timeline};

/// A time in which a rule fires, seconds from the end of the warm-up; without an end when it still does at the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Firing {
    /// From.
    pub from: f64,
    /// To.
    pub to: Option<f64>,
}

/// What a rule looks at, at the end of each bucket; `None` where there is nothing to look at, or no model of it.
pub fn values(model: &Model, alert: &Alert, timeline: &Timeline) -> Vec<Option<f64>> {
    let Some(signal) = alert.signal else { return Vec::new() };
    let n = timeline.journeys.first().map_or(0, Vec::len);
    let window = ((alert.over / timeline.step_s).round() as usize).max(1);
    (0..n).map(|at| value(model, signal, timeline, (at + 1).saturating_sub(window)..at + 1)).collect()
}

fn value(model: &Model, signal: Signal, timeline: &Timeline, window: std::ops::Range<usize>) -> Option<f64> {
    let of = |j: usize| timeline.journeys[j].get(window.clone()).unwrap_or_default();
    let ratio = |list: &mut dyn Iterator<Item = &Seen>| {
        let (failed, ended) = list.fold((0.0, 0.0), |sum, s| (sum.0 + s.failed, sum.1 + s.ended));
        (ended > 0.0).then(|| failed / ended)
    };
    match signal {
        Signal::Errors(Some(j)) => ratio(&mut of(usize::from(j.0)).iter()),
        Signal::Errors(None) => ratio(&mut (0..timeline.journeys.len()).flat_map(of)),
        Signal::FailedLogins(j) => {
            let users = timeline.journeys.len() - timeline.attackers.len();
            let tries = timeline.attackers.iter().enumerate().filter(|(_, (of, _))| *of == j);
            let failed = tries.map(|(i, (_, share))| {
                let answered: f64 = of(users + i).iter().map(|s| s.ended - s.failed).sum();
                answered * share.unwrap_or(0.0)
            });
            Some(failed.sum::<f64>() / (window.len() as f64 * timeline.step_s))
        }
        Signal::Arrivals(j) => {
            let sent: f64 = of(usize::from(j.0)).iter().map(|s| s.arrivals).sum();
            Some(sent / (window.len() as f64 * timeline.step_s))
        }
        Signal::Quantile(j, _) => {
            let known = || of(usize::from(j.0)).iter().filter_map(|s| Some((s.p95?, s.ended)));
            let weight: f64 = known().map(|s| s.1).sum();
            (weight > 0.0).then(|| known().map(|s| s.0 * s.1).sum::<f64>() / weight)
        }
        Signal::Busy(ix) => {
            let n = window.len() as f64;
            (0..window.len())
                .map(|i| busy(model, ix, timeline, window.start + i))
                .try_fold(0.0, |sum, share| Some(sum + share?))
                .map(|sum| sum / n)
        }
    }
}

/// The share of a component's servers that is busy; of a group of machines, the cores that what stands on it uses, over all
/// that it has.
fn busy(model: &Model, ix: crate::model::ComponentIx, timeline: &Timeline, at: usize) -> Option<f64> {
    if let Some(share) = timeline.utilisation[ix.index()].get(at) {
        return Some(*share);
    }
    let machines = model.graph[ix].failure.units.len() as f64;
    let cores = model.graph[ix].credits?.vcpu * machines;
    let on_it = model.graph.node_indices().filter(|c| model.graph[*c].on == Some(ix));
    let used = on_it.filter_map(|c| {
        let station = model.graph[c].station.as_ref()?;
        let servers = station.full()?;
        let share = timeline.utilisation[c.index()].get(at)?;
        Some(share * servers * station.active_replicas() as f64 * station.cpu)
    });
    (cores > 0.0).then(|| used.sum::<f64>() / cores)
}

/// Whether the rule can be evaluated at all: a p95 is what the simulator keeps by the bucket.
pub fn is_modelled(model: &Model, alert: &Alert) -> bool {
    match alert.signal {
        None => false,
        Some(Signal::Quantile(_, q)) => q == 0.95,
        Some(Signal::Busy(ix)) => {
            let node = &model.graph[ix];
            let counted = |s: &crate::model::station::Station| matches!(s.servers, Servers::Count(_));
            node.station.as_ref().is_some_and(counted) || node.credits.is_some()
        }
        Some(_) => true,
    }
}

/// When the rule fires, by what it looks at by the bucket.
pub fn firings(alert: &Alert, values: &[Option<f64>], step: f64) -> Vec<Firing> {
    let every = ((alert.every / step).round() as usize).max(1);
    let mut firings: Vec<Firing> = Vec::new();
    let mut pending: Option<f64> = None;
    for (i, value) in values.iter().enumerate() {
        if (i + 1) % every != 0 {
            continue;
        }
        let now = (i + 1) as f64 * step;
        let open = firings.last_mut().filter(|f| f.to.is_none());
        // Nothing to look at is no reason to fire, and none to cease.
        let Some(value) = value else { continue };
        match (*value > alert.above, open) {
            (true, Some(_)) => {}
            (true, None) => {
                let since = *pending.get_or_insert(now);
                if now - since >= alert.lasts {
                    firings.push(Firing { from: now, to: None });
                }
            }
            (false, open) => {
                pending = None;
                if let Some(open) = open {
                    open.to = Some(now);
                }
            }
        }
    }
    firings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Span;
    use crate::text::Phrase;

    fn rule(above: f64, lasts: f64, every: f64, over: f64) -> Alert {
        Alert {
            id: "x".to_owned(),
            name: Phrase::same("x"),
            when: String::new(),
            signal: Some(Signal::Errors(None)),
            above,
            lasts,
            every,
            over,
            route: None,
            at: Span::default(),
        }
    }

    fn seen(list: &[f64]) -> Vec<Option<f64>> {
        list.iter().map(|x| Some(*x)).collect()
    }

    #[test]
    fn pending_firing_and_resolved_by_hand() {
        let list = seen(&[0.0, 9.0, 9.0, 0.0, 9.0, 9.0, 9.0, 0.0, 9.0]);
        // At once: from the end of the second minute to that of the fourth, and so on; the last one goes on.
        let at_once = firings(&rule(5.0, 0.0, 60.0, 60.0), &list, 60.0);
        let times: Vec<(f64, Option<f64>)> = at_once.iter().map(|f| (f.from, f.to)).collect();
        assert_eq!(times, [(120.0, Some(240.0)), (300.0, Some(480.0)), (540.0, None)]);
        // Two minutes: the first stretch is too short, and the time begins anew after it.
        let patient = firings(&rule(5.0, 120.0, 60.0, 60.0), &list, 60.0);
        assert_eq!(patient, [Firing { from: 420.0, to: Some(480.0) }]);
        // Every other minute it sees 9, 0, 9, 0.
        let seldom = firings(&rule(5.0, 0.0, 120.0, 60.0), &list, 60.0);
        assert_eq!(seldom.iter().map(|f| f.from).collect::<Vec<_>>(), [120.0, 360.0]);
        assert!(firings(&rule(9.0, 0.0, 60.0, 60.0), &list, 60.0).is_empty(), "above, not at");
    }

    #[test]
    fn what_is_not_there_neither_fires_nor_resolves() {
        let list = [Some(9.0), None, None, Some(9.0), Some(0.0)];
        assert_eq!(
            firings(&rule(5.0, 0.0, 60.0, 60.0), &list, 60.0),
            [Firing { from: 60.0, to: Some(300.0) }]
        );
    }

    #[test]
    fn a_window_counts_all_requests_in_it() {
        let one = |ended, failed| Seen { arrivals: ended, ended, failed, p95: None };
        let timeline = Timeline {
            attackers: Vec::new(),
            step_s: 60.0,
            journeys: vec![vec![one(100.0, 0.0), one(100.0, 30.0), one(0.0, 0.0), one(300.0, 3.0)]],
            utilisation: Vec::new(),
        };
        let model = crate::model::build::empty();
        let by_minute = values(&model, &rule(0.0, 0.0, 60.0, 60.0), &timeline);
        assert_eq!(by_minute, [Some(0.0), Some(0.3), None, Some(0.01)]);
        let by_two = values(&model, &rule(0.0, 0.0, 60.0, 120.0), &timeline);
        assert_eq!(by_two, [Some(0.0), Some(0.15), Some(0.3), Some(0.01)]);
    }

    #[test]
    fn a_longer_for_is_never_earlier_and_a_lower_threshold_never_later() {
        let mut draws = crate::stats::rng::Key::new(8, 0).draws(crate::stats::rng::Stream::default());
        for _ in 0..200 {
            let list: Vec<Option<f64>> = (0..60).map(|_| Some(draws.uniform())).collect();
            let first = |above: f64, lasts: f64| {
                firings(&rule(above, lasts, 60.0, 60.0), &list, 60.0)
                    .first()
                    .map_or(f64::INFINITY, |f| f.from)
            };
            for above in [0.3, 0.6, 0.9] {
                assert!(first(above, 0.0) <= first(above, 120.0));
                assert!(first(above, 60.0) <= first(above + 0.05, 60.0));
            }
        }
    }
}
