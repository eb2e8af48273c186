//! Automatic scaling: every sync period the autoscaler looks at the CPU that the ready pods used since the last one, and
//! asks for more or fewer of them (`model::scaling` has the rule).
//!
//! Choices where the model is silent:
//! - The metric is the mean over one sync period, without the lag of a metrics server.
//! - A pod on a node that has to be added waits for it, then pulls the image, then starts; so does one on a node where the
//!   image is not. A node that was added goes ten minutes after its last pod, and its image with it. A pod that fits
//!   nowhere stays pending.
//! - The last pods go first; what they serve is finished, and nothing new reaches them.

use super::clock::Instant;
use super::draw::nanos;
use super::faults::Control;
use super::plan::Plan;
use super::request::NONE;
use super::state::{Desk, State};
use crate::model::scaling::{DOWN_WINDOW_S, NODE_UNNEEDED_S, SYNC_S, Seen, TOLERANCE, desired, most_next};

/// One component's autoscaler under way.
#[derive(Clone, Debug, Default)]
pub struct Scaler {
    /// Replicas asked for.
    pub wanted: u32,
    /// Busy integral at the last sync, over the whole run.
    used: u128,
    /// What was recommended, and when.
    recommended: Vec<(Instant, u32)>,
}

impl Scaler {
    /// Starts with so many replicas.
    pub fn new(replicas: u32) -> Self {
        Self { wanted: replicas, used: 0, recommended: vec![(0, replicas)] }
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
        let (used, ready) = (counts.busy.lifetime(self.now), counts.up.value);
        let cores = (used - scaler.used) as f64 * component.cpu / (SYNC_S * 1e9);
        scaler.used = used;
        let metric = cores / (f64::from(ready) * scaling.request);
        let wanted = scaler.wanted;
        let seen = Seen { replicas: wanted, ready: ready.min(wanted), metric };
        let asked = desired(seen, scaling.target, TOLERANCE).clamp(scaling.min, scaling.max);
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
        let pod = &p.replicas[r as usize];
        let Some(scaling) = &p.components[pod.component as usize].scaling else { return };
        let replica = &mut self.replicas[r as usize];
        replica.epoch += 1;
        let (epoch, pulls) = (replica.epoch, pod.pulls && !replica.started);
        replica.started = true;
        if pod.nowhere {
            return;
        }
        let mut ready = self.now;
        if pod.added && pod.machine != NONE {
            let machine = &mut self.machines[pod.machine as usize];
            (machine.pods, machine.epoch) = (machine.pods + 1, machine.epoch + 1);
            ready = ready.max(*machine.there.get_or_insert(self.now + scaling.node));
        }
        let ready = ready + scaling.start + if pulls { scaling.pull } else { 0 };
        self.plan_control(ready, Control::Ready(r, epoch));
    }

    fn stop_pod(&mut self, p: &Plan, r: u32) {
        let pod = &p.replicas[r as usize];
        if pod.added && pod.machine != NONE {
            let machine = &mut self.machines[pod.machine as usize];
            machine.pods -= 1;
            if machine.pods == 0 {
                let (when, epoch) = (self.now + nanos(NODE_UNNEEDED_S), machine.epoch);
                self.plan_control(when, Control::Empty(pod.machine, epoch));
            }
        }
        let replica = &mut self.replicas[r as usize];
        replica.epoch += 1;
        if std::mem::replace(&mut replica.active, false) {
            let c = p.replicas[r as usize].component;
            self.retarget(p, c);
            self.count_replicas(p, c);
        }
    }

    /// A node has been without pods for long enough, if none has come since this epoch.
    pub fn node_unneeded(&mut self, p: &Plan, m: u32, epoch: u32) {
        let machine = &mut self.machines[m as usize];
        if machine.epoch == epoch {
            machine.there = None;
            for r in &p.machines[m as usize].replicas {
                self.replicas[*r as usize].started = false;
            }
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

    fn count_pending(&mut self, p: &Plan, c: u32) {
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
    use crate::model::scaling::{Place, Scaling};
    use crate::model::station::Station;
    use crate::model::workload::Process;
    use crate::sim::{Faults, Load, Settings, Warmup};
    use crate::stats::distribution::Distribution;
    use crate::units::Duration;

    /// Half a second of CPU eight times a second until 120 s: four cores, at 50 % of 1 core asked for. Wanted and ready
    /// after every second.
    fn timeline(more: Vec<Place>) -> Vec<(u32, u32)> {
        busy_during(more, &[(0, 120)], 600.0)
    }

    /// The same during these seconds, for so long.
    fn busy_during(more: Vec<Place>, busy: &[(u32, u32)], seconds: f64) -> Vec<(u32, u32)> {
        let mut model = empty();
        let scaling = Scaling {
            target: 0.5,
            request: 1.0,
            min: 4,
            max: 4 + more.len() as u32,
            more,
            start: Duration::seconds(8.0),
            pull: Duration::seconds(5.0),
            node: Duration::seconds(100.0),
        };
        let pods = station(4, 1, Distribution::Constant(0.5));
        let pods = component(&mut model, "pods", Station { scaling: Some(scaling), ..pods });
        let nodes = component(&mut model, "nodes", station(1, 1, Distribution::Constant(0.0)));
        model.graph[nodes].station = None;
        model.graph[pods].on = Some(nodes);
        journey(&mut model, "job", pods, 1.0);
        let times = busy.iter().flat_map(|(from, to)| 8 * from..8 * to);
        model.journeys[0].process = Process::Trace(times.map(|i| f64::from(i) / 8.0).collect());
        let settings = Settings {
            seed: 1,
            replications: 1,
            warmup: Warmup::Fixed(Duration::seconds(50.0)),
            duration: Duration::seconds(seconds),
            hour: 0,
            load: Load::Constant,
            faults: Faults::None,
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
        let line = timeline(vec![Place { node: Some(0), ..Place::default() }; 8]);
        // All four busy: at the first sync 100 % of one core each against 50 %, twice as many.
        assert_eq!((line[14], line[16]), ((4, 4), (8, 4)));
        // Eight seconds to start and five for the image later they are ready, and it stays at that.
        assert_eq!((line[27].1, line[29].1), (4, 8));
        assert!(line[30..119].iter().all(|l| *l == (8, 8)));
        // Idle from 120 s on. The last recommendation of eight is from the sync at 120 s and holds for 300 s.
        assert_eq!((line[419], line[434], line[436]), ((8, 8), (8, 8), (4, 4)));
    }

    #[test]
    fn a_node_without_pods_goes_after_ten_minutes() {
        let added = vec![Place { node: Some(7), added: true, ..Place::default() }; 4];
        // Idle from 240 s on: four again at 555 s. The node, with the image, is still there at 1,020 s: 8 s to start.
        let line = busy_during(added.clone(), &[(0, 240), (1000, 1100)], 1500.0);
        assert_eq!((line[554].0, line[556].0, line[1027], line[1029]), (8, 4, (8, 4), (8, 8)));
        // At 1,155 s it goes: what is asked for at 1,320 s waits for a node, the image and the start, 113 s.
        let line = busy_during(added, &[(0, 240), (1300, 1500)], 1600.0);
        assert_eq!((line[1319].0, line[1321].0, line[1432].1, line[1434].1), (4, 8, 4, 8));
    }

    #[test]
    fn new_nodes_take_their_time_and_what_fits_nowhere_stays_pending() {
        let added = Place { node: Some(7), added: true, ..Place::default() };
        let line = timeline(vec![added, added, Place { nowhere: true, ..Place::default() }]);
        // 15 s + 100 s for the node + 13 s for the pods.
        assert_eq!((line[16], line[127], line[129]), ((7, 4), (7, 4), (7, 6)));
    }
}
