//! Automatic scaling: every sync period the autoscaler looks at the CPU that the ready pods used since the last one and at the
//! requests that were in them, and asks for more or fewer of them (`model::scaling` has the rule).
//!
//! Choices where the model is silent:
//! - Metrics are means over one sync period, without the lag of a metrics server.
//! - A pod on a node that has to be added waits for it, then pulls the image, then starts; so does one on a node where the
//!   image is not (`pods` has where they go). A node that was added goes ten minutes after its last pod, and its image with
//!   it.
//! - The last pods go first; what they serve is finished, and nothing new reaches them.

use super::clock::Instant;
use super::draw::nanos;
use super::faults::Control;
use super::plan::Plan;
use super::state::{Desk, State};
use crate::model::scaling::{DOWN_WINDOW_S, NODE_UNNEEDED_S, SYNC_S, most_next};

/// One component's autoscaler under way.
#[derive(Clone, Debug, Default)]
pub struct Scaler {
    /// Replicas asked for.
    pub wanted: u32,
    /// Busy integral at the last sync, over the whole run.
    used: u128,
    /// Integral of the requests inside at the last sync, likewise.
    held: u128,
    /// What was recommended, and when.
    recommended: Vec<(Instant, u32)>,
}

impl Scaler {
    /// Starts with so many replicas.
    pub fn new(replicas: u32) -> Self {
        Self { wanted: replicas, used: 0, held: 0, recommended: vec![(0, replicas)] }
    }
}

impl State {
    /// Schedules the first sync of every autoscaler.
    pub fn schedule_scaling(&mut self, p: &Plan) {
        for (c, component) in p.components.iter().enumerate() {
            if component.scaling.is_some() {
                self.plan_control(nanos(SYNC_S), Control::Sync(c as u32));
            }
        }
    }

    /// The autoscaler of a component looks at it.
    pub fn sync(&mut self, p: &Plan, c: u32) {
        let component = &p.components[c as usize];
        let Some(scaling) = &component.scaling else { return };
        let Desk { counts, scaler: Some(scaler), .. } = &mut self.desks[c as usize] else { return };
        let (used, held) = (counts.busy.lifetime(self.now), counts.system.lifetime(self.now));
        let cores = component.in_servers((used - scaler.used) as f64) * component.cpu / (SYNC_S * 1e9);
        let inside = (held - scaler.held) as f64 / (SYNC_S * 1e9);
        (scaler.used, scaler.held) = (used, held);
        let (wanted, ready) = (scaler.wanted, counts.up.value.min(scaler.wanted));
        let asked = scaling.aims.desired(wanted, ready, cores, inside).clamp(scaling.min, scaling.max);
        let window = nanos(DOWN_WINDOW_S);
        scaler.recommended.retain(|r| r.0 + window >= self.now);
        scaler.recommended.push((self.now, asked));
        let highest = scaler.recommended.iter().map(|r| r.1).max().unwrap_or(asked);
        let next = if asked >= wanted { asked.min(most_next(wanted)) } else { highest.min(wanted) };
        scaler.wanted = next;
        let first = component.replicas.from;
        for r in first + wanted..first + next {
            self.start_pod(p, r);
        }
        for r in first + next..first + wanted {
            self.stop_pod(p, r);
        }
        self.count_pending(p, c);
    }

    fn start_pod(&mut self, p: &Plan, r: u32) {
        self.replicas[r as usize].epoch += 1;
        self.seek(p, r);
    }

    fn stop_pod(&mut self, p: &Plan, r: u32) {
        let c = p.replicas[r as usize].component;
        let (m, placed) = (self.replicas[r as usize].machine, self.replicas[r as usize].placed);
        self.take_off(p, r);
        let replica = &mut self.replicas[r as usize];
        replica.epoch += 1;
        if std::mem::replace(&mut replica.active, false) {
            self.retarget(p, c);
            self.count_replicas(p, c);
        }
        if placed {
            self.maybe_unneeded(p, m, nanos(NODE_UNNEEDED_S));
            self.retry(p, p.machines[m as usize].fleet);
        }
    }

    /// A pod is ready: the balancer sends to it.
    pub fn pod_ready(&mut self, p: &Plan, r: u32) {
        let c = p.replicas[r as usize].component;
        let replica = &mut self.replicas[r as usize];
        replica.active = true;
        replica.believed = replica.down == 0;
        self.retarget(p, c);
        self.count_replicas(p, c);
        self.count_pending(p, c);
    }

    /// Counts the pods that are wanted and not ready.
    pub fn count_pending(&mut self, p: &Plan, c: u32) {
        let Desk { counts, scaler: Some(scaler), .. } = &mut self.desks[c as usize] else { return };
        let range = p.components[c as usize].replicas;
        let active = range.iter().filter(|r| self.replicas[*r].active).count() as u32;
        let change = scaler.wanted.saturating_sub(active) as i32 - counts.pending.value as i32;
        counts.pending.add(self.now, change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::build::{component, empty, journey, station};
    use crate::model::failure::Unit;
    use crate::model::scaling::{Aims, Nodes, Place, Pods, Scaling};
    use crate::model::station::Station;
    use crate::model::workload::Process;
    use crate::sim::{Ends, Faults, Load, Settings, Warmup};
    use crate::stats::distribution::Distribution;
    use crate::units::Duration;

    /// Half a second of CPU eight times a second until 120 s: four cores, at 50 % of 1 core asked for. Wanted and ready
    /// after every second. One machine has room for `room` pods; so many more may be added for four each; at most eight pods
    /// more.
    fn timeline(room: u32, added: u32) -> Vec<(u32, u32)> {
        busy_during(room, added, &[(0, 120)], 600.0)
    }

    /// The same during these seconds, for so long.
    fn busy_during(room: u32, added: u32, busy: &[(u32, u32)], seconds: f64) -> Vec<(u32, u32)> {
        let mut model = empty();
        let aims = Aims { cpu: Some(0.5), concurrency: None };
        let scaling = Scaling { aims, min: 4, max: 12, more: vec![Place::default(); 8] };
        let pods = station(4, 1, Distribution::Constant(0.5));
        let pods = component(&mut model, "pods", Station { scaling: Some(scaling), ..pods });
        let nodes = component(&mut model, "nodes", station(1, 1, Distribution::Constant(0.0)));
        let each = |s: f64| Duration::seconds(s);
        model.graph[pods].on = Some(nodes);
        model.graph[pods].failure.units = vec![Unit { zone: None, on: Some(0) }; 4];
        model.graph[pods].pods = Some(Pods { cpu: 1.0, memory: 0.0, start: each(8.0), pull: each(5.0) });
        model.graph[nodes].station = None;
        model.graph[nodes].nodes = Some(Nodes {
            zones: vec![None; 1 + added as usize],
            there: 1,
            cpu: f64::from(room),
            memory: 0.0,
            pods: 100,
            start: each(100.0),
            evict: each(345.0),
            replaced: true,
        });
        journey(&mut model, "job", pods, 1.0);
        let times = busy.iter().flat_map(|(from, to)| 8 * from..8 * to);
        model.journeys[0].process = Process::Trace(times.map(|i| f64::from(i) / 8.0).collect());
        let settings = Settings {
            seed: 1,
            replications: 1,
            warmup: Warmup::Fixed(Duration::seconds(50.0)),
            duration: Duration::seconds(seconds),
            ends: Ends::AfterFaults,
            step: None,
            hour: 0,
            load: Load::Constant,
            faults: Faults::None,
            standing: Vec::new(),
        };
        let plan = crate::sim::compile::compile(&model, &settings, nanos(50.0));
        let mut state = State::new(&plan, 0);
        let (mut out, mut last) = (Vec::new(), (4, 4));
        while state.step(&plan, 1) {
            let wanted = state.desks[0].scaler.as_ref().map_or(0, |s| s.wanted);
            let ready = state.replicas.iter().filter(|r| r.active).count() as u32;
            // Until this event it was as after the one before.
            out.resize((state.now / 1_000_000_000) as usize, last);
            last = (wanted, ready);
        }
        out
    }

    #[test]
    fn it_follows_the_published_timeline() {
        let line = timeline(12, 0);
        // All four busy: at the first sync 100 % of one core each against 50 %, twice as many.
        assert_eq!((line[14], line[16]), ((4, 4), (8, 4)));
        // Eight seconds later they are ready (the image is there), and it stays at that.
        assert_eq!((line[22].1, line[24].1), (4, 8));
        assert!(line[25..119].iter().all(|l| *l == (8, 8)));
        // Idle from 120 s on. The last recommendation of eight is from the sync at 120 s and holds for 300 s.
        assert_eq!((line[419], line[434], line[436]), ((8, 8), (8, 8), (4, 4)));
    }

    #[test]
    fn a_node_without_pods_goes_after_ten_minutes() {
        // The first machine is full. Idle from 240 s on: four again at 555 s. The added one, with the image, is still there
        // at 1,020 s: 8 s to start.
        let line = busy_during(4, 1, &[(0, 240), (1000, 1100)], 1500.0);
        assert_eq!((line[554].0, line[556].0, line[1027], line[1029]), (8, 4, (8, 4), (8, 8)));
        // At 1,155 s it goes: what is asked for at 1,320 s waits for a node, the image and the start, 113 s.
        let line = busy_during(4, 1, &[(0, 240), (1300, 1500)], 1600.0);
        assert_eq!((line[1319].0, line[1321].0, line[1432].1, line[1434].1), (4, 8, 4, 8));
    }

    #[test]
    fn new_nodes_take_their_time_and_what_fits_nowhere_stays_pending() {
        // Room for two on the first machine beside the four, none for the other two; those are ready at 15 s + 8 s.
        let line = timeline(6, 0);
        assert_eq!((line[16], line[22], line[24]), ((8, 4), (8, 4), (8, 6)));
        // With a machine that may be added they are there 15 s + 100 s for the node + 13 s for image and start later.
        let line = timeline(6, 1);
        assert_eq!((line[24], line[127], line[129]), ((8, 6), (8, 6), (8, 8)));
    }
}
