//! What formulas say of the designs, against the simulator.

use plimsoll::flow::Flow;
use plimsoll::sim::Measured;
use plimsoll::stats::figure::{Figure, FigureKind};
use std::collections::BTreeMap;

/// How far figures lay from the simulator, beyond its own interval, by method and kind of figure.
#[derive(Default)]
pub struct Distances(pub BTreeMap<(String, &'static str), Vec<(f64, String)>>);

impl Distances {
    /// Takes in a design.
    pub fn take(&mut self, number: u64, flow: &Flow, measured: &Measured) {
        for (j, (f, m)) in flow.journeys.iter().zip(&measured.journeys).enumerate() {
            let of = format!("{number} j{j}");
            self.pair("mean", &of, &f.response_s.mean, &m.response_s.mean, 0.0);
            self.pair("p50", &of, &f.response_s.p50, &m.response_s.p50, 0.0);
            self.pair("p95", &of, &f.response_s.p95, &m.response_s.p95, 0.0);
            self.pair("p99", &of, &f.response_s.p99, &m.response_s.p99, 0.0);
            self.pair("failures", &of, &f.error_ratio, &m.error_ratio, 1e-3);
            self.pair("throughput", &of, &f.throughput_per_s, &m.throughput_per_s, 0.0);
        }
        for (c, (f, m)) in flow.components.iter().zip(&measured.components).enumerate() {
            let of = format!("{number} c{c}");
            self.pair("component mean", &of, &f.response_s.mean, &m.response_s.mean, 0.0);
            self.pair("component p95", &of, &f.response_s.p95, &m.response_s.p95, 0.0);
            self.pair("wait", &of, &f.wait_s.mean, &m.wait_s.mean, 1e-3);
            self.pair("wait p95", &of, &f.wait_s.p95, &m.wait_s.p95, 1e-3);
            self.pair("utilisation", &of, &f.utilisation, &m.utilisation, 0.0);
        }
    }

    fn pair(&mut self, what: &'static str, of: &str, formula: &Figure, simulated: &Figure, floor: f64) {
        let (Some(value), Some(right)) = (formula.value, simulated.value) else { return };
        let half = simulated.low.zip(simulated.high).map_or(0.0, |(low, high)| 0.5 * (high - low));
        if !matches!(formula.kind, FigureKind::Analytic | FigureKind::Exact) || right <= 0.0 {
            return;
        }
        let off = ((value - right).abs() - half).max(0.0) / (right + floor);
        let method = format!("{:?} {}", formula.kind, formula.method.clone().unwrap_or_default());
        let signed = if value < right { -off } else { off };
        self.0
            .entry((method, what))
            .or_default()
            .push((off, format!("{of}: {value:.6} against {right:.6} ({signed:.3})")));
    }

    /// As a table.
    pub fn table(&mut self) -> String {
        let mut all = String::new();
        for ((method, what), list) in &mut self.0 {
            list.sort_by(|a, b| a.0.total_cmp(&b.0));
            let at = |q: f64| list[((list.len() - 1) as f64 * q) as usize].0;
            all += &format!(
                "{:>5} p50 {:.3} p95 {:.3} max {:.3}  {what:<15} {method}   {}\n",
                list.len(),
                at(0.5),
                at(0.95),
                at(1.0),
                list.last().unwrap().1
            );
        }
        all
    }
}
