//! A wide architecture: 10,100 components in 101 layers, each calling 10 of the next layer by chance, and the time its
//! analysis takes from the compiled model.

use crate::jobs::{median, timed};
use crate::target;
use plimsoll::model::station::{Branch, Program};
use plimsoll::model::{Model, build};
use plimsoll::stats::distribution::Distribution;
use plimsoll::units::Probability;
use plimsoll::{assess, flow};
use std::sync::Arc;

const LAYERS: usize = 101;
const WIDTH: usize = 100;
const CALLS: usize = 10;
/// Requests per second: the busiest station, the first, works at half its capacity.
const PER_S: f64 = 50.0;

fn model() -> Model {
    let mut model = build::empty();
    let at: Vec<_> = (0..LAYERS * WIDTH)
        .map(|i| {
            build::component(
                &mut model,
                &format!("c{i}"),
                build::station(1, 1, Distribution::Exponential(0.01)),
            )
        })
        .collect();
    build::journey(&mut model, "all", at[0], PER_S);
    let probability = Probability::new(1.0 / CALLS as f64).expect("a chance");
    for layer in 0..LAYERS {
        for i in 0..WIDTH {
            let from = at[layer * WIDTH + i];
            let mut program = Program::default();
            // The last layer calls nobody.
            for k in 0..if layer + 1 < LAYERS { CALLS } else { 0 } {
                let to = at[(layer + 1) * WIDTH + (i * 7 + k * 11 + layer) % WIDTH];
                let call = model.graph.add_edge(from, to, Default::default());
                program.steps.push(vec![Branch { call, probability, count: 1, miss: None }]);
            }
            model.graph[from].station.as_mut().expect("a station").programs[0] = program;
        }
    }
    model
}

/// Prints the table's part.
pub fn report(rounds: u64) {
    let model = Arc::new(model());
    let (mut steady, mut whole) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        steady.push(timed(|| std::hint::black_box(flow::solve(&model, 0))).1);
        whole.push(timed(|| std::hint::black_box(assess::analyse(model.clone(), &mut Default::default()))).1);
    }
    println!(
        "wide: {} components, {} calls; the steady state alone takes {:.2} s",
        model.graph.node_count(),
        model.graph.edge_count(),
        median(steady),
    );
    target("s of CPU to analyse: flow, loads, needs, availability, bill", median(whole), "<=", 1.0);
    println!();
}
