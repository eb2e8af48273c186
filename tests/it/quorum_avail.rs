//! Availability behind a quorum: k of n parts that a request calls at once.

use crate::lab_avail::{Lab, close};
use plimsoll::units::Probability;

/// An entry that calls three parts at once and goes on when `needed` have answered.
fn three(needed: u32, unavailability: [f64; 3]) -> Lab {
    let mut lab = Lab::new();
    for (id, q) in ["a", "b", "c"].into_iter().zip(unavailability) {
        lab.series(id, 1, 1, q);
    }
    let program = &mut lab.model.graph[lab.entry].station.as_mut().unwrap().programs[0];
    program.steps = vec![program.steps.concat()];
    program.quorum = vec![Some(needed)];
    lab
}

#[test]
fn two_of_three_fail_when_two_are_down() {
    let q = [0.1, 0.2, 0.3];
    let two = q[0] * q[1] * (1.0 - q[2]) + q[0] * (1.0 - q[1]) * q[2] + (1.0 - q[0]) * q[1] * q[2];
    let all = q.iter().product::<f64>();
    close(three(2, q).unavailability(), two + all, 1e-12, "two of three");
    close(three(1, q).unavailability(), all, 1e-12, "one of three");
    let up: f64 = q.iter().map(|q| 1.0 - q).product();
    close(three(3, q).unavailability(), 1.0 - up, 1e-12, "all three");
}

#[test]
fn an_optional_part_counts_as_any_other_and_one_by_chance_does_not() {
    let q = [0.1, 0.2, 0.3];
    let mut lab = three(1, q);
    for call in lab.model.graph.edge_indices().collect::<Vec<_>>() {
        lab.model.graph[call].policy.required = false;
    }
    close(lab.unavailability(), q.iter().product(), 1e-12, "optional parts of a quorum");
    // Half of the requests leave `c` out, and have only `a` and `b` to hope for.
    let program = &mut lab.model.graph[lab.entry].station.as_mut().unwrap().programs[0];
    program.steps[0][2].probability = Probability::clamp(0.5);
    close(lab.unavailability(), q[0] * q[1], 1e-12, "a part by chance");
}

#[test]
fn the_promises_of_a_quorum_are_those_of_its_best_ways() {
    let mut lab = three(2, [0.01; 3]);
    for ix in lab.model.graph.node_indices().collect::<Vec<_>>() {
        lab.model.graph[ix].failure.sla = Probability::new(0.999);
    }
    lab.model.graph[lab.entry].failure.sla = None;
    let q: f64 = 0.001;
    let ceiling = lab.answer().sla_ceiling.value.unwrap();
    close(1.0 - ceiling, 3.0 * q * q * (1.0 - q) + q.powi(3), 1e-6, "two of three promises");
}
