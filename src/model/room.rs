//! Whether the pods of lost machines fit on those that are left: then nobody waits for a new machine.

use super::{ComponentIx, Model, ZoneIx};

/// Whether all pods that stand on the machines of a group in lost zones find room on its machines elsewhere, by what they ask
/// for, the largest first, each where most is free. What the simulator does pod by pod as they are given up; it fills machines
/// in another order, which decides only where the room is tight. O(pods x machines).
pub fn fits_elsewhere(model: &Model, group: ComponentIx, lost: impl Fn(Option<ZoneIx>) -> bool) -> bool {
    let Some(nodes) = &model.graph[group].nodes else { return false };
    let there = &nodes.zones[..nodes.zones.len().min(nodes.there as usize)];
    let mut free: Vec<Option<(f64, f64, u32)>> =
        there.iter().map(|zone| (!lost(*zone)).then_some((nodes.cpu, nodes.memory, nodes.pods))).collect();
    let mut homeless: Vec<(f64, f64)> = Vec::new();
    for component in model.graph.node_weights().filter(|component| component.on == Some(group)) {
        let Some(pods) = &component.pods else { continue };
        for unit in &component.failure.units {
            let Some(machine) = unit.on.and_then(|on| free.get_mut(on as usize)) else { continue };
            match machine {
                Some((cpu, memory, more)) => {
                    (*cpu, *memory, *more) = (*cpu - pods.cpu, *memory - pods.memory, more.saturating_sub(1));
                }
                None => homeless.push((pods.cpu, pods.memory)),
            }
        }
    }
    homeless.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)));
    homeless.into_iter().all(|(cpu, memory)| {
        // A billionth of a core and a byte are rounding, as in the simulator.
        let fits = |m: &&mut (f64, f64, u32)| m.2 > 0 && m.0 >= cpu - 1e-9 && m.1 >= memory - 1.0;
        let best = free.iter_mut().flatten().filter(fits).max_by(|a, b| a.0.total_cmp(&b.0));
        best.is_some_and(|m| {
            *m = (m.0 - cpu, m.1 - memory, m.2 - 1);
            true
        })
    })
}
