//! Who can be reached from an entry, and in which order: callers before callees, or the other way round.

use super::compiled::{FALLBACKS, NONE};
use crate::model::{ComponentIx, JourneyIx, Model};

/// Components that a journey can reach, callers first, and whether there is a loop among them.
pub(super) fn reachable(model: &Model, entry: ComponentIx, j: JourneyIx) -> (Vec<ComponentIx>, bool) {
    let serves = |c: ComponentIx| model.graph[c].station.is_some();
    if !serves(entry) {
        return (Vec::new(), false);
    }
    // Callees of the reached components, in the order of the program.
    let mut callees: Vec<(u32, Vec<u32>)> = Vec::new();
    let mut at = vec![NONE; model.graph.node_count()];
    let mut waiting = vec![entry];
    while let Some(c) = waiting.pop() {
        if at[c.index()] != NONE {
            continue;
        }
        at[c.index()] = callees.len() as u32;
        let mut list = Vec::new();
        let station = model.graph[c].station.as_ref();
        let calls = station.into_iter().flat_map(|s| s.program(j).steps.iter().flatten());
        for call in calls.flat_map(|b| [Some(b.call), b.miss.map(|m| m.call)]).flatten() {
            let mut next = Some(call);
            for _ in 0..=FALLBACKS {
                let Some(call) = next else { break };
                if let Some((_, to)) = model.graph.edge_endpoints(call).filter(|ends| serves(ends.1)) {
                    list.push(to.index() as u32);
                    waiting.push(to);
                }
                next = model.graph[call].policy.fallback_of(j);
            }
        }
        callees.push((c.index() as u32, list));
    }
    let lists = |c: u32| &callees[at[c as usize] as usize].1;
    let (mut order, loops) = depth_first(model.graph.node_count(), &[entry.index() as u32], lists);
    order.reverse();
    (order.into_iter().map(|c| ComponentIx::new(c as usize)).collect(), loops)
}

/// Depth-first search without recursion: nodes in finishing order, and whether an edge leads back.
pub(super) fn depth_first<'a>(
    n: usize,
    starts: &[u32],
    next: impl Fn(u32) -> &'a Vec<u32>,
) -> (Vec<u32>, bool) {
    // 0: not seen, 1: on the path, 2: finished.
    let mut state = vec![0u8; n];
    let (mut order, mut loops) = (Vec::new(), false);
    let mut path: Vec<(u32, usize)> = Vec::new();
    for start in starts {
        if state[*start as usize] != 0 {
            continue;
        }
        state[*start as usize] = 1;
        path.push((*start, 0));
        while let Some((at, done)) = path.last_mut() {
            let here = *at;
            match next(here).get(*done) {
                Some(to) => {
                    *done += 1;
                    match state[*to as usize] {
                        0 => {
                            state[*to as usize] = 1;
                            path.push((*to, 0));
                        }
                        1 => loops = true,
                        _ => {}
                    }
                }
                None => {
                    state[here as usize] = 2;
                    order.push(here);
                    path.pop();
                }
            }
        }
    }
    (order, loops)
}
