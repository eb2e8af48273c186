//! Months played one by one against the exact answer and against closed forms.

use crate::lab_avail::{Lab, close, outage, partial};
use plimsoll::answer::availability::{AvailabilityAnswer, YearsAnswer};
use plimsoll::avail::years::Span;
use plimsoll::avail::{played, together};
use plimsoll::model::call::Switch;
use plimsoll::model::failure::Outage;
use plimsoll::model::loads::Needs;
use plimsoll::model::operations::FailedFailover;
use plimsoll::stats::distribution::Distribution;
use plimsoll::stats::figure::Figure;
use plimsoll::stats::rng::{Key, Stream};
use plimsoll::units::{Duration, HOURS_PER_WEEK, Probability};
use proptest::prelude::*;

fn months(lab: &Lab, needs: &Needs, months: u32, seed: u64) -> YearsAnswer {
    let target = Probability::new(0.999);
    played(&lab.model, needs, &[lab.journey], target, Span { months, seed }).unwrap()
}

fn exact(lab: &Lab, needs: &Needs) -> AvailabilityAnswer {
    together(&lab.model, needs, &[lab.journey], Probability::new(0.999))
}

/// The 95 % interval, stretched to one that is missed once in 10,000 times.
fn contains(figure: &Figure, value: f64) -> bool {
    let (low, high) = (figure.low.unwrap(), figure.high.unwrap());
    let half = (high - low) / 2.0 * 2.0;
    (figure.value.unwrap() - value).abs() <= half + 1e-12
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 40,
        rng_seed: proptest::test_runner::RngSeed::Fixed(11),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn months_played_agree_with_the_exact_answer(
        parts in proptest::collection::vec((1_usize..4, 0.002..0.08_f64, 0.2..12.0_f64, any::<bool>()), 1..5),
        zones in proptest::option::of((0.001..0.02_f64, 0.3..1.0_f64)),
        busy in 0_usize..HOURS_PER_WEEK,
        seed in 1_u64..1_000,
    ) {
        let mut lab = Lab::new();
        lab.zones(2, zones.map(|(chance, severity)| partial(outage(chance, 3.0), severity)));
        let mut needs = Needs { components: Vec::new() };
        for (i, (n, chance, hours, zoned)) in parts.into_iter().enumerate() {
            let ix = lab.series(&format!("c{i}"), n, 1, chance);
            let failure = &mut lab.model.graph[ix].failure;
            failure.unit_outages = vec![outage(chance, hours)];
            failure.needs = None;
            if zoned {
                lab.spread(ix);
            }
            // All units are needed in one stretch of the week, one at other times.
            let mut hours = vec![Some(1); HOURS_PER_WEEK];
            (0..30).for_each(|h| hours[(busy + h) % HOURS_PER_WEEK] = Some(n as u32));
            needs.components.resize(ix.index(), Vec::new());
            needs.components.push(hours);
        }
        let (years, exact) = (months(&lab, &needs, 4_000, seed), exact(&lab, &needs));
        let down = exact.downtime_min_per_30d.value.unwrap();
        prop_assert!(contains(&years.downtime_min_per_30d, down), "{:?} against {down}", years.downtime_min_per_30d);
        let shares: f64 = years.attribution.iter().map(|share| share.share).sum();
        prop_assert!((shares - 1.0).abs() < 1e-9);
        for share in &exact.attribution {
            // The exact answer counts an overlap for the likelier set, the played one halves it: of second order.
            let same = years.attribution.iter().find(|s| s.cause == share.cause).map_or(0.0, |s| s.share);
            prop_assert!((same - share.share).abs() < 0.12, "{}: {same} against {}", share.cause, share.share);
        }
    }
}

#[test]
fn outages_last_as_their_distribution_says() {
    // Half of them up to 20 minutes, one in twenty more than 4 hours: a mean of 62 minutes, far from exponential.
    let length = Distribution::lognormal_quantiles((0.5, 1200.0), (0.95, 4.0 * 3600.0)).unwrap();
    let mut lab = Lab::new();
    let ix = lab.series("db", 1, 1, 0.001);
    let plain = Outage::new(8.0, Duration::ZERO);
    lab.model.graph[ix].failure.unit_outages = vec![plain.lasting(&length)];
    let (years, exact) = (months(&lab, &Needs::default(), 300_000, 1), exact(&lab, &Needs::default()));
    let down = exact.downtime_min_per_30d.value.unwrap();
    close(
        down,
        43_200.0 * 8.0 * length.mean() / (8_760.0 * 3600.0 + 8.0 * length.mean()),
        1e-9,
        "by formula",
    );
    assert!(contains(&years.downtime_min_per_30d, down), "{:?} against {down}", years.downtime_min_per_30d);
    // The months by formula have the shape of the outages too.
    let (met, formula) = (&years.meets_target_probability, exact.meets_target_probability.value.unwrap());
    assert!(contains(met, formula), "{met:?} against {formula}");
    for q in ["p90", "p95"] {
        let (played, formula) = (&years.monthly_downtime_min[q], &exact.monthly_downtime_min[q]);
        close(played.value.unwrap(), formula.value.unwrap(), 0.02, q);
    }
    close(years.outage_min["p50"].value.unwrap(), 20.0, 0.02, "median");
    close(years.outage_min["p95"].value.unwrap(), 240.0, 0.02, "one in twenty");
    // A plain time is the mean of an exponential, as ever.
    let plain = plain.lasting(&Distribution::Constant(3600.0));
    assert_eq!((plain.repair, plain.scv), (Duration::hours(1.0), 1.0));
}

#[test]
fn windows_last_as_long_by_formula_as_in_the_months_played() {
    // Two are lost every 1000 h each, and the other takes over within 90 s each time; now and then a whole day is lost.
    let mut lab = Lab::new();
    let ix = lab.series("db", 2, 1, 0.0);
    let failure = &mut lab.model.graph[ix].failure;
    failure.failover = Some(Duration::seconds(90.0));
    failure.unit_outages = vec![outage(1e-4, 0.1)];
    let far = lab.series("far", 1, 1, 0.0);
    lab.model.graph[far].failure.unit_outages = vec![outage(1e-4, 24.0)];
    let (years, exact) = (months(&lab, &Needs::default(), 200_000, 1), exact(&lab, &Needs::default()));
    // Months have a Poisson number of windows of 90 s: quantiles of whole numbers, to the grid of the formula.
    let per_month = 2.0 * 720.0 * 1e-4 / 0.1;
    for (q, p) in [("p50", 0.5), ("p90", 0.9)] {
        let (mut windows, mut chance) = (0, f64::exp(-per_month));
        let mut sum = chance;
        while sum < p {
            windows += 1;
            chance *= per_month / f64::from(windows);
            sum += chance;
        }
        let minutes = 1.5 * f64::from(windows);
        close(exact.monthly_downtime_min[q].value.unwrap(), minutes, 0.01, "by formula");
        close(years.monthly_downtime_min[q].value.unwrap(), minutes, 0.01, "played");
    }
}

/// The usual way is lost now and then for some hours; the name leads to one that never fails.
fn two_ways(stale: f64) -> Lab {
    let mut lab = Lab::new();
    let first = lab.series("first", 1, 1, 0.0);
    lab.model.graph[first].failure.unit_outages = vec![Outage::new(2.0, Duration::hours(7.0))];
    let second = lab.component("second", 1, 1, 0.0);
    let call = lab.model.graph.find_edge(lab.entry, first).unwrap();
    let to = lab.model.graph.add_edge(lab.entry, second, Default::default());
    lab.model.graph[call].policy.switch = Some(Switch {
        to,
        detection: Duration::seconds(30.0),
        ttl: Duration::seconds(60.0),
        stale: Probability::clamp(stale),
    });
    lab.model.operations.failed_failover = Some(FailedFailover {
        chance: Probability::clamp(0.1),
        lasts: Duration::seconds(3600.0), // of databases: what a name should have led away from lasts as long as it does
    });
    lab
}

#[test]
fn a_failover_of_names_that_fails_lasts_as_long_as_the_outage_and_one_that_works_a_window() {
    // Two outages a year of 7 h: a month has as many windows of a minute as Poisson says, and one in ten lasts whole.
    let lab = two_ways(0.0);
    let (years, exact) = (months(&lab, &Needs::default(), 200_000, 1), exact(&lab, &Needs::default()));
    let per_month = 2.0 * 720.0 / (8_760.0 + 14.0);
    // Missed by a failed one beyond 43.2 min; two of them, or windows of 43 min, are of third order.
    let missed = 1.0 - f64::exp(-0.1 * per_month * f64::exp(-43.2 / 420.0));
    for (met, how) in
        [(&exact.meets_target_probability, "formula"), (&years.meets_target_probability, "played")]
    {
        close(1.0 - met.value.unwrap(), missed, 0.05, how);
    }
    // 85 % of months have no outage, 13.5 % one window of a minute alone: the 95th of a hundred has it.
    close(exact.monthly_downtime_min["p95"].value.unwrap(), 1.0, 0.1, "p95 by formula");
    close(years.monthly_downtime_min["p95"].value.unwrap(), 1.0, 0.1, "p95 played");
    close(years.outage_min["p50"].value.unwrap(), 1.0, 0.1, "half of the failovers");
    // One in twenty of all is one in two of those that fail: the median of 7 h.
    close(years.outage_min["p95"].value.unwrap(), 420.0 * f64::ln(2.0), 0.1, "one in twenty");
    // The mean of both: a minute (less what ends within it) of nine in ten, 7 h of one.
    let mean = per_month * (0.9 * 420.0 * (1.0 - f64::exp(-1.0 / 420.0)) + 0.1 * 420.0);
    close(exact.downtime_min_per_30d.value.unwrap(), mean, 1e-3, "mean");
    let of = |part: &str| exact.attribution.iter().find(|s| s.part == part).map_or(0.0, |s| s.amount);
    close(of("failed-failover"), per_month * 42.0, 1e-3, "ledger");
    close(of("failover"), per_month * 0.9 * 420.0 * (1.0 - f64::exp(-1.0 / 420.0)), 1e-2, "ledger");
}

#[test]
fn what_is_lost_to_those_who_keep_an_answer_is_as_long_as_the_outage_makes_it() {
    // A tenth keeps the old answer: 1 min + a tenth of what is left of 7 h, exponential: nearly none of it is fixed.
    let mut lab = two_ways(0.1);
    lab.model.operations.failed_failover = None;
    let years = months(&lab, &Needs::default(), 200_000, 1);
    // The lognormal of the same two moments (mean 43 min, scv about 0.96): its p95 is close to that of 1 + Exp(42) min.
    close(years.outage_min["p95"].value.unwrap(), 1.0 + 42.0 * f64::ln(20.0), 0.1, "one in twenty");
}

#[test]
fn what_is_left_of_an_outage_is_what_renewal_theory_says() {
    // The mean of what is left of one met under way is mean (1 + scv) / 2.
    let mut draws = Key::new(3, 0).draws(Stream::default());
    for scv in [0.25, 1.0, 3.0] {
        let mean = (0..400_000).map(|_| Outage::rest(2.0, scv, || draws.uniform())).sum::<f64>() / 4e5;
        close(mean, 2.0 * (1.0 + scv) / 2.0, 0.02, "rest");
    }
}

#[test]
fn one_unit_alone_misses_months_as_a_compound_poisson_process_says() {
    // Down 0.05 % of the time, half an hour at a time: outages seldom meet, so that the formula holds.
    let mut lab = Lab::new();
    let ix = lab.series("db", 1, 1, 0.0005);
    lab.model.graph[ix].failure.unit_outages = vec![outage(0.0005, 0.5)];
    let (years, exact) = (months(&lab, &Needs::default(), 200_000, 1), exact(&lab, &Needs::default()));
    let chance = exact.meets_target_probability.value.unwrap();
    close(years.meets_target_probability.value.unwrap(), chance, 0.003, "chance of a good month");
    for quantile in ["p90", "p95", "p99"] {
        let formula = exact.monthly_downtime_min[quantile].value.unwrap();
        close(years.monthly_downtime_min[quantile].value.unwrap(), formula, 0.02, quantile);
    }
    // Failures per month: 720 h x 0.0005 / 0.5 h, and a month begins well but for 0.05 %.
    let per_month = 720.0 * 0.0005 / 0.5;
    let quiet = (-per_month / 0.9995_f64).exp() * 0.9995;
    close(years.no_downtime_probability.value.unwrap(), quiet, 0.005, "quiet months");
    close(years.outages_per_year.value.unwrap(), per_month / 720.0 * 8_760.0, 0.01, "outages a year");
    // Exponential lengths of half an hour: the median is 30 ln 2 minutes.
    close(years.outage_min["p50"].value.unwrap(), 30.0 * std::f64::consts::LN_2, 0.01, "length");
    assert!(years.dots.windows(2).all(|w| w[0] <= w[1]));
}

#[test]
fn a_pair_that_fails_together_shares_the_blame() {
    let mut lab = Lab::new();
    lab.series("api", 2, 1, 0.05);
    let years = months(&lab, &Needs::default(), 20_000, 3);
    close(years.downtime_min_per_30d.value.unwrap(), 0.0025 * 43_200.0, 0.03, "both down");
    assert_eq!(years.attribution.len(), 1);
    // Both out at a mean of half an hour until the first is back.
    close(years.outage_min["p50"].value.unwrap(), 30.0 * std::f64::consts::LN_2, 0.03, "length");
}

#[test]
fn brown_outs_count_in_every_month_and_are_named() {
    let mut lab = Lab::new();
    let ix = lab.series("api", 2, 1, 0.001);
    lab.model.graph[ix].failure.needs = None;
    let mut hours = vec![Some(1); HOURS_PER_WEEK];
    hours[10] = None;
    let needs = Needs { components: vec![Vec::new(), hours] };
    let years = months(&lab, &needs, 2_100, 1);
    // One hour of 168: 4 or 5 of them in 720 hours, 30 in 7 months.
    let (low, high) = (years.monthly_downtime_min["p50"].value.unwrap(), years.dots[19]);
    assert!((240.0..=301.0).contains(&low) && (300.0..400.0).contains(&high), "{low} {high}");
    let exact = exact(&lab, &needs);
    // Both lost at once is too rare here for an interval.
    let down = exact.downtime_min_per_30d.value.unwrap();
    close(years.downtime_min_per_30d.value.unwrap(), down, 0.001, "downtime");
    let first = &years.attribution[0];
    assert_eq!((first.cause.as_str(), first.part.as_str()), ("api", "brown-out"));
    close(first.amount, 60.0 * 30.0 / 7.0, 0.01, "brown-out");
}

#[test]
fn the_same_seed_gives_the_same_months_and_another_one_others() {
    let mut lab = Lab::new();
    lab.zones(3, Some(partial(outage(0.001, 2.0), 0.5)));
    let ix = lab.series("api", 3, 2, 0.01);
    lab.spread(ix);
    let needs = Needs::default();
    let (a, b, c) =
        (months(&lab, &needs, 500, 5), months(&lab, &needs, 500, 5), months(&lab, &needs, 500, 6));
    assert_eq!(a, b);
    assert_ne!(a.downtime_min_per_30d, c.downtime_min_per_30d);
    assert_eq!(a.months, 500);
}

#[test]
fn what_never_fails_is_never_down() {
    let mut lab = Lab::new();
    lab.series("api", 1, 1, 0.0);
    let years = months(&lab, &Needs::default(), 100, 1);
    assert_eq!(years.downtime_min_per_30d.value, Some(0.0));
    assert_eq!((years.meets_target_probability.value, years.attribution.len()), (Some(1.0), 0));
    assert!(years.outage_min.is_empty());
}
