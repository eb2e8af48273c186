//! Closed sessions: a fixed number of users who send, wait, think and send again. Their throughput is an answer; it is
//! found by mean value analysis over the stations their journey visits.

use super::compiled::{Compiled, Node};
use super::multiclass;
use super::mva::{self, Centre, Class};
use super::product::{self, is_quasi_reversible};
use super::solution::Solution;
use crate::text::flow as words;

/// Sets the rates of closed journeys, the arrivals of their nodes, and the waits at their stations.
pub fn solve(all: &Compiled, s: &mut Solution) {
    let closed: Vec<usize> = (0..all.journeys.len()).filter(|j| all.journeys[*j].closed.is_some()).collect();
    if closed.is_empty() {
        return;
    }
    // Load of the open journeys at each component; it slows the servers down for the closed ones.
    let mut open = vec![0.0; all.n_components];
    for (node, state) in all.nodes.iter().zip(&s.nodes) {
        if all.journeys[node.journey as usize].closed.is_none() {
            open[node.component as usize] += state.arrivals * node.work.map_or(0.0, |w| w.0.mean);
        }
    }
    // One centre per replica that a closed journey works at.
    let mut centres: Vec<(usize, f64)> = Vec::new();
    let mut first_centre = vec![usize::MAX; all.n_components];
    let mut classes = Vec::with_capacity(closed.len());
    let mut product_form = true;
    for j in &closed {
        for n in all.journeys[*j].nodes.clone() {
            let node = &all.nodes[n as usize];
            let c = node.component as usize;
            let Some(desk) = &all.stations[c] else { continue };
            if let (Some(servers), Some(_), true) = (desk.full, node.work, first_centre[c] == usize::MAX) {
                first_centre[c] = centres.len();
                centres.extend((0..desk.replicas.max(1)).map(|_| (c, servers)));
                let nodes = all.nodes_of(c).iter().map(|n| &all.nodes[*n as usize]);
                product_form &= is_quasi_reversible(desk, nodes) && desk.error_ratio <= 0.0;
            }
        }
    }
    // The closed form holds where everybody goes one way at a time and nobody gives up, and where the open stream only makes
    // a server slower.
    for j in &closed {
        let journey = &all.journeys[*j];
        product_form &= journey.why.is_none()
            && journey.nodes.clone().all(|n| {
                let node = &all.nodes[n as usize];
                node.groups.clone().all(|g| all.group(g).len() == 1)
                    && node.legs.clone().all(|l| product::is_plain(&all.legs[l as usize]))
            });
    }
    for (c, load) in
        open.iter().enumerate().filter(|(c, load)| **load > 0.0 && first_centre[*c] != usize::MAX)
    {
        let streams = all.nodes_of(c).iter().map(|n| &all.nodes[*n as usize]);
        let one = all.stations[c].as_ref().is_some_and(|d| d.full == Some(1.0));
        let is_open = |n: &&Node| all.journeys[n.journey as usize].closed.is_none();
        product_form &= one && *load < 1.0 && streams.filter(is_open).all(|n| n.poisson);
    }
    for j in &closed {
        let journey = &all.journeys[*j];
        let Some((population, think)) = journey.closed else { continue };
        let mut class =
            Class { population: f64::from(population), delay: think.mean, demands: vec![0.0; centres.len()] };
        for n in journey.nodes.clone() {
            let (node, state) = (&all.nodes[n as usize], &s.nodes[n as usize]);
            let c = node.component as usize;
            let stream = node.stream.map_or(0.0, |m| m.mean);
            class.delay += state.visits
                * (node.hit * node.hit_latency.mean + (1.0 - node.hit) * (node.latency.mean + stream));
            let Some((work, _)) = node.work else { continue };
            if first_centre[c] == usize::MAX {
                class.delay += state.visits * work.mean;
                continue;
            }
            let copies = all.stations[c].as_ref().map_or(1, |d| d.replicas.max(1));
            let servers = centres[first_centre[c]].1 * f64::from(copies);
            let left = (1.0 - open[c] / servers).max(1e-9);
            for i in 0..copies as usize {
                class.demands[first_centre[c] + i] += state.visits * work.mean / f64::from(copies) / left;
            }
        }
        for l in journey.legs.clone() {
            let leg = &all.legs[l as usize];
            if leg.node != super::compiled::NONE {
                // Visits of the callee through this leg alone are not kept; with one leg per callee they are its visits.
                class.delay += leg.network.mean * s.nodes[leg.node as usize].visits;
            }
        }
        classes.push(class);
    }
    let servers: Vec<f64> = centres.iter().map(|c| c.1).collect();
    let (throughput, queue, method) = match &classes[..] {
        [one] => {
            let list: Vec<Centre> =
                one.demands.iter().zip(&servers).map(|(d, s)| Centre { demand: *d, servers: *s }).collect();
            let done = mva::single_class(one.population as u32, one.delay, &list);
            let method = match (done.exact, product_form) {
                (true, true) => words::MVA,
                (true, false) => words::MVA_NOT_PRODUCT,
                (false, _) => words::MVA_APPROXIMATE,
            };
            (vec![done.throughput], vec![done.queue], method)
        }
        _ => match multiclass::exact(&classes, &servers) {
            Some(done) => {
                let method = if product_form { words::MVA } else { words::MVA_NOT_PRODUCT };
                (done.throughput, done.queue, method)
            }
            None => {
                let done = mva::schweitzer(&classes, &servers);
                (done.throughput, done.queue, words::MVA_APPROXIMATE)
            }
        },
    };
    s.closed_wait = vec![None; all.n_components];
    s.closed_waits = vec![None; all.nodes.len()];
    let (mut there, mut rate, mut demand) =
        (vec![0.0; all.n_components], vec![0.0; all.n_components], vec![0.0; all.n_components]);
    for (k, j) in closed.iter().enumerate() {
        s.rates[*j] = throughput[k];
        s.closed[*j] = Some(method);
        for n in all.journeys[*j].nodes.clone() {
            let node = &all.nodes[n as usize];
            let state = &mut s.nodes[n as usize];
            state.arrivals = state.visits * throughput[k];
            if let Some((work, _)) = node.work {
                let c = node.component as usize;
                rate[c] += state.arrivals;
                demand[c] += state.arrivals * work.mean;
                if first_centre[c] != usize::MAX && state.arrivals > 0.0 {
                    let mine: f64 =
                        centres.iter().zip(&queue[k]).filter(|(at, _)| at.0 == c).map(|q| q.1).sum();
                    s.closed_waits[n as usize] = Some((mine / state.arrivals - work.mean).max(0.0));
                }
            }
        }
        for (i, centre) in centres.iter().enumerate() {
            there[centre.0] += queue[k][i];
        }
    }
    for c in 0..all.n_components {
        if first_centre[c] != usize::MAX && rate[c] > 0.0 {
            let inside = there[c];
            s.closed_wait[c] = Some(((inside - demand[c]) / rate[c]).max(0.0));
            let Some(desk) = &all.stations[c] else { continue };
            // An open request finds as many closed ones as there are on average, and is slowed down by its like.
            let copies = f64::from(desk.replicas.max(1));
            let left = 1.0 - open[c] / copies;
            for n in all.nodes_of(c).iter().map(|n| *n as usize) {
                let opened = all.journeys[all.nodes[n].journey as usize].closed.is_none();
                if let Some((work, _)) = all.nodes[n].work.filter(|_| opened && desk.full == Some(1.0)) {
                    let wait = if left > 0.0 {
                        work.mean * ((1.0 + inside / copies) / left - 1.0)
                    } else {
                        f64::INFINITY
                    };
                    s.closed_waits[n] = Some(wait);
                }
            }
        }
    }
}
