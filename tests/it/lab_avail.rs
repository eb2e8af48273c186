//! Models built by hand for the tests of availability.

use plimsoll::answer::availability::AvailabilityAnswer;
use plimsoll::avail::together;
use plimsoll::model::failure::{Outage, Unit};
use plimsoll::model::loads::Needs;
use plimsoll::model::{ComponentIx, JourneyIx, Model, Region, RegionIx, Zone, ZoneIx, build};
use plimsoll::stats::distribution::Distribution;
use plimsoll::text::Phrase;
use plimsoll::units::{Duration, HOURS_PER_YEAR, MINUTES_PER_30_DAYS, Probability};

/// A model that grows line by line; `entry` calls everything that is added with `series`.
pub struct Lab {
    pub model: Model,
    pub journey: JourneyIx,
    pub entry: ComponentIx,
}

impl Lab {
    pub fn new() -> Self {
        let mut model = build::empty();
        let entry = build::component(&mut model, "entry", build::delay(Distribution::Constant(0.0)));
        model.graph[entry].failure.known = true;
        let journey = build::journey(&mut model, "j", entry, 1.0);
        Self { model, journey, entry }
    }

    /// A component of `n` units, each down for `unavailability` of the time (repairs take an hour).
    pub fn component(&mut self, id: &str, n: usize, needs: u32, unavailability: f64) -> ComponentIx {
        let mut station = build::station(n.max(1), 1, Distribution::Constant(0.01));
        station.programs = vec![Default::default(); self.model.journeys.len()];
        let ix = build::component(&mut self.model, id, station);
        let failure = &mut self.model.graph[ix].failure;
        failure.units = vec![Unit { zone: None, on: None }; n];
        failure.unit_outages = vec![outage(unavailability, 1.0)];
        failure.needs = Some(needs);
        failure.known = true;
        ix
    }

    pub fn series(&mut self, id: &str, n: usize, needs: u32, unavailability: f64) -> ComponentIx {
        let ix = self.component(id, n, needs, unavailability);
        build::call(&mut self.model, self.journey, self.entry, ix);
        ix
    }

    pub fn zones(&mut self, n: usize, outage: Option<Outage>) {
        self.model.regions.push(Region {
            id: "tokyo".to_owned(),
            code: None,
            name: Phrase::same("Tokyo"),
            role: None,
            outage: None,
            at: Default::default(),
        });
        for zone in 0..n {
            let id = format!("tokyo/{}", char::from(b'a' + zone as u8));
            self.model.zones.push(Zone { id, region: RegionIx(0), outage });
        }
    }

    /// Unit `i` stands in zone `i` modulo the number of zones.
    pub fn spread(&mut self, ix: ComponentIx) {
        let zones = self.model.zones.len();
        for (i, unit) in self.model.graph[ix].failure.units.iter_mut().enumerate() {
            unit.zone = Some(ZoneIx((i % zones) as u16));
        }
    }

    pub fn answer(&self) -> AvailabilityAnswer {
        together(&self.model, &Needs::default(), &[self.journey], Probability::new(0.999))
    }

    pub fn unavailability(&self) -> f64 {
        self.answer().downtime_min_per_30d.value.unwrap() / MINUTES_PER_30_DAYS
    }
}

/// An outage that makes a unit unavailable for this share of the time.
pub fn outage(unavailability: f64, hours: f64) -> Outage {
    let per_year = unavailability / (1.0 - unavailability) / hours * HOURS_PER_YEAR;
    Outage::new(per_year, Duration::hours(hours))
}

pub fn partial(outage: Outage, severity: f64) -> Outage {
    Outage { severity: Probability::new(severity).unwrap(), ..outage }
}

/// The attribution is complete.
pub fn assert_adds_to_one(answer: &AvailabilityAnswer) {
    let shares: f64 = answer.attribution.iter().map(|share| share.share).sum();
    assert!((shares - 1.0).abs() < 1e-12, "{shares}");
    let minutes: f64 = answer.attribution.iter().map(|share| share.amount).sum();
    close(minutes, answer.downtime_min_per_30d.value.unwrap(), 1e-9, "attributed minutes");
}

/// Fails unless `got` is near enough to `expected`.
pub fn close(got: f64, expected: f64, relative: f64, what: &str) {
    assert!((got - expected).abs() <= relative * expected.abs(), "{what}: {got} against {expected}");
}
