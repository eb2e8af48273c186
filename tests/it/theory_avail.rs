//! Availability against what is known: public reference cases, closed forms, and brute-force enumeration.

use crate::chains_avail::{steady, too_many};
use crate::lab_avail::{Lab, assert_adds_to_one, close, outage, partial};
use plimsoll::avail::bdd::{ALWAYS, Bdd, Chances, Function, NEVER};
use plimsoll::avail::cuts::Cuts;
use plimsoll::avail::markov::{
    Standby, beta_factor, k_of_n, k_of_n_shared_crew, one_by_one, repairable, shared_crew,
};
use plimsoll::avail::month::{Episodes, Length};
use plimsoll::avail::{journeys, together};
use plimsoll::model::call::{Policy, Switch};
use plimsoll::model::failure::Outage;
use plimsoll::model::loads::Needs;
use plimsoll::model::station::HealthCheck;
use plimsoll::model::{Provider, ProviderIx, build};
use plimsoll::units::{Duration, HOURS_PER_WEEK, HOURS_PER_YEAR, MINUTES_PER_30_DAYS, Probability};
use serde_json::Value;

fn public_case(id: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("../data/public-cases.json")).unwrap();
    all.as_array().unwrap().iter().find(|case| case["id"] == id).unwrap().clone()
}

// ------------------------------------------------------------------------------------------------ public cases

#[test]
fn the_public_three_tier_case_is_exact() {
    let case = public_case("rbd-3tier");
    let a = |id: &str| 1.0 - case["model"]["availability"][id].as_f64().unwrap();
    let mut lab = Lab::new();
    lab.series("lb", 1, 1, a("lb"));
    lab.series("web", 2, 1, a("w1"));
    lab.series("app", 3, 2, a("a1"));
    lab.series("db", 1, 1, a("db"));
    let answer = lab.answer();
    let expected = |key: &str| case["expected"][key].as_f64().unwrap();
    close(lab.unavailability(), expected("unavailability"), 1e-9, "unavailability");
    close(answer.availability.value.unwrap(), expected("availability"), 1e-12, "availability");
    close(answer.downtime_min_per_30d.value.unwrap(), expected("downtime_min_per_30d"), 1e-9, "minutes");
    // lb, db, two web servers, and three pairs of app servers
    assert_eq!(answer.cut_sets.len(), 6);
    let minutes: f64 = answer.cut_sets.iter().map(|set| set.minutes_per_30d).sum();
    close(minutes, expected("downtime_min_per_30d"), 1e-9, "minutes of the cut sets");
    assert_adds_to_one(&answer);
}

#[test]
fn error_budgets_are_of_a_month_of_30_days() {
    let case = public_case("error-budget");
    for (key, budget) in case["expected"].as_object().unwrap() {
        let Some(minutes) = budget["min_per_30d"].as_f64() else { continue };
        let slo: f64 = key.replace('_', ".").parse().unwrap();
        let mut lab = Lab::new();
        lab.series("only", 1, 1, 1.0 - slo);
        close(lab.answer().downtime_min_per_30d.value.unwrap(), minutes, 1e-9, key);
    }
}

// ----------------------------------------------------------------------------------------------- closed forms

/// Trivedi and Bobbio (2017), example 4.x, and Barlow and Proschan: the bridge of five like components has
/// R = 2 p² + 2 p³ - 5 p⁴ + 2 p⁵ and the minimal cuts {1,2}, {4,5}, {1,3,5}, {2,3,4}.
#[test]
fn the_bridge_network_matches_its_polynomial() {
    let mut bdd = Bdd::new(1_000);
    let x: Vec<Function> = (0..5).map(|v| bdd.variable(v).unwrap()).collect();
    let mut broken = NEVER;
    for cut in [&[0, 1][..], &[3, 4], &[0, 2, 4], &[1, 2, 3]] {
        let mut all = ALWAYS;
        for v in cut {
            all = bdd.and(all, x[*v]).unwrap();
        }
        broken = bdd.or(broken, all).unwrap();
    }
    for p in [0.1_f64, 0.5, 0.9, 0.99] {
        let exact = 2.0 * p * p + 2.0 * p * p * p - 5.0 * p * p * p * p + 2.0 * p * p * p * p * p;
        let q = vec![1.0 - p; 5];
        close(1.0 - Chances::new(q.clone()).of(&bdd, broken), exact, 1e-12, "bridge");
        let mut sets = Cuts::new(1_000).most_probable(&bdd, broken, &q, 100).unwrap();
        sets.sort();
        assert_eq!(sets, [vec![0, 1], vec![0, 2, 4], vec![1, 2, 3], vec![3, 4]]);
    }
}

#[test]
fn k_of_n_of_a_model_matches_the_binomial_sum() {
    for (n, k) in [(1, 1), (3, 1), (3, 2), (5, 3), (40, 35)] {
        let mut lab = Lab::new();
        lab.series("c", n, k, 0.02);
        close(lab.unavailability(), k_of_n(k, n as u32, 0.02), 1e-10, "k of n");
    }
}

/// Two units, one repairer, λ = 0.1, µ = 1: p0 = 1 / (1 + 2ρ + 2ρ²), so both down: 0.02 / 1.22.
#[test]
fn a_shared_crew_waits_longer_than_one_crew_each() {
    close(k_of_n_shared_crew(1, 2, 1, 0.1, 1.0), 0.02 / 1.22, 1e-14, "one repairer");
    let own = k_of_n_shared_crew(1, 2, 2, 0.1, 1.0);
    close(own, (1.0 - repairable(0.1, 1.0)) * (1.0 - repairable(0.1, 1.0)), 1e-14, "one each");
    close(k_of_n_shared_crew(3, 5, 5, 0.1, 1.0), k_of_n(3, 5, 1.0 - repairable(0.1, 1.0)), 1e-13, "3 of 5");
}

/// The same from a model: the diagram of units that wait for each other has the chain's chance of every number of them.
#[test]
fn units_of_a_model_wait_for_their_crew() {
    for (n, crew) in [(2, 1), (4, 1), (5, 2), (9, 3), (30, 2)] {
        for k in [1, n / 2 + 1, n] {
            let mut lab = Lab::new();
            let ix = lab.series("c", n as usize, k, 0.02);
            lab.model.graph[ix].failure.crew = Some(crew);
            let expected = k_of_n_shared_crew(k, n, crew, 0.02 / 0.98, 1.0);
            let found = lab.unavailability();
            assert!((found / expected - 1.0).abs() < 1e-7, "{k} of {n}, {crew}: {found} against {expected}");
        }
    }
    // Units are alike: each is down as often as the mean number of them says.
    let down = shared_crew(6, 2, 0.3, 1.0);
    let events = one_by_one(&down);
    assert!(events.iter().flatten().all(|chance| (0.0..=1.0).contains(chance)));
    let mean: f64 = down.iter().enumerate().map(|(i, p)| i as f64 * p).sum();
    close(events[0][0], mean / 6.0, 1e-12, "the first");
}

#[test]
fn a_standby_with_instant_certain_takeover_is_a_birth_death_chain() {
    let instant = Standby { active: 0.1, waiting: 0.0, repair: 1.0, takeover: 1e9, works: 1.0 };
    // cold standby, one crew: p2 = ρ² / (1 + ρ + ρ²)
    close(instant.unavailability(), 0.01 / 1.11, 1e-6, "cold standby");
    let hot = Standby { waiting: 0.1, ..instant };
    close(hot.unavailability(), k_of_n_shared_crew(1, 2, 1, 0.1, 1.0), 1e-6, "hot standby");
    let slow = Standby { takeover: 40.0, ..hot };
    assert!(slow.unavailability() > hot.unavailability());
}

/// Fleming's beta factor: with β = 1 redundancy buys nothing, with β = 0 units are independent; in between the common
/// part dominates: 1 of 2 with q = 1 % and β = 10 % is down for 0.1 % + 0.0081 %, not 0.01 %.
#[test]
fn the_beta_factor_keeps_a_floor_under_redundancy() {
    close(beta_factor(1, 2, 0.01, 1.0), 0.01, 1e-12, "all common");
    close(beta_factor(1, 2, 0.01, 0.0), 1e-4, 1e-12, "none common");
    close(beta_factor(1, 2, 0.01, 0.1), 0.001 + 0.999 * 0.009 * 0.009, 1e-12, "a tenth common");
}

#[test]
fn a_shared_zone_is_counted_once() {
    let mut lab = Lab::new();
    lab.zones(1, Some(outage(0.01, 3.0)));
    for id in ["a", "b", "c"] {
        let ix = lab.series(id, 1, 1, 0.001);
        lab.spread(ix);
    }
    let exact = 1.0 - 0.99 * 0.999 * 0.999 * 0.999;
    close(lab.unavailability(), exact, 1e-12, "one zone, three components");
    let top = &lab.answer().cut_sets[0];
    assert_eq!(top.events, ["zone tokyo/a"]);
    close(top.probability, 0.01, 1e-12, "zone");
}

#[test]
fn a_partial_zone_outage_hits_each_unit_by_chance() {
    let mut lab = Lab::new();
    lab.zones(2, Some(partial(outage(0.01, 3.0), 0.4)));
    let single = lab.series("db", 1, 1, 0.001);
    let pair = lab.series("api", 2, 1, 0.002);
    lab.spread(single);
    lab.spread(pair);
    // Condition on the two zones; given them all units are independent.
    let (own, zone, hit) = (0.001_f64, 0.01_f64, 0.4_f64);
    let mut down = 0.0;
    for (a, b) in [(false, false), (false, true), (true, false), (true, true)] {
        let chance = if a { zone } else { 1.0 - zone } * if b { zone } else { 1.0 - zone };
        let q = |own: f64, zone: bool| if zone { own + (1.0 - own) * hit } else { own };
        down += chance * (1.0 - (1.0 - q(own, a)) * (1.0 - q(0.002, a) * q(0.002, b)));
    }
    close(lab.unavailability(), down, 1e-12, "two zones");
    let answer = lab.answer();
    let zone_a = answer.cut_sets.iter().find(|set| set.events == ["zone tokyo/a"]).unwrap();
    assert_eq!(zone_a.through, ["db"]);
    close(zone_a.probability, zone * hit, 1e-12, "zone a through the database");
    assert_adds_to_one(&answer);
}

#[test]
fn pods_fall_with_their_node() {
    let mut lab = Lab::new();
    let nodes = lab.component("nodes", 2, 1, 0.01);
    for id in ["web", "api"] {
        let pods = lab.series(id, 2, 1, 0.0);
        lab.model.graph[pods].on = Some(nodes);
        lab.model.graph[pods].failure.unit_outages.clear();
        for (i, unit) in lab.model.graph[pods].failure.units.iter_mut().enumerate() {
            unit.on = Some(i as u32);
        }
    }
    close(lab.unavailability(), 1e-4, 1e-12, "both nodes");
    assert_eq!(lab.answer().cut_sets[0].events, ["nodes/1", "nodes/2"]);
}

#[test]
fn a_fallback_multiplies_unavailabilities_unless_both_share_a_provider() {
    let mut lab = Lab::new();
    let first = lab.series("first", 0, 1, 0.0);
    let second = lab.component("second", 0, 1, 0.0);
    lab.model.graph[first].failure.availability = Probability::new(0.9975);
    lab.model.graph[second].failure.availability = Probability::new(0.999);
    let call = lab.model.graph.find_edge(lab.entry, first).unwrap();
    let fallback = lab.model.graph.add_edge(lab.entry, second, Default::default());
    lab.model.graph[call].policy = Policy { fallback: Some(fallback), ..Policy::default() };
    close(lab.unavailability(), 0.0025 * 0.001, 1e-9, "independent");
    lab.model.providers.push(Provider { id: "p".to_owned(), outage: Some(outage(0.0005, 5.0)) });
    for ix in [first, second] {
        lab.model.graph[ix].failure.provider = Some(ProviderIx(0));
    }
    close(lab.unavailability(), 0.0005 + 0.9995 * 0.0025 * 0.001, 1e-9, "shared provider");
    assert_eq!(lab.answer().cut_sets[0].events, ["provider p"]);
}

/// The engine's window of rate x duration against the Markov chain of the same standby (hot, a crew each in both).
#[test]
fn a_failover_window_costs_rate_times_duration() {
    let (per_year, repair_hours, window_hours) = (12.0, 0.5, 0.025);
    let mut lab = Lab::new();
    let db = lab.series("db", 2, 1, 0.0);
    let station = lab.model.graph[db].station.as_mut().unwrap();
    station.replicas[1].active = false;
    let failure = &mut lab.model.graph[db].failure;
    let unit = Outage::new(per_year, Duration::hours(repair_hours));
    failure.unit_outages = vec![unit];
    failure.failover = Some(Duration::hours(window_hours));
    let both = unit.unavailability() * unit.unavailability();
    let window = per_year / HOURS_PER_YEAR * (1.0 - unit.unavailability()) * window_hours;
    close(lab.unavailability(), both + (1.0 - both) * window, 1e-9, "formula");
    let answer = lab.answer();
    assert_eq!(answer.attribution[0].part, "failover");
    assert_adds_to_one(&answer);
    let chain = Standby {
        active: per_year / HOURS_PER_YEAR,
        waiting: per_year / HOURS_PER_YEAR,
        repair: 1.0 / repair_hours,
        takeover: 1.0 / window_hours,
        works: 1.0,
    };
    close(lab.unavailability(), chain.unavailability(), 0.05, "Markov chain");
}

#[test]
fn a_name_that_leads_elsewhere_costs_the_window_and_those_who_never_ask_again() {
    let mut lab = Lab::new();
    let first = lab.series("first", 1, 1, 0.02);
    let second = lab.component("second", 1, 1, 0.05);
    let (entry, model) = (lab.entry, &mut lab.model);
    let call = model.graph.find_edge(entry, first).unwrap();
    let to = model.graph.add_edge(entry, second, Default::default());
    // Repairs take an hour; a quarter of it until half the answers lead elsewhere.
    model.graph[call].policy.switch = Some(Switch {
        to,
        detection: Duration::seconds(600.0),
        ttl: Duration::seconds(600.0),
        stale: Probability::clamp(0.1),
    });
    let window = 0.02 * (1.0 - 0.9 * (-0.25_f64).exp());
    let up = (1.0 - window) * (1.0 - 0.02 * 0.05);
    let answer = lab.answer();
    assert!((answer.availability.value.unwrap() - up).abs() < 1e-12, "{:?} {up}", answer.availability);
    // The same as the fallback of something that is always down.
    let dead = lab.component("dead", 1, 2, 0.5);
    build::call(&mut lab.model, lab.journey, lab.entry, dead);
    let program = &mut lab.model.graph[lab.entry].station.as_mut().unwrap().programs[0];
    program.steps.remove(0);
    let instead = lab.model.graph.find_edge(lab.entry, dead).unwrap();
    lab.model.graph[instead].policy.fallback = Some(call);
    let found = lab.answer().availability;
    assert!((found.value.unwrap() - up).abs() < 1e-12, "{found:?} {up}");
}

#[test]
fn an_undetected_dead_replica_costs_its_share_of_the_traffic() {
    let mut lab = Lab::new();
    let api = lab.series("api", 3, 2, 0.0);
    let health = HealthCheck {
        interval: Duration::seconds(30.0),
        unhealthy: 2,
        healthy: 5,
        timeout: Duration::seconds(5.0),
    };
    lab.model.graph[api].station.as_mut().unwrap().health = Some(health);
    lab.model.graph[api].failure.unit_outages = vec![Outage::new(2.0, Duration::seconds(60.0))];
    let answer = lab.answer();
    let detection = answer.attribution.iter().find(|share| share.part == "detection").unwrap();
    // 3 replicas x 2 a year x 65 s x a third of the requests
    let minutes = 2.0 * 65.0 / 3600.0 / HOURS_PER_YEAR * MINUTES_PER_30_DAYS;
    close(detection.amount, minutes, 1e-3, "detection");
}

// ----------------------------------------------------------------------------------------- hours and contracts

#[test]
fn an_hour_that_needs_more_replicas_is_down_more_often() {
    let mut lab = Lab::new();
    let api = lab.series("api", 3, 1, 0.01);
    lab.model.graph[api].failure.needs = None;
    let mut hours = vec![Some(1); HOURS_PER_WEEK];
    hours[..42].fill(Some(3));
    let mut needs = Needs { components: vec![Vec::new(), hours] };
    let ask = |needs: &Needs| together(&lab.model, needs, &[lab.journey], None);
    let down = 0.25 * k_of_n(3, 3, 0.01) + 0.75 * k_of_n(1, 3, 0.01);
    close(1.0 - ask(&needs).availability.value.unwrap(), down, 1e-10, "a quarter of the week needs all");
    needs.components[1][100..107].fill(None);
    let answer = ask(&needs);
    assert_eq!(answer.brownout_hours_per_week.value, Some(7.0));
    let expected = 7.0 / 168.0 + 42.0 / 168.0 * k_of_n(3, 3, 0.01) + 119.0 / 168.0 * k_of_n(1, 3, 0.01);
    close(1.0 - answer.availability.value.unwrap(), expected, 1e-10, "brown-outs count");
    let hardware = 49.0 / 168.0 * k_of_n(3, 3, 0.01) + 119.0 / 168.0 * k_of_n(1, 3, 0.01);
    close(1.0 - answer.without_brownouts.value.unwrap(), hardware, 1e-10, "hardware alone");
    assert_eq!(
        (answer.attribution[0].cause.as_str(), answer.attribution[0].part.as_str()),
        ("api", "brown-out")
    );
    assert_adds_to_one(&answer);
}

#[test]
fn contracts_multiply_and_a_missing_one_leaves_the_ceiling_unknown() {
    let mut lab = Lab::new();
    let lb = lab.series("lb", 1, 1, 0.1);
    let db = lab.series("db", 1, 1, 0.1);
    lab.model.graph[lb].failure.sla = Probability::new(0.9999);
    let answer = lab.answer();
    assert_eq!(answer.sla_ceiling.value, None);
    assert_eq!(answer.without_sla, ["db"]);
    close(answer.sla_ceiling_of_promises.value.unwrap(), 0.9999, 1e-12, "the rest never fails");
    lab.model.graph[db].failure.sla = Probability::new(0.995);
    let answer = lab.answer();
    close(answer.sla_ceiling.value.unwrap(), 0.9999 * 0.995, 1e-12, "both");
    assert_eq!(answer.sla_weakest.as_deref(), Some("db"));
}

#[test]
fn nothing_known_is_unknown_and_something_unknown_is_said() {
    let mut lab = Lab::new();
    let db = lab.series("db", 1, 1, 0.01);
    lab.model.graph[db].failure.known = false;
    assert_eq!(lab.answer().without_data, ["db"]);
    lab.model.graph[lab.entry].failure.known = false;
    let answer = lab.answer();
    assert_eq!(answer.availability.value, None);
    assert_eq!(answer.meets_target_probability.value, None);
    assert_eq!(journeys(&lab.model, &Needs::default())[0].value, None);
}

#[test]
fn a_single_unit_that_fails_twice_a_year_misses_the_month_as_poisson_says() {
    let mut lab = Lab::new();
    let db = lab.series("db", 1, 1, 0.0);
    lab.model.graph[db].failure.unit_outages = vec![Outage::new(2.0, Duration::hours(4.0))];
    let answer = lab.answer();
    let mut episodes = Episodes::default();
    let per_month = 2.0 * 720.0 / HOURS_PER_YEAR;
    episodes.add(per_month, Length::Exponential(240.0));
    let close_to = episodes.chance_at_most(43.2);
    assert!((answer.meets_target_probability.value.unwrap() - close_to).abs() < 1e-3);
    assert_eq!(answer.monthly_downtime_min["p50"].value, Some(0.0));
    assert!(answer.monthly_downtime_min["p99"].value.unwrap() > 200.0);
}

#[test]
fn millions_of_like_cut_sets_are_blamed_on_their_component() {
    let mut lab = Lab::new();
    lab.series("api", 40, 35, 0.02);
    lab.series("db", 1, 1, 0.000_01);
    let answer = lab.answer();
    assert_eq!(answer.cut_sets.len(), 200);
    assert!(answer.other_cut_sets_min_per_30d.value.unwrap() > 1.0);
    let api = k_of_n(35, 40, 0.02) * MINUTES_PER_30_DAYS;
    assert_eq!(answer.attribution[0].cause, "api");
    close(answer.attribution[0].amount, api, 1e-3, "api");
    assert_adds_to_one(&answer);
}

#[test]
fn a_common_cause_in_a_scenario_strikes_all_units_and_each_is_repaired_by_itself() {
    for (k, n, beta) in [(1, 2, 0.1), (2, 3, 0.05), (1, 4, 0.2), (1, 1, 0.5)] {
        let text = format!(
            "schema = 1\n[journey.j]\nentry = \"d\"\narrivals = \"1/s\"\n[component.d]\nkind = \"station\"\nservers = 1\nreplicas = {n}\nwork = \"1ms\"\nneeds = {k}\nmtbf = \"99h\"\nmttr = \"1h\"\ncommon-cause = \"{}%\"\n[target.up]\njourneys = [\"j\"]\nuptime = \"99%\"\n",
            100.0 * beta
        );
        let model = crate::giving_up_sim::model_of(&text);
        let needs = plimsoll::flow::needs(&model);
        let journeys: Vec<_> = model.journey_indices().collect();
        let found = plimsoll::avail::together(&model, &needs, &journeys, None);
        let down = 1.0 - found.availability.value.unwrap();
        // The share of a lone unit's failures that would strike all is its own like the others.
        let (own, shock) = if n == 1 { (1.0, 0.0) } else { (1.0 - beta, beta) };
        let rate = 1.0 / 99.0;
        let chain = steady(n, n, own * rate, shock * rate, 1.0);
        let (expected, _) = too_many(&chain, n, n + 1 - k, own * rate, shock * rate);
        close(down, expected, 1e-8, "common cause of a scenario");
        let span = plimsoll::avail::years::Span { months: 20_000, seed: 1 };
        let played = plimsoll::avail::played(&model, &needs, &journeys, None, span).unwrap();
        let (low, high) = (played.availability.low.unwrap(), played.availability.high.unwrap());
        let half = high - low;
        assert!(
            (played.availability.value.unwrap() - (1.0 - expected)).abs() <= half,
            "{k} of {n}: {played:?}"
        );
    }
}
