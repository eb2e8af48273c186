//! What the load does in a billing month of 730 h: the week's 168 hours, each at its own steady state, as a mean.

use super::compiled::Compiled;
use super::solution::{Solution, total};
use super::solve_load::solve;
use super::week::{Hours, distinct};
use crate::model::credits;
use crate::model::loads::{ComponentLoad, Loads};
use crate::model::usage::Quantity;
use crate::model::{ComponentIx, Model};
use crate::units::{BILLING_HOURS_PER_MONTH, HOURS_PER_WEEK};
use std::collections::{BTreeMap, BTreeSet};

/// Seconds of a billing month.
const SECONDS: f64 = BILLING_HOURS_PER_MONTH * 3600.0;
/// Connections begun each second, and open at once, that one unit of load balancer capacity holds. Source: fact `aws.alb.lcu`.
const NEW_PER_UNIT: f64 = 25.0;
const OPEN_PER_UNIT: f64 = 3000.0;
/// Relative difference of visits below which two loads count as visiting alike.
const ALIKE: f64 = 1e-9;

/// Requests, tokens and bytes of a month, by component. An hour that saturates a component counts what is carried.
///
/// Every request that arrives counts; tokens of those that the component serves (a provider charges nothing for a request
/// it turns away); bytes received of all, bytes sent of those answered.
pub fn loads(model: &Model) -> Loads {
    let all = Compiled::of(model);
    let week = distinct(model);
    let n = model.journeys.len();
    let mut loads = Loads {
        components: vec![
            ComponentLoad {
                by_journey: vec![0.0; n],
                capacity_hours: Some(0.0),
                ..ComponentLoad::default()
            };
            all.n_components
        ],
        journeys: vec![0.0; n],
    };
    let mut outs = vec![Some(0.0); all.n_components];
    let mut ins = outs.clone();
    for (c, component) in model.graph.node_weights().enumerate() {
        if component.station.is_none() {
            (outs[c], ins[c]) = (None, None);
        }
    }
    surplus(model, &all, &week, &mut loads);
    for (solution, share) in solutions(&all, &week, grows(model)) {
        let seconds = share * SECONDS;
        for (group, nodes) in added_nodes(model, &solution) {
            loads.components[group.index()].added_node_hours += f64::from(nodes) * seconds / 3600.0;
        }
        for (sum, rate) in loads.journeys.iter_mut().zip(&solution.rates) {
            *sum += rate * seconds;
        }
        // Of each component: requests a second, requests under way, GB an hour.
        let mut hour = vec![(0.0, 0.0, Some(0.0)); all.n_components];
        for (node, state) in all.nodes.iter().zip(&solution.nodes) {
            let (c, j) = (node.component as usize, node.journey as usize);
            // Behind second requests the number is unknown, and so is what it costs.
            let factor = if node.hedged { f64::NAN } else { 1.0 };
            let requests = state.arrivals * seconds * factor;
            if requests <= 0.0 {
                continue;
            }
            let load = &mut loads.components[c];
            load.requests += requests;
            load.by_journey[j] += requests;
            let served = requests * state.runs;
            let size = solution.desks[c].size;
            load.tokens_in += served * size * node.tokens.0;
            load.tokens_out += served * size * node.tokens.1;
            let works = &model.graph[ComponentIx::new(c)].works;
            let answered = requests * (1.0 - total(&state.causes)) * solution.desks[c].carried;
            add(&mut ins[c], works.bytes_in.get(j), requests);
            add(&mut outs[c], works.bytes_out.get(j), answered);
            let (begun, open, moved) = &mut hour[c];
            *begun += requests / seconds;
            *open += answered / seconds * state.ok.mean;
            let bytes = |list: &[Option<f64>], n: f64| list.get(j).copied().flatten().map(|each| each * n);
            let both = bytes(&works.bytes_in, requests).zip(bytes(&works.bytes_out, answered));
            *moved = moved
                .zip(both)
                .map(|(sum, (into, out)): (f64, _)| sum + (into + out) / 1e9 / seconds * 3600.0);
        }
        for (load, (begun, open, moved)) in loads.components.iter_mut().zip(hour) {
            let units = moved.map(|gb| (begun / NEW_PER_UNIT).max(open / OPEN_PER_UNIT).max(gb));
            load.capacity_hours =
                load.capacity_hours.zip(units).map(|(sum, units)| sum + units * seconds / 3600.0);
        }
    }
    for (load, (out, into)) in loads.components.iter_mut().zip(outs.into_iter().zip(ins)) {
        (load.gb_out, load.gb_in) = (out.map(|b| b / 1e9), into.map(|b| b / 1e9));
    }
    loads
}

/// What burstable machines use beyond what they earn, from the cores they use in each hour of the week.
fn surplus(model: &Model, all: &Compiled, week: &[Hours], loads: &mut Loads) {
    let burst = |ix: ComponentIx| {
        let earns = model.graph[ix].usages.iter().find_map(|one| match one.quantity {
            Quantity::Surplus { earns } => Some(earns),
            _ => None,
        })?;
        let on = |c: ComponentIx| c == ix || model.graph[c].on == Some(ix);
        let member = |c: ComponentIx| Some((c.index(), model.graph[c].station.as_ref()?.cpu));
        let members: Vec<_> = model.graph.node_indices().filter(|c| on(*c)).filter_map(member).collect();
        let machines = match &model.graph[ix].station {
            Some(station) => station.active_replicas(),
            None => model.graph[ix].failure.units.len(),
        };
        Some((ix, earns, members, machines.max(1) as f64, vec![0.0; HOURS_PER_WEEK]))
    };
    let mut bursts: Vec<_> = model.graph.node_indices().filter_map(burst).collect();
    if bursts.is_empty() {
        return;
    }
    for hours in week {
        let solution = solve(all, &hours.rates);
        for (_, _, members, machines, cores) in &mut bursts {
            let used: f64 = members.iter().map(|(c, cpu)| solution.desks[*c].busy * cpu).sum();
            hours.hours.iter().for_each(|hour| cores[*hour] = used / *machines);
        }
    }
    for (ix, earns, _, machines, cores) in bursts {
        let weeks = BILLING_HOURS_PER_MONTH / HOURS_PER_WEEK as f64;
        loads.components[ix.index()].surplus_core_hours = credits::surplus(earns, &cores) * machines * weeks;
    }
}

/// Whether automatic scaling may add nodes.
fn grows(model: &Model) -> bool {
    let scaled = model.graph.node_weights().filter_map(|c| c.station.as_ref()?.scaling.as_ref());
    scaled.into_iter().any(|scaling| scaling.more.iter().any(|place| place.added))
}

/// Nodes that each group has to add for the pods of an hour.
fn added_nodes(model: &Model, solution: &Solution) -> Vec<(ComponentIx, u32)> {
    let mut added: BTreeMap<ComponentIx, BTreeSet<u32>> = BTreeMap::new();
    for (ix, desk) in model.graph.node_indices().zip(&solution.desks) {
        let component = &model.graph[ix];
        let Some((station, group)) = component.station.as_ref().zip(component.on) else { continue };
        let Some(scaling) = &station.scaling else { continue };
        let more = (desk.replicas as usize).saturating_sub(station.active_replicas());
        let nodes = scaling.more.iter().take(more).filter(|place| place.added).filter_map(|place| place.node);
        added.entry(group).or_default().extend(nodes);
    }
    added.into_iter().map(|(group, nodes)| (group, nodes.len() as u32)).collect()
}

fn add(sum: &mut Option<f64>, each: Option<&Option<f64>>, requests: f64) {
    *sum = sum.zip(each.copied().flatten()).map(|(sum, each)| sum + each * requests);
}

/// Steady states that stand for shares of the week: one where the busiest and the quietest hour visit everything alike, so
/// that all is proportional to the rates; else one for each distinct load.
fn solutions(all: &Compiled, week: &[Hours], by_hour: bool) -> Vec<(Solution, f64)> {
    let share = |hours: &Hours| hours.hours.len() as f64 / HOURS_PER_WEEK as f64;
    if let ([first, .., last], false) = (week, by_hour) {
        let alike = alike(&solve(all, &first.rates), &solve(all, &last.rates));
        if alike {
            let mut mean = vec![0.0; first.rates.len()];
            for hours in week {
                mean.iter_mut().zip(&hours.rates).for_each(|(sum, rate)| *sum += rate * share(hours));
            }
            return vec![(solve(all, &mean), 1.0)];
        }
    }
    week.iter().map(|hours| (solve(all, &hours.rates), share(hours))).collect()
}

fn alike(a: &Solution, b: &Solution) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() <= ALIKE * a.abs().max(b.abs());
    let closed = a.closed.iter().chain(&b.closed).any(Option::is_some);
    let nodes = a.nodes.iter().zip(&b.nodes).all(|(a, b)| {
        near(a.visits, b.visits)
            && near(a.runs, b.runs)
            && (total(&a.causes) - total(&b.causes)).abs() <= ALIKE
    });
    !closed && nodes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::build;
    use crate::model::station::{Branch, Limit, LimitUnit, OnEmpty, Stream};
    use crate::model::workload::Arrivals;
    use crate::stats::distribution::Distribution;
    use crate::units::{Probability, Rate};

    /// A front that calls an LLM behind it for half of its requests.
    fn chat() -> Model {
        let mut model = build::empty();
        let front =
            build::component(&mut model, "front", build::station(2, 1, Distribution::Exponential(0.01)));
        let llm = build::component(&mut model, "llm", build::delay(Distribution::Constant(0.4)));
        let j = build::journey(&mut model, "chat", front, 2.0);
        build::call(&mut model, j, front, llm);
        model.graph[front].station.as_mut().unwrap().programs[0].steps[0] = vec![Branch {
            probability: Probability::clamp(0.5),
            ..model.graph[front].station.as_ref().unwrap().programs[0].steps[0][0]
        }];
        model.graph[llm].station.as_mut().unwrap().stream[0] = Some(Stream {
            tokens_in: Distribution::Constant(1000.0),
            tokens_out: Distribution::Constant(300.0),
            speed: Distribution::Constant(50.0),
        });
        model.graph[front].works.bytes_out[0] = Some(8_000.0);
        model
    }

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-9 * b.abs(), "{a} against {b}");
    }

    #[test]
    fn a_month_by_hand() {
        let loads = loads(&chat());
        let sent = 2.0 * 730.0 * 3600.0;
        near(loads.journeys[0], sent);
        near(loads.components[0].requests, sent);
        near(loads.components[1].by_journey[0], sent / 2.0);
        near(loads.components[1].tokens_in, sent / 2.0 * 1000.0);
        near(loads.components[1].tokens_out, sent / 2.0 * 300.0);
        near(loads.components[0].gb_out.unwrap(), sent * 8e-6);
        assert_eq!((loads.components[0].gb_in, loads.components[1].gb_out), (None, None));
    }

    #[test]
    fn capacity_follows_the_largest_dimension() {
        let hours = |latency: f64, bytes: f64| {
            let mut model = chat();
            let (front, llm) = (model.component("front").unwrap(), model.component("llm").unwrap());
            model.graph[front].works.bytes_in[0] = Some(bytes);
            model.graph[llm].station.as_mut().unwrap().latency = vec![Some(Distribution::Constant(latency))];
            loads(&model).components[0].capacity_hours.unwrap()
        };
        // 2 connections begun a second, of 25; 2/s x 8 kB are 0.058 GB an hour.
        near(hours(0.4, 0.0), 730.0 * 2.0 / 25.0);
        // Half of them stay open for 1,000 s, their tokens for 6 more, and the front takes some milliseconds.
        let open = hours(1000.0, 0.0) * 3000.0 / 730.0;
        assert!((open / (2.0 * (0.5 * 1006.0 + 0.01)) - 1.0).abs() < 1e-3, "{open}");
        // 2/s x 1 MB and 8 kB.
        near(hours(0.4, 1e6), 730.0 * 2.0 * 1.008e6 * 3600.0 / 1e9);
    }

    #[test]
    fn the_week_is_a_mean_of_its_hours() {
        let mut model = chat();
        model.journeys[0].arrivals = Arrivals::PerActiveUser(Rate::per_second(2.0));
        model.profile.active = [0.25; HOURS_PER_WEEK];
        model.profile.active[..42].fill(1.0);
        near(loads(&model).journeys[0], 2.0 * 730.0 * 3600.0 * (0.25 * 1.0 + 0.75 * 0.25));
    }

    #[test]
    fn what_a_limit_turns_away_depends_on_the_hour() {
        // 1/s with a bucket of one token at 1/s: the deficit must be nothing, so half of 1/s is turned away, a third of 0.5/s.
        let mut model = chat();
        model.journeys[0].arrivals = Arrivals::PerActiveUser(Rate::per_second(2.0));
        model.profile.active = [0.5; HOURS_PER_WEEK];
        model.profile.active[..84].fill(1.0);
        let llm = model.component("llm").unwrap();
        model.graph[llm].station.as_mut().unwrap().limits.push(Limit::new(
            Rate::per_second(1.0),
            1.0,
            LimitUnit::Requests,
            OnEmpty::Throttle,
        ));
        let load = &loads(&model).components[llm.index()];
        let hours = 730.0 * 3600.0;
        near(load.requests, hours * 0.75);
        near(load.tokens_out, 300.0 * hours * 0.5 * (1.0 / 2.0 + 0.5 * (2.0 / 3.0)));
    }
}
