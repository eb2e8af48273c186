//! The digest of a study: 64 bits that change when any result does. Word by word `h = mix(h ^ word)`, where `mix` is a
//! bijection (the finaliser of `stats::rng`'s keys), over the seed, the settings and then every figure in index order:
//! value, low and high as the bits of their f64 (absent: all ones), then the series. Names and words are left out.

use super::{Faults, Load, Measured, Settings, Warmup};
use crate::answer::times::{ComponentAnswer, JourneyAnswer, Times};
use crate::stats::figure::Figure;
use crate::stats::rng::hash_id;

const ABSENT: u64 = u64::MAX;

struct Digest(u64);

impl Digest {
    fn word(&mut self, word: u64) {
        let mut z = self.0 ^ word;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        self.0 = (z ^ (z >> 31)).wrapping_add(0x9E37_79B9_7F4A_7C15);
    }

    fn number(&mut self, number: Option<f64>) {
        self.word(number.map_or(ABSENT, f64::to_bits));
    }

    fn figure(&mut self, figure: &Figure) {
        for number in [figure.value, figure.low, figure.high] {
            self.number(number);
        }
    }

    fn figures(&mut self, figures: &[&Figure]) {
        figures.iter().for_each(|f| self.figure(f));
    }

    fn times(&mut self, t: &Times) {
        self.figures(&[&t.mean, &t.std, &t.p50, &t.p90, &t.p95, &t.p99, &t.p999]);
    }

    fn journey(&mut self, j: &JourneyAnswer) {
        self.figures(&[&j.arrivals_per_s, &j.throughput_per_s, &j.error_ratio, &j.attempts_mean]);
        self.figures(&j.errors.each().map(|(_, figure)| figure));
        self.times(&j.response_s);
        j.first_token_s.iter().for_each(|t| self.times(t));
    }

    fn component(&mut self, c: &ComponentAnswer) {
        self.figures(&[&c.arrivals_per_s, &c.throughput_per_s, &c.utilisation, &c.queue_mean]);
        self.figures(&[&c.in_service_mean, &c.in_system_mean, &c.wait_probability]);
        self.figures(&[&c.empty_probability, &c.blocked_ratio, &c.abandoned_ratio]);
        self.figures(&[&c.replicas.min, &c.replicas.mean, &c.replicas.max, &c.visits, &c.hit_ratio]);
        c.replicas.pending.iter().for_each(|f| self.figure(f));
        c.credits.iter().filter(|c| c.dry_ratio.value.is_some()).for_each(|c| self.figure(&c.dry_ratio));
        self.times(&c.wait_s);
        self.times(&c.response_s);
    }
}

/// The digest of what was measured under these settings.
pub fn digest(settings: &Settings, measured: &Measured) -> u64 {
    let mut d = Digest(hash_id("plimsoll sim 1"));
    d.word(settings.seed);
    d.word(u64::from(settings.replications));
    match settings.warmup {
        Warmup::Fixed(length) => d.number(Some(length.as_seconds())),
        Warmup::Auto => d.word(ABSENT),
    }
    d.number(Some(settings.duration.as_seconds()));
    d.word(settings.hour as u64);
    d.word(u64::from(settings.load == Load::Profile));
    if let Faults::Some(some) = &settings.faults {
        some.iter().for_each(|i| d.word(*i as u64));
    }
    d.word(match &settings.faults {
        Faults::None => 0,
        Faults::All => 1,
        Faults::One(i) => *i as u64 + 2,
        Faults::Some(some) => u64::MAX - 1 - some.len() as u64,
        Faults::Random => u64::MAX,
    });
    measured.journeys.iter().for_each(|j| d.journey(j));
    measured.components.iter().for_each(|c| d.component(c));
    for share in measured.makeup.iter().flatten() {
        d.number(Some(share.amount));
    }
    for series in measured.series.values() {
        series.values.iter().for_each(|v| d.number(*v));
    }
    for fault in measured.faults.values() {
        d.word(fault.recovery as u64);
        d.figures(&[&fault.recovered_after_s, &fault.collapse_probability, &fault.budget_min]);
        fault.error_ratio.values().chain(fault.p95_s.values()).for_each(|f| d.figure(f));
    }
    d.word(measured.events);
    d.0
}
