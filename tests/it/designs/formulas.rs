//! What formulas say of the designs, against the simulator: each approximate formula states how far off it may be, and of what
//! it says of these designs at least as many lie within that as it states.

use plimsoll::flow::Flow;
use plimsoll::sim::Measured;
use plimsoll::stats::figure::{Figure, FigureKind};
use std::collections::{BTreeMap, BTreeSet};

fn percent_of(whole: u32) -> f64 {
    0.01 * f64::from(whole)
}

/// How far figures lay from the simulator, beyond its own interval, by formula and what it is of. Times are relative, shares are
/// differences; a wait is held against the whole time at its component.
#[derive(Default)]
pub struct Distances(BTreeMap<Said, Vec<(f64, String)>>);

/// Whether it calls itself exact, the formula, and what it is of.
type Said = (bool, String, &'static str);

impl Distances {
    /// Takes in a design.
    pub fn take(&mut self, number: u64, flow: &Flow, measured: &Measured) {
        for (j, (f, m)) in flow.journeys.iter().zip(&measured.journeys).enumerate() {
            let of = format!("{number} j{j}");
            let (formula, seen) = (&f.response_s, &m.response_s);
            for (what, a, b) in [
                ("mean", &formula.mean, &seen.mean),
                ("p50", &formula.p50, &seen.p50),
                ("p95", &formula.p95, &seen.p95),
                ("p99", &formula.p99, &seen.p99),
                ("throughput", &f.throughput_per_s, &m.throughput_per_s),
            ] {
                self.pair(what, &of, (a, b), b.value);
            }
            self.pair("failing", &of, (&f.error_ratio, &m.error_ratio), Some(1.0));
        }
        for (c, (f, m)) in flow.components.iter().zip(&measured.components).enumerate() {
            let of = format!("{number} c{c}");
            let whole = m.response_s.mean.value;
            self.pair("wait", &of, (&f.wait_s.mean, &m.wait_s.mean), whole);
            self.pair("time", &of, (&f.response_s.mean, &m.response_s.mean), whole);
            self.pair("wait p95", &of, (&f.wait_s.p95, &m.wait_s.p95), m.response_s.p95.value);
            self.pair("time p95", &of, (&f.response_s.p95, &m.response_s.p95), m.response_s.p95.value);
            self.pair("utilisation", &of, (&f.utilisation, &m.utilisation), Some(1.0));
        }
    }

    fn pair(
        &mut self,
        what: &'static str,
        of: &str,
        (formula, seen): (&Figure, &Figure),
        whole: Option<f64>,
    ) {
        let (Some(value), Some(right), Some(whole)) = (formula.value, seen.value, whole) else { return };
        if !matches!(formula.kind, FigureKind::Analytic | FigureKind::Exact) || whole <= 0.0 {
            return;
        }
        let half = seen.low.zip(seen.high).map_or(0.0, |(low, high)| 0.5 * (high - low));
        let off = ((value - right).abs() - 2.0 * half).max(0.0) / whole;
        let key = (formula.kind == FigureKind::Exact, formula.method.clone().unwrap_or_default(), what);
        self.0.entry(key).or_default().push((off, format!("{of}: {value:.6} against {right:.6}")));
    }

    /// What is wrong: a formula that calls itself exact and lies outside the simulator's interval, and one of which more figures
    /// than one in twenty lie outside of what it states, by more than chance explains.
    pub fn wrong(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for ((exact, method, what), list) in &self.0 {
            let stated =
                method.split(" within ").nth(1).and_then(|rest| rest.split(' ').next()?.parse().ok());
            let within = match (exact, stated) {
                (true, _) => 0.005,
                (false, Some(percent)) => percent_of(percent),
                // Rates, which follow from the others.
                (false, None) => continue,
            };
            // A design counts once: its journeys err together.
            let designs = |list: &mut dyn Iterator<Item = &(f64, String)>| {
                list.map(|(_, of)| of.split(' ').next().unwrap_or_default().to_owned())
                    .collect::<BTreeSet<_>>()
            };
            let outside = designs(&mut list.iter().filter(|(off, _)| *off > within)).len() as f64;
            let n = designs(&mut list.iter()).len() as f64;
            let allowed = if *exact { 0.0 } else { (0.05 * n + 2.5 * (0.05 * 0.95 * n).sqrt()).max(1.0) };
            if outside > allowed {
                let far: Vec<&String> =
                    list.iter().filter(|(off, _)| *off > within).map(|(_, of)| of).collect();
                wrong.push(format!("{outside} designs of {n}: {what} by {method}: {far:?}"));
            }
        }
        wrong
    }
}
