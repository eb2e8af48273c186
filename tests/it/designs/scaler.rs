//! The autoscaler of the slow simulator.

use super::slow::{Event, Slow};

/// What an autoscaler knows.
#[derive(Default, Clone)]
pub struct Scaler {
    pub wanted: usize,
    pub busy: usize,
    pub since: f64,
    /// Server-seconds used since the last look.
    pub used: f64,
    /// What was asked for, and when.
    pub asked: Vec<(f64, usize)>,
}

/// Seconds between two looks, seconds of which the highest counts before there are fewer, and how far from the aim is near.
pub const LOOKS: f64 = 15.0;
const WINDOW: f64 = 300.0;
const NEAR: f64 = 0.1;

impl Slow<'_> {
    /// One server more or less is busy.
    pub(super) fn count(&mut self, c: usize, change: isize) {
        let scaler = &mut self.scalers[c];
        scaler.used += scaler.busy as f64 * (self.now - scaler.since);
        scaler.since = self.now;
        scaler.busy = scaler.busy.wrapping_add_signed(change);
    }

    /// The rule of the horizontal pod autoscaler.
    pub(super) fn look(&mut self, c: usize) {
        self.after(LOOKS, Event::Sync(c));
        self.count(c, 0);
        let Some(scale) = self.design.comps[c].scale else { return };
        let least = self.design.comps[c].replicas;
        let used = std::mem::take(&mut self.scalers[c].used) / LOOKS;
        let wanted = self.scalers[c].wanted;
        let ready = self.places[c].iter().filter(|place| place.ready).count().min(wanted);
        let ratio = used / ready as f64 / scale.aim;
        // Replicas on their way count as idle when more are asked for.
        let over = if ratio > 1.0 { wanted } else { ready };
        let diluted = ratio * ready as f64 / over as f64;
        let calm = (diluted - 1.0).abs() <= NEAR || ratio > 1.0 && diluted < 1.0;
        let asked = if calm { wanted } else { (diluted * over as f64).ceil() as usize };
        let asked = if ratio > 1.0 && !calm { asked.max(wanted) } else { asked }.clamp(least, scale.most);
        let now = self.now;
        let list = &mut self.scalers[c].asked;
        list.retain(|(at, _)| at + WINDOW >= now);
        list.push((now, asked));
        let highest = list.iter().map(|one| one.1).max().unwrap_or(asked);
        let next =
            if asked >= wanted { asked.min((2 * wanted).max(wanted + 4)) } else { highest.min(wanted) };
        self.scalers[c].wanted = next;
        for r in wanted..next {
            self.places[c][r].turned += 1;
            let turned = self.places[c][r].turned;
            self.after(scale.start, Event::Ready(c, r, turned));
        }
        for r in next..wanted {
            self.places[c][r].turned += 1;
            self.places[c][r].ready = false;
        }
    }
}
